/* native_test.c - Belfry's own API as a client meets it. */
#include "api/native/native_private.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "api/history_port.h"
#include "base/crypto.h"
#include "base/time.h"

#define BASE NATIVE_BASE
#define KEYED "Authorization: Bearer bk-native\r\nContent-Type: application/json\r\n"

static struct api_rig rig;

static bool is_ready(const struct api *api)
{
    (void)api;
    return true;
}

/* ---- who and what there is ------------------------------------------------- */

static void put(enum object_kind kind, const void *object)
{
    struct change change = {
        .op = CHANGE_CREATE, .kind = kind, .object = object, .present = FIELDS_ALL
    };

    api_rig_change(&rig, 0, &change, 1);
}

static struct str hex_digest(const char *bearer)
{
    struct digest d = sha256(str_of(bearer));
    struct buf b;
    struct str hex;

    buf_init(&b, BUF_NO_LIMIT);
    put_digest_hex(&b, &d);
    hex = arena_str(&rig.a, buf_str(&b));
    buf_fini(&b);
    return hex;
}

static void put_user(const char *name, const char *bearer, const char *policy)
{
    struct str policies = str_of(policy);

    put(OBJECT_USER, &(struct user){ .name = str_of(name),
                                     .id = str_of(name),
                                     .password_hash = STR(""),
                                     .policies = { &policies, 1 },
                                     .bearer_digest = hex_digest(bearer) });
}

static struct address mail(const char *text, int state, const char *code)
{
    return (struct address){ .channel = CHANNEL_MAIL,
                             .plain = str_of(text),
                             .state = state,
                             .code = seal(rig.api.sealer, &rig.a, str_of(code)) };
}

static void put_contact(const char *name, int state, const char *code)
{
    struct address ad = mail("a@example.org", state, code);

    put(OBJECT_CONTACT, &(struct contact){ .name = str_of(name),
                                           .describe = STR(""),
                                           .lang = STR("zh-cn"),
                                           .zone = STR(""),
                                           .addresses = { &ad, 1 } });
}

static void put_group(const char *name, const struct str *members, size_t n)
{
    put(OBJECT_CONTACT_GROUP, &(struct contact_group){ .name = str_of(name),
                                                       .describe = STR(""),
                                                       .members = { members, n } });
}

static void put_route(const char *name, const char *label, const char *value,
                      const char *group)
{
    struct matcher m = { str_of(label), MATCH_EQ, str_of(value) };
    struct str groups = str_of(group);

    put(OBJECT_ROUTE, &(struct route){ .name = str_of(name),
                                       .matchers = { &m, 1 },
                                       .group_wait = 30 * NS_PER_S,
                                       .group_interval = 5 * NS_PER_MIN,
                                       .repeat_interval = 4 * NS_PER_HOUR,
                                       .contact_groups = { &groups, 1 } });
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, native_serve);
    rig.api.ready = is_ready;
    put_user("keyed", "bk-native", "full-access");
    put_user("looker", "bk-reader", "read-only");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

/* ---- asking ---------------------------------------------------------------- */

static struct api_answer ask_as(const char *headers, const char *method, const char *path,
                                const char *body)
{
    return api_rig_ask(&rig, method, arena_printf(&rig.a, "%s%s", BASE, path),
                       str_of(headers), str_of(body));
}

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return ask_as(KEYED, method, path, body);
}

static struct str good(const char *method, const char *path, const char *body)
{
    struct api_answer an = ask(method, path, body);

    if (an.status != 200)
        fail_msg("%s %s: %d %.*s", method, path, an.status, STR_ARG(an.body));
    return an.body;
}

static void refused(struct api_answer an, int status, const char *fault,
                    const char *field)
{
    struct str head = arena_printf(
        &rig.a, "{\"fault\":\"%s\",\"field\":\"%s\",\"message\":\"", fault, field);

    if (an.status != status || !str_starts(an.body, head))
        fail_msg("%d %.*s, not %d %.*s", an.status, STR_ARG(an.body), status,
                 STR_ARG(head));
}

/* ---- the door -------------------------------------------------------------- */

static void who_asks(void **state)
{
    struct api_answer an = ask_as("", "GET", "/contacts", "");

    (void)state;
    refused(an, 401, "unauthenticated", "Authorization");
    assert_is(api_answer_header(&an, "WWW-Authenticate"), "Bearer realm=\"Belfry\"");
    refused(ask_as("Authorization: Bearer bk-other\r\n", "GET", "/contacts", ""), 401,
            "unauthenticated", "Authorization");
    assert_int_equal(
        ask_as("Authorization: Bearer bk-reader\r\n", "GET", "/contacts", "").status,
        200);
    refused(ask_as("Authorization: Bearer bk-reader\r\n", "POST",
                   "/contacts/ab/addresses/email/confirm", ""),
            403, "denied", "");
    /* the description needs nobody */
    assert_int_equal(ask_as("", "GET", "/openapi.json", "").status, 200);
}

static void what_is_asked(void **state)
{
    struct api_answer an = ask("DELETE", "/explain", "");

    (void)state;
    refused(an, 405, "unsupported", "method");
    assert_is(api_answer_header(&an, "Allow"), "POST");
    refused(ask("GET", "/nothing", ""), 404, "not_found", "path");
    refused(ask("GET", "", ""), 404, "not_found", "path");
    refused(ask("GET", "/contacts?limt=1", ""), 400, "unknown_field", "query");
    refused(ask("GET", "/contacts?limit=%zz", ""), 400, "syntax", "");
    refused(ask("GET", "/contacts?cursor=%ff", ""), 400, "syntax", "query");
    refused(ask("GET", "/contacts/%ff", ""), 400, "syntax", "path");
    refused(ask("GET", "/contacts?limit=0", ""), 400, "invalid", "limit");
    refused(ask("GET", "/contacts?limit=1001", ""), 400, "invalid", "limit");
    refused(ask("GET", "/contacts?limit=x", ""), 400, "invalid", "limit");
    refused(ask("GET", "/contacts?cursor=%25", ""), 400, "invalid", "cursor");
    refused(ask("POST", "/explain", "[]"), 400, "syntax", "body");
    refused(ask("POST", "/explain", "{"), 400, "syntax", "body");
    refused(ask("POST", "/explain", "{\"lables\":{}}"), 400, "unknown_field", "lables");
    refused(ask_as("Authorization: Bearer bk-native\r\n", "POST", "/explain", "{}"), 400,
            "syntax", "Content-Type");
}

static void too_large(void **state)
{
    size_t n = (8u << 20) + 1;
    struct str body = { arena_alloc(&rig.a, n), n };

    (void)state;
    memset((char *)(uintptr_t)body.p, ' ', n);
    refused(api_rig_ask(&rig, "POST", STR(BASE "/explain"), STR(KEYED), body), 413,
            "too_large", "body");
}

static void busy(void **state)
{
    struct api_answer an;

    (void)state;
    rig.full = true;
    an = ask("POST", "/explain", "{\"labels\":{\"a\":\"b\"}}");
    refused(an, 503, "unavailable", "");
    assert_is(api_answer_header(&an, "Retry-After"), "1");
    refused(ask("POST", "/alerts", "{\"alerts\":[{\"labels\":{\"a\":\"b\"}}]}"), 503,
            "unavailable", "");
    rig.full = false;
}

/* ---- objects --------------------------------------------------------------- */

static void one_object(void **state)
{
    struct api_answer an;

    (void)state;
    put_contact("张伟", ADDRESS_PENDING, "code-of-zhang");
    an = ask("GET", "/contacts/%E5%BC%A0%E4%BC%9F", "");
    assert_int_equal(an.status, 200);
    assert_has(an.body, "{\"name\":\"张伟\",\"describe\":\"\",\"lang\":\"zh-cn\"");
    assert_has(an.body, "\"plain\":\"a@example.org\"");
    assert_has(an.body, "\"state\":\"pending\"");
    assert_has(an.body, "\"meta\":{\"kind\":\"contact\",\"revision\":");
    assert_has(an.body, "\"created\":\"2026-11-21T10:00:00.000Z\"");
    assert_lacks(an.body, "code-of-zhang");
    assert_true(api_answer_header(&an, "ETag").n > 2);
    refused(ask("GET", "/contacts/nobody", ""), 404, "not_found", "name");
}

static void pages(void **state)
{
    struct str seen = STR(""), body, next;
    char path[256] = "/contact-groups?limit=2";
    size_t from, to, count = 0;

    (void)state;
    put_group("a", NULL, 0);
    put_group("b/c", NULL, 0);
    put_group("ä", NULL, 0);
    put_group("运维", NULL, 0);
    put_group("🔥", NULL, 0);
    for (;; count++) {
        body = good("GET", path, "");
        seen = arena_printf(&rig.a, "%.*s%.*s", STR_ARG(seen), STR_ARG(body));
        assert_has(body, "\"total\":5");
        if (str_has(body, STR("\"next\":null")))
            break;
        assert_true(str_find(body, STR("\"next\":\""), &from));
        next = str_from(body, from + strlen("\"next\":\""));
        assert_true(str_find(next, STR("\""), &to));
        snprintf(path, sizeof path, "/contact-groups?limit=2&cursor=%.*s", (int)to,
                 next.p);
        if (count == 0) /* what stands behind is not shown twice or left out */
            put_group("aa", NULL, 0);
        if (count == 0)
            api_rig_change(
                &rig, 0,
                &(struct change){ .op = CHANGE_DELETE,
                                  .kind = OBJECT_CONTACT_GROUP,
                                  .object = &(struct contact_group){ .name = STR("b/c") },
                                  .present = FIELD_BIT(GROUP_NAME) },
                1);
    }
    assert_int_equal(count, 2);
    assert_has(seen, "{\"name\":\"a\",");
    assert_has(seen, "{\"name\":\"b/c\",");
    assert_has(seen, "{\"name\":\"ä\",");
    assert_has(seen, "{\"name\":\"运维\",");
    assert_has(seen, "{\"name\":\"🔥\",");
    assert_lacks(seen, "\"name\":\"aa\"");
}

static void every_kind_lists(void **state)
{
    static const char *const paths[] = { "/contacts", "/contact-groups", "/action-rules",
                                         "/topics",   "/subscriptions",  "/templates",
                                         "/routes" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_is(good("GET", paths[i], ""),
                  "{\"items\":[],\"total\":0,\"next\":null}\n");
}

/* ---- addresses ------------------------------------------------------------- */

static const struct address *address_of(const char *name)
{
    return &book_contact(api_rig_book(&rig, 0), str_of(name))->addresses.v[0];
}

static void an_admin_confirms(void **state)
{
    struct api_answer an;
    struct str etag, headers;

    (void)state;
    put_contact("ab", ADDRESS_PENDING, "code");
    an = ask("GET", "/contacts/ab", "");
    etag = api_answer_header(&an, "ETag");
    headers = arena_printf(&rig.a, "%sIf-Match: \"999\"\r\n", KEYED);
    refused(ask_as(headers.p, "POST", "/contacts/ab/addresses/email/confirm", ""), 412,
            "conflict", "");
    refused(ask_as(KEYED "If-Match: 1\r\n", "POST",
                   "/contacts/ab/addresses/email/confirm", ""),
            400, "invalid", "If-Match");
    assert_int_equal(address_of("ab")->state, ADDRESS_PENDING);
    headers = arena_printf(&rig.a, "%sIf-Match: %.*s\r\n", KEYED, STR_ARG(etag));
    an = ask_as(headers.p, "POST", "/contacts/ab/addresses/email/confirm", "");
    assert_int_equal(an.status, 200);
    assert_has(an.body, "\"state\":\"ok\"");
    assert_int_equal(address_of("ab")->state, ADDRESS_OK);
    assert_false(str_eq(etag, api_answer_header(&an, "ETag")));
    refused(ask("POST", "/contacts/ab/addresses/sms/confirm", ""), 404, "not_found",
            "addresses");
    refused(ask("POST", "/contacts/ab/addresses/pigeon/confirm", ""), 404, "not_found",
            "channel");
    refused(ask("POST", "/contacts/cd/addresses/email/confirm", ""), 404, "not_found",
            "name");
}

static void an_admin_resends(void **state)
{
    struct str before;

    (void)state;
    put_contact("ab", ADDRESS_PENDING, "code");
    before = arena_str(&rig.a, address_of("ab")->code.digest);
    api_rig_clock(API_RIG_START + NS_PER_HOUR);
    good("POST", "/contacts/ab/addresses/email/resend", "");
    assert_int_equal(address_of("ab")->state, ADDRESS_PENDING);
    assert_false(str_eq(before, address_of("ab")->code.digest));
    assert_true(address_of("ab")->asked_at == API_RIG_START + NS_PER_HOUR);
    good("POST", "/contacts/ab/addresses/email/confirm", "");
    refused(ask("POST", "/contacts/ab/addresses/email/resend", ""), 400, "invalid",
            "addresses");
}

static void a_subscription(void **state)
{
    struct address ad = mail("b@example.org", ADDRESS_PENDING, "code");
    struct subscription s = { .topic = STR("t1"),
                              .id = STR("0123456789abcdef0123456789abcdef"),
                              .protocol = STR("email"),
                              .addresses = { &ad, 1 },
                              .remark = STR("") };

    (void)state;
    put(OBJECT_TOPIC, &(struct topic){ .name = STR("t1"),
                                       .urn = STR("urn:smn:cn-north-4:project-main:t1"),
                                       .id = STR("00000000000000000000000000000001"),
                                       .display_name = STR("") });
    put(OBJECT_SUBSCRIPTION, &s);
    assert_has(good("GET", "/subscriptions/t1/0123456789abcdef0123456789abcdef", ""),
               "\"state\":\"pending\"");
    assert_has(
        good("POST", "/subscriptions/t1/0123456789abcdef0123456789abcdef/confirm", ""),
        "\"state\":\"ok\"");
    refused(ask("POST", "/subscriptions/t1/x/confirm", ""), 404, "not_found", "name");
}

/* ---- explain --------------------------------------------------------------- */

static void nobody_is_told(void **state)
{
    struct str body;

    (void)state;
    body = good("POST", "/explain", "{\"labels\":{\"team\":\"ops\"}}");
    assert_has(body, "{\"sentence\":\"Nobody would be told: there is no route\"");
    put_route("other", "team", "dev", "g");
    body = good("POST", "/explain", "{\"labels\":{\"team\":\"ops\",\"empty\":\"\"}}");
    assert_has(body, "\"sentence\":\"Nobody would be told: no route matches\"");
    assert_has(body, "\"word\":\"not_routed\"");
    assert_has(body,
               "\"nearest_miss\":{\"route\":\"other\",\"matcher\":\"team=\\\"dev\\\"\","
               "\"misses\":1}");
    body = good("POST", "/explain", "{\"labels\":{\"team\":\"dev\"}}");
    assert_has(body,
               "\"sentence\":\"Nobody would be told: contact group does not exist\"");
    assert_has(body, "\"nearest_miss\":null");
}

/* The flow counts on from the time asked for: none at the ends of what 64 bits hold. */
static void times_that_explain_looks_at(void **state)
{
    static const struct {
        const char *at;
        bool taken;
    } cases[] = { { "1970-01-01T00:00:00Z", true },     { "1969-12-31T23:59:59Z", false },
                  { "2199-12-31T23:59:59Z", true },     { "2200-01-01T00:00:00Z", false },
                  { "0907-11-22T00:00:00Z", false },    { "9999-12-31T23:59:59Z", false },
                  { "0001-01-01T00:00:00Z", false },    { "2026-11-22", false },
                  { "2200-01-01T07:59:59+08:00", true } };
    const struct str zhang = STR("zhang");

    (void)state;
    put_contact("zhang", ADDRESS_OK, "");
    put_group("ops", &zhang, 1);
    put_route("disk", "team", "ops", "ops");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str body = arena_printf(
            &rig.a, "{\"labels\":{\"team\":\"ops\"},\"at\":\"%s\"}", cases[i].at);

        if (cases[i].taken)
            good("POST", "/explain", body.p);
        else
            refused(ask("POST", "/explain", body.p), 400, "invalid", "at");
    }
}

static void somebody_is_told(void **state)
{
    const struct str members[] = { STR("张伟"), STR("李娜") };
    struct str body;

    (void)state;
    put_contact("张伟", ADDRESS_OK, "");
    put(OBJECT_CONTACT,
        &(struct contact){ .name = STR("李娜"),
                           .describe = STR(""),
                           .lang = STR(""),
                           .zone = STR(""),
                           .addresses = { (struct address[]){ mail(
                                              "li@example.org", ADDRESS_PENDING, "c") },
                                          1 } });
    put_group("ops", members, 2);
    put_route("r", "team", "ops", "ops");
    body = good("POST", "/explain",
                "{\"labels\":{\"team\":\"ops\"},\"at\":"
                "\"2026-11-21T18:00:00+08:00\"}");
    assert_has(body,
               "\"sentence\":\"1 message to 1 person; 1 would not arrive: address not "
               "confirmed by its owner\"");
    assert_has(body, "\"told\":1,\"decisions\":[");
    assert_has(body,
               "{\"told\":true,\"word\":\"told\",\"reason\":\"first notification\","
               "\"to\":\"张伟\",\"channel\":\"email\",\"address\":\"a@example.org\","
               "\"route\":\"r\",\"contact_group\":\"ops\",\"action_rule\":\"\","
               "\"topic\":\"\",\"at\":\"2026-11-21T10:00:30.000Z\",\"trace\":"
               "{\"matchers\":[\"team=\\\"ops\\\"\"],");
    assert_has(body, "\"template\":\"built-in\",");
    assert_has(body, "{\"told\":false,\"word\":\"address_pending\"");
    assert_has(body, "\"routes\":[\"r\"],\"routes_looked_at\":1");
    assert_int_equal(rig.alerts, 0); /* asking changes nothing */
}

static void explain_refuses(void **state)
{
    (void)state;
    refused(ask("POST", "/explain", ""), 400, "missing", "labels");
    refused(ask("POST", "/explain", "{}"), 400, "missing", "labels");
    refused(ask("POST", "/explain", "{\"labels\":[]}"), 400, "invalid", "labels");
    refused(ask("POST", "/explain", "{\"labels\":{\"a\":1}}"), 400, "invalid", "labels");
    refused(ask("POST", "/explain", "{\"labels\":{}}"), 400, "missing", "labels");
    refused(ask("POST", "/explain", "{\"labels\":{\"\":\"x\"}}"), 400, "invalid",
            "labels");
    refused(ask("POST", "/explain", "{\"labels\":{\"a\":\"b\"},\"at\":1}"), 400,
            "invalid", "at");
    refused(ask("POST", "/explain", "{\"labels\":{\"a\":\"b\"},\"at\":\"noon\"}"), 400,
            "invalid", "at");
}

/* ---- alerts ---------------------------------------------------------------- */

static void alerts_come_in(void **state)
{
    (void)state;
    assert_is(
        good("POST", "/alerts",
             "{\"alerts\":[{\"labels\":{\"alertname\":\"磁盘\"},\"annotations\":{\"s\":"
             "\"x\"},\"starts_at\":\"2026-11-21T09:00:00Z\",\"generator_url\":\"/x\"},"
             "{\"labels\":{\"a\":\"b\"}}]}"),
        "{\"accepted\":2}\n");
    assert_int_equal(rig.alerts, 1);
    assert_has(good("GET", "/status", ""), "\"alerts_active\":2");
    refused(ask("POST", "/alerts", "{\"alerts\":[]}"), 400, "missing", "alerts");
    refused(ask("POST", "/alerts", "{}"), 400, "missing", "alerts");
    refused(ask("POST", "/alerts", "{\"alerts\":[{\"labels\":{\"a\":\"b\"}},1]}"), 400,
            "invalid", "alerts[1]");
    refused(ask("POST", "/alerts", "{\"alerts\":[{\"labels\":{\"a\":\"b\"},\"x\":1}]}"),
            400, "unknown_field", "alerts[0].x");
    refused(ask("POST", "/alerts", "{\"alerts\":[{\"annotations\":{}}]}"), 400, "missing",
            "alerts[0].labels");
    refused(ask("POST", "/alerts",
                "{\"alerts\":[{\"labels\":{\"a\":\"b\"},\"ends_at\":\"2026\"}]}"),
            400, "invalid", "alerts[0].ends_at");
    refused(ask("POST", "/alerts",
                "{\"alerts\":[{\"labels\":{\"a\":\"b\"},\"starts_at\":\"2026-11-21T09:00:"
                "01Z\","
                "\"ends_at\":\"2026-11-21T09:00:00Z\"}]}"),
            400, "invalid", "alerts[0].ends_at");
    refused(ask("POST", "/alerts",
                "{\"alerts\":[{\"labels\":{\"a\":\"b\"},\"annotations\":{\"a\":1}}]}"),
            400, "invalid", "alerts[0].annotations");
    refused(ask("POST", "/alerts",
                "{\"alerts\":[{\"labels\":{\"a\":\"b\"},\"generator_url\":1}]}"),
            400, "invalid", "alerts[0].generator_url");
    assert_int_equal(rig.alerts, 1); /* all or none */
}

static void alerts_page_by_page(void **state)
{
    struct str page, next;

    (void)state;
    assert_is(good("GET", "/alerts", ""), "{\"items\":[],\"next\":null}\n");
    put_route("ops", "team", "ops", "nobody");
    (void)good("POST", "/alerts",
               "{\"alerts\":[{\"labels\":{\"alertname\":\"A\",\"team\":\"ops\"},"
               "\"annotations\":{\"s\":\"x\"},\"starts_at\":\"2026-11-21T09:00:00Z\","
               "\"ends_at\":\"2036-01-01T00:00:00Z\",\"generator_url\":\"/x\"},"
               "{\"labels\":{\"alertname\":\"B\"}},{\"labels\":{\"alertname\":\"C\"}}]}");
    page = good("GET", "/alerts?limit=2", "");
    assert_has(page,
               "\"door\":\"native\",\"labels\":{\"alertname\":\"A\",\"team\":\"ops\"},"
               "\"annotations\":{\"s\":\"x\"},\"starts_at\":\"2026-11-21T09:00:00.000Z\","
               "\"ends_at\":\"2036-01-01T00:00:00.000Z\",");
    assert_has(page, "\"generator_url\":\"/x\",\"receivers\":[\"ops\"],"
                     "\"state\":\"active\",\"silenced_by\":[],\"inhibited_by\":[],"
                     "\"acknowledged\":null}");
    assert_has(page, "\"alertname\":\"B\"");
    assert_lacks(page, "\"alertname\":\"C\"");
    next = arena_printf(&rig.a, "/alerts?cursor=%.*s",
                        STR_ARG(str_head(str_from(page, page.n - 22), 19)));
    page = good("GET", next.p, "");
    assert_lacks(page, "\"alertname\":\"B\"");
    assert_has(page, "\"alertname\":\"C\"");
    assert_has(page, "],\"next\":null}\n");
    page = good("GET", "/alerts?filter=alertname%3D~%22B%7CC%22,team%3D%22%22", "");
    assert_lacks(page, "\"alertname\":\"A\"");
    assert_has(page, "\"alertname\":\"B\"");
    assert_is(good("GET", "/alerts?state=suppressed", ""),
              "{\"items\":[],\"next\":null}\n");
    assert_has(good("GET", "/alerts?state=active", ""), "\"alertname\":\"B\"");
    refused(ask("GET", "/alerts?state=odd", ""), 400, "invalid", "state");
    refused(ask("GET", "/alerts?cursor=7", ""), 400, "invalid", "cursor");
    refused(ask("GET", "/alerts?filter=a", ""), 400, "syntax", "filter");
    for (int n = 100; n <= 101; n++) { /* each is asked of each alert */
        char path[2000] = "/alerts?filter=a!%3Db";

        for (int i = 1; i < n; i++)
            strcat(path, ",a!%3Db");
        if (n == 100)
            (void)good("GET", path, "");
        else
            refused(ask("GET", path, ""), 409, "limit", "filter");
    }
    refused(ask("GET", "/alerts?filter=a%3D~%22(%22", ""), 400, "syntax", "filter");
    refused(ask("GET", "/alerts?limit=1001", ""), 400, "invalid", "limit");
    rig.full = true;
    refused(ask("GET", "/alerts", ""), 503, "unavailable", "");
    rig.full = false;
}

/* ---- history --------------------------------------------------------------- */

static struct history_ask last_ask; /* its texts went with the request, but for these */
static char last_topic[32], last_label[64];
static ok history_result;

static bool told_history(void *ctx, struct history_ask *ask)
{
    struct history_row row = { .seq = 7,
                               .n = 2,
                               .account = ask->account,
                               .kind = ROW_ATTEMPT,
                               .at = API_RIG_START,
                               .serial = 1,
                               .fingerprint = 0x8d2361d19bed296b,
                               .alertname = STR("磁盘"),
                               .word = STR("delivered"),
                               .reason = STR("first notification"),
                               .route = STR("r"),
                               .contact_group = STR("ops"),
                               .action_rule = STR(""),
                               .topic = STR(""),
                               .to = STR("张伟"),
                               .channel = STR("email"),
                               .shown = STR("a@example.org"),
                               .key = STR("0123456789abcdef0123456789abcdef"),
                               .attempt = 1,
                               .detail = STR("{\"status\":250}") };

    (void)ctx;
    last_ask = *ask;
    snprintf(last_topic, sizeof last_topic, "%.*s", STR_ARG(ask->topic));
    snprintf(last_label, sizeof last_label, "%.*s",
             STR_ARG(ask->labels.n > 0 ? ask->labels.v[0] : STR("")));
    if (history_result == OK)
        ask->row(ask, &row);
    ask->done(ask, history_result);
    return true;
}

static bool no_time(void *ctx, struct history_ask *ask)
{
    (void)ctx;
    (void)ask;
    return false;
}

static void what_is_remembered(void **state)
{
    static const struct history_port port = { .ask = told_history };
    struct str body;

    (void)state;
    rig.api.history = &port;
    history_result = OK;
    body = good("GET",
                "/deliveries?kind=attempt&failed=true&topic=t&limit=1&filter=team%3D%"
                "22ops%22&to=%E5%BC%A0%E4%BC%9F&fingerprint=8d2361d19bed296b"
                "&since=2026-11-21T09:00:00Z&cursor=9-3&order=oldest&channel=email",
                "");
    assert_is(
        body,
        "{\"items\":[{\"id\":\"7-2\",\"at\":\"2026-11-21T10:00:00.000Z\",\"kind\":"
        "\"attempt\",\"alert\":{\"id\":\"1000000000000000001\",\"fingerprint\":"
        "\"8d2361d19bed296b\",\"alertname\":\"磁盘\"},\"word\":\"delivered\","
        "\"reason\":\"first notification\",\"route\":\"r\",\"contact_group\":\"ops\","
        "\"to\":\"张伟\",\"channel\":\"email\",\"address\":\"a@example.org\",\"key\":"
        "\"0123456789abcdef0123456789abcdef\",\"attempt\":1,\"detail\":{\"status\":250}"
        "}],\"next\":\"7-2\"}\n");
    assert_int_equal(last_ask.account, 1);
    assert_int_equal(last_ask.kinds, 1u << ROW_ATTEMPT);
    assert_true(last_ask.fingerprint == 0x8d2361d19bed296b);
    assert_true(last_ask.since == API_RIG_START - NS_PER_HOUR && last_ask.until == 0);
    assert_true(last_ask.cursor_seq == 9 && last_ask.cursor_n == 3);
    assert_false(last_ask.newest_first);
    assert_true(last_ask.failed);
    assert_string_equal(last_topic, "t");
    assert_int_equal(last_ask.labels.n, 1);
    assert_string_equal(last_label, "team=ops");
    body = good("GET", "/deliveries?format=csv", "");
    assert_is(body,
              "at,id,kind,word,reason,alertname,fingerprint,route,contact_group,"
              "action_rule,topic,to,channel,address,key,attempt,status,code,meaning,said,"
              "remote,started,connected,finished,next_try,subject,alert_count,"
              "firing_count,resent_of,by\r\n"
              "2026-11-21T10:00:00.000Z,7-2,attempt,\"delivered\",\"first notification\","
              "\"磁盘\",\"8d2361d19bed296b\",\"r\",\"ops\",\"\",\"\",\"张伟\",\"email\","
              "\"a@example.org\",\"0123456789abcdef0123456789abcdef\",1,250,,,,,,,,,,,,,"
              "\r\n");
    assert_int_equal(last_ask.kinds,
                     1u << ROW_DECISION | 1u << ROW_ATTEMPT | 1u << ROW_ALERT);
    good("GET", "/deliveries?kind=alert,decision", "");
    assert_int_equal(last_ask.kinds, 1u << ROW_ALERT | 1u << ROW_DECISION);
    assert_true(last_ask.newest_first && last_ask.limit == 100);
    good("GET", "/audit?word=delete", "");
    assert_int_equal(last_ask.kinds, 1u << ROW_AUDIT);
    /* the audit has a permission of its own */
    refused(ask("GET", "/deliveries?kind=audit", ""), 400, "invalid", "kind");
}

static void history_refuses(void **state)
{
    static const struct history_port port = { .ask = told_history },
                                     full = { .ask = no_time };

    (void)state;
    rig.api.history = &port;
    refused(ask("GET", "/deliveries?cursor=9", ""), 400, "invalid", "cursor");
    refused(ask("GET", "/deliveries?cursor=9-", ""), 400, "invalid", "cursor");
    refused(ask("GET", "/deliveries?cursor=-9-1", ""), 400, "invalid", "cursor");
    refused(ask("GET", "/deliveries?cursor=9-4294967296", ""), 400, "invalid", "cursor");
    refused(ask("GET", "/deliveries?fingerprint=8d", ""), 400, "invalid", "fingerprint");
    refused(ask("GET", "/deliveries?fingerprint=8d2361d19bed296x", ""), 400, "invalid",
            "fingerprint");
    refused(ask("GET", "/deliveries?alert=1", ""), 400, "invalid", "alert");
    refused(ask("GET", "/deliveries?order=up", ""), 400, "invalid", "order");
    refused(ask("GET", "/deliveries?since=yesterday", ""), 400, "invalid", "since");
    refused(ask("GET", "/deliveries?until=x", ""), 400, "invalid", "until");
    refused(ask("GET", "/deliveries?kind=alert,x", ""), 400, "invalid", "kind");
    refused(ask("GET", "/deliveries?failed=yes", ""), 400, "invalid", "failed");
    refused(ask("GET", "/deliveries?format=xml", ""), 400, "invalid", "format");
    refused(ask("GET", "/deliveries?filter=team", ""), 400, "syntax", "filter");
    refused(ask("GET", "/deliveries?filter=team%3D~%22ops%22", ""), 422, "unsupported",
            "filter");
    history_result = FAILED;
    refused(ask("GET", "/deliveries/0123456789abcdef0123456789abcdef", ""), 503,
            "unavailable", "");
    refused(ask("POST", "/deliveries/0123456789abcdef0123456789abcdef/resend", ""), 503,
            "unavailable", "");
    refused(
        ask("POST", "/deliveries/resend", "{\"failed_since\":\"2026-11-21T10:00:00Z\"}"),
        503, "unavailable", "");
    refused(ask("POST", "/deliveries/resend", "{}"), 400, "missing", "failed_since");
    refused(ask("GET", "/deliveries", ""), 503, "unavailable", "");
    rig.api.history = &full;
    refused(ask("GET", "/deliveries", ""), 503, "unavailable", "");
}

/* An alert of yesterday is a delivery's, whoever shows it. */
static void what_was_takes_its_own_permission(void **state)
{
    static const struct history_port port = { .ask = told_history };
    static const char explains[] = "Content-Type: application/json\r\n"
                                   "Authorization: Bearer bk-explains\r\n",
                      both[] = "Content-Type: application/json\r\n"
                               "Authorization: Bearer bk-both\r\n";
    static const struct {
        const char *path, *body;
    } shows[] = {
        { "/routes/r/difference", "{}" },
        { "/preview", "{\"kind\":\"builtin\",\"alert\":\"8d2361d19bed296b\"}" },
        { "/preview", "{\"kind\":\"builtin\",\"delivery\":"
                      "\"0123456789abcdef0123456789abcdef\"}" },
    };

    (void)state;
    rig.api.history = &port;
    history_result = OK;
    put_user("explains", "bk-explains",
             "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\","
             "\"Action\":[\"belfry:Explain\",\"belfry:Preview\"]}]}");
    put_user("both", "bk-both",
             "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\","
             "\"Action\":[\"belfry:Explain\",\"belfry:Preview\","
             "\"belfry:ListDeliveries\"]}]}");
    for (size_t i = 0; i < sizeof shows / sizeof *shows; i++) {
        struct api_answer an = ask_as(explains, "POST", shows[i].path, shows[i].body);

        refused(an, 403, "denied", "");
        assert_has(an.body, "allows belfry:ListDeliveries");
        assert_true(ask_as(both, "POST", shows[i].path, shows[i].body).status != 403);
    }
    /* What is asked for without the past takes none. */
    assert_int_equal(
        ask_as(explains, "POST", "/preview", "{\"kind\":\"builtin\"}").status, 200);
}

/* ---- the description ------------------------------------------------------- */

static void openapi(void **state)
{
    struct str text = ask_as("", "GET", "/openapi.json", "").body;
    struct json_doc *doc = json_doc_new();
    struct json root, paths;
    size_t operations = 0;
    struct err e;

    (void)state;
    assert_int_equal(json_parse(doc, text, &root, &e), OK);
    paths = json_get(root, STR("paths"));
    assert_false(json_has_duplicate_keys(root));
    for (struct json_iter path = json_iter(paths); json_next(&path);)
        for (struct json_iter op = json_iter(path.value); json_next(&op);) {
            size_t in_path = 0;

            operations++;
            assert_true(json_str(json_get(op.value, STR("operationId"))).n > 0);
            for (struct json_iter p = json_iter(json_get(op.value, STR("parameters")));
                 json_next(&p);)
                in_path += str_is(json_str(json_get(p.value, STR("in"))), "path");
            for (size_t i = 0, at; str_find(str_from(path.key, i), STR("{"), &at);
                 i += at + 1)
                in_path--;
            assert_int_equal(in_path, 0);
        }
    assert_int_equal(operations, native_operation_count);
    assert_has(
        text,
        "\"/api/belfry/v1/contacts/{name}/addresses/{channel}/confirm\":{\"post\":");
    assert_has(text, "\"properties\":{\"labels\":{},\"at\":{}}");
    json_doc_free(&doc);
}

static void status(void **state)
{
    struct str body = good("GET", "/status", "");

    (void)state;
    assert_has(body, "{\"version\":\"" BELFRY_VERSION "\",\"ready\":true,\"started\":"
                     "\"2026-11-21T10:00:00.000Z\"");
    assert_has(body, "\"account\":\"main\"");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(who_asks),
        T(what_is_asked),
        T(too_large),
        T(busy),
        T(one_object),
        T(pages),
        T(every_kind_lists),
        T(an_admin_confirms),
        T(an_admin_resends),
        T(a_subscription),
        T(nobody_is_told),
        T(times_that_explain_looks_at),
        T(somebody_is_told),
        T(explain_refuses),
        T(alerts_come_in),
        T(alerts_page_by_page),
        T(what_is_remembered),
        T(history_refuses),
        T(what_was_takes_its_own_permission),
        T(openapi),
        T(status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
