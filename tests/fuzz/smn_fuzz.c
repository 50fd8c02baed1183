/* smn_fuzz.c - any bytes as something that was published, or behind an endpoint: refused,
 * or the same again when written once more. */
#include "model/smn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void publication(struct str bytes, struct arena *a)
{
    struct publication p;
    struct buf b;
    struct err e;

    if (publication_decode(bytes, a, &p, &e) != OK)
        return;
    assert(publication_text(&p, STR("email")).p != NULL);
    buf_init(&b, BUF_NO_LIMIT);
    publication_encode(&p, &b);
    assert(str_eq(buf_str(&b), bytes));
    buf_fini(&b);
}

static void headers(struct str address, struct arena *a)
{
    struct smn_header v[SMN_HEADERS_MAX], again[SMN_HEADERS_MAX];
    struct str text;
    struct buf b;
    size_t n = smn_headers_take(&address, v, a);

    assert(n <= SMN_HEADERS_MAX);
    if (n == 0)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    smn_headers_put(v, n, &b);
    text = buf_str(&b);
    assert(smn_headers_take(&text, again, a) == n);
    for (size_t i = 0; i < n; i++)
        assert(str_eq(v[i].name, again[i].name) && str_eq(v[i].value, again[i].value));
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data + 1, size > 0 ? size - 1 : 0 };
    struct arena a;

    if (size == 0)
        return 0;
    arena_init(&a);
    if (data[0] & 1)
        publication(bytes, &a);
    else
        headers(bytes, &a);
    arena_fini(&a);
    return 0;
}
