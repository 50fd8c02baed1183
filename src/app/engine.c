#include "app/engine_private.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

/* ---- ports of a flow --------------------------------------------------------- */

static void out_send(void *ctx, const struct notification *n, int attempt, bool plain)
{
    struct engine *en = ctx;

    if (!atomic_load(&en->silent))
        runner_send(en->runner, n, attempt, plain);
}

static void out_row(void *ctx, const struct history_row *row)
{
    struct engine *en = ctx;

    history_row(en->config.store, row);
}

static void out_nonce(void *ctx, struct str key, int64_t expires)
{
    struct engine *en = ctx;

    (void)nonces_take(en->config.nonces, key, expires, clock_wall());
}

static const struct book *book_of(const void *flow)
{
    return flow_book(flow);
}

/* ---- flows ---------------------------------------------------------------------- */

struct flow *engine_find(const struct engine *en, uint32_t account)
{
    size_t i = account - 1; /* numbers count up from 1 */

    if (account == 0 || i >= atomic_load(&en->n))
        return NULL;
    assert(en->v[i].account == account);
    return atomic_load(&en->v[i].flow);
}

size_t engine_flows(const struct engine *en)
{
    return atomic_load(&en->n);
}

const struct flow *engine_flow(const struct engine *en, size_t i)
{
    return atomic_load(&en->v[i].flow);
}

struct flow *engine_add(struct engine *en, uint32_t account, struct str name)
{
    struct flow_config config = {
        .account = account,
        .seed = store_seed(en->config.store),
        .epoch = en->config.epoch,
        .out = { .ctx = en, .send = out_send, .row = out_row, .nonce = out_nonce },
        .answered = &en->answered
    };
    struct flow *f = flow_new(&config);
    size_t n = atomic_load(&en->n);
    char *own = malloc(name.n + 1);

    assert(n < ACCOUNTS_MAX && own != NULL && account == n + 1);
    memcpy(own, name.p, name.n);
    en->v[n].account = account;
    atomic_store(&en->v[n].flow, f);
    atomic_store(&en->n, n + 1);
    tenants_add(en->config.tenants, &(struct tenant){ .account = account,
                                                      .name = { own, name.n },
                                                      .flow = f,
                                                      .book = book_of });
    return f;
}

/* ---- life ------------------------------------------------------------------------ */

struct engine *engine_new(const struct engine_config *config)
{
    struct engine *en = calloc(1, sizeof *en);

    if (en == NULL)
        abort();
    en->config = *config;
    en->inputs = queue_new(SIZE_MAX);
    en->reads = queue_new(1024);
    atomic_store(&en->due, INT64_MAX);
    pthread_mutex_init(&en->lock, NULL);
    pthread_cond_init(&en->turn, NULL);
    return en;
}

/* Ticks that the store made while we stopped: on disk, and applied by the next start. */
static void drop_inputs(struct engine *en)
{
    struct queue_node *node = queue_pop_all(en->inputs, 0);

    while (node != NULL) {
        struct input *in = (struct input *)(void *)node;

        node = node->next;
        input_free(in);
    }
}

void engine_free(struct engine **enp)
{
    struct engine *en = *enp;

    *enp = NULL;
    if (en == NULL)
        return;
    for (size_t i = 0; i < atomic_load(&en->n); i++) {
        struct flow *f = atomic_load(&en->v[i].flow);

        flow_free(&f);
        free((char *)(uintptr_t)tenants_at(en->config.tenants, i)->name.p);
    }
    drop_inputs(en);
    queue_free(&en->inputs);
    queue_free(&en->reads);
    pthread_mutex_destroy(&en->lock);
    pthread_cond_destroy(&en->turn);
    free(en);
}

/* ---- replay ------------------------------------------------------------------------ */

/* The first record of a snapshot's first piece names the account. */
static ok replay_piece(void *ctx, uint32_t account, struct str piece, struct err *e)
{
    struct engine *en = ctx;
    struct flow *f = engine_find(en, account);
    struct str name;

    if (f == NULL) {
        if (flow_snapshot_name(piece, &name, e) == FAILED)
            return FAILED;
        f = engine_add(en, account, name);
    }
    return flow_load(f, piece, e);
}

static ok replay_snapshot_end(void *ctx, uint64_t seq, struct err *e)
{
    struct engine *en = ctx;

    en->applied = seq;
    for (size_t i = 0; i < atomic_load(&en->n); i++)
        if (flow_load_end(atomic_load(&en->v[i].flow), e) == FAILED)
            return FAILED;
    return OK;
}

static ok replay_input(void *ctx, const struct input *in, struct err *e)
{
    (void)e;
    engine_apply_one(ctx, in, true);
    return OK;
}

ok engine_replay(struct engine *en, struct err *e)
{
    struct store_reader reader = { .ctx = en,
                                   .piece = replay_piece,
                                   .snapshot_end = replay_snapshot_end,
                                   .input = replay_input };
    int rules = FLOW_RULES;

    if (store_replay(en->config.store, &reader, &rules, e) == FAILED)
        return FAILED;
    if (rules != FLOW_RULES)
        log_text(LOG_WARN,
                 "the journal was written under rules %d and replayed under %d: outcomes "
                 "of messages unknown now count as told",
                 rules, FLOW_RULES);
    return OK;
}

/* ---- running ------------------------------------------------------------------------- */

static void sink_apply(void *ctx, struct input *first)
{
    struct engine *en = ctx;

    queue_push_all(en->inputs, &first->node);
}

static int64_t sink_due(void *ctx, uint32_t *which)
{
    struct engine *en = ctx;

    *which = atomic_load(&en->due_account);
    return atomic_load(&en->due);
}

/* An input that changes nothing: when it was applied, so was all before it. */
static ok barrier(struct engine *en, struct err *e)
{
    if (!en->running || atomic_load(&en->n) == 0)
        return OK;
    return engine_do(en, INPUT_TICK, en->v[0].account, STR(""), e);
}

/* The messages of that account that the last process crashed on. */
static void put_crashed(const struct engine *en, uint32_t account, struct buf *out)
{
    const struct crash_notes *notes = en->config.crashed;

    for (size_t i = 0; notes != NULL && i < notes->n; i++) {
        const struct crash_note *note = &notes->v[i];

        if (note->account != account)
            continue;
        log_text(LOG_ERROR,
                 "the last process crashed (signal %d) while it wrote message %s",
                 note->signal, note->key);
        put_str(out, str_of(note->key));
    }
}

/* The first live input of each account. They wait in the store before its thread
 * begins: a tick that came before would end alerts that could not be re-sent while no
 * process was there. Owed, since what follows may not come without them. */
static void submit_restarts(struct engine *en)
{
    struct journal_port journal = store_journal(en->config.store);
    struct buf crashed;

    buf_init(&crashed, BUF_NO_LIMIT);
    for (size_t i = 0; i < atomic_load(&en->n); i++) {
        buf_clear(&crashed);
        put_crashed(en, en->v[i].account, &crashed);
        journal.submit_always(
            journal.ctx, input_new(INPUT_RESTART, en->v[i].account, buf_str(&crashed)));
    }
    buf_fini(&crashed);
}

ok engine_start(struct engine *en, struct runner *runner, struct err *e)
{
    struct store_sink sink = { .ctx = en, .apply = sink_apply, .due = sink_due };

    en->runner = runner;
    trim_note(en, TRIM_LEAST); /* the replay was a burst as well */
    submit_restarts(en);
    if (store_start(en->config.store, &sink, e) == FAILED)
        return FAILED;
    if (pthread_create(&en->thread, NULL, engine_thread, en) != 0 ||
        pthread_create(&en->snapshotter, NULL, snapshot_thread, en) != 0)
        return fail(e, FAULT_UNAVAILABLE, "", "cannot start a thread");
    en->running = true;
    return barrier(en, e);
}

struct waiting {
    struct ticket ticket; /* first */
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
};

static void wake_waiting(struct ticket *t)
{
    struct waiting *w = (struct waiting *)(void *)t;

    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->ended);
    pthread_mutex_unlock(&w->lock);
}

ok engine_do(struct engine *en, enum input_kind kind, uint32_t account,
             struct str payload, struct err *e)
{
    struct waiting w = { .ticket = { .done = wake_waiting } };
    struct input *in = input_new(kind, account, payload);
    struct journal_port journal = store_journal(en->config.store);

    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.ended, NULL);
    in->ticket = &w.ticket;
    if (!journal.submit(journal.ctx, in)) {
        input_free(in);
        return fail(e, FAULT_UNAVAILABLE, "", "the journal takes nothing now");
    }
    pthread_mutex_lock(&w.lock);
    while (!w.done)
        pthread_cond_wait(&w.ended, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_mutex_destroy(&w.lock);
    pthread_cond_destroy(&w.ended);
    if (w.ticket.result == FAILED)
        *e = w.ticket.err;
    return w.ticket.result;
}

ok engine_account(struct engine *en, struct str name, uint32_t *account, struct err *e)
{
    const struct tenant *t = tenants_by_name(en->config.tenants, name);

    if (t == NULL) {
        uint32_t number = (uint32_t)tenants_count(en->config.tenants) + 1;

        if (engine_do(en, INPUT_ACCOUNT, number, name, e) == FAILED)
            return FAILED;
        t = tenants_by_name(en->config.tenants, name);
        assert(t != NULL);
    }
    *account = t->account;
    return OK;
}

static bool reader_submit(void *ctx, struct flow_read *read)
{
    struct engine *en = ctx;

    if (atomic_load(&en->stopping) || !queue_push(en->reads, &read->node))
        return false;
    queue_wake(en->inputs);
    return true;
}

struct flow_reader_port engine_reader(struct engine *en)
{
    return (struct flow_reader_port){ .ctx = en, .submit = reader_submit };
}

ok engine_silence(struct engine *en, struct err *e)
{
    atomic_store(&en->silent, true);
    return barrier(en, e);
}

ok engine_stop(struct engine *en, struct err *e)
{
    ok done;

    if (!en->running)
        return OK;
    done = barrier(en, e);
    atomic_store(&en->stopping, true);
    queue_wake(en->inputs);
    pthread_join(en->thread, NULL);
    atomic_store(&en->due, INT64_MAX);
    pthread_mutex_lock(&en->lock);
    en->ended = true;
    pthread_cond_signal(&en->turn);
    pthread_mutex_unlock(&en->lock);
    pthread_join(en->snapshotter, NULL);
    en->running = false;
    if (done == OK)
        snapshot_last(en, e, &done);
    return done;
}
