/* count.h - how often did it happen lately? Events, counted over the last period of a rule
 * (which slides: it ends now), once each however often they are sent. Pure.
 *
 * An event is what it is about and when it says that it happened. A level is reached as
 * soon as there are enough; from then on it only worsens, until a whole period has gone
 * by without an event: that is the end.
 */
#ifndef METRIC_COUNT_H
#define METRIC_COUNT_H

#include "metric/window.h"

struct metric_event {
    int64_t at;  /* wall ns */
    uint32_t of; /* hash of what it is about */
};

struct metric_count {
    VEC(struct metric_event) v; /* by time; those before `from` are gone */
    size_t from;
};

void metric_count_fini(struct metric_count *c);
void metric_count_clear(struct metric_count *c);
static inline size_t metric_count_n(const struct metric_count *c)
{
    return c->v.n - c->from;
}
static inline const struct metric_event *metric_count_at(const struct metric_count *c,
                                                         size_t i)
{
    return &c->v.v[c->from + i];
}

/* Not older than the period, and not further ahead than a clock may be. */
bool metric_count_fits(const struct metric_test *t, int64_t at, int64_t wall);
/* False, and nothing: it does not fit, or was counted before. No more are remembered than
 * the highest threshold asks for. */
bool metric_count_add(const struct metric_test *t, struct metric_count *c,
                      struct metric_event ev, int64_t wall);
/* The period moved on. Gives whether anything left it. */
bool metric_count_forget(const struct metric_test *t, struct metric_count *c,
                         int64_t wall);
/* The severity that is reached now, or was `before` (METRIC_OK: none); METRIC_OK. */
int metric_count_judge(const struct metric_test *t, const struct metric_count *c,
                       int before);
/* When the period will be empty, if nothing more happens; INT64_MAX: it is. */
int64_t metric_count_ends(const struct metric_test *t, const struct metric_count *c);

#endif
