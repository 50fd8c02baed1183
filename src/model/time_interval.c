#include "model/time_interval.h"

#include "base/time.h"

static bool in_spans(struct time_spans s, int64_t at)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.v[i].from <= at && at <= s.v[i].to)
            return true;
    return s.n == 0;
}

/* An end minute does not belong to its span: 17:00 to 18:00 ends at 17:59:59. */
static bool in_times(struct time_spans s, int minute)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.v[i].from <= minute && minute < s.v[i].to)
            return true;
    return s.n == 0;
}

/* A day below zero counts from the month's end. A span that begins behind the month is
 * none; its end is where the month ends. */
static bool in_days(struct time_spans s, const struct civil *c)
{
    int64_t days = month_days(c->year, c->month);

    for (size_t i = 0; i < s.n; i++) {
        int64_t from = s.v[i].from, to = s.v[i].to;

        from = from < 0 ? days + from + 1 : from;
        to = to < 0 ? days + to + 1 : to;
        if (from <= days && from <= c->day && c->day <= to)
            return true;
    }
    return s.n == 0;
}

static bool on_day(const struct time_item *item, const struct civil *c)
{
    return in_days(item->days, c) && in_spans(item->weekdays, c->weekday) &&
           in_spans(item->months, c->month) && in_spans(item->years, c->year);
}

static struct civil day_before(struct civil c)
{
    c.weekday = (c.weekday + 6) % 7;
    if (c.day > 1) {
        c.day--;
        return c;
    }
    c.year -= c.month == 1;
    c.month = c.month == 1 ? 12 : c.month - 1;
    c.day = month_days(c.year, c.month);
    return c;
}

/* What began yesterday may go on today. */
static bool in_seconds(const struct time_item *item, const struct civil *c)
{
    int64_t now = (c->hour * 60 + c->minute) * 60 + c->second;
    struct civil yesterday = day_before(*c);

    for (size_t i = 0; i < item->seconds.n; i++) {
        const struct time_span *s = &item->seconds.v[i];

        if ((s->from <= now && now < s->to && on_day(item, c)) ||
            (s->from <= now + 86400 && now + 86400 < s->to && on_day(item, &yesterday)))
            return true;
    }
    return false;
}

static bool item_holds(const struct time_item *item, const struct civil *c)
{
    if (!in_times(item->times, c->hour * 60 + c->minute))
        return false;
    return item->seconds.n > 0 ? in_seconds(item, c) : on_day(item, c);
}

bool time_interval_holds(const struct time_interval *t, zone_find_fn *find,
                         const void *ctx, int64_t wall)
{
    for (size_t i = 0; i < t->items.n; i++) {
        const struct time_item *item = &t->items.v[i];
        const struct zone *zone = item->zone.n > 0 ? find(ctx, item->zone) : NULL;
        struct civil c =
            civil_of(wall, zone_at(zone != NULL ? zone : zone_utc(), wall).offset_s);

        if (item_holds(item, &c))
            return true;
    }
    return false;
}

static struct civil local(const struct zone *zone, int64_t wall)
{
    return civil_of(wall, zone_at(zone, wall).offset_s);
}

bool time_items_hold(const struct time_item *v, size_t n, const struct zone *zone,
                     int64_t wall)
{
    struct civil c = local(zone, wall);

    for (size_t i = 0; i < n; i++)
        if (item_holds(&v[i], &c))
            return true;
    return false;
}

/* Minutes until the next one at which anything may change: an end of a span, midnight. */
static int next_edge(const struct time_item *v, size_t n, int minute)
{
    int next = 24 * 60;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < v[i].times.n; k++) {
            int64_t from = v[i].times.v[k].from, to = v[i].times.v[k].to;

            if (from > minute && from < next)
                next = (int)from;
            if (to > minute && to < next)
                next = (int)to;
        }
    return next - minute;
}

int64_t time_items_end(const struct time_item *v, size_t n, const struct zone *zone,
                       int64_t wall)
{
    int64_t at = wall, last = wall + 8 * NS_PER_DAY;

    while (at < last && time_items_hold(v, n, zone, at)) {
        struct civil c = local(zone, at);
        int64_t minute = at - c.second * NS_PER_S - c.nanos;
        int64_t next = minute + next_edge(v, n, c.hour * 60 + c.minute) * NS_PER_MIN;

        /* where the clock is set in between, minute by minute */
        at = zone_at(zone, next).offset_s == zone_at(zone, at).offset_s
                 ? next
                 : minute + NS_PER_MIN;
    }
    return at;
}
