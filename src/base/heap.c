#include "base/heap.h"

#include "base/vec.h"

#include <assert.h>

void heap_init(struct heap *h)
{
    *h = (struct heap){ 0 };
}

void heap_fini(struct heap *h)
{
    for (size_t i = 0; i < h->n; i++)
        h->v[i]->index = 0;
    vec_free(&h->v);
    heap_init(h);
}

static bool is_before(const struct heap_node *a, const struct heap_node *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

/* Indices count from 1: the children of i are 2i and 2i + 1. */
static void place(struct heap *h, size_t index, struct heap_node *node)
{
    h->v[index - 1] = node;
    node->index = index;
}

static void rise(struct heap *h, size_t i, struct heap_node *node)
{
    for (; i > 1 && is_before(node, h->v[i / 2 - 1]); i /= 2)
        place(h, i, h->v[i / 2 - 1]);
    place(h, i, node);
}

static void sink(struct heap *h, size_t i, struct heap_node *node)
{
    for (size_t child; (child = 2 * i) <= h->n; i = child) {
        if (child < h->n && is_before(h->v[child], h->v[child - 1]))
            child++;
        if (!is_before(h->v[child - 1], node))
            break;
        place(h, i, h->v[child - 1]);
    }
    place(h, i, node);
}

/* Only one of the two moves it: either its parent or its children are wrong. */
static void settle(struct heap *h, size_t i, struct heap_node *node)
{
    if (i > 1 && is_before(node, h->v[i / 2 - 1]))
        rise(h, i, node);
    else
        sink(h, i, node);
}

void heap_set(struct heap *h, struct heap_node *node, int64_t at)
{
    node->at = at;
    node->order = h->next_order++;
    if (node->index == 0) {
        vec_reserve(h, h->n + 1);
        h->n++;
        rise(h, h->n, node);
        return;
    }
    assert(node->index <= h->n && h->v[node->index - 1] == node);
    settle(h, node->index, node);
}

void heap_unset(struct heap *h, struct heap_node *node)
{
    size_t i = node->index;
    struct heap_node *last;

    if (i == 0)
        return;
    assert(i <= h->n && h->v[i - 1] == node);
    last = h->v[--h->n];
    if (last != node)
        settle(h, i, last);
    node->index = 0;
}

struct heap_node *heap_first(const struct heap *h)
{
    return h->n == 0 ? NULL : h->v[0];
}
