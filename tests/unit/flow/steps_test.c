/* steps_test.c - the chapters of ARCHITECTURE.md are the STEPS table. */
#include "flow/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_chapters_are_the_steps(void **state)
{
    FILE *f = fopen("ARCHITECTURE.md", "r");
    char line[256], want[128];
    int step = 0;

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "### ", 4) != 0)
            continue;
        assert_true(step < STEP_COUNT);
        snprintf(want, sizeof want, "### %d. %s: %s\n", step + 1, steps[step].name,
                 steps[step].question);
        assert_string_equal(line, want);
        step++;
    }
    fclose(f);
    assert_int_equal(step, STEP_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_chapters_are_the_steps) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
