/* json_fuzz.c - parse, walk everything, write it again, read that: equal.
 *
 * simdjson and our own walk of the grammar (json_fault.c) must agree on what is
 * JSON: two readers that were written apart.
 */
#include "base/json.h"
#include "base/json_private.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond)   \
    do {             \
        if (!(cond)) \
            abort(); \
    } while (0)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Only such a text may be refused for the range of a number. */
static bool has_big_number(struct str text)
{
    size_t digits = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (digits > 0 && (text.p[i] == 'e' || text.p[i] == 'E'))
            return true;
        digits = is_digit(text.p[i]) || text.p[i] == '.' ? digits + 1 : 0;
        if (digits >= 19)
            return true;
    }
    return false;
}

static void check_refusal(struct str text, const struct err *e)
{
    const char *why;
    size_t at;

    MUST(e->fault == FAULT_SYNTAX || e->fault == FAULT_TOO_LARGE);
    if (json_find_fault(text, &at, &why))
        MUST(at <= text.n && why != NULL);
    else
        MUST(e->fault == FAULT_SYNTAX && has_big_number(text));
}

static bool same(struct json a, struct json b)
{
    struct json_iter ia = json_iter(a), ib = json_iter(b);

    switch (json_kind(a)) {
    case JSON_INT:
    case JSON_NUMBER: /* 1.0 is written as 1 */
        return json_number(a) == json_number(b) &&
               (!json_is(a, JSON_INT) || json_int(a) == json_int(b));
    case JSON_STRING:
        return json_is(b, JSON_STRING) && str_eq(json_str(a), json_str(b));
    case JSON_ARRAY:
    case JSON_OBJECT:
        if (json_kind(b) != json_kind(a) || json_count(a) != json_count(b))
            return false;
        while (json_next(&ia))
            if (!json_next(&ib) || !str_eq(ia.key, ib.key) || !same(ia.value, ib.value))
                return false;
        return !json_next(&ib);
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    default:
        return json_kind(a) == json_kind(b) && json_bool(a) == json_bool(b);
    }
}

static void emit(struct json_out *o, struct json v);

static void emit_all(struct json_out *o, struct json v)
{
    size_t n = 0;

    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        if (it.object) {
            MUST(utf8_valid(it.key));
            MUST(json_kind(json_get(v, it.key)) != JSON_NONE);
            json_key_str(o, it.key);
        }
        emit(o, it.value);
    }
    MUST(n == json_count(v));
}

static void emit(struct json_out *o, struct json v)
{
    switch (json_kind(v)) {
    case JSON_NULL:
        json_null(o);
        break;
    case JSON_BOOL:
        json_truth(o, json_bool(v));
        break;
    case JSON_INT:
        json_i64(o, json_int(v));
        break;
    case JSON_NUMBER:
        json_double(o, json_number(v));
        break;
    case JSON_STRING:
        MUST(utf8_valid(json_str(v)));
        json_string(o, json_str(v));
        break;
    case JSON_ARRAY:
        json_array(o);
        emit_all(o, v);
        json_array_end(o);
        break;
    case JSON_OBJECT:
        json_object(o);
        emit_all(o, v);
        json_object_end(o);
        break;
    case JSON_NONE:
    default:
        abort();
    }
}

/* Any object below whose member is not the one that json_get finds by its name
 * has that name twice. */
static bool has_duplicates_slowly(struct json v)
{
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (it.object && json_get(v, it.key).at != it.value.at)
            return true;
        if (has_duplicates_slowly(it.value))
            return true;
    }
    return false;
}

static void check_rewritten(struct json v, bool html)
{
    struct json_doc *doc = json_doc_new();
    struct json again;
    struct json_out o;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = html;
    emit(&o, v);
    MUST(json_parse(doc, buf_str(&b), &again, &e) == OK);
    MUST(same(v, again));
    buf_fini(&b);
    json_doc_free(&doc);
}

/* The bytes as a string to write, UTF-8 or not: always one JSON string. */
static void check_as_string(struct str text, bool html)
{
    struct json_doc *doc = json_doc_new();
    struct json v;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    if (html)
        json_put_str_html(&b, text);
    else
        json_put_str(&b, text);
    MUST(json_parse(doc, buf_str(&b), &v, &e) == OK && json_is(v, JSON_STRING));
    if (utf8_valid(text))
        MUST(str_eq(json_str(v), text));
    buf_fini(&b);
    json_doc_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct json_doc *doc; /* kept: what an old text left must not matter */
    struct str text = { (const char *)data, size };
    const char *why;
    struct json v;
    struct err e;
    size_t at;

    if (doc == NULL)
        doc = json_doc_new();
    check_as_string(text, false);
    check_as_string(text, true);
    if (json_parse(doc, text, &v, &e) != OK) {
        check_refusal(text, &e);
        return 0;
    }
    MUST(!json_find_fault(text, &at, &why));
    MUST(json_has_duplicate_keys(v) == has_duplicates_slowly(v));
    check_rewritten(v, false);
    check_rewritten(v, true);
    return 0;
}
