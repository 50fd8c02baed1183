/* query_test.c - which alerts? What the index finds is what looking at every alert
 * finds, whatever happened before; and what is shown of them is true now. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- asking --------------------------------------------------------------------- */

static struct matchers matchers_of(struct arena *a, const struct matcher *v, size_t n)
{
    struct matcher *copy = arena_array(a, struct matcher, n + 1);

    if (n > 0)
        memcpy(copy, v, n * sizeof *copy);
    return (struct matchers){ copy, n };
}

static struct query ask(struct story *s, struct flow *f, const struct matcher *v,
                        size_t n, bool groups)
{
    struct query q = { .matchers = matchers_of(&s->arena, v, n),
                       .groups = groups,
                       .now = s->wall,
                       .a = &s->arena };

    (void)story_query(f, &q);
    return q;
}

static bool fits(const struct alert *al, const struct matcher *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(alert_get(al, v[i].name), v[i].value) != (v[i].op == MATCH_EQ))
            return false;
    return true;
}

static uint64_t group_of(const struct query_hit *h)
{
    return h->group != NULL ? h->group->id : 0;
}

static int hit_cmp(const void *x, const void *y)
{
    const struct query_hit *a = x, *b = y;

    if (a->alert->serial != b->alert->serial)
        return a->alert->serial < b->alert->serial ? -1 : 1;
    return (group_of(a) > group_of(b)) - (group_of(a) < group_of(b));
}

/* The same hits as of all hits those that fit. */
static void judge(struct story *s, struct flow *f, const struct matcher *v, size_t n,
                  bool groups)
{
    struct query all = ask(s, f, NULL, 0, groups), found = ask(s, f, v, n, groups);
    size_t kept = 0;

    for (size_t i = 0; i < all.hits.n; i++)
        if (fits(all.hits.v[i].alert, v, n))
            all.hits.v[kept++] = all.hits.v[i];
    if (kept != found.hits.n)
        fail_msg("seed %llu: %zu hits, not %zu", (unsigned long long)s->seed,
                 found.hits.n, kept);
    if (kept > 0) {
        qsort(all.hits.v, kept, sizeof *all.hits.v, hit_cmp);
        qsort(found.hits.v, kept, sizeof *found.hits.v, hit_cmp);
    }
    for (size_t i = 0; i < kept; i++)
        assert_int_equal(hit_cmp(&all.hits.v[i], &found.hits.v[i]), 0);
    vec_fini(&all.hits);
    vec_fini(&found.hits);
}

/* ---- random days ------------------------------------------------------------------ */

static void routes(struct story *s)
{
    story_contact(s, "Alice", "alice@example.com", true);
    story_group(s, "ops", "Alice");
    story_route(
        s, &(struct story_route){
               .name = "by host", .matchers = "", .group_by = "host", .groups = "ops" });
    story_route(s, &(struct story_route){ .name = "team",
                                          .matchers = "team=a",
                                          .group_by = "alertname",
                                          .groups = "ops" });
}

/* id is rare, host has lists, alertname has many; of AOM the level changes. */
static const char *random_labels(char *out, size_t room)
{
    long id = random() % 900;

    snprintf(out, room, "alertname=A%ld host=h%ld id=%ld%s%s", id % 2, id % 40, id,
             id % 3 == 0 ? " team=a" : "", id % 7 == 0 ? " rack=r" : "");
    return out;
}

static void random_input(struct story *s)
{
    char text[200], more[256];

    random_labels(text, sizeof text);
    snprintf(more, sizeof more, "%s severity=%s", text,
             random() % 2 == 0 ? "critical" : "warning");
    switch (random() % 8) {
    case 0:
        story_resolve(s, text);
        return;
    case 1:
        story_alert(s, DOOR_AOM, more, 0, s->wall + NS_PER_HOUR);
        return;
    case 2:
        story_alert(s, DOOR_ALERTMANAGER, text, 0, 0); /* ends in five minutes */
        return;
    case 3:
        if (random() % 20 == 0)
            story_wait(s, random() % (20 * NS_PER_MIN));
        return;
    default:
        story_fire(s, text);
    }
}

static struct matcher random_matcher(struct arena *a)
{
    static const char *const names[] = { "alertname", "host", "id",
                                         "team",      "rack", "severity" };
    static const char *const values[] = { "A1", "", "a", "r", "critical", "nowhere" };
    struct matcher m = { .name = str_of(names[random() % 6]),
                         .op = random() % 3 == 0 ? MATCH_NE : MATCH_EQ };

    if (str_is(m.name, "host"))
        m.value = arena_printf(a, "h%ld", random() % 45);
    else if (str_is(m.name, "id"))
        m.value = arena_printf(a, "%ld", random() % 1000);
    else
        m.value = str_of(values[random() % 6]);
    return m;
}

static void judge_some(struct story *s, struct flow *f)
{
    for (int i = 0; i < 30; i++) {
        struct matcher v[3];
        size_t n = (size_t)random() % 4;

        for (size_t k = 0; k < n; k++)
            v[k] = random_matcher(&s->arena);
        judge(s, f, v, n, i % 3 == 0);
    }
}

static void test_the_index_finds_what_looking_at_all_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct story s;

        srandom((unsigned)seed);
        story_begin(&s, seed);
        routes(&s);
        for (int i = 0; i < 4000; i++) {
            random_input(&s);
            if (i % 250 == 0)
                judge_some(&s, s.f);
        }
        assert_true(flow_counters(s.f)->alerts_active > 300);
        judge_some(&s, s.f);
        story_end(&s);
    }
}

/* The index is in no snapshot: it is found again as alerts are loaded. */
static void test_a_loaded_state_has_its_index(void **state)
{
    struct flow *again;
    struct story s;

    (void)state;
    srandom(11);
    story_begin(&s, 11);
    routes(&s);
    for (int i = 0; i < 2500; i++)
        random_input(&s);
    again = story_reload(&s, 12);
    judge_some(&s, again);
    assert_int_equal(flow_counters(again)->alerts_active,
                     flow_counters(s.f)->alerts_active);
    flow_free(&again);
    story_end(&s);
}

/* ---- what it costs ----------------------------------------------------------------- */

static void test_a_rare_label_is_not_looked_for(void **state)
{
    const struct matcher one = { STR("id"), MATCH_EQ, STR("4321") };
    const struct matcher two[] = { { STR("alertname"), MATCH_EQ, STR("A") },
                                   { STR("host"), MATCH_EQ, STR("h3") } };
    const struct matcher none = { STR("id"), MATCH_EQ, STR("never") };
    const struct matcher many = { STR("alertname"), MATCH_EQ, STR("A") };
    struct story s;
    struct query q;
    char text[100];

    (void)state;
    story_begin(&s, 5);
    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "alertname=A host=h%d id=%d", i % 100, i);
        story_fire(&s, text);
    }
    q = ask(&s, s.f, &one, 1, false);
    assert_int_equal(q.hits.n, 1);
    assert_int_equal(q.looked_at, 1);
    vec_fini(&q.hits);
    q = ask(&s, s.f, two, 2, false);
    assert_int_equal(q.hits.n, 50);
    assert_int_equal(q.looked_at, 50);
    vec_fini(&q.hits);
    q = ask(&s, s.f, &none, 1, false);
    assert_int_equal(q.looked_at, 0);
    q = ask(&s, s.f, &many, 1, false);
    assert_int_equal(q.hits.n, 5000);
    assert_int_equal(q.looked_at, 5000);
    vec_fini(&q.hits);
    story_end(&s);
}

/* Between two slices alerts come and go; those that were there all the time are found,
 * each once. */
static void test_slices_with_inputs_between(void **state)
{
    struct epoch_stay stay;
    struct story s;
    struct query q;
    char text[100];
    bool seen[3000] = { false };
    int between = 0;

    (void)state;
    story_begin(&s, 6);
    for (int i = 0; i < 3000; i++) {
        snprintf(text, sizeof text, "alertname=A id=%d", i);
        story_fire(&s, text);
    }
    stay = epoch_enter(s.epoch); /* or the versions it found would be gone */
    q = (struct query){ .now = s.wall, .a = &s.arena };
    for (; flow_query(s.f, &q); between++) {
        snprintf(text, sizeof text, "alertname=A id=%d", between * 300);
        story_resolve(&s, text);
        snprintf(text, sizeof text, "alertname=B id=%d", 10000 + between);
        story_fire(&s, text);
    }
    assert_true(between > 1);
    for (size_t i = 0; i < q.hits.n; i++) {
        int64_t id;

        assert_int_equal(str_i64(alert_get(q.hits.v[i].alert, STR("id")), &id), OK);
        if (id >= 3000)
            continue;
        assert_false(seen[id]);
        seen[id] = true;
    }
    for (int i = 0; i < 3000; i++)
        assert_true(seen[i] || (i % 300 == 0 && i / 300 < between));
    epoch_leave(s.epoch, stay);
    vec_fini(&q.hits);
    story_end(&s);
}

/* ---- what is shown ------------------------------------------------------------------ */

static const char *names(struct story *s, struct strs v)
{
    struct buf b;
    const char *text;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < v.n; i++)
        buf_printf(&b, "%s%.*s", i > 0 ? "," : "", STR_ARG(v.v[i]));
    text = arena_z(&s->arena, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void test_a_view_is_of_now(void **state)
{
    const struct matcher disk = { STR("alertname"), MATCH_EQ, STR("Disk") };
    struct viewing v;
    struct alert_view view;
    struct story s;
    struct query q;
    uint64_t serial, group;

    (void)state;
    story_begin(&s, 8);
    routes(&s);
    story_fire(&s, "alertname=Disk host=h team=a");
    q = ask(&s, s.f, &disk, 1, true);
    assert_int_equal(q.hits.n, 2);
    assert_true(str_is(q.hits.v[0].group->receiver, "by host"));
    serial = q.hits.v[0].alert->serial;
    group = q.hits.v[1].group->id;
    vec_fini(&q.hits);
    v = (struct viewing){ .now = s.wall, .a = &s.arena };
    assert_true(flow_view(s.f, &v, serial, 0, &view));
    assert_string_equal(names(&s, view.receivers), "by host,team");
    assert_null(view.group);
    assert_int_equal(view.silenced_by.n + view.inhibited_by.n, 0);
    assert_true(flow_view(s.f, &v, serial, group, &view));
    assert_true(str_is(view.group->receiver, "team"));
    assert_int_equal(view.group->labels.n, 1);
    assert_string_equal(arena_z(&s.arena, view.group->labels.v[0].value), "Disk");
    assert_false(flow_view(s.f, &v, serial, group + 100, &view));
    assert_false(flow_view(s.f, &v, serial + 1, 0, &view));
    v.now = s.wall + 25 * NS_PER_HOUR; /* it will have ended */
    assert_false(flow_view(s.f, &v, serial, 0, &view));
    story_end(&s);
}

/* Only groups of the receivers that were asked for hold an alert, and are named. */
static void test_receivers_that_were_asked_for(void **state)
{
    struct map only;
    struct viewing v;
    struct alert_view view;
    struct story s;
    struct query q;

    (void)state;
    story_begin(&s, 9);
    routes(&s);
    story_fire(&s, "alertname=Disk host=h team=a");
    story_fire(&s, "alertname=Net host=h");
    map_init(&only, 1);
    map_put(&only, STR("team"), &only);
    q = (struct query){ .receivers = &only, .now = s.wall, .a = &s.arena };
    assert_int_equal(story_query(s.f, &q), 1);
    vec_fini(&q.hits);
    q = (struct query){
        .receivers = &only, .groups = true, .now = s.wall, .a = &s.arena
    };
    assert_int_equal(story_query(s.f, &q), 1);
    v = (struct viewing){ .now = s.wall, .receivers = &only, .a = &s.arena };
    assert_true(
        flow_view(s.f, &v, q.hits.v[0].alert->serial, q.hits.v[0].group->id, &view));
    assert_string_equal(names(&s, view.receivers), "team");
    assert_true(flow_view(s.f, &v, q.hits.v[0].alert->serial, 0, &view));
    assert_string_equal(names(&s, view.receivers), "by host,team");
    vec_fini(&q.hits);
    map_fini(&only);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_index_finds_what_looking_at_all_finds),
        cmocka_unit_test(test_a_loaded_state_has_its_index),
        cmocka_unit_test(test_a_rare_label_is_not_looked_for),
        cmocka_unit_test(test_slices_with_inputs_between),
        cmocka_unit_test(test_a_view_is_of_now),
        cmocka_unit_test(test_receivers_that_were_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
