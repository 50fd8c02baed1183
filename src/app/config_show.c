#include "app/config_show.h"

#include "base/json.h"
#include "base/seal.h"

#include <stdio.h>

/* What a reload takes over; every other key is as the process began. */
static const char *const taken_over[] = { "accounts", "routes", "heartbeats",
                                          "escalations", "alertmanager.config_file" };

struct showing {
    struct json_out o;
    const struct config_shown *what;
    struct arena *a;
};

static size_t entries(const struct yaml_node *n)
{
    size_t k = 0;

    for (const struct yaml_node *c = n->first; c != NULL; c = c->next)
        k++;
    return k;
}

/* A secret may also be read from a file, which is no secret: its name is shown. */
static const struct yaml_node *said(const struct setting *s, const struct yaml_node *map,
                                    bool *by_file)
{
    const struct yaml_node *n = yaml_get(map, s->name);
    char name[128];

    *by_file = false;
    if (n != NULL || s->kind != SETTING_SECRET)
        return n != NULL && yaml_is_null(n) ? NULL : n;
    snprintf(name, sizeof name, "%s_file", s->name);
    n = yaml_get(map, name);
    *by_file = n != NULL;
    return n;
}

static struct str value_of(struct showing *sh, const struct setting *s,
                           const struct yaml_node *n, bool by_file)
{
    struct str text;
    struct buf b;

    if (n == NULL)
        return str_of(s->initially != NULL ? s->initially : "");
    if (by_file)
        return arena_printf(sh->a, "<from %.*s>", STR_ARG(n->text));
    if (s->kind == SETTING_SECRET || s->kind == SETTING_SECRET_URL)
        return STR("<secret>");
    if (s->kind == SETTING_LIST || str_is(str_of(s->name), "headers") /* of a carrier */)
        return arena_printf(sh->a, "%zu", entries(n));
    if (n->kind == YAML_SCALAR && str_has(n->text, STR("://")) &&
        str_has(n->text, STR("@"))) /* a password may stand before it */
        return secret_mask(sh->a, n->text);
    if (n->kind == YAML_SCALAR)
        return n->text;
    buf_init(&b, 1 << 20);
    yaml_put_json(n, &b);
    text = arena_str(sh->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void show_row(struct showing *sh, const struct setting *s,
                     const struct yaml_node *map, struct str key)
{
    struct str flag = str_is(key, "listen")     ? sh->what->listen
                      : str_is(key, "data_dir") ? sh->what->data_dir
                                                : STR("");
    bool by_file;
    const struct yaml_node *n = said(s, map, &by_file);

    json_object(&sh->o);
    json_kv(&sh->o, "key", key);
    json_kv(&sh->o, "value", flag.n > 0 ? flag : value_of(sh, s, n, by_file));
    json_kv(&sh->o, "origin",
            flag.n > 0 ? STR("flag")
            : n == NULL
                ? STR("default")
                : arena_printf(sh->a, "%.*s:%zu", STR_ARG(sh->what->file), n->key->line));
    json_kv(&sh->o, "default", str_of(s->initially != NULL ? s->initially : ""));
    json_kv(&sh->o, "doc", str_of(s->doc));
    json_object_end(&sh->o);
}

static bool is_taken_over(struct str key)
{
    for (size_t i = 0; i < sizeof taken_over / sizeof *taken_over; i++)
        if (str_is(key, taken_over[i]))
            return true;
    return false;
}

static const struct yaml_node *section(const struct yaml_node *map, const char *name)
{
    static const struct yaml_node nothing = { .kind = YAML_MAP };
    const struct yaml_node *n = yaml_get(map, name);

    return n != NULL ? n : &nothing;
}

static void show_table(struct showing *sh, const struct setting_table *t,
                       const struct yaml_node *map, const struct yaml_node *again,
                       struct str above)
{
    for (const struct setting *s = t->rows; s->name != NULL; s++) {
        struct str key = above.n == 0
                             ? str_of(s->name)
                             : arena_printf(sh->a, "%.*s.%s", STR_ARG(above), s->name);

        if (s->kind == SETTING_SECTION)
            show_table(sh, s->of, section(map, s->name), section(again, s->name), key);
        else
            show_row(sh, s, is_taken_over(key) ? again : map, key);
    }
}

struct str config_show(const struct config_shown *what, struct arena *a)
{
    struct showing sh = { .what = what, .a = a };
    struct str text;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    sh.o = json_out(&b);
    json_array(&sh.o);
    show_table(&sh, what->table, what->root, what->again, STR(""));
    json_array_end(&sh.o);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}
