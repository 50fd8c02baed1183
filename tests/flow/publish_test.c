/* publish_test.c - what subscribers get beyond alerts: publications, shared by all of a
 * topic, and the word that one left. */
#include "support/story.h"

#include "base/time.h"
#include "model/smn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static struct topic the_topic(void)
{
    return (struct topic){ .name = STR("ops"),
                           .urn = STR("urn:smn:r:p:ops"),
                           .id = STR("0123456789abcdef0123456789abcdef"),
                           .display_name = STR("运维") };
}

static void subscribe(const char *id, const char *protocol, enum channel_kind channel,
                      const char *address, enum address_state state)
{
    struct address ad = { .channel = (int)channel,
                          .plain = STR(""),
                          .state = (int)state };
    struct subscription sub = { .topic = STR("ops"),
                                .id = arena_printf(&s.arena, "%s%030d", id, 0),
                                .protocol = str_of(protocol),
                                .remark = str_of(id) };

    if (channel_words[channel].secret)
        ad.secret = seal(s.sealer, &s.arena, str_of(address));
    else
        ad.plain = str_of(address);
    if (state == ADDRESS_PENDING)
        ad.code = seal(s.sealer, &s.arena, STR("code"));
    sub.addresses = (struct addresses){ &ad, 1 };
    story_put(&s, OBJECT_SUBSCRIPTION, &sub);
}

static void topic(void)
{
    struct topic t = the_topic();

    story_begin(&s, 11);
    story_put(&s, OBJECT_TOPIC, &t);
    subscribe("aa", "email", CHANNEL_MAIL, "a@x", ADDRESS_OK);
    subscribe("bb", "http", CHANNEL_WEBHOOK, "http://b.example/", ADDRESS_OK);
    subscribe("cc", "https", CHANNEL_WEBHOOK, "https://c.example/", ADDRESS_PENDING);
    (void)story_said(&s);
}

static void publish(const char *name, int64_t life, const struct publish_text *v,
                    size_t n)
{
    struct publication p = { .user = STR("ops"),
                             .key_id = STR("key"),
                             .remote = STR("::1"),
                             .operation = STR("PublishMessage"),
                             .topic = str_of(name),
                             .message_id = STR("00112233445566778899aabbccddeeff"),
                             .subject = STR("S"),
                             .life = life,
                             .v = v,
                             .n = n };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    publication_encode(&p, &b);
    story_input(&s, INPUT_PUBLISH, buf_str(&b));
    buf_fini(&b);
}

static const struct publish_text all[] = { { STR_INIT("default"),
                                             STR_INIT("everybody") } };

static void test_each_protocol(void **state)
{
    static const struct publish_text two[] = {
        { STR_INIT("default"), STR_INIT("everybody") },
        { STR_INIT("email"), STR_INIT("mail only") },
    };

    (void)state;
    topic();
    s.answer = false;
    publish("ops", NS_PER_HOUR, two, 2);
    assert_int_equal(s.sent.n, 2);
    assert_true(str_is(s.sent.v[0].n->published->text, "mail only"));
    assert_true(str_is(s.sent.v[1].n->published->text, "everybody"));
    for (size_t i = 0; i < 2; i++) {
        const struct notification *n = s.sent.v[i].n;

        assert_int_equal(n->kind, NOTIFY_PUBLISHED);
        assert_true(str_is(n->published->subject, "S"));
        assert_true(str_is(n->topic_display, "运维"));
        story_outcome(&s, s.sent.v[i].key, 1, DELIVERED, 0);
    }
    assert_int_equal(story_row_count(&s, ROW_DECISION, "address_pending"), 1);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    /* what is meant for mailboxes alone reaches nobody else */
    publish("ops", NS_PER_HOUR, two + 1, 1);
    assert_int_equal(s.sent.n, 3);
    publish("none", NS_PER_HOUR, all, 1);
    assert_int_equal(s.sent.n, 3);
    story_end(&s);
}

/* One text for all of them; it outlives what was told first, and a snapshot. */
static void test_shared_and_saved(void **state)
{
    struct flow *other;

    (void)state;
    topic();
    s.answer = false;
    publish("ops", NS_PER_HOUR, all, 1);
    assert_int_equal(s.sent.n, 2);
    assert_ptr_equal(s.sent.v[0].n->published, s.sent.v[1].n->published);
    story_outcome(&s, s.sent.v[0].key, 1, DELIVERED, 0);
    assert_true(str_is(s.sent.v[1].n->published->text, "everybody"));
    other = story_reload(&s, 5);
    assert_int_equal(flow_counters(other)->outbox, 1);
    assert_string_equal(flow_print(other, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&other);
    other = story_replay(&s, 7, 0);
    assert_string_equal(flow_print(other, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&other);
    story_end(&s);
}

/* Tried again until its time is over, and not longer. */
static void test_time_to_live(void **state)
{
    size_t answered = 0;

    (void)state;
    topic();
    s.answer = false;
    publish("ops", 10 * NS_PER_S, all, 1);
    for (int second = 0; second < 60; second++) {
        for (; answered < s.sent.n; answered++)
            story_outcome(&s, s.sent.v[answered].key, s.sent.v[answered].attempt,
                          DEFERRED, 0);
        story_wait(&s, NS_PER_S);
    }
    assert_true(s.sent.n > 2);
    assert_true(s.sent.v[s.sent.n - 1].at <= s.sent.v[0].at + 10 * NS_PER_S);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

static ok leave(const char *id, enum channel_kind channel)
{
    struct change change = { .op = CHANGE_UNSUBSCRIBE,
                             .kind = OBJECT_SUBSCRIPTION,
                             .key = arena_printf(&s.arena, "ops:%s%030d", id, 0),
                             .channel = (int)channel };
    struct err e;

    return story_change(&s, &change, 1, &e);
}

/* A program hears that it left; a mailbox saw the page; who was gone hears nothing. */
static void test_leaving(void **state)
{
    (void)state;
    topic();
    s.answer = false;
    assert_int_equal(leave("aa", CHANNEL_MAIL), OK);
    assert_int_equal(leave("cc", CHANNEL_WEBHOOK), OK);
    assert_int_equal(s.sent.n, 0);
    assert_int_equal(leave("bb", CHANNEL_WEBHOOK), OK);
    assert_int_equal(s.sent.n, 1);
    assert_int_equal(s.sent.v[0].n->kind, NOTIFY_LEFT);
    assert_true(str_ends(s.sent.v[0].n->subscription_urn, STR("bb0000000000000000000000"
                                                              "00000000")));
    assert_int_equal(leave("bb", CHANNEL_WEBHOOK), OK);
    assert_int_equal(s.sent.n, 1);
    story_outcome(&s, s.sent.v[0].key, 1, DELIVERED, 0);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_protocol),
        cmocka_unit_test(test_shared_and_saved),
        cmocka_unit_test(test_time_to_live),
        cmocka_unit_test(test_leaving),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
