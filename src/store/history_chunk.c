/* history_chunk.c - what a run of 4,096 history rows has in it, and whether a row
 * answers a query. */
#include "store/sqlite_private.h"

#include "base/hash.h"

/* The words one can ask for. Numbers stand in the file's chunks: never reused. */
enum word_kind {
    WORD_ACCOUNT = 1,
    WORD_ALERTNAME = 2,
    WORD_TO = 3,
    WORD_CONTACT_GROUP = 4,
    WORD_ACTION_RULE = 5,
    WORD_ROUTE = 6,
    WORD_CHANNEL = 7,
    WORD_WORD = 8,
    WORD_KEY = 9,
    WORD_FINGERPRINT = 10,
    WORD_SERIAL = 11,
};

/* The texts among them, in a row and in a query: one table for filter and match. */
static const struct {
    enum word_kind kind;
    size_t row, query;
} texts[] = {
#define TEXT(kind, field)                                                                \
    {                                                                                    \
        kind, offsetof(struct history_row, field), offsetof(struct history_query, field) \
    }
    TEXT(WORD_KEY, key),
    TEXT(WORD_ALERTNAME, alertname),
    TEXT(WORD_TO, to),
    TEXT(WORD_CONTACT_GROUP, contact_group),
    TEXT(WORD_ACTION_RULE, action_rule),
    TEXT(WORD_ROUTE, route),
    TEXT(WORD_CHANNEL, channel),
    TEXT(WORD_WORD, word),
#undef TEXT
};
enum { TEXTS = sizeof texts / sizeof *texts };

static struct str text_at(const void *base, size_t offset)
{
    return *(const struct str *)(const void *)((const char *)base + offset);
}

/* ---- the filter: 131,072 bits, four of them for a word -------------------- */

/* FNV, because it will never change: the bits are on disk. Its low bits are stirred
 * once, as short words differ in few of them. */
static uint64_t word_hash(uint32_t account, enum word_kind kind, struct str s)
{
    char head[5] = { (char)kind, (char)account, (char)(account >> 8),
                     (char)(account >> 16), (char)(account >> 24) };
    uint64_t h = fnv1a(fnv1a(FNV_START, (struct str){ head, sizeof head }), s);

    h = (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static uint64_t number_hash(uint32_t account, enum word_kind kind, uint64_t n)
{
    char bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(n >> (8 * i));
    return word_hash(account, kind, (struct str){ bytes, sizeof bytes });
}

static uint32_t bit_of(uint64_t h, uint32_t i)
{
    return ((uint32_t)h + i * (uint32_t)(h >> 32 | 1)) % (CHUNK_BYTES * 8);
}

static void set_bits(struct chunk *c, uint64_t h)
{
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t bit = bit_of(h, i);

        c->bits[bit / 8] |= (unsigned char)(1u << bit % 8);
    }
}

static bool has_bits(const struct chunk *c, uint64_t h)
{
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t bit = bit_of(h, i);

        if (!(c->bits[bit / 8] & 1u << bit % 8))
            return false;
    }
    return true;
}

void chunk_clear(struct chunk *c, int64_t first)
{
    *c = (struct chunk){
        .first = first, .last = first - 1, .at_low = INT64_MAX, .at_high = INT64_MIN
    };
}

void chunk_add(struct chunk *c, int64_t id, const struct history_row *row)
{
    if (id > c->last)
        c->last = id;
    if (row->at < c->at_low)
        c->at_low = row->at;
    if (row->at > c->at_high)
        c->at_high = row->at;
    c->kinds |= 1u << row->kind;
    c->rows++;
    set_bits(c, number_hash(row->account, WORD_ACCOUNT, 0));
    if (row->fingerprint != 0)
        set_bits(c, number_hash(row->account, WORD_FINGERPRINT, row->fingerprint));
    if (row->serial != 0)
        set_bits(c, number_hash(row->account, WORD_SERIAL, row->serial));
    for (size_t i = 0; i < TEXTS; i++) {
        struct str s = text_at(row, texts[i].row);

        if (s.n > 0)
            set_bits(c, word_hash(row->account, texts[i].kind, s));
    }
}

static bool may_have_number(const struct chunk *c, const struct history_query *q,
                            enum word_kind kind, uint64_t n)
{
    return n == 0 || has_bits(c, number_hash(q->account, kind, n));
}

bool chunk_may_have(const struct chunk *c, const struct history_query *q)
{
    if (c->rows == 0 || (q->kinds != 0 && (q->kinds & c->kinds) == 0) ||
        (q->since != 0 && c->at_high < q->since) ||
        (q->until != 0 && c->at_low >= q->until) ||
        !has_bits(c, number_hash(q->account, WORD_ACCOUNT, 0)) ||
        !may_have_number(c, q, WORD_FINGERPRINT, q->fingerprint) ||
        !may_have_number(c, q, WORD_SERIAL, q->serial))
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        struct str s = text_at(q, texts[i].query);

        if (s.n > 0 && !has_bits(c, word_hash(q->account, texts[i].kind, s)))
            return false;
    }
    return true;
}

/* ---- the answer itself ---------------------------------------------------- */

bool history_matches(const struct history_row *row, const struct history_query *q)
{
    if (row->account != q->account || (q->kinds != 0 && !(q->kinds & 1u << row->kind)) ||
        (q->since != 0 && row->at < q->since) || (q->until != 0 && row->at >= q->until) ||
        (q->fingerprint != 0 && row->fingerprint != q->fingerprint) ||
        (q->serial != 0 && row->serial != q->serial))
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        struct str s = text_at(q, texts[i].query);

        if (s.n > 0 && !str_eq(s, text_at(row, texts[i].row)))
            return false;
    }
    return true;
}
