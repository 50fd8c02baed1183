/* matcher_index.h - among many lists of matchers, those that hold for some labels.
 *
 * A list is found by one of its matchers that wants a certain value of a label: an
 * equality, or a regular expression that is nothing but alternatives (a|b|c). Lists
 * without such a matcher are asked every time. So ten thousand lists that want
 * something else cost nothing, and adding or removing one costs the same as among ten.
 * An absent label is an empty value. One thread.
 */
#ifndef FLOW_MATCHER_INDEX_H
#define FLOW_MATCHER_INDEX_H

#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"
#include "model/alert.h"
#include "model/objects.h"

struct matcher_bucket;

/* A list of matchers, compiled; embed it first. */
struct matcher_list {
    struct matchers matchers; /* borrowed: the strings outlive it */
    struct regex **regexes;   /* one per matcher; NULL for = and != */
    struct matcher_place {
        struct matcher_bucket *bucket;
        size_t at;
    } * places; /* where the index has it */
    size_t place_count;
};

/* A pattern that does not compile (it was refused at the door) matches nothing. */
void matcher_list_init(struct matcher_list *l, struct matchers matchers);
void matcher_list_fini(struct matcher_list *l); /* not in an index any more */
bool matcher_list_holds(const struct matcher_list *l, struct pairs labels);

struct matcher_hits {
    VEC(struct matcher_list *) v;
};

struct matcher_index {
    struct map names; /* label name -> struct matcher_values */
    struct matcher_bucket *rest;
    size_t n; /* lists */
    uint64_t seed;
    uint64_t asked; /* lists that were tried, ever: what tests count */
};

void matcher_index_init(struct matcher_index *x, uint64_t seed);
void matcher_index_fini(struct matcher_index *x); /* the lists are the caller's */
void matcher_index_add(struct matcher_index *x, struct matcher_list *l);
void matcher_index_remove(struct matcher_index *x, struct matcher_list *l);
/* Adds to the hits, each list once, in no order that means anything. */
void matcher_index_find(struct matcher_index *x, struct pairs labels,
                        struct matcher_hits *hits);

#endif
