/* replay.c - start: the newest snapshot, then every record behind it. */
#include "store/record.h"
#include "store/store_private.h"

#include <inttypes.h>

struct replay {
    struct store *s;
    const struct store_reader *reader;
    uint64_t at; /* the last sequence that was given */
    int rules;
};

static ok replay_row(void *ctx, uint64_t first, struct str blob, struct err *e)
{
    struct replay *r = ctx;
    struct records rs;
    struct input in;

    if (records_open(blob, first, &rs, e) != OK)
        return FAILED;
    while (records_left(&rs)) {
        if (records_next(&rs, &in, e) != OK)
            return FAILED;
        if (in.seq <= r->at)
            continue; /* the snapshot has it */
        if (in.seq != r->at + 1)
            return fail(e, FAULT_INTERNAL, "data_dir",
                        "%s lacks the record %" PRIu64 " (the next one there is %" PRIu64
                        "): put a backup in its place",
                        r->s->journal.db.path, r->at + 1, in.seq);
        if (rs.rules < r->rules || r->rules == 0)
            r->rules = rs.rules;
        if (r->reader->input(r->reader->ctx, &in, e) != OK)
            return FAILED;
        r->at = in.seq;
    }
    return OK;
}

ok store_replay(struct store *s, const struct store_reader *reader, int *rules,
                struct err *e)
{
    struct replay r = { .s = s, .reader = reader, .at = s->journal.snapshot.seq };

    if (snapshot_pieces(&s->journal, reader->piece, reader->ctx, e) != OK ||
        reader->snapshot_end(reader->ctx, s->journal.snapshot.seq, e) != OK ||
        journal_rows(&s->journal, s->journal.snapshot.seq, replay_row, &r, e) != OK)
        return FAILED;
    *rules = r.rules == 0 ? FLOW_RULES : r.rules;
    return OK;
}
