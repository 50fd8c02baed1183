/* group_rule.c - AOM's group rules: a route for each alternative of `detail`
 * (contracts/huawei.md 2.6). notification_scene says whether it tells of starts, of ends,
 * or of both. */
#include "api/huawei/rule_private.h"

#include "api/huawei/body_private.h"
#include "api/huawei/match_private.h"
#include "base/time.h"
#include "book/limits.h"

enum {
    DETAIL_MAX = 10,
    WAIT_MAX_S = 600,
    INTERVAL_MIN_S = 5,
    INTERVAL_MAX_S = 1800,
    REPEAT_MAX_S = 1296000
};

struct wire_group {
    struct str name, desc;
    struct json group_by, detail;
    int64_t wait, interval, repeat;
};

static const struct body_field group_fields[] = {
    { "name", BODY_STR, offsetof(struct wire_group, name), true, 0, 1, 0 },
    { "desc", BODY_STR, offsetof(struct wire_group, desc), false, 0, 0, 0 },
    { "group_by", BODY_ARRAY, offsetof(struct wire_group, group_by), true, 0, 0, 0 },
    { "group_wait", BODY_INT, offsetof(struct wire_group, wait), true, 0, 0, WAIT_MAX_S },
    { "group_interval", BODY_INT, offsetof(struct wire_group, interval), true, 0,
      INTERVAL_MIN_S, INTERVAL_MAX_S },
    { "group_repeat_waiting", BODY_INT, offsetof(struct wire_group, repeat), true, 0, 0,
      REPEAT_MAX_S },
    { "detail", BODY_ARRAY, offsetof(struct wire_group, detail), true, 0, 0, 0 },
    { 0 },
};

struct wire_detail {
    struct json match, rules;
};

static const struct body_field detail_fields[] = {
    { "match", BODY_ARRAY, offsetof(struct wire_detail, match), true, 0, 0, 0 },
    { "bind_notification_rule_ids", BODY_ARRAY, offsetof(struct wire_detail, rules), true,
      0, 0, 0 },
    { 0 },
};

/* We repeat when time has passed, AOM when the same is reported again: a waiting time of
 * 0 would be a message at every interval, so it is none at all. */
int64_t aom_repeat_interval(int64_t seconds)
{
    return seconds > 0 ? seconds * NS_PER_S : (int64_t)ROUTE_SPAN_MAX_DAYS * NS_PER_DAY;
}

static ok detail_read(struct json v, struct arena *a, struct route *out, struct err *e)
{
    struct wire_detail wire = { 0 };
    struct body_reader r = { a, 0 };
    struct aom_match match;

    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "object", "must be an object");
    if (huawei_body_read(&r, v, detail_fields, &wire, e) != OK ||
        aom_match_read(wire.match, true, a, &match, e) != OK)
        return FAILED;
    if (huawei_names_read(wire.rules, ACTION_RULES_MAX, a, &out->action_rules, e) != OK)
        return huawei_body_below(e, "bind_notification_rule_ids");
    out->matchers = match.matchers;
    out->ends_untold = match.triggered && !match.resolved;
    out->starts_untold = match.resolved && !match.triggered;
    return OK;
}

static ok group_by_read(struct json list, struct arena *a, struct strs *out,
                        struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct str *v = arena_array(a, struct str, n + 1);

    if (n < 1 || n > ROUTE_GROUP_BY_MAX)
        return fail(e, FAULT_INVALID, "group_by", "group_by must have 1 to %d keys",
                    ROUTE_GROUP_BY_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        v[i] = aom_label(arena_str(a, json_str(it.value)));
        if (!json_is(it.value, JSON_STRING) || v[i].n == 0)
            return fail(e, FAULT_INVALID, "group_by", "group_by must hold strings");
    }
    *out = (struct strs){ v, n };
    return OK;
}

static ok details_read(const struct wire_group *wire, struct route like, struct arena *a,
                       struct aom_rule *out, struct err *e)
{
    size_t n = json_count(wire->detail), i = 0;
    struct route *v = arena_array(a, struct route, n + 1);

    if (n < 1 || n > DETAIL_MAX)
        return fail(e, FAULT_INVALID, "detail", "detail must have 1 to %d items",
                    DETAIL_MAX);
    for (struct json_iter it = json_iter(wire->detail); json_next(&it); i++) {
        v[i] = like;
        v[i].name = aom_part_name(a, out->rule.name, i);
        if (detail_read(it.value, a, &v[i], e) != OK)
            return huawei_body_inside(e, "detail", i);
    }
    out->rule.routes.v = v;
    out->rule.routes.n = n;
    return OK;
}

static ok group_decode(struct json root, const struct aom_rule_kind *kind,
                       struct arena *a, struct aom_rule *out, struct err *e)
{
    struct wire_group wire = { 0 };
    struct body_reader r = { a, 0 };
    struct route like;

    schema_zero(&route_schema, &like);
    if (huawei_body_read(&r, root, group_fields, &wire, e) != OK ||
        aom_rule_name(kind, wire.name, a, &out->rule.name, e) != OK ||
        aom_rule_desc(wire.desc, e) != OK ||
        group_by_read(wire.group_by, a, &like.group_by, e) != OK)
        return FAILED;
    like.group_wait = wire.wait * NS_PER_S;
    like.group_interval = wire.interval * NS_PER_S;
    like.repeat_interval = aom_repeat_interval(wire.repeat);
    return details_read(&wire, like, a, out, e);
}

static const struct aom_member members[] = {
    { "name", NULL },
    { "desc", "\"\"" },
    { "group_by", NULL },
    { "group_wait", NULL },
    { "group_interval", NULL },
    { "group_repeat_waiting", NULL },
    { "detail", NULL },
    { "enterprise_project_id", aom_enterprise_project },
    { 0 },
};

/* 002 of DELETE is documented. */
static const struct aom_rule_kind group_rules = {
    .prefix = "aom.group/",
    .members = members,
    .decode = group_decode,
    .add = { "AOM.08000001", NULL, NULL, "AOM.08000012", "The group rule already exists",
             NULL },
    .update = { "AOM.08001001", "AOM.08001002", "The group rule does not exist", NULL,
                NULL, NULL },
    .remove = { "AOM.08002001", "AOM.08002002", "The group rule does not exist", NULL,
                NULL, NULL },
    .created = "create_time",
    .updated = "update_time",
};

void aom_group_add(struct request *rq)
{
    aom_rule_put(rq, &group_rules, CHANGE_CREATE);
}

void aom_group_update(struct request *rq)
{
    aom_rule_put(rq, &group_rules, CHANGE_UPDATE);
}

void aom_group_delete(struct request *rq)
{
    aom_rules_delete_named(rq, &group_rules);
}

void aom_group_list(struct request *rq)
{
    aom_rules_list(rq, &group_rules);
}

ok aom_group_decode(struct json root, struct arena *a, struct aom_rule *out,
                    struct err *e)
{
    return group_decode(root, &group_rules, a, out, e);
}
