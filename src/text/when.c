#include "text/when.h"

#include <stdio.h>

void when_put(struct buf *b, const struct zone *zone, int64_t ns)
{
    int32_t offset = zone == NULL ? 0 : zone_at(zone, ns).offset_s;
    struct civil c = civil_of(ns, offset);
    int minutes = (offset < 0 ? -offset : offset) / 60;

    buf_printf(b, "%04lld-%02d-%02d %02d:%02d:%02d GMT%c%02d:%02d", (long long)c.year,
               c.month, c.day, c.hour, c.minute, c.second, offset < 0 ? '-' : '+',
               minutes / 60, minutes % 60);
}

struct str when_text(struct arena *a, const struct zone *zone, int64_t ns)
{
    struct buf b;
    struct str text;

    buf_init(&b, 128);
    when_put(&b, zone, ns);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

struct str when_short(struct arena *a, const struct zone *zone, int64_t ns, int64_t now)
{
    enum { DATE = 10, DAY_AT = 5, MINUTES_AT = 11, MINUTES = 16 };
    struct str at = when_text(a, zone, ns), today = when_text(a, zone, now);

    if (at.n < MINUTES || ns == TIME_UNSET)
        return at;
    if (str_eq(str_head(at, DATE), str_head(today, DATE)))
        return str_from(str_head(at, MINUTES), MINUTES_AT);
    return str_from(str_head(at, MINUTES), DAY_AT);
}

static void put_unit(struct buf *b, enum lang l, enum phrase unit, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);

    SAY(b, ((struct voice){ l, MARKUP_TEXT }), unit, { digits, (size_t)len });
}

struct str span_text(struct arena *a, enum lang l, int64_t ns)
{
    static const struct {
        enum phrase phrase;
        int64_t seconds;
    } units[] = {
        { PHRASE_DAYS, 86400 },
        { PHRASE_HOURS, 3600 },
        { PHRASE_MINUTES, 60 },
        { PHRASE_SECONDS, 1 },
    };
    int64_t s = ns < 0 ? 0 : ns / NS_PER_S, rest;
    size_t i = 0;
    struct buf b;
    struct str text;

    while (i < 3 && s < units[i].seconds)
        i++;
    buf_init(&b, 128);
    put_unit(&b, l, units[i].phrase, s / units[i].seconds);
    rest = i < 3 ? s % units[i].seconds / units[i + 1].seconds : 0;
    if (rest > 0) {
        buf_char(&b, ' ');
        put_unit(&b, l, units[i + 1].phrase, rest);
    }
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

struct str stay_text(struct arena *a, enum lang l, const struct zone *zone, int64_t from,
                     int64_t to)
{
    enum { DATE = 10, TIME_AND_DATE = 19 }; /* characters of when_put's form */
    struct str start = when_text(a, zone, from), end = when_text(a, zone, to), text;
    struct buf b;

    if (str_eq(str_head(start, DATE), str_head(end, DATE)) &&
        str_eq(str_from(start, TIME_AND_DATE), str_from(end, TIME_AND_DATE))) {
        start = str_head(start, TIME_AND_DATE);
        end = str_from(end, DATE + 1);
    }
    buf_init(&b, 512);
    SAY(&b, ((struct voice){ l, MARKUP_TEXT }), PHRASE_FROM_TO, start, end,
        span_text(a, l, time_between(from, to)));
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
