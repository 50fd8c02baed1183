/* place.c - when may something be sent there? A place is what limits apply to: one
 * robot, one telephone, one mailbox, whichever contacts, topics and receivers name it.
 *
 * The story of the data: a message that is due is queued at its place (place_queue). It
 * leaves at once if its turn is now (turn_at): not too many are under way, the bucket
 * holds a token, the breaker lets it pass. Else it waits in the order of the sequence,
 * and where people read, what waits becomes one digest (digest.c). Each answer is told
 * to the place (place_answered): it may open or close the breaker. One timer wakes the
 * place for its next turn.
 *
 * The breaker: a vendor's own word of how long to wait holds for the whole place, and so
 * do, from the fifth failure in a row on, pauses of 5 s doubling to 60 s. After a pause
 * one message goes alone: its answer opens the place or is the next pause. Any answer
 * that decides about a message, a refusal too, shows that somebody is there.
 */
#include "base/encode.h"
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    FAILURES_MOST = 5, /* in a row, before everything waits */
    WAITING_MOST = 100 /* messages to people; more become a digest, limit or not */
};
static const int64_t pause_first = 5 * NS_PER_S, pause_most = 60 * NS_PER_S;
static const int64_t pause_longest = 24 * NS_PER_HOUR;

static int64_t max_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* ---- buckets -------------------------------------------------------------------- */

/* A bucket is one number: when it will be full again. */
static int64_t rate_next(const struct rate *r, int64_t full_at)
{
    return r->every == 0 ? 0 : full_at - (r->burst - 1) * r->every;
}

static int64_t rate_take(const struct rate *r, int64_t full_at, int64_t now)
{
    return r->every == 0 ? 0 : max_of(full_at, now) + r->every;
}

/* ---- there and gone ------------------------------------------------------------------ */

struct place *place_find(const struct flow *f, struct str key)
{
    return map_find(&f->places, key);
}

struct place *place_make(struct flow *f, struct str key, enum channel_kind channel)
{
    struct place *p = calloc(1, sizeof *p);
    char *own = malloc(key.n + 1);

    if (p == NULL || own == NULL)
        abort();
    memcpy(own, key.p, key.n);
    p->timer.kind = TIMER_PLACE;
    p->key = (struct str){ own, key.n };
    p->id = ++f->place_id;
    p->channel = channel;
    p->limit = channel_limit(channel);
    p->snap = f->snap.mark;
    map_put(&f->places, p->key, p);
    return p;
}

void place_free(struct flow *f, struct place *p)
{
    assert(p->items == 0);
    touch_place(f, p);
    map_remove(&f->places, p->key);
    heap_unset(&f->timers, &p->timer.node);
    if (p->broken)
        COUNT(f, breakers_open, -1);
    failing_free(f, p);
    free((char *)(uintptr_t)p->key.p);
    free(p);
}

struct str place_key(const struct address *ad, const struct integration *in,
                     struct arena *a)
{
    struct str key = address_identity(ad, a);
    struct buf hex;

    if (in == NULL || !channel_limit((enum channel_kind)ad->channel)->by_entry)
        return key;
    buf_init(&hex, BUF_NO_LIMIT);
    put_hex(&hex, in->settings.digest);
    key = arena_printf(a, "%.*s#%.*s", STR_ARG(key), STR_ARG(buf_str(&hex)));
    buf_fini(&hex);
    return key;
}

void place_enter(struct flow *f, struct item *it)
{
    const struct address *ad = &it->n.address;
    struct str key = place_key(ad, it->n.integration, &f->scratch);

    it->place = place_find(f, key);
    if (it->place == NULL)
        it->place = place_make(f, key, (enum channel_kind)ad->channel);
    it->place->items++;
}

/* ---- the line ------------------------------------------------------------------------- */

/* By sequence: what is tried again stands before what came later. */
static void line_add(struct flow *f, struct place *p, struct item *it)
{
    struct item *before = p->last;

    if (before != NULL && before->n.sequence > it->n.sequence) {
        for (before = NULL;
             (before != NULL ? before->next : p->first)->n.sequence < it->n.sequence;)
            before = before != NULL ? before->next : p->first;
    }
    it->prev = before;
    it->next = before != NULL ? before->next : p->first;
    if (it->prev != NULL)
        it->prev->next = it;
    else
        p->first = it;
    if (it->next != NULL)
        it->next->prev = it;
    else
        p->last = it;
    it->waits = true;
    p->waiting++;
    COUNT(f, waiting, 1);
}

static void line_remove(struct flow *f, struct place *p, struct item *it)
{
    if (it->prev != NULL)
        it->prev->next = it->next;
    else
        p->first = it->next;
    if (it->next != NULL)
        it->next->prev = it->prev;
    else
        p->last = it->prev;
    it->next = it->prev = NULL;
    it->waits = false;
    p->waiting--;
    COUNT(f, waiting, -1);
}

/* ---- whose turn -------------------------------------------------------------------------- */

/* Steady time at which the next may go; INT64_MAX: when one that is under way ended. All
 * places of a channel share its bucket: each has its own moment of it. */
static int64_t turn_at(struct flow *f, struct place *p)
{
    const struct channel_limit *limit = p->limit;
    size_t most = p->broken ? 1 : (size_t)limit->in_flight;
    int64_t *all = &f->full_at[p->channel], at;

    if (p->in_flight >= most)
        return INT64_MAX;
    at = max_of(p->paused_until, rate_next(&limit->place, p->full_at));
    if (at > f->steady || limit->all.every == 0)
        return at;
    if (p->slot_at == 0) {
        p->slot_at = max_of(f->steady, rate_next(&limit->all, *all));
        *all = rate_take(&limit->all, *all, f->steady);
    }
    return p->slot_at;
}

/* Nobody waits and nothing is under way: forgotten when the bucket is full again. */
static void set_timer(struct flow *f, struct place *p)
{
    int64_t at = INT64_MAX;

    if (p->first != NULL)
        at = turn_at(f, p);
    else if (p->items == 0 && p->failing == NULL)
        at = max_of(f->steady, max_of(p->full_at, p->paused_until));
    if (at == INT64_MAX)
        heap_unset(&f->timers, &p->timer.node);
    else
        timer_set(f, &p->timer, at);
}

static void take_token(struct flow *f, struct place *p)
{
    p->full_at = rate_take(&p->limit->place, p->full_at, f->steady);
    p->slot_at = 0;
    p->in_flight++;
}

/* Everything whose turn has come goes. */
void place_run(struct flow *f, struct place *p)
{
    touch_place(f, p);
    while (p->first != NULL && turn_at(f, p) <= f->steady) {
        struct item *it = p->first;

        touch_item(f, it);
        line_remove(f, p, it);
        if (!outbox_alive(f, it))
            continue;
        take_token(f, p);
        outbox_send(f, it);
    }
    set_timer(f, p);
}

void place_sent(struct flow *f, struct item *it)
{
    struct place *p = it->place;

    touch_item(f, it);
    touch_place(f, p);
    line_remove(f, p, it);
    take_token(f, p);
    it->in_flight = true;
    it->attempt++;
}

void place_due(struct flow *f, struct place *p)
{
    if (p->items == 0 && p->failing == NULL)
        place_free(f, p);
    else
        place_run(f, p);
}

/* How many could go one after the other now? */
static size_t tokens(const struct flow *f, const struct place *p)
{
    const struct rate *r = &p->limit->place;
    int64_t missing = p->full_at - f->steady;

    if (r->every == 0)
        return SIZE_MAX;
    if (missing <= 0)
        return (size_t)r->burst;
    missing = (missing + r->every - 1) / r->every;
    return missing >= r->burst ? 0 : (size_t)(r->burst - missing);
}

enum suppression place_wait(const struct flow *f, const struct place *p, int64_t *until)
{
    *until = f->steady;
    if (p == NULL)
        return SUPPRESSED_NONE;
    if (f->steady < p->paused_until || (p->broken && p->in_flight + p->waiting > 0)) {
        *until = max_of(f->steady, p->paused_until);
        return SUPPRESSED_BREAKER_OPEN;
    }
    if (tokens(f, p) <= p->waiting) {
        *until = max_of(f->steady, rate_next(&p->limit->place, p->full_at) +
                                       (int64_t)p->waiting * p->limit->place.every);
        return SUPPRESSED_BUCKET_EMPTY;
    }
    return SUPPRESSED_NONE;
}

void place_queue(struct flow *f, struct item *it)
{
    struct place *p = it->place;
    int64_t until;
    enum suppression why = place_wait(f, p, &until);
    bool storm = p->waiting >= WAITING_MOST;

    if ((why != SUPPRESSED_NONE || storm) && digest_take(f, p->last, it))
        return;
    touch_item(f, it);
    touch_place(f, p);
    if (why != SUPPRESSED_NONE)
        row_item(f, it, why);
    line_add(f, p, it);
    place_run(f, p);
}

void place_again(struct flow *f, struct item *it)
{
    touch_item(f, it);
    touch_place(f, it->place);
    line_add(f, it->place, it);
    place_run(f, it->place);
}

void place_line_loaded(struct flow *f, struct item *it)
{
    line_add(f, it->place, it);
}

/* It waits; nothing is sent now. */
void place_line(struct flow *f, struct item *it)
{
    touch_item(f, it);
    touch_place(f, it->place);
    line_add(f, it->place, it);
    set_timer(f, it->place);
}

void place_moved(struct flow *f, struct item *it)
{
    if (!it->waits)
        return;
    line_remove(f, it->place, it);
    line_add(f, it->place, it);
}

void place_leave(struct flow *f, struct item *it)
{
    struct place *p = it->place;

    touch_place(f, p);
    if (it->waits)
        line_remove(f, p, it);
    if (it->in_flight)
        p->in_flight--;
    p->items--;
    it->place = NULL;
    set_timer(f, p);
}

/* ---- the breaker ------------------------------------------------------------------------- */

static void set_broken(struct flow *f, struct place *p, bool broken)
{
    if (p->broken != broken)
        COUNT(f, breakers_open, broken ? 1 : -1);
    p->broken = broken;
}

/* Half of it is jitter, by a hash: a replay decides the same. */
static int64_t pause_of(const struct place *p)
{
    int64_t most = pause_first;
    uint64_t h;

    for (uint32_t i = 1; i < p->trips && most < pause_most; i++)
        most *= 2;
    if (most > pause_most)
        most = pause_most;
    h = (fnv1a(FNV_START, p->key) ^ p->trips) * UINT64_C(0x9e3779b97f4a7c15);
    return most / 2 + (int64_t)((h >> 40) * (uint64_t)(most / 2) >> 24);
}

static void failed(struct flow *f, struct place *p, int64_t asked)
{
    bool rests = f->steady < p->paused_until; /* it left before that began */

    p->failures++;
    if (asked > 0) {
        asked = asked < pause_longest ? asked : pause_longest;
        p->paused_until = max_of(p->paused_until, f->steady + asked);
        set_broken(f, p, true);
    } else if (p->failures >= FAILURES_MOST && !rests) {
        p->trips++;
        p->paused_until = f->steady + pause_of(p);
        set_broken(f, p, true);
    }
}

static void answered(struct flow *f, struct place *p)
{
    p->failures = 0;
    if (f->steady < p->paused_until)
        return; /* it left before the place asked to be left alone */
    p->trips = 0;
    p->paused_until = 0;
    set_broken(f, p, false);
}

void place_answered(struct flow *f, struct item *it, const struct receipt *r)
{
    struct place *p = it->place;

    touch_place(f, p);
    assert(p->in_flight > 0);
    p->in_flight--;
    if (r->verdict == DEFERRED || r->verdict == UNKNOWN)
        failed(f, p, r->retry_after);
    else
        answered(f, p);
}

bool place_rests(const struct flow *f, const struct place *p)
{
    return p->broken || f->steady < p->paused_until;
}

/* ---- snapshot --------------------------------------------------------------------------------- */

/* What waits there and what is under way is known by the items. */
void place_record(struct buf *b, const struct place *p)
{
    put_u64(b, p->id);
    put_str(b, p->key);
    put_u64(b, p->channel);
    put_i64(b, p->full_at);
    put_i64(b, p->slot_at);
    put_i64(b, p->paused_until);
    put_u64(b, p->broken);
    put_u64(b, p->failures);
    put_u64(b, p->trips);
    failing_record(b, p);
}

bool place_load(struct flow *f, struct reader *r, struct place **out)
{
    uint64_t id = get_u64(r);
    struct str key = get_str(r);
    uint64_t channel = get_u64(r);
    struct place *p;

    if (r->bad || channel >= CHANNEL_COUNT || place_find(f, key) != NULL)
        return false;
    *out = p = place_make(f, key, (enum channel_kind)channel);
    p->id = id;
    p->full_at = get_i64(r);
    p->slot_at = get_i64(r);
    p->paused_until = get_i64(r);
    set_broken(f, p, get_u64(r) != 0);
    p->failures = (uint32_t)get_u64(r);
    p->trips = (uint32_t)get_u64(r);
    return failing_load(f, p, r);
}
