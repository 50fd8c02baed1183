/* server_smuggle_test.c - no body ever runs as a second request.
 *
 * Each case is a whole message as raw bytes with a second request in what one
 * reader or another would take for its body. The server must refuse the first
 * and hang up; neither may reach the handler.
 */
#include "../../support/http_rig.h"
#include "../../support/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include <unistd.h>

static struct http_rig rig;

static int setup(void **)
{
    http_rig_init(&rig);
    http_rig_start(&rig);
    return 0;
}

static int teardown(void **)
{
    http_rig_stop(&rig);
    return 0;
}

#define HOST "Host: a\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

/* clang-format off */
static const struct {
    const char *name;
    struct str head; /* behind the request line */
} cases[] = {
    { "blank before the colon", STR_INIT(HOST "Content-Length : 36\r\n\r\n") },
    { "tab before the colon", STR_INIT(HOST "Content-Length\t: 36\r\n\r\n") },
    { "coding, blank before the colon", STR_INIT(HOST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n") },
    { "coding, tab before the colon", STR_INIT(HOST "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n") },
    { "vertical tab in the name", STR_INIT(HOST "Transfer-Encoding\v: chunked\r\n\r\n0\r\n\r\n") },
    { "first header indented", STR_INIT(" Content-Length: 36\r\n" HOST "\r\n") },
    { "folded length", STR_INIT(HOST "Content-Length: 3\r\n 6\r\n\r\n") },
    { "folded length, empty line one", STR_INIT(HOST "Content-Length:\r\n 36\r\n\r\n") },
    { "folded coding", STR_INIT(HOST "Transfer-Encoding:\r\n chunked\r\nX: y\r\n\r\n0\r\n\r\n") },
    { "folded with a tab", STR_INIT(HOST "Transfer-Encoding:\r\n\tchunked\r\n\r\n0\r\n\r\n") },
    { "folded name", STR_INIT(HOST "Content-Length\r\n : 36\r\n\r\n") },
    { "a name made by folding", STR_INIT(HOST "Content-Leng: 36\r\n th\r\n\r\n") },
    { "folded with bare LF", STR_INIT("Host: a\nContent-Leng: 36\n th\n\n") },
    { "folded harmless header", STR_INIT(HOST "X: y\r\n z\r\n\r\n") },
    { "folded Host", STR_INIT("Host: a\r\n b\r\nX: y\r\n\r\n") },
    { "both", STR_INIT(HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") },
    { "both, other order", STR_INIT(HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n") },
    { "two lengths", STR_INIT(HOST "Content-Length: 0\r\nContent-Length: 36\r\n\r\n") },
    { "two lengths, other order", STR_INIT(HOST "Content-Length: 36\r\nContent-Length: 0\r\n\r\n") },
    { "two equal lengths", STR_INIT(HOST "Content-Length: 0\r\nContent-Length: 0\r\n\r\n") },
    { "two lengths in one", STR_INIT(HOST "Content-Length: 0, 36\r\n\r\n") },
    { "length with a sign", STR_INIT(HOST "Content-Length: +0\r\n\r\n") },
    { "length in hex", STR_INIT(HOST "Content-Length: 0x24\r\n\r\n") },
    { "length with a blank inside", STR_INIT(HOST "Content-Length: 0 36\r\n\r\n") },
    { "length with a zero byte", STR_INIT(HOST "Content-Length: 0\0" "36\r\nX: y\r\n\r\n") },
    { "length with a zero byte, last", STR_INIT(HOST "Content-Length: 0\0" "36\r\n\r\n") },
    { "empty length", STR_INIT(HOST "Content-Length:\r\n\r\n") },
    { "huge length", STR_INIT(HOST "Content-Length: 18446744073709551616\r\n\r\n") },
    { "identity", STR_INIT(HOST "Transfer-Encoding: identity\r\n\r\n") },
    { "gzip, chunked", STR_INIT(HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n") },
    { "chunked, identity", STR_INIT(HOST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n") },
    { "chunked with a blank behind", STR_INIT(HOST "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n") },
    { "coding twice", STR_INIT(HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n") },
    { "equal codings", STR_INIT(HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") },
    { "name that begins like it", STR_INIT(HOST "Content-Lengthy: 36\r\n\r\n") },
    { "coding name that begins like it", STR_INIT(HOST "Transfer-Encoding-X: chunked\r\n\r\n0\r\n\r\n") },
    { "two hosts", STR_INIT(HOST "Host: b\r\n\r\n") },
    { "two equal hosts", STR_INIT(HOST HOST "\r\n") },
    { "no host", STR_INIT("X: y\r\n\r\n") },
    { "bare CR in a value", STR_INIT(HOST "X: y\rContent-Length: 36\r\n\r\n") },
    { "bare CR in a name", STR_INIT(HOST "X\r: y\r\n\r\n") },
    { "line without a colon", STR_INIT(HOST "Content-Length\r\n\r\n") },
    { "name not of ASCII", STR_INIT(HOST "Content-Length\xc2\xa0: 36\r\n\r\n") },
    { "line that begins with a zero byte", STR_INIT(HOST "\0X: y\r\n") },
    { "the same, and a blank line", STR_INIT(HOST "\0X: y\r\n\r\n") },
    { "the same with bare LF", STR_INIT("Host: a\n\0X\n") },
    { "the same, first", STR_INIT("\0X: y\r\n" HOST "\r\n") },
    { "zeros behind a value", STR_INIT(HOST "X: y\0\0\nZ: z\r\n\r\n") },
    { "zeros behind the last value", STR_INIT(HOST "X: y\0\0\0\n\n") },
    { "zeros before a whole line end", STR_INIT(HOST "Content-Length: 36\0\r\n\r\n") },
    { "header without a name", STR_INIT(HOST ":\r\n") },
    { "header without a name, with a value", STR_INIT(HOST ": y\r\n\r\n") },
    { "header without a name, first", STR_INIT(":\r\n" HOST "\r\n") },
    { "chunk size with a sign", STR_INIT(HOST "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n") },
    { "chunk size in 0x", STR_INIT(HOST "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n") },
    { "chunk size with blanks", STR_INIT(HOST "Transfer-Encoding: chunked\r\n\r\n 0\r\n\r\n") },
    { "chunk size too large", STR_INIT(HOST "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n") },
    { "chunk longer than said", STR_INIT(HOST "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n") },
};
/* clang-format on */

static void refuse(const char *name, const char *line, struct str rest)
{
    struct str said;
    struct wire w;

    wire_open(&w, rig.port);
    wire_send(&w, str_of(line));
    wire_send(&w, rest);
    wire_send(&w, STR(SMUGGLED SMUGGLED));
    said = wire_read_all(&w);
    if (atomic_load(&rig.smuggled) > 0)
        fail_msg("%s (%s): smuggled", name, line);
    if (said.n > 0 && !str_starts(said, STR("HTTP/1.1 4")) &&
        !str_starts(said, STR("HTTP/1.1 5")))
        fail_msg("%s (%s): answered %.*s", name, line, STR_ARG(said));
    if (str_has(said, STR("200 OK")))
        fail_msg("%s (%s): a second answer %.*s", name, line, STR_ARG(said));
    wire_close(&w);
}

static void test_smuggling(void **)
{
    static const char *const lines[] = { "POST /echo HTTP/1.1\r\n",
                                         "GET /echo HTTP/1.1\r\n",
                                         "DELETE /echo HTTP/1.1\r\n",
                                         "HEAD /echo HTTP/1.1\r\n" };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
            refuse(cases[i].name, lines[k], cases[i].head);
    /* Nothing reached the handler: a chunked body that breaks off neither. */
    assert_int_equal(atomic_load(&rig.handled), 0);
}

static void test_lines(void **)
{
    static const char *const lines[] = {
        "GET /echo\r\n",           "GET /echo HTTP/0.9\r\n",   "GET /echo HTTP/2.0\r\n",
        "GET /echo HTTP/1.1 \r\n", "GET /ec ho HTTP/1.1\r\n",  "GET  /echo  HTTP/1.1\r\n",
        "GET echo HTTP/1.1\r\n",   "CONNECT a:1 HTTP/1.1\r\n", "GET\t/echo\tHTTP/1.1\r\n",
        "G(T /echo HTTP/1.1\r\n",  "PRI * HTTP/2.0\r\n",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        refuse("line", lines[i], STR(HOST "\r\n"));
    refuse("zero in the target", "", STR("GET /echo\0x HTTP/1.1\r\n" HOST "\r\n"));
    refuse("zero in the method", "", STR("GET\0GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    refuse("coding in HTTP/1.0", "POST /echo HTTP/1.0\r\n",
           STR(HOST
               "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    assert_int_equal(atomic_load(&rig.handled), 0);
}

/* What some take for one chunk and others for two: whatever it is, nothing
 * behind it is run. */
static void test_chunks(void **)
{
    static const struct str bodies[] = {
        STR_INIT("2;a\nxx\r\n0\r\n\r\n"),
        STR_INIT("0;a\n\r\n"),
        STR_INIT("0\n\n"),
        STR_INIT("0\r\n\0X\r\n"),
        STR_INIT("0\r\nX: y\r\n z\r\n\r\n"),
        STR_INIT("00000000000000000000\r\n\r\n"),
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct wire w;

        wire_open(&w, rig.port);
        wire_printf(&w,
                    "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
        wire_send(&w, bodies[i]);
        wire_send(&w, STR(SMUGGLED SMUGGLED));
        wire_read_all(&w);
        wire_close(&w);
    }
    assert_int_equal(atomic_load(&rig.smuggled), 0);
}

/* In pieces, so that the parser meets them over several reads. */
static void test_pieces(void **)
{
    struct str said;
    struct wire w;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t half = cases[i].head.n / 2;

        wire_open(&w, rig.port);
        wire_printf(&w, "POST /echo HTTP/1.1\r\n");
        wire_send(&w, str_head(cases[i].head, half));
        usleep(2000);
        wire_send(&w, str_from(cases[i].head, half));
        wire_send(&w, STR(SMUGGLED));
        said = wire_read_all(&w);
        if (str_has(said, STR("200 OK")) || atomic_load(&rig.smuggled) > 0)
            fail_msg("%s: in pieces it passed", cases[i].name);
        wire_close(&w);
    }
    assert_int_equal(atomic_load(&rig.handled), 0);
}

/* What is sound, and looks a little like the above, is answered. */
static void test_sound(void **)
{
    static const struct {
        struct str bytes;
        const char *body;
    } sound[] = {
        { STR_INIT("GET /echo HTTP/1.1\nHost: a\nX: y\n\n"), "GET|/echo||0|" },
        { STR_INIT("\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n"), "GET|/echo||0|" },
        { STR_INIT("GET /echo HTTP/1.1\r\n" HOST "X: y \t \r\nY:  \r\nZ:\r\n\r\n"),
          "GET|/echo||0|" },
        { STR_INIT("GET /echo HTTP/1.1\r\nHost:a\r\nX:\t y\tz\r\n\r\n"),
          "GET|/echo||0|" },
        { STR_INIT("GET /echo HTTP/1.1\r\nHost:\r\n\r\n"), "GET|/echo||0|" },
        { STR_INIT("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-LENGTH: 3\r\n\r\nabc"),
          "POST|/echo||3|abc" },
        { STR_INIT("POST /echo HTTP/1.1\r\n" HOST
                   "transfer-encoding:CHUNKED\r\n\r\n3\r\nabc\r\n00\r\nA: b\r\n\r\n"),
          "POST|/echo||3|abc" },
        { STR_INIT("GET /echo HTTP/1.1\r\n" HOST "X-\xe5: \xe5\x91\x8a\r\n\r\n"), NULL },
        { STR_INIT("GET /echo HTTP/1.1\r\n" HOST "X: \xe5\x91\x8a\r\n\r\n"),
          "GET|/echo||0|" },
        { STR_INIT("GET /echo HTTP/1.0\r\n\r\n"), "GET|/echo||0|" },
    };

    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
        struct wire_answer a;
        struct wire w;

        wire_open(&w, rig.port);
        wire_send(&w, sound[i].bytes);
        a = wire_read(&w);
        if (sound[i].body == NULL) {
            assert_int_equal(a.status, 400);
        } else {
            assert_int_equal(a.status, 200);
            assert_string_equal(a.body.p, sound[i].body);
        }
        wire_close(&w);
    }
}

/* Many headers, and large ones, in one go and in dribbles: the check that a
 * head lies in one piece must not refuse what is sound. */
static void test_large_heads(void **)
{
    enum { PIECE = 1400 };
    static char head[44000];

    for (int large = 0; large < 2; large++)
        for (int dribble = 0; dribble < 2; dribble++) {
            struct str rest;
            struct wire w;
            size_t n = 0, most = large ? 38000 : 12000;

            n += (size_t)sprintf(head, "GET /echo HTTP/1.1\r\n" HOST);
            for (int i = 0; n < most; i++)
                n += (size_t)sprintf(head + n, "X-%d: %0*d\r\n", i, large ? 5000 : 20, i);
            n += (size_t)sprintf(head + n, "\r\n");
            wire_open(&w, rig.port);
            rest = (struct str){ head, n };
            for (; dribble && rest.n > PIECE; rest = str_from(rest, PIECE))
                wire_send(&w, str_head(rest, PIECE));
            wire_send(&w, rest);
            assert_int_equal(wire_read(&w).status, 200);
            wire_printf(&w, "GET /echo HTTP/1.1\r\n" HOST "\r\n");
            assert_int_equal(wire_read(&w).status, 200);
            wire_close(&w);
        }
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ON_RIG(test_smuggling), ON_RIG(test_lines), ON_RIG(test_chunks),
        ON_RIG(test_pieces),    ON_RIG(test_sound), ON_RIG(test_large_heads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
