/* book_load_fuzz.c - any bytes as the objects of a snapshot, each behind its
 * length: refused, or a sound book that writes and reads itself. */
#include "../support/book_rig.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader r = reader_of((struct str){ (const char *)data, size });
    struct book *b = book_new(), *again;
    struct arena a;
    struct err e;
    ok done = OK;

    arena_init(&a);
    while (!reader_done(&r) && !r.bad && done == OK)
        done = book_load(b, get_str(&r), &e);
    book_load_end(b, 7, 8);
    rig_judge(b);
    again = rig_load(rig_bytes(b, &a));
    assert(str_eq(rig_bytes(b, &a), rig_bytes(again, &a)));
    book_unref(again);
    book_unref(b);
    arena_fini(&a);
    return 0;
}
