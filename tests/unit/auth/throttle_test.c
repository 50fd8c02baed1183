/* throttle_test.c - a bucket for each user, filled steadily. */
#include "auth/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include "base/time.h"

static const int64_t start = 1700000000 * NS_PER_S;

static void test_a_second_at_once(void **)
{
    struct throttle *t = throttle_new();

    for (int i = 0; i < 5; i++)
        assert_int_equal(throttle_take(t, STR("1/ops"), 5, start), 0);
    assert_int_equal(throttle_take(t, STR("1/ops"), 5, start), NS_PER_S / 5);
    assert_int_equal(throttle_take(t, STR("1/other"), 5, start), 0);
    assert_int_equal(throttle_take(t, STR("1/ops"), 5, start + NS_PER_S / 5 - 1), 1);
    assert_int_equal(throttle_take(t, STR("1/ops"), 5, start + NS_PER_S / 5), 0);
    assert_true(throttle_take(t, STR("1/ops"), 5, start + NS_PER_S / 5) > 0);
    for (int i = 0; i < 5; i++) /* full again, and no fuller */
        assert_int_equal(throttle_take(t, STR("1/ops"), 5, start + NS_PER_MIN), 0);
    assert_true(throttle_take(t, STR("1/ops"), 5, start + NS_PER_MIN) > 0);
    throttle_free(&t);
}

static void test_no_rate_and_a_clock_set_back(void **)
{
    struct throttle *t = throttle_new();

    for (int i = 0; i < 1000; i++)
        assert_int_equal(throttle_take(t, STR("1/ops"), 0, start), 0);
    assert_int_equal(throttle_take(t, STR("1/ops"), 1, start), 0);
    assert_true(throttle_take(t, STR("1/ops"), 1, start) > 0);
    assert_int_equal(throttle_take(t, STR("1/ops"), 1, start - NS_PER_HOUR), 0);
    throttle_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_at_once),
        cmocka_unit_test(test_no_rate_and_a_clock_set_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
