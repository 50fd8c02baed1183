/* engine_snapshot.c - when to walk the state, and the walk. A walk begins for all
 * flows at one moment; its last flip waits for the disk on a thread of its own. */
#include "app/engine_private.h"

#include "base/log.h"
#include "base/time.h"

enum { JOURNAL_LEAST = 64 * 1024 * 1024 };

static void put_piece(void *ctx, struct str piece)
{
    struct put_to *to = ctx;

    to->en->size += piece.n;
    store_snapshot_piece(to->en->config.store, to->account, piece);
}

static void abandon(struct engine *en)
{
    for (size_t i = 0; i < atomic_load(&en->n); i++)
        flow_snapshot_abandon(atomic_load(&en->v[i].flow));
    en->walk = false;
}

static bool begin(struct engine *en, struct err *e)
{
    en->since = 0;
    en->size = 0;
    en->walking = 0;
    if (store_snapshot_begin(en->config.store, en->applied, e) == FAILED)
        return false;
    for (size_t i = 0; i < atomic_load(&en->n); i++) {
        en->v[i].put = (struct put_to){ en, en->v[i].account };
        flow_snapshot_begin(atomic_load(&en->v[i].flow), put_piece, &en->v[i].put);
    }
    en->walk = true;
    return true;
}

/* True when all flows are walked. */
static bool walk(struct engine *en, int64_t until)
{
    while (en->walking < atomic_load(&en->n)) {
        struct flow *f = atomic_load(&en->v[en->walking].flow);

        if (flow_snapshot_running(f) && !flow_snapshot_step(f, clock_steady, until))
            return false;
        en->walking++;
    }
    en->walk = false;
    return true;
}

bool snapshot_wants_turn(struct engine *en)
{
    return en->walk;
}

static bool flip_pending(struct engine *en)
{
    bool pending;

    pthread_mutex_lock(&en->lock);
    pending = en->ending;
    pthread_mutex_unlock(&en->lock);
    return pending;
}

void snapshot_turn(struct engine *en)
{
    size_t least = en->last_size > JOURNAL_LEAST ? en->last_size : JOURNAL_LEAST;
    struct err e;

    if (atomic_load(&en->stopping))
        return; /* engine_stop writes the last one */
    if (!en->walk) {
        if (en->since < least || flip_pending(en))
            return;
        if (!begin(en, &e)) {
            log_text(LOG_WARN, "no snapshot now: %s", e.text);
            return;
        }
    }
    if (!walk(en, clock_steady() + NS_PER_MS))
        return;
    pthread_mutex_lock(&en->lock);
    en->ending = true;
    pthread_cond_signal(&en->turn);
    pthread_mutex_unlock(&en->lock);
}

static void flip(struct engine *en)
{
    struct err e;

    if (store_snapshot_end(en->config.store, &e) == FAILED)
        log_text(LOG_WARN, "the snapshot could not be written: %s", e.text);
    else
        en->last_size = en->size;
}

void *snapshot_thread(void *ctx)
{
    struct engine *en = ctx;

    pthread_mutex_lock(&en->lock);
    while (!en->ended || en->ending) {
        if (!en->ending) {
            pthread_cond_wait(&en->turn, &en->lock);
            continue;
        }
        pthread_mutex_unlock(&en->lock);
        flip(en);
        pthread_mutex_lock(&en->lock);
        en->ending = false;
    }
    pthread_mutex_unlock(&en->lock);
    return NULL;
}

/* A clean stop ends in a snapshot with an empty tail. */
void snapshot_last(struct engine *en, struct err *e, ok *done)
{
    if (en->walk)
        abandon(en);
    if (!begin(en, e)) {
        *done = FAILED;
        return;
    }
    (void)walk(en, INT64_MAX);
    *done = store_snapshot_end(en->config.store, e);
}
