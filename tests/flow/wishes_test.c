/* wishes_test.c - from which severity on an address is told, and quiet hours: what comes
 * through, what waits for their end, in the contact's zone. */
#include "flow/flow_private.h"
#include "base/zone.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static void put(const struct contact *c, uint64_t present)
{
    struct change change = {
        .op = CHANGE_UPDATE, .kind = OBJECT_CONTACT, .object = c, .present = present
    };
    struct err e = { 0 };

    if (change_check(&change, &e) == FAILED ||
        story_change(&s, &change, 1, &e) == FAILED) {
        fprintf(stderr, "%s: %s\n", e.field, e.text);
        abort();
    }
}

static void zone_known(const char *name)
{
    struct zone_rules rules = { .name = str_of(name) };
    struct err e;

    assert_int_equal(zone_read(rules.name, &s.arena, &rules.tzif, &e), OK);
    story_put(&s, OBJECT_ZONE, &rules);
}

/* Alice hears of critical alerts only by mail; Bob of all. */
static void alice_wants(int severity)
{
    struct channel_severity *one = arena_new(&s.arena, struct channel_severity);
    struct contact c = { .name = STR("Alice"), .min_severity = { one, 1 } };

    *one = (struct channel_severity){ CHANNEL_MAIL, severity };
    put(&c, FIELD_BIT(CONTACT_MIN_SEVERITY));
}

/* 22:00 to 07:00 in Shanghai. */
static void alice_sleeps(int except)
{
    static const struct time_span nights[] = { { 22 * 60, 24 * 60 }, { 0, 7 * 60 } };
    static const struct time_item item[] = { { .times = { nights, 2 } } };
    struct contact c = { .name = STR("Alice"),
                         .zone = STR("Asia/Shanghai"),
                         .quiet = { item, 1 },
                         .quiet_except = except };

    zone_known("Asia/Shanghai");
    put(&c, FIELD_BIT(CONTACT_ZONE) | FIELD_BIT(CONTACT_QUIET) |
                FIELD_BIT(CONTACT_QUIET_EXCEPT));
}

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_contact(&s, "Bob", "bob@example.com", true);
    story_group(&s, "ops", "Alice,Bob");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "team",
                                           .groups = "ops",
                                           .wait = 10 * NS_PER_S,
                                           .interval = 5 * NS_PER_MIN,
                                           .repeat = 100 * NS_PER_HOUR });
    return 0;
}

/* Every story also comes out the same when it is replayed, and from a snapshot. */
static int teardown(void **state)
{
    (void)state;
    story_same_again(&s);
    story_end(&s);
    return 0;
}

static void fire(const char *labels)
{
    story_alert(&s, DOOR_AOM, labels, 0, INT64_MAX);
}

static void ended(const char *labels)
{
    story_alert(&s, DOOR_AOM, labels, 0, s.wall);
}

static void told_when_it_worsens_and_to_the_end(void **state)
{
    (void)state;
    alice_wants(LEVEL_CRITICAL);
    fire("alertname=Disk severity=warning team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Bob: first notification +Disk");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "below_severity"), 1);
    story_wait(&s, NS_PER_HOUR); /* said once */
    assert_int_equal(story_row_count(&s, ROW_DECISION, "below_severity"), 1);
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Bob: severity changed +Disk");
    fire("alertname=Disk severity=info team=ops"); /* she knows of it */
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: severity changed +Disk\n"
                                        "Bob: severity changed +Disk");
    ended("alertname=Disk severity=info team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk\n"
                                        "Bob: all alerts resolved -Disk");
    assert_int_equal(s.f->groups.n, 0);
}

static void a_message_holds_what_its_reader_wants(void **state)
{
    (void)state;
    alice_wants(LEVEL_ERROR);
    fire("alertname=Disk severity=warning team=ops");
    fire("alertname=Load severity=critical team=ops");
    fire("alertname=Cpu severity=error team=ops");
    fire("alertname=None team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Cpu +Load\n"
                                        "Bob: first notification +None +Cpu +Disk +Load");
    ended("alertname=Disk severity=warning team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s),
                        "Bob: some alerts resolved +None +Cpu -Disk +Load");
    ended("alertname=Cpu severity=error team=ops");
    ended("alertname=Load severity=critical team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Cpu -Load\n"
                                        "Bob: some alerts resolved +None -Cpu -Load");
}

static void an_address_of_two_people_hears_what_one_wants(void **state)
{
    (void)state;
    story_contact(&s, "Carol", "alice@example.com", true);
    story_group(&s, "ops", "Alice,Carol");
    alice_wants(LEVEL_CRITICAL);
    fire("alertname=Disk severity=info team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
}

static void quiet_hours_keep_what_is_not_loud(void **state)
{
    (void)state;
    alice_sleeps(LEVEL_CRITICAL);
    story_until(&s, "2025-10-09T22:30:00+08:00");
    fire("alertname=Disk severity=warning team=ops");
    fire("alertname=Blip severity=warning team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Bob: first notification +Blip +Disk");
    assert_true(str_is(story_row_last(&s, "quiet_hours")->reason,
                       "quiet hours until 2025-10-10T07:00:00+08:00"));
    fire("alertname=Load severity=critical team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Load\n"
                                        "Bob: new alerts added +Blip +Disk +Load");
    ended("alertname=Blip severity=warning team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Bob: some alerts resolved -Blip +Disk +Load");
    story_until(&s, "2025-10-10T06:59:59+08:00");
    assert_string_equal(story_said(&s), "");
    story_until(
        &s, "2025-10-10T07:00:00+08:00"); /* what still fires, in one message, at once */
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Load");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "quiet_hours"), 2);
}

static void an_end_in_quiet_hours_is_told_in_the_morning(void **state)
{
    (void)state;
    alice_sleeps(QUIET_NOTHING);
    story_until(&s, "2025-10-09T21:00:00+08:00");
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Bob: first notification +Disk");
    story_until(&s, "2025-10-09T23:00:00+08:00");
    ended("alertname=Disk severity=critical team=ops");
    fire("alertname=Load severity=critical team=ops");
    story_wait(&s, 6 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Bob: new alerts added -Disk +Load");
    ended("alertname=Load severity=critical team=ops"); /* she will never hear of it */
    story_until(&s, "2025-10-10T07:05:00+08:00");
    assert_string_equal(story_said(&s), "Bob: all alerts resolved -Disk -Load\n"
                                        "Alice: all alerts resolved -Disk");
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.f->groups.n, 0);
}

/* The clock is set back on 26 October: the night is an hour longer. */
static void quiet_hours_follow_the_zone(void **state)
{
    static const struct time_span night[] = { { 0, 6 * 60 } };
    static const struct time_item item[] = { { .times = { night, 1 } } };
    struct contact c = { .name = STR("Alice"),
                         .zone = STR("Europe/Berlin"),
                         .quiet = { item, 1 } };

    (void)state;
    zone_known("Europe/Berlin");
    put(&c, FIELD_BIT(CONTACT_ZONE) | FIELD_BIT(CONTACT_QUIET));
    story_until(&s, "2025-10-26T00:30:00+02:00");
    fire("alertname=Disk severity=warning team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Bob: first notification +Disk");
    assert_true(str_is(story_row_last(&s, "quiet_hours")->reason,
                       "quiet hours until 2025-10-26T06:00:00+01:00"));
    story_until(&s, "2025-10-26T06:00:00+01:00");
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
}

static enum suppression explained(const char *severity, int64_t now, struct str *by)
{
    struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("New") },
                             { STR_INIT("severity"), str_of(severity) },
                             { STR_INIT("team"), STR_INIT("ops") } };
    struct explanation ex;

    flow_explain(s.f, (struct pairs){ labels, 3 }, now, &s.arena, &ex);
    assert_int_equal(ex.n, 2);
    assert_true(str_is(ex.decisions[0].to, "Alice"));
    assert_int_equal(ex.decisions[1].why, SUPPRESSED_NONE);
    *by = ex.decisions[0].by;
    return ex.decisions[0].why;
}

static void explain_says_the_same(void **state)
{
    int64_t night;
    int32_t offset;
    struct str by;

    (void)state;
    alice_wants(LEVEL_WARNING);
    alice_sleeps(LEVEL_CRITICAL);
    assert_int_equal(
        time_parse_rfc3339(STR("2025-10-10T03:00:00+08:00"), &night, &offset), OK);
    assert_int_equal(explained("info", s.wall, &by), SUPPRESSED_BELOW_SEVERITY);
    assert_int_equal(explained("warning", s.wall, &by), SUPPRESSED_NONE);
    assert_int_equal(explained("warning", night, &by), SUPPRESSED_QUIET_HOURS);
    assert_true(str_is(by, "2025-10-10T07:00:00+08:00"));
    assert_int_equal(explained("critical", night, &by), SUPPRESSED_NONE);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(told_when_it_worsens_and_to_the_end),
        STORY(a_message_holds_what_its_reader_wants),
        STORY(an_address_of_two_people_hears_what_one_wants),
        STORY(quiet_hours_keep_what_is_not_loud),
        STORY(an_end_in_quiet_hours_is_told_in_the_morning),
        STORY(quiet_hours_follow_the_zone),
        STORY(explain_says_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
