/* check_metric.c - what metric rules are made of (contracts/alibaba.md 1.9). */
#include "base/time.h"
#include "book/check_private.h"
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

static ok judge_level(const struct metric_level *l, struct err *e)
{
    double ignored;

    if (l->severity < LEVEL_CRITICAL || l->severity > LEVEL_INFO)
        return fail(e, FAULT_INVALID, "levels.severity", "must be one of the levels");
    if (bytes_judge("levels.statistics", l->statistics, 1, METRIC_STATISTIC_MAX, e) != OK)
        return FAILED;
    if (l->comparison < 0 || l->comparison >= METRIC_COMPARISON_COUNT)
        return fail(e, FAULT_INVALID, "levels.comparison", "must be a comparison");
    if (l->times < 1 || l->times > METRIC_TIMES_MAX)
        return fail(e, FAULT_INVALID, "levels.times", "must be 1 to %d",
                    METRIC_TIMES_MAX);
    if (bytes_judge("levels.threshold", l->threshold, 1, METRIC_THRESHOLD_MAX, e) != OK)
        return FAILED;
    return metric_threshold_parse(l->threshold, &ignored, e);
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

/* A week of seconds is too much to remember of each thing that is measured. */
ok metric_rule_judge(const struct metric_rule *r, struct err *e)
{
    for (size_t i = 0; i < r->levels.n; i++) {
        int c = r->levels.v[i].comparison;
        bool day = c == METRIC_GT_YESTERDAY || c == METRIC_LT_YESTERDAY ||
                   c == METRIC_GT_LAST_WEEK || c == METRIC_LT_LAST_WEEK;

        if (day && (r->period < NS_PER_MIN || NS_PER_DAY % r->period != 0))
            return fail(e, FAULT_INVALID, "period",
                        "must divide a day and be a minute at least to compare with "
                        "yesterday or last week");
    }
    return OK;
}

ok check_metric_webhook(const char *field, const void *member,
                        const struct field_rule *rule, struct err *e)
{
    const struct secret *url = member;

    (void)rule;
    return url->sealed.n == 0 ? OK : sealed_judge(field, url, e);
}
