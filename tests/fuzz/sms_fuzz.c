/* sms_fuzz.c - any text: heads fit into their parts and are valid; what is let
 * through has no address in it. */
#include "text/sms.h"

#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = { (const char *)data, size }, plain;
    struct arena a;

    if (size < 1)
        return 0;
    s = str_from(s, 1);
    arena_init(&a);
    if (utf8_valid(s))
        for (size_t parts = 0; parts < 4; parts++) {
            struct str cut = sms_fit(s, parts);

            assert(utf8_valid(cut) && str_starts(s, cut));
            assert(sms_measure(cut).parts <= parts);
        }
    plain = sms_plain(&a, s, data[0]);
    assert(plain.n <= data[0] && utf8_valid(plain) && !utf8_has_control(plain));
    assert(!str_has(plain, STR("[")) && !str_has(plain, STR("]")));
    arena_fini(&a);
    return 0;
}
