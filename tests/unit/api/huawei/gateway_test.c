/* gateway_test.c - who is let in, and how everybody else is told: a call on a real
 * server, over real flows. */
#include "base/time.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;

#define RULES "/v2/project-main/alert/action-rules"
#define TOPICS "/v2/project-main/notifications/topics"
#define AOM_403                                          \
    "{\"error_code\":\"AOM.0403\",\"error_msg\":\"auth " \
    "failed.\",\"error_type\":\"AUTH_FAILED\",\"trace_id\":null}"

static struct str lines(const char *text)
{
    return str_of(text);
}

/* ---- unknown and unfit requests ---------------------------------------- */

static void test_routes(void **)
{
    static const struct {
        const char *method, *target;
        int status;
        const char *body;
    } cases[] = {
        { "GET", "/v2/project-main/nothing", 404,
          "{\"error_msg\":\"The API does not exist or has not been published in the "
          "environment.\",\"error_code\":\"APIG.0101\",\"request_id\":\"*\"}" },
        { "GET", "/v2/project-main/notifications/nothing", 404,
          "{\"error_msg\":\"*\",\"error_code\":\"APIG.0101\",\"request_id\":\"*\"}" },
        { "GET", "/v3/nothing", 404,
          "{\"error\":{\"code\":404,\"message\":\"The API does not exist or has not been "
          "published in the environment.\",\"title\":\"Not Found\"}}" },
        { "PATCH", RULES, 405,
          "{\"error_msg\":\"The API does not support this method.\",\"error_code\":"
          "\"APIG.0101\",\"request_id\":\"*\"}" },
        { "PUT", "/v3/auth/tokens", 405,
          "{\"error\":{\"code\":405,\"message\":\"The API does not support this "
          "method.\",\"title\":\"Method Not Allowed\"}}" },
        { "GET", RULES "/%zz", 400,
          "{\"error_code\":\"AOM.0400\",\"error_msg\":\"the path is not percent-encoded "
          "UTF-8\",\"trace_id\":\"\"}" },
        { "GET", RULES "/%ff", 400,
          "{\"error_code\":\"AOM.0400\",\"error_msg\":\"*\",\"trace_id\":\"\"}" },
        { "GET", RULES "?a=%f", 400,
          "{\"error_code\":\"AOM.0400\",\"error_msg\":\"*\",\"trace_id\":\"\"}" },
        { "GET", TOPICS "?a=%f", 400,
          "{\"request_id\":\"*\",\"code\":\"APIG.0201\",\"message\":\"*\"}" },
        { "GET", "/v3/projects?a=%ff", 400,
          "{\"error\":{\"code\":400,\"message\":\"the query is not UTF-8\",\"title\":"
          "\"Bad Request\"}}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct api_answer an =
            api_rig_ask(&rig, cases[i].method, lines(cases[i].target), STR(""), STR(""));

        hw_expect(an, cases[i].status, cases[i].body);
        assert_int_equal(api_answer_header(&an, "X-Request-Id").n, 32);
        if (an.status == 405)
            assert_true(api_answer_header(&an, "Allow").n > 0);
    }
}

/* 9 MiB, in the shape of each path; nothing of it was read as a request. */
static void test_too_large(void **)
{
    static const struct {
        const char *method, *target, *body;
    } cases[] = {
        { "PUT", RULES,
          "{\"error_code\":\"APIG.0201\",\"error_msg\":\"Request entity too large.\","
          "\"trace_id\":\"\"}" },
        { "POST", TOPICS,
          "{\"request_id\":\"*\",\"code\":\"APIG.0201\",\"message\":\"Request entity too "
          "large.\"}" },
        { "POST", "/v3/auth/tokens",
          "{\"error\":{\"code\":413,\"message\":\"Request entity too large.\",\"title\":"
          "\"Request Entity Too Large\"}}" },
    };
    size_t n = 9u << 20;
    char *body = malloc(n);

    assert_non_null(body);
    memset(body, ' ', n);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        hw_expect(api_rig_ask(&rig, cases[i].method, lines(cases[i].target), STR(""),
                              (struct str){ body, n }),
                  413, cases[i].body);
    free(body);
}

/* ---- signatures -------------------------------------------------------- */

static struct api_answer ask_signed(const char *key, int64_t at, const char *more)
{
    struct str signature = hw_signature(&rig, key, at, "GET", RULES, STR(""));

    return api_rig_ask(&rig, "GET", STR(RULES),
                       arena_printf(&rig.a, "%.*s%s", STR_ARG(signature), more), STR(""));
}

static void test_signature(void **)
{
    int64_t now = API_RIG_START;

    hw_expect(ask_signed("AK-main-ops", now, ""), 200, "{\"action_rules\":[]}");
    hw_expect(ask_signed("AK-main-ops", now - 15 * NS_PER_MIN, ""), 200,
              "{\"action_rules\":[]}");
    hw_expect(ask_signed("AK-main-ops", now + 15 * NS_PER_MIN, ""), 200,
              "{\"action_rules\":[]}");
    hw_expect(
        ask_signed("AK-main-ops", now - 15 * NS_PER_MIN - NS_PER_S, ""), 401,
        "{\"error_msg\":\"Incorrect IAM authentication information: calc aksk "
        "signature fail:signature expired, signature time:20261121T094459Z,server "
        "time:20261121T100000Z\",\"error_code\":\"APIGW.0301\",\"request_id\":\"*\"}");
    assert_int_equal(ask_signed("AK-main-ops", now + 901 * NS_PER_S, "").status, 401);
    hw_expect(ask_signed("AK-unknown", now, ""), 401,
              "{\"error_msg\":\"Incorrect IAM authentication information: ak AK-unknown "
              "not exist\",\"error_code\":\"APIGW.0301\",\"request_id\":\"*\"}");
    hw_expect(ask_signed("AK-main-ops", now, "X-Security-Token: temporary\r\n"), 401,
              "{\"error_msg\":\"Incorrect IAM authentication information: decrypt token "
              "fail, *\",\"error_code\":\"APIGW.0301\",\"request_id\":\"*\"}");
}

/* Or it would be good for ever. */
static void test_date_must_be_signed(void **)
{
    hw_expect(api_rig_ask(&rig, "GET", STR(RULES),
                          hw_signature_of_host(&rig, "AK-main-ops", "GET", RULES),
                          STR("")),
              401, "{\"error_msg\":\"*x-sdk-date is not signed\",*}");
}

/* The gateway shows its canonical request, and no credential in it. */
static void test_signature_that_does_not_fit(void **)
{
    struct str headers = hw_signature(&rig, "AK-main-ops", API_RIG_START, "GET", RULES,
                                      STR("")),
               secret_line;
    struct api_answer an = api_rig_ask(&rig, "GET", STR(RULES "?x=1"), headers, STR(""));

    hw_expect(an, 401,
              "{\"error_msg\":\"Incorrect IAM authentication information: verify aksk "
              "signature fail, canonicalRequest:GET|" RULES
              "/|x=1|host:127.0.0.1:*|x-sdk-date:20261121T100000Z||host;x-sdk-date|"
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
              "\"error_code\":\"APIGW.0301\",\"request_id\":\"*\"}");
    secret_line = STR("X-Sdk-Date: 20261121T100000Z\r\nX-Security-Token: hush\r\n"
                      "Authorization: SDK-HMAC-SHA256 Access=AK-main-ops, "
                      "SignedHeaders=x-sdk-date;x-security-token, Signature="
                      "0000000000000000000000000000000000000000000000000000000000000000"
                      "\r\n");
    an = api_rig_ask(&rig, "GET", STR(RULES), secret_line, STR(""));
    assert_int_equal(an.status, 401);
    assert_false(str_has(an.body, STR("hush")));
    assert_true(str_has(an.body, STR("|x-security-token:***|")));
}

static void test_temporary_key(void **)
{
    int64_t now = API_RIG_START;

    hw_expect(ask_signed("AK-temporary", now, "X-Security-Token: temporary\r\n"), 200,
              "{\"action_rules\":[]}");
    assert_int_equal(ask_signed("AK-temporary", now, "").status, 401);
    assert_int_equal(ask_signed("AK-temporary", now, "X-Security-Token: x\r\n").status,
                     401);
    api_rig_clock(now + 2 * NS_PER_HOUR);
    assert_int_equal(ask_signed("AK-temporary", now + 2 * NS_PER_HOUR,
                                "X-Security-Token: temporary\r\n")
                         .status,
                     401);
    api_rig_clock(now);
}

static void test_malformed_authorization(void **)
{
    static const char *const bad[] = {
        "SDK-HMAC-SM3 Access=AK-main-ops, SignedHeaders=x-sdk-date, Signature=00",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 ",
        "SDK-HMAC-SHA256 Access",
        "SDK-HMAC-SHA256 Access=AK-main-ops, SignedHeaders=x-sdk-date, Signature=00",
        "SDK-HMAC-SHA256 Access=AK-main-ops, SignedHeaders=host, Signature="
        "0000000000000000000000000000000000000000000000000000000000000000",
        "SDK-HMAC-SHA256 SignedHeaders=x-sdk-date, Signature="
        "0000000000000000000000000000000000000000000000000000000000000000",
        "V11-HMAC-SHA256 Credential=AK-main-ops/20261121/r, SignedHeaders=x-sdk-date, "
        "Signature=0000000000000000000000000000000000000000000000000000000000000000",
        "V11-HMAC-SHA256 Credential=AK-main-ops/20261122/r/s, SignedHeaders=x-sdk-date, "
        "Signature=0000000000000000000000000000000000000000000000000000000000000000",
        "Bearer x",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        hw_expect(
            api_rig_ask(&rig, "GET", STR(RULES),
                        arena_printf(&rig.a,
                                     "X-Sdk-Date: 20261121T100000Z\r\n"
                                     "Authorization: %s\r\n",
                                     bad[i]),
                        STR("")),
            401,
            "{\"error_msg\":\"Incorrect IAM authentication information: verify aksk "
            "signature fail, *\",\"error_code\":\"APIGW.0301\",\"request_id\":"
            "\"*\"}");
}

/* ---- tokens ------------------------------------------------------------ */

static void test_no_credential(void **)
{
    hw_expect(api_rig_ask(&rig, "GET", STR(RULES), STR(""), STR("")), 401, AOM_403);
    hw_expect(api_rig_ask(&rig, "GET", STR(TOPICS), STR(""), STR("")), 401,
              "{\"error_msg\":\"Incorrect IAM authentication information: x-auth-token "
              "not found\",\"error_code\":\"APIGW.0301\",\"request_id\":\"*\"}");
    hw_expect(api_rig_ask(&rig, "GET", STR("/v3/projects"), STR(""), STR("")), 401,
              "{\"error\":{\"code\":401,\"message\":\"The request you have made requires "
              "authentication.\",\"title\":\"Unauthorized\"}}");
}

static void test_token_life(void **)
{
    struct str token = hw_token(&rig, "ops"), forged;
    char *bytes;

    hw_expect(hw_ask(&rig, token, "GET", RULES, ""), 200, "{\"action_rules\":[]}");
    bytes = arena_alloc(&rig.a, token.n);
    for (size_t i = 0; i < token.n; i++) {
        memcpy(bytes, token.p, token.n);
        bytes[i] = bytes[i] == 'A' ? 'B' : 'A';
        forged = (struct str){ bytes, token.n };
        if (i % 16 == 0) /* a connection each */
            hw_expect(hw_ask(&rig, forged, "GET", RULES, ""), 401, AOM_403);
    }
    api_rig_clock(API_RIG_START + 24 * NS_PER_HOUR - 1);
    assert_int_equal(hw_ask(&rig, token, "GET", RULES, "").status, 200);
    api_rig_clock(API_RIG_START + 24 * NS_PER_HOUR);
    hw_expect(hw_ask(&rig, token, "GET", RULES, ""), 401, AOM_403);
    hw_expect(hw_ask(&rig, token, "GET", TOPICS, ""), 401,
              "{\"error_msg\":\"Incorrect IAM authentication information: token expires, "
              "expires_at: 2026-11-22T10:00:00.000000Z\",\"error_code\":\"APIGW.0301\","
              "\"request_id\":\"*\"}");
    api_rig_clock(API_RIG_START);
}

static void test_other_project(void **)
{
    struct str token = hw_token(&rig, "ops");

    hw_expect(hw_ask(&rig, token, "GET", "/v2/project-other/alert/action-rules", ""), 403,
              AOM_403);
    hw_expect(hw_ask(&rig, token, "GET", "/v2/project-mai/alert/action-rules", ""), 403,
              AOM_403);
    hw_expect(
        hw_ask(&rig, token, "GET", "/v2/project-other/notifications/topics", ""), 403,
        "{\"request_id\":\"*\",\"code\":\"SMN.0001\",\"message\":\"No permission to "
        "request resources.\"}");
}

static void test_policies(void **)
{
    struct str reader = hw_token(&rig, "reader"), nobody = hw_token(&rig, "nobody");

    assert_int_equal(hw_ask(&rig, reader, "GET", RULES, "").status, 200);
    hw_expect(hw_ask(&rig, reader, "PUT", RULES, "{}"), 403, AOM_403);
    hw_expect(hw_ask(&rig, reader, "DELETE", RULES, "[]"), 403, AOM_403);
    hw_expect(hw_ask(&rig, reader, "PUT", "/v2/project-main/push/events", "{}"), 403,
              AOM_403);
    hw_expect(hw_ask(&rig, nobody, "GET", RULES, ""), 403, AOM_403);
    assert_int_equal(hw_ask(&rig, nobody, "GET", TOPICS, "").status, 403);
    assert_int_equal(hw_ask(&rig, nobody, "GET", "/v3/auth/projects", "").status, 200);
}

static void test_busy(void **)
{
    struct str token = hw_token(&rig, "ops");
    struct api_answer an;

    atomic_store(&rig.full, true);
    an = hw_ask(&rig, token, "DELETE", RULES, "[\"x\"]");
    hw_expect(an, 503,
              "{\"error_code\":\"AOM.0503\",\"error_msg\":\"Service unavailable.\","
              "\"trace_id\":\"\"}");
    assert_true(str_is(api_answer_header(&an, "Retry-After"), "1"));
    hw_expect(
        hw_ask(&rig, token, "POST", TOPICS, "{\"name\":\"t\"}"), 503,
        "{\"request_id\":\"*\",\"code\":\"SMN.0018\",\"message\":\"Service internal "
        "error.\"}");
    atomic_store(&rig.full, false);
}

/* Clients sign the path they see. */
static void test_route_prefix(void **)
{
    struct str signature =
        hw_signature(&rig, "AK-main-ops", API_RIG_START, "GET", "/x" RULES, STR(""));

    rig.settings.route_prefix = STR("/x");
    hw_expect(api_rig_ask(&rig, "GET", STR("/x" RULES), signature, STR("")), 200,
              "{\"action_rules\":[]}");
    hw_expect(api_rig_ask(&rig, "GET", STR("/x/v3"), STR(""), STR("")), 200,
              "{*\"href\":\"http://127.0.0.1:*/x/v3/\"*}");
    assert_int_equal(api_rig_ask(&rig, "GET", STR(RULES), signature, STR("")).status,
                     404);
    rig.settings.route_prefix = STR("");
}

/* Behind a proxy that we trust, the host that clients signed is the one they used. */
static void test_trusted_proxy(void **)
{
    static const struct str loopback = STR_INIT("127.0.0.1/32");
    uint16_t port = rig.port;
    struct str signature, headers;

    rig.port = 81;
    signature = hw_signature(&rig, "AK-main-ops", API_RIG_START, "GET", RULES, STR(""));
    rig.port = port;
    headers = arena_printf(&rig.a, "X-Forwarded-Host: 127.0.0.1:81\r\n%.*s",
                           STR_ARG(signature));
    assert_int_equal(api_rig_ask(&rig, "GET", STR(RULES), headers, STR("")).status, 401);
    rig.settings.trusted_proxies = &loopback;
    rig.settings.trusted_proxy_count = 1;
    assert_int_equal(api_rig_ask(&rig, "GET", STR(RULES), headers, STR("")).status, 200);
    rig.settings.trusted_proxy_count = 0;
}

static void serve(const struct api *api, struct http_call *call)
{
    api_dispatch((void *)(uintptr_t)api, call);
}

static int start(void **)
{
    api_rig_start(&rig, serve);
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
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_date_must_be_signed),
        cmocka_unit_test(test_signature_that_does_not_fit),
        cmocka_unit_test(test_temporary_key),
        cmocka_unit_test(test_malformed_authorization),
        cmocka_unit_test(test_no_credential),
        cmocka_unit_test(test_token_life),
        cmocka_unit_test(test_other_project),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_route_prefix),
        cmocka_unit_test(test_trusted_proxy),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
