/* time_stamp_test.c - ticks and clocks: steady time goes on, a due timer makes one
 * tick, a set wall clock is told to every account. */
#include "../../support/store_rig.h"

#include "base/bytes.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define WALL0 (INT64_C(1790000000) * NS_PER_S)
#define STEADY0 (1000 * NS_PER_S)

static void with_clocks(struct srig *r)
{
    srig_init(r);
    r->clocks = true;
    atomic_store(&r->wall, WALL0);
    atomic_store(&r->steady, STEADY0);
}

static void move(struct srig *r, int64_t wall, int64_t steady)
{
    atomic_fetch_add(&r->wall, wall);
    atomic_fetch_add(&r->steady, steady);
}

static struct seen last(const struct srig *r)
{
    return r->applied.v[r->applied.n - 1];
}

/* ---- stamps ----------------------------------------------------------------- */

static void test_stamps(void **)
{
    struct srig r;
    struct err e;

    with_clocks(&r);
    srig_start(&r);
    assert_int_equal(store_steady(r.store), 0); /* a new folder begins at 0 */
    move(&r, NS_PER_S, NS_PER_S);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "a", &e), OK);
    assert_int_equal(last(&r).wall, WALL0 + NS_PER_S);
    assert_int_equal(last(&r).steady, NS_PER_S);
    /* The same moment: the next flush is behind the one before all the same. */
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "b", &e), OK);
    assert_int_equal(last(&r).steady, NS_PER_S + 1);
    assert_int_equal(last(&r).wall, WALL0 + NS_PER_S);
    srig_fini(&r);
}

static void test_steady_goes_on(void **)
{
    struct srig r;
    struct err e;

    with_clocks(&r);
    srig_start(&r);
    move(&r, 500 * NS_PER_S, 500 * NS_PER_S);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "a", &e), OK);
    srig_close(&r);
    /* The machine was started anew a day later: its own steady clock began again. */
    atomic_store(&r.steady, 3 * NS_PER_S);
    atomic_fetch_add(&r.wall, NS_PER_DAY);
    srig_start(&r);
    assert_int_equal(store_steady(r.store), 500 * NS_PER_S);
    move(&r, NS_PER_S, NS_PER_S);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "b", &e), OK);
    assert_int_equal(last(&r).steady, 501 * NS_PER_S);
    assert_int_equal(r.applied.n, 1); /* no clock step: INPUT_RESTART is for that */
    srig_fini(&r);
}

/* ---- ticks ------------------------------------------------------------------- */

static void test_tick_when_due(void **)
{
    struct srig r;

    with_clocks(&r);
    srig_start(&r);
    atomic_store(&r.due_account, 7);
    atomic_store(&r.due, 10 * NS_PER_S);
    store_wake(r.store);
    move(&r, 10 * NS_PER_S - 1, 10 * NS_PER_S - 1);
    store_wake(r.store);
    for (int i = 0; i < 20; i++)
        srig_nap();
    assert_int_equal(store_stats(r.store).records, 0); /* a nanosecond early */
    move(&r, 1, 1);
    store_wake(r.store);
    srig_wait_applied(&r, 1);
    srig_close(&r);
    assert_int_equal(r.applied.n, 1);
    assert_int_equal(r.applied.v[0].kind, INPUT_TICK);
    assert_int_equal(r.applied.v[0].account, 7);
    assert_int_equal(r.applied.v[0].n, 0);
    assert_int_equal(r.applied.v[0].steady, 10 * NS_PER_S);
    srig_fini(&r);
}

/* A flow that has not applied its tick yet is still due: it is not flooded. */
static void test_one_tick_for_a_slow_flow(void **)
{
    struct srig r;
    struct err e;

    with_clocks(&r);
    r.keep_due = true;
    srig_start(&r);
    atomic_store(&r.due_account, 1);
    atomic_store(&r.due, NS_PER_S);
    move(&r, 2 * NS_PER_S, 2 * NS_PER_S);
    for (int i = 0; i < 20; i++)
        assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "x", &e), OK);
    store_wake(r.store);
    srig_wait_applied(&r, 21);
    for (int i = 0; i < 30; i++)
        srig_nap();
    assert_int_equal(store_stats(r.store).records, 21); /* 20 and one tick */
    move(&r, NS_PER_S, NS_PER_S);                       /* it is still due: once more */
    store_wake(r.store);
    srig_wait_applied(&r, 22);
    assert_int_equal(last(&r).kind, INPUT_TICK);
    srig_fini(&r);
}

static void test_tick_comes_after_what_gathered(void **)
{
    struct srig r;
    struct err e;

    with_clocks(&r);
    srig_start(&r);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "x", &e), OK);
    atomic_store(&r.due_account, 1);
    atomic_store(&r.due, NS_PER_S);
    move(&r, 2 * NS_PER_S, 2 * NS_PER_S);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "y", &e), OK);
    srig_wait_applied(&r, 3);
    /* In the flush of y (behind it), or before y was there at all. */
    assert_true(r.applied.v[1].kind == INPUT_TICK || r.applied.v[2].kind == INPUT_TICK);
    if (r.applied.v[1].steady == r.applied.v[2].steady)
        assert_int_equal(r.applied.v[2].kind, INPUT_TICK);
    srig_fini(&r);
}

/* A tick that could not be written is made again. */
static void test_failed_tick_is_made_again(void **)
{
    struct srig r;

    with_clocks(&r);
    srig_start(&r);
    srig_fault(&r, "flush", 2, 5);
    atomic_store(&r.due_account, 1);
    atomic_store(&r.due, NS_PER_S);
    move(&r, 2 * NS_PER_S, 2 * NS_PER_S);
    store_wake(r.store);
    srig_wait_applied(&r, 1);
    srig_close(&r);
    assert_int_equal(r.applied.n, 1);
    assert_int_equal(r.applied.v[0].kind, INPUT_TICK);
    assert_int_equal(r.applied.v[0].seq, 1);
    srig_fini(&r);
}

/* ---- the wall clock is set ------------------------------------------------------- */

static void two_accounts(struct srig *r)
{
    struct err e;

    with_clocks(r);
    srig_start(r);
    assert_int_equal(srig_do(r, INPUT_ACCOUNT, 1, "default", &e), OK);
    assert_int_equal(srig_do(r, INPUT_ACCOUNT, 2, "другой", &e), OK);
}

static int64_t step_of(const struct seen *s)
{
    struct reader rd = reader_of((struct str){ s->payload, s->n });
    int64_t step = get_i64(&rd);

    assert_int_equal(s->kind, INPUT_CLOCK);
    assert_true(reader_done(&rd));
    return step;
}

static void check_step(struct srig *r, int64_t wall, int64_t told)
{
    size_t before = r->applied.n;
    struct err e;

    move(r, wall, NS_PER_S);
    assert_int_equal(srig_do(r, INPUT_ALERTS, 1, "x", &e), OK);
    assert_int_equal(r->applied.n - before, told == 0 ? 1 : 3);
    if (told != 0) {
        /* Two nanoseconds of the steady clock are not the machine's. */
        assert_in_range(step_of(&r->applied.v[before]) - told + 100, 0, 200);
        assert_int_equal(r->applied.v[before].account, 1);
        assert_in_range(step_of(&r->applied.v[before + 1]) - told + 100, 0, 200);
        assert_int_equal(r->applied.v[before + 1].account, 2);
    }
    assert_int_equal(last(r).kind, INPUT_ALERTS);
}

static void test_clock_steps(void **)
{
    struct srig r;

    two_accounts(&r);
    check_step(&r, NS_PER_S, 0);
    check_step(&r, 11 * NS_PER_S - 100, 0); /* just below 10 s ahead */
    check_step(&r, NS_PER_S + 200, 10 * NS_PER_S + 100);
    check_step(&r, NS_PER_S, 0);                           /* told once */
    check_step(&r, -NS_PER_HOUR, -NS_PER_HOUR - NS_PER_S); /* backwards */
    check_step(&r, -5 * NS_PER_S, 0);
    check_step(&r, -5 * NS_PER_S, -12 * NS_PER_S); /* small ones add up */
    srig_fini(&r);
}

static void test_clock_accounts_after_restart(void **)
{
    struct srig r;
    struct err e;

    two_accounts(&r);
    srig_close(&r);
    srig_start(&r);
    assert_int_equal(srig_do(&r, INPUT_RESTART, 1, "", &e), OK);
    check_step(&r, NS_PER_HOUR, NS_PER_HOUR - NS_PER_S);
    srig_fini(&r);
}

/* An account that is only due is none that the journal knows. */
static void test_clock_of_known_accounts(void **)
{
    struct srig r;

    two_accounts(&r);
    atomic_store(&r.due_account, 9);
    atomic_store(&r.due, NS_PER_S);
    move(&r, 2 * NS_PER_S, 2 * NS_PER_S);
    store_wake(r.store);
    srig_wait_applied(&r, 3);
    assert_int_equal(last(&r).account, 9);
    check_step(&r, NS_PER_HOUR, NS_PER_HOUR - NS_PER_S); /* for 1 and 2 */
    srig_fini(&r);
}

/* The step belongs to the flush: if that fails it is told by the next. */
static void test_clock_step_of_a_failed_flush(void **)
{
    struct srig r;
    struct err e;

    two_accounts(&r);
    move(&r, NS_PER_HOUR, 0);
    srig_fault(&r, "write", 1, 28);
    assert_int_equal(srig_do(&r, INPUT_ALERTS, 1, "lost", &e), FAILED);
    check_step(&r, NS_PER_S, NS_PER_HOUR);
    srig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stamps),
        cmocka_unit_test(test_steady_goes_on),
        cmocka_unit_test(test_tick_when_due),
        cmocka_unit_test(test_one_tick_for_a_slow_flow),
        cmocka_unit_test(test_tick_comes_after_what_gathered),
        cmocka_unit_test(test_failed_tick_is_made_again),
        cmocka_unit_test(test_clock_steps),
        cmocka_unit_test(test_clock_accounts_after_restart),
        cmocka_unit_test(test_clock_of_known_accounts),
        cmocka_unit_test(test_clock_step_of_a_failed_flush),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
