/* config_fill.c - nodes into structs, by the table. */
#include "app/config.h"
#include "app/near.h"
#include "base/time.h"

#include <stdlib.h>

struct filling {
    struct arena *a;
    struct complaints *c;
};

static void complain_unknown(struct filling *f, const struct setting_table *t,
                             const struct yaml_node *n)
{
    struct near near = near_to(n->key->text);

    for (const struct setting *s = t->rows; s->name != NULL; s++)
        near_try(&near, s->name);
    complain(f->c, n->key, "%s: unknown key \"%.*s\"%.*s", t->name, STR_ARG(n->key->text),
             STR_ARG(near_words(&near, f->a)));
}

/* ---- scalars ---------------------------------------------------------------------- */

static bool to_bool(struct str s, bool *out)
{
    *out = str_is(s, "true");
    return *out || str_is(s, "false");
}

static void set_scalar(struct filling *f, const struct setting *s,
                       const struct yaml_node *at, struct str text, void *field)
{
    bool fine = true;

    switch (s->kind) {
    case SETTING_STR:
    case SETTING_SECRET:
        *(struct str *)field = text;
        return;
    case SETTING_BOOL:
        fine = to_bool(text, field);
        break;
    case SETTING_INT:
        fine = str_i64(text, field) == OK;
        break;
    case SETTING_DURATION:
        fine = duration_parse(text, field) == OK;
        break;
    case SETTING_STRS:
    case SETTING_SECTION:
    case SETTING_LIST:
    case SETTING_TEMPLATE:
    case SETTING_URL:
    case SETTING_SECRET_URL:
    case SETTING_FILE:
    case SETTING_MAP:
    case SETTING_ANY:
        return;
    }
    if (!fine)
        complain(f->c, at, "%s: \"%.*s\" is not %s", s->name, STR_ARG(text),
                 s->kind == SETTING_BOOL  ? "true or false"
                 : s->kind == SETTING_INT ? "a whole number"
                                          : "a duration such as 30s, 5m or 1h30m");
}

/* ---- lists ------------------------------------------------------------------------- */

static size_t count(const struct yaml_node *n)
{
    size_t k = 0;

    for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
        k++;
    return k;
}

/* An item that is not plain text (a policy document) is kept as JSON. */
static struct str item_text(struct filling *f, const struct yaml_node *n)
{
    struct buf b;
    struct str text;

    if (n->kind == YAML_SCALAR)
        return n->text;
    buf_init(&b, 1 << 20);
    yaml_put_json(n, &b);
    text = arena_str(f->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void set_strs(struct filling *f, const struct setting *s,
                     const struct yaml_node *n, struct strs *field)
{
    struct str *v;
    size_t i = 0;

    if (n->kind != YAML_LIST) {
        complain(f->c, n, "%s: a list is expected", s->name);
        return;
    }
    v = arena_array(f->a, struct str, count(n) + 1);
    for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
        v[i++] = item_text(f, c);
    *field = (struct strs){ v, i };
}

static void set_list(struct filling *f, const struct setting *s,
                     const struct yaml_node *n, struct setting_list *field)
{
    size_t i = 0, size = s->of->size;
    char *v;

    if (n->kind != YAML_LIST) {
        complain(f->c, n, "%s: a list is expected", s->name);
        return;
    }
    v = arena_zero(f->a, (count(n) + 1) * size);
    for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
        settings_fill(s->of, c, v + size * i++, f->a, f->c);
    *field = (struct setting_list){ v, i };
}

/* ---- a table -------------------------------------------------------------------------- */

static void set_field(struct filling *f, const struct setting *s,
                      const struct yaml_node *n, char *out)
{
    void *field = out + s->offset;

    if (yaml_is_null(n))
        return; /* as if it were not there */
    if (s->kind == SETTING_SECTION)
        settings_fill(s->of, n, field, f->a, f->c);
    else if (s->kind == SETTING_LIST)
        set_list(f, s, n, field);
    else if (s->kind == SETTING_STRS)
        set_strs(f, s, n, field);
    else if (n->kind != YAML_SCALAR)
        complain(f->c, n, "%s: plain text is expected", s->name);
    else
        set_scalar(f, s, n, n->text, field);
}

static void set_defaults(struct filling *f, const struct setting_table *t, char *out)
{
    static const struct yaml_node empty = { .kind = YAML_MAP };

    for (const struct setting *s = t->rows; s->name != NULL; s++) {
        if (s->kind == SETTING_SECTION)
            settings_fill(s->of, &empty, out + s->offset, f->a, f->c);
        else if (s->initially != NULL || s->kind != SETTING_DURATION)
            set_scalar(f, s, NULL, str_of(s->initially != NULL ? s->initially : ""),
                       out + s->offset);
    }
}

/* Trailing line ends are the editor's, not the secret's. */
static void set_from_file(struct filling *f, const struct setting *s,
                          const struct yaml_node *n, char *out)
{
    struct str text;
    struct err e;

    if (n->kind != YAML_SCALAR ||
        file_read(n->text, 64 * 1024, f->a, &text, &e) == FAILED) {
        complain(f->c, n, "%.*s: %s", STR_ARG(n->key->text),
                 n->kind == YAML_SCALAR ? e.text : "a file name is expected");
        return;
    }
    while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    *(struct str *)(void *)(out + s->offset) = text;
}

static bool is_file_variant(const struct setting *s, struct str key)
{
    return s->kind == SETTING_SECRET && str_starts(key, str_of(s->name)) &&
           str_is(str_from(key, str_of(s->name).n), "_file");
}

static void take_entry(struct filling *f, const struct setting_table *t,
                       const struct yaml_node *n, char *out)
{
    for (const struct setting *s = t->rows; s->name != NULL; s++) {
        if (str_is(n->key->text, s->name)) {
            set_field(f, s, n, out);
            return;
        }
        if (is_file_variant(s, n->key->text)) {
            set_from_file(f, s, n, out);
            return;
        }
    }
    complain_unknown(f, t, n);
}

static bool is_unset(const struct setting *s, const void *value)
{
    if (s->kind == SETTING_DURATION)
        return *(const int64_t *)value == 0;
    return ((const struct str *)value)->n == 0;
}

static void complain_missing(struct filling *f, const struct setting_table *t,
                             const struct yaml_node *n, const char *out)
{
    for (const struct setting *s = t->rows; s->name != NULL; s++)
        if (s->initially == NULL && is_unset(s, out + s->offset))
            complain(f->c, n, "%s: \"%s\" is missing", t->name, s->name);
}

void settings_fill(const struct setting_table *table, const struct yaml_node *node,
                   void *out, struct arena *a, struct complaints *c)
{
    struct filling f = { a, c };

    set_defaults(&f, table, out);
    if (node->kind == YAML_SCALAR) { /* the short form: its first key alone */
        set_scalar(&f, &table->rows[0], node, node->text,
                   (char *)out + table->rows[0].offset);
    } else if (node->kind == YAML_LIST) {
        complain(c, node, "%s: keys are expected, not a list", table->name);
        return;
    }
    for (const struct yaml_node *n = node->first; n != NULL; n = n->next)
        take_entry(&f, table, n, out);
    complain_missing(&f, table, node, out);
}
