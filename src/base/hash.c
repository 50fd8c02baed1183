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

/* The last n % 8 bytes. Names and values are short: a loop over them costs as much
 * as two rounds. Where there is a whole word, the end is cut from the last one. */
static inline uint64_t tail_of(struct str s)
{
    const unsigned char *u = (const unsigned char *)s.p;
    uint64_t tail = 0;
    size_t i = 0;

    if (s.n >= 8)
        return word_at(s.p + s.n - 8) >> 8 >> (56 - 8 * (s.n % 8));
    if (s.n & 4) {
        tail = (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
               (uint64_t)u[3] << 24;
        i = 4;
    }
    if (s.n & 2) {
        tail |= ((uint64_t)u[i] | (uint64_t)u[i + 1] << 8) << (8 * i);
        i += 2;
    }
    return s.n & 1 ? tail | (uint64_t)u[i] << (8 * i) : tail;
}

static inline struct sip sip_begin(uint64_t seed)
{
    return (struct sip){ seed ^ UINT64_C(0x736f6d6570736575),
                         seed ^ UINT64_C(0x646f72616e646f6d),
                         seed ^ UINT64_C(0x6c7967656e657261),
                         seed ^ UINT64_C(0x7465646279746573) };
}

static inline void sip_str(struct sip *h, struct str s)
{
    for (size_t i = 0; s.n - i >= 8; i += 8)
        sip_word(h, word_at(s.p + i));
    sip_word(h, (uint64_t)s.n << 56 | tail_of(s));
}

static inline uint64_t sip_end(struct sip *h)
{
    h->c ^= 0xff;
    sip_round(h);
    sip_round(h);
    sip_round(h);
    return h->a ^ h->b ^ h->c ^ h->d;
}

uint64_t hash_bytes(uint64_t seed, struct str s)
{
    struct sip h = sip_begin(seed);

    sip_str(&h, s);
    return sip_end(&h);
}

/* The length comes first, so the words say where the second begins; how long that is
 * its last word and their number say. */
uint64_t hash_two(uint64_t seed, struct str first, struct str second)
{
    struct sip h = sip_begin(seed);

    sip_word(&h, (uint64_t)first.n);
    sip_str(&h, first);
    sip_str(&h, second);
    return sip_end(&h);
}

uint64_t fnv1a(uint64_t h, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h;
}
