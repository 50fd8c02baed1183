/* wecom_app_test.c - WeCom's application: what it sends to whom, what the answers mean,
 * and how long a token lives (contracts/channels.md 5). */
#include "../../support/robot_rig.h"

#include "channel/channels.h"

static const struct wecom_app_settings own = { .api_url = STR_INIT("http://h/cgi-bin/"),
                                               .corp_id = STR_INIT("corp"),
                                               .secret = STR_INIT("app-secret"),
                                               .agent_id = STR_INIT("1000002") };

static struct channel_job contact_of(struct notification *n)
{
    struct channel_job job = job_of(CHANNEL_WECOM_APP, n, "zhangsan", NULL);

    job.self = (const void *)&own;
    return job;
}

/* ---- the answer ---------------------------------------------------------------------- */

static void test_codes(void **)
{
    static const struct judged_row rows[] = {
        { 0, DELIVERED, 0, "" },
        { 42001, REFUSED, 0, "token" },
        { 40014, REFUSED, 0, "token" },
        { 41001, REFUSED, 0, "token" },
        { 40001, REFUSED, 0, "secret" },
        { 40013, REFUSED, 0, "corp_id" },
        { 40056, REFUSED, 0, "agent_id" },
        { 60020, REFUSED, 0, "trusted addresses" },
        { 81013, REFUSED, 0, "recipients" },
        { 45009, DEFERRED, 60, "30 messages a minute" },
        { 45033, DEFERRED, 5, "at the same time" },
        { -1, DEFERRED, 5, "busy" },
        { 40058, UNFIT, 0, "too long" },
        { 45002, UNFIT, 0, "too long" },
        { 40008, REFUSED, 0, "our fault" },
        { 44004, REFUSED, 0, "empty" },
    };

    assert_rows(wecom_app_judge, "errcode", rows, sizeof rows / sizeof *rows);
    assert_unknown(wecom_app_judge, "errcode");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(wecom_app_is_stale(&(struct receipt){ .code = rows[i].code }),
                         i >= 1 && i <= 3);
}

/* errcode 0 is half of a success when some are not there. */
static void test_partial(void **)
{
    static const char answer[] =
        "{\"errcode\":0,\"errmsg\":\"ok\",\"invaliduser\":\"李四|x\",\"invalidparty\":"
        "\"\","
        "\"invalidtag\":\"7\",\"unlicenseduser\":\"wang\",\"msgid\":\"m\"}";
    struct notification *n = one_alert();
    struct channel_job job = { .n = n, .number = 1, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = 200,
                                  .body = str_of(answer) };
    struct receipt r = receipt_of(&reply);

    n->integration = &entry;
    wecom_app_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, DELIVERED);
    assert_has(r.meaning,
               "members 李四|x; tags 7; members without a licence wang. The application");
    n->integration = NULL; /* a contact is one member */
    wecom_app_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, REFUSED);
    assert_has(r.meaning, "Nobody was told: members");
    reply.body = STR("{\"errcode\":0,\"invaliduser\":\"\",\"msgid\":\"m\"}");
    wecom_app_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, DELIVERED);
    assert_is(r.meaning, "");
}

/* ---- the token --------------------------------------------------------------------- */

static struct token token_of(enum client_outcome outcome, const char *body)
{
    struct client_reply reply = { .outcome = outcome,
                                  .status = outcome == CLIENT_ANSWERED ? 200 : 0,
                                  .body = str_of(body),
                                  .why = STR("no route") };
    struct token token = { .text = STR("") };

    wecom_app_read_token(&reply, &a, &token);
    return token;
}

/* 300 s before its end, of which the cache takes ten by itself. */
static void test_token(void **)
{
    static const struct {
        const char *expires;
        int64_t seconds;
    } rows[] = {
        { "7200", 6910 }, { "\"7200\"", 6910 }, { "3600", 3310 }, { "601", 311 },
        { "600", 600 },   { "60", 60 },         { "0", 6910 },    { "-5", 6910 },
        { "null", 6910 }, { "9999999", 6910 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct token t = token_of(
            CLIENT_ANSWERED,
            arena_printf(&a,
                         "{\"errcode\":0,\"errmsg\":\"ok\",\"access_token\":\"T\","
                         "\"expires_in\":%s}",
                         rows[i].expires)
                .p);

        assert_is(t.text, "T");
        assert_int_equal(t.life, rows[i].seconds * NS_PER_S);
    }
}

static void test_no_token(void **)
{
    static const char *const bodies[] = { "{\"errcode\":40001,\"access_token\":\"T\"}",
                                          "{\"errcode\":0}",
                                          "{\"errcode\":0,\"access_token\":7}",
                                          "{\"access_token\":\"T\"}",
                                          "[]",
                                          "" };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct token t = token_of(CLIENT_ANSWERED, bodies[i]);

        assert_int_equal(t.text.n, 0);
        assert_int_equal(t.why.meaning.n, 0); /* the attempt's to judge */
    }
    assert_int_equal(token_of(CLIENT_UNREACHED, "").why.verdict, DEFERRED);
    assert_true(token_of(CLIENT_UNANSWERED, "").why.meaning.n > 0);
}

/* ---- the body ------------------------------------------------------------------------ */

static void test_contact(void **)
{
    struct channel_job job = contact_of(one_alert());
    struct json root = object_of(&channel_wecom_app, &job);

    assert_is(text_at(root, "touser"), "zhangsan");
    assert_int_equal(json_int(at(root, "agentid")), 1000002);
    assert_is(text_at(root, "msgtype"), "markdown");
    assert_has(text_at(root, "markdown/content"), "HighCPU");
    assert_int_equal(json_int(at(root, "enable_duplicate_check")), 1);
    job.plain = true;
    root = object_of(&channel_wecom_app, &job);
    assert_is(text_at(root, "msgtype"), "text");
    assert_lacks(text_at(root, "text/content"), "http");
}

/* An entry of wechat_configs, as the reader of the file fills it. */
static void test_receiver(void **)
{
    struct channel_job job = job_of(
        CHANNEL_WECOM_APP, one_alert(), "corp",
        "{\"corp_id\":\"corp\",\"api_secret\":\"s\",\"api_url\":\"http://h/cgi-bin/\","
        "\"to_user\":\"{{ .CommonLabels.instance "
        "}}|b\",\"to_party\":\"2\",\"to_tag\":\"\","
        "\"agent_id\":\"{{ 7 }}\",\"message_type\":\"text\","
        "\"message\":\"{{ .Status }} {{ .CommonLabels.alertname }}\"}");
    struct json root = object_of(&channel_wecom_app, &job);

    assert_is(text_at(root, "touser"), "web-1|b");
    assert_is(text_at(root, "toparty"), "2");
    assert_is(text_at(root, "totag"), "");
    assert_int_equal(json_int(at(root, "agentid")), 7);
    assert_is(text_at(root, "msgtype"), "text");
    assert_is(text_at(root, "text/content"), "firing HighCPU");
    /* The same words may be meant: a repeat is not dropped as a duplicate. */
    assert_int_equal(json_int(at(root, "enable_duplicate_check")), 0);
    job = job_of(CHANNEL_WECOM_APP, one_alert(), "corp",
                 "{\"corp_id\":\"corp\",\"api_secret\":\"s\",\"to_user\":\"@all\","
                 "\"agent_id\":\"x\",\"message_type\":\"markdown\",\"message\":\"m\"}");
    root = object_of(&channel_wecom_app, &job);
    assert_is(text_at(root, "agentid"), "x");
    assert_is(text_at(root, "markdown/content"), "m");
}

static void test_without_credentials(void **)
{
    static const struct wecom_app_settings none = { .api_url = STR_INIT("http://h/"),
                                                    .corp_id = STR_INIT(""),
                                                    .secret = STR_INIT(""),
                                                    .agent_id = STR_INIT("") };
    struct wecom_app_settings half = own;
    struct channel_job job = contact_of(one_alert());
    struct str title;

    job.self = (const void *)&none;
    assert_int_equal(channel_wecom_app.render(&job, &b, &title, &e), FAILED);
    assert_has(str_of(e.text), "channels.wecom_app");
    assert_int_equal(channel_wecom_app.check((const void *)&none, &e), OK);
    assert_int_equal(channel_wecom_app.check((const void *)&own, &e), OK);
    half.agent_id = STR("");
    assert_int_equal(channel_wecom_app.check((const void *)&half, &e), FAILED);
    assert_string_equal(e.field, "agent_id");
}

static void test_limit(void **)
{
    static const char *const fillings[] = {
        "x", "\"", "\\", "磁", "𝕬", "<", "👩‍👩‍👧"
    };

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++)
        for (int plain = 0; plain < 2; plain++) {
            struct channel_job job = contact_of(many_alerts(fillings[i]));
            struct json root;
            struct str text;

            job.plain = plain;
            root = object_of(&channel_wecom_app, &job);
            text = text_at(root, plain ? "text/content" : "markdown/content");
            assert_true(text.n > 0 && text.n <= 2048);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_codes),   T(test_partial),  T(test_token), T(test_no_token),
        T(test_contact), T(test_receiver), T(test_limit), T(test_without_credentials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
