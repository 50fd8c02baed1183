/* trigger.c - when a rule about events tells: of each, or of several within a window
 * (contracts/huawei.md 2.7). The latter is a counter, which raises an alarm of the rule's
 * name, and a route for that alarm. */
#include "api/huawei/trigger_private.h"

#include "api/huawei/body_private.h"
#include "base/time.h"
#include "base/utf8.h"
#include "book/limits.h"

int64_t aom_number(struct json v)
{
    int64_t n = json_int(v);

    if (json_is(v, JSON_STRING) && str_i64(json_str(v), &n) != OK)
        return INT64_MIN;
    return n;
}

bool aom_is_frequency(int64_t seconds)
{
    static const int64_t fits[] = { 0,    300,   600,   900,   1800,
                                    3600, 10800, 21600, 43200, 86400 };

    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
        if (seconds == fits[i])
            return true;
    return false;
}

/* ---- what both generations say ------------------------------------------- */

static ok type_read(struct str type, bool *counts, struct err *e)
{
    *counts = str_is(type, "accumulative");
    if (*counts || type.n == 0 || str_is(type, "immediately"))
        return OK;
    return fail(e, FAULT_INVALID, "trigger_type",
                "trigger_type must be immediately or accumulative");
}

static ok window_read(struct json v, const char *field, int64_t *out, struct err *e)
{
    int64_t seconds = aom_number(v);

    if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
        return fail(e, FAULT_MISSING, field, "%s is missing", field);
    if (seconds < 1 || seconds > METRIC_PERIOD_MAX_S)
        return fail(e, FAULT_INVALID, field, "%s must be 1 to %d seconds", field,
                    METRIC_PERIOD_MAX_S);
    *out = seconds * NS_PER_S;
    return OK;
}

/* Fewer than so many are there before anything has happened. */
static ok operator_read(struct str sign, int *out, struct err *e)
{
    static const struct {
        const char *sign;
        int comparison;
    } signs[] = { { ">=", METRIC_GE }, { ">", METRIC_GT }, { "=", METRIC_EQ } };

    if (sign.n == 0)
        return fail(e, FAULT_MISSING, "operator", "operator is missing");
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_is(sign, signs[i].sign)) {
            *out = signs[i].comparison;
            return OK;
        }
    if (str_is(sign, "<") || str_is(sign, "<="))
        return fail(e, FAULT_UNSUPPORTED, "operator",
                    "operator %.*s is not supported: events are counted up",
                    STR_ARG(sign));
    return fail(e, FAULT_INVALID, "operator", "operator must be >=, > or =");
}

static bool level_find(struct str word, int *severity)
{
    static const char *const words[] = { [LEVEL_CRITICAL] = "Critical",
                                         [LEVEL_ERROR] = "Major",
                                         [LEVEL_WARNING] = "Minor",
                                         [LEVEL_INFO] = "Info" };

    for (int i = LEVEL_CRITICAL; i <= LEVEL_INFO; i++)
        if (str_is(word, words[i])) {
            *severity = i;
            return true;
        }
    return false;
}

static ok level_add(struct str word, struct json count, const char *field,
                    struct arena *a, struct aom_trigger *out, struct err *e)
{
    struct metric_level l = { .statistics = STR("SampleCount"),
                              .comparison = out->comparison,
                              .times = 1 };
    int64_t n = aom_number(count);

    if (!level_find(word, &l.severity))
        return fail(e, FAULT_INVALID, field,
                    "%s: a level must be Critical, Major, Minor or Info", field);
    if (n < 1 || n > AOM_EVENTS_MAX)
        return fail(e, FAULT_INVALID, field, "%s must be 1 to %d events", field,
                    AOM_EVENTS_MAX);
    for (size_t i = 0; i < out->n; i++)
        if (out->levels[i].severity == l.severity)
            return fail(e, FAULT_INVALID, field, "%s names a level twice", field);
    l.threshold = arena_printf(a, "%lld", (long long)n);
    out->levels[out->n++] = l;
    return OK;
}

/* ---- v4: trigger_conditions ------------------------------------------------ */

static ok frequency_read(struct json v, int64_t *out, struct err *e)
{
    *out = json_is(v, JSON_NONE) || json_is(v, JSON_NULL) ? -1 : aom_number(v);
    if (*out == -1 || aom_is_frequency(*out))
        return OK;
    return fail(e, FAULT_INVALID, "frequency", "frequency must be -1, " AOM_FREQUENCIES);
}

ok aom_condition_trigger(struct json v, struct arena *a, struct aom_trigger *out,
                         struct err *e)
{
    struct json thresholds = json_get(v, STR("thresholds"));

    *out = (struct aom_trigger){ .frequency = -1 };
    if (type_read(json_str(json_get(v, STR("trigger_type"))), &out->counts, e) != OK)
        return FAILED;
    if (!out->counts)
        return OK;
    if (window_read(json_get(v, STR("aggregation_window")), "aggregation_window",
                    &out->window, e) != OK ||
        operator_read(json_str(json_get(v, STR("operator"))), &out->comparison, e) !=
            OK ||
        frequency_read(json_get(v, STR("frequency")), &out->frequency, e) != OK)
        return FAILED;
    if (!json_is(thresholds, JSON_OBJECT) || json_count(thresholds) == 0)
        return fail(e, FAULT_MISSING, "thresholds", "thresholds is missing");
    for (struct json_iter it = json_iter(thresholds); json_next(&it);)
        if (level_add(it.key, it.value, "thresholds", a, out, e) != OK)
            return FAILED;
    return OK;
}

/* ---- v2: trigger_policies -------------------------------------------------- */

ok aom_policy_trigger(struct json v, struct arena *a, struct aom_trigger *out,
                      struct err *e)
{
    struct str level = json_str(json_get(v, STR("level")));

    *out = (struct aom_trigger){ .frequency = -1 };
    if (type_read(json_str(json_get(v, STR("trigger_type"))), &out->counts, e) != OK)
        return FAILED;
    if (!out->counts)
        return OK;
    if (window_read(json_get(v, STR("period")), "period", &out->window, e) != OK ||
        operator_read(json_str(json_get(v, STR("operator"))), &out->comparison, e) != OK)
        return FAILED;
    if (level.n == 0)
        return fail(e, FAULT_MISSING, "level", "level is missing");
    if (!level_find(level, &(int){ 0 }))
        return fail(e, FAULT_INVALID, "level",
                    "level must be Critical, Major, Minor or Info");
    return level_add(level, json_get(v, STR("count")), "count", a, out, e);
}

/* ---- the counter, and who is told of it ------------------------------------- */

static struct str own_name(struct str key)
{
    size_t slash;

    return str_find(key, STR("/"), &slash) ? str_from(key, slash + 1) : key;
}

/* The metadata that every alarm has, beside what the flow says of it itself. */
static void put_labels(const struct aom_counted *what, struct str name, struct arena *a,
                       struct metric_rule *r)
{
    struct str counted = what->event.n > 0 ? what->event : name;
    struct label *v = arena_array(a, struct label, 4);

    v[0] = (struct label){ STR("resource"), utf8_cut(counted, METRIC_NAME_MAX) };
    v[1] = (struct label){ STR("resource_id"), v[0].value };
    v[2] =
        (struct label){ STR("resource_provider"),
                        what->provider.n > 0 ? utf8_cut(what->provider, METRIC_NAME_MAX)
                                             : STR("AOM") };
    v[3] = (struct label){ STR("resource_type"), STR("event") };
    r->labels.v = v;
    r->labels.n = 4;
    r->metric = v[0].value;
}

void aom_counter_make(const struct aom_trigger *t, const struct aom_counted *what,
                      struct arena *a, struct metric_rule *r)
{
    struct metric_level *levels = arena_array(a, struct metric_level, t->n);

    schema_zero(&metric_rule_schema, r);
    memcpy(levels, t->levels, t->n * sizeof *levels);
    r->id = what->id;
    r->name = own_name(what->rule);
    r->period = t->window;
    r->levels.v = levels;
    r->levels.n = t->n;
    r->no_data = METRIC_NO_DATA_OK;
    r->silence = NS_PER_DAY; /* its route says how often */
    r->events = r->aom = true;
    r->matchers = what->matchers;
    r->disabled = what->disabled;
    put_labels(what, r->name, a, r);
}

struct matchers aom_counter_alarms(struct str id, struct arena *a)
{
    struct matcher *v = arena_array(a, struct matcher, 2);

    v[0] = (struct matcher){ STR("ruleId"), MATCH_EQ, id };
    v[1] = (struct matcher){ STR("source"), MATCH_EQ, STR("aom") };
    return (struct matchers){ v, 2 };
}
