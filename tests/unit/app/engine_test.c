/* engine_test.c - the flow thread's life: what comes first after a start, what a stop
 * leaves behind, with the clocks in a test's hand. */
#include "app/engine_private.h"

#include "base/time.h"
#include "support/store_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MANY = 50000 }; /* are not walked in a millisecond */

struct rig {
    struct srig disk;
    struct sealer *sealer;
    struct epoch *epoch;
    struct tenants *tenants;
    struct nonces *nonces;
    struct runner *runner;
    struct engine *engine;
};

static int64_t rig_wall(void *ctx)
{
    return atomic_load(&((struct srig *)ctx)->wall);
}

static int64_t rig_steady(void *ctx)
{
    return atomic_load(&((struct srig *)ctx)->steady);
}

static void must(ok done, const struct err *e)
{
    if (done == FAILED)
        fail_msg("%s: %s", e->field, e->text);
}

/* Up to the replay; the threads begin with start(). */
static void open_rig(struct rig *r)
{
    struct err e = { 0 };
    struct runner_config config = { .sealer = r->sealer };

    must(store_open(&r->disk.config, &r->disk.store, &e), &e);
    config.journal = store_journal(r->disk.store);
    must(runner_start(&config, &r->runner, &e), &e);
    r->epoch = epoch_new();
    r->tenants = tenants_new();
    r->nonces = nonces_new(1, 0);
    r->engine = engine_new(&(struct engine_config){ .store = r->disk.store,
                                                    .epoch = r->epoch,
                                                    .tenants = r->tenants,
                                                    .nonces = r->nonces });
    must(engine_replay(r->engine, &e), &e);
}

static void start(struct rig *r)
{
    struct err e = { 0 };

    must(engine_start(r->engine, r->runner, &e), &e);
}

static void close_rig(struct rig *r)
{
    struct err e = { 0 };

    must(engine_silence(r->engine, &e), &e);
    runner_stop(&r->runner);
    must(engine_stop(r->engine, &e), &e);
    store_close(&r->disk.store);
    engine_free(&r->engine);
    tenants_free(&r->tenants);
    nonces_free(&r->nonces);
    epoch_free(&r->epoch);
}

static void rig_init(struct rig *r)
{
    *r = (struct rig){ .sealer = sealer_for_tests() };
    srig_init(&r->disk);
    r->disk.config.wall = rig_wall;
    r->disk.config.steady = rig_steady;
    r->disk.config.clock_ctx = &r->disk;
    atomic_store(&r->disk.wall, INT64_C(1760000000) * NS_PER_S);
    atomic_store(&r->disk.steady, NS_PER_S);
    open_rig(r);
    start(r);
}

static void rig_fini(struct rig *r)
{
    close_rig(r);
    srig_fini(&r->disk);
    sealer_close(&r->sealer);
}

static void pass(struct rig *r, int64_t ns)
{
    atomic_fetch_add(&r->disk.wall, ns);
    atomic_fetch_add(&r->disk.steady, ns);
}

/* ---- accounts with alerts ------------------------------------------------------- */

static void give(struct rig *r, uint32_t account, enum input_kind kind, struct buf *b)
{
    struct err e = { 0 };

    must(engine_do(r->engine, kind, account, buf_str(b), &e), &e);
    buf_fini(b);
}

static void fire_many(struct rig *r, uint32_t account, size_t n)
{
    struct arena a;
    struct alert_in *v;
    struct buf b;

    arena_init(&a);
    buf_init(&b, BUF_NO_LIMIT);
    v = arena_array(&a, struct alert_in, n);
    for (size_t i = 0; i < n; i++) {
        struct pair *label = arena_new(&a, struct pair);

        *label = (struct pair){ STR("alertname"), arena_printf(&a, "Disk %zu", i) };
        v[i] = (struct alert_in){ .door = DOOR_ALERTMANAGER,
                                  .starts_at = TIME_UNSET,
                                  .ends_at = TIME_UNSET,
                                  .generator_url = STR(""),
                                  .clear_id = STR(""),
                                  .labels = { label, 1 } };
    }
    alerts_encode(v, n, &b);
    give(r, account, INPUT_ALERTS, &b);
    arena_fini(&a);
}

static uint32_t account(struct rig *r, const char *name)
{
    uint32_t number = 0;
    struct err e = { 0 };

    must(engine_account(r->engine, str_of(name), &number, &e), &e);
    return number;
}

static uint64_t active(const struct rig *r, uint32_t number)
{
    return atomic_load(&flow_counters(engine_find(r->engine, number))->alerts_active);
}

/* A timer of one account is due when the process comes back, and the restart of
 * another is still being waited for: nothing may end before it was given its time. */
static void test_a_restart_comes_before_every_tick(void **state)
{
    struct rig r;
    uint32_t a, b;

    (void)state;
    rig_init(&r);
    a = account(&r, "a");
    b = account(&r, "b");
    fire_many(&r, b, 1);
    pass(&r, 10 * NS_PER_S);
    fire_many(&r, a, MANY);
    close_rig(&r);
    pass(&r, NS_PER_DAY);
    open_rig(&r);
    pass(&r, NS_PER_HOUR); /* the replay took so long */
    start(&r);
    assert_int_equal(active(&r, a), MANY);
    assert_int_equal(active(&r, b), 1);
    rig_fini(&r);
}

/* A walk that is under way ends first: the stop leaves a whole snapshot and no tail. */
static void test_a_stop_in_the_middle_of_a_walk_ends_clean(void **state)
{
    struct err e = { 0 };
    ok done = OK;
    struct rig r;
    uint32_t a;

    (void)state;
    rig_init(&r);
    a = account(&r, "a");
    fire_many(&r, a, MANY);
    must(engine_stop(r.engine, &e), &e); /* its threads are gone, the store is not */
    atomic_store(&r.engine->stopping, false);
    r.engine->since = SIZE_MAX;
    snapshot_turn(r.engine);
    assert_true(r.engine->walk);
    snapshot_last(r.engine, &e, &done);
    must(done, &e);
    close_rig(&r);
    open_rig(&r);
    assert_int_equal(active(&r, a), MANY);
    assert_int_equal(r.engine->since, 0); /* nothing was replayed behind it */
    start(&r);
    rig_fini(&r);
}

/* Not for little, nor before a moment has passed, nor twice at once; and after a start, as
 * the replay was a burst as well. */
static void test_when_free_memory_goes_back(void **state)
{
    int64_t before;
    struct trim *t;
    struct rig r;

    (void)state;
    rig_init(&r);
    assert_true(r.engine->trim.patience > 0);
    close_rig(&r);
    open_rig(&r);
    t = &r.engine->trim;
    trim_note(r.engine, TRIM_LEAST - 1);
    assert_int_equal(trim_due(r.engine), INT64_MAX);
    before = clock_steady();
    trim_note(r.engine, 1);
    assert_in_range(trim_due(r.engine), before + NS_PER_S / 10,
                    clock_steady() + NS_PER_S / 10);
    t->patience = 1;
    assert_int_equal(trim_due(r.engine), 1);
    trim_turn(r.engine);
    assert_int_equal(trim_due(r.engine), INT64_MAX);
    trim_note(r.engine, TRIM_LEAST);
    t->quiet = 1;
    assert_in_range(trim_due(r.engine), before + 5 * NS_PER_S,
                    clock_steady() + 5 * NS_PER_S);
    start(&r);
    rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_restart_comes_before_every_tick),
        cmocka_unit_test(test_a_stop_in_the_middle_of_a_walk_ends_clean),
        cmocka_unit_test(test_when_free_memory_goes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
