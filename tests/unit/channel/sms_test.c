/* sms_test.c - text messages and calls: signatures (contracts/channels.md 1), numbers,
 * what is sent through each carrier, and every row of what they answer (14, 15). */
#include "channel/aliyun.h"
#include "channel/sms.h"

#include "base/time.h"
#include "base/utf8.h"
#include "channel/post.h"
#include "text/sms.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct buf b;
static struct err e;
static struct channels_settings all;

static int setup(void **)
{
    arena_init(&a);
    buf_init(&b, 1 << 20);
    all = (struct channels_settings){ 0 };
    all.sms.provider = STR("aliyun");
    all.sms.country = STR("86");
    all.sms.parts = 2;
    all.sms.http = (struct sms_http_settings){ .method = STR("POST"),
                                               .url = STR("http://gw/${number}"),
                                               .escape = STR("json"),
                                               .pointer = STR("/code"),
                                               .value = STR("0"),
                                               .contains = STR(""),
                                               .id = STR("/id"),
                                               .body = STR("") };
    all.sms.aliyun = (struct sms_aliyun_settings){ STR("http://x/"), STR("cn-hangzhou"),
                                                   STR("testId"),    STR("testSecret"),
                                                   STR("钟楼"),      STR("SMS_1"),
                                                   STR("SMS_2") };
    all.sms.huawei =
        (struct sms_huawei_settings){ STR("http://x"), STR("key"),  STR("secret"),
                                      STR("csms1"),    STR("钟楼"), STR("tpl1"),
                                      STR("") };
    all.sms.twilio =
        (struct sms_twilio_settings){ STR("http://x"), STR("AC1"), STR("tok"),
                                      STR("+15005550006"), STR("") };
    all.voice.provider = STR("aliyun");
    all.voice.country = STR("86");
    all.voice.times = 2;
    all.voice.aliyun =
        (struct voice_aliyun_settings){ STR("http://x/"), STR("cn-hangzhou"),
                                        STR("testId"),    STR("s"),
                                        STR("0571000"),   STR("TTS_1") };
    all.voice.twilio =
        (struct voice_twilio_settings){ STR("http://x"), STR("AC1"), STR("tok"),
                                        STR("+1500"), STR("alice") };
    return 0;
}

static int teardown(void **)
{
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

/* ---- signatures ------------------------------------------------------------------------ */

static void test_aliyun_signature(void **)
{
    struct param v[] = {
        { STR("AccessKeyId"), STR("testId"), true },
        { STR("Action"), STR("SendSms"), true },
        { STR("Format"), STR("XML"), true },
        { STR("OutId"), STR("123"), true },
        { STR("PhoneNumbers"), STR("15300000001"), true },
        { STR("RegionId"), STR("cn-hangzhou"), true },
        { STR("SignName"), STR("阿里云短信测试专用"), true },
        { STR("SignatureMethod"), STR("HMAC-SHA1"), true },
        { STR("SignatureNonce"), STR("45e25e9b-0a6f-4070-8c85-2956eda1b466"), true },
        { STR("SignatureVersion"), STR("1.0"), true },
        { STR("TemplateCode"), STR("SMS_71390007"), true },
        { STR("TemplateParam"), STR("{\"customer\":\"test\"}"), true },
        { STR("Timestamp"), STR("2017-07-12T02:42:19Z"), true },
        { STR("Version"), STR("2017-05-25"), true },
    };

    assert_has(aliyun_signed("GET", v, sizeof v / sizeof *v, STR("testSecret"), &a),
               "&Signature=zJDF%2BLrzhj%2FThnlvIToysFRq6t4%3D");
}

static void test_huawei_password(void **)
{
    const struct huawei_password p = { STR("key"), STR("QAZqaz123"),
                                       STR("66C92B11FF8A425FB8D4CCFE0ED9ED1F"),
                                       STR("2018-02-12T15:30:20Z") };

    assert_is(sms_huawei_wsse(&p, &a),
              "UsernameToken Username=\"key\",PasswordDigest=\"ZWI2Nzg3ODg5MzRmNGQ5OGVhY"
              "TIyMTcxODIzNWY5OGZlZjlhYmU3MWE3ZDJkYzFlMDE5ZjRlNzY5Mzg5MzdmOQ==\",Nonce="
              "\"66C92B11FF8A425FB8D4CCFE0ED9ED1F\",Created=\"2018-02-12T15:30:20Z\"");
}

/* ---- numbers --------------------------------------------------------------------------- */

static void test_numbers(void **)
{
    static const struct {
        const char *number, *e164, *china;
    } rows[] = {
        { "13800000000", "+8613800000000", "13800000000" },
        { "+86 138-0000-0000", "+8613800000000", "13800000000" },
        { "0086 13800000000", "+8613800000000", "13800000000" },
        { "+1 415 555 0100", "+14155550100", "14155550100" },
        { "13800000000, +44 20 7946 0000", "+8613800000000,+442079460000",
          "13800000000,442079460000" },
        { "", "", "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str e164 = number_e164(str_of(rows[i].number), STR("86"), &a);

        assert_is(e164, rows[i].e164);
        assert_is(number_of_china(e164, &a), rows[i].china);
    }
}

/* ---- what is sent ---------------------------------------------------------------------- */

static struct channel_job job_of(const struct notification *n, bool plain)
{
    return (struct channel_job){ .self = (const void *)&all,
                                 .n = n,
                                 .plain = plain,
                                 .number = 1,
                                 .address = STR("13800000000"),
                                 .code =
                                     notify_alerts(n->kind) ? STR("") : STR("q1w2e3r4t5"),
                                 .a = &a };
}

static ok render(const struct channel_ops *ops, const struct notification *n, bool plain)
{
    struct channel_job job = job_of(n, plain);
    struct str subject;

    buf_clear(&b);
    return ops->render(&job, &b, &subject, &e);
}

static struct str rendered(const struct channel_ops *ops, const struct notification *n,
                           bool plain)
{
    if (render(ops, n, plain) == FAILED)
        print_error("%s: %s\n", e.field, e.text);
    else
        return buf_str(&b);
    assert_true(false);
    return STR("");
}

/* A value of the form that was rendered. */
static struct str value_of(const char *name)
{
    const struct param *p;
    struct params all_of;

    assert_int_equal(params_parse(&a, buf_str(&b), &all_of, &e), OK);
    p = params_find(all_of, str_of(name));
    return p != NULL ? p->value : STR("(none)");
}

static struct notification *one(const char *name, const char *summary)
{
    struct pairs labels =
        made_with(&a, made_pairs(&a, "severity=critical,instance=10.0.0.7:9100"),
                  "alertname", str_of(name));
    struct pairs notes = made_with(&a, made_pairs(&a, ""), "summary", str_of(summary));
    const struct alert **v = arena_array(&a, const struct alert *, 1);
    struct alert *al = made_alert(&a, labels, notes);

    al->starts_at = MADE_NOW - 5 * NS_PER_MIN;
    al->ends_at = MADE_FOREVER;
    v[0] = al;
    return made_notification(&a, v, 1);
}

static void test_aliyun_body(void **)
{
    struct notification *n = one("磁盘将满 http://x.example/ 10.1.2.3", "hot");

    n->lang = STR("zh-cn");
    (void)rendered(&channel_sms, n, false);
    assert_is(value_of("Action"), "SendSms");
    assert_is(value_of("PhoneNumbers"), "13800000000");
    assert_is(value_of("SignName"), "钟楼");
    assert_is(value_of("TemplateCode"), "SMS_1");
    assert_is(value_of("OutId"), n->key);
    assert_has(value_of("TemplateParam"), "\"name\":\"磁盘将满\"");
    assert_lacks(value_of("TemplateParam"), "http");
    assert_lacks(value_of("TemplateParam"), "10.");
    all.sms.params =
        (struct strs){ (const struct str[]){ STR("host=where"), STR("what=name") }, 2 };
    (void)rendered(&channel_sms, n, false);
    assert_is(value_of("TemplateParam"), "{\"host\":\"prod\",\"what\":\"磁盘将满\"}");
    n->group_labels = (struct pairs){ 0 }; /* what is left is an address */
    (void)rendered(&channel_sms, n, false);
    assert_is(value_of("TemplateParam"), "{\"host\":\"-\",\"what\":\"磁盘将满\"}");
    n->kind = NOTIFY_TEST;
    (void)rendered(&channel_sms, n, false);
    assert_has(value_of("TemplateParam"), "演练 磁盘将满");
}

/* The plain form: letters and digits, and shorter. */
static void test_aliyun_plain(void **)
{
    struct notification *n =
        one("代开【发票】_-/!? 一二三四五六七八九十一二三四五六七八九十", "");

    (void)rendered(&channel_sms, n, true);
    assert_has(value_of("TemplateParam"), "代开 发票");
    assert_lacks(value_of("TemplateParam"), "【");
    assert_lacks(value_of("TemplateParam"), "九十一二三四五六七");
}

static void test_question(void **)
{
    struct notification *n = one("x", "");

    n->kind = NOTIFY_CONFIRM_CONTACT;
    n->external_url = STR("https://bell.example");
    (void)rendered(&channel_sms, n, false);
    assert_is(value_of("TemplateCode"), "SMS_2");
    assert_is(value_of("TemplateParam"), "{\"code\":\"q1w2e3r4t5\"}");
    (void)rendered(&channel_voice, n, false);
    assert_is(value_of("Action"), "SendSms");
    all.sms.provider = STR("huawei");
    assert_int_equal(render(&channel_sms, n, false), FAILED);
    assert_has(str_of(e.text), "confirm_template");
    all.sms.provider = STR("twilio");
    (void)rendered(&channel_sms, n, false);
    assert_has(value_of("Body"), "https://bell.example/l/q1w2e3r4t5");
    all.sms.provider = STR("");
    assert_int_equal(render(&channel_sms, n, false), FAILED);
    assert_has(str_of(e.text), "channels.sms");
}

static void test_huawei_body(void **)
{
    all.sms.provider = STR("huawei");
    (void)rendered(&channel_sms, one("HighCPU", "hot"), false);
    assert_is(value_of("from"), "csms1");
    assert_is(value_of("to"), "+8613800000000");
    assert_is(value_of("templateId"), "tpl1");
    assert_is(value_of("signature"), "钟楼");
    assert_is(value_of("templateParas"), "[\"FIRING\",\"critical\",\"HighCPU\",\"1\"]");
}

/* Parts: a text that fits, one more letter, and none is divided. */
static void test_parts(void **)
{
    static const char *const letters[] = { "a", "警", "🔥" };
    size_t parts;

    all.sms.provider = STR("twilio");
    for (size_t k = 0; k < 3; k++)
        for (size_t n = 1; n < 200; n += 13) {
            struct buf name;
            struct str text;

            buf_init(&name, BUF_NO_LIMIT);
            for (size_t i = 0; i < n; i++)
                buf_z(&name, letters[k]);
            for (all.sms.parts = 1; all.sms.parts <= 2; all.sms.parts++) {
                (void)rendered(&channel_sms, one("x", arena_z(&a, buf_str(&name))),
                               false);
                text = value_of("Body");
                parts = sms_measure(text).parts;
                assert_true(parts >= 1 && parts <= (size_t)all.sms.parts);
                assert_true(utf8_valid(text));
            }
            (void)rendered(&channel_sms, one("x", arena_z(&a, buf_str(&name))), true);
            assert_int_equal(sms_measure(value_of("Body")).parts, 1);
            buf_fini(&name);
        }
}

static void test_voice_bodies(void **)
{
    struct notification *n = one("disk_full <b>&", "");

    (void)rendered(&channel_voice, n, false);
    assert_is(value_of("Action"), "SingleCallByTts");
    assert_is(value_of("CalledNumber"), "13800000000");
    assert_is(value_of("CalledShowNumber"), "0571000");
    assert_is(value_of("TtsCode"), "TTS_1");
    assert_is(value_of("PlayTimes"), "2");
    assert_int_equal(value_of("OutId").n, 15);
    all.voice.provider = STR("twilio");
    (void)rendered(&channel_voice, n, false);
    assert_is(value_of("To"), "+8613800000000");
    assert_has(value_of("Twiml"), "<Response><Say loop=\"2\" language=\"en-US\" "
                                  "voice=\"alice\">");
    assert_has(value_of("Twiml"), "disk full");
    assert_lacks(value_of("Twiml"), "<b>");
}

/* ---- settings -------------------------------------------------------------------------- */

static void test_settings(void **)
{
    static const char *const carriers[] = { "http", "aliyun", "huawei", "twilio", "" };
    static const struct str wrong[] = { STR_INIT("name"), STR_INIT("=name"),
                                        STR_INIT("a=nonsense"), STR_INIT("") };
    const struct channel_self *self = (const void *)&all;

    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        all.sms.provider = str_of(carriers[i]);
        assert_int_equal(channel_sms.check(self, &e), OK);
    }
    assert_int_equal(channel_voice.check(self, &e), OK);
    all.sms.provider = STR("pigeon");
    assert_int_equal(channel_sms.check(self, &e), FAILED);
    assert_string_equal(e.field, "sms.provider");
    all.sms.provider = STR("aliyun");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        all.sms.params = (struct strs){ &wrong[i], 1 };
        assert_int_equal(channel_sms.check(self, &e), FAILED);
    }
    all.sms.params = (struct strs){ 0 };
    all.sms.parts = 0;
    assert_int_equal(channel_sms.check(self, &e), FAILED);
    all.sms.parts = 11;
    assert_int_equal(channel_sms.check(self, &e), FAILED);
    all.sms.parts = 10;
    assert_int_equal(channel_sms.check(self, &e), OK);
    all.sms.aliyun.access_key_secret = STR("");
    assert_int_equal(channel_sms.check(self, &e), FAILED);
    assert_string_equal(e.field, "sms.aliyun.access_key_secret");
    all.sms.provider = STR("http");
    all.sms.http.url = STR("http://x/${nothing}");
    assert_int_equal(channel_sms.check(self, &e), FAILED);
    assert_string_equal(e.field, "sms.http.url");
    all.voice.times = 4;
    assert_int_equal(channel_voice.check(self, &e), FAILED);
}

/* ---- answers --------------------------------------------------------------------------- */

struct row {
    int status;
    const char *body;
    enum verdict verdict;
    int64_t seconds;
    const char *words;
};

static struct receipt judged(post_judge *judge, int status, const char *body, int number)
{
    static struct notification n;
    struct channel_job job = {
        .self = (const void *)&all, .n = &n, .number = number, .a = &a
    };
    /* 18:00 in China. */
    struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                  .status = status,
                                  .finished = MADE_NOW,
                                  .body = str_of(body) };
    struct receipt r = { .verdict = UNKNOWN, .meaning = STR("") };

    judge(&job, &reply, &r);
    return r;
}

static void check_rows(post_judge *judge, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct receipt r = judged(judge, rows[i].status, rows[i].body, 1);

        if (r.verdict != rows[i].verdict || r.retry_after != rows[i].seconds * NS_PER_S)
            print_error("%s\n", rows[i].body);
        assert_int_equal(r.verdict, rows[i].verdict);
        assert_int_equal(r.retry_after, rows[i].seconds * NS_PER_S);
        assert_has(r.meaning, rows[i].words);
    }
}

/* HTTP 200 is not success: neither is what cannot be read or is not known. */
static void check_unknown(post_judge *judge)
{
    static const char *const bodies[] = { "",
                                          "OK",
                                          "<html>",
                                          "[]",
                                          "1",
                                          "{}",
                                          "{\"Code\":0}",
                                          "{\"Code\":\"isv.NEW\"}",
                                          "{\"code\":\"E999999\"}",
                                          "{\"status\":\"odd\"}",
                                          "{\"Code\":\"OK\"",
                                          "{\"code\":77}" };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        for (int number = 1; number <= 3; number++)
            assert_int_equal(judged(judge, 200, bodies[i], number).verdict, DEFERRED);
        assert_int_equal(judged(judge, 200, bodies[i], 4).verdict, REFUSED);
        assert_true(judged(judge, 200, bodies[i], 1).meaning.n > 0);
    }
    assert_int_equal(judged(judge, 502, "<html>", 9).verdict, DEFERRED);
    assert_int_equal(judged(judge, 404, "<html>", 1).verdict, REFUSED);
}

#define CODE(code, ...)                                               \
    {                                                                 \
        200, "{\"Code\":\"" code "\",\"Message\":\"x\"}", __VA_ARGS__ \
    }
#define LIMIT(message, seconds, words)                                                \
    {                                                                                 \
        200, "{\"Code\":\"isv.BUSINESS_LIMIT_CONTROL\",\"Message\":\"" message "\"}", \
            DEFERRED, seconds, words                                                  \
    }
enum { MIDNIGHT = 6 * 3600 + 60, NEXT_MONTH = 9 * 86400 + MIDNIGHT };

static void test_aliyun_answers(void **)
{
    static const struct row rows[] = {
        CODE("OK", ACCEPTED, 0, ""),
        LIMIT("触发分钟级流控Permits:1", 60, "in a minute"),
        LIMIT("触发小时级流控Permits:5", 3600, "in an hour"),
        LIMIT("触发天级流控Permits:10", MIDNIGHT, "today"),
        LIMIT("", MIDNIGHT, "today"),
        CODE("isv.DAY_LIMIT_CONTROL", DEFERRED, MIDNIGHT, "of today"),
        CODE("isv.MONTH_LIMIT_CONTROL", DEFERRED, NEXT_MONTH, "of this month"),
        CODE("isv.OUT_OF_SERVICE", REFUSED, 0, "pay"),
        CODE("isv.AMOUNT_NOT_ENOUGH", REFUSED, 0, "money"),
        CODE("isv.SMS_SIGN_ILLEGAL", REFUSED, 0, "sign_name"),
        CODE("isv.SIGN_STATE_ILLEGAL", REFUSED, 0, "sign_name"),
        CODE("isv.SMS_SIGNATURE_ILLEGAL", REFUSED, 0, "sign_name"),
        CODE("isv.SMS_TEMPLATE_ILLEGAL", REFUSED, 0, "template"),
        CODE("isv.SMS_CONTENT_ILLEGAL", UNFIT, 0, "plain form"),
        CODE("isv.PARAM_LENGTH_LIMIT", UNFIT, 0, "too long"),
        CODE("isv.TEMPLATE_PARAMS_ILLEGAL", UNFIT, 0, "params"),
        CODE("isv.BLACK_KEY_CONTROL_LIMIT", UNFIT, 0, "list"),
        CODE("isv.MOBILE_NUMBER_ILLEGAL", REFUSED, 0, "number"),
        CODE("isp.RAM_PERMISSION_DENY", REFUSED, 0, "RAM"),
        CODE("isv.ACCOUNT_NOT_EXISTS", REFUSED, 0, "account"),
        CODE("isv.ACCOUNT_ABNORMAL", REFUSED, 0, "account"),
        CODE("isv.DENY_IP_RANGE", REFUSED, 0, "address"),
        { 404, "{\"Code\":\"InvalidAccessKeyId.NotFound\"}", REFUSED, 0,
          "access_key_id" },
        { 400, "{\"Code\":\"SignatureDoesNotMatch\"}", REFUSED, 0, "access_key_secret" },
        CODE("isp.SYSTEM_ERROR", DEFERRED, 0, "trouble"),
        { 400, "{\"Code\":\"Throttling.User\"}", DEFERRED, 0, "Too many" },
        { 503, "{\"Code\":\"ServiceUnavailable\"}", DEFERRED, 0, "trouble" },
        { 500, "{}", DEFERRED, 0, "trouble" },
    };

    check_rows(aliyun_judge, rows, sizeof rows / sizeof *rows);
    check_unknown(aliyun_judge);
}

#define HUAWEI(code, ...)                                         \
    {                                                             \
        200, "{\"code\":\"" code "\",\"result\":[]}", __VA_ARGS__ \
    }
#define NUMBER(code, status, ...)                                                \
    {                                                                            \
        200, "{\"code\":\"" code "\",\"result\":[{\"status\":\"" status "\"}]}", \
            __VA_ARGS__                                                          \
    }

static void test_huawei_answers(void **)
{
    static const struct row rows[] = {
        HUAWEI("000000", ACCEPTED, 0, ""),
        NUMBER("000000", "000000", ACCEPTED, 0, ""),
        HUAWEI("E000000", REFUSED, 0, "cannot read"),
        HUAWEI("E000101", REFUSED, 0, "app_secret"),
        HUAWEI("E000102", REFUSED, 0, "app_key"),
        HUAWEI("E000103", REFUSED, 0, "application"),
        HUAWEI("E000111", REFUSED, 0, "app_key"),
        HUAWEI("E000112", REFUSED, 0, "frozen"),
        HUAWEI("E000503", REFUSED, 0, "parameter"),
        HUAWEI("E000510", REFUSED, 0, "number"),
        NUMBER("E000510", "E000103", REFUSED, 0, "application"),
        NUMBER("000000", "E000510", REFUSED, 0, "number"),
        NUMBER("E000510", "E200033", DEFERRED, 0, "E200033"),
        { 503, "{\"code\":\"E1\"}", DEFERRED, 0, "trouble" },
        { 401, "{}", REFUSED, 0, "credentials" },
    };

    check_rows(sms_huawei_judge, rows, sizeof rows / sizeof *rows);
    check_unknown(sms_huawei_judge);
}

#define TWILIO(status, code, ...)                                                \
    {                                                                            \
        status, "{\"code\":" #code ",\"message\":\"x\",\"status\":" #status "}", \
            __VA_ARGS__                                                          \
    }

static void test_twilio_answers(void **)
{
    static const struct row rows[] = {
        { 201, "{\"sid\":\"SM1\",\"status\":\"queued\",\"error_code\":null}", ACCEPTED, 0,
          "" },
        { 201, "{\"status\":\"accepted\"}", ACCEPTED, 0, "" },
        { 201, "{\"status\":\"sending\"}", ACCEPTED, 0, "" },
        { 201, "{\"status\":\"sent\"}", ACCEPTED, 0, "" },
        { 201, "{\"status\":\"delivered\"}", DELIVERED, 0, "" },
        { 201, "{\"status\":\"read\"}", DELIVERED, 0, "" },
        { 201, "{\"status\":\"failed\",\"error_code\":30006}", REFUSED, 0, "landline" },
        { 201, "{\"status\":\"undelivered\",\"error_code\":30003}", DEFERRED, 60,
          "reached" },
        TWILIO(400, 21211, REFUSED, 0, "number"),
        TWILIO(400, 21614, REFUSED, 0, "text messages"),
        TWILIO(400, 21610, REFUSED, 0, "STOP"),
        TWILIO(400, 21608, REFUSED, 0, "trial"),
        TWILIO(401, 20003, REFUSED, 0, "auth_token"),
        TWILIO(429, 20429, DEFERRED, 0, "Too many"),
        TWILIO(429, 1, DEFERRED, 0, "Too many"),
        TWILIO(503, 2, DEFERRED, 0, "trouble"),
        TWILIO(400, 30001, DEFERRED, 0, "queue"),
        TWILIO(400, 30003, DEFERRED, 60, "reached"),
        TWILIO(400, 30004, REFUSED, 0, "blocks"),
        TWILIO(400, 30005, REFUSED, 0, "not known"),
        TWILIO(400, 30006, REFUSED, 0, "landline"),
        TWILIO(400, 30007, REFUSED, 0, "filtered"),
    };

    check_rows(twilio_judge, rows, sizeof rows / sizeof *rows);
    check_unknown(twilio_judge);
}

static void test_gateway_answers(void **)
{
    static const struct row rows[] = {
        { 200, "{\"code\":0,\"id\":\"m-7\"}", ACCEPTED, 0, "m-7" },
        { 200, "{\"code\":\"0\",\"id\":7}", ACCEPTED, 0, "as 7" },
        { 200, "{\"code\":0}", ACCEPTED, 0, "" },
        { 200, "{\"code\":1}", DEFERRED, 0, "does not say" },
        { 200, "0", DEFERRED, 0, "does not say" },
        { 200, "ok", DEFERRED, 0, "no JSON" },
        { 401, "{\"code\":0}", REFUSED, 0, "credentials" },
        { 500, "{\"code\":0}", DEFERRED, 0, "trouble" },
    };

    check_rows(sms_http_judge, rows, sizeof rows / sizeof *rows);
    check_unknown(sms_http_judge);
    all.sms.http.pointer = STR("");
    all.sms.http.contains = STR("OK:");
    assert_int_equal(judged(sms_http_judge, 200, "OK: 77", 1).verdict, ACCEPTED);
    assert_int_equal(judged(sms_http_judge, 200, "ERR: 77", 1).verdict, DEFERRED);
    all.sms.http.status = (struct strs){ (const struct str[]){ STR("202") }, 1 };
    assert_int_equal(judged(sms_http_judge, 202, "OK: 77", 1).verdict, ACCEPTED);
    assert_int_equal(judged(sms_http_judge, 200, "OK: 77", 1).verdict, DEFERRED);
    assert_int_equal(judged(sms_http_judge, 200, "OK: 77", 4).verdict, REFUSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_aliyun_signature), TEST(test_huawei_password),
        TEST(test_numbers),          TEST(test_aliyun_body),
        TEST(test_aliyun_plain),     TEST(test_question),
        TEST(test_huawei_body),      TEST(test_parts),
        TEST(test_voice_bodies),     TEST(test_settings),
        TEST(test_aliyun_answers),   TEST(test_huawei_answers),
        TEST(test_twilio_answers),   TEST(test_gateway_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
