/* history.c - what is remembered: deliveries, the whole history, the audit. Rows come
 * from the history thread, which writes them out here one by one. */
#include "api/native/native_private.h"

#include "api/history_port.h"
#include "base/time.h"

#include <stdio.h>

struct asking {
    struct history_ask ask; /* first */
    struct request *rq;
    struct json_out out;
    struct buf b;
    ok result;
    size_t rows;
    uint64_t last_seq;
    uint32_t last_n;
};

static const struct {
    const char *name;
    enum row_kind kind;
} row_kinds[] = {
    { "decision", ROW_DECISION },
    { "attempt", ROW_ATTEMPT },
    { "audit", ROW_AUDIT },
    { "alert", ROW_ALERT },
};

static struct str kind_name(enum row_kind kind)
{
    for (size_t i = 0; i < sizeof row_kinds / sizeof *row_kinds; i++)
        if (row_kinds[i].kind == kind)
            return str_of(row_kinds[i].name);
    return STR("");
}

/* ---- writing, on the history thread ---------------------------------------- */

static void put_given(struct json_out *o, const char *key, struct str value)
{
    if (value.n > 0)
        json_kv(o, key, value);
}

static void put_alert(struct json_out *o, const struct history_row *row)
{
    char fingerprint[17], id[32];
    struct buf b = { .p = id, .room = sizeof id, .limit = sizeof id };

    if (row->serial == 0)
        return;
    snprintf(fingerprint, sizeof fingerprint, "%016llx",
             (unsigned long long)row->fingerprint);
    alert_put_id(&b, row->serial);
    json_key(o, "alert");
    json_object(o);
    json_kv(o, "id", buf_str(&b));
    json_kv(o, "fingerprint", str_of(fingerprint));
    json_kv(o, "alertname", row->alertname);
    json_object_end(o);
}

static void put_row(struct json_out *o, const struct history_row *row)
{
    char id[32];

    snprintf(id, sizeof id, "%llu-%u", (unsigned long long)row->seq, row->n);
    json_object(o);
    json_kv(o, "id", str_of(id));
    native_put_time(o, "at", row->at);
    json_kv(o, "kind", kind_name(row->kind));
    put_alert(o, row);
    json_kv(o, "word", row->word);
    put_given(o, "reason", row->reason);
    put_given(o, "route", row->route);
    put_given(o, "contact_group", row->contact_group);
    put_given(o, "action_rule", row->action_rule);
    put_given(o, "topic", row->topic);
    put_given(o, "to", row->to);
    put_given(o, "channel", row->channel);
    put_given(o, "address", row->shown);
    put_given(o, "key", row->key);
    if (row->attempt > 0)
        json_kv_i64(o, "attempt", row->attempt);
    if (row->detail.n > 0) {
        json_key(o, "detail");
        json_raw(o, row->detail);
    }
    json_object_end(o);
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct asking *as = (struct asking *)(void *)ask;

    put_row(&as->out, row);
    as->rows++;
    as->last_seq = row->seq;
    as->last_n = row->n;
}

/* ---- the end --------------------------------------------------------------- */

static void finish(struct http_call *call)
{
    struct request *rq = call->user;
    struct asking *as = native_of(rq)->own;
    struct err e;

    if (as->result == FAILED) {
        buf_fini(&as->b);
        (void)fail(&e, FAULT_UNAVAILABLE, "", "the history cannot be read now");
        native_fault(rq, &e);
        return;
    }
    json_array_end(&as->out);
    json_key(&as->out, "next");
    if (as->rows == as->ask.limit)
        json_string(&as->out, arena_printf(rq->a, "%llu-%u",
                                           (unsigned long long)as->last_seq, as->last_n));
    else
        json_null(&as->out);
    native_end(rq, 200, &as->out);
}

static void rows_done(struct history_ask *ask, ok result)
{
    struct asking *as = (struct asking *)(void *)ask;

    as->result = result;
    http_later(as->rq->call, finish);
}

/* ---- what is asked --------------------------------------------------------- */

static ok cursor_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str text = query_text(rq, "cursor"), seq;
    int64_t a, b;

    if (text.n == 0)
        return OK;
    if (!str_cut(&text, '-', &seq) || str_i64(seq, &a) == FAILED || text.p == NULL ||
        str_i64(text, &b) == FAILED || a <= 0 || b < 0 || b > UINT32_MAX)
        return fail(e, FAULT_INVALID, "cursor", "this is no cursor of ours");
    ask->cursor_seq = (uint64_t)a;
    ask->cursor_n = (uint32_t)b;
    return OK;
}

static ok alert_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str fingerprint = query_text(rq, "fingerprint");
    struct str id = query_text(rq, "alert");
    struct buf bytes;
    ok done = OK;

    if (id.n > 0 && !alert_id_parse(id, &ask->serial))
        return fail(e, FAULT_INVALID, "alert", "an alert's id has 19 digits");
    if (fingerprint.n == 0)
        return OK;
    buf_init(&bytes, 64);
    if (fingerprint.n != 16 || get_hex(fingerprint, &bytes) == FAILED)
        done = fail(e, FAULT_INVALID, "fingerprint", "a fingerprint has 16 hex digits");
    for (size_t i = 0; done == OK && i < bytes.n; i++)
        ask->fingerprint = ask->fingerprint << 8 | (unsigned char)bytes.p[i];
    buf_fini(&bytes);
    return done;
}

/* Some of those that this operation shows: the audit has a permission of its own. */
static ok kinds_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str text = query_text(rq, "kind"), word;
    unsigned shown = ask->kinds;

    if (text.n == 0)
        return OK;
    ask->kinds = 0;
    while (str_cut(&text, ',', &word)) {
        unsigned bit = 0;

        for (size_t i = 0; i < sizeof row_kinds / sizeof *row_kinds; i++)
            if (str_is(word, row_kinds[i].name))
                bit = 1u << row_kinds[i].kind;
        if ((bit & shown) == 0)
            return fail(e, FAULT_INVALID, "kind",
                        "kind must be decision, attempt or alert");
        ask->kinds |= bit;
    }
    return OK;
}

static ok order_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str order = query_text(rq, "order");

    ask->newest_first = !str_is(order, "oldest");
    if (order.n == 0 || str_is(order, "oldest") || str_is(order, "newest"))
        return OK;
    return fail(e, FAULT_INVALID, "order", "order must be newest or oldest");
}

static ok ask_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    ask->alertname = query_text(rq, "alertname");
    ask->to = query_text(rq, "to");
    ask->contact_group = query_text(rq, "contact_group");
    ask->action_rule = query_text(rq, "action_rule");
    ask->route = query_text(rq, "route");
    ask->channel = query_text(rq, "channel");
    ask->word = query_text(rq, "word");
    ask->key = query_text(rq, "key");
    if (query_limit(rq, &ask->limit, e) == FAILED || cursor_read(rq, ask, e) == FAILED ||
        alert_read(rq, ask, e) == FAILED || kinds_read(rq, ask, e) == FAILED ||
        order_read(rq, ask, e) == FAILED ||
        query_time(rq, "since", &ask->since, e) == FAILED)
        return FAILED;
    return query_time(rq, "until", &ask->until, e);
}

static void history_answer(struct request *rq, unsigned kinds)
{
    const struct history_port *port = rq->api->history;
    struct asking *as = arena_new(rq->a, struct asking);
    struct err e;

    as->rq = rq;
    as->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                    .kinds = kinds,
                                    .row = row_came,
                                    .done = rows_done };
    native_of(rq)->own = as;
    if (ask_read(rq, &as->ask, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    as->out = native_begin(&as->b);
    json_key(&as->out, "items");
    json_array(&as->out);
    if (port->ask(port->ctx, &as->ask))
        return;
    buf_fini(&as->b);
    (void)fail(&e, FAULT_UNAVAILABLE, "", "too many ask for history now");
    native_fault(rq, &e);
}

void deliveries_get(struct request *rq)
{
    history_answer(rq, 1u << ROW_ATTEMPT);
}

void history_get(struct request *rq)
{
    history_answer(rq, 1u << ROW_DECISION | 1u << ROW_ATTEMPT | 1u << ROW_ALERT);
}

void audit_get(struct request *rq)
{
    history_answer(rq, 1u << ROW_AUDIT);
}
