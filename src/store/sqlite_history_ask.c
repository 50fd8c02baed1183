/* sqlite_history_ask.c - questions to history.db, in slices: a run of rows (chunk) that
 * cannot have what is asked is passed by. */
#include "store/sqlite_private.h"

enum { SLICE_ROWS = 200, SLICE_CHUNKS = 64 };

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
    int64_t ignored = 0;
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
        history_read(h, st, &row, &ignored);
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
    if (h->open_lost && history_reopen_chunk(h, e) != OK)
        return FAILED;
    for (int i = 0; i < SLICE_CHUNKS && at->left > 0; i++) {
        const struct chunk *c = &h->open;
        bool found = true;

        if (at->next < h->open.first) {
            c = &h->late;
            if (history_find_chunk(h, at->next, &found, e) != OK)
                return FAILED;
        }
        if (found && chunk_may_have(c, q))
            return chunk_rows(h, c, q, at, to, e);
        if (!found || !pass_by(h, c, q->newest_first, at))
            at->left = 0;
    }
    return OK;
}

/* ---- the statements ------------------------------------------------------- */

#define HAS_WORD "instr(ifnull(w.body, words), char(31) || ?%d || char(31)) > 0"

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
    buf_printf(&b, "%s WHERE r.id %s ?%d AND r.id %s ?%d", history_select,
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
    buf_printf(&b, " ORDER BY r.id%s LIMIT ?%d", newest_first ? " DESC" : "", ASK_MOST);
    buf_char(&b, '\0');
    result = db_prepare(&h->db, b.p, newest_first ? &h->down : &h->up, e);
    buf_fini(&b);
    return result;
}

ok history_prepare_questions(struct history_db *h, struct err *e)
{
    if (prepare_question(h, false, e) != OK)
        return FAILED;
    return prepare_question(h, true, e);
}
