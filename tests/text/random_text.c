/* random_text.c - random formats of printf, comparisons, slices and times, for what
 * values print like. */
#include "render.h"

static const char *const values[] = {
    "0",
    "1",
    "-1",
    "42",
    "-7",
    "65",
    "128512",
    "1114112",
    "9223372036854775807",
    "-9223372036854775808",
    "0.0",
    "1.0",
    "-1.5",
    "3.14159",
    "1e6",
    "1e20",
    "1e21",
    "123456789.0",
    "0.0001",
    "0.00001",
    "1e-7",
    "2.5",
    "0.1",
    "1e100",
    "5e-324",
    "1e15",
    "\"\"",
    "\"a\"",
    "\"héllo\"",
    "\"a\\\"b\\n\"",
    "\"中文 🔴\"",
    "\"\\xff\\x00\"",
    "\"`\"",
    "true",
    "false",
    "nil",
    "(list)",
    "(list 1 \"a\" nil 2.5 true)",
    "(list 1 2 3)",
    "(stringSlice \"a\" \"b\")",
    "(dict \"b\" 1 \"a\" \"x\")",
    "(list (list 1) (dict \"k\" nil))",
    "(index \"a\" 0)",
    "(len .Alerts)",
    ".Status",
    "(now.Sub (index .Alerts 1).StartsAt)",
    "now.Month",
    "now.Weekday",
    "now.Unix",
    "(safeHtml \"<\")",
    "'a'",
    "0x7f",
    "1000000",
};

static const char *const layouts[] = {
    "2006",  "06",    "01",  "1",      "Jan",       "January", "02",  "2",   "_2",
    "002",   "__2",   "Mon", "Monday", "15",        "03",      "3",   "04",  "4",
    "05",    "5",     "PM",  "pm",     ".000",      ".999999", ",00", "MST", "Z07:00",
    "-0700", "Z0700", "-07", "Z07",    "-07:00:00", " ",       "-",   ":",   "/",
    "T",     "x",     "é",   "7",      "0",         "_",
};

#define PICK(list) list[random_below(seed, sizeof list / sizeof *list)]

static void put_format(uint64_t *seed, struct buf *b)
{
    static const char verbs[] = "vvvvdddssqxXoObcUtTfFeEgGz%!";

    buf_char(b, '%');
    for (size_t n = random_below(seed, 3); n > 0; n--)
        buf_char(b, "+-# 0"[random_below(seed, 5)]);
    if (random_below(seed, 10) == 0)
        buf_printf(b, "[%zu]", random_below(seed, 4));
    if (random_below(seed, 3) == 0)
        buf_printf(b, "%zu", random_below(seed, 25));
    else if (random_below(seed, 12) == 0)
        buf_char(b, '*');
    if (random_below(seed, 3) == 0)
        buf_printf(b, ".%zu", random_below(seed, 12));
    else if (random_below(seed, 15) == 0)
        buf_z(b, random_below(seed, 2) == 0 ? ".*" : ".");
    buf_char(b, verbs[random_below(seed, sizeof verbs - 1)]);
}

static void put_printf(uint64_t *seed, struct buf *b)
{
    size_t n = 1 + random_below(seed, 3);

    buf_z(b, "{{ printf \"");
    for (size_t i = 0; i < n; i++) {
        put_format(seed, b);
        buf_char(b, '|');
    }
    buf_char(b, '"');
    for (size_t i = random_below(seed, 2) == 0 ? 0 : random_below(seed, 2); i < n; i++) {
        buf_char(b, ' ');
        buf_z(b, PICK(values));
    }
    buf_z(b, " }}\n");
}

static void put_layout(uint64_t *seed, struct buf *b)
{
    buf_z(b, "{{ (index .Alerts ");
    buf_z(b, random_below(seed, 2) == 0 ? "0).StartsAt" : "1).EndsAt");
    buf_z(b, ".Format \"");
    for (size_t n = 1 + random_below(seed, 6); n > 0; n--)
        buf_z(b, PICK(layouts));
    buf_z(b, "\" }}\n");
}

static void put_call(uint64_t *seed, struct buf *b)
{
    static const char *const calls[] = {
        "eq",
        "ne",
        "lt",
        "ge",
        "print",
        "println",
        "and",
        "or",
        "toJson",
        "not",
        "len",
        "index",
        "slice",
        "html",
        "js",
        "urlquery",
        "printf \"%v %v\"",
        "list",
        "append",
    };

    buf_z(b, "{{ ");
    buf_z(b, PICK(calls));
    for (size_t n = 1 + random_below(seed, 3); n > 0; n--) {
        buf_char(b, ' ');
        buf_z(b, PICK(values));
    }
    buf_z(b, " }}\n");
}

struct str random_text(uint64_t at, struct arena *a)
{
    uint64_t state = at, *seed = &state;
    struct buf b;
    struct str s;

    buf_init(&b, BUF_NO_LIMIT);
    if (at % 3 == 0) { /* one alone: most refuse their arguments */
        put_call(seed, &b);
    } else {
        for (int i = 0; i < 6; i++)
            put_printf(seed, &b);
        for (int i = 0; i < 3; i++)
            put_layout(seed, &b);
    }
    s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}
