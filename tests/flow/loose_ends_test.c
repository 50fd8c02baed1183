/* loose_ends_test.c - what is left when people, routes and clocks change under an
 * alert: nothing is lost, nothing stays for ever. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void forget_route(struct story *s, const char *name)
{
    struct route r = { .name = str_of(name) };
    struct change c = { .op = CHANGE_DELETE, .kind = OBJECT_ROUTE, .object = &r };
    struct err e = { 0 };

    if (story_change(s, &c, 1, &e) == FAILED)
        fail_msg("%s", e.text);
}

static void test_an_address_that_changed_holds_no_group_for_ever(void **state)
{
    struct story s;
    uint64_t serial;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    serial = story_serial(&s, "Disk");
    story_contact(&s, "Alice", "alice@elsewhere.example.com", true);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Alice: first notification +Disk");
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    assert_null(flow_alert_by_serial(s.f, serial));
    story_end(&s);
}

/* Its own address again while it still fires: it knows already. */
static void test_an_address_that_comes_back_is_not_told_again(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    story_group(&s, "ops", "");
    story_wait(&s, 10 * NS_PER_MIN);
    story_group(&s, "ops", "Alice");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    story_end(&s);
}

static void test_what_fires_again_is_routed_by_the_routes_of_now(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    story_resolve(&s, "alertname=Disk team=ops");
    forget_route(&s, "ops");
    story_route(&s, &(struct story_route){ .name = "new",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .wait = 10 * NS_PER_S });
    (void)story_said(&s);
    story_wait(&s, NS_PER_S);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 10 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_end(&s);
}

/* The group outlived what it had told; what fired next and ended is one message. */
static void test_fired_and_ended_undelivered_in_a_group_that_was_told(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 30 * NS_PER_S);
    story_answer_last(&s, DELIVERED, 0);
    story_resolve(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 5 * NS_PER_MIN);
    story_fire(&s, "alertname=Disk team=ops host=b");
    story_answer_last(&s, DELIVERED, 0);
    story_wait(&s, 5 * NS_PER_MIN);
    story_answer_last(&s, DEFERRED, 5 * NS_PER_MIN);
    (void)story_said(&s);
    story_resolve(&s, "alertname=Disk team=ops host=b");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 1);
    story_answer_last(&s, DELIVERED, 0);
    assert_string_equal(story_said(&s),
                        "Alice: fired and resolved before anybody was told -Disk");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    story_end(&s);
}

static void hook(struct story *s)
{
    struct webhook_target to = { .send_resolved = false };
    struct route r = { .name = STR("hook"),
                       .group_wait = NS_PER_S,
                       .group_interval = NS_PER_MIN,
                       .repeat_interval = NS_PER_HOUR,
                       .webhooks = { &to, 1 } };
    struct change c = {
        .op = CHANGE_UPSERT, .kind = OBJECT_ROUTE, .object = &r, .present = FIELDS_ALL
    };
    struct err e = { 0 };

    story_begin(s, 12);
    to.url = seal(s->sealer, &s->arena, STR("http://h/x"));
    if (story_change(s, &c, 1, &e) == FAILED)
        fail_msg("%s", e.text);
}

/* Who does not want to hear of ends is owed the beginning all the same. */
static void test_an_end_nobody_wants_takes_no_message_away(void **state)
{
    struct story s;

    (void)state;
    hook(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk");
    story_wait(&s, NS_PER_S);
    story_answer_last(&s, DEFERRED, 10 * NS_PER_MIN);
    (void)story_said(&s);
    story_resolve(&s, "alertname=Disk");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 1);
    story_answer_last(&s, DELIVERED, 0);
    assert_string_equal(story_said(&s), "hook: first notification +Disk");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    story_end(&s);
}

/* An end at the end of time, moved there by a re-send, is not passed by adding. */
static void test_an_alert_without_end_outlives_a_restart(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=ops", s.wall,
                INT64_MAX - NS_PER_HOUR);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=ops", s.wall, INT64_MAX);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_input(&s, INPUT_RESTART, STR(""));
    story_clock(&s, NS_PER_HOUR);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_end(&s);
}

/* What has ended stays ended when the clock goes back, and is forgotten in time. */
static void test_a_clock_set_back_brings_nothing_back(void **state)
{
    struct story s;
    uint64_t serial;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    serial = story_serial(&s, "Disk");
    story_resolve(&s, "alertname=Disk team=ops");
    story_clock(&s, -NS_PER_HOUR);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Alice: all alerts resolved -Disk");
    story_wait(&s, 30 * NS_PER_MIN);
    assert_true(flow_next_due(s.f) == INT64_MAX);
    assert_null(flow_alert_by_serial(s.f, serial));
    story_end(&s);
}

static void fire_pairs(struct story *s, struct pair *v, size_t n)
{
    struct alert_in in = { .door = DOOR_ALERTMANAGER,
                           .starts_at = TIME_UNSET,
                           .ends_at = s->wall + NS_PER_DAY,
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .labels = { v, n } };
    struct buf b;

    pairs_sort(v, n);
    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(&in, 1, &b);
    story_input(s, INPUT_ALERTS, buf_str(&b));
    buf_fini(&b);
}

/* A value may hold any character: it forges no other group's labels. */
static void test_a_zero_in_a_value_forges_no_group(void **state)
{
    struct pair plain[] = { { STR("a"), STR("x") }, { STR("b"), STR("y") } };
    struct pair forged[] = { { STR("a"), { "x\0b\0y", 5 } } };
    struct story s;

    (void)state;
    story_begin(&s, 13);
    story_route(
        &s, &(struct story_route){ .name = "all", .matchers = "z=", .group_by = "a,b" });
    fire_pairs(&s, plain, 2);
    fire_pairs(&s, forged, 1);
    assert_int_equal(flow_counters(s.f)->groups, 2);
    story_end(&s);
}

static void count_piece(void *ctx, struct str piece)
{
    (void)piece;
    ++*(size_t *)ctx;
}

/* Flows are saved side by side: one that changes much while it waits for its turn must
 * not name its account before those that were made before it. */
static void test_a_snapshot_names_its_account_at_once(void **state)
{
    struct story s;
    size_t pieces = 0;

    (void)state;
    story_ops(&s);
    flow_snapshot_begin(s.f, count_piece, &pieces);
    assert_int_equal(pieces, 1);
    flow_snapshot_abandon(s.f);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_address_that_changed_holds_no_group_for_ever),
        cmocka_unit_test(test_an_address_that_comes_back_is_not_told_again),
        cmocka_unit_test(test_what_fires_again_is_routed_by_the_routes_of_now),
        cmocka_unit_test(test_fired_and_ended_undelivered_in_a_group_that_was_told),
        cmocka_unit_test(test_an_end_nobody_wants_takes_no_message_away),
        cmocka_unit_test(test_an_alert_without_end_outlives_a_restart),
        cmocka_unit_test(test_a_clock_set_back_brings_nothing_back),
        cmocka_unit_test(test_a_zero_in_a_value_forges_no_group),
        cmocka_unit_test(test_a_snapshot_names_its_account_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
