/* history_thread.c - the one thread that owns history.db: rows in transactions of
 * what has gathered, and slices of questions between them. */
#include "store/store_private.h"

#include "base/log.h"
#include "base/time.h"

#include <inttypes.h>

enum {
    TRANSACTION_ROWS = 4096, /* what a question may wait for */
    WAL_BYTES = 16 << 20,
};
#define RETRY_AFTER (500 * NS_PER_MS)

struct question {
    struct history_job *job;
    struct history_cursor at;
};

/* The thread's own. */
struct historian {
    struct store *s;
    struct row_batch writing;
    size_t written;             /* of its rows, already on disk */
    VEC(struct question) fresh; /* asked before `writing` was closed: wait for it */
    VEC(struct question) running;
    bool all_taken; /* nothing was left in the queue at the last look */
    bool sync, closing, copying;
    bool poked;        /* a question came while writing was off: it was tried at once */
    int64_t retry_at;  /* CLOCK_MONOTONIC ns; INT64_MAX: nothing has failed */
    uint64_t failures; /* in a row */
    int64_t prune_at;  /* CLOCK_MONOTONIC ns: what is too old goes */
};

/* ---- waiting ---------------------------------------------------------------------- */

static bool is_stuck(const struct historian *h)
{
    return h->retry_at != INT64_MAX && monotonic_now() < h->retry_at;
}

/* Is there a reason to go on before `deadline`? With the lock held. */
static bool has_work(const struct historian *h)
{
    const struct history_work *w = &h->s->rows;

    if (w->closing || w->woken || w->jobs != NULL || h->running.n > 0 || h->copying)
        return true;
    if (is_stuck(h))
        return false;
    return !batch_is_empty(&h->writing) || w->sync || h->sync ||
           monotonic_now() >= w->write_by || monotonic_now() >= h->prune_at;
}

static int64_t wait_until(const struct historian *h)
{
    int64_t write_by = h->s->rows.write_by;

    if (is_stuck(h))
        return h->retry_at;
    return write_by < h->prune_at ? write_by : h->prune_at;
}

static void take_jobs(struct historian *h)
{
    struct history_work *w = &h->s->rows;
    struct queue_node *next;

    for (struct queue_node *n = w->jobs; n != NULL; n = next) {
        struct history_job *job = (struct history_job *)(void *)n;
        struct question q = { .job = job };

        next = n->next;
        history_begin(&job->query, &q.at);
        vec_push(&h->fresh, q);
    }
    w->jobs = NULL;
    w->jobs_end = &w->jobs;
}

static void swap_batches(struct historian *h)
{
    struct history_work *w = &h->s->rows;
    struct row_batch empty = h->writing;

    h->writing = w->filling;
    w->filling = empty;
    w->write_by = INT64_MAX;
    h->written = 0;
}

/* The disk may be well again before the next try is due: whoever asks does not wait
 * for that, nor is refused without one. Once for all that ask now. */
static void poke(struct historian *h)
{
    if (h->s->rows.jobs == NULL || h->poked || !is_stuck(h))
        return;
    h->poked = true;
    h->retry_at = INT64_MAX;
}

/* Rows that were offered before a question are in the batch that is taken with it. */
static void take(struct historian *h)
{
    struct history_work *w = &h->s->rows;

    pthread_mutex_lock(&w->lock);
    while (!has_work(h))
        cond_wait_until(&w->some, &w->lock, wait_until(h));
    w->woken = false;
    h->closing = w->closing;
    poke(h);
    if (batch_is_empty(&h->writing) &&
        (w->jobs != NULL || w->sync || w->closing || monotonic_now() >= w->write_by))
        swap_batches(h);
    h->all_taken = batch_is_empty(&w->filling);
    if (h->all_taken || is_stuck(h)) {
        take_jobs(h);
        h->poked = false;
    }
    h->sync |= w->sync;
    w->sync = false;
    pthread_mutex_unlock(&w->lock);
}

/* ---- writing ---------------------------------------------------------------------- */

static ok faulty(const struct store *s, struct err *e)
{
    const struct store_config *c = &s->config;
    int code = c->fault ? c->fault(c->fault_ctx, "history") : 0;

    return code == 0 ? OK
                     : fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot write history: %s",
                            strerror(code));
}

static ok put_rows(struct historian *h, size_t end, struct err *e)
{
    struct history_db *db = &h->s->history;

    texts_begin(db);
    for (size_t i = h->written; i < end; i++)
        if (history_put(db, &h->writing.rows.v[i], e) != OK)
            return FAILED;
    if (end < h->writing.rows.n || h->writing.mark <= db->mark)
        return OK;
    return history_put_mark(db, h->writing.mark, e);
}

static ok write_rows(struct historian *h, size_t end, struct err *e)
{
    struct history_db *db = &h->s->history;

    if (faulty(h->s, e) != OK || db_begin(&db->db, e) != OK)
        return FAILED;
    if (put_rows(h, end, e) == OK && db_commit(&db->db, e) == OK)
        return OK;
    db_rollback(&db->db);
    db->open_lost = true;
    return FAILED;
}

static void note_written(struct historian *h, size_t end)
{
    struct store *s = h->s;
    struct history_work *w = &s->rows;
    size_t bytes = 0, rows = end - h->written;

    for (size_t i = h->written; i < end; i++)
        bytes += h->writing.rows.v[i].bytes;
    h->written = end;
    if (end == h->writing.rows.n && h->writing.mark > s->history.mark) {
        s->history.mark = h->writing.mark;
        atomic_store(&s->history_written, s->history.mark);
    }
    pthread_mutex_lock(&w->lock);
    w->waiting -= rows;
    w->bytes -= bytes;
    atomic_store(&s->stats.history_waiting, w->waiting);
    pthread_cond_broadcast(&w->room);
    pthread_mutex_unlock(&w->lock);
    atomic_fetch_add(&s->stats.history_rows, rows);
    atomic_store(&s->stats.history_kept, s->history.rows);
    if (s->config.history_rows > 0 &&
        s->history.rows > s->config.history_rows + TRANSACTION_ROWS)
        h->prune_at = 0; /* they come faster than is looked */
    if (end == h->writing.rows.n)
        batch_clear(&h->writing);
}

/* A snapshot may wait for us: not for ever. */
static void say_failing(struct historian *h)
{
    h->retry_at = monotonic_now() + RETRY_AFTER;
    atomic_store(&h->s->history_failing, true);
    intake_wake(&h->s->intake);
}

static void note_failed(struct historian *h, const struct err *why)
{
    if (h->failures++ == 0)
        log_say(LOG_ERROR,
                "history cannot be written: its rows wait, and alerts with them once "
                "too many do",
                LF("why", str_of(why->text)));
    say_failing(h);
}

static void note_healthy(struct historian *h)
{
    atomic_store(&h->s->history_failing, false);
    if (h->failures > 0)
        log_text(LOG_INFO, "history can be written again, after %" PRIu64 " tries",
                 h->failures);
    h->failures = 0;
    h->retry_at = INT64_MAX;
}

/* One transaction of what was taken. */
static void write_some(struct historian *h)
{
    size_t end = h->written + TRANSACTION_ROWS;
    struct err e;

    if (batch_is_empty(&h->writing) || is_stuck(h))
        return;
    if (end > h->writing.rows.n)
        end = h->writing.rows.n;
    if (write_rows(h, end, &e) != OK) {
        note_failed(h, &e);
        return;
    }
    note_healthy(h);
    note_written(h, end);
    db_checkpoint(&h->s->history.db, WAL_BYTES);
}

/* ---- forgetting -------------------------------------------------------------------- */

/* Ten times in the life of a row, once a minute at the least. */
static int64_t prune_period(const struct store_config *c)
{
    int64_t period = NS_PER_MIN;

    if (c->history_retention > 0 && c->history_retention / 10 < period)
        period = c->history_retention / 10;
    return period > 100 * NS_PER_MS ? period : 100 * NS_PER_MS;
}

static ok prune_slice(struct historian *h, bool *more, struct err *e)
{
    const struct store_config *c = &h->s->config;
    int64_t now = c->wall != NULL ? c->wall(c->clock_ctx) : clock_wall();
    int64_t before = c->history_retention > 0 ? now - c->history_retention : INT64_MIN;
    struct history_db *db = &h->s->history;
    int64_t oldest = 0;

    if (faulty(h->s, e) != OK || db_begin(&db->db, e) != OK)
        return FAILED;
    if (history_prune(db, before, c->history_rows, more, &oldest, e) != OK ||
        db_commit(&db->db, e) != OK) {
        db_rollback(&db->db);
        db->open_lost = true;
        return FAILED;
    }
    atomic_store(&h->s->stats.history_kept, db->rows);
    atomic_store(&h->s->stats.history_oldest, oldest);
    return OK;
}

/* One slice, between writes and questions. */
static void prune_some(struct historian *h)
{
    bool more = false;
    struct err e;

    if (monotonic_now() < h->prune_at || is_stuck(h) || h->closing)
        return;
    if (prune_slice(h, &more, &e) != OK)
        log_say(LOG_WARN, "old rows of history cannot be forgotten now",
                LF("why", str_of(e.text)));
    h->prune_at = more ? 0 : monotonic_now() + prune_period(&h->s->config);
}

/* The journal may be cut below what is safe from a power cut too: commits of this
 * file are not flushed one by one, a checkpoint flushes them all. */
static void sync_mark(struct historian *h)
{
    if (!h->sync || !batch_is_empty(&h->writing) || is_stuck(h))
        return;
    if (!db_checkpoint(&h->s->history.db, 0)) {
        say_failing(h);
        return;
    }
    h->sync = false;
    atomic_store(&h->s->history_failing, false);
    atomic_store(&h->s->history_safe, h->s->history.mark);
    intake_wake(&h->s->intake);
}

/* ---- questions --------------------------------------------------------------------- */

static void answer(struct historian *h, struct history_job *job, ok result)
{
    struct history_work *w = &h->s->rows;

    pthread_mutex_lock(&w->lock);
    w->job_count--;
    pthread_mutex_unlock(&w->lock);
    job->done(job, result);
}

/* What was asked waits for the rows offered before; while those cannot be written it
 * is better to say so than to leave them out. */
static void admit(struct historian *h)
{
    bool there = batch_is_empty(&h->writing) && !h->closing;

    if (!there && !is_stuck(h) && !h->closing)
        return;
    for (size_t i = 0; i < h->fresh.n; i++)
        if (there)
            vec_push(&h->running, h->fresh.v[i]);
        else
            answer(h, h->fresh.v[i].job, FAILED);
    vec_clear(&h->fresh);
}

/* A slice of each, in turn. */
static void run_questions(struct historian *h)
{
    size_t kept = 0;

    for (size_t i = 0; i < h->running.n; i++) {
        struct question *q = &h->running.v[i];
        struct history_taker to = { q->job->row, q->job->ctx };
        struct err e;
        ok result = h->closing
                        ? FAILED
                        : history_slice(&h->s->history, &q->job->query, &q->at, &to, &e);

        if (result == OK && q->at.left > 0)
            h->running.v[kept++] = *q;
        else
            answer(h, q->job, result);
    }
    h->running.n = kept;
}

/* ---- the thread --------------------------------------------------------------------- */

/* Rows that cannot be written now are offered again by replay. */
static bool may_end(const struct historian *h)
{
    bool written = h->all_taken && batch_is_empty(&h->writing);

    return h->closing && (written || h->failures > 0);
}

static void refuse_questions(struct historian *h)
{
    h->closing = true;
    pthread_mutex_lock(&h->s->rows.lock);
    take_jobs(h);
    pthread_mutex_unlock(&h->s->rows.lock);
    admit(h);
    run_questions(h);
}

void *history_thread(void *store)
{
    struct historian h = { .s = store, .retry_at = INT64_MAX };

    batch_init(&h.writing);
    do {
        take(&h);
        write_some(&h);
        prune_some(&h);
        sync_mark(&h);
        admit(&h);
        run_questions(&h);
        h.copying = backup_step(h.s, BACKUP_HISTORY, &h.s->history.db);
    } while (!may_end(&h));
    refuse_questions(&h);
    batch_fini(&h.writing);
    vec_fini(&h.fresh);
    vec_fini(&h.running);
    return NULL;
}
