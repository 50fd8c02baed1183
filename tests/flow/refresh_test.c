/* refresh_test.c - sent again with another end: known at the door, and the same in the
 * end as the alert sent whole. */
#include "flow/flow_private.h"
#include "model/refresh.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("磁盘满") },
                                      { STR_INIT("severity"), STR_INIT("critical") },
                                      { STR_INIT("team"), STR_INIT("ops") } };
static const struct pair annotations[] = { { STR_INIT("empty"), STR_INIT("") },
                                           { STR_INIT("summary"), STR_INIT("full") } };

static struct story s;

static struct alert_in disk(void)
{
    return (struct alert_in){ .door = DOOR_ALERTMANAGER,
                              .labels = { labels, 3 },
                              .annotations = { annotations, 2 },
                              .generator_url = STR("http://p/graph"),
                              .clear_id = STR(""),
                              .starts_at = STORY_EPOCH,
                              .ends_at = s.wall + 4 * NS_PER_MIN };
}

static void begin(void)
{
    story_begin(&s, 3);
    s.wall = STORY_EPOCH;
    story_contact(&s, "Alice", "alice@example.com", true);
    story_group(&s, "ops", "Alice");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .wait = 30 * NS_PER_S,
                                           .interval = NS_PER_MIN });
}

static void send_whole(const struct alert_in *v, size_t n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(v, n, &b);
    story_input(&s, INPUT_ALERTS, buf_str(&b));
    buf_fini(&b);
}

static bool looks_like(const struct alert_in *v, size_t n, struct buf *out)
{
    struct epoch_stay stay = epoch_enter(s.epoch);
    bool yes = flow_is_refresh(s.f, v, n, s.wall, out);

    epoch_leave(s.epoch, stay);
    return yes;
}

static bool is_refresh(const struct alert_in *in)
{
    struct buf b;
    bool yes;

    buf_init(&b, BUF_NO_LIMIT);
    yes = looks_like(in, 1, &b);
    assert_int_equal(b.n > 0, yes);
    buf_fini(&b);
    return yes;
}

static void send_softly(const struct alert_in *v, size_t n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    assert_true(looks_like(v, n, &b));
    flow_refresh_sent(s.f, (int64_t)n);
    assert_int_equal(flow_refreshing(s.f), n);
    story_input(&s, INPUT_REFRESH, buf_str(&b));
    assert_int_equal(flow_refreshing(s.f), 0);
    buf_fini(&b);
}

static const struct alert *now_there(void)
{
    struct alert_in in = disk();
    struct alert_key key = alert_key(s.f, in.door, in.labels);
    struct slot *slot = slot_find(s.f, &key);

    return slot != NULL ? slot->alert : NULL;
}

/* ---- what is one ------------------------------------------------------------- */

static void test_only_the_end(void **)
{
    const struct pair other[] = { labels[0],
                                  labels[1],
                                  { STR_INIT("team"), STR_INIT("dba") } };
    const struct pair more[] = { annotations[0],
                                 { STR_INIT("summary"), STR_INIT("Full") } };
    struct alert_in in;

    begin();
    in = disk();
    assert_false(is_refresh(&in)); /* new */
    send_whole(&in, 1);
    assert_true(is_refresh(&in));
    in.ends_at = TIME_UNSET;
    assert_true(is_refresh(&in));
    in = disk(), in.ends_zone = 3600;
    assert_true(is_refresh(&in));
    in = disk(), in.ends_at = s.wall;
    assert_false(is_refresh(&in)); /* it ended */
    in = disk(), in.starts_at--;
    assert_false(is_refresh(&in));
    in = disk(), in.starts_at = TIME_UNSET;
    assert_false(is_refresh(&in));
    in = disk(), in.starts_zone = 3600;
    assert_false(is_refresh(&in));
    in = disk(), in.generator_url = STR("http://p/Graph");
    assert_false(is_refresh(&in));
    in = disk(), in.generator_url = STR("");
    assert_false(is_refresh(&in));
    in = disk(), in.annotations.v = more;
    assert_false(is_refresh(&in));
    in = disk(), in.annotations.n = 1;
    assert_false(is_refresh(&in));
    in = disk(), in.labels.v = other;
    assert_false(is_refresh(&in));
    in = disk(), in.door = DOOR_NATIVE;
    assert_false(is_refresh(&in));
    in = disk(), in.clears = true;
    assert_false(is_refresh(&in));
    story_end(&s);
}

/* A crash may lose it: there must be time to send it once more. */
static void test_not_in_its_last_half_minute(void **)
{
    struct alert_in in;

    begin();
    in = disk();
    send_whole(&in, 1);
    story_wait(&s, 3 * NS_PER_MIN + 29 * NS_PER_S);
    in.ends_at = s.wall + NS_PER_HOUR;
    assert_true(is_refresh(&in));
    story_wait(&s, NS_PER_S);
    assert_false(is_refresh(&in));
    story_wait(&s, NS_PER_MIN);
    assert_false(is_refresh(&in)); /* it ended */
    story_end(&s);
}

/* Of a level that is not part of who it is, too. */
static void test_level_of_other_doors(void **)
{
    const struct pair minor[] = { labels[0],
                                  { STR_INIT("severity"), STR_INIT("info") },
                                  labels[2] };
    struct alert_in in;

    begin();
    in = disk();
    in.door = DOOR_AOM;
    send_whole(&in, 1);
    assert_true(is_refresh(&in));
    in.labels.v = minor;
    assert_false(is_refresh(&in));
    story_end(&s);
}

static void test_one_that_is_none(void **)
{
    struct alert_in v[3];
    struct buf b;

    begin();
    v[0] = v[1] = v[2] = disk();
    send_whole(v, 1);
    v[1].generator_url = STR("");
    buf_init(&b, BUF_NO_LIMIT);
    assert_false(looks_like(v, 3, &b));
    assert_int_equal(b.n, 0);
    buf_fini(&b);
    story_end(&s);
}

/* ---- what it does ---------------------------------------------------------------- */

static const char *lived(bool softly)
{
    static char print[128];
    struct alert_in v[2];

    begin();
    v[0] = v[1] = disk();
    v[1].door = DOOR_CLOUDMONITOR;
    v[1].ends_at = TIME_UNSET;
    v[1].timeout = 10 * NS_PER_MIN;
    send_whole(v, 2);
    for (int i = 0; i < 40; i++) {
        story_wait(&s, NS_PER_MIN);
        v[0].ends_at = s.wall + (i % 2 ? 4 : 9) * NS_PER_MIN;
        v[0].ends_zone = i;
        if (softly)
            send_softly(v, 2);
        else
            send_whole(v, 2);
    }
    story_wait(&s, 5 * NS_PER_MIN);
    story_wait(&s, 10 * NS_PER_MIN);
    assert_non_null(strstr(story_said(&s), "-"));
    snprintf(print, sizeof print, "%s", flow_print(s.f, &s.arena));
    if (softly) { /* and from the journal */
        struct flow *again = story_replay(&s, 77, 0);

        assert_string_equal(flow_print(again, &s.arena), print);
        flow_free(&again);
    }
    story_end(&s);
    return print;
}

static void test_same_as_sent_whole(void **)
{
    char whole[128];

    snprintf(whole, sizeof whole, "%s", lived(false));
    assert_string_equal(lived(true), whole);
}

/* The door looked in time; the end passed before the record's turn came. */
static void test_ended_meanwhile(void **)
{
    struct alert_in in;
    struct buf b;

    begin();
    in = disk();
    send_whole(&in, 1);
    story_wait(&s, 3 * NS_PER_MIN);
    in.ends_at = s.wall + 10 * NS_PER_MIN;
    buf_init(&b, BUF_NO_LIMIT);
    assert_true(looks_like(&in, 1, &b));
    story_wait(&s, 2 * NS_PER_MIN);
    assert_true(alert_resolved(now_there(), s.wall));
    story_input(&s, INPUT_REFRESH, buf_str(&b));
    assert_false(alert_resolved(now_there(), s.wall));
    assert_int_equal(atomic_load(&flow_counters(s.f)->alerts_active), 1);
    story_wait(&s, 30 * NS_PER_MIN); /* it ends, and is forgotten */
    assert_null(now_there());
    story_input(&s, INPUT_REFRESH, buf_str(&b));
    assert_null(now_there());
    buf_fini(&b);
    story_end(&s);
}

/* A restart gives who was re-sent its time once more; an end stated once is kept. */
static void test_restart(void **)
{
    struct alert_in in;

    begin();
    in = disk();
    send_whole(&in, 1);
    story_wait(&s, NS_PER_MIN);
    in = disk();
    send_softly(&in, 1);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Once team=ops", 0,
                s.wall + 2 * NS_PER_MIN);
    s.wall += 3 * NS_PER_MIN;
    s.steady += 3 * NS_PER_MIN;
    assert_int_equal(flow_counters(s.f)->alerts_active, 2);
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(now_there()->ends_at, s.wall + 4 * NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_end(&s);
}

/* Who holds an old version holds its pairs, however often it is moved. */
static void test_old_versions_stay_whole(void **)
{
    struct alert *held[2];
    struct epoch_stay stay;
    const struct alert *seen;
    struct alert_in in;

    begin();
    in = disk();
    send_whole(&in, 1);
    stay = epoch_enter(s.epoch);
    seen = now_there();
    for (int i = 0; i < 2; i++) {
        held[i] = (struct alert *)(uintptr_t)now_there();
        alert_ref(held[i]);
        for (int k = 0; k < 3; k++) {
            in.ends_at += NS_PER_S;
            send_softly(&in, 1);
        }
    }
    in.annotations.n = 0;
    in.generator_url = STR("");
    send_whole(&in, 1);
    assert_true(str_is(alert_annotation_get(seen, STR("summary")), "full"));
    epoch_leave(s.epoch, stay);
    for (int i = 0; i < 8; i++)
        epoch_collect(s.epoch);
    for (int i = 0; i < 2; i++) {
        assert_true(str_is(alert_annotation_get(held[i], STR("summary")), "full"));
        assert_true(str_is(alert_generator(held[i]), "http://p/graph"));
        alert_drop(s.f, held[i]);
    }
    for (int i = 0; i < 8; i++)
        epoch_collect(s.epoch);
    assert_null(intern_find(&s.f->intern, annotations[1]));
    assert_non_null(intern_find(&s.f->intern, labels[0]));
    story_end(&s);
}

static void test_damaged(void **)
{
    struct alert_in in;

    begin();
    in = disk();
    send_whole(&in, 1);
    story_input(&s, INPUT_REFRESH, STR(""));
    story_input(&s, INPUT_REFRESH, STR("\2\2\0"));
    assert_int_equal(now_there()->ends_at, in.ends_at);
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_the_end),
        cmocka_unit_test(test_not_in_its_last_half_minute),
        cmocka_unit_test(test_level_of_other_doors),
        cmocka_unit_test(test_one_that_is_none),
        cmocka_unit_test(test_same_as_sent_whole),
        cmocka_unit_test(test_ended_meanwhile),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_old_versions_stay_whole),
        cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
