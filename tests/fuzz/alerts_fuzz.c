/* alerts_fuzz.c - any bytes as an alert record: refused, or a batch that
 * encodes to the same bytes again, but for the older form of more than one. */
#include "model/alert.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct alerts_reader r;
    struct alert_in *alerts;
    struct arena a;
    struct buf again;
    struct err e;
    size_t n = 0, count;

    arena_init(&a);
    if (alerts_open(bytes, &r, &e) == OK) {
        count = r.left;
        alerts = arena_array(&a, struct alert_in, count);
        while (r.left > 0 && alerts_next(&r, &a, &alerts[n], &e) == OK)
            n++;
        if (n == count) {
            buf_init(&again, BUF_NO_LIMIT);
            alerts_encode(alerts, n, &again);
            assert(str_eq(buf_str(&again), bytes) || (n > 1 && !r.chained));
            buf_fini(&again);
        }
    }
    arena_fini(&a);
    return 0;
}
