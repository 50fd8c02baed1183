#include "text/sms.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "text/markup.h"

/* ---- counting ---------------------------------------------------------- */

/* Of the alphabet beyond ASCII, in the order of their codes. */
static bool is_gsm_beyond_ascii(uint32_t c)
{
    static const uint16_t codes[] = { 0xA1,  0xA3,  0xA4,  0xA5,  0xA7,  0xBF,  0xC4,
                                      0xC5,  0xC6,  0xC7,  0xC9,  0xD1,  0xD6,  0xD8,
                                      0xDC,  0xDF,  0xE0,  0xE4,  0xE5,  0xE6,  0xE8,
                                      0xE9,  0xEC,  0xF1,  0xF2,  0xF6,  0xF8,  0xF9,
                                      0xFC,  0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0,
                                      0x3A3, 0x3A6, 0x3A8, 0x3A9 };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (c == codes[i])
            return true;
    return false;
}

/* Septets of a letter; 0: the alphabet has none. */
static size_t gsm_width(uint32_t c)
{
    if (c == 0x20AC || c == '\f')
        return 2;
    if (c >= 0x80)
        return is_gsm_beyond_ascii(c) ? 1 : 0;
    if (c > 0 && strchr("^{}\\[~]|", (int)c) != NULL)
        return 2;
    if (c == '\n' || c == '\r')
        return 1;
    return c < ' ' || c == '`' || c == 0x7F ? 0 : 1;
}

/* Letters put into messages, one after the other. */
struct packing {
    size_t alone, joined; /* units of a single message; of one part of several */
    size_t units, parts, fill;
};

static void pack(struct packing *p, size_t width)
{
    p->units += width;
    p->fill += width;
    if (p->parts == 0 || p->fill > p->joined) {
        p->parts++;
        p->fill = width;
    }
}

static size_t packed_parts(const struct packing *p)
{
    return p->units == 0 ? 0 : p->units <= p->alone ? 1 : p->parts;
}

/* Both ways at once: which one counts is known at the end. */
struct counting {
    struct packing gsm, ucs2;
    bool beyond; /* of the 7-bit alphabet */
};

static const struct counting nothing = { .gsm = { 160, 153, 0, 0, 0 },
                                         .ucs2 = { 70, 67, 0, 0, 0 } };

static void count(struct counting *c, struct str s)
{
    while (s.n > 0) {
        uint32_t code = utf8_next(&s);
        size_t width = gsm_width(code);

        c->beyond = c->beyond || width == 0;
        pack(&c->gsm, width);
        pack(&c->ucs2, code > 0xFFFF ? 2 : 1);
    }
}

struct sms_size sms_measure(struct str s)
{
    struct counting c = nothing;
    const struct packing *p;
    size_t full;

    count(&c, s);
    p = c.beyond ? &c.ucs2 : &c.gsm;
    full = packed_parts(p) <= 1 ? p->alone : p->joined;
    return (struct sms_size){ c.beyond, p->units, packed_parts(p),
                              full - (packed_parts(p) <= 1 ? p->units : p->fill) };
}

struct str sms_fit(struct str s, size_t parts)
{
    struct counting c = nothing;
    size_t at = 0;

    while (at < s.n) {
        struct str rest = str_from(s, at);
        size_t n = utf8_grapheme(rest);

        count(&c, str_head(rest, n));
        if (packed_parts(c.beyond ? &c.ucs2 : &c.gsm) > parts)
            break;
        at += n;
    }
    return str_head(s, at);
}

/* ---- what is let through ----------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_hex(char c)
{
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static size_t digits_at(struct str s)
{
    size_t n = 0;

    while (n < s.n && is_digit(s.p[n]))
        n++;
    return n;
}

static size_t url_at(struct str s)
{
    size_t n = 0;

    while (n < s.n && is_letter(s.p[n]))
        n++;
    if (n == 0 || !str_starts(str_from(s, n), STR("://")))
        return 0;
    while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7F)
        n++;
    return n;
}

static size_t port_at(struct str s)
{
    size_t n = s.n > 1 && s.p[0] == ':' ? digits_at(str_from(s, 1)) : 0;

    return n > 0 ? n + 1 : 0;
}

static size_t ipv4_at(struct str s)
{
    size_t n = 0;

    for (int part = 0; part < 4; part++) {
        size_t more = digits_at(str_from(s, n));

        if (more == 0 || more > 3)
            return 0;
        n += more;
        if (part < 3 && (n >= s.n || s.p[n++] != '.'))
            return 0;
    }
    return n + port_at(str_from(s, n));
}

/* Three colons or two together: a time of day has neither. */
static size_t ipv6_at(struct str s)
{
    size_t n = 0, colons = 0;

    while (n < s.n && (is_hex(s.p[n]) || s.p[n] == ':'))
        colons += s.p[n++] == ':';
    return colons >= 3 || str_has(str_head(s, n), STR("::")) ? n : 0;
}

/* What may not be sent, at the head of s, which begins a word. */
static size_t refused_at(struct str s)
{
    enum { MOST_DIGITS = 5 };
    size_t n = url_at(s);

    if (n == 0)
        n = ipv4_at(s);
    if (n == 0)
        n = ipv6_at(s);
    if (n == 0 && digits_at(s) > MOST_DIGITS)
        n = digits_at(s);
    return n;
}

/* "web-1.example": the dot between two letters that a domain needs. */
static bool is_domain_dot(struct str s, size_t at)
{
    return s.p[at] == '.' && at > 0 && at + 1 < s.n &&
           (is_letter(s.p[at - 1]) || is_digit(s.p[at - 1])) && is_letter(s.p[at + 1]);
}

struct str sms_plain(struct arena *a, struct str value, size_t bytes)
{
    struct str line = markup_line(a, value, bytes), plain;
    bool word_starts = true;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        size_t n = word_starts ? refused_at(str_from(line, i)) : 0;

        if (n > 0) {
            i += n - 1;
            continue;
        }
        word_starts = !is_letter(c) && !is_digit(c);
        buf_char(&b, is_domain_dot(line, i) ? ' ' : c == '[' ? '(' : c == ']' ? ')' : c);
    }
    plain = markup_line(a, buf_str(&b), bytes);
    buf_fini(&b);
    return plain;
}
