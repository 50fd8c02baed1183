/* failing_test.c - an address that does not take our messages is itself an event: whom
 * it is told, when it ends, and that it never runs in a circle. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_a_refusal_is_told_to_the_others_and_so_is_its_end(void **state)
{
    struct story s;
    struct failing_entry *v;
    size_t n;

    (void)state;
    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    assert_int_equal(s.sent.n, 2);
    story_answer(&s, 1, DELIVERED, 0);
    story_answer(&s, 0, REFUSED, 0);
    assert_int_equal(s.sent.n, 3);
    assert_string_equal(s.sent.v[2].text,
                        "Alice: first notification +BelfryDeliveryFailed");
    flow_failing(s.f, &s.arena, &v, &n);
    assert_int_equal(n, 1);
    assert_true(str_is(v[0].to, "Zhang") && str_is(v[0].contact_group, "duty"));
    assert_int_equal(v[0].verdict, REFUSED);
    assert_int_equal(v[0].since, s.wall);
    assert_true(v[0].told);
    story_same_again(&s);
    story_answer(&s, 2, DELIVERED, 0);
    story_fire(&s, "alertname=Cpu team=ops"); /* it is asked again, for something new */
    assert_int_equal(s.sent.n, 5);
    story_answer(&s, 3, DELIVERED, 0);
    assert_int_equal(s.sent.n, 6);
    assert_string_equal(s.sent.v[5].text,
                        "Alice: all alerts resolved -BelfryDeliveryFailed");
    flow_failing(s.f, &s.arena, &v, &n);
    assert_int_equal(n, 0);
    assert_int_equal(flow_counters(s.f)->addresses_failing, 0);
    story_same_again(&s);
    story_end(&s);
}

static void test_nobody_is_told_of_himself_nor_in_a_circle(void **state)
{
    struct story s;

    (void)state;
    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 0, REFUSED, 0);
    assert_int_equal(s.sent.n, 3);   /* Alice: Zhang's robot fails */
    story_answer(&s, 2, REFUSED, 0); /* and she cannot be told */
    story_answer(&s, 1, REFUSED, 0); /* of what had happened, either */
    assert_int_equal(flow_counters(s.f)->addresses_failing, 2);
    assert_int_equal(s.sent.n, 3);
    story_wait(&s, 2 * NS_PER_HOUR);
    assert_int_equal(s.sent.n, 3);
    story_same_again(&s);
    story_end(&s);
}

static void test_a_route_that_wants_it_has_it(void **state)
{
    struct story s;

    (void)state;
    story_duty(&s);
    story_contact(&s, "Chief", "chief@example.com", true);
    story_group(&s, "all", "Zhang,Chief");
    story_route(&s, &(struct story_route){ .name = "own",
                                           .matchers = "source=belfry",
                                           .group_by = "alertname",
                                           .groups = "all" });
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 0, REFUSED, 0);
    assert_int_equal(s.sent.n, 3);
    assert_string_equal(s.sent.v[2].text,
                        "Chief: first notification +BelfryDeliveryFailed");
    assert_int_equal(story_row_count(&s, ROW_DECISION, "own_failure"), 1);
    story_end(&s);
}

static void test_who_fails_for_a_quarter_of_an_hour_is_told_of(void **state)
{
    struct story s;
    size_t own = 0;

    (void)state;
    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 1, DELIVERED, 0);
    story_answer(&s, 0, UNKNOWN, 0);
    for (int64_t t = 0; t < 20 * 60 && own == 0; t++) {
        size_t n = s.sent.n;

        story_wait(&s, NS_PER_S);
        for (; n < s.sent.n; n++) {
            if (str_has(str_of(s.sent.v[n].text), STR("BelfryDeliveryFailed")))
                own = (size_t)t;
            else
                story_answer(&s, n, UNKNOWN, 0);
        }
    }
    assert_in_range(own, 15 * 60, 18 * 60);
    story_end(&s);
}

static void test_an_address_that_is_taken_out_fails_no_more(void **state)
{
    struct story s;

    (void)state;
    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 0, REFUSED, 0);
    assert_int_equal(flow_counters(s.f)->addresses_failing, 1);
    story_robot(&s, "Zhang", "https://oapi.dingtalk.com/robot/send?access_token=2");
    assert_int_equal(flow_counters(s.f)->addresses_failing, 0);
    story_same_again(&s);
    story_end(&s);
}

/* Zhang mended his robot, and asks for a test to see that it arrives. */
static void test_a_test_that_arrives_ends_it(void **state)
{
    struct story s;

    (void)state;
    story_duty(&s);
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 1, DELIVERED, 0);
    story_answer(&s, 0, REFUSED, 0);
    story_answer(&s, 2, DELIVERED, 0); /* Alice: Zhang's robot fails */
    story_drill(&s, DRILL_CONTACT, "Zhang");
    assert_string_equal(s.sent.v[3].text, "Zhang: test asked +BelfryDrill");
    story_answer(&s, 3, REFUSED, 0); /* not yet; nobody is told once more */
    assert_int_equal(flow_counters(s.f)->addresses_failing, 1);
    assert_int_equal(s.sent.n, 4);
    story_drill(&s, DRILL_CONTACT_GROUP, "duty");
    assert_int_equal(s.sent.n, 6);
    story_answer(&s, 5, DELIVERED, 0); /* Alice's own test says nothing of his robot */
    assert_int_equal(flow_counters(s.f)->addresses_failing, 1);
    story_answer(&s, 4, DELIVERED, 0);
    assert_int_equal(flow_counters(s.f)->addresses_failing, 0);
    assert_int_equal(s.sent.n, 7);
    assert_string_equal(s.sent.v[6].text,
                        "Alice: all alerts resolved -BelfryDeliveryFailed");
    story_same_again(&s);
    story_end(&s);
}

static void test_in_their_ways_nothing_is_raised(void **state)
{
    struct story s;

    (void)state;
    story_duty(&s);
    story_account(&s, &(struct account){ .reload_restarts_timers = true,
                                         .repeat_at_tick = true,
                                         .silenced_ends_untold = true });
    story_fire(&s, "alertname=Disk team=ops");
    story_answer(&s, 0, REFUSED, 0);
    assert_int_equal(s.sent.n, 2);
    assert_int_equal(flow_counters(s.f)->alerts_active, 1);
    assert_int_equal(flow_counters(s.f)->addresses_failing, 1);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_refusal_is_told_to_the_others_and_so_is_its_end),
        cmocka_unit_test(test_nobody_is_told_of_himself_nor_in_a_circle),
        cmocka_unit_test(test_a_route_that_wants_it_has_it),
        cmocka_unit_test(test_who_fails_for_a_quarter_of_an_hour_is_told_of),
        cmocka_unit_test(test_an_address_that_is_taken_out_fails_no_more),
        cmocka_unit_test(test_a_test_that_arrives_ends_it),
        cmocka_unit_test(test_in_their_ways_nothing_is_raised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
