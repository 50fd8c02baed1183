/* weekly.c - the weekly report of contact groups with enable_subscribed: Monday 09:00 in
 * each member's zone, what fired, what was told, what failed. It is the one thing that
 * flag does.
 *
 * Figures are counted (week.c) for each group and each zone of its members, from one report
 * to the next. A report that fell into a time when nothing ran is sent once, late. */
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/flow_private.h"
#include "flow/week_private.h"

#include <stdlib.h>

enum { WEEK_HOUR = 9 };

struct edition {          /* of the report: what the members in one zone get */
    struct heap_node due; /* first; wall */
    struct weekly_group *group;
    struct str zone;  /* owned; empty: UTC */
    struct week week; /* the one that is counted now */
};

struct weekly_group {
    struct str key; /* owned; of the book's contact group */
    VEC(struct edition *) editions;
};

struct weekly {
    struct map groups; /* by key */
    struct heap due;
};

/* ---- Monday 09:00 ------------------------------------------------------------------ */

static const struct zone *zone_named(struct flow *f, struct str name)
{
    struct str tzif = name.n > 0 ? book_zone(book_now(f), name) : STR("");
    const struct zone *zone = NULL;
    struct err e;

    if (tzif.n == 0 || zone_parse(tzif, &f->scratch, &zone, &e) == FAILED)
        return zone_utc();
    return zone;
}

/* The time at which the zone's clock shows this: by its offset there. */
static int64_t at_local(const struct zone *zone, const struct civil *c, int32_t offset_s)
{
    int64_t at = civil_to_ns(c, offset_s);

    return civil_to_ns(c, zone_at(zone, at).offset_s);
}

static int64_t next_monday(const struct zone *zone, int64_t wall)
{
    int32_t offset_s = zone_at(zone, wall).offset_s;
    struct civil now = civil_of(wall, offset_s);
    struct civil c = { .year = now.year,
                       .month = now.month,
                       .day = now.day - (now.weekday + 6) % 7,
                       .hour = WEEK_HOUR };
    int64_t at = at_local(zone, &c, offset_s);

    while (at <= wall) {
        c.day += 7;
        at = at_local(zone, &c, offset_s);
    }
    return at;
}

/* ---- who gets one -------------------------------------------------------------------- */

struct weekly *weekly_new(uint64_t seed)
{
    struct weekly *x = calloc(1, sizeof *x);

    if (x == NULL)
        abort();
    map_init(&x->groups, seed);
    heap_init(&x->due);
    return x;
}

static void edition_free(struct weekly *x, struct edition *ed)
{
    heap_unset(&x->due, &ed->due);
    week_clear(&ed->week);
    own_str_free(ed->zone);
    free(ed);
}

static void group_drop(struct weekly *x, struct weekly_group *g)
{
    map_remove(&x->groups, g->key);
    for (size_t i = 0; i < g->editions.n; i++)
        edition_free(x, g->editions.v[i]);
    vec_fini(&g->editions);
    own_str_free(g->key);
    free(g);
}

void weekly_free(struct flow *f)
{
    struct weekly_group *g;

    for (size_t i = 0; (g = map_next(&f->weekly->groups, &i, NULL)) != NULL;)
        group_drop(f->weekly, g);
    map_fini(&f->weekly->groups);
    heap_fini(&f->weekly->due);
    free(f->weekly);
    f->weekly = NULL;
}

static struct weekly_group *group_get(struct weekly *x, struct str key)
{
    struct weekly_group *g = map_find(&x->groups, key);

    if (g != NULL)
        return g;
    g = calloc(1, sizeof *g);
    if (g == NULL)
        abort();
    g->key = own_str(key);
    map_put(&x->groups, g->key, g);
    return g;
}

static struct edition *edition_in(const struct weekly_group *g, struct str zone)
{
    for (size_t i = 0; i < g->editions.n; i++)
        if (str_eq(g->editions.v[i]->zone, zone))
            return g->editions.v[i];
    return NULL;
}

static struct edition *edition_add(struct flow *f, struct weekly_group *g,
                                   struct str zone)
{
    struct edition *ed = calloc(1, sizeof *ed);

    if (ed == NULL)
        abort();
    ed->group = g;
    ed->zone = own_str(zone);
    ed->week.began = f->wall;
    vec_push(&g->editions, ed);
    heap_set(&f->weekly->due, &ed->due, next_monday(zone_named(f, zone), f->wall));
    return ed;
}

static bool has_zone(const struct flow *f, const struct contact_group *cg,
                     struct str zone)
{
    for (size_t i = 0; i < cg->members.n; i++) {
        const struct contact *c = book_contact(book_now(f), cg->members.v[i]);

        if (c != NULL && str_eq(c->zone, zone))
            return true;
    }
    return false;
}

/* An edition for each zone of its members, and no other. */
static void group_sync(struct flow *f, struct str key)
{
    const struct object *o = book_find(book_now(f), OBJECT_CONTACT_GROUP, key);
    const struct contact_group *cg = o != NULL ? o->model : NULL;
    struct weekly_group *g = map_find(&f->weekly->groups, key);
    size_t kept = 0;

    if (cg == NULL || !cg->enable_subscribed) {
        if (g != NULL)
            group_drop(f->weekly, g);
        return;
    }
    g = group_get(f->weekly, key);
    for (size_t i = 0; i < g->editions.n; i++) {
        if (has_zone(f, cg, g->editions.v[i]->zone))
            g->editions.v[kept++] = g->editions.v[i];
        else
            edition_free(f->weekly, g->editions.v[i]);
    }
    g->editions.n = kept;
    for (size_t i = 0; i < cg->members.n; i++) {
        const struct contact *c = book_contact(book_now(f), cg->members.v[i]);

        if (c != NULL && edition_in(g, c->zone) == NULL)
            (void)edition_add(f, g, c->zone);
    }
}

void weekly_changed(struct flow *f, const struct change_effect *e)
{
    const struct book *b = book_now(f);
    size_t n;

    if (e->kind == OBJECT_CONTACT_GROUP) {
        group_sync(f, e->key);
        return;
    }
    n = e->kind == OBJECT_CONTACT ? book_users(b, REF_CONTACT, e->key) : 0;
    for (size_t i = 0; i < n; i++)
        group_sync(f, book_user_at(b, REF_CONTACT, e->key, i)->key);
}

/* ---- counting -------------------------------------------------------------------------- */

typedef void each_fn(const struct flow *f, struct edition *ed, const struct alert *al);

static void each_named(struct flow *f, struct strs names, each_fn *fn,
                       const struct alert *al)
{
    for (size_t i = 0; i < names.n; i++) {
        const struct weekly_group *g =
            map_find(&f->weekly->groups, utf8_nfc(&f->scratch, names.v[i]));

        for (size_t k = 0; g != NULL && k < g->editions.n; k++)
            fn(f, g->editions.v[k], al);
    }
}

/* The groups that a route reaches, itself or by its receiver. */
static void each_of_rule(struct flow *f, const struct rule *rule, each_fn *fn,
                         const struct alert *al)
{
    const struct receiver *r = rule->route->receiver.n > 0
                                   ? book_receiver(book_now(f), rule->route->receiver)
                                   : NULL;

    each_named(f, rule->route->contact_groups, fn, al);
    if (r != NULL)
        each_named(f, r->contact_groups, fn, al);
}

static void fired_in(const struct flow *f, struct edition *ed, const struct alert *al)
{
    week_fired(&ed->week, al, ed->due.at - f->wall);
}

void weekly_fired(struct flow *f, const struct rule *rule, const struct alert *al)
{
    if (f->weekly->groups.n > 0)
        each_of_rule(f, rule, fired_in, al);
}

static void ended_in(const struct flow *f, struct edition *ed, const struct alert *al)
{
    (void)f;
    week_ended(&ed->week, al);
}

void weekly_ended(struct flow *f, const struct slot *s)
{
    if (f->weekly->groups.n == 0)
        return;
    for (const struct member *m = slot_members(s); m != NULL; m = member_next(m)) {
        const struct rule *rule = rules_find(&f->rules, m->group->route);

        if (rule != NULL && m->parting == 0)
            each_of_rule(f, rule, ended_in, s->alert);
    }
}

void weekly_message(struct flow *f, struct str contact_group, enum weekly_what what)
{
    const struct weekly_group *g =
        f->weekly->groups.n > 0 && contact_group.n > 0
            ? map_find(&f->weekly->groups, utf8_nfc(&f->scratch, contact_group))
            : NULL;

    for (size_t i = 0; g != NULL && i < g->editions.n; i++)
        week_message(&g->editions.v[i]->week, what);
}

/* ---- telling ------------------------------------------------------------------------------ */

/* For people who have time: no SMS, no call, no program, nobody's pager. */
static bool is_read(int channel)
{
    return channel_known(channel) && channel != CHANNEL_SMS && channel != CHANNEL_ALIIM &&
           channel != CHANNEL_WEBHOOK && channel < CHANNEL_PAGERDUTY;
}

/* By mail, or else by the first channel on which one reads. */
static const struct address *reads_at(const struct contact *c)
{
    const struct address *first = NULL;

    for (size_t i = 0; i < c->addresses.n; i++) {
        const struct address *ad = &c->addresses.v[i];

        if (ad->state != ADDRESS_OK || !is_read(ad->channel))
            continue;
        if (ad->channel == CHANNEL_MAIL)
            return ad;
        if (first == NULL)
            first = ad;
    }
    return first;
}

static void send_to(struct flow *f, const struct contact *c,
                    const struct contact_group *cg, const struct report *r)
{
    struct target t = { .address = reads_at(c),
                        .to = c->name,
                        .lang = c->lang,
                        .zone = c->zone,
                        .contact_group = cg->name };
    struct item *it;

    if (t.address == NULL)
        return;
    t.address_key = address_identity(t.address, &f->scratch);
    it = outbox_begin(f, &t);
    it->n.kind = NOTIFY_REPORT;
    it->n.reason = REASON_REPORT;
    it->n.receiver = cg->name;
    it->n.report = report_copy(r, &it->arena);
    outbox_admit(f, it);
    row_item(f, it, SUPPRESSED_NONE);
    place_queue(f, it);
}

static void edition_send(struct flow *f, struct edition *ed)
{
    const struct contact_group *cg = book_contact_group(book_now(f), ed->group->key);
    struct report r = week_report(&ed->week, f->wall, &f->scratch);

    for (size_t i = 0; cg != NULL && i < cg->members.n; i++) {
        const struct contact *c = book_contact(book_now(f), cg->members.v[i]);

        if (c != NULL && str_eq(c->zone, ed->zone))
            send_to(f, c, cg, &r);
    }
    week_clear(&ed->week);
    ed->week.began = f->wall;
}

static int edition_cmp(const void *x, const void *y)
{
    const struct edition *a = *(const struct edition *const *)x;
    const struct edition *b = *(const struct edition *const *)y;
    int c = str_cmp(a->group->key, b->group->key);

    if (a->due.at != b->due.at)
        return a->due.at < b->due.at ? -1 : 1;
    return c != 0 ? c : str_cmp(a->zone, b->zone);
}

/* In the order of their times, then names: a state that was loaded sends the same. */
void weekly_expire(struct flow *f)
{
    struct heap *h = &f->weekly->due;
    struct heap_node *first;
    VEC(struct edition *) late = { 0 };

    while ((first = heap_first(h)) != NULL && first->at <= f->wall) {
        heap_unset(h, first);
        vec_push(&late, (struct edition *)(void *)first);
    }
    if (late.n > 1)
        qsort(late.v, late.n, sizeof *late.v, edition_cmp);
    for (size_t i = 0; i < late.n; i++) {
        edition_send(f, late.v[i]);
        heap_set(h, &late.v[i]->due,
                 next_monday(zone_named(f, late.v[i]->zone), f->wall));
    }
    vec_fini(&late);
}

/* A clock that is set back must not leave the next report in a far future. */
void weekly_clock(struct flow *f)
{
    struct weekly_group *g;

    for (size_t i = 0; (g = map_next(&f->weekly->groups, &i, NULL)) != NULL;)
        for (size_t k = 0; k < g->editions.n; k++) {
            struct edition *ed = g->editions.v[k];
            int64_t due = next_monday(zone_named(f, ed->zone), f->wall);

            if (ed->due.at > due)
                heap_set(&f->weekly->due, &ed->due, due);
            if (ed->week.began > f->wall)
                ed->week.began = f->wall;
        }
}

int64_t weekly_due(const struct flow *f)
{
    const struct heap_node *first = heap_first(&f->weekly->due);

    if (first == NULL || first->at - f->wall > INT64_MAX - f->steady)
        return INT64_MAX;
    return first->at > f->wall ? f->steady + (first->at - f->wall) : f->steady;
}

bool flow_report(struct flow *f, struct str contact_group, struct str zone, int64_t now,
                 struct arena *a, struct report *out)
{
    const struct weekly_group *g =
        map_find(&f->weekly->groups, utf8_nfc(a, contact_group));
    const struct edition *ed = g != NULL ? edition_in(g, zone) : NULL;

    if (ed == NULL && g != NULL && g->editions.n > 0)
        ed = g->editions.v[0];
    if (ed == NULL)
        return false;
    *out = week_report(&ed->week, now, a);
    return true;
}

/* ---- snapshot ---------------------------------------------------------------------------- */

static void put_edition(struct buf *b, const struct edition *ed)
{
    put_str(b, ed->zone);
    put_i64(b, ed->week.began);
    put_i64(b, ed->due.at);
    week_put(b, &ed->week);
}

void weekly_record(const struct flow *f, struct buf *b)
{
    const struct weekly_group *g;

    for (size_t i = 0; (g = map_next(&f->weekly->groups, &i, NULL)) != NULL;) {
        put_str(b, g->key);
        put_u64(b, g->editions.n);
        for (size_t k = 0; k < g->editions.n; k++)
            put_edition(b, g->editions.v[k]);
    }
}

static void get_edition(struct flow *f, struct weekly_group *g, struct reader *r)
{
    struct edition *ed = edition_add(f, g, get_str(r));

    ed->week.began = get_i64(r);
    heap_set(&f->weekly->due, &ed->due, get_i64(r));
    week_get(r, &f->load.arena, &ed->week);
}

/* Groups of the book that the record does not know count from now on: a snapshot of
 * before there were reports. */
ok weekly_load(struct flow *f, struct str record, struct err *e)
{
    const struct book *b = book_now(f);
    struct reader r = reader_of(record);

    while (r.p < r.end && !r.bad) {
        struct weekly_group *g = group_get(f->weekly, get_str(&r));
        size_t n = get_count(&r, 12);

        for (size_t i = 0; i < n && !r.bad; i++)
            get_edition(f, g, &r);
    }
    for (size_t i = 0; i < book_count(b, OBJECT_CONTACT_GROUP); i++)
        if (map_find(&f->weekly->groups, book_at(b, OBJECT_CONTACT_GROUP, i)->key) ==
            NULL)
            group_sync(f, book_at(b, OBJECT_CONTACT_GROUP, i)->key);
    return reader_done(&r) ? OK
                           : fail(e, FAULT_SYNTAX, "snapshot",
                                  "the snapshot's weekly figures cannot be read");
}
