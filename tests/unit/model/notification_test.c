/* notification_test.c - the words in the tables, and outcomes in the journal. */
#include "model/explanation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void test_words(void **)
{
    assert_string_equal(reason_word(REASON_FIRST), "first notification");
    assert_string_equal(reason_word(REASON_REPEAT), "repeat interval elapsed");
    assert_string_equal(reason_word(REASON_ASKED), "confirmation asked");
    assert_string_equal(verdict_word(DELIVERED), "delivered");
    assert_string_equal(verdict_word(UNKNOWN), "unknown");
    assert_string_equal(suppression_words(SUPPRESSED_NONE), "told");
    assert_string_equal(suppression_name(SUPPRESSED_NONE), "told");
    assert_string_equal(suppression_name(SUPPRESSED_ADDRESS_PENDING), "address_pending");
    assert_string_equal(suppression_words(SUPPRESSED_DEAD_LETTER),
                        "given up after 24 hours");
}

/* The name of a suppression is its identifier in small letters. */
static void test_suppression_names(void **)
{
#define ID(id, name, words) #id,
    static const char *const ids[] = { SUPPRESSIONS(ID) };
#undef ID

    for (int i = 1; i < SUPPRESSION_COUNT; i++)
        assert_true(
            str_eq_nocase(str_of(ids[i]), str_of(suppression_name((enum suppression)i))));
}

/* A person who is not told can do something about it, or nothing is wrong. */
static void test_suppression_fixes(void **)
{
    static const enum suppression well[] = {
        SUPPRESSED_NONE,        SUPPRESSED_TOLD_ALREADY,    SUPPRESSED_SAME_ADDRESS,
        SUPPRESSED_WAITING,     SUPPRESSED_RESOLVED_UNTOLD, SUPPRESSED_REPLACED,
        SUPPRESSED_ALERTS_GONE, SUPPRESSED_ACKNOWLEDGED,    SUPPRESSED_MERGED,
    };
    enum suppression found;

    for (int i = 0; i < SUPPRESSION_COUNT; i++) {
        enum suppression why = (enum suppression)i;
        bool is_well = false;

        for (size_t k = 0; k < sizeof well / sizeof *well; k++)
            is_well = is_well || well[k] == why;
        if ((suppression_fix(why)[0] == '\0') != is_well)
            fail_msg("what can be done about %s?", suppression_name(why));
        assert_true(suppression_of_name(str_of(suppression_name(why)), &found));
        assert_int_equal(found, why);
    }
    assert_false(suppression_of_name(STR("delivered"), &found));
    assert_false(suppression_of_name(STR(""), &found));
}

static void test_channels(void **)
{
    enum channel_kind kind;

    for (int i = 0; i < CHANNEL_COUNT; i++) {
        assert_string_equal(channel_names[i], channel_words[i].name);
        assert_true(channel_of_name(str_of(channel_names[i]), &kind));
        assert_int_equal(kind, i);
    }
    assert_null(channel_names[CHANNEL_COUNT]);
    assert_false(channel_of_name(STR("Mail"), &kind));
    assert_false(channel_of_name(STR(""), &kind));
    assert_true(channel_words[CHANNEL_DINGTALK].secret);
    assert_false(channel_words[CHANNEL_DINGTALK].confirmed);
    assert_string_equal(channel_words[CHANNEL_SMS].cloudmonitor, "SMS");
    assert_string_equal(channel_words[CHANNEL_WEBHOOK].smn, "https");
}

static const struct outcome full = {
    .key = STR_INIT("00112233445566778899aabbccddeeff"),
    .attempt = 3,
    .plain = true,
    .receipt = { .verdict = DEFERRED,
                 .status = 429,
                 .code = -130101,
                 .said = STR_INIT("发送速度太快 \xf0\x9f\x90\x8c"),
                 .meaning = STR_INIT("too fast: wait a minute"),
                 .remote = STR_INIT("[::1]:443"),
                 .retry_after = 60 * NS_PER_S,
                 .started = 1,
                 .connected = TIME_UNSET,
                 .finished = INT64_MAX,
                 .bytes = 4096,
                 .subject = STR_INIT("[FIRING:1] 磁盘满") },
};

static void equal_outcomes(const struct outcome *a, const struct outcome *b)
{
    assert_true(str_eq(a->key, b->key));
    assert_int_equal(a->attempt, b->attempt);
    assert_int_equal(a->plain, b->plain);
    assert_int_equal(a->receipt.verdict, b->receipt.verdict);
    assert_int_equal(a->receipt.status, b->receipt.status);
    assert_int_equal(a->receipt.code, b->receipt.code);
    assert_true(str_eq(a->receipt.said, b->receipt.said));
    assert_true(str_eq(a->receipt.meaning, b->receipt.meaning));
    assert_true(str_eq(a->receipt.remote, b->receipt.remote));
    assert_int_equal(a->receipt.retry_after, b->receipt.retry_after);
    assert_int_equal(a->receipt.started, b->receipt.started);
    assert_int_equal(a->receipt.connected, b->receipt.connected);
    assert_int_equal(a->receipt.finished, b->receipt.finished);
    assert_int_equal(a->receipt.bytes, b->receipt.bytes);
    assert_true(str_eq(a->receipt.subject, b->receipt.subject));
}

static ok through(const struct outcome *in, struct buf *b, struct outcome *out)
{
    struct err e = { 0 };
    ok result;

    buf_clear(b);
    outcome_encode(in, b);
    result = outcome_decode(buf_str(b), out, &e);
    assert_int_equal(result == OK || e.fault == FAULT_SYNTAX, 1);
    return result;
}

static void test_outcome(void **)
{
    struct outcome got, bad = full;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    assert_int_equal(through(&full, &b, &got), OK);
    equal_outcomes(&full, &got);
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(outcome_decode(str_head(buf_str(&b), n), &got, &e), FAILED);
    buf_char(&b, 0);
    assert_int_equal(outcome_decode(buf_str(&b), &got, &e), FAILED);

    bad.attempt = 0;
    assert_int_equal(through(&bad, &b, &got), FAILED);
    bad.attempt = 1;
    bad.receipt.verdict = VERDICT_COUNT;
    assert_int_equal(through(&bad, &b, &got), FAILED);
    bad.receipt.verdict = UNFIT;
    assert_int_equal(through(&bad, &b, &got), OK);
    bad.receipt.retry_after = -1;
    assert_int_equal(through(&bad, &b, &got), FAILED);
    buf_fini(&b);
}

/* A peer's long answer is cut at 2 KiB, between characters. */
static void test_said_is_cut(void **)
{
    enum { LONG = 3000 };
    static char text[LONG];
    struct outcome in = full, got;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < LONG; i += 3)
        memcpy(text + i, "磁", 3);
    for (size_t n = 2046; n <= 2052; n += 3) {
        in.receipt.said = (struct str){ text, n };
        assert_int_equal(through(&in, &b, &got), OK);
        assert_int_equal(got.receipt.said.n, 2046);
    }
    memset(text, 'x', LONG);
    for (size_t n = 2047; n <= 2049; n++) {
        in.receipt.said = (struct str){ text, n };
        assert_int_equal(through(&in, &b, &got), OK);
        assert_int_equal(got.receipt.said.n, n > 2048 ? 2048 : n);
    }
    buf_fini(&b);
}

/* What a subscriber was told is cut at 1 KiB; a record without it is as it always was. */
static void test_content(void **)
{
    static char text[2000];
    struct outcome in = full, got;
    struct buf b, without;

    buf_init(&b, BUF_NO_LIMIT);
    buf_init(&without, BUF_NO_LIMIT);
    assert_int_equal(through(&in, &without, &got), OK);
    assert_int_equal(got.receipt.content.n, 0);
    in.receipt.content = STR("磁盘满");
    assert_int_equal(through(&in, &b, &got), OK);
    assert_true(str_is(got.receipt.content, "磁盘满"));
    assert_int_equal(got.plain, full.plain);
    assert_int_equal(b.n, without.n + 1 + strlen("磁盘满"));
    memset(text, 'x', sizeof text);
    for (size_t n = 1023; n <= 1025; n++) {
        in.receipt.content = (struct str){ text, n };
        buf_clear(&b);
        assert_int_equal(through(&in, &b, &got), OK);
        assert_int_equal(got.receipt.content.n, n > 1024 ? 1024 : n);
    }
    buf_fini(&b);
    buf_fini(&without);
}

static void test_rule_words(void **)
{
    static const char *const rows[][2] = {
        { "aom.mute/夜间", "AOM mute rule 夜间" },
        { "aom.group/a/b", "AOM group rule a/b" },
        { "aom.inhibit/i", "AOM inhibit rule i" },
        { "aom.event/e", "AOM event2alarm rule e" },
        { "aom.alarm/x", "AOM alarm rule x" },
        { "metric_rule/42", "CloudMonitor metric rule 42" },
        { "event_rule/e", "CloudMonitor event rule e" },
        { "of nobody", "of nobody" },
        { "", "" },
    };
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_clear(&b);
        rule_words_put(&b, str_of(rows[i][0]));
        assert_true(str_is(buf_str(&b), rows[i][1]));
    }
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_suppression_names),
        cmocka_unit_test(test_suppression_fixes),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(test_said_is_cut),
        cmocka_unit_test(test_content),
        cmocka_unit_test(test_rule_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
