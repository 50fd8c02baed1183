#include "store/record.h"

#include <inttypes.h>

enum { CRC_SIZE = 4 };

/* Differences wrap round instead of overflowing: hostile bytes may hold any. */
static int64_t ahead(int64_t from, int64_t by)
{
    return (int64_t)((uint64_t)from + (uint64_t)by);
}

static int64_t between(int64_t from, int64_t to)
{
    return (int64_t)((uint64_t)to - (uint64_t)from);
}

void records_begin(struct buf *b)
{
    buf_char(b, (char)JOURNAL_FORMAT);
    put_u64(b, FLOW_RULES);
}

void records_add(struct buf *b, struct record_place *place, const struct input *in)
{
    put_u64(b, (uint64_t)in->kind);
    put_u64(b, in->account);
    put_u64(b, place->begun ? in->seq - place->seq : 0);
    put_i64(b, between(place->wall, in->wall));
    put_i64(b, between(place->steady, in->steady));
    put_str(b, in->payload);
    *place = (struct record_place){ in->seq, in->wall, in->steady, true };
}

void records_end(struct buf *b)
{
    put_u32le(b, crc32c(buf_str(b)));
}

ok records_open(struct str blob, uint64_t first, struct records *out, struct err *e)
{
    struct str body = blob;
    struct reader tail;

    if (blob.n < 1 + 1 + CRC_SIZE)
        return fail(e, FAULT_SYNTAX, "journal",
                    "the journal's record %" PRIu64 " is cut short", first);
    body.n -= CRC_SIZE;
    tail = reader_of(str_from(blob, body.n));
    if (get_u32le(&tail) != crc32c(body))
        return fail(e, FAULT_SYNTAX, "journal",
                    "the journal's record %" PRIu64 " is damaged (checksum)", first);
    if ((unsigned char)body.p[0] != JOURNAL_FORMAT)
        return fail(e, FAULT_UNSUPPORTED, "journal",
                    "the journal's record %" PRIu64
                    " has format %d, this Belfry reads %d",
                    first, (unsigned char)body.p[0], JOURNAL_FORMAT);
    *out =
        (struct records){ .r = reader_of(str_from(body, 1)), .place = { .seq = first } };
    out->rules = (int)(get_u64(&out->r) & INT32_MAX);
    return out->rules <= FLOW_RULES
               ? OK
               : fail(e, FAULT_UNSUPPORTED, "journal",
                      "the journal's record %" PRIu64
                      " was written by a newer Belfry (its rules are %d, this one knows "
                      "up to %d): start that version again, or put a backup made with "
                      "this one in its place",
                      first, out->rules, FLOW_RULES);
}

bool records_left(const struct records *rs)
{
    return rs->r.p < rs->r.end;
}

ok records_next(struct records *rs, struct input *out, struct err *e)
{
    struct record_place *at = &rs->place;
    uint64_t kind = get_u64(&rs->r), account = get_u64(&rs->r);
    uint64_t step = get_u64(&rs->r);
    uint64_t seq = at->seq + step;
    bool right;

    at->wall = ahead(at->wall, get_i64(&rs->r));
    at->steady = ahead(at->steady, get_i64(&rs->r));
    *out = (struct input){ .account = (uint32_t)account,
                           .seq = seq,
                           .wall = at->wall,
                           .steady = at->steady,
                           .payload = get_str(&rs->r) };
    right = !rs->r.bad && kind >= INPUT_ACCOUNT && account <= UINT32_MAX &&
            seq >= at->seq && (step > 0) == at->begun;
    if (!right)
        return fail(e, FAULT_SYNTAX, "journal",
                    "the journal's record behind %" PRIu64 " is damaged", at->seq);
    /* What is damaged at the end may be left out; this may not. */
    if (kind > INPUT_LAST)
        return fail(e, FAULT_UNSUPPORTED, "journal",
                    "the journal's record behind %" PRIu64
                    " was written by a newer Belfry (%" PRIu64
                    " is no kind that this one knows): start that version again, or put "
                    "a backup made with this one in its place",
                    at->seq, kind);
    out->kind = (enum input_kind)kind;
    at->seq = seq;
    at->begun = true;
    return OK;
}
