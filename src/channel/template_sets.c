#include "channel/template_sets.h"

#include "text/go_default.h"

#include <stdio.h>

void template_sets_fini(struct template_sets *t)
{
    for (size_t i = 0; i < TEMPLATE_SETS; i++)
        go_templates_unref(&t->v[i].set);
}

ok template_sets_get(struct template_sets *t, const struct template_files *files,
                     struct go_templates **out, struct err *e)
{
    struct str digest = files != NULL ? str_head(files->digest, 64) : STR("");
    struct go_templates *set;

    for (size_t i = 0; i < TEMPLATE_SETS; i++)
        if (t->v[i].set != NULL && str_is(digest, t->v[i].digest)) {
            *out = t->v[i].set;
            return OK;
        }
    set = go_templates_new();
    if (go_default_fill(set, files, e) != OK) {
        go_templates_unref(&set);
        return FAILED;
    }
    t->next = (t->next + 1) % TEMPLATE_SETS;
    go_templates_unref(&t->v[t->next].set);
    t->v[t->next].set = *out = set;
    (void)snprintf(t->v[t->next].digest, sizeof t->v->digest, "%.*s", STR_ARG(digest));
    return OK;
}
