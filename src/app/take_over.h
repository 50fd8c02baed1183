/* take_over.h - what an Alertmanager left in its storage folder: silences, and what it
 * told whom (contracts/alertmanager.md 8). Read once, at the first start on it.
 */
#ifndef APP_TAKE_OVER_H
#define APP_TAKE_OVER_H

#include "base/buf.h"
#include "model/objects.h"

struct taken_silences {
    const struct silence *v;
    size_t n;
};

/* The file `silences`: everything from the arena. An alternative of one silence (newer
 * Alertmanagers let it have several sets of matchers) is a silence of its own.
 * FAULT_SYNTAX says at which byte. */
ok take_silences(struct str bytes, struct arena *a, struct taken_silences *out,
                 struct err *e);

struct taken_told { /* payloads of INPUT_IMPORT */
    const struct str *v;
    size_t n, entries;
};

/* The file `nflog`, as inputs of at most about a megabyte. */
ok take_told(struct str bytes, struct arena *a, struct taken_told *out, struct err *e);

#endif
