/* slow_disk.c - each flush takes BENCH_FLUSH_US microseconds more, for LD_PRELOAD: what a
 * slower disk does to us (bench/scale). */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_first(void)
{
    const char *text = getenv("BENCH_FLUSH_US");
    long us = text != NULL ? strtol(text, NULL, 10) : 0;
    struct timespec left = { us / 1000000, us % 1000000 * 1000 };

    while (us > 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

typedef int flush_fn(int fd);

static int flush(const char *name, int fd)
{
    flush_fn *next = NULL;

    *(void **)&next = dlsym(RTLD_NEXT, name);
    wait_first();
    return next(fd);
}

__attribute__((visibility("default"))) int fdatasync(int fd)
{
    return flush("fdatasync", fd);
}

__attribute__((visibility("default"))) int fsync(int fd)
{
    return flush("fsync", fd);
}
