/* book_test.c - looking things up, ranges, who uses what, and snapshots. */
#include "../../support/fresh_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void test_empty(void **)
{
    const struct account *account = book_account(rig.book);
    size_t from, to;

    assert_int_equal(book_revision(rig.book), 0);
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        assert_int_equal(book_count(rig.book, (enum object_kind)kind), 0);
    assert_null(book_find(rig.book, OBJECT_CONTACT, STR("")));
    assert_null(book_contact(rig.book, STR("a")));
    assert_null(book_action_rule(rig.book, STR("a")));
    assert_int_equal(account->name.n, 0);
    assert_non_null(account->external_url.p);
    book_range(rig.book, OBJECT_CONTACT, STR(""), &from, &to);
    assert_true(from == 0 && to == 0);
    assert_int_equal(book_users(rig.book, REF_CONTACT, STR("")), 0);
}

static void test_order_and_paging(void **)
{
    static const char *const sent[] = { "b", "张三", "a", "ab", "李四", "\U00020000x" };
    static const char *const sorted[] = { "a", "ab", "b", "张三", "李四", "\U00020000x" };

    for (size_t i = 0; i < 6; i++)
        rig_do(&rig, put_group(&rig, sent[i], NULL));
    for (size_t i = 0; i < 6; i++)
        assert_true(str_is(book_at(rig.book, OBJECT_CONTACT_GROUP, i)->key, sorted[i]));
}

static void range_is(const char *prefix, size_t from, size_t to)
{
    size_t got_from, got_to;

    book_range(rig.book, OBJECT_CONTACT_GROUP, str_of(prefix), &got_from, &got_to);
    assert_int_equal(got_from, from);
    assert_int_equal(got_to, to);
}

static void test_range(void **)
{
    static const char *const names[] = { "a", "aa", "ab", "b", "caf\u00e9", "考勤" };

    for (size_t i = 0; i < 6; i++)
        rig_do(&rig, put_group(&rig, names[i], NULL));
    range_is("", 0, 6);
    range_is("a", 0, 3);
    range_is("aa", 1, 2);
    range_is("aaa", 2, 2);
    range_is("b", 3, 4);
    range_is("cafe\u0301", 4, 5);
    range_is("考", 5, 6);
    range_is("\xe8", 5, 6);
    range_is("\xff", 6, 6);
    range_is("z", 5, 5);
}

static void test_users_of_one_key(void **)
{
    rig_do(&rig, put_contact(&rig, "a1", "x@y", "code"));
    rig_do(&rig, put_contact(&rig, "a2", "x@y", "code2"));
    rig_do(&rig, put_contact(&rig, "a10", "xx@y", NULL));
    rig_do(&rig, put_topic(&rig, "t"));
    rig_do(&rig, subscribe(&rig, "t", "1", "x@y", NULL));
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/x@y")), 3);
    assert_true(
        str_is(book_user_at(rig.book, REF_ADDRESS, STR("email/x@y"), 0)->key, "a1"));
    assert_true(
        str_is(book_user_at(rig.book, REF_ADDRESS, STR("email/x@y"), 1)->key, "a2"));
    assert_int_equal(book_user_at(rig.book, REF_ADDRESS, STR("email/x@y"), 2)->kind,
                     OBJECT_SUBSCRIPTION);
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/x@")), 0);
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/xx@y")), 1);
    assert_int_equal(book_users(rig.book, REF_CODE, hidden(&rig, "code").digest), 1);
    /* Keys that would end inside one another's entries. */
    assert_int_equal(book_users(rig.book, REF_CONTACT, STR("email/x@y")), 0);
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("")), 0);
}

/* ---- snapshots ----------------------------------------------------------- */

static void fill(void)
{
    static const char *const members[] = { "a1", "张三", NULL };
    const struct zone_rules z = {
        STR("UTC"),
        STR("TZif\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            "\0\0\0\0\1\0\0\0\4\0\0\0\0\0\0UTC\0")
    };

    rig_do(&rig, put_contact(&rig, "a1", "x@y", "code"));
    rig_do(&rig, put_contact(&rig, "张三", "z@y", NULL));
    rig_do(&rig, put_group(&rig, "考勤系统组", members));
    rig_do(&rig, put_topic(&rig, "t"));
    rig_do(&rig, subscribe(&rig, "t", "1", "x@y", "code3"));
    rig_do(&rig, put_rule(&rig, CHANGE_CREATE, "rule", "t"));
    rig_do(&rig, put_route(&rig, "route", "考勤系统组"));
    rig_do(&rig, (struct change){ .op = CHANGE_UPSERT,
                                  .kind = OBJECT_ZONE,
                                  .object = &z,
                                  .present = FIELDS_ALL });
}

static void test_snapshot(void **)
{
    struct str bytes, again;
    struct book *loaded;

    fill();
    bytes = rig_bytes(rig.book, &rig.a);
    loaded = rig_load(bytes);
    again = rig_bytes(loaded, &rig.a);
    assert_true(str_eq(bytes, again));
    assert_int_equal(book_next_order(loaded), 9);
    assert_int_equal(book_revision(loaded), 8);
    rig_judge(loaded);
    /* The one goes on as the other does. */
    book_unref(rig.book);
    rig.book = loaded;
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, "张三"));
    assert_int_equal(rig.r.effect_count, 2);
}

/* In whatever order the objects come. */
static void test_load_backwards(void **)
{
    struct book *loaded = book_new();
    struct str one[8], want, got;
    struct buf b;
    size_t n = 0;
    struct err e;

    fill();
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        for (size_t i = 0; i < book_count(rig.book, (enum object_kind)kind); i++) {
            buf_init(&b, BUF_NO_LIMIT);
            object_encode(book_at(rig.book, (enum object_kind)kind, i), &b);
            one[n++] = arena_str(&rig.a, buf_str(&b));
            buf_fini(&b);
        }
    while (n-- > 0)
        assert_int_equal(book_load(loaded, one[n], &e), OK);
    book_load_end(loaded, book_revision(rig.book), book_next_order(rig.book));
    want = rig_bytes(rig.book, &rig.a);
    got = rig_bytes(loaded, &rig.a);
    assert_true(str_eq(want, got));
    rig_judge(loaded);
    book_unref(loaded);
}

static void test_load_damage(void **)
{
    struct book *b = book_new();
    struct buf bytes;
    struct err e;

    fill();
    buf_init(&bytes, BUF_NO_LIMIT);
    object_encode(book_find(rig.book, OBJECT_CONTACT, STR("a1")), &bytes);
    for (size_t n = 0; n < bytes.n; n++) {
        assert_int_equal(book_load(b, str_head(buf_str(&bytes), n), &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
    }
    buf_char(&bytes, '\0');
    assert_int_equal(book_load(b, buf_str(&bytes), &e), FAILED);
    bytes.p[0] = OBJECT_COUNT;
    bytes.n--;
    assert_int_equal(book_load(b, buf_str(&bytes), &e), FAILED);
    bytes.p[0] = OBJECT_CONTACT;
    assert_int_equal(book_load(b, buf_str(&bytes), &e), OK);
    assert_int_equal(book_count(b, OBJECT_CONTACT), 1);
    buf_fini(&bytes);
    book_unref(b);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_empty),       TEST(test_order_and_paging),
        TEST(test_range),       TEST(test_users_of_one_key),
        TEST(test_snapshot),    TEST(test_load_backwards),
        TEST(test_load_damage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
