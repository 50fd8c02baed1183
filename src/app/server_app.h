/* server_app.h - `belfry serve`: everything wired together, and its life. */
#ifndef APP_SERVER_APP_H
#define APP_SERVER_APP_H

#include "api/api.h"
#include "api/history_port.h"
#include "app/config.h"
#include "app/engine.h"
#include "app/memory_guard.h"
#include "app/ping.h"
#include "base/json_shelf.h"

#include <pthread.h>

struct dropin;

struct serve_options {
    struct str config_file;            /* empty: none */
    struct str listen, data_dir, user; /* empty: the file's word, or the default */
    const struct dropin *dropin; /* `belfry alertmanager`: config_file is its file */
};

struct server_app {
    struct serve_options options;
    struct arena arena; /* of the configuration the process began with */
    struct config config;
    struct api_settings settings;
    struct api api;
    struct api_counters counters;
    struct json_shelf docs;
    struct history_port history;
    struct memory_guard memory;
    struct sealer *sealer;
    struct signer *signer;
    struct epoch *epoch;
    struct store *store;
    struct tenants *tenants;
    struct nonces *nonces;
    struct throttle *throttle;
    struct password_gate *passwords;
    struct slow_lane *slow;
    struct streams *streams;
    struct crash_notes crashed; /* the last process, on these messages */
    struct engine *engine;
    struct client *client;
    struct runner *runner;
    struct ping *ping; /* NULL: nobody waits for one */
    struct server *server;
    uint16_t port;
    _Atomic bool ready;
    _Atomic int64_t reloaded_at; /* wall; of the last good one */
    _Atomic bool reload_failed;
    pthread_mutex_t reloading; /* a signal and a request may come together */
    pthread_mutex_t backing_up;
    struct {
        pthread_mutex_t lock;
        struct buf text;  /* the Alertmanager file in force */
        struct buf shown; /* what config_show.h makes of ours */
    } file;
};

ok app_start(struct server_app *app, const struct serve_options *options, struct err *e);
/* Lets what is under way end, writes what is owed, and ends it all. */
ok app_stop(struct server_app *app, struct err *e);
/* Reads the file again; a bad file leaves everything as it was. */
ok app_reload(struct server_app *app, struct err *e);

/* first_run.c: a fresh folder without a file gets one account and its keys. */
ok app_first_run(struct server_app *app, struct err *e);
/* app_provision.c: what the file says, where it differs from what is known. */
ok app_provision(struct server_app *app, const struct config *config, struct err *e);
void app_config_text(const struct api *api, struct str account, struct buf *out);
void app_config_shown(const struct api *api, struct buf *out);
/* app_take_over.c: what an Alertmanager left in the data folder; once. */
ok app_take_over(struct server_app *app, struct err *e);
/* app_backup.c */
ok app_backup(const struct api *api, struct arena *a, struct str *folder, struct err *e);

/* app_metrics.c */
void app_metrics(const struct api *api, struct buf *out);
/* app_history.c */
bool app_history_ask(void *ctx, struct history_ask *ask);

/* serve.c */
int serve_main(int argc, char **argv);
/* Starts, waits for a signal to stop, stops; the process's exit code. */
int serve_run(const struct serve_options *options);

#endif
