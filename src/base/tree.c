#include "base/tree.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A weight-balanced tree with the parameters (3, 2), which Hirai and Yamamoto
 * ("Balancing weight-balanced trees", 2011) proved sound for insertion and
 * deletion: of two siblings the larger has at most three times the weight of
 * the other, a weight being the size plus one.
 *
 * In this file `own` marks what a function takes over: it puts the reference
 * into its result or drops it. Everything else is borrowed. */
enum { DELTA = 3, GAMMA = 2 };

struct tree_node {
    atomic_size_t refs;
    size_t size; /* of the subtree */
    struct tree_node *left, *right;
    const void *value;
};

/* ---- references ---- */

static struct tree_node *node_ref(struct tree_node *n)
{
    if (n != NULL)
        atomic_fetch_add_explicit(&n->refs, 1, memory_order_relaxed);
    return n;
}

static void node_unref(const struct tree_type *type, struct tree_node *n)
{
    while (n != NULL &&
           atomic_fetch_sub_explicit(&n->refs, 1, memory_order_acq_rel) == 1) {
        struct tree_node *right = n->right;

        node_unref(type, n->left);
        type->unref(n->value);
        free(n);
        n = right;
    }
}

struct tree tree_ref(struct tree t)
{
    node_ref(t.root);
    return t;
}

void tree_unref(struct tree *t)
{
    node_unref(t->type, t->root);
    t->root = NULL;
}

/* ---- building ---- */

static size_t size_of(const struct tree_node *n)
{
    return n == NULL ? 0 : n->size;
}

static size_t weight_of(const struct tree_node *n)
{
    return size_of(n) + 1;
}

/* own: left and right. The value is referenced here. */
static struct tree_node *node_new(const struct tree_type *type, struct tree_node *left,
                                  const void *value, struct tree_node *right)
{
    struct tree_node *n = malloc(sizeof *n);

    if (n == NULL)
        abort();
    type->ref(value);
    atomic_init(&n->refs, 1);
    n->size = size_of(left) + 1 + size_of(right);
    n->left = left;
    n->right = right;
    n->value = value;
    return n;
}

/* own: left and right; right is too heavy. */
static struct tree_node *rotate_left(const struct tree_type *type, struct tree_node *left,
                                     const void *value, struct tree_node *right)
{
    struct tree_node *inner = right->left, *outer = right->right, *n;

    if (weight_of(inner) < GAMMA * weight_of(outer)) {
        n = node_new(type, left, value, node_ref(inner));
        n = node_new(type, n, right->value, node_ref(outer));
    } else {
        n = node_new(type, left, value, node_ref(inner->left));
        n = node_new(
            type, n, inner->value,
            node_new(type, node_ref(inner->right), right->value, node_ref(outer)));
    }
    node_unref(type, right);
    return n;
}

/* own: left and right; left is too heavy. */
static struct tree_node *rotate_right(const struct tree_type *type,
                                      struct tree_node *left, const void *value,
                                      struct tree_node *right)
{
    struct tree_node *inner = left->right, *outer = left->left, *n;

    if (weight_of(inner) < GAMMA * weight_of(outer)) {
        n = node_new(type, node_ref(inner), value, right);
        n = node_new(type, node_ref(outer), left->value, n);
    } else {
        n = node_new(type, node_ref(inner->right), value, right);
        n = node_new(type,
                     node_new(type, node_ref(outer), left->value, node_ref(inner->left)),
                     inner->value, n);
    }
    node_unref(type, left);
    return n;
}

/* own: left and right, which differ from balance by one element at most. */
static struct tree_node *balance(const struct tree_type *type, struct tree_node *left,
                                 const void *value, struct tree_node *right)
{
    if (weight_of(right) > DELTA * weight_of(left))
        return rotate_left(type, left, value, right);
    if (weight_of(left) > DELTA * weight_of(right))
        return rotate_right(type, left, value, right);
    return node_new(type, left, value, right);
}

/* ---- changing ---- */

static struct tree_node *put(const struct tree_type *type, struct tree_node *n,
                             struct str key, const void *value)
{
    int way;

    if (n == NULL)
        return node_new(type, NULL, value, NULL);
    way = str_cmp(key, type->key(n->value));
    if (way < 0)
        return balance(type, put(type, n->left, key, value), n->value,
                       node_ref(n->right));
    if (way > 0)
        return balance(type, node_ref(n->left), n->value,
                       put(type, n->right, key, value));
    return node_new(type, node_ref(n->left), value, node_ref(n->right));
}

struct tree tree_put(struct tree t, const void *value)
{
    return (struct tree){ t.type, put(t.type, t.root, t.type->key(value), value) };
}

/* Without its first value, which goes to *first (still held by n). */
static struct tree_node *without_first(const struct tree_type *type, struct tree_node *n,
                                       const void **first)
{
    if (n->left == NULL) {
        *first = n->value;
        return node_ref(n->right);
    }
    return balance(type, without_first(type, n->left, first), n->value,
                   node_ref(n->right));
}

static struct tree_node *without_last(const struct tree_type *type, struct tree_node *n,
                                      const void **last)
{
    if (n->right == NULL) {
        *last = n->value;
        return node_ref(n->left);
    }
    return balance(type, node_ref(n->left), n->value, without_last(type, n->right, last));
}

/* The two subtrees of a node that goes: the heavier lends its nearest value. */
static struct tree_node *join(const struct tree_type *type, struct tree_node *left,
                              struct tree_node *right)
{
    struct tree_node *rest;
    const void *middle;

    if (left == NULL)
        return node_ref(right);
    if (right == NULL)
        return node_ref(left);
    if (left->size > right->size) {
        rest = without_last(type, left, &middle);
        return balance(type, rest, middle, node_ref(right));
    }
    rest = without_first(type, right, &middle);
    return balance(type, node_ref(left), middle, rest);
}

/* The key is there: tree_remove looked. */
static struct tree_node *without(const struct tree_type *type, struct tree_node *n,
                                 struct str key)
{
    int way = str_cmp(key, type->key(n->value));

    if (way < 0)
        return balance(type, without(type, n->left, key), n->value, node_ref(n->right));
    if (way > 0)
        return balance(type, node_ref(n->left), n->value, without(type, n->right, key));
    return join(type, n->left, n->right);
}

struct tree tree_remove(struct tree t, struct str key)
{
    if (tree_find(t, key) == NULL)
        return tree_ref(t);
    return (struct tree){ t.type, without(t.type, t.root, key) };
}

/* ---- asking ---- */

size_t tree_count(struct tree t)
{
    return size_of(t.root);
}

const void *tree_find(struct tree t, struct str key)
{
    const struct tree_node *n = t.root;

    while (n != NULL) {
        int way = str_cmp(key, t.type->key(n->value));

        if (way == 0)
            return n->value;
        n = way < 0 ? n->left : n->right;
    }
    return NULL;
}

const void *tree_at(struct tree t, size_t rank)
{
    const struct tree_node *n = t.root;

    assert(rank < size_of(n));
    for (;;) {
        size_t left = size_of(n->left);

        if (rank == left)
            return n->value;
        if (rank < left) {
            n = n->left;
        } else {
            rank -= left + 1;
            n = n->right;
        }
    }
}

size_t tree_rank(struct tree t, struct str key)
{
    const struct tree_node *n = t.root;
    size_t less = 0;

    while (n != NULL) {
        int way = str_cmp(key, t.type->key(n->value));

        if (way == 0)
            return less + size_of(n->left);
        if (way > 0)
            less += size_of(n->left) + 1;
        n = way < 0 ? n->left : n->right;
    }
    return less;
}

static bool is_sound(const struct tree_type *type, const struct tree_node *n,
                     const struct tree_node **before)
{
    if (n == NULL)
        return true;
    if (!is_sound(type, n->left, before))
        return false;
    if (*before != NULL && str_cmp(type->key((*before)->value), type->key(n->value)) >= 0)
        return false;
    *before = n;
    return n->size == size_of(n->left) + 1 + size_of(n->right) &&
           weight_of(n->left) <= DELTA * weight_of(n->right) &&
           weight_of(n->right) <= DELTA * weight_of(n->left) &&
           is_sound(type, n->right, before);
}

bool tree_is_sound(struct tree t)
{
    const struct tree_node *before = NULL;

    return is_sound(t.type, t.root, &before);
}
