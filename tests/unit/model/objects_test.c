/* objects_test.c - what makes two objects the same object. */
#include "model/objects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **)
{
    arena_init(&arena);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&arena);
    return 0;
}

static void test_keys(void **)
{
    const struct account account = { .name = STR("default") };
    const struct contact composed = { .name = STR("caf\u00e9") };
    const struct contact decomposed = { .name = STR("cafe\u0301") };
    const struct contact_group group = { .name = STR("考勤系统组") };
    const struct subscription sub = { .topic = STR("t1"), .id = STR("0a") };
    const struct zone_rules zone = { .name = STR("Asia/Shanghai") };

    assert_true(str_is(object_key(OBJECT_ACCOUNT, &account, &arena), "account"));
    assert_true(str_is(object_key(OBJECT_CONTACT, &composed, &arena), "caf\u00e9"));
    assert_true(str_is(object_key(OBJECT_CONTACT, &decomposed, &arena), "caf\u00e9"));
    assert_true(str_is(object_key(OBJECT_CONTACT_GROUP, &group, &arena), "考勤系统组"));
    assert_true(str_is(object_key(OBJECT_SUBSCRIPTION, &sub, &arena), "t1:0a"));
    assert_true(str_is(object_key(OBJECT_ZONE, &zone, &arena), "Asia/Shanghai"));
}

/* The mask that a table row calls identity is what object_key reads: nothing
 * else changes the key. */
static void test_identity_masks(void **)
{
    for (int kind = 0; kind < OBJECT_COUNT; kind++) {
        const struct kind_info *info = &object_kinds[kind];

        for (const struct field *f = info->schema->fields; f->tag != 0; f++) {
            void *plain = arena_alloc(&arena, info->schema->size);
            void *marked = arena_alloc(&arena, info->schema->size);
            bool same;

            if (f->kind != FIELD_STR)
                continue;
            schema_zero(info->schema, plain);
            schema_zero(info->schema, marked);
            *(struct str *)((char *)marked + f->offset) = STR("mark");
            same = str_eq(object_key((enum object_kind)kind, plain, &arena),
                          object_key((enum object_kind)kind, marked, &arena));
            assert_int_equal(same, (info->identity & FIELD_BIT(f->tag)) == 0);
        }
    }
}

static void test_addresses(void **)
{
    const struct address mail = { .channel = CHANNEL_MAIL, .plain = STR("a@x") };
    const struct address sms = { .channel = CHANNEL_SMS, .plain = STR("a@x") };
    struct address ding = { .channel = CHANNEL_DINGTALK,
                            .plain = STR(""),
                            .secret = { STR("sealed"), STR("https://h/...last"),
                                        STR("\x01\xab") } };
    struct str identity;

    assert_true(str_is(address_shown(&mail), "a@x"));
    assert_true(str_is(address_shown(&ding), "https://h/...last"));
    assert_true(str_is(address_identity(&mail, &arena), "email/a@x"));
    assert_true(str_is(address_identity(&sms, &arena), "sms/a@x"));
    identity = address_identity(&ding, &arena);
    assert_true(str_is(identity, "dingtalk/01ab"));
    ding.secret.sealed = STR("sealed again");
    assert_true(str_eq(address_identity(&ding, &arena), identity));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_identity_masks),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
