/* verdict_test.c - an explanation in one sentence. */
#include "api/native/verdict.h"

#include "../../../support/says.h"

static struct arena a;

static struct decision told(const char *to, const char *group)
{
    return (struct decision){ .why = SUPPRESSED_NONE,
                              .to = str_of(to),
                              .contact_group = str_of(group) };
}

static struct decision missed(enum suppression why)
{
    return (struct decision){ .why = why, .to = STR("x"), .contact_group = STR("g") };
}

static void says(const struct decision *v, size_t n, const char *sentence)
{
    static const struct route_verdict route = { .matches = false };
    struct explanation x = { .decisions = v, .n = n, .routes = &route, .route_count = 1 };

    arena_init(&a);
    for (size_t i = 0; i < n; i++)
        x.told += v[i].why == SUPPRESSED_NONE;
    assert_is(verdict_sentence(&x, &a), sentence);
    arena_fini(&a);
}

#define SAYS(sentence, ...)                      \
    do {                                         \
        struct decision v[] = { __VA_ARGS__ };   \
        says(v, sizeof v / sizeof *v, sentence); \
    } while (0)

static void somebody(void **state)
{
    (void)state;
    SAYS("1 message to 1 person", told("a", "g"));
    SAYS("2 messages to 1 person", told("a", "g"), told("a", "g"));
    SAYS("2 messages to 2 people", told("a", "g"), told("b", "g"));
    SAYS("2 messages to 2 receivers", told("a", "g"), told("topic", ""));
    SAYS("1 message to 1 person; 1 would not arrive: address not confirmed by its owner",
         told("a", "g"), missed(SUPPRESSED_ADDRESS_PENDING));
    SAYS("1 message to 1 person; 2 would not arrive: unsubscribed", told("a", "g"),
         missed(SUPPRESSED_ADDRESS_CANCELLED), missed(SUPPRESSED_ADDRESS_CANCELLED));
    SAYS("1 message to 1 person; 2 would not arrive: unsubscribed, and other reasons",
         told("a", "g"), missed(SUPPRESSED_ADDRESS_CANCELLED),
         missed(SUPPRESSED_ADDRESS_PENDING));
    /* who hears of it another way misses nothing */
    SAYS("1 message to 1 person", told("a", "g"), missed(SUPPRESSED_SAME_ADDRESS),
         missed(SUPPRESSED_TOLD_ALREADY));
}

static void nobody(void **state)
{
    (void)state;
    SAYS("Nobody would be told: no route matches", missed(SUPPRESSED_NOT_ROUTED));
    SAYS("Nobody would be told: contact group has no members",
         missed(SUPPRESSED_GROUP_EMPTY));
    SAYS("Nobody would be told anything new: 1 address was told already",
         missed(SUPPRESSED_TOLD_ALREADY));
    SAYS("Nobody would be told anything new: 2 addresses were told already",
         missed(SUPPRESSED_TOLD_ALREADY), missed(SUPPRESSED_TOLD_ALREADY));
}

static void nearest(void **state)
{
    struct route_verdict v[] = { { .missed_count = 3 },
                                 { .missed_count = 1 },
                                 { .missed_count = 1 } };
    struct explanation x = { .routes = v, .route_count = 3 };

    (void)state;
    assert_ptr_equal(verdict_nearest_miss(&x), &v[1]);
    v[2] = (struct route_verdict){ .matches = true };
    assert_null(verdict_nearest_miss(&x));
    x.route_count = 0;
    assert_null(verdict_nearest_miss(&x));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody),
        cmocka_unit_test(nobody),
        cmocka_unit_test(nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
