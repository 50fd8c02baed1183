/* check_metric.c - what metric rules are made of (contracts/alibaba.md 1.9). */
#include "base/time.h"
#include "book/check_private.h"
#include "model/metric_expression.h"
#include "model/metric_rule.h"

/* ---- which points ------------------------------------------------------------------- */

static ok judge_points(struct str resources, struct str dimensions, struct err *e)
{
    struct metric_filters ignored;
    struct arena a;
    ok done;

    arena_init(&a);
    done = metric_filters_parse(resources, dimensions, &a, &ignored, e);
    arena_fini(&a);
    return done;
}

ok check_metric_resources(const char *field, const void *member,
                          const struct field_rule *rule, struct err *e)
{
    struct str text = *(const struct str *)member;

    if (check_text(field, member, rule, e) != OK ||
        count_judge(field, text.n, 0, rule->most, "bytes", e) != OK)
        return FAILED;
    return judge_points(text, STR(""), e);
}

ok check_metric_dimensions(const char *field, const void *member,
                           const struct field_rule *rule, struct err *e)
{
    struct str text = *(const struct str *)member;

    if (check_text(field, member, rule, e) != OK ||
        count_judge(field, text.n, 0, rule->most, "bytes", e) != OK)
        return FAILED;
    return judge_points(STR(""), text, e);
}

/* ---- when --------------------------------------------------------------------------- */

ok check_metric_period(const char *field, const void *member,
                       const struct field_rule *rule, struct err *e)
{
    int64_t period = *(const int64_t *)member;

    if (period % NS_PER_S != 0 || period < (int64_t)rule->least * NS_PER_S ||
        period > (int64_t)rule->most * NS_PER_S)
        return fail(e, FAULT_INVALID, field, "must be whole seconds, %llu to %llu",
                    (unsigned long long)rule->least, (unsigned long long)rule->most);
    return OK;
}

ok check_metric_hours(const char *field, const void *member,
                      const struct field_rule *rule, struct err *e)
{
    struct time_span ignored[2];
    size_t n;

    if (check_bytes(field, member, rule, e) != OK)
        return FAILED;
    return metric_hours_parse(field, *(const struct str *)member, ignored, &n, e);
}

/* ---- how ---------------------------------------------------------------------------- */

static ok judge_threshold(const char *statistics_field, struct str statistics,
                          const char *threshold_field, struct str threshold,
                          struct err *e)
{
    double ignored;

    if (bytes_judge(statistics_field, statistics, 1, METRIC_STATISTIC_MAX, e) != OK ||
        bytes_judge(threshold_field, threshold, 1, METRIC_THRESHOLD_MAX, e) != OK)
        return FAILED;
    if (metric_threshold_parse(threshold, &ignored, e) == OK)
        return OK;
    return fail(e, FAULT_INVALID, threshold_field, "must be a number");
}

static bool is_comparison(int c)
{
    return c >= 0 && c < METRIC_COMPARISON_COUNT;
}

static ok judge_level(const struct metric_level *l, struct err *e)
{
    if (l->severity < LEVEL_CRITICAL || l->severity > LEVEL_INFO)
        return fail(e, FAULT_INVALID, "levels.severity", "must be one of the levels");
    if (!is_comparison(l->comparison))
        return fail(e, FAULT_INVALID, "levels.comparison", "must be a comparison");
    if (l->times < 1 || l->times > METRIC_TIMES_MAX)
        return fail(e, FAULT_INVALID, "levels.times", "must be 1 to %d",
                    METRIC_TIMES_MAX);
    return judge_threshold("levels.statistics", l->statistics, "levels.threshold",
                           l->threshold, e);
}

ok check_metric_levels(const char *field, const void *member,
                       const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct metric_level *v = list->v;

    if (count_judge(field, list->n, rule->least, rule->most, "levels", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (judge_level(&v[i], e) != OK)
            return FAILED;
        for (size_t k = 0; k < i; k++)
            if (v[k].severity == v[i].severity)
                return fail(e, FAULT_INVALID, "levels.severity",
                            "a severity has one level");
    }
    return OK;
}

ok check_metric_conditions(const char *field, const void *member,
                           const struct field_rule *rule, struct err *e)
{
    const struct list *list = member;
    const struct metric_condition *v = list->v;

    if (count_judge(field, list->n, 0, rule->most, "conditions", e) != OK)
        return FAILED;
    for (size_t i = 0; i < list->n; i++) {
        if (bytes_judge("conditions.metric", v[i].metric, 0, METRIC_NAME_MAX, e) != OK)
            return FAILED;
        if (v[i].period % NS_PER_S != 0 || v[i].period < 0 ||
            v[i].period > METRIC_PERIOD_MAX_S * NS_PER_S)
            return fail(e, FAULT_INVALID, "conditions.period",
                        "must be whole seconds, at most %d", METRIC_PERIOD_MAX_S);
        if (!is_comparison(v[i].comparison))
            return fail(e, FAULT_INVALID, "conditions.comparison",
                        "must be a comparison");
        if (judge_threshold("conditions.statistics", v[i].statistics,
                            "conditions.threshold", v[i].threshold, e) != OK)
            return FAILED;
    }
    return OK;
}

ok check_metric_expression(const char *field, const void *member,
                           const struct field_rule *rule, struct err *e)
{
    struct str text = *(const struct str *)member;
    struct metric_expression ignored;
    struct arena a;
    ok done;

    if (check_text(field, member, rule, e) != OK)
        return FAILED;
    if (text.n == 0)
        return OK;
    arena_init(&a);
    done = metric_expression_parse(field, text, &a, &ignored, e);
    arena_fini(&a);
    return done;
}

/* ---- several metrics -------------------------------------------------------------- */

/* Periods of one rule: the longer are so many of the shortest. */
struct periods {
    int64_t v[METRIC_SLOTS_MAX];
    size_t n;
};

static ok judge_periods(const struct periods *p, struct err *e)
{
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < p->n; i++)
        least = p->v[i] < least ? p->v[i] : least;
    for (size_t i = 0; i < p->n; i++)
        if (p->v[i] % least != 0 || p->v[i] / least > METRIC_SPAN_MAX)
            return fail(e, FAULT_INVALID, "period",
                        "must be the shortest of the rule's periods, or 2 to %d of them",
                        METRIC_SPAN_MAX);
    return OK;
}

static ok judge_days(int c, int64_t period, struct err *e)
{
    bool day = c == METRIC_GT_YESTERDAY || c == METRIC_LT_YESTERDAY ||
               c == METRIC_GT_LAST_WEEK || c == METRIC_LT_LAST_WEEK;

    if (day && (period < NS_PER_MIN || NS_PER_DAY % period != 0))
        return fail(e, FAULT_INVALID, "period",
                    "must divide a day and be a minute at least to compare with "
                    "yesterday or last week");
    return OK;
}

static void add_period(struct periods *p, int64_t own, const struct metric_rule *r)
{
    p->v[p->n++] = own > 0 ? own : r->period;
}

static ok judge_conditions(const struct metric_rule *r, struct err *e)
{
    struct periods p = { .n = 0 };
    int64_t least = INT64_MAX;

    for (size_t i = 0; i < r->conditions.n; i++) {
        add_period(&p, r->conditions.v[i].period, r);
        least = p.v[i] < least ? p.v[i] : least;
    }
    for (size_t i = 0; i < r->conditions.n; i++)
        if (judge_days(r->conditions.v[i].comparison, least, e) == FAILED)
            return FAILED;
    return judge_periods(&p, e);
}

static ok judge_expression(const struct metric_rule *r, struct err *e)
{
    struct periods p = { .n = 0 };
    struct metric_expression x;
    struct arena a;
    ok done;

    arena_init(&a);
    done = metric_expression_parse("expression", r->expression, &a, &x, e);
    for (size_t i = 0; done == OK && i < x.slot_count; i++)
        add_period(&p, x.slots[i].period, r);
    arena_fini(&a);
    return done == OK ? judge_periods(&p, e) : FAILED;
}

/* A count has levels of its own, and none that nothing can reach. */
static ok judge_count(const struct metric_rule *r, struct err *e)
{
    double threshold;

    if (r->levels.n == 0)
        return fail(e, FAULT_INVALID, "levels", "events are counted for levels");
    for (size_t i = 0; i < r->levels.n; i++)
        if (metric_threshold_parse(r->levels.v[i].threshold, &threshold, e) != OK ||
            threshold > METRIC_EVENTS_MAX)
            return fail(e, FAULT_INVALID, "levels.threshold", "must be at most %d events",
                        METRIC_EVENTS_MAX);
    return OK;
}

/* One of three ways says when. A week of seconds is too much to remember of each thing
 * that is measured. */
ok metric_rule_judge(const struct metric_rule *r, struct err *e)
{
    bool several = r->conditions.n > 0 || r->expression.n > 0;

    if ((r->levels.n > 0) + (r->conditions.n > 0) + (r->expression.n > 0) != 1)
        return fail(e, FAULT_INVALID, "levels",
                    "levels, conditions or an expression: one of them, and not more");
    if (r->events && judge_count(r, e) != OK)
        return FAILED;
    if (several && (r->times < 1 || r->times > METRIC_TIMES_MAX))
        return fail(e, FAULT_INVALID, "times", "must be 1 to %d", METRIC_TIMES_MAX);
    for (size_t i = 0; i < r->levels.n; i++)
        if (judge_days(r->levels.v[i].comparison, r->period, e) == FAILED)
            return FAILED;
    if (r->conditions.n > 0)
        return judge_conditions(r, e);
    return r->expression.n > 0 ? judge_expression(r, e) : OK;
}

ok check_metric_webhook(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct secret *url = member;

    (void)rule;
    return url->sealed.n == 0 ? OK : sealed_judge(field, url, e);
}
