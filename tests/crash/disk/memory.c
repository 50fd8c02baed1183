/* memory.c - memory that runs out, as page.h says. Not for sanitizers, whose own it is. */
#include "disk.h"

#include <stdlib.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);

static bool is_out_of_memory(void)
{
    struct disk_page *p = disk_page;

    if (p == NULL || disk_inside || !p->armed)
        return false;
    return __atomic_add_fetch(&p->allocations, 1, __ATOMIC_RELAXED) == p->fail_allocation;
}

void *malloc(size_t n)
{
    return is_out_of_memory() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
    return is_out_of_memory() ? NULL : __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
    return is_out_of_memory() ? NULL : __libc_realloc(p, n);
}
