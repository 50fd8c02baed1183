/* time_fuzz.c - times and durations; what parses must survive printing. */
#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(struct buf *b, int64_t ns, int32_t offset_s)
{
    int64_t again;
    int32_t offset_again;

    buf_clear(b);
    time_put_go(b, ns, offset_s);
    assert(time_parse_rfc3339(buf_str(b), &again, &offset_again) == OK);
    assert(again == ns && offset_again == offset_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size };
    int64_t ns, again;
    int32_t offset;
    struct buf b;

    buf_init(&b, 1000);
    if (time_parse_rfc3339(s, &ns, &offset) == OK)
        check_time(&b, ns, offset);
    if (time_parse_iso_z(s, &ns) == OK || time_parse_iso_basic(s, &ns) == OK)
        check_time(&b, ns, 0);
    if (duration_parse(s, &ns) == OK) {
        assert(ns >= 0);
        buf_clear(&b);
        duration_put(&b, ns);
        assert(duration_parse(buf_str(&b), &again) == OK && again == ns);
    }
    buf_fini(&b);
    return 0;
}
