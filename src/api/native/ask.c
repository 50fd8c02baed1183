/* ask.c - queries and bodies of the native API, read the same way everywhere. */
#include "api/native/native_private.h"

#include "api/labels.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

struct str query_text(const struct request *rq, const char *name)
{
    const struct param *p = params_find(native_of(rq)->query, str_of(name));

    return p != NULL ? p->value : STR("");
}

ok query_number(const struct request *rq, const char *name, int64_t min, int64_t max,
                int64_t *out, struct err *e)
{
    struct str text = query_text(rq, name);

    if (text.n == 0)
        return OK;
    if (str_i64(text, out) == OK && *out >= min && *out <= max)
        return OK;
    return fail(e, FAULT_INVALID, name, "%s must be a number from %lld to %lld", name,
                (long long)min, (long long)max);
}

ok query_time(const struct request *rq, const char *name, int64_t *out, struct err *e)
{
    struct str text = query_text(rq, name);
    int32_t zone;

    if (text.n == 0 || time_parse_rfc3339(text, out, &zone) == OK)
        return OK;
    return fail(e, FAULT_INVALID, name, "%s must be a time such as 2026-11-22T03:10:00Z",
                name);
}

ok query_limit(const struct request *rq, size_t *out, struct err *e)
{
    int64_t limit = LIMIT_DEFAULT;

    if (query_number(rq, "limit", 1, LIMIT_MAX, &limit, e) == FAILED)
        return FAILED;
    *out = (size_t)limit;
    return OK;
}

ok body_known(struct json object, const char *const *known, struct err *e)
{
    for (struct json_iter it = json_iter(object); json_next(&it);) {
        bool found = false;

        for (size_t i = 0; known[i] != NULL && !found; i++)
            found = str_is(it.key, known[i]);
        if (!found) {
            struct str name = utf8_cut(it.key, 60);
            char field[64];

            snprintf(field, sizeof field, "%.*s", STR_ARG(name));
            return fail(e, FAULT_UNKNOWN_FIELD, field, "there is no member \"%s\" here",
                        field);
        }
    }
    return OK;
}

ok body_labels(struct request *rq, struct json body, struct pairs *out, struct err *e)
{
    struct json labels = json_get(body, STR("labels"));

    if (json_is(labels, JSON_NONE))
        return fail(e, FAULT_MISSING, "labels", "labels are missing");
    if (pairs_of_json(labels, rq->a, out, e) == FAILED)
        return fail(e, FAULT_INVALID, "labels", "labels must be an object of strings");
    *out = labels_without_empty(*out, rq->a);
    if (labels_check(*out, e) == OK)
        return OK;
    snprintf(e->field, sizeof e->field, "labels");
    return FAILED;
}

ok if_match(const struct request *rq, uint64_t *revision, struct err *e)
{
    struct str text;
    int64_t n;

    *revision = 0;
    if (!http_header(rq->call, "If-Match", &text) || str_is(str_trim(text), "*"))
        return OK;
    text = str_trim(text);
    if (text.n > 2 && text.p[0] == '"' && text.p[text.n - 1] == '"' &&
        str_i64((struct str){ text.p + 1, text.n - 2 }, &n) == OK && n > 0) {
        *revision = (uint64_t)n;
        return OK;
    }
    return fail(e, FAULT_INVALID, "If-Match",
                "If-Match must be the ETag of an answer, such as \"17\"");
}
