/* map.h - a hash map from bytes to a pointer that iterates in insertion
 * order, whatever its seed: the flow's decisions may not depend on hashing.
 *
 * Keys are borrowed: they must live as long as their entry (usually they lie
 * inside the value). Removing keeps the order of the others, and moves none:
 * an iteration may remove what it meets, but not put.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

struct map_entry {
    struct str key;
    void *value; /* null: a hole left by a removal; iteration skips it */
    uint32_t hash;
};

struct map {
    struct map_entry *entries;        /* in insertion order, with holes */
    uint64_t *slots;                  /* hash << 32 | entry + 1; 0: free. The map's own */
    size_t used, n, room, slot_count; /* n: entries that are not holes */
    uint64_t seed;
};

void map_init(struct map *m, uint64_t seed);
void map_fini(struct map *m);
void *map_find(const struct map *m, struct str key); /* may be null */
/* Gives the old value, null if none; the new key replaces the old one's bytes,
 * its place in the order stays. */
void *map_put(struct map *m, struct str key, void *value);
void *map_remove(struct map *m, struct str key); /* the old one */

/* for (size_t i = 0; (v = map_next(m, &i, NULL)) != NULL;) ... */
void *map_next(const struct map *m, size_t *i, struct str *key);

#endif
