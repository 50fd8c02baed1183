/* go_printf.c - Go's printf: its formats, flags, widths, and how it says what is wrong
 * with them (%!d(string=x), %!(EXTRA ...)). */
#include "text/go_run.h"

enum { LARGE = 1000000 }; /* a width beyond is none */

struct scan {
    struct go_format f;
    struct str s; /* the format */
    size_t at;
    const struct go_value *args;
    size_t n, next; /* arguments, and which is next */
    bool reordered, good_index, after_index;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char peek(const struct scan *p)
{
    return p->at < p->s.n ? p->s.p[p->at] : '\0';
}

/* A decimal number; false when there is none or it is too large: then all is skipped. */
static bool take_number(struct scan *p, size_t end, int *out)
{
    bool any = false;

    for (*out = 0; p->at < end && is_digit(p->s.p[p->at]); p->at++, any = true) {
        if (*out > LARGE) {
            *out = 0;
            p->at = end;
            return false;
        }
        *out = *out * 10 + (p->s.p[p->at] - '0');
    }
    return any;
}

/* [3]: which argument comes next. */
static void take_index(struct scan *p)
{
    const char *close;
    size_t end, from = p->at;
    int index = 0;

    p->after_index = false;
    if (peek(p) != '[')
        return;
    p->reordered = true;
    close = p->s.n - from < 3 ? NULL : memchr(p->s.p + from, ']', p->s.n - from);
    if (close == NULL) {
        p->good_index = false;
        p->at = from + 1;
        return;
    }
    end = (size_t)(close - p->s.p);
    p->at = from + 1;
    if (!take_number(p, end, &index) || p->at != end) {
        p->at = end + 1;
        p->good_index = false;
        return;
    }
    p->at = end + 1;
    p->after_index = true;
    if (index >= 1 && (size_t)index <= p->n)
        p->next = (size_t)index - 1;
    else
        p->good_index = false;
}

/* The value of a *. */
static bool take_star(struct scan *p, int *out)
{
    const struct go_value *v;

    *out = 0;
    p->at++;
    p->after_index = false;
    if (p->next >= p->n)
        return false;
    v = &p->args[p->next++];
    if (!(go_is(v, GO_INT) || go_is(v, GO_UINT)) || v->i > LARGE || v->i < -LARGE)
        return false;
    *out = (int)v->i;
    return true;
}

static void take_flags(struct scan *p)
{
    for (;; p->at++) {
        switch (peek(p)) {
        case '#':
            p->f.sharp = true;
            break;
        case '0':
            p->f.zero = !p->f.minus;
            break;
        case '+':
            p->f.plus = true;
            break;
        case '-':
            p->f.minus = true;
            p->f.zero = false;
            break;
        case ' ':
            p->f.space = true;
            break;
        default:
            return;
        }
    }
}

static void take_width(struct scan *p)
{
    struct go_format *f = &p->f;

    if (peek(p) != '*') {
        f->has_width = take_number(p, p->s.n, &f->width);
        if (p->after_index && f->has_width)
            p->good_index = false;
        return;
    }
    f->has_width = take_star(p, &f->width);
    if (!f->has_width)
        buf_z(f->b, "%!(BADWIDTH)");
    if (f->width < 0) {
        f->width = -f->width;
        f->minus = true;
        f->zero = false;
    }
}

static void take_precision(struct scan *p)
{
    struct go_format *f = &p->f;

    if (p->at + 1 >= p->s.n || peek(p) != '.')
        return;
    p->at++;
    if (p->after_index)
        p->good_index = false;
    take_index(p);
    if (peek(p) != '*') {
        if (!take_number(p, p->s.n, &f->prec))
            f->prec = 0;
        f->has_prec = true;
        return;
    }
    f->has_prec = take_star(p, &f->prec);
    if (f->prec < 0) {
        f->prec = 0;
        f->has_prec = false;
    }
    if (!f->has_prec)
        buf_z(f->b, "%!(BADPREC)");
}

static void put_verb(struct scan *p, uint32_t verb)
{
    struct go_format *f = &p->f;

    if (verb == '%') {
        buf_char(f->b, '%');
        return;
    }
    if (!p->good_index || p->next >= p->n) {
        buf_z(f->b, "%!");
        utf8_put(f->b, verb);
        buf_z(f->b, p->good_index ? "(MISSING)" : "(BADINDEX)");
        return;
    }
    if (verb == 'v') {
        f->sharp_v = f->sharp;
        f->plus_v = f->plus;
        f->sharp = f->plus = false;
    }
    go_put_arg(f, &p->args[p->next++], verb);
}

/* Behind a %. */
static void put_one(struct scan *p)
{
    uint32_t verb;

    p->f = (struct go_format){ .x = p->f.x, .b = p->f.b };
    p->good_index = true;
    take_flags(p);
    if (peek(p) >= 'a' && peek(p) <= 'z' && p->next < p->n) {
        put_verb(p, (unsigned char)p->s.p[p->at++]);
        return;
    }
    take_index(p);
    take_width(p);
    take_precision(p);
    if (!p->after_index)
        take_index(p);
    if (p->at >= p->s.n) {
        buf_z(p->f.b, "%!(NOVERB)");
        return;
    }
    p->at += go_rune(str_from(p->s, p->at), &verb);
    put_verb(p, verb);
}

static void put_extra(struct scan *p)
{
    struct buf *b = p->f.b;

    p->f = (struct go_format){ .x = p->f.x, .b = b };
    buf_z(b, "%!(EXTRA ");
    for (size_t i = p->next; i < p->n; i++) {
        if (i > p->next)
            buf_z(b, ", ");
        if (go_is_nil(&p->args[i])) {
            buf_z(b, "<nil>");
            continue;
        }
        buf_z(b, go_type_name(&p->args[i]));
        buf_char(b, '=');
        go_put_arg(&p->f, &p->args[i], 'v');
    }
    buf_char(b, ')');
}

void go_sprintf(struct go_run *x, struct str format, const struct go_value *args,
                size_t n, struct buf *b)
{
    struct scan p = { .f = { .x = x, .b = b }, .s = format, .args = args, .n = n };

    while (p.at < p.s.n && !b->overflowed) {
        const char *mark = memchr(p.s.p + p.at, '%', p.s.n - p.at);
        size_t end = mark == NULL ? p.s.n : (size_t)(mark - p.s.p);

        buf_add(b, (struct str){ p.s.p + p.at, end - p.at });
        p.at = end;
        if (mark == NULL)
            break;
        p.at++;
        p.after_index = false;
        put_one(&p);
    }
    if (!p.reordered && p.next < n)
        put_extra(&p);
}

/* ---- floats ------------------------------------------------------------------------------- */

/* With #: a point always, and %g keeps its zeros. */
static void put_sharp(struct buf *out, struct str num, char verb, int prec)
{
    size_t end = 1;
    bool point = false, seen = false;
    int digits = 0;

    if (strchr("vgGx", verb) != NULL)
        digits = prec == -1 ? 6 : prec;
    for (; end < num.n; end++) {
        char c = num.p[end];
        bool hex = verb == 'x' || verb == 'X';

        if (c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && !hex))
            break;
        if (c == '.') {
            point = true;
            continue;
        }
        seen |= c != '0';
        digits -= seen;
    }
    buf_add(out, str_head(num, end));
    if (!point) {
        digits -= end == 2 && num.p[1] == '0';
        buf_char(out, '.');
    }
    for (; digits > 0; digits--)
        buf_char(out, '0');
    buf_add(out, str_from(num, end));
}

static void put_signed(struct go_format *f, struct str num)
{
    bool shown = f->plus || num.p[0] != '+';

    if (shown && f->zero && f->has_width && f->width > (int64_t)num.n) {
        buf_char(f->b, num.p[0]);
        go_put_padding(f, f->width - (int64_t)num.n);
        buf_add(f->b, str_from(num, 1));
        return;
    }
    go_put_padded(f, shown ? num : str_from(num, 1));
}

void go_put_float(struct go_format *f, double v, char verb, int prec)
{
    struct buf num, sharp;
    struct str s;
    bool zero = f->zero;

    prec = f->has_prec ? f->prec : prec;
    buf_init(&num, f->b->limit);
    buf_init(&sharp, f->b->limit);
    buf_char(&num, '+');
    go_float_put(&num, v, verb, prec);
    s = buf_str(&num);
    if (s.n > 1 && (s.p[1] == '-' || s.p[1] == '+'))
        s = str_from(s, 1);
    if (f->space && s.p[0] == '+' && !f->plus)
        num.p[num.n - s.n] = ' ';
    if (s.p[1] == 'I' || s.p[1] == 'N') {
        f->zero = false;
        go_put_padded(f, s.p[1] == 'N' && !f->space && !f->plus ? str_from(s, 1) : s);
        f->zero = zero;
    } else {
        if (f->sharp && verb != 'b') {
            put_sharp(&sharp, s, verb, prec);
            s = buf_str(&sharp);
        }
        put_signed(f, s);
    }
    f->b->overflowed |= num.overflowed || sharp.overflowed;
    buf_fini(&sharp);
    buf_fini(&num);
}
