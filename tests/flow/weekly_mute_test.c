/* weekly_mute_test.c - a mute rule of AOM's in virtual time: Sunday's night in New York, as
 * the clocks are set forward and back; and what a dialect rule is made of comes and goes
 * with it. */
#include "base/zone.h"
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
    story_begin(&s, 11);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    story_end(&s);
    return 0;
}

static void zone(const char *name)
{
    struct zone_rules z = { .name = str_of(name) };
    struct err e;

    assert_int_equal(zone_read(z.name, &s.arena, &z.tzif, &e), OK);
    story_put(&s, OBJECT_ZONE, &z);
}

/* A silence at these seconds of these days of the week, in New York. */
static struct dialect_rule mute(int64_t weekday, int64_t from, int64_t to)
{
    struct time_span *day = arena_new(&s.arena, struct time_span);
    struct time_span *seconds = arena_new(&s.arena, struct time_span);
    struct time_item *item = arena_new(&s.arena, struct time_item);
    struct matcher *m = arena_new(&s.arena, struct matcher);
    struct silence *sil = arena_new(&s.arena, struct silence);
    struct dialect_rule r;

    schema_zero(&silence_schema, sil);
    schema_zero(&dialect_rule_schema, &r);
    *day = (struct time_span){ weekday, weekday };
    *seconds = (struct time_span){ from, to };
    *item = (struct time_item){ .zone = STR(""),
                                .weekdays = { day, 1 },
                                .seconds = { seconds, 1 } };
    *m = (struct matcher){ STR("alertname"), MATCH_EQ, STR("Disk") };
    sil->id = STR("11111111-1111-1111-1111-111111111111");
    sil->matchers = (struct matchers){ m, 1 };
    sil->ends_at = INT64_C(7258118400) * NS_PER_S;
    sil->hours.v = item;
    sil->hours.n = 1;
    sil->zone = STR("America/New_York");
    r.name = STR("aom.mute/night");
    r.silences.v = sil;
    r.silences.n = 1;
    return r;
}

/* Is an alert of that moment told? */
static bool told(const char *utc)
{
    bool said;

    story_until(&s, utc);
    (void)story_said(&s);
    story_fire(&s, "alertname=Disk");
    story_wait(&s, 2 * NS_PER_S);
    said = strstr(story_said(&s), "+Disk") != NULL;
    story_resolve(&s, "alertname=Disk");
    story_wait(&s, 10 * NS_PER_S);
    (void)story_said(&s);
    return said;
}

static void world(void)
{
    const struct story_route r = { .name = "r",
                                   .matchers = "",
                                   .groups = "ops",
                                   .group_by = "alertname",
                                   .wait = NS_PER_S,
                                   .interval = 5 * NS_PER_S,
                                   .repeat = NS_PER_DAY };

    story_contact(&s, "ops", "ops@example.com", true);
    story_group(&s, "ops", "ops");
    story_route(&s, &r);
    zone("America/New_York");
}

/* Saturday 22:00:00 to 05:59:59: the night belongs to Saturday. In New York the clocks
 * go forward on 2026-03-08 and back on 2026-11-01, both at 02:00 of a Sunday. */
static void test_nights(void **state)
{
    struct dialect_rule night = mute(6, 22 * 3600, 86400 + 6 * 3600);

    (void)state;
    world();
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    /* in summer time, 2025-10-25: UTC-4 */
    assert_true(told("2025-10-26T01:59:00Z"));  /* 21:59 */
    assert_false(told("2025-10-26T02:01:00Z")); /* 22:01 */
    assert_false(told("2025-10-26T09:58:00Z")); /* 05:58 */
    assert_true(told("2025-10-26T10:01:00Z"));  /* 06:01 */
    assert_true(told("2025-10-27T02:30:00Z"));  /* Sunday's evening */
    /* forward: from UTC-5 to UTC-4 within the night, which is an hour shorter */
    assert_true(told("2026-03-08T02:59:00Z"));  /* 21:59 */
    assert_false(told("2026-03-08T03:01:00Z")); /* 22:01 */
    assert_false(told("2026-03-08T07:30:00Z")); /* 03:30, and no 02:30 */
    assert_false(told("2026-03-08T09:58:00Z")); /* 05:58 */
    assert_true(told("2026-03-08T10:01:00Z"));  /* 06:01 */
    /* back: an hour longer */
    assert_true(told("2026-11-01T01:59:00Z"));  /* 21:59 */
    assert_false(told("2026-11-01T02:01:00Z")); /* 22:01 */
    assert_false(told("2026-11-01T05:30:00Z")); /* 01:30 */
    assert_false(told("2026-11-01T06:30:00Z")); /* 01:30 again */
    assert_false(told("2026-11-01T10:58:00Z")); /* 05:58 */
    assert_true(told("2026-11-01T11:01:00Z"));  /* 06:01 */
}

/* Muted, not lost: who still fires when the window ends is told then, and its end, too. */
static void test_told_behind_the_window(void **state)
{
    struct dialect_rule night = mute(6, 22 * 3600, 86400 + 6 * 3600);

    (void)state;
    world();
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    story_until(&s, "2026-03-08T09:00:00Z"); /* 05:00 in summer time */
    story_alert(&s, DOOR_AOM, "alertname=Disk", s.wall, s.wall + 5 * NS_PER_DAY);
    story_wait(&s, 50 * NS_PER_MIN);
    assert_string_equal(story_said(&s), "");
    story_wait(&s, 11 * NS_PER_MIN);
    assert_non_null(strstr(story_said(&s), "+Disk"));
}

/* ---- what it is made of -------------------------------------------------------------- */

static const struct silence *made(void)
{
    return book_silence(flow_book(s.f), STR("11111111-1111-1111-1111-111111111111"));
}

static enum fault refused(struct change c)
{
    struct err e = { 0 };

    assert_int_equal(story_change(&s, &c, 1, &e), FAILED);
    return e.fault;
}

static void test_parts(void **state)
{
    struct dialect_rule night = mute(6, 0, 3600), none;
    struct change c = { .kind = OBJECT_SILENCE,
                        .key = STR("11111111-1111-1111-1111-111111111111") };
    struct silence by_hand;
    int64_t began;

    (void)state;
    world();
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    began = made()->starts_at;
    assert_int_equal(began, s.wall);
    assert_true(str_is(made()->owner, "aom.mute/night"));
    /* it is changed there only */
    c.op = CHANGE_EXPIRE;
    assert_int_equal(refused(c), FAULT_PROVISIONED);
    by_hand = *made();
    c.object = &by_hand;
    c.op = CHANGE_DELETE;
    assert_int_equal(refused(c), FAULT_PROVISIONED);
    c.op = CHANGE_UPDATE;
    c.present = FIELDS_ALL;
    assert_int_equal(refused(c), FAULT_PROVISIONED);
    /* what says nothing new changes nothing, and keeps its beginning */
    story_wait(&s, NS_PER_MIN);
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    assert_int_equal(made()->starts_at, began);
    assert_int_equal(made()->updated_at, began);
    night = mute(5, 0, 3600);
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    assert_int_equal(made()->starts_at, began);
    assert_int_equal(made()->updated_at, s.wall);
    /* a part that is none any more goes, and so do all with the rule */
    none = night;
    none.silences.n = 0;
    story_put(&s, OBJECT_DIALECT_RULE, &none);
    assert_null(made());
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    c = (struct change){ .op = CHANGE_DELETE,
                         .kind = OBJECT_DIALECT_RULE,
                         .object = &night };
    assert_int_equal(story_change(&s, &c, 1, &(struct err){ 0 }), OK);
    assert_null(made());
}

/* A replay and a snapshot know the hours, too. */
static void test_replayed(void **state)
{
    struct dialect_rule night = mute(6, 22 * 3600, 86400 + 6 * 3600);
    struct flow *again;

    (void)state;
    world();
    story_put(&s, OBJECT_DIALECT_RULE, &night);
    assert_false(told("2026-03-08T09:58:00Z"));
    again = story_replay(&s, 99, 0);
    assert_string_equal(flow_print(again, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&again);
    again = story_reload(&s, 5);
    assert_string_equal(flow_print(again, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_told_behind_the_window, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replayed, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
