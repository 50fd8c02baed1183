/* zone_fuzz.c - hostile TZif files; what parses must answer for any time. */
#include "base/time.h"
#include "base/zone.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t when[] = { INT64_MIN, -INT64_MAX,          -1,
                                    0,         1795289876489000000, INT64_MAX };
    struct str tzif = { (const char *)data, size };
    const struct zone *z;
    struct arena a;
    struct err e;

    arena_init(&a);
    if (zone_parse(tzif, &a, &z, &e) == OK)
        for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
            struct zone_local l = zone_at(z, when[i]);

            assert(l.offset_s >= -7 * 86400 && l.offset_s <= 7 * 86400);
            assert(memchr(l.abbreviation, '\0', sizeof l.abbreviation) != NULL);
        }
    arena_fini(&a);
    return 0;
}
