/* flow_private.h - the state of one flow, and what its files ask of each other.
 *
 * The story of the data: an input arrives -> a slot (intake.c) per active alert
 * holds its version; match.c finds the routes that care; group.c keeps for each
 * route and set of label values one group with members, a timer and, per address,
 * what it was told; when the timer is due notify.c decides for each address the
 * route reaches (targets.c), outbox_make.c makes items, outbox.c hands them out, tries again;
 * receipt.c writes history rows. Each of the headers below has a stretch of that path.
 * Everything in them is touched by one thread only, except what flow.h says others may
 * read.
 */
#ifndef FLOW_PRIVATE_H
#define FLOW_PRIVATE_H

#include "base/heap.h"
#include "base/map.h"
#include "base/vec.h"
#include "flow/alerts_private.h"
#include "flow/clocks_private.h"
#include "flow/outbox_private.h"
#include "flow/rows_private.h"
#include "flow/snapshot.h"

/* ---- inputs ------------------------------------------------------------------ */

void intake_apply(struct flow *f, const struct input *in);   /* intake.c */
void intake_refresh(struct flow *f, const struct input *in); /* INPUT_REFRESH */
void drill_apply(struct flow *f, const struct input *in);    /* errand.c: INPUT_TEST */
void resend_apply(struct flow *f, const struct input *in);   /* INPUT_RESEND */
void publish_apply(struct flow *f, const struct input *in); /* publish.c: INPUT_PUBLISH */
void handout_unref(struct handout *h);
/* An http(s) subscriber that left by its own link is told so, and how to come back. */
void subscriber_left(struct flow *f, const struct change_effect *e);
void intake_own(struct flow *f, struct alert_in *in); /* raised or ended by the flow */
void change_apply(struct flow *f, const struct input *in);  /* change.c */
void restart_apply(struct flow *f, const struct input *in); /* restart.c */

/* ---- snapshot (snapshot.c): call before changing ------------------------------ */

void touch_slot(struct flow *f, struct slot *s);
void touch_group(struct flow *f, struct group *g);
void touch_item(struct flow *f, struct item *it); /* a digest without its parts */
void touch_part(struct flow *f, struct part *p);
void snapshot_part_leaves(struct flow *f, struct part *p); /* its digest's list */
void snapshot_digest_ends(struct flow *f, const struct item *d);
void touch_place(struct flow *f, struct place *p);
void touch_series(struct flow *f, struct series *s);
void touch_nonce(struct flow *f, size_t at);           /* the oldest */
void snapshot_nonces_moved(struct flow *f, size_t by); /* down the array */

/* ---- nonces (nonces.c): for snapshots and replay; the door judges them ------- */

void nonce_keep(struct flow *f, struct str key, int64_t expires);
void nonce_apply(struct flow *f, const struct input *in);
void nonces_expire(struct flow *f);
void nonces_fini(struct flow *f);

struct nonce_entry {
    struct str key; /* owned */
    int64_t expires;
};

/* Of a digest that was written: its parts may not be yet, and name it by this. */
struct snapshot_digest {
    struct item *d; /* NULL: it ended meanwhile */
    uint64_t sequence;
};

struct snapshot {
    bool running;
    uint32_t mark; /* of this snapshot: who bears it was written, or came later */
    flow_piece_fn *put;
    void *ctx;
    const struct book *book; /* as it was at begin */
    struct buf piece;        /* being filled */
    int stage;               /* what is being walked */
    size_t at;               /* how far */
    int kind;                /* of objects */
    uint32_t slots_end;
    size_t nonces_at, nonces_end; /* in flow->nonces */
    VEC(struct group *) groups;   /* NULL: written out of turn */
    VEC(struct item *) items;
    VEC(struct snapshot_digest) digests;
    struct part *part; /* the next one of the digest that is being walked */
    VEC(struct place *) places;
    VEC(struct series *) series;
};

struct loading { /* between flow_load and flow_load_end */
    struct arena arena;
    VEC(struct str) groups, items, parts, places, series;
    struct str heartbeats, imports, acks, weekly, metrics;
    uint64_t book_revision, book_order, timer_order, place_id;
    uint32_t used; /* slots */
    bool head;
};

struct flow {
    struct flow_config config;
    struct str name; /* the account's; owned */
    _Atomic(const struct book *) book;
    struct rules rules;
    struct intern intern;
    struct alerts alerts;
    struct index index;
    struct heartbeats *heartbeats;
    struct metrics *metrics;
    struct imports *imports; /* NULL: none, as a rule */
    struct acks *acks;
    struct weekly *weekly;
    struct mutes *mutes; /* silences, inhibitions: found from the book and the alerts */
    struct map groups;   /* by key */
    struct map items;    /* by notification key */
    struct map confirms; /* confirmation items by address key */
    struct map places;   /* by key */
    VEC(struct place *) failing_news; /* of this input */
    int64_t full_at[CHANNEL_COUNT];   /* steady: a channel's own bucket is full then */
    struct heap timers;
    VEC(struct nonce_entry) nonces;
    size_t nonces_first;
    uint64_t group_id, place_id, sequence;
    struct flow_counters counters;
    _Atomic int64_t next_due;
    _Atomic int64_t refreshing; /* answered, and not applied yet: refresh.c */
    /* of the input being applied */
    const struct input *in;
    int64_t wall, steady;
    uint32_t row_n;
    bool replaying;
    struct arena scratch;       /* reset after each input */
    const struct alert *before; /* the version that intake made last; NULL: none that
                                   is surely there */
    struct buf text;            /* rows' JSON, keys */
    struct buf words;           /* what a row is found by */
    struct row_memo memo;
    struct snapshot snap;
    struct loading load;
};

const struct book *book_now(const struct flow *f);
void book_publish(struct flow *f, const struct book *next);
void book_retire(struct flow *f,
                 const struct book *b); /* unref, when readers have left */
#define COUNT(f, name, by)                                                         \
    ((void)atomic_fetch_add_explicit(&(f)->counters.name, (uint64_t)(int64_t)(by), \
                                     memory_order_relaxed))
void timer_set(struct flow *f, struct timer *t, int64_t at);
void flow_name(struct flow *f, const struct input *in);
void flow_publish_due(struct flow *f);

#endif
