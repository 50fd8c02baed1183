/* json_out_test.c - the writer, byte by byte, and read back. */
#include "base/json.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct buf out;

static void assert_out(const char *want)
{
    if (!str_is(buf_str(&out), want))
        fail_msg("want %s, got %.*s", want, STR_ARG(buf_str(&out)));
    buf_clear(&out);
}

static void assert_written(struct str s, const char *plain, const char *html)
{
    json_put_str(&out, s);
    assert_out(plain);
    json_put_str_html(&out, s);
    assert_out(html);
}

static void test_strings(void **)
{
    assert_written(STR(""), "\"\"", "\"\"");
    assert_written((struct str){ 0 }, "\"\"", "\"\"");
    assert_written(STR("考勤系统组 🔥"), "\"考勤系统组 🔥\"", "\"考勤系统组 🔥\"");
    assert_written(STR("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"", "\"a\\\"b\\\\c/d\"");
    assert_written(STR("\"\""), "\"\\\"\\\"\"", "\"\\\"\\\"\"");
    assert_written(STR("\n\r\t\b\f\x01\x1f\x7f"),
                   "\"\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\x7f\"",
                   "\"\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\x7f\"");
    assert_written(STR("a\0b"), "\"a\\u0000b\"", "\"a\\u0000b\"");
    assert_written(STR("<a&b>"), "\"<a&b>\"", "\"\\u003ca\\u0026b\\u003e\"");
    assert_written(STR("x\u2028y\u2029z\u202a"), "\"x\u2028y\u2029z\u202a\"",
                   "\"x\\u2028y\\u2029z\u202a\"");
}

/* One replacement for each bad byte, as Go's encoder: not one for a run. */
static void test_bad_utf8(void **)
{
    static const struct {
        struct str in;
        const char *want;
    } rows[] = {
        { STR_INIT("\xff"), "\"\\ufffd\"" },
        { STR_INIT("a\x80z"), "\"a\\ufffdz\"" },
        { STR_INIT("\xe4\xb8"), "\"\\ufffd\\ufffd\"" },
        { STR_INIT("\xe4\xb8\""), "\"\\ufffd\\ufffd\\\"\"" },
        { STR_INIT("\xe4\xb8\xe4\xb8\xad"), "\"\\ufffd\\ufffd中\"" },
        { STR_INIT("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\"" },
        { STR_INIT("\xc0\xaf"), "\"\\ufffd\\ufffd\"" },
        { STR_INIT("\xf4\x90\x80\x80"), "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
        { STR_INIT("\xf0\x9f\x94"), "\"\\ufffd\\ufffd\\ufffd\"" },
        { STR_INIT("\xf4\x8f\xbf\xbf"), "\"\xf4\x8f\xbf\xbf\"" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_written(rows[i].in, rows[i].want, rows[i].want);
}

/* An odd byte is found wherever it stands, in short strings and in long ones. */
static void test_every_place(void **)
{
    static const struct {
        struct str odd;
        const char *plain, *html;
    } rows[] = {
        { STR_INIT("\""), "\\\"", "\\\"" },
        { STR_INIT("\\"), "\\\\", "\\\\" },
        { STR_INIT("\x1f"), "\\u001f", "\\u001f" },
        { STR_INIT("\0"), "\\u0000", "\\u0000" },
        { STR_INIT(" "), " ", " " },
        { STR_INIT("\x7f"), "\x7f", "\x7f" },
        { STR_INIT("<"), "<", "\\u003c" },
        { STR_INIT(">"), ">", "\\u003e" },
        { STR_INIT("&"), "&", "\\u0026" },
        { STR_INIT("="), "=", "=" },
        { STR_INIT("中"), "中", "中" },
        { STR_INIT("\u2028"), "\u2028", "\\u2028" },
        { STR_INIT("\u2027"), "\u2027", "\u2027" },
        { STR_INIT("\x80"), "\\ufffd", "\\ufffd" },
        { STR_INIT("\xe2\x80"), "\\ufffd\\ufffd", "\\ufffd\\ufffd" },
    };
    static const char as[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct buf in, want;

    buf_init(&in, 1024);
    buf_init(&want, 1024);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int n = 0; n <= 150; n += n < 20 ? 1 : 10)
            for (int at = 0; at <= n; at++) {
                buf_clear(&in);
                buf_printf(&in, "%.*s", at, as);
                buf_add(&in, rows[i].odd);
                buf_printf(&in, "%.*s", n - at, as);
                for (int html = 0; html <= 1; html++) {
                    buf_clear(&want);
                    buf_printf(&want, "\"%.*s%s%.*s\"", at, as,
                               html ? rows[i].html : rows[i].plain, n - at, as);
                    (html ? json_put_str_html : json_put_str)(&out, buf_str(&in));
                    assert_true(str_eq(buf_str(&out), buf_str(&want)));
                    buf_clear(&out);
                }
            }
    buf_fini(&in);
    buf_fini(&want);
}

static void test_commas(void **)
{
    struct json_out o = json_out(&out);

    json_object(&o);
    json_kv(&o, "a", STR("x"));
    json_kv_i64(&o, "b", -5);
    json_kv_bool(&o, "c", true);
    json_key(&o, "d");
    json_array(&o);
    json_array(&o);
    json_array_end(&o);
    json_object(&o);
    json_object_end(&o);
    json_i64(&o, INT64_MIN);
    json_i64(&o, INT64_MAX);
    json_truth(&o, false);
    json_null(&o);
    json_raw(&o, STR("{\"r\": 1}"));
    json_string(&o, STR("s"));
    json_array_end(&o);
    json_key_str(&o, STR("e\""));
    json_null(&o);
    json_object_end(&o);
    assert_out("{\"a\":\"x\",\"b\":-5,\"c\":true,\"d\":[[],{},-9223372036854775808,"
               "9223372036854775807,false,null,{\"r\": 1},\"s\"],\"e\\\"\":null}");
}

static void test_html_reaches_keys(void **)
{
    struct json_out o = json_out(&out);

    o.html = true;
    json_object(&o);
    json_kv(&o, "<", STR(">"));
    json_object_end(&o);
    assert_out("{\"\\u003c\":\"\\u003e\"}");
}

static void test_limit_latches(void **)
{
    struct buf small;
    struct json_out o = json_out(&small);
    struct err e;

    buf_init(&small, 8);
    json_string(&o, STR("six--6"));
    assert_int_equal(buf_ok(&small, &e), OK);
    json_null(&o);
    assert_int_equal(buf_ok(&small, &e), FAILED);
    buf_fini(&small);
}

/* ---- doubles ---------------------------------------------------------- */

static const struct {
    double d;
    const char *want;
} doubles[] = {
    { 0.0, "0" },
    { -0.0, "-0" },
    { 1, "1" },
    { -1.5, "-1.5" },
    { 0.1, "0.1" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 1.0 / 3, "0.3333333333333333" },
    { 100, "100" },
    { 123456.789, "123456.789" },
    { 95.5, "95.5" },
    { 1e-6, "0.000001" },
    { 1.25e-6, "0.00000125" },
    { 1e-7, "1e-7" },
    { 1.5e-9, "1.5e-9" },
    { 1e17, "100000000000000000" },
    { 1e18, "1e+18" },
    { -1.5e300, "-1.5e+300" },
    { DBL_MAX, "1.7976931348623157e+308" },
    { DBL_MIN, "2.2250738585072014e-308" },
    { 5e-324, "5e-324" },
    { 9007199254740993.0, "9007199254740992" },
    { 1700000000.123, "1700000000.123" },
    { NAN, "null" },
    { INFINITY, "null" },
    { -INFINITY, "null" },
};

static void assert_doubles(void)
{
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        struct json_out o = json_out(&out);

        json_double(&o, doubles[i].d);
        assert_out(doubles[i].want);
    }
}

static void test_doubles(void **)
{
    assert_doubles();
}

/* A process with a decimal comma writes the same. */
static void test_doubles_know_no_locale(void **)
{
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL)
        skip(); /* this machine has no such locale */
    assert_doubles();
    setlocale(LC_NUMERIC, "C");
}

/* Random bit patterns, from a fixed seed: what is written reads back exactly,
 * and by our own reader. */
static void test_doubles_read_back(void **)
{
    struct json_doc *doc = json_doc_new();
    uint64_t bits = 88172645463325252u;

    for (int i = 0; i < 20000; i++) {
        struct json_out o = json_out(&out);
        struct json v;
        struct err e;
        double d, back;

        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&d, &bits, sizeof d);
        if (!isfinite(d))
            continue;
        json_double(&o, d);
        assert_int_equal(json_parse(doc, buf_str(&out), &v, &e), OK);
        back = json_number(v);
        assert_memory_equal(&back, &d, sizeof d);
        buf_clear(&out);
    }
    json_doc_free(&doc);
}

static int start(void **)
{
    buf_init(&out, BUF_NO_LIMIT);
    return 0;
}

static int stop(void **)
{
    buf_fini(&out);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_bad_utf8),
        cmocka_unit_test(test_every_place),
        cmocka_unit_test(test_commas),
        cmocka_unit_test(test_html_reaches_keys),
        cmocka_unit_test(test_limit_latches),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_doubles_know_no_locale),
        cmocka_unit_test(test_doubles_read_back),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
