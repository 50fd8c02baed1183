#include "base/pool.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A chunk lies at a multiple of its size and begins with its own number, so that a block
 * finds it. What is larger than a quarter of a chunk has one of its own. */
enum {
    CHUNK_UNITS = 1 << POOL_UNIT_BITS,
    CHUNK_BYTES = POOL_CHUNK_BYTES,
    CLASSED_UNITS = CHUNK_UNITS / 4,
    EXACT_UNITS = 64, /* up to here each size has its list */
};

/* A freed block is nobody's: a sanitizer reports who looks at it all the same. */
#if defined(__SANITIZE_ADDRESS__) || defined(__has_feature)
#if !defined(__SANITIZE_ADDRESS__)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
#endif

struct freed {
    uint32_t next; /* number; 0: the last */
};

static_assert(sizeof(struct freed) <= POOL_UNIT, "a free block has room for its link");

void pool_init(struct pool *p)
{
    *p = (struct pool){ .made = 1, .chunks_left = POOL_CHUNKS - 1 };
    p->chunks = calloc(POOL_CHUNKS, sizeof *p->chunks); /* touched as it is used */
    if (p->chunks == NULL)
        abort();
}

void pool_fini(struct pool *p)
{
    for (uint32_t i = 1; i < p->made; i++)
        if (p->chunks[i] != NULL && !((uint32_t *)p->chunks[i])[1])
            free(p->chunks[i]);
    for (uint32_t i = 0; i < p->slab_n; i++)
        free(p->slabs[i]);
    free(p->slabs);
    free(p->chunks);
    free(p->spare);
    *p = (struct pool){ 0 };
}

static uint32_t units_of(size_t n)
{
    return n == 0 ? 1 : (uint32_t)((n + POOL_UNIT - 1) / POOL_UNIT);
}

/* Beyond the exact ones eight sizes for each doubling. */
static uint32_t class_of(uint32_t *units)
{
    uint32_t above, shift;

    if (*units <= EXACT_UNITS)
        return *units - 1;
    shift = 28 - (uint32_t)__builtin_clz(*units - 1);
    above = (*units - 1) >> shift;
    *units = (above + 1) << shift;
    return EXACT_UNITS + (shift - 3) * 8 + above - 8;
}

/* Each chunk by itself would leave as much beside it for its alignment, which huge pages
 * make resident. As many again as there are, 16 MB at most. */
static void *slab_chunk(struct pool *p)
{
    if (p->slab_left == 0) {
        p->slab_left = p->made < 64 ? p->made : 64;
        p->slab = aligned_alloc(CHUNK_BYTES, (size_t)p->slab_left * CHUNK_BYTES);
        p->slabs = realloc(p->slabs, (p->slab_n + 1) * sizeof *p->slabs);
        if (p->slab == NULL || p->slabs == NULL)
            abort();
        p->slabs[p->slab_n++] = p->slab;
    }
    return p->slab + (size_t)--p->slab_left * CHUNK_BYTES;
}

static uint32_t chunk_make(struct pool *p, size_t bytes, bool of_slab)
{
    size_t whole = (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES * CHUNK_BYTES;
    uint32_t i = p->spare_n > 0 ? p->spare[--p->spare_n] : p->made;

    assert(i < POOL_CHUNKS);
    p->chunks[i] = of_slab ? slab_chunk(p) : aligned_alloc(CHUNK_BYTES, whole);
    if (p->chunks[i] == NULL)
        abort();
    if (i == p->made)
        p->made++;
    ((uint32_t *)p->chunks[i])[0] = i;
    ((uint32_t *)p->chunks[i])[1] = of_slab;
    p->bytes += whole;
    atomic_fetch_sub_explicit(&p->chunks_left, 1, memory_order_relaxed);
    return i;
}

static void *large_take(struct pool *p, size_t n)
{
    return (char *)p->chunks[chunk_make(p, n + POOL_UNIT, false)] + POOL_UNIT;
}

static void large_give(struct pool *p, void *block, size_t n)
{
    uint32_t i = pool_number(p, block) >> POOL_UNIT_BITS;

    p->bytes -= (n + POOL_UNIT + CHUNK_BYTES - 1) / CHUNK_BYTES * CHUNK_BYTES;
    free(p->chunks[i]);
    p->chunks[i] = NULL;
    if (p->spare_n == p->spare_room) {
        p->spare_room = p->spare_room > 0 ? p->spare_room * 2 : 16;
        p->spare = realloc(p->spare, p->spare_room * sizeof *p->spare);
        if (p->spare == NULL)
            abort();
    }
    p->spare[p->spare_n++] = i;
    atomic_fetch_add_explicit(&p->chunks_left, 1, memory_order_relaxed);
}

void *pool_take(struct pool *p, size_t n)
{
    uint32_t units, list;
    struct freed *block;

    if (n > (size_t)CLASSED_UNITS * POOL_UNIT)
        return large_take(p, n);
    units = units_of(n);
    list = class_of(&units);
    if (p->free[list] != 0) {
        block = pool_at(p, p->free[list]);
        SHOW(block, (size_t)units * POOL_UNIT);
        p->free[list] = block->next;
        atomic_fetch_sub_explicit(&p->idle, (size_t)units * POOL_UNIT,
                                  memory_order_relaxed);
        return block;
    }
    if (p->bump_end - p->bump < units) {
        p->chunk = chunk_make(p, CHUNK_BYTES, true);
        p->bump = 1; /* behind the chunk's own number */
        p->bump_end = CHUNK_UNITS;
    }
    block = pool_at(p, p->chunk << POOL_UNIT_BITS | p->bump);
    p->bump += units;
    return block;
}

void pool_give(struct pool *p, void *block, size_t n)
{
    uint32_t units, list;

    if (n > (size_t)CLASSED_UNITS * POOL_UNIT) {
        large_give(p, block, n);
        return;
    }
    units = units_of(n);
    list = class_of(&units);
    ((struct freed *)block)->next = p->free[list];
    p->free[list] = pool_number(p, block);
    atomic_fetch_add_explicit(&p->idle, (size_t)units * POOL_UNIT, memory_order_relaxed);
    HIDE(block, (size_t)units * POOL_UNIT);
}

uint32_t pool_number(const struct pool *p, const void *block)
{
    uintptr_t at = (uintptr_t)block, within = at % CHUNK_BYTES;
    uint32_t chunk = *(const uint32_t *)(at - within);

    assert(chunk < p->made && (uintptr_t)p->chunks[chunk] == at - within);
    return chunk << POOL_UNIT_BITS | (uint32_t)(within / POOL_UNIT);
}
