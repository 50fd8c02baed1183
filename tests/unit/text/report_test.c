/* report_test.c - the weekly report in every form and language: figures, bars, hostile
 * names, no longer than the channel takes. */
#include "support/made.h"
#include "support/says.h"
#include "text/builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int setup(void **)
{
    arena_init(&arena);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&arena);
    return 0;
}

static struct report week(void)
{
    static const struct report_name names[] = {
        { STR_INIT("DiskFull"), 12, 90 * NS_PER_MIN },
        { STR_INIT("磁盘 <b>&*_[x](http://evil)"), 3, 0 },
        { STR_INIT(""), 1, NS_PER_S },
    };

    return (struct report){ .from = MADE_NOW - 7 * NS_PER_DAY,
                            .to = MADE_NOW,
                            .fired = 16,
                            .ended = 14,
                            .lasted = 90 * NS_PER_MIN + NS_PER_S,
                            .told = 20,
                            .delivered = 19,
                            .failed = 1,
                            .days = { 0, 1, 0, 12, 0, 0, 3 },
                            .names = names,
                            .name_count = 3 };
}

static struct builtin_parts written(enum builtin_form form, const char *lang,
                                    const struct report *r)
{
    struct notification *n = made_notification(&arena, NULL, 0);
    struct builtin_ask ask = { .kind = BUILTIN_ALERTS, .form = form };
    struct builtin_parts parts;

    n->kind = NOTIFY_REPORT;
    n->reason = REASON_REPORT;
    n->lang = str_of(lang);
    n->zone_tzif = made_shanghai();
    n->report = r;
    builtin_write(n, &ask, &arena, &parts);
    return parts;
}

static bool says(struct str text, const char *what)
{
    if (str_has(text, str_of(what)))
        return true;
    print_error("no \"%s\" in\n%.*s\n", what, STR_ARG(text));
    return false;
}

static void test_words(void **)
{
    struct report r = week();
    struct builtin_parts en = written(FORM_MAIL, "en", &r);
    struct builtin_parts zh = written(FORM_MAIL, "zh-cn", &r);

    assert_true(says(en.title, "📊 Weekly report: ops (11-14 to 11-21)"));
    assert_true(says(en.text, "Alerts: 16 came, 14 ended after 1 h 30 min in all."));
    assert_true(says(en.text, "Messages: 20 made, 19 arrived, 1 failed."));
    assert_true(
        says(en.text, "Tue ▇▇▇▇▇▇▇▇▇▇▇▇ 12")); /* from Tuesday, 18:00 in Shanghai */
    assert_true(says(en.text, "Mon  0"));
    assert_true(says(en.text, "DiskFull ×12 · 1 h 30 min"));
    assert_true(says(en.text, "(no name) ×1 · 1 s"));
    assert_true(says(zh.title, "📊 每周报告：ops（11-14 至 11-21）"));
    assert_true(says(zh.text, "周二 ▇▇▇▇▇▇▇▇▇▇▇▇ 12"));
    assert_true(says(zh.text, "失败 1 条"));
    assert_true(says(zh.text, "最常见的报警"));
    assert_false(en.urgent);
}

static void test_mail_is_a_table(void **)
{
    struct report r = week();
    struct builtin_parts en = written(FORM_MAIL, "en", &r);

    assert_true(says(en.html, "width=\"100%\" style=\"background:#1a5fb4"));
    assert_true(says(en.html, "&lt;b&gt;&amp;*_[x](http://evil)"));
    assert_false(str_has(en.html, STR("<img")));
    assert_false(str_has(en.html, STR("href")));
}

static void test_every_form_has_room(void **)
{
    struct report r = week();
    struct report_name *v = arena_array(&arena, struct report_name, REPORT_NAMES);

    for (size_t i = 0; i < REPORT_NAMES; i++) {
        char *name = arena_alloc(&arena, REPORT_NAME_MAX);

        memset(name, '_', REPORT_NAME_MAX);
        v[i] = (struct report_name){ { name, REPORT_NAME_MAX }, INT64_MAX, INT64_MAX };
    }
    r.names = v;
    r.name_count = REPORT_NAMES;
    for (int form = 0; form < FORM_COUNT; form++) {
        struct builtin_parts parts = written((enum builtin_form)form, "zh-cn", &r);
        struct room room = builtin_forms[form].room;

        assert_true(parts.text.n > 0);
        assert_true(markup_fit(parts.markup, parts.text, room).n == parts.text.n);
    }
}

static void test_nothing_came(void **)
{
    struct report r = { .from = MADE_NOW - 7 * NS_PER_DAY, .to = MADE_NOW };
    struct builtin_parts en = written(FORM_CHAT, "en", &r);

    assert_true(says(en.text, "No alert came this week."));
    assert_false(str_has(en.text, STR("Mon")));
    assert_true(says(written(FORM_SMS, "en", &r).text, "No alert came this week."));
    assert_true(written(FORM_MAIL, "en", &r).html.n > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_mail_is_a_table),
        cmocka_unit_test(test_every_form_has_room),
        cmocka_unit_test(test_nothing_came),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
