/* go_html_escapers.c - the escapers of markup: texts, titles, attributes, names. What a
 * template declared safe (safeHtml) keeps its entities, and loses its tags where there
 * can be none. */
#include "text/go_html.h"

#include <stdio.h>

#define ROWS(table) (sizeof table / sizeof *table)

static const char *const text_rows[] = {
    ['\0'] = "\xef\xbf\xbd", ['"'] = "&#34;", ['&'] = "&amp;", ['\''] = "&#39;",
    ['+'] = "&#43;",         ['<'] = "&lt;",  ['>'] = "&gt;",
};
/* For what has entities already. */
static const char *const normal_rows[] = {
    ['\0'] = "\xef\xbf\xbd", ['"'] = "&#34;", ['\''] = "&#39;",
    ['+'] = "&#43;",         ['<'] = "&lt;",  ['>'] = "&gt;",
};
#define NOSPACE_ROWS                                                                    \
    ['\0'] = "&#xfffd;", ['\t'] = "&#9;", ['\n'] = "&#10;", ['\v'] = "&#11;",           \
    ['\f'] = "&#12;", ['\r'] = "&#13;", [' '] = "&#32;", ['"'] = "&#34;",               \
    ['\''] = "&#39;", ['+'] = "&#43;", ['<'] = "&lt;", ['='] = "&#61;", ['>'] = "&gt;", \
    ['`'] = "&#96;"
static const char *const nospace_rows[] = { NOSPACE_ROWS, ['&'] = "&amp;" };
static const char *const nospace_normal_rows[] = { NOSPACE_ROWS };

/* Characters by a table; without keep_bad also U+FDD0.. and U+FFF0.. as numbers, which
 * browsers take for ends of values. */
void html_put_replaced(struct buf *b, struct str s, const char *const *table, size_t rows,
                       bool keep_bad)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n;) {
        const char *with = NULL;
        char number[16];
        uint32_t code;
        size_t n = go_rune(str_from(s, i), &code);

        if (code < rows) {
            with = table[code];
        } else if (!keep_bad && ((code >= 0xfdd0 && code <= 0xfdef) ||
                                 (code >= 0xfff0 && code <= 0xffff))) {
            (void)snprintf(number, sizeof number, "&#x%x;", (unsigned)code);
            with = number;
        }
        if (with != NULL) {
            buf_add(b, (struct str){ s.p + from, i - from });
            buf_z(b, with);
            from = i + n;
        }
        i += n;
    }
    buf_add(b, str_from(s, from));
}

struct str html_text_of(struct go_run *x, const struct go_value *v, struct buf *b,
                        const struct go_type **kind)
{
    struct go_value at = *v;

    *kind = &go_type_string;
    if (go_is_nil(v))
        return STR("");
    if (v->type == &go_type_string || v->type == &go_type_html ||
        v->type == &go_type_url) {
        *kind = v->type;
        return v->s;
    }
    if (go_is(v, GO_POINTER) && v->type->string == NULL)
        at.type = v->type->elem;
    go_sprint(x, &at, 1, b);
    return buf_str(b);
}

/* An escaper: the text of the value, written by a table. */
struct rows {
    const char *const *plain;
    size_t plain_n;
    const char *const *html; /* for values that are html; NULL: as they are */
    size_t html_n;
    bool strip, keep_bad;
};

static ok put_rows(struct go_run *x, const struct go_value *v, const struct rows *r,
                   struct go_value *out)
{
    struct buf in = go_buf(x), stripped = go_buf(x), b = go_buf(x);
    const struct go_type *kind;
    struct str s = html_text_of(x, v, &in, &kind);

    if (kind == &go_type_html && r->strip && go_work(x, s.n / 16) != OK) {
        buf_fini(&in);
        return FAILED; /* reading markup takes longer than copying a text */
    }
    if (kind != &go_type_html) {
        html_put_replaced(&b, s, r->plain, r->plain_n, r->keep_bad);
    } else if (r->html == NULL) {
        buf_add(&b, s);
    } else {
        s = r->strip ? html_strip_tags(s, &stripped) : s;
        html_put_replaced(&b, s, r->html, r->html_n, r->keep_bad);
    }
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    buf_fini(&stripped);
    return go_buf_string(x, &b, out);
}

#define ESCAPER(name)                                                     \
    static ok name(struct go_run *x, const struct go_value *args, size_t, \
                   struct go_value *out)

ESCAPER(escape_html)
{
    static const struct rows r = { text_rows, ROWS(text_rows), NULL, 0, false, true };

    return put_rows(x, args, &r, out);
}

ESCAPER(escape_rcdata)
{
    static const struct rows r = { text_rows,         ROWS(text_rows), normal_rows,
                                   ROWS(normal_rows), false,           true };

    return put_rows(x, args, &r, out);
}

ESCAPER(escape_attr)
{
    static const struct rows r = { text_rows,   ROWS(text_rows),
                                   normal_rows, ROWS(normal_rows),
                                   true,        true };

    return put_rows(x, args, &r, out);
}

ESCAPER(escape_nospace)
{
    static const struct rows r = { nospace_rows,
                                   ROWS(nospace_rows),
                                   nospace_normal_rows,
                                   ROWS(nospace_normal_rows),
                                   true,
                                   false };

    return put_rows(x, args, &r, out);
}

ESCAPER(escape_comment)
{
    (void)x, (void)args;
    *out = go_string(STR(""));
    return OK;
}

/* A name of an attribute: letters and digits, and none whose value would be a script,
 * a style or a URL. */
ESCAPER(escape_name)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);
    struct str s = html_text_of(x, args, &in, &kind);
    bool good = s.n > 0;

    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        code = utf8_lower(code);
        good &= (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');
        utf8_put(&b, code);
        s = str_from(s, n);
    }
    if (!good || html_attr_value(buf_str(&b)) != VALUE_PLAIN) {
        buf_clear(&b);
        buf_z(&b, HTML_FAILSAFE);
    }
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

/* Many values as print puts them. */
static ok eval_args(struct go_run *x, const struct go_value *args, size_t n,
                    struct go_value *out)
{
    struct go_value *v = arena_array(x->arena, struct go_value, n + 1);
    struct buf b = go_buf(x);

    for (size_t i = 0; i < n; i++) {
        v[i] = args[i];
        if (go_is(&v[i], GO_POINTER) && v[i].type->string == NULL)
            v[i].type = v[i].type->elem;
    }
    go_sprint(x, v, n, &b);
    return go_buf_string(x, &b, out);
}

const struct go_func html_escapers[ESC_COUNT] = {
    [ESC_ATTR] = { "attribute escaper", "a", escape_attr },
    [ESC_COMMENT] = { "comment escaper", "a", escape_comment },
    [ESC_CSS] = { "style escaper", "a", html_escape_css },
    [ESC_CSS_VALUE] = { "style filter", "a", html_filter_css },
    [ESC_NAME] = { "attribute name filter", "a", escape_name },
    [ESC_HTML] = { "html escaper", "a", escape_html },
    [ESC_JS_REGEXP] = { "regular expression escaper", "a", html_escape_js_regexp },
    [ESC_JS_STRING] = { "script string escaper", "a", html_escape_js_string },
    [ESC_JS_VALUE] = { "script value escaper", "a", html_escape_js_value },
    [ESC_NOSPACE] = { "bare attribute escaper", "a", escape_nospace },
    [ESC_RCDATA] = { "title escaper", "a", escape_rcdata },
    [ESC_SRCSET] = { "srcset escaper", "a", html_escape_srcset },
    [ESC_URL] = { "URL escaper", "a", html_escape_url },
    [ESC_URL_FILTER] = { "URL filter", "a", html_filter_url },
    [ESC_URL_NORMAL] = { "URL normalizer", "a", html_normalize_url },
    [ESC_EVAL] = { "print", "a*", eval_args },
};
