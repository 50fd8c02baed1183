/* loadgen.c - posts alerts to an Alertmanager API as a Prometheus does, and says what
 * that cost the server.
 *
 *     loadgen -p PORT -i PID -s STARTED [-f FIRST] [-n ALERTS] [-b BATCH] [-c CONNECTIONS]
 *             [-q]
 *
 * One thread, one request at a time on each keep-alive connection of 127.0.0.1. Alert k
 * is the same alert in every run: its labels and start follow from k and STARTED (unix
 * seconds), its end is an hour from now. Posting a range again re-sends it. With -q the
 * server need not be idle before and after: others are at work too.
 *
 * Prints one line of JSON: requests answered 2xx and otherwise, alerts in the former,
 * wall seconds, the server's CPU seconds (all threads, until it is idle again) and
 * resident KiB, and microseconds of one POST. A lost connection ends the run with 1.
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

enum {
    HEAD_ROOM = 192,
    ALERT_ROOM = 1024,
    ANSWER_ROOM = 16 * 1024,
    CONNECTIONS_MAX = 1024,
    BATCH_MAX = 8192,
};
static const int64_t ns_per_s = 1000000000;
static const int64_t life = 3600; /* seconds: nothing ends during a run */

struct connection {
    int fd;
    long alerts; /* in the request under way; 0: none */
    int64_t began;
    char *request;
    size_t request_at, request_end;
    char answer[ANSWER_ROOM + 1];
    size_t answer_n;
};

struct load {
    int port, pid, batch, connections;
    bool quick;
    long first, count;
    time_t started;
    /* What came of it. */
    long next, answered, taken, ok, other;
    char starts_at[32], ends_at[32];
    uint32_t *took; /* microseconds, by request */
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("loadgen: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

/* ---- the server, seen from outside ------------------------------------------------ */

static int64_t clock_ns(clockid_t id)
{
    struct timespec t;

    if (clock_gettime(id, &t) != 0)
        die("the clock of the server: %s", strerror(errno));
    return t.tv_sec * ns_per_s + t.tv_nsec;
}

static void pause_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    nanosleep(&t, NULL);
}

/* The kernel's own sum over the threads of the process, in nanoseconds;
 * /proc/PID/stat has the same in ticks of 10 ms. */
static clockid_t cpu_clock(int pid)
{
    clockid_t id;

    if (clock_getcpuclockid(pid, &id) != 0)
        die("no process %d", pid);
    return id;
}

/* Some of the work is done after the answer: it belongs to the bill. */
static void await_idle(const struct load *l, clockid_t cpu)
{
    for (int i = 0; i < 150 && !l->quick; i++) {
        int64_t before = clock_ns(cpu);

        pause_ms(200);
        if (clock_ns(cpu) - before < 2 * 1000 * 1000)
            return;
    }
    if (!l->quick)
        die("the server is still busy after 30 s");
}

static long resident_kib(int pid)
{
    char path[64], line[128];
    long kib = -1;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    if ((f = fopen(path, "r")) == NULL)
        die("%s: %s", path, strerror(errno));
    while (kib < 0 && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    fclose(f);
    return kib;
}

/* ---- what is sent ------------------------------------------------------------------ */

static void put_time(char *out, size_t room, int64_t ns)
{
    time_t seconds = ns / ns_per_s;
    struct tm tm;
    char day[24];

    gmtime_r(&seconds, &tm);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out, room, "%s.%03dZ", day, (int)(ns % ns_per_s / 1000000));
}

/* 11 labels, 3 annotations, some 766 bytes; 5,000 instances, 50 namespaces, and a pod
 * and a uid of its own. */
static size_t put_alert(const struct load *l, char *out, long k)
{
    long service = k % 500;
    int n = snprintf(
        out, ALERT_ROOM,
        "{\"labels\":{\"alertname\":\"HighRequestLatency\",\"cluster\":\"prod-%ld\","
        "\"container\":\"server\",\"instance\":\"10.20.%ld.%ld:9100\","
        "\"job\":\"kubernetes-pods\",\"namespace\":\"team-%02ld\","
        "\"pod\":\"service-%03ld-7d9c5b6f8-%08ld\",\"region\":\"cn-north-4\","
        "\"service\":\"service-%03ld\",\"severity\":\"%s\",\"uid\":\"%08ld\"},"
        "\"annotations\":{\"description\":\"99th percentile latency of pod "
        "service-%03ld-7d9c5b6f8-%08ld has been above 500 ms for more than 10 minutes.\","
        "\"runbook_url\":\"https://runbooks.example.com/HighRequestLatency\","
        "\"summary\":\"service-%03ld answers slowly\"},"
        "\"startsAt\":\"%s\",\"endsAt\":\"%s\","
        "\"generatorURL\":\"http://prometheus.example.com:9090/graph?"
        "g0.expr=histogram_quantile%%280.99%%2C+latency%%29+%%3E+0.5&g0.tab=1\"}",
        k % 4, k % 5000 / 250, k % 250, k % 50, service, k, service,
        k % 3 == 0 ? "critical" : "warning", k, service, k, service, l->starts_at,
        l->ends_at);

    if (n < 0 || n >= ALERT_ROOM)
        die("alert %ld is too long", k);
    return (size_t)n;
}

/* The body first, and its head right before it. */
static void compose(struct load *l, struct connection *c)
{
    char head[HEAD_ROOM], *p = c->request + HEAD_ROOM;
    int n;

    c->alerts = l->count - l->next < l->batch ? l->count - l->next : l->batch;
    put_time(l->ends_at, sizeof l->ends_at, clock_ns(CLOCK_REALTIME) + life * ns_per_s);
    for (long i = 0; i < c->alerts; i++) {
        *p++ = i == 0 ? '[' : ',';
        p += put_alert(l, p, l->first + l->next + i);
    }
    *p++ = ']';
    l->next += c->alerts;
    c->request_end = (size_t)(p - c->request);
    n = snprintf(head, sizeof head,
                 "POST /api/v2/alerts HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                 l->port, c->request_end - HEAD_ROOM);
    c->request_at = HEAD_ROOM - (size_t)n;
    memcpy(c->request + c->request_at, head, (size_t)n);
}

/* ---- one connection ------------------------------------------------------------------ */

static void flush_request(struct connection *c)
{
    while (c->request_at < c->request_end) {
        ssize_t n = send(c->fd, c->request + c->request_at,
                         c->request_end - c->request_at, MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN)
            return;
        if (n < 0)
            die("send: %s", strerror(errno));
        c->request_at += (size_t)n;
    }
}

static void begin_request(struct load *l, struct connection *c)
{
    c->alerts = 0;
    c->answer_n = 0;
    if (l->next == l->count)
        return;
    compose(l, c);
    c->began = clock_ns(CLOCK_MONOTONIC);
    flush_request(c);
}

/* Bytes of the whole answer as far as its head says; 0: the head is not all there. */
static size_t answer_size(const struct connection *c)
{
    const char *end = strstr(c->answer, "\r\n\r\n");
    const char *length = strcasestr(c->answer, "\r\nContent-Length:");

    if (end == NULL)
        return 0;
    if (length == NULL || length > end)
        die("an answer without Content-Length: %.200s", c->answer);
    return (size_t)(end + 4 - c->answer) + strtoul(length + 17, NULL, 10);
}

static void end_request(struct load *l, struct connection *c)
{
    int64_t us = (clock_ns(CLOCK_MONOTONIC) - c->began) / 1000;

    l->took[l->answered++] = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
    if (strncmp(c->answer, "HTTP/1.1 2", 10) == 0) {
        l->ok++;
        l->taken += c->alerts;
    } else if (l->other++ == 0) {
        fprintf(stderr, "loadgen: first refusal: %.400s\n", c->answer);
    }
    begin_request(l, c);
}

/* Edge-triggered: reads until there is no more. */
static void read_answers(struct load *l, struct connection *c)
{
    for (;;) {
        ssize_t n = recv(c->fd, c->answer + c->answer_n, ANSWER_ROOM - c->answer_n, 0);
        size_t size;

        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            die("the server hung up: %s", n < 0 ? strerror(errno) : "end of stream");
        c->answer_n += (size_t)n;
        c->answer[c->answer_n] = '\0';
        size = answer_size(c);
        if (c->alerts == 0 || size > ANSWER_ROOM || (size > 0 && c->answer_n > size))
            die("more of an answer than was asked for: %.200s", c->answer);
        if (size > 0 && c->answer_n == size)
            end_request(l, c);
    }
}

static void open_connection(struct load *l, struct connection *c, int poll)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)l->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c };
    int on = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("port %d: %s", l->port, strerror(errno));
    if (setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, c->fd, &event) != 0)
        die("socket: %s", strerror(errno));
    c->request = malloc(HEAD_ROOM + (size_t)l->batch * (ALERT_ROOM + 1) + 1);
    if (c->request == NULL)
        abort();
}

/* ---- the run --------------------------------------------------------------------------- */

static void run(struct load *l, struct connection *all, int poll)
{
    long requests = (l->count + l->batch - 1) / l->batch;
    struct epoll_event events[64];

    for (int i = 0; i < l->connections; i++)
        begin_request(l, &all[i]);
    while (l->answered < requests) {
        int n = epoll_wait(poll, events, 64, 60 * 1000);

        if (n == 0 || (n < 0 && errno != EINTR))
            die("%ld of %ld answers, then nothing", l->answered, requests);
        for (int i = 0; i < n; i++) {
            flush_request(events[i].data.ptr);
            read_answers(l, events[i].data.ptr);
        }
    }
}

static int compare(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

static void measure(struct load *l, struct connection *all, int poll)
{
    clockid_t cpu = cpu_clock(l->pid);
    int64_t began, ended, used;
    size_t n;

    await_idle(l, cpu);
    used = clock_ns(cpu);
    began = clock_ns(CLOCK_MONOTONIC);
    run(l, all, poll);
    ended = clock_ns(CLOCK_MONOTONIC);
    await_idle(l, cpu);
    used = clock_ns(cpu) - used;
    n = (size_t)l->answered;
    qsort(l->took, n, sizeof *l->took, compare);
    printf("{\"alerts\":%ld,\"ok\":%ld,\"other\":%ld,\"seconds\":%.6f,\"cpu\":%.6f,"
           "\"rss_kib\":%ld,\"p50_us\":%u,\"p99_us\":%u}\n",
           l->taken, l->ok, l->other, (double)(ended - began) / 1e9, (double)used / 1e9,
           resident_kib(l->pid), l->took[n / 2], l->took[n - 1 - n / 100]);
}

static long number(char option, const char *text, long least, long most)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (end == text || *end != '\0' || v < least || v > most)
        die("-%c: a number from %ld to %ld", option, least, most);
    return v;
}

static struct load options(int argc, char **argv)
{
    struct load l = { .batch = 64, .connections = 8, .count = 100000 };
    int option;

    while ((option = getopt(argc, argv, "p:i:s:f:n:b:c:q")) != -1) {
        char o = (char)option;

        if (o == 'q')
            l.quick = true;
        else if (o == 'p')
            l.port = (int)number(o, optarg, 1, 65535);
        else if (o == 'i')
            l.pid = (int)number(o, optarg, 1, INT32_MAX);
        else if (o == 's')
            l.started = number(o, optarg, 1, INT32_MAX);
        else if (o == 'f')
            l.first = number(o, optarg, 0, 99999999);
        else if (o == 'n')
            l.count = number(o, optarg, 1, 99999999);
        else if (o == 'b')
            l.batch = (int)number(o, optarg, 1, BATCH_MAX);
        else if (o == 'c')
            l.connections = (int)number(o, optarg, 1, CONNECTIONS_MAX);
        else
            exit(2);
    }
    if (l.port == 0 || l.pid == 0 || l.started == 0)
        die("-p PORT -i PID -s STARTED are needed");
    return l;
}

int main(int argc, char **argv)
{
    struct load l = options(argc, argv);
    struct connection *all = calloc((size_t)l.connections, sizeof *all);
    int poll = epoll_create1(EPOLL_CLOEXEC);

    put_time(l.starts_at, sizeof l.starts_at, l.started * ns_per_s);
    l.took = calloc((size_t)l.count, sizeof *l.took);
    if (all == NULL || l.took == NULL || poll < 0)
        abort();
    for (int i = 0; i < l.connections; i++)
        open_connection(&l, &all[i], poll);
    measure(&l, all, poll);
    for (int i = 0; i < l.connections; i++) {
        close(all[i].fd);
        free(all[i].request);
    }
    close(poll);
    free(all);
    free(l.took);
    return l.other == 0 ? 0 : 1;
}
