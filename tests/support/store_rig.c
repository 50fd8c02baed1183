#include "store_rig.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

void srig_nap(void)
{
    struct timespec t = { 0, 1000000 };

    nanosleep(&t, NULL);
}

void srig_remove_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *entry;

    while (d != NULL && (entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(d), entry->d_name, 0);
    if (d != NULL)
        closedir(d);
    rmdir(path);
}

/* ---- what the outside would be ------------------------------------------------- */

static struct seen seen_of(const struct input *in)
{
    struct seen s = { in->kind,   in->account, in->seq,      in->wall,
                      in->steady, NULL,        in->payload.n };

    s.payload = malloc(in->payload.n + 1);
    memcpy(s.payload, in->payload.p, in->payload.n);
    s.payload[in->payload.n] = '\0';
    return s;
}

static void apply_one(struct srig *r, struct input *in)
{
    struct ticket *t = in->ticket;

    pthread_mutex_lock(&r->lock);
    vec_push(&r->applied, seen_of(in));
    if (in->kind == INPUT_TICK && !r->keep_due)
        atomic_store(&r->due, INT64_MAX);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    input_free(in);
    if (t != NULL) {
        t->result = OK;
        t->done(t);
    }
}

static void apply(void *ctx, struct input *first)
{
    while (first != NULL) {
        struct input *next = (struct input *)(void *)first->node.next;

        apply_one(ctx, first);
        first = next;
    }
}

static int64_t due(void *ctx, uint32_t *which)
{
    struct srig *r = ctx;

    *which = atomic_load(&r->due_account);
    return atomic_load(&r->due);
}

static int fault(void *ctx, const char *what)
{
    struct srig *r = ctx;

    if (atomic_load(&r->fault_times) <= 0 || strcmp(what, atomic_load(&r->fault_at)) != 0)
        return 0;
    atomic_fetch_sub(&r->fault_times, 1);
    return atomic_load(&r->fault_errno);
}

static int64_t wall(void *ctx)
{
    return atomic_load(&((struct srig *)ctx)->wall);
}

static int64_t steady(void *ctx)
{
    return atomic_load(&((struct srig *)ctx)->steady);
}

/* ---- the rig --------------------------------------------------------------------- */

void srig_init(struct srig *r)
{
    const char *tmp = getenv("TMPDIR");

    memset(r, 0, sizeof *r);
    snprintf(r->folder, sizeof r->folder, "%s/belfry-store-XXXXXX", tmp ? tmp : "/tmp");
    if (mkdtemp(r->folder) == NULL)
        abort();
    store_config_init(&r->config);
    r->config.folder = str_of(r->folder);
    r->config.fault = fault;
    r->config.fault_ctx = r;
    atomic_store(&r->fault_at, "");
    atomic_store(&r->due, INT64_MAX);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
}

static void free_seen(struct seen *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(v[i].payload);
}

static void forget(struct srig *r)
{
    free_seen(r->applied.v, r->applied.n);
    free_seen(r->replayed.v, r->replayed.n);
    free_seen(r->pieces.v, r->pieces.n);
    vec_clear(&r->applied);
    vec_clear(&r->replayed);
    vec_clear(&r->pieces);
}

void srig_fini(struct srig *r)
{
    srig_close(r);
    forget(r);
    vec_fini(&r->applied);
    vec_fini(&r->replayed);
    vec_fini(&r->pieces);
    srig_remove_folder(r->folder);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
}

static ok on_piece(void *ctx, uint32_t account, struct str piece, struct err *)
{
    struct srig *r = ctx;
    struct input in = { .account = account, .payload = piece };

    vec_push(&r->pieces, seen_of(&in));
    return OK;
}

static ok on_snapshot_end(void *ctx, uint64_t seq, struct err *)
{
    ((struct srig *)ctx)->snapshot_seq = seq;
    return OK;
}

static ok on_input(void *ctx, const struct input *in, struct err *)
{
    struct srig *r = ctx;

    vec_push(&r->replayed, seen_of(in));
    return OK;
}

ok srig_open(struct srig *r, struct err *e)
{
    const struct store_reader reader = { r, on_piece, on_snapshot_end, on_input };

    forget(r);
    if (r->clocks) {
        r->config.wall = wall;
        r->config.steady = steady;
        r->config.clock_ctx = r;
    }
    if (store_open(&r->config, &r->store, e) != OK)
        return FAILED;
    r->journal = store_journal(r->store);
    return store_replay(r->store, &reader, &r->rules, e);
}

void srig_start(struct srig *r)
{
    const struct store_sink sink = { r, apply, due };
    struct err e = { 0 };

    if (srig_open(r, &e) != OK || store_start(r->store, &sink, &e) != OK) {
        fprintf(stderr, "cannot start the store: %s\n", e.text);
        abort();
    }
}

void srig_close(struct srig *r)
{
    store_close(&r->store);
}

void srig_start_again(struct srig *r)
{
    srig_close(r);
    srig_start(r);
}

void srig_fault(struct srig *r, const char *at, int times, int code)
{
    atomic_store(&r->fault_times, 0);
    atomic_store(&r->fault_at, at);
    atomic_store(&r->fault_errno, code);
    atomic_store(&r->fault_times, times);
}

struct input *srig_input(enum input_kind kind, uint32_t account, const char *payload)
{
    return input_new(kind, account, str_of(payload));
}

static void ticket_done(struct ticket *t)
{
    struct srig_ticket *rt = (struct srig_ticket *)t;
    struct srig *r = rt->rig;

    pthread_mutex_lock(&r->lock);
    atomic_fetch_add(&rt->done, 1);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

void srig_ticket_init(struct srig_ticket *t, struct srig *r)
{
    memset(t, 0, sizeof *t);
    t->t.done = ticket_done;
    t->rig = r;
}

ok srig_do(struct srig *r, enum input_kind kind, uint32_t account, const char *payload,
           struct err *e)
{
    struct input *in = srig_input(kind, account, payload);
    struct srig_ticket t;

    srig_ticket_init(&t, r);
    in->ticket = &t.t;
    if (!r->journal.submit(r->journal.ctx, in)) {
        input_free(in);
        return fail(e, FAULT_UNAVAILABLE, "", "full");
    }
    pthread_mutex_lock(&r->lock);
    while (atomic_load(&t.done) == 0)
        pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
    *e = t.t.err;
    return t.t.result;
}

void srig_wait_applied(struct srig *r, size_t n)
{
    size_t have = 0;

    for (int ms = 0; have < n && ms < 60000; ms++) {
        srig_nap();
        pthread_mutex_lock(&r->lock);
        have = r->applied.n;
        pthread_mutex_unlock(&r->lock);
    }
    if (have < n) {
        fprintf(stderr, "%zu inputs were applied, not %zu\n", have, n);
        abort();
    }
}

int64_t srig_sql(const struct srig *r, const char *file, const char *sql)
{
    char path[300];
    sqlite3 *db;
    sqlite3_stmt *st;
    int64_t out = 0;

    snprintf(path, sizeof path, "%s/%s", r->folder, file);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        abort();
    }
    if (sqlite3_step(st) == SQLITE_ROW)
        out = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return out;
}
