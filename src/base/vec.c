#include "base/vec.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* `items` is the address of a typed pointer, so its value goes in and out by
 * memcpy: no type but its own may be used to look at it. */
void vec_grow(void *items, size_t *room, size_t need, size_t item)
{
    size_t more = *room < 4 ? 4 : *room + *room / 2;
    void *v;

    if (need <= *room)
        return;
    if (more < need)
        more = need;
    assert(more <= PTRDIFF_MAX / item);
    memcpy(&v, items, sizeof v);
    v = realloc(v, more * item);
    if (v == NULL)
        abort();
    memcpy(items, &v, sizeof v);
    *room = more;
}

void vec_free(void *items)
{
    void *v, *none = NULL;

    memcpy(&v, items, sizeof v);
    free(v);
    memcpy(items, &none, sizeof none);
}
