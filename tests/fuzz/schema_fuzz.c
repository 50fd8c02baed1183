/* schema_fuzz.c - any bytes as an object of any kind: refused, or an object
 * that can be copied, shown, and encoded to bytes that mean the same. */
#include "model/objects.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(enum object_kind kind, const void *object, struct arena *a)
{
    const struct schema *s = object_kinds[kind].schema;
    void *again = arena_alloc(a, s->size);
    struct json_out o;
    struct buf bytes, json;
    struct err e;
    ok result;

    buf_init(&bytes, BUF_NO_LIMIT);
    buf_init(&json, BUF_NO_LIMIT);
    schema_encode(s, schema_copy(s, object, a), &bytes);
    result = schema_decode(s, buf_str(&bytes), a, again, &e);
    assert(result == OK && schema_equal(s, object, again));
    o = json_out(&json);
    schema_json(s, again, &o);
    object_key(kind, again, a);
    buf_fini(&json);
    buf_fini(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e;
    enum object_kind kind;
    void *object;

    if (size == 0)
        return 0;
    arena_init(&a);
    kind = (enum object_kind)(data[0] % OBJECT_COUNT);
    object = arena_alloc(&a, object_kinds[kind].schema->size);
    if (schema_decode(object_kinds[kind].schema,
                      (struct str){ (const char *)data + 1, size - 1 }, &a, object,
                      &e) == OK)
        use(kind, object, &a);
    arena_fini(&a);
    return 0;
}
