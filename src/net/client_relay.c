/* client_relay.c - who carries mails: each relay has a queue and workers of its own, so
 * that one which is slow or silent holds up nobody else's mails. Workers are started as
 * they are needed; each keeps its connection to the relay for the next mail.
 */
#include "net/client_private.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

/* As libcurl tells connections apart: what differs cannot go over the same one. */
static struct str name_of(const struct smtp_ask *s, struct arena *a)
{
    return arena_printf(a, "%.*s\n%u %d\n%.*s\n%.*s\n%.*s", STR_ARG(s->host), s->port,
                        (int)s->tls, STR_ARG(s->username), STR_ARG(s->way.ca_file),
                        STR_ARG(s->way.server_name));
}

static struct relay *relay_get(struct client *c, const struct smtp_ask *s)
{
    struct relay *r = c->relays;
    struct arena a;
    struct str name;

    arena_init(&a);
    name = name_of(s, &a);
    while (r != NULL && !str_eq(r->name, name))
        r = r->next;
    if (r == NULL) {
        r = calloc(1, sizeof *r);
        if (r == NULL)
            abort();
        r->name = arena_str(&c->arena, name);
        pthread_cond_init(&r->mail, NULL);
        r->next = c->relays;
        c->relays = r;
    }
    arena_fini(&a);
    return r;
}

/* One whose mails nobody carries: all workers there may be have another. */
static struct relay *forlorn(struct client *c)
{
    struct relay *r = c->relays;

    while (r != NULL && (r->waiting == 0 || r->workers > 0))
        r = r->next;
    return r;
}

/* --- workers --- */

struct worker {
    struct client *client;
    struct relay *relay;
    CURL *easy;
    struct digest last; /* the way of the connection that is kept */
};

static void move(struct worker *w, struct relay *to)
{
    w->relay->workers--;
    w->relay = to;
    to->workers++;
}

/* The next mail of its relay; NULL: the client stops and there is none. */
static struct ask *next_letter(struct worker *w)
{
    struct client *c = w->client;

    for (;;) {
        struct relay *other = forlorn(c);
        struct ask *a;

        if (other != NULL && (w->relay->workers > 1 || w->relay->waiting == 0))
            move(w, other);
        a = ask_pop(&w->relay->letters);
        if (a != NULL) {
            w->relay->waiting--;
            return a;
        }
        if (atomic_load(&c->stopping))
            return NULL;
        w->relay->idle++;
        pthread_cond_wait(&w->relay->mail, &c->lock);
        w->relay->idle--;
    }
}

/* Closing a connection politely would wait for a relay that may be silent. */
static void hang_up(CURL *easy)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK &&
        fd != CURL_SOCKET_BAD)
        shutdown(fd, SHUT_RDWR);
    curl_easy_cleanup(easy);
}

static void *work(void *self)
{
    struct worker *w = self;
    struct client *c = w->client;
    struct ask *a;

    pthread_mutex_lock(&c->lock);
    while ((a = next_letter(w)) != NULL) {
        pthread_mutex_unlock(&c->lock);
        a->easy = w->easy;
        if (atomic_load(&c->stopping))
            a->reply.why = STR("the client was stopped");
        else
            smtp_send(a, &w->last);
        pthread_mutex_lock(&c->lock);
        ask_push(&c->ended, a);
        client_wake(c);
    }
    pthread_mutex_unlock(&c->lock);
    hang_up(w->easy);
    free(w);
    return NULL;
}

static void start_worker(struct client *c, struct relay *r)
{
    struct worker *w = malloc(sizeof *w);
    sigset_t all, before;

    if (w == NULL)
        abort();
    *w = (struct worker){ .client = c, .relay = r, .easy = curl_easy_init() };
    if (w->easy == NULL)
        abort();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&c->workers[c->worker_count], NULL, work, w) == 0) {
        c->worker_count++;
        r->workers++;
    } else {
        curl_easy_cleanup(w->easy);
        free(w);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* When there can be no more workers, one that waits elsewhere comes over. */
static void call_worker(struct client *c, struct relay *r)
{
    struct relay *from = r;

    if (r->waiting > r->idle && r->workers < RELAY_WORKERS &&
        c->worker_count < SMTP_WORKERS)
        start_worker(c, r);
    else if (r->workers == 0)
        for (from = c->relays; from != NULL && from->idle == 0;)
            from = from->next;
    if (from != NULL)
        pthread_cond_signal(&from->mail);
}

void client_smtp(struct client *c, const struct smtp_ask *ask, client_done *done,
                 void *ctx)
{
    struct ask *a = ask_new(c, done, ctx);
    struct relay *r;

    smtp_copy(a, ask);
    pthread_mutex_lock(&c->lock);
    r = relay_get(c, &a->smtp);
    ask_push(&r->letters, a);
    r->waiting++;
    if (!atomic_load(&c->stopping))
        call_worker(c, r);
    if (atomic_load(&c->stopping) || c->worker_count == 0) {
        a = ask_pop(&r->letters);
        r->waiting--;
        a->reply.why = STR("the client was stopped");
        ask_push(&c->ended, a);
        client_wake(c);
    }
    pthread_mutex_unlock(&c->lock);
}

void smtp_stop_workers(struct client *c)
{
    struct relay *r;
    struct ask *a;

    pthread_mutex_lock(&c->lock);
    for (r = c->relays; r != NULL; r = r->next)
        pthread_cond_broadcast(&r->mail);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->worker_count; i++)
        pthread_join(c->workers[i], NULL);
    pthread_mutex_lock(&c->lock);
    for (r = c->relays; r != NULL; r = r->next)
        while ((a = ask_pop(&r->letters)) != NULL) { /* nobody came to carry it */
            a->reply.why = STR("the client was stopped");
            ask_push(&c->ended, a);
        }
    pthread_mutex_unlock(&c->lock);
}

void relays_free(struct client *c)
{
    struct relay *r, *next;

    for (r = c->relays; r != NULL; r = next) {
        next = r->next;
        pthread_cond_destroy(&r->mail);
        free(r);
    }
}
