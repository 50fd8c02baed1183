/* explain.c - who would be told, by the same code as delivery: match.c, targets.c,
 * notify.c, on the state as it is, changing nothing. */
#include "flow/flow_private.h"

#include <stdlib.h>

struct explaining {
    struct flow *f;
    struct arena *a;
    struct pairs labels;
    const struct alert *known; /* it fires already; NULL: it would be new */
    int64_t now;
    VEC(struct decision) decisions;
    size_t told;
};

/* What the group would hold if this alert fired now. */
static void sets_with(struct explaining *x, struct group *g, struct told_set *firing,
                      struct told_set *resolved)
{
    struct told_alert mine = { UINT64_MAX, 1 };

    if (g != NULL)
        group_sets(x->f, g, firing, resolved);
    if (x->known != NULL)
        for (struct member *m = slot_by_serial(&x->f->alerts, x->known->serial)->members;
             m != NULL; m = m->next)
            if (m->group == g)
                return;
    vec_push(&firing->v, mine);
}

static int64_t earliest(const struct explaining *x, const struct rule *rule,
                        const struct group *g)
{
    if (g == NULL)
        return x->now + rule->route->group_wait;
    if (!heap_has(&g->timer.node))
        return x->now;
    return x->now +
           (g->timer.node.at > x->f->steady ? g->timer.node.at - x->f->steady : 0);
}

static void explain_target(struct explaining *x, const struct rule *rule, struct group *g,
                           const struct target *t)
{
    struct told_set firing = { 0 }, resolved = { 0 };
    struct notify_ask ask = { &firing, &resolved, t->send_resolved, x->f->steady,
                              rule->route->repeat_interval };
    const struct told *told = g != NULL ? group_told(g, t->address_key, false) : NULL;
    struct decision d = { .why = t->why,
                          .route = rule->route->name,
                          .contact_group = t->contact_group,
                          .to = t->to,
                          .channel = -1,
                          .shown = STR(""),
                          .at = earliest(x, rule, g) };

    if (t->address != NULL) {
        d.channel = t->address->channel;
        d.shown = arena_str(x->a, address_shown(t->address));
    }
    d.action_rule = t->rule != NULL ? t->rule->name : STR("");
    d.topic = t->topic != NULL ? t->topic->name : STR("");
    if (d.why == SUPPRESSED_NONE) {
        sets_with(x, g, &firing, &resolved);
        d.why = notify_decide(told, &ask, &d.reason);
    }
    x->told += d.why == SUPPRESSED_NONE;
    vec_push(&x->decisions, d);
    told_set_fini(&firing);
    told_set_fini(&resolved);
}

static void explain_rule(struct explaining *x, const struct rule *rule)
{
    struct group *g = group_find(x->f, rule, x->labels);
    struct targets targets = { 0 };

    targets_of(book_now(x->f), rule->route, x->a, &targets);
    for (size_t i = 0; i < targets.v.n; i++)
        explain_target(x, rule, g, &targets.v.v[i]);
    vec_fini(&targets.v);
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
    struct explaining x = {
        .f = f, .a = a, .labels = labels, .known = find_known(f, labels), .now = now
    };
    struct rule_hits hits = { 0 };
    struct decision *v;

    *out = (struct explanation){ 0 };
    rules_match(&f->rules, labels, &hits);
    for (size_t i = 0; i < hits.v.n; i++)
        explain_rule(&x, hits.v.v[i]);
    if (hits.v.n == 0)
        vec_push(&x.decisions,
                 (struct decision){ .why = SUPPRESSED_NOT_ROUTED, .channel = -1 });
    explain_routes(&x, &hits, out);
    v = arena_array(a, struct decision, x.decisions.n + 1);
    if (x.decisions.n > 0)
        memcpy(v, x.decisions.v, x.decisions.n * sizeof *v);
    out->decisions = v;
    out->n = x.decisions.n;
    out->told = x.told;
    vec_fini(&x.decisions);
    vec_fini(&hits.v);
}
