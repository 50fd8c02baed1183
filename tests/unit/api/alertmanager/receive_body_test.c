/* receive_body_test.c - bodies of POST /api/v2/alerts: what is taken, what refuses the
 * whole, what refuses one. */
#include "api/alertmanager/alertmanager_private.h"

#include "../../../support/says.h"
#include "api/labels.h"
#include "base/time.h"

struct decoded {
    struct arena a;
    struct json_doc *doc;
    struct received got;
    int code;
    struct err e;
    ok result;
};

static struct decoded d;

static int set_up(void **state)
{
    (void)state;
    d = (struct decoded){ .doc = json_doc_new() };
    arena_init(&d.a);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&d.a);
    json_doc_free(&d.doc);
    return 0;
}

static void decode(struct str body)
{
    d.e = (struct err){ .text = "" };
    d.result = received_parse(d.doc, body, &d.a, &d.got, &d.code, &d.e);
}

static const struct alert_in *one(const char *body)
{
    decode(str_of(body));
    if (d.result == FAILED)
        fail_msg("%s: %s", body, d.e.text);
    assert_int_equal(d.got.invalid, 0);
    assert_int_equal(d.got.n, 1);
    return &d.got.alerts[0];
}

static void refuses_all(const char *body, int code, const char *words)
{
    decode(str_of(body));
    if (d.result == OK)
        fail_msg("%s should be refused", body);
    if (d.code != code || strstr(d.e.text, words) == NULL)
        fail_msg("%s: %d %s", body, d.code, d.e.text);
}

static void refuses_one(const char *body, const char *words)
{
    decode(str_of(body));
    assert_int_equal(d.result, OK);
    assert_int_equal(d.got.invalid, 1);
    assert_int_equal(d.got.n, 0);
    assert_is(d.got.message, words);
}

/* ---- taken ----------------------------------------------------------------- */

static void all_members(void **state)
{
    const struct alert_in *in = one(
        "[{\"labels\":{\"b\":\"2\",\"a\":\"1\"},\"annotations\":{\"z\":\"\",\"y\":\"中\"}"
        ","
        "\"startsAt\":\"2026-11-21T10:00:00.5+08:00\",\"endsAt\":\"2026-11-22 10:00:00\","
        "\"generatorURL\":\"http://h:9090/graph?g0.expr=up\",\"unknown\":[1]}]");

    (void)state;
    assert_int_equal(in->door, DOOR_ALERTMANAGER);
    assert_int_equal(in->labels.n, 2);
    assert_is(in->labels.v[0].name, "a");
    assert_is(in->labels.v[1].value, "2");
    assert_int_equal(in->annotations.n, 2);
    assert_is(in->annotations.v[0].value, "中");
    assert_true(in->starts_at == INT64_C(1795226400500000000));
    assert_int_equal(in->starts_zone, 8 * 3600);
    assert_true(in->ends_at == INT64_C(1795341600000000000));
    assert_int_equal(in->ends_zone, 0);
    assert_is(in->generator_url, "http://h:9090/graph?g0.expr=up");
    assert_false(in->clears);
    assert_true(in->timeout == 0);
}

static void times_not_stated(void **state)
{
    static const char *const unset[] = {
        "",
        ",\"startsAt\":null,\"endsAt\":null",
        ",\"startsAt\":\"\",\"endsAt\":\"\"",
        ",\"startsAt\":\"0001-01-01T00:00:00Z\",\"endsAt\":\"0001-01-01T00:00:00.000Z\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) {
        char body[256];
        const struct alert_in *in;

        snprintf(body, sizeof body, "[{\"labels\":{\"a\":\"b\"}%s}]", unset[i]);
        in = one(body);
        assert_true(in->starts_at == TIME_UNSET && in->ends_at == TIME_UNSET);
    }
}

static void labels_are_cleaned(void **state)
{
    const struct alert_in *in = one(
        "[{\"labels\":{\"a\":\"1\",\"e\":\"\",\"n\":null,\"a\":\"2\",\"中 b\":\"x\"}}]");

    (void)state;
    assert_int_equal(in->labels.n, 2);
    assert_is(in->labels.v[0].value, "2"); /* the last of a name */
    assert_is(in->labels.v[1].name, "中 b");
    one("[{\"labels\":{\"a\":\"1\"},\"annotations\":null,\"generatorURL\":null}]");
    refuses_one("[{\"labels\":{\"a\":\"1\",\"a\":\"\"}}]",
                "at least one label pair required");
}

static void nothing_at_all(void **state)
{
    (void)state;
    decode(STR("[]"));
    assert_true(d.result == OK && d.got.n == 0 && d.got.invalid == 0);
    decode(STR("null"));
    assert_true(d.result == OK && d.got.n == 0 && d.got.invalid == 0);
}

/* Go reads what is not Unicode as U+FFFD. */
static void broken_text_is_repaired(void **state)
{
    (void)state;
    assert_is(one("[{\"labels\":{\"a\":\"x\xff\xfez\"}}]")->labels.v[0].value,
              "x\xef\xbf\xbd\xef\xbf\xbdz");
    assert_is(one("[{\"labels\":{\"a\":\"x\\ud800y\"}}]")->labels.v[0].value,
              "x\xef\xbf\xbdy");
    assert_is(one("[{\"labels\":{\"a\":\"\\udc00\\ud83d\\udd25\"}}]")->labels.v[0].value,
              "\xef\xbf\xbd🔥");
    assert_is(one("[{\"labels\":{\"a\":\"\\\\ud800\\ud800\"}}]")->labels.v[0].value,
              "\\ud800\xef\xbf\xbd");
    assert_is(one("[{\"labels\":{\"a\":\"\\ud83d\\ud83d\\udd25\"}}]")->labels.v[0].value,
              "\xef\xbf\xbd🔥");
}

/* ---- the whole is refused -------------------------------------------------- */

static void not_alerts(void **state)
{
    static const char *const bodies[] = {
        "{}",
        "1",
        "\"x\"",
        "[1]",
        "[\"x\"]",
        "[[]]",
        "[{\"labels\":[]}]",
        "[{\"labels\":\"x\"}]",
        "[{\"labels\":{\"a\":1}}]",
        "[{\"labels\":{\"a\":{}}}]",
        "[{\"labels\":{\"a\":true}}]",
        "[{\"labels\":{\"a\":\"b\"},\"annotations\":[]}]",
        "[{\"labels\":{\"a\":\"b\"},\"annotations\":{\"c\":1}}]",
        "[{\"labels\":{\"a\":\"b\"},\"startsAt\":1}]",
        "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-21\"}]",
        "[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-11-21T10:00:00+0800\"}]",
        "[{\"labels\":{\"a\":\"b\"},\"endsAt\":\"soon\"}]",
        "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":1}]",
        "[",
        "[{\"labels\":{\"a\":\"b\"}},]",
        "[{\"labels\":{\"a\":\"b\"}}",
        "[{\"labels\":{\"a\":\"b}}]",
        "[{\"labels\":{\"a\":\"\x01\"}}]",
        "[{\"labels\":{\"a\":\"\\x\"}}]",
        "\xff",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        refuses_all(bodies[i], 400, "parsing alerts body from \"\" failed, because ");
    refuses_all("[{\"labels\":{\"a\":\"b\"}},{\"labels\":{\"a\":1}}]", 400,
                "1.labels is no object of strings");
}

static void depth_is_bounded(void **state)
{
    char body[256] = "[{\"labels\":{\"a\":\"b\"},\"x\":";
    size_t n = strlen(body);

    (void)state;
    memset(body + n, '[', 62);
    memset(body + n + 62, ']', 62);
    memcpy(body + n + 124, "}]", 3);
    one(body);
    memset(body + n, '[', 63);
    memset(body + n + 63, ']', 63);
    memcpy(body + n + 126, "}]", 3);
    refuses_all(body, 400, "parsing alerts body");
}

static void schema(void **state)
{
    (void)state;
    refuses_all("[{}]", CODE_REQUIRED, "0.labels in body is required");
    refuses_all("[{\"labels\":null}]", CODE_REQUIRED, "0.labels in body is required");
    refuses_all("[null]", CODE_REQUIRED, "0 in body is required");
    refuses_all("[{\"labels\":{\"a\":\"b\"}},{\"labels\":{\"a\":\"b\"},"
                "\"generatorURL\":\"no uri\"}]",
                CODE_TYPE, "1.generatorURL in body must be of type uri: \"no uri\"");
}

static void uris(void **state)
{
    static const char *const good[] = { "http://h/x", "/graph",     "https://h",
                                        "mailto:x",   "a+b-c.d://", "/%e4%b8%ad" };
    static const char *const bad[] = {
        "graph", "//\x7f", ":x",          "1a:b",  "http:",
        "/%zz",  "/%e",    "http://h/%4", "a b:c", "中://x"
    };
    char body[128];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(body, sizeof body,
                 "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":\"%s\"}]", good[i]);
        assert_is(one(body)->generator_url, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(body, sizeof body,
                 "[{\"labels\":{\"a\":\"b\"},\"generatorURL\":\"%s\"}]", bad[i]);
        refuses_all(body, CODE_TYPE, "must be of type uri");
    }
}

/* ---- one is refused -------------------------------------------------------- */

static void others_are_kept(void **state)
{
    (void)state;
    decode(STR("[{\"labels\":{\"a\":\"1\"}},{\"labels\":{}},{\"labels\":{\"a\":\"2\"}},"
               "{\"labels\":{\"a\":\"3\"},\"startsAt\":\"2026-01-02T00:00:00Z\","
               "\"endsAt\":\"2026-01-01T00:00:00Z\"}]"));
    assert_int_equal(d.result, OK);
    assert_int_equal(d.got.n, 2);
    assert_is(d.got.alerts[0].labels.v[0].value, "1");
    assert_is(d.got.alerts[1].labels.v[0].value, "2");
    assert_int_equal(d.got.invalid, 2);
    assert_is(d.got.message, "at least one label pair required\n"
                             "start time must be before end time");
}

static void bad_labels(void **state)
{
    (void)state;
    refuses_one("[{\"labels\":{\"\":\"x\"}}]", "invalid label set: invalid name \"\"");
    refuses_one("[{\"labels\":{\"a\":\"x\\u0000y\"}}]",
                "invalid label set: a NUL in \"a\"");
    refuses_one("[{\"labels\":{\"a\":\"b\"},\"annotations\":{\"\":\"x\"}}]",
                "invalid annotations: invalid name \"\"");
    /* a moment is no negative time */
    one("[{\"labels\":{\"a\":\"b\"},\"startsAt\":\"2026-01-02T00:00:00Z\","
        "\"endsAt\":\"2026-01-02T00:00:00Z\"}]");
}

/* `n` labels, or one whose value has `bytes` bytes. */
static void sized(size_t n, size_t bytes)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    buf_z(&b, "[{\"labels\":{");
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s\"l%zu\":\"x\"", i > 0 ? "," : "", i);
    if (bytes > 0)
        buf_z(&b, "\"l\":\"");
    for (size_t i = 0; i < bytes; i++)
        buf_char(&b, 'x');
    buf_z(&b, bytes > 0 ? "\"}}]" : "}}]");
    decode(arena_str(&d.a, buf_str(&b)));
    buf_fini(&b);
    assert_int_equal(d.result, OK);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    sized(ALERT_LABELS_MAX, 0);
    assert_int_equal(d.got.n, 1);
    sized(ALERT_LABELS_MAX + 1, 0);
    assert_is(d.got.message, "invalid label set: 513 of them, at most 512");
    sized(0, LABEL_BYTES_MAX - 1);
    assert_int_equal(d.got.n, 1);
    sized(0, LABEL_BYTES_MAX);
    assert_is(d.got.message, "invalid label set: 65537 bytes, at most 65536");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times_not_stated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(labels_are_cleaned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_text_is_repaired, set_up, tear_down),
        cmocka_unit_test_setup_teardown(not_alerts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(uris, set_up, tear_down),
        cmocka_unit_test_setup_teardown(others_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_labels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes_are_bounded, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
