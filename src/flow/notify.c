/* notify.c - what has to be told now, and to whom? One decision for delivery and
 * explain alike; the rule is contracts/alertmanager.md 7.2, per address, with the
 * undelivered message taken into account (DESIGN 4). */
#include "flow/flow_private.h"

#include <stdatomic.h>

static enum suppression tell(enum reason *reason, enum reason why)
{
    *reason = why;
    return SUPPRESSED_NONE;
}

/* Is there a message that has not arrived and says that something fires? */
static bool firing_waits(const struct told *t)
{
    return t != NULL && t->part != NULL && t->part->firing.v.n > 0;
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

/* It believes that nothing fires; but an end may be owed that was kept back. */
static enum suppression decide_ended(const struct told *t, const struct notify_ask *ask,
                                     enum reason *reason)
{
    if (firing_waits(t))
        return tell(reason, REASON_FIRED_AND_RESOLVED);
    if (ask->send_resolved && told_set_meets(&t->owed, ask->resolved))
        return tell(reason, REASON_ALL_RESOLVED);
    return SUPPRESSED_TOLD_ALREADY;
}

enum suppression notify_decide(const struct told *t, const struct notify_ask *ask,
                               enum reason *reason)
{
    bool serials;

    if (t != NULL && t->part != NULL && told_set_equal(&t->part->firing, ask->firing) &&
        told_set_equal(&t->part->resolved, ask->resolved))
        return SUPPRESSED_WAITING;
    if (ask->step && ask->firing->v.n > 0)
        return tell(reason, REASON_ESCALATED);
    if (t == NULL || !t->told)
        return decide_untold(t, ask, reason);
    if (!told_set_within(ask->firing, &t->firing, &serials)) {
        if (t->firing.v.n == 0)
            return tell(reason, REASON_FIRST);
        return tell(reason, serials ? REASON_LEVEL : REASON_NEW_ALERTS);
    }
    if (ask->firing->v.n == 0) {
        if (t->firing.v.n == 0)
            return decide_ended(t, ask, reason);
        return tell(reason, t->gave_up ? REASON_FIRED_AND_RESOLVED : REASON_ALL_RESOLVED);
    }
    if (ask->send_resolved && !told_set_within(ask->resolved, &t->resolved, &serials) &&
        !serials)
        return tell(reason, REASON_SOME_RESOLVED);
    /* What waits to be told is true no more, and may have arrived unanswered. */
    if (t->part != NULL)
        return tell(reason, REASON_NEW_ALERTS);
    if (ask->acked)
        return SUPPRESSED_ACKNOWLEDGED;
    return ask->repeat ? tell(reason, REASON_REPEAT) : SUPPRESSED_TOLD_ALREADY;
}

static int64_t later(int64_t at, int64_t by)
{
    return at > INT64_MAX - by ? INT64_MAX : at + by;
}

/* Alertmanager asks whether more than the interval has passed. Ours keeps its distance
 * from whatever the address was sent last, told or not. */
int64_t notify_repeat_at(const struct flow *f, const struct rule *rule,
                         const struct told *t)
{
    int64_t due, next;

    if (t == NULL || !t->told)
        return INT64_MAX;
    due = later(t->told_at, rule->route->repeat_interval);
    if (book_account(book_now(f))->repeat_at_tick)
        return later(due, 1);
    next = later(t->tried_at, rule->route->group_interval);
    return due > next ? due : next;
}

/* A row for what is not told: once, until the reason or the alerts change. */
static void note(struct flow *f, const struct making *m, struct told *t,
                 enum suppression why, uint64_t sets)
{
    if (t->noted == why && t->noted_sets == sets)
        return;
    t->noted = why;
    t->noted_sets = sets;
    COUNT(f, suppressed, 1);
    row_decision(f, m, why);
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

static void act(struct flow *f, const struct making *m, struct told *t,
                const struct notify_ask *ask)
{
    const struct target *target = m->target;
    struct making decided = *m;
    uint64_t sets = told_set_hash(ask->firing);
    enum reason reason = REASON_FIRST;
    enum suppression why;

    if (t->part != NULL && item_is_out(t->part->item)) {
        t->again = true;
        return;
    }
    why = notify_decide(t, ask, &reason);
    if (target->why != SUPPRESSED_NONE) {
        if (why == SUPPRESSED_NONE)
            note(f, m, t, target->why, sets);
        return;
    }
    if (why == SUPPRESSED_ACKNOWLEDGED && ask->repeat)
        note(f, m, t, why, sets);
    if (why == SUPPRESSED_RESOLVED_UNTOLD)
        note(f, m, t, why, told_set_hash(ask->resolved));
    if (why != SUPPRESSED_NONE)
        return;
    if (is_end(reason) && !ask->send_resolved) {
        if (t->part == NULL) /* else what is owed stays: this replaces nothing */
            absorb(t, ask);
        return;
    }
    if (m->rule->route->starts_untold && !is_end(reason) &&
        reason != REASON_SOME_RESOLVED) {
        if (t->part == NULL)
            absorb(t, ask);
        return;
    }
    if (t->part != NULL)
        part_cancel(f, t->part, SUPPRESSED_REPLACED);
    t->noted = SUPPRESSED_NONE;
    decided.reason = reason;
    outbox_make(f, &decided);
}

static void notify_view(struct flow *f, struct group *g, const struct rule *rule,
                        const struct target *target, const struct view *view)
{
    struct told *t = group_told(g, target->address_key, true);
    struct making m = { .group = g, .rule = rule, .target = target, .view = view };
    struct notify_ask ask = { .firing = &view->firing,
                              .resolved = &view->resolved,
                              .send_resolved = target->send_resolved,
                              .acked = view->open == 0,
                              .step = target->now };

    import_meet(f, g, rule, target, t, view);
    ask.repeat = notify_repeat_at(f, rule, t) <= f->steady;
    t->no_ends = !target->send_resolved;
    if (t->no_ends)
        vec_clear(&t->owed.v);
    act(f, &m, t, &ask);
}

/* What it does not want to hear (now) is kept back for this address alone. */
static int64_t notify_narrowed(struct flow *f, struct group *g, const struct rule *rule,
                               const struct target *target, const struct view *view,
                               const struct wish *w)
{
    struct told *t = group_told(g, target->address_key, true);
    struct hidden hidden = { .a = &f->scratch };
    struct making m = { .group = g, .rule = rule, .target = target, .view = view };
    struct view mine;

    view_narrow(f, view, w, t, &mine, &hidden);
    if (mine.said.n > 0)
        notify_view(f, g, rule, target, &mine);
    if (hidden.n == 0)
        t->noted_hidden = 0;
    else if (t->noted_hidden != hidden.hash) {
        t->noted_hidden = hidden.hash;
        COUNT(f, suppressed, 1);
        row_hidden(f, &m, w, &hidden);
    }
    view_fini(&mine);
    return hidden.quiet ? w->until : 0;
}

int64_t notify_target(struct flow *f, struct group *g, const struct rule *rule,
                      const struct target *target, const struct view *view)
{
    struct wish w = wish_of(f, target, f->wall, &f->scratch);
    struct target own = *target;

    if (target->why == SUPPRESSED_NONE && failing_is_own(view->said.v, view->said.n) &&
        failing_place(f, target, &f->scratch)) {
        own.why = SUPPRESSED_OWN_FAILURE;
        target = &own;
    }
    if (target->why == SUPPRESSED_NONE && (w.least > 0 || w.loud > 0))
        return notify_narrowed(f, g, rule, target, view, &w);
    notify_view(f, g, rule, target, view);
    return 0;
}

void notify_again(struct flow *f, struct group *g, struct told *t)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    struct targets targets = { 0 };
    struct view view;

    touch_group(f, g);
    t->again = false;
    if (rule == NULL)
        return;
    group_look(f, g, rule, &f->scratch, &view);
    group_targets(f, g, rule, &f->scratch, &targets);
    for (size_t i = 0; view.said.n > 0 && i < targets.v.n; i++)
        if (str_eq(targets.v.v[i].address_key, t->address_key))
            (void)notify_target(f, g, rule, &targets.v.v[i], &view);
    vec_fini(&targets.v);
    view_fini(&view);
}
