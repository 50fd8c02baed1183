/* apply_rule_test.c - action rules, topics, templates, routes, users: what
 * must exist, what is full, what is kept. */
#include "../../support/fresh_book.h"

#include "book/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void refused(struct change c, enum fault fault, const char *field)
{
    assert_int_equal(rig_one(&rig, c), FAILED);
    assert_int_equal(rig.e.fault, fault);
    assert_string_equal(rig.e.field, field);
}

/* The model of a change that a helper made: the test's own to write to. */
#define MODEL(change, type) ((struct type *)(uintptr_t)(change).object)

static void test_rule_ops(void **)
{
    struct change c = put_rule(&rig, CHANGE_UPDATE, "规则_1", "ops");

    refused(c, FAULT_NOT_FOUND, "name");
    c.op = CHANGE_CREATE;
    rig_do(&rig, c);
    refused(c, FAULT_EXISTS, "name");
    c.op = CHANGE_UPDATE;
    c.present = FIELD_BIT(RULE_NAME) | FIELD_BIT(RULE_DESC);
    MODEL(c, action_rule)->desc = STR("new *words*");
    MODEL(c, action_rule)->type = STR("not given");
    rig_do(&rig, c);
    assert_true(str_is(book_action_rule(rig.book, STR("规则_1"))->type, "1"));
    assert_true(str_is(book_action_rule(rig.book, STR("规则_1"))->desc, "new *words*"));
    rig_do(&rig, delete_named(&rig, OBJECT_ACTION_RULE, "规则_1"));
    refused(delete_named(&rig, OBJECT_ACTION_RULE, "规则_1"), FAULT_NOT_FOUND, "name");
}

/* What an upsert makes needs the same fields as what is created. */
static void test_needed(void **)
{
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");

    c.present &= ~FIELD_BIT(RULE_TOPICS);
    refused(c, FAULT_MISSING, "topics");
    c.op = CHANGE_UPSERT;
    refused(c, FAULT_MISSING, "topics");
    c.present = FIELDS_ALL & ~FIELD_BIT(RULE_TYPE);
    refused(c, FAULT_MISSING, "type");
    c.present = FIELDS_ALL;
    rig_do(&rig, c);
    c.present = FIELD_BIT(RULE_NAME);
    assert_false(rig_do(&rig, c)->changed);
}

static void test_rule_template(void **)
{
    struct message_template t = { STR("words"), STR("zh-cn"), STR(""),
                                  STR(""),      STR("[]"),    STR("") };
    struct change c = put_rule(&rig, CHANGE_CREATE, "r", "ops");
    struct change make = {
        .op = CHANGE_CREATE, .kind = OBJECT_TEMPLATE, .object = &t, .present = FIELDS_ALL
    };

    MODEL(c, action_rule)->template_name = STR("words");
    refused(c, FAULT_INVALID, "template_name");
    rig_do(&rig, make);
    rig_do(&rig, c);
    refused(delete_named(&rig, OBJECT_TEMPLATE, "words"), FAULT_IN_USE, "name");
    c.op = CHANGE_UPDATE;
    MODEL(c, action_rule)->template_name = STR("aom.built-in.template.en");
    rig_do(&rig, c);
    rig_do(&rig, delete_named(&rig, OBJECT_TEMPLATE, "words"));
    MODEL(c, action_rule)->template_name = STR("aom.built-in.template.fr");
    refused(c, FAULT_INVALID, "template_name");
    t.name = STR("aom.built-in.template.zh");
    refused(make, FAULT_INVALID, "name");
}

static void test_rule_quota(void **)
{
    enum { N = ACTION_RULES_MAX };
    static struct change set[N];
    static char names[N + 1][12];

    for (size_t i = 0; i <= N; i++)
        snprintf(names[i], sizeof names[i], "r%zu", i);
    for (size_t i = 0; i < N; i++)
        set[i] = put_rule(&rig, CHANGE_CREATE, names[i], "ops");
    assert_int_equal(rig_apply(&rig, set, N - 1), OK);
    rig_do(&rig, set[N - 1]);
    refused(put_rule(&rig, CHANGE_CREATE, names[N], "ops"), FAULT_LIMIT, "");
    refused(put_rule(&rig, CHANGE_CREATE, names[0], "ops"), FAULT_EXISTS, "name");
    rig_do(&rig, put_rule(&rig, CHANGE_UPDATE, names[0], "other"));
    rig_do(&rig, delete_named(&rig, OBJECT_ACTION_RULE, names[7]));
    rig_do(&rig, put_rule(&rig, CHANGE_CREATE, names[N], "ops"));
    assert_int_equal(book_users(rig.book, REF_TOPIC, STR("ops")), N - 1);
    assert_int_equal(book_users(rig.book, REF_TOPIC, STR("other")), 1);
}

static void test_topics(void **)
{
    struct change c = put_topic(&rig, "ops");
    const struct object *first;

    first = rig_do(&rig, c)->object;
    MODEL(c, topic)->display_name = STR("display");
    MODEL(c, topic)->id = STR("ffffffffffffffffffffffffffffffff");
    assert_ptr_equal(rig_do(&rig, c)->object, first); /* ENSURE leaves it */
    assert_false(rig.r.results[0].created);
    c.op = CHANGE_UPSERT;
    assert_true(rig_do(&rig, c)->changed);
    assert_true(str_is(BOOK_MODEL(rig.r.results[0].object, topic)->id,
                       "0123456789abcdef0123456789abcdef")); /* minted once */
    assert_non_null(book_topic_by_urn(rig.book, STR("urn:smn:cn-north-4:p1:ops")));
    assert_null(book_topic_by_urn(rig.book, STR("urn:smn:cn-north-4:p2:ops")));
    assert_null(book_topic_by_urn(rig.book, STR("ops")));
    assert_null(book_topic_by_urn(rig.book, STR("")));
}

/* A topic takes its subscriptions along; a rule may go on naming it. */
static void test_topic_deleted(void **)
{
    size_t from, to;

    rig_do(&rig, put_topic(&rig, "ops"));
    rig_do(&rig, put_topic(&rig, "ops-2"));
    rig_do(&rig, subscribe(&rig, "ops", "1", "a@x.org", "c1"));
    rig_do(&rig, subscribe(&rig, "ops", "2", "b@x.org", NULL));
    rig_do(&rig, subscribe(&rig, "ops-2", "3", "b@x.org", NULL));
    rig_do(&rig, put_rule(&rig, CHANGE_CREATE, "r", "ops"));
    book_range(rig.book, OBJECT_SUBSCRIPTION, STR("ops:"), &from, &to);
    assert_int_equal(to - from, 2);
    rig_do(&rig, delete_named(&rig, OBJECT_TOPIC, "ops"));
    assert_int_equal(rig.r.effect_count, 3);
    assert_int_equal(rig.r.effects[1].kind, OBJECT_SUBSCRIPTION);
    assert_int_equal(rig.r.effects[1].op, CHANGE_DELETE);
    assert_int_equal(book_count(rig.book, OBJECT_SUBSCRIPTION), 1);
    assert_int_equal(book_users(rig.book, REF_CODE, hidden(&rig, "c1").digest), 0);
    assert_int_equal(book_users(rig.book, REF_TOPIC, STR("ops")), 1);
}

static void test_topic_quotas(void **)
{
    enum { N = SUBSCRIPTIONS_MAX };
    static struct change set[N];
    static char names[N + 1][24];

    for (size_t i = 0; i <= N; i++)
        snprintf(names[i], sizeof names[i], "%zu@x", i);
    rig_do(&rig, put_topic(&rig, "other"));
    rig_do(&rig, put_topic(&rig, "t0"));
    for (size_t i = 0; i < N; i++)
        set[i] = subscribe(&rig, "t0", names[i], names[i], NULL);
    for (size_t i = 0; i < N; i++)
        MODEL(set[i], subscription)->id = arena_printf(&rig.a, "%032zu", i);
    assert_int_equal(rig_apply(&rig, set, N), OK);
    refused(subscribe(&rig, "t0", "ffff", names[N], NULL), FAULT_LIMIT, "");
    assert_false(rig_do(&rig, subscribe(&rig, "t0", "ffff", names[3], NULL))->changed);
    rig_do(&rig, subscribe(&rig, "other", "ffff", names[N], NULL));

    for (size_t i = 0; i < TOPICS_MAX - 2; i++) {
        snprintf(names[i], sizeof names[i], "u%zu", i);
        set[i] = put_topic(&rig, names[i]);
    }
    assert_int_equal(rig_apply(&rig, set, TOPICS_MAX - 2), OK);
    refused(put_topic(&rig, "one-more"), FAULT_LIMIT, "");
    assert_false(rig_do(&rig, put_topic(&rig, "t0"))->created);
    rig_do(&rig, delete_named(&rig, OBJECT_TOPIC, "u7"));
    rig_do(&rig, put_topic(&rig, "one-more"));
}

/* ---- routes -------------------------------------------------------------- */

static void test_routes(void **)
{
    const struct str labels[] = { STR("b"), STR("a"), STR("c"), STR("a") };
    struct change c = put_route(&rig, "r1", "ops");
    const struct route *r;

    MODEL(c, route)->group_by = (struct strs){ labels, 4 };
    rig_do(&rig, c);
    r = BOOK_MODEL(rig.r.results[0].object, route);
    assert_int_equal(r->group_by.n, 3);
    assert_true(str_is(r->group_by.v[0], "a") && str_is(r->group_by.v[2], "c"));
    assert_int_equal(r->position, 1);
    assert_false(rig_do(&rig, c)->changed);
    c = put_route(&rig, "r0", "ops");
    MODEL(c, route)->position = 40;
    c.present = FIELDS_ALL;
    rig_do(&rig, c);
    rig_do(&rig, put_route(&rig, "r2", "ops"));
    assert_int_equal(BOOK_MODEL(rig.r.results[0].object, route)->position, 41);
}

static struct change put_below(const char *name, const char *parent)
{
    struct change c = put_route(&rig, name, "ops");

    MODEL(c, route)->parent = str_of(parent);
    return c;
}

static void test_route_trees(void **)
{
    char name[8] = "n1", parent[8] = "top";

    refused(put_below("n1", "top"), FAULT_INVALID, "parent");
    rig_do(&rig, put_below("top", ""));
    for (int i = 2; i <= ROUTE_DEPTH_MAX; i++) {
        rig_do(&rig, put_below(name, parent));
        memcpy(parent, name, sizeof name);
        snprintf(name, sizeof name, "n%d", i);
    }
    refused(put_below(name, parent), FAULT_LIMIT, "parent");
    refused(put_below("top", "n1"), FAULT_LIMIT, "parent"); /* a circle */
    refused(delete_named(&rig, OBJECT_ROUTE, "n1"), FAULT_IN_USE, "name");
    rig_do(&rig, put_below("over", ""));
    refused(put_below("top", "over"), FAULT_LIMIT, "parent"); /* all move down */
    rig_do(&rig, delete_named(&rig, OBJECT_ROUTE, parent));
    rig_do(&rig, put_below("top", "over"));
}

/* ---- users --------------------------------------------------------------- */

static struct change put_user(const char *name, const char *key, const char *bearer)
{
    struct user *u = arena_new(&rig.a, struct user);
    struct access_key *k = arena_new(&rig.a, struct access_key);

    *k = (struct access_key){ .id = str_of(key), .secret = hidden(&rig, "s") };
    *u = (struct user){ .name = str_of(name),
                        .id = STR("00112233445566778899aabbccddeeff"),
                        .password_hash = STR(""),
                        .access_keys = { k, 1 },
                        .bearer_digest = str_of(bearer) };
    return (struct change){
        .op = CHANGE_UPSERT, .kind = OBJECT_USER, .object = u, .present = FIELDS_ALL
    };
}

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void test_users(void **)
{
    struct change swap[3];

    rig_do(&rig, put_user("ops", "AK1", DIGEST_A));
    rig_do(&rig, put_user("dev", "AK2", ""));
    assert_true(
        str_is(book_user_at(rig.book, REF_ACCESS_KEY, STR("AK2"), 0)->key, "dev"));
    assert_true(str_is(book_user_at(rig.book, REF_BEARER, STR(DIGEST_A), 0)->key, "ops"));
    refused(put_user("qa", "AK1", ""), FAULT_EXISTS, "access_keys.id");
    refused(put_user("qa", "AK3", DIGEST_A), FAULT_EXISTS, "bearer_digest");
    /* Within one set a key may wander from one user to the other. */
    swap[0] = put_user("ops", "AK2", DIGEST_B);
    swap[1] = put_user("dev", "AK1", DIGEST_A);
    swap[2] = put_user("qa", "AK1", "");
    assert_int_equal(rig_apply(&rig, swap, 3), FAILED);
    assert_int_equal(rig.r.failed, 1); /* who has AK1 as well as qa */
    assert_int_equal(rig_apply(&rig, swap, 2), OK);
    assert_true(
        str_is(book_user_at(rig.book, REF_ACCESS_KEY, STR("AK2"), 0)->key, "ops"));
    assert_int_equal(book_users(rig.book, REF_ACCESS_KEY, STR("AK3")), 0);
    assert_non_null(book_user(rig.book, STR("dev")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_rule_ops),     TEST(test_needed), TEST(test_rule_template),
        TEST(test_rule_quota),   TEST(test_topics), TEST(test_topic_deleted),
        TEST(test_topic_quotas), TEST(test_routes), TEST(test_route_trees),
        TEST(test_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
