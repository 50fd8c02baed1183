#include "store/intake.h"

#include <errno.h>
#include <time.h>

int64_t monotonic_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void cond_init_monotonic(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline)
{
    struct timespec t = { deadline / 1000000000, deadline % 1000000000 };

    if (deadline == INT64_MAX)
        return pthread_cond_wait(c, m) == 0;
    return pthread_cond_timedwait(c, m, &t) != ETIMEDOUT;
}

void intake_init(struct intake *q, size_t limit, size_t byte_limit, int64_t refresh)
{
    *q = (struct intake){
        .limit = limit, .byte_limit = byte_limit, .refresh = refresh, .soft_by = INT64_MAX
    };
    pthread_mutex_init(&q->lock, NULL);
    cond_init_monotonic(&q->some);
}

void intake_fini(struct intake *q)
{
    pthread_cond_destroy(&q->some);
    pthread_mutex_destroy(&q->lock);
}

static size_t cost(const struct input *in)
{
    return sizeof *in + in->payload.n;
}

static bool has_room(const struct intake *q, const struct input *in)
{
    return !q->closing && q->n < q->limit && cost(in) <= q->byte_limit &&
           q->bytes <= q->byte_limit - cost(in);
}

static void append(struct intake *q, struct input *in)
{
    in->node.next = NULL;
    if (q->last == NULL)
        q->first = in;
    else
        q->last->node.next = &in->node;
    q->last = in;
    q->n++;
    q->bytes += cost(in);
}

/* The thread is woken by what changes how long it may sleep: the first input that
 * wants a flush, and the first soft one. */
bool intake_put(struct intake *q, struct input *in)
{
    bool taken, signal = false;

    pthread_mutex_lock(&q->lock);
    taken = in->owed || has_room(q, in);
    if (taken && in->soft) {
        signal = q->soft++ == 0;
        if (signal)
            q->soft_by = monotonic_now() + q->refresh;
    } else if (taken) {
        signal = q->n == q->soft;
    }
    if (taken)
        append(q, in);
    if (signal)
        pthread_cond_signal(&q->some);
    pthread_mutex_unlock(&q->lock);
    return taken;
}

static bool wants_flush(const struct intake *q)
{
    return q->n > q->soft || (q->n > 0 && (q->closing || monotonic_now() >= q->soft_by));
}

bool intake_wait(struct intake *q, int64_t deadline)
{
    bool wants;

    pthread_mutex_lock(&q->lock);
    while (!(wants = wants_flush(q)) && !q->woken && !q->closing &&
           monotonic_now() < deadline)
        cond_wait_until(&q->some, &q->lock,
                        deadline < q->soft_by ? deadline : q->soft_by);
    q->woken = false;
    pthread_mutex_unlock(&q->lock);
    return wants;
}

struct input *intake_take(struct intake *q, size_t bytes)
{
    struct input *first, *last = NULL;
    size_t taken = 0;

    pthread_mutex_lock(&q->lock);
    first = q->first;
    for (struct input *in = first; in != NULL && taken < bytes; in = input_next(in)) {
        taken += cost(in);
        q->soft -= in->soft;
        q->n--;
        last = in;
    }
    if (last != NULL) {
        q->first = input_next(last);
        last->node.next = NULL;
    }
    if (q->first == NULL)
        q->last = NULL;
    q->bytes -= taken;
    if (q->soft == 0)
        q->soft_by = INT64_MAX;
    pthread_mutex_unlock(&q->lock);
    return first;
}

void intake_wake(struct intake *q)
{
    pthread_mutex_lock(&q->lock);
    q->woken = true;
    pthread_cond_signal(&q->some);
    pthread_mutex_unlock(&q->lock);
}

void intake_close(struct intake *q)
{
    pthread_mutex_lock(&q->lock);
    q->closing = q->woken = true;
    pthread_cond_signal(&q->some);
    pthread_mutex_unlock(&q->lock);
}

bool intake_closing(struct intake *q)
{
    bool closing;

    pthread_mutex_lock(&q->lock);
    closing = q->closing;
    pthread_mutex_unlock(&q->lock);
    return closing;
}
