#include "app/server_app.h"

#include "app/confine.h"
#include "app/dropin.h"
#include "app/rotate.h"

#include "auth/throttle.h"
#include "api/slow_lane.h"
#include "api/stream.h"
#include "console/console.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/time.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- configuration -------------------------------------------------------------- */

/* All complaints stand on stderr; whoever asked for the reload sees the first. */
static void fail_first(struct str said, struct err *e)
{
    struct str line = said, rest = said, piece;
    size_t more = 0;

    if (!str_cut(&rest, '\n', &line))
        line = said;
    while (str_cut(&rest, '\n', &piece))
        more += piece.n > 0 && piece.p[0] != ' '; /* not the rest of one */
    if (more > 0)
        (void)fail(e, FAULT_INVALID, "config", "%.*s (and %zu more)",
                   STR_ARG(str_head(line, 300)), more);
    else
        (void)fail(e, FAULT_INVALID, "config", "%.*s", STR_ARG(str_head(line, 300)));
}

static void log_warnings(struct str said)
{
    struct str line;

    while (str_cut(&said, '\n', &line))
        if (line.n > 0)
            log_text(LOG_WARN, "%.*s", STR_ARG(line));
}

/* aloud: warnings are logged. */
static ok read_config(const struct serve_options *o, bool aloud, struct arena *a,
                      struct config *out, struct err *e)
{
    struct buf said;
    ok done;

    buf_init(&said, 64 * 1024);
    done = o->dropin != NULL ? dropin_config(o->dropin, a, out, &said)
                             : config_read(o->config_file, o->listen, a, out, &said);
    if (done == FAILED) {
        fwrite(buf_str(&said).p, 1, buf_str(&said).n, stderr);
        fail_first(buf_str(&said), e);
    } else if (aloud) {
        log_warnings(buf_str(&said));
    }
    buf_fini(&said);
    if (o->data_dir.n > 0)
        out->data_dir = o->data_dir;
    if (o->user.n > 0)
        out->user = o->user;
    return done;
}

/* As Alertmanager: one a core, and eight at least. */
static size_t gets_at_once(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores > 8 ? (size_t)cores : 8;
}

static struct str mint_name(struct arena *a)
{
    struct str name;
    struct buf b;

    buf_init(&b, 64);
    put_uuid(&b, true);
    name = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return name;
}

static void fill_settings(struct server_app *app)
{
    const struct config *cf = &app->config;
    const struct config_account *first = cf->accounts.v;

    app->settings = (struct api_settings){
        .region = cf->region,
        .external_url = cf->external_url,
        .clock_skew = cf->clock_skew,
        .user_rate = cf->user_rate,
        .activate_at_once = cf->activate_at_once,
        .alertmanager_open = str_is(cf->alertmanager.auth, "none"),
        .alertmanager_account = cf->alertmanager.account,
        .console_open = cf->open_anywhere && str_is(cf->alertmanager.auth, "none"),
        .started = clock_wall(),
        .trusted_proxies = cf->trusted_proxies.v,
        .trusted_proxy_count = cf->trusted_proxies.n,
        .route_prefix = cf->route_prefix,
        .get_concurrency =
            cf->get_concurrency > 0 ? (size_t)cf->get_concurrency : gets_at_once(),
        .classic_names = cf->classic_names,
        .cluster_address = cf->cluster_address,
        .cluster_name = mint_name(&app->arena),
        .deny_private_addresses = cf->deny_private_addresses,
        .allow_addresses = cf->allow_addresses.v,
        .allow_address_count = cf->allow_addresses.n,
    };
    if (cf->alertmanager.account.n == 0 && cf->accounts.n > 0)
        app->settings.alertmanager_account = first->name;
}

/* An open Alertmanager API is for this machine only, unless somebody asked for an
 * Alertmanager, which is open. */
static ok judge_open_listener(const struct server_app *app, struct str host,
                              struct err *e)
{
    if (!app->settings.alertmanager_open || str_starts(host, STR("127.")) ||
        str_is(host, "::1") || str_is(host, "localhost"))
        return OK;
    if (app->config.open_anywhere) {
        log_say(LOG_WARN,
                "whoever reaches this address may post alerts, silence them and read "
                "them: see --web.config.file",
                LF("address", host));
        return OK;
    }
    return fail(e, FAULT_INVALID, "alertmanager.auth",
                "alertmanager.auth: none is allowed on a loopback listener only, and "
                "%.*s is none: set it to required, or listen on 127.0.0.1",
                STR_ARG(host));
}

/* ---- parts ------------------------------------------------------------------------ */

static ok open_store(struct server_app *app, struct err *e)
{
    struct store_config config;

    store_config_init(&config);
    config.folder = app->config.data_dir;
    config.history_retention = app->config.history.retention;
    config.history_rows = (uint64_t)app->config.history.max_rows;
    return store_open(&config, &app->store, e);
}

static ok start_delivery(struct server_app *app, struct err *e)
{
    struct client_config client = { .deny_private = app->config.deny_private_addresses,
                                    .allow = app->config.allow_addresses.v,
                                    .allow_count = app->config.allow_addresses.n,
                                    .user_agent = STR("Belfry/" BELFRY_VERSION) };
    struct runner_config runner = { .sealer = app->sealer,
                                    .signer = app->signer,
                                    .journal = store_journal(app->store) };

    for (int kind = 0; kind < CHANNEL_COUNT; kind++)
        runner.settings[kind] =
            channels_self(&app->config.channels, (enum channel_kind)kind);
    runner.settings[CHANNEL_MAIL] = (const void *)&app->config.smtp;
    if (client_start(&client, &app->client, e) == FAILED)
        return FAILED;
    runner.client = app->client;
    return runner_start(&runner, &app->runner, e);
}

static bool is_ready(const struct api *api)
{
    return atomic_load(&((const struct server_app *)api->ctx)->ready);
}

static ok reload_by_api(const struct api *api, struct err *e)
{
    return app_reload(api->ctx, e);
}

static void fill_api(struct server_app *app)
{
    app->history = (struct history_port){ .ctx = app, .ask = app_history_ask };
    memory_guard_init(&app->memory, app->config.memory_limit, store_journal(app->store),
                      app->tenants);
    app->api = (struct api){ .settings = &app->settings,
                             .counters = &app->counters,
                             .tenants = app->tenants,
                             .sealer = app->sealer,
                             .signer = app->signer,
                             .epoch = app->epoch,
                             .nonces = app->nonces,
                             .throttle = app->throttle,
                             .passwords = app->passwords,
                             .slow = app->slow,
                             .docs = &app->docs,
                             .streams = app->streams,
                             .pages = console_serve,
                             .journal = memory_guard_port(&app->memory),
                             .reader = engine_reader(app->engine),
                             .history = &app->history,
                             .clock = clock_wall,
                             .ready = is_ready,
                             .reload = reload_by_api,
                             .backup = app_backup,
                             .metrics = app_metrics,
                             .config_text = app_config_text,
                             .config_shown = app_config_shown,
                             .ctx = app };
}

static ok read_certificate(const struct server_app *app, struct server_listener *to,
                           struct arena *a, struct err *e)
{
    if (app->config.tls.cert_file.n == 0)
        return OK;
    if (file_read(app->config.tls.cert_file, 1 << 20, a, &to->cert_pem, e) == FAILED)
        return FAILED;
    return file_read(app->config.tls.key_file, 1 << 20, a, &to->key_pem, e);
}

static ok fill_listener(struct server_app *app, struct str listen,
                        struct server_listener *to, struct err *e)
{
    if (listen_parse(listen, &app->arena, &to->host, &to->port, e) == FAILED ||
        judge_open_listener(app, to->host, e) == FAILED)
        return FAILED;
    return read_certificate(app, to, &app->arena, e);
}

static ok start_server(struct server_app *app, struct err *e)
{
    const struct strs more = app->config.listen_also;
    struct server_listener *v =
        arena_array(&app->arena, struct server_listener, more.n + 1);
    struct server_config config;

    for (size_t i = 0; i <= more.n; i++)
        if (fill_listener(app, i == 0 ? app->config.listen : more.v[i - 1], &v[i], e) ==
            FAILED)
            return FAILED;
    server_config_init(&config);
    config.listeners = v;
    config.listener_count = more.n + 1;
    config.handler = api_dispatch;
    config.bodies_limit = memory_guard_bodies(&app->memory, config.bodies_limit);
    config.ctx = &app->api;
    if (server_start(&config, &app->server, e) == FAILED)
        return FAILED;
    app->port = server_port(app->server, 0);
    return OK;
}

/* Without it a message that crashes us would be tried for ever; yet all others are
 * worth a start. */
static void watch_crashes(struct server_app *app)
{
    struct str path =
        arena_printf(&app->arena, "%.*s/crashed", STR_ARG(app->config.data_dir));
    struct err e;

    if (crash_notes_watch(path.p, &app->crashed, &e) == FAILED)
        log_text(LOG_WARN, "messages that crash the server will not be set aside: %s",
                 e.text);
}

static ok open_state(struct server_app *app, struct err *e)
{
    struct str key;

    if (open_store(app, e) == FAILED)
        return FAILED;
    watch_crashes(app);
    if (rotate_finish(app->config.data_dir, store_sealed_by(app->store), e) == FAILED)
        return FAILED;
    key = arena_printf(&app->arena, "%.*s/master.key", STR_ARG(app->config.data_dir));
    if (sealer_open(key, true, &app->sealer, e) == FAILED)
        return FAILED;
    key = arena_printf(&app->arena, "%.*s/signing.key", STR_ARG(app->config.data_dir));
    if (signer_open(app->sealer, key, &app->signer, e) == FAILED)
        return FAILED;
    app->epoch = epoch_new();
    app->tenants = tenants_new();
    app->nonces = nonces_new(store_seed(app->store), 0);
    app->throttle = throttle_new();
    app->passwords = password_gate_new();
    app->slow = slow_lane_new();
    app->streams = streams_new();
    app->engine = engine_new(&(struct engine_config){ .store = app->store,
                                                      .epoch = app->epoch,
                                                      .tenants = app->tenants,
                                                      .nonces = app->nonces,
                                                      .crashed = &app->crashed });
    return engine_replay(app->engine, e);
}

static void start_ping(struct server_app *app)
{
    if (app->config.ping_url.n == 0)
        return;
    app->ping = ping_start(&(struct ping_config){
        .url = app->config.ping_url,
        .interval = app->config.ping_interval,
        .reader = engine_reader(app->engine),
        .account =
            tenants_count(app->tenants) > 0 ? tenants_at(app->tenants, 0)->account : 0,
        .client = app->client });
}

/* As the user it becomes, the server will read the file again at a reload: it may as well
 * know at once that it cannot. */
static ok judge_file(struct server_app *app, struct err *e)
{
    struct str file = app->options.config_file;
    struct config again;
    struct arena a;
    ok done;

    if (file.n > 0 &&
        access(arena_printf(&app->arena, "%.*s", STR_ARG(file)).p, R_OK) != 0)
        return fail(e, FAULT_INVALID, "user", "%.*s may not read %.*s: %s",
                    STR_ARG(app->config.user), STR_ARG(file), strerror(errno));
    arena_init(&a); /* with all files that it names */
    done = read_config(&app->options, false, &a, &again, e);
    arena_fini(&a);
    return done;
}

/* While there is one thread, and before anything is opened. */
static ok give_up(struct server_app *app, struct err *e)
{
    const struct config *cf = &app->config;
    struct str *folders = arena_array(&app->arena, struct str, cf->writable.n + 1);

    if (confine_user(cf->user, cf->data_dir, e) == FAILED ||
        (cf->user.n > 0 && judge_file(app, e) == FAILED))
        return FAILED;
    if (!cf->confine)
        return OK;
    if (store_folder_make(cf->data_dir, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < cf->writable.n; i++)
        folders[i] = cf->writable.v[i];
    folders[cf->writable.n] = cf->data_dir;
    confine_memory();
    if (confine_files(folders, cf->writable.n + 1, e) == FAILED)
        return FAILED;
    confine_calls();
    return OK;
}

/* ---- life --------------------------------------------------------------------------- */

ok app_start(struct server_app *app, const struct serve_options *options, struct err *e)
{
    enum log_level level;

    *app = (struct server_app){ .options = *options };
    pthread_mutex_init(&app->reloading, NULL);
    pthread_mutex_init(&app->backing_up, NULL);
    pthread_mutex_init(&app->file.lock, NULL);
    buf_init(&app->file.text, BUF_NO_LIMIT);
    buf_init(&app->file.shown, BUF_NO_LIMIT);
    arena_init(&app->arena);
    if (read_config(options, true, &app->arena, &app->config, e) == FAILED)
        return FAILED;
    if (log_level_of(app->config.log_level, &level) == OK)
        log_set_level(level);
    fill_settings(app);
    if (give_up(app, e) == FAILED || open_state(app, e) == FAILED ||
        start_delivery(app, e) == FAILED ||
        engine_start(app->engine, app->runner, e) == FAILED ||
        app_take_over(app, e) == FAILED ||
        app_provision(app, &app->config, e) == FAILED || app_first_run(app, e) == FAILED)
        return FAILED;
    fill_api(app);
    atomic_store(&app->reloaded_at, clock_wall());
    if (start_server(app, e) == FAILED)
        return FAILED;
    start_ping(app);
    atomic_store(&app->ready, true);
    return OK;
}

static void wait_for_calls(const struct server_app *app)
{
    for (int i = 0; i < 500 && server_calls(app->server) > 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 10 * NS_PER_MS }, NULL);
}

/* While the flow still runs: whoever waits for it is answered, and nobody can begin to
 * wait for what is not there any more. */
static void stop_server(struct server_app *app)
{
    if (app->server != NULL) {
        server_quiesce(app->server);
        streams_stop(app->streams);
        wait_for_calls(app);
        server_stop(&app->server);
    }
    slow_lane_free(&app->slow);
    json_shelf_fini(&app->docs);
    streams_free(&app->streams);
}

/* Attempts under way may end; what has no outcome is sent again after the start. */
static void stop_delivery(struct server_app *app)
{
    for (int i = 0; i < 100 && runner_busy(app->runner) > 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 10 * NS_PER_MS }, NULL);
    runner_stop(&app->runner);
    client_stop(&app->client);
}

ok app_stop(struct server_app *app, struct err *e)
{
    ok done = OK;

    atomic_store(&app->ready, false);
    ping_stop(&app->ping);
    if (app->store != NULL) {
        history_hurry(app->store);
        store_backup_stop(app->store);
    }
    stop_server(app);
    if (app->engine != NULL)
        done = engine_silence(app->engine, e);
    if (app->runner != NULL)
        stop_delivery(app);
    if (app->engine != NULL && engine_stop(app->engine, e) == FAILED)
        done = FAILED;
    if (app->store != NULL)
        store_close(&app->store);
    engine_free(&app->engine);
    if (app->tenants != NULL)
        tenants_free(&app->tenants);
    if (app->nonces != NULL)
        nonces_free(&app->nonces);
    if (app->throttle != NULL)
        throttle_free(&app->throttle);
    if (app->passwords != NULL)
        password_gate_free(&app->passwords);
    if (app->epoch != NULL)
        epoch_free(&app->epoch);
    signer_close(&app->signer);
    if (app->sealer != NULL)
        sealer_close(&app->sealer);
    arena_fini(&app->arena);
    pthread_mutex_destroy(&app->reloading);
    pthread_mutex_destroy(&app->backing_up);
    pthread_mutex_destroy(&app->file.lock);
    buf_fini(&app->file.text);
    buf_fini(&app->file.shown);
    return done;
}

static ok reload(struct server_app *app, struct err *e)
{
    struct arena a;
    struct config config;
    ok done;

    arena_init(&a);
    done = read_config(&app->options, true, &a, &config, e);
    if (done == OK &&
        str_is(config.alertmanager.auth, "none") != app->settings.alertmanager_open)
        done = fail(e, FAULT_INVALID, "alertmanager.auth",
                    "whether sign-in is wanted changes with a restart only");
    if (done == OK)
        done = app_provision(app, &config, e);
    arena_fini(&a);
    atomic_store(&app->reload_failed, done == FAILED);
    if (done == FAILED) {
        log_text(LOG_ERROR, "reload refused, the old configuration stays: %s", e->text);
        return FAILED;
    }
    atomic_store(&app->reloaded_at, clock_wall());
    log_text(LOG_INFO, "configuration read again: accounts, users, routes and heartbeats "
                       "are taken over; every other key needs a restart");
    return OK;
}

ok app_reload(struct server_app *app, struct err *e)
{
    ok done;

    if (app->options.config_file.n == 0)
        return OK;
    pthread_mutex_lock(&app->reloading);
    done = reload(app, e);
    pthread_mutex_unlock(&app->reloading);
    return done;
}
