/* token_cache_test.c - asked once, told to all; kept as long as it lives; the form that
 * works is remembered. The client is the test's own: answers come when it says so. */
#include "channel/token_cache.h"

#include "base/arena.h"
#include "base/time.h"

#include "../../support/says.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { MOST = 64 };

static struct arena a;
static int64_t now;

/* ---- a client that waits ------------------------------------------------- */

static struct {
    struct str url, header;
    client_done *done;
    void *ctx;
} asked[MOST];
static size_t asked_n;
static pthread_mutex_t asked_lock = PTHREAD_MUTEX_INITIALIZER;

void client_http(struct client *, const struct http_ask *ask, client_done *done,
                 void *ctx)
{
    pthread_mutex_lock(&asked_lock);
    assert_true(asked_n < MOST);
    asked[asked_n].url = arena_str(&a, ask->url);
    asked[asked_n].header =
        ask->header_count > 0 ? arena_str(&a, ask->headers[0].value) : STR("");
    asked[asked_n].done = done;
    asked[asked_n++].ctx = ctx;
    pthread_mutex_unlock(&asked_lock);
}

static void answer(size_t i, int status, const char *body)
{
    struct client_reply reply = { .outcome =
                                      status > 0 ? CLIENT_ANSWERED : CLIENT_UNREACHED,
                                  .status = status,
                                  .body = str_of(body),
                                  .headers = STR(""),
                                  .why = STR(""),
                                  .remote = STR("") };

    asked[i].done(asked[i].ctx, &reply);
}

/* "TOKEN LIFE", LIFE in seconds; or a status that is no 200. */
static void read_token(const struct client_reply *reply, struct arena *, struct token *t)
{
    struct str rest = reply->body;
    int64_t seconds = 0;

    t->why = (struct receipt){ .verdict = REFUSED, .status = reply->status };
    t->settled = str_is(reply->body, "settled");
    if (reply->outcome != CLIENT_ANSWERED || reply->status != 200)
        return;
    (void)str_cut(&rest, ' ', &t->text);
    t->type = STR("Bearer");
    if (rest.p != NULL && str_i64(rest, &seconds) == OK)
        t->life = seconds * NS_PER_S;
}

static int64_t clock_now(void)
{
    return now;
}

/* ---- who wants one ------------------------------------------------------- */

static struct {
    char text[64];
    int status, calls;
} told[MOST];

static void ready(void *ctx, const struct token *token)
{
    size_t i = (size_t)(uintptr_t)ctx;

    snprintf(told[i].text, sizeof told[i].text, "%.*s", STR_ARG(token->text));
    told[i].status = token->why.status;
    told[i].calls++;
}

static void want(struct token_cache *c, const char *who, bool two, size_t i)
{
    static const struct client_header basic = { STR_INIT("Authorization"),
                                                STR_INIT("Basic eA==") };
    struct token_want w = { .key = sha256(str_of(who)), .read = read_token };

    w.ask = (struct http_ask){ .method = STR("POST"),
                               .url = str_of(who),
                               .headers = &basic,
                               .header_count = 1,
                               .body = STR("one") };
    if (two)
        w.other = (struct http_ask){ .method = STR("POST"),
                                     .url = str_of(who),
                                     .body = STR("two") };
    told[i].calls = 0;
    token_cache_get(c, &w, ready, (void *)(uintptr_t)i);
}

static struct token_cache *made(void)
{
    asked_n = 0;
    now = 1000 * NS_PER_S;
    return token_cache_new(NULL, clock_now);
}

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

/* ---- tests ---------------------------------------------------------------- */

static void test_asked_once(void **)
{
    struct token_cache *c = made();

    want(c, "http://a", false, 0);
    want(c, "http://a", false, 1);
    want(c, "http://b", false, 2);
    assert_int_equal(asked_n, 2);
    assert_int_equal(told[0].calls, 0);
    answer(0, 200, "A1 60");
    assert_is(str_of(told[0].text), "A1");
    assert_is(str_of(told[1].text), "A1");
    assert_int_equal(told[2].calls, 0);
    answer(1, 200, "B1");
    assert_is(str_of(told[2].text), "B1");
    want(c, "http://a", false, 3);
    assert_is(str_of(told[3].text), "A1"); /* at once */
    assert_int_equal(asked_n, 2);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(told[i].calls, 1);
    token_cache_free(&c);
    assert_null(c);
}

static void test_life(void **)
{
    struct token_cache *c = made();

    want(c, "http://a", false, 0);
    answer(0, 200, "A1 60");
    now += 50 * NS_PER_S - 1;
    want(c, "http://a", false, 1);
    assert_int_equal(asked_n, 1);
    now += 1; /* ten seconds before its end */
    want(c, "http://a", false, 2);
    assert_int_equal(asked_n, 2);
    assert_int_equal(told[2].calls, 0);
    answer(1, 200, "A2");
    assert_is(str_of(told[2].text), "A2");
    now += 10 * 365 * NS_PER_DAY; /* of no stated life */
    want(c, "http://a", false, 3);
    assert_is(str_of(told[3].text), "A2");
    token_cache_free(&c);
}

static void test_drop(void **)
{
    struct token_cache *c = made();
    struct digest key = sha256(STR("http://a"));

    want(c, "http://a", false, 0);
    answer(0, 200, "A1 600");
    token_cache_drop(c, &key, STR("A0")); /* somebody late */
    want(c, "http://a", false, 1);
    assert_int_equal(asked_n, 1);
    token_cache_drop(c, &key, STR("A1"));
    want(c, "http://a", false, 2);
    assert_int_equal(asked_n, 2);
    answer(1, 200, "A2 600");
    assert_is(str_of(told[2].text), "A2");
    token_cache_free(&c);
}

/* A failure is told to all who wait; the next one asks again. */
static void test_failure(void **)
{
    struct token_cache *c = made();

    want(c, "http://a", false, 0);
    want(c, "http://a", false, 1);
    answer(0, 401, "no");
    assert_int_equal(told[0].status, 401);
    assert_int_equal(told[1].status, 401);
    assert_is(str_of(told[1].text), "");
    want(c, "http://a", false, 2);
    assert_int_equal(asked_n, 2);
    answer(1, 200, "A1 600");
    assert_is(str_of(told[2].text), "A1");
    token_cache_free(&c);
}

static void test_forms(void **)
{
    struct token_cache *c = made();

    want(c, "http://a", true, 0);
    assert_is(asked[0].header, "Basic eA==");
    answer(0, 401, "no");
    assert_int_equal(asked_n, 2);
    assert_is(asked[1].header, "");
    answer(1, 200, "A1 60");
    assert_is(str_of(told[0].text), "A1");
    now += 60 * NS_PER_S;
    want(c, "http://a", true, 1);
    assert_is(asked[2].header, ""); /* what worked comes first */
    answer(2, 401, "no");
    assert_is(asked[3].header, "Basic eA==");
    answer(3, 200, "A2 60");
    now += 60 * NS_PER_S;
    want(c, "http://a", true, 2);
    assert_is(asked[4].header, "Basic eA==");
    answer(4, 400, "settled"); /* the other form would not help */
    assert_int_equal(told[2].status, 400);
    want(c, "http://a", true, 3);
    answer(5, 0, "");
    assert_int_equal(told[3].calls, 1); /* nor if nobody is there */
    assert_int_equal(asked_n, 6);
    token_cache_free(&c);
}

/* What is asked for is never forgotten; of the rest the oldest. */
static void test_room(void **)
{
    struct token_cache *c = made();

    want(c, "http://held", false, 0);
    want(c, "http://old", false, 1);
    answer(1, 200, "OLD");
    for (int i = 0; i < 1023; i++) {
        want(c, arena_printf(&a, "http://%d", i).p, false, 2);
        answer(2, 200, "NEW");
        assert_int_equal(asked_n, 3);
        asked_n = 2;
    }
    want(c, "http://1022", false, 3);
    assert_is(str_of(told[3].text), "NEW");
    want(c, "http://old", false, 4);
    assert_int_equal(told[4].calls, 0);
    answer(2, 200, "OLD2");
    answer(0, 200, "HELD");
    assert_is(str_of(told[0].text), "HELD");
    token_cache_free(&c);
}

/* ---- many at once --------------------------------------------------------- */

static struct token_cache *shared;
static atomic_int heard;

static void hear(void *, const struct token *token)
{
    assert_is(token->text, "T");
    atomic_fetch_add(&heard, 1);
}

static void *crowd(void *)
{
    struct token_want w = { .key = sha256(STR("http://x")),
                            .ask = { .method = STR("POST"), .url = STR("http://x") },
                            .read = read_token };

    for (int i = 0; i < 500; i++)
        token_cache_get(shared, &w, hear, NULL);
    return NULL;
}

static void test_crowd(void **)
{
    pthread_t threads[4];

    shared = made();
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd, NULL), 0);
    for (;;) {
        pthread_mutex_lock(&asked_lock);
        if (asked_n > 0)
            break;
        pthread_mutex_unlock(&asked_lock);
    }
    pthread_mutex_unlock(&asked_lock);
    answer(0, 200, "T");
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&heard), 2000);
    assert_int_equal(asked_n, 1);
    token_cache_free(&shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_asked_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_life, setup, teardown),
        cmocka_unit_test_setup_teardown(test_drop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
        cmocka_unit_test_setup_teardown(test_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_crowd, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
