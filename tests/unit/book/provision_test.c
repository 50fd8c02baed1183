/* provision_test.c - what comes from a file: replaced as a whole, closed to
 * the API, and what its people did is kept. */
#include "../../support/fresh_book.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define FILE_NAME "/etc/belfry.yml"
#define NAMES(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

static ok provision(const struct change *v, size_t n)
{
    struct change set[16] = { { .op = CHANGE_PROVISION_BEGIN } };

    for (size_t i = 0; i < n; i++) {
        set[i + 1] = v[i];
        set[i + 1].provisioned = STR(FILE_NAME);
    }
    return rig_apply(&rig, set, n + 1);
}

static void refused(struct change c)
{
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, FAULT_PROVISIONED);
    assert_true(str_has(str_of(rig.e.text), STR(FILE_NAME)));
}

static bool there(enum object_kind kind, const char *name)
{
    return book_find(rig.book, kind, str_of(name)) != NULL;
}

static void first_file(void)
{
    const struct account account = { .name = STR("default"),
                                     .uid = STR("1234567890123456"),
                                     .region = STR("cn-north-4"),
                                     .resolve_timeout = 5 * NS_PER_MIN };
    const struct change v[] = {
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_ACCOUNT,
          .object = &account,
          .present = FIELDS_ALL },
        put_contact(&rig, "alice", "a@x.org", "c1"),
        put_contact(&rig, "bob", "b@x.org", "c2"),
        put_group(&rig, "ops", NAMES("alice", "bob")),
        put_route(&rig, "r1", "ops"),
    };

    assert_int_equal(provision(v, 5), OK);
}

static void test_file_makes(void **)
{
    first_file();
    assert_true(str_is(book_account(rig.book)->uid, "1234567890123456"));
    assert_true(
        str_is(book_find(rig.book, OBJECT_CONTACT, STR("bob"))->provisioned, FILE_NAME));
    assert_int_equal(book_users(rig.book, REF_FILE, STR(FILE_NAME)), 5);
    assert_int_equal(rig.r.effect_count, 5);
    assert_int_equal(book_revision(rig.book), 1);
    assert_true(rig.r.results[0].changed);
    first_file(); /* the same again: nothing happened */
    assert_int_equal(book_revision(rig.book), 1);
    assert_int_equal(rig.r.effect_count, 0);
    assert_false(rig.r.results[0].changed);
}

static void test_api_may_not(void **)
{
    struct change ensure = put_contact(&rig, "alice", NULL, NULL);
    struct change create = ensure;

    first_file();
    refused(put_contact(&rig, "alice", "other@x.org", "c9"));
    refused(put_group(&rig, "ops", NAMES("alice")));
    refused(delete_named(&rig, OBJECT_CONTACT, "alice"));
    refused(delete_named(&rig, OBJECT_ROUTE, "r1"));
    ensure.op = CHANGE_ENSURE; /* finding it is no change */
    rig_do(&rig, ensure);
    create.op = CHANGE_CREATE;
    assert_int_equal(rig_one(&rig, create), FAILED);
    assert_int_equal(rig.e.fault, FAULT_EXISTS);
    /* A change that only says it comes from the file does not. */
    create.op = CHANGE_UPSERT;
    create.provisioned = STR(FILE_NAME);
    refused(create);
    /* Its people may confirm, and an API object may name it. */
    rig_do(&rig, address_change(&rig, CHANGE_CONFIRM, OBJECT_CONTACT, "alice",
                                CHANNEL_MAIL, "c1"));
    rig_do(&rig, put_contact(&rig, "carol", NULL, NULL));
    rig_do(&rig, put_group(&rig, "mine", NAMES("alice", "carol")));
}

static void test_file_again(void **)
{
    const struct change v[] = {
        put_contact(&rig, "alice", "a@x.org", "c7"),
        put_contact(&rig, "dave", "d@x.org", "c8"),
        put_group(&rig, "ops", NAMES("dave", "alice")),
    };
    const struct contact *alice;

    first_file();
    rig_do(&rig, address_change(&rig, CHANGE_CONFIRM, OBJECT_CONTACT, "alice",
                                CHANNEL_MAIL, "c1"));
    rig_do(&rig, put_contact(&rig, "carol", NULL, NULL));
    rig_do(&rig, put_group(&rig, "mine", NAMES("bob", "carol")));
    rig.now += NS_PER_HOUR;
    assert_int_equal(provision(v, 3), OK);
    assert_false(there(OBJECT_CONTACT, "bob"));
    assert_false(there(OBJECT_ROUTE, "r1"));
    assert_true(there(OBJECT_CONTACT, "carol"));
    assert_true(there(OBJECT_CONTACT, "dave"));
    assert_int_equal(book_contact_group(rig.book, STR("mine"))->members.n, 1);
    assert_true(str_is(book_contact_group(rig.book, STR("ops"))->members.v[0], "dave"));
    alice = book_contact(rig.book, STR("alice"));
    assert_int_equal(alice->addresses.v[0].state, ADDRESS_OK);
    assert_int_equal(book_find(rig.book, OBJECT_CONTACT, STR("alice"))->order, 2);
    /* The account of a file that no longer says it stays: its data does too. */
    assert_true(str_is(book_account(rig.book)->name, "default"));
}

/* A file may take over what was made by API; without a file all of it goes. */
static void test_taken_over(void **)
{
    const struct change v[] = { put_contact(&rig, "alice", "a@x.org", "c1") };

    rig_do(&rig, put_contact(&rig, "alice", NULL, NULL));
    assert_int_equal(provision(v, 1), OK);
    assert_false(rig.r.results[1].created);
    refused(put_contact(&rig, "alice", NULL, NULL));
    assert_int_equal(provision(NULL, 0), OK);
    assert_false(there(OBJECT_CONTACT, "alice"));
    assert_int_equal(provision(NULL, 0), OK);
    assert_int_equal(rig.r.effect_count, 0);
}

/* The file names what is there already, word for word: it is the file's now. */
static void test_taken_over_unchanged(void **)
{
    const struct change v[] = { put_contact(&rig, "alice", NULL, NULL) };

    rig_do(&rig, v[0]);
    assert_int_equal(provision(v, 1), OK);
    assert_true(rig.r.results[1].changed);
    refused(v[0]);
}

/* What stands behind PROVISION_BEGIN without the file's name is the API's. */
static void test_unmarked(void **)
{
    const struct change set[] = {
        { .op = CHANGE_PROVISION_BEGIN },
        put_contact(&rig, "alice", NULL, NULL),
    };

    first_file();
    assert_int_equal(rig_apply(&rig, set, 2), OK);
    assert_int_equal(book_contact(rig.book, STR("alice"))->addresses.n, 0);
    assert_int_equal(book_users(rig.book, REF_FILE, STR(FILE_NAME)), 1);
    rig_do(&rig, put_contact(&rig, "alice", "new@x.org", NULL));
}

/* A file that is refused changes nothing. */
static void test_refused_file(void **)
{
    const struct change v[] = {
        put_contact(&rig, "dave", NULL, NULL),
        put_group(&rig, "ops", NAMES("dave", "bob")),
    };
    struct str before, after;

    first_file();
    before = rig_bytes(rig.book, &rig.a);
    assert_int_equal(provision(v, 2), FAILED); /* bob would be gone */
    assert_int_equal(rig.r.failed, 2);
    assert_string_equal(rig.e.field, "members");
    after = rig_bytes(rig.book, &rig.a);
    assert_true(str_eq(before, after));
}

static void test_zones_belong_to_nobody(void **)
{
    const struct zone_rules z = {
        STR("UTC"),
        STR("TZif\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            "\0\0\0\0\1\0\0\0\4\0\0\0\0\0\0UTC\0")
    };
    struct change zone = {
        .op = CHANGE_UPSERT, .kind = OBJECT_ZONE, .object = &z, .present = FIELDS_ALL
    };

    assert_int_equal(provision(&zone, 1), OK);
    assert_false(rig_do(&rig, zone)->changed); /* the API may bring it too */
    assert_int_equal(provision(NULL, 0), OK);
    assert_true(there(OBJECT_ZONE, "UTC"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_file_makes),   TEST(test_api_may_not),
        TEST(test_file_again),   TEST(test_taken_over),
        TEST(test_refused_file), TEST(test_taken_over_unchanged),
        TEST(test_unmarked),     TEST(test_zones_belong_to_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
