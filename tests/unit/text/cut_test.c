/* cut_test.c - properties of the cutter over random messages: what is left is
 * valid, fits in its unit, and has no link, escape, tag or bold run in halves. */
#include "text/markup.h"

#include "base/json.h"
#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/says.h"

/* The same numbers on every machine. */
static uint64_t dice;
static size_t roll(size_t sides)
{
    dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(dice >> 33) % sides;
}

static struct str random_value(void)
{
    static const char *const bits[] = { "a",  "web-1", "*",       "**",       "_",  "[",
                                        "](", ")",     "<",       ">",        "&",  ";",
                                        "|",  "`",     "\\",      "#",        "\n", " ",
                                        "磁", "𝕬",     "e\u0301", "👨\u200d👩", "🇨🇳", "\"",
                                        "'",  "\x01",  "\xff" };
    struct buf v;
    struct str value;

    buf_init(&v, BUF_NO_LIMIT);
    for (size_t n = roll(12); n > 0; n--)
        buf_z(&v, bits[roll(sizeof bits / sizeof *bits)]);
    value = arena_str(&a, buf_str(&v));
    buf_fini(&v);
    return value;
}

static void put_random(enum markup m)
{
    buf_clear(&b);
    for (size_t n = 1 + roll(12); n > 0; n--)
        switch (roll(5)) {
        case 0:
            markup_put_bold(&b, m, markup_line(&a, random_value(), 40));
            break;
        case 1:
            markup_put_link(&b, m, markup_line(&a, random_value(), 40),
                            STR("https://x.example/a?b=(c)&d=*e*|é"));
            break;
        case 2:
            buf_z(&b, markup_gap(m));
            break;
        default:
            markup_put(&b, m, random_value());
            buf_char(&b, ' ');
        }
}

static size_t times(struct str s, const char *what)
{
    size_t n = 0, at;

    while (str_find(s, str_of(what), &at)) {
        n++;
        s = str_from(s, at + strlen(what));
    }
    return n;
}

static void check_entities(struct str s)
{
    size_t at;

    while (str_find(s, STR("&"), &at)) {
        s = str_from(s, at);
        assert_true(str_has(str_head(s, 6), STR(";")));
        s = str_from(s, 1);
    }
}

/* Characters that are markup where no backslash stands before them. */
static void check_backslashes(struct str s, const char *pairs)
{
    int stars = 0, open = 0;
    bool in_url = false;

    for (size_t i = 0; i < s.n; i++) {
        if (in_url) {
            in_url = s.p[i] != ')';
            continue;
        }
        if (s.p[i] == '\\') {
            assert_true(++i < s.n);
            continue;
        }
        stars += s.p[i] == '*';
        open += s.p[i] == '[';
        open -= s.p[i] == ']';
        in_url = s.p[i] == ']' && i + 1 < s.n && s.p[i + 1] == '(';
        assert_true(open == 0 || open == 1);
        assert_null(strchr(pairs, s.p[i]));
    }
    assert_true(stars % 2 == 0 && open == 0 && !in_url);
}

static void check_whole(enum markup m, struct str s)
{
    switch (m) {
    case MARKUP_TEXT:
    case MARKUP_SMS:
    case MARKUP_COUNT:
        break;
    case MARKUP_HTML:
    case MARKUP_TELEGRAM:
        assert_int_equal(times(s, "<b>"), times(s, "</b>"));
        assert_int_equal(times(s, "<a "), times(s, "</a>"));
        assert_int_equal(times(s, "<"), times(s, ">"));
        check_entities(s);
        break;
    case MARKUP_DINGTALK:
    case MARKUP_FEISHU:
    case MARKUP_WECOM:
    case MARKUP_TEAMS:
        assert_int_equal(times(s, "**") % 2, 0);
        assert_int_equal(times(s, "["), times(s, "https://x.example/a?b=%28c%29"
                                                 "&d=%2Ae%2A%7C%C3%A9)"));
        break;
    case MARKUP_SLACK:
        assert_int_equal(times(s, "<"), times(s, ">"));
        assert_int_equal(times(s, "<https://"), times(s, "<"));
        check_entities(s);
        break;
    case MARKUP_TELEGRAM_V2:
        check_backslashes(s, "_~`>#+-=|{}.!");
        break;
    case MARKUP_DISCORD:
        check_backslashes(s, "_~`<>");
        break;
    }
}

static void check_json(struct str s, size_t most)
{
    struct buf out;

    buf_init(&out, BUF_NO_LIMIT);
    json_put_str(&out, s);
    assert_true(out.n - 2 <= most);
    buf_fini(&out);
}

/* No letter loses its marks, no flag its half. */
static void check_graphemes(struct str whole, struct str cut)
{
    struct str rest = str_from(whole, cut.n);
    uint32_t c;

    if (cut.n == 0 || rest.n == 0)
        return;
    c = utf8_next(&rest);
    assert_false(c == 0x301 || c == 0x200D);
    assert_false(str_ends(cut, STR("\u200d")));
}

static void test_random(void **)
{
    dice = 20261122;
    for (int round = 0; round < 4000; round++) {
        enum markup m = (enum markup)roll(MARKUP_COUNT);
        struct room room = { (enum unit)roll(4), 0 };
        struct str whole, cut;

        arena_reset(&a);
        put_random(m);
        whole = buf_str(&b);
        assert_true(utf8_valid(whole));
        check_whole(m, whole);
        room.most = roll(measure(room.unit, whole) + 2);
        cut = markup_fit(m, whole, room);
        assert_true(str_starts(whole, cut) && utf8_valid(cut));
        assert_true(measure(room.unit, cut) <= room.most);
        if (measure(room.unit, whole) <= room.most)
            assert_int_equal(cut.n, whole.n);
        check_whole(m, cut);
        check_graphemes(whole, cut);
        if (room.unit == UNIT_JSON)
            check_json(cut, room.most);
    }
}

/* A word or a link longer than everything: nothing of it, or what has room. */
static void test_very_long(void **)
{
    struct buf text;

    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&text, "see ");
    buf_z(&text, "https://x/");
    for (int i = 0; i < 100000; i++)
        buf_char(&text, 'x');
    assert_is(markup_cut(MARKUP_TEXT, buf_str(&text), 5000), "see ");
    assert_int_equal(markup_cut(MARKUP_TEXT, str_from(buf_str(&text), 14), 5000).n, 5000);
    /* A letter with marks without end is not one letter. */
    buf_clear(&text);
    for (int i = 0; i < 100000; i++)
        buf_z(&text, "\u0301");
    assert_in_range(markup_cut(MARKUP_TEXT, buf_str(&text), 5000).n, 4872, 5000);
    /* Never closed: read once, not once for each. */
    buf_clear(&text);
    for (int i = 0; i < 4000; i++)
        buf_z(&text, "<p>**[");
    for (int m = 0; m < MARKUP_COUNT; m++)
        assert_true(markup_cut((enum markup)m, buf_str(&text), 23999).n <= 23999);
    /* Looking ahead from each letter to the end of the word would take minutes. */
    buf_clear(&text);
    for (int i = 0; i < 1000001; i++)
        buf_char(&text, 'x');
    for (int m = 0; m < MARKUP_COUNT; m++)
        assert_int_equal(markup_cut((enum markup)m, buf_str(&text), 1000000).n, 1000000);
    /* So would looking past each bracket. */
    buf_clear(&text);
    for (int i = 0; i < 200001; i++)
        buf_z(&text, "http://)");
    assert_int_equal(markup_cut(MARKUP_DINGTALK, buf_str(&text), 1600000).n, 1600000);
    /* No link is so long. */
    buf_clear(&text);
    buf_z(&text, "http://");
    for (int i = 0; i < 10000; i++)
        buf_char(&text, 'x');
    assert_int_equal(markup_cut(MARKUP_TEXT, buf_str(&text), 9000).n, 9000);
    buf_fini(&text);
}

/* Elements that are never closed: some are HTML, more of them are searched for no end. */
static void test_never_closed(void **)
{
    static const struct {
        size_t open, apart;
        bool whole;
    } rows[] = {
        { 1, 0, true },     { 15, 0, true },   { 16, 0, false },
        { 16, 8192, true }, { 200, 0, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t before;

        buf_clear(&b);
        for (size_t n = 0; n < rows[i].open; n++)
            buf_z(&b, "<hr>");
        for (size_t n = 0; n < rows[i].apart; n++)
            buf_char(&b, '.');
        before = b.n;
        buf_z(&b, "<b>x</b>");
        assert_int_equal(markup_cut(MARKUP_HTML, buf_str(&b), b.n - 1).n,
                         rows[i].whole ? before : before + 4);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_random), T(test_very_long),
                                        T(test_never_closed) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
