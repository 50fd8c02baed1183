#include "model/time_interval.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena a;

static const struct zone *zone_named(const void *ctx, struct str iana)
{
    const struct zone *z = NULL;
    struct str tzif;
    struct err e;

    (void)ctx;
    if (zone_read(iana, &a, &tzif, &e) == FAILED || zone_parse(tzif, &a, &z, &e) != OK)
        return NULL;
    return z;
}

static bool holds_at(struct time_item item, const char *when)
{
    struct time_interval t = { .name = STR("t"), .items = { &item, 1 } };
    int32_t offset;
    int64_t ns;

    assert_int_equal(time_parse_rfc3339(str_of(when), &ns, &offset), OK);
    return time_interval_holds(&t, zone_named, NULL, ns);
}

#define SPANS(...)                                                                       \
    {                                                                                    \
        (const struct time_span[]){ __VA_ARGS__ },                                       \
            sizeof((const struct time_span[]){ __VA_ARGS__ }) / sizeof(struct time_span) \
    }

static void test_minutes_end_before_their_end(void **)
{
    struct time_item item = { .times = SPANS({ 9 * 60, 17 * 60 }, { 1430, 1440 }) };

    assert_false(holds_at(item, "2026-11-22T08:59:59.999999999Z"));
    assert_true(holds_at(item, "2026-11-22T09:00:00Z"));
    assert_true(holds_at(item, "2026-11-22T16:59:59.999999999Z"));
    assert_false(holds_at(item, "2026-11-22T17:00:00Z"));
    assert_true(holds_at(item, "2026-11-22T23:59:59Z"));
    assert_false(holds_at(item, "2026-11-23T00:00:00Z"));
}

/* 2026-11-22 is a Sunday. */
static void test_all_that_is_given_must_hold(void **)
{
    struct time_item item = { .weekdays = SPANS({ 0, 0 }, { 5, 6 }),
                              .months = SPANS({ 11, 12 }),
                              .years = SPANS({ 2020, 2026 }) };

    assert_true(holds_at(item, "2026-11-22T12:00:00Z"));
    assert_false(holds_at(item, "2026-11-23T12:00:00Z"));
    assert_true(holds_at(item, "2026-11-27T12:00:00Z"));
    assert_false(holds_at(item, "2026-10-25T12:00:00Z"));
    assert_false(holds_at(item, "2027-11-21T12:00:00Z"));
    assert_true(holds_at((struct time_item){ 0 }, "2027-11-21T12:00:00Z"));
}

static void test_days_count_from_both_ends(void **)
{
    struct time_item last = { .days = SPANS({ -1, -1 }) };
    struct time_item end = { .days = SPANS({ 30, -1 }) };
    struct time_item month = { .days = SPANS({ -31, 31 }) };
    struct time_item early = { .days = SPANS({ -31, -29 }) };
    struct time_item middle = { .days = SPANS({ 5, -20 }) };

    assert_true(holds_at(last, "2026-02-28T12:00:00Z"));
    assert_false(holds_at(last, "2028-02-28T12:00:00Z"));
    assert_true(holds_at(last, "2028-02-29T12:00:00Z"));
    assert_true(holds_at(last, "2026-12-31T23:59:59Z"));
    assert_false(holds_at(end, "2026-02-28T12:00:00Z")); /* begins behind the month */
    assert_true(holds_at(end, "2026-04-30T12:00:00Z"));
    assert_true(holds_at(month, "2026-02-01T12:00:00Z"));
    assert_true(holds_at(month, "2026-02-28T12:00:00Z"));
    assert_false(holds_at(early, "2026-02-01T12:00:00Z"));
    assert_true(holds_at(early, "2026-04-02T12:00:00Z"));
    assert_true(holds_at(middle, "2026-02-09T12:00:00Z"));
    assert_false(holds_at(middle, "2026-02-10T12:00:00Z"));
}

static void test_any_item_is_enough_and_none_is_never(void **)
{
    struct time_item v[] = { { .months = SPANS({ 1, 1 }) },
                             { .months = SPANS({ 3, 3 }) } };
    struct time_interval t = { .name = STR("t"), .items = { v, 2 } };
    struct civil c = { .year = 2026, .month = 3, .day = 1 };

    assert_true(time_interval_holds(&t, zone_named, NULL, civil_to_ns(&c, 0)));
    c.month = 2;
    assert_false(time_interval_holds(&t, zone_named, NULL, civil_to_ns(&c, 0)));
    t.items.n = 0;
    assert_false(time_interval_holds(&t, zone_named, NULL, civil_to_ns(&c, 0)));
}

/* The wall clock of the zone decides, whatever it does: both changes of the year, in
 * the north, in the south, and by half an hour. */
static void test_the_clock_of_the_zone_decides(void **)
{
    struct time_item office = { .times = SPANS({ 9 * 60, 17 * 60 }) };
    struct time_item night = { .times = SPANS({ 2 * 60, 3 * 60 }) };

    office.zone = night.zone = STR("Europe/Berlin");
    assert_true(holds_at(office, "2026-03-28T08:00:00Z")); /* +1 */
    assert_false(holds_at(office, "2026-03-28T07:59:59Z"));
    assert_true(holds_at(office, "2026-03-29T07:00:00Z")); /* +2 */
    assert_false(holds_at(office, "2026-03-29T15:00:00Z"));
    assert_true(holds_at(office, "2026-10-25T15:59:59Z")); /* +1 again */
    /* 02:00 to 03:00 is skipped in March and comes twice in October */
    assert_false(holds_at(night, "2026-03-29T00:59:59Z"));
    assert_false(holds_at(night, "2026-03-29T01:00:00Z"));
    assert_false(holds_at(night, "2026-10-24T23:59:59Z"));
    assert_true(holds_at(night, "2026-10-25T00:00:00Z"));
    assert_true(holds_at(night, "2026-10-25T01:59:59Z"));
    assert_false(holds_at(night, "2026-10-25T02:00:00Z"));

    office.zone = STR("America/New_York");
    assert_true(holds_at(office, "2026-03-07T14:00:00Z"));
    assert_false(holds_at(office, "2026-03-07T13:59:59Z"));
    assert_true(holds_at(office, "2026-03-08T13:00:00Z"));
    assert_true(holds_at(office, "2026-11-01T14:00:00Z"));
    assert_false(holds_at(office, "2026-11-01T13:59:59Z"));

    office.zone = night.zone = STR("Australia/Lord_Howe"); /* by half an hour */
    assert_true(holds_at(office, "2026-04-03T22:00:00Z")); /* +11 */
    assert_false(holds_at(office, "2026-04-05T22:29:59Z"));
    assert_true(holds_at(office, "2026-04-05T22:30:00Z")); /* +10:30 */
    assert_true(holds_at(office, "2026-10-04T22:00:00Z"));
    /* at 02:00 on the first Sunday of October the clock goes on to 02:30 */
    assert_false(holds_at(night, "2026-10-03T15:29:59Z"));
    assert_true(holds_at(night, "2026-10-03T15:30:00Z"));
    assert_false(holds_at(night, "2026-10-03T16:00:00Z"));
}

static void test_days_are_those_of_the_zone(void **)
{
    struct time_item item = { .weekdays = SPANS({ 1, 1 }), .zone = STR("Asia/Shanghai") };

    assert_false(holds_at(item, "2026-11-22T15:59:59Z"));
    assert_true(holds_at(item, "2026-11-22T16:00:00Z"));
    assert_true(holds_at(item, "2026-11-23T15:59:59Z"));
    assert_false(holds_at(item, "2026-11-23T16:00:00Z"));
    item.zone = STR("No/Where"); /* the book refuses it; here it is UTC */
    assert_false(holds_at(item, "2026-11-22T16:00:00Z"));
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minutes_end_before_their_end),
        cmocka_unit_test(test_all_that_is_given_must_hold),
        cmocka_unit_test(test_days_count_from_both_ends),
        cmocka_unit_test(test_any_item_is_enough_and_none_is_never),
        cmocka_unit_test(test_the_clock_of_the_zone_decides),
        cmocka_unit_test(test_days_are_those_of_the_zone),
    };

    arena_init(&a);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
