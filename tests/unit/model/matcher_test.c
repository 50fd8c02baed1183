/* matcher_test.c - both grammars of matchers, and which of them counts. */
#include "model/matcher.h"

#include "base/utf8.h"
#include "../../support/says.h"

static struct arena a;

static int set_up(void **state)
{
    (void)state;
    arena_init(&a);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&a);
    return 0;
}

/* ---- one ------------------------------------------------------------------- */

static const struct {
    const char *text, *name, *op, *value;
} fine[] = {
    { "a=b", "a", "=", "b" },
    { "a!=b", "a", "!=", "b" },
    { "a=~b.*", "a", "=~", "b.*" },
    { "a!~\"b|c\"", "a", "!~", "b|c" },
    { "  a = b  ", "a", "=", "b" },
    { "a=\"b\"", "a", "=", "b" },
    /* absent is empty */
    { "a=", "a", "=", "" },
    { "a=\"\"", "a", "=", "" },
    { "a!=", "a", "!=", "" },
    /* escapes */
    { "a=\"x\\\"y\"", "a", "=", "x\"y" },
    { "a=\"x\\\\y\"", "a", "=", "x\\y" },
    { "a=\"x\\ny\"", "a", "=", "x\ny" },
    /* only the classic grammar reads these */
    { "a=b c", "a", "=", "b c" },
    { "a=b=c", "a", "=", "b=c" },
    { "a=b,c", "a", "=", "b,c" },
    { "a=\"x\\dy\"", "a", "=", "x\\dy" },
    { "a=\\", "a", "=", "\\" },
    { "a=~[0-9]+", "a", "=~", "[0-9]+" },
    { "a:b=c", "a:b", "=", "c" },
    { "a=it's", "a", "=", "it's" },
    { "a=x\"", NULL, NULL, NULL }, /* an unescaped quote */
    { "a=\"x\"y\"", NULL, NULL, NULL },
    { "a=\"x", NULL, NULL, NULL },
    /* where they disagree the classic one counts: \\t is two characters there */
    { "a=\"x\\ty\"", "a", "=", "x\\ty" },
    { "a=\"\\u4e2d\"", "a", "=", "\\u4e2d" },
    /* only the newer grammar reads these */
    { "服务=支付", "服务", "=", "支付" },
    { "\"a b\"=\"c\"", "a b", "=", "c" },
    { "\"a\\tb\"=\"c\\td\"", "a\tb", "=", "c\td" },
    { "\"\\u4e2d\"=x", "中", "=", "x" },
    { "\"\\U0001F525\"=x", "🔥", "=", "x" },
    { "\"\\345\\x90\\xab\"=x", "含", "=", "x" },
    { "a-b=c", "a-b", "=", "c" },
    { "a.b=~\"c.+\"", "a.b", "=~", "c.+" },
    { "🔥=x", "🔥", "=", "x" },
    /* none */
    { "", NULL, NULL, NULL },
    { "a", NULL, NULL, NULL },
    { "=b", NULL, NULL, NULL },
    { "\"\"=b", NULL, NULL, NULL },
    { "0a", NULL, NULL, NULL },
    { "a==b c\"", NULL, NULL, NULL },
    { "a!b", NULL, NULL, NULL },
    { "{a=b}", NULL, NULL, NULL },
    { "{a=b", NULL, NULL, NULL },
    { "a=b}", NULL, NULL, NULL },
    { "\"a\nb\"=c", NULL, NULL, NULL },
    { "\"\\ud800\"=c", NULL, NULL, NULL },
    { "\"\\U00110000\"=c", NULL, NULL, NULL },
    { "\"\\xff\"=c", NULL, NULL, NULL },
    { "\"\\400\"=c", NULL, NULL, NULL },
    { "\"\\q\"=c", NULL, NULL, NULL },
    { "\"a\\", NULL, NULL, NULL },
    { "\xff=c", NULL, NULL, NULL },
    { "a=\xff", NULL, NULL, NULL },
    { "服务=a,b=c", NULL, NULL, NULL }, /* two */
    /* what RE2 does not do */
    { "a=~(", NULL, NULL, NULL },
    { "a=~(?=x)", NULL, NULL, NULL },
    { "a=~(x)\\1", NULL, NULL, NULL },
    { "a!~[", NULL, NULL, NULL },
};

/* Each is compiled to see whether it can be. */
static void many_regexes(void **state)
{
    struct matchers out;
    struct err e;
    struct buf b;

    (void)state;
    for (int n = 100; n <= 101; n++) {
        buf_init(&b, BUF_NO_LIMIT);
        for (int i = 0; i < n; i++)
            buf_printf(&b, "%sa=~b%d", i == 0 ? "" : ",", i);
        assert_int_equal(matchers_parse(buf_str(&b), &a, &out, &e),
                         n == 100 ? OK : FAILED);
        buf_fini(&b);
    }
    assert_int_equal(e.fault, FAULT_LIMIT);
}

static void one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        struct matcher m = { 0 };
        struct err e = { .text = "" };
        ok done = matcher_parse(str_of(fine[i].text), &a, &m, &e);

        if ((done == OK) != (fine[i].name != NULL))
            fail_msg("\"%s\": %s", fine[i].text,
                     done == OK ? "should be refused" : e.text);
        if (done == FAILED) {
            assert_int_equal(e.fault, FAULT_SYNTAX);
            assert_true(e.text[0] != '\0');
            continue;
        }
        if (!str_is(m.name, fine[i].name) || !str_is(m.value, fine[i].value) ||
            strcmp(matcher_ops[m.op], fine[i].op) != 0)
            fail_msg("\"%s\" is [%.*s] %s [%.*s]", fine[i].text, STR_ARG(m.name),
                     matcher_ops[m.op], STR_ARG(m.value));
    }
}

static void words_of_alertmanager(void **state)
{
    struct matcher m;
    struct err e;

    (void)state;
    assert_int_equal(matcher_parse(STR("bad"), &a, &m, &e), FAILED);
    assert_string_equal(e.text, "bad matcher format: bad");
    assert_int_equal(matcher_parse(STR("{a=b}"), &a, &m, &e), FAILED);
    assert_string_equal(e.text, "unexpected open or close brace: {a=b}");
    assert_int_equal(matcher_parse(STR("a=x\""), &a, &m, &e), FAILED);
    assert_string_equal(e.text, "matcher value contains unescaped double quote: x\"");
}

/* ---- several --------------------------------------------------------------- */

static const struct {
    const char *text, *printed; /* NULL: refused */
} lists[] = {
    { "", "" },
    { "{}", "" },
    { " { } ", "" },
    { "a=b", "a=\"b\"" },
    { "{a=b}", "a=\"b\"" },
    { "{a=b,}", "a=\"b\"" },
    { "a=b,", "a=\"b\"" },
    { "{a=b, c!~\"d,e\" , f=\"}\"}", "a=\"b\" c!~\"d,e\" f=\"}\"" },
    { "a=\"x\\\",y\",b=c", "a=\"x\\\",y\" b=\"c\"" },
    { "{服务=支付, \"a b\"=c}", "服务=\"支付\" \"a b\"=\"c\"" },
    { "a=\"x\\\",y\",b=c d", "a=\"x\\\",y\" b=\"c d\"" },
    { "a=b c,d=e", "a=\"b c\" d=\"e\"" }, /* classic only */
    { "{a=b", "a=\"b\"" },                /* the classic grammar lets it pass */
    { "a=b}", "a=\"b\"" },
    { "{服务=支付", NULL },
    { "{服务=支付}}", NULL },
    { "服务=支付}", NULL },
    { ",", NULL },
    { "a=b,,c=d", NULL },
    { "{,a=b}", NULL },
    { "服务=支付 x", NULL },
    { "a=b,c", NULL },
    { "a=~\"(\"", NULL },
};

static void several(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct matchers m = { 0 };
        struct err e = { .text = "" };
        ok done = matchers_parse(str_of(lists[i].text), &a, &m, &e);
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        for (size_t k = 0; k < m.n; k++) {
            buf_z(&b, k > 0 ? " " : "");
            matcher_put(&b, &m.v[k]);
        }
        if ((done == OK) != (lists[i].printed != NULL) ||
            (done == OK && !str_is(buf_str(&b), lists[i].printed)))
            fail_msg("\"%s\": \"%.*s\" %s", lists[i].text, STR_ARG(buf_str(&b)), e.text);
        buf_fini(&b);
    }
}

/* ---- writing --------------------------------------------------------------- */

static void reads_back(void **state)
{
    static const char *const names[] = { "a",   "a b", "服务", "🔥",   "a\"b", "a\\b",
                                         "a,b", "{",   "a'b",  "a`b", "a=~b" };
    static const char *const values[] = { "",     "x",  "a b",         "a\"b", "\\",
                                          "\\n",  "\n", "支付",        "🔥",    "{a=b}",
                                          "a, b", "'",  "\xe3\x80\x80" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            struct matcher m = { str_of(names[i]), MATCH_NE, str_of(values[k]) }, back;
            struct err e = { .text = "" };
            struct buf b;

            buf_init(&b, BUF_NO_LIMIT);
            matcher_put(&b, &m);
            if (matcher_parse(buf_str(&b), &a, &back, &e) == FAILED ||
                !str_eq(back.name, m.name) || !str_eq(back.value, m.value) ||
                back.op != MATCH_NE)
                fail_msg("%.*s does not read back: %s", STR_ARG(buf_str(&b)), e.text);
            buf_fini(&b);
        }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_regexes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_of_alertmanager, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reads_back, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
