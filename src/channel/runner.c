#include "channel/runner.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/time.h"
#include "base/utf8.h"
#include "channel/ack_link.h"
#include "channel/channel_private.h"
#include "channel/crash_note.h"
#include "channel/oauth2.h"
#include "channel/leave_link.h"
#include "channel/registry.h"
#include "channel/tally.h"
#include "channel/template_sets.h"
#include "channel/token_cache.h"
#include "text/aom.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A rendered message of more than LARGEST_BODY is refused, whatever its channel; most
 * are of less than USUAL_BODY, so its buffer grows but once. */
enum { MOST_THREADS = 64, LARGEST_BODY = 32 * 1024 * 1024, USUAL_BODY = 2048 };

struct worker {
    struct runner *runner;
    struct queue *queue; /* of struct attempt */
    pthread_t thread;
    struct json_doc *doc; /* settings of the receiver's entry under way */
    struct template_sets sets;
};

/* Lives until the last attempt under way is done: the client ends them after the
 * runner was stopped. */
struct runner {
    struct runner_config config;
    atomic_size_t users; /* its owner, and each attempt */
    atomic_bool stopping;
    struct tally tally;
    struct token_cache *tokens;
    size_t worker_count;
    struct worker workers[MOST_THREADS];
};

struct attempt {
    struct queue_node node; /* first */
    struct runner *runner;
    struct arena a;
    struct channel_job job;
    struct go_budget budget; /* of the templates of this attempt */
    struct strs secrets;     /* that no receipt may show */
    struct token_want want;  /* no reader: none */
    struct notification n;   /* the job's: the flow's, and what is minted for it */
    struct buf body;
    struct str subject, content;
    int64_t started;
};

static int64_t now_of(const struct runner *r)
{
    return r->config.clock();
}

static void runner_unref(struct runner *r)
{
    if (atomic_fetch_sub(&r->users, 1) != 1)
        return;
    token_cache_free(&r->tokens);
    free(r);
}

/* ---- attempts ---------------------------------------------------------- */

static void attempt_free(struct attempt *at)
{
    struct runner *r = at->runner;

    buf_fini(&at->body);
    arena_fini(&at->a);
    free(at);
    runner_unref(r);
}

struct client *attempt_client(const struct attempt *at)
{
    return at->runner->config.client;
}

struct token_cache *attempt_tokens(const struct attempt *at)
{
    return at->runner->tokens;
}

const struct token_want *attempt_want(const struct attempt *at)
{
    return at->want.read != NULL ? &at->want : NULL;
}

void attempt_hide(struct attempt *at, struct str secret)
{
    struct str *v = arena_array(&at->a, struct str, at->secrets.n + 1);

    if (secret.n == 0)
        return;
    if (at->secrets.n > 0)
        memcpy(v, at->secrets.v, at->secrets.n * sizeof *v);
    v[at->secrets.n] = arena_str(&at->a, secret);
    at->secrets = (struct strs){ v, at->secrets.n + 1 };
}

int64_t attempt_now(const struct attempt *at)
{
    return now_of(at->runner);
}

const struct channel_job *attempt_job(const struct attempt *at)
{
    return &at->job;
}

/* Parts of a receipt that no channel left unset may be unset in the journal. */
static void fill_receipt(const struct attempt *at, struct receipt *r)
{
    struct str *const words[] = { &r->said, &r->meaning, &r->remote };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i]->p == NULL)
            *words[i] = STR("");
    if (r->finished == 0)
        r->finished = now_of(at->runner);
    if (r->started == 0)
        r->started = at->started;
    r->bytes = r->connected != 0 ? (int64_t)at->body.n : 0;
    r->subject = at->subject;
    if (r->verdict == DELIVERED || r->verdict == ACCEPTED)
        r->content = at->content;
}

void attempt_done(struct attempt *at, const struct receipt *receipt)
{
    struct runner *r = at->runner;
    const struct notification *n = at->job.n;
    struct outcome o = { .key = str_of(n->key),
                         .attempt = at->job.number,
                         .plain = at->job.plain,
                         .receipt = *receipt };
    struct input *in;
    struct buf payload;

    fill_receipt(at, &o.receipt);
    tally_add(&r->tally, n, &o.receipt);
    receipt_clean(&o.receipt, at->secrets, &at->a);
    buf_init(&payload, BUF_NO_LIMIT);
    outcome_encode(&o, &payload);
    in = input_new(INPUT_OUTCOME, n->account, buf_str(&payload));
    buf_fini(&payload);
    /* From here on the notification may be gone. */
    r->config.journal.submit_always(r->config.journal.ctx, in);
    attempt_free(at);
}

static void refuse(struct attempt *at, const char *why)
{
    struct receipt r = { .verdict = REFUSED, .meaning = str_of(why) };

    attempt_done(at, &r);
}

/* What a topic's subscriber reads is kept, by AOM's rule. */
static struct str content_of(const struct channel_job *job)
{
    enum { CONTENT_BYTES = 1024 };
    const struct notification *n = job->n;
    struct aom_message message;

    if (n->action_rule.n == 0 || n->topic_urn.n == 0 || !notify_alerts(n->kind))
        return STR("");
    aom_message(n, (enum channel_kind)n->address.channel, 4 * CONTENT_BYTES, job->a,
                &message);
    return utf8_cut(message.text, CONTENT_BYTES);
}

/* What is sealed is opened for this attempt alone. */
static ok open_secrets(struct attempt *at, struct err *e)
{
    const struct address *ad = &at->job.n->address;
    const struct sealer *sealer = at->runner->config.sealer;

    at->job.address = ad->plain;
    if (ad->secret.sealed.n > 0 &&
        unseal(sealer, &at->a, &ad->secret, &at->job.address, e) != OK)
        return FAILED;
    if (notify_confirms(at->job.n->kind) && ad->code.sealed.n > 0)
        return unseal(sealer, &at->a, &ad->code, &at->job.code, e);
    return OK;
}

/* What the file said of this entry of a receiver, and the templates it may use. */
static ok open_integration(struct worker *w, struct attempt *at, struct err *e)
{
    const struct integration *in = at->job.n->integration;
    struct str text;

    if (in == NULL)
        return OK;
    if (unseal(w->runner->config.sealer, &at->a, &in->settings, &text, e) != OK ||
        json_parse(w->doc, text, &at->job.settings, e) != OK)
        return FAILED;
    return template_sets_get(&w->sets, at->job.n->go_files, &at->job.templates, e);
}

static void attempt_run(struct worker *w, struct attempt *at)
{
    const struct notification *n = at->job.n;
    enum channel_kind kind = (enum channel_kind)n->address.channel;
    const struct channel_ops *ops = channel_find(kind);
    struct err e = { .text = "" };

    at->started = now_of(at->runner);
    at->n = *n;
    at->n.ack = STR("");
    at->job.n = &at->n;
    if (ops == NULL) {
        refuse(at, "Belfry cannot deliver to this kind of address.");
        return;
    }
    if (ops->for_programs == NULL || !ops->for_programs(n))
        at->n.ack = ack_link_of(at->runner->config.sealer, n, &at->a);
    at->job.self = at->runner->config.settings[kind];
    at->job.signer = at->runner->config.signer;
    at->job.leave = leave_link_of(at->runner->config.sealer, n, &at->a);
    if (open_secrets(at, &e) != OK || open_integration(w, at, &e) != OK) {
        refuse(at, e.text);
        return;
    }
    at->secrets = receipt_secrets(&at->job);
    attempt_hide(at, ack_link_token(at->n.ack));
    (void)oauth2_want(json_get(at->job.settings, STR("http_config")), trust_of(at->job.n),
                      &at->a, &at->want);
    (void)buf_reserve(&at->body, USUAL_BODY);
    if (ops->render(&at->job, &at->body, &at->subject, &e) != OK) {
        refuse(at, e.text);
        return;
    }
    at->content = content_of(&at->job);
    ops->send(&at->job, buf_str(&at->body), at);
}

/* ---- threads ----------------------------------------------------------- */

/* The notification may be gone when this returns. */
static void run_watched(struct worker *w, struct attempt *at)
{
    crash_note_rendering(at->job.n);
    attempt_run(w, at);
    crash_note_rendering(NULL);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct queue_node *node, *next;
    struct crash_thread crash;

    crash_thread_init(&crash);
    while (!atomic_load(&w->runner->stopping)) {
        for (node = queue_pop_all(w->queue, INT64_MAX); node != NULL; node = next) {
            struct attempt *at = (struct attempt *)(void *)node;

            next = node->next;
            /* The next process sends what is left. */
            if (atomic_load(&w->runner->stopping))
                attempt_free(at);
            else
                run_watched(w, at);
        }
    }
    crash_thread_fini(&crash);
    return NULL;
}

static ok check_settings(const struct runner_config *config, struct err *e)
{
    for (int kind = 0; kind < CHANNEL_COUNT; kind++) {
        const struct channel_ops *ops = channel_find((enum channel_kind)kind);
        struct err why;

        if (ops == NULL || ops->check == NULL || config->settings[kind] == NULL)
            continue;
        if (ops->check(config->settings[kind], &why) != OK)
            return fail(e, why.fault, channel_names[kind], "%s.%s: %s",
                        ops->settings->name, why.field, why.text);
    }
    return OK;
}

static void worker_fini(struct worker *w)
{
    queue_free(&w->queue);
    json_doc_free(&w->doc);
    template_sets_fini(&w->sets);
}

ok runner_start(const struct runner_config *config, struct runner **out, struct err *e)
{
    size_t threads = config->threads > 0 ? (size_t)config->threads : 2;
    struct runner *r;

    assert(threads <= MOST_THREADS);
    if (check_settings(config, e) != OK)
        return FAILED;
    r = calloc(1, sizeof *r);
    if (r == NULL)
        abort();
    r->config = *config;
    if (r->config.clock == NULL)
        r->config.clock = clock_wall;
    atomic_init(&r->users, 1);
    r->tokens = token_cache_new(config->client, NULL);
    *out = r;
    for (; r->worker_count < threads; r->worker_count++) {
        struct worker *w = &r->workers[r->worker_count];

        w->runner = r;
        w->queue = queue_new(1);
        w->doc = json_doc_new();
        if (pthread_create(&w->thread, NULL, work, w) == 0) {
            pthread_setname_np(w->thread, "render");
            continue;
        }
        worker_fini(w);
        runner_stop(out);
        return fail(e, FAULT_UNAVAILABLE, "", "no more threads can be started");
    }
    return OK;
}

void runner_send(struct runner *r, const struct notification *n, int attempt, bool plain)
{
    /* One address, one thread: what was asked for first leaves first. */
    size_t worker = hash_bytes(0, n->address_key) % r->worker_count;
    struct attempt *at = calloc(1, sizeof *at);

    if (at == NULL)
        abort();
    atomic_fetch_add(&r->users, 1);
    at->runner = r;
    arena_init(&at->a);
    buf_init(&at->body, LARGEST_BODY);
    at->subject = at->content = STR("");
    at->job = (struct channel_job){ .n = n,
                                    .plain = plain,
                                    .number = attempt,
                                    .address = STR(""),
                                    .code = STR(""),
                                    .leave = STR(""),
                                    .a = &at->a,
                                    .budget = &at->budget };
    /* It already owes an outcome; how many there may be is the flow's to bound. */
    queue_push_always(r->workers[worker].queue, &at->node);
}

size_t runner_busy(const struct runner *r)
{
    return atomic_load(&r->users) - 1;
}

void runner_stop(struct runner **runner)
{
    struct runner *r = *runner;
    struct queue_node *node, *next;

    *runner = NULL;
    atomic_store(&r->stopping, true);
    for (size_t i = 0; i < r->worker_count; i++)
        queue_wake(r->workers[i].queue);
    for (size_t i = 0; i < r->worker_count; i++) {
        pthread_join(r->workers[i].thread, NULL);
        for (node = queue_pop_all(r->workers[i].queue, 0); node != NULL; node = next) {
            next = node->next;
            attempt_free((struct attempt *)(void *)node);
        }
        worker_fini(&r->workers[i]);
    }
    runner_unref(r);
}

void runner_metrics(const struct runner *r, struct buf *out)
{
    tally_put(&r->tally, out);
}
