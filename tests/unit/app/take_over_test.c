/* take_over_test.c - files that Debian's prometheus-alertmanager 0.25 wrote
 * (tests/vectors/alertmanager), whole, cut off at every byte, and changed. */
#include "app/take_over.h"

#include "app/config.h"
#include "app/protobuf.h"
#include "base/bytes.h"
#include "base/xxhash64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena a;

static int begin(void **state)
{
    (void)state;
    arena_init(&a);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&a);
    return 0;
}

static struct str file(const char *name)
{
    struct str path = arena_printf(&a, "tests/vectors/alertmanager/%s", name), bytes;
    struct err e;

    assert_int_equal(file_read(path, 1 << 20, &a, &bytes, &e), OK);
    return bytes;
}

static void assert_text(struct str s, const char *expected)
{
    if (!str_is(s, expected))
        fprintf(stderr, "%.*s is not %s\n", STR_ARG(s), expected);
    assert_true(str_is(s, expected));
}

static const struct silence *find(const struct taken_silences *all, const char *id)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_is(all->v[i].id, id))
            return &all->v[i];
    fail();
    return NULL;
}

static void silences_are_read_whole(void **state)
{
    struct taken_silences all;
    const struct silence *s;
    struct err e;

    (void)state;
    assert_int_equal(take_silences(file("silences"), &a, &all, &e), OK);
    assert_int_equal(all.n, 3);
    s = find(&all, "97bc2515-57de-4ab8-86fc-9cdc0e00467c");
    assert_text(s->created_by, "joe");
    assert_text(s->comment, "静默 x");
    assert_int_equal(s->matchers.n, 2);
    assert_text(s->matchers.v[0].name, "team");
    assert_int_equal(s->matchers.v[0].op, MATCH_RE);
    assert_text(s->matchers.v[0].value, "o.*");
    assert_int_equal(s->matchers.v[1].op, MATCH_NE);
    assert_text(s->matchers.v[1].value, "b");
    assert_int_equal(s->starts_at / 1000000, INT64_C(1795312907091)); /* 02:01:47.091 */
    assert_int_equal(s->ends_at / 1000000, INT64_C(1826848907086));
    assert_int_equal(s->updated_at / 1000000, INT64_C(1795312907091));
    s = find(&all, "f098d509-6e84-49e9-a604-8dce0b88a9a7"); /* pending */
    assert_int_equal(s->starts_at, INT64_C(1893456000) * 1000000000);
    assert_text(s->comment, "");
    s = find(&all, "05352792-14c8-443c-83cd-da2d9a6dffff"); /* expired */
    assert_text(s->comment, "gone");
}

static void what_was_told_is_read_whole(void **state)
{
    struct taken_told all;
    struct reader r;
    struct err e;
    bool found = false;

    (void)state;
    assert_int_equal(take_told(file("nflog"), &a, &all, &e), OK);
    assert_int_equal(all.entries, 4);
    assert_int_equal(all.n, 1);
    r = reader_of(all.v[0]);
    for (size_t i = 0; i < all.entries; i++) {
        struct str key = get_str(&r);
        int64_t at = get_i64(&r), expires = get_i64(&r), zero = get_i64(&r);
        size_t firing = get_count(&r, 8), resolved;
        bool host = false;

        for (size_t k = 0; k < firing; k++)
            host |= get_u64le(&r) == xxhash64(STR("alertname\xff"
                                                  "Disk\xff"
                                                  "host\xff磁盘\xff"
                                                  "team\xffops\xff"));
        resolved = get_count(&r, 8);
        for (size_t k = 0; k < resolved; k++)
            (void)get_u64le(&r);
        assert_int_equal(zero, 0);
        assert_int_equal((expires - at) / 1000000000, 8 * 3600); /* twice the repeat */
        if (str_eq(key, STR("{}/{team=\"ops\"}:{alertname=\"Disk\"}\0w/webhook/0"))) {
            found = true;
            assert_true(host);
            assert_int_equal(firing, 2);
            assert_int_equal(resolved, 0);
        }
    }
    assert_true(reader_done(&r));
    assert_true(found);
}

/* A file cut off between two messages is a shorter file; anywhere else it is damaged. */
static void cut_files_are_damaged_or_shorter(void **state)
{
    struct str silences = file("silences"), told = file("nflog");
    size_t whole = 0;

    (void)state;
    for (size_t n = 0; n <= silences.n; n++) {
        struct taken_silences all;
        struct err e;

        if (take_silences(str_head(silences, n), &a, &all, &e) == OK)
            assert_int_equal(all.n, whole++);
        else
            assert_non_null(strstr(e.text, "silences is damaged at byte"));
    }
    assert_int_equal(whole, 4);
    whole = 0;
    for (size_t n = 0; n <= told.n; n++) {
        struct taken_told all;
        struct err e;

        if (take_told(str_head(told, n), &a, &all, &e) == OK)
            assert_int_equal(all.entries, whole++);
    }
    assert_int_equal(whole, 5);
}

static void put_bytes(struct buf *b, unsigned field, struct str bytes)
{
    put_u64(b, field << 3 | PB_BYTES);
    put_str(b, bytes);
}

static struct str taken(struct buf *b)
{
    struct str s = arena_str(&a, buf_str(b));

    buf_clear(b);
    return s;
}

static struct str matcher(struct buf *b, const char *name)
{
    put_bytes(b, 2, str_of(name));
    put_bytes(b, 3, STR("v"));
    return taken(b);
}

/* As newer versions write them: alternatives, and annotations. */
static void alternatives_are_silences_of_their_own(void **state)
{
    struct taken_silences all;
    struct str m1, m2, set1, set2, note, silence;
    struct err e;
    struct buf b;

    (void)state;
    buf_init(&b, BUF_NO_LIMIT);
    m1 = matcher(&b, "x");
    m2 = matcher(&b, "y");
    put_bytes(&b, 1, m1);
    set1 = taken(&b);
    put_bytes(&b, 1, m2);
    set2 = taken(&b);
    put_bytes(&b, 1, STR("k"));
    put_bytes(&b, 2, STR("w"));
    note = taken(&b);
    put_bytes(&b, 1, STR("the-id"));
    put_bytes(&b, 2, m1);
    put_bytes(&b, 10, note);
    put_bytes(&b, 11, set1);
    put_bytes(&b, 11, set2);
    put_u64(&b, 99 << 3 | PB_VARINT); /* of a version to come */
    put_u64(&b, 7);
    silence = taken(&b);
    put_bytes(&b, 1, silence);
    m1 = taken(&b);
    put_str(&b, m1);
    assert_int_equal(take_silences(buf_str(&b), &a, &all, &e), OK);
    assert_int_equal(all.n, 2);
    assert_text(all.v[0].id, "the-id");
    assert_text(all.v[0].matchers.v[0].name, "x");
    assert_text(all.v[0].annotations.v[0].name, "k");
    assert_text(all.v[0].annotations.v[0].value, "w");
    assert_int_equal(all.v[1].id.n, 36);
    assert_text(all.v[1].matchers.v[0].name, "y");
    buf_fini(&b);
}

static void an_unknown_matcher_is_not_guessed(void **state)
{
    struct taken_silences all;
    struct str m;
    struct err e;
    struct buf b;

    (void)state;
    buf_init(&b, BUF_NO_LIMIT);
    put_u64(&b, 1 << 3 | PB_VARINT);
    put_u64(&b, 4);
    m = taken(&b);
    put_bytes(&b, 1, STR("id"));
    put_bytes(&b, 2, m);
    m = taken(&b);
    put_bytes(&b, 1, m);
    m = taken(&b);
    put_str(&b, m);
    assert_int_equal(take_silences(buf_str(&b), &a, &all, &e), FAILED);
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(silences_are_read_whole, begin, end),
        cmocka_unit_test_setup_teardown(what_was_told_is_read_whole, begin, end),
        cmocka_unit_test_setup_teardown(cut_files_are_damaged_or_shorter, begin, end),
        cmocka_unit_test_setup_teardown(alternatives_are_silences_of_their_own, begin,
                                        end),
        cmocka_unit_test_setup_teardown(an_unknown_matcher_is_not_guessed, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
