/* delivery.c - GET /deliveries/{key}: one message from its decision to now. */
#include "api/native/native_private.h"

#include "api/history_port.h"
#include "api/native/history_row.h"

enum { DECISIONS_MOST = 100, ATTEMPTS_MOST = 1000 };

struct last {
    uint64_t seq;
    uint32_t n;
    struct str word, reason;
    int64_t at;
};

struct delivery {
    struct history_ask ask; /* first */
    struct request *rq;
    ok result;
    struct str key;
    struct str decision;      /* the row that made it, as JSON; empty: none is left */
    VEC(struct str) others;   /* what else was decided of it */
    VEC(struct str) resent;   /* messages that repeat it */
    VEC(struct str) attempts; /* the newest first */
    struct last last;         /* what became of it */
    bool waits;
    struct delivery_state state; /* while it waits */
};

static struct delivery *delivery_of(const struct request *rq)
{
    return native_of(rq)->own;
}

static void delivery_fini(struct delivery *d)
{
    vec_fini(&d->others);
    vec_fini(&d->resent);
    vec_fini(&d->attempts);
}

/* ---- rows, on the history thread ------------------------------------------------- */

static struct str row_text(struct delivery *d, const struct history_row *row)
{
    struct json_out o;
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    history_row_json(&o, row);
    text = arena_str(d->rq->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void note_last(struct delivery *d, const struct history_row *row)
{
    if (row->seq < d->last.seq || (row->seq == d->last.seq && row->n < d->last.n))
        return;
    d->last = (struct last){ row->seq, row->n, arena_str(d->rq->a, row->word),
                             arena_str(d->rq->a, row->reason), row->at };
}

static void decision_came(struct history_ask *ask, const struct history_row *row)
{
    struct delivery *d = (struct delivery *)(void *)ask;
    bool told = str_is(row->word, suppression_name(SUPPRESSED_NONE));

    if (!str_eq(row->key, d->key)) {
        vec_push(&d->resent, row_text(d, row));
    } else if (told && d->decision.n == 0) {
        d->decision = row_text(d, row);
    } else {
        vec_push(&d->others, row_text(d, row));
        note_last(d, row);
    }
}

static void attempt_came(struct history_ask *ask, const struct history_row *row)
{
    struct delivery *d = (struct delivery *)(void *)ask;

    vec_push(&d->attempts, row_text(d, row));
    note_last(d, row);
}

/* ---- the answer --------------------------------------------------------------------- */

static void put_state(struct json_out *o, const struct delivery *d)
{
    json_key(o, "state");
    json_object(o);
    if (d->waits) {
        json_kv(o, "word", d->state.in_flight ? STR("sending") : STR("waiting"));
        json_kv_bool(o, "ended", false);
        json_kv_i64(o, "attempt", d->state.attempt);
        if (d->state.next_try != 0)
            native_put_time(o, "next_try", d->state.next_try);
    } else {
        json_kv(o, "word", d->last.word.n > 0 ? d->last.word : STR("unknown"));
        json_kv_bool(o, "ended", true);
        native_put_time(o, "at", d->last.at);
    }
    json_object_end(o);
}

static void put_list(struct json_out *o, const char *key, const struct str *v, size_t n,
                     bool backwards)
{
    json_key(o, key);
    json_array(o);
    for (size_t i = 0; i < n; i++)
        json_raw(o, v[backwards ? n - 1 - i : i]);
    json_array_end(o);
}

static void put_delivery(struct request *rq, struct delivery *d)
{
    struct buf b;
    struct json_out o = native_begin(&b);

    json_kv(&o, "key", d->key);
    put_state(&o, d);
    json_key(&o, "decision");
    if (d->decision.n > 0)
        json_raw(&o, d->decision);
    else
        json_null(&o);
    put_list(&o, "also_decided", d->others.v, d->others.n, false);
    put_list(&o, "attempts", d->attempts.v, d->attempts.n, true);
    put_list(&o, "resent", d->resent.v, d->resent.n, false);
    delivery_fini(d); /* it lies in the call, which ends with its answer */
    native_end(rq, 200, &o);
}

static void answer(struct request *rq)
{
    struct delivery *d = delivery_of(rq);
    struct err e;

    if (d->waits || d->decision.n > 0 || d->attempts.n + d->others.n > 0) {
        put_delivery(rq, d);
        return;
    }
    delivery_fini(d);
    (void)!fail(&e, FAULT_NOT_FOUND, "key", "no message of that key is remembered");
    native_fault(rq, &e);
}

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct delivery *d = delivery_of(rq);

    (void)until;
    d->waits = flow_delivery(f, d->key, &d->state);
    return true;
}

/* ---- one question after the other ------------------------------------------------------ */

static void ask(struct delivery *d);

static void came(struct http_call *call)
{
    struct request *rq = call->user;
    struct delivery *d = delivery_of(rq);
    struct err e;

    if (d->result == FAILED) {
        delivery_fini(d);
        (void)!fail(&e, FAULT_UNAVAILABLE, "", "the history cannot be read now");
        native_fault(rq, &e);
    } else if (d->ask.kinds == 1u << ROW_DECISION) {
        d->ask.kinds = 1u << ROW_ATTEMPT;
        d->ask.row = attempt_came;
        d->ask.newest_first = true;
        d->ask.limit = ATTEMPTS_MOST;
        ask(d);
    } else {
        answer(rq);
    }
}

static void rows_done(struct history_ask *ha, ok result)
{
    struct delivery *d = (struct delivery *)(void *)ha;

    d->result = result;
    http_later(d->rq->call, came);
}

static void ask(struct delivery *d)
{
    const struct history_port *port = d->rq->api->history;
    struct err e;

    if (port->ask(port->ctx, &d->ask))
        return;
    delivery_fini(d);
    (void)!fail(&e, FAULT_UNAVAILABLE, "", "too many ask for history now");
    native_fault(d->rq, &e);
}

/* The state first: what ends meanwhile has its row when history is asked. */
static void looked(struct request *rq)
{
    struct delivery *d = delivery_of(rq);

    if (rq->ticket.result == FAILED)
        native_fault(rq, &rq->ticket.err);
    else
        ask(d);
}

void delivery_get(struct request *rq)
{
    struct delivery *d = arena_new(rq->a, struct delivery);

    *d = (struct delivery){ .rq = rq,
                            .key = path_var(&native_of(rq)->vars, "key"),
                            .decision = STR("") };
    d->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION,
                                   .key = d->key,
                                   .limit = DECISIONS_MOST,
                                   .row = decision_came,
                                   .done = rows_done };
    native_of(rq)->own = d;
    request_read(rq, look, looked);
}
