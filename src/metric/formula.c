#include "metric/formula.h"

#include <math.h>

enum truth truth_and(enum truth a, enum truth b)
{
    if (a == TRUTH_FALSE || b == TRUTH_FALSE)
        return TRUTH_FALSE;
    return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

enum truth truth_or(enum truth a, enum truth b)
{
    if (a == TRUTH_TRUE || b == TRUTH_TRUE)
        return TRUTH_TRUE;
    return a == TRUTH_FALSE && b == TRUTH_FALSE ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

/* One step's result: a truth as a number, so that both fit one table. */
static enum truth truth_of(double v)
{
    if (isnan(v))
        return TRUTH_UNKNOWN;
    return v > 0 || v < 0 ? TRUTH_TRUE : TRUTH_FALSE;
}

static double number_of(enum truth t)
{
    return t == TRUTH_UNKNOWN ? NAN : t == TRUTH_TRUE ? 1 : 0;
}

static double is(const struct expression_node *x, struct pairs dims)
{
    const struct pair *p = pairs_find(dims, x->name);

    return p != NULL && str_eq(p->value, x->text);
}

static double compared(enum expression_op op, double a, double b)
{
    if (isnan(a) || isnan(b))
        return NAN;
    switch ((int)op) {
    case EXPRESSION_LT:
        return a < b;
    case EXPRESSION_LE:
        return a <= b;
    case EXPRESSION_GT:
        return a > b;
    case EXPRESSION_GE:
        return a >= b;
    case EXPRESSION_EQ:
        return a >= b && a <= b;
    default:
        return a < b || a > b;
    }
}

static double calculated(enum expression_op op, double a, double b)
{
    switch ((int)op) {
    case EXPRESSION_MULTIPLY:
        return a * b;
    case EXPRESSION_DIVIDE:
        return a / b;
    case EXPRESSION_MODULO:
        return fmod(a, b);
    case EXPRESSION_ADD:
        return a + b;
    default:
        return a - b;
    }
}

static double chosen(double condition, double yes, double no)
{
    if (isnan(condition))
        return NAN;
    return truth_of(condition) == TRUTH_TRUE ? yes : no;
}

static double step(const struct expression_node *x, const double *done,
                   const double *values, struct pairs dims)
{
    double a = done[x->a], b = done[x->b];

    switch (x->op) {
    case EXPRESSION_NUMBER:
        return x->number;
    case EXPRESSION_VALUE:
        return values[x->slot];
    case EXPRESSION_IS:
        return is(x, dims);
    case EXPRESSION_IS_NOT:
        return 1 - is(x, dims);
    case EXPRESSION_NOT:
        return isnan(a) ? NAN : truth_of(a) == TRUTH_FALSE;
    case EXPRESSION_MINUS:
        return -a;
    case EXPRESSION_MULTIPLY:
    case EXPRESSION_DIVIDE:
    case EXPRESSION_MODULO:
    case EXPRESSION_ADD:
    case EXPRESSION_SUBTRACT:
        return calculated(x->op, a, b);
    case EXPRESSION_LT:
    case EXPRESSION_LE:
    case EXPRESSION_GT:
    case EXPRESSION_GE:
    case EXPRESSION_EQ:
    case EXPRESSION_NE:
        return compared(x->op, a, b);
    case EXPRESSION_AND:
        return number_of(truth_and(truth_of(a), truth_of(b)));
    case EXPRESSION_OR:
        return number_of(truth_or(truth_of(a), truth_of(b)));
    case EXPRESSION_CHOOSE:
        return chosen(a, b, done[x->c]);
    }
    return NAN;
}

enum truth formula_truth(const struct metric_expression *f, const double *values,
                         struct pairs dims)
{
    double done[EXPRESSION_NODES_MAX] = { 0 };

    for (size_t i = 0; i < f->n; i++)
        done[i] = step(&f->v[i], done, values, dims);
    return f->n == 0 ? TRUTH_UNKNOWN : truth_of(done[f->n - 1]);
}
