/* ack.h - somebody takes alerts on: the payload of an INPUT_ACK record, and what the
 * link in a message carries that does the same. */
#ifndef MODEL_ACK_H
#define MODEL_ACK_H

#include "base/arena.h"
#include "base/bytes.h"

enum {
    ACK_ALERTS_MAX = 10000, /* of one record */
    ACK_NAME_MAX = 128,     /* bytes of `by` */
    ACK_COMMENT_MAX = 1024, /* bytes */
    ACK_LINK_ALERTS = 16,   /* that a link names one by one */
    ACK_LINK_DAYS = 7,      /* a link is good for */
};

struct serials {
    const uint64_t *v;
    size_t n;
};

/* Until the alerts are resolved, or it expires, or is taken back. */
struct ack {
    bool release; /* take back */
    bool link;    /* by the link in a message: nobody signed in */
    struct str by, comment;
    int64_t expires_at; /* wall ns; 0: only with the alerts */
    struct serials alerts;
    uint64_t group; /* all that fires in the group of these whose message's key has this
                       XXH64; 0: no more than the alerts */
    /* For the audit row. */
    struct str user, key_id, remote, operation;
};
void ack_encode(const struct ack *ack, struct buf *out);
/* Strings are borrowed, the serials the arena's. Fault SYNTAX. */
ok ack_decode(struct str payload, struct arena *a, struct ack *out, struct err *e);

/* What a link's token holds: whoever has it may acknowledge these. */
struct ack_link {
    struct str account, to; /* to: whom the message was for */
    int64_t expires_at;     /* wall ns, of the link */
    struct serials alerts;  /* at most ACK_LINK_ALERTS */
    uint64_t group;         /* as above: the message named more than that; or 0 */
};
void ack_link_encode(const struct ack_link *link, struct buf *out);
ok ack_link_decode(struct str content, struct arena *a, struct ack_link *out,
                   struct err *e);
#define ACK_PURPOSE "acknowledge" /* of the token */

#endif
