/* json_shelf_test.c - what is given back is taken again, but for what grew large. */
#include "base/json_shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void read_into(struct json_doc *doc, size_t n)
{
    char *text = malloc(n);
    struct json root;
    struct err e;

    assert_non_null(text);
    memset(text, ' ', n);
    memcpy(text, "[7]", 3);
    assert_int_equal(json_parse(doc, (struct str){ text, n }, &root, &e), OK);
    assert_int_equal(json_count(root), 1);
    free(text);
}

static void test_used_again(void **)
{
    struct json_shelf s = { .v = { NULL } };
    struct json_doc *v[JSON_SHELF + 1], *first, *one;

    for (size_t i = 0; i <= JSON_SHELF; i++) {
        v[i] = json_shelf_take(&s);
        read_into(v[i], 100);
    }
    first = v[0];
    for (size_t i = 0; i <= JSON_SHELF; i++) {
        json_shelf_give(&s, &v[i]); /* the last finds no room */
        assert_null(v[i]);
    }
    one = json_shelf_take(&s);
    assert_ptr_equal(one, first);
    read_into(one, 16 * 1024);
    json_shelf_give(&s, &one);
    assert_ptr_equal(one = json_shelf_take(&s), first);
    json_shelf_give(&s, &one);
    json_shelf_fini(&s);
}

static void test_large_ones_go(void **)
{
    struct json_shelf s = { .v = { NULL } };
    struct json_doc *doc = json_shelf_take(&s);

    read_into(doc, 16 * 1024 + 1);
    json_shelf_give(&s, &doc);
    assert_null(doc);
    for (size_t i = 0; i < JSON_SHELF; i++)
        assert_null(atomic_load(&s.v[i]));
    json_shelf_fini(&s);
}

static void test_none(void **)
{
    struct json_doc *doc = json_shelf_take(NULL);

    read_into(doc, 100);
    json_shelf_give(NULL, &doc);
    assert_null(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_used_again),
        cmocka_unit_test(test_large_ones_go),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
