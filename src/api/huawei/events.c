/* events.c - PUT and POST /v2/{project_id}/push/events: AOM's door for alerts. */
#include "api/huawei/events_private.h"
#include "api/huawei/huawei_private.h"

/* Here a 400 has error_type and no trace_id. */
static void refuse_events(struct request *rq, const struct err *e)
{
    struct str words =
        e->fault == FAULT_SYNTAX ? STR("parse eventParam failed") : str_of(e->text);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "error_code", STR("AOM.0400"));
    json_kv(&o, "error_msg", words);
    json_kv(&o, "error_type", STR("SC_BAD_REQUEST"));
    json_object_end(&o);
    huawei_answer(rq, 400, &b);
}

static void pushed(struct request *rq)
{
    if (rq->ticket.result == OK)
        huawei_answer(rq, 204, NULL);
    else
        huawei_refuse(rq, &rq->ticket.err);
}

/* Any action but clear is a report; Terraform's query is an empty one. */
void aom_events_push(struct request *rq)
{
    const struct param *action = params_find(huawei_of(rq)->query, STR("action"));
    bool clear = action != NULL && str_is(action->value, "clear");
    struct events events;
    struct err e;

    if (aom_events_decode(rq->call->body, clear, rq->a, &events, &e) != OK)
        refuse_events(rq, &e);
    else
        request_alerts(rq, events.v, events.n, pushed);
}
