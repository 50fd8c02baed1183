/* group.c - together with what, and when? Groups of alerts per route and label
 * values: membership, timers, letting go. */
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- told sets -------------------------------------------------------------- */

void told_set_fini(struct told_set *s)
{
    vec_fini(&s->v);
}

void told_set_copy(struct told_set *to, const struct told_set *from)
{
    vec_clear(&to->v);
    for (size_t i = 0; i < from->v.n; i++)
        vec_push(&to->v, from->v.v[i]);
}

bool told_set_equal(const struct told_set *a, const struct told_set *b)
{
    if (a->v.n != b->v.n)
        return false;
    for (size_t i = 0; i < a->v.n; i++)
        if (a->v.v[i].serial != b->v.v[i].serial || a->v.v[i].level != b->v.v[i].level)
            return false;
    return true;
}

uint64_t told_set_hash(const struct told_set *s)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);

    for (size_t i = 0; i < s->v.n; i++)
        h = (h ^ s->v.v[i].serial ^ ((uint64_t)s->v.v[i].level << 56)) *
            UINT64_C(0xff51afd7ed558ccd);
    return h ^ s->v.n;
}

static bool set_has(const struct told_set *s, uint64_t serial)
{
    size_t low = 0, high = s->v.n;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (s->v.v[mid].serial < serial)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->v.n && s->v.v[low].serial == serial;
}

void told_set_keep(struct told_set *s, const struct told_set *only)
{
    size_t kept = 0;

    for (size_t i = 0; i < s->v.n; i++)
        if (set_has(only, s->v.v[i].serial))
            s->v.v[kept++] = s->v.v[i];
    s->v.n = kept;
}

uint32_t alert_level(const struct alert *al)
{
    if (al->door != DOOR_AOM && al->door != DOOR_CLOUDMONITOR)
        return 0; /* there the level is part of who the alert is */
    return (uint32_t)severity_rank(alert_get(al, STR("severity"))) + 1;
}

static int told_cmp(const void *x, const void *y)
{
    const struct told_alert *a = x, *b = y;

    return a->serial < b->serial ? -1 : a->serial > b->serial;
}

/* What the group's message would say of this member. */
static const struct alert *member_version(const struct member *m)
{
    return m->parting != NULL ? m->parting : m->slot->alert;
}

void group_sets(const struct flow *f, const struct group *g, struct told_set *firing,
                struct told_set *resolved)
{
    for (size_t i = 0; i < g->member_count; i++) {
        const struct alert *al = member_version(g->members[i]);
        struct told_alert t = { al->serial, alert_level(al) };

        if (alert_resolved(al, f->wall))
            vec_push(&resolved->v, t);
        else
            vec_push(&firing->v, t);
    }
    if (firing->v.n > 1)
        qsort(firing->v.v, firing->v.n, sizeof *firing->v.v, told_cmp);
    if (resolved->v.n > 1)
        qsort(resolved->v.v, resolved->v.n, sizeof *resolved->v.v, told_cmp);
}

struct told *group_told(struct group *g, struct str address_key, bool make)
{
    struct told *t;
    char *key;

    for (size_t i = 0; i < g->told.n; i++)
        if (str_eq(g->told.v[i]->address_key, address_key))
            return g->told.v[i];
    if (!make)
        return NULL;
    t = calloc(1, sizeof *t);
    key = malloc(address_key.n + 1);
    if (t == NULL || key == NULL)
        abort();
    memcpy(key, address_key.p, address_key.n);
    t->address_key = (struct str){ key, address_key.n };
    vec_push(&g->told, t);
    return t;
}

/* ---- members ------------------------------------------------------------------ */

/* A slot's members stand in the order in which their groups were made, whichever it
 * joined first: so they stand in a state that was loaded. */
void member_add(struct group *g, struct slot *s, struct member *m)
{
    struct member **at = &s->members;

    while (*at != NULL && (*at)->group->id < g->id)
        at = &(*at)->next;
    *m = (struct member){
        .slot = s, .group = g, .next = *at, .index = (uint32_t)g->member_count
    };
    *at = m;
    vec_grow(&g->members, &g->member_room, g->member_count + 1, sizeof *g->members);
    g->members[g->member_count++] = m;
}

void member_free(struct flow *f, struct member *m)
{
    struct group *g = m->group;
    struct member **at = &m->slot->members;

    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    g->members[m->index] = g->members[--g->member_count];
    g->members[m->index]->index = m->index;
    if (m->parting != NULL)
        alert_drop(f, m->parting);
    if (m->slot->members == NULL && alert_resolved(m->slot->alert, f->wall))
        alerts_gone(f, m->slot);
    free(m);
}

/* ---- which group ----------------------------------------------------------------- */

static bool by_all(const struct route *r)
{
    return r->group_by.n == 1 && str_is(r->group_by.v[0], "...");
}

/* With their lengths: a value may hold any character and forges no other label. */
static void put_label(struct buf *b, struct pair p)
{
    put_str(b, p.name);
    put_str(b, p.value);
}

struct str group_key(struct flow *f, const struct rule *rule, struct pairs labels)
{
    const struct route *r = rule->route;

    buf_clear(&f->text);
    buf_add(&f->text, rule->name);
    buf_char(&f->text, '\0');
    if (by_all(r)) {
        for (size_t i = 0; i < labels.n; i++)
            put_label(&f->text, labels.v[i]);
    } else {
        for (size_t i = 0; i < r->group_by.n; i++) {
            const struct pair *p = pairs_find(labels, r->group_by.v[i]);

            if (p != NULL)
                put_label(&f->text, *p);
        }
    }
    return buf_str(&f->text);
}

struct group *group_find(struct flow *f, const struct rule *rule, struct pairs labels)
{
    return map_find(&f->groups, group_key(f, rule, labels));
}

static void group_labels(struct flow *f, struct group *g, const struct rule *rule,
                         struct pairs labels)
{
    const struct route *r = rule->route;
    size_t most = by_all(r) ? labels.n : r->group_by.n;

    g->labels = calloc(most + 1, sizeof(struct interned *));
    if (g->labels == NULL)
        abort();
    for (size_t i = 0; i < most; i++) {
        const struct pair *p =
            by_all(r) ? &labels.v[i] : pairs_find(labels, r->group_by.v[i]);

        if (p != NULL)
            g->labels[g->label_count++] = intern_get(&f->intern, *p);
    }
}

static struct group *group_make(struct flow *f, const struct rule *rule,
                                struct pairs labels)
{
    struct str key = group_key(f, rule, labels);
    struct group *g = calloc(1, sizeof *g);
    char *own = malloc(key.n);

    if (g == NULL || own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    g->timer.kind = TIMER_GROUP;
    g->id = ++f->group_id;
    g->key = (struct str){ own, key.n };
    g->route = (struct str){ own, rule->name.n };
    g->snap = f->snap.mark;
    group_labels(f, g, rule, labels);
    map_put(&f->groups, g->key, g);
    COUNT(f, groups, 1);
    return g;
}

void group_free(struct flow *f, struct group *g)
{
    touch_group(f, g);
    map_remove(&f->groups, g->key);
    heap_unset(&f->timers, &g->timer.node);
    while (g->member_count > 0)
        member_free(f, g->members[0]);
    for (size_t i = 0; i < g->told.n; i++) {
        struct told *t = g->told.v[i];

        if (t->item != NULL) { /* it goes on alone: what is owed is delivered */
            touch_item(f, t->item);
            t->item->group = NULL;
            t->item->told = NULL;
        }
        told_set_fini(&t->firing);
        told_set_fini(&t->resolved);
        free((char *)(uintptr_t)t->address_key.p);
        free(t);
    }
    for (size_t i = 0; i < g->label_count; i++)
        intern_drop(&f->intern, g->labels[i]);
    free(g->labels);
    free(g->members);
    vec_fini(&g->told);
    free((char *)(uintptr_t)g->key.p);
    free(g);
    COUNT(f, groups, -1);
}

/* ---- into groups -------------------------------------------------------------------- */

static struct member *member_of(const struct slot *s, const struct group *g)
{
    for (struct member *m = s->members; m != NULL; m = m->next)
        if (m->group == g)
            return m;
    return NULL;
}

static void join(struct flow *f, struct slot *s, const struct rule *rule,
                 struct pairs labels)
{
    struct group *g = group_find(f, rule, labels);
    const struct route *r = rule->route;
    struct member *m;

    if (g == NULL)
        g = group_make(f, rule, labels);
    m = member_of(s, g);
    touch_group(f, g);
    if (m != NULL) { /* back before the group told that it had left */
        if (m->parting != NULL)
            alert_drop(f, m->parting);
        m->parting = NULL;
        return;
    }
    m = malloc(sizeof *m);
    if (m == NULL)
        abort();
    member_add(g, s, m);
    if (!heap_has(&g->timer.node))
        timer_set(f, &g->timer, f->steady + r->group_wait);
    /* an old alert does not wait: who sends it waited already */
    if (!g->flushed && s->alert->starts_at < f->wall - r->group_wait)
        timer_set(f, &g->timer, f->steady);
}

/* It fires on, but this group's labels are not its any more: for the people of
 * this group it ends here. */
static void part(struct flow *f, struct member *m)
{
    struct group *g = m->group;

    touch_group(f, g);
    if (m->parting == NULL)
        m->parting = alert_ended_copy(f, m->slot->alert, f->wall);
    if (!heap_has(&g->timer.node))
        timer_set(f, &g->timer, f->steady);
}

static bool stays(struct flow *f, const struct member *m, const struct rule_hits *hits,
                  struct pairs labels)
{
    for (size_t i = 0; i < hits->v.n; i++)
        if (group_find(f, hits->v.v[i], labels) == m->group)
            return true;
    return false;
}

void group_route(struct flow *f, struct slot *s)
{
    struct rule_hits hits = { 0 };
    struct pairs labels = alert_labels(s->alert, &f->scratch);

    rules_match(&f->rules, labels, &hits);
    for (struct member *m = s->members; m != NULL; m = m->next)
        if (!stays(f, m, &hits, labels))
            part(f, m);
    for (size_t i = 0; i < hits.v.n; i++)
        join(f, s, hits.v.v[i], labels);
    vec_fini(&hits.v);
}

void group_route_all(struct flow *f)
{
    for (uint32_t i = 0; i < f->alerts.used; i++) {
        struct slot *s = slot_at(&f->alerts, i);

        if (s->alert != NULL && !alert_resolved(s->alert, f->wall))
            group_route(f, s);
    }
}

/* ---- flushing -------------------------------------------------------------------------- */

/* A flush of a group whose route is gone: its people are told nothing more. */
static void orphan(struct flow *f, struct group *g)
{
    for (size_t i = 0; i < g->told.n; i++)
        if (g->told.v[i]->item != NULL && !g->told.v[i]->item->in_flight)
            outbox_cancel(f, g->told.v[i]->item, SUPPRESSED_REPLACED);
    group_free(f, g);
}

static bool is_target(const struct targets *ts, struct str address_key)
{
    for (size_t i = 0; i < ts->v.n; i++)
        if (str_eq(ts->v.v[i].address_key, address_key))
            return true;
    return false;
}

/* An address that the route reaches no more will not be told of ends: what ended is
 * forgotten for it, or the group would keep its members for ever. What fires stays
 * known, should the address come back. */
static void forget_ended(struct flow *f, struct group *g, const struct targets *targets)
{
    struct told_set firing = { 0 }, resolved = { 0 };

    for (size_t i = 0; i < g->told.n; i++) {
        struct told *t = g->told.v[i];

        if (t->firing.v.n == 0 || is_target(targets, t->address_key))
            continue;
        if (firing.v.n + resolved.v.n == 0)
            group_sets(f, g, &firing, &resolved);
        told_set_keep(&t->firing, &firing);
    }
    told_set_fini(&firing);
    told_set_fini(&resolved);
}

void group_flush(struct flow *f, struct group *g)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    struct targets targets = { 0 };

    if (rule == NULL) {
        orphan(f, g);
        return;
    }
    touch_group(f, g);
    timer_set(f, &g->timer, f->steady + rule->route->group_interval);
    g->flushed = true;
    targets_of(book_now(f), rule->route, &f->scratch, &targets);
    for (size_t i = 0; i < targets.v.n; i++)
        notify_target(f, g, rule, &targets.v.v[i]);
    forget_ended(f, g, &targets);
    vec_fini(&targets.v);
    group_prune(f, g);
}

/* Does anybody still believe that it fires, or have it on the way to them? */
static bool still_owed(const struct group *g, uint64_t serial)
{
    for (size_t i = 0; i < g->told.n; i++) {
        const struct told *t = g->told.v[i];

        if (set_has(&t->firing, serial))
            return true;
        if (t->item != NULL &&
            (set_has(&t->item->firing, serial) || set_has(&t->item->resolved, serial)))
            return true;
    }
    return false;
}

void group_prune(struct flow *f, struct group *g)
{
    bool items = false;

    touch_group(f, g);
    for (size_t i = g->member_count; i-- > 0;) {
        struct member *m = g->members[i];
        const struct alert *al = member_version(m);

        if (g->flushed && alert_resolved(al, f->wall) && !still_owed(g, al->serial))
            member_free(f, m);
    }
    for (size_t i = 0; i < g->told.n; i++)
        items = items || g->told.v[i]->item != NULL;
    if (g->member_count == 0 && !items)
        group_free(f, g);
}
