/* sqlite_history.c - history.db: rows by position, and chunks: what 4,096 rows in
 * a row have in them, written when the run is full. The newest run's is kept in
 * memory and made again from its rows when the file is opened. */
#include "store/sqlite_private.h"

#include <assert.h>

enum { SLICE_ROWS = 200, SLICE_CHUNKS = 64, SLICE_FORGOTTEN = 512, HISTORY_FORMAT = 2 };

/* The view is for people with sqlite3 and a copy of the file. */
static const char schema[] =
    "CREATE TABLE row(id INTEGER PRIMARY KEY, account INTEGER, kind INTEGER, at INTEGER,"
    " serial INTEGER, fingerprint INTEGER, attempt INTEGER, alertname TEXT, word TEXT,"
    " reason TEXT, route TEXT, contact_group TEXT, action_rule TEXT, topic TEXT,"
    " \"to\" TEXT, channel TEXT, shown TEXT, key TEXT, detail TEXT,"
    " words TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE chunk(first INTEGER PRIMARY KEY, last INTEGER, at_low INTEGER,"
    " at_high INTEGER, kinds INTEGER, rows INTEGER, bits BLOB);"
    "CREATE VIEW history AS SELECT id >> 21 AS seq, id & 2097151 AS n,"
    " datetime(at / 1000000000, 'unixepoch') AS time, * FROM row;";

#define COLUMNS                                                                        \
    "id, account, kind, at, serial, fingerprint, attempt, alertname, word, reason,"    \
    " route, contact_group, action_rule, topic, \"to\", channel, shown, key, detail, " \
    "words"

/* The texts of a row, in the order of their columns. */
static const size_t texts[] = {
    offsetof(struct history_row, alertname),
    offsetof(struct history_row, word),
    offsetof(struct history_row, reason),
    offsetof(struct history_row, route),
    offsetof(struct history_row, contact_group),
    offsetof(struct history_row, action_rule),
    offsetof(struct history_row, topic),
    offsetof(struct history_row, to),
    offsetof(struct history_row, channel),
    offsetof(struct history_row, shown),
    offsetof(struct history_row, key),
    offsetof(struct history_row, detail),
    offsetof(struct history_row, words),
};
/* The parameters of a question. */
enum {
    ASK_FROM = 1,
    ASK_TO,
    ASK_MOST,
    ASK_ACCOUNT,
    ASK_KINDS,
    ASK_SINCE,
    ASK_UNTIL,
    ASK_FINGERPRINT,
    ASK_SERIAL,
    ASK_FAILED,
    ASK_ALERT,                             /* the fingerprint as a word */
    ASK_LABEL,                             /* and seven more */
    ASK_TEXT = ASK_LABEL + HISTORY_LABELS, /* and eight more */
};
enum { TEXTS = sizeof texts / sizeof *texts, FIRST_TEXT = 7 };

static_assert(HISTORY_N_BITS == 21, "the view counts on it");

static struct str *text_at(struct history_row *row, size_t i)
{
    return (struct str *)(void *)((char *)row + texts[i]);
}

static void read_row(sqlite3_stmt *st, struct history_row *row)
{
    int64_t id = sqlite3_column_int64(st, 0);

    *row = (struct history_row){
        .seq = (uint64_t)id >> HISTORY_N_BITS,
        .n = (uint32_t)((uint64_t)id & (HISTORY_N_END - 1)),
        .account = (uint32_t)sqlite3_column_int64(st, 1),
        .kind = (enum row_kind)sqlite3_column_int(st, 2),
        .at = sqlite3_column_int64(st, 3),
        .serial = (uint64_t)sqlite3_column_int64(st, 4),
        .fingerprint = (uint64_t)sqlite3_column_int64(st, 5),
        .attempt = sqlite3_column_int(st, 6),
    };
    for (size_t i = 0; i < TEXTS; i++)
        *text_at(row, i) = db_column(st, FIRST_TEXT + (int)i);
}

/* ---- chunks --------------------------------------------------------------- */

static void read_chunk(sqlite3_stmt *st, struct chunk *c)
{
    struct str bits = db_column(st, 6);

    chunk_clear(c, sqlite3_column_int64(st, 0));
    c->last = sqlite3_column_int64(st, 1);
    c->at_low = sqlite3_column_int64(st, 2);
    c->at_high = sqlite3_column_int64(st, 3);
    c->kinds = (unsigned)sqlite3_column_int64(st, 4);
    c->rows = (unsigned)sqlite3_column_int64(st, 5);
    /* A filter of another size says nothing: every bit set passes nothing by. */
    if (bits.n == sizeof c->bits)
        memcpy(c->bits, bits.p, bits.n);
    else
        memset(c->bits, 0xff, sizeof c->bits);
}

static ok write_chunk(struct history_db *h, const struct chunk *c, struct err *e)
{
    sqlite3_bind_int64(h->chunk_put, 1, c->first);
    sqlite3_bind_int64(h->chunk_put, 2, c->last);
    sqlite3_bind_int64(h->chunk_put, 3, c->at_low);
    sqlite3_bind_int64(h->chunk_put, 4, c->at_high);
    sqlite3_bind_int64(h->chunk_put, 5, c->kinds);
    sqlite3_bind_int64(h->chunk_put, 6, c->rows);
    sqlite3_bind_blob(h->chunk_put, 7, c->bits, sizeof c->bits, SQLITE_STATIC);
    return db_run(&h->db, h->chunk_put, e);
}

/* The closed chunk that an id lies in, into h->late. They follow each other without
 * gaps from id 0 to the open one. */
static ok find_chunk(struct history_db *h, int64_t id, bool *found, struct err *e)
{
    sqlite3_bind_int64(h->chunk_get, 1, id);
    if (db_step(&h->db, h->chunk_get, found, e) != OK)
        return FAILED;
    if (*found) {
        read_chunk(h->chunk_get, &h->late);
        sqlite3_reset(h->chunk_get);
    }
    return OK;
}

static ok count_rows(struct history_db *h, struct err *e)
{
    bool found;

    if (db_step(&h->db, h->chunk_sum, &found, e) != OK)
        return FAILED;
    h->rows = h->open.rows;
    if (found) {
        h->rows += (uint64_t)sqlite3_column_int64(h->chunk_sum, 0);
        sqlite3_reset(h->chunk_sum);
    }
    return OK;
}

/* The open chunk, made again from its rows. */
static ok reopen_chunk(struct history_db *h, struct err *e)
{
    struct history_row row;
    bool found;
    ok result;

    chunk_clear(&h->open, 0);
    if (find_chunk(h, INT64_MAX, &found, e) != OK)
        return FAILED;
    if (found)
        chunk_clear(&h->open, h->late.last + 1);
    sqlite3_bind_int64(h->tail, 1, h->open.first);
    while ((result = db_step(&h->db, h->tail, &found, e)) == OK && found) {
        read_row(h->tail, &row);
        chunk_add(&h->open, history_id(row.seq, row.n), &row);
    }
    if (result == OK)
        result = count_rows(h, e);
    h->open_lost = result != OK;
    return result;
}

/* Rows come in order but for a few: another account's flow may be a little behind,
 * and what replay offers again may have been missing. */
static ok add_late(struct history_db *h, int64_t id, const struct history_row *row,
                   struct err *e)
{
    bool found;

    if (find_chunk(h, id, &found, e) != OK)
        return FAILED;
    assert(found);
    chunk_add(&h->late, id, row);
    return write_chunk(h, &h->late, e);
}

static ok add_to_chunk(struct history_db *h, int64_t id, const struct history_row *row,
                       struct err *e)
{
    if (id < h->open.first)
        return add_late(h, id, row, e);
    chunk_add(&h->open, id, row);
    if (!chunk_is_full(&h->open))
        return OK;
    if (write_chunk(h, &h->open, e) != OK)
        return FAILED;
    chunk_clear(&h->open, h->open.last + 1);
    return OK;
}

/* ---- writing -------------------------------------------------------------- */

ok history_put(struct history_db *h, const struct history_row *row, struct err *e)
{
    int64_t id = history_id(row->seq, row->n);
    struct history_row r = *row;

    if (h->open_lost && reopen_chunk(h, e) != OK)
        return FAILED;
    sqlite3_bind_int64(h->insert, 1, id);
    sqlite3_bind_int64(h->insert, 2, r.account);
    sqlite3_bind_int64(h->insert, 3, r.kind);
    sqlite3_bind_int64(h->insert, 4, r.at);
    sqlite3_bind_int64(h->insert, 5, (int64_t)r.serial);
    sqlite3_bind_int64(h->insert, 6, (int64_t)r.fingerprint);
    sqlite3_bind_int64(h->insert, 7, r.attempt);
    for (size_t i = 0; i < TEXTS; i++)
        db_bind_str(h->insert, FIRST_TEXT + 1 + (int)i, *text_at(&r, i));
    if (db_run(&h->db, h->insert, e) != OK)
        return FAILED;
    if (sqlite3_changes(h->db.h) == 0)
        return OK; /* it is there: replay offers rows again */
    h->rows++;
    return add_to_chunk(h, id, &r, e);
}

ok history_put_mark(struct history_db *h, uint64_t mark, struct err *e)
{
    sqlite3_bind_int64(h->set_mark, 1, (int64_t)mark);
    return db_run(&h->db, h->set_mark, e);
}

/* ---- forgetting ----------------------------------------------------------- */

struct forgotten {
    int64_t last; /* id of the last row that goes; -1: none */
    uint64_t rows;
    int64_t stays; /* wall ns of the first that stays; 0: none was seen */
};

/* From the oldest on, up to the first that stays. */
static ok choose(struct history_db *h, int64_t before, uint64_t most,
                 struct forgotten *out, struct err *e)
{
    bool found;
    ok result;

    *out = (struct forgotten){ .last = -1 };
    sqlite3_bind_int64(h->oldest, 1, SLICE_FORGOTTEN + 1);
    while ((result = db_step(&h->db, h->oldest, &found, e)) == OK && found) {
        int64_t at = sqlite3_column_int64(h->oldest, 1);
        bool many = most > 0 && h->rows - out->rows > most;

        if (out->rows == SLICE_FORGOTTEN || (at >= before && !many)) {
            out->stays = at;
            break;
        }
        out->last = sqlite3_column_int64(h->oldest, 0);
        out->rows++;
    }
    sqlite3_reset(h->oldest);
    return result;
}

static ok run_with(struct history_db *h, sqlite3_stmt *st, int64_t a, int64_t b,
                   struct err *e)
{
    sqlite3_bind_int64(st, 1, a);
    if (sqlite3_bind_parameter_count(st) > 1)
        sqlite3_bind_int64(st, 2, b);
    return db_run(&h->db, st, e);
}

/* A run whose rows are all gone goes, and the next begins where it began, so that runs
 * follow each other without gaps; of another there are fewer. */
static ok shrink_chunks(struct history_db *h, const struct forgotten *gone, struct err *e)
{
    uint64_t left = gone->rows;

    while (left > 0) {
        int64_t first, last;
        uint64_t rows;
        bool found;

        if (db_step(&h->db, h->chunk_first, &found, e) != OK)
            return FAILED;
        if (!found) {
            h->open.rows -= (unsigned)left;
            return OK;
        }
        first = sqlite3_column_int64(h->chunk_first, 0);
        last = sqlite3_column_int64(h->chunk_first, 1);
        rows = (uint64_t)sqlite3_column_int64(h->chunk_first, 2);
        sqlite3_reset(h->chunk_first);
        if (last > gone->last && rows > left)
            return run_with(h, h->chunk_less, (int64_t)left, first, e);
        if (run_with(h, h->chunk_forget, first, 0, e) != OK ||
            run_with(h, h->chunk_begin, first, 0, e) != OK)
            return FAILED;
        if (sqlite3_changes(h->db.h) == 0)
            h->open.first = first;
        left -= rows < left ? rows : left;
    }
    return OK;
}

ok history_prune(struct history_db *h, int64_t before, uint64_t most, bool *more,
                 int64_t *oldest, struct err *e)
{
    struct forgotten gone;

    *more = false;
    if (h->open_lost && reopen_chunk(h, e) != OK)
        return FAILED;
    if (choose(h, before, most, &gone, e) != OK)
        return FAILED;
    *oldest = gone.stays;
    *more = gone.rows == SLICE_FORGOTTEN;
    if (gone.rows == 0)
        return OK;
    if (run_with(h, h->forget, gone.last, 0, e) != OK || shrink_chunks(h, &gone, e) != OK)
        return FAILED;
    h->rows -= gone.rows;
    return OK;
}

/* ---- queries -------------------------------------------------------------- */

/* The cursor of the query names the last row that was given. */
void history_begin(const struct history_query *q, struct history_cursor *at)
{
    *at = (struct history_cursor){ .next = q->newest_first ? INT64_MAX : 0,
                                   .left = q->limit > 1000 ? 1000 : q->limit };
    if (q->cursor_seq != 0 && q->cursor_seq < HISTORY_SEQ_END)
        at->next = history_id(q->cursor_seq, q->cursor_n) + (q->newest_first ? -1 : 1);
}

/* Behind a chunk, in the query's direction; false: there is nothing behind it. */
static bool pass_by(const struct history_db *h, const struct chunk *c, bool newest_first,
                    struct history_cursor *at)
{
    at->next = newest_first ? c->first - 1 : c->last + 1;
    return newest_first ? at->next >= 0 : c != &h->open;
}

static void bind_number(sqlite3_stmt *st, int at, uint64_t n)
{
    if (n == 0)
        sqlite3_bind_null(st, at); /* any */
    else
        sqlite3_bind_int64(st, at, (int64_t)n);
}

static void bind_alert(sqlite3_stmt *st, uint64_t fingerprint)
{
    char text[17];
    struct buf word = { .p = text, .room = sizeof text, .limit = sizeof text };

    row_fingerprint_word(&word, fingerprint);
    sqlite3_bind_text(st, ASK_ALERT, text, (int)word.n, SQLITE_TRANSIENT);
}

static void bind_query(sqlite3_stmt *st, const struct history_query *q)
{
    sqlite3_bind_int64(st, ASK_ACCOUNT, q->account);
    bind_number(st, ASK_KINDS, q->kinds);
    sqlite3_bind_int64(st, ASK_SINCE, q->since == 0 ? INT64_MIN : q->since);
    sqlite3_bind_int64(st, ASK_UNTIL, q->until == 0 ? INT64_MAX : q->until);
    bind_number(st, ASK_FINGERPRINT, q->fingerprint);
    bind_number(st, ASK_SERIAL, q->serial);
    bind_number(st, ASK_FAILED, q->failed);
    bind_alert(st, q->fingerprint);
    for (size_t i = 0; i < HISTORY_LABELS; i++)
        if (i < q->labels.n)
            db_bind_str(st, ASK_LABEL + (int)i, q->labels.v[i]);
        else
            sqlite3_bind_null(st, ASK_LABEL + (int)i);
    for (int i = 0; i < ASKED_TEXTS; i++) {
        struct str s = asked_text(q, asked_texts[i].query);

        if (s.n == 0)
            sqlite3_bind_null(st, ASK_TEXT + i);
        else
            db_bind_str(st, ASK_TEXT + i, s);
    }
}

/* The rows of one chunk from the cursor on, 200 at most. */
static ok chunk_rows(struct history_db *h, const struct chunk *c,
                     const struct history_query *q, struct history_cursor *at,
                     const struct history_taker *to, struct err *e)
{
    sqlite3_stmt *st = q->newest_first ? h->down : h->up;
    size_t most = at->left < SLICE_ROWS ? at->left : SLICE_ROWS, n = 0;
    struct history_row row;
    bool found;
    ok result;

    sqlite3_bind_int64(st, ASK_FROM, at->next);
    sqlite3_bind_int64(st, ASK_TO,
                       q->newest_first ? c->first
                       : c == &h->open ? INT64_MAX
                                       : c->last);
    sqlite3_bind_int64(st, ASK_MOST, (int64_t)most);
    bind_query(st, q);
    for (; (result = db_step(&h->db, st, &found, e)) == OK && found; n++) {
        read_row(st, &row);
        at->next = history_id(row.seq, row.n) + (q->newest_first ? -1 : 1);
        to->row(to->ctx, &row);
    }
    sqlite3_clear_bindings(st); /* the strings are the query's */
    at->left -= n;
    if (result == OK && n < most && !pass_by(h, c, q->newest_first, at))
        at->left = 0;
    return result;
}

ok history_slice(struct history_db *h, const struct history_query *q,
                 struct history_cursor *at, const struct history_taker *to, struct err *e)
{
    if (h->open_lost && reopen_chunk(h, e) != OK)
        return FAILED;
    for (int i = 0; i < SLICE_CHUNKS && at->left > 0; i++) {
        const struct chunk *c = &h->open;
        bool found = true;

        if (at->next < h->open.first) {
            c = &h->late;
            if (find_chunk(h, at->next, &found, e) != OK)
                return FAILED;
        }
        if (found && chunk_may_have(c, q))
            return chunk_rows(h, c, q, at, to, e);
        if (!found || !pass_by(h, c, q->newest_first, at))
            at->left = 0;
    }
    return OK;
}

/* ---- opening -------------------------------------------------------------- */

static ok prepare(struct history_db *h, struct err *e)
{
    static const struct {
        size_t at;
        const char *sql;
    } statements[] = {
        { offsetof(struct history_db, insert),
          "INSERT OR IGNORE INTO row(" COLUMNS
          ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" },
        { offsetof(struct history_db, set_mark),
          "INSERT OR REPLACE INTO meta(key, value) VALUES('mark', ?)" },
        { offsetof(struct history_db, tail),
          "SELECT " COLUMNS " FROM row WHERE id >= ? ORDER BY id" },
        { offsetof(struct history_db, chunk_get),
          "SELECT first, last, at_low, at_high, kinds, rows, bits FROM chunk"
          " WHERE first <= ? ORDER BY first DESC LIMIT 1" },
        { offsetof(struct history_db, chunk_put),
          "INSERT OR REPLACE INTO chunk(first, last, at_low, at_high, kinds, rows, bits)"
          " VALUES(?, ?, ?, ?, ?, ?, ?)" },
        { offsetof(struct history_db, oldest),
          "SELECT id, at FROM row WHERE id >= 0 ORDER BY id LIMIT ?" },
        { offsetof(struct history_db, forget), "DELETE FROM row WHERE id <= ?" },
        { offsetof(struct history_db, chunk_first),
          "SELECT first, last, rows FROM chunk ORDER BY first LIMIT 1" },
        { offsetof(struct history_db, chunk_forget),
          "DELETE FROM chunk WHERE first = ?" },
        { offsetof(struct history_db, chunk_begin),
          "UPDATE chunk SET first = ? WHERE first = (SELECT min(first) FROM chunk)" },
        { offsetof(struct history_db, chunk_less),
          "UPDATE chunk SET rows = rows - ? WHERE first = ?" },
        { offsetof(struct history_db, chunk_sum), "SELECT sum(rows) FROM chunk" },
    };

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (db_prepare(&h->db, statements[i].sql,
                       (sqlite3_stmt **)(void *)((char *)h + statements[i].at), e) != OK)
            return FAILED;
    return OK;
}

#define HAS_WORD "instr(words, char(31) || ?%d || char(31)) > 0"

/* A message is found by the key of the one it repeats, too. */
static void put_text_asked(struct buf *b, const char *column, int at)
{
    buf_printf(b, " AND (?%d IS NULL OR %s = ?%d", at, column, at);
    if (strcmp(column, "key") == 0)
        buf_printf(b, " OR " HAS_WORD, at);
    buf_char(b, ')');
}

/* One statement for all questions of a direction: what is not asked is null. */
static ok prepare_question(struct history_db *h, bool newest_first, struct err *e)
{
    struct buf b;
    ok result;

    buf_init(&b, 4096);
    buf_printf(&b, "SELECT " COLUMNS " FROM row WHERE id %s ?%d AND id %s ?%d",
               newest_first ? "<=" : ">=", ASK_FROM, newest_first ? ">=" : "<=", ASK_TO);
    buf_printf(&b, " AND account = ?%d AND (?%d IS NULL OR ?%d >> kind & 1)", ASK_ACCOUNT,
               ASK_KINDS, ASK_KINDS);
    buf_printf(&b, " AND at >= ?%d AND at < ?%d", ASK_SINCE, ASK_UNTIL);
    buf_printf(&b, " AND (?%d IS NULL OR fingerprint = ?%d OR " HAS_WORD ")",
               ASK_FINGERPRINT, ASK_FINGERPRINT, ASK_ALERT);
    buf_printf(&b, " AND (?%d IS NULL OR word IN ('%s', '%s', '%s', '%s'))", ASK_FAILED,
               failed_words[0].p, failed_words[1].p, failed_words[2].p,
               failed_words[3].p);
    for (int i = ASK_LABEL; i < ASK_LABEL + HISTORY_LABELS; i++)
        buf_printf(&b, " AND (?%d IS NULL OR " HAS_WORD ")", i, i);
    buf_printf(&b, " AND (?%d IS NULL OR serial = ?%d)", ASK_SERIAL, ASK_SERIAL);
    for (int i = 0; i < ASKED_TEXTS; i++)
        put_text_asked(&b, asked_texts[i].column, ASK_TEXT + i);
    buf_printf(&b, " ORDER BY id%s LIMIT ?%d", newest_first ? " DESC" : "", ASK_MOST);
    buf_char(&b, '\0');
    result = db_prepare(&h->db, b.p, newest_first ? &h->down : &h->up, e);
    buf_fini(&b);
    return result;
}

/* Format 1 had no words and asked for no topic: nothing is said of its runs. */
static ok upgrade(struct history_db *h, struct err *e)
{
    int64_t format;

    if (meta_get(&h->db, "format", &format, e) != OK)
        return FAILED;
    if (format >= HISTORY_FORMAT)
        return OK;
    if (db_begin(&h->db, e) != OK)
        return FAILED;
    if (db_exec(&h->db,
                "ALTER TABLE row ADD COLUMN words TEXT NOT NULL DEFAULT '';"
                "UPDATE chunk SET bits = x''",
                e) == OK &&
        meta_put(&h->db, "format", HISTORY_FORMAT, e) == OK && db_commit(&h->db, e) == OK)
        return OK;
    db_rollback(&h->db);
    return FAILED;
}

ok history_open(struct history_db *h, const char *folder, struct err *e)
{
    int64_t mark;

    memset(h, 0, sizeof *h);
    if (db_open(&h->db, folder, "history.db", DB_SYNC_CHECKPOINT, e) != OK ||
        meta_make(&h->db, "format", HISTORY_FORMAT, schema, e) != OK ||
        upgrade(h, e) != OK || prepare(h, e) != OK ||
        prepare_question(h, false, e) != OK || prepare_question(h, true, e) != OK ||
        meta_get(&h->db, "mark", &mark, e) != OK || reopen_chunk(h, e) != OK)
        return FAILED;
    h->mark = (uint64_t)mark;
    return OK;
}

void history_close(struct history_db *h)
{
    db_close(&h->db);
}
