/* history_row.c - a row on its way into history.db: copied, and cut where rows of one
 * flush are the same, so that their alerts stand in memory once. */
#include "store/store_private.h"

#include <assert.h>

static const size_t texts[HISTORY_TEXTS] = {
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

struct str *history_text(struct history_row *row, size_t i)
{
    return (struct str *)(void *)((char *)row + texts[i]);
}

/* ---- the alerts, out of the detail and in again -------------------------------- */

struct row_cut row_cut(const struct history_row *row, struct buf *b)
{
    struct row_cut cut = { .row = *row };

    if (row->alerts.n == 0)
        return cut;
    cut.at = (size_t)(row->alerts.p - row->detail.p);
    assert(row->alerts.p >= row->detail.p &&
           cut.at + row->alerts.n <= row->detail.n); /* a piece of it */
    buf_clear(b);
    buf_add(b, str_head(row->detail, cut.at));
    buf_add(b, str_from(row->detail, cut.at + row->alerts.n));
    cut.row.detail = buf_str(b);
    return cut;
}

void row_join(struct history_row *row, struct str alerts, size_t at, struct buf *b)
{
    if (at > row->detail.n)
        at = row->detail.n; /* a file that somebody changed */
    buf_clear(b);
    buf_add(b, str_head(row->detail, at));
    buf_add(b, alerts);
    buf_add(b, str_from(row->detail, at));
    row->detail = buf_str(b);
    row->alerts = str_head(str_from(row->detail, at), alerts.n);
}

/* ---- copying -------------------------------------------------------------------- */

static char *put(char *to, struct str *s)
{
    if (s->n > 0)
        memcpy(to, s->p, s->n);
    s->p = to;
    return to + s->n;
}

/* What the row before it has, too, is not copied once more. */
static bool take_same(struct str *s, const struct str *before)
{
    if (before == NULL || s->n == 0 || !str_eq(*s, *before))
        return false;
    *s = *before;
    return true;
}

void row_copy(struct row_batch *batch, const struct history_row *row)
{
    struct row_cut c = row_cut(row, &batch->cutting);
    struct history_row *r = &c.row;
    const struct history_row *before =
        batch->rows.n > 0 ? &batch->rows.v[batch->rows.n - 1].row : NULL;
    bool words = take_same(&r->words, before != NULL ? &before->words : NULL);
    bool alerts = take_same(&r->alerts, before != NULL ? &before->alerts : NULL);
    char *to;

    c.bytes = alerts ? 0 : r->alerts.n;
    for (size_t i = 0; i < HISTORY_TEXTS; i++)
        if (i != HISTORY_WORDS || !words)
            c.bytes += history_text(r, i)->n;
    to = arena_alloc(&batch->arena, c.bytes);
    for (size_t i = 0; i < HISTORY_TEXTS; i++)
        if (i != HISTORY_WORDS || !words)
            to = put(to, history_text(r, i));
    if (!alerts)
        (void)put(to, &r->alerts);
    vec_push(&batch->rows, c);
}
