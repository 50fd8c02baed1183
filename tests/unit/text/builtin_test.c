/* builtin_test.c - what people read: the words that must be there, in every
 * state and language, and the limits. */
#include "text/builtin.h"

#include "base/utf8.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

enum form { TEXT, HTML, DINGTALK, BARE, FORMS };

static struct builtin_parts parts_of(const struct notification *n, struct builtin_ask ask)
{
    struct builtin_parts parts;

    builtin_write(n, &ask, &a, &parts);
    return parts;
}

static struct str written(const struct notification *n, enum form form, size_t limit)
{
    struct builtin_parts parts = parts_of(
        n, (struct builtin_ask){ .form = form == DINGTALK ? FORM_DINGTALK : FORM_MAIL,
                                 .plain = form == BARE,
                                 .most = limit });

    return form == HTML ? parts.html : parts.text;
}

static struct str subject(const struct notification *n)
{
    return parts_of(n, (struct builtin_ask){ .form = FORM_MAIL }).title;
}

static struct str title(const struct notification *n)
{
    return parts_of(n, (struct builtin_ask){ .form = FORM_DINGTALK }).title;
}

static struct notification *three(void)
{
    const struct alert *al[3] = {
        made_firing(&a, "alertname=HighCPU,env=prod,instance=web-1,severity=warning",
                    "summary=CPU above 95 %,description=see the batch job,"
                    "runbook_url=https://wiki/x"),
        made_resolved(&a, "alertname=HighCPU,env=prod,instance=web-2,severity=critical",
                      "summary=CPU above 95 %"),
        made_firing(&a, "alertname=HighCPU,env=prod,instance=web-3,severity=critical",
                    "summary=CPU above 95 %"),
    };

    return made_notification(&a, al, 3);
}

static void test_subjects(void **)
{
    struct notification *n = three();

    assert_is(subject(n),
              "🔴 [FIRING:2 RESOLVED:1] critical HighCPU (prod) — ops-default");
    assert_is(title(n), "🔴 [FIRING:2 RESOLVED:1] critical HighCPU ×3");
    n->lang = STR("zh-cn");
    assert_is(subject(n), "🔴 [报警:2 已恢复:1] 紧急 HighCPU (prod) — ops-default");

    n->lang = STR("en");
    n->alert_count = 1;
    assert_is(subject(n), "🟡 [FIRING] warning HighCPU (prod, web-1) — ops-default");
    n->alerts++; /* the resolved one */
    n->reason = REASON_ALL_RESOLVED;
    assert_is(subject(n), "✅ [RESOLVED] critical HighCPU (prod, web-2) — ops-default");
    n->reason = REASON_FIRED_AND_RESOLVED;
    assert_is(subject(n),
              "✅ [FIRED AND RESOLVED] critical HighCPU (prod, web-2) — ops-default");
    n->lang = STR("zh-cn");
    assert_is(title(n), "✅ [报警后已恢复] 紧急 HighCPU (prod, web-2)");
}

static void test_names(void **)
{
    const struct alert *al[4] = { made_firing(&a, "alertname=B", ""),
                                  made_firing(&a, "alertname=A", ""),
                                  made_firing(&a, "alertname=C", ""),
                                  made_firing(&a, "alertname=D", "") };
    struct notification *n = made_notification(&a, al, 4);

    n->group_labels = (struct pairs){ 0 };
    n->route = STR("");
    assert_is(subject(n), "🔵 [FIRING:4] B, A and 2 more");
    n->lang = STR("zh");
    assert_is(subject(n), "🔵 [报警:4] B, A 等 4 种");
    n->alert_count = 2;
    n->lang = STR("en");
    assert_is(subject(n), "🔵 [FIRING:2] B, A");
    al[0] = made_firing(&a, "x=1", "");
    n = made_notification(&a, al, 1);
    assert_is(title(n), "🔵 [FIRING] (no name) (prod)");
}

static void test_subject_is_one_short_line(void **)
{
    struct notification *n;
    const struct alert *al[1];
    struct pairs labels = { 0 };
    char name[3000];
    struct str s;

    memset(name, 'x', sizeof name);
    labels = made_with(&a, labels, "alertname", (struct str){ name, sizeof name });
    labels = made_with(&a, labels, "severity", STR("crit\r\nBcc: a@b"));
    al[0] = made_alert(&a, labels, (struct pairs){ 0 });
    n = made_notification(&a, al, 1);
    n->route = STR("a\r\nb");
    s = subject(n);
    assert_true(s.n <= 250);
    assert_false(utf8_has_control(s));
    assert_has(s, "crit Bcc: a@b xxx");
}

/* Everything the issue says a message contains, in every form. */
static void test_contents(void **)
{
    static const char *const en[] = { "FIRING",
                                      "RESOLVED",
                                      "critical",
                                      "HighCPU",
                                      "🔴",
                                      "✅",
                                      "web-1",
                                      "2026-11-21 17:55:00 GMT+08:00",
                                      "(5 min)",
                                      "CPU above 95 %",
                                      "prod",
                                      "see the batch job",
                                      "New alerts joined",
                                      "Runbook",
                                      "http://belfry.example:9093/#/alerts?" };
    static const char *const zh[] = { "报警",
                                      "已恢复",
                                      "紧急",
                                      "HighCPU",
                                      "🔴",
                                      "✅",
                                      "web-1",
                                      "自 2026-11-21 17:55:00 GMT+08:00 起",
                                      "已持续 5 分钟",
                                      "CPU above 95 %",
                                      "prod",
                                      "see the batch job",
                                      "有新的报警加入",
                                      "处理手册",
                                      "http://belfry.example:9093/#/alerts?" };
    struct notification *n = three();

    n->reason = REASON_NEW_ALERTS;
    n->zone_tzif = made_shanghai();
    for (enum form f = TEXT; f <= DINGTALK; f++) {
        n->lang = STR("en");
        for (size_t i = 0; i < sizeof en / sizeof *en; i++)
            assert_has(written(n, f, 50000), en[i]);
        n->lang = STR("zh-cn");
        for (size_t i = 0; i < sizeof zh / sizeof *zh; i++)
            assert_has(written(n, f, 50000), zh[i]);
    }
}

/* Critical first, whatever the order of the group; resolved last. */
static void test_order(void **)
{
    struct str s = written(three(), TEXT, 50000);
    size_t one, two, three_at;

    assert_true(str_find(s, STR("web-3"), &one));
    assert_true(str_find(s, STR("web-1"), &two));
    assert_true(str_find(s, STR("web-2"), &three_at));
    assert_true(one < two && two < three_at);
}

/* What all share is said once; what differs stands with its alert. */
static void test_common(void **)
{
    struct notification *n = three();
    struct str s = written(n, TEXT, 50000), rest;
    size_t at;

    assert_has(s, "Same for all: env=prod\n");
    assert_true(str_find(s, STR("env=prod"), &at));
    rest = str_from(s, at + 1);
    assert_lacks(rest, "env=prod");
    assert_lacks(rest, "CPU above 95 %"); /* the head said it for all */
    n->alert_count = 1;
    assert_has(written(n, TEXT, 50000), "env=prod, instance=web-1\n");
}

static void test_why(void **)
{
    struct notification *n = three();

    assert_has(
        written(n, TEXT, 50000),
        "Why you get this: 张伟 is in contact group ops, sent by route ops-default");
    n->contact_group = STR("");
    n->action_rule = STR("rule_a");
    n->topic_urn = STR("urn:smn:cn-north-4:p:ops");
    assert_has(written(n, TEXT, 50000),
               "action rule rule_a names topic urn:smn:cn-north-4:p:ops");
}

/* A robot set to ask for a keyword gets the all-clear too. */
static void test_keywords(void **)
{
    struct notification *n = three();

    for (int l = 0; l < 2; l++)
        for (size_t alerts = 1; alerts <= 3; alerts++)
            for (size_t limit = 300; limit < 20000; limit += 700) {
                n->lang = l == 0 ? STR("en") : STR("zh");
                n->alert_count = alerts;
                assert_has(written(n, DINGTALK, limit), "报警");
                assert_has(written(n, DINGTALK, limit), "alert");
                assert_has(written(n, BARE, limit), "报警");
                assert_has(written(n, BARE, limit), "alert");
            }
}

static void test_bare_has_no_links(void **)
{
    assert_lacks(written(three(), BARE, 3000), "http");
    assert_lacks(written(three(), BARE, 3000), "batch job");
    assert_has(written(three(), BARE, 3000), "HighCPU");
}

/* Two hundred alerts with long texts of four-byte characters. */
static struct notification *huge(void)
{
    enum { ALERTS = 200 };
    const struct alert **al = arena_array(&a, const struct alert *, ALERTS);
    char words[4000];

    for (size_t i = 0; i < sizeof words; i += 4)
        memcpy(words + i, "𝕬", 4);
    for (size_t i = 0; i < ALERTS; i++) {
        struct pairs labels = made_pairs(&a, "alertname=HighCPU,severity=error");

        labels = made_with(&a, labels, "instance", arena_printf(&a, "host-%zu", i));
        al[i] = made_alert(&a, labels,
                           made_with(&a, (struct pairs){ 0 }, "description",
                                     (struct str){ words, sizeof words }));
    }
    return made_notification(&a, al, ALERTS);
}

/* Whole alerts go first; what is said instead, and the link, stay. */
static void test_limits(void **)
{
    static const size_t limits[] = { 2500, 4000, 18000, 60000, 100000 };
    struct notification *n = huge();

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (enum form f = TEXT; f < FORMS; f++) {
            struct str s = written(n, f, limits[i]);

            if (f == HTML && limits[i] < 10000)
                continue; /* the frame alone is longer */
            assert_true(s.n <= limits[i]);
            assert_true(utf8_valid(s));
            assert_has(s, "more");
            assert_has(s, f == BARE ? "报警" : "/#/alerts?receiver=ops-default");
        }
    assert_has(written(n, HTML, 100000), "</html>");
}

/* Wherever the limit falls: either every alert is there, or it is said that some
 * are not. */
static void test_more_is_always_said(void **)
{
    enum { ALERTS = 9 };
    const struct alert *al[ALERTS];
    struct notification *n;

    for (size_t i = 0; i < ALERTS; i++)
        al[i] = made_alert(&a,
                           made_with(&a, made_pairs(&a, "alertname=X"), "instance",
                                     arena_printf(&a, "host-%zu", i)),
                           (struct pairs){ 0 });
    n = made_notification(&a, al, ALERTS);
    for (enum form f = TEXT; f < FORMS; f++)
        for (size_t limit = 1200; limit < 9000; limit += 11) {
            struct str s = written(n, f, limit);

            if (f == HTML && limit < 5000)
                continue; /* the frame alone is longer */
            if (!str_has(s, f == BARE ? STR("9. X") : STR("host-8")))
                assert_has(s, " more");
        }
}

/* At the limit, one below and one above: never a byte more. */
static void test_exact_limit(void **)
{
    struct notification *n = three();

    for (enum form f = TEXT; f < FORMS; f++) {
        enum unit unit = f == DINGTALK ? UNIT_JSON : UNIT_BYTES;
        struct str whole = arena_str(&a, written(n, f, 0));
        size_t most = measure(unit, whole);

        assert_true(f == DINGTALK || str_eq(written(n, f, most), whole));
        assert_true(measure(unit, written(n, f, most - 1)) < most);
        if (f != HTML)
            assert_true(measure(unit, written(n, f, 500)) <= 500);
    }
}

static void test_hostile(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X");
    struct pairs notes = { 0 };
    const struct alert *al[1];
    struct alert *evil;
    struct notification *n;
    struct str s;

    labels = made_with(&a, labels, "x", STR("</td><script>alert(1)</script>"));
    labels = made_with(&a, labels, "y", STR("a\r\n\r\n**b** [c](http://evil)"));
    notes = made_with(&a, notes, "summary", STR("<img src=x onerror=y> \"'"));
    notes = made_with(&a, notes, "runbook_url", STR("javascript:alert(1)"));
    evil = made_alert(&a, labels, notes);
    made_source(&a, evil, "http://x/\"onmouseover=\"y");
    al[0] = evil;
    n = made_notification(&a, al, 1);

    s = written(n, HTML, 100000);
    assert_lacks(s, "<script");
    assert_lacks(s, "<img");
    assert_lacks(s, "\"onmouseover");
    assert_lacks(s, "href=\"javascript");
    s = written(n, DINGTALK, 18000);
    assert_lacks(s, "[c](");
    assert_lacks(s, "**b**");
}

static void test_confirm(void **)
{
    struct builtin_ask ask = { .kind = BUILTIN_CONFIRM,
                               .form = FORM_MAIL,
                               .link = STR("http://belfry.example:9093/l/CODE") };
    struct builtin_parts text;
    struct notification *n = three();

    n->kind = NOTIFY_CONFIRM_CONTACT;
    n->to = STR("王<b>芳</b>");
    text = parts_of(n, ask);
    assert_is(text.title, "Please confirm your address for alerts: 王<b>芳</b>");
    assert_has(text.text, "\nhttp://belfry.example:9093/l/CODE\n");
    assert_has(text.text, "24 hours");
    assert_has(text.html, "href=\"http://belfry.example:9093/l/CODE\">");
    assert_has(text.html, "王&lt;b&gt;芳&lt;/b&gt;");

    n->kind = NOTIFY_CONFIRM_SUBSCRIPTION;
    n->lang = STR("zh-cn");
    n->topic_urn = STR("urn:smn:cn-north-4:p:ops");
    n->topic_display = STR("运维");
    text = parts_of(n, ask);
    assert_is(text.title, "请确认报警接收地址：运维");
    assert_has(text.text, "ops@example.org 已被订阅到报警主题 运维。");
    assert_has(text.text, "48 小时");
}

/* The same notification, twice, in one arena and in another. */
static void test_same_bytes(void **)
{
    struct notification *n = three();

    for (enum form f = TEXT; f < FORMS; f++) {
        struct str first = arena_str(&a, written(n, f, 50000));

        assert_true(str_eq(first, written(n, f, 50000)));
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_subjects),
        T(test_names),
        T(test_contents),
        T(test_subject_is_one_short_line),
        T(test_order),
        T(test_common),
        T(test_why),
        T(test_keywords),
        T(test_limits),
        T(test_bare_has_no_links),
        T(test_more_is_always_said),
        T(test_exact_limit),
        T(test_hostile),
        T(test_confirm),
        T(test_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
