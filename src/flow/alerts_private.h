/* alerts_private.h - the active alerts of a flow: interned labels, which alerts have
 * them, and the slots that hold each alert's version. Timers, which groups and messages
 * have, too, stand here because everything else is built on these.
 */
#ifndef FLOW_ALERTS_PRIVATE_H
#define FLOW_ALERTS_PRIVATE_H

#include "base/heap.h"
#include "base/pool.h"
#include "base/vec.h"
#include "flow/flow.h"

#include <assert.h>

struct group;
struct source;

/* ---- interned pairs and generator URLs (intern.c) ---------------------- */

struct intern {
    struct pool
        pool; /* first: the home of alerts. Versions, members, sources lie in it, too */
    uint32_t *slots; /* open addressing: number of an interned in the pool; 0 free */
    uint8_t *tags;   /* of each slot: the upper bits of its hash */
    size_t n, room;
    uint64_t seed;
};

void intern_init(struct intern *t, uint64_t seed);
void intern_fini(struct intern *t);
struct interned *intern_get(struct intern *t, struct pair p);        /* one more user */
struct interned *intern_find(const struct intern *t, struct pair p); /* NULL: nobody */
void intern_drop(struct intern *t, struct interned *i);              /* one user less */
uint64_t pair_hash(uint64_t seed, struct pair p);
/* The same in two steps, of several: each is looked up while the memory of the next is
 * on its way. hash: the lower half of pair_hash. */
void intern_fetch(const struct intern *t, uint32_t hash);
/* Its number in the pool. */
uint32_t intern_get_hashed(struct intern *t, uint32_t hash, struct pair p);
static inline bool interned_is(const struct interned *i, struct pair p)
{
    struct pair own = interned_pair(i);

    return str_eq(own.value, p.value) && str_eq(own.name, p.name);
}

/* ---- from a label to the alerts that have it (index.c) ------------------- */

/* Derived from the versions in the slots, never written down. An interned pair knows
 * its only alert or its list; one that very many alerts have keeps but their number,
 * since looking at all alerts is then the better way. */
enum { INDEX_LIST_MAX = 254 };

struct index_list {
    uint32_t *v, n, room;
};

struct index {
    VEC(struct index_list) lists;
    VEC(uint32_t) free; /* lists nobody uses */
};

struct index_users {
    size_t n;
    const uint32_t *v; /* slots, in no order; NULL and n > 0: too many to be listed */
    uint32_t one;      /* v may point here */
};

void index_fini(struct index *x);
void index_add(struct index *x, const struct alert *al, uint32_t slot);
void index_remove(struct index *x, const struct alert *al, uint32_t slot);
void index_users(const struct index *x, const struct interned *label,
                 struct index_users *out);

/* ---- timers ------------------------------------------------------------ */

enum timer_kind { TIMER_GROUP, TIMER_CLIMB, TIMER_ITEM, TIMER_PLACE };

struct timer {
    struct heap_node node; /* first */
    enum timer_kind kind;
};

/* ---- active alerts (alerts.c) ------------------------------------------ */

/* Of these there are as many as alerts. What lies in the pool of the alert's versions is
 * referred to by its number there; 0: none. */

/* A slot's place in a group; in that pool. */
struct member {
    struct slot *slot;
    struct group *group;
    uint32_t next;       /* member of the same slot */
    uint32_t parting;    /* it still fires but left this group (its labels changed): this
                            version, ended then, is what the group tells */
    uint32_t kept;       /* why the last flush kept it back, hashed; 0: it did not */
    uint32_t index : 31; /* in group->members */
    bool rests : 1;      /* its end is told or will not be; stays for a while, so that
                            what somebody knows of it is known */
};

struct slot {
    _Atomic(struct alert *) alert; /* the version now; NULL: free. Read by any thread */
    uint64_t serial;
    int64_t ttl; /* ns it had to live at its last re-send; 0: its end was stated once */
    int64_t watched;  /* time of its entry in alerts.ends; 0: it has none */
    uint32_t members; /* the first */
    uint32_t sources; /* the first; where it may inhibit others: inhibit.c */
    uint32_t snap;    /* mark of the snapshot it was written to */
    bool counted;     /* in alerts_active */
    bool acked;       /* somebody took it on: ack.c knows who */
};

static_assert(sizeof(struct member) == 32 && sizeof(struct slot) == 48,
              "each eight bytes of these are a hundredth of what an alert costs");

/* A slot that has any of it has its version: that knows the pool. */
static inline void *slot_part(const struct slot *s, uint32_t number)
{
    return number != 0 ? pool_at(s->alert->home, number) : NULL;
}
static inline struct member *slot_members(const struct slot *s)
{
    return slot_part(s, s->members);
}
static inline struct member *member_next(const struct member *m)
{
    return slot_part(m->slot, m->next);
}
static inline struct alert *member_parting(const struct member *m)
{
    return slot_part(m->slot, m->parting);
}

enum { SLOT_CHUNK = 1024, SERIAL_INDEX_BITS = 28 };

struct end_entry { /* when an alert's end passes; counts if its slot watches that time */
    int64_t at;    /* wall */
    uint64_t serial;
};

struct gone_entry { /* resolved and in no group: forgotten 15 minutes later */
    int64_t at;     /* steady */
    uint64_t serial;
};

struct identity_table;
struct alerts {
    _Atomic(struct slot **) chunks; /* read by any thread, as is the table */
    size_t chunk_room;
    uint32_t used; /* slots ever used */
    VEC(uint32_t) free;
    _Atomic(struct identity_table *) table; /* identity.c; NULL: empty */
    size_t n;                               /* in it */
    uint64_t generation;
    VEC(struct end_entry) ends; /* a heap by (at, serial) */
    VEC(struct gone_entry) gone;
    size_t gone_first;
};

void alerts_fini(struct flow *f);
/* After loading: are these the slots that were used? Makes room for the free ones. */
bool alerts_whole(struct flow *f, uint32_t used);
struct slot *slot_at(const struct alerts *t, uint32_t index);
/* Who an alert is. */
struct alert_key {
    enum door door;
    struct pairs labels;
    uint32_t hash;          /* of those that belong to its identity */
    const uint32_t *hashes; /* of each label, for intern_get_hashed; NULL: not kept */
};
struct alert_key alert_key(const struct flow *f, enum door door, struct pairs labels);
/* The same, with room for the hashes of the labels. */
struct alert_key alert_key_hashes(const struct flow *f, enum door door,
                                  struct pairs labels, uint32_t *hashes);
struct slot *slot_find(const struct flow *f, const struct alert_key *key);
/* Its version. Any thread inside an epoch stay; may miss one that is there. */
const struct alert *alert_find(const struct flow *f, const struct alert_key *key);
void identity_add(struct flow *f, uint32_t hash, uint32_t index); /* of a slot */
void identity_remove(struct flow *f, uint32_t index); /* which has its version yet */
struct slot *slot_by_serial(const struct alerts *t, uint64_t serial); /* NULL */
/* The caller gives it its version at once, by slot_set. */
struct slot *slot_make(struct flow *f, const struct alert_key *key);
/* Another version takes the slot over; its labels are indexed. */
void slot_set(struct flow *f, struct slot *s, struct alert *al, bool same_labels);
/* At a known place, when loading a snapshot; NULL: somebody is there. */
struct slot *slot_restore(struct flow *f, uint64_t serial, uint32_t hash);
void slot_forget(struct flow *f, struct slot *s);

/* like: the version before it, or the alert before it in its batch, whose pairs are taken
 * where they are the same; NULL. hashes: as alert_key_hashes left them; NULL. */
struct alert *alert_make(struct flow *f, uint64_t serial, const struct alert_in *in,
                         const uint32_t *hashes, const struct alert *like);
/* The version in the slot with another end: the pairs go over to it as long as nobody
 * else has that version. The caller gives it to the slot at once. */
struct alert *alert_moved(struct flow *f, struct alert *al, const struct alert_in *in);
struct alert *alert_ended_copy(struct flow *f, const struct alert *al, int64_t end);
void alert_ref(struct alert *al);
void alert_drop(struct flow *f, struct alert *al); /* retired when nobody has it */
struct pairs alert_labels(const struct alert *al, struct arena *a);

/* Has alerts_end look at it when its end passes. */
void slot_watch_end(struct flow *f, struct slot *s);
void ends_rebuild(struct flow *f);
int64_t ends_first(const struct alerts *t); /* wall; INT64_MAX */
/* Counts alerts whose end has passed. */
void alerts_end(struct flow *f);
/* And forgets those gone for long. */
void alerts_expire(struct flow *f);
/* A resolved alert that is in no group (any more). */
void alerts_gone(struct flow *f, struct slot *s);

#endif
