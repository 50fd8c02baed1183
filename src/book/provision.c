/* provision.c - the file's content replaces all that came from a file.
 *
 * What the set names again stays and is modified: who confirmed an address,
 * and what was minted, outlives a new file.
 */
#include "book/apply_private.h"

static void collect_named(const struct applying *ap, struct map *named)
{
    for (size_t i = ap->at + 1; i < ap->set->n; i++) {
        const struct change *c = &ap->set->v[i];

        if (c->object == NULL || c->provisioned.n == 0)
            continue;
        map_put(named, kind_key(c->kind, object_key(c->kind, c->object, ap->a), ap->a),
                named);
    }
}

/* All that comes from a file, as pairs of kind and key: removing one may take
 * others along. */
static struct touch *list_provisioned(const struct applying *ap, size_t *n)
{
    const char file[] = { REF_FILE };
    struct touch *v;
    size_t from, to;

    tree_range(ap->next->uses, (struct str){ file, 1 }, &from, &to);
    *n = to - from;
    v = arena_array(ap->a, struct touch, *n);
    for (size_t i = 0; i < *n; i++) {
        const struct object *o = uses_object(ap->next, from + i);

        v[i] = (struct touch){ .kind = o->kind, .key = arena_str(ap->a, o->key) };
    }
    return v;
}

void apply_provision(struct applying *ap)
{
    struct touch *v;
    struct map named;
    size_t n;

    ap->from_file = true;
    map_init(&named, 0);
    collect_named(ap, &named);
    v = list_provisioned(ap, &n);
    for (size_t i = 0; i < n; i++) {
        const struct object *o = apply_get(ap, v[i].kind, v[i].key);

        if (o != NULL && o->kind != OBJECT_ACCOUNT &&
            map_find(&named, kind_key(v[i].kind, v[i].key, ap->a)) == NULL)
            apply_remove(ap, o);
    }
    map_fini(&named);
}
