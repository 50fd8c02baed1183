/* engine_thread.c - the flow thread's loop: inputs first, and between them, a
 * millisecond at a time, readers and a snapshot under way. */
#include "app/engine_private.h"

#include "base/time.h"

static const int64_t slice = NS_PER_MS;
/* So long the first of some inputs waits for its answer while the others are applied. */
static const int64_t patience = NS_PER_MS / 5;

/* A tick before the restart would send messages that the restart, which takes all in
 * flight for the last process's, would send once more. */
static void publish_due(struct engine *en)
{
    int64_t earliest = INT64_MAX, before = atomic_load(&en->due);
    uint32_t which = 0;

    for (size_t i = 0; i < atomic_load(&en->n) && !atomic_load(&en->stopping); i++) {
        int64_t at = flow_next_due(atomic_load(&en->v[i].flow));

        if (en->v[i].begun && at < earliest) {
            earliest = at;
            which = en->v[i].account;
        }
    }
    atomic_store(&en->due_account, which);
    atomic_store(&en->due, earliest);
    if (en->running && earliest < before)
        store_wake(en->config.store);
}

static void note_begun(struct engine *en, uint32_t account)
{
    for (size_t i = 0; i < atomic_load(&en->n); i++)
        if (en->v[i].account == account)
            en->v[i].begun = true;
}

void engine_apply_one(struct engine *en, const struct input *in, bool replaying)
{
    struct flow *f = engine_find(en, in->account);

    if (f == NULL && in->kind == INPUT_ACCOUNT)
        f = engine_add(en, in->account, in->payload);
    en->applied = in->seq;
    en->since += in->payload.n + 32;
    if (f != NULL)
        flow_apply(f, in, replaying);
    if (!replaying && (in->kind == INPUT_RESTART || in->kind == INPUT_ACCOUNT))
        note_begun(en, in->account);
    history_mark(en->config.store, in->seq);
    if (f == NULL && in->ticket != NULL) {
        in->ticket->result = fail(&in->ticket->err, FAULT_NOT_FOUND, "account",
                                  "there is no such account");
        in->ticket->done(in->ticket);
    }
}

/* One slice for each reader; who is done leaves the ring. */
static void serve_readers(struct engine *en)
{
    struct flow_read **at = &en->reading;

    while (*at != NULL)
        at = (struct flow_read **)(void *)&(*at)->node.next;
    *at = (struct flow_read *)(void *)queue_pop_all(en->reads, 0);
    for (at = &en->reading; *at != NULL;) {
        struct flow_read *read = *at, *next = (struct flow_read *)(void *)read->node.next;
        struct flow *f = engine_find(en, read->account);

        if (f != NULL && !read->fn(f, read, clock_steady() + slice)) {
            at = (struct flow_read **)(void *)&read->node.next;
            continue;
        }
        *at = next;
        read->done(read);
    }
}

static void serve(struct engine *en)
{
    serve_readers(en);
    snapshot_turn(en);
    survey_turn(en);
}

/* Who waits is told, in the order they came. */
static void answer_all(struct engine *en)
{
    struct ticket *t = en->answered, *list = NULL;

    en->answered = NULL;
    while (t != NULL) {
        struct ticket *next = t->next;

        t->next = list;
        list = t;
        t = next;
    }
    while (list != NULL) {
        struct ticket *next = list->next; /* it is gone when it was told */

        list->done(list);
        list = next;
    }
}

/* Inputs that were flushed together are answered together: each answer by itself would
 * wake a worker for one request, whose next one would be flushed for itself. */
static void apply_all(struct engine *en, struct queue_node *node)
{
    int64_t now = clock_steady(), turn = now + slice, answer = now + patience;
    size_t bytes = 0;

    while (node != NULL) {
        struct input *in = (struct input *)(void *)node;

        node = node->next;
        bytes += in->payload.n;
        engine_apply_one(en, in, false);
        input_free(in);
        publish_due(en);
        now = clock_steady();
        if (now >= answer) {
            answer_all(en);
            answer = now + patience;
        }
        if (now >= turn) {
            serve(en);
            turn = clock_steady() + slice;
        }
    }
    answer_all(en);
    trim_note(en, bytes);
}

static int64_t wait_until(const struct engine *en)
{
    int64_t survey = survey_due(en), trim = trim_due(en);

    return survey < trim ? survey : trim;
}

void *engine_thread(void *ctx)
{
    struct engine *en = ctx;

    publish_due(en);
    for (;;) {
        bool busy = en->reading != NULL || snapshot_wants_turn(en);
        struct queue_node *node = queue_pop_all(en->inputs, busy ? 0 : wait_until(en));

        if (node != NULL) {
            survey_note_input(en);
            apply_all(en, node);
        }
        serve(en);
        trim_turn(en);
        if (node == NULL && en->reading == NULL && atomic_load(&en->stopping))
            return NULL;
    }
}
