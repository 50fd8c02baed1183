/* arena_test.c - pieces do not overlap, are aligned, and go all at once. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Fills every piece with its own byte and looks again when all are there. */
static void test_pieces_keep_apart(void **)
{
    enum { PIECES = 2000 };
    static unsigned char *piece[PIECES];
    static size_t size[PIECES];
    struct arena a;

    arena_init(&a);
    for (size_t i = 0; i < PIECES; i++) {
        size[i] = i % 97 == 0 ? 30000 + i : i * 7919 % 300;
        piece[i] = arena_alloc(&a, size[i]);
        assert_non_null(piece[i]);
        assert_int_equal((uintptr_t)piece[i] % 16, 0);
        memset(piece[i], (int)(i % 251), size[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < size[i]; k++)
            assert_int_equal(piece[i][k], i % 251);
    assert_true(a.total > 0);
    arena_fini(&a);
    assert_int_equal(a.total, 0);
}

static void test_strings(void **)
{
    struct arena a;
    struct str s;
    char text[] = "告警";
    int *zeros;

    arena_init(&a);
    s = arena_str(&a, str_of(text));
    text[0] = 'x';
    assert_true(str_is(s, "告警"));
    assert_int_equal(s.p[s.n], '\0');
    assert_string_equal(arena_z(&a, STR("")), "");
    assert_true(str_is(arena_printf(&a, "%d %s", 42, "x"), "42 x"));
    assert_int_equal(arena_printf(&a, "%5000d", 1).n, 5000);
    zeros = arena_array(&a, int, 1000);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(zeros[i], 0);
    arena_fini(&a);
}

/* A request's arena is used again and again: it must not grow by that, and a
 * huge request must not be remembered for ever. */
static void test_reset_keeps_one_block(void **)
{
    struct arena a;
    size_t after = 0;

    arena_init(&a);
    arena_reset(&a);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 5000; i++)
            memset(arena_alloc(&a, 100), 0xff, 100);
        arena_reset(&a);
        if (round > 5)
            assert_true(a.total <= after);
        after = a.total;
    }
    assert_true(after > 0 && after <= 256 * 1024);
    arena_fini(&a);

    arena_init(&a);
    memset(arena_alloc(&a, 8 << 20), 1, 8 << 20);
    arena_reset(&a);
    assert_true(a.total <= 256 * 1024);
    memset(arena_alloc(&a, 10), 1, 10);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_keep_apart),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_reset_keeps_one_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
