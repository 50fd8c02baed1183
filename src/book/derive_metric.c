/* derive_metric.c - the route of a metric rule, and the hours at which it tells. */
#include "base/time.h"
#include "base/utf8.h"
#include "book/apply_private.h"
#include "model/metric_rule.h"

/* *names: the interval of those hours; none when they are no restriction. */
static void put_hours(struct applying *ap, const struct metric_rule *r, bool effective,
                      struct strs *names)
{
    struct time_span *spans = arena_array(ap->a, struct time_span, 2);
    struct time_item *item = arena_new(ap->a, struct time_item);
    struct str *name = arena_new(ap->a, struct str);
    struct time_interval t;
    struct err e;
    size_t n = 0;

    /* the book judged the texts before */
    (void)metric_hours_parse("", effective ? r->effective : r->no_effective, spans, &n,
                             &e);
    *name = metric_rule_interval(r->id, effective, ap->a);
    *names = (struct strs){ name, 0 };
    if (n == 0 && !effective && r->no_effective.n > 0) /* the whole day */
        spans[n++] = (struct time_span){ 0, 24 * 60 };
    if (n == 0)
        return;
    *item = (struct time_item){ .zone = STR("") };
    item->times.v = spans;
    item->times.n = n;
    t = (struct time_interval){ .name = *name };
    t.items.v = item;
    t.items.n = 1;
    names->n = 1;
    derive_put(ap, OBJECT_TIME_INTERVAL, &t);
}

/* CRITICAL calls, WARN sends an SMS, INFO does neither. */
static const struct group_channel by_level[] = {
    { STR_INIT(""), CHANNEL_VOICE, LEVEL_CRITICAL },
    { STR_INIT(""), CHANNEL_SMS, LEVEL_WARNING },
};

static void put_route(struct applying *ap, const struct metric_rule *r,
                      struct strs active, struct strs muted)
{
    static const struct str by[] = { STR_INIT("alertname"), STR_INIT("groupId"),
                                     STR_INIT("resource"), STR_INIT("ruleId") };
    /* the rarest first: routes are found by it */
    const struct matcher matchers[] = { { STR("ruleId"), MATCH_EQ, r->id },
                                        { STR("source"), MATCH_EQ,
                                          STR("cloudmonitor") } };
    const struct webhook_target hook = { .url = r->webhook,
                                         .send_resolved = true,
                                         .form = FORM_METRIC_CALLBACK };
    const struct label subject = { STR("emailSubject"), r->subject };
    struct route route;

    schema_zero(object_kinds[OBJECT_ROUTE].schema, &route);
    route.name = metric_rule_route(r->id, ap->a);
    route.owner = arena_printf(ap->a, "metric_rule/%.*s", STR_ARG(r->id));
    route.matchers = (struct matchers){ matchers, 2 };
    route.group_by = (struct strs){ by, 4 };
    route.group_interval = NS_PER_MIN;
    route.repeat_interval = r->silence;
    route.contact_groups = r->contact_groups;
    route.channels.v = by_level;
    route.channels.n = 2;
    route.webhooks.v = &hook;
    route.webhooks.n = r->webhook.sealed.n > 0 ? 1 : 0;
    route.active_intervals = active;
    route.mute_intervals = muted;
    route.labels.v = &subject; /* a mail's subject is made of it */
    route.labels.n = r->subject.n > 0 ? 1 : 0;
    route.ends_untold = r->ends_untold;
    route.disabled = r->disabled;
    derive_put(ap, OBJECT_ROUTE, &route);
}

/* Somebody else's route may name it by now. */
static void drop_hours(struct applying *ap, struct str id, bool effective)
{
    struct str name = metric_rule_interval(id, effective, ap->a);

    if (book_users(ap->next, REF_TIME_INTERVAL, name) == 0)
        derive_drop(ap, OBJECT_TIME_INTERVAL, name);
}

void metric_rule_follow(struct applying *ap, const struct metric_rule *r)
{
    struct strs active, muted;

    if (r->owner.n > 0)
        return;
    put_hours(ap, r, true, &active);
    put_hours(ap, r, false, &muted);
    put_route(ap, r, active, muted);
    if (active.n == 0)
        drop_hours(ap, r->id, true);
    if (muted.n == 0)
        drop_hours(ap, r->id, false);
}

void metric_rule_leave(struct applying *ap, struct str id)
{
    derive_drop(ap, OBJECT_ROUTE, metric_rule_route(id, ap->a));
    drop_hours(ap, id, true);
    drop_hours(ap, id, false);
}
