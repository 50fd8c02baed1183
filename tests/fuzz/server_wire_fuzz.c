/* server_wire_fuzz.c - raw bytes to a running server.
 *
 * A second reader, here, says how many whole requests the bytes hold at most:
 * it is lenient in everything but in where a message ends. The handler may
 * not be called more often: no body runs as a request.
 */
#include "base/time.h"
#include "net/server_private.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATIENCE_S = 20 };

static struct server *server;
static atomic_int handled;

/* --- the second reader --- */

struct message {
    int lengths, codings;
    uint64_t length;
};

/* One line, and of how many bytes its end was made: the server judges heads by
 * the zeros that the library puts on line ends, so it sees no difference
 * between those and zeros that were sent at the end of a line. */
static bool cut_line(struct str *rest, struct str *line, size_t *end)
{
    size_t at;

    if (!str_find(*rest, STR("\n"), &at))
        return false;
    *line = str_head(*rest, at);
    *rest = str_from(*rest, at + 1);
    if (str_ends(*line, STR("\r")))
        line->n--;
    while (str_ends(*line, STR("\0")))
        line->n--;
    *end = at + 1 - line->n;
    return true;
}

/* A colon alone looks like an empty line to the library. */
static bool looks_empty(struct str line)
{
    return line.n == 0 || str_is(line, ":");
}

/* Between two headers there may be a line end, behind the last one two; what
 * is longer holds something else and is refused. Where a line ends with a bare
 * LF there is room for a byte that no proxy passes on: a zero or a colon. */
enum { LINE_END_MOST = 2, HEAD_END_MOST = 4 };

static bool read_header(struct str line, struct message *m)
{
    struct str name, value = line;

    if (!str_cut(&value, ':', &name) || value.p == NULL ||
        memchr(line.p, '\0', line.n) != NULL)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (isspace((unsigned char)name.p[i]))
            return false; /* also a folded line */
    value = str_trim(value);
    if (str_eq_nocase(name, STR("content-length"))) {
        m->lengths++;
        for (size_t i = 0; i < value.n; i++)
            if (!isdigit((unsigned char)value.p[i]))
                return false;
        m->length = strtoull(value.n > 0 ? value.p : "", NULL, 10);
    }
    if (str_eq_nocase(name, STR("transfer-encoding"))) {
        m->codings++;
        return str_eq_nocase(value, STR("chunked"));
    }
    return m->lengths + m->codings <= 1;
}

static bool skip(struct str *rest, uint64_t n)
{
    if (n > rest->n)
        return false;
    *rest = str_from(*rest, (size_t)n);
    return true;
}

static bool skip_chunks(struct str *rest)
{
    struct str line;
    size_t end_of;

    while (cut_line(rest, &line, &end_of)) {
        char *end = NULL, digits[20] = { 0 };
        uint64_t n;

        if (line.n == 0 || !isxdigit((unsigned char)line.p[0]))
            return false;
        memcpy(digits, line.p, line.n < 18 ? line.n : 18);
        n = strtoull(digits, &end, 16);
        if (n == 0) {
            while (cut_line(rest, &line, &end_of))
                if (line.n == 0)
                    return true;
            return false;
        }
        if (!skip(rest, n) || !cut_line(rest, &line, &end_of) || line.n != 0)
            return false;
    }
    return false;
}

/* The next one begins where this one ends, unless it is the last. */
static bool read_request(struct str *rest, bool *last)
{
    struct message m = { 0 };
    struct str line;
    size_t before, end;

    do
        if (!cut_line(rest, &line, &end))
            return false;
    while (line.n == 0 || line.p[0] == '\0'); /* between requests: skipped */
    if (memchr(line.p, '\0', line.n) != NULL)
        return false;
    for (;;) {
        before = end;
        if (!cut_line(rest, &line, &end))
            return false;
        if (looks_empty(line))
            break;
        if (before > LINE_END_MOST || !read_header(line, &m))
            return false;
    }
    if (before + line.n + end > HEAD_END_MOST)
        return false;
    *last = m.codings > 0;
    return m.codings > 0 ? skip_chunks(rest) : skip(rest, m.length);
}

/* --- the server --- */

static void handle(void *, struct http_call *c)
{
    atomic_fetch_add(&handled, 1);
    http_answer(c, &(struct http_answer){ .status = c->body_too_large ? 413 : 200,
                                          .body = c->path });
}

static void start(void)
{
    struct server_listener listener = { .host = STR("127.0.0.1") };
    struct server_config config;
    struct err e;

    server_config_init(&config);
    config.listeners = &listener;
    config.listener_count = 1;
    config.body_limit = 4096;
    config.handler = handle;
    /* An input that stops inside a message is not to take long. */
    config.header_deadline = config.body_deadline = config.idle_deadline =
        200 * NS_PER_MS;
    if (server_start(&config, &server, &e) != OK)
        abort();
}

/* Until the server hangs up. Only the end counts as one: with a timeout on the
 * socket a signal ends the call too, and who takes that for the end charges
 * this connection's handler to the next input. */
static void read_answers(int fd)
{
    char answer[4096];
    ssize_t n;

    do
        n = recv(fd, answer, sizeof answer, 0);
    while (n > 0 || (n < 0 && errno == EINTR));
    assert(n == 0 || errno == ECONNRESET || errno == EPIPE);
}

/* A connection shut down by a deadline looks ended from here while the server
 * may still call the handler; once it has forgotten it, it does not. */
static void wait_forgotten(void)
{
    int64_t until = clock_steady() + PATIENCE_S * NS_PER_S;

    while (atomic_load(&server->connections) > 0) {
        assert(clock_steady() < until);
        usleep(20);
    }
}

static void tell(const char *data, size_t size)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(server_port(server, 0)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    int fd = socket(AF_INET, SOCK_STREAM, 0), failed;

    assert(fd >= 0);
    failed = connect(fd, (struct sockaddr *)&at, sizeof at);
    assert(failed == 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (size > 0) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

        if (n < 0)
            break; /* it hung up before it had read all */
        data += n;
        size -= (size_t)n;
    }
    shutdown(fd, SHUT_WR);
    read_answers(fd);
    close(fd);
    wait_forgotten();
}

/* libFuzzer's clock is an alarm every few seconds that would interrupt the
 * calls above. */
static void tell_undisturbed(const char *data, size_t size)
{
    sigset_t alarms, before;

    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    tell(data, size);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Behind each input: a request that ends the connection. */
#define LAST "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t input_size)
{
    static char data[65536];
    size_t size = input_size + sizeof LAST - 1;
    struct str rest = { data, size };
    bool last = false;
    int most = 0;

    if (server == NULL)
        start();
    if (size > sizeof data)
        return -1;
    memcpy(data, input, input_size);
    memcpy(data + input_size, LAST, sizeof LAST - 1);
    while (!last && read_request(&rest, &last))
        most++;
    atomic_store(&handled, 0);
    tell_undisturbed(data, size);
    assert(atomic_load(&handled) <= most);
    return 0;
}
