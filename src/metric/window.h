/* window.h - what became of a metric over its last periods, and what a rule says of it.
 * Pure: times are given, nothing is read.
 *
 * Points are summed up period by period (periods are counted from the epoch), in a slot
 * for each statistic of each metric that the rule asks for. A period is judged when it is
 * over. A level is reached when its last `times` periods, one directly behind the other,
 * all compare; once reached it lasts until a period with points does not compare any more.
 *
 * A rule about several metrics (conditions, or an expression) has one level. Its period is
 * the shortest of theirs; one that is longer is summed up of such, and counts with its
 * last that is over. What is not known because points are missing reaches nothing, and
 * leaves nothing.
 */
#ifndef METRIC_WINDOW_H
#define METRIC_WINDOW_H

#include "base/vec.h"
#include "metric/formula.h"
#include "model/metric_rule.h"
#include "model/points.h"

enum metric_statistic {
    STATISTIC_AVERAGE,
    STATISTIC_MINIMUM,
    STATISTIC_MAXIMUM,
    STATISTIC_SUM,
    STATISTIC_COUNT, /* SampleCount */
    STATISTIC_VALUE, /* the last one pushed: Value, LastValue, or a name of the pusher's */
};

struct metric_slot {
    struct str metric;
    enum metric_statistic statistic;
    struct str name; /* of the statistic */
    int64_t span;    /* periods of the rule that make one of its own */
    enum metric_comparison comparison;
    double threshold;
};

struct metric_test { /* a rule, compiled; strings are the rule's or the arena's */
    int64_t period;  /* ns */
    size_t slot_count;
    struct metric_slot slots[METRIC_SLOTS_MAX];
    size_t n;
    struct {
        int severity; /* enum severity_level */
        int64_t times;
        size_t from, to;                 /* its slots */
        enum metric_join join;           /* of them */
    } levels[METRIC_LEVELS_MAX];         /* the worst first */
    bool composite;                      /* of conditions or an expression */
    struct metric_expression expression; /* n: 0: there is none */
    int64_t times;                       /* the most of them */
    int64_t history;                     /* periods to be kept */
    enum metric_no_data no_data;
    size_t events_most; /* of a rule that counts (count.h): so many are remembered */
};

struct metric_sum {
    double sum;
    uint64_t n; /* points in it; 0: none of this statistic */
};

struct metric_window {
    VEC(int64_t) at;             /* numbers of the periods that have points; rising */
    VEC(struct metric_sum) sums; /* for each the rule's slots */
    struct pairs dims;           /* whose points; borrowed */
};

/* Equal is equal: what somebody pushes and what somebody writes are read alike. False for
 * what compares with an earlier period. */
bool metric_compare(enum metric_comparison c, double value, double threshold);

/* Of a rule that the book has judged. */
void metric_test_of(const struct metric_rule *r, struct arena *a,
                    struct metric_test *out);
/* Does any slot take points of it? */
bool metric_test_takes(const struct metric_test *t, struct str metric);
/* Do they sum points up alike? */
bool metric_test_sums_alike(const struct metric_test *a, const struct metric_test *b);

/* So much later than its period ended a point may come and still count: who pushes five
 * minutes' points at once has not lost four of them. */
enum { METRIC_LATE_PERIODS = 10 };

int64_t metric_period_of(const struct metric_test *t, int64_t wall);
/* Older than what is kept, or further ahead: false, and nothing. */
bool metric_add(const struct metric_test *t, struct metric_window *w,
                const struct point *p, int64_t wall);
void metric_window_clear(struct metric_window *w); /* of its points */
void metric_window_fini(struct metric_window *w);

#define METRIC_OK (-1)      /* no level is reached */
#define METRIC_NOTHING (-2) /* too long without points, and the rule cares */

struct metric_finding {
    int level;    /* into the test's levels, METRIC_OK or METRIC_NOTHING */
    int64_t at;   /* the period that decided; -1: there was none */
    double value; /* of the level's first slot */
};
/* At `wall`. before: the severity that was reached until now; METRIC_OK: none. Without a
 * period to judge everything stays: at is -1. */
struct metric_finding metric_judge(const struct metric_test *t,
                                   const struct metric_window *w, int before,
                                   int64_t wall);
/* When it has to be judged again, wall ns; INT64_MAX: not before points come. */
int64_t metric_judge_at(const struct metric_test *t, const struct metric_window *w,
                        int64_t wall);
/* When nothing of it matters any more; INT64_MAX: it is empty already. */
int64_t metric_forget_at(const struct metric_test *t, const struct metric_window *w);

#endif
