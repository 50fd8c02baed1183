/* cut_test.c - a state that was saved and loaded decides as the one that went on:
 * each story is a case that tests/journals has found to differ. */
#include "flow/flow_private.h"
#include "support/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- a snapshot begun now, loaded later ---------------------------------------- */

/* Loaded, and with all inputs since, it must be the state of now. */
static void cut_judge(struct story_cut *c, struct story *s)
{
    struct flow *again = story_cut_load(s, c, 5);

    story_replay_into(s, again, c->from);
    assert_string_equal(flow_print(again, &s->arena), flow_print(s->f, &s->arena));
    flow_free(&again);
}

/* ---- ends ------------------------------------------------------------------------ */

/* An alert that said nothing of its end is given five minutes; then its sender says
 * that it ends in one. */
static void test_an_end_that_comes_nearer_is_seen_in_time(void **state)
{
    struct story s;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=dev", 0, 0);
    story_wait(&s, NS_PER_S);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=Disk team=dev", s.wall,
                s.wall + NS_PER_MIN);
    story_cut_begin(&s, &c);
    story_wait(&s, 2 * NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->alerts_active, 0);
    cut_judge(&c, &s);
    story_end(&s);
}

/* A was to end first, until a re-send moved its end behind B's. Both have ended when
 * the next input comes. */
static void test_alerts_end_in_the_order_of_their_ends(void **state)
{
    struct story s;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A team=dev", 0, s.wall + NS_PER_MIN);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=B team=dev", 0,
                s.wall + 2 * NS_PER_MIN);
    story_alert(&s, DOOR_ALERTMANAGER, "alertname=A team=dev", 0,
                s.wall + 3 * NS_PER_MIN);
    story_cut_begin(&s, &c);
    s.wall += NS_PER_HOUR;
    s.steady += NS_PER_HOUR;
    story_input(&s, INPUT_TICK, STR(""));
    cut_judge(&c, &s);
    story_end(&s);
}

/* ---- groups ------------------------------------------------------------------------ */

static struct strs receivers(struct story *s, struct flow *f)
{
    struct query q = { .now = s->wall, .a = &s->arena };
    struct viewing v = { .now = s->wall, .a = &s->arena };
    struct alert_view view;

    while (flow_query(f, &q))
        ;
    assert_int_equal(q.hits.n, 2);
    assert_true(flow_view(f, &v, q.hits.v[1].alert->serial, 0, &view));
    vec_fini(&q.hits);
    return view.receivers;
}

/* The second alert joins a new group of the first route, then an old one of the last. */
static void test_an_alert_names_its_receivers_in_one_order(void **state)
{
    struct story s;
    struct flow *f;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    story_route(&s, &(struct story_route){ .name = "first",
                                           .matchers = "team=ops host=h1",
                                           .groups = "ops" });
    story_route(&s,
                &(struct story_route){ .name = "last", .groups = "ops", .matchers = "" });
    story_fire(&s, "alertname=Disk team=dev");
    story_fire(&s, "alertname=Disk team=ops host=h1");
    story_cut_begin(&s, &c);
    f = story_cut_load(&s, &c, 5);
    assert_int_equal(receivers(&s, f).n, 3);
    assert_int_equal(receivers(&s, s.f).n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(str_eq(receivers(&s, f).v[i], receivers(&s, s.f).v[i]));
    flow_free(&f);
    story_end(&s);
}

/* The route goes while its message is on its way and a snapshot is being written: in
 * the snapshot the message still belongs to the group, which tells nothing else until
 * its outcome is known. */
static void test_a_group_that_goes_while_it_is_saved_keeps_its_message(void **state)
{
    struct route route = { .name = STR("ops") };
    struct change gone = { .op = CHANGE_DELETE, .kind = OBJECT_ROUTE, .object = &route };
    struct story s;
    struct story_cut c;
    struct err e;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_fire(&s, "alertname=Disk team=ops");
    story_wait(&s, 30 * NS_PER_S);
    story_cut_begin(&s, &c);
    story_fire(&s, "alertname=Disk team=ops host=b");
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(s.sent.n, 1); /* it waits for the outcome */
    assert_int_equal(story_change(&s, &gone, 1, &e), OK);
    story_wait(&s, 5 * NS_PER_MIN);
    assert_int_equal(flow_counters(s.f)->groups, 0);
    cut_judge(&c, &s);
    story_end(&s);
}

/* Timers set before and after keep their order where they fall on one moment. */
static void test_timers_keep_their_order(void **state)
{
    struct story s;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    for (int i = 0; i < 5; i++) {
        char labels[64];

        snprintf(labels, sizeof labels, "alertname=A%d team=ops", (i * 7) % 5);
        story_fire(&s, labels);
    }
    story_wait(&s, 30 * NS_PER_S);
    story_cut_begin(&s, &c);
    cut_judge(&c, &s);
    story_cut_begin(&s, &c);
    story_wait(&s, NS_PER_HOUR);
    cut_judge(&c, &s);
    story_end(&s);
}

/* ---- nonces ------------------------------------------------------------------------ */

static void use_nonce(struct story *s, const char *key, int64_t expires)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, str_of(key));
    put_i64(&b, expires);
    story_input(s, INPUT_NONCE, buf_str(&b));
    buf_fini(&b);
}

static size_t nonces_kept(const struct story *s)
{
    return s->f->nonces.n - s->f->nonces_first;
}

static void test_nonces_are_forgotten_when_their_time_is_over(void **state)
{
    struct story s;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    use_nonce(&s, "key/1", s.wall + NS_PER_MIN);
    use_nonce(&s, "key/2", s.wall + NS_PER_HOUR);
    s.wall += 2 * NS_PER_MIN;
    s.steady += 2 * NS_PER_MIN;
    story_input(&s, INPUT_TICK, STR(""));
    assert_int_equal(nonces_kept(&s), 1);
    story_cut_begin(&s, &c);
    cut_judge(&c, &s);
    story_end(&s);
}

/* One is forgotten before its turn to be written has come. */
static void test_nonces_forgotten_while_they_are_saved(void **state)
{
    struct story s;
    struct story_cut c;
    char key[32];

    (void)state;
    story_ops(&s);
    for (int i = 0; i < 3000; i++) {
        snprintf(key, sizeof key, "key/%d", i);
        use_nonce(&s, key, s.wall + (i < 2000 ? NS_PER_MIN : NS_PER_HOUR));
    }
    story_cut_begin(&s, &c);
    s.wall += 2 * NS_PER_MIN;
    s.steady += 2 * NS_PER_MIN;
    story_input(&s, INPUT_TICK, STR(""));
    use_nonce(&s, "key/new", s.wall + NS_PER_HOUR);
    assert_int_equal(nonces_kept(&s), 1001);
    cut_judge(&c, &s);
    story_end(&s);
}

/* ---- confirmations ------------------------------------------------------------------ */

static void ask_again(struct story *s, const char *code)
{
    struct change ask = { .op = CHANGE_ASK,
                          .kind = OBJECT_CONTACT,
                          .key = STR("Carol"),
                          .channel = CHANNEL_MAIL,
                          .code = seal(s->sealer, &s->arena, str_of(code)) };
    struct err e;

    s->steady += NS_PER_S;
    s->wall += NS_PER_S;
    assert_int_equal(story_change(s, &ask, 1, &e), OK);
}

/* The link of the first question is good no more once it is asked again: whatever
 * became of the try that was under way, no other follows. */
static void test_a_question_asked_again_is_not_repeated(void **state)
{
    struct story s;
    struct story_cut c;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_contact(&s, "Carol", "carol@example.com", false);
    ask_again(&s, "second");
    assert_int_equal(s.sent.n, 2);
    story_outcome(&s, s.sent.v[1].key, 1, DELIVERED, 0);
    story_cut_begin(&s, &c);
    story_outcome(&s, s.sent.v[0].key, 1, DEFERRED, NS_PER_S);
    story_wait(&s, NS_PER_HOUR);
    assert_int_equal(s.sent.n, 2);
    assert_int_equal(flow_counters(s.f)->outbox, 0);
    assert_int_equal(story_row_count(&s, ROW_DECISION, "replaced"), 1);
    cut_judge(&c, &s);
    story_end(&s);
}

static void test_a_restart_does_not_repeat_it_either(void **state)
{
    struct story s;

    (void)state;
    story_ops(&s);
    s.answer = false;
    story_contact(&s, "Carol", "carol@example.com", false);
    ask_again(&s, "second");
    story_input(&s, INPUT_RESTART, STR(""));
    assert_int_equal(s.sent.n, 3);
    assert_string_equal(s.sent.v[2].key, s.sent.v[1].key);
    assert_int_equal(flow_counters(s.f)->outbox, 1);
    story_end(&s);
}

/* ---- a digest, part by part ----------------------------------------------------- */

/* Nearly all of them wait at one robot, each for a group of its own. */
static void digest_of_many(struct story *s, int n)
{
    story_begin(s, 7);
    story_robot(s, "Zhang", "https://oapi.dingtalk.com/robot/send?access_token=1");
    story_group(s, "ops", "Zhang");
    story_route(s, &(struct story_route){ .name = "ops",
                                          .matchers = "team=ops",
                                          .group_by = "alertname",
                                          .groups = "ops",
                                          .interval = NS_PER_S });
    s->answer = false;
    story_fire_many(s, 0, (size_t)n);
    assert_true(flow_counters(s->f)->merged > (uint64_t)n - 10);
}

/* One is under way at a time. */
static void answer_next(struct story *s, enum verdict verdict, int64_t retry_after)
{
    story_answer(s, s->answered++, verdict, retry_after);
}

static void joins(struct story *s)
{
    char labels[64];

    snprintf(labels, sizeof labels, "alertname=B%d team=ops", (int)s->seq);
    story_alert(s, DOOR_ALERTMANAGER, labels, 0, s->wall + 72 * NS_PER_HOUR);
}

static void silenced(struct story *s, const char *id, const char *regex)
{
    struct matcher m = { STR("alertname"), MATCH_RE, str_of(regex) };
    struct silence quiet = { .id = str_of(id),
                             .matchers = { &m, 1 },
                             .created_by = STR("x"),
                             .starts_at = s->wall,
                             .ends_at = s->wall + 99 * NS_PER_HOUR };

    story_put(s, OBJECT_SILENCE, &quiet);
    story_wait(s, NS_PER_S); /* the groups' next flush */
}

static void some_leave(struct story *s)
{
    silenced(s, "11111111-1111-4111-8111-111111111111", "A1.*");
}

static void others_leave(struct story *s)
{
    silenced(s, "22222222-2222-4222-8222-222222222222", "A2.*");
}

static void is_sent(struct story *s)
{
    while (s->sent.v[s->sent.n - 1].n->kind != NOTIFY_DIGEST)
        answer_next(s, DELIVERED, 0);
    assert_int_equal(s->answered, s->sent.n - 1);
}

static void fails(struct story *s)
{
    answer_next(s, DEFERRED, 20 * NS_PER_S);
}

static void is_sent_again(struct story *s)
{
    story_wait(s, 30 * NS_PER_S);
    assert_int_equal(s->sent.v[s->answered].n->kind, NOTIFY_DIGEST);
}

static void arrives(struct story *s)
{
    while (s->answered < s->sent.n)
        answer_next(s, DELIVERED, 0);
}

/* Whatever becomes of it between two slices, and wherever that ends. */
static void save_meanwhile(size_t slices, size_t from, size_t to)
{
    static void (*const events[])(struct story *) = {
        joins, some_leave, is_sent, fails, others_leave, joins, is_sent_again, arrives
    };
    struct story s;
    struct story_cut c;

    digest_of_many(&s, 120);
    for (size_t i = 0; i < from; i++)
        events[i](&s);
    story_cut_begin(&s, &c);
    for (size_t i = from; i < to; i++) {
        for (size_t k = 0; k < slices; k++)
            (void)story_cut_slice(&s);
        events[i](&s);
    }
    cut_judge(&c, &s);
    story_end(&s);
}

static void test_a_digest_that_changes_while_it_is_saved(void **state)
{
    static const size_t slices[] = { 0, 1, 4, 8 };

    (void)state;
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++)
        for (size_t from = 0; from < 8; from++)
            for (size_t to = from + 1; to <= 8; to++)
                save_meanwhile(slices[i], from, to);
}

/* What a flush waits for is one piece, and what a step writes at least is one record. */
static void test_a_large_digest_is_many_pieces(void **state)
{
    struct story s;
    struct story_cut c;
    size_t slices = 1;

    (void)state;
    digest_of_many(&s, 5000); /* in one record they are more than a piece may be */
    story_cut_begin(&s, &c);
    while (!story_cut_slice(&s))
        slices++;
    assert_true(slices > 5000 / 64);
    for (size_t i = 0; i < c.pieces.n; i++)
        assert_true(c.pieces.v[i].n < 300 * 1024);
    cut_judge(&c, &s);
    story_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_end_that_comes_nearer_is_seen_in_time),
        cmocka_unit_test(test_alerts_end_in_the_order_of_their_ends),
        cmocka_unit_test(test_an_alert_names_its_receivers_in_one_order),
        cmocka_unit_test(test_a_group_that_goes_while_it_is_saved_keeps_its_message),
        cmocka_unit_test(test_timers_keep_their_order),
        cmocka_unit_test(test_nonces_are_forgotten_when_their_time_is_over),
        cmocka_unit_test(test_nonces_forgotten_while_they_are_saved),
        cmocka_unit_test(test_a_question_asked_again_is_not_repeated),
        cmocka_unit_test(test_a_restart_does_not_repeat_it_either),
        cmocka_unit_test(test_a_digest_that_changes_while_it_is_saved),
        cmocka_unit_test(test_a_large_digest_is_many_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
