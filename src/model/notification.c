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

enum { SAID_MAX = 2048, CONTENT_MAX = 1024, FLAG_PLAIN = 1, FLAG_CONTENT = 2 };

void outcome_encode(const struct outcome *o, struct buf *out)
{
    const struct receipt *r = &o->receipt;

    put_str(out, o->key);
    put_i64(out, o->attempt);
    put_u64(out, (o->plain ? FLAG_PLAIN : 0u) | (r->content.n > 0 ? FLAG_CONTENT : 0u));
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
    if (r->content.n > 0)
        put_str(out, utf8_cut(r->content, CONTENT_MAX));
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

static unsigned get_flags(struct reader *r)
{
    uint64_t flags = get_u64(r);

    if (flags <= (FLAG_PLAIN | FLAG_CONTENT))
        return (unsigned)flags;
    r->bad = true;
    return 0;
}

/* It is there, or the flag would not be. */
static struct str get_content(struct reader *r)
{
    struct str s = get_str(r);

    if (s.n == 0)
        r->bad = true;
    return s;
}

ok outcome_decode(struct str payload, struct outcome *out, struct err *e)
{
    struct reader r = reader_of(payload);
    unsigned flags;

    out->key = get_str(&r);
    out->attempt = get_int(&r, 1, INT32_MAX);
    flags = get_flags(&r);
    out->plain = (flags & FLAG_PLAIN) != 0;
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
    out->receipt.content = (flags & FLAG_CONTENT) != 0 ? get_content(&r) : STR("");
    if (!reader_done(&r) || out->receipt.retry_after < 0)
        return fail(e, FAULT_SYNTAX, "", "the bytes of an outcome record are damaged");
    return OK;
}
