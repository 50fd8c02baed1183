/* explain.c - who would be told, by the same code as delivery: match.c, targets.c,
 * notify.c, on the state as it is, changing nothing. */
#include "flow/flow_private.h"

#include <stdlib.h>

struct explaining {
    struct flow *f;
    struct arena *a;
    struct pairs labels;
    const struct alert *known; /* it fires already; NULL: it would be new */
    int64_t now, steady;       /* the moment that is asked about, on both clocks */
    VEC(struct decision) decisions;
    VEC(struct escalation_ahead) ahead;
    size_t told;
};

static int64_t later_by(int64_t at, int64_t by)
{
    return by > 0 && at > INT64_MAX - by ? INT64_MAX : at + by;
}

static bool is_member(const struct explaining *x, const struct group *g)
{
    return g != NULL && x->known != NULL &&
           member_of(slot_by_serial(&x->f->alerts, x->known->serial), g) != NULL;
}

/* By the same two that a flush asks, in the same order. */
static struct mute keeps_back(struct explaining *x, const struct rule *rule)
{
    struct mute own = x->known != NULL ? mute_of_at(x->f, x->known, x->now, x->a)
                                       : mute_labels_at(x->f, x->labels, x->now, x->a);

    return mute_on_route(own, rule_hours(rule, x->now));
}

static int64_t earliest(const struct explaining *x, const struct rule *rule,
                        const struct group *g)
{
    if (g == NULL)
        return later_by(x->now, rule->route->group_wait);
    if (!heap_has(&g->timer.node))
        return x->now;
    return x->now + (g->timer.node.at > x->steady ? g->timer.node.at - x->steady : 0);
}

struct explained {
    const struct rule *rule;
    struct group *group; /* NULL: not there yet */
    struct view view;    /* what the group has to say, */
    bool mine;           /* and this alert, which is not in it */
    struct mute mute;
    struct pairs group_labels;
    struct str group_key;
};

static int rank_of(const struct explaining *x)
{
    const struct pair *p = pairs_find(x->labels, STR("severity"));

    return p != NULL ? severity_rank(severity_of(p->value)) : 0;
}

/* Does the address want to hear of it now? */
static bool judge_wish(struct explaining *x, const struct wish *w,
                       const struct told *told, struct decision *d)
{
    uint64_t serial = x->known != NULL ? x->known->serial : UINT64_MAX;
    struct buf b;

    d->why = wish_refuses(w, rank_of(x), serial, told);
    if (d->why != SUPPRESSED_QUIET_HOURS)
        return d->why == SUPPRESSED_NONE;
    buf_init(&b, 64);
    time_put(&b, w->until, w->until_offset_s, 0);
    d->by = arena_str(x->a, buf_str(&b));
    d->at = w->until;
    buf_fini(&b);
    return false;
}

/* The alert asked about, or else nobody in particular. */
static struct str acknowledged_by(struct explaining *x)
{
    const struct slot *s =
        x->known != NULL ? slot_by_serial(&x->f->alerts, x->known->serial) : NULL;
    const struct ack_view *ack = s != NULL ? ack_of(x->f, s) : NULL;

    return ack != NULL ? arena_str(x->a, ack->by) : STR("");
}

/* The alert that is asked about, among those of its group: behind all of them. */
static const struct told_alert asked_about = { UINT64_MAX, 1 };

/* What a flush would decide for it, if this alert fired now. */
static void judge_news(struct explaining *x, const struct explained *e,
                       const struct target *t, const struct wish *w, struct decision *d)
{
    const struct told *told =
        e->group != NULL ? group_told(e->group, t->address_key, false) : NULL;
    struct hidden hidden = { .a = x->a };
    bool narrow = w->least > 0 || w->loud > 0; /* as a flush asks */
    struct view own = { 0 };
    const struct view *view = narrow ? &own : &e->view;
    struct notify_ask ask = { .firing = &view->firing,
                              .resolved = &view->resolved,
                              .send_resolved = t->send_resolved };

    if (!judge_wish(x, w, told, d))
        return;
    if (narrow)
        view_narrow(x->f, &e->view, w, told, &own, &hidden);
    if (narrow && e->mine)
        vec_push(&own.firing.v, asked_about);
    ask.acked = view->open == 0 && !e->mine;
    ask.repeat = notify_repeat_at(x->f, e->rule, told) <= x->steady;
    d->why = notify_decide(told, &ask, &d->reason);
    if (d->why == SUPPRESSED_ACKNOWLEDGED)
        d->by = acknowledged_by(x);
    view_fini(&own);
}

static void judge_target(struct explaining *x, const struct explained *e,
                         const struct target *t, struct decision *d)
{
    struct wish w = wish_of(x->f, t, x->now, x->a);

    if (e->mute.why != SUPPRESSED_NONE) {
        d->why = e->mute.why;
        d->by = e->mute.by;
        d->by_rule = arena_str(x->a, e->mute.rule);
    } else if (d->why == SUPPRESSED_NONE) {
        judge_news(x, e, t, &w, d);
    }
}

static struct decision decision_of(struct explaining *x, const struct explained *e,
                                   const struct target *t)
{
    struct decision d = { .why = t->why,
                          .route = e->rule->route->name,
                          .contact_group = t->contact_group,
                          .to = t->to,
                          .channel = -1,
                          .shown = STR(""),
                          .by = STR(""),
                          .by_rule = STR(""),
                          .route_rule = arena_str(x->a, e->rule->route->owner),
                          .at = earliest(x, e->rule, e->group) };

    if (t->address != NULL) {
        d.channel = t->address->channel;
        d.shown = arena_str(x->a, address_shown(t->address));
    }
    d.action_rule = t->rule != NULL ? t->rule->name : STR("");
    d.topic = t->topic != NULL ? t->topic->name : STR("");
    return d;
}

/* Would it go at once, if it were made then? */
static void judge_place(struct explaining *x, const struct target *t, struct decision *d)
{
    struct str key = place_key(t->address, t->integration, x->a);
    int64_t until;

    d->waits = place_wait(x->f, place_find(x->f, key), &until);
    if (until > x->f->steady && until <= x->steady)
        d->waits = SUPPRESSED_NONE; /* over by then */
    until = x->now + (until - x->steady);
    if (d->waits != SUPPRESSED_NONE && until > d->at)
        d->at = until;
}

static void explain_target(struct explaining *x, const struct explained *e,
                           const struct target *t)
{
    struct decision d = decision_of(x, e, t);

    judge_target(x, e, t, &d);
    if (d.why == SUPPRESSED_NONE || d.why == SUPPRESSED_WAITING)
        judge_place(x, t, &d);
    d.trace = trace_text(&(struct tracing){ .rule = e->rule,
                                            .group_labels = e->group_labels,
                                            .group_key = e->group_key,
                                            .target = t,
                                            .view = &e->view },
                         x->a);
    x->told += d.why == SUPPRESSED_NONE;
    vec_push(&x->decisions, d);
}

/* ---- who is told if nobody acknowledges ------------------------------------------- */

static void explain_step(struct explaining *x, const struct explained *e,
                         const struct escalation *es, uint32_t i, int64_t at)
{
    struct targets targets = { 0 };

    targets_of_step(book_now(x->f), es, i, x->a, &targets);
    for (size_t k = 0; k < targets.v.n; k++) {
        const struct target *t = &targets.v.v[k];
        struct wish w = wish_of(x->f, t, at, x->a);
        struct escalation_ahead ahead = { decision_of(x, e, t), i + 1 };

        ahead.decision.at = at;
        ahead.decision.reason = REASON_ESCALATED;
        if (ahead.decision.why == SUPPRESSED_NONE)
            ahead.decision.why = wish_refuses(&w, rank_of(x), UINT64_MAX, NULL);
        vec_push(&x->ahead, ahead);
    }
    vec_fini(&targets.v);
}

static bool is_taken(const struct explaining *x)
{
    return x->known != NULL && ack_of_serial(x->f, x->known->serial) != NULL;
}

/* Each step's first telling, from where the group stands. */
static void explain_steps(struct explaining *x, const struct explained *e)
{
    const struct escalation *es = escalation_of(x->f, e->rule);
    const struct group *g = e->group;
    bool runs = g != NULL && g->climb.since != 0;
    uint32_t step = runs ? g->climb.step : 0;
    int64_t at = earliest(x, e->rule, g);

    if (es == NULL || e->mute.why != SUPPRESSED_NONE || is_taken(x) ||
        rank_of(x) < severity_level_rank(es->min_severity))
        return;
    if (runs && g->climb.at == 0)
        return; /* all have been told */
    if (runs) { /* the next telling; of a step that is repeated, those behind it too */
        at = x->f->wall + (g->climb.at - x->f->steady);
        for (uint32_t said = g->climb.said;
             step > 0 && step <= es->steps.n &&
             said <= (uint64_t)es->steps.v[step - 1].repeats;
             said++)
            at += escalation_next(es, step, said + 1);
    }
    for (; step < es->steps.n; step++) {
        const struct escalation_step *s = &es->steps.v[step];

        if (!runs)
            at = later_by(at, s->after);
        runs = false;
        explain_step(x, e, es, step, at);
        at = later_by(at, s->repeats * (s->every > 0 ? s->every : s->after));
    }
}

static void explain_rule(struct explaining *x, const struct rule *rule)
{
    struct explained e = { .rule = rule,
                           .group = group_find(x->f, rule, x->labels),
                           .mute = keeps_back(x, rule) };
    struct targets targets = { 0 };

    e.group_labels = rule_group_labels(rule, x->labels, x->a);
    e.group_key = message_group_key(x->f, rule, e.group_labels, x->a);
    e.view = (struct view){ 0 };
    if (e.group != NULL)
        group_look_at(x->f, e.group, rule, x->now, x->a, &e.view);
    e.mine = !is_member(x, e.group);
    if (e.mine)
        vec_push(&e.view.firing.v, asked_about);
    group_targets(x->f, e.group, rule, x->a, &targets);
    for (size_t i = 0; i < targets.v.n; i++)
        explain_target(x, &e, &targets.v.v[i]);
    explain_steps(x, &e);
    vec_fini(&targets.v);
    view_fini(&e.view);
}

static bool is_hit(const struct rule_hits *hits, const struct rule *rule)
{
    for (size_t i = 0; i < hits->v.n; i++)
        if (hits->v.v[i] == rule)
            return true;
    return false;
}

/* What misses nothing and still does not match left the alert to its children, or to
 * one beside it. */
static void explain_routes(struct explaining *x, const struct rule_hits *hits,
                           struct explanation *out)
{
    const struct rules *r = &x->f->rules;
    struct route_verdict *v = arena_array(x->a, struct route_verdict, r->n + 1);

    for (size_t i = 0; i < r->n; i++) {
        struct route_verdict *to = &v[out->route_count];

        if (!r->v[i].reached)
            continue;
        *to = (struct route_verdict){ .route = r->v[i].route->name };
        to->missed_count = rule_misses(&r->v[i], x->labels, &to->missed);
        to->matches = is_hit(hits, &r->v[i]);
        out->route_count++;
    }
    out->routes = v;
}

static void explain_disabled(struct explaining *x)
{
    const struct rules *r = &x->f->rules;

    for (size_t i = 0; i < r->disabled.n; i++)
        if (rule_wants(r->disabled.v[i], x->labels))
            vec_push(&x->decisions,
                     (struct decision){
                         .why = SUPPRESSED_ROUTE_DISABLED,
                         .route = r->disabled.v[i]->route->name,
                         .route_rule = arena_str(x->a, r->disabled.v[i]->route->owner),
                         .channel = -1 });
}

/* Rules that would count it, beside the routes that would tell of it. */
static void explain_counters(struct explaining *x)
{
    struct decision *v;
    size_t n = metrics_explain(x->f, x->labels, x->a, &v);

    for (size_t i = 0; i < n; i++)
        vec_push(&x->decisions, v[i]);
}

static const struct alert *find_known(struct flow *f, struct pairs labels)
{
    for (int door = 0; door < DOOR_COUNT; door++) {
        struct alert_key key = alert_key(f, (enum door)door, labels);
        struct slot *s = slot_find(f, &key);

        if (s != NULL && !alert_resolved(s->alert, f->wall))
            return s->alert;
    }
    return NULL;
}

void flow_explain(struct flow *f, struct pairs labels, int64_t now, struct arena *a,
                  struct explanation *out)
{
    struct explaining x = { .f = f,
                            .a = a,
                            .labels = labels,
                            .known = find_known(f, labels),
                            .now = now,
                            .steady = later_by(f->steady, now - f->wall) };
    struct rule_hits hits = { 0 };
    struct decision *v;

    *out = (struct explanation){ 0 };
    rules_match(&f->rules, labels, &hits);
    for (size_t i = 0; i < hits.v.n; i++)
        explain_rule(&x, hits.v.v[i]);
    explain_disabled(&x);
    explain_counters(&x);
    if (x.decisions.n == 0 && hits.v.n == 0)
        vec_push(&x.decisions,
                 (struct decision){ .why = SUPPRESSED_NOT_ROUTED, .channel = -1 });
    explain_routes(&x, &hits, out);
    v = arena_array(a, struct decision, x.decisions.n + 1);
    if (x.decisions.n > 0)
        memcpy(v, x.decisions.v, x.decisions.n * sizeof *v);
    out->decisions = v;
    out->n = x.decisions.n;
    out->told = x.told;
    out->ahead_count = x.ahead.n;
    if (x.ahead.n > 0)
        out->ahead = memcpy(arena_array(a, struct escalation_ahead, x.ahead.n), x.ahead.v,
                            x.ahead.n * sizeof *x.ahead.v);
    vec_fini(&x.ahead);
    vec_fini(&x.decisions);
    vec_fini(&hits.v);
}
