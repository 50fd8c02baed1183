/* alertmanager_yml_matchers.c - matchers in their three spellings; inhibit rules. */
#include "app/alertmanager_yml_private.h"

#include "base/regex.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/matcher.h"

#include <stdlib.h>

struct strs yml_strs(struct yml_reading *r, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);
    struct str *v = arena_array(r->a, struct str, settings_count(n) + 1);
    size_t i = 0;

    for (const struct yaml_node *c = n != NULL ? n->first : NULL; c != NULL; c = c->next)
        v[i++] = c->text;
    return (struct strs){ v, i };
}

struct labels yml_labels(struct yml_reading *r, const struct yaml_node *map,
                         const char *key)
{
    const struct yaml_node *n = yaml_get(map, key);
    struct label *v = arena_array(r->a, struct label, settings_count(n) + 1);
    size_t i = 0;

    for (const struct yaml_node *c = n != NULL ? n->first : NULL; c != NULL; c = c->next)
        v[i++] = (struct label){ c->key->text, c->text };
    return (struct labels){ v, i };
}

/* ---- matchers ----------------------------------------------------------------------- */

struct matcher_vec {
    VEC(struct matcher) v;
};

static void add_list(struct yml_reading *r, const struct yaml_node *list,
                     struct matcher_vec *out)
{
    for (const struct yaml_node *n = list != NULL ? list->first : NULL; n != NULL;
         n = n->next) {
        struct matchers some;
        struct err e;

        if (matchers_parse(n->text, r->a, &some, &e) == FAILED)
            complain(r->c, n, "%s", e.text);
        else
            for (size_t i = 0; i < some.n; i++)
                vec_push(&out->v, some.v[i]);
    }
}

/* As Alertmanager turns it into a matcher, and prints it in a group's key. */
static void add_old(struct yml_reading *r, const struct yaml_node *map, bool pattern,
                    struct matcher_vec *out)
{
    for (const struct yaml_node *n = map != NULL ? map->first : NULL; n != NULL;
         n = n->next) {
        struct matcher m = { n->key->text, pattern ? MATCH_RE : MATCH_EQ, n->text };
        struct regex *re = NULL;
        struct err e;

        if (m.name.n == 0 || !utf8_valid(m.name))
            complain(r->c, n->key, "\"%.*s\" is not a label's name", STR_ARG(m.name));
        if (pattern && !n->quoted)
            complain(r->c, n, "\"%.*s\" lacks its pattern", STR_ARG(m.name));
        if (pattern && regex_new(n->text, &re, &e) == FAILED)
            complain(r->c, n, "%s", e.text);
        regex_free(&re);
        if (pattern)
            m.value = arena_printf(r->a, "^(?:%.*s)$", STR_ARG(n->text));
        vec_push(&out->v, m);
    }
}

static int matcher_order(const void *x, const void *y)
{
    const struct matcher *a = x, *b = y;
    int order = str_cmp(a->name, b->name);

    if (order == 0)
        order = str_cmp(a->value, b->value);
    return order != 0 ? order : a->op - b->op;
}

struct matchers yml_matchers(struct yml_reading *r, const struct yaml_node *node,
                             const char *const keys[3])
{
    struct matcher_vec all = { 0 };
    struct matcher *v;
    size_t n;

    add_old(r, yaml_get(node, keys[0]), false, &all);
    add_old(r, yaml_get(node, keys[1]), true, &all);
    add_list(r, yaml_get(node, keys[2]), &all);
    n = all.v.n;
    v = arena_array(r->a, struct matcher, n + 1);
    if (n > 0)
        memcpy(v, all.v.v, n * sizeof *v);
    vec_fini(&all.v);
    qsort(v, n, sizeof *v, matcher_order);
    return (struct matchers){ v, n };
}

/* ---- inhibition --------------------------------------------------------------------- */

static struct str rule_name(struct yml_reading *r, const struct yaml_node *rules,
                            const struct yaml_node *node, size_t at)
{
    struct str name = settings_str(node, "name");

    for (const struct yaml_node *n = rules->first; n != node; n = n->next)
        if (str_eq(settings_str(n, "name"), name))
            name = STR("");
    if (name.n == 0 || utf8_count(name) > 100 || !utf8_valid(name))
        return arena_printf(r->a, "inhibit_rules[%zu]", at);
    return name;
}

static void check_equal(struct yml_reading *r, const struct yaml_node *rule)
{
    const struct yaml_node *equal = yaml_get(rule, "equal");

    for (const struct yaml_node *n = equal != NULL ? equal->first : NULL; n != NULL;
         n = n->next)
        if (n->text.n == 0 || !utf8_valid(n->text))
            complain(r->c, n, "equal: \"%.*s\" is not a label's name", STR_ARG(n->text));
}

void yml_read_inhibitions(struct yml_reading *r)
{
    static const char *const source[] = { "source_match", "source_match_re",
                                          "source_matchers" };
    static const char *const target[] = { "target_match", "target_match_re",
                                          "target_matchers" };
    const struct yaml_node *rules = yaml_get(r->file, "inhibit_rules");
    struct inhibition *v =
        arena_array(r->a, struct inhibition, settings_count(rules) + 1);
    size_t i = 0;

    for (const struct yaml_node *n = rules != NULL ? rules->first : NULL; n != NULL;
         n = n->next, i++) {
        check_equal(r, n);
        v[i] = (struct inhibition){ .name = rule_name(r, rules, n, i),
                                    .source = yml_matchers(r, n, source),
                                    .target = yml_matchers(r, n, target),
                                    .equal = yml_strs(r, n, "equal"),
                                    .position = (int64_t)i };
    }
    r->out->inhibitions = v;
    r->out->inhibition_count = i;
}
