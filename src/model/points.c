#include "model/points.h"

#include "model/metric_rule.h"

#include <math.h>

static uint64_t bits_of(double d)
{
    uint64_t u;

    memcpy(&u, &d, sizeof u);
    return u;
}

static double double_of(uint64_t u)
{
    double d;

    memcpy(&d, &u, sizeof d);
    return d;
}

static void put_point(const struct point *p, struct buf *out)
{
    put_str(out, p->group_id);
    put_str(out, p->metric);
    put_u64(out, p->dims.n);
    for (size_t i = 0; i < p->dims.n; i++) {
        put_str(out, p->dims.v[i].name);
        put_str(out, p->dims.v[i].value);
    }
    put_i64(out, p->time);
    put_u64(out, p->aggregated);
    put_u64(out, p->value_count);
    for (size_t i = 0; i < p->value_count; i++) {
        put_str(out, p->values[i].statistic);
        put_u64le(out, bits_of(p->values[i].value));
    }
}

void points_encode(const struct point *v, size_t n, struct buf *out)
{
    put_u64(out, n);
    for (size_t i = 0; i < n; i++)
        put_point(&v[i], out);
}

/* Dimensions are found by searching: they must be in order. */
static void get_dims(struct reader *r, struct arena *a, struct point *out)
{
    size_t n = get_count(r, 2);
    struct pair *v;

    r->bad = r->bad || n > METRIC_DIMENSIONS_MAX;
    n = r->bad ? 0 : n;
    v = arena_array(a, struct pair, n + 1);
    for (size_t i = 0; i < n; i++) {
        v[i].name = get_str(r);
        v[i].value = get_str(r);
        if (v[i].value.n == 0 || (i > 0 && str_cmp(v[i - 1].name, v[i].name) >= 0))
            r->bad = true;
    }
    out->dims = (struct pairs){ v, n };
}

static void get_values(struct reader *r, struct arena *a, struct point *out)
{
    size_t n = get_count(r, 9);
    struct point_value *v;

    r->bad = r->bad || n == 0 || n > POINT_VALUES_MAX || (n > 1 && !out->aggregated);
    n = r->bad ? 0 : n;
    v = arena_array(a, struct point_value, n + 1);
    for (size_t i = 0; i < n; i++) {
        v[i].statistic = get_str(r);
        v[i].value = double_of(get_u64le(r));
        r->bad = r->bad || !isfinite(v[i].value);
    }
    out->values = v;
    out->value_count = n;
}

static void get_point(struct reader *r, struct arena *a, struct point *out)
{
    uint64_t aggregated;

    out->group_id = get_str(r);
    out->metric = get_str(r);
    get_dims(r, a, out);
    out->time = get_i64(r);
    aggregated = get_u64(r);
    out->aggregated = aggregated == 1;
    r->bad = r->bad || aggregated > 1 || (out->time < 0 && out->time != TIME_UNSET);
    get_values(r, a, out);
}

ok points_decode(struct str payload, struct arena *a, struct point **v, size_t *n,
                 struct err *e)
{
    struct reader r = reader_of(payload);

    *n = get_count(&r, 6);
    if (*n > POINTS_MAX)
        r.bad = true;
    *v = arena_array(a, struct point, r.bad ? 1 : *n + 1);
    for (size_t i = 0; !r.bad && i < *n; i++)
        get_point(&r, a, &(*v)[i]);
    return reader_done(&r) ? OK
                           : fail(e, FAULT_SYNTAX, "", "the bytes of points are damaged");
}
