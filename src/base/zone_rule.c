#include "base/zone_private.h"

#include "base/time.h"

/* The grammar is that of the TZ variable in POSIX (base definitions, 8.3) with
 * RFC 8536's extension of hours to -167..167:
 *     std offset [dst [offset] , start [/time] , end [/time]]
 * Offsets are west of Greenwich there, and east of it everywhere else. */

enum { HOUR_S = 3600 };
#define DAY_S INT64_C(86400)

static bool take(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* CST, or <+08> where the name is not of letters alone. */
static bool take_name(struct str *s, char name[12])
{
    bool quoted = take(s, '<');
    size_t n = 0;

    while (n < s->n &&
           (is_letter(s->p[n]) ||
            (quoted && (is_digit(s->p[n]) || s->p[n] == '+' || s->p[n] == '-'))))
        n++;
    if (n < 3)
        return false;
    memset(name, 0, 12);
    memcpy(name, s->p, n < 11 ? n : 11);
    *s = str_from(*s, n);
    return !quoted || take(s, '>');
}

static bool take_int(struct str *s, int least, int most, int *out)
{
    size_t n = 0;

    *out = 0;
    for (; n < s->n && n < 3 && is_digit(s->p[n]); n++)
        *out = *out * 10 + (s->p[n] - '0');
    *s = str_from(*s, n);
    return n > 0 && *out >= least && *out <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *s, int most_hours, int32_t *out)
{
    bool minus = take(s, '-');
    int hours, minutes = 0, seconds = 0;

    if (!minus)
        (void)take(s, '+');
    if (!take_int(s, 0, most_hours, &hours))
        return false;
    if (take(s, ':') && !take_int(s, 0, 59, &minutes))
        return false;
    if (take(s, ':') && !take_int(s, 0, 59, &seconds))
        return false;
    *out = (hours * HOUR_S + minutes * 60 + seconds) * (minus ? -1 : 1);
    return true;
}

static bool take_change(struct str *s, struct zone_change *c)
{
    bool good;

    *c = (struct zone_change){ .kind = CHANGE_DAY, .time_s = 2 * HOUR_S };
    if (take(s, 'M')) {
        c->kind = CHANGE_WEEKDAY;
        good = take_int(s, 1, 12, &c->month) && take(s, '.') &&
               take_int(s, 1, 5, &c->week) && take(s, '.') && take_int(s, 0, 6, &c->day);
    } else if (take(s, 'J')) {
        c->kind = CHANGE_JULIAN;
        good = take_int(s, 1, 365, &c->day);
    } else {
        good = take_int(s, 0, 365, &c->day);
    }
    return good && (!take(s, '/') || take_time(s, 167, &c->time_s));
}

ok zone_rule_parse(struct str tz, struct zone_rule *out)
{
    struct zone_rule r = { .known = true };
    int32_t west;

    if (!take_name(&tz, r.std_name) || !take_time(&tz, 24, &west))
        return FAILED;
    r.std_offset_s = -west;
    if (tz.n > 0) {
        r.has_dst = true;
        r.dst_offset_s = r.std_offset_s + HOUR_S;
        if (!take_name(&tz, r.dst_name))
            return FAILED;
        if (tz.n > 0 && tz.p[0] != ',') {
            if (!take_time(&tz, 24, &west))
                return FAILED;
            r.dst_offset_s = -west;
        }
        if (!take(&tz, ',') || !take_change(&tz, &r.start) || !take(&tz, ',') ||
            !take_change(&tz, &r.end) || tz.n > 0)
            return FAILED;
    }
    *out = r;
    return OK;
}

/* ---- when ---- */

/* Midnight of the day of change, as if the local clock were UTC. */
static int64_t day_of_change(const struct zone_change *c, int64_t year)
{
    struct civil first = { .year = year, .month = 1, .day = 1 };
    int64_t days;
    int weekday, day;

    first.month = c->kind == CHANGE_WEEKDAY ? c->month : 1;
    days = civil_to_s(&first, 0) / DAY_S; /* a whole number of them */
    switch (c->kind) {
    case CHANGE_JULIAN:
        return (days + c->day - 1 + (c->day >= 60 && year_is_leap(year))) * DAY_S;
    case CHANGE_DAY:
        return (days + c->day) * DAY_S;
    case CHANGE_WEEKDAY:
        break;
    }
    weekday = (int)((days % 7 + 7 + 4) % 7); /* 1970 began on a Thursday */
    day = (c->day - weekday + 7) % 7 + 7 * (c->week - 1);
    /* The fifth may be in the next month: then the fourth is the last. */
    if (day >= month_days(year, c->month))
        day -= 7;
    return (days + day) * DAY_S;
}

/* The last change at or before that moment decides. Times of a change may lie
 * days outside its own day, so the neighbour years are asked too. Where an end
 * and the next start fall together, daylight saving goes on: that is how a
 * rule spells "all year". */
bool zone_rule_dst(const struct zone_rule *rule, int64_t utc_s)
{
    int64_t year, last_start = INT64_MIN, last_end = INT64_MIN;

    if (!rule->has_dst)
        return false;
    year = civil_of_s(utc_s, rule->std_offset_s).year;
    for (int64_t y = year - 1; y <= year + 1; y++) {
        int64_t start =
            day_of_change(&rule->start, y) + rule->start.time_s - rule->std_offset_s;
        int64_t end =
            day_of_change(&rule->end, y) + rule->end.time_s - rule->dst_offset_s;

        if (start <= utc_s && start > last_start)
            last_start = start;
        if (end <= utc_s && end > last_end)
            last_end = end;
    }
    return last_start >= last_end;
}
