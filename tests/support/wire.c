#include "wire.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

void wire_prepare(struct wire *w)
{
    struct timeval patience = { .tv_sec = WIRE_PATIENCE_S };
    int on = 1;

    *w = (struct wire){ .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    assert(w->fd >= 0);
    setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(w->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

void wire_connect(struct wire *w, uint16_t port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int failed = connect(w->fd, (struct sockaddr *)&at, sizeof at);

    assert(failed == 0);
}

void wire_open(struct wire *w, uint16_t port)
{
    wire_prepare(w);
    wire_connect(w, port);
}

void wire_close(struct wire *w)
{
    close(w->fd);
    free(w->p);
    *w = (struct wire){ .fd = -1 };
}

bool wire_send(struct wire *w, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(w->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n < 0) {
            assert(errno == EPIPE || errno == ECONNRESET);
            return false;
        }
        bytes = str_from(bytes, (size_t)n);
    }
    return true;
}

bool wire_printf(struct wire *w, const char *fmt, ...)
{
    char *text;
    va_list ap;
    bool sent;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    sent = wire_send(w, (struct str){ text, (size_t)n });
    free(text);
    return sent;
}

/* False at the end of the connection, however it came. */
static bool receive(struct wire *w)
{
    ssize_t n;

    if (w->room - w->n < 65536) {
        w->room = w->room * 2 + 65536;
        w->p = realloc(w->p, w->room);
        assert(w->p != NULL);
    }
    n = recv(w->fd, w->p + w->n, w->room - w->n, 0);
    if (n < 0 && errno != ECONNRESET) {
        fprintf(stderr, "wire: no answer within %d s\n", WIRE_PATIENCE_S);
        abort();
    }
    if (n <= 0)
        return false;
    w->n += (size_t)n;
    return true;
}

static void consume(struct wire *w, size_t n)
{
    w->n -= n;
    memmove(w->p, w->p + n, w->n);
}

static size_t content_length(struct str head)
{
    struct str line;

    while (str_cut(&head, '\n', &line))
        if (line.n > 15 && strncasecmp(line.p, "Content-Length:", 15) == 0)
            return (size_t)strtoul(line.p + 15, NULL, 10);
    return 0;
}

static char *keep(const char *p, size_t n)
{
    static _Thread_local char *kept[2];
    static _Thread_local unsigned turn;
    char *copy = malloc(n + 1);

    assert(copy != NULL);
    memcpy(copy, p, n);
    copy[n] = '\0';
    turn = (turn + 1) % 2;
    free(kept[turn]);
    kept[turn] = copy;
    return copy;
}

struct wire_answer wire_read_head(struct wire *w)
{
    struct wire_answer a = { 0, STR(""), STR("") };
    size_t at;

    while (!str_find((struct str){ w->p, w->n }, STR("\r\n\r\n"), &at))
        if (!receive(w))
            return a;
    a.head = (struct str){ keep(w->p, at + 4), at + 4 };
    consume(w, at + 4);
    assert(str_starts(a.head, STR("HTTP/1.1 ")));
    a.status = atoi(a.head.p + 9);
    return a;
}

static bool need(struct wire *w, size_t n)
{
    while (w->n < n)
        if (!receive(w))
            return false;
    return true;
}

/* Chunks from the wire's start, moved together; false if they do not end well. */
static bool read_chunks(struct wire *w, size_t *whole)
{
    size_t at = 0, end;

    for (*whole = 0;;) {
        size_t n;
        char *stop;

        while (!str_find((struct str){ w->p + at, w->n - at }, STR("\r\n"), &end))
            if (!receive(w))
                return false;
        n = strtoul(w->p + at, &stop, 16);
        assert(stop == w->p + at + end);
        at += end + 2;
        if (!need(w, at + n + 2))
            return false;
        memmove(w->p + *whole, w->p + at, n);
        at += n + 2;
        *whole += n;
        if (n > 0)
            continue;
        memmove(w->p + *whole, w->p + at, w->n - at);
        w->n -= at - *whole;
        return true;
    }
}

struct wire_answer wire_read(struct wire *w)
{
    struct wire_answer a = wire_read_head(w);
    size_t n;

    if (a.status == 0)
        return a;
    if (str_has(a.head, STR("Transfer-Encoding: chunked\r\n"))) {
        if (!read_chunks(w, &n))
            return (struct wire_answer){ 0, STR(""), STR("") };
        a.body = (struct str){ keep(w->p, n), n };
        consume(w, n);
        return a;
    }
    n = content_length(a.head);
    while (w->n < n)
        if (!receive(w))
            return (struct wire_answer){ 0, STR(""), STR("") };
    a.body = (struct str){ keep(w->p, n), n };
    consume(w, n);
    return a;
}

struct str wire_read_all(struct wire *w)
{
    while (receive(w))
        ;
    return (struct str){ w->p, w->n };
}

int wire_ask(uint16_t port, const char *request)
{
    struct wire_answer a;
    struct wire w;

    wire_open(&w, port);
    wire_send(&w, str_of(request));
    a = wire_read(&w);
    wire_close(&w);
    return a.status;
}
