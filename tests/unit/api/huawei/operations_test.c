/* operations_test.c - doc/api/huawei.md says what the table of operations says. With
 * UPDATE_DOC=1 it is written anew instead. */
#include "api/huawei/huawei_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static const char path[] = "doc/api/huawei.md";
static const char begin[] = "a test compares -->\n", end[] = "<!-- /operations -->";

static struct buf page(void)
{
    FILE *f = fopen(path, "r");
    struct buf b;
    int c;

    assert_non_null(f);
    buf_init(&b, BUF_NO_LIMIT);
    while ((c = fgetc(f)) != EOF)
        buf_char(&b, (char)c);
    (void)fclose(f);
    return b;
}

static void write_page(struct str head, struct str table, struct str tail)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    (void)fwrite(head.p, 1, head.n, f);
    (void)fwrite(table.p, 1, table.n, f);
    (void)fwrite(tail.p, 1, tail.n, f);
    (void)fclose(f);
}

static void test_the_page(void **)
{
    struct buf have = page(), want;
    struct str text = buf_str(&have), table;
    size_t from, to;

    buf_init(&want, BUF_NO_LIMIT);
    huawei_operations_doc(&want);
    assert_true(str_find(text, str_of(begin), &from));
    assert_true(str_find(text, str_of(end), &to));
    from += strlen(begin);
    table = str_head(str_from(text, from), to - from);
    if (getenv("UPDATE_DOC") != NULL)
        write_page(str_head(text, from), buf_str(&want), str_from(text, to));
    else if (!str_eq(table, buf_str(&want)))
        fail_msg("%s is not what src/api/huawei/operations.c says: UPDATE_DOC=1", path);
    buf_fini(&want);
    buf_fini(&have);
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
