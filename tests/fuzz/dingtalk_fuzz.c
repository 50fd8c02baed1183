/* dingtalk_fuzz.c - any bytes as a robot's answer: success only when it says so;
 * and as a robot's URL: its secret does not leave. */
#include "channel/channel_private.h"

#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_url(struct str url, struct arena *a)
{
    struct str query = dingtalk_url(url, 1700000000000, a), piece;

    (void)str_cut(&query, '?', &piece);
    while (query.p != NULL && str_cut(&query, '&', &piece))
        assert(!str_starts(piece, STR("secret=")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct receipt r = { .verdict = UNKNOWN };
    struct arena a;

    arena_init(&a);
    for (int number = 1; number <= 4; number += 3) {
        dingtalk_judge(text, number, &a, &r);
        assert(r.verdict != UNKNOWN && r.verdict != ACCEPTED);
        assert(r.verdict != DELIVERED || str_has(text, STR("0")));
        assert(r.verdict == DELIVERED || r.meaning.n > 0);
        assert(r.retry_after >= 0 && r.retry_after <= NS_PER_HOUR);
    }
    check_url(text, &a);
    arena_fini(&a);
    return 0;
}
