/* native_status.c - GET /status: is it well, and how much goes through it? */
#include "api/native/native_private.h"

#include <stdatomic.h>

static void put_counters(struct json_out *o, const struct flow_counters *c)
{
    json_key(o, "counters");
    json_object(o);
#define COUNTER_PUT(name) \
    json_kv_i64(o, #name, (int64_t)atomic_load_explicit(&c->name, memory_order_relaxed));
    FLOW_COUNTERS(COUNTER_PUT)
#undef COUNTER_PUT
    json_object_end(o);
}

void native_status_get(struct request *rq)
{
    const struct api_settings *s = rq->api->settings;
    struct buf b;
    struct json_out o = native_begin(&b);

    json_kv(&o, "version", STR(BELFRY_VERSION));
    json_kv_bool(&o, "ready", rq->api->ready(rq->api));
    native_put_time(&o, "started", s->started);
    native_put_time(&o, "now", rq->now);
    json_kv(&o, "account", rq->who.tenant->name);
    json_kv(&o, "external_url", s->external_url);
    json_kv_i64(&o, "revision", (int64_t)book_revision(rq->book));
    put_counters(&o, flow_counters(rq->who.tenant->flow));
    native_end(rq, 200, &o);
}
