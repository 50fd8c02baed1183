#include "base/map.h"

#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

/* Entries lie in the order they came; `slots` finds them by linear probing. A
 * slot carries the hash, so that a probe looks at an entry only when the hash
 * agrees: a miss in a large map costs one cache line. A removed entry keeps
 * its slot (a tombstone) until the next rebuild. */

enum { LEAST_SLOTS = 8 };

void map_init(struct map *m, uint64_t seed)
{
    *m = (struct map){ .seed = seed };
}

void map_fini(struct map *m)
{
    free(m->entries);
    free(m->slots);
    map_init(m, m->seed);
}

static uint32_t hash_of(const struct map *m, struct str key)
{
    return (uint32_t)hash_bytes(m->seed, key);
}

/* The entry of that key, or null and *slot is the free slot that ended the
 * search. There is always a free one: a quarter stays empty. */
static struct map_entry *look(const struct map *m, struct str key, uint32_t hash,
                              size_t *slot)
{
    size_t mask = m->slot_count - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct map_entry *entry;

        *slot = i;
        if (m->slots[i] == 0)
            return NULL;
        if (m->slots[i] >> 32 != hash)
            continue;
        entry = &m->entries[(uint32_t)m->slots[i] - 1];
        if (entry->value != NULL && str_eq(entry->key, key))
            return entry;
    }
}

static void occupy(struct map *m, size_t slot, uint32_t hash, size_t entry)
{
    m->slots[slot] = (uint64_t)hash << 32 | (entry + 1);
}

/* Closes the holes and gives every entry a slot again. */
static void rebuild(struct map *m, size_t slot_count)
{
    size_t mask = slot_count - 1, kept = 0;
    size_t room = slot_count / 4 * 3;

    assert(room < UINT32_MAX);
    free(m->slots);
    m->slots = calloc(slot_count, sizeof *m->slots);
    if (m->slots == NULL)
        abort();
    m->slot_count = slot_count;
    for (size_t e = 0; e < m->used; e++) {
        uint32_t hash = m->entries[e].hash;
        size_t i = hash & mask;

        if (m->entries[e].value == NULL)
            continue;
        while (m->slots[i] != 0)
            i = (i + 1) & mask;
        occupy(m, i, hash, kept);
        m->entries[kept++] = m->entries[e];
    }
    m->used = kept;
    m->room = room;
    m->entries = realloc(m->entries, room * sizeof *m->entries);
    if (m->entries == NULL)
        abort();
}

/* Rebuilt when full, or when more than half are holes. The new size leaves
 * room for half as many again, so a rebuild is paid for by as many puts. */
static void make_room(struct map *m)
{
    size_t slot_count = LEAST_SLOTS;

    if (m->used < m->room && (m->used < LEAST_SLOTS || m->n >= m->used / 2))
        return;
    while (slot_count / 2 < m->n + 1)
        slot_count *= 2;
    rebuild(m, slot_count);
}

void *map_find(const struct map *m, struct str key)
{
    struct map_entry *entry;
    size_t slot;

    if (m->n == 0)
        return NULL;
    entry = look(m, key, hash_of(m, key), &slot);
    return entry == NULL ? NULL : entry->value;
}

void *map_put(struct map *m, struct str key, void *value)
{
    uint32_t hash = hash_of(m, key);
    struct map_entry *entry;
    size_t slot;
    void *old;

    assert(value != NULL);
    make_room(m);
    entry = look(m, key, hash, &slot);
    if (entry == NULL) {
        occupy(m, slot, hash, m->used);
        m->entries[m->used++] = (struct map_entry){ key, value, hash };
        m->n++;
        return NULL;
    }
    old = entry->value;
    entry->key = key;
    entry->value = value;
    return old;
}

void *map_remove(struct map *m, struct str key)
{
    struct map_entry *entry;
    size_t slot;
    void *old;

    if (m->n == 0)
        return NULL;
    entry = look(m, key, hash_of(m, key), &slot);
    if (entry == NULL)
        return NULL;
    old = entry->value;
    entry->value = NULL;
    m->n--;
    return old;
}

void *map_next(const struct map *m, size_t *i, struct str *key)
{
    while (*i < m->used) {
        const struct map_entry *entry = &m->entries[(*i)++];

        if (entry->value == NULL)
            continue;
        if (key != NULL)
            *key = entry->key;
        return entry->value;
    }
    return NULL;
}
