/* list_test.c - lists too long for one piece: whole, in order, each alert once; what is
 * held back by hours; clients that leave in the middle. */
#include "api/api.h"

#include "../../../support/api_rig.h"
#include "../../../support/says.h"
#include "base/json.h"
#include "base/time.h"

#include <sys/socket.h>
#include <unistd.h>

static struct api_rig rig;

static void no_metrics(const struct api *api, struct buf *out)
{
    (void)api;
    (void)out;
}

static int set_up(void **state)
{
    (void)state;
    api_rig_start(&rig, alertmanager_serve);
    rig.settings.alertmanager_open = true;
    rig.api.metrics = no_metrics;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    api_rig_stop(&rig);
    return 0;
}

static struct str get(const char *target)
{
    struct api_answer an = api_rig_ask(&rig, "GET", str_of(target), STR(""), STR(""));

    if (an.status != 200)
        fail_msg("%s: %d %.*s", target, an.status, STR_ARG(an.body));
    return an.body;
}

/* Alerts of 10 hosts. */
static void post(int from, int n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (int i = from; i < from + n; i++)
        buf_printf(&b,
                   "%s{\"labels\":{\"alertname\":\"A\",\"host\":\"h%d\",\"id\":\"%d\"}}",
                   i == from ? "[" : ",", i % 10, i);
    buf_char(&b, ']');
    assert_int_equal(api_rig_ask(&rig, "POST", STR("/api/v2/alerts"),
                                 STR("Content-Type: application/json\r\n"), buf_str(&b))
                         .status,
                     200);
    buf_fini(&b);
}

static void add_route(const char *name, const char *group_by, struct strs mute)
{
    struct str by = str_of(group_by);
    struct label team = { STR("team"), STR("db") };
    struct route r = { .name = str_of(name),
                       .group_by = { &by, 1 },
                       .group_wait = NS_PER_HOUR,
                       .group_interval = NS_PER_HOUR,
                       .repeat_interval = NS_PER_HOUR,
                       .mute_intervals = mute,
                       .labels = { &team, 1 } };
    struct change c = {
        .op = CHANGE_CREATE, .kind = OBJECT_ROUTE, .object = &r, .present = FIELDS_ALL
    };

    api_rig_change(&rig, 0, &c, 1);
}

/* Fingerprints rise; gives how many. */
static size_t judge_alerts(struct json list)
{
    struct str before = STR("");
    size_t n = 0;

    for (struct json_iter it = json_iter(list); json_next(&it); n++) {
        struct str fingerprint = json_str(json_get(it.value, STR("fingerprint")));

        assert_true(str_cmp(before, fingerprint) < 0);
        before = fingerprint;
    }
    return n;
}

static struct json parse(struct json_doc **doc, struct str body)
{
    struct json root;
    struct err e;

    *doc = json_doc_new();
    assert_true(str_ends(body, STR("]\n")));
    if (json_parse(*doc, body, &root, &e) == FAILED)
        fail_msg("%s", e.text);
    return root;
}

/* Around the bounds of a piece. */
static void pieces(void **state)
{
    static const int grown[] = { 127, 1, 1, 382, 1, 1, 511, 1, 1, 1500 };
    int n = 0;

    (void)state;
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++) {
        struct json_doc *doc;

        post(n, grown[i]);
        n += grown[i];
        assert_int_equal(judge_alerts(parse(&doc, get("/api/v2/alerts"))), n);
        json_doc_free(&doc);
        assert_int_equal(
            judge_alerts(parse(&doc, get("/api/v2/alerts?filter=host%3D~.*"))), n);
        json_doc_free(&doc);
    }
    assert_is(get("/api/v2/alerts?filter=id%3D~none"), "[]\n");
    assert_is(get("/api/v2/alerts?active=false"), "[]\n"); /* of many pieces nothing */
    assert_is(get("/api/v2/alerts/groups?active=false"), "[]\n");
}

/* Each condition is asked of each alert. */
static void many_conditions(void **state)
{
    char path[2000] = "/api/v2/alerts?filter=id%3Dnone";

    (void)state;
    for (int i = 1; i < 100; i++)
        strcat(path, "&filter=a%3D");
    assert_is(get(path), "[]\n");
    strcat(path, "&filter=a%3D");
    assert_int_equal(api_rig_ask(&rig, "GET", str_of(path), STR(""), STR("")).status,
                     400);
}

/* Ten groups whose alerts straddle pieces. */
static void groups_in_pieces(void **state)
{
    struct json_doc *doc;
    size_t groups = 0, alerts = 0;
    struct json root;

    (void)state;
    add_route("hosts", "host", (struct strs){ 0 });
    post(0, 3000);
    root = parse(&doc, get("/api/v2/alerts/groups"));
    for (struct json_iter it = json_iter(root); json_next(&it); groups++) {
        struct str host =
            json_str(json_get(json_get(it.value, STR("labels")), STR("host")));
        struct json list = json_get(it.value, STR("alerts"));

        assert_int_equal(host.p[1] - '0', groups);
        for (struct json_iter al = json_iter(list); json_next(&al); alerts++)
            assert_true(
                str_eq(json_str(json_get(json_get(al.value, STR("labels")), STR("host"))),
                       host));
    }
    assert_int_equal(groups, 10);
    assert_int_equal(alerts, 3000);
    json_doc_free(&doc);
}

static void what_a_group_carries(void **state)
{
    struct time_item item = { .zone = STR("") }; /* always */
    struct time_interval always = { .name = STR("always"), .items = { &item, 1 } };
    struct time_span years = { 1999, 1999 };
    struct time_item long_ago = { .years = { &years, 1 }, .zone = STR("") };
    struct time_interval never = { .name = STR("never"), .items = { &long_ago, 1 } };
    struct str names[] = { STR("never"), STR("always") };
    struct change c[] = {
        { .op = CHANGE_CREATE,
          .kind = OBJECT_TIME_INTERVAL,
          .object = &always,
          .present = FIELDS_ALL },
        { .op = CHANGE_CREATE,
          .kind = OBJECT_TIME_INTERVAL,
          .object = &never,
          .present = FIELDS_ALL },
    };

    (void)state;
    api_rig_change(&rig, 0, c, 2);
    add_route("a", "host", (struct strs){ 0 });
    add_route("b", "host", (struct strs){ names, 2 });
    post(3, 1);
    assert_has(get("/api/v2/alerts/groups"),
               "\"labels\":{\"host\":\"h3\"},\"receiver\":{\"name\":\"b\"},"
               "\"routeLabels\":{\"team\":\"db\"}}]\n");
    assert_has(get("/api/v2/alerts/groups?receiver=b"),
               "\"status\":{\"inhibitedBy\":[],\"mutedBy\":[\"always\"],"
               "\"silencedBy\":[],\"state\":\"suppressed\"}");
    assert_has(get("/api/v2/alerts/groups?receiver=a"),
               "\"mutedBy\":[],\"silencedBy\":[],\"state\":\"active\"");
    assert_is(get("/api/v2/alerts/groups?receiver=b&muted=false"), "[]\n");
    assert_lacks(get("/api/v2/alerts/groups?muted=false"),
                 "\"name\":\"b\"},\"routeLabels");
    assert_has(get("/api/v2/alerts?muted=false"), "\"mutedBy\":[],");
}

/* Memory and the places of waiting calls are given back: ASan and the stop would tell. */
static void clients_that_leave(void **state)
{
    (void)state;
    post(0, 3000);
    for (int i = 0; i < 20; i++) {
        struct wire w;

        wire_open(&w, rig.port);
        wire_printf(&w, "GET /api/v2/alerts%s HTTP/1.1\r\nHost: h\r\n\r\n",
                    i % 2 == 0 ? "" : "/groups");
        if (i % 3 > 0)
            (void)wire_read_head(&w);
        wire_close(&w);
    }
    while (server_calls(rig.server) > 0)
        usleep(1000);
    assert_true(get("/api/v2/alerts").n > 0);
}

/* No input has come since they ended: they are listed no more all the same. */
static void what_has_ended(void **state)
{
    (void)state;
    post(0, 1200);
    api_rig_clock(api_rig_now() + NS_PER_MIN);
    assert_has(get("/api/v2/alerts"), "\"id\":\"1199\"");
    api_rig_clock(api_rig_now() + NS_PER_HOUR);
    assert_is(get("/api/v2/alerts"), "[]\n");
}

#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_RIG(pieces),
        ON_RIG(many_conditions),
        ON_RIG(groups_in_pieces),
        ON_RIG(what_a_group_carries),
        ON_RIG(clients_that_leave),
        ON_RIG(what_has_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
