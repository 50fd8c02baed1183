/* metric_gauge.c - metric rules of the book as gauges: compiled, found by their metric,
 * and what a change of a rule makes of what it watches. */
#include "flow/metric_private.h"

#include "base/utf8.h"

#include <stdlib.h>

struct metrics *metrics_new(uint64_t seed)
{
    struct metrics *x = calloc(1, sizeof *x);

    if (x == NULL)
        abort();
    map_init(&x->gauges, seed);
    map_init(&x->names, seed);
    map_init(&x->series, seed);
    matcher_index_init(&x->counters, seed);
    heap_init(&x->due);
    return x;
}

struct named { /* a list of gauges, under its own copy of the metric's name */
    struct gauge_list list; /* first */
    char name[];
};

static struct gauge_list *list_of(struct metrics *x, struct str metric)
{
    struct named *l = map_find(&x->names, metric);

    if (l != NULL)
        return &l->list;
    l = calloc(1, sizeof *l + metric.n + 1);
    if (l == NULL)
        abort();
    memcpy(l->name, metric.p, metric.n);
    map_put(&x->names, (struct str){ l->name, metric.n }, l);
    return &l->list;
}

static void list_add(struct gauge_list *l, struct gauge *g)
{
    size_t i = l->v.n;

    vec_push(&l->v, g);
    for (; i > 0 && str_cmp(l->v.v[i - 1]->key, g->key) > 0; i--)
        l->v.v[i] = l->v.v[i - 1];
    l->v.v[i] = g;
}

static void list_remove(struct metrics *x, struct str metric, const struct gauge *g)
{
    struct gauge_list *l = map_find(&x->names, metric);
    size_t i = 0;

    while (l->v.v[i] != g)
        i++;
    memmove(&l->v.v[i], &l->v.v[i + 1], (--l->v.n - i) * sizeof(struct gauge *));
    if (l->v.n > 0)
        return;
    vec_fini(&l->v);
    map_remove(&x->names, metric);
    free(l);
}

/* Is it the first slot of its metric? A gauge stands once in each list. */
static bool is_first(const struct metric_test *t, size_t slot)
{
    for (size_t i = 0; i < slot; i++)
        if (str_eq(t->slots[i].metric, t->slots[slot].metric))
            return false;
    return true;
}

static void gauge_point(struct metrics *x, struct gauge *g, const struct object *o)
{
    struct err e;

    g->rule = BOOK_MODEL(o, metric_rule);
    g->key = o->key;
    g->route = g->rule->owner.n > 0
                   ? g->key
                   : utf8_nfc(&g->arena, metric_rule_route(g->rule->id, &g->arena));
    metric_test_of(g->rule, &g->arena, &g->test);
    if (metric_filters_parse(g->rule->resources, g->rule->dimensions, &g->arena,
                             &g->filters, &e) == FAILED)
        g->filters = (struct metric_filters){ 0 }; /* the book judged it */
    map_put(&x->gauges, g->key, g);
    if (g->rule->events)
        counter_point(x, g);
    for (size_t i = 0; !g->rule->events && i < g->test.slot_count; i++)
        if (is_first(&g->test, i))
            list_add(list_of(x, g->test.slots[i].metric), g);
}

static void gauge_unpoint(struct metrics *x, struct gauge *g)
{
    map_remove(&x->gauges, g->key);
    if (g->rule->events)
        counter_unpoint(x, g);
    for (size_t i = 0; !g->rule->events && i < g->test.slot_count; i++)
        if (is_first(&g->test, i))
            list_remove(x, g->test.slots[i].metric, g);
    arena_reset(&g->arena);
}

struct gauge *gauge_new(struct metrics *x, const struct object *o)
{
    struct gauge *g = calloc(1, sizeof *g);

    if (g == NULL)
        abort();
    arena_init(&g->arena);
    gauge_point(x, g, o);
    return g;
}

static void gauge_free(struct flow *f, struct gauge *g)
{
    while (g->series.n > 0)
        series_free(f, g->series.v[g->series.n - 1]);
    gauge_unpoint(f->metrics, g);
    vec_fini(&g->series);
    arena_fini(&g->arena);
    free(g);
}

void metrics_free(struct flow *f)
{
    struct metrics *x = f->metrics;
    struct gauge *g;

    for (size_t i = 0; (g = map_next(&x->gauges, &i, NULL)) != NULL;)
        gauge_free(f, g);
    map_fini(&x->gauges);
    map_fini(&x->names);
    map_fini(&x->series);
    matcher_index_fini(&x->counters);
    heap_fini(&x->due);
    free(x);
    f->metrics = NULL;
}

/* It watches this no more: what fires of it is over. */
static void let_go(struct flow *f, struct series *s, const struct metric_rule *before)
{
    if (s->level >= 0)
        series_end(f, s, before);
    series_free(f, s);
}

static bool same_pairs(struct pairs a, struct pairs b)
{
    bool same = a.n == b.n;

    for (size_t i = 0; same && i < a.n; i++)
        same = str_eq(a.v[i].name, b.v[i].name) && str_eq(a.v[i].value, b.v[i].value);
    return same;
}

/* The rule has other words: one that fires may be another alert under them. */
static void renamed(struct flow *f, struct series *s, const struct metric_rule *before)
{
    double last;

    if (s->level < 0 ||
        same_pairs(series_labels(s, before, s->level, &f->scratch),
                   series_labels(s, s->gauge->rule, s->level, &f->scratch)))
        return;
    if (s->gauge->rule->events)
        last = (double)metric_count_n(&s->count);
    else
        last = metric_judge(&s->gauge->test, &s->window, s->level, f->wall).value;
    series_end(f, s, before);
    series_raise(f, s, s->level, last);
}

static bool has_level(const struct metric_test *t, int severity)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->levels[i].severity == severity)
            return true;
    return false;
}

static bool same_events(const struct metric_rule *a, const struct metric_rule *b)
{
    bool same = str_eq(a->metric, b->metric) && str_eq(a->group_id, b->group_id) &&
                a->matchers.n == b->matchers.n;

    for (size_t i = 0; same && i < a->matchers.n; i++)
        same = a->matchers.v[i].op == b->matchers.v[i].op &&
               str_eq(a->matchers.v[i].name, b->matchers.v[i].name) &&
               str_eq(a->matchers.v[i].value, b->matchers.v[i].value);
    return same;
}

/* The same rule, as far as what was remembered goes? */
static bool watches_alike(const struct gauge *g, const struct metric_rule *before,
                          const struct series *s)
{
    const struct metric_rule *now = g->rule;

    if (now->disabled || before->events != now->events || before->aom != now->aom)
        return false;
    if (now->events)
        return same_events(before, now);
    return str_eq(before->metric, now->metric) &&
           metric_rule_takes(now, &g->filters, s->group_id, s->dims);
}

/* What was summed up otherwise says nothing under the new rule; the state stays until
 * there is something to judge. */
static void series_changed(struct flow *f, struct series *s,
                           const struct metric_rule *before, bool alike)
{
    const struct gauge *g = s->gauge;

    if (!watches_alike(g, before, s) ||
        (s->level >= 0 && !alike && !has_level(&g->test, s->level))) {
        let_go(f, s, before);
        return;
    }
    renamed(f, s, before);
    if (!alike) {
        f->metrics->buckets -= s->window.at.n;
        metric_window_clear(&s->window);
    }
    s->judged = -1;
    series_judge(f, s);
    series_watch(f, s);
}

static void gauge_changed(struct flow *f, struct gauge *g, const struct change_effect *e)
{
    const struct metric_rule *before = BOOK_MODEL(e->before, metric_rule);
    VEC(struct series *) all = { 0 };
    struct metric_test test;
    bool alike;

    for (size_t i = 0; i < g->series.n; i++) {
        touch_series(f, g->series.v[i]); /* while it is summed up as before */
        vec_push(&all, g->series.v[i]);
    }
    metric_test_of(before, &f->scratch, &test);
    gauge_unpoint(f->metrics, g);
    gauge_point(f->metrics, g, e->after);
    alike = !g->rule->events && metric_test_sums_alike(&test, &g->test);
    for (size_t i = 0; i < all.n; i++)
        series_changed(f, all.v[i], before, alike);
    vec_fini(&all);
}

void metrics_changed(struct flow *f, const struct change_effect *e)
{
    struct gauge *g = map_find(&f->metrics->gauges, e->key);

    if (g == NULL) {
        (void)gauge_new(f->metrics, e->after);
        return;
    }
    if (e->after != NULL) {
        gauge_changed(f, g, e);
        return;
    }
    while (g->series.n > 0)
        let_go(f, g->series.v[0], g->rule);
    gauge_free(f, g);
}
