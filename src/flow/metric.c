/* metric.c - thresholds over pushed points (contracts/alibaba.md 1.9, 1.10): every
 * metric rule of the book is a gauge; of every combination of dimensions that it
 * watches it has a series, which src/metric judges when points come and when a period is
 * over. What is reached the flow raises, changes and ends as an alert of its own, by the
 * same intake as every other; whom that tells is the rule's route like any route.
 *
 * Times are the points' and the wall clock's: periods are counted from the epoch.
 */
#include "flow/metric_private.h"
#include "book/limits.h"
#include "model/points.h"

#include <stdatomic.h>
#include <stdlib.h>

/* ---- judging ---------------------------------------------------------------------- */

void series_set_level(struct flow *f, struct series *s, int level)
{
    bool was = s->level >= 0, is = level >= 0;

    s->level = level;
    if (was == is)
        return;
    s->gauge->alarms += is ? 1 : (size_t)-1;
    COUNT(f, metric_alarms, is ? 1 : -1);
}

/* An alert that stands says what is true of the last period. */
static void judge_points(struct flow *f, struct series *s)
{
    const struct metric_test *t = &s->gauge->test;
    struct metric_finding found = metric_judge(t, &s->window, s->level, f->wall);
    int level = found.level >= 0 ? t->levels[found.level].severity : found.level;
    int before = s->level;

    if (found.at < 0 || (level == before && found.at == s->judged))
        return;
    touch_series(f, s);
    s->judged = found.at;
    series_set_level(f, s, level);
    if (level >= 0)
        series_raise(f, s, before, found.value);
    else if (before >= 0)
        series_end(f, s, s->gauge->rule);
    if (level >= 0 && level != before)
        series_hurry(f, s, series_labels(s, s->gauge->rule, level, &f->scratch));
}

void series_judge(struct flow *f, struct series *s)
{
    if (s->gauge->rule->events)
        counter_judge(f, s);
    else
        judge_points(f, s);
}

/* An alarm of which no points come any more stands, if the rule wants that. A count that
 * is empty is over. */
static int64_t series_due(const struct flow *f, const struct series *s)
{
    const struct metric_test *t = &s->gauge->test;
    int64_t at;

    if (s->gauge->rule->events)
        return metric_count_n(&s->count) > 0 ? metric_count_ends(t, &s->count) : f->wall;
    at = metric_judge_at(t, &s->window, f->wall);
    if (at == INT64_MAX && s->level < 0)
        at = s->window.at.n > 0 ? metric_forget_at(t, &s->window) : f->wall;
    return at;
}

void series_watch(struct flow *f, struct series *s)
{
    int64_t at = series_due(f, s);

    if (at == INT64_MAX)
        heap_unset(&f->metrics->due, &s->due);
    else
        heap_set(&f->metrics->due, &s->due, at);
}

/* ---- series ----------------------------------------------------------------------- */

struct str series_key(struct flow *f, const struct gauge *g, struct str group_id,
                      struct pairs dims)
{
    buf_clear(&f->text);
    put_str(&f->text, g->key);
    put_str(&f->text, group_id);
    for (size_t i = 0; i < dims.n; i++) {
        put_str(&f->text, dims.v[i].name);
        put_str(&f->text, dims.v[i].value);
    }
    return buf_str(&f->text);
}

/* Its strings lie in its key. */
static bool read_key(struct series *s)
{
    struct reader r = reader_of(s->key);
    struct pair some[METRIC_DIMENSIONS_MAX], *v;
    size_t n = 0;

    (void)get_str(&r);
    s->group_id = get_str(&r);
    for (; r.p < r.end && !r.bad && n < METRIC_DIMENSIONS_MAX; n++) {
        some[n].name = get_str(&r);
        some[n].value = get_str(&r);
    }
    v = malloc((n + 1) * sizeof *v);
    if (v == NULL)
        abort();
    memcpy(v, some, n * sizeof *v);
    s->dims = s->window.dims = (struct pairs){ v, n };
    return reader_done(&r);
}

size_t series_weight(const struct series *s)
{
    return s->window.at.n + metric_count_n(&s->count);
}

static void destroy(struct series *s)
{
    metric_window_fini(&s->window);
    metric_count_fini(&s->count);
    free((void *)(uintptr_t)s->dims.v);
    free((char *)(uintptr_t)s->key.p);
    free(s);
}

struct series *series_new(struct flow *f, struct gauge *g, struct str key, uint64_t id)
{
    struct series *s = calloc(1, sizeof *s);
    char *own = malloc(key.n + 1);

    if (s == NULL || own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    s->key = (struct str){ own, key.n };
    if (!read_key(s)) {
        destroy(s);
        return NULL;
    }
    s->id = id;
    s->gauge = g;
    s->level = METRIC_OK;
    s->judged = -1;
    s->snap = f->snap.mark;
    map_put(&f->metrics->series, s->key, s);
    vec_push(&g->series, s);
    COUNT(f, metric_series, 1);
    return s;
}

void series_free(struct flow *f, struct series *s)
{
    struct gauge *g = s->gauge;
    size_t i = 0;

    touch_series(f, s);
    series_set_level(f, s, METRIC_OK);
    while (g->series.v[i] != s)
        i++;
    memmove(&g->series.v[i], &g->series.v[i + 1],
            (--g->series.n - i) * sizeof(struct series *));
    map_remove(&f->metrics->series, s->key);
    heap_unset(&f->metrics->due, &s->due);
    f->metrics->buckets -= series_weight(s);
    destroy(s);
    COUNT(f, metric_series, -1);
}

/* ---- points ----------------------------------------------------------------------- */

/* NULL: there are too many. */
static struct series *series_of(struct flow *f, struct gauge *g, const struct point *p)
{
    struct str key = series_key(f, g, p->group_id, p->dims);
    struct series *s = map_find(&f->metrics->series, key);

    if (s != NULL || f->metrics->series.n >= METRIC_SERIES_MAX)
        return s;
    return series_new(f, g, key, ++f->metrics->next_id);
}

static bool take_point(struct flow *f, struct gauge *g, const struct point *p)
{
    struct metrics *x = f->metrics;
    struct series *s;

    if (g->rule->disabled ||
        !metric_rule_takes(g->rule, &g->filters, p->group_id, p->dims))
        return true;
    s = x->buckets < METRIC_BUCKETS_MAX ? series_of(f, g, p) : NULL;
    if (s == NULL)
        return false;
    touch_series(f, s);
    x->buckets -= s->window.at.n;
    (void)metric_add(&g->test, &s->window, p, f->wall);
    x->buckets += s->window.at.n;
    series_judge(f, s);
    series_watch(f, s);
    return true;
}

/* Every rule that judges such points. */
static bool take(struct flow *f, const struct point *p)
{
    const struct gauge_list *l = map_find(&f->metrics->names, p->metric);
    bool room = true;

    for (size_t k = 0; l != NULL && k < l->v.n; k++)
        if (!take_point(f, l->v.v[k], p))
            room = false;
    return room;
}

void metrics_apply(struct flow *f, const struct input *in)
{
    struct point *v;
    struct err e;
    bool room = true;
    size_t n;

    if (points_decode(in->payload, &f->scratch, &v, &n, &e) == FAILED)
        return; /* the door encodes: only a journal of a broken build comes here */
    COUNT(f, metric_points, n);
    for (size_t i = 0; i < n; i++)
        room = take(f, &v[i]) && room;
    if (!room && in->ticket != NULL)
        in->ticket->result = fail(&in->ticket->err, FAULT_LIMIT, "",
                                  "an account watches at most %d series, and keeps %d "
                                  "periods of them",
                                  METRIC_SERIES_MAX, METRIC_BUCKETS_MAX);
}

/* ---- time ------------------------------------------------------------------------- */

static int series_cmp(const void *x, const void *y)
{
    const struct series *a = *(const struct series *const *)x;
    const struct series *b = *(const struct series *const *)y;

    if (a->due.at != b->due.at)
        return a->due.at < b->due.at ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* In the order of their times, then of creation: a state that was loaded raises the
 * same. */
void metrics_expire(struct flow *f)
{
    struct heap *h = &f->metrics->due;
    VEC(struct series *) due = { 0 };
    struct heap_node *first;

    while ((first = heap_first(h)) != NULL && first->at <= f->wall) {
        heap_unset(h, first);
        vec_push(&due, (struct series *)first);
    }
    if (due.n > 1)
        qsort(due.v, due.n, sizeof *due.v, series_cmp);
    for (size_t i = 0; i < due.n; i++) {
        struct series *s = due.v[i];

        series_judge(f, s);
        if (series_due(f, s) <= f->wall)
            series_free(f, s);
        else
            series_watch(f, s);
    }
    vec_fini(&due);
}

/* The wall clock was set: other periods are over. */
void metrics_clock(struct flow *f)
{
    struct series *s;

    for (size_t i = 0; (s = map_next(&f->metrics->series, &i, NULL)) != NULL;)
        series_watch(f, s);
}

int64_t metrics_due(const struct flow *f)
{
    const struct heap_node *first = heap_first(&f->metrics->due);

    if (first == NULL || first->at - f->wall > INT64_MAX - f->steady)
        return INT64_MAX;
    return f->steady + (first->at - f->wall);
}

/* ---- looking ---------------------------------------------------------------------- */

enum metric_state flow_metric_state(const struct flow *f, struct str key)
{
    const struct gauge *g = map_find(&f->metrics->gauges, key);

    if (g == NULL || g->series.n == 0)
        return METRIC_STATE_NO_DATA;
    if (g->alarms > 0)
        return METRIC_STATE_ALARM;
    for (size_t i = 0; i < g->series.n; i++)
        if (g->series.v[i]->level != METRIC_NOTHING)
            return METRIC_STATE_OK;
    return METRIC_STATE_NO_DATA;
}
