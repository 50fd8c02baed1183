/* queue.h - a bounded queue of pointers between threads.
 *
 * Many may push; one thread pops, taking everything that has gathered at once
 * (group commit, batches of sends). Full is an answer, never a wait: the
 * caller turns it into 503 with Retry-After.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

struct queue_node {
    struct queue_node *next;
};

struct queue *queue_new(size_t limit);
void queue_free(struct queue **q); /* what is still in it is the caller's */

bool queue_push(struct queue *q, struct queue_node *node); /* false: full */
/* Past the limit too: for what already owes an outcome (outcomes, rows). */
void queue_push_always(struct queue *q, struct queue_node *node);
/* The same of a whole list, linked by next: who pops finds all of it at once. */
void queue_push_all(struct queue *q, struct queue_node *first);

/* Everything that is there, oldest first, linked by next; waits until there
 * is something, `deadline` (of clock_steady; INT64_MAX: for ever) has passed, or
 * queue_wake was called (before or during the wait: one call ends one wait).
 * Null: nothing there. */
struct queue_node *queue_pop_all(struct queue *q, int64_t deadline);
void queue_wake(struct queue *q);
size_t queue_length(const struct queue *q);

#endif
