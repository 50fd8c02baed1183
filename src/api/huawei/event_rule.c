/* event_rule.c - AOM's event2alarm rules: a route for each trigger policy, from events to
 * an action rule (contracts/huawei.md 2.7). An event is told when it comes, or, if the
 * policy accumulates, an alarm is when there were enough of them. */
#include "api/huawei/rule_private.h"

#include "api/huawei/body_private.h"
#include "api/huawei/match_private.h"
#include "api/huawei/trigger_private.h"
#include "base/time.h"

enum { POLICIES_MAX = 10, VALUES_MAX = 100 };

void aom_matchers_of(struct str key, struct str value, struct arena *a,
                     struct aom_conditions *out)
{
    struct str *v = arena_array(a, struct str, VALUES_MAX + 2), piece;
    size_t n = 0, at;

    while (n < VALUES_MAX && str_cut(&value, ';', &piece)) {
        piece = str_trim(piece);
        if (piece.n == 0)
            continue;
        v[n++] = piece;
        if (str_find(piece, STR("##"), &at) && n < VALUES_MAX)
            v[n++] = str_from(piece, at + 2);
    }
    if (n > 0 && out->n < AOM_CONDITIONS_MAX)
        out->v[out->n++] = aom_one_of(key, (struct strs){ v, n }, a);
}

void aom_route_init(struct route *r, struct str name)
{
    static const struct str by[] = { STR_INIT("alertname"), STR_INIT("resource"),
                                     STR_INIT("resource_provider"),
                                     STR_INIT("resource_type") };

    schema_zero(&route_schema, r);
    r->name = name;
    r->group_by = (struct strs){ by, 4 };
    r->group_interval = 5 * NS_PER_S;
    r->repeat_interval = aom_repeat_interval(0);
}

/* ---- the body ---------------------------------------------------------- */

struct wire_event_rule {
    struct str name, description, provider, alarm_type, action_rule, group_rule;
    struct json metadata, policies;
};

enum { GIVEN_METADATA = 1, GIVEN_POLICIES = 2 };
static const struct body_field rule_fields[] = {
    { "name", BODY_STR, offsetof(struct wire_event_rule, name), true, 0, 1, 0 },
    { "description", BODY_STR, offsetof(struct wire_event_rule, description), false, 0, 0,
      0 },
    { "resource_provider", BODY_STR, offsetof(struct wire_event_rule, provider), false, 0,
      0, 0 },
    { "alarm_type", BODY_STR, offsetof(struct wire_event_rule, alarm_type), true, 0, 1,
      0 },
    { "action_rule", BODY_STR, offsetof(struct wire_event_rule, action_rule), false, 0, 0,
      0 },
    { "route_group_rule", BODY_STR, offsetof(struct wire_event_rule, group_rule), false,
      0, 0, 0 },
    { "metadata", BODY_OBJECT, offsetof(struct wire_event_rule, metadata), false,
      GIVEN_METADATA, 0, 0 },
    { "trigger_policies", BODY_ARRAY, offsetof(struct wire_event_rule, policies), false,
      GIVEN_POLICIES, 0, 0 },
    { 0 },
};

struct wire_policy {
    struct str name, level;
};
static const struct body_field policy_fields[] = {
    { "name", BODY_STR, offsetof(struct wire_policy, name), false, 0, 0, 0 },
    { "level", BODY_STR, offsetof(struct wire_policy, level), false, 0, 0, 0 },
    { 0 },
};

/* The level of a policy: of events that are told as they come theirs, of those that are
 * counted the alarm's. */
static ok policy_read(struct json v, struct arena *a, struct wire_policy *wire,
                      struct aom_trigger *trigger, struct err *e)
{
    struct body_reader r = { a, 0 };

    *wire = (struct wire_policy){ 0 };
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "object", "must be an object");
    if (huawei_body_read(&r, v, policy_fields, wire, e) != OK)
        return FAILED;
    return aom_policy_trigger(v, a, trigger, e);
}

/* What all of its policies have in common. */
static ok common_read(const struct wire_event_rule *wire, uint64_t given, struct arena *a,
                      struct aom_conditions *out, struct err *e)
{
    aom_matchers_of(STR("resource_provider"), wire->provider, a, out);
    if ((given & GIVEN_METADATA) == 0)
        return OK;
    if (json_count(wire->metadata) > POLICIES_MAX)
        return fail(e, FAULT_INVALID, "metadata", "metadata must have at most %d keys",
                    POLICIES_MAX);
    for (struct json_iter it = json_iter(wire->metadata); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING) || it.key.n == 0)
            return fail(e, FAULT_INVALID, "metadata", "metadata must hold strings");
        aom_matchers_of(arena_str(a, it.key), arena_str(a, json_str(it.value)), a, out);
    }
    return OK;
}

static ok targets_read(const struct wire_event_rule *wire, struct arena *a,
                       struct aom_rule *out, struct strs *rules, struct err *e)
{
    struct str *one = arena_new(a, struct str);
    bool denoising = str_is(wire->alarm_type, "denoising");

    if (!denoising && !str_is(wire->alarm_type, "notification"))
        return fail(e, FAULT_INVALID, "alarm_type",
                    "alarm_type must be notification or denoising");
    *one = denoising ? arena_printf(a, "aom.group/%.*s", STR_ARG(wire->group_rule))
                     : wire->action_rule;
    if (denoising && wire->group_rule.n > 0)
        out->rule.needs = (struct strs){ one, 1 };
    *rules = (struct strs){ one, !denoising && wire->action_rule.n > 0 };
    return OK;
}

/* One policy's route, and what it counts. */
static ok policy_route(struct json v, const struct wire_event_rule *wire,
                       struct aom_conditions own, struct route *r, struct aom_rule *out,
                       struct arena *a, struct err *e)
{
    struct metric_rule *counters = (struct metric_rule *)(uintptr_t)out->rule.counters.v;
    struct aom_counted what = { .id = r->name,
                                .rule = out->rule.name,
                                .provider = wire->provider,
                                .disabled = r->disabled };
    struct wire_policy policy;
    struct aom_trigger trigger;

    if (policy_read(v, a, &policy, &trigger, e) != OK)
        return FAILED;
    aom_matchers_of(STR("event_name"), policy.name, a, &own);
    if (!trigger.counts)
        aom_matchers_of(STR("event_severity"), policy.level, a, &own);
    r->matchers = aom_conditions_matchers(&own, a);
    if (!trigger.counts)
        return OK;
    what.event = policy.name;
    what.matchers = r->matchers;
    aom_counter_make(&trigger, &what, a, &counters[out->rule.counters.n++]);
    r->matchers = aom_counter_alarms(r->name, a);
    return OK;
}

static ok routes_read(const struct wire_event_rule *wire,
                      const struct aom_conditions *common, struct route like,
                      struct arena *a, struct aom_rule *out, struct err *e)
{
    size_t n = json_count(wire->policies), i = 0;
    struct route *v = arena_array(a, struct route, n + 1);

    if (n > POLICIES_MAX)
        return fail(e, FAULT_INVALID, "trigger_policies",
                    "trigger_policies must have at most %d items", POLICIES_MAX);
    out->rule.counters.v = arena_array(a, struct metric_rule, n + 1);
    for (struct json_iter it = json_iter(wire->policies); json_next(&it); i++) {
        v[i] = like;
        v[i].name = aom_part_name(a, out->rule.name, i);
        if (policy_route(it.value, wire, *common, &v[i], out, a, e) != OK)
            return huawei_body_inside(e, "trigger_policies", i);
    }
    if (n == 0) {
        v[n] = like;
        v[n].name = aom_part_name(a, out->rule.name, n);
        v[n++].matchers = aom_conditions_matchers(common, a);
    }
    out->rule.routes.v = v;
    out->rule.routes.n = like.action_rules.n > 0 ? n : 0;
    return OK;
}

struct matchers aom_conditions_matchers(const struct aom_conditions *c, struct arena *a)
{
    struct matcher *v = arena_array(a, struct matcher, c->n + 1);

    memcpy(v, c->v, c->n * sizeof *v);
    return (struct matchers){ v, c->n };
}

static ok event_rule_decode(struct json root, const struct aom_rule_kind *kind,
                            struct arena *a, struct aom_rule *out, struct err *e)
{
    struct wire_event_rule wire = { 0 };
    struct body_reader r = { a, 0 };
    struct aom_conditions common = { .n = 0 };
    struct route like;

    if (huawei_body_read(&r, root, rule_fields, &wire, e) != OK ||
        aom_rule_name(kind, wire.name, a, &out->rule.name, e) != OK ||
        aom_rule_desc(wire.description, e) != OK ||
        common_read(&wire, r.given, a, &common, e) != OK)
        return FAILED;
    aom_route_init(&like, STR(""));
    like.disabled = !json_bool(json_get(root, STR("enable")));
    if (targets_read(&wire, a, out, &like.action_rules, e) != OK)
        return FAILED;
    return routes_read(&wire, &common, like, a, out, e);
}

/* Terraform leaves out what is false (contracts/huawei.md 2.7). */
static const struct aom_member members[] = {
    { "name", NULL },
    { "description", "\"\"" },
    { "user_id", aom_our_project },
    { "resource_provider", "\"\"" },
    { "metadata", "{}" },
    { "enable", "false" },
    { "trigger_policies", "[]" },
    { "alarm_type", NULL },
    { "action_rule", "\"\"" },
    { "inhibit_rule", "\"\"" },
    { "route_group_rule", "\"\"" },
    { "event_names", NULL },
    { "migrated", NULL },
    { "topics", NULL },
    { 0 },
};

static const struct aom_rule_kind event_rules = {
    .prefix = "aom.event/",
    .members = members,
    .decode = event_rule_decode,
    .add = { "AOM.0400", NULL, NULL, "AOM.0400", "The event2alarm rule already exists",
             NULL },
    .update = { "AOM.0400", "AOM.0400", "The event2alarm rule does not exist", NULL, NULL,
                NULL },
    .remove = { "AOM.0400", "AOM.0400", "The event2alarm rule does not exist", NULL, NULL,
                NULL },
    .created = "create_time",
    .updated = "update_time",
};

void aom_event_rule_add(struct request *rq)
{
    aom_rule_put(rq, &event_rules, CHANGE_CREATE);
}

void aom_event_rule_update(struct request *rq)
{
    aom_rule_put(rq, &event_rules, CHANGE_UPDATE);
}

void aom_event_rule_delete(struct request *rq)
{
    aom_rules_delete_named(rq, &event_rules);
}

void aom_event_rule_list(struct request *rq)
{
    aom_rules_list(rq, &event_rules);
}

ok aom_event_rule_decode(struct json root, struct arena *a, struct aom_rule *out,
                         struct err *e)
{
    return event_rule_decode(root, &event_rules, a, out, e);
}
