/* store.c - the store as a whole: opening, starting, closing. */
#include "store/store_private.h"

#include "base/log.h"
#include "base/time.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

void store_config_init(struct store_config *config)
{
    *config = (struct store_config){
        .folder = STR("./belfry-data"),
        .intake_limit = 65536,
        .intake_bytes = (size_t)256 << 20,
        .history_limit = 262144,
        .history_bytes = (size_t)128 << 20,
        .refresh_flush = 100 * NS_PER_MS,
    };
}

/* ---- opening ------------------------------------------------------------------- */

static ok open_files(struct store *s, struct err *e)
{
    if (folder_make(s->folder, e) != OK || folder_lock(s->folder, &s->lock, e) != OK ||
        journal_open(&s->journal, s->folder, &s->config, e) != OK ||
        history_open(&s->history, s->folder, e) != OK)
        return FAILED;
    return folder_sync(s->folder, e);
}

static void close_files(struct store *s)
{
    history_close(&s->history);
    journal_close(&s->journal);
    if (s->lock >= 0)
        close(s->lock);
    free(s->folder);
    free(s);
}

/* History's thread runs from here on: replay offers rows. */
static void begin(struct store *s)
{
    atomic_store(&s->stats.seq, s->journal.seq);
    atomic_store(&s->snapshot_seq, s->journal.snapshot.seq);
    atomic_store(&s->history_written, s->history.mark);
    atomic_store(&s->stats.history_kept, s->history.rows);
    stamp_init(&s->stamp, &s->config, s->journal.steady);
    intake_init(&s->intake, s->config.intake_limit, s->config.intake_bytes,
                s->config.refresh_flush);
    flush_init(&s->flush, &s->journal);
    snapshot_init(&s->snapshot);
    history_work_init(&s->rows);
    backup_init(&s->backup);
    if (pthread_create(&s->rows.thread, NULL, history_thread, s) != 0)
        abort();
    history_want_sync(s); /* what a killed process wrote may not be on the disk yet */
}

ok store_open(const struct store_config *config, struct store **out, struct err *e)
{
    struct store *s = calloc(1, sizeof *s);

    if (s == NULL)
        abort();
    s->config = *config;
    s->lock = -1;
    s->folder = strndup(config->folder.p, config->folder.n);
    if (s->folder == NULL)
        abort();
    s->config.folder = str_of(s->folder);
    *out = NULL;
    if (open_files(s, e) != OK) {
        close_files(s);
        return FAILED;
    }
    begin(s);
    *out = s;
    return OK;
}

uint64_t store_seed(const struct store *s)
{
    return s->journal.seed;
}

struct str store_folder(const struct store *s)
{
    return s->config.folder;
}

int64_t store_steady(const struct store *s)
{
    return stamp_steady(&s->stamp);
}

/* ---- running ------------------------------------------------------------------- */

static bool submit(void *ctx, struct input *in)
{
    struct store *s = ctx;

    in->owed = false;
    if (in->soft && atomic_load(&s->failing))
        return false;
    return intake_put(&s->intake, in);
}

static void submit_always(void *ctx, struct input *in)
{
    struct store *s = ctx;

    in->owed = true;
    (void)intake_put(&s->intake, in);
}

struct journal_port store_journal(struct store *s)
{
    return (struct journal_port){ s, submit, submit_always };
}

ok store_start(struct store *s, const struct store_sink *sink, struct err *e)
{
    int rc;

    assert(!s->started);
    s->sink = *sink;
    rc = pthread_create(&s->thread, NULL, store_thread, s);
    if (rc != 0)
        return fail(e, FAULT_UNAVAILABLE, "", "cannot start a thread: %s", strerror(rc));
    s->started = true;
    return OK;
}

void store_wake(struct store *s)
{
    intake_wake(&s->intake);
}

struct store_stats store_stats(const struct store *s)
{
    return (struct store_stats){
        .seq = atomic_load(&s->stats.seq),
        .flushes = atomic_load(&s->stats.flushes),
        .records = atomic_load(&s->stats.records),
        .bytes = atomic_load(&s->stats.bytes),
        .failed_flushes = atomic_load(&s->stats.failed_flushes),
        .history_rows = atomic_load(&s->stats.history_rows),
        .history_waiting = atomic_load(&s->stats.history_waiting),
        .journal_cut = atomic_load(&s->stats.journal_cut),
        .history_kept = atomic_load(&s->stats.history_kept),
        .history_oldest = atomic_load(&s->stats.history_oldest),
    };
}

void store_close(struct store **store)
{
    struct store *s = *store;

    if (s == NULL)
        return;
    *store = NULL;
    intake_close(&s->intake);
    if (s->started)
        pthread_join(s->thread, NULL);
    history_stop(s);
    snapshot_close(s);
    backup_close(s);
    flush_fini(s);
    snapshot_fini(&s->snapshot);
    backup_fini(&s->backup);
    history_work_fini(&s->rows);
    intake_fini(&s->intake);
    close_files(s);
}

uint32_t store_sealed_by(const struct store *s)
{
    return s->journal.sealed_by;
}
