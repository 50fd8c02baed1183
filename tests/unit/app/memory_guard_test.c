/* memory_guard_test.c - who is told to come again when there is no room, and who is not. */
#include "app/memory_guard.h"

#include "flow/flow_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct flow flow; /* of it only what is free is read */
static size_t taken;

static bool take(void *ctx, struct input *in)
{
    (void)ctx;
    (void)in;
    taken++;
    return true;
}

/* Is it taken, with so many chunks of the flow's numbers left and as much memory idle? */
static bool takes(struct input in, uint32_t chunks, size_t idle)
{
    struct tenants *tenants = tenants_new();
    struct memory_guard guard;
    struct journal_port port;
    bool done;

    tenants_add(tenants, &(struct tenant){ .account = 1, .flow = &flow });
    atomic_store(&flow.intern.pool.chunks_left, chunks);
    atomic_store(&flow.intern.pool.idle, idle);
    memory_guard_init(&guard, 1 << 30, (struct journal_port){ .submit = take }, tenants);
    port = memory_guard_port(&guard);
    taken = 0;
    done = port.submit(port.ctx, &in);
    assert_int_equal(taken, done);
    assert_int_equal(atomic_load(&guard.refused), !done);
    tenants_free(&tenants);
    return done;
}

static void numbers_are_memory_too(void **state)
{
    const struct input alerts = { .kind = INPUT_ALERTS },
                       known = { .kind = INPUT_ALERTS, .known = true },
                       change = { .kind = INPUT_CHANGE };
    const uint32_t least = POOL_CHUNKS / 4;

    (void)state;
    assert_true(takes(alerts, POOL_CHUNKS - 1, 0));
    assert_true(takes(alerts, least + 1, 0));
    assert_false(takes(alerts, least, 0));
    assert_false(takes(alerts, 0, 0));
    /* what alerts left that are gone serves the next ones */
    assert_true(takes(alerts, least, POOL_CHUNK_BYTES));
    assert_true(takes(known, 0, 0));
    assert_true(takes(change, 0, 0));
}

/* However fast it comes: there is a look before much was let in unlooked at. */
static void bytes_bring_the_next_look_forward(void **state)
{
    struct input much = { .kind = INPUT_ALERTS, .payload = { "", 12 << 20 } };
    struct tenants *tenants = tenants_new();
    struct memory_guard guard;
    struct journal_port port;

    (void)state;
    tenants_add(tenants, &(struct tenant){ .account = 1, .flow = &flow });
    atomic_store(&flow.intern.pool.idle, 0);
    atomic_store(&flow.intern.pool.chunks_left, POOL_CHUNKS - 1);
    memory_guard_init(&guard, 4 << 10, (struct journal_port){ .submit = take }, tenants);
    port = memory_guard_port(&guard);
    assert_true(port.submit(port.ctx, &much));
    atomic_store(&guard.look_at, INT64_MAX); /* time brings none */
    atomic_store(&flow.intern.pool.chunks_left, 0);
    much.payload.n = 1000;
    assert_true(port.submit(port.ctx, &much));
    much.payload.n = 12 << 20;
    assert_false(port.submit(port.ctx, &much));
    tenants_free(&tenants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_memory_too),
        cmocka_unit_test(bytes_bring_the_next_look_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
