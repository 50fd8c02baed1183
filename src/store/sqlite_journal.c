/* sqlite_journal.c - journal.db: one row a flush, by the sequence of its first
 * record. Rows that a snapshot and history have both passed are deleted in slices;
 * their pages are used again (no VACUUM: the file keeps the size it once needed). */
#include "store/record.h"
#include "store/sqlite_private.h"

#include "base/crypto.h"
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

/* How much one slice of deleting may free: what a waiting flush may be held up by. */
enum { SLICE_BYTES = 4 << 20, SLICE_ROWS = 1024 };

static const char schema[] =
    "CREATE TABLE journal(seq INTEGER PRIMARY KEY, records BLOB NOT NULL);"
    "CREATE TABLE account(account INTEGER PRIMARY KEY);"
    "CREATE TABLE piece(n INTEGER PRIMARY KEY, account INTEGER NOT NULL,"
    " crc INTEGER NOT NULL, bytes BLOB NOT NULL);";

static int faulty(const struct journal_db *j, const char *what)
{
    return j->config->fault ? j->config->fault(j->config->fault_ctx, what) : 0;
}

static ok injected(int code, struct err *e)
{
    return fail(e, FAULT_UNAVAILABLE, "data_dir", "cannot write the journal: %s",
                strerror(code));
}

/* ---- opening ------------------------------------------------------------- */

static ok read_accounts(struct journal_db *j, struct err *e)
{
    sqlite3_stmt *st;
    bool row;
    ok result;

    if (db_prepare(&j->db, "SELECT account FROM account ORDER BY account", &st, e) != OK)
        return FAILED;
    while ((result = db_step(&j->db, st, &row, e)) == OK && row)
        vec_push(&j->accounts, (uint32_t)sqlite3_column_int64(st, 0));
    return result;
}

static ok last_record(struct str blob, uint64_t first, struct input *last, struct err *e)
{
    struct records rs;

    if (records_open(blob, first, &rs, e) != OK)
        return FAILED;
    while (records_left(&rs))
        if (records_next(&rs, last, e) != OK)
            return FAILED;
    return OK;
}

/* SQLite does not leave half a row behind, but a disk may: what was not whole when
 * the power went ends the journal. Anything before it is an error of replay. */
static ok drop_row(struct journal_db *j, uint64_t seq, struct err *why, struct err *e)
{
    sqlite3_stmt *st;

    log_say(LOG_ERROR, "the journal's last row is damaged and was left out",
            LF("why", str_of(why->text)), LF("file", str_of(j->db.path)));
    if (db_prepare(&j->db, "DELETE FROM journal WHERE seq=?", &st, e) != OK)
        return FAILED;
    sqlite3_bind_int64(st, 1, (int64_t)seq);
    return db_run(&j->db, st, e);
}

static ok read_last(struct journal_db *j, bool may_drop, struct err *e)
{
    sqlite3_stmt *st;
    struct input last = { 0 };
    struct err why;
    uint64_t first;
    bool row;

    if (db_prepare(&j->db, "SELECT seq, records FROM journal ORDER BY seq DESC LIMIT 1",
                   &st, e) != OK ||
        db_step(&j->db, st, &row, e) != OK)
        return FAILED;
    if (!row)
        return OK;
    first = (uint64_t)sqlite3_column_int64(st, 0);
    if (last_record(db_column(st, 1), first, &last, &why) != OK) {
        sqlite3_reset(st);
        if (why.fault != FAULT_SYNTAX || !may_drop) {
            *e = why;
            return FAILED;
        }
        if (drop_row(j, first, &why, e) != OK)
            return FAILED;
        return read_last(j, false, e);
    }
    sqlite3_reset(st);
    j->seq = last.seq;
    j->steady = last.steady;
    return OK;
}

static ok read_seed(struct journal_db *j, struct err *e)
{
    int64_t seed;

    if (meta_get(&j->db, "seed", &seed, e) != OK)
        return FAILED;
    if (seed == 0) {
        random_bytes(&seed, sizeof seed);
        seed |= 1; /* 0 is: not made yet */
        if (meta_put(&j->db, "seed", seed, e) != OK)
            return FAILED;
    }
    j->seed = (uint64_t)seed;
    return OK;
}

static ok read_key_id(struct journal_db *j, struct err *e)
{
    int64_t id;

    if (meta_get(&j->db, "sealed_by", &id, e) != OK)
        return FAILED;
    j->sealed_by = (uint32_t)id;
    return OK;
}

static ok prepare(struct journal_db *j, struct err *e)
{
    static const struct {
        size_t at;
        const char *sql;
    } statements[] = {
        { offsetof(struct journal_db, append),
          "INSERT INTO journal(seq, records) VALUES(?, ?)" },
        { offsetof(struct journal_db, find), "SELECT records FROM journal WHERE seq=?" },
        { offsetof(struct journal_db, account),
          "INSERT OR IGNORE INTO account(account) VALUES(?)" },
        { offsetof(struct journal_db, cut_look),
          "SELECT seq, length(records) FROM journal WHERE seq <= ? ORDER BY seq" },
        { offsetof(struct journal_db, cut), "DELETE FROM journal WHERE seq < ?" },
        { offsetof(struct journal_db, piece),
          "INSERT INTO piece(n, account, crc, bytes) VALUES(?, ?, ?, ?)" },
        { offsetof(struct journal_db, sweep_look),
          "SELECT n, length(bytes) FROM piece WHERE n >= ? AND n < ? ORDER BY n" },
        { offsetof(struct journal_db, sweep),
          "DELETE FROM piece WHERE n >= ? AND n < ?" },
    };

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (db_prepare(&j->db, statements[i].sql,
                       (sqlite3_stmt **)(void *)((char *)j + statements[i].at), e) != OK)
            return FAILED;
    return OK;
}

ok journal_open(struct journal_db *j, const char *folder,
                const struct store_config *config, struct err *e)
{
    *j = (struct journal_db){ .config = config };
    if (db_open(&j->db, folder, "journal.db", DB_SYNC_COMMIT, e) != OK ||
        meta_make(&j->db, "format", JOURNAL_FORMAT, schema, e) != OK ||
        prepare(j, e) != OK || read_seed(j, e) != OK || read_key_id(j, e) != OK ||
        read_accounts(j, e) != OK || snapshot_load_pointer(j, e) != OK ||
        read_last(j, true, e) != OK)
        return FAILED;
    if (j->snapshot.seq > j->seq)
        j->seq = j->snapshot.seq;
    if (j->snapshot.steady > j->steady)
        j->steady = j->snapshot.steady;
    return OK;
}

void journal_close(struct journal_db *j)
{
    vec_fini(&j->accounts);
    db_close(&j->db);
}

/* ---- one flush ----------------------------------------------------------- */

static ok write_row(struct journal_db *j, uint64_t seq, struct str blob, struct err *e)
{
    int code = faulty(j, "write");
    ok result;

    if (code != 0)
        return injected(code, e);
    sqlite3_bind_int64(j->append, 1, (int64_t)seq);
    sqlite3_bind_blob64(j->append, 2, blob.p, blob.n, SQLITE_STATIC);
    result = db_run(&j->db, j->append, e);
    sqlite3_clear_bindings(j->append);
    return result;
}

static ok write_accounts(struct journal_db *j, const uint32_t *accounts, size_t n,
                         struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(j->account, 1, accounts[i]);
        if (db_run(&j->db, j->account, e) != OK)
            return FAILED;
    }
    return OK;
}

static void delay(int64_t ns)
{
    struct timespec t = { ns / 1000000000, ns % 1000000000 };

    while (ns > 0 && nanosleep(&t, &t) != 0 && errno == EINTR)
        ;
}

static ok commit(struct journal_db *j, struct err *e)
{
    int code = faulty(j, "flush");

    delay(j->config->flush_delay);
    if (code != 0)
        return injected(code, e);
    if (db_commit(&j->db, e) != OK)
        return FAILED;
    code = faulty(j, "answer");
    return code == 0 ? OK : injected(code, e);
}

enum store_result journal_append(struct journal_db *j, uint64_t seq, struct str blob,
                                 const uint32_t *accounts, size_t n, struct err *e)
{
    if (db_begin(&j->db, e) != OK)
        return STORE_UNAVAILABLE;
    if (write_row(j, seq, blob, e) != OK || write_accounts(j, accounts, n, e) != OK) {
        db_rollback(&j->db);
        return STORE_UNAVAILABLE;
    }
    if (commit(j, e) == OK)
        return STORE_OK;
    db_rollback(&j->db);
    return journal_find(j, seq, blob);
}

enum store_result journal_find(struct journal_db *j, uint64_t seq, struct str blob)
{
    struct err e;
    bool row, same;

    if (faulty(j, "read") != 0)
        return STORE_UNKNOWN;
    sqlite3_bind_int64(j->find, 1, (int64_t)seq);
    if (db_step(&j->db, j->find, &row, &e) != OK)
        return STORE_UNKNOWN;
    same = row && str_eq(db_column(j->find, 0), blob);
    sqlite3_reset(j->find);
    return same ? STORE_OK : STORE_UNAVAILABLE;
}

/* ---- reading and cutting ------------------------------------------------- */

ok journal_rows(struct journal_db *j, uint64_t after, journal_row_fn *fn, void *ctx,
                struct err *e)
{
    sqlite3_stmt *st;
    bool row;
    ok result;

    if (db_prepare(&j->db,
                   "SELECT seq, records FROM journal WHERE seq >="
                   " coalesce((SELECT max(seq) FROM journal WHERE seq <= ?), 0)"
                   " ORDER BY seq",
                   &st, e) != OK)
        return FAILED;
    sqlite3_bind_int64(st, 1, (int64_t)after + 1);
    while ((result = db_step(&j->db, st, &row, e)) == OK && row) {
        result = fn(ctx, (uint64_t)sqlite3_column_int64(st, 0), db_column(st, 1), e);
        if (result != OK)
            break;
    }
    sqlite3_reset(st);
    return result;
}

/* The rows below this key may go now: each ends where the next begins. */
static ok cut_end(struct journal_db *j, uint64_t upto, int64_t *end, bool *more,
                  struct err *e)
{
    size_t bytes = 0, rows = 0;
    bool row;
    ok result;

    *end = 0;
    *more = false;
    sqlite3_bind_int64(j->cut_look, 1, (int64_t)upto + 1);
    while ((result = db_step(&j->db, j->cut_look, &row, e)) == OK && row && !*more) {
        *end = sqlite3_column_int64(j->cut_look, 0);
        *more = bytes > SLICE_BYTES || rows >= SLICE_ROWS;
        bytes += (size_t)sqlite3_column_int64(j->cut_look, 1);
        rows++;
    }
    sqlite3_reset(j->cut_look);
    return result;
}

ok journal_cut(struct journal_db *j, uint64_t upto, bool *more, struct err *e)
{
    int64_t end;

    if (cut_end(j, upto, &end, more, e) != OK)
        return FAILED;
    sqlite3_bind_int64(j->cut, 1, end);
    return db_run(&j->db, j->cut, e);
}
