/* dingtalk_test.c - the robot: its signature, its body, and every row of the table
 * of what it says (contracts/channels.md 1 and 2). */
#include "channel/channel_private.h"
#include "channel/robot.h"

#include "base/json.h"
#include "base/time.h"
#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

static struct err e;

/* ---- the URL ----------------------------------------------------------- */

static struct str url_of(const char *address, int64_t now_ms)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job = { .n = n, .address = str_of(address), .a = &a };
    struct robot robot;

    n->address.channel = CHANNEL_DINGTALK;
    robot_read(&job, &robot);
    return dingtalk_url(&robot, now_ms, &a);
}

static void test_signature(void **)
{
    assert_is(
        url_of("https://oapi.dingtalk.com/robot/send?access_token=T&"
               "secret=SEC0123456789abcdef",
               1700000000000),
        "https://oapi.dingtalk.com/robot/send?access_token=T&timestamp=1700000000000&"
        "sign=TSZbRFUuvaSQaRKUpF970OPCb2%2FLcQAP3wOvwZIzBZk%3D");
}

static void test_urls(void **)
{
    static const struct {
        const char *url, *want;
    } rows[] = {
        { "https://x/r?access_token=T", "https://x/r?access_token=T" },
        { "https://x/r", "https://x/r" },
        { "https://x/r?secret=", "https://x/r" },
        { "https://x/r?secret=&a=1", "https://x/r?a=1" },
        { "https://x/r?keyword=a&a=1&keyword=b", "https://x/r?a=1" },
        { "https://x/r?a=1#keyword=b", "https://x/r?a=1" },
        { "https://x/r?a=%E8%80%83&timestamp=1&sign=2&b", "https://x/r?a=%E8%80%83&b" },
    };
    static const char *const secrets[] = {
        "http://x/?secret=SEC0123456789abcdef", "http://x/?secret=SEC%30123456789abcdef",
        "http://x/#secret=SEC0123456789abcdef",
        "http://x/#keyword=x&secret=SEC0123456789abcdef"
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_is(url_of(rows[i].url, 5), rows[i].want);
    /* Wherever it stands, and however it is written, it never leaves. */
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct str url = url_of(secrets[i], 1700000000000);

        assert_has(url, "http://x/?timestamp=1700000000000&sign=TSZbRFUuva");
        assert_lacks(url, "SEC");
    }
}

/* ---- the answer -------------------------------------------------------- */

static struct receipt judged(const char *body, int number)
{
    struct channel_job job = { .number = number, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = 200,
                                  .body = str_of(body) };
    struct receipt r = { .verdict = UNKNOWN, .said = reply.body, .meaning = STR("") };

    dingtalk_judge(&job, &reply, &r);
    return r;
}

static void test_codes(void **)
{
    static const struct {
        int64_t code;
        enum verdict verdict;
        int64_t seconds;
        const char *words;
    } rows[] = {
        { 0, DELIVERED, 0, "" },
        { -1, DEFERRED, 5, "busy" },
        { 130101, DEFERRED, 60, "20 messages a minute" },
        { 410100, DEFERRED, 60, "Too many requests" },
        { 300001, REFUSED, 0, "access_token" },
        { 300005, REFUSED, 0, "does not exist" },
        { 400101, REFUSED, 0, "no access_token" },
        { 400102, REFUSED, 0, "stopped" },
        { 400106, REFUSED, 0, "removed" },
        { 400013, REFUSED, 0, "disbanded" },
        { 400105, REFUSED, 0, "our fault" },
        { 40035, REFUSED, 0, "our fault" },
        { 43002, REFUSED, 0, "our fault" },
        { 43004, REFUSED, 0, "our fault" },
        { 460101, UNFIT, 0, "too long" },
        { 101002, UNFIT, 0, "too long" },
        { 430101, UNFIT, 0, "a link" },
        { 430102, UNFIT, 0, "the text" },
        { 430103, UNFIT, 0, "a picture" },
        { 430104, UNFIT, 0, "the content" },
        { 90030, REFUSED, 0, "quota" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str body = arena_printf(&a, "{\"errcode\":%lld,\"errmsg\":\"x\"}",
                                       (long long)rows[i].code);
        struct receipt r = judged(body.p, 1);

        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.retry_after, rows[i].seconds * NS_PER_S);
        assert_int_equal(r.code, rows[i].code);
        assert_has(r.meaning, rows[i].words);
    }
    assert_int_equal(judged("{\"errcode\":\"300001\"}", 1).verdict, REFUSED);
}

/* One code for four faults. One of them is about our clock: signed again at once. */
static void test_security(void **)
{
    static const struct {
        const char *errmsg;
        bool late;
        const char *words;
    } rows[] = {
        { "keywords not in content, more: [https://ding-doc]", false, "keyword" },
        { "description:关键词不匹配", false, "keyword" },
        { "invalid timestamp", true, "clock" },
        { "description:机器人发送签名过期", true, "clock" },
        { "sign not match", false, "secret" },
        { "description:机器人发送签名不匹配", false, "secret" },
        { "ip 1.2.3.4 not in whitelist", false, "public address" },
        { "something new", false, "security settings" },
        { "", false, "security settings" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str body =
            arena_printf(&a, "{\"errcode\":310000,\"errmsg\":\"%s\"}", rows[i].errmsg);
        struct receipt r = judged(body.p, 1);

        assert_int_equal(r.verdict, REFUSED);
        assert_int_equal(r.code, 310000);
        assert_int_equal(dingtalk_is_late(&r), rows[i].late);
        assert_has(r.meaning, rows[i].words);
    }
    assert_false(dingtalk_is_late(
        &(struct receipt){ .code = 99, .said = STR("invalid timestamp") }));
}

/* Their rule: no more than three more tries of what is busy. */
static void test_busy(void **)
{
    for (int number = 1; number <= 3; number++)
        assert_int_equal(judged("{\"errcode\":-1}", number).verdict, DEFERRED);
    assert_int_equal(judged("{\"errcode\":-1}", 4).verdict, REFUSED);
    assert_has(judged("{\"errcode\":-1}", 4).meaning, "still busy");
}

static void test_waits(void **)
{
    static const struct {
        const char *body;
        int64_t seconds;
    } rows[] = {
        { "{\"errcode\":130101,\"wait\":17}", 17 },
        { "{\"errcode\":130101,\"wait\":\"17\"}", 17 },
        { "{\"errcode\":130101,\"wait\":0}", 60 },
        { "{\"errcode\":130101,\"wait\":-1}", 60 },
        { "{\"errcode\":130101,\"wait\":true}", 60 },
        { "{\"errcode\":130101,\"wait\":3600}", 3600 },
        { "{\"errcode\":130101,\"wait\":9999999999}", 3600 },
        { "{\"errcode\":130101,\"wait\":5,\"punish\":\"deny\"}", 600 },
        { "{\"status\":1111,\"wait\":5,\"source\":\"x5\",\"punish\":\"deny\"}", 600 },
        { "{\"errcode\":-1,\"wait\":9}", 9 },
        { "{\"errcode\":0,\"wait\":9}", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(judged(rows[i].body, 1).retry_after, rows[i].seconds * NS_PER_S);
    assert_int_equal(judged(rows[8].body, 1).verdict, DEFERRED);
}

/* HTTP 200 is not success: neither is what cannot be read or is not known. */
static void test_unknown(void **)
{
    static const char *const bodies[] = { "",
                                          "ok",
                                          "<html>",
                                          "[]",
                                          "1",
                                          "{}",
                                          "{\"errcode\":null}",
                                          "{\"errcode\":1.5}",
                                          "{\"errcode\":99}",
                                          "{\"errcode\":0",
                                          "{\"errmsg\":\"ok\"}",
                                          "{\"errcode\":99999999999999999999}" };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        for (int number = 1; number <= 3; number++)
            assert_int_equal(judged(bodies[i], number).verdict, DEFERRED);
        assert_int_equal(judged(bodies[i], 4).verdict, REFUSED);
        assert_true(judged(bodies[i], 1).meaning.n > 0);
    }
}

/* ---- the body ---------------------------------------------------------- */

static struct str rendered(const struct notification *n, bool plain, struct str *subject)
{
    struct channel_job job = { .n = n,
                               .plain = plain,
                               .number = 1,
                               .address = STR("https://x/r?access_token=T"),
                               .a = &a };

    ((struct notification *)(uintptr_t)n)->address.channel = CHANNEL_DINGTALK;

    buf_clear(&b);
    assert_int_equal(channel_dingtalk.render(&job, &b, subject, &e), OK);
    return buf_str(&b);
}

static void test_body(void **)
{
    const struct alert *al[1] = { made_firing(
        &a, "alertname=HighCPU,severity=critical,instance=web-1", "summary=hot") };
    struct notification *n = made_notification(&a, al, 1);
    struct json_doc *doc = json_doc_new();
    struct json root, inside;
    struct str title;

    n->lang = STR("zh-cn");
    assert_int_equal(json_parse(doc, rendered(n, false, &title), &root, &e), OK);
    assert_is(json_str(json_get(root, STR("msgtype"))), "markdown");
    inside = json_get(root, STR("markdown"));
    assert_is(json_str(json_get(inside, STR("title"))),
              "🔴 [报警] 紧急 HighCPU (prod, web-1)");
    assert_is(title, "🔴 [报警] 紧急 HighCPU (prod, web-1)");
    assert_has(json_str(json_get(inside, STR("text"))), "### 🔴 报警 · 紧急 · HighCPU");
    inside = json_get(root, STR("at"));
    assert_false(json_bool(json_get(inside, STR("isAtAll"))));
    assert_int_equal(json_count(json_get(inside, STR("atMobiles"))), 0);

    assert_int_equal(json_parse(doc, rendered(n, true, &title), &root, &e), OK);
    assert_is(json_str(json_get(root, STR("msgtype"))), "text");
    inside = json_get(root, STR("text"));
    assert_has(json_str(json_get(inside, STR("content"))), "HighCPU");
    assert_lacks(json_str(json_get(inside, STR("content"))), "http");
    json_doc_free(&doc);
}

/* An @ works in both places or not at all; an all-clear wakes nobody. */
static void test_mentions(void **)
{
    static const char settings[] =
        "{\"at_mobiles\":[\"13800000000\",\"13900000000\"],\"at_all\":true}";
    struct json_doc *doc = json_doc_new(), *own = json_doc_new();
    struct integration entry = { .timeout = 0 };
    struct str title;
    struct json root;

    for (int resolved = 0; resolved < 2; resolved++)
        for (int plain = 0; plain < 2; plain++) {
            const struct alert *al[1] = { resolved ? made_resolved(&a, "alertname=X", "")
                                                   : made_firing(&a, "alertname=X", "") };
            struct notification *n = made_notification(&a, al, 1);
            struct channel_job job = {
                .n = n, .plain = plain, .number = 1, .address = STR("https://x/"), .a = &a
            };
            struct str text;

            n->integration = &entry;
            n->address.channel = CHANNEL_DINGTALK;
            assert_int_equal(json_parse(own, str_of(settings), &job.settings, &e), OK);
            buf_clear(&b);
            assert_int_equal(channel_dingtalk.render(&job, &b, &title, &e), OK);
            assert_int_equal(json_parse(doc, buf_str(&b), &root, &e), OK);
            text = plain
                       ? json_str(json_get(json_get(root, STR("text")), STR("content")))
                       : json_str(json_get(json_get(root, STR("markdown")), STR("text")));
            assert_int_equal(str_ends(text, STR("\n\n@13800000000 @13900000000")),
                             !resolved);
            root = json_get(root, STR("at"));
            assert_int_equal(json_count(json_get(root, STR("atMobiles"))),
                             resolved ? 0 : 2);
            assert_int_equal(json_bool(json_get(root, STR("isAtAll"))), !resolved);
        }
    json_doc_free(&own);
    json_doc_free(&doc);
}

/* A robot named by a topic's subscription reads the rule's template. */
static void test_template(void **)
{
    const struct alert *al[1] = { made_firing(&a, "alertname=X,severity=info", "") };
    struct notification *n = made_notification(&a, al, 1);
    struct str title;

    n->action_rule = STR("rule_a");
    n->words.templates =
        STR("[{\"subType\":\"dingding\",\"content\":\"say **${event_name}**\"}]");
    assert_has(rendered(n, false, &title), "\"text\":\"say **X**\"");
    assert_is(title, "🔵 [Info] X: Alarm generated");
}

/* The limit is 20,000 bytes of JSON, where a quote is two and a control is six. */
static void test_limit(void **)
{
    enum { ALERTS = 30 };
    static const char *const fillings[] = { "x", "\"", "\\", "磁", "𝕬", "<" };
    const struct alert *al[ALERTS];
    struct str title;
    char words[3000];

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++) {
        size_t n = strlen(fillings[i]);

        for (size_t at = 0; at + n <= sizeof words; at += n)
            memcpy(words + at, fillings[i], n);
        for (size_t k = 0; k < ALERTS; k++)
            al[k] = made_alert(&a, made_pairs(&a, "alertname=X"),
                               made_with(&a, (struct pairs){ 0 }, "description",
                                         (struct str){ words, sizeof words / n * n }));
        for (int rule = 0; rule < 2; rule++)
            for (int plain = 0; plain < 2; plain++) {
                struct notification *many = made_notification(&a, al, ALERTS);
                struct str body;

                many->action_rule = rule ? STR("rule_a") : STR("");
                body = rendered(many, plain, &title);
                assert_true(body.n <= (plain ? 5000u : 20000u));
                assert_true(utf8_valid(body));
                assert_has(body, "more");
                assert_has(body, "报警");
            }
    }
}

static void test_same_bytes(void **)
{
    const struct alert *al[1] = { made_firing(&a, "alertname=X,severity=info", "") };
    struct notification *n = made_notification(&a, al, 1);
    struct str first, title;

    for (int plain = 0; plain < 2; plain++) {
        first = arena_str(&a, rendered(n, plain, &title));
        assert_true(str_eq(first, rendered(n, plain, &title)));
    }
}

static void test_confirmations_are_refused(void **)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job = { .n = n, .address = STR("http://x/"), .a = &a };
    struct str title;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    assert_int_equal(channel_dingtalk.render(&job, &b, &title, &e), FAILED);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_signature),  T(test_urls),  T(test_codes),
        T(test_security),   T(test_busy),  T(test_waits),
        T(test_unknown),    T(test_body),  T(test_mentions),
        T(test_template),   T(test_limit), T(test_confirmations_are_refused),
        T(test_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
