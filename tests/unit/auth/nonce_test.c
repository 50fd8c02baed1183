#include "auth/nonce.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define S INT64_C(1000000000)

static enum nonce_result take(struct nonces *n, unsigned i, int64_t expires, int64_t now)
{
    char key[64];

    snprintf(key, sizeof key, "testAccessKeyId/%u", i);
    return nonces_take(n, str_of(key), expires, now);
}

static void test_once(void **)
{
    struct nonces *n = nonces_new(7, 0);

    assert_int_equal(take(n, 1, 100 * S, 10 * S), NONCE_FRESH);
    assert_int_equal(take(n, 1, 100 * S, 10 * S), NONCE_USED);
    assert_int_equal(take(n, 1, 200 * S, 99 * S), NONCE_USED);
    assert_int_equal(take(n, 2, 100 * S, 10 * S), NONCE_FRESH);
    /* expired: as if it had never been there */
    assert_int_equal(take(n, 1, 200 * S, 100 * S), NONCE_FRESH);
    assert_int_equal(take(n, 1, 200 * S, 100 * S), NONCE_USED);
    /* what is born expired cannot be remembered, so it is not let through */
    assert_int_equal(take(n, 3, 100 * S, 100 * S), NONCE_USED);
    nonces_free(&n);
    assert_null(n);
}

/* Against a plain array: expiry, growth and sweeping, with time going on. */
static void test_model(void **)
{
    enum { KEYS = 3000, STEPS = 120000 };
    static int64_t until[KEYS];
    struct nonces *n = nonces_new(11, 0);
    uint64_t random = 5;

    for (int64_t step = 1; step <= STEPS; step++) {
        int64_t now = step * S / 100, expires;
        unsigned key;

        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        key = (unsigned)(random >> 33) % KEYS;
        expires = now + (int64_t)(random >> 20) % (60 * S) + 1;
        if (until[key] > now) {
            assert_int_equal(take(n, key, expires, now), NONCE_USED);
        } else {
            assert_int_equal(take(n, key, expires, now), NONCE_FRESH);
            until[key] = expires;
        }
    }
    nonces_free(&n);
}

static void test_bounded(void **)
{
    struct nonces *n = nonces_new(3, 6400); /* 100 a shard */
    unsigned fresh = 0, full = 0;

    for (unsigned i = 0; i < 20000; i++) {
        enum nonce_result r = take(n, i, 1000 * S, 1 * S);

        fresh += r == NONCE_FRESH;
        full += r == NONCE_FULL;
    }
    assert_int_equal(fresh, 6400);
    assert_int_equal(full, 20000 - 6400);
    /* full is not forgetful: what was taken stays taken */
    assert_int_equal(take(n, 0, 1000 * S, 2 * S), NONCE_USED);
    /* and once they have expired there is room again */
    fresh = 0;
    for (unsigned i = 0; i < 3000; i++)
        fresh += take(n, 100000 + i, 3000 * S, 1001 * S) == NONCE_FRESH;
    assert_int_equal(fresh, 3000);
    nonces_free(&n);
}

/* Eight threads fight for the same nonces: each is given out exactly once. */
struct fighter {
    pthread_t thread;
    struct nonces *n;
    unsigned won;
};

static void *fight(void *arg)
{
    struct fighter *f = arg;

    for (unsigned i = 0; i < 20000; i++)
        f->won += take(f->n, i, 1000 * S, 1 * S) == NONCE_FRESH;
    return NULL;
}

static void test_threads(void **)
{
    struct nonces *n = nonces_new(9, 0);
    struct fighter f[8];
    unsigned won = 0;

    for (size_t i = 0; i < 8; i++) {
        f[i] = (struct fighter){ .n = n };
        assert_int_equal(pthread_create(&f[i].thread, NULL, fight, &f[i]), 0);
    }
    for (size_t i = 0; i < 8; i++) {
        pthread_join(f[i].thread, NULL);
        won += f[i].won;
    }
    assert_int_equal(won, 20000);
    nonces_free(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_model),
        cmocka_unit_test(test_bounded),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
