/* told.c - how long from a POST until the webhook has it, by one clock: the sender of the
 * alerts is the receiver of their messages.
 *
 *     told -p PORT -i PID -w SINK-PORT -s STARTED [-f FIRST] [-n ALERTS] [-r RATE]
 *
 * Eight connections take turns, so that one answer that waits for the disk holds up no
 * other alert. Alert k has the labels told="yes" and a uid of its own; the server's route has to make
 * a group of each and to send it at once to http://127.0.0.1:SINK-PORT/. RATE alerts a
 * second, one a request; 0: in batches of 100, one after the other.
 *
 * Prints one line of JSON: alerts told, told twice or more, wall seconds until the last
 * was, the server's CPU seconds, and microseconds from POST to webhook. 1: some were not
 * told within 120 s.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 100, ALERT_ROOM = 512, READ_ROOM = 256 * 1024, SENDERS = 8 };
static const int64_t ns_per_s = 1000000000, patience = 120;

struct reader { /* one connection, and what came on it that is no whole message yet */
    int fd;
    char *p;
    size_t n;
};

struct bench {
    int port, pid, sink_port, poll, listener;
    long first, count, rate;
    time_t started;
    struct reader senders[SENDERS];
    long posted, requests, in_flight;
    long told, twice;
    int64_t *sent_at, *took; /* by alert; took 0: not told yet */
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("told: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static int64_t clock_ns(clockid_t id)
{
    struct timespec t;

    if (clock_gettime(id, &t) != 0)
        die("the clock of the server: %s", strerror(errno));
    return t.tv_sec * ns_per_s + t.tv_nsec;
}

static int64_t cpu_of(const struct bench *b)
{
    clockid_t id;

    if (clock_getcpuclockid(b->pid, &id) != 0)
        die("no process %d", b->pid);
    return clock_ns(id);
}

/* ---- sockets ------------------------------------------------------------------------- */

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void watch(struct bench *b, int fd, struct reader *r)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = r };

    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(b->poll, EPOLL_CTL_ADD, fd, &event) != 0)
        die("socket: %s", strerror(errno));
    if (r != NULL && (r->p = malloc(READ_ROOM + 1)) == NULL)
        abort();
}

static void open_sockets(struct bench *b)
{
    struct sockaddr_in to = loopback(b->port), at = loopback(b->sink_port);
    int on = 1;

    b->poll = epoll_create1(EPOLL_CLOEXEC);
    b->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(b->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(b->listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(b->listener, SOMAXCONN) != 0)
        die("port %d: %s", b->sink_port, strerror(errno));
    watch(b, b->listener, NULL);
    for (int i = 0; i < SENDERS; i++) {
        struct reader *r = &b->senders[i];

        r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(r->fd, (struct sockaddr *)&to, sizeof to) != 0)
            die("port %d: %s", b->port, strerror(errno));
        setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(b, r->fd, r);
    }
}

static void accept_all(struct bench *b)
{
    int fd, on = 1;

    while ((fd = accept4(b->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        struct reader *r = calloc(1, sizeof *r);

        if (r == NULL)
            abort();
        r->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(b, fd, r);
    }
}

static void send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EAGAIN)
            continue;
        if (sent < 0)
            die("send: %s", strerror(errno));
        p += sent;
        n -= (size_t)sent;
    }
}

/* ---- what is sent ---------------------------------------------------------------------- */

static size_t put_alert(const struct bench *b, char *out, long k)
{
    struct tm tm;
    char at[32], end[32];
    time_t last = b->started + 36000;
    int n;

    gmtime_r(&b->started, &tm);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &tm);
    gmtime_r(&last, &tm);
    strftime(end, sizeof end, "%Y-%m-%dT%H:%M:%SZ", &tm);
    n = snprintf(
        out, ALERT_ROOM,
        "{\"labels\":{\"alertname\":\"Told\",\"instance\":\"10.1.%ld.%ld:9100\","
        "\"namespace\":\"team-%02ld\",\"severity\":\"critical\",\"told\":\"yes\","
        "\"uid\":\"t%08ld\"},\"annotations\":{\"summary\":\"it happened\"},"
        "\"startsAt\":\"%s\",\"endsAt\":\"%s\"}",
        k / 250 % 250, k % 250, k % 50, k, at, end);
    return (size_t)n;
}

static void post(struct bench *b)
{
    static char request[BATCH * (ALERT_ROOM + 1) + 256], body[BATCH * (ALERT_ROOM + 1)];
    long n = b->rate > 0                    ? 1
             : b->count - b->posted < BATCH ? b->count - b->posted
                                            : BATCH;
    char *p = body;
    int head;

    for (long i = 0; i < n; i++) {
        *p++ = i == 0 ? '[' : ',';
        p += put_alert(b, p, b->first + b->posted + i);
    }
    *p++ = ']';
    head = snprintf(request, 256,
                    "POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                    b->port, (size_t)(p - body));
    memcpy(request + head, body, (size_t)(p - body));
    for (long i = 0; i < n; i++)
        b->sent_at[b->posted + i] = clock_ns(CLOCK_MONOTONIC);
    b->posted += n;
    b->in_flight++;
    send_all(b->senders[b->requests++ % SENDERS].fd, request,
             (size_t)head + (size_t)(p - body));
}

/* ---- what comes -------------------------------------------------------------------------- */

/* Bytes of the first whole message; 0: there is none yet. */
static size_t message_size(const struct reader *r)
{
    const char *end = memmem(r->p, r->n, "\r\n\r\n", 4);
    const char *length;
    size_t size;

    if (end == NULL)
        return 0;
    length = strcasestr(r->p, "\r\nContent-Length:");
    if (length == NULL || length > end)
        die("a message without Content-Length: %.300s", r->p);
    size = (size_t)(end + 4 - r->p) + strtoul(length + 17, NULL, 10);
    return r->n >= size ? size : 0;
}

static void webhook(struct bench *b, const struct reader *r, size_t size)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const char *uid = memmem(r->p, size, "\"uid\":\"t", 8);
    long k = uid != NULL ? strtol(uid + 8, NULL, 10) - b->first : -1;

    send_all(r->fd, answer, sizeof answer - 1);
    if (k < 0 || k >= b->posted)
        return;
    if (b->took[k] != 0) {
        b->twice++;
        return;
    }
    b->took[k] = clock_ns(CLOCK_MONOTONIC) - b->sent_at[k];
    b->told++;
}

static void answered(struct bench *b, const struct reader *r)
{
    if (strncmp(r->p, "HTTP/1.1 2", 10) != 0)
        die("refused: %.300s", r->p);
    b->in_flight--;
}

static bool is_sender(const struct bench *b, const struct reader *r)
{
    return r >= b->senders && r < b->senders + SENDERS;
}

static void read_some(struct bench *b, struct reader *r)
{
    ssize_t n = recv(r->fd, r->p + r->n, READ_ROOM - r->n, 0);
    size_t size;

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0 && is_sender(b, r))
        die("the server hung up");
    if (n <= 0) {
        close(r->fd);
        free(r->p);
        free(r);
        return;
    }
    r->n += (size_t)n;
    r->p[r->n] = '\0';
    while ((size = message_size(r)) > 0) {
        if (is_sender(b, r))
            answered(b, r);
        else
            webhook(b, r, size);
        memmove(r->p, r->p + size, r->n - size + 1);
        r->n -= size;
    }
    if (r->n == READ_ROOM)
        die("a message of more than %d bytes", READ_ROOM);
}

/* ---- the run ------------------------------------------------------------------------------- */

/* Nanoseconds until the next is to be posted; -1: none now. */
static int64_t post_due(struct bench *b, int64_t began)
{
    int64_t wait;

    if (b->posted == b->count)
        return -1;
    if (b->rate == 0)
        return b->in_flight == 0 ? 0 : -1;
    wait = began + b->posted * ns_per_s / b->rate - clock_ns(CLOCK_MONOTONIC);
    return wait > 0 ? wait : 0;
}

static void run(struct bench *b)
{
    int64_t began = clock_ns(CLOCK_MONOTONIC);
    struct epoll_event events[64];

    while (b->told < b->count) {
        int64_t wait = post_due(b, began);
        int timeout = wait < 0 ? 1000 : (int)(wait / 1000000);
        int n;

        if (wait == 0) {
            post(b);
            timeout = 0;
        }
        if (clock_ns(CLOCK_MONOTONIC) - began > patience * ns_per_s)
            die("%ld of %ld told after %ld s", b->told, b->count, (long)patience);
        n = epoll_wait(b->poll, events, 64, timeout);
        for (int i = 0; i < n; i++)
            if (events[i].data.ptr == NULL)
                accept_all(b);
            else
                read_some(b, events[i].data.ptr);
    }
}

static int compare(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

static long number(char option, const char *text, long least, long most)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (end == text || *end != '\0' || v < least || v > most)
        die("-%c: a number from %ld to %ld", option, least, most);
    return v;
}

static void options(struct bench *b, int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "p:i:w:s:f:n:r:")) != -1) {
        char o = (char)option;

        if (o == 'p')
            b->port = (int)number(o, optarg, 1, 65535);
        else if (o == 'i')
            b->pid = (int)number(o, optarg, 1, INT32_MAX);
        else if (o == 'w')
            b->sink_port = (int)number(o, optarg, 1, 65535);
        else if (o == 's')
            b->started = number(o, optarg, 1, INT32_MAX);
        else if (o == 'f')
            b->first = number(o, optarg, 0, 99999999);
        else if (o == 'n')
            b->count = number(o, optarg, 1, 10000000);
        else if (o == 'r')
            b->rate = number(o, optarg, 0, 1000000);
        else
            exit(2);
    }
    if (b->port == 0 || b->pid == 0 || b->sink_port == 0 || b->started == 0)
        die("-p PORT -i PID -w SINK-PORT -s STARTED are needed");
}

int main(int argc, char **argv)
{
    struct bench b = { .count = 1000 };
    int64_t began, cpu;
    size_t n;

    options(&b, argc, argv);
    n = (size_t)b.count;
    b.sent_at = calloc(n, sizeof *b.sent_at);
    b.took = calloc(n, sizeof *b.took);
    if (b.sent_at == NULL || b.took == NULL)
        abort();
    open_sockets(&b);
    cpu = cpu_of(&b);
    began = clock_ns(CLOCK_MONOTONIC);
    run(&b);
    began = clock_ns(CLOCK_MONOTONIC) - began;
    cpu = cpu_of(&b) - cpu;
    qsort(b.took, n, sizeof *b.took, compare);
    printf("{\"told\":%ld,\"twice\":%ld,\"seconds\":%.6f,\"cpu\":%.6f,\"p50_us\":%ld,"
           "\"p99_us\":%ld,\"max_us\":%ld}\n",
           b.told, b.twice, (double)began / 1e9, (double)cpu / 1e9,
           (long)(b.took[n / 2] / 1000), (long)(b.took[n - 1 - n / 100] / 1000),
           (long)(b.took[n - 1] / 1000));
    return 0;
}
