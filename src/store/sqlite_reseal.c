/* sqlite_reseal.c - journal.db under another master key, in one transaction. */
#include "store/sqlite_private.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/seal.h"
#include "store/record.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CRC_SIZE = 4 };

struct work {
    struct journal_db *j;
    const struct sealer *from, *to;
    size_t count, left;
    struct buf bytes; /* of one row */
};

static ok fault_damaged(const struct work *w, const char *table, int64_t row,
                        struct err *e)
{
    return fail(e, FAULT_INTERNAL, "data_dir", "row %" PRId64 " of %s in %s is damaged",
                row, table, w->j->db.path);
}

/* ---- a row ------------------------------------------------------------------------- */

/* The checksum is the last of the row's own bytes. */
static ok row_of_journal(struct work *w, sqlite3_stmt *from, sqlite3_stmt *to,
                         struct err *e)
{
    size_t n = w->bytes.n > CRC_SIZE ? w->bytes.n - CRC_SIZE : 0;
    struct str body = { w->bytes.p, n };
    struct reader tail = reader_of(str_from(buf_str(&w->bytes), n));

    if (n == 0 || get_u32le(&tail) != crc32c(body))
        return fault_damaged(w, "journal", sqlite3_column_int64(from, 0), e);
    w->count += reseal(w->from, w->to, w->bytes.p, n, &w->left);
    w->bytes.n = n;
    put_u32le(&w->bytes, crc32c((struct str){ w->bytes.p, n }));
    sqlite3_bind_int64(to, 2, sqlite3_column_int64(from, 0));
    return OK;
}

static ok row_of_snapshot(struct work *w, sqlite3_stmt *from, sqlite3_stmt *to,
                          struct err *e)
{
    uint32_t account = (uint32_t)sqlite3_column_int64(from, 2);

    if (sqlite3_column_int64(from, 3) !=
        (int64_t)snapshot_sum(account, buf_str(&w->bytes)))
        return fault_damaged(w, "piece", sqlite3_column_int64(from, 0), e);
    w->count += reseal(w->from, w->to, w->bytes.p, w->bytes.n, &w->left);
    sqlite3_bind_int64(to, 2, sqlite3_column_int64(from, 0));
    sqlite3_bind_int64(to, 3, (int64_t)snapshot_sum(account, buf_str(&w->bytes)));
    return OK;
}

struct table {
    const char *look, *write; /* row number and bytes come first in both */
    ok (*row)(struct work *w, sqlite3_stmt *from, sqlite3_stmt *to, struct err *e);
};
static const struct table tables[] = {
    { "SELECT seq, records FROM journal WHERE seq > ? ORDER BY seq LIMIT 1",
      "UPDATE journal SET records=? WHERE seq=?", row_of_journal },
    { "SELECT n, bytes, account, crc FROM piece WHERE n > ? ORDER BY n LIMIT 1",
      "UPDATE piece SET bytes=?, crc=?3 WHERE n=?2", row_of_snapshot },
};

/* ---- all rows ---------------------------------------------------------------------- */

static ok one_row(struct work *w, const struct table *t, sqlite3_stmt *from,
                  sqlite3_stmt *to, struct err *e)
{
    size_t before = w->count;
    ok done;

    buf_clear(&w->bytes);
    buf_add(&w->bytes, db_column(from, 1));
    done = t->row(w, from, to, e);
    if (done == FAILED || w->count == before)
        return done;
    sqlite3_bind_blob64(to, 1, w->bytes.p, w->bytes.n, SQLITE_STATIC);
    return db_run(&w->j->db, to, e);
}

static ok all_rows(struct work *w, const struct table *t, struct err *e)
{
    sqlite3_stmt *from, *to;
    int64_t last = INT64_MIN;
    bool row = true;

    if (db_prepare(&w->j->db, t->look, &from, e) != OK ||
        db_prepare(&w->j->db, t->write, &to, e) != OK)
        return FAILED;
    while (row) {
        sqlite3_bind_int64(from, 1, last);
        if (db_step(&w->j->db, from, &row, e) != OK)
            return FAILED;
        if (!row)
            break;
        last = sqlite3_column_int64(from, 0);
        if (one_row(w, t, from, to, e) != OK)
            return FAILED;
        sqlite3_reset(from);
    }
    return OK;
}

static ok rewrite(struct work *w, struct err *e)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (all_rows(w, &tables[i], e) != OK)
            return FAILED;
    if (w->left > 0)
        return fail(e, FAULT_INTERNAL, "data_dir",
                    "%zu secrets in %s cannot be opened with the master key that is "
                    "there; nothing was changed",
                    w->left, w->j->db.path);
    return meta_put(&w->j->db, "sealed_by", (int64_t)sealer_id(w->to), e);
}

/* What the old key sealed is not to stay in pages that are free. */
static void forget_pages(struct journal_db *j)
{
    struct err e;

    if (db_exec(&j->db, "VACUUM", &e) == FAILED)
        log_text(LOG_WARN,
                 "what the old master key sealed may still lie in unused pages: %s",
                 e.text);
}

ok journal_reseal(struct journal_db *j, const struct sealer *from,
                  const struct sealer *to, size_t *count, struct err *e)
{
    struct work w = { .j = j, .from = from, .to = to };
    ok done;

    buf_init(&w.bytes, BUF_NO_LIMIT);
    done = db_exec(&j->db, "PRAGMA secure_delete=ON", e);
    if (done == OK)
        done = db_begin(&j->db, e);
    if (done == OK && (rewrite(&w, e) == FAILED || db_commit(&j->db, e) == FAILED)) {
        db_rollback(&j->db);
        done = FAILED;
    }
    buf_fini(&w.bytes);
    if (done == FAILED)
        return FAILED;
    j->sealed_by = sealer_id(to);
    forget_pages(j);
    *count = w.count;
    return OK;
}
