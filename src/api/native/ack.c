/* ack.c - somebody takes alerts on: one by its id, or all that matchers name. */
#include "api/native/native_private.h"

#include "api/alert_filter.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/matcher.h"

#include <stdio.h>

enum { MANY = 1000 }; /* alerts that one worker does not filter */

struct acking {
    struct ack ack;
    struct query q;
    struct alert_filter filter;
};

static struct acking *acking_of(const struct request *rq)
{
    return native_of(rq)->own;
}

static void acked(struct request *rq)
{
    const struct ack *ack = &acking_of(rq)->ack;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_kv_i64(&o, "alerts", (int64_t)rq->ticket.failed);
    if (!ack->release) {
        json_kv(&o, "by", ack->by);
        json_kv(&o, "comment", ack->comment);
        native_put_time(&o, "expires_at", ack->expires_at);
    }
    native_end(rq, 200, &o);
}

/* ---- what is asked --------------------------------------------------------------- */

static ok text_read(struct json body, const char *name, size_t most, struct str *out,
                    struct err *e)
{
    struct json v = json_get(body, str_of(name));

    *out = json_str(v);
    if (!json_is(v, JSON_NONE) && !json_is(v, JSON_STRING))
        return fail(e, FAULT_INVALID, name, "%s must be a text", name);
    if (out->n > most)
        return fail(e, FAULT_INVALID, name, "%s must be at most %zu bytes", name, most);
    return OK;
}

static ok who_read(struct request *rq, struct ack *ack, struct err *e)
{
    struct json body = native_of(rq)->body;
    struct str until;
    int32_t zone;

    if (text_read(body, "by", ACK_NAME_MAX, &ack->by, e) == FAILED ||
        text_read(body, "comment", ACK_COMMENT_MAX, &ack->comment, e) == FAILED ||
        text_read(body, "expires_at", 64, &until, e) == FAILED)
        return FAILED;
    if (ack->by.n == 0)
        ack->by = utf8_cut(rq->who.user_name, ACK_NAME_MAX);
    if (ack->by.n == 0)
        return fail(e, FAULT_MISSING, "by", "by: who takes it on? Nobody is signed in");
    if (until.n == 0)
        return OK;
    if (time_parse_rfc3339(until, &ack->expires_at, &zone) == FAILED ||
        ack->expires_at <= rq->now)
        return fail(e, FAULT_INVALID, "expires_at",
                    "expires_at must be a time to come, such as 2026-11-22T03:10:00Z");
    return OK;
}

static ok id_read(struct request *rq, struct ack *ack, struct err *e)
{
    uint64_t *serial = arena_new(rq->a, uint64_t);

    if (!alert_id_parse(path_var(&native_of(rq)->vars, "id"), serial))
        return fail(e, FAULT_NOT_FOUND, "id", "there is no alert of that id");
    ack->alerts = (struct serials){ serial, 1 };
    return OK;
}

static struct acking *acking_new(struct request *rq)
{
    struct acking *k = arena_new(rq->a, struct acking);

    native_of(rq)->own = k;
    k->ack.comment = k->ack.by = STR("");
    return k;
}

/* ---- one alert --------------------------------------------------------------------- */

void alert_ack(struct request *rq)
{
    struct ack *ack = &acking_new(rq)->ack;
    struct err e;

    if (id_read(rq, ack, &e) == FAILED || who_read(rq, ack, &e) == FAILED)
        native_fault(rq, &e);
    else
        request_ack(rq, ack, acked);
}

void alert_unack(struct request *rq)
{
    struct ack *ack = &acking_new(rq)->ack;
    struct err e;

    ack->release = true;
    ack->by = utf8_cut(rq->who.user_name, ACK_NAME_MAX);
    if (id_read(rq, ack, &e) == FAILED)
        native_fault(rq, &e);
    else
        request_ack(rq, ack, acked);
}

/* ---- all that match ------------------------------------------------------------------ */

static ok matchers_read(struct request *rq, struct acking *k, struct err *e)
{
    struct str text;

    if (text_read(native_of(rq)->body, "matchers", 64 * 1024, &text, e) == FAILED)
        return FAILED;
    if (text.n == 0)
        return fail(e, FAULT_MISSING, "matchers",
                    "say which alerts: {\"matchers\": \"team=\\\"ops\\\"\"}");
    if (matchers_parse(text, rq->a, &k->q.matchers, e) == OK &&
        alert_filter_add(&k->filter, k->q.matchers, rq->a, e) == OK)
        return OK;
    (void)snprintf(e->field, sizeof e->field, "matchers");
    return FAILED;
}

static bool find(struct request *rq, struct flow *f, int64_t until)
{
    (void)until;
    return !flow_query(f, &acking_of(rq)->q);
}

/* By expressions too, which the flow does not run for strangers. */
static void choose(struct request *rq)
{
    struct acking *k = acking_of(rq);
    uint64_t *v = arena_array(rq->a, uint64_t, ACK_ALERTS_MAX);
    size_t n = 0, over = 0;
    struct err e;

    for (size_t i = 0; i < k->q.hits.n; i++) {
        const struct alert *al = k->q.hits.v[i].alert;

        if (!alert_filter_fits(&k->filter, al))
            continue;
        if (n < ACK_ALERTS_MAX)
            v[n++] = al->serial;
        else
            over++;
    }
    alert_filter_fini(&k->filter);
    vec_fini(&k->q.hits);
    k->ack.alerts = (struct serials){ v, n };
    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
    } else if (over > 0) {
        (void)!fail(&e, FAULT_LIMIT, "matchers",
                    "%zu alerts match, at most %d are acknowledged at once", n + over,
                    ACK_ALERTS_MAX);
        native_fault(rq, &e);
    } else {
        request_ack(rq, &k->ack, acked);
    }
}

static void found(struct request *rq)
{
    if (acking_of(rq)->q.hits.n > MANY)
        request_slowly(rq, choose);
    else
        choose(rq);
}

void alerts_ack(struct request *rq)
{
    struct acking *k = acking_new(rq);
    struct err e;

    k->q.now = rq->now;
    k->q.a = rq->a;
    if (who_read(rq, &k->ack, &e) == OK && matchers_read(rq, k, &e) == OK) {
        request_read(rq, find, found);
        return;
    }
    alert_filter_fini(&k->filter);
    native_fault(rq, &e);
}
