/* escalate_test.c - nobody acknowledged: step after step, until somebody does, or it is
 * over, or kept back. */
#include "flow/flow_private.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static struct strs one(const char *name)
{
    struct str *v = arena_new(&s.arena, struct str);

    *v = str_of(name);
    return (struct strs){ v, 1 };
}

/* After 10 minutes lead, twice more each 5; 20 minutes later boss and ops again. */
static void escalation(void)
{
    struct str *both = arena_array(&s.arena, struct str, 2);
    struct escalation_step two[] = {
        { .after = 10 * NS_PER_MIN,
          .contact_groups = one("lead"),
          .repeats = 2,
          .every = 5 * NS_PER_MIN },
        { .after = 20 * NS_PER_MIN, .contact_groups = { both, 2 } },
    };
    struct escalation es = { .name = STR("night"), .steps = { two, 2 } };

    both[0] = STR("boss");
    both[1] = STR("ops");
    story_put(&s, OBJECT_ESCALATION, &es);
}

static int setup(void **state)
{
    static const struct story_route r = { .name = "ops",
                                          .matchers = "team=ops",
                                          .group_by = "team",
                                          .groups = "ops",
                                          .wait = 10 * NS_PER_S,
                                          .interval = 5 * NS_PER_MIN,
                                          .repeat = 100 * NS_PER_HOUR };
    struct route *route;

    (void)state;
    story_begin(&s, 5);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_contact(&s, "Lena", "lena@example.com", true);
    story_contact(&s, "Boris", "boris@example.com", true);
    story_group(&s, "ops", "Alice");
    story_group(&s, "lead", "Lena");
    story_group(&s, "boss", "Boris");
    escalation();
    route = story_route_of(&s, &r);
    route->escalation = STR("night");
    story_put(&s, OBJECT_ROUTE, route);
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
    story_alert(&s, DOOR_NATIVE, labels, 0, s.wall);
}

static void take(const char *name, bool release)
{
    uint64_t serial = story_serial(&s, name);
    struct ack ack = { .by = STR("Lena"), .release = release, .alerts = { &serial, 1 } };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    ack_encode(&ack, &b);
    story_input(&s, INPUT_ACK, buf_str(&b));
    buf_fini(&b);
}

static const char *last_reason(void)
{
    for (size_t i = s.rows.n; i-- > 0;)
        if (str_is(s.rows.v[i].row.word, "told"))
            return arena_z(&s.arena, s.rows.v[i].row.reason);
    abort();
}

static void step_after_step(void **state)
{
    (void)state;
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_wait(&s, 9 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(story_said(&s), "Lena: escalated, nobody acknowledged +Disk");
    assert_string_equal(last_reason(), "escalated: step 1, nobody acknowledged for 10m");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Lena: escalated, nobody acknowledged +Disk\n"
                                        "Lena: escalated, nobody acknowledged +Disk");
    assert_string_equal(last_reason(), "escalated: step 1, nobody acknowledged for 20m");
    story_wait(&s, 20 * NS_PER_MIN); /* Alice is told again: the step names her */
    assert_string_equal(story_said(&s), "Alice: escalated, nobody acknowledged +Disk\n"
                                        "Boris: escalated, nobody acknowledged +Disk");
    assert_string_equal(last_reason(), "escalated: step 2, nobody acknowledged for 40m");
    story_wait(&s, 10 * NS_PER_HOUR); /* that was the last */
    assert_string_equal(story_said(&s), "");
    ended("alertname=Disk severity=critical team=ops");
    story_wait(&s, 6 * NS_PER_MIN); /* who was told hears the end */
    assert_string_equal(story_said(&s), "Alice: all alerts resolved -Disk\n"
                                        "Lena: all alerts resolved -Disk\n"
                                        "Boris: all alerts resolved -Disk");
    assert_int_equal(s.f->groups.n, 0);
}

static void acknowledged_it_stops(void **state)
{
    (void)state;
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 11 * NS_PER_MIN);
    (void)story_said(&s);
    take("Disk", false);
    story_wait(&s, 5 * NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    /* another one is nobody's: the clock begins anew, and Lena, who is in it, hears it */
    fire("alertname=Load severity=critical team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Load\n"
                                        "Lena: new alerts added +Disk +Load");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_string_equal(story_said(&s),
                        "Lena: escalated, nobody acknowledged +Disk +Load");
    take("Load", false);
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    take("Load", true); /* given back: anew from the next flush on */
    story_wait(&s, 16 * NS_PER_MIN);
    assert_string_equal(story_said(&s),
                        "Lena: escalated, nobody acknowledged +Disk +Load");
}

static void what_is_not_grave_does_not_climb(void **state)
{
    (void)state;
    fire("alertname=Disk severity=warning team=ops");
    story_wait(&s, 5 * NS_PER_HOUR);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    fire("alertname=Load severity=critical team=ops");
    story_wait(&s, 15 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Load\n"
                                        "Lena: escalated, nobody acknowledged +Load");
    ended("alertname=Load severity=critical team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: some alerts resolved +Disk -Load\n"
                                        "Lena: all alerts resolved -Load");
    fire("alertname=Mem severity=warning team=ops"); /* she is out of it */
    story_wait(&s, 5 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: new alerts added +Disk +Mem");
}

static void resolved_in_time_nobody_else_is_told(void **state)
{
    (void)state;
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 9 * NS_PER_MIN);
    ended("alertname=Disk severity=critical team=ops");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Alice: all alerts resolved -Disk");
}

static void a_silenced_alert_does_not_climb(void **state)
{
    static const struct matcher team[] = { { STR_INIT("team"), MATCH_EQ,
                                             STR_INIT("ops") } };
    struct silence silence = { .id = STR("quiet"),
                               .matchers = { team, 1 },
                               .starts_at = s.wall + 5 * NS_PER_MIN,
                               .ends_at = s.wall + 60 * NS_PER_MIN,
                               .created_by = STR("x"),
                               .comment = STR("x") };

    (void)state;
    story_put(&s, OBJECT_SILENCE, &silence);
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 60 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk");
    story_wait(&s, 14 * NS_PER_MIN); /* from the flush behind the silence on */
    assert_string_equal(story_said(&s), "Lena: escalated, nobody acknowledged +Disk");
}

static void it_survives_a_restart_and_a_change(void **state)
{
    (void)state;
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 9 * NS_PER_MIN);
    story_input(&s, INPUT_RESTART, STR(""));
    escalation();
    story_wait(&s, 2 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "Alice: first notification +Disk\n"
                                        "Lena: escalated, nobody acknowledged +Disk");
}

static void one_that_is_named_stays(void **state)
{
    struct escalation es = { .name = STR("night") };
    struct change c = { .op = CHANGE_DELETE, .kind = OBJECT_ESCALATION, .object = &es };
    struct escalation_step nobody = { .after = NS_PER_MIN };
    struct err e;

    (void)state;
    assert_int_equal(story_change(&s, &c, 1, &e), FAILED);
    assert_int_equal(e.fault, FAULT_IN_USE);
    es.steps.v = &nobody;
    es.steps.n = 1;
    c = (struct change){ .op = CHANGE_UPSERT,
                         .kind = OBJECT_ESCALATION,
                         .object = &es,
                         .present = FIELDS_ALL };
    assert_int_equal(change_check(&c, &e), FAILED); /* tells nobody */
    nobody.contact_groups = one("ops");
    assert_int_equal(change_check(&c, &e), OK);
    nobody.repeats = 100;
    assert_int_equal(change_check(&c, &e), OK);
    nobody.repeats = 101;
    assert_int_equal(change_check(&c, &e), FAILED);
    nobody.repeats = 0;
    nobody.after = 0;
    assert_int_equal(change_check(&c, &e), FAILED);
}

static size_t ahead(struct escalation_ahead out[8])
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                          { STR_INIT("severity"), STR_INIT("critical") },
                                          { STR_INIT("team"), STR_INIT("ops") } };
    struct explanation ex;

    flow_explain(s.f, (struct pairs){ labels, 3 }, s.wall, &s.arena, &ex);
    assert_in_range(ex.ahead_count, 0, 8);
    for (size_t i = 0; i < ex.ahead_count; i++)
        out[i] = ex.ahead[i];
    return ex.ahead_count;
}

static void explain_shows_the_steps_to_come(void **state)
{
    struct escalation_ahead v[8];
    int64_t began;

    (void)state;
    assert_int_equal(ahead(v), 3);
    began = s.wall + 10 * NS_PER_S;
    assert_true(str_is(v[0].decision.to, "Lena"));
    assert_int_equal(v[0].decision.at, began + 10 * NS_PER_MIN);
    assert_true(str_is(v[1].decision.to, "Boris"));
    assert_int_equal(v[1].step, 2);
    assert_int_equal(v[1].decision.at, began + 40 * NS_PER_MIN);
    fire("alertname=Disk severity=critical team=ops");
    story_wait(&s, 11 * NS_PER_MIN); /* step 1 was told once */
    assert_int_equal(ahead(v), 2);
    assert_int_equal(v[0].decision.at, began + 40 * NS_PER_MIN);
    story_wait(&s, 10 * NS_PER_MIN);
    assert_int_equal(ahead(v), 2);
    assert_int_equal(v[0].decision.at, began + 40 * NS_PER_MIN);
    take("Disk", false);
    assert_int_equal(ahead(v), 0);
}

#define STORY(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORY(step_after_step),
        STORY(acknowledged_it_stops),
        STORY(what_is_not_grave_does_not_climb),
        STORY(resolved_in_time_nobody_else_is_told),
        STORY(a_silenced_alert_does_not_climb),
        STORY(it_survives_a_restart_and_a_change),
        STORY(one_that_is_named_stays),
        STORY(explain_shows_the_steps_to_come),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
