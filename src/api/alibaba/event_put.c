/* event_put.c - PutCustomEvent and SendDryRunSystemEvent: events in
 * (contracts/alibaba.md 1.10). An event is an alert that fires for a while and of whose
 * end nobody hears; the same event sent twice is the same alert, so a client may try
 * again. */
#include "api/alibaba/event.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

#define EVENT_LIFE (5 * NS_PER_MIN) /* how long it is shown as firing */

struct event {
    bool custom;
    struct str name, content, group_id, product, level;
    struct str status, class, region, resource, instance;
    int64_t at; /* wall ns */
};

/* ---- as an alert ----------------------------------------------------------------- */

static void add(struct pair *v, size_t *n, const char *name, struct str value)
{
    if (value.n > 0)
        v[(*n)++] = (struct pair){ str_of(name), value };
}

/* Made of what the event says and when: sent again it is the same. */
static struct str id_of(const struct event *ev, struct arena *a)
{
    const struct str parts[] = { ev->name,    ev->content, ev->group_id,
                                 ev->product, ev->level,   ev->status,
                                 ev->class,   ev->region,  ev->resource };
    struct digest d;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_i64(&b, ev->at / NS_PER_MS);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buf_char(&b, '\0');
        buf_add(&b, parts[i]);
    }
    d = sha256(buf_str(&b));
    buf_fini(&b);
    return str_head(digest_hex(a, d), 32);
}

static struct alert_in alert_of(const struct event *ev, int64_t now, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, 16);
    struct pair *notes = arena_array(a, struct pair, 1);
    size_t n = 0;

    add(v, &n, "alertname", ev->name);
    add(v, &n, "content", ev->content);
    add(v, &n, "eventClass", ev->class);
    add(v, &n, "eventId", id_of(ev, a));
    add(v, &n, "eventType", ev->custom ? STR("CUSTOM") : STR("SYSTEM"));
    add(v, &n, "groupId", ev->group_id);
    add(v, &n, "instanceName", ev->instance);
    add(v, &n, "level", ev->level);
    add(v, &n, "product", ev->product);
    add(v, &n, "regionId", ev->region);
    add(v, &n, "resource", ev->resource);
    add(v, &n, "resourceId", ev->resource);
    add(v, &n, "severity", severity_of(ev->level));
    add(v, &n, "source", STR("cloudmonitor"));
    add(v, &n, "status", ev->status);
    pairs_sort(v, n);
    notes[0] = (struct pair){ STR("summary"), ev->content };
    return (struct alert_in){ .door = DOOR_CLOUDMONITOR,
                              .labels = { v, n },
                              .annotations = { notes, ev->content.n > 0 },
                              .generator_url = STR(""),
                              .starts_at = ev->at,
                              .ends_at = now + EVENT_LIFE };
}

/* ---- what an event says ------------------------------------------------------------ */

static bool is_level(struct str s)
{
    return str_is(s, "CRITICAL") || str_is(s, "WARN") || str_is(s, "INFO");
}

static struct str member(struct json object, const char *name, struct arena *a)
{
    struct str s = json_str(json_get(object, str_of(name)));

    return s.n > 0 && s.n <= EVENT_NAME_MAX && !utf8_has_control(s) ? arena_str(a, s)
                                                                    : STR("");
}

/* A content that is a JSON object may say the level, and of a system event the rest. */
static ok members_read(struct event *ev, struct arena *a)
{
    struct json_doc *doc = json_doc_new();
    struct json root = { 0 };
    struct str level;
    struct err e;
    ok is_object = json_parse(doc, ev->content, &root, &e);

    if (is_object == OK && !json_is(root, JSON_OBJECT))
        is_object = FAILED;
    if (is_object == OK) {
        level = member(root, "level", a);
        if (is_level(level))
            ev->level = level;
    }
    if (is_object == OK && !ev->custom) {
        ev->status = member(root, "status", a);
        ev->class = member(root, "eventType", a);
        ev->region = member(root, "regionId", a);
        ev->resource = member(root, "resourceId", a);
        ev->instance = member(root, "instanceName", a);
    }
    json_doc_free(&doc);
    return is_object;
}

static ok name_judge(const struct request *rq, const char *parameter, struct str name,
                     struct refusal *why)
{
    if (utf8_count(name) <= EVENT_NAME_MAX && !utf8_has_control(name))
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(rq->a, "%s must have at most %d characters, no controls.",
                               parameter, (int)EVENT_NAME_MAX));
}

static ok content_judge(const struct request *rq, const char *parameter,
                        struct str content, struct refusal *why)
{
    size_t at;

    if (content.n <= EVENT_CONTENT_MAX && !str_find(content, (struct str){ "", 1 }, &at))
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(rq->a, "%s must have at most %d bytes.", parameter,
                               (int)EVENT_CONTENT_MAX));
}

/* 20171013T170923.456+0800, or milliseconds since 1970. */
static bool time_read(struct str s, int64_t *out)
{
    int64_t ms;
    struct str iso;
    char z[32];

    if (str_i64(s, &ms) == OK) {
        if (ms <= 0 || ms >= INT64_MAX / NS_PER_MS)
            return false;
        *out = ms * NS_PER_MS;
        return true;
    }
    if (s.n < 20 || s.n > 24 || s.p[8] != 'T' || s.p[15] != '.')
        return false;
    iso.n = (size_t)snprintf(z, sizeof z, "%.4s-%.2s-%.2sT%.2s:%.2s:%.*s", s.p, s.p + 4,
                             s.p + 6, s.p + 9, s.p + 11, (int)(s.n - 13), s.p + 13);
    iso.p = z;
    if (iso.n < 5 || z[iso.n - 1] == 'Z') {
        int32_t zone;

        return time_parse_rfc3339(iso, out, &zone) == OK;
    }
    memmove(z + iso.n - 1, z + iso.n - 2, 2); /* +0800 is +08:00 */
    z[iso.n - 2] = ':';
    iso.n++;
    return time_parse_rfc3339(iso, out, &(int32_t){ 0 }) == OK;
}

static ok time_parse(const struct request *rq, const char *row, int64_t *out,
                     struct refusal *why)
{
    struct str text = row_text(alibaba_parameters(rq), row, "Time");

    *out = rq->now;
    if (text.n == 0 || time_read(text, out))
        return OK;
    return refuse(why, REFUSE_PARAMETER_VALUE,
                  arena_printf(rq->a,
                               "%s.Time must be like 20171013T170923.456+0800, or "
                               "milliseconds since 1970.",
                               row));
}

/* ---- PutCustomEvent ------------------------------------------------------------------ */

static ok event_parse(const struct request *rq, const char *row, struct event *ev,
                      struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);

    *ev = (struct event){ .custom = true, .level = STR("INFO") };
    ev->group_id = row_text(p, row, "GroupId");
    if (row_need(p, row, "EventName", &ev->name, why) == FAILED ||
        row_need(p, row, "Content", &ev->content, why) == FAILED ||
        name_judge(rq, row_member(p, row, "EventName"), ev->name, why) == FAILED ||
        name_judge(rq, row_member(p, row, "GroupId"), ev->group_id, why) == FAILED ||
        content_judge(rq, row_member(p, row, "Content"), ev->content, why) == FAILED ||
        time_parse(rq, row, &ev->at, why) == FAILED)
        return FAILED;
    if (ev->group_id.n == 0)
        ev->group_id = STR("0");
    (void)members_read(ev, rq->a);
    return OK;
}

/* False: it could not be taken, and that was answered. */
static bool taken(struct request *rq, struct answer *w)
{
    struct refusal why;

    if (rq->ticket.result == FAILED) {
        (void)refuse(&why, REFUSE_UNAVAILABLE, STR(""));
        alibaba_refuse(rq, &why);
        return false;
    }
    alibaba_begin_plain(rq, w);
    return true;
}

static void put_done(struct request *rq)
{
    struct answer w;

    if (taken(rq, &w))
        alibaba_end(rq, &w);
}

void event_put(struct request *rq)
{
    struct alert_in *alerts;
    struct refusal why;
    struct event ev;
    struct rows rows;

    if (rows_parse(alibaba_parameters(rq), "EventInfo", EVENTS_MAX, &rows, &why) ==
        FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    if (rows.n == 0) {
        (void)refuse(&why, REFUSE_MISSING, STR("EventInfo"));
        alibaba_refuse(rq, &why);
        return;
    }
    alerts = arena_array(rq->a, struct alert_in, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        if (event_parse(rq, rows.names[i], &ev, &why) == FAILED) {
            alibaba_refuse(rq, &why);
            return;
        }
        alerts[i] = alert_of(&ev, rq->now, rq->a);
    }
    request_alerts(rq, alerts, rows.n, put_done);
}

/* ---- SendDryRunSystemEvent -------------------------------------------------------------- */

static ok dry_run_parse(const struct request *rq, struct event *ev, struct refusal *why)
{
    const struct parameters *p = alibaba_parameters(rq);

    *ev = (struct event){ .level = STR("INFO"), .at = rq->now };
    ev->group_id = parameter_text(p, "GroupId");
    ev->content = parameter_text(p, "EventContent");
    if (parameter_need(p, "Product", &ev->product, why) == FAILED ||
        parameter_need(p, "EventName", &ev->name, why) == FAILED ||
        name_judge(rq, "Product", ev->product, why) == FAILED ||
        name_judge(rq, "EventName", ev->name, why) == FAILED ||
        name_judge(rq, "GroupId", ev->group_id, why) == FAILED ||
        content_judge(rq, "EventContent", ev->content, why) == FAILED)
        return FAILED;
    if (ev->content.n > 0 && members_read(ev, rq->a) == FAILED)
        return refuse(why, REFUSE_PARAMETER_VALUE,
                      STR("EventContent must be a JSON object."));
    return OK;
}

/* Success is a string here, and only here. */
static void dry_run_done(struct request *rq)
{
    struct answer w;

    if (!taken(rq, &w))
        return;
    answer_text(&w, "Success", STR("true"));
    alibaba_end(rq, &w);
}

void event_dry_run(struct request *rq)
{
    struct alert_in *alert = arena_new(rq->a, struct alert_in);
    struct refusal why;
    struct event ev;

    if (dry_run_parse(rq, &ev, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    *alert = alert_of(&ev, rq->now, rq->a);
    request_alerts(rq, alert, 1, dry_run_done);
}
