/* first_run.c - a fresh data folder and no file: one account, an administrator with
 * generated keys, written where only the owner can read them. */
#include "app/server_app.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/key_file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct first_keys {
    struct str password, bearer, key_id, key_secret, project_id, user_id;
};

static struct first_keys make_keys(struct arena *a)
{
    return (struct first_keys){ .password = random_hex(a, "", 12),
                                .bearer = random_hex(a, "bk-", 20),
                                .key_id = random_hex(a, "BK", 10),
                                .key_secret = random_hex(a, "", 20),
                                .project_id = random_hex(a, "", 16),
                                .user_id = random_hex(a, "", 16) };
}

static ok encode_objects(const struct server_app *app, const struct first_keys *k,
                         struct arena *a, struct buf *out, struct err *e)
{
    static const struct str policy = STR_INIT("full-access");
    struct access_key key = { .id = k->key_id,
                              .secret = seal(app->sealer, a, k->key_secret) };
    struct account account = { .name = STR("default"),
                               .uid = STR("1000000000000000"),
                               .project_id = k->project_id,
                               .domain_id = k->user_id,
                               .domain_name = STR("default"),
                               .region = app->config.region,
                               .external_url = app->config.external_url,
                               .resolve_timeout = 5 * NS_PER_MIN };
    struct user user = { .name = STR("admin"),
                         .id = k->user_id,
                         .policies = { &policy, 1 },
                         .bearer_digest = digest_hex(a, sha256(k->bearer)) };
    struct change v[] = {
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_ACCOUNT,
          .object = &account,
          .present = FIELDS_ALL },
        { .op = CHANGE_UPSERT,
          .kind = OBJECT_USER,
          .object = &user,
          .present = FIELDS_ALL },
    };
    struct buf hash;

    user.access_keys.v = &key;
    user.access_keys.n = 1;
    buf_init(&hash, 256);
    if (password_hash(k->password, &hash, e) == FAILED)
        return FAILED;
    user.password_hash = buf_str(&hash);
    change_set_encode(&(struct change_set){ .actor = { .operation = STR("first run") },
                                            .v = v,
                                            .n = 2 },
                      out);
    buf_fini(&hash);
    return OK;
}

static struct str words_of(const struct server_app *app, const struct first_keys *k,
                           struct arena *a)
{
    return arena_printf(
        a,
        "Belfry's first run made one account, \"default\", with one administrator.\n"
        "Keep this file to yourself, and delete it when you have noted what it says.\n\n"
        "URL                %.*s\n"
        "user, password     admin  %.*s\n"
        "native API key     %.*s   (Authorization: Bearer ...; BELFRY_TOKEN)\n"
        "access key id      %.*s\n"
        "access key secret  %.*s\n"
        "project_id         %.*s\n",
        STR_ARG(app->config.external_url), STR_ARG(k->password), STR_ARG(k->bearer),
        STR_ARG(k->key_id), STR_ARG(k->key_secret), STR_ARG(k->project_id));
}

/* On the disk, name and all, before the account is: keys that nobody can read would lock
 * everybody out. */
static ok write_words(const struct server_app *app, struct arena *a, struct str words,
                      struct err *e)
{
    struct str path =
        arena_printf(a, "%.*s/first-run.txt", STR_ARG(app->config.data_dir));
    int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool fine = fd >= 0 && write(fd, words.p, words.n) == (ssize_t)words.n &&
                fsync(fd) == 0 && key_file_sync_name(path.p);

    if (fine)
        log_say(LOG_INFO, "first run: account and keys made", LF("see", path));
    else
        (void)fail(e, FAULT_UNAVAILABLE, "", "cannot write %.*s: %s", STR_ARG(path),
                   strerror(errno));
    if (fd >= 0)
        close(fd);
    return fine ? OK : FAILED;
}

/* Not if a first run was cut off between making the account and giving it its keys:
 * nobody could ever sign in. */
static bool has_run(const struct server_app *app)
{
    struct epoch_stay stay = epoch_enter(app->epoch);
    bool has = false;

    for (size_t i = 0; i < tenants_count(app->tenants); i++)
        has = has || book_account(tenant_book(tenants_at(app->tenants, i)))->name.n > 0;
    epoch_leave(app->epoch, stay);
    return has;
}

ok app_first_run(struct server_app *app, struct err *e)
{
    struct arena a;
    struct first_keys keys;
    struct buf payload;
    struct str words;
    uint32_t number;
    ok done;

    if (app->config.accounts.n > 0 || has_run(app))
        return OK;
    arena_init(&a);
    buf_init(&payload, BUF_NO_LIMIT);
    keys = make_keys(&a);
    words = words_of(app, &keys, &a);
    done = write_words(app, &a, words, e);
    if (done == OK)
        done = encode_objects(app, &keys, &a, &payload, e);
    if (done == OK)
        done = engine_account(app->engine, STR("default"), &number, e);
    if (done == OK)
        done = engine_do(app->engine, INPUT_CHANGE, number, buf_str(&payload), e);
    if (done == OK && isatty(STDERR_FILENO))
        fwrite(words.p, 1, words.n, stderr);
    buf_fini(&payload);
    arena_fini(&a);
    return done;
}
