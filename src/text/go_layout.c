/* go_layout.c - times by Go's layouts. */
#include "text/go_layout.h"

const char *const go_month_names[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"
};
const char *const go_weekday_names[7] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
                                          "Thursday", "Friday", "Saturday" };

/* In the order in which Go looks: the longer first. */
static const struct row {
    struct str text;
    enum go_piece piece;
    bool word; /* no small letter may follow */
    bool z, colon, minutes, seconds;
} rows[] = {
    { STR_INIT("January"), PIECE_LONG_MONTH, false, 0, 0, 0, 0 },
    { STR_INIT("Jan"), PIECE_MONTH, true, 0, 0, 0, 0 },
    { STR_INIT("Monday"), PIECE_LONG_WEEKDAY, false, 0, 0, 0, 0 },
    { STR_INIT("Mon"), PIECE_WEEKDAY, true, 0, 0, 0, 0 },
    { STR_INIT("MST"), PIECE_ZONE, false, 0, 0, 0, 0 },
    { STR_INIT("01"), PIECE_ZERO_MONTH, false, 0, 0, 0, 0 },
    { STR_INIT("02"), PIECE_ZERO_DAY, false, 0, 0, 0, 0 },
    { STR_INIT("03"), PIECE_ZERO_HOUR12, false, 0, 0, 0, 0 },
    { STR_INIT("04"), PIECE_ZERO_MINUTE, false, 0, 0, 0, 0 },
    { STR_INIT("05"), PIECE_ZERO_SECOND, false, 0, 0, 0, 0 },
    { STR_INIT("06"), PIECE_YEAR, false, 0, 0, 0, 0 },
    { STR_INIT("002"), PIECE_ZERO_YEARDAY, false, 0, 0, 0, 0 },
    { STR_INIT("15"), PIECE_HOUR, false, 0, 0, 0, 0 },
    { STR_INIT("1"), PIECE_NUM_MONTH, false, 0, 0, 0, 0 },
    { STR_INIT("2006"), PIECE_LONG_YEAR, false, 0, 0, 0, 0 },
    { STR_INIT("2"), PIECE_DAY, false, 0, 0, 0, 0 },
    { STR_INIT("_2006"), PIECE_NONE, false, 0, 0, 0, 0 }, /* a literal _, then a year */
    { STR_INIT("_2"), PIECE_UNDER_DAY, false, 0, 0, 0, 0 },
    { STR_INIT("__2"), PIECE_UNDER_YEARDAY, false, 0, 0, 0, 0 },
    { STR_INIT("3"), PIECE_HOUR12, false, 0, 0, 0, 0 },
    { STR_INIT("4"), PIECE_MINUTE, false, 0, 0, 0, 0 },
    { STR_INIT("5"), PIECE_SECOND, false, 0, 0, 0, 0 },
    { STR_INIT("PM"), PIECE_PM, false, 0, 0, 0, 0 },
    { STR_INIT("pm"), PIECE_PM_LOWER, false, 0, 0, 0, 0 },
    { STR_INIT("-070000"), PIECE_OFFSET, false, false, false, true, true },
    { STR_INIT("-07:00:00"), PIECE_OFFSET, false, false, true, true, true },
    { STR_INIT("-0700"), PIECE_OFFSET, false, false, false, true, false },
    { STR_INIT("-07:00"), PIECE_OFFSET, false, false, true, true, false },
    { STR_INIT("-07"), PIECE_OFFSET, false, false, false, false, false },
    { STR_INIT("Z070000"), PIECE_OFFSET, false, true, false, true, true },
    { STR_INIT("Z07:00:00"), PIECE_OFFSET, false, true, true, true, true },
    { STR_INIT("Z0700"), PIECE_OFFSET, false, true, false, true, false },
    { STR_INIT("Z07:00"), PIECE_OFFSET, false, true, true, true, false },
    { STR_INIT("Z07"), PIECE_OFFSET, false, true, false, false, false },
};

static const struct row *row_at(struct str s)
{
    if (s.n == 0 || memchr("JM0123456789_Pp-Z", s.p[0], 17) == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str rest = str_from(s, rows[i].text.n);

        if (!str_starts(s, rows[i].text))
            continue;
        if (rows[i].word && rest.n > 0 && rest.p[0] >= 'a' && rest.p[0] <= 'z')
            continue;
        return rows[i].piece == PIECE_NONE ? NULL : &rows[i];
    }
    return NULL;
}

/* .000 or ,999 with no digit behind: how many bytes. */
static size_t fraction_at(struct str s)
{
    size_t n = 1;

    if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ',') || (s.p[1] != '0' && s.p[1] != '9'))
        return 0;
    while (n < s.n && s.p[n] == s.p[1])
        n++;
    return n < s.n && s.p[n] >= '0' && s.p[n] <= '9' ? 0 : n;
}

void go_layout_next(struct str *layout, struct go_chunk *out)
{
    struct str s = *layout;

    *out = (struct go_chunk){ .before = s };
    for (size_t i = 0; i < s.n; i++) {
        struct str rest = str_from(s, i);
        const struct row *row = row_at(rest);
        size_t n = row != NULL ? row->text.n : fraction_at(rest);

        if (n == 0)
            continue;
        out->before.n = i;
        *layout = str_from(rest, n);
        if (row == NULL) {
            out->piece = PIECE_FRACTION;
            out->mark = rest.p[0];
            out->fill = rest.p[1];
            out->digits = (int)n - 1;
            return;
        }
        out->piece = row->piece;
        out->z = row->z;
        out->colon = row->colon;
        out->minutes = row->minutes;
        out->seconds = row->seconds;
        return;
    }
    *layout = STR("");
}

/* ---- formatting ------------------------------------------------------------------------ */

static void put_number(struct buf *b, int64_t n, int width)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;

    do {
        text[--at] = (char)('0' + u % 10);
        u /= 10;
        width--;
    } while (u > 0);
    if (n < 0)
        buf_char(b, '-');
    for (; width > 0; width--)
        buf_char(b, '0');
    buf_add(b, (struct str){ text + at, sizeof text - at });
}

static void put_offset(struct buf *b, const struct go_chunk *c, int32_t east)
{
    int32_t zone = east / 60, whole = east;

    if (c->z && east == 0) {
        buf_char(b, 'Z');
        return;
    }
    buf_char(b, zone < 0 ? '-' : '+');
    if (zone < 0) {
        zone = -zone;
        whole = -whole;
    }
    put_number(b, zone / 60, 2);
    if (c->minutes) {
        if (c->colon)
            buf_char(b, ':');
        put_number(b, zone % 60, 2);
    }
    if (c->seconds) {
        if (c->colon)
            buf_char(b, ':');
        put_number(b, whole % 60, 2);
    }
}

static void put_zone(struct buf *b, const struct zone_local *local)
{
    int32_t zone = local->offset_s / 60;

    if (local->abbreviation[0] != '\0') {
        buf_z(b, local->abbreviation);
        return;
    }
    buf_char(b, zone < 0 ? '-' : '+');
    zone = zone < 0 ? -zone : zone;
    put_number(b, zone / 60, 2);
    put_number(b, zone % 60, 2);
}

static void put_fraction(struct buf *b, const struct go_chunk *c, int32_t ns)
{
    char digits[16];
    int n = c->digits > 9 ? 9 : c->digits;

    for (int i = 8; i >= 0; i--, ns /= 10)
        digits[i] = (char)('0' + ns % 10);
    if (c->fill == '9') {
        while (n > 0 && digits[n - 1] == '0')
            n--;
        if (n == 0)
            return;
    }
    buf_char(b, c->mark);
    buf_add(b, (struct str){ digits, (size_t)n });
}

static void put_head(struct buf *b, const char *name)
{
    buf_add(b, (struct str){ name, 3 });
}

static void put_piece(struct buf *b, const struct go_chunk *c, const struct civil *t)
{
    int hour12 = t->hour % 12 == 0 ? 12 : t->hour % 12;

    switch ((int)c->piece) {
    case PIECE_LONG_MONTH:
        buf_z(b, go_month_names[t->month - 1]);
        break;
    case PIECE_MONTH:
        put_head(b, go_month_names[t->month - 1]);
        break;
    case PIECE_LONG_WEEKDAY:
        buf_z(b, go_weekday_names[t->weekday]);
        break;
    case PIECE_WEEKDAY:
        put_head(b, go_weekday_names[t->weekday]);
        break;
    case PIECE_ZERO_MONTH:
        put_number(b, t->month, 2);
        break;
    case PIECE_NUM_MONTH:
        put_number(b, t->month, 0);
        break;
    case PIECE_ZERO_DAY:
        put_number(b, t->day, 2);
        break;
    case PIECE_DAY:
        put_number(b, t->day, 0);
        break;
    case PIECE_UNDER_DAY:
        buf_printf(b, "%2d", t->day);
        break;
    case PIECE_ZERO_YEARDAY:
        put_number(b, t->yearday, 3);
        break;
    case PIECE_UNDER_YEARDAY:
        buf_printf(b, "%3d", t->yearday);
        break;
    case PIECE_ZERO_HOUR12:
        put_number(b, hour12, 2);
        break;
    case PIECE_HOUR12:
        put_number(b, hour12, 0);
        break;
    case PIECE_HOUR:
        put_number(b, t->hour, 2);
        break;
    case PIECE_ZERO_MINUTE:
        put_number(b, t->minute, 2);
        break;
    case PIECE_MINUTE:
        put_number(b, t->minute, 0);
        break;
    case PIECE_ZERO_SECOND:
        put_number(b, t->second, 2);
        break;
    case PIECE_SECOND:
        put_number(b, t->second, 0);
        break;
    case PIECE_YEAR:
        put_number(b, (t->year < 0 ? -t->year : t->year) % 100, 2);
        break;
    case PIECE_LONG_YEAR:
        put_number(b, t->year, 4);
        break;
    case PIECE_PM:
        buf_z(b, t->hour >= 12 ? "PM" : "AM");
        break;
    case PIECE_PM_LOWER:
        buf_z(b, t->hour >= 12 ? "pm" : "am");
        break;
    default:
        break;
    }
}

void go_layout_put(const struct go_time *t, struct str layout, struct buf *b)
{
    struct zone_local local = go_time_local(t);
    struct civil c = go_time_civil(t);

    while (layout.n > 0) {
        struct go_chunk chunk;

        go_layout_next(&layout, &chunk);
        buf_add(b, chunk.before);
        if (chunk.piece == PIECE_OFFSET)
            put_offset(b, &chunk, local.offset_s);
        else if (chunk.piece == PIECE_ZONE)
            put_zone(b, &local);
        else if (chunk.piece == PIECE_FRACTION)
            put_fraction(b, &chunk, t->ns);
        else
            put_piece(b, &chunk, &c);
    }
}
