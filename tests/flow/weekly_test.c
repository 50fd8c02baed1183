/* weekly_test.c - the weekly report: Monday 09:00 in each member's zone, once, with what
 * was counted since the last. */
#include "base/zone.h"
#include "flow/flow_private.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static void put_contact(const char *name, const char *zone)
{
    struct zone_rules rules = { .name = str_of(zone) };
    struct contact c = { .name = str_of(name), .zone = str_of(zone) };
    struct change change = { .op = CHANGE_UPDATE,
                             .kind = OBJECT_CONTACT,
                             .object = &c,
                             .present = FIELD_BIT(CONTACT_ZONE) };
    struct err e;

    assert_int_equal(zone_read(rules.name, &s.arena, &rules.tzif, &e), OK);
    story_put(&s, OBJECT_ZONE, &rules);
    assert_int_equal(story_change(&s, &change, 1, &e), OK);
}

static void subscribe(const char *name, bool on)
{
    struct contact_group g = { .name = str_of(name), .enable_subscribed = on };
    struct change c = { .op = CHANGE_UPDATE,
                        .kind = OBJECT_CONTACT_GROUP,
                        .object = &g,
                        .present = FIELD_BIT(GROUP_ENABLE_SUBSCRIBED) };
    struct err e;

    assert_int_equal(story_change(&s, &c, 1, &e), OK);
}

/* The story begins on Thursday, 9 October 2025, 08:53:20Z. */
static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_contact(&s, "Bob", "bob@example.com", true);
    story_contact(&s, "Carl", "carl@example.com", false);
    story_group(&s, "ops", "Alice,Bob,Carl");
    put_contact("Alice", "Asia/Shanghai");
    put_contact("Bob", "Europe/Berlin");
    put_contact("Carl", "Europe/Berlin");
    subscribe("ops", true);
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .interval = NS_PER_MIN,
                                           .repeat = 1000 * NS_PER_HOUR });
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
    story_alert(&s, DOOR_NATIVE, labels, 0, INT64_MAX);
}

static void ended(const char *labels)
{
    story_alert(&s, DOOR_NATIVE, labels, STORY_EPOCH, s.wall);
}

static const char *reports(void)
{
    const char *said = story_said(&s);
    struct str rest = str_of(said), line;
    struct buf b;
    const char *out;

    buf_init(&b, BUF_NO_LIMIT);
    while (str_cut(&rest, '\n', &line))
        if (str_has(line, STR("weekly report"))) {
            buf_z(&b, b.n > 0 ? "\n" : "");
            buf_add(&b, line);
        }
    out = arena_z(&s.arena, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct report figures(const char *zone)
{
    struct report r;

    assert_true(flow_report(s.f, STR("ops"), str_of(zone), s.wall, &s.arena, &r));
    return r;
}

static void on_monday_in_each_zone(void **state)
{
    (void)state;
    fire("alertname=Disk team=ops");
    fire("alertname=Disk team=ops host=b");
    fire("alertname=Load team=ops");
    story_wait(&s, 10 * NS_PER_MIN);
    ended("alertname=Disk team=ops");
    fire("alertname=Other team=web"); /* no route of theirs */
    story_until(&s, "2025-10-13T08:59:59+08:00");
    assert_string_equal(reports(), "");
    assert_int_equal(figures("Asia/Shanghai").fired, 3);
    assert_int_equal(figures("Asia/Shanghai").ended, 1);
    assert_int_equal(figures("Asia/Shanghai").lasted, 10 * NS_PER_MIN);
    assert_true(str_is(figures("Asia/Shanghai").names[0].alertname, "Disk"));
    assert_int_equal(figures("Asia/Shanghai").names[0].fired, 2);
    assert_int_equal(figures("Asia/Shanghai").days[3], 3); /* Thursday to Friday, 09:00 */
    assert_int_equal(figures("Asia/Shanghai").told, figures("Asia/Shanghai").delivered);
    assert_int_equal(figures("Asia/Shanghai").told, 8);
    story_until(&s, "2025-10-13T09:00:00+08:00");
    assert_string_equal(reports(), "Alice: weekly report");
    assert_int_equal(figures("Asia/Shanghai").fired, 0);
    assert_int_equal(figures("Europe/Berlin").fired, 3);
    story_until(&s, "2025-10-13T08:59:59+02:00");
    assert_string_equal(reports(), "");
    story_until(&s, "2025-10-13T09:00:00+02:00"); /* Carl has confirmed no address */
    assert_string_equal(reports(), "Bob: weekly report");
    story_until(&s, "2025-10-20T09:00:00+02:00");
    assert_string_equal(reports(), "Alice: weekly report\nBob: weekly report");
    /* summer time ends on the 26th: 09:00 is 09:00 */
    story_until(&s, "2025-10-27T08:59:59+01:00");
    assert_string_equal(reports(), "Alice: weekly report");
    story_until(&s, "2025-10-27T09:00:00+01:00");
    assert_string_equal(reports(), "Bob: weekly report");
}

static void once_and_late_after_a_time_of_nothing(void **state)
{
    (void)state;
    fire("alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    s.wall += 20 * NS_PER_DAY; /* two Mondays: nobody was there */
    s.steady += 20 * NS_PER_DAY;
    story_input(&s, INPUT_RESTART, STR(""));
    assert_string_equal(reports(), "Alice: weekly report\nBob: weekly report");
    story_wait(&s, NS_PER_HOUR);
    story_input(&s, INPUT_RESTART, STR(""));
    assert_string_equal(reports(), "");
}

static void who_did_not_subscribe_gets_none(void **state)
{
    struct report r;

    (void)state;
    subscribe("ops", false);
    assert_false(flow_report(s.f, STR("ops"), STR(""), s.wall, &s.arena, &r));
    story_wait(&s, 15 * NS_PER_DAY);
    assert_string_equal(reports(), "");
    subscribe("ops", true);
    put_contact("Bob", "Asia/Shanghai");
    story_until(&s, "2025-10-27T09:00:00+08:00");
    assert_string_equal(reports(), "Alice: weekly report\nBob: weekly report");
}

/* Years ahead by mistake, and back: the next Monday is the next. */
static void a_clock_that_was_wrong_delays_nothing(void **state)
{
    (void)state;
    story_clock(&s, 1000 * NS_PER_DAY);
    assert_string_equal(reports(), "Alice: weekly report\nBob: weekly report");
    story_clock(&s, -1000 * NS_PER_DAY);
    story_until(&s, "2025-10-13T09:00:00+08:00");
    assert_string_equal(reports(), "Alice: weekly report");
}

/* More names than are kept: the ones that come often are among them. */
static void the_most_frequent_are_named(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        fire(arena_printf(&s.arena, "alertname=Rare%d team=ops", i).p);
        if (i % 4 == 0)
            fire(arena_printf(&s.arena, "alertname=Often team=ops host=h%d", i).p);
    }
    assert_int_equal(figures("Asia/Shanghai").fired, 250);
    assert_true(str_is(figures("Asia/Shanghai").names[0].alertname, "Often"));
    assert_int_equal(figures("Asia/Shanghai").names[0].fired, 50);
    assert_int_equal(figures("Asia/Shanghai").name_count, REPORT_NAMES);
}

static void what_failed_is_counted(void **state)
{
    (void)state;
    s.answer = false;
    fire("alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(s.sent.n, 3); /* the first asks Carl for his address */
    story_outcome(&s, s.sent.v[0].key, 1, REFUSED, 0);
    story_outcome(&s, s.sent.v[1].key, 1, REFUSED, 0);
    story_outcome(&s, s.sent.v[2].key, 1, DELIVERED, 0);
    assert_int_equal(figures("Asia/Shanghai").told, 2);
    assert_int_equal(figures("Asia/Shanghai").failed, 1);
    assert_int_equal(figures("Asia/Shanghai").delivered, 1);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(on_monday_in_each_zone),
        STORY(once_and_late_after_a_time_of_nothing),
        STORY(who_did_not_subscribe_gets_none),
        STORY(a_clock_that_was_wrong_delays_nothing),
        STORY(the_most_frequent_are_named),
        STORY(what_failed_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
