/* errand_test.c - tests and messages sent again: through the outbox, beside the groups. */
#include "support/story.h"

#include "model/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static void ops(void)
{
    story_begin(&s, 11);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_contact(&s, "Bob", "bob@example.com", false);
    story_group(&s, "ops", "Alice,Bob");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .wait = 30 * NS_PER_S });
    (void)story_said(&s);
}

static void drill(enum drill_target what, const char *name)
{
    story_drill(&s, what, name);
}

static const struct history_row *last_row(enum row_kind kind)
{
    for (size_t i = s.rows.n; i-- > 0;)
        if (s.rows.v[i].row.kind == kind)
            return &s.rows.v[i].row;
    fail_msg("no such row");
    return NULL;
}

static void has(struct str text, const char *part)
{
    if (!str_has(text, str_of(part)))
        fail_msg("%s is not in %.*s", part, STR_ARG(text));
}

static void test_a_test_goes_to_each_confirmed_address(void **state)
{
    (void)state;
    ops();
    drill(DRILL_CONTACT_GROUP, "ops");
    assert_string_equal(story_said(&s), "Alice: test asked +BelfryDrill");
    /* Bob's address waits for its owner: not even a test is sent there */
    assert_int_equal(story_row_count(&s, ROW_DECISION, "address_pending"), 1);
    has(last_row(ROW_DECISION)->detail,
        "\"asked\":\"test of contact_group ops asked by admin\",\"drill\":true");
    drill(DRILL_CONTACT, "Nobody");
    drill(DRILL_TOPIC, "ops");
    assert_string_equal(story_said(&s), "");
    drill(DRILL_ROUTE, "ops");
    drill(DRILL_CONTACT, "Alice");
    assert_string_equal(story_said(&s), "Alice: test asked +BelfryDrill\n"
                                        "Alice: test asked +BelfryDrill");
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

/* What a person was told of a group a test does not change. */
static void test_a_test_tells_nothing_of_the_group(void **state)
{
    (void)state;
    ops();
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    drill(DRILL_CONTACT, "Alice");
    (void)story_said(&s);
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    story_end(&s);
}

static void test_a_test_is_tried_again_and_lives_in_a_snapshot(void **state)
{
    struct flow *other;

    (void)state;
    ops();
    s.answer = false;
    drill(DRILL_CONTACT, "Alice");
    other = story_reload(&s, 5);
    assert_int_equal(flow_counters(other)->outbox, 1);
    assert_string_equal(flow_print(other, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&other);
    story_outcome(&s, s.sent.v[s.sent.n - 1].key, 1, DEFERRED, 0);
    has(last_row(ROW_ATTEMPT)->detail, "\"next_try\":\"");
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(s.sent.v[s.sent.n - 1].attempt, 2);
    story_outcome(&s, s.sent.v[s.sent.n - 1].key, 2, DELIVERED, 0);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

/* ---- once more --------------------------------------------------------------------- */

static const struct pair disk[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                    { STR_INIT("team"), STR_INIT("ops") } };

static void again(const char *route, const char *shown, struct pairs labels)
{
    struct resend_alert al = { .serial = UINT64_C(1) << 40,
                               .in = { .door = DOOR_ALERTMANAGER,
                                       .labels = labels,
                                       .generator_url = STR(""),
                                       .clear_id = STR(""),
                                       .starts_at = STORY_EPOCH,
                                       .ends_at = TIME_UNSET } };
    struct resend_one one = { .key = STR("00112233445566778899aabbccddeeff"),
                              .route = str_of(route),
                              .contact_group = STR("ops"),
                              .action_rule = STR(""),
                              .to = STR("Alice"),
                              .channel = STR("email"),
                              .shown = str_of(shown),
                              .alerts = &al,
                              .alert_count = 1 };
    struct resend r = { .by = { STR("admin"), STR("key"), STR("::1"), STR("Resend") },
                        .v = &one,
                        .n = 1 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    resend_encode(&r, &b);
    story_input(&s, INPUT_RESEND, buf_str(&b));
    buf_fini(&b);
}

static void test_what_still_fires_is_told_as_it_is(void **state)
{
    const struct history_row *row;

    (void)state;
    ops();
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    (void)story_said(&s);
    again("ops", "alice@example.com", (struct pairs){ disk, 2 });
    assert_string_equal(story_said(&s), "Alice: sent again by request +Disk");
    row = &s.rows.v[s.rows.n - 2].row; /* the last is its attempt */
    assert_string_equal(arena_z(&s.arena, row->reason),
                        "resent by admin of 00112233445566778899aabbccddeeff");
    has(row->detail, "\"resent_of\":\"00112233445566778899aabbccddeeff\"");
    has(row->words, "\x1f"
                    "00112233445566778899aabbccddeeff\x1f");
    has(row->words, "\x1f"
                    "team=ops\x1f");
    /* and its group goes on as before */
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    story_end(&s);
}

static void test_what_is_gone_is_told_as_ended(void **state)
{
    (void)state;
    ops();
    again("ops", "alice@example.com", (struct pairs){ disk, 2 });
    assert_string_equal(story_said(&s), "Alice: sent again by request -Disk");
    story_end(&s);
}

static void test_a_person_who_moved_is_told_where_they_are(void **state)
{
    (void)state;
    ops();
    again("ops", "alice@elsewhere.example.com", (struct pairs){ disk, 2 });
    assert_string_equal(story_said(&s), "Alice: sent again by request -Disk");
    story_end(&s);
}

static void test_why_it_is_not_sent_again(void **state)
{
    (void)state;
    ops();
    again("gone", "alice@example.com", (struct pairs){ disk, 2 });
    assert_int_equal(story_row_count(&s, ROW_DECISION, "route_missing"), 1);
    again("ops", "alice@example.com", (struct pairs){ 0 });
    assert_int_equal(story_row_count(&s, ROW_DECISION, "alerts_gone"), 1);
    story_contact(&s, "Alice", "alice@new.example.com", false);
    (void)story_said(&s);
    again("ops", "alice@example.com", (struct pairs){ disk, 2 });
    assert_int_equal(story_row_count(&s, ROW_DECISION, "address_pending"), 1);
    story_group(&s, "ops", "Bob");
    again("ops", "alice@example.com", (struct pairs){ disk, 2 });
    assert_int_equal(story_row_count(&s, ROW_DECISION, "address_gone"), 1);
    assert_string_equal(story_said(&s), "");
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_test_goes_to_each_confirmed_address),
        cmocka_unit_test(test_a_test_tells_nothing_of_the_group),
        cmocka_unit_test(test_a_test_is_tried_again_and_lives_in_a_snapshot),
        cmocka_unit_test(test_what_still_fires_is_told_as_it_is),
        cmocka_unit_test(test_what_is_gone_is_told_as_ended),
        cmocka_unit_test(test_a_person_who_moved_is_told_where_they_are),
        cmocka_unit_test(test_why_it_is_not_sent_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
