/* metric_rule_test.c - the texts of metric rules, and points as bytes. */
#include "model/metric_rule.h"
#include "model/points.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena a;

static bool hours(const char *text, int64_t from, int64_t to, int64_t from2, int64_t to2)
{
    struct time_span v[2] = { 0 };
    struct err e;
    size_t n;

    return metric_hours_parse("", str_of(text), v, &n, &e) == OK &&
           n == (to2 > 0  ? 2u
                 : to > 0 ? 1u
                          : 0u) &&
           v[0].from == from && v[0].to == to && v[1].from == from2 && v[1].to == to2;
}

/* Minutes of UTC's day; the last minute belongs to it. */
static void test_hours(void **state)
{
    struct time_span v[2];
    struct err e;
    size_t n;
    static const char *const bad[] = { "08:00",
                                       "8:00-9:00",
                                       "08:00-24:00",
                                       "08:60-09:00",
                                       "08:00_09:00",
                                       "08:00-09:00Z",
                                       "08:00-09:00 +2500",
                                       "08:00-09:00 +08000",
                                       "08:00-09:00 UTC",
                                       "08:00-09:00 +0860",
                                       " " };

    (void)state;
    assert_true(hours("", 0, 0, 0, 0));
    assert_true(hours("00:00-23:59", 0, 0, 0, 0));
    assert_true(hours("22:00-21:59", 0, 0, 0, 0));
    assert_true(hours("08:00-09:59 +0000", 480, 600, 0, 0));
    assert_true(hours("08:00-09:59", 0, 120, 0, 0)); /* China's, when none is said */
    assert_true(hours("08:00-09:59 UTC+0800", 0, 120, 0, 0));
    assert_true(hours("08:00-09:59 +08:00", 0, 120, 0, 0));
    assert_true(hours("00:00-09:59 +0800", 960, 1440, 0, 120));
    assert_true(hours("22:00-06:00 +0000", 1320, 1440, 0, 361));
    assert_true(hours("08:00-09:59 -0330", 690, 810, 0, 0));
    assert_true(hours("05:31-05:31 +0000", 331, 332, 0, 0));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(metric_hours_parse("", str_of(bad[i]), v, &n, &e), FAILED);
}

static bool holds(const char *resources, const char *dimensions, const char *group,
                  const char *dims)
{
    struct metric_filters f;
    struct pairs p;
    struct err e;

    assert_int_equal(
        metric_filters_parse(str_of(resources), str_of(dimensions), &a, &f, &e), OK);
    assert_int_equal(metric_dimensions_parse("", str_of(dims), &a, &p, &e), OK);
    return metric_filters_hold(&f, str_of(group), p);
}

static void test_resources(void **state)
{
    static const char ab[] = "{\"instanceId\":\"i-abc\",\"device\":\"sda\"}";

    (void)state;
    assert_true(holds("", "", "0", ab));
    assert_true(holds("[]", "", "0", ab));
    assert_true(holds("[{\"resource\":\"_ALL\"}]", "", "0", ab));
    assert_true(holds("[{\"instanceId\":\"i-abc\"}]", "", "0", ab));
    assert_true(holds("{\"instanceId\":\"i-abc\"}", "", "0", ab));
    assert_false(holds("[{\"instanceId\":\"i-ab\"}]", "", "0", ab));
    assert_false(holds("[{\"instanceId\":\"i-abc\",\"x\":\"y\"}]", "", "0", ab));
    assert_true(holds("[{\"instanceId\":\"no\"},{\"device\":\"sda\"}]", "", "0", ab));
    assert_true(holds("", "{\"device\":\"sda\"}", "0", ab));
    assert_false(holds("[{\"instanceId\":\"i-abc\"}]", "{\"device\":\"sdb\"}", "0", ab));
    assert_true(holds("[{\"groupId\":7,\"dimension\":\"device=sda\"}]", "", "7", ab));
    assert_false(holds("[{\"groupId\":7,\"dimension\":\"device=sda\"}]", "", "8", ab));
    assert_true(holds("[\"{\\\"groupId\\\":7,\\\"dimension\\\":"
                      "\\\"device=sda&instanceId=i-abc\\\"}\"]",
                      "", "7", ab));
    assert_true(holds("[{\"groupId\":\"7\",\"dimension\":\"_ALL\"}]", "", "7", "{}"));
}

static void test_bad_resources(void **state)
{
    static const char *const bad[] = { "x",
                                       "7",
                                       "\"a\"",
                                       "[7]",
                                       "[{\"a\":1.5}]",
                                       "[{\"a\":null}]",
                                       "[{\"\":\"b\"}]",
                                       "[{\"a\":\"b\",\"a\":\"c\"}]",
                                       "[{\"a\":\"b\",\"dimension\":\"a=b\"}]",
                                       "[{\"dimension\":\"=b\"}]",
                                       "[[]]" };
    struct metric_filters f;
    struct err e;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(metric_filters_parse(str_of(bad[i]), STR(""), &a, &f, &e),
                         FAILED);
    assert_int_equal(metric_filters_parse(STR(""), STR("[]"), &a, &f, &e), FAILED);
}

static void test_thresholds(void **state)
{
    static const char *const bad[] = { "",    "x",     "1e999", "NaN", "+1",
                                       "1 2", "\"1\"", "0x1",   "[]",  "null" };
    struct err e;
    double d;

    (void)state;
    assert_int_equal(metric_threshold_parse(STR("-1.5e1"), &d, &e), OK);
    assert_true(d >= -15 && d <= -15);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(metric_threshold_parse(str_of(bad[i]), &d, &e), FAILED);
}

static struct point *a_point(void)
{
    struct point *p = arena_new(&a, struct point);
    struct pair *dims = arena_array(&a, struct pair, METRIC_DIMENSIONS_MAX + 1);
    struct point_value *v = arena_array(&a, struct point_value, POINT_VALUES_MAX + 1);

    for (size_t i = 0; i <= METRIC_DIMENSIONS_MAX; i++)
        dims[i] = (struct pair){ arena_printf(&a, "k%02zu", i), STR("\xf0\x9f\x94\x94") };
    for (size_t i = 0; i <= POINT_VALUES_MAX; i++)
        v[i] = (struct point_value){ arena_printf(&a, "P%02zu", i), 0.1 * (double)i };
    *p = (struct point){ .group_id = STR("0"),
                         .metric = STR("cpu"),
                         .dims = { dims, 2 },
                         .time = 1700000000 * NS_PER_S,
                         .aggregated = true,
                         .values = v,
                         .value_count = 2 };
    return p;
}

static ok again(const struct point *p, size_t n, struct point **out, size_t *out_n)
{
    struct buf b;
    struct err e;
    ok done;

    buf_init(&b, BUF_NO_LIMIT);
    points_encode(p, n, &b);
    done = points_decode(arena_str(&a, buf_str(&b)), &a, out, out_n, &e);
    buf_fini(&b);
    return done;
}

static void test_points(void **state)
{
    struct point *p = a_point(), *v;
    size_t n;

    (void)state;
    assert_int_equal(again(p, 1, &v, &n), OK);
    assert_int_equal(n, 1);
    assert_true(str_is(v->metric, "cpu") && v->aggregated && v->time == p->time);
    assert_true(str_eq(v->dims.v[1].value, p->dims.v[1].value));
    assert_true(v->values[1].value >= p->values[1].value &&
                v->values[1].value <= p->values[1].value);
    p->time = TIME_UNSET;
    p->dims.n = METRIC_DIMENSIONS_MAX;
    p->value_count = POINT_VALUES_MAX;
    assert_int_equal(again(p, 1, &v, &n), OK);
}

static void test_points_refused(void **state)
{
    struct point *p = a_point(), *v, many[POINTS_MAX + 1];
    struct pair twice[] = { { STR("a"), STR("x") }, { STR("a"), STR("y") } };
    struct point_value nan = { STR("value"), NAN };
    size_t n;

    (void)state;
    p->dims.n = METRIC_DIMENSIONS_MAX + 1;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->dims = (struct pairs){ twice, 2 };
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->dims.n = 1;
    p->value_count = POINT_VALUES_MAX + 1;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->value_count = 0;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->value_count = 2;
    p->aggregated = false;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->value_count = 1;
    p->time = -5;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
    p->time = 5;
    for (size_t i = 0; i <= POINTS_MAX; i++)
        many[i] = *p;
    assert_int_equal(again(many, POINTS_MAX, &v, &n), OK);
    assert_int_equal(again(many, POINTS_MAX + 1, &v, &n), FAILED);
    p->values = &nan;
    assert_int_equal(again(p, 1, &v, &n), FAILED);
}

static int setup(void **state)
{
    (void)state;
    arena_init(&a);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_fini(&a);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_hours),      TEST(test_resources), TEST(test_bad_resources),
        TEST(test_thresholds), TEST(test_points),    TEST(test_points_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
