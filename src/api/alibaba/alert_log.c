/* alert_log.c - from rows of history to logs: decisions of one flush of one group are
 * brought together, and the attempts of their messages joined to them. */
#include "api/alibaba/alert_log.h"

#include "api/history_port.h"
#include "api/labels.h"
#include "base/map.h"
#include "base/time.h"

#include <stdlib.h>

enum { PAGE = 1000 };

/* A message decided at the end of the time asked for arrives behind it. */
#define ATTEMPTS_LATER (10 * NS_PER_MIN)

struct collecting {
    struct history_ask ask; /* first */
    struct request *rq;
    struct log_filter filter;
    struct alert_logs *logs;
    struct map by_flush; /* seq, group key, kept: its log */
    struct map by_key;   /* notification: struct receipt_row, the newest */
    struct json_doc *doc;
    void (*then)(struct request *rq);
    size_t rows, page_rows;
    ok result;
};

struct receipt_row {
    struct str verdict, said, meaning;
    int64_t status;
};

/* ---- rows, on the history thread ------------------------------------------------- */

static void attempt_came(struct collecting *c, const struct history_row *row)
{
    struct arena *a = c->rq->a;
    struct json detail = { 0 };
    struct receipt_row *r;
    struct err e;

    /* newest first: what came of it in the end is seen first */
    if (row->key.n == 0 || map_find(&c->by_key, row->key) != NULL)
        return;
    if (json_parse(c->doc, row->detail, &detail, &e) == FAILED)
        detail = (struct json){ 0 };
    r = arena_new(a, struct receipt_row);
    r->verdict = arena_str(a, row->word);
    r->said = arena_str(a, json_str(json_get(detail, STR("said"))));
    r->meaning = arena_str(a, json_str(json_get(detail, STR("meaning"))));
    r->status = json_int(json_get(detail, STR("status")));
    map_put(&c->by_key, arena_str(a, row->key), r);
}

static struct alert_log *log_of(struct collecting *c, const struct history_row *row,
                                struct json detail)
{
    struct str group =
        json_str(json_get(json_get(detail, STR("trace")), STR("group_key")));
    struct str by = json_str(json_get(detail, STR("by")));
    struct arena *a = c->rq->a;
    struct str key = arena_printf(a, "%llu/%.*s/%.*s/%.*s", (unsigned long long)row->seq,
                                  STR_ARG(row->route), STR_ARG(by), STR_ARG(group));
    struct alert_log *l = map_find(&c->by_flush, key);
    struct json alerts, first = { 0 };

    if (l != NULL)
        return l;
    l = arena_new(a, struct alert_log);
    *l = (struct alert_log){ .seq = row->seq, .n = row->n, .at = row->at };
    l->route = arena_str(a, row->route);
    l->group_key = arena_str(a, group);
    l->by = arena_str(a, by);
    l->kept = by.n > 0 ? arena_str(a, row->word) : STR("");
    alerts = json_get(detail, STR("alerts"));
    for (struct json_iter it = json_iter(alerts); json_next(&it);) {
        first = it.value;
        break;
    }
    l->labels = pairs_of_row(json_get(first, STR("labels")), a);
    l->annotations = pairs_of_row(json_get(first, STR("annotations")), a);
    l->resolved = str_is(json_str(json_get(first, STR("status"))), "resolved");
    map_put(&c->by_flush, key, l);
    vec_push(&c->logs->v, l);
    return l;
}

static void decision_came(struct collecting *c, const struct history_row *row)
{
    struct arena *a = c->rq->a;
    struct json detail = { 0 };
    struct alert_log *l;
    struct err e;

    /* of confirmations and drills there is no alert to log */
    if (row->route.n == 0 || row->at > c->filter.until || str_is(row->word, "merged") ||
        json_parse(c->doc, row->detail, &detail, &e) == FAILED ||
        json_count(json_get(detail, STR("alerts"))) == 0 ||
        json_bool(json_get(detail, STR("drill"))))
        return;
    l = log_of(c, row, detail);
    if (l->by.n == 0)
        vec_push(&l->targets,
                 (struct log_target){ .channel = arena_str(a, row->channel),
                                      .shown = arena_str(a, row->shown),
                                      .to = arena_str(a, row->to),
                                      .contact_group = arena_str(a, row->contact_group),
                                      .key = arena_str(a, row->key),
                                      .word = arena_str(a, row->word) });
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct collecting *c = (struct collecting *)(void *)ask;

    c->page_rows++;
    c->ask.cursor_seq = row->seq;
    c->ask.cursor_n = row->n;
    if (row->kind == ROW_ATTEMPT)
        attempt_came(c, row);
    else
        decision_came(c, row);
}

static void page_came(struct http_call *call);

static void rows_done(struct history_ask *ask, ok result)
{
    struct collecting *c = (struct collecting *)(void *)ask;

    c->result = result;
    http_later(c->rq->call, page_came);
}

/* ---- pages, on a worker ------------------------------------------------------------ */

static void join_receipts(struct collecting *c)
{
    for (size_t i = 0; i < c->logs->v.n; i++)
        for (size_t k = 0; k < c->logs->v.v[i]->targets.n; k++) {
            struct log_target *t = &c->logs->v.v[i]->targets.v[k];
            const struct receipt_row *r =
                t->key.n > 0 ? map_find(&c->by_key, t->key) : NULL;

            if (r == NULL)
                continue;
            t->verdict = r->verdict;
            t->said = r->said;
            t->meaning = r->meaning;
            t->status = r->status;
        }
}

void alert_logs_fini(struct alert_logs *logs)
{
    for (size_t i = 0; i < logs->v.n; i++)
        vec_fini(&logs->v.v[i]->targets);
    vec_fini(&logs->v);
}

static bool fits_text(struct str want, struct str have)
{
    return want.n == 0 || str_eq_nocase(want, have);
}

static bool has_word(const struct alert_log *l, struct str word)
{
    size_t at;

    if (word.n == 0 || str_find(log_rule_name(l), word, &at))
        return true;
    for (size_t i = 0; i < l->labels.n; i++)
        if (str_find(l->labels.v[i].value, word, &at))
            return true;
    return false;
}

static bool fits(const struct log_filter *f, const struct alert_log *l, struct arena *a)
{
    struct str type = l->resolved ? STR("RESOLVED") : STR("TRIGGERED");
    struct str state = l->resolved ? STR("OK") : STR("ALARM");
    struct str group = log_label(l, "groupId");

    return has_word(l, f->key) &&
           fits_text(f->group_id, group.n > 0 ? group : STR("0")) &&
           fits_text(f->space, log_label(l, "namespace")) &&
           fits_text(f->product, log_product(l, a)) &&
           fits_text(f->metric, log_label(l, "metricName")) &&
           fits_text(f->rule_name, log_rule_name(l)) &&
           fits_text(f->rule_id, log_rule_id(l)) && fits_text(f->level, log_level(l)) &&
           fits_text(f->send_status, log_send_status(l)) &&
           fits_text(f->event_type, type) && fits_text(f->state, state) &&
           (f->contact_group.n == 0 || log_has_group(l, f->contact_group));
}

static void keep_fitting(struct collecting *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->logs->v.n; i++) {
        struct alert_log *l = c->logs->v.v[i];

        if (fits(&c->filter, l, c->rq->a))
            c->logs->v.v[kept++] = l;
        else
            vec_fini(&l->targets);
    }
    c->logs->v.n = kept;
}

static void collecting_fini(struct collecting *c)
{
    map_fini(&c->by_flush);
    map_fini(&c->by_key);
    json_doc_free(&c->doc);
}

static void give_up(struct collecting *c)
{
    struct request *rq = c->rq;
    struct refusal why;

    collecting_fini(c);
    alert_logs_fini(c->logs);
    (void)refuse(&why, REFUSE_UNAVAILABLE, STR(""));
    alibaba_refuse(rq, &why);
}

static void ask_page(struct collecting *c)
{
    const struct history_port *port = c->rq->api->history;

    c->page_rows = 0;
    if (!port->ask(port->ctx, &c->ask))
        give_up(c);
}

static void page_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct collecting *c = alibaba_call(rq)->more;

    c->rows += c->page_rows;
    if (c->result == FAILED) {
        give_up(c);
        return;
    }
    if (c->page_rows == PAGE && c->rows < LOG_ROWS_MAX) {
        ask_page(c);
        return;
    }
    c->logs->cut = c->page_rows == PAGE;
    join_receipts(c);
    keep_fitting(c);
    collecting_fini(c);
    alibaba_call(rq)->more = c->logs;
    c->then(rq);
}

void alert_logs_collect(struct request *rq, const struct log_filter *f,
                        void (*then)(struct request *rq))
{
    struct collecting *c = arena_new(rq->a, struct collecting);

    *c = (struct collecting){ .rq = rq, .filter = *f, .then = then };
    c->logs = arena_new(rq->a, struct alert_logs);
    map_init(&c->by_flush, 0);
    map_init(&c->by_key, 0);
    c->doc = json_doc_new();
    c->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION | 1u << ROW_ATTEMPT,
                                   .since = f->since,
                                   .until = f->until + ATTEMPTS_LATER,
                                   .newest_first = true,
                                   .limit = PAGE,
                                   .row = row_came,
                                   .done = rows_done };
    alibaba_call(rq)->more = c;
    ask_page(c);
}
