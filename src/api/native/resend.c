/* resend.c - POST /deliveries/{key}/resend: one message once more. */
#include "api/native/errand.h"

static void refuse(struct request *rq, const struct old_message *m)
{
    struct err e;

    if (m->result == FAILED)
        (void)!fail(&e, FAULT_UNAVAILABLE, "", "the history cannot be read now");
    else if (m->other)
        (void)!fail(&e, FAULT_UNSUPPORTED, "key",
                    "it is no message about alerts: ask for a new test, or for a new "
                    "link to confirm the address");
    else
        (void)!fail(&e, FAULT_NOT_FOUND, "key", "history knows no message of that key");
    native_fault(rq, &e);
}

static void sent(struct request *rq)
{
    const struct old_message *m = native_of(rq)->own;

    errand_answer(rq, &m->one, NULL);
}

static void known(struct request *rq, struct old_message *m)
{
    struct resend r = { .by = errand_actor(rq), .v = &m->one, .n = 1 };
    struct buf payload;

    if (m->result == FAILED || !m->found) {
        refuse(rq, m);
        return;
    }
    buf_init(&payload, BUF_NO_LIMIT);
    resend_encode(&r, &payload);
    request_errand(rq, INPUT_RESEND, &payload, sent);
}

void delivery_resend(struct request *rq)
{
    struct old_message *m = arena_new(rq->a, struct old_message);
    struct err e;

    native_of(rq)->own = m;
    m->then = known;
    if (old_message_ask(rq, path_var(&native_of(rq)->vars, "key"), m))
        return;
    (void)!fail(&e, FAULT_UNAVAILABLE, "", "too many ask for history now");
    native_fault(rq, &e);
}
