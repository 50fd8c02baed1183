/* settle.c - what the book makes of a merged model: names that must exist,
 * quotas, and the one order in which lists are kept. */
#include "base/utf8.h"
#include "book/apply_private.h"
#include "book/check_private.h"
#include "book/limits.h"

#include <stdlib.h>

static bool given(const struct change *c, unsigned tag)
{
    return (c->present & FIELD_BIT(tag)) != 0;
}

static ok settle_quota(const struct applying *ap, enum object_kind kind, size_t most,
                       const struct object *before)
{
    if (before != NULL || book_count(ap->next, kind) < most)
        return OK;
    return fail(ap->e, FAULT_LIMIT, "", "an account has at most %zu of these", most);
}

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* ---- contacts and their groups ----------------------------------------- */

static ok settle_contact(struct applying *ap, const struct change *c,
                         const struct object *before, struct contact *contact)
{
    settle_addresses(ap, c, before, &contact->addresses);
    if (given(c, CONTACT_ZONE) && contact->zone.n > 0 &&
        apply_get(ap, OBJECT_ZONE, utf8_nfc(ap->a, contact->zone)) == NULL)
        return fail(ap->e, FAULT_INVALID, "zone", "\"%.*s\" is no known time zone",
                    STR_ARG(contact->zone));
    return OK;
}

static bool find_key(const struct str *keys, size_t n, struct str key, size_t *at)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(keys[i], key)) {
            *at = i;
            return true;
        }
    return false;
}

static struct str *keys_of(struct strs names, struct arena *a)
{
    struct str *keys = arena_array(a, struct str, names.n);

    for (size_t i = 0; i < names.n; i++)
        keys[i] = utf8_nfc(a, names.v[i]);
    return keys;
}

/* Each once, in the order of the list, in the bytes that were sent first. */
static ok settle_members(struct applying *ap, struct strs old, struct strs *members)
{
    struct str *names = arena_array(ap->a, struct str, members->n);
    struct str *keys = keys_of(*members, ap->a), *old_keys = keys_of(old, ap->a);
    size_t n = 0, at;

    for (size_t i = 0; i < members->n; i++) {
        struct str key = keys[i];

        if (find_key(keys, n, key, &at))
            continue;
        if (apply_get(ap, OBJECT_CONTACT, key) == NULL)
            return fail(ap->e, FAULT_INVALID, "members", "there is no contact \"%.*s\"",
                        STR_ARG(members->v[i]));
        names[n] = find_key(old_keys, old.n, key, &at) ? old.v[at] : members->v[i];
        keys[n++] = key;
    }
    *members = (struct strs){ names, n };
    return OK;
}

static ok settle_group(struct applying *ap, const struct change *c,
                       const struct object *before, struct contact_group *group)
{
    struct strs old = { NULL, 0 };

    if (!given(c, GROUP_MEMBERS))
        return OK;
    if (before != NULL)
        old = BOOK_MODEL(before, contact_group)->members;
    return settle_members(ap, old, &group->members);
}

/* ---- SMN and AOM ------------------------------------------------------- */

static ok settle_subscription(struct applying *ap, const struct change *c,
                              const struct object *before, struct subscription *s)
{
    const struct subscription any = { .topic = s->topic, .id = STR("") };
    size_t from, to;

    if (apply_get(ap, OBJECT_TOPIC, utf8_nfc(ap->a, s->topic)) == NULL)
        return fail(ap->e, FAULT_NOT_FOUND, "topic", "there is no topic \"%.*s\"",
                    STR_ARG(s->topic));
    settle_addresses(ap, c, before, &s->addresses);
    book_range(ap->next, OBJECT_SUBSCRIPTION,
               object_key(OBJECT_SUBSCRIPTION, &any, ap->a), &from, &to);
    if (before == NULL && to - from >= SUBSCRIPTIONS_MAX)
        return fail(ap->e, FAULT_LIMIT, "", "a topic has at most %d subscriptions",
                    SUBSCRIPTIONS_MAX);
    return OK;
}

static ok settle_rule(struct applying *ap, const struct change *c,
                      const struct object *before, const struct action_rule *r)
{
    if (given(c, RULE_TEMPLATE_NAME) && !template_is_built_in(r->template_name) &&
        apply_get(ap, OBJECT_TEMPLATE, utf8_nfc(ap->a, r->template_name)) == NULL)
        return fail(ap->e, FAULT_INVALID, "template_name",
                    "there is no message template \"%.*s\"", STR_ARG(r->template_name));
    return settle_quota(ap, OBJECT_ACTION_RULE, ACTION_RULES_MAX, before);
}

/* Of metrics and events, and of logs, so many each: those there are stay few. */
static ok settle_template(const struct applying *ap, const struct object *before,
                          const struct message_template *t)
{
    size_t same = 0;

    for (size_t i = 0; before == NULL && i < book_count(ap->next, OBJECT_TEMPLATE); i++) {
        const struct object *o = book_at(ap->next, OBJECT_TEMPLATE, i);

        same += str_eq(BOOK_MODEL(o, message_template)->source, t->source);
    }
    if (same < TEMPLATES_MAX)
        return OK;
    return fail(ap->e, FAULT_LIMIT, "", "an account has at most %d templates of a source",
                TEMPLATES_MAX);
}

/* ---- routes ------------------------------------------------------------ */

static struct strs sorted_once_each(struct strs names, struct arena *a)
{
    struct str *v = arena_array(a, struct str, names.n);
    size_t n = 0;

    if (names.n > 0)
        memcpy(v, names.v, names.n * sizeof *v);
    if (names.n > 1)
        qsort(v, names.n, sizeof *v, compare_strs);
    for (size_t i = 0; i < names.n; i++)
        if (i == 0 || !str_eq(v[n - 1], v[i]))
            v[n++] = v[i];
    return (struct strs){ v, n };
}

static int64_t last_position(const struct book *b)
{
    int64_t last = 0;

    for (size_t i = 0; i < book_count(b, OBJECT_ROUTE); i++) {
        const struct route *r = BOOK_MODEL(book_at(b, OBJECT_ROUTE, i), route);

        if (r->position > last)
            last = r->position;
    }
    return last;
}

static ok settle_route(struct applying *ap, const struct change *c,
                       const struct object *before, struct route *r)
{
    r->group_by = sorted_once_each(r->group_by, ap->a);
    if (before == NULL && str_starts(r->name, STR("cloudmonitor/event")))
        return fail(
            ap->e, FAULT_INVALID, "name",
            "names that begin with cloudmonitor/event are for what its rules make");
    if (before == NULL && !given(c, ROUTE_POSITION))
        r->position = last_position(ap->next) + 1;
    if (given(c, ROUTE_ESCALATION) && r->escalation.n > 0 &&
        apply_get(ap, OBJECT_ESCALATION, utf8_nfc(ap->a, r->escalation)) == NULL)
        return fail(ap->e, FAULT_INVALID, "escalation", "there is no escalation \"%.*s\"",
                    STR_ARG(r->escalation));
    return settle_quota(ap, OBJECT_ROUTE, ROUTES_MAX, before);
}

/* ---- what keeps a message back ------------------------------------------ */

static ok settle_time_interval(struct applying *ap, const struct object *before,
                               const struct time_interval *t)
{
    for (size_t i = 0; i < t->items.n; i++) {
        struct str zone = t->items.v[i].zone;

        if (zone.n > 0 && apply_get(ap, OBJECT_ZONE, utf8_nfc(ap->a, zone)) == NULL)
            return fail(ap->e, FAULT_INVALID, "items.zone",
                        "\"%.*s\" is no known time zone", STR_ARG(zone));
    }
    return settle_quota(ap, OBJECT_TIME_INTERVAL, TIME_INTERVALS_MAX, before);
}

static ok settle_inhibition(struct applying *ap, const struct object *before,
                            struct inhibition *in)
{
    in->equal = sorted_once_each(in->equal, ap->a);
    return settle_quota(ap, OBJECT_INHIBITION, INHIBITIONS_MAX, before);
}

static ok settle_silence(const struct applying *ap, const struct object *before,
                         const struct silence *s)
{
    if (s->zone.n > 0 && apply_get(ap, OBJECT_ZONE, utf8_nfc(ap->a, s->zone)) == NULL)
        return fail(ap->e, FAULT_INVALID, "zone", "\"%.*s\" is no known time zone",
                    STR_ARG(s->zone));
    return settle_quota(ap, OBJECT_SILENCE, SILENCES_MAX, before);
}

/* ---- rules of dialects -------------------------------------------------- */

/* contracts/huawei.md 2.4, 2.6; where it says nothing as many as action rules. */
static size_t dialect_quota(struct str what)
{
    static const char *const hundred[] = { "aom.mute/", "aom.group/", "aom.inhibit/" };

    for (size_t i = 0; i < sizeof hundred / sizeof *hundred; i++)
        if (str_is(what, hundred[i]))
            return 100;
    return 1000;
}

static ok settle_dialect_rule(const struct applying *ap, const struct object *before,
                              const struct dialect_rule *r)
{
    struct str what = r->name;
    size_t from, to, slash;

    for (size_t i = 0; i < r->needs.n; i++)
        if (apply_get(ap, OBJECT_DIALECT_RULE, utf8_nfc(ap->a, r->needs.v[i])) == NULL)
            return fail(ap->e, FAULT_INVALID, "needs", "there is no %.*s",
                        STR_ARG(r->needs.v[i]));
    if (str_find(what, STR("/"), &slash))
        what = str_head(what, slash + 1);
    book_range(ap->next, OBJECT_DIALECT_RULE, what, &from, &to);
    if (before != NULL || to - from < dialect_quota(what))
        return OK;
    return fail(ap->e, FAULT_LIMIT, "", "an account has at most %zu of these",
                dialect_quota(what));
}

/* ---- every kind -------------------------------------------------------- */

ok settle(struct applying *ap, const struct change *c, const struct object *before,
          void *model)
{
    switch (c->kind) {
    case OBJECT_CONTACT:
        return settle_contact(ap, c, before, model);
    case OBJECT_CONTACT_GROUP:
        return settle_group(ap, c, before, model);
    case OBJECT_TOPIC:
        return settle_quota(ap, OBJECT_TOPIC, TOPICS_MAX, before);
    case OBJECT_SUBSCRIPTION:
        return settle_subscription(ap, c, before, model);
    case OBJECT_ACTION_RULE:
        return settle_rule(ap, c, before, model);
    case OBJECT_TEMPLATE:
        return settle_template(ap, before, model);
    case OBJECT_ROUTE:
        return settle_route(ap, c, before, model);
    case OBJECT_TIME_INTERVAL:
        return settle_time_interval(ap, before, model);
    case OBJECT_INHIBITION:
        return settle_inhibition(ap, before, model);
    case OBJECT_SILENCE:
        return settle_silence(ap, before, model);
    case OBJECT_DIALECT_RULE:
        return settle_dialect_rule(ap, before, model);
    case OBJECT_RECEIVER:
        return settle_quota(ap, OBJECT_RECEIVER, RECEIVERS_MAX, before);
    case OBJECT_ESCALATION:
        return settle_quota(ap, OBJECT_ESCALATION, ESCALATIONS_MAX, before);
    case OBJECT_SMN_TEMPLATE:
        return settle_quota(ap, OBJECT_SMN_TEMPLATE, SMN_TEMPLATES_MAX, before);
    case OBJECT_METRIC_RULE:
        return metric_rule_judge(model, ap->e) == OK
                   ? settle_quota(ap, OBJECT_METRIC_RULE, METRIC_RULES_MAX, before)
                   : FAILED;
    case OBJECT_HEARTBEAT:
        return settle_quota(ap, OBJECT_HEARTBEAT, HEARTBEATS_MAX, before);
    case OBJECT_EVENT_RULE:
        return settle_quota(ap, OBJECT_EVENT_RULE, EVENT_RULES_MAX, before);
    case OBJECT_BLACKLIST:
        return settle_quota(ap, OBJECT_BLACKLIST, BLACKLISTS_MAX, before);
    case OBJECT_ACCOUNT:
    case OBJECT_USER:
    case OBJECT_TEMPLATE_FILES:
    case OBJECT_ZONE:
    case OBJECT_COUNT:
        break;
    }
    return OK;
}

/* ---- the set as a whole ------------------------------------------------- */

static ok settle_user(struct applying *ap, const struct user *u)
{
    for (size_t i = 0; i < u->access_keys.n; i++)
        if (book_users(ap->next, REF_ACCESS_KEY, u->access_keys.v[i].id) > 1)
            return fail(ap->e, FAULT_EXISTS, "access_keys.id",
                        "two users have the access key \"%.*s\"",
                        STR_ARG(u->access_keys.v[i].id));
    if (u->bearer_digest.n > 0 && book_users(ap->next, REF_BEARER, u->bearer_digest) > 1)
        return fail(ap->e, FAULT_EXISTS, "bearer_digest", "two users have this key");
    return OK;
}

static const struct route *parent_of(const struct applying *ap, const struct route *r)
{
    const struct object *o = apply_get(ap, OBJECT_ROUTE, utf8_nfc(ap->a, r->parent));

    return o == NULL ? NULL : o->model;
}

static ok settle_ancestors(struct applying *ap, const struct route *r)
{
    for (size_t depth = 1; r != NULL && r->parent.n > 0; depth++) {
        if (depth >= ROUTE_DEPTH_MAX)
            return fail(ap->e, FAULT_LIMIT, "parent",
                        "a route stands below itself, or more than %d deep",
                        ROUTE_DEPTH_MAX);
        r = parent_of(ap, r);
    }
    return OK;
}

/* A node takes those below it along, so all are looked at. What stands below a route
 * that a new file took away stays, and is reached no more. */
static ok settle_trees(struct applying *ap)
{
    for (size_t i = 0; i < book_count(ap->next, OBJECT_ROUTE); i++) {
        const struct object *o = book_at(ap->next, OBJECT_ROUTE, i);
        const struct route *r = o->model;

        if (r->parent.n == 0)
            continue;
        if (map_find(&ap->touched, kind_key(OBJECT_ROUTE, o->key, ap->a)) != NULL &&
            parent_of(ap, r) == NULL)
            return fail(ap->e, FAULT_INVALID, "parent", "there is no route \"%.*s\"",
                        STR_ARG(r->parent));
        if (settle_ancestors(ap, r) != OK)
            return FAILED;
    }
    return OK;
}

static bool in_a_tree(const struct applying *ap, const struct touch *t,
                      const struct object *o)
{
    return (o != NULL && BOOK_MODEL(o, route)->parent.n > 0) ||
           book_users(ap->next, REF_ROUTE, t->key) > 0;
}

ok settle_whole(struct applying *ap, size_t *at)
{
    const struct touch *t;
    bool trees = false;

    for (size_t i = 0; (t = map_next(&ap->touched, &i, NULL)) != NULL;) {
        const struct object *o = book_get(ap->next, t->kind, t->key);

        if (t->kind != OBJECT_USER && t->kind != OBJECT_ROUTE)
            continue;
        *at = t->at;
        if (t->kind == OBJECT_ROUTE)
            trees = trees || in_a_tree(ap, t, o);
        else if (o != NULL && settle_user(ap, o->model) != OK)
            return FAILED;
    }
    return trees ? settle_trees(ap) : OK;
}
