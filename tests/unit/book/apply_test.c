/* apply_test.c - contacts and groups: what a set of changes makes of the book. */
#include "../../support/fresh_book.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void refused(struct change c, enum fault fault, const char *field)
{
    uint64_t revision = book_revision(rig.book);

    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, fault);
    assert_string_equal(rig.e.field, field);
    assert_int_equal(book_revision(rig.book), revision);
}

static void members_are(const char *group, const char *want)
{
    const struct contact_group *g = book_contact_group(rig.book, str_of(group));
    struct buf b;

    assert_non_null(g);
    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < g->members.n; i++)
        buf_printf(&b, "%s%.*s", i == 0 ? "" : " ", STR_ARG(g->members.v[i]));
    buf_char(&b, '\0');
    assert_string_equal(b.p, want);
    buf_fini(&b);
}

static void test_make_and_modify(void **)
{
    const struct change_result *r;
    const struct object *o;
    struct change c = put_contact(&rig, "张三", NULL, NULL);
    struct contact *given = (struct contact *)(uintptr_t)c.object;

    given->describe = STR("第一班");
    given->lang = STR("zh-cn");
    r = rig_do(&rig, c);
    assert_true(r->created && r->changed);
    assert_int_equal(r->revision, 1);
    o = book_find(rig.book, OBJECT_CONTACT, STR("张三"));
    assert_ptr_equal(r->object, o);
    assert_int_equal(o->created, rig.now);
    assert_int_equal(o->updated, rig.now);
    assert_int_equal(o->order, 1);

    rig.now += NS_PER_S;
    given->describe = STR("second");
    given->lang = STR("en");
    c.present = FIELD_BIT(CONTACT_NAME) | FIELD_BIT(CONTACT_DESCRIBE);
    r = rig_do(&rig, c);
    assert_true(!r->created && r->changed);
    assert_int_equal(r->revision, 2);
    o = r->object;
    assert_int_equal(o->created, rig.now - NS_PER_S);
    assert_int_equal(o->updated, rig.now);
    assert_int_equal(o->order, 1);
    assert_true(str_is(BOOK_MODEL(o, contact)->describe, "second"));
    assert_true(str_is(BOOK_MODEL(o, contact)->lang, "zh-cn"));
}

/* The same again is a success that changes nothing: not even the generation. */
static void test_same_again(void **)
{
    const struct book *before;
    const struct change_result *r;

    rig_do(&rig, put_contact(&rig, "alice", "a@x.org", "c1"));
    before = rig.book;
    rig.now += NS_PER_S;
    r = rig_do(&rig, put_contact(&rig, "alice", "a@x.org", "c2"));
    assert_true(!r->created && !r->changed);
    assert_int_equal(r->revision, 1);
    assert_ptr_equal(rig.book, before);
    assert_int_equal(rig.r.effect_count, 0);
    assert_int_equal(book_count(rig.book, OBJECT_CONTACT), 1);
}

static void test_ops(void **)
{
    struct change c = put_contact(&rig, "alice", NULL, NULL);
    const struct object *o;

    c.op = CHANGE_UPDATE;
    refused(c, FAULT_NOT_FOUND, "name");
    c.op = CHANGE_CREATE;
    rig_do(&rig, c);
    refused(c, FAULT_EXISTS, "name");
    o = book_find(rig.book, OBJECT_CONTACT, STR("alice"));
    c.op = CHANGE_ENSURE;
    assert_false(rig_do(&rig, c)->created);
    assert_ptr_equal(rig.r.results[0].object, o);
    c.op = CHANGE_UPDATE;
    assert_false(rig_do(&rig, c)->changed);
    refused(delete_named(&rig, OBJECT_CONTACT, "bob"), FAULT_NOT_FOUND, "name");
    assert_null(rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, "alice"))->object);
    assert_null(book_find(rig.book, OBJECT_CONTACT, STR("alice")));
    assert_int_equal(rig.r.results[0].revision, book_revision(rig.book));
}

static void test_if_revision(void **)
{
    struct change c = put_contact(&rig, "alice", NULL, NULL);

    c.if_revision = 1;
    refused(c, FAULT_CONFLICT, "");
    c.if_revision = 0;
    rig_do(&rig, put_contact(&rig, "bob", NULL, NULL));
    rig_do(&rig, c); /* revision 2 */
    rig_do(&rig, put_contact(&rig, "carol", NULL, NULL));
    ((struct contact *)(uintptr_t)c.object)->describe = STR("new");
    c.if_revision = 3;
    refused(c, FAULT_CONFLICT, "");
    c.if_revision = 2;
    assert_int_equal(rig_do(&rig, c)->revision, 4);
    c = delete_named(&rig, OBJECT_CONTACT, "alice");
    c.if_revision = 2;
    refused(c, FAULT_CONFLICT, "");
    c.if_revision = 4;
    rig_do(&rig, c);
}

/* ---- groups ------------------------------------------------------------- */

static void make_contacts(const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        rig_do(&rig, put_contact(&rig, names[i], NULL, NULL));
}

#define NAMES(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }
#define NOBODY            \
    (const char *const[]) \
    {                     \
        NULL              \
    }

static void test_members(void **)
{
    make_contacts(NAMES("alice", "bob", "李四"));
    rig_do(&rig, put_group(&rig, "考勤系统组", NAMES("李四", "alice")));
    members_are("考勤系统组", "李四 alice");
    rig_do(&rig, put_group(&rig, "考勤系统组", NAMES("alice", "bob", "alice")));
    members_are("考勤系统组", "alice bob");
    rig_do(&rig, put_group(&rig, "考勤系统组", NULL));
    members_are("考勤系统组", "alice bob");
    rig_do(&rig, put_group(&rig, "考勤系统组", NOBODY));
    members_are("考勤系统组", "");
    rig_do(&rig, put_group(&rig, "empty", NULL));
    members_are("empty", "");
}

static void test_unknown_member(void **)
{
    make_contacts(NAMES("alice"));
    refused(put_group(&rig, "g", NAMES("alice", "王 五")), FAULT_INVALID, "members");
    assert_true(str_has(str_of(rig.e.text), STR("王 五")));
    assert_null(book_contact_group(rig.book, STR("g")));
    rig_do(&rig, put_group(&rig, "g", NAMES("alice")));
    refused(put_group(&rig, "g", NAMES("bob", "alice")), FAULT_INVALID, "members");
    members_are("g", "alice");
}

/* Composed and decomposed are one name; what was sent first is kept. */
static void test_normal_forms(void **)
{
    const char *composed = "Ren\u00e9", *decomposed = "Rene\u0301";

    make_contacts(NAMES(composed));
    assert_false(rig_do(&rig, put_contact(&rig, decomposed, NULL, NULL))->created);
    assert_true(str_is(book_contact(rig.book, str_of(decomposed))->name, composed));
    rig_do(&rig, put_group(&rig, decomposed, NAMES(decomposed, composed)));
    members_are(composed, decomposed);
    assert_false(rig_do(&rig, put_group(&rig, composed, NAMES(composed)))->changed);
    members_are(composed, decomposed);
    assert_true(str_is(book_contact_group(rig.book, str_of(composed))->name, decomposed));
    assert_int_equal(book_users(rig.book, REF_CONTACT, str_of(decomposed)), 1);
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, decomposed));
    members_are(composed, "");
}

static void test_hundred_members(void **)
{
    static char names[101][8];
    const char *list[102] = { 0 };
    struct change all[101];

    for (size_t i = 0; i < 101; i++) {
        snprintf(names[i], sizeof names[i], "c%zu", i);
        list[i] = names[i];
        all[i] = put_contact(&rig, names[i], NULL, NULL);
    }
    assert_int_equal(rig_apply(&rig, all, 101), OK);
    refused(put_group(&rig, "g", list), FAULT_INVALID, "members");
    list[100] = "c7"; /* said twice, counted once */
    rig_do(&rig, put_group(&rig, "g", list));
    list[100] = NULL;
    rig_do(&rig, put_group(&rig, "h", list));
    assert_int_equal(book_contact_group(rig.book, STR("g"))->members.n, 100);
    assert_int_equal(book_contact_group(rig.book, STR("h"))->members.n, 100);
}

/* ---- what follows -------------------------------------------------------- */

static const struct change_effect *effect_on(enum object_kind kind, const char *key)
{
    for (size_t i = 0; i < rig.r.effect_count; i++)
        if (rig.r.effects[i].kind == kind && str_is(rig.r.effects[i].key, key))
            return &rig.r.effects[i];
    return NULL;
}

static void test_deleted_contact_leaves_groups(void **)
{
    const struct change_effect *effect;

    make_contacts(NAMES("alice", "bob"));
    rig_do(&rig, put_group(&rig, "g1", NAMES("alice", "bob")));
    rig_do(&rig, put_group(&rig, "g2", NAMES("bob")));
    rig_do(&rig, put_group(&rig, "g3", NAMES("alice")));
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, "alice"));
    members_are("g1", "bob");
    members_are("g2", "bob");
    members_are("g3", "");
    assert_int_equal(rig.r.effect_count, 3);
    effect = effect_on(OBJECT_CONTACT, "alice");
    assert_true(effect->op == CHANGE_DELETE && effect->after == NULL);
    effect = effect_on(OBJECT_CONTACT_GROUP, "g1");
    assert_int_equal(effect->op, CHANGE_UPDATE);
    assert_int_equal(BOOK_MODEL(effect->before, contact_group)->members.n, 2);
    assert_int_equal(BOOK_MODEL(effect->after, contact_group)->members.n, 1);
    assert_null(effect_on(OBJECT_CONTACT_GROUP, "g2"));
    assert_int_equal(effect_on(OBJECT_CONTACT_GROUP, "g3")->after->revision, 6);
    assert_int_equal(book_users(rig.book, REF_CONTACT, STR("alice")), 0);
}

static void test_deleted_group_may_be_routed(void **)
{
    rig_do(&rig, put_group(&rig, "ops", NULL));
    rig_do(&rig, put_route(&rig, "r1", "ops"));
    rig_do(&rig, put_route(&rig, "r2", "ops"));
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT_GROUP, "ops"));
    assert_int_equal(rig.r.effect_count, 1);
    assert_int_equal(book_users(rig.book, REF_CONTACT_GROUP, STR("ops")), 2);
    assert_true(
        str_is(book_user_at(rig.book, REF_CONTACT_GROUP, STR("ops"), 1)->key, "r2"));
    assert_int_equal(
        BOOK_MODEL(book_find(rig.book, OBJECT_ROUTE, STR("r2")), route)->position, 2);
}

/* ---- sets ---------------------------------------------------------------- */

static void test_all_or_nothing(void **)
{
    const struct change set[] = {
        put_contact(&rig, "alice", NULL, NULL),
        put_group(&rig, "g", NAMES("alice")),
        put_group(&rig, "h", NAMES("nobody")),
    };

    assert_int_equal(rig_apply(&rig, set, 3), FAILED);
    assert_int_equal(rig.r.failed, 2);
    assert_int_equal(book_count(rig.book, OBJECT_CONTACT), 0);
    assert_int_equal(rig_apply(&rig, set, 2), OK);
    assert_int_equal(book_revision(rig.book), 1);
    assert_int_equal(rig.r.effect_count, 2);
    assert_int_equal(rig.r.results[1].revision, 1);
    assert_int_equal(rig_apply(&rig, set, 0), OK);
    assert_int_equal(book_revision(rig.book), 1);
}

/* One object, several changes: one effect, and results that are still there. */
static void test_same_object_twice(void **)
{
    const struct change made_and_gone[] = {
        put_contact(&rig, "alice", NULL, NULL),
        delete_named(&rig, OBJECT_CONTACT, "alice"),
    };
    const struct change gone_and_made[] = {
        delete_named(&rig, OBJECT_CONTACT, "bob"),
        put_contact(&rig, "bob", "b@x.org", NULL),
        put_contact(&rig, "bob", "bob@x.org", NULL),
    };

    rig_do(&rig, put_contact(&rig, "bob", NULL, NULL));
    assert_int_equal(rig_apply(&rig, made_and_gone, 2), OK);
    assert_int_equal(rig.r.effect_count, 0);
    assert_null(rig.r.results[0].object);
    assert_false(rig.r.results[0].changed || rig.r.results[0].created);
    assert_int_equal(book_revision(rig.book), 1);

    assert_int_equal(rig_apply(&rig, gone_and_made, 3), OK);
    assert_int_equal(rig.r.effect_count, 1);
    assert_int_equal(rig.r.effects[0].op, CHANGE_UPSERT);
    assert_non_null(rig.r.effects[0].before);
    assert_ptr_equal(rig.r.effects[0].after, rig.r.results[1].object);
    assert_true(
        str_is(book_contact(rig.book, STR("bob"))->addresses.v[0].plain, "bob@x.org"));
    assert_int_equal(book_revision(rig.book), 2);
}

/* An older generation is as it was, whatever came after it. */
static void test_generations(void **)
{
    struct str before, still;
    struct book *kept;

    make_contacts(NAMES("alice", "bob"));
    rig_do(&rig, put_group(&rig, "g", NAMES("alice", "bob")));
    kept = rig.book;
    book_ref(kept);
    before = rig_bytes(kept, &rig.a);
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, "alice"));
    rig_do(&rig, put_group(&rig, "g", NULL));
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT_GROUP, "g"));
    still = rig_bytes(kept, &rig.a);
    assert_true(str_eq(before, still));
    rig_judge(kept);
    assert_int_equal(book_users(kept, REF_CONTACT, STR("alice")), 1);
    book_unref(kept);
}

static void test_contact_zone(void **)
{
    struct zone_rules z = { STR("Asia/Shanghai"), STR("") };
    struct change c = put_contact(&rig, "alice", NULL, NULL);
    struct change set[] = {
        { .op = CHANGE_UPSERT, .kind = OBJECT_ZONE, .object = &z, .present = FIELDS_ALL },
        c
    };

    ((struct contact *)(uintptr_t)c.object)->zone = STR("Asia/Shanghai");
    refused(c, FAULT_INVALID, "zone");
    /* The smallest file: version 1, no transitions, one type, "UTC". */
    z.tzif =
        STR("TZif\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            "\0\1\0\0\0\4\0\0\0\0\0\0UTC\0");
    assert_int_equal(rig_apply(&rig, set, 2), OK);
    assert_true(str_eq(book_zone(rig.book, STR("Asia/Shanghai")), z.tzif));
    assert_true(str_is(book_zone(rig.book, STR("Mars/Olympus")), ""));
    assert_int_equal(book_users(rig.book, REF_ZONE, STR("Asia/Shanghai")), 1);
    refused(delete_named(&rig, OBJECT_ZONE, "Asia/Shanghai"), FAULT_IN_USE, "name");
    rig_do(&rig, delete_named(&rig, OBJECT_CONTACT, "alice"));
    rig_do(&rig, delete_named(&rig, OBJECT_ZONE, "Asia/Shanghai"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_make_and_modify),
        TEST(test_same_again),
        TEST(test_ops),
        TEST(test_if_revision),
        TEST(test_members),
        TEST(test_unknown_member),
        TEST(test_normal_forms),
        TEST(test_hundred_members),
        TEST(test_deleted_contact_leaves_groups),
        TEST(test_deleted_group_may_be_routed),
        TEST(test_all_or_nothing),
        TEST(test_same_object_twice),
        TEST(test_generations),
        TEST(test_contact_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
