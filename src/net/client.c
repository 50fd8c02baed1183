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

void client_wake(struct client *c)
{
    uint64_t one = 1;
    ssize_t n = write(c->wake, &one, sizeof one);

    (void)n; /* full: it is awake */
}

/* --- HTTP transfers --- */

static void http_begin(struct client *c, struct ask *a)
{
    a->easy = easy_take(c);
    a->began = clock_wall();
    if (!http_prepare(a)) {
        ask_free_lists(a);
        easy_give(c, a);
        line_leave(&c->lines, a);
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
    easy_give(c, a); /* curl lets go of the lists here */
    ask_free_lists(a);
    line_leave(&c->lines, a);
    ask_finish(a);
}

static void end_finished_of(struct flock *f)
{
    struct CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(f->multi, &left)) != NULL) {
        struct ask *a = NULL;

        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &a);
        http_end(f->client, a, msg->data.result);
    }
}

/* Nobody came to it while it waited: not a byte of it has left. */
static void turn_away(struct client *c, struct ask *a, const char *why)
{
    line_leave(&c->lines, a);
    a->reply.why = str_of(why);
    ask_finish(a);
}

/* --- the loop --- */

/* All that was handed over since the last look, by one hold of the lock. */
static void take_submitted(struct client *c)
{
    struct ask_queue submitted, ended;
    struct ask *a;

    pthread_mutex_lock(&c->lock);
    submitted = c->submitted;
    ended = c->ended;
    c->submitted = c->ended = (struct ask_queue){ NULL, NULL };
    pthread_mutex_unlock(&c->lock);
    while ((a = ask_pop(&ended)) != NULL)
        ask_finish(a);
    while ((a = ask_pop(&submitted)) != NULL)
        line_join(&c->lines, a);
}

static void begin_next(struct client *c)
{
    struct ask *a;

    while ((a = line_next(&c->lines)) != NULL)
        http_begin(c, a);
    while ((a = line_overdue(&c->lines, clock_steady())) != NULL)
        turn_away(c, a, "too much is under way there already");
}

static bool may_leave(struct client *c)
{
    struct ask *a;
    bool leave;

    while (c->under_way != NULL) {
        c->under_way->reply.why = STR("the client was stopped");
        http_end(c, c->under_way, CURLE_ABORTED_BY_CALLBACK);
    }
    while ((a = line_overdue(&c->lines, INT64_MAX)) != NULL)
        turn_away(c, a, "the client was stopped");
    pthread_mutex_lock(&c->lock);
    leave = c->workers_gone && c->submitted.first == NULL && c->ended.first == NULL;
    pthread_mutex_unlock(&c->lock);
    return leave;
}

static int milliseconds_to_wait(const struct client *c)
{
    int64_t due = line_due(&c->lines), now = clock_steady();

    /* Some ended since others were let in. */
    if (line_ready(&c->lines))
        return 0;

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

        if (f->due > clock_steady())
            continue;
        f->due = INT64_MAX;
        curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void end_finished(struct client *c)
{
    for (int i = 0; i < FLOCKS; i++)
        end_finished_of(&c->flocks[i]);
}

/* Here, where SIGPIPE is blocked: a farewell by TLS may meet a closed door. */
static void close_connections(struct client *c)
{
    for (int i = 0; i < FLOCKS; i++)
        curl_multi_cleanup(c->flocks[i].multi);
    easies_free(c);
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
                flock_ready(c, &ready[i]);
            else if (read(c->wake, &wakes, sizeof wakes) == sizeof wakes)
                continue;
        }
        end_finished(c);
        take_submitted(c);
        if (!atomic_load(&c->stopping))
            begin_next(c);
        run_due(c);
        end_finished(c);
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

static void client_free(struct client *c)
{
    close(c->epoll);
    close(c->wake);
    lines_fini(&c->lines);
    free(c->watches);
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

    if (c == NULL || !client_memory_init())
        abort();
    copy_config(c, config);
    pthread_mutex_init(&c->lock, NULL);
    c->epoll = epoll_create1(EPOLL_CLOEXEC);
    c->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    lines_init(&c->lines);
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
