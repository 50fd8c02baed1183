/* look.c - what would a flush of this group say now? Its members, without those that
 * are kept back, asked in Alertmanager's order: inhibited, outside the route's times,
 * in muted times, silenced (contracts/alertmanager.md 7). */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <stdatomic.h>
#include <stdlib.h>

const struct alert *member_version(const struct member *m)
{
    return m->parting != 0 ? member_parting(m) : m->slot->alert;
}

struct mute mute_on_route(struct mute own, struct mute hours)
{
    if (own.why == SUPPRESSED_INHIBITED || hours.why == SUPPRESSED_NONE)
        return own;
    return hours;
}

void group_look(struct flow *f, const struct group *g, const struct rule *rule,
                struct arena *a, struct view *out)
{
    group_look_at(f, g, rule, f->wall, a, out);
}

void group_look_at(struct flow *f, const struct group *g, const struct rule *rule,
                   int64_t wall, struct arena *a, struct view *out)
{
    struct mute hours = rule_hours(rule, wall);

    *out = (struct view){ 0 };
    for (size_t i = 0; i < g->member_count; i++) {
        struct member *m = g->members[i];
        const struct alert *al = member_version(m);
        struct told_alert t = { al->serial, alert_level(al) };
        struct mute mute;

        if (m->rests && alert_resolved(al, f->wall))
            continue;
        mute = mute_on_route(mute_of_at(f, al, wall, a), hours);
        if (mute.why != SUPPRESSED_NONE) {
            vec_push(&out->kept, (struct kept){ m, al, mute });
            continue;
        }
        vec_push(&out->said, al);
        if (alert_resolved(al, f->wall))
            vec_push(&out->resolved.v, t);
        else
            vec_push(&out->firing.v, t);
        out->open += !alert_resolved(al, f->wall) && !m->slot->acked;
    }
    told_set_sort(&out->firing);
    told_set_sort(&out->resolved);
}

void view_fini(struct view *v)
{
    told_set_fini(&v->firing);
    told_set_fini(&v->resolved);
    vec_fini(&v->said);
    vec_fini(&v->kept);
}

/* ---- what is kept back, written down once ------------------------------------------ */

static int kept_cmp(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    int c = a->mute.why < b->mute.why ? -1 : a->mute.why > b->mute.why;

    if (c == 0)
        c = str_cmp(a->mute.by, b->mute.by);
    if (c == 0)
        c = a->alert->serial < b->alert->serial ? -1
                                                : a->alert->serial > b->alert->serial;
    return c;
}

/* Another reason, and another time that it fires or ends, is worth a row. */
static uint32_t mark_of(const struct flow *f, const struct kept *k)
{
    uint64_t h = fnv1a(FNV_START, k->mute.by) ^ (uint64_t)k->mute.why;

    h = (h ^ (uint64_t)k->alert->starts_at) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ alert_resolved(k->alert, f->wall)) * UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)(h >> 32) | 1;
}

static void count_kept(struct flow *f, enum suppression why)
{
    if (why == SUPPRESSED_SILENCED)
        COUNT(f, kept_silenced, 1);
    else if (why == SUPPRESSED_INHIBITED)
        COUNT(f, kept_inhibited, 1);
    else if (why == SUPPRESSED_MUTED)
        COUNT(f, kept_muted, 1);
    else
        COUNT(f, kept_inactive, 1);
}

/* A row for each reason, of those who were not kept back for it at the last flush. */
static void note_kept(struct flow *f, const struct making *m, struct kept *v, size_t n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, kept_cmp);
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from; to < n && v[to].mute.why == v[from].mute.why &&
                        str_eq(v[to].mute.by, v[from].mute.by);
             to++)
            v[to].member->kept = mark_of(f, &v[to]);
        COUNT(f, suppressed, 1);
        row_kept(f, m, &v[from], to - from);
    }
}

void group_note_kept(struct flow *f, struct group *g, const struct rule *rule,
                     struct view *v)
{
    struct making m = { .group = g, .rule = rule, .view = v };
    struct kept *fresh = arena_array(&f->scratch, struct kept, v->kept.n + 1);
    size_t n = 0, k = 0;

    for (size_t i = 0; i < v->kept.n; i++) {
        count_kept(f, v->kept.v[i].mute.why);
        if (v->kept.v[i].member->kept != mark_of(f, &v->kept.v[i]))
            fresh[n++] = v->kept.v[i];
    }
    for (size_t i = 0; i < g->member_count; i++) { /* both in the members' order */
        if (k < v->kept.n && v->kept.v[k].member == g->members[i])
            k++;
        else
            g->members[i]->kept = 0;
    }
    note_kept(f, &m, fresh, n);
}

void group_rest_kept(struct flow *f, const struct view *v)
{
    for (size_t i = 0; i < v->kept.n; i++)
        if (alert_resolved(v->kept.v[i].alert, f->wall))
            v->kept.v[i].member->rests = true;
}
