/* go_escape.c - text/template's html, js and urlquery: for templates that escape by
 * hand. */
#include "text/go_run.h"

void go_html_escape(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '\0':
            buf_z(b, "\xef\xbf\xbd");
            break;
        case '"':
            buf_z(b, "&#34;");
            break;
        case '\'':
            buf_z(b, "&#39;");
            break;
        case '&':
            buf_z(b, "&amp;");
            break;
        case '<':
            buf_z(b, "&lt;");
            break;
        case '>':
            buf_z(b, "&gt;");
            break;
        default:
            buf_char(b, s.p[i]);
        }
    }
}

void go_js_escape(struct buf *b, struct str s)
{
    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        if (code == '\\' || code == '\'' || code == '"')
            buf_printf(b, "\\%c", (int)code);
        else if (code < ' ' || code == '<' || code == '>' || code == '&' || code == '=')
            buf_printf(b, "\\u%04X", (unsigned)code);
        else if (code < 0x80 || utf8_is_print(code))
            buf_add(b, str_head(s, n));
        else
            buf_printf(b, "\\u%04X", (unsigned)code);
        s = str_from(s, n);
    }
}

void go_query_escape(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c != 0 && strchr("-_.~", c) != NULL))
            buf_char(b, (char)c);
        else if (c == ' ')
            buf_char(b, '+');
        else
            buf_printf(b, "%%%02X", c);
    }
}
