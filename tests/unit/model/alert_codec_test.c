/* alert_codec_test.c - batches of alerts survive the journal, damage does not. */
#include "model/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct pair labels[] = {
    { STR_INIT("alertname"), STR_INIT("磁盘满 💾") },
    { STR_INIT("severity"), STR_INIT("critical") },
    { STR_INIT("区域"), STR_INIT("上海") },
};
static const struct pair annotations[] = {
    { STR_INIT("empty"), STR_INIT("") },
    { STR_INIT("summary"), STR_INIT("a\nb\0c") },
};

static const struct alert_in batch[] = {
    { .door = DOOR_ALERTMANAGER,
      .labels = { labels, 3 },
      .annotations = { annotations, 2 },
      .generator_url = STR_INIT("http://p:9091/graph?g0.expr=up"),
      .starts_at = INT64_C(1700000000123456789),
      .ends_at = TIME_UNSET,
      .starts_zone = -12600,
      .clear_id = STR_INIT("") },
    { .door = DOOR_AOM,
      .labels = { labels, 2 },
      .generator_url = STR_INIT(""),
      .starts_at = TIME_UNSET,
      .ends_at = INT64_MAX,
      .ends_zone = 50400,
      .timeout = 1,
      .clear_id = STR_INIT("") },
    { .door = DOOR_NATIVE,
      .generator_url = STR_INIT(""),
      .starts_at = 0,
      .ends_at = -1,
      .clears = true,
      .clear_id = STR_INIT("1044686593798963201") },
};
enum { BATCH = sizeof batch / sizeof *batch };

static void equal_pairs(struct pairs a, struct pairs b)
{
    assert_int_equal(a.n, b.n);
    for (size_t i = 0; i < a.n; i++) {
        assert_true(str_eq(a.v[i].name, b.v[i].name));
        assert_true(str_eq(a.v[i].value, b.v[i].value));
    }
}

static void equal_alerts(const struct alert_in *a, const struct alert_in *b)
{
    assert_int_equal(a->door, b->door);
    equal_pairs(a->labels, b->labels);
    equal_pairs(a->annotations, b->annotations);
    assert_true(str_eq(a->generator_url, b->generator_url));
    assert_int_equal(a->starts_at, b->starts_at);
    assert_int_equal(a->ends_at, b->ends_at);
    assert_int_equal(a->starts_zone, b->starts_zone);
    assert_int_equal(a->ends_zone, b->ends_zone);
    assert_int_equal(a->timeout, b->timeout);
    assert_int_equal(a->clears, b->clears);
    assert_true(str_eq(a->clear_id, b->clear_id));
}

static void test_round_trip(void **)
{
    struct alerts_reader r;
    struct alert_in got;
    struct arena a;
    struct buf b;
    struct err e;

    arena_init(&a);
    for (size_t n = 0; n <= BATCH; n++) {
        buf_init(&b, BUF_NO_LIMIT);
        alerts_encode(batch, n, &b);
        assert_int_equal(alerts_open(buf_str(&b), &r, &e), OK);
        assert_int_equal(r.left, n);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(alerts_next(&r, &a, &got, &e), OK);
            equal_alerts(&batch[i], &got);
        }
        assert_int_equal(r.left, 0);
        buf_fini(&b);
    }
    arena_fini(&a);
}

/* All of it, to the last alert. */
static ok read_all(struct str payload, struct arena *a, struct err *e)
{
    struct alerts_reader r;
    struct alert_in got;

    if (alerts_open(payload, &r, e) != OK)
        return FAILED;
    while (r.left > 0)
        if (alerts_next(&r, a, &got, e) != OK)
            return FAILED;
    return OK;
}

static void test_cut_and_padded(void **)
{
    struct arena a;
    struct buf b;
    struct err e;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(batch, BATCH, &b);
    for (size_t n = 0; n < b.n; n++) {
        if (n == 1)
            continue; /* that is a batch of none */
        assert_int_equal(read_all(str_head(buf_str(&b), n), &a, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
    }
    buf_char(&b, 0);
    assert_int_equal(read_all(buf_str(&b), &a, &e), FAILED);
    assert_int_equal(read_all(STR("\0\0"), &a, &e), FAILED);
    buf_fini(&b);
    arena_fini(&a);
}

static ok read_labels(const struct pair *v, size_t n, bool as_annotations)
{
    struct alert_in one = batch[0];
    struct arena a;
    struct buf b;
    struct err e;
    ok result;

    if (as_annotations)
        one.annotations = (struct pairs){ v, n };
    else
        one.labels = (struct pairs){ v, n };
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(&one, 1, &b);
    result = read_all(buf_str(&b), &a, &e);
    buf_fini(&b);
    arena_fini(&a);
    return result;
}

static void test_labels_are_judged(void **)
{
    const struct pair twice[] = { { STR("a"), STR("1") }, { STR("a"), STR("2") } };
    const struct pair unsorted[] = { { STR("b"), STR("1") }, { STR("a"), STR("2") } };
    const struct pair empty[] = { { STR("a"), STR("") } };
    const struct pair nameless[] = { { STR(""), STR("1") } };

    assert_int_equal(read_labels(labels, 3, false), OK);
    assert_int_equal(read_labels(twice, 2, false), FAILED);
    assert_int_equal(read_labels(unsorted, 2, false), FAILED);
    assert_int_equal(read_labels(empty, 1, false), FAILED);
    assert_int_equal(read_labels(nameless, 1, false), FAILED);
    assert_int_equal(read_labels(twice, 2, true), FAILED);
    assert_int_equal(read_labels(unsorted, 2, true), FAILED);
    assert_int_equal(read_labels(empty, 1, true), OK);
}

/* Forged heads: a door, a flag, a time to live and a zone that cannot be. */
static void test_heads_are_judged(void **)
{
    static const struct {
        struct str bytes;
        ok want;
    } rows[] = {
        { STR_INIT("\x01\x00\x00\x00\x00\x00"), OK },
        { STR_INIT("\x01\x04\x00\x00\x00\x00"), FAILED },
        { STR_INIT("\x01\x00\x10\x00\x00\x00"), FAILED },
        { STR_INIT("\x01\x00\x04\x02\x00\x00\x00"), OK },
        { STR_INIT("\x01\x00\x04\x00\x00\x00\x00"), FAILED },
        { STR_INIT("\x01\x00\x04\x01\x00\x00\x00"), FAILED },
        { STR_INIT("\x01\x00\x01\x00\x80\xc6\x0a\x00\x00\x00"), OK },
        { STR_INIT("\x01\x00\x01\x00\x82\xc6\x0a\x00\x00\x00"), FAILED },
    };
    struct arena a;
    struct err e;

    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(read_all(rows[i].bytes, &a, &e), rows[i].want);
    arena_fini(&a);
}

/* Of a kind: what is as before costs a byte. And each place says who it was before. */
static void test_alike(void **)
{
    static const struct pair more[] = { { STR_INIT("alertname"), STR_INIT("磁盘满 💾") },
                                        { STR_INIT("severity"), STR_INIT("warning") },
                                        { STR_INIT("zone"), STR_INIT("critical") },
                                        { STR_INIT("区域"), STR_INIT("上海") } };
    struct alert_in all[5], got;
    struct alerts_reader r;
    size_t first;
    struct arena a;
    struct buf b;
    struct err e;

    for (size_t i = 0; i < 5; i++)
        all[i] = batch[0];
    all[2].labels = (struct pairs){ more, 4 };
    all[2].annotations.n = 1;
    all[3].generator_url = (struct str){ 0 };
    all[3].annotations.n = 0;
    all[4].labels = (struct pairs){ more, 2 };
    all[4].generator_url = STR("");
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    alerts_encode(all, 1, &b);
    first = b.n;
    buf_clear(&b);
    alerts_encode(all, 2, &b);
    assert_in_range(b.n, first + 20, first + 40);
    buf_clear(&b);
    alerts_encode(all, 5, &b);
    assert_int_equal(alerts_open(buf_str(&b), &r, &e), OK);
    assert_true(r.chained);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(alerts_next(&r, &a, &got, &e), OK);
        equal_alerts(&all[i], &got);
    }
    buf_fini(&b);
    arena_fini(&a);
}

/* Two alerts a="b", the second of which says "a" once more, or means nobody. */
static void test_one_spelling(void **)
{
    static const struct {
        struct str bytes;
        ok want;
    } rows[] = {
        { STR_INIT("\0\1\2"
                   "\0\0\0\1\2a\2b\0"
                   "\0\0\0\1\0\0\0"),
          OK },
        { STR_INIT("\0\1\2"
                   "\0\0\0\1\2a\2b\0"
                   "\0\0\0\1\0\2c\0"),
          OK },
        { STR_INIT("\0\1\2"
                   "\0\0\0\1\2a\2b\0"
                   "\0\0\0\1\2a\0\0"),
          FAILED },
        { STR_INIT("\0\1\2"
                   "\0\0\1\1\2a\2b\0"
                   "\0\0\0\1\0\0\0"),
          FAILED },
        { STR_INIT("\0\1\2"
                   "\0\0\0\1\0\2b\0"
                   "\0\0\0\1\0\0\0"),
          FAILED },
        { STR_INIT("\0\1\2"
                   "\0\0\0\1\2a\2b\0"
                   "\0\0\0\1\0\x7f\0"),
          FAILED },
        { STR_INIT("\0\1\1"
                   "\0\0\0\1\2a\2b\0"),
          FAILED },
        { STR_INIT("\0\2\2"
                   "\0\0\0\1\2a\2b\0"
                   "\0\0\0\1\0\0\0"),
          FAILED },
        { STR_INIT("\0\1\0"), FAILED },
        { STR_INIT("\2"
                   "\0\0\0\1\1a\1b\0"
                   "\0\0\0\1\1a\1b\0"),
          OK },
    };
    struct arena a;
    struct err e;

    arena_init(&a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(read_all(rows[i].bytes, &a, &e), rows[i].want);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_cut_and_padded),
        cmocka_unit_test(test_labels_are_judged),
        cmocka_unit_test(test_heads_are_judged),
        cmocka_unit_test(test_alike),
        cmocka_unit_test(test_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
