/* backup_test.c - a copy of both files under load, opened as a folder of its own. */
#include "../../support/store_rig.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct history_row row_of(uint64_t seq)
{
    return (struct history_row){ .seq = seq,
                                 .account = 1,
                                 .kind = ROW_ALERT,
                                 .at = (int64_t)seq,
                                 .alertname = STR("备份"),
                                 .detail =
                                     STR("{\"some\":\"bytes to make the file grow\"}") };
}

struct load {
    struct srig *rig;
    atomic_bool stop;
    atomic_int snapshots;
};

/* As the flow would: for each input three rows and a mark, now and then a snapshot,
 * so that the journal is being cut all the time. */
static void *make_load(void *arg)
{
    struct load *l = arg;
    struct store *s = l->rig->store;
    struct err e;

    for (uint64_t seq = 1; !atomic_load(&l->stop); seq++) {
        struct history_row row = row_of(seq);

        if (srig_do(l->rig, INPUT_ALERTS, 1, "some payload of an alert", &e) != OK)
            abort();
        for (row.n = 0; row.n < 3; row.n++)
            history_row(s, &row);
        history_mark(s, seq);
        if (seq % 100 != 0)
            continue;
        if (store_snapshot_begin(s, seq - 20, &e) != OK)
            abort();
        store_snapshot_piece(s, 1, STR("a piece"));
        if (store_snapshot_end(s, &e) != OK)
            abort();
        atomic_fetch_add(&l->snapshots, 1);
    }
    return NULL;
}

static void copy_path(const struct srig *r, int i, char path[300])
{
    snprintf(path, 300, "%s-copy-%d", r->folder, i);
}

static unsigned mode_of(const char *folder, const char *name)
{
    char path[400];
    struct stat st;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static int64_t copy_sql(const char *folder, const char *file, const char *sql)
{
    struct srig at = { 0 };

    memcpy(at.folder, folder, strlen(folder) + 1);
    return srig_sql(&at, file, sql);
}

/* Replay of the copy offers every row that its history lacks: together they are
 * complete, and nothing is in history that the journal does not know. */
static void check_copy(const char *folder, uint64_t seed)
{
    int64_t mark, newest, last, missing;
    struct srig copy;
    struct err e;

    assert_int_equal(mode_of(folder, "."), 0700);
    assert_int_equal(mode_of(folder, "journal.db"), 0600);
    assert_int_equal(mode_of(folder, "history.db"), 0600);
    srig_init(&copy);
    copy.config.folder = str_of(folder);
    assert_int_equal(srig_open(&copy, &e), OK);
    assert_int_equal(store_seed(copy.store), seed);
    last = (int64_t)store_stats(copy.store).seq;
    srig_close(&copy);
    mark = copy_sql(folder, "history.db", "SELECT max(value) FROM meta WHERE key='mark'");
    newest = copy_sql(folder, "history.db", "SELECT max(seq) FROM history");
    assert_true(mark <= last && newest <= last);
    missing = copy_sql(folder, "history.db",
                       "SELECT 3 * (SELECT value FROM meta WHERE key='mark') - count(*)"
                       " FROM history WHERE seq <= (SELECT value FROM meta WHERE"
                       " key='mark')");
    assert_int_equal(missing, 0);
    if (copy.replayed.n > 0) /* else all is in the snapshot */
        assert_int_equal(copy.replayed.v[0].seq, copy.snapshot_seq + 1);
    /* The records behind the snapshot are what makes those rows again. */
    assert_true((int64_t)copy.snapshot_seq <= mark);
    srig_fini(&copy);
}

static void test_under_load(void **)
{
    struct load l = { 0 };
    pthread_t thread;
    struct srig r;
    struct err e;
    char path[300];

    srig_init(&r);
    srig_start(&r);
    l.rig = &r;
    pthread_create(&thread, NULL, make_load, &l);
    srig_wait_for(atomic_load(&l.snapshots) >= 2);
    for (int i = 0; i < 5; i++) {
        copy_path(&r, i, path);
        assert_int_equal(store_backup(r.store, str_of(path), &e), OK);
        check_copy(path, store_seed(r.store));
        srig_remove_folder(path);
    }
    atomic_store(&l.stop, true);
    pthread_join(thread, NULL);
    assert_true(store_stats(r.store).journal_cut > 0); /* it is cut again afterwards */
    srig_fini(&r);
}

struct copying {
    struct srig *rig;
    const char *path;
    atomic_int result; /* -1: not yet */
};

static void *make_copy(void *arg)
{
    struct copying *c = arg;
    struct err e;

    atomic_store(&c->result, (int)store_backup(c->rig->store, str_of(c->path), &e));
    return NULL;
}

/* Everything that would let the journal be cut: marks, and a snapshot. */
static void pass(struct srig *r)
{
    uint64_t seq;
    struct err e;

    assert_int_equal(srig_do(r, INPUT_ALERTS, 1, "more", &e), OK);
    seq = store_stats(r->store).seq;
    history_mark(r->store, seq);
    assert_int_equal(store_snapshot_begin(r->store, seq, &e), OK);
    assert_int_equal(store_snapshot_end(r->store, &e), OK);
}

/* A journal of many slices, while marks and snapshots go on: the copied snapshot is not
 * newer than the copied history, and what lies behind it is in the journal's copy. */
static void test_no_snapshot_counts_meanwhile(void **)
{
    size_t n = 4 << 20;
    char *big = calloc(1, n), path[300];
    struct copying c = { .path = path, .result = -1 };
    struct srig r, copy;
    pthread_t thread;
    struct err e;
    int64_t mark;

    srig_init(&r);
    srig_start(&r);
    for (int i = 0; i < 12; i++)
        assert_true(r.journal.submit(r.journal.ctx,
                                     input_new(INPUT_ALERTS, 1, (struct str){ big, n })));
    srig_wait_applied(&r, 12);
    copy_path(&r, 9, path);
    c.rig = &r;
    pthread_create(&thread, NULL, make_copy, &c);
    while (atomic_load(&c.result) < 0)
        pass(&r);
    pthread_join(thread, NULL);
    assert_int_equal(c.result, OK);
    mark = copy_sql(path, "history.db", "SELECT max(value) FROM meta WHERE key='mark'");
    assert_true(copy_sql(path, "journal.db", "SELECT min(seq) FROM journal") <= mark + 1);
    srig_init(&copy);
    copy.config.folder = str_of(path);
    assert_int_equal(srig_open(&copy, &e), OK);
    assert_true((int64_t)copy.snapshot_seq <= mark);
    srig_fini(&copy);
    srig_remove_folder(path);
    free(big);
    srig_fini(&r);
}

static void check_refused(struct srig *r, const char *path, enum fault fault)
{
    struct err e;

    assert_int_equal(store_backup(r->store, str_of(path), &e), FAILED);
    assert_int_equal(e.fault, fault);
    assert_true(strlen(e.text) > 10);
}

/* The server ends: whoever waits for a copy is told. */
static void test_stopping(void **)
{
    struct srig r;
    char path[400];

    srig_init(&r);
    srig_start(&r);
    store_backup_stop(r.store);
    snprintf(path, sizeof path, "%s-stopping", r.folder);
    check_refused(&r, path, FAULT_UNAVAILABLE);
    srig_remove_folder(path);
    srig_fini(&r);
}

static void test_bad_targets(void **)
{
    struct srig r;
    char path[400];
    int fd;

    srig_init(&r);
    srig_start(&r);
    check_refused(&r, r.folder, FAULT_EXISTS); /* its own */
    snprintf(path, sizeof path, "%s/no/where", r.folder);
    check_refused(&r, path, FAULT_UNAVAILABLE);
    snprintf(path, sizeof path, "%s/file", r.folder);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    close(fd);
    check_refused(&r, path, FAULT_INVALID);
    /* The journal's place is taken: nothing of the copy stays. */
    copy_path(&r, 1, path);
    mkdir(path, 0700);
    snprintf(path + strlen(path), 100, "/journal.db.part");
    mkdir(path, 0700);
    copy_path(&r, 1, path);
    check_refused(&r, path, FAULT_UNAVAILABLE);
    snprintf(path + strlen(path), 100, "/history.db");
    assert_int_not_equal(access(path, F_OK), 0);
    copy_path(&r, 1, path);
    snprintf(path + strlen(path), 100, "/journal.db.part");
    rmdir(path);
    copy_path(&r, 1, path);
    rmdir(path);
    srig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_under_load),
        cmocka_unit_test(test_no_snapshot_counts_meanwhile),
        cmocka_unit_test(test_bad_targets),
        cmocka_unit_test(test_stopping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
