#include "cli/cli_private.h"

static const struct cli_option *find(const struct cli_option *options, size_t n,
                                     const char *word, size_t length)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(options[i].name) == length &&
            memcmp(options[i].name, word, length) == 0)
            return &options[i];
    return NULL;
}

int cli_options(const char *command, int argc, char **argv,
                const struct cli_option *options, size_t n)
{
    bool ended = false;
    int rest = 0;

    for (int i = 0; i < argc; i++) {
        const char *eq = strchr(argv[i], '=');
        const struct cli_option *o;

        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[rest++] = argv[i];
            continue;
        }
        ended = strcmp(argv[i], "--") == 0;
        if (ended)
            continue;
        o = find(options, n, argv[i],
                 eq != NULL ? (size_t)(eq - argv[i]) : strlen(argv[i]));
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
