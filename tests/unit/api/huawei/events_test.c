/* events_test.c - AOM's events as alerts, and what is refused
 * (contracts/huawei.md 2.2). */
#include "api/huawei/event_query_private.h"
#include "api/huawei/events_private.h"
#include "support/huawei_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct api_rig rig;
static struct str token;

#define PUSH "/v2/project-main/push/events"
#define META                                                                              \
    "\"event_name\":\"磁盘满\",\"event_severity\":\"Major\",\"event_type\":\"alarm\"," \
    "\"resource_provider\":\"ecs\",\"resource_type\":\"vm\",\"resource_id\":\"ecs123\""
#define EVENT(more) "{\"starts_at\":1702759381000,\"metadata\":{" META "}" more "}"
#define EVENTS(list) "{\"events\":[" list "]}"

/* ---- decoding ---------------------------------------------------------- */

static ok decode(const char *body, bool clear, struct events *out, struct err *e)
{
    return aom_events_decode(str_of(body), clear, &rig.a, out, e);
}

static const struct alert_in *one(const char *body, bool clear)
{
    struct events events;
    struct err e = { 0 };

    if (decode(body, clear, &events, &e) != OK)
        fail_msg("%s: %s", body, e.text);
    assert_int_equal(events.n, 1);
    return events.v;
}

static void has(struct pairs p, const char *name, const char *value)
{
    const struct pair *found = pairs_find(p, str_of(name));

    if (found == NULL || !str_is(found->value, value))
        fail_msg("%s is %.*s", name, found == NULL ? 0 : (int)found->value.n,
                 found == NULL ? "" : found->value.p);
}

static void test_report(void **)
{
    const struct alert_in *al = one(
        EVENTS(
            "{\"starts_at\":1702759381000,\"ends_at\":0,\"timeout\":60000,\"metadata\":"
            "{" META ",\"集群\":\"生产 🔥\",\"severity\":\"theirs\"},\"annotations\":{"
            "\"message\":\"disk \\\"full\\\"\",\"n\":7,\"d\":0.5,\"b\":true,\"o\":{"
            "\"a\":[1,\"x\",null]},\"none\":null,\"empty\":\"\",\"message\":\"again\"},"
            "\"attach_rule\":{},\"id\":null,\"unknown\":1}"),
        false);

    assert_int_equal(al->door, DOOR_AOM);
    assert_false(al->clears);
    assert_true(al->starts_at == INT64_C(1702759381000000000));
    assert_true(al->ends_at == TIME_UNSET);
    assert_true(al->timeout == 60 * NS_PER_S);
    assert_int_equal(al->clear_id.n, 0);
    assert_int_equal(al->labels.n, 11);
    has(al->labels, "alertname", "磁盘满");
    has(al->labels, "severity", "error");
    has(al->labels, "source", "aom");
    has(al->labels, "resource", "ecs123");
    has(al->labels, "event_name", "磁盘满");
    has(al->labels, "event_severity", "Major");
    has(al->labels, "集群", "生产 🔥");
    for (size_t i = 1; i < al->labels.n; i++)
        assert_true(str_cmp(al->labels.v[i - 1].name, al->labels.v[i].name) < 0);
    assert_int_equal(al->annotations.n, 5);
    has(al->annotations, "message", "again");
    has(al->annotations, "n", "7");
    has(al->annotations, "d", "0.5");
    has(al->annotations, "b", "true");
    has(al->annotations, "o", "{\"a\":[1,\"x\",null]}");
}

static void test_levels(void **)
{
    static const char *const levels[][2] = { { "Critical", "critical" },
                                             { "Major", "error" },
                                             { "Minor", "warning" },
                                             { "Info", "info" } };

    for (size_t i = 0; i < 4; i++)
        has(one(arena_printf(&rig.a,
                             EVENTS("{\"starts_at\":1,\"metadata\":{" META
                                    ",\"event_severity\":\"%s\"}}"),
                             levels[i][0])
                    .p,
                false)
                ->labels,
            "severity", levels[i][1]);
}

static void test_times(void **)
{
    const struct alert_in *al = one(EVENTS(EVENT("")), false);

    assert_true(al->timeout == 15 * NS_PER_DAY && al->ends_at == TIME_UNSET);
    al = one(EVENTS(EVENT(",\"timeout\":null,\"ends_at\":null,\"annotations\":null,"
                          "\"attach_rule\":null")),
             false);
    assert_true(al->timeout == 15 * NS_PER_DAY && al->ends_at == TIME_UNSET);
    al = one(EVENTS(EVENT(",\"timeout\":1296000000")), false);
    assert_true(al->timeout == 15 * NS_PER_DAY);
    al = one(EVENTS(EVENT(",\"timeout\":1")), false);
    assert_true(al->timeout == NS_PER_MS);
    al = one(EVENTS(EVENT(",\"ends_at\":1702759381000")), false);
    assert_true(al->ends_at == al->starts_at && !al->clears);
    al = one(EVENTS("{\"starts_at\":9223372036854,\"metadata\":{" META "}}"), false);
    assert_true(al->starts_at == INT64_C(9223372036854000000));
}

static void test_clear(void **)
{
    const struct alert_in *al =
        one(EVENTS("{\"ends_at\":1702759391000,\"id\":\"6775161208461480000\","
                   "\"metadata\":{" META "}}"),
            true);

    assert_true(al->clears && str_is(al->clear_id, "6775161208461480000"));
    assert_true(al->starts_at == TIME_UNSET && al->timeout == 0);
    assert_true(al->ends_at == INT64_C(1702759391000000000));
    /* by what it is, as Terraform clears: no action, no start, an end */
    al = one(EVENTS("{\"starts_at\":null,\"ends_at\":1702759391000,\"timeout\":null,"
                    "\"annotations\":null,\"metadata\":{" META "}}"),
             false);
    assert_true(al->clears && al->clear_id.n == 0);
    has(al->labels, "alertname", "磁盘满");
    /* by id alone */
    al = one(EVENTS("{\"ends_at\":5,\"id\":\"6775161208461480000\"}"), true);
    assert_true(al->clears && al->labels.n == 1);
    al = one(EVENTS(EVENT(",\"ends_at\":1702759391000")), true);
    assert_true(al->clears && al->starts_at == INT64_C(1702759381000000000));
}

static void test_refusals(void **)
{
    static const struct {
        const char *body, *field;
        bool clear;
    } bad[] = {
        { "", "", false },
        { "[]", "body", false },
        { "{}", "events", false },
        { "{\"events\":null}", "events", false },
        { "{\"events\":{}}", "events", false },
        { EVENTS(""), "events", false },
        { EVENTS("1"), "events[0].event", false },
        { EVENTS(EVENT("") ",{}"), "events[1].metadata.event_name", false },
        { EVENTS("{\"metadata\":{" META "}}"), "events[0].starts_at", false },
        { EVENTS("{\"starts_at\":0,\"metadata\":{" META "}}"), "events[0].starts_at",
          false },
        { EVENTS("{\"starts_at\":\"1\",\"metadata\":{" META "}}"), "events[0].starts_at",
          false },
        { EVENTS("{\"starts_at\":1.5,\"metadata\":{" META "}}"), "events[0].starts_at",
          false },
        { EVENTS("{\"starts_at\":-1,\"metadata\":{" META "}}"), "events[0].starts_at",
          false },
        { EVENTS("{\"starts_at\":9223372036855,\"metadata\":{" META "}}"),
          "events[0].starts_at", false },
        { EVENTS(EVENT(",\"ends_at\":1")), "events[0].ends_at", false },
        { EVENTS(EVENT(",\"timeout\":1296000001")), "events[0].timeout", false },
        { EVENTS(EVENT(",\"timeout\":-1")), "events[0].timeout", false },
        { EVENTS(EVENT(",\"annotations\":[]")), "events[0].annotations", false },
        { EVENTS(EVENT(",\"attach_rule\":[]")), "events[0].attach_rule", false },
        { EVENTS(EVENT(",\"id\":7")), "events[0].id", false },
        { EVENTS("{\"starts_at\":1}"), "events[0].metadata.event_name", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":[]}"), "events[0].metadata", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"x\":7}}"),
          "events[0].metadata.x", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"x\":\"\"}}"),
          "events[0].metadata.x", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"x\":\"a\\u0000\"}}"),
          "events[0].metadata.x", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"\":\"x\"}}"),
          "events[0].metadata", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"a\\nb\":\"x\"}}"),
          "events[0].metadata", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"event_type\":\"thing\"}}"),
          "events[0].metadata.event_type", false },
        { EVENTS("{\"starts_at\":1,\"metadata\":{" META ",\"resource_id\":null}}"),
          "events[0].metadata.resource_id", false },
        /* clearing */
        { EVENTS(EVENT("")), "events[0].ends_at", true },
        { EVENTS("{\"ends_at\":1}"), "events[0].metadata.event_name", true },
        { EVENTS("{\"ends_at\":1,\"metadata\":{" META ",\"event_type\":\"event\"}}"),
          "events[0].metadata.event_type", true },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct events events;
        struct err e = { 0 };

        if (decode(bad[i].body, bad[i].clear, &events, &e) == OK ||
            strcmp(e.field, bad[i].field) != 0)
            fail_msg("%s: field %s, %s", bad[i].body, e.field, e.text);
    }
}

static const char *with_tags(size_t n, size_t value)
{
    struct str s;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "{\"events\":[{\"starts_at\":1,\"metadata\":{" META);
    for (size_t i = 6; i < n; i++) {
        buf_printf(&b, ",\"tag%zu\":\"", i);
        for (size_t k = 0; k < value; k++)
            buf_z(&b, "值");
        buf_z(&b, "\"");
    }
    buf_z(&b, "}}]}");
    s = arena_str(&rig.a, buf_str(&b));
    buf_fini(&b);
    return s.p;
}

static void test_bounds(void **)
{
    struct events events;
    struct err e;

    assert_int_equal(one(with_tags(30, 1), false)->labels.n, 34);
    assert_true(decode(with_tags(31, 1), false, &events, &e) == FAILED);
    assert_string_equal(e.field, "events[0].metadata");
    assert_int_equal(one(with_tags(7, 2048), false)->labels.n, 11);
    assert_true(decode(with_tags(7, 2049), false, &events, &e) == FAILED);
    assert_string_equal(e.field, "events[0].metadata.tag6");
}

/* ---- what is asked ------------------------------------------------------ */

static void test_query_range(void **)
{
    static const struct {
        const char *range;
        int64_t from, to;
    } rows[] = {
        { "-1.-1.1", 1702759321000, 1702759381000 },
        { "-1.-1.28379323", 1000, 1702759381000 },
        { "-1.-1.28379324", 0, 1702759381000 }, /* more minutes than there were */
        { "-1.-1.2147483647", 0, 1702759381000 },
        { "-1.0.2147483647", 0, 0 },
        { "9223372036854.-1.2147483647", -1, 0 }, /* begins after now */
        { "0.9223372036854.2147483647", 0, 9223372036854 },
        { "0.9223372036855.2147483647", -1, 0 },
        { "-1.-1.2147483648", -1, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str body = arena_printf(&rig.a, "{\"time_range\":\"%s\"}", rows[i].range);
        struct event_query q;
        struct err e;
        ok read = aom_event_query_decode(body, 1702759381000, &rig.a, &q, &e);

        assert_int_equal(read == OK, rows[i].from >= 0);
        if (read == OK) {
            assert_int_equal(q.from, rows[i].from);
            assert_int_equal(q.to, rows[i].to);
        }
    }
}

/* ---- the door ---------------------------------------------------------- */

static struct api_answer push(const char *method, const char *target, const char *body)
{
    return hw_ask(&rig, token, method, target, body);
}

static size_t batch(struct arena *a, struct alert_in *first)
{
    struct alerts_reader r;
    struct err e;
    size_t n;

    assert_true(alerts_open(rig.last_batch, &r, &e) == OK);
    n = r.left;
    assert_true(alerts_next(&r, a, first, &e) == OK);
    return n;
}

static void test_door(void **)
{
    struct alert_in al;

    hw_expect(push("PUT", PUSH, EVENTS(EVENT("") "," EVENT(""))), 204, "");
    assert_int_equal(atomic_load(&rig.alerts), 1);
    assert_int_equal(batch(&rig.a, &al), 2);
    assert_false(al.clears);
    /* told anew: what only moves an end is another input */
    hw_expect(push("POST", PUSH "?&", EVENTS(EVENT(",\"annotations\":{\"n\":\"1\"}"))),
              204, "");
    hw_expect(push("PUT", PUSH "?action=report",
                   EVENTS(EVENT(",\"annotations\":{\"n\":\"2\"}"))),
              204, "");
    assert_int_equal(batch(&rig.a, &al), 1);
    assert_false(al.clears);
    hw_expect(
        push("PUT", PUSH "?action=clear", EVENTS(EVENT(",\"ends_at\":1702759391000"))),
        204, "");
    batch(&rig.a, &al);
    assert_true(al.clears && al.door == DOOR_AOM);
    assert_int_equal(atomic_load(&rig.alerts), 4);
}

/* All or nothing: one bad event, and no alert went in. */
static void test_door_refuses(void **)
{
    size_t before = atomic_load(&rig.alerts);

    hw_expect(push("PUT", PUSH, "{"), 400,
              "{\"error_code\":\"AOM.0400\",\"error_msg\":\"parse eventParam failed\","
              "\"error_type\":\"SC_BAD_REQUEST\"}");
    hw_expect(push("PUT", PUSH, "{\"events\":\"\xff\"}"), 400,
              "{\"error_code\":\"AOM.0400\",\"error_msg\":\"parse eventParam failed\","
              "\"error_type\":\"SC_BAD_REQUEST\"}");
    hw_expect(push("PUT", PUSH,
                   EVENTS(EVENT("") ",{\"starts_at\":1,\"metadata\":{" META
                                    ",\"event_severity\":\"Fatal\"}}")),
              400,
              "{\"error_code\":\"AOM.0400\",\"error_msg\":\"events[1].metadata."
              "event_severity is invalid!\",\"error_type\":\"SC_BAD_REQUEST\"}");
    assert_int_equal(atomic_load(&rig.alerts), before);
    atomic_store(&rig.full, true);
    hw_expect(push("PUT", PUSH, EVENTS(EVENT(""))), 503,
              "{\"error_code\":\"AOM.0503\",\"error_msg\":\"Service unavailable.\","
              "\"trace_id\":\"\"}");
    atomic_store(&rig.full, false);
    assert_int_equal(atomic_load(&rig.alerts), before);
}

static int start(void **)
{
    api_rig_start(&rig, huawei_serve);
    token = hw_token(&rig, "ops");
    return 0;
}

static int stop(void **)
{
    api_rig_stop(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_report),       cmocka_unit_test(test_levels),
        cmocka_unit_test(test_times),        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_refusals),     cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_query_range),  cmocka_unit_test(test_door),
        cmocka_unit_test(test_door_refuses),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
