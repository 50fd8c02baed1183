/* flow.c - one input after the other. */
#include "flow/flow_private.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

struct flow *flow_new(const struct flow_config *config)
{
    struct flow *f = calloc(1, sizeof *f);

    if (f == NULL)
        abort();
    f->config = *config;
    intern_init(&f->intern, config->seed);
    f->mutes = mutes_new(config->seed);
    f->heartbeats = heartbeats_new(config->seed);
    f->metrics = metrics_new(config->seed);
    f->acks = acks_new(config->seed);
    f->weekly = weekly_new(config->seed);
    rules_init(&f->rules);
    map_init(&f->groups, config->seed);
    map_init(&f->items, config->seed);
    map_init(&f->confirms, config->seed);
    map_init(&f->places, config->seed);
    heap_init(&f->timers);
    arena_init(&f->scratch);
    arena_init(&f->load.arena);
    buf_init(&f->text, BUF_NO_LIMIT);
    buf_init(&f->words, BUF_NO_LIMIT);
    buf_init(&f->memo.list, BUF_NO_LIMIT);
    atomic_store(&f->book, book_new());
    atomic_store(&f->next_due, INT64_MAX);
    rules_build(f);
    return f;
}

void flow_free(struct flow **fp)
{
    struct flow *f = *fp;
    struct item *it;
    struct group *g;
    struct place *p;

    *fp = NULL;
    if (f == NULL)
        return;
    flow_snapshot_abandon(f);
    load_fini(f);
    vec_fini(&f->snap.groups);
    vec_fini(&f->snap.items);
    vec_fini(&f->snap.digests);
    vec_fini(&f->snap.places);
    vec_fini(&f->snap.series);
    for (size_t i = 0; (it = map_next(&f->items, &i, NULL)) != NULL;)
        outbox_free(f, it);
    for (size_t i = 0; (g = map_next(&f->groups, &i, NULL)) != NULL;)
        group_free(f, g);
    for (size_t i = 0; (p = map_next(&f->places, &i, NULL)) != NULL;)
        place_free(f, p);
    mutes_free(f);
    heartbeats_free(f);
    metrics_free(f);
    imports_free(f);
    alerts_fini(f);
    acks_free(f);
    weekly_free(f);
    epoch_collect(f->config.epoch); /* versions count their pairs in f->intern */
    epoch_collect(f->config.epoch);
    epoch_collect(f->config.epoch);
    rules_fini(&f->rules);
    map_fini(&f->groups);
    map_fini(&f->items);
    map_fini(&f->confirms);
    map_fini(&f->places);
    vec_fini(&f->failing_news);
    heap_fini(&f->timers);
    nonces_fini(f);
    book_unref(book_now(f));
    intern_fini(&f->intern);
    arena_fini(&f->scratch);
    buf_fini(&f->text);
    buf_fini(&f->words);
    buf_fini(&f->memo.list);
    vec_fini(&f->memo.of);
    free((char *)(uintptr_t)f->name.p);
    free(f);
}

/* ---- inputs -------------------------------------------------------------------- */

void flow_name(struct flow *f, const struct input *in)
{
    char *own = malloc(in->payload.n + 1);

    if (own == NULL)
        abort();
    memcpy(own, in->payload.p, in->payload.n);
    free((char *)(uintptr_t)f->name.p);
    f->name = (struct str){ own, in->payload.n };
}

static void dispatch(struct flow *f, const struct input *in)
{
    switch (in->kind) {
    case INPUT_ACCOUNT:
        flow_name(f, in);
        return;
    case INPUT_ALERTS:
        intake_apply(f, in);
        return;
    case INPUT_REFRESH:
        intake_refresh(f, in);
        return;
    case INPUT_CHANGE:
        change_apply(f, in);
        return;
    case INPUT_OUTCOME:
        outbox_outcome(f, in);
        return;
    case INPUT_RESTART:
    case INPUT_CLOCK:
        restart_apply(f, in);
        return;
    case INPUT_NONCE:
        nonce_apply(f, in);
        return;
    case INPUT_BEAT:
        heartbeat_apply(f, in);
        return;
    case INPUT_POINTS:
        metrics_apply(f, in);
        return;
    case INPUT_IMPORT:
        import_apply(f, in);
        return;
    case INPUT_ACK:
        ack_apply(f, in);
        return;
    case INPUT_RESEND:
        resend_apply(f, in);
        return;
    case INPUT_TEST:
        drill_apply(f, in);
        return;
    case INPUT_PUBLISH:
        publish_apply(f, in);
        return;
    case INPUT_TICK:
        return;
    }
}

/* A tick is an input with nothing else in it: any input runs what is due. */
static void run_timers(struct flow *f)
{
    struct heap_node *first;

    while ((first = heap_first(&f->timers)) != NULL && first->at <= f->steady) {
        struct timer *t = (struct timer *)first;

        if (t->kind == TIMER_GROUP) {
            touch_group(f, (struct group *)t);
            heap_unset(&f->timers, first);
            group_flush(f, (struct group *)t);
        } else if (t->kind == TIMER_CLIMB) {
            escalate_due(
                f, (struct group *)(void *)((char *)t - offsetof(struct group, climb)));
        } else if (t->kind == TIMER_ITEM) {
            outbox_due(f, (struct item *)t);
        } else {
            place_due(f, (struct place *)t);
        }
    }
}

/* Ends are told to the second: one tick serves all that end in it. */
static int64_t ends_due(const struct flow *f)
{
    int64_t at = ends_first(&f->alerts), due;

    if (at == INT64_MAX || at - f->wall > INT64_MAX - f->steady - NS_PER_S)
        return INT64_MAX;
    due = f->steady + (at - f->wall);
    return due + NS_PER_S - due % NS_PER_S;
}

static int64_t gone_due(const struct flow *f)
{
    const struct alerts *t = &f->alerts;
    int64_t at;

    if (t->gone_first == t->gone.n)
        return INT64_MAX;
    at = t->gone.v[t->gone_first].at;
    return at + NS_PER_MIN - at % NS_PER_MIN;
}

static int64_t due(const struct flow *f)
{
    const struct heap_node *first = heap_first(&f->timers);
    int64_t at = first != NULL ? first->at : INT64_MAX;
    int64_t ends = ends_due(f), gone = gone_due(f), mute = mute_due(f);
    int64_t beat = heartbeats_due(f), ack = acks_due(f);
    int64_t week = weekly_due(f), metric = metrics_due(f);

    if (ends < at)
        at = ends;
    if (mute < at)
        at = mute;
    if (beat < at)
        at = beat;
    if (ack < at)
        at = ack;
    if (week < at)
        at = week;
    if (metric < at)
        at = metric;
    return gone < at ? gone : at;
}

void flow_publish_due(struct flow *f)
{
    uint64_t active =
        atomic_load_explicit(&f->counters.alerts_active, memory_order_relaxed);

    atomic_store_explicit(&f->counters.alerts_resolved, f->alerts.n - active,
                          memory_order_relaxed);
    atomic_store_explicit(&f->next_due, due(f), memory_order_release);
}

static void answer(const struct flow *f, struct ticket *t)
{
    struct ticket **answered = f->config.answered;

    if (answered == NULL) {
        t->done(t);
        return;
    }
    t->next = *answered;
    *answered = t;
}

void flow_apply(struct flow *f, const struct input *in, bool replaying)
{
    struct ticket *t = in->ticket;

    f->in = in;
    f->wall = in->wall;
    f->steady = in->steady;
    f->row_n = 0;
    f->before = NULL;
    f->replaying = replaying;
    if (t != NULL)
        t->result = OK;
    /* What ended meanwhile has ended, whatever is said of it now; but a restart and a step
     * of the clock give more time. */
    if (in->kind != INPUT_RESTART && in->kind != INPUT_CLOCK)
        alerts_end(f);
    dispatch(f, in);
    alerts_expire(f);
    heartbeats_expire(f);
    metrics_expire(f);
    acks_expire(f);
    mute_expire(f);
    nonces_expire(f);
    do
        run_timers(f);
    while (failing_tell(f));
    weekly_expire(f);
    arena_reset(&f->scratch);
    f->in = NULL;
    flow_publish_due(f);
    epoch_collect(f->config.epoch);
    if (t != NULL)
        answer(f, t);
}

int64_t flow_next_due(const struct flow *f)
{
    return atomic_load_explicit(&f->next_due, memory_order_acquire);
}

const struct book *flow_book(const struct flow *f)
{
    return book_now(f);
}

const struct flow_counters *flow_counters(const struct flow *f)
{
    return &f->counters;
}
