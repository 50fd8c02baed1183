/* history_chunk.c - what a run of 4,096 history rows has in it. */
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
    WORD_TOPIC = 12,
    WORD_OTHER = 13, /* history_row.words: fingerprints, labels, an older key */
};

const struct asked_text asked_texts[ASKED_TEXTS] = {
#define ASKED(word, column, field)                         \
    {                                                      \
        word, column, offsetof(struct history_row, field), \
            offsetof(struct history_query, field)          \
    }
    ASKED(WORD_KEY, "key", key),
    ASKED(WORD_ALERTNAME, "alertname", alertname),
    ASKED(WORD_TO, "\"to\"", to),
    ASKED(WORD_CONTACT_GROUP, "contact_group", contact_group),
    ASKED(WORD_ACTION_RULE, "action_rule", action_rule),
    ASKED(WORD_TOPIC, "topic", topic),
    ASKED(WORD_ROUTE, "route", route),
    ASKED(WORD_CHANNEL, "channel", channel),
    ASKED(WORD_WORD, "word", word),
#undef ASKED
};

const struct str failed_words[FAILED_WORDS] = { STR_INIT("refused"), STR_INIT("unfit"),
                                                STR_INIT("dead_letter"),
                                                STR_INIT("quarantined") };

struct str asked_text(const void *base, size_t offset)
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

        c->set += !(c->bits[bit / 8] & 1u << bit % 8);
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
    *c = (struct chunk){ .first = first,
                         .last = first - 1,
                         .at_low = INT64_MAX,
                         .at_high = INT64_MIN,
                         .texts = INT64_MAX };
}

/* Four bits of a word that is not there are all set in one of 39 such filters. */
bool chunk_is_full(const struct chunk *c)
{
    return c->rows >= CHUNK_ROWS || c->set > CHUNK_BYTES * 8 / 5 * 2;
}

static void add_words(struct chunk *c, const struct history_row *row)
{
    struct str rest = row->words, word;

    while (str_cut(&rest, ROW_WORD_END, &word))
        if (word.n > 0)
            set_bits(c, word_hash(row->account, WORD_OTHER, word));
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
    for (size_t i = 0; i < ASKED_TEXTS; i++) {
        struct str s = asked_text(row, asked_texts[i].row);

        if (s.n > 0)
            set_bits(c, word_hash(row->account, (enum word_kind)asked_texts[i].word, s));
    }
    add_words(c, row);
}

static bool may_have_number(const struct chunk *c, const struct history_query *q,
                            enum word_kind kind, uint64_t n)
{
    return n == 0 || has_bits(c, number_hash(q->account, kind, n));
}

static bool may_have_other(const struct chunk *c, const struct history_query *q,
                           struct str word)
{
    return has_bits(c, word_hash(q->account, WORD_OTHER, word));
}

static bool may_have_alert(const struct chunk *c, const struct history_query *q)
{
    char text[17];
    struct buf word = { .p = text, .room = sizeof text, .limit = sizeof text };

    if (may_have_number(c, q, WORD_FINGERPRINT, q->fingerprint))
        return true;
    row_fingerprint_word(&word, q->fingerprint);
    return may_have_other(c, q, buf_str(&word));
}

static bool may_have_labels(const struct chunk *c, const struct history_query *q)
{
    for (size_t i = 0; i < q->labels.n; i++)
        if (!may_have_other(c, q, q->labels.v[i]))
            return false;
    return true;
}

static bool may_have_failed(const struct chunk *c, const struct history_query *q)
{
    bool may = !q->failed;

    for (size_t i = 0; i < FAILED_WORDS && !may; i++)
        may = has_bits(c, word_hash(q->account, WORD_WORD, failed_words[i]));
    return may;
}

bool chunk_may_have(const struct chunk *c, const struct history_query *q)
{
    if (c->rows == 0 || (q->kinds != 0 && (q->kinds & c->kinds) == 0) ||
        (q->since != 0 && c->at_high < q->since) ||
        (q->until != 0 && c->at_low >= q->until) ||
        !has_bits(c, number_hash(q->account, WORD_ACCOUNT, 0)) ||
        !may_have_failed(c, q) || !may_have_alert(c, q) || !may_have_labels(c, q) ||
        !may_have_number(c, q, WORD_SERIAL, q->serial))
        return false;
    for (size_t i = 0; i < ASKED_TEXTS; i++) {
        struct str s = asked_text(q, asked_texts[i].query);

        if (s.n > 0 && asked_texts[i].word == WORD_KEY && may_have_other(c, q, s))
            continue;
        if (s.n > 0 &&
            !has_bits(c, word_hash(q->account, (enum word_kind)asked_texts[i].word, s)))
            return false;
    }
    return true;
}
