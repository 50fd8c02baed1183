/* apply_put.c - making and modifying: what was given meets what is stored. */
#include "book/apply_private.h"

#include <assert.h>

/* Minted by the door for what it makes: another id for the same topic is
 * dropped. */
static uint64_t minted_fields(enum object_kind kind)
{
    return kind == OBJECT_TOPIC ? FIELD_BIT(TOPIC_ID) : 0;
}

/* The subscription of this endpoint to this topic, whatever its id. */
static const struct object *same_endpoint(const struct applying *ap,
                                          const struct subscription *s)
{
    const struct subscription any = { .topic = s->topic, .id = STR("") };
    struct str topic = object_key(OBJECT_SUBSCRIPTION, &any, ap->a), identity;
    size_t from, to;

    if (s->addresses.n != 1)
        return NULL;
    identity = address_identity(&s->addresses.v[0], ap->a);
    uses_range(ap->next->uses, REF_ADDRESS, identity, OBJECT_SUBSCRIPTION, topic, &from,
               &to);
    for (; from < to; from++) {
        const struct object *o = uses_object(ap->next, from);

        if (str_eq(BOOK_MODEL(o, subscription)->protocol, s->protocol))
            return o;
    }
    return NULL;
}

static const struct object *find_stored(const struct applying *ap, const struct change *c,
                                        struct str key)
{
    const struct object *o = apply_get(ap, c->kind, key);

    if (o == NULL && c->op == CHANGE_ENSURE && c->kind == OBJECT_SUBSCRIPTION)
        return same_endpoint(ap, c->object);
    return o;
}

/* The words of the operation: must it be there, must it not? */
static ok judge_op(const struct applying *ap, const struct change *c, struct str key,
                   const struct object *before)
{
    const char *kind = object_kinds[c->kind].name;

    if (c->op == CHANGE_CREATE && before != NULL)
        return fail(ap->e, FAULT_EXISTS, "name", "the %s \"%.*s\" exists already", kind,
                    STR_ARG(key));
    if (c->op == CHANGE_UPDATE && before == NULL)
        return fail(ap->e, FAULT_NOT_FOUND, "name", "there is no %s \"%.*s\"", kind,
                    STR_ARG(key));
    return OK;
}

/* Who made it is nobody's to say. */
static uint64_t owner_field(const struct applying *ap, enum object_kind kind)
{
    if (ap->owner.n > 0)
        return 0;
    return kind == OBJECT_ROUTE         ? FIELD_BIT(ROUTE_OWNER)
           : kind == OBJECT_SILENCE     ? FIELD_BIT(SILENCE_OWNER)
           : kind == OBJECT_INHIBITION  ? FIELD_BIT(INHIBITION_OWNER)
           : kind == OBJECT_METRIC_RULE ? FIELD_BIT(METRIC_RULE_OWNER)
                                        : 0;
}

/* Which fields of what was given count. An ENSURE leaves what it finds, but
 * subscribing again asks an endpoint again (settle_addresses). */
static uint64_t fields_taken(const struct applying *ap, const struct change *c,
                             const struct object *before)
{
    uint64_t identity = object_kinds[c->kind].identity;
    uint64_t given = c->present & ~owner_field(ap, c->kind);

    if (before == NULL)
        return given | identity;
    if (c->op == CHANGE_ENSURE)
        return c->kind == OBJECT_SUBSCRIPTION ? FIELD_BIT(SUBSCRIPTION_ADDRESSES) : 0;
    return given & ~(identity | minted_fields(c->kind));
}

/* Finding what is there already is no change of it. */
static ok judge(const struct applying *ap, const struct change *c, struct str key,
                const struct object *before)
{
    if (judge_op(ap, c, key, before) != OK)
        return FAILED;
    if (before != NULL && c->op == CHANGE_ENSURE)
        return OK;
    if (apply_allowed(ap, c, before) != OK)
        return FAILED;
    return before != NULL ? OK : check_needed(c->kind, c->present, ap->e);
}

/* The file that the object comes from afterwards. Zones belong to nobody. */
static struct str file_of(const struct applying *ap, const struct change *c,
                          const struct object *before)
{
    if (c->kind == OBJECT_ZONE)
        return STR("");
    if (ap->from_file && c->provisioned.n > 0)
        return c->provisioned;
    return before != NULL ? before->provisioned : STR("");
}

ok apply_put(struct applying *ap, const struct change *c)
{
    const struct schema *s = object_kinds[c->kind].schema;
    struct object like = { .kind = c->kind };
    void *model = arena_alloc(ap->a, s->size);
    const struct object *before;

    like.key = object_key(c->kind, c->object, ap->a);
    before = find_stored(ap, c, like.key);
    if (before != NULL)
        like.key = before->key;
    ap->results[ap->at] = (struct touch){ c->kind, arena_str(ap->a, like.key), c->op, 0 };
    if (judge(ap, c, like.key, before) != OK)
        return FAILED;
    schema_zero(s, model);
    if (before != NULL)
        memcpy(model, before->model, s->size);
    schema_overlay(s, fields_taken(ap, c, before), c->object, model);
    if (settle(ap, c, before, model) != OK)
        return FAILED;
    like.provisioned = file_of(ap, c, before);
    apply_store(ap, c->op, before, &like, model);
    derive(ap, c->kind, like.key, model);
    return c->kind == OBJECT_DIALECT_RULE ? apply_parts(ap, like.key, model) : OK;
}
