/* metric_expression_fuzz.c - the formula of a metric rule, and CompositeExpression around
 * it, from anybody. What parses can be judged: with all values, with none, and with some. */
#include "api/alibaba/metric_rule.h"
#include "base/time.h"
#include "metric/window.h"
#include "model/points.h"

#include <assert.h>
#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(struct str text, struct arena *a)
{
    static const struct pair dims[] = { { STR_INIT("instanceId"), STR_INIT("i-abc") } };
    double values[METRIC_SLOTS_MAX];
    struct metric_expression x;
    struct err e;

    if (metric_expression_parse("f", text, a, &x, &e) == FAILED) {
        assert(e.fault == FAULT_INVALID && e.text[0] != '\0');
        return;
    }
    assert(x.n > 0 && x.n <= EXPRESSION_NODES_MAX && x.slot_count > 0);
    for (int known = 0; known < 3; known++) {
        for (size_t i = 0; i < METRIC_SLOTS_MAX; i++)
            values[i] = known == 0 || (known == 1 && i % 2 == 0) ? NAN : 50;
        (void)formula_truth(&x, values, (struct pairs){ dims, 1 });
    }
}

/* What the door takes the book takes, and a window can be made of. */
static void read_call(struct str text, struct arena *a)
{
    struct metric_rule r;
    struct metric_window w = { 0 };
    struct metric_test t;
    struct parameters p;
    struct refusal why;
    bool given;
    const struct point_value v = { STR("value"), 1 };
    const struct point point = {
        .metric = STR("m"), .time = TIME_UNSET, .values = &v, .value_count = 1
    };

    schema_zero(&metric_rule_schema, &r);
    r.metric = STR("m");
    r.period = NS_PER_MIN;
    if (parameters_parse(text, STR(""), a, &p, &why) == FAILED ||
        metric_composite_parse(&p, "CompositeExpression", &r, &given, &why) == FAILED ||
        !given)
        return;
    metric_test_of(&r, a, &t);
    assert(t.slot_count > 0 && t.n == 1 && t.period > 0);
    (void)metric_add(&t, &w, &point, 1700000000 * NS_PER_S);
    (void)metric_judge(&t, &w, METRIC_OK, 1700000000 * NS_PER_S + t.period);
    metric_window_fini(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = { (const char *)data + 1, n - 1 };
    struct arena a;

    if (n == 0)
        return 0;
    arena_init(&a);
    if (data[0] % 2 == 0)
        judge(text, &a);
    else
        read_call(text, &a);
    arena_fini(&a);
    return 0;
}
