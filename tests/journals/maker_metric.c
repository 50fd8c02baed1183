/* maker_metric.c - metric rules and the points they watch: few rules, few metrics, few
 * hosts, values about the thresholds, so that levels are reached, worsen and are left. */
#include "journals/maker.h"
#include "model/points.h"

static const char *const ids[] = { "m1", "m2", "\u6307\u6807", NULL };
static const char *const metrics[] = { "cpu", "disk", NULL };
static const char *const hosts[] = { "h1", "h2", NULL };
static const char *const groups[] = { "ops", "dba", "night", NULL };
static const char *const statistics[] = { "Average", "Maximum", "Sum", "P95", NULL };
static const char *const resources[] = { "", "[{\"resource\":\"_ALL\"}]",
                                         "[{\"host\":\"h1\"}]", NULL };
static const char *const hours[] = { "", "", "00:00-23:59", "22:00-06:00 +0000", NULL };

static struct metric_level any_level(struct maker *m, int severity)
{
    static const char *const thresholds[] = { "10", "50", "90.5", NULL };

    return (struct metric_level){
        .severity = severity,
        .statistics = pick(m, statistics),
        .comparison =
            often(m, 70) ? METRIC_GE : (int)chance_below(&m->c, METRIC_COMPARISON_COUNT),
        .threshold = pick(m, thresholds),
        .times = 1 + (int64_t)chance_below(&m->c, 3)
    };
}

/* Both metrics, or a formula of one of them. */
static void any_composite(struct maker *m, struct metric_rule *r)
{
    static const char *const formulas[] = {
        "$Average > 50", "$host != 'h1' && $Maximum >= 90",
        "@cpu[60].$Average > 50 || @disk[120].$Sum > ($host == \"h2\" ? 80 : 10)", NULL
    };
    struct metric_condition *v = arena_array(&m->a, struct metric_condition, 2);

    r->levels.n = 0;
    r->severity = (int)chance_below(&m->c, 4);
    r->times = 1 + (int64_t)chance_below(&m->c, 2);
    r->join = (int)chance_below(&m->c, 2);
    if (often(m, 40)) {
        r->period = NS_PER_MIN;
        r->expression = pick(m, formulas);
        return;
    }
    for (size_t i = 0; i < 2; i++)
        v[i] = (struct metric_condition){ str_of(metrics[i]), 0, pick(m, statistics),
                                          METRIC_GT, STR("40") };
    if (often(m, 30))
        v[1].period = 2 * r->period;
    r->conditions.v = v;
    r->conditions.n = 2;
}

/* Of custom events (maker_rules.c), or of alerts of every door. */
static void any_count(struct maker *m, struct metric_rule *r)
{
    struct matcher *any = arena_new(&m->a, struct matcher);

    *any = (struct matcher){ STR("severity"), MATCH_RE, STR("critical|warning") };
    r->events = true;
    r->aom = often(m, 50);
    r->matchers.v = any;
    r->matchers.n = r->aom && often(m, 70);
    r->metric = often(m, 50) ? STR("HostDown") : STR("disk.full");
    r->group_id = STR("0");
    r->resources = STR("");
    r->levels.n = 1;
}

struct change make_metric_rule(struct maker *m)
{
    struct metric_rule *r = arena_new(&m->a, struct metric_rule);
    struct metric_level *levels = arena_array(&m->a, struct metric_level, 2);
    struct label *team = arena_new(&m->a, struct label);

    levels[0] = any_level(m, LEVEL_CRITICAL);
    levels[1] = any_level(m, LEVEL_WARNING);
    *team = (struct label){ STR("team"), STR("ops") };
    *r = (struct metric_rule){ .id = pick(m, ids),
                               .name = often(m, 90) ? STR("Metric") : STR("Metric2"),
                               .metric_space = STR("acs"),
                               .metric = pick(m, metrics),
                               .group_id = STR(""),
                               .resources = pick(m, resources),
                               .dimensions = STR(""),
                               .period = often(m, 80) ? NS_PER_MIN : 5 * NS_PER_MIN,
                               .no_data = (int)chance_below(&m->c, 3),
                               .effective = pick(m, hours),
                               .no_effective = STR(""),
                               .silence = NS_PER_HOUR,
                               .ends_untold = often(m, 10),
                               .subject = STR(""),
                               .contact_groups = pick_some(m, groups, 2),
                               .disabled = often(m, 10),
                               .expression = STR(""),
                               .category = STR("") };
    r->levels.v = levels;
    r->levels.n = 1 + chance_below(&m->c, 2);
    if (often(m, 10))
        any_composite(m, r);
    else if (often(m, 8))
        any_count(m, r);
    r->labels.v = team;
    r->labels.n = chance_below(&m->c, 2);
    return (struct change){ .op = often(m, 15) ? CHANGE_DELETE : CHANGE_UPSERT,
                            .kind = OBJECT_METRIC_RULE,
                            .object = r,
                            .present = FIELDS_ALL };
}

static void any_point(struct maker *m, struct point *p)
{
    struct pair *dim = arena_new(&m->a, struct pair);
    struct point_value *v = arena_array(&m->a, struct point_value, 2);

    *dim = (struct pair){ STR("host"), pick(m, hosts) };
    v[0] = (struct point_value){ STR("Average"), (double)chance_below(&m->c, 1200) / 10 };
    v[1] = (struct point_value){ STR("Maximum"), v[0].value + 5 };
    *p = (struct point){ .group_id = STR("0"),
                         .metric = pick(m, metrics),
                         .dims = { dim, 1 },
                         .time = TIME_UNSET,
                         .aggregated = often(m, 30),
                         .values = v };
    p->value_count = p->aggregated ? 2 : 1;
    if (often(m, 50))
        p->time = m->s.wall - (int64_t)chance_below(&m->c, 5 * NS_PER_MIN);
}

void make_points(struct maker *m, struct buf *payload)
{
    size_t n = 1 + chance_below(&m->c, 8);
    struct point *v = arena_array(&m->a, struct point, n);

    for (size_t i = 0; i < n; i++)
        any_point(m, &v[i]);
    points_encode(v, n, payload);
}
