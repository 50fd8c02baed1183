/* builtin_private.h - pieces that all forms of our own messages share. */
#ifndef TEXT_BUILTIN_PRIVATE_H
#define TEXT_BUILTIN_PRIVATE_H

#include "text/builtin.h"
#include "text/layout.h"

/* Why now, and how many: "New alerts joined: 2 firing, 1 resolved". */
void builtin_put_reason(const struct telling *t, enum markup m, struct arena *a,
                        struct buf *b);
/* "ops in contact group ..., route ops-default": through what this came. */
void builtin_put_why(const struct telling *t, enum markup m, struct arena *a,
                     struct buf *b);
/* A label's or annotation's "name=value", each side cut to TOLD_LABEL. */
void builtin_put_pair(struct buf *b, enum markup m, struct pair p, const char *between,
                      struct arena *a);
/* name=value, name=value, +N more labels */
void builtin_put_labels(const struct telling *t, enum markup m, struct pairs labels,
                        size_t left, struct arena *a, struct buf *b);

#endif
