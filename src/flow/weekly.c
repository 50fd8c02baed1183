/* weekly.c - the weekly report of contact groups with enable_subscribed: Monday 09:00 in
 * each member's zone, what fired, what was told, what failed. It is the one thing that
 * flag does.
 *
 * Figures are counted as things happen, for each group and each zone of its members, from
 * one report to the next: no history is read. Of the names of alerts those that come most
 * often are kept (space saving: a new name takes the place, and the count, of the rarest).
 * A report that fell into a time when nothing ran is sent once, late. */
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/flow_private.h"

#include <stdlib.h>

enum { NAMES_KEPT = 32, WEEK_HOUR = 9 };

struct name_count {
    struct str name; /* owned */
    int64_t fired, lasted;
};

struct week {             /* of one group's members in one zone */
    struct heap_node due; /* first; wall */
    struct weekly_group *group;
    struct str zone;   /* owned; empty: UTC */
    int64_t began;     /* wall */
    struct report sum; /* the figures; names and times are filled in for sending */
    struct name_count names[NAMES_KEPT];
    size_t name_count;
};

struct weekly_group {
    struct str key; /* owned; of the book's contact group */
    VEC(struct week *) weeks;
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

static struct str own_str(struct str s)
{
    char *p = malloc(s.n + 1);

    if (p == NULL)
        abort();
    memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

static void str_free(struct str s)
{
    free((char *)(uintptr_t)s.p);
}

struct weekly *weekly_new(uint64_t seed)
{
    struct weekly *x = calloc(1, sizeof *x);

    if (x == NULL)
        abort();
    map_init(&x->groups, seed);
    heap_init(&x->due);
    return x;
}

static void week_clear(struct week *w)
{
    for (size_t i = 0; i < w->name_count; i++)
        str_free(w->names[i].name);
    w->name_count = 0;
    w->sum = (struct report){ 0 };
}

static void week_free(struct weekly *x, struct week *w)
{
    heap_unset(&x->due, &w->due);
    week_clear(w);
    str_free(w->zone);
    free(w);
}

static void group_drop(struct weekly *x, struct weekly_group *g)
{
    map_remove(&x->groups, g->key);
    for (size_t i = 0; i < g->weeks.n; i++)
        week_free(x, g->weeks.v[i]);
    vec_fini(&g->weeks);
    str_free(g->key);
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

static struct week *week_in(const struct weekly_group *g, struct str zone)
{
    for (size_t i = 0; i < g->weeks.n; i++)
        if (str_eq(g->weeks.v[i]->zone, zone))
            return g->weeks.v[i];
    return NULL;
}

static struct week *week_add(struct flow *f, struct weekly_group *g, struct str zone)
{
    struct week *w = calloc(1, sizeof *w);

    if (w == NULL)
        abort();
    w->group = g;
    w->zone = own_str(zone);
    w->began = f->wall;
    vec_push(&g->weeks, w);
    heap_set(&f->weekly->due, &w->due, next_monday(zone_named(f, zone), f->wall));
    return w;
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

/* A week for each zone of its members, and no other. */
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
    for (size_t i = 0; i < g->weeks.n; i++) {
        if (has_zone(f, cg, g->weeks.v[i]->zone))
            g->weeks.v[kept++] = g->weeks.v[i];
        else
            week_free(f->weekly, g->weeks.v[i]);
    }
    g->weeks.n = kept;
    for (size_t i = 0; i < cg->members.n; i++) {
        const struct contact *c = book_contact(book_now(f), cg->members.v[i]);

        if (c != NULL && week_in(g, c->zone) == NULL)
            (void)week_add(f, g, c->zone);
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

static struct name_count *rarest(struct week *w)
{
    struct name_count *least = &w->names[0];

    for (size_t i = 1; i < w->name_count; i++)
        if (w->names[i].fired < least->fired)
            least = &w->names[i];
    return least;
}

static struct name_count *name_of(struct week *w, struct str name)
{
    struct name_count *c;

    for (size_t i = 0; i < w->name_count; i++)
        if (str_eq(w->names[i].name, name))
            return &w->names[i];
    if (w->name_count < NAMES_KEPT) {
        c = &w->names[w->name_count++];
        *c = (struct name_count){ .name = own_str(name) };
        return c;
    }
    c = rarest(w);
    str_free(c->name);
    c->name = own_str(name);
    c->lasted = 0;
    return c;
}

/* Days count back from the next report, so that each is whole. */
static size_t day_of(const struct flow *f, const struct week *w)
{
    int64_t left = (w->due.at - f->wall) / NS_PER_DAY;

    return left >= REPORT_DAYS ? 0
           : left < 0          ? REPORT_DAYS - 1
                               : REPORT_DAYS - 1 - (size_t)left;
}

static void count_fired(const struct flow *f, struct week *w, const struct alert *al)
{
    struct str name = utf8_cut(alert_get(al, STR("alertname")), REPORT_NAME_MAX);

    w->sum.fired++;
    w->sum.days[day_of(f, w)]++;
    name_of(w, name)->fired++;
}

static void count_ended(struct week *w, const struct alert *al)
{
    struct str name = utf8_cut(alert_get(al, STR("alertname")), REPORT_NAME_MAX);
    int64_t from = al->starts_at > w->began ? al->starts_at : w->began;
    int64_t lasted = al->ends_at > from ? al->ends_at - from : 0;

    w->sum.ended++;
    w->sum.lasted += lasted;
    for (size_t i = 0; i < w->name_count; i++)
        if (str_eq(w->names[i].name, name))
            w->names[i].lasted += lasted;
}

typedef void each_fn(const struct flow *f, struct week *w, const struct alert *al);

static void each_named(struct flow *f, struct strs names, each_fn *fn,
                       const struct alert *al)
{
    for (size_t i = 0; i < names.n; i++) {
        const struct weekly_group *g =
            map_find(&f->weekly->groups, utf8_nfc(&f->scratch, names.v[i]));

        for (size_t k = 0; g != NULL && k < g->weeks.n; k++)
            fn(f, g->weeks.v[k], al);
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

void weekly_fired(struct flow *f, const struct rule *rule, const struct alert *al)
{
    if (f->weekly->groups.n > 0)
        each_of_rule(f, rule, count_fired, al);
}

static void end_in(const struct flow *f, struct week *w, const struct alert *al)
{
    (void)f;
    count_ended(w, al);
}

void weekly_ended(struct flow *f, const struct slot *s)
{
    if (f->weekly->groups.n == 0)
        return;
    for (const struct member *m = s->members; m != NULL; m = m->next) {
        const struct rule *rule = rules_find(&f->rules, m->group->route);

        if (rule != NULL && m->parting == NULL)
            each_of_rule(f, rule, end_in, s->alert);
    }
}

void weekly_message(struct flow *f, struct str contact_group, enum weekly_what what)
{
    const struct weekly_group *g =
        f->weekly->groups.n > 0 && contact_group.n > 0
            ? map_find(&f->weekly->groups, utf8_nfc(&f->scratch, contact_group))
            : NULL;

    for (size_t i = 0; g != NULL && i < g->weeks.n; i++) {
        struct report *sum = &g->weeks.v[i]->sum;

        sum->told += what == WEEKLY_TOLD;
        sum->delivered += what == WEEKLY_DELIVERED;
        sum->failed += what == WEEKLY_FAILED;
    }
}

/* ---- telling ------------------------------------------------------------------------------ */

static int name_cmp(const void *x, const void *y)
{
    const struct report_name *a = x, *b = y;

    if (a->fired != b->fired)
        return a->fired > b->fired ? -1 : 1;
    return str_cmp(a->alertname, b->alertname);
}

static struct report report_of(const struct week *w, int64_t to, struct arena *a)
{
    struct report r = w->sum;
    struct report_name *v = arena_array(a, struct report_name, NAMES_KEPT);

    for (size_t i = 0; i < w->name_count; i++)
        v[i] = (struct report_name){ arena_str(a, w->names[i].name), w->names[i].fired,
                                     w->names[i].lasted };
    if (w->name_count > 1)
        qsort(v, w->name_count, sizeof *v, name_cmp);
    r.from = w->began;
    r.to = to;
    r.names = v;
    r.name_count = w->name_count < REPORT_NAMES ? w->name_count : REPORT_NAMES;
    return r;
}

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

static void week_send(struct flow *f, struct week *w)
{
    const struct contact_group *cg = book_contact_group(book_now(f), w->group->key);
    struct report r = report_of(w, f->wall, &f->scratch);

    for (size_t i = 0; cg != NULL && i < cg->members.n; i++) {
        const struct contact *c = book_contact(book_now(f), cg->members.v[i]);

        if (c != NULL && str_eq(c->zone, w->zone))
            send_to(f, c, cg, &r);
    }
    week_clear(w);
    w->began = f->wall;
}

static int week_cmp(const void *x, const void *y)
{
    const struct week *a = *(const struct week *const *)x;
    const struct week *b = *(const struct week *const *)y;
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
    VEC(struct week *) late = { 0 };

    while ((first = heap_first(h)) != NULL && first->at <= f->wall) {
        heap_unset(h, first);
        vec_push(&late, (struct week *)(void *)first);
    }
    if (late.n > 1)
        qsort(late.v, late.n, sizeof *late.v, week_cmp);
    for (size_t i = 0; i < late.n; i++) {
        week_send(f, late.v[i]);
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
        for (size_t k = 0; k < g->weeks.n; k++) {
            struct week *w = g->weeks.v[k];
            int64_t due = next_monday(zone_named(f, w->zone), f->wall);

            if (w->due.at > due)
                heap_set(&f->weekly->due, &w->due, due);
            if (w->began > f->wall)
                w->began = f->wall;
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
    const struct week *w = g != NULL ? week_in(g, zone) : NULL;

    if (w == NULL && g != NULL && g->weeks.n > 0)
        w = g->weeks.v[0];
    if (w == NULL)
        return false;
    *out = report_of(w, now, a);
    return true;
}

/* ---- snapshot ---------------------------------------------------------------------------- */

static void put_week(struct buf *b, const struct week *w)
{
    put_str(b, w->zone);
    put_i64(b, w->began);
    put_i64(b, w->due.at);
    report_encode(&w->sum, b);
    put_u64(b, w->name_count);
    for (size_t i = 0; i < w->name_count; i++) {
        put_str(b, w->names[i].name);
        put_i64(b, w->names[i].fired);
        put_i64(b, w->names[i].lasted);
    }
}

void weekly_record(const struct flow *f, struct buf *b)
{
    const struct weekly_group *g;

    for (size_t i = 0; (g = map_next(&f->weekly->groups, &i, NULL)) != NULL;) {
        put_str(b, g->key);
        put_u64(b, g->weeks.n);
        for (size_t k = 0; k < g->weeks.n; k++)
            put_week(b, g->weeks.v[k]);
    }
}

static void get_week(struct flow *f, struct weekly_group *g, struct reader *r)
{
    struct week *w = week_add(f, g, get_str(r));
    size_t n;

    w->began = get_i64(r);
    heap_set(&f->weekly->due, &w->due, get_i64(r));
    report_read(r, &f->load.arena, &w->sum);
    w->sum.names = NULL;
    w->sum.name_count = 0;
    n = get_count(r, 3);
    if (n > NAMES_KEPT)
        r->bad = true;
    for (size_t i = 0; i < n && !r->bad; i++) {
        w->names[i].name = own_str(get_str(r));
        w->names[i].fired = get_i64(r);
        w->names[i].lasted = get_i64(r);
        w->name_count++;
    }
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
            get_week(f, g, &r);
    }
    for (size_t i = 0; i < book_count(b, OBJECT_CONTACT_GROUP); i++)
        if (map_find(&f->weekly->groups, book_at(b, OBJECT_CONTACT_GROUP, i)->key) ==
            NULL)
            group_sync(f, book_at(b, OBJECT_CONTACT_GROUP, i)->key);
    return reader_done(&r) ? OK
                           : fail(e, FAULT_SYNTAX, "snapshot",
                                  "the snapshot's weekly figures cannot be read");
}
