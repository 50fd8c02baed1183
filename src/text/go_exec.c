/* go_exec.c - walking a tree: text, actions, control, calls. */
#include "text/go_run.h"

#include "base/regex.h"

#include <stdarg.h>
#include <stdio.h>

/* What a list of nodes ended with. */
enum walk { WALK_ON, WALK_BREAK, WALK_CONTINUE, WALK_FAILED };

PRINTFLIKE(3, 0)
static ok refuse(struct go_run *x, enum fault fault, const char *fmt, va_list ap)
{
    char words[240];

    (void)vsnprintf(words, sizeof words, fmt, ap);
    if (x->at == NULL)
        return fail(x->e, fault, "", "%s", words);
    return go_fail_at(x->e, fault, x->at->src, x->at->at, words);
}

ok go_refuse(struct go_run *x, const char *fmt, ...)
{
    va_list ap;
    ok failed;

    va_start(ap, fmt);
    failed = refuse(x, FAULT_INVALID, fmt, ap);
    va_end(ap);
    return failed;
}

ok go_refuse_limit(struct go_run *x, const char *fmt, ...)
{
    va_list ap;
    ok failed;

    va_start(ap, fmt);
    failed = refuse(x, FAULT_LIMIT, fmt, ap);
    va_end(ap);
    return failed;
}

ok go_work(struct go_run *x, size_t n)
{
    if (x->steps <= n)
        return go_refuse_limit(x, "the template takes too many steps");
    x->steps -= n;
    if (x->arena->total > x->memory)
        return go_refuse_limit(x, "the template's values take too much memory");
    return OK;
}

ok go_refuse_overflow(struct go_run *x, const struct buf *b)
{
    if (x->too_deep)
        return go_refuse_limit(x, "a value is nested too deep to be printed");
    return go_refuse_limit(x, "the text is longer than %zu bytes", b->limit);
}

struct buf go_buf(struct go_run *x)
{
    struct buf b;

    buf_init(&b, x->out->limit);
    return b;
}

ok go_buf_string(struct go_run *x, struct buf *b, struct go_value *out)
{
    bool good = !b->overflowed;

    if (good)
        *out = go_string(arena_str(x->arena, buf_str(b)));
    else
        (void)!go_refuse_overflow(x, b);
    if (good && go_work(x, b->n / 64) != OK)
        good = false;
    buf_fini(b);
    return good ? OK : FAILED;
}

static enum walk walk_list(struct go_run *x, const struct go_value *dot,
                           const struct go_node *list);

static enum walk walk_deeper(struct go_run *x, const struct go_value *dot,
                             const struct go_node *list)
{
    enum walk how;

    if (x->depth == 0) {
        (void)!go_refuse_limit(x, "templates and actions are nested too deep");
        return WALK_FAILED;
    }
    x->depth--;
    how = walk_list(x, dot, list);
    x->depth++;
    return how;
}

static enum walk walk_if(struct go_run *x, const struct go_value *dot,
                         const struct go_node *node)
{
    size_t vars = x->vars.n;
    struct go_value v;
    enum walk how = WALK_ON;

    if (go_eval_pipe(x, dot, node->pipe, &v) != OK)
        return WALK_FAILED;
    if (go_truth(&v))
        how = walk_deeper(x, node->op == OP_WITH ? &v : dot, node->list);
    else if (node->other != NULL)
        how = walk_deeper(x, dot, node->other);
    x->vars.n = vars;
    return how;
}

/* ---- range ------------------------------------------------------------------------ */

static struct go_value *find_var(struct go_run *x, struct str name)
{
    for (size_t i = x->vars.n; i > x->base; i--)
        if (str_eq(x->vars.v[i - 1].name, name))
            return &x->vars.v[i - 1].value;
    return NULL;
}

/* The range's variables: the last is the element, the first of two the index. */
static void set_vars(struct go_run *x, const struct go_pipe *pipe,
                     const struct go_value *index, const struct go_value *elem)
{
    struct go_value *to;

    if (pipe->decls > 0 && (to = find_var(x, pipe->decl[pipe->decls - 1])) != NULL)
        *to = *elem;
    if (pipe->decls > 1 && (to = find_var(x, pipe->decl[0])) != NULL)
        *to = *index;
}

static enum walk walk_items(struct go_run *x, const struct go_value *over,
                            const struct go_node *node)
{
    size_t n = go_is(over, GO_INT) ? (size_t)over->i : go_len(over), vars = x->vars.n;
    /* variables of its own are the last ones; others are looked for */
    size_t cost = 1 + (node->pipe->assigns ? (vars - x->base) / 8 : 0);

    for (size_t i = 0; i < n; i++) {
        struct go_value index = go_int((int64_t)i), elem = index;
        struct go_entry item;
        enum walk how;

        x->at = node;
        if (go_work(x, cost) != OK)
            return WALK_FAILED;
        if (!go_is(over, GO_INT)) {
            over->type->item(x, over, i, &item);
            elem = item.value;
            if (go_is(over, GO_MAP))
                index = go_string(item.key);
        }
        set_vars(x, node->pipe, &index, &elem);
        how = walk_deeper(x, &elem, node->list);
        x->vars.n = vars;
        if (how == WALK_FAILED)
            return how;
        if (how == WALK_BREAK)
            break;
    }
    return WALK_ON;
}

static enum walk walk_range(struct go_run *x, const struct go_value *dot,
                            const struct go_node *node)
{
    size_t vars = x->vars.n;
    enum walk how = WALK_ON;
    struct go_value over;
    bool any = false;

    if (go_eval_pipe(x, dot, node->pipe, &over) != OK)
        return WALK_FAILED;
    x->at = node;
    if (go_is(&over, GO_LIST) || go_is(&over, GO_MAP)) {
        any = go_len(&over) > 0;
    } else if (go_is(&over, GO_INT)) {
        any = over.i > 0;
        if (node->pipe->decls > 1) {
            (void)!go_refuse(x, "a range over an integer has one variable");
            return WALK_FAILED;
        }
    } else if (!go_is_nil(&over)) {
        (void)!go_refuse(x, "range can't iterate over a %s", go_type_name(&over));
        return WALK_FAILED;
    }
    if (any)
        how = walk_items(x, &over, node);
    else if (node->other != NULL)
        how = walk_deeper(x, dot, node->other);
    x->vars.n = vars;
    return how;
}

/* ---- calls ------------------------------------------------------------------------ */

static enum walk walk_call(struct go_run *x, const struct go_value *dot,
                           const struct go_node *node)
{
    const struct go_template *tm =
        node->callee != NULL ? node->callee : go_text_find(x->text, node->name);
    struct go_value argument = { 0 };
    size_t base = x->base, vars;
    enum walk how;

    x->at = node;
    if (tm == NULL) {
        (void)!go_refuse(x, "template \"%.*s\" not defined",
                         STR_ARG(utf8_cut(node->name, 60)));
        return WALK_FAILED;
    }
    if (node->argument != NULL && go_eval_pipe(x, dot, node->argument, &argument) != OK)
        return WALK_FAILED;
    x->at = node;
    vars = x->vars.n;
    x->base = vars;
    vec_push(&x->vars, (struct go_var){ STR("$"), argument });
    how = walk_deeper(x, &argument, tm->body);
    x->vars.n = vars;
    x->base = base;
    return how;
}

static enum walk walk_action(struct go_run *x, const struct go_value *dot,
                             const struct go_node *node)
{
    struct go_value v;

    if (go_eval_pipe(x, dot, node->pipe, &v) != OK)
        return WALK_FAILED;
    if (node->pipe->decls == 0)
        go_print(x, &v, x->out);
    return WALK_ON;
}

static enum walk walk_node(struct go_run *x, const struct go_value *dot,
                           const struct go_node *node)
{
    switch ((int)node->op) {
    case OP_TEXT:
        buf_add(x->out, node->text);
        return WALK_ON;
    case OP_ACTION:
        return walk_action(x, dot, node);
    case OP_IF:
    case OP_WITH:
        return walk_if(x, dot, node);
    case OP_RANGE:
        return walk_range(x, dot, node);
    case OP_TEMPLATE:
        return walk_call(x, dot, node);
    case OP_BREAK:
        return WALK_BREAK;
    default:
        return WALK_CONTINUE;
    }
}

static enum walk walk_list(struct go_run *x, const struct go_value *dot,
                           const struct go_node *list)
{
    for (; list != NULL; list = list->next) {
        enum walk how;

        x->at = list;
        if (go_work(x, 1) != OK)
            return WALK_FAILED;
        how = walk_node(x, dot, list);
        if (how != WALK_ON)
            return how;
        if (x->out->overflowed) {
            x->at = list;
            (void)!go_refuse_overflow(x, x->out);
            return WALK_FAILED;
        }
    }
    return WALK_ON;
}

static size_t limit_of(size_t stated, size_t standard)
{
    return stated > 0 ? stated : standard;
}

static struct go_budget *begin(const struct go_options *o, struct go_budget *own)
{
    struct go_budget *budget = o->budget != NULL ? o->budget : own;

    if (budget->steps == 0) /* no run leaves none */
        *budget = (struct go_budget){
            .steps = limit_of(o->limits.steps, GO_STEPS_MAX),
            .memory = o->arena->total + limit_of(o->limits.memory, GO_MEMORY_MAX),
        };
    return budget;
}

ok go_text_execute(const struct go_text *text, const struct go_value *data,
                   const struct go_options *options, struct buf *out, struct err *e)
{
    const struct go_limits *l = &options->limits;
    size_t limit = out->limit, most = out->n + limit_of(l->output, GO_OUTPUT_MAX);
    struct go_budget own = { 0 }, *budget = begin(options, &own);
    struct go_run x = {
        .text = text,
        .options = options,
        .arena = options->arena,
        .out = out,
        .e = e,
        .steps = budget->steps,
        .depth = limit_of(l->depth, GO_DEPTH_MAX),
        .memory = budget->memory,
    };
    enum walk how;

    if (most < out->limit)
        out->limit = most;
    vec_push(&x.vars, (struct go_var){ STR("$"), *data });
    how = walk_list(&x, data, text->root->body);
    budget->steps = x.steps;
    vec_fini(&x.vars);
    for (size_t i = 0; i < GO_PATTERNS; i++)
        regex_free(&x.patterns[i].compiled);
    out->limit = limit;
    if (how != WALK_FAILED)
        return OK;
    if (out->n < limit)
        out->overflowed = false; /* it was our bound, not the caller's */
    return FAILED;
}
