/* formula.h - is the condition of a rule true, of values that may be missing? Pure. */
#ifndef METRIC_FORMULA_H
#define METRIC_FORMULA_H

#include "model/alert.h"
#include "model/metric_expression.h"

/* What is not known makes nothing known, but where the rest decides: false && unknown is
 * false, true || unknown is true. */
enum truth { TRUTH_FALSE, TRUTH_TRUE, TRUTH_UNKNOWN };

enum truth truth_and(enum truth a, enum truth b);
enum truth truth_or(enum truth a, enum truth b);

/* values: of the expression's slots; NAN: there is none. dims: the resource's, sorted. */
enum truth formula_truth(const struct metric_expression *f, const double *values,
                         struct pairs dims);

#endif
