/* leave_link_test.c - who can leave gets a link that says whose it is; nobody else. */
#include "channel/leave_link.h"

#include "model/leave.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct sealer *sealer;
static struct err e;

static int setup(void **)
{
    arena_init(&a);
    sealer = sealer_for_tests();
    return 0;
}

static int teardown(void **)
{
    sealer_close(&sealer);
    arena_fini(&a);
    return 0;
}

static struct notification *one(void)
{
    const struct alert *al[1] = { made_firing(&a, "alertname=x", "") };
    struct notification *n = made_notification(&a, al, 1);

    n->to = STR("张伟");
    n->contact_group = STR("ops");
    n->account_name = STR("default");
    n->external_url = STR("https://belfry.example/");
    return n;
}

static struct leave opened(struct str link)
{
    struct leave leave;
    struct str content;

    assert_true(str_starts(link, STR("https://belfry.example/l/")));
    assert_int_equal(token_open(sealer, &a, LEAVE_PURPOSE,
                                str_from(link, strlen("https://belfry.example/l/")),
                                &content, &e),
                     OK);
    assert_int_equal(leave_decode(content, &leave, &e), OK);
    return leave;
}

static void test_contact(void **)
{
    struct notification *n = one();
    struct str link = leave_link_of(sealer, n, &a);
    struct leave leave = opened(link);

    assert_is(leave.account, "default");
    assert_int_equal(leave.kind, OBJECT_CONTACT);
    assert_is(leave.key, "张伟");
    assert_int_equal(leave.channel, CHANNEL_MAIL);
    assert_true(str_eq(leave.address, n->address.plain));
    assert_true(str_eq(link, leave_link_of(sealer, n, &a))); /* on every try */
}

static void test_subscription(void **)
{
    struct notification *n = one();
    struct leave leave;

    n->contact_group = STR("");
    n->subscription_urn = STR("urn:smn:cn-north-4:2b31ed52:ops:0123abcd");
    leave = opened(leave_link_of(sealer, n, &a));
    assert_int_equal(leave.kind, OBJECT_SUBSCRIPTION);
    assert_is(leave.key, "ops:0123abcd");
    n->subscription_urn = STR("urn:smn");
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
}

static void test_nobody(void **)
{
    struct integration in = { .kind = STR("email") };
    struct notification *n = one();

    n->integration = &in;
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
    n = one();
    n->external_url = STR("");
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
    n = one();
    n->contact_group = STR("");
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
    n = one();
    n->kind = NOTIFY_CONFIRM_CONTACT;
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
    n = one();
    n->address.channel = CHANNEL_DINGTALK;
    assert_int_equal(leave_link_of(sealer, n, &a).n, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = { T(test_contact), T(test_subscription),
                                        T(test_nobody) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
