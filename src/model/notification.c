#include "model/notification.h"

#include "base/utf8.h"

#include <assert.h>

const char *reason_word(enum reason r)
{
#define REASON_WORD(id, word) word,
    static const char *const words[] = { REASONS(REASON_WORD) };
#undef REASON_WORD

    assert((size_t)r < REASON_COUNT);
    return words[r];
}

const char *verdict_word(enum verdict v)
{
#define VERDICT_WORD(id, word) word,
    static const char *const words[] = { VERDICTS(VERDICT_WORD) };
#undef VERDICT_WORD

    assert((size_t)v < VERDICT_COUNT);
    return words[v];
}

/* ---- the outcome of an attempt, as a journal record -------------------- */

enum { SAID_MAX = 2048, FLAG_PLAIN = 1 };

void outcome_encode(const struct outcome *o, struct buf *out)
{
    const struct receipt *r = &o->receipt;

    put_str(out, o->key);
    put_i64(out, o->attempt);
    put_u64(out, o->plain ? FLAG_PLAIN : 0);
    put_u64(out, r->verdict);
    put_i64(out, r->status);
    put_i64(out, r->code);
    put_str(out, utf8_cut(r->said, SAID_MAX));
    put_str(out, r->meaning);
    put_str(out, r->remote);
    put_i64(out, r->retry_after);
    put_i64(out, r->started);
    put_i64(out, r->connected);
    put_i64(out, r->finished);
    put_i64(out, r->bytes);
    put_str(out, r->subject);
}

/* A number that must lie in [least, most]. */
static int get_int(struct reader *r, int least, int most)
{
    int64_t n = get_i64(r);

    if (n >= least && n <= most)
        return (int)n;
    r->bad = true;
    return least;
}

static enum verdict get_verdict(struct reader *r)
{
    uint64_t n = get_u64(r);

    if (n < VERDICT_COUNT)
        return (enum verdict)n;
    r->bad = true;
    return UNKNOWN;
}

static bool get_plain(struct reader *r)
{
    uint64_t flags = get_u64(r);

    if (flags > FLAG_PLAIN)
        r->bad = true;
    return flags == FLAG_PLAIN;
}

ok outcome_decode(struct str payload, struct outcome *out, struct err *e)
{
    struct reader r = reader_of(payload);

    out->key = get_str(&r);
    out->attempt = get_int(&r, 1, INT32_MAX);
    out->plain = get_plain(&r);
    out->receipt.verdict = get_verdict(&r);
    out->receipt.status = get_int(&r, INT32_MIN, INT32_MAX);
    out->receipt.code = get_i64(&r);
    out->receipt.said = get_str(&r);
    out->receipt.meaning = get_str(&r);
    out->receipt.remote = get_str(&r);
    out->receipt.retry_after = get_i64(&r);
    out->receipt.started = get_i64(&r);
    out->receipt.connected = get_i64(&r);
    out->receipt.finished = get_i64(&r);
    out->receipt.bytes = get_i64(&r);
    out->receipt.subject = get_str(&r);
    if (!reader_done(&r) || out->receipt.retry_after < 0)
        return fail(e, FAULT_SYNTAX, "", "the bytes of an outcome record are damaged");
    return OK;
}
