/* app_backup.c - POST /backup: a copy of the data folder below itself, while the server
 * runs. It has another name until it is whole, so that whatever is found under its own
 * name may be started on. The keys are not in it (store/backup.c). */
#include "app/server_app.h"

#include "base/key_file.h"
#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* All that a backup is, or was when it was cut short. */
static void sweep(struct arena *a, struct str part)
{
    static const char *const names[] = { "history.db", "history.db.part", "journal.db",
                                         "journal.db.part" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(arena_printf(a, "%.*s/%s", STR_ARG(part), names[i]).p);
}

/* 20261122T031000.123Z: the name of a folder may not have colons everywhere. */
static struct str name_of(struct arena *a, struct str folder)
{
    struct buf b;
    struct str time, name;
    char kept[40];
    size_t n = 0;

    buf_init(&b, 64);
    time_put(&b, clock_wall(), 0, 3);
    time = buf_str(&b);
    for (size_t i = 0; i < time.n && n < sizeof kept; i++)
        if (time.p[i] != '-' && time.p[i] != ':')
            kept[n++] = time.p[i];
    name = arena_printf(a, "%.*s/%.*s", STR_ARG(folder), (int)n, kept);
    buf_fini(&b);
    return name;
}

/* What there is no room or no name for is not kept. */
static ok failed(struct arena *a, struct str folder)
{
    sweep(a, folder);
    rmdir(folder.p);
    return FAILED;
}

static ok make(struct server_app *app, struct arena *a, struct str *out, struct err *e)
{
    struct str folder = arena_printf(a, "%.*s/backups", STR_ARG(app->config.data_dir));
    struct str part = arena_printf(a, "%.*s/unfinished", STR_ARG(folder));
    struct str name = name_of(a, folder);
    bool named;

    if (store_folder_make(folder, e) == FAILED)
        return FAILED;
    sweep(a, part);
    if (store_backup(app->store, part, e) == FAILED)
        return failed(a, part);
    named = rename(part.p, name.p) == 0;
    if (!named || !key_file_sync_name(name.p)) {
        (void)fail(e, FAULT_UNAVAILABLE, "", "cannot name the backup %.*s: %s",
                   STR_ARG(name), strerror(errno));
        return failed(a, named ? name : part);
    }
    *out = name;
    return OK;
}

ok app_backup(const struct api *api, struct arena *a, struct str *folder, struct err *e)
{
    struct server_app *app = api->ctx;
    ok done;

    if (pthread_mutex_trylock(&app->backing_up) != 0)
        return fail(e, FAULT_IN_USE, "", "a backup is being made: wait for its end");
    done = make(app, a, folder, e);
    pthread_mutex_unlock(&app->backing_up);
    return done;
}
