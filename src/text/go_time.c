/* go_time.c - time.Time: its methods, and how it prints. */
#include "text/go_layout.h"

enum { S_PER_DAY = 86400 };
/* Seconds of 1 January of year 1, Go's zero. */
static const int64_t YEAR_1 = -INT64_C(62135596800);

static struct go_value value_of(struct go_time t)
{
    return (struct go_value){ .type = &go_type_time, .t = t };
}

struct go_value go_time_value(int64_t ns, int32_t east_s)
{
    struct go_time t = { .s = YEAR_1 };

    if (ns != TIME_UNSET) {
        t.s = ns / NS_PER_S - (ns % NS_PER_S < 0);
        t.ns = (int32_t)(ns - t.s * NS_PER_S);
        t.east = east_s;
    }
    return value_of(t);
}

/* What zone_at takes; far years have the rules of the nearest that it knows. */
static int64_t ns_of(const struct go_time *t)
{
    if (t->s > INT64_MAX / NS_PER_S - 1)
        return INT64_MAX;
    if (t->s < INT64_MIN / NS_PER_S + 1)
        return INT64_MIN + 1;
    return t->s * NS_PER_S + t->ns;
}

struct zone_local go_time_local(const struct go_time *t)
{
    struct zone_local local = { .offset_s = t->east };

    if (t->zone != NULL)
        return zone_at(t->zone->rules, ns_of(t));
    if (t->east == 0)
        memcpy(local.abbreviation, "UTC", 4);
    return local;
}

/* civil_of_s counts years below 1 as well as we need: no template writes them. */
struct civil go_time_civil(const struct go_time *t)
{
    struct civil c = civil_of_s(t->s, go_time_local(t).offset_s);

    c.nanos = t->ns;
    return c;
}

struct go_value go_time_add(struct go_time t, int64_t ns)
{
    int64_t s = ns / NS_PER_S, rest = t.ns + ns % NS_PER_S;

    if (rest < 0) {
        rest += NS_PER_S;
        s--;
    } else if (rest >= NS_PER_S) {
        rest -= NS_PER_S;
        s++;
    }
    t.s += s;
    t.ns = (int32_t)rest;
    return value_of(t);
}

int64_t go_time_sub(struct go_time a, struct go_time b)
{
    int64_t s, ns;

    if (__builtin_sub_overflow(a.s, b.s, &s) ||
        __builtin_mul_overflow(s, NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, (int64_t)a.ns - b.ns, &ns))
        return a.s < b.s ? INT64_MIN : INT64_MAX;
    return ns;
}

/* ---- printing ------------------------------------------------------------------------ */

void go_time_string(struct go_run *, const struct go_value *v, struct buf *b)
{
    go_layout_put(&v->t, STR("2006-01-02 15:04:05.999999999 -0700 MST"), b);
}

void go_time_rfc3339(const struct go_value *v, struct buf *b)
{
    go_layout_put(&v->t, STR("2006-01-02T15:04:05.999999999Z07:00"), b);
}

void go_time_go_string(const struct go_value *v, struct buf *b)
{
    struct civil c = go_time_civil(&v->t);

    buf_printf(b, "time.Date(%lld, time.%s, %d, %d, %d, %d, %d, ", (long long)c.year,
               go_month_names[c.month - 1], c.day, c.hour, c.minute, c.second, v->t.ns);
    if (v->t.zone == NULL && v->t.east == 0) {
        buf_z(b, "time.UTC)");
        return;
    }
    buf_z(b, "time.Location(");
    go_put_quoted(b, v->t.zone == NULL ? STR("") : v->t.zone->name, true);
    buf_z(b, "))");
}

void go_month_string(struct go_run *, const struct go_value *v, struct buf *b)
{
    if (v->i >= 1 && v->i <= 12)
        buf_z(b, go_month_names[v->i - 1]);
    else
        buf_printf(b, "%%!Month(%lld)", (long long)v->i);
}

void go_weekday_string(struct go_run *, const struct go_value *v, struct buf *b)
{
    buf_z(b, go_weekday_names[v->i % 7]);
}

/* ---- methods ----------------------------------------------------------------------------- */

/* clang-format off */
#define METHOD(name) \
    static ok name(struct go_run *x, const struct go_value *args, size_t, \
                   struct go_value *out)
#define UNUSED (void)x
#define PART(name, part) \
    METHOD(name) { UNUSED; *out = go_int(go_time_civil(&args[0].t).part); return OK; }
#define COUNT(name, expression) \
    METHOD(name) { UNUSED; *out = (struct go_value){ .type = &go_type_int64, \
                                                     .i = (expression) }; return OK; }
#define ASK(name, expression) \
    METHOD(name) { UNUSED; *out = go_bool(expression); return OK; }
/* clang-format on */

static int compare(const struct go_time *a, const struct go_time *b)
{
    if (a->s != b->s)
        return a->s < b->s ? -1 : 1;
    return a->ns == b->ns ? 0 : a->ns < b->ns ? -1 : 1;
}

PART(year, year)
PART(day, day)
PART(hour, hour)
PART(minute, minute)
PART(second, second)
PART(nanosecond, nanos)
PART(yearday, yearday)
COUNT(unix_s, args[0].t.s)
COUNT(unix_ms, args[0].t.s * 1000 + args[0].t.ns / 1000000)
COUNT(unix_us, args[0].t.s * 1000000 + args[0].t.ns / 1000)
COUNT(unix_ns, (int64_t)((uint64_t)args[0].t.s * 1000000000 + (uint64_t)args[0].t.ns))
ASK(is_zero, args[0].t.s == YEAR_1 && args[0].t.ns == 0)
ASK(is_dst, go_time_local(&args[0].t).dst)
ASK(after, compare(&args[0].t, &args[1].t) > 0)
ASK(before, compare(&args[0].t, &args[1].t) < 0)
ASK(equal, compare(&args[0].t, &args[1].t) == 0)

METHOD(month)
{
    UNUSED;
    *out =
        (struct go_value){ .type = &go_type_month, .i = go_time_civil(&args[0].t).month };
    return OK;
}

METHOD(weekday)
{
    UNUSED;
    *out = (struct go_value){ .type = &go_type_weekday,
                              .i = go_time_civil(&args[0].t).weekday };
    return OK;
}

/* Our servers' Local is UTC: what is written must not depend on the machine. */
METHOD(utc)
{
    UNUSED;
    *out = args[0];
    out->t.zone = NULL;
    out->t.east = 0;
    return OK;
}

METHOD(string)
{
    struct buf b = go_buf(x);

    go_time_string(x, &args[0], &b);
    return go_buf_string(x, &b, out);
}

METHOD(source_string)
{
    struct buf b = go_buf(x);

    go_time_go_string(&args[0], &b);
    return go_buf_string(x, &b, out);
}

METHOD(format)
{
    struct buf b = go_buf(x);

    go_layout_put(&args[0].t, args[1].s, &b);
    return go_buf_string(x, &b, out);
}

METHOD(add)
{
    UNUSED;
    *out = go_time_add(args[0].t, args[1].i);
    return OK;
}

METHOD(sub)
{
    UNUSED;
    *out = (struct go_value){ .type = &go_type_duration,
                              .i = go_time_sub(args[0].t, args[1].t) };
    return OK;
}

/* Years, months and days; fields out of range carry over, the zone is kept. */
METHOD(add_date)
{
    struct civil c = go_time_civil(&args[0].t);
    int64_t months, limit = INT64_C(1000000);
    struct go_time t = args[0].t;
    int32_t east;

    for (size_t i = 1; i < 4; i++)
        if (args[i].i > limit || args[i].i < -limit)
            return go_refuse(x, "error calling AddDate: out of range");
    months = c.year * 12 + c.month - 1 + args[1].i * 12 + args[2].i;
    c.year = months / 12 - (months % 12 < 0);
    c.month = (int)(months - c.year * 12) + 1;
    if (c.year < 1 || c.year > 9999)
        return go_refuse(x, "error calling AddDate: out of range");
    east = go_time_local(&t).offset_s;
    t.s = civil_to_s(&(struct civil){ .year = c.year, .month = c.month, .day = 1 }, 0);
    t.s += (c.day - 1 + args[3].i) * S_PER_DAY + c.hour * 3600 + c.minute * 60 + c.second;
    t.s -= east;
    if (t.zone != NULL) /* the zone's offset there, not here */
        t.s += east - go_time_local(&t).offset_s;
    *out = value_of(t);
    return OK;
}

const struct go_func go_time_methods[] = {
    { "Add", "d", add },
    { "AddDate", "iii", add_date },
    { "After", "t", after },
    { "Before", "t", before },
    { "Day", "", day },
    { "Equal", "t", equal },
    { "Format", "s", format },
    { "GoString", "", source_string },
    { "Hour", "", hour },
    { "IsDST", "", is_dst },
    { "IsZero", "", is_zero },
    { "Local", "", utc },
    { "Minute", "", minute },
    { "Month", "", month },
    { "Nanosecond", "", nanosecond },
    { "Second", "", second },
    { "String", "", string },
    { "Sub", "t", sub },
    { "UTC", "", utc },
    { "Unix", "", unix_s },
    { "UnixMicro", "", unix_us },
    { "UnixMilli", "", unix_ms },
    { "UnixNano", "", unix_ns },
    { "Weekday", "", weekday },
    { "Year", "", year },
    { "YearDay", "", yearday },
    { 0 },
};

METHOD(month_string)
{
    struct buf b = go_buf(x);

    args[0].type->string(x, &args[0], &b);
    return go_buf_string(x, &b, out);
}

const struct go_func go_month_methods[] = {
    { "String", "", month_string },
    { 0 },
};
