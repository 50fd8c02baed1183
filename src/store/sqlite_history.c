/* sqlite_history.c - history.db: rows by position, and chunks: what 4,096 rows in
 * a row have in them, written when the run is full. The newest run's is kept in
 * memory and made again from its rows when the file is opened. */
#include "store/sqlite_private.h"

#include <assert.h>

enum { SLICE_FORGOTTEN = 512, HISTORY_FORMAT = 3 };

#define JOINED                                          \
    " FROM row r LEFT JOIN text w ON w.id = r.words_at" \
    " LEFT JOIN text a ON a.id = r.alerts_at"

/* Long words and lists of alerts stand in table text, once for all rows that have them:
 * words is empty then, and alerts belong into detail behind its first alerts_from bytes
 * (sqlite_texts.c). */
#define SHARED_TABLE "CREATE TABLE text(id INTEGER PRIMARY KEY, body TEXT);"
/* For people with sqlite3 and a copy of the file. */
#define VIEW                                                                          \
    "CREATE VIEW history AS SELECT r.id >> 21 AS seq, r.id & 2097151 AS n,"           \
    " datetime(at / 1000000000, 'unixepoch') AS time, account, kind, at, serial,"     \
    " fingerprint, attempt, alertname, word, reason, route, contact_group,"           \
    " action_rule, topic, \"to\", channel, shown, key, CASE WHEN alerts_at IS NULL"   \
    " THEN detail ELSE CAST(substr(CAST(detail AS BLOB), 1, alerts_from) AS TEXT) ||" \
    " a.body || CAST(substr(CAST(detail AS BLOB), alerts_from + 1) AS TEXT) END"      \
    " AS detail, ifnull(w.body, words) AS words" JOINED ";"
static const char schema[] =
    "CREATE TABLE row(id INTEGER PRIMARY KEY, account INTEGER, kind INTEGER, at INTEGER,"
    " serial INTEGER, fingerprint INTEGER, attempt INTEGER, alertname TEXT, word TEXT,"
    " reason TEXT, route TEXT, contact_group TEXT, action_rule TEXT, topic TEXT,"
    " \"to\" TEXT, channel TEXT, shown TEXT, key TEXT, detail TEXT,"
    " words TEXT NOT NULL DEFAULT '', words_at INTEGER, alerts_at INTEGER,"
    " alerts_from INTEGER);"
    "CREATE TABLE chunk(first INTEGER PRIMARY KEY, last INTEGER, at_low INTEGER,"
    " at_high INTEGER, kinds INTEGER, rows INTEGER, texts INTEGER, bits "
    "BLOB);" SHARED_TABLE VIEW;

enum { FIRST_TEXT = 7 };

static_assert(HISTORY_N_BITS == 21, "the view counts on it");

const char history_select[] =
    "SELECT r.id, account, kind, at, serial, fingerprint, attempt, alertname, word,"
    " reason, route, contact_group, action_rule, topic, \"to\", channel, shown, key,"
    " detail, ifnull(w.body, words), a.body, alerts_from, words_at, alerts_at" JOINED;

enum {
    COLUMN_ALERTS = FIRST_TEXT + HISTORY_TEXTS,
    COLUMN_ALERTS_FROM,
    COLUMN_WORDS_AT,
    COLUMN_ALERTS_AT,
};

static void lower(int64_t *low, sqlite3_stmt *st, int column)
{
    if (sqlite3_column_type(st, column) != SQLITE_NULL &&
        sqlite3_column_int64(st, column) < *low)
        *low = sqlite3_column_int64(st, column);
}

void history_read(struct history_db *h, sqlite3_stmt *st, struct history_row *row,
                  int64_t *low)
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
    for (size_t i = 0; i < HISTORY_TEXTS; i++)
        *history_text(row, i) = db_column(st, FIRST_TEXT + (int)i);
    if (sqlite3_column_type(st, COLUMN_ALERTS_AT) != SQLITE_NULL)
        row_join(row, db_column(st, COLUMN_ALERTS),
                 (size_t)sqlite3_column_int64(st, COLUMN_ALERTS_FROM), &h->whole);
    lower(low, st, COLUMN_WORDS_AT);
    lower(low, st, COLUMN_ALERTS_AT);
}

/* ---- chunks --------------------------------------------------------------- */

static void read_chunk(sqlite3_stmt *st, struct chunk *c)
{
    struct str bits = db_column(st, 7);

    chunk_clear(c, sqlite3_column_int64(st, 0));
    c->last = sqlite3_column_int64(st, 1);
    c->at_low = sqlite3_column_int64(st, 2);
    c->at_high = sqlite3_column_int64(st, 3);
    c->kinds = (unsigned)sqlite3_column_int64(st, 4);
    c->rows = (unsigned)sqlite3_column_int64(st, 5);
    lower(&c->texts, st, 6);
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
    sqlite3_bind_int64(h->chunk_put, 7, c->texts);
    sqlite3_bind_blob(h->chunk_put, 8, c->bits, sizeof c->bits, SQLITE_STATIC);
    return db_run(&h->db, h->chunk_put, e);
}

/* The closed chunk that an id lies in, into h->late. They follow each other without
 * gaps from id 0 to the open one. */
ok history_find_chunk(struct history_db *h, int64_t id, bool *found, struct err *e)
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
ok history_reopen_chunk(struct history_db *h, struct err *e)
{
    struct history_row row;
    bool found;
    ok result;

    chunk_clear(&h->open, 0);
    if (history_find_chunk(h, INT64_MAX, &found, e) != OK)
        return FAILED;
    if (found)
        chunk_clear(&h->open, h->late.last + 1);
    sqlite3_bind_int64(h->tail, 1, h->open.first);
    while ((result = db_step(&h->db, h->tail, &found, e)) == OK && found) {
        history_read(h, h->tail, &row, &h->open.texts);
        chunk_add(&h->open, history_id(row.seq, row.n), &row);
    }
    if (result == OK)
        result = texts_rolled_back(h, e);
    if (result == OK)
        result = count_rows(h, e);
    h->open_lost = result != OK;
    return result;
}

/* A row where it goes into its run, and the lowest text it refers to. */
struct adding {
    int64_t id, low;
    const struct history_row *row;
};

static void add(struct chunk *c, const struct adding *a)
{
    chunk_add(c, a->id, a->row);
    if (a->low < c->texts)
        c->texts = a->low;
}

/* Rows come in order but for a few: another account's flow may be a little behind,
 * and what replay offers again may have been missing. */
static ok add_late(struct history_db *h, const struct adding *a, struct err *e)
{
    bool found;

    if (history_find_chunk(h, a->id, &found, e) != OK)
        return FAILED;
    assert(found);
    add(&h->late, a);
    return write_chunk(h, &h->late, e);
}

static ok add_to_chunk(struct history_db *h, const struct adding *a, struct err *e)
{
    if (a->id < h->open.first)
        return add_late(h, a, e);
    add(&h->open, a);
    if (!chunk_is_full(&h->open))
        return OK;
    if (write_chunk(h, &h->open, e) != OK)
        return FAILED;
    chunk_clear(&h->open, h->open.last + 1);
    return OK;
}

/* ---- writing -------------------------------------------------------------- */

enum { PUT_WORDS_AT = FIRST_TEXT + HISTORY_TEXTS + 1, PUT_ALERTS_AT, PUT_ALERTS_FROM };

static void bind_text_at(sqlite3_stmt *st, int at, int64_t id)
{
    if (id == 0)
        sqlite3_bind_null(st, at);
    else
        sqlite3_bind_int64(st, at, id);
}

static void bind_row(sqlite3_stmt *st, int64_t id, struct history_row *r)
{
    sqlite3_bind_int64(st, 1, id);
    sqlite3_bind_int64(st, 2, r->account);
    sqlite3_bind_int64(st, 3, r->kind);
    sqlite3_bind_int64(st, 4, r->at);
    sqlite3_bind_int64(st, 5, (int64_t)r->serial);
    sqlite3_bind_int64(st, 6, (int64_t)r->fingerprint);
    sqlite3_bind_int64(st, 7, r->attempt);
    for (size_t i = 0; i < HISTORY_TEXTS; i++)
        db_bind_str(st, FIRST_TEXT + 1 + (int)i, *history_text(r, i));
}

static int64_t lowest(int64_t words, int64_t alerts)
{
    int64_t low = words == 0 ? INT64_MAX : words;

    return alerts != 0 && alerts < low ? alerts : low;
}

ok history_put(struct history_db *h, const struct row_cut *cut, struct err *e)
{
    struct history_row r = cut->row;
    int64_t id = history_id(r.seq, r.n), words, alerts;

    if (h->open_lost && history_reopen_chunk(h, e) != OK)
        return FAILED;
    if (texts_share(h, TEXT_WORDS, r.words, &words, e) != OK ||
        texts_share(h, TEXT_ALERTS, r.alerts, &alerts, e) != OK)
        return FAILED;
    if (alerts == 0 && r.alerts.n > 0)
        row_join(&r, r.alerts, cut->at, &h->whole);
    bind_row(h->insert, id, &r);
    if (words != 0)
        db_bind_str(h->insert, FIRST_TEXT + 1 + HISTORY_WORDS, STR(""));
    bind_text_at(h->insert, PUT_WORDS_AT, words);
    bind_text_at(h->insert, PUT_ALERTS_AT, alerts);
    sqlite3_bind_int64(h->insert, PUT_ALERTS_FROM, (int64_t)cut->at);
    if (db_run(&h->db, h->insert, e) != OK)
        return FAILED;
    if (sqlite3_changes(h->db.h) == 0)
        return OK; /* it is there: replay offers rows again */
    h->rows++;
    return add_to_chunk(h, &(struct adding){ id, lowest(words, alerts), &cut->row }, e);
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
        h->texts.sweep = true;
        left -= rows < left ? rows : left;
    }
    return OK;
}

ok history_prune(struct history_db *h, int64_t before, uint64_t most, bool *more,
                 int64_t *oldest, struct err *e)
{
    struct forgotten gone;

    if (h->open_lost && history_reopen_chunk(h, e) != OK)
        return FAILED;
    if (choose(h, before, most, &gone, e) != OK)
        return FAILED;
    *oldest = gone.stays;
    if (gone.rows > 0 && (run_with(h, h->forget, gone.last, 0, e) != OK ||
                          shrink_chunks(h, &gone, e) != OK))
        return FAILED;
    h->rows -= gone.rows;
    if (texts_forget(h, more, e) != OK)
        return FAILED;
    *more = *more || gone.rows == SLICE_FORGOTTEN;
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
          "INSERT OR IGNORE INTO row(id, account, kind, at, serial, fingerprint, attempt,"
          " alertname, word, reason, route, contact_group, action_rule, topic, \"to\","
          " channel, shown, key, detail, words, words_at, alerts_at, alerts_from)"
          " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" },
        { offsetof(struct history_db, set_mark),
          "INSERT OR REPLACE INTO meta(key, value) VALUES('mark', ?)" },
        { offsetof(struct history_db, chunk_get),
          "SELECT first, last, at_low, at_high, kinds, rows, texts, bits FROM chunk"
          " WHERE first <= ? ORDER BY first DESC LIMIT 1" },
        { offsetof(struct history_db, chunk_put),
          "INSERT OR REPLACE INTO chunk(first, last, at_low, at_high, kinds, rows,"
          " texts, bits) VALUES(?, ?, ?, ?, ?, ?, ?, ?)" },
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

/* Format 1 had no words and asked for no topic: nothing is said of its runs. Format 2 had
 * each text in its row, where those stay. */
static const char *const upgrades[HISTORY_FORMAT] = {
    [1] = "ALTER TABLE row ADD COLUMN words TEXT NOT NULL DEFAULT '';"
          "UPDATE chunk SET bits = x'';",
    [2] = "ALTER TABLE row ADD COLUMN words_at INTEGER;"
          "ALTER TABLE row ADD COLUMN alerts_at INTEGER;"
          "ALTER TABLE row ADD COLUMN alerts_from INTEGER;"
          "ALTER TABLE chunk ADD COLUMN texts INTEGER;"
          "DROP VIEW IF EXISTS history;" SHARED_TABLE VIEW,
};

static ok upgrade_step(struct history_db *h, int64_t format, struct err *e)
{
    if (db_begin(&h->db, e) != OK)
        return FAILED;
    if (db_exec(&h->db, upgrades[format], e) == OK &&
        meta_put(&h->db, "format", format + 1, e) == OK && db_commit(&h->db, e) == OK)
        return OK;
    db_rollback(&h->db);
    return FAILED;
}

static ok upgrade(struct history_db *h, struct err *e)
{
    int64_t format;

    if (meta_get(&h->db, "format", &format, e) != OK)
        return FAILED;
    for (; format < HISTORY_FORMAT; format++)
        if (upgrade_step(h, format, e) != OK)
            return FAILED;
    return OK;
}

static ok prepare_tail(struct history_db *h, struct err *e)
{
    struct buf b;
    ok result;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, history_select);
    buf_z(&b, " WHERE r.id >= ? ORDER BY r.id");
    buf_char(&b, '\0');
    result = db_prepare(&h->db, b.p, &h->tail, e);
    buf_fini(&b);
    return result;
}

ok history_open(struct history_db *h, const char *folder, struct err *e)
{
    int64_t mark;

    memset(h, 0, sizeof *h);
    buf_init(&h->whole, BUF_NO_LIMIT);
    if (db_open(&h->db, folder, "history.db", DB_SYNC_CHECKPOINT, e) != OK ||
        meta_make(&h->db, "format", HISTORY_FORMAT, schema, e) != OK ||
        upgrade(h, e) != OK || prepare(h, e) != OK || prepare_tail(h, e) != OK ||
        texts_open(h, e) != OK || history_prepare_questions(h, e) != OK ||
        meta_get(&h->db, "mark", &mark, e) != OK || history_reopen_chunk(h, e) != OK)
        return FAILED;
    h->mark = (uint64_t)mark;
    return OK;
}

void history_close(struct history_db *h)
{
    db_close(&h->db);
    texts_close(h);
    buf_fini(&h->whole);
}
