/* refresh_test.c - refreshes survive the journal in one spelling; damage does not. */
#include "model/refresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct refresh batch[] = {
    { .serial = 0x10000005, .ends_at = INT64_C(1700000000123456789), .ends_zone = 28800 },
    { .serial = 0x20000006, .ends_at = INT64_C(1700000000123456789), .ends_zone = 28800 },
    { .serial = 0x20000006, .ends_at = INT64_MAX },
    { .serial = 1, .ends_at = TIME_UNSET, .timeout = 1 },
    { .serial = UINT64_MAX, .ends_at = TIME_UNSET },
    { .serial = 0, .ends_at = 0, .ends_zone = -12600, .timeout = INT64_MAX },
};
enum { BATCH = sizeof batch / sizeof *batch };

static ok read_all(struct str payload, size_t *n, struct err *e)
{
    struct refreshes_reader r;
    struct refresh one;

    *n = 0;
    if (refreshes_open(payload, &r, e) != OK)
        return FAILED;
    for (; r.left > 0; ++*n) {
        if (refreshes_next(&r, &one, e) != OK)
            return FAILED;
        if (*n >= BATCH)
            continue;
        assert_int_equal(one.serial, batch[*n].serial);
        assert_int_equal(one.ends_at, batch[*n].ends_at);
        assert_int_equal(one.ends_zone, batch[*n].ends_zone);
        assert_int_equal(one.timeout, batch[*n].timeout);
    }
    return OK;
}

static void test_round_trip(void **)
{
    struct buf b;
    struct err e;
    size_t n;

    for (size_t i = 0; i <= BATCH; i++) {
        buf_init(&b, BUF_NO_LIMIT);
        refreshes_encode(batch, i, &b);
        assert_int_equal(read_all(buf_str(&b), &n, &e), OK);
        assert_int_equal(n, i);
        buf_fini(&b);
    }
}

static void test_same_ends_cost_little(void **)
{
    struct refresh many[64];
    struct buf b;

    for (size_t i = 0; i < 64; i++)
        many[i] = (struct refresh){ .serial = (i + 1) << 28 | i,
                                    .ends_at = INT64_C(1700000000123456789) };
    buf_init(&b, BUF_NO_LIMIT);
    refreshes_encode(many, 64, &b);
    assert_in_range(b.n, 64, 64 * 7);
    buf_fini(&b);
}

static void test_cut_and_padded(void **)
{
    struct buf b;
    struct err e;
    size_t n;

    buf_init(&b, BUF_NO_LIMIT);
    refreshes_encode(batch, BATCH, &b);
    for (size_t i = 0; i < b.n; i++) {
        assert_int_equal(read_all(str_head(buf_str(&b), i), &n, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
    }
    buf_char(&b, 0);
    assert_int_equal(read_all(buf_str(&b), &n, &e), FAILED);
    assert_int_equal(read_all(STR("\0\0"), &n, &e), FAILED);
    buf_fini(&b);
}

static ok read_bytes(const char *bytes, size_t n)
{
    struct refreshes_reader r;
    struct refresh one;
    struct err e;

    if (refreshes_open((struct str){ bytes, n }, &r, &e) != OK)
        return FAILED;
    while (r.left > 0)
        if (refreshes_next(&r, &one, &e) != OK)
            return FAILED;
    return OK;
}

static void test_other_spellings(void **)
{
    assert_int_equal(read_bytes("\1\2\0", 3), OK);
    assert_int_equal(read_bytes("\1\2\1", 3), FAILED); /* like nobody before it */
    assert_int_equal(read_bytes("\2\2\0\2\1", 5), OK);
    assert_int_equal(read_bytes("\2\2\0\2\0", 5), FAILED); /* said once more */
    assert_int_equal(read_bytes("\1\2\x08", 3), FAILED);
    assert_int_equal(read_bytes("\2\2\0\2\3\0\0", 7), FAILED);
    assert_int_equal(read_bytes("\1\2\4\0", 4), FAILED); /* no time out of nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_same_ends_cost_little),
        cmocka_unit_test(test_cut_and_padded),
        cmocka_unit_test(test_other_spellings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
