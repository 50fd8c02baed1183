/* channel.h - one way out of the building.
 *
 * The flow owns time: when to send, when to try again, when to stop. A channel
 * owns words: which bytes to send, and what the answer meant. To add one, add
 * one file in channel/, one line in channel/registry.c and a row in
 * model/channel_kind.h.
 */
#ifndef FLOW_CHANNEL_H
#define FLOW_CHANNEL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/setting.h"
#include "model/notification.h"

struct attempt; /* the runner's; a channel only hands it back */

/* What the outside needs from the operator: an account's credentials for this
 * channel; NULL when the channel has no settings. */
struct channel_self;

struct go_templates; /* text/go_template.h */
struct go_budget;    /* the same */
struct signer;       /* base/signer.h */

/* One attempt as its channel sees it: what the outbox pinned, and what the
 * runner opened for it alone. */
struct channel_job {
    const struct channel_self *self; /* NULL: the channel has no settings */
    const struct notification *n;
    bool plain;                  /* the form without markup */
    int number;                  /* 1 for the first attempt */
    struct str address;          /* opened: an e-mail address, a URL with its token */
    struct str code;             /* opened: of a confirmation's link; empty otherwise */
    struct str leave;            /* the link by which its reader leaves; empty: none */
    const struct signer *signer; /* NULL: what is sent is not signed (tests) */
    struct arena *a;             /* the attempt's own */
    /* Of an entry of a receiver: its keys, opened; lives until send returns. */
    struct json settings;
    struct go_templates *templates; /* that its texts may use; NULL: no receiver */
    struct go_budget *budget;       /* that those texts share; NULL: each has its own */
};

struct channel_ops {
    enum channel_kind kind;
    const struct setting_table *settings; /* fills channel_self; NULL: none */
    /* Are the settings fit to send with? Asked at the start; NULL: nothing to ask. */
    ok (*check)(const struct channel_self *self, struct err *e);
    /* Pure: no clock, no net; the same notification makes the same bytes. UNFIT
     * texts are cut to the channel's limit here. *subject is the line a person will
     * see first. */
    ok (*render)(const struct channel_job *job, struct buf *body, struct str *subject,
                 struct err *e);
    /* Adds what needs a clock (signatures), sends, and ends in attempt_done exactly
     * once, on any thread. job and body live until then. */
    void (*send)(const struct channel_job *job, struct str body, struct attempt *at);
    /* Is what it renders for programs, that ask for no link to acknowledge by? NULL: it
     * is for people. */
    bool (*for_programs)(const struct notification *n);
};

/* Ends an attempt: exactly once, now or later. What it keeps, it copies; bytes,
 * subject and started are the runner's to fill. */
void attempt_done(struct attempt *at, const struct receipt *receipt);

#endif
