/* time_test.c - calendar, strict parsers, printers, durations. */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- the calendar, against plain counting of days ---- */

static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

static void test_every_day_of_9999_years(void **)
{
    int64_t day = -719162; /* 0001-01-01, a Monday */
    int weekday = 1;

    for (int64_t year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        int yearday = 0;

        assert_true(year_is_leap(year) == leap);
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= lengths[m - 1] + (m == 2 && leap); d++) {
                struct civil c = civil_of_s(day * 86400 + 86399, 0);

                yearday++;
                if (c.year != year || c.month != m || c.day != d || c.hour != 23 ||
                    c.minute != 59 || c.second != 59 || c.weekday != weekday ||
                    c.yearday != yearday || civil_to_s(&c, 0) != day * 86400 + 86399)
                    fail_msg("%d-%02d-%02d", (int)year, m, d);
                weekday = (weekday + 1) % 7;
                day++;
            }
    }
    assert_int_equal(day, 2932897); /* 10000-01-01 */
}

static void test_civil_ns(void **)
{
    struct civil c = civil_of(-1, 0);
    static const int64_t edges[] = { 0,          -1,          1,
                                     INT64_MAX,  -INT64_MAX,  1795289876489000000,
                                     -999999999, -1000000000, -1000000001 };

    assert_true(c.year == 1969 && c.second == 59 && c.nanos == 999999999);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        for (int32_t offset = -50400; offset <= 50400; offset += 12600) {
            c = civil_of(edges[i], offset);
            assert_int_equal(civil_to_ns(&c, offset), edges[i]);
        }
    c = civil_of(TIME_UNSET, 28800);
    assert_true(c.year == 1 && c.month == 1 && c.day == 1 && c.hour == 0);
    c = (struct civil){ .year = 2026, .month = 14, .day = 31, .hour = 25 };
    c = civil_of(civil_to_ns(&c, 0), 0); /* 31 February 2027 25:00 */
    assert_true(c.year == 2027 && c.month == 3 && c.day == 4 && c.hour == 1);
    c = (struct civil){ .year = 9999, .month = 12, .day = 31 };
    assert_int_equal(civil_to_ns(&c, 0), INT64_MAX);
    c.year = 1;
    assert_int_equal(civil_to_ns(&c, 0), -INT64_MAX);
}

/* ---- RFC 3339 and its looser forms ---- */

static const struct {
    const char *text;
    int64_t ns;
    int32_t offset_s;
} good[] = {
    { "2026-11-21T19:37:56.489Z", 1795289876489000000, 0 },
    { "2026-11-21T20:00:00+08:00", 1795262400000000000, 28800 },
    { "2026-11-21T20:00:00.5+08:00", 1795262400500000000, 28800 },
    { "2026-11-21T07:07:56-12:30", 1795289876000000000, -45000 },
    { "2026-11-21T19:37:56", 1795289876000000000, 0 },
    { "2026-11-21 19:37:56", 1795289876000000000, 0 },
    { "2026-11-21T19:37:56.1", 1795289876100000000, 0 },
    { "2026-11-21T19:37:56.123456789Z", 1795289876123456789, 0 },
    { "2026-11-21T19:37:56.1234567899999999Z", 1795289876123456789, 0 },
    { "2026-11-21T19:37:56-00:00", 1795289876000000000, 0 },
    { "1969-12-31T23:59:59.999999999Z", -1, 0 },
    { "2024-02-29T00:00:00Z", 1709164800000000000, 0 },
    { "0001-01-01T00:00:00.000Z", TIME_UNSET, 0 },
    { "0001-01-01T00:00:00Z", TIME_UNSET, 0 },
    { "0001-01-01T08:00:00+08:00", TIME_UNSET, 0 },
    { "9999-12-31T23:59:59Z", INT64_MAX, 0 },
    { "2262-04-11T23:47:16.854775807Z", INT64_MAX, 0 },
    { "2262-04-11T23:47:16.854775808Z", INT64_MAX, 0 },
    { "1677-09-21T00:12:43.145224193Z", -INT64_MAX, 0 },
    { "1677-09-21T00:12:43.145224192Z", -INT64_MAX, 0 },
    { "1500-01-01T00:00:00Z", -INT64_MAX, 0 },
};

static const char *const bad[] = {
    "",
    "2026-11-21",
    "2026-11-21T19:37:56+0800",
    "2026-11-21T19:37:56+08",
    "2026-11-21T19:37Z",
    "2026-11-21T19:37:56.Z",
    "2026-11-21T19:37:56,5Z",
    "2026-11-21t19:37:56Z",
    "2026-11-21T19:37:56z",
    "2026-11-21 19:37:56Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T19:60:00Z",
    "2026-11-21T19:37:60Z",
    "2026-13-21T19:37:56Z",
    "2026-00-21T19:37:56Z",
    "2026-11-31T19:37:56Z",
    "2026-11-00T19:37:56Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-11-21T19:37:56+24:00",
    "2026-11-21T19:37:56+08:60",
    "2026-11-21T19:37:56Z ",
    " 2026-11-21T19:37:56Z",
    "2026-11-21T19:37:56ZZ",
    "26-11-21T19:37:56Z",
    "+2026-11-21T19:37:56Z",
    "12026-11-21T19:37:56Z",
    "2026-1-21T19:37:56Z",
    "2026-11-21T-1:37:56Z",
    "2026-11-21T19:37:56 08:00",
    "２026-11-21T19:37:56Z",
};

static void test_rfc3339(void **)
{
    int32_t offset;
    int64_t ns;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (time_parse_rfc3339(str_of(good[i].text), &ns, &offset) == FAILED ||
            ns != good[i].ns || offset != good[i].offset_s)
            fail_msg("%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (time_parse_rfc3339(str_of(bad[i]), &ns, &offset) == OK)
            fail_msg("%s", bad[i]);
    /* Every prefix of a good one is bad, but for the one without a zone. */
    for (size_t n = 0; n < 19; n++)
        assert_true(time_parse_rfc3339(str_head(STR("2026-11-21T19:37:56Z"), n), &ns,
                                       &offset) == FAILED);
}

/* Timestamps of the vendors' signatures (contracts alibaba 3.5, huawei 3.4). */
static void test_exact_forms(void **)
{
    static const char *const not_z[] = {
        "2023-10-26T10:22:32", "2023-10-26T10:22:32.0Z", "2023-10-26T10:22:32+00:00",
        "20231026T102232Z",    "2023-10-26 10:22:32Z",   ""
    };
    static const char *const not_basic[] = { "20211217T064303",      "20211217064303Z",
                                             "2021-12-17T06:43:03Z", "20211217T064303Z0",
                                             "20210229T000000Z",     "" };
    int64_t ns;

    assert_true(time_parse_iso_z(STR("2023-10-26T10:22:32Z"), &ns) == OK);
    assert_int_equal(ns, 1698315752000000000);
    assert_true(time_parse_iso_z(STR("2023-10-26T09:01:01Z"), &ns) == OK);
    assert_int_equal(ns, 1698310861000000000);
    assert_true(time_parse_iso_basic(STR("20211217T064303Z"), &ns) == OK);
    assert_int_equal(ns, 1639723383000000000);
    for (size_t i = 0; i < sizeof not_z / sizeof *not_z; i++)
        assert_true(time_parse_iso_z(str_of(not_z[i]), &ns) == FAILED);
    for (size_t i = 0; i < sizeof not_basic / sizeof *not_basic; i++)
        assert_true(time_parse_iso_basic(str_of(not_basic[i]), &ns) == FAILED);
}

/* ---- printing ---- */

static const char *printed(int64_t ns, int32_t offset_s, int digits)
{
    static char text[64];
    struct buf b;

    buf_init(&b, 60);
    if (digits < 0)
        time_put_go(&b, ns, offset_s);
    else
        time_put(&b, ns, offset_s, digits);
    memcpy(text, b.p, b.n);
    text[b.n] = '\0';
    buf_fini(&b);
    return text;
}

static void test_put(void **)
{
    const int64_t t = 1795289876489000000;

    assert_string_equal(printed(t, 0, 3), "2026-11-21T19:37:56.489Z");
    assert_string_equal(printed(t, 0, 0), "2026-11-21T19:37:56Z");
    assert_string_equal(printed(t + 1, 0, 9), "2026-11-21T19:37:56.489000001Z");
    assert_string_equal(printed(t, 28800, 3), "2026-11-22T03:37:56.489+08:00");
    assert_string_equal(printed(t, -12600, 3), "2026-11-21T16:07:56.489-03:30");
    assert_string_equal(printed(TIME_UNSET, 28800, 3), "0001-01-01T00:00:00.000Z");
    assert_string_equal(printed(-1, 0, 3), "1969-12-31T23:59:59.999Z");
    assert_string_equal(printed(INT64_MAX, 0, 9), "2262-04-11T23:47:16.854775807Z");
    /* Go */
    assert_string_equal(printed(t, 0, -1), "2026-11-21T19:37:56.489Z");
    assert_string_equal(printed(t - 489000000, 28800, -1), "2026-11-22T03:37:56+08:00");
    assert_string_equal(printed(t + 10, 0, -1), "2026-11-21T19:37:56.48900001Z");
    assert_string_equal(printed(TIME_UNSET, 0, -1), "0001-01-01T00:00:00Z");
    assert_string_equal(printed(-1, 0, -1), "1969-12-31T23:59:59.999999999Z");
}

/* ---- durations ---- */

static void test_duration_parse(void **)
{
    static const struct {
        const char *text;
        int64_t ns;
    } yes[] = {
        { "0", 0 },
        { "0s", 0 },
        { "30s", 30 * NS_PER_S },
        { "5m", 5 * NS_PER_MIN },
        { "4h", 4 * NS_PER_HOUR },
        { "1h30m", 90 * NS_PER_MIN },
        { "4900ms", 4900 * NS_PER_MS },
        { "1d", NS_PER_DAY },
        { "1w", 7 * NS_PER_DAY },
        { "1y", 365 * NS_PER_DAY },
        { "1y2w3d4h5m6s7ms", 382 * NS_PER_DAY + 4 * NS_PER_HOUR + 5 * NS_PER_MIN +
                                 6 * NS_PER_S + 7 * NS_PER_MS },
        { "1s1ms", 1001 * NS_PER_MS },
        { "007m", 7 * NS_PER_MIN },
        { "9223372036854ms", 9223372036854 * NS_PER_MS },
    };
    static const char *const no[] = { "",
                                      "1",
                                      "s",
                                      "1.5h",
                                      "-1s",
                                      "1m1h",
                                      "1s1s",
                                      "1 s",
                                      "1s ",
                                      "+1s",
                                      "1S",
                                      "1us",
                                      "1h30",
                                      "ms",
                                      "00",
                                      "300y",
                                      "9223372036855ms",
                                      "1msx",
                                      "1m 1s",
                                      "99999999999999999999s",
                                      "292y24w3d23h47m16s855ms" };
    int64_t ns;

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (duration_parse(str_of(yes[i].text), &ns) == FAILED || ns != yes[i].ns)
            fail_msg("%s", yes[i].text);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (duration_parse(str_of(no[i]), &ns) == OK)
            fail_msg("%s", no[i]);
}

static void test_duration_put(void **)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "0s" },
        { NS_PER_MS - 1, "0s" },
        { 1, "0s" },
        { NS_PER_MS, "1ms" },
        { 90 * NS_PER_S, "1m30s" },
        { 4900 * NS_PER_MS, "4s900ms" },
        { NS_PER_HOUR, "1h" },
        { NS_PER_DAY, "1d" },
        { 10 * NS_PER_DAY, "10d" },
        { 14 * NS_PER_DAY, "2w" },
        { 365 * NS_PER_DAY, "1y" },
        { 730 * NS_PER_DAY, "2y" },
        { 25 * NS_PER_HOUR, "25h" },
        { NS_PER_DAY + NS_PER_S, "24h1s" },
        { -90 * NS_PER_S, "-1m30s" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;

        buf_init(&b, 100);
        duration_put(&b, cases[i].ns);
        if (!str_is(buf_str(&b), cases[i].text))
            fail_msg("%s: %.*s", cases[i].text, STR_ARG(buf_str(&b)));
        buf_fini(&b);
    }
}

static void test_between(void **)
{
    const int64_t now = 1795290178 * NS_PER_S;

    assert_true(time_between(now, now + 5) == 5);
    assert_true(time_between(now + 5, now) == -5);
    assert_true(time_between(0, INT64_MAX) == INT64_MAX);
    assert_true(time_between(-1, INT64_MAX) == INT64_MAX);
    assert_true(time_between(-INT64_MAX, now) == INT64_MAX);
    assert_true(time_between(TIME_UNSET, now) == INT64_MAX);
    assert_true(time_between(now, -INT64_MAX) == INT64_MIN);
    assert_true(time_between(0, -INT64_MAX) == -INT64_MAX);
}

static void test_clocks(void **)
{
    int64_t steady = clock_steady();

    assert_true(clock_wall() > 1700000000 * NS_PER_S);
    assert_true(clock_steady() >= steady && steady > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day_of_9999_years),
        cmocka_unit_test(test_civil_ns),
        cmocka_unit_test(test_rfc3339),
        cmocka_unit_test(test_exact_forms),
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_duration_parse),
        cmocka_unit_test(test_duration_put),
        cmocka_unit_test(test_between),
        cmocka_unit_test(test_clocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
