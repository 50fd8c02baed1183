/* utf8_test.c - judging, cutting, mending and comparing text. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* The well-formed sequences as table 3-7 of the Unicode standard lists them. */
static const struct {
    unsigned char first[2], second[2];
    size_t n;
} rows[] = {
    { { 0x00, 0x7f }, { 0, 0 }, 1 },       { { 0xc2, 0xdf }, { 0x80, 0xbf }, 2 },
    { { 0xe0, 0xe0 }, { 0xa0, 0xbf }, 3 }, { { 0xe1, 0xec }, { 0x80, 0xbf }, 3 },
    { { 0xed, 0xed }, { 0x80, 0x9f }, 3 }, { { 0xee, 0xef }, { 0x80, 0xbf }, 3 },
    { { 0xf0, 0xf0 }, { 0x90, 0xbf }, 4 }, { { 0xf1, 0xf3 }, { 0x80, 0xbf }, 4 },
    { { 0xf4, 0xf4 }, { 0x80, 0x8f }, 4 },
};

static size_t length_by_table(const unsigned char *p, size_t n)
{
    for (size_t i = 0; n > 0 && i < sizeof rows / sizeof *rows; i++) {
        bool fits =
            p[0] >= rows[i].first[0] && p[0] <= rows[i].first[1] && n >= rows[i].n;

        if (fits && rows[i].n > 1)
            fits = p[1] >= rows[i].second[0] && p[1] <= rows[i].second[1];
        for (size_t k = 2; fits && k < rows[i].n; k++)
            fits = p[k] >= 0x80 && p[k] <= 0xbf;
        if (fits)
            return rows[i].n;
    }
    return 0;
}

static bool valid_by_table(const unsigned char *p, size_t n)
{
    for (size_t length; n > 0; p += length, n -= length)
        if ((length = length_by_table(p, n)) == 0)
            return false;
    return true;
}

static void check_bytes(const unsigned char *p, size_t n)
{
    struct str s = { (const char *)p, n };

    if (utf8_valid(s) != valid_by_table(p, n))
        fail_msg("%02x %02x %02x %02x, %zu bytes", p[0], p[1], p[2], p[3], n);
}

static void test_valid_against_the_table(void **)
{
    unsigned char p[4] = { 0 };

    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            p[0] = (unsigned char)a;
            p[1] = (unsigned char)b;
            check_bytes(p, 1);
            check_bytes(p, 2);
            for (unsigned c = 0x7e; c < 0xc2; c++) {
                p[2] = (unsigned char)c;
                p[3] = 0x80;
                check_bytes(p, 3);
                check_bytes(p, 4);
                p[3] = 'x';
                check_bytes(p, 4);
            }
        }
}

/* A fault must be found wherever it stands among fast ASCII words. */
static void test_valid_at_every_place(void **)
{
    char text[70];

    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t at = 0; at < n; at++) {
            memset(text, 'a', n);
            assert_true(utf8_valid((struct str){ text, n }));
            text[at] = (char)0xff;
            assert_false(utf8_valid((struct str){ text, n }));
            text[at] = (char)0xc3;
            assert_false(utf8_valid((struct str){ text, n }));
        }
    assert_true(utf8_valid(STR("告警🔥 مرحبا\0")));
    assert_true(utf8_valid(STR("")));
}

static void test_every_code_point(void **)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        struct str s;

        buf_clear(&b);
        utf8_put(&b, code);
        s = buf_str(&b);
        if (!utf8_valid(s) || utf8_count(s) != 1 ||
            utf8_next(&s) != (surrogate ? 0xfffd : code) || s.n != 0)
            fail_msg("U+%04x", code);
    }
    buf_clear(&b);
    utf8_put(&b, 0x110000);
    assert_true(str_is(buf_str(&b), "\xef\xbf\xbd"));
    buf_fini(&b);
}

static void test_count(void **)
{
    assert_int_equal(utf8_count(STR("")), 0);
    assert_int_equal(utf8_count(STR("a告🔥e\xcc\x81")), 5);
}

static void test_repair(void **)
{
    static const struct {
        struct str in;
        const char *want;
    } cases[] = {
        { STR_INIT("ok 告警"), "ok 告警" },
        { STR_INIT("a\xff"
                   "b"),
          "a\xef\xbf\xbd"
          "b" },
        { STR_INIT("\xe5\x91"), "\xef\xbf\xbd\xef\xbf\xbd" },
        { STR_INIT("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { STR_INIT("\xc0\xaf|告"), "\xef\xbf\xbd\xef\xbf\xbd|告" },
        { STR_INIT(""), "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        utf8_repair(&b, cases[i].in);
        if (!str_is(buf_str(&b), cases[i].want))
            fail_msg("case %zu: %.*s", i, STR_ARG(buf_str(&b)));
        buf_fini(&b);
    }
}

static void test_cut(void **)
{
    struct str text = STR("aé告🔥z");

    for (size_t bytes = 0; bytes <= text.n + 2; bytes++) {
        struct str cut = utf8_cut(text, bytes);

        assert_true(utf8_valid(cut) && cut.n <= bytes && str_starts(text, cut));
        /* and no shorter than needed: the next character would not fit */
        if (cut.n < text.n) {
            struct str rest = str_from(text, cut.n);

            (void)utf8_next(&rest);
            assert_true(text.n - rest.n > bytes);
        }
    }
    assert_int_equal(utf8_cut(STR("\x80\x80\x80\x80\x80\x80"), 5).n, 5);
    assert_int_equal(utf8_cut(STR("\x80\x80\x80"), 2).n, 2);
    assert_int_equal(utf8_cut(STR(""), 0).n, 0);
}

static void test_control(void **)
{
    assert_false(utf8_has_control(STR("plain 告警 \xc2\xa0")));
    assert_true(utf8_has_control(STR("a\nb")));
    assert_true(utf8_has_control(STR("\0")));
    assert_true(utf8_has_control(STR("\x7f")));
    assert_true(utf8_has_control(STR("\xc2\x80")) && utf8_has_control(STR("\xc2\x9f")));
    assert_false(utf8_has_control(STR("\xe5\x82\x80"))); /* U+5080 ends like C1 */
}

static void test_cjk(void **)
{
    static const uint32_t yes[] = { 0x3400,  0x4dbf,  0x4e00,  0x9fff,  0xf900,
                                    0xfaff,  0x20000, 0x2a6df, 0x2ebe0, 0x2f800,
                                    0x30000, 0x323af, 0x3005,  0x3007 };
    static const uint32_t no[] = { 'a',    0x3042, 0x30a2,  0xac00,  0x33ff,
                                   0x4dc0, 0xa000, 0xf8ff,  0xfb00,  0x1f525,
                                   0x3002, 0x1100, 0x1ffff, 0x40000, 0xff21 };

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(utf8_is_cjk(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(utf8_is_cjk(no[i]));
}

static void test_categories(void **)
{
    static const struct {
        uint32_t code;
        bool letter, digit, mark, blank;
    } codes[] = {
        { 'a', true, false, false, false },     { 'Z', true, false, false, false },
        { '7', false, true, false, false },     { '_', false, false, false, false },
        { ' ', false, false, false, true },     { 0, false, false, false, false },
        { '\t', false, false, false, true },    { 0x8, false, false, false, false },
        { 0xe, false, false, false, false },    { 0xa0, false, false, false, true },
        { 0xe9, true, false, false, false },    { 0x0301, false, false, true, false },
        { 0x0416, true, false, false, false },  { 0x0645, true, false, false, false },
        { 0x0661, false, true, false, false },  { 0x8003, true, false, false, false },
        { 0x3000, false, false, false, true },  { 0x3042, true, false, false, false },
        { 0x200b, false, false, false, true },  { 0x200d, false, false, false, false },
        { 0x2029, false, false, false, true },  { 0xfeff, false, false, false, true },
        { 0xff10, false, true, false, false },  { 0x1f514, false, false, false, false },
        { 0x20000, true, false, false, false }, { 0x10ffff, false, false, false, false },
    };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_int_equal(utf8_is_letter(codes[i].code), codes[i].letter);
        assert_int_equal(utf8_is_digit(codes[i].code), codes[i].digit);
        assert_int_equal(utf8_is_mark(codes[i].code), codes[i].mark);
        assert_int_equal(utf8_is_blank(codes[i].code), codes[i].blank);
    }
}

/* Wanted forms computed with CPython's unicodedata. */
static void test_nfc(void **)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        { "e\xcc\x81", "\xc3\xa9" },
        { "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81" },
        { "\xe2\x84\xab", "\xc3\x85" },
        { "\xef\xa4\x80", "\xe8\xb1\x88" },
        { "A\xcc\x8a\xcc\x81", "\xc7\xba" },
        { "q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87" },
        { "\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc" },
        { "\xe3\x81\x8b\xe3\x82\x99", "\xe3\x81\x8c" },
        { "\xe4\xb8\xad"
          "e\xcc\x81",
          "\xe4\xb8\xad\xc3\xa9" },
    };
    static const char *const already[] = {
        "", "ops", "\xc3\xa9", "告警组", "🔥", "q\xcc\xa3\xcc\x87", "bad \xff e\xcc\x81"
    };
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(str_is(utf8_nfc(&a, str_of(cases[i].in)), cases[i].want));
    for (size_t i = 0; i < sizeof already / sizeof *already; i++)
        assert_ptr_equal(utf8_nfc(&a, str_of(already[i])).p, already[i]);
    arena_fini(&a);
}

/* The largest hostile name: marks in the worst order. Longer is left alone. */
static void test_nfc_bound(void **)
{
    char text[4098];
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, i % 4 == 0 ? "\xcc\x87" : "\xcc\xa3", 2);
    assert_ptr_not_equal(utf8_nfc(&a, (struct str){ text, 4096 }).p, text);
    assert_ptr_equal(utf8_nfc(&a, (struct str){ text, 4098 }).p, text);
    arena_fini(&a);
}

static void test_graphemes(void **)
{
    static const struct {
        const char *text;
        size_t n;
    } some[] = {
        { "ab", 1 },        { "a", 1 },
        { "\r\nx", 2 },     { "磁盘", 3 },
        { "𝕬b", 4 },        { "e\u0301x", 3 },       /* an accent */
        { "👍🏽x", 8 }, { "👨\u200d👩x", 11 },     /* a tone, a joined pair */
        { "🇨🇳🇩🇪", 8 },      { "1\ufe0f\u20e3x", 7 }, /* one flag, a key */
        { "❤\ufe0fx", 6 },  { "\xff\xffx", 1 },
        { "\xe7\xa3", 1 },  { "กำx", 6 },
    };
    char marks[513];

    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        assert_int_equal(utf8_grapheme(str_of(some[i].text)), some[i].n);
    marks[0] = 'e';
    for (size_t i = 1; i < sizeof marks; i += 2)
        memcpy(marks + i, "\u0301", 2);
    assert_int_equal(utf8_grapheme((struct str){ marks, sizeof marks }), 127);
}

static void test_case_and_print(void **)
{
    assert_int_equal(utf8_upper('a'), 'A');
    assert_int_equal(utf8_upper(0xe9), 0xc9);
    assert_int_equal(utf8_upper(0xdf), 0xdf); /* it would be two */
    assert_int_equal(utf8_lower(0x3a3), 0x3c3);
    assert_int_equal(utf8_title(0x1c6), 0x1c5); /* a digraph has a title of its own */
    assert_int_equal(utf8_upper(0x4e2d), 0x4e2d);
    assert_true(utf8_is_print(' ') && utf8_is_print('~') && utf8_is_print(0x1f534));
    assert_false(utf8_is_print(0x7f) || utf8_is_print('\n') || utf8_is_print(0xa0) ||
                 utf8_is_print(0x200b) || utf8_is_print(0xd800) || utf8_is_print(0xfdd0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_against_the_table),
        cmocka_unit_test(test_valid_at_every_place),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_case_and_print),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_control),
        cmocka_unit_test(test_cjk),
        cmocka_unit_test(test_categories),
        cmocka_unit_test(test_nfc),
        cmocka_unit_test(test_nfc_bound),
        cmocka_unit_test(test_graphemes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
