/* inhibit_rule.c - AOM's inhibit (suppression) rules: an inhibition for each pair of an
 * alternative of the root alarms and one of those that they hush (contracts/huawei.md
 * 2.6). */
#include "api/huawei/rule_private.h"

#include "api/huawei/body_private.h"
#include "api/huawei/match_private.h"

struct wire_inhibit {
    struct str name, desc, group;
    struct json source, target, v3;
};

enum { GIVEN_SOURCE = 1, GIVEN_TARGET = 2, GIVEN_V3 = 4 };
static const struct body_field inhibit_fields[] = {
    { "name", BODY_STR, offsetof(struct wire_inhibit, name), true, 0, 1, 0 },
    { "desc", BODY_STR, offsetof(struct wire_inhibit, desc), false, 0, 0, 0 },
    { "source_match", BODY_ARRAY, offsetof(struct wire_inhibit, source), false,
      GIVEN_SOURCE, 0, 0 },
    { "target_match", BODY_ARRAY, offsetof(struct wire_inhibit, target), false,
      GIVEN_TARGET, 0, 0 },
    { "binding_group_rule", BODY_STR, offsetof(struct wire_inhibit, group), false, 0, 0,
      0 },
    { 0 },
};

/* The orchestrated form is a small language that the contract does not describe: what
 * we cannot do must not look done. */
static ok sides_check(struct json root, uint64_t given, struct err *e)
{
    struct json v3 = json_get(root, STR("match_v3"));

    if ((given & GIVEN_SOURCE) != 0 && (given & GIVEN_TARGET) != 0)
        return OK;
    if (json_is(v3, JSON_OBJECT) || json_is(v3, JSON_ARRAY))
        return fail(e, FAULT_UNSUPPORTED, "match_v3",
                    "match_v3 alone is not supported: give source_match and "
                    "target_match");
    return fail(e, FAULT_MISSING,
                (given & GIVEN_SOURCE) == 0 ? "source_match" : "target_match",
                "source_match and target_match must be given");
}

static ok inhibit_decode(struct json root, const struct aom_rule_kind *kind,
                         struct arena *a, struct aom_rule *out, struct err *e)
{
    struct wire_inhibit wire = { 0 };
    struct body_reader r = { a, 0 };
    struct aom_matches source, target;
    struct inhibition *v;
    struct str *needs = arena_new(a, struct str);

    if (huawei_body_read(&r, root, inhibit_fields, &wire, e) != OK ||
        aom_rule_name(kind, wire.name, a, &out->rule.name, e) != OK ||
        aom_rule_desc(wire.desc, e) != OK || sides_check(root, r.given, e) != OK ||
        aom_matches_read(wire.source, "source_match", a, &source, e) != OK ||
        aom_matches_read(wire.target, "target_match", a, &target, e) != OK)
        return FAILED;
    if (wire.group.n > 0) {
        *needs = arena_printf(a, "aom.group/%.*s", STR_ARG(wire.group));
        out->rule.needs = (struct strs){ needs, 1 };
    }
    v = arena_array(a, struct inhibition, source.n * target.n);
    for (size_t i = 0; i < source.n * target.n; i++) {
        schema_zero(&inhibition_schema, &v[i]);
        v[i].name = aom_part_name(a, out->rule.name, i);
        v[i].source = source.v[i / target.n].matchers;
        v[i].target = target.v[i % target.n].matchers;
    }
    out->rule.inhibitions.v = v;
    out->rule.inhibitions.n = source.n * target.n;
    return OK;
}

static const struct aom_member members[] = {
    { "name", NULL },
    { "desc", "\"\"" },
    { "source_match", NULL },
    { "target_match", NULL },
    { "match_v3", NULL },
    { "binding_group_rule", NULL },
    { "enterprise_project_id", aom_enterprise_project },
    { 0 },
};

/* 010 of DELETE is documented. */
static const struct aom_rule_kind inhibit_rules = {
    .prefix = "aom.inhibit/",
    .members = members,
    .decode = inhibit_decode,
    .add = { "AOM.08008001", NULL, NULL, "AOM.08008012",
             "The alarm inhibit rule already exists", NULL },
    .update = { "AOM.08009001", "AOM.08009002", "The alarm inhibit rule does not exist",
                NULL, NULL, NULL },
    .remove = { "AOM.08010001", "AOM.08010002", "The alarm inhibit rule does not exist",
                NULL, NULL, NULL },
    .created = "create_time",
    .updated = "update_time",
};

void aom_inhibit_add(struct request *rq)
{
    aom_rule_put(rq, &inhibit_rules, CHANGE_CREATE);
}

void aom_inhibit_update(struct request *rq)
{
    aom_rule_put(rq, &inhibit_rules, CHANGE_UPDATE);
}

void aom_inhibit_delete(struct request *rq)
{
    aom_rules_delete_named(rq, &inhibit_rules);
}

void aom_inhibit_list(struct request *rq)
{
    aom_rules_list(rq, &inhibit_rules);
}

ok aom_inhibit_decode(struct json root, struct arena *a, struct aom_rule *out,
                      struct err *e)
{
    return inhibit_decode(root, &inhibit_rules, a, out, e);
}
