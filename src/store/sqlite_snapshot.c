/* sqlite_snapshot.c - snapshots in journal.db: numbered pieces, and a pointer in
 * meta that names the first and the last of the newest whole one. The pointer is
 * set in one transaction when all pieces are there; what it does not name is
 * rubbish and swept in slices, so that no flush waits for the removal of a large
 * snapshot. */
#include "store/sqlite_private.h"

#include "base/bytes.h"

#include <inttypes.h>

enum { SLICE_BYTES = 4 << 20 };

/* The account belongs to the piece: one bit of it changed shows in the sum too. */
uint32_t snapshot_sum(uint32_t account, struct str bytes)
{
    return crc32c(bytes) ^ account;
}

/* None stand with the snapshots of the first versions. */
static ok check_rules(const struct journal_db *j, int64_t rules, struct err *e)
{
    return rules <= FLOW_RULES
               ? OK
               : fail(e, FAULT_UNSUPPORTED, "data_dir",
                      "the snapshot in %s was written by a newer Belfry (its rules are "
                      "%" PRId64 ", this one knows up to %d): start that version again, "
                      "or put a backup made with this one in its place",
                      j->db.path, rules, FLOW_RULES);
}

ok snapshot_load_pointer(struct journal_db *j, struct err *e)
{
    struct snapshot_pointer *p = &j->snapshot;
    sqlite3_stmt *st;
    int64_t seq, newest, rules;
    bool row;

    if (meta_get(&j->db, "snapshot_seq", &seq, e) != OK ||
        meta_get(&j->db, "snapshot_steady", &p->steady, e) != OK ||
        meta_get(&j->db, "snapshot_first", &p->first, e) != OK ||
        meta_get(&j->db, "snapshot_last", &p->last, e) != OK ||
        meta_get(&j->db, "snapshot_rules", &rules, e) != OK ||
        check_rules(j, rules, e) != OK ||
        db_prepare(&j->db, "SELECT max(n) FROM piece", &st, e) != OK ||
        db_step(&j->db, st, &row, e) != OK)
        return FAILED;
    p->seq = (uint64_t)seq;
    if (p->first == 0)
        p->first = 1; /* no snapshot yet: pieces 1 to 0 */
    newest = sqlite3_column_int64(st, 0);
    j->piece_number = (newest > p->last ? newest : p->last) + 1;
    sqlite3_reset(st);
    return OK;
}

static ok put_piece(struct journal_db *j, int64_t n, const struct piece *p, struct err *e)
{
    ok result;

    sqlite3_bind_int64(j->piece, 1, n);
    sqlite3_bind_int64(j->piece, 2, p->account);
    sqlite3_bind_int64(j->piece, 3, snapshot_sum(p->account, p->bytes));
    sqlite3_bind_blob64(j->piece, 4, p->bytes.p, p->bytes.n, SQLITE_STATIC);
    result = db_run(&j->db, j->piece, e);
    sqlite3_clear_bindings(j->piece);
    return result;
}

static ok faulty(struct journal_db *j, struct err *e)
{
    const struct store_config *c = j->config;
    int code = c->fault ? c->fault(c->fault_ctx, "snapshot") : 0;

    return code == 0 ? OK
                     : fail(e, FAULT_UNAVAILABLE, "data_dir",
                            "cannot write the snapshot: %s", strerror(code));
}

ok snapshot_put(struct journal_db *j, const struct piece *pieces, size_t n, struct err *e)
{
    ok result = OK;

    if (faulty(j, e) != OK || db_begin(&j->db, e) != OK)
        return FAILED;
    for (size_t i = 0; i < n && result == OK; i++)
        result = put_piece(j, j->piece_number + (int64_t)i, &pieces[i], e);
    if (result != OK || db_commit(&j->db, e) != OK) {
        db_rollback(&j->db);
        return FAILED;
    }
    j->piece_number += (int64_t)n;
    return OK;
}

ok snapshot_point(struct journal_db *j, int64_t first, uint64_t seq, int64_t steady,
                  struct err *e)
{
    struct snapshot_pointer p = { seq, steady, first, j->piece_number - 1 };

    if (faulty(j, e) != OK || db_begin(&j->db, e) != OK)
        return FAILED;
    if (meta_put(&j->db, "snapshot_seq", (int64_t)p.seq, e) != OK ||
        meta_put(&j->db, "snapshot_steady", p.steady, e) != OK ||
        meta_put(&j->db, "snapshot_first", p.first, e) != OK ||
        meta_put(&j->db, "snapshot_last", p.last, e) != OK ||
        meta_put(&j->db, "snapshot_rules", FLOW_RULES, e) != OK ||
        db_commit(&j->db, e) != OK) {
        db_rollback(&j->db);
        return FAILED;
    }
    j->snapshot = p;
    return OK;
}

static ok bad_piece(const struct journal_db *j, int64_t n, const char *what,
                    struct err *e)
{
    return fail(e, FAULT_INTERNAL, "data_dir",
                "piece %" PRId64 " of the snapshot at sequence %" PRIu64
                " in %s is %s: put a backup in its place",
                n, j->snapshot.seq, j->db.path, what);
}

static ok read_piece(struct journal_db *j, sqlite3_stmt *st, int64_t expected,
                     struct piece *out, struct err *e)
{
    *out = (struct piece){ (uint32_t)sqlite3_column_int64(st, 1), db_column(st, 3) };
    if (sqlite3_column_int64(st, 0) != expected)
        return bad_piece(j, expected, "gone", e);
    if (sqlite3_column_int64(st, 2) != (int64_t)snapshot_sum(out->account, out->bytes))
        return bad_piece(j, expected, "damaged", e);
    return OK;
}

ok snapshot_pieces(struct journal_db *j, snapshot_piece_fn *fn, void *ctx, struct err *e)
{
    int64_t expected = j->snapshot.first;
    struct piece p;
    sqlite3_stmt *st;
    bool row;
    ok result;

    if (db_prepare(&j->db,
                   "SELECT n, account, crc, bytes FROM piece WHERE n BETWEEN ? AND ?"
                   " ORDER BY n",
                   &st, e) != OK)
        return FAILED;
    sqlite3_bind_int64(st, 1, j->snapshot.first);
    sqlite3_bind_int64(st, 2, j->snapshot.last);
    while ((result = db_step(&j->db, st, &row, e)) == OK && row) {
        result = read_piece(j, st, expected++, &p, e);
        if (result != OK || (result = fn(ctx, p.account, p.bytes, e)) != OK)
            break;
    }
    sqlite3_reset(st);
    if (result == OK && expected <= j->snapshot.last)
        return bad_piece(j, expected, "gone", e);
    return result;
}

/* ---- sweeping ------------------------------------------------------------ */

/* How far to delete upwards from the lowest piece of a range: [from, *end). */
static ok sweep_end(struct journal_db *j, int64_t from, int64_t to, int64_t *end,
                    struct err *e)
{
    size_t bytes = 0;
    bool row;
    ok result;

    *end = from;
    sqlite3_bind_int64(j->sweep_look, 1, from);
    sqlite3_bind_int64(j->sweep_look, 2, to);
    while (bytes <= SLICE_BYTES &&
           (result = db_step(&j->db, j->sweep_look, &row, e)) == OK && row) {
        *end = sqlite3_column_int64(j->sweep_look, 0) + 1;
        bytes += (size_t)sqlite3_column_int64(j->sweep_look, 1);
    }
    sqlite3_reset(j->sweep_look);
    return result;
}

ok snapshot_sweep(struct journal_db *j, bool above, bool *more, struct err *e)
{
    int64_t from = above ? j->snapshot.last + 1 : 0;
    int64_t to = above ? INT64_MAX : j->snapshot.first, end;

    *more = false;
    if (sweep_end(j, from, to, &end, e) != OK)
        return FAILED;
    if (end == from)
        return OK;
    *more = true;
    sqlite3_bind_int64(j->sweep, 1, from);
    sqlite3_bind_int64(j->sweep, 2, end);
    return db_run(&j->db, j->sweep, e);
}
