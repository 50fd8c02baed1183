/* schema_json_fuzz.c - any bytes as the JSON of any configured object: what is read
 * comes back from the journal as it was, and what is shown of it can be read again. */
#include "model/objects.h"

#include <stdlib.h>

static ok take_secret(const struct schema_reading *r, const struct field *f,
                      const struct schema *s, void *object, struct json typed,
                      struct err *e)
{
    static const unsigned char digest[16] = { 7 };
    struct secret *out = (struct secret *)(void *)((char *)object + f->offset);

    (void)s;
    if (!json_is(typed, JSON_STRING))
        return fail(e, FAULT_SYNTAX, "", "must be a string");
    if (json_str(typed).n > 0)
        *out = (struct secret){ json_str(typed),
                                secret_mask(r->a, json_str(typed)),
                                { (const char *)digest, sizeof digest } };
    return OK;
}

static void check_journal(const struct schema *s, const void *object, struct arena *a)
{
    void *again = arena_zero(a, s->size);
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    schema_encode(s, object, &b);
    if (schema_decode(s, buf_str(&b), a, again, &e) == FAILED ||
        !schema_equal(s, object, again))
        abort();
    buf_fini(&b);
}

/* Spans below a millisecond, and binary fields, are not shown in full. */
static void check_shown(const struct schema *s, const void *object,
                        const struct schema_reading *r)
{
    struct json_doc *doc = json_doc_new();
    void *again = arena_zero(r->a, s->size);
    struct json_out o;
    uint64_t present;
    struct json root;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    schema_json(s, object, &o);
    if (json_parse(doc, buf_str(&b), &root, &e) == OK &&
        schema_json_read(s, root, r, object, again, &present, &e) == FAILED &&
        e.fault == FAULT_UNKNOWN_FIELD)
        abort();
    buf_fini(&b);
    json_doc_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_doc *doc;
    const struct schema *s;
    struct schema_reading r;
    struct json root;
    uint64_t present;
    struct arena a;
    struct err e;
    void *object;

    if (size == 0)
        return 0;
    arena_init(&a);
    doc = json_doc_new();
    s = object_kinds[data[0] % OBJECT_COUNT].schema;
    r = (struct schema_reading){ .a = &a, .beside = "meta", .secret = take_secret };
    object = arena_zero(&a, s->size);
    if (json_parse(doc, (struct str){ (const char *)data + 1, size - 1 }, &root, &e) ==
            OK &&
        schema_json_read(s, root, &r, NULL, object, &present, &e) == OK) {
        check_journal(s, object, &a);
        check_shown(s, object, &r);
    }
    json_doc_free(&doc);
    arena_fini(&a);
    return 0;
}
