/* ping.h - `ping_url`: a GET each interval that says this server lives.
 *
 * A dead man's switch elsewhere waits for it. What it proves has to be true, so a ping
 * begins as a look at the flow (struct flow_read): only when the flow thread came by,
 * it is sent, by the client loop that sends the messages. If either hangs, no ping
 * leaves, and after a while the switch elsewhere goes off.
 */
#ifndef APP_PING_H
#define APP_PING_H

#include "flow/flow.h"
#include "net/client.h"

struct ping;

struct ping_config {
    struct str url;
    int64_t interval; /* ns */
    struct flow_reader_port reader;
    uint32_t account; /* whose flow is looked at */
    struct client *client;
};

struct ping_counts {
    uint64_t sent;    /* answered with 2xx or 3xx */
    uint64_t failed;  /* answered otherwise, or not at all */
    uint64_t skipped; /* the one before was not done yet: somebody hangs */
};

struct ping *ping_start(const struct ping_config *config);
struct ping_counts ping_counts(const struct ping *p);
/* No ping begins any more. Before client and engine stop; what is under way they end. */
void ping_stop(struct ping **p);

#endif
