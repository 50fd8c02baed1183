/* event_list.c - listing and counting events (contracts/huawei.md 2.3). What fires comes
 * from the flow, what is over from the alerts that history's decisions carry: the newest
 * row that has an alert says how it ended. */
#include "api/huawei/event_query_private.h"
#include "api/huawei/huawei_private.h"

#include "api/history_port.h"
#include "api/labels.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"

#include <stdio.h>

enum {
    PAGE_ROWS = 1000,
    ROWS_MAX = 20000 /* of history that one question reads: the newest */
};

struct listing {
    struct history_ask ask; /* first */
    struct request *rq;
    struct event_query q;
    struct query active;
    bool wants_active, wants_history, count;
    size_t limit, offset;
    struct map seen; /* ids: what fires, and what a newer row had */
    VEC(struct event) events;
    struct json_doc *doc;
    size_t rows, all_rows;
    ok result;
};

static struct listing *listing_of(const struct request *rq)
{
    return huawei_of(rq)->own;
}

static void listing_fini(struct listing *l)
{
    vec_fini(&l->active.hits);
    vec_fini(&l->events);
    map_fini(&l->seen);
    json_doc_free(&l->doc);
}

/* Errors here have error_msg, whatever the examples say. */
static void refuse(struct request *rq, const struct err *e)
{
    static const struct aom_codes codes = {
        "AOM.08032002", NULL, NULL, NULL, NULL, NULL
    };
    struct err said = *e;

    snprintf(said.text, sizeof said.text, "The request body is illegal: %.360s", e->text);
    aom_refuse_as(rq, &codes, &said);
}

static void take(struct listing *l, const struct event *ev)
{
    if (aom_event_fits(ev, &l->q))
        vec_push(&l->events, *ev);
}

static int64_t ms(int64_t ns)
{
    return ns / NS_PER_MS;
}

/* ---- answers ----------------------------------------------------------- */

static void put_marker(struct json_out *o, const char *key, size_t at)
{
    char text[24];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    buf_i64(&b, (int64_t)at);
    json_kv(o, key, buf_str(&b));
}

static void put_page(struct listing *l, struct json_out *o)
{
    size_t from = l->offset < l->events.n ? l->offset : l->events.n;
    size_t n = l->events.n - from < l->limit ? l->events.n - from : l->limit;

    json_object(o);
    json_key(o, "events");
    json_array(o);
    for (size_t i = 0; i < n; i++)
        aom_event_put(&l->events.v[from + i], o);
    json_array_end(o);
    json_key(o, "page_info");
    json_object(o);
    json_kv_i64(o, "current_count", (int64_t)n);
    put_marker(o, "previous_marker", l->offset);
    if (from + n < l->events.n)
        put_marker(o, "next_marker", from + n);
    else
        json_kv(o, "next_marker", STR(""));
    json_object_end(o);
    json_object_end(o);
}

static const char *const levels[] = { "Critical", "Major", "Minor", "Info" };
enum { LEVELS = sizeof levels / sizeof *levels };

static bool of_level(const struct event *ev, const char *level)
{
    const struct pair *p = pairs_find(ev->metadata, STR("event_severity"));

    return p != NULL && str_is(p->value, level);
}

/* How many were there in each span of time; false: none at all. values has room for
 * one more: first it says by how many each differs from the one before. */
static bool count_level(const struct listing *l, const char *level, int64_t *values,
                        size_t spans, int64_t *sum)
{
    *sum = 0;
    for (size_t i = 0; i < l->events.n; i++) {
        const struct event *ev = &l->events.v[i];
        int64_t from = ev->starts_at > l->q.from ? ev->starts_at - l->q.from : 0;
        int64_t to = ev->ends_at != 0 && ev->ends_at < l->q.to ? ev->ends_at : l->q.to;
        size_t last = (size_t)((to - l->q.from) / l->q.step);

        if (!of_level(ev, level))
            continue;
        ++*sum;
        if ((size_t)(from / l->q.step) >= spans)
            from = (int64_t)(spans - 1) * l->q.step;
        values[from / l->q.step]++;
        values[last < spans ? last + 1 : spans]--;
    }
    for (size_t k = 1; k < spans; k++)
        values[k] += values[k - 1];
    return *sum > 0;
}

static void put_series(struct listing *l, size_t spans, struct json_out *o)
{
    int64_t sums[LEVELS];

    json_key(o, "series");
    json_array(o);
    for (size_t i = 0; i < LEVELS; i++) {
        int64_t *values = arena_array(l->rq->a, int64_t, spans + 1);

        if (!count_level(l, levels[i], values, spans, &sums[i]))
            continue;
        json_object(o);
        json_kv(o, "event_severity", str_of(levels[i]));
        json_key(o, "values");
        json_array(o);
        for (size_t k = 0; k < spans; k++)
            json_i64(o, values[k]);
        json_array_end(o);
        json_object_end(o);
    }
    json_array_end(o);
    json_key(o, "summary");
    json_object(o);
    for (size_t i = 0; i < LEVELS; i++)
        if (sums[i] > 0)
            json_kv_i64(o, levels[i], sums[i]);
    json_object_end(o);
}

static void put_statistic(struct listing *l, struct json_out *o)
{
    size_t spans = (size_t)((l->q.to - l->q.from + l->q.step - 1) / l->q.step);

    spans = spans > 0 ? spans : 1;
    json_object(o);
    json_kv_i64(o, "step", l->q.step);
    json_key(o, "timestamps");
    json_array(o);
    for (size_t k = 0; k < spans; k++)
        json_i64(o, l->q.from + (int64_t)k * l->q.step);
    json_array_end(o);
    put_series(l, spans, o);
    json_object_end(o);
}

static void answer(struct request *rq)
{
    struct listing *l = listing_of(rq);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    if (l->count) {
        put_statistic(l, &o);
    } else {
        aom_events_sort(l->events.v, l->events.n, &l->q);
        put_page(l, &o);
    }
    listing_fini(l);
    huawei_answer(rq, 200, &b);
}

static void give_up(struct request *rq)
{
    struct err e;

    listing_fini(listing_of(rq));
    (void)fail(&e, FAULT_UNAVAILABLE, "", "busy");
    refuse(rq, &e);
}

/* ---- what is over, on the history thread -------------------------------- */

static int64_t time_read(struct json alert, const char *member)
{
    int64_t at;
    int32_t zone;

    if (time_parse_rfc3339(json_str(json_get(alert, str_of(member))), &at, &zone) != OK)
        return 0;
    return ms(at);
}

/* Not among those that fire: if no row knows its end, it was when it was last spoken of. */
static void old_alert(struct listing *l, struct json v, int64_t at)
{
    struct arena *a = l->rq->a;
    struct str id = json_str(json_get(v, STR("id")));
    struct event ev = { .arrives_at = ms(at) };

    if (!alert_id_parse(id, &ev.serial) || map_find(&l->seen, id) != NULL)
        return;
    map_put(&l->seen, arena_str(a, id), l);
    ev.starts_at = time_read(v, "starts_at");
    ev.ends_at = time_read(v, "ends_at");
    if (ev.ends_at == 0 || ev.ends_at > ms(l->rq->now))
        ev.ends_at = ms(at);
    ev.metadata = aom_event_metadata(pairs_of_row(json_get(v, STR("labels")), a), a);
    ev.annotations = pairs_of_row(json_get(v, STR("annotations")), a);
    take(l, &ev);
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct listing *l = (struct listing *)(void *)ask;
    struct json detail;
    struct err ignored;

    l->rows++;
    ask->cursor_seq = row->seq;
    ask->cursor_n = row->n;
    if (row->detail.n == 0 || json_parse(l->doc, row->detail, &detail, &ignored) != OK)
        return;
    for (struct json_iter it = json_iter(json_get(detail, STR("alerts")));
         json_next(&it);)
        old_alert(l, it.value, row->at);
}

static void ask_page(struct request *rq);

static void page_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct listing *l = listing_of(rq);

    l->all_rows += l->rows;
    if (l->result != OK)
        give_up(rq);
    else if (l->rows == PAGE_ROWS && l->all_rows < ROWS_MAX)
        ask_page(rq);
    else
        answer(rq);
}

static void rows_done(struct history_ask *ask, ok result)
{
    struct listing *l = (struct listing *)(void *)ask;

    l->result = result;
    http_later(l->rq->call, page_came);
}

static void ask_page(struct request *rq)
{
    struct listing *l = listing_of(rq);
    const struct history_port *port = rq->api->history;

    l->rows = 0;
    if (port == NULL || !port->ask(port->ctx, &l->ask))
        give_up(rq);
}

static void look_back(struct request *rq)
{
    struct listing *l = listing_of(rq);

    l->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION,
                                   .since = l->q.from * NS_PER_MS,
                                   .newest_first = true,
                                   .limit = PAGE_ROWS,
                                   .row = row_came,
                                   .done = rows_done };
    ask_page(rq);
}

/* ---- what fires ---------------------------------------------------------- */

static bool find(struct request *rq, struct flow *f, int64_t until)
{
    (void)until;
    return !flow_query(f, &listing_of(rq)->active);
}

/* n of its pairs. */
static struct pairs pairs_of(const struct alert *al, size_t from, size_t n,
                             struct arena *a)
{
    struct pair *out = arena_array(a, struct pair, n + 1);

    for (size_t i = 0; i < n; i++) {
        const struct interned *p = alert_pair(al, from + i);

        out[i] = (struct pair){ interned_name(p), interned_value(p) };
    }
    return (struct pairs){ out, n };
}

static void firing(struct listing *l, const struct alert *al)
{
    struct arena *a = l->rq->a;
    struct event ev = { .serial = al->serial,
                        .starts_at = ms(al->starts_at),
                        .arrives_at = ms(al->updated_at) };
    char text[32];
    struct buf id = { .p = text, .room = sizeof text, .limit = sizeof text };

    alert_put_id(&id, al->serial);
    map_put(&l->seen, arena_str(a, buf_str(&id)), l);
    if (!l->wants_active)
        return;
    if (al->ends_by_timeout)
        ev.timeout = ms(al->ends_at - al->updated_at);
    ev.metadata = aom_event_metadata(pairs_of(al, 0, al->label_count, a), a);
    ev.annotations = pairs_of(al, al->label_count, al->annotation_count, a);
    take(l, &ev);
}

static void gather(struct request *rq)
{
    struct listing *l = listing_of(rq);

    for (size_t i = 0; i < l->active.hits.n; i++)
        firing(l, l->active.hits.v[i].alert);
    vec_fini(&l->active.hits);
    if (l->wants_history)
        look_back(rq);
    else
        answer(rq);
}

static void came(struct request *rq)
{
    if (rq->ticket.result != OK)
        give_up(rq);
    else
        request_slowly(rq, gather);
}

/* ---- the question -------------------------------------------------------- */

static ok number_read(const struct request *rq, const char *name, int64_t most,
                      int64_t otherwise, size_t *out, struct err *e)
{
    const struct param *p = params_find(huawei_of(rq)->query, str_of(name));
    int64_t n = otherwise;

    if (p != NULL && p->value.n > 0 &&
        (str_i64(p->value, &n) != OK || n < (otherwise > 0) || n > most))
        return fail(e, FAULT_INVALID, name, "%s must be %d to %lld", name, otherwise > 0,
                    (long long)most);
    *out = (size_t)n;
    return OK;
}

static ok question_read(struct request *rq, struct listing *l, struct err *e)
{
    const struct param *type = params_find(huawei_of(rq)->query, STR("type"));

    l->wants_active = type == NULL || !str_is(type->value, "history_alert");
    l->wants_history = type == NULL || !str_is(type->value, "active_alert");
    if (aom_event_query_decode(rq->call->body, ms(rq->now), rq->a, &l->q, e) != OK ||
        number_read(rq, "limit", EVENTS_PAGE_MAX, EVENTS_PAGE_MAX, &l->limit, e) != OK ||
        number_read(rq, "marker", INT32_MAX, 0, &l->offset, e) != OK)
        return FAILED;
    if (l->count && (l->q.to - l->q.from) / l->q.step > EVENT_STEPS_MAX)
        return fail(e, FAULT_INVALID, "step", "step makes more than %d steps",
                    EVENT_STEPS_MAX);
    return OK;
}

static void ask(struct request *rq, bool count)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct err e;

    l->count = count;
    if (question_read(rq, l, &e) != OK) {
        refuse(rq, &e);
        return;
    }
    l->rq = rq;
    l->doc = json_doc_new();
    map_init(&l->seen, 0);
    l->active.now = rq->now;
    l->active.a = rq->a;
    huawei_of(rq)->own = l;
    request_read(rq, find, came);
}

void aom_events_list(struct request *rq)
{
    ask(rq, false);
}

void aom_events_count(struct request *rq)
{
    ask(rq, true);
}
