/* window_test.c - points summed up by period; every statistic, every comparison; when a
 * level is reached and when it is left. */
#include "metric/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MINUTE NS_PER_MIN

static struct metric_level levels[3];
static struct metric_test t;
static struct metric_window w;
static const int64_t start = 29000000 * NS_PER_MIN; /* a whole minute */

static void compile(size_t n, int64_t period, int no_data)
{
    struct metric_rule r = { .period = period, .no_data = no_data };

    r.levels.v = levels;
    r.levels.n = n;
    metric_test_of(&r, NULL, &t);
    metric_window_fini(&w);
    w = (struct metric_window){ 0 };
}

static struct metric_level level(int severity, const char *statistics, int comparison,
                                 const char *threshold, int64_t times)
{
    return (struct metric_level){ severity, str_of(statistics), comparison,
                                  str_of(threshold), times };
}

/* Of minute `at`, known in minute `now`. */
static bool add(int64_t at, double value, int64_t now)
{
    const struct point_value v = { STR("value"), value };
    const struct point p = { .time = start + at * MINUTE,
                             .values = &v,
                             .value_count = 1 };

    return metric_add(&t, &w, &p, start + now * MINUTE);
}

static int judged(int before, int64_t now)
{
    return metric_judge(&t, &w, before, start + now * MINUTE).level;
}

static double value(int64_t now)
{
    return metric_judge(&t, &w, METRIC_OK, start + now * MINUTE).value;
}

static void same(double a, double b)
{
    assert_true(a >= b && a <= b);
}

/* ---- statistics -------------------------------------------------------------------- */

static void test_raw_points(void **state)
{
    static const struct {
        const char *name;
        double wanted;
    } rows[] = { { "Average", 4 }, { "Minimum", 1 },     { "Maximum", 9 },
                 { "Sum", 12 },    { "SampleCount", 3 }, { "Value", 2 },
                 { "value", 2 },   { "LastValue", 2 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        levels[0] = level(LEVEL_INFO, rows[i].name, METRIC_GE, "0", 1);
        compile(1, MINUTE, 0);
        (void)add(0, 1, 0);
        (void)add(0, 9, 0);
        (void)add(0, 2, 0);
        same(value(1), rows[i].wanted);
    }
    levels[0] = level(LEVEL_INFO, "P95", METRIC_GE, "0", 1);
    compile(1, MINUTE, 0);
    (void)add(0, 1, 0);
    assert_int_equal(judged(METRIC_OK, 1), METRIC_OK); /* of one value there is none */
}

static void test_aggregated_points(void **state)
{
    const struct point_value v[] = { { STR("Sum"), 30 },
                                     { STR("SampleCount"), 3 },
                                     { STR("Maximum"), 20 },
                                     { STR("P95"), 19 } };
    const struct point p = {
        .time = start, .aggregated = true, .values = v, .value_count = 4
    };
    static const struct {
        const char *name;
        double once, twice;
    } rows[] = { { "Average", 10, 10 },
                 { "Sum", 30, 60 },
                 { "SampleCount", 3, 6 },
                 { "Maximum", 20, 20 },
                 { "P95", 19, 19 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        levels[0] = level(LEVEL_INFO, rows[i].name, METRIC_GE, "0", 1);
        compile(1, MINUTE, 0);
        (void)metric_add(&t, &w, &p, start);
        same(value(1), rows[i].once);
        (void)metric_add(&t, &w, &p, start);
        same(value(1), rows[i].twice);
    }
    levels[0] = level(LEVEL_INFO, "Minimum", METRIC_LE, "1e9", 1);
    compile(1, MINUTE, 0);
    (void)metric_add(&t, &w, &p, start);
    assert_int_equal(judged(METRIC_OK, 1), METRIC_OK); /* it did not say */
}

/* ---- comparisons ------------------------------------------------------------------- */

static void test_thresholds(void **state)
{
    static const struct {
        int comparison;
        bool below, at, above;
    } rows[] = { { METRIC_GE, false, true, true }, { METRIC_GT, false, false, true },
                 { METRIC_LE, true, true, false }, { METRIC_LT, true, false, false },
                 { METRIC_NE, true, false, true }, { METRIC_EQ, false, true, false } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double values[] = { 0.1, 0.3, 0.5 };
        const bool wanted[] = { rows[i].below, rows[i].at, rows[i].above };

        for (size_t k = 0; k < 3; k++) {
            levels[0] = level(LEVEL_INFO, "Average", rows[i].comparison, "0.3", 1);
            compile(1, MINUTE, 0);
            (void)add(0, values[k], 0);
            assert_int_equal(judged(METRIC_OK, 1), wanted[k] ? 0 : METRIC_OK);
        }
    }
}

/* By more than ten percent of what it was then. */
static void test_changes(void **state)
{
    static const struct {
        int comparison;
        int64_t back;
        bool up;
    } rows[] = {
        { METRIC_GT_YESTERDAY, 1440, true },  { METRIC_LT_YESTERDAY, 1440, false },
        { METRIC_GT_LAST_WEEK, 10080, true }, { METRIC_LT_LAST_WEEK, 10080, false },
        { METRIC_GT_LAST_PERIOD, 1, true },   { METRIC_LT_LAST_PERIOD, 1, false },
    };
    static const struct {
        double was, is;
        bool up, down;
    } cases[] = { { 100, 110, false, false }, { 100, 110.5, true, false },
                  { 100, 90, false, false },  { 100, 89.5, false, true },
                  { -100, -89, true, false }, { 0, 1, true, false },
                  { 0, 0, false, false },     { 0, -1, false, true } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            bool wanted = rows[i].up ? cases[k].up : cases[k].down;

            levels[0] = level(LEVEL_INFO, "Average", rows[i].comparison, "10", 1);
            compile(1, MINUTE, 0);
            assert_true(add(0, cases[k].was, 0));
            assert_true(add(rows[i].back, cases[k].is, rows[i].back));
            assert_int_equal(judged(METRIC_OK, rows[i].back + 1), wanted ? 0 : METRIC_OK);
        }
    levels[0] = level(LEVEL_INFO, "Average", METRIC_GT_YESTERDAY, "10", 1);
    compile(1, MINUTE, 0);
    (void)add(1440, 1000, 1440); /* nobody knows what was yesterday */
    assert_int_equal(judged(METRIC_OK, 1441), METRIC_OK);
}

/* ---- levels ------------------------------------------------------------------------ */

static void test_times(void **state)
{
    (void)state;
    for (int64_t times = 1; times <= 5; times++) {
        levels[0] = level(LEVEL_WARNING, "Average", METRIC_GE, "90", times);
        compile(1, MINUTE, 0);
        for (int64_t i = 0; i < times; i++) {
            assert_int_equal(judged(METRIC_OK, i), METRIC_OK);
            (void)add(i, 90, i);
            assert_int_equal(judged(METRIC_OK, i), METRIC_OK); /* it is not over */
        }
        assert_int_equal(judged(METRIC_OK, times), 0);
    }
}

static void test_the_worst_counts(void **state)
{
    (void)state;
    levels[0] = level(LEVEL_INFO, "Average", METRIC_GE, "50", 1);
    levels[1] = level(LEVEL_CRITICAL, "Average", METRIC_GE, "90", 2);
    levels[2] = level(LEVEL_WARNING, "Average", METRIC_GE, "70", 1);
    compile(3, MINUTE, 0);
    assert_int_equal(t.levels[0].severity, LEVEL_CRITICAL);
    assert_int_equal(t.levels[2].severity, LEVEL_INFO);
    (void)add(0, 60, 0);
    assert_int_equal(judged(METRIC_OK, 1), 2);
    (void)add(1, 95, 1);
    assert_int_equal(judged(LEVEL_INFO, 2), 1);
    (void)add(2, 95, 2);
    assert_int_equal(judged(LEVEL_WARNING, 3), 0);
    (void)add(4, 95, 4); /* a minute without points: reached no more, but not left */
    assert_int_equal(judged(LEVEL_CRITICAL, 5), 0);
    assert_int_equal(judged(METRIC_OK, 5), 1);
    (void)add(5, 10, 5);
    assert_int_equal(judged(LEVEL_CRITICAL, 6), METRIC_OK);
}

static void test_without_points(void **state)
{
    struct metric_finding none;

    (void)state;
    levels[0] = level(LEVEL_WARNING, "Average", METRIC_GE, "90", 3);
    compile(1, MINUTE, METRIC_KEEP_LAST_STATE);
    none = metric_judge(&t, &w, LEVEL_WARNING, start);
    assert_int_equal(none.at, -1);
    assert_true(metric_judge_at(&t, &w, start) == INT64_MAX);
    assert_true(metric_forget_at(&t, &w) == INT64_MAX);
    (void)add(0, 99, 0);
    assert_true(metric_judge_at(&t, &w, start) == start + MINUTE);
    assert_true(metric_judge_at(&t, &w, start + MINUTE) == INT64_MAX);
    assert_int_equal(judged(LEVEL_WARNING, 1000), 0);
    compile(1, MINUTE, METRIC_NO_DATA_OK);
    (void)add(0, 99, 0);
    assert_true(metric_judge_at(&t, &w, start + MINUTE) == start + 4 * MINUTE);
    assert_int_equal(judged(LEVEL_WARNING, 3), 0);
    assert_int_equal(judged(LEVEL_WARNING, 4), METRIC_NOTHING);
    assert_true(metric_judge_at(&t, &w, start + 4 * MINUTE) == INT64_MAX);
}

/* ---- what is kept ------------------------------------------------------------------ */

static void test_early_and_late(void **state)
{
    const struct point_value v = { STR("value"), 1 };
    struct point p = { .values = &v, .value_count = 1 };

    (void)state;
    levels[0] = level(LEVEL_WARNING, "Average", METRIC_GE, "90", 3);
    compile(1, MINUTE, 0);
    assert_false(add(86, 1, 100)); /* three, and ten that may be late */
    assert_true(add(87, 1, 100));
    assert_true(add(88, 1, 101));
    assert_int_equal(w.at.n, 1); /* what is too old by now is gone */
    p.time = start + POINT_AHEAD_MAX;
    assert_true(metric_add(&t, &w, &p, start));
    p.time++;
    assert_false(metric_add(&t, &w, &p, start));
}

static void test_any_order(void **state)
{
    static const int64_t order[] = { 4, 0, 3, 1, 2, 2, 0 };

    (void)state;
    levels[0] = level(LEVEL_WARNING, "Sum", METRIC_GE, "1", 5);
    compile(1, MINUTE, 0);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        (void)add(order[i], 1, 4);
    assert_int_equal(w.at.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(w.at.v[i] == metric_period_of(&t, start) + (int64_t)i);
    assert_int_equal(judged(METRIC_OK, 5), 0);
}

/* What no book would hold: a damaged snapshot may. */
static void test_nonsense(void **state)
{
    (void)state;
    levels[0] = level(LEVEL_WARNING, "Average", METRIC_COMPARISON_COUNT, "x", INT64_MAX);
    levels[1] = level(77, "Average", METRIC_GE, "1", -5);
    compile(2, 0, 99);
    assert_true(t.period == NS_PER_S);
    assert_int_equal(t.n, 1);
    assert_true(t.history < 20000);
    (void)add(0, 1, 0);
    assert_int_equal(judged(METRIC_OK, 1), METRIC_OK);
}

static int teardown(void **state)
{
    (void)state;
    metric_window_fini(&w);
    w = (struct metric_window){ 0 };
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_raw_points),     TEST(test_aggregated_points),
        TEST(test_thresholds),     TEST(test_changes),
        TEST(test_times),          TEST(test_the_worst_counts),
        TEST(test_without_points), TEST(test_early_and_late),
        TEST(test_any_order),      TEST(test_nonsense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
