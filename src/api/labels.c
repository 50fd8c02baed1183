#include "api/labels.h"

#include "base/utf8.h"

static size_t drop_doubles(struct pair *v, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (i + 1 == n || !str_eq(v[i].name, v[i + 1].name))
            v[kept++] = v[i]; /* the sort is stable: the last one sent */
    return kept;
}

ok pairs_of_json(struct json object, struct arena *a, struct pairs *out, struct err *e)
{
    struct pair *v;
    size_t n = 0;

    if (!json_is(object, JSON_OBJECT))
        return fail(e, FAULT_SYNTAX, "", "is no object");
    v = arena_array(a, struct pair, json_count(object) + 1);
    for (struct json_iter it = json_iter(object); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING) && !json_is(it.value, JSON_NULL))
            return fail(e, FAULT_SYNTAX, "", "is no object of strings");
        v[n++] = (struct pair){ it.key, json_str(it.value) };
    }
    pairs_sort(v, n);
    *out = (struct pairs){ v, drop_doubles(v, n) };
    return OK;
}

struct pairs pairs_of_row(struct json object, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, json_count(object) + 1);
    size_t n = 0;

    for (struct json_iter it = json_iter(object); json_next(&it);)
        v[n++] = (struct pair){ arena_str(a, it.key), arena_str(a, json_str(it.value)) };
    pairs_sort(v, n);
    return (struct pairs){ v, n };
}

struct pairs labels_without_empty(struct pairs labels, struct arena *a)
{
    struct pair *v;
    size_t n = 0;

    while (n < labels.n && labels.v[n].value.n > 0)
        n++;
    if (n == labels.n)
        return labels;
    v = arena_array(a, struct pair, labels.n);
    n = 0;
    for (size_t i = 0; i < labels.n; i++)
        if (labels.v[i].value.n > 0)
            v[n++] = labels.v[i];
    return (struct pairs){ v, n };
}

static bool has_nul(struct str s)
{
    return s.n > 0 && memchr(s.p, '\0', s.n) != NULL;
}

/* A NUL separates names from values in keys of groups and indices. */
static ok pair_check(struct pair p, const char *which, struct err *e)
{
    if (p.name.n == 0)
        return fail(e, FAULT_INVALID, which, "invalid %s: invalid name \"\"", which);
    if (has_nul(p.name) || has_nul(p.value))
        return fail(e, FAULT_INVALID, which, "invalid %s: a NUL in \"%.*s\"", which,
                    STR_ARG(utf8_cut(p.name, 60)));
    return OK;
}

static ok set_check(struct pairs p, const char *which, size_t bytes_max, struct err *e)
{
    size_t bytes = 0;

    if (p.n > ALERT_LABELS_MAX)
        return fail(e, FAULT_LIMIT, which, "invalid %s: %zu of them, at most %d", which,
                    p.n, (int)ALERT_LABELS_MAX);
    for (size_t i = 0; i < p.n; i++) {
        bytes += p.v[i].name.n + p.v[i].value.n;
        if (pair_check(p.v[i], which, e) == FAILED)
            return FAILED;
    }
    if (bytes > bytes_max)
        return fail(e, FAULT_LIMIT, which, "invalid %s: %zu bytes, at most %zu", which,
                    bytes, bytes_max);
    return OK;
}

ok labels_check(struct pairs labels, struct err *e)
{
    if (labels.n == 0)
        return fail(e, FAULT_MISSING, "label", "at least one label pair required");
    return set_check(labels, "label set", LABEL_BYTES_MAX, e);
}

ok annotations_check(struct pairs annotations, struct err *e)
{
    return set_check(annotations, "annotations", ANNOTATION_BYTES_MAX, e);
}
