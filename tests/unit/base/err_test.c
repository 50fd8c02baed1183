/* err_test.c - faults have words, and long reasons are cut, not overrun. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_words(void **)
{
    assert_string_equal(fault_word(FAULT_INVALID), "invalid");
    assert_string_equal(fault_word(FAULT_UNKNOWN_FIELD), "unknown_field");
    assert_string_equal(fault_word(FAULT_INTERNAL), "internal");
    for (int a = 0; a < FAULT_COUNT; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(fault_word((enum fault)a), fault_word((enum fault)b));
}

/* (fail): cmocka has a macro of that name. */
static void test_fail(void **)
{
    char longer[1000];
    struct err e;

    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_true((fail)(&e, FAULT_LIMIT, "name", "%d of %d", 2, 1) == FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    assert_string_equal(e.field, "name");
    assert_string_equal(e.text, "2 of 1");
    assert_true((fail)(&e, FAULT_INVALID, longer, "%s", longer) == FAILED);
    assert_int_equal(strlen(e.field), sizeof e.field - 1);
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
