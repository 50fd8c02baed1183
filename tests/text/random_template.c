/* random_template.c - templates of html put together at random: pieces of every context,
 * actions between them, branches that may or may not join. */
#include "render.h"

struct made {
    uint64_t seed;
    struct buf b;
    int depth;
};

static const char *const texts[] = {
    "<p>",
    "</p>",
    "<a href=\"",
    "\">",
    "<a href='",
    "'>",
    "<a href=",
    " ",
    ">",
    "</a>",
    "<a title=\"x",
    "<img src=\"/a",
    "<img srcset=\"",
    "\"/>",
    "?q=",
    "#",
    "&amp;",
    "text",
    "<script>",
    "</script>",
    "<script type=\"text/template\">",
    "<script type=\"application/json\">",
    "var x = ",
    ";",
    "\"",
    "'",
    "`",
    "/",
    "// c\n",
    "/* c */",
    "x/",
    "=/",
    "(",
    ")",
    "[",
    "{",
    "}",
    "a + ",
    "return ",
    "++",
    "1",
    "<style>",
    "</style>",
    "a { color: ",
    "width: 1px;",
    "url(",
    "url('",
    "url(\"",
    "background: ",
    "<!-- c -->",
    "<!--",
    "-->",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<div onclick=\"",
    "<div style=\"",
    "<b ",
    "checked",
    "=",
    "data-x=",
    "<div onclick='f(&quot;",
    "&quot;)'",
    "<!DOCTYPE html>",
    "<",
    "a<b",
    "\n",
    "\\",
    "<input value=\"",
    "<input type=",
    "<div xmlns:x=\"",
    "<svg:a xlink:href=\"",
    "é中",
    "<iframe srcdoc=\"",
    "<form action=\"",
    "</",
    "<br/>",
    "javascript:",
    "http://e.org/",
    "<p data-url='",
    "alert(",
    "%41",
    "&#34;",
    "&lt;",
    "\\'",
    "\\x",
    "/re/g",
    "[/]",
};

static const char *const pipes[] = {
    ".CommonAnnotations.t00",
    ".CommonAnnotations.t01",
    ".CommonAnnotations.t02",
    ".CommonAnnotations.t03",
    ".CommonAnnotations.t04",
    ".CommonAnnotations.t05",
    ".CommonAnnotations.t07",
    ".CommonAnnotations.t08",
    ".CommonAnnotations.t09",
    ".CommonAnnotations.t10",
    ".CommonAnnotations.t11",
    ".CommonAnnotations.t12",
    ".CommonAnnotations.t14",
    ".Status",
    ".CommonAnnotations.none",
    "1",
    "1.5",
    "true",
    "\"<b>x</b>\" | safeHtml",
    "\"javascript:x\" | safeUrl",
    "len .Alerts",
    "(index .Alerts 0).StartsAt",
    ".CommonAnnotations.t03 | html",
    ".CommonAnnotations.t03 | urlquery",
    "list 1 \"a\" true",
    "dict \"k\" \"</script>\"",
    "print 1 2 \"x\"",
    ".CommonLabels.note",
    "$.ExternalURL",
    "nil | print",
    "(stringSlice \"a\" \"b\")",
};

#define PICK(m, list) list[random_below(&(m)->seed, sizeof list / sizeof *list)]

static void put_list(struct made *m);

static void put_action(struct made *m)
{
    buf_z(&m->b, "{{ ");
    buf_z(&m->b, PICK(m, pipes));
    buf_z(&m->b, " }}");
}

/* Most actions stand where they can: in a whole attribute, script or style. */
static void put_whole(struct made *m)
{
    static const char *const frames[][2] = {
        { "<a href=\"", "\">x</a>" },
        { "<a href='/x?a=", "&b=1'>x</a>" },
        { "<a href=", ">x</a>" },
        { "<p title=\"a ", "\">" },
        { "<p title=", ">" },
        { "<p ", "=\"1\">" },
        { "<script>var x = ", ";</script>" },
        { "<script>var x = \"a", "\";</script>" },
        { "<script>var x = 'a", "';</script>" },
        { "<script>var x = /a", "/;</script>" },
        { "<script>// ", "\n</script>" },
        { "<script type=\"text/x\">", "</script>" },
        { "<style>a { color: ", " }</style>" },
        { "<style>a { background: url(\"", "\") }</style>" },
        { "<style>a { background: url(", ") }</style>" },
        { "<style>a { font: \"", "\" }</style>" },
        { "<div style=\"width: ", "\">" },
        { "<div style='background: url(/x?", ")'>" },
        { "<div onclick=\"f(", ")\">" },
        { "<div onclick='f(\"", "\")'>" },
        { "<div onclick=f(", ")>" },
        { "<img srcset=\"", " 2x\">" },
        { "<img srcset=", ">" },
        { "<title>", "</title>" },
        { "<textarea>", "</textarea>" },
        { "<!-- ", " -->" },
        { "<iframe srcdoc=\"", "\">" },
        { "<b>", "</b>" },
    };
    size_t i = random_below(&m->seed, sizeof frames / sizeof *frames);

    buf_z(&m->b, frames[i][0]);
    put_action(m);
    if (random_below(&m->seed, 4) == 0)
        put_action(m);
    buf_z(&m->b, frames[i][1]);
}

static void put_branch(struct made *m)
{
    static const char *const heads[] = {
        "{{ if .CommonAnnotations.t12 }}",
        "{{ if .Status }}",
        "{{ range .Alerts }}",
        "{{ range list 1 2 }}",
        "{{ with $ }}",
    };

    buf_z(&m->b, PICK(m, heads));
    put_list(m);
    if (random_below(&m->seed, 2) == 0) {
        buf_z(&m->b, "{{ else }}");
        put_list(m);
    }
    buf_z(&m->b, "{{ end }}");
}

static void put_list(struct made *m)
{
    size_t n = random_below(&m->seed, 5);

    m->depth++;
    for (size_t i = 0; i < n; i++) {
        size_t what = random_below(&m->seed, 20);

        if (what < 7)
            buf_z(&m->b, PICK(m, texts));
        else if (what < 14)
            put_whole(m);
        else if (what < 16)
            put_action(m);
        else if (what < 18 && m->depth < 4)
            put_branch(m);
        else if (what == 18)
            buf_z(&m->b, "{{ template \"t\" $ }}");
        else
            buf_z(&m->b, "{{ $x := 1 }}");
    }
    m->depth--;
}

struct str random_template(uint64_t seed, struct arena *a)
{
    struct made m = { .seed = seed };
    struct str s;

    buf_init(&m.b, BUF_NO_LIMIT);
    buf_z(&m.b, "{{ define \"t\" }}");
    if (seed % 5 == 0)
        put_list(&m);
    else
        buf_z(&m.b, seed % 2 == 0 ? "{{ .Status }}" : "x");
    buf_z(&m.b, "{{ end }}");
    put_list(&m);
    put_list(&m);
    s = arena_str(a, buf_str(&m.b));
    buf_fini(&m.b);
    return s;
}
