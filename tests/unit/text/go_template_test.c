/* go_template_test.c - the Go template engine: what the oracle (tests/text) cannot say:
 * errors with their places, bounds, sets of sources. */
#include "text/go_data.h"
#include "text/go_html.h"

#include "../../support/made.h"
#include "../../support/says.h"

static struct arena a;
static struct buf b;
static struct err e;
static struct go_templates *set;

static int setup(void **)
{
    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    set = go_templates_new();
    return 0;
}

static int teardown(void **)
{
    go_templates_unref(&set);
    buf_fini(&b);
    arena_fini(&a);
    return 0;
}

static struct go_value data(void)
{
    const struct alert **v = arena_array(&a, const struct alert *, 2);
    struct go_data *d = arena_new(&a, struct go_data);

    v[0] = made_firing(&a, "alertname=Disk,host=db1,job=node", "summary=full");
    v[1] = made_resolved(&a, "alertname=Disk,host=db2,job=node", "summary=ok");
    go_data_init(d, made_notification(&a, v, 2), 2, &a);
    return go_data_value(d);
}

static ok run_with(enum go_mode mode, const char *source, const struct go_limits *limits)
{
    struct go_options o = { .now = MADE_NOW, .arena = &a };
    struct go_value d = data();

    if (limits != NULL)
        o.limits = *limits;
    buf_clear(&b);
    return go_templates_execute(set, mode, str_of(source), &d, &o, &b, &e);
}

static void says(const char *source, const char *want)
{
    if (run_with(GO_TEXT, source, NULL) != OK)
        fail_msg("%s: %s", source, e.text);
    assert_int_equal(b.n, strlen(want));
    assert_memory_equal(b.p, want, b.n);
}

static void refuses(const char *source, enum fault fault, const char *words)
{
    assert_int_equal(run_with(GO_TEXT, source, NULL), FAILED);
    if (e.fault != fault || strstr(e.text, words) == NULL)
        fail_msg("%s: %s: %s", source, fault_word(e.fault), e.text);
}

static void test_text(void **)
{
    says("a{{/* no */}} {{- 1 -}} b", "a1b");
    says("{{ .Status }} {{ len .Alerts.Firing }}", "firing 1");
    says("{{ range .Alerts }}{{ .Labels.host }} {{ .Labels.none }};{{ end }}",
         "db1 ;db2 ;");
    says("{{ .CommonLabels }}", "alertname=Disk, job=node");
    says("{{ range $i, $p := .CommonLabels.SortedPairs }}{{ $i }}{{ .Name }}{{ end }}",
         "0alertname1job");
    says("{{ range 3 }}{{ . }}{{ end }}", "012");
    says("{{ with .Status | and false }}a{{ else with 2 }}{{ . }}{{ end }}", "2");
    says("{{ now.Unix }}", "1795255200");
}

/* The place is what a person needs: the line, and a caret under the word. */
static void test_errors(void **)
{
    refuses("a\nb {{ foo }}\nc", FAULT_SYNTAX,
            "text:2: function \"foo\" not defined\nb {{ foo }}\n     ^");
    refuses("{{ .Foo }}", FAULT_INVALID, "text:1: can't evaluate field Foo in type");
    refuses("中文 {{ .A.B }}", FAULT_INVALID, "\n中文 {{ .A.B }}\n      ^");
    refuses("{{ if 1 }}", FAULT_SYNTAX, "{{end}} is missing");
    refuses("{{ template \"x\" }}", FAULT_INVALID, "template \"x\" not defined");
    refuses("{{ (", FAULT_SYNTAX, "unclosed action");
    refuses("{{ 1i }}", FAULT_SYNTAX, "complex");
    refuses("{{ \"", FAULT_SYNTAX, "unterminated quoted string");
    refuses("\xff", FAULT_SYNTAX, "not UTF-8");
}

static void test_sets(void **)
{
    assert_int_equal(go_templates_add(set, STR("/etc/t/one.tmpl"),
                                      STR("top {{ define \"x\" }}first{{ end }}"), &e),
                     OK);
    assert_int_equal(go_templates_add(set, STR("two.tmpl"),
                                      STR("{{ define \"x\" }}second{{ end }}"), &e),
                     OK);
    assert_int_equal(
        go_templates_add(set, STR("three.tmpl"), STR("{{ define \"x\" }} {{ end }}"), &e),
        OK);
    assert_true(go_templates_has(set, STR("x")));
    assert_int_equal(go_templates_add(set, STR("bad.tmpl"), STR("\n\n{{ end }}"), &e),
                     FAILED);
    assert_non_null(strstr(e.text, "bad.tmpl:3: "));
    says("{{ template \"x\" }} {{ template \"one.tmpl\" }}", "second top ");
    says("{{ define \"x\" }}own{{ end }}{{ template \"x\" }}", "own");
    says("{{ block \"y\" 1 }}{{ . }}{{ end }}", "1");
}

/* Whatever a template does, it ends, and says what was too much. */
static void test_bombs(void **)
{
    struct go_limits little = { .output = 1000, .steps = 10000 };

    refuses("{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}",
            FAULT_LIMIT, "nested too deep");
    refuses("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", FAULT_LIMIT,
            "too many steps");
    refuses("{{ range 100 }}{{ printf \"%900000d\" 1 }}{{ end }}", FAULT_LIMIT,
            "is longer than");
    refuses(
        "{{ $x := \"aaaaaaaaaaaaaaaa\" }}{{ range 40 }}{{ $x = print $x $x }}{{ end }}",
        FAULT_LIMIT, "");
    refuses(
        "{{ $x := list 1 }}{{ range 40 }}{{ $x = list $x $x $x $x }}{{ end }}{{ $x }}",
        FAULT_LIMIT, "");
    for (size_t i = 0; i < 4; i++) { /* a value that holds itself, often */
        static const char *const ends[] = { "$x", "printf \"%v\" $x", "toJson $x",
                                            "html $x" };
        struct str s = arena_printf(&a,
                                    "{{ $x := list 1 }}{{ range 100000 }}"
                                    "{{ $x = list $x }}{{ end }}{{ %s }}",
                                    ends[i]);

        refuses(s.p, FAULT_LIMIT, "nested");
    }
    says("{{ printf \"%1000000000d\" 1 }}", "%!(NOVERB)%!(EXTRA int=1)");
    assert_int_equal(run_with(GO_TEXT, "{{ printf \"%1001d\" 1 }}", &little), FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    assert_int_equal(run_with(GO_TEXT, "{{ printf \"%1000d\" 1 }}", &little), OK);
    assert_int_equal(b.n, 1000);
    assert_int_equal(run_with(GO_TEXT, "{{ range 5001 }}{{ end }}", &little), OK);
    assert_int_equal(run_with(GO_TEXT, "{{ range 10001 }}{{ end }}", &little), FAILED);
}

static void test_nesting(void **)
{
    static char deep[GO_NESTING_MAX * 30];

    for (int more = 0; more < 2; more++) {
        size_t n = 0, levels = GO_NESTING_MAX + (size_t)more;

        for (size_t i = 0; i < levels; i++)
            n += (size_t)sprintf(deep + n, "{{if 1}}");
        for (size_t i = 0; i < levels; i++)
            n += (size_t)sprintf(deep + n, "{{end}}");
        assert_int_equal(run_with(GO_TEXT, deep, NULL), more == 0 ? OK : FAILED);
    }
    assert_int_equal(e.fault, FAULT_SYNTAX);
}

/* Each limit at its edge. */
static void test_limits(void **)
{
    static const char recurs[] =
        "{{ define \"r\" }}{{ if . }}{{ template \"r\" (slice . 1) }}{{ end }}{{ end }}"
        "{{ template \"r\" \"aaa\" }}";
    char *large = arena_alloc(&a, GO_SOURCE_MAX + 2);

    for (size_t depth = 6; depth <= 7; depth++) {
        struct go_limits l = { .depth = depth };

        assert_int_equal(run_with(GO_TEXT, recurs, &l), depth == 7 ? OK : FAILED);
    }
    assert_int_equal(e.fault, FAULT_LIMIT);
    for (size_t more = 0; more <= 1; more++) {
        memset(large, 'x', GO_SOURCE_MAX + more);
        large[GO_SOURCE_MAX + more] = '\0';
        assert_int_equal(run_with(GO_TEXT, large, NULL), more == 0 ? OK : FAILED);
    }
    assert_int_equal(e.fault, FAULT_TOO_LARGE);
    for (size_t memory = 1 << 16; memory <= 1 << 22; memory <<= 6) {
        struct go_limits l = { .memory = memory };

        assert_int_equal(
            run_with(GO_TEXT, "{{ range 100 }}{{ $x := printf \"%9999d\" 1 }}{{ end }}",
                     &l),
            memory > 1 << 20 ? OK : FAILED);
    }
}

/* `piece` n times, with a \0 behind, in the arena. */
static char *repeated(const char *before, const char *piece, size_t n, const char *after)
{
    struct buf s;
    char *z;

    buf_init(&s, BUF_NO_LIMIT);
    buf_z(&s, before);
    for (size_t i = 0; i < n; i++)
        buf_z(&s, piece);
    buf_z(&s, after);
    z = arena_alloc(&a, s.n + 1);
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    buf_fini(&s);
    return z;
}

static struct go_source source_of(const char *z)
{
    return (struct go_source){ STR("text"), str_of(z) };
}

/* What a source of n bytes takes when it is parsed grows with n, not with its square. */
static size_t parsing_takes(const char *z, ok want)
{
    struct go_source src = source_of(z);
    struct map names;
    struct arena own;
    size_t took;

    arena_init(&own);
    map_init(&names, 0);
    assert_int_equal(go_parse(&src, STR(""), &own, &names, &e), want);
    took = own.total;
    map_fini(&names);
    arena_fini(&own);
    return took;
}

static void test_memory_of_parsing(void **)
{
    char *blocks = repeated("", "{{block \"x\" 1}}{{end}}", 10000, "");
    char *vars = repeated("", "{{$a:=1}}", GO_VARIABLES_MAX - 1, "");

    assert_in_range(parsing_takes(repeated("{{", ".a", 20000, "}}"), OK), 0, 4 << 20);
    assert_in_range(parsing_takes(repeated("{{$", ".a", 20000, "}}"), OK), 0, 4 << 20);
    assert_in_range(parsing_takes(repeated("{{(1)", ".a", 20000, "}}"), OK), 0, 4 << 20);
    assert_in_range(parsing_takes(repeated(vars, blocks, 1, ""), OK), 0, 16 << 20);
    says("{{ $x := dict \"a\" (dict \"b\" (dict \"c\" 7)) }}{{ $x.a.b.c }}"
         "{{ with $x }}{{ .a.b.c }}{{ (.a).b.c }}{{ end }}",
         "777");
}

/* How many steps a text takes. */
static size_t steps_of(const char *source)
{
    struct go_limits l = { 0 };
    size_t most = GO_STEPS_MAX, least = 0;

    while (most - least > 1) {
        l.steps = least + (most - least) / 2;
        if (run_with(GO_TEXT, source, &l) == OK)
            most = l.steps;
        else
            least = l.steps;
    }
    return most;
}

/* A call is charged for its arguments and their lengths, before it looks at them. */
static void test_steps(void **)
{
    char *text = repeated("{{$x := \"", "y", 64000, "\"}}");
    char *thousand = repeated("{{$d := dict ", "\"k\" 1 ", 1000, "}}");
    char *keys = arena_alloc(&a, 1 << 16);
    size_t n = (size_t)sprintf(keys, "{{$d := dict "), plain, before;

    assert_in_range(steps_of("{{ len .Status }}"), 3, 10);
    before = steps_of(text);
    for (size_t i = 0; i < 7; i++) {
        static const char *const calls[] = {
            "{{len $x}}",
            "{{eq $x $x}}",
            "{{$y := trimSpace $x}}",
            "{{$y := slice $x}}",
            "{{lt $x \"a\"}}",
            "{{$x | match \"z\"}}",
            "{{$y := safeHtml $x}}",
        };

        assert_in_range(steps_of(repeated(text, calls[i], 1, "")), before + 1000, 100000);
    }
    plain = steps_of("{{and 1 1}}");
    assert_int_equal(steps_of(repeated("{{and 1 1", " 1", 100, "}}")), plain + 100);
    plain = steps_of("{{eq 1 1}}");
    assert_int_equal(steps_of(repeated("{{eq 1 1", " 1", 100, "}}")), plain + 100);
    /* a map is looked through, and so are variables */
    for (size_t i = 0; i < 1000; i++)
        n += (size_t)sprintf(keys + n, "\"k%zu\" 1 ", i);
    (void)sprintf(keys + n, "}}");
    assert_in_range(steps_of(keys), steps_of(thousand) + 1000 * 1000 / 2 / 16 - 1000,
                    100000);
    plain = steps_of(keys);
    assert_in_range(steps_of(repeated(keys, "{{$d.k}}", 1, "")), plain + 125,
                    plain + 140);
    assert_in_range(steps_of(repeated(keys, "{{index $d \"k\"}}", 1, "")), plain + 125,
                    plain + 170);
    text = repeated("{{$b:=1}}", "{{$a:=1}}", 800, "");
    plain = steps_of(text);
    assert_int_equal(steps_of(repeated(text, "{{$b}}", 1, "")), plain + 101);
    assert_int_equal(steps_of(repeated(text, "{{$b = 2}}", 1, "")), plain + 101);
    assert_in_range(steps_of(repeated(text, "{{range $b = 100}}{{end}}", 1, "")),
                    plain + 100 * 100, plain + 100 * 110);
    plain = steps_of("{{$x := index (list nil) 0}}{{$x.a}}");
    assert_int_equal(
        steps_of(repeated("{{$x := index (list nil) 0}}{{$x", ".a", 800, "}}")),
        plain + 100);
}

/* A pattern that looks at all of the rest for each match is charged for it. */
static void test_steps_of_patterns(void **)
{
    char *text = repeated("{{$x := \"", "y", 64000, "\"}}");
    size_t few = steps_of("{{reReplaceAll \"b\" \"x\" \"abcabc\"}}");

    refuses(repeated(text, "{{reReplaceAll \"y(.*z)?\" \"x\" $x}}", 1, ""), FAULT_LIMIT,
            "too many steps");
    assert_in_range(few, 20000, 20050); /* the pattern is what costs */
    says("{{reReplaceAll \"y(.*z)?\" \"x\" \"yyaz\"}}", "x");
    assert_in_range(steps_of("{{range 1000}}{{$x := reReplaceAll \"b(.)\" \"$1\" "
                             "\"abcabcabcabcabcabcabcabcabcabcabc\"}}{{end}}"),
                    20000, 50000);
}

/* A body sees $ alone; behind it the variables are what they were. */
static void test_variables(void **)
{
    says("{{ $x := 1 }}{{ block \"y\" 2 }}{{ $z := 3 }}{{ $ }}{{ $z }}{{ end }}{{ $x }}",
         "231");
    refuses("{{ $x := 1 }}{{ block \"y\" 2 }}{{ $x }}{{ end }}", FAULT_SYNTAX,
            "undefined variable");
    refuses("{{ block \"y\" 2 }}{{ $x := 1 }}{{ end }}{{ $x }}", FAULT_SYNTAX,
            "undefined variable");
    says(repeated("", "{{$a:=1}}", GO_VARIABLES_MAX - 1, "{{$a}}"), "1");
    refuses(repeated("", "{{$a:=1}}", GO_VARIABLES_MAX, ""), FAULT_SYNTAX,
            "more than 1000 variables");
    says(repeated("", "{{if 1}}{{$a:=1}}{{end}}", GO_VARIABLES_MAX + 9, "x"), "x");
}

/* What is behind the bound of the caller's buf is no text of ours. */
static void test_output_of_the_caller(void **)
{
    struct go_options o = { .now = MADE_NOW, .arena = &a };
    struct go_value d = data();
    struct buf little;

    buf_init(&little, 5);
    assert_int_equal(
        go_templates_execute(set, GO_TEXT, STR("12345"), &d, &o, &little, &e), OK);
    buf_clear(&little);
    assert_int_equal(
        go_templates_execute(set, GO_TEXT, STR("123456"), &d, &o, &little, &e), FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    buf_fini(&little);
}

/* Zones come from the caller; without one only UTC is known. */
static void test_zones(void **)
{
    refuses("{{ now | tz \"Asia/Shanghai\" }}", FAULT_INVALID, "unknown time zone");
    says("{{ now | tz \"UTC\" | date \"15:04 MST\" }}", "10:00 UTC");
}

static void refuses_html(const char *source, enum fault fault, const char *words)
{
    assert_int_equal(run_with(GO_HTML, source, NULL), FAILED);
    if (e.fault != fault || strstr(e.text, words) == NULL)
        fail_msg("%s: %s: %s", source, fault_word(e.fault), e.text);
}

static void says_html(const char *source, const char *want)
{
    if (run_with(GO_HTML, source, NULL) != OK)
        fail_msg("%s: %s", source, e.text);
    assert_int_equal(b.n, strlen(want));
    assert_memory_equal(b.p, want, b.n);
}

static void test_html(void **)
{
    says_html("<a href=\"{{ \"javascript:x\" }}\" title='{{ \"a'b\" }}'>{{ \"<\" }}</a>",
              "<a href=\"#ZgotmplZ\" title='a&#39;b'>&lt;</a>");
    refuses_html("a\n<p title=\"{{ 1 }}", FAULT_INVALID, "text:2: ");
    refuses_html("x {{ if 1 }}<a href=\"{{ end }}", FAULT_INVALID,
                 "text:1: the branches end in different contexts\n"
                 "x {{ if 1 }}<a href=\"{{ end }}\n     ^");
    refuses_html("<script>`{{ 1 }}`</script>", FAULT_INVALID, "template literal");
}

/* A script's end is looked for once, and again only when it is behind. */
static void test_html_end(void **)
{
    char text[] = "<script>\"\"</scripx>\"\"\"</script>\"\"</style>\"\"</script>";
    struct str s = str_of(text);
    struct html_end end = { 0 };

    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, 8), 22);
    text[17] = 't'; /* that nobody looks at again */
    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, 8), 22);
    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, 22), 22);
    assert_int_equal(html_end_of(&end, ELEMENT_STYLE, s, 22), 33);
    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, 23), 43);
    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, 44), s.n);
    assert_int_equal(html_end_of(&end, ELEMENT_SCRIPT, s, s.n), s.n);
    says_html(repeated("<script>", "\"\"+", 50000, "{{ \"a\" }}</script>{{ \"<\" }}"),
              repeated("<script>", "\"\"+", 50000, "\"a\"</script>&lt;"));
    says_html(
        "<script>\"{{ 1 }}\"</script><style>\"</style>{{ \"<\" }}<script>{{ \"a\" }}"
        "</script>{{ \"<\" }}",
        "<script>\"1\"</script><style>\"</style>&lt;<script>\"a\"</script>&lt;");
}

/* What escapes in a style's string say of the URL that it may be. */
static void test_html_style_escapes(void **)
{
    static const char *const rows[][2] = {
        { "\\a\\b", "a?b" },          { "\\23 ", "a?b" },      { "\\2\\3", "a?b" },
        { "\\23\\a", "a%3fb" },       { "x\\3f\\a", "a%3fb" }, { "\\\\3f\\a", "a?b" },
        { "\\a \\23 y\\a", "a%3fb" }, { "\\a?\\a", "a%3fb" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str source =
            arena_printf(&a, "<style>a{b:\"%s{{ \"a?b\" }}\"}</style>", rows[i][0]);
        struct str want =
            arena_printf(&a, "<style>a{b:\"%s%s\"}</style>", rows[i][0], rows[i][1]);

        says_html(source.p, want.p);
    }
    says_html(repeated("<style>a{b:\"", "\\a", 100000, "{{ \"?\" }}\"}</style>"),
              repeated("<style>a{b:\"", "\\a", 100000, "?\"}</style>"));
}

/* Markup that is taken out of an attribute costs more than its call. */
static void test_html_strip_costs(void **)
{
    char *source =
        repeated("{{ $x := \"", "<b>", 20000, "\" | safeHtml }}<p title=\"{{ $x }}\">");
    struct go_limits l = { .steps = 60000 / 64 * 2 + 60000 / 16 };

    assert_int_equal(run_with(GO_HTML, source, &l), FAILED);
    assert_int_equal(e.fault, FAULT_LIMIT);
    l.steps += 100;
    assert_int_equal(run_with(GO_HTML, source, &l), OK);
}

/* Go 1.19 takes the second call to end where it began, and would let the scheme pass. */
static void test_html_second_call(void **)
{
    says_html("{{ define \"open\" }}<a href=\"{{ end }}"
              "{{ template \"open\" }}{{ \"javascript:1\" }}\">"
              "{{ template \"open\" }}{{ \"javascript:2\" }}\">",
              "<a href=\"#ZgotmplZ\"><a href=\"#ZgotmplZ\">");
}

/* Ranges in ranges are walked twice each: bounded all the same. */
static void test_html_bomb(void **)
{
    static char deep[GO_NESTING_MAX * 40];
    size_t n = 0;

    for (size_t i = 0; i < 60; i++)
        n += (size_t)sprintf(deep + n, "{{range .Alerts}}");
    for (size_t i = 0; i < 60; i++)
        n += (size_t)sprintf(deep + n, "{{end}}");
    refuses_html(deep, FAULT_INVALID, "too large to be escaped");
    n = 0;
    for (size_t i = 0; i < 500; i++)
        n += (size_t)sprintf(deep + n, "{{%s}}", i % 2 ? "1" : "2");
    assert_int_equal(run_with(GO_HTML, deep, NULL), OK);
}

static void put_chain(struct buf *s, size_t templates, size_t ifs)
{
    for (size_t t = 0; t < templates; t++) {
        buf_printf(s, "{{define \"%zu\"}}", t);
        for (size_t i = 0; i < ifs; i++)
            buf_z(s, "{{if 1}}");
        buf_printf(s, "{{template \"%zu\"}}", t + 1);
        for (size_t i = 0; i <= ifs; i++)
            buf_z(s, "{{end}}");
    }
    buf_printf(s, "{{define \"%zu\"}}x{{end}}{{template \"0\"}}", templates);
    buf_char(s, '\0');
}

/* Templates with ifs around the call of the next: told, and no stack overflows. */
static void test_html_depth(void **)
{
    struct buf s;

    buf_init(&s, BUF_NO_LIMIT);
    put_chain(&s, 12, 50);
    assert_int_equal(run_with(GO_HTML, s.p, NULL), OK);
    buf_clear(&s);
    put_chain(&s, 40, 150);
    refuses_html(s.p, FAULT_INVALID, "nested too deep");
    refuses(s.p, FAULT_LIMIT, "nested too deep");
    buf_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bombs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nesting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory_of_parsing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_steps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_steps_of_patterns, setup, teardown),
        cmocka_unit_test_setup_teardown(test_variables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_output_of_the_caller, setup, teardown),
        cmocka_unit_test_setup_teardown(test_zones, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_style_escapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_strip_costs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_second_call, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_bomb, setup, teardown),
        cmocka_unit_test_setup_teardown(test_html_depth, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
