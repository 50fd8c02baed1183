/* tree_test.c - the route tree: against a matcher that asks every node one after the
 * other; what of it survives a change; where receivers lead. */
#include "support/random_object.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a naive matcher ------------------------------------------------------------ */

enum { NODES_MAX = 64, LABELS = 4 };

struct node {
    char name[8], parent[8], text[64];
    struct matcher m[2];
    size_t matchers;
    bool go_on;
    int64_t position;
};

struct forest {
    struct node v[NODES_MAX];
    size_t n;
};

static bool naive_holds(const struct node *node, struct pairs labels)
{
    for (size_t i = 0; i < node->matchers; i++) {
        const struct pair *p = pairs_find(labels, node->m[i].name);
        struct str value = p != NULL ? p->value : STR("");
        bool same = str_eq(value, node->m[i].value);

        if (node->m[i].op == MATCH_RE || node->m[i].op == MATCH_NRE) /* "v." */
            same = value.n == 2 && value.p[0] == 'v';
        if (same != (node->m[i].op == MATCH_EQ || node->m[i].op == MATCH_RE))
            return false;
    }
    return true;
}

/* Children in order of position, then name: the nodes of a forest stand in it. */
static bool naive_walk(const struct forest *t, const char *parent, struct pairs labels,
                       char *said)
{
    bool any = false;

    for (size_t i = 0; i < t->n; i++) {
        const struct node *node = &t->v[i];

        if (strcmp(node->parent, parent) != 0 || !naive_holds(node, labels))
            continue;
        any = true;
        if (!naive_walk(t, node->name, labels, said)) {
            strcat(said, node->name);
            strcat(said, " ");
        }
        if (*parent != '\0' && !node->go_on)
            break;
    }
    return any;
}

static struct str value_of(uint64_t dice)
{
    static const char *const values[] = { "v0", "v1", "v2", "x" };

    return str_of(values[dice % 4]);
}

static struct str label_of(uint64_t dice)
{
    static const char *const names[] = { "a", "b", "c", "d" };

    return str_of(names[dice % LABELS]);
}

static void random_node(struct chance *c, struct forest *t, size_t many)
{
    struct node *node = &t->v[t->n];
    size_t below = t->n == 0 ? 0 : chance_below(c, t->n + 1);

    *node = (struct node){ .go_on = chance_below(c, 3) == 0,
                           .position = (int64_t)t->n,
                           .matchers = chance_below(c, 3) };
    snprintf(node->name, sizeof node->name, "n%zu", t->n);
    if (many > 0 && t->n > 0) /* most below one node: its children are indexed */
        below = chance_below(c, 4) > 0 ? 1 : below;
    if (below > 0)
        strcpy(node->parent, t->v[below - 1].name);
    for (size_t i = 0; i < node->matchers; i++) {
        struct matcher *m = &node->m[i];

        m->name = label_of(chance_u64(c));
        m->op = many > 0 ? MATCH_EQ : (int)chance_below(c, 4);
        m->value = m->op >= MATCH_RE ? STR("v.") : value_of(chance_u64(c));
        if (chance_below(c, 10) == 0 && m->op < MATCH_RE)
            m->value = STR("");
    }
    t->n++;
}

static void plant(struct story *s, const struct forest *t)
{
    struct change *v = arena_array(&s->arena, struct change, t->n);
    struct err e = { 0 };

    for (size_t i = 0; i < t->n; i++) {
        const struct node *node = &t->v[i];
        struct route *r = story_route_of(
            s, &(struct story_route){ .name = node->name,
                                      .matchers = "",
                                      .parent = *node->parent ? node->parent : NULL,
                                      .go_on = node->go_on,
                                      .position = node->position });

        r->matchers.v = node->m;
        r->matchers.n = node->matchers;
        v[i] = (struct change){
            .op = CHANGE_UPSERT, .kind = OBJECT_ROUTE, .object = r, .present = FIELDS_ALL
        };
    }
    if (story_change(s, v, t->n, &e) == FAILED) {
        fprintf(stderr, "%s: %s\n", e.field, e.text);
        abort();
    }
}

static struct pairs random_labels(struct chance *c, struct pair *v)
{
    size_t n = 0;

    for (size_t i = 0; i < LABELS; i++)
        if (chance_below(c, 4) > 0)
            v[n++] = (struct pair){ label_of(i), value_of(chance_u64(c)) };
    return (struct pairs){ v, n };
}

static void judge_labels(struct story *s, const struct forest *t, struct pairs labels)
{
    char said[512] = "", naive[512] = "";
    struct explanation x;

    (void)naive_walk(t, "", labels, naive);
    flow_explain(s->f, labels, s->wall, &s->arena, &x);
    for (size_t i = 0; i < x.n; i++) {
        if (x.decisions[i].why == SUPPRESSED_NOT_ROUTED)
            continue;
        snprintf(said + strlen(said), sizeof said - strlen(said), "%.*s ",
                 STR_ARG(x.decisions[i].route));
    }
    assert_string_equal(said, naive);
}

static void test_trees_match_as_a_naive_walk_does(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct chance c = { seed };
        struct forest *t = calloc(1, sizeof *t);
        struct story s;
        size_t n = 1 + chance_below(&c, NODES_MAX);

        while (t->n < n)
            random_node(&c, t, seed % 2);
        story_begin(&s, seed);
        plant(&s, t);
        for (int i = 0; i < 60; i++) {
            struct pair v[LABELS];

            judge_labels(&s, t, random_labels(&c, v));
        }
        story_end(&s);
        free(t);
    }
}

/* ---- stories ---------------------------------------------------------------------- */

/* A file's tree: everything to `all`, ops to `ops`, the critical of it to both. */
static void tree(struct story *s)
{
    story_begin(s, 3);
    story_receiver(s, "all", "webhook");
    story_receiver(s, "ops", "email:ops@example.com");
    story_receiver(s, "pager", "webhook webhook! email:a@example.com,b@example.com");
    story_route(s, &(struct story_route){ .name = "root",
                                          .matchers = "",
                                          .group_by = "alertname",
                                          .receiver = "all",
                                          .wait = 30 * NS_PER_S });
    story_route(s, &(struct story_route){ .name = "root/critical",
                                          .matchers = "severity=critical",
                                          .parent = "root",
                                          .receiver = "pager",
                                          .wait = 10 * NS_PER_S,
                                          .go_on = true,
                                          .position = 1 });
    story_route(s, &(struct story_route){ .name = "root/ops",
                                          .matchers = "team=ops",
                                          .parent = "root",
                                          .receiver = "ops",
                                          .group_by = "alertname",
                                          .wait = 20 * NS_PER_S,
                                          .position = 2 });
}

static void test_a_tree_tells_the_receivers_of_its_nodes(void **state)
{
    struct story s;

    (void)state;
    tree(&s);
    story_fire(&s, "alertname=A");
    story_wait(&s, 30 * NS_PER_S);
    assert_int_equal(s.sent.n, 1);
    assert_true(str_is(s.sent.v[0].receiver, "all"));
    assert_true(str_is(s.sent.v[0].group_key, "{}:{alertname=\"A\"}"));
    assert_true(str_is(s.sent.v[0].address_key, "all/webhook/0"));
    (void)story_said(&s);
    story_fire(&s, "alertname=B team=ops severity=critical");
    story_wait(&s, 10 * NS_PER_S);
    assert_int_equal(s.sent.n, 4);
    assert_true(str_is(s.sent.v[0].receiver, "pager"));
    assert_true(str_is(s.sent.v[0].group_key, "{}/{severity=\"critical\"}:{}"));
    assert_true(str_is(s.sent.v[0].address_key, "pager/webhook/0"));
    assert_true(str_is(s.sent.v[1].address_key, "pager/webhook/1"));
    assert_true(str_is(s.sent.v[2].address_key, "pager/email/0/a@example.com"));
    assert_true(str_is(s.sent.v[3].address_key, "pager/email/0/b@example.com"));
    (void)story_said(&s);
    story_wait(&s, 10 * NS_PER_S);
    assert_int_equal(s.sent.n, 1);
    assert_true(str_is(s.sent.v[0].group_key, "{}/{team=\"ops\"}:{alertname=\"B\"}"));
    assert_true(str_is(s.sent.v[0].address_key, "ops/email/0"));
    story_end(&s);
}

static void test_each_entry_hears_of_ends_or_not(void **state)
{
    struct story s;

    (void)state;
    tree(&s);
    story_fire(&s, "alertname=B severity=critical");
    story_wait(&s, 10 * NS_PER_S);
    assert_int_equal(s.sent.n, 4);
    (void)story_said(&s);
    story_resolve(&s, "alertname=B severity=critical");
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 3);
    assert_true(str_is(s.sent.v[0].address_key, "pager/webhook/0"));
    assert_true(str_is(s.sent.v[1].address_key, "pager/email/0/a@example.com"));
    assert_int_equal(flow_counters(s.f)->groups, 0);
    story_end(&s);
}

static void test_receivers_that_lead_nowhere_are_explained(void **state)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("A") } };
    struct receiver empty = { .name = STR("empty") };
    struct story s;
    struct explanation x;

    (void)state;
    story_begin(&s, 3);
    story_put(&s, OBJECT_RECEIVER, &empty);
    story_route(
        &s, &(struct story_route){ .name = "r", .matchers = "", .receiver = "empty" });
    story_route(&s,
                &(struct story_route){ .name = "q", .matchers = "", .receiver = "none" });
    flow_explain(s.f, (struct pairs){ labels, 1 }, s.wall, &s.arena, &x);
    assert_int_equal(x.n, 2);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_RECEIVER_MISSING);
    assert_int_equal(x.decisions[1].why, SUPPRESSED_RECEIVER_EMPTY);
    story_end(&s);
}

/* A receiver's contact groups and topics are reached as a route's own are. */
static void test_receivers_lead_to_our_own(void **state)
{
    static const struct str names[] = { STR_INIT("ops") };
    struct receiver r = { .name = STR("mixed"), .contact_groups = { names, 1 } };
    struct story s;

    (void)state;
    story_begin(&s, 3);
    story_contact(&s, "Alice", "alice@example.com", true);
    story_group(&s, "ops", "Alice");
    story_put(&s, OBJECT_RECEIVER, &r);
    story_route(
        &s, &(struct story_route){ .name = "r", .matchers = "", .receiver = "mixed" });
    story_fire(&s, "alertname=A");
    story_wait(&s, NS_PER_S);
    assert_string_equal(story_said(&s), "Alice: first notification +A");
    story_end(&s);
}

/* What a snapshot keeps of a message on its way: the receiver and its entry. */
static void test_pinned_receivers_outlive_a_restart(void **state)
{
    struct story s;
    struct flow *f;

    (void)state;
    tree(&s);
    s.answer = false;
    story_fire(&s, "alertname=B severity=critical");
    story_wait(&s, 10 * NS_PER_S);
    f = story_reload(&s, 99);
    assert_string_equal(flow_print(f, &s.arena), flow_print(s.f, &s.arena));
    flow_free(&f);
    story_end(&s);
}

static void test_what_stands_below_nobody_is_not_reached(void **state)
{
    static const struct pair labels[] = { { STR_INIT("alertname"), STR_INIT("A") } };
    struct route top = { .name = STR("top"), .group_interval = 1, .repeat_interval = 1 };
    struct change v[] = { { .op = CHANGE_PROVISION_BEGIN, .kind = OBJECT_ACCOUNT },
                          { .op = CHANGE_UPSERT,
                            .kind = OBJECT_ROUTE,
                            .object = &top,
                            .present = FIELDS_ALL,
                            .provisioned = STR("file") } };
    struct story s;
    struct explanation x;
    struct err e;

    (void)state;
    story_begin(&s, 3);
    assert_int_equal(story_change(&s, v, 2, &e), OK);
    story_route(&s,
                &(struct story_route){ .name = "mine", .matchers = "", .parent = "top" });
    assert_int_equal(story_change(&s, v, 1, &e), OK); /* a file without it */
    flow_explain(s.f, (struct pairs){ labels, 1 }, s.wall, &s.arena, &x);
    assert_int_equal(x.route_count, 0);
    assert_int_equal(x.decisions[0].why, SUPPRESSED_NOT_ROUTED);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees_match_as_a_naive_walk_does),
        cmocka_unit_test(test_a_tree_tells_the_receivers_of_its_nodes),
        cmocka_unit_test(test_each_entry_hears_of_ends_or_not),
        cmocka_unit_test(test_receivers_that_lead_nowhere_are_explained),
        cmocka_unit_test(test_receivers_lead_to_our_own),
        cmocka_unit_test(test_pinned_receivers_outlive_a_restart),
        cmocka_unit_test(test_what_stands_below_nobody_is_not_reached),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
