#include "metric/window.h"

#include <math.h>

/* ---- the rule ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum metric_statistic statistic;
} known_statistics[] = {
    { "Average", STATISTIC_AVERAGE },   { "Minimum", STATISTIC_MINIMUM },
    { "Maximum", STATISTIC_MAXIMUM },   { "Sum", STATISTIC_SUM },
    { "SampleCount", STATISTIC_COUNT },
};

static enum metric_statistic statistic_of(struct str name)
{
    for (size_t i = 0; i < sizeof known_statistics / sizeof *known_statistics; i++)
        if (str_is(name, known_statistics[i].name))
            return known_statistics[i].statistic;
    return STATISTIC_VALUE;
}

/* Which period it compares with, so many before; 0: with the threshold itself. */
static int64_t periods_back(const struct metric_slot *slot, int64_t period)
{
    switch (slot->comparison) {
    case METRIC_GT_YESTERDAY:
    case METRIC_LT_YESTERDAY:
        return NS_PER_DAY / period;
    case METRIC_GT_LAST_WEEK:
    case METRIC_LT_LAST_WEEK:
        return 7 * NS_PER_DAY / period;
    case METRIC_GT_LAST_PERIOD:
    case METRIC_LT_LAST_PERIOD:
        return slot->span;
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
enum {
    HISTORY_MAX =
        7 * 24 * 60 + METRIC_TIMES_MAX + METRIC_LATE_PERIODS + 2 * METRIC_SPAN_MAX
};

static int64_t history_of(const struct metric_test *t)
{
    int64_t most = 0;

    for (size_t i = 0; i < t->n; i++)
        for (size_t k = t->levels[i].from; k < t->levels[i].to; k++) {
            int64_t span = t->slots[k].span;
            int64_t needed = t->levels[i].times + METRIC_LATE_PERIODS +
                             periods_back(&t->slots[k], t->period) +
                             (span > 1 ? 2 * span : 0);

            most = needed > most ? needed : most;
        }
    return most < HISTORY_MAX ? most : HISTORY_MAX;
}

/* What the book judged lies within; what a damaged snapshot says does not run away. */
static int64_t within(int64_t n, int64_t least, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

/* CloudMonitor writes "$Average" where several metrics are meant. */
static struct str plain(struct str statistics)
{
    return statistics.n > 1 && statistics.p[0] == '$' ? str_from(statistics, 1)
                                                      : statistics;
}

static struct metric_slot *slot_add(struct metric_test *t, struct str metric,
                                    struct str statistics, int64_t period)
{
    struct metric_slot *slot = &t->slots[t->slot_count++];

    slot->metric = metric;
    slot->name = plain(statistics);
    slot->statistic = statistic_of(slot->name);
    slot->span = within(period / t->period, 1, METRIC_SPAN_MAX);
    return slot;
}

static void compare_with(struct metric_slot *slot, int comparison, struct str threshold)
{
    struct err e;

    slot->comparison = (enum metric_comparison)comparison;
    (void)metric_threshold_parse(threshold, &slot->threshold, &e); /* the book did */
}

/* Of the slots from `from` on. */
static void level_add(struct metric_test *t, size_t from, int severity, int64_t times)
{
    t->levels[t->n].severity = severity;
    t->levels[t->n].from = from;
    t->levels[t->n].to = t->slot_count;
    t->levels[t->n].times = within(times, 1, METRIC_TIMES_MAX);
    if (t->times < t->levels[t->n].times)
        t->times = t->levels[t->n].times;
    t->n++;
}

static void compile_level(const struct metric_rule *r, const struct metric_level *l,
                          struct metric_test *t)
{
    compare_with(slot_add(t, r->metric, l->statistics, t->period), l->comparison,
                 l->threshold);
    level_add(t, t->slot_count - 1, l->severity, l->times);
}

static int64_t shorter(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void compile_conditions(const struct metric_rule *r, struct metric_test *t)
{
    const struct metric_condition *v = r->conditions.v;
    size_t n = r->conditions.n < METRIC_SLOTS_MAX ? r->conditions.n : METRIC_SLOTS_MAX;
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < n; i++)
        least = shorter(least, v[i].period > 0 ? v[i].period : r->period);
    t->period = within(least, NS_PER_S, NS_PER_DAY);
    for (size_t i = 0; i < n; i++)
        compare_with(slot_add(t, v[i].metric.n > 0 ? v[i].metric : r->metric,
                              v[i].statistics, v[i].period > 0 ? v[i].period : r->period),
                     v[i].comparison, v[i].threshold);
    level_add(t, 0, r->severity, r->times);
    t->levels[0].join = (enum metric_join)r->join;
}

static void compile_expression(const struct metric_rule *r, struct arena *a,
                               struct metric_test *t)
{
    const struct expression_slot *v = t->expression.slots;
    int64_t least = INT64_MAX;
    struct err e;

    if (metric_expression_parse("expression", r->expression, a, &t->expression, &e) ==
        FAILED)
        t->expression = (struct metric_expression){ 0 }; /* the book judged it */
    for (size_t i = 0; i < t->expression.slot_count; i++)
        least = shorter(least, v[i].period > 0 ? v[i].period : r->period);
    t->period = within(shorter(least, NS_PER_DAY), NS_PER_S, NS_PER_DAY);
    for (size_t i = 0; i < t->expression.slot_count; i++)
        (void)slot_add(t, v[i].metric.n > 0 ? v[i].metric : r->metric, v[i].statistics,
                       v[i].period > 0 ? v[i].period : r->period);
    level_add(t, 0, r->severity, r->times);
}

/* One more than the highest threshold, for what has to be above it. */
static size_t most_events(const struct metric_test *t)
{
    double most = 0;

    for (size_t i = 0; i < t->slot_count; i++)
        most = t->slots[i].threshold > most ? t->slots[i].threshold : most;
    return (size_t)(most < METRIC_EVENTS_MAX ? most : METRIC_EVENTS_MAX) + 2;
}

void metric_test_of(const struct metric_rule *r, struct arena *a, struct metric_test *out)
{
    *out = (struct metric_test){ .period = within(r->period, NS_PER_S, NS_PER_DAY),
                                 .no_data = (enum metric_no_data)r->no_data };
    out->composite = r->conditions.n > 0 || r->expression.n > 0;
    if (r->conditions.n > 0)
        compile_conditions(r, out);
    else if (r->expression.n > 0)
        compile_expression(r, a, out);
    for (int severity = LEVEL_CRITICAL; severity <= LEVEL_INFO; severity++)
        for (size_t i = 0; i < r->levels.n && out->n < METRIC_LEVELS_MAX; i++)
            if (r->levels.v[i].severity == severity && !out->composite)
                compile_level(r, &r->levels.v[i], out);
    out->history = history_of(out);
    out->events_most = most_events(out);
}

bool metric_test_takes(const struct metric_test *t, struct str metric)
{
    for (size_t i = 0; i < t->slot_count; i++)
        if (str_eq(t->slots[i].metric, metric))
            return true;
    return false;
}

bool metric_test_sums_alike(const struct metric_test *a, const struct metric_test *b)
{
    bool alike = a->period == b->period && a->slot_count == b->slot_count;

    for (size_t i = 0; alike && i < a->slot_count; i++)
        alike = str_eq(a->slots[i].name, b->slots[i].name) &&
                str_eq(a->slots[i].metric, b->slots[i].metric);
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

static void sum_up(const struct metric_test *t, struct metric_sum *sums,
                   const struct point *p)
{
    for (size_t i = 0; i < t->slot_count; i++) {
        enum metric_statistic statistic = t->slots[i].statistic;
        struct str name = t->slots[i].name;
        double value;

        if (!str_eq(t->slots[i].metric, p->metric) ||
            !(p->aggregated ? stated(p, name, &value) : raw(p, statistic, name, &value)))
            continue;
        sums[i].sum = sums[i].n == 0 ? value : joined(statistic, sums[i].sum, value);
        sums[i].n++;
    }
}

static struct metric_sum *sums_at(const struct metric_test *t,
                                  const struct metric_window *w, size_t i)
{
    return w->sums.v + i * t->slot_count;
}

/* Points come in their order, as a rule. */
static struct metric_sum *sums_make(const struct metric_test *t, struct metric_window *w,
                                    int64_t at)
{
    size_t i = w->at.n, width = t->slot_count;

    while (i > 0 && w->at.v[i - 1] >= at)
        i--;
    if (i < w->at.n && w->at.v[i] == at)
        return sums_at(t, w, i);
    vec_push(&w->at, at);
    vec_reserve(&w->sums, w->sums.n + width);
    w->sums.n += width;
    memmove(&w->at.v[i + 1], &w->at.v[i], (w->at.n - 1 - i) * sizeof *w->at.v);
    memmove(sums_at(t, w, i) + width, sums_at(t, w, i),
            (w->at.n - 1 - i) * width * sizeof *w->sums.v);
    w->at.v[i] = at;
    memset(sums_at(t, w, i), 0, width * sizeof *w->sums.v);
    return sums_at(t, w, i);
}

static void forget_before(const struct metric_test *t, struct metric_window *w,
                          int64_t at)
{
    size_t gone = 0;

    while (gone < w->at.n && w->at.v[gone] < at)
        gone++;
    if (gone == 0)
        return;
    memmove(w->at.v, w->at.v + gone, (w->at.n - gone) * sizeof *w->at.v);
    memmove(w->sums.v, sums_at(t, w, gone),
            (w->at.n - gone) * t->slot_count * sizeof *w->sums.v);
    w->at.n -= gone;
    w->sums.n -= gone * t->slot_count;
}

bool metric_add(const struct metric_test *t, struct metric_window *w,
                const struct point *p, int64_t wall)
{
    int64_t time = p->time == TIME_UNSET ? wall : p->time;
    int64_t at = metric_period_of(t, time), now = metric_period_of(t, wall);

    if (at < now - t->history || time - POINT_AHEAD_MAX > wall || t->slot_count == 0)
        return false;
    forget_before(t, w, now - t->history);
    sum_up(t, sums_make(t, w, at), p);
    return true;
}

void metric_window_clear(struct metric_window *w)
{
    vec_clear(&w->at);
    vec_clear(&w->sums);
}

void metric_window_fini(struct metric_window *w)
{
    vec_fini(&w->at);
    vec_fini(&w->sums);
}

/* ---- judging -------------------------------------------------------------------------- */

/* The first period from `at` on that has points; w->at.n: none. */
static size_t first_from(const struct metric_window *w, int64_t at)
{
    size_t from = 0, to = w->at.n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (w->at.v[middle] < at)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* In the period `at` of the rule: of a slot that takes several of them, in its last one
 * that is over with it. */
static bool value_at(const struct metric_test *t, const struct metric_window *w,
                     size_t slot, int64_t at, double *out)
{
    const struct metric_slot *s = &t->slots[slot];
    int64_t first = ((at + 1) / s->span - 1) * s->span;
    struct metric_sum all = { 0 };

    for (size_t i = first_from(w, first); i < w->at.n && w->at.v[i] < first + s->span;
         i++) {
        const struct metric_sum *one = &sums_at(t, w, i)[slot];

        if (one->n == 0)
            continue;
        all.sum = all.n == 0 ? one->sum : joined(s->statistic, all.sum, one->sum);
        all.n += one->n;
    }
    *out = s->statistic == STATISTIC_AVERAGE ? all.sum / (double)all.n : all.sum;
    return all.n > 0;
}

/* By so many percent of what it was. */
static bool changed_by(double value, double was, double percent, bool up)
{
    double change = up ? value - was : was - value;

    return was == 0 ? change > 0 : change / fabs(was) * 100 > percent;
}

static enum truth truth_if(bool yes)
{
    return yes ? TRUTH_TRUE : TRUTH_FALSE;
}

bool metric_compare(enum metric_comparison c, double value, double threshold)
{
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
    case METRIC_COMPARISON_COUNT:
        break;
    }
    return false;
}

static enum truth compares(const struct metric_test *t, const struct metric_window *w,
                           size_t slot, int64_t at)
{
    double threshold = t->slots[slot].threshold, value, was;
    enum metric_comparison c = t->slots[slot].comparison;
    int64_t back = periods_back(&t->slots[slot], t->period);

    if (!value_at(t, w, slot, at, &value))
        return TRUTH_UNKNOWN;
    if (back == 0)
        return truth_if(metric_compare(c, value, threshold));
    if (!value_at(t, w, slot, at - back, &was))
        return TRUTH_UNKNOWN;
    return truth_if(changed_by(value, was, threshold,
                               c == METRIC_GT_YESTERDAY || c == METRIC_GT_LAST_WEEK ||
                                   c == METRIC_GT_LAST_PERIOD));
}

static enum truth expression_at(const struct metric_test *t,
                                const struct metric_window *w, int64_t at)
{
    double values[METRIC_SLOTS_MAX];

    for (size_t i = 0; i < t->slot_count; i++)
        if (!value_at(t, w, i, at, &values[i]))
            values[i] = NAN;
    return formula_truth(&t->expression, values, w->dims);
}

static enum truth level_at(const struct metric_test *t, const struct metric_window *w,
                           size_t level, int64_t at)
{
    size_t from = t->levels[level].from;
    enum truth out;

    if (t->expression.n > 0)
        return expression_at(t, w, at);
    if (from == t->levels[level].to)
        return TRUTH_UNKNOWN;
    out = compares(t, w, from, at);
    for (size_t i = from + 1; i < t->levels[level].to; i++)
        out = t->levels[level].join == METRIC_ANY_OF
                  ? truth_or(out, compares(t, w, i, at))
                  : truth_and(out, compares(t, w, i, at));
    return out;
}

static bool reached(const struct metric_test *t, const struct metric_window *w,
                    size_t level, int64_t at)
{
    for (int64_t i = 0; i < t->levels[level].times; i++)
        if (level_at(t, w, level, at - i) != TRUTH_TRUE)
            return false;
    return true;
}

/* A metric of several that is late does not end what the others began. */
static bool lasts(const struct metric_test *t, const struct metric_window *w,
                  size_t level, int64_t at)
{
    enum truth now = level_at(t, w, level, at);

    return now == TRUTH_TRUE || (now == TRUTH_UNKNOWN && t->composite);
}

/* The newest period that is over and had points; -1: none. */
static int64_t newest_closed(const struct metric_window *w, int64_t open)
{
    for (size_t i = w->at.n; i > 0; i--)
        if (w->at.v[i - 1] < open)
            return w->at.v[i - 1];
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
            (t->levels[i].severity == before && lasts(t, w, i, at)))
            out.level = (int)i;
    if (t->slot_count == 0 ||
        !value_at(t, w, t->levels[out.level < 0 ? 0 : out.level].from, at, &out.value))
        out.value = 0;
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

    for (size_t i = 0; i < w->at.n; i++)
        if (w->at.v[i] >= open)
            return end_of(t, w->at.v[i]);
    newest = newest_closed(w, open);
    if (newest < 0 || t->no_data == METRIC_KEEP_LAST_STATE || gone_quiet(t, newest, open))
        return INT64_MAX;
    return end_of(t, newest + t->times);
}

int64_t metric_forget_at(const struct metric_test *t, const struct metric_window *w)
{
    if (w->at.n == 0)
        return INT64_MAX;
    return end_of(t, w->at.v[w->at.n - 1] + t->history + 1);
}
