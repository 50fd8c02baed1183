#include "api/alibaba/answer.h"
#include "api/alibaba/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

/* One of everything: scalars, an object, a list of texts, a list of objects, an
 * empty list, a list within an item. */
static void write_all(struct answer *w)
{
    answer_text(w, "Code", STR("200"));
    answer_number(w, "Total", -25);
    answer_truth(w, "Success", true);
    answer_open(w, "Names");
    answer_list(w, "Name");
    answer_text(w, "", STR("a"));
    answer_text(w, "", STR("b"));
    answer_close(w);
    answer_close(w);
    answer_open(w, "Contacts");
    answer_list(w, "Contact");
    for (int i = 0; i < 2; i++) {
        answer_open(w, "");
        answer_number(w, "N", i);
        answer_list(w, "L");
        answer_truth(w, "", i == 1);
        answer_number(w, "", 7);
        answer_close(w);
        answer_close(w);
    }
    answer_close(w);
    answer_close(w);
    answer_open(w, "None");
    answer_list(w, "X");
    answer_close(w);
    answer_close(w);
}

static void wrote(bool xml, void (*write)(struct answer *w), const char *want)
{
    struct answer w;

    answer_begin(&w, xml, STR("ListResponse"));
    write(&w);
    answer_end(&w);
    if (!str_is(buf_str(&w.body), want))
        fail_msg("%.*s", STR_ARG(buf_str(&w.body)));
    assert_true(str_is(answer_content_type(&w), xml ? "text/xml;charset=utf-8"
                                                    : "application/json;charset=utf-8"));
    buf_fini(&w.body);
}

static void test_json(void **)
{
    wrote(false, write_all,
          "{\"Code\":\"200\",\"Total\":-25,\"Success\":true,\"Names\":{\"Name\":[\"a\","
          "\"b\"]},\"Contacts\":{\"Contact\":[{\"N\":0,\"L\":[false,7]},{\"N\":1,\"L\":["
          "true,7]}]},\"None\":{\"X\":[]}}");
}

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

static void test_xml(void **)
{
    wrote(true, write_all,
          XML_HEAD
          "<ListResponse><Code>200</Code><Total>-25</Total><Success>true"
          "</Success><Names><Name>a</Name><Name>b</Name></Names><Contacts>"
          "<Contact><N>0</N><L>false</L><L>7</L></Contact><Contact><N>1</N>"
          "<L>true</L><L>7</L></Contact></Contacts><None></None></ListResponse>");
}

#define HOSTILE \
    "<&>\"' \xe5\xbc\xa0 \xf0\x9f\x94\xa5 \t\n\r \x01\x1f \xef\xbf\xbe \xff \x7f"

static void write_hostile(struct answer *w)
{
    answer_text(w, "T", STR(HOSTILE));
    answer_text(w, "E", STR(""));
}

static void test_hostile_text(void **)
{
    wrote(true, write_hostile,
          XML_HEAD "<ListResponse><T>&lt;&amp;&gt;&#34;&#39; \xe5\xbc\xa0 "
                   "\xf0\x9f\x94\xa5 \t\n&#13; \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd "
                   "\xef\xbf\xbd \x7f</T><E></E></ListResponse>");
    wrote(false, write_hostile,
          "{\"T\":\"<&>\\\"' \xe5\xbc\xa0 \xf0\x9f\x94\xa5 \\t\\n\\r \\u0001\\u001f "
          "\xef\xbf\xbe \\ufffd \x7f\",\"E\":\"\"}");
}

static void worded(enum refusal_kind kind, const char *detail, const char *code,
                   const char *message)
{
    struct refusal r;
    struct buf b;

    assert_int_equal(refuse(&r, kind, str_of(detail)), FAILED);
    buf_init(&b, 4096);
    refusal_put_code(&b, &r);
    assert_true(str_is(buf_str(&b), code));
    buf_clear(&b);
    refusal_put_message(&b, &r);
    assert_true(str_is(buf_str(&b), message));
    buf_fini(&b);
}

static void test_refusals(void **)
{
    worded(REFUSE_MISSING, "ContactGroupName", "MissingContactGroupName",
           "ContactGroupName is mandatory for this action.");
    worded(REFUSE_INVALID_SYSTEM, "Version", "InvalidVersion",
           "Specified parameter Version is not valid.");
    worded(REFUSE_CONTACT_MISSING, "ignored", "ContactNotExists",
           "ContactName does not exist.");
    worded(REFUSE_GROUP_MISSING, "", "ContactNotExists", "ContactGroupName Not Exists");
    worded(REFUSE_GROUP_UNKNOWN, "", "ContactGroup.NotExists", "ContactGroup not exists");
    worded(REFUSE_PARAMETER_VALUE, "PageSize {}", "InvalidParameterValue", "PageSize {}");
    /* nothing may follow the string to sign: classic Go compares the rest */
    worded(REFUSE_SIGNATURE_MISMATCH, "GET&%2F&A%3D1", "SignatureDoesNotMatch",
           "Specified signature is not matched with our calculation. server string to "
           "sign is:GET&%2F&A%3D1");
}

/* What the clients can bear: an error status, and a Code that is never empty. */
static void test_table(void **)
{
    for (size_t i = 0; i < REFUSAL_COUNT; i++) {
        assert_true(refusal_rows[i].status >= 400 && refusal_rows[i].status < 600);
        /* 429 is a word to wait: only where the documentation has it */
        assert_true(refusal_rows[i].status != 429 || i == REFUSE_OVER_LIMIT ||
                    i == REFUSE_THROTTLED);
        assert_true(refusal_rows[i].code[0] >= 'A' && refusal_rows[i].code[0] <= 'Z');
        assert_true(refusal_rows[i].message[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),         cmocka_unit_test(test_xml),
        cmocka_unit_test(test_hostile_text), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
