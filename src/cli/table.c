/* table.c - columns for people. */
#include "cli/cli_private.h"

#include "base/utf8.h"

enum { COLUMNS_MAX = 16, GAP = 2 };

/* How many cells of a terminal: East Asian wide characters and emoji take two. */
static size_t width_of_code(uint32_t code)
{
    static const struct {
        uint32_t from, to;
    } wide[] = { { 0x1100, 0x115f },  { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },
                 { 0xf900, 0xfaff },  { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
                 { 0xffe0, 0xffe6 },  { 0x1f300, 0x1f64f }, { 0x1f680, 0x1faff },
                 { 0x20000, 0x3fffd } };

    if ((code >= 0x300 && code <= 0x36f) || (code >= 0xfe00 && code <= 0xfe0f) ||
        code == 0x200d)
        return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (code >= wide[i].from && code <= wide[i].to)
            return 2;
    return 1;
}

static size_t width_of(struct str s)
{
    size_t width = 0;

    while (s.n > 0)
        width += width_of_code(utf8_next(&s));
    return width;
}

void cli_put_safe(struct buf *b, struct str s)
{
    struct buf valid;

    buf_init(&valid, BUF_NO_LIMIT);
    utf8_repair(&valid, s);
    for (struct str rest = buf_str(&valid); rest.n > 0;) {
        uint32_t code = utf8_next(&rest);
        bool drives = code < 0x20 || (code >= 0x7f && code < 0xa0) ||
                      (code >= 0x202a && code <= 0x202e) ||
                      (code >= 0x2066 && code <= 0x2069);

        utf8_put(b, drives ? 0xfffd : code);
    }
    buf_fini(&valid);
}

static void put_row(struct buf *b, const struct str *cells, size_t columns,
                    const size_t *widths)
{
    for (size_t i = 0; i < columns; i++) {
        buf_add(b, cells[i]);
        for (size_t pad = width_of(cells[i]); i + 1 < columns && pad < widths[i] + GAP;
             pad++)
            buf_char(b, ' ');
    }
    buf_char(b, '\n');
}

static struct str *safe_cells(const struct cli_table *t, size_t columns, struct arena *a)
{
    struct str *cells = arena_array(a, struct str, t->rows * columns + 1);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < t->rows * columns; i++) {
        buf_clear(&b);
        cli_put_safe(&b, t->cells[i]);
        cells[i] = b.n > 0 ? arena_str(a, buf_str(&b)) : STR("-");
    }
    buf_fini(&b);
    return cells;
}

void cli_table_put(struct buf *b, const struct cli_table *t)
{
    size_t columns = 0, widths[COLUMNS_MAX];
    struct str heads[COLUMNS_MAX], *cells;
    struct arena a;

    arena_init(&a);
    for (; columns < COLUMNS_MAX && t->heads[columns] != NULL; columns++) {
        heads[columns] = str_of(t->heads[columns]);
        widths[columns] = width_of(heads[columns]);
    }
    cells = safe_cells(t, columns, &a);
    for (size_t i = 0; i < t->rows * columns; i++)
        if (width_of(cells[i]) > widths[i % columns])
            widths[i % columns] = width_of(cells[i]);
    if (!t->bare)
        put_row(b, heads, columns, widths);
    for (size_t row = 0; row < t->rows; row++)
        put_row(b, cells + row * columns, columns, widths);
    arena_fini(&a);
}
