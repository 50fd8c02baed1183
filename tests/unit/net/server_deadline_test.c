/* server_deadline_test.c - clients that are slow on purpose are cut off.
 *
 * Each test lets a connection dawdle until the server ends it. Nothing is
 * measured: without the deadline it would live until the test's patience ends.
 * What has to happen before a deadline is tried again where it came too late: the
 * machine may have stood still.
 */
#include "../../support/http_rig.h"
#include "../../support/wire.h"
#include "base/time.h"
#include "net/server_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http_rig rig;

static int setup(void **)
{
    http_rig_init(&rig);
    return 0;
}

static int teardown(void **)
{
    http_rig_stop(&rig);
    return 0;
}

#define HOST "Host: a\r\n"
enum { TRIES = 100 };

static bool hung_up(struct wire *w)
{
    char byte;

    return recv(w->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static bool ended(struct wire *w)
{
    return hung_up(w) || send(w->fd, "", 0, MSG_NOSIGNAL) < 0;
}

/* A byte every 5 ms, far quicker than any idle timeout; true if cut off. */
static bool trickle(struct wire *w, const char *byte)
{
    for (int i = 0; i < 4000; i++) {
        if (ended(w) || !wire_send(w, str_of(byte)))
            return true;
        usleep(5000);
    }
    return false;
}

static void test_header(void **)
{
    struct wire w;

    rig.config.header_deadline = 200 * NS_PER_MS;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    wire_printf(&w, "GET /echo HTTP/1.1\r\nX: ");
    assert_true(trickle(&w, "y"));
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.handled), 0);
}

/* Not one byte, and a request line that does not end. */
static void test_header_from_the_start(void **)
{
    struct wire w;

    rig.config.header_deadline = 200 * NS_PER_MS;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    assert_int_equal(wire_read(&w).status, 0);
    wire_close(&w);
    wire_open(&w, rig.port);
    assert_true(trickle(&w, "G"));
    wire_close(&w);
}

/* On a connection that was used before the clock starts with the first byte. */
static void test_header_of_the_next(void **)
{
    struct wire w;
    int status = 0;

    rig.config.header_deadline = 200 * NS_PER_MS;
    rig.config.idle_deadline = NS_PER_HOUR;
    http_rig_start(&rig);
    for (int i = 0; i < TRIES && status != 200; i++) {
        if (i > 0)
            wire_close(&w);
        wire_open(&w, rig.port);
        wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
        status = wire_read(&w).status;
    }
    assert_int_equal(status, 200);
    assert_true(trickle(&w, "G"));
    wire_close(&w);
}

static void test_body(void **)
{
    struct wire w;

    rig.config.body_deadline = 200 * NS_PER_MS;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    wire_printf(&w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
    assert_true(trickle(&w, "b"));
    wire_close(&w);
    wire_open(&w, rig.port);
    wire_printf(&w, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    assert_true(trickle(&w, "1\r\nb\r\n"));
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.handled), 0);
}

static void test_idle(void **)
{
    struct wire w;

    rig.config.idle_deadline = 100 * NS_PER_MS;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(wire_read(&w).status, 200);
    assert_int_equal(wire_read(&w).status, 0);
    wire_close(&w);
}

/* The answer is not read: the request as a whole has its end too. */
static void test_total(void **)
{
    struct wire w;

    rig.config.total_deadline = 300 * NS_PER_MS;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    wire_printf(&w, "GET /big?50000000 HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 4000 && send(w.fd, "x", 1, MSG_NOSIGNAL) > 0; i++)
        usleep(5000);
    assert_true(send(w.fd, "x", 1, MSG_NOSIGNAL) < 0);
    wire_close(&w);
}

/* A call that a handler keeps too long loses its client, not its memory. */
static void test_total_while_held(void **)
{
    struct wire w;

    rig.config.total_deadline = 100 * NS_PER_MS;
    http_rig_start(&rig);
    for (int i = 0; i < TRIES && atomic_load(&rig.handled) == 0; i++) {
        wire_open(&w, rig.port);
        wire_printf(&w, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
        assert_int_equal(wire_read(&w).status, 0);
        wire_close(&w);
    }
    http_rig_wait_held(&rig);
    assert_true(server_calls(rig.server) > 0);
    http_rig_release(&rig);
}

/* Unless it was said that it may take long: then its answer is waited for. */
static void test_patient(void **)
{
    struct wire w;
    int status = 0;

    rig.config.total_deadline = 100 * NS_PER_MS;
    http_rig_start(&rig);
    for (int i = 0; i < TRIES && status != 200; i++) {
        wire_open(&w, rig.port);
        wire_printf(&w, "POST /patient HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
        while (!ended(&w) && sem_trywait(&rig.held_count) != 0)
            usleep(1000); /* released before it is held, it would wait for ever */
        usleep(400 * 1000);
        http_rig_release(&rig);
        status = wire_read(&w).status;
        wire_close(&w);
    }
    assert_int_equal(status, 200);
}

/* The end of a client's bytes comes together with them: it is answered, and
 * then, or with half a request, the connection ends long before a deadline. */
static void test_half_closed(void **)
{
    static const char *const sent[] = {
        "GET /echo HTTP/1.1\r\n" HOST "\r\n",
        "GET /thread HTTP/1.1\r\n" HOST "\r\n",
        "GET /echo HTTP/1.1\r\nX: ",
        "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabc",
        "",
    };
    int handled = 0;
    struct wire w;

    rig.config.header_deadline = rig.config.body_deadline = NS_PER_HOUR;
    rig.config.idle_deadline = NS_PER_HOUR;
    rig.config.total_deadline = NS_PER_S; /* looks often; nothing takes so long */
    http_rig_start(&rig);
    for (int i = 0; i < 5; i++) {
        bool answered = false;

        for (int tries = 0; tries < (i < 2 ? TRIES : 1) && !answered; tries++) {
            wire_open(&w, rig.port);
            wire_send(&w, str_of(sent[i]));
            shutdown(w.fd, SHUT_WR);
            answered = str_has(wire_read_all(&w), STR("200 OK"));
            wire_close(&w);
        }
        assert_int_equal(answered, i < 2);
        if (i == 1)
            handled = atomic_load(&rig.handled);
    }
    assert_int_equal(atomic_load(&rig.handled), handled);
}

/* The server's end of a connection of ours, without a server. */
static int accept_wire(struct wire *w)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int door = socket(AF_INET, SOCK_STREAM, 0), fd;

    assert_int_equal(bind(door, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(door, 1), 0);
    assert_int_equal(getsockname(door, (struct sockaddr *)&at, &n), 0);
    wire_open(w, ntohs(at.sin_port));
    fd = accept(door, NULL, NULL);
    assert_true(fd >= 0);
    close(door);
    return fd;
}

/* The last bytes of a client that has said its last may lie in the kernel for
 * as long as the loop is busy: it is not cut off before they are read. */
static void test_half_closed_unread(void **)
{
    struct server s = { 0 };
    struct loop loop = { .server = &s };
    struct door door = { .loop = &loop };
    struct wire w;
    struct conn c = { .door = &door, .fd = accept_wire(&w) };
    char byte;

    server_config_init(&s.config);
    loop.conns = &c;
    deadline_connected(&c, 0);
    wire_printf(&w, "ab");
    shutdown(w.fd, SHUT_WR);
    assert_int_equal(poll(&(struct pollfd){ .fd = c.fd, .events = POLLRDHUP }, 1, -1), 1);
    for (size_t unread = 2; unread > 0; unread--) {
        for (int i = 0; i < 3; i++)
            deadline_sweep(&loop, 0);
        assert_false(hung_up(&w));
        assert_int_equal(recv(c.fd, &byte, 1, 0), 1);
    }
    deadline_sweep(&loop, 0);
    assert_false(hung_up(&w));
    deadline_sweep(&loop, 0);
    assert_int_equal(wire_read(&w).status, 0);
    wire_close(&w);
    close(c.fd);
}

/* A client at an honest pace, over each deadline's parts, is not cut off. */
static void test_honest(void **)
{
    struct wire w;

    rig.config.header_deadline = rig.config.body_deadline = 20 * NS_PER_S;
    rig.config.idle_deadline = rig.config.total_deadline = 20 * NS_PER_S;
    http_rig_start(&rig);
    wire_open(&w, rig.port);
    for (int i = 0; i < 3; i++) {
        wire_printf(&w, "POST /echo HTTP/1.1\r\n");
        usleep(20000);
        wire_printf(&w, HOST "Content-Length: 4\r\n\r\nab");
        usleep(20000);
        wire_printf(&w, "cd");
        assert_int_equal(wire_read(&w).status, 200);
        usleep(20000);
    }
    wire_close(&w);
}

/* ---- room for who comes, when all connections are taken ---- */

enum { FULL = 6 };

static void fill_with(struct wire *w, const char *request)
{
    rig.config.connections = FULL;
    rig.config.header_deadline = 2 * NS_PER_S; /* an eighth is patience enough */
    rig.config.body_deadline = rig.config.idle_deadline = NS_PER_HOUR;
    rig.config.total_deadline = NS_PER_HOUR;
    http_rig_start(&rig);
    for (size_t i = 0; i < FULL; i++) {
        wire_open(&w[i], rig.port);
        wire_printf(&w[i], "%s", request);
    }
    for (size_t i = 0; atomic_load(&rig.server->connections) < FULL; i = (i + 1) % FULL) {
        if (ended(&w[i])) {
            wire_close(&w[i]);
            wire_open(&w[i], rig.port);
            wire_printf(&w[i], "%s", request);
        }
        usleep(1000);
    }
}

/* The first who comes may meet the loop that has nobody to end. */
static bool served_at_last(void)
{
    for (int i = 0; i < 2000; i++) {
        if (wire_ask(rig.port, "GET /close HTTP/1.1\r\n" HOST "\r\n") == 200)
            return true;
        usleep(5000);
    }
    return false;
}

static void close_all(struct wire *w)
{
    for (size_t i = 0; i < FULL; i++)
        wire_close(&w[i]);
}

static void test_room_by_slow_bodies(void **)
{
    struct wire w[FULL];

    fill_with(w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nab");
    assert_true(served_at_last());
    close_all(w);
    assert_int_equal(atomic_load(&rig.handled), 1);
}

static void test_room_by_idle_ones(void **)
{
    struct wire w[FULL];

    fill_with(w, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    for (size_t i = 0; i < FULL; i++)
        assert_int_equal(wire_read(&w[i]).status, 200);
    assert_true(served_at_last());
    close_all(w);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ON_RIG(test_header),
        ON_RIG(test_header_from_the_start),
        ON_RIG(test_header_of_the_next),
        ON_RIG(test_body),
        ON_RIG(test_idle),
        ON_RIG(test_total),
        ON_RIG(test_total_while_held),
        ON_RIG(test_patient),
        ON_RIG(test_half_closed),
        cmocka_unit_test(test_half_closed_unread),
        ON_RIG(test_room_by_slow_bodies),
        ON_RIG(test_room_by_idle_ones),
        ON_RIG(test_honest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
