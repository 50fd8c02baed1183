/* What the table of channels says is delivered has a sender, and nothing else has. */
#include "channel/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_table_and_registry_agree(void **)
{
    for (int kind = 0; kind < CHANNEL_COUNT; kind++) {
        const struct channel_ops *ops = channel_find((enum channel_kind)kind);

        if ((ops != NULL) != channel_words[kind].sends)
            print_error("%s\n", channel_names[kind]);
        assert_int_equal(ops != NULL, channel_words[kind].sends);
        assert_true(ops == NULL || (int)ops->kind == kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_table_and_registry_agree) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
