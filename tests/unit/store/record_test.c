/* record_test.c - the bytes of one flush: what is written is read, what is changed is
 * refused. */
#include "store/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct input inputs[] = {
    { .kind = INPUT_ACCOUNT,
      .account = 1,
      .seq = 41,
      .wall = 1790000000000000000,
      .steady = 5,
      .payload = STR_INIT("default") },
    { .kind = INPUT_ALERTS,
      .account = UINT32_MAX,
      .seq = 42,
      .wall = 1790000000000000001,
      .steady = 6,
      .payload = STR_INIT("\0\xff 磁盘满了 🔥") },
    { .kind = INPUT_TICK,
      .account = 0,
      .seq = 50,
      .wall = INT64_MIN,
      .steady = INT64_MAX,
      .payload = STR_INIT("") },
    { .kind = INPUT_LAST,
      .account = 9,
      .seq = 51,
      .wall = INT64_MAX,
      .steady = INT64_MIN,
      .payload = STR_INIT("n") },
};
enum { INPUTS = sizeof inputs / sizeof *inputs };

static void write_all(struct buf *b)
{
    struct record_place place = { 0 };

    buf_init(b, BUF_NO_LIMIT);
    records_begin(b);
    for (size_t i = 0; i < INPUTS; i++)
        records_add(b, &place, &inputs[i]);
    records_end(b);
}

static ok read_all(struct str blob, size_t *n, struct err *e)
{
    struct records rs;
    struct input in;

    *n = 0;
    if (records_open(blob, 41, &rs, e) != OK)
        return FAILED;
    for (; records_left(&rs); ++*n)
        if (records_next(&rs, &in, e) != OK)
            return FAILED;
    return OK;
}

static void test_round_trip(void **)
{
    struct records rs;
    struct input in;
    struct err e;
    struct buf b;

    write_all(&b);
    assert_int_equal(records_open(buf_str(&b), 41, &rs, &e), OK);
    assert_int_equal(rs.rules, FLOW_RULES);
    for (size_t i = 0; i < INPUTS; i++) {
        assert_true(records_left(&rs));
        assert_int_equal(records_next(&rs, &in, &e), OK);
        assert_int_equal(in.kind, inputs[i].kind);
        assert_int_equal(in.account, inputs[i].account);
        assert_int_equal(in.seq, inputs[i].seq);
        assert_int_equal(in.wall, inputs[i].wall);
        assert_int_equal(in.steady, inputs[i].steady);
        assert_true(str_eq(in.payload, inputs[i].payload));
        assert_null(in.ticket);
    }
    assert_false(records_left(&rs));
    buf_fini(&b);
}

static void test_every_changed_byte(void **)
{
    struct err e;
    struct buf b;
    size_t n;

    write_all(&b);
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] ^= 0x10;
        assert_int_equal(read_all(buf_str(&b), &n, &e), FAILED);
        assert_int_equal(e.fault, FAULT_SYNTAX);
        assert_non_null(strstr(e.text, "41"));
        b.p[i] ^= 0x10;
    }
    assert_int_equal(read_all(buf_str(&b), &n, &e), OK);
    assert_int_equal(n, INPUTS);
    buf_fini(&b);
}

/* It is whole, so it is never left out as what a power cut damaged. */
static void test_newer(void **)
{
    struct input in = inputs[0];
    struct record_place place = { 0 };
    struct err e;
    struct buf b;
    size_t n;

    buf_init(&b, BUF_NO_LIMIT);
    buf_char(&b, (char)JOURNAL_FORMAT);
    put_u64(&b, FLOW_RULES + 1);
    records_add(&b, &place, &in);
    records_end(&b);
    assert_int_equal(read_all(buf_str(&b), &n, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNSUPPORTED);
    assert_non_null(strstr(e.text, "newer Belfry"));
    buf_clear(&b);
    place = (struct record_place){ 0 };
    in.kind = (enum input_kind)(INPUT_LAST + 1);
    records_begin(&b);
    records_add(&b, &place, &in);
    records_end(&b);
    assert_int_equal(read_all(buf_str(&b), &n, &e), FAILED);
    assert_int_equal(e.fault, FAULT_UNSUPPORTED);
    assert_non_null(strstr(e.text, "newer Belfry"));
    buf_fini(&b);
}

static void test_every_cut(void **)
{
    struct err e;
    struct buf b;
    size_t n;

    write_all(&b);
    for (size_t i = 0; i < b.n; i++)
        assert_int_equal(read_all((struct str){ b.p, i }, &n, &e), FAILED);
    buf_fini(&b);
}

/* With a right checksum: the parser itself has to notice. */
static ok read_sealed(struct str body, struct err *e)
{
    struct buf b;
    size_t n;
    ok result;

    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, body);
    records_end(&b);
    result = read_all(buf_str(&b), &n, e);
    buf_fini(&b);
    return result;
}

static void test_wrong_inside(void **)
{
    static const struct {
        struct str body;
        enum fault fault;
    } wrong[] = {
        { STR_INIT("\x02\x01\x05\x01\x00\x00\x00\x00"), FAULT_UNSUPPORTED },
        { STR_INIT("\x01\x01\x00\x01\x00\x00\x00\x00"), FAULT_SYNTAX }, /* kind 0 */
        { STR_INIT("\x01\x01\x7f\x01\x00\x00\x00\x00"),
          FAULT_UNSUPPORTED }, /* a newer kind */
        { STR_INIT("\x01\x01\x05\xff\xff\xff\xff\x7f\x00\x00\x00\x00"), FAULT_SYNTAX },
        { STR_INIT("\x01\x01\x05\x01\x01\x00\x00\x00"), FAULT_SYNTAX }, /* first is 42 */
        { STR_INIT("\x01\x01\x05\x01\x00\x00\x00\x05zu"), FAULT_SYNTAX }, /* too long */
        { STR_INIT("\x01\x01\x05\x01\x00\x00\x00\x00\x05\x01\x00\x00\x00\x00"),
          FAULT_SYNTAX }, /* two of one sequence */
        { STR_INIT("\x01\x80"), FAULT_SYNTAX },
    };
    struct err e;

    assert_int_equal(read_sealed(STR("\x01\x01\x05\x01\x00\x00\x00\x00"), &e), OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(read_sealed(wrong[i].body, &e), FAILED);
        assert_int_equal(e.fault, wrong[i].fault);
    }
}

static void test_input_copies(void **)
{
    char text[] = "payload";
    struct input *in = input_new(INPUT_CHANGE, 3, str_of(text));

    text[0] = 'X';
    assert_true(str_is(in->payload, "payload"));
    assert_int_equal(in->kind, INPUT_CHANGE);
    assert_int_equal(in->account, 3);
    assert_null(in->ticket);
    assert_false(in->soft);
    input_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_every_changed_byte),
        cmocka_unit_test(test_newer),        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_wrong_inside), cmocka_unit_test(test_input_copies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
