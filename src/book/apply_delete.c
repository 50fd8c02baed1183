/* apply_delete.c - taking away, and what follows: a contact leaves its groups,
 * a topic takes its subscriptions along. What else names it may go on naming
 * it; explain says that nobody is there. */
#include "base/utf8.h"
#include "book/apply_private.h"

/* ---- what follows ------------------------------------------------------ */

static struct strs without(struct strs names, struct str key, struct arena *a)
{
    struct str *v = arena_array(a, struct str, names.n);
    size_t n = 0;

    for (size_t i = 0; i < names.n; i++)
        if (!str_eq(utf8_nfc(a, names.v[i]), key))
            v[n++] = names.v[i];
    return (struct strs){ v, n };
}

/* The index changes with every group: its first entry, until none is left. */
static void leave_groups(struct applying *ap, struct str contact)
{
    while (book_users(ap->next, REF_CONTACT, contact) > 0) {
        const struct object *o = book_user_at(ap->next, REF_CONTACT, contact, 0);
        struct contact_group group = *BOOK_MODEL(o, contact_group);

        group.members = without(group.members, contact, ap->a);
        apply_store(ap, CHANGE_UPDATE, o, o, &group);
    }
}

static void drop_subscriptions(struct applying *ap, struct str topic)
{
    const struct subscription any = { .topic = topic, .id = STR("") };
    struct str prefix = object_key(OBJECT_SUBSCRIPTION, &any, ap->a);
    size_t from, to;

    for (;;) {
        book_range(ap->next, OBJECT_SUBSCRIPTION, prefix, &from, &to);
        if (from == to)
            return;
        apply_drop(ap, book_at(ap->next, OBJECT_SUBSCRIPTION, from));
    }
}

void apply_remove(struct applying *ap, const struct object *o)
{
    struct str key = arena_str(ap->a, o->key);
    enum object_kind kind = o->kind;

    apply_drop(ap, o);
    if (kind == OBJECT_CONTACT)
        leave_groups(ap, key);
    else if (kind == OBJECT_TOPIC)
        drop_subscriptions(ap, key);
    else if (kind == OBJECT_DIALECT_RULE)
        apply_parts_drop(ap, key);
    derive(ap, kind, key, NULL);
}

/* ---- one object --------------------------------------------------------- */

/* An action rule that alarm or grouping rules are bound to stays (contracts/huawei.md
 * 1.4); routes may go on naming one that is gone. */
static bool bound(const struct applying *ap, struct str action_rule)
{
    size_t from, to;

    uses_range(ap->next->uses, REF_ACTION_RULE, action_rule, OBJECT_DIALECT_RULE, STR(""),
               &from, &to);
    return from < to;
}

static ok judge(const struct applying *ap, const struct change *c, struct str key,
                const struct object *o)
{
    const char *kind = object_kinds[c->kind].name;

    if (o == NULL)
        return fail(ap->e, FAULT_NOT_FOUND, "name", "there is no %s \"%.*s\"", kind,
                    STR_ARG(key));
    if (c->kind == OBJECT_ACCOUNT)
        return fail(ap->e, FAULT_UNSUPPORTED, "", "an account cannot be deleted");
    if ((c->kind == OBJECT_TEMPLATE && book_users(ap->next, REF_TEMPLATE, key) > 0) ||
        (c->kind == OBJECT_ZONE && book_users(ap->next, REF_ZONE, key) > 0) ||
        (c->kind == OBJECT_ROUTE && book_users(ap->next, REF_ROUTE, key) > 0) ||
        (c->kind == OBJECT_ESCALATION && book_users(ap->next, REF_ESCALATION, key) > 0) ||
        (c->kind == OBJECT_ACTION_RULE && bound(ap, key)) ||
        (c->kind == OBJECT_DIALECT_RULE &&
         book_users(ap->next, REF_DIALECT_RULE, key) > 0) ||
        (c->kind == OBJECT_RECEIVER && book_users(ap->next, REF_RECEIVER, key) > 0) ||
        (c->kind == OBJECT_TIME_INTERVAL &&
         book_users(ap->next, REF_TIME_INTERVAL, key) > 0))
        return fail(ap->e, FAULT_IN_USE, "name", "the %s \"%.*s\" is in use", kind,
                    STR_ARG(key));
    return apply_allowed(ap, c, o);
}

ok apply_delete(struct applying *ap, const struct change *c)
{
    struct str key = object_key(c->kind, c->object, ap->a);
    const struct object *o = apply_get(ap, c->kind, key);

    ap->results[ap->at] = (struct touch){ c->kind, key, c->op, 0 };
    if (judge(ap, c, key, o) != OK)
        return FAILED;
    apply_remove(ap, o);
    return OK;
}
