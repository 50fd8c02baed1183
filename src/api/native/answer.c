/* answer.c - the shapes of the native API's answers, and its one table from faults to
 * statuses. */
#include "api/native/native_private.h"

#include "api/native/session.h"
#include "base/time.h"

#include <stdio.h>

static const int status_of_fault[FAULT_COUNT] = {
    [FAULT_INVALID] = 400,     [FAULT_MISSING] = 400,         [FAULT_UNKNOWN_FIELD] = 400,
    [FAULT_SYNTAX] = 400,      [FAULT_TOO_LARGE] = 413,       [FAULT_NOT_FOUND] = 404,
    [FAULT_EXISTS] = 409,      [FAULT_CONFLICT] = 412,        [FAULT_IN_USE] = 409,
    [FAULT_LIMIT] = 409,       [FAULT_PROVISIONED] = 409,     [FAULT_DENIED] = 403,
    [FAULT_EXPIRED] = 410,     [FAULT_UNAUTHENTICATED] = 401, [FAULT_REPLAYED] = 409,
    [FAULT_UNSUPPORTED] = 422, [FAULT_UNAVAILABLE] = 503,     [FAULT_INTERNAL] = 500,
};

static void send_json(struct request *rq, int status, struct buf *b,
                      const struct http_header *headers, size_t n)
{
    struct native *nt = native_of(rq);

    if (nt->doc != NULL)
        json_doc_free(&nt->doc);
    buf_char(b, '\n');
    request_answer_buf(rq, status, STR("application/json"), b, headers, n);
}

struct json_out native_begin(struct buf *b)
{
    struct json_out o;

    buf_init(b, BUF_NO_LIMIT);
    o = json_out(b);
    json_object(&o);
    return o;
}

void native_end(struct request *rq, int status, struct json_out *o)
{
    static const struct http_header fresh = { STR_INIT("Cache-Control"),
                                              STR_INIT("no-store") };

    json_object_end(o);
    send_json(rq, status, o->b, &fresh, 1);
}

void native_end_headers(struct request *rq, int status, struct json_out *o,
                        const struct http_header *headers, size_t n)
{
    json_object_end(o);
    send_json(rq, status, o->b, headers, n);
}

void native_end_revision(struct request *rq, int status, struct json_out *o,
                         uint64_t revision)
{
    struct http_header headers[] = {
        { STR("Cache-Control"), STR("no-store") },
        { STR("ETag"), arena_printf(rq->a, "\"%llu\"", (unsigned long long)revision) },
    };

    json_object_end(o);
    send_json(rq, status, o->b, headers, 2);
}

void native_refuse(struct request *rq, int status, const struct err *e,
                   const struct http_header *headers, size_t n)
{
    struct buf b;
    struct json_out o = native_begin(&b);

    json_kv(&o, "fault", str_of(fault_word(e->fault)));
    json_kv(&o, "field", str_of(e->field));
    json_kv(&o, "message", str_of(e->text));
    json_object_end(&o);
    send_json(rq, status, &b, headers, n);
}

void native_fault(struct request *rq, const struct err *e)
{
    static const struct http_header retry = { STR_INIT("Retry-After"), STR_INIT("1") };
    static const struct http_header challenge[] = {
        { STR_INIT("WWW-Authenticate"), STR_INIT("Bearer realm=\"Belfry\"") },
        { STR_INIT("WWW-Authenticate"), STR_INIT("Basic realm=\"Belfry\"") },
    };
    int status = status_of_fault[e->fault];

    if (status ==
        401) /* a console asks itself; a browser must not, in a box of its own */
        native_refuse(rq, status, e, challenge, session_of_console(rq) ? 1 : 2);
    else
        native_refuse(rq, status, e, &retry, status == 503 ? 1 : 0);
}

void native_put_time(struct json_out *o, const char *key, int64_t ns)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    if (ns == 0 || ns == TIME_UNSET) {
        json_key(o, key);
        json_null(o);
        return;
    }
    time_put(&b, ns, 0, 3);
    json_kv(o, key, buf_str(&b));
}
