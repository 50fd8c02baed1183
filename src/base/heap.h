/* heap.h - timers: a binary heap of intrusive nodes, earliest first; equal
 * times leave in the order they were set. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t at;     /* steady nanoseconds */
    uint64_t order; /* ties: set by heap_set */
    size_t index;   /* 1-based; 0 = not in a heap */
};

struct heap {
    struct heap_node **v;
    size_t n, room;
    uint64_t next_order;
};

void heap_init(struct heap *h);
void heap_fini(struct heap *h);
void heap_set(struct heap *h, struct heap_node *node, int64_t at); /* moves */
void heap_unset(struct heap *h, struct heap_node *node);           /* fine if not in */
struct heap_node *heap_first(const struct heap *h);                /* null when empty */

static inline bool heap_has(const struct heap_node *node)
{
    return node->index != 0;
}

#endif
