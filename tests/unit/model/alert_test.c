/* alert_test.c - labels, levels, fingerprints and ids of alerts. */
#include "model/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define STR_EQUAL(s, z) assert_true(str_is((s), (z)))

/* The values of contracts/alertmanager.md 3.1. */
static void test_fingerprint(void **)
{
    struct pair three[] = { { STR("alertname"), STR("A") },
                            { STR("cluster"), STR("c1") },
                            { STR("sev"), STR("x") } };
    struct pair one[] = { { STR("ok"), STR("1") } };

    assert_int_equal(pairs_fingerprint((struct pairs){ three, 3 }), 0x8d2361d19bed296b);
    assert_int_equal(pairs_fingerprint((struct pairs){ one, 1 }), 0x8d4653b8b9db0024);
    assert_int_equal(pairs_fingerprint((struct pairs){ NULL, 0 }), 0xcbf29ce484222325);
}

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* Sorted, and pairs of one name stay in their order, for few and for many. */
static void test_sort(void **)
{
    static char names[5000][8];
    static struct pair v[5000];
    uint64_t random = 7;

    for (size_t n = 0; n <= 5000; n = n < 70 ? n + 1 : n * 2 + 11) {
        for (size_t i = 0; i < n; i++) {
            snprintf(names[i], sizeof names[i], "n%u",
                     (unsigned)random_next(&random) % 300);
            v[i].name = str_of(names[i]);
            v[i].value = (struct str){ names[0], i }; /* its place, as a length */
        }
        pairs_sort(v, n);
        for (size_t i = 1; i < n; i++) {
            int order = str_cmp(v[i - 1].name, v[i].name);

            assert_true(order < 0 || (order == 0 && v[i - 1].value.n < v[i].value.n));
        }
    }
}

static void test_find(void **)
{
    struct pair v[] = { { STR("a"), STR("1") },
                        { STR("aa"), STR("2") },
                        { STR("b"), STR("3") },
                        { STR("区域"), STR("上海") } };
    static const char *const absent[] = { "", "A", "ab", "c", "区", "区域 " };

    for (size_t n = 0; n <= 4; n++)
        for (size_t i = 0; i < 4; i++) {
            struct pairs p = { v, n };

            assert_ptr_equal(pairs_find(p, v[i].name), i < n ? &v[i] : NULL);
        }
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_null(pairs_find((struct pairs){ v, 4 }, str_of(absent[i])));
}

static void test_level(void **)
{
    static const struct {
        const char *word, *severity;
        int rank;
    } rows[] = {
        { "Critical", "critical", 3 },
        { "Major", "error", 2 },
        { "Minor", "warning", 1 },
        { "Info", "info", 0 },
        { "CRITICAL", "critical", 3 },
        { "WARN", "warning", 1 },
        { "INFO", "info", 0 },
        { "critical", "critical", 3 },
        { "error", "error", 2 },
        { "warning", "warning", 1 },
        { "info", "info", 0 },
        { "major", "", 0 },
        { "", "", 0 },
        { "严重", "", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        STR_EQUAL(severity_of(str_of(rows[i].word)), rows[i].severity);
        assert_int_equal(severity_rank(severity_of(str_of(rows[i].word))), rows[i].rank);
    }
}

static void test_identity(void **)
{
    assert_true(label_is_identity(DOOR_ALERTMANAGER, STR("severity")));
    assert_true(label_is_identity(DOOR_NATIVE, STR("severity")));
    assert_false(label_is_identity(DOOR_AOM, STR("severity")));
    assert_false(label_is_identity(DOOR_AOM, STR("event_severity")));
    assert_false(label_is_identity(DOOR_CLOUDMONITOR, STR("severity")));
    assert_false(label_is_identity(DOOR_CLOUDMONITOR, STR("level")));
    assert_true(label_is_identity(DOOR_CLOUDMONITOR, STR("event_severity")));
    assert_true(label_is_identity(DOOR_AOM, STR("event_name")));
}

static void test_version(void **)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("A") },
                                          { STR_INIT("cluster"), STR_INIT("c1") },
                                          { STR_INIT("sev"), STR_INIT("x") } };
    static const struct pair annotations[] = {
        { STR_INIT("cluster"), STR_INIT("of the annotations") },
        { STR_INIT("summary"), STR_INIT("磁盘满") },
    };
    struct arena a;
    struct alert *al;

    arena_init(&a);
    al = alert_alone(&a, (struct pairs){ labels, 3 }, (struct pairs){ annotations, 2 });
    al->ends_at = 100;
    assert_int_equal(alert_fingerprint(al), 0x8d2361d19bed296b);
    STR_EQUAL(alert_get(al, STR("cluster")), "c1");
    STR_EQUAL(alert_get(al, STR("sev")), "x");
    STR_EQUAL(alert_get(al, STR("summary")), "");
    STR_EQUAL(alert_annotation_get(al, STR("cluster")), "of the annotations");
    STR_EQUAL(alert_annotation_get(al, STR("summary")), "磁盘满");
    STR_EQUAL(alert_annotation_get(al, STR("sev")), "");
    STR_EQUAL(alert_label(al, 2).name, "sev");
    STR_EQUAL(alert_annotation(al, 0).name, "cluster");
    STR_EQUAL(alert_generator(al), "");
    alert_alone_generator(&a, al, STR("http://p/graph"));
    STR_EQUAL(alert_generator(al), "http://p/graph");
    assert_false(alert_resolved(al, 99));
    assert_true(alert_resolved(al, 100));
    arena_fini(&a);
}

static void test_id(void **)
{
    static const char *const bad[] = { "",
                                       "1",
                                       "999999999999999999",
                                       "0999999999999999999",
                                       "9223372036854775808",
                                       "-000000000000000001",
                                       "10000000000000000010",
                                       "1000000000000000000x",
                                       "１０４４６８６" };
    uint64_t serials[] = { 0, 1, 44686593798963201, UINT64_C(8223372036854775807) };
    uint64_t serial;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < sizeof serials / sizeof *serials; i++) {
        buf_clear(&b);
        alert_put_id(&b, serials[i]);
        assert_int_equal(b.n, 19);
        assert_true(alert_id_parse(buf_str(&b), &serial));
        assert_int_equal(serial, serials[i]);
    }
    buf_fini(&b);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(alert_id_parse(str_of(bad[i]), &serial));
}

static void test_door_names(void **)
{
    for (int i = 0; i < DOOR_COUNT; i++)
        assert_non_null(door_names[i]);
    assert_null(door_names[DOOR_COUNT]);
}

/* Lengths below, at and above what fits into the small header. */
static void test_long_pairs(void **)
{
    enum { MOST = 256 * 1024 };
    static const size_t lengths[] = { 0, 1, 65534, 65535, 65536, MOST };
    static char text[MOST + 1];
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
            struct pair p = { { text, lengths[i] }, { text + 1, lengths[k] } };
            struct alert *al;

            al = alert_alone(&a, (struct pairs){ &p, 1 }, (struct pairs){ NULL, 0 });
            assert_true(str_eq(alert_label(al, 0).name, p.name));
            assert_true(str_eq(alert_label(al, 0).value, p.value));
            assert_in_range(interned_bytes(p), p.name.n + p.value.n + 12,
                            p.name.n + p.value.n + 20);
        }
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_sort),
        cmocka_unit_test(test_find),        cmocka_unit_test(test_level),
        cmocka_unit_test(test_identity),    cmocka_unit_test(test_version),
        cmocka_unit_test(test_long_pairs),  cmocka_unit_test(test_id),
        cmocka_unit_test(test_door_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
