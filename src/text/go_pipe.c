/* go_pipe.c - pipelines: declarations, commands, operands. */
#include "text/go_tree.h"

#include "base/vec.h"

/* $x, of "$x" or "$x.A.B". */
static struct str var_head(struct str s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] == '.')
            return (struct str){ s.p, i };
    return s;
}

static bool declare(struct go_parser *p, struct go_pipe *pipe, const struct go_token *t)
{
    struct str name = go_token_text(p, t);

    pipe->decl[pipe->decls++] = name;
    vec_push(&p->vars, name);
    if (p->vars.n <= GO_VARIABLES_MAX)
        return true;
    go_parse_fail(p, t->at, "more than %d variables in scope", GO_VARIABLES_MAX);
    return false;
}

/* $x := or $x = in front; in a range also $i, $x :=. What turns out to be an operand
 * is put back. */
static bool parse_declarations(struct go_parser *p, struct go_pipe *pipe, bool range)
{
    for (;;) {
        const struct go_token *name = go_peek_solid(p), *mark;
        size_t back = p->next;

        if (name->item != ITEM_VARIABLE)
            return true;
        (void)go_take(p);
        mark = go_peek_solid(p);
        if (mark->item == ITEM_ASSIGN || mark->item == ITEM_DECLARE) {
            (void)go_take(p);
            pipe->assigns = mark->item == ITEM_ASSIGN;
            return declare(p, pipe, name);
        }
        if (mark->item != ITEM_CHAR || !str_is(go_token_text(p, mark), ",")) {
            p->next = back;
            return true;
        }
        (void)go_take(p);
        if (!declare(p, pipe, name))
            return false;
        if (!range || pipe->decls == 2) {
            go_parse_fail(p, mark->at, "too many declarations");
            return false;
        }
        mark = go_peek_solid(p);
        if (mark->item != ITEM_VARIABLE && mark->item != ITEM_RIGHT &&
            mark->item != ITEM_RIGHT_PAREN) {
            go_parse_fail(p, mark->at, "range can only initialize variables");
            return false;
        }
    }
}

/* ---- operands ----------------------------------------------------------------- */

/* The names of ".A.B", without the dots, to what a node has already. */
static void add_names(struct go_parser *p, struct go_node *node, struct str dotted)
{
    VEC(struct str) v = { 0 };
    struct str piece;

    for (size_t i = 0; i < node->name_count; i++)
        vec_push(&v, node->names[i]);
    while (str_cut(&dotted, '.', &piece))
        vec_push(&v, piece);
    node->names = arena_array(p->arena, struct str, v.n);
    memcpy(node->names, v.v, v.n * sizeof *v.v);
    node->name_count = v.n;
    vec_fini(&v);
}

static struct go_node *parse_variable(struct go_parser *p, const struct go_token *t)
{
    struct go_node *node = go_node_new(p, OP_VARIABLE, t->at);
    struct str text = go_token_text(p, t);

    for (size_t i = 0; i < p->vars.n; i++) {
        if (!str_eq(p->vars.v[i], var_head(text)))
            continue;
        add_names(p, node, text);
        return node;
    }
    return go_parse_fail(p, t->at, "undefined variable \"%.*s\"",
                         STR_ARG(utf8_cut(text, 60)));
}

static struct go_node *parse_function(struct go_parser *p, const struct go_token *t)
{
    struct go_node *node = go_node_new(p, OP_FUNCTION, t->at);
    struct str name = go_token_text(p, t);

    node->function = go_function_find(name);
    if (node->function != NULL)
        return node;
    return go_parse_fail(p, t->at, "function \"%.*s\" not defined",
                         STR_ARG(utf8_cut(name, 60)));
}

static struct go_node *parse_literal(struct go_parser *p, const struct go_token *t)
{
    struct go_node *node = go_node_new(p, OP_VALUE, t->at);
    struct str text = go_token_text(p, t), s;

    if (t->item == ITEM_BOOL) {
        node->value = go_bool(text.n == 4);
        return node;
    }
    if (t->item == ITEM_STRING || t->item == ITEM_RAW_STRING) {
        if (!go_unquote(text, p->arena, &s))
            return go_parse_fail(p, t->at, "invalid syntax in a quoted string");
        node->value = go_string(s);
        return node;
    }
    if (go_number(text, t->item == ITEM_CHAR_CONSTANT, node))
        return node;
    return go_parse_fail(p, t->at, "illegal number syntax: \"%.*s\"",
                         STR_ARG(utf8_cut(text, 40)));
}

static struct go_node *parse_paren(struct go_parser *p, const struct go_token *t)
{
    struct go_node *node = go_node_new(p, OP_PIPE, t->at);

    if (++p->nesting > GO_NESTING_MAX)
        return go_parse_fail(p, t->at, "nested deeper than %d", GO_NESTING_MAX);
    node->pipe = go_parse_pipe(p, "parenthesized pipeline", ITEM_RIGHT_PAREN);
    p->nesting--;
    return node->pipe == NULL ? NULL : node;
}

/* One operand without its fields; *none when the next token begins no operand. */
static struct go_node *parse_term(struct go_parser *p, bool *none)
{
    const struct go_token *t = go_take_solid(p);
    struct go_node *node;

    *none = false;
    switch ((int)t->item) {
    case ITEM_IDENTIFIER:
        return parse_function(p, t);
    case ITEM_DOT:
        return go_node_new(p, OP_DOT, t->at);
    case ITEM_NIL:
        return go_node_new(p, OP_NIL, t->at);
    case ITEM_VARIABLE:
        return parse_variable(p, t);
    case ITEM_FIELD:
        node = go_node_new(p, OP_FIELD, t->at);
        add_names(p, node, str_from(go_token_text(p, t), 1));
        return node;
    case ITEM_BOOL:
    case ITEM_STRING:
    case ITEM_RAW_STRING:
    case ITEM_NUMBER:
    case ITEM_CHAR_CONSTANT:
        return parse_literal(p, t);
    case ITEM_LEFT_PAREN:
        return parse_paren(p, t);
    default:
        break;
    }
    if (t->item != ITEM_EOF)
        p->next--;
    *none = true;
    return NULL;
}

/* ".A.B.C" without its first dot, for a token is one name of it: taken at once, for names
 * added one by one would be copied once for each. */
static struct str take_fields(struct go_parser *p)
{
    const struct go_token *first = go_take(p), *last = first;

    while (go_peek(p)->item == ITEM_FIELD)
        last = go_take(p);
    return (struct str){ p->src->text.p + first->at + 1,
                         last->at + last->n - first->at - 1 };
}

static struct go_node *parse_operand(struct go_parser *p, bool *none)
{
    struct go_node *node = parse_term(p, none), *chain;

    if (node == NULL || go_peek(p)->item != ITEM_FIELD)
        return node;
    if (node->op == OP_VALUE || node->op == OP_NIL || node->op == OP_DOT)
        return go_parse_fail(p, go_peek(p)->at, "unexpected . after a term");
    chain = node;
    if (node->op != OP_FIELD && node->op != OP_VARIABLE) {
        chain = go_node_new(p, OP_CHAIN, go_peek(p)->at);
        chain->base = node;
    }
    add_names(p, chain, take_fields(p));
    return chain;
}

/* ---- commands ------------------------------------------------------------------- */

static struct go_command *parse_command(struct go_parser *p)
{
    struct go_command *cmd = arena_new(p->arena, struct go_command);
    VEC(struct go_node *) args = { 0 };
    uint32_t at = go_peek_solid(p)->at;
    bool good = true, none;

    for (;;) {
        struct go_node *arg = parse_operand(p, &none);
        const struct go_token *t;

        good = arg != NULL || none;
        if (!good)
            break;
        if (arg != NULL)
            vec_push(&args, arg);
        t = go_take(p);
        if (t->item == ITEM_SPACE)
            continue;
        if (t->item == ITEM_RIGHT || t->item == ITEM_RIGHT_PAREN) {
            p->next--;
        } else if (t->item != ITEM_PIPE) {
            go_unexpected(p, t, "operand");
            good = false;
        }
        break;
    }
    if (good && args.n == 0)
        good = go_parse_fail(p, at, "empty command") != NULL;
    cmd->n = args.n;
    cmd->args = arena_array(p->arena, struct go_node *, args.n);
    if (args.n > 0)
        memcpy(cmd->args, args.v, args.n * sizeof *args.v);
    vec_fini(&args);
    return good ? cmd : NULL;
}

/* Only the first command may be a plain value. */
static struct go_pipe *check_pipe(struct go_parser *p, struct go_pipe *pipe,
                                  const char *context)
{
    if (pipe->first == NULL)
        return go_parse_fail(p, pipe->at, "missing value for %s", context);
    for (struct go_command *cmd = pipe->first->next; cmd != NULL; cmd = cmd->next) {
        enum go_op op = cmd->args[0]->op;

        if (op == OP_VALUE || op == OP_NIL || op == OP_DOT)
            return go_parse_fail(p, cmd->args[0]->at,
                                 "non executable command in pipeline");
    }
    return pipe;
}

struct go_pipe *go_parse_pipe(struct go_parser *p, const char *context, enum go_item end)
{
    struct go_pipe *pipe = arena_new(p->arena, struct go_pipe);
    struct go_command **tail = &pipe->first;

    pipe->at = go_peek_solid(p)->at;
    if (!parse_declarations(p, pipe, str_is(str_of(context), "range")))
        return NULL;
    for (;;) {
        const struct go_token *t = go_peek_solid(p);

        if (t->item == end) {
            (void)go_take(p);
            return check_pipe(p, pipe, context);
        }
        if ((t->item < ITEM_STRING || t->item > ITEM_NIL) && t->item != ITEM_LEFT_PAREN)
            return go_unexpected(p, go_take(p), context);
        *tail = parse_command(p);
        if (*tail == NULL)
            return NULL;
        tail = &(*tail)->next;
    }
}
