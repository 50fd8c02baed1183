/* gateway_test.c - the dialect behind a real server and a real book: who is let in,
 * what a change leaves in the book, and how what goes wrong is told. The vendor's
 * clients have their own test (tests/clients/alibaba.test.mjs). */
#include "api/alibaba/gateway.h"
#include "auth/canonical.h"
#include "base/crypto.h"
#include "base/time.h"
#include "book/limits.h"
#include "support/api_rig.h"
#include "support/says.h"

static struct api_rig rig;

#define AK_OPS "AK-main-ops"

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, alibaba_serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

/* ---- signing by hand ------------------------------------------------------------ */

/* A V1 query signed with the rig's secret of that key, dated `at`. */
static struct str signed_query(const char *key, int64_t at, const char *params)
{
    static int nonce;
    struct buf date, query, text, secret, out;
    struct params p;
    struct digest mac;
    struct str all, result;
    struct err e;

    buf_init(&date, 64);
    buf_init(&query, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&secret, 256);
    buf_init(&out, BUF_NO_LIMIT);
    time_put(&date, at, 0, 0);
    all = arena_printf(&rig.a,
                       "%s&AccessKeyId=%s&Version=2019-01-01&SignatureMethod=HMAC-SHA1&"
                       "SignatureVersion=1.0&SignatureNonce=n%d&Timestamp=%.*s",
                       params, key, ++nonce, STR_ARG(buf_str(&date)));
    assert_int_equal(params_parse(&rig.a, all, &p, &e), OK);
    canonical_query(p, &query);
    buf_z(&text, "GET&%2F&");
    put_percent(&text, buf_str(&query));
    buf_printf(&secret, "secret of %s&", key);
    mac = hmac_sha1(buf_str(&secret), buf_str(&text));
    put_digest_base64(&out, &mac);
    buf_clear(&text);
    put_percent(&text, buf_str(&out));
    result = arena_printf(&rig.a, "/?%.*s&Signature=%.*s", STR_ARG(all),
                          STR_ARG(buf_str(&text)));
    buf_fini(&date);
    buf_fini(&query);
    buf_fini(&text);
    buf_fini(&secret);
    buf_fini(&out);
    return result;
}

static struct api_answer ask_as(const char *key, const char *params)
{
    return api_rig_ask(&rig, "GET", signed_query(key, api_rig_now(), params), STR(""),
                       STR(""));
}

static struct api_answer ask(const char *params)
{
    return ask_as(AK_OPS, params);
}

static void is_ok(struct api_answer an)
{
    assert_has(an.body, "\"Code\":\"200\",\"Message\":\"\",\"Success\":true");
    assert_int_equal(an.status, 200);
}

/* Status, Code and Message, in the gateway's shape. */
static void is_refused(struct api_answer an, int status, const char *code,
                       const char *message)
{
    struct str rest = an.body;

    if (!str_starts(rest, STR("{\"RequestId\":\"")))
        fail_msg("%.*s", STR_ARG(an.body));
    rest = str_from(rest, 14 + 36);
    assert_true(str_starts(rest, STR("\",\"HostId\":\"127.0.0.1:")));
    assert_has(rest,
               arena_printf(&rig.a, "\"Code\":\"%s\",\"Message\":\"%s", code, message).p);
    assert_int_equal(an.status, status);
    assert_is(api_answer_header(&an, "Content-Type"), "application/json;charset=utf-8");
}

#define PUT_ALICE                                                               \
    "Action=PutContact&ContactName=Alice&Describe=on+call&Channels.Mail=alice%" \
    "40example.com&Channels.DingWebHook=https%3A%2F%2Foapi.dingtalk.com%2Frob"  \
    "ot%2Fsend%3Faccess_token%3Dsecret-token"

/* ---- the clock --------------------------------------------------------------------- */

static void test_clock_window(void **)
{
    static const struct {
        int64_t off;
        bool fits;
    } rows[] = { { 0, true },
                 { 15 * NS_PER_MIN, true },
                 { -15 * NS_PER_MIN, true },
                 { 15 * NS_PER_MIN + NS_PER_S, false },
                 { -15 * NS_PER_MIN - NS_PER_S, false },
                 { 100 * 365 * NS_PER_DAY, false },
                 { -50 * 365 * NS_PER_DAY, false } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str target = signed_query(AK_OPS, API_RIG_START + rows[i].off,
                                         "Action=DescribeContactList");
        struct api_answer an = api_rig_ask(&rig, "GET", target, STR(""), STR(""));

        if (rows[i].fits)
            is_ok(an);
        else
            is_refused(an, 400, "InvalidTimeStamp.Expired",
                       "Specified time stamp or date value is expired.");
    }
}

/* A date ahead of us may come again until it is 15 minutes old: so long it is kept. */
static void test_nonce_outlives_the_window(void **)
{
    struct str target = signed_query(AK_OPS, API_RIG_START + 15 * NS_PER_MIN,
                                     "Action=DescribeContactList");
    int64_t last = API_RIG_START + 30 * NS_PER_MIN;

    is_ok(api_rig_ask(&rig, "GET", target, STR(""), STR("")));
    api_rig_clock(last);
    is_refused(api_rig_ask(&rig, "GET", target, STR(""), STR("")), 400,
               "SignatureNonceUsed", "");
    api_rig_clock(last + NS_PER_S);
    is_refused(api_rig_ask(&rig, "GET", target, STR(""), STR("")), 400,
               "InvalidTimeStamp.Expired", "");
    api_rig_clock(API_RIG_START);
}

/* ---- keys ----------------------------------------------------------------------------- */

static void test_temporary_key(void **)
{
    const char *list = "Action=DescribeContactList&SecurityToken=temporary";

    is_ok(ask_as("AK-temporary", list));
    is_refused(ask_as("AK-temporary", "Action=DescribeContactList"), 400,
               "MissingSecurityToken", "SecurityToken is mandatory for this action.");
    is_refused(ask_as("AK-temporary", "Action=DescribeContactList&SecurityToken=wrong"),
               400, "InvalidSecurityToken.MismatchWithAccessKey", "");
    is_refused(ask_as(AK_OPS, list), 400, "InvalidSecurityToken.MismatchWithAccessKey",
               "");
    api_rig_clock(API_RIG_START + 2 * NS_PER_HOUR - 1);
    is_ok(ask_as("AK-temporary", list));
    api_rig_clock(API_RIG_START + 2 * NS_PER_HOUR);
    is_refused(ask_as("AK-temporary", list), 400, "InvalidSecurityToken.Expired", "");
    api_rig_clock(API_RIG_START);
}

static void test_disabled_key(void **)
{
    struct access_key key = { .id = STR("AK-disabled"), .disabled = true };
    struct str policy = STR("full-access");
    struct user user = { .name = STR("leaver"),
                         .id = STR("0123456789abcdef0123456789abcdef"),
                         .access_keys = { &key, 1 },
                         .policies = { &policy, 1 } };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_USER, .object = &user, .present = FIELDS_ALL
    };

    key.secret = seal(rig.api.sealer, &rig.a, STR("secret of AK-disabled"));
    api_rig_change(&rig, 0, &change, 1);
    is_refused(ask_as("AK-disabled", "Action=DescribeContactList"), 400,
               "InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
}

static void test_no_permission(void **)
{
    struct api_answer an = ask_as("AK-main-reader", PUT_ALICE);

    is_refused(an, 403, "NoPermission", "You are not authorized to do this action.");
    assert_has(
        an.body,
        "\"AccessDeniedDetail\":{\"AuthAction\":\"cms:PutContact\","
        "\"AuthPrincipalType\":\"SubUser\",\"AuthPrincipalDisplayName\":\"reader\","
        "\"AuthPrincipalOwnerId\":\"1234567890123456\",\"PolicyType\":"
        "\"AccountLevelIdentityBasedPolicy\",\"NoPermissionType\":\"ImplicitDeny\","
        "\"EncodedDiagnosticMessage\":\"");
    is_ok(ask_as("AK-main-reader", "Action=DescribeContactList"));
    is_refused(ask_as("AK-main-nobody", "Action=DescribeContactList"), 403,
               "NoPermission", "");
    assert_int_equal(book_count(api_rig_book(&rig, 0), OBJECT_CONTACT), 0);
}

/* ---- what a change leaves -------------------------------------------------------------- */

static const struct address *address_in_book(const char *contact, int channel)
{
    const struct contact *c = book_contact(api_rig_book(&rig, 0), str_of(contact));

    assert_non_null(c);
    for (size_t i = 0; i < c->addresses.n; i++)
        if (c->addresses.v[i].channel == channel)
            return &c->addresses.v[i];
    return NULL;
}

static void test_secrets_are_sealed(void **)
{
    const struct address *mail, *robot;
    struct str code;
    struct err e;

    is_ok(ask(PUT_ALICE));
    robot = address_in_book("Alice", CHANNEL_DINGTALK);
    assert_int_equal(robot->plain.n, 0);
    assert_lacks(robot->secret.sealed, "secret-token");
    assert_lacks(robot->secret.shown, "secret-token");
    assert_int_equal(robot->state, ADDRESS_OK);
    mail = address_in_book("Alice", CHANNEL_MAIL);
    assert_is(mail->plain, "alice@example.com");
    assert_int_equal(mail->state, ADDRESS_PENDING);
    assert_int_equal(unseal(rig.api.sealer, &rig.a, &mail->code, &code, &e), OK);
    assert_int_equal(code.n, 22); /* 16 bytes in base64url */
    assert_has(ask("Action=DescribeContactList").body,
               "\"DingWebHook\":\"https://oapi.dingtalk.com/robot/"
               "send?access_token=secret-token\"");
}

static void test_activate_at_once(void **)
{
    rig.settings.activate_at_once = true;
    is_ok(ask(PUT_ALICE "&Channels.SMS=13333333333"));
    assert_int_equal(address_in_book("Alice", CHANNEL_MAIL)->state, ADDRESS_OK);
    assert_int_equal(address_in_book("Alice", CHANNEL_SMS)->state, ADDRESS_OK);
    assert_has(
        ask("Action=DescribeContactList").body,
        "\"ChannelsState\":{\"Mail\":\"OK\",\"SMS\":\"OK\",\"DingWebHook\":\"OK\"}");
}

/* The same address again keeps its state; another one has to be confirmed. */
static void test_confirmed_stays_confirmed(void **)
{
    struct change confirm = { .op = CHANGE_CONFIRM,
                              .kind = OBJECT_CONTACT,
                              .key = STR("Alice"),
                              .channel = CHANNEL_MAIL,
                              .code_digest = STR("") };

    is_ok(ask(PUT_ALICE));
    api_rig_change(&rig, 0, &confirm, 1);
    is_ok(ask(PUT_ALICE "&Lang=en"));
    assert_int_equal(address_in_book("Alice", CHANNEL_MAIL)->state, ADDRESS_OK);
    is_ok(ask("Action=PutContact&ContactName=Alice&Describe=&"
              "Channels.Mail=alice%40example.org"));
    assert_int_equal(address_in_book("Alice", CHANNEL_MAIL)->state, ADDRESS_PENDING);
    assert_null(address_in_book("Alice", CHANNEL_DINGTALK));
}

/* A channel that only another dialect can name is not removed by this one. */
static void test_unnamed_channels_stay(void **)
{
    struct address webhook = { .channel = CHANNEL_WEBHOOK, .state = ADDRESS_OK };
    struct contact contact = { .name = STR("Alice"),
                               .describe = STR(""),
                               .lang = STR(""),
                               .zone = STR(""),
                               .addresses = { &webhook, 1 } };
    struct change put = { .op = CHANGE_UPSERT,
                          .kind = OBJECT_CONTACT,
                          .object = &contact,
                          .present =
                              FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_ADDRESSES) };
    struct change leave = { .op = CHANGE_UNSUBSCRIBE,
                            .kind = OBJECT_CONTACT,
                            .key = STR("Alice"),
                            .channel = CHANNEL_WEBHOOK };

    webhook.secret = seal(rig.api.sealer, &rig.a, STR("https://hooks.example.com/x"));
    api_rig_change(&rig, 0, &put, 1);
    is_ok(ask(PUT_ALICE));
    assert_int_equal(address_in_book("Alice", CHANNEL_WEBHOOK)->state, ADDRESS_OK);
    assert_lacks(ask("Action=DescribeContactList").body, "hooks.example.com");
    api_rig_change(&rig, 0, &leave, 1);
    is_ok(ask(PUT_ALICE));
    assert_int_equal(address_in_book("Alice", CHANNEL_WEBHOOK)->state, ADDRESS_CANCELLED);
    is_ok(ask(
        "Action=DescribeContactList&ChanelValue=https%3A%2F%2Fhooks.example.com%2Fx"));
    assert_has(ask("Action=DescribeContactList&ChanelValue=https%3A%2F%2Fhooks.example."
                   "com%2Fx")
                   .body,
               "\"Total\":0");
}

/* Our key does not open it (another master key): masked, and the list goes on. */
static void test_unreadable_secret(void **)
{
    struct address robot = { .channel = CHANNEL_DINGTALK,
                             .secret = { STR_INIT("not a box"),
                                         STR_INIT("https://oapi.dingtalk.com/...oken"),
                                         STR_INIT("0123456789abcdef") },
                             .state = ADDRESS_OK };
    struct contact contact = { .name = STR("Old"),
                               .describe = STR(""),
                               .lang = STR(""),
                               .zone = STR(""),
                               .addresses = { &robot, 1 } };
    struct change put = { .op = CHANGE_UPSERT,
                          .kind = OBJECT_CONTACT,
                          .object = &contact,
                          .present =
                              FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_ADDRESSES) };

    api_rig_change(&rig, 0, &put, 1);
    assert_has(ask("Action=DescribeContactList").body,
               "\"DingWebHook\":\"https://oapi.dingtalk.com/...oken\"");
}

static void test_language(void **)
{
    is_ok(ask(PUT_ALICE));
    assert_has(ask("Action=DescribeContactList").body, "\"Lang\":\"zh-cn\"");
    is_ok(ask(PUT_ALICE "&Lang=en"));
    is_ok(ask(PUT_ALICE "&Lang="));
    assert_has(ask("Action=DescribeContactList").body, "\"Lang\":\"en\"");
}

/* ---- faults --------------------------------------------------------------------------- */

static void test_faults(void **)
{
    static const char *const names[][2] = { { "name", "ContactGroupName" },
                                            { "members", "ContactNames" },
                                            { NULL, NULL } };
    static const struct wording wording = { names, REFUSE_GROUP_MISSING };
    static const struct {
        enum fault fault;
        const char *field;
        enum refusal_kind want;
        const char *detail;
    } rows[] = {
        { FAULT_INVALID, "name", REFUSE_PARAMETER_VALUE, "ContactGroupName: too long" },
        { FAULT_INVALID, "elsewhere", REFUSE_PARAMETER_VALUE, "too long" },
        { FAULT_MISSING, "name", REFUSE_MISSING, "ContactGroupName" },
        { FAULT_NOT_FOUND, "members", REFUSE_PARAMETER_VALUE, "ContactNames: too long" },
        { FAULT_NOT_FOUND, "name", REFUSE_GROUP_MISSING, NULL },
        { FAULT_NOT_FOUND, "", REFUSE_GROUP_MISSING, NULL },
        { FAULT_LIMIT, "members", REFUSE_PARAMETER_VALUE, "ContactNames: too long" },
        { FAULT_PROVISIONED, "", REFUSE_PROVISIONED, "too long" },
        { FAULT_UNAVAILABLE, "", REFUSE_UNAVAILABLE, NULL },
        { FAULT_INTERNAL, "", REFUSE_INTERNAL, NULL },
    };
    struct err e = { 0 };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct refusal why;

        e.fault = rows[i].fault;
        snprintf(e.field, sizeof e.field, "%s", rows[i].field);
        snprintf(e.text, sizeof e.text, "too long");
        why = alibaba_refusal(&e, &wording, &rig.a);
        assert_int_equal(why.kind, rows[i].want);
        if (rows[i].detail != NULL)
            assert_is(why.detail, rows[i].detail);
    }
    for (e.fault = 0; e.fault < FAULT_COUNT; e.fault++) /* each has a row */
        assert_true(alibaba_refusal(&e, &wording, &rig.a).kind != REFUSE_ACTION_UNKNOWN);
}

static void test_provisioned(void **)
{
    struct contact_group group = { .name = STR("from file"), .describe = STR("") };
    struct change set[] = {
        { .op = CHANGE_PROVISION_BEGIN, .provisioned = STR("/etc/belfry/belfry.yml") },
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_CONTACT_GROUP,
          .object = &group,
          .present = FIELDS_ALL,
          .provisioned = STR("/etc/belfry/belfry.yml") },
    };

    api_rig_change(&rig, 1, set, 2);
    for (int i = 0; i < 2; i++) {
        struct api_answer an =
            ask_as("AK-other-ops", i == 0 ? "Action=PutContactGroup&ContactGroupName="
                                            "from+file&Describe=x"
                                          : "Action=DeleteContactGroup&ContactGroupName="
                                            "from+file");

        is_refused(an, 403, "InvalidAuthorization", "");
        assert_has(an.body, "/etc/belfry/belfry.yml");
    }
}

static void test_busy(void **)
{
    struct api_answer an;

    atomic_store(&rig.full, true);
    an = ask(PUT_ALICE);
    is_refused(an, 503, "ServiceUnavailable", "");
    assert_is(api_answer_header(&an, "Retry-After"), "1");
    is_ok(ask("Action=DescribeContactList")); /* reading goes on */
    atomic_store(&rig.full, false);
    is_ok(ask(PUT_ALICE));
}

static void test_too_large_and_methods(void **)
{
    size_t n = 9u << 20;
    char *body = malloc(n);
    struct api_answer an;

    memset(body, 'x', n);
    an = api_rig_ask(&rig, "POST", STR("/?Action=PutContact"), STR(""),
                     (struct str){ body, n });
    is_refused(an, 413, "RequestTooLarge", "The request is too large.");
    an = api_rig_ask(&rig, "POST", STR("/?Action=PutContact"),
                     STR("Content-Type: application/x-www-form-urlencoded\r\n"),
                     (struct str){ body, 2u << 20 });
    is_refused(an, 413, "RequestTooLarge", "");
    free(body);
    is_refused(api_rig_ask(&rig, "PUT", STR("/?Action=PutContact"), STR(""), STR("")),
               400, "UnsupportedHTTPMethod", "This http method is not supported.");
}

static void test_xml_refusal(void **)
{
    struct api_answer an =
        ask("Action=DeleteContactGroup&ContactGroupName=%3C%26%3E&Format=XML");

    assert_int_equal(an.status, 404);
    assert_is(api_answer_header(&an, "Content-Type"), "text/xml;charset=utf-8");
    assert_true(
        str_starts(an.body, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error>"
                                "<RequestId>")));
    assert_true(str_ends(an.body, STR("<Code>ContactNotExists</Code><Message>"
                                      "ContactGroupName Not Exists</Message></Error>")));
}

/* ---- what an account may have ------------------------------------------------------- */

static struct metric_level one_level = { LEVEL_INFO, STR_INIT("Sum"), METRIC_GE,
                                         STR_INIT("1"), 1 };

/* They all watch one metric: each of its instances is a series of each rule. */
static void put_rules(size_t n)
{
    struct change *v = arena_array(&rig.a, struct change, n);

    for (size_t i = 0; i < n; i++) {
        struct metric_rule *r = arena_alloc(&rig.a, sizeof *r);

        schema_zero(&metric_rule_schema, r);
        r->id = r->name = arena_printf(&rig.a, "rule-%zu", i);
        r->metric = STR("many");
        r->period = NS_PER_MIN;
        r->silence = NS_PER_DAY;
        r->levels.v = &one_level;
        r->levels.n = 1;
        v[i] = (struct change){ .op = CHANGE_UPSERT,
                                .kind = OBJECT_METRIC_RULE,
                                .object = r,
                                .present = FIELDS_ALL };
    }
    api_rig_change(&rig, 0, v, n);
}

#define PUT_RULE(id)                                                                \
    "Action=PutResourceMetricRule&RuleName=r&Namespace=n&MetricName=one&Resources=" \
    "%5B%5D&ContactGroups=x&Escalations.Warn.Statistics=Sum&"                       \
    "Escalations.Warn.ComparisonOperator=GreaterThanThreshold&"                     \
    "Escalations.Warn.Threshold=1&Escalations.Warn.Times=1&RuleId=" id
#define PUT_POINT(instance)                                                       \
    "Action=PutCustomMetric&MetricList.1.GroupId=0&MetricList.1.MetricName=many&" \
    "MetricList.1.Type=0&MetricList.1.Values=%7B%22value%22%3A0%7D&"              \
    "MetricList.1.Dimensions=%7B%22i%22%3A%22" instance "%22%7D"
#define OVER "The resource has exceeded the limit. "

/* One below, at and above the number of rules and of series. */
static void test_over_limit(void **state)
{
    (void)state;
    put_rules(METRIC_RULES_MAX - 1);
    is_ok(ask(PUT_RULE("last")));
    is_refused(ask(PUT_RULE("more")), 429, "ResourceOverLimit", OVER);
    is_refused(ask("Action=PutCustomEventRule&RuleId=more&RuleName=r&EventName=e&"
                   "GroupId=0&Level=WARN&Threshold=1&ContactGroups=x"),
               429, "ResourceOverLimit", OVER);
    is_ok(ask(PUT_RULE("last"))); /* what is there may change */
    for (int i = 0; i < METRIC_SERIES_MAX / METRIC_RULES_MAX; i++) {
        static const char *const points[] = { PUT_POINT("0"), PUT_POINT("1"),
                                              PUT_POINT("2"), PUT_POINT("3"),
                                              PUT_POINT("4"), PUT_POINT("5"),
                                              PUT_POINT("6"), PUT_POINT("7"),
                                              PUT_POINT("8"), PUT_POINT("9") };

        assert_int_equal(ask(points[i]).status, 200);
    }
    is_refused(ask(PUT_POINT("ten")), 429, "ResourceOverLimit", OVER);
    is_refused(ask_as("AK-main-nobody", PUT_POINT("ten")), 403, "NoPermission", "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_clock_window),
        TEST(test_nonce_outlives_the_window),
        TEST(test_temporary_key),
        TEST(test_disabled_key),
        TEST(test_no_permission),
        TEST(test_secrets_are_sealed),
        TEST(test_activate_at_once),
        TEST(test_confirmed_stays_confirmed),
        TEST(test_unnamed_channels_stay),
        TEST(test_unreadable_secret),
        TEST(test_language),
        TEST(test_faults),
        TEST(test_provisioned),
        TEST(test_busy),
        TEST(test_too_large_and_methods),
        TEST(test_xml_refusal),
        TEST(test_over_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
