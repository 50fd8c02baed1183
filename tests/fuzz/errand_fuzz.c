/* errand_fuzz.c - any bytes as a test or as messages to be sent again: refused, or the
 * same bytes when encoded again. */
#include "model/errand.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct str bytes, struct buf *again)
{
    assert(str_eq(buf_str(again), bytes));
    buf_fini(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data + 1, size > 0 ? size - 1 : 0 };
    struct arena a;
    struct drill d;
    struct resend r;
    struct buf b;
    struct err e;

    if (size == 0)
        return 0;
    arena_init(&a);
    if ((data[0] & 1) && drill_decode(bytes, &a, &d, &e) == OK) {
        buf_init(&b, BUF_NO_LIMIT);
        drill_encode(&d, &b);
        buf_fini(&b); /* of its alert only the words are kept */
    }
    if (!(data[0] & 1) && resend_decode(bytes, &a, &r, &e) == OK) {
        buf_init(&b, BUF_NO_LIMIT);
        resend_encode(&r, &b);
        check(bytes, &b);
    }
    arena_fini(&a);
    return 0;
}
