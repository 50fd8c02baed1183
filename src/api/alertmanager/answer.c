/* answer.c - the shapes of this dialect's answers. */
#include "api/alertmanager/alertmanager_private.h"

static const struct http_header api_headers[] = {
    { STR_INIT("Cache-Control"), STR_INIT("no-store") },
    { STR_INIT("Vary"), STR_INIT("Origin") },
    { STR_INIT("WWW-Authenticate"), STR_INIT("Basic realm=\"Belfry\"") },
    { STR_INIT("Retry-After"), STR_INIT("1") },
};

static void send_json(struct request *rq, int status, struct buf *b)
{
    struct http_header more[3] = { api_headers[0], api_headers[1] };
    size_t n = 2;

    if (status == 401)
        more[n++] = api_headers[2];
    if (status == 503)
        more[n++] = api_headers[3];
    request_answer_buf(rq, status, STR("application/json"), b, more, n);
}

void alertmanager_answer(struct request *rq, struct buf *json)
{
    buf_char(json, '\n');
    send_json(rq, 200, json);
}

void alertmanager_answer_empty(struct request *rq)
{
    request_answer(rq, 200, STR(""), STR(""), api_headers, 2);
}

void alertmanager_text(struct request *rq, int status, struct str text)
{
    request_answer(rq, status, STR("text/plain; charset=utf-8"), text, NULL, 0);
}

void alertmanager_refuse(struct request *rq, int code, struct str message)
{
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    o.html = true;
    json_object(&o);
    json_kv_i64(&o, "code", code);
    json_kv(&o, "message", message);
    json_object_end(&o);
    buf_char(&b, '\n');
    send_json(rq, code >= 600 ? 422 : code, &b);
}

void alertmanager_say(struct request *rq, int status, struct str words)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    json_put_str_html(&b, words);
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
