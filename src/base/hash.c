#include "base/hash.h"

/* SipHash (Aumasson, Bernstein: "SipHash: a fast short-input PRF") with one
 * round a word and three at the end. The key is the seed twice, so that a map
 * needs one number: 64 unknown bits are what a flooding attacker must guess. */
struct sip {
    uint64_t a, b, c, d;
};

static inline uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static inline void sip_round(struct sip *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = rotate(s->b, 13) ^ s->a;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a = rotate(s->a, 32);
    s->c += s->b;
    s->a += s->d;
    s->b = rotate(s->b, 17) ^ s->c;
    s->d = rotate(s->d, 21) ^ s->a;
    s->c = rotate(s->c, 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

/* Little-endian on every machine; compilers make one load of it. */
static inline uint64_t word_at(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
           (uint64_t)u[3] << 24 | (uint64_t)u[4] << 32 | (uint64_t)u[5] << 40 |
           (uint64_t)u[6] << 48 | (uint64_t)u[7] << 56;
}

uint64_t hash_bytes(uint64_t seed, struct str s)
{
    struct sip h = { seed ^ UINT64_C(0x736f6d6570736575),
                     seed ^ UINT64_C(0x646f72616e646f6d),
                     seed ^ UINT64_C(0x6c7967656e657261),
                     seed ^ UINT64_C(0x7465646279746573) };
    uint64_t tail = (uint64_t)s.n << 56;
    size_t i = 0;

    for (; s.n - i >= 8; i += 8)
        sip_word(&h, word_at(s.p + i));
    for (size_t k = 0; i + k < s.n; k++)
        tail |= (uint64_t)(unsigned char)s.p[i + k] << (8 * k);
    sip_word(&h, tail);
    h.c ^= 0xff;
    sip_round(&h);
    sip_round(&h);
    sip_round(&h);
    return h.a ^ h.b ^ h.c ^ h.d;
}

uint64_t fnv1a(uint64_t h, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h;
}
