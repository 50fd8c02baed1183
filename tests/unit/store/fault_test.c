/* fault_test.c - a disk that says no: nothing half done, whoever waits is told, what
 * is owed is kept, and it goes on by itself when the disk is well again. */
#include "../../support/store_rig.h"

#include "base/time.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- nothing half done --------------------------------------------------------- */

static void check_nothing_left(const char *at)
{
    struct store_stats stats;
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "first", &e), OK);
    srig_fault(&r, at, 1, ENOSPC);
    assert_int_equal(srig_do(&r, INPUT_ACCOUNT, 5, "lost", &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
    assert_non_null(strstr(e.text, strerror(ENOSPC)));
    assert_int_equal(r.applied.n, 1);
    stats = store_stats(r.store);
    assert_int_equal(stats.seq, 1);
    assert_int_equal(stats.failed_flushes, 1);
    assert_int_equal(stats.flushes, 1);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "second", &e), OK);
    assert_int_equal(r.applied.v[1].seq, 2); /* the number was not used up */
    srig_start_again(&r);
    assert_int_equal(r.replayed.n, 2);
    assert_string_equal(r.replayed.v[0].payload, "first");
    assert_string_equal(r.replayed.v[1].payload, "second");
    srig_close(&r);
    assert_int_equal(srig_sql(&r, "journal.db", "SELECT count(*) FROM account"), 0);
    srig_fini(&r);
}

static void test_failed_write(void **)
{
    check_nothing_left("write");
}

static void test_failed_flush(void **)
{
    check_nothing_left("flush");
}

/* ---- fates -------------------------------------------------------------------------- */

/* The commit was done, only its answer was lost: reading it back tells. */
static void test_lost_answer(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "answer", 1, EIO);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "there", &e), OK);
    assert_int_equal(r.applied.n, 1);
    assert_int_equal(store_stats(r.store).failed_flushes, 0);
    srig_start_again(&r);
    assert_int_equal(r.replayed.n, 1);
    srig_fini(&r);
}

struct doubt {
    atomic_int answers, reads, asked;
};

static int doubtful(void *ctx, const char *what)
{
    struct doubt *d = ctx;

    if (strcmp(what, "answer") == 0)
        return atomic_fetch_sub(&d->answers, 1) > 0 ? EIO : 0;
    if (strcmp(what, "read") != 0)
        return 0;
    atomic_fetch_add(&d->asked, 1);
    return atomic_fetch_sub(&d->reads, 1) > 0 ? EIO : 0;
}

/* Nor can it be read back at first: nobody is told anything until it can. */
static void test_unknown_fate(void **)
{
    struct doubt d = { 1, 3, 0 };
    struct srig r;
    struct err e;

    srig_init(&r);
    r.config.fault = doubtful;
    r.config.fault_ctx = &d;
    srig_start(&r);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "there", &e), OK);
    assert_int_equal(d.asked, 4);
    assert_int_equal(r.applied.n, 1);
    srig_fini(&r);
}

/* ---- what is owed ------------------------------------------------------------------ */

static void test_owed_is_kept(void **)
{
    struct srig_ticket t;
    struct input *in;
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "write", 1000000, EIO);
    srig_ticket_init(&t, &r);
    in = srig_input(INPUT_OUTCOME, 1, "owed 1");
    in->ticket = &t.t;
    r.journal.submit_always(r.journal.ctx, in);
    r.journal.submit_always(r.journal.ctx, srig_input(INPUT_OUTCOME, 1, "owed 2"));
    srig_wait_for(store_stats(r.store).failed_flushes >= 3);
    assert_int_equal(t.done, 0); /* it still waits */
    srig_fault(&r, "write", 0, 0);
    srig_wait_applied(&r, 2);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "later", &e), OK);
    assert_int_equal(t.done, 1);
    assert_int_equal(t.t.result, OK);
    assert_int_equal(r.applied.n, 3);
    assert_string_equal(r.applied.v[0].payload, "owed 1");
    assert_string_equal(r.applied.v[1].payload, "owed 2");
    assert_int_equal(r.applied.v[0].seq, 1);
    srig_fini(&r);
}

/* While the disk says no: new inputs are refused one by one, the owed one goes first
 * as soon as it says yes. */
static void test_owed_goes_first(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "flush", 1000000, EIO);
    r.journal.submit_always(r.journal.ctx, srig_input(INPUT_OUTCOME, 1, "owed"));
    for (int i = 0; i < 5; i++)
        assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "refused", &e), FAILED);
    srig_fault(&r, "flush", 0, 0);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "taken", &e), OK);
    assert_int_equal(r.applied.n, 2);
    assert_string_equal(r.applied.v[0].payload, "owed");
    assert_string_equal(r.applied.v[1].payload, "taken");
    srig_fini(&r);
}

/* What was answered before its flush is kept; more of it is not taken meanwhile. */
static void test_soft_is_kept(void **)
{
    struct input *soft = srig_input(INPUT_REFRESH, 1, "soft"), *more;
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "flush", 1000000, EIO);
    soft->soft = true;
    assert_true(r.journal.submit(r.journal.ctx, soft));
    srig_wait_for(store_stats(r.store).failed_flushes >= 2);
    more = srig_input(INPUT_REFRESH, 1, "more");
    more->soft = true;
    assert_false(r.journal.submit(r.journal.ctx, more));
    srig_fault(&r, "flush", 0, 0);
    srig_wait_applied(&r, 1);
    assert_true(r.journal.submit(r.journal.ctx, more));
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "hard", &e), OK);
    assert_int_equal(r.applied.n, 3);
    assert_string_equal(r.applied.v[0].payload, "soft");
    assert_string_equal(r.applied.v[1].payload, "more");
    srig_fini(&r);
}

/* Closing ends although it cannot be written, whatever the store was just doing. */
static void check_owed_at_the_end(int naps)
{
    struct srig_ticket t;
    struct input *in;
    struct srig r;

    srig_init(&r);
    srig_start(&r);
    srig_fault(&r, "flush", 1000000, EIO);
    srig_ticket_init(&t, &r);
    in = srig_input(INPUT_OUTCOME, 1, "owed");
    in->ticket = &t.t;
    r.journal.submit_always(r.journal.ctx, in);
    for (int i = 0; i < naps; i++)
        srig_nap();
    srig_close(&r);
    assert_int_equal(t.done, 1);
    assert_int_equal(t.t.result, FAILED);
    srig_fini(&r);
}

static void test_owed_at_the_end(void **)
{
    for (int i = 0; i < 10; i++)
        check_owed_at_the_end(0);
    check_owed_at_the_end(20);
    check_owed_at_the_end(150);
}

struct gate {
    atomic_bool inside, open;
};

static int stuck_then_broken(void *ctx, const char *what)
{
    struct gate *g = ctx;

    if (strcmp(what, "write") != 0)
        return 0;
    atomic_store(&g->inside, true);
    while (!atomic_load(&g->open))
        srig_nap();
    return EIO;
}

static void *close_store(void *arg)
{
    srig_close(arg);
    return NULL;
}

/* The end is asked for while a flush is under way, with something owed behind it: the
 * thread has to see it although it was not waiting. */
static void test_close_during_a_flush(void **)
{
    struct gate g = { 0 };
    pthread_t closer;
    struct srig r;

    srig_init(&r);
    r.config.fault = stuck_then_broken;
    r.config.fault_ctx = &g;
    srig_start(&r);
    r.journal.submit_always(r.journal.ctx, srig_input(INPUT_OUTCOME, 1, "owed 1"));
    srig_wait_for(atomic_load(&g.inside));
    r.journal.submit_always(r.journal.ctx, srig_input(INPUT_OUTCOME, 1, "owed 2"));
    pthread_create(&closer, NULL, close_store, &r);
    for (int i = 0; i < 50; i++)
        srig_nap();
    atomic_store(&g.open, true);
    pthread_join(closer, NULL);
    assert_int_equal(r.applied.n, 0);
    srig_fini(&r);
}

/* ---- many at once, with a disk that fails now and then ------------------------------ */

enum { PRODUCERS = 4, EACH = 2000 };

struct producer {
    struct srig *rig;
    struct srig_ticket *tickets;
    int number;
};

struct faults {
    atomic_int writes, flushes, answers;
};

/* Of five flushes one fails when it is written, one at its commit, and of one the
 * answer is lost. */
static int now_and_then(void *ctx, const char *what)
{
    struct faults *f = ctx;

    if (strcmp(what, "write") == 0)
        return atomic_fetch_add(&f->writes, 1) % 5 == 1 ? EIO : 0;
    if (strcmp(what, "flush") == 0)
        return atomic_fetch_add(&f->flushes, 1) % 5 == 2 ? EIO : 0;
    if (strcmp(what, "answer") == 0)
        return atomic_fetch_add(&f->answers, 1) % 5 == 2 ? EIO : 0;
    return 0;
}

static void *produce(void *arg)
{
    struct producer *p = arg;
    char text[40];

    for (int i = 0; i < EACH; i++) {
        struct input *in;

        snprintf(text, sizeof text, "%d %d", p->number, i);
        in = srig_input(INPUT_ALERTS, 1, text);
        srig_ticket_init(&p->tickets[i], p->rig);
        in->ticket = &p->tickets[i].t;
        if (i % 10 == 0)
            p->rig->journal.submit_always(p->rig->journal.ctx, in);
        else if (!p->rig->journal.submit(p->rig->journal.ctx, in))
            abort();
        if (i % 20 == 0)
            srig_nap();
    }
    return NULL;
}

static void check_tickets(const struct producer *p, const struct seen *v, size_t n)
{
    size_t good = 0;

    for (size_t i = 0; i < n; i++) {
        int producer, number;

        assert_int_equal(v[i].seq, i + 1);
        assert_int_equal(sscanf(v[i].payload, "%d %d", &producer, &number), 2);
        assert_int_equal(p[producer].tickets[number].t.result, OK);
    }
    for (size_t i = 0; i < (size_t)PRODUCERS * EACH; i++) {
        const struct srig_ticket *t = &p[i / EACH].tickets[i % EACH];

        assert_int_equal(t->done, 1);
        good += t->t.result == OK;
        if (i % EACH % 10 == 0)
            assert_int_equal(t->t.result, OK); /* owed */
    }
    assert_int_equal(good, n);
}

static void test_faults_under_load(void **)
{
    struct producer p[PRODUCERS];
    pthread_t threads[PRODUCERS];
    struct faults faults = { 0 };
    struct srig r;

    srig_init(&r);
    r.config.fault = now_and_then;
    r.config.fault_ctx = &faults;
    srig_start(&r);
    for (int i = 0; i < PRODUCERS; i++) {
        p[i] = (struct producer){ &r, calloc(EACH, sizeof *p[i].tickets), i };
        pthread_create(&threads[i], NULL, produce, &p[i]);
    }
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < (size_t)PRODUCERS * EACH; i++)
        srig_wait_for(p[i / EACH].tickets[i % EACH].done == 1);
    print_message("%d inputs: %d flushes, %d failed, %zu applied\n", PRODUCERS * EACH,
                  (int)store_stats(r.store).flushes,
                  (int)store_stats(r.store).failed_flushes, r.applied.n);
    assert_true(store_stats(r.store).failed_flushes > 0);
    check_tickets(p, r.applied.v, r.applied.n);
    srig_start_again(&r);
    check_tickets(p, r.replayed.v, r.replayed.n);
    for (int i = 0; i < PRODUCERS; i++)
        free(p[i].tickets);
    srig_fini(&r);
}

/* ---- SQLite's own commit fails ------------------------------------------------------ */

/* A VFS that is the system's but for syncs (and writes) of the WAL. */
static sqlite3_vfs faulty_vfs, *real_vfs;
static sqlite3_io_methods faulty_io;
static const sqlite3_io_methods *real_io;
static atomic_int sync_faults, write_faults;
static const char *faulty_file; /* of this one's WAL */

static int vfs_sync(sqlite3_file *f, int flags)
{
    if (atomic_fetch_sub(&sync_faults, 1) > 0)
        return SQLITE_IOERR_FSYNC;
    return real_io->xSync(f, flags);
}

static int vfs_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (atomic_fetch_sub(&write_faults, 1) > 0)
        return SQLITE_FULL;
    return real_io->xWrite(f, p, n, at);
}

static int vfs_open(sqlite3_vfs *, sqlite3_filename name, sqlite3_file *f, int flags,
                    int *out)
{
    int rc = real_vfs->xOpen(real_vfs, name, f, flags, out);

    if (rc == SQLITE_OK && flags & SQLITE_OPEN_WAL && strstr(name, faulty_file)) {
        real_io = f->pMethods;
        faulty_io = *real_io;
        faulty_io.xSync = vfs_sync;
        faulty_io.xWrite = vfs_write;
        f->pMethods = &faulty_io;
    }
    return rc;
}

static void use_faulty_vfs(const char *file)
{
    faulty_file = file;
    real_vfs = sqlite3_vfs_find(NULL);
    faulty_vfs = *real_vfs;
    faulty_vfs.zName = "faulty";
    faulty_vfs.xOpen = vfs_open;
    atomic_store(&sync_faults, 0);
    atomic_store(&write_faults, 0);
    sqlite3_vfs_register(&faulty_vfs, 1);
}

static void check_real_fault(atomic_int *faults)
{
    struct srig r;
    struct err e;

    use_faulty_vfs("journal.db");
    srig_init(&r);
    srig_start(&r);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "first", &e), OK);
    for (int i = 0; i < 3; i++) {
        atomic_store(faults, 1);
        assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "lost", &e), FAILED);
        assert_int_equal(e.fault, FAULT_UNAVAILABLE);
        assert_non_null(strstr(e.text, "journal.db"));
    }
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "second", &e), OK);
    srig_start_again(&r);
    assert_int_equal(r.replayed.n, 2);
    assert_string_equal(r.replayed.v[1].payload, "second");
    assert_int_equal(r.replayed.v[1].seq, 2);
    srig_close(&r);
    sqlite3_vfs_unregister(&faulty_vfs);
    srig_fini(&r);
}

static void test_fsync_fails(void **)
{
    check_real_fault(&sync_faults);
}

static void test_disk_is_full(void **)
{
    check_real_fault(&write_faults);
}

static void count_row(void *ctx, const struct history_row *)
{
    ++*(size_t *)ctx;
}

struct waiting_job {
    struct history_job job; /* first */
    atomic_int done;
};

static void job_done(struct history_job *job, ok result)
{
    atomic_store(&((struct waiting_job *)job)->done, result == OK ? 1 : -1);
}

static size_t rows_found(struct srig *r, const char *name)
{
    size_t n = 0;
    struct waiting_job w = { .job = { .query = { .account = 1, .limit = 1000 },
                                      .row = count_row,
                                      .done = job_done,
                                      .ctx = &n } };

    w.job.query.alertname = str_of(name);
    assert_true(history_ask(r->store, &w.job));
    srig_wait_for(atomic_load(&w.done) != 0);
    return atomic_load(&w.done) == 1 ? n : SIZE_MAX;
}

static void offer(struct srig *r, uint64_t seq, uint32_t from, uint32_t to)
{
    struct history_row row = { .seq = seq, .account = 1, .kind = ROW_ALERT };
    char name[20];

    for (row.n = from; row.n < to; row.n++) {
        snprintf(name, sizeof name, "%u", (unsigned)row.n);
        row.alertname = str_of(name);
        history_row(r->store, &row);
    }
}

/* A transaction in which a chunk became full is rolled back: the chunk was not closed
 * then, and its rows are found when they are written at last. */
static void test_history_commit_fails(void **)
{
    struct srig r;

    use_faulty_vfs("history.db");
    srig_init(&r);
    srig_start(&r);
    offer(&r, 1, 0, 1000);
    assert_int_equal(rows_found(&r, "999"), 1);
    atomic_store(&write_faults, 1);
    offer(&r, 1, 1000, 8000);
    srig_wait_for(store_stats(r.store).history_waiting == 0);
    assert_true(atomic_load(&write_faults) <= 0);
    for (int i = 0; i < 8000; i += 250) {
        char name[20];

        snprintf(name, sizeof name, "%d", i);
        assert_int_equal(rows_found(&r, name), 1);
    }
    srig_close(&r);
    sqlite3_vfs_unregister(&faulty_vfs);
    srig_fini(&r);
}

/* ---- no room, by the kernel's word -------------------------------------------------- */

static void set_file_limit(rlim_t bytes)
{
    struct rlimit limit;

    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* Exit code 0: it was refused while there was no room, and taken afterwards. */
static int run_without_room(struct srig *r)
{
    static char big[300000];
    size_t taken = 0;
    struct err e;

    signal(SIGXFSZ, SIG_IGN);
    memset(big, 'x', sizeof big - 1);
    srig_start(r);
    set_file_limit(3 << 20);
    while (taken < 100 && srig_do(r, INPUT_ALERTS, 1, big, &e) == OK)
        taken++;
    if (taken == 0 || taken == 100 || e.fault != FAULT_UNAVAILABLE)
        return 1;
    if (srig_do(r, INPUT_ALERTS, 1, big, &e) == OK)
        return 2;
    set_file_limit(RLIM_INFINITY);
    if (srig_do(r, INPUT_ALERTS, 1, "room again", &e) != OK)
        return 3;
    if (r->applied.v[r->applied.n - 1].seq != taken + 1)
        return 4;
    srig_start_again(r);
    return r->replayed.n == taken + 1 ? 0 : 5;
}

static void test_no_room(void **)
{
    struct srig r;
    int status;
    pid_t pid;

    srig_init(&r);
    pid = fork();
    if (pid == 0)
        _exit(run_without_room(&r));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    srig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failed_write),
        cmocka_unit_test(test_failed_flush),
        cmocka_unit_test(test_lost_answer),
        cmocka_unit_test(test_unknown_fate),
        cmocka_unit_test(test_owed_is_kept),
        cmocka_unit_test(test_owed_goes_first),
        cmocka_unit_test(test_soft_is_kept),
        cmocka_unit_test(test_owed_at_the_end),
        cmocka_unit_test(test_close_during_a_flush),
        cmocka_unit_test(test_faults_under_load),
        cmocka_unit_test(test_fsync_fails),
        cmocka_unit_test(test_disk_is_full),
        cmocka_unit_test(test_history_commit_fails),
        cmocka_unit_test(test_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
