/* apply_address_test.c - who is told: asked, confirmed, asked again, gone. */
#include "../../support/fresh_book.h"

#include "base/time.h"
#include "book/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static const struct address *address_of(const char *contact, int channel)
{
    const struct contact *c = book_contact(rig.book, str_of(contact));

    for (size_t i = 0; i < c->addresses.n; i++)
        if (c->addresses.v[i].channel == channel)
            return &c->addresses.v[i];
    return NULL;
}

static const struct address *mail_of(const char *contact)
{
    return address_of(contact, CHANNEL_MAIL);
}

static bool has_code(const struct address *ad, const char *code)
{
    return str_eq(ad->code.digest, hidden(&rig, code).digest);
}

static size_t users_of_code(const char *code)
{
    return book_users(rig.book, REF_CODE, hidden(&rig, code).digest);
}

static struct change act(enum change_op op, const char *code)
{
    return address_change(&rig, op, OBJECT_CONTACT, "alice", CHANNEL_MAIL, code);
}

static void refused(struct change c, enum fault fault, const char *field)
{
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, fault);
    assert_string_equal(rig.e.field, field);
}

static struct change put_alice(const char *mail, const char *code)
{
    return put_contact(&rig, "alice", mail, code);
}

static void test_new_address(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    assert_int_equal(mail_of("alice")->state, ADDRESS_PENDING);
    assert_int_equal(mail_of("alice")->asked_at, rig.now);
    assert_int_equal(mail_of("alice")->confirmed_at, 0);
    assert_int_equal(users_of_code("c1"), 1);
    rig_do(&rig, put_contact(&rig, "bob", "b@x.org", NULL)); /* counts as verified */
    assert_int_equal(mail_of("bob")->state, ADDRESS_OK);
    assert_int_equal(mail_of("bob")->asked_at, 0);
    assert_int_equal(mail_of("bob")->code.sealed.n, 0);
}

/* The door's own ideas of times are not taken over. */
static void test_times_are_the_books(void **)
{
    struct change c = put_alice("a@x.org", "c1");
    struct address *ad =
        (struct address *)(uintptr_t)((const struct contact *)c.object)->addresses.v;

    ad->asked_at = 5;
    ad->confirmed_at = 6;
    rig_do(&rig, c);
    assert_int_equal(mail_of("alice")->asked_at, rig.now);
    assert_int_equal(mail_of("alice")->confirmed_at, 0);
    ad->state = ADDRESS_OK; /* nor a code that nobody needs */
    rig_do(&rig, c);
    assert_int_equal(mail_of("alice")->asked_at, 0);
    assert_int_equal(users_of_code("c1"), 0);
    assert_int_equal(mail_of("alice")->code.sealed.n, 0);
}

static void test_confirm_by_code(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    refused(act(CHANGE_CONFIRM, "c2"), FAULT_NOT_FOUND, "code");
    rig.now += NS_PER_MIN;
    rig_do(&rig, act(CHANGE_CONFIRM, "c1"));
    assert_int_equal(mail_of("alice")->state, ADDRESS_OK);
    assert_int_equal(mail_of("alice")->confirmed_at, rig.now);
    assert_int_equal(mail_of("alice")->code.sealed.n, 0);
    assert_int_equal(users_of_code("c1"), 0);
    refused(act(CHANGE_CONFIRM, "c1"), FAULT_NOT_FOUND, "code"); /* good once */
    refused(address_change(&rig, CHANGE_CONFIRM, OBJECT_CONTACT, "bob", CHANNEL_MAIL, ""),
            FAULT_NOT_FOUND, "name");
    refused(
        address_change(&rig, CHANGE_CONFIRM, OBJECT_CONTACT, "alice", CHANNEL_SMS, "c1"),
        FAULT_NOT_FOUND, "addresses");
}

static void test_link_expires(void **)
{
    const int64_t life = CONTACT_LINK_HOURS * NS_PER_HOUR;
    int64_t asked = rig.now;

    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig.now = asked + life + 1;
    refused(act(CHANGE_CONFIRM, "c1"), FAULT_EXPIRED, "code");
    rig.now = asked + life;
    rig_do(&rig, act(CHANGE_CONFIRM, "c1"));
    assert_int_equal(mail_of("alice")->state, ADDRESS_OK);
}

static void test_confirm_by_admin(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig.now += 1000 * NS_PER_DAY; /* an admin needs no link */
    rig_do(&rig, act(CHANGE_CONFIRM, NULL));
    assert_int_equal(mail_of("alice")->state, ADDRESS_OK);
    rig.now++;
    assert_false(rig_do(&rig, act(CHANGE_CONFIRM, NULL))->changed);
    rig_do(&rig, act(CHANGE_UNSUBSCRIBE, NULL));
    rig_do(&rig, act(CHANGE_CONFIRM, NULL));
    assert_int_equal(mail_of("alice")->state, ADDRESS_OK);
}

static void test_if_revision(void **)
{
    struct change c = act(CHANGE_UNSUBSCRIBE, NULL);

    rig_do(&rig, put_alice("a@x.org", "c1"));
    c.if_revision = 2;
    refused(c, FAULT_CONFLICT, "");
    c.if_revision = 1;
    rig_do(&rig, c);
}

static void test_ask_again(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig.now += NS_PER_HOUR;
    rig_do(&rig, act(CHANGE_ASK, "c2"));
    assert_true(has_code(mail_of("alice"), "c2"));
    assert_int_equal(mail_of("alice")->asked_at, rig.now);
    assert_int_equal(users_of_code("c1"), 0);
    refused(act(CHANGE_CONFIRM, "c1"), FAULT_NOT_FOUND, "code");
    rig_do(&rig, act(CHANGE_CONFIRM, "c2"));
    refused(act(CHANGE_ASK, "c3"), FAULT_INVALID, "addresses");
}

/* The same address put again keeps what its owner did. */
static void test_put_keeps(void **)
{
    int64_t asked = rig.now;

    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig.now = asked + CONTACT_LINK_HOURS * NS_PER_HOUR;
    assert_false(rig_do(&rig, put_alice("a@x.org", "c2"))->changed);
    assert_true(has_code(mail_of("alice"), "c1"));
    rig.now++; /* the link is dead now: ask again */
    assert_true(rig_do(&rig, put_alice("a@x.org", "c3"))->changed);
    assert_true(has_code(mail_of("alice"), "c3"));
    assert_int_equal(mail_of("alice")->asked_at, rig.now);
    rig_do(&rig, act(CHANGE_CONFIRM, "c3"));
    asked = rig.now;
    rig.now += 100 * NS_PER_DAY;
    assert_false(rig_do(&rig, put_alice("a@x.org", "c4"))->changed);
    assert_int_equal(mail_of("alice")->confirmed_at, asked);
    rig_do(&rig, act(CHANGE_UNSUBSCRIBE, NULL));
    assert_false(rig_do(&rig, put_alice("a@x.org", "c5"))->changed);
    assert_false(rig_do(&rig, put_alice("a@x.org", NULL))->changed);
    assert_int_equal(mail_of("alice")->state, ADDRESS_CANCELLED);
}

/* When addresses count as verified, one that still waited counts too. */
static void test_put_verified(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig_do(&rig, put_alice("a@x.org", NULL));
    assert_int_equal(mail_of("alice")->state, ADDRESS_OK);
    assert_int_equal(users_of_code("c1"), 0);
}

static void test_put_changed(void **)
{
    rig_do(&rig, put_alice("a@x.org", "c1"));
    rig_do(&rig, act(CHANGE_CONFIRM, "c1"));
    rig_do(&rig, put_alice("b@x.org", "c2"));
    assert_int_equal(mail_of("alice")->state, ADDRESS_PENDING);
    assert_true(has_code(mail_of("alice"), "c2"));
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/a@x.org")), 0);
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/b@x.org")), 1);
    rig_do(&rig, put_alice("a@x.org", "c3")); /* back again: to be confirmed again */
    assert_int_equal(mail_of("alice")->state, ADDRESS_PENDING);
}

static struct change put_list(const struct address *v, size_t n)
{
    struct contact *c = arena_new(&rig.a, struct contact);

    *c = (struct contact){ .name = STR("alice"), .addresses = { v, n } };
    return (struct change){ .op = CHANGE_UPSERT,
                            .kind = OBJECT_CONTACT,
                            .object = c,
                            .present =
                                FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_ADDRESSES) };
}

static void test_channels(void **)
{
    struct address both[] = { ding_address(&rig, "https://d/?t=1"),
                              mail_address(&rig, "a@x.org", "c1") };
    struct address ding[] = { ding_address(&rig, "https://d/?t=1") };
    struct address other[] = { ding_address(&rig, "https://d/?t=2") };
    struct str sealed;

    rig_do(&rig, put_list(both, 2));
    assert_int_equal(book_contact(rig.book, STR("alice"))->addresses.v[0].channel,
                     CHANNEL_MAIL); /* in the table's order, however they came */
    sealed = arena_str(&rig.a, address_of("alice", CHANNEL_DINGTALK)->secret.sealed);
    assert_true(rig_do(&rig, put_list(ding, 1))->changed); /* mail is gone */
    assert_null(mail_of("alice"));
    assert_int_equal(users_of_code("c1"), 0);
    /* The same robot sealed anew is the same robot. */
    assert_true(str_eq(address_of("alice", CHANNEL_DINGTALK)->secret.sealed, sealed));
    assert_true(rig_do(&rig, put_list(other, 1))->changed);
    assert_false(str_eq(address_of("alice", CHANNEL_DINGTALK)->secret.sealed, sealed));
    rig_do(&rig, put_list(NULL, 0));
    assert_int_equal(book_contact(rig.book, STR("alice"))->addresses.n, 0);
}

static void test_addresses_not_given(void **)
{
    struct change c = put_alice(NULL, NULL);

    rig_do(&rig, put_alice("a@x.org", "c1"));
    c.present &= ~FIELD_BIT(CONTACT_ADDRESSES);
    ((struct contact *)(uintptr_t)c.object)->describe = STR("new");
    rig_do(&rig, c);
    assert_true(has_code(mail_of("alice"), "c1"));
}

/* ---- subscriptions ------------------------------------------------------- */

#define SUB1 "ops:00000000000000000000000000000001"

static const struct address *sub_address(const char *key)
{
    const struct object *o = book_find(rig.book, OBJECT_SUBSCRIPTION, str_of(key));

    return &BOOK_MODEL(o, subscription)->addresses.v[0];
}

static struct change sub_act(enum change_op op, const char *code)
{
    return address_change(&rig, op, OBJECT_SUBSCRIPTION, SUB1, CHANNEL_MAIL, code);
}

static void test_subscribe_again(void **)
{
    const int64_t life = SUBSCRIPTION_LINK_HOURS * NS_PER_HOUR;
    int64_t asked = rig.now;

    rig_do(&rig, put_topic(&rig, "ops"));
    rig_do(&rig, subscribe(&rig, "ops", "1", "a@x.org", "c1"));
    rig.now = asked + life;
    /* Another id for the same endpoint: the first one is told. */
    assert_false(rig_do(&rig, subscribe(&rig, "ops", "2", "a@x.org", "c2"))->changed);
    assert_false(rig.r.results[0].created);
    assert_true(str_is(rig.r.results[0].object->key, SUB1));
    assert_int_equal(book_count(rig.book, OBJECT_SUBSCRIPTION), 1);
    rig.now = asked + life + 1;
    refused(sub_act(CHANGE_CONFIRM, "c1"), FAULT_EXPIRED, "code");
    assert_true(rig_do(&rig, subscribe(&rig, "ops", "3", "a@x.org", "c3"))->changed);
    assert_true(str_is(rig.r.results[0].object->key, SUB1));
    assert_int_equal(sub_address(SUB1)->asked_at, rig.now);
    rig.now += life;
    rig_do(&rig, sub_act(CHANGE_CONFIRM, "c3"));
    assert_int_equal(sub_address(SUB1)->state, ADDRESS_OK);
    assert_false(rig_do(&rig, subscribe(&rig, "ops", "4", "a@x.org", "c4"))->changed);
    rig_do(&rig, sub_act(CHANGE_UNSUBSCRIBE, NULL));
    assert_int_equal(sub_address(SUB1)->state, ADDRESS_CANCELLED);
    /* Who unsubscribed and is subscribed again is asked again. */
    assert_true(rig_do(&rig, subscribe(&rig, "ops", "5", "a@x.org", "c5"))->changed);
    assert_int_equal(sub_address(SUB1)->state, ADDRESS_PENDING);
    assert_int_equal(users_of_code("c5"), 1);
}

static void test_subscriptions_differ(void **)
{
    struct change c;

    rig_do(&rig, put_topic(&rig, "ops"));
    rig_do(&rig, put_topic(&rig, "ops2"));
    rig_do(&rig, subscribe(&rig, "ops", "1", "a@x.org", "c1"));
    assert_true(rig_do(&rig, subscribe(&rig, "ops", "2", "b@x.org", "c2"))->created);
    assert_true(rig_do(&rig, subscribe(&rig, "ops2", "3", "a@x.org", "c3"))->created);
    c = subscribe(&rig, "ops", "4", "a@x.org", "c4");
    ((struct subscription *)(uintptr_t)c.object)->protocol = STR("email-json");
    assert_true(rig_do(&rig, c)->created);
    assert_int_equal(book_users(rig.book, REF_ADDRESS, STR("email/a@x.org")), 3);
    refused(subscribe(&rig, "nothing", "5", "a@x.org", "c5"), FAULT_NOT_FOUND, "topic");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_new_address),      TEST(test_times_are_the_books),
        TEST(test_confirm_by_code),  TEST(test_link_expires),
        TEST(test_confirm_by_admin), TEST(test_ask_again),
        TEST(test_if_revision),      TEST(test_put_keeps),
        TEST(test_put_verified),     TEST(test_put_changed),
        TEST(test_channels),         TEST(test_addresses_not_given),
        TEST(test_subscribe_again),  TEST(test_subscriptions_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
