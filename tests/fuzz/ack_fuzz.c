/* ack_fuzz.c - INPUT_ACK records and what a link's token holds: any bytes are read or
 * refused, and what is read is written again as it was. */
#include "model/ack.h"
#include "model/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(struct str bytes, const struct buf *again)
{
    if (!str_eq(bytes, buf_str(again)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct reader r = reader_of(bytes);
    struct ack_link link;
    struct report report;
    struct ack ack;
    struct arena a;
    struct buf b;
    struct err e;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    if (ack_decode(bytes, &a, &ack, &e) == OK) {
        ack_encode(&ack, &b);
        same(bytes, &b);
    }
    buf_clear(&b);
    if (ack_link_decode(bytes, &a, &link, &e) == OK) {
        ack_link_encode(&link, &b);
        same(bytes, &b);
    }
    buf_clear(&b);
    report_read(&r, &a, &report);
    if (reader_done(&r)) {
        report_encode(&report, &b);
        same(bytes, &b);
    }
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}
