/* go_date.c - toDate: a text read by one of Go's layouts, in UTC where it names no
 * zone. Of named zones only UTC is known, as on a server whose own zone is UTC. */
#include "text/go_functions.h"
#include "text/go_layout.h"

struct reading {
    struct str s; /* what is left of the text */
    int64_t year;
    int month, day, yearday, hour, minute, second; /* -1: not stated */
    int32_t ns, east;
    bool am, pm, bad;
};

static bool is_digit(struct str s, size_t at)
{
    return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

/* least to most digits. */
static int take_number(struct reading *r, int least, int most)
{
    int n = 0, value = 0;

    for (; n < most && is_digit(r->s, (size_t)n); n++)
        value = value * 10 + (r->s.p[n] - '0');
    if (n < least)
        r->bad = true;
    r->s = str_from(r->s, (size_t)n);
    return value;
}

static int take_name(struct reading *r, const char *const *names, int count, size_t cut)
{
    for (int i = 0; i < count; i++) {
        struct str name = str_of(names[i]);

        name.n = cut > 0 ? cut : name.n;
        if (r->s.n < name.n || !str_eq_nocase(str_head(r->s, name.n), name))
            continue;
        r->s = str_from(r->s, name.n);
        return i;
    }
    r->bad = true;
    return 0;
}

/* Literals match; a blank stands for any number of them. */
static void take_literal(struct reading *r, struct str want)
{
    while (want.n > 0 && !r->bad) {
        if (want.p[0] == ' ') {
            r->bad = r->s.n > 0 && r->s.p[0] != ' ';
            while (want.n > 0 && want.p[0] == ' ')
                want = str_from(want, 1);
            while (r->s.n > 0 && r->s.p[0] == ' ')
                r->s = str_from(r->s, 1);
            continue;
        }
        r->bad = r->s.n == 0 || r->s.p[0] != want.p[0];
        want = str_from(want, 1);
        r->s = str_from(r->s, 1);
    }
}

/* .678 with at most nine digits that count. */
static void take_fraction(struct reading *r, size_t digits)
{
    int32_t ns = 0;

    if (r->s.n < digits + 1 || (r->s.p[0] != '.' && r->s.p[0] != ',')) {
        r->bad = true;
        return;
    }
    for (size_t i = 1; i <= 9; i++) {
        bool here = i <= digits;

        if (here && !is_digit(r->s, i))
            r->bad = true;
        ns = ns * 10 + (here && !r->bad ? r->s.p[i] - '0' : 0);
    }
    for (size_t i = 10; i <= digits; i++)
        r->bad |= !is_digit(r->s, i);
    r->ns = ns;
    r->s = str_from(r->s, digits + 1);
}

static size_t fraction_digits(struct str s)
{
    size_t n = 0;

    if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ','))
        return 0;
    while (is_digit(s, n + 1))
        n++;
    return n;
}

static void take_offset(struct reading *r, const struct go_chunk *c)
{
    int parts[3] = { 0 }, count = 1 + c->minutes + c->seconds;
    bool minus;

    if (c->z && r->s.n > 0 && r->s.p[0] == 'Z' && !c->seconds) {
        r->s = str_from(r->s, 1);
        r->east = 0;
        return;
    }
    if (r->s.n == 0 || (r->s.p[0] != '+' && r->s.p[0] != '-')) {
        r->bad = true;
        return;
    }
    minus = r->s.p[0] == '-';
    r->s = str_from(r->s, 1);
    for (int i = 0; i < count && !r->bad; i++) {
        if (i > 0 && c->colon)
            take_literal(r, STR(":"));
        parts[i] = take_number(r, 2, 2);
    }
    r->east = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    r->east = minus ? -r->east : r->east;
}

static void take_half(struct reading *r, const char *am, const char *pm)
{
    r->am = str_starts(r->s, str_of(am));
    r->pm = str_starts(r->s, str_of(pm));
    r->bad |= !r->am && !r->pm;
    r->s = str_from(r->s, 2);
}

static void take_second(struct reading *r, bool zero, struct str layout)
{
    struct go_chunk next;
    size_t digits;

    r->second = take_number(r, zero ? 2 : 1, 2);
    digits = fraction_digits(r->s);
    if (r->bad || digits == 0)
        return;
    go_layout_next(&layout, &next); /* a fraction is read even where none is asked for */
    if (next.piece != PIECE_FRACTION)
        take_fraction(r, digits);
}

static void take_day(struct reading *r, const struct go_chunk *c)
{
    bool under = c->piece == PIECE_UNDER_DAY || c->piece == PIECE_UNDER_YEARDAY;
    bool of_year = c->piece == PIECE_UNDER_YEARDAY || c->piece == PIECE_ZERO_YEARDAY;

    for (int i = 0; under && i < (of_year ? 2 : 1); i++)
        if (r->s.n > 0 && r->s.p[0] == ' ')
            r->s = str_from(r->s, 1);
    if (of_year)
        r->yearday = take_number(r, under ? 1 : 3, 3);
    else
        r->day = take_number(r, c->piece == PIECE_ZERO_DAY ? 2 : 1, 2);
}

static void take_piece(struct reading *r, const struct go_chunk *c, struct str layout)
{
    switch ((int)c->piece) {
    case PIECE_LONG_MONTH:
        r->month = 1 + take_name(r, go_month_names, 12, 0);
        break;
    case PIECE_MONTH:
        r->month = 1 + take_name(r, go_month_names, 12, 3);
        break;
    case PIECE_LONG_WEEKDAY:
        (void)take_name(r, go_weekday_names, 7, 0);
        break;
    case PIECE_WEEKDAY:
        (void)take_name(r, go_weekday_names, 7, 3);
        break;
    case PIECE_ZERO_MONTH:
        r->month = take_number(r, 2, 2);
        break;
    case PIECE_NUM_MONTH:
        r->month = take_number(r, 1, 2);
        break;
    case PIECE_YEAR:
        r->year = take_number(r, 2, 2);
        r->year += r->year >= 69 ? 1900 : 2000;
        break;
    case PIECE_LONG_YEAR:
        r->year = take_number(r, 4, 4);
        break;
    case PIECE_HOUR:
        r->hour = take_number(r, 1, 2);
        break;
    case PIECE_HOUR12:
    case PIECE_ZERO_HOUR12:
        r->hour = take_number(r, c->piece == PIECE_HOUR12 ? 1 : 2, 2);
        r->bad |= r->hour > 12;
        break;
    case PIECE_MINUTE:
        r->minute = take_number(r, 1, 2);
        break;
    case PIECE_ZERO_MINUTE:
        r->minute = take_number(r, 2, 2);
        break;
    case PIECE_SECOND:
    case PIECE_ZERO_SECOND:
        take_second(r, c->piece == PIECE_ZERO_SECOND, layout);
        break;
    case PIECE_PM:
        take_half(r, "AM", "PM");
        break;
    case PIECE_PM_LOWER:
        take_half(r, "am", "pm");
        break;
    case PIECE_OFFSET:
        take_offset(r, c);
        break;
    case PIECE_ZONE:
        take_literal(r, STR("UTC"));
        break;
    case PIECE_FRACTION:
        if (c->fill == '0')
            take_fraction(r, (size_t)c->digits);
        else if (fraction_digits(r->s) > 0)
            take_fraction(r, fraction_digits(r->s));
        break;
    default:
        take_day(r, c);
    }
}

/* The day of the year agrees with month and day, where all are stated. */
static void settle_yearday(struct reading *r)
{
    int month = 1, day = r->yearday;

    if (r->yearday < 0)
        return;
    while (month < 12 && day > month_days(r->year, month))
        day -= month_days(r->year, month++);
    r->bad |= r->yearday < 1 || day > 31 || (r->month >= 0 && r->month != month) ||
              (r->day >= 0 && r->day != day);
    r->month = month;
    r->day = day;
}

static bool settle(struct reading *r, struct go_value *out)
{
    struct civil c;

    if (r->pm && r->hour < 12)
        r->hour += 12;
    else if (r->am && r->hour == 12)
        r->hour = 0;
    settle_yearday(r);
    r->month = r->month < 0 ? 1 : r->month;
    r->day = r->day < 0 ? 1 : r->day;
    if (r->bad || r->month < 1 || r->month > 12 || r->day < 1 ||
        r->day > month_days(r->year, r->month) || r->hour > 23 || r->minute > 59 ||
        r->second > 59)
        return false;
    c = (struct civil){ .year = r->year,
                        .month = r->month,
                        .day = r->day,
                        .hour = r->hour,
                        .minute = r->minute,
                        .second = r->second };
    *out = go_time_value(0, r->east);
    out->t.s = civil_to_s(&c, r->east);
    out->t.ns = r->ns;
    return true;
}

static bool date_of(struct str layout, struct str text, struct go_value *out)
{
    struct reading r = { .s = text, .month = -1, .day = -1, .yearday = -1 };

    while (!r.bad) {
        struct go_chunk c;

        go_layout_next(&layout, &c);
        take_literal(&r, c.before);
        if (c.piece == PIECE_NONE)
            return !r.bad && r.s.n == 0 && settle(&r, out);
        if (!r.bad)
            take_piece(&r, &c, layout);
    }
    return false;
}

/* The zero time when it does not fit. */
ok go_call_to_date(struct go_run *, const struct go_value *args, size_t,
                   struct go_value *out)
{
    if (!date_of(args[0].s, args[1].s, out))
        *out = go_time_value(TIME_UNSET, 0);
    return OK;
}

ok go_call_must_to_date(struct go_run *x, const struct go_value *args, size_t,
                        struct go_value *out)
{
    if (date_of(args[0].s, args[1].s, out))
        return OK;
    return go_refuse(x, "error calling mustToDate: cannot parse \"%.*s\" as \"%.*s\"",
                     STR_ARG(utf8_cut(args[1].s, 60)), STR_ARG(utf8_cut(args[0].s, 60)));
}
