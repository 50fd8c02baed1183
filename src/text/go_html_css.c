/* go_html_css.c - values in styles: quantities, colours and names pass, what could end
 * the value or run something does not. */
#include "text/go_html.h"

static const char *const rows[] = {
    ['\0'] = "\\0", ['\t'] = "\\9",  ['\n'] = "\\a",  ['\f'] = "\\c", ['\r'] = "\\d",
    ['"'] = "\\22", ['&'] = "\\26",  ['\''] = "\\27", ['('] = "\\28", [')'] = "\\29",
    ['+'] = "\\2b", ['/'] = "\\2f",  [':'] = "\\3a",  [';'] = "\\3b", ['<'] = "\\3c",
    ['>'] = "\\3e", ['\\'] = "\\\\", ['{'] = "\\7b",  ['}'] = "\\7d",
};

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* In a string: hex escapes, ended by a blank where a digit or a blank follows. */
ok html_escape_css(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);
    struct str s = html_text_of(x, args, &in, &kind);

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= sizeof rows / sizeof *rows || rows[c] == NULL) {
            buf_char(&b, (char)c);
            continue;
        }
        buf_z(&b, rows[c]);
        if (c != '\\' &&
            (i + 1 == s.n || is_hex(s.p[i + 1]) || html_is_space(s.p[i + 1])))
            buf_char(&b, ' ');
    }
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

static bool is_unsafe(struct str s)
{
    char before = '\0';
    bool bad = false;
    struct buf word;

    buf_init(&word, BUF_NO_LIMIT);
    for (size_t i = 0; i < s.n && !bad; i++) {
        unsigned char c = (unsigned char)s.p[i];

        bad = c == '\0' || strchr("\"'()/;@[\\]`{}", c) != NULL ||
              (c == '-' && before == '-');
        if (c != '-' && c < 0x80 && html_is_css_name(c))
            buf_char(&word, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : (char)c);
        before = (char)c;
    }
    bad |= str_has(buf_str(&word), STR("expression")) ||
           str_has(buf_str(&word), STR("mozbinding"));
    buf_fini(&word);
    return bad;
}

/* Values that runs something (expression, -moz-binding) or would end the property. */
ok html_filter_css(struct go_run *x, const struct go_value *args, size_t,
                   struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), decoded = go_buf(x), b = go_buf(x);
    struct str s = html_css_decode(html_text_of(x, args, &in, &kind), &decoded);

    if (is_unsafe(s))
        buf_z(&b, HTML_FAILSAFE);
    else
        buf_add(&b, s);
    b.overflowed |= in.overflowed || decoded.overflowed;
    buf_fini(&in);
    buf_fini(&decoded);
    return go_buf_string(x, &b, out);
}
