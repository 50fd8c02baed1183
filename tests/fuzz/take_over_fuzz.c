/* take_over_fuzz.c - any bytes as the files of an Alertmanager. */
#include "app/take_over.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct taken_silences silences;
    struct taken_told told;
    struct arena a;
    struct err e;

    arena_init(&a);
    (void)!take_silences(bytes, &a, &silences, &e);
    (void)!take_told(bytes, &a, &told, &e);
    arena_fini(&a);
    return 0;
}
