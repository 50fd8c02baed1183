/* status.c - GET /api/v2/status: what amtool and dashboards ask first. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/time.h"
#include "model/matcher.h"

/* The Alertmanager whose API this is, at least: tools choose their reader by it, and
 * amtool warns before every command when it is not its own. Belfry's version stands in
 * `revision`. */
#define API_VERSION "0.25.0"

/* ---- routes as an Alertmanager file ---------------------------------------- */

static void put_span(struct buf *y, const char *key, int64_t ns)
{
    if (ns <= 0)
        return;
    buf_printf(y, "    %s: ", key);
    duration_put(y, ns);
    buf_char(y, '\n');
}

static void put_strs(struct buf *y, const char *key, struct strs list)
{
    if (list.n == 0)
        return;
    buf_printf(y, "    %s: [", key);
    for (size_t i = 0; i < list.n; i++) {
        buf_z(y, i > 0 ? ", " : "");
        json_put_str(y, list.v[i]);
    }
    buf_z(y, "]\n");
}

static void put_matchers(struct buf *y, const struct matchers *list)
{
    if (list->n > 0)
        buf_z(y, "    matchers:\n");
    for (size_t i = 0; i < list->n; i++) {
        struct buf one;

        buf_init(&one, BUF_NO_LIMIT);
        matcher_put(&one, &list->v[i]);
        buf_z(y, "    - ");
        json_put_str(y, buf_str(&one));
        buf_char(y, '\n');
        buf_fini(&one);
    }
}

/* Our routes are a flat list and all that match apply: `continue` on each. What none
 * matches goes to nobody. A JSON string is a YAML string. */
static void put_routes(struct buf *y, const struct book *book)
{
    size_t n = book_count(book, OBJECT_ROUTE);

    buf_z(y, "route:\n  receiver: not routed\n");
    buf_z(y, n > 0 ? "  routes:\n" : "");
    for (size_t i = 0; i < n; i++) {
        const struct route *r = BOOK_MODEL(book_at(book, OBJECT_ROUTE, i), route);

        buf_z(y, "  - receiver: ");
        json_put_str(y, r->name);
        buf_z(y, "\n    continue: true\n");
        put_matchers(y, &r->matchers);
        put_strs(y, "group_by", r->group_by);
        put_span(y, "group_wait", r->group_wait);
        put_span(y, "group_interval", r->group_interval);
        put_span(y, "repeat_interval", r->repeat_interval);
    }
    buf_z(y, "receivers:\n- name: not routed\n");
    for (size_t i = 0; i < n; i++) {
        buf_z(y, "- name: ");
        json_put_str(y, BOOK_MODEL(book_at(book, OBJECT_ROUTE, i), route)->name);
        buf_char(y, '\n');
    }
}

static void put_config(struct json_out *o, const struct request *rq)
{
    struct buf yaml;

    buf_init(&yaml, BUF_NO_LIMIT);
    if (rq->api->config_text != NULL)
        rq->api->config_text(rq->api, rq->who.tenant->name, &yaml);
    if (yaml.n == 0)
        put_routes(&yaml, rq->book);
    json_key(o, "config");
    json_object(o);
    json_kv(o, "original", buf_str(&yaml));
    json_object_end(o);
    buf_fini(&yaml);
}

/* ---- answers --------------------------------------------------------------- */

static void put_version(struct json_out *o)
{
    json_key(o, "versionInfo");
    json_object(o);
    json_kv(o, "branch", STR("belfry"));
    json_kv(o, "buildDate", STR(""));
    json_kv(o, "buildUser", STR(""));
    json_kv(o, "goVersion", STR(""));
    json_kv(o, "revision", STR("belfry " BELFRY_VERSION));
    json_kv(o, "version", STR(API_VERSION));
    json_object_end(o);
}

/* Where clustering was asked for, a node alone is its own one peer. */
static void put_cluster(struct json_out *o, const struct api_settings *s)
{
    bool alone = s->cluster_address.n > 0;

    json_key(o, "cluster");
    json_object(o);
    if (alone)
        json_kv(o, "name", s->cluster_name);
    json_key(o, "peers");
    json_array(o);
    if (alone) {
        json_object(o);
        json_kv(o, "address", s->cluster_address);
        json_kv(o, "name", s->cluster_name);
        json_object_end(o);
    }
    json_array_end(o);
    json_kv(o, "status", alone ? STR("ready") : STR("disabled"));
    json_object_end(o);
}

void status_get(struct request *rq)
{
    struct buf b, started;
    struct json_out o;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&started, 64);
    o = json_out(&b);
    o.html = true;
    json_object(&o);
    put_cluster(&o, rq->api->settings);
    put_config(&o, rq);
    time_put(&started, rq->api->settings->started, 0, 3);
    json_kv(&o, "uptime", buf_str(&started));
    buf_fini(&started);
    put_version(&o);
    json_object_end(&o);
    alertmanager_answer(rq, &b);
}
