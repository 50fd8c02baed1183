/* apply_parts.c - a dialect rule and what it is made of, in one step: no client sees the
 * one without the other. Its parts carry its key as their owner; what was a part before
 * and is none any more goes. */
#include "base/utf8.h"
#include "book/apply_private.h"

struct str object_owner(const struct object *o)
{
    if (o->kind == OBJECT_ROUTE)
        return BOOK_MODEL(o, route)->owner;
    if (o->kind == OBJECT_SILENCE)
        return BOOK_MODEL(o, silence)->owner;
    if (o->kind == OBJECT_INHIBITION)
        return BOOK_MODEL(o, inhibition)->owner;
    if (o->kind == OBJECT_METRIC_RULE)
        return BOOK_MODEL(o, metric_rule)->owner;
    return STR("");
}

/* What people made under that name is not ours to replace. */
static ok put(struct applying *ap, enum object_kind kind, const void *model,
              uint64_t present)
{
    struct change part = {
        .op = CHANGE_UPSERT, .kind = kind, .object = model, .present = present
    };
    struct str key = object_key(kind, model, ap->a);
    const struct object *before = apply_get(ap, kind, key);

    if (before != NULL && !str_eq(object_owner(before), ap->owner))
        return fail(ap->e, FAULT_EXISTS, "name", "there is a %s \"%.*s\" already",
                    object_kinds[kind].name, STR_ARG(key));
    return apply_put(ap, &part);
}

static ok put_route(struct applying *ap, const struct route *part)
{
    struct route r = *part;

    r.owner = ap->owner;
    for (size_t i = 0; i < r.action_rules.n; i++)
        if (apply_get(ap, OBJECT_ACTION_RULE, utf8_nfc(ap->a, r.action_rules.v[i])) ==
            NULL)
            return fail(ap->e, FAULT_INVALID, "action_rules",
                        "there is no action rule \"%.*s\"", STR_ARG(r.action_rules.v[i]));
    return put(ap, OBJECT_ROUTE, &r, FIELDS_ALL & ~FIELD_BIT(ROUTE_POSITION));
}

/* A change of it is one of now, so what changes nothing must not say so. */
static ok put_silence(struct applying *ap, const struct silence *part)
{
    const struct object *o =
        apply_get(ap, OBJECT_SILENCE, object_key(OBJECT_SILENCE, part, ap->a));
    const struct silence *was = o != NULL ? BOOK_MODEL(o, silence) : NULL;
    struct silence s = *part;

    s.owner = ap->owner;
    if (s.starts_at == 0)
        s.starts_at = was != NULL ? was->starts_at : ap->now;
    s.updated_at = was != NULL ? was->updated_at : ap->now;
    if (was != NULL && !schema_equal(&silence_schema, was, &s))
        s.updated_at = ap->now;
    return put(ap, OBJECT_SILENCE, &s, FIELDS_ALL);
}

static ok put_inhibition(struct applying *ap, const struct inhibition *part)
{
    struct inhibition in = *part;

    in.owner = ap->owner;
    return put(ap, OBJECT_INHIBITION, &in, FIELDS_ALL);
}

static ok put_counter(struct applying *ap, const struct metric_rule *part)
{
    struct metric_rule r = *part;

    r.owner = ap->owner;
    return put(ap, OBJECT_METRIC_RULE, &r, FIELDS_ALL);
}

static ok put_all(struct applying *ap, const struct dialect_rule *r)
{
    for (size_t i = 0; i < r->routes.n; i++)
        if (put_route(ap, &r->routes.v[i]) != OK)
            return FAILED;
    for (size_t i = 0; i < r->silences.n; i++)
        if (put_silence(ap, &r->silences.v[i]) != OK)
            return FAILED;
    for (size_t i = 0; i < r->inhibitions.n; i++)
        if (put_inhibition(ap, &r->inhibitions.v[i]) != OK)
            return FAILED;
    for (size_t i = 0; i < r->counters.n; i++)
        if (put_counter(ap, &r->counters.v[i]) != OK)
            return FAILED;
    return OK;
}

static bool names_it(const struct list *parts, enum object_kind kind,
                     const struct object *o, struct arena *a)
{
    for (size_t i = 0; o->kind == kind && i < parts->n; i++)
        if (str_eq(object_key(
                       kind, (const char *)parts->v + i * object_kinds[kind].schema->size,
                       a),
                   o->key))
            return true;
    return false;
}

static bool is_part(const struct dialect_rule *r, const struct object *o, struct arena *a)
{
    const struct list routes = { r->routes.v, r->routes.n };
    const struct list silences = { r->silences.v, r->silences.n };
    const struct list inhibitions = { r->inhibitions.v, r->inhibitions.n };
    const struct list counters = { r->counters.v, r->counters.n };

    return names_it(&routes, OBJECT_ROUTE, o, a) ||
           names_it(&silences, OBJECT_SILENCE, o, a) ||
           names_it(&inhibitions, OBJECT_INHIBITION, o, a) ||
           names_it(&counters, OBJECT_METRIC_RULE, o, a);
}

static void drop_others(struct applying *ap, struct str owner,
                        const struct dialect_rule *r)
{
    for (size_t i = 0; i < book_users(ap->next, REF_OWNER, owner);) {
        const struct object *o = book_user_at(ap->next, REF_OWNER, owner, i);

        if (is_part(r, o, ap->a))
            i++;
        else
            apply_drop(ap, o);
    }
}

ok apply_parts(struct applying *ap, struct str owner, const struct dialect_rule *r)
{
    struct touch about = ap->results[ap->at];
    ok done;

    ap->owner = owner;
    done = put_all(ap, r);
    ap->owner = STR("");
    ap->results[ap->at] = about;
    if (done == OK)
        drop_others(ap, owner, r);
    return done;
}

void apply_parts_drop(struct applying *ap, struct str owner)
{
    const struct dialect_rule none = { .name = owner };

    drop_others(ap, owner, &none);
}
