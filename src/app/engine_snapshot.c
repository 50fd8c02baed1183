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

/* Is it time for the next one? Not while the one before waits for the disk. */
static bool wanted(struct engine *en)
{
    bool yes;

    pthread_mutex_lock(&en->lock);
    yes = !en->ending && en->since >= JOURNAL_LEAST && en->since >= en->last_size;
    pthread_mutex_unlock(&en->lock);
    return yes;
}

void snapshot_turn(struct engine *en)
{
    struct err e;

    if (atomic_load(&en->stopping))
        return; /* engine_stop writes the last one */
    if (!en->walk) {
        if (!wanted(en))
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

static bool flip(struct engine *en)
{
    struct err e;

    if (store_snapshot_end(en->config.store, &e) == OK)
        return true;
    log_text(LOG_WARN, "the snapshot could not be written: %s", e.text);
    return false;
}

void *snapshot_thread(void *ctx)
{
    struct engine *en = ctx;

    pthread_mutex_lock(&en->lock);
    while (!en->ended || en->ending) {
        bool flipped;

        if (!en->ending) {
            pthread_cond_wait(&en->turn, &en->lock);
            continue;
        }
        pthread_mutex_unlock(&en->lock);
        flipped = flip(en);
        pthread_mutex_lock(&en->lock);
        if (flipped)
            en->last_size = en->size;
        en->ending = false;
    }
    pthread_mutex_unlock(&en->lock);
    return NULL;
}

/* A clean stop ends in a snapshot with an empty tail. */
void snapshot_last(struct engine *en, struct err *e, ok *done)
{
    if (en->walk) { /* one under way ends first: the store takes one at a time */
        (void)walk(en, INT64_MAX);
        (void)flip(en);
    }
    if (!begin(en, e)) {
        *done = FAILED;
        return;
    }
    (void)walk(en, INT64_MAX);
    *done = store_snapshot_end(en->config.store, e);
}
