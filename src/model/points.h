/* points.h - pushed points of metrics: the payload of an INPUT_POINTS record, one for
 * each request. */
#ifndef MODEL_POINTS_H
#define MODEL_POINTS_H

#include "model/alert.h"

enum {
    POINTS_MAX = 21,      /* of one request: contracts/alibaba.md 1.10 */
    POINT_VALUES_MAX = 20 /* of one point */
};

/* How far ahead of us a pusher's clock may be. */
#define POINT_AHEAD_MAX (15 * NS_PER_MIN)

struct point_value {
    struct str statistic; /* "Average"; of a raw point "value" */
    double value;         /* finite */
};

struct point {
    struct str group_id, metric;
    struct pairs dims; /* sorted by name, none twice, no empty value */
    int64_t time;      /* wall ns; TIME_UNSET: when it was journaled */
    bool aggregated;   /* its values are statistics of a period, which begins then */
    const struct point_value *values; /* one, or more if aggregated */
    size_t value_count;
};

void points_encode(const struct point *v, size_t n, struct buf *out);
/* Strings are borrowed, arrays the arena's. Fault SYNTAX. */
ok points_decode(struct str payload, struct arena *a, struct point **v, size_t *n,
                 struct err *e);

#endif
