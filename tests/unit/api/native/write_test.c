/* write_test.c - what is configured, made and changed through the native API: one
 * handler for every kind. */
#include "api/native/native_private.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/time.h"

#define BASE NATIVE_BASE

static struct api_rig rig;

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, native_serve);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct api_answer ask_as(const char *user, const char *method, const char *path,
                                const char *headers, const char *body)
{
    struct buf basic;
    struct api_answer an;

    buf_init(&basic, 256);
    put_base64(&basic, arena_printf(&rig.a, "%s:%s", user, API_RIG_PASSWORD));
    an = api_rig_ask(&rig, method, arena_printf(&rig.a, BASE "%s", path),
                     arena_printf(&rig.a,
                                  "Authorization: Basic %.*s\r\n"
                                  "Content-Type: application/json\r\n%s",
                                  STR_ARG(buf_str(&basic)), headers),
                     str_of(body));
    buf_fini(&basic);
    return an;
}

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return ask_as("ops", method, path, "", body);
}

static struct api_answer put(const char *path, int status, const char *body)
{
    struct api_answer an = ask("PUT", path, body);

    if (an.status != status)
        fail_msg("%s: %d, not %d: %.*s", path, an.status, status, STR_ARG(an.body));
    return an;
}

static void refused(struct api_answer an, int status, const char *words)
{
    if (an.status != status)
        fail_msg("%d, not %d: %.*s", an.status, status, STR_ARG(an.body));
    assert_has(an.body, words);
}

/* ---- routes ---------------------------------------------------------------- */

static void a_route(void **state)
{
    struct api_answer an =
        put("/routes/%E5%80%BC%E7%8F%AD", 201,
            "{\"matchers\":\"team=\\\"ops\\\",sev!~\\\"info|debug\\\"\",\"group_by\":["
            "\"b\",\"a\"],"
            "\"group_wait\":\"1m30s\",\"labels\":{\"where\":\"hz\"},"
            "\"webhooks\":[{\"url\":\"https://hooks.example.com/very/secret-token\"}]}");
    const struct route *r;

    (void)state;
    assert_is(api_answer_header(&an, "ETag"),
              arena_printf(&rig.a, "\"%llu\"",
                           (unsigned long long)book_revision(api_rig_book(&rig, 0)))
                  .p);
    assert_has(an.body, "\"name\":\"值班\"");
    assert_has(an.body, "{\"name\":\"sev\",\"op\":\"!~\",\"value\":\"info|debug\"}");
    assert_has(an.body, "\"group_wait\":\"1m30s\",\"group_interval\":\"5m\","
                        "\"repeat_interval\":\"4h\"");
    assert_has(an.body, "https://hooks.example.com/...oken");
    assert_lacks(an.body, "very");
    r = BOOK_MODEL(book_find(api_rig_book(&rig, 0), OBJECT_ROUTE, STR("值班")), route);
    assert_int_equal(r->group_wait, 90 * NS_PER_S);
    assert_int_equal(r->labels.n, 1);
}

/* A mail's owner has to confirm it; whoever writes a robot's URL answers for it. */
static void a_contact(void **state)
{
    struct api_answer an = put(
        "/contacts/zhang", 201,
        "{\"lang\":\"zh-cn\",\"zone\":\"Asia/Shanghai\",\"addresses\":["
        "{\"channel\":\"email\",\"plain\":\"zhang@example.org\"},"
        "{\"channel\":\"slack\",\"secret\":\"https://hooks.example/T/B/very-secret\"},"
        "{\"channel\":\"telegram\",\"plain\":\"-100123\"}],"
        "\"quiet\":[{\"times\":[{\"from\":1320,\"to\":420}]}]}");
    const struct contact *c;

    (void)state;
    assert_lacks(an.body, "very-secret");
    assert_has(an.body, "https://hooks.example/...cret");
    c = book_contact(api_rig_book(&rig, 0), STR("zhang"));
    assert_int_equal(c->addresses.n, 3);
    assert_int_equal(c->addresses.v[0].channel, CHANNEL_MAIL);
    assert_int_equal(c->addresses.v[0].state, ADDRESS_PENDING);
    assert_true(c->addresses.v[0].code.sealed.n > 0);
    assert_int_equal(c->addresses.v[1].state, ADDRESS_OK);
    assert_int_equal(c->addresses.v[2].state, ADDRESS_OK);
    assert_int_equal(c->quiet.v[0].times.n, 2);
    /* Who was asked is not asked again, and what was hidden is not lost. */
    put("/contacts/zhang", 200,
        "{\"addresses\":[{\"channel\":\"email\",\"plain\":\"zhang@example.org\"},"
        "{\"channel\":\"slack\",\"secret\":\"https://hooks.example/...cret\"}]}");
    c = book_contact(api_rig_book(&rig, 0), STR("zhang"));
    assert_int_equal(c->addresses.n, 2);
    assert_int_equal(c->addresses.v[0].state, ADDRESS_PENDING);
    refused(ask("PUT", "/contacts/zhang",
                "{\"addresses\":[{\"channel\":\"slack\",\"secret\":\"no URL\"}]}"),
            400, "addresses.0.secret");
    refused(ask("PUT", "/contacts/zhang", "{\"addresses\":[{\"channel\":\"email\"}]}"),
            400, "email");
    refused(ask("PUT", "/contacts/zhang",
                "{\"addresses\":[{\"channel\":\"email\",\"plain\":\"a@b.example\","
                "\"code\":\"x\"}]}"),
            422, "code");
    assert_int_equal(ask("DELETE", "/contacts/zhang", "").status, 204);
    assert_null(book_contact(api_rig_book(&rig, 0), STR("zhang")));
}

/* What its i-th webhook hides, as a digest. */
static struct str url_digest(const char *route, size_t i)
{
    const struct object *o =
        book_find(api_rig_book(&rig, 0), OBJECT_ROUTE, str_of(route));

    return arena_str(&rig.a, BOOK_MODEL(o, route)->webhooks.v[i].url.digest);
}

/* What GET shows may be PUT again: the secret stays what it was. */
static void a_round_trip(void **state)
{
    struct str one, two;

    (void)state;
    put("/routes/r", 201,
        "{\"webhooks\":[{\"url\":\"https://a.example/one-secret-1111\"},"
        "{\"url\":\"https://a.example/two-secret-2222\",\"send_resolved\":true}]}");
    one = url_digest("r", 0);
    two = url_digest("r", 1);
    put("/routes/r", 200, ask("GET", "/routes/r", "").body.p);
    assert_true(str_eq(one, url_digest("r", 0)));
    assert_true(str_eq(two, url_digest("r", 1)));
    refused(ask("PUT", "/routes/other",
                "{\"webhooks\":[{\"url\":\"https://a.example/...1111\"}]}"),
            400, "masked");
}

/* Two that are shown alike: as they were they stay, but nobody guesses which is meant. */
static void masked_alike(void **state)
{
    struct str one, two;

    (void)state;
    put("/routes/r", 201,
        "{\"webhooks\":[{\"url\":\"https://h.example/a\"},"
        "{\"url\":\"https://h.example/b\",\"send_resolved\":true}]}");
    one = url_digest("r", 0);
    two = url_digest("r", 1);
    assert_false(str_eq(one, two));
    put("/routes/r", 200, ask("GET", "/routes/r", "").body.p);
    assert_true(str_eq(one, url_digest("r", 0)));
    assert_true(str_eq(two, url_digest("r", 1)));
    refused(ask("PUT", "/routes/r",
                "{\"webhooks\":[{\"url\":\"https://h.example/...\","
                "\"send_resolved\":true}]}"),
            400, "more than one");
    put("/routes/r", 200,
        "{\"webhooks\":[{\"url\":\"https://h.example/a\"},"
        "{\"url\":\"https://h.example/a\",\"send_resolved\":true}]}");
    put("/routes/r", 200, "{\"webhooks\":[{\"url\":\"https://h.example/...\"}]}");
    assert_true(str_eq(one, url_digest("r", 0)));
}

/* The first of two that are shown entirely alike goes: which one was meant? */
static void one_of_two_alike(void **state)
{
    struct api_answer an;
    struct str cut;

    (void)state;
    put("/routes/r", 201,
        "{\"webhooks\":[{\"url\":\"https://h.example/a\"},"
        "{\"url\":\"https://h.example/b\"}]}");
    an = ask("GET", "/routes/r", "");
    put("/routes/r", 200, an.body.p);
    cut = str_from(an.body, (size_t)(strstr(an.body.p, "\"webhooks\":[{") - an.body.p));
    cut = str_head(cut, (size_t)(strchr(cut.p, '}') - cut.p) + 1);
    refused(ask("PUT", "/routes/r", arena_printf(&rig.a, "{%.*s]}", STR_ARG(cut)).p), 400,
            "more than one");
}

static const struct integration *integration_at(size_t i)
{
    const struct object *o =
        book_find(api_rig_book(&rig, 0), OBJECT_RECEIVER, STR("team"));

    return &BOOK_MODEL(o, receiver)->integrations.v[i];
}

/* An integration's address is not another's, though its place is. */
static void addresses_come_back_masked(void **state)
{
    struct str digest, shown;

    (void)state;
    put("/receivers/team", 201,
        "{\"integrations\":[{\"kind\":\"webhook\",\"settings\":{\"n\":1},\"addresses\":"
        "[{\"channel\":\"webhook\",\"secret\":\"https://h.example/a\"}]},"
        "{\"kind\":\"webhook\",\"settings\":{\"n\":2},\"addresses\":"
        "[{\"channel\":\"webhook\",\"secret\":\"https://h.example/b\"}]}]}");
    digest = arena_str(&rig.a, integration_at(1)->addresses.v[0].secret.digest);
    shown = arena_str(&rig.a, integration_at(1)->settings.shown);
    put("/receivers/team", 200, ask("GET", "/receivers/team", "").body.p);
    assert_true(str_eq(digest, integration_at(1)->addresses.v[0].secret.digest));
    refused(
        ask("PUT", "/receivers/team",
            arena_printf(&rig.a,
                         "{\"integrations\":[{\"kind\":\"webhook\",\"settings\":\"%.*s\","
                         "\"addresses\":[{\"channel\":\"webhook\",\"secret\":"
                         "\"https://h.example/...\"}]}]}",
                         STR_ARG(shown))
                .p),
        400, "more than one");
}

static struct str settings_digest(size_t i)
{
    return arena_str(&rig.a, integration_at(i)->settings.digest);
}

/* Each keeps its own, also when the first one goes. */
static void settings_come_back_masked(void **state)
{
    struct str one, two, shown;
    struct api_answer an;

    (void)state;
    put("/receivers/team", 201,
        "{\"integrations\":[{\"kind\":\"webhook\",\"settings\":{\"url\":\"http://h/a\"}},"
        "{\"kind\":\"webhook\",\"settings\":{\"url\":\"http://h/b\"}}]}");
    one = settings_digest(0);
    two = settings_digest(1);
    an = ask("GET", "/receivers/team", "");
    put("/receivers/team", 200, an.body.p);
    assert_true(str_eq(one, settings_digest(0)));
    assert_true(str_eq(two, settings_digest(1)));
    shown = integration_at(1)->settings.shown;
    put("/receivers/team", 200,
        arena_printf(&rig.a,
                     "{\"integrations\":[{\"kind\":\"webhook\",\"settings\":\"%.*s\"}]}",
                     STR_ARG(shown))
            .p);
    assert_true(str_eq(two, settings_digest(0)));
}

/* Refused by their number before each is looked at. */
static void too_many_integrations(void **state)
{
    struct buf b;

    (void)state;
    for (int n = 100; n <= 102; n++) { /* the last: more than any list may have */
        int items = n == 102 ? 10001 : n;

        buf_init(&b, BUF_NO_LIMIT);
        for (int i = 0; i < items; i++)
            buf_printf(&b,
                       "%s{\"kind\":\"webhook\",\"settings\":{\"url\":\"http://h/%d\"}}",
                       i == 0 ? "{\"integrations\":[" : ",", i);
        buf_z(&b, "]}");
        buf_char(&b, '\0');
        if (n == 100)
            put("/receivers/many", 201, b.p);
        else
            refused(ask("PUT", "/receivers/many", b.p), 409,
                    n == 101 ? "at most 100" : "more than 10000");
        buf_fini(&b);
    }
}

static void too_many_addresses(void **state)
{
    struct buf b;

    (void)state;
    for (int n = 1000; n <= 1001; n++) {
        buf_init(&b, BUF_NO_LIMIT);
        buf_z(&b, "{\"integrations\":[{\"kind\":\"email\",\"addresses\":[");
        for (int i = 0; i < n; i++)
            buf_printf(&b, "%s{\"channel\":\"email\",\"plain\":\"a%d@b.example\"}",
                       i == 0 ? "" : ",", i);
        buf_z(&b, "]}]}");
        buf_char(&b, '\0');
        if (n == 1000)
            put("/receivers/many", 201, b.p);
        else
            refused(ask("PUT", "/receivers/many", b.p), 409, "at most 1000");
        buf_fini(&b);
    }
}

/* A pattern is held against each character of what is asked. */
static void a_long_question(void **state)
{
    char text[2100], twenty[500] = "\"full-access\"";

    (void)state;
    for (int n = 2048; n <= 2049; n++) {
        struct api_answer an;

        snprintf(text, sizeof text, "{\"action\":\"%0*d\",\"policies\":[]}", n, 1);
        an = ask("POST", "/policies/test", text);
        assert_int_equal(an.status, n == 2048 ? 200 : 413);
    }
    for (int n = 1; n < 20; n++)
        strcat(twenty, ",\"full-access\"");
    snprintf(text, sizeof text, "{\"action\":\"cms:GetX\",\"policies\":[%s]}", twenty);
    assert_int_equal(ask("POST", "/policies/test", text).status, 200);
    snprintf(text, sizeof text, "{\"action\":\"cms:GetX\",\"policies\":[%s,%s]}", twenty,
             "\"full-access\"");
    refused(ask("POST", "/policies/test", text), 409, "at most 20");
}

static void conditions(void **state)
{
    const char *etag;
    struct api_answer an = put("/routes/r", 201, "{}");

    (void)state;
    etag = arena_printf(&rig.a, "If-Match: %.*s\r\n",
                        STR_ARG(api_answer_header(&an, "ETag")))
               .p;
    refused(ask_as("ops", "PUT", "/routes/r", "If-None-Match: *\r\n", "{}"), 409,
            "\"exists\"");
    assert_int_equal(
        ask_as("ops", "PUT", "/routes/r", etag, "{\"group_wait\":\"2s\"}").status, 200);
    refused(ask_as("ops", "PUT", "/routes/r", etag, "{\"group_wait\":\"3s\"}"), 412,
            "\"conflict\"");
    refused(ask_as("ops", "DELETE", "/routes/r", etag, ""), 412, "\"conflict\"");
    refused(ask_as("ops", "PUT", "/routes/gone", "If-Match: \"1\"\r\n", "{}"), 412,
            "\"conflict\"");
    refused(ask_as("ops", "PUT", "/routes/r", "If-None-Match: \"1\"\r\n", "{}"), 400,
            "If-None-Match");
    assert_int_equal(ask("DELETE", "/routes/r", "").status, 204);
    refused(ask("DELETE", "/routes/r", ""), 404, "\"not_found\"");
    assert_int_equal(
        ask_as("ops", "PUT", "/routes/r", "If-None-Match: *\r\n", "{}").status, 201);
}

static void who_may(void **state)
{
    (void)state;
    refused(ask_as("reader", "PUT", "/routes/r", "", "{}"), 403, "belfry:PutRoute");
    refused(ask_as("reader", "DELETE", "/routes/r", "", ""), 403, "belfry:DeleteRoute");
    refused(ask_as("reader", "POST", "/silences", "", "{}"), 403, "belfry:PutSilence");
    assert_int_equal(ask_as("reader", "GET", "/silences", "", "").status, 200);
}

static void from_a_file(void **state)
{
    struct route r = { .name = STR("filed"),
                       .group_interval = NS_PER_S,
                       .repeat_interval = NS_PER_S };
    struct change changes[] = {
        { .op = CHANGE_PROVISION_BEGIN },
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_ROUTE,
          .object = &r,
          .present = FIELD_BIT(ROUTE_NAME) | FIELD_BIT(ROUTE_GROUP_INTERVAL) |
                     FIELD_BIT(ROUTE_REPEAT_INTERVAL),
          .provisioned = STR("belfry.yml") },
    };

    (void)state;
    api_rig_change(&rig, 1, changes, 2);
    refused(ask_as("other/ops", "PUT", "/routes/filed", "", "{}"), 409,
            "\"provisioned\"");
    refused(ask_as("other/ops", "DELETE", "/routes/filed", "", ""), 409,
            "\"provisioned\"");
}

static void bad_bodies(void **state)
{
    static const struct {
        const char *body, *field;
    } rows[] = {
        { "", "body" },
        { "[]", "body" },
        { "{\"what\":1}", "the body has no member \\\"what\\\"" },
        { "{\"name\":\"s\"}", "\"name\"" },
        { "{\"group_wait\":5}", "\"group_wait\"" },
        { "{\"group_wait\":\"5 min\"}", "\"group_wait\"" },
        { "{\"group_by\":\"a\"}", "\"group_by\"" },
        { "{\"group_by\":[1]}", "\"group_by\"" },
        { "{\"matchers\":[\"a=b\",\"c\"]}", "\"matchers.1\"" },
        { "{\"matchers\":[{\"name\":\"a\",\"op\":\"==\"}]}", "\"matchers.0.op\"" },
        { "{\"matchers\":[{\"name\":\"a\",\"x\":\"==\"}]}", "\"matchers.0\"" },
        { "{\"matchers\":\"a=~\\\"(\\\"\"}", "\"matchers\"" },
        { "{\"labels\":{\"a\":1}}", "\"labels\"" },
        { "{\"position\":\"1\"}", "\"position\"" },
        { "{\"go_on\":1}", "\"go_on\"" },
        { "{\"webhooks\":[{\"url\":7}]}", "\"webhooks.0.url\"" },
        { "{\"webhooks\":[{\"url\":\"ftp://x\"}]}", "\"webhooks.0.url\"" },
        { "{\"webhooks\":{}}", "\"webhooks\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused(ask("PUT", "/routes/r", rows[i].body), 400, rows[i].field);
    assert_int_equal(book_count(api_rig_book(&rig, 0), OBJECT_ROUTE), 0);
}

/* ---- the other kinds ------------------------------------------------------- */

static void time_intervals(void **state)
{
    struct api_answer an;

    (void)state;
    an = put(
        "/time-intervals/night", 201,
        "{\"items\":[{\"times\":[{\"from\":0,\"to\":480}],\"zone\":\"Asia/Shanghai\"}]}");
    assert_has(an.body, "\"zone\":\"Asia/Shanghai\"");
    assert_true(book_zone(api_rig_book(&rig, 0), STR("Asia/Shanghai")).n > 0);
    refused(ask("PUT", "/time-intervals/x", "{\"items\":[{\"zone\":\"No/Where\"}]}"), 400,
            "No/Where");
    put("/routes/r", 201, "{\"mute_intervals\":[\"night\"]}");
    refused(ask("DELETE", "/time-intervals/night", ""), 409, "\"in_use\"");
}

static void inhibitions(void **state)
{
    struct api_answer an =
        put("/inhibitions/i", 201,
            "{\"source\":[\"sev=critical\"],\"target\":[{\"name\":\"sev\","
            "\"op\":\"=\",\"value\":\"warning\"}],\"equal\":[\"host\"]}");

    (void)state;
    assert_has(an.body,
               "\"source\":[{\"name\":\"sev\",\"op\":\"=\",\"value\":\"critical\"}]");
    assert_int_equal(ask("DELETE", "/inhibitions/i", "").status, 204);
}

static void receivers(void **state)
{
    struct api_answer an = put(
        "/receivers/team", 201,
        "{\"integrations\":[{\"kind\":\"webhook\",\"send_resolved\":true,\"addresses\":"
        "[{\"channel\":\"webhook\",\"secret\":\"https://h.example/tok-abcdefgh\"}],"
        "\"settings\":{\"timeout\":5,\"x\":[true,null,1.5,\"é\"]}},"
        "{\"kind\":\"webhook\",\"addresses\":[{\"channel\":\"webhook\","
        "\"plain\":\"https://h.example/tok-ijklmnop\"}]},"
        "{\"kind\":\"email\",\"addresses\":[{\"channel\":\"email\","
        "\"plain\":\"ops@example.org\"}]}],\"contact_groups\":[]}");
    const struct receiver *r;
    struct str plain;
    struct err e;

    (void)state;
    assert_lacks(an.body, "abcdefgh");
    assert_lacks(an.body, "tok-ijkl");
    r = book_receiver(api_rig_book(&rig, 0), STR("team"));
    assert_int_equal(r->integrations.v[1].index, 1);
    assert_int_equal(r->integrations.v[2].index, 0);
    assert_int_equal(r->integrations.v[2].addresses.v[0].state, ADDRESS_OK);
    assert_int_equal(
        unseal(rig.api.sealer, &rig.a, &r->integrations.v[0].settings, &plain, &e), OK);
    assert_is(plain, "{\"timeout\":5,\"x\":[true,null,1.5,\"é\"]}");
    refused(ask("PUT", "/receivers/x",
                "{\"integrations\":[{\"kind\":\"webhook\",\"settings\":{\"url_file\":\"/"
                "x\"}}]}"),
            403, "url_file");
    refused(ask("PUT", "/receivers/x",
                "{\"integrations\":[{\"kind\":\"webhook\",\"addresses\":[{\"channel\":"
                "\"webhook\"}]}]}"),
            400, "integrations.addresses");
}

static void heartbeats(void **state)
{
    struct api_answer an =
        put("/heartbeats/nightly", 201,
            "{\"period\":\"1d\",\"grace\":\"1h\",\"labels\":{\"team\":\"db\"}}");

    (void)state;
    assert_has(an.body, "\"period\":\"1d\",\"grace\":\"1h\"");
    assert_has(an.body, "\"labels\":[{\"name\":\"team\",\"value\":\"db\"}]");
    refused(ask("PUT", "/heartbeats/x", "{}"), 400, "period");
    assert_has(ask("GET", "/heartbeats", "").body, "\"total\":1");
}

static void contact_groups(void **state)
{
    struct contact c = { .name = STR("小王"), .describe = STR("") };
    struct change change = { .op = CHANGE_CREATE,
                             .kind = OBJECT_CONTACT,
                             .object = &c,
                             .present = FIELD_BIT(CONTACT_NAME) };

    (void)state;
    refused(ask("PUT", "/contact-groups/g", "{\"members\":[\"小王\"]}"), 400, "小王");
    api_rig_change(&rig, 0, &change, 1);
    assert_has(put("/contact-groups/g", 201, "{\"members\":[\"小王\"]}").body,
               "\"members\":[\"小王\"]");
    assert_has(put("/contact-groups/g", 200, "{\"describe\":\"d\"}").body,
               "\"members\":[]");
    assert_int_equal(ask("DELETE", "/contact-groups/g", "").status, 204);
}

static void silences(void **state)
{
    struct api_answer an = ask("POST", "/silences",
                               "{\"matchers\":\"team=ops\",\"ends_at\":\"2026-11-21T12:"
                               "00:00+00:00\",\"comment\":"
                               "\"维护\"}");
    const char *id, *path;

    (void)state;
    if (an.status != 201)
        fail_msg("%d %.*s", an.status, STR_ARG(an.body));
    assert_has(an.body, "\"created_by\":\"ops\"");
    id = arena_z(
        &rig.a,
        BOOK_MODEL(book_at(api_rig_book(&rig, 0), OBJECT_SILENCE, 0), silence)->id);
    path = arena_printf(&rig.a, "/silences/%s", id).p;
    an = put(path, 200,
             "{\"matchers\":\"team=ops\",\"starts_at\":\"2026-11-21T10:00:00Z\","
             "\"ends_at\":\"2026-11-21T13:00:00Z\"}");
    assert_has(an.body, arena_printf(&rig.a, "\"id\":\"%s\"", id).p);
    an = put(path, 201,
             "{\"matchers\":\"team=dev\",\"ends_at\":\"2026-11-21T13:00:00Z\"}");
    assert_lacks(an.body, arena_printf(&rig.a, "\"id\":\"%s\"", id).p);
    refused(
        ask("POST", "/silences",
            "{\"matchers\":\"team=~\\\".*\\\"\",\"ends_at\":\"2026-11-21T13:00:00Z\"}"),
        400, "at least one matcher");
    refused(ask("PUT", "/silences/nope",
                "{\"matchers\":\"a=b\",\"ends_at\":\"2026-11-21T13:00:00Z\"}"),
            404, "not_found");
    assert_int_equal(ask("DELETE", path, "").status, 200);
    assert_int_equal(ask("DELETE", "/silences/nope", "").status, 404);
}

/* Headers behind an endpoint go out unjudged: only SMN's door, which judges them, puts
 * them there. */
static void subscriptions(void **state)
{
    struct topic t = { .name = STR("t1"),
                       .urn = STR("urn:smn:cn-north-4:project-main:t1"),
                       .id = STR("0123456789abcdef0123456789abcdef"),
                       .display_name = STR("") };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_TOPIC, .object = &t, .present = FIELDS_ALL
    };

    (void)state;
    api_rig_change(&rig, 0, &change, 1);
    refused(ask("POST", "/subscriptions/t1",
                "{\"protocol\":\"https\",\"endpoint\":\"https://h.example/p"
                "#smn-headers?Host=x&Transfer-Encoding=chunked\"}"),
            400, "extension.header");
    assert_int_equal(
        ask("POST", "/subscriptions/t1",
            "{\"protocol\":\"https\",\"endpoint\":\"https://h.example/p#other\"}")
            .status,
        201);
    assert_has(ask("GET", "/subscriptions", "").body, "\"total\":1");
}

static void in_openapi(void **state)
{
    struct str all = ask("GET", "/openapi.json", "").body;

    (void)state;
    assert_has(all, "\"operationId\":\"PutTimeInterval\"");
    assert_has(all, "\"group_wait\":{\"type\":\"string\",\"description\":");
    assert_has(all, "\"operationId\":\"DeleteSilence\"");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(a_route),
        T(a_contact),
        T(a_round_trip),
        T(masked_alike),
        T(one_of_two_alike),
        T(addresses_come_back_masked),
        T(settings_come_back_masked),
        T(too_many_integrations),
        T(too_many_addresses),
        T(a_long_question),
        T(conditions),
        T(who_may),
        T(from_a_file),
        T(bad_bodies),
        T(time_intervals),
        T(inhibitions),
        T(receivers),
        T(heartbeats),
        T(contact_groups),
        T(silences),
        T(subscriptions),
        T(in_openapi),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
