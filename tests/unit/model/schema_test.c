/* schema_test.c - every table: bytes, copies, equality, overlays, JSON. */
#include "../../support/random_object.h"
#include "base/time.h"
#include "model/objects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { ROUNDS = 300 };

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

static struct str encoded(const struct schema *s, const void *object)
{
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    schema_encode(s, object, &b);
    out = arena_str(&arena, buf_str(&b));
    buf_fini(&b);
    return out;
}

static struct str shown(const struct schema *s, const void *object)
{
    struct json_out o;
    struct str out;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    schema_json(s, object, &o);
    out = arena_str(&arena, buf_str(&b));
    buf_fini(&b);
    return out;
}

/* Tags rise, members do not overlap and lie inside, names are there. */
static void judge_table(const struct schema *s)
{
    size_t end = 0;
    unsigned last = 0;

    for (const struct field *f = s->fields; f->tag != 0; f++) {
        assert_true(f->tag > last && f->tag < 64);
        assert_true(f->offset >= end && f->offset < s->size);
        assert_true(f->name[0] != '\0' && f->doc[0] != '\0');
        assert_true((f->kind == FIELD_LIST) == (f->of != NULL));
        assert_true((f->kind == FIELD_ENUM) == (f->words != NULL));
        if (f->kind == FIELD_LIST)
            judge_table(f->of);
        last = f->tag;
        end = f->offset + 1;
    }
}

static void test_tables(void **)
{
    for (int i = 0; i < OBJECT_COUNT; i++) {
        judge_table(object_kinds[i].schema);
        assert_string_equal(object_kinds[i].name, object_kinds[i].schema->name);
    }
}

static void test_round_trip(void **)
{
    struct chance chance = { 1 };
    struct err e;

    for (int i = 0; i < ROUNDS * OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i % OBJECT_COUNT].schema;
        void *object = chance_object(&chance, s, &arena);
        void *decoded = arena_alloc(&arena, s->size);
        struct str bytes = encoded(s, object);
        void *copy = schema_copy(s, object, &arena);

        assert_int_equal(schema_decode(s, bytes, &arena, decoded, &e), OK);
        assert_true(schema_equal(s, object, decoded));
        assert_true(str_eq(encoded(s, decoded), bytes));
        assert_true(schema_equal(s, object, copy));
        assert_true(str_eq(encoded(s, copy), bytes));
        assert_true(str_eq(shown(s, copy), shown(s, decoded)));
    }
}

/* A copy in a piece of memory of exactly schema_size bytes shares nothing. */
static void test_copy_owns_all(void **)
{
    struct chance chance = { 2 };

    for (int i = 0; i < ROUNDS * OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i % OBJECT_COUNT].schema;
        struct arena other;
        struct str before, after;
        void *object, *room;

        arena_init(&other);
        object = chance_object(&chance, s, &other);
        room = arena_alloc(&arena, schema_size(s, object));
        assert_ptr_equal(schema_copy_into(s, object, room), room);
        before = encoded(s, object);
        arena_fini(&other); /* under ASan a shared byte shows from here on */
        after = encoded(s, room);
        assert_true(str_eq(before, after));
    }
}

static void test_cut(void **)
{
    struct chance chance = { 3 };
    struct err e;

    for (int i = 0; i < 4 * OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i % OBJECT_COUNT].schema;
        struct str bytes = encoded(s, chance_object(&chance, s, &arena));
        void *decoded = arena_alloc(&arena, s->size);
        char *padded = arena_zero(&arena, bytes.n + 1);

        for (size_t n = 0; n < bytes.n; n++) {
            assert_int_equal(schema_decode(s, str_head(bytes, n), &arena, decoded, &e),
                             FAILED);
            assert_int_equal(e.fault, FAULT_SYNTAX);
        }
        memcpy(padded, bytes.p, bytes.n);
        assert_int_equal(
            schema_decode(s, (struct str){ padded, bytes.n + 1 }, &arena, decoded, &e),
            FAILED);
    }
}

/* One field at a time: what differs there differs, and an overlay of exactly
 * that field makes it equal again. */
static void test_equal_and_overlay(void **)
{
    struct chance chance = { 4 };

    for (int i = 0; i < ROUNDS * OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i % OBJECT_COUNT].schema;
        void *a = chance_object(&chance, s, &arena);
        void *b = chance_object(&chance, s, &arena);
        void *mixed = schema_copy(s, a, &arena);
        uint64_t different = 0;

        for (const struct field *f = s->fields; f->tag != 0; f++) {
            void *one = schema_copy(s, a, &arena);

            schema_overlay(s, FIELD_BIT(f->tag), b, one);
            if (!schema_equal(s, a, one))
                different |= FIELD_BIT(f->tag);
        }
        assert_int_equal(schema_equal(s, a, b), different == 0);
        schema_overlay(s, different, b, mixed);
        assert_true(schema_equal(s, mixed, b));
        schema_overlay(s, 0, a, mixed);
        assert_true(schema_equal(s, mixed, b));
        schema_overlay(s, FIELDS_ALL, a, mixed);
        assert_true(schema_equal(s, mixed, a));
    }
}

static void test_zero(void **)
{
    for (int i = 0; i < OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i].schema;
        void *zero = arena_alloc(&arena, s->size);
        void *decoded = arena_alloc(&arena, s->size);
        struct err e;

        memset(zero, 0xaa, s->size);
        schema_zero(s, zero);
        assert_true(str_eq(encoded(s, zero), STR("\0")));
        assert_int_equal(schema_decode(s, STR("\0"), &arena, decoded, &e), OK);
        assert_true(schema_equal(s, zero, decoded));
        for (const struct field *f = s->fields; f->tag != 0; f++)
            if (f->kind == FIELD_STR)
                assert_non_null(((struct str *)((char *)decoded + f->offset))->p);
    }
}

/* ---- an object from a later version ------------------------------------ */

struct later {
    struct str first;
    int64_t added_number;
    struct str added_text;
    struct strs added_names;
    struct secret added_secret;
    bool last;
};

static const struct field later_fields[] = {
    { 1, FIELD_STR, "first", offsetof(struct later, first), NULL, NULL, "d" },
    { 2, FIELD_I64, "n", offsetof(struct later, added_number), NULL, NULL, "d" },
    { 3, FIELD_STR, "t", offsetof(struct later, added_text), NULL, NULL, "d" },
    { 4, FIELD_STRS, "s", offsetof(struct later, added_names), NULL, NULL, "d" },
    { 40, FIELD_SECRET, "x", offsetof(struct later, added_secret), NULL, NULL, "d" },
    { 63, FIELD_BOOL, "last", offsetof(struct later, last), NULL, NULL, "d" },
    { 0 },
};
static const struct field earlier_fields[] = {
    { 1, FIELD_STR, "first", offsetof(struct later, first), NULL, NULL, "d" },
    { 63, FIELD_BOOL, "last", offsetof(struct later, last), NULL, NULL, "d" },
    { 0 },
};
static const struct schema later_schema = { "later", sizeof(struct later), later_fields,
                                            NULL };
static const struct schema earlier_schema = { "earlier", sizeof(struct later),
                                              earlier_fields, NULL };

static void test_unknown_tags_are_skipped(void **)
{
    const struct str names[] = { STR("a"), STR("") };
    struct later in = { .first = STR("考勤"),
                        .added_number = -7,
                        .added_text = STR("text"),
                        .added_names = { names, 2 },
                        .added_secret = { STR("s"), STR("m"), STR("d") },
                        .last = true };
    struct str bytes = encoded(&later_schema, &in);
    struct later out;
    struct err e;

    assert_int_equal(schema_decode(&earlier_schema, bytes, &arena, &out, &e), OK);
    assert_true(str_is(out.first, "考勤"));
    assert_true(out.last);
    assert_int_equal(out.added_number, 0);
    assert_int_equal(schema_decode(&later_schema, bytes, &arena, &out, &e), OK);
    assert_true(schema_equal(&later_schema, &in, &out));
}

/* Damage that a length does not show. */
static void test_bad_bytes(void **)
{
    static const struct {
        struct str bytes;
        ok want;
    } rows[] = {
        { STR_INIT("\x05\x01x\x00"), OK },                 /* tag 1, bytes "x" */
        { STR_INIT("\x05\x00\x00"), FAILED },              /* empty is left out */
        { STR_INIT("\x04\x01\x00"), FAILED },              /* a number is no text */
        { STR_INIT("\x05\x01x\x05\x01x\x00"), FAILED },    /* twice */
        { STR_INIT("\xfc\x01\x01\x00"), OK },              /* tag 63, true */
        { STR_INIT("\xfc\x01\x02\x00"), FAILED },          /* neither true nor false */
        { STR_INIT("\xfc\x01\x00\x00"), FAILED },          /* false is left out */
        { STR_INIT("\xfc\x01\x01\x05\x01x\x00"), FAILED }, /* falling tags */
        { STR_INIT("\x0b\x00\x00"), FAILED },              /* tag 2, no such shape */
        { STR_INIT("\x80\x02\x05\x00"), OK },              /* tag 64: unknown, skipped */
        { STR_INIT("\x0e\x05\x00\x00\x00\x00"), FAILED },  /* block past the end */
    };
    struct later out;
    struct err e;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(schema_decode(&earlier_schema, rows[i].bytes, &arena, &out, &e),
                         rows[i].want);
}

/* ---- what people see ---------------------------------------------------- */

static void test_json(void **)
{
    const struct address addresses[] = {
        { .channel = CHANNEL_DINGTALK,
          .plain = STR(""),
          .secret = { STR("SEALED"), STR("https://oapi.dingtalk.com/...cdef"),
                      STR("0123456789abcdef") },
          .state = ADDRESS_OK,
          .confirmed_at = INT64_C(1700000000000000000) },
    };
    const struct contact c = { .name = STR("张 \"三\""),
                               .describe = STR("a\nb"),
                               .lang = STR("zh-cn"),
                               .zone = STR(""),
                               .addresses = { addresses, 1 } };
    const struct str names[] = { STR("alertname") };
    const struct matcher matchers[] = { { STR("team"), MATCH_RE, STR("ops|dba") } };
    const struct route r = { .name = STR("ops"),
                             .matchers = { matchers, 1 },
                             .group_by = { names, 1 },
                             .group_wait = 30 * NS_PER_S,
                             .repeat_interval = 4 * NS_PER_HOUR,
                             .position = -1 };
    const struct zone_rules z = { STR("Asia/Shanghai"), STR("TZif\0\xff") };

    assert_string_equal(
        shown(&contact_schema, &c).p,
        "{\"name\":\"张 \\\"三\\\"\",\"describe\":\"a\\nb\",\"lang\":\"zh-cn\","
        "\"zone\":\"\",\"addresses\":[{\"channel\":\"dingtalk\",\"plain\":\"\","
        "\"secret\":\"https://oapi.dingtalk.com/...cdef\",\"state\":\"ok\","
        "\"code\":\"\",\"asked_at\":null,"
        "\"confirmed_at\":\"2023-11-14T22:13:20Z\"}],\"min_severity\":[],\"quiet\":[],"
        "\"quiet_except\":\"critical\"}");
    assert_string_equal(
        shown(&route_schema, &r).p,
        "{\"name\":\"ops\",\"matchers\":[{\"name\":\"team\",\"op\":\"=~\","
        "\"value\":\"ops|dba\"}],\"group_by\":[\"alertname\"],\"group_wait\":\"30s\","
        "\"group_interval\":\"0s\",\"repeat_interval\":\"4h\",\"contact_groups\":[],"
        "\"action_rules\":[],\"webhooks\":[],\"position\":-1,\"parent\":\"\","
        "\"go_on\":false,\"receiver\":\"\",\"mute_intervals\":[],"
        "\"active_intervals\":[],\"labels\":[],\"disabled\":false,\"escalation\":\"\","
        "\"branch\":false,"
        "\"ends_untold\":false,\"channels\":[],\"owner\":\"\",\"starts_untold\":false}");
    assert_string_equal(shown(&zone_rules_schema, &z).p,
                        "{\"name\":\"Asia/Shanghai\",\"tzif\":6}");
}

/* Whatever an object holds, no sealed byte, digest or hash is shown. */
static void test_json_masks(void **)
{
    struct chance chance = { 5 };
    struct user u = { .password_hash = STR("$argon2id$HASH"),
                      .bearer_digest = STR("HASH") };

    for (int i = 0; i < ROUNDS * OBJECT_COUNT; i++) {
        const struct schema *s = object_kinds[i % OBJECT_COUNT].schema;
        struct str json = shown(s, chance_object(&chance, s, &arena));

        assert_false(str_has(json, STR("SEALED")));
        assert_false(str_has(json, STR("DIGEST")));
    }
    assert_false(str_has(shown(&user_schema, &u), STR("HASH")));
}

/* Sealed twice, the same secret is the same; another is not. */
static void test_secrets_compare_by_digest(void **)
{
    struct webhook_target a = { .url = { STR("one"), STR("m"), STR("dddd") } };
    struct webhook_target b = { .url = { STR("two"), STR("m"), STR("dddd") } };
    const struct route ra = { .webhooks = { &a, 1 } }, rb = { .webhooks = { &b, 1 } };

    assert_true(schema_equal(&route_schema, &ra, &rb));
    b.url.digest = STR("eeee");
    assert_false(schema_equal(&route_schema, &ra, &rb));
    b.url = (struct secret){ STR(""), STR(""), STR("") };
    assert_false(schema_equal(&route_schema, &ra, &rb));
    a.url = (struct secret){ STR("one"), STR("m"), STR("") };
    assert_false(schema_equal(&route_schema, &ra, &rb));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_copy_owns_all),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_equal_and_overlay),
        cmocka_unit_test(test_zero),
        cmocka_unit_test(test_unknown_tags_are_skipped),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_masks),
        cmocka_unit_test(test_secrets_compare_by_digest),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
