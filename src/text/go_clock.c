/* go_clock.c - Alertmanager's functions of time. Now is when the notification was
 * decided: a retry says the same. */
#include "text/go_functions.h"

#include <math.h>
#include <stdlib.h>

ok go_call_now(struct go_run *x, const struct go_value *, size_t, struct go_value *out)
{
    *out = go_time_value(x->options->now, 0);
    return OK;
}

ok go_call_since(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    struct go_value now = go_time_value(x->options->now, 0);

    *out = (struct go_value){ .type = &go_type_duration,
                              .i = go_time_sub(now.t, args[0].t) };
    return OK;
}

ok go_call_date(struct go_run *x, const struct go_value *args, size_t,
                struct go_value *out)
{
    struct buf b = go_buf(x);

    go_layout_put(&args[1].t, args[0].s, &b);
    return go_buf_string(x, &b, out);
}

ok go_call_tz(struct go_run *x, const struct go_value *args, size_t, struct go_value *out)
{
    const struct go_options *o = x->options;
    const struct zone *rules;
    struct go_zone *zone;
    struct err e;
    struct str tzif;

    *out = args[1];
    out->t.zone = NULL;
    out->t.east = 0;
    if (args[0].s.n == 0 || str_is(args[0].s, "UTC") || str_is(args[0].s, "Local"))
        return OK;
    for (struct go_zone *z = x->zones; z != NULL; z = z->next)
        if (str_eq(z->name, args[0].s)) {
            out->t.zone = z;
            return OK;
        }
    if (go_work(x, 1000) != OK)
        return FAILED;
    if (o->zone_tzif == NULL || !o->zone_tzif(o->zone_self, args[0].s, &tzif) ||
        zone_parse(tzif, x->arena, &rules, &e) != OK)
        return go_refuse(x, "error calling tz: unknown time zone %.*s",
                         STR_ARG(utf8_cut(args[0].s, 60)));
    zone = arena_new(x->arena, struct go_zone);
    zone->rules = rules;
    zone->name = arena_str(x->arena, args[0].s);
    zone->next = x->zones;
    x->zones = zone;
    out->t.zone = zone;
    return OK;
}

/* ---- humanizeDuration ------------------------------------------------------------------ */

static bool float_of(const struct go_value *v, double *out)
{
    char z[64], *end;

    if (go_is(v, GO_FLOAT))
        *out = v->f;
    else if (v->type == &go_type_duration)
        *out = (double)(v->i / NS_PER_S) + (double)(v->i % NS_PER_S) / 1e9;
    else if (v->type == &go_type_int || v->type == &go_type_int64)
        *out = (double)v->i;
    else if (v->type == &go_type_string && v->s.n > 0 && v->s.n < sizeof z) {
        memcpy(z, v->s.p, v->s.n);
        z[v->s.n] = '\0';
        *out = strtod(z, &end);
        return end == z + v->s.n && z[0] != ' ';
    } else {
        return false;
    }
    return true;
}

static void put_4g(struct buf *b, double v)
{
    struct go_format f = { .b = b, .has_prec = true, .prec = 4 };

    go_put_float(&f, v, 'g', -1);
}

static void put_long(struct buf *b, double v)
{
    int64_t s = (int64_t)(v < 0 ? -v : v);
    bool begun = false;

    if (v < 0)
        buf_char(b, '-');
    if (s < 60) {
        put_4g(b, v < 0 ? -v : v);
        buf_char(b, 's');
        return;
    }
    if (s >= 86400) {
        buf_printf(b, "%lldd ", (long long)(s / 86400));
        begun = true;
    }
    if (begun || s >= 3600)
        buf_printf(b, "%lldh ", (long long)(s / 3600 % 24));
    buf_printf(b, "%lldm %llds", (long long)(s / 60 % 60), (long long)(s % 60));
}

ok go_call_humanize(struct go_run *x, const struct go_value *args, size_t,
                    struct go_value *out)
{
    const char *prefix = "munpfazy";
    struct buf b;
    char unit = 0;
    double v;

    if (!float_of(&args[0], &v))
        return go_refuse(x, "error calling humanizeDuration: can't convert %s to float",
                         go_type_name(&args[0]));
    b = go_buf(x);
    if (!isfinite(v)) {
        put_4g(&b, v);
    } else if (fabs(v) >= 1) {
        put_long(&b, fabs(v) < 9e18 ? v : v < 0 ? -9e18 : 9e18);
    } else {
        for (; v != 0 && fabs(v) < 1 && *prefix != '\0'; v *= 1000)
            unit = *prefix++;
        put_4g(&b, v);
        if (unit != 0)
            buf_char(&b, unit);
        buf_char(&b, 's');
    }
    return go_buf_string(x, &b, out);
}
