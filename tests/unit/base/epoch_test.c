/* epoch_test.c - nothing is freed under a reader, everything is freed in the
 * end. Worth most under TSAN=1 and SAN=1. */
#include "base/epoch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static void count_free(void *ptr)
{
    ++*(int *)ptr;
}

static void test_a_stay_holds(void **)
{
    struct epoch *ep = epoch_new();
    struct epoch_stay stay = epoch_enter(ep), later;
    int first = 0, second = 0;

    epoch_retire(ep, &first, count_free);
    for (int i = 0; i < 10; i++)
        epoch_collect(ep);
    assert_int_equal(first, 0);
    later = epoch_enter(ep);
    epoch_leave(ep, stay);
    epoch_retire(ep, &second, count_free);
    for (int i = 0; i < 10; i++)
        epoch_collect(ep);
    assert_int_equal(second, 0);
    epoch_leave(ep, later);
    epoch_collect(ep);
    epoch_collect(ep);
    assert_true(first == 1 && second == 1);
    epoch_free(&ep);
    assert_null(ep);
}

/* Without readers one collect is enough, and retiring alone gets there too. */
static void test_without_readers(void **)
{
    struct epoch *ep = epoch_new();
    int freed = 0;

    epoch_retire(ep, &freed, count_free);
    epoch_collect(ep);
    assert_int_equal(freed, 1);
    for (int i = 0; i < 10000; i++)
        epoch_retire(ep, &freed, count_free);
    assert_true(freed > 9900);
    epoch_free(&ep);
    assert_int_equal(freed, 10001);
}

struct chain {
    struct epoch *ep;
    int left, *freed;
};

static void free_chain(void *ptr)
{
    struct chain *c = ptr;

    ++*c->freed;
    if (c->left-- > 0)
        epoch_retire(c->ep, c, free_chain);
}

static void test_freeing_may_retire(void **)
{
    struct epoch *ep = epoch_new();
    int freed = 0;
    struct chain c = { ep, 100, &freed };

    epoch_retire(ep, &c, free_chain);
    for (int i = 0; i < 20; i++)
        epoch_collect(ep);
    assert_true(freed >= 20);
    epoch_free(&ep);
    assert_int_equal(freed, 101);
}

/* ---- readers against one writer ---- */

enum { READERS = 3, VERSIONS = 40000, ALIVE = 0x5a5a5a };

struct version {
    int a, b; /* both ALIVE + number: plain ints, for the sanitizers to see */
    int number;
};

struct world {
    struct epoch *ep;
    struct version *_Atomic current;
    _Atomic(struct epoch_stay *) handed_over; /* entered here, left elsewhere */
    atomic_bool stop;
    atomic_int torn;
};

static void free_version(void *ptr)
{
    struct version *v = ptr;

    v->a = v->b = 0;
    free(v);
}

static void look(struct world *w)
{
    struct epoch_stay outer = epoch_enter(w->ep), inner;
    const struct version *v = atomic_load(&w->current);

    inner = epoch_enter(w->ep);
    if (v->a != ALIVE + v->number)
        atomic_fetch_add(&w->torn, 1);
    epoch_leave(w->ep, inner);
    if (v->b != ALIVE + v->number)
        atomic_fetch_add(&w->torn, 1);
    epoch_leave(w->ep, outer);
}

static void leave_handed(struct world *w, struct epoch_stay *stay)
{
    if (stay == NULL)
        return;
    epoch_leave(w->ep, *stay);
    free(stay);
}

static void *read_all(void *arg)
{
    struct world *w = arg;

    while (!atomic_load(&w->stop)) {
        struct epoch_stay *stay = malloc(sizeof *stay);

        look(w);
        *stay = epoch_enter(w->ep);
        leave_handed(w, atomic_exchange(&w->handed_over, stay));
    }
    return NULL;
}

static struct version *version_new(int number)
{
    struct version *v = malloc(sizeof *v);

    *v = (struct version){ ALIVE + number, ALIVE + number, number };
    return v;
}

static void test_readers_and_writer(void **)
{
    struct world w = { .ep = epoch_new() };
    pthread_t threads[READERS];

    atomic_store(&w.current, version_new(0));
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &w), 0);
    for (int i = 1; i <= VERSIONS; i++) {
        struct version *old = atomic_exchange(&w.current, version_new(i));

        epoch_retire(w.ep, old, free_version);
        if (i % 100 == 0)
            epoch_collect(w.ep);
    }
    atomic_store(&w.stop, true);
    for (size_t i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    leave_handed(&w, atomic_load(&w.handed_over));
    assert_int_equal(atomic_load(&w.torn), 0);
    epoch_free(&w.ep);
    free(atomic_load(&w.current));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stay_holds),
        cmocka_unit_test(test_without_readers),
        cmocka_unit_test(test_freeing_may_retire),
        cmocka_unit_test(test_readers_and_writer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
