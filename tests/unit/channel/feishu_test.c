/* feishu_test.c - the robot: its signature, its card and its text, and every row of the
 * table of what it says (contracts/channels.md 1 and 3). */
#include "../../support/robot_rig.h"

static const char robot[] = "https://open.feishu.cn/open-apis/bot/v2/hook/ID";

/* ---- the signature ------------------------------------------------------------- */

static void test_signature(void **)
{
    assert_is(feishu_signature(STR("xxx"), 1661860880, &a),
              "QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=");
    assert_is(feishu_signature(STR("0123456789abcdef"), 1700000000, &a),
              "UK5eSsaT2YEZBeGZs+MkB68zi9SSH91TQzUizvcea0A=");
}

/* ---- the answer ------------------------------------------------------------------ */

static void test_codes(void **)
{
    static const struct judged_row rows[] = {
        { 0, DELIVERED, 0, "" },
        { 19001, REFUSED, 0, "no such robot" },
        { 19021, REFUSED, 0, "secret" },
        { 19022, REFUSED, 0, "public address" },
        { 19024, REFUSED, 0, "keyword" },
        { 9499, UNFIT, 0, "could not read" },
        { 11232, DEFERRED, -1, "5 messages a second" },
        { 2200, DEFERRED, 0, "inside Feishu" },
        { 11310, UNFIT, 0, "card" },
        { 230099, UNFIT, 0, "card" },
    };

    assert_rows(feishu_judge, "code", rows, sizeof rows / sizeof *rows);
    assert_rows(feishu_judge, "StatusCode", rows, sizeof rows / sizeof *rows);
    assert_unknown(feishu_judge, "code");
    assert_true(feishu_is_late(&(struct receipt){ .code = 19021 }));
    assert_false(feishu_is_late(&(struct receipt){ .code = 19024 }));
}

/* Who is told to wait does not come back with everybody else. */
static void test_waits_are_scattered(void **)
{
    bool seen[31] = { 0 };
    int kinds = 0;

    for (int number = 1; number <= 200; number++) {
        int64_t wait = judged_by(feishu_judge, "{\"code\":11232}", number).retry_after;

        assert_true(wait >= NS_PER_S && wait <= 30 * NS_PER_S);
        kinds += !seen[wait / NS_PER_S];
        seen[wait / NS_PER_S] = true;
    }
    assert_true(kinds > 20);
}

static void test_status(void **)
{
    struct channel_job job = { .n = one_alert(), .number = 1, .a = &a };
    struct client_reply reply = { .outcome = CLIENT_ANSWERED, .status = 400 };
    struct receipt r;

    reply.body = STR("{\"code\":9499,\"msg\":\"Bad Request\",\"data\":{}}");
    r = receipt_of(&reply);
    feishu_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, UNFIT);
    reply.status = 404; /* no robot said this */
    reply.body = STR("404 page not found");
    r = receipt_of(&reply);
    feishu_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, REFUSED);
    reply.status = 502;
    reply.body = STR("{\"code\":0}");
    r = receipt_of(&reply);
    feishu_judge(&job, &reply, &r);
    assert_int_equal(r.verdict, DEFERRED);
}

/* ---- the body ---------------------------------------------------------------------- */

static void test_card(void **)
{
    struct notification *n = one_alert();
    struct channel_job job;
    struct json root;

    n->lang = STR("zh-cn");
    n->external_url = STR("http://belfry.example:9093");
    job = job_of(CHANNEL_FEISHU, n, robot, NULL);
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "msg_type"), "interactive");
    assert_is(text_at(root, "card/header/title/content"),
              "🔴 [报警] 紧急 HighCPU (prod, web-1)");
    assert_is(text_at(root, "card/header/template"), "red");
    assert_is(text_at(root, "card/elements/0/tag"), "markdown");
    assert_has(text_at(root, "card/elements/0/content"), "hot");
    assert_has(text_at(root, "card/elements/0/content"), "报警");
    assert_is(text_at(root, "card/elements/1/tag"), "action");
    assert_has(text_at(root, "card/elements/1/actions/0/url"),
               "http://belfry.example:9093/");
    job.plain = true;
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "msg_type"), "text");
    assert_has(text_at(root, "content/text"), "HighCPU");
    assert_lacks(text_at(root, "content/text"), "http");
    job = job_of(CHANNEL_FEISHU, resolved_alert(), robot, NULL);
    assert_is(text_at(object_of(&channel_feishu, &job), "card/header/template"), "green");
}

static void test_own_words(void **)
{
    struct channel_job job =
        job_of(CHANNEL_FEISHU, one_alert(), robot,
               "{\"title\":\"T {{ .CommonLabels.alertname }}\",\"keywords\":[\"钟楼\"],"
               "\"message\":\"**{{ .CommonLabels.instance }}**\",\"at_users\":[\"ou_1\","
               "\"all\"]}");
    struct json root = object_of(&channel_feishu, &job);

    assert_is(text_at(root, "card/header/title/content"), "T HighCPU");
    assert_is(text_at(root, "card/header/template"), "red");
    assert_is(text_at(root, "card/elements/0/content"),
              "**web-1**\n\n钟楼\n<at id=ou_1></at> <at id=all></at>");
    job = job_of(CHANNEL_FEISHU, one_alert(), robot,
                 "{\"message_type\":\"text\",\"message\":\"m\",\"at_users\":[\"ou_1\"]}");
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "content/text"), "m\n<at user_id=\"ou_1\"></at>");
    job = job_of(CHANNEL_FEISHU, resolved_alert(), robot,
                 "{\"message\":\"m\",\"at_users\":[\"ou_1\"]}");
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "card/elements/0/content"), "m"); /* wakes nobody */
}

/* An alert mentions nobody; the entry's list does, and its own words may. */
static void test_no_mention_of_an_alert(void **)
{
    const struct alert *al[1];
    struct notification *n;
    struct channel_job job;
    struct str text;

    al[0] = made_alert(&a, made_pairs(&a, "alertname=<at user_id>"),
                       made_with(&a, (struct pairs){ 0 }, "description",
                                 STR("<at user_id=\"all\">x</at> <\u200eat id=all>")));
    n = made_notification(&a, al, 1);
    job = job_of(CHANNEL_FEISHU, n, robot,
                 "{\"message_type\":\"text\",\"at_users\":[\"all\"]}");
    text = text_at(object_of(&channel_feishu, &job), "content/text");
    assert_has(text, "＜at user_id=\"all\">x</at> ＜at id=all>");
    assert_true(str_ends(text, STR("\n<at user_id=\"all\">所有人</at>")));
    assert_lacks(str_head(text, text.n - 30), "<at");
    job.plain = true;
    text = text_at(object_of(&channel_feishu, &job), "content/text");
    assert_has(text, "＜at user_id>");
    assert_lacks(str_head(text, text.n - 40), "<at");
}

/* A template of an action rule, under AOM's word for Feishu. */
static void test_template(void **)
{
    struct notification *n = one_alert();
    struct channel_job job = job_of(CHANNEL_FEISHU, n, robot, NULL);
    struct json root;

    n->action_rule = STR("rule_a");
    n->words.templates =
        STR("[{\"subType\":\"feishu\",\"content\":\"say **${event_name}**\"}]");
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "card/elements/0/content"), "say **HighCPU**");
    job.address = STR("https://x/hook/1?keyword=%E9%92%9F%E6%A5%BC");
    root = object_of(&channel_feishu, &job);
    assert_is(text_at(root, "card/elements/0/content"), "say **HighCPU**\n\n钟楼");
}

/* 20,000 bytes with the signature, where a quote is two and a control six. */
static void test_limit(void **)
{
    static const char *const fillings[] = {
        "x", "\"", "\\", "磁", "𝕬", "<", "👩‍👩‍👧"
    };
    static const char *const settings[] = {
        NULL,
        "{\"message\":\"{{ range .Alerts }}{{ .Annotations.description }}{{ end }}\","
        "\"keywords\":[\"钟楼\"],\"at_users\":[\"ou_1\"]}",
        "{\"message_type\":\"text\"}"
    };

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++)
        for (size_t k = 0; k < sizeof settings / sizeof *settings; k++)
            for (int plain = 0; plain < 2; plain++) {
                struct notification *n = many_alerts(fillings[i]);
                struct channel_job job = job_of(CHANNEL_FEISHU, n, robot, settings[k]);
                struct str body;

                n->external_url = STR("http://belfry.example:9093");
                job.plain = plain;
                body = body_of(&channel_feishu, &job, NULL);
                assert_true(body.n <= 19900);
                assert_true(plain || k != 1 || body.n > 18000);
                assert_has(body, k == 1 ? "钟楼" : "报警");
                if (k == 1 && !plain) {
                    assert_has(body, "… [Open in Belfry](http://belfry");
                    assert_has(body, "ou_1");
                }
            }
}

/* Long addresses of buttons leave less room for the text; the longest is no button. */
static void test_long_links(void **)
{
    struct str link = repeated("d", 1500), endless = repeated("e", 3000);
    struct pairs annotations =
        made_with(&a, (struct pairs){ 0 }, "dashboard_url",
                  arena_printf(&a, "https://d.example/%.*s", STR_ARG(link)));
    const struct alert *al[1];
    struct notification *n;
    struct channel_job job;
    struct str body;

    annotations = made_with(&a, annotations, "runbook_url",
                            arena_printf(&a, "https://e.example/%.*s", STR_ARG(endless)));
    al[0] = made_alert(&a, made_pairs(&a, "alertname=X"), annotations);
    n = made_notification(&a, al, 1);
    n->external_url = arena_printf(&a, "http://%.*s", STR_ARG(repeated("h", 200)));
    job = job_of(
        CHANNEL_FEISHU, n, robot,
        arena_printf(&a, "{\"message\":\"%.*s\"}", STR_ARG(repeated("x", 30000))).p);
    body = body_of(&channel_feishu, &job, NULL);
    assert_true(body.n <= 19900 && body.n > 19500);
    assert_has(body, "https://d.example/");
    assert_lacks(body, "https://e.example/");
}

static void test_confirmations_are_refused(void **)
{
    struct notification *n = made_notification(&a, NULL, 0);
    struct channel_job job = job_of(CHANNEL_FEISHU, n, robot, NULL);
    struct str title;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    assert_int_equal(channel_feishu.render(&job, &b, &title, &e), FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_signature),
        T(test_codes),
        T(test_waits_are_scattered),
        T(test_status),
        T(test_card),
        T(test_own_words),
        T(test_template),
        T(test_no_mention_of_an_alert),
        T(test_limit),
        T(test_long_links),
        T(test_confirmations_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
