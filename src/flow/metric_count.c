/* metric_count.c - rules that count events (metric/count.h): CloudMonitor's of custom
 * events, and AOM's that wait until there were several. Each is found by its matchers,
 * has one series, and raises at once: there is no period to wait for.
 *
 * An event counts once for each time it says that it happened, so neither who sends it
 * again nor who sends it for as long as it lasts makes it several. What the flow raises
 * itself is not counted.
 */
#include "flow/metric_private.h"

#include "book/limits.h"

#include <stdlib.h>

/* ---- which events ------------------------------------------------------------------ */

/* CloudMonitor names an event and a group, and no matchers. */
static struct matchers custom_event(const struct metric_rule *r, struct arena *a)
{
    bool any = r->group_id.n == 0 || str_is(r->group_id, "0");
    struct matcher *v = arena_array(a, struct matcher, 3);

    v[0] = (struct matcher){ STR("alertname"), MATCH_EQ, r->metric };
    v[1] = (struct matcher){ STR("eventType"), MATCH_EQ, STR("CUSTOM") };
    v[2] = (struct matcher){ STR("groupId"), any ? MATCH_RE : MATCH_EQ,
                             any ? STR("0|") : r->group_id };
    return (struct matchers){ v, 3 };
}

void counter_point(struct metrics *x, struct gauge *g)
{
    struct matchers wanted = g->rule->matchers;

    if (!g->rule->aom)
        wanted = custom_event(g->rule, &g->arena);
    matcher_list_init(&g->list, wanted);
    matcher_index_add(&x->counters, &g->list);
}

void counter_unpoint(struct metrics *x, struct gauge *g)
{
    matcher_index_remove(&x->counters, &g->list);
    matcher_list_fini(&g->list);
}

static bool counts(const struct gauge *g, enum door door)
{
    return !g->rule->disabled && (g->rule->aom || door == DOOR_CLOUDMONITOR);
}

static int gauge_cmp(const void *x, const void *y)
{
    const struct gauge *a = *(const struct gauge *const *)x;
    const struct gauge *b = *(const struct gauge *const *)y;

    return str_cmp(a->key, b->key);
}

/* By key: in the same order after a restart. */
static void counters_of(struct flow *f, struct pairs labels, struct matcher_hits *hits)
{
    if (f->metrics->counters.n == 0)
        return;
    matcher_index_find(&f->metrics->counters, labels, hits);
    if (hits->v.n > 1)
        qsort(hits->v.v, hits->v.n, sizeof *hits->v.v, gauge_cmp);
}

/* ---- counting ---------------------------------------------------------------------- */

/* NULL: there are too many of them, or of what they remember. */
static struct series *series_of(struct flow *f, struct gauge *g)
{
    struct metrics *x = f->metrics;

    if (x->buckets >= METRIC_BUCKETS_MAX)
        return NULL;
    if (g->series.n > 0)
        return g->series.v[0];
    if (x->series.n >= METRIC_SERIES_MAX)
        return NULL;
    return series_new(f, g,
                      series_key(f, g,
                                 g->rule->group_id.n > 0 ? g->rule->group_id : STR("0"),
                                 (struct pairs){ NULL, 0 }),
                      ++x->next_id);
}

/* Where there is no room for it nobody is refused: it is an alert of its own as well. */
static void count_one(struct flow *f, struct gauge *g, struct metric_event ev)
{
    struct series *s = NULL;

    if (metric_count_fits(&g->test, ev.at, f->wall))
        s = series_of(f, g);
    if (s == NULL)
        return;
    touch_series(f, s);
    f->metrics->buckets -= series_weight(s);
    (void)metric_count_add(&g->test, &s->count, ev, f->wall);
    f->metrics->buckets += series_weight(s);
    series_judge(f, s);
    series_watch(f, s);
}

/* Whatever the seed of the maps is: it stands in snapshots. */
static uint32_t about(const struct alert_in *in)
{
    uint64_t sum = in->door;

    for (size_t i = 0; i < in->labels.n; i++)
        if (label_is_identity(in->door, in->labels.v[i].name))
            sum += pair_hash(0, in->labels.v[i]);
    return (uint32_t)(sum ^ sum >> 32);
}

bool metrics_event(struct flow *f, const struct alert_in *in, int64_t at)
{
    struct matcher_hits hits = { 0 };
    bool counted = false;

    counters_of(f, in->labels, &hits);
    for (size_t i = 0; i < hits.v.n; i++) {
        struct gauge *g = (struct gauge *)hits.v.v[i];

        if (!counts(g, in->door))
            continue;
        count_one(f, g, (struct metric_event){ at, about(in) });
        counted = true;
    }
    vec_fini(&hits.v);
    return counted;
}

/* An alarm that stands says how many there were when it got its level. */
void counter_judge(struct flow *f, struct series *s)
{
    int before = s->level, level;

    touch_series(f, s);
    f->metrics->buckets -= series_weight(s);
    (void)metric_count_forget(&s->gauge->test, &s->count, f->wall);
    f->metrics->buckets += series_weight(s);
    level = metric_count_judge(&s->gauge->test, &s->count, before);
    if (level == before)
        return;
    series_set_level(f, s, level);
    if (level < 0) {
        series_end(f, s, s->gauge->rule);
        return;
    }
    series_raise(f, s, before, (double)metric_count_n(&s->count));
    series_hurry(f, s, series_labels(s, s->gauge->rule, level, &f->scratch));
}

/* ---- looking ----------------------------------------------------------------------- */

static struct str progress_of(const struct gauge *g, struct arena *a)
{
    const struct series *s = g->series.n > 0 ? g->series.v[0] : NULL;

    return arena_printf(a, "%zu within %lld s", s != NULL ? metric_count_n(&s->count) : 0,
                        (long long)(g->rule->period / NS_PER_S));
}

size_t metrics_explain(struct flow *f, struct pairs labels, struct arena *a,
                       struct decision **out)
{
    struct matcher_hits hits = { 0 };
    size_t n = 0;

    counters_of(f, labels, &hits);
    *out = arena_array(a, struct decision, hits.v.n + 1);
    for (size_t i = 0; i < hits.v.n; i++) {
        const struct gauge *g = (const struct gauge *)hits.v.v[i];

        if (!g->rule->disabled)
            (*out)[n++] =
                (struct decision){ .why = SUPPRESSED_COUNTED,
                                   .route = arena_str(a, g->route),
                                   .route_rule = g->rule->owner.n > 0
                                                     ? arena_str(a, g->rule->owner)
                                                     : arena_printf(a, "metric_rule/%.*s",
                                                                    STR_ARG(g->rule->id)),
                                   .channel = -1,
                                   .by = progress_of(g, a) };
    }
    vec_fini(&hits.v);
    return n;
}
