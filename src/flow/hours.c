/* hours.c - at which hours does a route tell? Its time intervals, compiled with the
 * rules of their zones: parsed once when the book changes, not at every flush. */
#include "flow/flow_private.h"

#include "base/utf8.h"

static const struct zone *zone_named(const void *ctx, struct str iana)
{
    return map_find(ctx, iana);
}

static void read_zones(struct rules *r, const struct time_interval *t)
{
    for (size_t i = 0; i < t->items.n; i++) {
        struct str name = t->items.v[i].zone;
        const struct zone *zone = NULL;
        struct err e;

        if (name.n == 0 || map_find(&r->zones, name) != NULL)
            continue;
        if (zone_parse(book_zone(r->book, name), &r->arena, &zone, &e) == OK)
            map_put(&r->zones, name, (void *)(uintptr_t)zone);
    }
}

/* Names that nobody bears any more say nothing. */
static struct rule_hours compile(struct rules *r, struct strs names)
{
    struct rule_hours h = { .zones = &r->zones };

    h.v = arena_array(&r->arena, const struct time_interval *, names.n + 1);
    for (size_t i = 0; i < names.n; i++) {
        const struct time_interval *t = book_time_interval(r->book, names.v[i]);

        if (t == NULL)
            continue;
        read_zones(r, t);
        h.v[h.n++] = t;
    }
    return h;
}

void rule_compile_hours(struct rules *r, struct rule *rule)
{
    rule->muted = compile(r, rule->route->mute_intervals);
    rule->active = compile(r, rule->route->active_intervals);
}

static const struct time_interval *holding(const struct rule_hours *h, int64_t wall)
{
    for (size_t i = 0; i < h->n; i++)
        if (time_interval_holds(h->v[i], zone_named, h->zones, wall))
            return h->v[i];
    return NULL;
}

struct mute rule_hours(const struct rule *rule, int64_t wall)
{
    const struct time_interval *t;

    if (rule->active.n > 0 && holding(&rule->active, wall) == NULL)
        return (struct mute){ SUPPRESSED_INACTIVE, rule->active.v[0]->name, STR("") };
    t = holding(&rule->muted, wall);
    if (t != NULL)
        return (struct mute){ SUPPRESSED_MUTED, t->name, STR("") };
    return (struct mute){ SUPPRESSED_NONE, STR(""), STR("") };
}

struct strs rule_muted_by(const struct rule *rule, int64_t wall, struct arena *a)
{
    bool inactive = rule->active.n > 0 && holding(&rule->active, wall) == NULL;
    const struct rule_hours *h = inactive ? &rule->active : &rule->muted;
    struct str *v = arena_alloc(a, (h->n + 1) * sizeof *v);
    size_t n = 0;

    for (size_t i = 0; i < h->n; i++)
        if (inactive || time_interval_holds(h->v[i], zone_named, h->zones, wall))
            v[n++] = h->v[i]->name;
    return (struct strs){ v, n };
}
