/* hash_test.c - SipHash-1-3 and FNV-1a against values computed elsewhere. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* CPython 3.11 hashes bytes with SipHash-1-3; PYTHONHASHSEED=0 is key zero. */
static void test_siphash(void **)
{
    char bytes[64];

    assert_int_equal(hash_bytes(0, STR("a")), 0x407448d2b89b1813);
    assert_int_equal(hash_bytes(0, STR("abc")), 0xc03bc3a0042630f2);
    assert_int_equal(hash_bytes(0, STR("abcdefg")), 0x6db12aae9070f506);
    assert_int_equal(hash_bytes(0, STR("abcdefgh")), 0x3f7b849c0b8e35ea);
    assert_int_equal(hash_bytes(0, STR("abcdefghi")), 0xf89b34a3d11eb6e5);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    assert_int_equal(hash_bytes(0, (struct str){ bytes, 64 }), 0x75e05fd5bbc870c6);
}

static void test_seed_matters(void **)
{
    assert_int_not_equal(hash_bytes(1, STR("abc")), hash_bytes(0, STR("abc")));
    assert_int_not_equal(hash_bytes(1, STR("")), hash_bytes(0, STR("")));
    assert_int_not_equal(hash_bytes(1, STR("a\0")), hash_bytes(1, STR("a")));
}

/* The published test values of the FNV authors for 64-bit FNV-1a. */
static void test_fnv(void **)
{
    assert_int_equal(fnv1a(FNV_START, STR("")), 0xcbf29ce484222325);
    assert_int_equal(fnv1a(FNV_START, STR("a")), 0xaf63dc4c8601ec8c);
    assert_int_equal(fnv1a(FNV_START, STR("foobar")), 0x85944171f73967e8);
    assert_int_equal(fnv1a(fnv1a(FNV_START, STR("foo")), STR("bar")),
                     fnv1a(FNV_START, STR("foobar")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_siphash),
        cmocka_unit_test(test_seed_matters),
        cmocka_unit_test(test_fnv),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
