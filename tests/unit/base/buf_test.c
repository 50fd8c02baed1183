/* buf_test.c - bytes being built: the limit is exact and latches. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void test_builds(void **)
{
    struct buf b;
    struct err e;

    buf_init(&b, BUF_NO_LIMIT);
    assert_true(str_is(buf_str(&b), ""));
    buf_z(&b, "a");
    buf_char(&b, 'b');
    buf_add(&b, STR(""));
    buf_add(&b, STR("c\0d"));
    buf_printf(&b, "%03d", 7);
    buf_i64(&b, 0);
    buf_i64(&b, INT64_MIN);
    buf_i64(&b, INT64_MAX);
    assert_true(buf_ok(&b, &e) == OK);
    assert_true(
        str_eq(buf_str(&b), STR("abc\0d0070-92233720368547758089223372036854775807")));
    buf_clear(&b);
    buf_printf(&b, "%300d", 1);
    assert_int_equal(b.n, 300);
    buf_fini(&b);
}

/* At the limit all is well, one above latches whatever comes after. */
static void test_limit(void **)
{
    struct buf b;
    struct err e;

    for (size_t limit = 0; limit < 200; limit++) {
        buf_init(&b, limit);
        for (size_t i = 0; i < limit; i++)
            buf_char(&b, 'x');
        assert_true(buf_ok(&b, &e) == OK);
        assert_int_equal(b.n, limit);
        buf_char(&b, 'y');
        assert_true(buf_ok(&b, &e) == FAILED);
        assert_int_equal(e.fault, FAULT_TOO_LARGE);
        assert_int_equal(b.n, limit);
        buf_clear(&b);
        assert_true(buf_ok(&b, &e) == OK);
        buf_fini(&b);
    }
    buf_init(&b, 10);
    buf_z(&b, "12345678");
    buf_printf(&b, "%s", "abc");
    buf_char(&b, 'x'); /* there would be room: it stays refused */
    buf_i64(&b, 1);
    assert_true(str_is(buf_str(&b), "12345678"));
    assert_null(buf_reserve(&b, 1));
    assert_true(buf_ok(&b, &e) == FAILED);
    buf_clear(&b);
    buf_printf(&b, "%s", "1234567890");
    assert_true(buf_ok(&b, &e) == OK);
    assert_int_equal(b.n, 10);
    buf_fini(&b);
}

static void test_take(void **)
{
    struct buf b;
    struct str s;
    size_t room;

    buf_init(&b, 100);
    buf_z(&b, "abc");
    s = buf_take(&b, &room);
    assert_true(str_is(s, "abc") && room >= 3);
    assert_true(b.n == 0 && b.limit == 100);
    free((void *)(uintptr_t)s.p);
    s = buf_take(&b, NULL);
    assert_int_equal(s.n, 0);
    free((void *)(uintptr_t)s.p);
    memcpy(buf_reserve(&b, 3), "xyz", 3);
    b.n += 3;
    assert_true(str_is(buf_str(&b), "xyz"));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builds),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
