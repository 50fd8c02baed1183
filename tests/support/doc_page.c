#include "doc_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char begin[] = "a test compares -->\n", end[] = "<!-- /operations -->";

static struct buf page_read(const char *path)
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

static void page_write(const char *path, struct str head, struct str table,
                       struct str tail)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    (void)fwrite(head.p, 1, head.n, f);
    (void)fwrite(table.p, 1, table.n, f);
    (void)fwrite(tail.p, 1, tail.n, f);
    (void)fclose(f);
}

void doc_page_check(const char *path, void (*put)(struct buf *b))
{
    struct buf have = page_read(path), want;
    struct str text = buf_str(&have), table;
    size_t from = 0, to = 0;

    buf_init(&want, BUF_NO_LIMIT);
    put(&want);
    assert_true(str_find(text, str_of(begin), &from));
    assert_true(str_find(text, str_of(end), &to));
    from += strlen(begin);
    table = str_head(str_from(text, from), to - from);
    if (getenv("UPDATE_DOC") != NULL)
        page_write(path, str_head(text, from), buf_str(&want), str_from(text, to));
    else if (!str_eq(table, buf_str(&want)))
        fail_msg("%s is not what the table of operations says: UPDATE_DOC=1", path);
    buf_fini(&want);
    buf_fini(&have);
}
