/* regex.h - RE2 behind a C face (regex.cc): Go's own grammar, linear time. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/str.h"

struct regex;

/* Compiles ^(?:pattern)$; FAULT_INVALID with RE2's words. */
ok regex_new(struct str pattern, struct regex **out, struct err *e);
void regex_free(struct regex **re);
bool regex_matches(const struct regex *re, struct str text); /* thread-safe */

#endif
