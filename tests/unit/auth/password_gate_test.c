/* password_gate_test.c - who may in by password, before and after they were. */
#include "auth/tenant.h"

#include "../../support/says.h"
#include "base/buf.h"
#include "base/crypto.h"

static struct password_gate *gate;
static struct buf one, other;

static void hash(struct buf *b, const char *password)
{
    struct err e;

    buf_init(b, BUF_NO_LIMIT);
    assert_int_equal(password_hash(str_of(password), b, &e), OK);
}

static int set_up(void **state)
{
    (void)state;
    gate = password_gate_new();
    hash(&one, "p@ss 词");
    hash(&other, "p@ss 词");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    password_gate_free(&gate);
    buf_fini(&one);
    buf_fini(&other);
    return 0;
}

static bool passes(struct str hashed, const char *password)
{
    struct err e = { 0 };

    if (password_check(gate, hashed, str_of(password), &e) == OK)
        return true;
    assert_int_equal(e.fault, FAULT_UNAUTHENTICATED);
    return false;
}

static void again_and_again(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_false(passes(buf_str(&one), "p@ss"));
        assert_false(passes(buf_str(&one), ""));
        assert_false(passes(STR(""), "p@ss 词"));
        assert_false(passes(STR(""), ""));
        assert_true(passes(buf_str(&one), "p@ss 词"));
    }
    for (int i = 0; i < 1000; i++) /* far more than there is time for by the slow way */
        assert_true(passes(buf_str(&one), "p@ss 词"));
}

/* Who is remembered is remembered with the hash of then. */
static void a_new_password(void **state)
{
    struct buf changed;

    (void)state;
    hash(&changed, "another");
    assert_true(passes(buf_str(&one), "p@ss 词"));
    assert_false(passes(buf_str(&changed), "p@ss 词"));
    assert_true(passes(buf_str(&changed), "another"));
    assert_true(passes(buf_str(&other), "p@ss 词"));
    assert_false(passes(buf_str(&other), "another"));
    buf_fini(&changed);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    static const struct CMUnitTest tests[] = { T(again_and_again), T(a_new_password) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
