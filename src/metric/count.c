#include "metric/count.h"

void metric_count_fini(struct metric_count *c)
{
    vec_fini(&c->v);
    c->from = 0;
}

void metric_count_clear(struct metric_count *c)
{
    vec_clear(&c->v);
    c->from = 0;
}

/* Room at the front is given back when it is half of all. */
static void drop_front(struct metric_count *c, size_t n)
{
    c->from += n;
    if (c->from * 2 < c->v.n)
        return;
    if (c->v.n > c->from)
        memmove(c->v.v, c->v.v + c->from, (c->v.n - c->from) * sizeof *c->v.v);
    c->v.n -= c->from;
    c->from = 0;
}

bool metric_count_fits(const struct metric_test *t, int64_t at, int64_t wall)
{
    return at > wall - t->period && at <= wall + POINT_AHEAD_MAX;
}

bool metric_count_add(const struct metric_test *t, struct metric_count *c,
                      struct metric_event ev, int64_t wall)
{
    size_t i = c->v.n;

    if (!metric_count_fits(t, ev.at, wall))
        return false;
    for (; i > c->from && c->v.v[i - 1].at >= ev.at; i--)
        if (c->v.v[i - 1].at == ev.at && c->v.v[i - 1].of == ev.of)
            return false;
    if (metric_count_n(c) >= t->events_most && i == c->from)
        return false;
    vec_push(&c->v, ev);
    memmove(&c->v.v[i + 1], &c->v.v[i], (c->v.n - 1 - i) * sizeof *c->v.v);
    c->v.v[i] = ev;
    if (metric_count_n(c) > t->events_most)
        drop_front(c, 1);
    return true;
}

bool metric_count_forget(const struct metric_test *t, struct metric_count *c,
                         int64_t wall)
{
    size_t n = 0;

    while (n < metric_count_n(c) && metric_count_at(c, n)->at <= wall - t->period)
        n++;
    if (n > 0)
        drop_front(c, n);
    return n > 0;
}

int metric_count_judge(const struct metric_test *t, const struct metric_count *c,
                       int before)
{
    int worst = before < 0 ? METRIC_OK : before;

    if (metric_count_n(c) == 0)
        return METRIC_OK;
    for (size_t i = 0; i < t->n; i++) {
        const struct metric_slot *s = &t->slots[t->levels[i].from];

        if ((worst < 0 || t->levels[i].severity < worst) &&
            metric_compare(s->comparison, (double)metric_count_n(c), s->threshold))
            worst = t->levels[i].severity;
    }
    return worst;
}

int64_t metric_count_ends(const struct metric_test *t, const struct metric_count *c)
{
    return metric_count_n(c) > 0 ? c->v.v[c->v.n - 1].at + t->period : INT64_MAX;
}
