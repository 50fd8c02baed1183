/* words_test.c - phrases, severities, times and spans in both languages. */
#include "text/when.h"
#include "text/words.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

static void test_languages(void **)
{
    assert_int_equal(lang_of(STR("zh-cn")), LANG_ZH);
    assert_int_equal(lang_of(STR("ZH")), LANG_ZH);
    assert_int_equal(lang_of(STR("en")), LANG_EN);
    assert_int_equal(lang_of(STR("")), LANG_EN);
    assert_int_equal(lang_of(STR("z")), LANG_EN);
}

/* A place is "{1}" to "{3}", and a translation has the places of the original. */
static void test_places(void **)
{
    for (int p = 0; p < PHRASE_COUNT; p++) {
        int seen[LANG_COUNT][3] = { { 0 } };

        for (int l = 0; l < LANG_COUNT; l++) {
            struct str rest = phrase((enum lang)l, (enum phrase)p);
            size_t at;

            assert_true(rest.n > 0);
            while (str_find(rest, STR("{"), &at)) {
                assert_in_range(rest.p[at + 1], '1', '3');
                assert_int_equal(rest.p[at + 2], '}');
                seen[l][rest.p[at + 1] - '1']++;
                rest = str_from(rest, at + 3);
            }
        }
        assert_memory_equal(seen[LANG_EN], seen[LANG_ZH], sizeof seen[0]);
    }
    for (int r = 0; r < REASON_COUNT; r++)
        for (int l = 0; l < LANG_COUNT; l++)
            assert_true(reason_phrase((enum lang)l, (enum reason)r).n > 0);
}

static void test_fill(void **)
{
    SAY(&b, ((struct voice){ LANG_EN, MARKUP_HTML }), PHRASE_WHY_GROUP, STR("<x>"),
        STR("{1}"));
    assert_is(buf_str(&b), "&lt;x&gt; is in contact group {1}");
}

static void test_severity(void **)
{
    assert_is(severity_word(LANG_ZH, STR("critical")), "紧急");
    assert_is(severity_word(LANG_EN, STR("warning")), "warning");
    assert_is(severity_word(LANG_ZH, STR("P1")), "P1");
    assert_is(severity_mark(STR("error")), "🟠");
    assert_is(severity_mark(STR("P1")), "🔵");
}

static void test_when(void **)
{
    const struct zone *zone = NULL;
    struct err e;

    /* huawei.md 2.5's own example. */
    assert_int_equal(zone_parse(made_shanghai(), &a, &zone, &e), OK);
    assert_is(when_text(&a, zone, INT64_C(1669114265) * NS_PER_S),
              "2022-11-22 18:51:05 GMT+08:00");
    assert_is(when_text(&a, NULL, INT64_C(1669114265) * NS_PER_S),
              "2022-11-22 10:51:05 GMT+00:00");
}

/* The date is said only when it is another day where the reader is. */
static void test_when_short(void **)
{
    const struct zone *zone = NULL;
    int64_t at = INT64_C(1669114265) * NS_PER_S; /* 2022-11-22T10:51:05Z */
    struct err e;

    assert_int_equal(zone_parse(made_shanghai(), &a, &zone, &e), OK);
    assert_is(when_short(&a, NULL, at, at + NS_PER_HOUR), "10:51");
    assert_is(when_short(&a, zone, at, at + NS_PER_HOUR), "18:51");
    assert_is(when_short(&a, zone, at, at + 6 * NS_PER_HOUR), "11-22 18:51");
    assert_is(when_short(&a, NULL, at, at + 6 * NS_PER_HOUR), "10:51");
}

static void test_spans(void **)
{
    assert_is(span_text(&a, LANG_EN, 0), "0 s");
    assert_is(span_text(&a, LANG_EN, -5), "0 s");
    assert_is(span_text(&a, LANG_EN, 59 * NS_PER_S), "59 s");
    assert_is(span_text(&a, LANG_EN, 60 * NS_PER_S), "1 min");
    assert_is(span_text(&a, LANG_EN, 3599 * NS_PER_S), "59 min 59 s");
    assert_is(span_text(&a, LANG_EN, 3600 * NS_PER_S), "1 h");
    assert_is(span_text(&a, LANG_ZH, 3660 * NS_PER_S), "1 小时 1 分钟");
    assert_is(span_text(&a, LANG_EN, 86399 * NS_PER_S), "23 h 59 min");
    assert_is(span_text(&a, LANG_EN, 86400 * NS_PER_S), "1 d");
    assert_is(span_text(&a, LANG_ZH, 400 * 86400 * NS_PER_S), "400 天");
}

static void test_stays(void **)
{
    int64_t day = INT64_C(1669075200) * NS_PER_S; /* 2022-11-22T00:00:00Z */

    assert_is(stay_text(&a, LANG_EN, NULL, day, day + NS_PER_HOUR),
              "2022-11-22 00:00:00 to 01:00:00 GMT+00:00 (1 h)");
    assert_is(
        stay_text(&a, LANG_ZH, NULL, day, day + NS_PER_DAY),
        "2022-11-22 00:00:00 GMT+00:00 至 2022-11-23 00:00:00 GMT+00:00，持续 1 天");
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_languages), T(test_places),     T(test_fill),  T(test_severity),
        T(test_when),      T(test_when_short), T(test_spans), T(test_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
