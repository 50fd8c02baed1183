/* keyword_test.c - which of the texts a robot may be sent lack its keyword. */
#include "text/keyword.h"

#include "../../support/says.h"

static struct arena a;

static int setup(void **)
{
    arena_init(&a);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&a);
    return 0;
}

static struct keyword_question asked(const char *keyword, const char *templates)
{
    struct str *word = arena_new(&a, struct str);
    struct str none = STR("");

    *word = str_of(keyword);
    return (struct keyword_question){
        .form = FORM_DINGTALK,
        .lang = STR("zh-cn"),
        .words = { .name = templates == NULL ? none : STR("t"),
                   .locale = none,
                   .desc = none,
                   .source = none,
                   .templates = templates == NULL ? none : str_of(templates) },
        .keywords = { word, 1 },
    };
}

static struct keyword_answer answer(const char *keyword, const char *templates)
{
    struct keyword_question q = asked(keyword, templates);
    struct keyword_answer out;

    keyword_check(&q, &a, &out);
    return out;
}

static void test_is_in(void **)
{
    static const struct str words[] = { STR_INIT("报警"), STR_INIT("Alert") };

    assert_true(keyword_is_in(STR("x 报警 y"), (struct strs){ words, 2 }));
    assert_true(keyword_is_in(STR("Alert"), (struct strs){ words, 2 }));
    assert_false(keyword_is_in(STR("alert"), (struct strs){ words, 2 }));
    assert_false(keyword_is_in(STR(""), (struct strs){ words, 2 }));
    assert_true(keyword_is_in(STR(""), (struct strs){ NULL, 0 }));
}

/* Ours append what they lack, so that every robot is satisfied. */
static void test_our_own(void **)
{
    static const char *const words[] = { "报警", "alert", "Belfry", "巡检", "x*y" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(answer(words[i], NULL).all_there);
}

/* The classic fault: alarms arrive, the all-clear never does. */
static void test_firing_only(void **)
{
    static const char text[] =
        "[{\"subType\":\"dingding\",\"content\":\"${clear_type}: ${event_name}\"}]";
    struct keyword_answer out = answer("产生", text);

    /* Locale empty: the reader's language. */
    assert_false(out.missing[KEYWORD_FIRING]);
    assert_true(out.missing[KEYWORD_RESOLVED]);
    assert_false(out.all_there);
}

/* A word in somebody's label proves nothing: values do not count. */
static void test_words_only(void **)
{
    static const char text[] =
        "[{\"subType\":\"dingding\",\"content\":\"${event_name} 巡检\"}]";

    assert_false(answer("巡检", text).missing[KEYWORD_FIRING]);
    assert_false(answer("巡检", text).missing[KEYWORD_RESOLVED]);
    assert_true(answer("HighCPU", text).missing[KEYWORD_FIRING]);
    assert_false(answer("HighCPU", text).missing[KEYWORD_FIRING_PLAIN]);
}

/* A receiver's own text, filled in; what cannot be is said by others. */
static void test_message(void **)
{
    static const struct {
        const char *message;
        bool firing, resolved;
    } rows[] = {
        { "巡检 {{ .Status }}", false, false },
        { "{{ if eq .Status \"firing\" }}巡检{{ end }}", false, true },
        { "{{ range .Alerts.Resolved }}巡检{{ end }}", true, false },
        { "{{ .CommonLabels.alertname }}", true, true },
        { "{{ nosuch }}", false, false },
    };
    struct keyword_question q = asked("巡检", NULL);
    struct keyword_answer out;

    q.templates = go_templates_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        q.message = str_of(rows[i].message);
        keyword_check(&q, &a, &out);
        assert_int_equal(out.missing[KEYWORD_FIRING], rows[i].firing);
        assert_int_equal(out.missing[KEYWORD_RESOLVED], rows[i].resolved);
        assert_false(out.missing[KEYWORD_FIRING_PLAIN]);
    }
    go_templates_unref(&q.templates);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_is_in), T(test_our_own),
                                        T(test_firing_only), T(test_words_only),
                                        T(test_message) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
