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

static bool item_holds(const struct time_item *item, const struct civil *c)
{
    return in_times(item->times, c->hour * 60 + c->minute) && in_days(item->days, c) &&
           in_spans(item->weekdays, c->weekday) && in_spans(item->months, c->month) &&
           in_spans(item->years, c->year);
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
