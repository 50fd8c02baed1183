/* backup.c - `belfry backup`: the running server copies its data folder. */
#include "cli/cli_private.h"

#include <stdio.h>

static int ask(const struct cli_server *server, struct arena *a)
{
    struct cli_reply reply = cli_ask(server, "/api/belfry/v1/backup", STR("{}"), a);
    struct json_doc *doc;
    struct json root;

    if (reply.exit != CLI_DONE)
        return reply.exit;
    doc = cli_answer_parse(reply.body, &root);
    if (doc == NULL)
        return CLI_FAILED;
    printf("%.*s\n", STR_ARG(json_str(json_get(root, STR("folder")))));
    json_doc_free(&doc);
    return CLI_DONE;
}

int backup_run(int argc, char **argv)
{
    struct cli_server server = { 0 };
    int n = cli_options("backup", argc, argv, NULL, &server);
    struct arena a;
    int result;

    if (n < 0)
        return CLI_USAGE;
    if (n > 0)
        return cli_usage("backup", "the server names the folder itself");
    server.patient = true;
    arena_init(&a);
    result = ask(&server, &a);
    arena_fini(&a);
    return result;
}
