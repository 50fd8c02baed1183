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

/* ---- of two: names and values, a dozen an alert, three times ------------------------- */

__extension__ typedef unsigned __int128 uint128;

/* Both halves of the product: each bit of either factor reaches all of the result. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t half_word_at(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;

    return (uint64_t)u[0] | (uint64_t)u[1] << 8 | (uint64_t)u[2] << 16 |
           (uint64_t)u[3] << 24;
}

struct folding {
    uint64_t h, key, key2;
};

static inline void fold_words(struct folding *f, uint64_t a, uint64_t b)
{
    f->h = fold(a ^ f->key, b ^ f->key2 ^ f->h);
}

/* The last words overlap those before: how many bytes there are was said already. */
static inline void fold_str(struct folding *f, struct str s)
{
    const unsigned char *u;

    for (; s.n > 16; s.p += 16, s.n -= 16)
        fold_words(f, word_at(s.p), word_at(s.p + 8));
    u = (const unsigned char *)s.p;
    if (s.n >= 8)
        fold_words(f, word_at(s.p), word_at(s.p + s.n - 8));
    else if (s.n >= 4)
        fold_words(f, half_word_at(s.p), half_word_at(s.p + s.n - 4));
    else if (s.n > 0)
        fold_words(f, (uint64_t)u[0] << 16 | (uint64_t)u[s.n / 2] << 8 | u[s.n - 1], 0);
}

/* Products, as wyhash's and Go's maps have them, under two secret words: a quarter of
 * SipHash's work. Who does not know the seed cannot aim at a factor of nought, nor at two
 * inputs that agree (doc/adr/0021). The constants are digits of pi. */
uint64_t hash_two(uint64_t seed, struct str first, struct str second)
{
    struct folding f = {
        .key = fold(seed ^ UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707345)),
        .key2 = fold(seed ^ UINT64_C(0xa4093822299f31d0), UINT64_C(0x082efa98ec4e6c89)),
    };

    fold_words(&f, (uint64_t)first.n, (uint64_t)second.n);
    fold_str(&f, first);
    fold_str(&f, second);
    return fold(f.h ^ f.key, UINT64_C(0x452821e638d01377) ^ f.key2);
}

uint64_t fnv1a(uint64_t h, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return h;
}
