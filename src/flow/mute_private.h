/* mute_private.h - silences and inhibitions as the flow finds them: derived from the
 * book and the alerts, never stored. */
#ifndef FLOW_MUTE_PRIVATE_H
#define FLOW_MUTE_PRIVATE_H

#include "flow/flow_private.h"
#include "flow/matcher_index.h"

/* ---- silence.c ------------------------------------------------------------ */

struct quiet {                /* a silence of the book */
    struct matcher_list list; /* first; in `active` while the silence is */
    struct heap_node next;    /* in `times`: when it becomes something else */
    const struct silence *s;  /* as the book has it now */
    struct str key;           /* of the book's object */
    enum silence_state state; /* as counted */
    struct arena arena;       /* of the zone's rules */
    const struct zone *zone;  /* of its hours */
};

struct silences {
    struct map all; /* struct quiet by key */
    struct matcher_index active;
    struct heap times; /* wall */
    struct {           /* of those that are not active, who holds at another time */
        VEC(struct quiet *) v;
        int64_t wall;
        bool known;
    } then;
    int64_t wall;      /* of the last look: a clock set back is looked at again */
    int64_t retention; /* of the account */
};

void silences_init(struct silences *x, uint64_t seed);
void silences_fini(struct silences *x);
void silences_rebuild(struct flow *f);
void silences_changed(struct flow *f, const struct change_effect *e);
void silences_retention(struct flow *f); /* the account changed */
void silences_expire(struct flow *f);
/* Ids of those that hold at that wall time, sorted; in the arena. f->wall costs what the
 * index says; another time looks at each silence, once for all who ask of that time. */
struct strs silences_of(struct flow *f, struct pairs labels, int64_t wall,
                        struct arena *a);

/* ---- inhibit.c ------------------------------------------------------------ */

struct hush_side {
    struct matcher_list list; /* first */
    struct hush *hush;
};

struct hush { /* an inhibition of the book */
    const struct inhibition *in;
    struct hush_side source, target;
    struct map buckets; /* struct hush_bucket by values of `equal` */
};

struct hush_bucket { /* firing sources that have the same values of `equal` */
    struct heap one_sided, two_sided; /* struct source by serial; two: targets as well */
    struct hush *hush;
    struct str key; /* behind the struct */
};

struct source {            /* a firing alert in a bucket; in the pool of its versions */
    struct heap_node node; /* first */
    struct slot *slot;
    struct hush_bucket *bucket;
    uint32_t next; /* of the same slot */
    bool two_sided;
};

struct inhibitions {
    struct hush *v; /* by position, then name */
    size_t n;
    struct matcher_index sources, targets;
    uint64_t seed;
    uint64_t looked; /* buckets looked at, ever: what tests count */
    struct buf key;  /* scratch */
};

void inhibitions_init(struct inhibitions *x, uint64_t seed);
void inhibitions_fini(struct flow *f);
void inhibitions_rebuild(struct flow *f);
void inhibitions_alert(struct flow *f, struct slot *s);
/* The alert that keeps these labels back; NULL: none. *through: by which inhibition. */
const struct alert *inhibitions_of(struct flow *f, struct pairs labels,
                                   const struct inhibition **through);

/* ---- mute.c ---------------------------------------------------------------- */

struct mutes {
    struct silences silences;
    struct inhibitions inhibitions;
};

#endif
