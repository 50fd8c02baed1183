/* zone_rule_test.c - POSIX TZ strings: what parses, and when clocks change. */
#include "base/time.h"
#include "base/zone_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Each is the first second of the new offset; the second before must have the
 * other one. Computed with CPython's zoneinfo; the form "59" with glibc. */
static const struct {
    const char *tz, *utc;
    int32_t offset_s;
} changes[] = {
    { "XXX-1YYY,J60/0,J300/-1:30", "2027-02-28T23:00:00Z", 7200 },
    { "XXX-1YYY,J60/0,J300/-1:30", "2027-10-26T20:30:00Z", 3600 },
    { "XXX-1YYY,J60/0,J300/-1:30", "2028-02-29T23:00:00Z", 7200 },
    { "XXX-1YYY,J60/0,J300/-1:30", "2028-10-26T20:30:00Z", 3600 },
    { "XXX-1YYY,J59/0,J300", "2028-02-27T23:00:00Z", 7200 },
    { "AAA3BBB,59/0,300", "2027-03-01T03:00:00Z", -7200 },
    { "AAA3BBB,59/0,300", "2028-02-29T03:00:00Z", -7200 },
    { "AAA3BBB,59/0,300", "2028-10-27T04:00:00Z", -10800 },
    { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600 },
    { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-10-25T01:00:00Z", -7200 },
    { "IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 10800 },
    { "IST-2IDT,M3.4.4/26,M10.5.0", "2026-10-24T23:00:00Z", 7200 },
    { "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-04-04T16:00:00Z", 36000 },
    { "AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03T16:00:00Z", 39600 },
    { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-03-29T01:00:00Z", 3600 },
    { "IST-1GMT0,M10.5.0,M3.5.0/1", "2026-10-25T01:00:00Z", 0 },
    { "QQQ0RRR-0:20:30,M2.5.4,M11.5.1/167", "2027-02-25T02:00:00Z", 1230 },
    { "QQQ0RRR-0:20:30,M2.5.4,M11.5.1/167", "2027-12-05T22:39:30Z", 0 },
    { "QQQ0RRR-0:20:30,M2.5.4,M11.5.1/167", "2028-02-24T02:00:00Z", 1230 },
    { "QQQ0RRR-0:20:30,M2.5.4,M11.5.1/167", "2028-12-03T22:39:30Z", 0 },
};

static int64_t seconds_of(const char *text)
{
    int64_t ns;

    assert_true(time_parse_iso_z(str_of(text), &ns) == OK);
    return ns / NS_PER_S;
}

static int32_t offset_at(const struct zone_rule *r, int64_t s)
{
    return zone_rule_dst(r, s) ? r->dst_offset_s : r->std_offset_s;
}

static void test_changes(void **)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        int64_t s = seconds_of(changes[i].utc);
        struct zone_rule r;

        if (zone_rule_parse(str_of(changes[i].tz), &r) == FAILED ||
            offset_at(&r, s) != changes[i].offset_s ||
            offset_at(&r, s - 1) == changes[i].offset_s)
            fail_msg("%s %s", changes[i].tz, changes[i].utc);
    }
}

/* RFC 8536, 3.3.1: a rule that ends where it begins means all year. */
static void test_all_year(void **)
{
    struct zone_rule r;

    assert_true(zone_rule_parse(STR("EST5EDT,0/0,J365/25"), &r) == OK);
    for (int64_t s = seconds_of("2026-01-01T00:00:00Z"), n = 0; n < 5 * 8766; n++)
        assert_int_equal(offset_at(&r, s + n * 3600), -14400);
}

static void test_parse(void **)
{
    static const char *const no[] = { "",
                                      "C",
                                      "CE-1",
                                      "CET",
                                      "CET-",
                                      "CET-25",
                                      "CET-1:60",
                                      "CET-1CEST",
                                      "CET-1CEST,",
                                      "CET-1CEST,M3.5.0",
                                      "CET-1CEST,M3.5.0,",
                                      "CET-1CEST,M13.5.0,M10.5.0",
                                      "CET-1CEST,M0.5.0,M10.5.0",
                                      "CET-1CEST,M3.6.0,M10.5.0",
                                      "CET-1CEST,M3.0.0,M10.5.0",
                                      "CET-1CEST,M3.5.7,M10.5.0",
                                      "CET-1CEST,J0,J1",
                                      "CET-1CEST,J366,J1",
                                      "CET-1CEST,366,1",
                                      "CET-1CEST,M3.5.0/168,M10.5.0",
                                      "CET-1CEST,M3.5.0/,M10.5.0",
                                      "CET-1CEST,M3.5.0,M10.5.0x",
                                      "<+08-8",
                                      "<>-8",
                                      "<+8>-8:",
                                      "1ET-1" };
    struct zone_rule r;

    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (zone_rule_parse(str_of(no[i]), &r) == OK)
            fail_msg("%s", no[i]);
    assert_true(zone_rule_parse(STR("<+0530>-5:30"), &r) == OK);
    assert_true(r.known && !r.has_dst && r.std_offset_s == 19800);
    assert_string_equal(r.std_name, "+0530");
    assert_false(zone_rule_dst(&r, 0));
    assert_true(zone_rule_parse(STR("LONGERTHANELEVEN+3"), &r) == OK);
    assert_string_equal(r.std_name, "LONGERTHANE");
    assert_int_equal(r.std_offset_s, -10800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_all_year),
        cmocka_unit_test(test_parse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
