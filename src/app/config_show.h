/* config_show.h - the configuration as people see it: each key with its value, what it is
 * if nobody says, and who said so. What is in force: of a file that was read again only
 * some keys are. */
#ifndef APP_CONFIG_SHOW_H
#define APP_CONFIG_SHOW_H

#include "app/yaml.h"
#include "base/setting.h"

struct config_shown {
    const struct setting_table *table;
    const struct yaml_node *root; /* as the process began with */
    const struct yaml_node
        *again; /* as last read: where what a reload takes over stands */
    struct str file;
    struct str listen, data_dir; /* what flags said; empty: nothing */
};

/* A JSON list of {"key","value","origin","default","doc"}; origin: default, flag, or
 * file:line. Lists of things (accounts, routes) are counted; secrets are not shown. */
struct str config_show(const struct config_shown *what, struct arena *a);

#endif
