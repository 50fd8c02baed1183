#include "base/str.h"

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int diff = n == 0 ? 0 : memcmp(a.p, b.p, n);

    return diff != 0 ? diff : (a.n > b.n) - (a.n < b.n);
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && is_blank(s.p[0]))
        s = str_from(s, 1);
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_find(struct str s, struct str what, size_t *at)
{
    const char *hit;

    if (what.n == 0) {
        *at = 0;
        return true;
    }
    hit = s.n < what.n ? NULL : memmem(s.p, s.n, what.p, what.n);
    if (hit == NULL)
        return false;
    *at = (size_t)(hit - s.p);
    return true;
}

bool str_has(struct str s, struct str what)
{
    size_t at;

    return str_find(s, what, &at);
}

bool str_cut(struct str *rest, char sep, struct str *piece)
{
    const char *hit;

    if (rest->p == NULL)
        return false;
    *piece = *rest;
    hit = rest->n == 0 ? NULL : memchr(rest->p, sep, rest->n);
    if (hit == NULL) {
        *rest = (struct str){ NULL, 0 };
    } else {
        piece->n = (size_t)(hit - rest->p);
        *rest = (struct str){ hit + 1, rest->n - piece->n - 1 };
    }
    return true;
}

ok str_i64(struct str s, int64_t *out)
{
    bool minus = str_starts(s, STR("-"));
    int64_t n = 0;

    if (minus)
        s = str_from(s, 1);
    if (s.n == 0)
        return FAILED;
    for (size_t i = 0; i < s.n; i++) {
        int digit = s.p[i] - '0';

        /* Counted downwards: INT64_MIN has no positive twin. */
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_sub_overflow(n, digit, &n))
            return FAILED;
    }
    if (!minus && n == INT64_MIN)
        return FAILED;
    *out = minus ? n : -n;
    return OK;
}
