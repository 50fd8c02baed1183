/* metric_private.h - gauges and series: thresholds over pushed points and counts of
 * events, in five files. metric.c judges points, metric_count.c counts, metric_alert.c
 * raises and ends, metric_gauge.c follows the book, metric_record.c is for snapshots. */
#ifndef FLOW_METRIC_PRIVATE_H
#define FLOW_METRIC_PRIVATE_H

#include "flow/flow_private.h"
#include "flow/matcher_index.h"
#include "metric/count.h"

struct gauge {
    struct matcher_list list; /* first; of one that counts events: which */
    const struct metric_rule *rule;
    struct str key;   /* of the book's object */
    struct str route; /* key of its route */
    struct metric_test test;
    struct metric_filters filters;
    struct arena arena;          /* of these */
    VEC(struct series *) series; /* by id */
    size_t alarms;               /* of them */
};

struct series {
    struct heap_node due; /* wall */
    uint64_t id;          /* rises with creation */
    struct str key;       /* in metrics->series: owned */
    struct str group_id;  /* in key, as are: */
    struct pairs dims;
    struct gauge *gauge;
    struct metric_window window; /* of points, */
    struct metric_count count;   /* or of events */
    int level;      /* enum severity_level that its alert has; METRIC_OK, _NOTHING */
    int64_t judged; /* the period that its alert speaks of */
    uint32_t snap, snap_at;
};

struct gauge_list {
    VEC(struct gauge *) v; /* by key */
};

struct metrics {
    struct map gauges;             /* by key */
    struct map names;              /* struct gauge_list by metric; not those that count */
    struct matcher_index counters; /* which do */
    struct map series;             /* by key */
    struct heap due;
    uint64_t next_id;
    size_t buckets; /* of all */
};

/* ---- metric_alert.c ------------------------------------------------------------- */

/* As its rule says now, or r said before. */
struct pairs series_labels(const struct series *s, const struct metric_rule *r, int level,
                           struct arena *a);
/* At its level; before: the one that it had. */
void series_raise(struct flow *f, struct series *s, int before, double value);
/* r: the rule under whose words it was raised. */
void series_end(struct flow *f, const struct series *s, const struct metric_rule *r);
/* A level that is reached, or left, was waited for long enough: the groups of the rule's
 * own route tell it now. Others keep their intervals. */
void series_hurry(struct flow *f, const struct series *s, struct pairs labels);

/* ---- metric.c ------------------------------------------------------------------- */

/* touch_series before. */
void series_set_level(struct flow *f, struct series *s, int level);
void series_judge(struct flow *f, struct series *s);
void series_watch(struct flow *f, struct series *s); /* when it has to be judged again */
/* Of a rule, a group of points and their dimensions; good until the next. */
struct str series_key(struct flow *f, const struct gauge *g, struct str group_id,
                      struct pairs dims);
size_t series_weight(const struct series *s); /* in metrics.buckets */
/* key: copied; its strings are read from it. NULL: it is none. */
struct series *series_new(struct flow *f, struct gauge *g, struct str key, uint64_t id);
void series_free(struct flow *f, struct series *s);

/* ---- metric_count.c ------------------------------------------------------------- */

void counter_point(struct metrics *x, struct gauge *g);
void counter_unpoint(struct metrics *x, struct gauge *g);
void counter_judge(struct flow *f, struct series *s);

/* ---- metric_gauge.c ------------------------------------------------------------- */

struct gauge *gauge_new(struct metrics *x, const struct object *o);

#endif
