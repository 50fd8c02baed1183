/* server_reply.c - the library's object for an answer, made or shared. */
#include "net/server_private.h"

#include "base/bytes.h"
#include "base/log.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

/* A value with a line end would forge a header: the library refuses it, and
 * the answer goes without. */
static void add_header(struct call *c, struct MHD_Response *r, struct str name,
                       struct str value)
{
    struct arena *a = &c->pub.arena;

    if (MHD_add_response_header(r, arena_z(a, name), arena_z(a, value)) != MHD_YES)
        log_say(LOG_WARN, "a response header was left out", LF("name", name));
}

static struct MHD_Response *make(struct call *c, const struct http_answer *a)
{
    struct MHD_Response *r =
        c->stream.next != NULL
            ? stream_response(c)
            : MHD_create_response_from_buffer(a->body.n, (void *)(uintptr_t)a->body.p,
                                              a->free_body ? MHD_RESPMEM_MUST_FREE
                                                           : MHD_RESPMEM_PERSISTENT);

    if (r == NULL)
        abort();
    if (a->content_type.n > 0)
        add_header(c, r, STR("Content-Type"), a->content_type);
    for (size_t i = 0; i < a->header_count; i++)
        if (a->headers[i].value.n > 0)
            add_header(c, r, a->headers[i].name, a->headers[i].value);
    return r;
}

/* ---- the last empty one ----------------------------------------------------------- */

void reply_kept_init(struct reply_kept *k)
{
    *k = (struct reply_kept){ .response = NULL };
    buf_init(&k->head, BUF_NO_LIMIT);
    buf_init(&k->asked, BUF_NO_LIMIT);
}

void reply_kept_fini(struct reply_kept *k)
{
    assert(k->users == 0);
    if (k->response != NULL)
        MHD_destroy_response(k->response);
    buf_fini(&k->head);
    buf_fini(&k->asked);
    *k = (struct reply_kept){ .response = NULL };
}

static struct reply_kept *kept_by_loop(const struct call *c)
{
    return &c->conn->door->loop->kept;
}

static bool may_share(const struct call *c, const struct http_answer *a)
{
    return a->body.n == 0 && !a->free_body && c->stream.next == NULL &&
           pthread_equal(pthread_self(), c->conn->door->loop->self);
}

static void put_head(struct buf *out, const struct http_answer *a)
{
    buf_clear(out);
    put_str(out, a->content_type);
    for (size_t i = 0; i < a->header_count; i++) {
        put_str(out, a->headers[i].name);
        put_str(out, a->headers[i].value);
    }
}

/* NULL: somebody still has one of another head. */
static struct MHD_Response *share(struct call *c, const struct http_answer *a)
{
    struct reply_kept *k = kept_by_loop(c);
    struct http_answer own = *a;
    struct buf old = k->head;

    put_head(&k->asked, a);
    if (k->response == NULL || !str_eq(buf_str(&k->asked), buf_str(&k->head))) {
        if (k->users > 0)
            return NULL;
        if (k->response != NULL)
            MHD_destroy_response(k->response);
        own.body = STR(""); /* the call's goes with it */
        k->response = make(c, &own);
        k->head = k->asked;
        k->asked = old;
    }
    k->users++;
    return k->response;
}

/* ---- for a call --------------------------------------------------------------------- */

void reply_make(struct call *c, const struct http_answer *a)
{
    bool ends =
        a->close || c->last || atomic_load(&c->conn->door->loop->server->quiesced);

    c->response = !ends && may_share(c, a) ? share(c, a) : NULL;
    c->shares = c->response != NULL;
    if (c->shares)
        return;
    c->response = make(c, a);
    if (ends)
        MHD_add_response_header(c->response, "Connection", "close");
}

void reply_plain(struct call *c, const char *text, bool retry)
{
    c->response = MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text,
                                                  MHD_RESPMEM_MUST_COPY);
    if (c->response == NULL)
        abort();
    MHD_add_response_header(c->response, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(c->response, "Connection", "close");
    if (retry)
        MHD_add_response_header(c->response, "Retry-After", "1");
}

void reply_drop(struct call *c)
{
    assert(!c->shares || kept_by_loop(c)->users > 0);
    if (c->shares)
        kept_by_loop(c)->users--;
    else if (c->response != NULL)
        MHD_destroy_response(c->response);
    c->response = NULL;
    c->shares = false;
}
