/* tally_test.c - attempts by way out, failures by reason, how long each took. */
#include "channel/tally.h"

#include "../../support/made.h"
#include "../../support/says.h"
#include "base/time.h"

static struct arena a;

static struct notification *by(enum channel_kind channel, const char *kind)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct integration *in = arena_new(&a, struct integration);

    n->address.channel = (int)channel;
    in->kind = str_of(kind);
    n->integration = kind[0] != '\0' ? in : NULL;
    return n;
}

static void names(void **state)
{
    (void)state;
    assert_int_equal(tally_integration(by(CHANNEL_MAIL, "")), INTEGRATION_email);
    assert_int_equal(tally_integration(by(CHANNEL_DINGTALK, "")), INTEGRATION_dingtalk);
    assert_int_equal(tally_integration(by(CHANNEL_WEBHOOK, "slack")), INTEGRATION_slack);
    assert_int_equal(tally_integration(by(CHANNEL_WEBHOOK, "carrier-pigeon")),
                     INTEGRATION_other);
}

static void reasons(void **state)
{
    static const struct {
        int status;
        enum verdict verdict;
        enum failure failure;
    } rows[] = {
        { 400, REFUSED, FAILURE_clientError },
        { 404, REFUSED, FAILURE_clientError },
        { 401, REFUSED, FAILURE_authError },
        { 403, REFUSED, FAILURE_authError },
        { 429, DEFERRED, FAILURE_rateLimited },
        { 500, DEFERRED, FAILURE_serverError },
        { 0, DEFERRED, FAILURE_other },
        { 0, UNKNOWN, FAILURE_contextDeadlineExceeded },
        { 200, REFUSED, FAILURE_other }, /* a robot that says no */
    };
    struct receipt mail = { .verdict = DEFERRED, .status = 550 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r = { .verdict = rows[i].verdict, .status = rows[i].status };

        assert_int_equal(tally_failure(by(CHANNEL_WEBHOOK, ""), &r), rows[i].failure);
    }
    assert_int_equal(tally_failure(by(CHANNEL_MAIL, ""), &mail), FAILURE_other);
}

static void as_text(void **state)
{
    struct tally *t = arena_new(&a, struct tally);
    struct receipt fine = { .verdict = DELIVERED,
                            .started = 5,
                            .finished = 5 + NS_PER_S };
    struct receipt slow = { .verdict = ACCEPTED, .finished = 5 * NS_PER_S + 1 };
    struct receipt bad = { .verdict = DEFERRED,
                           .status = 502,
                           .finished = 30 * NS_PER_S };
    struct buf b;
    struct str text;

    (void)state;
    tally_add(t, by(CHANNEL_WEBHOOK, ""), &fine);
    tally_add(t, by(CHANNEL_WEBHOOK, ""), &slow);
    tally_add(t, by(CHANNEL_WEBHOOK, ""), &bad);
    buf_init(&b, BUF_NO_LIMIT);
    tally_put(t, &b);
    text = buf_str(&b);
    assert_has(text, "\nalertmanager_notifications_total{integration=\"webhook\"} 3\n");
    assert_has(text, "\nalertmanager_notifications_total{integration=\"email\"} 0\n");
    assert_has(text, "\nalertmanager_notifications_failed_total{integration=\"webhook\","
                     "reason=\"serverError\"} 1\n");
    assert_has(text, "\nalertmanager_notification_requests_failed_total{integration="
                     "\"webhook\"} 1\n");
#define BUCKET \
    "\nalertmanager_notification_latency_seconds_bucket{integration=\"webhook\","
    assert_has(text, BUCKET "le=\"1\"} 1\n");
    assert_has(text, BUCKET "le=\"5\"} 1\n");
    assert_has(text, BUCKET "le=\"10\"} 2\n");
    assert_has(text, BUCKET "le=\"20\"} 2\n");
    assert_has(text, BUCKET "le=\"+Inf\"} 3\n");
    assert_has(text, "_sum{integration=\"webhook\"} 36.000000001\n");
    buf_fini(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(reasons),
        cmocka_unit_test(as_text),
    };
    int failed;

    arena_init(&a);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_fini(&a);
    return failed;
}
