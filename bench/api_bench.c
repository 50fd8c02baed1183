/* api_bench.c - PutContactGroup (or PutContact) as the vendor's SDK sends it (V3), as fast as the server
 * answers.
 *
 *     api_bench -p PORT -i PID [-n REQUESTS] [-c CONNECTIONS] [-g GROUPS] [-m MEMBER]...
 *     api_bench -p PORT -i PID -a [-n REQUESTS] [-c CONNECTIONS]
 *
 * One thread, one request at a time on each keep-alive connection of 127.0.0.1; the key is
 * testAccessKeyId. Each request is signed anew, has a nonce of its own and changes the
 * description of one of GROUPS groups, so each is a record on disk before its answer.
 * -a: each is PutContact instead, of person-0, person-1 ... with a mail address.
 * Prints one line of JSON: requests answered 200 and otherwise, wall seconds, CPU seconds
 * of the server and of the generator, and microseconds of one request. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/encode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024, MEMBERS_MAX = 10, ANSWER_ROOM = 8192 };
static const char secret[] = "testAccessKeySecret";
static const char empty_body[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct connection {
    int fd;
    int64_t began;
    struct buf request;
    size_t sent, answer_n;
    char answer[ANSWER_ROOM + 1];
};

struct load {
    int port, pid, connections;
    long count, groups;
    const char *members[MEMBERS_MAX];
    int member_count;
    bool people;
    char date[32], run[17];
    long next, done, good;
    uint32_t *took;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- one request --------------------------------------------------------------------- */

static void put_query(const struct load *l, long k, struct buf *b)
{
    if (l->people) {
        buf_printf(
            b, "Channels.Mail=p%ld%%40example.com&ContactName=person-%ld&Describe=", k,
            k);
        return;
    }
    buf_printf(b, "ContactGroupName=group-%ld", k % l->groups);
    for (int i = 0; i < l->member_count; i++)
        buf_printf(b, "&ContactNames.%d=%s", i + 1, l->members[i]);
    buf_printf(b, "&Describe=change%%20%ld", k);
}

static void put_headers(const struct load *l, long k, const char *between, struct buf *b)
{
    const struct {
        const char *name;
        const char *value;
    } fixed[] = { { "x-acs-action", l->people ? "PutContact" : "PutContactGroup" },
                  { "x-acs-content-sha256", empty_body },
                  { "x-acs-date", l->date } };

    buf_printf(b, "host:%s127.0.0.1:%d%s", between, l->port, between[0] ? "\r\n" : "\n");
    for (size_t i = 0; i < 3; i++)
        buf_printf(b, "%s:%s%s%s", fixed[i].name, between, fixed[i].value,
                   between[0] ? "\r\n" : "\n");
    buf_printf(b, "x-acs-signature-nonce:%s%s%ld%s", between, l->run, k,
               between[0] ? "\r\n" : "\n");
    buf_printf(b, "x-acs-version:%s2019-01-01%s", between, between[0] ? "\r\n" : "\n");
}

static void hex_of(struct digest d, struct buf *out)
{
    buf_clear(out);
    put_digest_hex(out, &d);
}

/* contracts/alibaba.md 3.5 */
static void make_request(const struct load *l, long k, struct buf *out)
{
    static const char names[] = "host;x-acs-action;x-acs-content-sha256;x-acs-date;"
                                "x-acs-signature-nonce;x-acs-version";
    struct buf query, text, hex;

    buf_init(&query, BUF_NO_LIMIT);
    buf_init(&text, BUF_NO_LIMIT);
    buf_init(&hex, BUF_NO_LIMIT);
    put_query(l, k, &query);
    buf_printf(&text, "POST\n/\n%.*s\n", STR_ARG(buf_str(&query)));
    put_headers(l, k, "", &text);
    buf_printf(&text, "\n%s\n%s", names, empty_body);
    hex_of(sha256(buf_str(&text)), &hex);
    buf_clear(&text);
    buf_printf(&text, "ACS3-HMAC-SHA256\n%.*s", STR_ARG(buf_str(&hex)));
    hex_of(hmac_sha256(str_of(secret), buf_str(&text)), &hex);
    buf_clear(out);
    buf_printf(out, "POST /?%.*s HTTP/1.1\r\n", STR_ARG(buf_str(&query)));
    put_headers(l, k, " ", out);
    buf_printf(out,
               "Authorization: ACS3-HMAC-SHA256 Credential=testAccessKeyId,"
               "SignedHeaders=%s,Signature=%.*s\r\nContent-Length: 0\r\n\r\n",
               names, STR_ARG(buf_str(&hex)));
    buf_fini(&query);
    buf_fini(&text);
    buf_fini(&hex);
}

/* ---- connections ------------------------------------------------------------------------ */

static void open_connection(const struct load *l, struct connection *c)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)l->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
    buf_init(&c->request, BUF_NO_LIMIT);
}

static void push(struct connection *c)
{
    while (c->sent < c->request.n) {
        ssize_t n = write(c->fd, c->request.p + c->sent, c->request.n - c->sent);

        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            die("write");
        c->sent += (size_t)n;
    }
}

static void begin(struct load *l, struct connection *c)
{
    if (l->next == l->count)
        return;
    make_request(l, l->next++, &c->request);
    c->sent = c->answer_n = 0;
    c->began = now(CLOCK_MONOTONIC);
    push(c);
}

/* Is a whole answer there? */
static bool complete(struct connection *c)
{
    const char *head, *length;

    c->answer[c->answer_n] = '\0';
    head = strstr(c->answer, "\r\n\r\n");
    if (head == NULL)
        return false;
    length = strcasestr(c->answer, "\r\ncontent-length:");
    if (length == NULL || length > head)
        die("an answer without a length");
    return c->answer_n >= (size_t)(head + 4 - c->answer) + strtoul(length + 17, NULL, 10);
}

static void pull(struct load *l, struct connection *c)
{
    ssize_t n = read(c->fd, c->answer + c->answer_n, ANSWER_ROOM - c->answer_n);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        die("the server closed a connection");
    c->answer_n += (size_t)n;
    if (!complete(c))
        return;
    l->took[l->done++] = (uint32_t)((now(CLOCK_MONOTONIC) - c->began) / 1000);
    if (strncmp(c->answer, "HTTP/1.1 200", 12) == 0)
        l->good++;
    else if (l->done - l->good == 1)
        fprintf(stderr, "%s\n", c->answer);
    begin(l, c);
}

/* ---- the run ------------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void run(struct load *l)
{
    struct connection *v = calloc((size_t)l->connections, sizeof *v);
    struct epoll_event events[CONNECTIONS_MAX];
    int ep = epoll_create1(0);

    if (v == NULL || ep < 0)
        die("epoll");
    for (int i = 0; i < l->connections; i++) {
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = &v[i] };

        open_connection(l, &v[i]);
        if (epoll_ctl(ep, EPOLL_CTL_ADD, v[i].fd, &e) != 0)
            die("epoll_ctl");
    }
    for (int i = 0; i < l->connections; i++)
        begin(l, &v[i]);
    while (l->done < l->count) {
        int n = epoll_wait(ep, events, CONNECTIONS_MAX, 30000);

        if (n <= 0)
            die("no answer for 30 s");
        for (int i = 0; i < n; i++)
            pull(l, events[i].data.ptr);
    }
    for (int i = 0; i < l->connections; i++) {
        close(v[i].fd);
        buf_fini(&v[i].request);
    }
    free(v);
    close(ep);
}

static void report(struct load *l, double wall, double server, double own)
{
    qsort(l->took, (size_t)l->count, sizeof *l->took, by_size);
    printf("{\"good\":%ld,\"other\":%ld,\"wall\":%.3f,\"server_cpu\":%.3f,"
           "\"own_cpu\":%.3f,\"p50_us\":%u,\"p99_us\":%u,\"max_us\":%u}\n",
           l->good, l->done - l->good, wall, server, own, l->took[l->count / 2],
           l->took[l->count * 99 / 100], l->took[l->count - 1]);
}

int main(int argc, char **argv)
{
    struct load l = { .count = 100000, .connections = 64, .groups = 1000 };
    clockid_t server;
    time_t t = time(NULL);
    int64_t wall, cpu, own;
    int c;

    while ((c = getopt(argc, argv, "ap:i:n:c:g:m:")) != -1) {
        if (c == 'a')
            l.people = true;
        else if (c == 'p')
            l.port = atoi(optarg);
        else if (c == 'i')
            l.pid = atoi(optarg);
        else if (c == 'n')
            l.count = atol(optarg);
        else if (c == 'c')
            l.connections = atoi(optarg);
        else if (c == 'g')
            l.groups = atol(optarg);
        else if (c == 'm' && l.member_count < MEMBERS_MAX)
            l.members[l.member_count++] = optarg;
        else
            return 2;
    }
    if (l.port == 0 || l.count < 1 || l.groups < 1 || l.connections < 1 ||
        l.connections > CONNECTIONS_MAX || clock_getcpuclockid(l.pid, &server) != 0)
        return 2;
    l.took = calloc((size_t)l.count, sizeof *l.took);
    if (l.took == NULL)
        die("calloc");
    snprintf(l.run, sizeof l.run, "%016llx", (unsigned long long)now(CLOCK_REALTIME));
    (void)strftime(l.date, sizeof l.date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&t));
    wall = now(CLOCK_MONOTONIC);
    cpu = now(server);
    own = now(CLOCK_PROCESS_CPUTIME_ID);
    run(&l);
    report(&l, (double)(now(CLOCK_MONOTONIC) - wall) / 1e9,
           (double)(now(server) - cpu) / 1e9,
           (double)(now(CLOCK_PROCESS_CPUTIME_ID) - own) / 1e9);
    free(l.took);
    return l.good == l.count ? 0 : 1;
}
