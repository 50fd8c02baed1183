/* book_cost_test.c - a change costs the same in a small book and in a large
 * one: allocations are counted and bounded, times are only printed. */
#include "../../support/book_rig.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MEMBERS = 10, ROUNDS = 200, BATCH = 1000 };

/* ---- counting what the code under test takes from the heap --------------- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTING 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTING 0
#endif
#endif
#ifndef COUNTING
#define COUNTING 1
#endif

static size_t allocations;

#if COUNTING
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);

void *malloc(size_t n)
{
    allocations++;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
    allocations++;
    return __libc_calloc(n, each);
}
#endif

/* ---- a book of n contacts, in groups of ten ------------------------------- */

static void name_contact(char *to, size_t room, size_t i)
{
    snprintf(to, room, "contact%zu", i);
}

static void fill(struct rig *rig, size_t n)
{
    static char names[BATCH][32];
    struct change *set = arena_array(&rig->a, struct change, BATCH);
    const char *members[MEMBERS + 1] = { NULL };
    size_t used = 0;

    for (size_t i = 0; i < n; i++) {
        name_contact(names[used], sizeof names[used], i);
        set[used] = put_contact(rig, names[used], "a@x.org", NULL);
        if (++used == BATCH || i + 1 == n) {
            assert_int_equal(rig_apply(rig, set, used), OK);
            used = 0;
        }
    }
    for (size_t i = 0; i + MEMBERS <= n; i += MEMBERS) {
        char group[32];

        snprintf(group, sizeof group, "group%zu", i);
        for (size_t k = 0; k < MEMBERS; k++) {
            name_contact(names[k], sizeof names[k], i + k);
            members[k] = names[k];
        }
        rig_do(rig, put_group(rig, group, members));
    }
}

struct cost {
    double allocations, us;
};

/* PutContactGroup with ten members, new each time: only book_apply counts. */
static struct cost put_groups(struct rig *rig, size_t n)
{
    struct cost cost = { 0, 0 };
    struct arena a;

    arena_init(&a);
    for (size_t round = 0; round < ROUNDS; round++) {
        char names[MEMBERS][32], group[32];
        const char *members[MEMBERS + 1] = { NULL };
        struct apply_result result;
        struct change_set set = { .n = 1 };
        struct change c;
        struct book *next;
        struct err e;
        size_t before;
        int64_t start;

        for (size_t k = 0; k < MEMBERS; k++) {
            name_contact(names[k], sizeof names[k], (round * 7919 + k) % n);
            members[k] = names[k];
        }
        snprintf(group, sizeof group, "new%zu", round);
        c = put_group(rig, group, members);
        set.v = &c;
        arena_reset(&a);
        before = allocations;
        start = clock_steady();
        assert_int_equal(book_apply(rig->book, &set, 1, &a, &next, &result, &e), OK);
        cost.us += (double)(clock_steady() - start) / 1000.0;
        cost.allocations += (double)(allocations - before);
        book_unref(rig->book);
        rig->book = next;
    }
    arena_fini(&a);
    cost.us /= ROUNDS;
    cost.allocations /= ROUNDS;
    return cost;
}

static struct cost cost_at(size_t n)
{
    struct rig rig;
    struct cost cost;

    rig_init(&rig);
    fill(&rig, n);
    cost = put_groups(&rig, n);
    printf("%7zu contacts: PutContactGroup of %d members takes %.0f allocations, "
           "%.1f us\n",
           n, MEMBERS, cost.allocations, cost.us);
    rig_fini(&rig);
    return cost;
}

/* The trees are logarithmic: 17 levels in place of 4. */
static void test_cost(void **)
{
    struct cost few = cost_at(10), many = cost_at(100000);

    assert_true(many.allocations <= 2 * few.allocations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
