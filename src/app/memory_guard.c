/* memory_guard.c - how much memory there is, and how much is used. Sources: cgroups(7),
 * proc(5), getrlimit(2). */
#include "app/memory_guard.h"

#include "base/log.h"
#include "base/time.h"
#include "flow/flow.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MEBIBYTE = 1024 * 1024 };

#define LOOK_EVERY (100 * NS_PER_MS)
/* Of the limit; what comes in takes several times its own size. */
#define LOOK_EACH 256
/* Giving free pages back locks the allocator for some milliseconds. */
#define TRIM_EVERY (5 * NS_PER_S)

/* ---- what there is -------------------------------------------------------------- */

/* Of a file that holds one number; 0: none, or "max". */
static uint64_t number_in(const char *path)
{
    unsigned long long n = 0;
    FILE *f = fopen(path, "re");

    if (f == NULL)
        return 0;
    if (fscanf(f, "%llu", &n) != 1 || n > UINT64_C(1) << 60)
        n = 0; /* version 1 says "none" by a very large number */
    (void)fclose(f);
    return n;
}

/* Version 2 names the process's own group on the line that begins with "0::". */
static uint64_t of_own_group(void)
{
    char line[4096], path[8192];
    uint64_t n = 0;
    FILE *f = fopen("/proc/self/cgroup", "re");

    if (f == NULL)
        return 0;
    while (n == 0 && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, "0::/", 4) == 0) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", line + 3);
            n = number_in(path);
        }
    (void)fclose(f);
    return n;
}

static uint64_t of_cgroup(void)
{
    uint64_t n = of_own_group();

    if (n == 0)
        n = number_in("/sys/fs/cgroup/memory.max"); /* a container sees its own as this */
    if (n == 0)
        n = number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    return n;
}

static uint64_t of_addresses(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return 0;
    return limit.rlim_cur;
}

static uint64_t three_quarters(uint64_t n)
{
    return n / 4 * 3;
}

/* ---- what is used ---------------------------------------------------------------- */

/* A flow counts blocks of alerts in 32 bits: that, too, is memory that can be used up. */
static bool is_numbered_out(const struct memory_guard *g)
{
    for (size_t i = 0; i < tenants_count(g->tenants); i++)
        if (!flow_has_room(tenants_at(g->tenants, i)->flow))
            return true;
    return false;
}

static bool is_tight(const struct memory_guard *g, uint64_t *resident)
{
    unsigned long pages = 0, in_memory = 0;
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), idle = 0;
    FILE *f = fopen("/proc/self/statm", "re");

    *resident = 0;
    if (f == NULL)
        return false;
    if (fscanf(f, "%lu %lu", &pages, &in_memory) != 2)
        pages = in_memory = 0;
    (void)fclose(f);
    for (size_t i = 0; i < tenants_count(g->tenants); i++)
        idle += flow_idle(tenants_at(g->tenants, i)->flow);
    *resident = in_memory * page;
    return is_numbered_out(g) || (g->most != 0 && *resident > g->most + idle) ||
           (g->most_virtual != 0 && pages * page > g->most_virtual + idle);
}

/* What was freed may still count as ours: it is given back before anybody is refused. */
static void look(struct memory_guard *g, int64_t now)
{
    uint64_t resident;
    bool tight = is_tight(g, &resident), was = atomic_load(&g->tight);

    if (tight && now >= atomic_load(&g->trim_at)) {
        atomic_store(&g->trim_at, now + TRIM_EVERY);
        (void)malloc_trim(0);
        tight = is_tight(g, &resident);
    }
    atomic_store(&g->tight, tight);
    if (tight && !was)
        log_text(LOG_WARN,
                 "%s (%llu MiB in use): new alerts are told to come again until there is "
                 "room%s",
                 is_numbered_out(g) ? "an account has as much of alerts as it can number"
                                    : "memory is short",
                 (unsigned long long)(resident / MEBIBYTE),
                 is_numbered_out(g) ? "" : "; see memory_limit");
    if (was && !tight)
        log_text(LOG_INFO, "there is room in memory again");
}

static bool much_came(const struct memory_guard *g, uint64_t bytes)
{
    uint64_t each = (g->most != 0 ? g->most : g->most_virtual) / LOOK_EACH;

    return each != 0 && bytes >= each;
}

/* Whoever comes when it is time looks, the others go by what was seen. */
static bool has_room(struct memory_guard *g, size_t bytes)
{
    int64_t now = clock_steady(), due = atomic_load(&g->look_at);
    uint64_t came = atomic_fetch_add(&g->let_in, bytes) + bytes;

    if ((now >= due || much_came(g, came)) &&
        atomic_compare_exchange_strong(&g->look_at, &due, now + LOOK_EVERY)) {
        atomic_store(&g->let_in, 0);
        look(g, now);
    }
    return !atomic_load(&g->tight);
}

static bool grows(const struct input *in)
{
    enum input_kind kind = in->kind;

    return (kind == INPUT_ALERTS && !in->known) || kind == INPUT_POINTS ||
           kind == INPUT_PUBLISH || kind == INPUT_TEST || kind == INPUT_RESEND;
}

/* ---- the port ------------------------------------------------------------------------ */

static bool submit(void *ctx, struct input *in)
{
    struct memory_guard *g = ctx;

    if (grows(in) && !has_room(g, in->payload.n)) {
        atomic_fetch_add(&g->refused, 1);
        return false;
    }
    return g->inner.submit(g->inner.ctx, in);
}

static void submit_always(void *ctx, struct input *in)
{
    struct memory_guard *g = ctx;

    g->inner.submit_always(g->inner.ctx, in);
}

void memory_guard_init(struct memory_guard *g, int64_t mebibytes,
                       struct journal_port inner, const struct tenants *tenants)
{
    uint64_t there = mebibytes > 0 ? (uint64_t)mebibytes * MEBIBYTE : of_cgroup();

    *g = (struct memory_guard){ .inner = inner,
                                .tenants = tenants,
                                .most = three_quarters(there),
                                .most_virtual = three_quarters(of_addresses()) };
}

struct journal_port memory_guard_port(struct memory_guard *g)
{
    return (struct journal_port){ g, submit, submit_always };
}

size_t memory_guard_bodies(const struct memory_guard *g, size_t usual)
{
    uint64_t eighth = g->most / 6; /* of three quarters */

    return g->most != 0 && eighth < usual ? (size_t)eighth : usual;
}
