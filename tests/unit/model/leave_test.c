/* leave_test.c - what a link out carries comes back whole, or not at all. */
#include "model/leave.h"

#include "../../support/says.h"

static void test_codec(void **)
{
    const struct leave given = { .account = STR("默认"),
                                 .kind = OBJECT_SUBSCRIPTION,
                                 .key = STR("topic:0123"),
                                 .channel = CHANNEL_MAIL,
                                 .address = STR("运维@example.org") };
    struct leave got;
    struct err e;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    leave_encode(&given, &b);
    assert_int_equal(leave_decode(buf_str(&b), &got, &e), OK);
    assert_is(got.account, "默认");
    assert_int_equal(got.kind, OBJECT_SUBSCRIPTION);
    assert_is(got.key, "topic:0123");
    assert_int_equal(got.channel, CHANNEL_MAIL);
    assert_is(got.address, "运维@example.org");
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(leave_decode(str_head(buf_str(&b), n), &got, &e), FAILED);
    buf_char(&b, 'x');
    assert_int_equal(leave_decode(buf_str(&b), &got, &e), FAILED);
    buf_fini(&b);
}

static void test_others(void **)
{
    static const int rows[][2] = { { OBJECT_ROUTE, CHANNEL_MAIL },
                                   { OBJECT_CONTACT, CHANNEL_COUNT },
                                   { OBJECT_COUNT, CHANNEL_MAIL } };
    struct leave got;
    struct err e;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct leave l = { .account = STR("a"),
                           .kind = (enum object_kind)rows[i][0],
                           .key = STR("k"),
                           .channel = rows[i][1],
                           .address = STR("x@y") };
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        leave_encode(&l, &b);
        assert_int_equal(leave_decode(buf_str(&b), &got, &e), FAILED);
        buf_fini(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codec),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
