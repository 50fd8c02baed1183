/* verdict.h - an explanation in one plain sentence. */
#ifndef API_NATIVE_VERDICT_H
#define API_NATIVE_VERDICT_H

#include "base/arena.h"
#include "model/explanation.h"

/* "2 messages to 2 people; 1 would not arrive: address not confirmed by its owner",
 * "Nobody would be told: no route matches". From the arena. */
struct str verdict_sentence(const struct explanation *x, struct arena *a);
/* The route that fewest matchers keep from matching, when none matches; else NULL. */
const struct route_verdict *verdict_nearest_miss(const struct explanation *x);

#endif
