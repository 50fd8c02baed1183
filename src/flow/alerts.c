/* alerts.c - active alerts: slots that never move, found by identity (identity.c); their
 * versions; their ends. */
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { FEW_PAIRS = 64 };
static const int64_t gone_keep = 15 * NS_PER_MIN;

struct slot *slot_at(const struct alerts *t, uint32_t index)
{
    return &t->chunks[index / SLOT_CHUNK][index % SLOT_CHUNK];
}

static uint32_t index_of(uint64_t serial)
{
    return (uint32_t)(serial & ((UINT64_C(1) << SERIAL_INDEX_BITS) - 1));
}

/* ---- versions ----------------------------------------------------------- */

static size_t alert_bytes(size_t pairs)
{
    return sizeof(struct alert) + pairs * sizeof(uint32_t);
}

static struct alert *alloc_alert(struct flow *f, size_t pairs)
{
    return pool_take(&f->intern.pool, alert_bytes(pairs));
}

/* A pair of this flow's has one user more. */
static uint32_t shared(struct flow *f, uint32_t number)
{
    ((struct interned *)pool_at(&f->intern.pool, number))->refs++;
    return number;
}

static struct pair pair_in(const struct alert_in *in, size_t i)
{
    return i < in->labels.n ? in->labels.v[i] : in->annotations.v[i - in->labels.n];
}

/* Most pairs of a re-send are those of the version before, and many of a new alert those
 * of the one before it in its batch: no hash, no table. The others' places in the table
 * are cold: all of them are asked for before the first is looked at. */
static void take_pairs(struct flow *f, struct alert *al, const struct alert_in *in,
                       const uint32_t *hashes, const struct alert *like)
{
    size_t n = in->labels.n + in->annotations.n;
    size_t there = like != NULL ? (size_t)like->label_count + like->annotation_count : 0;
    uint32_t few[FEW_PAIRS];
    uint32_t *own = n <= FEW_PAIRS ? few : arena_array(&f->scratch, uint32_t, n);

    for (size_t i = 0; i < n; i++) {
        struct pair p = pair_in(in, i);

        al->pairs[i] = 0;
        if (i < there && interned_is(alert_pair(like, i), p)) {
            al->pairs[i] = shared(f, like->pairs[i]);
            continue;
        }
        own[i] = hashes != NULL && i < in->labels.n
                     ? hashes[i]
                     : (uint32_t)pair_hash(f->intern.seed, p);
        intern_fetch(&f->intern, own[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (al->pairs[i] == 0)
            al->pairs[i] = intern_get_hashed(&f->intern, own[i], pair_in(in, i));
}

static uint32_t generator_like(struct flow *f, const struct alert *like, struct str url)
{
    struct pair p = { STR(""), url };

    if (like != NULL && like->generator != 0 && str_eq(alert_generator(like), url))
        return shared(f, like->generator);
    return intern_get_hashed(&f->intern, (uint32_t)pair_hash(f->intern.seed, p), p);
}

struct alert *alert_make(struct flow *f, uint64_t serial, const struct alert_in *in,
                         const uint32_t *hashes, const struct alert *like)
{
    struct alert *al = alloc_alert(f, in->labels.n + in->annotations.n);

    *al = (struct alert){ .serial = serial,
                          .starts_at = in->starts_at,
                          .ends_at = in->ends_at,
                          .updated_at = f->wall,
                          .starts_zone = in->starts_zone,
                          .ends_zone = in->ends_zone,
                          .refs = 1,
                          .label_count = (uint16_t)in->labels.n,
                          .annotation_count = (uint16_t)in->annotations.n,
                          .door = (uint8_t)in->door,
                          .home = &f->intern.pool };
    take_pairs(f, al, in, hashes, like);
    if (in->generator_url.n > 0)
        al->generator = generator_like(f, like, in->generator_url);
    return al;
}

static void share_pairs(struct flow *f, const struct alert *al)
{
    for (size_t i = 0; i < (size_t)al->label_count + al->annotation_count; i++)
        shared(f, al->pairs[i]);
    if (al->generator != 0)
        shared(f, al->generator);
}

/* Fourteen counters of pairs are fourteen cold cache lines: the new version takes them
 * over with the pairs. The old one is freed first, and readers of it are gone then. */
struct alert *alert_moved(struct flow *f, struct alert *al, const struct alert_in *in)
{
    size_t n = (size_t)al->label_count + al->annotation_count;
    struct alert *copy = alloc_alert(f, n);

    memcpy(copy, al, alert_bytes(n));
    copy->refs = 1;
    copy->starts_at = in->starts_at;
    copy->starts_zone = in->starts_zone;
    copy->ends_at = in->ends_at;
    copy->ends_zone = in->ends_zone;
    copy->updated_at = f->wall;
    if (al->refs == 1)
        al->lent = true;
    else
        share_pairs(f, al);
    return copy;
}

struct alert *alert_ended_copy(struct flow *f, const struct alert *al, int64_t end)
{
    size_t n = (size_t)al->label_count + al->annotation_count;
    struct alert *copy = alloc_alert(f, n);

    memcpy(copy, al, alert_bytes(n));
    copy->refs = 1;
    copy->ends_at = end;
    if (copy->starts_at > end) /* the clock was set back behind its begin */
        copy->starts_at = end;
    copy->updated_at = f->wall;
    share_pairs(f, copy);
    return copy;
}

void alert_ref(struct alert *al)
{
    al->refs++;
}

static void free_alert(void *ptr)
{
    struct alert *al = ptr;
    struct intern *t = (struct intern *)al->home;
    size_t n = (size_t)al->label_count + al->annotation_count;

    for (size_t i = 0; i < n && !al->lent; i++)
        intern_drop(t, alert_pair(al, i));
    if (al->generator != 0 && !al->lent)
        intern_drop(t, pool_at(&t->pool, al->generator));
    pool_give(&t->pool, al, alert_bytes(n));
}

void alert_drop(struct flow *f, struct alert *al)
{
    assert(al->refs > 0);
    if (--al->refs == 0)
        epoch_retire(f->config.epoch, al, free_alert);
}

struct pairs alert_labels(const struct alert *al, struct arena *a)
{
    struct pair *v = arena_alloc(a, al->label_count * sizeof *v);

    for (size_t i = 0; i < al->label_count; i++)
        v[i] = alert_label(al, i);
    return (struct pairs){ v, al->label_count };
}

/* ---- the table ----------------------------------------------------------- */

struct slot *slot_by_serial(const struct alerts *t, uint64_t serial)
{
    uint32_t index = index_of(serial);
    struct slot *s;

    if (index >= t->used)
        return NULL;
    s = slot_at(t, index);
    return s->alert != NULL && s->serial == serial ? s : NULL;
}

/* Slots never move; what points to them may, and is published again. */
static void grow_chunks(struct flow *f)
{
    struct alerts *t = &f->alerts;
    struct slot **old = t->chunks, **next;
    size_t room = t->chunk_room > 0 ? t->chunk_room * 2 : 4;

    next = calloc(room, sizeof(struct slot *));
    if (next == NULL)
        abort();
    if (old != NULL)
        memcpy(next, old, t->chunk_room * sizeof(struct slot *));
    t->chunk_room = room;
    atomic_store_explicit(&t->chunks, next, memory_order_release);
    if (old != NULL)
        epoch_retire(f->config.epoch, old, free);
}

static void need_chunk(struct flow *f, uint32_t index)
{
    struct alerts *t = &f->alerts;
    size_t chunk = index / SLOT_CHUNK;

    while (t->chunk_room <= chunk)
        grow_chunks(f);
    if (t->chunks[chunk] == NULL)
        t->chunks[chunk] = calloc(SLOT_CHUNK, sizeof(struct slot));
    if (t->chunks[chunk] == NULL)
        abort();
    if (index >= t->used)
        t->used = index + 1;
}

/* Every slot below `used` is an alert or free, or the snapshot is none. */
bool alerts_whole(struct flow *f, uint32_t used)
{
    struct alerts *t = &f->alerts;

    if (t->used > used || t->n + t->free.n != used)
        return false;
    for (uint32_t i = 0; i < used; i += SLOT_CHUNK)
        need_chunk(f, i);
    t->used = used;
    for (size_t i = 0; i < t->free.n; i++)
        if (t->free.v[i] >= used || slot_at(t, t->free.v[i])->alert != NULL)
            return false;
    return true;
}

/* A worker that found it free, or whom it was before, may be looking at its version. */
static void slot_begin(struct slot *s, uint64_t serial)
{
    atomic_store_explicit(&s->alert, NULL, memory_order_relaxed);
    s->members = s->sources = 0;
    s->serial = serial;
    s->ttl = s->watched = 0;
    s->snap = 0;
    s->counted = s->acked = false;
}

struct slot *slot_make(struct flow *f, const struct alert_key *key)
{
    struct alerts *t = &f->alerts;
    uint32_t index = t->free.n > 0 ? t->free.v[--t->free.n] : t->used;
    struct slot *s;

    assert(index < UINT32_C(1) << SERIAL_INDEX_BITS);
    need_chunk(f, index);
    s = slot_at(t, index);
    slot_begin(s, ++t->generation << SERIAL_INDEX_BITS | index);
    s->snap = f->snap.mark;
    identity_add(f, key->hash, index);
    return s;
}

struct slot *slot_restore(struct flow *f, uint64_t serial, uint32_t hash)
{
    uint32_t index = index_of(serial);
    struct slot *s;

    need_chunk(f, index);
    s = slot_at(&f->alerts, index);
    if (s->alert != NULL)
        return NULL;
    slot_begin(s, serial);
    identity_add(f, hash, index);
    return s;
}

void slot_set(struct flow *f, struct slot *s, struct alert *al, bool same_labels)
{
    struct alert *old = s->alert;

    if (old != NULL && !same_labels)
        index_remove(&f->index, old, index_of(s->serial));
    if (old == NULL || !same_labels)
        index_add(&f->index, al, index_of(s->serial));
    atomic_store_explicit(&s->alert, al, memory_order_release);
    if (old != NULL)
        alert_drop(f, old);
}

void slot_forget(struct flow *f, struct slot *s)
{
    uint32_t index = index_of(s->serial);
    struct alert *al = s->alert;

    assert(s->members == 0);
    touch_slot(f, s);
    if (s->counted)
        COUNT(f, alerts_active, -1);
    s->counted = false;
    mute_alert_changed(f, s);
    ack_alert_changed(f, s);
    identity_remove(f, index);
    index_remove(&f->index, al, index);
    slot_begin(s, 0);
    alert_drop(f, al);
    vec_push(&f->alerts.free, index);
}

void alerts_fini(struct flow *f)
{
    struct alerts *t = &f->alerts;

    for (uint32_t i = 0; i < t->used; i++) {
        bool there = t->chunks[i / SLOT_CHUNK] != NULL;
        struct alert *al = there ? slot_at(t, i)->alert : NULL;

        if (al == NULL)
            continue;
        index_remove(&f->index, al, i);
        alert_drop(f, al);
    }
    for (size_t i = 0; i < t->chunk_room; i++)
        free(t->chunks[i]);
    index_fini(&f->index);
    free(t->chunks);
    free(t->table);
    vec_fini(&t->free);
    vec_fini(&t->ends);
    vec_fini(&t->gone);
}

/* ---- ends ----------------------------------------------------------------- */

static bool sooner(const struct end_entry *a, const struct end_entry *b)
{
    return a->at != b->at ? a->at < b->at : a->serial < b->serial;
}

static void ends_push(struct alerts *t, int64_t at, uint64_t serial)
{
    size_t i = t->ends.n;

    vec_push(&t->ends, (struct end_entry){ at, serial });
    while (i > 0 && sooner(&t->ends.v[i], &t->ends.v[(i - 1) / 2])) {
        struct end_entry up = t->ends.v[(i - 1) / 2];

        t->ends.v[(i - 1) / 2] = t->ends.v[i];
        t->ends.v[i] = up;
        i = (i - 1) / 2;
    }
}

/* An entry that stands there may be too early (a re-send moved the end on), but
 * never too late. */
void slot_watch_end(struct flow *f, struct slot *s)
{
    if (s->watched != 0 && s->watched <= s->alert->ends_at)
        return;
    s->watched = s->alert->ends_at;
    ends_push(&f->alerts, s->watched, s->serial);
}

/* The clock was set back: what stands in the heap may be too late. */
void ends_rebuild(struct flow *f)
{
    struct alerts *t = &f->alerts;

    vec_clear(&t->ends);
    for (uint32_t i = 0; i < t->used; i++) {
        struct slot *s = slot_at(t, i);

        s->watched = 0;
        if (s->alert != NULL && s->counted)
            slot_watch_end(f, s);
    }
}

static struct end_entry ends_pop(struct alerts *t)
{
    struct end_entry first = t->ends.v[0], last = t->ends.v[--t->ends.n];
    size_t i = 0;

    while (2 * i + 1 < t->ends.n) {
        size_t child = 2 * i + 1;

        if (child + 1 < t->ends.n && sooner(&t->ends.v[child + 1], &t->ends.v[child]))
            child++;
        if (!sooner(&t->ends.v[child], &last))
            break;
        t->ends.v[i] = t->ends.v[child];
        i = child;
    }
    if (t->ends.n > 0)
        t->ends.v[i] = last;
    return first;
}

int64_t ends_first(const struct alerts *t)
{
    return t->ends.n > 0 ? t->ends.v[0].at : INT64_MAX;
}

void alerts_gone(struct flow *f, struct slot *s)
{
    vec_push(&f->alerts.gone, (struct gone_entry){ f->steady + gone_keep, s->serial });
}

/* An end that a re-send has moved goes back with its new time: an alert costs nothing
 * while it is re-sent, and alerts end in the order of their ends, whatever stood here. */
void alerts_end(struct flow *f)
{
    struct alerts *t = &f->alerts;

    while (ends_first(t) <= f->wall) {
        struct end_entry e = ends_pop(t);
        struct slot *s = slot_by_serial(t, e.serial);

        if (s == NULL || s->watched != e.at)
            continue;
        s->watched = 0;
        if (!s->counted)
            continue;
        if (s->alert->ends_at > e.at) {
            slot_watch_end(f, s);
            continue;
        }
        touch_slot(f, s);
        s->counted = false;
        COUNT(f, alerts_active, -1);
        COUNT(f, alerts_moved, 1);
        mute_alert_changed(f, s);
        ack_alert_changed(f, s);
        weekly_ended(f, s);
        if (s->members == 0)
            alerts_gone(f, s);
    }
}

static void expire_gone(struct flow *f)
{
    struct alerts *t = &f->alerts;

    while (t->gone_first < t->gone.n && t->gone.v[t->gone_first].at <= f->steady) {
        struct slot *s = slot_by_serial(t, t->gone.v[t->gone_first++].serial);

        if (s != NULL && s->members == 0 && alert_resolved(s->alert, f->wall))
            slot_forget(f, s);
    }
    if (t->gone_first > 1024 && t->gone_first * 2 > t->gone.n) {
        memmove(t->gone.v, t->gone.v + t->gone_first,
                (t->gone.n - t->gone_first) * sizeof *t->gone.v);
        t->gone.n -= t->gone_first;
        t->gone_first = 0;
    }
}

void alerts_expire(struct flow *f)
{
    alerts_end(f);
    expire_gone(f);
}
