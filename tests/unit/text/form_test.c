/* form_test.c - every form of our own messages, in both languages and every state:
 * its limit in its unit, the words that must be there, and no more markup than
 * ours, whatever the labels hold. */
#include "text/builtin.h"

#include "base/json.h"
#include "base/utf8.h"
#include "text/sms.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct json_doc *doc;

static int setup(void **)
{
    arena_init(&a);
    doc = json_doc_new();
    return 0;
}

static int teardown(void **)
{
    json_doc_free(&doc);
    arena_fini(&a);
    return 0;
}

static struct builtin_parts written(const struct notification *n, enum builtin_form form)
{
    struct builtin_ask ask = { .form = form, .ack = STR("https://b.example/l/ACK") };
    struct builtin_parts parts;

    builtin_write(n, &ask, &a, &parts);
    return parts;
}

static struct json parsed(struct str text)
{
    struct json root = { 0 };
    struct err e = { 0 };

    if (json_parse(doc, text, &root, &e) != OK)
        says_fail(text, "is no JSON:", e.text, __FILE__, __LINE__);
    return root;
}

/* ---- notifications ---------------------------------------------------------- */

static const struct alert *alert_of(const char *instance, const char *severity)
{
    struct pairs labels = made_pairs(&a, "alertname=HighCPU,env=prod");
    struct pairs notes =
        made_pairs(&a, "description=the batch job runs,"
                       "runbook_url=https://wiki.example/cpu,"
                       "dashboard_url=https://grafana.example/d/1,"
                       "alarm_fix_suggestion_zh_cn=重启任务,"
                       "alarm_fix_suggestion_en_us=restart the job,"
                       "alarm_probableCause_zh_cn=任务重叠,__hidden__=x");
    struct alert *al;

    labels = made_with(&a, labels, "instance", str_of(instance));
    labels = made_with(&a, labels, "severity", str_of(severity));
    al = made_alert(&a, labels, notes);
    made_source(&a, al, "https://prometheus.example/graph");
    return al;
}

static struct notification *one(void)
{
    const struct alert *v[] = { alert_of("web-1", "critical") };

    return made_notification(&a, v, 1);
}

static struct notification *over(void)
{
    struct notification *n = one();

    ((struct alert *)(uintptr_t)n->alerts[0])->ends_at = MADE_NOW - NS_PER_MIN;
    n->firing_count = 0;
    n->reason = REASON_ALL_RESOLVED;
    return n;
}

static struct notification *many(size_t count, const char *word)
{
    const struct alert **v = arena_array(&a, const struct alert *, count);
    struct pairs notes;
    char words[3000];

    for (size_t i = 0; i < sizeof words; i++)
        words[i] = word[i % strlen(word)];
    notes = made_with(&a, (struct pairs){ 0 }, "description",
                      (struct str){ words, sizeof words - sizeof words % strlen(word) });
    for (size_t i = 0; i < count; i++) {
        struct pairs labels = made_pairs(&a, "alertname=HighCPU,severity=error");

        labels = made_with(&a, labels, "instance", arena_printf(&a, "host-%zu", i));
        v[i] = made_alert(&a, labels, notes);
    }
    return made_notification(&a, v, count);
}

/* ---- limits ------------------------------------------------------------------ */

static void check_limits(const struct builtin_parts *p, enum builtin_form form)
{
    const struct builtin_row *row = &builtin_forms[form];

    assert_true(p->title.n > 0 && p->title.n <= 250 && !utf8_has_control(p->title));
    assert_true(utf8_valid(p->title) && utf8_valid(p->text) && utf8_valid(p->html));
    assert_true(p->text.n > 0 && measure(row->room.unit, p->text) <= row->room.most);
    assert_true(p->html.n <= row->object || row->object == 0);
    assert_true(p->json.n <= row->object || row->object == 0);
    if (p->json.n > 0)
        (void)parsed(p->json);
}

static void check_all_forms(struct notification *n)
{
    static const char *const langs[] = { "en", "zh-cn" };

    for (int form = 0; form < FORM_COUNT; form++)
        for (size_t l = 0; l < 2; l++) {
            struct builtin_parts p;

            n->lang = str_of(langs[l]);
            p = written(n, (enum builtin_form)form);
            check_limits(&p, (enum builtin_form)form);
        }
}

static void test_limits(void **)
{
    static const char *const words[] = { "x", "磁盘", "𝕬", "\"\\", "\n", "[a](", "**" };

    check_all_forms(one());
    check_all_forms(over());
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        check_all_forms(many(1, words[i]));
        check_all_forms(many(60, words[i]));
    }
}

/* Any smaller limit is kept too, and what is left out is said as soon as there is
 * room to say it. */
static void test_smaller(void **)
{
    struct notification *n = many(40, "磁盘 [x](y) ");

    for (int form = 0; form < FORM_COUNT; form++)
        for (size_t most = 1; most < 1500; most += 37) {
            struct builtin_ask ask = { .form = (enum builtin_form)form, .most = most };
            struct builtin_parts p;

            builtin_write(n, &ask, &a, &p);
            assert_true(measure(builtin_forms[form].room.unit, p.text) <= most);
            assert_true(utf8_valid(p.text));
            if (most > 900 && form != FORM_SMS && form != FORM_VOICE)
                assert_has(p.text, " more");
        }
}

/* ---- contents ------------------------------------------------------------------ */

/* All that is said, wherever the form says it. */
static struct str all_of(const struct builtin_parts *p)
{
    struct str text = arena_printf(&a, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(p->title),
                                   STR_ARG(p->text), STR_ARG(p->html), STR_ARG(p->json));

    for (size_t i = 0; i < p->link_count; i++)
        text = arena_printf(&a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(p->links[i].url));
    return text;
}

static bool is_brief(int form)
{
    return form == FORM_SMS || form == FORM_VOICE;
}

static void test_contents(void **)
{
    static const char *const en[] = { "FIRING",
                                      "critical",
                                      "HighCPU",
                                      "web",
                                      "5 min",
                                      "First notification",
                                      "batch job",
                                      "What to do",
                                      "restart the job",
                                      "https://wiki.example/cpu",
                                      "https://grafana.example/d/1",
                                      "https://prometheus.example/graph",
                                      "/#/alerts?receiver=",
                                      "https://b.example/l/ACK" };
    static const char *const zh[] = { "报警",
                                      "紧急",
                                      "HighCPU",
                                      "web",
                                      "5 分钟",
                                      "首次通知",
                                      "batch job",
                                      "处理建议",
                                      "重启任务",
                                      "https://wiki.example/cpu",
                                      "https://grafana.example/d/1",
                                      "https://prometheus.example/graph",
                                      "/#/alerts?receiver=",
                                      "https://b.example/l/ACK" };
    struct notification *n = one();

    for (int form = 0; form < FORM_COUNT; form++)
        for (size_t i = 0; i < (is_brief(form) ? 4 : sizeof en / sizeof *en); i++) {
            struct builtin_parts p;

            n->lang = STR("en");
            p = written(n, (enum builtin_form)form);
            assert_has(all_of(&p), en[i]);
            assert_lacks(all_of(&p), "__hidden__");
            assert_lacks(all_of(&p), "重启任务"); /* the reader's language only */
            n->lang = STR("zh-cn");
            p = written(n, (enum builtin_form)form);
            assert_has(all_of(&p), zh[i]);
            assert_lacks(all_of(&p), "restart the job");
        }
}

/* The end of it: said as such, with nothing left to do. */
static void test_over(void **)
{
    struct notification *n = over();

    for (int form = 0; form < FORM_COUNT; form++) {
        struct builtin_parts p = written(n, (enum builtin_form)form);

        assert_true(str_has(all_of(&p), STR("RESOLVED")) ||
                    str_has(all_of(&p), STR("resolved")));
        assert_lacks(p.text, "restart the job");
        assert_lacks(all_of(&p), "/l/ACK");
        assert_lacks(all_of(&p), "silences/new");
        assert_false(p.urgent);
        assert_string_equal(p.look->feishu, "green");
    }
}

static void test_looks(void **)
{
    static const struct {
        const char *severity, *feishu, *teams, *wecom;
    } rows[] = {
        { "critical", "red", "Attention", "warning" },
        { "error", "orange", "Warning", "warning" },
        { "warning", "yellow", "Warning", "warning" },
        { "info", "blue", "Accent", "comment" },
        { "P1", "blue", "Accent", "comment" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct look *look = look_of(str_of(rows[i].severity), false);

        assert_string_equal(look->feishu, rows[i].feishu);
        assert_string_equal(look->teams, rows[i].teams);
        assert_string_equal(look->wecom, rows[i].wecom);
        assert_string_equal(look_of(str_of(rows[i].severity), true)->feishu, "green");
    }
}

/* ---- each vendor's own ------------------------------------------------------------ */

static void test_markups(void **)
{
    struct notification *n = one();

    assert_has(written(n, FORM_DINGTALK).text, "### 🔴 FIRING · critical · HighCPU");
    assert_has(written(n, FORM_WECOM).text, "<font color=\"warning\">FIRING</font>");
    assert_has(written(n, FORM_WECOM).text, "**instance** web-1\n");
    assert_has(written(n, FORM_SLACK).text, "*🔴 [FIRING] critical HighCPU");
    assert_has(written(n, FORM_SLACK).text, "<https://wiki.example/cpu|Runbook>");
    assert_has(written(n, FORM_TELEGRAM).text, "<b>🔴 [FIRING] critical HighCPU");
    assert_has(written(n, FORM_TELEGRAM).text,
               "<a href=\"https://wiki.example/cpu\">Runbook</a>");
    assert_has(written(n, FORM_TELEGRAM_V2).text, "\\[FIRING\\]");
    assert_has(written(n, FORM_MATRIX).html, "<b>instance</b> web-1<br>");
    assert_has(written(n, FORM_MATRIX).text, "instance: web-1\n");
    assert_lacks(written(n, FORM_CHAT).text, "silences/new");
    assert_has(written(n, FORM_DINGTALK).text, "[Silence](http://belfry.example:9093/#/"
                                               "silences/new?filter=%7Balertname%3D%22"
                                               "HighCPU%22%2Cenv%3D%22prod%22%2Cinstance"
                                               "%3D%22web-1%22%2Cseverity%3D%22critical"
                                               "%22%7D)");
    assert_lacks(written(n, FORM_NTFY).text, "http");
}

static struct json at(struct json v, const char *key)
{
    return json_get(v, str_of(key));
}

static struct json item(struct json list, size_t i)
{
    struct json_iter it = json_iter(list);

    while (json_next(&it))
        if (i-- == 0)
            return it.value;
    return (struct json){ 0 };
}

static void test_feishu(void **)
{
    struct notification *n = one();
    struct json root = parsed(written(n, FORM_FEISHU_CARD).json);
    struct json elements = at(root, "elements"), post;

    assert_is(json_str(at(at(root, "header"), "template")), "red");
    assert_has(json_str(at(at(at(root, "header"), "title"), "content")), "[FIRING]");
    assert_is(json_str(at(item(elements, 0), "tag")), "markdown");
    assert_has(json_str(at(item(elements, 0), "content")), "**instance** web-1");
    assert_has(json_str(at(item(elements, 0), "content")), "报警"); /* keywords */
    assert_int_equal(json_count(at(item(elements, 1), "actions")), 6);
    assert_is(json_str(at(item(at(item(elements, 1), "actions"), 0), "type")), "primary");

    n->lang = STR("zh-cn");
    post = at(parsed(written(n, FORM_FEISHU_POST).json), "zh_cn");
    assert_has(json_str(at(post, "title")), "[报警]");
    assert_is(json_str(at(item(item(at(post, "content"), 0), 0), "tag")), "text");
    post = item(at(post, "content"), json_count(at(post, "content")) - 1);
    assert_is(json_str(at(item(post, 0), "tag")), "a");
    assert_has(json_str(at(item(post, 0), "href")), "/#/alerts");
}

static void test_slack_blocks(void **)
{
    struct notification *n = many(60, "磁盘 ");
    struct json card, blocks;
    size_t sum = 0;

    n->route = STR("r");
    card = item(parsed(written(n, FORM_SLACK_BLOCKS).json), 0);
    blocks = at(card, "blocks");
    assert_true(str_starts(json_str(at(card, "color")), STR("#")));
    assert_is(json_str(at(item(blocks, 0), "type")), "header");
    assert_true(measure(UNIT_UTF16, json_str(at(at(item(blocks, 0), "text"), "text"))) <=
                150);
    assert_in_range(json_count(blocks), 3, 50);
    for (size_t i = 1; i < json_count(blocks); i++) {
        struct str text = json_str(at(at(item(blocks, i), "text"), "text"));

        assert_in_range(measure(UNIT_UTF16, text), 1, 3000);
        sum += measure(UNIT_UTF16, text);
    }
    assert_true(sum <= 13000);
    assert_has(json_str(at(at(item(blocks, json_count(blocks) - 1), "text"), "text")),
               "|Open in Belfry>");
}

static void test_teams(void **)
{
    struct json card = parsed(written(one(), FORM_TEAMS).json);

    assert_is(json_str(at(card, "type")), "AdaptiveCard");
    assert_is(json_str(at(item(at(card, "body"), 0), "color")), "Attention");
    assert_has(json_str(at(item(at(card, "body"), 0), "text")), "FIRING · critical");
    assert_has(json_str(at(item(at(card, "body"), 1), "text")), "**instance** web-1\n\n");
    assert_int_equal(json_count(at(card, "actions")), 6);
}

static struct str field(const struct builtin_parts *p, const char *name)
{
    for (size_t i = 0; i < p->fields.n; i++)
        if (str_is(p->fields.v[i].name, name))
            return p->fields.v[i].value;
    return STR("");
}

static void test_brief(void **)
{
    const struct alert *v[] = { alert_of("10.0.0.1:9100", "critical") };
    struct notification *n = made_notification(&a, v, 1);
    struct builtin_parts p = written(n, FORM_SMS);

    assert_is(p.text, "FIRING critical HighCPU, prod, since 09:55 (5 min)");
    assert_false(sms_measure(p.text).ucs2);
    assert_is(field(&p, "status"), "FIRING");
    assert_is(field(&p, "severity"), "critical");
    assert_is(field(&p, "name"), "HighCPU");
    assert_is(field(&p, "count"), "1");
    assert_is(field(&p, "where"), "prod"); /* the address is left out */
    assert_is(field(&p, "since"), "09:55");
    assert_is(field(&p, "lasting"), "5 min");
    n->lang = STR("zh-cn");
    n->zone_tzif = made_shanghai();
    assert_is(written(n, FORM_SMS).text,
              "报警 紧急 HighCPU，prod，17:55 起，已持续 5 分钟");
    assert_is(written(n, FORM_VOICE).text,
              "Belfry 报警，级别紧急：HighCPU。已持续 5 分钟。");
    assert_is(written(over(), FORM_VOICE).text, "Belfry: resolved: HighCPU. ");
    n = many(60, "磁盘");
    n->lang = STR("zh-cn");
    assert_true(sms_measure(written(n, FORM_SMS).text).parts <= 2);
    assert_has(written(n, FORM_SMS).text, "HighCPU x60");
    assert_has(written(n, FORM_VOICE).text, "共 60 条");
}

/* ---- hostile -------------------------------------------------------------------- */

static size_t times(struct str s, const char *what)
{
    size_t n = 0, where;

    while (str_find(s, str_of(what), &where)) {
        n++;
        s = str_from(s, where + strlen(what));
    }
    return n;
}

static const char evil[] = "](http://e) **b** <b> <at id=all></at> <!here> <@U1> "
                           "@everyone `c` </a> *x* \n# h\n- i\n> q \u202e &lt; \\";

static struct notification *saying(const char *value)
{
    struct pairs labels = made_pairs(&a, "severity=critical"), notes = { 0 };
    struct notification *n;
    const struct alert *v[1];

    labels = made_with(&a, labels, "alertname", str_of(value));
    labels = made_with(&a, labels, "x", str_of(value));
    notes = made_with(&a, notes, "summary", str_of(value));
    notes = made_with(&a, notes, "description", str_of(value));
    notes = made_with(&a, notes, "alarm_fix_suggestion_en_us", str_of(value));
    notes = made_with(&a, notes, "other", str_of(value));
    v[0] = made_alert(&a, labels, notes);
    n = made_notification(&a, v, 1);
    n->route = str_of(value);
    return n;
}

static void no_more_of(struct str bad, struct str good, const char *what)
{
    if (times(bad, what) > times(good, what))
        says_fail(bad, "has live", what, __FILE__, __LINE__);
}

/* The same message with harmless values has no fewer links, bold runs and tags
 * (a link that hostile labels made too long is left out).
 * (What takes backslashes is read in markup_test and cut_test.) */
static void test_hostile(void **)
{
    static const char *const tags[] = { "<b>", "<at", "<!", "<@", "</a>", "<a " };
    static const char *const marks[] = { "](", "**", "\n#", "\n- " };

    for (int form = 0; form < FORM_COUNT; form++) {
        struct builtin_parts bad = written(saying(evil), (enum builtin_form)form);
        struct builtin_parts good = written(saying("a"), (enum builtin_form)form);
        bool twins = bad.markup >= MARKUP_DINGTALK && bad.markup <= MARKUP_TEAMS;
        bool angles = bad.markup == MARKUP_SLACK || bad.markup == MARKUP_TELEGRAM;

        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
            no_more_of(bad.html, good.html, tags[i]);
            if (twins || angles)
                no_more_of(bad.text, good.text, tags[i]);
        }
        for (size_t i = 0; twins && i < sizeof marks / sizeof *marks; i++)
            no_more_of(bad.text, good.text, marks[i]);
        assert_lacks(all_of(&bad), "\u202e");
        assert_true(form != FORM_DISCORD || !str_has(bad.text, STR("@everyone")));
    }
}

/* ---- notes, keywords, names --------------------------------------------------------- */

static void test_notes(void **)
{
    struct builtin_ask ask = { .kind = BUILTIN_CONFIRM,
                               .link = STR("https://b.example/l/CODE") };
    struct notification *n = one();
    struct builtin_parts p;

    n->kind = NOTIFY_CONFIRM_CONTACT;
    for (int form = 0; form < FORM_COUNT; form++) {
        ask.form = (enum builtin_form)form;
        builtin_write(n, &ask, &a, &p);
        check_limits(&p, ask.form);
        assert_true(p.link_count == 1);
        if (form != FORM_VOICE)
            assert_has(all_of(&p), "https://b.example/l/CODE");
    }
    ask = (struct builtin_ask){ .kind = BUILTIN_TEST };
    n->kind = NOTIFY_ALERTS;
    for (int form = 0; form < FORM_COUNT; form++) {
        ask.form = (enum builtin_form)form;
        n->alert_count = 0;
        builtin_write(n, &ask, &a, &p);
        check_limits(&p, ask.form);
        assert_true(str_has(p.title, STR("DRILL")) && str_has(p.text, STR("DRILL")));
        n->alert_count = 1;
        builtin_write(n, &ask, &a, &p);
        check_limits(&p, ask.form);
        assert_true(str_has(p.title, STR("DRILL")) && str_has(all_of(&p), STR("test")));
        assert_has(all_of(&p), "HighCPU");
    }
}

/* A channel asks for the words of alerts; that it is a test the notification says. */
static void test_a_drill_is_marked_in_every_form(void **)
{
    for (int form = 0; form < FORM_COUNT; form++)
        for (int plain = 0; plain < 2; plain++)
            for (int zh = 0; zh < 2; zh++) {
                struct builtin_ask ask = { .form = (enum builtin_form)form,
                                           .plain = plain };
                struct notification *n = one();
                struct builtin_parts p;
                const char *mark = zh ? "演练" : "DRILL";

                n->kind = NOTIFY_TEST;
                n->lang = zh ? STR("zh-cn") : STR("en");
                builtin_write(n, &ask, &a, &p);
                check_limits(&p, ask.form);
                assert_has(p.title, mark);
                if (form == FORM_VOICE && !zh)
                    assert_has(p.text, "drill");
                else
                    assert_has(p.text, mark);
                if (p.html.n > 0)
                    assert_has(p.html, mark);
                if (p.json.n > 0)
                    assert_has(p.json, mark);
                assert_has(all_of(&p), "HighCPU");
                n->kind = NOTIFY_ALERTS;
                builtin_write(n, &ask, &a, &p);
                assert_lacks(all_of(&p), mark);
            }
}

static void test_asked_keyword(void **)
{
    static const struct str words[] = { STR_INIT("巡检"), STR_INIT("ops") };
    struct builtin_ask ask = { .keywords = { words, 2 } };
    struct builtin_parts p;

    for (int form = FORM_DINGTALK; form <= FORM_WECOM_TEXT; form++) {
        struct notification *n = over();

        n->route = n->contact_group = STR("");
        ask.form = (enum builtin_form)form;
        builtin_write(n, &ask, &a, &p);
        assert_has(p.text, "巡检");
        assert_has(p.text, "报警");
        ask.plain = true;
        builtin_write(n, &ask, &a, &p);
        assert_has(p.text, "巡检");
        ask.plain = false;
        ask.kind = BUILTIN_TEST;
        n->alert_count = 0;
        builtin_write(n, &ask, &a, &p);
        assert_has(p.text, "巡检");
        ask.kind = BUILTIN_ALERTS;
    }
}

static void test_names(void **)
{
    enum builtin_form form;

    for (int i = 0; i < FORM_COUNT; i++) {
        assert_true(builtin_form_of_name(str_of(builtin_forms[i].name), &form));
        assert_int_equal(form, i);
    }
    assert_false(builtin_form_of_name(STR("pigeon"), &form));
    assert_false(builtin_form_of_name(STR(""), &form));
}

/* A link that would fill the message is left out; words stay. */
static void test_long_links(void **)
{
    struct pairs notes = { 0 };
    const struct alert *v[1];
    struct str p;
    char url[700] = "https://x.example/";

    memset(url + 18, 'a', sizeof url - 18);
    notes = made_with(&a, notes, "runbook_url", (struct str){ url, sizeof url });
    notes = made_with(&a, notes, "description", STR("what happened"));
    v[0] = made_alert(&a, made_pairs(&a, "alertname=X,severity=error"), notes);
    p = written(made_notification(&a, v, 1), FORM_WECOM_APP).text;
    assert_has(p, "what happened");
    assert_lacks(p, "aaaaaaaa");
    assert_has(p, "Open in Belfry");
    assert_has(written(made_notification(&a, v, 1), FORM_DINGTALK).text, "aaaaaaaa)");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_limits),
        T(test_smaller),
        T(test_contents),
        T(test_over),
        T(test_looks),
        T(test_markups),
        T(test_feishu),
        T(test_slack_blocks),
        T(test_teams),
        T(test_brief),
        T(test_hostile),
        T(test_notes),
        T(test_a_drill_is_marked_in_every_form),
        T(test_asked_keyword),
        T(test_names),
        T(test_long_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
