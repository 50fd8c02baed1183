/* store.h - the store port: what must outlive the process, as operations of
 * the domain. The embedded engine is SQLite (store/sqlite_*.c); no layer above
 * may notice which engine runs.
 *
 * journal.db: records by sequence, one blob per flush; snapshots in pieces, a
 * pointer flipped last. history.db: rows derived from the journal. One
 * connection a file, its own thread, locking_mode=EXCLUSIVE.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "flow/flow.h"
#include "flow/snapshot.h"

struct store;

enum store_result {
    STORE_OK,
    STORE_CONFLICT,
    STORE_FENCED,
    STORE_UNAVAILABLE,
    STORE_UNKNOWN
};

struct store_config {
    struct str folder;    /* data_dir; made if missing (0700) */
    size_t intake_limit;  /* inputs waiting; default 65,536 */
    size_t intake_bytes;  /* their payloads; default 256 MiB */
    size_t history_limit; /* rows waiting; default 262,144 */
    size_t history_bytes; /* their strings; default 128 MiB */
    /* Rows older than this, and the oldest above that many, are forgotten in slices; 0,
     * the default: none of them is. */
    int64_t history_retention; /* ns */
    uint64_t history_rows;
    int64_t refresh_flush; /* soft inputs ride at the latest after; default 100 ms */
    int64_t flush_delay;   /* tests and bench: slept inside each flush; 0 */
    /* Tests: return an errno to make something fail; NULL: never. `what` is one of
     * "write" (the row of a flush), "flush" (its commit), "answer" (the commit was
     * done but said it was not), "read" (looking for that row afterwards),
     * "snapshot" (pieces, pointer), "history" (a transaction of rows). */
    int (*fault)(void *ctx, const char *what);
    void *fault_ctx;
    /* Tests: the clocks, ns; NULL: clock_wall and clock_steady. */
    int64_t (*wall)(void *ctx);
    int64_t (*steady)(void *ctx);
    void *clock_ctx;
};
void store_config_init(struct store_config *config);

/* Opens or makes the folder; refuses a newer format with words what to do, and
 * a folder that another server has (FAULT_IN_USE: its pid and since when). */
ok store_open(const struct store_config *config, struct store **out, struct err *e);
/* Which master key sealed what lies in journal.db: the id of the last one that took over
 * (sealer_id); 0: none ever did. */
uint32_t store_sealed_by(const struct store *s);
/* A stopped server's journal.db: all that `from` sealed in records and snapshot is sealed
 * by `to` instead, in one step that a crash leaves done or not begun. IN_USE: a server runs;
 * INTERNAL: something there is sealed by neither. */
struct sealer;
struct resealing;
ok resealing_open(struct str folder, struct resealing **out, struct err *e);
uint32_t resealing_by(const struct resealing *r); /* as store_sealed_by */
ok resealing_run(struct resealing *r, const struct sealer *from, const struct sealer *to,
                 size_t *count, struct err *e);
void resealing_close(struct resealing **r);
/* The folder alone (mode 0700), where there is none: for whoever has to give it to a user,
 * or confine itself to it, before anything is opened. */
ok store_folder_make(struct str folder, struct err *e);
/* Flushes what is there and joins the threads. */
void store_close(struct store **s);

/* What the folder remembers besides: made once. */
uint64_t store_seed(const struct store *s); /* of the maps */
struct str store_folder(const struct store *s);

/* ---- start: first the snapshot, then the tail -------------------------- */

struct store_reader {
    void *ctx;
    /* One piece of the newest whole snapshot, account by account. */
    ok (*piece)(void *ctx, uint32_t account, struct str piece, struct err *e);
    /* After the pieces: the snapshot's sequence and steady time (0: none). */
    ok (*snapshot_end)(void *ctx, uint64_t seq, struct err *e);
    /* Every record behind it, in order; strings borrowed for the call. */
    ok (*input)(void *ctx, const struct input *in, struct err *e);
};
/* A torn or broken record ends the tail if it is the last, else it is an error
 * that says where. *rules: the lowest FLOW_RULES the tail was written under (ours
 * if it is empty). */
ok store_replay(struct store *s, const struct store_reader *reader, int *rules,
                struct err *e);

/* ---- running ------------------------------------------------------------ */

/* From here on inputs are stamped, flushed in groups and handed to `apply`, a flush's
 * at once and in order, on the store thread (it only queues them for the flow thread).
 * A record
 * that could not be made durable ends its ticket with FAULT_UNAVAILABLE.
 * `due` (any thread) is asked before each wait: the earliest flow_next_due of all
 * flows; the store makes the INPUT_TICK when it has come (for account *which). */
struct store_sink {
    void *ctx;
    /* At least one, linked by node.next; owns them from now on. */
    void (*apply)(void *ctx, struct input *first);
    int64_t (*due)(void *ctx, uint32_t *which);
};
ok store_start(struct store *s, const struct store_sink *sink, struct err *e);
struct journal_port store_journal(struct store *s);
void store_wake(struct store *s); /* `due` may have become earlier */
/* Now, on the clock of input.steady. Any thread. */
int64_t store_steady(const struct store *s);

/* Highest sequence on disk, how often it was flushed, up to where the journal was
 * cut since the start. Any thread. */
struct store_stats {
    uint64_t seq, flushes, records, bytes, failed_flushes, history_rows, history_waiting;
    uint64_t journal_cut;
    uint64_t history_kept;  /* rows that are there */
    int64_t history_oldest; /* wall ns of the first of them; 0: none, or not looked yet */
};
struct store_stats store_stats(const struct store *s);

/* ---- snapshot ----------------------------------------------------------- */

/* Pieces of a snapshot at sequence `seq`: all inputs up to it were applied and their
 * rows offered. The last call waits until history has those on disk (and for a backup
 * under way), flips the pointer and lets the journal be cut below seq. Any one thread. */
ok store_snapshot_begin(struct store *s, uint64_t seq, struct err *e);
void store_snapshot_piece(struct store *s, uint32_t account, struct str piece);
ok store_snapshot_end(struct store *s, struct err *e); /* waits until it is durable */

/* ---- history ------------------------------------------------------------ */

/* Copies the row; waits when too many are queued (the flow may be slowed by its
 * history, never lose it). Any thread. */
void history_row(struct store *s, const struct history_row *row);
/* The process is stopping: nobody waits for room any more, or a history that cannot
 * be written would hold the flow, and the stop, for ever. */
void history_hurry(struct store *s);
/* A backup under way ends (UNAVAILABLE), and none begins. */
void store_backup_stop(struct store *s);
/* All rows up to and with this sequence were offered. */
void history_mark(struct store *s, uint64_t seq);

struct history_query {
    uint32_t account;
    unsigned kinds; /* bit (1 << row_kind); 0: all */
    struct str alertname, to, contact_group, action_rule, topic, route, channel, word;
    struct str key;     /* of the notification, or that it repeats */
    struct strs labels; /* of an alert: row_label_word, each of them; 8 at most */
    uint64_t fingerprint, serial; /* of an alert; of the first. 0: any */
    bool failed;                  /* refused, unfit, dead_letter or quarantined */
    int64_t since, until;         /* wall ns, since <= at < until; 0: open */
    bool newest_first;
    uint64_t cursor_seq; /* rows behind this position; 0: from the start */
    uint32_t cursor_n;
    size_t limit; /* at most 1,000 */
};
enum { HISTORY_LABELS = 8 };
typedef void history_fn(void *ctx, const struct history_row *row);
/* Runs on the history thread between writes; done is called there, once. Rows
 * offered before the call are seen. */
struct history_job {
    struct queue_node node;     /* first */
    struct history_query query; /* strings live until done */
    history_fn *row;
    void (*done)(struct history_job *job, ok result);
    void *ctx;
};
bool history_ask(struct store *s, struct history_job *job); /* false: busy, 503 */

/* A consistent copy of both files into `folder` while running. UNAVAILABLE, before anything
 * is written: there is too little room. */
ok store_backup(struct store *s, struct str folder, struct err *e);

#endif
