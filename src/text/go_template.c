/* go_template.c - sets of sources, and texts parsed over them. */
#include "text/go_html.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>

struct go_templates *go_templates_new(void)
{
    struct go_templates *set = calloc(1, sizeof *set);

    if (set == NULL)
        abort();
    arena_init(&set->arena);
    map_init(&set->names, 0);
    set->refs = 1;
    return set;
}

void go_templates_unref(struct go_templates **set)
{
    struct go_templates *s = *set;

    *set = NULL;
    if (s == NULL || __atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    map_fini(&s->names);
    arena_fini(&s->arena);
    free(s);
}

static ok source_of(struct arena *a, struct str label, struct str text,
                    struct go_source **out, struct err *e)
{
    struct go_source *src;

    if (text.n > GO_SOURCE_MAX)
        return fail(e, FAULT_TOO_LARGE, "", "%.*s: a template has at most %d bytes",
                    STR_ARG(utf8_cut(label, 60)), GO_SOURCE_MAX);
    if (!utf8_valid(text))
        return fail(e, FAULT_SYNTAX, "", "%.*s: not UTF-8", STR_ARG(utf8_cut(label, 60)));
    src = arena_new(a, struct go_source);
    src->label = arena_str(a, label);
    src->text = arena_str(a, text);
    *out = src;
    return OK;
}

ok go_templates_add(struct go_templates *set, struct str path, struct str source,
                    struct err *e)
{
    struct go_source *src;
    struct str base;

    assert(!set->sealed);
    if (source_of(&set->arena, path, source, &src, e) != OK)
        return FAILED;
    base = src->label;
    for (size_t i = base.n; i > 0; i--) {
        if (base.p[i - 1] == '/') {
            base = str_from(base, i);
            break;
        }
    }
    return go_parse(src, base, &set->arena, &set->names, e);
}

bool go_templates_has(const struct go_templates *set, struct str name)
{
    return map_find(&set->names, name) != NULL;
}

ok go_text_parse(struct go_templates *set, enum go_mode mode, struct str label,
                 struct str source, struct go_text **out, struct err *e)
{
    struct go_text *text = calloc(1, sizeof *text);
    struct go_source *src;

    if (text == NULL)
        abort();
    arena_init(&text->arena);
    map_init(&text->names, 0);
    text->set = set;
    text->mode = mode;
    __atomic_store_n(&set->sealed, true, __ATOMIC_RELAXED);
    __atomic_add_fetch(&set->refs, 1, __ATOMIC_RELAXED);
    if (source_of(&text->arena, label, source, &src, e) != OK ||
        go_parse(src, STR(""), &text->arena, &text->names, e) != OK)
        goto failed;
    text->root = map_find(&text->names, STR(""));
    if (mode == GO_HTML && go_html_escape_text(text, e) != OK)
        goto failed;
    *out = text;
    return OK;
failed:
    go_text_free(&text);
    return FAILED;
}

void go_text_free(struct go_text **text)
{
    struct go_text *t = *text;

    *text = NULL;
    if (t == NULL)
        return;
    map_fini(&t->names);
    arena_fini(&t->arena);
    go_templates_unref(&t->set);
    free(t);
}

const struct go_template *go_text_find(const struct go_text *text, struct str name)
{
    const struct go_template *tm = map_find(&text->names, name);

    return tm != NULL ? tm : map_find(&text->set->names, name);
}

ok go_templates_execute(struct go_templates *set, enum go_mode mode, struct str source,
                        const struct go_value *data, const struct go_options *options,
                        struct buf *out, struct err *e)
{
    struct go_text *text;
    ok good;

    if (go_text_parse(set, mode, STR("text"), source, &text, e) != OK)
        return FAILED;
    good = go_text_execute(text, data, options, out, e);
    go_text_free(&text);
    return good;
}
