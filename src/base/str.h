/* str.h - a borrowed run of bytes: it owns nothing and is passed by value.
 *
 * An empty str has n == 0 and a p that may be read nowhere; p is never null
 * once a str was made by STR, str_of or a parser of ours.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

/* Some strs in a row; the array is borrowed too. */
struct strs {
    const struct str *v;
    size_t n;
};

/* clang-format off */
#define STR_INIT(lit) { "" lit "", sizeof(lit) - 1 }  /* in an initializer */
/* clang-format on */
#define STR(lit) ((struct str)STR_INIT(lit)) /* anywhere else */
#define STR_ARG(s) (int)(s).n, (s).p         /* for "%.*s" */

static inline struct str str_of(const char *z)
{
    return (struct str){ z, strlen(z) };
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

static inline bool str_starts(struct str s, struct str head)
{
    return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

static inline bool str_ends(struct str s, struct str tail)
{
    return s.n >= tail.n &&
           (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

/* From byte `from` on; to the end if it has no `n` bytes left. */
static inline struct str str_from(struct str s, size_t from)
{
    return from >= s.n ? STR("") : (struct str){ s.p + from, s.n - from };
}

static inline struct str str_head(struct str s, size_t n)
{
    return n >= s.n ? s : (struct str){ s.p, n };
}

int str_cmp(struct str a, struct str b);        /* bytewise, like memcmp */
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
struct str str_trim(struct str s);              /* blanks and \t \r \n */
bool str_find(struct str s, struct str what, size_t *at);
bool str_has(struct str s, struct str what);

/* Cuts *rest at the first `sep`: gives what stands before it and leaves what
 * stands behind. False when *rest was already used up (its p is null then). */
bool str_cut(struct str *rest, char sep, struct str *piece);

/* Whole-string decimal; no sign of '+', no blanks, no overflow. */
ok str_i64(struct str s, int64_t *out);

#endif
