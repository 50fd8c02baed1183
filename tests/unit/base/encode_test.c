/* encode_test.c - hex, base64, percent-encoding, HTML, forms. */
#include "base/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

typedef void put_fn(struct buf *b, struct str s);

static void expect(put_fn *put, struct str in, const char *want)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put(&b, in);
    if (!str_is(buf_str(&b), want))
        fail_msg("got %.*s, want %s", STR_ARG(buf_str(&b)), want);
    buf_fini(&b);
}

static ok get_form(struct str s, struct buf *out)
{
    return get_percent(s, true, out);
}

static ok get_path(struct str s, struct buf *out)
{
    return get_percent(s, false, out);
}

typedef ok get_fn(struct str s, struct buf *out);

/* want.p null: must be refused */
static void expect_back(get_fn *get, const char *in, struct str want)
{
    struct buf b;
    ok got;

    buf_init(&b, BUF_NO_LIMIT);
    got = get(str_of(in), &b);
    if ((got == OK) != (want.p != NULL) || (got == OK && !str_eq(buf_str(&b), want)))
        fail_msg("%s", in);
    buf_fini(&b);
}

static const struct str refused = { NULL, 0 };

static void test_hex(void **)
{
    expect(put_hex, STR("\0\x1f\xff"), "001fff");
    expect(put_hex, STR(""), "");
    expect_back(get_hex, "001fFf", STR("\0\x1f\xff"));
    expect_back(get_hex, "", STR(""));
    expect_back(get_hex, "0", refused);
    expect_back(get_hex, "0g", refused);
    expect_back(get_hex, " 0", refused);
}

/* RFC 4648, section 10, and what a sloppy decoder would take. */
static void test_base64(void **)
{
    expect(put_base64, STR(""), "");
    expect(put_base64, STR("f"), "Zg==");
    expect(put_base64, STR("fo"), "Zm8=");
    expect(put_base64, STR("foo"), "Zm9v");
    expect(put_base64, STR("foob"), "Zm9vYg==");
    expect(put_base64, STR("foobar"), "Zm9vYmFy");
    expect(put_base64, STR("\xff\xfe\xfb"), "//77");
    expect(put_base64url, STR("\xff\xfe\xfb"), "__77");
    expect(put_base64url, STR("f"), "Zg");
    expect(put_base64url, STR("fo"), "Zm8");
    expect_back(get_base64, "Zm9vYmFy", STR("foobar"));
    expect_back(get_base64, "Zm8=", STR("fo"));
    expect_back(get_base64, "Zm8", STR("fo"));
    expect_back(get_base64, "Zg==", STR("f"));
    expect_back(get_base64, "//77", STR("\xff\xfe\xfb"));
    expect_back(get_base64, "__77", STR("\xff\xfe\xfb"));
    expect_back(get_base64, "", STR(""));
    expect_back(get_base64, "Z", refused);
    expect_back(get_base64, "Zg=", refused);
    expect_back(get_base64, "Zm8==", refused);
    expect_back(get_base64, "Zm9v=", refused);
    expect_back(get_base64, "Zm9v====", refused);
    expect_back(get_base64, "=", refused);
    expect_back(get_base64, "Zh==", refused); /* stray bits */
    expect_back(get_base64, "Zm9=", refused);
    expect_back(get_base64, "Zm9v\n", refused);
    expect_back(get_base64, "Zm=v", refused);
}

static void test_percent(void **)
{
    struct buf b;

    expect(put_percent, STR("AZaz09-_.~"), "AZaz09-_.~");
    expect(put_percent, STR("a b+c*/%"), "a%20b%2Bc%2A%2F%25");
    expect(put_percent, STR("告警\0"), "%E5%91%8A%E8%AD%A6%00");
    expect_back(get_path, "a%20b+c%2b", STR("a b+c+"));
    expect_back(get_form, "a%20b+c%2B", STR("a b c+"));
    expect_back(get_form, "%E5%91%8a", STR("告"));
    expect_back(get_form, "%", refused);
    expect_back(get_form, "a%4", refused);
    expect_back(get_form, "a%4g", refused);
    expect_back(get_form, "%%41", refused);
    expect_back(get_form, "%u0041", refused);
    /* Longer than any inner buffer, with an escape at every position. */
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t lead = 0; lead < 300; lead++) {
        char in[700], want[700];
        struct str text = { in, 0 };
        struct err e;

        snprintf(in, sizeof in, "%0*d%%41%%42%0300d", (int)lead + 1, 0, 0);
        snprintf(want, sizeof want, "%0*dAB%0300d", (int)lead + 1, 0, 0);
        text.n = strlen(in);
        buf_clear(&b);
        assert_true(get_percent(text, false, &b) == OK && buf_ok(&b, &e) == OK);
        assert_true(str_is(buf_str(&b), want));
    }
    buf_fini(&b);
}

static void test_html(void **)
{
    expect(put_html, STR("<a href=\"x\">'&'</a>"),
           "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    expect(put_html, STR("告警"), "告警");
}

static void test_params(void **)
{
    struct params p;
    struct arena a;
    struct err e;

    arena_init(&a);
    assert_true(params_parse(&a, STR("&b=1&&a=x%20y+z&event_sn&e=&=v&b=2=3&"), &p, &e) ==
                OK);
    assert_int_equal(p.n, 6);
    assert_true(str_is(p.v[0].name, "b") && str_is(p.v[0].value, "1"));
    assert_true(str_is(p.v[1].value, "x y z"));
    assert_true(str_is(p.v[2].name, "event_sn") && !p.v[2].has_eq);
    assert_true(str_is(p.v[2].value, "") && p.v[2].value.p != NULL);
    assert_true(str_is(p.v[3].name, "e") && p.v[3].has_eq && p.v[3].value.n == 0);
    assert_true(str_is(p.v[4].name, "") && str_is(p.v[4].value, "v"));
    assert_true(str_is(p.v[5].value, "2=3"));
    assert_ptr_equal(params_find(p, STR("b")), &p.v[0]);
    assert_null(params_find(p, STR("c")));
    assert_true(params_parse(&a, STR(""), &p, &e) == OK && p.n == 0);
    assert_true(params_parse(&a, STR("&&"), &p, &e) == OK && p.n == 0);
    assert_true(params_parse(&a, STR("a=1&b=%zz"), &p, &e) == FAILED);
    assert_int_equal(e.fault, FAULT_SYNTAX);
    assert_true(params_parse(&a, STR("%a=1"), &p, &e) == FAILED);
    arena_fini(&a);
}

static void test_params_limit(void **)
{
    struct params p;
    struct arena a;
    struct buf b;
    struct err e;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < 2000; i++)
        buf_z(&b, "a=1&");
    assert_true(params_parse(&a, buf_str(&b), &p, &e) == OK);
    assert_int_equal(p.n, 2000);
    buf_z(&b, "a");
    assert_true(params_parse(&a, buf_str(&b), &p, &e) == FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    buf_fini(&b);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hex),     cmocka_unit_test(test_base64),
        cmocka_unit_test(test_percent), cmocka_unit_test(test_html),
        cmocka_unit_test(test_params),  cmocka_unit_test(test_params_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
