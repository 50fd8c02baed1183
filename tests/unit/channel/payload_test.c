/* payload_test.c - Alertmanager's webhook body, byte for byte. */
#include "channel/channel_private.h"

#include "../../support/fresh_arena.h"
#include "../../support/made.h"
#include "../../support/says.h"

static struct err e;

static struct str body(const struct notification *n)
{
    buf_clear(&b);
    assert_int_equal(payload_put(n, &a, &b, &e), OK);
    return buf_str(&b);
}

static int64_t at(const char *text, int32_t *zone)
{
    int64_t ns;

    assert_int_equal(time_parse_rfc3339(str_of(text), &ns, zone), OK);
    return ns;
}

/* The example of contracts/alertmanager.md 7.4, with what later versions add; its
 * second fingerprint is that of a value which ends in U+2028, unseen there. */
static struct notification *example(void)
{
    struct alert *z =
        made_alert(&a, made_pairs(&a, "alertname=Z,b=2"), made_pairs(&a, ""));
    struct alert *f =
        made_alert(&a, made_pairs(&a, "a=é<\u2028,alertname=Z"), made_pairs(&a, "x=1"));
    const struct alert *al[2] = { z, f };
    struct notification *n;

    z->starts_at = at("2026-11-21T18:00:00Z", &z->starts_zone);
    z->ends_at = at("2026-11-21T19:00:00Z", &z->ends_zone);
    f->starts_at = at("2026-11-21T20:00:00+08:00", &f->starts_zone);
    n = made_notification(&a, al, 2);
    n->decided_at = at("2026-11-21T19:30:00Z", &z->ends_zone);
    n->firing_count = 1;
    n->receiver = STR("r.x");
    n->external_url = STR("http://vm:19093");
    n->group_labels = made_pairs(&a, "alertname=Z");
    n->group_key = STR("{}:{alertname=\"Z\"}");
    return n;
}

static void test_example(void **)
{
    assert_is(
        body(example()),
        "{\"receiver\":\"r\\\\.x\",\"status\":\"firing\",\"alerts\":["
        "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"Z\",\"b\":\"2\"},"
        "\"annotations\":{},\"startsAt\":\"2026-11-21T18:00:00Z\","
        "\"endsAt\":\"2026-11-21T19:00:00Z\",\"generatorURL\":\"\","
        "\"fingerprint\":\"5ece55c75024e434\"},"
        "{\"status\":\"firing\",\"labels\":{\"a\":\"é\\u003c\\u2028\",\"alertname\":"
        "\"Z\"},"
        "\"annotations\":{\"x\":\"1\"},\"startsAt\":\"2026-11-21T20:00:00+08:00\","
        "\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"\","
        "\"fingerprint\":\"b6c06ef12db9029d\"}],"
        "\"notification_reason\":\"first notification\","
        "\"groupLabels\":{\"alertname\":\"Z\"},\"commonLabels\":{\"alertname\":\"Z\"},"
        "\"commonAnnotations\":{},\"routeLabels\":{},"
        "\"externalURL\":\"http://vm:19093\",\"version\":\"4\","
        "\"groupKey\":\"{}:{alertname=\\\"Z\\\"}\",\"truncatedAlerts\":0}\n");
}

static void test_same_bytes(void **)
{
    struct notification *n = example();
    struct str first = arena_str(&a, body(n));

    assert_true(str_eq(first, body(n)));
}

static void test_max_alerts(void **)
{
    static const struct {
        int64_t max;
        const char *left;
        bool both;
    } rows[] = { { 0, "\"truncatedAlerts\":0}", true },
                 { 1, "\"truncatedAlerts\":1}", false },
                 { 2, "\"truncatedAlerts\":0}", true },
                 { 3, "\"truncatedAlerts\":0}", true } };
    struct notification *n = example();

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        n->max_alerts = rows[i].max;
        assert_has(body(n), rows[i].left);
        if (rows[i].both)
            assert_has(body(n), "b6c06ef12db9029d");
        else
            assert_lacks(body(n), "b6c06ef12db9029d");
    }
    /* Status and what is common are those of the alerts in it. */
    n->max_alerts = 1;
    assert_has(body(n), "\"status\":\"resolved\",\"alerts\"");
    assert_has(body(n), "\"commonLabels\":{\"alertname\":\"Z\",\"b\":\"2\"}");
}

static void test_reasons(void **)
{
    struct notification *n = example();

    for (int r = 0; r < REASON_COUNT; r++) {
        n->reason = (enum reason)r;
        assert_has(body(n), reason_word(n->reason));
    }
}

static void test_times(void **)
{
    struct alert *al = made_firing(&a, "alertname=T", "");
    const struct alert *v[1] = { al };
    struct notification *n;

    al->starts_at = at("2026-11-21T01:02:03.120450000-03:30", &al->starts_zone);
    al->ends_at = at("2026-11-21T09:00:00.000000001Z", &al->ends_zone);
    n = made_notification(&a, v, 1);
    assert_has(body(n), "\"startsAt\":\"2026-11-21T01:02:03.12045-03:30\"");
    assert_has(body(n), "\"endsAt\":\"2026-11-21T09:00:00.000000001Z\"");
    assert_has(body(n), "\"status\":\"resolved\",\"alerts\"");
}

/* Go's encoder: < > & and the two line separators by number, controls too. */
static void test_escapes(void **)
{
    struct pairs labels = made_pairs(&a, "alertname=X");
    const struct alert *v[1];
    struct notification *n;

    labels =
        made_with(&a, labels, "v", STR("\"\\/<>&'\x01\t\r\n\x7f\u2028\u2029𝕬考\xff"));
    v[0] = made_alert(&a, labels, (struct pairs){ 0 });
    n = made_notification(&a, v, 1);
    assert_has(body(n), "\"v\":\"\\\"\\\\/\\u003c\\u003e\\u0026'\\u0001\\t\\r\\n\x7f"
                        "\\u2028\\u2029𝕬考\\ufffd\"");
}

static void test_receiver_is_quoted(void **)
{
    struct notification *n = example();

    n->receiver = STR("a.b+c(d)[e]{f}^$|*?\\-_/考");
    assert_has(body(n), "{\"receiver\":\"a\\\\.b\\\\+c\\\\(d\\\\)\\\\[e\\\\]\\\\{f\\\\}"
                        "\\\\^\\\\$\\\\|\\\\*\\\\?\\\\\\\\-_/考\"");
}

/* What does not fit is counted, and if nothing fits it is an error. */
static void test_too_large(void **)
{
    const struct alert *al[64];
    struct notification *n;
    struct buf small;

    for (size_t i = 0; i < 64; i++)
        al[i] = made_firing(&a, "alertname=X,instance=web-1.example.com", "summary=y");
    n = made_notification(&a, al, 64);
    buf_init(&small, 4000);
    assert_int_equal(payload_put(n, &a, &small, &e), OK);
    assert_true(small.n <= 4000);
    assert_has(buf_str(&small), "\"truncatedAlerts\":48}\n");
    buf_fini(&small);
    buf_init(&small, 300);
    assert_int_equal(payload_put(n, &a, &small, &e), FAILED);
    buf_fini(&small);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_example),    T(test_same_bytes),
        T(test_max_alerts), T(test_reasons),
        T(test_times),      T(test_escapes),
        T(test_too_large),  T(test_receiver_is_quoted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
