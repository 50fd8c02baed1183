/* snapshot_load_items.c - the outbox of a snapshot: what is owed, digests with their
 * parts, and the places where it waits. */
#include "flow/snapshot_private.h"

#include <stdatomic.h>
#include <stdlib.h>

static ok get_notification(struct flow *f, struct item *it, struct reader *r,
                           struct err *e)
{
    struct notification *n = &it->n;
    struct str *texts[] = {
        &n->address_key, &n->to,           &n->lang,          &n->zone,
        &n->zone_tzif,   &n->external_url, &n->region,        &n->account_name,
        &n->route,       &n->group_key,    &n->contact_group, &n->action_rule,
        &n->rule_user,   &n->topic_urn,    &n->topic_display, &n->subscription_urn
    };
    const struct alert **alerts;
    uint64_t kind, reason;
    size_t labels, count;

    n->account = f->config.account;
    n->sequence = get_u64(r);
    kind = get_u64(r);
    reason = get_u64(r);
    n->decided_at = get_i64(r);
    n->max_alerts = get_i64(r);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = get_str(r);
    if (kind > NOTIFY_LEFT || reason >= REASON_COUNT)
        return load_broken(e, "notification");
    n->kind = (enum notification_kind)kind;
    n->reason = (enum reason)reason;
    if (schema_decode(&address_schema, get_str(r), &it->arena, &n->address, e) ==
            FAILED ||
        schema_decode(&message_template_schema, get_str(r), &it->arena, &n->words, e) ==
            FAILED)
        return FAILED;
    labels = get_count(r, 2);
    n->group_labels = load_pairs(r, labels, &it->arena);
    n->firing_count = (size_t)get_u64(r);
    count = get_count(r, 11);
    alerts = arena_array(&it->arena, const struct alert *, count + 1);
    n->alerts = alerts;
    while (n->alert_count < count) {
        alerts[n->alert_count] = load_version(f, r);
        if (alerts[n->alert_count] == NULL)
            return load_broken(e, "notification's alert");
        n->alert_count++;
    }
    return r->bad ? load_broken(e, "notification") : OK;
}

static ok get_integration(struct item *it, struct reader *r, struct err *e)
{
    struct integration *in;

    if (get_u64(r) == 0)
        return OK;
    in = arena_new(&it->arena, struct integration);
    it->n.integration = in;
    return schema_decode(&integration_schema, get_str(r), &it->arena, in, e);
}

static ok get_go_files(struct flow *f, struct item *it, struct reader *r, struct err *e)
{
    uint64_t form = get_u64(r);
    struct template_files *own;

    switch (form) {
    case GO_FILES_NONE:
        return OK;
    case GO_FILES_OF_BOOK:
        it->pin = book_now(f);
        book_ref(it->pin);
        it->n.go_files = template_files_of(it->pin);
        return OK;
    case GO_FILES_OWN:
        own = arena_new(&it->arena, struct template_files);
        it->n.go_files = own;
        return schema_decode(&template_files_schema, get_str(r), &it->arena, own, e);
    default:
        return load_broken(e, "notification's templates");
    }
}

/* Snapshots of before there were receivers end here. */
static ok get_receiver(struct flow *f, struct item *it, struct reader *r, struct err *e)
{
    struct notification *n = &it->n;

    n->receiver = n->route;
    n->from_file = true; /* then all routes were */
    if (r->p == r->end || r->bad)
        return OK;
    n->receiver = get_str(r);
    if (get_integration(it, r, e) == FAILED || get_go_files(f, it, r, e) == FAILED)
        return FAILED;
    n->route_labels = load_pairs(r, get_count(r, 2), &it->arena);
    n->from_file = get_u64(r) != 0;
    if (r->p == r->end || r->bad)
        return OK;
    n->step = get_i64(r);
    n->waited = get_i64(r);
    if (n->kind == NOTIFY_REPORT) {
        struct report *report = arena_new(&it->arena, struct report);

        report_read(r, &it->arena, report);
        n->report = report;
    }
    if (n->kind == NOTIFY_PUBLISHED) {
        struct published *published = arena_new(&it->arena, struct published);

        published->message_id = get_str(r);
        published->subject = get_str(r);
        published->text = get_str(r);
        n->published = published;
    }
    return OK;
}

/* The digest sums them up: they have to fit together. */
static void get_part_sums(struct reader *r, struct part *p)
{
    uint64_t rank;

    p->sequence = get_u64(r);
    p->deadline = get_i64(r);
    p->alert_total = (size_t)get_u64(r);
    p->firing_total = (size_t)get_u64(r);
    rank = get_u64(r);
    if (rank >= DIGEST_RANKS || p->firing_total > p->alert_total) {
        r->bad = true;
        p->alert_total = p->firing_total = rank = 0;
    }
    p->rank = (int)rank;
}

/* What the parts of a digest pinned, and what it shows if it was sent. */
static ok get_part(struct flow *f, struct linking *l, struct item *d, struct reader *r,
                   struct err *e)
{
    struct part *p = calloc(1, sizeof *p);
    uint64_t group = get_u64(r);
    struct str address_key = get_str(r);
    size_t n;

    if (p == NULL)
        abort();
    p->contact_group = get_str(r);
    get_part_sums(r, p);
    digest_add(d, p); /* whatever comes, it is freed with the digest */
    load_told_set(r, &p->firing);
    load_told_set(r, &p->resolved);
    n = get_count(r, 11);
    p->alerts = malloc((n + 1) * sizeof *p->alerts);
    if (p->alerts == NULL)
        abort();
    if (n > p->alert_total)
        return load_broken(e, "digest");
    while (p->alert_count < n) {
        p->alerts[p->alert_count] = load_version(f, r);
        if (p->alerts[p->alert_count] == NULL)
            return load_broken(e, "digest's alert");
        p->alert_count++;
    }
    p->group = map_find(&l->by_id, (struct str){ (const char *)&group, sizeof group });
    if (p->group == NULL)
        return r->bad ? load_broken(e, "digest") : OK;
    p->told = group_told(p->group, address_key, true);
    p->told->part = p;
    return r->bad ? load_broken(e, "digest") : OK;
}

static ok get_digest(struct flow *f, struct linking *l, struct item *d, struct reader *r,
                     struct err *e)
{
    struct notification *n = &d->n;
    size_t parts;

    for (size_t i = 0; i < n->alert_count; i++)
        vec_push(&d->shown, n->alerts[i]);
    n->alerts = d->shown.v;
    n->merged = (size_t)get_u64(r);
    n->more_firing = (size_t)get_u64(r);
    n->more_resolved = (size_t)get_u64(r);
    parts = get_count(r, 10); /* they stood here before they had records of their own */
    for (size_t i = 0; i < parts; i++)
        if (get_part(f, l, d, r, e) == FAILED)
            return FAILED;
    if (r->p != r->end && !r->bad)
        d->settling =
            get_u64(r) == SETTLING_GIVEN_UP ? SETTLING_GIVEN_UP : SETTLING_ARRIVED;
    return r->bad ? load_broken(e, "digest") : OK;
}

/* ---- parts of their own ------------------------------------------------------------ */

struct part_place {
    uint64_t digest, ordinal;
};

static struct part_place part_place(const struct str *record)
{
    struct reader r = reader_of(*record);
    uint64_t digest = get_u64(&r);

    return (struct part_place){ digest, get_u64(&r) };
}

static int part_cmp(const void *x, const void *y)
{
    struct part_place a = part_place(x), b = part_place(y);

    if (a.digest != b.digest)
        return a.digest < b.digest ? -1 : 1;
    return a.ordinal < b.ordinal ? -1 : a.ordinal > b.ordinal;
}

void load_parts_sort(struct flow *f)
{
    struct loading *ld = &f->load;

    if (ld->parts.n > 1)
        qsort(ld->parts.v, ld->parts.n, sizeof *ld->parts.v, part_cmp);
}

/* Those of the digest that was loaded last. */
static ok load_parts(struct flow *f, struct linking *l, struct item *d, struct err *e)
{
    const struct loading *ld = &f->load;

    for (; l->part < ld->parts.n; l->part++) {
        struct part_place at = part_place(&ld->parts.v[l->part]);
        struct reader r = reader_of(ld->parts.v[l->part]);

        if (at.digest != d->n.sequence)
            return OK;
        (void)get_u64(&r);
        (void)get_u64(&r);
        if (d->n.kind != NOTIFY_DIGEST)
            return load_broken(e, "digest");
        if (get_part(f, l, d, &r, e) == FAILED)
            return FAILED;
        d->parts_last->ordinal = at.ordinal;
        if (!reader_done(&r))
            return load_broken(e, "digest");
    }
    return OK;
}

ok load_parts_end(struct flow *f, const struct linking *l, struct err *e)
{
    return l->part == f->load.parts.n ? OK : load_broken(e, "digest");
}

/* ---- an item ------------------------------------------------------------------------- */

/* Snapshots of before there were places end here. */
static ok get_sending(struct flow *f, struct linking *l, struct item *it,
                      struct reader *r, struct err *e)
{
    if (r->p == r->end || r->bad)
        return OK;
    it->doubtful = get_u64(r) != 0;
    it->crashes = (int)get_u64(r);
    if (it->n.kind == NOTIFY_DIGEST)
        return get_digest(f, l, it, r, e);
    if (r->p == r->end || r->bad)
        return OK;
    it->n.form = (int)get_u64(r);
    it->n.account_uid = get_str(r);
    return it->n.form > FORM_EVENT_CALLBACK || it->n.form < FORM_BELFRY
               ? load_broken(e, "notification's form")
               : OK;
}

ok load_place(struct flow *f, struct linking *l, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    struct place *p;

    if (!place_load(f, &r, &p))
        return load_broken(e, "place");
    load_timer(l, &r, &p->timer);
    return reader_done(&r) ? OK : load_broken(e, "place");
}

static void admit_loaded(struct flow *f, struct linking *l, struct item *it, uint64_t id)
{
    outbox_put_key(f, &it->n);
    map_put(&f->items, (struct str){ it->n.key, NOTIFICATION_KEY_HEX }, it);
    place_enter(f, it);
    COUNT(f, outbox, 1);
    if (notify_confirms(it->n.kind) && it->deadline != 0)
        map_put(&f->confirms, it->n.address_key, it);
    it->own.group = map_find(&l->by_id, (struct str){ (const char *)&id, sizeof id });
    if (it->own.group == NULL)
        return;
    it->own.told = group_told(it->own.group, it->n.address_key, true);
    it->own.told->part = &it->own;
}

ok load_item(struct flow *f, struct linking *l, struct str bytes, struct err *e)
{
    struct item *it = calloc(1, sizeof *it);
    struct reader r;
    uint64_t group;
    bool timed;
    ok done;

    if (it == NULL)
        abort();
    arena_init(&it->arena);
    it->timer.kind = TIMER_ITEM;
    it->own.item = it;
    r = reader_of(arena_str(&it->arena, bytes)); /* its strings live with it */
    done = get_notification(f, it, &r, e);
    it->attempt = (int)get_u64(&r);
    it->in_flight = get_u64(&r) != 0;
    it->plain = get_u64(&r) != 0;
    it->deadline = get_i64(&r);
    timed = load_timer(l, &r, &it->timer);
    load_told_set(&r, &it->own.firing);
    load_told_set(&r, &it->own.resolved);
    group = get_u64(&r);
    if (done == OK)
        done = get_receiver(f, it, &r, e);
    if (done == OK && it->n.kind == NOTIFY_PUBLISHED && it->n.published == NULL)
        done = load_broken(e, "publication");
    if (done == OK)
        done = get_sending(f, l, it, &r, e);
    if (it->n.address.channel < 0 || it->n.address.channel >= CHANNEL_COUNT)
        it->n.address.channel = CHANNEL_WEBHOOK; /* it is not loaded: done is FAILED */
    admit_loaded(f, l, it, group);
    if (it->in_flight)
        it->place->in_flight++;
    else if (!timed)
        place_line_loaded(f, it);
    if (done == FAILED)
        return FAILED;
    return reader_done(&r) ? load_parts(f, l, it, e) : load_broken(e, "notification");
}
