/* address_test.c - special ranges at their first, last and next addresses. */
#include "net/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void check(const char *address, bool want)
{
    if (address_is_special(str_of(address)) != want)
        fail_msg("%s should be %s", address, want ? "special" : "ordinary");
}

/* The first and the last of each range, and its neighbours that are ordinary
 * (null where the neighbour is special too, or there is none). */
static const struct {
    const char *before, *first, *last, *after;
} v4[] = {
    { NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0" },
    { "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0" },
    { "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0" },
    { "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0" },
    { "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0" },
    { "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0" },
    { "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0" },
    { "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0" },
    { "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0" },
    { "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0" },
    { "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0" },
    { "198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0" },
    { "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0" },
    { "223.255.255.255", "224.0.0.0", "239.255.255.255", NULL },
    { NULL, "240.0.0.0", "255.255.255.255", NULL },
};

static void test_v4(void **)
{
    for (size_t i = 0; i < sizeof v4 / sizeof *v4; i++) {
        if (v4[i].before != NULL)
            check(v4[i].before, false);
        check(v4[i].first, true);
        check(v4[i].last, true);
        if (v4[i].after != NULL)
            check(v4[i].after, false);
    }
    check("169.254.169.254", true); /* metadata */
    check("100.100.100.200", true); /* metadata of Alibaba Cloud */
    check("8.8.8.8", false);
}

/* Every IPv6 form of an IPv4 address means that address. */
static void test_v4_in_v6(void **)
{
    static const char *const heads[] = { "::ffff:", "64:ff9b::" };
    char text[80];

    for (size_t i = 0; i < sizeof v4 / sizeof *v4; i++)
        for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
            snprintf(text, sizeof text, "%s%s", heads[h], v4[i].first);
            check(text, true);
            if (v4[i].after == NULL)
                continue;
            snprintf(text, sizeof text, "%s%s", heads[h], v4[i].after);
            check(text, false);
        }
    check("::ffff:7f00:1", true);
    check("0:0:0:0:0:ffff:a00:1", true);
    check("2002:7f00:1::", true);
    check("2002:a9fe:a9fe::1", true);
    check("2002:c0a8:101::", true);
    check("2002:808:808::1", false);
}

static void test_v6(void **)
{
    check("::", true);
    check("::1", true);
    check("::8.8.8.8", true); /* the withdrawn compatible form */
    check("64:ff9b:1::1", true);
    check("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", true);
    check("100::", true);
    check("100::ffff:ffff:ffff:ffff", true);
    check("1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true);
    check("2000::", false);
    check("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false);
    check("2001::", true); /* Teredo */
    check("2001:0:4136:e378:8000:63bf:3fff:fdd2", true);
    check("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", true);
    check("2001:200::", false);
    check("2001:db7:ffff::", false);
    check("2001:db8::", true);
    check("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true);
    check("2001:db9::", false);
    check("2606:4700:4700::1111", false);
    check("3fff::1", true);
    check("3ffe::1", false);
    check("4000::", true);
    check("fbff::", true);
    check("fc00::1", true);
    check("fd00:ec2::254", true); /* metadata */
    check("fe80::1", true);
    check("febf::1", true);
    check("fec0::1", true);
    check("ff02::1", true);
}

static void test_no_address(void **)
{
    static const char *const odd[] = {
        "",           "localhost", "1.2.3",    "1.2.3.4.5",  "256.1.1.1",  "0x7f.1",
        "2130706433", "8.8.8.8 ",  " 8.8.8.8", "8.8.8.8/32", "[2000::1]",  "2000::1%lo0",
        "2000:::1",   "8.8.8.8\n", "08.8.8.8", "2000::1::",  "::ffff:1.2", "\xe5\x91\x8a",
    };

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        check(odd[i], true);
    assert_true(address_is_special(STR("8.8.8.8\0")));
    assert_true(address_is_special(
        STR("2000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000")));
}

static void test_in(void **)
{
    assert_true(address_in(STR("10.1.2.3"), STR("10.0.0.0/8")));
    assert_true(address_in(STR("10.255.255.255"), STR("10.99.0.1/8")));
    assert_false(address_in(STR("11.0.0.0"), STR("10.0.0.0/8")));
    assert_true(address_in(STR("10.1.2.3"), STR("10.1.2.3")));
    assert_true(address_in(STR("10.1.2.3"), STR("10.1.2.3/32")));
    assert_false(address_in(STR("10.1.2.4"), STR("10.1.2.3")));
    assert_true(address_in(STR("10.1.2.5"), STR("10.1.2.4/31")));
    assert_false(address_in(STR("10.1.2.6"), STR("10.1.2.4/31")));
    assert_true(address_in(STR("8.8.8.8"), STR("0.0.0.0/0")));
    assert_true(address_in(STR("fd00::1"), STR("fd00::/8")));
    assert_true(address_in(STR("fd00::1"), STR("fd00::1")));
    assert_false(address_in(STR("fe00::1"), STR("fd00::/8")));
    assert_false(address_in(STR("fd00::1"), STR("0.0.0.0/0")));
    assert_false(address_in(STR("10.0.0.1"), STR("::/0")));
    assert_true(address_in(STR("::ffff:10.0.0.1"), STR("10.0.0.0/8")));
    assert_true(address_in(STR("10.0.0.1"), STR("::ffff:10.0.0.0/104")));
    assert_false(address_in(STR("11.0.0.1"), STR("::ffff:10.0.0.0/104")));
}

static void test_no_range(void **)
{
    static const char *const odd[] = {
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/8x",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0/8",
        "ten/8",
        "10.0.0.0/0008",
    };

    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_false(address_in(STR("10.0.0.1"), str_of(odd[i])));
    assert_false(address_in(STR("fd00::1"), STR("fd00::/129")));
    assert_false(address_in(STR("host"), STR("0.0.0.0/0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v4), cmocka_unit_test(test_v4_in_v6),
        cmocka_unit_test(test_v6), cmocka_unit_test(test_no_address),
        cmocka_unit_test(test_in), cmocka_unit_test(test_no_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
