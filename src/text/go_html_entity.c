/* go_html_entity.c - entities in an attribute's text, decoded for the rules of the
 * language inside: onclick="f(&quot;x&quot;)" holds a string.
 *
 * Only the shape matters: which quotes, slashes, brackets and blanks there are. So only
 * names of ASCII characters are listed; any other &name; stands for a letter. */
#include "text/go_html.h"

static const struct entity {
    struct str name;
    uint32_t code;
} entities[] = {
    { STR_INIT("Tab"), '\t' },         { STR_INIT("NewLine"), '\n' },
    { STR_INIT("excl"), '!' },         { STR_INIT("quot"), '"' },
    { STR_INIT("QUOT"), '"' },         { STR_INIT("num"), '#' },
    { STR_INIT("dollar"), '$' },       { STR_INIT("percnt"), '%' },
    { STR_INIT("amp"), '&' },          { STR_INIT("AMP"), '&' },
    { STR_INIT("apos"), '\'' },        { STR_INIT("lpar"), '(' },
    { STR_INIT("rpar"), ')' },         { STR_INIT("ast"), '*' },
    { STR_INIT("midast"), '*' },       { STR_INIT("plus"), '+' },
    { STR_INIT("comma"), ',' },        { STR_INIT("period"), '.' },
    { STR_INIT("sol"), '/' },          { STR_INIT("colon"), ':' },
    { STR_INIT("semi"), ';' },         { STR_INIT("lt"), '<' },
    { STR_INIT("LT"), '<' },           { STR_INIT("equals"), '=' },
    { STR_INIT("gt"), '>' },           { STR_INIT("GT"), '>' },
    { STR_INIT("quest"), '?' },        { STR_INIT("commat"), '@' },
    { STR_INIT("lsqb"), '[' },         { STR_INIT("lbrack"), '[' },
    { STR_INIT("bsol"), '\\' },        { STR_INIT("rsqb"), ']' },
    { STR_INIT("rbrack"), ']' },       { STR_INIT("Hat"), '^' },
    { STR_INIT("lowbar"), '_' },       { STR_INIT("UnderBar"), '_' },
    { STR_INIT("grave"), '`' },        { STR_INIT("DiacriticalGrave"), '`' },
    { STR_INIT("lcub"), '{' },         { STR_INIT("lbrace"), '{' },
    { STR_INIT("verbar"), '|' },       { STR_INIT("vert"), '|' },
    { STR_INIT("VerticalLine"), '|' }, { STR_INIT("rcub"), '}' },
    { STR_INIT("rbrace"), '}' },
};

/* The names that old pages write without a semicolon, of those above. */
static bool is_old(struct str name)
{
    return str_eq_nocase(name, STR("lt")) || str_eq_nocase(name, STR("gt")) ||
           str_eq_nocase(name, STR("amp")) || str_eq_nocase(name, STR("quot"));
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const struct entity *find(struct str name)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (str_eq(entities[i].name, name))
            return &entities[i];
    return NULL;
}

/* &#65; &#x41; as Windows once numbered them: 128 to 159 are letters and marks. */
static size_t put_number(struct buf *b, struct str s)
{
    bool hex = s.n > 2 && (s.p[2] | 0x20) == 'x';
    size_t at = hex ? 3 : 2, from = at;
    uint32_t code = 0;

    for (; at < s.n; at++) {
        char c = s.p[at];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
                         : hex && is_alnum(c) && (c | 0x20) <= 'f'
                             ? (uint32_t)((c | 0x20) - 'a' + 10)
                             : 99;

        if (digit == 99)
            break;
        code = code > 0x110000 ? code : code * (hex ? 16 : 10) + digit;
    }
    if (at == from) {
        buf_char(b, '&');
        return 1;
    }
    if (at < s.n && s.p[at] == ';')
        at++;
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ||
        (code >= 0x80 && code <= 0x9f))
        code = 0xfffd;
    utf8_put(b, code);
    return at;
}

static size_t put_name(struct buf *b, struct str s)
{
    const struct entity *e;
    size_t end = 1;

    while (end < s.n && is_alnum(s.p[end]))
        end++;
    e = find((struct str){ s.p + 1, end - 1 });
    if (end < s.n && s.p[end] == ';' && end > 1) {
        utf8_put(b, e != NULL ? e->code : 0xfffd);
        return end + 1;
    }
    for (size_t n = end - 1 < 4 ? end - 1 : 4; n > 1; n--) {
        struct str name = { s.p + 1, n };

        e = is_old(name) ? find(name) : NULL;
        if (e == NULL)
            continue;
        utf8_put(b, e->code);
        return n + 1;
    }
    buf_char(b, '&');
    return 1;
}

struct str html_unescape(struct str s, struct buf *b)
{
    if (s.n == 0 || memchr(s.p, '&', s.n) == NULL)
        return s;
    while (s.n > 0) {
        const char *mark = memchr(s.p, '&', s.n);
        size_t n = mark == NULL ? s.n : (size_t)(mark - s.p);

        buf_add(b, str_head(s, n));
        s = str_from(s, n);
        if (s.n == 0)
            break;
        n = s.n > 1 && s.p[1] == '#' ? put_number(b, s) : put_name(b, s);
        s = str_from(s, n);
    }
    return buf_str(b);
}
