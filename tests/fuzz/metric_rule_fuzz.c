/* metric_rule_fuzz.c - metric rules and points: as parameters of a call (the SDKs'
 * flattening, with the JSON in them), and as the bytes of a record. What was read is
 * written and read again, and judged. */
#include "api/alibaba/metric_rule.h"
#include "metric/window.h"
#include "model/metric_rule.h"
#include "model/points.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(const struct point *v, size_t n, const struct metric_rule *r,
                  struct arena *a)
{
    struct metric_window w = { 0 };
    struct metric_test t;
    const int64_t now = 1700000000 * NS_PER_S;

    metric_test_of(r, a, &t);
    for (size_t i = 0; i < n; i++)
        (void)metric_add(&t, &w, &v[i], now);
    (void)metric_judge(&t, &w, METRIC_OK, now + t.period);
    assert(metric_judge_at(&t, &w, now) > now);
    metric_window_fini(&w);
}

static void write_again(const struct point *v, size_t n, struct arena *a)
{
    struct point *again;
    struct buf b;
    struct err e;
    size_t m;

    buf_init(&b, BUF_NO_LIMIT);
    points_encode(v, n, &b);
    assert(points_decode(buf_str(&b), a, &again, &m, &e) == OK && m == n);
    buf_fini(&b);
}

static void read_call(struct str text, struct arena *a)
{
    struct metric_rule_said said;
    struct parameters p;
    struct refusal why;
    struct point *v;
    size_t n;

    if (parameters_parse(text, STR(""), a, &p, &why) == FAILED)
        return;
    for (int form = METRIC_RULE_RESOURCE; form <= METRIC_RULE_EVENT; form++)
        (void)metric_rule_parse(&p, "", (enum metric_rule_form)form, &said, &why);
    (void)metric_rule_parse(&p, "Rules.1", METRIC_RULE_RESOURCE, &said, &why);
    if (custom_metric_parse(&p, 1700000000 * NS_PER_S, &v, &n, &why) == OK)
        write_again(v, n, a);
}

static void read_texts(struct str text, struct arena *a)
{
    static const struct metric_level levels[] = {
        { LEVEL_CRITICAL, STR_INIT("Average"), METRIC_GT_LAST_PERIOD, STR_INIT("1"), 3 },
        { LEVEL_WARNING, STR_INIT("P95"), METRIC_GE, STR_INIT("1"), 1 },
    };
    struct metric_rule r = { .period = NS_PER_MIN };
    struct metric_filters f;
    struct time_span spans[2];
    struct point *v;
    struct err e;
    double d;
    int64_t ns;
    size_t n;

    r.levels.v = levels;
    r.levels.n = 2;
    if (metric_filters_parse(text, STR(""), a, &f, &e) == OK)
        (void)metric_filters_hold(&f, text, (struct pairs){ NULL, 0 });
    if (metric_hours_parse("x", text, spans, &n, &e) == OK)
        for (size_t i = 0; i < n; i++)
            assert(spans[i].from >= 0 && spans[i].from < spans[i].to &&
                   spans[i].to <= 24 * 60);
    (void)metric_threshold_parse(text, &d, &e);
    (void)custom_metric_time(text, &ns);
    if (points_decode(text, a, &v, &n, &e) == OK) {
        write_again(v, n, a);
        judge(v, n, &r, a);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = { (const char *)data + 1, n - 1 };
    struct arena a;

    if (n == 0)
        return 0;
    arena_init(&a);
    if (data[0] % 2 == 0)
        read_call(text, &a);
    else
        read_texts(text, &a);
    arena_fini(&a);
    return 0;
}
