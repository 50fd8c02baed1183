/* match.c - which routes care? Rules are found by one of their equality
 * matchers first, so ten thousand that do not care cost nothing. */
#include "flow/flow_private.h"

#include <stdlib.h>

static void list_fini(struct map *m)
{
    struct rule_list *l;

    for (size_t i = 0; (l = map_next(m, &i, NULL)) != NULL;) {
        vec_fini(&l->v);
        free(l);
    }
    map_fini(m);
}

void rules_init(struct rules *r)
{
    *r = (struct rules){ 0 };
    arena_init(&r->arena);
    map_init(&r->by_label, 0);
    map_init(&r->names, 0);
}

void rules_fini(struct rules *r)
{
    for (size_t i = 0; i < r->n; i++)
        for (size_t m = 0; m < r->v[i].route->matchers.n; m++)
            regex_free(&r->v[i].regexes[m]);
    list_fini(&r->by_label);
    map_fini(&r->names);
    vec_fini(&r->unlabeled.v);
    arena_fini(&r->arena);
    if (r->book != NULL)
        book_unref(r->book);
    rules_init(r);
}

/* ---- one rule -------------------------------------------------------------- */

static bool matcher_holds(const struct matcher *m, const struct regex *re,
                          struct pairs labels)
{
    const struct pair *p = pairs_find(labels, m->name);
    struct str value = p != NULL ? p->value : STR(""); /* absent is empty */

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

static bool rule_holds(const struct rule *r, struct pairs labels)
{
    const struct matchers *ms = &r->route->matchers;

    for (size_t i = 0; i < ms->n; i++)
        if (!matcher_holds(&ms->v[i], r->regexes[i], labels))
            return false;
    return true;
}

size_t rule_misses(const struct rule *rule, struct pairs labels, struct matcher *first)
{
    const struct matchers *ms = &rule->route->matchers;
    size_t n = 0;

    for (size_t i = 0; i < ms->n; i++)
        if (!matcher_holds(&ms->v[i], rule->regexes[i], labels) && n++ == 0)
            *first = ms->v[i];
    return n;
}

/* ---- compiling --------------------------------------------------------------- */

static const char *const op_text[] = { "=", "!=", "=~", "!~" };

static void put_matcher_value(struct buf *b, struct str s)
{
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '\n') {
            buf_z(b, "\\n");
            continue;
        }
        if (c == '\\' || c == '"')
            buf_char(b, '\\');
        buf_char(b, c);
    }
    buf_char(b, '"');
}

static int matcher_cmp(const void *x, const void *y)
{
    const struct matcher *a = x, *b = y;
    int c = str_cmp(a->name, b->name);

    if (c == 0)
        c = str_cmp(a->value, b->value);
    return c != 0 ? c : a->op - b->op;
}

/* {}/{a="b",c!~"d"}: sorted by name, value, operator. */
static struct str rule_key(struct rules *r, const struct matchers *ms)
{
    struct matcher *sorted = arena_alloc(&r->arena, ms->n * sizeof *sorted + 1);
    struct buf b;
    struct str key;

    if (ms->n > 0)
        memcpy(sorted, ms->v, ms->n * sizeof *sorted);
    qsort(sorted, ms->n, sizeof *sorted, matcher_cmp);
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "{}/{");
    for (size_t i = 0; i < ms->n; i++) {
        if (i > 0)
            buf_char(&b, ',');
        buf_add(&b, sorted[i].name);
        buf_z(&b, op_text[sorted[i].op]);
        put_matcher_value(&b, sorted[i].value);
    }
    buf_char(&b, '}');
    key = arena_str(&r->arena, buf_str(&b));
    buf_fini(&b);
    return key;
}

static struct str label_key(struct arena *a, struct str name, struct str value)
{
    char *p = arena_alloc(a, name.n + 1 + value.n);

    memcpy(p, name.p, name.n);
    p[name.n] = '\0';
    if (value.n > 0)
        memcpy(p + name.n + 1, value.p, value.n);
    return (struct str){ p, name.n + 1 + value.n };
}

static void index_rule(struct rules *r, uint32_t position)
{
    const struct matchers *ms = &r->v[position].route->matchers;

    for (size_t i = 0; i < ms->n; i++) {
        struct rule_list *l;
        struct str key;

        if (ms->v[i].op != MATCH_EQ || ms->v[i].value.n == 0)
            continue;
        key = label_key(&r->arena, ms->v[i].name, ms->v[i].value);
        l = map_find(&r->by_label, key);
        if (l == NULL) {
            l = calloc(1, sizeof *l);
            if (l == NULL)
                abort();
            map_put(&r->by_label, key, l);
        }
        vec_push(&l->v, position);
        map_put(&r->names, ms->v[i].name, r);
        return;
    }
    vec_push(&r->unlabeled.v, position);
}

static void compile_rule(struct rules *r, struct rule *rule, const struct route *route)
{
    struct err e;

    rule->route = route;
    rule->regexes = arena_array(&r->arena, struct regex *, route->matchers.n + 1);
    for (size_t i = 0; i < route->matchers.n; i++) {
        const struct matcher *m = &route->matchers.v[i];

        if (m->op != MATCH_RE && m->op != MATCH_NRE)
            continue;
        /* change_check compiled it at the door; what fails here matches nothing */
        if (regex_new(m->value, &rule->regexes[i], &e) == FAILED &&
            regex_new(STR("[^\\s\\S]"), &rule->regexes[i], &e) == FAILED)
            abort();
    }
    rule->key = rule_key(r, &route->matchers);
}

static int rule_cmp(const void *x, const void *y)
{
    const struct rule *a = x, *b = y;

    if (a->route->position != b->route->position)
        return a->route->position < b->route->position ? -1 : 1;
    return str_cmp(a->route->name, b->route->name);
}

void rules_build(struct flow *f)
{
    struct rules *r = &f->rules;
    const struct book *b = book_now(f), *old = r->book;

    r->book = NULL;
    rules_fini(r);
    if (old != NULL) /* an explanation on its way out may still name its routes */
        book_retire(f, old);
    book_ref(b);
    r->book = b;
    r->n = book_count(b, OBJECT_ROUTE);
    r->v = arena_array(&r->arena, struct rule, r->n + 1);
    for (size_t i = 0; i < r->n; i++)
        compile_rule(r, &r->v[i], BOOK_MODEL(book_at(b, OBJECT_ROUTE, i), route));
    qsort(r->v, r->n, sizeof *r->v, rule_cmp);
    for (size_t i = 0; i < r->n; i++)
        index_rule(r, (uint32_t)i);
}

const struct rule *rules_find(const struct rules *r, struct str name)
{
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(r->v[i].route->name, name))
            return &r->v[i];
    return NULL;
}

/* ---- matching ------------------------------------------------------------------ */

static void try_list(const struct rules *r, const struct rule_list *l,
                     struct pairs labels, struct rule_hits *hits)
{
    for (size_t i = 0; i < l->v.n; i++) {
        const struct rule *rule = &r->v[l->v.v[i]];

        if (rule_holds(rule, labels))
            vec_push(&hits->v, rule);
    }
}

static int hit_cmp(const void *x, const void *y)
{
    const struct rule *const *a = x, *const *b = y;

    return *a < *b ? -1 : *a > *b;
}

void rules_match(const struct rules *r, struct pairs labels, struct rule_hits *hits)
{
    struct arena a;

    vec_clear(&hits->v);
    arena_init(&a);
    for (size_t i = 0; i < labels.n; i++) {
        const struct rule_list *l;

        if (map_find(&r->names, labels.v[i].name) == NULL)
            continue;
        l = map_find(&r->by_label, label_key(&a, labels.v[i].name, labels.v[i].value));
        if (l != NULL)
            try_list(r, l, labels, hits);
    }
    arena_fini(&a);
    try_list(r, &r->unlabeled, labels, hits);
    if (hits->v.n > 1)
        qsort(hits->v.v, hits->v.n, sizeof *hits->v.v, hit_cmp);
}
