/* action_rule_test.c - the five operations, every field at its bounds, on a real
 * server (contracts/huawei.md 1). */
#include "api/huawei/action_rule_private.h"
#include "base/time.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;
static struct str token;

#define RULES "/v2/project-main/alert/action-rules"
#define URN(name) "urn:smn:cn-north-4:project-main:" name
#define TOPIC(name) "{\"topic_urn\":\"" URN(name) "\",\"name\":\"" name "\"}"
#define RULE(name, more)                                                    \
    "{\"rule_name\":\"" name "\",\"type\":\"1\",\"notification_template\":" \
    "\"aom.built-in.template.zh\",\"smn_topics\":[" TOPIC("t") "]" more "}"

static struct api_answer ask(const char *method, const char *path, const char *body)
{
    return hw_ask(&rig, token, method, path, body);
}

static void add(const char *body)
{
    struct api_answer an = ask("POST", RULES, body);

    hw_expect(an, 200, "");
    assert_int_equal(api_answer_header(&an, "X-Request-Id").n, 32);
}

static void delete_all(void)
{
    const struct book *b = api_rig_book(&rig, 0);
    size_t n = book_count(b, OBJECT_ACTION_RULE);
    struct change *changes = calloc(n + 1, sizeof *changes);

    assert_non_null(changes);
    for (size_t i = 0; i < n; i++)
        changes[i] = (struct change){ .op = CHANGE_DELETE,
                                      .kind = OBJECT_ACTION_RULE,
                                      .object = book_at(b, OBJECT_ACTION_RULE, i)->model,
                                      .present = FIELD_BIT(RULE_NAME) };
    if (n > 0)
        api_rig_change(&rig, 0, changes, n);
    free(changes);
}

static int clean(void **)
{
    delete_all();
    api_rig_clock(API_RIG_START);
    return 0;
}

/* ---- a rule's life ----------------------------------------------------- */

static void test_life(void **)
{
    add("{\"project_id\":\"project-main\",\"rule_name\":\"lhy_test01\",\"desc\":"
        "\"中文描述 告警*\",\"type\":\"1\",\"smn_topics\":[{\"display_name\":\"显示\","
        "\"name\":\"lhy_test01\",\"push_policy\":1,\"status\":2,\"topic_urn\":\"" URN(
            "lhy_test01") "\"}],\"user_name\":\"someone else\",\"notification_template\":"
                          "\"aom.built-in.template.zh\",\"time_zone\":\"Asia/Shanghai\","
                          "\"create_time\":1,\"update_time\":9999999999999,\"unknown\":"
                          "{\"a\":[1]}}");
    hw_expect(ask("GET", RULES "/lhy_test01", ""), 200,
              "{\"create_time\":1795255200000,\"desc\":\"中文描述 告警*\","
              "\"notification_template\":\"aom.built-in.template.zh\",\"project_id\":"
              "\"project-main\",\"rule_name\":\"lhy_test01\",\"smn_topics\":[{"
              "\"display_name\":\"显示\",\"name\":\"lhy_test01\",\"push_policy\":1,"
              "\"status\":0,\"topic_urn\":\"" URN(
                  "lhy_test01") "\"}],\"time_zone\":\"Asia/Shanghai\",\"type\":\"1\","
                                "\"update_time\":1795255200000,\"user_name\":"
                                "\"someone else\"}");
    assert_true(book_zone(api_rig_book(&rig, 0), STR("Asia/Shanghai")).n > 0);

    /* what an update leaves out stays: Terraform never sends half of it */
    api_rig_clock(API_RIG_START + NS_PER_S);
    hw_expect(
        ask("PUT", RULES,
            "{\"rule_name\":\"lhy_test01\",\"type\":\"2\",\"notification_template\":"
            "\"aom.built-in.template.en\",\"smn_topics\":[" TOPIC("b") "," TOPIC(
                "lhy_test01") "],\"desc\":null,\"time_zone\":null}"),
        204, "");
    hw_expect(ask("GET", RULES "/lhy_test01", ""), 200,
              "{\"create_time\":1795255200000,\"desc\":\"中文描述 告警*\","
              "\"notification_template\":\"aom.built-in.template.en\",\"project_id\":"
              "\"project-main\",\"rule_name\":\"lhy_test01\",\"smn_topics\":[{"
              "\"display_name\":\"\",\"name\":\"b\",\"push_policy\":0,\"status\":0,"
              "\"topic_urn\":\"" URN("b") "\"},{\"display_name\":\"显示\",\"name\":"
                                          "\"lhy_test01\",\"push_policy\":1,\"status\":0,"
                                          "\"topic_urn\":\"" URN(
                                              "lhy_test01") "\"}],\"time_zone\":"
                                                            "\"Asia/Shanghai\",\"type\":"
                                                            "\"2\",\"update_time\":"
                                                            "1795255201000,\"user_name\":"
                                                            "\"someone else\"}");
    hw_expect(ask("PUT", RULES, RULE("lhy_test01", ",\"desc\":\"\"")), 204, "");
    assert_false(str_has(ask("GET", RULES "/lhy_test01", "").body, STR("\"desc\"")));
    hw_expect(ask("DELETE", RULES, "[\"lhy_test01\"]\n"), 204, "");
    hw_expect(ask("GET", RULES "/lhy_test01", ""), 404,
              "{\"error_code\":\"AOM.08019006\",\"error_msg\":\"The action rule does not "
              "exist\",\"trace_id\":\"\"}");
}

static void test_defaults(void **)
{
    add(RULE("r", ",\"project_id\":null,\"user_name\":null,\"desc\":null"));
    hw_expect(ask("GET", RULES "/r", ""), 200,
              "{\"create_time\":*,\"notification_template\":*,\"project_id\":"
              "\"project-main\",\"rule_name\":\"r\",\"smn_topics\":[{\"display_name\":"
              "\"\",\"name\":\"t\",\"push_policy\":0,\"status\":0,\"topic_urn\":*}],"
              "\"time_zone\":\"UTC\",\"type\":\"1\",\"update_time\":*,\"user_name\":"
              "\"ops\"}");
}

static void test_list(void **)
{
    hw_expect(ask("GET", RULES, ""), 200, "{\"action_rules\":[]}");
    add(RULE("b", ""));
    add(RULE("告警规则1", ",\"time_zone\":\"xx/XXX\""));
    hw_expect(ask("GET", RULES "?z=1&&z", ""), 200,
              "{\"action_rules\":[{*\"rule_name\":\"b\",*},{*\"rule_name\":\"告警规则1\","
              "*\"time_zone\":\"xx/XXX\",*}]}");
    hw_expect(ask("GET", RULES "/%E5%91%8A%E8%AD%A6%E8%A7%84%E5%88%991", ""), 200, "*");
    assert_int_equal(ask("GET", RULES "/a%20b", "").status, 404);
}

/* ---- what does not fit ------------------------------------------------- */

static struct str repeat(const char *what, size_t n)
{
    struct str s;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++)
        buf_z(&b, what);
    s = arena_str(&rig.a, buf_str(&b));
    buf_fini(&b);
    return s;
}

static const char *with_name(struct str name)
{
    return arena_printf(&rig.a, RULE("%.*s", ""), STR_ARG(name)).p;
}

static const char *with(const char *field, struct str value)
{
    return arena_printf(&rig.a, RULE("bounded", ",\"%s\":\"%.*s\""), field,
                        STR_ARG(value))
        .p;
}

static void refused(const char *body, const char *field)
{
    const char *wanted = arena_printf(&rig.a,
                                      "{\"error_code\":\"AOM.08018001\",\"error_msg\":\""
                                      "*%s*\",\"trace_id\":\"\"}",
                                      field)
                             .p;

    hw_expect(ask("POST", RULES, body), 400, wanted);
    assert_int_equal(book_count(api_rig_book(&rig, 0), OBJECT_ACTION_RULE), 0);
}

static void accepted(const char *body)
{
    hw_expect(ask("POST", RULES, body), 200, "");
    delete_all();
}

/* At each bound and above; characters are counted, not bytes. */
static void test_bounds(void **)
{
    accepted(with_name(repeat("x", 100)));
    accepted(with_name(repeat("规", 100)));
    refused(with_name(repeat("x", 101)), "rule_name");
    refused(with_name(repeat("规", 101)), "rule_name");
    refused(with_name(STR("")), "rule_name");
    accepted(with_name(STR("a-b_c")));
    refused(with_name(STR("_a")), "rule_name");
    refused(with_name(STR("a-")), "rule_name");
    refused(with_name(STR("a b")), "rule_name");
    refused(with_name(STR("a.b")), "rule_name");
    refused(with_name(STR("a\\u0000b")), "rule_name");
    accepted(with("desc", repeat("述", 1024)));
    refused(with("desc", repeat("述", 1025)), "desc");
    refused(with("desc", STR("_x")), "desc");
    refused(with("desc", STR("x_")), "desc");
    accepted(with("desc", STR("CPU > 90%, see https://wiki/x?y #1")));
    accepted(with("user_name", repeat("人", 100)));
    refused(with("user_name", repeat("人", 101)), "user_name");
    refused(with("user_name", STR("")), "user_name");
    accepted(with("time_zone", repeat("z", 100)));
    refused(with("time_zone", repeat("z", 101)), "time_zone");
    refused(with("time_zone", STR("")), "time_zone");
    refused(with("project_id", STR("project-other")), "project_id");
    accepted(with("project_id", STR("project-main")));
    for (const char *type = "012345"; *type != '\0'; type++) {
        const char *body =
            arena_printf(&rig.a,
                         "{\"rule_name\":\"r\",\"type\":\"%c\",\"notification_template\":"
                         "\"aom.built-in.template.zh\",\"smn_topics\":[" TOPIC("t") "]}",
                         *type)
                .p;

        if (*type >= '1' && *type <= '3')
            accepted(body);
        else
            refused(body, "type");
    }
}

static const char *topics(size_t n, const char *more)
{
    struct str list = repeat(
        arena_printf(&rig.a, "{\"topic_urn\":\"" URN("t") "\",\"name\":\"t\"%s},", more)
            .p,
        n);

    return arena_printf(&rig.a,
                        "{\"rule_name\":\"r\",\"type\":\"1\",\"notification_template\":"
                        "\"aom.built-in.template.zh\",\"smn_topics\":[%.*s]}",
                        STR_ARG(str_head(list, n == 0 ? 0 : list.n - 1)))
        .p;
}

static void test_topics(void **)
{
    refused(topics(0, ""), "smn_topics");
    accepted(topics(1, ""));
    accepted(topics(5, ""));
    refused(topics(6, ""), "smn_topics");
    accepted(topics(1, ",\"push_policy\":1"));
    refused(topics(1, ",\"push_policy\":2"), "smn_topics[0].push_policy");
    refused(topics(1, ",\"push_policy\":-1"), "smn_topics[0].push_policy");
    refused(topics(1, ",\"push_policy\":\"0\""), "smn_topics[0].push_policy");
    refused(topics(1, ",\"push_policy\":0.5"), "smn_topics[0].push_policy");
    accepted(topics(1, ",\"push_policy\":null,\"display_name\":null,\"status\":null"));
    refused(topics(1, ",\"status\":3"), "smn_topics[0].status");
    refused(topics(1, ",\"name\":7"), "smn_topics[0].name");
    refused(topics(1, ",\"name\":\"-x\""), "smn_topics.name");
    refused(topics(1, ",\"topic_urn\":\"urn:x\""), "smn_topics.topic_urn");
    refused(topics(1, ",\"topic_urn\":null"), "smn_topics[0].topic_urn");
    accepted(topics(
        1,
        arena_printf(&rig.a, ",\"display_name\":\"%.*s\"", STR_ARG(repeat("示", 64))).p));
    refused(topics(1, arena_printf(&rig.a, ",\"display_name\":\"%.*sx\"",
                                   STR_ARG(repeat("示", 64)))
                          .p),
            "smn_topics.display_name");
}

static void test_types(void **)
{
    static const struct {
        const char *body, *field;
    } bad[] = {
        { "", "" },
        { "{", "" },
        { "[]", "body" },
        { "null", "body" },
        { "{}", "rule_name" },
        { "{\"rule_name\":\"\xff\"}", "" },
        { "{\"rule_name\":null}", "rule_name" },
        { "{\"rule_name\":1}", "rule_name" },
        { RULE("r", ",\"type\":1"), "type" },
        { RULE("r", ",\"type\":null"), "type" },
        { RULE("r", ",\"desc\":[]"), "desc" },
        { RULE("r", ",\"user_name\":{}"), "user_name" },
        { RULE("r", ",\"time_zone\":8"), "time_zone" },
        { RULE("r", ",\"project_id\":8"), "project_id" },
        { RULE("r", ",\"create_time\":\"1\""), "create_time" },
        { RULE("r", ",\"create_time\":-1"), "create_time" },
        { RULE("r", ",\"update_time\":10000000000000"), "update_time" },
        { RULE("r", ",\"notification_template\":null"), "notification_template" },
        { RULE("r", ",\"notification_template\":\"\""), "notification_template" },
        { RULE("r", ",\"notification_template\":\"no such\""), "notification_template" },
        { RULE("r", ",\"smn_topics\":null"), "smn_topics" },
        { RULE("r", ",\"smn_topics\":{}"), "smn_topics" },
        { RULE("r", ",\"smn_topics\":[1]"), "smn_topics" },
    };
    struct str deep = repeat("[", 65), shut = repeat("]", 65);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refused(bad[i].body, bad[i].field);
    refused(arena_printf(&rig.a, "{\"x\":%.*s%.*s}", STR_ARG(deep), STR_ARG(shut)).p, "");
    accepted(RULE("r", ",\"create_time\":0,\"update_time\":null"));
}

static void rename_topic(void)
{
    struct rule_topic topic = { .urn = STR(URN("t")),
                                .name = STR("t"),
                                .display_name = STR("meanwhile"),
                                .push_policy = 1 };
    struct action_rule rule = { .name = STR("r") };
    struct change change = { .op = CHANGE_UPDATE,
                             .kind = OBJECT_ACTION_RULE,
                             .object = &rule,
                             .present = FIELD_BIT(RULE_TOPICS) };

    rule.topics.v = &topic;
    rule.topics.n = 1;
    api_rig_change(&rig, 0, &change, 1);
}

/* What an update leaves out is what is stored when it is applied, not what was there
 * when it was read. */
static void test_update_meets_another(void **)
{
    add(RULE("r", ""));
    rig.before = rename_topic;
    hw_expect(ask("PUT", RULES, RULE("r", ",\"desc\":\"mine\"")), 204, "");
    hw_expect(ask("GET", RULES "/r", ""), 200,
              "{*\"desc\":\"mine\",*\"display_name\":\"meanwhile\",\"name\":\"t\","
              "\"push_policy\":1,*}");
}

static void test_add_twice_and_update_missing(void **)
{
    add(RULE("r", ",\"desc\":\"first\""));
    hw_expect(ask("POST", RULES, RULE("r", ",\"desc\":\"second\"")), 400,
              "{\"error_code\":\"AOM.08018012\",\"error_msg\":\"actionRule already "
              "exists\",\"trace_id\":\"\"}");
    assert_true(str_has(ask("GET", RULES "/r", "").body, STR("first")));
    hw_expect(ask("PUT", RULES, RULE("no_such_rule", "")), 400,
              "{\"error_code\":\"AOM.08019006\",\"error_msg\":\"The action rule does not "
              "exist\",\"trace_id\":\"\"}");
    hw_expect(ask("PUT", RULES, RULE("r", ",\"type\":\"9\"")), 400,
              "{\"error_code\":\"AOM.08019001\",\"error_msg\":\"type: *\",\"trace_id\":"
              "\"\"}");
    hw_expect(ask("PUT", RULES, "{\"rule_name\":\"r\"}"), 400,
              "{\"error_code\":\"AOM.08019001\",\"error_msg\":\"type is missing\","
              "\"trace_id\":\"\"}");
}

/* é as one code point and as two is one name; answers echo what was sent. */
static void test_names_in_nfc(void **)
{
    static const char composed[] = "caf\xc3\xa9", loose[] = "cafe\xcc\x81";

    add(arena_printf(&rig.a, RULE("%s", ""), loose).p);
    assert_int_equal(
        ask("POST", RULES, arena_printf(&rig.a, RULE("%s", ""), composed).p).status, 400);
    assert_true(str_has(ask("GET", RULES "/caf%C3%A9", "").body, str_of(loose)));
    hw_expect(
        ask("DELETE", RULES, arena_printf(&rig.a, "[\"%s\",\"%s\"]", composed, loose).p),
        204, "");
}

/* ---- delete ------------------------------------------------------------ */

static void test_delete(void **)
{
    static const char missing[] =
        "{\"error_code\":\"AOM.08044006\",\"error_msg\":\"The action rule does not "
        "exist\",\"trace_id\":\"\"}";
    static const char *const bad[] = {
        "", "{}", "[]", "[1]", "[null]", "[\"\"]", "\"r\""
    };

    add(RULE("a", ""));
    add(RULE("b", ""));
    add(RULE("c", ""));
    hw_expect(ask("DELETE", RULES, "[\"a\",\"x\"]"), 400, missing);
    assert_int_equal(book_count(api_rig_book(&rig, 0), OBJECT_ACTION_RULE), 3);
    hw_expect(ask("DELETE", RULES, "[\"a\",\"b\",\"a\"]"), 204, "");
    hw_expect(ask("POST", RULES "/delete", "[\"a\"]"), 400, missing);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hw_expect(ask("DELETE", RULES, bad[i]), 400,
                  "{\"error_code\":\"AOM.08003001\",\"error_msg\":\"*\",\"trace_id\":"
                  "\"\"}");
        hw_expect(ask("POST", RULES "/delete", bad[i]), 400,
                  "{\"error_code\":\"AOM.08044001\",\"error_msg\":\"*\",\"trace_id\":"
                  "\"\"}");
    }
    hw_expect(ask("POST", RULES "/delete", "[\"c\"]"), 204, "");
    hw_expect(ask("GET", RULES, ""), 200, "{\"action_rules\":[]}");
}

/* ---- the quota and the truth about topics ------------------------------- */

static void test_quota(void **)
{
    struct action_rule *rules = calloc(1000, sizeof *rules);
    struct change *changes = calloc(1000, sizeof *changes);
    struct rule_topic topic = { .urn = STR(URN("t")), .name = STR("t") };

    assert_true(rules != NULL && changes != NULL);
    for (size_t i = 0; i < 1000; i++) {
        rules[i] =
            (struct action_rule){ .name = arena_printf(&rig.a, "rule%zu", i),
                                  .user_name = STR("ops"),
                                  .type = STR("1"),
                                  .template_name = STR("aom.built-in.template.zh") };
        rules[i].topics.v = &topic;
        rules[i].topics.n = 1;
        changes[i] = (struct change){ .op = CHANGE_CREATE,
                                      .kind = OBJECT_ACTION_RULE,
                                      .object = &rules[i],
                                      .present = FIELDS_ALL };
    }
    api_rig_change(&rig, 0, changes, 999);
    add(RULE("last", ""));
    hw_expect(ask("POST", RULES, RULE("above", "")), 400,
              "{\"error_code\":\"AOM.08001300\",\"error_msg\":\"The maximum number of "
              "rules has been reached.\",\"trace_id\":\"\"}");
    assert_int_equal(ask("PUT", RULES, RULE("last", ",\"desc\":\"x\"")).status, 204);
    free(rules);
    free(changes);
}

static void status_is(int status)
{
    const char *wanted =
        arena_printf(&rig.a, "{*\"push_policy\":0,\"status\":%d,\"topic_urn\":*}", status)
            .p;

    hw_expect(ask("GET", RULES "/r", ""), 200, wanted);
}

static void test_topic_status(void **)
{
    struct topic topic = { .name = STR("t"),
                           .urn = STR(URN("t")),
                           .id = STR("0123456789abcdef0123456789abcdef") };
    struct address address = { .channel = CHANNEL_MAIL, .plain = STR("a@example.com") };
    struct subscription s = { .topic = STR("t"),
                              .id = STR("0123456789abcdef0123456789abcdef"),
                              .protocol = STR("email") };
    struct change change = {
        .op = CHANGE_CREATE, .kind = OBJECT_TOPIC, .object = &topic, .present = FIELDS_ALL
    };

    add(RULE("r", ""));
    status_is(0);
    api_rig_change(&rig, 0, &change, 1);
    status_is(0);
    address.code = seal(rig.api.sealer, &rig.a, STR("code"));
    s.addresses = (struct addresses){ &address, 1 };
    change.kind = OBJECT_SUBSCRIPTION;
    change.object = &s;
    api_rig_change(&rig, 0, &change, 1);
    status_is(2);
    change = (struct change){ .op = CHANGE_CONFIRM,
                              .kind = OBJECT_SUBSCRIPTION,
                              .key = STR("t:0123456789abcdef0123456789abcdef"),
                              .channel = CHANNEL_MAIL };
    api_rig_change(&rig, 0, &change, 1);
    status_is(1);
    change.op = CHANGE_UNSUBSCRIBE;
    api_rig_change(&rig, 0, &change, 1);
    status_is(2);
    change = (struct change){ .op = CHANGE_DELETE,
                              .kind = OBJECT_TOPIC,
                              .object = &topic,
                              .present = FIELD_BIT(TOPIC_NAME) };
    api_rig_change(&rig, 0, &change, 1);
    status_is(0);
}

static void test_from_a_file(void **)
{
    struct rule_topic topic = { .urn = STR(URN("t")), .name = STR("t") };
    struct action_rule rule = { .name = STR("filed"),
                                .type = STR("1"),
                                .template_name = STR("aom.built-in.template.zh") };
    struct change changes[] = { { .op = CHANGE_PROVISION_BEGIN },
                                { .op = CHANGE_UPSERT,
                                  .kind = OBJECT_ACTION_RULE,
                                  .object = &rule,
                                  .present = FIELDS_ALL,
                                  .provisioned = STR("belfry.yml") } };

    rule.topics.v = &topic;
    rule.topics.n = 1;
    api_rig_change(&rig, 0, changes, 2);
    hw_expect(ask("PUT", RULES, RULE("filed", "")), 403,
              "{\"error_code\":\"AOM.0403\",\"error_msg\":\"*belfry.yml*\","
              "\"error_type\":\"SC_FORBIDDEN\",\"trace_id\":null}");
    api_rig_change(&rig, 0, changes, 1);
    assert_int_equal(ask("GET", RULES "/filed", "").status, 404);
}

static int start(void **)
{
    api_rig_start(&rig, huawei_serve);
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
        cmocka_unit_test_teardown(test_life, clean),
        cmocka_unit_test_teardown(test_defaults, clean),
        cmocka_unit_test_teardown(test_list, clean),
        cmocka_unit_test_teardown(test_bounds, clean),
        cmocka_unit_test_teardown(test_topics, clean),
        cmocka_unit_test_teardown(test_types, clean),
        cmocka_unit_test_teardown(test_add_twice_and_update_missing, clean),
        cmocka_unit_test_teardown(test_update_meets_another, clean),
        cmocka_unit_test_teardown(test_names_in_nfc, clean),
        cmocka_unit_test_teardown(test_delete, clean),
        cmocka_unit_test_teardown(test_quota, clean),
        cmocka_unit_test_teardown(test_topic_status, clean),
        cmocka_unit_test(test_from_a_file),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
