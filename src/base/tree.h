/* tree.h - a persistent ordered map: a weight-balanced tree whose nodes are
 * shared between versions.
 *
 * A version is a root pointer. Changing one copies the O(log n) nodes on the
 * path and shares the rest, so a new generation of the book costs the same
 * with 10 and 100,000 contacts, and readers of the old one notice nothing.
 * Nodes count their users atomically; values are counted by the two functions
 * of the tree's type. Keys lie inside the values and are compared bytewise.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include "base/str.h"

struct tree_node;

struct tree_type {
    struct str (*key)(const void *value);
    void (*ref)(const void *value);
    void (*unref)(const void *value);
};

struct tree {
    const struct tree_type *type;
    struct tree_node *root; /* null: empty */
};

struct tree tree_ref(struct tree t); /* one more user of this version */
void tree_unref(struct tree *t);     /* frees what nobody else uses */

size_t tree_count(struct tree t);
const void *tree_find(struct tree t, struct str key); /* null: not there */
const void *tree_at(struct tree t, size_t rank);      /* in key order; < count */
size_t tree_rank(struct tree t, struct str key);      /* how many keys are less */

/* The new version; `t` itself is untouched and still owned by the caller. */
struct tree tree_put(struct tree t, const void *value); /* refs value */
struct tree tree_remove(struct tree t, struct str key);

/* Order, sizes and balance hold: what tests ask after every change. */
bool tree_is_sound(struct tree t);

#endif
