/* memory_guard.h - 503 before trouble: when memory is nearly used up, what would need more
 * of it is told to come again, and everything else goes on.
 *
 * A small allocation never fails here: it ends the process, and a cgroup's limit ends it
 * from outside. So new alerts, points and publications are refused at three quarters of
 * what there is, and of what a flow can number (flow_has_room). What is sent again, what
 * ends, is acknowledged or silenced, and all reading goes on; alerts end by themselves when
 * nobody sends them again, and make room. It is looked as time goes by, and as bytes come
 * in: a fast client must not pass the limit between two looks. */
#ifndef APP_MEMORY_GUARD_H
#define APP_MEMORY_GUARD_H

#include "auth/tenant.h"
#include "flow/journal.h"

#include <stdatomic.h>

struct memory_guard {
    struct journal_port inner;
    const struct tenants *tenants; /* what their alerts left free counts as room */
    uint64_t most;                 /* resident bytes; 0: no limit is known */
    uint64_t most_virtual;         /* the same of addresses (RLIMIT_AS) */
    _Atomic int64_t look_at;       /* steady; when it is looked next */
    _Atomic uint64_t let_in;       /* bytes since the last look */
    _Atomic int64_t trim_at;       /* when free pages are given back next */
    _Atomic bool tight;
    _Atomic uint64_t refused;
};

/* mebibytes: the setting memory_limit; 0: what the cgroup and RLIMIT_AS leave. */
void memory_guard_init(struct memory_guard *g, int64_t mebibytes,
                       struct journal_port inner, const struct tenants *tenants);
/* What takes inputs only while there is room; lives as long as the guard. */
struct journal_port memory_guard_port(struct memory_guard *g);
/* All bodies at once, of the memory there is; `usual` if no limit is known. */
size_t memory_guard_bodies(const struct memory_guard *g, size_t usual);

#endif
