/* client_test.c - HTTP requests to servers that answer, lie, stall and hang up:
 * what the client makes of each. */
#include "../../support/fake.h"
#include "../../support/http_rig.h"
#include "../../support/selfsigned.h"
#include "base/time.h"
#include "net/client_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <semaphore.h>
#include <unistd.h>

/* --- one ask, waited for --- */

struct got {
    struct client_reply reply; /* its strs are copies */
    struct arena arena;
    sem_t done;
};

static struct client *client;

static void keep(void *ctx, const struct client_reply *r)
{
    struct got *g = ctx;

    g->reply = *r;
    g->reply.body = arena_str(&g->arena, r->body);
    g->reply.headers = arena_str(&g->arena, r->headers);
    g->reply.why = arena_str(&g->arena, r->why);
    g->reply.remote = arena_str(&g->arena, r->remote);
    sem_post(&g->done);
}

static void got_init(struct got *g)
{
    *g = (struct got){ 0 };
    arena_init(&g->arena);
    sem_init(&g->done, 0, 0);
}

static void got_fini(struct got *g)
{
    arena_fini(&g->arena);
    sem_destroy(&g->done);
}

static void ask(struct got *g, struct http_ask a)
{
    got_init(g);
    client_http(client, &a, keep, g);
    sem_wait(&g->done);
}

static struct str url(char *text, uint16_t port, const char *path)
{
    return (struct str){ text,
                         (size_t)sprintf(text, "http://127.0.0.1:%u%s", port, path) };
}

static void start_client(bool deny, const struct str *allow, size_t n)
{
    struct client_config config = { .deny_private = deny,
                                    .allow = allow,
                                    .allow_count = n,
                                    .user_agent = STR("belfry-test") };
    struct err e;

    assert_int_equal(client_start(&config, &client, &e), OK);
}

/* --- the fake: its first line decides --- */

static atomic_int requests;

static void flood(int fd)
{
    char block[1001];

    memset(block, 'x', 1000);
    block[1000] = '\0';
    fake_say(fd, "HTTP/1.1 503 Busy\r\n\r\n");
    while (fake_say(fd, block))
        ;
}

static void script(void *, int fd)
{
    char line[4096];

    while (fake_hear_request(fd, line, sizeof line)) {
        atomic_fetch_add(&requests, 1);
        if (strstr(line, "/500")) {
            fake_say(
                fd, "HTTP/1.1 500 Oh\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nfail");
        } else if (strstr(line, "/redirect")) {
            fake_say(fd, "HTTP/1.1 302 Found\r\nLocation: /500\r\n"
                         "Content-Length: 0\r\n\r\n");
        } else if (strstr(line, "/cut")) {
            fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
            usleep(20000);
            fake_reset(fd);
            return;
        } else if (strstr(line, "/short")) {
            fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
            return;
        } else if (strstr(line, "/hangup")) {
            return;
        } else if (strstr(line, "/reset")) {
            fake_reset(fd);
            return;
        } else if (strstr(line, "/flood")) {
            flood(fd);
            return;
        } else if (strstr(line, "/100")) {
            fake_say(fd, "HTTP/1.1 100 Continue\r\nX: no\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nX: yes\r\nContent-Length: 0\r\n\r\n");
        } else if (strstr(line, "/headers")) {
            fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
            for (int i = 0; i < 100; i++)
                fake_say(fd,
                         "X-Long: 0123456789012345678901234567890123456789"
                         "012345678901234567890123456789012345678901234567890123456789"
                         "012345678901234567890123456789012345678901234567890123456789"
                         "0123456789012345678901234567890123456789\r\n");
            fake_say(fd, "\r\n");
        } else if (strstr(line, "/garbage")) {
            fake_say(fd, "\x16\x03garbage\r\n\r\n");
            return;
        } else if (strstr(line, "/silent")) {
            fake_hear(fd, line, sizeof line);
            return;
        } else if (strstr(line, "/once")) { /* and the connection ends, unsaid */
            fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            return;
        } else {
            fake_say(fd,
                     "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok");
        }
    }
}

static struct fake fake;
static struct http_rig rig;

static int setup(void **)
{
    atomic_store(&requests, 0);
    fake_start(&fake, script, NULL);
    http_rig_init(&rig);
    http_rig_start(&rig);
    start_client(false, NULL, 0);
    return 0;
}

static int teardown(void **)
{
    if (client != NULL)
        client_stop(&client);
    http_rig_stop(&rig);
    fake_stop(&fake);
    return 0;
}

static void get(struct got *g, const char *path)
{
    char text[300];

    ask(g, (struct http_ask){ .method = STR("POST"),
                              .url = url(text, fake.port, path),
                              .body = STR("{}"),
                              .reply_cap = 1000 });
}

static void expect(const char *path, enum client_outcome outcome, int status,
                   const char *body)
{
    struct got g;

    get(&g, path);
    if (g.reply.outcome != outcome || g.reply.status != status ||
        !str_is(g.reply.body, body))
        fail_msg("%s: outcome %d status %d body '%s' why '%s'", path, g.reply.outcome,
                 g.reply.status, g.reply.body.p, g.reply.why.p);
    assert_int_equal(g.reply.why.n > 0, outcome != CLIENT_ANSWERED);
    assert_false(g.reply.tls_failed);
    assert_true(g.reply.started > 0 && g.reply.finished >= g.reply.started);
    got_fini(&g);
}

/* --- tests --- */

static void test_ours(void **)
{
    struct client_header headers[] = { { STR("Content-Type"), STR("text/x") },
                                       { STR("X-Empty"), STR("") } };
    static const char *const methods[] = { "GET", "POST", "PUT", "DELETE", "PATCH" };
    char text[300], want[100];
    struct got g;

    for (size_t i = 0; i < 5; i++)
        for (int body = 0; body < 2; body++) {
            ask(&g,
                (struct http_ask){ .method = str_of(methods[i]),
                                   .url = url(text, rig.port, "/echo?a=%20b"),
                                   .headers = headers,
                                   .header_count = 2,
                                   .body = body ? STR("h\xe5\x91\x8a\0!") : STR("") });
            snprintf(want, sizeof want, "%s|/echo|a=%%20b|%d|", methods[i], body ? 6 : 0);
            assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
            assert_int_equal(g.reply.status, 200);
            assert_true(str_starts(g.reply.body, str_of(want)));
            snprintf(want, sizeof want, "127.0.0.1:%u", rig.port);
            assert_true(str_is(g.reply.remote, want));
            assert_in_range(g.reply.connected, g.reply.started, g.reply.finished);
            got_fini(&g);
        }
    ask(&g,
        (struct http_ask){ .method = STR("HEAD"), .url = url(text, rig.port, "/echo") });
    assert_int_equal(g.reply.status, 200);
    assert_int_equal(g.reply.body.n, 0);
    got_fini(&g);
}

/* Whatever a handle was used for before: nothing of it is left in the next request. */
static void test_one_after_the_other(void **)
{
    static const struct {
        const char *method, *body;
    } asks[] = {
        { "POST", "{}" },    { "GET", "" },      { "POST", "hello" }, { "DELETE", "" },
        { "POST", "hello" }, { "HEAD", "" },     { "GET", "x" },      { "POST", "" },
        { "GET", "" },       { "PUT", "hello" }, { "GET", "" },
    };
    char text[300], want[100];
    struct got g;

    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        ask(&g, (struct http_ask){ .method = str_of(asks[i].method),
                                   .url = url(text, rig.port, "/echo"),
                                   .body = str_of(asks[i].body) });
        snprintf(want, sizeof want, "%s|/echo||%zu|", asks[i].method,
                 strlen(asks[i].body));
        assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
        if (strcmp(asks[i].method, "HEAD") != 0 &&
            !str_starts(g.reply.body, str_of(want)))
            fail_msg("%zu: %s, not %s", i, g.reply.body.p, want);
        got_fini(&g);
    }
}

static void test_answers(void **)
{
    struct str value;
    struct got g;

    expect("/", CLIENT_ANSWERED, 200, "ok");
    expect("/500", CLIENT_ANSWERED, 500, "fail");
    expect("/redirect", CLIENT_ANSWERED, 302, "");
    assert_int_equal(atomic_load(&requests), 3); /* the redirect was not followed */
    get(&g, "/500");
    assert_true(client_reply_header(&g.reply, "retry-after", &value));
    assert_true(str_is(value, "7"));
    assert_false(client_reply_header(&g.reply, "X", &value));
    got_fini(&g);
    get(&g, "/100");
    assert_true(client_reply_header(&g.reply, "X", &value) && str_is(value, "yes"));
    assert_int_equal(g.reply.status, 200);
    got_fini(&g);
}

static void test_no_whole_answer(void **)
{
    expect("/cut", CLIENT_UNANSWERED, 200, "0123456789");
    expect("/short", CLIENT_UNANSWERED, 200, "0123456789");
    expect("/hangup", CLIENT_UNANSWERED, 0, "");
    expect("/reset", CLIENT_UNANSWERED, 0, "");
    expect("/garbage", CLIENT_UNANSWERED, 0, "");
}

static void test_caps(void **)
{
    struct got g;

    get(&g, "/flood");
    assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
    assert_int_equal(g.reply.status, 503);
    assert_int_equal(g.reply.body.n, 1000);
    assert_int_equal(g.reply.why.n, 0);
    got_fini(&g);
    get(&g, "/headers");
    assert_int_equal(g.reply.status, 200);
    assert_in_range(g.reply.headers.n, 16000, 16384);
    got_fini(&g);
}

static void test_cap_exactly(void **)
{
    char text[300];
    struct got g;

    for (size_t n = 999; n <= 1001; n++) {
        char path[40];

        snprintf(path, sizeof path, "/big?%zu", n);
        ask(&g, (struct http_ask){ .method = STR("GET"),
                                   .url = url(text, rig.port, path),
                                   .reply_cap = 1000 });
        assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
        assert_int_equal(g.reply.status, 200);
        assert_int_equal(g.reply.body.n, n < 1000 ? n : 1000);
        got_fini(&g);
    }
}

static void test_timeout(void **)
{
    char text[300];
    struct got g;

    /* Longer where the machine stood still before it was connected. */
    for (int64_t t = 50 * NS_PER_MS; t < 60 * NS_PER_S; t *= 2) {
        ask(&g, (struct http_ask){ .method = STR("POST"),
                                   .url = url(text, fake.port, "/silent"),
                                   .timeout = t });
        if (g.reply.outcome != CLIENT_UNREACHED)
            break;
        got_fini(&g);
    }
    assert_int_equal(g.reply.outcome, CLIENT_UNANSWERED);
    assert_int_equal(g.reply.status, 0);
    got_fini(&g);
}

static void test_unreached(void **)
{
    uint16_t port = fake.port;
    char text[300];
    struct got g;

    fake_stop(&fake); /* nobody listens there now */
    ask(&g, (struct http_ask){ .method = STR("POST"), .url = url(text, port, "/") });
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_int_equal(g.reply.connected, 0);
    assert_true(g.reply.why.n > 0);
    got_fini(&g);
    ask(&g, (struct http_ask){ .method = STR("POST"),
                               .url = STR("http://no.such.host.invalid/") });
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    got_fini(&g);
    fake_start(&fake, script, NULL);
}

static void test_no_url(void **)
{
    static const struct str bad[] = {
        STR_INIT(""),
        STR_INIT("127.0.0.1/"),
        STR_INIT("ftp://127.0.0.1/"),
        STR_INIT("file:///etc/passwd"),
        STR_INIT("gopher://127.0.0.1/"),
        STR_INIT("http://"),
        STR_INIT("http:///path"),
        STR_INIT("http://127.0.0.1:99999/"),
        STR_INIT("http://127.0.0.1/ x"),
        STR_INIT("http://127.0.0.1/\r\nX: y"),
        STR_INIT("http://127.0.0.1/\0"),
        STR_INIT("javascript:alert(1)"),
    };
    struct client_header header = { STR("X"), STR("a\r\nY: b") };
    char text[300];
    struct got g;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ask(&g, (struct http_ask){ .method = STR("GET"), .url = bad[i] });
        if (g.reply.outcome != CLIENT_REFUSED)
            fail_msg("%.*s: %d %s", STR_ARG(bad[i]), g.reply.outcome, g.reply.why.p);
        assert_true(g.reply.why.n > 0);
        got_fini(&g);
    }
    for (int i = 0; i < 3; i++) {
        header.value = i == 0 ? STR("a\r\nY: b") : STR("b");
        header.name = i == 1 ? STR("X: y\r\nZ") : STR("X");
        ask(&g, (struct http_ask){ .method = i == 2 ? STR("GET / ") : STR("GET"),
                                   .url = url(text, rig.port, "/echo"),
                                   .headers = &header,
                                   .header_count = 1 });
        assert_int_equal(g.reply.outcome, CLIENT_REFUSED);
        got_fini(&g);
    }
    assert_int_equal(atomic_load(&rig.handled), 0);
}

static void test_addresses(void **)
{
    static const char *const forms[] = {
        "127.0.0.1", "localhost", "2130706433", "0x7f.1",
        "127.1",     "0",         "[::1]",      "[::ffff:127.0.0.1]",
    };
    struct str allow = STR("127.0.0.0/8");
    char text[300];
    struct got g;

    client_stop(&client);
    start_client(true, NULL, 0);
    for (int trust = TARGET_OPERATOR; trust <= TARGET_CALLER; trust++)
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            snprintf(text, sizeof text, "http://%s:%u/", forms[i], fake.port);
            ask(&g, (struct http_ask){ .method = STR("GET"),
                                       .url = str_of(text),
                                       .trust = (enum target_trust)trust });
            if (trust == TARGET_CALLER) {
                assert_int_equal(g.reply.outcome, CLIENT_REFUSED);
                assert_non_null(strstr(g.reply.why.p, "special"));
            } else if (strstr(forms[i], "[::1]") == NULL) {
                assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
            }
            got_fini(&g);
        }
    client_stop(&client);
    start_client(true, &allow, 1);
    ask(&g, (struct http_ask){ .method = STR("GET"),
                               .url = url(text, fake.port, "/"),
                               .trust = TARGET_CALLER });
    assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
    got_fini(&g);
}

static void test_kept_connections(void **)
{
    struct got g;
    char text[300];

    for (int i = 0; i < 5; i++) {
        get(&g, "/");
        assert_int_equal(g.reply.status, 200);
        assert_in_range(g.reply.connected, g.reply.started, g.reply.finished);
        got_fini(&g);
    }
    assert_int_equal(atomic_load(&fake.accepted), 1);
    /* Closed by the server after an answer: the next request does not notice, if the
     * word of it came before. */
    for (int i = 0; i < 5; i++) {
        ask(&g, (struct http_ask){ .method = STR("POST"),
                                   .url = url(text, fake.port, "/once"),
                                   .body = STR("x") });
        assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
        got_fini(&g);
        while (atomic_load(&fake.hung_up) <= i)
            usleep(1000);
    }
}

/* Answers the first request of a connection, and to the second hangs up. */
static void answer_once(void *reset, int fd)
{
    char line[4096];

    if (!fake_hear_request(fd, line, sizeof line))
        return;
    atomic_fetch_add(&requests, 1);
    fake_say(fd, strstr(line, "/moved") != NULL
                     ? "HTTP/1.1 307 There\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
                     : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    if (!fake_hear_request(fd, line, sizeof line))
        return;
    atomic_fetch_add(&requests, 1);
    if (*(bool *)reset)
        fake_reset(fd);
}

/* Nothing says that the second was not acted on: it is not sent again, and its fate is
 * unknown. curl by itself would send it up to five times more. */
static void test_sent_once(void **)
{
    static struct fake once;
    char text[300];
    struct got g;

    for (int reset = 0; reset < 2; reset++) {
        bool by_reset = reset == 1;

        atomic_store(&requests, 0);
        fake_start(&once, answer_once, &by_reset);
        for (int i = 1; i <= 4; i++) {
            ask(&g, (struct http_ask){ .method = STR("POST"),
                                       .url = url(text, once.port, "/"),
                                       .body = STR("{}") });
            assert_int_equal(g.reply.outcome,
                             i % 2 == 1 ? CLIENT_ANSWERED : CLIENT_UNANSWERED);
            assert_int_equal(atomic_load(&requests), i);
            assert_true(g.reply.why.n > 0 || i % 2 == 1);
            got_fini(&g);
        }
        /* It did not even knock. */
        assert_int_equal(atomic_load(&once.accepted), 2);
        fake_stop(&once);
    }
}

/* A request that goes on to where it is sent is no repetition, up to there. */
static void test_redirected(void **)
{
    bool reset = false;
    static struct fake once;
    char text[300];
    struct got g;

    fake_start(&once, answer_once, &reset);
    ask(&g, (struct http_ask){ .way = { .follow_redirects = true },
                               .method = STR("POST"),
                               .url = url(text, once.port, "/moved"),
                               .body = STR("{}") });
    assert_int_equal(g.reply.outcome, CLIENT_UNANSWERED);
    assert_int_equal(atomic_load(&requests), 2);
    got_fini(&g);
    ask(&g, (struct http_ask){ .way = { .follow_redirects = true },
                               .method = STR("POST"),
                               .url = url(text, fake.port, "/redirect"),
                               .body = STR("{}") });
    assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
    assert_int_equal(g.reply.status, 500);
    got_fini(&g);
    /* Nothing of that way is left in what the next one uses. */
    expect("/redirect", CLIENT_ANSWERED, 302, "");
    fake_stop(&once);
}

static void refuse_tunnel(void *, int fd)
{
    char line[4096];

    if (fake_hear_request(fd, line, sizeof line) && strstr(line, "CONNECT ") == line)
        fake_say(fd, "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n");
}

/* The proxy was spoken to, the target was not. */
static void test_no_tunnel(void **)
{
    static struct fake proxy;
    char text[300];
    struct got g;

    fake_start(&proxy, refuse_tunnel, NULL);
    ask(&g, (struct http_ask){ .way = { .proxy = url(text, proxy.port, "") },
                               .method = STR("POST"),
                               .url = STR("https://example.invalid/"),
                               .body = STR("{}") });
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_int_equal(atomic_load(&proxy.accepted), 1);
    got_fini(&g);
    fake_stop(&proxy);
}

/* --- lines in front of hosts --- */

enum { PLACES = 64, SOME_MORE = 40 };

static sem_t let_go;

static void hold(void *, int fd)
{
    char line[4096];

    while (fake_hear_request(fd, line, sizeof line)) {
        atomic_fetch_add(&requests, 1);
        sem_wait(&let_go);
        fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
}

static void test_lines(void **)
{
    static struct fake slow;
    static struct got held[PLACES + SOME_MORE];
    struct got g;
    char text[300];

    sem_init(&let_go, 0, 0);
    fake_start(&slow, hold, NULL);
    for (int i = 0; i < PLACES + SOME_MORE; i++) {
        got_init(&held[i]);
        client_http(client,
                    &(struct http_ask){ .method = STR("POST"),
                                        .url = url(text, slow.port, "/"),
                                        .body = STR("{}") },
                    keep, &held[i]);
    }
    while (atomic_load(&requests) < PLACES)
        usleep(1000);
    /* Who has no patience goes, and another host has a line of its own. */
    ask(&g, (struct http_ask){ .method = STR("POST"),
                               .url = url(text, slow.port, "/"),
                               .timeout = 30 * NS_PER_MS });
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_non_null(strstr(g.reply.why.p, "under way"));
    got_fini(&g);
    expect("/", CLIENT_ANSWERED, 200, "ok");
    assert_int_equal(atomic_load(&slow.accepted), PLACES);
    for (int i = 0; i < PLACES + SOME_MORE; i++)
        sem_post(&let_go);
    for (int i = 0; i < PLACES + SOME_MORE; i++) {
        sem_wait(&held[i].done);
        assert_int_equal(held[i].reply.status, 200);
        got_fini(&held[i]);
    }
    assert_int_equal(atomic_load(&requests), PLACES + SOME_MORE + 1);
    assert_int_equal(atomic_load(&slow.accepted), PLACES);
    fake_stop(&slow);
    sem_destroy(&let_go);
}

/* Who waits in a line when the client stops was never sent. */
static void test_stop_in_line(void **)
{
    static struct fake slow;
    static struct got held[PLACES + SOME_MORE];
    char text[300];
    int unreached = 0;

    sem_init(&let_go, 0, 0);
    fake_start(&slow, hold, NULL);
    for (int i = 0; i < PLACES + SOME_MORE; i++) {
        got_init(&held[i]);
        client_http(
            client,
            &(struct http_ask){ .method = STR("POST"), .url = url(text, slow.port, "/") },
            keep, &held[i]);
    }
    while (atomic_load(&requests) < PLACES)
        usleep(1000);
    client_stop(&client);
    for (int i = 0; i < PLACES + SOME_MORE; i++) {
        sem_wait(&held[i].done);
        unreached += held[i].reply.outcome == CLIENT_UNREACHED;
        got_fini(&held[i]);
    }
    assert_int_equal(unreached, SOME_MORE);
    for (int i = 0; i < PLACES; i++)
        sem_post(&let_go);
    fake_stop(&slow);
    sem_destroy(&let_go);
}

/* No proxy, cookie or credentials of the surroundings get in. */
static void test_environment(void **)
{
    char text[300];
    struct got g;

    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1/", 1);
    for (int i = 0; i < 2; i++) {
        ask(&g,
            (struct http_ask){ .method = STR("GET"), .url = url(text, fake.port, "/") });
        assert_int_equal(g.reply.outcome, CLIENT_ANSWERED);
        got_fini(&g);
    }
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
}

/* No TLS there at all. */
static void speak_plainly(void *, int fd)
{
    fake_say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
    fake_hear(fd, (char[100]){ 0 }, 100);
}

/* TLS perhaps, but not today. */
static void break_off(void *, int fd)
{
    fake_reset(fd);
}

/* Below valgrind on a busy machine the certificates alone take seconds to read. */
static void ask_patiently(struct got *g, const char *text)
{
    ask(g, (struct http_ask){ .method = STR("POST"),
                              .url = str_of(text),
                              .connect_timeout = NS_PER_MIN,
                              .timeout = NS_PER_MIN });
}

static void test_tls(void **)
{
    static struct selfsigned made;
    static struct fake plain;
    struct server_listener listener = { .host = STR("127.0.0.1") };
    struct server *s;
    char text[300];
    struct got g;
    struct err e;

    selfsigned_make(&made);
    listener.cert_pem = str_of(made.cert_pem);
    listener.key_pem = str_of(made.key_pem);
    rig.config.listeners = &listener;
    assert_int_equal(server_start(&rig.config, &s, &e), OK);
    snprintf(text, sizeof text, "https://localhost:%u/echo", server_port(s, 0));
    ask_patiently(&g, text);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_true(g.reply.tls_failed);
    assert_int_equal(atomic_load(&rig.handled), 0);
    got_fini(&g);
    server_stop(&s);
    fake_start(&plain, speak_plainly, NULL);
    snprintf(text, sizeof text, "https://localhost:%u/echo", plain.port);
    ask_patiently(&g, text);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_true(g.reply.tls_failed);
    got_fini(&g);
    fake_stop(&plain);
    fake_start(&plain, break_off, NULL);
    snprintf(text, sizeof text, "https://localhost:%u/echo", plain.port);
    ask_patiently(&g, text);
    assert_int_equal(g.reply.outcome, CLIENT_UNREACHED);
    assert_false(g.reply.tls_failed); /* tomorrow it may work */
    got_fini(&g);
    fake_stop(&plain);
}

/* What curl says of a connection that broke off depends on when it did. */
static void test_whose_fault(void **)
{
    static const struct {
        const char *words;
        bool tls;
    } rows[] = {
        { "error:0A00010B:SSL routines::wrong version number", true },
        { "error:0A000086:SSL routines::certificate verify failed", true },
        { "Recv failure: Connection reset by peer", false },
        { "Send failure: Broken pipe", false },
        { "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:443 ", false },
        { "getpeername() failed with errno 107: Transport endpoint is not connected",
          false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (tls_was_at_fault(CURLE_SSL_CONNECT_ERROR, rows[i].words) != rows[i].tls)
            fail_msg("%s", rows[i].words);
}

static atomic_int many_ok, many_left;
static sem_t many_done;

static void count(void *, const struct client_reply *r)
{
    if (r->outcome == CLIENT_ANSWERED && r->status == 200)
        atomic_fetch_add(&many_ok, 1);
    if (atomic_fetch_sub(&many_left, 1) == 1)
        sem_post(&many_done);
}

static void *submit_many(void *)
{
    char text[300];

    for (int i = 0; i < 500; i++)
        client_http(
            client,
            &(struct http_ask){ .method = STR("POST"),
                                .url = url(text, rig.port, i % 2 ? "/echo" : "/thread"),
                                .body = STR("hello") },
            count, NULL);
    return NULL;
}

static void test_many(void **)
{
    pthread_t threads[4];

    atomic_store(&many_ok, 0);
    atomic_store(&many_left, 2000);
    sem_init(&many_done, 0, 0);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, submit_many, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    sem_wait(&many_done);
    assert_int_equal(atomic_load(&many_ok), 2000);
    sem_destroy(&many_done);
}

/* What is under way ends, each exactly once, by what is known of it. */
static void test_stop(void **)
{
    struct got silent, queued[3];
    char text[300];

    got_init(&silent);
    client_http(client,
                &(struct http_ask){ .method = STR("POST"),
                                    .url = url(text, fake.port, "/silent") },
                keep, &silent);
    while (atomic_load(&requests) == 0)
        usleep(1000);
    for (int i = 0; i < 3; i++) {
        got_init(&queued[i]);
        client_http(client,
                    &(struct http_ask){ .method = STR("POST"),
                                        .url = STR("http://no.such.host.invalid/") },
                    keep, &queued[i]);
    }
    client_stop(&client);
    assert_null(client);
    sem_wait(&silent.done);
    assert_int_equal(silent.reply.outcome, CLIENT_UNANSWERED);
    assert_non_null(strstr(silent.reply.why.p, "stopped"));
    got_fini(&silent);
    for (int i = 0; i < 3; i++) {
        sem_wait(&queued[i].done);
        assert_int_equal(queued[i].reply.outcome, CLIENT_UNREACHED);
        got_fini(&queued[i]);
    }
}

int main(void)
{
#define WITH_ALL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_ALL(test_ours),
        WITH_ALL(test_one_after_the_other),
        WITH_ALL(test_answers),
        WITH_ALL(test_no_whole_answer),
        WITH_ALL(test_caps),
        WITH_ALL(test_cap_exactly),
        WITH_ALL(test_timeout),
        WITH_ALL(test_unreached),
        WITH_ALL(test_no_url),
        WITH_ALL(test_addresses),
        WITH_ALL(test_kept_connections),
        WITH_ALL(test_sent_once),
        WITH_ALL(test_redirected),
        WITH_ALL(test_no_tunnel),
        WITH_ALL(test_lines),
        WITH_ALL(test_stop_in_line),
        WITH_ALL(test_environment),
        WITH_ALL(test_tls),
        cmocka_unit_test(test_whose_fault),
        WITH_ALL(test_many),
        WITH_ALL(test_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
