/* channel_limit.h - how much the vendors of the channels take, as one table: what is
 * sent faster is refused, or has the sender shut out for minutes.
 *
 * The limits count per place: one robot, one telephone, one mailbox, one chat, whoever
 * names it. They are part of what the flow decides by: whoever changes a row raises
 * FLOW_RULES. Source: contracts/channels.md, the rows "rate" and section 15.
 */
#ifndef MODEL_CHANNEL_LIMIT_H
#define MODEL_CHANNEL_LIMIT_H

#include "model/channel_kind.h"

#include <stdint.h>

/* A bucket: `burst` at once, and one more each `every`. In any time T no more than
 * burst + T / every leave: that is to be below what the vendor counts. */
struct rate {
    int64_t every; /* ns; 0: as many as there are */
    int burst;
};

struct channel_limit {
    struct rate place; /* each place */
    struct rate all;   /* all places of the channel together, of one account */
    int in_flight;     /* to one place at a time */
    bool by_entry;     /* of a receiver's entry the address alone does not say where to:
                          the relay, the channel, the member stand beside it */
    bool merges;       /* people read it: what waits becomes one digest. A program gets
                          each group's last word instead */
};

const struct channel_limit *channel_limit(enum channel_kind kind);

#endif
