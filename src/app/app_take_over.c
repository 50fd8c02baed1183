/* app_take_over.c - at the first start on Alertmanager's storage folder its silences and
 * what it told become ours; the files stay as they are.
 *
 * First is a start before the account's file was ever taken over: cut off in between, the
 * next start does it again, to the same end. */
#include "app/server_app.h"
#include "app/take_over.h"

#include "base/log.h"

#include <unistd.h>

enum { FILE_MAX = 512 * 1024 * 1024, SILENCES_AT_ONCE = 1000 };

static ok read_old(struct server_app *app, const char *name, struct arena *a,
                   struct str *bytes, struct err *e)
{
    struct str path = arena_printf(a, "%.*s/%s", STR_ARG(app->config.data_dir), name);

    *bytes = STR("");
    return access(path.p, F_OK) != 0 ? OK : file_read(path, FILE_MAX, a, bytes, e);
}

static ok put_some(struct server_app *app, uint32_t account, const struct silence *v,
                   size_t n, struct err *e)
{
    struct arena a;
    struct change *changes;
    struct buf payload;
    ok done;

    arena_init(&a);
    changes = arena_array(&a, struct change, n);
    buf_init(&payload, BUF_NO_LIMIT);
    for (size_t i = 0; i < n; i++)
        changes[i] = (struct change){ .op = CHANGE_ENSURE,
                                      .kind = OBJECT_SILENCE,
                                      .object = &v[i],
                                      .present = FIELDS_ALL };
    change_set_encode(&(struct change_set){ .actor = { .operation = STR("taking over") },
                                            .v = changes,
                                            .n = n },
                      &payload);
    done = engine_do(app->engine, INPUT_CHANGE, account, buf_str(&payload), e);
    buf_fini(&payload);
    arena_fini(&a);
    return done;
}

/* What the book would refuse is left out with a warning: one odd silence is no reason
 * not to start. */
static size_t keep_fit(struct silence *v, size_t n)
{
    size_t fit = 0;

    for (size_t i = 0; i < n; i++) {
        struct change c = { .op = CHANGE_ENSURE,
                            .kind = OBJECT_SILENCE,
                            .object = &v[i],
                            .present = FIELDS_ALL };
        struct err why;

        if (change_check(&c, &why) == OK)
            v[fit++] = v[i];
        else
            log_say(LOG_WARN, "a silence could not be taken over", LF("id", v[i].id),
                    LF("why", str_of(why.text)));
    }
    return fit;
}

static ok take_over_silences(struct server_app *app, uint32_t account, struct arena *a,
                             struct err *e)
{
    struct taken_silences taken;
    struct silence *v;
    struct str bytes;
    size_t n, some;

    if (read_old(app, "silences", a, &bytes, e) == FAILED ||
        take_silences(bytes, a, &taken, e) == FAILED)
        return FAILED;
    v = arena_array(a, struct silence, taken.n + 1);
    if (taken.n > 0)
        memcpy(v, taken.v, taken.n * sizeof *v);
    n = keep_fit(v, taken.n);
    for (size_t i = 0; i < n; i += some) {
        some = n - i < SILENCES_AT_ONCE ? n - i : SILENCES_AT_ONCE;
        if (put_some(app, account, v + i, some, e) == FAILED)
            return FAILED;
    }
    if (n > 0)
        log_text(LOG_INFO, "taken over from Alertmanager: %zu silences", n);
    return OK;
}

static ok take_over_told(struct server_app *app, uint32_t account, struct arena *a,
                         struct err *e)
{
    struct taken_told taken;
    struct str bytes;

    if (read_old(app, "nflog", a, &bytes, e) == FAILED ||
        take_told(bytes, a, &taken, e) == FAILED)
        return FAILED;
    for (size_t i = 0; i < taken.n; i++)
        if (engine_do(app->engine, INPUT_IMPORT, account, taken.v[i], e) == FAILED)
            return FAILED;
    if (taken.entries > 0)
        log_text(LOG_INFO, "taken over from Alertmanager: what it told, %zu entries",
                 taken.entries);
    return OK;
}

static bool was_here(struct server_app *app, struct str account)
{
    struct epoch_stay stay = epoch_enter(app->epoch);
    const struct tenant *t = tenants_by_name(app->tenants, account);
    bool was = t != NULL && book_account(tenant_book(t))->file_digest.n > 0;

    epoch_leave(app->epoch, stay);
    return was;
}

ok app_take_over(struct server_app *app, struct err *e)
{
    struct str name = app->config.alertmanager.account;
    struct arena a;
    uint32_t account;
    struct err why;
    ok done;

    if (app->options.dropin == NULL || was_here(app, name))
        return OK;
    arena_init(&a);
    done = engine_account(app->engine, name, &account, &why);
    if (done == OK)
        done = take_over_silences(app, account, &a, &why);
    if (done == OK)
        done = take_over_told(app, account, &a, &why);
    arena_fini(&a);
    if (done == FAILED)
        return fail(e, why.fault, why.field,
                    "cannot take over what Alertmanager left in %.*s: %s; move its files "
                    "away to start without them",
                    STR_ARG(app->config.data_dir), why.text);
    return OK;
}
