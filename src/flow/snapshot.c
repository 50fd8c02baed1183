/* snapshot.c - writing the state in slices while it changes.
 *
 * Every slot, group and item bears the mark of the snapshot it was written to.
 * touch_* is called before one is changed or freed: if it still lacks the mark, it
 * is written then, as it was at begin. What is made later bears the mark already. The
 * parts of a digest bear marks of their own: it may have a hundred thousand.
 */
#include "flow/snapshot_private.h"

#include <assert.h>

enum { PIECE_BYTES = 256 * 1024, STEP_RECORDS = 64 };
enum stage {
    STAGE_OBJECTS,
    STAGE_SLOTS,
    STAGE_GROUPS,
    STAGE_ITEMS,
    STAGE_PARTS,
    STAGE_PLACES,
    STAGE_SERIES,
    STAGE_NONCES,
    STAGE_END
};

static void piece_out(struct snapshot *s)
{
    if (s->piece.n == 0)
        return;
    s->put(s->ctx, buf_str(&s->piece));
    buf_clear(&s->piece);
}

static void record_out(struct snapshot *s, enum record_type type, const struct buf *b)
{
    put_u64(&s->piece, type);
    put_str(&s->piece, buf_str(b));
    if (s->piece.n >= PIECE_BYTES)
        piece_out(s);
}

/* ---- out of turn ------------------------------------------------------------ */

void touch_slot(struct flow *f, struct slot *s)
{
    struct buf b;

    if (!f->snap.running || s->snap == f->snap.mark)
        return;
    s->snap = f->snap.mark;
    buf_init(&b, BUF_NO_LIMIT);
    put_i64(&b, s->ttl);
    put_u64(&b, s->counted);
    alert_record(&b, s->alert);
    record_out(&f->snap, RECORD_ALERT, &b);
    buf_fini(&b);
}

void touch_group(struct flow *f, struct group *g)
{
    struct buf b;

    if (!f->snap.running || g->snap == f->snap.mark)
        return;
    g->snap = f->snap.mark;
    f->snap.groups.v[g->snap_at] = NULL;
    buf_init(&b, BUF_NO_LIMIT);
    group_record(&b, g);
    record_out(&f->snap, RECORD_GROUP, &b);
    buf_fini(&b);
}

void touch_item(struct flow *f, struct item *it)
{
    struct buf b;

    if (!f->snap.running || it->snap == f->snap.mark)
        return;
    it->snap = f->snap.mark;
    f->snap.items.v[it->snap_at] = NULL;
    buf_init(&b, BUF_NO_LIMIT);
    item_record(&b, it, f->snap.book);
    record_out(&f->snap, RECORD_ITEM, &b);
    buf_fini(&b);
    if (it->n.kind != NOTIFY_DIGEST)
        return;
    it->snap_at = (uint32_t)f->snap.digests.n; /* among the items it is no more */
    vec_push(&f->snap.digests, (struct snapshot_digest){ it, it->n.sequence });
}

void touch_part(struct flow *f, struct part *p)
{
    struct item *d = p->item;
    struct buf b;

    touch_item(f, d);
    if (!f->snap.running || p == &d->own || p->snap == f->snap.mark)
        return;
    p->snap = f->snap.mark;
    buf_init(&b, BUF_NO_LIMIT);
    part_record(&b, p, f->snap.digests.v[d->snap_at].sequence);
    record_out(&f->snap, RECORD_PART, &b);
    buf_fini(&b);
}

void snapshot_part_leaves(struct flow *f, struct part *p)
{
    touch_part(f, p);
    if (f->snap.part == p)
        f->snap.part = p->next;
}

void snapshot_digest_ends(struct flow *f, const struct item *d)
{
    struct snapshot *s = &f->snap;

    if (s->running && d->snap_at < s->digests.n && s->digests.v[d->snap_at].d == d)
        s->digests.v[d->snap_at].d = NULL;
}

void touch_place(struct flow *f, struct place *p)
{
    struct buf b;

    if (!f->snap.running || p->snap == f->snap.mark)
        return;
    p->snap = f->snap.mark;
    f->snap.places.v[p->snap_at] = NULL;
    buf_init(&b, BUF_NO_LIMIT);
    place_record_out(&b, p);
    record_out(&f->snap, RECORD_PLACE, &b);
    buf_fini(&b);
}

void touch_series(struct flow *f, struct series *s)
{
    struct buf b;

    if (!series_mark(f, s))
        return;
    buf_init(&b, BUF_NO_LIMIT);
    series_record(&b, s);
    record_out(&f->snap, RECORD_SERIES, &b);
    buf_fini(&b);
}

/* Nonces are written in the order in which they are forgotten. */
void touch_nonce(struct flow *f, size_t at)
{
    struct snapshot *s = &f->snap;
    struct buf b;

    if (!s->running || at != s->nonces_at || at >= s->nonces_end)
        return;
    s->nonces_at++;
    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, f->nonces.v[at].key);
    put_i64(&b, f->nonces.v[at].expires);
    record_out(s, RECORD_NONCE, &b);
    buf_fini(&b);
}

void snapshot_nonces_moved(struct flow *f, size_t by)
{
    struct snapshot *s = &f->snap;

    s->nonces_at -= by < s->nonces_at ? by : s->nonces_at;
    s->nonces_end -= by < s->nonces_end ? by : s->nonces_end;
}

/* ---- begin -------------------------------------------------------------------- */

static void write_head(struct flow *f)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, f->name);
    put_i64(&b, f->wall);
    put_i64(&b, f->steady);
    put_u64(&b, f->group_id);
    put_u64(&b, f->sequence);
    put_u64(&b, f->alerts.generation);
    put_u64(&b, f->alerts.used);
    put_u64(&b, f->timers.next_order);
    put_u64(&b, book_revision(f->snap.book));
    put_u64(&b, book_next_order(f->snap.book));
    record_out(&f->snap, RECORD_HEAD, &b);
    buf_fini(&b);
}

static void write_lists(struct flow *f)
{
    const struct alerts *t = &f->alerts;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < t->free.n; i++)
        put_u64(&b, t->free.v[i]);
    record_out(&f->snap, RECORD_FREE, &b);
    buf_clear(&b);
    for (size_t i = t->gone_first; i < t->gone.n; i++) {
        put_i64(&b, t->gone.v[i].at);
        put_u64(&b, t->gone.v[i].serial);
    }
    record_out(&f->snap, RECORD_GONE, &b);
    buf_clear(&b);
    heartbeats_record(f, &b);
    if (b.n > 0)
        record_out(&f->snap, RECORD_HEARTBEATS, &b);
    buf_clear(&b);
    weekly_record(f, &b);
    if (b.n > 0)
        record_out(&f->snap, RECORD_WEEKLY, &b);
    buf_clear(&b);
    acks_record(f, &b);
    if (b.n > 0)
        record_out(&f->snap, RECORD_ACKS, &b);
    buf_clear(&b);
    imports_record(f, &b);
    if (b.n > 0)
        record_out(&f->snap, RECORD_IMPORTS, &b);
    buf_clear(&b);
    metrics_record(f, &b);
    if (b.n > 0)
        record_out(&f->snap, RECORD_METRICS, &b);
    buf_clear(&b);
    put_u64(&b, f->place_id);
    for (int kind = 0; kind < CHANNEL_COUNT; kind++)
        if (f->full_at[kind] > f->steady) {
            put_u64(&b, (uint64_t)kind);
            put_i64(&b, f->full_at[kind]);
        }
    record_out(&f->snap, RECORD_BUCKETS, &b);
    buf_fini(&b);
}

static void list_what_changes(struct flow *f)
{
    struct snapshot *s = &f->snap;
    struct group *g;
    struct item *it;
    struct place *p;

    vec_clear(&s->groups);
    vec_clear(&s->items);
    vec_clear(&s->digests);
    s->part = NULL;
    vec_clear(&s->places);
    for (size_t i = 0; (g = map_next(&f->groups, &i, NULL)) != NULL;) {
        g->snap_at = (uint32_t)s->groups.n;
        vec_push(&s->groups, g);
    }
    for (size_t i = 0; (it = map_next(&f->items, &i, NULL)) != NULL;) {
        it->snap_at = (uint32_t)s->items.n;
        vec_push(&s->items, it);
    }
    for (size_t i = 0; (p = map_next(&f->places, &i, NULL)) != NULL;) {
        p->snap_at = (uint32_t)s->places.n;
        vec_push(&s->places, p);
    }
    metrics_list(f, s);
}

void flow_snapshot_begin(struct flow *f, flow_piece_fn *put, void *ctx)
{
    struct snapshot *s = &f->snap;

    assert(!s->running);
    s->running = true;
    s->mark++;
    s->put = put;
    s->ctx = ctx;
    s->book = book_now(f);
    book_ref(s->book);
    buf_init(&s->piece, BUF_NO_LIMIT);
    s->stage = STAGE_OBJECTS;
    s->at = 0;
    s->kind = 0;
    s->slots_end = f->alerts.used;
    s->nonces_at = f->nonces_first;
    s->nonces_end = f->nonces.n;
    list_what_changes(f);
    write_head(f);
    write_lists(f);
    piece_out(
        s); /* an account's first piece names it: they come in the accounts' order */
}

bool flow_snapshot_running(const struct flow *f)
{
    return f->snap.running;
}

/* ---- step ----------------------------------------------------------------------- */

static void next_stage(struct snapshot *s)
{
    s->stage++;
    s->at = 0;
}

static void step_object(struct flow *f)
{
    struct snapshot *s = &f->snap;
    struct buf b;

    if (s->at >= book_count(s->book, (enum object_kind)s->kind)) {
        s->at = 0;
        if (++s->kind == OBJECT_COUNT)
            next_stage(s);
        return;
    }
    buf_init(&b, BUF_NO_LIMIT);
    object_encode(book_at(s->book, (enum object_kind)s->kind, s->at++), &b);
    record_out(s, RECORD_OBJECT, &b);
    buf_fini(&b);
}

static void step_slot(struct flow *f)
{
    struct snapshot *s = &f->snap;
    struct slot *slot;

    if (s->at >= s->slots_end) {
        next_stage(s);
        return;
    }
    slot = slot_at(&f->alerts, (uint32_t)s->at++);
    if (slot->alert != NULL)
        touch_slot(f, slot);
}

static void step_part(struct flow *f)
{
    struct snapshot *s = &f->snap;
    struct part *p = s->part;
    const struct item *d;

    if (p != NULL) {
        s->part = p->next;
        touch_part(f, p);
    } else if (s->at >= s->digests.n) {
        next_stage(s);
    } else {
        d = s->digests.v[s->at++].d;
        s->part = d == NULL ? NULL : d->parts;
    }
}

static void step_nonce(struct flow *f)
{
    struct snapshot *s = &f->snap;

    if (s->nonces_at >= s->nonces_end)
        next_stage(s);
    else
        touch_nonce(f, s->nonces_at);
}

static void step_one(struct flow *f)
{
    struct snapshot *s = &f->snap;

    switch ((enum stage)s->stage) {
    case STAGE_OBJECTS:
        step_object(f);
        return;
    case STAGE_SLOTS:
        step_slot(f);
        return;
    case STAGE_GROUPS:
        if (s->at >= s->groups.n)
            next_stage(s);
        else if (s->groups.v[s->at++] != NULL)
            touch_group(f, s->groups.v[s->at - 1]);
        return;
    case STAGE_ITEMS:
        if (s->at >= s->items.n)
            next_stage(s);
        else if (s->items.v[s->at++] != NULL)
            touch_item(f, s->items.v[s->at - 1]);
        return;
    case STAGE_PARTS:
        step_part(f);
        return;
    case STAGE_PLACES:
        if (s->at >= s->places.n)
            next_stage(s);
        else if (s->places.v[s->at++] != NULL)
            touch_place(f, s->places.v[s->at - 1]);
        return;
    case STAGE_SERIES:
        if (s->at >= s->series.n)
            next_stage(s);
        else if (s->series.v[s->at++] != NULL)
            touch_series(f, s->series.v[s->at - 1]);
        return;
    case STAGE_NONCES:
        step_nonce(f);
        return;
    case STAGE_END:
        return;
    }
}

static void finish(struct snapshot *s)
{
    piece_out(s);
    buf_fini(&s->piece);
    book_unref(s->book);
    s->book = NULL;
    s->running = false;
}

/* The clock says only when to pause: what is written does not depend on it. */
bool flow_snapshot_step(struct flow *f, int64_t (*clock)(void), int64_t until)
{
    struct snapshot *s = &f->snap;

    if (!s->running)
        return true;
    do {
        for (int i = 0; i < STEP_RECORDS && s->stage != STAGE_END; i++)
            step_one(f);
    } while (s->stage != STAGE_END && clock() < until);
    if (s->stage != STAGE_END)
        return false;
    finish(s);
    return true;
}

void flow_snapshot_abandon(struct flow *f)
{
    if (!f->snap.running)
        return;
    buf_clear(&f->snap.piece);
    finish(&f->snap);
}
