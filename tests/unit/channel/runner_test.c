/* runner_test.c - from a decision to an outcome: what is asked of the client, what
 * comes back as an input, and that no secret does. */
#include "channel/runner.h"

#include "base/json.h"
#include "base/time.h"
#include "channel/channel_private.h"
#include "channel/email.h"

#include "../../support/fake_client.h"
#include "../../support/made.h"
#include "../../support/says.h"

#include <pthread.h>

enum { MOST = 4096 };

static struct arena a;
static struct err e;
static struct sealer *sealer;
static struct signer *signer;
static struct email_settings mail = { .host = STR_INIT("127.0.0.1"),
                                      .port = 1025,
                                      .from = STR_INIT("belfry@example.com"),
                                      .tls = STR_INIT(""),
                                      .username = STR_INIT(""),
                                      .password = STR_INIT(""),
                                      .hello = STR_INIT("") };

/* ---- the journal ------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct input *in[MOST];
    size_t n;
} journal = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

static void submit_always(void *, struct input *in)
{
    pthread_mutex_lock(&journal.lock);
    assert_true(journal.n < MOST);
    journal.in[journal.n++] = in;
    pthread_cond_broadcast(&journal.more);
    pthread_mutex_unlock(&journal.lock);
}

static struct outcome outcome_at(size_t i)
{
    struct outcome o;

    pthread_mutex_lock(&journal.lock);
    while (journal.n <= i)
        pthread_cond_wait(&journal.more, &journal.lock);
    pthread_mutex_unlock(&journal.lock);
    assert_int_equal(journal.in[i]->kind, INPUT_OUTCOME);
    assert_int_equal(journal.in[i]->account, 1);
    assert_int_equal(outcome_decode(journal.in[i]->payload, &o, &e), OK);
    return o;
}

static int64_t fixed_clock(void)
{
    return INT64_C(1700000000000) * NS_PER_MS;
}

static struct runner *started(int threads)
{
    struct runner_config config = {
        .sealer = sealer,
        .signer = signer,
        .journal = { .submit_always = submit_always },
        .threads = threads,
        .clock = fixed_clock,
    };
    struct runner *r;

    config.settings[CHANNEL_MAIL] = (const struct channel_self *)(const void *)&mail;
    assert_int_equal(runner_start(&config, &r, &e), OK);
    return r;
}

static int setup(void **)
{
    arena_init(&a);
    arena_init(&fake.a);
    fake.asked = 0;
    fake.order.n = 0;
    sealer = sealer_for_tests();
    fake.reply = (struct client_reply){ .outcome = CLIENT_ANSWERED,
                                        .status = 200,
                                        .body = STR("{\"errcode\":0}"),
                                        .headers = STR(""),
                                        .why = STR(""),
                                        .remote = STR("127.0.0.1:80"),
                                        .started = 11,
                                        .connected = 12,
                                        .finished = 13 };
    return 0;
}

static int teardown(void **)
{
    for (size_t i = 0; i < journal.n; i++)
        input_free(journal.in[i]);
    journal.n = 0;
    sealer_close(&sealer);
    arena_fini(&fake.a);
    arena_fini(&a);
    return 0;
}

static struct notification *one(enum channel_kind kind, const char *address)
{
    const struct alert *al[1] = { made_firing(
        &a, "alertname=HighCPU,severity=critical,instance=web-1", "summary=hot") };
    struct notification *n = made_notification(&a, al, 1);

    n->address = (struct address){ .channel = (int)kind, .plain = STR("") };
    if (channel_words[kind].secret)
        n->address.secret = seal(sealer, &a, str_of(address));
    else
        n->address.plain = str_of(address);
    return n;
}

/* One attempt from start to end. */
static struct outcome ran(const struct notification *n, int number, bool plain)
{
    struct runner *r = started(0);
    size_t before = journal.n;
    struct outcome o;

    runner_send(r, n, number, plain);
    o = outcome_at(before);
    runner_stop(&r);
    assert_null(r);
    return o;
}

static struct str header(const char *name)
{
    for (size_t i = 0; i < fake.http.header_count; i++)
        if (str_is(fake.headers[i].name, name))
            return fake.headers[i].value;
    return STR("");
}

static void test_webhook(void **)
{
    struct notification *n = one(CHANNEL_WEBHOOK, "http://hook.example/TOKENTOKENTOKEN");

    n->from_file = true;
    struct outcome o;

    n->contact_group = STR("");
    o = ran(n, 3, false);
    assert_is(o.key, "0123456789abcdef0123456789abcdef");
    assert_int_equal(o.attempt, 3);
    assert_false(o.plain);
    assert_int_equal(o.receipt.verdict, DELIVERED);
    assert_int_equal(o.receipt.status, 200);
    assert_int_equal(o.receipt.started, 11);
    assert_int_equal(o.receipt.connected, 12);
    assert_int_equal(o.receipt.finished, 13);
    assert_is(o.receipt.remote, "127.0.0.1:80");
    assert_is(o.receipt.said, "{\"errcode\":0}");
    assert_is(o.receipt.subject, "[FIRING:1] HighCPU");
    assert_int_equal(o.receipt.bytes, fake.http.body.n);
    assert_true(str_starts(fake.http.body, STR("{\"receiver\":\"ops-default\"")));
    assert_is(fake.http.url, "http://hook.example/TOKENTOKENTOKEN");
    assert_is(fake.http.method, "POST");
    assert_is(header("webhook-id"), "0123456789abcdef0123456789abcdef");
    assert_is(header("Idempotency-Key"), "0123456789abcdef0123456789abcdef");
    assert_is(header("Content-Type"), "application/json");
    assert_int_equal(fake.http.trust, TARGET_OPERATOR);
}

static void test_dingtalk(void **)
{
    struct notification *n =
        one(CHANNEL_DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=T123456&"
                              "secret=SEC0123456789abcdef");
    struct outcome o;

    fake.reply.body =
        STR("{\"errcode\":300001,\"errmsg\":\"T123456 SEC0123456789abcdef\"}");
    o = ran(n, 1, false);
    assert_int_equal(o.receipt.verdict, REFUSED);
    assert_int_equal(o.receipt.code, 300001);
    assert_has(o.receipt.meaning, "access_token in the contact's address is wrong");
    assert_is(o.receipt.said, "{\"errcode\":300001,\"errmsg\":\"*** ***\"}");
    assert_has(fake.http.url, "access_token=T123456&timestamp=1700000000000&"
                              "sign=TSZbRFUuvaSQaRKUpF970OPCb2%2FLcQAP3wOvwZIzBZk%3D");
    assert_int_equal(fake.http.trust, TARGET_CALLER);

    fake.reply.status = 502;
    fake.reply.body = STR("<html>bad gateway");
    o = ran(n, 1, false);
    assert_int_equal(o.receipt.verdict, DEFERRED);
    assert_has(o.receipt.meaning, "in trouble");
    fake.reply.status = 404;
    assert_int_equal(ran(n, 1, false).receipt.verdict, REFUSED);
    fake.reply.outcome = CLIENT_UNANSWERED;
    fake.reply.why = STR("timed out");
    o = ran(n, 1, true);
    assert_int_equal(o.receipt.verdict, UNKNOWN);
    assert_true(o.plain);
    assert_true(str_starts(fake.http.body, STR("{\"msgtype\":\"text\"")));
}

static void test_mail(void **)
{
    struct notification *n = one(CHANNEL_MAIL, "ops@example.org");
    struct outcome o;

    fake.reply.status = 250;
    fake.reply.body = STR("250 2.0.0 queued");
    fake.reply.smtp_sent = true;
    o = ran(n, 1, false);
    assert_int_equal(o.receipt.verdict, ACCEPTED);
    assert_is(o.receipt.said, "250 2.0.0 queued");
    assert_is(fake.smtp.to, "ops@example.org");
    assert_is(fake.smtp.from, "belfry@example.com");
    assert_is(fake.smtp.hello, "example.com");
    assert_is(fake.smtp.host, "127.0.0.1");
    assert_int_equal(fake.smtp.port, 1025);
    assert_int_equal(fake.smtp.tls, SMTP_TLS_NONE);
    assert_true(str_starts(fake.smtp.message, STR("From: <belfry@example.com>\r\n")));

    mail.host = STR("smtp.example");
    mail.port = 0;
    (void)ran(n, 1, false);
    assert_int_equal(fake.smtp.port, 587);
    assert_int_equal(fake.smtp.tls, SMTP_TLS_STARTTLS);
    mail.tls = STR("implicit");
    (void)ran(n, 1, false);
    assert_int_equal(fake.smtp.port, 465);
    assert_int_equal(fake.smtp.tls, SMTP_TLS_IMPLICIT);
    mail = (struct email_settings){ .host = STR("127.0.0.1"),
                                    .port = 1025,
                                    .from = STR("belfry@example.com"),
                                    .tls = STR(""),
                                    .username = STR(""),
                                    .password = STR(""),
                                    .hello = STR("") };
}

/* The link of a confirmation is opened for the mail, and for nothing else. */
static void test_confirmation(void **)
{
    struct notification *n = one(CHANNEL_MAIL, "ops@example.org");
    struct outcome o;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    n->reason = REASON_ASKED;
    n->alert_count = 0;
    n->address.code = seal(sealer, &a, STR("CODE-0123456789"));
    fake.reply.status = 550;
    fake.reply.body = STR("550 5.1.1 CODE-0123456789");
    o = ran(n, 1, false);
    assert_is(o.receipt.said, "550 5.1.1 ***");
    assert_has(fake.smtp.message, "http://belfry.example:9093/l/CODE-0123456789");
}

/* Each piece of what a receiver puts together, and no other. */
static void expect_signature(struct json root, const char *const *keys)
{
    struct str head = STR("http://belfry.example:9093/smn/SMN_cn-north-4_");
    struct str url = json_str(json_get(root, STR("signing_cert_url"))), wanted;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (; *keys != NULL; keys++) {
        struct json v = json_get(root, str_of(*keys));

        assert_true(json_is(v, JSON_STRING));
        buf_printf(&b, "%s\n%.*s\n", *keys, STR_ARG(json_str(v)));
    }
    wanted = signer_sign(signer, &a, buf_str(&b));
    buf_fini(&b);
    assert_true(str_eq(json_str(json_get(root, STR("signature"))), wanted));
    assert_is(json_str(json_get(root, STR("signature_version"))), "v1");
    assert_true(str_starts(url, head));
    assert_true(str_eq(str_head(str_from(url, head.n), 32), signer_name(signer)));
    assert_true(str_ends(url, STR(".pem")));
}

static void test_signatures(void **)
{
    static const char *const told[] = { "message",   "message_id", "subject", "timestamp",
                                        "topic_urn", "type",       NULL };
    static const char *const asked[] = { "message",   "message_id", "subscribe_url",
                                         "timestamp", "topic_urn",  "type",
                                         NULL };
    struct notification *n = one(CHANNEL_WEBHOOK, "https://sub.example/x#smn-headers?"
                                                  "x-key=a%20b&x-two=");
    struct json_doc *doc = json_doc_new();
    struct str leave;
    struct json root;

    signer = signer_new();
    n->contact_group = STR("");
    n->region = STR("cn-north-4");
    n->action_rule = STR("rule_a");
    n->topic_urn = STR("urn:smn:cn-north-4:p:ops");
    n->subscription_urn = STR("urn:smn:cn-north-4:p:ops:0123");
    n->words.name = STR("aom.built-in.template.zh");
    (void)ran(n, 1, false);
    assert_int_equal(json_parse(doc, fake.http.body, &root, &e), OK);
    expect_signature(root, told);
    leave = json_str(json_get(root, STR("unsubscribe_url")));
    assert_true(str_starts(leave, STR("http://belfry.example:9093/smn/subscription/"
                                      "unsubscribe?region=cn-north-4&region_id=cn-north-4"
                                      "&subscription_urn=urn:smn:cn-north-4:p:ops:0123&"
                                      "token=")));
    assert_is(header("x-key"), "a b");
    assert_is(header("x-two"), "");
    assert_is(fake.http.url, "https://sub.example/x");
    n->kind = NOTIFY_CONFIRM_SUBSCRIPTION;
    n->action_rule = STR("");
    n->address.code = seal(sealer, &a, STR("CODE"));
    (void)ran(n, 1, false);
    assert_int_equal(json_parse(doc, fake.http.body, &root, &e), OK);
    expect_signature(root, asked);
    json_doc_free(&doc);
    signer_close(&signer);
}

static void test_subscriptions(void **)
{
    struct notification *n = one(CHANNEL_WEBHOOK, "https://sub.example/x");
    struct json_doc *doc = json_doc_new();
    struct json root;

    n->contact_group = STR("");
    n->action_rule = STR("rule_a");
    n->topic_urn = STR("urn:smn:cn-north-4:p:ops");
    n->subscription_urn = STR("urn:smn:cn-north-4:p:ops:0123");
    n->words.name = STR("aom.built-in.template.en");
    (void)ran(n, 1, false);
    assert_int_equal(json_parse(doc, fake.http.body, &root, &e), OK);
    assert_is(json_str(json_get(root, STR("type"))), "Notification");
    assert_is(json_str(json_get(root, STR("topic_urn"))), "urn:smn:cn-north-4:p:ops");
    assert_is(json_str(json_get(root, STR("message_id"))), n->key);
    assert_is(json_str(json_get(root, STR("subject"))),
              "🔴 [Critical] HighCPU: Alarm generated");
    assert_has(json_str(json_get(root, STR("message"))), "Severity: Critical\n");
    assert_is(json_str(json_get(root, STR("timestamp"))), "2026-11-21T10:00:00Z");
    assert_is(header("X-SMN-MESSAGE-TYPE"), "Notification");
    assert_is(header("X-SMN-TOPIC-URN"), "urn:smn:cn-north-4:p:ops");
    assert_is(header("X-SMN-MESSAGE-ID"), n->key);
    assert_is(header("X-SMN-SUBSCRIPTION-URN"), "urn:smn:cn-north-4:p:ops:0123");
    assert_int_equal(fake.http.trust, TARGET_CALLER);

    n->kind = NOTIFY_CONFIRM_SUBSCRIPTION;
    n->action_rule = STR("");
    n->address.code = seal(sealer, &a, STR("CODE"));
    (void)ran(n, 1, false);
    assert_int_equal(json_parse(doc, fake.http.body, &root, &e), OK);
    assert_is(json_str(json_get(root, STR("type"))), "SubscriptionConfirmation");
    assert_is(json_str(json_get(root, STR("subscribe_url"))),
              "http://belfry.example:9093/v2/notifications/subscriptions/"
              "subscribe?token=CODE");
    assert_has(json_str(json_get(root, STR("message"))),
               "invited to subscribe to topic: urn:smn:cn-north-4:p:ops.");
    assert_is(header("X-SMN-MESSAGE-TYPE"), "SubscriptionConfirmation");

    n->kind = NOTIFY_CONFIRM_CONTACT;
    n->topic_urn = n->subscription_urn = STR("");
    (void)ran(n, 1, false);
    assert_int_equal(json_parse(doc, fake.http.body, &root, &e), OK);
    assert_is(json_str(json_get(root, STR("confirm_url"))),
              "http://belfry.example:9093/l/CODE");
    json_doc_free(&doc);
}

/* What cannot be rendered, opened or delivered ends in a refusal with its reason. */
static void test_refusals(void **)
{
    struct notification *n = one(CHANNEL_MAIL, "no address");
    struct outcome o = ran(n, 1, false);

    assert_int_equal(o.receipt.verdict, REFUSED);
    assert_has(o.receipt.meaning, "is not an e-mail address");
    assert_int_equal(o.receipt.started, fixed_clock());
    assert_int_equal(o.receipt.finished, fixed_clock());
    assert_int_equal(o.receipt.bytes, 0);

    o = ran(one(CHANNEL_SMS, "13800000000"), 1, false);
    assert_int_equal(o.receipt.verdict, REFUSED);
    assert_has(o.receipt.meaning, "name a provider");
    o = ran(one(CHANNEL_ALIIM, "zhangwei"), 1, false);
    assert_int_equal(o.receipt.verdict, REFUSED);
    assert_has(o.receipt.meaning, "cannot deliver");

    n = one(CHANNEL_WEBHOOK, "http://x/");
    n->address.secret.sealed = STR("damaged");
    assert_int_equal(ran(n, 1, false).receipt.verdict, REFUSED);
    n = one(CHANNEL_DINGTALK, "http://x/");
    n->kind = NOTIFY_CONFIRM_CONTACT;
    assert_int_equal(ran(n, 1, false).receipt.verdict, REFUSED);
    assert_int_equal(fake.asked, 0);
}

static void test_bad_settings(void **)
{
    struct email_settings bad = mail;
    struct runner_config config = { .sealer = sealer,
                                    .journal = { .submit_always = submit_always } };
    struct runner *r = NULL;

    bad.from = STR("nobody");
    config.settings[CHANNEL_MAIL] = (const struct channel_self *)(const void *)&bad;
    assert_int_equal(runner_start(&config, &r, &e), FAILED);
    assert_string_equal(e.field, "email");
    assert_has(str_of(e.text), "smtp.from: 'nobody'");
}

/* Two threads, many addresses: each message has one outcome, and to one address
 * they leave in the order they were asked for. */
static void test_order(void **)
{
    enum { ADDRESSES = 7, EACH = 100 };
    struct notification *n[ADDRESSES * EACH];
    struct runner *r = started(2);
    size_t next[ADDRESSES] = { 0 };
    size_t total = ADDRESSES * EACH;

    fake.reply.status = 250;
    for (size_t i = 0; i < total; i++) {
        n[i] = one(CHANNEL_MAIL, "x");
        n[i]->address.plain =
            arena_printf(&a, "%03zu@%zu.example", i / ADDRESSES, i % ADDRESSES);
        n[i]->address_key = arena_printf(&a, "email/%zu.example", i % ADDRESSES);
        n[i]->sequence = i + 1;
    }
    for (size_t i = 0; i < total; i++)
        runner_send(r, n[i], 1, false);
    (void)outcome_at(total - 1);
    runner_stop(&r);
    assert_int_equal(fake.asked, total);
    for (size_t i = 0; i < total; i++) {
        struct str to = fake.order.v[i];
        size_t which = (size_t)(to.p[4] - '0');

        assert_is(to, arena_printf(&a, "%03zu@%zu.example", next[which]++, which).p);
    }
}

/* Stopping with work in hand: nothing is lost or leaked, and what was not sent has
 * no outcome. */
static void test_stop(void **)
{
    enum { SENT = 500 };
    struct notification *n = one(CHANNEL_MAIL, "ops@example.org");
    struct runner *r = started(2);

    fake.reply.status = 250;
    for (int i = 0; i < SENT; i++)
        runner_send(r, n, 1, false);
    runner_stop(&r);
    assert_int_equal(journal.n, fake.asked);
    assert_true(journal.n <= SENT);
}

static void test_busy(void **)
{
    struct runner *r = started(1);

    assert_int_equal(runner_busy(r), 0);
    runner_send(r, one(CHANNEL_MAIL, "ops@example.org"), 1, false);
    (void)outcome_at(0);
    while (runner_busy(r) > 0)
        sched_yield();
    runner_stop(&r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_webhook),  T(test_dingtalk),      T(test_mail),       T(test_confirmation),
        T(test_refusals), T(test_subscriptions), T(test_signatures), T(test_bad_settings),
        T(test_order),    T(test_stop),          T(test_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
