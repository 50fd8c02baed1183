/* sqlite_texts.c - long texts that rows of history have in common, once each: a flush
 * that tells fifty addresses of a hundred alerts has fifty rows with the same list of
 * alerts, and as many that were merged into a digest have the same words.
 *
 * A text is found again by its hash as long as it is among the newest SHARED_MOST; its
 * bytes are compared. It is written in the transaction of the first row that has it.
 * A run of rows (chunk) knows the lowest text that its rows refer to: what is below that
 * of every run that is left belongs to nobody and goes, in slices. So a text outlives
 * its rows by SHARED_MOST others at the most, and never a row its text. */
#include "store/sqlite_private.h"

#include "base/xxhash64.h"

#include <stdlib.h>

enum {
    SHARED_LEAST = 256, /* bytes; shorter ones stand in their rows */
    SHARED_MOST = 4096,
    KNOWN = 4 * SHARED_MOST,
    SLICE_TEXTS = 512,
};

struct known_text {
    uint64_t hash;
    int64_t id; /* 0: none */
};

/* ---- opening ----------------------------------------------------------------------- */

static ok newest_of(struct history_db *h, int64_t *id, struct err *e)
{
    sqlite3_stmt *st = h->texts.newest_look;
    bool found;

    if (db_step(&h->db, st, &found, e) != OK)
        return FAILED;
    *id = found ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return OK;
}

ok texts_open(struct history_db *h, struct err *e)
{
    struct shared_texts *t = &h->texts;

    t->known = calloc(KNOWN, sizeof *t->known);
    if (t->known == NULL)
        abort();
    t->sweep = true; /* what a crash left */
    if (db_prepare(&h->db, "SELECT body FROM text WHERE id = ?", &t->get, e) != OK ||
        db_prepare(&h->db, "INSERT INTO text(body) VALUES(?)", &t->put, e) != OK ||
        db_prepare(&h->db, "SELECT max(id) FROM text", &t->newest_look, e) != OK ||
        db_prepare(&h->db, "SELECT min(texts) FROM chunk", &t->lowest, e) != OK ||
        db_prepare(&h->db,
                   "DELETE FROM text WHERE id IN"
                   " (SELECT id FROM text WHERE id < ? ORDER BY id LIMIT ?)",
                   &t->forget, e) != OK)
        return FAILED;
    return newest_of(h, &t->newest, e);
}

void texts_close(struct history_db *h)
{
    free(h->texts.known);
    h->texts.known = NULL;
}

void texts_begin(struct history_db *h)
{
    memset(h->texts.last, 0, sizeof h->texts.last);
}

ok texts_rolled_back(struct history_db *h, struct err *e)
{
    texts_begin(h);
    memset(h->texts.known, 0, KNOWN * sizeof *h->texts.known);
    return newest_of(h, &h->texts.newest, e);
}

/* ---- sharing ----------------------------------------------------------------------- */

static ok is_there(struct history_db *h, int64_t id, struct str s, bool *same,
                   struct err *e)
{
    sqlite3_stmt *st = h->texts.get;
    bool found;

    *same = false;
    sqlite3_bind_int64(st, 1, id);
    if (db_step(&h->db, st, &found, e) != OK)
        return FAILED;
    if (found) {
        *same = str_eq(db_column(st, 0), s);
        sqlite3_reset(st);
    }
    return OK;
}

static ok find_or_put(struct history_db *h, struct str s, int64_t *id, struct err *e)
{
    struct shared_texts *t = &h->texts;
    uint64_t hash = xxhash64(s);
    struct known_text *k = &t->known[hash % KNOWN];
    bool same = false;

    if (k->id > 0 && k->hash == hash && k->id <= t->newest &&
        k->id > t->newest - SHARED_MOST && is_there(h, k->id, s, &same, e) != OK)
        return FAILED;
    if (!same) {
        db_bind_str(t->put, 1, s);
        if (db_run(&h->db, t->put, e) != OK)
            return FAILED;
        t->newest = sqlite3_last_insert_rowid(h->db.h);
        *k = (struct known_text){ hash, t->newest };
    }
    *id = k->id;
    return OK;
}

ok texts_share(struct history_db *h, enum text_use use, struct str s, int64_t *id,
               struct err *e)
{
    struct shared_text *last = &h->texts.last[use];

    *id = 0;
    if (s.n < SHARED_LEAST)
        return OK;
    /* A row that was queued behind its like has the very same bytes. */
    if (last->s.p == s.p && last->s.n == s.n) {
        *id = last->id;
        return OK;
    }
    if (find_or_put(h, s, id, e) != OK)
        return FAILED;
    *last = (struct shared_text){ s, *id };
    return OK;
}

/* ---- forgetting ---------------------------------------------------------------------- */

static ok lowest_used(struct history_db *h, int64_t *low, struct err *e)
{
    sqlite3_stmt *st = h->texts.lowest;
    bool found;

    *low = h->open.texts;
    if (db_step(&h->db, st, &found, e) != OK)
        return FAILED;
    if (found) {
        if (sqlite3_column_type(st, 0) != SQLITE_NULL &&
            sqlite3_column_int64(st, 0) < *low)
            *low = sqlite3_column_int64(st, 0);
        sqlite3_reset(st);
    }
    return OK;
}

ok texts_forget(struct history_db *h, bool *more, struct err *e)
{
    struct shared_texts *t = &h->texts;
    int64_t low;

    *more = false;
    if (!t->sweep)
        return OK;
    if (lowest_used(h, &low, e) != OK)
        return FAILED;
    sqlite3_bind_int64(t->forget, 1, low);
    sqlite3_bind_int64(t->forget, 2, SLICE_TEXTS);
    if (db_run(&h->db, t->forget, e) != OK)
        return FAILED;
    *more = t->sweep = sqlite3_changes(h->db.h) == SLICE_TEXTS;
    return OK;
}
