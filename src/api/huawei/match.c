/* match.c - {key, operate, value}: EQUALS is one of the values, REGEX one of the
 * patterns, EXIST that the key is there. All of our labels' matchers are anchored, and so
 * is REGEX. */
#include "api/huawei/match_private.h"

#include "api/huawei/body_private.h"
#include "model/alert.h"

#include <stdio.h>

struct str aom_label(struct str key)
{
    if (str_is(key, "event_severity"))
        return STR("severity");
    return str_is(key, "event_name") ? STR("alertname") : key;
}

/* ---- values ------------------------------------------------------------ */

static void put_quoted(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("\\.+*?()|[]{}^$", s.p[i]) != NULL && s.p[i] != '\0')
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
}

/* One of these texts, or whatever one of these patterns matches. */
static struct str alternatives(struct strs values, bool patterns, struct arena *a)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < values.n; i++) {
        if (i > 0)
            buf_char(&b, '|');
        if (patterns)
            buf_printf(&b, "(?:%.*s)", STR_ARG(values.v[i]));
        else
            put_quoted(&b, values.v[i]);
    }
    out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct strs severities(struct strs values, struct arena *a)
{
    struct str *v = arena_array(a, struct str, values.n);

    for (size_t i = 0; i < values.n; i++) {
        v[i] = severity_of(values.v[i]);
        if (v[i].n == 0)
            return (struct strs){ NULL, 0 };
    }
    return (struct strs){ v, values.n };
}

struct matcher aom_one_of(struct str key, struct strs values, struct arena *a)
{
    struct matcher m = { .name = key };

    if (str_is(key, "event_severity")) {
        struct strs words = severities(values, a);

        if (words.n > 0) {
            m.name = aom_label(key);
            values = words;
        }
    } else {
        m.name = aom_label(key);
    }
    m.op = values.n == 1 ? MATCH_EQ : MATCH_RE;
    m.value = values.n == 1 ? values.v[0] : alternatives(values, false, a);
    return m;
}

static struct matcher regex_of(struct str key, struct strs values, struct arena *a)
{
    struct str name = str_is(key, "event_name") ? aom_label(key) : key;

    return (struct matcher){ name, MATCH_RE,
                             values.n == 1 ? values.v[0]
                                           : alternatives(values, true, a) };
}

/* ---- one condition ----------------------------------------------------- */

struct wire_condition {
    struct str key, operate;
    struct json value;
};

enum { GIVEN_VALUE = 1 };
static const struct body_field condition_fields[] = {
    { "key", BODY_STR, offsetof(struct wire_condition, key), true, 0, 1, 0 },
    { "operate", BODY_STR, offsetof(struct wire_condition, operate), true, 0, 1, 0 },
    { "value", BODY_ARRAY, offsetof(struct wire_condition, value), false, GIVEN_VALUE, 0,
      0 },
    { 0 },
};

static ok values_read(struct json list, struct arena *a, struct strs *out, struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct str *v;

    *out = (struct strs){ NULL, 0 };
    if (n > MATCH_VALUES_MAX)
        return fail(e, FAULT_INVALID, "value", "value must have at most %d items",
                    MATCH_VALUES_MAX);
    v = arena_array(a, struct str, n);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        v[i] = arena_str(a, json_str(it.value));
        if (!json_is(it.value, JSON_STRING) || v[i].n == 0)
            return fail(e, FAULT_INVALID, "value", "value must hold strings with text");
    }
    *out = (struct strs){ v, n };
    return OK;
}

static ok scene_read(const struct wire_condition *wire, struct strs values,
                     struct aom_match *out, struct err *e)
{
    if (!str_is(wire->operate, "EQUALS"))
        return fail(e, FAULT_INVALID, "operate",
                    "operate of notification_scene is EQUALS");
    for (size_t i = 0; i < values.n; i++) {
        bool resolved = str_is(values.v[i], "notify_resolved");

        if (!resolved && !str_is(values.v[i], "notify_triggered"))
            return fail(e, FAULT_INVALID, "value",
                        "value of notification_scene must be notify_triggered or "
                        "notify_resolved");
        out->resolved = out->resolved || resolved;
        out->triggered = out->triggered || !resolved;
    }
    return OK;
}

static ok condition_read(struct json v, struct arena *a, struct strs *values,
                         struct wire_condition *wire, struct err *e)
{
    struct body_reader r = { a, 0 };
    bool exist;

    *wire = (struct wire_condition){ 0 };
    *values = (struct strs){ NULL, 0 };
    if (!json_is(v, JSON_OBJECT))
        return fail(e, FAULT_INVALID, "object", "a condition must be an object");
    if (huawei_body_read(&r, v, condition_fields, wire, e) != OK ||
        ((r.given & GIVEN_VALUE) != 0 && values_read(wire->value, a, values, e) != OK))
        return FAILED;
    exist = str_is(wire->operate, "EXIST");
    if (!exist && !str_is(wire->operate, "EQUALS") && !str_is(wire->operate, "REGEX"))
        return fail(e, FAULT_INVALID, "operate",
                    "operate must be EQUALS, REGEX or EXIST");
    if (!exist && values->n == 0)
        return fail(e, FAULT_MISSING, "value", "value is missing");
    return OK;
}

/* ---- lists of them ----------------------------------------------------- */

ok aom_match_read(struct json list, bool scenes, struct arena *a, struct aom_match *out,
                  struct err *e)
{
    size_t count = json_count(list), i = 0, n = 0;
    struct matcher *v = arena_array(a, struct matcher, count + 1);
    struct wire_condition wire;
    struct strs values;

    *out = (struct aom_match){ 0 };
    if (!json_is(list, JSON_ARRAY) || count < 1 || count > MATCH_SERIAL_MAX)
        return fail(e, FAULT_INVALID, "match", "match must have 1 to %d conditions",
                    MATCH_SERIAL_MAX);
    for (struct json_iter it = json_iter(list); json_next(&it); i++) {
        if (condition_read(it.value, a, &values, &wire, e) != OK)
            return huawei_body_inside(e, "match", i);
        if (str_is(wire.key, "notification_scene") && scenes) {
            if (scene_read(&wire, values, out, e) != OK)
                return huawei_body_inside(e, "match", i);
            continue;
        }
        if (str_is(wire.operate, "EXIST"))
            v[n++] = (struct matcher){ aom_label(wire.key), MATCH_NE, STR("") };
        else if (str_is(wire.operate, "REGEX"))
            v[n++] = regex_of(wire.key, values, a);
        else
            v[n++] = aom_one_of(wire.key, values, a);
    }
    out->matchers = (struct matchers){ v, n };
    return OK;
}

ok aom_matches_read(struct json list, const char *field, struct arena *a,
                    struct aom_matches *out, struct err *e)
{
    size_t n = json_count(list), i = 0;
    struct aom_match *v;

    if (!json_is(list, JSON_ARRAY) || n < 1 || n > MATCH_PARALLEL_MAX)
        return fail(e, FAULT_INVALID, field, "%s must have 1 to %d alternatives", field,
                    MATCH_PARALLEL_MAX);
    v = arena_array(a, struct aom_match, n);
    for (struct json_iter it = json_iter(list); json_next(&it); i++)
        if (aom_match_read(it.value, false, a, &v[i], e) != OK)
            return huawei_body_inside(e, field, i);
    *out = (struct aom_matches){ v, n };
    return OK;
}
