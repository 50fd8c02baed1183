/* flush.c - one flush: what has gathered is stamped, becomes one row of the
 * journal, and is handed to the flow in order once that row is on disk. */
#include "store/record.h"
#include "store/store_private.h"

#include "base/log.h"
#include "base/time.h"

#include <assert.h>
#include <inttypes.h>
#include <time.h>

enum {
    FLUSH_BYTES = 16 << 20, /* one row; the rest of the intake goes with the next */
    BLOB_KEPT = 4 << 20,    /* a larger buffer is given back after the flush */
};
/* After a failed flush, what nobody waits for is tried again this much later. */
#define RETRY_AFTER (100 * NS_PER_MS)
/* A flow that is still due so long after its tick is behind (the tick waits in its
 * queue), or armed a timer in the past: one more tick, which does no harm. */
#define TICK_AGAIN (20 * NS_PER_MS)
/* The longest sleep: a machine that was suspended is looked after when it is back. */
#define LONGEST_WAIT NS_PER_S

void flush_init(struct flush *f, const struct journal_db *j)
{
    *f = (struct flush){ 0 };
    buf_init(&f->blob, BUF_NO_LIMIT);
    for (size_t i = 0; i < j->accounts.n; i++)
        vec_push(&f->accounts,
                 (struct account_state){ j->accounts.v[i], true, INT64_MIN });
}

static struct account_state *account_state(struct flush *f, uint32_t account)
{
    for (size_t i = 0; i < f->accounts.n; i++)
        if (f->accounts.v[i].account == account)
            return &f->accounts.v[i];
    vec_push(&f->accounts, (struct account_state){ account, false, INT64_MIN });
    return &f->accounts.v[f->accounts.n - 1];
}

/* ---- when ------------------------------------------------------------------- */

/* Steady times are waited for on the machine's monotonic clock. */
static int64_t wait_until(int64_t in)
{
    int64_t now = monotonic_now();

    return in >= LONGEST_WAIT ? now + LONGEST_WAIT : in <= 0 ? now : now + in;
}

int64_t flush_due(struct store *s, bool *tick, uint32_t *account)
{
    int64_t now = stamp_steady(&s->stamp), due = s->sink.due(s->sink.ctx, account);
    struct account_state *a;

    *tick = false;
    if (due == INT64_MAX)
        return wait_until(LONGEST_WAIT);
    a = account_state(&s->flush, *account);
    if (a->ticked != INT64_MIN && due <= a->ticked)
        due = a->ticked + TICK_AGAIN;
    if (due > now)
        return wait_until(due - now);
    if (s->flush.retry_at > monotonic_now())
        return s->flush.retry_at;
    *tick = true;
    return monotonic_now();
}

bool flush_owes(const struct store *s)
{
    return s->flush.carry.n > 0 && s->flush.retry_at <= monotonic_now();
}

/* ---- what -------------------------------------------------------------------- */

static void add_clock(struct flush *f, int64_t step)
{
    struct buf b;

    buf_init(&b, 16);
    put_i64(&b, step);
    for (size_t i = 0; i < f->accounts.n; i++)
        if (f->accounts.v[i].known)
            vec_push(&f->batch,
                     input_new(INPUT_CLOCK, f->accounts.v[i].account, buf_str(&b)));
    buf_fini(&b);
}

static bool has_tick(const struct flush *f, uint32_t account)
{
    for (size_t i = 0; i < f->batch.n; i++)
        if (f->batch.v[i]->kind == INPUT_TICK && f->batch.v[i]->account == account)
            return true;
    return false;
}

/* The clock's step first: what follows is judged by the new time. The tick last: a
 * timer that is due sees what came in before it. */
static void gather(struct store *s, struct moment now, const uint32_t *tick)
{
    struct flush *f = &s->flush;
    int64_t step = stamp_step(&s->stamp, now);
    struct input *next;

    vec_clear(&f->batch);
    if (step != 0)
        add_clock(f, step);
    for (size_t i = 0; i < f->carry.n; i++)
        vec_push(&f->batch, f->carry.v[i]);
    vec_clear(&f->carry);
    for (struct input *in = intake_take(&s->intake, FLUSH_BYTES); in != NULL; in = next) {
        next = input_next(in);
        vec_push(&f->batch, in);
    }
    if (tick != NULL && !has_tick(f, *tick))
        vec_push(&f->batch, input_new(INPUT_TICK, *tick, STR("")));
}

static void encode(struct store *s, struct moment now)
{
    struct flush *f = &s->flush;
    struct record_place place = { 0 };

    buf_clear(&f->blob);
    vec_clear(&f->fresh);
    records_begin(&f->blob);
    for (size_t i = 0; i < f->batch.n; i++) {
        struct input *in = f->batch.v[i];

        in->seq = s->journal.seq + 1 + i;
        in->wall = now.wall;
        in->steady = now.steady;
        records_add(&f->blob, &place, in);
        if (in->kind == INPUT_ACCOUNT)
            vec_push(&f->fresh, in->account);
    }
    records_end(&f->blob);
}

/* ---- what came of it ---------------------------------------------------------- */

/* Everything that needs the inputs is done before they are given away: the flow may
 * free them at once. */
static void succeeded(struct store *s, struct moment now)
{
    struct flush *f = &s->flush;

    if (f->failures > 0)
        log_text(LOG_INFO, "the journal can be written again, after %" PRIu64 " tries",
                 f->failures);
    f->failures = 0;
    f->retry_at = 0;
    atomic_store(&s->failing, false);
    stamp_done(&s->stamp, now);
    s->journal.seq += f->batch.n;
    s->journal.steady = now.steady;
    for (size_t i = 0; i < f->fresh.n; i++)
        account_state(f, f->fresh.v[i])->known = true;
    atomic_store(&s->stats.seq, s->journal.seq);
    atomic_fetch_add(&s->stats.flushes, 1);
    atomic_fetch_add(&s->stats.records, f->batch.n);
    atomic_fetch_add(&s->stats.bytes, f->blob.n);
    for (size_t i = 0; i < f->batch.n; i++) {
        struct input *in = f->batch.v[i];

        if (in->kind == INPUT_TICK)
            account_state(f, in->account)->ticked = now.steady;
        in->node.next = i + 1 < f->batch.n ? &f->batch.v[i + 1]->node : NULL;
    }
    s->sink.apply(s->sink.ctx, f->batch.v[0]);
}

/* Its ticket is told; nothing has happened. */
static void refuse(struct input *in, const struct err *why)
{
    struct ticket *t = in->ticket;

    input_free(in);
    if (t == NULL)
        return;
    t->result = FAILED;
    t->err = *why;
    t->err.fault = FAULT_UNAVAILABLE;
    t->done(t);
}

/* What is owed is kept, and so is what was answered before its flush: no more of that is
 * taken until the journal can be written. */
static void failed(struct store *s, const struct err *why)
{
    struct flush *f = &s->flush;

    atomic_store(&s->failing, true);
    if (f->failures++ == 0)
        log_say(LOG_ERROR, "the journal cannot be written: nothing is taken until it can",
                LF("why", str_of(why->text)));
    f->retry_at = monotonic_now() + RETRY_AFTER;
    atomic_fetch_add(&s->stats.failed_flushes, 1);
    for (size_t i = 0; i < f->batch.n; i++) {
        struct input *in = f->batch.v[i];

        if (in->owed || in->soft) {
            in->seq = 0;
            vec_push(&f->carry, in);
        } else {
            refuse(in, why);
        }
    }
}

/* A commit whose fate is not known is looked up until it is: to say either would be a
 * guess. On the way out there is no time for that: the waiting are told that it
 * failed, and replay decides. */
static enum store_result append(struct store *s, struct err *e)
{
    const struct timespec pause = { 0, 20 * 1000 * 1000 };
    struct flush *f = &s->flush;
    uint64_t seq = s->journal.seq + 1;
    enum store_result r;

    r = journal_append(&s->journal, seq, buf_str(&f->blob), f->fresh.v, f->fresh.n, e);
    while (r == STORE_UNKNOWN && !intake_closing(&s->intake)) {
        nanosleep(&pause, NULL);
        r = journal_find(&s->journal, seq, buf_str(&f->blob));
    }
    return r;
}

void flush_once(struct store *s, const uint32_t *tick)
{
    struct flush *f = &s->flush;
    struct moment now = stamp_now(&s->stamp);
    struct err e = { .fault = FAULT_UNAVAILABLE };

    gather(s, now, tick);
    if (f->batch.n == 0)
        return;
    encode(s, now);
    if (append(s, &e) == STORE_OK)
        succeeded(s, now);
    else
        failed(s, &e);
    if (f->blob.room > BLOB_KEPT) {
        buf_fini(&f->blob);
        buf_init(&f->blob, BUF_NO_LIMIT);
    }
}

/* What is still owed could not be written to the end: replay brings back the state
 * that owed it, so it is done again, not lost. */
void flush_fini(struct store *s)
{
    struct flush *f = &s->flush;
    struct err why;
    struct input *next;

    (void)fail(&why, FAULT_UNAVAILABLE, "", "Belfry is stopping");
    for (size_t i = 0; i < f->carry.n; i++)
        refuse(f->carry.v[i], &why);
    for (struct input *in = intake_take(&s->intake, SIZE_MAX); in != NULL; in = next) {
        next = input_next(in);
        refuse(in, &why);
    }
    vec_fini(&f->batch);
    vec_fini(&f->carry);
    vec_fini(&f->fresh);
    vec_fini(&f->accounts);
    buf_fini(&f->blob);
}
