/* limit.c - how many GETs of the API may be under way at once, and what is counted of
 * every call. */
#include "api/alertmanager/alertmanager_private.h"

#include "base/time.h"

#include <stdatomic.h>

enum { GETS_AT_LEAST = 8 };

size_t limit_of(const struct api *api)
{
    size_t n = api->settings->get_concurrency;

    return n > 0 ? n : GETS_AT_LEAST;
}

void limit_leave(struct request *rq, int status, size_t body_bytes)
{
    struct alertmanager *am = alertmanager_of(rq);
    struct api_counters *counters = rq->api->counters;

    (void)status;
    if (am->counted)
        atomic_fetch_sub(&counters->gets, 1);
    if (am->operation != NULL)
        measure_call(&counters->operations[am->operation - alertmanager_operations],
                     clock_steady() - rq->call->began, body_bytes);
}

bool limit_enter(struct request *rq)
{
    struct alertmanager *am = alertmanager_of(rq);
    struct api_counters *counters = rq->api->counters;
    size_t limit = limit_of(rq->api);

    if (!str_is(rq->call->method, "GET"))
        return true;
    if (atomic_fetch_add(&counters->gets, 1) < limit)
        return am->counted = true;
    atomic_fetch_sub(&counters->gets, 1);
    atomic_fetch_add_explicit(&counters->gets_refused, 1, memory_order_relaxed);
    alertmanager_text_refuse(
        rq, 503,
        arena_printf(rq->a,
                     "Limit of concurrent GET requests reached (%zu), try again later.\n",
                     limit),
        STR(""));
    return false;
}
