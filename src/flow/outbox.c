/* outbox.c - did it arrive? What is owed: one item per notification (outbox_make.c),
 * handed to delivery, tried again, given up. */
#include "base/hash.h"
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CRASHES_MOST = 2 };
static const int64_t retry_first = NS_PER_S / 2, retry_most = 60 * NS_PER_S;

void timer_set(struct flow *f, struct timer *t, int64_t at)
{
    heap_set(&f->timers, &t->node, at);
}

/* ---- ending --------------------------------------------------------------------- */

void outbox_free(struct flow *f, struct item *it)
{
    touch_item(f, it);
    place_leave(f, it);
    if (it->own.told != NULL)
        it->own.told->part = NULL;
    if (map_find(&f->confirms, it->n.address_key) == it)
        map_remove(&f->confirms, it->n.address_key);
    map_remove(&f->items, (struct str){ it->n.key, NOTIFICATION_KEY_HEX });
    heap_unset(&f->timers, &it->timer.node);
    if (it->n.kind == NOTIFY_DIGEST)
        digest_fini(f, it);
    for (size_t i = 0; i < it->n.alert_count; i++)
        alert_drop(f, (struct alert *)(uintptr_t)it->n.alerts[i]);
    told_set_fini(&it->own.firing);
    told_set_fini(&it->own.resolved);
    if (it->pin != NULL)
        book_unref(it->pin);
    handout_unref(it->handout);
    arena_fini(&it->arena);
    free(it);
    COUNT(f, outbox, -1);
}

bool item_is_out(const struct item *it)
{
    return it->in_flight || it->settling != SETTLING_NOT;
}

void outbox_cancel(struct flow *f, struct item *it, enum suppression why)
{
    assert(!item_is_out(it));
    row_item(f, it, why);
    if (it->own.group != NULL)
        touch_group(f, it->own.group);
    outbox_free(f, it);
}

void part_cancel(struct flow *f, struct part *p, enum suppression why)
{
    /* who may know of an end hears of the next begin */
    if (p->told != NULL && p->item->doubtful)
        told_set_without(&p->told->firing, &p->resolved);
    if (p->item->n.kind == NOTIFY_DIGEST)
        digest_drop(f, p, why);
    else
        outbox_cancel(f, p->item, why);
}

/* The address knows now (or never will): the told-log says what the message said. */
void part_settle(struct flow *f, struct part *p, bool gave_up)
{
    struct group *g = p->group;
    struct told *t = p->told;

    weekly_message(f, p->contact_group, gave_up ? WEEKLY_FAILED : WEEKLY_DELIVERED);
    if (t == NULL)
        return;
    touch_group(f, g);
    told_learn(f, g, t, p);
    t->gave_up = gave_up;
    t->part = NULL;
    p->told = NULL; /* its group may go with what follows */
    p->group = NULL;
    if (t->again)
        notify_again(f, g, t);
    group_prune(f, g, &p->resolved);
}

static void settle(struct flow *f, struct item *it, bool gave_up)
{
    struct part said = it->own;

    if (it->n.kind == NOTIFY_DIGEST) {
        digest_settle(f, it, gave_up);
        return;
    }
    it->own = (struct part){ .item = it };
    said.contact_group = STR("");
    if (it->n.kind == NOTIFY_ALERTS)
        said.contact_group = arena_str(&f->scratch, it->n.contact_group);
    outbox_free(f, it);
    part_settle(f, &said, gave_up);
    told_set_fini(&said.firing);
    told_set_fini(&said.resolved);
}

/* ---- trying ----------------------------------------------------------------------- */

static void note_try(struct flow *f, struct part *p)
{
    if (p->told == NULL)
        return;
    touch_group(f, p->group);
    p->told->tried_at = f->steady;
}

void outbox_send(struct flow *f, struct item *it)
{
    heap_unset(&f->timers, &it->timer.node);
    it->in_flight = true;
    if (it->n.kind == NOTIFY_DIGEST && it->attempt == 0) {
        digest_seal(f, it);
        row_item(f, it, SUPPRESSED_NONE);
    }
    it->attempt++;
    note_try(f, &it->own);
    for (struct part *p = it->parts; p != NULL; p = p->next)
        note_try(f, p);
    if (!f->replaying)
        f->config.out.send(f->config.out.ctx, &it->n, it->attempt, it->plain);
}

void outbox_due(struct flow *f, struct item *it)
{
    touch_item(f, it);
    heap_unset(&f->timers, &it->timer.node);
    if (it->settling != SETTLING_NOT)
        digest_settle(f, it, it->settling == SETTLING_GIVEN_UP);
    else
        place_again(f, it);
}

/* What stood in the way stood there for a day. */
static void note_dead(struct flow *f, const struct item *it)
{
    static const struct receipt late = { .verdict = DEFERRED,
                                         .said = STR_INIT(""),
                                         .meaning = STR_INIT("given up after 24 hours") };

    failing_note(f, it, &late, true);
}

static void bury(struct flow *f, struct item *it)
{
    note_dead(f, it);
    COUNT(f, dead_letters, 1);
    row_item(f, it, SUPPRESSED_DEAD_LETTER);
    settle(f, it, true);
}

bool outbox_alive(struct flow *f, struct item *it)
{
    if (it->n.kind == NOTIFY_DIGEST)
        return digest_alive(f, it);
    if (it->deadline > f->steady)
        return true;
    bury(f, it);
    return false;
}

/* First after 0.5 s, doubling to 60 s, full jitter: a hash, so that a replay
 * decides the same; the vendor's own word comes first, and the place's. */
static int64_t retry_after(const struct flow *f, const struct item *it, int64_t asked)
{
    int64_t most = retry_first;
    uint64_t h;

    if (asked < it->place->paused_until - f->steady)
        return it->place->paused_until - f->steady;
    if (asked > 0)
        return asked;
    for (int i = 1; i < it->attempt && most < retry_most; i++)
        most *= 2;
    if (most > retry_most)
        most = retry_most;
    h = fnv1a(FNV_START, (struct str){ it->n.key, NOTIFICATION_KEY_HEX });
    h = (h ^ (uint64_t)it->attempt) * UINT64_C(0x9e3779b97f4a7c15);
    return most / 10 + (int64_t)((h >> 40) * (uint64_t)(most - most / 10) >> 24);
}

/* When this attempt will be followed by another, wall; 0: it will not. For its row,
 * which is written before it is judged. */
static int64_t next_try(const struct flow *f, const struct item *it,
                        const struct receipt *r)
{
    int64_t after;

    if (it->deadline == 0)
        return 0;
    if (r->verdict == UNFIT && !it->plain)
        return f->wall;
    if (r->verdict != DEFERRED && r->verdict != UNKNOWN)
        return 0;
    after = retry_after(f, it, r->retry_after);
    return after > it->deadline - f->steady ? 0 : f->wall + after;
}

/* While its place rests nobody has a time of his own there: it stands in the line. */
static void try_later(struct flow *f, struct item *it, int64_t asked)
{
    int64_t after = retry_after(f, it, asked);
    struct told *t = it->own.told;

    if (after > it->deadline - f->steady) {
        bury(f, it);
        return;
    }
    if (place_rests(f, it->place))
        place_line(f, it);
    else
        timer_set(f, &it->timer, f->steady + after);
    if (t != NULL && t->again)
        notify_again(f, it->own.group, t);
    else if (t == NULL)
        digest_again(f, it);
}

static void judge(struct flow *f, struct item *it, const struct receipt *r)
{
    bool arrived = r->verdict == DELIVERED || r->verdict == ACCEPTED;

    if (arrived)
        COUNT(f, delivered, 1);
    else
        COUNT(f, failed, 1);
    if (!arrived && it->deadline == 0) {
        outbox_cancel(f, it, SUPPRESSED_REPLACED);
        return;
    }
    switch (r->verdict) {
    case DELIVERED:
    case ACCEPTED:
        failing_over(f, it->place);
        settle(f, it, false);
        return;
    case DEFERRED:
    case UNKNOWN:
        it->doubtful = it->doubtful || r->verdict == UNKNOWN;
        failing_note(f, it, r, false);
        try_later(f, it, r->retry_after);
        return;
    case UNFIT:
        if (!it->plain) { /* once more in the plain form */
            it->plain = true;
            place_line(f, it);
            return;
        }
        failing_note(f, it, r, true);
        settle(f, it, true);
        return;
    case REFUSED:
        failing_note(f, it, r, true);
        settle(f, it, true);
        return;
    case VERDICT_COUNT:
        break;
    }
    try_later(f, it, 0);
}

void outbox_outcome(struct flow *f, const struct input *in)
{
    struct outcome o;
    struct err e;
    struct item *it;
    struct place *p; /* stays until this input ends, whatever becomes of the item */

    if (outcome_decode(in->payload, &o, &e) == FAILED)
        return;
    it = map_find(&f->items, o.key);
    if (it != NULL && it->waits && o.attempt == it->attempt + 1)
        place_sent(f, it);
    if (it == NULL || !it->in_flight || o.attempt != it->attempt)
        return; /* of a message that is no more: it counts as told */
    COUNT(f, attempts, 1);
    touch_item(f, it);
    it->in_flight = false;
    p = it->place;
    place_answered(f, it, &o.receipt);
    row_attempt(f, it, &o, next_try(f, it, &o.receipt));
    judge(f, it, &o.receipt);
    place_run(f, p);
}

/* ---- after a crash ------------------------------------------------------------------ */

/* The process died while it wrote these. Nothing of that try has left; the next one is
 * in the plain form, of which less can go wrong. */
static void note_crashes(struct flow *f, struct str keys)
{
    struct reader r = reader_of(keys);

    while (!r.bad && !reader_done(&r)) {
        struct str key = get_str(&r);
        struct item *it = r.bad ? NULL : map_find(&f->items, key);

        if (it == NULL || !it->in_flight)
            continue;
        touch_item(f, it);
        it->crashes++;
        it->plain = true;
    }
}

/* A dead letter of its own kind: it takes everything down with it. Who is to be told
 * hears of it another way, and a person may send it again. */
static void quarantine(struct flow *f, struct item *it)
{
    static const struct receipt crash = {
        .verdict = UNFIT,
        .said = STR_INIT(""),
        .meaning = STR_INIT("the server crashed twice while it wrote the message, which "
                            "is set aside: tell Belfry's makers, and send it again by "
                            "hand under a version that is mended")
    };

    failing_note(f, it, &crash, true);
    COUNT(f, dead_letters, 1);
    row_item(f, it, SUPPRESSED_QUARANTINED);
    for (const struct part *p = it->parts; p != NULL; p = p->next)
        row_part(f, p, SUPPRESSED_QUARANTINED);
    settle(f, it, true);
}

/* What was in flight when the process ended has an unknown outcome: once more, under the
 * same key. */
static void again(struct flow *f, struct item *it)
{
    touch_item(f, it);
    touch_place(f, it->place);
    it->in_flight = false;
    it->place->in_flight--;
    it->doubtful = true;
    if (it->deadline == 0)
        outbox_cancel(f, it, SUPPRESSED_REPLACED);
    else if (it->crashes < CRASHES_MOST)
        place_line(f, it);
}

void outbox_restart(struct flow *f, struct str crashed)
{
    VEC(struct item *) poison = { 0 };
    struct item *it;
    struct place *p;

    note_crashes(f, crashed);
    for (size_t i = 0; (it = map_next(&f->items, &i, NULL)) != NULL;) {
        if (!it->in_flight)
            continue;
        if (it->crashes >= CRASHES_MOST && it->deadline != 0)
            vec_push(&poison, it);
        again(f, it);
    }
    for (size_t i = 0; i < poison.n; i++)
        quarantine(f, poison.v[i]);
    vec_fini(&poison);
    for (size_t i = 0; (p = map_next(&f->places, &i, NULL)) != NULL;)
        if (p->first != NULL)
            place_run(f, p);
}
