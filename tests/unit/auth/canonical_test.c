#include "auth/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static void canonical_is(const char *query, const char *want)
{
    struct arena a;
    struct params p;
    struct buf b;
    struct err e;

    arena_init(&a);
    buf_init(&b, 4096);
    assert_int_equal(params_parse(&a, str_of(query), &p, &e), OK);
    canonical_query(p, &b);
    if (!str_is(buf_str(&b), want))
        fail_msg("%s: %.*s", query, STR_ARG(buf_str(&b)));
    buf_fini(&b);
    arena_fini(&a);
}

static void test_query(void **)
{
    canonical_is("", "");
    canonical_is("b=2&a=1", "a=1&b=2");
    canonical_is("a", "a=");
    canonical_is("a=", "a=");
    canonical_is("x.10=c&x.2=b&x.1=a&x.11=d", "x.1=a&x.10=c&x.11=d&x.2=b");
    canonical_is("a=2&a=1", "a=1&a=2");
    canonical_is("a=%2a+~%7e'()!*", "a=%2A%20~~%27%28%29%21%2A");
    canonical_is("%E5%90%8D=%e5%bc%a0", "%E5%90%8D=%E5%BC%A0");
    /* by decoded bytes: "a" < "a." < "a1" < "b", whatever the encoding looks like */
    canonical_is("%62=1&a1=2&a.=3&%61=4", "a=4&a.=3&a1=2&b=1");
    canonical_is("a=b=c", "a=b%3Dc");
}

static void test_signed_headers(void **)
{
    struct signed_headers s;
    struct arena a;
    struct err e;

    arena_init(&a);
    assert_int_equal(signed_headers_parse(STR("host;X-Acs-Date"), &a, &s, &e), OK);
    assert_int_equal(s.names.n, 2);
    assert_true(str_is(s.names.v[0], "host"));
    assert_true(str_is(s.names.v[1], "x-acs-date"));
    assert_true(signed_headers_has(&s, STR("HOST")));
    assert_false(signed_headers_has(&s, STR("x-acs")));
    arena_fini(&a);
}

static void test_signed_headers_refused(void **)
{
    static const char *const bad[] = { "",     ";",     "host;",        ";host",
                                       "a;;b", "a;a",   "a;A",          "a b",
                                       "a:b",  "a;b,c", "host; x-date", "\xff" };
    struct signed_headers s;
    struct arena a;
    struct err e;

    arena_init(&a);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        e.fault = FAULT_INTERNAL;
        assert_int_equal(signed_headers_parse(str_of(bad[i]), &a, &s, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
    }
    arena_fini(&a);
}

static void test_signed_headers_limit(void **)
{
    struct signed_headers s;
    struct arena a;
    struct buf b;
    struct err e;

    arena_init(&a);
    buf_init(&b, 4096);
    for (int i = 0; i < 64; i++)
        buf_printf(&b, "%sh%d", i ? ";" : "", i);
    assert_int_equal(signed_headers_parse(buf_str(&b), &a, &s, &e), OK);
    assert_int_equal(s.names.n, 64);
    buf_z(&b, ";h64");
    assert_int_equal(signed_headers_parse(buf_str(&b), &a, &s, &e), FAILED);
    buf_fini(&b);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_signed_headers),
        cmocka_unit_test(test_signed_headers_refused),
        cmocka_unit_test(test_signed_headers_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
