/* place_test.c - buckets, the breaker, digests: what one place of people or programs is
 * sent, and when, told as stories on virtual time. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char robot[] = "https://oapi.dingtalk.com/robot/send?access_token=1";

/* Zhang has a robot; each alert name is a group of its own, told at once. */
static void begin(struct story *s)
{
    story_begin(s, 7);
    story_robot(s, "Zhang", robot);
    story_group(s, "duty", "Zhang");
    story_route(s, &(struct story_route){ .name = "duty",
                                          .matchers = "team=ops",
                                          .group_by = "alertname",
                                          .groups = "duty" });
}

/* The first message was put off: the whole robot wants to be left alone. */
static void begin_put_off(struct story *s, int64_t retry_after)
{
    begin(s);
    s->answer = false;
    story_fire_many(s, 0, 1);
    story_answer_last(s, DEFERRED, retry_after);
}

static const struct notification *last(const struct story *s)
{
    return s->sent.v[s->sent.n - 1].n;
}

/* ---- buckets ----------------------------------------------------------------------- */

static size_t most_in(const struct story *s, int64_t span)
{
    size_t most = 0;

    for (size_t i = 0; i < s->sent.n; i++) {
        size_t n = 0;

        for (size_t k = i; k < s->sent.n && s->sent.v[k].at < s->sent.v[i].at + span; k++)
            n++;
        most = n > most ? n : most;
    }
    return most;
}

static void test_a_robot_is_never_sent_more_than_it_takes(void **)
{
    struct story s;

    begin(&s);
    for (size_t i = 0; i < 600; i++) { /* five a second for two minutes */
        story_fire_many(&s, i, i + 1);
        story_wait(&s, 200 * NS_PER_MS);
    }
    story_wait(&s, NS_PER_MIN);
    assert_in_range(most_in(&s, 60 * NS_PER_S), 15, 19);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    assert_int_equal(flow_counters(s.f)->waiting, 0);
    /* each was told, by a message of its own or by a digest, which its row names */
    assert_int_equal(story_row_count(&s, ROW_DECISION, "merged"),
                     flow_counters(s.f)->merged);
    assert_true(flow_counters(s.f)->merged > 500);
    story_wait(&s, 10 * NS_PER_MIN);
    (void)story_said(&s);
    story_fire_many(&s, 0, 600); /* nobody is told what is known */
    story_wait(&s, 10 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 0);
    story_end(&s);
}

static void test_what_waits_becomes_one_digest(void **)
{
    struct story s;
    const struct notification *n;

    begin(&s);
    story_fire_many(&s, 0, 14);
    assert_int_equal(s.sent.n, 4);
    story_same_again(&s);
    s.answer = false;
    story_wait(&s, 4 * NS_PER_S);
    assert_int_equal(s.sent.n, 5);
    n = last(&s);
    assert_int_equal(n->kind, NOTIFY_DIGEST);
    assert_int_equal(n->reason, REASON_DIGEST);
    assert_int_equal(n->merged, 10);
    assert_int_equal(n->alert_count, 10);
    assert_int_equal(n->more_firing + n->more_resolved, 0);
    assert_true(str_is(n->route, "duty"));
    assert_int_equal(story_row_count(&s, ROW_DECISION, "merged"), 10);
    assert_true(str_has(s.rows.v[s.rows.n - 1].row.reason, STR("(10 messages)")));
    story_same_again(&s);
    /* while it is on its way one of its groups ends */
    story_resolve(&s, "alertname=A7 team=ops");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 5);
    story_answer_last(&s, DELIVERED, 0);
    s.answer = true;
    s.answered = s.sent.n;
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 6);
    assert_string_equal(s.sent.v[5].text, "Zhang: all alerts resolved -A7");
    story_end(&s);
}

static void test_two_names_of_one_robot_share_its_bucket(void **)
{
    struct story s;

    begin(&s);
    story_robot(&s, "Li", robot);
    story_group(&s, "second", "Li");
    story_route(&s, &(struct story_route){ .name = "second",
                                           .matchers = "team=dba",
                                           .group_by = "alertname",
                                           .groups = "second" });
    story_fire_many(&s, 0, 4);
    story_fire(&s, "alertname=B team=dba");
    assert_int_equal(s.sent.n, 4);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "bucket_empty"), 1);
    story_wait(&s, 4 * NS_PER_S);
    assert_string_equal(s.sent.v[4].text, "Li: first notification +B");
    story_end(&s);
}

/* What a group said last counts: in the digest, too. */
static void test_a_group_that_has_news_is_in_the_digest_once(void **)
{
    struct story s;

    begin_put_off(&s, NS_PER_HOUR); /* the whole robot wants to be left alone */
    story_fire_many(&s, 1, 3);
    assert_int_equal(s.sent.n, 1);
    story_resolve(&s, "alertname=A1 team=ops");
    story_wait(&s, 59 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 1);
    story_same_again(&s);
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(s.sent.n, 2);
    assert_int_equal(last(&s)->merged, 3);
    assert_string_equal(s.sent.v[1].text,
                        "Zhang: several in one: more than may be sent there +A0 +A2 -A1");
    story_answer_last(&s, DELIVERED, 0);
    story_wait(&s, 3 * NS_PER_HOUR);
    assert_int_equal(s.sent.n, 2);
    story_end(&s);
}

static void silence_a2(struct story *s, int64_t lasts)
{
    struct matcher m = { STR("alertname"), MATCH_EQ, STR("A2") };
    const struct silence quiet = { .id = STR("11111111-1111-4111-8111-111111111111"),
                                   .matchers = { &m, 1 },
                                   .starts_at = s->wall,
                                   .ends_at = s->wall + lasts,
                                   .created_by = STR("x") };

    story_put(s, OBJECT_SILENCE, &quiet);
}

static void test_silenced_while_it_waits_leaves_the_digest(void **)
{
    struct story s;

    begin_put_off(&s, NS_PER_HOUR);
    story_fire_many(&s, 1, 4);
    silence_a2(&s, 2 * NS_PER_HOUR);
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 2);
    assert_string_equal(s.sent.v[1].text,
                        "Zhang: several in one: more than may be sent there +A0 +A1 +A3");
    story_end(&s);
}

/* ---- the breaker ----------------------------------------------------------------------- */

static void begin_hook(struct story *s)
{
    story_begin(s, 7);
    s->answer = false;
    story_route(s, &(struct story_route){ .name = "hook",
                                          .matchers = "team=ops",
                                          .group_by = "alertname",
                                          .webhook = "https://h.example/x" });
}

static void test_what_fails_five_times_is_left_alone(void **)
{
    struct story s;
    size_t before;

    begin_hook(&s);
    story_fire_many(&s, 0, 8);
    assert_int_equal(s.sent.n, 8);
    for (size_t i = 0; i < 8; i++)
        story_outcome(&s, s.sent.v[i].key, 1, DEFERRED, 0);
    assert_int_equal(flow_counters(s.f)->breakers_open, 1);
    story_same_again(&s);
    before = s.sent.n;
    story_wait(&s, 10 * NS_PER_MIN); /* one goes alone, and is not answered */
    assert_int_equal(s.sent.n, before + 1);
    assert_int_equal(s.sent.v[before].attempt, 2);
    story_answer_last(&s, DELIVERED, 0);
    assert_int_equal(flow_counters(s.f)->breakers_open, 0);
    assert_int_equal(s.sent.n, 16); /* the others followed at once */
    story_end(&s);
}

static void test_a_dead_address_is_asked_once_a_minute_at_most(void **)
{
    struct story s;
    size_t asked;

    begin_hook(&s);
    story_fire_many(&s, 0, 50);
    for (size_t i = 0; i < 50; i++)
        story_outcome(&s, s.sent.v[i].key, 1, UNKNOWN, 0);
    asked = s.sent.n;
    for (int64_t t = 0; t < 3600; t++) {
        size_t n = s.sent.n;

        story_wait(&s, NS_PER_S);
        if (s.sent.n > n)
            story_answer_last(&s, UNKNOWN, 0);
    }
    assert_in_range(s.sent.n - asked, 55, 140);
    story_same_again(&s);
    story_end(&s);
}

static void test_wait_600_is_meant_for_the_whole_place(void **)
{
    struct story s;

    begin_hook(&s);
    story_fire_many(&s, 0, 1);
    story_answer_last(&s, DEFERRED, 600 * NS_PER_S);
    story_fire_many(&s, 1, 5);
    story_wait(&s, 599 * NS_PER_S);
    assert_int_equal(s.sent.n, 1);
    story_wait(&s, NS_PER_S);
    assert_int_equal(s.sent.n, 2); /* the first asks again, alone */
    assert_int_equal(s.sent.v[1].attempt, 2);
    story_answer_last(&s, DELIVERED, 0);
    assert_int_equal(s.sent.n, 6); /* a program gets each group's message */
    assert_int_equal(flow_counters(s.f)->digests, 0);
    story_end(&s);
}

static enum suppression explained(struct story *s, int64_t *at)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("New") },
                                          { STR_INIT("team"), STR_INIT("ops") } };
    struct explanation x;

    flow_explain(s->f, (struct pairs){ labels, 2 }, s->wall, &s->arena, &x);
    assert_int_equal(x.n, 1);
    assert_int_equal(x.told, 1);
    *at = x.decisions[0].at - s->wall;
    return x.decisions[0].waits;
}

static void test_explain_says_for_what_it_would_wait(void **)
{
    struct story s;
    int64_t at;

    begin(&s);
    assert_int_equal(explained(&s, &at), SUPPRESSED_NONE);
    assert_int_equal(at, 0);
    story_fire_many(&s, 0, 4);
    assert_int_equal(explained(&s, &at), SUPPRESSED_BUCKET_EMPTY);
    assert_int_equal(at, 4 * NS_PER_S);
    s.answer = false;
    story_wait(&s, NS_PER_MIN);
    story_fire_many(&s, 4, 5);
    story_answer_last(&s, DEFERRED, 600 * NS_PER_S);
    assert_int_equal(explained(&s, &at), SUPPRESSED_BREAKER_OPEN);
    assert_int_equal(at, 600 * NS_PER_S);
    story_end(&s);
}

static void test_a_full_line_goes_on_when_one_ended(void **)
{
    struct story s;

    begin_hook(&s);
    story_fire_many(&s, 0, 134);
    assert_int_equal(s.sent.n, 128);
    assert_int_equal(flow_counters(s.f)->waiting, 6);
    for (size_t i = 0; i < 6; i++)
        story_outcome(&s, s.sent.v[i].key, 1, DELIVERED, 0);
    assert_int_equal(s.sent.n, 134);
    for (size_t i = 1; i < 134; i++)
        assert_true(s.sent.v[i].n == NULL ||
                    strcmp(s.sent.v[i].key, s.sent.v[i - 1].key) != 0);
    story_end(&s);
}

static void test_a_restart_asks_first_what_was_under_way(void **)
{
    struct story s;

    begin(&s);
    s.answer = false;
    story_fire_many(&s, 0, 6);
    assert_int_equal(s.sent.n, 1); /* people are told one by one */
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(s.sent.n, 2);
    assert_string_equal(s.sent.v[0].key, s.sent.v[1].key);
    story_same_again(&s);
    s.answer = true;
    s.answered = 1;
    story_answer_last(&s, DELIVERED, 0);
    story_wait(&s, NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

/* ---- the end ------------------------------------------------------------------------------ */

static void test_a_digest_too_old_is_given_up_part_by_part(void **)
{
    struct story s;

    begin_put_off(&s, 20 * NS_PER_HOUR);
    story_fire_many(&s, 1, 3);
    story_wait(&s, 20 * NS_PER_HOUR);
    story_answer_last(&s, DEFERRED, 3 * NS_PER_HOUR);
    story_fire_many(&s, 3, 4);
    story_wait(&s, 3 * NS_PER_HOUR);
    story_answer_last(&s, DEFERRED, 2 * NS_PER_HOUR);
    story_same_again(&s);
    story_wait(&s, 2 * NS_PER_HOUR);
    assert_int_equal(flow_counters(s.f)->dead_letters, 3);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "dead_letter"), 3);
    assert_int_equal(last(&s)->merged, 1);
    story_same_again(&s);
    story_end(&s);
}

/* What leaves it meanwhile (A1 ends, A2 is silenced) is no reason to tell the others under
 * another key. */
static void test_a_digest_that_may_have_arrived_goes_again_as_it_was(void **)
{
    struct story s;

    begin_put_off(&s, NS_PER_HOUR);
    story_fire_many(&s, 1, 4);
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(last(&s)->merged, 4);
    story_answer_last(&s, UNKNOWN, NS_PER_HOUR);
    story_resolve(&s, "alertname=A1 team=ops");
    silence_a2(&s, 24 * NS_PER_HOUR);
    story_wait(&s, 30 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 2);
    story_same_again(&s);
    story_wait(&s, 31 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 3);
    assert_string_equal(s.sent.v[2].key, s.sent.v[1].key);
    assert_string_equal(s.sent.v[2].text, s.sent.v[1].text);
    assert_string_equal(
        s.sent.v[2].text,
        "Zhang: several in one: more than may be sent there +A0 +A1 +A2 +A3");
    s.answered = 2;
    s.answer = true;
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 4);
    /* decided when it ended, and then nobody could know that the first had arrived */
    assert_string_equal(s.sent.v[3].text,
                        "Zhang: fired and resolved before anybody was told -A1");
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_same_again(&s);
    story_end(&s);
}

/* It waits for longer than its alerts were said to last; one was sent again meanwhile. */
static void test_what_was_sent_again_fires_in_the_digest(void **)
{
    struct story s;
    const struct notification *n;

    begin_put_off(&s, NS_PER_HOUR);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Again team=ops", 0,
                s.wall + 5 * NS_PER_MIN);
    story_wait(&s, 4 * NS_PER_MIN);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Again team=ops", 0,
                s.wall + 2 * NS_PER_HOUR);
    story_wait(&s, 30 * NS_PER_MIN);
    story_fire_many(&s, 1, 2); /* joins last: what it says is as of now */
    story_wait(&s, NS_PER_HOUR);
    n = last(&s);
    assert_int_equal(n->kind, NOTIFY_DIGEST);
    assert_int_equal(n->alert_count, 3);
    assert_int_equal(n->firing_count, 3);
    assert_int_equal(n->more_firing + n->more_resolved, 0);
    assert_string_equal(
        s.sent.v[s.sent.n - 1].text,
        "Zhang: several in one: more than may be sent there +A0 +Again +A1");
    story_same_again(&s);
    story_end(&s);
}

/* A part of twenty alerts keeps sixteen, those that fire first. */
static void test_what_a_part_leaves_out_is_counted(void **)
{
    struct story s;
    const struct notification *n;

    begin_put_off(&s, NS_PER_HOUR);
    story_fire_many(&s, 1, 2);
    story_route(&s, &(struct story_route){ .name = "duty",
                                           .matchers = "team=ops",
                                           .group_by = "alertname",
                                           .groups = "duty",
                                           .wait = 30 * NS_PER_S });
    for (int i = 0; i < 20; i++) {
        char labels[64];

        snprintf(labels, sizeof labels, "alertname=Big team=ops n=%02d", i);
        story_alert(&s, DOOR_ALERTMANAGER, labels, 0, s.wall + 72 * NS_PER_HOUR);
    }
    story_wait(&s, 2 * NS_PER_HOUR);
    n = last(&s);
    assert_int_equal(n->merged, 3);
    assert_int_equal(n->alert_count, 1 + 1 + 16);
    assert_int_equal(n->firing_count, 18);
    assert_int_equal(n->more_firing, 4);
    assert_int_equal(n->more_resolved, 0);
    story_same_again(&s);
    story_end(&s);
}

/* Its parts learn that it arrived a thousand an input. Who has news before his turn is told
 * of it after, once; and nobody is told twice of what the digest said. */
static void test_a_large_digest_settles_in_slices(void **)
{
    struct story s;

    begin_put_off(&s, NS_PER_HOUR);
    story_fire_many(&s, 1, 2501);
    story_wait(&s, NS_PER_HOUR + NS_PER_MIN);
    assert_int_equal(last(&s)->merged, 2501);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A2500 team=ops n=2", 0,
                s.wall + 72 * NS_PER_HOUR);
    story_wait(&s, flow_next_due(s.f) - s.steady - 1); /* the groups' next flush */
    story_answer_last(&s, DELIVERED, 0);
    (void)story_said(&s);
    assert_int_equal(flow_counters(s.f)->outbox, 1);
    assert_int_equal(flow_next_due(s.f), s.steady + 1);
    story_same_again(&s);
    story_wait(&s, 1); /* two thousand know, and all groups flush */
    assert_int_equal(flow_counters(s.f)->outbox, 1);
    assert_string_equal(story_said(&s), "");
    story_same_again(&s);
    story_input(&s, INPUT_RESTART, STR("")); /* it is not sent again */
    story_wait(&s, 1);
    for (size_t i = 0; i < s.sent.n; i++)
        print_message("%zu %.32s att %d at %lld merged %zu\n", i, s.sent.v[i].key,
                      s.sent.v[i].attempt, (long long)s.sent.v[i].at,
                      s.sent.v[i].n->merged);
    story_same_again(&s);
    assert_int_equal(s.sent.n, 1);
    story_answer_last(&s, DELIVERED, 0);
    assert_string_equal(story_said(&s), "Zhang: new alerts added +A2500 +A2500");
    story_wait(&s, NS_PER_HOUR);
    assert_string_equal(story_said(&s), "");
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

/* One message to one mailbox is some kilobytes; a hundred thousand that wait are not. */
static void test_a_storm_of_a_hundred_thousand_is_one_line(void **)
{
    struct story s;

    begin(&s);
    s.answer = false;
    story_fire_many(&s, 0, 100 * 1000);
    assert_in_range(flow_counters(s.f)->outbox, 1, 6);
    assert_int_equal(s.sent.n, 1);
    story_answer_last(&s, DELIVERED, 0);
    story_answer_last(&s, DELIVERED, 0);
    story_answer_last(&s, DELIVERED, 0); /* the fourth token is the digest's */
    assert_int_equal(last(&s)->kind, NOTIFY_DIGEST);
    assert_int_equal(last(&s)->alert_count, 500);
    assert_int_equal(last(&s)->alert_count + last(&s)->more_firing, 100 * 1000 - 3);
    assert_int_equal(last(&s)->merged, 100 * 1000 - 3);
    story_answer_last(&s, DELIVERED, 0);
    (void)story_said(&s);
    story_wait(&s, NS_PER_S);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 0);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_robot_is_never_sent_more_than_it_takes),
        cmocka_unit_test(test_what_waits_becomes_one_digest),
        cmocka_unit_test(test_two_names_of_one_robot_share_its_bucket),
        cmocka_unit_test(test_a_group_that_has_news_is_in_the_digest_once),
        cmocka_unit_test(test_silenced_while_it_waits_leaves_the_digest),
        cmocka_unit_test(test_what_fails_five_times_is_left_alone),
        cmocka_unit_test(test_a_dead_address_is_asked_once_a_minute_at_most),
        cmocka_unit_test(test_wait_600_is_meant_for_the_whole_place),
        cmocka_unit_test(test_explain_says_for_what_it_would_wait),
        cmocka_unit_test(test_a_full_line_goes_on_when_one_ended),
        cmocka_unit_test(test_a_restart_asks_first_what_was_under_way),
        cmocka_unit_test(test_a_digest_too_old_is_given_up_part_by_part),
        cmocka_unit_test(test_a_digest_that_may_have_arrived_goes_again_as_it_was),
        cmocka_unit_test(test_what_was_sent_again_fires_in_the_digest),
        cmocka_unit_test(test_what_a_part_leaves_out_is_counted),
        cmocka_unit_test(test_a_large_digest_settles_in_slices),
        cmocka_unit_test(test_a_storm_of_a_hundred_thousand_is_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
