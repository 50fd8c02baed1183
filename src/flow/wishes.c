/* wishes.c - what a person wants to hear: from which severity on, on this channel, and
 * what may disturb the quiet hours. What an address does not want to hear (yet) is kept
 * back for it as a silence keeps it back for all: its end is still owed if it was told to
 * fire, and what fires when the hours end is news then. */
#include "flow/flow_private.h"

#include "base/hash.h"
#include "base/zone.h"
#include "model/time_interval.h"

static int level_of(const struct alert *al)
{
    return severity_rank(severity_of(alert_get(al, STR("severity"))));
}

static const struct zone *zone_of(struct flow *f, struct str name, struct arena *a)
{
    const struct zone *zone = NULL;
    struct str tzif = name.n > 0 ? book_zone(book_now(f), name) : STR("");
    struct err e;

    if (tzif.n == 0 || zone_parse(tzif, a, &zone, &e) == FAILED)
        return zone_utc();
    return zone;
}

static void be_quiet(struct flow *f, const struct contact *c, int64_t wall,
                     struct arena *a, struct wish *out)
{
    const struct zone *zone;

    if (c->quiet.n == 0)
        return;
    zone = zone_of(f, c->zone, a);
    if (!time_items_hold(c->quiet.v, c->quiet.n, zone, wall))
        return;
    out->loud = c->quiet_except == QUIET_NOTHING ? SEVERITY_COUNT
                                                 : severity_level_rank(c->quiet_except);
    out->until = time_items_end(c->quiet.v, c->quiet.n, zone, wall);
    out->until_offset_s = zone_at(zone, out->until).offset_s;
}

struct wish wish_of(struct flow *f, const struct target *t, int64_t wall, struct arena *a)
{
    struct wish w = { .least = t->least };

    if (t->quiet != NULL)
        be_quiet(f, t->quiet, wall, a, &w);
    return w;
}

enum suppression wish_refuses(const struct wish *w, int rank, uint64_t serial,
                              const struct told *t)
{
    bool known = t != NULL &&
                 (told_set_has(&t->firing, serial) || told_set_has(&t->owed, serial) ||
                  (t->part != NULL && told_set_has(&t->part->firing, serial)));

    if (rank < w->loud)
        return SUPPRESSED_QUIET_HOURS;
    /* whoever was told of it hears how it goes on */
    return rank < w->least && !known ? SUPPRESSED_BELOW_SEVERITY : SUPPRESSED_NONE;
}

/* Of what is refused: worth a row, once. */
static void hide(struct flow *f, const struct alert *al, enum suppression why,
                 const struct told *t, struct hidden *out)
{
    bool quiet = why == SUPPRESSED_QUIET_HOURS;

    if (quiet)
        out->quiet = true;
    if (alert_resolved(al, f->wall) ||
        (t != NULL && told_set_has(&t->firing, al->serial)))
        return;
    if (out->n == 0 || quiet)
        out->why = why;
    out->v[out->n++] = al;
    out->hash =
        (out->hash ^ al->serial ^ (uint64_t)why << 56) * UINT64_C(0xff51afd7ed558ccd);
}

void view_narrow(struct flow *f, const struct view *all, const struct wish *w,
                 const struct told *t, struct view *out, struct hidden *hidden)
{
    *out = (struct view){ 0 };
    *hidden = (struct hidden){ .a = hidden->a, .hash = FNV_START };
    hidden->v = arena_array(hidden->a, const struct alert *, all->said.n + 1);
    for (size_t i = 0; i < all->said.n; i++) {
        const struct alert *al = all->said.v[i];
        struct told_alert one = { al->serial, alert_level(al) };
        enum suppression why = wish_refuses(w, level_of(al), al->serial, t);

        if (why != SUPPRESSED_NONE) {
            hide(f, al, why, t, hidden);
            continue;
        }
        vec_push(&out->said, al);
        if (alert_resolved(al, f->wall)) {
            vec_push(&out->resolved.v, one);
            continue;
        }
        vec_push(&out->firing.v, one);
        out->open += ack_of_serial(f, al->serial) == NULL;
    }
    told_set_sort(&out->firing);
    told_set_sort(&out->resolved);
}
