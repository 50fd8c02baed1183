/* snapshot.c - a snapshot on its way to the store thread, piece by piece. */
#include "store/store_private.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SLICE_BYTES = 1 << 20,    /* pieces in one transaction: what a flush may wait for */
    WAITING_BYTES = 16 << 20, /* whoever makes pieces faster than the disk waits */
};

void snapshot_init(struct snapshot_work *w)
{
    *w = (struct snapshot_work){ 0 };
    w->end = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    cond_init_monotonic(&w->changed);
}

static void free_pieces(struct piece_node *n)
{
    while (n != NULL) {
        struct piece_node *next = n->next;

        free(n);
        n = next;
    }
}

void snapshot_fini(struct snapshot_work *w)
{
    free_pieces(w->first);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
}

/* ---- the side that writes ------------------------------------------------------ */

ok store_snapshot_begin(struct store *s, uint64_t seq, struct err *e)
{
    struct snapshot_work *w = &s->snapshot;
    bool busy;

    assert(s->started && seq <= atomic_load(&s->stats.seq));
    pthread_mutex_lock(&w->lock);
    busy = w->running;
    if (!busy) {
        w->seq = seq;
        w->running = true;
        w->ended = w->failed = w->finished = false;
        w->from = 0;
    }
    pthread_mutex_unlock(&w->lock);
    history_mark(s, seq); /* what was applied was offered */
    return busy ? fail(e, FAULT_IN_USE, "", "a snapshot is being written already") : OK;
}

static struct piece_node *piece_new(uint32_t account, struct str bytes)
{
    struct piece_node *n = malloc(sizeof *n + bytes.n);
    char *copy = (char *)(n + 1);

    if (n == NULL)
        abort();
    if (bytes.n > 0)
        memcpy(copy, bytes.p, bytes.n);
    *n = (struct piece_node){ NULL, { account, { copy, bytes.n } } };
    return n;
}

void store_snapshot_piece(struct store *s, uint32_t account, struct str piece)
{
    struct snapshot_work *w = &s->snapshot;
    struct piece_node *n = piece_new(account, piece);

    pthread_mutex_lock(&w->lock);
    assert(w->running && !w->ended);
    while (w->bytes > WAITING_BYTES && !w->failed)
        pthread_cond_wait(&w->changed, &w->lock);
    if (!w->failed) {
        *w->end = n;
        w->end = &n->next;
        w->bytes += sizeof *n + piece.n;
        n = NULL;
    }
    pthread_mutex_unlock(&w->lock);
    free(n); /* of a snapshot that has failed; its end says why */
    intake_wake(&s->intake);
}

ok store_snapshot_end(struct store *s, struct err *e)
{
    struct snapshot_work *w = &s->snapshot;
    ok result;

    pthread_mutex_lock(&w->lock);
    assert(w->running);
    w->ended = true;
    pthread_mutex_unlock(&w->lock);
    intake_wake(&s->intake);

    pthread_mutex_lock(&w->lock);
    while (!w->finished && !w->failed)
        pthread_cond_wait(&w->changed, &w->lock);
    result = w->failed ? FAILED : OK;
    if (result != OK)
        *e = w->err;
    w->running = false;
    pthread_mutex_unlock(&w->lock);
    return result;
}

/* ---- the store thread's ---------------------------------------------------------- */

/* Some pieces off the front, a transaction's worth. */
static struct piece_node *take_pieces(struct snapshot_work *w)
{
    struct piece_node *first = w->first, *last = NULL;
    size_t bytes = 0;

    for (struct piece_node *n = first; n != NULL && bytes < SLICE_BYTES; n = n->next) {
        bytes += sizeof *n + n->piece.bytes.n;
        last = n;
    }
    if (last != NULL) {
        w->first = last->next;
        last->next = NULL;
    }
    if (w->first == NULL)
        w->end = &w->first;
    w->bytes -= bytes;
    return first;
}

static ok write_pieces(struct store *s, struct piece_node *first, struct err *e)
{
    VEC(struct piece) pieces = { 0 };
    ok result;

    for (struct piece_node *n = first; n != NULL; n = n->next)
        vec_push(&pieces, n->piece);
    result = snapshot_put(&s->journal, pieces.v, pieces.n, e);
    vec_fini(&pieces);
    return result;
}

/* Replay begins behind the snapshot: rows of what lies before it are not offered
 * again. So it waits until history has them on the disk itself; and for the end of a
 * backup, whose copy of history is older than its copy of the journal. Both wake the
 * store thread. */
static bool must_wait(struct store *s, uint64_t seq)
{
    if (atomic_load(&s->holding))
        return true;
    if (atomic_load(&s->history_safe) >= seq)
        return false;
    history_want_sync(s);
    return true;
}

static ok point(struct store *s, uint64_t seq, int64_t from, struct err *e)
{
    if (snapshot_point(&s->journal, from, seq, s->journal.steady, e) != OK)
        return FAILED;
    atomic_store(&s->snapshot_seq, seq);
    return OK;
}

static void give_up(struct snapshot_work *w, const struct err *e)
{
    pthread_mutex_lock(&w->lock);
    w->failed = true;
    w->err = *e;
    free_pieces(w->first);
    w->first = NULL;
    w->end = &w->first;
    w->bytes = 0;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    log_say(LOG_WARN, "the snapshot could not be written; the one before stays",
            LF("why", str_of(e->text)));
}

/* What cannot be swept now is looked at again at the next turn. */
static bool sweep(struct store *s, bool writing)
{
    struct err e;
    bool more = false;

    if (s->swept)
        return false;
    if (snapshot_sweep(&s->journal, false, &more, &e) != OK)
        return false;
    if (more || writing)
        return more;
    if (snapshot_sweep(&s->journal, true, &more, &e) != OK)
        return false;
    s->swept = !more;
    return more;
}

static void finish(struct snapshot_work *w)
{
    pthread_mutex_lock(&w->lock);
    w->finished = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

/* Some pieces, and the pointer if they are the last; *last: not yet, if it waits. */
static ok advance(struct store *s, struct piece_node *pieces, bool *last, struct err *e)
{
    struct snapshot_work *w = &s->snapshot;

    if (w->from == 0)
        w->from = s->journal.piece_number;
    if (pieces != NULL && write_pieces(s, pieces, e) != OK)
        return FAILED;
    if (!*last)
        return OK;
    if (atomic_load(&s->history_failing))
        return fail(e, FAULT_UNAVAILABLE, "data_dir", "history cannot be written");
    *last = !must_wait(s, w->seq);
    return *last ? point(s, w->seq, w->from, e) : OK;
}

bool snapshot_step(struct store *s)
{
    struct snapshot_work *w = &s->snapshot;
    bool active, last, more;
    struct piece_node *pieces;
    struct err e;

    pthread_mutex_lock(&w->lock);
    active = w->running && !w->failed && !w->finished;
    pieces = take_pieces(w);
    last = active && w->ended && w->first == NULL;
    more = w->first != NULL;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);

    if (active && advance(s, pieces, &last, &e) != OK) {
        s->swept = active = more = false;
        give_up(w, &e);
    } else if (last) {
        s->swept = active = false;
        finish(w);
    }
    free_pieces(pieces);
    return sweep(s, active) || more;
}

void snapshot_close(struct store *s)
{
    struct err e;

    (void)fail(&e, FAULT_UNAVAILABLE, "", "Belfry is stopping");
    if (s->snapshot.running && !s->snapshot.finished && !s->snapshot.failed)
        give_up(&s->snapshot, &e);
}
