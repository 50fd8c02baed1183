/* ack_test.c - who took an alert on: no reminders until it is over, by id, by link, for a
 * while; across restarts and snapshots. */
#include "base/xxhash64.h"
#include "flow/flow_private.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_group(&s, "ops", "Alice");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "team",
                                           .groups = "ops",
                                           .wait = 10 * NS_PER_S,
                                           .interval = NS_PER_MIN,
                                           .repeat = 10 * NS_PER_MIN });
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

static size_t acknowledge(struct ack ack)
{
    struct ticket t;
    struct buf b;

    if (ack.by.p == NULL)
        ack.by = STR("Bob");
    buf_init(&b, BUF_NO_LIMIT);
    ack_encode(&ack, &b);
    (void)story_ask(&s, INPUT_ACK, buf_str(&b), &t);
    buf_fini(&b);
    if (t.result == FAILED)
        assert_int_equal(t.err.fault, FAULT_NOT_FOUND);
    return t.result == OK ? t.failed : 0;
}

static size_t take(const char *name)
{
    uint64_t serial = story_serial(&s, name);

    return acknowledge((struct ack){ .alerts = { &serial, 1 } });
}

static void no_reminder_until_it_is_resolved(void **state)
{
    (void)state;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    assert_int_equal(take("Disk"), 1);
    assert_true(
        str_is(story_row_last(&s, "acknowledged")->reason, "acknowledged by Bob"));
    for (int i = 0; i < 60; i++) { /* re-sent, as Prometheus does */
        story_fire(&s, "alertname=Disk team=ops");
        story_wait(&s, NS_PER_MIN);
    }
    assert_string_equal(story_said(&s), "");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "acknowledged"), 1);
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, 2 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    /* a new firing is new: nobody has taken it on */
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 12 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Alice: repeat interval elapsed +Disk");
}

/* It ended and fires again before any tick saw that: its new firing is nobody's, too. */
static void an_end_that_no_tick_saw_is_an_end(void **state)
{
    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, s.wall + 90 * NS_PER_S);
    story_wait(&s, 80 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    assert_int_equal(take("Disk"), 1);
    story_wait(&s, 10 * NS_PER_S);
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", s.wall, INT64_MAX);
    story_wait(&s, 12 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +Disk");
}

static void what_is_new_is_told_and_reminds_of_all(void **state)
{
    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(take("Disk"), 1);
    story_alert(&s, DOOR_NATIVE, "alertname=Load team=ops", 0, INT64_MAX);
    story_wait(&s, 2 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Alice: new alerts added +Disk +Load");
    story_wait(&s, 11 * NS_PER_MIN); /* Load is nobody's: it is repeated */
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +Disk +Load");
    assert_int_equal(take("Load"), 1);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
}

static void taken_back_it_is_repeated_again(void **state)
{
    uint64_t serial;

    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    serial = story_serial(&s, "Disk");
    assert_int_equal(
        acknowledge((struct ack){ .release = true, .alerts = { &serial, 1 } }), 0);
    assert_int_equal(take("Disk"), 1);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    assert_int_equal(
        acknowledge((struct ack){ .release = true, .alerts = { &serial, 1 } }), 1);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +Disk");
}

static void it_expires(void **state)
{
    uint64_t serial;

    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    serial = story_serial(&s, "Disk");
    assert_int_equal(acknowledge((struct ack){ .alerts = { &serial, 1 },
                                               .expires_at = s.wall + 30 * NS_PER_MIN }),
                     1);
    story_wait(&s, 29 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_input(&s, INPUT_RESTART, STR(""));
    story_wait(&s, 2 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +Disk");
    assert_true(str_is(story_row_last(&s, "unacknowledged")->reason,
                       "no longer acknowledged by Bob"));
}

/* A link of many alerts names some, and finds the others by their group. */
static void a_link_takes_the_whole_group(void **state)
{
    struct ack ack = { .link = true, .by = STR("Alice") };
    uint64_t serial;

    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    story_alert(&s, DOOR_NATIVE, "alertname=Load team=ops", 0, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk +Load");
    serial = story_serial(&s, "Disk");
    ack.alerts = (struct serials){ &serial, 1 };
    ack.group = xxhash64(STR("no such group"));
    assert_int_equal(acknowledge(ack), 1); /* the one it names */
    ack.group = xxhash64(s.sent.v[0].group_key);
    assert_int_equal(acknowledge(ack), 2);
    assert_true(str_is(story_row_last(&s, "acknowledged")->reason,
                       "acknowledged by Alice via link"));
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
}

static void what_does_not_fire_cannot_be_taken(void **state)
{
    uint64_t unknown = UINT64_C(77) << SERIAL_INDEX_BITS, serial;

    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    serial = story_serial(&s, "Disk");
    story_resolve(&s, "alertname=Disk team=ops");
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, s.wall);
    assert_int_equal(acknowledge((struct ack){ .alerts = { &unknown, 1 } }), 0);
    assert_int_equal(acknowledge((struct ack){ .alerts = { &serial, 1 } }), 0);
    assert_int_equal(acknowledge((struct ack){ .alerts = { NULL, 0 } }), 0);
}

static void explain_says_so(void **state)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                          { STR_INIT("team"), STR_INIT("ops") } };
    struct explanation ex;

    (void)state;
    story_alert(&s, DOOR_NATIVE, "alertname=Disk team=ops", 0, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(take("Disk"), 1);
    flow_explain(s.f, (struct pairs){ labels, 2 }, s.wall, &s.arena, &ex);
    assert_int_equal(ex.n, 1);
    assert_int_equal(ex.decisions[0].why, SUPPRESSED_ACKNOWLEDGED);
    assert_true(str_is(ex.decisions[0].by, "Bob"));
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(no_reminder_until_it_is_resolved),
        STORY(an_end_that_no_tick_saw_is_an_end),
        STORY(what_is_new_is_told_and_reminds_of_all),
        STORY(taken_back_it_is_repeated_again),
        STORY(it_expires),
        STORY(a_link_takes_the_whole_group),
        STORY(what_does_not_fire_cannot_be_taken),
        STORY(explain_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
