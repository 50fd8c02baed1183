/* metric_test.c - thresholds over pushed points: reached, worsened, left; muted, out of
 * hours, without points; rules that change; restarts and snapshots in between. */
#include "flow/flow_private.h"
#include "model/points.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

/* ---- the rule ------------------------------------------------------------------------ */

static struct metric_level levels[3];

static struct metric_rule cpu(void)
{
    static const struct str groups[] = { STR_INIT("ops") };

    levels[0] =
        (struct metric_level){ LEVEL_CRITICAL, STR("Average"), METRIC_GE, STR("95"), 3 };
    levels[1] =
        (struct metric_level){ LEVEL_WARNING, STR("Average"), METRIC_GE, STR("90"), 3 };
    return (struct metric_rule){ .id = STR("rule-1"),
                                 .name = STR("cpu high"),
                                 .metric_space = STR("acs_ecs_dashboard"),
                                 .metric = STR("CPUUtilization"),
                                 .group_id = STR(""),
                                 .resources = STR("[{\"instanceId\":\"_ALL\"}]"),
                                 .dimensions = STR(""),
                                 .period = NS_PER_MIN,
                                 .levels = { levels, 2 },
                                 .effective = STR(""),
                                 .no_effective = STR(""),
                                 .silence = NS_PER_DAY,
                                 .subject = STR(""),
                                 .category = STR(""),
                                 .contact_groups = { groups, 1 } };
}

static ok put(const struct metric_rule *r)
{
    struct change c = { .op = CHANGE_UPSERT,
                        .kind = OBJECT_METRIC_RULE,
                        .object = r,
                        .present = FIELDS_ALL };
    struct err e = { 0 };
    ok done = change_check(&c, &e);

    if (done == OK)
        done = story_change(&s, &c, 1, &e);
    if (done == FAILED)
        fprintf(stderr, "%s: %s\n", e.field, e.text);
    return done;
}

static void drop(const char *id)
{
    struct metric_rule r = { .id = str_of(id) };
    struct change c = { .op = CHANGE_DELETE,
                        .kind = OBJECT_METRIC_RULE,
                        .object = &r,
                        .present = FIELD_BIT(METRIC_RULE_ID) };
    struct err e = { 0 };

    assert_int_equal(story_change(&s, &c, 1, &e), OK);
}

/* ---- points -------------------------------------------------------------------------- */

static void push_at(const char *instance, double value, int64_t time)
{
    const struct pair dims[] = { { STR("instanceId"), str_of(instance) } };
    const struct point_value values[] = { { STR("value"), value } };
    const struct point p = { .group_id = STR("0"),
                             .metric = STR("CPUUtilization"),
                             .dims = { dims, 1 },
                             .time = time,
                             .values = values,
                             .value_count = 1 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    points_encode(&p, 1, &b);
    story_input(&s, INPUT_POINTS, buf_str(&b));
    buf_fini(&b);
}

/* A minute passes in which this was measured. */
static void minute(double value)
{
    push_at("i-abc", value, s.wall);
    story_wait(&s, NS_PER_MIN);
}

static struct str state_of(const char *rule)
{
    static const char *const words[] = { "OK", "ALARM", "INSUFFICIENT_DATA" };

    return str_of(words[flow_metric_state(s.f, str_of(rule))]);
}

#define assert_state(word) assert_true(str_is(state_of("rule-1"), word))

/* ---- before and after ---------------------------------------------------------------- */

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    s.wall -= s.wall % NS_PER_MIN;
    story_contact(&s, "Alice", "alice@example.com", true);
    story_group(&s, "ops", "Alice");
    return 0;
}

/* Every story also comes out the same when it is replayed, and from a snapshot. */
static int teardown(void **state)
{
    struct flow *loaded = story_reload(&s, 78);

    (void)state;
    assert_int_equal(flow_counters(loaded)->metric_alarms,
                     flow_counters(s.f)->metric_alarms);
    assert_int_equal(flow_counters(loaded)->metric_series,
                     flow_counters(s.f)->metric_series);
    flow_free(&loaded);
    story_same_again(&s);
    story_end(&s);
    return 0;
}

static const struct alert *alert_now(void)
{
    for (uint32_t i = 0; i < s.f->alerts.used; i++)
        if (slot_at(&s.f->alerts, i)->alert != NULL)
            return slot_at(&s.f->alerts, i)->alert;
    return NULL;
}

/* ---- stories ------------------------------------------------------------------------- */

static void test_three_periods_mail_once(void **state)
{
    struct metric_rule r = cpu();
    const struct alert *al;

    (void)state;
    assert_int_equal(put(&r), OK);
    assert_state("INSUFFICIENT_DATA");
    minute(91);
    minute(92);
    assert_state("OK");
    assert_string_equal(story_said(&s), "");
    minute(93);
    assert_state("ALARM");
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    al = alert_now();
    assert_true(str_is(alert_get(al, STR("severity")), "warning"));
    assert_true(str_is(alert_get(al, STR("level")), "WARN"));
    assert_true(str_is(alert_get(al, STR("source")), "cloudmonitor"));
    assert_true(str_is(alert_get(al, STR("instanceId")), "i-abc"));
    assert_true(str_is(alert_get(al, STR("resource")), "i-abc"));
    assert_true(str_is(alert_get(al, STR("namespace")), "acs_ecs_dashboard"));
    assert_true(str_is(alert_get(al, STR("metricName")), "CPUUtilization"));
    assert_true(str_is(alert_get(al, STR("ruleId")), "rule-1"));
    assert_true(str_is(alert_annotation_get(al, STR("curValue")), "93"));
    assert_true(str_is(alert_annotation_get(al, STR("expression")), "Average>=90"));
    for (int i = 0; i < 10; i++)
        minute(92);
    assert_string_equal(story_said(&s), "");
    assert_true(str_is(alert_annotation_get(alert_now(), STR("curValue")), "92"));
}

static void test_worse_better_over(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    (void)put(&r);
    for (int i = 0; i < 3; i++)
        minute(91);
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    minute(99);
    minute(99);
    assert_string_equal(story_said(&s), ""); /* not three times yet */
    minute(99);
    assert_string_equal(story_said(&s), "Alice: severity changed +cpu high");
    assert_true(str_is(alert_get(alert_now(), STR("severity")), "critical"));
    minute(92);
    assert_string_equal(story_said(&s), "Alice: severity changed +cpu high");
    assert_true(str_is(alert_get(alert_now(), STR("severity")), "warning"));
    minute(10);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu high");
    assert_state("OK");
}

static void alarm_now(struct metric_rule *r)
{
    assert_int_equal(put(r), OK);
    for (int i = 0; i < 3; i++)
        minute(91);
    assert_state("ALARM");
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
}

/* Once reached it lasts over a minute without points; to be reached it needs them all. */
static void test_gaps(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    (void)put(&r);
    minute(91);
    minute(91);
    story_wait(&s, NS_PER_MIN);
    minute(91);
    minute(91);
    assert_state("OK");
    minute(91);
    assert_state("ALARM");
    story_wait(&s, 5 * NS_PER_MIN);
    minute(91);
    assert_state("ALARM");
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
}

/* Points of periods that are over are judged when they come; older ones not at all. */
static void test_late_points(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    (void)put(&r);
    story_wait(&s, 20 * NS_PER_MIN);
    push_at("i-abc", 91, s.wall - 14 * NS_PER_MIN); /* older than what is kept */
    assert_int_equal(flow_counters(s.f)->metric_series, 0);
    push_at("i-abc", 91, s.wall - 13 * NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->metric_series, 1);
    push_at("i-abc", 91, s.wall - 3 * NS_PER_MIN);
    push_at("i-abc", 91, s.wall - NS_PER_MIN);
    assert_state("OK");
    push_at("i-abc", 91, s.wall - 2 * NS_PER_MIN);
    assert_state("ALARM");
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    /* one point more changes what the last period was */
    push_at("i-abc", 1, s.wall - NS_PER_MIN);
    assert_state("OK");
}

static void test_points_ahead(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    levels[1].times = 1;
    r.levels.v = &levels[1];
    r.levels.n = 1;
    (void)put(&r);
    push_at("i-abc", 91, s.wall + 15 * NS_PER_MIN + 1);
    assert_int_equal(flow_counters(s.f)->metric_series, 0);
    push_at("i-abc", 91, s.wall + 15 * NS_PER_MIN);
    story_wait(&s, 16 * NS_PER_MIN);
    assert_state("ALARM");
}

/* Out of hours nobody is told; when they begin, what still fires is. The wall clock of
 * the story is 08:53 UTC+0. */
static void test_hours(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.effective = STR("09:00-09:59 UTC+0000");
    (void)put(&r);
    assert_int_equal(s.wall % NS_PER_DAY / NS_PER_MIN, 8 * 60 + 53);
    for (int i = 0; i < 3; i++)
        minute(91);
    assert_state("ALARM");
    assert_string_equal(story_said(&s), "");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "inactive"), 1);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    r.effective = STR("");
    r.no_effective = STR("08:00-23:59 +0000");
    assert_int_equal(put(&r), OK);
    minute(1);
    assert_string_equal(story_said(&s), ""); /* the end waits */
    assert_int_equal(story_row_count(&s, ROW_DECISION, "muted"), 1);
}

static void test_silenced(void **state)
{
    static const struct matcher matchers[] = {
        { STR_INIT("instanceId"), MATCH_EQ, STR_INIT("i-abc") },
        { STR_INIT("namespace"), MATCH_EQ, STR_INIT("acs_ecs_dashboard") },
    };
    const struct silence si = { .id = STR("5ac3a8c1-1cc7-4b21-9c43-2b1f2d8c0a11"),
                                .matchers = { matchers, 2 },
                                .starts_at = s.wall,
                                .ends_at = s.wall + NS_PER_HOUR,
                                .created_by = STR(""),
                                .comment = STR("") };
    struct metric_rule r = cpu();

    (void)state;
    (void)put(&r);
    story_put(&s, OBJECT_SILENCE, &si);
    for (int i = 0; i < 3; i++) {
        push_at("i-other", 91, s.wall);
        minute(91);
    }
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "silenced"), 1);
}

/* The silence time is how long until it is said again. */
static void test_silence_time(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.silence = NS_PER_HOUR;
    alarm_now(&r);
    story_wait(&s, NS_PER_HOUR - NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 2 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: repeat interval elapsed +cpu high");
}

static void test_no_data(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    alarm_now(&r);
    story_wait(&s, NS_PER_HOUR);
    assert_state("ALARM"); /* the last state is kept */
    r.no_data = METRIC_INSUFFICIENT_DATA;
    assert_int_equal(put(&r), OK);
    assert_state("INSUFFICIENT_DATA");
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu high");
    minute(91);
    minute(91);
    assert_state("OK");
    story_wait(&s, 3 * NS_PER_MIN - 1);
    assert_state("OK");
    story_wait(&s, 1);
    assert_state("INSUFFICIENT_DATA");
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->metric_series, 0); /* and forgotten */
}

static void test_no_data_is_ok(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.no_data = METRIC_NO_DATA_OK;
    alarm_now(&r);
    story_wait(&s, 3 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu high");
}

static void test_disabled(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    alarm_now(&r);
    r.disabled = true;
    assert_int_equal(put(&r), OK);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu high");
    for (int i = 0; i < 5; i++)
        minute(99);
    assert_string_equal(story_said(&s), "");
    r.disabled = false;
    (void)put(&r);
    for (int i = 0; i < 3; i++)
        minute(91);
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
}

/* The rule takes its route, its hours and its alert along. */
static void test_deleted(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.effective = STR("08:00-23:00");
    r.no_effective = STR("03:00-04:00");
    assert_int_equal(put(&r), OK);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_ROUTE), 1);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_TIME_INTERVAL), 2);
    r.no_effective = STR("");
    alarm_now(&r);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_TIME_INTERVAL), 1);
    drop("rule-1");
    assert_int_equal(book_count(flow_book(s.f), OBJECT_ROUTE), 0);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_TIME_INTERVAL), 0);
    assert_int_equal(flow_counters(s.f)->alerts_active, 0);
    assert_int_equal(flow_counters(s.f)->metric_alarms, 0);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(s.f->groups.n, 0);
}

/* Who is told may change and nothing ends; another name is another alert. */
static void test_changed(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    alarm_now(&r);
    r.silence = NS_PER_HOUR;
    r.subject = STR("look");
    (void)put(&r);
    assert_state("ALARM");
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    r.name = STR("cpu very high");
    (void)put(&r);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(
        story_said(&s),
        "Alice: all alerts resolved -cpu high\nAlice: first notification +cpu very high");
    r.period = 2 * NS_PER_MIN; /* what was summed up says nothing any more */
    (void)put(&r);
    assert_state("ALARM");
    for (int i = 0; i < 2; i++)
        minute(1);
    minute(1);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu very high");
    r.resources = STR("[{\"instanceId\":\"i-other\"}]");
    (void)put(&r);
    assert_int_equal(flow_counters(s.f)->metric_series, 0);
}

/* A threshold that moves judges what is there; a level that goes takes its alert along. */
static void test_other_levels(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    alarm_now(&r);
    levels[0].threshold = STR("91");
    (void)put(&r);
    assert_string_equal(story_said(&s), "Alice: severity changed +cpu high");
    assert_true(str_is(alert_get(alert_now(), STR("severity")), "critical"));
    r.levels.v = &levels[1];
    r.levels.n = 1;
    (void)put(&r);
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -cpu high");
}

static void test_each_instance_for_itself(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.resources = STR("[{\"instanceId\":\"i-a\"},{\"instanceId\":\"i-b\"}]");
    (void)put(&r);
    for (int i = 0; i < 3; i++) {
        push_at("i-a", 91, s.wall);
        push_at("i-b", 91, s.wall);
        minute(99);
    }
    assert_string_equal(
        story_said(&s),
        "Alice: first notification +cpu high\nAlice: first notification +cpu high");
    assert_int_equal(flow_counters(s.f)->metric_series, 2);
    assert_int_equal(flow_counters(s.f)->metric_alarms, 2);
    assert_int_equal(flow_counters(s.f)->alerts_active, 2);
}

static void test_a_restart_and_a_clock(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    (void)put(&r);
    minute(91);
    minute(91);
    story_input(&s, INPUT_RESTART, STR(""));
    push_at("i-abc", 91, s.wall);
    story_clock(&s,
                -10 * NS_PER_MIN); /* the third period is over ten minutes later now */
    story_wait(&s, 10 * NS_PER_MIN);
    assert_state("OK");
    story_wait(&s, NS_PER_MIN);
    assert_state("ALARM");
}

/* Set back, the clock opens periods again that were over. */
static void test_a_clock_set_back(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    alarm_now(&r);
    assert_true(metrics_due(s.f) == INT64_MAX);
    story_clock(&s, -2 * NS_PER_MIN);
    assert_true(metrics_due(s.f) == s.steady + NS_PER_MIN);
}

/* What changes while a snapshot is written is in it as it was at its begin. */
static void test_a_snapshot_meanwhile(void **state)
{
    struct metric_rule r = cpu();
    struct story_cut cut;
    struct flow *loaded;
    const char *before;

    (void)state;
    alarm_now(&r);
    push_at("i-other", 1, s.wall);
    push_at("i-third", 1, s.wall);
    before = flow_print(s.f, &s.arena);
    story_cut_begin(&s, &cut);
    push_at("i-other", 99, s.wall);
    push_at("i-new", 99, s.wall);
    story_wait(&s, NS_PER_MIN);
    levels[1].statistics = STR("Maximum");
    r.levels.v = &levels[1];
    r.levels.n = 1;
    (void)put(&r);
    drop("rule-1");
    loaded = story_cut_load(&s, &cut, 78);
    assert_string_equal(flow_print(loaded, &s.arena), before);
    flow_free(&loaded);
}

/* A route like any other, but the rule's: nobody else changes it. */
static void test_its_route(void **state)
{
    const struct route by_hand = { .name = STR("cloudmonitor/metric/rule-1"),
                                   .receiver = STR("pager") };
    struct change c = { .op = CHANGE_UPDATE,
                        .kind = OBJECT_ROUTE,
                        .object = &by_hand,
                        .present = FIELD_BIT(ROUTE_RECEIVER) };
    struct metric_rule r = cpu();
    const struct route *route;
    struct err e;

    (void)state;
    (void)put(&r);
    assert_int_equal(story_change(&s, &c, 1, &e), FAILED);
    assert_int_equal(e.fault, FAULT_PROVISIONED);
    r.silence = NS_PER_HOUR;
    (void)put(&r);
    route = BOOK_MODEL(book_find(flow_book(s.f), OBJECT_ROUTE, by_hand.name), route);
    assert_int_equal(route->contact_groups.n, 1);
    assert_int_equal(route->repeat_interval, NS_PER_HOUR);
    assert_int_equal(route->matchers.n, 2);
    assert_int_equal(book_users(flow_book(s.f), REF_CONTACT_GROUP, STR("ops")), 1);
}

static void test_ends_untold(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.ends_untold = true;
    alarm_now(&r);
    minute(1);
    story_wait(&s, NS_PER_HOUR);
    assert_state("INSUFFICIENT_DATA");
    assert_string_equal(story_said(&s), "");
}

/* An SMS from WARN on, a call for CRITICAL only. */
static void test_levels_choose_channels(void **state)
{
    const struct address ads[] = {
        { .channel = CHANNEL_MAIL, .plain = STR("a@example.com"), .state = ADDRESS_OK },
        { .channel = CHANNEL_SMS, .plain = STR("13333333333"), .state = ADDRESS_OK },
    };
    const struct contact zhang = { .name = STR("Alice"),
                                   .describe = STR(""),
                                   .lang = STR(""),
                                   .zone = STR(""),
                                   .addresses = { ads, 2 } };
    struct metric_rule r = cpu();

    (void)state;
    story_put(&s, OBJECT_CONTACT, &zhang);
    levels[1].severity = LEVEL_INFO;
    (void)put(&r);
    for (int i = 0; i < 3; i++)
        minute(91);
    assert_string_equal(story_said(&s), "Alice: first notification +cpu high");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "below_severity"), 1);
    levels[1].severity = LEVEL_WARNING;
    (void)put(&r);
    assert_string_equal(story_said(&s), "Alice: severity changed +cpu high\n"
                                        "Alice: first notification +cpu high");
}

/* ---- several metrics, groups, events ---------------------------------------------------- */

static void push_of(const char *metric, const char *group, double value)
{
    const struct point_value values[] = { { STR("value"), value } };
    const struct point p = { .group_id = str_of(group),
                             .metric = str_of(metric),
                             .time = s.wall,
                             .values = values,
                             .value_count = 1 };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    points_encode(&p, 1, &b);
    story_input(&s, INPUT_POINTS, buf_str(&b));
    buf_fini(&b);
}

static void test_several_metrics(void **state)
{
    struct metric_condition two[] = {
        { STR(""), 0, STR("$Average"), METRIC_GE, STR("90") },
        { STR("disk"), 0, STR("Sum"), METRIC_GT, STR("5") }
    };
    struct metric_rule r = cpu();

    (void)state;
    r.levels.n = 0;
    r.resources = STR("");
    r.conditions.v = two;
    r.conditions.n = 2;
    r.severity = LEVEL_INFO;
    r.times = 2;
    assert_int_equal(put(&r), OK);
    for (int i = 0; i < 2; i++) {
        assert_state(i == 0 ? "INSUFFICIENT_DATA" : "OK");
        push_of("CPUUtilization", "0", 95);
        push_of("disk", "0", 6);
        story_wait(&s, NS_PER_MIN);
    }
    assert_state("ALARM");
    assert_true(str_is(alert_annotation_get(alert_now(), STR("expression")),
                       "CPUUtilization:$Average>=90 && disk:Sum>5"));
    assert_true(str_is(alert_annotation_get(alert_now(), STR("preTriggerLevel")), "OK"));
    story_same_again(&s);
    push_of("disk", "0", 1); /* the other one is late: what is known is enough */
    story_wait(&s, NS_PER_MIN);
    assert_state("OK");
    push_of("CPUUtilization", "0", 95);
    push_of("disk", "0", 6);
    story_wait(&s, NS_PER_MIN);
    assert_state("OK"); /* once; with the next it would be twice */
    /* under another metric what was summed up says nothing */
    two[1].metric = STR("memory");
    assert_int_equal(put(&r), OK);
    push_of("disk", "0", 9);
    push_of("memory", "0", 9);
    push_of("CPUUtilization", "0", 95);
    story_wait(&s, NS_PER_MIN);
    assert_state("OK");
    drop("rule-1");
}

static void test_of_a_group(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    r.group_id = STR("7");
    r.resources = STR("");
    levels[1].times = 1;
    assert_int_equal(put(&r), OK);
    push_of("CPUUtilization", "8", 95);
    push_of("CPUUtilization", "0", 95);
    story_wait(&s, NS_PER_MIN);
    assert_state("INSUFFICIENT_DATA");
    push_of("CPUUtilization", "7", 95);
    story_wait(&s, NS_PER_MIN);
    assert_state("ALARM");
}

static void event(const char *name, const char *id)
{
    char labels[128];

    (void)snprintf(labels, sizeof labels,
                   "alertname=%s eventId=%s eventType=CUSTOM groupId=0", name, id);
    story_alert(&s, DOOR_CLOUDMONITOR, labels, s.wall, s.wall + 5 * NS_PER_MIN);
}

/* So many within a minute, at once; the same one sent again counts once; a minute without
 * one ends it. */
static void test_events(void **state)
{
    struct metric_rule r = cpu();

    (void)state;
    levels[0] = (struct metric_level){ LEVEL_CRITICAL, STR("SampleCount"), METRIC_GE,
                                       STR("3"), 1 };
    r.levels.n = 1;
    r.metric = STR("HostDown");
    r.group_id = STR("0");
    r.resources = STR("");
    r.events = true;
    r.no_data = METRIC_NO_DATA_OK;
    assert_int_equal(put(&r), OK);
    for (int i = 0; i < 4; i++)
        event("HostDown", i < 2 ? "a" : "b"); /* two of them */
    push_of("HostDown", "0", 9);
    assert_state("OK");
    story_wait(&s, NS_PER_MIN); /* they are too long ago now */
    assert_state("INSUFFICIENT_DATA");
    event("HostDown", "c");
    event("HostDown", "d");
    event("HostUp", "e");
    story_wait(&s, 59 * NS_PER_S);
    assert_state("OK");
    event("HostDown", "f");
    assert_state("ALARM");
    story_wait(&s, 59 * NS_PER_S);
    assert_state("ALARM");
    story_wait(&s, NS_PER_S);
    assert_state("INSUFFICIENT_DATA");
    story_same_again(&s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_three_periods_mail_once),
        TEST(test_worse_better_over),
        TEST(test_gaps),
        TEST(test_late_points),
        TEST(test_points_ahead),
        TEST(test_hours),
        TEST(test_silenced),
        TEST(test_silence_time),
        TEST(test_no_data),
        TEST(test_no_data_is_ok),
        TEST(test_disabled),
        TEST(test_deleted),
        TEST(test_changed),
        TEST(test_other_levels),
        TEST(test_each_instance_for_itself),
        TEST(test_a_restart_and_a_clock),
        TEST(test_a_clock_set_back),
        TEST(test_a_snapshot_meanwhile),
        TEST(test_its_route),
        TEST(test_ends_untold),
        TEST(test_levels_choose_channels),
        TEST(test_several_metrics),
        TEST(test_of_a_group),
        TEST(test_events),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
