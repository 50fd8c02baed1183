/* epoch.h - freeing what readers on other threads may still be looking at.
 *
 * One writer publishes versions and retires old ones; readers hold an epoch
 * while they look. What is retired is freed once every reader that was inside
 * at that moment has left. Entering costs one atomic addition and two loads.
 */
#ifndef BASE_EPOCH_H
#define BASE_EPOCH_H

#include <stdint.h>

struct epoch; /* one per process or per test */

struct epoch *epoch_new(void);
void epoch_free(struct epoch **ep); /* frees everything retired; no readers */

/* A reader's stay. Tickets nest and may be left on another thread than the
 * one that entered (a suspended request resumes elsewhere). */
struct epoch_stay {
    uint32_t slot;
};

struct epoch_stay epoch_enter(struct epoch *ep);
void epoch_leave(struct epoch *ep, struct epoch_stay stay);

/* Writer side, any one thread at a time per queue: free_fn(ptr) runs later,
 * inside a call of epoch_retire or epoch_collect of the writer. */
void epoch_retire(struct epoch *ep, void *ptr, void (*free_fn)(void *ptr));
void epoch_collect(struct epoch *ep);

#endif
