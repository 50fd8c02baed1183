/* openapi_types.c - what operations answer, as tables; what is configured comes from the
 * schemas of the objects (model/objects.c). A test holds the real answers against it.
 *
 * A type is a word: string, integer, boolean, time (RFC 3339), any, or a name below;
 * behind it `?`: or null; around it []: a list, {}: an object with such values. A member
 * whose name ends in `?` may be missing; one that is not named may not be there. */
#include "api/native/native_private.h"

#include <assert.h>
#include <stdio.h>

struct member {
    const char *name, *type;
};

struct shape {
    const char *name;
    struct member members[24];
};

#define WHERE                                                             \
    { "to", "string" }, { "channel", "string" }, { "address", "string" }, \
        { "route", "string" }, { "contact_group", "string" },             \
    {                                                                     \
        "action_rule", "string"                                           \
    }
#define DECIDED                                                          \
    { "told", "boolean" }, { "word", "string" }, { "reason", "string" }, \
        { "fix?", "string" }, WHERE,                                     \
    {                                                                    \
        "topic", "string"                                                \
    }

/* clang-format off */
static const struct shape shapes[] = {
    { "Error", { { "fault", "string" }, { "field", "string" }, { "message", "string" } } },
    { "Meta", { { "kind", "string" }, { "revision", "integer" }, { "created", "time?" },
                { "updated", "time?" }, { "provisioned", "string" } } },
    { "Status", { { "version", "string" }, { "ready", "boolean" }, { "started", "time" },
                  { "now", "time" }, { "account", "string" }, { "external_url", "string" },
                  { "revision", "integer" }, { "counters", "{integer}" } } },
    { "Backup", { { "folder", "string" } } },
    { "Config", { { "items", "[Setting]" }, { "alertmanager_yml", "string" } } },
    { "Setting", { { "key", "string" }, { "value", "string" }, { "origin", "string" },
                   { "default", "string" }, { "doc", "string" } } },
    { "Session", { { "user", "string?" }, { "account?", "string" }, { "token?", "string" },
                   { "expires_at?", "time?" }, { "policies?", "[string]" } } },
    { "NewKey", { { "user", "string" }, { "id", "string" }, { "secret", "string" },
                  { "disabled", "boolean" } } },
    { "PolicyVerdict", { { "allowed", "boolean" }, { "verdict", "string" },
                         { "resource", "string" }, { "policies", "[PolicySays]" } } },
    { "PolicySays", { { "verdict", "string" }, { "field?", "string" },
                      { "message?", "string" } } },
    { "Trace", { { "matchers", "[string]" }, { "group_labels", "{string}" },
                 { "group_key", "string" }, { "receiver?", "string" },
                 { "integration?", "string" }, { "index?", "integer" },
                 { "template", "string" }, { "lang?", "string" },
                 { "kept_back", "[KeptBack]" } } },
    { "KeptBack", { { "word", "string" }, { "by", "string" }, { "by_rule?", "string" },
                    { "alert_count", "integer" } } },
    { "Decision", { DECIDED, { "at?", "time?" }, { "waits?", "string" },
                    { "waits_reason?", "string" }, { "by?", "string" }, { "route_rule?", "string" }, { "by_rule?", "string" },
                    { "trace?", "Trace" } } },
    { "EscalationAhead", { { "step", "integer" }, { "at", "time?" }, { "word", "string" },
                           WHERE } },
    { "NearestMiss", { { "route", "string" }, { "matcher", "string" },
                       { "misses", "integer" } } },
    { "Explanation", { { "sentence", "string" }, { "at", "time" }, { "told", "integer" },
                       { "decisions", "[Decision]" }, { "escalation", "[EscalationAhead]" },
                       { "routes", "[string]" }, { "routes_looked_at", "integer" },
                       { "nearest_miss", "NearestMiss?" } } },
    { "Told", { { "to", "string" }, { "channel", "string" }, { "address", "string" },
                { "step", "integer" } } },
    { "Changed", { { "labels", "{string}" }, { "more", "[Told]" }, { "fewer", "[Told]" } } },
    { "Difference", { { "since", "time" }, { "items", "[Changed]" },
                      { "alerts", "integer" }, { "changed", "integer" },
                      { "complete", "boolean" } } },
    { "Preview", { { "title?", "string" }, { "text", "string" }, { "html?", "string" },
                   { "json?", "string" }, { "keyword_missing?", "[string]" },
                   { "room?", "Room" } } },
    { "Room", { { "unit", "string" }, { "used", "integer" }, { "most", "integer" } } },
    { "Acknowledged", { { "by", "string" }, { "comment", "string" }, { "at", "time" },
                        { "expires_at", "time?" }, { "link", "boolean" } } },
    { "Alert", { { "id", "string" }, { "fingerprint", "string" }, { "door", "string" },
                 { "labels", "{string}" }, { "annotations", "{string}" },
                 { "starts_at", "time?" }, { "ends_at", "time?" }, { "updated_at", "time?" },
                 { "generator_url", "string" }, { "receivers", "[string]" },
                 { "state", "string" }, { "silenced_by", "[string]" },
                 { "inhibited_by", "[string]" }, { "muted_by?", "[string]" },
                 { "acknowledged", "Acknowledged?" } } },
    { "AlertPage", { { "items", "[Alert]" }, { "next", "string?" } } },
    { "Accepted", { { "accepted", "integer" } } },
    { "Acked", { { "alerts", "integer" }, { "by?", "string" }, { "comment?", "string" },
                 { "expires_at?", "time?" } } },
    { "Beaten", { { "heartbeat", "string" } } },
    { "HeartbeatState", { { "name", "string" }, { "state", "string" },
                          { "last_beat", "time?" }, { "due", "time?" } } },
    { "HeartbeatStates", { { "items", "[HeartbeatState]" }, { "total", "integer" } } },
    { "RowAlert", { { "id", "string" }, { "fingerprint", "string" },
                    { "alertname", "string" }, { "status?", "string" },
                    { "door?", "string" }, { "starts_at?", "time" }, { "ends_at?", "time" },
                    { "labels?", "{string}" }, { "annotations?", "{string}" },
                    { "generator_url?", "string" } } },
    { "Row", { { "id", "string" }, { "at", "time" }, { "kind", "string" },
               { "alert?", "RowAlert" }, { "word", "string" }, { "reason?", "string" },
               { "fix?", "string" }, { "route?", "string" }, { "contact_group?", "string" },
               { "action_rule?", "string" }, { "topic?", "string" }, { "to?", "string" },
               { "channel?", "string" }, { "address?", "string" }, { "key?", "string" },
               { "attempt?", "integer" },
               { "detail?", "AttemptDetail|DecisionDetail|AckDetail|AuditDetail" } } },
    { "DecisionDetail", { { "by?", "string" }, { "by_rule?", "string" }, { "asked?", "string" },
                          { "drill?", "boolean" }, { "resent_of?", "string" },
                          { "into?", "string" }, { "alert_count", "integer" },
                          { "firing_count", "integer" }, { "alerts?", "[RowAlert]" },
                          { "trace?", "Trace" } } },
    { "AttemptDetail", { { "started?", "time" }, { "connected?", "time" },
                         { "finished?", "time" }, { "remote", "string" },
                         { "status", "integer" }, { "code", "integer" },
                         { "said", "string" }, { "meaning", "string" },
                         { "subject", "string" }, { "content?", "string" }, { "bytes", "integer" },
                         { "plain", "boolean" }, { "next_try?", "time" },
                         { "alert_count", "integer" }, { "firing_count", "integer" } } },
    { "AckDetail", { { "by", "string" }, { "comment", "string" }, { "expires_at?", "time" },
                     { "link", "boolean" } } },
    { "AuditDetail", { { "user", "string" }, { "key_id", "string" }, { "remote", "string" },
                       { "operation", "string" }, { "before?", "any" }, { "after?", "any" },
                       { "by?", "string" }, { "comment?", "string" },
                       { "expires_at?", "time" }, { "link?", "boolean" },
                       { "alert_count?", "integer" } } },
    { "RowPage", { { "items", "[Row]" }, { "next", "string?" } } },
    { "DeliveryState", { { "word", "string" }, { "ended", "boolean" },
                         { "attempt?", "integer" }, { "next_try?", "time" },
                         { "at?", "time?" } } },
    { "Delivery", { { "key", "string" }, { "state", "DeliveryState" },
                    { "decision", "Row?" }, { "also_decided", "[Row]" },
                    { "attempts", "[Row]" }, { "resent", "[Row]" } } },
    { "Sent", { DECIDED, { "of?", "string" }, { "key?", "string" } } },
    { "Errand", { { "sent", "integer" }, { "items", "[Sent]" } } },
    { "Sweep", { { "sent", "integer" }, { "items", "[Sent]" }, { "matched", "integer" },
                 { "resent_before", "integer" }, { "dry_run", "boolean" },
                 { "next", "string?" } } },
};
/* clang-format on */

/* ---- a type --------------------------------------------------------------------- */

static void put_named(struct json_out *o, struct str type)
{
    static const char *const plain[] = { "string", "integer", "boolean" };

    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (str_is(type, plain[i])) {
            json_kv(o, "type", type);
            return;
        }
    if (str_is(type, "time")) {
        json_kv(o, "type", STR("string"));
        json_kv(o, "format", STR("date-time"));
    } else if (!str_is(type, "any")) {
        char path[96];

        snprintf(path, sizeof path, "#/components/schemas/%.*s", STR_ARG(type));
        json_kv(o, "$ref", str_of(path));
    }
}

static void put_type(struct json_out *o, struct str type);

static void put_any_of(struct json_out *o, struct str type, bool or_null)
{
    struct str one;

    json_key(o, "anyOf");
    json_array(o);
    while (str_cut(&type, '|', &one)) {
        json_object(o);
        put_named(o, one);
        json_object_end(o);
    }
    if (or_null)
        json_raw(o, STR("{\"type\":\"null\"}"));
    json_array_end(o);
}

static void put_inner(struct json_out *o, const char *key, const char *kind,
                      struct str type)
{
    json_kv(o, "type", str_of(kind));
    json_key(o, key);
    json_object(o);
    put_type(o, (struct str){ type.p + 1, type.n - 2 });
    json_object_end(o);
}

static void put_type(struct json_out *o, struct str type)
{
    size_t at;

    if (type.p[0] == '[')
        put_inner(o, "items", "array", type);
    else if (type.p[0] == '{')
        put_inner(o, "additionalProperties", "object", type);
    else if (type.p[type.n - 1] == '?')
        put_any_of(o, str_head(type, type.n - 1), true);
    else if (str_find(type, STR("|"), &at))
        put_any_of(o, type, false);
    else
        put_named(o, type);
}

/* ---- an answer ------------------------------------------------------------------- */

static void put_member(struct json_out *o, const char *name, struct str type)
{
    json_key(o, name);
    json_object(o);
    put_type(o, type);
    json_object_end(o);
}

static void put_page(struct json_out *o, struct str kind)
{
    char items[64];

    snprintf(items, sizeof items, "[%.*s]", STR_ARG(kind));
    json_kv(o, "type", STR("object"));
    json_key(o, "required");
    json_raw(o, STR("[\"items\",\"total\",\"next\"]"));
    json_kv_bool(o, "additionalProperties", false);
    json_key(o, "properties");
    json_object(o);
    put_member(o, "items", str_of(items));
    put_member(o, "total", STR("integer"));
    put_member(o, "next", STR("string?"));
    json_object_end(o);
}

void openapi_put_answer(struct json_out *o, const struct operation *op, struct str type)
{
    bool page = str_is(type, "page");

    if (page || str_is(type, "object")) {
        struct str kind = str_of(object_kinds[collection_kind(op)].schema->name);

        if (page)
            put_page(o, kind);
        else
            put_named(o, kind);
        return;
    }
    put_type(o, type);
}

/* ---- components -------------------------------------------------------------------- */

static void put_shape(struct json_out *o, const struct shape *s)
{
    json_key(o, s->name);
    json_object(o);
    json_kv(o, "type", STR("object"));
    json_kv_bool(o, "additionalProperties", false);
    json_key(o, "required");
    json_array(o);
    for (const struct member *m = s->members; m->name != NULL; m++)
        if (!str_ends(str_of(m->name), STR("?")))
            json_string(o, str_of(m->name));
    json_array_end(o);
    json_key(o, "properties");
    json_object(o);
    for (const struct member *m = s->members; m->name != NULL; m++) {
        struct str name = str_of(m->name);

        json_key_str(o, str_ends(name, STR("?")) ? str_head(name, name.n - 1) : name);
        json_object(o);
        put_type(o, str_of(m->type));
        json_object_end(o);
    }
    json_object_end(o);
    json_object_end(o);
}

static void put_words(struct json_out *o, const char *const *words)
{
    json_kv(o, "type", STR("string"));
    json_key(o, "enum");
    json_array(o);
    for (; *words != NULL; words++)
        json_string(o, str_of(*words));
    json_array_end(o);
}

static void put_field(struct json_out *o, const struct field *f)
{
    char of[64];

    json_key(o, f->name);
    json_object(o);
    switch (f->kind) {
    case FIELD_STR:
    case FIELD_SECRET:
    case FIELD_SPAN:
        put_type(o, STR("string"));
        break;
    case FIELD_BOOL:
        put_type(o, STR("boolean"));
        break;
    case FIELD_I64:
    case FIELD_BYTES:
        put_type(o, STR("integer"));
        break;
    case FIELD_TIME:
        put_type(o, STR("time?"));
        break;
    case FIELD_ENUM:
        put_words(o, f->words);
        break;
    case FIELD_STRS:
        put_type(o, STR("[string]"));
        break;
    case FIELD_LIST:
        snprintf(of, sizeof of, "[%s]", f->of->name);
        put_type(o, str_of(of));
        break;
    }
    json_kv(o, "description", str_of(f->doc));
    json_object_end(o);
}

enum { SCHEMAS_MOST = 64 };

struct listing {
    const struct schema *v[SCHEMAS_MOST];
    size_t n, kinds; /* the first `kinds` have a meta */
};

static void list_add(struct listing *l, const struct schema *s)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i] == s)
            return;
    assert(l->n < SCHEMAS_MOST);
    l->v[l->n++] = s;
}

static void put_schema(struct json_out *o, const struct schema *s, bool meta)
{
    json_key(o, s->name);
    json_object(o);
    json_kv(o, "type", STR("object"));
    json_kv_bool(o, "additionalProperties", false);
    json_key(o, "required");
    json_array(o);
    for (const struct field *f = s->fields; f->tag != 0; f++)
        json_string(o, str_of(f->name));
    if (meta)
        json_string(o, STR("meta"));
    json_array_end(o);
    json_key(o, "properties");
    json_object(o);
    for (const struct field *f = s->fields; f->tag != 0; f++)
        put_field(o, f);
    if (meta)
        put_member(o, "meta", STR("Meta"));
    json_object_end(o);
    json_object_end(o);
}

void openapi_put_components(struct json_out *o)
{
    struct listing l = { .n = 0 };
    enum object_kind kind;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        put_shape(o, &shapes[i]);
    for (size_t i = 0; collection_at(i, &kind); i++)
        list_add(&l, object_kinds[kind].schema);
    l.kinds = l.n;
    for (size_t i = 0; i < l.n; i++)
        for (const struct field *f = l.v[i]->fields; f->tag != 0; f++)
            if (f->kind == FIELD_LIST)
                list_add(&l, f->of);
    for (size_t i = 0; i < l.n; i++)
        put_schema(o, l.v[i], i < l.kinds);
}
