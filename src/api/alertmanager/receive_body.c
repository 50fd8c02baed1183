/* receive_body.c - the body of POST /api/v2/alerts, made alerts
 * (contracts/alertmanager.md 2.1, 2.4).
 *
 * Three kinds of wrong: bytes that are no list of alerts (400, an object), members
 * that the schema does not allow (422, an object; the first one is named), alerts that
 * mean nothing (a line each; the others are stored). */
#include "api/alertmanager/alertmanager_private.h"

#include "api/labels.h"
#include "base/utf8.h"

struct reading {
    struct arena *a;
    size_t index; /* of the alert */
    int *code;
    struct err *e;
};

/* ---- JSON that Go's reader takes and ours does not ------------------------- */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits behind \u at s[i]; -1 if there is no such escape. */
static int escape_at(struct str s, size_t i)
{
    int code = 0;

    if (i + 6 > s.n || s.p[i] != '\\' || s.p[i + 1] != 'u')
        return -1;
    for (size_t k = i + 2; k < i + 6; k++) {
        int digit = hex_value(s.p[k]);

        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

static bool is_half(int code, int from)
{
    return code >= from && code < from + 0x400;
}

/* Half of a surrogate pair becomes \ufffd, as Go reads it. */
static void repair_escapes(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        int code = escape_at(s, i);
        size_t n = code >= 0 ? 6 : s.p[i] == '\\' && i + 1 < s.n ? 2 : 1;
        bool pair = is_half(code, 0xd800) && is_half(escape_at(s, i + 6), 0xdc00);

        if (pair)
            n = 12;
        else if (is_half(code, 0xd800) || is_half(code, 0xdc00)) {
            buf_z(out, "\\ufffd");
            i += n;
            continue;
        }
        buf_add(out, (struct str){ s.p + i, n });
        i += n;
    }
}

static ok parse_repaired(struct json_doc *doc, struct str body, struct arena *a,
                         struct json *root, struct err *e)
{
    struct buf utf8, whole;
    struct str text;

    buf_init(&utf8, BUF_NO_LIMIT);
    buf_init(&whole, BUF_NO_LIMIT);
    utf8_repair(&utf8, body);
    repair_escapes(&whole, buf_str(&utf8));
    text = arena_str(a, buf_str(&whole));
    buf_fini(&utf8);
    buf_fini(&whole);
    return json_parse(doc, text, root, e);
}

/* ---- the schema ------------------------------------------------------------ */

static ok wrong_type(struct reading *r, const char *member, const char *kind)
{
    *r->code = 400;
    return fail(r->e, FAULT_SYNTAX, "body",
                "parsing alerts body from \"\" failed, because %zu%s%s is no %s",
                r->index, member[0] != '\0' ? "." : "", member, kind);
}

static ok wrong_schema(struct reading *r, int code, const char *member, const char *what)
{
    *r->code = code;
    return fail(r->e, FAULT_INVALID, "body", "%zu%s%s in body %s", r->index,
                member[0] != '\0' ? "." : "", member, what);
}

static ok labels_read(struct reading *r, struct json object, const char *member,
                      struct pairs *out)
{
    struct err why;

    if (pairs_of_json(object, r->a, out, &why) == OK)
        return OK;
    return wrong_type(r, member, "object of strings");
}

/* Year 1 and "" are what amtool and others send for "not stated". */
static ok time_read(struct reading *r, struct json v, const char *member, int64_t *at,
                    int32_t *zone)
{
    *at = TIME_UNSET;
    *zone = 0;
    if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL))
        return OK;
    if (!json_is(v, JSON_STRING))
        return wrong_type(r, member, "time");
    if (json_str(v).n > 0 && time_parse_rfc3339(json_str(v), at, zone) == FAILED)
        return wrong_type(r, member, "time such as 2006-01-02T15:04:05Z");
    return OK;
}

static bool percent_fine(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '%' &&
            (i + 2 >= s.n || hex_value(s.p[i + 1]) < 0 || hex_value(s.p[i + 2]) < 0))
            return false;
    return true;
}

/* What a browser would ask for: a path from the root, or a scheme and more. */
static bool is_uri(struct str s)
{
    size_t i = 0;

    for (size_t k = 0; k < s.n; k++)
        if ((unsigned char)s.p[k] < 0x20 || s.p[k] == 0x7f)
            return false;
    if (s.p[0] == '/')
        return percent_fine(s);
    while (i < s.n &&
           ((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
            (i > 0 && strchr("0123456789+-.", s.p[i]) != NULL)))
        i++;
    return i > 0 && i + 1 < s.n && s.p[i] == ':' && percent_fine(s);
}

static ok generator_read(struct reading *r, struct json v, struct str *out)
{
    if (!json_is(v, JSON_NONE) && !json_is(v, JSON_NULL) && !json_is(v, JSON_STRING))
        return wrong_type(r, "generatorURL", "string");
    *out = json_str(v);
    if (out->n == 0 || is_uri(*out))
        return OK;
    *r->code = CODE_TYPE;
    return fail(r->e, FAULT_INVALID, "body",
                "%zu.generatorURL in body must be of type uri: \"%.*s\"", r->index,
                STR_ARG(utf8_cut(*out, 200)));
}

static ok alert_read(struct reading *r, struct json v, struct alert_in *out)
{
    struct json annotations = json_get(v, STR("annotations"));
    struct json labels = json_get(v, STR("labels"));

    *out = (struct alert_in){ .door = DOOR_ALERTMANAGER, .clear_id = STR("") };
    if (json_is(v, JSON_NULL))
        return wrong_schema(r, CODE_REQUIRED, "", "is required");
    if (!json_is(v, JSON_OBJECT))
        return wrong_type(r, "", "object");
    if (time_read(r, json_get(v, STR("startsAt")), "startsAt", &out->starts_at,
                  &out->starts_zone) == FAILED ||
        time_read(r, json_get(v, STR("endsAt")), "endsAt", &out->ends_at,
                  &out->ends_zone) == FAILED)
        return FAILED;
    if (!json_is(annotations, JSON_NONE) && !json_is(annotations, JSON_NULL) &&
        labels_read(r, annotations, "annotations", &out->annotations) == FAILED)
        return FAILED;
    if (json_is(labels, JSON_NONE) || json_is(labels, JSON_NULL))
        return wrong_schema(r, CODE_REQUIRED, "labels", "is required");
    if (labels_read(r, labels, "labels", &out->labels) == FAILED)
        return FAILED;
    return generator_read(r, json_get(v, STR("generatorURL")), &out->generator_url);
}

/* ---- the meaning ----------------------------------------------------------- */

static ok meaning_check(struct alert_in *in, struct arena *a, struct err *e)
{
    in->labels = labels_without_empty(in->labels, a);
    if (in->starts_at != TIME_UNSET && in->ends_at != TIME_UNSET &&
        in->ends_at < in->starts_at)
        return fail(e, FAULT_INVALID, "endsAt", "start time must be before end time");
    if (in->generator_url.n > GENERATOR_BYTES_MAX)
        return fail(e, FAULT_LIMIT, "generatorURL", "generatorURL: %zu bytes, at most %d",
                    in->generator_url.n, (int)GENERATOR_BYTES_MAX);
    if (labels_check(in->labels, e) == FAILED)
        return FAILED;
    return annotations_check(in->annotations, e);
}

/* ---- the list -------------------------------------------------------------- */

static ok list_read(struct reading *r, struct json list, struct alert_in *all)
{
    for (struct json_iter it = json_iter(list); json_next(&it); r->index++)
        if (alert_read(r, it.value, &all[r->index]) == FAILED)
            return FAILED;
    return OK;
}

static void keep_good(struct alert_in *all, size_t n, struct arena *a,
                      struct received *out)
{
    struct buf words;
    struct err e;

    buf_init(&words, 64 * 1024);
    for (size_t i = 0; i < n; i++) {
        if (meaning_check(&all[i], a, &e) == OK) {
            all[out->n++] = all[i];
            continue;
        }
        if (out->invalid++ > 0)
            buf_char(&words, '\n');
        buf_z(&words, e.text);
    }
    out->alerts = all;
    out->message = arena_str(a, buf_str(&words));
    buf_fini(&words);
}

static ok root_parse(struct json_doc *doc, struct str body, struct arena *a,
                     struct json *root, struct err *e)
{
    struct err first;

    if (json_parse(doc, body, root, &first) == OK ||
        (first.fault == FAULT_SYNTAX && parse_repaired(doc, body, a, root, e) == OK))
        return OK;
    return fail(e, FAULT_SYNTAX, "body",
                "parsing alerts body from \"\" failed, because %s", first.text);
}

ok received_parse(struct json_doc *doc, struct str body, struct arena *a,
                  struct received *out, int *code, struct err *e)
{
    struct reading r = { .a = a, .code = code, .e = e };
    struct alert_in *all;
    struct json root;

    *out = (struct received){ .message = STR("") };
    *code = 400;
    if (root_parse(doc, body, a, &root, e) == FAILED)
        return FAILED;
    if (json_is(root, JSON_NULL))
        return OK;
    if (!json_is(root, JSON_ARRAY))
        return fail(e, FAULT_SYNTAX, "body",
                    "parsing alerts body from \"\" failed, because it is no array");
    all = arena_array(a, struct alert_in, json_count(root) + 1);
    if (list_read(&r, root, all) == FAILED)
        return FAILED;
    keep_good(all, json_count(root), a, out);
    return OK;
}
