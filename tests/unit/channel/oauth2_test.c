/* oauth2_test.c - what the token server is asked, and what its answers mean. */
#include "channel/oauth2.h"

#include "base/time.h"
#include "channel/channel_private.h"

#include "../../support/says.h"

static struct arena a;
static struct json_doc *doc;

static int setup(void **)
{
    arena_init(&a);
    doc = json_doc_new();
    return 0;
}

static int teardown(void **)
{
    json_doc_free(&doc);
    arena_fini(&a);
    return 0;
}

static bool want(const char *http_config, enum target_trust trust, struct token_want *out)
{
    struct json root;
    struct err e;

    assert_int_equal(json_parse(doc, str_of(http_config), &root, &e), OK);
    return oauth2_want(root, trust, &a, out);
}

#define ME \
    "\"client_id\":\"me & co\",\"client_secret\":\"a+b/c\",\"token_url\":\"http://t\""

static void test_asked(void **)
{
    struct token_want w;

    assert_false(want("{}", TARGET_OPERATOR, &w));
    assert_true(
        want("{\"oauth2\":{" ME ",\"scopes\":[\"r\",\"w\"],"
             "\"endpoint_params\":{\"z\":\"1 2\",\"aud\":\"x\",\"grant_type\":"
             "\"own\"},\"proxy_url\":\"http://p\",\"tls_config\":{\"min_version\":"
             "\"TLS12\",\"server_name\":\"s\"}}}",
             TARGET_OPERATOR, &w));
    assert_is(w.ask.url, "http://t");
    assert_is(w.ask.body, "aud=x&grant_type=own&scope=r+w&z=1+2");
    assert_int_equal(w.ask.header_count, 2);
    /* me+%26+co:a%2Bb%2Fc */
    assert_is(w.ask.headers[1].value, "Basic bWUrJTI2K2NvOmElMkJiJTJGYw==");
    assert_is(w.ask.way.proxy, "http://p");
    assert_is(w.ask.way.server_name, "s");
    assert_int_equal(w.ask.way.tls_least, CLIENT_TLS_12);
    assert_is(w.other.body, "aud=x&client_id=me+%26+co&client_secret=a%2Bb%2Fc&"
                            "grant_type=own&scope=r+w&z=1+2");
    assert_int_equal(w.other.header_count, 1);
}

/* Whatever differs, it is another token. */
static void test_key(void **)
{
    static const char *const others[] = {
        "{\"oauth2\":{" ME "}}",
        "{\"oauth2\":{" ME ",\"scopes\":[\"r\"]}}",
        "{\"oauth2\":{" ME ",\"endpoint_params\":{\"r\":\"\"}}}",
        "{\"oauth2\":{" ME ",\"proxy_url\":\"http://p\"}}",
        "{\"oauth2\":{" ME ",\"tls_config\":{\"insecure_skip_verify\":true}}}",
        "{\"oauth2\":{" ME ",\"tls_config\":{\"max_version\":\"TLS12\"}}}",
        "{\"oauth2\":{\"client_id\":\"me\",\"client_secret\":\"x\",\"token_url\":\"http:/"
        "/t\"}}",
        "{\"oauth2\":{\"client_id\":\"me\",\"client_secret\":\"y\",\"token_url\":\"http:/"
        "/t\"}}",
        "{\"oauth2\":{\"client_id\":\"me\",\"client_secret\":\"y\",\"token_url\":\"http:/"
        "/u\"}}",
    };
    enum { N = sizeof others / sizeof *others };
    struct token_want w[N + 1], again;

    for (size_t i = 0; i < N; i++)
        assert_true(want(others[i], TARGET_OPERATOR, &w[i]));
    assert_true(want(others[0], TARGET_CALLER, &w[N]));
    for (size_t i = 0; i <= N; i++)
        for (size_t j = 0; j < i; j++)
            assert_false(str_eq(digest_str(&w[i].key), digest_str(&w[j].key)));
    assert_true(want(others[0], TARGET_OPERATOR, &again));
    assert_true(str_eq(digest_str(&w[0].key), digest_str(&again.key)));
}

#define JSON "Content-Type: application/json; charset=utf-8\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static void test_read(void **)
{
    static const struct {
        int status;
        const char *headers, *body, *text, *type;
        int64_t seconds;
    } rows[] = {
        { 200, JSON, "{\"access_token\":\"T\",\"expires_in\":60}", "T", "Bearer", 60 },
        { 201, "", "{\"access_token\":\"T\",\"token_type\":\"bearer\"}", "T", "Bearer",
          0 },
        { 200, JSON,
          "{\"access_token\":\"T\",\"token_type\":\"mac\",\"expires_in\":\"9\"}", "T",
          "MAC", 9 },
        { 200, JSON,
          "{\"access_token\":\"T\",\"token_type\":\"Own\",\"expires_in\":1.5e3}", "T",
          "Own", 1500 },
        { 200, JSON, "{\"access_token\":\"T\",\"token_type\":\"a b\",\"expires_in\":-1}",
          "T", "Bearer", 0 },
        { 200, JSON, "{\"access_token\":\"T\",\"expires_in\":9e99}", "T", "Bearer", 0 },
        { 200, FORM, "access_token=T%2B&token_type=bearer&expires_in=7", "T+", "Bearer",
          7 },
        { 200, "Content-Type: text/plain\r\n", "access_token=T", "T", "Bearer", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = CLIENT_ANSWERED,
                                      .status = rows[i].status,
                                      .headers = str_of(rows[i].headers),
                                      .body = str_of(rows[i].body),
                                      .why = STR(""),
                                      .remote = STR("") };
        struct token t;

        oauth2_read(&reply, &a, &t);
        assert_is(t.text, rows[i].text);
        assert_is(t.type, rows[i].type);
        assert_int_equal(t.life, rows[i].seconds * NS_PER_S);
    }
}

static void test_refused(void **)
{
    static const struct {
        enum client_outcome outcome;
        int status;
        const char *headers, *body;
        enum verdict verdict;
        bool settled;
        const char *meaning;
    } rows[] = {
        { CLIENT_ANSWERED, 401, JSON, "{\"error\":\"invalid_client\"}", REFUSED, false,
          "gave no token (401, invalid_client): check" },
        { CLIENT_ANSWERED, 400, JSON,
          "{\"error\":\"invalid_scope\",\"error_description\":\"不行\"}", REFUSED, true,
          "(400, invalid_scope: 不行)" },
        { CLIENT_ANSWERED, 400, FORM, "error=invalid_grant", REFUSED, true,
          "(400, invalid_grant)" },
        { CLIENT_ANSWERED, 200, JSON,
          "{\"error\":\"invalid_client\",\"access_token\":\"T\"}", REFUSED, false,
          "(200, invalid_client)" },
        { CLIENT_ANSWERED, 200, JSON, "{}", REFUSED, false, "without an access_token" },
        { CLIENT_ANSWERED, 200, JSON, "{\"access_token\":\"a\\nb\"}", REFUSED, false,
          "without an access_token" },
        { CLIENT_ANSWERED, 200, "", "<html>", REFUSED, false, "without an access_token" },
        { CLIENT_ANSWERED, 404, "", "", REFUSED, false, "gave no token (404)" },
        { CLIENT_ANSWERED, 429, "Retry-After: 7\r\n", "", DEFERRED, false,
          "in trouble (429)" },
        { CLIENT_ANSWERED, 503, "", "", DEFERRED, false, "in trouble (503)" },
        { CLIENT_UNREACHED, 0, "", "", DEFERRED, false, "could not be reached: why" },
        { CLIENT_UNANSWERED, 0, "", "", DEFERRED, false, "could not be reached: why" },
        { CLIENT_REFUSED, 0, "", "", REFUSED, false, "cannot be asked: why" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct client_reply reply = { .outcome = rows[i].outcome,
                                      .status = rows[i].status,
                                      .headers = str_of(rows[i].headers),
                                      .body = str_of(rows[i].body),
                                      .why = STR("why"),
                                      .remote = STR(""),
                                      .connected = 5 };
        struct token t;

        oauth2_read(&reply, &a, &t);
        assert_is(t.text, "");
        assert_int_equal(t.why.verdict, rows[i].verdict);
        assert_int_equal(t.settled, rows[i].settled);
        assert_has(t.why.meaning, rows[i].meaning);
        assert_int_equal(t.why.connected, 0);
        assert_int_equal(t.why.retry_after, rows[i].status == 429 ? 7 * NS_PER_S : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_key, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
