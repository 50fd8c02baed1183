/* intern.c - each name and value once: an open-addressing table of numbers in a pool.
 *
 * Beside each number stand eight bits of the hash, so that a probe touches the memory of
 * an entry only when it is (nearly always) the one that is looked for. Beyond 100 k alerts
 * those cold cache lines are what intake costs. */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdlib.h>

enum { AHEAD = 8 }; /* of a walk over entries that lie anywhere */

/* The lower bits say where it stands. */
static uint8_t tag_of(uint32_t hash)
{
    return (uint8_t)(hash >> 24);
}

static struct interned *entry_at(const struct intern *t, size_t at)
{
    return pool_at(&t->pool, t->slots[at]);
}

void intern_init(struct intern *t, uint64_t seed)
{
    *t = (struct intern){ .seed = seed };
    pool_init(&t->pool);
}

void intern_fini(struct intern *t)
{
    pool_fini(&t->pool);
    free(t->slots);
    free(t->tags);
    *t = (struct intern){ 0 };
}

uint64_t pair_hash(uint64_t seed, struct pair p)
{
    return hash_two(seed, p.name, p.value);
}

/* Not kept: what an alert has of its own is one of a hundred thousand, and looked at
 * again when the table grows or it goes. */
static uint32_t hash_of(const struct intern *t, const struct interned *i)
{
    return (uint32_t)pair_hash(t->seed, interned_pair(i));
}

static void place(struct intern *t, uint32_t number, uint32_t hash)
{
    size_t at = hash & (t->room - 1);

    while (t->slots[at] != 0)
        at = (at + 1) & (t->room - 1);
    t->slots[at] = number;
    t->tags[at] = tag_of(hash);
}

static void grow(struct intern *t)
{
    uint32_t *old = t->slots;
    size_t n = t->room;

    t->room = n > 0 ? n * 2 : 256;
    t->slots = calloc(t->room, sizeof *t->slots);
    free(t->tags);
    t->tags = malloc(t->room);
    if (t->slots == NULL || t->tags == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n && old[i + AHEAD] != 0)
            __builtin_prefetch(pool_at(&t->pool, old[i + AHEAD]));
        if (old[i] != 0)
            place(t, old[i], hash_of(t, pool_at(&t->pool, old[i])));
    }
    free(old);
}

static struct interned *make(struct intern *t, struct pair p)
{
    struct interned *i = pool_take(&t->pool, interned_bytes(p));

    interned_set(i, p);
    return i;
}

/* The number of the pair; 0: nobody has it. */
static uint32_t find(const struct intern *t, uint32_t hash, struct pair p)
{
    size_t mask = t->room - 1;

    for (size_t at = hash & mask; t->slots[at] != 0; at = (at + 1) & mask) {
        if (t->tags[at] == tag_of(hash) && interned_is(entry_at(t, at), p))
            return t->slots[at];
    }
    return 0;
}

struct interned *intern_find(const struct intern *t, struct pair p)
{
    uint32_t number = t->n > 0 ? find(t, (uint32_t)pair_hash(t->seed, p), p) : 0;

    return number != 0 ? pool_at(&t->pool, number) : NULL;
}

struct interned *intern_get(struct intern *t, struct pair p)
{
    return pool_at(&t->pool, intern_get_hashed(t, (uint32_t)pair_hash(t->seed, p), p));
}

void intern_fetch(const struct intern *t, uint32_t hash)
{
    if (t->room == 0)
        return;
    __builtin_prefetch(&t->slots[hash & (t->room - 1)]);
    __builtin_prefetch(&t->tags[hash & (t->room - 1)]);
}

uint32_t intern_get_hashed(struct intern *t, uint32_t hash, struct pair p)
{
    uint32_t number;

    if ((t->n + 1) * 4 > t->room * 3)
        grow(t);
    number = find(t, hash, p);
    if (number != 0) {
        ((struct interned *)pool_at(&t->pool, number))->refs++;
        return number;
    }
    number = pool_number(&t->pool, make(t, p));
    place(t, number, hash);
    t->n++;
    return number;
}

/* Backward-shift deletion: no tombstones, probes stay short. */
static void unplace(struct intern *t, const struct interned *i)
{
    uint32_t number = pool_number(&t->pool, i);
    size_t mask = t->room - 1, hole = hash_of(t, i) & mask;

    while (t->slots[hole] != number)
        hole = (hole + 1) & mask;
    for (size_t at = (hole + 1) & mask; t->slots[at] != 0; at = (at + 1) & mask) {
        size_t home = hash_of(t, entry_at(t, at)) & mask;

        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->slots[hole] = t->slots[at];
            t->tags[hole] = t->tags[at];
            hole = at;
        }
    }
    t->slots[hole] = 0;
    t->n--;
}

void intern_drop(struct intern *t, struct interned *i)
{
    assert(i->refs > 0);
    if (--i->refs > 0)
        return;
    assert(i->users == 0);
    unplace(t, i);
    pool_give(&t->pool, i, interned_bytes(interned_pair(i)));
}
