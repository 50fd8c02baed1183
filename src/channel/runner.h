/* runner.h - carries out what the flow decided: renders a notification, hands
 * the bytes to its channel, and brings back what became of it as an input.
 *
 * Nothing of this runs on the flow thread. Messages to one address leave in the
 * order they were asked for. A notification that cannot be rendered ends in a
 * REFUSED receipt with the reason, like any other refusal.
 */
#ifndef CHANNEL_RUNNER_H
#define CHANNEL_RUNNER_H

#include "base/signer.h"
#include "flow/channel.h"
#include "flow/journal.h"
#include "net/client.h"

struct runner;

struct runner_config {
    struct client *client;
    const struct sealer *sealer;
    const struct signer *signer; /* of SMN's envelopes; NULL: they are not signed */
    struct journal_port journal; /* outcomes go there, by submit_always */
    /* Of each channel that has settings (channel_ops.settings filled them); they
     * live as long as the runner. NULL: not configured. */
    const struct channel_self *settings[CHANNEL_COUNT];
    int threads;            /* that render; 0: 2 */
    int64_t (*clock)(void); /* wall ns; NULL: clock_wall */
};

/* Fails when a channel's settings are not fit to send with; e->field is the
 * channel's name. */
ok runner_start(const struct runner_config *config, struct runner **out, struct err *e);

/* From the flow thread; never waits. The notification lives until the outcome
 * of this attempt was applied. */
void runner_send(struct runner *r, const struct notification *n, int attempt, bool plain);

/* Attempts that were asked for and have no outcome yet. Any thread. */
size_t runner_busy(const struct runner *r);

/* What was tried and what became of it, as Prometheus' text. Any thread. */
void runner_metrics(const struct runner *r, struct buf *out);

/* Ends the threads; what was not sent yet has no outcome and is sent by the next
 * process. What is under way goes on: stop the client next, and keep the journal
 * port until that has returned. */
void runner_stop(struct runner **r);

#endif
