/* journal_test.c - inputs on their way to the disk and to the flow: order, groups,
 * bounds, and what comes back after a restart. */
#include "../../support/store_rig.h"

#include "base/time.h"
#include "store/record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* ---- many at once ------------------------------------------------------------- */

enum { PRODUCERS = 8, EACH = 2500, ALL = PRODUCERS * EACH };

struct producer {
    struct srig *rig;
    int number;
    struct srig_ticket *tickets; /* EACH */
};

static void *produce(void *arg)
{
    struct producer *p = arg;
    char text[40];

    for (int i = 0; i < EACH; i++) {
        struct input *in;

        snprintf(text, sizeof text, "%d/%d 告警", p->number, i);
        in = srig_input(INPUT_ALERTS, (uint32_t)p->number, text);
        srig_ticket_init(&p->tickets[i], p->rig);
        in->ticket = &p->tickets[i].t;
        while (!p->rig->journal.submit(p->rig->journal.ctx, in))
            srig_nap();
    }
    return NULL;
}

static void check_order(const struct seen *v, size_t n)
{
    int next[PRODUCERS] = { 0 };

    assert_int_equal(n, ALL);
    for (size_t i = 0; i < n; i++) {
        int producer, number;

        assert_int_equal(v[i].seq, i + 1);
        assert_int_equal(sscanf(v[i].payload, "%d/%d", &producer, &number), 2);
        assert_int_equal(number, next[producer]++);
        assert_int_equal(v[i].account, producer);
        if (i > 0)
            assert_true(v[i].steady >= v[i - 1].steady);
    }
}

static void check_same(const struct seen *a, const struct seen *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].seq, b[i].seq);
        assert_int_equal(a[i].kind, b[i].kind);
        assert_int_equal(a[i].account, b[i].account);
        assert_int_equal(a[i].wall, b[i].wall);
        assert_int_equal(a[i].steady, b[i].steady);
        assert_int_equal(a[i].n, b[i].n);
        assert_memory_equal(a[i].payload, b[i].payload, a[i].n);
    }
}

static void test_many_producers(void **)
{
    struct producer p[PRODUCERS];
    pthread_t threads[PRODUCERS];
    struct store_stats stats;
    struct seen *applied;
    struct srig r;

    srig_init(&r);
    r.config.intake_limit = 500; /* so that full happens too */
    srig_start(&r);
    for (int i = 0; i < PRODUCERS; i++) {
        p[i] = (struct producer){ &r, i, calloc(EACH, sizeof *p[i].tickets) };
        pthread_create(&threads[i], NULL, produce, &p[i]);
    }
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    srig_wait_applied(&r, ALL);
    stats = store_stats(r.store);
    srig_close(&r);

    check_order(r.applied.v, r.applied.n);
    for (int i = 0; i < PRODUCERS; i++) {
        for (int k = 0; k < EACH; k++) {
            assert_int_equal(p[i].tickets[k].done, 1);
            assert_int_equal(p[i].tickets[k].t.result, OK);
        }
        free(p[i].tickets);
    }
    assert_int_equal(stats.records, ALL);
    assert_int_equal(stats.seq, ALL);
    assert_true(stats.flushes < ALL); /* groups */
    print_message("%d inputs in %d flushes\n", ALL, (int)stats.flushes);

    applied = r.applied.v;
    r.applied.v = NULL; /* the next open would forget them */
    r.applied.n = r.applied.room = 0;
    srig_start(&r);
    assert_int_equal(r.replayed.n, ALL);
    check_same(applied, r.replayed.v, ALL);
    for (size_t i = 0; i < ALL; i++)
        free(applied[i].payload);
    free(applied);
    assert_int_equal(r.rules, FLOW_RULES);
    srig_fini(&r);
}

/* ---- bounds ------------------------------------------------------------------- */

static void test_bounds(void **)
{
    struct input *in;
    struct srig r;
    struct err e;

    srig_init(&r);
    r.config.intake_limit = 3;
    r.config.intake_bytes = 10000;
    assert_int_equal(srig_open(&r, &e), OK); /* not started: nothing is taken out */
    in = input_new(INPUT_ALERTS, 1, (struct str){ (char[10000]){ 0 }, 10000 });
    assert_false(r.journal.submit(r.journal.ctx, in)); /* above the bytes */
    input_free(in);
    for (int i = 0; i < 3; i++)
        assert_true(r.journal.submit(r.journal.ctx, srig_input(INPUT_ALERTS, 1, "x")));
    in = srig_input(INPUT_ALERTS, 1, "x");
    assert_false(r.journal.submit(r.journal.ctx, in)); /* above the count */
    r.journal.submit_always(r.journal.ctx, in);
    srig_fini(&r);
}

static void test_bytes_at_the_limit(void **)
{
    size_t room = sizeof(struct input) + 100;
    char payload[101] = { 0 };
    struct input *in;
    struct srig r;
    struct err e;

    srig_init(&r);
    r.config.intake_bytes = room;
    assert_int_equal(srig_open(&r, &e), OK);
    in = input_new(INPUT_ALERTS, 1, (struct str){ payload, 101 });
    assert_false(r.journal.submit(r.journal.ctx, in));
    input_free(in);
    in = input_new(INPUT_ALERTS, 1, (struct str){ payload, 100 });
    assert_true(r.journal.submit(r.journal.ctx, in));
    in = srig_input(INPUT_ALERTS, 1, ""); /* together they are above it */
    assert_false(r.journal.submit(r.journal.ctx, in));
    input_free(in);
    srig_fini(&r);
}

static void test_closed_takes_nothing(void **)
{
    struct journal_port port;
    struct srig_ticket t;
    struct input *in;
    struct srig r;
    struct err e;

    srig_init(&r);
    assert_int_equal(srig_open(&r, &e), OK);
    port = r.journal;
    srig_ticket_init(&t, &r);
    in = srig_input(INPUT_ALERTS, 1, "x");
    in->ticket = &t.t;
    assert_true(port.submit(port.ctx, in));
    srig_close(&r); /* never started: whoever waits is told */
    assert_int_equal(t.done, 1);
    assert_int_equal(t.t.result, FAILED);
    assert_int_equal(t.t.err.fault, FAULT_UNAVAILABLE);
    srig_fini(&r);
}

/* A payload larger than what one row takes from the intake goes through all the same,
 * and what stands behind it goes with the next. */
static void test_large_payloads(void **)
{
    size_t n = (size_t)9 << 20;
    char *big = malloc(n);
    struct srig r;

    for (size_t i = 0; i < n; i++)
        big[i] = (char)(i * 7 + i / 251);
    srig_init(&r);
    srig_start(&r);
    for (int i = 0; i < 5; i++)
        assert_true(r.journal.submit(r.journal.ctx,
                                     input_new(INPUT_ALERTS, 1, (struct str){ big, n })));
    srig_wait_applied(&r, 5);
    srig_close(&r);
    srig_start(&r);
    assert_int_equal(r.replayed.n, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(r.replayed.v[i].n, n);
        assert_memory_equal(r.replayed.v[i].payload, big, n);
    }
    free(big);
    srig_fini(&r);
}

/* ---- soft inputs ---------------------------------------------------------------- */

static void test_soft_rides(void **)
{
    struct input *soft;
    struct srig r;
    struct err e;

    srig_init(&r);
    r.config.refresh_flush = NS_PER_HOUR; /* never by itself in this test */
    srig_start(&r);
    for (int i = 0; i < 3; i++) {
        soft = srig_input(INPUT_NONCE, 1, "soft");
        soft->soft = true;
        assert_true(r.journal.submit(r.journal.ctx, soft));
    }
    assert_int_equal(store_stats(r.store).flushes, 0);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "hard", &e), OK);
    assert_int_equal(store_stats(r.store).flushes, 1);
    assert_int_equal(r.applied.n, 4);
    assert_string_equal(r.applied.v[2].payload, "soft");
    assert_string_equal(r.applied.v[3].payload, "hard");
    srig_fini(&r);
}

static void test_soft_goes_when_old(void **)
{
    struct input *soft;
    struct srig r;

    srig_init(&r);
    r.config.refresh_flush = 5 * NS_PER_MS;
    srig_start(&r);
    for (int i = 0; i < 2; i++) { /* the timer is set again for the next */
        soft = srig_input(INPUT_NONCE, 1, "soft");
        soft->soft = true;
        assert_true(r.journal.submit(r.journal.ctx, soft));
        srig_wait_applied(&r, (size_t)i + 1);
    }
    srig_fini(&r);
}

static void test_soft_is_flushed_at_the_end(void **)
{
    struct input *soft = srig_input(INPUT_NONCE, 1, "soft");
    struct srig r;

    srig_init(&r);
    r.config.refresh_flush = NS_PER_HOUR;
    srig_start(&r);
    soft->soft = true;
    assert_true(r.journal.submit(r.journal.ctx, soft));
    srig_close(&r);
    assert_int_equal(r.applied.n, 1);
    srig_start(&r);
    assert_int_equal(r.replayed.n, 1);
    srig_fini(&r);
}

/* ---- the folder ------------------------------------------------------------------ */

static unsigned mode_of(const struct srig *r, const char *name)
{
    char path[300];
    struct stat st;

    snprintf(path, sizeof path, "%s/%s", r->folder, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void test_modes_and_seed(void **)
{
    mode_t mask = umask(0);
    uint64_t seed;
    struct srig r;

    srig_init(&r);
    rmdir(r.folder); /* the store makes it */
    srig_start(&r);
    seed = store_seed(r.store);
    assert_true(str_is(store_folder(r.store), r.folder));
    assert_int_equal(mode_of(&r, "."), 0700);
    assert_int_equal(mode_of(&r, "journal.db"), 0600);
    assert_int_equal(mode_of(&r, "journal.db-wal"), 0600);
    assert_int_equal(mode_of(&r, "history.db"), 0600);
    assert_int_equal(mode_of(&r, "belfry.lock"), 0600);
    srig_close(&r);
    srig_start(&r);
    assert_int_equal(store_seed(r.store), seed);
    assert_true(seed != 0);
    srig_fini(&r);
    umask(mask);
}

static void test_second_opener(void **)
{
    struct store *second = NULL;
    char pid[40];
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    assert_int_equal(store_open(&r.config, &second, &e), FAILED);
    assert_null(second);
    assert_int_equal(e.fault, FAULT_IN_USE);
    snprintf(pid, sizeof pid, "pid %ld since 20", (long)getpid());
    assert_non_null(strstr(e.text, pid));
    assert_non_null(strstr(e.text, r.folder));
    srig_close(&r);
    assert_int_equal(store_open(&r.config, &second, &e), OK);
    store_close(&second);
    srig_fini(&r);
}

static void test_newer_format(void **)
{
    static const char *const files[] = { "journal.db", "history.db" };
    struct srig r;
    struct err e;

    for (size_t i = 0; i < 2; i++) {
        srig_init(&r);
        srig_start(&r);
        srig_close(&r);
        srig_sql(&r, files[i], "UPDATE meta SET value=999 WHERE key='format'");
        assert_int_equal(srig_open(&r, &e), FAILED);
        assert_int_equal(e.fault, FAULT_UNSUPPORTED);
        assert_non_null(strstr(e.text, "999"));
        assert_non_null(strstr(e.text, "newer Belfry"));
        srig_fini(&r);
    }
}

static void test_bad_folders(void **)
{
    struct store *s = NULL;
    char path[300];
    struct srig r;
    struct err e;
    int fd;

    srig_init(&r);
    snprintf(path, sizeof path, "%s/no/where", r.folder);
    r.config.folder = str_of(path);
    assert_int_equal(store_open(&r.config, &s, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
    snprintf(path, sizeof path, "%s/file", r.folder);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    close(fd);
    assert_int_equal(store_open(&r.config, &s, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INVALID);
    srig_fini(&r);
}

static void test_not_a_database(void **)
{
    char path[300], junk[8192];
    struct srig r;
    struct err e;
    FILE *f;

    srig_init(&r);
    memset(junk, 'x', sizeof junk);
    snprintf(path, sizeof path, "%s/journal.db", r.folder);
    f = fopen(path, "w");
    fwrite(junk, 1, sizeof junk, f);
    fclose(f);
    assert_int_equal(srig_open(&r, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INTERNAL);
    assert_non_null(strstr(e.text, "backup"));
    srig_fini(&r);
}

/* ---- damage ----------------------------------------------------------------------- */

static void three_flushes(struct srig *r)
{
    struct err e;

    srig_init(r);
    srig_start(r);
    assert_int_equal(srig_do(r, INPUT_ALERTS, 1, "one", &e), OK);
    assert_int_equal(srig_do(r, INPUT_ALERTS, 1, "two", &e), OK);
    assert_int_equal(srig_do(r, INPUT_ALERTS, 1, "three", &e), OK);
    srig_close(r);
}

#define DAMAGE(seq)                                              \
    "UPDATE journal SET records=substr(records, 1, 12) || x'00'" \
    " || substr(records, 14) WHERE seq=" #seq

static void test_broken_last_row(void **)
{
    struct srig r;
    struct err e;

    three_flushes(&r);
    srig_sql(&r, "journal.db", DAMAGE(3));
    srig_start(&r);
    assert_int_equal(r.replayed.n, 2);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "again", &e), OK);
    assert_int_equal(r.applied.v[0].seq, 3); /* its number is free again */
    srig_fini(&r);
}

static void test_broken_row_in_the_middle(void **)
{
    struct srig r;
    struct err e;

    three_flushes(&r);
    srig_sql(&r, "journal.db", DAMAGE(2));
    assert_int_equal(srig_open(&r, &e), FAILED);
    assert_int_equal(e.fault, FAULT_SYNTAX);
    assert_non_null(strstr(e.text, "record 2"));
    assert_int_equal(r.replayed.n, 1);
    srig_fini(&r);
}

static void test_missing_row(void **)
{
    struct srig r;
    struct err e;

    three_flushes(&r);
    srig_sql(&r, "journal.db", "DELETE FROM journal WHERE seq=2");
    assert_int_equal(srig_open(&r, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INTERNAL);
    assert_non_null(strstr(e.text, "lacks the record 2"));
    srig_fini(&r);
}

/* ---- killed ------------------------------------------------------------------------ */

/* The child tells through a pipe which inputs it was told are safe. */
static void child(struct srig *r, int out)
{
    char text[40];
    struct err e;

    srig_start(r);
    for (uint32_t i = 0;; i++) {
        snprintf(text, sizeof text, "input %u", (unsigned)i);
        if (srig_do(r, INPUT_ALERTS, 1, text, &e) != OK ||
            write(out, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

/* Killed after so many answers and some microseconds more. */
static uint32_t run_and_kill(struct srig *r, uint32_t answers, unsigned us)
{
    uint32_t acknowledged = 0, i;
    int fds[2];
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        child(r, fds[1]);
    close(fds[1]);
    for (bool killed = false;; acknowledged++) {
        if (acknowledged == answers && !killed) {
            usleep(us);
            kill(pid, SIGKILL);
            killed = true;
        }
        if (read(fds[0], &i, sizeof i) != sizeof i)
            break;
        assert_int_equal(i, acknowledged);
    }
    close(fds[0]);
    waitpid(pid, NULL, 0);
    return acknowledged;
}

static void test_kill_at_random_moments(void **)
{
    unsigned total = 0, unacknowledged = 0;

    srand(7);
    for (int round = 0; round < 50; round++) {
        char text[40];
        uint32_t n;
        struct srig r;
        struct err e;

        srig_init(&r);
        n = run_and_kill(&r, (uint32_t)rand() % 100, (unsigned)rand() % 5000);
        assert_int_equal(srig_open(&r, &e), OK);
        /* One more may be there: on disk, but the child had not said so yet. */
        assert_in_range(r.replayed.n, n, n + 1);
        for (size_t i = 0; i < r.replayed.n; i++) {
            snprintf(text, sizeof text, "input %zu", i);
            assert_string_equal(r.replayed.v[i].payload, text);
            assert_int_equal(r.replayed.v[i].seq, i + 1);
        }
        total += n;
        unacknowledged += (unsigned)r.replayed.n - n;
        srig_fini(&r);
    }
    print_message("50 kills: %u inputs acknowledged, all there; %u more on disk\n", total,
                  unacknowledged);
    assert_true(total > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_producers),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_bytes_at_the_limit),
        cmocka_unit_test(test_closed_takes_nothing),
        cmocka_unit_test(test_large_payloads),
        cmocka_unit_test(test_soft_rides),
        cmocka_unit_test(test_soft_goes_when_old),
        cmocka_unit_test(test_soft_is_flushed_at_the_end),
        cmocka_unit_test(test_modes_and_seed),
        cmocka_unit_test(test_second_opener),
        cmocka_unit_test(test_newer_format),
        cmocka_unit_test(test_bad_folders),
        cmocka_unit_test(test_not_a_database),
        cmocka_unit_test(test_broken_last_row),
        cmocka_unit_test(test_broken_row_in_the_middle),
        cmocka_unit_test(test_missing_row),
        cmocka_unit_test(test_kill_at_random_moments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
