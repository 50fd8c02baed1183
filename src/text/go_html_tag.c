/* go_html_tag.c - following a page's text: tags, attribute names, comments. */
#include "text/go_html.h"

bool html_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

size_t html_skip_space(struct str s, size_t at)
{
    while (at < s.n && html_is_space(s.p[at]))
        at++;
    return at;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static const struct str special_tags[] = { STR_INIT(""), STR_INIT("script"),
                                           STR_INIT("style"), STR_INIT("textarea"),
                                           STR_INIT("title") };

/* a, x-y, x:y; the end of the name. */
static size_t tag_name(struct str s, size_t at, enum html_element *element)
{
    size_t end = at;

    *element = ELEMENT_NONE;
    if (at >= s.n || !is_letter(s.p[at]))
        return at;
    for (end++; end < s.n;) {
        if (is_alnum(s.p[end]))
            end++;
        else if ((s.p[end] == ':' || s.p[end] == '-') && end + 1 < s.n &&
                 is_alnum(s.p[end + 1]))
            end += 2;
        else
            break;
    }
    for (enum html_element i = ELEMENT_SCRIPT; i <= ELEMENT_TITLE; i++)
        if (str_eq_nocase((struct str){ s.p + at, end - at }, special_tags[i]))
            *element = i;
    return end;
}

static size_t step_text(struct html_context *c, struct str s)
{
    size_t at = 0;

    for (;;) {
        const char *mark = at < s.n ? memchr(s.p + at, '<', s.n - at) : NULL;
        size_t i = mark == NULL ? s.n : (size_t)(mark - s.p), end;
        enum html_element element;
        bool closes = false;

        if (i + 1 >= s.n)
            return s.n;
        if (str_starts(str_from(s, i), STR("<!--"))) {
            *c = (struct html_context){ .state = HTML_COMMENT };
            return i + 4;
        }
        i++;
        if (s.p[i] == '/') {
            if (i + 1 == s.n)
                return s.n;
            closes = true;
            i++;
        }
        end = tag_name(s, i, &element);
        if (end != i) {
            *c = (struct html_context){ .state = HTML_TAG,
                                        .element = closes ? ELEMENT_NONE : element };
            return end;
        }
        at = end;
    }
}

/* The end of an attribute's name; SIZE_MAX when it holds a quote or a <. */
static size_t attr_name(struct str s, size_t at)
{
    for (; at < s.n; at++) {
        char c = s.p[at];

        if (html_is_space(c) || c == '=' || c == '>')
            return at;
        if (c == '\'' || c == '"' || c == '<')
            return SIZE_MAX;
    }
    return s.n;
}

static enum html_attr attr_of(enum html_element element, struct str name)
{
    static const enum html_attr of[] = {
        [VALUE_CSS] = ATTR_STYLE,     [VALUE_JS] = ATTR_SCRIPT,   [VALUE_URL] = ATTR_URL,
        [VALUE_SRCSET] = ATTR_SRCSET, [VALUE_UNSAFE] = ATTR_NONE,
    };
    enum html_attr attr;
    struct buf small;

    buf_init(&small, BUF_NO_LIMIT);
    for (size_t i = 0; i < name.n; i++)
        buf_char(&small, name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 0x20)
                                                              : name.p[i]);
    name = buf_str(&small);
    attr = element == ELEMENT_SCRIPT && str_is(name, "type") ? ATTR_SCRIPT_TYPE
                                                             : of[html_attr_value(name)];
    buf_fini(&small);
    return attr;
}

static size_t step_tag(struct html_context *c, struct str s)
{
    static const enum html_state content[] = { HTML_TEXT, HTML_JS, HTML_CSS, HTML_RCDATA,
                                               HTML_RCDATA };
    size_t from = html_skip_space(s, 0), end;

    if (from == s.n)
        return s.n;
    if (s.p[from] == '>') {
        *c = (struct html_context){ .state = content[c->element], .element = c->element };
        return from + 1;
    }
    end = attr_name(s, from);
    if (end == SIZE_MAX) {
        *c = html_error("a quote or < in the name of an attribute");
        return s.n;
    }
    if (end == from) {
        *c = html_error("expected a blank, an attribute's name or the end of the tag");
        return s.n;
    }
    *c = (struct html_context){
        .state = end == s.n ? HTML_ATTR_NAME : HTML_AFTER_NAME,
        .element = c->element,
        .attr = attr_of(c->element, (struct str){ s.p + from, end - from }),
    };
    return end;
}

static size_t step_attr_name(struct html_context *c, struct str s)
{
    size_t end = attr_name(s, 0);

    if (end == SIZE_MAX) {
        *c = html_error("a quote or < in the name of an attribute");
        return s.n;
    }
    if (end != s.n)
        c->state = HTML_AFTER_NAME;
    return end;
}

static size_t step_after_name(struct html_context *c, struct str s)
{
    size_t at = html_skip_space(s, 0);

    if (at == s.n)
        return s.n;
    if (s.p[at] != '=') {
        c->state = HTML_TAG;
        return at;
    }
    c->state = HTML_BEFORE_VALUE;
    return at + 1;
}

static const enum html_state value_states[] = {
    [ATTR_NONE] = HTML_ATTR, [ATTR_SCRIPT] = HTML_JS, [ATTR_SCRIPT_TYPE] = HTML_ATTR,
    [ATTR_STYLE] = HTML_CSS, [ATTR_URL] = HTML_URL,   [ATTR_SRCSET] = HTML_SRCSET,
};

static size_t step_before_value(struct html_context *c, struct str s)
{
    size_t at = html_skip_space(s, 0);

    if (at == s.n)
        return s.n;
    c->delim = s.p[at] == '\''  ? DELIM_SINGLE
               : s.p[at] == '"' ? DELIM_DOUBLE
                                : DELIM_SPACE;
    c->state = value_states[c->attr];
    return at + (c->delim != DELIM_SPACE);
}

static size_t step_comment(struct html_context *c, struct str s)
{
    size_t at;

    if (!str_find(s, STR("-->"), &at))
        return s.n;
    *c = (struct html_context){ 0 };
    return at + 3;
}

size_t html_find_end(enum html_element element, struct str s)
{
    struct str tag = special_tags[element];
    size_t at = 0, found;

    while (str_find(str_from(s, at), STR("</"), &found)) {
        struct str rest = str_from(s, at + found + 2);

        if (rest.n > tag.n && str_eq_nocase(str_head(rest, tag.n), tag) &&
            memchr("> \t\n\f/", rest.p[tag.n], 6) != NULL)
            return at + found;
        at += found + 2;
    }
    return s.n;
}

struct html_context html_nudge(struct html_context c)
{
    if (c.state == HTML_TAG) {
        c.state = HTML_ATTR_NAME;
    } else if (c.state == HTML_BEFORE_VALUE) {
        c.state = value_states[c.attr];
        c.delim = DELIM_SPACE;
        c.attr = ATTR_NONE;
    } else if (c.state == HTML_AFTER_NAME) {
        c.state = HTML_ATTR_NAME;
        c.attr = ATTR_NONE;
    }
    return c;
}

static size_t step_rcdata(struct html_context *c, struct str s)
{
    size_t end = c->element == ELEMENT_NONE ? s.n : html_find_end(c->element, s);

    if (end < s.n)
        *c = (struct html_context){ 0 };
    return end;
}

size_t html_step(struct html_context *c, struct str s)
{
    switch (c->state) {
    case HTML_TEXT:
        return step_text(c, s);
    case HTML_TAG:
        return step_tag(c, s);
    case HTML_ATTR_NAME:
        return step_attr_name(c, s);
    case HTML_AFTER_NAME:
        return step_after_name(c, s);
    case HTML_BEFORE_VALUE:
        return step_before_value(c, s);
    case HTML_COMMENT:
        return step_comment(c, s);
    case HTML_RCDATA:
        return step_rcdata(c, s);
    case HTML_URL:
    case HTML_SRCSET:
        html_step_url(c, s);
        return s.n;
    case HTML_JS:
    case HTML_JS_DQ:
    case HTML_JS_SQ:
    case HTML_JS_BQ:
    case HTML_JS_REGEXP:
    case HTML_JS_BLOCK_COMMENT:
    case HTML_JS_LINE_COMMENT:
        return html_step_script(c, s);
    case HTML_CSS:
    case HTML_CSS_DQ:
    case HTML_CSS_SQ:
    case HTML_CSS_DQ_URL:
    case HTML_CSS_SQ_URL:
    case HTML_CSS_URL:
    case HTML_CSS_BLOCK_COMMENT:
    case HTML_CSS_LINE_COMMENT:
        return html_step_style(c, s);
    case HTML_ATTR:
    case HTML_ERROR:
    case HTML_DEAD:
        break;
    }
    return s.n;
}
