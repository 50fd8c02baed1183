/* gateway_test.c - texts that are filled in and answers that are looked into: a value
 * never ends the place it stands in; RFC 6901's own examples. */
#include "channel/gateway.h"

#include "../../support/fresh_arena.h"
#include "../../support/says.h"

static struct err e;

static const char *const names[] = { "text", "to", NULL };

static struct str put(const char *text, const char *value, enum gateway_escape how)
{
    const struct pair v[] = { { STR("text"), str_of(value) },
                              { STR("to"), STR("+86138") } };

    assert_int_equal(gateway_text_check(str_of(text), names, &e), OK);
    buf_clear(&b);
    gateway_text_put(&b, str_of(text), (struct pairs){ v, 2 }, how);
    return buf_str(&b);
}

static void test_texts(void **)
{
    assert_is(put("", "x", GATEWAY_URL), "");
    assert_is(put("no place", "x", GATEWAY_URL), "no place");
    assert_is(put("a=${text}&b=${to}", "1&2=3 %", GATEWAY_URL),
              "a=1%262%3D3%20%25&b=%2B86138");
    assert_is(put("{\"t\":\"${text}\"}", "\"},{\\ \n值班🔥", GATEWAY_JSON),
              "{\"t\":\"\\\"},{\\\\ \\n值班🔥\"}");
    assert_is(put("<t a='${text}'>${to}</t>", "</t>&'\"\x01", GATEWAY_XML),
              "<t a='&lt;/t&gt;&amp;&#39;&#34; '>+86138</t>");
    assert_is(put("Bearer ${text}", "a\r\nX: y", GATEWAY_LINE), "Bearer a  X: y");
    assert_is(put("$$${to}$$", "x", GATEWAY_LINE), "$+86138$");
    /* What is filled in is not looked at again. */
    assert_is(put("${text}", "${to}$", GATEWAY_LINE), "${to}$");
}

static void test_wrong_texts(void **)
{
    static const char *const texts[] = { "$",         "a$b",    "${",
                                         "${}",       "${text", "${Text}",
                                         "${ text }", "$text",  "${text}$" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(gateway_text_check(str_of(texts[i]), names, &e), FAILED);
    assert_true(e.text[0] != '\0');
}

static void test_pointers(void **)
{
    static const char text[] =
        "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
        "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8,\"码\":\"好\"}";
    static const struct {
        const char *pointer, *value;
    } rows[] = {
        { "/foo/0", "bar" }, { "/", "0" },     { "/a~1b", "1" }, { "/c%d", "2" },
        { "/e^f", "3" },     { "/g|h", "4" },  { "/i\\j", "5" }, { "/k\"l", "6" },
        { "/ ", "7" },       { "/m~0n", "8" }, { "/码", "好" },
    };
    static const char *const nowhere[] = { "/foo/2",   "/foo/-1", "/foo/00", "/foo/-",
                                           "/foo/0/x", "/bar",    "/foo/",   "//" };
    static const char *const wrong[] = { "foo", "/a~", "/a~2", "~" };
    struct json_doc *doc = json_doc_new();
    struct json root;

    assert_int_equal(json_parse(doc, str_of(text), &root, &e), OK);
    assert_int_equal(json_kind(gateway_point(root, STR(""))), JSON_OBJECT);
    assert_int_equal(json_kind(gateway_point(root, STR("/foo"))), JSON_ARRAY);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str p = str_of(rows[i].pointer);

        assert_int_equal(gateway_pointer_check(p, &e), OK);
        assert_true(gateway_value_is(gateway_point(root, p), str_of(rows[i].value)));
    }
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        assert_int_equal(json_kind(gateway_point(root, str_of(nowhere[i]))), JSON_NONE);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(gateway_pointer_check(str_of(wrong[i]), &e), FAILED);
    json_doc_free(&doc);
}

static void test_values(void **)
{
    static const struct {
        const char *json, *text;
        bool is;
    } rows[] = {
        { "0", "0", true },       { "0", "00", true },       { "0", "", false },
        { "0", "false", false },  { "\"0\"", "0", true },    { "\"00\"", "0", false },
        { "true", "true", true }, { "true", "1", false },    { "null", "null", true },
        { "1.5", "1.5", true },   { "[]", "", false },       { "{}", "", false },
        { "\"\"", "", true },     { "\"OK\"", "ok", false },
    };
    struct json_doc *doc = json_doc_new();
    struct json root;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(json_parse(doc, str_of(rows[i].json), &root, &e), OK);
        assert_int_equal(gateway_value_is(root, str_of(rows[i].text)), rows[i].is);
    }
    assert_false(gateway_value_is((struct json){ 0 }, STR("")));
    json_doc_free(&doc);
}

static void test_statuses(void **)
{
    static const struct str some[] = { STR_INIT("200-202"), STR_INIT("409") };
    static const char *const wrong[] = { "",     "2xx",  "99",      "600",
                                         "200-", "-200", "299-200", "200-299-300" };
    const struct strs ranges = { some, 2 };

    assert_true(gateway_status_in(ranges, 200) && gateway_status_in(ranges, 202));
    assert_true(gateway_status_in(ranges, 409));
    assert_false(gateway_status_in(ranges, 199) || gateway_status_in(ranges, 203));
    assert_true(gateway_status_in((struct strs){ 0 }, 299));
    assert_false(gateway_status_in((struct strs){ 0 }, 300));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(gateway_status_check(str_of(wrong[i]), &e), FAILED);
    assert_int_equal(gateway_status_check(STR("200 - 299"), &e), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pointers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_statuses, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
