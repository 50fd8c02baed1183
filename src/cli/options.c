#include "cli/cli_private.h"

static const struct cli_option *find(const struct cli_option *options, const char *word,
                                     size_t length)
{
    for (; options != NULL && options->name != NULL; options++)
        if (strlen(options->name) == length && memcmp(options->name, word, length) == 0)
            return options;
    return NULL;
}

int cli_options(const char *command, int argc, char **argv,
                const struct cli_option *options, struct cli_server *server)
{
    const struct cli_option to_server[] = {
        { "--url", &server->url, NULL },
        { "--token-file", &server->token_file, NULL },
        { 0 },
    };
    bool ended = false;
    int rest = 0;

    for (int i = 0; i < argc; i++) {
        const char *eq = strchr(argv[i], '=');
        size_t length = eq != NULL ? (size_t)(eq - argv[i]) : strlen(argv[i]);
        const struct cli_option *o;

        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[rest++] = argv[i];
            continue;
        }
        ended = strcmp(argv[i], "--") == 0;
        if (ended)
            continue;
        o = find(options, argv[i], length);
        if (o == NULL)
            o = find(to_server, argv[i], length);
        if (o == NULL)
            return cli_usage(command, "there is no option %s", argv[i]), -1;
        if (o->value == NULL && eq != NULL)
            return cli_usage(command, "%s takes no value", o->name), -1;
        if (o->value == NULL) {
            *o->flag = true;
            continue;
        }
        if (eq == NULL && ++i == argc)
            return cli_usage(command, "%s lacks its value", o->name), -1;
        *o->value = eq != NULL ? eq + 1 : argv[i];
    }
    return rest;
}

bool cli_is_json(const char *output)
{
    return output != NULL && strcmp(output, "json") == 0;
}

int cli_form_check(const char *command, const char *output)
{
    if (output == NULL || cli_is_json(output) || strcmp(output, "table") == 0)
        return CLI_DONE;
    return cli_usage(command, "-o is table or json");
}
