/* metric_expression.h - the formula that says when a metric rule is reached: CloudMonitor's
 * ExpressionRaw (contracts/alibaba.md, Appendix A; the SDK's words for the parameter).
 *
 *     $Average > ($instanceId == "i-abc" ? 80 : 50)
 *     @cpu_total[60].$Average > 80 && @('disk.used')[300].$Maximum >= 90
 *
 * $Name is a statistic of the rule's metric, @metric[period].$Name one of another;
 * compared with a text by == or != it is a dimension of the resource. Numbers, + - * / %,
 * comparisons, && || !, ?: and parentheses, with C's precedence. Functions (count, prev)
 * are not read: they look at more than one resource, or one period.
 */
#ifndef MODEL_METRIC_EXPRESSION_H
#define MODEL_METRIC_EXPRESSION_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

enum {
    METRIC_SLOTS_MAX = 10, /* of one rule: different metrics, periods and statistics */
    EXPRESSION_MAX = 2048, /* bytes */
    EXPRESSION_NODES_MAX = 256
};

enum expression_op {
    EXPRESSION_NUMBER,
    EXPRESSION_VALUE, /* slot */
    EXPRESSION_IS,    /* the dimension `name` is `text` */
    EXPRESSION_IS_NOT,
    EXPRESSION_NOT,
    EXPRESSION_MINUS,
    EXPRESSION_MULTIPLY,
    EXPRESSION_DIVIDE,
    EXPRESSION_MODULO,
    EXPRESSION_ADD,
    EXPRESSION_SUBTRACT,
    EXPRESSION_LT,
    EXPRESSION_LE,
    EXPRESSION_GT,
    EXPRESSION_GE,
    EXPRESSION_EQ,
    EXPRESSION_NE,
    EXPRESSION_AND,
    EXPRESSION_OR,
    EXPRESSION_CHOOSE /* a ? b : c */
};

struct expression_node {
    enum expression_op op;
    uint16_t a, b, c; /* operands: earlier nodes */
    uint16_t slot;
    double number;
    struct str name, text;
};

struct expression_slot {
    struct str metric;     /* empty: the rule's */
    int64_t period;        /* ns; 0: the rule's */
    struct str statistics; /* without its $ */
};

struct metric_expression {
    const struct expression_node *v; /* the last is the whole */
    size_t n;
    struct expression_slot slots[METRIC_SLOTS_MAX];
    size_t slot_count;
};

/* Faults INVALID with `field`: no formula, none that is true or false, one that needs no
 * metric, too long, too deep, too many metrics. Strings are the arena's. */
ok metric_expression_parse(const char *field, struct str text, struct arena *a,
                           struct metric_expression *out, struct err *e);

#endif
