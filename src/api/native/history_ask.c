/* history_ask.c - which rows of history? The query of a list, in the store's words. */
#include "api/native/native_private.h"

#include "api/history_port.h"
#include "api/native/history_row.h"
#include "model/matcher.h"

#include <stdio.h>

enum { LABELS_MOST = 8 };

ok history_cursor_read(struct str text, struct history_ask *ask, struct err *e)
{
    struct str seq;
    int64_t a, b;

    if (text.n == 0)
        return OK;
    if (!str_cut(&text, '-', &seq) || str_i64(seq, &a) == FAILED || text.p == NULL ||
        str_i64(text, &b) == FAILED || a <= 0 || b < 0 || b > UINT32_MAX)
        return fail(e, FAULT_INVALID, "cursor", "this is no cursor of ours");
    ask->cursor_seq = (uint64_t)a;
    ask->cursor_n = (uint32_t)b;
    return OK;
}

ok history_fingerprint_read(struct str text, struct history_ask *ask, struct err *e)
{
    struct buf bytes;
    ok done = OK;

    if (text.n == 0)
        return OK;
    buf_init(&bytes, 64);
    if (text.n != 16 || get_hex(text, &bytes) == FAILED)
        done = fail(e, FAULT_INVALID, "fingerprint", "a fingerprint has 16 hex digits");
    for (size_t i = 0; done == OK && i < bytes.n; i++)
        ask->fingerprint = ask->fingerprint << 8 | (unsigned char)bytes.p[i];
    buf_fini(&bytes);
    return done;
}

static ok alert_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str id = query_text(rq, "alert");

    if (id.n > 0 && !alert_id_parse(id, &ask->serial))
        return fail(e, FAULT_INVALID, "alert", "an alert's id has 19 digits");
    return history_fingerprint_read(query_text(rq, "fingerprint"), ask, e);
}

/* Some of those that this operation shows: the audit has a permission of its own. */
static ok kinds_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str text = query_text(rq, "kind"), word;
    unsigned shown = ask->kinds;

    if (text.n == 0)
        return OK;
    ask->kinds = 0;
    while (str_cut(&text, ',', &word)) {
        unsigned bit = 0;

        for (size_t i = 0; i < ROW_KIND_NAMES; i++)
            if (str_is(word, row_kind_names[i].name))
                bit = 1u << row_kind_names[i].kind;
        if ((bit & shown) == 0)
            return fail(e, FAULT_INVALID, "kind",
                        "kind must be decision, attempt or alert");
        ask->kinds |= bit;
    }
    return OK;
}

static ok order_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str order = query_text(rq, "order");

    ask->newest_first = !str_is(order, "oldest");
    if (order.n == 0 || str_is(order, "oldest") || str_is(order, "newest"))
        return OK;
    return fail(e, FAULT_INVALID, "order", "order must be newest or oldest");
}

static ok failed_read(const struct request *rq, struct history_ask *ask, struct err *e)
{
    struct str text = query_text(rq, "failed");

    ask->failed = str_is(text, "true");
    if (text.n == 0 || ask->failed || str_is(text, "false"))
        return OK;
    return fail(e, FAULT_INVALID, "failed", "failed is true or false");
}

static ok label_read(struct request *rq, const struct matcher *m, struct str *out,
                     struct err *e)
{
    struct buf b;
    ok done = OK;

    buf_init(&b, BUF_NO_LIMIT);
    if (m->op != MATCH_EQ || m->value.n == 0)
        done = fail(e, FAULT_UNSUPPORTED, "filter",
                    "history is asked for labels by = and a value only");
    else if (!row_label_word(&b, m->name, m->value))
        done = fail(e, FAULT_LIMIT, "filter",
                    "a label and its value are at most %d bytes", (int)ROW_LABEL_MOST);
    else
        *out = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return done;
}

ok history_filter_read(struct request *rq, struct str filter, struct history_ask *ask,
                       struct err *e)
{
    struct str *words = arena_array(rq->a, struct str, LABELS_MOST);
    struct matchers ms;

    if (filter.n == 0)
        return OK;
    if (matchers_parse(filter, rq->a, &ms, e) == FAILED) {
        snprintf(e->field, sizeof e->field, "filter");
        return FAILED;
    }
    if (ms.n > LABELS_MOST)
        return fail(e, FAULT_LIMIT, "filter", "at most %d labels", (int)LABELS_MOST);
    for (size_t i = 0; i < ms.n; i++)
        if (label_read(rq, &ms.v[i], &words[i], e) == FAILED)
            return FAILED;
    ask->labels = (struct strs){ words, ms.n };
    return OK;
}

ok history_ask_read(struct request *rq, struct history_ask *ask, struct err *e)
{
    ask->alertname = query_text(rq, "alertname");
    ask->to = query_text(rq, "to");
    ask->contact_group = query_text(rq, "contact_group");
    ask->action_rule = query_text(rq, "action_rule");
    ask->topic = query_text(rq, "topic");
    ask->route = query_text(rq, "route");
    ask->channel = query_text(rq, "channel");
    ask->word = query_text(rq, "word");
    ask->key = query_text(rq, "key");
    if (history_cursor_read(query_text(rq, "cursor"), ask, e) == FAILED ||
        alert_read(rq, ask, e) == FAILED || kinds_read(rq, ask, e) == FAILED ||
        order_read(rq, ask, e) == FAILED || failed_read(rq, ask, e) == FAILED ||
        history_filter_read(rq, query_text(rq, "filter"), ask, e) == FAILED ||
        query_time(rq, "since", &ask->since, e) == FAILED)
        return FAILED;
    return query_time(rq, "until", &ask->until, e);
}
