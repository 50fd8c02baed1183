/* ack_link_test.c - the link that acknowledges: made of what is pinned, the same each
 * time, different for everybody else, of what fires only. */
#include "base/xxhash64.h"
#include "channel/ack_link.h"
#include "model/ack.h"
#include "support/made.h"
#include "support/says.h"

#include <string.h>

static struct arena a;
static struct sealer *sealer;

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

static struct notification *of_alerts(size_t firing, size_t resolved)
{
    const struct alert **v = arena_array(&a, const struct alert *, firing + resolved);

    for (size_t i = 0; i < firing + resolved; i++) {
        struct alert *al = i < firing ? made_firing(&a, "alertname=X", "")
                                      : made_resolved(&a, "alertname=X", "");

        al->serial = 1000 + i;
        v[i] = al;
    }
    return made_notification(&a, v, firing + resolved);
}

static struct ack_link opened(struct str link)
{
    struct ack_link out;
    struct str content;
    struct err e;

    assert_int_equal(
        token_open(sealer, &a, ACK_PURPOSE, ack_link_token(link), &content, &e), OK);
    assert_int_equal(ack_link_decode(content, &a, &out, &e), OK);
    return out;
}

static void test_made_of_what_is_pinned(void **)
{
    struct notification *n = of_alerts(2, 1);
    struct str link;
    struct ack_link in;

    n->external_url = STR("https://b.example/x/");
    n->account_name = STR("default");
    link = ack_link_of(sealer, n, &a);
    assert_true(str_starts(link, STR("https://b.example/x/l/")));
    assert_is(ack_link_of(sealer, n, &a), arena_z(&a, link));
    in = opened(link);
    assert_is(in.account, "default");
    assert_true(str_eq(in.to, n->to));
    assert_int_equal(in.alerts.n, 2);
    assert_int_equal(in.alerts.v[1], 1001);
    assert_int_equal(in.group, 0);
    assert_int_equal(in.expires_at, n->decided_at + 7 * 24 * NS_PER_HOUR);
    n->to = STR("somebody else");
    assert_false(str_eq(ack_link_of(sealer, n, &a), link));
}

static void test_many_name_their_group(void **)
{
    struct notification *n = of_alerts(ACK_LINK_ALERTS, 0);

    n->external_url = STR("https://b.example");
    assert_int_equal(opened(ack_link_of(sealer, n, &a)).group, 0);
    n = of_alerts(ACK_LINK_ALERTS + 1, 0);
    n->external_url = STR("https://b.example");
    assert_int_equal(opened(ack_link_of(sealer, n, &a)).alerts.n, ACK_LINK_ALERTS);
    assert_true(opened(ack_link_of(sealer, n, &a)).group == xxhash64(n->group_key));
}

static void test_none(void **)
{
    struct notification *n = of_alerts(0, 2);

    n->external_url = STR("https://b.example");
    assert_is(ack_link_of(sealer, n, &a), "");
    n = of_alerts(1, 0);
    n->external_url = STR("");
    assert_is(ack_link_of(sealer, n, &a), "");
    n->external_url = STR("https://b.example");
    n->kind = NOTIFY_TEST;
    assert_is(ack_link_of(sealer, n, &a), "");
}

static void test_another_purpose_does_not_open(void **)
{
    struct notification *n = of_alerts(1, 0);
    struct str content, token;
    struct err e;

    n->external_url = STR("https://b.example");
    token = ack_link_token(ack_link_of(sealer, n, &a));
    assert_int_equal(token_open(sealer, &a, "unsubscribe", token, &content, &e), FAILED);
    assert_int_equal(
        token_open(sealer, &a, ACK_PURPOSE, str_head(token, token.n - 1), &content, &e),
        FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_made_of_what_is_pinned),
        cmocka_unit_test(test_many_name_their_group),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_another_purpose_does_not_open),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
