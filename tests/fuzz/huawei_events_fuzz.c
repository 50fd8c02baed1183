/* huawei_events_fuzz.c - bodies of push/events: what is let through is what a journal
 * record may hold, and reads back from it. The first byte says whether it clears. */
#include "api/huawei/events_private.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct events *events, struct arena *a)
{
    struct alerts_reader r;
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(events->v, events->n, &b);
    assert(alerts_open(buf_str(&b), &r, &e) == OK && r.left == events->n);
    for (size_t i = 0; i < events->n; i++) {
        struct alert_in al;

        assert(alerts_next(&r, a, &al, &e) == OK);
        assert(al.door == DOOR_AOM && al.labels.n == events->v[i].labels.n);
        assert(al.clears || al.timeout > 0);
        assert(pairs_find(al.labels, STR("source")) != NULL);
    }
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct events events;
    struct arena a;
    struct err e = { 0 };

    if (size == 0)
        return 0;
    arena_init(&a);
    if (aom_events_decode((struct str){ (const char *)data + 1, size - 1 }, data[0] & 1,
                          &a, &events, &e) == OK)
        check(&events, &a);
    else
        assert(e.text[0] != '\0');
    arena_fini(&a);
    return 0;
}
