#include "api/huawei/body_private.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

/* No name of ours is longer; to normalise one takes the square of its length. */
enum { NAME_BYTES_MOST = 2048 };

static const char *const kind_words[] = { "a string", "an integer", "an object",
                                          "an array" };

ok huawei_body_parse(struct json_doc *doc, struct str text, enum json_kind want,
                     struct json *root, struct err *e)
{
    if (json_parse(doc, text, root, e) != OK) {
        /* too deep is bad JSON to a client, not a body too long */
        e->fault = FAULT_SYNTAX;
        return FAILED;
    }
    if (!json_is(*root, want))
        return fail(e, FAULT_SYNTAX, "body", "the body must be a JSON %s",
                    want == JSON_ARRAY ? "array" : "object");
    return OK;
}

static ok int_read(struct json v, const struct body_field *row, int64_t *out,
                   struct err *e)
{
    *out = json_int(v);
    if ((row->min != 0 || row->max != 0) && (*out < row->min || *out > row->max))
        return fail(e, FAULT_INVALID, row->name, "%s must be %lld to %lld", row->name,
                    (long long)row->min, (long long)row->max);
    return OK;
}

/* No text of a client holds a NUL: it would end early wherever C reads it. */
static ok str_read(struct json v, const struct body_field *row, struct arena *a,
                   struct str *out, struct err *e)
{
    *out = arena_str(a, json_str(v));
    if (str_has(*out, (struct str){ "", 1 }))
        return fail(e, FAULT_INVALID, row->name, "%s holds a NUL", row->name);
    if (out->n == 0 && row->min > 0)
        return fail(e, FAULT_INVALID, row->name, "%s is empty", row->name);
    return OK;
}

static ok member_read(struct json v, const struct body_field *row, struct arena *a,
                      char *out, struct err *e)
{
    static const enum json_kind wanted[] = { JSON_STRING, JSON_INT, JSON_OBJECT,
                                             JSON_ARRAY };

    if (!json_is(v, wanted[row->kind]))
        return fail(e, FAULT_INVALID, row->name, "%s must be %s", row->name,
                    kind_words[row->kind]);
    switch (row->kind) {
    case BODY_STR:
        return str_read(v, row, a, (struct str *)(void *)(out + row->offset), e);
    case BODY_INT:
        return int_read(v, row, (int64_t *)(void *)(out + row->offset), e);
    case BODY_OBJECT:
    case BODY_ARRAY:
        *(struct json *)(void *)(out + row->offset) = v;
        return OK;
    }
    return OK;
}

ok huawei_body_read(struct body_reader *r, struct json object,
                    const struct body_field *rows, void *out, struct err *e)
{
    for (const struct body_field *row = rows; row->name != NULL; row++) {
        struct json v = json_get(object, str_of(row->name));

        if (json_is(v, JSON_NONE) || json_is(v, JSON_NULL)) {
            if (row->required)
                return fail(e, FAULT_MISSING, row->name, "%s is missing", row->name);
            continue;
        }
        if (member_read(v, row, r->a, out, e) != OK)
            return FAILED;
        r->given |= row->bit;
    }
    return OK;
}

ok huawei_body_inside(struct err *e, const char *name, size_t i)
{
    struct err inner = *e;

    snprintf(e->field, sizeof e->field, "%s[%zu].%.40s", name, i, inner.field);
    snprintf(e->text, sizeof e->text, "%s[%zu].%.300s", name, i, inner.text);
    return FAILED;
}

ok huawei_body_below(struct err *e, const char *name)
{
    struct err inner = *e;

    snprintf(e->field, sizeof e->field, "%.30s.%.30s", name, inner.field);
    snprintf(e->text, sizeof e->text, "%.40s.%.300s", name, inner.text);
    return FAILED;
}

/* ---- names ------------------------------------------------------------- */

static bool names_have(const struct str *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

ok huawei_named_read(struct json list, const char *member, size_t most, struct arena *a,
                     struct strs *out, struct err *e)
{
    size_t count = json_count(list), n = 0;
    struct str *names;

    if (count < 1 || count > most)
        return fail(e, FAULT_INVALID, "body", "1 to %zu names are wanted", most);
    names = arena_array(a, struct str, count);
    for (struct json_iter it = json_iter(list); json_next(&it);) {
        struct json v = member != NULL ? json_get(it.value, str_of(member)) : it.value;
        struct str name = json_str(v);

        if (!json_is(v, JSON_STRING) || name.n == 0)
            return fail(e, FAULT_INVALID, "body", "names must be strings");
        if (name.n > NAME_BYTES_MOST)
            return fail(e, FAULT_INVALID, "body", "a name has at most %d bytes",
                        NAME_BYTES_MOST);
        name = utf8_nfc(a, arena_str(a, name));
        if (!names_have(names, n, name))
            names[n++] = name;
    }
    *out = (struct strs){ names, n };
    return OK;
}

ok huawei_names_read(struct json list, size_t most, struct arena *a, struct strs *out,
                     struct err *e)
{
    return huawei_named_read(list, NULL, most, a, out, e);
}

void huawei_name_field(struct err *e, const char *const (*names)[2], size_t n)
{
    struct err was = *e;

    for (size_t i = 0; i < n; i++)
        if (strcmp(was.field, names[i][0]) == 0)
            snprintf(e->field, sizeof e->field, "%s", names[i][1]);
    if (e->field[0] != '\0' && strstr(was.text, e->field) == NULL)
        snprintf(e->text, sizeof e->text, "%s: %.330s", e->field, was.text);
}

ok huawei_body_decode(struct body_reader *r, struct str text,
                      const struct body_field *rows, void *out, struct err *e)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    ok result = huawei_body_parse(doc, text, JSON_OBJECT, &root, e);

    if (result == OK)
        result = huawei_body_read(r, root, rows, out, e);
    json_doc_free(&doc);
    return result;
}

void huawei_put_time(struct json_out *o, const char *key, int64_t ns, int digits)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    time_put(&b, ns, 0, digits);
    json_kv(o, key, buf_str(&b));
    buf_fini(&b);
}
