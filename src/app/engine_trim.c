/* engine_trim.c - memory that is free again goes back to the system. What a burst of
 * alerts took on its way lies between what stays of it, some megabytes in the heaps of
 * all threads, and the allocator keeps it for the next. */
#include "app/engine_private.h"

#include "base/time.h"

#include <malloc.h>

/* It locks each heap for a moment: not while anything comes, nor for a little. */
static const int64_t moment = NS_PER_S / 10;
enum { WORTH_IT = 1024 * 1024 };

int64_t trim_due(const struct engine *en)
{
    return en->trim.came >= WORTH_IT ? en->trim.quiet : INT64_MAX;
}

void trim_note(struct engine *en, size_t bytes)
{
    en->trim.came += bytes;
    en->trim.quiet = clock_steady() + moment;
}

void trim_turn(struct engine *en)
{
    if (trim_due(en) > clock_steady())
        return;
    en->trim.came = 0;
    (void)malloc_trim(0);
}
