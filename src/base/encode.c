#include "base/encode.h"

enum { MOST_PARAMS = 2000 };

/* ---- hex ---- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void put_hex(struct buf *b, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *to = buf_reserve(b, 2 * bytes.n);

    if (to == NULL)
        return;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];

        to[2 * i] = digits[c >> 4];
        to[2 * i + 1] = digits[c & 15];
    }
    b->n += 2 * bytes.n;
}

ok get_hex(struct str hex, struct buf *out)
{
    if (hex.n % 2 != 0)
        return FAILED;
    for (size_t i = 0; i < hex.n; i += 2) {
        int high = hex_value(hex.p[i]), low = hex_value(hex.p[i + 1]);

        if (high < 0 || low < 0)
            return FAILED;
        buf_char(out, (char)(high << 4 | low));
    }
    return OK;
}

/* ---- base64 (RFC 4648) ---- */

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Three bytes at p as four letters, of which the first `left` + 1 say something
 * when only `left` bytes are there. */
static void write_four(char *to, const char *p, size_t left, const char *letters)
{
    unsigned char in[3] = { 0 };
    uint32_t bits;

    memcpy(in, p, left);
    bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
    to[0] = letters[bits >> 18];
    to[1] = letters[bits >> 12 & 63];
    to[2] = letters[bits >> 6 & 63];
    to[3] = letters[bits & 63];
}

static void put_sixes(struct buf *b, struct str bytes, const char *letters, bool pad)
{
    size_t whole = bytes.n / 3, left = bytes.n % 3;
    char *to = buf_reserve(b, whole * 4);
    char last[4];

    if (to == NULL)
        return;
    for (size_t i = 0; i < whole; i++)
        write_four(to + 4 * i, bytes.p + 3 * i, 3, letters);
    b->n += whole * 4;
    if (left == 0)
        return;
    write_four(last, bytes.p + 3 * whole, left, letters);
    memset(last + left + 1, '=', 3 - left);
    buf_add(b, (struct str){ last, pad ? 4 : left + 1 });
}

void put_base64(struct buf *b, struct str bytes)
{
    put_sixes(b, bytes, alphabet, true);
}

void put_base64url(struct buf *b, struct str bytes)
{
    put_sixes(b, bytes, url_alphabet, false);
}

static int six_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Padding may be left out, but where it stands it must be right; bits that
 * belong to no byte must be zero: one value has one spelling an alphabet. */
ok get_base64(struct str text, struct buf *out)
{
    size_t pad = 0;
    uint32_t bits = 0;
    int have = 0; /* bits not yet given out */

    while (pad < 2 && text.n > 0 && text.p[text.n - 1] == '=') {
        text.n--;
        pad++;
    }
    if (text.n % 4 == 1 || (pad > 0 && (text.n + pad) % 4 != 0))
        return FAILED;
    for (size_t i = 0; i < text.n; i++) {
        int six = six_of(text.p[i]);

        if (six < 0)
            return FAILED;
        bits = bits << 6 | (uint32_t)six;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_char(out, (char)(bits >> have));
            bits &= (1u << have) - 1;
        }
    }
    return bits == 0 ? OK : FAILED;
}

/* ---- percent-encoding ---- */

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || c == '.' || c == '~';
}

void put_percent(struct buf *b, struct str s)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t plain = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char three[3] = { '%', digits[c >> 4], digits[c & 15] };

        if (is_unreserved(s.p[i]))
            continue;
        buf_add(b, (struct str){ s.p + plain, i - plain });
        buf_add(b, (struct str){ three, 3 });
        plain = i + 1;
    }
    buf_add(b, str_from(s, plain));
}

/* At most s.n bytes go to `to`; *n says how many. */
static ok unpercent(struct str s, bool plus_is_space, char *to, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '%') {
            int high = s.n - i < 3 ? -1 : hex_value(s.p[i + 1]);
            int low = s.n - i < 3 ? -1 : hex_value(s.p[i + 2]);

            if (high < 0 || low < 0)
                return FAILED;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        to[(*n)++] = c;
    }
    return OK;
}

ok get_percent(struct str s, bool plus_is_space, struct buf *out)
{
    char piece[256];

    /* In pieces that end before a '%', so that none is cut in two. */
    while (s.n > 0) {
        size_t n = s.n < sizeof piece ? s.n : sizeof piece, got;

        if (n < s.n)
            for (size_t back = 1; back <= 2; back++)
                if (s.p[n - back] == '%') {
                    n -= back;
                    break;
                }
        if (unpercent(str_head(s, n), plus_is_space, piece, &got) == FAILED)
            return FAILED;
        buf_add(out, (struct str){ piece, got });
        s = str_from(s, n);
    }
    return OK;
}

/* ---- HTML ---- */

void put_html(struct buf *b, struct str s)
{
    size_t plain = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *name;

        switch (s.p[i]) {
        case '&':
            name = "&amp;";
            break;
        case '<':
            name = "&lt;";
            break;
        case '>':
            name = "&gt;";
            break;
        case '"':
            name = "&#34;";
            break;
        case '\'':
            name = "&#39;";
            break;
        default:
            continue;
        }
        buf_add(b, (struct str){ s.p + plain, i - plain });
        buf_z(b, name);
        plain = i + 1;
    }
    buf_add(b, str_from(s, plain));
}

/* ---- forms ---- */

static size_t count_pieces(struct str text)
{
    struct str piece;
    size_t n = 0;

    while (str_cut(&text, '&', &piece))
        n += piece.n > 0;
    return n;
}

static ok decode_one(struct arena *a, struct str s, struct str *out)
{
    char *to = arena_alloc(a, s.n + 1);

    *out = (struct str){ to, 0 };
    if (unpercent(s, true, to, &out->n) == FAILED)
        return FAILED;
    to[out->n] = '\0';
    return OK;
}

ok params_parse(struct arena *a, struct str text, struct params *out, struct err *e)
{
    size_t n = count_pieces(text);
    struct param *v;
    struct str piece;

    *out = (struct params){ 0 };
    if (n > MOST_PARAMS)
        return fail(e, FAULT_LIMIT, "", "more than %d parameters", MOST_PARAMS);
    v = arena_array(a, struct param, n);
    *out = (struct params){ v, n };
    while (str_cut(&text, '&', &piece)) {
        struct str name;

        if (piece.n == 0)
            continue;
        v->has_eq = str_cut(&piece, '=', &name) && piece.p != NULL;
        if (decode_one(a, name, &v->name) == FAILED ||
            decode_one(a, v->has_eq ? piece : STR(""), &v->value) == FAILED)
            return fail(e, FAULT_SYNTAX, "", "bad percent-encoding in parameter %zu",
                        (size_t)(v - out->v) + 1);
        v++;
    }
    return OK;
}

const struct param *params_find(struct params p, struct str name)
{
    for (size_t i = 0; i < p.n; i++)
        if (str_eq(p.v[i].name, name))
            return &p.v[i];
    return NULL;
}
