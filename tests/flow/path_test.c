/* path_test.c - the path of an alert, told as stories on virtual time. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_one_alert_reaches_one_person_once(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 29 * NS_PER_S);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_wait(&s, 3 * NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    story_end(&s);
}

static void test_new_alerts_and_ends_are_told_at_the_interval(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 30 * NS_PER_S);
    (void)story_said(&s);
    story_fire(&s, "alertname=Disk team=ops host=b");
    story_wait(&s, 4 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Disk");
    story_resolve(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: some alerts resolved -Disk +Disk");
    story_resolve(&s, "alertname=Disk team=ops host=b");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    assert_int_equal(flow_counters(s.f)->alerts_active, 0);
    story_end(&s);
}

static void test_repeat_comes_after_its_interval(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    (void)story_said(&s);
    story_wait(&s, 4 * NS_PER_HOUR - 1);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 1);
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +Disk");
    story_end(&s);
}

static void test_fired_and_ended_before_the_wait_is_noted_not_told(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Blip team=ops");
    story_wait(&s, 5 * NS_PER_S);
    story_resolve(&s, "alertname=Blip team=ops");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "resolved_untold"), 1);
    assert_int_equal(flow_counters(s.f)->groups, 0);
    story_end(&s);
}

static void test_undelivered_firing_and_its_end_become_one_message(void **state)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    memcpy(key, s.sent.v[0].key, sizeof key);
    story_outcome(&s, key, 1, DEFERRED, 5 * NS_PER_MIN);
    (void)story_said(&s);
    story_resolve(&s, "alertname=Disk team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 1);
    assert_string_not_equal(s.sent.v[0].key, key);
    memcpy(key, s.sent.v[0].key, sizeof key);
    assert_string_equal(story_said(&s),
                        "Alice: fired and resolved before anybody was told -Disk");
    story_outcome(&s, key, 1, DELIVERED, 0);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    story_end(&s);
}

static void test_retries_carry_one_key_and_back_off(void **state)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];
    int64_t longest = 0;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    memcpy(key, s.sent.v[0].key, sizeof key);
    for (int attempt = 1; attempt < 12; attempt++) {
        int64_t failed = s.steady, most = 60 * NS_PER_S, after;
        struct story_sent *sent;

        if (attempt <= 4) /* then the place rests, too */
            most = 500 * NS_PER_MS << (attempt - 1);
        story_outcome(&s, key, attempt, DEFERRED, 0);
        story_wait(&s, 61 * NS_PER_S);
        sent = &s.sent.v[s.sent.n - 1];
        assert_string_equal(sent->key, key);
        assert_int_equal(sent->attempt, attempt + 1);
        after = sent->at - failed;
        assert_true(after >= (attempt <= 4 ? most / 10 : NS_PER_S) && after <= most);
        if (after > longest)
            longest = after;
    }
    assert_true(longest > 4 * NS_PER_S);
    story_end(&s);
}

/* More than are looked through: each once, though two groups name it, and each hears of
 * the end, also when some left meanwhile and others came. */
static void test_many_addresses(void **state)
{
    enum { MANY = 70 };
    struct story s;
    struct buf all, some;
    char name[20], mail[40];

    (void)state;
    story_begin(&s, 9);
    buf_init(&all, BUF_NO_LIMIT);
    buf_init(&some, BUF_NO_LIMIT);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "c%d", i);
        snprintf(mail, sizeof mail, "c%d@example.com", i % 60); /* ten share one */
        story_contact(&s, name, mail, true);
        buf_printf(&all, "%s%s", i > 0 ? "," : "", name);
        if (i % 2 == 0)
            buf_printf(&some, "%s%s", i > 0 ? "," : "", name);
    }
    buf_char(&all, '\0');
    buf_char(&some, '\0');
    story_group(&s, "all", all.p);
    story_group(&s, "some", some.p);
    story_route(&s, &(struct story_route){ .name = "many",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "some,all",
                                           .interval = NS_PER_MIN });
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(s.sent.n, 60);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "same_address"),
                     MANY + MANY / 2 - 60);
    story_group(&s, "all", some.p);
    story_contact(&s, "c0", "new@example.com", true);
    story_fire(&s, "alertname=Disk team=ops more=1");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n,
                     60 + 31); /* thirty, and the new one, of c0 and not of c60 */
    story_same_again(&s);
    story_resolve(&s, "alertname=Disk team=ops");
    story_resolve(&s, "alertname=Disk team=ops more=1");
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 60 + 31 + 31);
    assert_int_equal(flow_counters(s.f)->groups, 0);
    buf_fini(&all);
    buf_fini(&some);
    story_end(&s);
}

static void test_a_dead_address_repeats_nothing_for_the_others(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_contact(&s, "Bob", "bob@example.com", true);
    story_group(&s, "ops", "Alice,Bob");
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    assert_int_equal(s.sent.n, 2);
    story_outcome(&s, s.sent.v[0].key, 1, DELIVERED, 0);
    story_outcome(&s, s.sent.v[1].key, 1, DEFERRED, 10 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Bob: first notification +Disk");
    story_wait(&s, 11 * NS_PER_S);
    assert_string_equal(story_said(&s), "Bob: first notification +Disk");
    story_end(&s);
}

static void test_unconfirmed_addresses_are_asked_and_not_told(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_contact(&s, "Carol", "carol@example.com", false);
    assert_string_equal(story_said(&s), "Carol: confirmation asked");
    story_group(&s, "ops", "Alice,Carol");
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 2 * NS_PER_HOUR);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "address_pending"), 1);
    story_end(&s);
}

static void test_not_routed_is_recorded(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Disk team=dev");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "not_routed"), 1);
    assert_int_equal(flow_counters(s.f)->not_routed, 1);
    story_wait(&s, NS_PER_MIN);
    story_fire(&s, "alertname=Disk team=dev"); /* a re-send is no news */
    assert_int_equal(flow_counters(s.f)->not_routed, 1);
    story_resolve(&s, "alertname=Disk team=dev");
    story_wait(&s, NS_PER_MIN);
    story_fire(&s, "alertname=Disk team=dev");
    assert_int_equal(flow_counters(s.f)->not_routed, 2);
    story_end(&s);
}

static void test_nothing_is_remembered_for_ever(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_fire(&s, "alertname=Routed team=ops");
    story_fire(&s, "alertname=Resolved team=dev");
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Timeout team=dev", 0, 0);
    story_alert(&s, DOOR_AOM, "alertname=Cleared team=dev", 0, 0);
    story_wait(&s, NS_PER_MIN);
    story_resolve(&s, "alertname=Routed team=ops");
    story_resolve(&s, "alertname=Resolved team=dev");
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->alerts_active, 0);
    assert_int_equal(flow_counters(s.f)->groups, 0);
    assert_int_equal(story_query(s.f, &(struct query){ .a = &s.arena }), 0);
    story_end(&s);
}

static void test_a_change_of_level_is_the_same_alert_and_is_told(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_AOM, "alertname=Cpu team=ops severity=warning", 0,
                s.wall + NS_PER_HOUR);
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Cpu");
    story_alert(&s, DOOR_AOM, "alertname=Cpu team=ops severity=critical", 0,
                s.wall + NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: severity changed +Cpu");
    story_end(&s);
}

static void test_restart_sends_what_was_in_flight_under_the_same_key(void **state)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    memcpy(key, s.sent.v[0].key, sizeof key);
    (void)story_said(&s);
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(s.sent.n, 1);
    assert_string_equal(s.sent.v[0].key, key);
    assert_int_equal(s.sent.v[0].attempt, 2);
    story_end(&s);
}

static void test_a_restart_does_not_resolve_what_could_not_be_resent(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=ops", 0, 0); /* 5 m to live */
    story_wait(&s, 30 * NS_PER_S);
    (void)story_said(&s);
    s.wall += NS_PER_HOUR; /* down for an hour */
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_wait(&s, 4 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk");
    story_end(&s);
}

static void test_no_clock_ends_what_never_ends(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=ops", 0, 0);
    story_wait(&s, NS_PER_MIN);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=ops", 0, INT64_MAX);
    (void)story_said(&s);
    story_clock(&s, NS_PER_HOUR);
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    story_end(&s);
}

static void test_a_vendor_that_asks_for_ever_is_given_up(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    story_outcome(&s, s.sent.v[0].key, 1, DEFERRED, INT64_MAX);
    assert_int_equal(flow_counters(s.f)->dead_letters, 1);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

static void test_refused_is_given_up_until_something_new(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 30 * NS_PER_S);
    story_outcome(&s, s.sent.v[0].key, 1, REFUSED, 0);
    (void)story_said(&s);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    story_fire(&s, "alertname=Disk team=ops host=b");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Disk");
    story_end(&s);
}

static void test_one_person_through_two_groups_is_told_once(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    story_group(&s, "ops2", "Alice");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .groups = "ops,ops2",
                                           .wait = 30 * NS_PER_S });
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_end(&s);
}

static const struct history_row *told_row(const struct story *s, const char *to)
{
    for (size_t i = s->rows.n; i-- > 0;)
        if (str_is(s->rows.v[i].row.word, "told") && str_is(s->rows.v[i].row.to, to))
            return &s->rows.v[i].row;
    fail_msg("%s was not told", to);
    return NULL;
}

/* Whoever is told of the same alerts has the same list and words in its row, whoever is
 * told of others has its own; and another flush has the ends of its time. */
static void test_rows_of_a_flush_have_their_alerts_alike(void **state)
{
    struct story s;
    const struct history_row *alice, *bob, *carol;
    struct str before;

    (void)state;
    story_ops(&s);
    story_contact(&s, "Bob", "bob@example.com", true);
    story_contact(&s, "Carol", "carol@example.com", true);
    story_group(&s, "ops", "Alice,Bob");
    story_group(&s, "dba", "Carol");
    story_route(&s, &(struct story_route){ .name = "dba",
                                           .matchers = "team=dba",
                                           .group_by = "alertname",
                                           .groups = "dba",
                                           .wait = 30 * NS_PER_S });
    story_fire(&s, "alertname=Disk team=ops host=a");
    story_fire(&s, "alertname=Disk team=dba host=a");
    story_wait(&s, 30 * NS_PER_S);
    alice = told_row(&s, "Alice");
    bob = told_row(&s, "Bob");
    carol = told_row(&s, "Carol");
    assert_true(str_starts(alice->alerts, STR("[{\"id\":")));
    assert_true(str_ends(alice->alerts, STR("}]")));
    assert_true(str_has(alice->alerts, STR("\"team\":\"ops\"")));
    assert_true(str_eq(alice->alerts, bob->alerts));
    assert_true(str_eq(alice->words, bob->words));
    assert_true(str_has(carol->alerts, STR("\"team\":\"dba\"")));
    assert_true(str_has(carol->words, STR("\x1fteam=dba\x1f")));
    before = alice->alerts;
    story_resolve(&s, "alertname=Disk team=ops host=a");
    story_wait(&s, 10 * NS_PER_MIN);
    alice = told_row(&s, "Alice");
    assert_false(str_eq(alice->alerts, before));
    assert_true(str_has(alice->alerts, STR("\"status\":\"resolved\"")));
    assert_true(str_eq(alice->alerts, told_row(&s, "Bob")->alerts));
    story_end(&s);
}

/* What stands behind belfry_alerts_resolved, and what open pages are told by: one that
 * goes while another comes moved twice, whatever the sums say. */
static void test_who_comes_and_who_goes_is_counted(void **state)
{
    const struct flow_counters *c;
    struct story s;
    uint64_t moved;

    (void)state;
    story_ops(&s);
    c = flow_counters(s.f);
    story_fire(&s, "alertname=A team=ops");
    story_fire(&s, "alertname=B team=ops");
    assert_int_equal(c->alerts_active, 2);
    assert_int_equal(c->alerts_resolved, 0);
    moved = c->alerts_moved;
    assert_int_equal(moved, 2);
    story_fire(&s, "alertname=A team=ops"); /* it only fires on */
    assert_int_equal(c->alerts_moved, moved);
    story_resolve(&s, "alertname=A team=ops");
    story_fire(&s, "alertname=C team=ops");
    assert_int_equal(c->alerts_active, 2);
    assert_int_equal(c->alerts_resolved, 1);
    assert_int_equal(c->alerts_moved, moved + 2);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=B team=ops", 0, s.wall + NS_PER_MIN);
    story_wait(&s, 2 * NS_PER_MIN); /* by itself */
    assert_int_equal(c->alerts_active, 1);
    assert_int_equal(c->alerts_resolved, 2);
    assert_int_equal(c->alerts_moved, moved + 3);
    story_wait(&s, NS_PER_HOUR); /* they are forgotten */
    assert_int_equal(c->alerts_resolved, 0);
    assert_int_equal(c->alerts_moved, moved + 3);
    story_end(&s);
}

/* ---- explain is delivery --------------------------------------------------------- */

static void test_explain_says_what_delivery_does(void **state)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                          { STR_INIT("team"), STR_INIT("ops") } };
    static const struct pair other[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                         { STR_INIT("team"), STR_INIT("dev") } };
    struct story s;
    struct explanation x;

    (void)state;
    story_ops(&s);
    story_contact(&s, "Carol", "carol@example.com", false);
    story_group(&s, "ops", "Alice,Carol");
    flow_explain(s.f, (struct pairs){ labels, 2 }, s.wall, &s.arena, &x);
    assert_int_equal(x.n, 2);
    assert_int_equal(x.told, 1);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_NONE);
    assert_int_equal(x.decisions[0].at, s.wall + 30 * NS_PER_S);
    assert_int_equal(x.decisions[1].why, SUPPRESSED_ADDRESS_PENDING);
    flow_explain(s.f, (struct pairs){ other, 2 }, s.wall, &s.arena, &x);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_NOT_ROUTED);
    assert_int_equal(x.routes[0].missed_count, 1);
    assert_true(str_is(x.routes[0].missed.name, "team"));
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, NS_PER_MIN);
    flow_explain(s.f, (struct pairs){ labels, 2 }, s.wall, &s.arena, &x);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_TOLD_ALREADY);
    story_end(&s);
}

/* ---- state --------------------------------------------------------------------------- */

static void busy_hour(struct story *s)
{
    char labels[128];

    story_contact(s, "Bob", "bob@example.com", true);
    story_contact(s, "Carol", "carol@example.com", false);
    story_group(s, "ops", "Alice,Bob,Carol");
    for (int i = 0; i < 40; i++) {
        snprintf(labels, sizeof labels, "alertname=A%d team=%s host=h%d", i % 7,
                 i % 5 ? "ops" : "dev", i);
        story_fire(s, labels);
        s->answer = i % 3 != 0;
        story_wait(s, 20 * NS_PER_S);
        if (i % 4 == 0)
            story_resolve(s, labels);
    }
}

static void test_replay_makes_the_same_state_under_another_seed(void **state)
{
    struct story s;
    struct flow *again;

    (void)state;
    story_ops(&s);
    busy_hour(&s);
    again = story_replay(&s, 99, 0);
    assert_string_equal(flow_print(again, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&again);
    story_end(&s);
}

/* The snapshot is walked in slices while inputs go on; loading it and replaying what
 * came after begin gives the state that went on. */
static void test_snapshot_in_slices_plus_tail_is_the_state(void **state)
{
    struct story s;
    struct story_cut cut;
    struct flow *again, *whole;

    (void)state;
    story_ops(&s);
    busy_hour(&s);
    story_cut_begin(&s, &cut);
    for (int i = 0; i < 30; i++) {
        char labels[96];

        snprintf(labels, sizeof labels, "alertname=B%d team=ops host=h%d", i % 3, i);
        story_fire(&s, labels);
        snprintf(labels, sizeof labels, "alertname=A%d team=ops host=h%d", i % 7, i);
        story_resolve(&s, labels);
        story_wait(&s, NS_PER_MIN);
        (void)story_cut_slice(&s);
    }
    whole = story_replay(&s, 3, 0);
    again = story_cut_load(&s, &cut, 5);
    story_replay_into(&s, again, cut.from);
    assert_string_equal(flow_print(again, &s.arena), flow_print(whole, &s.arena));
    flow_free(&again);
    flow_free(&whole);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_alert_reaches_one_person_once),
        cmocka_unit_test(test_new_alerts_and_ends_are_told_at_the_interval),
        cmocka_unit_test(test_repeat_comes_after_its_interval),
        cmocka_unit_test(test_fired_and_ended_before_the_wait_is_noted_not_told),
        cmocka_unit_test(test_undelivered_firing_and_its_end_become_one_message),
        cmocka_unit_test(test_retries_carry_one_key_and_back_off),
        cmocka_unit_test(test_many_addresses),
        cmocka_unit_test(test_a_dead_address_repeats_nothing_for_the_others),
        cmocka_unit_test(test_unconfirmed_addresses_are_asked_and_not_told),
        cmocka_unit_test(test_not_routed_is_recorded),
        cmocka_unit_test(test_nothing_is_remembered_for_ever),
        cmocka_unit_test(test_a_change_of_level_is_the_same_alert_and_is_told),
        cmocka_unit_test(test_restart_sends_what_was_in_flight_under_the_same_key),
        cmocka_unit_test(test_a_restart_does_not_resolve_what_could_not_be_resent),
        cmocka_unit_test(test_no_clock_ends_what_never_ends),
        cmocka_unit_test(test_a_vendor_that_asks_for_ever_is_given_up),
        cmocka_unit_test(test_refused_is_given_up_until_something_new),
        cmocka_unit_test(test_one_person_through_two_groups_is_told_once),
        cmocka_unit_test(test_rows_of_a_flush_have_their_alerts_alike),
        cmocka_unit_test(test_who_comes_and_who_goes_is_counted),
        cmocka_unit_test(test_explain_says_what_delivery_does),
        cmocka_unit_test(test_replay_makes_the_same_state_under_another_seed),
        cmocka_unit_test(test_snapshot_in_slices_plus_tail_is_the_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
