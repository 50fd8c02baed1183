/* refresh_fuzz.c - any bytes as a refresh record: refused, or refreshes that encode to
 * the same bytes again. */
#include "model/refresh.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct refreshes_reader r;
    struct refresh *v;
    struct buf again;
    struct err e;
    size_t n = 0, count;

    if (refreshes_open(bytes, &r, &e) != OK)
        return 0;
    count = r.left;
    v = malloc((count + 1) * sizeof *v);
    assert(v != NULL && count <= size);
    while (r.left > 0 && refreshes_next(&r, &v[n], &e) == OK)
        n++;
    if (n == count) {
        buf_init(&again, BUF_NO_LIMIT);
        refreshes_encode(v, n, &again);
        assert(str_eq(buf_str(&again), bytes));
        buf_fini(&again);
    }
    free(v);
    return 0;
}
