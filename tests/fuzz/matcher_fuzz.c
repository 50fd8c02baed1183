/* matcher_fuzz.c - any text as matchers: what parses is written and parses again to
 * the same. */
#include "model/matcher.h"

#include <stdlib.h>

static void check_one(const struct matcher *m, struct arena *a)
{
    struct matcher back;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    matcher_put(&b, m);
    if (matcher_parse(buf_str(&b), a, &back, &e) == FAILED || back.op != m->op ||
        !str_eq(back.name, m->name) || !str_eq(back.value, m->value))
        abort();
    buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct matchers list;
    struct matcher one;
    struct arena a;
    struct err e;

    if (size > 512)
        return 0;
    arena_init(&a);
    if (matcher_parse(text, &a, &one, &e) == OK)
        check_one(&one, &a);
    if (matchers_parse(text, &a, &list, &e) == OK)
        for (size_t i = 0; i < list.n; i++)
            check_one(&list.v[i], &a);
    arena_fini(&a);
    return 0;
}
