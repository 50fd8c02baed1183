/* index_test.c - from a label to the slots that have it: against a plain table. */
#include "flow/flow_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LABELS = 12, SLOTS = 2000 };

struct world {
    struct pool pool;
    struct interned *labels[LABELS];
    struct alert *alerts[SLOTS]; /* NULL: none there */
    struct index index;
};

static void begin(struct world *w)
{
    *w = (struct world){ 0 };
    pool_init(&w->pool);
    for (size_t i = 0; i < LABELS; i++) {
        w->labels[i] = pool_take(&w->pool, sizeof *w->labels[i]);
        *w->labels[i] = (struct interned){ 0 };
    }
}

static void end(struct world *w)
{
    for (uint32_t s = 0; s < SLOTS; s++)
        if (w->alerts[s] != NULL) {
            index_remove(&w->index, w->alerts[s], s);
            free(w->alerts[s]);
        }
    index_fini(&w->index);
    for (size_t i = 0; i < LABELS; i++)
        assert_int_equal(w->labels[i]->users, 0); /* or the pair could not go */
    pool_fini(&w->pool);
}

static void put(struct world *w, uint32_t slot, uint32_t which)
{
    struct alert *al = calloc(1, sizeof *al + LABELS * sizeof al->pairs[0]);

    al->home = &w->pool;
    for (uint32_t i = 0; i < LABELS; i++)
        if ((which & 1u << i) != 0)
            al->pairs[al->label_count++] = pool_number(&w->pool, w->labels[i]);
    w->alerts[slot] = al;
    index_add(&w->index, al, slot);
}

static void take(struct world *w, uint32_t slot)
{
    index_remove(&w->index, w->alerts[slot], slot);
    free(w->alerts[slot]);
    w->alerts[slot] = NULL;
}

static bool has(const struct world *w, uint32_t slot, const struct interned *label)
{
    const struct alert *al = w->alerts[slot];

    for (size_t i = 0; al != NULL && i < al->label_count; i++)
        if (alert_pair(al, i) == label)
            return true;
    return false;
}

/* What the index says of a label is the table's truth: exactly its slots, each once,
 * or too many to be listed and exactly how many. */
static void check(const struct world *w, const struct interned *label)
{
    bool seen[SLOTS] = { false };
    struct index_users users;
    size_t n = 0;

    for (uint32_t s = 0; s < SLOTS; s++)
        n += has(w, s, label) ? 1 : 0;
    index_users(&w->index, label, &users);
    assert_int_equal(users.n, n);
    for (size_t i = 0; users.v != NULL && i < users.n; i++) {
        assert_true(has(w, users.v[i], label));
        assert_false(seen[users.v[i]]);
        seen[users.v[i]] = true;
    }
}

static void test_grows_to_many_and_back_to_nobody(void **state)
{
    struct index_users users;
    struct world w;

    (void)state;
    begin(&w);
    for (uint32_t s = 0; s < INDEX_LIST_MAX; s++)
        put(&w, s, 1);
    index_users(&w.index, w.labels[0], &users);
    assert_non_null(users.v);
    put(&w, INDEX_LIST_MAX, 1);
    index_users(&w.index, w.labels[0], &users);
    assert_null(users.v);
    assert_int_equal(users.n, INDEX_LIST_MAX + 1);
    for (uint32_t s = 0; s < INDEX_LIST_MAX; s++)
        take(&w, s);
    check(&w, w.labels[0]);
    take(&w, INDEX_LIST_MAX);
    put(&w, 7, 1); /* nobody was left: it is known again */
    index_users(&w.index, w.labels[0], &users);
    assert_int_equal(users.n, 1);
    assert_int_equal(users.v[0], 7);
    end(&w);
}

/* Label i is on one alert of 2^i or so: some labels are rare, some are many. */
static uint32_t random_labels(void)
{
    uint32_t which = 0;

    for (uint32_t i = 0; i < LABELS; i++)
        if (random() % (1 << i) == 0)
            which |= 1u << i;
    return which;
}

static void test_random_changes(void **state)
{
    struct world w;

    (void)state;
    srandom(3);
    begin(&w);
    for (int round = 0; round < 40000; round++) {
        uint32_t slot = (uint32_t)random() % SLOTS;

        if (w.alerts[slot] != NULL)
            take(&w, slot);
        else if (random() % 3 != 0)
            put(&w, slot, random_labels());
        if (round % 1000 == 0)
            for (size_t i = 0; i < LABELS; i++)
                check(&w, w.labels[i]);
    }
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grows_to_many_and_back_to_nobody),
        cmocka_unit_test(test_random_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
