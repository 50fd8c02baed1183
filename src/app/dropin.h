/* dropin.h - `belfry alertmanager`: Alertmanager's own flags and file (DESIGN 11,
 * contracts/alertmanager.md 1), mapped to the configuration of the same server. */
#ifndef APP_DROPIN_H
#define APP_DROPIN_H

#include "app/config.h"

struct dropin {
    struct arena a;
    struct str config_file, storage_path, external_url, route_prefix;
    struct str log_level, log_format, web_config_file, cluster_listen;
    struct strs listen, peers, features;
    int64_t retention, get_concurrency, start_delay;
    bool systemd_socket, confine, help, version;
    struct str unused; /* accepted, and of no effect here */
};

/* argv without the program's and the command's name. */
ok dropin_parse(int argc, char **argv, struct dropin *out, struct err *e);
void dropin_fini(struct dropin *d);
/* Is this one of --enable-feature? */
bool dropin_feature(const struct dropin *d, const char *name);
void dropin_help(struct buf *out);
/* The configuration that the flags and the files they name make: one account that is
 * timed as Alertmanager times. Complaints go to `said`. */
ok dropin_config(const struct dropin *d, struct arena *a, struct config *out,
                 struct buf *said);

/* web_config.c: --web.config.file: certificate and users, all of whom may do all. */
ok web_config_read(struct str path, struct arena *a, struct config *out,
                   struct config_account *account, struct buf *said);

int dropin_main(int argc, char **argv);

#endif
