/* apply_silence_test.c - silences made, moved and ended: contracts/alertmanager.md
 * 2.7, at, below and above each bound. */
#include "../../support/book_rig.h"

#include "base/time.h"
#include "book/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct rig rig;
static unsigned minted;

static int setup(void **)
{
    rig_init(&rig);
    minted = 0;
    return 0;
}

static int teardown(void **)
{
    rig_judge(rig.book);
    rig_fini(&rig);
    return 0;
}

static const struct matcher team_a[] = { { STR_INIT("team"), MATCH_EQ, STR_INIT("a") },
                                         { STR_INIT("env"), MATCH_NE, STR_INIT("x") } };

static struct silence wanted(const char *id, int64_t from, int64_t to)
{
    return (struct silence){ .id = str_of(id),
                             .matchers = { team_a, 2 },
                             .starts_at = rig.now + from,
                             .ends_at = rig.now + to,
                             .created_by = STR("wei"),
                             .comment = STR("值班") };
}

static struct change put(const struct silence *s)
{
    return (struct change){ .op = CHANGE_SILENCE,
                            .kind = OBJECT_SILENCE,
                            .object = s,
                            .key = arena_printf(&rig.a, "new-%u", ++minted) };
}

static struct change end(const char *id)
{
    return (
        struct change){ .op = CHANGE_EXPIRE, .kind = OBJECT_SILENCE, .key = str_of(id) };
}

/* Puts it, which must do, and says under which id it stands. */
static struct str stands(struct silence s)
{
    const struct change_result *r = rig_do(&rig, put(&s));

    assert_non_null(r->object);
    return arena_str(&rig.a, BOOK_MODEL(r->object, silence)->id);
}

static const struct silence *get(struct str id)
{
    const struct silence *s = book_silence(rig.book, id);

    assert_non_null(s);
    return s;
}

static void refused(struct change c, enum fault fault, const char *text)
{
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, fault);
    assert_string_equal(rig.e.text, text);
}

static void refused_silence(struct silence s, enum fault fault, const char *text)
{
    refused(put(&s), fault, text);
}

static void test_new(void **)
{
    struct str id = stands(wanted("", -NS_PER_HOUR, NS_PER_HOUR));
    const struct silence *s = get(id);

    assert_true(str_is(id, "new-1"));
    assert_int_equal(s->starts_at, rig.now); /* not before it was made */
    assert_int_equal(s->ends_at, rig.now + NS_PER_HOUR);
    assert_int_equal(s->updated_at, rig.now);
    assert_true(str_is(s->comment, "值班"));
    assert_int_equal(rig.r.effect_count, 1);
    assert_true(rig.r.results[0].created);

    s = get(stands(wanted("", NS_PER_MIN, NS_PER_HOUR)));
    assert_int_equal(s->starts_at, rig.now + NS_PER_MIN);
    assert_int_equal(silence_state_at(s, rig.now), SILENCE_PENDING);
    assert_int_equal(silence_state_at(s, s->starts_at - 1), SILENCE_PENDING);
    assert_int_equal(silence_state_at(s, s->starts_at), SILENCE_ACTIVE);
    assert_int_equal(silence_state_at(s, s->ends_at - 1), SILENCE_ACTIVE);
    assert_int_equal(silence_state_at(s, s->ends_at), SILENCE_EXPIRED);
}

static void test_times_refused(void **)
{
    const char *order = "start time must be before end time";
    const char *past = "end time can't be in the past";

    refused_silence(wanted("", 5, 5), FAULT_INVALID, order);
    refused_silence(wanted("", 6, 5), FAULT_INVALID, order);
    refused_silence(wanted("", -5, -1), FAULT_INVALID, past);
    refused_silence(wanted("", -5, -6), FAULT_INVALID, order);
    refused_silence(wanted("nobody", -5, -1), FAULT_INVALID, past);
    (void)stands(wanted("", 4, 5));
    (void)stands(wanted("", -5, 0)); /* ends now: it has ended, but was not late */
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), 2);
}

static void test_start_may_be_unsaid(void **)
{
    struct silence s = wanted("", 0, NS_PER_HOUR);

    s.starts_at = TIME_UNSET;
    assert_int_equal(get(stands(s))->starts_at, rig.now);
}

static void test_matchers_refused(void **)
{
    const char *empty = "at least one matcher must not match the empty string";
    struct matcher ms[2] = { { STR("a"), MATCH_EQ, STR("") },
                             { STR("b"), MATCH_RE, STR("x*") } };
    struct silence s = wanted("", 0, NS_PER_HOUR);

    s.matchers = (struct matchers){ ms, 2 };
    refused_silence(s, FAULT_INVALID, empty);
    ms[1].value = STR("x+");
    (void)stands(s);
    ms[1] = (struct matcher){ STR("b"), MATCH_NE, STR("x") }; /* as Alertmanager */
    (void)stands(s);
    ms[1] = (struct matcher){ STR("b"), MATCH_NRE, STR("x") };
    (void)stands(s);
    s.id = STR("nobody");
    s.matchers.n = 1;
    refused_silence(s, FAULT_NOT_FOUND, "silence not found");
}

static void test_unknown_id(void **)
{
    refused_silence(wanted("nobody", 0, NS_PER_HOUR), FAULT_NOT_FOUND,
                    "silence not found");
    refused(end("nobody"), FAULT_NOT_FOUND, "silence not found");
}

/* ---- in place, or a new one in its place -------------------------------------- */

static struct str begun(void)
{
    struct str id = stands(wanted("", 0, NS_PER_HOUR));

    rig.now += 10 * NS_PER_S;
    return id;
}

static void replaced(struct str old, struct silence s)
{
    int64_t ends = get(old)->ends_at;
    struct str id = stands(s);

    assert_false(str_eq(id, old));
    assert_true(rig.r.results[0].created);
    assert_int_equal(silence_state_at(get(old), rig.now), SILENCE_EXPIRED);
    assert_int_equal(get(old)->ends_at, ends < rig.now ? ends : rig.now);
    assert_int_equal(get(id)->starts_at, s.starts_at < rig.now ? rig.now : s.starts_at);
    assert_int_equal(rig.r.effect_count, ends < rig.now ? 1 : 2);
}

static void kept(struct str old, struct silence s)
{
    size_t n = book_count(rig.book, OBJECT_SILENCE);

    assert_true(str_eq(stands(s), old));
    assert_false(rig.r.results[0].created);
    assert_int_equal(book_count(rig.book, OBJECT_SILENCE), n);
    assert_int_equal(get(old)->starts_at, s.starts_at);
    assert_int_equal(get(old)->ends_at, s.ends_at);
    assert_int_equal(get(old)->updated_at, rig.now);
}

static void test_active_in_place(void **)
{
    struct str id = begun();
    int64_t began = get(id)->starts_at;
    struct silence s = wanted(id.p, -10 * NS_PER_S, 2 * NS_PER_HOUR);

    s.comment = STR("longer");
    s.starts_at = began + NS_PER_S - 1 - began % NS_PER_S; /* the same second */
    kept(id, s);
    assert_true(str_is(get(id)->comment, "longer"));
    s.ends_at = rig.now; /* ended by moving its end */
    kept(id, s);
    assert_int_equal(silence_state_at(get(id), rig.now), SILENCE_EXPIRED);
}

static void test_active_elsewhere(void **)
{
    struct str id = begun();
    struct silence s = wanted(id.p, -10 * NS_PER_S, 2 * NS_PER_HOUR);

    s.starts_at = get(id)->starts_at - get(id)->starts_at % NS_PER_S + NS_PER_S;
    replaced(id, s); /* a second later */
    id = begun();
    s = wanted(id.p, -11 * NS_PER_S, NS_PER_HOUR);
    replaced(id, s); /* a second earlier */
}

static void test_other_matchers(void **)
{
    const struct matcher turned[] = { team_a[1], team_a[0] };
    struct str id = begun();
    struct silence s = wanted(id.p, -10 * NS_PER_S, NS_PER_HOUR);

    s.matchers = (struct matchers){ turned, 2 }; /* in their order */
    replaced(id, s);
    id = begun();
    s = wanted(id.p, -10 * NS_PER_S, NS_PER_HOUR);
    s.matchers.n = 1;
    replaced(id, s);
}

static void test_pending(void **)
{
    struct str id = stands(wanted("", NS_PER_MIN, NS_PER_HOUR));

    rig.now += NS_PER_S;
    kept(id, wanted(id.p, 0, NS_PER_HOUR)); /* at */
    id = stands(wanted("", NS_PER_MIN, NS_PER_HOUR));
    rig.now += NS_PER_S;
    kept(id, wanted(id.p, 1, NS_PER_HOUR)); /* above */
    rig.now -= NS_PER_S;
    replaced(id, wanted(id.p, -1, NS_PER_HOUR)); /* below */
}

static void test_expired_is_never_touched(void **)
{
    struct str id = begun();
    int64_t ended;

    rig_do(&rig, end(id.p));
    ended = rig.now;
    rig.now += NS_PER_S;
    replaced(id, wanted(id.p, -11 * NS_PER_S, NS_PER_HOUR));
    assert_int_equal(get(id)->ends_at, ended);
}

/* ---- ends ------------------------------------------------------------------------ */

static void test_expire(void **)
{
    struct str active = begun(), pending = stands(wanted("", 60, NS_PER_HOUR));
    uint64_t revision;

    rig_do(&rig, end(active.p));
    assert_int_equal(get(active)->ends_at, rig.now);
    assert_int_equal(get(active)->starts_at, rig.now - 10 * NS_PER_S);
    rig_do(&rig, end(pending.p));
    assert_int_equal(get(pending)->starts_at, rig.now);
    assert_int_equal(get(pending)->ends_at, rig.now);
    revision = book_revision(rig.book);
    rig.now += NS_PER_S;
    rig_do(&rig, end(active.p));
    rig_do(&rig, end(pending.p));
    assert_false(rig.r.results[0].changed);
    assert_int_equal(rig.r.effect_count, 0);
    assert_int_equal(book_revision(rig.book), revision);
    assert_int_equal(get(pending)->ends_at, rig.now - NS_PER_S);
}

static void test_minted_twice(void **)
{
    struct silence s = wanted("", 0, NS_PER_HOUR);
    struct change c = put(&s);

    rig_do(&rig, c);
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, FAULT_EXISTS);
}

static void test_from_a_file(void **)
{
    struct silence s = wanted("of-file", 0, NS_PER_HOUR);
    struct change v[] = { { .op = CHANGE_PROVISION_BEGIN, .provisioned = STR("f") },
                          { .op = CHANGE_UPSERT,
                            .kind = OBJECT_SILENCE,
                            .object = &s,
                            .present = ~UINT64_C(0),
                            .provisioned = STR("f") } };

    assert_int_equal(rig_apply(&rig, v, 2), OK);
    assert_int_equal(rig_one(&rig, end("of-file")), FAILED);
    assert_int_equal(rig.e.fault, FAULT_PROVISIONED);
    assert_int_equal(rig_one(&rig, put(&s)), FAILED);
    assert_int_equal(rig.e.fault, FAULT_PROVISIONED);
}

static void test_door(void **)
{
    struct silence s = wanted("", 0, NS_PER_HOUR);
    struct change c = put(&s), x = end("a b");
    struct matcher bad = { STR("a"), MATCH_RE, STR("(") };
    struct err e;

    assert_int_equal(change_check(&c, &e), OK);
    c.key = STR("");
    assert_int_equal(change_check(&c, &e), FAILED);
    assert_int_equal(change_check(&x, &e), FAILED);
    assert_string_equal(e.field, "id");
    c = put(&s);
    c.kind = OBJECT_ROUTE;
    assert_int_equal(change_check(&c, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNSUPPORTED);
    c = put(&s);
    s.matchers = (struct matchers){ &bad, 1 };
    assert_int_equal(change_check(&c, &e), FAILED);
    assert_string_equal(e.field, "matchers.value");
    s.matchers.n = 0;
    assert_int_equal(change_check(&c, &e), FAILED);
}

static void test_forget(void **)
{
    struct str ids[3] = { stands(wanted("", 0, 9)), stands(wanted("", 0, 9)),
                          STR("nobody") };
    struct book *same = book_forget(rig.book, OBJECT_SILENCE, &ids[2], 1);
    struct book *less = book_forget(rig.book, OBJECT_SILENCE, ids + 1, 2);

    assert_ptr_equal(same, rig.book);
    assert_int_equal(book_count(less, OBJECT_SILENCE), 1);
    assert_non_null(book_silence(less, ids[0]));
    assert_int_equal(book_revision(less), book_revision(rig.book) + 1);
    rig_judge(less);
    book_unref(same);
    book_unref(less);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_new),
        TEST(test_times_refused),
        TEST(test_start_may_be_unsaid),
        TEST(test_matchers_refused),
        TEST(test_unknown_id),
        TEST(test_active_in_place),
        TEST(test_active_elsewhere),
        TEST(test_other_matchers),
        TEST(test_pending),
        TEST(test_expired_is_never_touched),
        TEST(test_expire),
        TEST(test_minted_twice),
        TEST(test_from_a_file),
        TEST(test_door),
        TEST(test_forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
