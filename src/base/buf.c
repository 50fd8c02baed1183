#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){ .limit = limit };
}

void buf_fini(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ 0 };
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->overflowed = false;
}

static void buf_grow(struct buf *b, size_t need)
{
    size_t room = b->room ? b->room : 64;

    while (room < need)
        room *= 2;
    if (room > b->limit)
        room = b->limit;
    b->p = realloc(b->p, room > 0 ? room : 1);
    if (b->p == NULL)
        abort();
    b->room = room;
}

char *buf_reserve_more(struct buf *b, size_t n)
{
    if (b->overflowed || n > b->limit - b->n) {
        b->overflowed = true;
        return NULL;
    }
    if (n > b->room - b->n || b->p == NULL)
        buf_grow(b, b->n + n);
    return b->p + b->n;
}

struct str buf_take(struct buf *b, size_t *room)
{
    struct str taken;

    if (b->p == NULL)
        buf_grow(b, 0);
    taken = (struct str){ b->p, b->n };
    if (room != NULL)
        *room = b->room;
    buf_init(b, b->limit);
    return taken;
}

void buf_z(struct buf *b, const char *z)
{
    buf_add(b, str_of(z));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    size_t room = b->overflowed ? 0 : b->room - b->n;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(room > 0 ? b->p + b->n : NULL, room, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n >= room) {
        char *text = malloc((size_t)n + 1);

        if (text == NULL)
            abort();
        va_start(ap, fmt);
        vsnprintf(text, (size_t)n + 1, fmt, ap);
        va_end(ap);
        buf_add(b, (struct str){ text, (size_t)n });
        free(text);
    } else {
        b->n += (size_t)n;
    }
}

void buf_i64(struct buf *b, int64_t n)
{
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(b, (struct str){ digits + at, sizeof digits - at });
}

void buf_hex64(struct buf *b, uint64_t n)
{
    char digits[16];

    for (size_t at = sizeof digits; at-- > 0; n >>= 4)
        digits[at] = "0123456789abcdef"[n & 15];
    buf_add(b, (struct str){ digits, sizeof digits });
}

ok buf_ok(const struct buf *b, struct err *e)
{
    if (b->overflowed)
        return fail(e, FAULT_TOO_LARGE, "", "longer than %zu bytes", b->limit);
    return OK;
}
