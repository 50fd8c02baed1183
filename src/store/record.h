/* record.h - the bytes of one flush: what one row of the journal holds.
 *
 * JOURNAL_FORMAT (one byte), FLOW_RULES (varint), then for each record: kind,
 * account, sequence behind the one before (0 for the first, whose sequence is the
 * row's key), wall and steady time behind the ones before, payload; at the end the
 * crc32c of all that, four bytes. A batch of 1,000 alerts is one record.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/bytes.h"
#include "flow/journal.h"

/* Where the record before stood; zero it before the first. */
struct record_place {
    uint64_t seq;
    int64_t wall, steady;
    bool begun;
};

void records_begin(struct buf *b);
void records_add(struct buf *b, struct record_place *place, const struct input *in);
void records_end(struct buf *b);

struct records {
    struct reader r;
    struct record_place place;
    int rules;
};

/* Checks the crc and the format: FAULT_SYNTAX (broken) or FAULT_UNSUPPORTED
 * (newer). `first` is the row's key. */
ok records_open(struct str blob, uint64_t first, struct records *out, struct err *e);
bool records_left(const struct records *rs);
/* The next; its payload is borrowed from the blob. FAULT_SYNTAX (broken) and
 * FAULT_UNSUPPORTED (newer) name the sequence. */
ok records_next(struct records *rs, struct input *out, struct err *e);

#endif
