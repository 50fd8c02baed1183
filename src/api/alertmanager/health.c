/* health.c - what load balancers and operators ask: alive, ready, reload. */
#include "api/alertmanager/alertmanager_private.h"

void healthy_get(struct request *rq)
{
    alertmanager_text(rq, 200, STR("OK"));
}

void ready_get(struct request *rq)
{
    bool ready = rq->api->ready(rq->api);

    alertmanager_text(rq, ready ? 200 : 503, ready ? STR("OK") : STR("not ready"));
}

static void reload(struct request *rq)
{
    struct err e;

    if (rq->api->reload(rq->api, &e) == FAILED)
        alertmanager_text(rq, 500,
                          arena_printf(rq->a, "failed to reload config: %s\n", e.text));
    else
        alertmanager_text(rq, 200, STR(""));
}

/* The file is every account's. Files are read and a flush is waited for: not on a thread
 * that takes alerts. */
void reload_post(struct request *rq)
{
    struct err e;

    if (request_is_servers(rq)) {
        request_slowly(rq, reload);
        return;
    }
    (void)fail(&e, FAULT_DENIED, "",
               "the configuration is read again for users of account \"%.*s\"",
               STR_ARG(rq->api->settings->alertmanager_account));
    alertmanager_fault(rq, &e);
}
