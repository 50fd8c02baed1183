/* operations_test.c - doc/api/huawei.md says what the table of operations says. With
 * UPDATE_DOC=1 it is written anew instead. */
#include "api/huawei/huawei_private.h"

#include "../../../support/doc_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_the_page(void **)
{
    doc_page_check("doc/api/huawei.md", huawei_operations_doc);
}

/* Each has a line, and asks for a permission if it changes anything of a project's. */
static void test_the_rows(void **)
{
    for (size_t i = 0; i < huawei_operation_count; i++) {
        const struct operation *op = &huawei_operations[i];

        assert_true(op->doc[0] != '\0' && op->doc[strlen(op->doc) - 1] == '.');
        if (i >= huawei_open_count && str_has(str_of(op->path), STR("{project_id}")))
            assert_non_null(op->permission);
        for (size_t k = 0; k < i; k++)
            assert_false(strcmp(op->method, huawei_operations[k].method) == 0 &&
                         strcmp(op->path, huawei_operations[k].path) == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_page),
        cmocka_unit_test(test_the_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
