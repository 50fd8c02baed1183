/* app_provision.c - what the file says of each account, where it differs from what
 * the journal knows. */
#include "app/config_show.h"
#include "app/provision.h"
#include "app/server_app.h"

#include "base/log.h"

static ok provision_account(struct server_app *app, const struct provision *p,
                            const struct config_account *ac, struct err *e)
{
    struct arena a;
    struct buf payload;
    uint32_t number = 0;
    ok done = engine_account(app->engine, ac->name, &number, e);
    const struct tenant *t = tenants_by_name(app->tenants, ac->name);
    struct epoch_stay stay;
    bool same;

    if (done == FAILED)
        return FAILED;
    arena_init(&a);
    buf_init(&payload, BUF_NO_LIMIT);
    stay = epoch_enter(app->epoch);
    same = str_eq(book_account(tenant_book(t))->file_digest, provision_digest(p, ac, &a));
    epoch_leave(app->epoch, stay);
    /* Where a reload begins the groups again it is news, whatever the file says. */
    if (!same || ac->timing.reload_restarts_timers) {
        done = provision_encode(p, ac, &a, &payload, e);
        if (done == OK)
            done = engine_do(app->engine, INPUT_CHANGE, number, buf_str(&payload), e);
    }
    buf_fini(&payload);
    arena_fini(&a);
    return done;
}

static bool file_names(const struct config *config, struct str name)
{
    const struct config_account *ac = config->accounts.v;

    for (size_t i = 0; i < config->accounts.n; i++)
        if (str_eq(ac[i].name, name))
            return true;
    return false;
}

/* Who could sign in to it no longer can; what the file never named (the first run's
 * account) has no digest and is left alone. */
static ok retire_account(struct server_app *app, const struct provision *p,
                         const struct tenant *t, struct err *e)
{
    struct epoch_stay stay = epoch_enter(app->epoch);
    const struct account *account = book_account(tenant_book(t));
    bool named = account->file_digest.n > 0;
    struct buf payload;
    ok done = OK;

    buf_init(&payload, BUF_NO_LIMIT);
    if (named)
        provision_encode_absent(p, account, &payload);
    epoch_leave(app->epoch, stay);
    if (named)
        done = engine_do(app->engine, INPUT_CHANGE, t->account, buf_str(&payload), e);
    buf_fini(&payload);
    return done;
}

static ok retire_absent(struct server_app *app, const struct provision *p, struct err *e)
{
    for (size_t i = 0; i < tenants_count(app->tenants); i++) {
        const struct tenant *t = tenants_at(app->tenants, i);

        if (file_names(p->config, t->name))
            continue;
        log_say(LOG_WARN,
                "an account is not in the file any more; its data is kept, its users and "
                "routes are gone",
                LF("account", t->name));
        if (retire_account(app, p, t, e) == FAILED)
            return FAILED;
    }
    return OK;
}

/* Alertmanager's flags and file speak for themselves. */
static struct str shown_config(const struct server_app *app, const struct config *config,
                               struct arena *a)
{
    const struct serve_options *o = &app->options;

    if (o->dropin != NULL)
        return STR("[]");
    return config_show(&(struct config_shown){ .table = &config_table,
                                               .root = app->config.root,
                                               .again = config->root,
                                               .file = o->config_file,
                                               .listen = o->listen,
                                               .data_dir = o->data_dir },
                       a);
}

/* What is asked for by workers while a reload replaces it. */
static void publish_file(struct server_app *app, const struct config *config)
{
    struct arena a;
    struct str shown;

    arena_init(&a);
    shown = shown_config(app, config, &a);
    pthread_mutex_lock(&app->file.lock);
    buf_clear(&app->file.shown);
    buf_add(&app->file.shown, shown);
    buf_clear(&app->file.text);
    if (config->yml != NULL)
        buf_add(&app->file.text, config->yml->original);
    pthread_mutex_unlock(&app->file.lock);
    arena_fini(&a);
}

void app_config_shown(const struct api *api, struct buf *out)
{
    struct server_app *app = api->ctx;

    pthread_mutex_lock(&app->file.lock);
    buf_add(out, buf_str(&app->file.shown));
    pthread_mutex_unlock(&app->file.lock);
}

void app_config_text(const struct api *api, struct str account, struct buf *out)
{
    struct server_app *app = api->ctx;

    if (!str_eq(account, api->settings->alertmanager_account))
        return;
    pthread_mutex_lock(&app->file.lock);
    buf_add(out, buf_str(&app->file.text));
    pthread_mutex_unlock(&app->file.lock);
}

ok app_provision(struct server_app *app, const struct config *config, struct err *e)
{
    struct provision p = { config, app->sealer, app->options.config_file };
    const struct config_account *ac = config->accounts.v;

    for (size_t i = 0; i < config->accounts.n; i++)
        if (provision_account(app, &p, &ac[i], e) == FAILED)
            return FAILED;
    publish_file(app, config);
    return config->accounts.n > 0 ? retire_absent(app, &p, e) : OK;
}
