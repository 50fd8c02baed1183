/* go_html.h - contextual escaping, as html/template does it: where in a page an action
 * stands decides how its value is escaped. Private to the engine.
 *
 * The page's structure is what the template's author wrote; values come from alerts and
 * are hostile. A text is walked once, when it is parsed, through every template that it
 * calls, in the context of the call; what cannot be decided is an error there.
 */
#ifndef TEXT_GO_HTML_H
#define TEXT_GO_HTML_H

#include "text/go_run.h"

enum html_state {
    HTML_TEXT,
    HTML_TAG, /* between attributes */
    HTML_ATTR_NAME,
    HTML_AFTER_NAME,
    HTML_BEFORE_VALUE,
    HTML_COMMENT,
    HTML_RCDATA, /* title, textarea: no tags inside */
    HTML_ATTR,
    HTML_URL,
    HTML_SRCSET,
    HTML_JS,
    HTML_JS_DQ, /* "..." */
    HTML_JS_SQ,
    HTML_JS_BQ,
    HTML_JS_REGEXP,
    HTML_JS_BLOCK_COMMENT,
    HTML_JS_LINE_COMMENT,
    HTML_CSS,
    HTML_CSS_DQ,
    HTML_CSS_SQ,
    HTML_CSS_DQ_URL, /* url("...") */
    HTML_CSS_SQ_URL,
    HTML_CSS_URL,
    HTML_CSS_BLOCK_COMMENT,
    HTML_CSS_LINE_COMMENT,
    HTML_ERROR,
    HTML_DEAD /* behind break or continue */
};

enum html_delim { DELIM_NONE, DELIM_DOUBLE, DELIM_SINGLE, DELIM_SPACE };
enum html_url { URL_NONE, URL_BEFORE_QUERY, URL_QUERY, URL_UNKNOWN };
enum html_slash { SLASH_REGEXP, SLASH_DIVISION, SLASH_UNKNOWN };
enum html_element {
    ELEMENT_NONE,
    ELEMENT_SCRIPT,
    ELEMENT_STYLE,
    ELEMENT_TEXTAREA,
    ELEMENT_TITLE
};
enum html_attr {
    ATTR_NONE,
    ATTR_SCRIPT,
    ATTR_SCRIPT_TYPE,
    ATTR_STYLE,
    ATTR_URL,
    ATTR_SRCSET
};

struct html_context {
    enum html_state state;
    enum html_delim delim;
    enum html_url url;     /* which part of a URL */
    enum html_slash slash; /* what a / in a script begins */
    enum html_attr attr;
    enum html_element element;
    const char *wrong; /* HTML_ERROR: what is wrong */
};

static inline bool html_same(const struct html_context *a, const struct html_context *b)
{
    return a->state == b->state && a->delim == b->delim && a->url == b->url &&
           a->slash == b->slash && a->attr == b->attr && a->element == b->element;
}
static inline bool html_is_comment(enum html_state s)
{
    return s == HTML_COMMENT || s == HTML_JS_BLOCK_COMMENT || s == HTML_JS_LINE_COMMENT ||
           s == HTML_CSS_BLOCK_COMMENT || s == HTML_CSS_LINE_COMMENT;
}
static inline struct html_context html_error(const char *wrong)
{
    return (struct html_context){ .state = HTML_ERROR, .wrong = wrong };
}

/* ---- transitions ------------------------------------------------------------------- */

/* Where the special element ends that the steps through a text are in: looked for once,
 * not at each step. Zeroed before the first. */
struct html_end {
    enum html_element element;
    size_t at; /* the text's length when it does not end in there */
};
size_t html_end_of(struct html_end *end, enum html_element element, struct str s,
                   size_t from); /* go_html_follow.c */

/* Follows the text from c as far as one rule goes; gives how many bytes it used. */
size_t html_step(struct html_context *c, struct str s);        /* go_html_tag.c */
size_t html_step_script(struct html_context *c, struct str s); /* go_html_script.c */
size_t html_step_style(struct html_context *c, struct str s);  /* go_html_style.c */
void html_step_url(struct html_context *c, struct str s);
/* The special end tag (</script>) in s; s.n when there is none. */
size_t html_find_end(enum html_element element, struct str s);
/* What follows where an empty text does not tell: <a href= is before a value. */
struct html_context html_nudge(struct html_context c);
bool html_is_space(char c); /* blank, tab, line ends, form feed */
size_t html_skip_space(struct str s, size_t at);
bool html_is_script_type(struct str mime);
/* Decodes entities: a text of an attribute as its language sees it. */
struct str html_unescape(struct str s, struct buf *b);
struct str html_css_decode(struct str s, struct buf *b);
bool html_is_css_name(uint32_t code);

/* What kind of value an attribute of that (small-letter) name holds. */
enum html_value {
    VALUE_PLAIN,
    VALUE_CSS,
    VALUE_HTML,
    VALUE_JS,
    VALUE_URL,
    VALUE_SRCSET,
    VALUE_UNSAFE
};
enum html_value html_attr_value(struct str name);

/* ---- escapers (go_html_escapers.c and fellows) ----------------------------------------- */

enum html_escaper {
    ESC_ATTR,
    ESC_COMMENT,
    ESC_CSS,
    ESC_CSS_VALUE,
    ESC_NAME,
    ESC_HTML,
    ESC_JS_REGEXP,
    ESC_JS_STRING,
    ESC_JS_VALUE,
    ESC_NOSPACE,
    ESC_RCDATA,
    ESC_SRCSET,
    ESC_URL,
    ESC_URL_FILTER,
    ESC_URL_NORMAL,
    ESC_EVAL, /* many arguments to one text */
    ESC_COUNT
};
extern const struct go_func html_escapers[ESC_COUNT];

#define HTML_FAILSAFE "ZgotmplZ" /* stands where an unsafe value was */

go_call html_escape_css, html_filter_css; /* go_html_css.c */
go_call html_escape_js_regexp, html_escape_js_string,
    html_escape_js_value; /* go_html_js.c */
go_call html_escape_srcset, html_escape_url, html_filter_url,
    html_normalize_url; /* go_html_url.c */

/* The one argument of an escaper as text; `kind` says what it is known to be. */
struct str html_text_of(struct go_run *x, const struct go_value *v, struct buf *b,
                        const struct go_type **kind);
void html_put_replaced(struct buf *b, struct str s, const char *const *table, size_t rows,
                       bool keep_bad);
void html_put_url(struct buf *b, struct str s, bool normalize);
bool html_url_is_safe(struct str s);
struct str html_strip_tags(struct str s, struct buf *b);

/* ---- the walk (go_html_tree.c) ------------------------------------------------------------ */

/* Makes the text's escaped trees; its root is one of them. */
ok go_html_escape_text(struct go_text *text, struct err *e);
/* Escapes what a text node says: comments go, stray < become &lt;. */
struct html_context html_escape_node(struct html_context c, struct str s, struct buf *b,
                                     bool *changed);
struct html_context html_join(struct html_context a, struct html_context b);
/* The pipe with the escapers behind it that the context asks for. */
struct go_pipe *html_escape_pipe(struct arena *a, const struct go_node *action,
                                 const enum html_escaper *want, size_t n);

#endif
