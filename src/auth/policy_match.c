#include "auth/policy_private.h"

static char fold(char c, bool nocase)
{
    return nocase && c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Bytes of the character that begins at `at`, so that ? takes a whole one. */
static size_t character(struct str s, size_t at)
{
    size_t n = 1;

    while (at + n < s.n && ((unsigned char)s.p[at + n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Only the newest star is ever tried again with one more byte: whatever an
 * older star could have taken, the newer one can take as well. */
bool wildcard_match(struct str pattern, struct str text, bool nocase)
{
    size_t p = 0, t = 0, star_p = SIZE_MAX, star_t = 0;

    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star_p = ++p;
            star_t = t;
        } else if (p < pattern.n && pattern.p[p] == '?') {
            p++;
            t += character(text, t);
        } else if (p < pattern.n &&
                   fold(pattern.p[p], nocase) == fold(text.p[t], nocase)) {
            p++;
            t++;
        } else if (star_p != SIZE_MAX) {
            p = star_p;
            star_t += character(text, star_t);
            t = star_t;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}
