/* book_model_test.c - thousands of random change sets: the book against a
 * naive model of contacts, groups and members, and against itself.
 *
 * The same sets applied twice, with lookups in between that differ, and once
 * more by way of a snapshot, make the same bytes.
 */
#include "../../support/book_rig.h"
#include "../../support/random_object.h"

#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { SETS = 2000, NAMES = 24, GROUPS = 10, SET_MAX = 4, MEMBERS_MAX = 5 };

/* Some names come composed and decomposed: each pair is one contact. */
static const char *const names[NAMES] = {
    "alice", "bob",        "carol",     "dave",      "张三", "李四",
    "王五",  "Ren\u00e9",  "Zo\u00eb",  "\u00c5sa",  "e1",   "e2",
    "e3",    "e4",         "e5",        "e6",        "e7",   "e8",
    "alice", "Rene\u0301", "Zoe\u0308", "A\u030asa", "李四", "e1",
};

/* Which of the first 18 a name is. */
static size_t identity_of(size_t name)
{
    static const size_t twins[] = { 0, 7, 8, 9, 5, 10 };

    return name < 18 ? name : twins[name - 18];
}

/* ---- the naive model ----------------------------------------------------- */

struct model {
    const char *contact[18]; /* as first sent; NULL: not there */
    int mail[18];            /* 0: none, else which */
    struct {
        bool there;
        size_t n;
        size_t member[MEMBERS_MAX];    /* identity */
        const char *sent[MEMBERS_MAX]; /* its bytes */
    } group[GROUPS];
};

enum what { PUT_CONTACT, PUT_GROUP, TOUCH_GROUP, DROP_CONTACT, DROP_GROUP };

/* One change, as the test means it. */
struct act {
    enum what what;
    size_t name, group;
    int mail;
    size_t n, members[MEMBERS_MAX];
};

static struct act chance_act(struct chance *c)
{
    struct act act = { .what = (enum what)chance_below(c, 5),
                       .name = chance_below(c, NAMES),
                       .group = chance_below(c, GROUPS),
                       .mail = (int)chance_below(c, 4),
                       .n = chance_below(c, MEMBERS_MAX + 1) };

    for (size_t i = 0; i < act.n; i++)
        act.members[i] = chance_below(c, NAMES);
    return act;
}

static bool model_put_group(struct model *m, const struct act *act)
{
    struct model next = *m;
    size_t n = 0;

    next.group[act->group].there = true;
    for (size_t i = 0; i < act->n; i++) {
        size_t who = identity_of(act->members[i]);
        const char *sent = names[act->members[i]];
        bool seen = false;

        if (m->contact[who] == NULL)
            return false;
        for (size_t k = 0; k < n; k++)
            seen = seen || next.group[act->group].member[k] == who;
        if (seen)
            continue;
        for (size_t k = 0; k < m->group[act->group].n; k++)
            if (m->group[act->group].member[k] == who)
                sent = m->group[act->group].sent[k];
        next.group[act->group].member[n] = who;
        next.group[act->group].sent[n++] = sent;
    }
    next.group[act->group].n = n;
    *m = next;
    return true;
}

static void model_leave(struct model *m, size_t who)
{
    for (size_t g = 0; g < GROUPS; g++) {
        size_t n = 0;

        for (size_t i = 0; i < m->group[g].n; i++)
            if (m->group[g].member[i] != who) {
                m->group[g].member[n] = m->group[g].member[i];
                m->group[g].sent[n++] = m->group[g].sent[i];
            }
        m->group[g].n = n;
    }
}

/* False: refused. */
static bool model_act(struct model *m, const struct act *act)
{
    size_t who = identity_of(act->name);

    switch (act->what) {
    case PUT_CONTACT:
        if (m->contact[who] == NULL)
            m->contact[who] = names[act->name];
        m->mail[who] = act->mail;
        return true;
    case PUT_GROUP:
        return model_put_group(m, act);
    case TOUCH_GROUP:
        if (!m->group[act->group].there)
            m->group[act->group].n = 0;
        m->group[act->group].there = true;
        return true;
    case DROP_CONTACT:
        if (m->contact[who] == NULL)
            return false;
        m->contact[who] = NULL;
        model_leave(m, who);
        return true;
    case DROP_GROUP:
        if (!m->group[act->group].there)
            return false;
        m->group[act->group].there = false;
        m->group[act->group].n = 0;
        return true;
    }
    return false;
}

/* ---- the same for the book ----------------------------------------------- */

static const char *const group_names[GROUPS] = { "考勤系统组", "ops",       "g2", "g3",
                                                 "g4",         "g5",        "g6", "g7",
                                                 "g8",         "\U0001f514" };
static const char *const mails[4] = { NULL, "a@x.org", "b@x.org", "c@x.org" };

static struct change change_of(struct rig *rig, const struct act *act)
{
    const char *members[MEMBERS_MAX + 1] = { NULL };

    for (size_t i = 0; i < act->n; i++)
        members[i] = names[act->members[i]];
    switch (act->what) {
    case PUT_CONTACT:
        return put_contact(rig, names[act->name], mails[act->mail], "code");
    case PUT_GROUP:
        return put_group(rig, group_names[act->group], members);
    case TOUCH_GROUP:
        return put_group(rig, group_names[act->group], NULL);
    case DROP_CONTACT:
        return delete_named(rig, OBJECT_CONTACT, names[act->name]);
    case DROP_GROUP:
        break;
    }
    return delete_named(rig, OBJECT_CONTACT_GROUP, group_names[act->group]);
}

static void compare_contacts(const struct model *m, const struct book *b)
{
    size_t count = 0;

    for (size_t i = 0; i < 18; i++) {
        const struct contact *c = book_contact(b, str_of(names[i]));

        assert_int_equal(c != NULL, m->contact[i] != NULL);
        if (c == NULL)
            continue;
        count++;
        assert_true(str_is(c->name, m->contact[i]));
        assert_int_equal(c->addresses.n, m->mail[i] != 0);
        if (m->mail[i] != 0)
            assert_true(str_is(c->addresses.v[0].plain, mails[m->mail[i]]));
    }
    assert_int_equal(book_count(b, OBJECT_CONTACT), count);
}

static void compare_groups(const struct model *m, const struct book *b)
{
    size_t users = 0;

    for (size_t g = 0; g < GROUPS; g++) {
        const struct contact_group *group = book_contact_group(b, str_of(group_names[g]));

        assert_int_equal(group != NULL, m->group[g].there);
        if (group == NULL)
            continue;
        assert_int_equal(group->members.n, m->group[g].n);
        for (size_t i = 0; i < group->members.n; i++)
            assert_true(str_is(group->members.v[i], m->group[g].sent[i]));
        users += group->members.n;
    }
    for (size_t i = 0; i < 18; i++)
        users -= book_users(b, REF_CONTACT, str_of(names[i]));
    assert_int_equal(users, 0);
}

/* Lookups that differ between two runs of the same sets. */
static void look_around(const struct book *b, uint64_t seed)
{
    struct chance c = { seed };

    for (size_t i = chance_below(&c, 8); i > 0; i--) {
        book_find(b, OBJECT_CONTACT, str_of(names[chance_below(&c, NAMES)]));
        book_users(b, REF_CONTACT, str_of(names[chance_below(&c, NAMES)]));
        book_contact_group(b, str_of(group_names[chance_below(&c, GROUPS)]));
    }
}

/* One set: applied to the book, and to the model if that agrees to all of it. */
static bool one_set(struct rig *rig, struct model *m, struct chance *c)
{
    size_t n = chance_below(c, SET_MAX + 1);
    struct change set[SET_MAX];
    struct model next = *m;
    bool agreed = true;

    for (size_t i = 0; i < n; i++) {
        struct act act = chance_act(c);

        set[i] = change_of(rig, &act);
        agreed = agreed && model_act(&next, &act);
    }
    rig->now += (int64_t)chance_below(c, 1000) * NS_PER_MIN;
    assert_int_equal(rig_apply(rig, set, n) == OK, agreed);
    if (agreed)
        *m = next;
    return agreed;
}

/* The bytes that 2,000 sets make. `reload`: now and then by way of a snapshot. */
static struct str run(struct arena *a, uint64_t look_seed, bool reload)
{
    struct chance c = { 2026 };
    struct model m = { 0 };
    struct rig rig;
    struct str bytes;
    size_t agreed = 0;

    rig_init(&rig);
    for (size_t i = 0; i < SETS; i++) {
        agreed += one_set(&rig, &m, &c);
        look_around(rig.book, look_seed + i);
        if (i % 50 == 0) {
            compare_contacts(&m, rig.book);
            compare_groups(&m, rig.book);
            rig_judge(rig.book);
        }
        if (reload && i % 97 == 0) {
            struct book *loaded = rig_load(rig_bytes(rig.book, &rig.a));

            book_unref(rig.book);
            rig.book = loaded;
        }
        if (i % 100 == 0)
            arena_reset(&rig.a);
    }
    compare_contacts(&m, rig.book);
    compare_groups(&m, rig.book);
    assert_true(agreed > SETS / 5 && agreed < SETS);
    bytes = rig_bytes(rig.book, a);
    rig_fini(&rig);
    return bytes;
}

static void test_model_and_determinism(void **)
{
    struct str first, second, third;
    struct arena a;

    arena_init(&a);
    first = run(&a, 1, false);
    second = run(&a, 77777, false);
    third = run(&a, 5, true);
    assert_true(first.n > 500);
    assert_true(str_eq(first, second));
    assert_true(str_eq(first, third));
    arena_fini(&a);
}

/* ---- every kind ----------------------------------------------------------- */

enum { WILD_SETS = 3000, POOL = 6 };

static const char *const pool[POOL] = { "t1", "t2", "t3", "t4", "t5", "t6" };
static const char *const codes[4] = { "c1", "c2", "c3", NULL };

static const char *pick(struct chance *c)
{
    return pool[chance_below(c, POOL)];
}

static struct change wild_address_change(struct rig *rig, struct chance *c)
{
    enum change_op op = (enum change_op)(CHANGE_CONFIRM + chance_below(c, 3));
    enum object_kind kind = chance_below(c, 2) ? OBJECT_CONTACT : OBJECT_SUBSCRIPTION;
    const char *key = pick(c), *code = codes[chance_below(c, op == CHANGE_ASK ? 3 : 4)];
    size_t n = book_count(rig->book, kind);

    if (n > 0) /* mostly one that is there */
        key = arena_z(&rig->a, book_at(rig->book, kind, chance_below(c, n))->key);
    return address_change(rig, op, kind, key, CHANNEL_MAIL, code);
}

static struct change wild_change(struct rig *rig, struct chance *c)
{
    static const enum object_kind deleted[] = { OBJECT_CONTACT, OBJECT_CONTACT_GROUP,
                                                OBJECT_TOPIC, OBJECT_ACTION_RULE,
                                                OBJECT_ROUTE };
    const char *members[] = { pick(c), pick(c), NULL };
    struct change out;

    switch (chance_below(c, 9)) {
    case 0:
    case 1:
        return put_contact(rig, pick(c), mails[1 + chance_below(c, 3)],
                           codes[chance_below(c, 4)]);
    case 2:
        return put_group(rig, pick(c), members);
    case 3:
        return put_topic(rig, pick(c));
    case 4:
        return subscribe(rig, pick(c), pick(c) + 1, mails[1 + chance_below(c, 3)],
                         codes[chance_below(c, 4)]);
    case 5:
        return put_rule(rig, (enum change_op)chance_below(c, 4), pick(c), pick(c));
    case 6:
        return put_route(rig, pick(c), pick(c));
    case 7:
        return wild_address_change(rig, c);
    default:
        out = delete_named(rig, deleted[chance_below(c, 5)], pick(c));
        out.if_revision = chance_below(c, 8) == 0 ? chance_below(c, 100) : 0;
        return out;
    }
}

/* Now and then a file: some of the set behind PROVISION_BEGIN. */
static size_t wild_set(struct rig *rig, struct chance *c, struct change *set)
{
    bool file = chance_below(c, 20) == 0;
    size_t n = 0, most = 1 + chance_below(c, SET_MAX);

    if (file)
        set[n++] = (struct change){ .op = CHANGE_PROVISION_BEGIN };
    for (size_t i = 0; i < most; i++) {
        set[n] = wild_change(rig, c);
        if (file && set[n].op <= CHANGE_UPDATE)
            set[n].provisioned = STR("/etc/belfry.yml");
        n++;
    }
    return n;
}

/* What is said to have changed has, and nothing else. */
static void judge_effects(const struct rig *rig)
{
    for (size_t i = 0; i < rig->r.effect_count; i++) {
        const struct change_effect *e = &rig->r.effects[i];

        assert_ptr_equal(e->before, book_find(rig->old, e->kind, e->key));
        assert_ptr_equal(e->after, book_find(rig->book, e->kind, e->key));
        assert_true(e->before != e->after);
        if (e->after != NULL)
            assert_int_equal(e->after->revision, book_revision(rig->book));
    }
    for (int kind = 0; kind < OBJECT_COUNT; kind++)
        for (size_t i = 0; i < book_count(rig->book, (enum object_kind)kind); i++) {
            const struct object *o = book_at(rig->book, (enum object_kind)kind, i);
            bool changed = o != book_find(rig->old, o->kind, o->key);

            assert_int_equal(changed, o->revision > book_revision(rig->old));
        }
}

static struct str run_wild(struct arena *a, uint64_t look_seed, bool reload)
{
    struct chance c = { 4711 };
    size_t good = 0, n;
    struct rig rig;
    struct str bytes;

    rig_init(&rig);
    for (size_t i = 0; i < WILD_SETS; i++) {
        struct change set[SET_MAX + 1];

        arena_reset(&rig.a);
        n = wild_set(&rig, &c, set);
        rig.now += (int64_t)chance_below(&c, 20) * NS_PER_HOUR;
        if (rig_apply(&rig, set, n) == OK) {
            good++;
            judge_effects(&rig);
        }
        look_around(rig.book, look_seed + i);
        rig_judge(rig.book);
        if (reload && i % 7 == 0) {
            struct book *loaded = rig_load(rig_bytes(rig.book, &rig.a));

            book_unref(rig.book);
            rig.book = loaded;
        }
    }
    assert_true(good > WILD_SETS / 5 && good < WILD_SETS);
    bytes = rig_bytes(rig.book, a);
    rig_fini(&rig);
    return bytes;
}

static void test_every_kind(void **)
{
    struct str first, second, third;
    struct arena a;

    arena_init(&a);
    first = run_wild(&a, 1, false);
    second = run_wild(&a, 99, false);
    third = run_wild(&a, 3, true);
    assert_true(str_eq(first, second));
    assert_true(str_eq(first, third));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_and_determinism),
        cmocka_unit_test(test_every_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
