/* main.c - `belfry serve` is the server; every other word is a command of the CLI. */
#include "app/check_config.h"
#include "app/dropin.h"
#include "app/rotate.h"
#include "app/server_app.h"
#include "cli/cli.h"

#include <string.h>

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "serve") == 0)
        return serve_main(argc, argv);
    if (argc > 1 && strcmp(argv[1], "alertmanager") == 0)
        return dropin_main(argc, argv);
    if (argc > 1 && strcmp(argv[1], "check-config") == 0)
        return check_config_main(argc, argv);
    if (argc > 2 && strcmp(argv[1], "key") == 0 && strcmp(argv[2], "rotate-master") == 0)
        return rotate_main(argc, argv);
    return cli_main(argc, argv);
}
