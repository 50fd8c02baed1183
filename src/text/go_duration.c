/* go_duration.c - time.Duration: 1h2m3.5s, and its methods. */
#include "text/go_run.h"

/* value / 10^digits with its fraction, without zeros at the end. */
static void put_fraction(struct buf *b, uint64_t value, int digits)
{
    char text[24];
    uint64_t unit = 1, rest;
    int n = digits;

    for (int i = 0; i < digits; i++)
        unit *= 10;
    buf_printf(b, "%llu", (unsigned long long)(value / unit));
    rest = value % unit;
    if (rest == 0)
        return;
    for (int i = digits - 1; i >= 0; i--, rest /= 10)
        text[i] = (char)('0' + rest % 10);
    while (n > 0 && text[n - 1] == '0')
        n--;
    buf_char(b, '.');
    buf_add(b, (struct str){ text, (size_t)n });
}

void go_duration_string(struct go_run *, const struct go_value *v, struct buf *b)
{
    uint64_t u = v->i < 0 ? -(uint64_t)v->i : (uint64_t)v->i, seconds;

    if (u == 0) {
        buf_z(b, "0s");
        return;
    }
    if (v->i < 0)
        buf_char(b, '-');
    if (u < 1000) {
        buf_printf(b, "%lluns", (unsigned long long)u);
    } else if (u < 1000000) {
        put_fraction(b, u, 3);
        buf_z(b, "µs");
    } else if (u < (uint64_t)NS_PER_S) {
        put_fraction(b, u, 6);
        buf_z(b, "ms");
    } else {
        seconds = u / (uint64_t)NS_PER_S;
        if (seconds >= 3600)
            buf_printf(b, "%lluh", (unsigned long long)(seconds / 3600));
        if (seconds >= 60)
            buf_printf(b, "%llum", (unsigned long long)(seconds / 60 % 60));
        put_fraction(b, u % (60 * (uint64_t)NS_PER_S), 9);
        buf_char(b, 's');
    }
}

/* ---- methods ------------------------------------------------------------------------------ */

static ok count(const struct go_value *v, int64_t unit, struct go_value *out)
{
    *out = (struct go_value){ .type = &go_type_int64, .i = v->i / unit };
    return OK;
}

static ok fraction(const struct go_value *v, int64_t unit, double per,
                   struct go_value *out)
{
    *out = (struct go_value){
        .type = &go_type_float,
        .f = (double)(v->i / unit) + (double)(v->i % unit) / per,
    };
    return OK;
}

static ok hours(struct go_run *, const struct go_value *args, size_t,
                struct go_value *out)
{
    return fraction(args, NS_PER_HOUR, 60 * 60 * 1e9, out);
}

static ok minutes(struct go_run *, const struct go_value *args, size_t,
                  struct go_value *out)
{
    return fraction(args, NS_PER_MIN, 60 * 1e9, out);
}

static ok seconds(struct go_run *, const struct go_value *args, size_t,
                  struct go_value *out)
{
    return fraction(args, NS_PER_S, 1e9, out);
}

static ok milliseconds(struct go_run *, const struct go_value *args, size_t,
                       struct go_value *out)
{
    return count(args, NS_PER_MS, out);
}

static ok microseconds(struct go_run *, const struct go_value *args, size_t,
                       struct go_value *out)
{
    return count(args, NS_PER_US, out);
}

static ok nanoseconds(struct go_run *, const struct go_value *args, size_t,
                      struct go_value *out)
{
    return count(args, 1, out);
}

static ok string(struct go_run *x, const struct go_value *args, size_t,
                 struct go_value *out)
{
    struct buf b = go_buf(x);

    go_duration_string(x, args, &b);
    return go_buf_string(x, &b, out);
}

static struct go_value duration(int64_t ns)
{
    return (struct go_value){ .type = &go_type_duration, .i = ns };
}

static ok absolute(struct go_run *, const struct go_value *args, size_t,
                   struct go_value *out)
{
    int64_t ns = args[0].i;

    *out = duration(ns == INT64_MIN ? INT64_MAX : ns < 0 ? -ns : ns);
    return OK;
}

static ok truncate_to(struct go_run *, const struct go_value *args, size_t,
                      struct go_value *out)
{
    *out = duration(args[1].i <= 0 ? args[0].i : args[0].i - args[0].i % args[1].i);
    return OK;
}

/* Halves go away from zero; what would overflow stays at the end. */
static ok round_to(struct go_run *, const struct go_value *args, size_t,
                   struct go_value *out)
{
    int64_t ns = args[0].i, unit = args[1].i, rest, to;

    *out = duration(ns);
    if (unit <= 0)
        return OK;
    rest = ns % unit;
    if (rest < 0) {
        bool down = (uint64_t)-rest + (uint64_t)-rest >= (uint64_t)unit;

        if (__builtin_sub_overflow(ns, rest + (down ? unit : 0), &to))
            to = INT64_MIN;
    } else {
        bool up = (uint64_t)rest + (uint64_t)rest >= (uint64_t)unit;

        if (__builtin_add_overflow(ns, (up ? unit : 0) - rest, &to))
            to = INT64_MAX;
    }
    *out = duration(to);
    return OK;
}

const struct go_func go_duration_methods[] = {
    { "Abs", "", absolute },
    { "Hours", "", hours },
    { "Microseconds", "", microseconds },
    { "Milliseconds", "", milliseconds },
    { "Minutes", "", minutes },
    { "Nanoseconds", "", nanoseconds },
    { "Round", "d", round_to },
    { "Seconds", "", seconds },
    { "String", "", string },
    { "Truncate", "d", truncate_to },
    { 0 },
};
