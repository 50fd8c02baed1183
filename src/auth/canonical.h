/* canonical.h - what request signatures are made of, as the schemes share it:
 * raw request parts in, canonical text out. Pure; verified against recorded
 * requests of real clients (contracts/vectors). */
#ifndef AUTH_CANONICAL_H
#define AUTH_CANONICAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/encode.h"

/* name=value joined with &, percent-encoded, sorted bytewise by decoded name, then
 * decoded value. A name without '=' gives "name=". */
void canonical_query(struct params p, struct buf *out);

/* Only of what the caller names; the order and trimming are the scheme's own. */
struct signed_headers {
    struct strs names; /* lower case, in the given order */
};
/* "a;b;c" into names; fault SYNTAX on empty or repeated names or over 64. */
ok signed_headers_parse(struct str list, struct arena *a, struct signed_headers *out,
                        struct err *e);
bool signed_headers_has(const struct signed_headers *s, struct str name);

#endif
