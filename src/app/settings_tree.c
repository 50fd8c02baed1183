/* settings_tree.c - nodes into a tree, by the table. */
#include "app/settings_tree.h"

#include "app/config.h"
#include "app/near.h"
#include "base/bytes.h"
#include "base/time.h"

enum { SECRET_MAX = 64 * 1024 };

/* ---- keys ------------------------------------------------------------------------ */

static bool may_be_file(const struct setting *s)
{
    return s->kind == SETTING_SECRET || s->kind == SETTING_SECRET_URL;
}

static bool is_file_of(const struct setting *s, struct str key)
{
    return may_be_file(s) && str_starts(key, str_of(s->name)) &&
           str_is(str_from(key, strlen(s->name)), "_file");
}

static void complain_unknown(struct settings_reading *r, const struct setting_table *t,
                             const struct yaml_node *n)
{
    struct near near = near_to(n->key->text);

    for (const struct setting *s = t->rows; s->name != NULL; s++) {
        if (str_is(n->key->text, s->name) || is_file_of(s, n->key->text))
            return;
        near_try(&near, s->name);
        if (may_be_file(s))
            near_try(&near, arena_printf(r->a, "%s_file", s->name).p);
    }
    complain(r->c, n->key, "%s: unknown key \"%.*s\"%.*s", t->name, STR_ARG(n->key->text),
             STR_ARG(near_words(&near, r->a)));
}

static const struct yaml_node *given(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);

    return n == NULL || yaml_is_null(n) ? NULL : n;
}

/* ---- values ---------------------------------------------------------------------- */

static struct yaml_node *copy_of(struct settings_reading *r, const struct yaml_node *n)
{
    struct yaml_node *copy = arena_new(r->a, struct yaml_node);

    *copy = *n;
    copy->next = NULL;
    return copy;
}

static bool word_in(struct str s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

/* As YAML 1.1 has them. */
static bool to_bool(struct yaml_node *n)
{
    static const char *const yes[] = { "true", "True", "TRUE", "yes", "Yes", "YES",
                                       "on",   "On",   "ON",   "y",   "Y",   NULL };
    static const char *const no[] = { "false", "False", "FALSE", "no", "No", "NO",
                                      "off",   "Off",   "OFF",   "n",  "N",  NULL };
    bool truth = word_in(n->text, yes);

    if (n->quoted || (!truth && !word_in(n->text, no)))
        return false;
    n->text = truth ? STR("true") : STR("false");
    return true;
}

static bool is_url(struct str s)
{
    struct str rest;

    if (str_starts(s, STR("http://")))
        rest = str_from(s, 7);
    else if (str_starts(s, STR("https://")))
        rest = str_from(s, 8);
    else
        return false;
    return rest.n > 0 && rest.p[0] != '/' && rest.p[0] != ':' && rest.p[0] != '?';
}

static bool is_template(struct str s)
{
    return str_has(s, STR("{{"));
}

/* NULL: fine; else what is expected. */
static const char *set_scalar(const struct setting *s, struct yaml_node *n)
{
    int64_t number;

    switch (s->kind) {
    case SETTING_BOOL:
        return to_bool(n) ? NULL : "true or false";
    case SETTING_INT:
        return !n->quoted && str_i64(n->text, &number) == OK ? NULL : "a whole number";
    case SETTING_DURATION:
        n->quoted = true;
        return duration_parse(n->text, &number) == OK
                   ? NULL
                   : "a duration such as 30s, 5m or 1h30m";
    case SETTING_URL:
    case SETTING_SECRET_URL:
        n->quoted = true;
        return is_url(n->text) || (s->kind == SETTING_SECRET_URL && is_template(n->text))
                   ? NULL
                   : "a URL that begins with http:// or https:// and names a host";
    case SETTING_STR:
    case SETTING_SECRET:
    case SETTING_TEMPLATE:
    case SETTING_FILE:
    case SETTING_STRS:
    case SETTING_SECTION:
    case SETTING_LIST:
    case SETTING_MAP:
    case SETTING_ANY:
        break;
    }
    n->quoted = true;
    return NULL;
}

struct str settings_path(struct settings_reading *r, struct str path)
{
    if (path.n == 0 || path.p[0] == '/' || r->folder.n == 0)
        return path;
    return arena_printf(r->a, "%.*s/%.*s", STR_ARG(r->folder), STR_ARG(path));
}

/* A secret is not repeated in a complaint. */
static struct str shown(const struct setting *s, struct str text)
{
    return may_be_file(s) ? STR("...") : str_head(text, 80);
}

static struct yaml_node *scalar(struct settings_reading *r, const struct setting *s,
                                const struct yaml_node *from)
{
    struct yaml_node *n = copy_of(r, from);
    const char *expected;

    if (n->kind != YAML_SCALAR) {
        complain(r->c, from, "%s: plain text is expected", s->name);
        return NULL;
    }
    expected = set_scalar(s, n);
    if (expected != NULL) {
        complain(r->c, from, "%s: \"%.*s\" is not %s", s->name,
                 STR_ARG(shown(s, n->text)), expected);
        return NULL;
    }
    if (s->kind == SETTING_FILE)
        n->text = settings_path(r, n->text);
    return n;
}

/* As Alertmanager: relative to the working directory; and, what one rather expects, to
 * the file. Trailing line ends are the editor's, not the secret's. */
static struct yaml_node *from_file(struct settings_reading *r, const struct setting *s,
                                   const struct yaml_node *from)
{
    struct yaml_node *n = copy_of(r, from);
    struct str text = STR("");
    struct err e;

    if (n->kind != YAML_SCALAR) {
        complain(r->c, from, "%s_file: a file name is expected", s->name);
        return NULL;
    }
    if (file_read(settings_path(r, n->text), SECRET_MAX, r->a, &text, &e) == FAILED &&
        file_read(n->text, SECRET_MAX, r->a, &text, &e) == FAILED) {
        complain(r->c, from, "%s_file: %s", s->name, e.text);
        return NULL;
    }
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    put_str(r->seen, n->text);
    put_str(r->seen, text);
    n->file = n->text;
    n->text = text;
    n->quoted = true;
    if (s->kind == SETTING_SECRET_URL && !is_url(text) && !is_template(text)) {
        complain(r->c, from, "%s_file: the file holds no http:// or https:// URL",
                 s->name);
        return NULL;
    }
    return n;
}

static struct yaml_node *texts(struct settings_reading *r, const struct setting *s,
                               const struct yaml_node *from, enum yaml_kind kind)
{
    struct yaml_node *n = copy_of(r, from);
    struct yaml_node **tail = &n->first;

    if (from->kind != kind) {
        complain(r->c, from, "%s: %s is expected", s->name,
                 kind == YAML_LIST ? "a list" : "a map of names to text");
        return NULL;
    }
    n->first = NULL;
    for (const struct yaml_node *c = from->first; c != NULL; c = c->next) {
        struct yaml_node *item = copy_of(r, c);

        if (c->kind != YAML_SCALAR) {
            complain(r->c, c, "%s: plain text is expected", s->name);
            continue;
        }
        item->text = yaml_is_null(c) ? STR("") : item->text;
        item->quoted = !yaml_is_null(c); /* of interest to patterns */
        *tail = item;
        tail = &item->next;
    }
    return n;
}

static struct yaml_node *section_list(struct settings_reading *r, const struct setting *s,
                                      const struct yaml_node *from)
{
    struct yaml_node *n = copy_of(r, from);
    struct yaml_node **tail = &n->first;

    if (from->kind != YAML_LIST) {
        complain(r->c, from, "%s: a list is expected", s->name);
        return NULL;
    }
    n->first = NULL;
    for (const struct yaml_node *c = from->first; c != NULL; c = c->next) {
        struct yaml_node *item = settings_tree(r, s->of, c);

        *tail = item;
        tail = &item->next;
    }
    return n;
}

static struct yaml_node *value(struct settings_reading *r, const struct setting *s,
                               const struct yaml_node *from)
{
    if (s->kind == SETTING_SECTION)
        return settings_tree(r, s->of, from);
    if (s->kind == SETTING_LIST)
        return section_list(r, s, from);
    if (s->kind == SETTING_STRS)
        return texts(r, s, from, YAML_LIST);
    if (s->kind == SETTING_MAP)
        return texts(r, s, from, YAML_MAP);
    if (s->kind == SETTING_ANY)
        return copy_of(r, from);
    return scalar(r, s, from);
}

/* ---- a table --------------------------------------------------------------------- */

static struct yaml_node *initial(struct settings_reading *r, const struct setting *s,
                                 const struct yaml_node *at)
{
    const struct yaml_node n = { .kind =
                                     s->kind == SETTING_SECTION ? YAML_MAP : YAML_SCALAR,
                                 .text = str_of(s->initially),
                                 .file = STR(""),
                                 .line = at->line,
                                 .column = at->column };

    return s->initially[0] == '\0' ? NULL : value(r, s, &n);
}

static struct yaml_node *entry(struct settings_reading *r, const struct setting_table *t,
                               const struct setting *s, const struct yaml_node *map)
{
    const struct yaml_node *n = given(map, s->name), *file = NULL;

    if (may_be_file(s))
        file = given(map, arena_printf(r->a, "%s_file", s->name).p);
    if (n != NULL && file != NULL)
        complain(r->c, file, "%s: %s and %s_file cannot both be given", t->name, s->name,
                 s->name);
    if (n != NULL)
        return value(r, s, n);
    if (file != NULL)
        return from_file(r, s, file);
    if (s->initially != NULL)
        return initial(r, s, map);
    complain(r->c, map, "%s: \"%s\" is missing", t->name, s->name);
    return NULL;
}

void settings_set(struct settings_reading *r, struct yaml_node *map, const char *key,
                  const struct yaml_node *value)
{
    struct yaml_node *copy = copy_of(r, value), *name = arena_new(r->a, struct yaml_node);
    const struct yaml_node *from = value->key != NULL ? value->key : value;
    struct yaml_node **at = &map->first;

    while (*at != NULL && !str_is((*at)->key->text, key))
        at = &(*at)->next;
    *name = (struct yaml_node){ .kind = YAML_SCALAR,
                                .text = str_of(key),
                                .file = STR(""),
                                .quoted = true,
                                .line = from->line,
                                .column = from->column };
    copy->key = name;
    copy->next = *at != NULL ? (*at)->next : NULL;
    *at = copy;
}

struct yaml_node *settings_tree(struct settings_reading *r,
                                const struct setting_table *table,
                                const struct yaml_node *node)
{
    struct yaml_node *tree = copy_of(r, node);

    tree->kind = YAML_MAP;
    tree->first = NULL;
    if (node->kind != YAML_MAP && !yaml_is_null(node)) {
        complain(r->c, node, "%s: keys are expected", table->name);
        return tree;
    }
    for (const struct yaml_node *n = node->first; n != NULL; n = n->next)
        complain_unknown(r, table, n);
    for (const struct setting *s = table->rows; s->name != NULL; s++) {
        const struct yaml_node *n = entry(r, table, s, node);

        if (n != NULL)
            settings_set(r, tree, s->name, n);
    }
    return tree;
}

/* ---- asking ---------------------------------------------------------------------- */

struct str settings_str(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);

    return n != NULL ? n->text : STR("");
}

bool settings_bool(const struct yaml_node *map, const char *key)
{
    return str_is(settings_str(map, key), "true");
}

int64_t settings_i64(const struct yaml_node *map, const char *key)
{
    int64_t n = 0;

    return str_i64(settings_str(map, key), &n) == OK ? n : 0;
}

int64_t settings_span(const struct yaml_node *map, const char *key)
{
    int64_t ns = 0;

    return duration_parse(settings_str(map, key), &ns) == OK ? ns : 0;
}

size_t settings_count(const struct yaml_node *list)
{
    size_t n = 0;

    if (list != NULL)
        for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
            n++;
    return n;
}
