/* explain.c - POST /explain: who would be told of an alert with these labels, through
 * what, and why or why not. The flow decides by the code that delivers; here it is
 * put into words. */
#include "api/native/native_private.h"

#include "api/native/verdict.h"
#include "base/time.h"
#include "model/matcher.h"

struct explaining {
    struct pairs labels;
    int64_t at;
    struct explanation result;
};

/* ---- on the flow thread ---------------------------------------------------- */

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct explaining *x = native_of(rq)->own;

    (void)until; /* one look at one alert's routes */
    flow_explain(f, x->labels, x->at, rq->a, &x->result);
    return true;
}

/* ---- writing --------------------------------------------------------------- */

/* What is a part of another product's rule is changed there only. */
static const char *fix_of(const struct decision *d)
{
    return d->why == SUPPRESSED_SILENCED && d->by_rule.n > 0
               ? "change or delete what `by_rule` names, if it is not wanted"
               : suppression_fix(d->why);
}

static void put_rule(struct json_out *o, const char *key, struct str owner)
{
    struct buf b;

    if (owner.n == 0)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    rule_words_put(&b, owner);
    json_kv(o, key, buf_str(&b));
    buf_fini(&b);
}

static void put_decision(struct json_out *o, const struct decision *d)
{
    bool told = d->why == SUPPRESSED_NONE;

    json_object(o);
    json_kv_bool(o, "told", told);
    json_kv(o, "word", str_of(suppression_name(d->why)));
    json_kv(o, "reason",
            str_of(told ? reason_word(d->reason) : suppression_words(d->why)));
    if (!told && fix_of(d)[0] != '\0')
        json_kv(o, "fix", str_of(fix_of(d)));
    json_kv(o, "to", d->to);
    json_kv(o, "channel", d->channel >= 0 ? str_of(channel_names[d->channel]) : STR(""));
    json_kv(o, "address", d->shown);
    json_kv(o, "route", d->route);
    json_kv(o, "contact_group", d->contact_group);
    json_kv(o, "action_rule", d->action_rule);
    json_kv(o, "topic", d->topic);
    if (told || d->waits != SUPPRESSED_NONE)
        native_put_time(o, "at", d->at);
    if (d->waits != SUPPRESSED_NONE) {
        json_kv(o, "waits", str_of(suppression_name(d->waits)));
        json_kv(o, "waits_reason", str_of(suppression_words(d->waits)));
    }
    put_rule(o, "route_rule", d->route_rule);
    if (d->by.n > 0)
        json_kv(o, "by", d->by);
    put_rule(o, "by_rule", d->by_rule);
    if (d->trace.n > 0) {
        json_key(o, "trace");
        json_raw(o, d->trace);
    }
    json_object_end(o);
}

/* Who is told later, if nobody acknowledges. */
static void put_ahead(struct json_out *o, const struct escalation_ahead *ahead)
{
    const struct decision *d = &ahead->decision;

    json_object(o);
    json_kv_i64(o, "step", ahead->step);
    native_put_time(o, "at", d->at);
    json_kv(o, "word", str_of(suppression_name(d->why)));
    json_kv(o, "to", d->to);
    json_kv(o, "channel", d->channel >= 0 ? str_of(channel_names[d->channel]) : STR(""));
    json_kv(o, "address", d->shown);
    json_kv(o, "route", d->route);
    json_kv(o, "contact_group", d->contact_group);
    json_kv(o, "action_rule", d->action_rule);
    json_object_end(o);
}

static void put_miss(struct json_out *o, const struct route_verdict *v)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    matcher_put(&b, &v->missed);
    json_object(o);
    json_kv(o, "route", v->route);
    json_kv(o, "matcher", buf_str(&b));
    json_kv_i64(o, "misses", (int64_t)v->missed_count);
    json_object_end(o);
    buf_fini(&b);
}

static void put_routes(struct json_out *o, const struct explanation *x)
{
    const struct route_verdict *miss = verdict_nearest_miss(x);

    json_key(o, "routes");
    json_array(o);
    for (size_t i = 0; i < x->route_count; i++)
        if (x->routes[i].matches)
            json_string(o, x->routes[i].route);
    json_array_end(o);
    json_kv_i64(o, "routes_looked_at", (int64_t)x->route_count);
    json_key(o, "nearest_miss");
    if (miss != NULL)
        put_miss(o, miss);
    else
        json_null(o);
}

static void answer(struct request *rq)
{
    const struct explaining *x = native_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_kv(&o, "sentence", verdict_sentence(&x->result, rq->a));
    native_put_time(&o, "at", x->at);
    json_kv_i64(&o, "told", (int64_t)x->result.told);
    json_key(&o, "decisions");
    json_array(&o);
    for (size_t i = 0; i < x->result.n; i++)
        put_decision(&o, &x->result.decisions[i]);
    json_array_end(&o);
    json_key(&o, "escalation");
    json_array(&o);
    for (size_t i = 0; i < x->result.ahead_count; i++)
        put_ahead(&o, &x->result.ahead[i]);
    json_array_end(&o);
    put_routes(&o, &x->result);
    native_end(rq, 200, &o);
}

/* Any hour of the book's rules may be asked for; far from it on both sides of what 64 bits
 * hold, because the flow counts on from here, in waits and in steady time. */
static bool at_is_near(int64_t at)
{
    return at >= 0 && at < TIME_2200;
}

static ok at_read(const struct request *rq, int64_t *at, struct err *e)
{
    struct json v = json_get(native_of(rq)->body, STR("at"));
    int32_t zone;

    *at = rq->now;
    if (json_is(v, JSON_NONE))
        return OK;
    if (json_is(v, JSON_STRING) && time_parse_rfc3339(json_str(v), at, &zone) == OK &&
        at_is_near(*at))
        return OK;
    return fail(e, FAULT_INVALID, "at",
                "at must be a time such as 2026-11-22T03:10:00+08:00, from 1970 to 2199");
}

void explain_post(struct request *rq)
{
    struct explaining *x = arena_new(rq->a, struct explaining);
    struct err e;

    native_of(rq)->own = x;
    if (body_labels(rq, native_of(rq)->body, &x->labels, &e) == FAILED ||
        at_read(rq, &x->at, &e) == FAILED)
        native_fault(rq, &e);
    else
        request_read(rq, look, answer);
}
