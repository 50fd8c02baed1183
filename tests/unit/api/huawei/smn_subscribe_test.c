/* smn_subscribe_test.c - many subscribers at once, and what an extension says
 * (contracts/huawei.md 2.10). */
#include "base/time.h"
#include "model/smn.h"
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
#define HERE BASE "/topics/" URN("t") "/subscriptions"
#define ERROR(code) "{\"request_id\":\"*\",\"code\":\"" code "\",\"message\":\"*\"}"

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

static int make(void **)
{
    struct change change = { .op = CHANGE_DELETE,
                             .kind = OBJECT_TOPIC,
                             .present = FIELD_BIT(TOPIC_NAME) };
    const struct object *old = book_find(api_rig_book(&rig, 0), OBJECT_TOPIC, STR("t"));

    if (old != NULL) {
        change.object = old->model;
        api_rig_change(&rig, 0, &change, 1);
    }
    assert_int_equal(ask("POST", BASE "/topics", "{\"name\":\"t\"}").status, 201);
    (void)ask("POST", BASE "/topics", "{\"name\":\"u\"}");
    return 0;
}

static const char *repeat(char c, size_t n)
{
    char *p = arena_alloc(&rig.a, n + 1);

    memset(p, c, n);
    p[n] = '\0';
    return p;
}

static struct str urn_of(struct str json)
{
    struct str rest, value;
    size_t at;

    assert_true(str_find(json, STR("\"subscription_urn\":\""), &at));
    rest = str_from(json, at + strlen("\"subscription_urn\":\""));
    assert_true(str_cut(&rest, '"', &value));
    return value;
}

/* ---- batches --------------------------------------------------------------- */

static const char *many(int n)
{
    const char *made;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "{\"subscriptions\":[");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s{\"protocol\":\"email\",\"endpoint\":\"a%d@b.c\"}",
                   i > 0 ? "," : "", i);
    buf_z(&b, "]}");
    made = arena_str(&rig.a, buf_str(&b)).p;
    buf_fini(&b);
    return made;
}

static void test_batch(void **)
{
    hw_expect(
        ask("POST", HERE,
            "{\"subscriptions\":[{\"protocol\":\"email\",\"endpoint\":\"a@b.c\","
            "\"remark\":\"值班\"},{\"protocol\":\"fax\",\"endpoint\":\"1\"},"
            "{\"protocol\":\"sms\",\"endpoint\":\"+8613800000000\"},{\"protocol\":"
            "\"email\",\"endpoint\":\"a@b.c\"},{\"protocol\":\"http\",\"endpoint\":"
            "\"http://127.0.0.1/\"}]}"),
        201,
        "{\"request_id\":\"*\",\"subscriptions_result\":[{*\"endpoint\":\"a@b.c\","
        "\"http_code\":201,\"subscription_urn\":\"" URN(
            "t") ":*\"},{*\"protocol\":\"fax\",*\"http_code\":400,\"code\":\"SMN.0011\","
                 "*},{*\"http_code\":201,*},{*\"http_code\":201,*},{*\"http_code\":403,"
                 "\"code\":\"SMN.0069\",*}]}");
    hw_expect(ask("GET", HERE, ""), 200,
              "{*\"subscription_count\":2,*\"remark\":\"值班\",*\"protocol\":\"sms\",*}");
    hw_expect(ask("POST", HERE,
                  "{\"subscriptions\":[{\"protocol\":\"fax\",\"endpoint\":"
                  "\"1\"}]}"),
              201, "{*\"http_code\":400,*}");
    hw_expect(ask("POST", HERE, "{\"subscriptions\":[]}"), 400, ERROR("SMN.0011"));
    assert_int_equal(ask("POST", HERE, "{\"subscriptions\":[7]}").status, 400);
    assert_int_equal(ask("POST", HERE, many(50)).status, 201);
    hw_expect(ask("POST", HERE, many(51)), 403, ERROR("SMN.0078"));
}

static void test_batch_delete(void **)
{
    struct str one, two;

    one =
        urn_of(ask("POST", HERE, "{\"protocol\":\"email\",\"endpoint\":\"a@b.c\"}").body);
    two =
        urn_of(ask("POST", HERE, "{\"protocol\":\"email\",\"endpoint\":\"b@b.c\"}").body);
    hw_expect(ask("DELETE", BASE "/topics/" URN("u") "/subscriptions",
                  arena_printf(
                      &rig.a, "{\"subscription_urns\":[{\"subscription_urn\":\"%.*s\"}]}",
                      STR_ARG(one))
                      .p),
              200,
              "{\"request_id\":\"*\",\"subscriptions_result\":[{\"request_id\":\"*\","
              "\"http_code\":400,\"code\":\"SMN.00290\",\"message\":\"*\"}]}");
    hw_expect(ask("DELETE", BASE "/subscriptions",
                  arena_printf(&rig.a,
                               "{\"subscription_urns\":[{\"subscription_urn\":\"%.*s\"},"
                               "{\"subscription_urn\":\"x\"},{\"subscription_urn\":"
                               "\"%.*s\"},7]}",
                               STR_ARG(one), STR_ARG(one))
                      .p),
              200,
              "{*[{\"request_id\":\"*\",\"http_code\":200},{*\"code\":\"SMN.0014\",*},{*"
              "\"http_code\":200},{*\"code\":\"SMN.0014\",*}]}");
    hw_expect(ask("DELETE",
                  arena_printf(&rig.a, BASE "/topics/" URN("u") "/subscriptions/%.*s",
                               STR_ARG(two))
                      .p,
                  ""),
              400, ERROR("SMN.00290"));
    hw_expect(ask("DELETE", arena_printf(&rig.a, HERE "/%.*s", STR_ARG(two)).p, ""), 200,
              "{\"request_id\":\"*\"}");
    hw_expect(ask("DELETE", BASE "/subscriptions", "{\"subscription_urns\":[]}"), 400,
              ERROR("SMN.0014"));
    hw_expect(ask("DELETE", BASE "/subscriptions", ""), 400, "*");
}

/* ---- how often somebody is asked --------------------------------------------- */

static struct api_answer ask_for(const char *protocol, const char *endpoint, int i)
{
    (void)ask("POST", BASE "/topics", arena_printf(&rig.a, "{\"name\":\"n%d\"}", i).p);
    return ask("POST",
               arena_printf(&rig.a, BASE "/topics/" URN("n%d") "/subscriptions", i).p,
               arena_printf(&rig.a, "{\"protocol\":\"%s\",\"endpoint\":\"%s\"}", protocol,
                            endpoint)
                   .p);
}

static void test_throttle(void **)
{
    for (int i = 0; i < 20; i++)
        assert_int_equal(ask_for("email", "flood@b.c", i).status, 201);
    hw_expect(ask_for("email", "flood@b.c", 20), 403, ERROR("SMN.0065"));
    assert_int_equal(ask_for("email", "flood@b.c", 0).status, 200); /* it is there */
    assert_int_equal(ask_for("email", "other@b.c", 20).status, 201);
    for (int i = 0; i < 10; i++)
        assert_int_equal(ask_for("sms", "+8613800000009", i).status, 201);
    hw_expect(ask_for("sms", "+8613800000009", 10), 403, ERROR("SMN.0057"));
    api_rig_clock(API_RIG_START + NS_PER_HOUR + NS_PER_S);
    for (int i = 20; i < 40; i++)
        assert_int_equal(ask_for("email", "flood@b.c", i).status, 201);
    api_rig_clock(API_RIG_START + 3 * NS_PER_HOUR);
    hw_expect(ask_for("email", "flood@b.c", 40), 403, ERROR("SMN.0065"));
    {
        /* who wants it has no objection to more */
        const struct object *o =
            book_user_at(api_rig_book(&rig, 0), REF_ADDRESS, STR("email/flood@b.c"), 0);
        struct change change = { .op = CHANGE_CONFIRM,
                                 .kind = OBJECT_SUBSCRIPTION,
                                 .key = o->key,
                                 .channel = CHANNEL_MAIL };

        api_rig_change(&rig, 0, &change, 1);
    }
    assert_int_equal(ask_for("email", "flood@b.c", 40).status, 201);
    api_rig_clock(API_RIG_START);
}

static void at(int64_t since_start)
{
    api_rig_clock(API_RIG_START + since_start);
    token = hw_token(&rig, "ops");
}

static void ask_many(const char *protocol, const char *endpoint, int from, int to)
{
    for (int i = from; i < to; i++)
        assert_int_equal(ask_for(protocol, endpoint, i).status, 201);
}

/* A mailbox that was asked forty times in two days is asked no more for seven, counted
 * from the last; telephones are not blocked so. */
static void test_block(void **)
{
    ask_many("email", "block@b.c", 0, 20);
    ask_many("email", "slow@b.c", 0, 20);
    at(NS_PER_HOUR + NS_PER_S);
    ask_many("email", "block@b.c", 20, 40);
    ask_many("sms", "+8613800000007", 0, 10);
    at(3 * NS_PER_HOUR);
    ask_many("sms", "+8613800000007", 10, 20);
    at(49 * NS_PER_HOUR);
    ask_many("email", "slow@b.c", 20, 40);
    at(51 * NS_PER_HOUR + NS_PER_S);
    hw_expect(ask_for("email", "block@b.c", 40), 403, ERROR("SMN.0065"));
    ask_many("email", "slow@b.c", 40, 41);
    ask_many("sms", "+8613800000007", 20, 21);
    at(7 * NS_PER_DAY + NS_PER_HOUR);
    hw_expect(ask_for("email", "block@b.c", 40), 403, ERROR("SMN.0065"));
    at(7 * NS_PER_DAY + NS_PER_HOUR + 2 * NS_PER_S);
    ask_many("email", "block@b.c", 40, 41);
    at(0);
}

/* An endpoint two hundred times in ten minutes. */
static void test_endpoint_throttle(void **)
{
    ask_many("http", "http://h.example/", 0, 200);
    hw_expect(ask_for("http", "http://h.example/", 200), 403, ERROR("SMN.0007"));
    ask_many("http", "http://other.example/", 200, 201);
    at(10 * NS_PER_MIN);
    ask_many("http", "http://h.example/", 200, 201);
    at(0);
}

/* ---- extensions --------------------------------------------------------------- */

static struct api_answer with_headers(const char *headers)
{
    return ask("POST", HERE,
               arena_printf(&rig.a,
                            "{\"protocol\":\"https\",\"endpoint\":\"https://h.example/"
                            "a?b=c#d\",\"extension\":{\"header\":%s}}",
                            headers)
                   .p);
}

static void test_headers(void **)
{
    static const char *const bad[] = {
        "{\"a-b\":\"1\"}",
        "{\"x-\":\"1\"}",
        "{\"x-smn-a\":\"1\"}",
        "{\"X-SMNx\":\"1\"}",
        "{\"x-a_b\":\"1\"}",
        "{\"x-a-\":\"1\"}",
        "{\"x-a--b\":\"1\"}",
        "{\"x-a\":\"1\",\"X-A\":\"2\"}",
        "{\"x-a\":\"中\"}",
        "{\"x-a\":\"1\\r\\nHost: evil\"}",
        "{\"x-a\":7}",
        "[]",
        "\"x-a\"",
    };
    struct buf b;
    struct str listed;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(with_headers(bad[i]).status, 400);
    assert_int_equal(with_headers("{\"x-key\":\"S3cr&t=1\",\"X-Other\":\"\"}").status,
                     201);
    assert_int_equal(with_headers("{\"x-key\":\"S3cr&t=1\",\"X-Other\":\"\"}").status,
                     200);
    listed = ask("GET", HERE, "").body;
    hw_expect(
        ask("GET", HERE, ""), 200,
        "{*\"subscription_count\":1,*\"endpoint\":\"https://h.example/a?b=c#d\",*}");
    assert_false(str_has(listed, STR("S3cr")));
    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < 10; i++)
        buf_printf(&b, "%s\"x-%d\":\"\"", i == 0 ? "{" : ",", i);
    assert_int_equal(
        with_headers(arena_printf(&rig.a, "%.*s}", STR_ARG(buf_str(&b))).p).status, 201);
    assert_int_equal(
        with_headers(arena_printf(&rig.a, "%.*s,\"x-y\":\"\"}", STR_ARG(buf_str(&b))).p)
            .status,
        400);
    buf_fini(&b);
    assert_int_equal(
        with_headers(arena_printf(&rig.a, "{\"x-a\":\"%s\"}", repeat('v', 1021)).p)
            .status,
        201);
    assert_int_equal(
        with_headers(arena_printf(&rig.a, "{\"x-a\":\"%s\"}", repeat('v', 1022)).p)
            .status,
        400);
    hw_expect(ask("POST", HERE,
                  "{\"protocol\":\"https\",\"endpoint\":\"https://h.example/#smn-headers?"
                  "x-smn-a=1\"}"),
              400, ERROR("SMN.0012"));
}

static struct api_answer with_word(const char *name, const char *word)
{
    return ask("POST", HERE,
               arena_printf(&rig.a,
                            "{\"protocol\":\"feishu\",\"endpoint\":\"https://"
                            "open.feishu.cn/hook/1\",\"extension\":{\"%s\":\"%s\"}}",
                            name, word)
                   .p);
}

/* A robot's word is of a length, and nothing that ends or breaks a line. */
static void test_words(void **)
{
    static const char *const names[] = { "keyword", "sign_secret" };
    static const char *const bad[] = { "a\\u0000b", "\\u0000", "a\\nb",
                                       "\\u001f",   "\\u007f", "\\u0085" };

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(with_word(names[i], repeat('w', 512)).status, 201);
        hw_expect(with_word(names[i], repeat('w', 513)), 400, "{*at most 512 bytes*}");
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
            hw_expect(with_word(names[i], bad[k]), 400, "{*control characters*}");
        assert_int_equal(with_word(names[i], "报警 #1&2=3").status, 201);
    }
}

/* What is put behind an address comes off it again, whatever it holds. */
static void test_header_codec(void **)
{
    static const struct smn_header v[] = { { STR_INIT("x-a"), STR_INIT("1&2=3%#?") },
                                           { STR_INIT("x-b"), STR_INIT("") } };
    struct smn_header out[SMN_HEADERS_MAX];
    struct str address;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "https://h/p?q#f");
    smn_headers_put(v, 2, &b);
    address = buf_str(&b);
    assert_int_equal(smn_headers_take(&address, out, &rig.a), 2);
    assert_true(str_is(address, "https://h/p?q#f"));
    for (size_t i = 0; i < 2; i++) {
        assert_true(str_eq(out[i].name, v[i].name));
        assert_true(str_eq(out[i].value, v[i].value));
    }
    assert_int_equal(smn_headers_take(&address, out, &rig.a), 0);
    buf_fini(&b);
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
        cmocka_unit_test_setup(test_batch, make),
        cmocka_unit_test_setup(test_batch_delete, make),
        cmocka_unit_test_setup(test_throttle, make),
        cmocka_unit_test_setup(test_block, make),
        cmocka_unit_test_setup(test_endpoint_throttle, make),
        cmocka_unit_test_setup(test_headers, make),
        cmocka_unit_test_setup(test_words, make),
        cmocka_unit_test(test_header_codec),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
