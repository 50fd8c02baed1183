/* tree_test.c - every version ever made against a sorted array of its time. */
#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

enum { KEYS = 600, STEPS = 10000, KEPT = 200 };

struct item {
    char key[12];
    int refs;
};

static struct str item_key(const void *value)
{
    return str_of(((const struct item *)value)->key);
}

static void item_ref(const void *value)
{
    ((struct item *)(uintptr_t)value)->refs++;
}

static void item_unref(const void *value)
{
    struct item *item = (struct item *)(uintptr_t)value;

    if (--item->refs == 0)
        free(item);
}

static const struct tree_type item_type = { item_key, item_ref, item_unref };

static struct item *item_new(const char *key)
{
    struct item *item = calloc(1, sizeof *item);

    snprintf(item->key, sizeof item->key, "%s", key);
    item->refs = 1;
    return item;
}

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return *state >> 33;
}

/* What a version should hold: by key number, null for absent. The keys sort
 * like their numbers. */
struct model {
    const struct item *item[KEYS];
};

struct kept {
    struct tree tree;
    struct model model;
};

static void check(struct tree t, const struct model *m)
{
    size_t rank = 0;

    assert_true(tree_is_sound(t));
    for (size_t k = 0; k < KEYS; k++) {
        char key[12];

        snprintf(key, sizeof key, "%05zu", k);
        assert_ptr_equal(tree_find(t, str_of(key)), m->item[k]);
        assert_int_equal(tree_rank(t, str_of(key)), rank);
        if (m->item[k] != NULL)
            assert_ptr_equal(tree_at(t, rank++), m->item[k]);
    }
    assert_int_equal(tree_count(t), rank);
}

/* One change, made to the model too. Phases of growing and of shrinking. */
static struct tree change(struct tree t, struct model *m, uint64_t *random, size_t step)
{
    size_t k = random_next(random) % KEYS;
    char key[12];

    snprintf(key, sizeof key, "%05zu", k);
    if (random_next(random) % 10 < (step / 2000 % 2 == 0 ? 8 : 2)) {
        struct item *item = item_new(key);

        t = tree_put(t, item);
        m->item[k] = item;
        item_unref(item);
    } else {
        t = tree_remove(t, str_of(key));
        m->item[k] = NULL;
    }
    return t;
}

static void test_random_with_old_versions(void **)
{
    static struct kept kept[KEPT];
    static struct model now;
    struct tree t = { &item_type, NULL };
    uint64_t random = 3;
    size_t n = 0;

    for (size_t step = 0; step < STEPS; step++) {
        struct tree next = change(t, &now, &random, step);

        if (step % (STEPS / KEPT) == 0)
            kept[n++] = (struct kept){ tree_ref(next), now };
        tree_unref(&t);
        t = next;
        assert_true(tree_is_sound(t));
        if (step % 100 == 0)
            check(t, &now);
    }
    assert_int_equal(n, KEPT);
    tree_unref(&t);
    /* Old ones go in any order, and the others must not notice. */
    for (size_t i = 0; i < n; i++) {
        size_t at = i * 77 % KEPT;

        check(kept[at].tree, &kept[at].model);
        tree_unref(&kept[at].tree);
        assert_null(kept[at].tree.root);
    }
}

static void test_sorted_and_reversed(void **)
{
    for (int down = 0; down < 2; down++) {
        struct tree t = { &item_type, NULL };

        for (size_t i = 0; i < 3000; i++) {
            char key[12];
            struct item *item;
            struct tree next;

            snprintf(key, sizeof key, "%05zu", down ? 3000 - i : i);
            item = item_new(key);
            next = tree_put(t, item);
            item_unref(item);
            tree_unref(&t);
            t = next;
        }
        assert_true(tree_is_sound(t));
        /* Taken away from the front, the balance must hold too. */
        while (tree_count(t) > 0) {
            struct tree next = tree_remove(t, item_key(tree_at(t, 0)));

            tree_unref(&t);
            t = next;
            if (tree_count(t) % 100 == 0)
                assert_true(tree_is_sound(t));
        }
        assert_null(t.root);
    }
}

static void test_empty_and_absent(void **)
{
    struct tree t = { &item_type, NULL }, same;
    struct item *a = item_new("a"), *b = item_new("a");
    struct tree one = tree_put(t, a), two = tree_put(one, b);

    assert_null(tree_find(t, STR("a")));
    assert_int_equal(tree_rank(t, STR("a")), 0);
    same = tree_remove(t, STR("a"));
    assert_null(same.root);
    assert_ptr_equal(tree_find(one, STR("a")), a);
    assert_ptr_equal(tree_find(two, STR("a")), b);
    assert_int_equal(tree_count(two), 1);
    same = tree_remove(one, STR("b"));
    assert_ptr_equal(same.root, one.root);
    tree_unref(&same);
    tree_unref(&one);
    assert_int_equal(a->refs, 1); /* ours only: the tree let go of it */
    tree_unref(&two);
    assert_int_equal(b->refs, 1);
    item_unref(a);
    item_unref(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_with_old_versions),
        cmocka_unit_test(test_sorted_and_reversed),
        cmocka_unit_test(test_empty_and_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
