/* operations_test.c - doc/api/alibaba.md says what the table of operations says. With
 * UPDATE_DOC=1 it is written anew instead. */
#include "api/alibaba/operations.h"

#include "../../../support/doc_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static void test_the_page(void **)
{
    doc_page_check("doc/api/alibaba.md", alibaba_operations_doc);
}

/* By name, each once; each built one is known, asks for a permission of its own and has a
 * line of documentation. */
static void test_the_lists(void **)
{
    bool known;

    for (size_t i = 1; known_operations[i] != NULL; i++)
        assert_true(strcmp(known_operations[i - 1], known_operations[i]) < 0);
    for (size_t i = 0; known_operations[i] != NULL; i++) {
        struct str name = str_of(known_operations[i]);
        const struct operation *op = alibaba_operation(name, &known);
        char permission[128];

        assert_true(known);
        if (op == NULL)
            continue;
        snprintf(permission, sizeof permission, "cms:%s", op->name);
        assert_string_equal(op->permission, permission);
        assert_true(op->doc[0] != '\0');
        assert_int_equal(op->reads, str_starts(name, STR("Describe")));
    }
    assert_null(alibaba_operation(STR("DescribeNothing"), &known));
    assert_false(known);
    assert_null(alibaba_operation(STR("putContact"), &known));
    assert_false(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page),
        cmocka_unit_test(test_the_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
