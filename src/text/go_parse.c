/* go_parse.c - tokens to trees: text, control actions, definitions. */
#include "text/go_tree.h"

#include "base/vec.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- tokens ------------------------------------------------------------------ */

const struct go_token *go_peek(const struct go_parser *p)
{
    return &p->tokens.v[p->next];
}

const struct go_token *go_take(struct go_parser *p)
{
    const struct go_token *t = go_peek(p);

    if (t->item != ITEM_EOF)
        p->next++;
    return t;
}

const struct go_token *go_peek_solid(struct go_parser *p)
{
    while (go_peek(p)->item == ITEM_SPACE)
        p->next++;
    return go_peek(p);
}

const struct go_token *go_take_solid(struct go_parser *p)
{
    (void)go_peek_solid(p);
    return go_take(p);
}

struct str go_token_text(const struct go_parser *p, const struct go_token *t)
{
    return (struct str){ p->src->text.p + t->at, t->n };
}

void *go_parse_fail(struct go_parser *p, uint32_t at, const char *fmt, ...)
{
    char words[200];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(words, sizeof words, fmt, ap);
    va_end(ap);
    (void)!go_fail_at(p->e, FAULT_SYNTAX, p->src, at, words);
    return NULL;
}

void *go_unexpected(struct go_parser *p, const struct go_token *t, const char *context)
{
    struct str text = utf8_cut(go_token_text(p, t), 40);

    if (t->item == ITEM_EOF)
        return go_parse_fail(p, t->at, "unexpected end of the source in %s", context);
    if (t->item > ITEM_KEYWORD)
        return go_parse_fail(p, t->at, "unexpected {{%.*s}} in %s", STR_ARG(text),
                             context);
    return go_parse_fail(p, t->at, "unexpected \"%.*s\" in %s", STR_ARG(text), context);
}

struct go_node *go_node_new(struct go_parser *p, enum go_op op, uint32_t at)
{
    struct go_node *node = arena_new(p->arena, struct go_node);

    node->op = op;
    node->at = at;
    node->src = p->src;
    return node;
}

static bool expect(struct go_parser *p, enum go_item item, const char *context)
{
    const struct go_token *t = go_take_solid(p);

    if (t->item == item)
        return true;
    go_unexpected(p, t, context);
    return false;
}

/* ---- lists --------------------------------------------------------------------- */

/* How a list ended: {{end}}, or {{else}} and what follows it. */
enum stop { STOP_FAILED, STOP_END, STOP_ELSE, STOP_ELSE_IF, STOP_ELSE_WITH };

static struct go_node *parse_action(struct go_parser *p);

static enum stop parse_else(struct go_parser *p)
{
    const struct go_token *t = go_peek_solid(p);

    if (t->item == ITEM_IF || t->item == ITEM_WITH) {
        (void)go_take(p);
        return t->item == ITEM_IF ? STOP_ELSE_IF : STOP_ELSE_WITH;
    }
    return expect(p, ITEM_RIGHT, "else") ? STOP_ELSE : STOP_FAILED;
}

static struct go_node *parse_text(struct go_parser *p, const struct go_token *t)
{
    struct go_node *node = go_node_new(p, OP_TEXT, t->at);

    node->text = go_token_text(p, t);
    return node;
}

/* Everything up to {{end}} or {{else}}, which is used up. */
static enum stop parse_list(struct go_parser *p, struct go_node **list)
{
    struct go_node **tail = list;

    *list = NULL;
    for (;;) {
        const struct go_token *t = go_take_solid(p);

        if (t->item == ITEM_TEXT) {
            *tail = parse_text(p, t);
        } else if (t->item == ITEM_LEFT) {
            enum go_item word = go_peek_solid(p)->item;

            if (word == ITEM_END || word == ITEM_ELSE) {
                (void)go_take(p);
                if (word == ITEM_ELSE)
                    return parse_else(p);
                return expect(p, ITEM_RIGHT, "end") ? STOP_END : STOP_FAILED;
            }
            *tail = parse_action(p);
        } else {
            go_unexpected(p, t, "a list of actions: {{end}} is missing");
            return STOP_FAILED;
        }
        if (*tail == NULL)
            return STOP_FAILED;
        tail = &(*tail)->next;
    }
}

static bool nest(struct go_parser *p, uint32_t at)
{
    if (++p->nesting <= GO_NESTING_MAX)
        return true;
    go_parse_fail(p, at, "nested deeper than %d", GO_NESTING_MAX);
    return false;
}

static struct go_node *parse_control(struct go_parser *p, enum go_op op, uint32_t at);

/* {{else if x}} and {{else with x}} are an {{else}} that holds one action, both
 * closed by the same {{end}}. */
static bool parse_other(struct go_parser *p, struct go_node *node, enum stop stop,
                        uint32_t at)
{
    if (stop == STOP_END)
        return true;
    if ((stop == STOP_ELSE_IF && node->op == OP_IF) ||
        (stop == STOP_ELSE_WITH && node->op == OP_WITH)) {
        node->other = parse_control(p, node->op, at);
        return node->other != NULL;
    }
    if (stop != STOP_ELSE) {
        if (stop != STOP_FAILED)
            go_parse_fail(p, at, "this {{else ...}} has no fellow");
        return false;
    }
    stop = parse_list(p, &node->other);
    if (stop == STOP_END)
        return true;
    if (stop != STOP_FAILED)
        go_parse_fail(p, go_peek(p)->at, "expected end; found {{else}}");
    return false;
}

static struct go_node *parse_control(struct go_parser *p, enum go_op op, uint32_t at)
{
    struct go_node *node = go_node_new(p, op, at);
    size_t vars = p->vars.n;
    enum stop stop;
    bool good;

    if (!nest(p, at))
        return NULL;
    node->pipe = go_parse_pipe(p,
                               op == OP_RANGE ? "range"
                               : op == OP_IF  ? "if"
                                              : "with",
                               ITEM_RIGHT);
    if (node->pipe == NULL)
        return NULL;
    p->range_depth += op == OP_RANGE;
    stop = parse_list(p, &node->list);
    p->range_depth -= op == OP_RANGE;
    good = stop != STOP_FAILED && parse_other(p, node, stop, go_peek(p)->at);
    p->vars.n = vars;
    p->nesting--;
    return good ? node : NULL;
}

/* ---- definitions ---------------------------------------------------------------- */

static bool parse_name(struct go_parser *p, const char *context, struct str *name)
{
    const struct go_token *t = go_take_solid(p);

    if (t->item != ITEM_STRING && t->item != ITEM_RAW_STRING) {
        go_unexpected(p, t, context);
        return false;
    }
    if (go_unquote(go_token_text(p, t), p->arena, name))
        return true;
    go_parse_fail(p, t->at, "invalid syntax in a quoted string");
    return false;
}

static bool is_empty(const struct go_node *list)
{
    for (; list != NULL; list = list->next) {
        struct str s = list->op == OP_TEXT ? list->text : STR("x");

        while (s.n > 0) {
            uint32_t code = utf8_next(&s);

            if (!utf8_is_blank(code) || code == 0x200b || code == 0xfeff)
                return false;
        }
    }
    return true;
}

static bool add_template(struct go_parser *p, struct str name, struct go_node *body,
                         uint32_t at)
{
    struct go_template *tm = map_find(p->made, name);

    if (tm != NULL && tm->defined) {
        if (is_empty(body))
            return true;
        go_parse_fail(p, at, "multiple definition of template \"%.*s\"",
                      STR_ARG(utf8_cut(name, 60)));
        return false;
    }
    tm = arena_new(p->arena, struct go_template);
    *tm = (struct go_template){ name, body, p->src, !is_empty(body) };
    (void)map_put(p->made, name, tm);
    return true;
}

/* A body of its own: no variable but $, no range around it. Its variables are a list of
 * their own, for thousands of blocks may stand among a thousand variables. */
static bool parse_body(struct go_parser *p, struct str name, uint32_t at)
{
    struct go_scope outer = p->vars;
    int range_depth = p->range_depth;
    struct go_node *body;
    enum stop stop;

    if (!nest(p, at))
        return false;
    p->vars = (struct go_scope){ 0 };
    vec_push(&p->vars, STR("$"));
    p->range_depth = 0;
    stop = parse_list(p, &body);
    vec_fini(&p->vars);
    p->vars = outer;
    p->range_depth = range_depth;
    p->nesting--;
    if (stop == STOP_END)
        return add_template(p, name, body, at);
    if (stop != STOP_FAILED)
        go_parse_fail(p, at, "unexpected {{else}} in a definition");
    return false;
}

static struct go_node *parse_call(struct go_parser *p, bool block, uint32_t at)
{
    const char *context = block ? "block clause" : "template clause";
    struct go_node *node = go_node_new(p, OP_TEMPLATE, at);

    if (!parse_name(p, context, &node->name))
        return NULL;
    if (!block && go_peek_solid(p)->item == ITEM_RIGHT) {
        (void)go_take(p);
        return node;
    }
    node->argument = go_parse_pipe(p, context, ITEM_RIGHT);
    if (node->argument == NULL || (block && !parse_body(p, node->name, at)))
        return NULL;
    return node;
}

static struct go_node *parse_jump(struct go_parser *p, enum go_op op, uint32_t at)
{
    const char *word = op == OP_BREAK ? "{{break}}" : "{{continue}}";

    if (!expect(p, ITEM_RIGHT, word))
        return NULL;
    if (p->range_depth == 0)
        return go_parse_fail(p, at, "%s outside {{range}}", word);
    return go_node_new(p, op, at);
}

/* The {{ is used up. */
static struct go_node *parse_action(struct go_parser *p)
{
    const struct go_token *t = go_peek_solid(p);
    struct go_node *node;
    uint32_t at = t->at;

    p->next += t->item > ITEM_KEYWORD;
    switch ((int)t->item) {
    case ITEM_IF:
        return parse_control(p, OP_IF, at);
    case ITEM_RANGE:
        return parse_control(p, OP_RANGE, at);
    case ITEM_WITH:
        return parse_control(p, OP_WITH, at);
    case ITEM_TEMPLATE:
        return parse_call(p, false, at);
    case ITEM_BLOCK:
        return parse_call(p, true, at);
    case ITEM_BREAK:
        return parse_jump(p, OP_BREAK, at);
    case ITEM_CONTINUE:
        return parse_jump(p, OP_CONTINUE, at);
    case ITEM_DEFINE:
    case ITEM_ELSE:
    case ITEM_END:
        return go_unexpected(p, t, "command");
    default:
        break;
    }
    node = go_node_new(p, OP_ACTION, at);
    node->pipe = go_parse_pipe(p, "command", ITEM_RIGHT);
    return node->pipe == NULL ? NULL : node;
}

/* ---- a source -------------------------------------------------------------------- */

static bool parse_define(struct go_parser *p, uint32_t at)
{
    struct str name;

    return parse_name(p, "define clause", &name) &&
           expect(p, ITEM_RIGHT, "define clause") && parse_body(p, name, at);
}

static bool parse_top(struct go_parser *p, struct go_node **tail)
{
    for (;;) {
        const struct go_token *t = go_take(p);

        if (t->item == ITEM_EOF)
            return true;
        if (t->item == ITEM_TEXT) {
            *tail = parse_text(p, t);
        } else if (go_peek_solid(p)->item == ITEM_DEFINE) {
            uint32_t at = go_take(p)->at;

            if (!parse_define(p, at))
                return false;
            continue;
        } else {
            *tail = parse_action(p);
        }
        if (*tail == NULL)
            return false;
        tail = &(*tail)->next;
    }
}

/* Later sources replace earlier ones' templates, but not by empty space. */
static void merge(struct map *into, const struct map *made)
{
    const struct go_template *tm;
    struct str name;

    for (size_t i = 0; (tm = map_next(made, &i, &name)) != NULL;)
        if (tm->defined || map_find(into, name) == NULL)
            (void)map_put(into, name, (void *)(uintptr_t)tm);
}

ok go_parse(struct go_source *src, struct str name, struct arena *a, struct map *names,
            struct err *e)
{
    struct go_parser p = { .src = src, .arena = a, .e = e };
    struct go_node *body = NULL;
    struct map made;
    bool good = false;

    map_init(&made, 0);
    p.made = &made;
    vec_push(&p.vars, STR("$"));
    if (go_lex(src, &p.tokens, e) == OK)
        good = parse_top(&p, &body) && add_template(&p, name, body, 0);
    if (good)
        merge(names, &made);
    vec_fini(&p.vars);
    vec_fini(&p.tokens);
    map_fini(&made);
    return good ? OK : FAILED;
}
