#include "journals/maker.h"

#include "base/bytes.h"
#include "base/xxhash64.h"

enum { FLOOD = 50, MOST_TICKS = 12, MOST_OUTCOMES = 40, FIRST_CHANGES = 60 };

/* ---- chance -------------------------------------------------------------- */

bool often(struct maker *m, unsigned n)
{
    return chance_below(&m->c, 100) < n;
}

static size_t pool_count(const char *const *pool)
{
    size_t n = 0;

    while (pool[n] != NULL)
        n++;
    return n;
}

struct str pick(struct maker *m, const char *const *pool)
{
    return str_of(pool[chance_below(&m->c, pool_count(pool))]);
}

struct strs pick_some(struct maker *m, const char *const *pool, size_t most)
{
    size_t n = chance_below(&m->c, most + 1);
    struct str *v = arena_array(&m->a, struct str, n + 1);

    for (size_t i = 0; i < n; i++)
        v[i] = pick(m, pool);
    return (struct strs){ v, n };
}

/* ---- life ---------------------------------------------------------------- */

static void note_sends(struct maker *m)
{
    for (; m->seen < m->s.sent.n; m->seen++) {
        const struct story_sent *sent = &m->s.sent.v[m->seen];
        struct open_send open = { .attempt = sent->attempt, .plain = sent->plain };

        memcpy(open.key, sent->key, sizeof open.key);
        vec_push(&m->open, open);
    }
}

static void submit(struct maker *m, const struct change_set *set)
{
    struct err e;

    for (size_t i = 0; i < set->n; i++)
        if (change_check(&set->v[i], &e) == FAILED) {
            m->refused_at_door++;
            return;
        }
    m->refused += story_change_set(&m->s, set, &e) == FAILED;
}

void maker_begin(struct maker *m, uint64_t seed)
{
    struct change_set set;

    *m = (struct maker){ .c = { seed } };
    arena_init(&m->a);
    story_begin(&m->s, seed);
    m->s.answer = false;
    set = make_provision(m);
    submit(m, &set);
    for (int i = 0; i < FIRST_CHANGES; i++) {
        set = make_puts(m);
        submit(m, &set);
    }
    note_sends(m);
}

void maker_end(struct maker *m)
{
    vec_fini(&m->open);
    story_end(&m->s);
    arena_fini(&m->a);
}

/* ---- time ---------------------------------------------------------------- */

/* A second or less, a minute, an hour, more than a day. */
static int64_t span(struct maker *m)
{
    static const int64_t spans[] = { NS_PER_S,   NS_PER_S,       NS_PER_MIN,
                                     NS_PER_MIN, 5 * NS_PER_MIN, NS_PER_HOUR };
    int64_t most = often(m, 2) ? 30 * NS_PER_HOUR : spans[chance_below(&m->c, 6)];

    return (int64_t)chance_below(&m->c, (size_t)most);
}

/* Mostly with its ticks, as many as keep the journal short; sometimes other inputs
 * come before them. */
static void pass_time(struct maker *m, int64_t ns)
{
    int64_t until = m->s.steady + ns;
    size_t ticks = often(m, 80) ? MOST_TICKS : 0;

    while (ticks-- > 0 && flow_next_due(m->s.f) <= until) {
        int64_t due = flow_next_due(m->s.f);

        story_wait(&m->s, due > m->s.steady ? due - m->s.steady : 0);
    }
    m->s.wall += until - m->s.steady;
    m->s.steady = until;
}

static void step_clock(struct maker *m)
{
    int64_t step = 11 * NS_PER_S + (int64_t)chance_below(&m->c, 3 * NS_PER_HOUR);
    struct buf b;

    if (often(m, 50))
        step = -step;
    m->s.wall += step;
    buf_init(&b, 64);
    put_i64(&b, step);
    story_input(&m->s, INPUT_CLOCK, buf_str(&b));
    buf_fini(&b);
}

static void restart(struct maker *m)
{
    m->s.wall += (int64_t)chance_below(&m->c, 2 * NS_PER_HOUR);
    if (often(m, 20)) /* a Monday may have passed */
        m->s.wall += (int64_t)chance_below(&m->c, 9) * NS_PER_DAY;
    story_input(&m->s, INPUT_RESTART, STR(""));
}

/* It died while it wrote one message, and at times again. */
static void crash(struct maker *m)
{
    struct str key = arena_str(&m->a, str_of(m->open.v[m->open.n - 1].key));
    size_t times = 1 + chance_below(&m->c, 3);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, key);
    while (times-- > 0)
        story_input(&m->s, INPUT_RESTART, buf_str(&b));
    buf_fini(&b);
}

/* ---- outcomes ------------------------------------------------------------ */

static enum verdict any_verdict(struct maker *m)
{
    static const enum verdict verdicts[] = { DELIVERED, DELIVERED, DELIVERED, DELIVERED,
                                             DELIVERED, ACCEPTED,  DEFERRED,  DEFERRED,
                                             UNKNOWN,   REFUSED,   UNFIT,     UNFIT };

    return verdicts[chance_below(&m->c, sizeof verdicts / sizeof *verdicts)];
}

static struct receipt any_receipt(struct maker *m)
{
    struct receipt r = { .verdict = any_verdict(m),
                         .status = 200 + (int)chance_below(&m->c, 400),
                         .code = often(m, 20) ? 310000 : 0,
                         .said = often(m, 50) ? chance_text(&m->c, &m->a) : STR(""),
                         .meaning = often(m, 20) ? chance_text(&m->c, &m->a) : STR(""),
                         .remote = STR("127.0.0.1:25"),
                         .started = m->s.wall,
                         .finished = m->s.wall,
                         .bytes = (int64_t)chance_below(&m->c, 9000),
                         .subject = often(m, 50) ? chance_text(&m->c, &m->a) : STR("") };

    if (often(m, 30))
        r.retry_after = (int64_t)chance_below(&m->c, 2 * NS_PER_HOUR);
    return r;
}

/* Of a message that was sent; at times told twice, late, or of none. */
static void tell_one(struct maker *m)
{
    size_t at = chance_below(&m->c, m->open.n);
    struct open_send open = m->open.v[at];
    struct outcome o = { .attempt = open.attempt, .plain = open.plain };
    struct buf b;

    if (!often(m, 5))
        m->open.v[at] = m->open.v[--m->open.n];
    if (often(m, 2))
        open.key[0] = open.key[0] == 'f' ? '0' : 'f';
    o.key = str_of(open.key);
    o.receipt = any_receipt(m);
    buf_init(&b, BUF_NO_LIMIT);
    outcome_encode(&o, &b);
    story_input(&m->s, INPUT_OUTCOME, buf_str(&b));
    buf_fini(&b);
}

/* Storms are answered in heaps. */
static void tell_outcomes(struct maker *m)
{
    size_t n = 1 + chance_below(&m->c, m->open.n);

    if (n > MOST_OUTCOMES || often(m, 30))
        n = 1 + chance_below(&m->c, n < MOST_OUTCOMES ? n : MOST_OUTCOMES);
    while (n-- > 0 && m->open.n > 0)
        tell_one(m);
}

/* ---- the rest ------------------------------------------------------------ */

static void use_nonce(struct maker *m)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, arena_printf(&m->a, "AKID/nonce-%u", ++m->minted));
    put_i64(&b, m->s.wall + (int64_t)chance_below(&m->c, NS_PER_HOUR));
    story_input(&m->s, INPUT_NONCE, buf_str(&b));
    buf_fini(&b);
}

static void send_alerts(struct maker *m, size_t n)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    make_alerts(m, n, &b);
    story_input(&m->s, INPUT_ALERTS, buf_str(&b));
    buf_fini(&b);
}

static void send_again(struct maker *m)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    make_refreshes(m, &b);
    story_input(&m->s, INPUT_REFRESH, buf_str(&b));
    buf_fini(&b);
}

static void change_book(struct maker *m, bool file)
{
    struct change_set set = file ? make_provision(m) : make_changes(m);

    submit(m, &set);
}

static void change_one(struct maker *m, struct change c)
{
    struct change_set set = { .actor = { .user = STR("admin"),
                                         .key_id = STR(""),
                                         .remote = STR(""),
                                         .operation = STR("Mute"),
                                         .nonce = STR("") },
                              .v = &c,
                              .n = 1 };

    submit(m, &set);
}

/* A minute's points, some minutes long, so that levels are reached. */
static void send_points(struct maker *m)
{
    size_t minutes = 1 + chance_below(&m->c, 6);

    while (minutes-- > 0) {
        struct buf b;

        buf_init(&b, BUF_NO_LIMIT);
        make_points(m, &b);
        story_input(&m->s, INPUT_POINTS, buf_str(&b));
        buf_fini(&b);
        pass_time(m, NS_PER_MIN / 2 + (int64_t)chance_below(&m->c, NS_PER_MIN));
    }
}

static void send_beat(struct maker *m)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    make_beat(m, &b);
    story_input(&m->s, INPUT_BEAT, buf_str(&b));
    buf_fini(&b);
}

static void take_on(struct maker *m)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    make_ack(m, &b);
    story_input(&m->s, INPUT_ACK, buf_str(&b));
    buf_fini(&b);
}

static void publish(struct maker *m)
{
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    make_publication(m, &b);
    story_input(&m->s, INPUT_PUBLISH, buf_str(&b));
    buf_fini(&b);
}

static void ask_errand(struct maker *m)
{
    bool drill = often(m, 50);
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    if (drill)
        make_drill(m, &b);
    else
        make_resend(m, &b);
    story_input(&m->s, drill ? INPUT_TEST : INPUT_RESEND, buf_str(&b));
    buf_fini(&b);
}

/* What an Alertmanager told before us: at times of a group and an address that there
 * are, seldom of alerts that come. */
static void take_over(struct maker *m)
{
    const struct story_sent *sent =
        m->s.sent.n > 0 ? &m->s.sent.v[chance_below(&m->c, m->s.sent.n)] : NULL;
    struct buf b, key;

    buf_init(&key, BUF_NO_LIMIT);
    buf_add(&key, sent != NULL ? sent->group_key : STR("{}:{}"));
    buf_char(&key, '\0');
    buf_add(&key, sent != NULL ? sent->address_key : STR("ops/webhook/0"));
    buf_init(&b, BUF_NO_LIMIT);
    put_str(&b, buf_str(&key));
    put_i64(&b, m->s.wall - (int64_t)chance_below(&m->c, NS_PER_HOUR));
    put_i64(&b, m->s.wall + (int64_t)chance_below(&m->c, NS_PER_DAY));
    put_i64(&b, 0);
    for (int i = 0; i < 2; i++) {
        put_u64(&b, 1);
        put_u64le(&b, xxhash64(chance_text(&m->c, &m->a)));
    }
    story_input(&m->s, INPUT_IMPORT, buf_str(&b));
    buf_fini(&b);
    buf_fini(&key);
}

void maker_step(struct maker *m)
{
    size_t dice = chance_below(&m->c, 228);

    arena_reset(&m->a);
    if (dice < 8)
        send_again(m);
    else if (dice < 70)
        send_alerts(m, 1 + chance_below(&m->c, 6));
    else if (dice < 71)
        send_alerts(m, FLOOD + chance_below(&m->c, FLOOD));
    else if (dice < 110)
        change_book(m, false);
    else if (dice < 112)
        change_book(m, true);
    else if (dice < 165 && m->open.n > 0)
        tell_outcomes(m);
    else if (dice < 170)
        use_nonce(m);
    else if (dice < 173)
        restart(m);
    else if (dice < 176)
        step_clock(m);
    else if (dice < 184)
        change_one(m, make_mute(m));
    else if (dice < 187)
        send_beat(m);
    else if (dice < 188)
        take_over(m);
    else if (dice < 191)
        ask_errand(m);
    else if (dice < 194)
        take_on(m);
    else if (dice < 199)
        change_one(m, make_metric_rule(m));
    else if (dice < 204)
        send_points(m);
    else if (dice < 208)
        publish(m);
    else if (dice < 210 && m->open.n > 0)
        crash(m);
    else if (dice < 214)
        ask_errand(m);
    else if (dice < 218)
        change_one(m, make_cloudmonitor_rule(m));
    else if (dice < 222)
        make_event(m);
    else
        pass_time(m, span(m));
    if (often(m, 70))
        pass_time(m, (int64_t)chance_below(&m->c, 3 * NS_PER_S));
    note_sends(m);
}
