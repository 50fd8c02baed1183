/* silence_body.c - the body of POST /api/v2/silences, made a silence
 * (contracts/alertmanager.md 2.7). What has the wrong type is found before what is
 * missing, and that by name. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/regex.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

struct reading {
    struct arena *a;
    int *code;
    struct err *e;
};

static ok wrong_type(struct reading *r, const char *member, const char *kind)
{
    *r->code = 400;
    return fail(r->e, FAULT_SYNTAX, "body",
                "parsing silence body from \"\" failed, because %s is no %s", member,
                kind);
}

static bool absent(struct json v)
{
    return json_is(v, JSON_NONE) || json_is(v, JSON_NULL);
}

static ok text_read(struct reading *r, struct json object, const char *member,
                    struct str *out)
{
    struct json v = json_get(object, str_of(member));

    *out = json_str(v);
    return absent(v) || json_is(v, JSON_STRING) ? OK : wrong_type(r, member, "string");
}

static ok truth_read(struct reading *r, struct json object, const char *member,
                     bool otherwise, bool *out)
{
    struct json v = json_get(object, str_of(member));

    *out = absent(v) ? otherwise : json_bool(v);
    return absent(v) || json_is(v, JSON_BOOL) ? OK : wrong_type(r, member, "bool");
}

static ok moment_read(struct reading *r, struct json object, const char *member,
                      int64_t *out)
{
    int32_t zone;

    if (time_of_json(json_get(object, str_of(member)), out, &zone) == OK)
        return OK;
    return wrong_type(r, member, "time such as 2006-01-02T15:04:05Z");
}

static ok matcher_read(struct reading *r, struct json v, struct matcher *out)
{
    bool regex, equal;

    if (!json_is(v, JSON_OBJECT) && !json_is(v, JSON_NULL))
        return wrong_type(r, "matchers", "list of objects");
    if (text_read(r, v, "name", &out->name) == FAILED ||
        text_read(r, v, "value", &out->value) == FAILED ||
        truth_read(r, v, "isRegex", false, &regex) == FAILED ||
        truth_read(r, v, "isEqual", true, &equal) == FAILED)
        return FAILED;
    out->op = regex ? (equal ? MATCH_RE : MATCH_NRE) : (equal ? MATCH_EQ : MATCH_NE);
    return OK;
}

static ok matchers_read(struct reading *r, struct json list, struct matchers *out)
{
    struct matcher *v = arena_array(r->a, struct matcher, json_count(list) + 1);
    size_t n = 0;

    if (!absent(list) && !json_is(list, JSON_ARRAY))
        return wrong_type(r, "matchers", "list");
    for (struct json_iter it = json_iter(list); json_next(&it); n++)
        if (matcher_read(r, it.value, &v[n]) == FAILED)
            return FAILED;
    *out = (struct matchers){ v, n };
    return OK;
}

static ok annotations_read(struct reading *r, struct json object, struct labels *out)
{
    struct label *v = arena_array(r->a, struct label, json_count(object) + 1);
    size_t n = 0;

    if (!absent(object) && !json_is(object, JSON_OBJECT))
        return wrong_type(r, "annotations", "object of strings");
    for (struct json_iter it = json_iter(object); json_next(&it); n++) {
        if (!absent(it.value) && !json_is(it.value, JSON_STRING))
            return wrong_type(r, "annotations", "object of strings");
        v[n] = (struct label){ it.key, json_str(it.value) };
    }
    *out = (struct labels){ v, n };
    return OK;
}

/* ---- what must be there ------------------------------------------------------ */

static ok required(struct reading *r, struct json object, const char *member,
                   const char *shown)
{
    if (!absent(json_get(object, str_of(member))))
        return OK;
    *r->code = CODE_REQUIRED;
    return fail(r->e, FAULT_MISSING, "body", "%s%s in body is required", shown, member);
}

static ok matchers_required(struct reading *r, struct json root)
{
    static const char *const members[] = { "isRegex", "name", "value" };
    struct json list = json_get(root, STR("matchers"));
    size_t index = 0;
    char shown[64];

    if (required(r, root, "matchers", "") == FAILED)
        return FAILED;
    if (json_count(list) == 0) {
        *r->code = CODE_TOO_FEW;
        return fail(r->e, FAULT_MISSING, "body",
                    "matchers in body should have at least 1 items");
    }
    for (struct json_iter it = json_iter(list); json_next(&it); index++) {
        snprintf(shown, sizeof shown, "matchers.%zu.", index);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            if (required(r, it.value, members[i], shown) == FAILED)
                return FAILED;
    }
    return OK;
}

ok silence_parse(struct json_doc *doc, struct str body, struct arena *a,
                 struct silence *s, int *code, struct err *e)
{
    struct reading r = { a, code, e };
    struct json root;

    schema_zero(&silence_schema, s);
    *code = 400;
    if (body_parse(doc, body, a, "silence", &root, e) == FAILED)
        return FAILED;
    if (!json_is(root, JSON_OBJECT) && !json_is(root, JSON_NULL))
        return wrong_type(&r, "it", "object");
    if (text_read(&r, root, "id", &s->id) == FAILED ||
        text_read(&r, root, "comment", &s->comment) == FAILED ||
        text_read(&r, root, "createdBy", &s->created_by) == FAILED ||
        moment_read(&r, root, "startsAt", &s->starts_at) == FAILED ||
        moment_read(&r, root, "endsAt", &s->ends_at) == FAILED ||
        matchers_read(&r, json_get(root, STR("matchers")), &s->matchers) == FAILED ||
        annotations_read(&r, json_get(root, STR("annotations")), &s->annotations) ==
            FAILED)
        return FAILED;
    if (required(&r, root, "comment", "") == FAILED ||
        required(&r, root, "createdBy", "") == FAILED ||
        required(&r, root, "endsAt", "") == FAILED ||
        matchers_required(&r, root) == FAILED)
        return FAILED;
    return required(&r, root, "startsAt", "");
}

/* ---- what the matchers mean -------------------------------------------------- */

static ok matcher_check(const struct matcher *m, size_t index, bool classic,
                        struct err *e)
{
    struct regex *regex;
    struct err why;

    if (m->name.n == 0 || (classic && !label_name_is_classic(m->name)))
        return fail(e, FAULT_INVALID, "matchers",
                    "invalid label matcher %zu: invalid label name \"%.*s\"", index,
                    STR_ARG(utf8_cut(m->name, 100)));
    if (m->op == MATCH_EQ || m->op == MATCH_NE)
        return OK;
    if (regex_new(m->value, &regex, &why) == FAILED)
        return fail(e, FAULT_INVALID, "matchers",
                    "invalid label matcher %zu: invalid regular expression \"%.*s\": %s",
                    index, STR_ARG(utf8_cut(m->value, 100)), why.text);
    regex_free(&regex);
    return OK;
}

ok silence_matchers_check(const struct matchers *list, bool classic, struct err *e)
{
    for (size_t i = 0; i < list->n; i++)
        if (matcher_check(&list->v[i], i, classic, e) == FAILED)
            return FAILED;
    return OK;
}
