/* group.c - together with what, and when? Groups of alerts per route and label
 * values: membership, timers, letting go. */
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

/* ---- members ------------------------------------------------------------------ */

/* A slot's members stand in the order in which their groups were made, whichever it
 * joined first: so they stand in a state that was loaded. */
struct member *member_add(struct flow *f, struct group *g, struct slot *s)
{
    struct pool *pool = &f->intern.pool;
    struct member *next = slot_members(s), *m = pool_take(pool, sizeof *m);
    uint32_t *at = &s->members;

    while (next != NULL && next->group->id < g->id) {
        at = &next->next;
        next = member_next(next);
    }
    *m = (struct member){
        .slot = s, .group = g, .next = *at, .index = (uint32_t)g->member_count & INT32_MAX
    };
    *at = pool_number(pool, m);
    vec_grow(&g->members, &g->member_room, g->member_count + 1, sizeof *g->members);
    g->members[g->member_count++] = m;
    return m;
}

void member_part(struct flow *f, struct member *m, struct alert *version)
{
    struct alert *old = member_parting(m);

    m->parting = version != NULL ? pool_number(&f->intern.pool, version) : 0;
    if (old != NULL)
        alert_drop(f, old);
}

void member_free(struct flow *f, struct member *m)
{
    struct group *g = m->group;
    uint32_t *at = &m->slot->members;

    for (struct member *x = slot_members(m->slot); x != m; x = member_next(x))
        at = &x->next;
    *at = m->next;
    g->members[m->index] = g->members[--g->member_count];
    g->members[m->index]->index = m->index;
    member_part(f, m, NULL);
    if (m->slot->members == 0 && alert_resolved(m->slot->alert, f->wall))
        alerts_gone(f, m->slot);
    pool_give(&f->intern.pool, m, sizeof *m);
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

struct pairs rule_group_labels(const struct rule *rule, struct pairs labels,
                               struct arena *a)
{
    const struct strs *by = &rule->route->group_by;
    struct pair *v = arena_array(a, struct pair, by->n + 1);
    size_t n = 0;

    if (by_all(rule->route))
        return labels;
    for (size_t i = 0; i < by->n; i++) {
        const struct pair *p = pairs_find(labels, by->v[i]);

        if (p != NULL)
            v[n++] = *p;
    }
    return (struct pairs){ v, n };
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
    g->climb.timer.kind = TIMER_CLIMB;
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
    heap_unset(&f->timers, &g->climb.timer.node);
    group_destroy(f, g);
}

void group_destroy(struct flow *f, struct group *g)
{
    while (g->member_count > 0)
        member_free(f, g->members[0]);
    for (size_t i = 0; i < g->told.n; i++) {
        struct told *t = g->told.v[i];

        if (t->part != NULL) { /* it goes on alone: what is owed is delivered */
            touch_part(f, t->part);
            t->part->group = NULL;
            t->part->told = NULL;
        }
        told_free(t);
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

struct member *member_of(const struct slot *s, const struct group *g)
{
    for (struct member *m = slot_members(s); m != NULL; m = member_next(m))
        if (m->group == g)
            return m;
    return NULL;
}

/* True: it was in no group of this rule with these labels. */
static bool join(struct flow *f, struct slot *s, const struct rule *rule,
                 struct pairs labels)
{
    struct group *g = group_find(f, rule, labels);
    const struct route *r = rule->route;
    struct member *m;
    bool came;

    if (g == NULL)
        g = group_make(f, rule, labels);
    m = member_of(s, g);
    came = m == NULL;
    touch_group(f, g);
    if (m != NULL) { /* back before the group told that it had left */
        member_part(f, m, NULL);
    } else {
        member_add(f, g, s);
    }
    if (!heap_has(&g->timer.node))
        timer_set(f, &g->timer, f->steady + r->group_wait);
    /* an old alert does not wait: who sends it waited already */
    if (!g->flushed && s->alert->starts_at < f->wall - r->group_wait)
        timer_set(f, &g->timer, f->steady);
    return came;
}

void group_hurry(struct flow *f, struct slot *s)
{
    for (struct member *m = slot_members(s); m != NULL; m = member_next(m)) {
        struct group *g = m->group;
        const struct rule *rule = g->flushed ? NULL : rules_find(&f->rules, g->route);

        if (rule == NULL || s->alert->starts_at >= f->wall - rule->route->group_wait)
            continue;
        touch_group(f, g);
        timer_set(f, &g->timer, f->steady);
    }
}

/* It fires on, but this group's labels are not its any more: for the people of
 * this group it ends here. */
static void part(struct flow *f, struct member *m)
{
    struct group *g = m->group;

    touch_group(f, g);
    if (m->parting == 0)
        member_part(f, m, alert_ended_copy(f, m->slot->alert, f->wall));
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
    for (struct member *m = slot_members(s); m != NULL; m = member_next(m))
        if (!stays(f, m, &hits, labels))
            part(f, m);
    for (size_t i = 0; i < hits.v.n; i++)
        if (join(f, s, hits.v.v[i], labels))
            weekly_fired(f, hits.v.v[i], s->alert);
    vec_fini(&hits.v);
}

void group_enter(struct flow *f, struct slot *s, bool make)
{
    struct rule_hits hits = { 0 };
    struct pairs labels = alert_labels(s->alert, &f->scratch);

    rules_match(&f->rules, labels, &hits);
    for (size_t i = 0; i < hits.v.n; i++)
        if (make || group_find(f, hits.v.v[i], labels) != NULL)
            (void)join(f, s, hits.v.v[i], labels);
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
        if (g->told.v[i]->part != NULL && !item_is_out(g->told.v[i]->part->item))
            part_cancel(f, g->told.v[i]->part, SUPPRESSED_REPLACED);
    group_free(f, g);
}

/* An address that the route reaches no more will not be told of ends: what ended is
 * forgotten for it, or the group would keep its members for ever. What fires stays
 * known, should the address come back. */
static void forget_ended(struct flow *f, struct group *g, const struct targets *targets)
{
    struct told_set firing = { 0 };

    for (size_t i = 0; i < g->member_count; i++) {
        const struct alert *al = member_version(g->members[i]);

        if (!alert_resolved(al, f->wall))
            vec_push(&firing.v, (struct told_alert){ al->serial, alert_level(al) });
    }
    told_set_sort(&firing);
    for (size_t i = 0; i < g->told.n; i++) {
        struct told *t = g->told.v[i];

        if (targets_have(targets, t->address_key))
            continue;
        told_set_keep(&t->firing, &firing);
        told_set_keep(&t->owed, &firing);
    }
    told_set_fini(&firing);
}

static bool any_lost(const struct group *g, const struct targets *targets)
{
    for (size_t i = 0; i < g->told.n; i++)
        if (g->told.v[i]->firing.v.n + g->told.v[i]->owed.v.n > 0 &&
            !targets_have(targets, g->told.v[i]->address_key))
            return true;
    return false;
}

/* A repeat comes when it is due, not at the next tick: the timer is set to the first
 * of them; but not sooner than an interval after the group's last message. */
static void set_repeat(struct flow *f, struct group *g, const struct rule *rule,
                       const struct targets *targets)
{
    int64_t first = g->timer.node.at;

    if (g->said_at >= f->steady)
        return; /* it said something now: the next tick is soon enough */
    for (size_t i = 0; i < targets->v.n; i++) {
        const struct target *target = &targets->v.v[i];
        const struct told *t = group_told(g, target->address_key, false);
        int64_t at;

        if (target->why != SUPPRESSED_NONE || t == NULL || t->part != NULL ||
            t->firing.v.n == 0)
            continue;
        at = notify_repeat_at(f, rule, t);
        if (at > f->steady && at < first)
            first = at;
    }
    if (first - g->said_at < rule->route->group_interval)
        first = g->said_at + rule->route->group_interval;
    if (first < g->timer.node.at)
        timer_set(f, &g->timer, first);
}

/* Nobody hears anything; what waits to be tried again is kept back too. */
static void hold(struct flow *f, struct group *g, const struct view *view)
{
    for (size_t i = 0; i < g->told.n; i++) {
        struct part *said = g->told.v[i]->part;

        if (said == NULL || item_is_out(said->item))
            continue;
        if (!book_account(book_now(f))->silenced_ends_untold)
            told_doubt(g->told.v[i], said);
        part_cancel(f, said, view->kept.v[0].mute.why);
    }
}

/* What somebody's quiet hours keep back is told when they end, not an interval later. */
static void wake_at(struct flow *f, struct group *g, int64_t wall)
{
    int64_t at = f->steady + (wall - f->wall);

    if (wall > f->wall && at < g->timer.node.at)
        timer_set(f, &g->timer, at);
}

/* If everybody is kept back the flush ends here. */
static void tell(struct flow *f, struct group *g, const struct rule *rule,
                 const struct view *view)
{
    const struct account *ac = book_account(book_now(f));
    struct targets targets = { 0 };

    group_targets(f, g, rule, &f->scratch, &targets);
    if (view->said.n == 0 && view->kept.n > 0)
        hold(f, g, view);
    row_memo_set(f, true);
    for (size_t i = 0; view->said.n > 0 && i < targets.v.n; i++)
        wake_at(f, g, notify_target(f, g, rule, &targets.v.v[i], view));
    row_memo_set(f, false);
    if (any_lost(g, &targets))
        forget_ended(f, g, &targets);
    if (view->firing.v.n > 0 && !ac->repeat_at_tick)
        set_repeat(f, g, rule, &targets);
    escalate_look(f, g, rule, view, &targets);
    if (ac->silenced_ends_untold)
        group_rest_kept(f, view);
    vec_fini(&targets.v);
}

/* Who fires again rests no more: its next end is news. */
static void wake(struct flow *f, struct group *g)
{
    for (size_t i = 0; i < g->member_count; i++)
        if (!alert_resolved(member_version(g->members[i]), f->wall))
            g->members[i]->rests = false;
}

void group_flush(struct flow *f, struct group *g)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    struct view view;

    if (rule == NULL) {
        orphan(f, g);
        return;
    }
    touch_group(f, g);
    timer_set(f, &g->timer, f->steady + rule->route->group_interval);
    g->flushed = true;
    wake(f, g);
    group_look(f, g, rule, &f->scratch, &view);
    group_note_kept(f, g, rule, &view);
    tell(f, g, rule, &view);
    view_fini(&view);
    group_prune(f, g, NULL);
}

enum owed { OWED_NOT, OWED_MEMORY, OWED_WORD };

/* Does anybody still believe that it fires, or have it on the way to them? Who does not
 * want to hear of ends believes it without being owed a word. */
static enum owed owed_of(const struct group *g, uint64_t serial)
{
    enum owed owed = OWED_NOT;

    for (size_t i = 0; i < g->told.n; i++) {
        const struct told *t = g->told.v[i];
        bool known = told_set_has(&t->firing, serial) || told_set_has(&t->owed, serial);

        if (t->part != NULL && (told_set_has(&t->part->firing, serial) ||
                                told_set_has(&t->part->resolved, serial)))
            return OWED_WORD;
        if (known && !t->no_ends)
            return OWED_WORD;
        if (known)
            owed = OWED_MEMORY;
    }
    return owed;
}

/* Who rests is remembered as long as somebody who did not hear of its end would not be
 * told that it fires again; in Alertmanager's timing a reload finds the ends of the last
 * half hour, too (remake.c). */
static bool memory_is_over(struct flow *f, const struct group *g, const struct member *m)
{
    const struct rule *rule = rules_find(&f->rules, g->route);
    const struct alert *al = member_version(m);
    bool untold = book_account(book_now(f))->silenced_ends_untold;

    if (rule == NULL)
        return true;
    for (size_t i = 0; i < g->told.n; i++) {
        const struct told *t = g->told.v[i];

        if (t->part != NULL ||
            ((t->no_ends || untold) && told_set_has(&t->firing, al->serial) &&
             notify_repeat_at(f, rule, t) > f->steady))
            return false;
    }
    return !untold || al->ends_at <= f->wall - ENDS_REMEMBERED;
}

static void rest(struct flow *f, struct group *g, struct member *m)
{
    struct told_alert one = { .serial = member_version(m)->serial };
    struct told_set gone = { .v = { &one, 1, 1 } };

    m->rests = true;
    if (!memory_is_over(f, g, m))
        return;
    for (size_t i = 0; i < g->told.n; i++) {
        told_set_without(&g->told.v[i]->firing, &gone);
        told_set_without(&g->told.v[i]->owed, &gone);
    }
    member_free(f, m);
}

static void prune_member(struct flow *f, struct group *g, struct member *m)
{
    enum owed owed = owed_of(g, member_version(m)->serial);

    if (owed == OWED_NOT)
        member_free(f, m);
    else if (owed == OWED_MEMORY || m->rests)
        rest(f, g, m);
}

void group_prune(struct flow *f, struct group *g, const struct told_set *only)
{
    bool items = false;

    touch_group(f, g);
    for (size_t i = g->member_count; g->flushed && i-- > 0;) {
        const struct alert *al = member_version(g->members[i]);

        if (alert_resolved(al, f->wall) &&
            (only == NULL || told_set_has(only, al->serial)))
            prune_member(f, g, g->members[i]);
    }
    for (size_t i = 0; i < g->told.n; i++)
        items = items || g->told.v[i]->part != NULL;
    if (g->member_count == 0 && !items)
        group_free(f, g);
}
