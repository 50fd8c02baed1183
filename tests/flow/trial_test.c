/* trial_test.c - what would be told if a change were made: the same as when it is made,
 * and the flow that was asked about does not know. */
#include "flow/trial.h"

#include "support/random_object.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct story s;

static int set_up(void **state)
{
    (void)state;
    story_begin(&s, 7);
    story_contact(&s, "ada", "ada@example.com", true);
    story_contact(&s, "bob", "bob@example.com", true);
    story_contact(&s, "eve", "eve@example.com", false);
    story_group(&s, "ops", "ada,eve");
    story_group(&s, "pay", "bob");
    story_route(&s, &(struct story_route){
                        .name = "ops", .matchers = "team=ops", .groups = "ops" });
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    story_end(&s);
    return 0;
}

static struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("Disk") },
                                { STR_INIT("team"), STR_INIT("ops") } };
static const struct pairs disk = { labels, 2 };

/* "ada:told eve:address_pending", in the order of the decisions. */
static const char *words_of(const struct explanation *x)
{
    struct buf b;
    struct str text;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < x->n; i++) {
        if (i > 0)
            buf_char(&b, ' ');
        buf_add(&b, x->decisions[i].to);
        buf_char(&b, ':');
        buf_z(&b, suppression_name(x->decisions[i].why));
    }
    text = arena_str(&s.arena, buf_str(&b));
    buf_fini(&b);
    return arena_z(&s.arena, text);
}

static const char *tried(const struct change_set *set)
{
    struct explanation x;
    struct trial *t = NULL;
    struct err e;
    const char *words;

    assert_int_equal(trial_new(flow_book(s.f), set, s.wall, &t, &e), OK);
    trial_explain(t, disk, s.wall, &s.arena, &x);
    words = words_of(&x);
    trial_free(&t);
    assert_null(t);
    return words;
}

static const char *real(void)
{
    struct explanation x;

    flow_explain(s.f, disk, s.wall, &s.arena, &x);
    return words_of(&x);
}

/* What a set would do is what it does; until then nothing has happened. */
static void same_as_made(const struct change *v, size_t n, const char *words)
{
    struct change_set set = { .v = v, .n = n };
    const char *before = flow_print(s.f, &s.arena), *would = tried(&set);
    struct err e;

    assert_string_equal(would, words);
    assert_string_equal(flow_print(s.f, &s.arena), before);
    assert_int_equal(story_change(&s, v, n, &e), OK);
    assert_string_equal(real(), would);
    assert_string_equal(tried(NULL), would);
}

static void test_of_the_book_as_it_is(void **state)
{
    (void)state;
    assert_string_equal(tried(NULL), "ada:told eve:address_pending");
    assert_string_equal(real(), tried(NULL));
}

static void test_of_a_route_of_a_group_and_of_an_end(void **state)
{
    const struct route *wider = story_route_of(
        &s, &(struct story_route){
                .name = "ops", .matchers = "team=ops", .groups = "ops,pay" });
    struct str members[] = { STR("bob") };
    const struct contact_group emptier = { .name = STR("ops"),
                                           .describe = STR(""),
                                           .members = { members, 1 } };
    const struct route gone = { .name = STR("ops") };
    struct change change = {
        .op = CHANGE_UPSERT, .kind = OBJECT_ROUTE, .object = wider, .present = FIELDS_ALL
    };

    (void)state;
    same_as_made(&change, 1, "ada:told eve:address_pending bob:told");
    change = (struct change){ .op = CHANGE_UPSERT,
                              .kind = OBJECT_CONTACT_GROUP,
                              .object = &emptier,
                              .present = FIELDS_ALL };
    same_as_made(&change, 1, "bob:told bob:same_address");
    change = (struct change){ .op = CHANGE_DELETE,
                              .kind = OBJECT_ROUTE,
                              .object = &gone,
                              .present = object_kinds[OBJECT_ROUTE].identity };
    same_as_made(&change, 1, ":not_routed");
}

/* Silences are not told to the trial; it finds them in the book, as a start does. */
static void test_of_what_is_silenced(void **state)
{
    struct matcher m = { STR("team"), MATCH_EQ, STR("ops") };
    const struct silence silence = { .id = STR(""),
                                     .matchers = { &m, 1 },
                                     .starts_at = s.wall,
                                     .ends_at = s.wall + 3600 * NS_PER_S,
                                     .created_by = STR("ada"),
                                     .comment = STR("c"),
                                     .zone = STR(""),
                                     .owner = STR("") };
    const struct change change = { .op = CHANGE_SILENCE,
                                   .kind = OBJECT_SILENCE,
                                   .object = &silence,
                                   .key = STR("5f0c0b1e-0000-4000-8000-000000000001"),
                                   .present = FIELDS_ALL };
    struct err e;

    (void)state;
    assert_int_equal(story_change(&s, &change, 1, &e), OK);
    assert_string_equal(tried(NULL), real());
    assert_non_null(strstr(real(), "silenced"));
}

static void test_of_what_the_book_refuses(void **state)
{
    const struct route *bad = story_route_of(
        &s, &(struct story_route){
                .name = "ops", .matchers = "team=ops", .groups = "nobody-knows" });
    const struct change change = { .op = CHANGE_UPSERT,
                                   .kind = OBJECT_ROUTE,
                                   .object = bad,
                                   .present = FIELDS_ALL,
                                   .if_revision = 99 };
    const struct change_set set = { .v = &change, .n = 1 };
    struct trial *t = NULL;
    struct err e;

    (void)state;
    assert_int_equal(trial_new(flow_book(s.f), &set, s.wall, &t, &e), FAILED);
    assert_int_equal(e.fault, FAULT_CONFLICT);
    assert_null(t);
    trial_free(&t);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        T(test_of_the_book_as_it_is),
        T(test_of_a_route_of_a_group_and_of_an_end),
        T(test_of_what_is_silenced),
        T(test_of_what_the_book_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
