/* alertmanager_yml.c - the file as a whole: read, made a tree by its tables, judged part
 * by part, and written out again as it is in force. */
#include "app/alertmanager_yml_private.h"

#include "app/config.h"
#include "base/bytes.h"
#include "text/go_default.h"

#include <assert.h>

enum { FILE_MAX = 8 * 1024 * 1024, COMPLAINTS_MAX = 256 * 1024 };

static struct str folder_of(struct str path)
{
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return n > 1 ? str_head(path, n - 1) : str_head(path, n);
}

/* ---- the file as it is in force ------------------------------------------------------- */

/* What Alertmanager's own tools do not know stands behind a #, so that they can read
 * the rest. */
static void put_ours(struct yml_reading *r, const struct yaml_node *receiver,
                     struct buf *b)
{
    static const char *const keys[] = { "contact_groups", "action_rules", "topics",
                                        NULL };
    struct str name = settings_str(receiver, "name");

    for (const char *const *key = keys; *key != NULL; key++) {
        const struct yaml_node *n = yaml_get(receiver, *key);

        if (n == NULL)
            continue;
        buf_printf(b, "# receiver ");
        yaml_put_json(yaml_get(receiver, "name"), b);
        buf_printf(b, ": %s: ", *key);
        yaml_put_json(n, b);
        buf_char(b, '\n');
    }
    for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++) {
        size_t n = settings_count(
            yaml_get(receiver, arena_printf(r->a, "%s_configs", kind->name).p));

        if (kind->ours && n > 0)
            buf_printf(b, "# receiver \"%.*s\": %zu of %s_configs\n", STR_ARG(name), n,
                       kind->name);
    }
}

static bool is_ours(const char *key)
{
    static const char *const keys[] = { "contact_groups", "action_rules", "topics",
                                        "labels", NULL };

    for (const char *const *k = keys; *k != NULL; k++)
        if (strcmp(*k, key) == 0)
            return true;
    for (const struct yml_kind *kind = yml_kinds; kind->name != NULL; kind++)
        if (kind->ours && str_starts(str_of(key), str_of(kind->name)) &&
            strcmp(key + strlen(kind->name), "_configs") == 0)
            return true;
    return false;
}

/* The receivers without what is ours. */
static const struct yaml_node *theirs(struct yml_reading *r, const struct yaml_node *all)
{
    struct yaml_node *list = arena_new(r->a, struct yaml_node);
    struct yaml_node **tail = &list->first;

    *list = *all;
    list->first = NULL;
    for (const struct yaml_node *n = all->first; n != NULL; n = n->next) {
        struct yaml_node *copy = arena_new(r->a, struct yaml_node);

        *copy = *n;
        copy->first = copy->next = NULL;
        for (const struct yaml_node *k = n->first; k != NULL; k = k->next)
            if (!is_ours(k->key->text.p))
                settings_set(&r->tree, copy, k->key->text.p, k);
        *tail = copy;
        tail = &copy->next;
    }
    return list;
}

static struct str write_original(struct yml_reading *r)
{
    const struct yaml_node *receivers = yaml_get(r->file, "receivers");
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (const struct yaml_node *n = receivers != NULL ? receivers->first : NULL;
         n != NULL; n = n->next)
        put_ours(r, n, &b);
    if (receivers != NULL)
        settings_set(&r->tree, r->file, "receivers", theirs(r, receivers));
    settings_put_yaml(&yml_file_table, r->file, 0, &b);
    text = arena_str(r->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* ---- the whole ------------------------------------------------------------------------ */

static void read_parts(struct yml_reading *r, const struct yaml_node *root)
{
    r->file = settings_tree(&r->tree, &yml_file_table, root);
    if (yaml_get(r->file, "receivers") == NULL)
        complain(r->c, NULL, "receivers is missing: there is nobody to tell");
    r->out->resolve_timeout =
        settings_span(yaml_get(r->file, "global"), "resolve_timeout");
    if (r->out->resolve_timeout == 0)
        complain(r->c, NULL, "global: resolve_timeout: more than 0");
    yml_read_intervals(r);
    yml_read_receivers(r);
    yml_read_inhibitions(r);
    yml_read_routes(r);
    yml_read_templates(r);
    yml_check_texts(r);
}

ok alertmanager_yml_parse(struct str text, struct str path, bool every_kind,
                          struct arena *a, struct alertmanager_yml *out, struct buf *said)
{
    struct complaints c, warned;
    struct buf seen;
    struct yml_reading r = { .tree = { a, &c, folder_of(path), &seen },
                             .a = a,
                             .c = &c,
                             .warned = &warned,
                             .every_kind = every_kind,
                             .out = out };
    const struct yaml_node *root;
    size_t n;
    ok filled;
    struct err e;

    *out = (struct alertmanager_yml){ .path = path, .original = STR("") };
    complaints_init(&c, path);
    complaints_init(&warned, path);
    c.text.limit = COMPLAINTS_MAX;
    buf_init(&seen, BUF_NO_LIMIT);
    r.templates = go_templates_new();
    filled = go_default_fill(r.templates, NULL, &e);
    assert(filled == OK); /* our own */
    put_str(&seen, text);
    root = yaml_parse(text, a, &c);
    if (root != NULL)
        read_parts(&r, root);
    if (c.n == 0)
        out->original = write_original(&r);
    out->seen = arena_str(a, buf_str(&seen));
    n = c.n;
    buf_add(said, buf_str(n > 0 ? &c.text : &warned.text));
    buf_fini(&seen);
    go_templates_unref(&r.templates);
    complaints_fini(&warned);
    complaints_fini(&c);
    return n == 0 ? OK : FAILED;
}

ok alertmanager_yml_read(struct str path, bool every_kind, struct arena *a,
                         struct alertmanager_yml *out, struct buf *said)
{
    struct str text;
    struct err e;

    *out = (struct alertmanager_yml){ .path = path, .original = STR("") };
    if (file_read(path, FILE_MAX, a, &text, &e) == FAILED) {
        buf_printf(said, "%.*s: %s\n", STR_ARG(path), e.text);
        return FAILED;
    }
    return alertmanager_yml_parse(text, path, every_kind, a, out, said);
}
