/* engine_trim.c - memory that is free again goes back to the system. What a burst of
 * alerts took on its way lies between what stays of it, some megabytes in the heaps of
 * all threads, and the allocator keeps it for the next. */
#include "app/engine_private.h"

#include "base/time.h"

#include <malloc.h>

/* It locks one heap after the other for a moment: when nothing comes, if there is such a
 * time, and never twice in a few seconds. */
static const int64_t moment = NS_PER_S / 10, rest = 5 * NS_PER_S;

int64_t trim_due(const struct engine *en)
{
    const struct trim *t = &en->trim;
    int64_t due = t->quiet < t->patience ? t->quiet : t->patience;

    if (t->came < TRIM_LEAST)
        return INT64_MAX;
    return due > t->rested ? due : t->rested;
}

void trim_note(struct engine *en, size_t bytes)
{
    struct trim *t = &en->trim;
    int64_t now = clock_steady();

    if (t->came < TRIM_LEAST)
        t->patience = now + rest;
    t->quiet = now + moment;
    t->came += bytes;
}

void trim_turn(struct engine *en)
{
    int64_t now = clock_steady();

    if (trim_due(en) > now)
        return;
    en->trim.came = 0;
    en->trim.rested = now + rest;
    (void)malloc_trim(0);
}
