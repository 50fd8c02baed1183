/* compose.c - changes that build on what is there: composed from the book as it is, good
 * only if nobody was quicker, and then composed again. */
#include "api/alibaba/gateway.h"

enum { TRIES_MAX = 20 };

static void compose(struct request *rq);

static bool too_late(const struct ticket *t)
{
    return t->result == FAILED &&
           (t->err.fault == FAULT_CONFLICT || t->err.fault == FAULT_EXISTS ||
            t->err.fault == FAULT_NOT_FOUND);
}

static void composed(struct request *rq)
{
    struct alibaba_call *c = alibaba_call(rq);
    struct refusal why;

    if (too_late(&rq->ticket) && ++c->tries < TRIES_MAX) {
        compose(rq);
        return;
    }
    if (rq->ticket.result == OK) {
        c->answer(rq);
        return;
    }
    why = alibaba_refusal(&rq->ticket.err, c->wording, rq->a);
    if (too_late(&rq->ticket))
        (void)refuse(&why, REFUSE_UNAVAILABLE, STR(""));
    alibaba_refuse(rq, &why);
}

static void compose(struct request *rq)
{
    struct alibaba_call *c = alibaba_call(rq);
    struct change *v = NULL;
    struct refusal why;
    size_t n = 0;
    struct err e;

    if (c->compose(rq, &v, &n, &why) == FAILED) {
        alibaba_refuse(rq, &why);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (change_check(&v[i], &e) == FAILED) {
            why = alibaba_refusal(&e, c->wording, rq->a);
            alibaba_refuse(rq, &why);
            return;
        }
    if (n == 0)
        c->answer(rq);
    else
        request_change(rq, v, n, composed);
}

void alibaba_compose(struct request *rq, composer *fn, const struct wording *wording,
                     void (*answer)(struct request *rq))
{
    struct alibaba_call *c = alibaba_call(rq);

    c->compose = fn;
    c->wording = wording;
    c->answer = answer;
    compose(rq);
}
