/* sqlite_private.h - the embedded engine: what journal.db and history.db can do.
 *
 * One connection a file, used by one thread at a time (first the one that opens,
 * then the file's own). Nothing here waits for anybody.
 */
#ifndef STORE_SQLITE_PRIVATE_H
#define STORE_SQLITE_PRIVATE_H

#include "base/vec.h"
#include "store/store.h"

#include <sqlite3.h>

/* ---- one file: sqlite.c, sqlite_copy.c ------------------------------------------------- */

enum db_sync { DB_SYNC_CHECKPOINT, DB_SYNC_COMMIT }; /* NORMAL, FULL */

struct db {
    sqlite3 *h;
    char *path;
    const char *name; /* "journal.db", for words */
    sqlite3_stmt *begin, *commit;
    int wal_pages, page_size;
    VEC(sqlite3_stmt *) prepared; /* all of them; finalized by db_close */
};

/* Made with mode 0600 if missing; WAL, locking_mode=EXCLUSIVE. */
ok db_open(struct db *db, const char *folder, const char *name, enum db_sync sync,
           struct err *e);
void db_close(struct db *db);
ok db_exec(struct db *db, const char *sql, struct err *e);
ok db_prepare(struct db *db, const char *sql, sqlite3_stmt **out, struct err *e);
/* Steps once: *row says whether there is one. Without a row it is reset. */
ok db_step(struct db *db, sqlite3_stmt *st, bool *row, struct err *e);
ok db_run(struct db *db, sqlite3_stmt *st, struct err *e); /* to the end, no rows */
ok db_begin(struct db *db, struct err *e);
ok db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db); /* if there is anything to roll back */
/* FAULT_UNAVAILABLE where it may pass by itself (disk full, I/O), with words. */
ok db_fail(struct db *db, struct err *e);
void db_bind_str(sqlite3_stmt *st, int at, struct str s); /* borrowed until reset */
struct str db_column(sqlite3_stmt *st, int at);           /* a text's or blob's bytes */
/* Moves the WAL into the file when it has passed `bytes`. What fails is tried
 * again at the next turn: the WAL is as durable. True when nothing is left in it. */
bool db_checkpoint(struct db *db, size_t bytes);

/* Whole numbers by name, in table meta. A missing one is 0. */
ok meta_make(struct db *db, const char *key, uint64_t format, const char *schema,
             struct err *e);
ok meta_get(struct db *db, const char *key, int64_t *value, struct err *e);
ok meta_put(struct db *db, const char *key, int64_t value, struct err *e);

/* sqlite_copy.c: a copy of a file, page by page between other work on the same
 * connection, which keeps it up to date with what is written meanwhile. */
struct db_copy {
    sqlite3 *target;
    sqlite3_backup *backup; /* null: not begun */
    char *path, *part;      /* part becomes path when it is whole */
};
ok db_copy_begin(struct db_copy *copy, struct db *from, const char *folder,
                 struct err *e);
ok db_copy_step(struct db_copy *copy, struct db *from, bool *done, struct err *e);
void db_copy_drop(struct db_copy *copy); /* unfinished: nothing of it stays */

/* ---- journal.db: sqlite_journal.c, sqlite_snapshot.c --------------------- */

/* The newest whole snapshot; seq 0: none. */
struct snapshot_pointer {
    uint64_t seq;
    int64_t steady;      /* of the last flush before the pointer was set */
    int64_t first, last; /* numbers of its pieces; last < first: no piece */
};

struct journal_db {
    struct db db;
    const struct store_config *config; /* faults and delays of tests */
    sqlite3_stmt *append, *find, *account;
    sqlite3_stmt *cut_look, *cut;
    sqlite3_stmt *piece, *sweep_look, *sweep;
    struct snapshot_pointer snapshot;
    int64_t piece_number; /* the next */
    uint64_t seq;         /* the last record on disk */
    int64_t steady;       /* its steady time */
    uint64_t seed;
    uint32_t sealed_by;     /* id of the master key that took over last; 0: none did */
    VEC(uint32_t) accounts; /* as they were when it was opened */
};
/* sqlite_reseal.c */
ok journal_reseal(struct journal_db *j, const struct sealer *from,
                  const struct sealer *to, size_t *count, struct err *e);

ok journal_open(struct journal_db *j, const char *folder,
                const struct store_config *config, struct err *e);
void journal_close(struct journal_db *j);
/* One flush: its row and the accounts it made known. UNAVAILABLE: nothing is
 * there; UNKNOWN: ask journal_find. */
enum store_result journal_append(struct journal_db *j, uint64_t seq, struct str blob,
                                 const uint32_t *accounts, size_t n, struct err *e);
/* OK: exactly these bytes are there; UNAVAILABLE: they are not. */
enum store_result journal_find(struct journal_db *j, uint64_t seq, struct str blob);
/* Every row that holds something behind `after`, in order. */
typedef ok journal_row_fn(void *ctx, uint64_t first, struct str blob, struct err *e);
ok journal_rows(struct journal_db *j, uint64_t after, journal_row_fn *fn, void *ctx,
                struct err *e);
/* Deletes some rows that end at or below `upto`, except the last row of all, which
 * says where sequence and steady time go on. *more: there are others. */
ok journal_cut(struct journal_db *j, uint64_t upto, bool *more, struct err *e);

struct piece {
    uint32_t account;
    struct str bytes;
};
uint32_t snapshot_sum(uint32_t account, struct str bytes); /* of a piece: its crc */
ok snapshot_load_pointer(struct journal_db *j, struct err *e);
ok snapshot_put(struct journal_db *j, const struct piece *pieces, size_t n,
                struct err *e);
/* From now on the pieces from `first` on are the snapshot. */
ok snapshot_point(struct journal_db *j, int64_t first, uint64_t seq, int64_t steady,
                  struct err *e);
typedef ok snapshot_piece_fn(void *ctx, uint32_t account, struct str piece,
                             struct err *e);
ok snapshot_pieces(struct journal_db *j, snapshot_piece_fn *fn, void *ctx, struct err *e);
/* Deletes some pieces that belong to no snapshot: older ones, and with `above`
 * those of one that was never finished. */
ok snapshot_sweep(struct journal_db *j, bool above, bool *more, struct err *e);

/* ---- history.db: sqlite_history.c, sqlite_history_ask.c, history_chunk.c ----- */

/* A row's position as one number: sequence, then n. */
#define HISTORY_N_BITS 21
#define HISTORY_N_END (UINT32_C(1) << HISTORY_N_BITS)
#define HISTORY_SEQ_END (UINT64_C(1) << (63 - HISTORY_N_BITS))

static inline int64_t history_id(uint64_t seq, uint32_t n)
{
    return (int64_t)(seq << HISTORY_N_BITS | n);
}

/* What a run of rows has in it, so that a query can pass it by: the times, the
 * kinds, and a Bloom filter of every word one can ask for. Indices of SQLite for
 * the same questions cost 20 us a row, this 0.5 (doc/adr/0002). */
enum { CHUNK_ROWS = 4096, CHUNK_BYTES = 16384 };
struct chunk {
    int64_t first, last; /* ids; first is its key */
    int64_t at_low, at_high;
    unsigned kinds;
    unsigned rows;
    unsigned set;  /* bits that are; not in the file */
    int64_t texts; /* the lowest shared text of its rows; INT64_MAX: none has one */
    unsigned char bits[CHUNK_BYTES];
};
/* Long lists of alerts fill a filter early: then the run is shorter. */
bool chunk_is_full(const struct chunk *c);
void chunk_clear(struct chunk *c, int64_t first);
void chunk_add(struct chunk *c, int64_t id, const struct history_row *row);
bool chunk_may_have(const struct chunk *c, const struct history_query *q);

/* The texts that can be asked for: in the filter, in the table, in a query. */
enum { ASKED_TEXTS = 9 };
struct asked_text {
    int word; /* its number in the filter */
    const char *column;
    size_t row, query; /* offsets of the struct str */
};
extern const struct asked_text asked_texts[ASKED_TEXTS];
/* What a query for what failed wants as `word`. */
enum { FAILED_WORDS = 4 };
extern const struct str failed_words[FAILED_WORDS];
struct str asked_text(const void *base, size_t offset);

/* A row in two pieces: the detail without its list of alerts, and that. */
struct row_cut {
    struct history_row row; /* alerts is beside detail, not in it */
    size_t at;              /* where alerts belongs in detail */
    size_t bytes;           /* that it takes in its batch */
};
enum { HISTORY_TEXTS = 13, HISTORY_DETAIL = 11, HISTORY_WORDS = 12 };
/* The texts of a row but for its alerts, in the order of the table's columns. */
struct str *history_text(struct history_row *row, size_t i);
struct row_cut row_cut(const struct history_row *row, struct buf *b);
/* The other way: detail is whole again, in b, and alerts a piece of it. */
void row_join(struct history_row *row, struct str alerts, size_t at, struct buf *b);

/* ---- texts that rows have in common: sqlite_texts.c ------------------------- */

enum text_use { TEXT_WORDS, TEXT_ALERTS, TEXT_USES };
struct shared_text {
    struct str s; /* of the batch being written; n 0: none */
    int64_t id;
};
struct shared_texts {
    sqlite3_stmt *get, *put, *newest_look, *lowest, *forget;
    struct known_text *known;
    struct shared_text last[TEXT_USES];
    int64_t newest;
    bool sweep; /* there may be some that no row has */
};

struct history_db {
    struct db db;
    struct shared_texts texts;
    struct buf whole; /* the detail of the row that was read last */
    sqlite3_stmt *insert, *set_mark;
    sqlite3_stmt *up, *down; /* answers, both directions */
    sqlite3_stmt *tail;      /* all rows from an id on */
    sqlite3_stmt *chunk_get, *chunk_put;
    sqlite3_stmt *oldest, *forget; /* rows */
    sqlite3_stmt *chunk_first, *chunk_forget, *chunk_begin, *chunk_less, *chunk_sum;
    uint64_t rows;     /* that are there */
    struct chunk open; /* the newest rows; its last id counts only once it is closed */
    struct chunk late; /* a closed one, as read last */
    bool open_lost;    /* after a rollback: make it again */
    uint64_t mark;     /* every row up to this sequence was offered and is there */
};

ok history_open(struct history_db *h, const char *folder, struct err *e);
void history_close(struct history_db *h);
/* Inside a transaction of the caller. */
ok history_put(struct history_db *h, const struct row_cut *cut, struct err *e);
ok history_put_mark(struct history_db *h, uint64_t mark, struct err *e);

/* The number of a text in the file, which holds it from now on; 0: it is short and stands
 * in its row. Inside a transaction. */
ok texts_share(struct history_db *h, enum text_use use, struct str s, int64_t *id,
               struct err *e);
void texts_begin(struct history_db *h); /* of a batch: strings of the last are gone */
ok texts_rolled_back(struct history_db *h, struct err *e);
/* Some that no row has any more. Inside a transaction. */
ok texts_forget(struct history_db *h, bool *more, struct err *e);
ok texts_open(struct history_db *h, struct err *e);
void texts_close(struct history_db *h);

/* Some of the oldest rows, if they are from before `before` or are more than `most` (0:
 * any number). *more: others are, too. *oldest: wall ns of the first that stays; 0. */
ok history_prune(struct history_db *h, int64_t before, uint64_t most, bool *more,
                 int64_t *oldest, struct err *e);

/* Where a query stands; left 0: at its end. */
struct history_cursor {
    int64_t next; /* id to look at next */
    size_t left;
};
struct history_taker {
    history_fn *row;
    void *ctx;
};
void history_begin(const struct history_query *q, struct history_cursor *at);
ok history_prepare_questions(struct history_db *h, struct err *e);
/* A slice: one chunk's rows are looked at and at most 200 given, or 64 chunks passed
 * by. */
ok history_slice(struct history_db *h, const struct history_query *q,
                 struct history_cursor *at, const struct history_taker *to,
                 struct err *e);

/* Between sqlite_history.c and sqlite_history_ask.c. */
extern const char history_select[]; /* SELECT ... FROM ..., as history_read reads it */
/* *texts: the lowest shared text that the row refers to; NULL: nobody asks. */
void history_read(struct history_db *h, sqlite3_stmt *st, struct history_row *row,
                  int64_t *texts);
ok history_find_chunk(struct history_db *h, int64_t id, bool *found, struct err *e);
ok history_reopen_chunk(struct history_db *h, struct err *e);

#endif
