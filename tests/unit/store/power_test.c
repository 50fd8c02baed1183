/* power_test.c - the power goes: a disk that keeps what was synced, and of the rest
 * nothing, or some of it. What was answered must be there, and the journal must not
 * have been cut below what history has for good. */
#include "../../support/store_rig.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- a VFS that remembers what was not synced ---------------------------------------- */

struct pending_write {
    sqlite3_int64 at;
    int n;       /* -1: cut the file here */
    char *bytes; /* n of them */
};

struct tracked {
    char name[300]; /* of the file itself; empty: free */
    VEC(struct pending_write) pending;
};

static struct {
    pthread_mutex_t lock;
    char folder[256], kept[300]; /* the store's, and what the disk has for good */
    struct tracked files[8];
    bool torn;            /* some of what was not synced may be there */
    atomic_int fail_sync; /* this one, from now: 1 is the next; of any thread */
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER };

static sqlite3_vfs vfs, *real_vfs;

/* Behind SQLite's own part of an open file. */
struct watched {
    struct tracked *file; /* null: of another folder */
    const sqlite3_io_methods *real;
    sqlite3_io_methods ours;
};

static struct watched *watched_of(sqlite3_file *f)
{
    return (struct watched *)(void *)((char *)f + real_vfs->szOsFile);
}

static void kept_path(const char *name, char path[700])
{
    snprintf(path, 700, "%s%s", disk.kept, strrchr(name, '/'));
}

static void put(const char *path, const struct pending_write *w)
{
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    assert_true(fd >= 0);
    if (w->n < 0)
        assert_int_equal(ftruncate(fd, w->at), 0);
    else
        assert_int_equal(pwrite(fd, w->bytes, (size_t)w->n, w->at), w->n);
    close(fd);
}

static void forget(struct tracked *t)
{
    for (size_t i = 0; i < t->pending.n; i++)
        free(t->pending.v[i].bytes);
    vec_clear(&t->pending);
}

static void remember(sqlite3_file *f, struct pending_write w, const void *bytes)
{
    struct tracked *t = watched_of(f)->file;

    if (t == NULL)
        return;
    if (w.n > 0) {
        w.bytes = malloc((size_t)w.n);
        memcpy(w.bytes, bytes, (size_t)w.n);
    }
    pthread_mutex_lock(&disk.lock);
    vec_push(&t->pending, w);
    pthread_mutex_unlock(&disk.lock);
}

static int on_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    remember(f, (struct pending_write){ at, n, NULL }, p);
    return watched_of(f)->real->xWrite(f, p, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    remember(f, (struct pending_write){ size, -1, NULL }, NULL);
    return watched_of(f)->real->xTruncate(f, size);
}

static int on_sync(sqlite3_file *f, int flags)
{
    struct tracked *t = watched_of(f)->file;
    char path[700];

    if (t != NULL && disk.fail_sync > 0 && --disk.fail_sync == 0)
        return SQLITE_IOERR_FSYNC;
    if (t != NULL) {
        pthread_mutex_lock(&disk.lock);
        kept_path(t->name, path);
        for (size_t i = 0; i < t->pending.n; i++)
            put(path, &t->pending.v[i]);
        forget(t);
        pthread_mutex_unlock(&disk.lock);
    }
    return watched_of(f)->real->xSync(f, flags);
}

static struct tracked *track(const char *name)
{
    struct tracked *t = NULL;

    pthread_mutex_lock(&disk.lock);
    for (size_t i = 0; i < sizeof disk.files / sizeof *disk.files; i++)
        if (strcmp(disk.files[i].name, name) == 0)
            t = &disk.files[i];
    for (size_t i = 0; t == NULL && i < sizeof disk.files / sizeof *disk.files; i++)
        if (disk.files[i].name[0] == '\0')
            t = &disk.files[i];
    snprintf(t->name, sizeof t->name, "%s", name);
    pthread_mutex_unlock(&disk.lock);
    return t;
}

static int on_open(sqlite3_vfs *, sqlite3_filename name, sqlite3_file *f, int flags,
                   int *out)
{
    int rc = real_vfs->xOpen(real_vfs, name, f, flags, out);
    bool ours = name && strncmp(name, disk.folder, strlen(disk.folder)) == 0 &&
                name[strlen(disk.folder)] == '/';

    if (rc != SQLITE_OK)
        return rc;
    *watched_of(f) =
        (struct watched){ ours ? track(name) : NULL, f->pMethods, *f->pMethods };
    watched_of(f)->ours.xWrite = on_write;
    watched_of(f)->ours.xTruncate = on_truncate;
    watched_of(f)->ours.xSync = on_sync;
    f->pMethods = &watched_of(f)->ours;
    return SQLITE_OK;
}

/* A rollback journal that goes is gone at once: the worst that can happen to it. */
static int on_delete(sqlite3_vfs *, const char *name, int sync)
{
    char path[700];

    if (strncmp(name, disk.folder, strlen(disk.folder)) == 0) {
        pthread_mutex_lock(&disk.lock);
        kept_path(name, path);
        unlink(path);
        pthread_mutex_unlock(&disk.lock);
    }
    return real_vfs->xDelete(real_vfs, name, sync);
}

static void disk_begin(const struct srig *r, bool torn)
{
    snprintf(disk.folder, sizeof disk.folder, "%s", r->folder);
    snprintf(disk.kept, sizeof disk.kept, "%s-kept", r->folder);
    disk.torn = torn;
    assert_int_equal(mkdir(disk.kept, 0700), 0);
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "forgetful";
    vfs.szOsFile += (int)sizeof(struct watched);
    vfs.xOpen = on_open;
    vfs.xDelete = on_delete;
    sqlite3_vfs_register(&vfs, 1);
}

static void disk_end(void)
{
    sqlite3_vfs_unregister(&vfs);
    srig_remove_folder(disk.kept);
    for (size_t i = 0; i < sizeof disk.files / sizeof *disk.files; i++) {
        forget(&disk.files[i]);
        vec_fini(&disk.files[i].pending);
        disk.files[i].name[0] = '\0';
    }
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t n;

    assert_true(in >= 0 && out >= 0);
    while ((n = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)n), n);
    close(in);
    close(out);
}

/* The power goes now: what a machine would find when it comes back. */
static void power_cut(const char *folder)
{
    char from[700], to[700];

    pthread_mutex_lock(&disk.lock);
    for (size_t i = 0; i < sizeof disk.files / sizeof *disk.files; i++) {
        struct tracked *t = &disk.files[i];

        if (t->name[0] == '\0')
            continue;
        kept_path(t->name, from);
        snprintf(to, sizeof to, "%s%s", folder, strrchr(t->name, '/'));
        if (access(from, F_OK) == 0)
            copy_file(from, to);
        for (size_t k = 0; disk.torn && k < t->pending.n; k++)
            if (rand() % 2)
                put(to, &t->pending.v[k]);
    }
    pthread_mutex_unlock(&disk.lock);
}

/* ---- what must be there ----------------------------------------------------------------- */

enum { ROWS = 3 };

static int64_t value_of(const struct srig *r, const char *sql)
{
    return srig_sql(r, "history.db", sql);
}

static void check_after_power_cut(uint64_t answered)
{
    int64_t mark, there;
    struct srig copy;
    struct err e;

    srig_init(&copy);
    power_cut(copy.folder);
    assert_int_equal(srig_open(&copy, &e), OK);
    assert_true(store_stats(copy.store).seq >= answered);
    if (copy.replayed.n > 0)
        assert_int_equal(copy.replayed.v[0].seq, copy.snapshot_seq + 1);
    srig_close(&copy);
    mark = value_of(&copy, "SELECT max(value) FROM meta WHERE key='mark'");
    there = value_of(&copy, "SELECT count(*) FROM history WHERE seq <= (SELECT"
                            " coalesce(max(value), 0) FROM meta WHERE key='mark')");
    assert_int_equal(there, ROWS * mark);
    assert_true(srig_sql(&copy, "journal.db", "SELECT min(seq) FROM journal") <=
                mark + 1);
    srig_fini(&copy);
}

static void snapshot(struct srig *r, uint64_t seq)
{
    struct err e;

    assert_int_equal(store_snapshot_begin(r->store, seq, &e), OK);
    for (int i = 0; i < 3; i++)
        store_snapshot_piece(r->store, 1, STR("a piece"));
    assert_int_equal(store_snapshot_end(r->store, &e), OK);
}

static void run(bool torn)
{
    static char payload[100000];
    struct history_row row = { .account = 1,
                               .kind = ROW_ALERT,
                               .alertname = STR("停电") };
    struct srig r;
    struct err e;

    srand(9);
    memset(payload, 'x', sizeof payload - 1);
    srig_init(&r);
    disk_begin(&r, torn);
    srig_start(&r);
    for (row.seq = 1; row.seq <= 250; row.seq++) {
        /* Now and then a large one, so that the WAL is moved and begun again. */
        const char *some = payload + row.seq % 3 * 45000;

        assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, some, &e), OK);
        for (row.n = 0; row.n < ROWS; row.n++)
            history_row(r.store, &row);
        history_mark(r.store, row.seq);
        if (row.seq % 15 == 0)
            snapshot(&r, row.seq - 3);
        if (rand() % 6 == 0)
            check_after_power_cut(row.seq);
    }
    assert_true(store_stats(r.store).journal_cut > 0);
    srig_fini(&r);
    disk_end();
}

static void test_nothing_unsynced_is_kept(void **)
{
    run(false);
}

static void test_some_of_it_is_kept(void **)
{
    run(true);
}

/* The disk fails while a fresh folder is made: a store that opens has both its logs, as
 * with a rollback journal a power cut may take back what was answered. */
static void test_no_log_no_store(void **)
{
    bool reached = true;

    for (int n = 1; reached; n++) {
        struct srig r;
        struct err e;
        ok opened;

        srig_init(&r);
        disk_begin(&r, false);
        disk.fail_sync = n;
        opened = srig_open(&r, &e);
        reached = disk.fail_sync == 0;
        disk.fail_sync = 0;
        srig_close(&r);
        for (int i = 0; opened == OK && i < 2; i++)
            assert_int_equal(
                srig_sql(&r, i == 0 ? "journal.db" : "history.db",
                         "SELECT journal_mode='wal' FROM pragma_journal_mode"),
                1);
        disk_end();
        srig_fini(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_unsynced_is_kept),
        cmocka_unit_test(test_some_of_it_is_kept),
        cmocka_unit_test(test_no_log_no_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
