/* answer.c - the shapes of this dialect's answers. */
#include "api/alertmanager/alertmanager_private.h"

enum { HEADERS_MAX = 6 };

static const struct http_header no_sniffing = { STR_INIT("X-Content-Type-Options"),
                                                STR_INIT("nosniff") };

/* What every answer of the API carries; room for HEADERS_MAX. */
static size_t api_headers(const struct request *rq, int status, struct http_header *out)
{
    size_t n = 0;

    out[n++] = (struct http_header){ STR("Cache-Control"), STR("no-store") };
    out[n++] = (struct http_header){ STR("Vary"), STR("Origin") };
    n += cors_headers(rq, out + n);
    if (status == 401)
        out[n++] = (struct http_header){ STR("WWW-Authenticate"),
                                         STR("Basic realm=\"Belfry\"") };
    if (status == 503)
        out[n++] = (struct http_header){ STR("Retry-After"), STR("1") };
    return n;
}

static void send_json(struct request *rq, int status, struct buf *b)
{
    struct http_header headers[HEADERS_MAX];
    size_t n = api_headers(rq, status, headers);

    request_answer_buf(rq, status, STR("application/json"), b, headers, n);
}

void alertmanager_answer(struct request *rq, struct buf *json)
{
    buf_char(json, '\n');
    send_json(rq, 200, json);
}

void alertmanager_answer_begin(struct request *rq, void (*next)(struct request *rq),
                               void (*done)(struct request *rq))
{
    struct http_header headers[HEADERS_MAX];
    size_t n = api_headers(rq, 200, headers);

    request_answer_begin(rq, 200, STR("application/json"), headers, n, next, done);
}

void alertmanager_status(struct request *rq, int status)
{
    struct http_header headers[HEADERS_MAX];
    size_t n = api_headers(rq, status, headers);

    request_answer(rq, status, STR(""), STR(""), headers, n);
}

void alertmanager_answer_empty(struct request *rq)
{
    alertmanager_status(rq, 200);
}

void alertmanager_text(struct request *rq, int status, struct str text)
{
    request_answer(rq, status, text.n > 0 ? STR("text/plain; charset=utf-8") : STR(""),
                   text, NULL, 0);
}

void alertmanager_text_refuse(struct request *rq, int status, struct str text,
                              struct str allow)
{
    struct http_header headers[3] = { no_sniffing };
    size_t n = 1;

    if (allow.n > 0)
        headers[n++] = (struct http_header){ STR("Allow"), allow };
    if (status == 503)
        headers[n++] = (struct http_header){ STR("Retry-After"), STR("1") };
    request_answer(rq, status, STR("text/plain; charset=utf-8"), text, headers, n);
}

/* Without a newline behind it: it is not a handler that writes these. */
static void put_refusal(struct buf *b, int code, struct str message)
{
    struct json_out o;

    buf_init(b, BUF_NO_LIMIT);
    o = json_out(b);
    o.html = true;
    json_object(&o);
    json_kv_i64(&o, "code", code);
    json_kv(&o, "message", message);
    json_object_end(&o);
}

void alertmanager_refuse(struct request *rq, int code, struct str message)
{
    struct buf b;

    put_refusal(&b, code, message);
    send_json(rq, code >= 600 ? 422 : code, &b);
}

void alertmanager_refuse_method(struct request *rq, struct str allowed)
{
    struct http_header headers[HEADERS_MAX + 1];
    size_t n = api_headers(rq, 405, headers);
    struct buf b;

    headers[n++] = (struct http_header){ STR("Allow"), allowed };
    put_refusal(&b, 405,
                arena_printf(rq->a, "method %.*s is not allowed, but [%.*s] are",
                             STR_ARG(rq->call->method), STR_ARG(allowed)));
    request_answer_buf(rq, 405, STR("application/json"), &b, headers, n);
}

/* As Go writes a plain string: < > & stand as they are. */
void alertmanager_say(struct request *rq, int status, struct str words)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    json_put_str(&b, words);
    buf_char(&b, '\n');
    send_json(rq, status, &b);
}

/* 0: a handler's refusal, 400 with the words alone. */
static const int status_of_fault[FAULT_COUNT] = {
    [FAULT_TOO_LARGE] = 413,   [FAULT_DENIED] = 403,   [FAULT_UNAUTHENTICATED] = 401,
    [FAULT_UNAVAILABLE] = 503, [FAULT_INTERNAL] = 500,
};

void alertmanager_fault(struct request *rq, const struct err *e)
{
    struct str words = arena_str(rq->a, str_of(e->text));

    if (status_of_fault[e->fault] != 0)
        alertmanager_refuse(rq, status_of_fault[e->fault], words);
    else
        alertmanager_say(rq, 400, words);
}
