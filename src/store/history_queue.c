/* history_queue.c - the side of history that others call: rows, marks, questions. */
#include "store/store_private.h"

#include "base/log.h"
#include "base/time.h"

#include <inttypes.h>

enum {
    GATHER_ROWS = 4096, /* are written at once */
    JOBS = 64,          /* questions at a time */
};
/* Nobody waits for a row: some are gathered before a transaction is made of them, as
 * one for each would cost ten times the work. */
#define GATHER_TIME (50 * NS_PER_MS)

void history_work_init(struct history_work *w)
{
    *w = (struct history_work){ .write_by = INT64_MAX };
    w->jobs_end = &w->jobs;
    batch_init(&w->filling);
    pthread_mutex_init(&w->lock, NULL);
    cond_init_monotonic(&w->some);
    cond_init_monotonic(&w->room);
}

void history_work_fini(struct history_work *w)
{
    batch_fini(&w->filling);
    pthread_cond_destroy(&w->some);
    pthread_cond_destroy(&w->room);
    pthread_mutex_destroy(&w->lock);
}

void batch_init(struct row_batch *b)
{
    *b = (struct row_batch){ 0 };
    arena_init(&b->arena);
    buf_init(&b->cutting, BUF_NO_LIMIT);
}

void batch_fini(struct row_batch *b)
{
    vec_fini(&b->rows);
    arena_fini(&b->arena);
    buf_fini(&b->cutting);
}

bool batch_is_empty(const struct row_batch *b)
{
    return b->rows.n == 0 && b->mark == 0;
}

void batch_clear(struct row_batch *b)
{
    vec_clear(&b->rows);
    arena_reset(&b->arena);
    b->mark = 0;
}

/* ---- rows --------------------------------------------------------------------- */

static bool is_full(const struct store *s)
{
    const struct history_work *w = &s->rows;

    return w->waiting >= s->config.history_limit || w->bytes >= s->config.history_bytes;
}

static void wait_for_room(struct store *s)
{
    struct history_work *w = &s->rows;

    w->held_up++;
    while (is_full(s) && !w->closing && !w->hurried)
        pthread_cond_wait(&w->room, &w->lock);
    w->held_up--;
    if (w->closing)
        pthread_cond_broadcast(&w->room); /* history_stop waits for the last of them */
}

void history_hurry(struct store *s)
{
    pthread_mutex_lock(&s->rows.lock);
    s->rows.hurried = true;
    pthread_cond_broadcast(&s->rows.room);
    pthread_mutex_unlock(&s->rows.lock);
}

static void set_write_time(struct store *s)
{
    struct history_work *w = &s->rows;

    if (w->filling.rows.n == GATHER_ROWS || is_full(s))
        w->write_by = 0;
    else if (w->write_by == INT64_MAX)
        w->write_by = monotonic_now() + GATHER_TIME;
    else
        return;
    pthread_cond_signal(&w->some);
}

static bool fits(const struct history_row *row)
{
    if (row->n < HISTORY_N_END && row->seq < HISTORY_SEQ_END)
        return true;
    log_text(LOG_ERROR,
             "history row %" PRIu32 " of sequence %" PRIu64
             " has no place: one input may have %" PRIu32 " rows",
             row->n, row->seq, HISTORY_N_END);
    return false;
}

void history_row(struct store *s, const struct history_row *row)
{
    struct history_work *w = &s->rows;

    if (row->seq <= atomic_load(&s->history_written) || !fits(row))
        return; /* replay offers what is there */
    pthread_mutex_lock(&w->lock);
    wait_for_room(s);
    if (!w->closing) {
        row_copy(&w->filling, row);
        w->waiting++;
        w->bytes += w->filling.rows.v[w->filling.rows.n - 1].bytes;
        atomic_store(&s->stats.history_waiting, w->waiting);
        set_write_time(s);
    }
    pthread_mutex_unlock(&w->lock);
}

/* It rides with the rows that come next; whoever wants to cut the journal asks for
 * it at once. */
void history_mark(struct store *s, uint64_t seq)
{
    struct history_work *w = &s->rows;

    pthread_mutex_lock(&w->lock);
    if (seq > w->filling.mark)
        w->filling.mark = seq;
    pthread_mutex_unlock(&w->lock);
}

void history_want_sync(struct store *s)
{
    pthread_mutex_lock(&s->rows.lock);
    s->rows.sync = true;
    pthread_cond_signal(&s->rows.some);
    pthread_mutex_unlock(&s->rows.lock);
}

void history_wake(struct store *s)
{
    pthread_mutex_lock(&s->rows.lock);
    s->rows.woken = true;
    pthread_cond_signal(&s->rows.some);
    pthread_mutex_unlock(&s->rows.lock);
}

void history_stop(struct store *s)
{
    pthread_mutex_lock(&s->rows.lock);
    s->rows.closing = true;
    pthread_cond_signal(&s->rows.some);
    pthread_cond_broadcast(&s->rows.room);
    while (s->rows.held_up > 0)
        pthread_cond_wait(&s->rows.room, &s->rows.lock);
    pthread_mutex_unlock(&s->rows.lock);
    pthread_join(s->rows.thread, NULL);
}

/* ---- questions ------------------------------------------------------------------- */

bool history_ask(struct store *s, struct history_job *job)
{
    struct history_work *w = &s->rows;
    bool taken;

    pthread_mutex_lock(&w->lock);
    taken = !w->closing && w->job_count < JOBS;
    if (taken) {
        job->node.next = NULL;
        *w->jobs_end = &job->node;
        w->jobs_end = &job->node.next;
        w->job_count++;
        pthread_cond_signal(&w->some);
    }
    pthread_mutex_unlock(&w->lock);
    return taken;
}
