/* wecom_test.c - the robot of WeCom: its four forms, whom it calls, its limits in bytes,
 * and every row of the table of what it says (contracts/channels.md 4). */
#include "../../support/robot_rig.h"

static const char robot[] = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=K";

static void test_codes(void **)
{
    static const struct judged_row rows[] = {
        { 0, DELIVERED, 0, "" },
        { -1, DEFERRED, 5, "busy" },
        { 45009, DEFERRED, 60, "20 messages a minute" },
        { 45033, DEFERRED, 5, "at the same time" },
        { 93000, REFUSED, 0, "no such robot" },
        { 40058, UNFIT, 0, "too long" },
        { 45002, UNFIT, 0, "too long" },
        { 40008, REFUSED, 0, "our fault" },
        { 44004, REFUSED, 0, "empty" },
        { 40039, REFUSED, 0, "link" },
    };
    struct receipt r;

    assert_rows(wecom_judge, "errcode", rows, sizeof rows / sizeof *rows);
    assert_unknown(wecom_judge, "errcode");
    assert_int_equal(judged_by(wecom_judge, "{\"errcode\":-1}", 4).verdict, REFUSED);
    r = judged_by(wecom_judge,
                  "{\"errcode\":0,\"errmsg\":\"ok. Warning: wrong json format. \"}", 1);
    assert_int_equal(r.verdict, DELIVERED);
    assert_has(r.meaning, "our fault");
}

/* ---- the body ---------------------------------------------------------------------- */

static void test_markdown(void **)
{
    struct channel_job job = job_of(CHANNEL_WECOM, one_alert(), robot, NULL);
    struct json root = object_of(&channel_wecom, &job);

    assert_is(text_at(root, "msgtype"), "markdown");
    assert_has(text_at(root, "markdown/content"),
               "### 🔴 <font color=\"warning\">FIRING</font> · critical · HighCPU");
    job.plain = true;
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "msgtype"), "text");
    assert_has(text_at(root, "text/content"), "HighCPU");
    assert_lacks(text_at(root, "text/content"), "http");
}

static void test_types(void **)
{
    struct channel_job job =
        job_of(CHANNEL_WECOM, one_alert(), robot, "{\"message_type\":\"markdown_v2\"}");
    struct json root = object_of(&channel_wecom, &job);

    assert_is(text_at(root, "msgtype"), "markdown_v2");
    assert_lacks(text_at(root, "markdown_v2/content"), "<font"); /* it has no colours */
    job = job_of(CHANNEL_WECOM, one_alert(), robot, "{\"message_type\":\"text\"}");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "msgtype"), "text");
    job = job_of(CHANNEL_WECOM, one_alert(), robot,
                 "{\"message\":\"> {{ .CommonLabels.instance }}\"}");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "markdown/content"), "> web-1");
}

static void test_card(void **)
{
    struct notification *n = one_alert();
    struct channel_job job =
        job_of(CHANNEL_WECOM, n, robot, "{\"message_type\":\"card\"}");
    struct json root;

    n->external_url = STR("");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "msgtype"), "text"); /* no external_url: leads nowhere */
    n->external_url = STR("http://belfry.example:9093");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "msgtype"), "template_card");
    root = at(root, "template_card");
    assert_is(text_at(root, "card_type"), "text_notice");
    assert_is(text_at(root, "main_title/title"), "🔴 HighCPU");
    assert_is(text_at(root, "main_title/desc"), "FIRING · critical");
    assert_is(text_at(root, "sub_title_text"), "hot");
    assert_int_equal(json_int(at(root, "source/desc_color")), 2);
    assert_has(text_at(root, "card_action/url"), "http://belfry.example:9093/");
    assert_has(text_at(root, "jump_list/0/url"), "http://belfry.example:9093/");
    assert_true(json_count(at(root, "jump_list")) <= 3);
}

/* Its markdown calls users by id; all others are called by a text that follows. */
static void test_mentions(void **)
{
    struct channel_job job = job_of(CHANNEL_WECOM, one_alert(), robot,
                                    "{\"message\":\"m\",\"mentioned_list\":[\"zhangsan\","
                                    "\"lisi\"]}");
    struct json root = object_of(&channel_wecom, &job);

    assert_is(text_at(root, "markdown/content"), "m\n<@zhangsan> <@lisi>");
    job = job_of(CHANNEL_WECOM, one_alert(), robot,
                 "{\"message\":\"m\",\"mentioned_list\":[\"zhangsan\",\"@all\"]}");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "markdown/content"), "m");
    job =
        job_of(CHANNEL_WECOM, one_alert(), robot,
               "{\"message\":\"m\",\"message_type\":\"text\",\"mentioned_list\":[\"z\"],"
               "\"mentioned_mobile_list\":[\"13800000000\"]}");
    root = object_of(&channel_wecom, &job);
    assert_is(text_at(root, "text/mentioned_list/0"), "z");
    assert_is(text_at(root, "text/mentioned_mobile_list/0"), "13800000000");
    job.n = resolved_alert();
    ((struct notification *)(uintptr_t)job.n)->integration = &entry;
    root = object_of(&channel_wecom, &job);
    assert_int_equal(json_count(at(root, "text/mentioned_list")), 0);
}

static void test_template(void **)
{
    struct notification *n = one_alert();
    struct channel_job job = job_of(CHANNEL_WECOM, n, robot, NULL);

    n->action_rule = STR("rule_a");
    n->words.templates =
        STR("[{\"subType\":\"wechat\",\"content\":\"say **${event_name}**\"}]");
    assert_is(text_at(object_of(&channel_wecom, &job), "markdown/content"),
              "say **HighCPU**");
}

/* 4,096 bytes of markdown, 2,048 of text, of UTF-8 and not of JSON. */
static void test_limits(void **)
{
    static const char *const fillings[] = {
        "x", "\"", "\\", "磁", "𝕬", "<", "👩‍👩‍👧"
    };
    static const struct {
        const char *settings, *path;
        bool plain;
        size_t most;
    } rows[] = {
        { NULL, "markdown/content", false, 4096 },
        { NULL, "text/content", true, 2048 },
        { "{\"message_type\":\"markdown_v2\"}", "markdown_v2/content", false, 4096 },
        { "{\"message_type\":\"text\"}", "text/content", false, 2048 },
        { "{\"message\":\"{{ range .Alerts }}{{ .Annotations.description }}{{ end }}\","
          "\"keywords\":[\"报警\"],\"mentioned_list\":[\"zhangsan\"]}",
          "markdown/content", false, 4096 },
    };

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            struct channel_job job =
                job_of(CHANNEL_WECOM, many_alerts(fillings[i]), robot, rows[k].settings);
            struct str text;

            job.plain = rows[k].plain;
            text = text_at(object_of(&channel_wecom, &job), rows[k].path);
            assert_true(text.n > 0 && text.n <= rows[k].most);
            assert_has(text, "报警");
        }
}

/* Exactly as much as there is room for is whole; a byte more is cut. */
static void test_at_the_limit(void **)
{
    for (size_t more = 0; more < 2; more++) {
        struct str message = repeated("磁", 4095); /* 1,365 of 3 bytes */
        struct str settings = arena_printf(&a, "{\"message\":\"%.*s%s\"}",
                                           STR_ARG(message), more == 0 ? "x" : "xx");
        struct channel_job job = job_of(CHANNEL_WECOM, one_alert(), robot, settings.p);
        struct str text = text_at(object_of(&channel_wecom, &job), "markdown/content");

        assert_true(text.n <= 4096);
        assert_int_equal(str_has(text, STR("…")), more == 1);
        assert_true(more > 0 || text.n == 4096);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_codes),    T(test_markdown), T(test_types),  T(test_card),
        T(test_mentions), T(test_template), T(test_limits), T(test_at_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
