/* go_float.c - floating point numbers as strconv.FormatFloat writes them: by default
 * the fewest digits that read back as the same number. */
#include "text/go_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PREC_MAX = 1100 }; /* no double has more digits that are not zero */

/* d.ddd, without the point, and the exponent of the first. */
struct decimal {
    char digits[PREC_MAX + 32];
    int n, exp;
};

static void decimal_of(double v, int digits, struct decimal *d)
{
    char text[PREC_MAX + 48];
    const char *p = text;

    (void)snprintf(text, sizeof text, "%.*e", digits - 1, v);
    d->n = 0;
    for (; *p != 'e'; p++)
        if (*p != '.')
            d->digits[d->n++] = *p;
    d->exp = atoi(p + 1);
}

static void shortest(double v, struct decimal *d)
{
    char text[64];

    for (int n = 1; n <= 17; n++) {
        (void)snprintf(text, sizeof text, "%.*e", n - 1, v);
        if (n < 17 && strtod(text, NULL) != v)
            continue;
        decimal_of(v, n, d);
        break;
    }
    while (d->n > 1 && d->digits[d->n - 1] == '0')
        d->n--;
}

static void put_zeros(struct buf *b, int64_t n)
{
    for (; n > 0 && !b->overflowed; n--)
        buf_char(b, '0');
}

static void put_e(struct buf *b, const struct decimal *d, int prec, char e)
{
    buf_char(b, d->digits[0]);
    if (prec > 0) {
        int n = d->n - 1 < prec ? d->n - 1 : prec;

        buf_char(b, '.');
        buf_add(b, (struct str){ d->digits + 1, (size_t)n });
        put_zeros(b, prec - n);
    }
    buf_printf(b, "%c%c%02d", e, d->exp < 0 ? '-' : '+', abs(d->exp));
}

static void put_f(struct buf *b, const struct decimal *d, int prec)
{
    int whole = d->exp + 1; /* digits before the point */

    if (whole > 0) {
        int n = d->n < whole ? d->n : whole;

        buf_add(b, (struct str){ d->digits, (size_t)n });
        put_zeros(b, whole - n);
    } else {
        buf_char(b, '0');
    }
    if (prec <= 0)
        return;
    buf_char(b, '.');
    for (int i = 0; i < prec && !b->overflowed; i++) {
        int at = whole + i;

        buf_char(b, at >= 0 && at < d->n ? d->digits[at] : '0');
    }
}

/* %g: the short one of both forms. */
static void put_g(struct buf *b, const struct decimal *d, int prec, bool fewest, char e)
{
    int limit = prec;

    if (limit > d->n && d->n >= d->exp + 1)
        limit = d->n;
    if (fewest)
        limit = 6;
    if (d->exp < -4 || d->exp >= limit)
        put_e(b, d, (prec > d->n ? d->n : prec) - 1, e);
    else
        put_f(b, d, d->n - d->exp - 1 > 0 ? d->n - d->exp - 1 : 0);
}

static void put_general(struct buf *b, double v, char verb, int prec)
{
    struct decimal d;
    bool fewest = prec < 0;
    char e = verb == 'G' ? 'E' : 'e';

    if (fewest) {
        shortest(v, &d);
        put_g(b, &d, d.n > 6 ? d.n : 6, true, e);
        return;
    }
    prec = prec == 0 ? 1 : prec;
    decimal_of(v, prec > PREC_MAX ? PREC_MAX : prec, &d);
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    put_g(b, &d, prec, false, e);
}

/* %x: 0x1.8p+01; the exponent has two digits at least, and the first digit is 1 also of
 * the smallest numbers, unlike C's. */
static void put_hex(struct buf *b, double v, char verb, int prec)
{
    int shift = fpclassify(v) == FP_SUBNORMAL ? 100 : 0, exp;
    char text[PREC_MAX + 48], *p;

    v = ldexp(v, shift);
    if (prec < 0)
        (void)snprintf(text, sizeof text, verb == 'X' ? "%A" : "%a", v);
    else
        (void)snprintf(text, sizeof text, verb == 'X' ? "%.*A" : "%.*a",
                       prec > PREC_MAX ? PREC_MAX : prec, v);
    p = strpbrk(text, "pP");
    exp = atoi(p + 1) - shift;
    if (text[2] == '2') { /* rounded up */
        text[2] = '1';
        exp++;
    }
    buf_add(b, (struct str){ text, (size_t)(p - text) });
    put_zeros(b, prec - PREC_MAX);
    buf_printf(b, "%c%c%02d", *p, exp < 0 ? '-' : '+', abs(exp));
}

/* %b: the mantissa as an integer, p, the exponent of two. */
static void put_binary(struct buf *b, double v)
{
    uint64_t bits, mantissa;
    int exp;

    memcpy(&bits, &v, sizeof bits);
    mantissa = bits & ((UINT64_C(1) << 52) - 1);
    exp = (int)(bits >> 52 & 0x7ff);
    if (exp > 0)
        mantissa |= UINT64_C(1) << 52;
    exp = (exp > 0 ? exp : 1) - 1075;
    buf_printf(b, "%llup%+d", (unsigned long long)mantissa, exp);
}

void go_float_put(struct buf *b, double v, char verb, int prec)
{
    struct decimal d;

    if (isnan(v) || isinf(v)) {
        buf_z(b, isnan(v) ? "NaN" : v > 0 ? "+Inf" : "-Inf");
        return;
    }
    if (signbit(v))
        buf_char(b, '-');
    v = fabs(v);
    if (verb == 'x' || verb == 'X') {
        put_hex(b, v, verb, prec);
    } else if (verb == 'b') {
        put_binary(b, v);
    } else if (verb == 'g' || verb == 'G') {
        put_general(b, v, verb, prec);
    } else if (verb == 'e' || verb == 'E') {
        if (prec < 0)
            shortest(v, &d);
        else
            decimal_of(v, (prec > PREC_MAX ? PREC_MAX : prec) + 1, &d);
        put_e(b, &d, prec < 0 ? d.n - 1 : prec, verb);
    } else if (prec < 0) {
        shortest(v, &d);
        put_f(b, &d, d.n - d.exp - 1);
    } else {
        /* All its digits: no double needs more than 767 before they are zeros. */
        char text[PREC_MAX + 400];
        int shown = prec > PREC_MAX ? PREC_MAX : prec;

        (void)snprintf(text, sizeof text, "%.*f", shown, v);
        buf_z(b, text);
        put_zeros(b, prec - shown);
    }
}
