/* json_private.h - between json.cc and json_fault.c. */
#ifndef BASE_JSON_PRIVATE_H
#define BASE_JSON_PRIVATE_H

#include "base/str.h"

/* Says in *e what is wrong with a text that does not parse, and at which byte;
 * always FAILED, with FAULT_SYNTAX. */
ok json_syntax_fault(struct str text, struct err *e);

/* Where `text` stops being JSON of depth 64 (an offset, possibly its length) and
 * why; false when it is JSON. The fuzzer holds it against simdjson. */
bool json_find_fault(struct str text, size_t *at, const char **why);

#endif
