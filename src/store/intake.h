/* intake.h - inputs between those who submit and the store thread.
 *
 * Bounded by count and by bytes; full is an answer. Soft inputs (refreshes) do not
 * ask for a flush until the oldest has waited `refresh` ns: they ride along.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "flow/journal.h"

#include <pthread.h>

struct intake {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct input *first, *last; /* linked by node.next */
    size_t n, bytes, limit, byte_limit;
    size_t soft;     /* how many of them may ride */
    int64_t soft_by; /* when the oldest of these must go; CLOCK_MONOTONIC ns */
    int64_t refresh;
    bool closing, woken;
};

void intake_init(struct intake *q, size_t limit, size_t byte_limit, int64_t refresh);
void intake_fini(struct intake *q); /* nobody uses it any more; it is empty */

/* False: full or closing, not taken. Owed ones are always taken. */
bool intake_put(struct intake *q, struct input *in);
/* Waits until a flush is asked for (true), or until `deadline` (CLOCK_MONOTONIC ns)
 * or intake_wake (false). Does not wait once it is closing. */
bool intake_wait(struct intake *q, int64_t deadline);
/* What is there, oldest first, linked by node.next; the rest stays once `bytes` have
 * been taken. Null: nothing. */
struct input *intake_take(struct intake *q, size_t bytes);
void intake_wake(struct intake *q);
/* From now on only owed inputs are taken. */
void intake_close(struct intake *q);
bool intake_closing(struct intake *q);

static inline struct input *input_next(const struct input *in)
{
    return (struct input *)(void *)in->node.next;
}

int64_t monotonic_now(void);
void cond_init_monotonic(pthread_cond_t *c);
/* False: the time has come. */
bool cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t deadline);

#endif
