/* pool.h - very many small blocks that never move, each with a number of 32 bits.
 *
 * For what there are millions of: a block has no header, its size is rounded up to eight
 * bytes, and who refers to it may keep the number instead of a pointer. One thread takes
 * and gives back; any thread may look at blocks that were published to it. Memory that was
 * given back serves blocks of its size again, and leaves with the pool.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POOL_UNIT = 8,
    POOL_UNIT_BITS = 15, /* a chunk's units are counted in so many bits of a number */
    POOL_CHUNKS = 1 << (32 - POOL_UNIT_BITS),
    POOL_CHUNK_BYTES = POOL_UNIT << POOL_UNIT_BITS,
    POOL_CLASSES = 120,
};

struct pool {
    void **chunks; /* POOL_CHUNKS of them, most not there yet */
    uint32_t made; /* chunks that ever were; the first has no blocks: 0 is no number */
    uint32_t spare_n, spare_room, *spare; /* of these, free again */
    uint32_t bump, bump_end;              /* units that were never taken */
    uint32_t chunk;                       /* they lie in */
    uint32_t free[POOL_CLASSES];          /* lists by size */
    char *slab, **slabs; /* where chunks of small blocks come from, some at a time */
    uint32_t slab_left, slab_n;
    _Atomic size_t
        idle; /* bytes that were given back and wait for the next; any thread */
    _Atomic uint32_t chunks_left; /* of POOL_CHUNKS; any thread */
    size_t bytes;                 /* in chunks */
};

void pool_init(struct pool *p);
void pool_fini(struct pool *p);

/* Not zeroed, aligned to eight. Small allocations never fail; n may be some hundred MB. It
 * holds 32 GB, but 8.6 of blocks just larger than a quarter of a chunk, which take a whole
 * one: whoever takes what comes from outside looks at chunks_left before. */
void *pool_take(struct pool *p, size_t n);
void pool_give(struct pool *p, void *block, size_t n); /* n as it was taken */

/* The number of a block of this pool, never 0; O(1). */
uint32_t pool_number(const struct pool *p, const void *block);

static inline void *pool_at(const struct pool *p, uint32_t number)
{
    char *chunk = p->chunks[number >> POOL_UNIT_BITS];

    return chunk + (size_t)(number & ((1u << POOL_UNIT_BITS) - 1)) * POOL_UNIT;
}

/* Of a pool whose chunks were laid out by hand, one block each (chunks[1] is the first):
 * the number of the block that is chunk i. */
static inline uint32_t pool_chunk_number(uint32_t i)
{
    return i << POOL_UNIT_BITS;
}

#endif
