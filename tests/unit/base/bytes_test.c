/* bytes_test.c - the binary encoding: exact bytes, every edge, no overrun. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const uint64_t edges[] = {
    0,
    1,
    127,
    128,
    16383,
    16384,
    UINT32_MAX,
    1ull << 32,
    (1ull << 63) - 1,
    1ull << 63,
    UINT64_MAX - 1,
    UINT64_MAX,
};
enum { EDGES = sizeof edges / sizeof *edges };

static void test_round_trip(void **)
{
    struct buf b;
    struct reader r;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < EDGES; i++) {
        put_u64(&b, edges[i]);
        put_i64(&b, (int64_t)edges[i]);
        put_u32le(&b, (uint32_t)edges[i]);
        put_u64le(&b, edges[i]);
        put_str(&b, STR("告警\0x"));
    }
    r = reader_of(buf_str(&b));
    for (size_t i = 0; i < EDGES; i++) {
        assert_int_equal(get_u64(&r), edges[i]);
        assert_int_equal(get_i64(&r), (int64_t)edges[i]);
        assert_int_equal(get_u32le(&r), (uint32_t)edges[i]);
        assert_int_equal(get_u64le(&r), edges[i]);
        assert_true(str_eq(get_str(&r), STR("告警\0x")));
    }
    assert_true(reader_done(&r));
    buf_fini(&b);
}

static void test_exact_bytes(void **)
{
    struct buf b;

    buf_init(&b, 100);
    put_u64(&b, 300);
    put_i64(&b, -1);
    put_i64(&b, 1);
    put_u32le(&b, 0x01020304);
    put_str(&b, STR("a"));
    assert_true(str_eq(buf_str(&b), STR("\xac\x02\x01\x02\x04\x03\x02\x01\x01"
                                        "a")));
    buf_fini(&b);
}

/* Each prefix of a good record is refused, and gives zeros from there on. */
static void test_short(void **)
{
    struct buf b;

    buf_init(&b, 100);
    put_u64(&b, UINT64_MAX);
    put_u32le(&b, 7);
    put_u64le(&b, 8);
    put_str(&b, STR("abc"));
    for (size_t n = 0; n < b.n; n++) {
        struct reader r = reader_of(str_head(buf_str(&b), n));

        get_u64(&r);
        get_u32le(&r);
        get_u64le(&r);
        assert_true(str_is(get_str(&r), ""));
        assert_true(r.bad && !reader_done(&r));
        assert_int_equal(get_u64(&r) | get_u64le(&r) | (uint64_t)get_i64(&r), 0);
        assert_int_equal(get_count(&r, 1), 0);
    }
    buf_fini(&b);
}

static void test_refuses_other_spellings(void **)
{
    static const struct str bad[] = {
        STR_INIT("\x80"),
        STR_INIT("\x80\x00"), /* 0 in two bytes */
        STR_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
        STR_INIT("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x80\x01"),
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reader r = reader_of(bad[i]);

        assert_int_equal(get_u64(&r), 0);
        assert_true(r.bad);
    }
}

static void test_forged_counts(void **)
{
    struct reader r = reader_of(STR("\x03xxxxxx"));

    assert_int_equal(get_count(&r, 2), 3);
    assert_false(r.bad);
    r = reader_of(STR("\x04xxxxxx"));
    assert_int_equal(get_count(&r, 2), 0);
    assert_true(r.bad);
    r = reader_of(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01xx"));
    assert_true(str_is(get_str(&r), "") && r.bad);
}

/* RFC 3720 B.4 and the usual check value. */
static void test_crc32c(void **)
{
    char zeros[32] = { 0 }, ones[32], up[32], many[1000];

    memset(ones, 0xff, sizeof ones);
    for (size_t i = 0; i < 32; i++)
        up[i] = (char)i;
    assert_int_equal(crc32c(STR("")), 0);
    assert_int_equal(crc32c(STR("123456789")), 0xe3069283);
    assert_int_equal(crc32c((struct str){ zeros, 32 }), 0x8a9136aa);
    assert_int_equal(crc32c((struct str){ ones, 32 }), 0x62a8ab43);
    assert_int_equal(crc32c((struct str){ up, 32 }), 0x46dd794e);
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = (char)(i * i + 13 * i);
    for (size_t n = 0; n < sizeof many; n++)
        assert_int_equal(crc32c((struct str){ many + n % 7, n - n % 7 }),
                         crc32c_portable((struct str){ many + n % 7, n - n % 7 }));
    assert_int_equal(crc32c_portable(STR("123456789")), 0xe3069283);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_exact_bytes),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_refuses_other_spellings),
        cmocka_unit_test(test_forged_counts),
        cmocka_unit_test(test_crc32c),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
