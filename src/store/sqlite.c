/* sqlite.c - one SQLite file: opening, statements, errors in words. */
#include "store/sqlite_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The numbers SQLite gives back are closed sets of its own: what may pass by itself
 * is UNAVAILABLE, what needs a person says what to do. */
ok db_fail(struct db *db, struct err *e)
{
    int code = sqlite3_extended_errcode(db->h);
    int os = sqlite3_system_errno(db->h);
    const char *words = sqlite3_errmsg(db->h);

    switch (code & 0xff) {
    case SQLITE_FULL:
        return fail(e, FAULT_UNAVAILABLE, "data_dir",
                    "no space left for %s: free some; Belfry goes on by itself then",
                    db->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(e, FAULT_IN_USE, "data_dir",
                    "another program has %s open: close it (to look at the data, ask "
                    "for a backup)",
                    db->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fail(e, FAULT_INTERNAL, "data_dir",
                    "%s is damaged (%s): stop Belfry, keep the file, and put a backup "
                    "in its place",
                    db->path, words);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return fail(e, FAULT_UNAVAILABLE, "data_dir",
                    "cannot write %s (%s): give the user Belfry runs as the right to it",
                    db->path, os ? strerror(os) : words);
    default:
        return fail(e, FAULT_UNAVAILABLE, "data_dir", "%s: %s%s%s (SQLite %d)", db->path,
                    words, os ? ": " : "", os ? strerror(os) : "", code);
    }
}

ok db_exec(struct db *db, const char *sql, struct err *e)
{
    return sqlite3_exec(db->h, sql, NULL, NULL, NULL) == SQLITE_OK ? OK : db_fail(db, e);
}

ok db_prepare(struct db *db, const char *sql, sqlite3_stmt **out, struct err *e)
{
    if (sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) !=
        SQLITE_OK)
        return db_fail(db, e);
    vec_push(&db->prepared, *out);
    return OK;
}

ok db_step(struct db *db, sqlite3_stmt *st, bool *row, struct err *e)
{
    int rc = sqlite3_step(st);
    ok result = OK;

    *row = rc == SQLITE_ROW;
    if (*row)
        return OK;
    if (rc != SQLITE_DONE)
        result = db_fail(db, e);
    sqlite3_reset(st);
    return result;
}

ok db_run(struct db *db, sqlite3_stmt *st, struct err *e)
{
    bool row = true;

    while (row)
        if (db_step(db, st, &row, e) != OK)
            return FAILED;
    return OK;
}

ok db_begin(struct db *db, struct err *e)
{
    return db_run(db, db->begin, e);
}

ok db_commit(struct db *db, struct err *e)
{
    return db_run(db, db->commit, e);
}

void db_rollback(struct db *db)
{
    struct err e;

    /* SQLite may have rolled back already; if it cannot now, it does so before the
     * next transaction. */
    if (!sqlite3_get_autocommit(db->h))
        (void)db_exec(db, "ROLLBACK", &e);
}

void db_bind_str(sqlite3_stmt *st, int at, struct str s)
{
    sqlite3_bind_text64(st, at, s.n ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

/* Asking for the blob of a text spares SQLite the copy that a terminator needs. */
struct str db_column(sqlite3_stmt *st, int at)
{
    const void *p = sqlite3_column_blob(st, at);
    int n = sqlite3_column_bytes(st, at);

    return n > 0 && p != NULL ? (struct str){ p, (size_t)n } : STR("");
}

/* ---- opening ------------------------------------------------------------- */

static int on_commit(void *ctx, sqlite3 *, const char *, int pages)
{
    struct db *db = ctx;

    db->wal_pages = pages;
    return SQLITE_OK;
}

/* SQLite would make it readable for everybody. The WAL takes the file's mode. */
static ok make_file(const char *path, struct err *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail(e, FAULT_UNAVAILABLE, "data_dir",
                    "cannot open %s: %s; give the user Belfry runs as the right to it",
                    path, strerror(errno));
    close(fd);
    return OK;
}

/* The WAL's wal-index lies in our own memory then: no second program can come near,
 * and no shared memory file is needed. The mode is answered before it is written: run to
 * its end, or a disk that failed there would leave us with a rollback journal, which at
 * our settings may take back what was committed when the power goes. */
static ok set_wal(struct db *db, enum db_sync sync, struct err *e)
{
    /* Of a new file. A flush is one row, and a single alert's is small; rows of history
     * come by the hundred, and cost least as few large pages. */
    const char *size =
        sync == DB_SYNC_COMMIT ? "PRAGMA page_size=4096" : "PRAGMA page_size=16384";
    sqlite3_stmt *st = NULL;
    bool row, wal;

    if (db_exec(db, "PRAGMA locking_mode=EXCLUSIVE", e) != OK ||
        db_exec(db, size, e) != OK ||
        db_prepare(db, "PRAGMA journal_mode=WAL", &st, e) != OK ||
        db_step(db, st, &row, e) != OK)
        return FAILED;
    wal = row && str_is(db_column(st, 0), "wal");
    if (row && db_run(db, st, e) != OK)
        return FAILED;
    return wal ? OK
               : fail(e, FAULT_UNSUPPORTED, "data_dir",
                      "SQLite cannot use a write-ahead log for %s: put the folder on a "
                      "local disk",
                      db->path);
}

static ok set_up(struct db *db, enum db_sync sync, struct err *e)
{
    static const char common[] =
        "PRAGMA wal_autocheckpoint=0;"        /* ours: between flushes */
        "PRAGMA journal_size_limit=67108864;" /* of a WAL that once grew large */
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA trusted_schema=OFF;";
    /* The journal is written at its end and read at the start: pages that it keeps would
     * be memory for nothing. */
    const char *how = sync == DB_SYNC_COMMIT
                          ? "PRAGMA synchronous=FULL; PRAGMA cache_size=-512"
                          : "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8192";
    sqlite3_stmt *st = NULL;
    bool row;

    if (set_wal(db, sync, e) != OK || db_exec(db, common, e) != OK ||
        db_exec(db, how, e) != OK || db_prepare(db, "PRAGMA page_size", &st, e) != OK ||
        db_step(db, st, &row, e) != OK)
        return FAILED;
    db->page_size = sqlite3_column_int(st, 0);
    sqlite3_reset(st);
    sqlite3_wal_hook(db->h, on_commit, db);
    db->wal_pages = 1; /* a process that was killed may have left some */
    if (db_prepare(db, "BEGIN IMMEDIATE", &db->begin, e) != OK)
        return FAILED;
    return db_prepare(db, "COMMIT", &db->commit, e);
}

ok db_open(struct db *db, const char *folder, const char *name, enum db_sync sync,
           struct err *e)
{
    *db = (struct db){ .name = name };
    if (asprintf(&db->path, "%s/%s", folder, name) < 0)
        abort();
    if (make_file(db->path, e) != OK)
        return FAILED;
    if (sqlite3_open_v2(db->path, &db->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return db_fail(db, e);
    return set_up(db, sync, e);
}

/* Closing moves what is left of the WAL into the file and removes it. */
void db_close(struct db *db)
{
    for (size_t i = 0; i < db->prepared.n; i++)
        sqlite3_finalize(db->prepared.v[i]);
    vec_fini(&db->prepared);
    if (db->h != NULL) {
        int rc = sqlite3_close(db->h);

        assert(rc == SQLITE_OK);
    }
    free(db->path);
    *db = (struct db){ 0 };
}

bool db_checkpoint(struct db *db, size_t bytes)
{
    int in_wal = 0, moved = 0;

    if ((size_t)db->wal_pages * (size_t)db->page_size <= bytes)
        return db->wal_pages == 0;
    if (sqlite3_wal_checkpoint_v2(db->h, "main", SQLITE_CHECKPOINT_PASSIVE, &in_wal,
                                  &moved) != SQLITE_OK ||
        moved < in_wal)
        return false;
    db->wal_pages = 0; /* the next commit begins it again from its start */
    return true;
}

/* ---- meta ---------------------------------------------------------------- */

ok meta_get(struct db *db, const char *key, int64_t *value, struct err *e)
{
    sqlite3_stmt *st;
    bool row;
    ok result;

    *value = 0;
    if (sqlite3_prepare_v2(db->h, "SELECT value FROM meta WHERE key=?", -1, &st, NULL) !=
        SQLITE_OK)
        return db_fail(db, e);
    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    result = db_step(db, st, &row, e);
    if (result == OK && row)
        *value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return result;
}

ok meta_put(struct db *db, const char *key, int64_t value, struct err *e)
{
    sqlite3_stmt *st;
    ok result;

    if (sqlite3_prepare_v2(db->h, "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)",
                           -1, &st, NULL) != SQLITE_OK)
        return db_fail(db, e);
    sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 2, value);
    result = db_run(db, st, e);
    sqlite3_finalize(st);
    return result;
}

static ok has_meta(struct db *db, bool *has, struct err *e)
{
    sqlite3_stmt *st;
    ok result;

    if (sqlite3_prepare_v2(db->h, "SELECT 1 FROM sqlite_schema WHERE name='meta'", -1,
                           &st, NULL) != SQLITE_OK)
        return db_fail(db, e);
    result = db_step(db, st, has, e);
    sqlite3_finalize(st);
    return result;
}

/* The schema is made with the format, in one transaction: a file has both or none. */
ok meta_make(struct db *db, const char *key, uint64_t format, const char *schema,
             struct err *e)
{
    int64_t found = 0;
    bool has;

    if (has_meta(db, &has, e) != OK || (has && meta_get(db, key, &found, e) != OK))
        return FAILED;
    if ((uint64_t)found > format)
        return fail(e, FAULT_UNSUPPORTED, "data_dir",
                    "%s was written by a newer Belfry (its format is %" PRId64
                    ", this one reads up to %" PRIu64 "): start that version again, or "
                    "put a backup made with this one in its place",
                    db->path, found, format);
    if (has)
        return OK;
    if (db_begin(db, e) != OK)
        return FAILED;
    if (db_exec(db,
                "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL)"
                " WITHOUT ROWID",
                e) != OK ||
        db_exec(db, schema, e) != OK || meta_put(db, key, (int64_t)format, e) != OK ||
        db_commit(db, e) != OK) {
        db_rollback(db);
        return FAILED;
    }
    return OK;
}
