/* heartbeat.c - who promised to beat and does not (DESIGN issue 3): a beat is due every
 * period; without one for period and grace the flow itself raises an alert, by the same
 * intake as every other, and the next beat ends it.
 *
 * Time is steady time: a wall clock that is set beats nobody and misses nobody. While
 * the process was down nobody could be heard, so after a restart whoever was not missed
 * already has a whole period and grace again; who was missed before stays missed.
 */
#include "base/time.h"
#include "flow/flow_private.h"
#include "flow/matcher_index.h"

#include <stdatomic.h>
#include <stdlib.h>

struct pulse {                /* a heartbeat of the book */
    struct matcher_list list; /* first; in the index if an alert can be its beat */
    struct heap_node due;     /* steady; not in the heap while it is missed */
    const struct heartbeat *hb;
    struct str key; /* of the book's object */
    int64_t from;   /* steady: the wait began: last beat, creation, or restart */
    int64_t last;   /* wall of the last beat; 0: never */
    bool missed;
};

struct heartbeats {
    struct map all; /* struct pulse by key */
    struct matcher_index index;
    struct heap due;
};

/* ---- the alert that it raises ---------------------------------------------------- */

/* As the object says, and of `own` what it does not say. */
static struct pairs with(struct labels said, const struct pair *own, size_t n,
                         struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, said.n + n);
    size_t kept = 0;

    for (size_t i = 0; i < said.n; i++)
        if (said.v[i].value.n > 0)
            v[kept++] = (struct pair){ said.v[i].name, said.v[i].value };
    for (size_t i = 0; i < n; i++) {
        bool there = false;

        for (size_t k = 0; k < kept; k++)
            there = there || str_eq(v[k].name, own[i].name);
        if (!there)
            v[kept++] = own[i];
    }
    pairs_sort(v, kept);
    return (struct pairs){ v, kept };
}

static struct pairs labels_of(const struct heartbeat *hb, struct arena *a)
{
    const struct pair own[] = { { STR("alertname"), STR("HeartbeatMissed") },
                                { STR("heartbeat"), hb->name } };
    struct labels said = hb->labels;
    struct label *v = arena_array(a, struct label, said.n);
    size_t n = 0;

    for (size_t i = 0; i < said.n; i++) /* whose it is no label may say otherwise */
        if (!str_is(said.v[i].name, "heartbeat"))
            v[n++] = said.v[i];
    return with((struct labels){ v, n }, own, 2, a);
}

static struct pairs annotations_of(const struct pulse *p, struct arena *a)
{
    struct pair own[2] = { { STR("summary"), STR("") },
                           { STR("last_beat"), STR("never") } };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_printf(&b, "no beat of %.*s for ", STR_ARG(p->hb->name));
    duration_put(&b, p->hb->period + p->hb->grace);
    own[0].value = arena_str(a, buf_str(&b));
    buf_clear(&b);
    time_put(&b, p->last, 0, 3);
    if (p->last != 0)
        own[1].value = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return with(p->hb->annotations, own, 2, a);
}

static void raise_alert(struct flow *f, const struct pulse *p)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = labels_of(p->hb, &f->scratch),
                           .annotations = annotations_of(p, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = f->wall,
                           .ends_at = INT64_MAX }; /* until we hear of it */

    intake_own(f, &in);
}

static void end_alert(struct flow *f, const struct heartbeat *hb)
{
    struct alert_in in = { .door = DOOR_NATIVE,
                           .labels = labels_of(hb, &f->scratch),
                           .generator_url = STR(""),
                           .clear_id = STR(""),
                           .starts_at = TIME_UNSET,
                           .ends_at = TIME_UNSET,
                           .clears = true };

    intake_own(f, &in);
}

/* ---- waiting --------------------------------------------------------------------- */

static int64_t due_at(const struct pulse *p)
{
    int64_t wait;

    if (__builtin_add_overflow(p->hb->period, p->hb->grace, &wait) ||
        p->from > INT64_MAX - wait)
        return INT64_MAX;
    return p->from + wait;
}

static void set_missed(struct flow *f, struct pulse *p, bool missed)
{
    if (missed != p->missed)
        COUNT(f, heartbeats_missed, missed ? 1 : -1);
    p->missed = missed;
    if (missed)
        heap_unset(&f->heartbeats->due, &p->due);
    else
        heap_set(&f->heartbeats->due, &p->due, due_at(p));
}

static void beat(struct flow *f, struct pulse *p)
{
    COUNT(f, beats, 1);
    p->from = f->steady;
    p->last = f->wall;
    if (p->missed)
        end_alert(f, p->hb);
    set_missed(f, p, false);
}

static int pulse_cmp(const void *x, const void *y)
{
    const struct pulse *a = *(const struct pulse *const *)x;
    const struct pulse *b = *(const struct pulse *const *)y;

    if (a->due.at != b->due.at)
        return a->due.at < b->due.at ? -1 : 1;
    return str_cmp(a->key, b->key);
}

struct pulses {
    VEC(struct pulse *) v;
};

/* In the order of their times, then names: a state that was loaded raises the same. */
void heartbeats_expire(struct flow *f)
{
    struct heap *h = &f->heartbeats->due;
    struct pulses late = { 0 };
    struct heap_node *first;

    while ((first = heap_first(h)) != NULL && first->at <= f->steady) {
        heap_unset(h, first);
        vec_push(&late.v, (struct pulse *)((char *)first - offsetof(struct pulse, due)));
    }
    if (late.v.n > 1)
        qsort(late.v.v, late.v.n, sizeof *late.v.v, pulse_cmp);
    for (size_t i = 0; i < late.v.n; i++) {
        set_missed(f, late.v.v[i], true);
        raise_alert(f, late.v.v[i]);
    }
    vec_fini(&late.v);
}

int64_t heartbeats_due(const struct flow *f)
{
    const struct heap_node *first = heap_first(&f->heartbeats->due);

    return first != NULL ? first->at : INT64_MAX;
}

void heartbeats_restart(struct flow *f)
{
    struct pulse *p;

    for (size_t i = 0; (p = map_next(&f->heartbeats->all, &i, NULL)) != NULL;)
        if (!p->missed) {
            p->from = f->steady;
            set_missed(f, p, false);
        }
}

/* ---- beats ----------------------------------------------------------------------- */

void heartbeat_apply(struct flow *f, const struct input *in)
{
    struct reader r = reader_of(in->payload);
    struct str name = get_str(&r);
    const struct object *o =
        reader_done(&r) ? book_find(book_now(f), OBJECT_HEARTBEAT, name) : NULL;
    struct pulse *p = o != NULL ? map_find(&f->heartbeats->all, o->key) : NULL;

    if (p != NULL)
        beat(f, p);
    else if (in->ticket != NULL)
        in->ticket->result = fail(&in->ticket->err, FAULT_NOT_FOUND, "name",
                                  "there is no heartbeat \"%.*s\"", STR_ARG(name));
}

static int list_cmp(const void *x, const void *y)
{
    const struct pulse *a = *(const struct pulse *const *)x;
    const struct pulse *b = *(const struct pulse *const *)y;

    return str_cmp(a->key, b->key);
}

bool heartbeats_listen(const struct flow *f)
{
    return f->heartbeats->all.n > 0;
}

void heartbeats_hear(struct flow *f, struct pairs labels)
{
    struct heartbeats *x = f->heartbeats;
    struct matcher_hits hits = { 0 };

    if (x->all.n == 0)
        return;
    matcher_index_find(&x->index, labels, &hits);
    if (hits.v.n > 1)
        qsort(hits.v.v, hits.v.n, sizeof *hits.v.v, list_cmp);
    for (size_t i = 0; i < hits.v.n; i++)
        beat(f, (struct pulse *)hits.v.v[i]);
    vec_fini(&hits.v);
}

/* ---- the book -------------------------------------------------------------------- */

struct heartbeats *heartbeats_new(uint64_t seed)
{
    struct heartbeats *x = calloc(1, sizeof *x);

    if (x == NULL)
        abort();
    map_init(&x->all, seed);
    matcher_index_init(&x->index, seed);
    heap_init(&x->due);
    return x;
}

static void pulse_point(struct heartbeats *x, struct pulse *p, const struct object *o)
{
    p->hb = BOOK_MODEL(o, heartbeat);
    p->key = o->key;
    matcher_list_init(&p->list, p->hb->matchers);
    if (p->hb->matchers.n > 0)
        matcher_index_add(&x->index, &p->list);
    map_put(&x->all, p->key, p);
}

static void pulse_unpoint(struct heartbeats *x, struct pulse *p)
{
    map_remove(&x->all, p->key);
    matcher_index_remove(&x->index, &p->list);
    matcher_list_fini(&p->list);
}

static struct pulse *pulse_new(struct heartbeats *x, const struct object *o)
{
    struct pulse *p = calloc(1, sizeof *p);

    if (p == NULL)
        abort();
    pulse_point(x, p, o);
    return p;
}

static void pulse_free(struct heartbeats *x, struct pulse *p)
{
    pulse_unpoint(x, p);
    heap_unset(&x->due, &p->due);
    free(p);
}

void heartbeats_free(struct flow *f)
{
    struct heartbeats *x = f->heartbeats;
    struct pulse *p;

    for (size_t i = 0; (p = map_next(&x->all, &i, NULL)) != NULL;)
        pulse_free(x, p);
    map_fini(&x->all);
    matcher_index_fini(&x->index);
    heap_fini(&x->due);
    free(x);
    f->heartbeats = NULL;
}

static bool same_pairs(struct pairs a, struct pairs b)
{
    bool same = a.n == b.n;

    for (size_t i = 0; same && i < a.n; i++)
        same = str_eq(a.v[i].name, b.v[i].name) && str_eq(a.v[i].value, b.v[i].value);
    return same;
}

/* One that is missed: under its new words it may be another alert, or in time. */
static void moved(struct flow *f, struct pulse *p, const struct heartbeat *before)
{
    bool late = due_at(p) <= f->steady;
    bool same = same_pairs(labels_of(before, &f->scratch), labels_of(p->hb, &f->scratch));

    if (!late || !same)
        end_alert(f, before);
    set_missed(f, p, late);
    if (late)
        raise_alert(f, p);
}

void heartbeat_changed(struct flow *f, const struct change_effect *e)
{
    struct heartbeats *x = f->heartbeats;
    struct pulse *p = map_find(&x->all, e->key);

    if (p == NULL) {
        p = pulse_new(x, e->after);
        p->from = f->steady;
        set_missed(f, p, false);
        return;
    }
    if (e->after == NULL) {
        if (p->missed) {
            end_alert(f, p->hb);
            set_missed(f, p, false);
        }
        pulse_free(x, p);
        return;
    }
    pulse_unpoint(x, p);
    pulse_point(x, p, e->after);
    if (p->missed)
        moved(f, p, BOOK_MODEL(e->before, heartbeat));
    else
        set_missed(f, p, false);
}

/* ---- snapshot -------------------------------------------------------------------- */

/* Key, since when, last beat, missed: in the order of the book's keys. */
void heartbeats_record(const struct flow *f, struct buf *b)
{
    const struct book *book = book_now(f);

    for (size_t i = 0; i < book_count(book, OBJECT_HEARTBEAT); i++) {
        struct str key = book_at(book, OBJECT_HEARTBEAT, i)->key;
        const struct pulse *p = map_find(&f->heartbeats->all, key);

        put_str(b, key);
        put_i64(b, p->from);
        put_i64(b, p->last);
        put_u64(b, p->missed);
    }
}

/* Heartbeats of the book that the record does not know wait from now on. */
static void begin_all(struct flow *f)
{
    const struct book *book = book_now(f);

    for (size_t i = 0; i < book_count(book, OBJECT_HEARTBEAT); i++) {
        struct pulse *p = pulse_new(f->heartbeats, book_at(book, OBJECT_HEARTBEAT, i));

        p->from = f->steady;
        set_missed(f, p, false);
    }
}

ok heartbeats_load(struct flow *f, struct str record, struct err *e)
{
    struct reader r = reader_of(record);

    begin_all(f);
    while (r.p < r.end && !r.bad) {
        struct pulse *p = map_find(&f->heartbeats->all, get_str(&r));
        int64_t from = get_i64(&r), last = get_i64(&r);
        bool missed = get_u64(&r) != 0;

        if (r.bad || p == NULL)
            break;
        p->from = from;
        p->last = last;
        set_missed(f, p, missed);
    }
    return reader_done(&r) ? OK
                           : fail(e, FAULT_SYNTAX, "snapshot",
                                  "the snapshot's heartbeats cannot be read");
}

/* ---- looking --------------------------------------------------------------------- */

void flow_heartbeats(struct flow *f, struct arena *a, struct heartbeat_entry **entries,
                     size_t *n)
{
    const struct book *book = book_now(f);
    struct heartbeat_entry *v;

    *n = book_count(book, OBJECT_HEARTBEAT);
    *entries = v = arena_array(a, struct heartbeat_entry, *n);
    for (size_t i = 0; i < *n; i++) {
        const struct object *o = book_at(book, OBJECT_HEARTBEAT, i);
        const struct pulse *p = map_find(&f->heartbeats->all, o->key);
        int64_t due = due_at(p);

        v[i] = (struct heartbeat_entry){ .object = o, .last = p->last };
        v[i].state = p->missed ? HEARTBEAT_MISSED
                     : p->last ? HEARTBEAT_BEATING
                               : HEARTBEAT_WAITING;
        if (!p->missed && due - f->steady <= INT64_MAX - f->wall)
            v[i].due = f->wall + (due - f->steady);
    }
}
