/* apply_metric.c - a metric rule tells by a route like everybody else: the book derives
 * it, and the hours at which it tells, so that explain, history and the other dialects
 * see them and the flow has one matcher.
 *
 * What only a route has (an escalation, action rules) may be given to it by hand and
 * stays; what the rule says of it is written over by the next change of the rule. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/apply_private.h"
#include "model/metric_rule.h"

/* A derived object is told like one that the set names, but is no result of it. */
static ok put_derived(struct applying *ap, const struct change *c, enum object_kind kind,
                      const void *object, uint64_t present)
{
    struct change derived = { .op = CHANGE_UPSERT,
                              .kind = kind,
                              .object = object,
                              .present = present,
                              .provisioned = c->provisioned };
    struct touch about = ap->results[ap->at];
    ok done = apply_put(ap, &derived);

    ap->results[ap->at] = about;
    return done;
}

/* *name: the interval of those hours; empty when they are no restriction. */
static ok put_hours(struct applying *ap, const struct change *c,
                    const struct metric_rule *r, bool effective, struct strs *names)
{
    struct time_span *spans = arena_array(ap->a, struct time_span, 2);
    struct time_item *item = arena_new(ap->a, struct time_item);
    struct str *name = arena_new(ap->a, struct str);
    struct time_interval t;
    size_t n;

    *names = (struct strs){ name, 0 };
    if (metric_hours_parse(effective ? "effective" : "no_effective",
                           effective ? r->effective : r->no_effective, spans, &n,
                           ap->e) == FAILED)
        return FAILED;
    if (n == 0 && (effective || r->no_effective.n == 0))
        return OK;
    if (n == 0)
        spans[n++] = (struct time_span){ 0, 24 * 60 };
    *item = (struct time_item){ .zone = STR("") };
    item->times.v = spans;
    item->times.n = n;
    t = (struct time_interval){ .name = metric_rule_interval(r->id, effective, ap->a) };
    t.items.v = item;
    t.items.n = 1;
    *name = t.name;
    names->n = 1;
    return put_derived(ap, c, OBJECT_TIME_INTERVAL, &t,
                       FIELD_BIT(TIME_INTERVAL_NAME) | FIELD_BIT(TIME_INTERVAL_ITEMS));
}

static ok put_route(struct applying *ap, const struct change *c,
                    const struct metric_rule *r, struct strs active, struct strs muted)
{
    /* the rarest first: routes are found by it */
    const struct matcher matchers[] = { { STR("ruleId"), MATCH_EQ, r->id },
                                        { STR("source"), MATCH_EQ,
                                          STR("cloudmonitor") } };
    const struct str by[] = { STR("alertname"), STR("groupId"), STR("resource"),
                              STR("ruleId") };
    const struct webhook_target hook = { .url = r->webhook,
                                         .send_resolved = !r->ends_untold };
    struct route route = { .name = metric_rule_route(r->id, ap->a),
                           .matchers = { matchers, 2 },
                           .group_by = { by, 4 },
                           .group_interval = NS_PER_MIN,
                           .repeat_interval = r->silence,
                           .contact_groups = r->contact_groups,
                           .active_intervals = active,
                           .mute_intervals = muted,
                           .disabled = r->disabled };

    if (r->webhook.sealed.n > 0) {
        route.webhooks.v = &hook;
        route.webhooks.n = 1;
    }
    return put_derived(
        ap, c, OBJECT_ROUTE, &route,
        FIELD_BIT(ROUTE_NAME) | FIELD_BIT(ROUTE_MATCHERS) | FIELD_BIT(ROUTE_GROUP_BY) |
            FIELD_BIT(ROUTE_GROUP_WAIT) | FIELD_BIT(ROUTE_GROUP_INTERVAL) |
            FIELD_BIT(ROUTE_REPEAT_INTERVAL) | FIELD_BIT(ROUTE_CONTACT_GROUPS) |
            FIELD_BIT(ROUTE_WEBHOOKS) | FIELD_BIT(ROUTE_MUTE_INTERVALS) |
            FIELD_BIT(ROUTE_ACTIVE_INTERVALS) | FIELD_BIT(ROUTE_DISABLED));
}

static void drop_interval(struct applying *ap, struct str id, bool effective)
{
    struct str key = utf8_nfc(ap->a, metric_rule_interval(id, effective, ap->a));
    const struct object *o = apply_get(ap, OBJECT_TIME_INTERVAL, key);

    if (o != NULL && book_users(ap->next, REF_TIME_INTERVAL, key) == 0)
        apply_remove(ap, o);
}

ok metric_rule_follow(struct applying *ap, const struct change *c, const void *model)
{
    const struct metric_rule *r = model;
    struct strs active, muted;

    if (put_hours(ap, c, r, true, &active) != OK ||
        put_hours(ap, c, r, false, &muted) != OK ||
        put_route(ap, c, r, active, muted) != OK)
        return FAILED;
    if (active.n == 0)
        drop_interval(ap, r->id, true);
    if (muted.n == 0)
        drop_interval(ap, r->id, false);
    return OK;
}

void metric_rule_leave(struct applying *ap, struct str id)
{
    const struct object *o =
        apply_get(ap, OBJECT_ROUTE, utf8_nfc(ap->a, metric_rule_route(id, ap->a)));

    if (o != NULL)
        apply_remove(ap, o);
    drop_interval(ap, id, true);
    drop_interval(ap, id, false);
}
