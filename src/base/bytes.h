/* bytes.h - the binary encoding of journal, snapshot and history.
 *
 * Integers are LEB128 varints (signed ones zigzag), strings are a varint
 * length and the bytes, both little-endian by nature. A reader never reads
 * past its end: it latches `bad`, gives zeros and empty strings from then on,
 * and is checked once.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/buf.h"

void put_u64(struct buf *b, uint64_t n);   /* varint */
void put_i64(struct buf *b, int64_t n);    /* zigzag varint */
void put_u32le(struct buf *b, uint32_t n); /* fixed four bytes */
void put_u64le(struct buf *b, uint64_t n); /* fixed eight bytes */
void put_str(struct buf *b, struct str s);

struct reader {
    const char *p, *end;
    bool bad;
};

struct reader reader_of(struct str s);
uint64_t get_u64(struct reader *r);
int64_t get_i64(struct reader *r);
uint32_t get_u32le(struct reader *r);
uint64_t get_u64le(struct reader *r);
struct str get_str(struct reader *r); /* borrowed from the reader's bytes */
/* A count of things of at least `least` bytes each: refuses counts that the
 * rest cannot hold, so that a forged count allocates nothing. */
size_t get_count(struct reader *r, size_t least);
bool reader_done(const struct reader *r); /* not bad and nothing left */

uint32_t crc32c(struct str s);
/* The same without the processor's help: what old machines run, tested here. */
uint32_t crc32c_portable(struct str s);

#endif
