/* snapshot_load.c - the state from pieces: alerts and book objects as they come,
 * groups and items (which name alerts and each other) at the end, in the order in
 * which they were made. */
#include "flow/snapshot_private.h"

#include <stdatomic.h>
#include <stdlib.h>

ok load_broken(struct err *e, const char *what)
{
    return fail(e, FAULT_SYNTAX, "snapshot", "the snapshot's %s cannot be read", what);
}

/* ---- alerts ------------------------------------------------------------------- */

struct pairs load_pairs(struct reader *r, size_t n, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, n + 1);

    for (size_t i = 0; i < n; i++) {
        v[i].name = get_str(r);
        v[i].value = get_str(r);
    }
    return (struct pairs){ v, n };
}

struct alert *load_version(struct flow *f, struct reader *r)
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
    in.labels = load_pairs(r, labels, &f->load.arena);
    in.annotations = load_pairs(r, annotations, &f->load.arena);
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
    struct alert *al = load_version(f, &r);
    struct alert_key key;
    struct slot *s;

    if (al == NULL)
        return load_broken(e, "alert");
    if ((al->serial & ((UINT64_C(1) << SERIAL_INDEX_BITS) - 1)) >= f->load.used) {
        alert_drop(f, al);
        return load_broken(e, "alert number");
    }
    key = alert_key(f, (enum door)al->door, alert_labels(al, &f->load.arena));
    s = slot_restore(f, al->serial, key.hash);
    if (s == NULL) {
        alert_drop(f, al);
        return load_broken(e, "alert number");
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
        return load_broken(e, "head");
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
    return r.bad ? load_broken(e, "free list") : OK;
}

static ok load_gone(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);

    while (r.p < r.end && !r.bad) {
        int64_t at = get_i64(&r);

        vec_push(&f->alerts.gone, (struct gone_entry){ at, get_u64(&r) });
    }
    return r.bad ? load_broken(e, "list of ended alerts") : OK;
}

static ok load_nonce(struct flow *f, struct str bytes, struct err *e)
{
    struct reader r = reader_of(bytes);
    struct str key = get_str(&r);
    int64_t expires = get_i64(&r);

    if (!reader_done(&r))
        return load_broken(e, "nonce");
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
            return load_broken(e, "buckets");
        f->full_at[kind] = at;
    }
    return r.bad ? load_broken(e, "buckets") : OK;
}

/* ---- pieces ------------------------------------------------------------------------ */

static ok load_record(struct flow *f, uint64_t type, struct str bytes, struct err *e)
{
    if (type != RECORD_HEAD && !f->load.head)
        return load_broken(e, "head");
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
    case RECORD_PART:
        vec_push(&f->load.parts, arena_str(&f->load.arena, bytes));
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
        return load_broken(e, "record type");
    }
}

ok flow_snapshot_name(struct str piece, struct str *name, struct err *e)
{
    struct reader r = reader_of(piece);
    uint64_t type = get_u64(&r);
    struct reader head = reader_of(get_str(&r));

    *name = get_str(&head);
    return r.bad || head.bad || type != RECORD_HEAD ? load_broken(e, "head") : OK;
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
    return r.bad ? load_broken(e, "piece") : OK;
}

/* ---- what records have in common ------------------------------------------------ */

bool load_timer(struct linking *l, struct reader *r, struct timer *t)
{
    bool set = get_u64(r) != 0;
    int64_t at = get_i64(r);
    uint64_t order = get_u64(r);

    if (set && !r->bad)
        vec_push(&l->timers, (struct timer_at){ t, at, order });
    return set;
}

void load_told_set(struct reader *r, struct told_set *s)
{
    size_t n = get_count(r, 2);

    for (size_t i = 0; i < n && !r->bad; i++) {
        uint64_t serial = get_u64(r);

        vec_push(&s->v, (struct told_alert){ serial, (uint32_t)get_u64(r) });
    }
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
    load_parts_sort(f);
    for (size_t i = 0; i < ld->items.n; i++)
        if (load_item(f, l, ld->items.v[i], e) == FAILED)
            return FAILED;
    if (load_parts_end(f, l, e) == FAILED)
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
    vec_fini(&f->load.parts);
    vec_fini(&f->load.places);
    vec_fini(&f->load.series);
    arena_fini(&f->load.arena);
}

ok flow_load_end(struct flow *f, struct err *e)
{
    struct linking l = { 0 };
    ok done;

    if (!f->load.head || !alerts_whole(f, f->load.used))
        return load_broken(e, "list of alerts");
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
