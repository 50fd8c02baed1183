/* queue_test.c - nothing lost, nothing twice, each pusher's order kept. */
#include "base/queue.h"
#include "base/time.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PUSHERS = 4, EACH = 20000, LIMIT = 64 };

struct item {
    struct queue_node node; /* first: a node is its item */
    size_t pusher, number;
};

static struct item items[PUSHERS][EACH];

struct pusher {
    struct queue *queue;
    size_t who;
    size_t refused;
};

static void *push_all(void *arg)
{
    struct pusher *p = arg;

    for (size_t i = 0; i < EACH; i++) {
        struct item *item = &items[p->who][i];

        *item = (struct item){ .pusher = p->who, .number = i };
        if (i % 50 == 0)
            queue_push_always(p->queue, &item->node);
        else
            while (!queue_push(p->queue, &item->node)) {
                p->refused++;
                sched_yield();
            }
    }
    return NULL;
}

static void test_threads(void **)
{
    struct queue *q = queue_new(LIMIT);
    struct pusher pushers[PUSHERS];
    pthread_t threads[PUSHERS];
    size_t next[PUSHERS] = { 0 }, seen = 0;

    for (size_t i = 0; i < PUSHERS; i++) {
        pushers[i] = (struct pusher){ .queue = q, .who = i };
        assert_int_equal(pthread_create(&threads[i], NULL, push_all, &pushers[i]), 0);
    }
    while (seen < PUSHERS * EACH) {
        struct queue_node *n = queue_pop_all(q, INT64_MAX);
        size_t batch = 0;

        assert_non_null(n);
        for (; n != NULL; n = n->next) {
            const struct item *item = (const struct item *)n;

            assert_int_equal(item->number, next[item->pusher]++);
            batch++;
        }
        /* Beyond the limit only what each may push always. */
        assert_true(batch <= LIMIT + PUSHERS * EACH / 50);
        seen += batch;
    }
    for (size_t i = 0; i < PUSHERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(queue_length(q), 0);
    assert_null(queue_pop_all(q, 0));
    queue_free(&q);
    assert_null(q);
}

static void assert_pops(struct queue *q, const struct queue_node *a,
                        const struct queue_node *b, const struct queue_node *c)
{
    assert_ptr_equal(queue_pop_all(q, 0), a);
    assert_ptr_equal(a->next, b);
    assert_ptr_equal(b->next, c);
    assert_null(c->next);
}

static void test_limit(void **)
{
    struct queue *q = queue_new(2);
    struct queue_node a, b, c;

    assert_true(queue_push(q, &a) && queue_push(q, &b));
    assert_false(queue_push(q, &c));
    assert_int_equal(queue_length(q), 2);
    queue_push_always(q, &c);
    assert_int_equal(queue_length(q), 3);
    assert_pops(q, &a, &b, &c);
    assert_true(queue_push(q, &a));
    assert_ptr_equal(queue_pop_all(q, INT64_MAX), &a);
    b.next = &c;
    c.next = NULL;
    queue_push_always(q, &a);
    queue_push_all(q, &b);
    assert_int_equal(queue_length(q), 3);
    assert_pops(q, &a, &b, &c);
    queue_push_all(q, &a);
    assert_ptr_equal(queue_pop_all(q, INT64_MAX), &a);
    queue_free(&q);
    queue_free(&q);
}

static void *wake(void *q)
{
    queue_wake(q);
    return NULL;
}

struct late {
    struct queue *queue;
    struct queue_node node;
};

static void *push_late(void *arg)
{
    struct late *late = arg;

    queue_push_always(late->queue, &late->node);
    return NULL;
}

/* A wake is not lost when it comes before the wait, and ends one only. */
static void test_wake(void **)
{
    struct queue *q = queue_new(1);
    struct queue_node a;
    struct late late = { .queue = q };
    pthread_t thread;

    queue_wake(q);
    assert_null(queue_pop_all(q, INT64_MAX));
    assert_int_equal(pthread_create(&thread, NULL, push_late, &late), 0);
    assert_ptr_equal(queue_pop_all(q, INT64_MAX), &late.node);
    pthread_join(thread, NULL);
    assert_int_equal(pthread_create(&thread, NULL, wake, q), 0);
    assert_null(queue_pop_all(q, INT64_MAX));
    pthread_join(thread, NULL);
    assert_null(queue_pop_all(q, 1)); /* long past */
    assert_null(queue_pop_all(q, INT64_MIN));
    queue_push_always(q, &a);
    queue_wake(q);
    assert_ptr_equal(queue_pop_all(q, INT64_MAX), &a);
    assert_null(queue_pop_all(q, 0));
    queue_free(&q);
}

/* Not before its time. That it is not a suspension late either shows where the two clocks
 * differ: below `unshare -T --boottime 100000` a wait by the wrong one is a day long. */
static void test_deadline(void **)
{
    struct queue *q = queue_new(1);
    struct queue_node a;
    int64_t deadline = clock_steady() + 20 * NS_PER_MS;

    assert_null(queue_pop_all(q, deadline));
    assert_true(clock_steady() >= deadline);
    assert_true(queue_push(q, &a)); /* after a wait in vain, too */
    assert_ptr_equal(queue_pop_all(q, clock_steady() + NS_PER_MIN), &a);
    queue_free(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_wake),
        cmocka_unit_test(test_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
