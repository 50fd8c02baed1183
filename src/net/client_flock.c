/* client_flock.c - what libcurl wants of the loop: which sockets, and when to be called.
 *
 * Between two requests on a connection curl looks at its socket no more. It stays in the
 * epoll all the same, since most often the next request follows soon; if something comes
 * that nobody asked for, it is taken out. */
#include "net/client_private.h"

#include "base/time.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Of a flock: open in all, and how many are kept when a request ends. */
enum { CONNECTIONS = LINE_IN_ALL, CONNECTIONS_KEPT = 256 };

static struct watch *watch_of(struct client *c, curl_socket_t fd)
{
    size_t at = (size_t)fd, room = c->watch_room;

    if (at >= room) {
        room = at < 512 ? 1024 : at * 2;
        c->watches = realloc(c->watches, room * sizeof *c->watches);
        if (c->watches == NULL)
            abort();
        memset(c->watches + c->watch_room, 0,
               (room - c->watch_room) * sizeof *c->watches);
        c->watch_room = room;
    }
    return &c->watches[at];
}

static void watch_end(struct client *c, curl_socket_t fd, struct watch *w)
{
    epoll_ctl(c->epoll, EPOLL_CTL_DEL, fd, NULL);
    w->events = 0;
}

static int want_socket(CURL *, curl_socket_t fd, int what, void *self, void *)
{
    struct flock *f = self;
    struct client *c = f->client;
    struct watch *w = watch_of(c, fd);
    struct epoll_event ev = {
        .events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) |
                  (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0),
        .data.u64 = (uint64_t)(f - c->flocks) << 32 | (uint32_t)fd,
    };

    w->wanted = what != CURL_POLL_REMOVE;
    if (!w->wanted) {
        /* What curl opened by itself (it finds names on threads) it closes unsaid. */
        if (!w->ours)
            watch_end(c, fd, w);
        return 0;
    }
    if (w->events == ev.events)
        return 0;
    if (epoll_ctl(c->epoll, w->events != 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev) != 0)
        epoll_ctl(c->epoll, errno == EEXIST ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev);
    w->events = (uint8_t)ev.events;
    return 0;
}

static int want_time(CURLM *, long ms, void *self)
{
    struct flock *f = self;

    f->due = ms < 0 ? INT64_MAX : clock_steady() + ms * NS_PER_MS;
    return 0;
}

void flock_ready(struct client *c, const struct epoll_event *ev)
{
    curl_socket_t fd = (curl_socket_t)(ev->data.u64 & 0xFFFFFFFF);
    struct flock *f = &c->flocks[ev->data.u64 >> 32];
    struct watch *w = watch_of(c, fd);
    int mask = (ev->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
               (ev->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (ev->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    int running;

    if (!w->wanted)
        watch_end(c, fd, w);
    else
        curl_multi_socket_action(f->multi, fd, mask, &running);
}

curl_socket_t flock_socket(void *self, curlsocktype, struct curl_sockaddr *at)
{
    struct ask *a = self;
    curl_socket_t fd;

    if (http_is_repetition(a) || !ask_allows(a, at))
        return CURL_SOCKET_BAD;
    fd = socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
    if (fd >= 0)
        *watch_of(a->client, fd) = (struct watch){ .ours = true };
    return fd;
}

int flock_close(void *self, curl_socket_t fd)
{
    *watch_of(self, fd) = (struct watch){ 0 };
    return close(fd);
}

struct flock *flock_of(struct ask *a)
{
    return &a->client->flocks[a->guarded ? FLOCK_GUARDED : FLOCK_OPEN];
}

void flock_open(struct client *c, struct flock *f)
{
    *f = (struct flock){ .client = c, .due = INT64_MAX, .multi = curl_multi_init() };
    if (f->multi == NULL)
        abort();
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, want_time);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    /* Nobody ever waits for it: the oldest of those that were kept makes room. */
    curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
}
