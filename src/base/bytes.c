#include "base/bytes.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

/* ---- writing ---- */

enum { LONGEST_VARINT = 10 };

static size_t write_varint(char *to, uint64_t n)
{
    size_t len = 0;

    for (; n >= 0x80; n >>= 7)
        to[len++] = (char)(n | 0x80);
    to[len++] = (char)n;
    return len;
}

void put_u64(struct buf *b, uint64_t n)
{
    char out[LONGEST_VARINT];

    if (b->room - b->n >= LONGEST_VARINT && !b->overflowed)
        b->n += write_varint(b->p + b->n, n);
    else
        buf_add(b, (struct str){ out, write_varint(out, n) });
}

void put_i64(struct buf *b, int64_t n)
{
    put_u64(b, ((uint64_t)n << 1) ^ (n < 0 ? UINT64_MAX : 0));
}

static void put_fixed(struct buf *b, uint64_t n, size_t bytes)
{
    char out[8];

    for (size_t i = 0; i < bytes; i++)
        out[i] = (char)(n >> (8 * i));
    buf_add(b, (struct str){ out, bytes });
}

void put_u32le(struct buf *b, uint32_t n)
{
    put_fixed(b, n, 4);
}

void put_u64le(struct buf *b, uint64_t n)
{
    put_fixed(b, n, 8);
}

void put_str(struct buf *b, struct str s)
{
    put_u64(b, s.n);
    buf_add(b, s);
}

/* ---- reading ---- */

struct reader reader_of(struct str s)
{
    /* nothing may lie nowhere: to a null pointer nothing is added */
    return (struct reader){ s.p, s.n > 0 ? s.p + s.n : s.p, false };
}

static size_t reader_left(const struct reader *r)
{
    return r->bad ? 0 : (size_t)(r->end - r->p);
}

static uint64_t reader_fail(struct reader *r)
{
    r->bad = true;
    return 0;
}

/* One number has one encoding: longer ones than needed are damage. */
uint64_t get_u64(struct reader *r)
{
    size_t left = reader_left(r);
    uint64_t n = 0;

    if (left > 0 && (unsigned char)*r->p < 0x80)
        return (unsigned char)*r->p++;
    for (size_t i = 0; i < left && i < LONGEST_VARINT; i++) {
        unsigned char c = (unsigned char)r->p[i];

        n |= (uint64_t)(c & 0x7f) << (7 * i);
        if (c >= 0x80)
            continue;
        if ((c == 0 && i > 0) || (i == LONGEST_VARINT - 1 && c > 1))
            break;
        r->p += i + 1;
        return n;
    }
    return reader_fail(r);
}

int64_t get_i64(struct reader *r)
{
    uint64_t n = get_u64(r);

    return (int64_t)((n >> 1) ^ (0 - (n & 1)));
}

static uint64_t get_fixed(struct reader *r, size_t bytes)
{
    uint64_t n = 0;

    if (reader_left(r) < bytes)
        return reader_fail(r);
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)(unsigned char)r->p[i] << (8 * i);
    r->p += bytes;
    return n;
}

uint32_t get_u32le(struct reader *r)
{
    return (uint32_t)get_fixed(r, 4);
}

uint64_t get_u64le(struct reader *r)
{
    return get_fixed(r, 8);
}

struct str get_str(struct reader *r)
{
    uint64_t n = get_u64(r);
    struct str s;

    if (n > reader_left(r))
        reader_fail(r);
    if (r->bad)
        return STR("");
    s = (struct str){ r->p, (size_t)n };
    r->p += n;
    return s;
}

size_t get_count(struct reader *r, size_t least)
{
    uint64_t n = get_u64(r);

    if (n > reader_left(r) / (least > 0 ? least : 1))
        return reader_fail(r);
    return (size_t)n;
}

bool reader_done(const struct reader *r)
{
    return !r->bad && r->p == r->end;
}

/* ---- CRC-32C (Castagnoli), reflected, as in RFC 3720 appendix B.4 ---- */

/* The register after one byte is linear in the byte's bits, so the table is
 * spelled by the eight bytes that have one bit set. */
/* clang-format off */
#define BIT(i, k, v) (((i) >> (k)) & 1 ? UINT32_C(v) : 0)
#define C1(i) (BIT(i, 0, 0xf26b8303) ^ BIT(i, 1, 0xe13b70f7) ^ \
               BIT(i, 2, 0xc79a971f) ^ BIT(i, 3, 0x8ad958cf) ^ \
               BIT(i, 4, 0x105ec76f) ^ BIT(i, 5, 0x20bd8ede) ^ \
               BIT(i, 6, 0x417b1dbc) ^ BIT(i, 7, 0x82f63b78))
#define C4(i) C1(i), C1((i) + 1), C1((i) + 2), C1((i) + 3)
#define C16(i) C4(i), C4((i) + 4), C4((i) + 8), C4((i) + 12)
#define C64(i) C16(i), C16((i) + 16), C16((i) + 32), C16((i) + 48)
static const uint32_t crc_table[256] = { C64(0), C64(64), C64(128), C64(192) };
/* clang-format on */

uint32_t crc32c_portable(struct str s)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < s.n; i++)
        crc = crc_table[(crc ^ (unsigned char)s.p[i]) & 0xff] ^ (crc >> 8);
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(struct str s)
{
    uint64_t crc = UINT32_MAX;
    size_t i = 0;

    for (; s.n - i >= 8; i += 8) {
        uint64_t word;

        memcpy(&word, s.p + i, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    for (; i < s.n; i++)
        crc = _mm_crc32_u8((uint32_t)crc, (unsigned char)s.p[i]);
    return ~(uint32_t)crc;
}

uint32_t crc32c(struct str s)
{
    return __builtin_cpu_supports("sse4.2") ? crc32c_sse42(s) : crc32c_portable(s);
}
#else
uint32_t crc32c(struct str s)
{
    return crc32c_portable(s);
}
#endif
