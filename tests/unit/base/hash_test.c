/* hash_test.c - SipHash-1-3 and FNV-1a against values computed elsewhere. */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Every length of the end, with and without a whole word before it. */
static void test_siphash_lengths(void **)
{
    static const uint64_t expected[] = {
        0x30406ea523c53def, 0xec0339d865e6c951, 0x1a3b5eca76d772b7, 0x2ae5806b4db01fd6,
        0xa9d6c6060818e5de, 0x8c35a69e076e2ef4, 0x656d393b403cf3a6, 0x27a13bffecca29f7,
        0x042c57b0ed26b687, 0x6789fe127e50b6f3, 0xde6b7d3ecfdce116, 0x5e86d2513c0d93f4,
        0x12b3fe8ec087db5d, 0x4762afc98fffb720, 0x454967f70154f532, 0x05df3a70692f6c50,
        0xabc6181b5a51d8b1, 0xdba591e46c751656, 0xa45533a831b9bb2d, 0x50e4f0dd6bdae06d,
        0x90d89b46988a7b5e, 0xa391c90b7c311ed5, 0xfe8d0f89a51c437e,
    };
    char bytes[1 + sizeof expected / sizeof *expected];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(255 - i);
    for (size_t n = 1; n < sizeof bytes; n++)
        assert_int_equal(hash_bytes(0, (struct str){ bytes, n }), expected[n - 1]);
}

static void test_seed_matters(void **)
{
    assert_int_not_equal(hash_bytes(1, STR("abc")), hash_bytes(0, STR("abc")));
    assert_int_not_equal(hash_bytes(1, STR("")), hash_bytes(0, STR("")));
    assert_int_not_equal(hash_bytes(1, STR("a\0")), hash_bytes(1, STR("a")));
}

/* Where the first ends matters, and so does how long both are. */
static void test_two(void **)
{
    char bytes[512] = "";

    assert_int_not_equal(hash_two(1, STR("ab"), STR("c")),
                         hash_two(1, STR("a"), STR("bc")));
    assert_int_not_equal(hash_two(1, STR(""), STR("a")), hash_two(1, STR("a"), STR("")));
    assert_int_not_equal(hash_two(1, STR("a"), STR("b")),
                         hash_two(2, STR("a"), STR("b")));
    assert_int_not_equal(
        hash_two(1, (struct str){ bytes, 8 }, (struct str){ bytes, 264 }),
        hash_two(1, (struct str){ bytes, 264 }, (struct str){ bytes, 8 }));
    assert_int_equal(hash_two(1, STR("name"), STR("value")),
                     hash_two(1, STR("name"), STR("value")));
}

/* Of any length, no byte can be changed without changing about half of all bits, in the
 * half that tables use as in the other. */
static void test_two_every_byte(void **)
{
    char a[48], b[48];
    unsigned least = 64, most = 0;

    for (size_t i = 0; i < sizeof a; i++)
        a[i] = (char)('a' + i % 26);
    for (size_t n = 1; n < sizeof a; n++)
        for (size_t at = 0; at < n; at++)
            for (int bit = 0; bit < 8; bit++) {
                struct str one = { a, n }, other = { b, n };
                uint64_t d;
                unsigned turned;

                memcpy(b, a, n);
                b[at] = (char)(b[at] ^ 1 << bit);
                d = hash_two(7, one, STR("v")) ^ hash_two(7, other, STR("v"));
                assert_int_not_equal((uint32_t)d, 0);
                assert_int_not_equal(
                    hash_two(7, STR("name"), one) ^ hash_two(7, STR("name"), other), 0);
                turned = (unsigned)__builtin_popcountll(d);
                least = turned < least ? turned : least;
                most = turned > most ? turned : most;
            }
    assert_in_range(least, 8, 31); /* of 9,024 draws of 64 coins */
    assert_in_range(most, 33, 56);
}

/* What alerts have: names alike, values that count up. A table of 16 bits is filled as by
 * chance, by the bits at either end of the half that is used. */
static void test_two_spreads(void **)
{
    enum { VALUES = 1 << 16, SLOTS = 1 << 16 };
    unsigned char *low = calloc(SLOTS, 1), *high = calloc(SLOTS, 1);
    size_t low_used = 0, high_used = 0;
    char value[32];

    assert_non_null(low);
    assert_non_null(high);
    for (unsigned i = 0; i < VALUES; i++) {
        size_t n = (size_t)snprintf(value, sizeof value, "service-%08u", i);
        uint32_t h = (uint32_t)hash_two(1, STR("pod"), (struct str){ value, n });

        low_used += low[h & (SLOTS - 1)]++ == 0;
        high_used += high[h >> 16]++ == 0;
    }
    /* 1 - 1/e of them: 41,427, with a standard deviation of about 80 */
    assert_in_range(low_used, 40900, 42000);
    assert_in_range(high_used, 40900, 42000);
    free(low);
    free(high);
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
        cmocka_unit_test(test_siphash_lengths),
        cmocka_unit_test(test_seed_matters),
        cmocka_unit_test(test_two),
        cmocka_unit_test(test_two_every_byte),
        cmocka_unit_test(test_two_spreads),
        cmocka_unit_test(test_fnv),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
