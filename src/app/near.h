/* near.h - did you mean: which of some words is nearest to one that is none of them? */
#ifndef APP_NEAR_H
#define APP_NEAR_H

#include "base/arena.h"

struct near {
    struct str word;
    const char *best; /* NULL: none is near */
    size_t distance;
};

struct near near_to(struct str word);
void near_try(struct near *n, const char *candidate);
/* ` (did you mean "x"?)`, or nothing. */
struct str near_words(const struct near *n, struct arena *a);

#endif
