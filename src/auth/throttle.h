/* throttle.h - how often may one user ask? A bucket each, filled steadily, a second deep;
 * in memory only: a restart begins with full ones. Any thread. */
#ifndef AUTH_THROTTLE_H
#define AUTH_THROTTLE_H

#include "base/str.h"

struct throttle;

struct throttle *throttle_new(void);
void throttle_free(struct throttle **t);

/* Takes one of `rate` a second (0: any number). 0, or the ns until there is one again.
 * who: account and user, borrowed; users are as many as were configured. */
int64_t throttle_take(struct throttle *t, struct str who, int64_t rate, int64_t now);

#endif
