/* snapshot_load_groups.c - groups of a snapshot: their members, timers, and what their
 * addresses were told. */
#include "flow/snapshot_private.h"

#include <stdatomic.h>
#include <stdlib.h>

static void get_told(struct group *g, struct reader *r)
{
    struct told *t = group_told(g, get_str(r), true);
    uint64_t noted;

    t->told = get_u64(r) != 0;
    t->gave_up = get_u64(r) != 0;
    t->again = get_u64(r) != 0;
    t->told_at = get_i64(r);
    noted = get_u64(r);
    t->noted = noted < SUPPRESSION_COUNT ? (enum suppression)noted : SUPPRESSED_NONE;
    t->noted_sets = get_u64(r);
    load_told_set(r, &t->firing);
    load_told_set(r, &t->resolved);
}

static ok get_member(struct flow *f, struct group *g, struct reader *r, struct err *e)
{
    struct slot *s = slot_by_serial(&f->alerts, get_u64(r));
    bool parting = get_u64(r) != 0;
    struct member *m;

    if (r->bad || s == NULL)
        return load_broken(e, "group member");
    m = member_add(f, g, s);
    if (parting)
        member_part(f, m, load_version(f, r));
    return parting && m->parting == 0 ? load_broken(e, "group member") : OK;
}

/* The key is route, 0, then put_str of name and value for each label. */
static bool labels_of_key(struct flow *f, struct group *g)
{
    struct str rest = g->key;
    struct reader r;

    (void)str_cut(&rest, '\0', &g->route);
    g->labels = calloc(g->key.n / 2 + 1, sizeof(struct interned *));
    if (g->labels == NULL)
        abort();
    for (r = reader_of(rest); r.p < r.end && !r.bad;) {
        struct pair p;

        p.name = get_str(&r);
        p.value = get_str(&r);
        if (!r.bad)
            g->labels[g->label_count++] = intern_get(&f->intern, p);
    }
    return !r.bad;
}

static struct group *new_group(struct flow *f, uint64_t id, struct str key)
{
    struct group *g = calloc(1, sizeof *g);
    char *own = malloc(key.n + 1);

    if (g == NULL || own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    g->timer.kind = TIMER_GROUP;
    g->climb.timer.kind = TIMER_CLIMB;
    g->id = id;
    g->key = (struct str){ own, key.n };
    map_put(&f->groups, g->key, g);
    COUNT(f, groups, 1);
    return g;
}

/* Snapshots of before there were silences end here. */
static void get_timing(struct group *g, struct reader *r)
{
    if (r->p == r->end || r->bad)
        return;
    g->said_at = get_i64(r);
    for (size_t i = 0; i < g->member_count; i++) {
        g->members[i]->kept = (uint32_t)get_u64(r);
        g->members[i]->rests = get_u64(r) != 0;
    }
    for (size_t i = 0; i < g->told.n && !r->bad; i++) {
        g->told.v[i]->no_ends = get_u64(r) != 0;
        g->told.v[i]->tried_at = get_i64(r);
        load_told_set(r, &g->told.v[i]->owed);
    }
}

/* Snapshots of before people had wishes end here. */
static void get_hidden(struct linking *l, struct group *g, struct reader *r)
{
    if (r->p == r->end || r->bad)
        return;
    for (size_t i = 0; i < g->told.n && !r->bad; i++)
        g->told.v[i]->noted_hidden = get_u64(r);
    load_timer(l, r, &g->climb.timer);
    g->climb.at = get_i64(r);
    g->climb.since = get_i64(r);
    g->climb.step = (uint32_t)get_u64(r);
    g->climb.said = (uint32_t)get_u64(r);
    g->climb.engaged = (uint32_t)get_u64(r);
}

ok load_group(struct flow *f, struct linking *l, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    uint64_t id = get_u64(&r);
    struct str key = get_str(&r);
    struct group *g;
    size_t n;

    if (r.bad || key.n == 0 || map_find(&f->groups, key) != NULL)
        return load_broken(e, "group");
    g = new_group(f, id, key);
    if (!labels_of_key(f, g))
        return load_broken(e, "group");
    map_put(&l->by_id, (struct str){ (const char *)&g->id, sizeof g->id }, g);
    g->flushed = get_u64(&r) != 0;
    load_timer(l, &r, &g->timer);
    n = get_count(&r, 2);
    for (size_t i = 0; i < n; i++)
        if (get_member(f, g, &r, e) == FAILED)
            return FAILED;
    n = get_count(&r, 9);
    for (size_t i = 0; i < n && !r.bad; i++)
        get_told(g, &r);
    get_timing(g, &r);
    get_hidden(l, g, &r);
    return reader_done(&r) ? OK : load_broken(e, "group");
}
