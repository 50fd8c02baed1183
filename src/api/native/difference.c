/* difference.c - POST /routes/{name}/difference, and of other kinds: of the alerts that
 * the last day's history knows, which would have told somebody else if this object stood
 * there? Both answers are made by the code that delivers, on flows of their own
 * (flow/trial.h). */
#include "api/native/native_private.h"

#include "api/history_port.h"
#include "api/labels.h"
#include "base/time.h"
#include "flow/trial.h"

enum { PAGE_ROWS = 1000, PAGES_MOST = 5, ALERTS_MOST = 500, SHOWN_MOST = 50 };

struct was {
    struct pairs labels;
    int64_t at;
};

struct comparing {
    struct history_ask ask; /* first */
    struct request *rq;
    struct change changes[OBJECT_CHANGES_MAX];
    size_t change_count;
    struct json_doc *doc;
    struct map seen; /* ids of alerts */
    struct was *v;
    size_t n, rows, pages;
    ok result;
    bool complete; /* no alert of the day was left out */
};

/* ---- which alerts there were, on the history thread --------------------------- */

static void alert_came(struct comparing *c, struct json v, int64_t at)
{
    struct str id = json_str(json_get(v, STR("id")));
    struct pairs labels;
    struct err e;

    if (id.n == 0 || map_find(&c->seen, id) != NULL)
        return;
    if (c->n == ALERTS_MOST ||
        pairs_of_json(json_get(v, STR("labels")), c->rq->a, &labels, &e) == FAILED ||
        labels.n == 0) {
        c->complete = false;
        return;
    }
    /* the document is another one at the next row */
    struct pair *own = arena_array(c->rq->a, struct pair, labels.n);

    for (size_t i = 0; i < labels.n; i++)
        own[i] = (struct pair){ arena_str(c->rq->a, labels.v[i].name),
                                arena_str(c->rq->a, labels.v[i].value) };
    c->v[c->n++] = (struct was){ { own, labels.n }, at };
    (void)map_put(&c->seen, arena_str(c->rq->a, id), c);
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct comparing *c = (struct comparing *)(void *)ask;
    struct json root, alerts;
    struct err e;

    c->rows++;
    ask->cursor_seq = row->seq;
    ask->cursor_n = row->n;
    if (row->detail.n == 0 || json_parse(c->doc, row->detail, &root, &e) == FAILED ||
        json_str(json_get(root, STR("asked"))).n > 0)
        return; /* a test's alert is nobody's, and one sent again was here before */
    alerts = json_get(root, STR("alerts"));
    for (struct json_iter it = json_iter(alerts); json_next(&it);)
        alert_came(c, it.value, row->at);
    /* a row names the first 64 of its alerts */
    if (json_is(alerts, JSON_ARRAY) &&
        json_int(json_get(root, STR("alert_count"))) > (int64_t)json_count(alerts))
        c->complete = false;
}

static void page_came(struct http_call *call);

static void rows_done(struct history_ask *ask, ok result)
{
    struct comparing *c = (struct comparing *)(void *)ask;

    c->result = result;
    http_later(c->rq->call, page_came);
}

/* ---- who is told, before and after --------------------------------------------- */

/* Who hears of it: at once, and then, while nobody acknowledges. */
static size_t told_count(const struct explanation *x)
{
    return x->n + x->ahead_count;
}

static const struct decision *told_at(const struct explanation *x, size_t i)
{
    return i < x->n ? &x->decisions[i] : &x->ahead[i - x->n].decision;
}

/* 0: at once. */
static uint32_t step_at(const struct explanation *x, size_t i)
{
    return i < x->n ? 0 : x->ahead[i - x->n].step;
}

static bool is_told(const struct explanation *x, const struct decision *d, uint32_t step)
{
    for (size_t i = 0; i < told_count(x); i++) {
        const struct decision *other = told_at(x, i);

        if (other->why == SUPPRESSED_NONE && step_at(x, i) == step &&
            other->channel == d->channel && str_eq(other->to, d->to) &&
            str_eq(other->shown, d->shown))
            return true;
    }
    return false;
}

/* The next from *i on that is told here and not there. */
static const struct decision *more_next(const struct explanation *x,
                                        const struct explanation *than, size_t *i)
{
    for (; *i < told_count(x); ++*i) {
        const struct decision *d = told_at(x, *i);

        if (d->why == SUPPRESSED_NONE && !is_told(than, d, step_at(x, *i)))
            return d;
    }
    return NULL;
}

static bool tells_more(const struct explanation *x, const struct explanation *than)
{
    size_t i = 0;

    return more_next(x, than, &i) != NULL;
}

static void put_more(struct json_out *o, const char *key, const struct explanation *x,
                     const struct explanation *than)
{
    const struct decision *d;

    json_key(o, key);
    json_array(o);
    for (size_t i = 0; (d = more_next(x, than, &i)) != NULL; i++) {
        json_object(o);
        json_kv(o, "to", d->to);
        json_kv(o, "channel",
                d->channel >= 0 ? str_of(channel_names[d->channel]) : STR(""));
        json_kv(o, "address", d->shown);
        json_kv_i64(o, "step", step_at(x, i));
        json_object_end(o);
    }
    json_array_end(o);
}

static void put_labels(struct json_out *o, struct pairs labels)
{
    json_key(o, "labels");
    json_object(o);
    for (size_t i = 0; i < labels.n; i++) {
        json_key_str(o, labels.v[i].name);
        json_string(o, labels.v[i].value);
    }
    json_object_end(o);
}

/* True: somebody else is told; shown while there is room. */
static bool compare(const struct was *w, struct trial *before, struct trial *after,
                    struct json_out *o)
{
    struct explanation was, will;
    struct arena a;
    bool differs;

    arena_init(&a);
    trial_explain(before, w->labels, w->at, &a, &was);
    trial_explain(after, w->labels, w->at, &a, &will);
    differs = tells_more(&will, &was) || tells_more(&was, &will);
    if (differs && o != NULL) {
        json_object(o);
        put_labels(o, w->labels);
        put_more(o, "more", &will, &was);
        put_more(o, "fewer", &was, &will);
        json_object_end(o);
    }
    arena_fini(&a);
    return differs;
}

static void answer(struct request *rq, struct trial *before, struct trial *after)
{
    const struct comparing *c = native_of(rq)->own;
    int64_t changed = 0;
    struct buf b;
    struct json_out o = native_begin(&b);

    native_put_time(&o, "since", c->ask.since);
    json_key(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < c->n; i++)
        changed += compare(&c->v[i], before, after, changed < SHOWN_MOST ? &o : NULL);
    json_array_end(&o);
    json_kv_i64(&o, "alerts", (int64_t)c->n);
    json_kv_i64(&o, "changed", changed);
    json_kv_bool(&o, "complete", c->complete);
    native_end(rq, 200, &o);
}

static void try_both(struct request *rq)
{
    const struct comparing *c = native_of(rq)->own;
    const struct change_set set = { .v = c->changes, .n = c->change_count };
    struct trial *before = NULL, *after = NULL;
    struct err e;

    if (trial_new(rq->book, NULL, rq->now, &before, &e) == FAILED ||
        trial_new(rq->book, &set, rq->now, &after, &e) == FAILED)
        native_fault(rq, &e);
    else
        answer(rq, before, after);
    trial_free(&before);
    trial_free(&after);
}

/* ---- asking ------------------------------------------------------------------------ */

static void finish(struct comparing *c)
{
    map_fini(&c->seen);
    json_doc_free(&c->doc);
}

static void refuse(struct request *rq)
{
    struct err e;

    finish(native_of(rq)->own);
    (void)!fail(&e, FAULT_UNAVAILABLE, "", "the history cannot be read now");
    native_fault(rq, &e);
}

static bool ask_page(struct comparing *c)
{
    const struct history_port *port = c->rq->api->history;

    c->rows = 0;
    c->pages++;
    return port->ask(port->ctx, &c->ask);
}

static void page_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct comparing *c = native_of(rq)->own;
    bool more = c->rows == PAGE_ROWS;

    if (c->result == FAILED) {
        refuse(rq);
    } else if (more && c->pages < PAGES_MOST && c->n < ALERTS_MOST) {
        if (!ask_page(c))
            refuse(rq);
    } else {
        c->complete = c->complete && !more;
        finish(c);
        request_slowly(rq, try_both);
    }
}

void object_difference(struct request *rq)
{
    struct comparing *c = arena_new(rq->a, struct comparing);
    struct err e;

    /* What it tells of alerts stands in deliveries. */
    if (native_may_read(rq, "belfry:ListDeliveries", &e) == FAILED ||
        object_changes_read(rq, c->changes, &c->change_count, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    native_of(rq)->own = c;
    c->rq = rq;
    c->complete = true;
    c->v = arena_array(rq->a, struct was, ALERTS_MOST);
    c->doc = json_doc_new();
    map_init(&c->seen, (uint64_t)rq->now);
    c->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION,
                                   .since = rq->now - NS_PER_DAY,
                                   .newest_first = true,
                                   .limit = PAGE_ROWS,
                                   .row = row_came,
                                   .done = rows_done };
    if (!ask_page(c))
        refuse(rq);
}
