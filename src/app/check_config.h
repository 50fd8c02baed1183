/* check_config.h - `belfry check-config FILE...`: both kinds of files, nothing started. */
#ifndef APP_CHECK_CONFIG_H
#define APP_CHECK_CONFIG_H

#include "app/config.h"

/* An Alertmanager file (it has a `route` or `receivers`), or Belfry's own? What is
 * wrong with it goes to `said`; a line on what it holds to `found`. */
ok check_config_file(struct str path, struct buf *found, struct buf *said);
int check_config_main(int argc, char **argv);

#endif
