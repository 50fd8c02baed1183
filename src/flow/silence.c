/* silence.c - which silences hold now? Only the active ones are in the index; a heap
 * says when the next begins, ends, or has been over for long enough to be forgotten. */
#include "flow/mute_private.h"
#include "base/zone.h"
#include "model/time_interval.h"

#include <stdatomic.h>
#include <stdlib.h>

static const int64_t kept_by_default = 5 * NS_PER_DAY; /* as Alertmanager: 120 h */

static int64_t retention_of(const struct flow *f)
{
    int64_t ns = book_account(book_now(f))->silence_retention;

    return ns > 0 ? ns : kept_by_default;
}

static void count(struct flow *f, enum silence_state state, int by)
{
    switch (state) {
    case SILENCE_ACTIVE:
        COUNT(f, silences_active, by);
        return;
    case SILENCE_PENDING:
        COUNT(f, silences_pending, by);
        return;
    case SILENCE_EXPIRED:
        COUNT(f, silences_expired, by);
        return;
    }
}

/* ---- one silence ------------------------------------------------------------- */

static int64_t later(int64_t at, int64_t by)
{
    return at > INT64_MAX - by ? INT64_MAX : at + by;
}

static int64_t next_change(const struct silences *x, const struct quiet *q)
{
    switch (q->state) {
    case SILENCE_PENDING:
        return q->s->starts_at;
    case SILENCE_ACTIVE:
        return q->s->ends_at;
    case SILENCE_EXPIRED:
        break;
    }
    return later(q->s->ends_at, x->retention);
}

/* What it is now: in the index, or not; when to look again. */
static void place(struct flow *f, struct quiet *q)
{
    struct silences *x = &f->mutes->silences;
    enum silence_state was = q->state;

    x->then.known = false;
    q->state = silence_state_at(q->s, f->wall);
    if (q->state != was) {
        count(f, was, -1);
        count(f, q->state, 1);
    }
    if (q->state == SILENCE_ACTIVE && q->list.place_count == 0)
        matcher_index_add(&x->active, &q->list);
    if (q->state != SILENCE_ACTIVE)
        matcher_index_remove(&x->active, &q->list);
    heap_set(&x->times, &q->next, next_change(x, q));
}

/* Parsed once, as the zone of a route's hours is. */
static void read_zone(struct flow *f, struct quiet *q)
{
    struct str tzif = q->s->zone.n > 0 ? book_zone(book_now(f), q->s->zone) : STR("");
    struct err e;

    arena_init(&q->arena);
    if (q->s->hours.n == 0 || tzif.n == 0 ||
        zone_parse(arena_str(&q->arena, tzif), &q->arena, &q->zone, &e) == FAILED)
        q->zone = zone_utc();
}

static void add(struct flow *f, const struct object *o)
{
    struct silences *x = &f->mutes->silences;
    struct quiet *q = calloc(1, sizeof *q);

    if (q == NULL)
        abort();
    q->s = BOOK_MODEL(o, silence);
    q->key = o->key;
    q->state = silence_state_at(q->s, f->wall);
    read_zone(f, q);
    matcher_list_init(&q->list, q->s->matchers);
    map_put(&x->all, q->key, q);
    count(f, q->state, 1);
    place(f, q);
}

static void quiet_free(struct silences *x, struct quiet *q)
{
    x->then.known = false;
    map_remove(&x->all, q->key);
    heap_unset(&x->times, &q->next);
    matcher_index_remove(&x->active, &q->list);
    matcher_list_fini(&q->list);
    arena_fini(&q->arena);
    free(q);
}

static void drop(struct flow *f, struct quiet *q)
{
    count(f, q->state, -1);
    quiet_free(&f->mutes->silences, q);
}

/* ---- all of them --------------------------------------------------------------- */

void silences_init(struct silences *x, uint64_t seed)
{
    *x = (struct silences){ .retention = kept_by_default };
    map_init(&x->all, seed);
    matcher_index_init(&x->active, seed);
    heap_init(&x->times);
}

void silences_fini(struct silences *x)
{
    struct quiet *q;

    for (size_t i = 0; (q = map_next(&x->all, &i, NULL)) != NULL;)
        quiet_free(x, q);
    vec_fini(&x->then.v);
    map_fini(&x->all);
    matcher_index_fini(&x->active);
    heap_fini(&x->times);
}

void silences_rebuild(struct flow *f)
{
    struct silences *x = &f->mutes->silences;
    const struct book *b = book_now(f);
    struct quiet *q;

    for (size_t i = 0; (q = map_next(&x->all, &i, NULL)) != NULL;)
        drop(f, q);
    x->retention = retention_of(f);
    x->wall = f->wall;
    for (size_t i = 0; i < book_count(b, OBJECT_SILENCE); i++)
        add(f, book_at(b, OBJECT_SILENCE, i));
}

void silences_changed(struct flow *f, const struct change_effect *e)
{
    struct quiet *q = map_find(&f->mutes->silences.all, e->key);

    if (q != NULL)
        drop(f, q);
    if (e->after != NULL)
        add(f, e->after);
}

static void place_all(struct flow *f)
{
    struct quiet *q;

    for (size_t i = 0; (q = map_next(&f->mutes->silences.all, &i, NULL)) != NULL;)
        place(f, q);
}

void silences_retention(struct flow *f)
{
    struct silences *x = &f->mutes->silences;
    int64_t now = retention_of(f);

    if (now == x->retention)
        return;
    x->retention = now;
    place_all(f);
}

/* ---- time passes --------------------------------------------------------------- */

struct forgotten {
    VEC(struct str) keys;
};

/* Over for long enough: nobody's decision, so no audit row says so. The book before
 * goes last: the keys lie in it. */
static void forget(struct flow *f, struct forgotten *gone)
{
    const struct book *old = book_now(f);
    struct book *next;

    if (gone->keys.n == 0)
        return;
    next = book_forget(old, OBJECT_SILENCE, gone->keys.v, gone->keys.n);
    for (size_t i = 0; i < gone->keys.n; i++)
        drop(f, map_find(&f->mutes->silences.all, gone->keys.v[i]));
    book_publish(f, next);
}

void silences_expire(struct flow *f)
{
    struct silences *x = &f->mutes->silences;
    struct forgotten gone = { 0 };
    struct heap_node *first;

    if (f->wall < x->wall)
        place_all(f);
    x->wall = f->wall;
    while ((first = heap_first(&x->times)) != NULL && first->at <= f->wall) {
        struct quiet *q = (struct quiet *)((char *)first - offsetof(struct quiet, next));

        if (q->state == SILENCE_EXPIRED) {
            heap_unset(&x->times, first);
            vec_push(&gone.keys, q->key);
        } else {
            place(f, q);
        }
    }
    forget(f, &gone);
    vec_fini(&gone.keys);
}

/* ---- asking ---------------------------------------------------------------------- */

static int compare_strs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool holds(const struct quiet *q, int64_t wall)
{
    const struct silence *s = q->s;

    return silence_state_at(s, wall) == SILENCE_ACTIVE &&
           (s->hours.n == 0 || time_items_hold(s->hours.v, s->hours.n, q->zone, wall));
}

/* The index has those of f->wall, and of any time before the next one moves. */
static bool is_indexed(const struct flow *f, int64_t wall)
{
    const struct heap_node *first = heap_first(&f->mutes->silences.times);

    return wall == f->wall || (wall > f->wall && (first == NULL || first->at > wall));
}

/* Whole groups are asked about at one time: who holds then is looked for once. */
static void gather_then(struct silences *x, int64_t wall)
{
    struct quiet *q;

    if (x->then.known && x->then.wall == wall)
        return;
    vec_clear(&x->then.v);
    for (size_t i = 0; (q = map_next(&x->all, &i, NULL)) != NULL;)
        if (q->state != SILENCE_ACTIVE && holds(q, wall))
            vec_push(&x->then.v, q);
    x->then.wall = wall;
    x->then.known = true;
}

static void find_then(struct silences *x, struct pairs labels, int64_t wall,
                      struct matcher_hits *hits)
{
    gather_then(x, wall);
    for (size_t i = 0; i < x->then.v.n; i++)
        if (matcher_list_holds(&x->then.v.v[i]->list, labels))
            vec_push(&hits->v, &x->then.v.v[i]->list);
}

struct strs silences_of(struct flow *f, struct pairs labels, int64_t wall,
                        struct arena *a)
{
    struct matcher_hits hits = { 0 };
    struct str *v;
    size_t n = 0;

    matcher_index_find(&f->mutes->silences.active, labels, &hits);
    if (!is_indexed(f, wall))
        find_then(&f->mutes->silences, labels, wall, &hits);
    v = arena_array(a, struct str, hits.v.n);
    for (size_t i = 0; i < hits.v.n; i++) {
        const struct quiet *q = (const struct quiet *)hits.v.v[i];

        if (holds(q, wall))
            v[n++] = arena_str(a, q->s->id);
    }
    vec_fini(&hits.v);
    if (n > 1)
        qsort(v, n, sizeof *v, compare_strs);
    return (struct strs){ v, n };
}
