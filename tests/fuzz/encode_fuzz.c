/* encode_fuzz.c - decoders of hostile text; what decodes comes back the same. */
#include "base/encode.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void put_fn(struct buf *b, struct str s);
typedef ok get_fn(struct str s, struct buf *out);

static ok get_path(struct str s, struct buf *out)
{
    return get_percent(s, false, out);
}

static void check(put_fn *put, get_fn *get, struct str s)
{
    struct buf there, back;

    buf_init(&there, BUF_NO_LIMIT);
    buf_init(&back, BUF_NO_LIMIT);
    put(&there, s);
    assert(get(buf_str(&there), &back) == OK && str_eq(buf_str(&back), s));
    buf_clear(&back);
    if (get(s, &back) == OK)
        assert(back.n <= s.n);
    buf_fini(&there);
    buf_fini(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };
    struct params p;
    struct arena a;
    struct buf b;
    struct err e;

    check(put_hex, get_hex, s);
    check(put_base64, get_base64, s);
    check(put_base64url, get_base64, s);
    check(put_percent, get_path, s);
    arena_init(&a);
    if (params_parse(&a, s, &p, &e) == OK)
        for (size_t i = 0; i < p.n; i++)
            assert(params_find(p, p.v[i].name) <= &p.v[i]);
    arena_fini(&a);
    buf_init(&b, BUF_NO_LIMIT);
    put_html(&b, s);
    for (size_t i = 0; i < b.n; i++)
        assert(b.p[i] != '<' && b.p[i] != '>' && b.p[i] != '"' && b.p[i] != '\'');
    buf_fini(&b);
    return 0;
}
