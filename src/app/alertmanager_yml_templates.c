/* alertmanager_yml_templates.c - the files with templates, as one object of the book. */
#include "app/alertmanager_yml_private.h"

#include "app/config.h"
#include "base/bytes.h"
#include "base/crypto.h"
#include "base/encode.h"
#include "base/vec.h"
#include "book/limits.h"
#include "text/go_template.h"

#include <glob.h>

struct files {
    struct go_templates *set;
    VEC(struct template_file) v;
};

static void add_file(struct yml_reading *r, const struct yaml_node *at, const char *path,
                     struct files *files)
{
    struct template_file f = { .name = arena_str(r->a, str_of(path)) };
    struct err e;

    if (file_read(f.name, TEMPLATE_TEXT_MAX, r->a, &f.text, &e) == FAILED) {
        complain(r->c, at, "templates: %s: %s", path, e.text);
        return;
    }
    if (go_templates_add(files->set, f.name, f.text, &e) == FAILED)
        complain(r->c, at, "templates: %s", e.text);
    vec_push(&files->v, f);
}

/* A pattern that fits nothing is fine, as in Alertmanager. */
static void add_pattern(struct yml_reading *r, const struct yaml_node *n,
                        struct files *files)
{
    struct str path = n->text;
    glob_t found;

    if (path.n > 0 && path.p[0] != '/' && r->tree.folder.n > 0)
        path = arena_printf(r->a, "%.*s/%.*s", STR_ARG(r->tree.folder), STR_ARG(path));
    if (glob(arena_z(r->a, path), GLOB_PERIOD, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc && files->v.n <= TEMPLATE_FILES_MAX; i++)
        add_file(r, n, found.gl_pathv[i], files);
    globfree(&found);
}

static struct str digest_of(struct yml_reading *r, const struct files *files)
{
    struct digest d;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < files->v.n; i++) {
        put_str(&b, files->v.v[i].name);
        put_str(&b, files->v.v[i].text);
    }
    d = sha256(buf_str(&b));
    put_str(r->tree.seen, buf_str(&b));
    buf_fini(&b);
    return digest_hex(r->a, d);
}

void yml_read_templates(struct yml_reading *r)
{
    const struct yaml_node *list = yaml_get(r->file, "templates");
    struct template_files *out = &r->out->templates;
    struct files files = { .set = r->templates };
    struct template_file *v;

    for (const struct yaml_node *n = list != NULL ? list->first : NULL; n != NULL;
         n = n->next)
        add_pattern(r, n, &files);
    if (files.v.n > TEMPLATE_FILES_MAX)
        complain(r->c, list, "templates: more than %d files", TEMPLATE_FILES_MAX);
    v = arena_array(r->a, struct template_file, files.v.n + 1);
    if (files.v.n > 0)
        memcpy(v, files.v.v, files.v.n * sizeof *v);
    *out = (struct template_files){ .name = STR("alertmanager") };
    out->files.v = v;
    out->files.n = files.v.n;
    out->digest = digest_of(r, &files);
    vec_fini(&files.v);
}
