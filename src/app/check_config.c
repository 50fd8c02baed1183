#include "app/check_config.h"

#include "app/alertmanager_yml.h"

#include <stdio.h>

enum { FILE_MAX = 8 * 1024 * 1024 };

static ok check_alertmanager(struct str path, struct arena *a, struct buf *found,
                             struct buf *said)
{
    struct alertmanager_yml yml;

    if (alertmanager_yml_read(path, false, a, &yml, said) == FAILED)
        return FAILED;
    buf_printf(found,
               "an Alertmanager configuration: %zu routes, %zu inhibit rules, %zu "
               "receivers, %zu time intervals, %zu template files",
               yml.route_count, yml.inhibition_count, yml.receiver_count,
               yml.interval_count, yml.templates.files.n);
    return OK;
}

static ok check_ours(struct str path, struct arena *a, struct buf *found,
                     struct buf *said)
{
    struct config config;

    if (config_read(path, STR(""), a, &config, said) == FAILED)
        return FAILED;
    buf_printf(found, "a Belfry configuration: %zu accounts, %zu routes",
               config.accounts.n, config.routes.n);
    return OK;
}

ok check_config_file(struct str path, struct buf *found, struct buf *said)
{
    const struct yaml_node *root = NULL;
    struct complaints c;
    struct str text;
    struct arena a;
    struct err e;
    ok done = FAILED;

    arena_init(&a);
    complaints_init(&c, path);
    if (file_read(path, FILE_MAX, &a, &text, &e) == FAILED)
        complain(&c, NULL, "%s", e.text);
    else
        root = yaml_parse(text, &a, &c);
    buf_add(said, buf_str(&c.text));
    complaints_fini(&c);
    if (root != NULL && root->kind == YAML_MAP &&
        (yaml_get(root, "route") != NULL || yaml_get(root, "receivers") != NULL))
        done = check_alertmanager(path, &a, found, said);
    else if (root != NULL)
        done = check_ours(path, &a, found, said);
    arena_fini(&a);
    return done;
}

int check_config_main(int argc, char **argv)
{
    int bad = 0;

    if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        printf("belfry check-config FILE...\nis a configuration right? ours, or an "
               "alertmanager.yml; says all that is wrong, with line\nand column. Exit "
               "code 1: one is not.\n");
        return 0;
    }
    if (argc < 3) {
        fprintf(stderr, "belfry check-config: which files?\n"
                        "usage: belfry check-config FILE...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        struct buf found, said;

        buf_init(&found, BUF_NO_LIMIT);
        buf_init(&said, BUF_NO_LIMIT);
        if (check_config_file(str_of(argv[i]), &found, &said) == OK)
            printf("%s: fine: %.*s\n", argv[i], STR_ARG(buf_str(&found)));
        else
            bad++;
        fwrite(buf_str(&said).p, 1, buf_str(&said).n, stderr);
        buf_fini(&found);
        buf_fini(&said);
    }
    return bad > 0 ? 1 : 0;
}
