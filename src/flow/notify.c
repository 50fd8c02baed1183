/* notify.c - what has to be told now, and to whom? One decision for delivery and
 * explain alike; the rule is contracts/alertmanager.md 7.2, per address, with the
 * undelivered message taken into account (DESIGN 4). */
#include "flow/flow_private.h"

#include <stdatomic.h>

/* Is every (serial, level) of a in b? *serials: is every serial? */
static bool subset(const struct told_set *a, const struct told_set *b, bool *serials)
{
    size_t j = 0;
    bool levels = true;

    *serials = true;
    for (size_t i = 0; i < a->v.n; i++) {
        while (j < b->v.n && b->v.v[j].serial < a->v.v[i].serial)
            j++;
        if (j == b->v.n || b->v.v[j].serial != a->v.v[i].serial) {
            *serials = false;
            return false;
        }
        levels = levels && b->v.v[j].level == a->v.v[i].level;
    }
    return levels;
}

static enum suppression tell(enum reason *reason, enum reason why)
{
    *reason = why;
    return SUPPRESSED_NONE;
}

/* Is there a message that has not arrived and says that something fires? */
static bool firing_waits(const struct told *t)
{
    return t != NULL && t->item != NULL && t->item->firing.v.n > 0;
}

static enum suppression decide_untold(const struct told *t, const struct notify_ask *ask,
                                      enum reason *reason)
{
    if (ask->firing->v.n > 0)
        return tell(reason, REASON_FIRST);
    if (firing_waits(t))
        return tell(reason, REASON_FIRED_AND_RESOLVED);
    return ask->resolved->v.n > 0 ? SUPPRESSED_RESOLVED_UNTOLD : SUPPRESSED_TOLD_ALREADY;
}

enum suppression notify_decide(const struct told *t, const struct notify_ask *ask,
                               enum reason *reason)
{
    bool serials;

    if (t != NULL && t->item != NULL && told_set_equal(&t->item->firing, ask->firing) &&
        told_set_equal(&t->item->resolved, ask->resolved))
        return SUPPRESSED_WAITING;
    if (t == NULL || !t->told)
        return decide_untold(t, ask, reason);
    if (!subset(ask->firing, &t->firing, &serials)) {
        if (t->firing.v.n == 0)
            return tell(reason, REASON_FIRST);
        return tell(reason, serials ? REASON_LEVEL : REASON_NEW_ALERTS);
    }
    if (ask->firing->v.n == 0) {
        if (t->firing.v.n == 0)
            return firing_waits(t) ? tell(reason, REASON_FIRED_AND_RESOLVED)
                                   : SUPPRESSED_TOLD_ALREADY;
        return tell(reason, t->gave_up ? REASON_FIRED_AND_RESOLVED : REASON_ALL_RESOLVED);
    }
    if (ask->send_resolved && !subset(ask->resolved, &t->resolved, &serials) && !serials)
        return tell(reason, REASON_SOME_RESOLVED);
    if (t->told_at < ask->steady - ask->repeat_interval)
        return tell(reason, REASON_REPEAT);
    /* What waits to be told is true no more, and may have arrived unanswered. */
    return t->item != NULL ? tell(reason, REASON_NEW_ALERTS) : SUPPRESSED_TOLD_ALREADY;
}

/* A row for what is not told: once, until the reason or the alerts change. */
static void note(struct flow *f, struct group *g, struct told *t,
                 const struct target *target, enum suppression why, uint64_t sets)
{
    if (t->noted == why && t->noted_sets == sets)
        return;
    t->noted = why;
    t->noted_sets = sets;
    COUNT(f, suppressed, 1);
    row_decision(f, g, target, why);
}

static bool is_end(enum reason r)
{
    return r == REASON_ALL_RESOLVED || r == REASON_FIRED_AND_RESOLVED;
}

/* Who does not want to hear of ends is up to date without a message. */
static void absorb(struct told *t, const struct notify_ask *ask)
{
    told_set_copy(&t->firing, ask->firing);
    told_set_copy(&t->resolved, ask->resolved);
    t->told = true;
}

static void act(struct flow *f, struct group *g, const struct rule *rule,
                const struct target *target, const struct notify_ask *ask)
{
    struct told *t = group_told(g, target->address_key, true);
    uint64_t sets = told_set_hash(ask->firing);
    enum reason reason = REASON_FIRST;
    enum suppression why;

    if (t->item != NULL && t->item->in_flight) {
        t->again = true;
        return;
    }
    why = notify_decide(t, ask, &reason);
    if (target->why != SUPPRESSED_NONE) {
        if (why == SUPPRESSED_NONE)
            note(f, g, t, target, target->why, sets);
        return;
    }
    if (why == SUPPRESSED_RESOLVED_UNTOLD)
        note(f, g, t, target, why, told_set_hash(ask->resolved));
    if (why != SUPPRESSED_NONE)
        return;
    if (is_end(reason) && !ask->send_resolved) {
        if (t->item == NULL) /* else what is owed stays: this replaces nothing */
            absorb(t, ask);
        return;
    }
    if (t->item != NULL)
        outbox_cancel(f, t->item, SUPPRESSED_REPLACED);
    t->noted = SUPPRESSED_NONE;
    outbox_make(f, g, rule, target, reason);
}

void notify_target(struct flow *f, struct group *g, const struct rule *rule,
                   const struct target *target)
{
    struct told_set firing = { 0 }, resolved = { 0 };
    struct notify_ask ask = { &firing, &resolved, target->send_resolved, f->steady,
                              rule->route->repeat_interval };

    group_sets(f, g, &firing, &resolved);
    act(f, g, rule, target, &ask);
    told_set_fini(&firing);
    told_set_fini(&resolved);
}

void notify_again(struct flow *f, struct group *g, struct told *t)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    struct targets targets = { 0 };

    touch_group(f, g);
    t->again = false;
    if (rule == NULL)
        return;
    targets_of(book_now(f), rule->route, &f->scratch, &targets);
    for (size_t i = 0; i < targets.v.n; i++)
        if (str_eq(targets.v.v[i].address_key, t->address_key))
            notify_target(f, g, rule, &targets.v.v[i]);
    vec_fini(&targets.v);
}
