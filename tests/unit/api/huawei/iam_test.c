/* iam_test.c - tokens in all their variants, and the documents around them. */
#include "api/huawei/token_private.h"
#include "base/time.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;

#define TOKENS "/v3/auth/tokens"
#define PASSWORD(user, scope)                                                     \
    "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":" \
    "{\"password\":\"" API_RIG_PASSWORD "\"," user "}}}" scope "}}"
#define OPS "\"name\":\"ops\",\"domain\":{\"name\":\"acct\"}"
#define WRONG                                                                      \
    "{\"error\":{\"code\":401,\"message\":\"The username or password is wrong.\"," \
    "\"title\":\"Unauthorized\"}}"
#define NO_SCOPE                                                                       \
    "{\"error\":{\"code\":401,\"message\":\"The user has no access to the scope that " \
    "is asked for.\",\"title\":\"Unauthorized\"}}"

static struct api_answer ask(const char *target, const char *body)
{
    return api_rig_ask(&rig, "POST", str_of(target),
                       STR("Content-Type: application/json\r\n"), str_of(body));
}

/* ---- create ------------------------------------------------------------ */

static void test_project_scope(void **)
{
    struct api_answer an =
        ask(TOKENS, PASSWORD(OPS, ",\"scope\":{\"project\":{\"name\":\"cn-north-4\"}}"));

    hw_expect(
        an, 201,
        "{\"token\":{\"methods\":[\"password\"],\"issued_at\":"
        "\"2026-11-21T10:00:00.000000Z\",\"expires_at\":\"2026-11-22T10:00:00.000000Z\","
        "\"user\":{\"id\":\"*\",\"name\":\"ops\",\"password_expires_at\":\"\",\"domain\":"
        "{\"id\":\"d-main\",\"name\":\"acct\"}},\"project\":{\"id\":\"project-main\","
        "\"name\":\"cn-north-4\",\"domain\":{\"id\":\"d-main\",\"name\":\"acct\"}},"
        "\"roles\":[{\"id\":\"0\",\"name\":\"te_admin\"}],\"catalog\":[{\"id\":\"*\","
        "\"name\":\"keystone\",\"type\":\"identity\",\"endpoints\":[{\"id\":\"*\","
        "\"interface\":\"public\",\"region\":\"cn-north-4\",\"region_id\":\"cn-north-4\","
        "\"url\":\"http://belfry.example/v3\"}]},{\"id\":\"*\",\"name\":\"iam\",\"type\":"
        "\"iam\",\"endpoints\":[{\"id\":\"*\",\"interface\":\"public\",\"region\":\"*"
        "\",\"region_id\":\"*\",\"url\":\"http://belfry.example/v3.0\"}]},{\"id\":\"*\","
        "\"name\":\"aom\",\"type\":\"aom\",\"endpoints\":[{\"id\":\"*\",\"interface\":"
        "\"public\",\"region\":\"cn-north-4\",\"region_id\":\"cn-north-4\",\"url\":"
        "\"http://belfry.example/v2/project-main\"}]},{\"id\":\"*\",\"name\":\"smn\","
        "\"type\":\"smn\",\"endpoints\":[{\"id\":\"*\",\"interface\":\"public\","
        "\"region\":\"cn-north-4\",\"region_id\":\"cn-north-4\",\"url\":"
        "\"http://belfry.example/v2/project-main\"}]}]}}");
    assert_true(api_answer_header(&an, "X-Subject-Token").n > 100);
    assert_int_equal(api_answer_header(&an, "X-IAM-Trace-Id").n, 32);
}

/* Who and what may be said in several ways. */
static void test_variants(void **)
{
    static const struct {
        const char *body, *scope; /* what the answer holds; NULL: neither */
    } fine[] = {
        { PASSWORD("\"name\":\"ops\",\"domain\":{\"id\":\"d-main\"}",
                   ",\"scope\":{\"project\":{\"id\":\"project-main\"}}"),
          "\"project\":{\"id\":\"project-main\"" },
        { PASSWORD(OPS, ",\"scope\":{\"project\":{\"name\":\"cn-north-4\",\"domain\":"
                        "{\"name\":\"acct\"}}}"),
          "\"project\":{" },
        { PASSWORD(OPS, ",\"scope\":{\"project\":{\"name\":\"cn-north-4\",\"domain\":"
                        "{\"id\":\"d-main\"}}}"),
          "\"project\":{" },
        { PASSWORD(OPS, ",\"scope\":{\"project\":{\"name\":\"cn-north-4\"},\"domain\":"
                        "{\"name\":\"acct\"}}"),
          "\"project\":{" },
        { PASSWORD(OPS, ",\"scope\":{\"domain\":{\"name\":\"acct\"}}"),
          "},\"domain\":{\"id\":\"d-main\",\"name\":\"acct\"},\"roles\"" },
        { PASSWORD(OPS, ",\"scope\":{\"domain\":{\"id\":\"d-main\"}}"),
          "},\"domain\":{\"id\":\"d-main\",\"name\":\"acct\"},\"roles\"" },
        { PASSWORD(OPS, ""), NULL },
        { PASSWORD(OPS, ",\"scope\":null"), NULL },
        { PASSWORD(OPS, ",\"scope\":{}"), NULL },
    };

    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct api_answer an = ask(TOKENS "?nocatalog=true", fine[i].body);

        if (an.status != 201)
            fail_msg("variant %zu: %d %.*s", i, an.status, STR_ARG(an.body));
        assert_true(str_has(an.body, STR("\"catalog\":[]")));
        if (fine[i].scope != NULL)
            assert_true(str_has(an.body, str_of(fine[i].scope)));
        else
            assert_false(str_has(an.body, STR("\"project\"")) ||
                         str_has(an.body, STR("},\"domain\"")));
    }
}

static void test_user_by_id(void **)
{
    const struct user *user = book_user(api_rig_book(&rig, 0), STR("ops"));
    struct str body = arena_printf(
        &rig.a,
        PASSWORD("\"id\":\"%.*s\"", ",\"scope\":{\"project\":{\"id\":\"project-main\"}}"),
        STR_ARG(user->id));

    assert_int_equal(ask(TOKENS, body.p).status, 201);
    user = book_user(api_rig_book(&rig, 1), STR("ops"));
    body = arena_printf(
        &rig.a,
        PASSWORD("\"id\":\"%.*s\"", ",\"scope\":{\"project\":{\"id\":\"project-main\"}}"),
        STR_ARG(user->id));
    hw_expect(ask(TOKENS, body.p), 401, NO_SCOPE);
}

static void test_refusals(void **)
{
    static const struct {
        const char *body, *wanted;
    } bad[] = {
        { "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":"
          "{\"password\":\"bad\"," OPS "}}}}}",
          WRONG },
        { PASSWORD("\"name\":\"nobody-here\",\"domain\":{\"name\":\"acct\"}", ""),
          WRONG },
        { PASSWORD("\"name\":\"ops\",\"domain\":{\"name\":\"nowhere\"}", ""), WRONG },
        { PASSWORD("\"name\":\"reader\",\"domain\":{\"name\":\"rival\"}", ""), WRONG },
        { PASSWORD(OPS, ",\"scope\":{\"project\":{\"name\":\"elsewhere\"}}"), NO_SCOPE },
        { PASSWORD(OPS, ",\"scope\":{\"project\":{\"id\":\"project-other\"}}"),
          NO_SCOPE },
        { PASSWORD(OPS, ",\"scope\":{\"domain\":{\"name\":\"rival\"}}"), NO_SCOPE },
    };
    static const char *const malformed[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"auth\":1}",
        "{\"auth\":{}}",
        "{\"auth\":{\"identity\":{\"methods\":[]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"]}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"totp\"],\"totp\":{}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\",\"totp\"],\"password\":{}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[1],\"password\":{}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{"
        "\"name\":\"ops\",\"domain\":{\"name\":\"acct\"}}}}}}",
        "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":\"\"}}}}",
        PASSWORD("\"name\":\"ops\"", ""),
        PASSWORD("\"name\":7,\"domain\":{\"name\":\"acct\"}", ""),
        PASSWORD("\"name\":\"ops\",\"domain\":{}", ""),
        PASSWORD(OPS, ",\"scope\":{\"project\":{}}"),
        PASSWORD(OPS, ",\"scope\":\"all\""),
        "{\"auth\":\"\xff\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        hw_expect(ask(TOKENS, bad[i].body), 401, bad[i].wanted);
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        hw_expect(ask(TOKENS, malformed[i]), 400,
                  "{\"error\":{\"code\":400,\"message\":\"The request body is invalid: "
                  "*\",\"title\":\"Bad Request\"}}");
}

/* The new one ends when the old one does. */
static void test_token_for_a_token(void **)
{
    struct str token = hw_token(&rig, "ops"), body;
    struct api_answer an;

    body = arena_printf(&rig.a,
                        "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{"
                        "\"id\":\"%.*s\"}},\"scope\":{\"domain\":{\"name\":\"acct\"}}}}",
                        STR_ARG(token));
    api_rig_clock(API_RIG_START + 3 * NS_PER_HOUR);
    an = ask(TOKENS "?nocatalog", body.p);
    hw_expect(an, 201,
              "{\"token\":{\"methods\":[\"token\"],\"issued_at\":"
              "\"2026-11-21T13:00:00.000000Z\",\"expires_at\":"
              "\"2026-11-22T10:00:00.000000Z\",\"user\":*,\"domain\":{\"id\":\"d-main\","
              "\"name\":\"acct\"}},\"domain\":*\"catalog\":[]}}");
    /* and one for the whole account opens no project */
    assert_int_equal(hw_ask(&rig, api_answer_header(&an, "X-Subject-Token"), "GET",
                            "/v2/project-main/alert/action-rules", "")
                         .status,
                     403);
    api_rig_clock(API_RIG_START + 24 * NS_PER_HOUR);
    hw_expect(ask(TOKENS, body.p), 401,
              "{\"error\":{\"code\":401,\"message\":\"The token is invalid or has "
              "expired.\",\"title\":\"Unauthorized\"}}");
    api_rig_clock(API_RIG_START);
    hw_expect(ask(TOKENS, "{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{"
                          "\"id\":\"MIIfake\"}}}}"),
              401,
              "{\"error\":{\"code\":401,\"message\":\"The token is invalid or has "
              "expired.\",\"title\":\"Unauthorized\"}}");
}

/* ---- show -------------------------------------------------------------- */

static struct api_answer show(const char *method, struct str token, struct str subject)
{
    return api_rig_ask(&rig, method, STR(TOKENS "?nocatalog"),
                       arena_printf(&rig.a,
                                    "X-Auth-Token: %.*s\r\nX-Subject-Token: %.*s\r\n",
                                    STR_ARG(token), STR_ARG(subject)),
                       STR(""));
}

static void test_show(void **)
{
    struct str token = hw_token(&rig, "ops"), other, reader = hw_token(&rig, "reader");
    struct str nobody;
    struct api_answer an = show("GET", token, reader);

    assert_int_equal(an.status, 200);
    assert_true(str_has(an.body, STR("\"name\":\"reader\"")));
    assert_true(str_eq(api_answer_header(&an, "X-Subject-Token"), reader));
    assert_int_equal(show("HEAD", token, reader).status, 200);
    /* one's own, and for others the right to */
    nobody = hw_token(&rig, "nobody");
    assert_int_equal(show("GET", nobody, nobody).status, 200);
    assert_int_equal(show("GET", nobody, token).status, 403);
    assert_int_equal(show("GET", reader, token).status, 200);
    assert_int_equal(show("DELETE", reader, token).status, 403);
    assert_int_equal(show("DELETE", nobody, token).status, 403);
    hw_expect(show("GET", token, STR("MIIfake")), 404,
              "{\"error\":{\"code\":404,\"message\":\"The token could not be found.\","
              "\"title\":\"Not Found\"}}");
    an = ask(TOKENS, PASSWORD("\"name\":\"ops\",\"domain\":{\"name\":\"rival\"}", ""));
    assert_int_equal(an.status, 201);
    other = api_answer_header(&an, "X-Subject-Token");
    assert_int_equal(show("GET", token, other).status, 404);
    assert_int_equal(show("GET", STR("x"), token).status, 401);
    assert_int_equal(hw_ask(&rig, token, "GET", TOKENS, "").status, 400);
}

static void test_user_gone(void **)
{
    struct user user = { .name = STR("reader") };
    struct change change = { .op = CHANGE_DELETE,
                             .kind = OBJECT_USER,
                             .object = &user,
                             .present = FIELD_BIT(USER_NAME) };
    struct str token = hw_token(&rig, "reader");

    assert_int_equal(hw_ask(&rig, token, "GET", "/v3/projects", "").status, 200);
    api_rig_change(&rig, 0, &change, 1);
    assert_int_equal(hw_ask(&rig, token, "GET", "/v3/projects", "").status, 401);
}

/* ---- documents --------------------------------------------------------- */

#define VERSION                                                                    \
    "{\"id\":\"v3.6\",\"status\":\"stable\",\"updated\":\"2016-04-04T00:00:00Z\"," \
    "\"links\":[{\"rel\":\"self\",\"href\":\"http://127.0.0.1:*/v3/"               \
    "\"}],\"media-types\":"                                                        \
    "[{\"base\":\"application/json\",\"type\":"                                    \
    "\"application/vnd.openstack.identity-v3+json\"}]}"

static void test_versions(void **)
{
    hw_expect(api_rig_ask(&rig, "GET", STR("/v3"), STR(""), STR("")), 200,
              "{\"version\":" VERSION "}");
    hw_expect(api_rig_ask(&rig, "GET", STR("/v3/"), STR(""), STR("")), 200,
              "{\"version\":" VERSION "}");
    hw_expect(api_rig_ask(&rig, "GET", STR("/"), STR(""), STR("")), 300,
              "{\"versions\":{\"values\":[" VERSION "]}}");
    assert_int_equal(api_rig_ask(&rig, "HEAD", STR("/"), STR(""), STR("")).status, 300);
}

static void test_lists(void **)
{
    static const char none[] =
        "{\"projects\":[],\"links\":{\"self\":\"*\",\"next\":null,\"previous\":null}}";
    struct str token = hw_token(&rig, "ops");
    struct api_answer an = hw_ask(&rig, token, "GET", "/v3/projects", "");

    hw_expect(an, 200,
              "{\"projects\":[{\"id\":\"project-main\",\"name\":\"cn-north-4\","
              "\"domain_id\":\"d-main\",\"parent_id\":\"d-main\",\"is_domain\":false,"
              "\"enabled\":true,\"description\":\"\",\"links\":{\"self\":\"*\",\"next\":"
              "null,\"previous\":null}}],\"links\":{\"self\":\"*\",\"next\":null,"
              "\"previous\":null}}");
    assert_int_equal(api_answer_header(&an, "X-IAM-Trace-Id").n, 32);
    assert_true(str_eq(
        hw_ask(&rig, token, "GET", "/v3/projects?name=cn-north-4&domain_id=d-main", "")
            .body,
        an.body));
    hw_expect(hw_ask(&rig, token, "GET", "/v3/projects?name=cn-north", ""), 200, none);
    hw_expect(hw_ask(&rig, token, "GET", "/v3/auth/projects?domain_id=d-other", ""), 200,
              none);
    /* the SDK for Node sends a body with its GET */
    hw_expect(hw_ask(&rig, token, "GET", "/v3/auth/domains", "{}"), 200,
              "{\"domains\":[{\"id\":\"d-main\",\"name\":\"acct\",\"enabled\":true,"
              "\"description\":\"\",\"links\":{\"self\":\"*\"}}],\"links\":{\"self\":"
              "\"*\"}}");
    an = hw_ask(&rig, token, "GET", "/v3/auth/catalog", "");
    assert_int_equal(an.status, 200);
    assert_true(str_has(an.body, STR("{\"catalog\":[{")));
}

/* ---- the token itself -------------------------------------------------- */

static void test_token_content(void **)
{
    static const struct str methods[] = { STR_INIT("token"), STR_INIT("password") };
    struct iam_token token = { .id = STR("0123"),
                               .account = 4000000000u,
                               .user_id = STR("u1"),
                               .user_name = STR("运维 👩‍🚒"),
                               .scope = SCOPE_DOMAIN,
                               .methods = { methods, 2 },
                               .issued = 5,
                               .expires = 10 };
    struct sealer *sealer = sealer_for_tests();
    struct iam_token read;
    struct identity who;
    struct str text, other;
    struct arena a;
    struct err e;

    arena_init(&a);
    text = iam_token_make(sealer, &a, &token);
    assert_true(iam_token_read(sealer, &a, text, &read, &e) == OK);
    assert_true(str_eq(read.id, token.id) && read.account == token.account);
    assert_true(str_eq(read.user_id, token.user_id));
    assert_true(str_eq(read.user_name, token.user_name));
    assert_int_equal(read.scope, SCOPE_DOMAIN);
    assert_int_equal(read.methods.n, 2);
    assert_true(str_eq(read.methods.v[1], methods[1]));
    assert_true(read.issued == 5 && read.expires == 10);
    assert_true(iam_token_owner(&rig.api, &read, 9, &who, &e) == FAILED);
    assert_int_equal(e.fault, FAULT_UNAUTHENTICATED); /* no such account */
    assert_true(iam_token_owner(&rig.api, &read, 10, &who, &e) == FAILED);
    assert_int_equal(e.fault, FAULT_EXPIRED);

    /* another kind of token, and content of another making */
    other = token_make(sealer, &a, "session", STR("x"));
    assert_true(iam_token_read(sealer, &a, other, &read, &e) == FAILED);
    assert_int_equal(e.fault, FAULT_UNAUTHENTICATED);
    other = token_make(sealer, &a, "iam-token", STR("\1"));
    assert_true(iam_token_read(sealer, &a, other, &read, &e) == FAILED);
    other = token_make(sealer, &a, "iam-token", STR(""));
    assert_true(iam_token_read(sealer, &a, other, &read, &e) == FAILED);
    arena_fini(&a);
    sealer_close(&sealer);
}

static int start(void **)
{
    api_rig_start(&rig, huawei_serve);
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
        cmocka_unit_test(test_project_scope),     cmocka_unit_test(test_variants),
        cmocka_unit_test(test_user_by_id),        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_token_for_a_token), cmocka_unit_test(test_show),
        cmocka_unit_test(test_versions),          cmocka_unit_test(test_lists),
        cmocka_unit_test(test_token_content),     cmocka_unit_test(test_user_gone),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
