/* go_html_js.c - values in scripts: as a value, in a string, in a regular expression. */
#include "text/go_html.h"

#define ROWS(table) (sizeof table / sizeof *table)

/* Also safe inside an attribute: nothing is left that html knows. */
#define CONTROL_ROWS                                                                     \
    ['\0'] = "\\u0000", [1] = "\\u0001", [2] = "\\u0002", [3] = "\\u0003",               \
    [4] = "\\u0004", [5] = "\\u0005", [6] = "\\u0006", [7] = "\\u0007", [8] = "\\u0008", \
    ['\t'] = "\\t", ['\n'] = "\\n", ['\v'] = "\\u000b", ['\f'] = "\\f", ['\r'] = "\\r",  \
    [14] = "\\u000e", [15] = "\\u000f", [16] = "\\u0010", [17] = "\\u0011",              \
    [18] = "\\u0012", [19] = "\\u0013", [20] = "\\u0014", [21] = "\\u0015",              \
    [22] = "\\u0016", [23] = "\\u0017", [24] = "\\u0018", [25] = "\\u0019",              \
    [26] = "\\u001a", [27] = "\\u001b", [28] = "\\u001c", [29] = "\\u001d",              \
    [30] = "\\u001e", [31] = "\\u001f"
static const char *const string_rows[] = {
    CONTROL_ROWS,       ['"'] = "\\u0022", ['`'] = "\\u0060", ['&'] = "\\u0026",
    ['\''] = "\\u0027", ['+'] = "\\u002b", ['/'] = "\\/",     ['<'] = "\\u003c",
    ['>'] = "\\u003e",  ['\\'] = "\\\\",
};
static const char *const regexp_rows[] = {
    CONTROL_ROWS,       ['"'] = "\\u0022", ['$'] = "\\$", ['&'] = "\\u0026",
    ['\''] = "\\u0027", ['('] = "\\(",     [')'] = "\\)", ['*'] = "\\*",
    ['+'] = "\\u002b",  ['-'] = "\\-",     ['.'] = "\\.", ['/'] = "\\/",
    ['<'] = "\\u003c",  ['>'] = "\\u003e", ['?'] = "\\?", ['['] = "\\[",
    ['\\'] = "\\\\",    [']'] = "\\]",     ['^'] = "\\^", ['{'] = "\\{",
    ['|'] = "\\|",      ['}'] = "\\}",
};

static void put_rows(struct buf *b, struct str s, const char *const *table, size_t rows)
{
    while (s.n > 0) {
        uint32_t code;
        size_t n = go_rune(s, &code);

        if (code < rows && table[code] != NULL)
            buf_z(b, table[code]);
        else if (code == 0x2028 || code == 0x2029)
            buf_printf(b, "\\u%04x", (unsigned)code);
        else
            buf_add(b, str_head(s, n));
        s = str_from(s, n);
    }
}

ok html_escape_js_string(struct go_run *x, const struct go_value *args, size_t,
                         struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);

    put_rows(&b, html_text_of(x, args, &in, &kind), string_rows, ROWS(string_rows));
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

/* Nothing between two slashes would begin a comment. */
ok html_escape_js_regexp(struct go_run *x, const struct go_value *args, size_t,
                         struct go_value *out)
{
    const struct go_type *kind;
    struct buf in = go_buf(x), b = go_buf(x);

    put_rows(&b, html_text_of(x, args, &in, &kind), regexp_rows, ROWS(regexp_rows));
    if (b.n == 0)
        buf_z(&b, "(?:)");
    b.overflowed |= in.overflowed;
    buf_fini(&in);
    return go_buf_string(x, &b, out);
}

static bool is_ident(char c)
{
    return c == '$' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

/* JSON, with blanks round what could run into a word beside it. */
ok html_escape_js_value(struct go_run *x, const struct go_value *args, size_t,
                        struct go_value *out)
{
    struct buf json = go_buf(x), b = go_buf(x);
    struct go_value v = args[0];
    bool pad;

    if (v.type != NULL && v.type->string != NULL && v.type != &go_type_time) {
        v.type->string(x, &args[0], &b);
        v = go_string(arena_str(x->arena, buf_str(&b)));
        buf_clear(&b);
    }
    if (go_json(x, &v, &json) != OK) {
        buf_fini(&json);
        buf_fini(&b);
        return FAILED;
    }
    pad = json.n > 0 && (is_ident(json.p[0]) || is_ident(json.p[json.n - 1]));
    if (pad)
        buf_char(&b, ' ');
    buf_add(&b, buf_str(&json));
    if (pad)
        buf_char(&b, ' ');
    b.overflowed |= json.overflowed;
    buf_fini(&json);
    return go_buf_string(x, &b, out);
}
