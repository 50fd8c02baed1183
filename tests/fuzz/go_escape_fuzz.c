/* go_escape_fuzz.c - any value, also of broken characters, in every context of a page:
 * it never leaves its place. */
#include "text/go_template.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The value lies between the marks; none of `never` may be there. */
static const struct place {
    const char *source, *never;
} places[] = {
    { "[{{ . }}]", "<>\"'" },
    { "<p title=\"[{{ . }}]\">", "<>\"'" },
    { "<p title='[{{ . }}]'>", "<>\"'" },
    { "<p title=[{{ . }}]>", "<>\"'`= \t\n\f\r\v" },
    { "<p [{{ . }}]=1>", "<>\"'`= \t\n\f\r\v/:&" },
    { "<a href=\"[{{ . }}]\">", "<>\"'" },
    { "<a href=\"{{ . }}[]\">", "" },
    { "<a href=[{{ . }}]>", "<>\"'`= \t\n\f\r\v" },
    { "<a href='/?q=[{{ . }}]'>", "<>\"'&#?/=:" },
    { "<img srcset=\"[{{ . }}]\">", "<>\"'" },
    { "<script>x = '[{{ . }}]'</script>", "<>\"'`&\n\r+" },

    { "<script>x = [{{ . }}]</script>", "<>&\n\r" },
    { "<p onclick=\"f('[{{ . }}]')\">", "<>\"'`\n\r" },
    { "<p onclick=\"f([{{ . }}])\">", "<>\"'\n\r" },
    { "<style>a { b: /*x*/[{{ . }}] }</style>", "\"'();@[]`{}\\/" },
    { "<style>a { b: \"[{{ . }}]\" }</style>", "\"'<>(){};:\n\r" },
    { "<style>a { b: url(\"/[{{ . }}]\") }</style>", "\"'<>() \n\r\\{}" },
    { "<p style=\"b: '[{{ . }}]'\">", "\"'<>(){};:\n\r" },
    { "<title>[{{ . }}]</title>", "<>\"'" },
    { "<!-- [{{ . }}] -->[]", "<>" },
};

static void check(const struct place *p, struct str out)
{
    const char *open = memchr(out.p, '[', out.n), *close = NULL;

    for (size_t i = out.n; i > 0 && close == NULL; i--)
        if (out.p[i - 1] == ']')
            close = out.p + i - 1;
    assert(open != NULL && close > open);
    for (const char *at = open + 1; at < close; at++)
        if (*at != '\0' && strchr(p->never, *at) != NULL) {
            (void)fprintf(stderr, "%s: %.*s\n", p->source, STR_ARG(out));
            abort();
        }
    if (strstr(p->source, "href=\"{{") != NULL)
        assert(!str_starts(str_from(out, 9), STR("javascript:")));
    assert(!str_has((struct str){ open, (size_t)(close - open) }, STR("</")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct go_value dot = go_string((struct str){ (const char *)data, size });
    struct go_templates *set = go_templates_new();
    struct arena a;

    arena_init(&a);
    if (size == 0)
        dot = go_string(STR(""));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct go_options o = { .arena = &a };
        struct err e;
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        if (go_templates_execute(set, GO_HTML, str_of(places[i].source), &dot, &o, &b,
                                 &e) != OK) {
            (void)fprintf(stderr, "%s\n", e.text);
            abort();
        }
        check(&places[i], buf_str(&b));
        buf_fini(&b);
    }
    go_templates_unref(&set);
    arena_fini(&a);
    return 0;
}
