#include "base/queue.h"

#include "base/time.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty;
    struct queue_node *first, **end; /* end: where the next one is hung */
    atomic_size_t n;                 /* changed under the lock, read without */
    size_t limit;
    bool waiting; /* the popper sleeps: only then is a signal worth its price */
    bool woken;
};

static void must(int rc)
{
    assert(rc == 0);
}

static void lock(struct queue *q)
{
    must(pthread_mutex_lock(&q->lock));
}

static void unlock(struct queue *q)
{
    must(pthread_mutex_unlock(&q->lock));
}

struct queue *queue_new(size_t limit)
{
    struct queue *q = calloc(1, sizeof *q);
    pthread_condattr_t attr;

    if (q == NULL)
        abort();
    q->limit = limit;
    q->end = &q->first;
    must(pthread_mutex_init(&q->lock, NULL));
    must(pthread_condattr_init(&attr));
    must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
    must(pthread_cond_init(&q->not_empty, &attr));
    must(pthread_condattr_destroy(&attr));
    return q;
}

void queue_free(struct queue **q)
{
    if (*q == NULL)
        return;
    must(pthread_cond_destroy(&(*q)->not_empty));
    must(pthread_mutex_destroy(&(*q)->lock));
    free(*q);
    *q = NULL;
}

size_t queue_length(const struct queue *q)
{
    return atomic_load_explicit(&q->n, memory_order_relaxed);
}

static bool push(struct queue *q, struct queue_node *first, struct queue_node *last,
                 size_t n, bool always)
{
    bool room, signal;

    last->next = NULL;
    lock(q);
    room = always || queue_length(q) < q->limit;
    if (room) {
        *q->end = first;
        q->end = &last->next;
        atomic_fetch_add_explicit(&q->n, n, memory_order_relaxed);
    }
    signal = room && q->waiting;
    q->waiting = q->waiting && !signal; /* one signal a sleep */
    unlock(q);
    if (signal)
        must(pthread_cond_signal(&q->not_empty));
    return room;
}

bool queue_push(struct queue *q, struct queue_node *node)
{
    return push(q, node, node, 1, false);
}

void queue_push_always(struct queue *q, struct queue_node *node)
{
    push(q, node, node, 1, true);
}

void queue_push_all(struct queue *q, struct queue_node *first)
{
    struct queue_node *last = first;
    size_t n = 1;

    for (; last->next != NULL; last = last->next)
        n++;
    push(q, first, last, n, true);
}

/* What no condition can wait by, the clock that goes on while the machine is suspended, as
 * what one can: the clock that stood still meanwhile. */
static struct timespec monotonic_after(int64_t ns)
{
    struct timespec ts;

    must(clock_gettime(CLOCK_MONOTONIC, &ts));
    ns += ts.tv_nsec;
    ts.tv_sec += ns / NS_PER_S;
    ts.tv_nsec = ns % NS_PER_S;
    return ts;
}

/* False when the deadline has passed. Called and left with the lock held. */
static bool sleep_until(struct queue *q, int64_t deadline)
{
    struct timespec ts;
    int64_t now;
    int rc;

    q->waiting = true;
    if (deadline == INT64_MAX) {
        must(pthread_cond_wait(&q->not_empty, &q->lock));
        return true;
    }
    now = clock_steady();
    if (deadline <= now)
        return false;
    ts = monotonic_after(deadline - now);
    rc = pthread_cond_timedwait(&q->not_empty, &q->lock, &ts);
    assert(rc == 0 || rc == ETIMEDOUT);
    return rc == 0;
}

struct queue_node *queue_pop_all(struct queue *q, int64_t deadline)
{
    struct queue_node *all;

    lock(q);
    while (q->first == NULL && !q->woken && sleep_until(q, deadline))
        ;
    q->waiting = false;
    q->woken = false;
    all = q->first;
    q->first = NULL;
    q->end = &q->first;
    atomic_store_explicit(&q->n, 0, memory_order_relaxed);
    unlock(q);
    return all;
}

void queue_wake(struct queue *q)
{
    lock(q);
    q->woken = true;
    unlock(q);
    must(pthread_cond_signal(&q->not_empty));
}
