/* json_out.c - the writing half of json.h. */
#include "base/json.h"

#include "base/json_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- strings ---------------------------------------------------------- */

/* Lists of alerts are mostly strings that need no escape, so those are found many bytes
 * at a time and copied whole. */
struct style {
    bool html;
    bool valid; /* the string is known to be UTF-8: only ASCII needs a look */
};

#define EACH(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* Not 0 if one of the eight bytes is 0. */
static uint64_t zeros(uint64_t x)
{
    return (x - EACH(1)) & ~x & EACH(0x80);
}

static bool eight_are_plain(uint64_t x, struct style style)
{
    uint64_t odd = ((x - EACH(0x20)) & ~x & EACH(0x80)) | zeros(x ^ EACH('"')) |
                   zeros(x ^ EACH('\\'));

    if (style.html) /* '<' and '>' differ in bit 1; U+2028/9 begin with e2 */
        odd |= zeros((x | EACH(2)) ^ EACH('>')) | zeros(x ^ EACH('&')) |
               zeros(x ^ EACH(0xe2));
    if (!style.valid)
        odd |= x & EACH(0x80);
    return odd == 0;
}

/* The same by the machine's vectors, whichever it has. */
typedef unsigned char sixteen __attribute__((vector_size(16)));
typedef uint64_t two __attribute__((vector_size(16)));

/* Each byte 0, or 255 if it does not stand itself. */
static inline __attribute__((always_inline)) two odd_of(sixteen x, struct style style)
{
    sixteen odd = (sixteen)(x < 0x20) | (sixteen)(x == '"') | (sixteen)(x == '\\');

    if (style.html)
        odd |= (sixteen)((x | 2) == '>') | (sixteen)(x == '&') | (sixteen)(x == 0xe2);
    if (!style.valid)
        odd |= (sixteen)(x >= 0x80);
    return (two)odd;
}

static inline __attribute__((always_inline)) bool all_plain(sixteen x, struct style style)
{
    two odd = odd_of(x, style);

    return (odd[0] | odd[1]) == 0;
}

/* How many bytes are 0 before the first that is not; x is not 0. */
static size_t zeros_before(uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(x) / 8;
#else
    return (size_t)__builtin_clzll(x) / 8;
#endif
}

/* Of sixteen bytes, how many before the first that does not stand itself. */
static size_t plain_before(const char *p, struct style style)
{
    sixteen x;
    two odd;

    memcpy(&x, p, sizeof x);
    odd = odd_of(x, style);
    return odd[0] != 0   ? zeros_before(odd[0])
           : odd[1] != 0 ? 8 + zeros_before(odd[1])
                         : 16;
}

static bool one_is_plain(unsigned char c, struct style style)
{
    if (c < 0x20 || c == '"' || c == '\\')
        return false;
    if (c >= 0x80)
        return style.valid && !(style.html && c == 0xe2);
    return !style.html || ((c | 2) != '>' && c != '&');
}

static uint64_t bytes_at(const char *p, size_t n)
{
    uint64_t x = 0;

    memcpy(&x, p, n);
    return x;
}

/* Fewer than sixteen, taken as two pieces that overlap. */
static bool few_are_plain(const char *p, const char *end, struct style style)
{
    size_t n = (size_t)(end - p);

    if (n >= 8)
        return eight_are_plain(bytes_at(p, 8), style) &&
               eight_are_plain(bytes_at(end - 8, 8), style);
    return n >= 4 && eight_are_plain(bytes_at(p, 4) | bytes_at(end - 4, 4) << 32, style);
}

static const char *skip_plain(const char *p, const char *end, struct style style)
{
    for (; end - p >= 16; p += 16) {
        size_t n = plain_before(p, style);

        if (n < 16)
            return p + n;
    }
    if (few_are_plain(p, end, style))
        return end;
    while (p < end && one_is_plain((unsigned char)*p, style))
        p++;
    return p;
}

/* What is written for the character at p, of *n bytes; empty if it stands itself. */
static struct str escape_of(const char *p, const char *end, bool html, size_t *n,
                            char room[8])
{
    unsigned char c = (unsigned char)*p;

    *n = 1;
    switch (c) {
    case '"':
        return STR("\\\"");
    case '\\':
        return STR("\\\\");
    case '\n':
        return STR("\\n");
    case '\r':
        return STR("\\r");
    case '\t':
        return STR("\\t");
    default:
        break;
    }
    if (c < 0x80) {
        memcpy(room, "\\u00", 4);
        room[4] = (char)('0' + (c >> 4));
        room[5] = "0123456789abcdef"[c & 15];
        return (struct str){ room, 6 };
    }
    *n = json_wide(p, end);
    if (*n == 0) {
        *n = 1;
        return STR("\\ufffd");
    }
    if (html && *n == 3 && memcmp(p, "\xe2\x80\xa8", 3) == 0)
        return STR("\\u2028");
    if (html && *n == 3 && memcmp(p, "\xe2\x80\xa9", 3) == 0)
        return STR("\\u2029");
    return STR("");
}

static void put_escaped(struct buf *b, struct str s, struct style style)
{
    const char *end = s.p + s.n;
    const char *from = s.p; /* what stands itself is copied in one piece */

    for (const char *p = s.p; (p = skip_plain(p, end, style)) < end;) {
        char room[8];
        size_t n;
        struct str instead = escape_of(p, end, style.html, &n, room);

        if (instead.n > 0) {
            buf_add(b, (struct str){ from, (size_t)(p - from) });
            buf_add(b, instead);
            from = p + n;
        }
        p += n;
    }
    buf_add(b, (struct str){ from, (size_t)(end - from) });
}

/* Fewer than sixteen as sixteen: pieces that overlap, or some bytes more than once. They
 * are written the same way. */
static sixteen few(const char *p, size_t n, char *to)
{
    uint64_t low, high;

    if (n >= 8) {
        low = bytes_at(p, 8);
        high = bytes_at(p + n - 8, 8);
        memcpy(to, &low, 8);
        memcpy(to + n - 8, &high, 8);
    } else if (n >= 4) {
        low = bytes_at(p, 4);
        high = bytes_at(p + n - 4, 4);
        memcpy(to, &low, 4);
        memcpy(to + n - 4, &high, 4);
        low = high |= low << 32;
    } else {
        to[0] = p[0];
        to[n / 2] = p[n / 2];
        to[n - 1] = p[n - 1];
        low = (unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 |
              (uint64_t)(unsigned char)p[n - 1] << 16;
        low = high = EACH(' ') << 24 | low;
    }
    return (sixteen)(two){ low, high };
}

/* Looked at and copied in one go. False: not all of it stands itself. */
static inline __attribute__((always_inline)) bool copy_plain(char *to, const char *p,
                                                             size_t n, struct style style)
{
    sixteen x;

    if (n == 0)
        return true;
    if (n < 16)
        return all_plain(few(p, n, to), style);
    for (size_t i = 0; i + 16 < n; i += 16) {
        memcpy(&x, p + i, sizeof x);
        if (!all_plain(x, style))
            return false;
        memcpy(to + i, &x, sizeof x);
    }
    memcpy(&x, p + n - 16, sizeof x);
    memcpy(to + n - 16, &x, sizeof x);
    return all_plain(x, style);
}

static bool copy(char *to, struct str s, bool html)
{
    return html ? copy_plain(to, s.p, s.n, (struct style){ .html = true })
                : copy_plain(to, s.p, s.n, (struct style){ .html = false });
}

/* What is not plain ASCII. */
static void put_slowly(struct buf *b, struct str s, bool html)
{
    struct style style = { .html = html, .valid = utf8_valid(s) };

    buf_char(b, '"');
    put_escaped(b, s, style);
    buf_char(b, '"');
}

/* The string in quotes, and around it `before` and `after` (0: nothing). An escape is
 * longer than what it stands for, so that there has to be room for the string itself. */
static void put_string(struct buf *b, char before, struct str s, bool html, char after)
{
    size_t n = s.n + 2 + (before != 0) + (after != 0);
    char *to = buf_reserve(b, n), *quote;

    if (to == NULL)
        return;
    to[0] = before;
    quote = to + (before != 0);
    quote[0] = '"';
    if (copy(quote + 1, s, html)) {
        quote[s.n + 1] = '"';
        if (after != 0)
            quote[s.n + 2] = after;
        b->n += n;
        return;
    }
    b->n += before != 0;
    put_slowly(b, s, html);
    if (after != 0)
        buf_char(b, after);
}

void json_put_str(struct buf *b, struct str s)
{
    put_string(b, 0, s, false, 0);
}

void json_put_str_html(struct buf *b, struct str s)
{
    put_string(b, 0, s, true, 0);
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
    put_string(o->b, o->need_comma ? ',' : 0, key, o->html, ':');
    o->need_comma = false;
}

void json_key(struct json_out *o, const char *key)
{
    json_key_str(o, str_of(key));
}

void json_string(struct json_out *o, struct str s)
{
    put_string(o->b, o->need_comma ? ',' : 0, s, o->html, 0);
    o->need_comma = true;
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

void json_copy(struct json_out *o, struct json v)
{
    switch (json_kind(v)) {
    case JSON_NONE:
    case JSON_NULL:
        json_null(o);
        return;
    case JSON_BOOL:
        json_truth(o, json_bool(v));
        return;
    case JSON_INT:
        json_i64(o, json_int(v));
        return;
    case JSON_NUMBER:
        json_double(o, json_number(v));
        return;
    case JSON_STRING:
        json_string(o, json_str(v));
        return;
    case JSON_ARRAY:
        json_array(o);
        for (struct json_iter it = json_iter(v); json_next(&it);)
            json_copy(o, it.value);
        json_array_end(o);
        return;
    case JSON_OBJECT:
        json_object(o);
        for (struct json_iter it = json_iter(v); json_next(&it);) {
            json_key_str(o, it.key);
            json_copy(o, it.value);
        }
        json_object_end(o);
        return;
    }
}
