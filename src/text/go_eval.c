/* go_eval.c - the value of a pipeline: commands, fields, methods, functions. */
#include "text/go_run.h"

enum { ARGS_HERE = 6 }; /* more come from the arena */

/* What a function or method is called with. */
struct call {
    const struct go_value *dot;
    struct go_node *const *args; /* without the function itself */
    size_t n;
    const struct go_value *final; /* from the command before; NULL: none */
};

static ok eval_arg(struct go_run *x, const struct go_value *dot,
                   const struct go_node *node, struct go_value *out);

/* ---- arguments ---------------------------------------------------------------------- */

static const struct go_type *type_of(char letter)
{
    switch (letter) {
    case 's':
        return &go_type_string;
    case 'S':
        return &go_type_strings;
    case 't':
        return &go_type_time;
    case 'd':
        return &go_type_duration;
    case 'i':
        return &go_type_int;
    case 'L':
        return &go_type_list;
    case 'M':
        return &go_type_dict;
    default:
        return NULL;
    }
}

/* May this value stand for a parameter of that letter? Makes typed nothings. */
static ok fit(struct go_run *x, char letter, struct go_value *v)
{
    const struct go_type *want = type_of(letter);

    if (want == NULL) {
        if (v->type == NULL)
            v->type = &go_type_nil;
        return OK;
    }
    if (v->type == want)
        return OK;
    if (v->type == NULL && (want->kind == GO_LIST || want->kind == GO_MAP)) {
        *v = (struct go_value){ .type = want };
        return OK;
    }
    if (v->type == NULL)
        return go_refuse(x, "invalid value; expected %s", want->name);
    return go_refuse(x, "wrong type for value; expected %s; got %s", want->name,
                     go_type_name(v));
}

static ok eval_typed(struct go_run *x, const struct go_value *dot,
                     const struct go_node *node, char letter, struct go_value *out)
{
    x->at = node;
    if (node->op == OP_NIL) {
        const struct go_type *want = type_of(letter);

        if (want != NULL && want->kind != GO_LIST && want->kind != GO_MAP)
            return go_refuse(x, "cannot assign nil to %s", want->name);
        *out = (struct go_value){ .type = want != NULL ? want : &go_type_nil };
        return OK;
    }
    if (eval_arg(x, dot, node, out) != OK)
        return FAILED;
    x->at = node;
    if (letter == 'd' && node->op == OP_VALUE && out->type == &go_type_int)
        out->type = &go_type_duration; /* a constant takes the type it is used as */
    return fit(x, letter, out);
}

/* ---- calls ---------------------------------------------------------------------------- */

static ok call_and_or(struct go_run *x, const struct call *c, bool is_or,
                      struct go_value *out)
{
    *out = (struct go_value){ 0 };
    if (go_work(x, 1 + c->n) != OK)
        return FAILED;
    for (size_t i = 0; i < c->n; i++) {
        if (eval_typed(x, c->dot, c->args[i], 'a', out) != OK)
            return FAILED;
        if (go_truth(out) == is_or)
            return OK;
    }
    if (c->final != NULL)
        *out = *c->final;
    return OK;
}

static ok check_count(struct go_run *x, const struct go_func *f, size_t fixed, bool more,
                      size_t n)
{
    if (n == fixed || (more && n > fixed))
        return OK;
    return go_refuse(x, "wrong number of args for %s: want %s%zu got %zu", f->name,
                     more ? "at least " : "", fixed, n);
}

/* What a call costs before what it makes: most functions look at all of their arguments,
 * and 64 bytes take about as long as a step does. */
static size_t cost_of(const struct go_value *args, size_t n)
{
    size_t cost = 1 + n;

    for (size_t i = 0; i < n; i++)
        cost += go_len(&args[i]) / 64;
    return cost;
}

/* `self` is a method's receiver, NULL for functions. */
static ok call(struct go_run *x, const struct go_func *f, const struct go_value *self,
               const struct call *c, struct go_value *out)
{
    size_t letters = strlen(f->takes), n = c->n + (c->final != NULL), own = self != NULL;
    bool more = letters > 0 && f->takes[letters - 1] == '*';
    size_t fixed = more ? letters - 2 : letters;
    struct go_value here[ARGS_HERE + 1], *args = here;
    const struct go_node *at = x->at;

    if (check_count(x, f, fixed, more, n) != OK)
        return FAILED;
    if (f == &go_func_and || f == &go_func_or)
        return call_and_or(x, c, f == &go_func_or, out);
    if (n > ARGS_HERE)
        args = arena_array(x->arena, struct go_value, n + 1);
    if (self != NULL)
        args[0] = *self;
    for (size_t i = 0; i < c->n; i++) {
        char letter = f->takes[i < fixed ? i : letters - 2];

        if (eval_typed(x, c->dot, c->args[i], letter, &args[own + i]) != OK)
            return FAILED;
    }
    x->at = at;
    if (c->final != NULL) {
        args[own + n - 1] = *c->final;
        if (fit(x, f->takes[n - 1 < fixed ? n - 1 : letters - 2], &args[own + n - 1]) !=
            OK)
            return FAILED;
    }
    if (go_work(x, cost_of(args, own + n)) != OK)
        return FAILED;
    return f->call(x, args, own + n, out);
}

/* ---- fields ------------------------------------------------------------------------------ */

/* Most names differ in their first letter; none is empty. */
static bool is_named(struct str name, const char *z)
{
    return name.n > 0 && name.p[0] == z[0] && str_is(name, z);
}

static const struct go_func *find_method(const struct go_type *t, struct str name)
{
    for (; t != NULL; t = t->kind == GO_POINTER ? t->elem : NULL)
        for (const struct go_func *f = t->methods; f != NULL && f->name != NULL; f++)
            if (is_named(name, f->name))
                return f;
    return NULL;
}

static const struct go_field *find_field(const struct go_type *t, struct str name)
{
    t = t->kind == GO_POINTER ? t->elem : t;
    for (const struct go_field *f = t->fields; f != NULL && f->name != NULL; f++)
        if (is_named(name, f->name))
            return f;
    return NULL;
}

ok go_map_find(struct go_run *x, const struct go_value *map, struct str key,
               struct go_value *out)
{
    if (go_work(x, 1 + map->n / 8) != OK)
        return FAILED;
    if (map->n == 0 || !map->type->find(map, key, out)) {
        *out = (struct go_value){ .type = map->type->elem };
        if (map->type->elem == &go_type_string)
            *out = go_string(STR(""));
    }
    return OK;
}

static ok eval_field(struct go_run *x, const struct go_value *from, struct str name,
                     const struct call *c, struct go_value *out)
{
    const struct go_func *method;
    const struct go_field *field;

    *out = (struct go_value){ 0 };
    if (from->type == NULL)
        return OK;
    if (from->type->kind == GO_NIL)
        return go_refuse(x, "nil pointer evaluating interface {}.%.*s",
                         STR_ARG(utf8_cut(name, 60)));
    method = find_method(from->type, name);
    if (method != NULL)
        return call(x, method, from, c, out);
    field = find_field(from->type, name);
    if ((field != NULL || from->type->kind == GO_MAP) && (c->n > 0 || c->final != NULL))
        return go_refuse(x, "%.*s has arguments but is no method",
                         STR_ARG(utf8_cut(name, 60)));
    if (field != NULL) {
        *out = field->get(x, from);
        return OK;
    }
    if (from->type->kind == GO_MAP)
        return go_map_find(x, from, name, out);
    return go_refuse(x, "can't evaluate field %.*s in type %s",
                     STR_ARG(utf8_cut(name, 60)), go_type_name(from));
}

/* .A.B.C: only the last may have arguments. */
static ok eval_names(struct go_run *x, struct go_value from, const struct go_node *node,
                     const struct call *c, struct go_value *out)
{
    static const struct call plain = { 0 };
    size_t first = node->op == OP_VARIABLE; /* its first name is the variable */

    if (go_work(x, node->name_count / 8) !=
        OK) /* of nothing, a name is nothing at once */
        return FAILED;
    for (size_t i = first; i < node->name_count; i++) {
        bool last = i + 1 == node->name_count;

        x->at = node;
        if (eval_field(x, &from, node->names[i], last ? c : &plain, out) != OK)
            return FAILED;
        from = *out;
    }
    return OK;
}

static ok refuse_args(struct go_run *x, const struct call *c)
{
    if (c->n == 0 && c->final == NULL)
        return OK;
    return go_refuse(x, "can't give argument to non-function");
}

static ok eval_variable(struct go_run *x, const struct go_node *node,
                        const struct call *c, struct go_value *out)
{
    for (size_t i = x->vars.n; i > x->base; i--) {
        if (!str_eq(x->vars.v[i - 1].name, node->names[0]))
            continue;
        *out = x->vars.v[i - 1].value;
        if (go_work(x, (x->vars.n - i) / 8) != OK)
            return FAILED;
        if (node->name_count == 1)
            return refuse_args(x, c);
        return eval_names(x, *out, node, c, out);
    }
    return go_refuse(x, "undefined variable: %.*s",
                     STR_ARG(utf8_cut(node->names[0], 60)));
}

static ok eval_chain(struct go_run *x, const struct go_node *node, const struct call *c,
                     struct go_value *out)
{
    struct go_value base;

    if (eval_arg(x, c->dot, node->base, &base) != OK)
        return FAILED;
    return eval_names(x, base, node, c, out);
}

static ok eval_paren(struct go_run *x, const struct go_value *dot,
                     const struct go_node *node, struct go_value *out)
{
    ok good;

    if (x->depth == 0)
        return go_refuse_limit(x, "templates and actions are nested too deep");
    x->depth--;
    good = go_eval_pipe(x, dot, node->pipe, out);
    x->depth++;
    return good;
}

/* A node with what stands behind it. */
static ok eval_node(struct go_run *x, const struct go_node *node, const struct call *c,
                    struct go_value *out)
{
    x->at = node;
    switch ((int)node->op) {
    case OP_FIELD:
        return eval_names(x, *c->dot, node, c, out);
    case OP_VARIABLE:
        return eval_variable(x, node, c, out);
    case OP_CHAIN:
        return eval_chain(x, node, c, out);
    case OP_FUNCTION:
        return call(x, node->function, NULL, c, out);
    default:
        break;
    }
    if (refuse_args(x, c) != OK)
        return FAILED;
    switch ((int)node->op) {
    case OP_PIPE:
        return eval_paren(x, c->dot, node, out);
    case OP_DOT:
        *out = *c->dot;
        return OK;
    case OP_NIL:
        return go_refuse(x, "nil is not a command");
    default:
        break;
    }
    if (node->late)
        return go_refuse(x, "the number overflows int");
    *out = node->value;
    return OK;
}

static ok eval_arg(struct go_run *x, const struct go_value *dot,
                   const struct go_node *node, struct go_value *out)
{
    const struct call c = { .dot = dot };

    return eval_node(x, node, &c, out);
}

/* ---- pipelines ------------------------------------------------------------------------------ */

static ok assign(struct go_run *x, struct str name, const struct go_value *v)
{
    for (size_t i = x->vars.n; i > x->base; i--) {
        if (!str_eq(x->vars.v[i - 1].name, name))
            continue;
        x->vars.v[i - 1].value = *v;
        return go_work(x, (x->vars.n - i) / 8);
    }
    return go_refuse(x, "undefined variable: %.*s", STR_ARG(utf8_cut(name, 60)));
}

ok go_eval_pipe(struct go_run *x, const struct go_value *dot, const struct go_pipe *pipe,
                struct go_value *out)
{
    struct go_value before;

    for (const struct go_command *cmd = pipe->first; cmd != NULL; cmd = cmd->next) {
        struct call c = { dot, cmd->args + 1, cmd->n - 1, NULL };

        if (cmd != pipe->first) {
            before = *out;
            c.final = &before;
        }
        if (eval_node(x, cmd->args[0], &c, out) != OK)
            return FAILED;
        if (go_is(out, GO_NIL))
            *out = (struct go_value){ 0 };
    }
    for (size_t i = 0; i < pipe->decls; i++) {
        if (!pipe->assigns)
            vec_push(&x->vars, (struct go_var){ pipe->decl[i], *out });
        else if (assign(x, pipe->decl[i], out) != OK)
            return FAILED;
    }
    return OK;
}
