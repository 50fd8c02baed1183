/* random_syntax.c - random tokens as actions: what parses, and what it means. Mostly
 * well-formed pieces, so that some of it runs. */
#include "render.h"

static const char *const tokens[] = {
    ".",
    ".Status",
    ".Alerts",
    "$",
    "$x",
    "$x.a",
    "1",
    "-1",
    "\"a\"",
    "`b`",
    "'c'",
    "true",
    "nil",
    "print",
    "len",
    "eq",
    "and",
    "or",
    "not",
    "list",
    "|",
    "(",
    ")",
    ",",
    ":=",
    "=",
    " ",
    " ",
    " ",
    "..",
    ".5",
    "0x1",
    "1e3",
    "a",
    "_",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "template",
    "block",
    "break",
    "continue",
    "(1)",
    "(print 1)",
    "(list 1 2)",
    "$y",
    ".Alerts.Firing",
    "(index .Alerts 0).Status",
    "+",
    "/",
    "\\",
    "$.Status",
    "1.",
    "é",
    "\"\\n\"",
    "'",
    "\"",
    "`",
    "{",
    "}",
    "-",
    "/*",
    "*/",
    "dict \"a\" 1",
};

static const char *const pieces[] = {
    "{{ $x := 1 }}",
    "{{ $x = 2 }}",
    "{{ $x }}",
    "{{ if $x }}",
    "{{ if .Status }}",
    "{{ else }}",
    "{{ else if 1 }}",
    "{{ end }}",
    "{{ end }}",
    "{{ end }}",
    "{{ end -}} ",
    "{{ range .Alerts }}",
    "{{ range $i, $x := .Alerts }}",
    "{{ range $x := list 1 2 }}",
    "{{ range list }}",
    "{{ with .Status }}",
    "{{ with $x := .Alerts }}",
    "{{ break }}",
    "{{ continue }}",
    "{{ define \"t\" }}",
    "{{ template \"t\" . }}",
    "{{ block \"t\" . }}",
    "{{ . | printf \"%.3s\" }}",
    "{{ .Status }}",
    " {{- \"a\" -}} ",
    "text ",
    "\n",
    "{{/* c */}}",
    "{{- /* c */ -}}",
    " {{- 1 }}",
    "{{ $ | len }}",
    "{{ $y := $x }}{{ $y }}",
    "{{ print $x . | len }}",
    "{{ len .Alerts }}",
    "{{ template \"u\" }}",
    "{{",
    "}}",
};

#define PICK(list) list[random_below(seed, sizeof list / sizeof *list)]

static void put_action(uint64_t *seed, struct buf *b)
{
    buf_z(b, random_below(seed, 8) == 0 ? "{{-" : "{{");
    for (size_t n = 1 + random_below(seed, 5); n > 0; n--) {
        if (random_below(seed, 4) > 0)
            buf_char(b, ' ');
        buf_z(b, PICK(tokens));
    }
    buf_z(b, random_below(seed, 8) == 0 ? " -}}" : " }}");
}

struct str random_syntax(uint64_t at, struct arena *a)
{
    uint64_t state = at, *seed = &state;
    struct buf b;
    struct str s;

    buf_init(&b, BUF_NO_LIMIT);
    if (at % 2 == 0) {
        buf_z(&b, "{{ $x := dict }}");
        put_action(seed, &b);
    } else {
        buf_z(&b, at % 3 == 0 ? "" : "{{ $x := 0 }}{{ define \"u\" }}u{{ end }}");
        for (size_t n = 1 + random_below(seed, 7); n > 0; n--)
            buf_z(&b, PICK(pieces));
    }
    s = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return s;
}
