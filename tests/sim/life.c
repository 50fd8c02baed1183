/* life.c - the flow as the server runs it: inputs one by one, a snapshot at times, and
 * the end without warning, after which a new flow must be the same. */
#include "sim.h"

#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>

/* ---- what comes out ---------------------------------------------------------------- */

static void take_send(void *ctx, const struct notification *n, int attempt, bool plain)
{
    struct sim *s = ctx;

    (void)plain;
    s->sent++;
    if (person_hears(n)) {
        person_take(s, n, attempt);
        return;
    }
    judge_sent(s, n, attempt);
    receiver_take(s, n, attempt);
}

static void take_row(void *ctx, const struct history_row *row)
{
    struct sim *s = ctx;

    if (!s->replaying)
        judge_row(s, row);
}

static void take_nonce(void *ctx, struct str key, int64_t expires)
{
    (void)ctx;
    (void)key;
    (void)expires;
}

static struct flow *flow_made(struct sim *s, uint64_t seed)
{
    struct flow_config config = { .account = 1, .seed = seed, .epoch = s->epoch };

    config.out = (struct flow_out){ s, take_send, take_row, take_nonce };
    return flow_new(&config);
}

/* ---- inputs --------------------------------------------------------------------------- */

static void apply_now(struct sim *s, struct input *in)
{
    in->seq = ++s->seq;
    in->wall = s->wall;
    in->steady = s->steady;
    s->inputs++;
    flow_apply(s->f, in, false);
    in->ticket = NULL;
    vec_push(&s->tail, in);
}

void life_settle(struct sim *s)
{
    struct input *in = s->soft;

    s->soft = NULL;
    if (in != NULL)
        apply_now(s, in);
}

static void apply(struct sim *s, struct input *in)
{
    life_settle(s);
    apply_now(s, in);
}

void life_soft(struct sim *s, size_t client, struct str payload)
{
    life_settle(s);
    s->soft = input_new(INPUT_REFRESH, 1, payload);
    s->soft_by = s->steady + (int64_t)below(s, 100) * NS_PER_MS;
    s->soft_client = client;
    s->refreshes++;
}

static void lose_soft(struct sim *s)
{
    if (s->soft == NULL)
        return;
    client_lost(s, s->soft_client);
    input_free(s->soft);
    s->soft = NULL;
    s->lost++;
}

void life_input(struct sim *s, enum input_kind kind, struct str payload)
{
    apply(s, input_new(kind, 1, payload));
}

static void no_one_waits(struct ticket *t)
{
    (void)t;
}

void life_change(struct sim *s, const struct change *v, size_t n)
{
    struct change_set set = { .actor = { .user = STR("sim"), .operation = STR("sim") },
                              .v = v,
                              .n = n };
    struct ticket t = { .done = no_one_waits };
    struct buf payload;
    struct input *in;

    buf_init(&payload, BUF_NO_LIMIT);
    change_set_encode(&set, &payload);
    in = input_new(INPUT_CHANGE, 1, buf_str(&payload));
    in->ticket = &t;
    buf_fini(&payload);
    apply(s, in);
    if (t.result == FAILED)
        sim_fail(s, "a change was refused: %s: %s", t.err.field, t.err.text);
}

void life_ack(struct sim *s, struct pairs labels, bool release)
{
    struct matcher v[8];
    struct query q = { .matchers = { v, labels.n }, .now = s->wall, .a = &s->arena };
    struct ticket t = { .done = no_one_waits };
    struct ack ack = { .by = STR("sim"), .release = release };
    struct buf payload;
    struct input *in;
    uint64_t serial;

    for (size_t i = 0; i < labels.n; i++)
        v[i] = (struct matcher){ labels.v[i].name, MATCH_EQ, labels.v[i].value };
    while (flow_query(s->f, &q))
        ;
    if (q.hits.n != 1) {
        sim_fail(s, "%zu alerts have the labels of one that fires", q.hits.n);
        vec_fini(&q.hits);
        return;
    }
    serial = q.hits.v[0].alert->serial;
    vec_fini(&q.hits);
    ack.alerts = (struct serials){ &serial, 1 };
    buf_init(&payload, BUF_NO_LIMIT);
    ack_encode(&ack, &payload);
    in = input_new(INPUT_ACK, 1, buf_str(&payload));
    in->ticket = &t;
    buf_fini(&payload);
    apply(s, in);
    if (t.result == FAILED)
        sim_fail(s, "an alert that fires cannot be %s",
                 release ? "given back" : "taken on");
}

/* ---- snapshots and crashes ---------------------------------------------------------------- */

static void keep_piece(void *ctx, struct str piece)
{
    struct sim *s = ctx;
    char *own = malloc(piece.n + 1);

    if (own == NULL)
        abort();
    memcpy(own, piece.p, piece.n);
    vec_push(&s->pieces, (struct str){ own, piece.n });
}

static void drop_pieces(struct sim *s)
{
    for (size_t i = 0; i < s->pieces.n; i++)
        free((char *)(uintptr_t)s->pieces.v[i].p);
    vec_clear(&s->pieces);
}

static void drop_tail(struct sim *s)
{
    for (size_t i = 0; i < s->tail.n; i++)
        input_free(s->tail.v[i]);
    vec_clear(&s->tail);
}

static int64_t no_clock(void)
{
    return 0;
}

void life_snapshot(struct sim *s)
{
    event_at(s, &s->snapshot, s->steady + some_time(s, 2 * NS_PER_HOUR));
    drop_pieces(s);
    drop_tail(s);
    flow_snapshot_begin(s->f, keep_piece, s);
    while (!flow_snapshot_step(s->f, no_clock, 1))
        ;
}

static void add_piece(void *ctx, struct str piece)
{
    buf_add(ctx, piece);
}

static struct digest print_of(struct flow *f)
{
    struct digest d;
    struct buf all;

    buf_init(&all, BUF_NO_LIMIT);
    flow_snapshot_begin(f, add_piece, &all);
    while (!flow_snapshot_step(f, no_clock, 1))
        ;
    d = sha256(buf_str(&all));
    buf_fini(&all);
    return d;
}

static struct flow *come_back(struct sim *s, uint64_t seed)
{
    struct flow *f = flow_made(s, seed);
    struct err e = { 0 };

    for (size_t i = 0; i < s->pieces.n; i++)
        if (flow_load(f, s->pieces.v[i], &e) == FAILED)
            sim_fail(s, "the snapshot cannot be loaded: %s", e.text);
    if (s->pieces.n > 0 && flow_load_end(f, &e) == FAILED)
        sim_fail(s, "the snapshot is not whole: %s", e.text);
    for (size_t i = 0; i < s->tail.n; i++)
        flow_apply(f, s->tail.v[i], true);
    return f;
}

void life_crash(struct sim *s)
{
    struct digest before, after;
    int64_t down;

    if (chance_of(s, 50))
        life_settle(s);
    lose_soft(s);
    before = print_of(s->f);
    event_at(s, &s->crash, s->steady + some_time(s, 6 * NS_PER_HOUR));
    s->crashes++;
    s->replaying = true;
    receivers_forget(s);
    people_forget(s);
    flow_free(&s->f);
    s->f = come_back(s, s->seed ^ s->crashes);
    s->replaying = false;
    after = print_of(s->f);
    if (memcmp(&before, &after, sizeof before) != 0)
        sim_fail(s, "the state after a crash and replay is not the state before");
    down = some_time(s, 20 * NS_PER_S);
    s->steady += down;
    s->wall += down;
    clients_stepped(s, false);
    life_input(s, INPUT_RESTART, STR(""));
    if (s->theirs)
        s->unsettled = s->steady;
}

void life_step_clock(struct sim *s)
{
    static const int64_t choices[] = { -60, 60, -7, 7 }; /* minutes */
    int64_t by = choices[below(s, 4)] * NS_PER_MIN;
    struct buf payload;

    event_at(s, &s->clock, s->steady + some_time(s, 20 * NS_PER_HOUR));
    s->wall += by;
    clients_stepped(s, true);
    buf_init(&payload, BUF_NO_LIMIT);
    put_i64(&payload, by);
    life_input(s, INPUT_CLOCK, buf_str(&payload));
    buf_fini(&payload);
    s->unsettled = s->steady;
}

void life_begin(struct sim *s)
{
    arena_init(&s->arena);
    heap_init(&s->events);
    map_init(&s->threads, 1);
    map_init(&s->tries, 1);
    s->epoch = epoch_new();
    s->sealer = sealer_for_tests();
    s->f = flow_made(s, s->seed);
    life_input(s, INPUT_ACCOUNT, STR("default"));
    s->snapshot.kind = EVENT_SNAPSHOT;
    s->crash.kind = EVENT_CRASH;
    s->clock.kind = EVENT_CLOCK;
    event_at(s, &s->snapshot, s->steady + some_time(s, 2 * NS_PER_HOUR));
    event_at(s, &s->crash, s->steady + some_time(s, 6 * NS_PER_HOUR));
    event_at(s, &s->clock, s->steady + some_time(s, 20 * NS_PER_HOUR));
}

void life_end(struct sim *s)
{
    struct thread *t;

    life_settle(s);
    s->replaying = true;
    receivers_forget(s);
    people_forget(s);
    people_fini(s);
    flow_free(&s->f);
    for (size_t i = 0; (t = map_next(&s->threads, &i, NULL)) != NULL;)
        free(t);
    drop_pieces(s);
    drop_tail(s);
    vec_fini(&s->pieces);
    vec_fini(&s->tail);
    map_fini(&s->threads);
    map_fini(&s->tries);
    heap_fini(&s->events);
    epoch_free(&s->epoch);
    sealer_close(&s->sealer);
    arena_fini(&s->arena);
}
