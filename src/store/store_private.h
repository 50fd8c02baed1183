/* store_private.h - one store: its two files, its two threads, and what they and
 * their callers share. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "base/arena.h"
#include "store/intake.h"
#include "store/sqlite_private.h"
#include "store/stamp.h"

#include <stdatomic.h>

/* ---- folder.c ------------------------------------------------------------ */

char *path_join(const char *folder, const char *name); /* the caller frees */
ok folder_make(const char *folder, struct err *e);
ok folder_lock(const char *folder, int *lock, struct err *e);
ok folder_sync(const char *folder, struct err *e);

/* ---- the store thread: store_thread.c, flush.c ---------------------------- */

/* An account that the journal knows, or that was due. */
struct account_state {
    uint32_t account;
    bool known;     /* an INPUT_ACCOUNT is on disk */
    int64_t ticked; /* steady time of its last tick; INT64_MIN: none */
};

/* One flush being made. Used by the store thread only. */
struct flush {
    VEC(struct input *) batch;
    VEC(struct input *) carry; /* owed or soft, of a flush that failed: they go first */
    VEC(uint32_t) fresh;       /* accounts that the batch makes known */
    VEC(struct account_state) accounts;
    struct buf blob;
    int64_t retry_at;  /* CLOCK_MONOTONIC ns; carry and ticks wait for it */
    uint64_t failures; /* in a row */
};

void flush_init(struct flush *f, const struct journal_db *j);
void flush_fini(struct store *s);
/* When the store thread has to look again, CLOCK_MONOTONIC ns; *tick: now, since a
 * timer of *account is due. */
int64_t flush_due(struct store *s, bool *tick, uint32_t *account);
/* Everything that has gathered (and a tick for *tick), stamped, on disk, handed on. */
void flush_once(struct store *s, const uint32_t *tick);
bool flush_owes(const struct store *s); /* carry is there and its time has come */

/* ---- snapshot.c ------------------------------------------------------------ */

struct piece_node {
    struct piece_node *next;
    struct piece piece; /* bytes behind the node */
};

/* Between whoever writes a snapshot and the store thread. */
struct snapshot_work {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct piece_node *first, **end;
    size_t bytes; /* waiting */
    uint64_t seq;
    int64_t from; /* number of its first piece */
    bool running, ended, failed, finished;
    struct err err;
};

void snapshot_init(struct snapshot_work *w);
void snapshot_fini(struct snapshot_work *w);
bool snapshot_step(struct store *s);  /* store thread; true: more to do at once */
void snapshot_close(struct store *s); /* whoever waits is told that it ends */

/* ---- history_queue.c, history_row.c, history_thread.c ------------------------- */

/* Rows on their way, copied: one is filled under the lock while the other is
 * written. */
struct row_batch {
    VEC(struct row_cut) rows;
    struct arena arena; /* their strings */
    struct buf cutting;
    uint64_t mark; /* 0: none */
};
void row_copy(struct row_batch *batch, const struct history_row *row);
void batch_init(struct row_batch *b);
void batch_fini(struct row_batch *b);
bool batch_is_empty(const struct row_batch *b);
void batch_clear(struct row_batch *b);

struct history_work {
    pthread_mutex_t lock;
    pthread_cond_t some, room;
    struct row_batch filling;
    size_t waiting, bytes; /* rows, and their strings, in both batches */
    int64_t write_by;      /* CLOCK_MONOTONIC ns; INT64_MAX: no row is there */
    struct queue_node *jobs, **jobs_end;
    size_t job_count; /* asked and not done */
    size_t held_up;   /* callers that wait for room */
    bool closing;
    bool hurried; /* rows are taken beyond the limit */
    bool woken;
    bool sync; /* the mark is wanted on the disk itself, for the journal to be cut */
    pthread_t thread;
};

void history_work_init(struct history_work *w);
void history_work_fini(struct history_work *w);
void history_want_sync(struct store *s);
void history_wake(struct store *s);
void history_stop(struct store *s); /* the thread ends; who waits for room goes on */
void *history_thread(void *store);

/* ---- backup.c ------------------------------------------------------------------ */

/* Whose turn it is. */
enum backup_stage { BACKUP_NONE, BACKUP_HISTORY, BACKUP_JOURNAL };
struct backup_work {
    pthread_mutex_t one; /* one backup at a time */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_int stage; /* enum backup_stage */
    atomic_bool stopping;
    const char *folder;
    struct db_copy copy;
    ok result;
    struct err err;
};

void backup_init(struct backup_work *b);
void backup_fini(struct backup_work *b);
/* On the file's own thread; true: more to do at once. */
bool backup_step(struct store *s, enum backup_stage mine, struct db *db);
void backup_close(struct store *s); /* a backup that waits is told that it ends */

/* ---- the whole --------------------------------------------------------------- */

struct store {
    struct store_config config;
    char *folder;
    int lock;
    struct journal_db journal; /* the store thread's, once started */
    struct history_db history; /* the history thread's, once started */
    struct stamp stamp;
    struct intake intake;
    struct flush flush;
    struct snapshot_work snapshot;
    struct history_work rows;
    struct backup_work backup;
    struct store_sink sink;
    pthread_t thread;
    bool started;
    uint64_t cut_tried;  /* store thread: nothing more to cut up to here */
    bool swept;          /* store thread: no pieces but the snapshot's are there */
    atomic_bool holding; /* a backup: the journal is not cut, no snapshot counts */
    atomic_bool failing; /* the last flush did: nothing soft is taken */
    atomic_bool history_failing;
    /* Highest sequence that the snapshot holds, that history has written, and that
     * history has on the disk itself. */
    _Atomic uint64_t snapshot_seq, history_written, history_safe;
    struct {
        _Atomic uint64_t seq, flushes, records, bytes, failed_flushes;
        _Atomic uint64_t history_rows, history_waiting, journal_cut, history_kept;
        _Atomic int64_t history_oldest;
    } stats;
};

void *store_thread(void *store);

#endif
