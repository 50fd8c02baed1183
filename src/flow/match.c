/* match.c - which routes care? Every route without a parent is the head of a tree; a
 * list of children is searched by one of their equality matchers first, so ten thousand
 * that do not care cost nothing. */
#include "base/utf8.h"
#include "flow/flow_private.h"
#include "model/matcher.h"

#include <stdlib.h>

enum { INDEX_FROM = 12 }; /* fewer are tried one after the other */

static void rule_index_fini(struct rule_index *x)
{
    struct rule_list *l;

    for (size_t i = 0; (l = map_next(&x->by_label, &i, NULL)) != NULL;) {
        vec_fini(&l->v);
        free(l);
    }
    map_fini(&x->by_label);
    map_fini(&x->names);
    vec_fini(&x->unlabeled.v);
    vec_fini(&x->all.v);
}

static void rule_index_init(struct rule_index *x)
{
    *x = (struct rule_index){ 0 };
    map_init(&x->by_label, 0);
    map_init(&x->names, 0);
}

void rules_init(struct rules *r)
{
    *r = (struct rules){ 0 };
    arena_init(&r->arena);
    rule_index_init(&r->heads);
    map_init(&r->by_name, 0);
    map_init(&r->zones, 0);
}

static void rule_fini(struct rule *rule)
{
    for (size_t m = 0; m < rule->route->matchers.n; m++)
        regex_free(&rule->regexes[m]);
    if (rule->below != NULL)
        rule_index_fini(rule->below);
}

void rules_fini(struct rules *r)
{
    for (size_t i = 0; i < r->n; i++)
        rule_fini(&r->v[i]);
    rule_index_fini(&r->heads);
    vec_fini(&r->disabled);
    map_fini(&r->by_name);
    map_fini(&r->zones);
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

    if (r->route->disabled)
        return false;
    for (size_t i = 0; i < ms->n; i++)
        if (!matcher_holds(&ms->v[i], r->regexes[i], labels))
            return false;
    return true;
}

size_t rule_misses(const struct rule *rule, struct pairs labels, struct matcher *first)
{
    const struct matchers *ms = &rule->route->matchers;
    size_t n = rule->parent != NULL ? rule_misses(rule->parent, labels, first) : 0;

    for (size_t i = 0; i < ms->n; i++)
        if (!matcher_holds(&ms->v[i], rule->regexes[i], labels) && n++ == 0)
            *first = ms->v[i];
    return n;
}

bool rule_wants(const struct rule *rule, struct pairs labels)
{
    struct matcher ignored;

    return rule_misses(rule, labels, &ignored) == 0;
}

/* ---- compiling --------------------------------------------------------------- */

static int matcher_cmp(const void *x, const void *y)
{
    const struct matcher *a = x, *b = y;
    int c = str_cmp(a->name, b->name);

    if (c == 0)
        c = str_cmp(a->value, b->value);
    return c != 0 ? c : a->op - b->op;
}

static void put_matchers(struct rules *r, struct buf *b, const struct matchers *ms)
{
    struct matcher *sorted = arena_array(&r->arena, struct matcher, ms->n + 1);

    if (ms->n > 0)
        memcpy(sorted, ms->v, ms->n * sizeof *sorted);
    if (ms->n > 1)
        qsort(sorted, ms->n, sizeof *sorted, matcher_cmp);
    buf_char(b, '{');
    for (size_t i = 0; i < ms->n; i++) {
        if (i > 0)
            buf_char(b, ',');
        matcher_put(b, &sorted[i]);
    }
    buf_char(b, '}');
}

/* {}/{a="b",c!~"d"}/{e="f"}: contracts/alertmanager.md 3.5. A file's root has a
 * receiver and no matchers; a route of ours stands below a root that nobody wrote. */
static struct str rule_key(struct rules *r, const struct rule *rule)
{
    const struct route *route = rule->route;
    struct buf b;
    struct str key;

    buf_init(&b, BUF_NO_LIMIT);
    if (rule->parent != NULL)
        buf_add(&b, rule->parent->key);
    else
        buf_z(&b, "{}");
    if (rule->parent != NULL || route->matchers.n > 0 || route->receiver.n == 0) {
        buf_char(&b, '/');
        put_matchers(r, &b, &route->matchers);
    }
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

static void index_rule(struct rules *r, struct rule_index *x, struct rule *rule)
{
    const struct matchers *ms = &rule->route->matchers;

    for (size_t i = 0; i < ms->n; i++) {
        struct rule_list *l;
        struct str key;

        if (ms->v[i].op != MATCH_EQ || ms->v[i].value.n == 0)
            continue;
        key = label_key(&r->arena, ms->v[i].name, ms->v[i].value);
        l = map_find(&x->by_label, key);
        if (l == NULL) {
            l = calloc(1, sizeof *l);
            if (l == NULL)
                abort();
            map_put(&x->by_label, key, l);
        }
        vec_push(&l->v, rule);
        map_put(&x->names, ms->v[i].name, r);
        return;
    }
    vec_push(&x->unlabeled.v, rule);
}

static void index_many(struct rules *r, struct rule_index *x)
{
    x->many = x->all.v.n >= INDEX_FROM;
    for (size_t i = 0; x->many && i < x->all.v.n; i++)
        index_rule(r, x, x->all.v.v[i]);
}

static void compile_rule(struct rules *r, struct rule *rule)
{
    const struct route *route = rule->route;
    struct err e;

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
}

static int rule_cmp(const void *x, const void *y)
{
    const struct rule *a = x, *b = y;

    if (a->route->position != b->route->position)
        return a->route->position < b->route->position ? -1 : 1;
    return str_cmp(a->name, b->name);
}

/* Whose parent is not there is below nobody: never reached. */
static void join_parent(struct rules *r, struct rule *rule)
{
    struct rule *parent;

    if (rule->route->parent.n == 0) {
        vec_push(&r->heads.all.v, rule);
        return;
    }
    parent = map_find(&r->by_name, utf8_nfc(&r->arena, rule->route->parent));
    if (parent == NULL)
        return;
    if (parent->below == NULL) {
        parent->below = arena_new(&r->arena, struct rule_index);
        rule_index_init(parent->below);
    }
    rule->parent = parent;
    vec_push(&parent->below->all.v, rule);
}

/* From the heads down: what a circle holds is never reached. */
static void compile_below(struct rules *r, struct rule_index *x)
{
    index_many(r, x);
    for (size_t i = 0; i < x->all.v.n; i++) {
        struct rule *rule = x->all.v.v[i];

        rule->key = rule_key(r, rule);
        rule->reached = true;
        rule->order = ++r->reached;
        if (rule->route->disabled)
            vec_push(&r->disabled, rule);
        if (rule->below != NULL)
            compile_below(r, rule->below);
    }
}

static void rules_fill(struct rules *r, const struct book *b)
{
    r->n = book_count(b, OBJECT_ROUTE);
    r->v = arena_array(&r->arena, struct rule, r->n + 1);
    for (size_t i = 0; i < r->n; i++) {
        const struct object *o = book_at(b, OBJECT_ROUTE, i);

        r->v[i] = (struct rule){ .route = o->model, .name = o->key, .key = STR("") };
        compile_rule(r, &r->v[i]);
        rule_compile_hours(r, &r->v[i]);
    }
    if (r->n > 1)
        qsort(r->v, r->n, sizeof *r->v, rule_cmp);
    for (size_t i = 0; i < r->n; i++)
        map_put(&r->by_name, r->v[i].name, &r->v[i]);
    for (size_t i = 0; i < r->n; i++)
        join_parent(r, &r->v[i]);
    compile_below(r, &r->heads);
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
    rules_fill(r, b);
}

const struct rule *rules_find(const struct rules *r, struct str name)
{
    const struct rule *rule = map_find(&r->by_name, name);

    return rule != NULL && rule->reached ? rule : NULL;
}

/* ---- matching ------------------------------------------------------------------ */

static int order_cmp(const void *x, const void *y)
{
    const struct rule *const *a = x, *const *b = y;

    return *a < *b ? -1 : *a > *b;
}

static void gather(const struct rule_list *l, struct rule_list *out)
{
    for (size_t i = 0; i < l->v.n; i++)
        vec_push(&out->v, l->v.v[i]);
}

/* Of many, those that may match, in their order. */
static void candidates(const struct rule_index *x, struct pairs labels,
                       struct rule_list *out)
{
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < labels.n; i++) {
        const struct rule_list *l;

        if (map_find(&x->names, labels.v[i].name) == NULL)
            continue;
        l = map_find(&x->by_label, label_key(&a, labels.v[i].name, labels.v[i].value));
        if (l != NULL)
            gather(l, out);
    }
    arena_fini(&a);
    gather(&x->unlabeled, out);
    if (out->v.n > 1)
        qsort(out->v.v, out->v.n, sizeof *out->v.v, order_cmp);
}

static bool match_list(const struct rule_index *x, struct pairs labels, bool heads,
                       struct rule_hits *hits);

/* A node that matches but has no child that does is itself the route, unless it is
 * there for its children only. */
static bool match_node(const struct rule *rule, struct pairs labels,
                       struct rule_hits *hits)
{
    if (!rule_holds(rule, labels))
        return false;
    if (rule->below != NULL && match_list(rule->below, labels, false, hits))
        return true;
    if (rule->route->branch)
        return false;
    vec_push(&hits->v, rule);
    return true;
}

/* Heads all apply; of children none behind the first that matched and does not go on. */
static bool match_list(const struct rule_index *x, struct pairs labels, bool heads,
                       struct rule_hits *hits)
{
    struct rule_list some = { 0 };
    const struct rule_list *l = &x->all;
    bool any = false, last = false;

    if (x->many) {
        candidates(x, labels, &some);
        l = &some;
    }
    for (size_t i = 0; i < l->v.n && !last; i++) {
        if (!match_node(l->v.v[i], labels, hits))
            continue;
        any = true;
        last = !heads && !l->v.v[i]->route->go_on;
    }
    vec_fini(&some.v);
    return any;
}

void rules_match(const struct rules *r, struct pairs labels, struct rule_hits *hits)
{
    vec_clear(&hits->v);
    (void)match_list(&r->heads, labels, true, hits);
}
