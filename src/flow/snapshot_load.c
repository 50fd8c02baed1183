/* snapshot_load.c - the state from pieces: alerts and book objects as they come,
 * groups and items (which name alerts and each other) at the end, in the order in
 * which they were made. */
#include "flow/snapshot_private.h"

#include <stdatomic.h>
#include <stdlib.h>

static ok broken(struct err *e, const char *what)
{
    return fail(e, FAULT_SYNTAX, "snapshot", "the snapshot's %s cannot be read", what);
}

/* ---- alerts ------------------------------------------------------------------- */

static struct pairs get_pairs(struct reader *r, size_t n, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, n + 1);

    for (size_t i = 0; i < n; i++) {
        v[i].name = get_str(r);
        v[i].value = get_str(r);
    }
    return (struct pairs){ v, n };
}

static struct alert *get_alert(struct flow *f, struct reader *r)
{
    struct alert_in in = { 0 };
    uint64_t serial = get_u64(r);
    int64_t updated;
    struct alert *al;
    bool by_timeout;
    size_t labels, annotations;

    in.starts_at = get_i64(r);
    in.ends_at = get_i64(r);
    updated = get_i64(r);
    in.starts_zone = (int32_t)get_i64(r);
    in.ends_zone = (int32_t)get_i64(r);
    in.door = (enum door)get_u64(r);
    by_timeout = get_u64(r) != 0;
    in.generator_url = get_str(r);
    labels = (size_t)get_u64(r);
    annotations = (size_t)get_u64(r);
    if (r->bad || in.door >= DOOR_COUNT || labels > UINT16_MAX ||
        annotations > UINT16_MAX)
        return NULL;
    in.labels = get_pairs(r, labels, &f->load.arena);
    in.annotations = get_pairs(r, annotations, &f->load.arena);
    if (r->bad)
        return NULL;
    al = alert_make(f, serial, &in, NULL, NULL);
    al->updated_at = updated;
    al->ends_by_timeout = by_timeout;
    return al;
}

static ok load_alert(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    int64_t ttl = get_i64(&r);
    bool counted = get_u64(&r) != 0;
    struct alert *al = get_alert(f, &r);
    struct alert_key key;
    struct slot *s;

    if (al == NULL)
        return broken(e, "alert");
    if ((al->serial & ((UINT64_C(1) << SERIAL_INDEX_BITS) - 1)) >= f->load.used) {
        alert_drop(f, al);
        return broken(e, "alert number");
    }
    key = alert_key(f, (enum door)al->door, alert_labels(al, &f->load.arena));
    s = slot_restore(f, al->serial, key.hash);
    if (s == NULL) {
        alert_drop(f, al);
        return broken(e, "alert number");
    }
    slot_set(f, s, al, false);
    s->ttl = ttl;
    s->counted = counted;
    if (counted) {
        COUNT(f, alerts_active, 1);
        slot_watch_end(f, s);
    }
    return OK;
}

/* ---- head and lists ------------------------------------------------------------- */

static ok load_head(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    struct str name = get_str(&r);
    struct input in = { .kind = INPUT_ACCOUNT, .payload = name };
    uint64_t used;

    f->wall = get_i64(&r);
    f->steady = get_i64(&r);
    f->group_id = get_u64(&r);
    f->sequence = get_u64(&r);
    f->alerts.generation = get_u64(&r);
    used = get_u64(&r);
    f->load.timer_order = get_u64(&r);
    f->load.book_revision = get_u64(&r);
    f->load.book_order = get_u64(&r);
    if (!reader_done(&r) || used >= UINT64_C(1) << SERIAL_INDEX_BITS)
        return broken(e, "head");
    flow_name(f, &in);
    f->load.used = (uint32_t)used;
    f->load.head = true;
    return OK;
}

static ok load_free(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);

    while (r.p < r.end && !r.bad)
        vec_push(&f->alerts.free, (uint32_t)get_u64(&r));
    return r.bad ? broken(e, "free list") : OK;
}

static ok load_gone(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);

    while (r.p < r.end && !r.bad) {
        int64_t at = get_i64(&r);

        vec_push(&f->alerts.gone, (struct gone_entry){ at, get_u64(&r) });
    }
    return r.bad ? broken(e, "list of ended alerts") : OK;
}

static ok load_nonce(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    struct str key = get_str(&r);
    int64_t expires = get_i64(&r);

    if (!reader_done(&r))
        return broken(e, "nonce");
    f->replaying = true;
    nonce_keep(f, key, expires);
    return OK;
}

static ok load_buckets(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);

    f->load.place_id = get_u64(&r);
    while (r.p < r.end && !r.bad) {
        uint64_t kind = get_u64(&r);
        int64_t at = get_i64(&r);

        if (kind >= CHANNEL_COUNT)
            return broken(e, "buckets");
        f->full_at[kind] = at;
    }
    return r.bad ? broken(e, "buckets") : OK;
}

/* ---- pieces ------------------------------------------------------------------------ */

static ok load_record(struct flow *f, uint64_t type, struct str bytes, struct err *e)
{
    if (type != RECORD_HEAD && !f->load.head)
        return broken(e, "head");
    switch (type) {
    case RECORD_HEAD:
        return load_head(f, bytes, e);
    case RECORD_OBJECT:
        return book_load((struct book *)(uintptr_t)book_now(f), bytes, e);
    case RECORD_ALERT:
        return load_alert(f, bytes, e);
    case RECORD_GROUP:
        vec_push(&f->load.groups, arena_str(&f->load.arena, bytes));
        return OK;
    case RECORD_ITEM:
        vec_push(&f->load.items, arena_str(&f->load.arena, bytes));
        return OK;
    case RECORD_PLACE:
        vec_push(&f->load.places, arena_str(&f->load.arena, bytes));
        return OK;
    case RECORD_METRICS:
        f->load.metrics = arena_str(&f->load.arena, bytes);
        return OK;
    case RECORD_SERIES:
        vec_push(&f->load.series, arena_str(&f->load.arena, bytes));
        return OK;
    case RECORD_BUCKETS:
        return load_buckets(f, bytes, e);
    case RECORD_NONCE:
        return load_nonce(f, bytes, e);
    case RECORD_FREE:
        return load_free(f, bytes, e);
    case RECORD_GONE:
        return load_gone(f, bytes, e);
    case RECORD_HEARTBEATS:
        f->load.heartbeats = arena_str(&f->load.arena, bytes);
        return OK;
    case RECORD_ACKS:
        f->load.acks = arena_str(&f->load.arena, bytes);
        return OK;
    case RECORD_WEEKLY:
        f->load.weekly = arena_str(&f->load.arena, bytes);
        return OK;
    case RECORD_IMPORTS:
        f->load.imports = arena_str(&f->load.arena, bytes);
        return OK;
    default:
        return broken(e, "record type");
    }
}

ok flow_snapshot_name(struct str piece, struct str *name, struct err *e)
{
    struct reader r = reader_of(piece);
    uint64_t type = get_u64(&r);
    struct reader head = reader_of(get_str(&r));

    *name = get_str(&head);
    return r.bad || head.bad || type != RECORD_HEAD ? broken(e, "head") : OK;
}

ok flow_load(struct flow *f, struct str piece, struct err *e)
{
    struct reader r = reader_of(piece);

    while (r.p < r.end && !r.bad) {
        uint64_t type = get_u64(&r);
        struct str bytes = get_str(&r);

        if (!r.bad && load_record(f, type, bytes, e) == FAILED)
            return FAILED;
    }
    return r.bad ? broken(e, "piece") : OK;
}

/* ---- groups -------------------------------------------------------------------------- */

struct timer_at {
    struct timer *t;
    int64_t at;
    uint64_t order;
};

struct linking {
    VEC(struct timer_at) timers;
    struct map by_id; /* groups; keys are their ids' bytes */
};

/* Is it set? */
static bool get_timer(struct linking *l, struct reader *r, struct timer *t)
{
    bool set = get_u64(r) != 0;
    int64_t at = get_i64(r);
    uint64_t order = get_u64(r);

    if (set && !r->bad)
        vec_push(&l->timers, (struct timer_at){ t, at, order });
    return set;
}

static void get_set(struct reader *r, struct told_set *s)
{
    size_t n = get_count(r, 2);

    for (size_t i = 0; i < n && !r->bad; i++) {
        uint64_t serial = get_u64(r);

        vec_push(&s->v, (struct told_alert){ serial, (uint32_t)get_u64(r) });
    }
}

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
    get_set(r, &t->firing);
    get_set(r, &t->resolved);
}

static ok get_member(struct flow *f, struct group *g, struct reader *r, struct err *e)
{
    struct slot *s = slot_by_serial(&f->alerts, get_u64(r));
    bool parting = get_u64(r) != 0;
    struct member *m;

    if (r->bad || s == NULL)
        return broken(e, "group member");
    m = malloc(sizeof *m);
    if (m == NULL)
        abort();
    member_add(g, s, m);
    if (parting)
        m->parting = get_alert(f, r);
    return parting && m->parting == NULL ? broken(e, "group member") : OK;
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
        get_set(r, &g->told.v[i]->owed);
    }
}

/* Snapshots of before people had wishes end here. */
static void get_hidden(struct linking *l, struct group *g, struct reader *r)
{
    if (r->p == r->end || r->bad)
        return;
    for (size_t i = 0; i < g->told.n && !r->bad; i++)
        g->told.v[i]->noted_hidden = get_u64(r);
    get_timer(l, r, &g->climb.timer);
    g->climb.at = get_i64(r);
    g->climb.since = get_i64(r);
    g->climb.step = (uint32_t)get_u64(r);
    g->climb.said = (uint32_t)get_u64(r);
    g->climb.engaged = (uint32_t)get_u64(r);
}

static ok load_group(struct flow *f, struct linking *l, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    uint64_t id = get_u64(&r);
    struct str key = get_str(&r);
    struct group *g;
    size_t n;

    if (r.bad || key.n == 0 || map_find(&f->groups, key) != NULL)
        return broken(e, "group");
    g = new_group(f, id, key);
    if (!labels_of_key(f, g))
        return broken(e, "group");
    map_put(&l->by_id, (struct str){ (const char *)&g->id, sizeof g->id }, g);
    g->flushed = get_u64(&r) != 0;
    get_timer(l, &r, &g->timer);
    n = get_count(&r, 2);
    for (size_t i = 0; i < n; i++)
        if (get_member(f, g, &r, e) == FAILED)
            return FAILED;
    n = get_count(&r, 9);
    for (size_t i = 0; i < n && !r.bad; i++)
        get_told(g, &r);
    get_timing(g, &r);
    get_hidden(l, g, &r);
    return reader_done(&r) ? OK : broken(e, "group");
}

/* ---- items ------------------------------------------------------------------------------ */

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
        return broken(e, "notification");
    n->kind = (enum notification_kind)kind;
    n->reason = (enum reason)reason;
    if (schema_decode(&address_schema, get_str(r), &it->arena, &n->address, e) ==
            FAILED ||
        schema_decode(&message_template_schema, get_str(r), &it->arena, &n->words, e) ==
            FAILED)
        return FAILED;
    labels = get_count(r, 2);
    n->group_labels = get_pairs(r, labels, &it->arena);
    n->firing_count = (size_t)get_u64(r);
    count = get_count(r, 11);
    alerts = arena_array(&it->arena, const struct alert *, count + 1);
    n->alerts = alerts;
    while (n->alert_count < count) {
        alerts[n->alert_count] = get_alert(f, r);
        if (alerts[n->alert_count] == NULL)
            return broken(e, "notification's alert");
        n->alert_count++;
    }
    return r->bad ? broken(e, "notification") : OK;
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
        return broken(e, "notification's templates");
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
    n->route_labels = get_pairs(r, get_count(r, 2), &it->arena);
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
    get_set(r, &p->firing);
    get_set(r, &p->resolved);
    n = get_count(r, 11);
    p->alerts = malloc((n + 1) * sizeof *p->alerts);
    if (p->alerts == NULL)
        abort();
    if (n > p->alert_total)
        return broken(e, "digest");
    while (p->alert_count < n) {
        p->alerts[p->alert_count] = get_alert(f, r);
        if (p->alerts[p->alert_count] == NULL)
            return broken(e, "digest's alert");
        p->alert_count++;
    }
    p->group = map_find(&l->by_id, (struct str){ (const char *)&group, sizeof group });
    if (p->group == NULL)
        return r->bad ? broken(e, "digest") : OK;
    p->told = group_told(p->group, address_key, true);
    p->told->part = p;
    return r->bad ? broken(e, "digest") : OK;
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
    parts = get_count(r, 10);
    for (size_t i = 0; i < parts; i++)
        if (get_part(f, l, d, r, e) == FAILED)
            return FAILED;
    if (r->p != r->end && !r->bad)
        d->settling =
            get_u64(r) == SETTLING_GIVEN_UP ? SETTLING_GIVEN_UP : SETTLING_ARRIVED;
    return r->bad ? broken(e, "digest") : OK;
}

/* Snapshots of before there were places end here. */
static ok get_sending(struct flow *f, struct linking *l, struct item *it,
                      struct reader *r, struct err *e)
{
    if (r->p == r->end || r->bad)
        return OK;
    it->doubtful = get_u64(r) != 0;
    it->crashes = (int)get_u64(r);
    if (it->n.kind != NOTIFY_DIGEST)
        return OK;
    return get_digest(f, l, it, r, e);
}

static ok load_place(struct flow *f, struct linking *l, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    struct place *p;

    if (!place_load(f, &r, &p))
        return broken(e, "place");
    get_timer(l, &r, &p->timer);
    return reader_done(&r) ? OK : broken(e, "place");
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

static ok load_item(struct flow *f, struct linking *l, struct str bytes, struct err *e)
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
    timed = get_timer(l, &r, &it->timer);
    get_set(&r, &it->own.firing);
    get_set(&r, &it->own.resolved);
    group = get_u64(&r);
    if (done == OK)
        done = get_receiver(f, it, &r, e);
    if (done == OK && it->n.kind == NOTIFY_PUBLISHED && it->n.published == NULL)
        done = broken(e, "publication");
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
    return reader_done(&r) ? OK : broken(e, "notification");
}

/* ---- the end ------------------------------------------------------------------------------ */

/* Records written out of turn came early: what numbers them says the order. */
static uint64_t number_of(const struct str *record)
{
    struct reader r = reader_of(*record);

    return get_u64(&r);
}

static int number_cmp(const void *x, const void *y)
{
    uint64_t a = number_of(x), b = number_of(y);

    return a < b ? -1 : a > b;
}

static int order_cmp(const void *x, const void *y)
{
    const struct timer_at *a = x, *b = y;

    return a->order < b->order ? -1 : a->order > b->order;
}

static void set_timers(struct flow *f, struct linking *l)
{
    if (l->timers.n > 1)
        qsort(l->timers.v, l->timers.n, sizeof *l->timers.v, order_cmp);
    for (size_t i = 0; i < l->timers.n; i++) {
        f->timers.next_order = l->timers.v[i].order;
        timer_set(f, l->timers.v[i].t, l->timers.v[i].at);
    }
    f->timers.next_order = f->load.timer_order;
}

static ok link_all(struct flow *f, struct linking *l, struct err *e)
{
    struct loading *ld = &f->load;

    if (ld->groups.n > 1)
        qsort(ld->groups.v, ld->groups.n, sizeof *ld->groups.v, number_cmp);
    if (ld->items.n > 1)
        qsort(ld->items.v, ld->items.n, sizeof *ld->items.v, number_cmp);
    for (size_t i = 0; i < ld->groups.n; i++)
        if (load_group(f, l, ld->groups.v[i], e) == FAILED)
            return FAILED;
    if (ld->places.n > 1)
        qsort(ld->places.v, ld->places.n, sizeof *ld->places.v, number_cmp);
    for (size_t i = 0; i < ld->places.n; i++)
        if (load_place(f, l, ld->places.v[i], e) == FAILED)
            return FAILED;
    for (size_t i = 0; i < ld->items.n; i++)
        if (load_item(f, l, ld->items.v[i], e) == FAILED)
            return FAILED;
    if (metrics_load(f, ld->metrics, e) == FAILED)
        return FAILED;
    if (ld->series.n > 1)
        qsort(ld->series.v, ld->series.n, sizeof *ld->series.v, number_cmp);
    for (size_t i = 0; i < ld->series.n; i++)
        if (series_load(f, ld->series.v[i], e) == FAILED)
            return FAILED;
    f->place_id = ld->place_id;
    set_timers(f, l);
    return OK;
}

void load_fini(struct flow *f)
{
    vec_fini(&f->load.groups);
    vec_fini(&f->load.items);
    vec_fini(&f->load.places);
    vec_fini(&f->load.series);
    arena_fini(&f->load.arena);
}

ok flow_load_end(struct flow *f, struct err *e)
{
    struct linking l = { 0 };
    ok done;

    if (!f->load.head || !alerts_whole(f, f->load.used))
        return broken(e, "list of alerts");
    book_load_end((struct book *)(uintptr_t)book_now(f), f->load.book_revision,
                  f->load.book_order);
    rules_build(f);
    map_init(&l.by_id, f->config.seed);
    done = link_all(f, &l, e);
    mute_rebuild(f);
    if (done == OK)
        done = heartbeats_load(f, f->load.heartbeats, e);
    if (done == OK)
        done = imports_load(f, f->load.imports, e);
    if (done == OK)
        done = acks_load(f, f->load.acks, e);
    if (done == OK)
        done = weekly_load(f, f->load.weekly, e);
    map_fini(&l.by_id);
    vec_fini(&l.timers);
    load_fini(f);
    flow_publish_due(f);
    return done;
}
