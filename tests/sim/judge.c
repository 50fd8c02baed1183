/* judge.c - what must hold, whatever happens. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

/* An answer may take half a minute, a retry a minute more; what failed often is left
 * alone for a minute, and one goes before the others; then there is a tick. */
static const int64_t slack = 160 * NS_PER_S;

static int alert_of(const struct sim *s, const struct alert *al)
{
    uint64_t fp = alert_fingerprint(al);

    for (size_t i = 0; i < s->alert_count; i++)
        if (s->alerts[i].fingerprint == fp)
            return (int)i;
    return -1;
}

/* The flow's own: an address does not take its messages. */
static bool failing_alert(const struct alert *al)
{
    return str_is(alert_get(al, STR("alertname")), "BelfryDeliveryFailed");
}

static int key_of(const struct sim_route *r, struct str address_key)
{
    for (size_t i = 0; i < r->key_count; i++)
        if (str_eq(r->keys[i], address_key))
            return (int)i;
    return -1;
}

static int route_named(const struct sim *s, struct str name)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (str_eq(s->routes[i].model.name, name))
            return (int)i;
    return -1;
}

static struct thread *thread_of(struct sim *s, const struct notification *n)
{
    struct str key = arena_printf(&s->arena, "%.*s|%.*s|%.*s", STR_ARG(n->route),
                                  STR_ARG(n->group_key), STR_ARG(n->address_key));
    struct thread *t = map_find(&s->threads, key);

    if (t != NULL)
        return t;
    t = calloc(1, sizeof *t);
    if (t == NULL)
        abort();
    *t = (struct thread){ .key = key, .sent = -1, .ended = -1 };
    map_put(&s->threads, t->key, t);
    return t;
}

/* ---- a message ------------------------------------------------------------------------ */

static void judge_alert(struct sim *s, const struct notification *n,
                        const struct alert *al)
{
    int i = alert_of(s, al);
    bool maybe;

    if (failing_alert(al))
        return;
    if (i < 0) {
        sim_fail(s, "a message holds an alert that nobody sent");
        return;
    }
    if (notification_resolved(n, al) && al->ends_at < al->starts_at)
        sim_fail(s, "alert %d ended before it began", i);
    if (silenced_by(s, s->alerts[i].labels, &maybe) >= 0)
        sim_fail(s, "alert %d was told while it is silenced", i);
    if (!notification_resolved(n, al) && surely_inhibited(s, &s->alerts[i]))
        sim_fail(s, "alert %d was told while it is inhibited", i);
}

static void judge_repeat(struct sim *s, const struct sim_route *r, const struct thread *t)
{
    s->repeats++;
    if (t->ended < 0 || s->steady - t->ended < r->model.repeat_interval)
        sim_fail(s, "a repeat came %lld s after the message before it",
                 (long long)((s->steady - t->ended) / NS_PER_S));
    if (!s->theirs && s->steady - t->sent < r->model.group_interval &&
        s->unsettled + r->model.group_interval < s->steady)
        sim_fail(s, "a repeat came sooner than group_interval after a message");
}

/* Nobody is reminded of what somebody took on, and what surely fired ever since. */
static void judge_taken(struct sim *s, const struct notification *n)
{
    for (size_t k = 0; k < n->alert_count; k++) {
        int i = alert_of(s, n->alerts[k]);

        if (i < 0)
            return; /* the flow's own: nobody takes it on here */
        if (notification_resolved(n, n->alerts[k]))
            continue;
        if (s->alerts[i].taken == NEVER || s->alerts[i].sure_since == NEVER ||
            s->alerts[i].sure_since > s->alerts[i].taken)
            return;
    }
    sim_fail(s, "a reminder of what somebody has taken on");
}

static void believe(struct sim *s, const struct notification *n, int route, int key)
{
    for (size_t k = 0; k < n->alert_count; k++) {
        int i = alert_of(s, n->alerts[k]);
        struct belief *b;

        if (i < 0)
            continue;
        b = &s->alerts[i].beliefs[route][key];
        if (b->sequence != n->sequence)
            b->was = b->firing;
        b->sequence = n->sequence;
        b->firing = !notification_resolved(n, n->alerts[k]);
        b->undelivered = true;
        if (b->firing)
            b->told = s->steady;
    }
}

void judge_sent(struct sim *s, const struct notification *n, int attempt)
{
    int route = route_named(s, n->route);
    int key = route >= 0 ? key_of(&s->routes[route], n->address_key) : -1;
    struct thread *t;

    if (key < 0) {
        sim_fail(s, "a message to %.*s, which no route reaches", STR_ARG(n->address_key));
        return;
    }
    t = thread_of(s, n);
    if (n->sequence < t->sequence)
        sim_fail(s, "a message overtook another to %.*s", STR_ARG(n->address_key));
    if (attempt == 1 && n->sequence == t->sequence)
        sim_fail(s, "two messages of one sequence");
    if (attempt == 1 && n->decided_at == s->wall) {
        for (size_t i = 0; i < n->alert_count; i++)
            judge_alert(s, n, n->alerts[i]);
        if (route_muted(s, (size_t)route))
            sim_fail(s, "route %d was told in an interval that mutes it", route);
        if (n->reason == REASON_REPEAT)
            judge_repeat(s, &s->routes[route], t);
        if (n->reason == REASON_REPEAT)
            judge_taken(s, n);
        t->sent = s->steady;
    }
    t->sequence = n->sequence;
    believe(s, n, route, key);
}

/* It ended, or was refused for good: either way nothing is under way any more. */
void judge_ended(struct sim *s, const struct open_try *o)
{
    int key = o->route >= 0 ? key_of(&s->routes[o->route], o->address_key) : -1;
    struct str name =
        arena_printf(&s->arena, "r%d|%.*s", o->route, STR_ARG(o->thread_key));
    struct thread *t = map_find(&s->threads, name);

    if (t != NULL)
        t->ended = s->steady;
    for (size_t i = 0; key >= 0 && i < s->alert_count; i++)
        if ((o->alerts >> i & 1) != 0)
            s->alerts[i].beliefs[o->route][key].undelivered = false;
}

/* Nobody heard it: who was told that something fires believes so still. */
void judge_deferred(struct sim *s, const struct open_try *o)
{
    int key = o->route >= 0 ? key_of(&s->routes[o->route], o->address_key) : -1;

    for (size_t i = 0; key >= 0 && i < s->alert_count; i++) {
        struct belief *b = &s->alerts[i].beliefs[o->route][key];

        if (b->sequence == o->sequence && !b->firing)
            b->firing = b->was;
    }
}

void judge_row(struct sim *s, const struct history_row *row)
{
    int route = route_named(s, row->route);

    if (route >= 0 && row->kind == ROW_DECISION && str_is(row->word, "silenced"))
        s->rows[route] = s->steady;
}

/* ---- a moment --------------------------------------------------------------------------- */

static int64_t later(int64_t x, int64_t y)
{
    return x > y ? x : y;
}

/* It fires for certain, and nothing may hold it back here, since when? */
static void follow(struct sim *s, struct sim_alert *al, size_t r)
{
    bool maybe;
    bool sure = al->sure_since != NEVER && al->least > s->wall;
    int by = silenced_by(s, al->labels, &maybe);
    bool held = maybe || maybe_inhibited(s, al) || route_muted(s, r);

    if (al->most <= s->wall && al->taken != NEVER) { /* its next firing is nobody's */
        al->taken = NEVER;
        al->released = s->steady;
    }
    if (!sure || held)
        al->clear_since[r] = NEVER;
    else if (al->clear_since[r] == NEVER)
        al->clear_since[r] = s->steady;
    if (!sure || by < 0 || maybe_inhibited(s, al) || route_muted(s, r))
        al->hushed_since[r] = NEVER;
    else if (al->hushed_since[r] == NEVER || al->hushed_by[r] != by)
        al->hushed_since[r] = s->steady;
    al->hushed_by[r] = by;
}

static void judge_told(struct sim *s, size_t i, size_t r)
{
    const struct route *route = &s->routes[r].model;
    const struct sim_alert *al = &s->alerts[i];
    int64_t since = later(al->clear_since[r], s->unsettled);
    int64_t most = route->group_wait + route->group_interval + slack;
    int64_t again = route->repeat_interval + (s->theirs ? 2 : 1) * route->group_interval;

    for (size_t k = 0; k < s->routes[r].key_count; k++) {
        const struct belief *b = &al->beliefs[r][k];
        int64_t well = receiver_well_since(s, s->routes[r].keys[k]);

        if (well == NEVER)
            continue; /* nobody has to be sent what nobody takes */
        well = later(well, since);
        if (s->steady - well > most && !b->firing)
            sim_fail(s, "alert %zu fires for %lld s and %.*s was not told", i,
                     (long long)((s->steady - since) / NS_PER_S),
                     STR_ARG(s->routes[r].keys[k]));
        else if (!b->undelivered && al->taken == NEVER &&
                 s->steady - later(later(well, b->told), al->released) > most + again)
            sim_fail(s, "alert %zu was not repeated to %.*s for %lld s", i,
                     STR_ARG(s->routes[r].keys[k]),
                     (long long)((s->steady - b->told) / NS_PER_S));
    }
}

/* Held back: somebody can read why. What was written down once holds for as long as it
 * fires by its client's word, also when the judge was not certain meanwhile. */
static void judge_reason(struct sim *s, size_t i, size_t r)
{
    const struct route *route = &s->routes[r].model;
    const struct sim_alert *al = &s->alerts[i];
    int64_t since = later(al->hushed_since[r], s->unsettled);
    int64_t first = al->sure_since;
    bool maybe;
    int by = silenced_by(s, al->labels, &maybe);

    if (s->steady - (s->wall - al->starts) < first)
        first = s->steady - (s->wall - al->starts);
    if (by >= 0 && s->silences[by].made < first)
        first = s->silences[by].made;
    if (s->steady - since > route->group_wait + route->group_interval + slack &&
        s->rows[r] < first)
        sim_fail(s, "alert %zu is silenced on route %zu for %lld s and no row says so", i,
                 r, (long long)((s->steady - since) / NS_PER_S));
}

void judge_now(struct sim *s)
{
    for (size_t i = 0; i < s->alert_count; i++)
        for (size_t r = 0; r < s->route_count; r++) {
            struct sim_alert *al = &s->alerts[i];

            follow(s, al, r);
            if (al->clear_since[r] == NEVER && al->hushed_since[r] == NEVER)
                continue;
            if (!route_wants(s, r, al->labels))
                continue;
            s->judged++;
            if (al->clear_since[r] != NEVER) {
                people_judge(s, i, r);
                judge_told(s, i, r);
            }
            if (al->clear_since[r] == NEVER)
                judge_reason(s, i, r);
        }
}
