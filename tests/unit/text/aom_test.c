/* aom_test.c - AOM's templates: every documented variable, paths, what is absent,
 * escapes, and the choice of the words. */
#include "text/aom_private.h"

#include "base/json.h"
#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

/* contracts/huawei.md 2.2's event, as the door labels it. */
static struct alert *event(void)
{
    struct pairs notes = made_pairs(
        &a, "alarm_probableCause_zh_cn=磁盘写满,alarm_fix_suggestion_zh_cn=清理,"
            "message=disk is full");
    struct alert *al;

    notes = made_with(&a, notes, "results",
                      STR("[{\"time\":\"10:00\",\"n\":3,\"ok\":true,\"x\":1.5,"
                          "\"deep\":{\"a\":[1,null,true,\"x\"],\"b\":{}}},{}]"));
    notes = made_with(&a, notes, "condition_expression", STR("cpu > 90"));
    notes = made_with(&a, notes, "current_value", STR("97.5"));
    notes = made_with(&a, notes, "frequency", STR("5 min"));
    notes = made_with(&a, notes, "alarm_rule_alias", STR("CPU"));
    notes = made_with(&a, notes, "alarm_status", STR("firing"));
    notes = made_with(&a, notes, "tms_tags", STR("{\"team\":\"a\"}"));
    al = made_alert(&a,
                    made_pairs(&a, "alertname=test,severity=error,event_severity=Major,"
                                   "event_type=alarm,resource_provider=ecs,"
                                   "resource_type=vm,resource_id=ecs123,case[0]=first,"
                                   "app-name=shop,dotted.name=d"),
                    notes);
    al->door = DOOR_AOM;
    al->starts_at = INT64_C(1669114265) * NS_PER_S;
    return al;
}

static struct notification *told(struct alert *al)
{
    const struct alert *v[1] = { al };
    struct notification *n = made_notification(&a, v, 1);

    n->action_rule = STR("rule_a");
    n->contact_group = STR("");
    n->zone_tzif = made_shanghai();
    n->topic_urn = STR("urn:smn:cn-north-4:p:ops");
    n->words.name = STR("t1");
    n->words.locale = STR("en-us");
    n->words.templates = STR("");
    return n;
}

static struct str filled(const struct notification *n, const char *text,
                         enum aom_form form)
{
    struct aom_template tm = { .lang = LANG_EN, .form = form };
    struct telling t;

    telling_init(&t, n, &a);
    buf_clear(&b);
    aom_put(&tm, str_of(text), &t, n->alerts[0], 100000, &a, &b);
    return buf_str(&b);
}

static void test_variables(void **)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "${event_name}", "test" },
        { "${event_name_alias}", "test" },
        { "${id}", "1000000000000000007" },
        { "${action_rule}", "rule_a" },
        { "${starts_at}", "2022-11-22 18:51:05 GMT+08:00" },
        { "${ends_at}", "NA" },
        { "${event_severity}", "Major" },
        { "${event_type}", "alarm" },
        { "${clear_type}", "Alarm generated" },
        { "${alarm_info}", "disk is full" },
        { "${message}", "disk is full" },
        { "${resources_new}",
          "app-name=shop; case[0]=first; dotted.name=d; resource_id=ecs123; "
          "resource_type=vm" },
        { "${resource_provider}", "ecs" },
        { "${region_name}", "cn-north-4" },
        { "${domain_name}", "default" },
        { "${alarm_fix_suggestion_zh}", "清理" },
        { "${alarm_probableCause_zh}", "磁盘写满" },
        { "${alarm_fix_suggestion_en}", "清理" },
        { "${resource_type}", "vm" }, /* any label, any annotation */
        { "${no_such_thing}", "NA" },
        { "${ event_name }", "test" },
    };
    struct notification *n = told(event());

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_is(filled(n, rows[i].text, AOM_TEXT), rows[i].want);
}

static void test_paths(void **)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "$event.metadata.resource_id", "ecs123" },
        { "$event.metadata.resource_id.", "ecs123." },
        { "$event.metadata.resource_id，完", "ecs123，完" },
        { "$event.metadata.case[0]", "first" },
        { "$event.metadata.case[1]", "NA" },
        { "$event.metadata.app-name", "shop" },
        { "$event.metadata.app-name-x", "shop-x" },
        { "$event.metadata.resource_id-x", "ecs123-x" },
        { "$event.metadata.dotted.name", "d" },
        { "$event.metadata.nothing-x", "NA-x" },
        { "$event.annotations.message", "disk is full" },
        { "$event.annotations.results[0].time", "10:00" },
        { "$event.annotations.results[0].n", "3" },
        { "$event.annotations.results[0].x", "1.5" },
        { "$event.annotations.results[0].ok", "true" },
        { "$event.annotations.results[0].no", "NA" },
        { "$event.annotations.results[1].time", "NA" },
        { "$event.annotations.results[9].time", "NA" },
        { "$event.annotations.results[-1]", "NA-1]" },
        { "$event.annotations.results[1]", "{}" },
        { "$event.annotations.results[0].deep", "{\"a\":[1,null,true,\"x\"],\"b\":{}}" },
        { "$event.annotations.results[0].deep.a[3]", "x" },
        { "$event.annotations.results[0].deep.a[1]", "NA" },
        { "$event.annotations.condition_expression", "cpu > 90" },
        { "$event.annotations.current_value", "97.5" },
        { "$event.annotations.frequency", "5 min" },
        { "$event.annotations.alarm_rule_alias", "CPU" },
        { "$event.annotations.alarm_status", "firing" },
        { "$event.annotations.tms_tags", "{\"team\":\"a\"}" },
        { "$event.annotations.tms_tags.team", "a" },
        { "$event.metadata['app-name'] x", "shop x" },
        { "$event.metadata[\"dotted.name\"]", "d" },
        { "$event.metadata['']", "NA" },
        { "$event.metadata['nothing']", "NA" },
        { "$event.metadata['open", "$event.metadata['open" },
        { "$event.annotations['message']", "disk is full" },
        { "$event.metadata.event_name", "test" }, /* the alertname */
        { "$event.metadata.event_severity", "Major" },
        { "$event.metadata", "NA" },
        { "$event.annotations.results.time", "NA" },
        { "$event.annotations.message.x", "NA" },
        { "$event.starts_at", "1669114265000" },
        { "$event.ends_at", "0" },
        { "$event.id", "1000000000000000007" },
        { "$event.unknown", "NA" },
    };
    struct notification *n = told(event());

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_is(filled(n, rows[i].text, AOM_TEXT), rows[i].want);
}

/* A value is read once, however often a path goes into it: the second time it says what it
 * said the first, whatever stands there now. */
static void test_paths_read_once(void **)
{
    struct pairs notes =
        made_with(&a, (struct pairs){ 0 }, "k", STR("{\"x\":\"1\",\"y\":4}"));
    struct aom_parsed parsed = { 0 };
    struct aom_scene s = { .a = &a, .parsed = &parsed };
    struct str out;
    size_t used;
    char *value;

    notes = made_with(&a, notes, "l", STR("{\"x\":3}"));
    s.al = made_alert(&a, made_pairs(&a, "alertname=X"), notes);
    value = (char *)(uintptr_t)alert_annotation_get(s.al, STR("k")).p;
    assert_true(aom_path(&s, STR("annotations.k.x"), &used, &out));
    assert_is(out, "1");
    value[6] = '2';
    assert_true(aom_path(&s, STR("annotations.k.x"), &used, &out));
    assert_is(out, "1");
    assert_true(aom_path(&s, STR("annotations.k.y"), &used, &out));
    assert_is(out, "4");
    assert_true(aom_path(&s, STR("annotations.l.x"), &used, &out));
    assert_is(out, "3");
    value[0] = '['; /* no JSON: that is remembered, too */
    assert_false(aom_path(&s, STR("annotations.k.x"), &used, &out));
    value[0] = '{';
    assert_false(aom_path(&s, STR("annotations.k.x"), &used, &out));
    assert_true(aom_path(&s, STR("annotations.l.x"), &used, &out));
    aom_parsed_fini(&parsed);
}

/* What is no name stays as it was written. */
static void test_not_names(void **)
{
    static const char *const texts[] = { "$",       "$$",           "100$",
                                         "${",      "${event_name", "$event",
                                         "$event.", "{event_name}", "$ {x}" };
    struct notification *n = told(event());

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_is(filled(n, texts[i], AOM_TEXT), texts[i]);
    assert_is(filled(n, "$${event_name}$", AOM_TEXT), "$test$");
    assert_is(filled(n, "${${event_name}}", AOM_TEXT), "NA}");
}

static void test_cleared(void **)
{
    struct alert *al = event();
    struct notification *n;

    al->ends_at = al->starts_at + NS_PER_HOUR;
    n = told(al);
    assert_is(filled(n, "${clear_type} ${ends_at} $event.ends_at", AOM_TEXT),
              "Alarm cleared 2022-11-22 19:51:05 GMT+08:00 1669117865000");
}

/* Other doors: their words for the same things. */
static void test_other_doors(void **)
{
    struct alert *al =
        made_firing(&a, "alertname=HighCPU,severity=critical,source=alertmanager",
                    "summary=cpu,description=cpu is high");
    struct notification *n = told(al);

    assert_is(filled(n, "${event_name} ${event_severity} ${message} ${resource_provider}",
                     AOM_TEXT),
              "HighCPU Critical cpu is high alertmanager");
    assert_is(filled(n, "${resources} ${alarm_probableCause_zh}", AOM_TEXT), "NA NA");
    assert_is(filled(n,
                     "$event.metadata.event_name $event.metadata['event_severity'] "
                     "$event.metadata.event_type $event.metadata.resource_provider",
                     AOM_TEXT),
              "HighCPU Critical alarm alertmanager");
}

/* A value is escaped for where it stands, and never read as a name. */
static void test_escapes(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X");
    struct notification *n;

    labels = made_with(&a, labels, "v", STR("<b>\"${event_name}\"\n*x*"));
    n = told(made_alert(&a, labels, (struct pairs){ 0 }));
    assert_is(filled(n, "<i>${v}</i>", AOM_HTML),
              "<i>&lt;b&gt;&#34;${event_name}&#34;<br>*x*</i>");
    assert_is(filled(n, "{\"v\":\"${v}\"}", AOM_JSON),
              "{\"v\":\"<b>\\\"${event_name}\\\"\\n*x*\"}");
    assert_is(filled(n, "**${v}**", AOM_MARKDOWN), "**＜b＞\"${event_name}\"  \n＊x＊**");
    assert_is(filled(n, "${v}", AOM_TEXT), "<b>\"${event_name}\"\n*x*");
}

/* Each of the nine channels has words of its own, in its own markup. */
static void test_sub_types(void **)
{
    static const struct {
        const char *sub_type, *want;
    } rows[] = {
        { "email", "email: *a* <b> [x] https://y 10.0.0.1" },
        { "sms", "sms: *a* <b> (x)" },
        { "wechat", "wechat: ＊a＊ ＜b＞ ［x］ https://y 10.0.0.1" },
        { "dingding", "dingding: ＊a＊ ＜b＞ ［x］ https://y 10.0.0.1" },
        { "webhook", "webhook: *a* <b> [x] https://y 10.0.0.1" },
        { "voice", "voice: *a* <b> (x)" },
        { "espace", "espace: *a* <b> [x] https://y 10.0.0.1" },
        { "feishu", "feishu: ＊a＊ ＜b＞ ［x］ https://y 10.0.0.1" },
        { "welink", "welink: *a* <b> [x] https://y 10.0.0.1" },
    };
    struct pairs labels = made_pairs(&a, "alertname=X,severity=error");
    struct notification *n;
    struct aom_message m;
    struct buf text;

    labels = made_with(&a, labels, "v", STR("*a* <b> [x] https://y 10.0.0.1"));
    n = told(made_alert(&a, labels, (struct pairs){ 0 }));
    buf_init(&text, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_printf(&text, "%s{\"subType\":\"%s\",\"content\":\"%s: ${v}\"}",
                   i == 0 ? "[" : ",", rows[i].sub_type, rows[i].sub_type);
    buf_char(&text, ']');
    n->words.templates = arena_str(&a, buf_str(&text));
    buf_fini(&text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aom_message_as(n, str_of(rows[i].sub_type), 1000, &a, &m);
        assert_is(m.text, rows[i].want);
        assert_true((m.html.n > 0) == str_is(str_of(rows[i].sub_type), "email"));
    }
    /* None for this one: our own, in the template's language. */
    n->words.templates = STR("[{\"subType\":\"email\",\"content\":\"c\"}]");
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++) {
        aom_message_as(n, str_of(rows[i].sub_type), 1000, &a, &m);
        assert_has(m.text, "Major");
        assert_has(m.text, "Alarm generated");
    }
}

/* SMN refuses brackets, and more than 490 characters. */
static void test_sms(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X,severity=error");
    struct notification *n;
    struct aom_message m;
    struct buf text;

    labels = made_with(&a, labels, "v", STR("磁盘[满]"));
    n = told(made_alert(&a, labels, (struct pairs){ 0 }));
    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&text, "[{\"subType\":\"sms\",\"content\":\"【AOM】[${v}]\\n");
    for (int i = 0; i < 100; i++)
        buf_z(&text, "${v}");
    buf_z(&text, "\"}]");
    n->words.templates = arena_str(&a, buf_str(&text));
    buf_fini(&text);
    aom_message_as(n, STR("sms"), 100000, &a, &m);
    assert_true(str_starts(m.text, STR("(AOM)(磁盘(满)) 磁盘(满)磁盘")));
    assert_int_equal(utf8_count(m.text), 490);
}

/* A body that programs read is whole or another, never half. */
static void test_json_is_whole(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X,severity=error");
    struct json_doc *doc = json_doc_new();
    struct notification *n;
    struct aom_message m;
    struct json root;
    struct err e;
    char value[2000];

    memset(value, '"', sizeof value);
    labels = made_with(&a, labels, "v", (struct str){ value, sizeof value });
    n = told(made_alert(&a, labels, (struct pairs){ 0 }));
    n->words.templates =
        STR("[{\"subType\":\"webhook\",\"sendType\":\"JSON\",\"content\":\""
            "{\\\"a\\\":\\\"${v}\\\",\\\"b\\\":\\\"${v}\\\"}\"}]");
    for (size_t limit = 60; limit < 9000; limit += 31) {
        aom_message(n, CHANNEL_WEBHOOK, limit, &a, &m);
        assert_true(m.text.n <= limit);
        if (limit > 120) {
            assert_int_equal(json_parse(doc, m.text, &root, &e), OK);
            assert_true(json_str(json_get(root, STR("b"))).n > 10);
        }
    }
    assert_int_equal(json_str(json_get(root, STR("b"))).n, 2000);
    json_doc_free(&doc);
}

static struct aom_message message(const struct notification *n, enum channel_kind ch)
{
    struct aom_message m;

    aom_message(n, ch, 100000, &a, &m);
    return m;
}

static void test_choice(void **)
{
    struct notification *n = told(event());
    struct aom_message m;

    n->words.templates = STR(
        "[{\"subType\":\"sms\",\"content\":\"no\"},"
        "{\"subType\":\"email\",\"topic\":\"T ${event_name}\",\"content\":\"C ${id}\"},"
        "{\"subType\":\"dingding\",\"content\":\"**${event_name}**\"},"
        "{\"subType\":\"webhook\",\"content\":\"{\\\"m\\\":\\\"${message}\\\"}\","
        "\"sendType\":\"JSON\"}]");
    m = message(n, CHANNEL_MAIL);
    assert_is(m.subject, "T test");
    assert_is(m.text, "C 1000000000000000007");
    assert_has(m.html, "C 1000000000000000007");
    assert_has(m.html, "<!DOCTYPE html>");
    m = message(n, CHANNEL_DINGTALK);
    assert_is(m.text, "**test**");
    m = message(n, CHANNEL_WEBHOOK);
    assert_is(m.text, "{\"m\":\"disk is full\"}");
    assert_is(m.html, "");
}

/* Nothing for this channel, no JSON, a built-in's name: our own words. */
static void test_built_in(void **)
{
    static const char *const nothing[] = { "",
                                           "[]",
                                           "{}",
                                           "not json",
                                           "[1,{\"subType\":1}]",
                                           "[{\"subType\":\"email\",\"content\":\"\"}]",
                                           "[{\"subType\":\"sms\"}]" };
    struct notification *n = told(event());
    struct aom_message m;

    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        n->words.templates = str_of(nothing[i]);
        m = message(n, CHANNEL_MAIL);
        assert_is(m.subject, "🟠 [Major] test: Alarm generated");
        assert_has(m.text, "Severity: Major\n");
        assert_has(m.text, "Possible cause: 磁盘写满\n");
        assert_lacks(m.text, "NA");
        assert_lacks(m.text, "Cleared"); /* the line has nothing to say */
    }
    n->words.name = STR(AOM_BUILT_IN_ZH);
    m = message(n, CHANNEL_MAIL);
    assert_has(m.text, "级别：Major\n");
    assert_has(m.text, "发生时间：2022-11-22 18:51:05 GMT+08:00\n");
    m = message(n, CHANNEL_DINGTALK);
    assert_has(m.text, "报警");
    assert_has(m.text, "alert");
    n->words.name = STR(AOM_BUILT_IN_EN);
    n->words.locale = STR("zh-cn");
    assert_has(message(n, CHANNEL_WEBHOOK).text, "Severity: Major\n");
}

static void test_html_template(void **)
{
    struct notification *n = told(event());
    struct aom_message m;

    n->words.templates = STR("[{\"subType\":\"email\",\"sendType\":\"HTML\","
                             "\"content\":\"<h1>${event_name}</h1>\"}]");
    m = message(n, CHANNEL_MAIL);
    assert_is(m.html, "<h1>test</h1>");
    assert_has(m.text, "Severity: Major\n");
}

static void test_many(void **)
{
    const struct alert *al[80];
    struct notification *n;
    struct aom_message m;
    size_t at;

    for (size_t i = 0; i < 80; i++)
        al[i] = made_firing(&a, "alertname=X,severity=info", "");
    n = made_notification(&a, al, 80);
    n->action_rule = STR("rule_a");
    n->words.locale = STR("en-us");
    n->words.templates =
        STR("[{\"subType\":\"email\",\"content\":\"${event_name} 𝕬𝕬𝕬𝕬𝕬𝕬𝕬𝕬\"}]");
    m = message(n, CHANNEL_MAIL);
    assert_is(m.subject, "🔵 [Info] X: Alarm generated (+79 more)");
    assert_has(m.text, "+30 more Open in Belfry: http://belfry.example:9093/");
    for (size_t limit = 0; limit < 3000; limit += 13) {
        aom_message(n, CHANNEL_MAIL, limit, &a, &m);
        assert_true(m.text.n <= limit && utf8_valid(m.text));
    }
    /* Whole alerts only, then how many there are besides. */
    aom_message(n, CHANNEL_DINGTALK, 1500, &a, &m);
    assert_true(str_find(m.text, STR(" more"), &at));
    assert_true(m.text.n <= 1500);
}

/* A template of many variables with long values stops growing. */
static void test_bounded(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X");
    struct notification *n;
    struct buf text;
    char value[2048];

    memset(value, 'v', sizeof value);
    labels = made_with(&a, labels, "v", (struct str){ value, sizeof value });
    n = told(made_alert(&a, labels, (struct pairs){ 0 }));
    buf_init(&text, BUF_NO_LIMIT);
    buf_z(&text, "[{\"subType\":\"email\",\"content\":\"");
    for (int i = 0; i < 10000; i++)
        buf_z(&text, "${v}");
    buf_z(&text, "\"}]");
    n->words.templates = buf_str(&text);
    assert_true(message(n, CHANNEL_MAIL).text.n <= 100000);
    assert_true(message(n, CHANNEL_MAIL).html.n <= 100000);
    buf_fini(&text);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_variables),     T(test_paths),   T(test_paths_read_once),
        T(test_not_names),     T(test_cleared), T(test_other_doors),
        T(test_escapes),       T(test_choice),  T(test_built_in),
        T(test_html_template), T(test_many),    T(test_bounded),
        T(test_sub_types),     T(test_sms),     T(test_json_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
