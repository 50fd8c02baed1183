/* client.c - the client's loop: libcurl's sockets and times on one epoll. */
#include "net/client_private.h"

#include "base/time.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    /* Enough to keep a quick receiver busy; a slow one is not run over. */
    CONNECTIONS_PER_HOST = 64,
    CONNECTIONS = 1024,
    CONNECTIONS_KEPT = 256
};

void client_wake(struct client *c)
{
    uint64_t one = 1;
    ssize_t n = write(c->wake, &one, sizeof one);

    (void)n; /* full: it is awake */
}

/* --- HTTP transfers --- */

static CURL *easy_take(struct client *c)
{
    CURL *easy = c->spare_n > 0 ? c->spare[--c->spare_n] : curl_easy_init();

    if (easy == NULL)
        abort();
    return easy;
}

static void easy_give(struct client *c, CURL *easy)
{
    if (c->spare_n == sizeof c->spare / sizeof *c->spare) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    c->spare[c->spare_n++] = easy;
}

static struct flock *flock_of(struct ask *a)
{
    return &a->client->flocks[a->guarded ? FLOCK_GUARDED : FLOCK_OPEN];
}

static void http_begin(struct client *c, struct ask *a)
{
    a->easy = easy_take(c);
    a->began = clock_wall();
    if (!http_prepare(a)) {
        ask_free_lists(a);
        easy_give(c, a->easy);
        ask_finish(a);
        return;
    }
    a->next = c->under_way;
    a->prev = NULL;
    if (a->next != NULL)
        a->next->prev = a;
    c->under_way = a;
    curl_multi_add_handle(flock_of(a)->multi, a->easy);
}

static void http_end(struct client *c, struct ask *a, CURLcode code)
{
    if (a->prev != NULL)
        a->prev->next = a->next;
    else
        c->under_way = a->next;
    if (a->next != NULL)
        a->next->prev = a->prev;
    http_judge(a, code);
    curl_multi_remove_handle(flock_of(a)->multi, a->easy);
    easy_give(c, a->easy); /* curl lets go of the lists here */
    ask_free_lists(a);
    ask_finish(a);
}

static void end_finished(struct flock *f)
{
    struct CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(f->multi, &left)) != NULL) {
        struct ask *a = NULL;

        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &a);
        http_end(f->client, a, msg->data.result);
    }
}

/* --- what curl wants of the loop --- */

static int want_socket(CURL *, curl_socket_t fd, int what, void *self, void *known)
{
    struct flock *f = self;
    struct client *c = f->client;
    struct epoll_event ev = {
        .events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
                  (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0),
        .data.u64 = (uint64_t)(f - c->flocks) << 32 | (uint32_t)fd,
    };

    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(c->epoll, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    /* Closed by curl without a word and opened again, it is in no epoll. */
    if (known != NULL && epoll_ctl(c->epoll, EPOLL_CTL_MOD, fd, &ev) == 0)
        return 0;
    if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &ev) != 0 && errno == EEXIST)
        epoll_ctl(c->epoll, EPOLL_CTL_MOD, fd, &ev);
    curl_multi_assign(f->multi, fd, f);
    return 0;
}

static int want_time(CURLM *, long ms, void *self)
{
    struct flock *f = self;

    f->due = ms < 0 ? INT64_MAX : clock_steady() + ms * NS_PER_MS;
    return 0;
}

static void socket_ready(struct client *c, const struct epoll_event *ev)
{
    struct flock *f = &c->flocks[ev->data.u64 >> 32];
    int mask = (ev->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
               (ev->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (ev->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    int running;

    curl_multi_socket_action(f->multi, (curl_socket_t)(ev->data.u64 & 0xFFFFFFFF), mask,
                             &running);
}

/* --- the loop --- */

static void begin_submitted(struct client *c)
{
    for (;;) {
        struct ask *submitted, *ended;

        pthread_mutex_lock(&c->lock);
        submitted = ask_pop(&c->submitted);
        ended = ask_pop(&c->ended);
        pthread_mutex_unlock(&c->lock);
        if (submitted == NULL && ended == NULL)
            return;
        if (ended != NULL)
            ask_finish(ended);
        if (submitted != NULL && atomic_load(&c->stopping)) {
            submitted->reply.why = STR("the client was stopped");
            ask_finish(submitted);
        } else if (submitted != NULL) {
            http_begin(c, submitted);
        }
    }
}

static bool may_leave(struct client *c)
{
    bool leave;

    while (c->under_way != NULL) {
        c->under_way->reply.why = STR("the client was stopped");
        http_end(c, c->under_way, CURLE_ABORTED_BY_CALLBACK);
    }
    pthread_mutex_lock(&c->lock);
    leave = c->workers_gone && c->submitted.first == NULL && c->ended.first == NULL;
    pthread_mutex_unlock(&c->lock);
    return leave;
}

static int milliseconds_to_wait(const struct client *c)
{
    int64_t due = INT64_MAX, now = clock_steady();

    for (int i = 0; i < FLOCKS; i++)
        if (c->flocks[i].due < due)
            due = c->flocks[i].due;
    if (due == INT64_MAX)
        return -1;
    return due <= now ? 0 : (int)((due - now + NS_PER_MS - 1) / NS_PER_MS);
}

static void run_due(struct client *c)
{
    int running;

    for (int i = 0; i < FLOCKS; i++) {
        struct flock *f = &c->flocks[i];

        if (f->due <= clock_steady()) {
            f->due = INT64_MAX;
            curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        end_finished(f);
    }
}

/* Here, where SIGPIPE is blocked: a farewell by TLS may meet a closed door. */
static void close_connections(struct client *c)
{
    for (int i = 0; i < FLOCKS; i++)
        curl_multi_cleanup(c->flocks[i].multi);
    while (c->spare_n > 0)
        curl_easy_cleanup(c->spare[--c->spare_n]);
}

static void *client_run(void *self)
{
    struct client *c = self;
    struct epoll_event ready[64];

    while (!atomic_load(&c->stopping) || !may_leave(c)) {
        int n = epoll_wait(c->epoll, ready, 64, milliseconds_to_wait(c));

        for (int i = 0; i < n; i++) {
            uint64_t wakes;

            if (ready[i].data.u64 != UINT64_MAX)
                socket_ready(c, &ready[i]);
            else if (read(c->wake, &wakes, sizeof wakes) == sizeof wakes)
                continue;
        }
        begin_submitted(c);
        run_due(c);
    }
    close_connections(c);
    return NULL;
}

/* --- start, submit, stop --- */

static void copy_config(struct client *c, const struct client_config *config)
{
    struct str *allow;

    arena_init(&c->arena);
    allow = arena_array(&c->arena, struct str, config->allow_count);
    for (size_t i = 0; i < config->allow_count; i++)
        allow[i] = arena_str(&c->arena, config->allow[i]);
    c->allow = (struct strs){ allow, config->allow_count };
    c->deny_private = config->deny_private;
    c->user_agent = arena_z(&c->arena, config->user_agent);
}

static void flock_open(struct client *c, struct flock *f)
{
    *f = (struct flock){ .client = c, .due = INT64_MAX, .multi = curl_multi_init() };
    if (f->multi == NULL)
        abort();
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, want_time);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    curl_multi_setopt(f->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      (long)CONNECTIONS_PER_HOST);
    curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
}

static void client_free(struct client *c)
{
    close(c->epoll);
    close(c->wake);
    pthread_mutex_destroy(&c->lock);
    relays_free(c);
    arena_fini(&c->arena);
    free(c);
    curl_global_cleanup();
}

/* Signals are for the main thread; SIGPIPE would kill us over a dead server.
 * The threads that curl makes for names inherit it. */
static int run_thread(struct client *c)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&c->thread, NULL, client_run, c);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

ok client_start(const struct client_config *config, struct client **out, struct err *e)
{
    struct epoll_event ev = { .events = EPOLLIN, .data.u64 = UINT64_MAX };
    struct client *c = calloc(1, sizeof *c);
    int failed;

    if (c == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    copy_config(c, config);
    pthread_mutex_init(&c->lock, NULL);
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    for (int i = 0; i < FLOCKS; i++)
        flock_open(c, &c->flocks[i]);
    failed =
        epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->wake, &ev) != 0 ? errno : run_thread(c);
    if (failed != 0) {
        close_connections(c);
        client_free(c);
        return fail(e, FAULT_UNAVAILABLE, "", "cannot start the client: %s",
                    strerror(failed));
    }
    *out = c;
    return OK;
}

void client_http(struct client *c, const struct http_ask *ask, client_done *done,
                 void *ctx)
{
    struct ask *a = ask_new(c, done, ctx);
    bool first;

    http_copy(a, ask);
    pthread_mutex_lock(&c->lock);
    first = c->submitted.first == NULL;
    ask_push(&c->submitted, a);
    pthread_mutex_unlock(&c->lock);
    if (first)
        client_wake(c);
}

void client_stop(struct client **self)
{
    struct client *c = *self;

    pthread_mutex_lock(&c->lock);
    atomic_store(&c->stopping, true);
    pthread_mutex_unlock(&c->lock);
    client_wake(c);
    smtp_stop_workers(c);
    pthread_mutex_lock(&c->lock);
    c->workers_gone = true;
    pthread_mutex_unlock(&c->lock);
    client_wake(c);
    pthread_join(c->thread, NULL);
    client_free(c);
    *self = NULL;
}
