#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xfffd, LONGEST_NAME = 4096 };

static bool is_tail(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* How many bytes from s.p on are ASCII, eight at a time while that lasts. */
static size_t ascii_run(struct str s)
{
    size_t i = 0;
    uint64_t word;

    for (; s.n - i >= 8; i += 8) {
        memcpy(&word, s.p + i, 8);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

/* The character that s (not empty) begins with: its length, 0 if these bytes
 * are none (Unicode table 3-7: no overlong form, no surrogate, at most
 * U+10FFFF). */
static size_t decode(struct str s, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80   ? 1
               : c < 0xc2 ? 0
               : c < 0xe0 ? 2
               : c < 0xf0 ? 3
               : c < 0xf5 ? 4
                          : 0;
    uint32_t value;

    if (n <= 1) {
        *code = c;
        return n;
    }
    if (s.n < n)
        return 0;
    value = c & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (!is_tail(s.p[i]))
            return 0;
        value = value << 6 | ((unsigned char)s.p[i] & 0x3f);
    }
    if (value < least[n] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return n;
}

/* How many bytes from s.p on are characters of three bytes, from U+1000 to
 * U+CFFF: nearly all of Chinese, Japanese and Korean, and no bounds to check. */
static size_t cjk_run(struct str s)
{
    size_t i = 0;

    while (s.n - i >= 3 && (unsigned char)s.p[i] >= 0xe1 &&
           (unsigned char)s.p[i] <= 0xec && is_tail(s.p[i + 1]) && is_tail(s.p[i + 2]))
        i += 3;
    return i;
}

bool utf8_valid(struct str s)
{
    while (s.n > 0) {
        uint32_t code;
        size_t n = (unsigned char)*s.p < 0x80 ? ascii_run(s) : cjk_run(s);

        if (n == 0)
            n = decode(s, &code);
        if (n == 0)
            return false;
        s = (struct str){ s.p + n, s.n - n };
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += !is_tail(s.p[i]);
    return n;
}

void utf8_repair(struct buf *out, struct str s)
{
    size_t good = 0; /* bytes at s.p that are in order */

    while (good < s.n) {
        struct str rest = str_from(s, good);
        uint32_t code;
        size_t n = ascii_run(rest);

        if (n == 0)
            n = decode(rest, &code);
        good += n;
        if (n > 0)
            continue;
        buf_add(out, str_head(s, good));
        utf8_put(out, REPLACEMENT);
        s = str_from(s, good + 1);
        good = 0;
    }
    buf_add(out, s);
}

struct str utf8_cut(struct str s, size_t bytes)
{
    size_t back = 0;

    if (s.n <= bytes)
        return s;
    while (back < 3 && back < bytes && is_tail(s.p[bytes - back]))
        back++;
    /* Four tails in a row are no character: nothing to spare. */
    if (is_tail(s.p[bytes - back]))
        back = 0;
    return str_head(s, bytes - back);
}

uint32_t utf8_next(struct str *s)
{
    uint32_t code = REPLACEMENT;
    size_t n;

    if (s->n == 0)
        return 0;
    n = decode(*s, &code);
    *s = str_from(*s, n > 0 ? n : 1);
    return n > 0 ? code : REPLACEMENT;
}

void utf8_put(struct buf *b, uint32_t code)
{
    char out[4];
    size_t n;

    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        code = REPLACEMENT;
    if (code < 0x80) {
        buf_char(b, (char)code);
        return;
    }
    n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(0xf00u >> n | code);
    buf_add(b, (struct str){ out, n });
}

bool utf8_has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c < 0x20 || c == 0x7f)
            return true;
        /* C1 is U+0080..U+009F: C2 80..C2 9F. */
        if (c == 0xc2 && i + 1 < s.n && is_tail(s.p[i + 1]) &&
            (unsigned char)s.p[i + 1] < 0xa0)
            return true;
    }
    return false;
}

bool utf8_is_cjk(uint32_t code)
{
    return (code >= 0x4e00 && code <= 0x9fff) ||   /* the unified block */
           (code >= 0x3400 && code <= 0x4dbf) ||   /* extension A */
           (code >= 0xf900 && code <= 0xfaff) ||   /* compatibility */
           (code >= 0x20000 && code <= 0x3fffd) || /* planes 2, 3: nothing else */
           code == 0x3005 || code == 0x3007;
}

static bool is_category(uint32_t code, utf8proc_category_t from, utf8proc_category_t to)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);

    return category >= from && category <= to;
}

bool utf8_is_letter(uint32_t code)
{
    return is_category(code, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_LO);
}

bool utf8_is_mark(uint32_t code)
{
    return is_category(code, UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME);
}

bool utf8_is_digit(uint32_t code)
{
    return is_category(code, UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_ND);
}

bool utf8_is_blank(uint32_t code)
{
    return (code >= '\t' && code <= '\r') || code == 0x200b || code == 0xfeff ||
           is_category(code, UTF8PROC_CATEGORY_ZS, UTF8PROC_CATEGORY_ZP);
}

bool utf8_is_print(uint32_t code)
{
    if (code < 0x7f)
        return code >= ' ';
    return is_category(code, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_SO);
}

uint32_t utf8_upper(uint32_t code)
{
    return code == 0xdf ? code : (uint32_t)utf8proc_toupper((utf8proc_int32_t)code);
}

uint32_t utf8_lower(uint32_t code)
{
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
}

uint32_t utf8_title(uint32_t code)
{
    return (uint32_t)utf8proc_totitle((utf8proc_int32_t)code);
}

/* Below U+0300 and in the unified Han block every text is its own NFC. */
static bool is_plainly_nfc(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= 0xcc && (c < 0xe4 || c > 0xe9))
            return false;
    }
    return true;
}

/* One code point at the head, valid or not. */
static size_t step_over(struct str s, utf8proc_int32_t *code)
{
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, code);

    if (n > 0)
        return (size_t)n;
    *code = REPLACEMENT;
    return 1;
}

size_t utf8_grapheme(struct str s)
{
    enum { LONGEST = 128 };
    utf8proc_int32_t state = 0, last, next;
    size_t n, more;

    if (s.n == 1 ||
        ((unsigned char)s.p[0] < 0x80 && (unsigned char)s.p[1] < 0x80 && s.p[0] != '\r'))
        return 1;
    n = step_over(s, &last);
    while (n < s.n) {
        more = step_over(str_from(s, n), &next);
        if (n + more > LONGEST || utf8proc_grapheme_break_stateful(last, next, &state))
            break;
        n += more;
        last = next;
    }
    return n;
}

struct str utf8_nfc(struct arena *a, struct str s)
{
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n;
    struct str out = s;

    /* The library sorts a run of marks in quadratic time: hence the bound. */
    if (s.n > LONGEST_NAME || is_plainly_nfc(s))
        return s;
    n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &composed,
                     how);
    if (n >= 0 && !str_eq((struct str){ (const char *)composed, (size_t)n }, s))
        out = arena_str(a, (struct str){ (const char *)composed, (size_t)n });
    free(composed);
    return out;
}
