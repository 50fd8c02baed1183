/* matcher_index.c - label name -> value -> lists that want that value. */
#include "flow/matcher_index.h"

#include <assert.h>
#include <stdlib.h>

enum { ALTERNATIVES_MAX = 32 };

struct matcher_seat { /* of a list in a bucket */
    struct matcher_list *list;
    size_t place; /* which of the list's places this is */
};

struct matcher_bucket {
    VEC(struct matcher_seat) seats;
    struct matcher_values *of; /* NULL: the rest */
    struct str value;          /* behind the struct */
};

struct matcher_values { /* of one label */
    struct map by_value;
    struct str name; /* behind the struct */
};

/* ---- one list ------------------------------------------------------------------ */

static void *alloc(size_t n)
{
    void *p = calloc(1, n > 0 ? n : 1);

    if (p == NULL)
        abort();
    return p;
}

void matcher_list_init(struct matcher_list *l, struct matchers ms)
{
    struct err e;

    *l = (struct matcher_list){ .matchers = ms };
    l->regexes = alloc(ms.n * sizeof *l->regexes);
    for (size_t i = 0; i < ms.n; i++) {
        if (ms.v[i].op != MATCH_RE && ms.v[i].op != MATCH_NRE)
            continue;
        if (regex_new(ms.v[i].value, &l->regexes[i], &e) == FAILED &&
            regex_new(STR("[^\\s\\S]"), &l->regexes[i], &e) == FAILED)
            abort();
    }
}

void matcher_list_fini(struct matcher_list *l)
{
    assert(l->place_count == 0);
    for (size_t i = 0; i < l->matchers.n; i++)
        regex_free(&l->regexes[i]);
    free(l->regexes);
    free(l->places);
    *l = (struct matcher_list){ 0 };
}

static bool matcher_holds(const struct matcher *m, const struct regex *re,
                          struct pairs labels)
{
    const struct pair *p = pairs_find(labels, m->name);
    struct str value = p != NULL ? p->value : STR("");

    switch ((enum matcher_op)m->op) {
    case MATCH_EQ:
        return str_eq(value, m->value);
    case MATCH_NE:
        return !str_eq(value, m->value);
    case MATCH_RE:
        return regex_matches(re, value);
    case MATCH_NRE:
        return !regex_matches(re, value);
    }
    return false;
}

bool matcher_list_holds(const struct matcher_list *l, struct pairs labels)
{
    for (size_t i = 0; i < l->matchers.n; i++)
        if (!matcher_holds(&l->matchers.v[i], l->regexes[i], labels))
            return false;
    return true;
}

/* ---- what a matcher wants -------------------------------------------------------- */

/* The values it holds for, if they are few and none is empty (an absent label has no
 * entry to be found by). 0: cannot be told. */
static size_t wanted(const struct matcher *m, struct str values[ALTERNATIVES_MAX])
{
    struct str rest = m->value;
    size_t n = 0;

    if (m->op == MATCH_EQ) {
        values[0] = m->value;
        return m->value.n > 0;
    }
    if (m->op != MATCH_RE)
        return 0;
    if (str_starts(rest, STR("^(?:")) && str_ends(rest, STR(")$")))
        rest = (struct str){ rest.p + 4, rest.n - 6 };
    for (size_t i = 0; i < rest.n; i++)
        if (strchr("\\.+*?()[]{}^$", rest.p[i]) != NULL) /* and a NUL byte */
            return 0;
    for (struct str one; str_cut(&rest, '|', &one);) {
        if (one.n == 0 || n == ALTERNATIVES_MAX)
            return 0;
        values[n++] = one;
    }
    return n;
}

/* No value twice: a list has one seat in a bucket. */
static size_t once_each(struct str *values, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        bool seen = false;

        for (size_t k = 0; k < kept; k++)
            seen = seen || str_eq(values[k], values[i]);
        if (!seen)
            values[kept++] = values[i];
    }
    return kept;
}

/* ---- buckets ---------------------------------------------------------------------- */

static struct matcher_bucket *find_bucket(const struct matcher_index *x, struct str name,
                                          struct str value)
{
    const struct matcher_values *vs = map_find(&x->names, name);

    return vs != NULL ? map_find(&vs->by_value, value) : NULL;
}

static struct matcher_values *make_values(struct matcher_index *x, struct str name)
{
    struct matcher_values *vs = map_find(&x->names, name);

    if (vs != NULL)
        return vs;
    vs = alloc(sizeof *vs + name.n);
    memcpy(vs + 1, name.p, name.n);
    vs->name = (struct str){ (const char *)(vs + 1), name.n };
    map_init(&vs->by_value, x->seed);
    map_put(&x->names, vs->name, vs);
    return vs;
}

static struct matcher_bucket *make_bucket(struct matcher_index *x, struct str name,
                                          struct str value)
{
    struct matcher_values *vs = make_values(x, name);
    struct matcher_bucket *b = map_find(&vs->by_value, value);

    if (b != NULL)
        return b;
    b = alloc(sizeof *b + value.n);
    memcpy(b + 1, value.p, value.n);
    b->value = (struct str){ (const char *)(b + 1), value.n };
    b->of = vs;
    map_put(&vs->by_value, b->value, b);
    return b;
}

static void drop_bucket(struct matcher_index *x, struct matcher_bucket *b)
{
    struct matcher_values *vs = b->of;

    map_remove(&vs->by_value, b->value);
    vec_fini(&b->seats);
    free(b);
    if (vs->by_value.n > 0)
        return;
    map_remove(&x->names, vs->name);
    map_fini(&vs->by_value);
    free(vs);
}

static void sit(struct matcher_list *l, struct matcher_bucket *b)
{
    size_t place = l->place_count++;

    l->places[place] = (struct matcher_place){ b, b->seats.n };
    vec_push(&b->seats, (struct matcher_seat){ l, place });
}

/* ---- the index --------------------------------------------------------------------- */

void matcher_index_init(struct matcher_index *x, uint64_t seed)
{
    *x = (struct matcher_index){ .seed = seed };
    map_init(&x->names, seed);
    x->rest = alloc(sizeof *x->rest);
}

void matcher_index_fini(struct matcher_index *x)
{
    assert(x->n == 0 && x->names.n == 0 && x->rest->seats.n == 0);
    map_fini(&x->names);
    vec_fini(&x->rest->seats);
    free(x->rest);
    *x = (struct matcher_index){ 0 };
}

/* How many lists are tried already when these values are met. */
static size_t crowd(const struct matcher_index *x, struct str name,
                    const struct str *values, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        const struct matcher_bucket *b = find_bucket(x, name, values[i]);

        sum += b != NULL ? b->seats.n : 0;
    }
    return sum;
}

/* By the matcher that shares its values with the fewest others; of equals the first. */
void matcher_index_add(struct matcher_index *x, struct matcher_list *l)
{
    struct str values[ALTERNATIVES_MAX], best[ALTERNATIVES_MAX];
    struct str name = STR("");
    size_t best_n = 0, least = SIZE_MAX;

    assert(l->place_count == 0);
    for (size_t i = 0; i < l->matchers.n && least > 0; i++) {
        const struct matcher *m = &l->matchers.v[i];
        size_t n = once_each(values, wanted(m, values));
        size_t others = crowd(x, m->name, values, n);

        if (n == 0 || others >= least)
            continue;
        least = others;
        name = m->name;
        best_n = n;
        memcpy(best, values, n * sizeof *best);
    }
    l->places = realloc(l->places, (best_n + 1) * sizeof *l->places);
    if (l->places == NULL)
        abort();
    if (best_n == 0)
        sit(l, x->rest);
    for (size_t i = 0; i < best_n; i++)
        sit(l, make_bucket(x, name, best[i]));
    x->n++;
}

void matcher_index_remove(struct matcher_index *x, struct matcher_list *l)
{
    x->n -= l->place_count > 0;
    while (l->place_count > 0) {
        struct matcher_place p = l->places[--l->place_count];
        struct matcher_seat last = p.bucket->seats.v[--p.bucket->seats.n];

        if (p.at < p.bucket->seats.n) {
            p.bucket->seats.v[p.at] = last;
            last.list->places[last.place].at = p.at;
        }
        if (p.bucket->seats.n == 0 && p.bucket != x->rest)
            drop_bucket(x, p.bucket);
    }
}

static void try_bucket(struct matcher_index *x, const struct matcher_bucket *b,
                       struct pairs labels, struct matcher_hits *hits)
{
    x->asked += b->seats.n;
    for (size_t i = 0; i < b->seats.n; i++)
        if (matcher_list_holds(b->seats.v[i].list, labels))
            vec_push(&hits->v, b->seats.v[i].list);
}

void matcher_index_find(struct matcher_index *x, struct pairs labels,
                        struct matcher_hits *hits)
{
    for (size_t i = 0; i < labels.n && x->names.n > 0; i++) {
        const struct matcher_bucket *b =
            find_bucket(x, labels.v[i].name, labels.v[i].value);

        if (b != NULL)
            try_bucket(x, b, labels, hits);
    }
    try_bucket(x, x->rest, labels, hits);
}
