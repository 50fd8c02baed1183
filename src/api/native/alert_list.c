/* alert_list.c - GET /alerts: what fires, page by page, and what keeps it back. */
#include "api/native/native_private.h"

#include "api/alert_filter.h"
#include "base/time.h"
#include "model/matcher.h"

#include <stdio.h>
#include <stdlib.h>

enum { MANY = 1000 }; /* alerts that one worker does not filter and sort */

enum state { STATE_ANY, STATE_ACTIVE, STATE_SUPPRESSED, STATE_ACKNOWLEDGED, STATE_OPEN };

static const char *const states[] = { "", "active", "suppressed", "acknowledged",
                                      "open" };

struct listing {
    struct query q;
    struct alert_filter filter;
    enum state state;
    size_t limit;
    uint64_t behind; /* serial of the last alert of the page before; 0: the first page */
    uint64_t *serials;
    size_t n, viewed;
    bool more; /* there is a next page */
    struct viewing viewing;
    struct alert_view *views;
};

static struct listing *listing_of(const struct request *rq)
{
    return native_of(rq)->own;
}

static void listing_fini(struct listing *l)
{
    alert_filter_fini(&l->filter);
    vec_fini(&l->q.hits);
}

/* ---- what is asked ------------------------------------------------------------- */

static ok state_read(struct request *rq, struct listing *l, struct err *e)
{
    struct str word = query_text(rq, "state");

    if (word.n == 0)
        return OK;
    for (int i = STATE_ACTIVE; i <= STATE_OPEN; i++)
        if (str_is(word, states[i])) {
            l->state = (enum state)i;
            return OK;
        }
    return fail(e, FAULT_INVALID, "state",
                "state is active, suppressed, acknowledged or open");
}

static ok listing_read(struct request *rq, struct listing *l, struct err *e)
{
    struct str filter = query_text(rq, "filter"), cursor = query_text(rq, "cursor");

    if (query_limit(rq, &l->limit, e) == FAILED || state_read(rq, l, e) == FAILED)
        return FAILED;
    if (cursor.n > 0 && !alert_id_parse(cursor, &l->behind))
        return fail(e, FAULT_INVALID, "cursor", "this is no cursor of ours");
    if (filter.n > 0 &&
        (matchers_parse(filter, rq->a, &l->q.matchers, e) == FAILED ||
         alert_filter_add(&l->filter, l->q.matchers, rq->a, e) == FAILED)) {
        snprintf(e->field, sizeof e->field, "filter");
        return FAILED;
    }
    l->q.now = rq->now;
    l->q.a = rq->a;
    return OK;
}

/* ---- which page ------------------------------------------------------------------ */

static bool find(struct request *rq, struct flow *f, int64_t until)
{
    (void)until;
    return !flow_query(f, &listing_of(rq)->q);
}

static int serial_cmp(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

    return (a > b) - (a < b);
}

/* By serial, which says when an alert came: pages hold while others come and go. */
static void page(struct request *rq, struct listing *l)
{
    uint64_t *v = calloc(l->q.hits.n + 1, sizeof *v);
    size_t n = 0;

    if (v == NULL)
        abort();
    for (size_t i = 0; i < l->q.hits.n; i++) {
        const struct alert *al = l->q.hits.v[i].alert;

        if (al->serial > l->behind && alert_filter_fits(&l->filter, al))
            v[n++] = al->serial;
    }
    if (n > 1)
        qsort(v, n, sizeof *v, serial_cmp);
    l->more = n > l->limit;
    l->n = l->more ? l->limit : n;
    l->serials = arena_array(rq->a, uint64_t, l->n + 1);
    memcpy(l->serials, v, l->n * sizeof *v);
    free(v);
    vec_fini(&l->q.hits);
}

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = listing_of(rq);

    (void)until;
    for (int i = 0; i < 128 && l->viewed < l->n; i++, l->viewed++)
        (void)flow_view(f, &l->viewing, l->serials[l->viewed], 0, &l->views[l->viewed]);
    return l->viewed == l->n;
}

/* ---- writing ------------------------------------------------------------------------ */

static void put_strs(struct json_out *o, const char *key, struct strs s)
{
    json_key(o, key);
    json_array(o);
    for (size_t i = 0; i < s.n; i++)
        json_string(o, s.v[i]);
    json_array_end(o);
}

/* n of its pairs. */
static void put_pairs(struct json_out *o, const char *key, const struct alert *al,
                      size_t from, size_t n)
{
    json_key(o, key);
    json_object(o);
    for (size_t i = 0; i < n; i++) {
        const struct interned *p = alert_pair(al, from + i);

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
}

static void put_ack(struct json_out *o, const struct ack_view *ack)
{
    json_key(o, "acknowledged");
    if (ack == NULL) {
        json_null(o);
        return;
    }
    json_object(o);
    json_kv(o, "by", ack->by);
    json_kv(o, "comment", ack->comment);
    native_put_time(o, "at", ack->at);
    native_put_time(o, "expires_at", ack->expires_at);
    json_kv_bool(o, "link", ack->link);
    json_object_end(o);
}

static void put_alert(struct json_out *o, const struct alert_view *view)
{
    const struct alert *al = view->alert;
    char text[32];
    struct buf id = { .p = text, .room = sizeof text, .limit = sizeof text };
    char fingerprint[17];

    alert_put_id(&id, al->serial);
    snprintf(fingerprint, sizeof fingerprint, "%016llx",
             (unsigned long long)alert_fingerprint(al));
    json_object(o);
    json_kv(o, "id", buf_str(&id));
    json_kv(o, "fingerprint", str_of(fingerprint));
    json_kv(o, "door", str_of(door_names[al->door]));
    put_pairs(o, "labels", al, 0, al->label_count);
    put_pairs(o, "annotations", al, al->label_count, al->annotation_count);
    native_put_time(o, "starts_at", al->starts_at);
    native_put_time(o, "ends_at", al->ends_at);
    native_put_time(o, "updated_at", al->updated_at);
    json_kv(o, "generator_url", alert_generator(al));
    put_strs(o, "receivers", view->receivers);
    json_kv(o, "state",
            view->silenced_by.n + view->inhibited_by.n > 0 ? STR("suppressed")
                                                           : STR("active"));
    put_strs(o, "silenced_by", view->silenced_by);
    put_strs(o, "inhibited_by", view->inhibited_by);
    put_ack(o, view->ack);
    json_object_end(o);
}

static bool wanted(const struct listing *l, const struct alert_view *view)
{
    bool suppressed = view->silenced_by.n + view->inhibited_by.n > 0;

    switch (l->state) {
    case STATE_ANY:
        return view->alert != NULL;
    case STATE_ACTIVE:
        return view->alert != NULL && !suppressed;
    case STATE_SUPPRESSED:
        return view->alert != NULL && suppressed;
    case STATE_ACKNOWLEDGED:
        return view->alert != NULL && view->ack != NULL;
    case STATE_OPEN:
        return view->alert != NULL && view->ack == NULL;
    }
    return false;
}

/* A page of one state may show fewer than its limit, and still have a next. */
static void put_next(struct json_out *o, const struct listing *l)
{
    char text[32];
    struct buf id = { .p = text, .room = sizeof text, .limit = sizeof text };

    json_key(o, "next");
    if (!l->more) {
        json_null(o);
        return;
    }
    alert_put_id(&id, l->serials[l->n - 1]);
    json_string(o, buf_str(&id));
}

static void answer(struct request *rq)
{
    struct listing *l = listing_of(rq);
    struct json_out o;
    struct buf b;

    listing_fini(l);
    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_key(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < l->n; i++)
        if (wanted(l, &l->views[i]))
            put_alert(&o, &l->views[i]);
    json_array_end(&o);
    put_next(&o, l);
    native_end(rq, 200, &o);
}

static void turn_page(struct request *rq)
{
    struct listing *l = listing_of(rq);

    page(rq, l);
    l->views = arena_array(rq->a, struct alert_view, l->n + 1);
    l->viewing = (struct viewing){ .now = l->q.now, .a = rq->a };
    request_read(rq, look, answer);
}

static void found(struct request *rq)
{
    if (rq->ticket.result == FAILED)
        answer(rq);
    else if (listing_of(rq)->q.hits.n > MANY)
        request_slowly(rq, turn_page);
    else
        turn_page(rq);
}

void native_alerts_get(struct request *rq)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct err e;

    native_of(rq)->own = l;
    if (listing_read(rq, l, &e) == FAILED) {
        listing_fini(l);
        native_fault(rq, &e);
        return;
    }
    request_read(rq, find, found);
}
