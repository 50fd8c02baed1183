/* server_call.c - one request: collected, handed over, answered.
 *
 * The library calls call_line when the request line is there, call_step once
 * for the head, again for each piece of the body, and once more at its end;
 * there the handler gets the call. If it has not answered when it returns,
 * the connection sleeps; the answer wakes it through the loop's mailbox and
 * the library asks once more.
 */
#include "net/server_private.h"

#include "base/time.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static struct server *server_of(const struct call *c)
{
    return c->conn->door->loop->server;
}

void *call_line(void *, const char *target, struct MHD_Connection *mhd)
{
    struct conn *conn =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct call *c = &conn->call;
    struct server *s = server_of(c);
    int64_t now = clock_steady();

    assert(c->stage == STAGE_NONE);
    c->stage = STAGE_HEAD;
    c->late = atomic_load(&s->quiesced);
    c->starved = c->last = false;
    c->response = NULL;
    c->shares = false;
    c->later = NULL;
    c->stream = (struct stream){ .next = NULL };
    c->pub = (struct http_call){
        .query = STR(""),
        .body = STR(""),
        .remote = conn->remote,
        .tls = s->tls[conn->door->listener],
        .listener = (int)conn->door->listener,
        .began = now,
    };
    arena_init(&c->pub.arena);
    /* The library decodes the path where it lies, soon. */
    c->pub.target = arena_str(&c->pub.arena, str_of(target));
    c->line_target = target;
    buf_init(&c->body, s->config.body_limit);
    deadline_line(conn, now);
    return c;
}

/* --- the head --- */

struct head_filler {
    struct http_header *headers;
    size_t n, room;
    const char *end; /* where the last piece of the head ended */
    bool rewritten;
};

/* The parser leaves the head where it read it and puts zeros on line ends: one
 * for LF, two for CR LF. A gap of another size is a folded line (which it
 * joins to the *name* of the header before, elsewhere) or a zero that was
 * sent; both can make its header another than a proxy's. */
static bool follows(const char *end, const char *next)
{
    return next > end && next - end <= 2;
}

static enum MHD_Result fill_header(void *self, enum MHD_ValueKind, const char *name,
                                   size_t name_n, const char *value, size_t value_n)
{
    struct head_filler *f = self;

    if (f->n == f->room)
        return MHD_NO;
    if (value == NULL)
        value = name + name_n;
    f->rewritten = f->rewritten || !follows(f->end, name) || value < name + name_n;
    f->end = value + value_n;
    f->headers[f->n++] = (struct http_header){ { name, name_n }, { value, value_n } };
    return MHD_YES;
}

/* Behind the last header there is the end of its line and the empty line, two
 * to four zeros by now. A line that begins with a zero byte ends the head for
 * the library, whatever else it holds. */
static bool ends_well(struct MHD_Connection *mhd, const char *begin, const char *end)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t tail;

    if (info == NULL || info->header_size < (size_t)(end - begin))
        return false;
    tail = info->header_size - (size_t)(end - begin);
    return tail >= 2 && tail <= 4 && memcmp(end, "\0\0\0\0", tail) == 0;
}

static struct framing_fault read_head(struct call *c, const char *method,
                                      const char *version)
{
    struct MHD_Connection *mhd = c->conn->mhd;
    int count = MHD_get_connection_values(mhd, MHD_HEADER_KIND, NULL, NULL);
    size_t room = count > 0 ? (size_t)count : 0;
    struct head_filler f = {
        .headers = arena_array(&c->pub.arena, struct http_header, room),
        .room = room,
        .end = version + strlen(version),
        /* One blank, else there was a zero in the method or the target. */
        .rewritten = method + strlen(method) + 1 != c->line_target ||
                     c->line_target + c->pub.target.n + 1 != version,
    };
    struct framing_fault fault;

    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, fill_header, &f);
    f.rewritten = f.rewritten || !ends_well(mhd, method, f.end);
    fault = framing_judge(&(struct framing_head){
        .method = str_of(method),
        .target = c->pub.target,
        .version = str_of(version),
        .headers = f.headers,
        .header_count = f.n,
        .rewritten = f.rewritten && server_of(c)->head_in_place,
    });
    c->pub.method = str_of(method);
    c->pub.headers = f.headers;
    c->pub.header_count = f.n;
    return fault;
}

/* --- answers of our own --- */

static enum MHD_Result queue_response(struct call *c)
{
    enum MHD_Result queued =
        MHD_queue_response(c->conn->mhd, (unsigned)c->status, c->response);

    c->stage = STAGE_ANSWER;
    reply_drop(c);
    return queued;
}

/* The connection ends with it: what follows in it is not to be trusted, or not
 * wanted. */
static enum MHD_Result turn_away(struct call *c, int status, const char *why)
{
    char text[200];

    snprintf(text, sizeof text, "%s\n", why);
    c->status = status;
    reply_plain(c, text, status == 503);
    deadline_body(c->conn, clock_steady());
    return queue_response(c);
}

static enum MHD_Result begin(struct call *c, const char *method, const char *version)
{
    struct framing_fault fault = read_head(c, method, version);
    struct target t;

    if (fault.status != 0)
        return turn_away(c, fault.status, fault.why);
    for (size_t i = 0; i < c->pub.header_count; i++) {
        struct http_header *h = (struct http_header *)(uintptr_t)&c->pub.headers[i];

        h->value = str_trim(h->value);
        /* Chunks are read by the library, not as strictly as we would: where
         * they end could be a matter of opinion, so nothing may follow. */
        c->last = c->last || str_eq_nocase(h->name, STR("transfer-encoding"));
    }
    t = target_split(c->pub.target);
    c->pub.path = t.path;
    c->pub.query = t.query;
    c->pub.has_query = t.has_query;
    c->stage = STAGE_BODY;
    deadline_head(c->conn, clock_steady());
    return MHD_YES;
}

/* --- the body --- */

static void drop_body(struct call *c)
{
    atomic_fetch_sub(&server_of(c)->body_bytes, c->body.n);
    buf_fini(&c->body);
}

/* Past a limit the rest is read and dropped: closing now could destroy the
 * answer under way to a client that still writes. */
static void collect(struct call *c, struct str piece)
{
    struct server *s = server_of(c);

    if (c->pub.body_too_large || c->starved)
        return;
    if (piece.n > c->body.limit - c->body.n) {
        c->pub.body_too_large = true;
        drop_body(c);
        return;
    }
    if (atomic_fetch_add(&s->body_bytes, piece.n) + piece.n > s->config.bodies_limit) {
        atomic_fetch_sub(&s->body_bytes, piece.n);
        c->starved = true;
        drop_body(c);
        return;
    }
    buf_add(&c->body, piece);
}

/* --- the handler --- */

static enum MHD_Result hand_over(struct call *c)
{
    struct loop *loop = c->conn->door->loop;
    struct server *s = loop->server;
    int held = TURN_HANDLER;

    deadline_body(c->conn, clock_steady());
    if (c->late)
        return turn_away(c, 503, "the server is stopping");
    if (c->starved)
        return turn_away(c, 503, "too many requests at once");
    c->pub.body = buf_str(&c->body);
    c->stage = STAGE_HANDLER;
    atomic_store(&c->turn, TURN_HANDLER);
    atomic_fetch_add(&s->calls, 1);
    s->config.handler(s->config.ctx, &c->pub);
    if (atomic_load(&c->turn) == TURN_ANSWERED)
        return queue_response(c);
    MHD_suspend_connection(c->conn->mhd);
    if (atomic_compare_exchange_strong(&c->turn, &held, TURN_HELD))
        loop->held++;
    else
        conn_resume(c->conn);
    return MHD_YES;
}

enum MHD_Result call_step(void *, struct MHD_Connection *, const char *,
                          const char *method, const char *version, const char *upload,
                          size_t *upload_size, void **self)
{
    struct call *c = *self;

    switch (c->stage) {
    case STAGE_HEAD:
        return begin(c, method, version);
    case STAGE_BODY:
        if (*upload_size == 0)
            return hand_over(c);
        collect(c, (struct str){ upload, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    case STAGE_HANDLER:
        assert(atomic_load(&c->turn) == TURN_ANSWERED);
        return queue_response(c);
    case STAGE_ANSWER: /* refused; the library still reads the body */
        *upload_size = 0;
        return MHD_YES;
    case STAGE_NONE:
        break;
    }
    abort(); /* a step of no request */
}

/* Sent, or the client is gone. */
void call_completed(void *, struct MHD_Connection *, void **self,
                    enum MHD_RequestTerminationCode)
{
    struct call *c = *self;

    assert(c->stage != STAGE_HANDLER || atomic_load(&c->turn) == TURN_ANSWERED);
    reply_drop(c);
    if (c->stream.next != NULL)
        stream_fini(c);
    drop_body(c);
    arena_fini(&c->pub.arena);
    c->stage = STAGE_NONE;
    deadline_done(c->conn, clock_steady());
}

void call_wake(struct call *c)
{
    void (*later)(struct http_call *) = c->later;

    if (later != NULL) {
        c->later = NULL;
        later(&c->pub);
        return;
    }
    c->conn->door->loop->held--;
    conn_resume(c->conn);
}

/* --- what handlers call --- */

bool http_header(const struct http_call *c, const char *name, struct str *out)
{
    for (size_t i = 0; i < c->header_count; i++)
        if (str_eq_nocase(c->headers[i].name, str_of(name))) {
            *out = c->headers[i].value;
            return true;
        }
    *out = STR("");
    return false;
}

struct str http_media_type(struct http_call *c)
{
    struct str type, whole;
    char *p;

    if (!http_header(c, "Content-Type", &whole) || !str_cut(&whole, ';', &type))
        return STR("");
    type = str_trim(type);
    p = arena_alloc(&c->arena, type.n);
    for (size_t i = 0; i < type.n; i++)
        p[i] = (char)(type.p[i] >= 'A' && type.p[i] <= 'Z' ? type.p[i] + 32 : type.p[i]);
    return (struct str){ p, type.n };
}

void http_answer(struct http_call *pub, const struct http_answer *a)
{
    struct call *c = (struct call *)pub;
    struct loop *loop = c->conn->door->loop;

    assert(c->stage == STAGE_HANDLER && atomic_load(&c->turn) != TURN_ANSWERED);
    assert(a->status >= 200 && a->status <= 599);
    reply_make(c, a);
    c->status = a->status;
    if (c->stream.next == NULL)
        atomic_fetch_sub(&loop->server->calls, 1);
    if (atomic_exchange(&c->turn, TURN_ANSWERED) == TURN_HELD)
        loop_post(loop, c);
}

void http_answer_begin(struct http_call *pub, const struct http_answer *head,
                       void (*next)(struct http_call *), void (*done)(struct http_call *))
{
    struct call *c = (struct call *)pub;

    assert(next != NULL && done != NULL && c->stream.next == NULL);
    c->stream.next = next;
    c->stream.done = done;
    http_answer(pub, head);
}

void http_patient(struct http_call *pub)
{
    ((struct call *)pub)->conn->total_due = INT64_MAX;
}

void http_later(struct http_call *pub, void (*fn)(struct http_call *))
{
    struct call *c = (struct call *)pub;

    assert(c->later == NULL);
    c->later = fn;
    loop_post(c->conn->door->loop, c);
}
