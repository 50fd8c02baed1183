/* report.c - `belfry report`: the weekly report as it would be now. */
#include "cli/cli_private.h"

#include "base/utf8.h"

#include <stdio.h>

struct asked {
    const char *group, *lang, *zone;
    struct cli_server server;
};

static int print(struct str body)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err e;
    int result = CLI_DONE;
    struct str text, line;

    if (json_parse(doc, body, &root, &e) == FAILED) {
        cli_complain("the server's answer is not JSON: %s", e.text);
        result = CLI_FAILED;
    } else {
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        cli_put_safe(&b, json_str(json_get(root, STR("title"))));
        buf_z(&b, "\n\n");
        text = json_str(json_get(root, STR("text")));
        while (str_cut(&text, '\n', &line)) {
            cli_put_safe(&b, line);
            if (text.p != NULL)
                buf_char(&b, '\n');
        }
        fwrite(buf_str(&b).p, 1, b.n, stdout);
        buf_fini(&b);
    }
    json_doc_free(&doc);
    return result;
}

static int ask(const struct asked *asked, struct arena *a)
{
    struct cli_reply reply;
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_kv(&o, "kind", STR("report"));
    json_kv(&o, "contact_group", str_of(asked->group));
    if (asked->lang != NULL)
        json_kv(&o, "lang", str_of(asked->lang));
    if (asked->zone != NULL)
        json_kv(&o, "zone", str_of(asked->zone));
    json_object_end(&o);
    reply = cli_ask(&asked->server, "/api/belfry/v1/preview", buf_str(&b), a);
    buf_fini(&b);
    return reply.exit == CLI_DONE ? print(reply.body) : reply.exit;
}

int report_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "--group", &asked.group, NULL },
        { "--lang", &asked.lang, NULL },
        { "--zone", &asked.zone, NULL },
        { 0 },
    };
    int n = cli_options("report", argc, argv, options, &asked.server);
    struct arena a;
    int result;

    if (n < 0)
        return CLI_USAGE;
    if (n > 0 || asked.group == NULL)
        return cli_usage("report", "say of which contact group: --group ops");
    if (!utf8_valid(str_of(asked.group)))
        return cli_usage("report", "\"%s\" is not UTF-8", asked.group);
    arena_init(&a);
    result = ask(&asked, &a);
    arena_fini(&a);
    return result;
}
