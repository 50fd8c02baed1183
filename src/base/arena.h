/* arena.h - memory that is freed whole: one per request, per attempt, per
 * generation. Allocation cannot fail (out of memory stops the process). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *head;
    char *p, *end; /* what is free of the newest block */
    size_t total;  /* bytes taken from malloc */
};

void arena_init(struct arena *a);
void arena_fini(struct arena *a);
void arena_reset(struct arena *a); /* keeps one block for the next use */

void *arena_alloc(struct arena *a, size_t n); /* aligned to 16; not zeroed */
void *arena_zero(struct arena *a, size_t n);
void *arena_items(struct arena *a, size_t n, size_t item); /* n zeroed items */
struct str arena_str(struct arena *a, struct str s);       /* a copy, \0 behind it */
const char *arena_z(struct arena *a, struct str s);        /* the same, as char * */
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTFLIKE(2, 3);

#define arena_new(a, type) ((type *)arena_zero((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_items((a), (n), sizeof(type)))

#endif
