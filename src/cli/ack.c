/* ack.c - `belfry ack`: take an alert on, or give it back. */
#include "cli/cli_private.h"

#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"

#include <stdio.h>

struct asked {
    const char *lasts, *comment, *by;
    struct cli_server server;
};

static bool is_id(const char *word)
{
    return strspn(word, "0123456789") == strlen(word);
}

static int who_put(struct json_out *o, const struct asked *asked)
{
    char text[64];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };
    int64_t lasts;

    if (asked->by != NULL)
        json_kv(o, "by", str_of(asked->by));
    if (asked->comment != NULL)
        json_kv(o, "comment", str_of(asked->comment));
    if (asked->lasts == NULL)
        return CLI_DONE;
    if (duration_parse(str_of(asked->lasts), &lasts) == FAILED || lasts <= 0)
        return cli_usage("ack", "\"%s\" is no duration such as 30m, 2h, 1d",
                         asked->lasts);
    time_put_go(&b, clock_wall() + lasts, 0);
    json_kv(o, "expires_at", buf_str(&b));
    return CLI_DONE;
}

/* How many it were: words, not data. */
static int say_done(struct cli_reply reply, const char *what)
{
    struct json_doc *doc;
    struct json root;
    long long n;

    if (reply.exit != CLI_DONE)
        return reply.exit;
    doc = cli_answer_parse(reply.body, &root);
    if (doc == NULL)
        return CLI_FAILED;
    n = json_int(json_get(root, STR("alerts")));
    fprintf(stderr, "%lld alert%s %s.\n", n, n == 1 ? "" : "s", what);
    json_doc_free(&doc);
    return CLI_DONE;
}

static int post(const struct asked *asked, const char *path, const char *matchers,
                struct arena *a)
{
    struct json_out o;
    struct buf b;
    int result;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    if (matchers != NULL)
        json_kv(&o, "matchers", str_of(matchers));
    result = who_put(&o, asked);
    json_object_end(&o);
    if (result == CLI_DONE)
        result = say_done(cli_ask(&asked->server, path, buf_str(&b), a), "taken on");
    buf_fini(&b);
    return result;
}

static int one(const struct asked *asked, const char *word, bool give_back,
               struct arena *a)
{
    const char *path;

    if (!utf8_valid(str_of(word)))
        return cli_usage("ack", "\"%s\" is not UTF-8", word);
    if (!is_id(word) && give_back)
        return cli_usage("ack", "say which: its id");
    if (!is_id(word))
        return post(asked, "/api/belfry/v1/acks", word, a);
    path = arena_printf(a, "/api/belfry/v1/alerts/%s/ack", word).p;
    if (give_back)
        return say_done(cli_request(&asked->server, "DELETE", path, STR(""), a),
                        "given back");
    return post(asked, path, NULL, a);
}

int ack_run(int argc, char **argv)
{
    struct asked asked = { 0 };
    const struct cli_option options[] = {
        { "--for", &asked.lasts, NULL },
        { "--comment", &asked.comment, NULL },
        { "--by", &asked.by, NULL },
        { 0 },
    };
    int n = cli_options("ack", argc, argv, options, &asked.server);
    bool give_back = n > 0 && strcmp(argv[0], "back") == 0;
    struct arena a;
    int result = CLI_DONE;

    if (n < 0)
        return CLI_USAGE;
    if (n == (int)give_back)
        return cli_usage("ack", "say which: an id, or matchers such as team=\"ops\"");
    arena_init(&a);
    for (int i = give_back; i < n && result == CLI_DONE; i++)
        result = one(&asked, argv[i], give_back, &a);
    arena_fini(&a);
    return result;
}
