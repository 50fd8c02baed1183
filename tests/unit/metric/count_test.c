/* count_test.c - how often did it happen lately? */
#include "metric/count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S
#define NOW (INT64_C(1760000000) * S)

static struct arena arena;
static struct metric_test t;
static struct metric_count c;

/* 3 for INFO, 5 for CRITICAL, within a minute. */
static int setup(void **state)
{
    static const struct metric_level levels[] = {
        { LEVEL_INFO, STR_INIT("SampleCount"), METRIC_GE, STR_INIT("3"), 1 },
        { LEVEL_CRITICAL, STR_INIT("SampleCount"), METRIC_GT, STR_INIT("4"), 1 },
    };
    struct metric_rule r = { .period = 60 * S, .events = true };

    (void)state;
    r.levels.v = levels;
    r.levels.n = 2;
    arena_init(&arena);
    metric_test_of(&r, &arena, &t);
    c = (struct metric_count){ .from = 0 };
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    metric_count_fini(&c);
    arena_fini(&arena);
    return 0;
}

static bool add(int64_t at, uint32_t of, int64_t wall)
{
    return metric_count_add(&t, &c, (struct metric_event){ at, of }, wall);
}

static void test_once_each(void **state)
{
    (void)state;
    assert_true(add(NOW, 1, NOW));
    assert_false(add(NOW, 1, NOW));
    assert_false(add(NOW, 1, NOW + 59 * S)); /* sent again later */
    assert_true(add(NOW, 2, NOW));
    assert_true(add(NOW + S, 1, NOW + S)); /* it happened again */
    assert_true(add(NOW - S, 1, NOW + S)); /* and this was late */
    assert_int_equal(metric_count_n(&c), 4);
    assert_int_equal(metric_count_at(&c, 0)->at, NOW - S);
    assert_int_equal(metric_count_at(&c, 3)->at, NOW + S);
}

/* At, just inside and just outside of both ends. */
static void test_what_is_too_old_or_ahead(void **state)
{
    (void)state;
    assert_false(add(NOW - 60 * S, 1, NOW));
    assert_true(add(NOW - 60 * S + 1, 1, NOW));
    assert_true(add(NOW + POINT_AHEAD_MAX, 1, NOW));
    assert_false(add(NOW + POINT_AHEAD_MAX + 1, 1, NOW));
    assert_false(add(INT64_MIN + 1, 1, NOW));
    assert_false(add(INT64_MAX, 1, NOW));
}

static void test_levels_worsen_until_the_end(void **state)
{
    int level = METRIC_OK;

    (void)state;
    for (int i = 0; i < 6; i++) {
        assert_true(add(NOW + i * S, 1, NOW + i * S));
        level = metric_count_judge(&t, &c, level);
        assert_int_equal(level, i < 2 ? METRIC_OK : i < 4 ? LEVEL_INFO : LEVEL_CRITICAL);
    }
    assert_int_equal(metric_count_ends(&t, &c), NOW + 65 * S);
    assert_true(metric_count_forget(&t, &c, NOW + 65 * S - 1));
    assert_int_equal(metric_count_n(&c), 1);
    assert_int_equal(metric_count_judge(&t, &c, level), LEVEL_CRITICAL);
    assert_true(metric_count_forget(&t, &c, NOW + 65 * S));
    assert_int_equal(metric_count_judge(&t, &c, level), METRIC_OK);
    assert_int_equal(metric_count_ends(&t, &c), INT64_MAX);
    assert_false(metric_count_forget(&t, &c, NOW + 66 * S));
}

/* As many as a threshold asks for, and one more, however many come. */
static void test_no_more_than_it_takes(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        (void)add(NOW + i, 1, NOW + i);
    assert_int_equal(metric_count_n(&c), t.events_most);
    assert_true(t.events_most > 5 && t.events_most < 8);
    assert_int_equal(metric_count_at(&c, t.events_most - 1)->at, NOW + 999);
    assert_false(add(NOW, 1, NOW + 1000)); /* older than what is remembered */
    assert_int_equal(metric_count_judge(&t, &c, METRIC_OK), LEVEL_CRITICAL);
    assert_true(c.v.room < 64);
}

/* Against a list that is kept as anybody would. */
static void test_as_counted_by_hand(void **state)
{
    int64_t seen[64];
    size_t n = 0;
    unsigned x = 7;

    (void)state;
    t.events_most = 1000;
    for (int64_t wall = NOW; wall < NOW + 600 * S; wall += S) {
        int64_t at;
        size_t inside = 0;

        x = x * 1103515245u + 12345u;
        at = wall - (int64_t)(x >> 16) % 70 * S;
        if (add(at, 0, wall)) {
            for (size_t i = 0; i < n; i++)
                assert_true(seen[i] != at);
            assert_true(at > wall - 60 * S);
            seen[n++] = at;
        }
        (void)metric_count_forget(&t, &c, wall);
        for (size_t i = 0; i < n; i++)
            if (seen[i] > wall - 60 * S)
                seen[inside++] = seen[i];
        n = inside;
        assert_int_equal(metric_count_n(&c), n);
    }
    assert_true(n > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_once_each),
        TEST(test_what_is_too_old_or_ahead),
        TEST(test_levels_worsen_until_the_end),
        TEST(test_no_more_than_it_takes),
        TEST(test_as_counted_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
