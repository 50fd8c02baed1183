/* same_key_test.c - what may have arrived comes again under the key it had, or not at all
 * (DESIGN 4). Random stories: alerts that come, end and are silenced, answers of every
 * kind and none, and crashes (some blamed on a message), after which the next process
 * replays its journal or begins from a snapshot whose slices lie between inputs. Whatever
 * may have arrived (answered so, not answered, or under way when the process died) is
 * remembered by what it said of each alert; the same words under two keys are a fault. */
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ALERTS = 400, STEPS = 250, SEEDS = 20, STORM = 120 };

struct open_try {
    char key[NOTIFICATION_KEY_HEX + 1];
    int attempt;
    VEC(size_t) words; /* alert * 2, + 1: it ended */
};

struct world {
    struct story s;
    uint64_t dice;
    size_t alerts;
    bool ended[ALERTS], silenced[ALERTS];
    char heard[ALERTS * 2][NOTIFICATION_KEY_HEX + 1]; /* "": not yet */
    VEC(struct open_try) tries;
    VEC(struct str) pieces, whole; /* of the snapshot under way, and of the last one */
    bool walking;
    size_t walked_from, whole_from; /* where their journals go on */
    size_t repeats, digests, loads; /* what was seen, so that the test sees something */
};

static size_t roll(struct world *w, size_t n)
{
    w->dice += UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)((w->dice ^ w->dice >> 29) * UINT64_C(0xbf58476d1ce4e5b9) >> 33) % n;
}

/* ---- what arrives ------------------------------------------------------------------ */

static void hear(struct world *w, const struct open_try *t)
{
    for (size_t i = 0; i < t->words.n; i++) {
        char *known = w->heard[t->words.v[i]];

        if (w->silenced[t->words.v[i] / 2])
            continue; /* told once more when the silence ends */
        if (known[0] == '\0')
            memcpy(known, t->key, sizeof t->key);
        assert_string_equal(known, t->key);
    }
}

static size_t alert_number(const struct alert *al)
{
    struct str name = str_from(alert_get(al, STR("alertname")), 1);
    size_t n = 0;

    for (size_t i = 0; i < name.n; i++)
        n = n * 10 + (size_t)(name.p[i] - '0');
    return n;
}

/* While the notifications live. */
static void take_sends(struct world *w)
{
    for (size_t i = 0; i < w->s.sent.n; i++) {
        const struct story_sent *sent = &w->s.sent.v[i];
        struct open_try t = { .attempt = sent->attempt };

        memcpy(t.key, sent->key, sizeof t.key);
        for (size_t k = 0; k < sent->n->alert_count; k++)
            vec_push(&t.words, alert_number(sent->n->alerts[k]) * 2 +
                                   notification_resolved(sent->n, sent->n->alerts[k]));
        vec_push(&w->tries, t);
        w->repeats += sent->attempt > 1;
        w->digests += sent->n->kind == NOTIFY_DIGEST;
    }
    vec_clear(&w->s.sent);
}

static void answer(struct world *w, size_t at, enum verdict verdict, int64_t after)
{
    struct open_try t = w->tries.v[at];

    w->tries.v[at] = w->tries.v[--w->tries.n];
    if (verdict == DELIVERED || verdict == ACCEPTED || verdict == UNKNOWN)
        hear(w, &t);
    story_outcome(&w->s, t.key, t.attempt, verdict, after);
    vec_fini(&t.words);
    take_sends(w);
}

static void answer_some(struct world *w)
{
    static const enum verdict verdicts[] = { DELIVERED, DELIVERED, DELIVERED, ACCEPTED,
                                             DEFERRED,  DEFERRED,  UNKNOWN,   UNKNOWN,
                                             UNKNOWN,   UNFIT,     REFUSED };
    enum verdict v = verdicts[roll(w, sizeof verdicts / sizeof *verdicts)];
    bool waits = (v == DEFERRED || v == UNKNOWN) && roll(w, 4) == 0;

    if (w->tries.n > 0)
        answer(w, roll(w, w->tries.n), v, waits ? 7 * NS_PER_MIN : 0);
}

/* ---- what happens ------------------------------------------------------------------- */

static void name_of(size_t i, char *to, size_t room)
{
    snprintf(to, room, "alertname=A%zu team=ops", i);
}

static void fire(struct world *w, size_t n)
{
    char labels[64];

    for (; n > 0 && w->alerts < ALERTS; n--) {
        name_of(w->alerts++, labels, sizeof labels);
        story_alert(&w->s, DOOR_ALERTMANAGER, labels, 0, w->s.wall + 240 * NS_PER_HOUR);
        take_sends(w);
    }
}

static void end_one(struct world *w)
{
    size_t i = w->alerts > 0 ? roll(w, w->alerts) : 0;
    char labels[64];

    if (w->alerts == 0 || w->ended[i])
        return;
    w->ended[i] = true;
    name_of(i, labels, sizeof labels);
    story_resolve(&w->s, labels);
    take_sends(w);
}

static void silence_one(struct world *w)
{
    size_t i = w->alerts > 0 ? roll(w, w->alerts) : 0;
    struct str name = arena_printf(&w->s.arena, "A%zu", i);
    struct matcher m = { STR("alertname"), MATCH_EQ, name };
    struct silence quiet = { .id = arena_printf(&w->s.arena,
                                                "11111111-1111-4111-8111-%012zu", i),
                             .matchers = { &m, 1 },
                             .created_by = STR("x"),
                             .starts_at = w->s.wall,
                             .ends_at = w->s.wall + 10 * NS_PER_MIN };

    if (w->alerts == 0 || w->silenced[i])
        return;
    w->silenced[i] = true;
    story_put(&w->s, OBJECT_SILENCE, &quiet);
    take_sends(w);
}

static void pass(struct world *w, int64_t ns)
{
    for (int64_t until = w->s.steady + ns; w->s.steady < until;) {
        int64_t due = flow_next_due(w->s.f), to = due < until ? due : until;

        story_wait(&w->s, to > w->s.steady ? to - w->s.steady : 0);
        take_sends(w);
    }
}

/* ---- snapshots and crashes -------------------------------------------------------------- */

static void keep_piece(void *ctx, struct str piece)
{
    struct world *w = ctx;

    vec_push(&w->pieces, arena_str(&w->s.arena, piece));
}

static int64_t late(void)
{
    return 1;
}

/* Begun, or one slice further. */
static void walk(struct world *w)
{
    if (!w->walking) {
        vec_clear(&w->pieces);
        w->walked_from = w->s.journal.n;
        flow_snapshot_begin(w->s.f, keep_piece, w);
        w->walking = true;
    }
    if (!flow_snapshot_step(w->s.f, late, 1))
        return;
    w->walking = false;
    vec_clear(&w->whole);
    for (size_t i = 0; i < w->pieces.n; i++)
        vec_push(&w->whole, w->pieces.v[i]);
    w->whole_from = w->walked_from;
}

static struct flow *next_process(struct world *w)
{
    struct flow *f;
    struct err e;

    if (w->whole.n == 0 || roll(w, 3) == 0)
        return story_replay(&w->s, w->s.seed + roll(w, 100), 0);
    f = story_blank(&w->s, w->s.seed + roll(w, 100));
    for (size_t i = 0; i < w->whole.n; i++)
        assert_int_equal(flow_load(f, w->whole.v[i], &e), OK);
    assert_int_equal(flow_load_end(f, &e), OK);
    w->loads++;
    story_replay_into(&w->s, f, w->whole_from);
    return f;
}

/* Whatever was under way may have arrived, but for the message that it died of. */
static void crash(struct world *w)
{
    size_t blamed = w->tries.n > 0 && roll(w, 4) == 0 ? roll(w, w->tries.n) : SIZE_MAX;
    struct flow *f = next_process(w);
    struct buf crashed;

    buf_init(&crashed, BUF_NO_LIMIT);
    for (size_t i = 0; i < w->tries.n; i++) {
        if (i == blamed)
            put_str(&crashed, str_of(w->tries.v[i].key));
        else
            hear(w, &w->tries.v[i]);
        vec_fini(&w->tries.v[i].words);
    }
    vec_clear(&w->tries);
    flow_free(&w->s.f);
    w->s.f = f;
    w->walking = false;
    story_input(&w->s, INPUT_RESTART, buf_str(&crashed));
    buf_fini(&crashed);
    take_sends(w);
}

/* ---- the stories ------------------------------------------------------------------------ */

static void people(struct world *w, bool robot)
{
    struct address ad = { .channel = robot ? CHANNEL_DINGTALK : CHANNEL_MAIL,
                          .state = ADDRESS_OK };
    struct contact c = { .name = STR("Zhang"), .addresses = { &ad, 1 } };

    if (robot)
        ad.secret = seal(w->s.sealer, &w->s.arena,
                         STR("https://oapi.dingtalk.com/robot/send?access_token=1"));
    else
        ad.plain = STR("zhang@example.com");
    story_put(&w->s, OBJECT_CONTACT, &c);
    story_group(&w->s, "duty", "Zhang");
    story_route(&w->s, &(struct story_route){ .name = "duty",
                                              .matchers = "team=ops",
                                              .group_by = "alertname",
                                              .groups = "duty",
                                              .interval = 20 * NS_PER_S,
                                              .repeat = 240 * NS_PER_HOUR });
}

static void happen(struct world *w)
{
    switch (roll(w, 12)) {
    case 0:
        fire(w, roll(w, 60) == 0 ? STORM : 1 + roll(w, 6));
        return;
    case 1:
        end_one(w);
        return;
    case 2:
        if (roll(w, 3) == 0)
            silence_one(w);
        return;
    case 3: /* often while much is under way, and something comes right behind */
        fire(w, roll(w, 6));
        if (roll(w, 2) == 0)
            answer_some(w);
        crash(w);
        fire(w, roll(w, 3));
        return;
    case 4:
    case 5:
        walk(w);
        return;
    case 6:
    case 7:
        pass(w, (int64_t)roll(w, 30) * NS_PER_S);
        return;
    default:
        answer_some(w);
    }
}

/* All that is owed arrives. */
static void finish(struct world *w)
{
    for (int i = 0; i < 10000 && flow_counters(w->s.f)->outbox > 0; i++) {
        while (w->tries.n > 0)
            answer(w, 0, DELIVERED, 0);
        pass(w, NS_PER_MIN);
    }
    assert_int_equal(flow_counters(w->s.f)->outbox, 0);
}

static void run(uint64_t seed, struct world *w)
{
    *w = (struct world){
        .dice = seed, .repeats = w->repeats, .digests = w->digests, .loads = w->loads
    };
    story_begin(&w->s, seed);
    w->s.answer = false;
    if (seed % 4 < 2)
        story_account(&w->s, &(struct account){ .reload_restarts_timers = true });
    people(w, seed % 2 == 0);
    for (int i = 0; i < STEPS; i++)
        happen(w);
    finish(w);
    for (size_t i = 0; i < w->tries.n; i++)
        vec_fini(&w->tries.v[i].words);
    vec_fini(&w->tries);
    vec_fini(&w->pieces);
    vec_fini(&w->whole);
    story_end(&w->s);
}

static void test_what_may_have_arrived_keeps_its_key(void **state)
{
    static struct world w;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        run(seed, &w);
    print_message("%zu tries again, %zu sends of digests, %zu snapshots loaded\n",
                  w.repeats, w.digests, w.loads);
    assert_true(w.repeats > 0 && w.digests > 0 && w.loads > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_may_have_arrived_keeps_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
