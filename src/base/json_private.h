/* json_private.h - between json.cc, json_fault.c and json_out.c. */
#ifndef BASE_JSON_PRIVATE_H
#define BASE_JSON_PRIVATE_H

#include "base/str.h"
#include "base/utf8.h"

/* How many bytes the character at p has, which begins above ASCII; 0 when these
 * bytes are none. */
static inline size_t json_wide(const char *p, const char *end)
{
    unsigned char lead = (unsigned char)*p;
    size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (n > (size_t)(end - p) || !utf8_valid((struct str){ p, n }))
        return 0;
    return n;
}

/* Says in *e what is wrong with a text that does not parse, and at which byte;
 * always FAILED, with FAULT_SYNTAX. */
ok json_syntax_fault(struct str text, struct err *e);

/* Where `text` stops being JSON of depth 64 (an offset, possibly its length) and
 * why; false when it is JSON. The fuzzer holds it against simdjson. */
bool json_find_fault(struct str text, size_t *at, const char **why);

#endif
