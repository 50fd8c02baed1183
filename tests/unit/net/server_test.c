/* server_test.c - the HTTP server over real sockets: what it understands, how
 * calls are answered, how it starts and stops. */
#include "../../support/http_rig.h"
#include "../../support/selfsigned.h"
#include "../../support/wire.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <curl/curl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http_rig rig;

static int setup(void **)
{
    http_rig_init(&rig);
    rig.config.body_limit = 1000;
    http_rig_start(&rig);
    return 0;
}

static int teardown(void **)
{
    http_rig_stop(&rig);
    return 0;
}

#define HOST "Host: a\r\n"

static void expect_body(struct wire *w, const char *body)
{
    struct wire_answer a = wire_read(w);

    assert_int_equal(a.status, 200);
    assert_string_equal(a.body.p, body);
}

static void test_keep_alive(void **)
{
    struct wire w;

    wire_open(&w, rig.port);
    for (int i = 0; i < 3; i++) {
        wire_printf(&w, "GET /echo?n=%d&%%41 HTTP/1.1\r\n" HOST "\r\n", i);
        expect_body(&w, i == 0   ? "GET|/echo|n=0&%41|0|"
                        : i == 1 ? "GET|/echo|n=1&%41|0|"
                                 : "GET|/echo|n=2&%41|0|");
    }
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.handled), 3);
}

static void test_pipelining(void **)
{
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\none"
                    "GET /later HTTP/1.1\r\n" HOST "\r\n"
                    "PUT /thread HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\ntwo"
                    "GET /close HTTP/1.1\r\n" HOST "\r\n"
                    "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    expect_body(&w, "POST|/echo||3|one");
    expect_body(&w, "GET|/later||0|");
    expect_body(&w, "PUT|/thread||3|two");
    expect_body(&w, "GET|/close||0|");
    assert_int_equal(wire_read(&w).status, 0); /* nothing behind Connection: close */
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.handled), 4);
}

/* How chunks are read is the library's affair, so the connection ends behind
 * them. */
static void test_chunked(void **)
{
    struct wire_answer a;
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                    "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"
                    "GET /smuggled HTTP/1.1\r\n" HOST "\r\n");
    a = wire_read(&w);
    assert_string_equal(a.body.p, "POST|/echo||5|hello");
    assert_true(str_has(a.head, STR("Connection: close\r\n")));
    assert_int_equal(wire_read(&w).status, 0);
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.smuggled), 0);
}

static void test_raw_target(void **)
{
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w,
                "GET http://other/%%65cho/..//%%2F?a=%%20+&&b HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(wire_read(&w).status, 404); /* not decoded to /echo */
    wire_printf(&w, "GET http://other/echo?a=%%20+&&b HTTP/1.1\r\n" HOST "\r\n");
    expect_body(&w, "GET|/echo|a=%20+&&b|0|");
    wire_printf(&w, "GET /echo? HTTP/1.1\r\n" HOST "\r\n");
    expect_body(&w, "GET|/echo||0|");
    wire_close(&w);
}

/* Bodies of methods that usually have none are read, not left for a next
 * request. */
static void test_bodies(void **)
{
    static const char *const methods[] = { "GET", "DELETE", "PATCH", "OPTIONS" };
    char want[80];
    struct wire w;

    wire_open(&w, rig.port);
    for (size_t i = 0; i < 4; i++) {
        wire_printf(&w, "%s /echo HTTP/1.1\r\n" HOST "Content-Length: 7\r\n\r\nGET /sm",
                    methods[i]);
        snprintf(want, sizeof want, "%s|/echo||7|GET /sm", methods[i]);
        expect_body(&w, want);
    }
    wire_printf(&w, "DELETE /echo HTTP/1.1\r\n" HOST
                    "Transfer-Encoding: chunked\r\n\r\n4;x=y\r\na\r\nb"
                    "\r\n0\r\nTrailer: x\r\n\r\n");
    expect_body(&w, "DELETE|/echo||4|a\r\nb");
    wire_close(&w);
}

static void test_head(void **)
{
    struct wire_answer a;
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "HEAD /echo HTTP/1.1\r\n" HOST "\r\n");
    a = wire_read_head(&w);
    assert_int_equal(a.status, 200);
    assert_true(str_has(a.head, STR("Content-Length: 14\r\n")));
    wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    expect_body(&w, "GET|/echo||0|"); /* no body was left in between */
    wire_close(&w);
}

static void test_continue(void **)
{
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "POST /echo HTTP/1.1\r\n" HOST
                    "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    assert_int_equal(wire_read(&w).status, 100);
    wire_printf(&w, "hello");
    expect_body(&w, "POST|/echo||5|hello");
    wire_close(&w);
    assert_int_equal(wire_ask(rig.port, "POST /echo HTTP/1.1\r\n" HOST
                                        "Expect: 200-ok\r\nContent-Length: 5\r\n\r\n"),
                     417);
    assert_int_equal(atomic_load(&rig.handled), 1);
}

static void post(struct wire *w, size_t n, bool chunked)
{
    if (chunked)
        wire_printf(w,
                    "POST /echo HTTP/1.1\r\n" HOST
                    "Transfer-Encoding: chunked\r\n\r\n%zx\r\n%0*d\r\n0\r\n\r\n",
                    n, (int)n, 7);
    else
        wire_printf(w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n%0*d",
                    n, (int)n, 7);
}

static int post_alone(size_t n, bool chunked, const char *body)
{
    struct wire_answer a;
    struct wire w;

    wire_open(&w, rig.port);
    post(&w, n, chunked);
    a = wire_read(&w);
    assert_true(str_has(a.body, str_of(body)));
    assert_true(a.status == 200 || a.body.n == 0);
    wire_close(&w);
    return a.status;
}

static void test_body_limit(void **)
{
    struct wire w;

    for (int chunked = 0; chunked < 2; chunked++) {
        assert_int_equal(post_alone(999, chunked, "|999|0000"), 200);
        assert_int_equal(post_alone(1000, chunked, "|1000|0000"), 200);
        assert_int_equal(post_alone(1001, chunked, ""), 413);
        /* Read to its end, or the answer might drown. */
        assert_int_equal(post_alone(3000000, chunked, ""), 413);
    }
    wire_open(&w, rig.port);
    post(&w, 1001, false);
    assert_int_equal(wire_read(&w).status, 413);
    post(&w, 1, false);
    expect_body(&w, "POST|/echo||1|7");
    wire_close(&w);
}

static void test_bodies_limit(void **)
{
    struct wire first, second;

    http_rig_stop(&rig);
    http_rig_init(&rig);
    rig.config.bodies_limit = 1500;
    http_rig_start(&rig);
    wire_open(&first, rig.port);
    wire_printf(&first,
                "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n%01000d", 1);
    http_rig_wait_held(&rig);
    wire_open(&second, rig.port);
    post(&second, 501, false);
    assert_int_equal(wire_read(&second).status, 503);
    wire_close(&second);
    wire_open(&second, rig.port);
    post(&second, 500, false);
    assert_int_equal(wire_read(&second).status, 200);
    http_rig_release(&rig);
    assert_int_equal(wire_read(&first).status, 200);
    /* What the first held is free again, the second's perhaps not yet. */
    post(&first, 1000, false);
    assert_int_equal(wire_read(&first).status, 200);
    wire_close(&first);
    wire_close(&second);
}

/* A 40 KB token passes; a head that fits no more is refused by the library. */
static void test_large_head(void **)
{
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "X-Auth-Token: %040960d\r\n\r\n", 1);
    expect_body(&w, "GET|/echo||0|");
    wire_printf(&w, "GET /echo?%044000d HTTP/1.1\r\n" HOST "\r\n", 1);
    assert_int_equal(wire_read(&w).status, 200);
    wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "X-Auth-Token: %070000d\r\n\r\n", 1);
    assert_true(wire_read(&w).status >= 400);
    wire_close(&w);
    assert_int_equal(atomic_load(&rig.handled), 2);
}

static void test_threads_answer(void **)
{
    struct wire w[16];

    for (int i = 0; i < 16; i++)
        wire_open(&w[i], rig.port);
    for (int round = 0; round < 50; round++) {
        const char *path = round % 2 == 0 ? "thread" : "later";
        char want[40];

        for (int i = 0; i < 16; i++)
            wire_printf(&w[i], "GET /%s?%d HTTP/1.1\r\n" HOST "\r\n", path, i);
        for (int i = 0; i < 16; i++) {
            snprintf(want, sizeof want, "GET|/%s|%d|0|", path, i);
            expect_body(&w[i], want);
        }
    }
    for (int i = 0; i < 16; i++)
        wire_close(&w[i]);
    assert_int_equal(server_calls(rig.server), 0);
}

/* Equal ones that follow each other are one object; the others must not be. */
static void test_empty_answers(void **)
{
    struct wire w[24];

    for (int i = 0; i < 24; i++)
        wire_open(&w[i], rig.port);
    for (int round = 0; round < 30; round++) {
        char want[40];

        for (int i = 0; i < 24; i++)
            wire_printf(&w[i], "GET /empty?%d HTTP/1.1\r\n" HOST "\r\n", (round + i) / 5);
        for (int i = 0; i < 24; i++) {
            struct wire_answer a = wire_read(&w[i]);

            snprintf(want, sizeof want, "X-Asked: %d\r\n", (round + i) / 5);
            assert_int_equal(a.status, 200);
            assert_int_equal(a.body.n, 0);
            assert_non_null(strstr(a.head.p, want));
            assert_non_null(strstr(a.head.p, "Content-Length: 0\r\n"));
        }
    }
    for (int i = 0; i < 24; i++)
        wire_close(&w[i]);
}

static void expect_empty(struct wire *w, int status, bool last)
{
    struct wire_answer a = wire_read(w);

    assert_int_equal(a.status, status);
    assert_int_equal(a.body.n, 0);
    assert_int_equal(strstr(a.head.p, "Connection: close\r\n") != NULL, last);
}

/* The status and whether the connection ends are an answer's own. */
static void test_empty_answers_that_differ(void **)
{
    struct wire w, chunked;

    wire_open(&w, rig.port);
    for (int i = 0; i < 3; i++) {
        wire_printf(&w, "GET /empty?1 HTTP/1.1\r\n" HOST "\r\n");
        expect_empty(&w, 200, false);
        wire_printf(&w, "GET /none?1 HTTP/1.1\r\n" HOST "\r\n");
        expect_empty(&w, 404, false);
        wire_open(&chunked, rig.port);
        wire_printf(&chunked, "POST /empty?1 HTTP/1.1\r\n" HOST
                              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        expect_empty(&chunked, 200, true);
        wire_close(&chunked);
    }
    wire_close(&w);
}

/* What a client that left did not take is the loop's again: the rig's end looks. */
static void test_empty_answers_nobody_takes(void **)
{
    struct linger reset = { .l_onoff = 1 };

    for (int i = 0; i < 50; i++) {
        struct wire w;

        wire_open(&w, rig.port);
        wire_printf(&w, "GET /empty?%d HTTP/1.1\r\n" HOST "\r\n", i % 2);
        setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        wire_close(&w);
    }
    assert_int_equal(wire_ask(rig.port, "GET /empty?2 HTTP/1.1\r\n" HOST "\r\n"), 200);
}

static void test_client_gone_while_held(void **)
{
    struct linger reset = { .l_onoff = 1 };
    struct wire w;

    for (int i = 0; i < 8; i++) {
        wire_open(&w, rig.port);
        wire_printf(&w, "POST /hold HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
        http_rig_wait_held(&rig);
        if (i % 2 == 0)
            setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        wire_close(&w);
    }
    assert_int_equal(server_calls(rig.server), 8);
    http_rig_release(&rig);
    assert_int_equal(wire_ask(rig.port, "GET /echo HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(server_calls(rig.server), 0);
}

static void test_big_answer(void **)
{
    enum { BIG = 100 * 1000 * 1000 };
    struct wire_answer a;
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "GET /big?%d HTTP/1.1\r\n" HOST "\r\n", BIG);
    a = wire_read(&w);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.n, BIG);
    assert_true(a.body.p[0] == 'b' && a.body.p[BIG - 1] == 'b');
    wire_printf(&w, "GET /big?0 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(wire_read(&w).status, 200);
    wire_printf(&w, "GET /big?%d HTTP/1.1\r\n" HOST "\r\n", BIG); /* left half sent */
    wire_close(&w);
}

static void expect_pieces(struct wire *w, size_t n)
{
    struct wire_answer a;

    wire_printf(w, "GET /pieces?%zu HTTP/1.1\r\n" HOST "\r\n", n);
    a = wire_read(w);
    assert_int_equal(a.status, 200);
    assert_true(str_has(a.head, STR("Transfer-Encoding: chunked\r\n")));
    assert_false(str_has(a.head, STR("Connection: close\r\n")));
    assert_int_equal(a.body.n, n);
    for (size_t i = 0; i < n; i++)
        if (a.body.p[i] != (char)('a' + i % 26))
            fail_msg("byte %zu of %zu", i, n);
}

static void await_no_stream(void)
{
    while (atomic_load(&rig.streams) > 0)
        usleep(1000);
    while (server_calls(rig.server) > 0)
        usleep(1000);
}

static void test_pieces(void **)
{
    static const size_t sizes[] = { 0, 2, 9998, 10000, 10002, 20000, 123456, 20000000 };
    struct wire w;

    wire_open(&w, rig.port);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        expect_pieces(&w, sizes[i]);
    wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "\r\n"); /* it stays open */
    expect_body(&w, "GET|/echo||0|");
    wire_close(&w);
    await_no_stream();
}

/* Who got half of it can tell. */
static void test_pieces_that_break_off(void **)
{
    struct wire w;

    for (size_t n = 1; n < 2000000; n *= 7) {
        wire_open(&w, rig.port);
        wire_printf(&w, "GET /pieces?%zu HTTP/1.1\r\n" HOST "\r\n", n);
        assert_int_equal(wire_read(&w).status, 0);
        wire_close(&w);
    }
    await_no_stream();
}

static void test_pieces_for_a_client_that_is_gone(void **)
{
    struct linger reset = { .l_onoff = 1 };
    struct wire w;

    for (int i = 0; i < 50; i++) {
        wire_open(&w, rig.port);
        wire_printf(&w, "GET /pieces?100000000 HTTP/1.1\r\n" HOST "\r\n");
        if (i % 3 > 0)
            (void)wire_read_head(&w);
        if (i % 2 == 0)
            setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        wire_close(&w);
    }
    await_no_stream();
    assert_int_equal(wire_ask(rig.port, "GET /echo HTTP/1.1\r\n" HOST "\r\n"), 200);
}

/* The first connection of the worker that has the most of them. */
static size_t busiest(const long *worker, size_t n)
{
    size_t best = 0, most = 0;

    for (size_t i = 0; i < n; i++) {
        size_t same = 0;

        for (size_t j = i; j < n; j++)
            same += worker[j] == worker[i];
        if (same > most) {
            most = same;
            best = i;
        }
    }
    return best;
}

/* Every connection that waits is served, however many wait at once: all of
 * them belong to one worker, which is busy until they are all ready. */
static void ready_at_once(struct wire *w, const long *worker, size_t n, size_t want)
{
    size_t chosen[256], k = 0, blocker = busiest(worker, n);

    for (size_t i = blocker + 1; i < n && k < want; i++)
        if (worker[i] == worker[blocker])
            chosen[k++] = i;
    assert_int_equal(k, want);
    wire_printf(&w[blocker], "GET /block HTTP/1.1\r\n" HOST "\r\n");
    sem_wait(&rig.blocked);
    for (size_t i = 0; i < want; i++)
        wire_printf(&w[chosen[i]], "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    sem_post(&rig.unblock);
    assert_int_equal(wire_read(&w[blocker]).status, 200);
    for (size_t i = 0; i < want; i++)
        expect_body(&w[chosen[i]], "GET|/echo||0|");
}

static void test_thousand(void **)
{
    enum { MANY = 1000 };
    static struct wire w[MANY];
    static long worker[MANY];

    for (size_t i = 0; i < MANY; i++) {
        wire_open(&w[i], rig.port);
        wire_printf(&w[i], "GET /who HTTP/1.1\r\n" HOST "\r\n");
    }
    for (size_t i = 0; i < MANY; i++)
        worker[i] = atol(wire_read(&w[i]).body.p);
    for (int round = 0; round < 3; round++) {
        ready_at_once(w, worker, MANY, 127);
        ready_at_once(w, worker, MANY, 128);
        ready_at_once(w, worker, MANY, 129);
        ready_at_once(w, worker, MANY, 256);
    }
    for (size_t i = 0; i < MANY; i++)
        wire_printf(&w[i], "GET /%s HTTP/1.1\r\n" HOST "\r\n",
                    i % 3 == 0   ? "echo"
                    : i % 3 == 1 ? "later"
                                 : "thread");
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(wire_read(&w[i]).status, 200);
    for (size_t i = 0; i < MANY; i++)
        wire_close(&w[i]);
}

/* Nobody of whom we have everything makes room. */
static void test_connection_limit(void **)
{
    struct wire w[3];

    http_rig_stop(&rig);
    http_rig_init(&rig);
    rig.config.connections = 2;
    http_rig_start(&rig);
    for (int i = 0; i < 2; i++) {
        wire_open(&w[i], rig.port);
        wire_printf(&w[i], "GET /hold HTTP/1.1\r\n" HOST "\r\n");
        http_rig_wait_held(&rig);
    }
    wire_open(&w[2], rig.port);
    wire_printf(&w[2], "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(wire_read(&w[2]).status, 0);
    http_rig_release(&rig);
    for (int i = 0; i < 2; i++)
        assert_int_equal(wire_read(&w[i]).status, 200);
    for (int i = 0; i < 3; i++)
        wire_close(&w[i]);
}

/* Its limit of open files is its own: who comes is let in, and hung up on at once. */
static bool below_valgrind(void)
{
    const char *loaded = getenv("LD_PRELOAD");

    return loaded != NULL && strstr(loaded, "vgpreload") != NULL;
}

/* All of whom we have everything wait for their answers, and there was no open file for
 * one who came: he is let in when there are files again, though nobody went. */
static void test_files_come_back_while_nobody_goes(void **)
{
    enum { HELD = 24, LEAST = 3 /* in use; poll asks for no more */ };
    struct rlimit files, few;
    struct wire w[HELD], late;

    if (below_valgrind())
        skip();
    for (int i = 0; i < HELD; i++) {
        wire_open(&w[i], rig.port);
        wire_printf(&w[i], "GET /patient HTTP/1.1\r\n" HOST "\r\n");
        http_rig_wait_held(&rig);
    }
    getrlimit(RLIMIT_NOFILE, &files);
    few = (struct rlimit){ LEAST, files.rlim_max };
    wire_prepare(&late);
    setrlimit(RLIMIT_NOFILE, &few);
    wire_connect(&late, rig.port);
    wire_printf(&late, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    usleep(300 * 1000); /* each loop finds that it has no file for him */
    setrlimit(RLIMIT_NOFILE, &files);
    expect_body(&late, "GET|/echo||0|");
    wire_close(&late);
    for (int i = 0; i < 2; i++) { /* and the doors are open again */
        wire_open(&late, rig.port);
        wire_printf(&late, "GET /close HTTP/1.1\r\n" HOST "\r\n");
        expect_body(&late, "GET|/close||0|");
        wire_close(&late);
    }
    http_rig_release(&rig);
    for (int i = 0; i < HELD; i++) {
        assert_int_equal(wire_read(&w[i]).status, 200);
        wire_close(&w[i]);
    }
}

static void test_quiesce(void **)
{
    struct wire idle, held, half;
    struct wire_answer a;

    wire_open(&idle, rig.port);
    wire_printf(&idle, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
    expect_body(&idle, "GET|/echo||0|");
    wire_open(&half, rig.port);
    wire_printf(&half, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab");
    wire_open(&held, rig.port);
    wire_printf(&held, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    http_rig_wait_held(&rig);
    server_quiesce(rig.server);
    assert_int_equal(wire_read(&idle).status, 0);
    assert_int_equal(server_calls(rig.server), 1);
    http_rig_release(&rig);
    a = wire_read(&held);
    assert_int_equal(a.status, 200);
    assert_true(str_has(a.head, STR("Connection: close\r\n")));
    assert_int_equal(wire_read(&held).status, 0);
    assert_int_equal(server_calls(rig.server), 0);
    server_stop(&rig.server);
    assert_null(rig.server);
    wire_close(&idle);
    wire_close(&half);
    wire_close(&held);
}

/* A stop waits for calls that others still work on. */
static void *release_soon(void *)
{
    usleep(50 * 1000);
    http_rig_release(&rig);
    return NULL;
}

static void test_stop_waits(void **)
{
    pthread_t other;
    struct wire w;

    wire_open(&w, rig.port);
    wire_printf(&w, "GET /hold HTTP/1.1\r\n" HOST "\r\n");
    http_rig_wait_held(&rig);
    pthread_create(&other, NULL, release_soon, NULL);
    server_stop(&rig.server);
    pthread_join(other, NULL);
    assert_int_equal(wire_read(&w).status, 200);
    wire_close(&w);
}

static void test_listeners(void **)
{
    struct server_listener two[2] = {
        { .host = STR("127.0.0.1"), .cert_pem = STR(""), .key_pem = STR("") },
        { .host = STR("::1"), .cert_pem = STR(""), .key_pem = STR("") },
    };
    struct server *s;
    struct err e;

    rig.config.listeners = two;
    rig.config.listener_count = 2;
    assert_int_equal(server_start(&rig.config, &s, &e), OK);
    assert_int_not_equal(server_port(s, 0), server_port(s, 1));
    assert_int_equal(wire_ask(server_port(s, 0), "GET /echo HTTP/1.1\r\n" HOST "\r\n"),
                     200);
    two[0].port = server_port(s, 1);
    two[0].host = STR("::1");
    rig.config.listener_count = 1;
    {
        struct server *taken = NULL;

        assert_int_equal(server_start(&rig.config, &taken, &e), FAILED);
        assert_non_null(strstr(e.text, "in use"));
    }
    server_stop(&s);
    two[0].host = STR("no.such.host.invalid");
    assert_int_equal(server_start(&rig.config, &s, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    two[0] = (struct server_listener){ .host = STR("127.0.0.1"),
                                       .cert_pem = STR("no certificate"),
                                       .key_pem = STR("no key") };
    assert_int_equal(server_start(&rig.config, &s, &e), FAILED);
}

static size_t append(char *p, size_t, size_t n, void *to)
{
    buf_add(to, (struct str){ p, n });
    return n;
}

/* TLS, IPv6, and both families at once; a second request on each connection. */
static void test_tls(void **)
{
    static struct selfsigned made;
    struct server_listener listeners[2] = { { .host = STR("::1") } };
    char url[100];
    struct server *s;
    struct buf said;
    struct err e;
    CURL *curl = curl_easy_init();

    selfsigned_make(&made);
    listeners[0].cert_pem = str_of(made.cert_pem);
    listeners[0].key_pem = str_of(made.key_pem);
    rig.config.listeners = listeners;
    rig.config.listener_count = 2;
    assert_int_equal(server_start(&rig.config, &s, &e), OK);
    buf_init(&said, 1000);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &said);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "hello");
    for (int i = 0; i < 6; i++) {
        const char *const hosts[] = { "https://[::1]", "http://127.0.0.1",
                                      "http://[::1]" };

        snprintf(url, sizeof url, "%s:%u/%s", hosts[i / 2], server_port(s, i < 2 ? 0 : 1),
                 i % 2 ? "thread" : "echo");
        curl_easy_setopt(curl, CURLOPT_URL, url);
        buf_clear(&said);
        assert_int_equal(curl_easy_perform(curl), CURLE_OK);
        assert_true(str_is(buf_str(&said),
                           i % 2 ? "POST|/thread||5|hello" : "POST|/echo||5|hello"));
    }
    buf_fini(&said);
    curl_easy_cleanup(curl);
    server_stop(&s);
}

static void test_headers(void **)
{
    struct http_header headers[] = {
        { STR("Content-Type"), STR("Application/JSON ; charset=utf-8") },
        { STR("X"), STR("1") },
        { STR("x"), STR("2") },
    };
    struct http_call c = { .headers = headers, .header_count = 3 };
    struct str value;

    arena_init(&c.arena);
    assert_true(http_header(&c, "X", &value) && str_is(value, "1"));
    assert_false(http_header(&c, "Y", &value));
    assert_int_equal(value.n, 0);
    assert_true(str_is(http_media_type(&c), "application/json"));
    c.headers = headers + 1;
    c.header_count = 2;
    assert_int_equal(http_media_type(&c).n, 0);
    arena_fini(&c.arena);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ON_RIG(test_keep_alive),
        ON_RIG(test_pipelining),
        ON_RIG(test_chunked),
        ON_RIG(test_raw_target),
        ON_RIG(test_bodies),
        ON_RIG(test_head),
        ON_RIG(test_continue),
        ON_RIG(test_body_limit),
        ON_RIG(test_bodies_limit),
        ON_RIG(test_large_head),
        ON_RIG(test_threads_answer),
        ON_RIG(test_empty_answers),
        ON_RIG(test_empty_answers_that_differ),
        ON_RIG(test_empty_answers_nobody_takes),
        ON_RIG(test_client_gone_while_held),
        ON_RIG(test_big_answer),
        ON_RIG(test_pieces),
        ON_RIG(test_pieces_that_break_off),
        ON_RIG(test_pieces_for_a_client_that_is_gone),
        ON_RIG(test_thousand),
        ON_RIG(test_connection_limit),
        ON_RIG(test_files_come_back_while_nobody_goes),
        ON_RIG(test_quiesce),
        ON_RIG(test_stop_waits),
        ON_RIG(test_listeners),
        ON_RIG(test_tls),
        cmocka_unit_test(test_headers),
    };
    struct rlimit files;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &files);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
