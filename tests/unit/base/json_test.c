/* json_test.c - what is JSON and what is not, and reading values out of it. */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct json_doc *doc;

static struct json parsed(struct str text)
{
    struct json root;
    struct err e;

    if (json_parse(doc, text, &root, &e) != OK)
        fail_msg("%.*s: %s", STR_ARG(text), e.text);
    return root;
}

/* ---- accept or refuse ------------------------------------------------- */

enum { ANYWHERE = -1 }; /* refused for a number's range: no offset is said */

static const struct {
    struct str text;
    bool accept;
    int at; /* byte offset in the words of a refusal */
} cases[] = {
    /* documents */
    { STR_INIT("{}"), true, 0 },
    { STR_INIT("[]"), true, 0 },
    { STR_INIT(" \t\r\n[ \n] \t"), true, 0 },
    { STR_INIT("null"), true, 0 },
    { STR_INIT("true"), true, 0 },
    { STR_INIT("\"\""), true, 0 },
    { STR_INIT("7"), true, 0 },
    { STR_INIT(" 7 "), true, 0 },
    { STR_INIT(""), false, 0 },
    { STR_INIT("   "), false, 3 },
    { STR_INIT("\xef\xbb\xbf{}"), false, 0 },
    { STR_INIT("{} {}"), false, 3 },
    { STR_INIT("[],"), false, 2 },
    { STR_INIT("[]]"), false, 2 },
    { STR_INIT("1 2"), false, 2 },
    { STR_INIT("[]\0"), false, 2 },
    { STR_INIT("\0"), false, 0 },
    { STR_INIT("[]//c"), false, 2 },
    { STR_INIT("/*c*/[]"), false, 0 },
    { STR_INIT("[]\f"), false, 2 },
    { STR_INIT("\xc2\xa0[]"), false, 0 },
    /* words */
    { STR_INIT("[true,false,null]"), true, 0 },
    { STR_INIT("[True]"), false, 1 },
    { STR_INIT("[tru]"), false, 1 },
    { STR_INIT("[truex]"), false, 5 },
    { STR_INIT("nul"), false, 0 },
    { STR_INIT("[NaN]"), false, 1 },
    { STR_INIT("[Infinity]"), false, 1 },
    { STR_INIT("[undefined]"), false, 1 },
    /* arrays and objects */
    { STR_INIT("[1,2]"), true, 0 },
    { STR_INIT("[[],{}]"), true, 0 },
    { STR_INIT("[1,]"), false, 3 },
    { STR_INIT("[,1]"), false, 1 },
    { STR_INIT("[1,,2]"), false, 3 },
    { STR_INIT("[1 2]"), false, 3 },
    { STR_INIT("[1"), false, 2 },
    { STR_INIT("["), false, 1 },
    { STR_INIT("]"), false, 0 },
    { STR_INIT("[}"), false, 1 },
    { STR_INIT("[1}"), false, 2 },
    { STR_INIT("{\"a\":1}"), true, 0 },
    { STR_INIT("{\"a\":1,\"a\":2}"), true, 0 },
    { STR_INIT("{\"\":0}"), true, 0 },
    { STR_INIT("{\"a\":1,}"), false, 7 },
    { STR_INIT("{\"a\"}"), false, 4 },
    { STR_INIT("{\"a\":}"), false, 5 },
    { STR_INIT("{\"a\" 1}"), false, 5 },
    { STR_INIT("{:1}"), false, 1 },
    { STR_INIT("{a:1}"), false, 1 },
    { STR_INIT("{'a':1}"), false, 1 },
    { STR_INIT("{1:1}"), false, 1 },
    { STR_INIT("{null:1}"), false, 1 },
    { STR_INIT("{\"a\":1 \"b\":2}"), false, 7 },
    { STR_INIT("{\"a\":1"), false, 6 },
    { STR_INIT("{\"a\":1]"), false, 6 },
    { STR_INIT("{"), false, 1 },
    /* numbers */
    { STR_INIT("[0,-0,10,-7]"), true, 0 },
    { STR_INIT("[0.5,-0.0,1e5,1E+5,1e-5,1.25e2]"), true, 0 },
    { STR_INIT("[9223372036854775807,-9223372036854775808]"), true, 0 },
    { STR_INIT("[18446744073709551615]"), true, 0 },
    { STR_INIT("[1e-400]"), true, 0 },
    { STR_INIT("[1.7976931348623157e308]"), true, 0 },
    { STR_INIT("[18446744073709551616]"), false, ANYWHERE },
    { STR_INIT("[-9223372036854775809]"), false, ANYWHERE },
    { STR_INIT("[1e400]"), false, ANYWHERE },
    { STR_INIT("[-1e400]"), false, ANYWHERE },
    { STR_INIT("[01]"), false, 2 },
    { STR_INIT("[-01]"), false, 3 },
    { STR_INIT("[00]"), false, 2 },
    { STR_INIT("[+1]"), false, 1 },
    { STR_INIT("[-]"), false, 2 },
    { STR_INIT("[.5]"), false, 1 },
    { STR_INIT("[5.]"), false, 3 },
    { STR_INIT("[5.e1]"), false, 3 },
    { STR_INIT("[1e]"), false, 3 },
    { STR_INIT("[1e+]"), false, 4 },
    { STR_INIT("[1.2.3]"), false, 4 },
    { STR_INIT("[0x1F]"), false, 2 },
    { STR_INIT("[1a]"), false, 2 },
    { STR_INIT("[--1]"), false, 2 },
    { STR_INIT("[\xef\xbc\x91]"), false, 1 }, /* a full-width one */
    { STR_INIT("-"), false, 1 },
    { STR_INIT("0."), false, 2 },
    /* strings */
    { STR_INIT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), true, 0 },
    { STR_INIT("[\"\\u0000\\u00e9\\u4E2D\"]"), true, 0 },
    { STR_INIT("[\"\\ud83d\\ude00\"]"), true, 0 },
    { STR_INIT("[\"\x7f\"]"), true, 0 },
    { STR_INIT("[\"考勤系统组 🔥 \u202eABC\"]"), true, 0 },
    { STR_INIT("[\"\xf4\x8f\xbf\xbf\"]"), true, 0 },
    { STR_INIT("[\"a\nb\"]"), false, 3 },
    { STR_INIT("[\"a\tb\"]"), false, 3 },
    { STR_INIT("[\"a\0b\"]"), false, 3 },
    { STR_INIT("[\"\x1f\"]"), false, 2 },
    { STR_INIT("[\"a]"), false, 4 },
    { STR_INIT("\""), false, 1 },
    { STR_INIT("[\"a\\"), false, 3 },
    { STR_INIT("[\"\\x41\"]"), false, 2 },
    { STR_INIT("[\"\\'\"]"), false, 2 },
    { STR_INIT("[\"\\U0041\"]"), false, 2 },
    { STR_INIT("[\"\\u12\"]"), false, 2 },
    { STR_INIT("[\"\\u12G4\"]"), false, 2 },
    { STR_INIT("[\"\\ud800\"]"), false, 8 },
    { STR_INIT("[\"\\udc00\"]"), false, 2 },
    { STR_INIT("[\"\\ud800\\n\"]"), false, 8 },
    { STR_INIT("[\"\\ud800\\u0041\"]"), false, 8 },
    { STR_INIT("[\"\\ud800\\ud800\"]"), false, 8 },
    { STR_INIT("[\"\\ude00\\ud83d\"]"), false, 2 },
    { STR_INIT("['a']"), false, 1 },
    { STR_INIT("[\"\xff\"]"), false, 2 },
    { STR_INIT("[\"\x80\"]"), false, 2 },
    { STR_INIT("[\"\xc0\xaf\"]"), false, 2 },
    { STR_INIT("[\"\xe0\x80\x80\"]"), false, 2 },
    { STR_INIT("[\"\xed\xa0\x80\"]"), false, 2 },
    { STR_INIT("[\"\xf4\x90\x80\x80\"]"), false, 2 },
    { STR_INIT("[\"\xf8\x88\x80\x80\x80\"]"), false, 2 },
    { STR_INIT("[\"\xe4\xb8\"]"), false, 2 },
    { STR_INIT("[\"a\"\xe4\xb8\xad]"), false, 4 },
};

static void test_accept_or_refuse(void **)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json root;
        struct err e = { 0 };
        ok got = json_parse(doc, cases[i].text, &root, &e);
        char words[32];

        if ((got == OK) != cases[i].accept)
            fail_msg("case %zu (%.*s): %s", i, STR_ARG(cases[i].text),
                     got == OK ? "accepted" : e.text);
        if (got == OK)
            continue;
        snprintf(words, sizeof words, "JSON, byte %d:", cases[i].at);
        if (cases[i].at == ANYWHERE)
            snprintf(words, sizeof words, "JSON: a number is out of");
        if (strncmp(e.text, words, strlen(words)) != 0)
            fail_msg("case %zu (%.*s): want '%s', got '%s'", i, STR_ARG(cases[i].text),
                     words, e.text);
        assert_int_equal(e.fault, FAULT_SYNTAX);
        assert_true(json_is(root, JSON_NONE));
    }
}

/* The same text again with its last byte cut, for every length: no prefix of
 * an array or object is JSON, and none may read past its end. */
static void test_every_prefix_is_refused(void **)
{
    struct str text = STR("{\"labels\":{\"名\":\"\\ud83d\\ude00\"},\"n\":[-1.5e3,true]}");

    assert_int_equal(json_kind(parsed(text)), JSON_OBJECT);
    for (size_t n = 0; n < text.n; n++) {
        char *exact = malloc(n + 1);
        struct json root;
        struct err e;

        memcpy(exact, text.p, n);
        assert_int_equal(json_parse(doc, (struct str){ exact, n }, &root, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
        free(exact);
    }
}

/* ---- depth ------------------------------------------------------------ */

/* `depth` times open, the inside, `depth` times close. */
static ok parse_nested(const char *open, size_t depth, const char *inside,
                       const char *close, struct err *e)
{
    struct json root;
    struct buf b;
    ok got;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < depth; i++)
        buf_z(&b, open);
    buf_z(&b, inside);
    for (size_t i = 0; i < depth; i++)
        buf_z(&b, close);
    got = json_parse(doc, buf_str(&b), &root, e);
    buf_fini(&b);
    return got;
}

static void test_depth(void **)
{
    struct err e;

    assert_int_equal(parse_nested("[", 63, "", "]", &e), OK);
    assert_int_equal(parse_nested("[", 64, "", "]", &e), OK);
    assert_int_equal(parse_nested("[", 64, "1", "]", &e), OK);
    assert_int_equal(parse_nested("[", 63, "[],1,[2]", "]", &e), OK);
    assert_int_equal(parse_nested("{\"a\":", 64, "null", "}", &e), OK);
    assert_int_equal(parse_nested("{\"a\":", 63, "{}", "}", &e), OK);

    assert_int_equal(parse_nested("[", 65, "", "]", &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
    assert_int_equal(parse_nested("[", 65, "1", "]", &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
    assert_int_equal(parse_nested("[", 64, "1,{}", "]", &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
    assert_int_equal(parse_nested("{\"a\":", 64, "[]", "}", &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
    assert_int_equal(parse_nested("[", 1000000, "", "]", &e), FAILED);
    assert_int_equal(e.fault, FAULT_TOO_LARGE);

    /* At the limit's edge a broken text is still named as one. */
    assert_int_equal(parse_nested("[", 64, "x", "]", &e), FAILED);
    assert_int_equal(e.fault, FAULT_SYNTAX);
    /* And the document serves on. */
    assert_int_equal(parse_nested("[", 64, "[", "]", &e), FAILED);
    assert_int_equal(parse_nested("[", 2, "", "]", &e), OK);
}

/* ---- values ----------------------------------------------------------- */

static void test_kinds(void **)
{
    struct json v = parsed(STR("[null,true,false,7,1.5,\"s\",[1],{\"a\":1}]"));
    static const enum json_kind want[] = { JSON_NULL,  JSON_BOOL,   JSON_BOOL,
                                           JSON_INT,   JSON_NUMBER, JSON_STRING,
                                           JSON_ARRAY, JSON_OBJECT };
    size_t n = 0;

    assert_int_equal(json_count(v), 8);
    for (struct json_iter it = json_iter(v); json_next(&it); n++) {
        assert_int_equal(json_kind(it.value), want[n]);
        assert_int_equal(it.key.n, 0);
        assert_int_equal(json_bool(it.value), n == 1);
        assert_int_equal(json_int(it.value), n == 3 ? 7 : 0);
        assert_true(json_number(it.value) == (n == 3 ? 7 : n == 4 ? 1.5 : 0));
        assert_true(str_is(json_str(it.value), n == 5 ? "s" : ""));
        assert_int_equal(json_count(it.value), n >= 6 ? 1 : 0);
    }
    assert_int_equal(n, 8);
}

static void test_none_answers_everything(void **)
{
    struct json none = { 0 };
    struct json_iter it = json_iter(none);

    assert_int_equal(json_kind(none), JSON_NONE);
    assert_false(json_bool(none));
    assert_int_equal(json_int(none), 0);
    assert_true(json_number(none) == 0);
    assert_int_equal(json_str(none).n, 0);
    assert_non_null(json_str(none).p);
    assert_int_equal(json_count(none), 0);
    assert_true(json_is(json_get(none, STR("a")), JSON_NONE));
    assert_false(json_has_duplicate_keys(none));
    assert_false(json_next(&it));
}

static void test_integers(void **)
{
    struct json v =
        parsed(STR("{\"max\":9223372036854775807,\"min\":-9223372036854775808,"
                   "\"u\":9223372036854775808,\"umax\":18446744073709551615,"
                   "\"z\":-0,\"d\":-0.0,\"e\":1e2,\"tiny\":1e-400}"));

    assert_int_equal(json_int(json_get(v, STR("max"))), INT64_MAX);
    assert_true(json_int(json_get(v, STR("min"))) == INT64_MIN);
    assert_true(json_is(json_get(v, STR("u")), JSON_NUMBER));
    assert_int_equal(json_int(json_get(v, STR("u"))), 0);
    assert_true(json_number(json_get(v, STR("u"))) == 9223372036854775808.0);
    assert_true(json_number(json_get(v, STR("umax"))) == 18446744073709551616.0);
    assert_true(json_is(json_get(v, STR("z")), JSON_INT));
    assert_true(json_is(json_get(v, STR("d")), JSON_NUMBER));
    assert_true(signbit(json_number(json_get(v, STR("d")))) != 0);
    assert_true(json_is(json_get(v, STR("e")), JSON_NUMBER));
    assert_true(json_number(json_get(v, STR("e"))) == 100);
    assert_true(json_number(json_get(v, STR("tiny"))) == 0);
}

static void test_strings(void **)
{
    struct json v =
        parsed(STR("{\"a\\u0000b\":\"x\\u0000y\",\"e\":\"\\ud83d\\ude00\\n\"}"));
    struct json nul = json_get(v, (struct str){ "a\0b", 3 });

    assert_true(str_eq(json_str(nul), (struct str){ "x\0y", 3 }));
    assert_true(json_is(json_get(v, STR("a")), JSON_NONE));
    assert_true(str_is(json_str(json_get(v, STR("e"))), "😀\n"));
}

static void test_get_takes_the_last(void **)
{
    struct json v =
        parsed(STR("{\"a\":1,\"b\":{\"a\":9},\"a\":[\"a\",5],\"\":3,\"a\":2}"));

    assert_int_equal(json_int(json_get(v, STR("a"))), 2);
    assert_int_equal(json_int(json_get(v, STR(""))), 3);
    assert_int_equal(json_int(json_get(v, (struct str){ 0 })), 3);
    assert_int_equal(json_int(json_get(json_get(v, STR("b")), STR("a"))), 9);
    assert_true(json_is(json_get(v, STR("c")), JSON_NONE));
    assert_true(json_is(json_get(json_get(v, STR("c")), STR("d")), JSON_NONE));
    assert_int_equal(json_count(v), 5);
}

static void test_duplicate_keys(void **)
{
    static const struct {
        struct str text;
        bool yes;
    } rows[] = {
        { STR_INIT("{}"), false },
        { STR_INIT("7"), false },
        { STR_INIT("{\"a\":1,\"b\":2}"), false },
        { STR_INIT("{\"a\":1,\"b\":2,\"a\":1}"), true },
        { STR_INIT("{\"a\":{\"a\":{\"a\":1}}}"), false },
        { STR_INIT("[{\"a\":1},{\"a\":1}]"), false },
        { STR_INIT("[{\"a\":1},[[{\"x\":[],\"\\u0078\":{}}]]]"), true },
        { STR_INIT("{\"a\":\"a\",\"b\":\"a\"}"), false },
        { STR_INIT("{\"a\":[1,2.5,\"a\"],\"A\":1,\"a \":1}"), false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(json_has_duplicate_keys(parsed(rows[i].text)), rows[i].yes);
    /* Only what is below the value counts. */
    assert_false(json_has_duplicate_keys(
        json_get(parsed(STR("{\"v\":{\"a\":1},\"v\":{\"a\":1}}")), STR("v"))));
}

static void test_iterates_objects_in_order(void **)
{
    struct json v = parsed(STR("{\"b\":[1,[2,{\"x\":3}]],\"a\":{\"y\":{}},\"b\":1.5}"));
    struct json_iter it = json_iter(v);

    assert_true(json_next(&it));
    assert_true(str_is(it.key, "b") && json_is(it.value, JSON_ARRAY));
    assert_true(json_next(&it));
    assert_true(str_is(it.key, "a") && json_is(it.value, JSON_OBJECT));
    assert_true(json_next(&it));
    assert_true(str_is(it.key, "b") && json_number(it.value) == 1.5);
    assert_false(json_next(&it));
    assert_false(json_next(&it));
}

/* The tape counts up to 2^24 - 1 only. */
static void test_counts_beyond_the_tape(void **)
{
    size_t n = ((size_t)1 << 24) + 3;
    char *text = malloc(2 * n + 1);
    struct json v;

    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + 2 * i, ",7", 2);
    text[0] = '[';
    text[2 * n] = ']';
    v = parsed((struct str){ text, 2 * n + 1 });
    assert_int_equal(json_count(v), n);
    free(text);
    /* And the room this took is let go without harm. */
    assert_int_equal(json_count(parsed(STR("[1,2]"))), 2);
}

static void test_one_doc_serves_many_texts(void **)
{
    for (size_t n = 1; n < 3000; n += 37) {
        struct buf b;
        struct json v;

        buf_init(&b, BUF_NO_LIMIT);
        buf_char(&b, '[');
        for (size_t i = 0; i < n * 10; i++)
            buf_printf(&b, "%s{\"n\":%zu}", i == 0 ? "" : ",", i);
        buf_char(&b, ']');
        v = parsed(buf_str(&b));
        memset(b.p, 'x', b.n); /* the text is not kept */
        assert_int_equal(json_count(v), n * 10);
        buf_fini(&b);
        assert_int_equal(json_int(parsed(STR("5"))), 5);
    }
}

static int start(void **)
{
    doc = json_doc_new();
    return 0;
}

static int stop(void **)
{
    json_doc_free(&doc);
    assert_null(doc);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_or_refuse),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_none_answers_everything),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_get_takes_the_last),
        cmocka_unit_test(test_duplicate_keys),
        cmocka_unit_test(test_iterates_objects_in_order),
        cmocka_unit_test(test_counts_beyond_the_tape),
        cmocka_unit_test(test_one_doc_serves_many_texts),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
