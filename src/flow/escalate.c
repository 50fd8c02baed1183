/* escalate.c - nobody acknowledged: the next people are told. A group whose route names
 * an escalation climbs its steps while something of its severity fires, is told, and is
 * nobody's: acknowledged, ended, silenced, inhibited or outside the route's hours it does
 * not count, and the clock begins anew when it counts again.
 *
 * Whoever a step told is reached by the group from then on, for what is of the
 * escalation's severity, and hears its end; until all of that is over. */
#include "flow/flow_private.h"

const struct escalation *escalation_of(const struct flow *f, const struct rule *rule)
{
    const struct object *o = NULL;

    if (rule->route->escalation.n > 0)
        o = book_find(book_now(f), OBJECT_ESCALATION, rule->route->escalation);
    return o != NULL ? BOOK_MODEL(o, escalation) : NULL;
}

static bool is_grave(const struct alert *al, const struct escalation *es)
{
    return severity_rank(severity_of(alert_get(al, STR("severity")))) >=
           severity_level_rank(es->min_severity);
}

/* Something that somebody has to take on. */
static bool waits(const struct flow *f, const struct view *view,
                  const struct escalation *es)
{
    if (view->open == 0)
        return false;
    for (size_t i = 0; i < view->said.n; i++) {
        const struct alert *al = view->said.v[i];

        if (!alert_resolved(al, f->wall) && ack_of_serial(f, al->serial) == NULL &&
            is_grave(al, es))
            return true;
    }
    return false;
}

/* ---- the clock ------------------------------------------------------------------- */

static void climb_at(struct flow *f, struct group *g, int64_t at)
{
    g->climb.at = at;
    if (at == 0)
        heap_unset(&f->timers, &g->climb.timer.node);
    else
        timer_set(f, &g->climb.timer, at);
}

int64_t escalation_next(const struct escalation *es, uint32_t step, uint32_t said)
{
    /* the escalation may have fewer steps than when the climb began */
    const struct escalation_step *now =
        step > 0 && step <= es->steps.n ? &es->steps.v[step - 1] : NULL;

    if (now != NULL && said <= (uint64_t)now->repeats)
        return now->every > 0 ? now->every : now->after;
    return step < es->steps.n ? es->steps.v[step].after : 0;
}

static void stop(struct flow *f, struct group *g)
{
    g->climb.since = 0;
    g->climb.step = g->climb.said = 0;
    climb_at(f, g, 0);
}

static void go_on(struct flow *f, struct group *g, const struct escalation *es)
{
    int64_t after = escalation_next(es, g->climb.step, g->climb.said);

    climb_at(f, g, after > 0 ? f->steady + after : 0);
}

/* ---- whom ------------------------------------------------------------------------- */

void group_targets(const struct flow *f, const struct group *g, const struct rule *rule,
                   struct arena *a, struct targets *out)
{
    const struct escalation *es = NULL;

    targets_of(book_now(f), rule->route, a, out);
    if (g != NULL && g->climb.engaged > 0)
        es = escalation_of(f, rule);
    for (uint32_t i = 0; es != NULL && i < g->climb.engaged && i < es->steps.n; i++)
        targets_of_step(book_now(f), es, i, a, out);
}

/* Is it all over for whoever only a step reached? */
static bool all_over(struct group *g, const struct targets *targets)
{
    for (size_t i = 0; i < targets->v.n; i++) {
        const struct target *target = &targets->v.v[i];
        const struct told *t =
            target->by_step ? group_told(g, target->address_key, false) : NULL;

        if (t != NULL && (t->firing.v.n > 0 || t->owed.v.n > 0 || t->part != NULL))
            return false;
    }
    return true;
}

static bool any_grave(const struct flow *f, const struct group *g,
                      const struct escalation *es)
{
    for (size_t i = 0; i < g->member_count; i++) {
        const struct alert *al = member_version(g->members[i]);

        if (!alert_resolved(al, f->wall) && is_grave(al, es))
            return true;
    }
    return false;
}

/* ---- in a flush, and when a step is due --------------------------------------------- */

void escalate_look(struct flow *f, struct group *g, const struct rule *rule,
                   const struct view *view, const struct targets *targets)
{
    const struct escalation *es = escalation_of(f, rule);

    if (es == NULL || !waits(f, view, es)) {
        if (g->climb.since != 0)
            stop(f, g);
    } else if (g->climb.since == 0) {
        g->climb.since = f->steady;
        go_on(f, g, es);
    }
    if (g->climb.engaged > 0 && (es == NULL || !any_grave(f, g, es)) &&
        all_over(g, targets))
        g->climb.engaged = 0;
}

static void tell_step(struct flow *f, struct group *g, const struct rule *rule,
                      const struct view *view)
{
    struct targets targets = { 0 };

    group_targets(f, g, rule, &f->scratch, &targets);
    for (size_t i = 0; i < targets.v.n; i++) {
        struct target *t = &targets.v.v[i];

        t->now = t->step == g->climb.step;
        if (t->now)
            (void)notify_target(f, g, rule, t, view);
    }
    vec_fini(&targets.v);
}

void escalate_due(struct flow *f, struct group *g)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    const struct escalation *es = rule != NULL ? escalation_of(f, rule) : NULL;
    struct view view;

    touch_group(f, g);
    climb_at(f, g, 0);
    if (es == NULL) {
        stop(f, g);
        return;
    }
    group_look(f, g, rule, &f->scratch, &view);
    if (!waits(f, &view, es)) {
        stop(f, g);
    } else if (escalation_next(es, g->climb.step, g->climb.said) > 0) {
        if (g->climb.step == 0 ||
            g->climb.said > (uint64_t)es->steps.v[g->climb.step - 1].repeats) {
            g->climb.step++;
            g->climb.said = 0;
        }
        g->climb.said++;
        if (g->climb.engaged < g->climb.step)
            g->climb.engaged = g->climb.step;
        tell_step(f, g, rule, &view);
        go_on(f, g, es);
    }
    view_fini(&view);
}

void escalate_inherit(struct flow *f, struct group *to, const struct group *from)
{
    to->climb.since = from->climb.since;
    to->climb.step = from->climb.step;
    to->climb.said = from->climb.said;
    to->climb.engaged = from->climb.engaged;
    if (from->climb.at != 0)
        climb_at(f, to, from->climb.at);
}

/* Somebody took alerts on: where that was all, nobody else is called. */
void escalate_review(struct flow *f, struct group *g)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    const struct escalation *es = rule != NULL ? escalation_of(f, rule) : NULL;
    struct view view;

    if (g->climb.since == 0 || es == NULL || g->climb.reviewed == f->in->seq)
        return;
    g->climb.reviewed = f->in->seq;
    touch_group(f, g);
    group_look(f, g, rule, &f->scratch, &view);
    if (!waits(f, &view, es))
        stop(f, g);
    view_fini(&view);
}
