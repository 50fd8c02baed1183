/* fresh_arena.h - an arena `a` and a buffer `b` of its own for each test of a file, by the
 * fixture setup, teardown. */
#ifndef SUPPORT_FRESH_ARENA_H
#define SUPPORT_FRESH_ARENA_H

#include "base/arena.h"
#include "base/buf.h"

static struct arena a;
static struct buf b;

static int setup(void **)
{
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    return 0;
}

static int teardown(void **)
{
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

#endif
