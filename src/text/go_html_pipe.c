/* go_html_pipe.c - a pipe with its escapers behind it, without those that the pipe has
 * already or that would do nothing. */
#include "text/go_html.h"

enum { CMDS_MAX = 8 };

/* A pipe's last commands, while it is made. */
struct tail {
    struct go_command **link; /* where the next one goes */
    const struct go_func *last;
    struct arena *a;
    const struct go_node *action;
};

/* Escapers that guarantee the same are one: html does what three of ours do. */
static const struct go_func *normal(const struct go_func *f)
{
    if (f == &html_escapers[ESC_ATTR] || f == &html_escapers[ESC_HTML] ||
        f == &html_escapers[ESC_RCDATA])
        return go_function_find(STR("html"));
    if (f == &html_escapers[ESC_URL] || f == &html_escapers[ESC_URL_NORMAL])
        return go_function_find(STR("urlquery"));
    return f;
}

/* After `first`, `second` changes nothing. */
static bool is_redundant(const struct go_func *first, const struct go_func *second)
{
    static const struct {
        enum html_escaper first, second;
    } pairs[] = {
        { ESC_COMMENT, ESC_ATTR },   { ESC_COMMENT, ESC_NOSPACE },
        { ESC_COMMENT, ESC_HTML },   { ESC_CSS, ESC_ATTR },
        { ESC_JS_REGEXP, ESC_ATTR }, { ESC_JS_STRING, ESC_ATTR },
        { ESC_URL, ESC_URL_NORMAL },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (first == &html_escapers[pairs[i].first] &&
            second == &html_escapers[pairs[i].second])
            return true;
    return false;
}

static const struct go_func *function_of(const struct go_command *cmd)
{
    return cmd->args[0]->op == OP_FUNCTION ? cmd->args[0]->function : NULL;
}

static void append(struct tail *t, const struct go_func *f, struct go_node *const *args,
                   size_t n)
{
    struct go_command *cmd = arena_new(t->a, struct go_command);
    struct go_node *node = arena_new(t->a, struct go_node);

    *node = (struct go_node){
        .op = OP_FUNCTION, .at = t->action->at, .src = t->action->src, .function = f
    };
    cmd->args = arena_array(t->a, struct go_node *, n + 1);
    cmd->args[0] = node;
    if (n > 0)
        memcpy(cmd->args + 1, args, n * sizeof *args);
    cmd->n = n + 1;
    *t->link = cmd;
    t->link = &cmd->next;
    t->last = f;
}

static void append_same(struct tail *t, const struct go_command *cmd)
{
    struct go_command *to = arena_new(t->a, struct go_command);

    *to = *cmd;
    to->next = NULL;
    *t->link = to;
    t->link = &to->next;
    t->last = function_of(cmd);
}

/* The pipe ends in html or urlquery: if one of ours does the same, theirs stands in
 * its place among ours. True when it was placed so. */
static bool merge(const struct go_func *predefined, const struct go_func **f, size_t n)
{
    bool placed = false;

    for (size_t i = 0; i < n; i++) {
        if (normal(f[i]) != predefined)
            continue;
        f[i] = predefined;
        placed = true;
    }
    return placed;
}

struct go_pipe *html_escape_pipe(struct arena *a, const struct go_node *action,
                                 const enum html_escaper *want, size_t n)
{
    const struct go_func *f[3], *had[CMDS_MAX] = { 0 }, *predefined = NULL;
    struct go_pipe *pipe = arena_new(a, struct go_pipe);
    struct tail t = { .link = &pipe->first, .a = a, .action = action };
    const struct go_command *cmd = action->pipe->first;
    size_t known = 0;

    *pipe = *action->pipe;
    pipe->first = NULL;
    for (size_t i = 0; i < n; i++)
        f[i] = &html_escapers[want[i]];
    for (; cmd != NULL; cmd = cmd->next) {
        const struct go_func *own = function_of(cmd);

        predefined = cmd->next == NULL && own != NULL &&
                             (own == go_function_find(STR("html")) ||
                              own == go_function_find(STR("urlquery")))
                         ? own
                         : NULL;
        if (predefined != NULL)
            break;
        append_same(&t, cmd);
    }
    if (predefined != NULL) {
        bool alone = pipe->first == NULL && cmd->n > 1, placed;

        if (alone) /* {{ html a b }}: first one text of all, then html */
            append(&t, &html_escapers[ESC_EVAL], cmd->args + 1, cmd->n - 1);
        placed = merge(predefined, f, n);
        if (!placed && alone)
            append(&t, predefined, NULL, 0);
        else if (!placed)
            append_same(&t, cmd);
        if (!placed)
            had[known++] = predefined;
    }
    for (size_t i = 0; i < n; i++) {
        bool again = false;

        for (size_t k = 0; k < known; k++)
            again |= normal(had[k]) == normal(f[i]);
        if (!again && !is_redundant(t.last, f[i]))
            append(&t, f[i], NULL, 0);
    }
    return pipe;
}
