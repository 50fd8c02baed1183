/* clock.c - a wall clock that jumps, and memory that runs out, as page.h says. */
#include "disk.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* ---- clocks ------------------------------------------------------------------------------- */

static void shift(clockid_t id, struct timespec *t)
{
    int64_t ns =
        disk_page == NULL ? 0 : __atomic_load_n(&disk_page->clock, __ATOMIC_RELAXED);

    if (ns == 0 || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
        return;
    ns += (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
    t->tv_sec = ns / 1000000000;
    t->tv_nsec = ns % 1000000000;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, id, t);

    if (rc == 0)
        shift(id, t);
    return rc;
}

time_t time(time_t *out)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    if (out != NULL)
        *out = t.tv_sec;
    return t.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    *out = (struct timeval){ t.tv_sec, t.tv_nsec / 1000 };
    return 0;
}

/* ---- memory ------------------------------------------------------------------------------- */

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
