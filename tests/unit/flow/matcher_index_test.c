/* matcher_index_test.c - the index finds what a scan finds, and tries few. */
#include "../../support/random_object.h"
#include "flow/matcher_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NAMES = 4, VALUES = 5, LISTS = 120, MATCHERS_MOST = 4 };

static const char *const names[NAMES] = { "a", "b", "ж", "d" };
static const char *const values[VALUES] = { "", "x", "y", "值", "xy" };
static const char
    *const patterns[] = { "x|y",   "x",     "^(?:y|值)$", ".*",    "x?",
                          "",      "x|",    "x+y",        "[xy]+", "(x)",
                          "x|x|y", "x\\|y", "(?i)X",      "x|(" /* compiles not */ };

struct made { /* a list as the test made it */
    struct matcher_list list;
    struct matcher v[MATCHERS_MOST];
    bool in;
};

static void make_list(struct chance *c, struct made *m)
{
    struct matchers ms = { m->v, chance_below(c, MATCHERS_MOST + 1) };

    for (size_t i = 0; i < ms.n; i++) {
        m->v[i].name = str_of(names[chance_below(c, NAMES)]);
        m->v[i].op = (int)chance_below(c, 4);
        m->v[i].value =
            m->v[i].op >= MATCH_RE
                ? str_of(patterns[chance_below(c, sizeof patterns / sizeof *patterns)])
                : str_of(values[chance_below(c, VALUES)]);
    }
    matcher_list_init(&m->list, ms);
}

static struct pairs make_labels(struct chance *c, struct pair v[NAMES])
{
    size_t n = 0;

    for (size_t i = 0; i < NAMES; i++) {
        const char *value = values[chance_below(c, VALUES)];

        if (*value != '\0')
            v[n++] = (struct pair){ str_of(names[i]), str_of(value) };
    }
    pairs_sort(v, n);
    return (struct pairs){ v, n };
}

static void same_as_scan(struct matcher_index *x, const struct made *lists,
                         struct pairs labels)
{
    struct matcher_hits hits = { 0 };
    size_t want = 0;

    matcher_index_find(x, labels, &hits);
    for (size_t i = 0; i < LISTS; i++) {
        size_t found = 0;

        for (size_t k = 0; k < hits.v.n; k++)
            found += hits.v.v[k] == &lists[i].list;
        assert_int_equal(found,
                         lists[i].in && matcher_list_holds(&lists[i].list, labels));
        want += found;
    }
    assert_int_equal(hits.v.n, want);
    vec_fini(&hits.v);
}

static void one_world(uint64_t seed)
{
    struct made *lists = calloc(LISTS, sizeof *lists);
    struct chance c = { seed };
    struct matcher_index x;

    matcher_index_init(&x, seed);
    for (size_t i = 0; i < LISTS; i++)
        make_list(&c, &lists[i]);
    for (int step = 0; step < 400; step++) {
        struct made *m = &lists[chance_below(&c, LISTS)];
        struct pair v[NAMES];

        if (m->in)
            matcher_index_remove(&x, &m->list);
        else
            matcher_index_add(&x, &m->list);
        m->in = !m->in;
        same_as_scan(&x, lists, make_labels(&c, v));
    }
    for (size_t i = 0; i < LISTS; i++) {
        matcher_index_remove(&x, &lists[i].list); /* fine if it is not in */
        matcher_list_fini(&lists[i].list);
    }
    matcher_index_fini(&x);
    free(lists);
}

static void test_as_a_scan(void **)
{
    for (uint64_t seed = 1; seed <= 40; seed++)
        one_world(seed);
}

/* ---- what it costs ---------------------------------------------------------------- */

struct many {
    struct matcher_index x;
    struct matcher_list *lists;
    struct matcher *v;
    char (*text)[16];
    size_t n;
};

/* n lists {alertname="Disk", <op> "h-i"}: only the second matcher tells them apart. */
static void many_begin(struct many *m, size_t n, int op)
{
    *m = (struct many){ .n = n };
    matcher_index_init(&m->x, 3);
    m->lists = calloc(n, sizeof *m->lists);
    m->v = calloc(2 * n, sizeof *m->v);
    m->text = calloc(n, sizeof *m->text);
    for (size_t i = 0; i < n; i++) {
        if (op == MATCH_EQ)
            (void)snprintf(m->text[i], sizeof m->text[i], "h-%zu", i);
        else
            (void)snprintf(m->text[i], sizeof m->text[i], "h-%zu|i-%zu", i, i);
        m->v[2 * i] = (struct matcher){ STR("alertname"), MATCH_EQ, STR("Disk") };
        m->v[2 * i + 1] = (struct matcher){ STR("host"), op, str_of(m->text[i]) };
        matcher_list_init(&m->lists[i], (struct matchers){ m->v + 2 * i, 2 });
        matcher_index_add(&m->x, &m->lists[i]);
    }
}

static void many_end(struct many *m)
{
    for (size_t i = 0; i < m->n; i++) {
        matcher_index_remove(&m->x, &m->lists[i]);
        matcher_list_fini(&m->lists[i]);
    }
    assert_int_equal(m->x.names.n, 0);
    matcher_index_fini(&m->x);
    free(m->lists);
    free(m->v);
    free(m->text);
}

static size_t asked(struct many *m, const char *host, size_t *found)
{
    struct pair v[] = { { STR("alertname"), STR("Disk") },
                        { STR("host"), str_of(host) } };
    struct matcher_hits hits = { 0 };
    uint64_t before = m->x.asked;

    matcher_index_find(&m->x, (struct pairs){ v, 2 }, &hits);
    *found = hits.v.n;
    vec_fini(&hits.v);
    return m->x.asked - before;
}

static void test_ten_thousand_cost_what_one_costs(void **)
{
    struct many m;
    size_t found, few;

    many_begin(&m, 1, MATCH_EQ);
    few = asked(&m, "h-77", &found);
    many_end(&m);
    assert_int_equal(few, 1); /* found by alertname: there was no choice */

    many_begin(&m, 10000, MATCH_EQ);
    assert_true(asked(&m, "h-77", &found) <= 2);
    assert_int_equal(found, 1);
    assert_true(asked(&m, "elsewhere", &found) <= few);
    assert_int_equal(found, 0);
    many_end(&m);

    many_begin(&m, 10000, MATCH_RE);
    assert_true(asked(&m, "i-4", &found) <= 2);
    assert_int_equal(found, 1);
    many_end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_a_scan),
        cmocka_unit_test(test_ten_thousand_cost_what_one_costs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
