/* resend_all.c - POST /deliveries/resend: what failed since a time, once more. Some at a
 * time, so that nobody waits for all of a bad night and its progress can be told: `next`
 * is where the following call goes on. What was sent again already is left out. */
#include "api/native/errand.h"

#include "base/time.h"

enum { PAGES_MOST = 50, PAGE_ROWS = 1000, PENDING_MOST = PAGE_ROWS };

struct place {
    uint64_t seq;
    uint32_t n;
};

struct failed {
    struct str key;
    struct place at;
};

struct sweep {
    struct history_ask ask; /* first: the scan */
    struct request *rq;
    bool dry;
    size_t limit, pages;
    ok result;
    struct failed *found; /* of a page */
    size_t found_n, judged;
    size_t rows;                  /* of that page */
    struct place scanned, behind; /* last row seen; last message that was judged */
    bool ended;                   /* nothing is left to be scanned */
    size_t before;                /* were sent again already */
    struct resend_one *v;
    size_t n;
    struct old_message message;
};

static struct sweep *sweep_of(const struct request *rq)
{
    return native_of(rq)->own;
}

/* ---- the scan, on the history thread ------------------------------------------- */

/* A message that does not fit is tried once more in the plain form. */
static bool is_final(const struct history_row *row)
{
    return !str_is(row->word, verdict_word(UNFIT)) ||
           str_has(row->detail, STR("\"plain\":true"));
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct sweep *s = (struct sweep *)(void *)ask;

    s->rows++;
    s->scanned = (struct place){ row->seq, row->n };
    if (row->key.n == 0 || !is_final(row))
        return;
    s->found[s->found_n++] =
        (struct failed){ arena_str(s->rq->a, row->key), { row->seq, row->n } };
}

static void page_came(struct http_call *call);

static void rows_done(struct history_ask *ask, ok result)
{
    struct sweep *s = (struct sweep *)(void *)ask;

    s->result = result;
    http_later(s->rq->call, page_came);
}

static void busy(struct request *rq)
{
    struct err e;

    (void)!fail(&e, FAULT_UNAVAILABLE, "",
                "history cannot be asked now; try again in a second");
    native_fault(rq, &e);
}

static void ask_page(struct sweep *s)
{
    const struct history_port *port = s->rq->api->history;

    s->rows = s->found_n = s->judged = 0;
    s->ask.cursor_seq = s->scanned.seq;
    s->ask.cursor_n = s->scanned.n;
    if (!port->ask(port->ctx, &s->ask))
        busy(s->rq);
}

/* ---- the answer -------------------------------------------------------------------- */

static void put_rest(struct request *rq, struct json_out *o)
{
    const struct sweep *s = sweep_of(rq);

    json_kv_i64(o, "matched", (int64_t)s->n);
    json_kv_i64(o, "resent_before", (int64_t)s->before);
    json_kv_bool(o, "dry_run", s->dry);
    json_key(o, "next");
    if (s->ended)
        json_null(o);
    else
        json_string(o, arena_printf(rq->a, "%llu-%u", (unsigned long long)s->behind.seq,
                                    s->behind.n));
}

static void sent(struct request *rq)
{
    errand_answer(rq, sweep_of(rq)->v, put_rest);
}

static void send_all(struct sweep *s)
{
    struct resend r = { .by = errand_actor(s->rq), .v = s->v, .n = s->n };
    struct buf payload;

    if (s->dry || s->n == 0) {
        s->rq->ticket.result = OK;
        sent(s->rq);
        return;
    }
    buf_init(&payload, BUF_NO_LIMIT);
    resend_encode(&r, &payload);
    request_errand(s->rq, INPUT_RESEND, &payload, sent);
}

/* ---- one message after the other ---------------------------------------------------- */

static void go_on(struct sweep *s);

static void judged(struct request *rq, struct old_message *m)
{
    struct sweep *s = sweep_of(rq);

    if (m->result == FAILED) {
        busy(rq);
        return;
    }
    s->behind = s->found[s->judged++].at;
    if (m->resent)
        s->before++;
    else if (m->found)
        s->v[s->n++] = m->one;
    go_on(s);
}

static void go_on(struct sweep *s)
{
    if (s->n == s->limit) {
        send_all(s);
    } else if (s->judged < s->found_n) {
        s->message.then = judged;
        if (!old_message_ask(s->rq, s->found[s->judged].key, &s->message))
            busy(s->rq);
    } else {
        s->behind = s->scanned;
        s->ended = s->rows < PAGE_ROWS;
        if (s->ended || s->pages++ == PAGES_MOST)
            send_all(s);
        else
            ask_page(s);
    }
}

static void page_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct sweep *s = sweep_of(rq);

    if (s->result == FAILED)
        busy(rq);
    else
        go_on(s);
}

/* ---- what is asked ------------------------------------------------------------------- */

static struct str text_of(const struct request *rq, const char *name)
{
    return json_str(json_get(native_of(rq)->body, str_of(name)));
}

static ok time_read(const struct request *rq, const char *name, int64_t *at,
                    struct err *e)
{
    struct str text = text_of(rq, name);
    int32_t zone;

    if (text.n == 0 || time_parse_rfc3339(text, at, &zone) == OK)
        return OK;
    return fail(e, FAULT_INVALID, name, "%s must be a time such as 2026-11-22T03:10:00Z",
                name);
}

static ok limit_read(const struct request *rq, struct sweep *s, struct err *e)
{
    struct json v = json_get(native_of(rq)->body, STR("limit"));

    s->limit = RESEND_MAX;
    s->dry = json_bool(json_get(native_of(rq)->body, STR("dry_run")));
    if (json_is(v, JSON_NONE))
        return OK;
    if (!json_is(v, JSON_INT) || json_int(v) < 1 || json_int(v) > RESEND_MAX)
        return fail(e, FAULT_INVALID, "limit", "limit must be a number from 1 to %d",
                    (int)RESEND_MAX);
    s->limit = (size_t)json_int(v);
    return OK;
}

static ok sweep_read(struct request *rq, struct sweep *s, struct err *e)
{
    struct history_ask *ask = &s->ask;

    ask->alertname = text_of(rq, "alertname");
    ask->to = text_of(rq, "to");
    ask->contact_group = text_of(rq, "contact_group");
    ask->action_rule = text_of(rq, "action_rule");
    ask->topic = text_of(rq, "topic");
    ask->route = text_of(rq, "route");
    ask->channel = text_of(rq, "channel");
    if (time_read(rq, "failed_since", &ask->since, e) == FAILED ||
        time_read(rq, "until", &ask->until, e) == FAILED ||
        limit_read(rq, s, e) == FAILED ||
        history_filter_read(rq, text_of(rq, "filter"), ask, e) == FAILED ||
        history_fingerprint_read(text_of(rq, "fingerprint"), ask, e) == FAILED ||
        history_cursor_read(text_of(rq, "cursor"), ask, e) == FAILED)
        return FAILED;
    if (ask->since == 0)
        return fail(e, FAULT_MISSING, "failed_since",
                    "say since when: failed_since, a time");
    s->scanned = s->behind = (struct place){ ask->cursor_seq, ask->cursor_n };
    return OK;
}

void deliveries_resend(struct request *rq)
{
    struct sweep *s = arena_new(rq->a, struct sweep);
    struct err e;

    native_of(rq)->own = s;
    s->rq = rq;
    s->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION | 1u << ROW_ATTEMPT,
                                   .failed = true,
                                   .limit = PAGE_ROWS,
                                   .row = row_came,
                                   .done = rows_done };
    if (sweep_read(rq, s, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    s->found = arena_array(rq->a, struct failed, PENDING_MOST);
    s->v = arena_array(rq->a, struct resend_one, RESEND_MAX);
    ask_page(s);
}
