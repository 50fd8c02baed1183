/* receive.c - POST /api/v2/alerts: the good alerts are durable before the others are
 * complained of (contracts/alertmanager.md 2.4). */
#include "api/alertmanager/alertmanager_private.h"

#include "base/json_shelf.h"

#include <stdatomic.h>

static void received(struct request *rq)
{
    const struct alertmanager *am = alertmanager_of(rq);

    if (rq->ticket.result == FAILED)
        alertmanager_fault(rq, &rq->ticket.err);
    else if (am->invalid > 0)
        alertmanager_say(rq, 400, am->message);
    else
        alertmanager_answer_empty(rq);
}

static void take(struct request *rq, const struct received *got)
{
    struct alertmanager *am = alertmanager_of(rq);

    am->invalid = got->invalid;
    atomic_fetch_add_explicit(&rq->api->counters->alerts_invalid, got->invalid,
                              memory_order_relaxed);
    am->message = got->message;
    if (got->n > 0) {
        request_alerts(rq, got->alerts, got->n, received);
        return;
    }
    rq->ticket.result = OK;
    received(rq);
}

void alerts_post(struct request *rq)
{
    struct json_doc *doc;
    struct received got = { .classic_names = rq->api->settings->classic_names };
    struct err e;
    int code;

    if (rq->call->body.n == 0) {
        alertmanager_refuse(rq, CODE_REQUIRED, STR("alerts in body is required"));
        return;
    }
    doc = json_shelf_take(rq->api->docs);
    if (received_parse(doc, rq->call->body, rq->a, &got, &code, &e) == FAILED)
        alertmanager_refuse(rq, code, arena_str(rq->a, str_of(e.text)));
    else
        take(rq, &got); /* encodes at once: the doc may go */
    json_shelf_give(rq->api->docs, &doc);
}
