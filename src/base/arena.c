#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Under AddressSanitizer what was not handed out is poisoned, and a gap stays
 * behind each piece: running over the end of one is found as with malloc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { GAP = 0 };
#endif

enum { ALIGN = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 256 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t n; /* bytes behind this header */
    _Alignas(ALIGN) char bytes[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){ 0 };
}

static void free_blocks(struct arena_block *b)
{
    while (b != NULL) {
        struct arena_block *next = b->next;

        ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->n);
        free(b);
        b = next;
    }
}

void arena_fini(struct arena *a)
{
    free_blocks(a->head);
    arena_init(a);
}

static void open_block(struct arena *a, struct arena_block *b)
{
    a->p = b->bytes;
    a->end = b->bytes + b->n;
}

void arena_reset(struct arena *a)
{
    struct arena_block *b = a->head;

    if (b == NULL)
        return;
    /* A block made for one huge piece is not worth keeping. */
    if (b->n > LARGEST_BLOCK) {
        arena_fini(a);
        return;
    }
    free_blocks(b->next);
    b->next = NULL;
    a->total = sizeof *b + b->n;
    open_block(a, b);
    ASAN_POISON_MEMORY_REGION(b->bytes, b->n);
}

static struct arena_block *new_block(struct arena *a, size_t n)
{
    struct arena_block *b = malloc(sizeof *b + n);

    if (b == NULL)
        abort();
    b->n = n;
    a->total += sizeof *b + n;
    ASAN_POISON_MEMORY_REGION(b->bytes, n);
    return b;
}

/* The newest block is too full: a piece of ordinary size opens the next one,
 * a large one gets a block of its own behind it, so that what is left of the
 * newest is not wasted. */
static void *alloc_slowly(struct arena *a, size_t n)
{
    size_t next = a->total < FIRST_BLOCK     ? FIRST_BLOCK
                  : a->total > LARGEST_BLOCK ? LARGEST_BLOCK
                                             : a->total;
    struct arena_block *b;

    next -= sizeof *b;
    if (n > next / 4) {
        b = new_block(a, n);
        if (a->head == NULL) {
            b->next = NULL;
            a->head = b;
            a->p = a->end = b->bytes + n;
        } else {
            b->next = a->head->next;
            a->head->next = b;
        }
        return b->bytes;
    }
    b = new_block(a, next);
    b->next = a->head;
    a->head = b;
    open_block(a, b);
    a->p += n;
    return b->bytes;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t whole = (n + GAP + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    void *p = a->p;

    assert(n < (size_t)1 << 40);
    if (whole == 0)
        whole = ALIGN;
    if (whole <= (size_t)(a->end - a->p))
        a->p += whole;
    else
        p = alloc_slowly(a, whole);
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    return p;
}

void *arena_zero(struct arena *a, size_t n)
{
    return memset(arena_alloc(a, n), 0, n);
}

void *arena_items(struct arena *a, size_t n, size_t item)
{
    size_t bytes;
    bool too_many = __builtin_mul_overflow(n, item, &bytes);

    assert(!too_many);
    return arena_zero(a, bytes);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    if (s.n > 0)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){ p, s.n };
}

const char *arena_z(struct arena *a, struct str s)
{
    return arena_str(a, s).p;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    char text[256], *p;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n < sizeof text)
        return arena_str(a, (struct str){ text, (size_t)n });
    p = arena_alloc(a, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return (struct str){ p, (size_t)n };
}
