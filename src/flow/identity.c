/* identity.c - who is where: from the labels of an alert to its slot, by any thread.
 *
 * The flow thread alone changes the table; workers ask it without a lock, inside an
 * epoch stay. What they get is a version, which nobody changes, and they compare all of
 * it: the worst that a change under way does to them is that they miss an alert that is
 * there, and then the flow itself looks. So an entry may move while they walk; what has
 * to be right at every moment is memory: entry, chunk and version are published in this
 * order's reverse, and what was replaced is freed by the epoch. */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* 32 bits of the hash above the slot's index + 1, so that a walk touches the memory of
 * an alert only when it is (nearly always) the right one. */
struct identity_table {
    size_t room;
    _Atomic uint64_t v[];
};

/* Where it belongs, as in a ruler from 0 to 2^32: any room will do, so that a table grows
 * by half. Doubled, it would be two thirds empty whenever it has just grown. */
static size_t home_of(const struct identity_table *t, uint32_t hash)
{
    return (size_t)((uint64_t)hash * t->room >> 32);
}

static size_t behind(const struct identity_table *t, size_t at)
{
    return at + 1 < t->room ? at + 1 : 0;
}

/* Steps from one place to another, round the end. */
static size_t distance(const struct identity_table *t, size_t from, size_t to)
{
    return to >= from ? to - from : to + t->room - from;
}

static uint64_t entry_of(uint32_t hash, uint32_t index)
{
    return (uint64_t)hash << 32 | (index + 1);
}

static uint32_t entry_hash(uint64_t entry)
{
    return (uint32_t)(entry >> 32);
}

static uint32_t entry_index(uint64_t entry)
{
    return (uint32_t)entry - 1;
}

/* ---- who ------------------------------------------------------------------- */

/* The sum of what the labels hash to, each by itself: the flow has use for those. */
struct alert_key alert_key_hashes(const struct flow *f, enum door door,
                                  struct pairs labels, uint32_t *hashes)
{
    struct alert_key key = { .door = door, .labels = labels, .hashes = hashes };
    uint64_t sum = door == DOOR_ALERTMANAGER ? 0u : 1u;

    for (size_t i = 0; i < labels.n; i++) {
        uint64_t h = pair_hash(f->config.seed, labels.v[i]);

        if (hashes != NULL)
            hashes[i] = (uint32_t)h;
        if (label_is_identity(door, labels.v[i].name))
            sum += h;
    }
    key.hash = (uint32_t)(sum ^ sum >> 32);
    return key;
}

struct alert_key alert_key(const struct flow *f, enum door door, struct pairs labels)
{
    return alert_key_hashes(f, door, labels, NULL);
}

/* Identity compares the labels: a hash may collide at will. */
static bool same_identity(const struct alert *al, const struct alert_key *key)
{
    enum door door = key->door;
    struct pairs labels = key->labels;
    size_t i = 0, j = 0;

    if (al->door != (uint8_t)door)
        return false;
    for (;;) {
        while (i < al->label_count &&
               !label_is_identity(door, interned_name(alert_pair(al, i))))
            i++;
        while (j < labels.n && !label_is_identity(door, labels.v[j].name))
            j++;
        if (i == al->label_count || j == labels.n)
            return i == al->label_count && j == labels.n;
        if (!interned_is(alert_pair(al, i), labels.v[j]))
            return false;
        i++;
        j++;
    }
}

/* ---- any thread -------------------------------------------------------------- */

static const struct alert *version_at(const struct alerts *t, uint32_t index)
{
    struct slot **chunks = atomic_load_explicit(&t->chunks, memory_order_acquire);
    struct slot *s = &chunks[index / SLOT_CHUNK][index % SLOT_CHUNK];

    return atomic_load_explicit(&s->alert, memory_order_acquire);
}

/* The entry that names it, or 0. */
static uint64_t look_up(const struct alerts *t, const struct alert_key *key,
                        const struct alert **found)
{
    const struct identity_table *table =
        atomic_load_explicit(&t->table, memory_order_acquire);
    uint64_t entry;
    size_t at;

    if (table == NULL)
        return 0;
    at = home_of(table, key->hash);
    for (size_t n = 0; n < table->room; n++, at = behind(table, at)) {
        entry = atomic_load_explicit(&table->v[at], memory_order_acquire);
        if (entry == 0)
            return 0;
        if (entry_hash(entry) != key->hash)
            continue;
        *found = version_at(t, entry_index(entry));
        if (*found != NULL && same_identity(*found, key))
            return entry;
    }
    return 0; /* it was moved about under our feet */
}

const struct alert *alert_find(const struct flow *f, const struct alert_key *key)
{
    const struct alert *al = NULL;

    return look_up(&f->alerts, key, &al) != 0 ? al : NULL;
}

/* ---- the flow thread ----------------------------------------------------------- */

struct slot *slot_find(const struct flow *f, const struct alert_key *key)
{
    const struct alert *al;
    uint64_t entry = look_up(&f->alerts, key, &al);

    return entry != 0 ? slot_at(&f->alerts, entry_index(entry)) : NULL;
}

static void put(struct identity_table *t, uint64_t entry)
{
    size_t at = home_of(t, entry_hash(entry));

    while (atomic_load_explicit(&t->v[at], memory_order_relaxed) != 0)
        at = behind(t, at);
    atomic_store_explicit(&t->v[at], entry, memory_order_release);
}

static void grow(struct flow *f)
{
    struct alerts *t = &f->alerts;
    struct identity_table *old = t->table;
    size_t room = old != NULL ? old->room + old->room / 2 : 256;
    struct identity_table *next = calloc(1, sizeof *next + room * sizeof next->v[0]);

    if (next == NULL)
        abort();
    next->room = room;
    for (size_t i = 0; old != NULL && i < old->room; i++)
        if (old->v[i] != 0)
            put(next, old->v[i]);
    atomic_store_explicit(&t->table, next, memory_order_release);
    if (old != NULL)
        epoch_retire(f->config.epoch, old, free);
}

void identity_add(struct flow *f, uint32_t hash, uint32_t index)
{
    struct alerts *t = &f->alerts;

    if (t->table == NULL || (t->n + 1) * 4 > t->table->room * 3)
        grow(f);
    put(t->table, entry_of(hash, index));
    t->n++;
}

/* Who walks meanwhile may find an entry twice, or one that moved behind them not at
 * all. */
void identity_remove(struct flow *f, uint32_t index)
{
    struct identity_table *t = f->alerts.table;
    const struct alert *al = slot_at(&f->alerts, index)->alert;
    struct alert_key key =
        alert_key(f, (enum door)al->door, alert_labels(al, &f->scratch));
    size_t hole = home_of(t, key.hash);

    while (t->v[hole] != entry_of(key.hash, index)) {
        assert(t->v[hole] != 0);
        hole = behind(t, hole);
    }
    for (size_t at = behind(t, hole); t->v[at] != 0; at = behind(t, at)) {
        if (distance(t, home_of(t, entry_hash(t->v[at])), at) >= distance(t, hole, at)) {
            atomic_store_explicit(&t->v[hole], t->v[at], memory_order_release);
            hole = at;
        }
    }
    atomic_store_explicit(&t->v[hole], 0, memory_order_release);
    f->alerts.n--;
}
