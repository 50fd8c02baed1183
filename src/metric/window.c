#include "metric/window.h"

#include <math.h>

/* ---- the rule ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum metric_statistic statistic;
} statistics[] = {
    { "Average", STATISTIC_AVERAGE },   { "Minimum", STATISTIC_MINIMUM },
    { "Maximum", STATISTIC_MAXIMUM },   { "Sum", STATISTIC_SUM },
    { "SampleCount", STATISTIC_COUNT },
};

static enum metric_statistic statistic_of(struct str name)
{
    for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++)
        if (str_is(name, statistics[i].name))
            return statistics[i].statistic;
    return STATISTIC_VALUE;
}

/* Which period it compares with, so many before; 0: with the threshold itself. */
static int64_t periods_back(enum metric_comparison comparison, int64_t period)
{
    switch (comparison) {
    case METRIC_GT_YESTERDAY:
    case METRIC_LT_YESTERDAY:
        return NS_PER_DAY / period;
    case METRIC_GT_LAST_WEEK:
    case METRIC_LT_LAST_WEEK:
        return 7 * NS_PER_DAY / period;
    case METRIC_GT_LAST_PERIOD:
    case METRIC_LT_LAST_PERIOD:
        return 1;
    case METRIC_GE:
    case METRIC_GT:
    case METRIC_LE:
    case METRIC_LT:
    case METRIC_NE:
    case METRIC_EQ:
    case METRIC_COMPARISON_COUNT:
        break;
    }
    return 0;
}

/* A week of minutes, and what has to follow each other: the book allows no more. */
enum { HISTORY_MAX = 7 * 24 * 60 + METRIC_TIMES_MAX + METRIC_LATE_PERIODS };

static int64_t history_of(const struct metric_test *t)
{
    int64_t most = 0;

    for (size_t i = 0; i < t->n; i++) {
        int64_t needed =
            t->levels[i].times + METRIC_LATE_PERIODS +
            periods_back((enum metric_comparison)t->levels[i].comparison, t->period);

        most = needed > most ? needed : most;
    }
    return most < HISTORY_MAX ? most : HISTORY_MAX;
}

/* What the book judged lies within; what a damaged snapshot says does not run away. */
static int64_t within(int64_t n, int64_t least, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

static void compile_level(const struct metric_level *l, struct metric_test *t)
{
    double threshold = 0;
    struct err e;

    (void)metric_threshold_parse(l->threshold, &threshold, &e); /* the book did */
    t->levels[t->n].severity = l->severity;
    t->levels[t->n].statistic = statistic_of(l->statistics);
    t->levels[t->n].name = l->statistics;
    t->levels[t->n].comparison = (enum metric_comparison)l->comparison;
    t->levels[t->n].threshold = threshold;
    t->levels[t->n].times = within(l->times, 1, METRIC_TIMES_MAX);
    if (t->times < t->levels[t->n].times)
        t->times = t->levels[t->n].times;
    t->n++;
}

void metric_test_of(const struct metric_rule *r, struct metric_test *out)
{
    *out = (struct metric_test){ .period = within(r->period, NS_PER_S, NS_PER_DAY),
                                 .no_data = (enum metric_no_data)r->no_data };
    for (int severity = LEVEL_CRITICAL; severity <= LEVEL_INFO; severity++)
        for (size_t i = 0; i < r->levels.n && out->n < METRIC_LEVELS_MAX; i++)
            if (r->levels.v[i].severity == severity)
                compile_level(&r->levels.v[i], out);
    out->history = history_of(out);
}

bool metric_test_sums_alike(const struct metric_test *a, const struct metric_test *b)
{
    bool alike = a->period == b->period && a->n == b->n;

    for (size_t i = 0; alike && i < a->n; i++)
        alike = str_eq(a->levels[i].name, b->levels[i].name);
    return alike;
}

/* ---- points --------------------------------------------------------------------------- */

int64_t metric_period_of(const struct metric_test *t, int64_t wall)
{
    return wall / t->period - (wall % t->period < 0);
}

static bool find_value(const struct point *p, const char *statistic, double *out)
{
    for (size_t i = 0; i < p->value_count; i++)
        if (str_is(p->values[i].statistic, statistic)) {
            *out = p->values[i].value;
            return true;
        }
    return false;
}

/* What an aggregated point says of a statistic. An average that it does not state is
 * its sum over its count. */
static bool stated(const struct point *p, struct str name, double *out)
{
    double sum, count;

    for (size_t i = 0; i < p->value_count; i++)
        if (str_eq(p->values[i].statistic, name)) {
            *out = p->values[i].value;
            return true;
        }
    if (!str_is(name, "Average") || !find_value(p, "Sum", &sum) ||
        !find_value(p, "SampleCount", &count) || count <= 0)
        return false;
    *out = sum / count;
    return isfinite(*out);
}

/* Of a raw point only known statistics are made: nobody pushed a "P95" of one value. */
static bool raw(const struct point *p, enum metric_statistic statistic, struct str name,
                double *out)
{
    *out = statistic == STATISTIC_COUNT ? 1 : p->values[0].value;
    return statistic != STATISTIC_VALUE || str_is(name, "Value") ||
           str_is(name, "LastValue") || str_eq(name, p->values[0].statistic);
}

static double joined(enum metric_statistic statistic, double sum, double value)
{
    switch (statistic) {
    case STATISTIC_MINIMUM:
        return value < sum ? value : sum;
    case STATISTIC_MAXIMUM:
        return value > sum ? value : sum;
    case STATISTIC_AVERAGE:
    case STATISTIC_SUM:
    case STATISTIC_COUNT:
        return sum + value;
    case STATISTIC_VALUE:
        break;
    }
    return value;
}

static void sum_up(const struct metric_test *t, struct metric_bucket *b,
                   const struct point *p)
{
    for (size_t i = 0; i < t->n; i++) {
        enum metric_statistic statistic = t->levels[i].statistic;
        struct str name = t->levels[i].name;
        double value;

        if (!(p->aggregated ? stated(p, name, &value) : raw(p, statistic, name, &value)))
            continue;
        b->levels[i].sum =
            b->levels[i].n == 0 ? value : joined(statistic, b->levels[i].sum, value);
        b->levels[i].n++;
    }
}

/* Points come in their order, as a rule. */
static struct metric_bucket *bucket_make(struct metric_window *w, int64_t at)
{
    size_t i = w->v.n;

    while (i > 0 && w->v.v[i - 1].at >= at)
        i--;
    if (i < w->v.n && w->v.v[i].at == at)
        return &w->v.v[i];
    vec_push(&w->v, (struct metric_bucket){ 0 });
    memmove(&w->v.v[i + 1], &w->v.v[i], (w->v.n - 1 - i) * sizeof *w->v.v);
    w->v.v[i] = (struct metric_bucket){ .at = at };
    return &w->v.v[i];
}

static void forget_before(struct metric_window *w, int64_t at)
{
    size_t gone = 0;

    while (gone < w->v.n && w->v.v[gone].at < at)
        gone++;
    if (gone == 0)
        return;
    memmove(w->v.v, w->v.v + gone, (w->v.n - gone) * sizeof *w->v.v);
    w->v.n -= gone;
}

bool metric_add(const struct metric_test *t, struct metric_window *w,
                const struct point *p, int64_t wall)
{
    int64_t time = p->time == TIME_UNSET ? wall : p->time;
    int64_t at = metric_period_of(t, time), now = metric_period_of(t, wall);

    if (at < now - t->history || time - POINT_AHEAD_MAX > wall)
        return false;
    forget_before(w, now - t->history);
    sum_up(t, bucket_make(w, at), p);
    return true;
}

void metric_window_fini(struct metric_window *w)
{
    vec_fini(&w->v);
}

/* ---- judging -------------------------------------------------------------------------- */

/* NULL: nothing came in that period. Times are near the end. */
static const struct metric_bucket *bucket_at(const struct metric_window *w, int64_t at)
{
    size_t from = 0, to = w->v.n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (w->v.v[middle].at == at)
            return &w->v.v[middle];
        if (w->v.v[middle].at < at)
            from = middle + 1;
        else
            to = middle;
    }
    return NULL;
}

static bool value_at(const struct metric_test *t, const struct metric_window *w,
                     size_t level, int64_t at, double *out)
{
    const struct metric_bucket *b = bucket_at(w, at);

    if (b == NULL || b->levels[level].n == 0)
        return false;
    *out = b->levels[level].sum;
    if (t->levels[level].statistic == STATISTIC_AVERAGE)
        *out /= (double)b->levels[level].n;
    return true;
}

/* By so many percent of what it was. */
static bool changed_by(double value, double was, double percent, bool up)
{
    double change = up ? value - was : was - value;

    return was == 0 ? change > 0 : change / fabs(was) * 100 > percent;
}

/* Equal is equal: what somebody pushes and what somebody writes are read alike. */
static bool compares(const struct metric_test *t, const struct metric_window *w,
                     size_t level, int64_t at)
{
    double threshold = t->levels[level].threshold, value, was;
    enum metric_comparison c = t->levels[level].comparison;

    if (!value_at(t, w, level, at, &value))
        return false;
    switch (c) {
    case METRIC_GE:
        return value >= threshold;
    case METRIC_GT:
        return value > threshold;
    case METRIC_LE:
        return value <= threshold;
    case METRIC_LT:
        return value < threshold;
    case METRIC_NE:
        return value < threshold || value > threshold;
    case METRIC_EQ:
        return value >= threshold && value <= threshold;
    case METRIC_GT_YESTERDAY:
    case METRIC_LT_YESTERDAY:
    case METRIC_GT_LAST_WEEK:
    case METRIC_LT_LAST_WEEK:
    case METRIC_GT_LAST_PERIOD:
    case METRIC_LT_LAST_PERIOD:
        return value_at(t, w, level, at - periods_back(c, t->period), &was) &&
               changed_by(value, was, threshold,
                          c == METRIC_GT_YESTERDAY || c == METRIC_GT_LAST_WEEK ||
                              c == METRIC_GT_LAST_PERIOD);
    case METRIC_COMPARISON_COUNT:
        break;
    }
    return false;
}

static bool reached(const struct metric_test *t, const struct metric_window *w,
                    size_t level, int64_t at)
{
    for (int64_t i = 0; i < t->levels[level].times; i++)
        if (!compares(t, w, level, at - i))
            return false;
    return true;
}

/* The newest period that is over and had points; -1: none. */
static int64_t newest_closed(const struct metric_window *w, int64_t open)
{
    for (size_t i = w->v.n; i > 0; i--)
        if (w->v.v[i - 1].at < open)
            return w->v.v[i - 1].at;
    return -1;
}

static bool gone_quiet(const struct metric_test *t, int64_t newest, int64_t open)
{
    return t->no_data != METRIC_KEEP_LAST_STATE && open - 1 - newest >= t->times;
}

struct metric_finding metric_judge(const struct metric_test *t,
                                   const struct metric_window *w, int before,
                                   int64_t wall)
{
    int64_t open = metric_period_of(t, wall), at = newest_closed(w, open);
    struct metric_finding out = { .level = METRIC_OK, .at = at };

    if (at < 0)
        return out;
    if (gone_quiet(t, at, open)) {
        out.level = METRIC_NOTHING;
        return out;
    }
    for (size_t i = 0; i < t->n && out.level == METRIC_OK; i++)
        if (reached(t, w, i, at) ||
            (t->levels[i].severity == before && compares(t, w, i, at)))
            out.level = (int)i;
    (void)value_at(t, w, out.level < 0 ? 0 : (size_t)out.level, at, &out.value);
    return out;
}

static int64_t end_of(const struct metric_test *t, int64_t at)
{
    return at >= INT64_MAX / t->period - 1 ? INT64_MAX : (at + 1) * t->period;
}

int64_t metric_judge_at(const struct metric_test *t, const struct metric_window *w,
                        int64_t wall)
{
    int64_t open = metric_period_of(t, wall), newest;

    for (size_t i = 0; i < w->v.n; i++)
        if (w->v.v[i].at >= open)
            return end_of(t, w->v.v[i].at);
    newest = newest_closed(w, open);
    if (newest < 0 || t->no_data == METRIC_KEEP_LAST_STATE || gone_quiet(t, newest, open))
        return INT64_MAX;
    return end_of(t, newest + t->times);
}

int64_t metric_forget_at(const struct metric_test *t, const struct metric_window *w)
{
    if (w->v.n == 0)
        return INT64_MAX;
    return end_of(t, w->v.v[w->v.n - 1].at + t->history + 1);
}
