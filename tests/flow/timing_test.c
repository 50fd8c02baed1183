/* timing_test.c - when is something told? Each line of contracts/alertmanager.md 6 and
 * 7.2, to the nanosecond, under both settings of each switch where ours is another. */
#include "base/zone.h"
#include "model/matcher.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;
static unsigned minted;

static const struct account theirs = { .reload_restarts_timers = true,
                                       .repeat_at_tick = true,
                                       .silenced_ends_untold = true };

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 11);
    minted = 0;
    return 0;
}

/* However a story went: the same from its journal under another seed, and from a
 * snapshot of its end. */
static int teardown(void **state)
{
    (void)state;
    story_same_again(&s);
    story_end(&s);
    return 0;
}

static const struct story_route basic = { .name = "r",
                                          .matchers = "",
                                          .group_by = "alertname",
                                          .receiver = "hook",
                                          .wait = 30 * NS_PER_S,
                                          .interval = 5 * NS_PER_MIN,
                                          .repeat = 4 * NS_PER_HOUR };

static void begin_with(struct story_route r, const char *entries)
{
    story_receiver(&s, "hook", entries);
    story_route(&s, &r);
}

static void begin(void)
{
    begin_with(basic, "webhook");
}

static void fire(const char *labels)
{
    story_alert(&s, DOOR_ALERTMANAGER, labels, s.wall, s.wall + 7 * NS_PER_DAY);
}

static void said(const char *text)
{
    assert_string_equal(story_said(&s), text);
}

/* Nothing is said for a nanosecond less, then this. */
static void then_said(int64_t after, const char *text)
{
    story_wait(&s, after - 1);
    said("");
    story_wait(&s, 1);
    said(text);
}

/* ---- keeping back ----------------------------------------------------------------- */

static struct matchers matchers_of(const char *text)
{
    struct matchers out;
    struct err e;

    assert_int_equal(matchers_parse(str_of(text), &s.arena, &out, &e), OK);
    return out;
}

static void change(struct change c)
{
    struct err e = { 0 };

    if (change_check(&c, &e) == FAILED || story_change(&s, &c, 1, &e) == FAILED) {
        fprintf(stderr, "%s: %s\n", e.field, e.text);
        abort();
    }
}

static struct str silence(const char *matchers, int64_t span)
{
    struct silence sil = { .id = STR(""),
                           .matchers = matchers_of(matchers),
                           .starts_at = s.wall,
                           .ends_at = s.wall + span };
    struct str id = arena_printf(&s.arena, "s-%05u", ++minted);

    change((struct change){
        .op = CHANGE_SILENCE, .kind = OBJECT_SILENCE, .object = &sil, .key = id });
    return id;
}

static void inhibition(const char *source, const char *target)
{
    struct inhibition in = { .name = STR("i"),
                             .source = matchers_of(source),
                             .target = matchers_of(target) };

    story_put(&s, OBJECT_INHIBITION, &in);
}

static void zone(const char *name)
{
    struct zone_rules z = { .name = str_of(name) };
    struct err e;

    assert_int_equal(zone_read(z.name, &s.arena, &z.tzif, &e), OK);
    story_put(&s, OBJECT_ZONE, &z);
}

/* Minutes of the day, every day. */
static void interval(const char *name, int64_t from, int64_t to, const char *iana)
{
    struct time_span *span = arena_new(&s.arena, struct time_span);
    struct time_item item = { .zone = str_of(iana) };
    struct time_interval t = { .name = str_of(name), .items = { &item, 1 } };

    *span = (struct time_span){ from, to };
    item.times.v = span;
    item.times.n = 1;
    if (*iana != '\0')
        zone(iana);
    story_put(&s, OBJECT_TIME_INTERVAL, &t);
}

/* The last row of a decision says that, by this. */
static void noted(const char *word, struct str by)
{
    char text[128];

    snprintf(text, sizeof text, "\"by\":\"%.*s\"", STR_ARG(by));
    for (size_t i = s.rows.n; i-- > 0;) {
        const struct history_row *row = &s.rows.v[i].row;

        if (row->kind != ROW_DECISION)
            continue;
        assert_string_equal(arena_z(&s.arena, row->word), word);
        assert_true(str_has(row->detail, str_of(text)));
        return;
    }
    assert_true(false);
}

static void wall_is(const char *when)
{
    int32_t offset;

    assert_int_equal(time_parse_rfc3339(str_of(when), &s.wall, &offset), OK);
}

/* ---- groups and their timers -------------------------------------------------------- */

static void test_group_wait_then_the_interval(void **state)
{
    (void)state;
    begin();
    fire("alertname=A host=1");
    story_wait(&s, 10 * NS_PER_S);
    fire("alertname=A host=2"); /* the timer is not touched */
    then_said(20 * NS_PER_S, "hook: first notification +A +A");
    fire("alertname=A host=3");
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A +A");
    story_wait(&s, 5 * NS_PER_MIN);
    fire("alertname=A host=4");
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A +A +A");
}

static void test_a_group_that_ended_waits_again(void **state)
{
    (void)state;
    begin();
    fire("alertname=A");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_resolve(&s, "alertname=A");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    fire("alertname=A");
    then_said(30 * NS_PER_S, "hook: first notification +A");
}

static void test_old_alerts_do_not_wait(void **state)
{
    int64_t day = 24 * NS_PER_HOUR;

    (void)state;
    begin();
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A", s.wall - 30 * NS_PER_S - 1,
                s.wall + day);
    said("hook: first notification +A");
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=B", s.wall - 30 * NS_PER_S,
                s.wall + day);
    said("");
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=B", s.wall - NS_PER_HOUR,
                s.wall + day); /* it is older than it said */
    said("hook: first notification +B");
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A host=2", s.wall - NS_PER_HOUR,
                s.wall + day); /* but a group that told already has its interval */
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A");
}

/* What came and went between two ticks is in the next message; the answer to the one
 * before does not make it forgotten. */
static void test_what_ends_between_ticks_is_told(void **state)
{
    (void)state;
    begin();
    s.answer = false;
    fire("alertname=A host=1");
    story_wait(&s, 30 * NS_PER_S);
    fire("alertname=A host=2");
    story_wait(&s, NS_PER_MIN);
    story_resolve(&s, "alertname=A host=2");
    story_outcome(&s, s.sent.v[0].key, 1, DELIVERED, 0);
    said("hook: first notification +A");
    then_said(4 * NS_PER_MIN, "hook: some alerts resolved +A -A");
}

/* ---- repeats --------------------------------------------------------------------------- */

/* The answer comes some milliseconds after the send, as it does in life. */
static void answered(const char *text)
{
    char key[NOTIFICATION_KEY_HEX + 1];

    assert_int_equal(s.sent.n, 1);
    memcpy(key, s.sent.v[0].key, sizeof key);
    said(text);
    story_wait(&s, 7 * NS_PER_MS);
    story_outcome(&s, key, 1, DELIVERED, 0);
}

static void test_repeats_come_when_due(void **state)
{
    struct story_route r = basic;

    (void)state;
    r.repeat = 12 * NS_PER_MIN;
    begin_with(r, "webhook");
    s.answer = false;
    fire("alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    answered("hook: first notification +A");
    for (int i = 0; i < 3; i++) {
        story_wait(&s, 12 * NS_PER_MIN - 1);
        said("");
        story_wait(&s, 1);
        answered("hook: repeat interval elapsed +A");
    }
}

/* A repeat interval as long as the group's: ours is told at once again, theirs at
 * every other tick. */
static void test_five_and_five(void **state)
{
    struct story_route r = basic;

    (void)state;
    r.repeat = 5 * NS_PER_MIN;
    begin_with(r, "webhook");
    s.answer = false;
    fire("alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    answered("hook: first notification +A");
    story_wait(&s, 5 * NS_PER_MIN - 1);
    said("");
    story_wait(&s, 1);
    answered("hook: repeat interval elapsed +A");
}

static void test_five_and_five_are_ten_in_alertmanager(void **state)
{
    struct story_route r = basic;

    (void)state;
    story_account(&s, &theirs);
    r.repeat = 5 * NS_PER_MIN;
    begin_with(r, "webhook");
    s.answer = false;
    fire("alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    answered("hook: first notification +A");
    story_wait(&s, 10 * NS_PER_MIN - 7 * NS_PER_MS - 1);
    said("");
    story_wait(&s, 1);
    answered("hook: repeat interval elapsed +A");
}

/* Never sooner than an interval after the group's last message: who heard of a new
 * alert is not told again at once; and a repeat is a flush, the next tick follows it. */
static void test_a_repeat_keeps_its_distance(void **state)
{
    struct story_route r = basic;

    (void)state;
    r.repeat = 7 * NS_PER_MIN;
    begin_with(r, "webhook");
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_wait(&s, 4 * NS_PER_MIN);
    fire("alertname=A host=2");
    then_said(NS_PER_MIN, "hook: new alerts added +A +A");
    then_said(7 * NS_PER_MIN, "hook: repeat interval elapsed +A +A");
    fire("alertname=A host=3");
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A +A");
}

/* ---- dedup --------------------------------------------------------------------------------- */

/* Alertmanager's acceptance test of that name: who does not hear of ends knows them
 * all the same, once all ended. */
static void test_resolved_filter(void **state)
{
    (void)state;
    begin_with(basic, "webhook webhook!");
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A +A\n"
                             "hook: first notification +A +A");
    story_resolve(&s, "alertname=A host=1");
    then_said(5 * NS_PER_MIN, "hook: some alerts resolved -A +A");
    fire("alertname=A host=3"); /* host 1 is not told of a second time */
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A\n"
                              "hook: new alerts added +A +A");
    story_resolve(&s, "alertname=A host=2");
    story_resolve(&s, "alertname=A host=3");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -A -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A\n"
                             "hook: first notification +A");
}

/* A changed annotation is no news; that some ended is none to who does not want it. */
static void test_what_is_no_news(void **state)
{
    (void)state;
    begin_with(basic, "webhook!");
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A +A");
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, NS_PER_HOUR);
    said("");
    fire("alertname=A host=1"); /* it was never told that it had ended */
    story_wait(&s, NS_PER_HOUR);
    said("");
    story_wait(&s, 2 * NS_PER_HOUR);
    said("hook: repeat interval elapsed +A +A");
}

/* ---- reloads ----------------------------------------------------------------------------------- */

static void reload(const struct story_route *r)
{
    struct change v[] = { { .op = CHANGE_PROVISION_BEGIN, .kind = OBJECT_ACCOUNT },
                          { .op = CHANGE_UPSERT,
                            .kind = OBJECT_ROUTE,
                            .object = story_route_of(&s, r),
                            .present = FIELDS_ALL,
                            .provisioned = STR("alertmanager.yml") } };
    struct err e = { 0 };

    assert_int_equal(story_change(&s, v, 2, &e), OK);
}

static void begin_from_file(const struct account *switches)
{
    story_account(&s, switches);
    story_receiver(&s, "hook", "webhook");
    reload(&basic);
}

/* Alertmanager's TestReload: after it the interval counts from there, nothing is
 * repeated, and what waited is told at once if it is old. */
static void test_reload_restarts_timers(void **state)
{
    (void)state;
    begin_from_file(&theirs);
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_wait(&s, 4 * NS_PER_MIN);
    reload(&basic); /* nothing in it is new */
    said("");
    fire("alertname=A host=2");
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A");
    fire("alertname=B");
    story_wait(&s, 20 * NS_PER_S);
    reload(&basic);
    then_said(30 * NS_PER_S, "hook: first notification +B");
    fire("alertname=B host=2");
    story_wait(&s, NS_PER_MIN);
    reload(&basic);
    said("hook: new alerts added +B +B");
}

static void test_reload_keeps_timers(void **state)
{
    struct story_route other = basic;

    (void)state;
    begin_from_file(&(struct account){ 0 });
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_wait(&s, 4 * NS_PER_MIN);
    other.repeat = NS_PER_HOUR;
    reload(&other);
    fire("alertname=A host=2");
    then_said(NS_PER_MIN, "hook: new alerts added +A +A");
}

/* Their groups are made anew: who is in another group now is told there, and the
 * old one is not told of an end. Back again, it is known what was told. */
static void test_regrouping_tells_no_ends(void **state)
{
    struct story_route other = basic;

    (void)state;
    begin_from_file(&theirs);
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    other.group_by = "host";
    story_wait(&s, NS_PER_MIN);
    reload(&other);
    said("hook: first notification +A");
    story_resolve(&s, "alertname=A host=1");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -A");
}

static void test_ends_outlive_a_reload(void **state)
{
    (void)state;
    begin_from_file(&theirs);
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_resolve(&s, "alertname=A host=1");
    reload(&basic);
    story_wait(&s, 30 * NS_PER_S);
    said("hook: all alerts resolved -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

/* Who ended not long ago stands in the first message of the new group once more. */
static void test_a_reload_finds_told_ends(void **state)
{
    (void)state;
    begin_from_file(&theirs);
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A +A");
    story_resolve(&s, "alertname=A host=1");
    then_said(5 * NS_PER_MIN, "hook: some alerts resolved -A +A");
    story_resolve(&s, "alertname=A host=2");
    reload(&basic);
    story_wait(&s, 30 * NS_PER_S);
    said("hook: all alerts resolved -A -A");
    story_wait(&s, 10 * NS_PER_MIN);
    said("");
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

/* Its end was silenced and the silence is over when the file is read again. */
static void test_a_reload_finds_ends_under_a_silence(void **state)
{
    (void)state;
    begin_from_file(&theirs);
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    (void)silence("host=1", 10 * NS_PER_MIN);
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 12 * NS_PER_MIN);
    said("");
    reload(&basic);
    story_wait(&s, 30 * NS_PER_S);
    said("hook: all alerts resolved -A");
    story_wait(&s, 10 * NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

static void test_a_restart_begins_again_or_goes_on(void **state)
{
    (void)state;
    begin();
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_wait(&s, 3 * NS_PER_MIN);
    fire("alertname=A host=2");
    story_input(&s, INPUT_RESTART, STR(""));
    then_said(2 * NS_PER_MIN, "hook: new alerts added +A +A");
    story_account(&s, &theirs);
    fire("alertname=A host=3");
    story_wait(&s, 3 * NS_PER_MIN);
    story_input(&s, INPUT_RESTART, STR(""));
    said("hook: new alerts added +A +A +A");
    fire("alertname=A host=4");
    then_said(5 * NS_PER_MIN, "hook: new alerts added +A +A +A +A");
}

/* Two routes with the same matchers share the key in their messages: what each told
 * stays its own. */
static void test_sibling_routes_keep_what_they_told(void **state)
{
    struct story_route mail = basic;

    (void)state;
    story_account(&s, &theirs);
    begin();
    story_receiver(&s, "mail", "webhook");
    mail.name = "r2";
    mail.receiver = "mail";
    story_route(&s, &mail);
    fire("alertname=A");
    then_said(30 * NS_PER_S, "hook: first notification +A\nmail: first notification +A");
    story_input(&s, INPUT_RESTART, STR(""));
    story_wait(&s, NS_PER_HOUR);
    said("");
}

/* Ends that one of two addresses was told, and that the other does not hear of, are no
 * news after the groups began again. */
static void test_told_ends_rest_through_a_restart(void **state)
{
    (void)state;
    story_account(&s, &theirs);
    begin_with(basic, "webhook email:a@x!");
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    fire("alertname=A host=3");
    story_wait(&s, NS_PER_MIN);
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 5 * NS_PER_MIN);
    story_resolve(&s, "alertname=A host=2");
    story_wait(&s, 30 * NS_PER_MIN);
    (void)story_said(&s);
    story_input(&s, INPUT_RESTART, STR(""));
    story_wait(&s, 30 * NS_PER_MIN);
    said("");
}

/* A first message may have arrived unanswered before a silence took it back: its end is
 * owed. */
static void test_the_end_of_what_may_have_arrived_is_told(void **state)
{
    char key[NOTIFICATION_KEY_HEX + 1];

    (void)state;
    begin();
    s.answer = false;
    fire("alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    memcpy(key, s.sent.v[0].key, sizeof key);
    said("hook: first notification +A");
    silence("alertname=A", NS_PER_HOUR);
    story_outcome(&s, key, 1, UNKNOWN, NS_PER_HOUR);
    story_wait(&s, 6 * NS_PER_MIN);
    story_resolve(&s, "alertname=A");
    s.answer = true;
    (void)story_said(&s);
    story_wait(&s, 2 * NS_PER_HOUR);
    said("hook: all alerts resolved -A");
}

/* A message that has not arrived goes on after the groups began again. */
static void test_what_is_on_its_way_outlives_a_reload(void **state)
{
    char key[NOTIFICATION_KEY_HEX + 1];

    (void)state;
    begin_from_file(&theirs);
    s.answer = false;
    fire("alertname=A host=1");
    story_wait(&s, 30 * NS_PER_S);
    memcpy(key, s.sent.v[0].key, sizeof key);
    said("hook: first notification +A");
    story_wait(&s, NS_PER_S);
    reload(&basic);
    said("");
    story_outcome(&s, key, 1, DELIVERED, 0);
    story_wait(&s, NS_PER_HOUR);
    said("");
}

/* ---- kept back --------------------------------------------------------------------------- */

static void test_silenced_is_noted_and_told_at_the_tick_after(void **state)
{
    struct str id;

    (void)state;
    begin();
    id = silence("host=1", 8 * NS_PER_MIN);
    fire("alertname=A host=1");
    story_wait(&s, 30 * NS_PER_S);
    said("");
    noted("silenced", id);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "silenced"), 1);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "silenced"), 1);
    assert_int_equal(flow_counters(s.f)->kept_silenced, 2);
    then_said(5 * NS_PER_MIN, "hook: first notification +A");
}

static void test_the_others_of_a_group_are_told(void **state)
{
    (void)state;
    begin();
    (void)silence("host=1", NS_PER_HOUR);
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    (void)silence("host=2", 2 * NS_PER_HOUR);
    story_wait(&s, 59 * NS_PER_MIN);
    said("");
    story_wait(&s, 5 * NS_PER_MIN);
    said("hook: new alerts added +A");
}

/* #226: it was told, then silenced, and ended meanwhile: the end is owed. */
static void test_an_end_under_a_silence_is_told_when_that_ends(void **state)
{
    (void)state;
    begin();
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    (void)silence("host=1", NS_PER_HOUR);
    story_wait(&s, 10 * NS_PER_MIN);
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 50 * NS_PER_MIN - 1);
    said("");
    story_wait(&s, 5 * NS_PER_MIN);
    said("hook: all alerts resolved -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

/* It says nothing of the end, and as it told of the begin, nothing of the next one until
 * it would repeat. Then nobody knows anything any more, and the group goes. */
static void test_an_end_under_a_silence_is_not_told_by_alertmanager(void **state)
{
    (void)state;
    story_account(&s, &theirs);
    begin();
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    (void)silence("host=1", NS_PER_HOUR);
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 2 * NS_PER_HOUR);
    fire("alertname=A host=1");
    story_wait(&s, NS_PER_HOUR);
    said("");
    then_said(NS_PER_HOUR + 5 * NS_PER_MIN, "hook: repeat interval elapsed +A");
    (void)silence("host=1", NS_PER_HOUR);
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 3 * NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->groups, 1);
    story_wait(&s, 2 * NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->groups, 0);
    said("");
}

/* The group said meanwhile that all that fires has ended: the silenced one's own end
 * is owed still, and if it fires on, that is news again. */
static void test_an_owed_end_outlives_other_messages(void **state)
{
    (void)state;
    begin();
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    fire("alertname=A host=3");
    then_said(30 * NS_PER_S, "hook: first notification +A +A +A");
    (void)silence("host=~\"1|2\"", NS_PER_HOUR);
    story_resolve(&s, "alertname=A host=3");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -A");
    story_resolve(&s, "alertname=A host=1");
    story_wait(&s, 54 * NS_PER_MIN);
    said("");
    story_wait(&s, 6 * NS_PER_MIN);
    said("hook: first notification -A +A");
    story_resolve(&s, "alertname=A host=2");
    story_wait(&s, 5 * NS_PER_MIN);
    said("hook: all alerts resolved -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

static void test_an_owed_end_alone_is_told(void **state)
{
    (void)state;
    begin();
    fire("alertname=A host=1");
    fire("alertname=A host=2");
    then_said(30 * NS_PER_S, "hook: first notification +A +A");
    (void)silence("host=1", NS_PER_HOUR);
    story_resolve(&s, "alertname=A host=1");
    story_resolve(&s, "alertname=A host=2");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -A");
    story_wait(&s, NS_PER_HOUR);
    said("hook: all alerts resolved -A");
    assert_int_equal(flow_counters(s.f)->groups, 0);
}

/* What waits for its next try is silenced too. */
static void test_a_silence_stops_retries(void **state)
{
    (void)state;
    begin();
    s.answer = false;
    fire("alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    story_outcome(&s, s.sent.v[0].key, 1, DEFERRED, 20 * NS_PER_MIN);
    said("hook: first notification +A");
    (void)silence("alertname=A", NS_PER_HOUR);
    story_wait(&s, 30 * NS_PER_MIN);
    said("");
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_wait(&s, 35 * NS_PER_MIN);
    said("hook: first notification +A");
}

static void test_inhibited_is_asked_before_silenced(void **state)
{
    (void)state;
    begin();
    inhibition("sev=critical", "sev=info");
    (void)silence("sev=info", NS_PER_HOUR);
    fire("alertname=Cause sev=critical");
    fire("alertname=A sev=info");
    then_said(30 * NS_PER_S, "hook: first notification +Cause");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "inhibited"), 1);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "silenced"), 0);
    story_resolve(&s, "alertname=Cause sev=critical");
    then_said(5 * NS_PER_MIN, "hook: all alerts resolved -Cause");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "silenced"), 1);
    story_wait(&s, NS_PER_HOUR);
    said("hook: first notification +A");
}

/* ---- hours --------------------------------------------------------------------------------- */

static void test_muted_hours_keep_back_until_the_tick_after(void **state)
{
    struct story_route r = basic;

    (void)state;
    wall_is("2026-11-22T16:58:00Z"); /* 17:58 in Berlin */
    interval("evening", 18 * 60, 24 * 60, "Europe/Berlin");
    r.mute = "evening";
    begin_with(r, "webhook");
    fire("alertname=A host=1");
    then_said(30 * NS_PER_S, "hook: first notification +A");
    story_wait(&s, 90 * NS_PER_S);
    fire("alertname=A host=2");
    story_wait(&s, 6 * NS_PER_HOUR - 1); /* until midnight there */
    said("");
    noted("muted", STR("evening"));
    story_wait(&s, 5 * NS_PER_MIN);
    said("hook: new alerts added +A +A");
}

static void test_active_hours_and_their_zone(void **state)
{
    struct story_route r = basic;

    (void)state;
    wall_is("2026-11-22T00:30:00Z"); /* 08:30 in Shanghai */
    interval("office", 9 * 60, 17 * 60, "Asia/Shanghai");
    r.active = "office";
    begin_with(r, "webhook");
    fire("alertname=A host=1");
    story_wait(&s, 30 * NS_PER_MIN - 1);
    said("");
    noted("inactive", STR("office"));
    story_wait(&s, 5 * NS_PER_MIN);
    said("hook: first notification +A");
    interval("office", 10 * 60, 17 * 60, "Asia/Shanghai"); /* changed */
    fire("alertname=A host=2");
    story_wait(&s, 30 * NS_PER_MIN);
    said("");
    story_wait(&s, 30 * NS_PER_MIN);
    said("hook: new alerts added +A +A");
}

/* The night the clocks change: the hours are those that the clock on the wall shows. */
static void test_hours_follow_the_clock_of_the_zone(void **state)
{
    struct story_route r = basic;

    (void)state;
    wall_is("2026-10-24T20:00:00Z"); /* 22:00 in Berlin; at 03:00 it is 02:00 again */
    interval("night", 0, 7 * 60, "Europe/Berlin");
    r.mute = "night";
    r.interval = NS_PER_MIN;
    begin_with(r, "webhook");
    story_wait(&s, 3 * NS_PER_HOUR);
    fire("alertname=A");
    story_wait(&s, 7 * NS_PER_HOUR - NS_PER_S); /* 06:59:59, after eight hours of night */
    said("");
    story_wait(&s, NS_PER_MIN);
    said("hook: first notification +A");
}

/* The wall clock stepped by an hour: no burst, nothing skipped. */
static void test_a_step_of_the_clock_moves_no_timer(void **state)
{
    static const int64_t by[] = { NS_PER_HOUR, -NS_PER_HOUR };
    struct story_route r = basic;

    (void)state;
    r.repeat = NS_PER_HOUR;
    begin_with(r, "webhook");
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A", 0, s.wall + 7 * NS_PER_DAY);
    then_said(30 * NS_PER_S, "hook: first notification +A");
    for (size_t i = 0; i < 2; i++) {
        story_wait(&s, 10 * NS_PER_MIN);
        story_clock(&s, by[i]);
        then_said(50 * NS_PER_MIN, "hook: repeat interval elapsed +A");
    }
}

/* ---- explain ------------------------------------------------------------------------------- */

static void test_explain_names_what_keeps_back(void **state)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("A") } };
    struct pairs p = { labels, 1 };
    struct story_route r = basic;
    struct explanation x;
    struct str id;

    (void)state;
    wall_is("2026-11-22T12:00:00Z");
    interval("night", 0, 7 * 60, "");
    r.mute = "night";
    begin_with(r, "webhook");
    id = silence("alertname=A", NS_PER_HOUR);
    flow_explain(s.f, p, s.wall, &s.arena, &x);
    assert_int_equal(x.n, 1);
    assert_int_equal(x.told, 0);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_SILENCED);
    assert_true(str_eq(x.decisions[0].by, id));
    flow_explain(s.f, p, s.wall + 18 * NS_PER_HOUR, &s.arena, &x);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_MUTED);
    assert_true(str_is(x.decisions[0].by, "night"));
    story_wait(&s, NS_PER_HOUR + NS_PER_S);
    flow_explain(s.f, p, s.wall, &s.arena, &x);
    assert_int_equal(x.told, 1);
}

/* ---- main ---------------------------------------------------------------------------------- */

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_group_wait_then_the_interval),
        T(test_a_group_that_ended_waits_again),
        T(test_old_alerts_do_not_wait),
        T(test_what_ends_between_ticks_is_told),
        T(test_repeats_come_when_due),
        T(test_five_and_five),
        T(test_five_and_five_are_ten_in_alertmanager),
        T(test_a_repeat_keeps_its_distance),
        T(test_resolved_filter),
        T(test_what_is_no_news),
        T(test_reload_restarts_timers),
        T(test_reload_keeps_timers),
        T(test_regrouping_tells_no_ends),
        T(test_ends_outlive_a_reload),
        T(test_a_reload_finds_told_ends),
        T(test_a_restart_begins_again_or_goes_on),
        T(test_what_is_on_its_way_outlives_a_reload),
        T(test_sibling_routes_keep_what_they_told),
        T(test_told_ends_rest_through_a_restart),
        T(test_the_end_of_what_may_have_arrived_is_told),
        T(test_silenced_is_noted_and_told_at_the_tick_after),
        T(test_the_others_of_a_group_are_told),
        T(test_an_end_under_a_silence_is_told_when_that_ends),
        T(test_an_end_under_a_silence_is_not_told_by_alertmanager),
        T(test_a_reload_finds_ends_under_a_silence),

        T(test_an_owed_end_outlives_other_messages),
        T(test_an_owed_end_alone_is_told),
        T(test_a_silence_stops_retries),
        T(test_inhibited_is_asked_before_silenced),
        T(test_muted_hours_keep_back_until_the_tick_after),
        T(test_active_hours_and_their_zone),
        T(test_hours_follow_the_clock_of_the_zone),
        T(test_a_step_of_the_clock_moves_no_timer),
        T(test_explain_names_what_keeps_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
