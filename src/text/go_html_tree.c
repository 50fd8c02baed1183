/* go_html_tree.c - walking a template in the contexts of its page. Each template is
 * made once for every context in which it is called; nodes are copied, because the set
 * is shared and what a text node says depends on the context. */
#include "text/go_html.h"

/* Ranges inside ranges are walked twice each. */
enum { STEPS = 500000, BYTES_A_STEP = 16, DEPTH = 1000 };

/* A template as it is called in one context. */
struct derived {
    struct str name;
    struct html_context from, to; /* to: assumed until its body was walked */
    struct go_template *made;
};

struct breaks {
    struct breaks *outer;
    VEC(struct html_context) breaks;
    VEC(struct html_context) continues;
};

struct walk {
    struct go_text *text;
    struct arena *arena;
    struct err *e;
    VEC(struct derived *) known;
    VEC(struct derived *) called; /* since the innermost trial began */
    struct breaks *breaks;
    const struct go_node *at; /* where it went wrong; for errors */
    const char *wrong;
    size_t steps, depth;
};

static struct html_context walk_list(struct walk *w, struct html_context c,
                                     const struct go_node *list, struct go_node **out);

static struct html_context fail_here(struct walk *w, const struct go_node *at,
                                     const char *words)
{
    if (w->wrong == NULL) {
        w->at = at;
        w->wrong = words;
    }
    return html_error(words);
}

/* An error that a step found belongs to the node that was followed. */
static struct html_context checked(struct walk *w, const struct go_node *at,
                                   struct html_context c)
{
    return c.state == HTML_ERROR ? fail_here(w, at, c.wrong) : c;
}

static struct go_node *copied(struct walk *w, const struct go_node *node,
                              struct go_node **out)
{
    struct go_node *to;

    if (out == NULL)
        return NULL;
    to = arena_new(w->arena, struct go_node);
    *to = *node;
    to->next = NULL;
    *out = to;
    return to;
}

/* ---- actions ------------------------------------------------------------------------- */

/* Which escapers a context asks for, in their order; 0 with *wrong set. */
static size_t escapers_of(struct html_context *c, enum html_escaper *want,
                          const char **wrong)
{
    size_t n = 0;

    switch (c->state) {
    case HTML_URL:
    case HTML_CSS_DQ:
    case HTML_CSS_SQ:
    case HTML_CSS_DQ_URL:
    case HTML_CSS_SQ_URL:
    case HTML_CSS_URL:
        if (c->url == URL_UNKNOWN) {
            *wrong = "the action may be in the path of a URL or in its query";
            return 0;
        }
        if (c->url == URL_QUERY) {
            want[n++] = ESC_URL;
            break;
        }
        if (c->url == URL_NONE)
            want[n++] = ESC_URL_FILTER;
        want[n++] =
            c->state == HTML_CSS_DQ || c->state == HTML_CSS_SQ ? ESC_CSS : ESC_URL_NORMAL;
        break;
    case HTML_JS:
        want[n++] = ESC_JS_VALUE;
        c->slash = SLASH_DIVISION; /* behind a value it divides */
        break;
    case HTML_JS_DQ:
    case HTML_JS_SQ:
        want[n++] = ESC_JS_STRING;
        break;
    case HTML_JS_BQ:
        *wrong = "the action is in a script's template literal";
        return 0;
    case HTML_JS_REGEXP:
        want[n++] = ESC_JS_REGEXP;
        break;
    case HTML_CSS:
        want[n++] = ESC_CSS_VALUE;
        break;
    case HTML_TEXT:
        want[n++] = ESC_HTML;
        break;
    case HTML_RCDATA:
        want[n++] = ESC_RCDATA;
        break;
    case HTML_ATTR:
        break;
    case HTML_ATTR_NAME:
    case HTML_TAG:
        c->state = HTML_ATTR_NAME;
        want[n++] = ESC_NAME;
        break;
    case HTML_SRCSET:
        want[n++] = ESC_SRCSET;
        break;
    case HTML_COMMENT:
    case HTML_JS_BLOCK_COMMENT:
    case HTML_JS_LINE_COMMENT:
    case HTML_CSS_BLOCK_COMMENT:
    case HTML_CSS_LINE_COMMENT:
        want[n++] = ESC_COMMENT;
        break;
    case HTML_AFTER_NAME:
    case HTML_BEFORE_VALUE:
    case HTML_ERROR:
    case HTML_DEAD:
        break;
    }
    if (c->delim != DELIM_NONE)
        want[n++] = c->delim == DELIM_SPACE ? ESC_NOSPACE : ESC_ATTR;
    return n;
}

/* html and urlquery may only end a pipe: what follows would undo them. */
static bool misplaced(const struct go_pipe *pipe, const struct html_context *c)
{
    const struct go_func *html = go_function_find(STR("html"));
    const struct go_func *query = go_function_find(STR("urlquery"));

    for (const struct go_command *cmd = pipe->first; cmd != NULL; cmd = cmd->next) {
        const struct go_func *f =
            cmd->args[0]->op == OP_FUNCTION ? cmd->args[0]->function : NULL;

        if (f != html && f != query)
            continue;
        if (cmd->next != NULL ||
            (c->state == HTML_ATTR && c->delim == DELIM_SPACE && f == html))
            return true;
    }
    return false;
}

static struct html_context walk_action(struct walk *w, struct html_context c,
                                       const struct go_node *node, struct go_node **out)
{
    enum html_escaper want[3];
    const char *wrong = NULL;
    struct go_node *to = copied(w, node, out);
    size_t n;

    if (node->pipe->decls > 0)
        return c;
    c = html_nudge(c);
    if (misplaced(node->pipe, &c))
        return fail_here(w, node, "html or urlquery may not stand here in a pipe");
    n = escapers_of(&c, want, &wrong);
    if (wrong != NULL)
        return fail_here(w, node, wrong);
    if (to != NULL)
        to->pipe = html_escape_pipe(w->arena, node, want, n);
    return c;
}

static struct html_context walk_text(struct walk *w, struct html_context c,
                                     const struct go_node *node, struct go_node **out)
{
    struct go_node *to = copied(w, node, out);
    struct buf b;
    bool changed;

    buf_init(&b, BUF_NO_LIMIT);
    c = checked(w, node, html_escape_node(c, node->text, &b, &changed));
    if (to != NULL && changed)
        to->text = arena_str(w->arena, buf_str(&b));
    buf_fini(&b);
    return c;
}

/* ---- branches -------------------------------------------------------------------------- */

static struct html_context join(struct walk *w, const struct go_node *at,
                                struct html_context a, struct html_context b)
{
    return checked(w, at, html_join(a, b));
}

/* What leaves a turn of the loop early meets what goes on. */
static struct html_context join_breaks(struct walk *w, const struct go_node *at,
                                       struct html_context c, struct breaks *b)
{
    for (size_t i = 0; i < b->breaks.n && c.state != HTML_ERROR; i++)
        c = join(w, at, c, b->breaks.v[i]);
    for (size_t i = 0; i < b->continues.n && c.state != HTML_ERROR; i++)
        c = join(w, at, c, b->continues.v[i]);
    return c;
}

static struct html_context walk_turn(struct walk *w, struct html_context c,
                                     const struct go_node *node, struct go_node **out)
{
    struct breaks b = { .outer = w->breaks };
    size_t called = w->called.n;

    w->breaks = &b;
    c = walk_list(w, c, node->list, out);
    if (out == NULL)
        w->called.n = called;
    if (c.state != HTML_ERROR)
        c = join_breaks(w, node, c, &b);
    w->breaks = b.outer;
    vec_fini(&b.breaks);
    vec_fini(&b.continues);
    return c;
}

/* The body must end where it began: it is walked once more from its end. */
static struct html_context walk_range_body(struct walk *w, struct html_context c,
                                           const struct go_node *node,
                                           struct go_node **out)
{
    struct html_context once = walk_turn(w, c, node, out), twice;
    size_t known = w->known.n;

    if (once.state == HTML_ERROR)
        return once;
    twice = walk_turn(w, once, node, NULL);
    w->known.n = known;
    return join(w, node, once, twice);
}

static struct html_context walk_branch(struct walk *w, struct html_context c,
                                       const struct go_node *node, struct go_node **out)
{
    struct go_node *to = copied(w, node, out);
    struct go_node **list = to == NULL ? NULL : &to->list;
    struct html_context a, b;

    a = node->op == OP_RANGE ? walk_range_body(w, c, node, list)
                             : walk_list(w, c, node->list, list);
    if (a.state == HTML_ERROR)
        return a;
    b = walk_list(w, c, node->other, to == NULL ? NULL : &to->other);
    return join(w, node, a, b);
}

static struct html_context walk_jump(struct walk *w, struct html_context c,
                                     const struct go_node *node, struct go_node **out)
{
    struct breaks *b = w->breaks;

    (void)copied(w, node, out);
    if (node->op == OP_BREAK) {
        vec_push(&b->breaks, c);
    } else { /* Go forgets earlier continues here; so do we, to judge alike */
        vec_clear(&b->continues);
        for (size_t i = 0; i < b->breaks.n; i++)
            vec_push(&b->continues, b->breaks.v[i]);
        vec_push(&b->continues, c);
    }
    return (struct html_context){ .state = HTML_DEAD };
}

/* ---- templates ---------------------------------------------------------------------------- */

static struct derived *find_derived(struct walk *w, struct str name,
                                    const struct html_context *c)
{
    for (size_t i = 0; i < w->known.n; i++) {
        struct derived *d = w->known.v[i];

        if (str_eq(d->name, name) &&
            (html_same(&d->from, c) ||
             (d->from.state == HTML_TEXT && c->state == HTML_TEXT)))
            return d;
    }
    return NULL;
}

/* Walks the body from the context c, taking c also for what the template ends in where
 * it calls itself. True when that was right. */
static bool try_body(struct walk *w, struct derived *d, const struct go_template *tm,
                     struct html_context c, struct html_context *end)
{
    size_t known = w->known.n, called = w->called.n;
    struct go_node *body = NULL;
    bool recurs = false, good;

    d->to = c;
    *end = walk_list(w, c, tm->body, &body);
    if (end->state == HTML_ERROR)
        return false;
    for (size_t i = called; i < w->called.n; i++)
        recurs |= w->called.v[i] == d;
    good = !recurs || html_same(&c, end);
    if (!good) {
        w->known.n = known;
        w->called.n = called;
    } else {
        d->made->body = body;
        d->to = *end; /* Go forgets it: the next call would be taken to change nothing */
    }
    return good;
}

static struct html_context walk_template(struct walk *w, struct html_context c,
                                         struct str name, const struct go_node *at,
                                         const struct go_template **made)
{
    struct derived *d = find_derived(w, name, &c);
    const struct go_template *tm;
    struct html_context end;

    if (d == NULL) {
        tm = go_text_find(w->text, name);
        if (tm == NULL)
            return fail_here(w, at, "there is no template of this name");
        d = arena_new(w->arena, struct derived);
        d->name = name;
        d->from = c;
        d->made = arena_new(w->arena, struct go_template);
        *d->made = *tm;
        vec_push(&w->called, d);
        vec_push(&w->known, d);
        if (!try_body(w, d, tm, c, &end) && end.state != HTML_ERROR &&
            !try_body(w, d, tm, end, &end) && end.state != HTML_ERROR)
            return fail_here(w, at, "what context the template ends in cannot be told");
        *made = d->made;
        return end;
    }
    vec_push(&w->called, d);
    *made = d->made;
    return d->to;
}

static struct html_context walk_call(struct walk *w, struct html_context c,
                                     const struct go_node *node, struct go_node **out)
{
    struct go_node *to = copied(w, node, out);
    const struct go_template *made = NULL;

    c = walk_template(w, c, node->name, node, &made);
    if (to != NULL)
        to->callee = made;
    return c;
}

static struct html_context walk_node(struct walk *w, struct html_context c,
                                     const struct go_node *node, struct go_node **out)
{
    size_t cost = 1 + (node->op == OP_TEXT ? node->text.n / BYTES_A_STEP : 0);

    if (w->steps < cost)
        return fail_here(w, node, "the template is too large to be escaped");
    w->steps -= cost;
    if (w->depth == 0)
        return fail_here(w, node, "templates and actions are nested too deep");
    w->depth--;
    switch ((int)node->op) {
    case OP_TEXT:
        c = walk_text(w, c, node, out);
        break;
    case OP_ACTION:
        c = walk_action(w, c, node, out);
        break;
    case OP_TEMPLATE:
        c = walk_call(w, c, node, out);
        break;
    case OP_BREAK:
    case OP_CONTINUE:
        c = walk_jump(w, c, node, out);
        break;
    default:
        c = walk_branch(w, c, node, out);
    }
    w->depth++;
    return c;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static struct html_context walk_list(struct walk *w, struct html_context c,
                                     const struct go_node *list, struct go_node **out)
{
    if (out != NULL)
        *out = NULL;
    for (; list != NULL; list = list->next) {
        c = walk_node(w, c, list, out);
        if (out != NULL && *out != NULL)
            out = &(*out)->next;
        if (c.state == HTML_DEAD || c.state == HTML_ERROR)
            break;
    }
    return c;
}

ok go_html_escape_text(struct go_text *text, struct err *e)
{
    struct walk w = {
        .text = text, .arena = &text->arena, .e = e, .steps = STEPS, .depth = DEPTH
    };
    const struct go_template *made = text->root;
    struct html_context c =
        walk_template(&w, (struct html_context){ 0 }, STR(""), NULL, &made);
    ok good = OK;

    if (c.state != HTML_ERROR && c.state != HTML_TEXT)
        w.wrong = "the text ends inside a tag, a value, a script, a style or a comment";
    if (w.wrong != NULL)
        good = go_fail_at(e, FAULT_INVALID, w.at != NULL ? w.at->src : text->root->src,
                          w.at != NULL ? w.at->at : text->root->src->text.n, w.wrong);
    text->root = made;
    vec_fini(&w.known);
    vec_fini(&w.called);
    return good;
}
