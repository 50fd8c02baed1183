/* clock.c - a wall clock that jumps, as page.h says. */
#include "disk.h"

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
