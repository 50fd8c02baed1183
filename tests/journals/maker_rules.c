/* maker_rules.c - CloudMonitor's event rules and blacklists, which make routes and silences
 * with them, and its custom events: few names, so that rules meet events and each other. */
#include "journals/maker.h"

#include "book/limits.h"

static const char *const names[] = { "e1", "e2", "\u78c1\u76d8", NULL };
static const char *const events[] = { "HostDown", "disk.full", NULL };
static const char *const groups[] = { "ops", "dba", "night", NULL };
static const char *const levels[] = { "", "2", "3", "4", NULL };
static const char *const ids[] = { "b1", "b2", NULL };

static struct matchers any_matchers(struct maker *m, bool event)
{
    struct matcher *v = arena_array(&m->a, struct matcher, 2);

    v[0] = (struct matcher){ STR("source"), MATCH_EQ, STR("cloudmonitor") };
    if (event)
        v[1] = (struct matcher){ STR("alertname"), MATCH_EQ, pick(m, events) };
    else
        v[1] = (struct matcher){ STR("host"), MATCH_EQ,
                                 often(m, 50) ? STR("h1") : STR("h2") };
    return (struct matchers){ v, 1 + chance_below(&m->c, 2) };
}

static void any_targets(struct maker *m, struct event_rule *r)
{
    struct event_contact *contacts = arena_array(&m->a, struct event_contact, 2);
    struct event_webhook *hook = arena_new(&m->a, struct event_webhook);

    contacts[0] = (struct event_contact){ STR("1"), pick(m, groups), pick(m, levels) };
    contacts[1] = (struct event_contact){ STR("2"), pick(m, groups), pick(m, levels) };
    r->contacts.v = contacts;
    r->contacts.n = chance_below(&m->c, 3);
    *hook = (struct event_webhook){ STR("1"), STR("POST"), STR("http"),
                                    make_secret(m, STR("http://127.0.0.1/event")) };
    r->webhooks.v = hook;
    r->webhooks.n = chance_below(&m->c, 2);
}

static struct change any_event_rule(struct maker *m)
{
    struct event_rule *r = arena_new(&m->a, struct event_rule);
    size_t n = 1 + chance_below(&m->c, 3);
    struct event_pattern *v = arena_array(&m->a, struct event_pattern, n);

    schema_zero(&event_rule_schema, r);
    r->name = pick(m, names);
    r->event_type = STR("CUSTOM");
    r->disabled = often(m, 10);
    r->silence_time = often(m, 50) ? 0 : 60 + (int64_t)chance_below(&m->c, 600);
    for (size_t i = 0; i < n; i++)
        v[i] = (struct event_pattern){ .product = STR("*"),
                                       .custom_filters = STR(""),
                                       .sql_filter = STR(""),
                                       .matchers = any_matchers(m, true) };
    r->patterns.v = v;
    r->patterns.n = n;
    any_targets(m, r);
    return (struct change){ .op = often(m, 15) ? CHANGE_DELETE : CHANGE_UPSERT,
                            .kind = OBJECT_EVENT_RULE,
                            .object = r,
                            .present = FIELDS_ALL };
}

static struct change any_blacklist(struct maker *m)
{
    struct blacklist *b = arena_new(&m->a, struct blacklist);
    size_t n = 1 + chance_below(&m->c, 3);
    struct blacklist_mute *v = arena_array(&m->a, struct blacklist_mute, n);
    struct str *instance = arena_new(&m->a, struct str);

    schema_zero(&blacklist_schema, b);
    b->id = pick(m, ids);
    b->name = STR("mute");
    b->space = STR("acs");
    b->category = STR("ecs");
    b->scope_type = STR("USER");
    *instance = STR("{\"host\":\"h1\"}");
    b->instances = (struct strs){ instance, 1 };
    for (size_t i = 0; i < n; i++)
        v[i].matchers = any_matchers(m, false);
    b->mutes.v = v;
    b->mutes.n = n;
    b->disabled = often(m, 15);
    if (often(m, 40))
        b->enable_end = m->s.wall + (int64_t)chance_below(&m->c, 3 * NS_PER_HOUR);
    return (struct change){ .op = often(m, 15) ? CHANGE_DELETE : CHANGE_UPSERT,
                            .kind = OBJECT_BLACKLIST,
                            .object = b,
                            .present = FIELDS_ALL };
}

struct change make_cloudmonitor_rule(struct maker *m)
{
    return often(m, 60) ? any_event_rule(m) : any_blacklist(m);
}

/* As PutCustomEvent makes it; at times one that was sent before. */
void make_event(struct maker *m)
{
    struct str event = pick(m, events); /* before the other: both draw lots */
    unsigned id = (unsigned)chance_below(&m->c, 20);
    const char *labels =
        arena_printf(&m->a,
                     "alertname=%s eventId=%u eventType=CUSTOM groupId=0 level=INFO "
                     "severity=info source=cloudmonitor",
                     event.p, id)
            .p;

    story_alert(&m->s, DOOR_CLOUDMONITOR, labels, m->s.wall, m->s.wall + 5 * NS_PER_MIN);
}
