/* smn_test.c - topics and subscriptions on a real server (contracts/huawei.md 2.9,
 * 2.10), and the links that confirm and end a subscription. */
#include "base/encode.h"
#include "base/time.h"
#include "model/leave.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;
static struct str token;

#define BASE "/v2/project-main/notifications"
#define URN(name) "urn:smn:cn-north-4:project-main:" name
#define ERROR(code) "{\"request_id\":\"*\",\"code\":\"" code "\",\"message\":\"*\"}"
#define EMPTY "{\"request_id\":\"*\",\"subscription_count\":0,\"subscriptions\":[]}"

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    struct api_answer an = hw_ask(&rig, token, method, path, body);

    assert_int_equal(api_answer_header(&an, "X-Request-Id").n, 32);
    return an;
}

static struct str field(struct str json, const char *name)
{
    struct str key = arena_printf(&rig.a, "\"%s\":\"", name), rest, value;
    size_t at;

    assert_true(str_find(json, key, &at));
    rest = str_from(json, at + key.n);
    assert_true(str_cut(&rest, '"', &value));
    return value;
}

static void make(const char *name)
{
    const char *body = arena_printf(&rig.a, "{\"name\":\"%s\"}", name).p;

    assert_int_equal(ask("POST", BASE "/topics", body).status, 201);
}

static int clean(void **)
{
    const struct book *b = api_rig_book(&rig, 0);

    while ((b = api_rig_book(&rig, 0), book_count(b, OBJECT_TOPIC)) > 0) {
        struct change change = { .op = CHANGE_DELETE,
                                 .kind = OBJECT_TOPIC,
                                 .object = book_at(b, OBJECT_TOPIC, 0)->model,
                                 .present = FIELD_BIT(TOPIC_NAME) };

        api_rig_change(&rig, 0, &change, 1);
    }
    api_rig_clock(API_RIG_START);
    return 0;
}

/* ---- topics ------------------------------------------------------------ */

static void test_topic_life(void **)
{
    struct api_answer an = ask("POST", BASE "/topics",
                               "{\"name\":\"lhy_test01\",\"display_name\":\"运维\"}");

    hw_expect(an, 201, "{\"request_id\":\"*\",\"topic_urn\":\"" URN("lhy_test01") "\"}");
    assert_true(
        str_eq(field(an.body, "request_id"), api_answer_header(&an, "X-Request-Id")));
    hw_expect(ask("POST", BASE "/topics", "{\"name\":\"lhy_test01\"}"), 200,
              "{\"request_id\":\"*\",\"topic_urn\":\"" URN("lhy_test01") "\"}");
    hw_expect(ask("GET", BASE "/topics/" URN("lhy_test01"), ""), 200,
              "{\"request_id\":\"*\",\"topic_urn\":\"" URN(
                  "lhy_test01") "\",\"name\":\"lhy_test01\",\"display_name\":\"运维\","
                                "\"push_policy\":0,\"enterprise_project_id\":\"0\","
                                "\"topic_id\":\"*\",\"create_time\":"
                                "\"2026-11-21T10:00:00Z\",\"update_time\":"
                                "\"2026-11-21T10:00:00Z\"}");
    api_rig_clock(API_RIG_START + NS_PER_S);
    hw_expect(ask("PUT",
                  BASE "/topics/urn%3Asmn%3Acn-north-4%3Aproject-main%3Alhy_test01",
                  "{\"display_name\":\"d\"}"),
              200, "{\"request_id\":\"*\"}");
    hw_expect(ask("PUT", BASE "/topics/" URN("lhy_test01"), "{}"), 200,
              "{\"request_id\":\"*\"}");
    hw_expect(ask("GET", BASE "/topics/" URN("lhy_test01"), ""), 200,
              "{*\"display_name\":\"d\",*\"update_time\":\"2026-11-21T10:00:01Z\"}");
    hw_expect(ask("GET", BASE "/topics/" URN("lhy_test01") "/attributes", ""), 200,
              "{\"request_id\":\"*\",\"attributes\":{\"access_policy\":\"\","
              "\"introduction\":\"\"}}");
    hw_expect(
        ask("GET", BASE "/topics/" URN("lhy_test01") "/attributes?name=introduction", ""),
        200, "{\"request_id\":\"*\",\"attributes\":{\"introduction\":\"\"}}");
    hw_expect(ask("GET", BASE "/topics/" URN("lhy_test01") "/attributes?name=x", ""), 400,
              ERROR("SMN.0046"));
    hw_expect(ask("DELETE", BASE "/topics/" URN("lhy_test01"), ""), 200,
              "{\"request_id\":\"*\"}");
    hw_expect(ask("DELETE", BASE "/topics/" URN("lhy_test01"), ""), 404,
              "{\"request_id\":\"*\",\"code\":\"SMN.0006\",\"message\":\"Topic not "
              "found.\"}");
    hw_expect(ask("GET", BASE "/topics/" URN("lhy_test01"), ""), 404, ERROR("SMN.0006"));
}

static struct str repeat(char c, size_t n)
{
    char *p = arena_alloc(&rig.a, n + 1);

    memset(p, c, n);
    p[n] = '\0';
    return (struct str){ p, n };
}

static void test_topic_bounds(void **)
{
    static const struct {
        const char *body, *code;
    } bad[] = {
        { "", "APIG.0201" },
        { "[]", "APIG.0201" },
        { "{}", "SMN.0002" },
        { "{\"name\":1}", "SMN.0002" },
        { "{\"name\":\"\"}", "SMN.0002" },
        { "{\"name\":\"-x\"}", "SMN.0002" },
        { "{\"name\":\"_x\"}", "SMN.0002" },
        { "{\"name\":\"a b\"}", "SMN.0002" },
        { "{\"name\":\"主题\"}", "SMN.0002" },
        { "{\"name\":\"t\",\"display_name\":1}", "SMN.0003" },
    };
    struct str name = repeat('n', 255), shown = repeat('d', 192);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *wanted =
            arena_printf(&rig.a, "{\"request_id\":\"*\",\"code\":\"%s\",*}", bad[i].code)
                .p;

        hw_expect(ask("POST", BASE "/topics", bad[i].body), 400, wanted);
    }
    hw_expect(ask("POST", BASE "/topics",
                  arena_printf(&rig.a, "{\"name\":\"%.*s\",\"display_name\":\"%.*s\"}",
                               STR_ARG(name), STR_ARG(shown))
                      .p),
              201, "*");
    hw_expect(ask("POST", BASE "/topics",
                  arena_printf(&rig.a, "{\"name\":\"%.*sn\"}", STR_ARG(name)).p),
              400, ERROR("SMN.0002"));
    hw_expect(ask("POST", BASE "/topics",
                  arena_printf(&rig.a, "{\"name\":\"x\",\"display_name\":\"%.*sd\"}",
                               STR_ARG(shown))
                      .p),
              400, ERROR("SMN.0003"));
    hw_expect(ask("GET", BASE "/topics/t", ""), 400, ERROR("SMN.0005"));
    hw_expect(ask("GET", BASE "/topics/urn:smn:r:p", ""), 400, ERROR("SMN.0005"));
    hw_expect(ask("GET", BASE "/topics/" URN("t") ":0123", ""), 400, ERROR("SMN.0005"));
    hw_expect(ask("GET", BASE "/topics/urn:smn:cn-north-4:project-other:t", ""), 404,
              ERROR("SMN.0006"));
}

static void test_topic_list(void **)
{
    struct str id;

    hw_expect(ask("GET", BASE "/topics", ""), 200,
              "{\"request_id\":\"*\",\"topic_count\":0,\"topics\":[]}");
    make("a1");
    make("a2");
    make("b1");
    hw_expect(
        ask("GET", BASE "/topics", ""), 200,
        "{\"request_id\":\"*\",\"topic_count\":3,\"topics\":[{*\"name\":\"b1\",*},{*"
        "\"name\":\"a2\",*},{*\"name\":\"a1\",*}]}");
    hw_expect(
        ask("GET", BASE "/topics?offset=1&limit=1&name=&fuzzy_name=", ""), 200,
        "{\"request_id\":\"*\",\"topic_count\":3,\"topics\":[{*\"name\":\"a2\",*}]}");
    hw_expect(ask("GET", BASE "/topics?offset=3", ""), 200,
              "{\"request_id\":\"*\",\"topic_count\":3,\"topics\":[]}");
    hw_expect(
        ask("GET", BASE "/topics?fuzzy_name=a&limit=1", ""), 200,
        "{\"request_id\":\"*\",\"topic_count\":2,\"topics\":[{*\"name\":\"a2\",*}]}");
    hw_expect(ask("GET", BASE "/topics?name=a", ""), 200, "{*\"topic_count\":0,*}");
    id = field(ask("GET", BASE "/topics/" URN("a1"), "").body, "topic_id");
    hw_expect(
        ask("GET", arena_printf(&rig.a, BASE "/topics?topic_id=%.*s", STR_ARG(id)).p, ""),
        200, "{*\"topic_count\":1,\"topics\":[{*\"name\":\"a1\",*}]}");
    for (const char *const *bad =
             (const char *const[]){ "offset=-1", "offset=x", "limit=0", "limit=101",
                                    "limit=1.5", "offset=99999999999999999999", NULL };
         *bad != NULL; bad++)
        hw_expect(ask("GET", arena_printf(&rig.a, BASE "/topics?%s", *bad).p, ""), 400,
                  ERROR("SMN.0015"));
    hw_expect(ask("GET", BASE "/topics?limit=100&offset=9223372036854775807", ""), 200,
              "{*\"topics\":[]}");
}

/* ---- subscriptions ----------------------------------------------------- */

static struct api_answer subscribe(const char *protocol, const char *endpoint)
{
    return ask("POST", BASE "/topics/" URN("t") "/subscriptions",
               arena_printf(&rig.a, "{\"protocol\":\"%s\",\"endpoint\":\"%s\"}", protocol,
                            endpoint)
                   .p);
}

#define LISTED                                                                           \
    "{\"request_id\":\"*\",\"subscription_count\":3,\"subscriptions\":[{\"topic_urn\":"  \
    "\"" URN("t") "\",\"protocol\":\"email\",\"subscription_urn\":\"" URN(               \
        "t") ":*\","                                                                     \
             "\"owner\":\"project-main\",\"endpoint\":\"Ops+x@Example.COM\",\"remark\":" \
             "\"\","                                                                     \
             "\"status\":0,\"filter_polices\":[]},{*\"protocol\":\"https\",*"            \
             "\"endpoint\":"                                                             \
             "\"https://Hook.example:8443/a//b/"                                         \
             "?token=SECRET&x=%2f#f\",*\"status\":0,*},{*"                               \
             "\"protocol\":\"dingding\",*\"status\":2,*}]}"

static void test_subscribe(void **)
{
    static const char hook[] = "https://Hook.example:8443/a//b/?token=SECRET&x=%2f#f";
    struct api_answer an;
    struct str urn;

    make("t");
    an = subscribe("email", "Ops+x@Example.COM");
    hw_expect(an, 201, "{\"request_id\":\"*\",\"subscription_urn\":\"" URN("t") ":*\"}");
    urn = field(an.body, "subscription_urn");
    assert_int_equal(urn.n, strlen(URN("t")) + 33);
    an = subscribe("email", "Ops+x@Example.COM");
    assert_int_equal(an.status, 200);
    assert_true(str_eq(field(an.body, "subscription_urn"), urn));
    assert_int_equal(subscribe("https", hook).status, 201);
    assert_int_equal(subscribe("https", hook).status, 200);
    assert_int_equal(subscribe("dingding", "https://oapi.dingtalk.com/robot/send?"
                                           "access_token=t&secret=SECx")
                         .status,
                     201);
    hw_expect(ask("GET", BASE "/topics/" URN("t") "/subscriptions", ""), 200, LISTED);
}

/* Robots need no confirmation; what SMN says beside the endpoint comes back in none of
 * its answers, and the endpoint as it was sent. */
static void test_subscribe_robots(void **)
{
    static const struct {
        const char *body;
        int status;
    } rows[] = {
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/1\",\"extension\":"
          "{\"sign_secret\":\"S3cr&t\"}",
          201 },
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/2\",\"extension\":"
          "{\"keyword\":\"报警\"}",
          201 },
        { "\"dingding\",\"endpoint\":\"https://oapi.dingtalk.com/r?access_token=3\","
          "\"extension\":{\"keyword\":\"alert\"}",
          201 },
        { "\"wechat\",\"endpoint\":\"https://qyapi.weixin.qq.com/send?key=4\"", 201 },
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/1\",\"extension\":"
          "{\"sign_secret\":\"S3cr&t\"}",
          200 }, /* the same again */
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/5\",\"extension\":"
          "{\"sign_secret\":\"s\",\"keyword\":\"k\"}",
          400 },
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/6\",\"extension\":"
          "{\"keyword\":\"k\",\"other\":\"k\"}",
          400 },
        { "\"wechat\",\"endpoint\":\"https://qyapi.weixin.qq.com/send?key=7\","
          "\"extension\":{\"keyword\":\"k\"}",
          400 },
        { "\"feishu\",\"endpoint\":\"https://open.feishu.cn/hook/8#x\"", 400 },
        { "\"wechat\",\"endpoint\":\"zhangsan\"", 400 },
        { "\"wechat\",\"endpoint\":\"https://127.0.0.1/send?key=9\"", 403 },
    };
    struct str listed;

    make("t");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ask("POST", BASE "/topics/" URN("t") "/subscriptions",
                             arena_printf(&rig.a, "{\"protocol\":%s}", rows[i].body).p)
                             .status,
                         rows[i].status);
    listed = ask("GET", BASE "/topics/" URN("t") "/subscriptions", "").body;
    hw_expect(ask("GET", BASE "/topics/" URN("t") "/subscriptions", ""), 200,
              "{*\"subscription_count\":4,*\"endpoint\":\"https://open.feishu.cn/hook/"
              "1\",*\"status\":2,*\"endpoint\":\"https://open.feishu.cn/hook/2\",*"
              "\"endpoint\":\"https://oapi.dingtalk.com/r?access_token=3\",*\"endpoint\":"
              "\"https://qyapi.weixin.qq.com/send?key=4\",*\"status\":2,*}");
    assert_false(str_has(listed, STR("S3cr")));
    hw_expect(ask("GET",
                  BASE "/subscriptions?endpoint=https%3A%2F%2Fopen.feishu.cn%2Fhook%2F2",
                  ""),
              200, "{*\"subscription_count\":1,*}");
}

static void test_subscribe_refusals(void **)
{
    static const struct {
        const char *body;
        int status;
        const char *code;
    } bad[] = {
        { "", 400, "APIG.0201" },
        { "{}", 400, "SMN.0011" },
        { "{\"protocol\":\"email\"}", 400, "SMN.0012" },
        { "{\"protocol\":1,\"endpoint\":\"a@b.c\"}", 400, "SMN.0011" },
        { "{\"protocol\":\"fax\",\"endpoint\":\"1\"}", 400, "SMN.0011" },
        { "{\"protocol\":\"welink\",\"endpoint\":\"12345\"}", 400, "SMN.0011" },
        { "{\"protocol\":\"sms\",\"endpoint\":\"ops\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"EMAIL\",\"endpoint\":\"a@b.c\"}", 400, "SMN.0011" },
        { "{\"protocol\":\"email\",\"endpoint\":\"\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"email\",\"endpoint\":\"nobody\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\\r\\nBcc: x@y.z\"}", 400,
          "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"https://h.example/\"}", 400,
          "SMN.0012" },
        { "{\"protocol\":\"https\",\"endpoint\":\"http://h.example/\"}", 400,
          "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"http://\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"http:///x\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"http://h.example/a b\"}", 400,
          "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"ftp://h.example/\"}", 400, "SMN.0012" },
        { "{\"protocol\":\"http\",\"endpoint\":\"http://127.0.0.1:80/x\"}", 403,
          "SMN.0069" },
        { "{\"protocol\":\"https\",\"endpoint\":\"https://u:p@10.1.2.3\"}", 403,
          "SMN.0069" },
        { "{\"protocol\":\"https\",\"endpoint\":\"https://[::1]:8/\"}", 403, "SMN.0069" },
        { "{\"protocol\":\"https\",\"endpoint\":\"https://[::ffff:10.0.0.1]/\"}", 403,
          "SMN.0069" },
        { "{\"protocol\":\"dingding\",\"endpoint\":\"http://169.254.169.254/x\"}", 403,
          "SMN.0069" },
        { "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\",\"remark\":7}", 400,
          "SMN.0017" },
        { "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\",\"extension\":{\"keyword\":"
          "\"x\"}}",
          400, "APIG.0201" },
    };

    make("t");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *wanted =
            arena_printf(&rig.a, "{\"request_id\":\"*\",\"code\":\"%s\",*}", bad[i].code)
                .p;

        hw_expect(ask("POST", BASE "/topics/" URN("t") "/subscriptions", bad[i].body),
                  bad[i].status, wanted);
    }
    hw_expect(ask("GET", BASE "/subscriptions", ""), 200, EMPTY);
    hw_expect(ask("POST", BASE "/topics/" URN("none") "/subscriptions",
                  "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\"}"),
              404, ERROR("SMN.0006"));
    assert_int_equal(subscribe("http", "http://8.8.8.8/x").status, 201);
    rig.settings.allow_addresses = (const struct str[]){ STR_INIT("10.0.0.0/8") };
    rig.settings.allow_address_count = 1;
    assert_int_equal(subscribe("http", "http://10.1.2.3/x").status, 201);
    assert_int_equal(subscribe("http", "http://192.168.2.3/x").status, 403);
    rig.settings.allow_address_count = 0;
}

static void test_remark(void **)
{
    struct str remark = repeat('r', 128), urn;
    struct api_answer an;

    make("t");
    an = ask("POST", BASE "/topics/" URN("t") "/subscriptions",
             arena_printf(&rig.a,
                          "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\",\"remark\":"
                          "\"%.*s\",\"extension\":{}}",
                          STR_ARG(remark))
                 .p);
    assert_int_equal(an.status, 201);
    urn = field(an.body, "subscription_urn");
    hw_expect(ask("POST", BASE "/topics/" URN("t") "/subscriptions",
                  arena_printf(&rig.a,
                               "{\"protocol\":\"email\",\"endpoint\":\"b@b.c\","
                               "\"remark\":\"%.*sr\"}",
                               STR_ARG(remark))
                      .p),
              400, ERROR("SMN.0082"));
    hw_expect(ask("PUT",
                  arena_printf(&rig.a, BASE "/topics/" URN("t") "/subscriptions/%.*s",
                               STR_ARG(urn))
                      .p,
                  arena_printf(&rig.a, "{\"remark\":\"%.*sr\"}", STR_ARG(remark)).p),
              400, ERROR("SMN.0082"));
    hw_expect(ask("PUT",
                  arena_printf(&rig.a, BASE "/topics/" URN("t") "/subscriptions/%.*s",
                               STR_ARG(urn))
                      .p,
                  "{\"remark\":\"值班\"}"),
              200, "{\"request_id\":\"*\",\"subscription_urn\":\"" URN("t") ":*\"}");
    hw_expect(ask("GET", BASE "/subscriptions?fuzzy_remark=%E5%80%BC", ""), 200,
              "{*\"subscription_count\":1,*\"remark\":\"值班\",\"status\":0,*}");
    hw_expect(ask("GET", BASE "/subscriptions?fuzzy_remark=x", ""), 200, EMPTY);
}

static void test_lists(void **)
{
    make("t");
    make("u");
    assert_int_equal(subscribe("email", "one@example.com").status, 201);
    assert_int_equal(ask("POST", BASE "/topics/" URN("u") "/subscriptions",
                         "{\"protocol\":\"http\",\"endpoint\":\"http://h.example/\"}")
                         .status,
                     201);
    assert_int_equal(subscribe("email", "two@example.com").status, 201);
    /* Terraform's pager: until an empty page */
    hw_expect(ask("GET", BASE "/topics/" URN("t") "/subscriptions?offset=1", ""), 200,
              "{*\"subscription_count\":2,\"subscriptions\":[{*\"two@example.com\",*}]}");
    hw_expect(ask("GET", BASE "/topics/" URN("t") "/subscriptions?offset=2", ""), 200,
              "{*\"subscription_count\":2,\"subscriptions\":[]}");
    hw_expect(ask("GET", BASE "/subscriptions", ""), 200,
              "{*\"subscription_count\":3,\"subscriptions\":[{*\"one@example.com\",*},{*"
              "\"http://h.example/\",*},{*\"two@example.com\",*}]}");
    hw_expect(ask("GET", BASE "/subscriptions?protocol=http", ""), 200,
              "{*\"subscription_count\":1,*}");
    hw_expect(ask("GET", BASE "/subscriptions?endpoint=http%3A%2F%2Fh.example%2F", ""),
              200, "{*\"subscription_count\":1,*\"http://h.example/\",*}");
    hw_expect(ask("GET", BASE "/subscriptions?status=1", ""), 200, EMPTY);
    hw_expect(ask("GET", BASE "/subscriptions?limit=101", ""), 400, ERROR("SMN.0015"));
    hw_expect(ask("GET", "/v2/notifications/protocols", ""), 200,
              "{\"request_id\":\"*\",\"protocols\":[\"email\",\"sms\",\"callnotify\","
              "\"http\",\"https\","
              "\"dingding\",\"feishu\",\"wechat\"]}");
}

static void test_cancel(void **)
{
    struct str urn;
    const char *path;

    make("t");
    urn = field(subscribe("email", "a@example.com").body, "subscription_urn");
    path = arena_printf(&rig.a, BASE "/subscriptions/%.*s", STR_ARG(urn)).p;
    hw_expect(ask("DELETE", path, ""), 200, "{\"request_id\":\"*\"}");
    hw_expect(ask("DELETE", path, ""), 404, ERROR("SMN.0013"));
    hw_expect(ask("DELETE", BASE "/subscriptions/x", ""), 400, ERROR("SMN.0014"));
    hw_expect(ask("GET", BASE "/subscriptions", ""), 200, EMPTY);
    /* and a deleted topic takes its subscriptions along */
    assert_int_equal(subscribe("email", "a@example.com").status, 201);
    assert_int_equal(ask("DELETE", BASE "/topics/" URN("t"), "").status, 200);
    hw_expect(ask("GET", BASE "/subscriptions", ""), 200, EMPTY);
}

/* ---- links ------------------------------------------------------------- */

static struct str code_of(struct str urn)
{
    struct str key = str_from(urn, strlen(URN("t")) - 1), code;
    const struct object *o = book_find(api_rig_book(&rig, 0), OBJECT_SUBSCRIPTION, key);
    struct err e;

    assert_non_null(o);
    assert_true(unseal(rig.api.sealer, &rig.a,
                       &BOOK_MODEL(o, subscription)->addresses.v[0].code, &code,
                       &e) == OK);
    return code;
}

static struct api_answer open_link(const char *path, struct str value)
{
    return api_rig_ask(&rig, "GET", arena_printf(&rig.a, "%s%.*s", path, STR_ARG(value)),
                       STR(""), STR(""));
}

#define CONFIRM "/v2/notifications/subscriptions/subscribe?token="
#define LEAVE "/v2/notifications/subscriptions/unsubscribe?subscription_urn="

static void test_confirm_http(void **)
{
    static const char *const links[] = {
        CONFIRM, "/rest/v2/notifications/subscription/confirm?topic_urn=x&token=",
        "/smn/subscription/confirm?token="
    };

    make("t");
    for (size_t i = 0; i < 3; i++) {
        const char *hook = arena_printf(&rig.a, "http://h%zu.example/", i).p;
        struct str urn = field(subscribe("http", hook).body, "subscription_urn");
        struct str code = code_of(urn);

        assert_int_equal(api_rig_ask(&rig, "HEAD",
                                     arena_printf(&rig.a, CONFIRM "%.*s", STR_ARG(code)),
                                     STR(""), STR(""))
                             .status,
                         405);
        hw_expect(open_link(links[i], code), 200,
                  "{\"request_id\":\"*\",\"subscription_urn\":\"" URN("t") ":*\"}");
        hw_expect(open_link(links[i], code), 403,
                  "{\"request_id\":\"*\",\"code\":\"SMN.0022\",\"message\":\"Parameter: "
                  "token is invalid.\"}");
    }
    hw_expect(ask("GET", BASE "/subscriptions?status=1", ""), 200,
              "{*\"subscription_count\":3,*}");
    hw_expect(open_link(CONFIRM, STR("")), 403, ERROR("SMN.0022"));
    hw_expect(open_link(CONFIRM, STR("0123456789")), 403, ERROR("SMN.0022"));
    hw_expect(open_link("/smn/subscription/confirm", STR("")), 403, ERROR("SMN.0022"));
}

/* A GET of a mail's link never activates (scanners open every link). */
static void test_confirm_mail(void **)
{
    struct api_answer an;
    struct str code;

    make("t");
    code = code_of(field(subscribe("email", "a@example.com").body, "subscription_urn"));
    an = open_link(CONFIRM, code);
    assert_int_equal(an.status, 302);
    assert_true(
        str_eq(api_answer_header(&an, "Location"),
               arena_printf(&rig.a, "http://belfry.example/l/%.*s", STR_ARG(code))));
    hw_expect(ask("GET", BASE "/subscriptions?status=0", ""), 200,
              "{*\"subscription_count\":1,*}");
}

static void test_invitation_runs_out(void **)
{
    struct str urn, code, fresh;

    make("t");
    urn = field(subscribe("http", "http://h.example/").body, "subscription_urn");
    code = code_of(urn);
    api_rig_clock(API_RIG_START + 48 * NS_PER_HOUR + NS_PER_S);
    token = hw_token(&rig, "ops");
    hw_expect(open_link(CONFIRM, code), 403, ERROR("SMN.0022"));
    assert_int_equal(subscribe("http", "http://h.example/").status, 200);
    fresh = code_of(urn);
    assert_false(str_eq(fresh, code));
    hw_expect(open_link(CONFIRM, code), 403, ERROR("SMN.0022"));
    hw_expect(open_link(CONFIRM, fresh), 200, "*");
    api_rig_clock(API_RIG_START);
    token = hw_token(&rig, "ops");
}

/* As a message to that endpoint carries it (channel/leave_link.c). */
static struct str leaving_of(struct str urn, enum channel_kind channel,
                             const char *endpoint)
{
    struct leave leave = { .account = tenants_at(rig.api.tenants, 0)->name,
                           .kind = OBJECT_SUBSCRIPTION,
                           .key = str_from(urn, strlen(URN("t")) - 1),
                           .channel = (int)channel,
                           .address = str_of(endpoint) };
    struct secret sealed = seal(rig.api.sealer, &rig.a, str_of(endpoint));
    struct str made;
    struct buf b, hex;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&hex, BUF_NO_LIMIT);
    put_hex(&hex, sealed.digest);
    if (channel == CHANNEL_WEBHOOK)
        leave.address = buf_str(&hex);
    leave_encode(&leave, &b);
    made = token_make_stable(rig.api.sealer, &rig.a, LEAVE_PURPOSE, buf_str(&b));
    buf_fini(&b);
    buf_fini(&hex);
    return made;
}

static struct str leaving(struct str urn, const char *endpoint)
{
    return leaving_of(urn, CHANNEL_WEBHOOK, endpoint);
}

static struct str way_out(struct str urn, struct str way)
{
    return arena_printf(&rig.a, "%.*s&token=%.*s", STR_ARG(urn), STR_ARG(way));
}

static void test_leave(void **)
{
    struct str http, mail, again, way, other;
    struct api_answer an;

    make("t");
    http = field(subscribe("http", "http://h.example/").body, "subscription_urn");
    mail = field(subscribe("email", "a@example.com").body, "subscription_urn");
    assert_int_equal(open_link(CONFIRM, code_of(http)).status, 200);
    hw_expect(open_link(LEAVE, mail), 403, ERROR("SMN.0022"));
    an = open_link(LEAVE, way_out(mail, leaving_of(mail, CHANNEL_MAIL, "a@example.com")));
    assert_int_equal(an.status, 302);
    assert_true(
        str_starts(api_answer_header(&an, "Location"), STR("http://belfry.example/l/")));
    way = leaving(http, "http://h.example/");
    other = leaving(http, "http://other.example/");
    hw_expect(open_link(LEAVE, http), 403, ERROR("SMN.0022"));
    hw_expect(open_link(LEAVE, arena_printf(&rig.a, "%.*s&token=%.*s", STR_ARG(http),
                                            STR_ARG(other))),
              403, ERROR("SMN.0022"));
    hw_expect(open_link(LEAVE, arena_printf(&rig.a, "%.*s&token=%.*s", STR_ARG(http),
                                            STR_ARG(way))),
              200, "{\"request_id\":\"*\",\"message\":\"*\"}");
    hw_expect(ask("GET", BASE "/subscriptions?status=3", ""), 200,
              "{*\"subscription_count\":1,*\"http://h.example/\",*}");
    /* back by the same token */
    hw_expect(open_link(CONFIRM, other), 403, ERROR("SMN.0022"));
    hw_expect(open_link(CONFIRM, way), 200, "{*\"subscription_urn\":\"*\"}");
    hw_expect(ask("GET", BASE "/subscriptions?status=3", ""), 200, EMPTY);
    assert_int_equal(open_link(LEAVE, arena_printf(&rig.a, "%.*s&token=%.*s",
                                                   STR_ARG(http), STR_ARG(way)))
                         .status,
                     200);
    hw_expect(open_link(LEAVE, STR(URN("t") ":0123")), 404, ERROR("SMN.0013"));
    hw_expect(open_link(LEAVE, STR("urn:smn:r:nobody:t:0123")), 404, ERROR("SMN.0013"));
    hw_expect(open_link(LEAVE, STR("x")), 400, ERROR("SMN.0014"));
    /* whoever left is asked again, under the same name */
    an = subscribe("http", "http://h.example/");
    assert_int_equal(an.status, 200);
    again = field(an.body, "subscription_urn");
    assert_true(str_eq(again, http));
    assert_int_equal(open_link(CONFIRM, code_of(http)).status, 200);
}

static struct api_answer press(struct str path, const char *form)
{
    return api_rig_ask(&rig, "POST", path,
                       STR("Content-Type: application/x-www-form-urlencoded\r\n"),
                       str_of(form));
}

/* A person leaves by a page with a button, whether the invitation is open or not. */
/* Looking is not pressing; and there is a way back. */
static void test_leave_mail(void **)
{
    struct api_answer an;
    struct str mail, path;

    make("t");
    rig.settings.activate_at_once = true;
    mail = field(subscribe("email", "a@example.com").body, "subscription_urn");
    rig.settings.activate_at_once = false;
    hw_expect(open_link(LEAVE, mail), 403, ERROR("SMN.0022"));
    hw_expect(
        open_link(LEAVE, way_out(mail, leaving_of(mail, CHANNEL_MAIL, "b@example.com"))),
        403, ERROR("SMN.0022"));
    an = open_link(LEAVE, way_out(mail, leaving_of(mail, CHANNEL_MAIL, "a@example.com")));
    assert_int_equal(an.status, 302);
    path = str_from(api_answer_header(&an, "Location"), strlen("http://belfry.example"));
    an = api_rig_ask(&rig, "GET", path, STR(""), STR(""));
    assert_int_equal(an.status, 200);
    assert_true(str_has(an.body, STR("a@example.com")));
    hw_expect(ask("GET", BASE "/subscriptions?status=1", ""), 200,
              "{*\"subscription_count\":1,*}");
    assert_int_equal(press(path, "action=unsubscribe").status, 200);
    hw_expect(ask("GET", BASE "/subscriptions?status=3", ""), 200,
              "{*\"subscription_count\":1,*}");
    assert_int_equal(press(path, "action=resubscribe").status, 200);
    hw_expect(ask("GET", BASE "/subscriptions?status=1", ""), 200,
              "{*\"subscription_count\":1,*}");
}

static void test_activate_at_once(void **)
{
    make("t");
    rig.settings.activate_at_once = true;
    assert_int_equal(subscribe("email", "a@example.com").status, 201);
    rig.settings.activate_at_once = false;
    hw_expect(ask("GET", BASE "/subscriptions?status=1", ""), 200,
              "{*\"subscription_count\":1,*}");
}

static int start(void **)
{
    api_rig_start(&rig, hw_serve);
    token = hw_token(&rig, "ops");
    return 0;
}

static int stop(void **)
{
    api_rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_topic_life, clean),
        cmocka_unit_test_teardown(test_topic_bounds, clean),
        cmocka_unit_test_teardown(test_topic_list, clean),
        cmocka_unit_test_teardown(test_subscribe, clean),
        cmocka_unit_test_teardown(test_subscribe_robots, clean),
        cmocka_unit_test_teardown(test_subscribe_refusals, clean),
        cmocka_unit_test_teardown(test_remark, clean),
        cmocka_unit_test_teardown(test_lists, clean),
        cmocka_unit_test_teardown(test_cancel, clean),
        cmocka_unit_test_teardown(test_confirm_http, clean),
        cmocka_unit_test_teardown(test_confirm_mail, clean),
        cmocka_unit_test_teardown(test_invitation_runs_out, clean),
        cmocka_unit_test_teardown(test_leave, clean),
        cmocka_unit_test_teardown(test_leave_mail, clean),
        cmocka_unit_test_teardown(test_activate_at_once, clean),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
