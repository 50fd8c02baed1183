/* query.c - which alerts? From the rarest label that is asked for, or through all of
 * them, some hundred slots at a time. */
#include "flow/flow_private.h"

#include <stdlib.h>

enum { SLICE = 512 }; /* slots between two looks at the clock */

/* ---- does it fit? ------------------------------------------------------------ */

/* A matcher of = or != with a value: alerts have the pair, or they do not, and that is
 * a comparison of pointers. A pair may come and go between slices: it is found anew. */
struct wanted {
    const struct interned *pair; /* NULL: nobody has it */
    const struct matcher *m;     /* of one without a value: is the label there at all? */
    bool present;                /* must be */
};

struct wants {
    struct wanted *v;
    size_t n;
};

static struct wants wants_of(struct flow *f, const struct query *q)
{
    struct wants w = { arena_array(&f->scratch, struct wanted, q->matchers.n + 1), 0 };

    for (size_t i = 0; i < q->matchers.n; i++) {
        const struct matcher *m = &q->matchers.v[i];

        if (m->op != MATCH_EQ && m->op != MATCH_NE)
            continue;
        w.v[w.n++] = (struct wanted){
            .pair = m->value.n > 0
                        ? intern_find(&f->intern, (struct pair){ m->name, m->value })
                        : NULL,
            .m = m->value.n > 0 ? NULL : m,
            .present = (m->op == MATCH_EQ) == (m->value.n > 0),
        };
    }
    return w;
}

static bool has(const struct alert *al, const struct wanted *w)
{
    if (w->m != NULL)
        return alert_get(al, w->m->name).n > 0;
    for (size_t i = 0; w->pair != NULL && i < al->label_count; i++)
        if (alert_pair(al, i) == w->pair)
            return true;
    return false;
}

static bool fits(const struct alert *al, const struct wants *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (has(al, &w->v[i]) != w->v[i].present)
            return false;
    return true;
}

/* ---- what is found -------------------------------------------------------------- */

struct str rule_receiver(const struct rule *rule)
{
    return rule->route->receiver.n > 0 ? rule->route->receiver : rule->name;
}

/* The route may be gone: its groups are, with their next flush. */
const struct rule *member_rule(const struct flow *f, const struct member *m,
                               const struct map *receivers)
{
    const struct rule *rule;

    if (m->parting != 0)
        return NULL;
    rule = rules_find(&f->rules, m->group->route);
    if (rule == NULL)
        return NULL;
    return receivers == NULL || map_find(receivers, rule_receiver(rule)) != NULL ? rule
                                                                                 : NULL;
}

/* The pairs live as long as a version that has them, which the reader's stay keeps; the
 * group's own array does not. */
static const struct query_group *group_found(struct query *q, const struct group *g,
                                             const struct rule *rule)
{
    struct str id = { (const char *)&g->id, sizeof g->id };
    struct query_group *found = map_find(q->seen, id);
    struct interned **labels;

    if (found != NULL)
        return found;
    found = arena_new(q->a, struct query_group);
    labels = arena_array(q->a, struct interned *, g->label_count + 1);
    if (g->label_count > 0)
        memcpy(labels, g->labels, g->label_count * sizeof *labels);
    *found = (struct query_group){ .id = g->id,
                                   .labels = labels,
                                   .label_count = g->label_count,
                                   .receiver = rule_receiver(rule) };
    map_put(q->seen, (struct str){ (const char *)&found->id, sizeof found->id }, found);
    return found;
}

static void take(struct query *q, const struct alert *al, const struct query_group *g)
{
    vec_push(&q->hits, (struct query_hit){ al, g });
}

static void look_at(struct flow *f, struct query *q, const struct wants *w,
                    const struct slot *s)
{
    q->looked_at++;
    if (s->alert == NULL || alert_resolved(s->alert, q->now) || !fits(s->alert, w))
        return;
    if (!q->groups && q->receivers == NULL) {
        take(q, s->alert, NULL);
        return;
    }
    for (const struct member *m = slot_members(s); m != NULL; m = member_next(m)) {
        const struct rule *rule = member_rule(f, m, q->receivers);

        if (rule == NULL)
            continue;
        take(q, s->alert, q->groups ? group_found(q, m->group, rule) : NULL);
        if (!q->groups)
            return;
    }
}

/* ---- where to look ----------------------------------------------------------------- */

/* The rarest label of those that must be there. False: all slots have to be looked at. */
static bool listed(const struct flow *f, const struct wants *w, struct index_users *out)
{
    bool found = false;

    for (size_t i = 0; i < w->n; i++) {
        struct index_users users = { 0 };

        if (!w->v[i].present || w->v[i].m != NULL)
            continue;
        if (w->v[i].pair != NULL)
            index_users(&f->index, w->v[i].pair, &users);
        if ((users.v == NULL && users.n > 0) || (found && users.n >= out->n))
            continue;
        *out = users;
        if (users.n == 1)
            out->v = &out->one;
        found = true;
    }
    return found;
}

static void query_end(struct query *q)
{
    if (q->seen == NULL)
        return;
    map_fini(q->seen);
    free(q->seen);
    q->seen = NULL;
}

static void query_begin(const struct flow *f, struct query *q)
{
    if (!q->groups || q->seen != NULL)
        return;
    q->seen = calloc(1, sizeof *q->seen);
    if (q->seen == NULL)
        abort();
    map_init(q->seen, f->config.seed);
}

bool flow_query(struct flow *f, struct query *q)
{
    struct wants w = wants_of(f, q);
    struct index_users users;
    uint32_t end = f->alerts.used;

    query_begin(f, q);
    if (q->at == 0 && listed(f, &w, &users)) {
        for (size_t i = 0; i < users.n; i++)
            look_at(f, q, &w, slot_at(&f->alerts, users.v[i]));
        q->at = end;
    }
    for (uint32_t last = q->at + SLICE; q->at < end && q->at < last; q->at++)
        look_at(f, q, &w, slot_at(&f->alerts, q->at));
    arena_reset(&f->scratch);
    if (q->at < end)
        return true;
    query_end(q);
    return false;
}
