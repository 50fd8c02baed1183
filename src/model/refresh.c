/* refresh.c - refreshes as the payload of one journal record.
 *
 *     count, then of each:
 *     what its serial is more than the one before it, flags, [end, its zone], [timeout]
 *
 * A field in brackets is there when its flag is. Who sends a batch again gives all of it
 * the same end as a rule: SAME stands for all three, and has to where it can.
 */
#include "model/refresh.h"

#include <assert.h>

enum {
    SAME = 1,
    HAS_END = 2,
    HAS_TIMEOUT = 4,
    ALL_FLAGS = 7,
    LEAST_REFRESH = 2,       /* bytes: serial, flags */
    LARGEST_ZONE = 24 * 3600 /* seconds; no client is further from UTC */
};

static bool same_end(const struct refresh *x, const struct refresh *y)
{
    return x->ends_at == y->ends_at && x->ends_zone == y->ends_zone &&
           x->timeout == y->timeout;
}

void refreshes_encode(const struct refresh *v, size_t n, struct buf *out)
{
    put_u64(out, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t before = i > 0 ? v[i - 1].serial : 0;
        unsigned flags = (v[i].ends_at != TIME_UNSET ? HAS_END : 0u) |
                         (v[i].timeout > 0 ? HAS_TIMEOUT : 0u);

        put_i64(out, (int64_t)(v[i].serial - before));
        if (i > 0 && same_end(&v[i], &v[i - 1])) {
            put_u64(out, SAME);
            continue;
        }
        put_u64(out, flags);
        if (flags & HAS_END) {
            put_i64(out, v[i].ends_at);
            put_i64(out, v[i].ends_zone);
        }
        if (flags & HAS_TIMEOUT)
            put_i64(out, v[i].timeout);
    }
}

static ok damaged(struct err *e)
{
    return fail(e, FAULT_SYNTAX, "", "the bytes of a refresh record are damaged");
}

ok refreshes_open(struct str payload, struct refreshes_reader *out, struct err *e)
{
    *out = (struct refreshes_reader){ .r = reader_of(payload) };
    out->left = get_count(&out->r, LEAST_REFRESH);
    if (out->r.bad || (out->left == 0 && !reader_done(&out->r)))
        return damaged(e);
    return OK;
}

static void get_end(struct reader *r, uint64_t flags, struct refresh *out)
{
    int64_t zone = 0;

    *out = (struct refresh){ .serial = out->serial, .ends_at = TIME_UNSET };
    if (flags & HAS_END) {
        out->ends_at = get_i64(r);
        zone = get_i64(r);
        if (out->ends_at == TIME_UNSET || zone < -LARGEST_ZONE || zone > LARGEST_ZONE)
            r->bad = true;
        else
            out->ends_zone = (int32_t)zone;
    }
    if ((flags & HAS_TIMEOUT) && (out->timeout = get_i64(r)) <= 0)
        r->bad = true;
}

ok refreshes_next(struct refreshes_reader *r, struct refresh *out, struct err *e)
{
    struct refresh before = r->at;
    uint64_t flags;

    assert(r->left > 0);
    r->at.serial += (uint64_t)get_i64(&r->r);
    flags = get_u64(&r->r);
    if (flags != SAME) {
        get_end(&r->r, flags, &r->at);
        if (flags > ALL_FLAGS || (flags & SAME) ||
            (r->begun && same_end(&r->at, &before)))
            r->r.bad = true;
    } else if (!r->begun) {
        r->r.bad = true;
    }
    r->begun = true;
    r->left--;
    if (r->r.bad || (r->left == 0 && !reader_done(&r->r)))
        return damaged(e);
    *out = r->at;
    return OK;
}
