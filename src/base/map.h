/* map.h - a hash map from bytes to a pointer that iterates in insertion
 * order, whatever its seed: the flow's decisions may not depend on hashing.
 *
 * Keys are borrowed: they must live as long as their entry (usually they lie
 * inside the value). Removing keeps the order of the others.
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
    struct map_entry *entries; /* in insertion order, with holes */
    uint32_t *slots;
    size_t used, n, room, slot_count;
    uint64_t seed;
};

void map_init(struct map *m, uint64_t seed);
void map_fini(struct map *m);
void *map_find(const struct map *m, struct str key);       /* may be null */
void *map_put(struct map *m, struct str key, void *value); /* the old one */
void *map_remove(struct map *m, struct str key);           /* the old one */

/* for (size_t i = 0; (v = map_next(m, &i, NULL)) != NULL;) ... */
void *map_next(const struct map *m, size_t *i, struct str *key);

#endif
