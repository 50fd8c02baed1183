/* template.c - `belfry template`: what a template says, before anybody is told so. */
#include "cli/cli_private.h"

#include <stdio.h>

struct asked {
    const char *kind, *alert, *delivery, *lang, *form;
    struct cli_server server;
};

enum { FILE_MOST = 256 * 1024 };

static int file_read(const char *path, struct arena *a, struct str *out)
{
    FILE *f = fopen(path, "rb");
    char *p = arena_alloc(a, FILE_MOST + 1);
    size_t n;

    if (f == NULL) {
        cli_complain("%s cannot be read", path);
        return CLI_FAILED;
    }
    n = fread(p, 1, FILE_MOST + 1, f);
    (void)fclose(f);
    if (n > FILE_MOST) {
        cli_complain("%s has more than %d bytes", path, FILE_MOST);
        return CLI_FAILED;
    }
    *out = (struct str){ p, n };
    return CLI_DONE;
}

static void put_question(struct buf *b, const struct asked *asked, struct str template)
{
    struct json_out o = json_out(b);

    json_object(&o);
    json_kv(&o, "kind", str_of(asked->kind != NULL ? asked->kind : "go"));
    json_kv(&o, "template", template);
    if (asked->alert != NULL)
        json_kv(&o, "alert", str_of(asked->alert));
    if (asked->delivery != NULL)
        json_kv(&o, "delivery", str_of(asked->delivery));
    if (asked->lang != NULL)
        json_kv(&o, "lang", str_of(asked->lang));
    if (asked->form != NULL)
        json_kv(&o, "form", str_of(asked->form));
    json_object_end(&o);
}

/* Whatever the text drives a terminal to: each line is shown with care. */
static void print_text(struct str text)
{
    struct str rest = text, line;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    while (rest.n > 0 && str_cut(&rest, '\n', &line)) {
        buf_clear(&b);
        cli_put_safe(&b, line);
        printf("%.*s\n", STR_ARG(buf_str(&b)));
    }
    buf_fini(&b);
}

static int print_answer(struct str body, bool text)
{
    struct json root;
    struct json_doc *doc = cli_answer_parse(body, &root);

    if (doc == NULL)
        return CLI_FAILED;
    if (text)
        print_text(json_str(json_get(root, STR("text"))));
    json_doc_free(&doc);
    return CLI_DONE;
}

static int ask_about(const struct asked *asked, const char *path, bool text,
                     struct arena *a)
{
    struct cli_reply reply;
    struct str template;
    struct buf b;
    int result = file_read(path, a, &template);

    if (result != CLI_DONE)
        return result;
    buf_init(&b, BUF_NO_LIMIT);
    put_question(&b, asked, template);
    reply = cli_ask(&asked->server, "/api/belfry/v1/preview", buf_str(&b), a);
    buf_fini(&b);
    result = reply.exit != CLI_DONE ? reply.exit : print_answer(reply.body, text);
    if (!text && result == CLI_DONE)
        printf("%s: ok\n", path);
    return result;
}

int template_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "--kind", &asked.kind, NULL },         { "--alert", &asked.alert, NULL },
        { "--delivery", &asked.delivery, NULL }, { "--lang", &asked.lang, NULL },
        { "--form", &asked.form, NULL },         { 0 },
    };
    int n = cli_options("template", argc, argv, options, &asked.server);
    bool render = n > 0 && str_is(str_of(argv[0]), "render");
    int result = CLI_DONE;
    struct arena a;

    if (n < 0)
        return CLI_USAGE;
    if (n < 2 || (!render && !str_is(str_of(argv[0]), "check")))
        return cli_usage("template", "say render or check, and which file");
    for (int i = 1; i < n; i++) {
        int one;

        arena_init(&a);
        one = ask_about(&asked, argv[i], render, &a);
        arena_fini(&a);
        if (one != CLI_DONE)
            result = one;
    }
    return result;
}
