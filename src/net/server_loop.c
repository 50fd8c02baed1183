/* server_loop.c - a worker thread of the HTTP server.
 *
 * The library is polled from outside: with a thread of its own, 0.9.75 waits
 * again when exactly 128 connections were ready at once, before it has looked
 * at any of them. From outside its poll never blocks.
 */
#include "net/server_private.h"

#include "base/log.h"
#include "base/time.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* After a stop, answers on their way to slow readers get this long. */
enum { FAREWELL_S = 5 };

void loop_wake(struct loop *loop)
{
    uint64_t one = 1;
    ssize_t n = write(loop->wake, &one, sizeof one);

    (void)n; /* full: it is awake */
}

/* The call may be gone as soon as it is in the mailbox, and the server with
 * it: `posting` is what keeps the loop from leaving before our last touch. */
void loop_post(struct loop *loop, struct call *c)
{
    struct call *first;

    atomic_fetch_add(&loop->posting, 1);
    first = atomic_load(&loop->mailbox);
    do
        c->next = first;
    while (!atomic_compare_exchange_weak(&loop->mailbox, &first, c));
    if (first == NULL && !pthread_equal(pthread_self(), loop->self) &&
        atomic_exchange(&loop->asleep, false))
        loop_wake(loop);
    atomic_fetch_sub(&loop->posting, 1);
}

static struct call *oldest_first(struct call *c)
{
    struct call *list = NULL;

    while (c != NULL) {
        struct call *next = c->next;

        c->next = list;
        list = c;
        c = next;
    }
    return list;
}

static void read_mail(struct loop *loop)
{
    struct call *c;

    while ((c = oldest_first(atomic_exchange(&loop->mailbox, NULL))) != NULL)
        while (c != NULL) {
            struct call *next = c->next;

            call_wake(c);
            c = next;
        }
}

/* Stops accepting, and ends the connections that wait for a next request. */
static void loop_quiesce(struct loop *loop)
{
    for (size_t i = 0; i < loop->server->config.listener_count; i++) {
        int fd = MHD_quiesce_daemon(loop->doors[i].daemon);

        if (fd >= 0)
            close(fd);
    }
    for (struct conn *c = loop->conns; c != NULL; c = c->next)
        if (c->phase == PHASE_IDLE)
            conn_cut(c);
    loop->quiesced = true;
}

static bool answers_under_way(const struct loop *loop)
{
    for (const struct conn *c = loop->conns; c != NULL; c = c->next)
        if (c->phase == PHASE_ANSWER)
            return true;
    return false;
}

static bool may_leave(struct loop *loop, int64_t now, int64_t *farewell)
{
    if (!atomic_load(&loop->server->stopping) || loop->held > 0)
        return false;
    if (*farewell == 0)
        *farewell = now + FAREWELL_S * NS_PER_S;
    return !answers_under_way(loop) || now >= *farewell;
}

static int milliseconds_until(int64_t due, int64_t now)
{
    return due <= now ? 0 : (int)((due - now) / NS_PER_MS) + 1;
}

/* Polled from outside, the library does not count a resumed connection. */
static bool wants_to_run(const struct door *door)
{
    MHD_UNSIGNED_LONG_LONG ms;

    return door->resumed || (MHD_get_timeout(door->daemon, &ms) == MHD_YES && ms == 0);
}

void conn_resume(struct conn *c)
{
    c->door->resumed = true;
    MHD_resume_connection(c->mhd);
}

/* Once a minute is enough for whoever reads the log. */
static bool may_say(int64_t *said, int64_t now)
{
    if (*said != 0 && now - *said < NS_PER_MIN)
        return false;
    *said = now;
    return true;
}

/* Out of open files the client that wants in still stands at the door, and asking again
 * at once would take a processor whole. */
static void rest_if_starved(struct loop *loop)
{
    enum { REST_MS = 50 };
    bool starved = false;

    for (size_t i = 0; i < loop->server->config.listener_count; i++) {
        starved = starved || loop->doors[i].starved;
        loop->doors[i].starved = false;
    }
    if (!starved)
        return;
    if (may_say(&loop->starved_said, clock_steady()))
        log_text(LOG_WARN, "no open files are left: clients that come have to wait "
                           "(raise LimitNOFILE or ulimit -n)");
    poll(NULL, 0, REST_MS);
}

static bool is_busy(struct loop *loop)
{
    if (atomic_load(&loop->mailbox) != NULL)
        return true;
    for (size_t i = 0; i < loop->server->config.listener_count; i++)
        if (wants_to_run(&loop->doors[i]))
            return true;
    return false;
}

/* Who posts looks at `asleep` behind his post, and we at the mailbox behind `asleep`: one
 * of us sees the other. */
static void doze(struct loop *loop, struct pollfd *fds, int64_t now)
{
    size_t doors = loop->server->config.listener_count;
    uint64_t wakes;

    atomic_store(&loop->asleep, true);
    poll(fds, doors + 1,
         atomic_load(&loop->mailbox) != NULL ? 0
                                             : milliseconds_until(loop->sweep_at, now));
    atomic_store(&loop->asleep, false);
    if ((fds[doors].revents & POLLIN) != 0 &&
        read(loop->wake, &wakes, sizeof wakes) != sizeof wakes)
        wakes = 0; /* the kernel has no news: neither have we */
}

/* Waits if there is nothing to do, then lets the library work on every door where
 * something happened; it looks itself when it is busy anyhow. */
static void turn(struct loop *loop, struct pollfd *fds, int64_t now)
{
    bool busy = is_busy(loop);

    if (!busy)
        doze(loop, fds, now);
    read_mail(loop);
    for (size_t i = 0; i < loop->server->config.listener_count; i++)
        if (busy || fds[i].revents != 0 || wants_to_run(&loop->doors[i])) {
            loop->doors[i].resumed = false;
            MHD_run(loop->doors[i].daemon);
        }
    rest_if_starved(loop);
}

static void close_doors(struct loop *loop)
{
    for (size_t i = 0; i < loop->server->config.listener_count; i++) {
        if (loop->doors[i].daemon != NULL)
            MHD_stop_daemon(loop->doors[i].daemon);
        loop->doors[i].daemon = NULL;
    }
}

/* Where all connections are streams that last for hours nobody would open it again,
 * though there be files for long. The first who is let in and goes does. */
static void let_in(struct door *door)
{
    enum { AT_ONCE = 64 };

    for (int i = 0; i < AT_ONCE; i++) {
        struct sockaddr_storage at = { 0 };
        socklen_t n = sizeof at;
        int fd = accept4(door->socket, (struct sockaddr *)&at, &n,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
            return;
        /* it looks at the limit, too, and closes whom it does not want */
        (void)MHD_add_connection(door->daemon, fd, (struct sockaddr *)&at, n);
        door->resumed = true;
    }
}

static void knock_on_shut_doors(struct loop *loop)
{
    for (size_t i = 0; i < loop->server->config.listener_count; i++)
        if (loop->doors[i].shut && !loop->quiesced)
            let_in(&loop->doors[i]);
}

/* A connection that is kept for a next request must not keep all others out. */
static bool is_shut(const struct loop *loop)
{
    for (size_t i = 0; i < loop->server->config.listener_count; i++)
        if (loop->doors[i].shut)
            return true;
    return false;
}

static void *loop_run(void *self)
{
    struct loop *loop = self;
    size_t doors = loop->server->config.listener_count;
    int64_t interval = deadline_interval(&loop->server->config);
    struct pollfd *fds = calloc(doors + 1, sizeof *fds);
    int64_t now = clock_steady(), farewell = 0;

    if (fds == NULL)
        abort();
    loop->self = pthread_self();
    for (size_t i = 0; i < doors; i++)
        fds[i] = (struct pollfd){ .fd = loop->doors[i].epoll, .events = POLLIN };
    fds[doors] = (struct pollfd){ .fd = loop->wake, .events = POLLIN };
    while (!may_leave(loop, now, &farewell)) {
        turn(loop, fds, now);
        now = clock_steady();
        if (!loop->quiesced && atomic_load(&loop->server->quiesced))
            loop_quiesce(loop);
        if (atomic_load(&loop->crowded) || (now >= loop->sweep_at && is_shut(loop))) {
            (void)deadline_make_room(loop, now);
            atomic_store(&loop->crowded, false);
        }
        if (now >= loop->sweep_at || farewell != 0) {
            knock_on_shut_doors(loop);
            deadline_sweep(loop, now);
            loop->sweep_at = now + interval;
        }
    }
    while (atomic_load(&loop->posting) > 0)
        sched_yield();
    free(fds);
    close_doors(loop); /* here, where SIGPIPE is blocked */
    return NULL;
}

/* What the library says (a client gone in the middle) is news for nobody but
 * who looks for it; its reasons not to start are kept for the error. */
static void door_said(void *self, const char *fmt, va_list ap)
{
    struct door *door = self;

/* The format is the library's. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    vsnprintf(door->said, sizeof door->said, fmt, ap);
#pragma GCC diagnostic pop
    door->said[strcspn(door->said, "\r\n")] = '\0';
    if (strstr(door->said, "resource limit") != NULL)
        door->starved = true;
    if (strstr(door->said, "suspending accept") != NULL)
        door->shut = true;
    log_say(LOG_DEBUG, "http", LF("said", str_of(door->said)));
}

/* The address a connection comes from, and its record. */
static void conn_open(struct door *door, struct MHD_Connection *mhd, void **slot)
{
    struct loop *loop = door->loop;
    struct conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        abort();
    c->door = door;
    c->mhd = mhd;
    c->fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    c->remote = address_text(
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr,
        c->remote_text);
    c->call.conn = c;
    c->next = loop->conns;
    if (c->next != NULL)
        c->next->prev = c;
    loop->conns = c;
    deadline_connected(c, clock_steady());
    *slot = c;
}

static void conn_close(struct door *door, struct conn *c)
{
    assert(c->call.stage == STAGE_NONE);
    if (c->cut)
        atomic_fetch_sub(&door->loop->server->leaving, 1);
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        door->loop->conns = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    free(c);
}

static void conn_notify(void *self, struct MHD_Connection *mhd, void **slot,
                        enum MHD_ConnectionNotificationCode what)
{
    struct door *door = self;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&door->loop->server->connections, 1);
        conn_open(door, mhd, slot);
    } else {
        atomic_fetch_sub(&door->loop->server->connections, 1);
        conn_close(door, *slot);
        *slot = NULL;
        /* The library accepts again, but only looks for clients when it runs again. */
        door->resumed = door->resumed || door->shut;
        door->shut = false;
    }
}

static void say_full(struct loop *loop, int64_t now, bool made_room)
{
    if (!may_say(&loop->full_said, now))
        return;
    log_text(LOG_WARN, "all %u connections are taken: %s",
             loop->server->config.connections,
             made_room ? "those that dawdle are ended for those that come"
                       : "who comes is hung up on");
}

/* Who dawdles may all be theirs: this client finds no room, the next one will. */
static void ask_others(struct loop *loop)
{
    struct server *s = loop->server;

    for (unsigned i = 0; i < s->loop_count; i++)
        if (&s->loops[i] != loop && !atomic_exchange(&s->loops[i].crowded, true))
            loop_wake(&s->loops[i]);
}

/* One limit for all loops and listeners. Who comes above it takes the place of one that
 * dawdles; where none does it is hung up on at once, not left waiting. */
static enum MHD_Result conn_allowed(void *self, const struct sockaddr *, socklen_t)
{
    struct door *door = self;
    struct server *s = door->loop->server;
    int64_t now;
    bool room;

    if (atomic_load(&s->connections) < s->config.connections + atomic_load(&s->leaving))
        return MHD_YES;
    now = clock_steady();
    room = deadline_make_room(door->loop, now);
    if (!room)
        ask_others(door->loop);
    say_full(door->loop, now, room);
    return room ? MHD_YES : MHD_NO;
}

/* Nobody asks the library for its decoded path. */
static size_t leave_encoded(void *, struct MHD_Connection *, char *s)
{
    return strlen(s);
}

static ok door_open(struct door *door, int listener, struct err *e)
{
    const struct server_config *config = &door->loop->server->config;
    const struct server_listener *l = &config->listeners[door->listener];
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)l->cert_pem.p },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)l->key_pem.p },
        { MHD_OPTION_HTTPS_PRIORITIES, 0,
          (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        { MHD_OPTION_END, 0, NULL },
    };

    if (l->cert_pem.n > 0)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    door->daemon = MHD_start_daemon(
        flags, 0, conn_allowed, door, call_step, door,                  //
        MHD_OPTION_EXTERNAL_LOGGER, door_said, door,                    //
        MHD_OPTION_LISTEN_SOCKET, listener,                             //
        MHD_OPTION_STRICT_FOR_CLIENT, 1,                                //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, config->connection_memory,  //
        MHD_OPTION_CONNECTION_LIMIT, config->connections + 1,           //
        MHD_OPTION_URI_LOG_CALLBACK, call_line, door,                   //
        MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL,              //
        MHD_OPTION_NOTIFY_COMPLETED, call_completed, door,              //
        MHD_OPTION_NOTIFY_CONNECTION, conn_notify, door,                //
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                           //
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (door->daemon == NULL)
        return fail(e, FAULT_UNAVAILABLE, "listen", "cannot serve on %.*s:%u: %s",
                    STR_ARG(l->host), l->port,
                    door->said[0] != '\0' ? door->said : strerror(errno));
    door->epoll = MHD_get_daemon_info(door->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    door->socket = listener;
    return OK;
}

ok loop_open(struct loop *loop, struct server *s, const int *listeners, struct err *e)
{
    size_t doors = s->config.listener_count;

    *loop = (struct loop){ .server = s };
    reply_kept_init(&loop->kept);
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    loop->doors = calloc(doors, sizeof *loop->doors);
    if (loop->doors == NULL)
        abort();
    if (loop->wake < 0)
        return fail(e, FAULT_UNAVAILABLE, "", "eventfd: %s", strerror(errno));
    for (size_t i = 0; i < doors; i++) {
        int fd = fcntl(listeners[i], F_DUPFD_CLOEXEC, 0);

        loop->doors[i] = (struct door){ .loop = loop, .listener = i };
        if (fd < 0)
            return fail(e, FAULT_UNAVAILABLE, "", "dup: %s", strerror(errno));
        if (door_open(&loop->doors[i], fd, e) != OK) {
            close(fd);
            return FAILED;
        }
    }
    return OK;
}

/* Signals are for the main thread; SIGPIPE would kill us over a dead client. */
ok loop_start(struct loop *loop, struct err *e)
{
    sigset_t all, before;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&loop->thread, NULL, loop_run, loop);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0)
        return fail(e, FAULT_UNAVAILABLE, "", "pthread_create: %s", strerror(failed));
    return OK;
}

void loop_close(struct loop *loop)
{
    close_doors(loop);
    reply_kept_fini(&loop->kept);
    free(loop->doors);
    if (loop->wake >= 0)
        close(loop->wake);
}
