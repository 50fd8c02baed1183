/* metric_rule.h - what the texts of a metric rule say (contracts/alibaba.md 1.9, 1.10):
 * which points it is about, at which hours it tells, a threshold. The book judges them
 * with these, the flow compiles them with these. */
#ifndef MODEL_METRIC_RULE_H
#define MODEL_METRIC_RULE_H

#include "model/alert.h"
#include "model/objects.h"

enum {
    METRIC_LEVELS_MAX = SEVERITY_COUNT,
    METRIC_TIMES_MAX = 100,     /* periods one after the other */
    METRIC_EVENTS_MAX = 100000, /* that a rule can ask for within its period */
    METRIC_SPAN_MAX = 60,       /* shortest periods in the longest, of several metrics */
    METRIC_FILTERS_MAX = 100,   /* of Resources */
    METRIC_DIMENSIONS_MAX = 20  /* of one point, or one resource */
};

/* One of the resources: all of these have to be the point's. */
struct metric_filter {
    struct str group_id; /* empty: any */
    struct pairs dims;   /* sorted; none: any */
};
struct metric_filters {
    const struct metric_filter *v;
    size_t n;          /* any of them; 0: every point */
    struct pairs dims; /* and all of these, of the rule's Dimensions */
};

/* An object of strings and numbers, `{"instanceId":"i-abc"}`, as pairs sorted by name;
 * empty text or `{}`: none. Faults INVALID, with `field`. */
ok metric_dimensions_parse(const char *field, struct str text, struct arena *a,
                           struct pairs *out, struct err *e);
/* resources: an array of such objects (or of texts of them), or one; the value "_ALL" of
 * any key means any; `groupId` is the point's, `dimension` holds "name=value" pairs
 * joined by ',' or '&'. Empty text or `[]`: every point. */
ok metric_filters_parse(struct str resources, struct str dimensions, struct arena *a,
                        struct metric_filters *out, struct err *e);
bool metric_filters_hold(const struct metric_filters *f, struct str group_id,
                         struct pairs dims);
/* Is a point of this group and these dimensions the rule's? A rule of no group takes points
 * of any. f: of the rule. */
bool metric_rule_takes(const struct metric_rule *r, const struct metric_filters *f,
                       struct str group_id, struct pairs dims);

/* "08:00-22:00", the last minute included, over midnight too; a zone may follow, "+0800"
 * or "UTC+0800", else it is UTC+8. As minutes of the day in UTC: *n spans, none for the
 * whole day (and for the empty text). */
ok metric_hours_parse(const char *field, struct str text, struct time_span out[2],
                      size_t *n, struct err *e);

/* A JSON number. */
ok metric_threshold_parse(struct str text, double *out, struct err *e);

/* The derived objects' names; from the arena. */
struct str metric_rule_route(struct str id, struct arena *a);
struct str metric_rule_interval(struct str id, bool effective, struct arena *a);

#endif
