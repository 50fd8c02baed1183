/* http_verdict_test.c - statuses, Retry-After, and what is no answer at all. */
#include "channel/channel_private.h"

#include "base/time.h"

#include "../../support/fake_client.h"
#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

static struct receipt judged(const struct client_reply *reply)
{
    struct receipt r = receipt_of(reply);

    http_verdict(reply, &a, &r);
    return r;
}

static void test_statuses(void **)
{
    static const struct {
        int status;
        enum verdict verdict;
        const char *words;
    } rows[] = {
        { 199, REFUSED, "did not take it" },
        { 200, DELIVERED, "" },
        { 202, DELIVERED, "" },
        { 299, DELIVERED, "" },
        { 300, REFUSED, "redirect" },
        { 302, REFUSED, "redirect" },
        { 308, REFUSED, "redirect" },
        { 400, REFUSED, "did not take it" },
        { 401, REFUSED, "credentials" },
        { 403, REFUSED, "forbids" },
        { 404, REFUSED, "path" },
        { 405, REFUSED, "POST" },
        { 408, DEFERRED, "again later" },
        { 409, REFUSED, "did not take it" },
        { 410, REFUSED, "gone for good" },
        { 413, REFUSED, "max_alerts" },
        { 422, REFUSED, "did not take it" },
        { 425, DEFERRED, "again later" },
        { 429, DEFERRED, "Too many" },
        { 499, REFUSED, "did not take it" },
        { 500, DEFERRED, "in trouble" },
        { 503, DEFERRED, "in trouble" },
        { 599, DEFERRED, "in trouble" },
        { 600, REFUSED, "did not take it" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                      .status = rows[i].status,
                                      .body = STR("words"),
                                      .headers = STR("") };
        struct receipt r = judged(&reply);

        assert_int_equal(r.verdict, rows[i].verdict);
        assert_has(r.meaning, rows[i].words);
        assert_int_equal(r.status, rows[i].status);
        assert_is(r.said, "words");
    }
}

static void test_no_answer(void **)
{
    static const struct {
        enum client_outcome outcome;
        bool tls;
        enum verdict verdict;
        const char *words;
    } rows[] = {
        { CLIENT_REFUSED, false, REFUSED, "allow_addresses" },
        { CLIENT_UNREACHED, false, DEFERRED, "Could not be reached: why." },
        { CLIENT_UNREACHED, true, REFUSED, "certificate" },
        { CLIENT_UNANSWERED, false, UNKNOWN, "may have arrived" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = rows[i].outcome,
                                      .tls_failed = rows[i].tls,
                                      .why = STR("why"),
                                      .body = STR("") };
        struct receipt r = judged(&reply);

        assert_int_equal(r.verdict, rows[i].verdict);
        assert_has(r.meaning, rows[i].words);
        assert_is(r.said, "why");
    }
}

static void test_retry_after(void **)
{
    /* 1994-11-06T08:49:37Z, less a minute, is when the answer ended. */
    static const int64_t now = INT64_C(784111717) * NS_PER_S;
    static const struct {
        const char *header;
        int64_t seconds;
    } rows[] = {
        { "Retry-After: 120\r\n", 120 },
        { "retry-after:7\r\n", 7 },
        { "Retry-After: 0\r\n", 0 },
        { "Retry-After: -5\r\n", 0 },
        { "Retry-After: 86401\r\n", 86400 },
        { "Retry-After: 9223372036854775807\r\n", 86400 },
        { "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 60 },
        { "Retry-After: Sunday, 06-Nov-94 08:49:37 GMT\r\n", 60 },
        { "Retry-After: Sun Nov  6 08:49:37 1994\r\n", 60 },
        { "Retry-After: Sun, 06 Nov 1993 08:49:37 GMT\r\n", 0 },
        { "Retry-After: Sun, 06 Nov 2094 08:49:37 GMT\r\n", 86400 },
        { "Retry-After: Sun, 06 Nov 1000 08:49:37 GMT\r\n", 0 },
        { "Retry-After: Sun, 06 Nov 9999 08:49:37 GMT\r\n", 86400 },
        { "Retry-After: Sun, 06 Foo 1994 08:49:37 GMT\r\n", 0 },
        { "Retry-After: soon\r\n", 0 },
        { "Retry-After: \r\n", 0 },
        { "X: 1\r\n", 0 },
        { "", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                      .status = 503,
                                      .headers = str_of(rows[i].header),
                                      .finished = now };

        assert_int_equal(judged(&reply).retry_after, rows[i].seconds * NS_PER_S);
        reply.status = 200; /* nothing to try again */
        assert_int_equal(judged(&reply).retry_after, 0);
    }
}

/* The operator's file may name any host; what came by an API may not. */
static void test_trust(void **)
{
    struct notification *n = made_notification(&a, NULL, 0);

    n->contact_group = STR("");
    assert_int_equal(trust_of(n), TARGET_CALLER); /* a route made by API */
    n->from_file = true;
    assert_int_equal(trust_of(n), TARGET_OPERATOR);
    n->contact_group = STR("ops");
    assert_int_equal(trust_of(n), TARGET_CALLER);
    n->contact_group = STR("");
    n->action_rule = STR("rule_a");
    assert_int_equal(trust_of(n), TARGET_CALLER);
    n->action_rule = STR("");
    n->subscription_urn = STR("urn");
    assert_int_equal(trust_of(n), TARGET_CALLER);
    n->subscription_urn = STR("");
    n->kind = NOTIFY_CONFIRM_CONTACT;
    assert_int_equal(trust_of(n), TARGET_CALLER);
    n->kind = NOTIFY_CONFIRM_SUBSCRIPTION;
    assert_int_equal(trust_of(n), TARGET_CALLER);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_statuses), T(test_no_answer),
                                        T(test_retry_after), T(test_trust) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
