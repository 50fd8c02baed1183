/* history.c - what is remembered: decisions and attempts, the audit. A long answer is
 * written page by page as the client reads it: a cursor stays where it is while rows
 * are added. Rows come from the history thread, which writes them out here one by one. */
#include "api/native/native_private.h"

#include "api/history_port.h"
#include "api/native/history_row.h"
#include "base/time.h"
#include "model/matcher.h"

#include <stdio.h>

enum { PAGE_ROWS = 100, CSV_MOST = 100000000 };

struct listing {
    struct history_ask ask; /* first; of a page */
    struct request *rq;
    struct json_doc *doc; /* CSV: rows' details are read; NULL: JSON */
    struct json_out out;
    struct buf b;
    ok result;
    size_t left;       /* of what was asked for */
    size_t rows;       /* of this page */
    bool begun;        /* the head of the answer has left */
    bool ready;        /* a page waits for the client to ask for it */
    uint64_t last_seq; /* of the last row given */
    uint32_t last_n;
};

/* ---- a page, on the history thread ------------------------------------------ */

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct listing *l = (struct listing *)(void *)ask;

    if (l->doc != NULL)
        history_row_csv(&l->b, row, l->doc);
    else
        history_row_json(&l->out, row);
    l->rows++;
    l->last_seq = row->seq;
    l->last_n = row->n;
}

static void page_came(struct http_call *call);

static void rows_done(struct history_ask *ask, ok result)
{
    struct listing *l = (struct listing *)(void *)ask;

    l->result = result;
    http_later(l->rq->call, page_came);
}

static bool ask_page(struct listing *l)
{
    const struct history_port *port = l->rq->api->history;

    l->rows = 0;
    l->ask.limit = l->left < PAGE_ROWS ? l->left : PAGE_ROWS;
    return port->ask(port->ctx, &l->ask);
}

/* ---- giving it, on a worker --------------------------------------------------- */

static void listing_free(struct listing *l)
{
    buf_fini(&l->b);
    if (l->doc != NULL)
        json_doc_free(&l->doc);
}

static void refuse(struct request *rq, const char *words)
{
    struct err e;

    listing_free(native_of(rq)->own);
    (void)!fail(&e, FAULT_UNAVAILABLE, "", "%s", words);
    native_fault(rq, &e);
}

/* Behind the last row: where the next page begins. */
static void put_end(struct listing *l)
{
    if (l->doc != NULL)
        return;
    json_array_end(&l->out);
    json_key(&l->out, "next");
    if (l->left == 0)
        json_string(&l->out, arena_printf(l->rq->a, "%llu-%u",
                                          (unsigned long long)l->last_seq, l->last_n));
    else
        json_null(&l->out);
    json_object_end(&l->out);
    buf_char(&l->b, '\n');
}

static void next_piece(struct request *rq);

static void pieces_done(struct request *rq)
{
    listing_free(native_of(rq)->own);
}

static const struct http_header headers[] = {
    { STR_INIT("Cache-Control"), STR_INIT("no-store") },
    { STR_INIT("Content-Disposition"),
      STR_INIT("attachment; filename=\"deliveries.csv\"") },
};

static struct str type_of(const struct listing *l)
{
    return l->doc != NULL ? STR("text/csv; charset=utf-8") : STR("application/json");
}

static size_t headers_of(const struct listing *l)
{
    return l->doc != NULL ? 2 : 1;
}

static void begin_answer(struct listing *l)
{
    l->begun = l->ready = true;
    request_answer_begin(l->rq, 200, type_of(l), headers, headers_of(l), next_piece,
                         pieces_done);
}

/* A short one, with its length. */
static void end_whole(struct listing *l)
{
    struct str type = type_of(l);
    size_t n = headers_of(l);
    struct buf b;

    put_end(l);
    b = l->b;
    buf_init(&l->b, BUF_NO_LIMIT);
    listing_free(l);
    request_answer_buf(l->rq, 200, type, &b, headers, n);
}

/* What was written goes out; a new buffer is begun. */
static void give(struct listing *l, enum http_more more)
{
    struct buf piece = l->b;

    buf_init(&l->b, BUF_NO_LIMIT);
    request_piece(l->rq, &piece, more);
}

static bool is_last(const struct listing *l)
{
    return l->left == 0 || l->rows < l->ask.limit;
}

static void give_page(struct listing *l)
{
    bool last = is_last(l);

    if (last)
        put_end(l);
    l->ask.cursor_seq = l->last_seq;
    l->ask.cursor_n = l->last_n;
    give(l, last ? HTTP_LAST : HTTP_MORE);
}

static void page_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct listing *l = native_of(rq)->own;

    if (l->result == FAILED) {
        if (l->begun) /* nobody shall take what came for all of it */
            give(l, HTTP_CUT);
        else
            refuse(rq, "the history cannot be read now");
        return;
    }
    l->left -= l->rows;
    if (l->begun)
        give_page(l);
    else if (is_last(l))
        end_whole(l);
    else
        begin_answer(l);
}

/* The first page is there when the head leaves. */
static void next_piece(struct request *rq)
{
    struct listing *l = native_of(rq)->own;

    if (l->ready) {
        l->ready = false;
        give_page(l);
    } else if (!ask_page(l)) {
        give(l, HTTP_CUT);
    }
}

/* ---- asking ------------------------------------------------------------------- */

static ok format_read(const struct request *rq, struct listing *l, struct err *e)
{
    struct str format = query_text(rq, "format"), accept;
    int64_t limit = CSV_MOST;
    bool csv = str_is(format, "csv");

    if (format.n == 0 && http_header(rq->call, "Accept", &accept))
        csv = str_has(accept, STR("text/csv"));
    else if (format.n > 0 && !csv && !str_is(format, "json"))
        return fail(e, FAULT_INVALID, "format", "format is json or csv");
    if (!csv)
        return query_limit(rq, &l->left, e);
    if (query_number(rq, "limit", 1, CSV_MOST, &limit, e) == FAILED)
        return FAILED;
    l->left = (size_t)limit;
    l->doc = json_doc_new();
    return OK;
}

static void list_begin(struct listing *l)
{
    buf_init(&l->b, BUF_NO_LIMIT);
    if (l->doc != NULL) {
        history_csv_head(&l->b);
        return;
    }
    l->out = json_out(&l->b);
    json_object(&l->out);
    json_key(&l->out, "items");
    json_array(&l->out);
}

static void history_answer(struct request *rq, unsigned kinds)
{
    struct listing *l = arena_new(rq->a, struct listing);
    struct err e;

    l->rq = rq;
    l->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = kinds,
                                   .row = row_came,
                                   .done = rows_done };
    native_of(rq)->own = l;
    if (history_ask_read(rq, &l->ask, &e) == FAILED || format_read(rq, l, &e) == FAILED) {
        native_fault(rq, &e);
        return;
    }
    list_begin(l);
    if (!ask_page(l))
        refuse(rq, "too many ask for history now");
}

void deliveries_get(struct request *rq)
{
    history_answer(rq, DELIVERY_ROWS);
}

void audit_get(struct request *rq)
{
    history_answer(rq, 1u << ROW_AUDIT);
}
