/* read.c - what is to be said of an alert now: its version, who has it, what keeps it
 * back. */
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { SURVEY_SLICE = 128 };

struct held { /* by a group of that rule */
    const struct rule *rule;
};

static int rule_order(const void *x, const void *y)
{
    const struct held *a = x, *b = y;

    return (a->rule->order > b->rule->order) - (a->rule->order < b->rule->order);
}

/* In the order of the routes, as often as groups hold it: Alertmanager does so. */
static struct strs receivers_of(const struct flow *f, const struct slot *s,
                                const struct viewing *v, bool chosen)
{
    struct held *held;
    struct str *names;
    size_t n = 0;

    for (const struct member *m = slot_members(s); m != NULL; m = member_next(m))
        n++;
    held = arena_alloc(v->a, (n + 1) * sizeof *held);
    n = 0;
    for (const struct member *m = slot_members(s); m != NULL; m = member_next(m))
        if ((held[n].rule = member_rule(f, m, chosen ? v->receivers : NULL)) != NULL)
            n++;
    if (n > 1)
        qsort(held, n, sizeof *held, rule_order);
    names = arena_alloc(v->a, (n + 1) * sizeof *names);
    for (size_t i = 0; i < n; i++)
        names[i] = rule_receiver(held[i].rule);
    return (struct strs){ names, n };
}

static struct pairs labels_of_group(const struct group *g, struct arena *a)
{
    struct pair *v = arena_alloc(a, (g->label_count + 1) * sizeof *v);

    for (size_t i = 0; i < g->label_count; i++)
        v[i] = (struct pair){ interned_name(g->labels[i]), interned_value(g->labels[i]) };
    return (struct pairs){ v, g->label_count };
}

static struct pairs labels_of_route(const struct route *r, struct arena *a)
{
    struct pair *v = arena_alloc(a, (r->labels.n + 1) * sizeof *v);

    for (size_t i = 0; i < r->labels.n; i++)
        v[i] = (struct pair){ r->labels.v[i].name, r->labels.v[i].value };
    return (struct pairs){ v, r->labels.n };
}

static const struct group_view *view_group(const struct group *g, const struct rule *rule,
                                           int64_t now, struct arena *a)
{
    struct group_view *out = arena_new(a, struct group_view);

    *out = (struct group_view){ .id = g->id,
                                .labels = labels_of_group(g, a),
                                .receiver = rule_receiver(rule),
                                .route_labels = labels_of_route(rule->route, a),
                                .muted_by = rule_muted_by(rule, now, a) };
    return out;
}

/* The group it is shown in, if that still holds it. */
static const struct group_view *shown_in(const struct flow *f, const struct slot *s,
                                         struct viewing *v, uint64_t group)
{
    const struct member *m = slot_members(s);
    const struct rule *rule;

    while (m != NULL && m->group->id != group)
        m = member_next(m);
    rule = m != NULL ? member_rule(f, m, v->receivers) : NULL;
    if (rule == NULL)
        return NULL;
    if (v->group == NULL || v->group->id != group)
        v->group = view_group(m->group, rule, v->now, v->a);
    return v->group;
}

static const struct ack_view *acknowledged(const struct flow *f, const struct slot *s,
                                           struct arena *a)
{
    const struct ack_view *ack = ack_of(f, s);
    struct ack_view *copy;

    if (ack == NULL)
        return NULL;
    copy = arena_new(a, struct ack_view);
    *copy = *ack;
    copy->by = arena_str(a, ack->by);
    copy->comment = arena_str(a, ack->comment);
    return copy;
}

bool flow_view(struct flow *f, struct viewing *v, uint64_t serial, uint64_t group,
               struct alert_view *out)
{
    const struct slot *s = slot_by_serial(&f->alerts, serial);

    *out = (struct alert_view){ 0 };
    if (s == NULL || alert_resolved(s->alert, v->now))
        return false;
    if (group != 0 && (out->group = shown_in(f, s, v, group)) == NULL)
        return false;
    out->alert = s->alert;
    out->receivers = receivers_of(f, s, v, group != 0);
    out->ack = acknowledged(f, s, v->a);
    mute_all(f, s->alert, v->a, &out->silenced_by, &out->inhibited_by);
    return true;
}

bool flow_survey(struct flow *f, uint32_t *at, uint64_t *n)
{
    uint32_t end = f->alerts.used;

    for (uint32_t last = *at + SURVEY_SLICE; *at < end && *at < last; ++*at) {
        const struct slot *s = slot_at(&f->alerts, *at);

        if (s->alert != NULL && s->counted &&
            mute_of(f, s->alert, &f->scratch).why != SUPPRESSED_NONE)
            ++*n;
    }
    arena_reset(&f->scratch);
    if (*at < end)
        return true;
    atomic_store_explicit(&f->counters.alerts_suppressed, *n, memory_order_relaxed);
    return false;
}

const struct alert *flow_alert_by_serial(struct flow *f, uint64_t serial)
{
    struct slot *s = slot_by_serial(&f->alerts, serial);

    return s != NULL ? s->alert : NULL;
}

size_t flow_idle(const struct flow *f)
{
    return atomic_load_explicit(&f->intern.pool.idle, memory_order_relaxed);
}

bool flow_has_room(const struct flow *f)
{
    uint32_t left =
        atomic_load_explicit(&f->intern.pool.chunks_left, memory_order_relaxed);

    return left + flow_idle(f) / POOL_CHUNK_BYTES > POOL_CHUNKS / 4;
}

bool flow_delivery(struct flow *f, struct str key, struct delivery_state *out)
{
    const struct item *it = map_find(&f->items, key);

    if (it == NULL)
        return false;
    *out =
        (struct delivery_state){ .in_flight = item_is_out(it), .attempt = it->attempt };
    if (heap_has(&it->timer.node) && !out->in_flight)
        out->next_try = f->wall + (it->timer.node.at - f->steady);
    return true;
}
