/* quarantine_test.c - a message that the server died of is tried once more, plainly, and
 * then set aside; everything else goes on. On virtual time. */
#include "support/story.h"

#include "base/encode.h"
#include "model/errand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The process died, of these keys if any. */
static void crash(struct story *s, const char *key)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (key != NULL)
        put_str(&b, str_of(key));
    story_input(s, INPUT_RESTART, buf_str(&b));
    buf_fini(&b);
}

static size_t sent_under(const struct story *s, const char *key)
{
    size_t n = 0;

    for (size_t i = 0; i < s->sent.n; i++)
        n += strcmp(s->sent.v[i].key, key) == 0;
    return n;
}

static void test_twice_and_no_more(void **)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    assert_int_equal(s.sent.n, 2);
    memcpy(key, s.sent.v[0].key, sizeof key);
    story_answer(&s, 1, DELIVERED, 0);
    crash(&s, key);
    assert_int_equal(s.sent.n, 3);
    assert_string_equal(s.sent.v[2].key, key);
    assert_int_equal(s.sent.v[2].attempt, 2);
    assert_true(s.sent.v[2].plain); /* of which less can go wrong */
    story_same_again(&s);
    crash(&s, key);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "quarantined"), 1);
    assert_int_equal(flow_counters(s.f)->dead_letters, 1);
    /* Alice hears that the robot was not told, and nobody else does */
    assert_int_equal(s.sent.n, 4);
    assert_string_equal(s.sent.v[3].text,
                        "Alice: first notification +BelfryDeliveryFailed");
    story_same_again(&s);
    crash(&s, key); /* a key that nobody knows any more */
    crash(&s, NULL);
    story_wait(&s, 3 * NS_PER_HOUR);
    assert_int_equal(sent_under(&s, key), 2);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "quarantined"), 1);
    story_end(&s);
}

/* What is in flight when a process is killed has done nothing. */
static void test_only_the_blamed(void **)
{
    struct story s;
    char blamed[NOTIFICATION_KEY_HEX + 1];

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    memcpy(blamed, s.sent.v[0].key, sizeof blamed);
    for (int i = 0; i < 5; i++) {
        crash(&s, NULL);
        story_wait(&s, 5 * NS_PER_S); /* of a robot's bucket */
    }
    assert_int_equal(s.sent.n, 12);
    for (size_t i = 0; i < s.sent.n; i++)
        assert_false(s.sent.v[i].plain);
    crash(&s, blamed);
    for (int i = 0; i < 5; i++) {
        crash(&s, NULL);
        story_wait(&s, 5 * NS_PER_S);
    }
    assert_int_equal(flow_counters(s.f)->dead_letters, 0);
    assert_int_equal(sent_under(&s, blamed), 12);
    story_answer(&s, s.sent.n - 1, DELIVERED, 0);
    story_answer(&s, s.sent.n - 2, DELIVERED, 0);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

static void test_what_has_arrived_since_is_not_blamed(void **)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    memcpy(key, s.sent.v[0].key, sizeof key);
    story_answer(&s, 0, DEFERRED, 0); /* it waits for its next try */
    crash(&s, key);
    crash(&s, key);
    story_wait(&s, NS_PER_S);
    assert_int_equal(sent_under(&s, key), 2);
    assert_false(s.sent.v[s.sent.n - 1].plain);
    story_end(&s);
}

/* The group goes on: what is new is told, by a message of its own. */
static void test_the_group_goes_on(void **)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops host=a");
    memcpy(key, s.sent.v[0].key, sizeof key);
    story_answer(&s, 1, DELIVERED, 0);
    crash(&s, key);
    story_fire(&s, "alertname=Disk team=ops host=b"); /* while it is under way */
    s.answer = true;
    s.answered = s.sent.n;
    crash(&s, key);
    story_wait(&s, 10 * NS_PER_MIN);
    assert_true(
        str_has(str_of(story_said(&s)), STR("Zhang: new alerts added +Disk +Disk")));
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    assert_int_equal(flow_counters(s.f)->addresses_failing, 0);
    story_same_again(&s);
    story_end(&s);
}

static void test_a_digest_is_set_aside_with_all_its_parts(void **)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];
    size_t before;

    story_duty(&s);
    story_group(&s, "duty", "Zhang");
    s.answer = true;
    story_fire_many(&s, 0, 14);
    assert_int_equal(s.sent.n, 4);
    s.answer = false;
    story_wait(&s, 4 * NS_PER_S);
    assert_int_equal(s.sent.v[4].n->kind, NOTIFY_DIGEST);
    memcpy(key, s.sent.v[4].key, sizeof key);
    crash(&s, key);
    story_wait(&s, 4 * NS_PER_S);
    assert_int_equal(sent_under(&s, key), 2);
    story_fire_many(&s, 14, 16); /* joins no message that may have arrived */
    crash(&s, key);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "quarantined"), 1 + 10);
    story_same_again(&s);
    before = s.sent.n;
    s.answer = true;
    s.answered = before;
    story_wait(&s, 2 * NS_PER_MIN);
    assert_int_equal(sent_under(&s, key), 2);
    assert_int_equal(s.sent.n, before + 1);
    assert_true(str_has(str_of(s.sent.v[before].text), STR("+A14 +A15")));
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

static void test_by_hand_it_is_sent_again(void **)
{
    struct story s;
    char key[NOTIFICATION_KEY_HEX + 1];
    struct resend_alert alert = { .serial = 1, .in = { .door = DOOR_ALERTMANAGER } };
    struct resend_one one = { .to = STR("Zhang"),
                              .route = STR("duty"),
                              .contact_group = STR("duty"),
                              .action_rule = STR(""),
                              .channel = STR("dingtalk"),
                              .shown = STR(""),
                              .alerts = &alert,
                              .alert_count = 1 };
    struct resend r = { .v = &one, .n = 1 };
    struct buf b;

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    memcpy(key, s.sent.v[0].key, sizeof key);
    alert.serial = s.sent.v[0].n->alerts[0]->serial;
    alert.in.generator_url = alert.in.clear_id = STR("");
    crash(&s, key);
    crash(&s, key);
    one.key = str_of(key);
    r.by = (struct errand_actor){ STR("ops"), STR(""), STR(""), STR("") };
    buf_init(&b, BUF_NO_LIMIT);
    resend_encode(&r, &b);
    (void)story_said(&s);
    story_wait(&s, NS_PER_MIN);
    story_input(&s, INPUT_RESEND, buf_str(&b));
    buf_fini(&b);
    assert_true(
        str_has(str_of(story_said(&s)), STR("Zhang: sent again by request +Disk")));
    story_end(&s);
}

/* A journal's payload may hold anything. */
static void test_a_broken_list_blames_nobody(void **)
{
    static const struct str texts[] = { STR_INIT("\x20"
                                                 "short"),
                                        STR_INIT("\xff\xff\xff"), STR_INIT("\0"),
                                        STR_INIT("\x01"
                                                 "a"
                                                 "\x01") };
    struct story s;

    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        story_input(&s, INPUT_RESTART, texts[i]);
    story_wait(&s, 5 * NS_PER_S);
    assert_int_equal(s.sent.n, 2 + 2 * 4);
    for (size_t i = 0; i < s.sent.n; i++)
        assert_false(s.sent.v[i].plain);
    story_end(&s);
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_twice_and_no_more),
        TEST(test_only_the_blamed),
        TEST(test_what_has_arrived_since_is_not_blamed),
        TEST(test_the_group_goes_on),
        TEST(test_a_digest_is_set_aside_with_all_its_parts),
        TEST(test_by_hand_it_is_sent_again),
        TEST(test_a_broken_list_blames_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
