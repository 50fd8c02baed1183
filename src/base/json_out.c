/* json_out.c - the writing half of json.h. */
#include "base/json.h"

#include "base/json_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- strings ---------------------------------------------------------- */

/* What stands for a byte below 0x80 in a string, or NULL if it stands itself. */
static const char *escape_of(unsigned char c, bool html, char room[8])
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    case '<':
    case '>':
    case '&':
        if (!html)
            return NULL;
        break;
    default:
        if (c >= 0x20)
            return NULL;
    }
    snprintf(room, 8, "\\u%04x", c);
    return room;
}

static void put_string(struct buf *b, struct str s, bool html)
{
    const char *end = s.n == 0 ? s.p : s.p + s.n;
    const char *plain = s.p; /* what stands for itself is copied in one piece */

    buf_char(b, '"');
    for (const char *p = s.p; p < end;) {
        const char *instead = NULL;
        size_t n = 1;
        char room[8];

        if ((unsigned char)*p < 0x80) {
            instead = escape_of((unsigned char)*p, html, room);
        } else {
            n = json_wide(p, end);
            if (n == 0) {
                n = 1;
                instead = "\\ufffd";
            } else if (html && n == 3 && memcmp(p, "\xe2\x80\xa8", 3) == 0) {
                instead = "\\u2028";
            } else if (html && n == 3 && memcmp(p, "\xe2\x80\xa9", 3) == 0) {
                instead = "\\u2029";
            }
        }
        if (instead != NULL) {
            buf_add(b, (struct str){ plain, (size_t)(p - plain) });
            buf_z(b, instead);
            plain = p + n;
        }
        p += n;
    }
    buf_add(b, (struct str){ plain, (size_t)(end - plain) });
    buf_char(b, '"');
}

void json_put_str(struct buf *b, struct str s)
{
    put_string(b, s, false);
}

void json_put_str_html(struct buf *b, struct str s)
{
    put_string(b, s, true);
}

/* ---- structure -------------------------------------------------------- */

struct json_out json_out(struct buf *b)
{
    return (struct json_out){ .b = b };
}

static void before_value(struct json_out *o)
{
    if (o->need_comma)
        buf_char(o->b, ',');
    o->need_comma = true;
}

static void open_with(struct json_out *o, char bracket)
{
    before_value(o);
    buf_char(o->b, bracket);
    o->need_comma = false;
}

static void close_with(struct json_out *o, char bracket)
{
    buf_char(o->b, bracket);
    o->need_comma = true;
}

void json_object(struct json_out *o)
{
    open_with(o, '{');
}

void json_object_end(struct json_out *o)
{
    close_with(o, '}');
}

void json_array(struct json_out *o)
{
    open_with(o, '[');
}

void json_array_end(struct json_out *o)
{
    close_with(o, ']');
}

void json_key_str(struct json_out *o, struct str key)
{
    before_value(o);
    put_string(o->b, key, o->html);
    buf_char(o->b, ':');
    o->need_comma = false;
}

void json_key(struct json_out *o, const char *key)
{
    json_key_str(o, str_of(key));
}

void json_string(struct json_out *o, struct str s)
{
    before_value(o);
    put_string(o->b, s, o->html);
}

void json_i64(struct json_out *o, int64_t n)
{
    before_value(o);
    buf_i64(o->b, n);
}

void json_truth(struct json_out *o, bool b)
{
    before_value(o);
    buf_z(o->b, b ? "true" : "false");
}

void json_null(struct json_out *o)
{
    before_value(o);
    buf_z(o->b, "null");
}

void json_raw(struct json_out *o, struct str json)
{
    before_value(o);
    buf_add(o->b, json);
}

void json_kv(struct json_out *o, const char *key, struct str value)
{
    json_key(o, key);
    json_string(o, value);
}

void json_kv_i64(struct json_out *o, const char *key, int64_t n)
{
    json_key(o, key);
    json_i64(o, n);
}

void json_kv_bool(struct json_out *o, const char *key, bool b)
{
    json_key(o, key);
    json_truth(o, b);
}

/* ---- floating point --------------------------------------------------- */

enum { MOST_DIGITS = 17 };

/* The fewest significant digits that read back as d (finite, positive), without
 * trailing zeros; value = 0.DIGITS * 10^point. Only the digits of what printf
 * wrote are taken, so the locale's decimal point does not matter. */
static size_t shortest_digits(double d, char digits[MOST_DIGITS + 1], int *point)
{
    char text[64];
    size_t n = 0;
    /* Fifteen digits always suffice to tell decimals apart, but a subnormal has
     * fewer, and the first that reads back is then the shortest. */
    int precision = d < 2.2250738585072014e-308 ? 1 : 15;

    for (;; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, d);
        if (precision == MOST_DIGITS || strtod(text, NULL) == d)
            break;
    }
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    *point = atoi(strchr(text, 'e') + 1) + 1;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    return n;
}

static void put_zeros(struct buf *b, int n)
{
    while (n-- > 0)
        buf_char(b, '0');
}

/* As JavaScript and Go lay numbers out, 1e-7 and 1e+21, but from 1e18 on with an
 * exponent: twenty plain digits are an integer that our own reader refuses. */
static void put_layout(struct buf *b, struct str digits, int point)
{
    int n = (int)digits.n;

    if (point < -5 || point > 18) {
        buf_char(b, digits.p[0]);
        if (n > 1) {
            buf_char(b, '.');
            buf_add(b, str_from(digits, 1));
        }
        buf_printf(b, "e%+d", point - 1);
    } else if (point <= 0) {
        buf_z(b, "0.");
        put_zeros(b, -point);
        buf_add(b, digits);
    } else if (point >= n) {
        buf_add(b, digits);
        put_zeros(b, point - n);
    } else {
        buf_add(b, str_head(digits, (size_t)point));
        buf_char(b, '.');
        buf_add(b, str_from(digits, (size_t)point));
    }
}

void json_double(struct json_out *o, double d)
{
    char digits[MOST_DIGITS + 1];
    size_t n;
    int point;

    before_value(o);
    if (!isfinite(d)) {
        buf_z(o->b, "null");
        return;
    }
    if (signbit(d))
        buf_char(o->b, '-');
    if (d == 0) {
        buf_char(o->b, '0');
        return;
    }
    n = shortest_digits(fabs(d), digits, &point);
    put_layout(o->b, (struct str){ digits, n }, point);
}
