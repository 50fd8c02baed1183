/* go_integer.c - integers, characters and quoted strings as Go's printf puts them. */
#include "text/go_run.h"

static char digit_of(uint64_t d, bool upper)
{
    return (upper ? "0123456789ABCDEF" : "0123456789abcdef")[d];
}

void go_put_padding(struct go_format *f, int64_t n)
{
    char *to;

    if (n <= 0)
        return;
    to = buf_reserve(f->b, (size_t)n);
    if (to == NULL)
        return;
    memset(to, f->zero ? '0' : ' ', (size_t)n);
    f->b->n += (size_t)n;
}

void go_put_padded(struct go_format *f, struct str s)
{
    int64_t missing;

    if (!f->has_width || f->width == 0) {
        buf_add(f->b, s);
        return;
    }
    missing = f->width - (int64_t)go_rune_count(s);
    if (!f->minus)
        go_put_padding(f, missing);
    buf_add(f->b, s);
    if (f->minus)
        go_put_padding(f, missing);
}

/* The sign, prefix and leading zeros go in front of the digits, all of it is padded
 * with blanks: zeros asked for by a width became precision before. */
static void put_number(struct go_format *f, struct str sign, struct str digits,
                       int64_t zeros)
{
    int64_t width = f->has_width ? f->width : 0;
    int64_t missing = width - (int64_t)(sign.n + digits.n) - zeros;
    bool zero = f->zero;

    f->zero = false;
    if (!f->minus)
        go_put_padding(f, missing);
    buf_add(f->b, sign);
    f->zero = true;
    go_put_padding(f, zeros);
    buf_add(f->b, digits);
    f->zero = false;
    if (f->minus)
        go_put_padding(f, missing);
    f->zero = zero;
}

static size_t put_prefix(struct go_format *f, int base, uint32_t verb, bool zero_first,
                         char *to)
{
    size_t n = 0;

    if (verb == 'O') {
        to[n++] = '0';
        to[n++] = 'o';
    }
    if (!f->sharp)
        return n;
    if (base == 8) {
        if (!zero_first)
            to[n++] = '0';
    } else if (base != 10) {
        to[n++] = '0';
        to[n++] = base == 2 ? 'b' : verb == 'X' ? 'X' : 'x';
    }
    return n;
}

void go_put_integer(struct go_format *f, uint64_t u, int base, bool is_signed,
                    uint32_t verb)
{
    bool negative = is_signed && (int64_t)u < 0;
    int64_t prec = 0, zeros;
    char digits[64], front[8];
    size_t at = sizeof digits, n = 0;
    bool upper = verb == 'X';

    u = negative ? -u : u;
    if (f->has_prec) {
        prec = f->prec;
        if (prec == 0 && u == 0) {
            bool zero = f->zero;

            f->zero = false;
            go_put_padding(f, f->has_width ? f->width : 0);
            f->zero = zero;
            return;
        }
    } else if (f->zero && f->has_width) {
        prec = f->width - (negative || f->plus || f->space);
    }
    do {
        digits[--at] = digit_of(u % (unsigned)base, upper);
        u /= (unsigned)base;
    } while (u > 0);
    zeros = prec - (int64_t)(sizeof digits - at);
    zeros = zeros < 0 ? 0 : zeros;
    if (negative || f->plus || f->space)
        front[n++] = negative ? '-' : f->plus ? '+' : ' ';
    n += put_prefix(f, base, verb, zeros > 0 || digits[at] == '0', front + n);
    put_number(f, (struct str){ front, n },
               (struct str){ digits + at, sizeof digits - at }, zeros);
}

/* U+0041, with # also 'A' when it can be seen. */
void go_put_unicode(struct go_format *f, uint64_t u)
{
    bool zero = f->zero;
    int64_t prec = f->has_prec && f->prec > 4 ? f->prec : 4, n = 0;
    struct buf b;

    buf_init(&b, f->b->limit);
    for (uint64_t rest = u; rest > 0; rest /= 16)
        n++;
    n = n == 0 ? 1 : n;
    buf_z(&b, "U+");
    for (; prec > n && !b.overflowed; prec--)
        buf_char(&b, '0');
    buf_printf(&b, "%llX", (unsigned long long)u);
    if (f->sharp && u <= 0x10ffff && utf8_is_print((uint32_t)u)) {
        buf_z(&b, " '");
        utf8_put(&b, (uint32_t)u);
        buf_char(&b, '\'');
    }
    f->zero = false;
    go_put_padded(f, buf_str(&b));
    f->zero = zero;
    f->b->overflowed |= b.overflowed;
    buf_fini(&b);
}

/* ---- quoted ------------------------------------------------------------------------ */

static void put_char(struct buf *b, uint32_t code, char quote, bool ascii)
{
    static const char plain[] = "abfnrtv", made[] = "\a\b\f\n\r\t\v";
    const char *found;

    if (code == (unsigned char)quote || code == '\\') {
        buf_char(b, '\\');
        buf_char(b, (char)code);
    } else if ((code < 0x80 || !ascii) && utf8_is_print(code)) {
        utf8_put(b, code);
    } else if (code > 0 && code < 0x80 && (found = strchr(made, (int)code)) != NULL) {
        buf_char(b, '\\');
        buf_char(b, plain[found - made]);
    } else if (code < ' ' || code == 0x7f) {
        buf_printf(b, "\\x%02x", (unsigned)code);
    } else if (code < 0x10000) {
        buf_printf(b, "\\u%04x", (unsigned)code);
    } else {
        buf_printf(b, "\\U%08x", (unsigned)code);
    }
}

void go_put_quoted(struct buf *b, struct str s, bool ascii)
{
    buf_char(b, '"');
    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        if (n == 1 && code == 0xfffd)
            buf_printf(b, "\\x%02x", (unsigned)(unsigned char)s.p[0]);
        else
            put_char(b, code, '"', ascii);
        s = str_from(s, n);
    }
    buf_char(b, '"');
}

void go_put_quoted_char(struct buf *b, uint32_t code, bool ascii)
{
    buf_char(b, '\'');
    put_char(b, code, '\'', ascii);
    buf_char(b, '\'');
}
