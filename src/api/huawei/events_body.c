/* events_body.c - events and alarms as AOM's clients send them, made alerts.
 *
 * Labels are the metadata's keys under their own names, and beside them the four
 * that every door fills. Terraform leaves nulls where nothing was said, and clears
 * by an end without a start. */
#include "api/huawei/body_private.h"
#include "api/huawei/events_private.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdio.h>

struct wire_event {
    int64_t starts_at, ends_at, timeout; /* ms */
    struct json metadata, annotations, attach_rule;
    struct str id;
};

enum { GIVEN_METADATA = 1, GIVEN_ANNOTATIONS = 2 };
static const struct body_field event_fields[] = {
    { "starts_at", BODY_INT, offsetof(struct wire_event, starts_at), false, 0, 0,
      INT64_MAX / NS_PER_MS },
    { "ends_at", BODY_INT, offsetof(struct wire_event, ends_at), false, 0, 0,
      INT64_MAX / NS_PER_MS },
    { "timeout", BODY_INT, offsetof(struct wire_event, timeout), false, 0, 0,
      EVENT_TIMEOUT_MAX / NS_PER_MS },
    { "metadata", BODY_OBJECT, offsetof(struct wire_event, metadata), false,
      GIVEN_METADATA, 0, 0 },
    { "annotations", BODY_OBJECT, offsetof(struct wire_event, annotations), false,
      GIVEN_ANNOTATIONS, 0, 0 },
    { "attach_rule", BODY_OBJECT, offsetof(struct wire_event, attach_rule), false, 0, 0,
      0 },
    { "id", BODY_STR, offsetof(struct wire_event, id), false, 0, 0, 0 },
    { 0 },
};

static const char *const mandatory[] = { "event_name",        "event_severity",
                                         "event_type",        "resource_id",
                                         "resource_provider", "resource_type" };

/* ---- text out of JSON -------------------------------------------------- */

/* What is no string is written again as JSON. */
static struct str text_of(struct json v, struct arena *a)
{
    struct json_out o;
    struct str text;
    struct buf b;

    if (json_is(v, JSON_STRING))
        return arena_str(a, json_str(v));
    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_copy(&o, v);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* Sorted, each name once: the last one said is meant, and with an empty value (or a
 * null) that there is none. */
static struct pairs pairs_settle(struct pair *v, size_t n)
{
    size_t kept = 0;

    pairs_sort(v, n);
    for (size_t i = 0; i < n; i++)
        if ((i + 1 == n || !str_eq(v[i].name, v[i + 1].name)) && v[i].value.n > 0)
            v[kept++] = v[i];
    return (struct pairs){ v, kept };
}

static struct pairs annotations_read(struct json object, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, json_count(object));
    size_t n = 0;

    for (struct json_iter it = json_iter(object); json_next(&it);) {
        bool null = json_is(it.value, JSON_NULL);

        if (it.key.n > 0)
            v[n++] = (struct pair){ arena_str(a, it.key),
                                    null ? STR("") : text_of(it.value, a) };
    }
    return pairs_settle(v, n);
}

/* ---- metadata ---------------------------------------------------------- */

static ok tag_read(struct str key, struct json v, struct arena *a, struct pair *out,
                   struct err *e)
{
    char name[48];
    size_t count;

    snprintf(name, sizeof name, "metadata.%.*s", STR_ARG(str_head(key, 36)));
    if (key.n == 0 || key.n > EVENT_VALUE_MAX || utf8_has_control(key))
        return fail(e, FAULT_INVALID, "metadata", "metadata has an unfit key");
    if (json_is(v, JSON_NULL)) {
        *out = (struct pair){ arena_str(a, key), STR("") };
        return OK;
    }
    if (!json_is(v, JSON_STRING))
        return fail(e, FAULT_INVALID, name, "%s must be a string", name);
    *out = (struct pair){ arena_str(a, key), arena_str(a, json_str(v)) };
    count = utf8_count(out->value);
    if (count < 1 || count > EVENT_VALUE_MAX ||
        str_has(out->value, (struct str){ "", 1 }))
        return fail(e, FAULT_INVALID, name, "%s must have 1 to %d characters", name,
                    EVENT_VALUE_MAX);
    return OK;
}

static ok tags_read(struct json object, struct arena *a, struct pair *v, size_t *n,
                    struct err *e)
{
    if (json_count(object) > EVENT_TAGS_MAX)
        return fail(e, FAULT_INVALID, "metadata", "metadata has more than %d keys",
                    EVENT_TAGS_MAX);
    for (struct json_iter it = json_iter(object); json_next(&it);)
        if (tag_read(it.key, it.value, a, &v[(*n)++], e) != OK)
            return FAILED;
    return OK;
}

static struct str tag(struct pairs tags, const char *name)
{
    const struct pair *p = pairs_find(tags, str_of(name));

    return p != NULL ? p->value : STR("");
}

static bool is_level(struct str word)
{
    return str_is(word, "Critical") || str_is(word, "Major") || str_is(word, "Minor") ||
           str_is(word, "Info");
}

static ok tags_check(struct pairs tags, bool all, bool clears, struct err *e)
{
    struct str level = tag(tags, "event_severity"), type = tag(tags, "event_type");
    char name[48];

    for (size_t i = 0; all && i < sizeof mandatory / sizeof *mandatory; i++)
        if (tag(tags, mandatory[i]).n == 0) {
            snprintf(name, sizeof name, "metadata.%s", mandatory[i]);
            return fail(e, FAULT_MISSING, name, "%s is missing", name);
        }
    if (level.n > 0 && !is_level(level))
        return fail(e, FAULT_INVALID, "metadata.event_severity",
                    "metadata.event_severity is invalid!");
    if (type.n > 0 && !str_is(type, "alarm") && !str_is(type, "event"))
        return fail(e, FAULT_INVALID, "metadata.event_type",
                    "metadata.event_type is invalid!");
    if (clears && str_is(type, "event"))
        return fail(e, FAULT_INVALID, "metadata.event_type",
                    "metadata.event_type: only an alarm can be cleared");
    return OK;
}

enum { DOOR_LABELS = 4 };

/* The labels that every door fills, beside the metadata's own: they win. */
static struct pairs labels_make(struct pairs tags, struct pair *v, struct arena *a)
{
    struct str name = tag(tags, "event_name"), id = tag(tags, "resource_id");
    struct str level = severity_of(tag(tags, "event_severity"));
    struct str type = tag(tags, "resource_type");
    struct str provider = tag(tags, "resource_provider");
    size_t n = tags.n;

    v[n++] = (struct pair){ STR("source"), STR("aom") };
    if (name.n > 0)
        v[n++] = (struct pair){ STR("alertname"), name };
    if (level.n > 0)
        v[n++] = (struct pair){ STR("severity"), level };
    if (id.n == 0 && provider.n > 0 && type.n > 0)
        id = arena_printf(a, "%.*s/%.*s", STR_ARG(provider), STR_ARG(type));
    if (id.n > 0)
        v[n++] = (struct pair){ STR("resource"), id };
    return pairs_settle(v, n);
}

/* ---- one event --------------------------------------------------------- */

static ok times_read(const struct wire_event *wire, struct alert_in *out, struct err *e)
{
    if (out->clears && wire->ends_at == 0)
        return fail(e, FAULT_MISSING, "ends_at", "ends_at is missing");
    if (!out->clears && wire->starts_at == 0)
        return fail(e, FAULT_MISSING, "starts_at", "starts_at is missing");
    if (wire->ends_at != 0 && wire->ends_at < wire->starts_at)
        return fail(e, FAULT_INVALID, "ends_at", "ends_at is before starts_at");
    out->starts_at = wire->starts_at != 0 ? wire->starts_at * NS_PER_MS : TIME_UNSET;
    out->ends_at = wire->ends_at != 0 ? wire->ends_at * NS_PER_MS : TIME_UNSET;
    if (!out->clears)
        out->timeout = wire->timeout != 0 ? wire->timeout * NS_PER_MS : EVENT_TIMEOUT_MAX;
    return OK;
}

static ok event_read(struct json v, bool clear, struct arena *a, struct alert_in *out,
                     struct err *e)
{
    struct body_reader r = { a, 0 };
    struct wire_event wire = { 0 };
    struct pairs settled;
    struct pair *tags;
    size_t n = 0;

    *out = (struct alert_in){ .door = DOOR_AOM, .generator_url = STR("") };
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "event", "an event must be an object");
    if (huawei_body_read(&r, v, event_fields, &wire, e) != OK)
        return FAILED;
    tags = arena_array(a, struct pair, EVENT_TAGS_MAX + DOOR_LABELS);
    if ((r.given & GIVEN_METADATA) != 0 && tags_read(wire.metadata, a, tags, &n, e) != OK)
        return FAILED;
    settled = pairs_settle(tags, n);
    out->clears = clear || (wire.starts_at == 0 && wire.ends_at > 0);
    out->clear_id = out->clears && wire.id.n > 0 ? wire.id : STR("");
    if (tags_check(settled, out->clear_id.n == 0, out->clears, e) != OK ||
        times_read(&wire, out, e) != OK)
        return FAILED;
    out->labels = labels_make(settled, tags, a);
    if ((r.given & GIVEN_ANNOTATIONS) != 0)
        out->annotations = annotations_read(wire.annotations, a);
    return OK;
}

/* ---- the body ---------------------------------------------------------- */

static const struct body_field root_fields[] = {
    { "events", BODY_ARRAY, 0, true, 0, 0, 0 }, { 0 }
};

/* Grows with what was found good: a body may claim millions of events. */
static ok list_read(struct json list, bool clear, struct arena *a, struct events *out,
                    struct err *e)
{
    VEC(struct alert_in) good = { 0 };
    struct alert_in one, *alerts;
    ok result = OK;

    for (struct json_iter it = json_iter(list); result == OK && json_next(&it);) {
        result = event_read(it.value, clear, a, &one, e);
        if (result == OK)
            vec_push(&good, one);
    }
    if (result != OK)
        (void)huawei_body_inside(e, "events", good.n);
    alerts = arena_array(a, struct alert_in, good.n);
    if (good.n > 0)
        memcpy(alerts, good.v, good.n * sizeof *alerts);
    *out = (struct events){ alerts, good.n };
    vec_fini(&good);
    return result;
}

static ok all_read(struct json root, bool clear, struct arena *a, struct events *out,
                   struct err *e)
{
    struct body_reader r = { a, 0 };
    struct json list;

    if (huawei_body_read(&r, root, root_fields, &list, e) != OK)
        return FAILED;
    if (json_count(list) == 0)
        return fail(e, FAULT_MISSING, "events", "events is empty");
    return list_read(list, clear, a, out, e);
}

ok aom_events_decode(struct str body, bool clear, struct arena *a, struct events *out,
                     struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, body, JSON_OBJECT, &root, e);

    if (result == OK)
        result = all_read(root, clear, a, out, e);
    json_doc_free(&doc);
    return result;
}
