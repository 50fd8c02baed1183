/* hash.h - hashing: seeded for maps, FNV-1a for what is printed. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

uint64_t hash_bytes(uint64_t seed, struct str s); /* SipHash-1-3 or as strong */
/* Of both in one go; where the first ends is part of it. Keyed and much faster, but no
 * PRF: for tables in memory only, never printed or written down. */
uint64_t hash_two(uint64_t seed, struct str first, struct str second);
#define FNV_START UINT64_C(14695981039346656037)
uint64_t fnv1a(uint64_t h, struct str s);

#endif
