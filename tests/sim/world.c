/* world.c - routes, silences, inhibitions, a time interval; and how the judge reads
 * them: plainly, one after the other, without the flow's indices. */
#include "sim.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = { "Disk", "Cpu", "Net", "Db" };
static const char *const teams[] = { "ops", "dba", "web" };
static const char *const levels[] = { "critical", "warning", "info" };

/* ---- putting it in -------------------------------------------------------------- */

static void put(struct sim *s, enum object_kind kind, const void *object)
{
    struct change c = {
        .op = CHANGE_UPSERT, .kind = kind, .object = object, .present = FIELDS_ALL
    };
    struct err e = { 0 };

    if (change_check(&c, &e) == FAILED)
        sim_fail(s, "the world is wrong: %s: %s", e.field, e.text);
    life_change(s, &c, 1);
}

static struct matcher some_matcher(struct sim *s)
{
    switch (below(s, 5)) {
    case 0:
        return (struct matcher){ STR("team"), MATCH_EQ, str_of(teams[below(s, 3)]) };
    case 1:
        return (struct matcher){ STR("severity"), MATCH_EQ, str_of(levels[below(s, 3)]) };
    case 2:
        return (struct matcher){ STR("team"), MATCH_RE, STR("ops|web") };
    case 3:
        return (struct matcher){ STR("alertname"), MATCH_NE, str_of(names[below(s, 4)]) };
    default:
        return (struct matcher){ STR("alertname"), MATCH_EQ, str_of(names[below(s, 4)]) };
    }
}

/* ---- routes ----------------------------------------------------------------------- */

static struct address webhook_at(struct sim *s, struct str key)
{
    return (struct address){
        .channel = CHANNEL_WEBHOOK,
        .secret = seal(s->sealer, &s->arena,
                       arena_printf(&s->arena, "https://h.example/%.*s", STR_ARG(key))),
        .state = ADDRESS_OK
    };
}

static void add_receiver(struct sim *s, struct sim_route *r)
{
    struct integration *v = arena_array(&s->arena, struct integration, 2);
    struct address *ad = arena_array(&s->arena, struct address, 2);
    struct receiver re = { .name = arena_printf(&s->arena, "re%zu",
                                                (size_t)(r - s->routes)) };

    re.integrations.v = v;
    re.integrations.n = r->key_count = 1 + below(s, 2);
    for (size_t i = 0; i < r->key_count; i++) {
        r->keys[i] = arena_printf(&s->arena, "%.*s/webhook/%zu", STR_ARG(re.name), i);
        ad[i] = webhook_at(s, r->keys[i]);
        v[i] = (struct integration){ .kind = STR("webhook"),
                                     .index = (int64_t)i,
                                     .send_resolved = true,
                                     .addresses = { &ad[i], 1 },
                                     .settings = seal(s->sealer, &s->arena, STR("{}")) };
    }
    put(s, OBJECT_RECEIVER, &re);
    r->model.receiver = re.name;
}

static void add_webhooks(struct sim *s, struct sim_route *r)
{
    struct webhook_target *v = arena_array(&s->arena, struct webhook_target, 2);

    r->key_count = 1 + below(s, 2);
    for (size_t i = 0; i < r->key_count; i++) {
        r->keys[i] =
            arena_printf(&s->arena, "webhook/%.*s/%zu", STR_ARG(r->model.name), i);
        v[i] = (struct webhook_target){ .url = webhook_at(s, r->keys[i]).secret,
                                        .send_resolved = true };
    }
    r->model.webhooks.v = v;
    r->model.webhooks.n = r->key_count;
}

static struct strs some_labels(struct sim *s)
{
    static const char *const pool[] = { "alertname", "severity", "team" };
    struct str *v = arena_array(&s->arena, struct str, 3);
    size_t n = 0;

    for (size_t i = 0; i < 3; i++)
        if (chance_of(s, 40))
            v[n++] = str_of(pool[i]);
    return (struct strs){ v, n };
}

/* The first routes tell people, too. */
static void add_person(struct sim *s, struct sim_route *r)
{
    size_t k = (size_t)(r - s->routes);
    struct contact c;
    struct contact_group g;

    if (k >= PEOPLE)
        return;
    person_make(s, k, &c, &g);
    put(s, OBJECT_CONTACT, &c);
    put(s, OBJECT_CONTACT_GROUP, &g);
    r->model.contact_groups = g.members; /* of the same name */
}

static void add_route(struct sim *s, bool tree)
{
    static const int64_t waits[] = { 0, 10, 30, 120 }, intervals[] = { 60, 300, 600 },
                         repeats[] = { 300, 1800, 14400 };
    size_t i = s->route_count++;
    struct sim_route *r = &s->routes[i];

    *r = (struct sim_route){ .parent = tree && i > 0 ? (int)below(s, i) : -1 };
    r->model = (struct route){ .name = arena_printf(&s->arena, "r%zu", i),
                               .group_by = some_labels(s),
                               .group_wait = waits[below(s, 4)] * NS_PER_S,
                               .group_interval = intervals[below(s, 3)] * NS_PER_S,
                               .repeat_interval = repeats[below(s, 3)] * NS_PER_S,
                               .position = (int64_t)i,
                               .go_on = tree && chance_of(s, 30) };
    if (!tree || i > 0)
        r->model.matchers.n = 1 + below(s, 2);
    for (size_t k = 0; k < r->model.matchers.n; k++)
        r->matchers[k] = some_matcher(s);
    r->model.matchers.v = r->matchers;
    if (r->parent >= 0)
        r->model.parent = s->routes[r->parent].model.name;
    if (i > 0 && chance_of(s, 25)) {
        static const struct str mute[] = { STR_INIT("night") };

        r->mute = mute[0];
        r->model.mute_intervals = (struct strs){ mute, 1 };
    }
    if (tree)
        add_receiver(s, r);
    else
        add_webhooks(s, r);
    add_person(s, r);
    put(s, OBJECT_ROUTE, &r->model);
}

static bool holds_one(const struct matcher *m, struct pairs labels)
{
    const struct pair *p = pairs_find(labels, m->name);
    struct str value = p != NULL ? p->value : STR("");

    switch ((enum matcher_op)m->op) {
    case MATCH_EQ:
        return str_eq(value, m->value);
    case MATCH_NE:
        return !str_eq(value, m->value);
    case MATCH_RE: /* the one expression of this world */
        return str_is(value, "ops") || str_is(value, "web");
    case MATCH_NRE:
        break;
    }
    return !str_is(value, "ops") && !str_is(value, "web");
}

static bool holds(const struct matcher *v, size_t n, struct pairs labels)
{
    for (size_t i = 0; i < n; i++)
        if (!holds_one(&v[i], labels))
            return false;
    return true;
}

/* The node and what is below it, as contracts/alertmanager.md 5 says it. */
static bool visit(const struct sim *s, size_t node, struct pairs labels, bool *wanted)
{
    const struct sim_route *r = &s->routes[node];
    bool below_it = false;

    if (!holds(r->matchers, r->model.matchers.n, labels))
        return false;
    for (size_t i = node + 1; i < s->route_count; i++) {
        if (s->routes[i].parent != (int)node || !visit(s, i, labels, wanted))
            continue;
        below_it = true;
        if (!s->routes[i].model.go_on)
            break;
    }
    if (!below_it)
        wanted[node] = true;
    return true;
}

bool route_wants(const struct sim *s, size_t route, struct pairs labels)
{
    bool wanted[ROUTES] = { false };

    for (size_t i = 0; i < s->route_count; i++)
        if (s->routes[i].parent < 0)
            visit(s, i, labels, wanted);
    return wanted[route];
}

void world_reload(struct sim *s)
{
    struct sim_route *r = &s->routes[below(s, s->route_count)];

    /* timers that run already run to their end */
    s->unsettled = s->steady + r->model.group_interval;
    r->model.group_interval = (60 + (int64_t)below(s, 300)) * NS_PER_S;
    put(s, OBJECT_ROUTE, &r->model);
}

/* ---- silences ------------------------------------------------------------------------ */

static struct sim_silence *active_one(struct sim *s)
{
    size_t first = below(s, SILENCES);

    for (size_t i = 0; i < SILENCES; i++) {
        struct sim_silence *x = &s->silences[(first + i) % SILENCES];

        if (x->used && x->model.ends_at > s->wall)
            return x;
    }
    return NULL;
}

static struct sim_silence *free_one(struct sim *s)
{
    for (size_t i = 0; i < SILENCES; i++)
        if (!s->silences[i].used)
            return &s->silences[i];
    return NULL;
}

void world_silence(struct sim *s)
{
    struct sim_silence *x = chance_of(s, 30) ? active_one(s) : NULL;

    if (x != NULL) { /* its end comes now */
        if (x->model.starts_at > s->wall)
            x->model.starts_at = s->wall;
        x->model.ends_at = s->wall;
        put(s, OBJECT_SILENCE, &x->model);
        return;
    }
    x = free_one(s);
    if (x == NULL)
        return;
    *x = (struct sim_silence){ .used = true, .made = s->steady };
    for (size_t i = 0; i < 2; i++)
        x->matchers[i] = some_matcher(s);
    x->matchers[0] =
        (struct matcher){ STR("alertname"), MATCH_EQ, str_of(names[below(s, 4)]) };
    x->model = (struct silence){
        .id = arena_printf(&s->arena, "00000000-0000-4000-8000-%012zu",
                           (size_t)(x - s->silences)),
        .matchers = { x->matchers, 1 + below(s, 2) },
        .starts_at = s->wall + (chance_of(s, 30) ? some_time(s, 10 * NS_PER_MIN) : 0),
        .created_by = STR("sim"),
        .comment = STR("because"),
    };
    x->model.ends_at = x->model.starts_at + 5 * NS_PER_MIN + some_time(s, NS_PER_HOUR);
    put(s, OBJECT_SILENCE, &x->model);
}

int silenced_by(const struct sim *s, struct pairs labels, bool *maybe)
{
    int by = -1;

    *maybe = false;
    for (size_t i = 0; i < SILENCES; i++) {
        const struct silence *m = &s->silences[i].model;

        if (!s->silences[i].used || s->wall < m->starts_at || s->wall > m->ends_at ||
            !holds(m->matchers.v, m->matchers.n, labels))
            continue;
        *maybe = true;
        if (s->wall > m->starts_at && s->wall < m->ends_at &&
            (by < 0 || s->silences[i].made < s->silences[by].made))
            by = (int)i;
    }
    return by;
}

/* ---- inhibitions ------------------------------------------------------------------------ */

static void add_rule(struct sim *s)
{
    static const char *const equal[] = { "team", "alertname", "host" };
    struct sim_rule *r = &s->rules[s->rule_count];

    r->source = (struct matcher){ STR("severity"), MATCH_EQ, STR("critical") };
    if (chance_of(s, 40))
        r->source = (struct matcher){ STR("alertname"), MATCH_EQ, STR("Net") };
    r->target = some_matcher(s);
    r->equal[0] = str_of(equal[below(s, 3)]);
    r->model = (struct inhibition){
        .name = arena_printf(&s->arena, "i%zu", s->rule_count),
        .source = { &r->source, 1 },
        .target = { &r->target, 1 },
        .equal = { r->equal, below(s, 4) > 0 },
        .position = (int64_t)s->rule_count,
    };
    s->rule_count++;
    put(s, OBJECT_INHIBITION, &r->model);
}

static bool same_value(struct pairs x, struct pairs y, struct str name)
{
    const struct pair *a = pairs_find(x, name), *b = pairs_find(y, name);

    return str_eq(a != NULL ? a->value : STR(""), b != NULL ? b->value : STR(""));
}

static bool hushes(const struct sim_rule *r, const struct sim_alert *source,
                   const struct sim_alert *target)
{
    if (!holds_one(&r->target, target->labels) || !holds_one(&r->source, source->labels))
        return false;
    for (size_t i = 0; i < r->model.equal.n; i++)
        if (!same_value(source->labels, target->labels, r->model.equal.v[i]))
            return false;
    /* an alert hushes neither itself nor its twin */
    return !(holds_one(&r->source, target->labels) &&
             holds_one(&r->target, source->labels));
}

static bool inhibited(const struct sim *s, const struct sim_alert *al, bool surely)
{
    for (size_t i = 0; i < s->rule_count; i++)
        for (size_t k = 0; k < s->alert_count; k++) {
            const struct sim_alert *source = &s->alerts[k];

            if ((surely ? source->least : source->most) > s->wall &&
                hushes(&s->rules[i], source, al))
                return true;
        }
    return false;
}

bool maybe_inhibited(const struct sim *s, const struct sim_alert *al)
{
    return inhibited(s, al, false);
}

bool surely_inhibited(const struct sim *s, const struct sim_alert *al)
{
    return inhibited(s, al, true);
}

/* ---- the night ------------------------------------------------------------------------------ */

static void add_night(struct sim *s)
{
    struct time_span span;
    struct time_item item = { .times = { &span, 1 } };
    struct time_interval night = { .name = STR("night") };

    s->mute_from = (int64_t)below(s, 20 * 60);
    s->mute_to = s->mute_from + 30 + (int64_t)below(s, 180);
    span = (struct time_span){ s->mute_from, s->mute_to };
    night.items.v = &item;
    night.items.n = 1;
    put(s, OBJECT_TIME_INTERVAL, &night);
}

bool route_muted(const struct sim *s, size_t route)
{
    struct civil c = civil_of(s->wall, 0);
    int64_t minute = c.hour * 60 + c.minute;

    return s->routes[route].mute.n > 0 && minute >= s->mute_from && minute < s->mute_to;
}

/* ---- all of it -------------------------------------------------------------------------------- */

static void make_alert(struct sim *s, size_t i)
{
    struct sim_alert *al = &s->alerts[i];

    *al = (struct sim_alert){ .client = below(s, CLIENTS), .sure_since = NEVER };
    al->pairs[0] = (struct pair){ STR("alertname"), str_of(names[below(s, 4)]) };
    al->pairs[1] = (struct pair){ STR("host"), arena_printf(&s->arena, "h%zu", i) };
    al->pairs[2] = (struct pair){ STR("severity"), str_of(levels[below(s, 3)]) };
    al->pairs[3] = (struct pair){ STR("team"), str_of(teams[below(s, 3)]) };
    al->labels = (struct pairs){ al->pairs, 4 };
    al->fingerprint = pairs_fingerprint(al->labels);
    for (size_t r = 0; r < ROUTES; r++) {
        al->clear_since[r] = al->hushed_since[r] = NEVER;
        for (size_t k = 0; k < ADDRESSES; k++)
            al->beliefs[r][k].told = -1;
    }
}

void world_make(struct sim *s)
{
    bool tree = chance_of(s, 50);
    size_t routes = 2 + below(s, ROUTES - 1), rules = below(s, RULES + 1);
    struct account ac = { .name = STR("default"),
                          .resolve_timeout = 5 * NS_PER_MIN,
                          .reload_restarts_timers = s->theirs,
                          .repeat_at_tick = s->theirs,
                          .silenced_ends_untold = s->theirs };

    put(s, OBJECT_ACCOUNT, &ac);
    add_night(s);
    for (size_t i = 0; i < routes; i++)
        add_route(s, tree);
    for (size_t i = 0; i < rules; i++)
        add_rule(s);
    s->alert_count = 6 + below(s, ALERTS - 5);
    for (size_t i = 0; i < s->alert_count; i++)
        make_alert(s, i);
}
