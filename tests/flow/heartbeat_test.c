/* heartbeat_test.c - beats, misses, ends; across restarts, clock steps, snapshots. */
#include "flow/flow_private.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static void must(struct change c)
{
    struct err e = { 0 };

    if (change_check(&c, &e) == FAILED || story_change(&s, &c, 1, &e) == FAILED) {
        fprintf(stderr, "%s: %s\n", e.field, e.text);
        abort();
    }
}

static struct heartbeat backup(void)
{
    static const struct label labels[] = { { STR_INIT("severity"), STR_INIT("critical") },
                                           { STR_INIT("team"), STR_INIT("ops") } };

    return (struct heartbeat){ .name = STR("backup"),
                               .period = NS_PER_MIN,
                               .grace = 30 * NS_PER_S,
                               .labels = { labels, 2 } };
}

static void put(const struct heartbeat *hb)
{
    must((struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_HEARTBEAT,
                          .object = hb,
                          .present = FIELDS_ALL });
}

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_group(&s, "ops", "Alice");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .interval = NS_PER_MIN });
    return 0;
}

/* Every story also comes out the same when it is replayed, and from a snapshot. */
static int teardown(void **)
{
    struct flow *loaded = story_reload(&s, 78);

    assert_int_equal(flow_counters(loaded)->heartbeats_missed,
                     flow_counters(s.f)->heartbeats_missed);
    flow_free(&loaded);
    story_same_again(&s);
    story_end(&s);
    return 0;
}

static ok beat(const char *name)
{
    struct ticket t;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, str_of(name));
    (void)story_ask(&s, INPUT_BEAT, buf_str(&b), &t);
    buf_fini(&b);
    if (t.result == FAILED)
        assert_int_equal(t.err.fault, FAULT_NOT_FOUND);
    return t.result;
}

static struct heartbeat_entry entry(size_t i)
{
    struct heartbeat_entry *v;
    size_t n;

    flow_heartbeats(s.f, &s.arena, &v, &n);
    assert_true(i < n);
    return v[i];
}

static const struct alert *missed_alert(void)
{
    for (uint32_t i = 0; i < s.f->alerts.used; i++) {
        const struct alert *al = slot_at(&s.f->alerts, i)->alert;

        if (al != NULL && str_is(alert_get(al, STR("alertname")), "HeartbeatMissed") &&
            !alert_resolved(al, s.f->wall))
            return al;
    }
    return NULL;
}

/* ---- stories -------------------------------------------------------------------- */

static void test_missed_after_period_and_grace(void **state)
{
    struct heartbeat hb = backup();
    const struct alert *al;
    int64_t missed_at;

    (void)state;
    put(&hb);
    assert_int_equal(entry(0).state, HEARTBEAT_WAITING);
    assert_int_equal(entry(0).due, s.wall + 90 * NS_PER_S);
    story_wait(&s, 90 * NS_PER_S - 1);
    assert_null(missed_alert());
    story_wait(&s, 1);
    missed_at = s.wall;
    al = missed_alert();
    assert_non_null(al);
    assert_int_equal(al->door, DOOR_NATIVE);
    assert_int_equal(al->starts_at, missed_at);
    assert_true(str_is(alert_get(al, STR("heartbeat")), "backup"));
    assert_true(str_is(alert_get(al, STR("severity")), "critical"));
    assert_true(
        str_is(alert_annotation_get(al, STR("summary")), "no beat of backup for 1m30s"));
    assert_true(str_is(alert_annotation_get(al, STR("last_beat")), "never"));
    assert_int_equal(entry(0).state, HEARTBEAT_MISSED);
    assert_int_equal(entry(0).due, 0);
    assert_int_equal(flow_counters(s.f)->heartbeats_missed, 1);
    assert_int_equal(flow_counters(s.f)->received_firing, 0);
    assert_string_equal(story_said(&s), "Alice: first notification +HeartbeatMissed");
    story_wait(&s, 100 * NS_PER_DAY); /* it does not end by itself */
    assert_non_null(missed_alert());
    (void)story_said(&s);
    assert_int_equal(beat("backup"), OK);
    assert_null(missed_alert());
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -HeartbeatMissed");
}

static void test_beats_keep_it_quiet(void **state)
{
    struct heartbeat hb = backup();

    (void)state;
    put(&hb);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(beat("backup"), OK);
        assert_int_equal(entry(0).state, HEARTBEAT_BEATING);
        assert_int_equal(entry(0).last, s.wall);
        story_wait(&s, 90 * NS_PER_S - 1);
        assert_null(missed_alert());
    }
    assert_int_equal(flow_counters(s.f)->beats, 20);
    assert_int_equal(beat("nobody"), FAILED);
    story_wait(&s, 1);
    assert_non_null(missed_alert());
    assert_false(str_is(alert_annotation_get(missed_alert(), STR("last_beat")), "never"));
}

static void test_an_alert_is_a_beat(void **state)
{
    static const struct matcher watchdog[] = { { STR_INIT("alertname"), MATCH_EQ,
                                                 STR_INIT("Watchdog") } };
    struct heartbeat hb = backup();

    (void)state;
    hb.matchers = (struct matchers){ watchdog, 1 };
    put(&hb);
    for (int i = 0; i < 5; i++) {
        story_wait(&s, NS_PER_MIN);
        story_fire(&s, "alertname=Watchdog prometheus=p1");
        assert_int_equal(entry(0).last, s.wall);
    }
    story_wait(&s, NS_PER_MIN);
    story_fire(&s, "alertname=Other");
    story_resolve(&s, "alertname=Watchdog prometheus=p1"); /* its end is no beat */
    story_wait(&s, 30 * NS_PER_S);
    assert_non_null(missed_alert());
    story_fire(&s, "alertname=Watchdog prometheus=p2");
    assert_null(missed_alert());
}

/* A heartbeat that every alert feeds is not fed by its own. */
static void test_its_own_alert_is_no_beat(void **state)
{
    static const struct matcher all[] = { { STR_INIT("alertname"), MATCH_RE,
                                            STR_INIT(".+") } };
    struct heartbeat hb = backup();

    (void)state;
    hb.matchers = (struct matchers){ all, 1 };
    put(&hb);
    story_wait(&s, 2 * NS_PER_MIN);
    assert_non_null(missed_alert());
    assert_int_equal(flow_counters(s.f)->beats, 0);
}

static void test_deleting_it_ends_its_alert(void **state)
{
    struct heartbeat hb = backup();

    (void)state;
    put(&hb);
    story_wait(&s, 2 * NS_PER_MIN);
    assert_non_null(missed_alert());
    must((struct change){ .op = CHANGE_DELETE, .kind = OBJECT_HEARTBEAT, .object = &hb });
    assert_null(missed_alert());
    assert_int_equal(flow_counters(s.f)->heartbeats_missed, 0);
    assert_int_equal(beat("backup"), FAILED);
}

static void test_a_change_of_one_that_is_missed(void **state)
{
    static const struct label other[] = { { STR_INIT("team"), STR_INIT("dba") } };
    struct heartbeat hb = backup();
    uint64_t serial;

    (void)state;
    put(&hb);
    story_wait(&s, 2 * NS_PER_MIN);
    serial = missed_alert()->serial;
    hb.annotations = (struct labels){ other, 1 };
    put(&hb);
    assert_int_equal(missed_alert()->serial, serial);
    assert_true(str_is(alert_annotation_get(missed_alert(), STR("team")), "dba"));
    hb.labels = (struct labels){ other, 1 };
    put(&hb);
    assert_true(str_is(alert_get(missed_alert(), STR("team")), "dba"));
    assert_int_not_equal(missed_alert()->serial, serial);
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    hb.period = NS_PER_HOUR; /* then it is in time */
    put(&hb);
    assert_null(missed_alert());
    story_wait(&s, 58 * NS_PER_MIN + 30 * NS_PER_S - 1);
    assert_null(missed_alert());
    story_wait(&s, 1);
    assert_non_null(missed_alert());
}

static void test_a_restart_waits_a_whole_turn_again(void **state)
{
    struct heartbeat hb = backup(), late = backup();

    (void)state;
    late.name = STR("late");
    put(&late);
    story_wait(&s, 60 * NS_PER_S);
    put(&hb);
    story_wait(&s, 80 * NS_PER_S); /* late is missed, backup nearly */
    assert_int_equal(entry(1).state, HEARTBEAT_MISSED);
    s.wall += 5 * NS_PER_HOUR; /* down: steady time stood still */
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(entry(0).state, HEARTBEAT_WAITING);
    assert_int_equal(entry(0).due, s.wall + 90 * NS_PER_S);
    assert_int_equal(entry(1).state, HEARTBEAT_MISSED);
    story_wait(&s, 90 * NS_PER_S - 1);
    assert_int_equal(entry(0).state, HEARTBEAT_WAITING);
    story_wait(&s, 1);
    assert_int_equal(entry(0).state, HEARTBEAT_MISSED);
}

static void test_a_clock_that_is_set_misses_nobody(void **state)
{
    struct heartbeat hb = backup();

    (void)state;
    put(&hb);
    assert_int_equal(beat("backup"), OK);
    story_clock(&s, NS_PER_HOUR);
    story_wait(&s, 60 * NS_PER_S);
    assert_null(missed_alert());
    story_clock(&s, -3 * NS_PER_HOUR);
    story_wait(&s, 30 * NS_PER_S - 1);
    assert_null(missed_alert());
    story_wait(&s, 1);
    assert_non_null(missed_alert());
    story_clock(&s, -3 * NS_PER_HOUR);
    assert_non_null(missed_alert());
    assert_int_equal(beat("backup"), OK);
    assert_null(missed_alert());
}

/* Two in the same moment: by their names. */
static void test_many_at_once(void **state)
{
    char name[16];

    (void)state;
    for (int i = 9; i >= 0; i--) {
        struct heartbeat hb = backup();

        (void)snprintf(name, sizeof name, "hb-%d", i);
        hb.name = str_of(name);
        put(&hb);
    }
    story_wait(&s, 90 * NS_PER_S);
    assert_int_equal(flow_counters(s.f)->heartbeats_missed, 10);
    assert_int_equal(s.f->alerts.used, 10);
    for (uint32_t i = 0; i < 10; i++) {
        (void)snprintf(name, sizeof name, "hb-%u", i);
        assert_true(
            str_is(alert_get(slot_at(&s.f->alerts, i)->alert, STR("heartbeat")), name));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_missed_after_period_and_grace),
        TEST(test_beats_keep_it_quiet),
        TEST(test_an_alert_is_a_beat),
        TEST(test_its_own_alert_is_no_beat),
        TEST(test_deleting_it_ends_its_alert),
        TEST(test_a_change_of_one_that_is_missed),
        TEST(test_a_restart_waits_a_whole_turn_again),
        TEST(test_a_clock_that_is_set_misses_nobody),
        TEST(test_many_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
