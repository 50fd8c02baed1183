/* sms_test.c - parts as networks count them, and what operators let through. */
#include "text/sms.h"

#include "base/buf.h"
#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/says.h"

/* n times `letter`, and `tail` behind them. */
static struct str letters(const char *letter, size_t n, const char *tail)
{
    buf_clear(&b);
    while (n-- > 0)
        buf_z(&b, letter);
    buf_z(&b, tail);
    return buf_str(&b);
}

static void test_sizes(void **)
{
    static const struct {
        const char *letter;
        size_t n;
        const char *tail;
        bool ucs2;
        size_t units, parts, left;
    } rows[] = {
        { "", 0, "", false, 0, 0, 160 },
        { "a", 159, "", false, 159, 1, 1 },
        { "a", 160, "", false, 160, 1, 0 },
        { "a", 161, "", false, 161, 2, 145 },
        { "a", 306, "", false, 306, 2, 0 },
        { "a", 307, "", false, 307, 3, 152 },
        { "a", 159, "€", false, 161, 2, 145 },
        { "a", 158, "€", false, 160, 1, 0 },
        /* The pair does not fit into the 153rd place: it begins the next part. */
        { "a", 152, "€aaaaaaa", false, 161, 2, 144 },
        { "é", 160, "", false, 160, 1, 0 },
        { "@", 1,
          "£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0:;<=>?¡AÄÖÑÜ§¿aäöñüà", false,
          68, 1, 92 },
        { "^", 1, "{}\\[~]|€\f", false, 20, 1, 140 },
        { "磁", 70, "", true, 70, 1, 0 },
        { "磁", 71, "", true, 71, 2, 63 },
        { "磁", 134, "", true, 134, 2, 0 },
        { "磁", 135, "", true, 135, 3, 66 },
        { "a", 70, "磁", true, 71, 2, 63 },
        { "ç", 1, "", true, 1, 1, 69 }, /* only the capital is in the alphabet */
        { "`", 1, "", true, 1, 1, 69 },
        { "\t", 1, "", true, 1, 1, 69 },
        { "🔴", 35, "", true, 70, 1, 0 },
        /* 67 is odd: the 34th pair begins the second part. */
        { "🔴", 36, "", true, 72, 2, 61 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sms_size size =
            sms_measure(letters(rows[i].letter, rows[i].n, rows[i].tail));

        assert_int_equal(size.ucs2, rows[i].ucs2);
        assert_int_equal(size.units, rows[i].units);
        assert_int_equal(size.parts, rows[i].parts);
        assert_int_equal(size.left, rows[i].left);
    }
}

static void test_fit(void **)
{
    assert_int_equal(sms_fit(letters("a", 400, ""), 1).n, 160);
    assert_int_equal(sms_fit(letters("a", 400, ""), 2).n, 306);
    assert_int_equal(sms_fit(letters("磁", 400, ""), 2).n, 134 * 3);
    assert_int_equal(sms_fit(letters("a", 400, ""), 0).n, 0);
    /* One Chinese letter behind 100 others makes two parts of them all. */
    assert_int_equal(sms_fit(letters("a", 100, "磁"), 1).n, 100);
    assert_int_equal(sms_fit(letters("a", 100, "磁"), 2).n, 103);
    assert_int_equal(sms_fit(letters("a", 159, "€"), 1).n, 159);
    assert_int_equal(sms_fit(letters("磁", 69, "👍🏽"), 1).n, 69 * 3);
}

static void test_fit_always_fits(void **)
{
    static const char text[] = "a磁🔴{€e\u0301 `~\n";

    for (size_t n = 0; n < 120; n++)
        for (size_t parts = 0; parts < 4; parts++) {
            struct str s = letters(text, n, ""), cut = sms_fit(s, parts);

            assert_true(utf8_valid(cut) && sms_measure(cut).parts <= parts);
            if (sms_measure(s).parts <= parts)
                assert_int_equal(cut.n, s.n);
        }
}

static void test_plain(void **)
{
    static const struct {
        const char *value, *want;
    } rows[] = {
        { "HighCPU", "HighCPU" },
        { "see https://x.example/a?b=c now", "see now" },
        { "10.0.0.1", "" },
        { "10.0.0.1:9100", "" },
        { "node 10.0.0.1:9100 down", "node down" },
        { "fe80::1 and 2001:db8:0:1:2:3:4:5", "and" },
        { "10:15:30", "10:15:30" },
        { "web-1.prod.example.com", "web-1 prod example com" },
        { "95.5 %", "95.5 %" },
        { "1.2.3", "1.2.3" },
        { "code 12345", "code 12345" },
        { "code 123456", "code" },
        { "[a] b", "(a) b" },
        { "磁盘 10.0.0.1 满", "磁盘 满" },
        { "a\nb", "a b" },
        { "", "" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_is(sms_plain(&a, str_of(rows[i].value), 200), rows[i].want);
    assert_is(sms_plain(&a, STR("abcdefgh"), 6), "abc…");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_sizes), T(test_fit),
                                        T(test_fit_always_fits), T(test_plain) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
