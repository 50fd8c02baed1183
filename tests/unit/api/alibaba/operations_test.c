/* operations_test.c - doc/api/alibaba.md says what the table of operations says. With
 * UPDATE_DOC=1 it is written anew instead. */
#include "api/alibaba/operations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

static const char path[] = "doc/api/alibaba.md";
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
    size_t from = 0, to = 0;

    buf_init(&want, BUF_NO_LIMIT);
    alibaba_operations_doc(&want);
    assert_true(str_find(text, str_of(begin), &from));
    assert_true(str_find(text, str_of(end), &to));
    from += strlen(begin);
    table = str_head(str_from(text, from), to - from);
    if (getenv("UPDATE_DOC") != NULL)
        write_page(str_head(text, from), buf_str(&want), str_from(text, to));
    else if (!str_eq(table, buf_str(&want)))
        fail_msg("%s is not what src/api/alibaba/operations.c says: UPDATE_DOC=1", path);
    buf_fini(&want);
    buf_fini(&have);
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
