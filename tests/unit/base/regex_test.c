/* regex_test.c - whole matches in Go's grammar, and patterns that are refused. */
#include "base/regex.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct regex *compiled(struct str pattern)
{
    struct regex *re;
    struct err e;

    if (regex_new(pattern, &re, &e) != OK)
        fail_msg("%.*s: %s", STR_ARG(pattern), e.text);
    return re;
}

static const struct {
    struct str pattern, text;
    bool matches;
} cases[] = {
    { STR_INIT("api"), STR_INIT("api"), true },
    { STR_INIT("api"), STR_INIT("api-1"), false },
    { STR_INIT("api"), STR_INIT("my-api"), false },
    { STR_INIT("api"), STR_INIT("api\n"), false },
    { STR_INIT("api.*"), STR_INIT("api-1"), true },
    { STR_INIT("a|bc"), STR_INIT("bc"), true },
    { STR_INIT("a|bc"), STR_INIT("abc"), false },
    { STR_INIT(""), STR_INIT(""), true },
    { STR_INIT(""), STR_INIT("x"), false },
    { STR_INIT(".*"), STR_INIT(""), true },
    { STR_INIT(".+"), STR_INIT(""), false },
    { STR_INIT("^a$"), STR_INIT("a"), true },
    /* a dot and a newline */
    { STR_INIT("a.b"), STR_INIT("a\nb"), false },
    { STR_INIT("(?s)a.b"), STR_INIT("a\nb"), true },
    { STR_INIT("(?i)Critical"), STR_INIT("CRITICAL"), true },
    /* a flag set inside ends with the group around the pattern */
    { STR_INIT("(?m)a"), STR_INIT("b\na"), false },
    /* characters, not bytes */
    { STR_INIT("考.系统组"), STR_INIT("考勤系统组"), true },
    { STR_INIT("."), STR_INIT("🔥"), true },
    { STR_INIT(".{2}"), STR_INIT("é"), false },
    { STR_INIT("\\p{Han}+"), STR_INIT("告警"), true },
    { STR_INIT("[告-警]"), STR_INIT("警"), true },
    { STR_INIT("(?i)É"), STR_INIT("é"), true },
    { STR_INIT("\\w+"), STR_INIT("é"), false }, /* \w is ASCII, as in Go */
    /* Go's grammar */
    { STR_INIT("(?P<name>a)b"), STR_INIT("ab"), true },
    { STR_INIT("[[:alpha:]]+\\d{2,3}"), STR_INIT("ab123"), true },
    { STR_INIT("\\Qa.b\\E+"), STR_INIT("a.bb"), true },
    { STR_INIT("\\Q\\C\\E"), STR_INIT("\\C"), true },
    { STR_INIT("\\\\C"), STR_INIT("\\C"), true },
    { STR_INIT("\\x41\\x{1F525}"), STR_INIT("A🔥"), true },
    { STR_INIT("a*?b"), STR_INIT("aab"), true },
    { STR_INIT("\\ba\\b"), STR_INIT("a"), true },
    /* the wrapping is text, so this is two groups, as it is in Go */
    { STR_INIT("a)(b"), STR_INIT("ab"), true },
    { STR_INIT("a|b)|(?:c"), STR_INIT("xc"), true },
    /* bytes of zero are bytes */
    { STR_INIT("a\\x00b"), STR_INIT("a\0b"), true },
    { STR_INIT("a\0b"), STR_INIT("a\0b"), true },
    { STR_INIT("a"), STR_INIT("a\0"), false },
    /* not UTF-8: no crash and no match of a dot */
    { STR_INIT("."), STR_INIT("\xff"), false },
    { STR_INIT("a"), STR_INIT("\xc3"), false },
};

static void test_matches(void **)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *re = compiled(cases[i].pattern);

        if (regex_matches(re, cases[i].text) != cases[i].matches)
            fail_msg("case %zu: %.*s on %.*s", i, STR_ARG(cases[i].pattern),
                     STR_ARG(cases[i].text));
        regex_free(&re);
        assert_null(re);
    }
}

static void test_null_strs_are_empty(void **)
{
    struct regex *re = compiled((struct str){ 0 });

    assert_true(regex_matches(re, (struct str){ 0 }));
    assert_false(regex_matches(re, STR("x")));
    regex_free(&re);
}

static const struct {
    struct str pattern;
    const char *says;
} refused[] = {
    { STR_INIT("("), "missing )" },
    { STR_INIT("["), "missing ]" },
    { STR_INIT("*"), "no argument for repetition operator" },
    { STR_INIT("a**"), "bad repetition operator" },
    { STR_INIT("a{1001}"), "invalid repetition size" },
    { STR_INIT("\\"), "" },
    { STR_INIT("[b-a]"), "invalid character class range" },
    { STR_INIT("(?=a)"), "invalid perl operator" },
    { STR_INIT("(?<!a)b"), "invalid perl operator" },
    { STR_INIT("(a)\\1"), "invalid escape sequence" },
    { STR_INIT("\\C"), "\\C" },
    { STR_INIT("a\\Cb"), "\\C" },
    { STR_INIT("\\Qa\\E\\C"), "\\C" },
    { STR_INIT("\xff"), "invalid UTF-8" },
    { STR_INIT("(((\\pL{1000}){1000}){1000})"), "" },
};

static void test_refusals(void **)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct err e = { 0 };
        struct regex *re = (void *)&e; /* to see it cleared */

        assert_int_equal(regex_new(refused[i].pattern, &re, &e), FAILED);
        assert_null(re);
        assert_int_equal(e.fault, FAULT_INVALID);
        if (strstr(e.text, refused[i].says) == NULL || e.text[0] == '\0')
            fail_msg("%.*s: %s", STR_ARG(refused[i].pattern), e.text);
    }
}

/* What ruins a backtracking engine. */
static void test_nested_stars(void **)
{
    struct regex *re = compiled(STR("(a*)*b"));
    size_t n = 200000;
    char *text = malloc(n);

    memset(text, 'a', n);
    assert_false(regex_matches(re, (struct str){ text, n }));
    text[n - 1] = 'b';
    assert_true(regex_matches(re, (struct str){ text, n }));
    free(text);
    regex_free(&re);
}

enum { APART = 301, LONG = 60 * APART };

/* What overflows RE2's fast method, from either end: it would need a state for
 * every pattern of the last 301 letters. The slow one must answer, and rightly:
 * here an a is never followed by an a 301 letters on, until one is put there. */
static void test_too_many_states(void **)
{
    struct regex *re = compiled(STR("[ab]*a[ab]{300}a[ab]*"));
    char text[LONG];
    unsigned long x = 88172645463325252u;

    for (size_t i = 0; i < LONG; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        text[i] = i / APART % 2 == 0 && x % 2 == 0 ? 'a' : 'b';
    }
    assert_false(regex_matches(re, (struct str){ text, LONG }));
    text[LONG - APART - 5] = 'a';
    text[LONG - 5] = 'a';
    assert_true(regex_matches(re, (struct str){ text, LONG }));
    regex_free(&re);
}

static void *match_often(void *re)
{
    static const char *const texts[] = { "node-1", "node-22", "db-1", "node-x" };

    for (size_t i = 0; i < 4000; i++) {
        const char *text = texts[i % 4];

        if (regex_matches(re, str_of(text)) != (i % 4 < 2))
            return re;
    }
    return NULL;
}

static void test_one_regex_in_many_threads(void **)
{
    struct regex *re = compiled(STR("node-[0-9]+"));
    pthread_t threads[4];
    void *wrong;

    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match_often, re), 0);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    regex_free(&re);
}

/* As Go's ReplaceAllString does; tests/text holds more of it against Go itself. */
static void test_replace(void **)
{
    static const struct {
        const char *pattern, *text, *by, *want;
    } rows[] = {
        { "a(x*)b", "-ab-axxb-", "${1}W", "-W-xxW-" },
        { "a(x*)b", "-ab-axxb-", "$1W", "---" },
        { "(?P<n>b)", "abc", "<$n>$$", "a<b>$c" },
        { "x*", "abxc", "-", "-a-b-c-" },
        { "", "é中", "-", "-é-中-" },
        { "b", "abc", "$", "a$c" },
        { "b", "abc", "${1", "a${1c" },
        { "^", "", "x", "x" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct regex *re;
        struct err e;
        struct buf b;
        size_t work = 1000;

        buf_init(&b, 100);
        assert_int_equal(regex_new_plain(str_of(rows[i].pattern), &re, &e), OK);
        regex_replace_all(re, str_of(rows[i].text), str_of(rows[i].by), &b, &work);
        assert_int_equal(b.n, strlen(rows[i].want));
        assert_memory_equal(b.p, rows[i].want, b.n);
        regex_free(&re);
        buf_fini(&b);
    }
}

/* Each match is searched for in all of the rest, its end included. */
static void test_replace_ends(void **)
{
    struct regex *re;
    struct err e;
    struct buf b;

    buf_init(&b, 100);
    assert_int_equal(regex_new_plain(STR("y(.*z)?"), &re, &e), OK);
    for (size_t more = 0; more <= 1; more++) {
        size_t work = 4 + 3 + 2 + 1 + more;

        buf_clear(&b);
        regex_replace_all(re, STR("yyy"), STR("x"), &b, &work);
        assert_int_equal(work, more);
    }
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "xxx", 3);
    buf_clear(&b);
    regex_replace_all(re, STR("yyy"), STR("x"), &b, &(size_t){ 5 });
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "xyy", 3);
    buf_fini(&b);
    regex_free(&re);
}

static void test_plain_matches_anywhere(void **)
{
    struct regex *re;
    struct err e;
    struct buf b;
    size_t work = 1000;

    assert_int_equal(regex_new_plain(STR("b+"), &re, &e), OK);
    assert_true(regex_matches(re, STR("abc")));
    assert_false(regex_matches(re, STR("ac")));
    buf_init(&b, 10); /* a replacement that grows too long stops */
    regex_replace_all(re, STR("bababab"), STR("0123456789"), &b, &work);
    assert_true(b.overflowed);
    buf_fini(&b);
    regex_free(&re);
    assert_int_equal(regex_new_plain(STR("("), &re, &e), FAILED);
    assert_int_equal(regex_new_plain(STR("\\C"), &re, &e), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replace),
        cmocka_unit_test(test_replace_ends),
        cmocka_unit_test(test_plain_matches_anywhere),
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_null_strs_are_empty),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_nested_stars),
        cmocka_unit_test(test_too_many_states),
        cmocka_unit_test(test_one_regex_in_many_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
