/* alertmanager_yml_routes.c - the tree of routes: its rules, what children inherit, and
 * the names by which a reload knows a node again. */
#include "app/alertmanager_yml_private.h"

#include "base/map.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "book/limits.h"
#include "model/matcher.h"

#include <stdlib.h>

struct routes {
    struct yml_reading *r;
    struct map names; /* given so far */
    VEC(struct route) v;
};

/* ---- rules of one node --------------------------------------------------------------- */

static void check_group_by(struct yml_reading *r, const struct yaml_node *node)
{
    const struct yaml_node *by = yaml_get(node, "group_by");
    bool all = false;

    for (const struct yaml_node *n = by != NULL ? by->first : NULL; n != NULL;
         n = n->next) {
        all = all || str_is(n->text, "...");
        if (n->text.n == 0 || !utf8_valid(n->text))
            complain(r->c, n, "group_by: \"%.*s\" is not a label's name",
                     STR_ARG(n->text));
        for (const struct yaml_node *o = by->first; o != n; o = o->next)
            if (str_eq(o->text, n->text)) {
                complain(r->c, n, "group_by: \"%.*s\" stands there twice",
                         STR_ARG(n->text));
                break;
            }
    }
    if (all && by->first->next != NULL)
        complain(r->c, by, "group_by: \"...\" has to stand alone");
}

static void check_interval(struct yml_reading *r, const struct yaml_node *node,
                           const char *key)
{
    const struct yaml_node *n = yaml_get(node, key);

    if (n != NULL && settings_span(node, key) == 0)
        complain(r->c, n, "%s: more than 0", key);
}

static void check_named(struct yml_reading *r, const struct yaml_node *node,
                        const char *key)
{
    const struct yaml_node *list = yaml_get(node, key);

    for (const struct yaml_node *n = list != NULL ? list->first : NULL; n != NULL;
         n = n->next)
        if (!yml_has_interval(r, n->text))
            complain(r->c, n, "%s: there is no time interval \"%.*s\"", key,
                     STR_ARG(str_head(n->text, 80)));
}

static void check_node(struct yml_reading *r, const struct yaml_node *node)
{
    const struct yaml_node *receiver = yaml_get(node, "receiver");

    check_group_by(r, node);
    check_interval(r, node, "group_interval");
    check_interval(r, node, "repeat_interval");
    check_named(r, node, "mute_time_intervals");
    check_named(r, node, "active_time_intervals");
    if (receiver != NULL && receiver->text.n > 0 && !yml_has_receiver(r, receiver->text))
        complain(r->c, receiver, "receiver: there is no receiver \"%.*s\"",
                 STR_ARG(str_head(receiver->text, 80)));
}

static void check_root(struct yml_reading *r, const struct yaml_node *root)
{
    static const char *const never[] = {
        "match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals",
        NULL
    };
    const struct yaml_node *n;

    if (settings_str(root, "receiver").n == 0)
        complain(r->c, root, "route: the root has to name a receiver");
    for (const char *const *key = never; *key != NULL; key++) {
        n = yaml_get(root, *key);
        if (n != NULL && n->first != NULL)
            complain(r->c, n->key, "route: the root cannot have %s", *key);
    }
    if (settings_bool(root, "continue"))
        complain(r->c, yaml_get(root, "continue"), "route: the root cannot continue");
}

/* ---- inheritance ---------------------------------------------------------------------- */

static int str_order(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static struct strs sorted(struct yml_reading *r, const struct yaml_node *node)
{
    struct strs by = yml_strs(r, node, "group_by");
    struct str *v = arena_array(r->a, struct str, by.n + 1);

    if (by.n > 0)
        memcpy(v, by.v, by.n * sizeof *v);
    qsort(v, by.n, sizeof *v, str_order);
    return (struct strs){ v, by.n };
}

static struct labels merged(struct yml_reading *r, struct labels above, struct labels own)
{
    struct label *v = arena_array(r->a, struct label, above.n + own.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < above.n; i++) {
        bool again = false;

        for (size_t k = 0; k < own.n; k++)
            again = again || str_eq(own.v[k].name, above.v[i].name);
        if (!again)
            v[n++] = above.v[i];
    }
    for (size_t i = 0; i < own.n; i++)
        v[n++] = own.v[i];
    return (struct labels){ v, n };
}

static int64_t span_or(const struct yaml_node *node, const char *key, int64_t above)
{
    return yaml_get(node, key) != NULL ? settings_span(node, key) : above;
}

/* ---- names ---------------------------------------------------------------------------- */

/* The node's part of the key of its groups: {a="b",c="d"}. */
static struct str own_key(struct yml_reading *r, const struct matchers *m)
{
    struct str key;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_char(&b, '{');
    for (size_t i = 0; i < m->n; i++) {
        if (i > 0)
            buf_char(&b, ',');
        matcher_put(&b, &m->v[i]);
    }
    buf_char(&b, '}');
    key = arena_str(r->a, buf_str(&b));
    buf_fini(&b);
    return key;
}

/* A node that stays where it was keeps its name, and so its groups; siblings that want
 * the same are told apart by their order. */
static struct str node_name(struct routes *rs, const struct yaml_node *node,
                            const struct route *parent, const struct matchers *m)
{
    struct yml_reading *r = rs->r;
    struct str key = own_key(r, m), name;

    if (parent != NULL)
        key = arena_printf(r->a, "%.*s/%.*s", STR_ARG(parent->name), STR_ARG(key));
    name = key;
    for (int i = 2; map_find(&rs->names, name) != NULL; i++)
        name = arena_printf(r->a, "%.*s#%d", STR_ARG(key), i);
    map_put(&rs->names, name, rs);
    if (utf8_count(name) > ROUTE_NODE_NAME_MAX)
        complain(r->c, node,
                 "route: the matchers on the way here have more than %d "
                 "characters together",
                 ROUTE_NODE_NAME_MAX);
    return name;
}

/* ---- the tree ------------------------------------------------------------------------- */

static const struct route defaults = { .group_wait = 30 * NS_PER_S,
                                       .group_interval = 5 * NS_PER_MIN,
                                       .repeat_interval = 4 * NS_PER_HOUR,
                                       .receiver = STR_INIT("") };

static struct route make(struct routes *rs, const struct yaml_node *node,
                         const struct route *parent, size_t position)
{
    static const char *const keys[] = { "match", "match_re", "matchers" };
    struct yml_reading *r = rs->r;
    struct route base = parent != NULL ? *parent : defaults;
    struct route o = { .matchers = yml_matchers(r, node, keys),
                       .group_by = base.group_by,
                       .receiver = settings_str(node, "receiver"),
                       .position = (int64_t)position,
                       .parent = parent != NULL ? parent->name : STR(""),
                       .go_on = settings_bool(node, "continue") };

    if (yaml_get(node, "group_by") != NULL)
        o.group_by = sorted(r, node);
    if (o.receiver.n == 0)
        o.receiver = base.receiver;
    o.group_wait = span_or(node, "group_wait", base.group_wait);
    o.group_interval = span_or(node, "group_interval", base.group_interval);
    o.repeat_interval = span_or(node, "repeat_interval", base.repeat_interval);
    o.mute_intervals = yml_strs(r, node, "mute_time_intervals");
    o.active_intervals = yml_strs(r, node, "active_time_intervals");
    o.labels = merged(r, base.labels, yml_labels(r, node, "labels"));
    o.name = node_name(rs, node, parent, &o.matchers);
    return o;
}

static void add(struct routes *rs, const struct yaml_node *node,
                const struct route *parent, size_t position)
{
    struct route self = make(rs, node, parent, position);
    const struct yaml_node *below = yaml_get(node, "routes");
    size_t i = 0;

    check_node(rs->r, node);
    vec_push(&rs->v, self);
    for (const struct yaml_node *n = below != NULL ? below->first : NULL; n != NULL;
         n = n->next)
        add(rs, n, &self, i++);
}

void yml_read_routes(struct yml_reading *r)
{
    const struct yaml_node *root = yaml_get(r->file, "route");
    struct routes rs = { .r = r };
    struct route *v;

    if (root == NULL) {
        complain(r->c, NULL, "route is missing: the file routes nothing");
        return;
    }
    check_root(r, root);
    map_init(&rs.names, 0);
    add(&rs, root, NULL, 0);
    if (rs.v.n > ROUTES_MAX)
        complain(r->c, root, "route: more than %d routes", ROUTES_MAX);
    v = arena_array(r->a, struct route, rs.v.n);
    memcpy(v, rs.v.v, rs.v.n * sizeof *v);
    r->out->routes = v;
    r->out->route_count = rs.v.n;
    vec_fini(&rs.v);
    map_fini(&rs.names);
}
