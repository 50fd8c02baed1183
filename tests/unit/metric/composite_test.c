/* composite_test.c - rules about several metrics: conditions joined by && and ||, formulas,
 * periods of different length, and what is not known. */
#include "base/time.h"
#include "metric/window.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena a;
static struct metric_test t;
static struct metric_window w;
static const int64_t start = 29000040 * NS_PER_MIN; /* a whole hour */

static int setup(void **state)
{
    (void)state;
    arena_init(&a);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    metric_window_fini(&w);
    w = (struct metric_window){ 0 };
    arena_fini(&a);
    return 0;
}

static void compile(const struct metric_rule *r)
{
    metric_test_of(r, &a, &t);
    metric_window_fini(&w);
    w = (struct metric_window){ 0 };
}

static void add(const char *metric, int64_t minute, double value)
{
    const struct point_value v = { STR("value"), value };
    const struct point p = { .metric = str_of(metric),
                             .time = start + minute * NS_PER_MIN,
                             .values = &v,
                             .value_count = 1 };

    assert_true(metric_add(&t, &w, &p, p.time));
}

static int judged(int before, int64_t minute)
{
    return metric_judge(&t, &w, before, start + minute * NS_PER_MIN).level;
}

/* ---- conditions --------------------------------------------------------------------- */

static struct metric_condition both[2];

static struct metric_rule conditions(int join, int64_t times)
{
    struct metric_rule r = { .metric = STR("cpu"),
                             .period = NS_PER_MIN,
                             .severity = LEVEL_WARNING,
                             .times = times,
                             .join = join };

    both[0] = (struct metric_condition){ .metric = STR(""),
                                         .statistics = STR("$Average"),
                                         .comparison = METRIC_GE,
                                         .threshold = STR("90") };
    both[1] = (struct metric_condition){ .metric = STR("disk"),
                                         .statistics = STR("Maximum"),
                                         .comparison = METRIC_GT,
                                         .threshold = STR("80") };
    r.conditions.v = both;
    r.conditions.n = 2;
    return r;
}

/* Every pair of below and above, and one of them missing. */
static void test_joins(void **state)
{
    static const struct {
        double cpu, disk;
        int all, any;
    } rows[] = { { 95, 95, 0, 0 },
                 { 95, 10, METRIC_OK, 0 },
                 { 10, 95, METRIC_OK, 0 },
                 { 10, 10, METRIC_OK, METRIC_OK },
                 { 95, -1, METRIC_OK, 0 },
                 { -1, 95, METRIC_OK, 0 },
                 { 10, -1, METRIC_OK, METRIC_OK } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int join = METRIC_ALL_OF; join <= METRIC_ANY_OF; join++) {
            struct metric_rule r = conditions(join, 1);

            compile(&r);
            if (rows[i].cpu >= 0)
                add("cpu", 0, rows[i].cpu);
            if (rows[i].disk >= 0)
                add("disk", 0, rows[i].disk);
            assert_int_equal(judged(METRIC_OK, 1),
                             join == METRIC_ANY_OF ? rows[i].any : rows[i].all);
        }
}

/* Each period all of them; the metric of another rule is none of this one's. */
static void test_times(void **state)
{
    struct metric_rule r = conditions(METRIC_ALL_OF, 2);

    (void)state;
    compile(&r);
    assert_true(metric_test_takes(&t, STR("cpu")) && metric_test_takes(&t, STR("disk")));
    assert_false(metric_test_takes(&t, STR("memory")));
    add("cpu", 0, 95);
    add("disk", 0, 95);
    add("cpu", 1, 95);
    assert_int_equal(judged(METRIC_OK, 2), METRIC_OK);
    add("disk", 1, 95);
    assert_int_equal(judged(METRIC_OK, 2), 0);
    assert_true(metric_judge(&t, &w, METRIC_OK, start + 2 * NS_PER_MIN).value >= 95);
}

/* What is missing ends nothing; what is below does. */
static void test_lasts(void **state)
{
    struct metric_rule r = conditions(METRIC_ALL_OF, 1);

    (void)state;
    compile(&r);
    add("cpu", 0, 95);
    assert_int_equal(judged(LEVEL_WARNING, 1), 0); /* disk is late */
    add("disk", 0, 10);
    assert_int_equal(judged(LEVEL_WARNING, 1), METRIC_OK);
}

/* Five minutes of one metric beside single minutes of another: the last five that are
 * over count. */
static void test_longer_periods(void **state)
{
    struct metric_rule r = conditions(METRIC_ALL_OF, 1);

    (void)state;
    both[0].statistics = STR("Sum");
    both[0].threshold = STR("10");
    both[0].period = 5 * NS_PER_MIN;
    compile(&r);
    assert_true(t.period == NS_PER_MIN && t.slots[0].span == 5 && t.slots[1].span == 1);
    for (int64_t minute = 0; minute < 5; minute++) {
        add("cpu", minute, 2);
        add("disk", minute, 90);
        assert_int_equal(judged(METRIC_OK, minute + 1), minute < 4 ? METRIC_OK : 0);
    }
    add("disk", 5, 90); /* the next five are not over */
    assert_int_equal(judged(METRIC_OK, 6), 0);
    for (int64_t minute = 6; minute < 10; minute++)
        add("disk", minute, 90);
    assert_int_equal(judged(METRIC_OK, 10), METRIC_OK); /* nothing of cpu in them */
}

/* Averages of averages: weighed by their points. */
static void test_average_of_more(void **state)
{
    struct metric_rule r = conditions(METRIC_ANY_OF, 1);

    (void)state;
    both[0].period = 2 * NS_PER_MIN;
    both[0].threshold = STR("50");
    both[1].threshold = STR("1e9");
    compile(&r);
    add("disk", 0, 0);
    add("cpu", 0, 100);
    add("cpu", 1, 30);
    add("cpu", 1, 30);
    add("cpu", 1, 30);
    assert_int_equal(judged(METRIC_OK, 2), METRIC_OK); /* 47.5 */
    add("cpu", 1, 100);
    assert_int_equal(judged(METRIC_OK, 2), 0);
}

/* ---- formulas ------------------------------------------------------------------------ */

static struct metric_rule formula(const char *text)
{
    return (struct metric_rule){ .metric = STR("cpu"),
                                 .period = NS_PER_MIN,
                                 .severity = LEVEL_CRITICAL,
                                 .times = 1,
                                 .expression = str_of(text) };
}

/* The three of CloudMonitor's documentation but the one that counts resources, and each
 * operator. */
static void test_formulas(void **state)
{
    static const struct {
        const char *text;
        double cpu;
        bool wanted;
    } rows[] = {
        { "$Average > 50", 51, true },
        { "$Average > 50", 50, false },
        { "$instanceId != \"i-abc\" && $Average > 50", 51, false },
        { "$instanceId != \"i-other\" && $Average > 50", 51, true },
        { "$Average > ($instanceId == \\\"i-abc\\\"? 80: 50)", 60, false },
        { "$Average > ($instanceId == 'i-abc' ? 80 : 50)", 81, true },
        { "'i-abc' == $instanceId || $Average>99", 0, true },
        { "$nothing == 'x' || $Average<=0", 0, true },
        { "@cpu[60].$Average > 80", 81, true },
        { "@('cpu')[60].$Average > 80", 80, false },
        { "!($Average >= 10)", 9, true },
        { "-$Average < -5", 6, true },
        { "$Average + 2 * 3 - 1 == 15", 10, true },
        { "($Average + 2) * 3 == 36", 10, true },
        { "$Average / 4 >= 2.5 && $Average % 4 == 2", 10, true },
        { "$Average > 1 || $Average > 2 && $Average > 3", 1.5, true },
        { "$Average != 1e2", 100, false },
        { "$Average > 1 ? $Average < 3 : $Average < 0", 2, true },
        { "$Average / 0 > 1", 1, true },
    };
    static const struct pair dims[] = { { STR_INIT("instanceId"), STR_INIT("i-abc") } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct metric_rule r = formula(rows[i].text);

        compile(&r);
        assert_int_equal(t.slot_count, 1);
        w.dims = (struct pairs){ dims, 1 };
        add("cpu", 0, rows[i].cpu);
        if (judged(METRIC_OK, 1) != (rows[i].wanted ? 0 : METRIC_OK))
            fail_msg("%s of %g", rows[i].text, rows[i].cpu);
    }
}

static void test_two_metrics(void **state)
{
    struct metric_rule r = formula("@cpu[60].$Average > 50 && @disk[120].$Maximum > 90");

    (void)state;
    compile(&r);
    assert_true(t.slot_count == 2 && t.slots[1].span == 2);
    add("cpu", 0, 60);
    add("disk", 0, 95);
    add("cpu", 1, 60);
    assert_int_equal(judged(METRIC_OK, 2), 0);
}

/* Points of one's own metric between those of another are none of it. */
static void test_unknown(void **state)
{
    static const struct {
        const char *text;
        enum truth wanted;
    } rows[] = { { "@a[60].$Sum > 1 && @b[60].$Sum > 1", TRUTH_UNKNOWN },
                 { "@a[60].$Sum > 9 && @b[60].$Sum > 1", TRUTH_FALSE },
                 { "@a[60].$Sum > 1 || @b[60].$Sum > 1", TRUTH_TRUE },
                 { "@a[60].$Sum > 9 || @b[60].$Sum > 1", TRUTH_UNKNOWN },
                 { "!(@b[60].$Sum > 1) && @a[60].$Sum > 1", TRUTH_UNKNOWN },
                 { "@b[60].$Sum > 1 ? @a[60].$Sum > 1 : @a[60].$Sum > 1", TRUTH_UNKNOWN },
                 { "@a[60].$Sum > 1 ? @a[60].$Sum > 1 : @b[60].$Sum > 1", TRUTH_TRUE } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct metric_expression x;
        double values[METRIC_SLOTS_MAX];
        struct err e;

        assert_int_equal(metric_expression_parse("f", str_of(rows[i].text), &a, &x, &e),
                         OK);
        for (size_t k = 0; k < x.slot_count; k++)
            values[k] = str_is(x.slots[k].metric, "a") ? 5 : NAN;
        assert_int_equal(formula_truth(&x, values, (struct pairs){ 0 }), rows[i].wanted);
    }
}

static void test_refused(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        "$Average",
        "50",
        "1 > 0",
        "'a' == 'b'",
        "$a == 'b'",
        "$Average >",
        "$Average > 50 50",
        "($Average > 50",
        "$Average > 'x'",
        "$Average + 'x' > 1",
        "'x' > $Average",
        "$Average && 1",
        "!$Average",
        "$Average > 1 ? 1",
        "$ > 1",
        "$Average > 1 ? 2 : $Average > 1",
        "count($Average > 20) > 3",
        "@cpu.$Average > 1",
        "@cpu[0].$Average > 1",
        "@cpu[86401].$Average > 1",
        "@cpu[60].Average > 1",
        "@('cpu[60].$Average > 1",
        "@[60].$Average > 1",
        "$Average > 1e999",
        "$Average > 1x",
        "$Average > 01",
        "$Average = 1",
        "$Average > 1 &",
        "#",
        ("@a[1].$S>1||@b[1].$S>1||@c[1].$S>1||@d[1].$S>1||@e[1].$S>1||@f[1].$S>1||"
         "@g[1].$S>1||@h[1].$S>1||@i[1].$S>1||@j[1].$S>1||@k[1].$S>1"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct metric_expression x;
        struct err e = { 0 };

        if (metric_expression_parse("f", str_of(rows[i]), &a, &x, &e) == OK)
            fail_msg("taken: %s", rows[i]);
        assert_true(e.fault == FAULT_INVALID && e.text[0] != '\0');
    }
}

/* At the limits and beyond: depth, nodes, bytes. */
static void test_limits(void **state)
{
    struct metric_expression x;
    struct err e;
    struct buf b;

    (void)state;
    for (int deep = 14; deep <= 40; deep += 26) {
        buf_init(&b, BUF_NO_LIMIT);
        for (int i = 0; i < deep; i++)
            buf_char(&b, '(');
        buf_z(&b, "$Average > 1");
        for (int i = 0; i < deep; i++)
            buf_char(&b, ')');
        assert_int_equal(metric_expression_parse("f", buf_str(&b), &a, &x, &e) == OK,
                         deep == 14);
        buf_fini(&b);
    }
    for (int sums = 125; sums <= 140; sums += 15) {
        buf_init(&b, BUF_NO_LIMIT);
        buf_z(&b, "$Average > 1");
        for (int i = 0; i < sums; i++)
            buf_z(&b, "+1");
        assert_int_equal(metric_expression_parse("f", buf_str(&b), &a, &x, &e) == OK,
                         sums == 125);
        buf_fini(&b);
    }
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "$Average > 1");
    while (b.n < EXPRESSION_MAX)
        buf_char(&b, ' ');
    assert_int_equal(metric_expression_parse("f", buf_str(&b), &a, &x, &e), OK);
    buf_char(&b, ' ');
    assert_int_equal(metric_expression_parse("f", buf_str(&b), &a, &x, &e), FAILED);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_joins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_times, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lasts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_longer_periods, setup, teardown),
        cmocka_unit_test_setup_teardown(test_average_of_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_formulas, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_metrics, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
