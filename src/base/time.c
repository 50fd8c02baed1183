#include "base/time.h"

#include <assert.h>
#include <time.h>

enum { DAY_S = 86400, DAYS_0_TO_1970 = 719468 }; /* from 1 March of year 0 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a % b + (a % b < 0 ? b : 0);
}

bool year_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int month_days(int64_t year, int month)
{
    if (month == 2)
        return year_is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Years are counted from March here, so that the leap day is the last of its
 * year and month lengths follow one formula (153 days in each five months). */
static int64_t days_of_date(int64_t year, int month, int day)
{
    int64_t months = year * 12 + month - 3;
    int64_t y = floor_div(months, 12), m = floor_mod(months, 12);

    return 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) +
           (153 * m + 2) / 5 + day - 1 - DAYS_0_TO_1970;
}

static void date_of_days(int64_t days, struct civil *c)
{
    enum { CYCLE = 146097, CENTURY = 36524, FOUR = 1460 }; /* days */
    int64_t shifted = days + DAYS_0_TO_1970;
    int64_t cycle = floor_div(shifted, CYCLE), in = floor_mod(shifted, CYCLE);
    int64_t y = (in - in / FOUR + in / CENTURY - in / (CYCLE - 1)) / 365;
    int64_t in_year = in - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * in_year + 2) / 153;

    c->day = (int)(in_year - (153 * m + 2) / 5 + 1);
    c->month = (int)(m < 10 ? m + 3 : m - 9);
    c->year = cycle * 400 + y + (c->month <= 2);
    c->weekday = (int)floor_mod(days + 4, 7); /* 1970 began on a Thursday */
    c->yearday = (int)(m < 10 ? in_year + 60 + year_is_leap(c->year) : in_year - 305);
}

struct civil civil_of_s(int64_t s, int32_t offset_s)
{
    int64_t local = s + offset_s, in_day = floor_mod(local, DAY_S);
    struct civil c = { .hour = (int)(in_day / 3600),
                       .minute = (int)(in_day / 60 % 60),
                       .second = (int)(in_day % 60) };

    date_of_days(floor_div(local, DAY_S), &c);
    return c;
}

int64_t civil_to_s(const struct civil *c, int32_t offset_s)
{
    return days_of_date(c->year, c->month, c->day) * DAY_S + c->hour * INT64_C(3600) +
           c->minute * INT64_C(60) + c->second - offset_s;
}

struct civil civil_of(int64_t ns, int32_t offset_s)
{
    struct civil c;

    if (ns == TIME_UNSET)
        return (
            struct civil){ .year = 1, .month = 1, .day = 1, .weekday = 1, .yearday = 1 };
    c = civil_of_s(floor_div(ns, NS_PER_S), offset_s);
    c.nanos = floor_mod(ns, NS_PER_S);
    return c;
}

int64_t civil_to_ns(const struct civil *c, int32_t offset_s)
{
    int64_t s = civil_to_s(c, offset_s), ns;
    /* Counted towards zero: the product of a whole second too many would
     * overflow where the sum does not. */
    int64_t whole = s < 0 ? s + 1 : s;
    int64_t part = s < 0 ? c->nanos - NS_PER_S : c->nanos;

    if (__builtin_mul_overflow(whole, NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, part, &ns) || ns == TIME_UNSET)
        return s < 0 ? -INT64_MAX : INT64_MAX;
    return ns;
}

/* ---- text to time ---- */

static bool take_char(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    return true;
}

/* Exactly `digits` decimals within [least, most]. */
static bool take_number(struct str *s, size_t digits, int least, int most, int *out)
{
    int n = 0;

    if (s->n < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        n = n * 10 + (s->p[i] - '0');
    }
    *s = str_from(*s, digits);
    *out = n;
    return n >= least && n <= most;
}

/* date and clock with `dash` and `colon` between their parts; '\0': nothing */
static bool take_date(struct str *s, char dash, struct civil *c)
{
    int year;

    if (!take_number(s, 4, 0, 9999, &year) || (dash != '\0' && !take_char(s, dash)) ||
        !take_number(s, 2, 1, 12, &c->month) || (dash != '\0' && !take_char(s, dash)) ||
        !take_number(s, 2, 1, month_days(year, c->month), &c->day))
        return false;
    c->year = year;
    return true;
}

static bool take_clock(struct str *s, char colon, struct civil *c)
{
    return take_number(s, 2, 0, 23, &c->hour) && (colon == '\0' || take_char(s, colon)) &&
           take_number(s, 2, 0, 59, &c->minute) &&
           (colon == '\0' || take_char(s, colon)) && take_number(s, 2, 0, 59, &c->second);
}

static bool take_fraction(struct str *s, int64_t *nanos)
{
    int64_t unit = NS_PER_S / 10;
    size_t digits = 0;

    *nanos = 0;
    if (!take_char(s, '.'))
        return true;
    for (; digits < s->n && s->p[digits] >= '0' && s->p[digits] <= '9'; digits++) {
        *nanos += unit * (s->p[digits] - '0');
        unit /= 10;
    }
    *s = str_from(*s, digits);
    return digits > 0;
}

static bool take_zone(struct str *s, int32_t *offset_s)
{
    bool west = s->n > 0 && s->p[0] == '-';
    int hours, minutes;

    *offset_s = 0;
    if (take_char(s, 'Z'))
        return true;
    if (!take_char(s, west ? '-' : '+') || !take_number(s, 2, 0, 23, &hours) ||
        !take_char(s, ':') || !take_number(s, 2, 0, 59, &minutes))
        return false;
    *offset_s = (hours * 60 + minutes) * (west ? -60 : 60);
    return true;
}

ok time_parse_rfc3339(struct str s, int64_t *ns, int32_t *offset_s)
{
    struct civil c = { 0 };
    int32_t offset = 0;
    bool blank;

    if (!take_date(&s, '-', &c))
        return FAILED;
    blank = take_char(&s, ' ');
    if ((!blank && !take_char(&s, 'T')) || !take_clock(&s, ':', &c) ||
        !take_fraction(&s, &c.nanos))
        return FAILED;
    if (s.n > 0 && (blank || !take_zone(&s, &offset) || s.n > 0))
        return FAILED;
    *ns = c.year <= 1 ? TIME_UNSET : civil_to_ns(&c, offset);
    *offset_s = c.year <= 1 ? 0 : offset;
    return OK;
}

static ok parse_exact(struct str s, char dash, char colon, int64_t *ns)
{
    struct civil c = { 0 };

    if (!take_date(&s, dash, &c) || !take_char(&s, 'T') || !take_clock(&s, colon, &c) ||
        !take_char(&s, 'Z') || s.n > 0)
        return FAILED;
    *ns = civil_to_ns(&c, 0);
    return OK;
}

ok time_parse_iso_basic(struct str s, int64_t *ns)
{
    return parse_exact(s, '\0', '\0', ns);
}

ok time_parse_iso_z(struct str s, int64_t *ns)
{
    return parse_exact(s, '-', ':', ns);
}

/* ---- time to text ---- */

static char *write_two(char *to, unsigned n)
{
    to[0] = (char)('0' + n / 10);
    to[1] = (char)('0' + n % 10);
    return to + 2;
}

static char *write_nanos(char *to, uint32_t nanos, int digits)
{
    char nine[9];

    for (int i = 9; i-- > 0; nanos /= 10)
        nine[i] = (char)('0' + nanos % 10);
    memcpy(to, nine, sizeof nine);
    return to + digits;
}

static char *write_zone(char *to, int32_t offset_s)
{
    unsigned minutes = (unsigned)(offset_s < 0 ? -offset_s : offset_s) / 60;

    if (offset_s == 0) {
        *to++ = 'Z';
        return to;
    }
    *to++ = offset_s < 0 ? '-' : '+';
    to = write_two(to, minutes / 60);
    *to++ = ':';
    return write_two(to, minutes % 60);
}

void time_put(struct buf *b, int64_t ns, int32_t offset_s, int digits)
{
    int32_t offset = ns == TIME_UNSET ? 0 : offset_s;
    struct civil c = civil_of(ns, offset);
    char text[40], *to = text;

    assert(digits >= 0 && digits <= 9);
    to = write_two(to, (unsigned)c.year / 100);
    to = write_two(to, (unsigned)c.year % 100);
    *to++ = '-';
    to = write_two(to, (unsigned)c.month);
    *to++ = '-';
    to = write_two(to, (unsigned)c.day);
    *to++ = 'T';
    to = write_two(to, (unsigned)c.hour);
    *to++ = ':';
    to = write_two(to, (unsigned)c.minute);
    *to++ = ':';
    to = write_two(to, (unsigned)c.second);
    if (digits > 0) {
        *to = '.';
        to = write_nanos(to + 1, (uint32_t)c.nanos, digits);
    }
    to = write_zone(to, offset);
    buf_add(b, (struct str){ text, (size_t)(to - text) });
}

void time_put_go(struct buf *b, int64_t ns, int32_t offset_s)
{
    int64_t nanos = ns == TIME_UNSET ? 0 : floor_mod(ns, NS_PER_S);
    int digits = nanos == 0 ? 0 : 9;

    for (; digits > 0 && nanos % 10 == 0; nanos /= 10)
        digits--;
    time_put(b, ns, offset_s, digits);
}

/* ---- durations ---- */

static const struct unit {
    const char *name;
    int64_t ns;
    bool whole; /* printed only when nothing is left over */
} units[] = {
    { "y", 365 * NS_PER_DAY, true }, { "w", 7 * NS_PER_DAY, true },
    { "d", NS_PER_DAY, true },       { "h", NS_PER_HOUR, false },
    { "m", NS_PER_MIN, false },      { "s", NS_PER_S, false },
    { "ms", NS_PER_MS, false },
};
enum { UNITS = sizeof units / sizeof *units };

/* The unit that s begins with, from the `from`th on: "ms" is not "m". */
static size_t find_unit(struct str name, size_t from)
{
    while (from < UNITS && !str_is(name, units[from].name))
        from++;
    return from;
}

static size_t run_of(struct str s, bool digits)
{
    size_t n = 0;

    while (n < s.n && (s.p[n] >= '0' && s.p[n] <= '9') == digits)
        n++;
    return n;
}

ok duration_parse(struct str s, int64_t *ns)
{
    int64_t sum = 0;
    size_t unit = 0;

    if (str_is(s, "0")) {
        *ns = 0;
        return OK;
    }
    if (s.n == 0)
        return FAILED;
    while (s.n > 0) {
        struct str number = str_head(s, run_of(s, true)), name;
        int64_t n;

        s = str_from(s, number.n);
        name = str_head(s, run_of(s, false));
        s = str_from(s, name.n);
        unit = find_unit(name, unit);
        if (unit == UNITS || str_i64(number, &n) == FAILED ||
            __builtin_mul_overflow(n, units[unit].ns, &n) ||
            __builtin_add_overflow(sum, n, &sum))
            return FAILED;
        unit++;
    }
    *ns = sum;
    return OK;
}

void duration_put(struct buf *b, int64_t ns)
{
    uint64_t rest = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

    rest -= rest % (uint64_t)NS_PER_MS;
    if (rest == 0) {
        buf_z(b, "0s");
        return;
    }
    if (ns < 0)
        buf_char(b, '-');
    for (size_t i = 0; i < UNITS; i++) {
        uint64_t unit = (uint64_t)units[i].ns;

        if (rest < unit || (units[i].whole && rest % unit != 0))
            continue;
        buf_i64(b, (int64_t)(rest / unit));
        buf_z(b, units[i].name);
        rest %= unit;
    }
}

int64_t time_between(int64_t from, int64_t to)
{
    int64_t span;

    if (__builtin_sub_overflow(to, from, &span))
        return to < from ? INT64_MIN : INT64_MAX;
    return span;
}

/* ---- clocks ---- */

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    int rc = clock_gettime(id, &ts);

    assert(rc == 0);
    return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t clock_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_steady(void)
{
    return read_clock(CLOCK_BOOTTIME);
}
