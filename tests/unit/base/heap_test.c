/* heap_test.c - timers leave in order of time, then of setting. */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { TIMERS = 200, STEPS = 40000 };

struct timer {
    struct heap_node node;
    int64_t at;
    size_t set; /* the step it was set in, 0: not set */
};

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

static struct timer *first_of(struct timer *timers)
{
    struct timer *first = NULL;

    for (size_t i = 0; i < TIMERS; i++) {
        struct timer *t = &timers[i];

        if (t->set != 0 && (first == NULL || t->at < first->at ||
                            (t->at == first->at && t->set < first->set)))
            first = t;
    }
    return first;
}

static void test_random(void **)
{
    static struct timer timers[TIMERS];
    uint64_t random = 7;
    struct heap h;

    heap_init(&h);
    assert_null(heap_first(&h));
    for (size_t step = 1; step <= STEPS; step++) {
        struct timer *t = &timers[random_next(&random) % TIMERS], *first;

        if (random_next(&random) % 3 > 0) {
            t->at = (int64_t)(random_next(&random) % 50); /* many ties */
            t->set = step;
            heap_set(&h, &t->node, t->at);
        } else {
            heap_unset(&h, &t->node);
            t->set = 0;
        }
        assert_true(heap_has(&t->node) == (t->set != 0));
        first = first_of(timers);
        assert_ptr_equal(heap_first(&h), first == NULL ? NULL : &first->node);
    }
    for (struct heap_node *n; (n = heap_first(&h)) != NULL;) {
        assert_ptr_equal(n, &first_of(timers)->node);
        first_of(timers)->set = 0;
        heap_unset(&h, n);
    }
    heap_fini(&h);
}

static void test_fini_lets_go(void **)
{
    struct heap_node a = { 0 }, b = { 0 };
    struct heap h;

    heap_init(&h);
    heap_set(&h, &a, 5);
    heap_set(&h, &b, INT64_MIN);
    assert_ptr_equal(heap_first(&h), &b);
    heap_fini(&h);
    assert_false(heap_has(&a) || heap_has(&b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_fini_lets_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
