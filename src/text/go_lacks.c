/* go_lacks.c - the templates that a text names and nobody defines. */
#include "text/go_tree.h"

struct walk {
    const struct go_text *text;
    struct map seen;                       /* names that are in `to_do` or were */
    VEC(const struct go_template *) to_do; /* found by a name; not walked yet */
    struct str *missing;
};

/* True: one is missing. */
static bool call(struct walk *w, const struct go_node *node)
{
    const struct go_template *tm =
        node->callee != NULL ? node->callee : go_text_find(w->text, node->name);

    if (tm == NULL) {
        *w->missing = node->name;
        return true;
    }
    if (map_put(&w->seen, tm->name, (void *)(uintptr_t)tm) != tm)
        vec_push(&w->to_do, tm);
    return false;
}

/* As deep as a source nests. */
static bool walk_list(struct walk *w, const struct go_node *node)
{
    for (; node != NULL; node = node->next)
        if ((node->op == OP_IF || node->op == OP_RANGE || node->op == OP_WITH)
                ? walk_list(w, node->list) || walk_list(w, node->other)
                : node->op == OP_TEMPLATE && call(w, node))
            return true;
    return false;
}

bool go_text_lacks(const struct go_text *text, struct str *name)
{
    struct walk w = { .text = text, .missing = name };
    bool lacks;

    map_init(&w.seen, 0);
    lacks = text->root != NULL && walk_list(&w, text->root->body);
    for (size_t i = 0; i < w.to_do.n && !lacks; i++)
        lacks = walk_list(&w, w.to_do.v[i]->body);
    vec_fini(&w.to_do);
    map_fini(&w.seen);
    return lacks;
}
