/* smn_attribute_test.c - a topic's policy, introduction and tags on a real server
 * (contracts/huawei.md 2.9, 4.5). */
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;
static struct str token;

#define BASE "/v2/project-main/notifications"
#define TOPIC BASE "/topics/urn:smn:cn-north-4:project-main:t"
#define TAGS "/v2/project-main/smn_topic/t/tags"
#define ERROR(code) "{\"request_id\":\"*\",\"code\":\"" code "\",\"message\":\"*\"}"
#define DONE "{\"request_id\":\"*\"}"

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

static const char *quoted(const char *text)
{
    struct json_out o;
    struct buf b;
    const char *made;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "value", str_of(text));
    json_object_end(&o);
    made = arena_str(&rig.a, buf_str(&b)).p;
    buf_fini(&b);
    return made;
}

static struct api_answer set(const char *name, const char *value)
{
    return ask("PUT", arena_printf(&rig.a, TOPIC "/attributes/%s", name).p,
               quoted(value));
}

static const char *repeat(char c, size_t n)
{
    char *p = arena_alloc(&rig.a, n + 1);

    memset(p, c, n);
    p[n] = '\0';
    return p;
}

static int make(void **)
{
    struct change change = { .op = CHANGE_DELETE,
                             .kind = OBJECT_TOPIC,
                             .present = FIELD_BIT(TOPIC_NAME) };
    const struct object *old = book_find(api_rig_book(&rig, 0), OBJECT_TOPIC, STR("t"));

    if (old != NULL) {
        change.object = old->model;
        api_rig_change(&rig, 0, &change, 1);
    }
    assert_int_equal(ask("POST", BASE "/topics", "{\"name\":\"t\"}").status, 201);
    return 0;
}

#define STATEMENT(more)                                                            \
    "{\"Version\":\"2016-09-07\",\"Id\":\"__default_policy_ID\",\"Statement\":[{"  \
    "\"Sid\":\"__user_pub_0\",\"Effect\":\"Allow\",\"Principal\":{\"CSP\":[\"urn:" \
    "csp:iam::abc:root\"]},\"Action\":[\"SMN:Publish\"],\"Resource\":\"urn:smn:r:" \
    "p:t\"" more "}]}"

static void test_attributes(void **)
{
    hw_expect(set("introduction", "值班"), 200, DONE);
    hw_expect(set("access_policy", STATEMENT("")), 200, DONE);
    hw_expect(ask("GET", TOPIC "/attributes?name=introduction", ""), 200,
              "{\"request_id\":\"*\",\"attributes\":{\"introduction\":\"值班\"}}");
    hw_expect(ask("GET", TOPIC "/attributes", ""), 200,
              "{*\"access_policy\":\"{\\\"Version\\\":\\\"2016-09-07\\\",*\","
              "\"introduction\":\"值班\"}}");
    hw_expect(ask("DELETE", TOPIC "/attributes/introduction", ""), 200, DONE);
    hw_expect(ask("DELETE", TOPIC "/attributes/introduction", ""), 404,
              ERROR("SMN.0045"));
    hw_expect(ask("GET", TOPIC "/attributes?name=introduction", ""), 200,
              "{\"request_id\":\"*\",\"attributes\":{\"introduction\":\"\"}}");
    hw_expect(ask("DELETE", TOPIC "/attributes", ""), 200, DONE);
    hw_expect(ask("DELETE", TOPIC "/attributes", ""), 200, DONE);
    hw_expect(ask("GET", TOPIC "/attributes", ""), 200,
              "{*{\"access_policy\":\"\",\"introduction\":\"\"}}");
    hw_expect(set("colour", "x"), 400, ERROR("SMN.0046"));
    hw_expect(ask("DELETE", TOPIC "/attributes/colour", ""), 400, ERROR("SMN.0046"));
    hw_expect(ask("PUT", TOPIC "/attributes/introduction", "{}"), 400, "*");
    hw_expect(ask("PUT",
                  BASE "/topics/urn:smn:cn-north-4:project-main:no/attributes/"
                       "introduction",
                  "{\"value\":\"\"}"),
              404, ERROR("SMN.0006"));
}

static void test_attribute_bounds(void **)
{
    const char *room = repeat(' ', 30 * 1024 - strlen(STATEMENT("")));

    assert_int_equal(set("introduction", repeat('i', 119)).status, 200);
    assert_int_equal(set("introduction", repeat('i', 120)).status, 200);
    hw_expect(set("introduction", repeat('i', 121)), 403, ERROR("SMN.0047"));
    assert_int_equal(
        set("access_policy", arena_printf(&rig.a, "%s%s", STATEMENT(""), room).p).status,
        200);
    hw_expect(set("access_policy", arena_printf(&rig.a, "%s%s ", STATEMENT(""), room).p),
              403, ERROR("SMN.0047"));
}

/* Each part of a policy has a code of its own. */
static void test_policy(void **)
{
    static const struct {
        const char *from, *to, *code;
    } rows[] = {
        { "{\"Version\"", "[\"Version\"", "SMN.0048" },
        { "2016-09-07", "2017-01-01", "SMN.0049" },
        { "\"__default_policy_ID\"", "7", "SMN.0050" },
        { "\"Statement\":[{", "\"Other\":[{", "SMN.0051" },
        { "\"Statement\":[{", "\"Statement\":[7,{", "SMN.0051" },
        { "\"__user_pub_0\"", "7", "SMN.0052" },
        { "\"Resource\"", "\"Elsewhere\"", "SMN.0053" },
        { "Allow", "allow", "SMN.0054" },
        { "SMN:Publish", "IAM:Publish", "SMN.0055" },
        { "\"Principal\"", "\"Who\"", "SMN.0056" },
    };
    struct str whole = str_of(STATEMENT(""));
    size_t at;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(str_find(whole, str_of(rows[i].from), &at));
        hw_expect(
            set("access_policy",
                arena_printf(&rig.a, "%.*s%s%.*s", (int)at, whole.p, rows[i].to,
                             STR_ARG(str_from(whole, at + strlen(rows[i].from))))
                    .p),
            400,
            arena_printf(&rig.a, "{\"request_id\":\"*\",\"code\":\"%s\",*}", rows[i].code)
                .p);
    }
    hw_expect(set("access_policy", STATEMENT(",\"Condition\":7")), 400,
              ERROR("SMN.0058"));
    hw_expect(set("access_policy", "*"), 400, ERROR("SMN.0048"));
    assert_int_equal(
        set("access_policy", "{\"Version\":\"2016-09-07\",\"Statement\":[]}").status,
        200);
    assert_int_equal(set("access_policy", "").status, 200);
}

/* ---- tags ---------------------------------------------------------------- */

static struct api_answer tags(const char *action, const char *list)
{
    return ask("POST", TAGS "/action",
               arena_printf(&rig.a, "{\"action\":\"%s\",\"tags\":%s}", action, list).p);
}

static void test_tags(void **)
{
    struct api_answer an =
        tags("create", "[{\"key\":\"team\",\"value\":\"运维\"},{\"key\":\"empty\"}]");
    struct str id;
    size_t at;

    hw_expect(an, 204, "");
    hw_expect(ask("GET", TAGS, ""), 200,
              "{\"request_id\":\"*\",\"tags\":[{\"key\":\"team\",\"value\":\"运维\"},"
              "{\"key\":\"empty\",\"value\":\"\"}]}");
    hw_expect(tags("create", "[{\"key\":\"team\",\"value\":\"b\"}]"), 204, "");
    hw_expect(tags("delete", "[{\"key\":\"empty\"},{\"key\":\"none\"}]"), 204, "");
    an = ask("GET", TAGS, "");
    hw_expect(an, 200,
              "{\"request_id\":\"*\",\"tags\":[{\"key\":\"team\",\"value\":\"b\"}]}");
    an = ask("GET", TOPIC, "");
    assert_true(str_find(an.body, STR("\"topic_id\":\""), &at));
    id = str_head(str_from(an.body, at + strlen("\"topic_id\":\"")), 32);
    hw_expect(
        ask("GET",
            arena_printf(&rig.a, "/v2/project-main/smn_topic/%.*s/tags", STR_ARG(id)).p,
            ""),
        200, "{*\"team\"*}");
    hw_expect(ask("GET", "/v2/project-main/smn_topic/none/tags", ""), 404,
              ERROR("SMN.0006"));
    hw_expect(ask("POST", "/v2/project-main/smn_topic/none/tags/action",
                  "{\"action\":\"create\",\"tags\":[]}"),
              404, ERROR("SMN.0006"));
}

static void test_tag_bounds(void **)
{
    static const char *const bad[] = { "[{\"key\":\"\"}]",
                                       "[{\"value\":\"x\"}]",
                                       "[7]",
                                       "[{\"key\":\"a\"},{\"key\":\"a\"}]",
                                       "[{\"key\":7}]",
                                       "{}" };
    struct buf b;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        hw_expect(tags("create", bad[i]), 400, ERROR("SMN.0038"));
    hw_expect(tags("rename", "[]"), 400, ERROR("SMN.0038"));
    hw_expect(tags("create", arena_printf(&rig.a, "[{\"key\":\"%s\",\"value\":\"%s\"}]",
                                          repeat('k', 128), repeat('v', 255))
                                 .p),
              204, "");
    hw_expect(
        tags("create", arena_printf(&rig.a, "[{\"key\":\"%s\"}]", repeat('k', 129)).p),
        400, ERROR("SMN.0038"));
    hw_expect(tags("create", arena_printf(&rig.a, "[{\"key\":\"k\",\"value\":\"%s\"}]",
                                          repeat('v', 256))
                                 .p),
              400, ERROR("SMN.0038"));
    buf_init(&b, BUF_NO_LIMIT);
    for (int i = 0; i < 19; i++)
        buf_printf(&b, "%s{\"key\":\"k%d\"}", i == 0 ? "[" : ",", i);
    buf_z(&b, "]");
    hw_expect(tags("create", arena_str(&rig.a, buf_str(&b)).p), 204, "");
    buf_fini(&b);
    hw_expect(tags("create", "[{\"key\":\"k0\",\"value\":\"again\"}]"), 204, "");
    hw_expect(tags("create", "[{\"key\":\"one more\"}]"), 403, ERROR("SMN.0075"));
}

static int start(void **)
{
    api_rig_start(&rig, hw_serve);
    token = hw_token(&rig, "ops");
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
        cmocka_unit_test_setup(test_attributes, make),
        cmocka_unit_test_setup(test_attribute_bounds, make),
        cmocka_unit_test_setup(test_policy, make),
        cmocka_unit_test_setup(test_tags, make),
        cmocka_unit_test_setup(test_tag_bounds, make),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
