/* mute_rule.c - AOM's mute (silence) rules: a silence for each alternative of `match`, at
 * the hours of `mute_config` in the rule's own zone (contracts/huawei.md 2.4). */
#include "api/huawei/rule_private.h"

#include "api/huawei/body_private.h"
#include "api/huawei/match_private.h"
#include "base/crypto.h"
#include "base/time.h"
#include "base/utf8.h"

enum { DAY_S = 86400, SCOPE_MAX = 31 };
/* A silence without an end needs one that nobody sees: the year 2200. */
static const int64_t for_ever_ms = 7258118400000;

/* ---- mute_config ------------------------------------------------------- */

struct wire_config {
    struct str type;
    int64_t starts_at, ends_at;
    struct json scope;
};

enum { GIVEN_SCOPE = 1 };
static const struct body_field config_fields[] = {
    { "type", BODY_STR, offsetof(struct wire_config, type), true, 0, 1, 0 },
    { "starts_at", BODY_INT, offsetof(struct wire_config, starts_at), true, 0, 0,
      INT64_MAX },
    { "ends_at", BODY_INT, offsetof(struct wire_config, ends_at), false, 0, 0,
      INT64_MAX },
    { "scope", BODY_ARRAY, offsetof(struct wire_config, scope), false, GIVEN_SCOPE, 0,
      0 },
    { 0 },
};

static ok fixed_read(const struct wire_config *wire, struct silence *out, struct err *e)
{
    int64_t ends =
        wire->ends_at == 0 || wire->ends_at > for_ever_ms ? for_ever_ms : wire->ends_at;

    if (wire->starts_at >= ends)
        return fail(e, FAULT_INVALID, "mute_config.ends_at",
                    "mute_config.ends_at must be behind starts_at");
    out->starts_at = wire->starts_at * NS_PER_MS;
    out->ends_at = ends * NS_PER_MS;
    return OK;
}

/* Days of the week, 1 Monday to 7 Sunday, or of the month. */
static ok scope_read(const struct wire_config *wire, bool given, bool weekly,
                     struct arena *a, struct time_item *out, struct err *e)
{
    int64_t most = weekly ? 7 : 31;
    size_t n = given ? json_count(wire->scope) : 0, i = 0;
    struct time_span *v = arena_array(a, struct time_span, n + 1);
    struct time_spans spans = { v, n };

    if (n < 1 || n > SCOPE_MAX)
        return fail(e, FAULT_INVALID, "mute_config.scope",
                    "mute_config.scope must have 1 to %lld days", (long long)most);
    for (struct json_iter it = json_iter(wire->scope); json_next(&it); i++) {
        int64_t day = json_int(it.value);

        if (!json_is(it.value, JSON_INT) || day < 1 || day > most)
            return fail(e, FAULT_INVALID, "mute_config.scope",
                        "mute_config.scope must hold days from 1 to %lld",
                        (long long)most);
        day = weekly ? day % 7 : day;
        v[i] = (struct time_span){ day, day };
    }
    if (weekly)
        out->weekdays = spans;
    else
        out->days = spans;
    return OK;
}

/* Both seconds belong to it; an end before the start is one of the next day, and so is
 * one at the start itself. */
static ok hours_read(const struct wire_config *wire, bool scoped, struct arena *a,
                     struct silence *out, struct err *e)
{
    bool weekly = str_is(wire->type, "WEEKLY");
    struct time_item *item = arena_new(a, struct time_item);
    struct time_span *seconds = arena_new(a, struct time_span);

    if (wire->starts_at >= DAY_S || wire->ends_at >= DAY_S)
        return fail(e, FAULT_INVALID,
                    wire->starts_at >= DAY_S ? "mute_config.starts_at"
                                             : "mute_config.ends_at",
                    "mute_config.starts_at and ends_at must be seconds of a day, 0 to %d",
                    DAY_S - 1);
    item->zone = STR("");
    if ((weekly || str_is(wire->type, "MONTHLY")) &&
        scope_read(wire, scoped, weekly, a, item, e) != OK)
        return FAILED;
    *seconds = (struct time_span){ wire->starts_at, wire->ends_at + 1 };
    if (wire->ends_at <= wire->starts_at)
        seconds->to += DAY_S;
    item->seconds = (struct time_spans){ seconds, 1 };
    out->hours.v = item;
    out->hours.n = 1;
    out->ends_at = for_ever_ms * NS_PER_MS;
    return OK;
}

static ok config_read(struct json v, struct arena *a, struct silence *out, struct err *e)
{
    static const char *const types[] = { "DAILY", "WEEKLY", "MONTHLY" };
    struct wire_config wire = { 0 };
    struct body_reader r = { a, 0 };

    if (huawei_body_read(&r, v, config_fields, &wire, e) != OK)
        return huawei_body_below(e, "mute_config");
    if (str_is(wire.type, "FIXED"))
        return fixed_read(&wire, out, e);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_is(wire.type, types[i]))
            return hours_read(&wire, (r.given & GIVEN_SCOPE) != 0, a, out, e);
    return fail(e, FAULT_INVALID, "mute_config.type",
                "mute_config.type must be FIXED, DAILY, WEEKLY or MONTHLY");
}

/* ---- the rule ---------------------------------------------------------- */

struct wire_mute {
    struct str name, desc, user_id, timezone;
    struct json match, config;
};

static const struct body_field mute_fields[] = {
    { "name", BODY_STR, offsetof(struct wire_mute, name), true, 0, 1, 0 },
    { "desc", BODY_STR, offsetof(struct wire_mute, desc), false, 0, 0, 0 },
    { "user_id", BODY_STR, offsetof(struct wire_mute, user_id), false, 0, 0, 0 },
    { "timezone", BODY_STR, offsetof(struct wire_mute, timezone), false, 0, 0, 0 },
    { "match", BODY_ARRAY, offsetof(struct wire_mute, match), true, 0, 0, 0 },
    { "mute_config", BODY_OBJECT, offsetof(struct wire_mute, config), true, 0, 0, 0 },
    { 0 },
};

/* A silence keeps its id while the rule changes: made of the rule's name. */
static struct str silence_id(struct arena *a, struct str key, size_t i)
{
    struct digest d = sha256(aom_part_name(a, key, i));
    struct str id;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_digest_hex(&b, &d);
    id = arena_printf(a, "%.8s-%.4s-8%.3s-a%.3s-%.12s", b.p, b.p + 8, b.p + 12, b.p + 15,
                      b.p + 18);
    buf_fini(&b);
    return id;
}

static ok mute_decode(struct json root, const struct aom_rule_kind *kind, struct arena *a,
                      struct aom_rule *out, struct err *e)
{
    struct wire_mute wire = { 0 };
    struct body_reader r = { a, 0 };
    struct aom_matches matches;
    struct silence like, *v;

    schema_zero(&silence_schema, &like);
    if (huawei_body_read(&r, root, mute_fields, &wire, e) != OK ||
        aom_rule_name(kind, wire.name, a, &out->rule.name, e) != OK ||
        aom_rule_desc(wire.desc, e) != OK ||
        aom_matches_read(wire.match, "match", a, &matches, e) != OK ||
        config_read(wire.config, a, &like, e) != OK)
        return FAILED;
    out->zone = wire.timezone;
    like.zone = wire.timezone.n > 0 ? wire.timezone : STR("");
    like.created_by = STR("AOM");
    like.comment = arena_printf(a, "AOM mute rule %.*s%s%.*s", STR_ARG(wire.name),
                                wire.desc.n > 0 ? ": " : "", STR_ARG(wire.desc));
    v = arena_array(a, struct silence, matches.n);
    for (size_t i = 0; i < matches.n; i++) {
        v[i] = like;
        v[i].id = silence_id(a, out->rule.name, i);
        v[i].matchers = matches.v[i].matchers;
    }
    out->rule.silences.v = v;
    out->rule.silences.n = matches.n;
    return OK;
}

static const struct aom_member members[] = {
    { "name", NULL },
    { "desc", "\"\"" },
    { "user_id", aom_our_project },
    { "timezone", "\"UTC\"" },
    { "match", NULL },
    { "mute_config", NULL },
    { 0 },
};

/* 011 and 043 are documented. */
static const struct aom_rule_kind mute_rules = {
    .prefix = "aom.mute/",
    .members = members,
    .decode = mute_decode,
    .add = { "AOM.08011002", NULL, NULL, "AOM.08011001", "the muteName is exist",
             "PARAM_INVALID" },
    .update = { "AOM.08012001", "AOM.08012002", "the muteName is not exist", NULL, NULL,
                "PARAM_INVALID" },
    .remove = { "AOM.08043001", "AOM.08043002", "the muteName is not exist", NULL, NULL,
                "PARAM_INVALID" },
    .created = "create_time",
    .updated = "update_time",
};

void aom_mute_add(struct request *rq)
{
    aom_rule_put(rq, &mute_rules, CHANGE_CREATE);
}

void aom_mute_update(struct request *rq)
{
    aom_rule_put(rq, &mute_rules, CHANGE_UPDATE);
}

void aom_mute_list(struct request *rq)
{
    aom_rules_list(rq, &mute_rules);
}

/* [{"name":"a"}] */
ok aom_mute_names_decode(struct str text, struct arena *a, struct strs *out,
                         struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_ARRAY, &root, e);

    if (result == OK)
        result = huawei_named_read(root, "name", 1000, a, out, e);
    json_doc_free(&doc);
    return result;
}

void aom_mute_delete(struct request *rq)
{
    struct strs names;
    struct err e;

    if (aom_mute_names_decode(rq->call->body, rq->a, &names, &e) == OK)
        aom_rules_delete(rq, &mute_rules, names);
    else
        aom_refuse_as(rq, &mute_rules.remove, &e);
}

ok aom_mute_decode(struct json root, struct arena *a, struct aom_rule *out, struct err *e)
{
    return mute_decode(root, &mute_rules, a, out, e);
}
