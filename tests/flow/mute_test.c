/* mute_test.c - silences and inhibitions as stories, and what they cost. */
#include "flow/mute_private.h"
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

static int setup(void **state)
{
    (void)state;
    story_begin(&s, 5);
    minted = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    story_end(&s);
    return 0;
}

/* ---- saying it shortly ---------------------------------------------------------- */

/* "a=b c=~d" */
static struct matchers matchers_of(const char *text)
{
    struct matchers out;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (; *text != '\0'; text++)
        buf_char(&b, *text == ' ' ? ',' : *text);
    if (matchers_parse(arena_str(&s.arena, buf_str(&b)), &s.arena, &out, &e) == FAILED)
        abort();
    buf_fini(&b);
    return out;
}

static void must(struct change c)
{
    struct err e = { 0 };

    if (change_check(&c, &e) == FAILED || story_change(&s, &c, 1, &e) == FAILED) {
        fprintf(stderr, "%s: %s\n", e.field, e.text);
        abort();
    }
}

static struct str silence(const char *matchers, int64_t from, int64_t until)
{
    struct silence sil = { .id = STR(""),
                           .matchers = matchers_of(matchers),
                           .starts_at = s.wall + from,
                           .ends_at = s.wall + until };
    struct str id = arena_printf(&s.arena, "s-%05u", ++minted);

    must((struct change){
        .op = CHANGE_SILENCE, .kind = OBJECT_SILENCE, .object = &sil, .key = id });
    return id;
}

static void expire(struct str id)
{
    must((struct change){ .op = CHANGE_EXPIRE, .kind = OBJECT_SILENCE, .key = id });
}

static void inhibition(const char *name, const char *source, const char *target,
                       const char *equal)
{
    struct str labels[4], rest = str_of(equal);
    struct inhibition in = { .name = str_of(name),
                             .source = matchers_of(source),
                             .target = matchers_of(target),
                             .equal = { labels, 0 } };

    while (rest.n > 0 && str_cut(&rest, ' ', &labels[in.equal.n]))
        in.equal.n++;
    must((struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_INHIBITION,
                          .object = &in,
                          .present = FIELDS_ALL });
}

/* "a=b c=d", sorted by name already. */
static struct pairs labels_of(const char *text)
{
    struct pair *v = arena_array(&s.arena, struct pair, 8);
    struct str rest = str_of(text), one;
    size_t n = 0;

    while (rest.n > 0 && str_cut(&rest, ' ', &one)) {
        (void)str_cut(&one, '=', &v[n].name);
        v[n++].value = one;
    }
    pairs_sort(v, n);
    return (struct pairs){ v, n };
}

/* "", "silenced s-1", "inhibited <alertname>" */
static const char *why(const char *labels)
{
    struct mute m = mute_labels_at(s.f, labels_of(labels), s.f->wall, &s.arena);
    const struct inhibition *through;
    const struct alert *by = inhibitions_of(s.f, labels_of(labels), &through);

    if (m.why == SUPPRESSED_NONE)
        return "";
    if (by != NULL)
        return arena_z(&s.arena, arena_printf(&s.arena, "inhibited %.*s",
                                              STR_ARG(alert_get(by, STR("alertname")))));
    return arena_z(&s.arena, arena_printf(&s.arena, "silenced %.*s", STR_ARG(m.by)));
}

/* ---- at another time --------------------------------------------------------------- */

static const char *told_at(const char *labels, int64_t later)
{
    struct explanation x;

    flow_explain(s.f, labels_of(labels), s.wall + later, &s.arena, &x);
    return x.n > 0 ? suppression_name(x.decisions[0].why) : "";
}

static void test_who_is_told_at_a_chosen_time(void **state)
{
    const char *fires = "alertname=Fires team=ops", *new = "alertname=New team=ops";

    (void)state;
    story_contact(&s, "ann", "ann@example.com", true);
    story_group(&s, "ops", "ann");
    story_route(&s, &(struct story_route){ .name = "ops",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "ops",
                                           .wait = NS_PER_S,
                                           .interval = NS_PER_MIN,
                                           .repeat = 4 * NS_PER_HOUR });
    story_alert(&s, DOOR_ALERTMANAGER, fires, s.wall, s.wall + NS_PER_DAY);
    story_wait(&s, NS_PER_MIN);
    assert_string_equal(told_at(fires, 0), "told_already");
    assert_string_equal(told_at(fires, 5 * NS_PER_HOUR), "told"); /* a reminder is due */
    (void)silence("team=ops", NS_PER_HOUR, 2 * NS_PER_HOUR);
    assert_string_equal(told_at(new, 0), "told");
    assert_string_equal(told_at(new, NS_PER_HOUR), "silenced");
    assert_string_equal(told_at(new, 2 * NS_PER_HOUR - 1), "silenced");
    assert_string_equal(told_at(new, 2 * NS_PER_HOUR), "told");
    assert_string_equal(told_at(fires, NS_PER_HOUR), "silenced");
    story_wait(&s, NS_PER_HOUR + NS_PER_MIN); /* it holds now */
    assert_string_equal(told_at(new, 0), "silenced");
    assert_string_equal(told_at(new, NS_PER_HOUR), "told");
    assert_string_equal(told_at(new, -NS_PER_HOUR), "told");
    assert_string_equal(told_at(fires, 5 * NS_PER_HOUR), "told");
    story_same_again(&s);
}

/* Who holds then is looked for once, and again when a silence changed. */
static void test_a_chosen_time_sees_what_changed(void **state)
{
    const char *new = "alertname=New team=ops";
    struct str id;

    (void)state;
    story_contact(&s, "ann", "ann@example.com", true);
    story_group(&s, "ops", "ann");
    story_route(&s, &(struct story_route){
                        .name = "ops", .matchers = "team=ops", .groups = "ops" });
    (void)silence("team=other", NS_PER_MIN,
                  NS_PER_DAY); /* so that the index will not do */
    assert_string_equal(told_at(new, NS_PER_HOUR), "told");
    id = silence("team=ops", NS_PER_HOUR, 2 * NS_PER_HOUR);
    assert_string_equal(told_at(new, NS_PER_HOUR), "silenced");
    expire(id);
    assert_string_equal(told_at(new, NS_PER_HOUR), "told");
    (void)silence("team=ops", NS_PER_HOUR, 2 * NS_PER_HOUR);
    assert_string_equal(told_at(new, NS_PER_HOUR), "silenced");
    story_wait(&s, 3 * NS_PER_HOUR);
    assert_string_equal(told_at(new, 0), "told");
    assert_string_equal(told_at(new, -NS_PER_HOUR - NS_PER_MIN), "silenced");
    (void)silence("team=ops", 0, NS_PER_HOUR); /* in the index, and not at that time */
    assert_string_equal(told_at(new, -NS_PER_MIN), "told");
    assert_string_equal(told_at(new, -NS_PER_HOUR - NS_PER_MIN), "silenced");
    assert_string_equal(told_at(new, 2 * NS_PER_HOUR), "told");
}

/* ---- silences -------------------------------------------------------------------- */

static void test_a_silence_begins_and_ends_by_itself(void **state)
{
    const char *alert = "alertname=Disk team=ops";

    (void)state;
    (void)silence("team=ops", NS_PER_MIN, NS_PER_HOUR);
    assert_string_equal(why(alert), "");
    assert_int_equal(flow_counters(s.f)->silences_pending, 1);
    story_wait(&s, NS_PER_MIN - 1);
    assert_string_equal(why(alert), "");
    story_wait(&s, 1);
    assert_string_equal(why(alert), "silenced s-00001");
    assert_string_equal(why("alertname=Disk team=dev"), "");
    assert_int_equal(flow_counters(s.f)->silences_active, 1);
    story_wait(&s, 59 * NS_PER_MIN - 1);
    assert_string_equal(why(alert), "silenced s-00001");
    story_wait(&s, 1);
    assert_string_equal(why(alert), "");
    assert_int_equal(flow_counters(s.f)->silences_expired, 1);
    assert_int_equal(flow_counters(s.f)->silences_active, 0);
}

static void test_expired_at_once(void **state)
{
    struct str id;

    (void)state;
    id = silence("team=ops", 0, NS_PER_HOUR);
    assert_string_equal(why("team=ops"), "silenced s-00001");
    expire(id);
    assert_string_equal(why("team=ops"), "");
}

static void test_the_lowest_id_is_named(void **state)
{
    struct strs silenced, inhibited;

    (void)state;
    story_fire(&s, "alertname=Disk team=ops");
    (void)silence("alertname=~D.*", 0, NS_PER_HOUR);
    (void)silence("team=ops", 0, NS_PER_HOUR);
    (void)silence("team=dev", 0, NS_PER_HOUR);
    (void)silence("nothing=\"\" alertname=Disk", 0, NS_PER_HOUR);
    assert_string_equal(why("alertname=Disk team=ops"), "silenced s-00001");
    mute_all(s.f, slot_at(&s.f->alerts, 0)->alert, &s.arena, &silenced, &inhibited);
    assert_int_equal(silenced.n, 3);
    assert_true(str_is(silenced.v[0], "s-00001"));
    assert_true(str_is(silenced.v[1], "s-00002"));
    assert_true(str_is(silenced.v[2], "s-00004"));
    assert_int_equal(inhibited.n, 0);
}

static void test_forgotten_after_five_days_without_a_word(void **state)
{
    struct str id = STR("s-00001");
    size_t audits;
    const char *print;
    struct flow *again;

    (void)state;
    (void)silence("team=ops", 0, NS_PER_HOUR);
    audits = story_row_count(&s, ROW_AUDIT, "create");
    story_wait(&s, NS_PER_HOUR + 5 * NS_PER_DAY - 1);
    assert_non_null(book_silence(flow_book(s.f), id));
    story_wait(&s, 1);
    assert_null(book_silence(flow_book(s.f), id));
    assert_int_equal(flow_counters(s.f)->silences_expired, 0);
    assert_int_equal(story_row_count(&s, ROW_AUDIT, "delete"), 0);
    assert_int_equal(story_row_count(&s, ROW_AUDIT, "create"), audits);
    assert_int_equal(flow_next_due(s.f), INT64_MAX);
    print = flow_print(s.f, &s.arena);
    again = story_replay(&s, 77, 0);
    assert_string_equal(flow_print(again, &s.arena), print);
    flow_free(&again);
}

static void test_retention_is_the_accounts(void **state)
{
    struct account account = { .name = STR("default"), .silence_retention = NS_PER_MIN };

    (void)state;
    (void)silence("team=ops", 0, NS_PER_HOUR);
    must((struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_ACCOUNT,
                          .object = &account,
                          .present = FIELD_BIT(ACCOUNT_NAME) |
                                     FIELD_BIT(ACCOUNT_SILENCE_RETENTION) });
    story_wait(&s, NS_PER_HOUR + NS_PER_MIN - 1);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_SILENCE), 1);
    story_wait(&s, 1);
    assert_int_equal(book_count(flow_book(s.f), OBJECT_SILENCE), 0);
}

/* ---- inhibitions ----------------------------------------------------------------- */

static void test_while_the_source_fires(void **state)
{
    const char *target = "alertname=Slow cluster=c1 severity=warning";

    (void)state;
    inhibition("r", "severity=critical", "severity=warning", "cluster");
    assert_string_equal(why(target), "");
    story_fire(&s, "alertname=Down cluster=c1 severity=critical");
    assert_string_equal(why(target), "inhibited Down");
    assert_string_equal(why("alertname=Slow cluster=c2 severity=warning"), "");
    assert_string_equal(why("alertname=Slow severity=warning"), "");
    assert_string_equal(why("alertname=Down cluster=c1 severity=critical"), "");
    story_resolve(&s, "alertname=Down cluster=c1 severity=critical");
    assert_string_equal(why(target), "");
    story_fire(&s, "alertname=Down cluster=c1 severity=critical");
    assert_string_equal(why(target), "inhibited Down");
    story_wait(&s, 24 * NS_PER_HOUR - NS_PER_S);
    assert_string_equal(why(target), "inhibited Down");
    story_wait(&s, 2 * NS_PER_S); /* its end passes */
    assert_string_equal(why(target), "");
    assert_int_equal(s.f->mutes->inhibitions.v[0].buckets.n, 0);
}

static void test_absent_is_empty(void **state)
{
    (void)state;
    inhibition("r", "severity=critical", "severity=warning", "cluster zone");
    story_fire(&s, "alertname=Down severity=critical zone=z");
    assert_string_equal(why("alertname=Slow severity=warning zone=z"), "inhibited Down");
    assert_string_equal(why("alertname=Slow severity=warning"), "");
}

static void test_no_equal_is_any(void **state)
{
    (void)state;
    inhibition("r", "severity=critical", "severity=warning", "");
    story_fire(&s, "alertname=Down severity=critical");
    assert_string_equal(why("severity=warning x=y"), "inhibited Down");
}

/* Who matches both sides is kept back only by who is no target: the exhaustive search
 * of 0.25, where one hit a tuple would be hidden by the twin. */
static void test_both_sides(void **state)
{
    const char *twin = "alertname=B cluster=c1 kind=both";

    (void)state;
    inhibition("r", "kind=~both|source", "kind=~both|target", "cluster");
    story_fire(&s, "alertname=A cluster=c1 kind=both");
    assert_string_equal(why("alertname=A cluster=c1 kind=both"), "");
    assert_string_equal(why(twin), "");
    assert_string_equal(why("alertname=T cluster=c1 kind=target"), "inhibited A");
    story_fire(&s, "alertname=S cluster=c1 kind=source");
    assert_string_equal(why(twin), "inhibited S");
    assert_string_equal(why("alertname=T cluster=c1 kind=target"), "inhibited A");
}

static void test_inhibited_is_said_before_silenced(void **state)
{
    (void)state;
    inhibition("r", "severity=critical", "severity=warning", "");
    (void)silence("severity=warning", 0, NS_PER_HOUR);
    assert_string_equal(why("severity=warning"), "silenced s-00001");
    story_fire(&s, "alertname=Down severity=critical");
    (void)silence("alertname=Down", 0, NS_PER_HOUR); /* silenced, it inhibits still */
    assert_string_equal(why("severity=warning"), "inhibited Down");
}

static void test_a_change_of_level_is_a_change_of_the_source(void **state)
{
    (void)state;
    inhibition("r", "severity=critical", "kind=target", "");
    story_alert(&s, DOOR_AOM, "alertname=Down severity=critical", 0,
                s.wall + NS_PER_HOUR);
    assert_string_equal(why("kind=target"), "inhibited Down");
    story_alert(&s, DOOR_AOM, "alertname=Down severity=info", 0, s.wall + NS_PER_HOUR);
    assert_string_equal(why("kind=target"), "");
}

static void test_rules_that_come_and_go(void **state)
{
    struct inhibition gone = { .name = STR("r") };

    (void)state;
    story_fire(&s, "alertname=Down severity=critical");
    inhibition("r", "severity=critical", "kind=target", "");
    assert_string_equal(why("kind=target"), "inhibited Down");
    inhibition("r", "severity=warning", "kind=target", "");
    assert_string_equal(why("kind=target"), "");
    inhibition("r", "severity=critical", "kind=target", "");
    must((struct change){
        .op = CHANGE_DELETE, .kind = OBJECT_INHIBITION, .object = &gone });
    assert_string_equal(why("kind=target"), "");
}

/* ---- what it costs --------------------------------------------------------------- */

static uint64_t asked(const char *labels)
{
    const struct mutes *m = s.f->mutes;
    uint64_t before =
        m->silences.active.asked + m->inhibitions.targets.asked + m->inhibitions.looked;

    (void)why(labels);
    return m->silences.active.asked + m->inhibitions.targets.asked +
           m->inhibitions.looked - before;
}

static void test_ten_thousand_silences_cost_nothing(void **state)
{
    const char *alert = "alertname=Disk instance=h-none team=ops";
    char text[64];
    uint64_t none, before;

    (void)state;
    none = asked(alert);
    for (int i = 0; i < 10000; i++) {
        (void)snprintf(text, sizeof text, "alertname=Disk instance=h-%d", i);
        (void)silence(text, 0, NS_PER_HOUR);
    }
    assert_true(asked(alert) <= none + 1);
    assert_string_equal(why("alertname=Disk instance=h-4711"), "silenced s-04712");
    assert_true(asked("alertname=Disk instance=h-4711") <= none + 2);
    before = s.f->mutes->silences.active.asked;
    (void)silence("alertname=Disk instance=h-x", 0, NS_PER_HOUR);
    assert_int_equal(s.f->mutes->silences.active.asked, before);
    story_wait(&s, 2 * NS_PER_HOUR); /* over: asked no more */
    assert_int_equal(asked(alert), none);
    assert_int_equal(flow_counters(s.f)->silences_expired, 10001);
}

/* 200 rules that do not care, one that does; 5,000 alerts that are sources of it. */
static void test_inhibition_looks_at_one_bucket(void **state)
{
    char name[32], labels[64];
    uint64_t sources;

    (void)state;
    inhibition("it", "severity=critical", "severity=warning", "host");
    for (int i = 0; i < 200; i++) {
        (void)snprintf(name, sizeof name, "other-%d", i);
        (void)snprintf(labels, sizeof labels, "alertname=A%d", i);
        inhibition(name, labels, "alertname=T severity=info", "host");
    }
    sources = s.f->mutes->inhibitions.sources.asked;
    for (int i = 0; i < 5000; i++) {
        (void)snprintf(labels, sizeof labels, "alertname=Down host=h%d severity=critical",
                       i);
        story_fire(&s, labels);
    }
    assert_int_equal(s.f->mutes->inhibitions.sources.asked - sources, 5000);
    assert_string_equal(why("alertname=Slow host=h42 severity=warning"),
                        "inhibited Down");
    assert_true(asked("alertname=Slow host=h42 severity=warning") <= 4);
    story_fire(&s, "alertname=Down host=h7 severity=critical"); /* a re-send */
    assert_int_equal(s.f->mutes->inhibitions.sources.asked - sources, 5000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_who_is_told_at_a_chosen_time),
        TEST(test_a_chosen_time_sees_what_changed),
        TEST(test_a_silence_begins_and_ends_by_itself),
        TEST(test_expired_at_once),
        TEST(test_the_lowest_id_is_named),
        TEST(test_forgotten_after_five_days_without_a_word),
        TEST(test_retention_is_the_accounts),
        TEST(test_while_the_source_fires),
        TEST(test_absent_is_empty),
        TEST(test_no_equal_is_any),
        TEST(test_both_sides),
        TEST(test_inhibited_is_said_before_silenced),
        TEST(test_a_change_of_level_is_a_change_of_the_source),
        TEST(test_rules_that_come_and_go),
        TEST(test_ten_thousand_silences_cost_nothing),
        TEST(test_inhibition_looks_at_one_bucket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
