/* outcome_fuzz.c - any bytes as an outcome record: refused, or the same bytes
 * when encoded again (but for the peer's words and ours, which are cut to 2 KiB and to 1). */
#include "model/notification.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct outcome out;
    struct buf again;
    struct err e;

    if (outcome_decode(bytes, &out, &e) != OK)
        return 0;
    buf_init(&again, BUF_NO_LIMIT);
    outcome_encode(&out, &again);
    assert(out.receipt.said.n > 2048 || out.receipt.content.n > 1024 ||
           str_eq(buf_str(&again), bytes));
    buf_fini(&again);
    return 0;
}
