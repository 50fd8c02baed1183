/* change_test.c - change records: what goes in comes out, damage does not. */
#include "../../support/random_object.h"
#include "book/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;

static int setup(void **)
{
    arena_init(&arena);
    return 0;
}

static int teardown(void **)
{
    arena_fini(&arena);
    return 0;
}

static struct secret chance_secret(struct chance *c)
{
    return (struct secret){ chance_text(c, &arena), chance_text(c, &arena),
                            chance_text(c, &arena) };
}

/* Each op has only the members that it uses. */
static struct change chance_change(struct chance *c, enum change_op op)
{
    struct change out = {
        .op = op,
        .kind = (enum object_kind)chance_below(c, OBJECT_COUNT),
        .present = chance_u64(c),
        .if_revision = chance_below(c, 2) * chance_u64(c),
        .key = STR(""),
        .code_digest = STR(""),
        .code = { STR(""), STR(""), STR("") },
        .provisioned = chance_below(c, 2) ? chance_text(c, &arena) : STR(""),
    };

    if (op <= CHANGE_DELETE) {
        out.object = chance_object(c, object_kinds[out.kind].schema, &arena);
    } else if (op <= CHANGE_UNSUBSCRIBE) {
        out.key = chance_text(c, &arena);
        out.channel = (int)chance_below(c, CHANNEL_COUNT);
        out.code_digest = chance_text(c, &arena);
        out.code = chance_secret(c);
    } else if (op == CHANGE_SILENCE || op == CHANGE_EXPIRE) {
        out.key = chance_text(c, &arena);
        if (op == CHANGE_SILENCE)
            out.object = chance_object(c, object_kinds[out.kind].schema, &arena);
    }
    return out;
}

static struct change_set chance_set(struct chance *c, size_t n)
{
    struct change *v = arena_array(&arena, struct change, n);
    struct change_set set = { .actor = { .user = chance_text(c, &arena),
                                         .key_id = chance_text(c, &arena),
                                         .remote = STR("[::1]:80"),
                                         .operation = chance_text(c, &arena),
                                         .nonce = chance_text(c, &arena),
                                         .nonce_expires = (int64_t)chance_u64(c) },
                              .v = v,
                              .n = n };

    for (size_t i = 0; i < n; i++)
        v[i] = chance_change(c, (enum change_op)(i % CHANGE_OP_COUNT));
    return set;
}

static struct str encoded(const struct change_set *set)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    change_set_encode(set, &b);
    out = arena_str(&arena, buf_str(&b));
    buf_fini(&b);
    return out;
}

static void equal_actors(const struct actor *a, const struct actor *b)
{
    assert_true(str_eq(a->user, b->user));
    assert_true(str_eq(a->key_id, b->key_id));
    assert_true(str_eq(a->remote, b->remote));
    assert_true(str_eq(a->operation, b->operation));
    assert_true(str_eq(a->nonce, b->nonce));
    assert_int_equal(a->nonce_expires, b->nonce_expires);
}

static void equal_changes(const struct change *a, const struct change *b)
{
    assert_int_equal(a->op, b->op);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->present, b->present);
    assert_int_equal(a->if_revision, b->if_revision);
    assert_true(str_eq(a->key, b->key));
    assert_int_equal(a->channel, b->channel);
    assert_true(str_eq(a->code_digest, b->code_digest));
    assert_true(str_eq(a->code.sealed, b->code.sealed));
    assert_true(str_eq(a->code.shown, b->code.shown));
    assert_true(str_eq(a->code.digest, b->code.digest));
    assert_true(str_eq(a->provisioned, b->provisioned));
    assert_int_equal(a->object != NULL, b->object != NULL);
    if (a->object != NULL)
        assert_true(schema_equal(object_kinds[a->kind].schema, a->object, b->object));
}

static void test_round_trip(void **)
{
    struct chance chance = { 11 };

    for (size_t n = 0; n < 60; n++) {
        struct change_set in = chance_set(&chance, n), out;
        struct str bytes = encoded(&in);
        struct err e;

        assert_int_equal(change_set_decode(bytes, &arena, &out, &e), OK);
        equal_actors(&in.actor, &out.actor);
        assert_int_equal(out.n, n);
        for (size_t i = 0; i < n; i++)
            equal_changes(&in.v[i], &out.v[i]);
        assert_true(str_eq(encoded(&out), bytes));
    }
}

static void test_damage(void **)
{
    struct chance chance = { 12 };
    struct change_set in = chance_set(&chance, 10), out;
    struct str bytes = encoded(&in);
    char *padded = arena_zero(&arena, bytes.n + 1);
    struct err e;

    for (size_t n = 0; n < bytes.n; n++) {
        assert_int_equal(change_set_decode(str_head(bytes, n), &arena, &out, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
    }
    memcpy(padded, bytes.p, bytes.n);
    assert_int_equal(
        change_set_decode((struct str){ padded, bytes.n + 1 }, &arena, &out, &e), FAILED);
}

/* Six empty members of an actor, one change. */
static void test_forged_heads(void **)
{
    static const struct {
        struct str bytes;
        ok want;
    } rows[] = {
        { STR_INIT("\0\0\0\0\0\0\0"), OK },
        { STR_INIT("\0\0\0\0\0\0\1\x08\0\0\0\0"), OK },       /* PROVISION_BEGIN */
        { STR_INIT("\0\0\0\0\0\0\1\x09\0\0\0\0"), FAILED },   /* no such op */
        { STR_INIT("\0\0\0\0\0\0\1\x08\x7f\0\0\0"), FAILED }, /* no such kind */
        { STR_INIT("\0\0\0\0\0\0\2\x08\0\0\0\0"), FAILED },   /* not that many */
        { STR_INIT("\0\0\0\0\0\0\1\5\0\0\0\0\0\x19\0\0\0\0"), OK },
        { STR_INIT("\0\0\0\0\0\0\1\5\0\0\0\0\0\x1a\0\0\0\0"), FAILED }, /* channel */
        { STR_INIT("\0\0\0\0\0\0\1\0\2\0\0\0\1\0"), OK },
        { STR_INIT("\0\0\0\0\0\0\1\0\2\0\0\0\0"), FAILED }, /* no object */
    };
    struct change_set out;
    struct err e;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(change_set_decode(rows[i].bytes, &arena, &out, &e),
                         rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_forged_heads),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
