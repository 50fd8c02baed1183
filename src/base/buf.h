/* buf.h - bytes being built, up to a limit.
 *
 * Appending cannot fail where it happens: a buf that would pass its limit
 * remembers that it overflowed and ignores the rest, and whoever asked for
 * the bytes checks once, at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
    char *p;
    size_t n, room, limit;
    bool overflowed;
};

#define BUF_NO_LIMIT ((size_t)1 << 40)

void buf_init(struct buf *b, size_t limit);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b);                    /* empty again; keeps its memory */
struct str buf_take(struct buf *b, size_t *room); /* the caller frees .p */

/* Space for n more bytes, to be written and counted (b->n += ...) by the
 * caller; null when that would pass the limit, and then b has overflowed. */
static inline char *buf_reserve(struct buf *b, size_t n);
char *buf_reserve_more(struct buf *b, size_t n); /* the same, where it may have to grow */
void buf_z(struct buf *b, const char *z);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTFLIKE(2, 3);
void buf_i64(struct buf *b, int64_t n);    /* decimal */
void buf_hex64(struct buf *b, uint64_t n); /* sixteen digits, lower case */

ok buf_ok(const struct buf *b, struct err *e); /* the one check */

static inline char *buf_reserve(struct buf *b, size_t n)
{
    if (n < b->room - b->n && n <= b->limit - b->n && !b->overflowed)
        return b->p + b->n;
    return buf_reserve_more(b, n);
}

static inline void buf_add(struct buf *b, struct str s)
{
    char *to;

    if (s.n > 0 && (to = buf_reserve(b, s.n)) != NULL) {
        memcpy(to, s.p, s.n);
        b->n += s.n;
    }
}

static inline void buf_char(struct buf *b, char c)
{
    if (b->n < b->room && !b->overflowed)
        b->p[b->n++] = c;
    else
        buf_add(b, (struct str){ &c, 1 });
}

static inline struct str buf_str(const struct buf *b)
{
    return b->n == 0 ? STR("") : (struct str){ b->p, b->n };
}

#endif
