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

static ok time_read(struct reading *r, struct json v, const char *member, int64_t *at,
                    int32_t *zone)
{
    if (time_of_json(v, at, zone) == OK)
        return OK;
    return wrong_type(r, member, "time such as 2006-01-02T15:04:05Z");
}

#define HEX "0123456789abcdefABCDEF"

static bool percent_fine(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '%' &&
            (i + 2 >= s.n || strchr(HEX, s.p[i + 1]) == NULL ||
             strchr(HEX, s.p[i + 2]) == NULL || s.p[i + 1] == 0 || s.p[i + 2] == 0))
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
    return OK;
}

struct members {
    struct json labels, annotations, starts_at, ends_at, generator_url;
};

/* In one walk, of each the last. */
static struct members members_of(struct json alert)
{
    struct members m = { 0 };

    for (struct json_iter it = json_iter(alert); json_next(&it);)
        if (str_is(it.key, "labels"))
            m.labels = it.value;
        else if (str_is(it.key, "annotations"))
            m.annotations = it.value;
        else if (str_is(it.key, "startsAt"))
            m.starts_at = it.value;
        else if (str_is(it.key, "endsAt"))
            m.ends_at = it.value;
        else if (str_is(it.key, "generatorURL"))
            m.generator_url = it.value;
    return m;
}

static bool is_there(struct json v)
{
    return !json_is(v, JSON_NONE) && !json_is(v, JSON_NULL);
}

static ok alert_read(struct reading *r, struct json v, struct alert_in *out)
{
    struct members m;

    *out = (struct alert_in){ .door = DOOR_ALERTMANAGER, .clear_id = STR("") };
    if (json_is(v, JSON_NULL))
        return OK;
    if (!json_is(v, JSON_OBJECT))
        return wrong_type(r, "", "object");
    m = members_of(v);
    if (time_read(r, m.starts_at, "startsAt", &out->starts_at, &out->starts_zone) ==
            FAILED ||
        time_read(r, m.ends_at, "endsAt", &out->ends_at, &out->ends_zone) == FAILED)
        return FAILED;
    if (is_there(m.annotations) &&
        labels_read(r, m.annotations, "annotations", &out->annotations) == FAILED)
        return FAILED;
    if (is_there(m.labels) && labels_read(r, m.labels, "labels", &out->labels) == FAILED)
        return FAILED;
    return generator_read(r, m.generator_url, &out->generator_url);
}

/* Judged when every alert of the list has been read. */
static ok schema_check(struct reading *r, struct json v, const struct alert_in *in)
{
    bool missing = in->labels.n == 0 && !is_there(json_get(v, STR("labels")));

    if (json_is(v, JSON_NULL))
        return wrong_schema(r, CODE_REQUIRED, "", "is required");
    if (in->generator_url.n > 0 && !is_uri(in->generator_url)) {
        *r->code = CODE_TYPE;
        return fail(r->e, FAULT_INVALID, "body",
                    "%zu.generatorURL in body must be of type uri: \"%.*s\"", r->index,
                    STR_ARG(utf8_cut(in->generator_url, 200)));
    }
    if (missing)
        return wrong_schema(r, CODE_REQUIRED, "labels", "is required");
    return OK;
}

/* ---- the meaning ----------------------------------------------------------- */

bool label_name_is_classic(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
              (i > 0 && c >= '0' && c <= '9')))
            return false;
    }
    return name.n > 0;
}

static ok names_check(struct pairs p, const char *which, struct err *e)
{
    for (size_t i = 0; i < p.n; i++)
        if (!label_name_is_classic(p.v[i].name))
            return fail(e, FAULT_INVALID, "name", "invalid %s: invalid name \"%.*s\"",
                        which, STR_ARG(utf8_cut(p.v[i].name, 200)));
    return OK;
}

static ok meaning_check(struct alert_in *in, bool classic, struct arena *a, struct err *e)
{
    in->labels = labels_without_empty(in->labels, a);
    if (in->starts_at != TIME_UNSET && in->ends_at != TIME_UNSET &&
        in->ends_at < in->starts_at)
        return fail(e, FAULT_INVALID, "endsAt", "start time must be before end time");
    if (in->generator_url.n > GENERATOR_BYTES_MAX)
        return fail(e, FAULT_LIMIT, "generatorURL", "generatorURL: %zu bytes, at most %d",
                    in->generator_url.n, (int)GENERATOR_BYTES_MAX);
    if (labels_check(in->labels, e) == FAILED ||
        (classic && names_check(in->labels, "label set", e) == FAILED) ||
        annotations_check(in->annotations, e) == FAILED)
        return FAILED;
    return classic ? names_check(in->annotations, "annotations", e) : OK;
}

/* ---- the list -------------------------------------------------------------- */

struct alert_list {
    struct alert_in *v;
    size_t n, room;
};

/* A wrong type anywhere comes before what the first alert's schema says. Grows with what
 * fits: a body may claim millions of alerts. */
static ok list_read(struct reading *r, struct json list, struct alert_list *all)
{
    enum { AT_ONCE = 256 };
    size_t count = json_count(list);
    struct alert_in one;
    ok fits = OK;

    vec_reserve(all, count < AT_ONCE ? count : AT_ONCE);
    for (struct json_iter it = json_iter(list); json_next(&it); r->index++) {
        if (alert_read(r, it.value, &one) == FAILED)
            return FAILED;
        if (fits == OK)
            fits = schema_check(r, it.value, &one);
        if (fits == OK)
            vec_push(all, one);
    }
    return fits;
}

static void keep_good(const struct alert_list *list, struct arena *a,
                      struct received *out)
{
    struct alert_in *all = arena_array(a, struct alert_in, list->n);
    struct buf words;
    struct err e;

    buf_init(&words, 64 * 1024);
    for (size_t i = 0; i < list->n; i++) {
        all[out->n] = list->v[i];
        if (meaning_check(&all[out->n], out->classic_names, a, &e) == OK) {
            out->n++;
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

ok received_parse(struct json_doc *doc, struct str body, struct arena *a,
                  struct received *out, int *code, struct err *e)
{
    struct reading r = { .a = a, .code = code, .e = e };
    struct alert_list all = { 0 };
    struct json root;
    ok result;

    *out = (struct received){ .classic_names = out->classic_names, .message = STR("") };
    *code = 400;
    if (body_parse(doc, body, a, "alerts", &root, e) == FAILED)
        return FAILED;
    if (json_is(root, JSON_NULL))
        return OK;
    if (!json_is(root, JSON_ARRAY))
        return fail(e, FAULT_SYNTAX, "body",
                    "parsing alerts body from \"\" failed, because it is no array");
    result = list_read(&r, root, &all);
    if (result == OK)
        keep_good(&all, a, out);
    vec_fini(&all);
    return result;
}
