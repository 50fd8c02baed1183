/* beat.c - a heartbeat beats; who is heard and who is missed. */
#include "api/native/native_private.h"

static const char *const states[] = { "waiting", "beating", "missed" };

static void beaten(struct request *rq)
{
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_kv(&o, "heartbeat", path_var(&native_of(rq)->vars, "name"));
    native_end(rq, 200, &o);
}

/* A name that nobody has is not worth a record. */
void heartbeat_beat(struct request *rq)
{
    struct str name = path_var(&native_of(rq)->vars, "name");
    struct err e;

    if (book_find(rq->book, OBJECT_HEARTBEAT, name) != NULL) {
        request_beat(rq, name, beaten);
        return;
    }
    (void)fail(&e, FAULT_NOT_FOUND, "name", "there is no heartbeat of that name");
    native_fault(rq, &e);
}

struct watching {
    struct heartbeat_entry *v;
    size_t n;
};

static bool look(struct request *rq, struct flow *f, int64_t until)
{
    struct watching *w = native_of(rq)->own;

    (void)until;
    flow_heartbeats(f, rq->a, &w->v, &w->n);
    return true;
}

static void put_state(struct json_out *o, const struct heartbeat_entry *entry)
{
    json_object(o);
    json_kv(o, "name", BOOK_MODEL(entry->object, heartbeat)->name);
    json_kv(o, "state", str_of(states[entry->state]));
    native_put_time(o, "last_beat", entry->last);
    native_put_time(o, "due", entry->due);
    json_object_end(o);
}

static void answer(struct request *rq)
{
    const struct watching *w = native_of(rq)->own;
    struct json_out o;
    struct buf b;

    if (rq->ticket.result == FAILED) {
        native_fault(rq, &rq->ticket.err);
        return;
    }
    o = native_begin(&b);
    json_key(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < w->n; i++)
        put_state(&o, &w->v[i]);
    json_array_end(&o);
    json_kv_i64(&o, "total", (int64_t)w->n);
    native_end(rq, 200, &o);
}

void heartbeat_states(struct request *rq)
{
    native_of(rq)->own = arena_new(rq->a, struct watching);
    request_read(rq, look, answer);
}
