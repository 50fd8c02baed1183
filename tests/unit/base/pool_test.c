/* pool_test.c - blocks and their numbers, against a plain table of what was taken. */
#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 600 };

struct taken {
    unsigned char *p; /* NULL: none */
    size_t n;
    uint32_t number;
    unsigned char mark;
};

static uint64_t seed = 7;

static uint32_t below(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % n;
}

static void take(struct pool *p, struct taken *t, size_t n)
{
    static unsigned char mark;

    *t = (struct taken){ .p = pool_take(p, n), .n = n, .mark = ++mark };
    t->number = pool_number(p, t->p);
    assert_int_not_equal(t->number, 0);
    assert_int_equal((uintptr_t)t->p % POOL_UNIT, 0);
    memset(t->p, t->mark, n);
}

/* Its bytes are its own, and its number leads to it. */
static void check(const struct pool *p, const struct taken *t)
{
    assert_ptr_equal(pool_at(p, t->number), t->p);
    for (size_t i = 0; i < t->n; i++)
        if (t->p[i] != t->mark)
            fail_msg("byte %zu of %zu was overwritten", i, t->n);
}

static size_t any_size(void)
{
    static const size_t edges[] = { 0,   1,   7,     8,     9,     511,    512,   513,
                                    575, 576, 65535, 65536, 65537, 262136, 262144 };

    switch (below(8)) {
    case 0:
        return edges[below(sizeof edges / sizeof *edges)];
    case 1:
        return below(70000);
    case 2:
        return below(3000);
    default:
        return below(200);
    }
}

static void test_random(void **)
{
    static struct taken v[BLOCKS];
    struct pool p;

    pool_init(&p);
    for (int round = 0; round < 30000; round++) {
        struct taken *t = &v[below(BLOCKS)];

        if (t->p == NULL) {
            take(&p, t, any_size());
            continue;
        }
        check(&p, t);
        pool_give(&p, t->p, t->n);
        t->p = NULL;
    }
    for (size_t i = 0; i < BLOCKS; i++)
        if (v[i].p != NULL)
            check(&p, &v[i]);
    pool_fini(&p);
}

/* What comes and goes takes no more room than what is there at once. */
static void test_used_again(void **)
{
    static const size_t sizes[] = { 8, 120, 512, 600, 9000, 65536, 65537, 1 << 20 };
    struct taken v[40];
    struct pool p;
    size_t full = 0, small = 0, left;

    pool_init(&p);
    for (size_t i = 0; i < 40; i++)
        small += sizes[i % 8] <= 512 ? sizes[i % 8] : 0;
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < 40; i++)
            take(&p, &v[i], sizes[i % 8]);
        if (round == 0)
            full = p.bytes;
        assert_int_equal(p.bytes, full);
        for (size_t i = 0; i < 40; i++) {
            check(&p, &v[i]);
            pool_give(&p, v[i].p, v[i].n);
        }
        assert_in_range(atomic_load(&p.idle), small, full); /* waits for the next */
        take(&p, &v[0], 120);
        left = atomic_load(&p.idle);
        pool_give(&p, v[0].p, 120);
        assert_int_equal(atomic_load(&p.idle), left + 120);
    }
    pool_fini(&p);
}

/* The last block of a chunk and the first of the next one are whole. */
static void test_chunks(void **)
{
    enum { MANY = 5000 };
    static struct taken v[MANY];
    struct pool p;

    pool_init(&p);
    for (size_t i = 0; i < MANY; i++)
        take(&p, &v[i], 8 * (i % 33 + 1));
    assert_true(p.made > 2);
    for (size_t i = 0; i < MANY; i++)
        check(&p, &v[i]);
    pool_fini(&p);
}

/* Who takes what comes from outside looks before there is none. */
static void chunks_are_counted(void **state)
{
    enum { LARGE = POOL_CHUNK_BYTES / 4 + 1 };
    struct pool p;
    void *small, *large[3];

    (void)state;
    pool_init(&p);
    assert_int_equal(p.chunks_left, POOL_CHUNKS - 1);
    small = pool_take(&p, 8);
    assert_int_equal(p.chunks_left, POOL_CHUNKS - 2);
    for (size_t i = 0; i < 3; i++)
        large[i] = pool_take(&p, LARGE);
    assert_int_equal(p.chunks_left, POOL_CHUNKS - 5);
    for (size_t i = 0; i < 3; i++)
        pool_give(&p, large[i], LARGE);
    pool_give(&p, small, 8);
    assert_int_equal(p.chunks_left, POOL_CHUNKS - 2); /* small blocks keep theirs */
    pool_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_are_counted),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_used_again),
        cmocka_unit_test(test_chunks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
