/* map_test.c - a map against a plain array: what is in it, and in what order. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { KEYS = 700, STEPS = 60000 };

struct item {
    char key[16];
    size_t place; /* when it came in; 0: it is out */
};

static struct str key_of(const struct item *item)
{
    return str_of(item->key);
}

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* The order is that of arrival, whatever was removed in between. */
static void check_order(const struct map *m, const struct item *items)
{
    size_t i = 0, seen = 0, last = 0;
    struct str key;
    const struct item *item;

    while ((item = map_next(m, &i, &key)) != NULL) {
        assert_true(item->place > last);
        assert_true(str_eq(key, key_of(item)));
        last = item->place;
        seen++;
    }
    assert_int_equal(seen, m->n);
    for (size_t k = 0; k < KEYS; k++)
        seen -= items[k].place != 0;
    assert_int_equal(seen, 0);
}

static void test_random(void **)
{
    static struct item items[KEYS];
    uint64_t random = 1;
    struct map m;

    map_init(&m, 42);
    for (size_t k = 0; k < KEYS; k++)
        snprintf(items[k].key, sizeof items[k].key, "key-%zu", k);
    for (size_t step = 1; step <= STEPS; step++) {
        struct item *item = &items[random_next(&random) % KEYS];
        /* long phases of filling and of emptying */
        bool put = random_next(&random) % 10 < (step / 10000 % 2 == 0 ? 8 : 2);
        struct item *want = item->place != 0 ? item : NULL;

        assert_ptr_equal(map_find(&m, key_of(item)), want);
        if (put) {
            assert_ptr_equal(map_put(&m, key_of(item), item), want);
            item->place = want == NULL ? step : item->place;
        } else {
            assert_ptr_equal(map_remove(&m, key_of(item)), want);
            item->place = 0;
        }
        if (step % 500 == 0)
            check_order(&m, items);
        assert_true(m.used <= m.room && m.room < m.slot_count);
    }
    map_fini(&m);
}

static void test_order_is_not_the_seed(void **)
{
    static struct item items[100];

    for (uint64_t seed = 0; seed < 3; seed++) {
        struct map m;
        size_t at = 0;

        map_init(&m, seed * UINT64_C(0x9e3779b97f4a7c15));
        for (size_t i = 0; i < 100; i++) {
            snprintf(items[i].key, sizeof items[i].key, "%zu", i * 7919);
            map_put(&m, key_of(&items[i]), &items[i]);
        }
        for (size_t i = 0; i < 100; i++)
            assert_ptr_equal(map_next(&m, &at, NULL), &items[i]);
        map_fini(&m);
    }
}

/* The key's bytes die with the value they lie in: after a put over it, the
 * map must look at the new ones; after a removal, at none. */
static void test_keys_are_replaced(void **)
{
    char first[] = "same", second[] = "same";
    int a, b;
    size_t i = 0;
    struct str key;
    struct map m;

    map_init(&m, 0);
    assert_null(map_find(&m, STR("same")));
    assert_null(map_remove(&m, STR("same")));
    assert_null(map_put(&m, str_of(first), &a));
    assert_ptr_equal(map_put(&m, str_of(second), &b), &a);
    memset(first, 'x', 4);
    assert_ptr_equal(map_find(&m, STR("same")), &b);
    assert_ptr_equal(map_next(&m, &i, &key), &b);
    assert_ptr_equal(key.p, second);
    assert_ptr_equal(map_remove(&m, STR("same")), &b);
    memset(second, 'x', 4);
    assert_null(map_find(&m, STR("same")));
    assert_null(map_find(&m, STR("xxxx")));
    assert_int_equal(m.n, 0);
    assert_null(map_put(&m, STR(""), &a));
    assert_ptr_equal(map_find(&m, STR("")), &a);
    map_fini(&m);
}

static void test_removing_while_iterating(void **)
{
    static struct item items[1000];
    struct item *item;
    size_t i = 0, seen = 0;
    struct map m;

    map_init(&m, 9);
    for (size_t k = 0; k < 1000; k++) {
        snprintf(items[k].key, sizeof items[k].key, "%zu", k);
        map_put(&m, key_of(&items[k]), &items[k]);
    }
    while ((item = map_next(&m, &i, NULL)) != NULL) {
        assert_ptr_equal(item, &items[seen++]);
        if (seen % 10 != 0)
            map_remove(&m, key_of(item));
    }
    assert_int_equal(seen, 1000);
    assert_int_equal(m.n, 100);
    map_fini(&m);
}

/* Many pass through, few stay: the map must not grow by it. */
static void test_memory_follows_the_count(void **)
{
    static struct item items[64];
    struct map m;

    map_init(&m, 5);
    for (size_t step = 0; step < 100000; step++) {
        struct item *item = &items[step % 64];

        map_remove(&m, key_of(item));
        snprintf(item->key, sizeof item->key, "%zu", step);
        map_put(&m, key_of(item), item);
    }
    assert_int_equal(m.n, 64);
    assert_true(m.room <= 64 * 4);
    for (size_t k = 1; k < 64; k++)
        map_remove(&m, key_of(&items[k]));
    map_put(&m, STR("x"), &items[1]);
    assert_true(m.room <= 8 && m.used == 2);
    map_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_order_is_not_the_seed),
        cmocka_unit_test(test_keys_are_replaced),
        cmocka_unit_test(test_removing_while_iterating),
        cmocka_unit_test(test_memory_follows_the_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
