/* codes_test.c - every error code that contracts/huawei.md gives (1.4, 2.13, 3.6; 413 is
 * ours), walked:
 * each is provoked on a real server, with its status and the keys of its body, or is one
 * that Belfry never answers, and then doc/api/huawei.md says so. A code that is new to the
 * tables here or there, and provoked by nothing, fails. */
#include "api/huawei/huawei_private.h"
#include "support/huawei_ask.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct api_rig rig;
static struct str token, reader;

/* ---- what is documented --------------------------------------------------------------- */

static const struct documented {
    const char *code;
    int status;
    bool never; /* doc/api/huawei.md says why */
} documented[] = {
    { "AOM.08018012", 400, false }, { "AOM.08018001", 400, false },
    { "AOM.08019006", 400, false }, { "AOM.08019006", 404, false },
    { "AOM.08019001", 400, false }, { "AOM.08044006", 400, false },
    { "AOM.08003001", 400, false }, { "AOM.08001001", 400, false },
    { "AOM.08003002", 500, true },  { "AOM.08020500", 500, true },
    { "AOM.08001500", 500, true },  { "APM.00000500", 500, true },
    { "AOM.0403", 401, false },     { "AOM.0403", 403, false },
    { "AOM.0400", 400, false },     { "AOM.0401", 401, true },
    { "AOM.0500", 500, true },      { "AOM.0503", 503, false },
    { "AOM.08001300", 400, false }, { "AOM.08001429", 429, true },
    { "AOM.08011001", 400, false }, { "AOM.08043002", 400, false },
    { "AOM.08002002", 400, false }, { "AOM.08010002", 400, false },
    { "AOM.08025006", 400, false }, { "AOM.08023006", 400, false },
    { "AOM.08032002", 400, false }, { "AOM.02005112", 400, true },
    { "AOM.02018001", 400, true },  { "APIGW.0301", 401, false },
    { "APIG.0101", 404, false },    { "APIG.0201", 413, false },
    { "SMN.0001", 403, false },     { "SMN.0002", 400, false },
    { "SMN.0003", 400, false },     { "SMN.0004", 403, false },
    { "SMN.0005", 400, false },     { "SMN.0006", 404, false },
    { "SMN.0007", 403, false },     { "SMN.0008", 403, false },
    { "SMN.0009", 403, false },     { "SMN.0011", 400, false },
    { "SMN.0012", 400, false },     { "SMN.0013", 404, false },
    { "SMN.0014", 400, false },     { "SMN.0015", 400, false },
    { "SMN.0017", 400, false },     { "SMN.0018", 500, true },
    { "SMN.0018", 503, false },     { "SMN.0021", 400, false },
    { "SMN.0022", 403, false },     { "SMN.0024", 400, false },
    { "SMN.0025", 200, false },     { "SMN.0027", 404, false },
    { "SMN.0031", 400, false },     { "SMN.0032", 400, false },
    { "SMN.0038", 400, false },     { "SMN.0042", 400, false },
    { "SMN.0044", 400, false },     { "SMN.0045", 404, false },
    { "SMN.0046", 400, false },     { "SMN.0047", 403, false },
    { "SMN.0048", 400, false },     { "SMN.0049", 400, false },
    { "SMN.0050", 400, false },     { "SMN.0051", 400, false },
    { "SMN.0052", 400, false },     { "SMN.0053", 400, false },
    { "SMN.0054", 400, false },     { "SMN.0055", 400, false },
    { "SMN.0056", 400, false },     { "SMN.0057", 403, false },
    { "SMN.0058", 400, false },     { "SMN.0065", 403, false },
    { "SMN.0069", 403, false },     { "SMN.0075", 403, false },
    { "SMN.0076", 404, false },     { "SMN.0078", 403, false },
    { "SMN.0082", 400, false },     { "SMN.00290", 400, false },
    { "SMN.00308", 400, false },    { "SMN.00010008", 404, true },
    { "SMN.00013030", 404, true },
};
enum { DOCUMENTED = sizeof documented / sizeof *documented };
static size_t provoked[DOCUMENTED];

/* ---- bodies ------------------------------------------------------------------------------ */

enum shape { AOM_THREE, AOM_FOUR, AOM_TYPED, AOM_EVENT, SMN_THREE, GATEWAY, IAM };
static const char *const shapes[][5] = {
    [AOM_THREE] = { "error_code", "error_msg", "trace_id", NULL },
    [AOM_FOUR] = { "error_code", "error_msg", "error_type", "trace_id", NULL },
    [AOM_TYPED] = { "error_code", "error_msg", "error_type", "trace_id", NULL },
    [AOM_EVENT] = { "error_code", "error_msg", "error_type", NULL },
    [SMN_THREE] = { "request_id", "code", "message", NULL },
    [GATEWAY] = { "error_msg", "error_code", "request_id", NULL },
    [IAM] = { "error", NULL },
};

static void keys_check(struct json root, enum shape shape)
{
    size_t n = 0;

    for (struct json_iter it = json_iter(root); json_next(&it); n++) {
        assert_non_null(shapes[shape][n]);
        assert_true(str_is(it.key, shapes[shape][n]));
    }
    assert_null(shapes[shape][n]);
    if (shape == AOM_FOUR)
        assert_true(json_is(json_get(root, STR("trace_id")), JSON_NULL));
    if (shape == SMN_THREE)
        assert_int_equal(json_str(json_get(root, STR("request_id"))).n, 32);
}

/* The answer is this error, in this shape; it counts as provoked. */
static void is(struct api_answer an, int status, const char *code, enum shape shape)
{
    struct json_doc *doc = json_doc_new();
    struct json root, error;
    struct str said;
    struct err e;
    bool known = shape == IAM;

    assert_int_equal(json_parse(doc, an.body, &root, &e), OK);
    error = shape == IAM ? json_get(root, STR("error")) : root;
    said =
        json_str(json_get(error, shape == SMN_THREE ? STR("code") : STR("error_code")));
    if (an.status != status || (shape != IAM && !str_is(said, code)))
        fail_msg("%d %.*s, not %d %s", an.status, STR_ARG(an.body), status, code);
    keys_check(root, shape);
    if (shape == IAM)
        assert_int_equal(json_int(json_get(error, STR("code"))), status);
    json_doc_free(&doc);
    for (size_t i = 0; i < DOCUMENTED; i++)
        if (strcmp(documented[i].code, code) == 0 && documented[i].status == status) {
            provoked[i]++;
            known = true;
        }
    if (!known)
        fail_msg("%s with %d is documented nowhere", code, status);
}

/* ---- requests ------------------------------------------------------------------------------ */

#define P "/v2/project-main"
#define RULES P "/alert/action-rules"
#define MUTES P "/alert/mute-rules"
#define TEMPLATES P "/events/notification/template"
#define N P "/notifications"
#define URN "urn:smn:cn-north-4:project-main:"
#define T N "/topics/" URN "t"
#define SUBS T "/subscriptions"
#define RULE(name)                                                                      \
    "{\"rule_name\":\"" name "\",\"type\":\"1\",\"notification_template\":"             \
    "\"aom.built-in.template.en\",\"smn_topics\":[{\"name\":\"t\",\"topic_urn\":\"" URN \
    "t\"}]}"
#define MUTE                                                               \
    "{\"name\":\"m\",\"match\":[[{\"key\":\"a\",\"operate\":\"EXIST\"}]]," \
    "\"mute_config\":{\"type\":\"DAILY\",\"starts_at\":0}}"
#define POLICY(statement)                                                            \
    "{\"value\":\"{\\\"Version\\\":\\\"2016-09-07\\\",\\\"Statement\\\":[" statement \
    "]}\"}"
#define GRANT(sid, effect, who, what, where)                                           \
    "{" sid "\\\"Effect\\\":" effect ",\\\"Principal\\\":" who ",\\\"Action\\\":" what \
    ",\\\"Resource\\\":" where "}"
#define Q(word) "\\\"" word "\\\""

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

static void made(const char *method, const char *path, const char *body, int status)
{
    struct api_answer an = ask(method, path, body);

    if (an.status != status)
        fail_msg("%s %s: %d %.*s", method, path, an.status, STR_ARG(an.body));
}

static const char *repeat(char c, size_t n)
{
    char *p = arena_alloc(&rig.a, n + 1);

    memset(p, c, n);
    p[n] = '\0';
    return p;
}

static const char *with(const char *before, const char *middle, const char *behind)
{
    return arena_printf(&rig.a, "%s%s%s", before, middle, behind).p;
}

/* Comma-separated copies of a text, each with a number in the place of its %d. */
static const char *many(int n, const char *before, const char *one, const char *behind)
{
    struct str text = str_of(one);
    const char *out;
    struct buf b;
    size_t at = 0;

    assert_true(str_find(text, STR("%d"), &at));
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, before);
    for (int i = 0; i < n; i++) {
        if (i > 0)
            buf_char(&b, ',');
        buf_add(&b, str_head(text, at));
        buf_i64(&b, i);
        buf_add(&b, str_from(text, at + 2));
    }
    buf_z(&b, behind);
    out = arena_str(&rig.a, buf_str(&b)).p;
    buf_fini(&b);
    return out;
}

struct row {
    const char *method, *path, *body;
    int status;
    const char *code;
    enum shape shape;
};

static void walk(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        is(ask(rows[i].method, rows[i].path, rows[i].body), rows[i].status, rows[i].code,
           rows[i].shape);
}
#define WALK(rows) walk((rows), sizeof(rows) / sizeof *(rows))

/* ---- AOM --------------------------------------------------------------------------------- */

static void test_aom(void **)
{
    static const struct row rows[] = {
        { "POST", RULES, RULE("there"), 400, "AOM.08018012", AOM_THREE },
        { "POST", RULES, "{}", 400, "AOM.08018001", AOM_THREE },
        { "PUT", RULES, RULE("nobody"), 400, "AOM.08019006", AOM_THREE },
        { "GET", RULES "/nobody", "", 404, "AOM.08019006", AOM_THREE },
        { "PUT", RULES, "{", 400, "AOM.08019001", AOM_THREE },
        { "POST", RULES "/delete", "[\"nobody\"]", 400, "AOM.08044006", AOM_THREE },
        { "DELETE", RULES, "[\"nobody\"]", 400, "AOM.08044006", AOM_THREE },
        { "DELETE", RULES, "{}", 400, "AOM.08003001", AOM_THREE },
        { "PUT", P "/alert/group-rules", "{}", 400, "AOM.08001001", AOM_THREE },
        { "DELETE", P "/alert/group-rules", "[\"nobody\"]", 400, "AOM.08002002",
          AOM_THREE },
        { "DELETE", P "/alert/inhibit-rules", "[\"nobody\"]", 400, "AOM.08010002",
          AOM_THREE },
        { "POST", MUTES, MUTE, 400, "AOM.08011001", AOM_TYPED },
        { "DELETE", MUTES, "[{\"name\":\"nobody\"}]", 400, "AOM.08043002", AOM_TYPED },
        { "POST", MUTES "/delete", "[{\"name\":\"nobody\"}]", 400, "AOM.08043002",
          AOM_TYPED },
        { "GET", TEMPLATES "/nobody", "", 400, "AOM.08025006", AOM_THREE },
        { "DELETE", TEMPLATES "s", "{\"names\":[\"nobody\"]}", 400, "AOM.08023006",
          AOM_THREE },
        { "POST", P "/events?type=active_alert", "{}", 400, "AOM.08032002", AOM_THREE },
        { "PUT", P "/push/events", "{", 400, "AOM.0400", AOM_EVENT },
        { "PUT", P "/event2alarm-rule", "{}", 400, "AOM.0400", AOM_THREE },
        { "GET", P "/no-such-thing", "", 404, "APIG.0101", GATEWAY },
        { "GET", P "/alarm-rules", "", 404, "APIG.0101", GATEWAY },
        { "GET", "/v2/project-other/alert/mute-rules", "", 403, "AOM.0403", AOM_FOUR },
    };

    made("POST", RULES, RULE("there"), 200);
    made("POST", MUTES, MUTE, 204);
    WALK(rows);
    is(hw_ask(&rig, STR("no-such-token"), "GET", RULES, ""), 401, "AOM.0403", AOM_FOUR);
    is(hw_ask(&rig, reader, "POST", RULES, RULE("mine")), 403, "AOM.0403", AOM_FOUR);
    is(api_rig_ask(
           &rig, "GET", STR(RULES),
           hw_signature(&rig, "AK-nobody-has", API_RIG_START, "GET", RULES, STR("")),
           STR("")),
       401, "APIGW.0301", GATEWAY);
    is(api_rig_ask(&rig, "GET", STR("/v3/projects"), STR("X-Auth-Token: none\r\n"),
                   STR("")),
       401, "", IAM);
    is(ask("POST", "/v3/auth/tokens", "{"), 400, "", IAM);
    is(ask("GET", "/v3/regions/nowhere", ""), 404, "", IAM);
    atomic_store(&rig.full, true);
    is(ask("PUT", RULES, RULE("there")), 503, "AOM.0503", AOM_THREE);
    is(ask("POST", N "/topics", "{\"name\":\"t\"}"), 503, "SMN.0018", SMN_THREE);
    atomic_store(&rig.full, false);
}

/* A body longer than the server takes never gets to an operation. */
static void test_too_large(void **)
{
    const char *body = with("{\"events\":[\"", repeat('x', 13 << 20), "\"]}");

    is(ask("PUT", P "/push/events", body), 413, "APIG.0201", AOM_THREE);
}

/* ---- SMN ---------------------------------------------------------------------------------- */

static void test_topics(void **)
{
    static const struct row rows[] = {
        { "POST", N "/topics", "{\"name\":\"-\"}", 400, "SMN.0002", SMN_THREE },
        { "GET", N "/topics/x", "", 400, "SMN.0005", SMN_THREE },
        { "GET", N "/topics/" URN "nobody", "", 404, "SMN.0006", SMN_THREE },
        { "GET", N "/topics?limit=101", "", 400, "SMN.0015", SMN_THREE },
        { "DELETE", T "/attributes/introduction", "", 404, "SMN.0045", SMN_THREE },
        { "GET", T "/attributes?name=x", "", 400, "SMN.0046", SMN_THREE },
        { "POST", P "/smn_topic/t/tags/action", "{\"action\":\"create\",\"tags\":[7]}",
          400, "SMN.0038", SMN_THREE },
    };

    made("POST", N "/topics", "{\"name\":\"t\"}", 201);
    WALK(rows);
    is(hw_ask(&rig, reader, "POST", N "/topics", "{\"name\":\"u\"}"), 403, "SMN.0001",
       SMN_THREE);
    is(ask("PUT", T, with("{\"display_name\":\"", repeat('d', 193), "\"}")), 400,
       "SMN.0003", SMN_THREE);
    is(ask("PUT", T "/attributes/introduction",
           with("{\"value\":\"", repeat('i', 121), "\"}")),
       403, "SMN.0047", SMN_THREE);
    is(ask("POST", P "/smn_topic/t/tags/action",
           many(21, "{\"action\":\"create\",\"tags\":[", "{\"key\":\"k%d\"}", "]}")),
       403, "SMN.0075", SMN_THREE);
}

static void test_policies(void **)
{
    static const char attribute[] = T "/attributes/access_policy";
    static const struct row rows[] = {
        { "PUT", attribute, "{\"value\":\"x\"}", 400, "SMN.0048", SMN_THREE },
        { "PUT", attribute, "{\"value\":\"{}\"}", 400, "SMN.0049", SMN_THREE },
        { "PUT", attribute,
          "{\"value\":\"{\\\"Version\\\":\\\"2016-09-07\\\",\\\"Id\\\":7}\"}", 400,
          "SMN.0050", SMN_THREE },
        { "PUT", attribute, POLICY("7"), 400, "SMN.0051", SMN_THREE },
        { "PUT", attribute,
          POLICY(GRANT("\\\"Sid\\\":7,", Q("Allow"), Q("*"), Q("SMN:Publish"), Q("*"))),
          400, "SMN.0052", SMN_THREE },
        { "PUT", attribute, POLICY(GRANT("", Q("Allow"), Q("*"), Q("SMN:Publish"), "7")),
          400, "SMN.0053", SMN_THREE },
        { "PUT", attribute,
          POLICY(GRANT("", Q("Perhaps"), Q("*"), Q("SMN:Publish"), Q("*"))), 400,
          "SMN.0054", SMN_THREE },
        { "PUT", attribute, POLICY(GRANT("", Q("Allow"), Q("*"), Q("obs:Get"), Q("*"))),
          400, "SMN.0055", SMN_THREE },
        { "PUT", attribute, POLICY(GRANT("", Q("Allow"), "{}", Q("SMN:Publish"), Q("*"))),
          400, "SMN.0056", SMN_THREE },
        { "PUT", attribute,
          POLICY(GRANT("\\\"Condition\\\":7,", Q("Allow"), Q("*"), Q("SMN:Publish"),
                       Q("*"))),
          400, "SMN.0058", SMN_THREE },
    };

    WALK(rows);
}

/* What a topic's policy denies to its own account is denied, by name or to everybody, and
 * nothing else is. */
static void test_denied(void **)
{
    static const char attribute[] = T "/attributes/access_policy";
    static const char message[] = "{\"message\":\"m\"}";
    static const char invitation[] = "{\"protocol\":\"email\",\"endpoint\":\"d@x.y\"}";
    static const struct {
        const char *policy;
        bool publish, subscribe;
    } rows[] = {
        { POLICY(GRANT("", Q("Deny"), Q("*"), Q("SMN:Publish"), Q("*"))), false, true },
        { POLICY(GRANT("", Q("Deny"), "{\\\"CSP\\\":[" Q("urn:csp:iam::d-main:root") "]}",
                       "[" Q("SMN:Publish") "," Q("SMN:Subscribe") "]", Q(URN "t"))),
          false, false },
        { POLICY(GRANT("", Q("Deny"), "{\\\"CSP\\\":" Q("urn:csp:iam::d-other:root") "}",
                       Q("*"), Q("*"))),
          true, true },
        { POLICY(
              GRANT("", Q("Deny"), "{\\\"Service\\\":[" Q("obs") "]}", Q("*"), Q("*"))),
          true, true },
        { POLICY(GRANT("", Q("Deny"), Q("*"), Q("*"), Q(URN "u"))), true, true },
        { POLICY(GRANT("\\\"Condition\\\":{},", Q("Deny"), Q("*"), Q("*"), Q("*"))),
          false, false },
        { POLICY(GRANT("", Q("Allow"), Q("*"), Q("*"), Q("*"))), true, true },
        { POLICY(
              "{\\\"Effect\\\":\\\"Deny\\\","
              "\\\"NotPrincipal\\\":{\\\"CSP\\\":" Q(
                  "urn:csp:iam::d-other:root") "},"
                                               "\\\"NotAction\\\":" Q(
                                                   "SMN:Subscribe") ","
                                                                    "\\\"NotResource\\\""
                                                                    ":" Q(URN "u") "}"),
          false, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct api_answer published, invited;

        made("PUT", attribute, rows[i].policy, 200);
        published = ask("POST", T "/publish", message);
        invited = ask("POST", SUBS, invitation);
        if (rows[i].publish)
            assert_int_equal(published.status, 200);
        else
            is(published, 400, "SMN.00308", SMN_THREE);
        if (rows[i].subscribe)
            assert_true(invited.status == 200 || invited.status == 201);
        else
            is(invited, 400, "SMN.00308", SMN_THREE);
    }
    made("PUT", attribute, POLICY(GRANT("", Q("Deny"), Q("*"), Q("SMN:Publish"), Q("*"))),
         200);
    hw_expect(ask("POST", T "/publish", message), 400,
              "{*\"message\":\"Policy doesn't allow SMN:Publish to be performed.\"}");
    made("DELETE", attribute, "", 200);
    made("POST", T "/publish", message, 200);
}

static void test_subscriptions(void **)
{
    static const struct row rows[] = {
        { "POST", SUBS, "{\"protocol\":\"fax\",\"endpoint\":\"1\"}", 400, "SMN.0011",
          SMN_THREE },
        /* no channel of ours stands behind these */
        { "POST", SUBS, "{\"protocol\":\"welink\",\"endpoint\":\"1\"}", 400, "SMN.0011",
          SMN_THREE },
        { "POST", SUBS, "{\"protocol\":\"dingTalkBot\",\"endpoint\":\"1\"}", 400,
          "SMN.0011", SMN_THREE },
        { "POST", SUBS, "{\"protocol\":\"functionstage\",\"endpoint\":\"1\"}", 400,
          "SMN.0011", SMN_THREE },
        { "POST", SUBS, "{\"protocol\":\"functiongraph\",\"endpoint\":\"1\"}", 400,
          "SMN.0011", SMN_THREE },
        { "POST", SUBS,
          "{\"protocol\":\"dingding\",\"endpoint\":\"cid6KeBBLoveMJOGXoY\"}", 400,
          "SMN.0012", SMN_THREE },
        { "POST", SUBS, "{\"protocol\":\"email\",\"endpoint\":\"x\"}", 400, "SMN.0012",
          SMN_THREE },
        { "POST", SUBS, "{\"protocol\":\"http\",\"endpoint\":\"http://127.0.0.1/\"}", 403,
          "SMN.0069", SMN_THREE },
        { "DELETE", N "/subscriptions/" URN "t:0", "", 404, "SMN.0013", SMN_THREE },
        { "DELETE", N "/subscriptions/x", "", 400, "SMN.0014", SMN_THREE },
        { "POST", SUBS,
          "{\"protocol\":\"email\",\"endpoint\":\"r@x.y\",\"remark\":\"a\\nb\"}", 400,
          "SMN.0017", SMN_THREE },
        { "GET", "/v2/notifications/subscriptions/subscribe?token=none", "", 403,
          "SMN.0022", SMN_THREE },
    };
    struct api_answer an;
    struct str urn;

    WALK(rows);
    is(ask("POST", SUBS,
           with("{\"protocol\":\"email\",\"endpoint\":\"r@x.y\",\"remark\":\"",
                repeat('r', 129), "\"}")),
       400, "SMN.0082", SMN_THREE);
    is(ask("POST", SUBS,
           many(51, "{\"subscriptions\":[",
                "{\"protocol\":\"email\",\"endpoint\":\"a%d@x.y\"}", "]}")),
       403, "SMN.0078", SMN_THREE);
    made("POST", N "/topics", "{\"name\":\"u\"}", 201);
    an = ask("POST", SUBS, "{\"protocol\":\"email\",\"endpoint\":\"o@x.y\"}");
    assert_true(str_find(an.body, STR(URN "t:"), &(size_t){ 0 }));
    urn = str_head(str_from(an.body, an.body.n - strlen(URN "t:") - 34),
                   strlen(URN "t:") + 32);
    is(ask("PUT", with(N "/topics/" URN "u/subscriptions/", arena_str(&rig.a, urn).p, ""),
           "{\"remark\":\"r\"}"),
       400, "SMN.00290", SMN_THREE);
}

/* Who may be asked so often, and once more. */
static void invite_until(const char *protocol, const char *endpoint, int most,
                         const char *code)
{
    for (int i = 0; i <= most; i++) {
        const char *name = arena_printf(&rig.a, "asked-%s-%d", protocol, i).p;
        const char *path = with(N "/topics/" URN, name, "/subscriptions");
        const char *body =
            arena_printf(&rig.a, "{\"protocol\":\"%s\",\"endpoint\":\"%s\"}", protocol,
                         endpoint)
                .p;

        made("POST", N "/topics", with("{\"name\":\"", name, "\"}"), 201);
        if (i < most)
            made("POST", path, body, 201);
        else
            is(ask("POST", path, body), 403, code, SMN_THREE);
    }
}

static void test_throttles(void **)
{
    invite_until("email", "often@x.y", 20, "SMN.0065");
    invite_until("sms", "+8613800000000", 10, "SMN.0057");
}

static void test_publishing(void **)
{
    static const char publish[] = T "/publish", templates[] = N "/message_template";
#define TEMPLATE(name, protocol, content)                              \
    "{\"message_template_name\":\"" name "\",\"protocol\":\"" protocol \
    "\",\"content\":\"" content "\"}"
    static const struct row rows[] = {
        { "POST", publish, "{\"subject\":\"a\\nb\",\"message\":\"m\"}", 403, "SMN.0008",
          SMN_THREE },
        { "POST", publish, "{}", 403, "SMN.0009", SMN_THREE },
        { "POST", publish, "{\"message_structure\":\"x\"}", 400, "SMN.0021", SMN_THREE },
        { "POST", templates, TEMPLATE("a", "default", ""), 400, "SMN.0024", SMN_THREE },
        { "POST", templates, TEMPLATE("there", "email", "c"), 200, "SMN.0025",
          SMN_THREE },
        { "POST", publish, "{\"message_template_name\":\"nobody\"}", 404, "SMN.0027",
          SMN_THREE },
        { "GET", N "/message_template/x", "", 400, "SMN.0031", SMN_THREE },
        { "POST", templates, TEMPLATE("-", "default", "c"), 400, "SMN.0032", SMN_THREE },
        { "POST", publish, "{\"message_template_name\":\"-\"}", 400, "SMN.0042",
          SMN_THREE },
        { "POST", publish, "{\"message_template_name\":\"there\"}", 404, "SMN.0076",
          SMN_THREE },
    };

    made("POST", templates, TEMPLATE("there", "email", "c"), 201);
    WALK(rows);
#undef TEMPLATE
}

/* ---- quotas --------------------------------------------------------------------------------- */

/* So many objects of a kind are there, made at once. */
static void fill(int n, void (*make)(int i, struct change *c))
{
    struct change *v = arena_array(&rig.a, struct change, (size_t)n);

    for (int i = 0; i < n; i++)
        make(i, &v[i]);
    api_rig_change(&rig, 0, v, (size_t)n);
}

static void make_topic(int i, struct change *c)
{
    struct topic *t = arena_new(&rig.a, struct topic);

    *t = (struct topic){ .name = arena_printf(&rig.a, "q%d", i),
                         .urn = arena_printf(&rig.a, URN "q%d", i),
                         .id = arena_printf(&rig.a, "%032x", i),
                         .display_name = STR(""),
                         .enterprise_project_id = STR("0") };
    *c = (struct change){
        .op = CHANGE_ENSURE, .kind = OBJECT_TOPIC, .object = t, .present = FIELDS_ALL
    };
}

static void make_subscription(int i, struct change *c)
{
    struct subscription *s = arena_new(&rig.a, struct subscription);
    struct address *ad = arena_new(&rig.a, struct address);

    *ad = (struct address){ .channel = CHANNEL_MAIL,
                            .plain = arena_printf(&rig.a, "q%d@x.y", i),
                            .state = ADDRESS_OK };
    *s = (struct subscription){ .topic = STR("q0"),
                                .id = arena_printf(&rig.a, "%032x", i),
                                .protocol = STR("email"),
                                .remark = STR(""),
                                .addresses = { ad, 1 } };
    *c = (struct change){ .op = CHANGE_ENSURE,
                          .kind = OBJECT_SUBSCRIPTION,
                          .object = s,
                          .present = FIELDS_ALL };
}

static void make_template(int i, struct change *c)
{
    struct smn_template *t = arena_new(&rig.a, struct smn_template);

    *t = (struct smn_template){ .name = arena_printf(&rig.a, "q%d", i),
                                .protocol = STR("default"),
                                .id = arena_printf(&rig.a, "%032x", i),
                                .content = STR("c") };
    *c = (struct change){ .op = CHANGE_ENSURE,
                          .kind = OBJECT_SMN_TEMPLATE,
                          .object = t,
                          .present = FIELDS_ALL };
}

/* Below the bound one is taken, at it none is, and after one went again one. */
static void test_quotas(void **)
{
    static const char sub[] = N "/topics/" URN "q0/subscriptions";
    const struct book *b = api_rig_book(&rig, 0);
    int topics = (int)book_count(b, OBJECT_TOPIC);
    int templates = (int)book_count(b, OBJECT_SMN_TEMPLATE);

    fill(2999 - topics, make_topic);
    made("POST", N "/topics", "{\"name\":\"last\"}", 201);
    is(ask("POST", N "/topics", "{\"name\":\"more\"}"), 403, "SMN.0004", SMN_THREE);
    made("POST", N "/topics", "{\"name\":\"last\"}", 200);
    made("DELETE", N "/topics/" URN "last", "", 200);
    made("POST", N "/topics", "{\"name\":\"more\"}", 201);

    fill(9999, make_subscription);
    made("POST", sub, "{\"protocol\":\"email\",\"endpoint\":\"last@x.y\"}", 201);
    is(ask("POST", sub, "{\"protocol\":\"email\",\"endpoint\":\"more@x.y\"}"), 403,
       "SMN.0007", SMN_THREE);
    made("POST", sub, "{\"protocol\":\"email\",\"endpoint\":\"last@x.y\"}", 200);

    fill(99 - templates, make_template);
    made("POST", N "/message_template",
         "{\"message_template_name\":\"l\",\"protocol\":\"sms\",\"content\":\"c\"}", 201);
    is(ask("POST", N "/message_template",
           "{\"message_template_name\":\"m\",\"protocol\":\"sms\",\"content\":\"c\"}"),
       400, "SMN.0044", SMN_THREE);
}

static void make_rule(int i, struct change *c)
{
    struct rule_topic *topic = arena_new(&rig.a, struct rule_topic);
    struct action_rule *r = arena_new(&rig.a, struct action_rule);

    *topic = (struct rule_topic){ .urn = STR(URN "t"), .name = STR("t") };
    topic->display_name = STR("");
    schema_zero(&action_rule_schema, r);
    r->name = arena_printf(&rig.a, "q%d", i);
    r->type = STR("1");
    r->user_name = STR("ops");
    r->template_name = STR("aom.built-in.template.en");
    r->topics.v = topic;
    r->topics.n = 1;
    *c = (struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_ACTION_RULE,
                          .object = r,
                          .present = FIELDS_ALL };
}

static void test_rule_quota(void **)
{
    int there = (int)book_count(api_rig_book(&rig, 0), OBJECT_ACTION_RULE);

    fill(999 - there, make_rule);
    made("POST", RULES, RULE("last"), 200);
    is(ask("POST", RULES, RULE("more")), 400, "AOM.08001300", AOM_THREE);
    made("DELETE", RULES, "[\"last\"]", 204);
    made("POST", RULES, RULE("more"), 200);
}

/* AOM's other rules: each kind has its own bound. */
static const char *prefix;

static void make_dialect_rule(int i, struct change *c)
{
    struct dialect_rule *r = arena_new(&rig.a, struct dialect_rule);

    schema_zero(&dialect_rule_schema, r);
    r->name = arena_printf(&rig.a, "%sq%d", prefix, i);
    r->text = arena_printf(&rig.a, "\"name\":\"q%d\"", i);
    *c = (struct change){ .op = CHANGE_UPSERT,
                          .kind = OBJECT_DIALECT_RULE,
                          .object = r,
                          .present = FIELDS_ALL };
}

static void test_dialect_quotas(void **)
{
#define ANY "[{\"key\":\"a\",\"operate\":\"EXIST\"}]"
    static const struct {
        const char *prefix, *path, *before, *behind, *gone;
        int most, done;
    } kinds[] = {
        { "aom.mute/", MUTES, "{\"name\":\"",
          "\",\"match\":[" ANY "],\"mute_config\":{\"type\":\"DAILY\",\"starts_at\":0}}",
          "[{\"name\":\"last\"}]", 100, 204 },
        { "aom.group/", P "/alert/group-rules", "{\"name\":\"",
          "\",\"group_by\":[\"a\"],\"group_wait\":0,\"group_interval\":5,"
          "\"group_repeat_waiting\":0,\"detail\":[{\"match\":" ANY
          ",\"bind_notification_rule_ids\":[\"there\"]}]}",
          "[\"last\"]", 100, 204 },
        { "aom.inhibit/", P "/alert/inhibit-rules", "{\"name\":\"",
          "\",\"source_match\":[" ANY "],\"target_match\":[" ANY "]}", "[\"last\"]", 100,
          204 },
        { "aom.event/", P "/event2alarm-rule", "{\"name\":\"",
          "\",\"alarm_type\":\"notification\",\"action_rule\":\"there\"}", "[\"last\"]",
          1000, 204 },
        { "aom.alarm/", "/v4/project-main/alarm-rules?action_id=add-alarm-action",
          "{\"alarm_rule_name\":\"",
          "\",\"alarm_rule_type\":\"metric\",\"alarm_notifications\":{"
          "\"notification_type\":\"direct\",\"notify_frequency\":0}}",
          "{\"alarm_rules\":[\"last\"]}", 1000, 200 },
    };
#undef ANY

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t from, to;

        prefix = kinds[i].prefix;
        book_range(api_rig_book(&rig, 0), OBJECT_DIALECT_RULE, str_of(prefix), &from,
                   &to);
        fill(kinds[i].most - 1 - (int)(to - from), make_dialect_rule);
        made("POST", kinds[i].path, with(kinds[i].before, "last", kinds[i].behind),
             kinds[i].done);
        is(ask("POST", kinds[i].path, with(kinds[i].before, "more", kinds[i].behind)),
           400, "AOM.08001300", AOM_THREE);
        made("DELETE", kinds[i].path, kinds[i].gone, kinds[i].done);
        made("POST", kinds[i].path, with(kinds[i].before, "more", kinds[i].behind),
             kinds[i].done);
    }
}

/* ---- all of them ---------------------------------------------------------------------------- */

static struct str file_read(const char *path)
{
    enum { FILE_MAX = 1 << 18 };
    char *p = arena_alloc(&rig.a, FILE_MAX);
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        fail_msg("%s: run this from the project's folder", path);
    n = fread(p, 1, FILE_MAX, f);
    fclose(f);
    return (struct str){ p, n };
}

static void test_none_is_left_out(void **)
{
    struct str doc = file_read("doc/api/huawei.md");

    for (size_t i = 0; i < DOCUMENTED; i++) {
        const struct documented *d = &documented[i];

        if (d->never && provoked[i] > 0)
            fail_msg("%s is said never to be answered, and was", d->code);
        if (!d->never && provoked[i] == 0)
            fail_msg("%s with %d was provoked by nothing", d->code, d->status);
        if (d->never && !str_has(doc, arena_printf(&rig.a, "`%s`", d->code)))
            fail_msg("doc/api/huawei.md does not say that %s is never answered", d->code);
    }
}

/* The table of the code has none that is not documented. */
static void test_ours_are_documented(void **)
{
#define SMN_CODE(id, code, status, words) { (code), (status), false },
    static const struct documented ours[] = { SMN_ERRORS(SMN_CODE) };
#undef SMN_CODE

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        size_t k = 0;

        while (k < DOCUMENTED && (strcmp(documented[k].code, ours[i].code) != 0 ||
                                  documented[k].status != ours[i].status))
            k++;
        if (k == DOCUMENTED)
            fail_msg("%s with %d", ours[i].code, ours[i].status);
    }
}

static int start(void **)
{
    api_rig_start(&rig, huawei_serve);
    token = hw_token(&rig, "ops");
    reader = hw_token(&rig, "reader");
    return 0;
}

static int stop(void **)
{
    api_rig_stop(&rig);
    return 0;
}

int main(void)
{
    /* one server, and the last two look back at all the others */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aom),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_topics),
        cmocka_unit_test(test_policies),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_subscriptions),
        cmocka_unit_test(test_throttles),
        cmocka_unit_test(test_publishing),
        cmocka_unit_test(test_quotas),
        cmocka_unit_test(test_rule_quota),
        cmocka_unit_test(test_dialect_quotas),
        cmocka_unit_test(test_none_is_left_out),
        cmocka_unit_test(test_ours_are_documented),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
