/* str_test.c - borrowed runs of bytes: compare, search, cut, numbers. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void test_compare(void **)
{
    assert_true(str_eq(STR("a"), STR("a")));
    assert_false(str_eq(STR("a"), STR("b")));
    assert_true(str_eq((struct str){ NULL, 0 }, STR("")));
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_int_equal(str_cmp(STR("ab"), STR("ab")), 0);
    assert_true(str_cmp(STR("\xe5\x91\x8a"), STR("z")) > 0); /* unsigned bytes */
    assert_true(str_cmp(STR("a\0b"), STR("a\0c")) < 0);
    assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_nocase(STR("@"), STR("`")));
    assert_false(str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
    assert_false(str_eq_nocase(STR("ab"), STR("abc")));
}

static void test_slices(void **)
{
    assert_true(str_is(str_from(STR("abc"), 1), "bc"));
    assert_true(str_is(str_from(STR("abc"), 3), ""));
    assert_true(str_is(str_from(STR("abc"), 9), ""));
    assert_true(str_is(str_head(STR("abc"), 2), "ab"));
    assert_true(str_is(str_head(STR("abc"), 9), "abc"));
    assert_true(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")));
    assert_true(str_is(str_trim(STR(" \t\r\n a b \n")), "a b"));
    assert_true(str_is(str_trim(STR(" \t ")), ""));
    assert_true(str_is(str_trim(STR("\xe3\x80\x80x")), "\xe3\x80\x80x"));
}

static void test_find(void **)
{
    size_t at = 99;

    assert_true(str_find(STR("告警abc"), STR("abc"), &at));
    assert_int_equal(at, 6);
    assert_true(str_find(STR("abc"), STR(""), &at));
    assert_int_equal(at, 0);
    assert_false(str_find(STR("ab"), STR("abc"), &at));
    assert_true(str_has(STR("a\0b"), STR("\0b")));
    assert_false(str_has(STR(""), STR("x")));
}

/* Every text has one piece more than separators, an empty one included. */
static void test_cut(void **)
{
    static const struct {
        const char *text, *pieces;
    } cases[] = {
        { "", "[]" },         { "a", "[a]" },  { "a,b", "[a][b]" },
        { ",a,", "[][a][]" }, { ",", "[][]" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str rest = str_of(cases[i].text), piece;
        char got[64] = "";

        while (str_cut(&rest, ',', &piece))
            snprintf(got + strlen(got), sizeof got - strlen(got), "[%.*s]",
                     STR_ARG(piece));
        assert_string_equal(got, cases[i].pieces);
        assert_null(rest.p);
        assert_false(str_cut(&rest, ',', &piece));
    }
}

static void test_i64(void **)
{
    static const char *const bad[] = { "",
                                       "-",
                                       "+1",
                                       " 1",
                                       "1 ",
                                       "1a",
                                       "--1",
                                       "0x1",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "99999999999999999999" };
    int64_t n = 7;

    assert_true(str_i64(STR("0"), &n) == OK && n == 0);
    assert_true(str_i64(STR("-42"), &n) == OK && n == -42);
    assert_true(str_i64(STR("007"), &n) == OK && n == 7);
    assert_true(str_i64(STR("9223372036854775807"), &n) == OK && n == INT64_MAX);
    assert_true(str_i64(STR("-9223372036854775808"), &n) == OK && n == INT64_MIN);
    n = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(str_i64(str_of(bad[i]), &n) == FAILED);
    assert_int_equal(n, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare), cmocka_unit_test(test_slices),
        cmocka_unit_test(test_find),    cmocka_unit_test(test_cut),
        cmocka_unit_test(test_i64),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
