#include "app/near.h"

enum { FARTHEST = 4, LONGEST = 64 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

/* Levenshtein distance of short words. */
static size_t distance(struct str a, struct str b)
{
    size_t row[LONGEST];

    if (a.n >= LONGEST || b.n >= LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t up = row[j];

            row[j] = least(up + 1, row[j - 1] + 1, diagonal + (a.p[i - 1] != b.p[j - 1]));
            diagonal = up;
        }
    }
    return row[b.n];
}

struct near near_to(struct str word)
{
    return (struct near){ .word = word, .distance = FARTHEST };
}

void near_try(struct near *n, const char *candidate)
{
    size_t d = distance(n->word, str_of(candidate));

    if (d >= n->distance || d >= strlen(candidate))
        return;
    n->distance = d;
    n->best = candidate;
}

struct str near_words(const struct near *n, struct arena *a)
{
    if (n->best == NULL)
        return STR("");
    return arena_printf(a, " (did you mean \"%s\"?)", n->best);
}
