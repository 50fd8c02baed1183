/* metric_alert.c - what a metric rule raises: an alert of CloudMonitor's with the labels
 * of DESIGN 2, the rule's words and the dimensions under their own names; or an alarm of
 * AOM's, which has the metadata that every alarm of AOM's has. */
#include "flow/metric_private.h"

#include "base/json.h"

enum { OWN_LABELS = 9, OWN_ANNOTATIONS = 5 };

static const char *const level_words[] = { [LEVEL_CRITICAL] = "CRITICAL",
                                           [LEVEL_ERROR] = "ERROR",
                                           [LEVEL_WARNING] = "WARN",
                                           [LEVEL_INFO] = "INFO" };

static const char *const aom_words[] = { [LEVEL_CRITICAL] = "Critical",
                                         [LEVEL_ERROR] = "Major",
                                         [LEVEL_WARNING] = "Minor",
                                         [LEVEL_INFO] = "Info" };

static enum door door_of(const struct metric_rule *r)
{
    return r->aom ? DOOR_AOM : DOOR_CLOUDMONITOR;
}

struct labelling {
    struct pair *v;
    size_t n;
};

/* Of two that want the same name the first has it. */
static void label(struct labelling *l, struct str name, struct str value)
{
    if (value.n == 0)
        return;
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->v[i].name, name))
            return;
    l->v[l->n++] = (struct pair){ name, value };
}

/* Of one dimension its value, of more all of them. */
static struct str resource_of(const struct series *s, struct arena *a)
{
    struct buf b;
    struct str out;

    if (s->dims.n == 1)
        return s->dims.v[0].value;
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < s->dims.n; i++)
        buf_printf(&b, "%s%.*s=%.*s", i > 0 ? "," : "", STR_ARG(s->dims.v[i].name),
                   STR_ARG(s->dims.v[i].value));
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

/* The rest of the metadata is the rule's labels. */
static void label_as_aom(struct labelling *l, const struct metric_rule *r, int level)
{
    label(l, STR("alertname"), r->name);
    label(l, STR("event_name"), r->name);
    label(l, STR("event_type"), STR("alarm"));
    label(l, STR("source"), STR("aom"));
    label(l, STR("ruleId"), r->id);
    label(l, STR("event_severity"), str_of(aom_words[level]));
}

static void label_as_cloudmonitor(struct labelling *l, const struct series *s,
                                  const struct metric_rule *r, int level, struct arena *a)
{
    label(l, STR("alertname"), r->name);
    label(l, STR("source"), STR("cloudmonitor"));
    label(l, STR("ruleId"), r->id);
    label(l, STR("namespace"), r->metric_space);
    label(l, STR("metricName"), r->metric);
    label(l, STR("resource"), resource_of(s, a));
    label(l, STR("groupId"), str_is(s->group_id, "0") ? STR("") : s->group_id);
    label(l, STR("level"), str_of(level_words[level]));
}

struct pairs series_labels(const struct series *s, const struct metric_rule *r, int level,
                           struct arena *a)
{
    struct labelling l = { 0 };

    l.v = arena_array(a, struct pair, OWN_LABELS + s->dims.n + r->labels.n);
    if (r->aom)
        label_as_aom(&l, r, level);
    else
        label_as_cloudmonitor(&l, s, r, level, a);
    label(&l, STR("severity"), str_of(severity_levels[level]));
    for (size_t i = 0; i < s->dims.n; i++)
        label(&l, s->dims.v[i].name, s->dims.v[i].value);
    for (size_t i = 0; i < r->labels.n; i++)
        label(&l, r->labels.v[i].name, r->labels.v[i].value);
    pairs_sort(l.v, l.n);
    return (struct pairs){ l.v, l.n };
}

static struct str number_text(double value, struct arena *a)
{
    struct buf b;
    struct json_out o;
    struct str out;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_double(&o, value);
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static const char *sign_of(int comparison)
{
    static const char *const signs[METRIC_COMPARISON_COUNT] = {
        [METRIC_GE] = ">=", [METRIC_GT] = ">",  [METRIC_LE] = "<=",
        [METRIC_LT] = "<",  [METRIC_NE] = "!=", [METRIC_EQ] = "="
    };

    return signs[comparison] != NULL ? signs[comparison] : metric_comparisons[comparison];
}

static const struct metric_level *level_said(const struct metric_rule *r, int severity)
{
    for (size_t i = 0; i < r->levels.n; i++)
        if (r->levels.v[i].severity == severity)
            return &r->levels.v[i];
    return &r->levels.v[0];
}

/* cpu_total:$Average>=90 && disk:$Maximum>95 */
static struct str conditions_text(const struct metric_rule *r, struct arena *a)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < r->conditions.n; i++) {
        const struct metric_condition *c = &r->conditions.v[i];
        struct str metric = c->metric.n > 0 ? c->metric : r->metric;

        if (i > 0)
            buf_printf(&b, " %s ", metric_joins[r->join]);
        buf_printf(&b, "%.*s:%.*s%s%.*s", STR_ARG(metric), STR_ARG(c->statistics),
                   sign_of(c->comparison), STR_ARG(c->threshold));
    }
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

/* What was reached, and in how many periods. */
static struct str expression_of(const struct metric_rule *r, int level, struct arena *a,
                                int64_t *times)
{
    const struct metric_level *l;

    *times = r->times;
    if (r->expression.n > 0)
        return r->expression;
    if (r->conditions.n > 0)
        return conditions_text(r, a);
    l = level_said(r, level);
    *times = l->times;
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(l->statistics), sign_of(l->comparison),
                        STR_ARG(l->threshold));
}

/* {instanceId=i-abc, device=sda} */
static struct str dimensions_of(const struct series *s, struct arena *a)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_char(&b, '{');
    for (size_t i = 0; i < s->dims.n; i++)
        buf_printf(&b, "%s%.*s=%.*s", i > 0 ? ", " : "", STR_ARG(s->dims.v[i].name),
                   STR_ARG(s->dims.v[i].value));
    buf_char(&b, '}');
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct str level_word(int level)
{
    if (level >= 0)
        return str_of(level_words[level]);
    return level == METRIC_NOTHING ? STR("INSUFFICIENT_DATA") : STR("OK");
}

/* As CloudMonitor names them in what it sends to a URL. */
static struct pairs annotations_of(const struct series *s, int before, double value,
                                   struct arena *a)
{
    const struct metric_rule *r = s->gauge->rule;
    struct pair *v = arena_array(a, struct pair, OWN_ANNOTATIONS);
    struct str now = number_text(value, a), resource = resource_of(s, a);
    int64_t times;
    struct str expression = expression_of(r, s->level, a, &times);
    size_t n = 0;

    v[n++] = (struct pair){ STR("curValue"), now };
    v[n++] = (struct pair){ STR("dimensions"), dimensions_of(s, a) };
    v[n++] = (struct pair){ STR("expression"), expression };
    v[n++] = (struct pair){ STR("preTriggerLevel"), level_word(before) };
    v[n++] = (struct pair){
        STR("summary"),
        arena_printf(a, "%.*s%s%.*s: %.*s, %.*s for %lld periods of %lld s",
                     STR_ARG(r->metric), resource.n > 0 ? " " : "", STR_ARG(resource),
                     STR_ARG(now), STR_ARG(expression), (long long)times,
                     (long long)(s->gauge->test.period / NS_PER_S))
    };
    return (struct pairs){ v, n };
}

/* What AOM's templates know as ${message} and ${alarm_info}. */
static struct pairs message_of(const struct series *s, double value, struct arena *a)
{
    const struct metric_rule *r = s->gauge->rule;
    const struct metric_level *l = level_said(r, s->level);
    struct pair *v = arena_new(a, struct pair);

    *v = (struct pair){ STR("message"),
                        arena_printf(a, "%.*s: %.*s within %lld s (%s %.*s)",
                                     STR_ARG(r->metric), STR_ARG(number_text(value, a)),
                                     (long long)(s->gauge->test.period / NS_PER_S),
                                     sign_of(l->comparison), STR_ARG(l->threshold)) };
    return (struct pairs){ v, 1 };
}

void series_hurry(struct flow *f, const struct series *s, struct pairs labels)
{
    struct alert_key key = alert_key(f, door_of(s->gauge->rule), labels);
    struct slot *slot = slot_find(f, &key);

    for (struct member *m = slot != NULL ? slot_members(slot) : NULL; m != NULL;
         m = member_next(m))
        if (str_eq(m->group->route, s->gauge->route)) {
            touch_group(f, m->group);
            timer_set(f, &m->group->timer, f->steady);
        }
}

void series_raise(struct flow *f, struct series *s, int before, double value)
{
    const struct metric_rule *r = s->gauge->rule;
    struct alert_in in = { .door = door_of(r),
                           .labels = series_labels(s, r, s->level, &f->scratch),
                           .annotations =
                               r->aom ? message_of(s, value, &f->scratch)
                                      : annotations_of(s, before, value, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = f->wall,
                           .ends_at = INT64_MAX }; /* until it is judged otherwise */

    intake_own(f, &in);
}

void series_end(struct flow *f, const struct series *s, const struct metric_rule *r)
{
    struct alert_in in = { .door = door_of(r),
                           .labels = series_labels(s, r, LEVEL_INFO, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET,
                           .clears = true };

    intake_own(f, &in);
    series_hurry(f, s, in.labels);
}
