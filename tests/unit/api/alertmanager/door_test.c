/* door_test.c - the Alertmanager dialect as a client meets it: shapes of answers and
 * refusals, sign-in, the list, metrics. */
#include "api/api.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/encode.h"
#include "base/time.h"

#include <stdlib.h>

#define JSON "Content-Type: application/json\r\n"

static struct api_rig rig;

static void one_file(const struct api *api, struct str account, struct buf *out)
{
    (void)api;
    if (str_is(account, "main"))
        buf_z(out, "route: {receiver: x}\n");
}

static void no_metrics(const struct api *api, struct buf *out)
{
    (void)api;
    buf_z(out,
          "# HELP of_the_app From outside.\n# TYPE of_the_app gauge\nof_the_app 7\n");
}

static bool reload_fails, not_ready;

static ok reload(const struct api *api, struct err *e)
{
    (void)api;
    return reload_fails ? (fail)(e, FAULT_INVALID, "", "line 3: what?") : OK;
}

static bool is_ready(const struct api *api)
{
    (void)api;
    return !not_ready;
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, alertmanager_serve);
    rig.settings.alertmanager_open = true;
    rig.api.metrics = no_metrics;
    rig.api.reload = reload;
    rig.api.ready = is_ready;
    reload_fails = not_ready = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct api_answer ask(const char *method, const char *target, const char *headers,
                             const char *body)
{
    return api_rig_ask(&rig, method, str_of(target), str_of(headers), str_of(body));
}

static struct api_answer post(const char *body)
{
    return ask("POST", "/api/v2/alerts", JSON, body);
}

static void expect(struct api_answer an, int status, const char *body)
{
    if (an.status != status)
        fail_msg("%d, not %d: %.*s", an.status, status, STR_ARG(an.body));
    assert_is(an.body, body);
}

static struct str list(const char *query)
{
    struct api_answer an =
        ask("GET", arena_printf(&rig.a, "/api/v2/alerts%s", query).p, "", "");

    if (an.status != 200)
        fail_msg("%s: %d %.*s", query, an.status, STR_ARG(an.body));
    return an.body;
}

/* ---- POST ------------------------------------------------------------------ */

static void good_alerts(void **state)
{
    struct api_answer an = post("[{\"labels\":{\"a\":\"b\"}}]");

    (void)state;
    expect(an, 200, "");
    assert_is(api_answer_header(&an, "Cache-Control"), "no-store");
    assert_is(api_answer_header(&an, "Vary"), "Origin");
    assert_int_equal(rig.alerts, 1);
    expect(post("[]"), 200, "");
    assert_int_equal(rig.alerts, 1); /* nothing to journal */
    expect(ask("POST", "/api/v2/alerts",
               "Content-Type: APPLICATION/JSON; charset=utf-8\r\n",
               "[{\"labels\":{\"a\":\"b\"}}]"),
           200, "");
}

static void some_good_alerts(void **state)
{
    (void)state;
    expect(post("[{\"labels\":{}},{\"labels\":{\"a\":\"b\"}},{\"labels\":{\"c\":\"\"}}]"),
           400,
           "\"at least one label pair required\\nat least one label pair required\"\n");
    assert_has(list(""), "\"labels\":{\"a\":\"b\"}");
    assert_int_equal(rig.counters.alerts_invalid, 2);
}

static void refusals(void **state)
{
    struct api_answer an;

    (void)state;
    expect(ask("POST", "/api/v2/alerts", JSON, ""), 422,
           "{\"code\":602,\"message\":\"alerts in body is required\"}");
    expect(post("[null]"), 422, "{\"code\":602,\"message\":\"0 in body is required\"}");
    an = post("[<]");
    assert_int_equal(an.status, 400);
    assert_has(an.body, "{\"code\":400,\"message\":\"parsing alerts body from \\\"\\\" "
                        "failed, because ");
    expect(ask("POST", "/api/v2/alerts", "Content-Type: text/plain\r\n", "[]"), 415,
           "{\"code\":415,\"message\":\"unsupported media type \\\"text/plain\\\", only "
           "[application/json] are allowed\"}");
    expect(ask("POST", "/api/v2/alerts", "", "[]"), 415,
           "{\"code\":415,\"message\":\"unsupported media type "
           "\\\"application/octet-stream\\\", only [application/json] are allowed\"}");
    expect(ask("GET", "/api/v2/alerts", "Accept: text/html, image/*;q=1\r\n", ""), 406,
           "{\"code\":406,\"message\":\"unsupported media type requested, only "
           "[application/json] are available\"}");
    assert_int_equal(
        ask("GET", "/api/v2/alerts", "Accept: text/html, */*;q=0.1\r\n", "").status, 200);
    expect(ask("GET", "/api/v2/nothing<", "", ""), 404,
           "{\"code\":404,\"message\":\"path /api/v2/nothing\\u003c was not found\"}");
    an = ask("PUT", "/api/v2/alerts", "", "");
    expect(
        an, 405,
        "{\"code\":405,\"message\":\"method PUT is not allowed, but [POST,GET] are\"}");
    assert_is(api_answer_header(&an, "Allow"), "POST,GET");
    an = ask("GET", "/api/v1/alerts", "", "");
    assert_int_equal(an.status, 410);
    assert_has(an.body, "{\"status\":\"deprecated\",\"error\":");
    assert_int_equal(ask("GET", "/api/v2/alerts?filter=%zz", "", "").status, 400);
    assert_int_equal(ask("GET", "/api/v2/alerts?filter=%ff", "", "").status, 400);
    assert_int_equal(rig.alerts, 0);
}

/* ---- other origins, and how many at once --------------------------------------- */

#define ORIGIN "Origin: http://grafana.example\r\n"

static void other_origins(void **state)
{
    struct api_answer an = ask("GET", "/api/v2/receivers", ORIGIN, "");

    (void)state;
    assert_is(api_answer_header(&an, "Access-Control-Allow-Origin"), "*");
    an = ask("GET", "/api/v2/receivers", "", "");
    assert_is(api_answer_header(&an, "Access-Control-Allow-Origin"), "");
    an = ask("OPTIONS", "/api/v2/alerts",
             ORIGIN "Access-Control-Request-Method: post\r\n"
                    "Access-Control-Request-Headers: content-type,ACCEPT\r\n",
             "");
    expect(an, 200, "");
    assert_is(api_answer_header(&an, "Access-Control-Allow-Methods"), "POST");
    assert_is(api_answer_header(&an, "Access-Control-Allow-Headers"),
              "Content-Type, Accept");
    an = ask("OPTIONS", "/api/v2/silence/x",
             ORIGIN "Access-Control-Request-Method: DELETE\r\n", "");
    expect(an, 200, "");
    assert_is(api_answer_header(&an, "Access-Control-Allow-Origin"), "");
    an = ask("OPTIONS", "/api/v2/alerts",
             ORIGIN "Access-Control-Request-Method: POST\r\n"
                    "Access-Control-Request-Headers: X-Secret\r\n",
             "");
    assert_is(api_answer_header(&an, "Access-Control-Allow-Origin"), "");
    assert_int_equal(ask("OPTIONS", "/api/v2/alerts", ORIGIN, "").status, 405);
}

static void gets_at_once(void **state)
{
    (void)state;
    rig.settings.get_concurrency = 9;
    rig.counters.gets = 8; /* as many are under way */
    assert_int_equal(ask("GET", "/api/v2/alerts", "", "").status, 200);
    rig.counters.gets = 9;
    expect(ask("GET", "/api/v2/alerts", "", ""), 503,
           "Limit of concurrent GET requests reached (9), try again later.\n");
    assert_int_equal(rig.counters.gets_refused, 1);
    assert_int_equal(post("[]").status, 200);                     /* no GET */
    assert_int_equal(ask("GET", "/metrics", "", "").status, 200); /* not of the API */
    rig.counters.gets = 7;
    rig.settings.get_concurrency = 0;
    assert_int_equal(ask("GET", "/api/v2/nothing", "", "").status, 404);
    assert_int_equal(rig.counters.gets, 7); /* each one that entered has left */
    rig.counters.gets = 8;
    assert_int_equal(ask("GET", "/api/v2/status", "", "").status, 503);
    rig.counters.gets = 0;
}

static void classic_names(void **state)
{
    (void)state;
    assert_int_equal(post("[{\"labels\":{\"a-b\":\"1\"}}]").status, 200);
    rig.settings.classic_names = true;
    expect(post("[{\"labels\":{\"a-b\":\"1\"}},{\"labels\":{\"_a9\":\"1\"},"
                "\"annotations\":{\"9\":\"\"}}]"),
           400,
           "\"invalid label set: invalid name \\\"a-b\\\"\\ninvalid annotations: invalid "
           "name \\\"9\\\"\"\n");
    assert_int_equal(post("[{\"labels\":{\"_a9\":\"1\"}}]").status, 200);
}

static void too_large(void **state)
{
    size_t n = (8u << 20) + 1;
    struct str body = { arena_alloc(&rig.a, n), n };

    (void)state;
    memset((char *)(uintptr_t)body.p, ' ', n);
    expect(api_rig_ask(&rig, "POST", STR("/api/v2/alerts"), STR(JSON), body), 413,
           "{\"code\":413,\"message\":\"http: request body too large\"}");
}

static void a_full_journal(void **state)
{
    struct api_answer an;

    (void)state;
    rig.full = true;
    an = post("[{\"labels\":{\"a\":\"b\"}}]");
    assert_int_equal(an.status, 503);
    assert_has(an.body, "{\"code\":503,\"message\":");
    assert_is(api_answer_header(&an, "Retry-After"), "1");
    assert_int_equal(ask("GET", "/api/v2/alerts", "", "").status, 503);
    rig.full = false;
    assert_is(list(""), "[]\n");
}

/* ---- GET ------------------------------------------------------------------- */

static void add_route(void)
{
    struct str group_by = STR("a");
    struct route route = { .name = STR("ops <1>"),
                           .group_by = { &group_by, 1 },
                           .group_wait = NS_PER_MIN,
                           .group_interval = NS_PER_MIN,
                           .repeat_interval = NS_PER_HOUR };
    struct matcher m = { STR("a"), MATCH_RE, STR("b.*") };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_ROUTE, .object = &route, .present = FIELDS_ALL
    };

    route.matchers = (struct matchers){ &m, 1 };
    api_rig_change(&rig, 0, &change, 1);
}

static void every_member(void **state)
{
    (void)state;
    add_route();
    expect(post("[{\"labels\":{\"a\":\"b\",\"z\":\"<&>\xe2\x80\xa8中\"},\"annotations\":{"
                "\"y\":\"1\"},"
                "\"startsAt\":\"2026-11-21T17:59:00.5+08:00\",\"endsAt\":"
                "\"2026-11-21T10:30:00Z\",\"generatorURL\":\"http://h/?a=1&b=2\"}]"),
           200, "");
    assert_is(list(""),
              "[{\"annotations\":{\"y\":\"1\"},\"endsAt\":\"2026-11-21T10:30:00.000Z\","
              "\"fingerprint\":\"411c94f04bde1703\",\"receivers\":[{\"name\":\"ops "
              "\\u003c1\\u003e\"}],\"startsAt\":\"2026-11-21T17:59:00.500+08:00\","
              "\"status\":{\"inhibitedBy\":[],\"mutedBy\":[],\"silencedBy\":[],\"state\":"
              "\"active\"},\"updatedAt\":\"2026-11-21T10:00:00.000Z\",\"generatorURL\":"
              "\"http://h/?a=1\\u0026b=2\",\"labels\":{\"a\":\"b\",\"z\":"
              "\"\\u003c\\u0026\\u003e\\u2028中\"}}]\n");
}

static void defaults_of_times(void **state)
{
    (void)state;
    post("[{\"labels\":{\"a\":\"b\"}}]");
    assert_has(list(""), "\"endsAt\":\"2026-11-21T10:05:00.000Z\"");
    assert_has(list(""), "\"startsAt\":\"2026-11-21T10:00:00.000Z\"");
    assert_lacks(list(""), "generatorURL");
    /* its end has passed: not listed */
    api_rig_clock(API_RIG_START + 5 * NS_PER_MIN);
    assert_is(list(""), "[]\n");
}

/* The vectors of contracts/alertmanager.md 3.1, and the order. */
static void fingerprints(void **state)
{
    struct str all;
    size_t one, two;

    (void)state;
    post("[{\"labels\":{\"alertname\":\"A\",\"cluster\":\"c1\",\"sev\":\"x\"}},"
         "{\"labels\":{\"ok\":\"1\"}}]");
    all = list("");
    assert_true(str_find(all, STR("\"fingerprint\":\"8d2361d19bed296b\""), &one));
    assert_true(str_find(all, STR("\"fingerprint\":\"8d4653b8b9db0024\""), &two));
    assert_true(one < two);
}

/* How many alerts a query lists. */
static void lists(const char *query, size_t n)
{
    struct str body = list(query);
    size_t found = 0, at;

    while (str_find(body, STR("\"fingerprint\""), &at)) {
        body = str_from(body, at + 1);
        found++;
    }
    if (found != n)
        fail_msg("%s lists %zu, not %zu", query, found, n);
}

static void filters(void **state)
{
    (void)state;
    add_route();
    post(
        "[{\"labels\":{\"a\":\"b\",\"n\":\"1\"}},{\"labels\":{\"a\":\"bb\",\"n\":\"2\"}},"
        "{\"labels\":{\"n\":\"3\"}}]");
    lists("", 3);
    lists("?filter=a%3Db", 1);
    lists("?filter=a%3D%22b%22&filter=n%3D1", 1);
    lists("?filter=a%3D%22b%22&filter=n%3D2", 0);
    lists("?filter=a%3D~b%2B", 2);
    lists("?filter=a!~b%2B", 1);
    lists("?filter=a!%3Db", 2); /* absent is not b */
    lists("?filter=a%3D", 1);   /* absent is empty */
    lists("?filter=a!%3D", 2);
    lists("?filter=none%3D~x%3F", 3);
    lists("?receiver=ops.*", 2);
    lists("?receiver=ops", 0); /* anchored */
    lists("?receiver=", 3);
    lists("?active=false", 0);
    lists("?active=FALSE&unprocessed=false", 0);
    lists("?active=Yes&silenced=false&inhibited=0", 3);
    lists("?active=&unknown=1", 3);
    expect(ask("GET", "/api/v2/alerts?filter=bad", "", ""), 400,
           "\"bad matcher format: bad\"\n");
    assert_int_equal(ask("GET", "/api/v2/alerts?filter=a%3D~(", "", "").status, 400);
    assert_has(ask("GET", "/api/v2/alerts?receiver=(", "", "").body,
               "\"failed to parse receiver param: ");
}

static void filters_are_bounded(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "?");
    for (int i = 0; i < 32; i++)
        buf_z(&b, "&filter=a%3D~b");
    lists(arena_str(&rig.a, buf_str(&b)).p, 0);
    buf_z(&b, "&filter=a%3D~b");
    assert_int_equal(
        ask("GET", arena_printf(&rig.a, "/api/v2/alerts%.*s", STR_ARG(buf_str(&b))).p, "",
            "")
            .status,
        400);
    buf_fini(&b);
}

static void many_alerts(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "%c{\"labels\":{\"n\":\"%d\"}}", i == 0 ? '[' : ',', i);
    buf_char(&b, ']');
    assert_int_equal(
        api_rig_ask(&rig, "POST", STR("/api/v2/alerts"), STR(JSON), buf_str(&b)).status,
        200);
    lists("", 1000);
    lists("?filter=n%3D~1..", 100);
    buf_fini(&b);
}

/* ---- status ---------------------------------------------------------------- */

static void status(void **state)
{
    struct str body;

    (void)state;
    add_route();
    body = ask("GET", "/api/v2/status", "", "").body;
    assert_has(body, "{\"cluster\":{\"peers\":[],\"status\":\"disabled\"},\"config\":{"
                     "\"original\":\"route:\\n");
    assert_has(body, "- receiver: \\\"ops \\u003c1\\u003e\\\"\\n    continue: true\\n");
    assert_has(body, "    - \\\"a=~\\\\\\\"b.*\\\\\\\"\\\"\\n");
    assert_has(body,
               "\"uptime\":\"2026-11-21T10:00:00.000Z\",\"versionInfo\":{\"branch\":");
    expect(ask("GET", "/api/v2/receivers", "", ""), 200,
           "[{\"name\":\"ops \\u003c1\\u003e\",\"labels\":{\"name\":\"ops "
           "\\u003c1\\u003e\"}}]\n");
    rig.api.config_text = one_file;
    assert_has(ask("GET", "/api/v2/status", "", "").body,
               "\"original\":\"route: {receiver: x}\\n\"");
    rig.api.config_text = NULL;
}

static void health(void **state)
{
    struct api_answer an;

    (void)state;
    expect(ask("GET", "/-/healthy", "Accept: text/plain\r\n", ""), 200, "OK");
    expect(ask("GET", "/-/ready", "", ""), 200, "OK");
    assert_int_equal(ask("HEAD", "/-/ready", "", "").status, 200);
    not_ready = true;
    assert_int_equal(ask("GET", "/-/ready", "", "").status, 503);
    expect(ask("GET", "/-/healthy", "", ""), 200, "OK");
    expect(ask("POST", "/-/reload", "", ""), 200, "");
    reload_fails = true;
    expect(ask("POST", "/-/reload", "", ""), 500,
           "failed to reload config: line 3: what?\n");
    an = ask("GET", "/-/reload", "", "");
    expect(an, 405, "Method Not Allowed\n");
    assert_is(api_answer_header(&an, "Allow"), "OPTIONS, POST");
    expect(ask("GET", "/-/nothing", "", ""), 404, "404 page not found\n");
}

static void alone_in_a_cluster(void **state)
{
    (void)state;
    assert_has(ask("GET", "/api/v2/status", "", "").body,
               "{\"cluster\":{\"peers\":[],\"status\":\"disabled\"},");
    assert_has(ask("GET", "/metrics", "", "").body, "alertmanager_cluster_enabled 0\n");
    rig.settings.cluster_address = STR("127.0.0.1:9094");
    rig.settings.cluster_name = STR("me");
    assert_has(ask("GET", "/api/v2/status", "", "").body,
               "{\"cluster\":{\"name\":\"me\",\"peers\":[{\"address\":\"127.0.0.1:9094\","
               "\"name\":\"me\"}],\"status\":\"ready\"},");
    assert_has(ask("GET", "/metrics", "", "").body, "alertmanager_cluster_enabled 1\n");
}

/* ---- receivers ------------------------------------------------------------- */

static void receivers(void **state)
{
    struct label team = { STR("team"), STR("db") };
    struct route r = { .name = STR("r"),
                       .receiver = STR("first"),
                       .group_interval = NS_PER_S,
                       .repeat_interval = NS_PER_S };
    struct receiver b = { .name = STR("first") }, c = { .name = STR("a second") };
    struct change changes[] = {
        { .op = CHANGE_CREATE,
          .kind = OBJECT_RECEIVER,
          .object = &b,
          .present = FIELD_BIT(1) },
        { .op = CHANGE_CREATE,
          .kind = OBJECT_RECEIVER,
          .object = &c,
          .present = FIELD_BIT(1) | FIELD_BIT(RECEIVER_LABELS) },
        { .op = CHANGE_CREATE,
          .kind = OBJECT_ROUTE,
          .object = &r,
          .present = FIELD_BIT(1) | FIELD_BIT(ROUTE_RECEIVER) |
                     FIELD_BIT(ROUTE_GROUP_INTERVAL) | FIELD_BIT(ROUTE_REPEAT_INTERVAL) },
    };

    (void)state;
    c.labels.v = &team;
    c.labels.n = 1;
    api_rig_change(&rig, 0, changes, 3);
    expect(ask("GET", "/api/v2/receivers", "", ""), 200,
           "[{\"name\":\"first\",\"labels\":{\"name\":\"first\"}},{\"name\":\"a second\","
           "\"labels\":{\"team\":\"db\",\"name\":\"a second\"}}]\n");
    expect(
        ask("GET", "/api/v2/receivers?receiver_matchers=team%3D~d.", "", ""), 200,
        "[{\"name\":\"a second\",\"labels\":{\"team\":\"db\",\"name\":\"a second\"}}]\n");
    expect(ask("GET",
               "/api/v2/receivers?receiver_matchers=team!%3Ddb"
               "&receiver_matchers=name%3D%22a+second%22",
               "", ""),
           200, "[]\n");
    expect(ask("GET", "/api/v2/receivers?receiver_matchers=x", "", ""), 400,
           "\"failed to parse receiver_matchers param: bad matcher format: x\"\n");
    expect(post("[{\"labels\":{\"a\":\"b\"}}]"), 200, "");
    assert_has(list("?receiver_matchers=name%3Dfirst"),
               "\"receivers\":[{\"name\":\"first\"}]");
    assert_is(list("?receiver_matchers=team%3Ddb"), "[]\n");
    assert_is(list("?receiver_matchers=name%3Dfirst&receiver=x"), "[]\n");
}

/* ---- metrics --------------------------------------------------------------- */

static bool is_histogram(struct str type)
{
    return str_is(type, "histogram") || str_is(type, "summary");
}

/* Of a histogram the samples of its parts. */
static bool is_of(struct str name, struct str family, struct str type)
{
    static const char *const parts[] = { "_bucket", "_sum", "_count" };

    if (!is_histogram(type))
        return str_eq(name, family);
    for (size_t i = 0; i < 3; i++)
        if (str_ends(name, str_of(parts[i])) &&
            str_eq(str_head(name, name.n - strlen(parts[i])), family))
            return true;
    return false;
}

static size_t last_blank(struct str line)
{
    size_t at = line.n;

    while (at > 0 && line.p[at - 1] != ' ')
        at--;
    assert_true(at > 1);
    return at - 1;
}

/* Each sample line is `name{labels} number`, behind one HELP and TYPE of its name. */
static void metrics_parse(struct str text)
{
    struct str line, name, family = STR(""), typed = STR(""), type = STR("");

    assert_true(str_ends(text, STR("\n")));
    while (str_cut(&text, '\n', &line) && line.n > 0) {
        size_t brace;
        char *end;

        if (str_starts(line, STR("# HELP "))) {
            line = str_from(line, strlen("# HELP "));
            assert_true(str_cut(&line, ' ', &family) && line.n > 1);
            continue;
        }
        if (str_starts(line, STR("# TYPE "))) {
            type = str_from(line, strlen("# TYPE "));
            assert_true(str_cut(&type, ' ', &typed));
            assert_true(str_eq(typed, family));
            assert_true(str_is(type, "gauge") || str_is(type, "counter") ||
                        is_histogram(type));
            assert_int_equal(str_is(type, "counter"), str_ends(family, STR("_total")));
            continue;
        }
        name = str_head(line, last_blank(line));
        if (str_find(name, STR("{"), &brace)) {
            assert_true(str_ends(name, STR("\"}")));
            name = str_head(name, brace);
        }
        if (!is_of(name, typed, type))
            fail_msg("%.*s stands below %.*s", STR_ARG(line), STR_ARG(typed));
        (void)strtod(arena_z(&rig.a, str_from(line, last_blank(line) + 1)), &end);
        assert_int_equal(*end, '\0');
    }
}

static void metrics(void **state)
{
    struct api_answer an;

    (void)state;
    post("[{\"labels\":{\"a\":\"b\"}},{\"labels\":{}},{\"labels\":{\"a\":\"c\"},"
         "\"endsAt\":"
         "\"2026-11-21T09:00:00Z\"}]");
    an = ask("GET", "/metrics", "", "");
    assert_int_equal(an.status, 200);
    assert_has(api_answer_header(&an, "Content-Type"), "version=0.0.4");
    metrics_parse(an.body);
    assert_has(an.body, "alertmanager_alerts{state=\"active\"} 1\n");
    assert_has(
        an.body,
        "alertmanager_alerts_received_total{status=\"firing\",version=\"v2\"} 1\n");
    assert_has(
        an.body,
        "alertmanager_alerts_received_total{status=\"resolved\",version=\"v2\"} 1\n");
    assert_has(an.body, "alertmanager_alerts_invalid_total{version=\"v2\"} 1\n");
    assert_has(an.body, "belfry_alerts_not_routed_total 1\n");
    assert_has(an.body, "\nof_the_app 7\n");
    assert_has(an.body,
               "alertmanager_http_request_duration_seconds_count{handler=\"/api/v2/"
               "alerts\",method=\"post\"} 1\n");
    assert_has(an.body, "alertmanager_http_response_size_bytes_bucket{handler=\"/api/v2/"
                        "alerts\",method=\"post\",le=\"100\"} 1\n");
    assert_has(an.body,
               "alertmanager_dispatcher_alert_processing_duration_seconds_count 1\n");
    assert_has(an.body,
               "alertmanager_notifications_suppressed_total{reason=\"silence\"} 0\n");
    assert_has(an.body, "alertmanager_silences{state=\"active\"} 0\n");
    assert_has(an.body, "alertmanager_cluster_members 1\n");
}

/* ---- who ------------------------------------------------------------------- */

static const char *basic(const char *user, const char *password)
{
    struct str plain = arena_printf(&rig.a, "%s:%s", user, password);
    struct buf b;
    const char *line;

    buf_init(&b, BUF_NO_LIMIT);
    put_base64(&b, plain);
    line =
        arena_printf(&rig.a, "Authorization: Basic %.*s\r\n" JSON, STR_ARG(buf_str(&b)))
            .p;
    buf_fini(&b);
    return line;
}

static void sign_in(void **state)
{
    const char *alert = "[{\"labels\":{\"a\":\"b\"}}]";
    struct api_answer an;

    (void)state;
    rig.settings.alertmanager_open = false;
    an = post(alert);
    assert_int_equal(an.status, 401);
    assert_is(api_answer_header(&an, "WWW-Authenticate"), "Basic realm=\"Belfry\"");
    assert_has(an.body, "{\"code\":401,\"message\":");
    assert_int_equal(rig.alerts, 0);
    assert_int_equal(
        ask("POST", "/api/v2/alerts", basic("ops", API_RIG_PASSWORD), alert).status, 200);
    assert_int_equal(rig.alerts, 1);
    assert_int_equal(ask("POST", "/api/v2/alerts", basic("ops", "wrong"), alert).status,
                     401);
    assert_int_equal(
        ask("POST", "/api/v2/alerts", basic("who", API_RIG_PASSWORD), alert).status, 401);
    /* a reader reads */
    assert_int_equal(
        ask("GET", "/api/v2/alerts", basic("reader", API_RIG_PASSWORD), "").status, 200);
    assert_int_equal(
        ask("POST", "/api/v2/alerts", basic("reader", API_RIG_PASSWORD), alert).status,
        403);
    assert_int_equal(
        ask("GET", "/api/v2/alerts", basic("nobody", API_RIG_PASSWORD), "").status, 403);
    assert_int_equal(rig.alerts, 1);
    /* another account's user has another account's alerts */
    an = ask("GET", "/api/v2/alerts", basic("other/ops", API_RIG_PASSWORD), "");
    expect(an, 200, "[]\n");
    assert_int_equal(
        ask("GET", "/api/v2/alerts", "Authorization: Basic %%\r\n", "").status, 401);
    assert_int_equal(ask("GET", "/api/v2/alerts", "Authorization: Basic\r\n", "").status,
                     401);
    assert_int_equal(
        ask("GET", "/api/v2/alerts", "Authorization: Bearer x\r\n", "").status, 401);
    assert_int_equal(ask("GET", "/metrics", "", "").status, 401);
    assert_int_equal(ask("POST", "/-/reload", "", "").status, 401);
    assert_int_equal(ask("GET", "/-/ready", "", "").status, 200);
    /* the file is all accounts', not any one's */
    expect(ask("POST", "/-/reload", basic("ops", API_RIG_PASSWORD), ""), 200, "");
    an = ask("POST", "/-/reload", basic("other/ops", API_RIG_PASSWORD), "");
    assert_int_equal(an.status, 403);
    assert_has(an.body, "users of account \\\"main\\\"");
}

static void no_such_account(void **state)
{
    (void)state;
    rig.settings.alertmanager_account = STR("gone");
    assert_int_equal(ask("GET", "/api/v2/alerts", "", "").status, 503);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(good_alerts),         T(some_good_alerts),  T(refusals),     T(other_origins),
        T(gets_at_once),        T(classic_names),     T(too_large),    T(a_full_journal),
        T(every_member),        T(defaults_of_times), T(fingerprints), T(filters),
        T(filters_are_bounded), T(many_alerts),       T(status),       T(health),
        T(alone_in_a_cluster),  T(receivers),         T(metrics),      T(sign_in),
        T(no_such_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
