#include "http_rig.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(struct http_call *c, int status, struct str body, bool close)
{
    http_answer(c, &(struct http_answer){ .status = status,
                                          .content_type = STR("text/plain"),
                                          .body = body,
                                          .close = close });
}

static void echo(struct http_call *c)
{
    say(c, 200,
        arena_printf(&c->arena, "%.*s|%.*s|%.*s|%zu|%.*s", STR_ARG(c->method),
                     STR_ARG(c->path), STR_ARG(c->query), c->body.n,
                     STR_ARG(str_head(c->body, 100))),
        str_is(c->path, "/close"));
}

/* No body; its query is a header. */
static void empty(struct http_call *c)
{
    const struct http_header asked[] = { { STR("X-Asked"), c->query } };

    http_answer(c, &(struct http_answer){ .status = str_is(c->path, "/none") ? 404 : 200,
                                          .headers = asked,
                                          .header_count = 1 });
}

static void big(struct http_call *c)
{
    size_t n = strtoul(c->query.p, NULL, 10);
    char *p = malloc(n + 1);

    assert(p != NULL);
    memset(p, 'b', n);
    http_answer(
        c, &(struct http_answer){ .status = 200, .body = { p, n }, .free_body = true });
}

/* ---- an answer in pieces ---- */

struct pieces {
    struct http_rig *rig;
    size_t left, given;
    bool breaks_off;
};

static void give_piece(struct http_call *c)
{
    struct pieces *p = c->user;
    size_t n = p->left < 10000 ? p->left : 10000;
    enum http_more more = p->left > n ? HTTP_MORE : p->breaks_off ? HTTP_CUT : HTTP_LAST;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++)
        buf_char(&b, (char)('a' + (p->given + i) % 26));
    p->left -= n;
    p->given += n;
    http_piece(c, &b, more);
}

static void queue(struct http_rig *r, struct http_call *c);

static void next_piece(struct http_call *c)
{
    struct pieces *p = c->user;

    if (p->given % 20000 == 0)
        queue(p->rig, c);
    else
        give_piece(c);
}

static void pieces_done(struct http_call *c)
{
    struct pieces *p = c->user;

    atomic_fetch_sub(&p->rig->streams, 1);
}

static void begin_pieces(struct http_rig *r, struct http_call *c)
{
    struct pieces *p = arena_new(&c->arena, struct pieces);

    p->rig = r;
    p->left = strtoul(c->query.p, NULL, 10);
    p->breaks_off = p->left % 2 == 1;
    c->user = p;
    atomic_fetch_add(&r->streams, 1);
    http_answer_begin(
        c, &(struct http_answer){ .status = 200, .content_type = STR("text/plain") },
        next_piece, pieces_done);
}

static void queue(struct http_rig *r, struct http_call *c)
{
    pthread_mutex_lock(&r->lock);
    assert(r->queued_n < sizeof r->queued / sizeof *r->queued);
    r->queued[r->queued_n++] = c;
    pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
}

static void hold(struct http_rig *r, struct http_call *c)
{
    pthread_mutex_lock(&r->lock);
    assert(r->held_n < sizeof r->held / sizeof *r->held);
    r->held[r->held_n++] = c;
    pthread_mutex_unlock(&r->lock);
    sem_post(&r->held_count);
}

static void handle(void *ctx, struct http_call *c)
{
    struct http_rig *r = ctx;

    atomic_fetch_add(&r->handled, 1);
    if (str_is(c->path, "/smuggled"))
        atomic_fetch_add(&r->smuggled, 1);
    if (c->body_too_large) {
        say(c, 413, c->body, false);
    } else if (str_is(c->path, "/echo") || str_is(c->path, "/close")) {
        echo(c);
    } else if (str_is(c->path, "/empty") || str_is(c->path, "/none")) {
        http_later(c, empty);
    } else if (str_is(c->path, "/later")) {
        http_later(c, echo);
    } else if (str_is(c->path, "/thread")) {
        queue(r, c);
    } else if (str_is(c->path, "/hold")) {
        hold(r, c);
    } else if (str_is(c->path, "/patient")) {
        http_patient(c);
        hold(r, c);
    } else if (str_is(c->path, "/block")) {
        sem_post(&r->blocked);
        sem_wait(&r->unblock);
        echo(c);
    } else if (str_is(c->path, "/who")) {
        say(c, 200, arena_printf(&c->arena, "%ld", syscall(SYS_gettid)), false);
    } else if (str_is(c->path, "/big")) {
        big(c);
    } else if (str_is(c->path, "/pieces")) {
        begin_pieces(r, c);
    } else {
        say(c, 404, STR("no such page\n"), false);
    }
}

static void *answer_queued(void *ctx)
{
    struct http_rig *r = ctx;

    pthread_mutex_lock(&r->lock);
    while (!r->ended || r->queued_n > 0) {
        struct http_call *c;

        if (r->queued_n == 0) {
            pthread_cond_wait(&r->more, &r->lock);
            continue;
        }
        c = r->queued[--r->queued_n];
        pthread_mutex_unlock(&r->lock);
        if (str_is(c->path, "/pieces"))
            give_piece(c);
        else
            echo(c);
        pthread_mutex_lock(&r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

void http_rig_init(struct http_rig *r)
{
    *r = (struct http_rig){
        .listener = { .host = STR("127.0.0.1"), .cert_pem = STR(""), .key_pem = STR("") }
    };
    server_config_init(&r->config);
    r->config.listeners = &r->listener;
    r->config.listener_count = 1;
    r->config.handler = handle;
    r->config.ctx = r;
    sem_init(&r->held_count, 0, 0);
    sem_init(&r->blocked, 0, 0);
    sem_init(&r->unblock, 0, 0);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->more, NULL);
}

void http_rig_start(struct http_rig *r)
{
    struct err e;

    if (server_start(&r->config, &r->server, &e) != OK) {
        fprintf(stderr, "rig: %s\n", e.text);
        abort();
    }
    r->port = server_port(r->server, 0);
    pthread_create(&r->answerer, NULL, answer_queued, r);
}

void http_rig_stop(struct http_rig *r)
{
    http_rig_release(r);
    if (r->server != NULL)
        server_stop(&r->server);
    pthread_mutex_lock(&r->lock);
    r->ended = true;
    pthread_cond_signal(&r->more);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->answerer, NULL);
    sem_destroy(&r->held_count);
    sem_destroy(&r->blocked);
    sem_destroy(&r->unblock);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->more);
}

void http_rig_wait_held(struct http_rig *r)
{
    sem_wait(&r->held_count);
}

void http_rig_release(struct http_rig *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->held_n > 0)
        echo(r->held[--r->held_n]);
    pthread_mutex_unlock(&r->lock);
}
