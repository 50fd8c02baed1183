/* intern.c - each name and value once: an open-addressing table of pointers. */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdlib.h>

void intern_init(struct intern *t, uint64_t seed)
{
    *t = (struct intern){ .seed = seed };
}

void intern_fini(struct intern *t)
{
    for (size_t i = 0; i < t->room; i++)
        free(t->slots[i]);
    free(t->slots);
    *t = (struct intern){ 0 };
}

static uint32_t pair_hash(const struct intern *t, struct pair p)
{
    return (uint32_t)hash_bytes(hash_bytes(t->seed, p.name), p.value);
}

static void place(struct interned **slots, size_t room, struct interned *i)
{
    size_t at = i->hash & (room - 1);

    while (slots[at] != NULL)
        at = (at + 1) & (room - 1);
    slots[at] = i;
}

static void grow(struct intern *t)
{
    size_t room = t->room ? t->room * 2 : 256;
    struct interned **slots = calloc(room, sizeof *slots);

    if (slots == NULL)
        abort();
    for (size_t i = 0; i < t->room; i++)
        if (t->slots[i] != NULL)
            place(slots, room, t->slots[i]);
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

struct interned *intern_get(struct intern *t, struct pair p)
{
    uint32_t hash = pair_hash(t, p);
    struct interned *i;

    if ((t->n + 1) * 4 > t->room * 3)
        grow(t);
    for (size_t at = hash & (t->room - 1); (i = t->slots[at]) != NULL;
         at = (at + 1) & (t->room - 1)) {
        if (i->hash == hash && str_eq(interned_name(i), p.name) &&
            str_eq(interned_value(i), p.value)) {
            i->refs++;
            return i;
        }
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

    while (t->slots[hole] != i)
        hole = (hole + 1) & mask;
    for (size_t at = (hole + 1) & mask; t->slots[at] != NULL; at = (at + 1) & mask) {
        size_t home = t->slots[at]->hash & mask;

        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->slots[hole] = t->slots[at];
            hole = at;
        }
    }
    t->slots[hole] = NULL;
    t->n--;
}

void intern_drop(struct intern *t, struct interned *i)
{
    assert(i->refs > 0);
    if (--i->refs > 0)
        return;
    unplace(t, i);
    free(i);
}
