/* outbox_private.h - messages on their way: made, put in line at their place, tried, merged
 * with others into a digest, told of when their place fails.
 */
#ifndef FLOW_OUTBOX_PRIVATE_H
#define FLOW_OUTBOX_PRIVATE_H

#include "flow/groups_private.h"
#include "model/channel_limit.h"

struct failing;

/* ---- outbox (outbox_make.c, outbox.c) ---------------------------------------------------- */

/* What one message says of one group to one address. A notification has one part, its
 * own; a digest has one for each notification that it took over. */
struct part {
    struct item *item;
    struct group *group; /* NULL: a confirmation, or its group is gone */
    struct told *told;   /* of the group */
    struct told_set firing, resolved;
    /* of a digest: */
    struct str contact_group;    /* in its arena */
    struct part *next, *prev;    /* in the order they came */
    uint64_t ordinal;            /* rises along them */
    uint64_t sequence;           /* of the notification it was */
    int64_t deadline;            /* steady: a dead letter then */
    const struct alert **alerts; /* the most urgent, at most PART_ALERTS; malloc'd */
    size_t alert_count, alert_total, firing_total;
    int rank; /* of the first alert: digest.c */
    uint32_t snap;
};
enum { DIGEST_RANKS = 5 };

/* Of a digest that was answered for good: its parts learn that some at a time. */
enum settling { SETTLING_NOT, SETTLING_ARRIVED, SETTLING_GIVEN_UP };

struct item {
    struct timer timer; /* first: next try */
    struct notification n;
    const struct book *pin; /* strings of n lie in it; NULL: in the arena */
    struct arena arena;
    struct handout *handout; /* of a publication: what all its items share; NULL */
    struct part own;
    struct place *place;
    struct item *next, *prev;        /* in the line of its place, while it waits there */
    struct part *parts, *parts_last; /* of a digest */
    size_t part_count, alert_total, firing_total; /* in all of its parts */
    uint32_t ranked[DIGEST_RANKS];                /* how many of them are of each rank */
    VEC(const struct alert *) shown; /* of a digest that was sent: n.alerts */
    int attempt;                     /* tries begun */
    int crashes;                     /* how often the server died while it wrote it */
    bool in_flight, plain;
    bool waits;    /* in the line of its place */
    bool doubtful; /* a try went unanswered: it may have arrived */
    enum settling settling;
    int64_t deadline; /* steady: a dead letter then; 0: superseded while in flight */
    uint32_t snap, snap_at;
};

struct making { /* a notification, decided */
    struct group *group;
    const struct rule *rule;
    const struct target *target;
    const struct view *view;
    enum reason reason;
};
void outbox_make(struct flow *f, const struct making *m);
/* {}/{a="b"}:{alertname="X", cluster="c"} */
struct str message_group_key(struct flow *f, const struct rule *rule, struct pairs labels,
                             struct arena *a);
/* A message outside the groups, step by step: what is known of the account and of the
 * address; its route; into the outbox (place_queue sends it), or nothing at all. */
struct item *outbox_begin(struct flow *f, const struct target *t);
void outbox_on_route(struct flow *f, struct item *it, const struct rule *rule,
                     struct pairs labels); /* of the group; item's or longer lived */
void outbox_admit(struct flow *f, struct item *it);
void outbox_drop(struct item *it);
void alerts_in_order(const struct alert **v, size_t n); /* as messages name them */
void outbox_confirm(struct flow *f, const struct object *o, const struct address *ad);
/* What is known of the subscription, its topic and address, in a message outside all
 * groups that is not begun by a target. */
void outbox_to_subscription(struct item *it, const struct subscription *s,
                            const struct address *ad);
struct item *outbox_new(struct flow *f);
void outbox_due(struct flow *f, struct item *it);  /* its own time to be tried has come */
void outbox_send(struct flow *f, struct item *it); /* it is its turn */
/* False: it was too old, and given up. */
bool outbox_alive(struct flow *f, struct item *it);
/* The address knows now what the part said, or never will. */
void part_settle(struct flow *f, struct part *p, bool gave_up);
void outbox_cancel(struct flow *f, struct item *it, enum suppression why);
/* It cannot be taken back: it is under way, or was answered and its parts do not know. */
bool item_is_out(const struct item *it);
/* What is on its way to an address, and is not out, is taken back. */
void part_cancel(struct flow *f, struct part *p, enum suppression why);
void outbox_free(struct flow *f, struct item *it);
void outbox_outcome(struct flow *f, const struct input *in);
/* crashed: put_str(key) of each message that the last process died of. */
void outbox_restart(struct flow *f, struct str crashed);
void outbox_put_key(struct flow *f, struct notification *n);
const struct template_files *template_files_of(const struct book *b); /* NULL */
enum { DEADLINE_HOURS = 24 };

/* ---- places (place.c) ------------------------------------------------------ */

struct place {
    struct timer timer; /* first: its next turn */
    uint64_t id;        /* rises with creation */
    struct str key;     /* place_key; owned */
    enum channel_kind channel;
    const struct channel_limit *limit;
    struct item *first, *last; /* who waits for a turn, by sequence */
    size_t waiting, in_flight;
    size_t items;            /* these, and those that wait for a time of their own */
    int64_t full_at;         /* steady: its bucket is full then */
    int64_t slot_at;         /* steady: its moment of the channel's bucket; 0: none */
    int64_t paused_until;    /* steady: nothing leaves before */
    bool broken;             /* the breaker is open: nothing, then one at a time */
    uint32_t failures;       /* in a row */
    uint32_t trips;          /* pauses in a row */
    struct failing *failing; /* failing.c; NULL: it takes our messages */
    uint32_t snap, snap_at;
};

/* Which place an address names: its identity, or that and the entry's settings. */
struct str place_key(const struct address *ad, const struct integration *in,
                     struct arena *a);
struct place *place_find(const struct flow *f, struct str key); /* NULL */
struct place *place_make(struct flow *f, struct str key, enum channel_kind channel);
void place_free(struct flow *f, struct place *p);
void place_enter(struct flow *f, struct item *it); /* it has to do with its place now */
void place_leave(struct flow *f, struct item *it);
/* It is due: sent now, or when its turn comes; or merged with what waits, and gone. */
void place_queue(struct flow *f, struct item *it);
void place_again(struct flow *f, struct item *it); /* the same for one that was tried */
void place_line(struct flow *f, struct item *it);  /* it waits; nothing is sent now */
/* A flow of other rules sent it before its turn, and its outcome is here. */
void place_sent(struct flow *f, struct item *it);
void place_line_loaded(struct flow *f, struct item *it); /* its timer is known */
void place_moved(struct flow *f, struct item *it);       /* its sequence rose */
void place_due(struct flow *f, struct place *p);
void place_answered(struct flow *f, struct item *it, const struct receipt *r);
void place_run(struct flow *f, struct place *p); /* sends what may be sent */
bool place_rests(const struct flow *f, const struct place *p);
/* Why one more would have to wait there, and until when at least (steady): NONE,
 * BREAKER_OPEN, BUCKET_EMPTY. p: NULL when nobody has to do with it. */
enum suppression place_wait(const struct flow *f, const struct place *p, int64_t *until);
void place_record(struct buf *b, const struct place *p);
bool place_load(struct flow *f, struct reader *r, struct place **out);

/* ---- places that fail (failing.c) -------------------------------------------- */

struct failing {
    int64_t since, from; /* wall and steady of the first failure */
    enum verdict verdict;
    struct str words; /* of the last one; owned, as are these: */
    struct str to, contact_group, shown;
    bool raised; /* our own alert of it fires */
    bool direct; /* no route wanted that: the contact group was told */
    int news;    /* what failing_tell has to do */
};

/* A try failed; given_up: no other follows. */
void failing_note(struct flow *f, const struct item *it, const struct receipt *r,
                  bool given_up);
void failing_over(struct flow *f, struct place *p); /* a message arrived */
/* Raises and ends our own alerts. True: that may have made something due. */
bool failing_tell(struct flow *f);
void failing_changed(struct flow *f, const struct change_effect *e);
bool failing_is_own(const struct alert *const *v, size_t n); /* all of these */
bool failing_place(const struct flow *f, const struct target *t, struct arena *a);
struct failing *failing_make(struct flow *f, struct place *p);
void failing_free(struct flow *f, struct place *p);
void failing_record(struct buf *b, const struct place *p);
bool failing_load(struct flow *f, struct place *p, struct reader *r);

/* ---- digests (digest.c) ---------------------------------------------------- */

/* Both have to wait: they become one. False: they may not. */
bool digest_take(struct flow *f, struct item *before, struct item *it);
void digest_drop(struct flow *f, struct part *p, enum suppression why);
void digest_seal(struct flow *f, struct item *d);
bool digest_alive(struct flow *f, struct item *d);
void digest_settle(struct flow *f, struct item *d, bool gave_up);
void digest_again(struct flow *f, struct item *d);
void digest_add(struct item *d, struct part *p);
void digest_fini(struct flow *f, struct item *d);

#endif
