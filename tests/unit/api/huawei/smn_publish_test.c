/* smn_publish_test.c - publishing and templates on a real server: each bound, each code
 * (contracts/huawei.md 2.12, 2.13). */
#include "api/huawei/smn_template.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;
static struct str token;

#define BASE "/v2/project-main/notifications"
#define HERE BASE "/topics/urn:smn:cn-north-4:project-main:t/publish"
#define TEMPLATES BASE "/message_template"
#define ERROR(code) "{\"request_id\":\"*\",\"code\":\"" code "\",\"message\":\"*\"}"
#define PUBLISHED "{\"request_id\":\"*\",\"message_id\":\"*\"}"

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

static const char *repeat(char c, size_t n)
{
    char *p = arena_alloc(&rig.a, n + 1);

    memset(p, c, n);
    p[n] = '\0';
    return p;
}

/* {"name": value, ...}, escaped; names and values by turns, NULL behind the last. */
static const char *object(const char *name, ...)
{
    const char *made;
    struct json_out o;
    struct buf b;
    va_list ap;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    va_start(ap, name);
    for (; name != NULL; name = va_arg(ap, const char *))
        json_kv(&o, name, str_of(va_arg(ap, const char *)));
    va_end(ap);
    json_object_end(&o);
    made = arena_str(&rig.a, buf_str(&b)).p;
    buf_fini(&b);
    return made;
}

static struct api_answer publish(const char *body)
{
    return ask("POST", HERE, body);
}

static void test_bounds(void **)
{
    const char *subject = repeat('s', 512), *message = repeat('m', 256 * 1024);

    hw_expect(publish(object("subject", subject, "message", message, NULL)), 200,
              PUBLISHED);
    hw_expect(publish(object("subject", repeat('s', 513), "message", "m", NULL)), 403,
              ERROR("SMN.0008"));
    hw_expect(publish(object("subject", "a\nb", "message", "m", NULL)), 403,
              ERROR("SMN.0008"));
    hw_expect(publish(object("message", repeat('m', 256 * 1024 + 1), NULL)), 403,
              ERROR("SMN.0009"));
    hw_expect(publish(object("subject", "s", NULL)), 403, ERROR("SMN.0009"));
    hw_expect(publish(object("message", "", NULL)), 403, ERROR("SMN.0009"));
    hw_expect(publish("{\"message\":7}"), 403, ERROR("SMN.0009"));
    hw_expect(publish("{\"subject\":7,\"message\":\"m\"}"), 403, ERROR("SMN.0008"));
    hw_expect(publish(""), 400, "*");
    hw_expect(publish("{\"message\":\"m\",\"time_to_live\":\"86400\"}"), 200, PUBLISHED);
    for (const char *const *bad =
             (const char *const[]){ "\"86401\"", "\"-1\"", "\"x\"", "7", NULL };
         *bad != NULL; bad++)
        hw_expect(
            publish(
                arena_printf(&rig.a, "{\"message\":\"m\",\"time_to_live\":%s}", *bad).p),
            400, "*");
    hw_expect(ask("POST", BASE "/topics/urn:smn:cn-north-4:project-main:none/publish",
                  object("message", "m", NULL)),
              404, ERROR("SMN.0006"));
}

static void test_structure(void **)
{
    const char *sms = repeat('s', 490);

    hw_expect(
        publish(object("message_structure",
                       object("default", "d", "sms", sms, "email", "e", NULL), NULL)),
        200, PUBLISHED);
    hw_expect(
        publish(object("message_structure",
                       object("default", "d", "sms", repeat('s', 491), NULL), NULL)),
        400, ERROR("SMN.0021"));
    for (const char *const *bad = (const char *const[]){ "[x]", "【x】", "a]", NULL };
         *bad != NULL; bad++)
        hw_expect(publish(object("message_structure",
                                 object("default", "d", "sms", *bad, NULL), NULL)),
                  400, ERROR("SMN.0021"));
    hw_expect(publish(object("message_structure", object("sms", "s", NULL), NULL)), 400,
              ERROR("SMN.0021"));
    hw_expect(publish(object("message_structure", "x", NULL)), 400, ERROR("SMN.0021"));
    hw_expect(publish("{\"message_structure\":{}}"), 400, ERROR("SMN.0021"));
}

/* ---- templates ---------------------------------------------------------------- */

static struct api_answer make(const char *name, const char *protocol, const char *content)
{
    return ask("POST", TEMPLATES,
               object("message_template_name", name, "protocol", protocol, "content",
                      content, NULL));
}

static const char *places(int n)
{
    const char *made;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < n; i++)
        buf_printf(&b, "{t%d}", i);
    made = arena_str(&rig.a, buf_str(&b)).p;
    buf_fini(&b);
    return made;
}

static void test_template_bounds(void **)
{
    hw_expect(make(repeat('n', 64), "default", "c"), 201,
              "{\"request_id\":\"*\",\"message_template_id\":\"*\"}");
    hw_expect(make(repeat('n', 65), "default", "c"), 400, ERROR("SMN.0032"));
    for (const char *const *bad =
             (const char *const[]){ "", "-a", "_a", "模板", "a b", NULL };
         *bad != NULL; bad++)
        hw_expect(make(*bad, "default", "c"), 400, ERROR("SMN.0032"));
    hw_expect(make("n", "fax", "c"), 400, ERROR("SMN.0011"));
    hw_expect(make("n", "default", ""), 400, ERROR("SMN.0024"));
    hw_expect(make("n", "default", repeat('c', 256 * 1024 + 1)), 400, ERROR("SMN.0024"));
    hw_expect(make("n", "default", repeat('c', 256 * 1024)), 201, "*");
    hw_expect(make("n", "default", "c"), 200, ERROR("SMN.0025"));
    hw_expect(make("p", "default", places(90)), 201, "*");
    hw_expect(make("q", "default", places(91)), 403, ERROR("SMN.0075"));
    hw_expect(ask("POST", TEMPLATES, "{}"), 400, ERROR("SMN.0032"));
    hw_expect(ask("GET", TEMPLATES "/x", ""), 400, ERROR("SMN.0031"));
    hw_expect(ask("GET", TEMPLATES "/00112233445566778899aabbccddeeff", ""), 404,
              ERROR("SMN.0027"));
    hw_expect(ask("PUT", TEMPLATES "/00112233445566778899aabbccddeeff", "{}"), 404,
              ERROR("SMN.0027"));
    hw_expect(ask("DELETE", TEMPLATES "/00112233445566778899aabbccddeeff", ""), 404,
              ERROR("SMN.0027"));
    hw_expect(ask("GET", TEMPLATES "?limit=101", ""), 400, ERROR("SMN.0015"));
}

static void test_template_quota(void **)
{
    size_t there = book_count(api_rig_book(&rig, 0), OBJECT_SMN_TEMPLATE);

    for (size_t i = there; i < 100; i++)
        hw_expect(make(arena_printf(&rig.a, "quota%zu", i).p, "default", "c"), 201, "*");
    hw_expect(make("more", "default", "c"), 400, ERROR("SMN.0044"));
    hw_expect(ask("GET", TEMPLATES "?offset=99", ""), 200,
              "{\"request_id\":\"*\",\"message_template_count\":100,"
              "\"message_templates\":[{*}]}");
}

static struct api_answer filled(const char *name, const char *tags)
{
    return publish(
        arena_printf(&rig.a, "{\"message_template_name\":\"%s\",\"tags\":%s}", name, tags)
            .p);
}

static void test_filling(void **)
{
    assert_int_equal(make("f", "email", "{a} and {b}").status, 201);
    hw_expect(filled("f", "{}"), 404, ERROR("SMN.0076"));
    assert_int_equal(make("f", "default", "{a}").status, 201);
    hw_expect(filled("f", "{\"a\":\"1\"}"), 200, PUBLISHED);
    hw_expect(filled("none", "{}"), 404, ERROR("SMN.0027"));
    hw_expect(filled(repeat('n', 65), "{}"), 400, ERROR("SMN.0042"));
    hw_expect(filled("模板", "{}"), 400, ERROR("SMN.0042"));
    hw_expect(filled("f", "{\"a\":7}"), 400, ERROR("SMN.0038"));
    hw_expect(filled("f", "{\"a b\":\"1\"}"), 400, ERROR("SMN.0038"));
    hw_expect(filled("f", "[]"), 400, ERROR("SMN.0038"));
    hw_expect(filled("f", arena_printf(&rig.a, "{\"%s\":\"%s\"}", repeat('k', 21),
                                       repeat('v', 1024))
                              .p),
              200, PUBLISHED);
    hw_expect(filled("f", arena_printf(&rig.a, "{\"%s\":\"\"}", repeat('k', 22)).p), 400,
              ERROR("SMN.0038"));
    hw_expect(filled("f", arena_printf(&rig.a, "{\"a\":\"%s\"}", repeat('v', 1025)).p),
              400, ERROR("SMN.0038"));
    /* what grows too long when it is filled */
    assert_int_equal(
        make("g", "default", arena_printf(&rig.a, "{a}%s", repeat('c', 262000)).p).status,
        201);
    hw_expect(filled("g", arena_printf(&rig.a, "{\"a\":\"%s\"}", repeat('v', 145)).p),
              403, ERROR("SMN.0009"));
    hw_expect(filled("g", arena_printf(&rig.a, "{\"a\":\"%s\"}", repeat('v', 144)).p),
              200, PUBLISHED);
}

static void test_places(void **)
{
    static const struct label tags[] = { { STR_INIT("a"), STR_INIT("{b}") },
                                         { STR_INIT("b"), STR_INIT("值") } };
    struct str names[2];
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    smn_template_fill(STR("{a}{b}{c} {} {a b} {{b}} {a"), &(struct labels){ tags, 2 },
                      &b);
    assert_true(str_is(buf_str(&b), "{b}值{c} {} {a b} {值} {a"));
    buf_fini(&b);
    assert_int_equal(smn_template_tags(STR("{a}{b}{a}{ c}{c-.1}"), names, 2), 3);
    assert_true(str_is(names[0], "a") && str_is(names[1], "b"));
}

static int start(void **)
{
    api_rig_start(&rig, huawei_serve);
    token = hw_token(&rig, "ops");
    assert_int_equal(ask("POST", BASE "/topics", "{\"name\":\"t\"}").status, 201);
    return 0;
}

static int stop(void **)
{
    api_rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),          cmocka_unit_test(test_structure),
        cmocka_unit_test(test_template_bounds), cmocka_unit_test(test_filling),
        cmocka_unit_test(test_template_quota),  cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
