/* xxhash64_test.c - published values of XXH64 with seed 0, and one of Alertmanager's. */
#include "base/xxhash64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void published_values(void **state)
{
    static const char digits[] = "1234567890123456789012345678901234567890123456789012345"
                                 "6789012345678901234567890";

    (void)state;
    assert_true(xxhash64(STR("")) == UINT64_C(0xef46db3751d8e999));
    assert_true(xxhash64(STR("a")) == UINT64_C(0xd24ec4f1a98c6e5b));
    assert_true(xxhash64(STR("abc")) == UINT64_C(0x44bc2cf5ad770999));
    assert_true(xxhash64(STR("message digest")) == UINT64_C(0x066ed728fceeb3be));
    assert_true(xxhash64(STR("abcdefghijklmnopqrstuvwxyz")) ==
                UINT64_C(0xcfe1f278fa89835c));
    assert_true(xxhash64(str_of(digits)) == UINT64_C(0xe04a477f19ee145d));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(published_values) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
