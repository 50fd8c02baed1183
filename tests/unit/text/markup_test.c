/* markup_test.c - values stay values, and cuts break nothing. */
#include "text/markup.h"

#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/says.h"

static struct str put(enum markup m, struct str value)
{
    buf_clear(&b);
    markup_put(&b, m, value);
    return buf_str(&b);
}

static void test_html(void **)
{
    assert_is(put(MARKUP_HTML, STR("<b>&\"'</b>")), "&lt;b&gt;&amp;&#34;&#39;&lt;/b&gt;");
    assert_is(put(MARKUP_HTML, STR("a\nb\r\nc\rd")), "a<br>b<br>c<br>d");
    assert_is(put(MARKUP_HTML, STR("考勤\x01系统")), "考勤 系统");
}

/* A value is never a heading, a list, bold, a link or a tag. */
static void test_dingtalk(void **)
{
    assert_is(put(MARKUP_DINGTALK, STR("# not a heading")), "＃ not a heading");
    assert_is(put(MARKUP_DINGTALK, STR("- no list\n  + none")),
              "－ no list  \n  ＋ none");
    assert_is(put(MARKUP_DINGTALK, STR("**[x](http://evil)**")),
              "＊＊［x］(http://evil)＊＊");
    assert_is(put(MARKUP_DINGTALK, STR("`rm` <font>")), "｀rm｀ ＜font＞");
    assert_is(put(MARKUP_DINGTALK, STR("> no quote")), "＞ no quote");
    /* Host names are copied out of messages: these stay as they are. */
    assert_is(put(MARKUP_DINGTALK, STR("web_1.example-2.com#3")),
              "web_1.example-2.com#3");
}

/* One string of everything a stranger might try, in each markup. */
static void test_hostile(void **)
{
    static const char evil[] = "# **b** _i_ ~~s~~ `c` [x](http://e) <at id=all></at> "
                               "<!here> @everyone &lt; a|b {1}.!\\";
    static const struct {
        enum markup m;
        const char *want;
    } rows[] = {
        { MARKUP_TEXT, evil },
        { MARKUP_HTML, "# **b** _i_ ~~s~~ `c` [x](http://e) &lt;at id=all&gt;&lt;/at&gt; "
                       "&lt;!here&gt; @everyone &amp;lt; a|b {1}.!\\" },
        { MARKUP_FEISHU, "＃ ＊＊b＊＊ _i_ ～～s～～ ｀c｀ ［x］(http://e) "
                         "＜at id=all＞＜/at＞ ＜!here＞ @everyone ＆lt; a|b {1}.!＼" },
        { MARKUP_SLACK, "# **b** _i_ ~~s~~ `c` [x](http://e) "
                        "&lt;at id=all&gt;&lt;/at&gt; "
                        "&lt;!here&gt; @everyone &amp;lt; a|b {1}.!\\" },
        { MARKUP_TELEGRAM, "# **b** _i_ ~~s~~ `c` [x](http://e) "
                           "&lt;at id=all&gt;&lt;/at&gt; "
                           "&lt;!here&gt; @everyone &amp;lt; a|b {1}.!\\" },
        { MARKUP_TELEGRAM_V2, "\\# \\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` "
                              "\\[x\\]\\(http://e\\) <at id\\=all\\></at\\> <\\!here\\> "
                              "@everyone &lt; a\\|b \\{1\\}\\.\\!\\\\" },
        { MARKUP_DISCORD, "\\# \\*\\*b\\*\\* \\_i\\_ \\~\\~s\\~\\~ \\`c\\` "
                          "\\[x\\](http://e) \\<at id=all\\>\\</at\\> \\<!here\\> "
                          "＠everyone &lt; a\\|b {1}.!\\\\" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_is(put(rows[i].m, str_of(evil)), rows[i].want);
    assert_is(put(MARKUP_DINGTALK, str_of(evil)), rows[2].want);
    assert_is(put(MARKUP_WECOM, str_of(evil)), rows[2].want);
    assert_is(put(MARKUP_TEAMS, str_of(evil)), rows[2].want);
}

/* What people copy out of a message is what was put in. */
static void test_left_alone(void **)
{
    static const char *const values[] = {
        "web_1.example-2.com#3", "C:\\Users\\x",   "~/x",      "a=1&b=2",
        "10.0.0.1:9100",         "x@here.example", "磁盘 95 %"
    };

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int m = MARKUP_DINGTALK; m <= MARKUP_TEAMS; m++)
            assert_is(put((enum markup)m, str_of(values[i])), values[i]);
    assert_is(put(MARKUP_DISCORD, STR("x@here.example")), "x@here.example");
    assert_is(put(MARKUP_DISCORD, STR("see http://x/a_b*c now_")),
              "see http://x/a_b*c now\\_");
}

static void test_breaks(void **)
{
    static const char *const want[MARKUP_COUNT] = {
        "a\nb", "a<br>b", "a  \nb", "a\nb", "a\nb", "a\n\nb",
        "a\nb", "a\nb",   "a\nb",   "a\nb", "a b",
    };

    for (int m = 0; m < MARKUP_COUNT; m++)
        assert_is(put((enum markup)m, STR("a\nb")), want[m]);
}

/* Nobody is woken: marks that are left out later hide no call, nor do capitals. */
static void test_calls(void **)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "@\u200eall", "＠all" },
        { "@\u202aeveryone", "＠everyone" },
        { "@\ufeffchannel", "＠channel" },
        { "@a\u200fll\u200e", "＠all" },
        { "@ALL", "＠ALL" },
        { "@Here", "＠Here" },
        { "@allen", "@allen" },
        { "@al\u200elen", "@allen" },
        { "me@all", "me@all" },
        { "@", "@" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_is(put(MARKUP_DISCORD, str_of(rows[i].text)), rows[i].want);
        assert_is(markup_calm(&a, arena_str(&a, put(MARKUP_TEXT, str_of(rows[i].text))),
                              CALL_AT),
                  rows[i].want);
    }
    assert_is(markup_calm(&a,
                          STR("<at user_id=\"all\">x</at> < at <AT> @all < <attempt>"),
                          CALL_TAG),
              "＜at user_id=\"all\">x</at> < at ＜AT> @all < <attempt>");
}

static void test_sms(void **)
{
    assert_is(put(MARKUP_SMS, STR("a — “b” ×3 … c·d → `e`")),
              "a - \"b\" x3 ... c-d -> 'e'");
    assert_is(put(MARKUP_SMS, STR("磁盘")), "磁盘");
}

static struct str bold(enum markup m, const char *value)
{
    buf_clear(&b);
    markup_put_bold(&b, m, str_of(value));
    return buf_str(&b);
}

static void test_bold(void **)
{
    assert_is(bold(MARKUP_TEXT, "a*"), "a*");
    assert_is(bold(MARKUP_HTML, "a<"), "<b>a&lt;</b>");
    assert_is(bold(MARKUP_WECOM, "a*\\"), "**a＊＼**");
    assert_is(bold(MARKUP_SLACK, "a"), "*a*");
    assert_is(bold(MARKUP_TELEGRAM_V2, "a*\\"), "*a\\*\\\\*");
    assert_is(bold(MARKUP_WECOM, ""), "");
}

static void test_text(void **)
{
    assert_is(put(MARKUP_TEXT, STR("a\tb\x7f"
                                   "c\xc2\x85"
                                   "d")),
              "a b c d");
    /* Left-to-right override and its like would show another name. */
    assert_is(put(MARKUP_TEXT, STR("gpj.\u202eexe\u2069\ufeff")), "gpj.exe");
    assert_is(put(MARKUP_TEXT, STR("bad \xff\xc3")), "bad \ufffd\ufffd");
}

static void test_line(void **)
{
    assert_is(markup_line(&a, STR("  a\n\n b\t"), 100), "a b");
    assert_is(markup_line(&a, STR("abcdef"), 6), "abcdef");
    assert_is(markup_line(&a, STR("abcdefg"), 6), "abc…");
    assert_is(markup_line(&a, STR("𝕬𝕬𝕬"), 11), "𝕬𝕬…");
    assert_is(markup_line(&a, STR("𝕬𝕬𝕬"), 10), "𝕬…");
    assert_is(markup_line(&a, STR("𝕬"), 2), "");
    assert_is(markup_line(&a, STR(""), 10), "");
}

static void test_links(void **)
{
    assert_true(markup_is_link(STR("https://x/y?z=1#a")));
    assert_true(markup_is_link(STR("http://考勤.example/")));
    assert_false(markup_is_link(STR("javascript:alert(1)")));
    assert_false(markup_is_link(STR("HTTP://x")));
    assert_false(markup_is_link(STR("http:///x")));
    assert_false(markup_is_link(STR("https://")));
    assert_false(markup_is_link(STR("http://x y")));
    assert_false(markup_is_link(STR("http://x\r\ny")));

    buf_clear(&b);
    markup_put_link(&b, MARKUP_HTML, STR("a<b"), STR("http://x/?a=1&b=\"2\""));
    assert_is(buf_str(&b), "<a href=\"http://x/?a=1&amp;b=&#34;2&#34;\">a&lt;b</a>");
    buf_clear(&b);
    markup_put_link(&b, MARKUP_DINGTALK, STR("a]"), STR("http://x/(1)?q=[é]&p=%20"));
    assert_is(buf_str(&b), "[a］](http://x/%281%29?q=%5B%C3%A9%5D&p=%20)");
    buf_clear(&b);
    markup_put_link(&b, MARKUP_TEXT, STR("Source"), STR("http://x/"));
    assert_is(buf_str(&b), "Source: http://x/");
    buf_clear(&b);
    markup_put_link(&b, MARKUP_HTML, STR("no link"), STR("javascript:x"));
    assert_is(buf_str(&b), "no link");
}

static void test_links_of_each(void **)
{
    static const char url[] = "https://x/?a=1&b=(2)|3>";
    static const struct {
        enum markup m;
        const char *want;
    } rows[] = {
        { MARKUP_TEXT, "w|>]: https://x/?a=1&b=(2)|3>" },
        { MARKUP_WECOM, "[w|＞］](https://x/?a=1&b=%282%29%7C3%3E)" },
        { MARKUP_SLACK, "<https://x/?a=1&amp;b=%282%29%7C3%3E|w|&gt;]>" },
        { MARKUP_TELEGRAM, "<a href=\"https://x/?a=1&amp;b=(2)|3&gt;\">w|&gt;]</a>" },
        { MARKUP_TELEGRAM_V2, "[w\\|\\>\\]](https://x/?a=1&b=%282%29%7C3%3E)" },
        { MARKUP_SMS, "w|>]" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&b);
        markup_put_link(&b, rows[i].m, STR("w|>]"), str_of(url));
        assert_is(buf_str(&b), rows[i].want);
    }
}

static void cut_is(enum markup m, const char *text, size_t bytes, const char *want)
{
    assert_is(markup_cut(m, str_of(text), bytes), want);
}

static void test_cut_characters(void **)
{
    cut_is(MARKUP_TEXT, "𝕬𝕬", 8, "𝕬𝕬");
    cut_is(MARKUP_TEXT, "𝕬𝕬", 7, "𝕬");
    cut_is(MARKUP_TEXT, "𝕬𝕬", 4, "𝕬");
    cut_is(MARKUP_TEXT, "𝕬𝕬", 3, "");
    cut_is(MARKUP_TEXT, "a磁b", 3, "a");
    cut_is(MARKUP_TEXT, "a磁b", 4, "a磁");
    /* An accent, a skin tone and a joined family stay with their letter. */
    cut_is(MARKUP_TEXT, "ae\u0301b", 2, "a");
    cut_is(MARKUP_TEXT, "👍🏽x", 4, "");
    cut_is(MARKUP_TEXT, "👨‍👩x", 10, "");
    cut_is(MARKUP_TEXT, "👨‍👩x", 11, "👨‍👩");
}

static void test_cut_links(void **)
{
    cut_is(MARKUP_TEXT, "see http://x/abc now", 15, "see ");
    cut_is(MARKUP_TEXT, "see http://x/abc now", 16, "see http://x/abc");
    cut_is(MARKUP_DINGTALK, "a [b](http://x/) c", 15, "a ");
    cut_is(MARKUP_DINGTALK, "a [b](http://x/) c", 16, "a [b](http://x/)");
    cut_is(MARKUP_DINGTALK, "a ![b](http://x/) c", 16, "a ");
    cut_is(MARKUP_DINGTALK, "a \\* c", 3, "a ");
    cut_is(MARKUP_DINGTALK, "a <font color=\"#f00\">b", 20, "a ");
    cut_is(MARKUP_DINGTALK, "[no link] at all", 5, "[no l");
    cut_is(MARKUP_HTML, "a&amp;b", 5, "a");
    cut_is(MARKUP_HTML, "a&amp;b", 6, "a&amp;");
    cut_is(MARKUP_HTML, "<a href=\"http://x\">y</a>", 18, "");
    cut_is(MARKUP_SLACK, "a <http://x|y z> b", 15, "a ");
    cut_is(MARKUP_SLACK, "a <http://x|y z> b", 16, "a <http://x|y z>");
    cut_is(MARKUP_TELEGRAM_V2, "a [b\\](c](http://x/) d", 19, "a ");
    cut_is(MARKUP_TELEGRAM_V2, "a\\.b", 2, "a");
}

static void test_cut_runs(void **)
{
    cut_is(MARKUP_WECOM, "a **b c** d", 8, "a ");
    cut_is(MARKUP_WECOM, "a **b c** d", 9, "a **b c**");
    cut_is(MARKUP_WECOM, "a **b c", 5, "a **b"); /* never closed: not a run */
    cut_is(MARKUP_TELEGRAM_V2, "*a\\*b* c", 5, "");
    cut_is(MARKUP_TELEGRAM_V2, "*a\\*b* c", 7, "*a\\*b* ");
    cut_is(MARKUP_TELEGRAM, "x<b>y<i>z</i></b> ", 16, "x");
    cut_is(MARKUP_TELEGRAM, "x<b>y<i>z</i></b> ", 17, "x<b>y<i>z</i></b>");
    cut_is(MARKUP_HTML, "<b>a<b>b</b>c</b>d", 16, "");
    cut_is(MARKUP_WECOM, "<font color=\"info\">a</font> b", 26, "");
}

/* The same text has a different length for each who counts. */
static void test_units(void **)
{
    static const char text[] = "\"磁\" 𝕬\n";

    for (size_t n = 0; n < 20; n++)
        for (int u = UNIT_BYTES; u <= UNIT_JSON; u++) {
            struct room room = { (enum unit)u, n };
            struct str cut = markup_fit(MARKUP_TEXT, str_of(text), room);
            size_t used = measure(room.unit, cut);

            assert_true(used <= n && utf8_valid(cut));
            if (cut.n < sizeof text - 1) /* the next character had no room */
                assert_true(used + measure(room.unit,
                                           str_head(str_from(str_of(text), cut.n),
                                                    utf8_grapheme(
                                                        str_from(str_of(text), cut.n)))) >
                            n);
        }
    assert_is(markup_fit(MARKUP_TEXT, str_of(text), (struct room){ UNIT_UTF16, 5 }),
              "\"磁\" ");
    assert_is(markup_fit(MARKUP_TEXT, str_of(text), (struct room){ UNIT_CHARS, 5 }),
              "\"磁\" 𝕬");
    assert_is(markup_fit(MARKUP_TEXT, str_of(text), (struct room){ UNIT_JSON, 7 }),
              "\"磁\"");
}

/* Whatever the text and the limit: at most so many bytes, and valid. */
static void test_cut_always_fits(void **)
{
    static const char text[] =
        "磁盘 [a](http://x/é) ![b](https://y) 👨‍👩‍👧 **z** "
        "&lt; <b>𝕬</b>\\[ http://z/";
    struct str s = str_of(text);

    for (size_t n = 0; n <= s.n + 1; n++)
        for (int m = MARKUP_TEXT; m < MARKUP_COUNT; m++) {
            struct str cut = markup_cut((enum markup)m, s, n);
            struct str shorter = markup_shorten(&a, (enum markup)m, s, n);

            assert_true(cut.n <= n && utf8_valid(cut) && str_starts(s, cut));
            assert_true(shorter.n <= n && utf8_valid(shorter));
        }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_html),
        T(test_dingtalk),
        T(test_hostile),
        T(test_left_alone),
        T(test_breaks),
        T(test_sms),
        T(test_calls),
        T(test_bold),
        T(test_text),
        T(test_line),
        T(test_links),
        T(test_links_of_each),
        T(test_cut_characters),
        T(test_cut_links),
        T(test_cut_runs),
        T(test_units),
        T(test_cut_always_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
