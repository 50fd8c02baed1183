#include "model/metric_rule.h"

#include "base/json.h"

#include <math.h>

/* ---- dimensions --------------------------------------------------------------------- */

static ok bad(const char *field, const char *words, struct err *e)
{
    return fail(e, FAULT_INVALID, field, "%s", words);
}

/* A number as a value: 7671 of {"groupId":7671}. No NUL: a text would end there early
 * wherever C reads it. */
static bool value_of(struct json v, struct arena *a, struct str *out)
{
    switch (json_kind(v)) {
    case JSON_STRING:
        *out = arena_str(a, json_str(v));
        return out->n == 0 || memchr(out->p, '\0', out->n) == NULL;
    case JSON_INT:
        *out = arena_printf(a, "%lld", (long long)json_int(v));
        return true;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_NUMBER:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

static ok once_each(const char *field, struct pair *v, size_t n, struct err *e)
{
    pairs_sort(v, n);
    for (size_t i = 1; i < n; i++)
        if (str_eq(v[i - 1].name, v[i].name))
            return bad(field, "names a dimension twice", e);
    return OK;
}

static ok dimensions_read(const char *field, struct json object, struct arena *a,
                          struct pairs *out, struct err *e)
{
    struct pair *v;
    size_t n = 0;

    if (!json_is(object, JSON_OBJECT))
        return bad(field, "must be a JSON object", e);
    if (json_count(object) > METRIC_DIMENSIONS_MAX)
        return fail(e, FAULT_INVALID, field, "must have at most %d members",
                    METRIC_DIMENSIONS_MAX);
    v = arena_array(a, struct pair, json_count(object) + 1);
    for (struct json_iter it = json_iter(object); json_next(&it);) {
        v[n].name = arena_str(a, it.key);
        if (v[n].name.n == 0 || memchr(v[n].name.p, '\0', v[n].name.n) != NULL ||
            !value_of(it.value, a, &v[n].value))
            return bad(field, "must hold strings and whole numbers by name", e);
        n += v[n].value.n > 0;
    }
    *out = (struct pairs){ v, n };
    return once_each(field, v, n, e);
}

ok metric_dimensions_parse(const char *field, struct str text, struct arena *a,
                           struct pairs *out, struct err *e)
{
    struct json_doc *doc;
    struct json root;
    struct err why;
    ok done;

    *out = (struct pairs){ NULL, 0 };
    if (text.n == 0)
        return OK;
    doc = json_doc_new();
    if (json_parse(doc, text, &root, &why) == OK)
        done = dimensions_read(field, root, a, out, e);
    else
        done = bad(field, "must be a JSON object", e);
    json_doc_free(&doc);
    return done;
}

/* ---- resources ---------------------------------------------------------------------- */

/* "instanceId=i-abc,device=sda" */
static ok dimension_text(struct str text, struct arena *a, struct pair *v, size_t *n,
                         struct err *e)
{
    struct str piece, name;

    while (text.n > 0) {
        size_t at = 0;

        while (at < text.n && text.p[at] != ',' && text.p[at] != '&')
            at++;
        piece = str_head(text, at);
        text = str_from(text, at + 1);
        if (!str_cut(&piece, '=', &name) || piece.p == NULL || name.n == 0)
            return bad("resources", "has a dimension that is no name=value", e);
        if (*n == METRIC_DIMENSIONS_MAX)
            return fail(e, FAULT_INVALID, "resources", "has more than %d dimensions",
                        METRIC_DIMENSIONS_MAX);
        if (piece.n > 0)
            v[(*n)++] = (struct pair){ arena_str(a, name), arena_str(a, piece) };
    }
    return OK;
}

/* What was read as plain pairs, with the keys that are none of the point's taken out. */
static ok filter_of(struct pairs said, struct arena *a, struct metric_filter *out,
                    struct err *e)
{
    struct pair *v = arena_array(a, struct pair, said.n + METRIC_DIMENSIONS_MAX + 1);
    size_t n = 0;

    *out = (struct metric_filter){ .group_id = STR("") };
    for (size_t i = 0; i < said.n; i++) {
        struct pair p = said.v[i];

        if (str_is(p.value, "_ALL"))
            continue;
        if (str_is(p.name, "groupId"))
            out->group_id = p.value;
        else if (!str_is(p.name, "dimension"))
            v[n++] = p;
        else if (dimension_text(p.value, a, v, &n, e) == FAILED)
            return FAILED;
    }
    out->dims = (struct pairs){ v, n };
    return once_each("resources", v, n, e);
}

static ok filter_read(struct json item, struct arena *a, struct metric_filter *out,
                      struct err *e)
{
    struct pairs said;
    ok done = json_is(item, JSON_STRING)
                  ? metric_dimensions_parse("resources", json_str(item), a, &said, e)
                  : dimensions_read("resources", item, a, &said, e);

    return done == OK ? filter_of(said, a, out, e) : FAILED;
}

static ok filters_read(struct json root, struct arena *a, struct metric_filters *out,
                       struct err *e)
{
    bool many = json_is(root, JSON_ARRAY);
    size_t n = many ? json_count(root) : 1, i = 0;
    struct metric_filter *v;

    if (n > METRIC_FILTERS_MAX)
        return fail(e, FAULT_INVALID, "resources", "must name at most %d resources",
                    METRIC_FILTERS_MAX);
    out->v = v = arena_array(a, struct metric_filter, n + 1);
    out->n = n;
    if (!many)
        return filter_read(root, a, v, e);
    for (struct json_iter it = json_iter(root); json_next(&it); i++)
        if (filter_read(it.value, a, &v[i], e) == FAILED)
            return FAILED;
    return OK;
}

ok metric_filters_parse(struct str resources, struct str dimensions, struct arena *a,
                        struct metric_filters *out, struct err *e)
{
    struct json_doc *doc;
    struct json root;
    struct err why;
    ok done;

    *out = (struct metric_filters){ 0 };
    if (metric_dimensions_parse("dimensions", dimensions, a, &out->dims, e) == FAILED)
        return FAILED;
    if (resources.n == 0)
        return OK;
    doc = json_doc_new();
    if (json_parse(doc, resources, &root, &why) == OK &&
        (json_is(root, JSON_ARRAY) || json_is(root, JSON_OBJECT)))
        done = filters_read(root, a, out, e);
    else
        done = bad("resources", "must be a JSON array of objects", e);
    json_doc_free(&doc);
    return done;
}

static bool all_held(struct pairs wanted, struct pairs dims)
{
    for (size_t i = 0; i < wanted.n; i++) {
        const struct pair *p = pairs_find(dims, wanted.v[i].name);

        if (p == NULL || !str_eq(p->value, wanted.v[i].value))
            return false;
    }
    return true;
}

bool metric_filters_hold(const struct metric_filters *f, struct str group_id,
                         struct pairs dims)
{
    if (!all_held(f->dims, dims))
        return false;
    for (size_t i = 0; i < f->n; i++)
        if ((f->v[i].group_id.n == 0 || str_eq(f->v[i].group_id, group_id)) &&
            all_held(f->v[i].dims, dims))
            return true;
    return f->n == 0;
}

bool metric_rule_takes(const struct metric_rule *r, const struct metric_filters *f,
                       struct str group_id, struct pairs dims)
{
    bool any = r->group_id.n == 0 || str_is(r->group_id, "0");

    return (any || str_eq(r->group_id, group_id)) &&
           metric_filters_hold(f, group_id, dims);
}

/* ---- hours -------------------------------------------------------------------------- */

enum { DAY_MINUTES = 24 * 60, CHINA_MINUTES = 8 * 60 };

static bool two_digits(struct str s, size_t at, int most, int *out)
{
    if (s.n < at + 2 || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' ||
        s.p[at + 1] > '9')
        return false;
    *out = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return *out <= most;
}

static bool minute_read(struct str s, size_t at, int *out)
{
    int hour, minute;

    if (!two_digits(s, at, 23, &hour) || s.n < at + 5 || s.p[at + 2] != ':' ||
        !two_digits(s, at + 3, 59, &minute))
        return false;
    *out = hour * 60 + minute;
    return true;
}

/* "+0800", "UTC+08:00"; nothing: China. */
static bool offset_read(struct str s, int *out)
{
    int hours, minutes, sign;

    *out = CHINA_MINUTES;
    s = str_trim(s);
    if (s.n == 0)
        return true;
    if (str_starts(s, STR("UTC")))
        s = str_from(s, 3);
    if (s.n == 0 || (s.p[0] != '+' && s.p[0] != '-'))
        return false;
    sign = s.p[0] == '-' ? -1 : 1;
    if (!two_digits(s, 1, 14, &hours) ||
        !two_digits(s, s.n == 6 && s.p[3] == ':' ? 4 : 3, 59, &minutes) || s.n > 6 ||
        (s.n == 6 && s.p[3] != ':'))
        return false;
    *out = sign * (hours * 60 + minutes);
    return true;
}

ok metric_hours_parse(const char *field, struct str text, struct time_span out[2],
                      size_t *n, struct err *e)
{
    int from, to, offset;
    int64_t begin, length;

    *n = 0;
    if (text.n == 0)
        return OK;
    if (text.n < 11 || text.p[5] != '-' || !minute_read(text, 0, &from) ||
        !minute_read(text, 6, &to) || (text.n > 11 && text.p[11] != ' ') ||
        !offset_read(str_from(text, 11), &offset))
        return bad(field, "must be HH:MM-HH:MM", e);
    length = (to + 1 - from + DAY_MINUTES) % DAY_MINUTES;
    if (length == 0)
        return OK;
    begin = (from - offset + 2 * DAY_MINUTES) % DAY_MINUTES;
    out[(*n)++] = (struct time_span){ begin, begin + length };
    if (begin + length > DAY_MINUTES) {
        out[0].to = DAY_MINUTES;
        out[(*n)++] = (struct time_span){ 0, begin + length - DAY_MINUTES };
    }
    return OK;
}

/* ---- thresholds --------------------------------------------------------------------- */

ok metric_threshold_parse(struct str text, double *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err why;
    ok done = json_parse(doc, text, &root, &why);

    if (done == OK && (json_is(root, JSON_INT) || json_is(root, JSON_NUMBER)))
        *out = json_number(root);
    else
        done = FAILED;
    json_doc_free(&doc);
    return done == OK && isfinite(*out) ? OK
                                        : bad("levels.threshold", "must be a number", e);
}

/* ---- names -------------------------------------------------------------------------- */

struct str metric_rule_route(struct str id, struct arena *a)
{
    return arena_printf(a, "cloudmonitor/metric/%.*s", STR_ARG(id));
}

struct str metric_rule_interval(struct str id, bool effective, struct arena *a)
{
    return arena_printf(a, "cloudmonitor/metric/%.*s/%s", STR_ARG(id),
                        effective ? "effective" : "not effective");
}
