/* server.h - the HTTP/1.1 server: libmicrohttpd made safe (DESIGN 9).
 *
 * A handler is called once a whole request is there (head and body, both
 * bounded and under hard deadlines), on a worker thread, and answers now or
 * later, from any thread, exactly once. Framing that could hide a second
 * request is refused before the handler, and a connection ends behind a
 * chunked body (doc/adr/0004-libmicrohttpd.md).
 */
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct server;
struct http_call;

struct http_header {
    struct str name, value;
};

/* A request; everything is borrowed until http_answer. */
struct http_call {
    struct arena arena; /* the request's memory, freed with the request */
    struct str method;  /* as sent: "GET" */
    struct str target;  /* raw, as on the request line */
    struct str path;    /* raw, before '?' (of an absolute-form target too) */
    struct str query;   /* raw, behind '?'; empty if none */
    bool has_query;     /* there was a '?' */
    const struct http_header *headers; /* wire order */
    size_t header_count;
    struct str body;
    bool body_too_large; /* longer than the limit: body is empty; answer 413 */
    struct str remote;   /* the peer's address without port */
    bool tls;
    int listener;  /* index in server_config.listeners */
    int64_t began; /* steady ns */
    void *user;    /* the handler's own */
};

/* First header of that name (any case); empty and false if absent. */
bool http_header(const struct http_call *c, const char *name, struct str *out);
/* Content-Type without parameters, lower case; empty if absent. */
struct str http_media_type(struct http_call *c);

struct http_answer {
    int status;
    struct str content_type;           /* empty: none */
    const struct http_header *headers; /* more of them; copied */
    size_t header_count;
    struct str body; /* borrowed from c->arena, or owned: see free_body */
    bool free_body;  /* body.p came from malloc and is freed when sent */
    bool close;      /* Connection: close */
};

/* Ends the call: exactly once, from any thread; c is gone afterwards. */
void http_answer(struct http_call *c, const struct http_answer *answer);

/* An answer too long for memory: its head now (body is not looked at), the body in
 * pieces, as chunks. Whenever the client has taken what there was, `next` is called on
 * an HTTP worker and owes one http_piece, at once or later, from any thread. `done` is
 * called once, on the worker, when it is over or the client is gone; c is gone
 * afterwards. No piece is owed then: it comes in between asking and giving never. */
void http_answer_begin(struct http_call *c, const struct http_answer *head,
                       void (*next)(struct http_call *c),
                       void (*done)(struct http_call *c));
enum http_more {
    HTTP_MORE, /* ask again */
    HTTP_LAST, /* the answer is whole */
    HTTP_CUT,  /* it will never be: the connection breaks off, so that nobody takes it
                  for whole */
};
void http_piece(struct http_call *c, struct buf *piece,
                enum http_more more); /* given away */

/* Have fn(c) run soon on an HTTP worker: how a thread that may not dawdle (the
 * flow) hands back a call for its answer to be written. */
void http_later(struct http_call *c, void (*fn)(struct http_call *c));

/* Whoever asked waits as long as it takes: the total deadline does not end it. By the
 * handler, before it returns. */
void http_patient(struct http_call *c);

typedef void http_handler(void *ctx, struct http_call *c);

struct server_listener {
    struct str host;              /* "127.0.0.1", "::1", "0.0.0.0" */
    uint16_t port;                /* 0: any; see server_port */
    struct str cert_pem, key_pem; /* contents; empty: plain HTTP */
};

struct server_config {
    const struct server_listener *listeners;
    size_t listener_count;
    unsigned threads; /* at least 2 */
    /* At most, if open files allow; default 4096. One more takes the place of a client
     * that has owed the rest of its request, or kept its connection unused, for longest. */
    unsigned connections;
    size_t body_limit;        /* default 8 MiB */
    size_t bodies_limit;      /* all bodies at once, else 503; default 512 MiB */
    size_t connection_memory; /* for a head: default 48 KiB (doc/adr/0004) */
    int64_t header_deadline, body_deadline, idle_deadline, total_deadline; /* ns */
    http_handler *handler;
    void *ctx;
};

void server_config_init(struct server_config *config); /* the defaults */
ok server_start(const struct server_config *config, struct server **out, struct err *e);
uint16_t server_port(const struct server *s, size_t listener);
/* Stops taking new connections and requests; those under way may end. */
void server_quiesce(struct server *s);
size_t server_calls(const struct server *s); /* calls not answered yet */
/* After quiesce; waits until every call is answered and the answers are sent
 * (or 5 s have passed since), and joins the threads. */
void server_stop(struct server **s);

#endif
