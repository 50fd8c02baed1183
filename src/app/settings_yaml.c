/* settings_yaml.c - a tree as YAML again, for whoever asks what is in force. */
#include "app/settings_tree.h"

#include "base/json.h"
#include "base/seal.h"

static void put_indent(struct buf *b, size_t indent)
{
    for (size_t i = 0; i < indent; i++)
        buf_char(b, ' ');
}

static bool is_word(struct str s)
{
    static const char *const taken[] = { "true", "false", "null", "yes", "no",
                                         "on",   "off",   "y",    "n",   NULL };
    static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_./@:-";

    if (s.n == 0 || memchr("/.@:-0123456789_", s.p[0], 16) != NULL || s.p[s.n - 1] == ':')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (memchr(more, s.p[i], sizeof more - 1) == NULL)
            return false;
    for (const char *const *w = taken; *w != NULL; w++)
        if (str_eq_nocase(s, str_of(*w)))
            return false;
    return true;
}

/* A JSON string is a YAML string. */
static void put_text(struct buf *b, struct str s)
{
    if (is_word(s))
        buf_add(b, s);
    else
        json_put_str(b, s);
}

/* A URL stays one: readers of before 0.26 insist on it for webhooks. */
static void put_masked(struct buf *b, struct str url)
{
    struct arena a;

    arena_init(&a);
    if (str_starts(url, STR("http")) && !str_has(url, STR("{{")))
        put_text(b, secret_mask(&a, url));
    else
        buf_z(b, "<secret>");
    arena_fini(&a);
}

static void put_scalar(const struct setting *s, const struct yaml_node *n, struct buf *b)
{
    buf_char(b, ' ');
    if (n->file.n > 0)
        put_text(b, n->file);
    else if (s->kind == SETTING_SECRET)
        buf_z(b, n->text.n > 0 ? "<secret>" : "\"\"");
    else if (s->kind == SETTING_SECRET_URL)
        put_masked(b, n->text);
    else if (s->kind == SETTING_DURATION || !n->quoted)
        buf_add(b, n->text);
    else
        put_text(b, n->text);
    buf_char(b, '\n');
}

static void put_texts(const struct yaml_node *n, size_t indent, struct buf *b)
{
    buf_z(b, n->first != NULL ? "\n" : n->kind == YAML_LIST ? " []\n" : " {}\n");
    for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
        put_indent(b, indent);
        if (n->kind == YAML_LIST) {
            buf_z(b, "- ");
        } else {
            put_text(b, c->key->text);
            buf_z(b, ": ");
        }
        put_text(b, c->text);
        buf_char(b, '\n');
    }
}

static void put_keys(const struct setting_table *table, const struct yaml_node *tree,
                     size_t indent, struct buf *b);

/* The first key of an item stands behind its dash. */
static void put_list(const struct setting *s, const struct yaml_node *n, size_t indent,
                     struct buf *b)
{
    buf_z(b, n->first != NULL ? "\n" : " []\n");
    for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
        put_indent(b, indent);
        buf_z(b, c->first != NULL ? "- " : "- {}\n");
        put_keys(s->of, c, indent + 2, b);
    }
}

static void put_section(const struct setting *s, const struct yaml_node *n, size_t indent,
                        struct buf *b)
{
    buf_z(b, n->first != NULL ? "\n" : " {}\n");
    if (n->first != NULL)
        put_indent(b, indent + 2);
    put_keys(s->of, n, indent + 2, b);
}

/* Headers may hold secrets: that there are some is not shown either. */
static void put_any(const struct setting *s, const struct yaml_node *n, struct buf *b)
{
    struct str name = str_of(s->name);

    buf_char(b, ' ');
    if (str_ends(name, STR("_headers")) || str_ends(name, STR("_header")))
        buf_z(b, "{}");
    else
        yaml_put_json(n, b);
    buf_char(b, '\n');
}

static void put_value(const struct setting *s, const struct yaml_node *n, size_t indent,
                      struct buf *b)
{
    if (s->kind == SETTING_SECTION)
        put_section(s, n, indent, b);
    else if (s->kind == SETTING_LIST)
        put_list(s, n, indent, b);
    else if (s->kind == SETTING_ANY)
        put_any(s, n, b);
    else if (n->kind != YAML_SCALAR)
        put_texts(n, indent + 2, b);
    else
        put_scalar(s, n, b);
}

/* The indent of the first key is there already. */
static void put_keys(const struct setting_table *table, const struct yaml_node *tree,
                     size_t indent, struct buf *b)
{
    bool later = false;

    for (const struct setting *s = table->rows; s->name != NULL; s++) {
        const struct yaml_node *n = yaml_get(tree, s->name);

        if (n == NULL)
            continue;
        if (later)
            put_indent(b, indent);
        later = true;
        buf_printf(b, "%s%s:", s->name, n->file.n > 0 ? "_file" : "");
        put_value(s, n, indent, b);
    }
}

void settings_put_yaml(const struct setting_table *table, const struct yaml_node *tree,
                       size_t indent, struct buf *out)
{
    if (tree->first != NULL)
        put_indent(out, indent);
    put_keys(table, tree, indent, out);
}
