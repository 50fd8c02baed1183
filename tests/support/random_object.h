/* random_object.h - a repeatable source of chance, and objects made by it. */
#ifndef SUPPORT_RANDOM_OBJECT_H
#define SUPPORT_RANDOM_OBJECT_H

#include "model/schema.h"

struct chance {
    uint64_t state;
};

uint64_t chance_u64(struct chance *c);
size_t chance_below(struct chance *c, size_t n); /* 0..n-1; n > 0 */

/* Short text: ASCII, Chinese, four-byte characters, decomposed letters. */
struct str chance_text(struct chance *c, struct arena *a);
/* Any values that the table allows, most members set. Its texts keep no rule
 * of the book. */
void *chance_object(struct chance *c, const struct schema *s, struct arena *a);

#endif
