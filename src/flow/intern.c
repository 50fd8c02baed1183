/* intern.c - each name and value once: an open-addressing table of pointers.
 *
 * A pointer has 48 bits on the machines we know; above it ride 16 bits of the hash, so
 * that a probe touches the memory of an entry only when it is (nearly always) the one
 * that is looked for. Beyond 100 k alerts those cold cache lines are what intake costs. */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdlib.h>

enum { TAG_SHIFT = 48 };

static struct interned *entry_of(uint64_t slot)
{
    return (struct interned *)(uintptr_t)(slot & ((UINT64_C(1) << TAG_SHIFT) - 1));
}

static uint64_t slot_of(struct interned *i)
{
    assert((uintptr_t)i >> TAG_SHIFT == 0);
    return (uint64_t)(uintptr_t)i | (uint64_t)(i->hash >> 16) << TAG_SHIFT;
}

void intern_init(struct intern *t, uint64_t seed)
{
    *t = (struct intern){ .seed = seed };
}

void intern_fini(struct intern *t)
{
    for (size_t i = 0; i < t->room; i++)
        free(entry_of(t->slots[i]));
    free(t->slots);
    *t = (struct intern){ 0 };
}

uint64_t pair_hash(uint64_t seed, struct pair p)
{
    return hash_two(seed, p.name, p.value);
}

static void place(uint64_t *slots, size_t room, struct interned *i)
{
    size_t at = i->hash & (room - 1);

    while (slots[at] != 0)
        at = (at + 1) & (room - 1);
    slots[at] = slot_of(i);
}

static void grow(struct intern *t)
{
    size_t room = t->room ? t->room * 2 : 256;
    uint64_t *slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        abort();
    for (size_t i = 0; i < t->room; i++)
        if (t->slots[i] != 0)
            place(slots, room, entry_of(t->slots[i]));
    free(t->slots);
    t->slots = slots;
    t->room = room;
}

static struct interned *make(uint32_t hash, struct pair p)
{
    struct interned *i = malloc(sizeof *i + p.name.n + p.value.n);

    if (i == NULL)
        abort();
    *i = (struct interned){ .refs = 1,
                            .hash = hash,
                            .name_n = (uint32_t)p.name.n,
                            .value_n = (uint32_t)p.value.n };
    if (p.name.n > 0)
        memcpy(i->bytes, p.name.p, p.name.n);
    if (p.value.n > 0)
        memcpy(i->bytes + p.name.n, p.value.p, p.value.n);
    return i;
}

static struct interned *find(const struct intern *t, uint32_t hash, struct pair p)
{
    size_t mask = t->room - 1;
    uint64_t slot;

    for (size_t at = hash & mask; (slot = t->slots[at]) != 0; at = (at + 1) & mask) {
        struct interned *i = entry_of(slot);

        if (slot >> TAG_SHIFT == hash >> 16 && i->hash == hash && interned_is(i, p))
            return i;
    }
    return NULL;
}

struct interned *intern_find(const struct intern *t, struct pair p)
{
    return t->n > 0 ? find(t, (uint32_t)pair_hash(t->seed, p), p) : NULL;
}

struct interned *intern_get(struct intern *t, struct pair p)
{
    return intern_get_hashed(t, (uint32_t)pair_hash(t->seed, p), p);
}

void intern_fetch(const struct intern *t, uint32_t hash)
{
    if (t->room > 0)
        __builtin_prefetch(&t->slots[hash & (t->room - 1)]);
}

struct interned *intern_get_hashed(struct intern *t, uint32_t hash, struct pair p)
{
    struct interned *i;

    if ((t->n + 1) * 4 > t->room * 3)
        grow(t);
    i = find(t, hash, p);
    if (i != NULL) {
        i->refs++;
        return i;
    }
    i = make(hash, p);
    place(t->slots, t->room, i);
    t->n++;
    return i;
}

/* Backward-shift deletion: no tombstones, probes stay short. */
static void unplace(struct intern *t, const struct interned *i)
{
    size_t mask = t->room - 1, hole = i->hash & mask;

    while (entry_of(t->slots[hole]) != i)
        hole = (hole + 1) & mask;
    for (size_t at = (hole + 1) & mask; t->slots[at] != 0; at = (at + 1) & mask) {
        size_t home = entry_of(t->slots[at])->hash & mask;

        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->slots[hole] = t->slots[at];
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
    free(i);
}
