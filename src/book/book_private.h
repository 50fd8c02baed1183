/* book_private.h - how a generation of the book is made of its parts. */
#ifndef BOOK_BOOK_PRIVATE_H
#define BOOK_BOOK_PRIVATE_H

#include "book/change.h"

#include <stdatomic.h>

/* Users are counted; trees share what did not change with other generations. */
struct book {
    atomic_size_t refs;
    uint64_t revision;
    uint64_t next_order;
    struct tree kinds[OBJECT_COUNT]; /* of struct object, by key */
    struct tree uses;                /* uses.c */
};

/* A generation of its own that begins as this one; one user. */
struct book *book_copy(const struct book *b);

/* The prefix as it is, and the ranks in [*from, *to) that begin with it. */
void tree_range(struct tree t, struct str prefix, size_t *from, size_t *to);

static inline void tree_become(struct tree *t, struct tree next)
{
    tree_unref(t);
    *t = next;
}

/* What stands behind the last ':' of a topic's URN: its name. */
static inline struct str urn_topic(struct str urn)
{
    size_t at = urn.n;

    while (at > 0 && urn.p[at - 1] != ':')
        at--;
    return str_from(urn, at);
}

/* ---- object.c ---------------------------------------------------------- */

extern const struct tree_type object_tree;

/* A copy in one piece of memory; one user, the caller. `model` and `like` (for
 * what is not the model's) stay the caller's. */
struct object *object_new(const struct object *like, const void *model);
void object_unref(const void *object);

/* Reads what object_encode wrote; the key is made here. */
ok object_decode(struct str bytes, struct object **out, struct err *e);

/* As the tree has it, by its key. NULL: not there. */
const struct object *book_get(const struct book *b, enum object_kind kind,
                              struct str key);
/* Takes over `now` (NULL: remove) in the place of `before` (NULL: was not
 * there), and keeps the index of uses right. */
void book_put(struct book *b, const struct object *before, struct object *now,
              struct arena *scratch);

/* ---- uses.c: who names this? ------------------------------------------- */

extern const struct tree_type use_tree;

/* The entries of `uses` as they are with `now` in the place of `before`; either
 * may be NULL. */
void uses_change(struct tree *uses, const struct object *before, const struct object *now,
                 struct arena *scratch);
/* Of one kind of users only, whose keys begin with `prefix`: ranks in the tree. */
void uses_range(struct tree uses, enum ref_kind ref, struct str key,
                enum object_kind user, struct str prefix, size_t *from, size_t *to);
/* The user that an entry of the tree stands for. */
const struct object *uses_object(const struct book *b, size_t rank);

#endif
