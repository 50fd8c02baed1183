/* markup_fuzz.c - any text, any limit: cuts keep the limit and break no character,
 * and what is written as a value has no control of its own. */
#include "text/markup.h"

#include "base/utf8.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_put(struct arena *a, enum markup m, struct str s, size_t limit)
{
    struct str line = markup_line(a, s, limit);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    markup_put(&b, m, s);
    assert(utf8_valid(buf_str(&b)));
    if (m == MARKUP_HTML || m == MARKUP_TELEGRAM)
        assert(!str_has(buf_str(&b), STR("<s")) && !str_has(buf_str(&b), STR("\"")));
    if (m == MARKUP_SLACK)
        assert(!str_has(buf_str(&b), STR("<")) && !str_has(buf_str(&b), STR(">")));
    if (m >= MARKUP_DINGTALK && m <= MARKUP_TEAMS)
        assert(!str_has(buf_str(&b), STR("](")) && !str_has(buf_str(&b), STR("**")) &&
               !str_has(buf_str(&b), STR("<")) && !str_has(buf_str(&b), STR("~~")));
    if (m == MARKUP_SMS)
        assert(!str_has(buf_str(&b), STR("\n")));
    buf_clear(&b);
    markup_put_link(&b, m, line, s);
    assert(utf8_valid(buf_str(&b)));
    buf_fini(&b);
    assert(line.n <= limit && utf8_valid(line) && !utf8_has_control(line));
}

static void check_fit(enum markup m, struct str s, size_t limit)
{
    for (int u = UNIT_BYTES; u <= UNIT_JSON; u++) {
        struct room room = { (enum unit)u, limit };
        struct str cut = markup_fit(m, s, room);

        assert(str_starts(s, cut));
        if (utf8_valid(s))
            assert(utf8_valid(cut) && measure(room.unit, cut) <= limit);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s, cut, shorter;
    struct arena a;
    enum markup m;
    size_t limit;

    if (size < 3)
        return 0;
    m = (enum markup)(data[0] % MARKUP_COUNT);
    limit = data[1] * 256u + data[2];
    s = (struct str){ (const char *)data + 3, size - 3 };
    arena_init(&a);
    cut = markup_cut(m, s, limit);
    shorter = markup_shorten(&a, m, s, limit);
    assert(cut.n <= limit && str_starts(s, cut) && shorter.n <= limit);
    if (utf8_valid(s))
        assert(utf8_valid(cut) && utf8_valid(shorter));
    check_put(&a, m, s, limit);
    check_fit(m, s, limit);
    arena_fini(&a);
    return 0;
}
