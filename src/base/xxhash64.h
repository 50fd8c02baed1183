/* xxhash64.h - XXH64 with seed 0: how Alertmanager's notification log names alerts. Not
 * for maps: whoever chooses the input chooses the collisions. */
#ifndef BASE_XXHASH64_H
#define BASE_XXHASH64_H

#include "base/str.h"

uint64_t xxhash64(struct str s);

#endif
