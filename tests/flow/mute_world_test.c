/* mute_world_test.c - random silences, inhibitions and alerts that change: the index
 * answers as a scan of the book and of all alerts does; so does a state that was
 * replayed, or loaded from a snapshot.
 */
#include "flow/mute_private.h"
#include "support/random_object.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS_EACH = 250, NAMES = 4, VALUES = 4, RULES = 6 };

static const char *const names[NAMES] = { "alertname", "cluster", "severity", "区" };
static const char *const values[VALUES] = { "", "a", "b", "critical" };
static const char *const patterns[] = { "a|b", ".*", "a?", "critical", "[^a]+", "a|" };

struct world {
    struct story s;
    struct chance c;
    unsigned minted;
    struct arena a; /* of a step */
};

/* ---- what happens ------------------------------------------------------------ */

static struct matchers some_matchers(struct world *w, size_t least)
{
    size_t n = least + chance_below(&w->c, 3);
    struct matcher *v = arena_array(&w->a, struct matcher, n + 1);

    for (size_t i = 0; i < n; i++) {
        v[i].name = str_of(names[chance_below(&w->c, NAMES)]);
        v[i].op = (int)chance_below(&w->c, 4);
        v[i].value = v[i].op >= MATCH_RE ? str_of(patterns[chance_below(&w->c, 6)])
                                         : str_of(values[chance_below(&w->c, VALUES)]);
    }
    return (struct matchers){ v, n };
}

/* What is refused is fine: then nothing changed. */
static void change(struct world *w, struct change c)
{
    struct err e;

    if (change_check(&c, &e) == OK && story_change(&w->s, &c, 1, &e) == OK)
        return;
}

static struct str some_id(struct world *w)
{
    const struct book *b = flow_book(w->s.f);
    size_t n = book_count(b, OBJECT_SILENCE);

    return n == 0 ? STR("nobody")
                  : book_at(b, OBJECT_SILENCE, chance_below(&w->c, n))->key;
}

static void put_silence(struct world *w)
{
    int64_t from = w->s.wall + ((int64_t)chance_below(&w->c, 400) - 200) * NS_PER_S;
    struct silence s = { .id = STR(""),
                         .matchers = some_matchers(w, 1),
                         .starts_at = from,
                         .ends_at = from + (int64_t)chance_below(&w->c, 600) * NS_PER_S };

    change(w, (struct change){ .op = CHANGE_SILENCE,
                               .kind = OBJECT_SILENCE,
                               .object = &s,
                               .key = arena_printf(&w->a, "id-%u", ++w->minted) });
}

static void move_silence(struct world *w)
{
    const struct silence *old = book_silence(flow_book(w->s.f), some_id(w));
    struct silence s;

    if (old == NULL) {
        put_silence(w);
        return;
    }
    s = *old;
    s.ends_at += ((int64_t)chance_below(&w->c, 100) - 20) * NS_PER_S;
    if (chance_below(&w->c, 4) == 0)
        s.matchers = some_matchers(w, 1);
    change(w, (struct change){ .op = CHANGE_SILENCE,
                               .kind = OBJECT_SILENCE,
                               .object = &s,
                               .key = arena_printf(&w->a, "id-%u", ++w->minted) });
}

static void expire_silence(struct world *w)
{
    change(w, (struct change){
                  .op = CHANGE_EXPIRE, .kind = OBJECT_SILENCE, .key = some_id(w) });
}

static void put_inhibition(struct world *w)
{
    struct str equal[NAMES];
    size_t n = chance_below(&w->c, 3);
    struct inhibition in = { .name = arena_printf(&w->a, "rule-%zu",
                                                  chance_below(&w->c, RULES)),
                             .source = some_matchers(w, 0),
                             .target = some_matchers(w, 0),
                             .equal = { equal, n },
                             .position = (int64_t)chance_below(&w->c, 3) };

    for (size_t i = 0; i < n; i++)
        equal[i] = str_of(names[chance_below(&w->c, NAMES)]);
    change(w, (struct change){ .op = chance_below(&w->c, 4) == 0 ? CHANGE_DELETE
                                                                 : CHANGE_UPSERT,
                               .kind = OBJECT_INHIBITION,
                               .object = &in,
                               .present = FIELDS_ALL });
}

static void set_retention(struct world *w)
{
    struct account account = { .name = STR("default"),
                               .silence_retention =
                                   (int64_t)chance_below(&w->c, 300) * NS_PER_S };

    change(w, (struct change){ .op = CHANGE_UPSERT,
                               .kind = OBJECT_ACCOUNT,
                               .object = &account,
                               .present = FIELD_BIT(ACCOUNT_NAME) |
                                          FIELD_BIT(ACCOUNT_SILENCE_RETENTION) });
}

static const char *some_labels(struct world *w, bool told)
{
    struct buf b;
    const char *text;

    buf_init(&b, BUF_NO_LIMIT);
    for (size_t i = 0; i < NAMES; i++) {
        const char *value = values[chance_below(&w->c, VALUES)];

        if (*value != '\0')
            buf_printf(&b, "%s%s=%s", b.n > 0 ? " " : "", names[i], value);
    }
    if (b.n == 0 && told)
        buf_z(&b, "alertname=a");
    text = arena_z(&w->a, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* By AOM the severity is no part of who it is: a version with other labels. */
static void alert(struct world *w)
{
    const char *labels = some_labels(w, true);
    enum door door = chance_below(&w->c, 2) == 0 ? DOOR_AOM : DOOR_ALERTMANAGER;
    int64_t ends = w->s.wall + ((int64_t)chance_below(&w->c, 300) - 60) * NS_PER_S;

    story_alert(&w->s, door, labels, w->s.wall - NS_PER_MIN, ends);
}

static void step(struct world *w)
{
    switch (chance_below(&w->c, 20)) {
    case 0:
    case 1:
    case 2:
        put_silence(w);
        return;
    case 3:
        move_silence(w);
        return;
    case 4:
        expire_silence(w);
        return;
    case 5:
    case 6:
        put_inhibition(w);
        return;
    case 7:
        set_retention(w);
        return;
    case 8:
        if (chance_below(&w->c, 8) == 0)
            story_clock(&w->s, ((int64_t)chance_below(&w->c, 800) - 400) * NS_PER_S);
        return;
    case 9:
    case 10:
        story_wait(&w->s, (int64_t)chance_below(&w->c, 120) * NS_PER_S);
        return;
    case 11:
        story_wait(&w->s, (int64_t)chance_below(&w->c, 30) * NS_PER_MIN);
        return;
    default:
        alert(w);
        return;
    }
}

/* ---- the scan ------------------------------------------------------------------ */

static bool hold(struct matchers ms, struct pairs labels)
{
    struct matcher_list l;
    bool holds;

    matcher_list_init(&l, ms);
    holds = matcher_list_holds(&l, labels);
    matcher_list_fini(&l);
    return holds;
}

/* In the order of the book's keys, which are the ids. */
static struct strs scan_silences(struct flow *f, struct pairs labels, int64_t wall,
                                 struct arena *a)
{
    const struct book *b = flow_book(f);
    size_t count = book_count(b, OBJECT_SILENCE), n = 0;
    struct str *v = arena_array(a, struct str, count + 1);

    for (size_t i = 0; i < count; i++) {
        const struct silence *s = BOOK_MODEL(book_at(b, OBJECT_SILENCE, i), silence);

        if (s->starts_at <= wall && wall < s->ends_at && hold(s->matchers, labels))
            v[n++] = s->id;
    }
    return (struct strs){ v, n };
}

static struct str value_of(struct pairs labels, struct str name)
{
    const struct pair *p = pairs_find(labels, name);

    return p != NULL ? p->value : STR("");
}

static bool inhibits(const struct inhibition *in, const struct alert *al,
                     struct pairs labels, struct arena *a)
{
    struct pairs of = alert_labels(al, a);

    if (!hold(in->source, of))
        return false;
    if (hold(in->source, labels) && hold(in->target, of))
        return false;
    for (size_t i = 0; i < in->equal.n; i++)
        if (!str_eq(value_of(of, in->equal.v[i]), value_of(labels, in->equal.v[i])))
            return false;
    return true;
}

static const struct alert *scan_rule(struct flow *f, const struct inhibition *in,
                                     struct pairs labels, struct arena *a)
{
    const struct alert *best = NULL;

    if (!hold(in->target, labels))
        return NULL;
    for (uint32_t i = 0; i < f->alerts.used; i++) {
        const struct alert *al = slot_at(&f->alerts, i)->alert;

        if (al != NULL && !alert_resolved(al, f->wall) &&
            (best == NULL || al->serial < best->serial) && inhibits(in, al, labels, a))
            best = al;
    }
    return best;
}

static const struct alert *scan_inhibitions(struct flow *f, struct pairs labels,
                                            struct arena *a)
{
    const struct book *b = flow_book(f);
    const struct alert *by = NULL;

    for (int64_t position = 0; position < 3 && by == NULL; position++)
        for (size_t i = 0; i < book_count(b, OBJECT_INHIBITION) && by == NULL; i++) {
            const struct inhibition *in =
                BOOK_MODEL(book_at(b, OBJECT_INHIBITION, i), inhibition);

            if (in->position == position)
                by = scan_rule(f, in, labels, a);
        }
    return by;
}

/* ---- the same ------------------------------------------------------------------- */

struct seen {
    size_t silenced, inhibited, free;
};

static void same_silences(struct strs a, struct strs b)
{
    assert_int_equal(a.n, b.n);
    for (size_t i = 0; i < a.n; i++)
        assert_true(str_eq(a.v[i], b.v[i]));
}

static void same_as_scan(struct world *w, struct pairs labels, struct seen *seen)
{
    struct flow *f = w->s.f;
    struct mute m = mute_labels_at(f, labels, f->wall, &w->a);
    struct strs silences = scan_silences(f, labels, f->wall, &w->a);
    const struct alert *by = scan_inhibitions(f, labels, &w->a);
    const struct inhibition *through;

    same_silences(silences_of(f, labels, f->wall, &w->a), silences);
    for (int64_t hours = -30; hours <= 30; hours += 3) { /* as they were, and will be */
        int64_t at = f->wall + hours * NS_PER_HOUR;

        same_silences(silences_of(f, labels, at, &w->a),
                      scan_silences(f, labels, at, &w->a));
    }
    assert_ptr_equal(inhibitions_of(f, labels, &through), by);
    if (by != NULL) {
        assert_int_equal(m.why, SUPPRESSED_INHIBITED);
        assert_int_equal(m.by.n, 16);
        assert_true(
            str_eq(m.by, arena_printf(&w->a, "%016llx",
                                      (unsigned long long)alert_fingerprint(by))));
        seen->inhibited++;
    } else if (silences.n > 0) {
        assert_int_equal(m.why, SUPPRESSED_SILENCED);
        assert_true(str_eq(m.by, silences.v[0]));
        seen->silenced++;
    } else {
        assert_int_equal(m.why, SUPPRESSED_NONE);
        assert_int_equal(m.by.n, 0);
        seen->free++;
    }
}

static void check_all(struct world *w, struct seen *seen)
{
    struct flow *f = w->s.f;

    for (uint32_t i = 0; i < f->alerts.used; i++) {
        const struct alert *al = slot_at(&f->alerts, i)->alert;

        if (al != NULL)
            same_as_scan(w, alert_labels(al, &w->a), seen);
    }
    same_as_scan(w, (struct pairs){ NULL, 0 }, seen);
}

static uint64_t counted(const struct flow *f)
{
    const struct flow_counters *c = flow_counters(f);

    return c->silences_active * 1000000 + c->silences_pending * 1000 +
           c->silences_expired;
}

/* Another flow that came to the same state in another way. */
static void same_flow(struct world *w, struct flow *f)
{
    for (uint32_t i = 0; i < w->s.f->alerts.used; i++) {
        const struct alert *al = slot_at(&w->s.f->alerts, i)->alert;
        struct strs silenced[2], inhibited[2];

        if (al == NULL)
            continue;
        mute_all(w->s.f, al, &w->a, &silenced[0], &inhibited[0]);
        mute_all(f, al, &w->a, &silenced[1], &inhibited[1]);
        same_silences(silenced[0], silenced[1]);
        same_silences(inhibited[0], inhibited[1]);
    }
    assert_int_equal(counted(f), counted(w->s.f));
    assert_int_equal(flow_next_due(f), flow_next_due(w->s.f));
    assert_string_equal(flow_print(f, &w->a), flow_print(w->s.f, &w->a));
}

static void one_world(uint64_t seed, struct seen *seen)
{
    struct world w = { .c = { seed } };
    struct flow *f;

    story_begin(&w.s, seed);
    arena_init(&w.a);
    story_route(&w.s, &(struct story_route){ .name = "all",
                                             .matchers = "alertname!=x",
                                             .wait = NS_PER_MIN });
    for (int i = 0; i < STEPS_EACH; i++) {
        arena_reset(&w.a);
        step(&w);
        check_all(&w, seen);
    }
    f = story_replay(&w.s, seed + 1, 0);
    same_flow(&w, f);
    flow_free(&f);
    f = story_reload(&w.s, 99);
    same_flow(&w, f);
    flow_free(&f);
    arena_fini(&w.a);
    story_end(&w.s);
}

static void test_as_a_scan(void **state)
{
    struct seen seen = { 0 };

    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++)
        one_world(seed, &seen);
    assert_true(seen.silenced > 1000);
    assert_true(seen.inhibited > 1000);
    assert_true(seen.free > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_a_scan) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
