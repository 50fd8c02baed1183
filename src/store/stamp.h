/* stamp.h - the two clocks of a record, and when they part.
 *
 * Steady time goes on across restarts from the last recorded one, and no two
 * flushes have the same. The wall clock may be set; by how much it has moved
 * against the steady one is what INPUT_CLOCK tells.
 */
#ifndef STORE_STAMP_H
#define STORE_STAMP_H

#include "store/store.h"

#define CLOCK_STEP_LEAST (INT64_C(10) * 1000000000)

struct stamp {
    const struct store_config *config;
    int64_t base;  /* steady = the machine's steady clock + base */
    int64_t last;  /* of the last flush */
    int64_t apart; /* wall - steady, when last told to the flows */
    bool started;
};
struct moment {
    int64_t wall, steady;
};

/* `last`: the last steady time on disk. */
void stamp_init(struct stamp *st, const struct store_config *config, int64_t last);
int64_t stamp_steady(const struct stamp *st); /* now; any thread */
/* For a flush: always behind the last. */
struct moment stamp_now(const struct stamp *st);
/* How far the wall clock was set since it was told last; 0: not, or not far. */
int64_t stamp_step(const struct stamp *st, struct moment now);
/* This flush is on disk. */
void stamp_done(struct stamp *st, struct moment now);

#endif
