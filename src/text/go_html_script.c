/* go_html_script.c - following scripts: strings, comments, regular expressions, and
 * what a slash would begin. */
#include "text/go_html.h"

static bool is_ident(char c)
{
    return c == '$' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

/* U+2028 and U+2029 end lines in scripts. */
static bool is_separator(struct str s, size_t at)
{
    return at + 3 <= s.n && memcmp(s.p + at, "\xe2\x80", 2) == 0 &&
           ((unsigned char)s.p[at + 2] | 1) == 0xa9;
}

/* After these words a slash begins an expression. */
static bool is_expression_word(struct str word)
{
    static const char *const words[] = { "break",      "case",   "continue", "delete",
                                         "do",         "else",   "finally",  "in",
                                         "instanceof", "return", "throw",    "try",
                                         "typeof",     "void" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(word, words[i]))
            return true;
    return false;
}

/* What a slash behind this run of tokens begins. */
static enum html_slash slash_after(struct str s, enum html_slash before)
{
    size_t from;
    char c;

    for (;;) {
        if (s.n > 0 && html_is_space(s.p[s.n - 1]))
            s.n--;
        else if (s.n >= 3 && is_separator(s, s.n - 3))
            s.n -= 3;
        else
            break;
    }
    if (s.n == 0)
        return before;
    c = s.p[s.n - 1];
    from = s.n;
    if (c == '+' || c == '-') {
        while (from > 0 && s.p[from - 1] == c)
            from--;
        return (s.n - from) % 2 == 1 ? SLASH_REGEXP : SLASH_DIVISION;
    }
    if (c == '.')
        return s.n > 1 && s.p[s.n - 2] >= '0' && s.p[s.n - 2] <= '9' ? SLASH_DIVISION
                                                                     : SLASH_REGEXP;
    if (c != '\0' && strchr(",<>=*%&|^?!~([:;{}", c) != NULL)
        return SLASH_REGEXP;
    while (from > 0 && is_ident(s.p[from - 1]))
        from--;
    return is_expression_word(str_from(s, from)) ? SLASH_REGEXP : SLASH_DIVISION;
}

static size_t step_code(struct html_context *c, struct str s)
{
    size_t at = 0;
    char next;

    while (at < s.n && memchr("\"`'/", s.p[at], 4) == NULL)
        at++;
    c->slash = slash_after(str_head(s, at), c->slash);
    if (at == s.n)
        return s.n;
    if (s.p[at] != '/') {
        c->state = s.p[at] == '"' ? HTML_JS_DQ : s.p[at] == '`' ? HTML_JS_BQ : HTML_JS_SQ;
        c->slash = SLASH_REGEXP;
        return at + 1;
    }
    next = at + 1 < s.n ? s.p[at + 1] : '\0';
    if (next == '/' || next == '*') {
        c->state = next == '/' ? HTML_JS_LINE_COMMENT : HTML_JS_BLOCK_COMMENT;
        return at + 2;
    }
    if (c->slash == SLASH_REGEXP) {
        c->state = HTML_JS_REGEXP;
    } else if (c->slash == SLASH_DIVISION) {
        c->slash = SLASH_REGEXP;
    } else {
        *c = html_error("a / could begin a division or a regular expression");
        return s.n;
    }
    return at + 1;
}

static size_t step_literal(struct html_context *c, struct str s)
{
    char end = c->state == HTML_JS_DQ   ? '"'
               : c->state == HTML_JS_SQ ? '\''
               : c->state == HTML_JS_BQ ? '`'
                                        : '/';
    bool set = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\') {
            if (++i < s.n)
                continue;
            *c = html_error("an escape in a script's string is not finished");
            return s.n;
        }
        if (end == '/' && (s.p[i] == '[' || s.p[i] == ']')) {
            set = s.p[i] == '[';
        } else if (s.p[i] == end && !set) {
            c->state = HTML_JS;
            c->slash = SLASH_DIVISION;
            return i + 1;
        }
    }
    if (set)
        *c = html_error("a [ in a regular expression is not closed");
    return s.n;
}

static size_t step_line(struct html_context *c, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\n' && s.p[i] != '\r' && !is_separator(s, i))
            continue;
        c->state = HTML_JS;
        return i;
    }
    return s.n;
}

size_t html_step_script(struct html_context *c, struct str s)
{
    size_t at;

    switch ((int)c->state) {
    case HTML_JS:
        return step_code(c, s);
    case HTML_JS_LINE_COMMENT:
        return step_line(c, s);
    case HTML_JS_BLOCK_COMMENT:
        if (!str_find(s, STR("*/"), &at))
            return s.n;
        c->state = HTML_JS;
        return at + 2;
    default:
        return step_literal(c, s);
    }
}

/* The types of a script element that are JavaScript, or are read as it is. */
bool html_is_script_type(struct str mime)
{
    static const char types[] =
        " application/ecmascript application/javascript application/json "
        "application/ld+json application/x-ecmascript application/x-javascript module "
        "text/ecmascript text/javascript text/javascript1.0 text/javascript1.1 "
        "text/javascript1.2 text/javascript1.3 text/javascript1.4 text/javascript1.5 "
        "text/jscript text/livescript text/x-ecmascript text/x-javascript ";
    struct str all = str_of(types), piece;
    const char *end = mime.n > 0 ? memchr(mime.p, ';', mime.n) : NULL;

    if (end != NULL)
        mime.n = (size_t)(end - mime.p);
    mime = str_trim(mime);
    while (str_cut(&all, ' ', &piece))
        if (piece.n > 0 && str_eq_nocase(piece, mime))
            return true;
    return false;
}
