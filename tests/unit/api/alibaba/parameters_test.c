#include "api/alibaba/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

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

static struct parameters of(const char *query, const char *form)
{
    struct parameters p;
    struct refusal why;

    if (parameters_parse(str_of(query), str_of(form), &a, &p, &why) == FAILED)
        fail_msg("%s: %.*s", query, STR_ARG(why.detail));
    return p;
}

static enum refusal_kind not_of(const char *query, const char *form)
{
    struct parameters p;
    struct refusal why;

    if (parameters_parse(str_of(query), str_of(form), &a, &p, &why) == OK)
        fail_msg("%s|%s parses", query, form);
    return why.kind;
}

static void test_merged(void **)
{
    struct parameters p = of("A=1&B=%E5%BC%A0+x", "C=%2b&D&A=1");

    assert_true(str_is(parameter_text(&p, "A"), "1"));
    assert_true(str_is(parameter_text(&p, "B"), "\xe5\xbc\xa0 x"));
    assert_true(str_is(parameter_text(&p, "C"), "+"));
    assert_true(parameter_given(&p, "D"));
    assert_int_equal(parameter_text(&p, "D").n, 0);
    assert_false(parameter_given(&p, "E"));
    assert_false(parameter_given(&p, "a")); /* names have their case */
    assert_int_equal(p.query.n, 2);
    assert_int_equal(p.form.n, 3);
}

static void test_malformed(void **)
{
    static const char *const bad[] = { "A=%",   "A=%4",  "A=%zz",          "%=1",
                                       "A=%ff", "%c3=1", "A=\xed\xa0\x80", "A=1&A=2" };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(not_of(bad[i], ""), REFUSE_PARAMETER_FORMAT);
        assert_int_equal(not_of("", bad[i]), REFUSE_PARAMETER_FORMAT);
    }
    assert_int_equal(not_of("A=1", "A=2"), REFUSE_PARAMETER_FORMAT);
}

static void test_size(void **)
{
    char *text = malloc(PARAMETERS_BYTES_MAX + 2);
    struct parameters p;
    struct refusal why;

    memset(text, 'x', PARAMETERS_BYTES_MAX + 2);
    assert_int_equal(parameters_parse((struct str){ text, 10 },
                                      (struct str){ text, PARAMETERS_BYTES_MAX - 10 }, &a,
                                      &p, &why),
                     OK);
    assert_int_equal(parameters_parse((struct str){ text, 11 },
                                      (struct str){ text, PARAMETERS_BYTES_MAX - 10 }, &a,
                                      &p, &why),
                     FAILED);
    assert_int_equal(why.kind, REFUSE_TOO_LARGE);
    free(text);
}

static void test_need(void **)
{
    struct parameters p = of("A=x&B=", "");
    struct refusal why;
    struct str s;

    assert_int_equal(parameter_need(&p, "A", &s, &why), OK);
    assert_true(str_is(s, "x"));
    assert_int_equal(parameter_need(&p, "B", &s, &why), FAILED);
    assert_int_equal(why.kind, REFUSE_MISSING);
    assert_true(str_is(why.detail, "B"));
    assert_int_equal(parameter_need(&p, "C", &s, &why), FAILED);
}

static void test_ints(void **)
{
    static const struct {
        const char *text;
        int64_t want; /* 0: refused */
    } rows[] = {
        { "", 7 },         { "1", 1 },   { "100", 100 }, { "101", 0 },
        { "0", 0 },        { "-1", 0 },  { "1.0", 0 },   { "+1", 0 },
        { "%2B1", 0 },     { "1e2", 0 }, { "x", 0 },     { "99999999999999999999", 0 },
        { "\xd9\xa1", 0 }, /* an Arabic one */
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char query[64];
        struct parameters p;
        struct refusal why;
        int64_t n;
        ok got;

        snprintf(query, sizeof query, "N=%s", rows[i].text);
        p = of(query, "");
        got = parameter_int(&p, "N", (struct bounds){ 1, 100, 7 }, &n, &why);
        if ((got == OK ? n : 0) != rows[i].want)
            fail_msg("%s: %lld", rows[i].text, (long long)n);
        if (got == FAILED)
            assert_int_equal(why.kind, REFUSE_PARAMETER_VALUE);
    }
}

static void test_bools(void **)
{
    struct parameters p = of("T=true&F=false&U=True&E=&X=1", "");
    struct refusal why;
    bool given, b = false;

    assert_int_equal(parameter_bool(&p, "T", &given, &b, &why), OK);
    assert_true(given && b);
    assert_int_equal(parameter_bool(&p, "F", &given, &b, &why), OK);
    assert_true(given && !b);
    assert_int_equal(parameter_bool(&p, "U", &given, &b, &why), OK);
    assert_true(given && b);
    assert_int_equal(parameter_bool(&p, "E", &given, &b, &why), OK);
    assert_false(given);
    assert_int_equal(parameter_bool(&p, "X", &given, &b, &why), FAILED);
    assert_int_equal(why.kind, REFUSE_PARAMETER_VALUE);
}

static void list_is(const char *query, const char *want)
{
    struct parameters p = of(query, "");
    struct parameter_list list;
    struct refusal why;
    struct buf b;

    buf_init(&b, 4096);
    if (parameter_list(&p, "L", 12, &list, &why) == FAILED) {
        buf_z(&b, "refused");
    } else if (!list.given) {
        buf_z(&b, "absent");
    } else {
        for (size_t i = 0; i < list.items.n; i++)
            buf_printf(&b, "%s%.*s", i ? "," : "", STR_ARG(list.items.v[i]));
    }
    if (!str_is(buf_str(&b), want))
        fail_msg("%s: %.*s instead of %s", query, STR_ARG(buf_str(&b)), want);
    buf_fini(&b);
}

static void test_lists(void **)
{
    list_is("", "absent");
    list_is("M.1=a", "absent");
    list_is("L.1=a", "a");
    list_is("L.2=b&L.10=j&L.1=a&L.11=k", "a,b,j,k");
    list_is("L.1=a&L.3=c", "a,c"); /* a gap */
    list_is("L.12=z", "z");
    list_is("L.13=z", "refused");
    list_is("L.0=z", "refused");
    list_is("L.01=z", "refused");
    list_is("L.99999999999999999999=z", "refused");
    list_is("L.1=", "refused"); /* nobody has no name */
    list_is("L.1=a&L.2=", "refused");
    list_is("L.1.Name=a", "absent"); /* not known, ignored */
    list_is("L.x=a", "absent");
    list_is("L.=a", "absent");
    list_is("L=", "absent");
    list_is("L=%5B%22a%22,null,%22%E5%BC%A0%22%5D", "a,\xe5\xbc\xa0");
    list_is("L=%5B%5D", "");
    list_is("L=a", "refused");
    list_is("L=%5B1%5D", "refused");
    list_is("L=%5B%22%22%5D", "refused");
    list_is("L=%5B%22a%22", "refused");
    list_is("L=%7B%22a%22:1%7D", "refused");
    list_is("L=%5B%22a%22%5D&L.1=a", "refused");
    list_is("L=%5B1,2,3,4,5,6,7,8,9,10,11,12,13%5D", "refused");
}

static void object_is(const char *query, const char *want)
{
    struct parameters p = of(query, "");
    struct params members;
    struct refusal why;
    struct buf b;

    buf_init(&b, 4096);
    if (parameter_object(&p, "O", &members, &why) == FAILED)
        buf_z(&b, "refused");
    else
        for (size_t i = 0; i < members.n; i++)
            buf_printf(&b, "%.*s=%.*s;", STR_ARG(members.v[i].name),
                       STR_ARG(members.v[i].value));
    if (!str_is(buf_str(&b), want))
        fail_msg("%s: %.*s instead of %s", query, STR_ARG(buf_str(&b)), want);
    buf_fini(&b);
}

static void test_objects(void **)
{
    object_is("", "");
    object_is("O.Mail=a&O.SMS=1&P.Mail=b", "Mail=a;SMS=1;");
    object_is("O.Mail=", "Mail=;");
    object_is("O=", "");
    object_is("O=%7B%22Mail%22:%22a%22,%22SMS%22:13333333333,%22X%22:null%7D",
              "Mail=a;SMS=13333333333;X=;");
    object_is("O=%5Bobject+Object%5D", "refused"); /* pop-core given an object */
    object_is("O=%7B%22Mail%22:%5B%5D%7D", "refused");
    object_is("O=%7B%22Mail%22:true%7D", "refused");
    object_is("O=%7B%22Mail%22:%22a%22,%22Mail%22:%22b%22%7D", "refused");
    object_is("O=%7B%22Mail%22:%22a%22%7D&O.SMS=1", "refused");
    object_is("O=x", "refused");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_merged), TEST(test_malformed), TEST(test_size),  TEST(test_need),
        TEST(test_ints),   TEST(test_bools),     TEST(test_lists), TEST(test_objects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
