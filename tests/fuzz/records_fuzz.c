/* records_fuzz.c - the parser of a journal row. The input is tried as it is and
 * with a right checksum behind it, else nothing would get past that; what parses
 * must come out the same when it is written again and read again. */
#include "store/record.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool walk(struct str blob, struct buf *again)
{
    struct record_place place = { 0 };
    struct records rs;
    struct input in;
    struct err e;

    if (records_open(blob, 7, &rs, &e) != OK)
        return false;
    records_begin(again);
    while (records_left(&rs)) {
        if (records_next(&rs, &in, &e) != OK)
            return false;
        assert(in.payload.n <= blob.n);
        records_add(again, &place, &in);
    }
    records_end(again);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf whole, once, twice;

    buf_init(&whole, BUF_NO_LIMIT);
    buf_init(&once, BUF_NO_LIMIT);
    buf_init(&twice, BUF_NO_LIMIT);
    (void)walk((struct str){ (const char *)data, size }, &once);
    buf_clear(&once);
    buf_add(&whole, (struct str){ (const char *)data, size });
    put_u32le(&whole, crc32c(buf_str(&whole)));
    if (walk(buf_str(&whole), &once)) {
        assert(walk(buf_str(&once), &twice));
        assert(str_eq(buf_str(&once), buf_str(&twice)));
    }
    buf_fini(&whole);
    buf_fini(&once);
    buf_fini(&twice);
    return 0;
}
