#include "base/epoch.h"

#include "base/vec.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

/* A reader counts itself in the slot of the epoch it entered in; there are
 * three slots in turn. The writer may go from epoch e to e + 1 only when
 * nobody is left of e - 1, so all readers are of the current epoch or the one
 * before. What is retired in e may have been seen by readers of e - 1 and e:
 * it is freed on reaching e + 2, which nobody of e has lived to see.
 *
 * A reader that looked up the epoch and slept before it was counted might
 * count itself in a slot that has come round again; hence it looks twice, and
 * sequential consistency makes the writer see one of the two.
 *
 * Counters are striped so that readers on different cores do not fight for a
 * cache line; a stay remembers its stripe, so it may be left anywhere. */
enum { SLOTS = 3, STRIPES = 16, RETIRES_PER_TRY = 32 };

struct stripe {
    _Alignas(64) atomic_uint_fast64_t readers[SLOTS];
};

struct retired {
    void *ptr;
    void (*free_fn)(void *ptr);
};

struct epoch {
    struct stripe stripes[STRIPES];
    _Alignas(64) atomic_uint_fast64_t now;
    /* The writer's alone: */
    VEC(struct retired) retired[SLOTS]; /* by the epoch they were retired in */
    unsigned since_try;
};

struct epoch *epoch_new(void)
{
    struct epoch *ep = aligned_alloc(64, sizeof *ep);

    if (ep == NULL)
        abort();
    *ep = (struct epoch){ .now = 0 };
    return ep;
}

/* ---- readers ---- */

static uint32_t stripe_of_thread(void)
{
    uint64_t self = (uint64_t)(uintptr_t)pthread_self();

    return (uint32_t)(self * UINT64_C(0x9e3779b97f4a7c15) >> 60);
}

struct epoch_stay epoch_enter(struct epoch *ep)
{
    uint32_t stripe = stripe_of_thread();

    for (;;) {
        uint64_t now = atomic_load(&ep->now);
        uint32_t slot = (uint32_t)(now % SLOTS);

        atomic_fetch_add(&ep->stripes[stripe].readers[slot], 1);
        if (atomic_load(&ep->now) == now)
            return (struct epoch_stay){ stripe * SLOTS + slot };
        atomic_fetch_sub(&ep->stripes[stripe].readers[slot], 1);
    }
}

void epoch_leave(struct epoch *ep, struct epoch_stay stay)
{
    uint64_t before;

    assert(stay.slot < STRIPES * SLOTS);
    before =
        atomic_fetch_sub(&ep->stripes[stay.slot / SLOTS].readers[stay.slot % SLOTS], 1);
    assert(before > 0);
}

/* ---- the writer ---- */

static bool is_empty(struct epoch *ep, uint64_t slot)
{
    for (size_t i = 0; i < STRIPES; i++)
        if (atomic_load(&ep->stripes[i].readers[slot]) != 0)
            return false;
    return true;
}

/* free_fn may retire something itself: the list is taken out first. */
static void free_retired(struct epoch *ep, uint64_t slot)
{
    struct retired *v = ep->retired[slot].v;
    size_t n = ep->retired[slot].n;

    ep->retired[slot].v = NULL;
    ep->retired[slot].n = ep->retired[slot].room = 0;
    for (size_t i = 0; i < n; i++)
        v[i].free_fn(v[i].ptr);
    free(v);
}

static bool advance(struct epoch *ep)
{
    uint64_t now = atomic_load(&ep->now);

    ep->since_try = 0;
    if (!is_empty(ep, (now + SLOTS - 1) % SLOTS))
        return false;
    atomic_store(&ep->now, now + 1);
    /* Retired in now - 1, which has the slot that now + 2 will use. */
    free_retired(ep, (now + 2) % SLOTS);
    return true;
}

void epoch_retire(struct epoch *ep, void *ptr, void (*free_fn)(void *ptr))
{
    uint64_t slot = atomic_load(&ep->now) % SLOTS;

    vec_push(&ep->retired[slot], (struct retired){ ptr, free_fn });
    if (++ep->since_try >= RETIRES_PER_TRY)
        advance(ep);
}

static size_t retired_count(const struct epoch *ep)
{
    return ep->retired[0].n + ep->retired[1].n + ep->retired[2].n;
}

/* Two steps bring even the newest to its end, if no reader holds them up. */
void epoch_collect(struct epoch *ep)
{
    for (int i = 0; i < 2 && retired_count(ep) > 0; i++)
        if (!advance(ep))
            return;
}

void epoch_free(struct epoch **ep)
{
    if (*ep == NULL)
        return;
    while (retired_count(*ep) > 0)
        for (uint64_t slot = 0; slot < SLOTS; slot++)
            free_retired(*ep, slot);
    for (uint64_t slot = 0; slot < SLOTS; slot++)
        assert(is_empty(*ep, slot));
    free(*ep);
    *ep = NULL;
}
