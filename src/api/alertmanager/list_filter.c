/* list_filter.c - what a list is asked for. */
#include "api/alertmanager/list_private.h"

/* Whose receivers does the query mean? Asked of each name once, and not on the flow
 * thread. re NULL: any name. */
static ok choose_receivers(struct request *rq, struct listing *l, const struct regex *re,
                           struct err *e)
{
    struct strs names;

    if (receivers_named(rq, &names, e) == FAILED)
        return FAILED;
    map_init(&l->receivers, 0);
    for (size_t i = 0; i < names.n; i++)
        if (re == NULL || regex_matches(re, names.v[i]))
            map_put(&l->receivers, arena_str(rq->a, names.v[i]),
                    l); /* outlives the book */
    l->q.receivers = &l->receivers;
    return OK;
}

static ok read_receiver(struct request *rq, struct listing *l, struct err *e)
{
    struct params q = alertmanager_of(rq)->query;
    const struct param *p = params_find(q, STR("receiver"));
    struct regex *re = NULL;
    struct err why;
    ok done;

    if ((p == NULL || p->value.n == 0) &&
        params_find(q, STR("receiver_matchers")) == NULL)
        return OK;
    if (p != NULL && p->value.n > 0 && regex_new(p->value, &re, &why) == FAILED)
        return fail(e, FAULT_SYNTAX, "receiver",
                    "failed to parse receiver param: error parsing regexp: %s", why.text);
    done = choose_receivers(rq, l, re, e);
    if (re != NULL)
        regex_free(&re);
    return done;
}

ok listing_read(struct request *rq, struct listing *l, struct err *e)
{
    arena_init(&l->a);
    l->active = query_truth(rq, "active", true);
    l->silenced = query_truth(rq, "silenced", true);
    l->inhibited = query_truth(rq, "inhibited", true);
    l->muted = query_truth(rq, "muted", true);
    l->q.groups = l->groups;
    l->q.now = rq->now;
    l->q.a = &l->a;
    if (query_matchers(rq, "filter", &l->q.matchers, e) == FAILED)
        return FAILED;
    if (alert_filter_add(&l->filter, l->q.matchers, rq->a, e) == FAILED)
        return FAILED;
    return read_receiver(rq, l, e);
}

void listing_fini(struct listing *l)
{
    alert_filter_fini(&l->filter);
    vec_fini(&l->q.hits);
    if (l->q.receivers != NULL)
        map_fini(&l->receivers);
    buf_fini(&l->text);
    buf_fini(&l->tail);
    arena_fini(&l->a);
}
