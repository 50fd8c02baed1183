/* snapshot_test.c - snapshots: whole or not at all, what replay starts from, and what
 * the journal may forget then. */
#include "../../support/store_rig.h"

#include "base/time.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void add(struct srig *r, int n)
{
    char text[40];
    struct err e;

    for (int i = 0; i < n; i++) {
        snprintf(text, sizeof text, "input %d", i);
        assert_int_equal(srig_do(r, INPUT_ALERTS, 1, text, &e), OK);
    }
}

static ok snapshot(struct srig *r, uint64_t seq, const char *name, int pieces,
                   struct err *e)
{
    char text[80];

    if (store_snapshot_begin(r->store, seq, e) != OK)
        return FAILED;
    for (int i = 0; i < pieces; i++) {
        snprintf(text, sizeof text, "%s %d", name, i);
        store_snapshot_piece(r->store, (uint32_t)i % 2 + 1, str_of(text));
    }
    return store_snapshot_end(r->store, e);
}

static void check_pieces(const struct srig *r, const char *name, size_t n)
{
    char text[80];

    assert_int_equal(r->pieces.n, n);
    for (size_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "%s %zu", name, i);
        assert_string_equal(r->pieces.v[i].payload, text);
        assert_int_equal(r->pieces.v[i].account, i % 2 + 1);
    }
}

/* ---- what replay starts from ---------------------------------------------------- */

static void test_snapshot_and_tail(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    assert_int_equal(r.snapshot_seq, 0);
    add(&r, 10);
    assert_int_equal(snapshot(&r, 7, "七", 5, &e), OK);
    srig_start_again(&r);
    assert_int_equal(r.snapshot_seq, 7);
    check_pieces(&r, "七", 5);
    assert_int_equal(r.replayed.n, 3);
    assert_int_equal(r.replayed.v[0].seq, 8);
    add(&r, 1);
    assert_int_equal(r.applied.v[0].seq, 11);
    srig_fini(&r);
}

/* One row of the journal may hold records on both sides of the snapshot. */
static void test_snapshot_inside_a_flush(void **)
{
    struct input *soft;
    struct srig r;
    struct err e;

    srig_init(&r);
    r.config.refresh_flush = NS_PER_HOUR;
    srig_start(&r);
    add(&r, 2);
    for (int i = 0; i < 4; i++) {
        soft = srig_input(INPUT_NONCE, 1, "soft");
        soft->soft = true;
        assert_true(r.journal.submit(r.journal.ctx, soft));
    }
    add(&r, 1);
    assert_int_equal(store_stats(r.store).flushes, 3);
    assert_int_equal(snapshot(&r, 5, "s", 1, &e), OK);
    srig_start_again(&r);
    assert_int_equal(r.replayed.n, 2);
    assert_int_equal(r.replayed.v[0].seq, 6);
    assert_int_equal(r.replayed.v[0].kind, INPUT_NONCE);
    assert_int_equal(r.replayed.v[1].seq, 7);
    srig_fini(&r);
}

static void test_newest_counts(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 3);
    assert_int_equal(snapshot(&r, 1, "old", 40, &e), OK);
    assert_int_equal(snapshot(&r, 2, "middle", 0, &e), OK); /* of nothing at all */
    assert_int_equal(snapshot(&r, 3, "new", 7, &e), OK);
    srig_start_again(&r);
    check_pieces(&r, "new", 7);
    assert_int_equal(r.snapshot_seq, 3);
    assert_int_equal(r.replayed.n, 0); /* an empty tail */
    assert_int_equal(r.rules, FLOW_RULES);
    srig_close(&r);
    assert_int_equal(srig_sql(&r, "journal.db", "SELECT count(*) FROM piece"), 7);
    srig_fini(&r);
}

static void test_empty_snapshot_stays_empty(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 1);
    assert_int_equal(snapshot(&r, 1, "old", 40, &e), OK);
    assert_int_equal(snapshot(&r, 1, "none", 0, &e), OK);
    srig_start_again(&r);
    srig_start_again(&r);
    assert_int_equal(r.pieces.n, 0);
    assert_int_equal(r.snapshot_seq, 1);
    srig_fini(&r);
}

/* ---- not whole ---------------------------------------------------------------------- */

static void test_unfinished(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 2);
    assert_int_equal(snapshot(&r, 1, "whole", 3, &e), OK);
    assert_int_equal(store_snapshot_begin(r.store, 2, &e), OK);
    store_snapshot_piece(r.store, 1, STR("half"));
    assert_int_equal(store_snapshot_begin(r.store, 2, &e), FAILED); /* one at a time */
    assert_int_equal(e.fault, FAULT_IN_USE);
    srig_start_again(&r);
    check_pieces(&r, "whole", 3);
    assert_int_equal(r.snapshot_seq, 1);
    assert_int_equal(r.replayed.n, 1);
    add(&r, 1); /* gives the store thread a turn to sweep */
    srig_close(&r);
    assert_int_equal(srig_sql(&r, "journal.db", "SELECT count(*) FROM piece"), 3);
    srig_fini(&r);
}

static void test_failed_snapshot(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 2);
    assert_int_equal(snapshot(&r, 1, "whole", 3, &e), OK);
    srig_fault(&r, "snapshot", 1, ENOSPC);
    assert_int_equal(snapshot(&r, 2, "lost", 500, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
    assert_non_null(strstr(e.text, strerror(ENOSPC)));
    add(&r, 1); /* the journal goes on */
    srig_start_again(&r);
    check_pieces(&r, "whole", 3);
    assert_int_equal(r.replayed.n, 2);
    assert_int_equal(snapshot(&r, 3, "later", 4, &e), OK);
    srig_start_again(&r);
    check_pieces(&r, "later", 4);
    assert_int_equal(r.replayed.n, 0);
    srig_fini(&r);
}

/* A snapshot larger than what may wait goes through, with flushes in between. */
static void test_large_snapshot(void **)
{
    enum { PIECES = 300, SIZE = 200000 };
    char *bytes = malloc(SIZE);
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 1);
    assert_int_equal(store_snapshot_begin(r.store, 1, &e), OK);
    for (int i = 0; i < PIECES; i++) {
        memset(bytes, i, SIZE);
        store_snapshot_piece(r.store, 1, (struct str){ bytes, SIZE });
        if (i % 10 == 0)
            add(&r, 1);
    }
    assert_int_equal(store_snapshot_end(r.store, &e), OK);
    srig_start_again(&r);
    assert_int_equal(r.pieces.n, PIECES);
    for (int i = 0; i < PIECES; i++) {
        memset(bytes, i, SIZE);
        assert_int_equal(r.pieces.v[i].n, SIZE);
        assert_memory_equal(r.pieces.v[i].payload, bytes, SIZE);
    }
    assert_int_equal(r.replayed.n, PIECES / 10);
    free(bytes);
    srig_fini(&r);
}

/* ---- damage --------------------------------------------------------------------------- */

static void check_damage(const char *sql, const char *words)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 1);
    assert_int_equal(snapshot(&r, 1, "s", 4, &e), OK);
    srig_close(&r);
    srig_sql(&r, "journal.db", sql);
    assert_int_equal(srig_open(&r, &e), FAILED);
    assert_int_equal(e.fault, FAULT_INTERNAL);
    assert_non_null(strstr(e.text, words));
    srig_fini(&r);
}

static void test_damaged_pieces(void **)
{
    check_damage("UPDATE piece SET bytes='x' WHERE n=2", "piece 2 of the snapshot");
    check_damage("UPDATE piece SET account=9 WHERE n=2", "is damaged");
    check_damage("DELETE FROM piece WHERE n=1", "piece 1 of the snapshot");
    check_damage("DELETE FROM piece WHERE n=3", "is gone");
    check_damage("DELETE FROM piece WHERE n=4", "piece 4 of the snapshot");
}

/* ---- cutting ---------------------------------------------------------------------------- */

static int64_t rows(const struct srig *r)
{
    return srig_sql(r, "journal.db", "SELECT count(*) FROM journal");
}

/* No snapshot counts, and nothing is cut, before history has the rows of all that the
 * snapshot holds: they could not be offered again. */
static void test_history_comes_first(void **)
{
    struct history_row row = { .account = 1, .kind = ROW_ALERT, .n = 1 };
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 20);
    assert_int_equal(snapshot(&r, 5, "s", 1, &e), OK);
    srig_fault(&r, "history", 1000000, ENOSPC);
    row.seq = 8;
    history_row(r.store, &row);
    assert_int_equal(snapshot(&r, 8, "too early", 1, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNAVAILABLE);
    srig_wait_for(store_stats(r.store).journal_cut >= 5);
    srig_close(&r);
    assert_int_equal(srig_sql(&r, "journal.db", "SELECT min(seq) FROM journal"), 6);

    srig_fault(&r, "history", 0, 0);
    srig_start(&r);
    assert_int_equal(r.snapshot_seq, 5);
    assert_int_equal(r.replayed.n, 15);
    history_row(r.store, &row); /* offered again */
    assert_int_equal(snapshot(&r, 15, "s", 1, &e), OK);
    assert_int_equal(store_stats(r.store).history_waiting, 0);
    srig_wait_for(store_stats(r.store).journal_cut >= 15);
    srig_close(&r);
    assert_int_equal(rows(&r), 5);
    assert_int_equal(srig_sql(&r, "history.db", "SELECT count(*) FROM history"), 1);
    srig_fini(&r);
}

/* With everything cut the numbers and steady time still go on. */
static void test_numbers_go_on(void **)
{
    int64_t steady;
    struct srig r;
    struct err e;

    srig_init(&r);
    r.clocks = true;
    atomic_store(&r.steady, 77);
    srig_start(&r);
    atomic_fetch_add(&r.steady, 1000 * NS_PER_S);
    add(&r, 5);
    steady = r.applied.v[4].steady;
    history_mark(r.store, 5);
    assert_int_equal(snapshot(&r, 5, "s", 1, &e), OK);
    srig_wait_for(store_stats(r.store).journal_cut >= 5);
    srig_close(&r);
    assert_int_equal(rows(&r), 1); /* the last one says where to go on */
    atomic_store(&r.steady, 5);
    srig_start(&r);
    add(&r, 1);
    assert_int_equal(r.applied.v[0].seq, 6);
    assert_true(r.applied.v[0].steady > steady);
    srig_fini(&r);
}

/* Also when what the disk spoiled was the row that said so. */
static void test_numbers_go_on_from_the_pointer(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 3);
    assert_int_equal(snapshot(&r, 3, "s", 1, &e), OK);
    srig_close(&r);
    srig_sql(&r, "journal.db", "UPDATE journal SET records=x'00' WHERE seq=3");
    srig_start(&r);
    assert_int_equal(r.snapshot_seq, 3);
    assert_int_equal(r.replayed.n, 0);
    add(&r, 1);
    assert_int_equal(r.applied.v[0].seq, 4);
    srig_fini(&r);
}

static void test_cut_in_slices(void **)
{
    struct srig r;
    struct err e;

    srig_init(&r);
    srig_start(&r);
    add(&r, 3000); /* more than one slice takes */
    history_mark(r.store, 3000);
    assert_int_equal(snapshot(&r, 3000, "s", 1, &e), OK);
    srig_wait_for(store_stats(r.store).journal_cut >= 3000);
    srig_close(&r);
    assert_int_equal(rows(&r), 1);
    srig_fini(&r);
}

/* ---- killed ------------------------------------------------------------------------------- */

static void child(struct srig *r)
{
    struct history_row row = { .account = 1, .kind = ROW_ALERT, .n = 1 };
    struct err e;
    char name[20];

    srig_start(r);
    for (uint64_t i = 1;; i++) {
        add(r, 1);
        snprintf(name, sizeof name, "s%d", (int)i);
        row.seq = i;
        history_row(r->store, &row);
        history_mark(r->store, i);
        if (snapshot(r, i, name, 30, &e) != OK)
            _exit(1);
    }
}

static void test_kill_while_writing(void **)
{
    srand(11);
    for (int round = 0; round < 20; round++) {
        char name[20];
        struct srig r;
        struct err e;
        pid_t pid;

        srig_init(&r);
        pid = fork();
        if (pid == 0)
            child(&r);
        usleep((unsigned)rand() % 40000);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        assert_int_equal(srig_open(&r, &e), OK);
        snprintf(name, sizeof name, "s%d", (int)r.snapshot_seq);
        check_pieces(&r, name, r.snapshot_seq ? 30 : 0);
        if (r.replayed.n > 0)
            assert_int_equal(r.replayed.v[0].seq, r.snapshot_seq + 1);
        assert_true(r.replayed.n <= 2);
        srig_close(&r);
        assert_true(srig_sql(&r, "history.db", "SELECT count(*) FROM history") >=
                    (int64_t)r.snapshot_seq); /* what comes behind is offered again */
        srig_fini(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshot_and_tail),
        cmocka_unit_test(test_snapshot_inside_a_flush),
        cmocka_unit_test(test_newest_counts),
        cmocka_unit_test(test_empty_snapshot_stays_empty),
        cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_failed_snapshot),
        cmocka_unit_test(test_large_snapshot),
        cmocka_unit_test(test_damaged_pieces),
        cmocka_unit_test(test_history_comes_first),
        cmocka_unit_test(test_numbers_go_on),
        cmocka_unit_test(test_numbers_go_on_from_the_pointer),
        cmocka_unit_test(test_cut_in_slices),
        cmocka_unit_test(test_kill_while_writing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
