/* bytes_fuzz.c - a damaged record, read by a program that the input spells too:
 * its first bytes choose what is read from the rest. */
#include "base/bytes.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads one thing and writes it again: equal bytes, since each value has one
 * encoding. */
static void step(struct reader *r, struct buf *b, unsigned what)
{
    const char *from = r->p;
    uint64_t n;

    buf_clear(b);
    switch (what % 6) {
    case 0:
        put_u64(b, get_u64(r));
        break;
    case 1:
        put_i64(b, get_i64(r));
        break;
    case 2:
        put_u32le(b, get_u32le(r));
        break;
    case 3:
        put_u64le(b, get_u64le(r));
        break;
    case 4:
        put_str(b, get_str(r));
        break;
    default:
        n = get_count(r, what);
        assert(n * what <= (size_t)(r->end - r->p));
        put_u64(b, n);
        break;
    }
    if (!r->bad)
        assert(str_eq(buf_str(b), (struct str){ from, (size_t)(r->p - from) }));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t steps = size < 16 ? size : 16;
    struct str s = { (const char *)data, size };
    struct reader r = reader_of(str_from(s, steps));
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < steps; i++)
        step(&r, &b, data[i] == 0 ? 1 : data[i]);
    assert(r.p <= r.end);
    assert(crc32c(s) == crc32c_portable(s));
    buf_fini(&b);
    return 0;
}
