/* derive.c - what CloudMonitor's objects are in the one model: an event rule is routes,
 * a blacklist is silences. Made in the same step as the object, so that no client can see
 * one without the other, and nothing else matches or mutes. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/apply_private.h"
#include "book/limits.h"

void derive_put(struct applying *ap, enum object_kind kind, const void *model)
{
    struct object like = { .kind = kind, .key = object_key(kind, model, ap->a) };
    const struct object *before = apply_get(ap, kind, like.key);

    if (before != NULL)
        like.key = before->key;
    apply_store(ap, CHANGE_UPSERT, before, &like, model);
}

void derive_drop(struct applying *ap, enum object_kind kind, struct str name)
{
    const struct object *o = apply_get(ap, kind, utf8_nfc(ap->a, name));

    if (o != NULL)
        apply_drop(ap, o);
}

/* ---- event rules: routes ------------------------------------------------------ */

static struct str route_name(const struct applying *ap, struct str rule)
{
    return arena_printf(ap->a, "cloudmonitor/event/%.*s", STR_ARG(rule));
}

static struct str child_name(const struct applying *ap, struct str rule, size_t i)
{
    return arena_printf(ap->a, "cloudmonitor/event.%zu/%.*s", i + 1, STR_ARG(rule));
}

/* Level 3 calls nobody, level 4 sends no SMS either. A group that is named twice is
 * told as the louder of the two wants. */
static void put_level(struct route *r, struct group_channel *v, struct strs groups,
                      const struct event_rule *rule)
{
    size_t n = 0;

    for (size_t g = 0; g < groups.n; g++) {
        char level = '4';

        for (size_t i = 0; i < rule->contacts.n; i++) {
            struct str one = rule->contacts.v[i].level;

            if (str_eq(rule->contacts.v[i].contact_group, groups.v[g]) &&
                (one.n == 0 || one.p[0] < level))
                level = one.n == 0 ? '2' : one.p[0];
        }
        if (level >= '3')
            v[n++] = (struct group_channel){ groups.v[g], CHANNEL_VOICE, QUIET_NOTHING };
        if (level >= '4')
            v[n++] = (struct group_channel){ groups.v[g], CHANNEL_SMS, QUIET_NOTHING };
    }
    r->channels.v = v;
    r->channels.n = n;
}

static void put_targets(struct applying *ap, struct route *r,
                        const struct event_rule *rule)
{
    struct str *groups = arena_array(ap->a, struct str, rule->contacts.n + 1);
    struct webhook_target *hooks =
        arena_array(ap->a, struct webhook_target, rule->webhooks.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < rule->contacts.n; i++) {
        struct str name = rule->contacts.v[i].contact_group;
        size_t k = 0;

        while (k < n && !str_eq(groups[k], name))
            k++;
        if (k == n)
            groups[n++] = name;
    }
    r->contact_groups = (struct strs){ groups, n };
    put_level(r, arena_array(ap->a, struct group_channel, 2 * n + 1), r->contact_groups,
              rule);
    for (size_t i = 0; i < rule->webhooks.n; i++) {
        hooks[i].url = rule->webhooks.v[i].url;
        hooks[i].form = FORM_EVENT_CALLBACK;
    }
    r->webhooks.v = hooks;
    r->webhooks.n = rule->webhooks.n;
}

/* Each event is told by itself. In its silence time a rule says nothing more of the same
 * event of the same resource; what came meanwhile is told in one message behind it. */
static struct route *route_of(struct applying *ap, const struct event_rule *rule,
                              struct str name)
{
    static const struct str each[] = { STR_INIT("alertname"), STR_INIT("eventId") };
    static const struct str quiet[] = { STR_INIT("alertname"), STR_INIT("groupId"),
                                        STR_INIT("product"), STR_INIT("resource") };
    struct route *r = arena_alloc(ap->a, sizeof *r);

    schema_zero(object_kinds[OBJECT_ROUTE].schema, r);
    r->name = name;
    r->owner = arena_printf(ap->a, "event_rule/%.*s", STR_ARG(rule->name));
    r->group_by =
        rule->silence_time == 0 ? (struct strs){ each, 2 } : (struct strs){ quiet, 4 };
    r->group_interval = (rule->silence_time == 0 ? 1 : rule->silence_time) * NS_PER_S;
    r->repeat_interval = (int64_t)ROUTE_SPAN_MAX_DAYS * NS_PER_DAY;
    r->ends_untold = true;
    r->disabled = rule->disabled;
    put_targets(ap, r, rule);
    return r;
}

/* Many patterns stand below a head that tells nobody: the first that matches does. */
static void put_routes(struct applying *ap, const struct event_rule *rule)
{
    struct str name = route_name(ap, rule->name);
    struct route *head = route_of(ap, rule, name);
    bool many = rule->patterns.n > 1;

    if (!many)
        head->matchers = rule->patterns.v[0].matchers;
    else
        head->branch = true;
    derive_put(ap, OBJECT_ROUTE, head);
    for (size_t i = 0; i < EVENT_PATTERNS_MAX; i++) {
        struct route *child;

        if (!many || i >= rule->patterns.n) {
            derive_drop(ap, OBJECT_ROUTE, child_name(ap, rule->name, i));
            continue;
        }
        child = route_of(ap, rule, child_name(ap, rule->name, i));
        child->parent = name;
        child->position = (int64_t)i;
        child->matchers = rule->patterns.v[i].matchers;
        derive_put(ap, OBJECT_ROUTE, child);
    }
}

static void drop_routes(struct applying *ap, struct str rule)
{
    for (size_t i = 0; i < EVENT_PATTERNS_MAX; i++)
        derive_drop(ap, OBJECT_ROUTE, child_name(ap, rule, i));
    derive_drop(ap, OBJECT_ROUTE, route_name(ap, rule));
}

/* ---- blacklists: silences ------------------------------------------------------- */

/* A silence is forgotten some days behind its end: one without an end needs one. */
#define FAR_AWAY (INT64_C(4102444800) * NS_PER_S) /* the year 2100 */

static struct str silence_id(const struct applying *ap, struct str blacklist, size_t i)
{
    return arena_printf(ap->a, "%.*s-%zu", STR_ARG(blacklist), i + 1);
}

static void put_silence(struct applying *ap, const struct blacklist *bl, size_t i)
{
    struct silence *s = arena_alloc(ap->a, sizeof *s);
    const struct object *before;

    schema_zero(object_kinds[OBJECT_SILENCE].schema, s);
    s->id = silence_id(ap, bl->id, i);
    before = apply_get(ap, OBJECT_SILENCE, s->id);
    s->matchers = bl->mutes.v[i].matchers;
    s->starts_at = before != NULL ? BOOK_MODEL(before, silence)->starts_at : ap->now;
    if (bl->enable_start > 0)
        s->starts_at = bl->enable_start;
    s->ends_at = bl->enable_end > 0 ? bl->enable_end : FAR_AWAY;
    s->created_by = STR("CloudMonitor");
    s->comment = arena_printf(ap->a, "blacklist %.*s", STR_ARG(bl->name));
    s->updated_at = before != NULL ? BOOK_MODEL(before, silence)->updated_at : ap->now;
    s->hours.v = bl->hours.v;
    s->hours.n = bl->hours.n;
    derive_put(ap, OBJECT_SILENCE, s);
}

static void put_silences(struct applying *ap, const struct blacklist *bl)
{
    size_t n = bl->disabled ? 0 : bl->mutes.n;

    for (size_t i = 0; i < n; i++)
        put_silence(ap, bl, i);
    for (size_t i = n; i < BLACKLIST_MUTES_MAX; i++)
        derive_drop(ap, OBJECT_SILENCE, silence_id(ap, bl->id, i));
}

/* ---- each kind -------------------------------------------------------------------- */

void derive(struct applying *ap, enum object_kind kind, struct str key, const void *model)
{
    const struct blacklist gone = { .id = key, .disabled = true };

    if (kind == OBJECT_EVENT_RULE && model != NULL)
        put_routes(ap, model);
    else if (kind == OBJECT_EVENT_RULE)
        drop_routes(ap, key);
    else if (kind == OBJECT_METRIC_RULE && model != NULL)
        metric_rule_follow(ap, model);
    else if (kind == OBJECT_METRIC_RULE)
        metric_rule_leave(ap, key);
    else if (kind == OBJECT_BLACKLIST)
        put_silences(ap, model != NULL ? model : &gone);
}
