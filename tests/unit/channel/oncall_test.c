/* oncall_test.c - contacts of PagerDuty, Opsgenie and VictorOps: what they are sent, their
 * limits, and what answers mean (contracts/channels.md 12, 13). Entries of files are
 * compared with Alertmanager's own in tests/clients/oncall_am.test.mjs. */
#include "channel/oncall.h"

#include "base/time.h"
#include "base/utf8.h"
#include "channel/channel_private.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct buf b;
static struct err e;
static struct json_doc *doc;

static int setup(void **)
{
    arena_init(&a);
    buf_init(&b, 1 << 21);
    doc = json_doc_new();
    return 0;
}

static int teardown(void **)
{
    json_doc_free(&doc);
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

static struct json rendered(const struct channel_ops *ops, const struct notification *n,
                            bool plain)
{
    struct channel_job job = {
        .n = n, .plain = plain, .number = 1, .address = STR("KEY"), .a = &a
    };
    struct str subject;
    struct json root;

    buf_clear(&b);
    assert_int_equal(ops->render(&job, &b, &subject, &e), OK);
    assert_int_equal(json_parse(doc, buf_str(&b), &root, &e), OK);
    assert_true(subject.n > 0);
    return root;
}

static struct str at(struct json v, const char *key)
{
    return json_str(json_get(v, str_of(key)));
}

static struct notification *one(const char *name, bool resolved)
{
    const struct alert **v = arena_array(&a, const struct alert *, 1);
    struct str labels = arena_printf(&a, "alertname=%s,severity=warning", name);
    struct notification *n;

    v[0] = resolved ? made_resolved(&a, labels.p, "summary=hot")
                    : made_firing(&a, labels.p, "summary=hot");
    n = made_notification(&a, v, 1);
    n->group_key = STR("{}:{alertname=\"x\"}");
    return n;
}

static void test_pagerduty(void **)
{
    struct notification *n = one("磁盘", false);
    struct json root = rendered(&channel_pagerduty, n, false), payload;

    payload = json_get(root, STR("payload"));
    assert_is(at(root, "routing_key"), "KEY");
    assert_is(at(root, "event_action"), "trigger");
    /* sha256 of the group key, as Alertmanager writes it. */
    assert_is(at(root, "dedup_key"),
              "4531b49edda6b5770e158b8375c72fdfa0dba5677b75ed0ba99dc37f85411244");
    assert_has(at(payload, "summary"), "磁盘");
    assert_is(at(payload, "severity"), "warning");
    assert_has(at(json_get(payload, STR("custom_details")), "text"), "hot");
    root = rendered(&channel_pagerduty, one("磁盘", true), false);
    assert_is(at(root, "event_action"), "resolve");
    n->kind = NOTIFY_TEST;
    root = rendered(&channel_pagerduty, n, true);
    assert_has(at(json_get(root, STR("payload")), "summary"), "[DRILL]");
    assert_int_equal(
        json_kind(json_get(json_get(root, STR("payload")), STR("custom_details"))),
        JSON_NONE);
}

static void test_opsgenie(void **)
{
    struct notification *n = one("磁盘", false);
    struct json root = rendered(&channel_opsgenie, n, false);

    assert_int_equal(at(root, "alias").n, 64);
    assert_is(at(root, "priority"), "P3");
    assert_has(at(root, "message"), "磁盘");
    assert_has(at(root, "description"), "hot");
    root = rendered(&channel_opsgenie, one("磁盘", true), false);
    assert_int_equal(json_count(root), 1);
    assert_true(at(root, "source").n > 0);
}

static void test_victorops(void **)
{
    struct json root = rendered(&channel_victorops, one("磁盘", false), false);

    assert_is(at(root, "message_type"), "WARNING");
    assert_has(at(root, "entity_display_name"), "磁盘");
    root = rendered(&channel_victorops, one("磁盘", true), false);
    assert_is(at(root, "message_type"), "RECOVERY");
}

static struct json with_metadata(size_t n, bool plain)
{
    struct json_doc *settings = json_doc_new();
    struct channel_job job = { .n = one("磁盘", false),
                               .plain = plain,
                               .number = 1,
                               .address = STR("https://h/"),
                               .a = &a };
    struct str subject;
    struct json root;
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&text, "{\"metadata\":{\"team\":\"");
    for (size_t i = 0; i < n; i++)
        buf_char(&text, 'm');
    buf_z(&text, "\",\"b\":\"c\"}}");
    assert_int_equal(json_parse(settings, buf_str(&text), &job.settings, &e), OK);
    buf_clear(&b);
    assert_int_equal(channel_incidentio.render(&job, &b, &subject, &e), OK);
    assert_true(b.n <= 512 * 1024);
    assert_int_equal(json_parse(doc, buf_str(&b), &root, &e), OK);
    assert_int_equal(json_count(json_get(root, STR("alerts"))), 1);
    buf_fini(&text);
    json_doc_free(&settings);
    return json_get(root, STR("metadata"));
}

/* What does not fit is left out whole, and the alerts go out. */
static void test_incidentio_metadata(void **)
{
    /* {"team":"...","b":"c"} */
    static const size_t most = 512 * 1024 / 2 - 19, room = 512 * 1024;

    assert_int_equal(at(with_metadata(3, false), "team").n, 3);
    assert_int_equal(at(with_metadata(most, false), "team").n, most);
    assert_int_equal(json_kind(with_metadata(most + 1, false)), JSON_NONE);
    assert_int_equal(at(with_metadata(room / 8 - 19, true), "team").n, room / 8 - 19);
    assert_int_equal(json_kind(with_metadata(room / 8 - 18, true)), JSON_NONE);
    for (size_t n = room - 70; n < room + 2; n++)
        assert_int_equal(json_kind(with_metadata(n, false)), JSON_NONE);
}

/* Opsgenie's 130: below, at and above, in letters of one to four bytes. */
static void test_limits(void **)
{
    static const char *const letters[] = { "a", "警", "🔥" };

    for (size_t k = 0; k < 3; k++)
        for (size_t n = 1; n < 260; n++) {
            struct str message;
            struct buf name;

            buf_init(&name, BUF_NO_LIMIT);
            for (size_t i = 0; i < n; i++)
                buf_z(&name, letters[k]);
            message = at(rendered(&channel_opsgenie,
                                  one(arena_z(&a, buf_str(&name)), false), false),
                         "message");
            assert_true(utf8_valid(message));
            assert_true(utf8_count(message) <= 130);
            buf_fini(&name);
        }
}

/* Amazon's own test "post-x-www-form-urlencoded" of signature version 4. */
static void test_aws_signature(void **)
{
    const struct aws_ask ask = {
        .access_key = STR("AKIDEXAMPLE"),
        .secret_key = STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        .region = STR("us-east-1"),
        .service = STR("service"),
        .stamp = STR("20150830T123600Z"),
        .host = STR("example.amazonaws.com"),
        .path = STR("/"),
        .content_type = STR("application/x-www-form-urlencoded"),
        .body = STR("Param1=value1"),
    };

    assert_is(aws_authorization(&ask, &a),
              "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
              "aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature="
              "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

static void test_questions(void **)
{
    const struct channel_ops *const all[] = { &channel_pagerduty, &channel_opsgenie,
                                              &channel_victorops };
    struct notification *n = one("x", false);
    struct channel_job job = { .n = n, .number = 1, .address = STR("KEY"), .a = &a };
    struct str subject;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(all[i]->render(&job, &b, &subject, &e), FAILED);
}

static struct receipt judged(post_judge *judge, int status, const char *body, int number)
{
    struct channel_job job = { .number = number, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = status,
                                  .body = str_of(body),
                                  .headers = STR("HTTP/1.1 429\r\nRetry-After: 7\r\n") };
    struct receipt r = { .verdict = UNKNOWN, .meaning = STR("") };

    judge(&job, &reply, &r);
    return r;
}

static void test_answers(void **)
{
    static const struct {
        post_judge *judge;
        int status;
        const char *body;
        enum verdict verdict;
    } rows[] = {
        { pagerduty_judge, 202, "{\"status\":\"success\"}", ACCEPTED },
        { pagerduty_judge, 200, "", ACCEPTED },
        { pagerduty_judge, 202, "{\"status\":\"odd\"}", DEFERRED },
        { pagerduty_judge, 400, "{\"status\":\"invalid event\"}", REFUSED },
        { pagerduty_judge, 403, "", REFUSED },
        { pagerduty_service_judge, 403, "", DEFERRED },
        { pagerduty_service_judge, 400, "", REFUSED },
        { pagerduty_judge, 413, "", UNFIT },
        { pagerduty_judge, 429, "", DEFERRED },
        { pagerduty_judge, 500, "", DEFERRED },
        { opsgenie_judge, 202, "", ACCEPTED },
        { opsgenie_judge, 204, "", ACCEPTED },
        { opsgenie_judge, 401, "", REFUSED },
        { opsgenie_judge, 422, "", REFUSED },
        { opsgenie_judge, 413, "", UNFIT },
        { opsgenie_judge, 429, "", DEFERRED },
        { opsgenie_judge, 503, "", DEFERRED },
        { victorops_judge, 200, "{\"result\":\"success\"}", DELIVERED },
        { victorops_judge, 200, "{\"result\":\"failure\"}", REFUSED },
        { victorops_judge, 500, "{\"result\":\"failure\"}", DEFERRED },
        { victorops_judge, 404, "", REFUSED },
        { victorops_judge, 413, "", UNFIT },
        { victorops_judge, 429, "", DEFERRED },
        { incidentio_judge, 202, "", ACCEPTED },
        { incidentio_judge, 401, "", REFUSED },
        { incidentio_judge, 413, "", UNFIT },
        { incidentio_judge, 429, "", DEFERRED },
        { sns_judge, 200, "", ACCEPTED },
        { sns_judge, 400, "<Code>Throttling</Code>", DEFERRED },
        { sns_judge, 400, "<Code>InvalidParameter</Code>", REFUSED },
        { sns_judge, 400, "<Code>Odd</Code>", REFUSED },
        { sns_judge, 403, "<Code>", REFUSED },
        { sns_judge, 413, "", UNFIT },
        { sns_judge, 500, "", DEFERRED },
        { jira_judge, 204, "", DELIVERED },
        { jira_judge, 400, "", REFUSED },
        { jira_judge, 401, "", REFUSED },
        { jira_judge, 413, "", UNFIT },
        { jira_judge, 429, "", DEFERRED },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct receipt r = judged(rows[i].judge, rows[i].status, rows[i].body, 1);

        if (r.verdict != rows[i].verdict)
            print_error("%zu: %d %s\n", i, rows[i].status, rows[i].body);
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_true(r.verdict <= ACCEPTED || r.meaning.n > 0);
        if (rows[i].status == 429)
            assert_int_equal(r.retry_after, 7 * NS_PER_S);
    }
    assert_int_equal(judged(pagerduty_judge, 202, "{\"status\":\"odd\"}", 4).verdict,
                     REFUSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_pagerduty),           TEST(test_opsgenie),      TEST(test_victorops),
        TEST(test_incidentio_metadata), TEST(test_aws_signature), TEST(test_limits),
        TEST(test_questions),           TEST(test_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
