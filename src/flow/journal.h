/* journal.h - the port between the flow and the journal: inputs.
 *
 * Workers make an input (its payload encoded once) and submit it; the store
 * thread stamps sequence and time, writes and flushes what has gathered; the
 * flow applies only what is on disk; the ticket of who waits is answered then.
 * Replay makes the same inputs from the file, without tickets.
 */
#ifndef FLOW_JOURNAL_H
#define FLOW_JOURNAL_H

#include "base/queue.h"
#include "base/str.h"

/* Numbers are in the journal: never reused. */
enum input_kind {
    INPUT_ACCOUNT = 1, /* a new account: payload is its name */
    INPUT_ALERTS = 2,  /* model/alert.h alerts_encode */
    INPUT_REFRESH = 3, /* model/refresh.h: sent again, only ends move; soft */
    INPUT_CHANGE = 4,  /* book/change.h change_set_encode */
    INPUT_TICK = 5,    /* empty: a timer is due */
    INPUT_OUTCOME = 6, /* model/notification.h outcome_encode */
    INPUT_RESTART =
        7,           /* the process began: put_str(key) of each message that the last one
                          crashed on while it was rendered; as a rule none */
    INPUT_CLOCK = 8, /* the wall clock stepped by more than 10 s: put_i64(ns) */
    INPUT_NONCE = 9, /* put_str(key id/nonce), put_i64(expires): of a read */
    INPUT_BEAT = 10, /* put_str(name of the heartbeat); FAULT_NOT_FOUND */
    /* What an Alertmanager told before us, entry by entry: put_str(group key \0
     * receiver/kind/index), put_i64(told, wall), put_i64(expires, wall), put_i64(0), and
     * twice, of the alerts firing and resolved then: put_u64(how many), put_u64le(XXH64
     * of name \xff value \xff...) each. */
    INPUT_IMPORT = 11,
    INPUT_RESEND = 12, /* model/errand.h resend_encode */
    INPUT_TEST = 13,   /* model/errand.h drill_encode; FAULT_NOT_FOUND, FAULT_LIMIT */
    INPUT_ACK = 14,    /* model/ack.h ack_encode; FAULT_NOT_FOUND: none of them fires */
    INPUT_POINTS = 15, /* model/points.h points_encode; FAULT_LIMIT */
    /* model/smn.h publication_encode; FAULT_NOT_FOUND: no such topic */
    INPUT_PUBLISH = 16,
    INPUT_LAST = INPUT_PUBLISH
};

#define JOURNAL_FORMAT 1 /* how records are laid out */
#define FLOW_RULES 3     /* raised when the same inputs would decide differently */

struct ticket;

struct input {
    struct queue_node node; /* first: queues hand back nodes */
    enum input_kind kind;
    uint32_t account;
    struct str payload;    /* malloc'd with the input or borrowed (replay) */
    uint64_t seq;          /* 1.. for the whole journal; set by the store thread */
    int64_t wall;          /* ns; set by the store thread */
    int64_t steady;        /* ns; goes on across restarts; set by the store thread */
    struct ticket *ticket; /* who waits; NULL: nobody */
    bool soft;             /* nobody waits for the flush: rides with the next one, or, if
                              that fails, with the first that does not */
    bool known;            /* alerts that are there already: taken when memory is short */
    bool owed;             /* set by submit_always: kept when its flush fails */
};

/* Allocates input and payload in one piece. */
struct input *input_new(enum input_kind kind, uint32_t account, struct str payload);
void input_free(struct input *in);

/* Where inputs go; the store implements it. False: full or stopping, nothing
 * was taken (503); or soft, while the journal cannot be written. `always` is for what already owes an outcome. */
struct journal_port {
    void *ctx;
    bool (*submit)(void *ctx, struct input *in);
    void (*submit_always)(void *ctx, struct input *in);
};

#endif
