/* go_html_follow.c - one text node: where it leads, and what is written of it. */
#include "text/go_html.h"

static bool ends_value(enum html_delim delim, char c)
{
    if (delim == DELIM_SPACE)
        return html_is_space(c) || c == '>';
    return c == (delim == DELIM_DOUBLE ? '"' : '\'');
}

/* Inside the value of an attribute, up to where it ends. */
static size_t follow_value(struct html_context *c, struct str s)
{
    enum html_element element = c->element;
    size_t end = 0;

    while (end < s.n && !ends_value(c->delim, s.p[end]))
        end++;
    if (c->delim == DELIM_SPACE)
        for (size_t i = 0; i < end; i++)
            if (memchr("\"'<=`", s.p[i], 5) != NULL) {
                *c = html_error("a quote, <, = or ` in a value without quotes");
                return s.n;
            }
    if (end == s.n) {
        struct buf b;
        struct str u;

        buf_init(&b, BUF_NO_LIMIT);
        u = html_unescape(s, &b);
        while (u.n > 0 && c->state != HTML_ERROR)
            u = str_from(u, html_step(c, u));
        buf_fini(&b);
        return s.n;
    }
    if (c->state == HTML_ATTR && element == ELEMENT_SCRIPT &&
        c->attr == ATTR_SCRIPT_TYPE && !html_is_script_type(str_head(s, end)))
        element = ELEMENT_NONE;
    end += c->delim != DELIM_SPACE;
    *c = (struct html_context){ .state = HTML_TAG, .element = element };
    return end;
}

size_t html_end_of(struct html_end *end, enum html_element element, struct str s,
                   size_t from)
{
    if (end->element != element || end->at < from)
        *end = (struct html_end){ element,
                                  from + html_find_end(element, str_from(s, from)) };
    return end->at;
}

/* One step from `at` on; gives where it leads to. */
static size_t follow(struct html_context *c, struct str s, size_t at,
                     struct html_end *end)
{
    size_t to;

    if (c->delim != DELIM_NONE)
        return at + follow_value(c, str_from(s, at));
    if (c->element == ELEMENT_NONE)
        return at + html_step(c, str_from(s, at));
    to = html_end_of(end, c->element, s, at);
    if (to > at)
        return at + html_step(c, (struct str){ s.p + at, to - at });
    *c = (struct html_context){ 0 };
    return at;
}

/* What is written of the text between two steps. */
struct writing {
    struct str s;
    size_t written; /* up to here it is in the buf, or dropped */
    struct buf *b;
};

static void put_up_to(struct writing *w, size_t to)
{
    buf_add(w->b, (struct str){ w->s.p + w->written, to - w->written });
}

static bool is_doctype(struct str s)
{
    return s.n >= 9 && str_eq_nocase(str_head(s, 9), STR("<!DOCTYPE"));
}

/* A < that begins nothing is one that was meant. */
static void put_text(struct writing *w, const struct html_context *before,
                     const struct html_context *after, size_t from, size_t to)
{
    size_t end = to;

    if (after->state != before->state)
        for (size_t i = to; i > from; i--)
            if (w->s.p[i - 1] == '<') {
                end = i - 1;
                break;
            }
    for (size_t i = from; i < end; i++) {
        if (w->s.p[i] != '<' || is_doctype(str_from(w->s, i)))
            continue;
        put_up_to(w, i);
        buf_z(w->b, "&lt;");
        w->written = i + 1;
    }
}

static bool has_line_end(struct str s)
{
    return s.n > 0 &&
           (memchr(s.p, '\n', s.n) != NULL || memchr(s.p, '\r', s.n) != NULL ||
            str_has(s, STR("\xe2\x80\xa8")) || str_has(s, STR("\xe2\x80\xa9")));
}

/* A comment in a script or style is a blank, or the line end that it holds. */
static void drop_comment(struct writing *w, enum html_state state, size_t to)
{
    struct str s = { w->s.p + w->written, to - w->written };

    if (state == HTML_JS_BLOCK_COMMENT)
        buf_char(w->b, has_line_end(s) ? '\n' : ' ');
    else if (state == HTML_CSS_BLOCK_COMMENT)
        buf_char(w->b, ' ');
    w->written = to;
}

static bool dropped(const struct html_context *c)
{
    return html_is_comment(c->state) && c->delim == DELIM_NONE;
}

struct html_context html_escape_node(struct html_context c, struct str s, struct buf *b,
                                     bool *changed)
{
    struct writing w = { .s = s, .b = b };
    struct html_end end = { 0 };

    for (size_t i = 0; i < s.n;) {
        struct html_context after = c;
        size_t to = follow(&after, s, i, &end);

        if (c.state == HTML_TEXT || c.state == HTML_RCDATA)
            put_text(&w, &c, &after, i, to);
        else if (dropped(&c))
            drop_comment(&w, c.state, to);
        if (c.state != after.state && dropped(&after)) {
            put_up_to(&w, to - (after.state == HTML_COMMENT ? 4 : 2));
            w.written = to;
        }
        if (after.state == HTML_ERROR) {
            *changed = false;
            return after;
        }
        c = after;
        i = to;
    }
    *changed = w.written != 0;
    if (*changed && !dropped(&c))
        put_up_to(&w, s.n);
    return c;
}

/* The text of markup, for values that are html where no tags may be. */
struct str html_strip_tags(struct str s, struct buf *b)
{
    struct html_context c = { 0 };
    bool all_text = true;
    size_t i = 0;

    while (i < s.n) {
        struct html_context after = c;
        size_t to = i;

        if (c.delim != DELIM_NONE) {
            while (to < s.n && !ends_value(c.delim, s.p[to]))
                to++;
            if (to == s.n)
                break;
            i = to + (c.delim != DELIM_SPACE);
            c = (struct html_context){ .state = HTML_TAG, .element = c.element };
            continue;
        }
        if (c.element != ELEMENT_NONE && c.state != HTML_TAG &&
            c.state != HTML_ATTR_NAME && c.state != HTML_AFTER_NAME &&
            c.state != HTML_BEFORE_VALUE && c.state != HTML_ATTR) {
            size_t end = html_find_end(c.element, str_from(s, i));

            if (end < s.n - i)
                after = (struct html_context){ 0 };
            to = i + end;
        } else {
            to = i + html_step(&after, str_from(s, i));
        }
        if (c.state == HTML_TEXT || c.state == HTML_RCDATA) {
            size_t end = to;

            if (after.state != c.state)
                while (end > i && s.p[end - 1] != '<')
                    end--;
            end = after.state != c.state && end > i ? end - 1 : to;
            buf_add(b, (struct str){ s.p + i, end - i });
        } else {
            all_text = false;
        }
        if (to == i && html_same(&c, &after))
            break; /* cannot be: every step moves or changes */
        c = after;
        i = to;
    }
    if (all_text)
        return s;
    if (c.state == HTML_TEXT || c.state == HTML_RCDATA)
        buf_add(b, str_from(s, i));
    return buf_str(b);
}

/* The context behind two branches; an error when they do not meet. */
struct html_context html_join(struct html_context a, struct html_context b)
{
    struct html_context c = a, d;

    if (a.state == HTML_ERROR || b.state == HTML_DEAD)
        return a;
    if (b.state == HTML_ERROR || a.state == HTML_DEAD)
        return b;
    if (html_same(&a, &b))
        return a;
    c.url = b.url;
    if (html_same(&c, &b)) {
        c.url = URL_UNKNOWN;
        return c;
    }
    c = a;
    c.slash = b.slash;
    if (html_same(&c, &b)) {
        c.slash = SLASH_UNKNOWN;
        return c;
    }
    c = html_nudge(a);
    d = html_nudge(b);
    if (!html_same(&c, &a) || !html_same(&d, &b)) {
        c = html_join(c, d);
        if (c.state != HTML_ERROR)
            return c;
    }
    return html_error("the branches end in different contexts");
}
