/* matcher_utf8.c - the grammar since 0.27: both sides quoted as Go quotes, or free of
 * reserved characters. */
#include "model/matcher_private.h"

#include "base/utf8.h"

static bool is_blank(uint32_t code)
{
    return (code >= '\t' && code <= '\r') || code == ' ' || code == 0x85 ||
           code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
           code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f ||
           code == 0x3000;
}

bool matcher_reserved(uint32_t code)
{
    return is_blank(code) ||
           (code < 0x80 && code != 0 && strchr("{}!=~,\\\"'`", (int)code) != NULL);
}

static void skip_blanks(struct str *s)
{
    for (struct str ahead = *s; ahead.n > 0; *s = ahead)
        if (!is_blank(utf8_next(&ahead)))
            return;
}

static ok wrong(struct err *e, struct str at, const char *expected)
{
    if (at.n == 0)
        return fail(e, FAULT_SYNTAX, "matcher", "end of input: expected %s", expected);
    return fail(e, FAULT_SYNTAX, "matcher", "expected %s at: %.*s", expected,
                STR_ARG(utf8_cut(at, 60)));
}

/* ---- a string as Go quotes it ---------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool digits(struct str *s, size_t n, unsigned base, uint32_t *out)
{
    *out = 0;
    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int d = hex_digit(s->p[i]);

        if (d < 0 || (unsigned)d >= base)
            return false;
        *out = *out * base + (uint32_t)d;
    }
    *s = str_from(*s, n);
    return true;
}

static bool put_code(struct buf *b, uint32_t code)
{
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return false;
    utf8_put(b, code);
    return true;
}

/* *s stands behind the backslash. */
static bool escape_cut(struct str *s, struct buf *b)
{
    static const char letters[] = "abfnrtv\\\"", bytes[] = "\a\b\f\n\r\t\v\\\"";
    const char *simple;
    char c;
    uint32_t code;

    if (s->n == 0)
        return false;
    c = s->p[0];
    if (c != '\0' && (simple = strchr(letters, c)) != NULL) {
        *s = str_from(*s, 1);
        buf_char(b, bytes[simple - letters]);
        return true;
    }
    if (c >= '0' && c <= '7') {
        if (!digits(s, 3, 8, &code) || code > 255)
            return false;
        buf_char(b, (char)code);
        return true;
    }
    *s = str_from(*s, 1);
    if (c == 'x' && digits(s, 2, 16, &code)) {
        buf_char(b, (char)code);
        return true;
    }
    return ((c == 'u' && digits(s, 4, 16, &code)) ||
            (c == 'U' && digits(s, 8, 16, &code))) &&
           put_code(b, code);
}

static bool unquote(struct str *s, struct buf *b)
{
    *s = str_from(*s, 1);
    while (s->n > 0 && s->p[0] != '"') {
        char c = s->p[0];

        if (c == '\n')
            return false;
        *s = str_from(*s, 1);
        if (c != '\\')
            buf_char(b, c);
        else if (!escape_cut(s, b))
            return false;
    }
    if (s->n == 0)
        return false;
    *s = str_from(*s, 1);
    return utf8_valid(buf_str(b));
}

static ok quoted_cut(struct str *s, struct arena *a, struct str *out, struct err *e)
{
    struct str from = *s;
    struct buf b;
    bool fine;

    buf_init(&b, s->n * 4);
    fine = unquote(s, &b);
    *out = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return fine ? OK : wrong(e, from, "a string in double quotes");
}

/* ---- matchers -------------------------------------------------------------- */

static ok word_cut(struct str *s, struct arena *a, const char *what, struct str *out,
                   struct err *e)
{
    struct str ahead, from = *s;

    if (s->n > 0 && s->p[0] == '"')
        return quoted_cut(s, a, out, e);
    for (ahead = *s; ahead.n > 0; *s = ahead)
        if (matcher_reserved(utf8_next(&ahead)))
            break;
    *out = arena_str(a, str_head(from, from.n - s->n));
    return out->n > 0 ? OK : wrong(e, from, what);
}

static ok matcher_cut(struct str *s, struct arena *a, struct matcher *out, struct err *e)
{
    skip_blanks(s);
    if (word_cut(s, a, "label name", &out->name, e) == FAILED)
        return FAILED;
    skip_blanks(s);
    if (!matcher_op_cut(s, &out->op))
        return wrong(e, *s, "an operator such as '=', '!=', '=~' or '!~'");
    skip_blanks(s);
    if (word_cut(s, a, "label value", &out->value, e) == FAILED)
        return FAILED;
    skip_blanks(s);
    return out->name.n > 0 ? OK : wrong(e, STR(""), "label name");
}

static bool take(struct str *s, char c)
{
    skip_blanks(s);
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = str_from(*s, 1);
    skip_blanks(s);
    return true;
}

static bool at_end(const struct str *s, bool braces)
{
    return braces ? s->n > 0 && s->p[0] == '}' : s->n == 0;
}

ok matcher_utf8_list(struct str text, struct arena *a, struct matcher_list *out,
                     struct err *e)
{
    struct str s = text;
    bool braces, more;

    if (!utf8_valid(text))
        return fail(e, FAULT_SYNTAX, "matcher", "matcher not valid UTF-8");
    braces = take(&s, '{');
    more = !braces || !at_end(&s, braces);
    while (more) {
        struct matcher m = { 0 };

        if (matcher_cut(&s, a, &m, e) == FAILED)
            return FAILED;
        vec_push(&out->v, m);
        more = take(&s, ',') && !at_end(&s, braces);
    }
    if (braces && !take(&s, '}'))
        return wrong(e, s, "a comma or close brace");
    return s.n == 0 ? OK : wrong(e, s, "a comma or end of input");
}
