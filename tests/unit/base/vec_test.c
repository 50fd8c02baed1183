/* vec_test.c - growing arrays keep what was pushed. */
#include "base/str.h"
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_push(void **)
{
    VEC(size_t) numbers = { 0 };
    VEC(struct str) names = { 0 };

    for (size_t i = 0; i < 10000; i++)
        vec_push(&numbers, i * 3);
    assert_int_equal(numbers.n, 10000);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(numbers.v[i], i * 3);
    vec_push(&names, (struct str){ "ab", 2 });
    vec_push(&names, STR("x"));
    assert_true(str_is(names.v[0], "ab") && str_is(names.v[1], "x"));
    vec_fini(&numbers);
    vec_fini(&names);
    assert_null(numbers.v);
    assert_int_equal(numbers.room, 0);
}

static void test_reserve(void **)
{
    VEC(char) v = { 0 };
    const char *where;

    vec_reserve(&v, 1000);
    assert_true(v.room >= 1000 && v.n == 0);
    where = v.v;
    for (int i = 0; i < 1000; i++)
        vec_push(&v, 'x');
    assert_ptr_equal(where, v.v);
    vec_clear(&v);
    assert_true(v.n == 0 && v.room >= 1000);
    vec_fini(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_reserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
