/* go_html_style.c - following styles and URLs. Every string of a style is taken for a
 * URL: what harms there is stopped, and what is none loses nothing. */
#include "text/go_html.h"

bool html_is_css_name(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '_' || (c >= 0x80 && c <= 0xd7ff) ||
           (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One blank behind a hex escape belongs to it. */
static size_t skip_blank(struct str s)
{
    if (s.n == 0 || !html_is_space(s.p[0]))
        return 0;
    return s.p[0] == '\r' && s.n > 1 && s.p[1] == '\n' ? 2 : 1;
}

/* \41 and \" as the characters that they stand for. */
struct str html_css_decode(struct str s, struct buf *b)
{
    if (s.n == 0 || memchr(s.p, '\\', s.n) == NULL)
        return s;
    while (s.n > 0) {
        const char *mark = memchr(s.p, '\\', s.n);
        size_t n = mark == NULL ? s.n : (size_t)(mark - s.p);
        uint32_t code = 0;

        buf_add(b, str_head(s, n));
        s = str_from(s, n);
        if (s.n < 2)
            break;
        s = str_from(s, 1);
        if (hex_digit(s.p[0]) < 0) {
            n = go_rune(s, &code);
            buf_add(b, str_head(s, n));
            s = str_from(s, n);
            continue;
        }
        for (n = 0; n < s.n && n < 6 && hex_digit(s.p[n]) >= 0; n++)
            code = code * 16 + (uint32_t)hex_digit(s.p[n]);
        if (code > 0x10ffff) {
            code /= 16;
            n--;
        }
        utf8_put(b, code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
        s = str_from(s, n);
        s = str_from(s, skip_blank(s));
    }
    return buf_str(b);
}

void html_step_url(struct html_context *c, struct str s)
{
    if (s.n > 0 && (memchr(s.p, '#', s.n) != NULL || memchr(s.p, '?', s.n) != NULL))
        c->url = URL_QUERY;
    else if (html_skip_space(s, 0) != s.n && c->url == URL_NONE)
        c->url = URL_BEFORE_QUERY;
}

/* Does the text end in url, and that is no end of a longer word? */
static bool ends_in_url(struct str s)
{
    size_t at;

    while (s.n > 0 && html_is_space(s.p[s.n - 1]))
        s.n--;
    if (s.n < 3 || !str_eq_nocase(str_from(s, s.n - 3), STR("url")))
        return false;
    at = s.n - 3;
    if (at == 0)
        return true;
    return !html_is_css_name((unsigned char)s.p[at - 1]);
}

static size_t step_code(struct html_context *c, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char next = i + 1 < s.n ? s.p[i + 1] : '\0';

        if (s.p[i] == '"' || s.p[i] == '\'') {
            c->state = s.p[i] == '"' ? HTML_CSS_DQ : HTML_CSS_SQ;
            return i + 1;
        }
        if (s.p[i] == '/' && (next == '/' || next == '*')) {
            c->state = next == '/' ? HTML_CSS_LINE_COMMENT : HTML_CSS_BLOCK_COMMENT;
            return i + 2;
        }
        if (s.p[i] == '(' && ends_in_url(str_head(s, i))) {
            size_t at = html_skip_space(s, i + 1);
            char quote = at < s.n ? s.p[at] : '\0';

            c->state = quote == '"'    ? HTML_CSS_DQ_URL
                       : quote == '\'' ? HTML_CSS_SQ_URL
                                       : HTML_CSS_URL;
            return at + (c->state != HTML_CSS_URL);
        }
    }
    return s.n;
}

static bool is_end(enum html_state state, char c)
{
    if (state == HTML_CSS_URL)
        return html_is_space(c) || c == ')';
    return c == (state == HTML_CSS_DQ || state == HTML_CSS_DQ_URL ? '"' : '\'');
}

static void step_decoded(struct html_context *c, struct str s)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    html_step_url(c, html_css_decode(s, &b));
    buf_fini(&b);
}

static size_t step_string(struct html_context *c, struct str s)
{
    size_t done = 0, escape = 0;

    /* What an escape is, its next digits tell: it is read with what follows it, up to the
     * next, and not all that is before it, for strings may be full of them. */
    for (size_t i = 0, last; i < s.n; i++) {
        if (is_end(c->state, s.p[i])) {
            c->state = HTML_CSS;
            return i + 1;
        }
        if (s.p[i] != '\\')
            continue;
        last = escape;
        escape = i;
        if (++i == s.n) {
            *c = html_error("an escape in a style's string is not finished");
            return s.n;
        }
        step_decoded(c, (struct str){ s.p + last, i + 1 - last });
        done = i + 1;
    }
    step_decoded(c, str_from(s, done));
    return s.n;
}

size_t html_step_style(struct html_context *c, struct str s)
{
    size_t at;

    switch ((int)c->state) {
    case HTML_CSS:
        return step_code(c, s);
    case HTML_CSS_BLOCK_COMMENT:
        if (!str_find(s, STR("*/"), &at))
            return s.n;
        c->state = HTML_CSS;
        return at + 2;
    case HTML_CSS_LINE_COMMENT:
        for (at = 0; at < s.n && memchr("\n\f\r", s.p[at], 3) == NULL;)
            at++;
        if (at < s.n)
            c->state = HTML_CSS;
        return at;
    default:
        return step_string(c, s);
    }
}
