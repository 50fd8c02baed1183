/* remake.c - the groups begin again, as Alertmanager's do at a reload: made anew from
 * the alerts that are there, old ones told at once, the next tick an interval later.
 * What an address was told stays known under the message's group key, as in its nflog,
 * so nothing is repeated. */
#include "flow/flow_private.h"

#include <stdlib.h>

struct remaking {
    VEC(struct group *) old;
    struct map by_key;        /* message's group key -> struct group of `old` */
    VEC(struct slot *) in;    /* whoever was in a group or fires */
    VEC(struct slot *) ended; /* of the others, who ended not long ago */
};

/* At a reload Alertmanager makes its groups of all alerts that it has, and it has those
 * that ended until it cleans up, every 30 minutes: the first message of a group names
 * them once more. After a restart it has none. */
static bool remembered(const struct flow *f, const struct alert *al)
{
    return f->in->kind != INPUT_RESTART && al->ends_at > f->wall - ENDS_REMEMBERED;
}

static void list_slots(struct flow *f, struct remaking *re)
{
    for (uint32_t i = 0; i < f->alerts.used; i++) {
        struct slot *s = slot_at(&f->alerts, i);

        if (s->alert == NULL)
            continue;
        if (s->members != 0 || !alert_resolved(s->alert, f->wall))
            vec_push(&re->in, s);
        else if (remembered(f, s->alert))
            vec_push(&re->ended, s);
    }
}

static struct str message_key(struct flow *f, const struct group *g,
                              const struct rule *rule)
{
    struct pair *v = arena_array(&f->scratch, struct pair, g->label_count + 1);
    struct str key;

    for (size_t i = 0; i < g->label_count; i++)
        v[i] = (struct pair){ interned_name(g->labels[i]), interned_value(g->labels[i]) };
    key = message_group_key(f, rule, (struct pairs){ v, g->label_count }, &f->scratch);
    /* siblings with equal matchers share the message's key, not what was told */
    return arena_printf(&f->scratch, "%.*s\n%.*s", STR_ARG(key),
                        STR_ARG(rule_receiver(rule)));
}

/* Out of the flow's table, with its timer, members and all. */
static void put_aside(struct flow *f, struct remaking *re)
{
    struct group *g;

    for (size_t i = 0; (g = map_next(&f->groups, &i, NULL)) != NULL;)
        vec_push(&re->old, g);
    for (size_t i = 0; i < re->old.n; i++) {
        const struct rule *rule = rules_find(&f->rules, re->old.v[i]->route);
        struct str key;

        g = re->old.v[i];
        touch_group(f, g);
        map_remove(&f->groups, g->key);
        heap_unset(&f->timers, &g->timer.node);
        heap_unset(&f->timers, &g->climb.timer.node);
        if (rule == NULL)
            continue;
        key = message_key(f, g, rule);
        if (map_find(&re->by_key, key) == NULL)
            map_put(&re->by_key, key, g);
    }
}

/* The new group goes on where the old one of its key was. */
static void inherit(struct flow *f, struct group *to, struct group *from)
{
    to->said_at = from->said_at;
    escalate_inherit(f, to, from);
    for (size_t i = 0; i < from->told.n; i++) {
        struct told *t = from->told.v[i];

        vec_push(&to->told, t);
        if (t->part == NULL)
            continue;
        touch_part(f, t->part);
        t->part->group = to;
    }
    vec_clear(&from->told);
    for (size_t i = 0; i < from->member_count; i++) {
        const struct member *m = from->members[i];
        struct member *own = member_of(m->slot, to);

        if (own == NULL)
            continue;
        own->kept = m->kept;
        own->rests = m->rests && !remembered(f, m->slot->alert);
    }
}

static void find_heirs(struct flow *f, struct remaking *re)
{
    struct group *g;

    for (size_t i = 0; (g = map_next(&f->groups, &i, NULL)) != NULL;) {
        struct str key = message_key(f, g, rules_find(&f->rules, g->route));
        struct group *from = map_remove(&re->by_key, key);

        if (from != NULL)
            inherit(f, g, from);
    }
}

static void drop_old(struct flow *f, struct remaking *re)
{
    for (size_t i = 0; i < re->old.n; i++) {
        struct group *g = re->old.v[i];

        for (size_t k = 0; k < g->told.n; k++)
            if (g->told.v[k]->part != NULL && !item_is_out(g->told.v[k]->part->item))
                part_cancel(f, g->told.v[k]->part, SUPPRESSED_REPLACED);
        group_destroy(f, g);
    }
}

void groups_remake(struct flow *f, bool routes_changed)
{
    struct remaking re = { 0 };

    map_init(&re.by_key, f->config.seed);
    list_slots(f, &re);
    put_aside(f, &re);
    if (routes_changed)
        rules_build(f);
    for (size_t i = 0; i < re.in.n; i++)
        group_enter(f, re.in.v[i], true);
    for (size_t i = 0; i < re.ended.n; i++)
        group_enter(f, re.ended.v[i], false);
    find_heirs(f, &re);
    drop_old(f, &re);
    map_fini(&re.by_key);
    vec_fini(&re.old);
    vec_fini(&re.in);
    vec_fini(&re.ended);
}
