/* server_framing_test.c - heads that two readers could read differently. */
#include "net/server_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { MOST_HEADERS = 4 };

struct head {
    const char *method, *target, *version;
    const char *headers[MOST_HEADERS][2];
};

static struct framing_fault judge(const struct head *h, bool rewritten)
{
    struct http_header headers[MOST_HEADERS];
    size_t n = 0;

    for (; n < MOST_HEADERS && h->headers[n][0] != NULL; n++)
        headers[n] =
            (struct http_header){ str_of(h->headers[n][0]), str_of(h->headers[n][1]) };
    return framing_judge(&(struct framing_head){
        .method = str_of(h->method),
        .target = str_of(h->target),
        .version = str_of(h->version),
        .headers = headers,
        .header_count = n,
        .rewritten = rewritten,
    });
}

static void expect(const struct head *h, int status)
{
    struct framing_fault f = judge(h, false);

    if (f.status != status)
        fail_msg("%s %s %s [%s: %s] [%s: %s]: %d (%s), not %d", h->method, h->target,
                 h->version, h->headers[0][0], h->headers[0][1], h->headers[1][0],
                 h->headers[1][1], f.status, f.why, status);
    assert_true(status == 0 || f.why[0] != '\0');
}

static void test_sound(void **)
{
    static const struct head sound[] = {
        { "GET", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "/", "HTTP/1.1", { { "hOST", "" } } },
        { "GET", "/", "HTTP/1.0", { { NULL } } },
        { "GET", "/\xe5\x91\x8a?x=\xff", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "http://h/p", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "HTTPS://h", "HTTP/1.1", { { "Host", "a" } } },
        { "OPTIONS", "*", "HTTP/1.1", { { "Host", "a" } } },
        { "M-SEARCH", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "POST", "/", "HTTP/1.1", { { "Host", "a" }, { "Content-Length", "0" } } },
        { "POST", "/", "HTTP/1.1", { { "Host", "a" }, { "content-length", "007" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" }, { "Content-Length", "999999999999999999" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" }, { "Transfer-Encoding", "chunked" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" }, { "TRANSFER-ENCODING", "Chunked" } } },
        { "POST", "/", "HTTP/1.1", { { "Host", "a" }, { "Expect", "100-Continue" } } },
        { "GET", "/", "HTTP/1.1", { { "Host", "a" }, { "X", "a\tb \xe5\x91\x8a" } } },
        { "GET", "/", "HTTP/1.1", { { "Host", "a" }, { "X", "1" }, { "X", "2" } } },
        { "GET", "/", "HTTP/1.1", { { "Host", "a" }, { "Content-Lengt", "x" } } },
        { "GET", "/", "HTTP/1.1", { { "Host", "a" }, { "X-Content-Length", "x" } } },
    };

    for (size_t i = 0; i < sizeof sound / sizeof *sound; i++)
        expect(&sound[i], 0);
}

static void test_lines(void **)
{
    static const struct head bad[] = {
        { "", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "GE T", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "GET\t", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "G\xc3\x84T", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "GETGETGETGETGETGETGETGETGETGETGET", "/", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "a", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "*", "HTTP/1.1", { { "Host", "a" } } },
        { "CONNECT", "h:443", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "ftp://h/", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "/a b", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "/a\tb", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "/a\rb", "HTTP/1.1", { { "Host", "a" } } },
        { "GET", "/a\x7f", "HTTP/1.1", { { "Host", "a" } } },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect(&bad[i], 400);
    expect(&(struct head){ "GET", "/", "HTTP/2.0", { { "Host", "a" } } }, 505);
    expect(&(struct head){ "GET", "/", "HTTP/1.2", { { "Host", "a" } } }, 505);
    expect(&(struct head){ "GET", "/", "", { { "Host", "a" } } }, 505);
}

static void test_headers(void **)
{
    static const char *const bad[][2] = {
        { "Content-Length ", "5" },
        { "Content-Length\t", "5" },
        { " Content-Length", "5" },
        { "Content-Length0", "1" }, /* what a folded value becomes */
        { "Content-LengthX", "5" },
        { "Transfer-Encoding ", "chunked" },
        { "Transfer-Encoding\v", "chunked" },
        { "transfer-encodingchunked", "" },
        { "", "x" },
        { "X Y", "x" },
        { "X\xc2\xa0", "x" },
        { "X(", "x" },
        { "X", "a\rb" },
        { "X", "a\nb" },
        { "X", "a\x01" },
        { "X", "\x7f" },
        { "Content-Length", "" },
        { "Content-Length", "5 " },
        { "Content-Length", "+5" },
        { "Content-Length", "-1" },
        { "Content-Length", "0x5" },
        { "Content-Length", "5,5" },
        { "Content-Length", "1000000000000000000" },
        { "Transfer-Encoding", "" },
        { "Transfer-Encoding", "identity" },
        { "Transfer-Encoding", "chunked " },
        { "Transfer-Encoding", "chunked, identity" },
        { "Transfer-Encoding", "gzip, chunked" },
        { "Transfer-Encoding", "xchunked" },
        { "Transfer-Encoding", "\"chunked\"" },
        { "Host", "b" },
        { "Host", "a" }, /* equal ones too */
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct head h = { "POST", "/", "HTTP/1.1", { { "Host", "a" } } };

        h.headers[1][0] = bad[i][0];
        h.headers[1][1] = bad[i][1];
        expect(&h, 400);
    }
    expect(
        &(struct head){ "PUT", "/", "HTTP/1.1", { { "Host", "a" }, { "Expect", "x" } } },
        417);
}

static void test_together(void **)
{
    static const struct head bad[] = {
        { "GET", "/", "HTTP/1.1", { { "X", "a" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" },
            { "Content-Length", "5" },
            { "Transfer-Encoding", "chunked" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" },
            { "Transfer-Encoding", "chunked" },
            { "Content-Length", "5" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" }, { "Content-Length", "5" }, { "Content-Length", "5" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" }, { "Content-Length", "5" }, { "Content-Length", "6" } } },
        { "POST",
          "/",
          "HTTP/1.1",
          { { "Host", "a" },
            { "Transfer-Encoding", "chunked" },
            { "Transfer-Encoding", "chunked" } } },
        { "POST",
          "/",
          "HTTP/1.0",
          { { "Host", "a" }, { "Transfer-Encoding", "chunked" } } },
        { "GET", "/", "HTTP/1.0", { { "Host", "a" }, { "Host", "b" } } },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect(&bad[i], 400);
    assert_int_equal(
        judge(&(struct head){ "GET", "/", "HTTP/1.1", { { "Host", "a" } } }, true).status,
        400);
}

static void test_targets(void **)
{
    static const struct {
        const char *target, *path, *query;
        bool has_query;
    } targets[] = {
        { "/", "/", "", false },
        { "/?", "/", "", true },
        { "/a%20b/../c", "/a%20b/../c", "", false },
        { "/a?b=c&d?e#f", "/a", "b=c&d?e#f", true },
        { "//x?y", "//x", "y", true },
        { "*", "*", "", false },
        { "http://h/p?q", "/p", "q", true },
        { "https://h:1/p/", "/p/", "", false },
        { "HTTP://h", "/", "", false },
        { "http://h?q", "/", "q", true },
        { "http://", "/", "", false },
        { "/\xe5\x91\x8a?\xe8\xad\xa6", "/\xe5\x91\x8a", "\xe8\xad\xa6", true },
    };

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct target t = target_split(str_of(targets[i].target));

        assert_true(str_is(t.path, targets[i].path));
        assert_true(str_is(t.query, targets[i].query));
        assert_int_equal(t.has_query, targets[i].has_query);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),   cmocka_unit_test(test_lines),
        cmocka_unit_test(test_headers), cmocka_unit_test(test_together),
        cmocka_unit_test(test_targets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
