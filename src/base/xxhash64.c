#include "base/xxhash64.h"

#define P1 UINT64_C(11400714785074694791)
#define P2 UINT64_C(14029467366897019727)
#define P3 UINT64_C(1609587929392839161)
#define P4 UINT64_C(9650029242287828579)
#define P5 UINT64_C(2870177450012600261)

static uint64_t rotl(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static uint64_t read_le(const char *p, int bytes)
{
    uint64_t x = 0;

    for (int i = 0; i < bytes; i++)
        x |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return x;
}

static uint64_t round_of(uint64_t lane, uint64_t input)
{
    return rotl(lane + input * P2, 31) * P1;
}

static uint64_t merge(uint64_t h, uint64_t lane)
{
    return (h ^ round_of(0, lane)) * P1 + P4;
}

/* Stripes of 32 bytes in four lanes; *s is what is left. */
static uint64_t stripes(struct str *s)
{
    uint64_t v[4] = { P1 + P2, P2, 0, 0 - P1 }, h;

    while (s->n >= 32) {
        for (int i = 0; i < 4; i++)
            v[i] = round_of(v[i], read_le(s->p + 8 * i, 8));
        *s = str_from(*s, 32);
    }
    h = rotl(v[0], 1) + rotl(v[1], 7) + rotl(v[2], 12) + rotl(v[3], 18);
    for (int i = 0; i < 4; i++)
        h = merge(h, v[i]);
    return h;
}

static uint64_t tail(uint64_t h, struct str s)
{
    for (; s.n >= 8; s = str_from(s, 8))
        h = rotl(h ^ round_of(0, read_le(s.p, 8)), 27) * P1 + P4;
    if (s.n >= 4) {
        h = rotl(h ^ read_le(s.p, 4) * P1, 23) * P2 + P3;
        s = str_from(s, 4);
    }
    for (size_t i = 0; i < s.n; i++)
        h = rotl(h ^ read_le(s.p + i, 1) * P5, 11) * P1;
    return h;
}

uint64_t xxhash64(struct str s)
{
    size_t n = s.n;
    uint64_t h = tail((n >= 32 ? stripes(&s) : P5) + n, s);

    h = (h ^ h >> 33) * P2;
    h = (h ^ h >> 29) * P3;
    return h ^ h >> 32;
}
