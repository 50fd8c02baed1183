/* events.c - GET /stream: what moved, for pages that are open. */
#include "api/native/native_private.h"

#include "api/stream.h"

void stream_get(struct request *rq)
{
    struct err e;

    if (rq->api->streams != NULL && stream_begin(rq->api->streams, rq))
        return;
    (void)!fail(&e, FAULT_UNAVAILABLE, "", "too many pages are open now");
    native_fault(rq, &e);
}
