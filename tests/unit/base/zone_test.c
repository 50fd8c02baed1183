/* zone_test.c - TZif files, the system's and hostile ones. */
#include "base/time.h"
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static int64_t ns_of(const char *text)
{
    int64_t ns;
    int32_t offset;

    assert_true(time_parse_rfc3339(str_of(text), &ns, &offset) == OK);
    return ns;
}

/* The second before and the second of each change, as CPython's zoneinfo tells
 * them; 2060 is beyond every table and comes from the footer. */
static const struct {
    const char *zone, *utc;
    int32_t offset_s;
    bool dst;
    const char *abbreviation;
} known[] = {
    { "Europe/Berlin", "2026-03-29T00:59:59Z", 3600, false, "CET" },
    { "Europe/Berlin", "2026-03-29T01:00:00Z", 7200, true, "CEST" },
    { "Europe/Berlin", "2026-10-25T00:59:59Z", 7200, true, "CEST" },
    { "Europe/Berlin", "2026-10-25T01:00:00Z", 3600, false, "CET" },
    { "Europe/Berlin", "2060-03-28T00:59:59Z", 3600, false, "CET" },
    { "Europe/Berlin", "2060-03-28T01:00:00Z", 7200, true, "CEST" },
    { "Europe/Berlin", "2060-10-31T00:59:59Z", 7200, true, "CEST" },
    { "Europe/Berlin", "2060-10-31T01:00:00Z", 3600, false, "CET" },
    { "America/New_York", "2026-03-08T06:59:59Z", -18000, false, "EST" },
    { "America/New_York", "2026-03-08T07:00:00Z", -14400, true, "EDT" },
    { "America/New_York", "2026-11-01T05:59:59Z", -14400, true, "EDT" },
    { "America/New_York", "2026-11-01T06:00:00Z", -18000, false, "EST" },
    { "America/New_York", "2060-03-14T06:59:59Z", -18000, false, "EST" },
    { "America/New_York", "2060-03-14T07:00:00Z", -14400, true, "EDT" },
    { "America/New_York", "2060-11-07T05:59:59Z", -14400, true, "EDT" },
    { "America/New_York", "2060-11-07T06:00:00Z", -18000, false, "EST" },
    { "Australia/Lord_Howe", "2026-04-04T14:59:59Z", 39600, true, "+11" },
    { "Australia/Lord_Howe", "2026-04-04T15:00:00Z", 37800, false, "+1030" },
    { "Australia/Lord_Howe", "2026-10-03T15:29:59Z", 37800, false, "+1030" },
    { "Australia/Lord_Howe", "2026-10-03T15:30:00Z", 39600, true, "+11" },
    { "Australia/Lord_Howe", "2060-04-03T14:59:59Z", 39600, true, "+11" },
    { "Australia/Lord_Howe", "2060-04-03T15:00:00Z", 37800, false, "+1030" },
    { "Australia/Lord_Howe", "2060-10-02T15:29:59Z", 37800, false, "+1030" },
    { "Australia/Lord_Howe", "2060-10-02T15:30:00Z", 39600, true, "+11" },
    { "Asia/Shanghai", "1991-04-13T17:59:59Z", 28800, false, "CST" },
    { "Asia/Shanghai", "1991-04-13T18:00:00Z", 32400, true, "CDT" },
    { "Asia/Shanghai", "1991-09-14T16:59:59Z", 32400, true, "CDT" },
    { "Asia/Shanghai", "1991-09-14T17:00:00Z", 28800, false, "CST" },
    { "Asia/Shanghai", "2026-07-01T00:00:00Z", 28800, false, "CST" },
    { "Asia/Shanghai", "2060-07-01T00:00:00Z", 28800, false, "CST" },
    { "America/Nuuk", "2060-03-28T00:59:59Z", -7200, false, "-02" },
    { "America/Nuuk", "2060-03-28T01:00:00Z", -3600, true, "-01" },
    { "Asia/Jerusalem", "2060-03-25T23:59:59Z", 7200, false, "IST" },
    { "Asia/Jerusalem", "2060-03-26T00:00:00Z", 10800, true, "IDT" },
    { "UTC", "2026-07-01T00:00:00Z", 0, false, "UTC" },
};

static const struct zone *system_zone(const char *name, struct arena *a)
{
    const struct zone *z = NULL;
    struct str tzif;
    struct err e;

    if (zone_read(str_of(name), a, &tzif, &e) == FAILED ||
        zone_parse(tzif, a, &z, &e) == FAILED)
        fail_msg("%s: %s (is tzdata installed?)", name, e.text);
    return z;
}

static void test_system_zones(void **)
{
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct zone *z = system_zone(known[i].zone, &a);
        struct zone_local l = zone_at(z, ns_of(known[i].utc));

        if (l.offset_s != known[i].offset_s || l.dst != known[i].dst ||
            strcmp(l.abbreviation, known[i].abbreviation) != 0)
            fail_msg("%s %s: %d %d %s", known[i].zone, known[i].utc, l.offset_s, l.dst,
                     l.abbreviation);
    }
    arena_fini(&a);
}

static void test_names(void **)
{
    static const char *const no[] = {
        "",
        "/etc/passwd",
        "../etc/passwd",
        "Europe/../../passwd",
        "Europe/./Berlin",
        ".",
        "Europe//Berlin",
        "Europe/Berlin/",
        "Europe",
        "Europe/Belfry",
        "tzdata.zi",
        "Asia/上海",
        "Asia/Shanghai\n",
        "Asia/%s",
        "Asia/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    struct arena a;
    struct str tzif;
    struct err e;

    arena_init(&a);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        e = (struct err){ 0 };
        if (zone_read(str_of(no[i]), &a, &tzif, &e) == OK)
            fail_msg("%s", no[i]);
        assert_int_equal(e.fault, FAULT_INVALID);
        assert_true(e.text[0] != '\0');
    }
    assert_true(zone_read((struct str){ "UTC\0/", 5 }, &a, &tzif, &e) == FAILED);
    arena_fini(&a);
}

static void test_utc(void **)
{
    struct zone_local l = zone_at(zone_utc(), ns_of("2026-07-01T00:00:00Z"));

    assert_true(l.offset_s == 0 && !l.dst);
    assert_string_equal(l.abbreviation, "UTC");
}

/* ---- files of our own making ---- */

static void put_be32(struct buf *b, int32_t n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_char(b, (char)((uint32_t)n >> shift));
}

static void put_header(struct buf *b, char version, int32_t times, int32_t types)
{
    buf_add(b, STR("TZif"));
    buf_char(b, version);
    buf_add(b, STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    put_be32(b, 0);
    put_be32(b, 0);
    put_be32(b, 0);
    put_be32(b, times);
    put_be32(b, types);
    put_be32(b, 8);
}

/* Two types, +1 h AAA and +2 h (daylight saving) BBB, and `times` changes at
 * 1000, 2000, ... seconds to the second and the first in turn. */
static void put_block(struct buf *b, int32_t times, int width)
{
    for (int32_t i = 1; i <= times; i++) {
        if (width == 8)
            put_be32(b, 0);
        put_be32(b, i * 1000);
    }
    for (int32_t i = 1; i <= times; i++)
        buf_char(b, (char)(i % 2));
    put_be32(b, 3600);
    buf_add(b, STR("\0\0"));
    put_be32(b, 7200);
    buf_add(b, STR("\1\4"));
    buf_add(b, STR("AAA\0BBB\0"));
}

static void put_v2(struct buf *b, const char *footer)
{
    put_header(b, '2', 0, 2);
    put_block(b, 0, 4);
    put_header(b, '2', 2, 2);
    put_block(b, 2, 8);
    buf_z(b, footer);
}

static ok parse(struct str tzif, struct arena *a, const struct zone **z)
{
    struct err e = { 0 };
    ok got = zone_parse(tzif, a, z, &e);

    if (got == FAILED)
        assert_int_equal(e.fault, FAULT_SYNTAX);
    return got;
}

static void expect(const struct zone *z, int64_t s, int32_t offset_s, const char *name)
{
    struct zone_local l = zone_at(z, s * NS_PER_S);

    assert_int_equal(l.offset_s, offset_s);
    assert_string_equal(l.abbreviation, name);
}

static void test_versions(void **)
{
    const struct zone *z;
    struct arena a;
    struct buf b;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    put_header(&b, '\0', 3, 2);
    put_block(&b, 3, 4);
    assert_true(parse(buf_str(&b), &a, &z) == OK);
    expect(z, -5, 3600, "AAA");
    expect(z, 999, 3600, "AAA");
    expect(z, 1000, 7200, "BBB");
    expect(z, 2000, 3600, "AAA");
    expect(z, 4000, 7200, "BBB"); /* no footer: the last one holds */

    buf_clear(&b);
    put_v2(&b, "\n\n"); /* a footer that knows nothing */
    assert_true(parse(buf_str(&b), &a, &z) == OK);
    expect(z, 1999, 7200, "BBB");
    expect(z, 9000000, 3600, "AAA");

    buf_clear(&b);
    put_v2(&b, "\n<+05>-5\n");
    assert_true(parse(buf_str(&b), &a, &z) == OK);
    memset(b.p, 'x', b.n); /* borrows nothing */
    expect(z, 1999, 7200, "BBB");
    expect(z, 2000, 18000, "+05");
    buf_fini(&b);
    arena_fini(&a);
}

/* Whatever is cut off or changed by one byte: a zone or a refusal. */
static void test_damage(void **)
{
    const struct zone *z;
    struct arena a;
    struct buf b;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    put_v2(&b, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
    assert_true(parse(buf_str(&b), &a, &z) == OK);
    for (size_t n = 0; n < b.n; n++)
        assert_true(parse(arena_str(&a, str_head(buf_str(&b), n)), &a, &z) == FAILED);
    for (size_t at = 0; at < b.n; at++)
        for (int flip = 1; flip < 256; flip <<= 1) {
            b.p[at] = (char)(b.p[at] ^ flip);
            if (parse(buf_str(&b), &a, &z) == OK)
                (void)zone_at(z, ns_of("2026-07-01T00:00:00Z"));
            b.p[at] = (char)(b.p[at] ^ flip);
            arena_reset(&a);
        }
    buf_fini(&b);
    arena_fini(&a);
}

static void test_refusals(void **)
{
    /* where in the version 1 file below, and what to write there */
    static const struct {
        size_t at;
        char byte;
    } cases[] = {
        { 0, 'x' },           /* the magic */
        { 32, 1 },            /* 16 million changes */
        { 36, 1 },            /* 16 million types */
        { 39, 0 },            /* no type at all */
        { 44 + 2, 127 },      /* changes that go backwards */
        { 44 + 8, 2 },        /* a type that is not there */
        { 44 + 10 + 4, 2 },   /* neither standard nor daylight saving */
        { 44 + 10 + 5, 8 },   /* a name that is not there */
        { 44 + 10, 1 },       /* 16 million seconds east */
        { 44 + 22 + 7, 'B' }, /* a name without an end */
    };
    const struct zone *z;
    struct arena a;
    struct buf b;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    put_header(&b, '\0', 2, 2);
    put_block(&b, 2, 4);
    assert_true(parse(buf_str(&b), &a, &z) == OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char kept = b.p[cases[i].at];

        b.p[cases[i].at] = cases[i].byte;
        if (parse(buf_str(&b), &a, &z) == OK)
            fail_msg("case %zu", i);
        b.p[cases[i].at] = kept;
    }
    buf_clear(&b);
    put_v2(&b, "CET-1\n");
    assert_true(parse(buf_str(&b), &a, &z) == FAILED);
    buf_clear(&b);
    put_v2(&b, "\nCET-1");
    assert_true(parse(buf_str(&b), &a, &z) == FAILED);
    buf_fini(&b);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_system_zones), cmocka_unit_test(test_names),
        cmocka_unit_test(test_utc),          cmocka_unit_test(test_versions),
        cmocka_unit_test(test_damage),       cmocka_unit_test(test_refusals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
