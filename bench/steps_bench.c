/* steps_bench.c - one step of the path over some alerts, for callgrind (bench/steps):
 *
 *     steps_bench STEP [ALERTS]        alerts of bench/loadgen, in batches of 64
 *
 * What a step needs is made before it; only the function step_run is its own.
 */
#include "api/alertmanager/alertmanager_private.h"
#include "channel/channel_private.h"
#include "flow/flow_private.h"
#include "support/made.h"
#include "support/story.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 64, ROUTES = 100, GROUP = 10 };

struct bench {
    struct story s;
    struct arena a;
    struct json_doc *doc;
    struct buf body, payload;
    struct received got;
    const struct notification *n;
    size_t first;
};

static void put_alert(struct buf *b, size_t k)
{
    buf_printf(
        b,
        "%s{\"labels\":{\"alertname\":\"HighRequestLatency\",\"cluster\":\"prod-%zu\","
        "\"container\":\"server\",\"instance\":\"10.20.%zu.%zu:9100\","
        "\"job\":\"kubernetes-pods\",\"namespace\":\"team-%02zu\","
        "\"pod\":\"service-%03zu-7d9c5b6f8-%08zu\",\"region\":\"cn-north-4\","
        "\"service\":\"service-%03zu\",\"severity\":\"%s\",\"uid\":\"%08zu\"},"
        "\"annotations\":{\"description\":\"99th percentile latency of pod "
        "service-%03zu-7d9c5b6f8-%08zu has been above 500 ms for more than 10 minutes.\","
        "\"runbook_url\":\"https://runbooks.example.com/HighRequestLatency\","
        "\"summary\":\"service-%03zu answers slowly\"},"
        "\"startsAt\":\"2025-10-09T08:53:20Z\",\"endsAt\":\"2025-10-09T10:53:20Z\","
        "\"generatorURL\":\"http://prometheus.example.com:9090/graph?"
        "g0.expr=histogram_quantile%%280.99%%2C+latency%%29+%%3E+0.5&g0.tab=1\"}",
        k % BATCH == 0 ? "[" : ",", k % 4, k % 5000 / 250, k % 250, k % 50, k % 500, k,
        k % 500, k % 3 == 0 ? "critical" : "warning", k, k % 500, k, k % 500);
}

static void decode(struct bench *b)
{
    struct err e;
    int code;

    b->got = (struct received){ 0 };
    if (received_parse(b->doc, buf_str(&b->body), &b->a, &b->got, &code, &e) == FAILED)
        abort();
}

static void encode(struct bench *b)
{
    buf_clear(&b->payload);
    alerts_encode(b->got.alerts, b->got.n, &b->payload);
}

static void prepare(struct bench *b)
{
    arena_reset(&b->a);
    buf_clear(&b->body);
    for (size_t i = 0; i < BATCH; i++)
        put_alert(&b->body, b->first + i);
    buf_char(&b->body, ']');
    decode(b);
    encode(b);
}

/* ---- the steps ----------------------------------------------------------------- */

static void take(struct bench *b)
{
    story_input(&b->s, INPUT_ALERTS, buf_str(&b->payload));
}

static void refresh(struct bench *b)
{
    buf_clear(&b->payload);
    if (!flow_is_refresh(b->s.f, b->got.alerts, b->got.n, b->s.wall, &b->payload))
        abort();
}

static void refresh_apply(struct bench *b)
{
    story_input(&b->s, INPUT_REFRESH, buf_str(&b->payload));
}

static void route(struct bench *b)
{
    struct rule_hits hits = { 0 };

    for (size_t i = 0; i < b->got.n; i++)
        rules_match(&b->s.f->rules, b->got.alerts[i].labels, &hits);
    assert(hits.v.n == 1);
    vec_fini(&hits.v);
}

static void render(struct bench *b)
{
    struct err e;

    buf_clear(&b->payload);
    if (payload_put(b->n, &b->a, &b->payload, &e) == FAILED)
        abort();
}

struct one_step {
    const char *name;
    void (*run)(struct bench *b);
    bool there, softly; /* the alerts are known; and their refresh is made */
    size_t alerts;      /* a run is for so many */
};

static const struct one_step steps_of[] = {
    { "decode", decode, false, false, BATCH },
    { "encode", encode, false, false, BATCH },
    { "new", take, false, false, BATCH },
    { "again", take, true, false, BATCH },
    { "refresh", refresh, true, false, BATCH },
    { "refresh-apply", refresh_apply, true, true, BATCH },
    { "route", route, false, false, BATCH },
    { "render", render, false, false, GROUP },
};

/* What callgrind counts. */
__attribute__((noinline)) void step_run(const struct one_step *step, struct bench *b);
void step_run(const struct one_step *step, struct bench *b)
{
    step->run(b);
}

/* ---- the world ------------------------------------------------------------------- */

static void begin(struct bench *b)
{
    const struct alert **v;

    story_begin(&b->s, 1);
    arena_init(&b->a);
    buf_init(&b->body, BUF_NO_LIMIT);
    buf_init(&b->payload, BUF_NO_LIMIT);
    b->doc = json_doc_new();
    b->s.wall = STORY_EPOCH;
    story_route(&b->s, &(struct story_route){ .name = "all",
                                              .matchers = "job=kubernetes-pods",
                                              .group_by = "instance",
                                              .webhook = "http://127.0.0.1:9/",
                                              .wait = NS_PER_HOUR });
    for (int i = 0; i < ROUTES; i++) {
        const char *name = arena_printf(&b->s.arena, "route-%d", i).p;

        story_route(&b->s, &(struct story_route){
                               .name = name,
                               .matchers = arena_printf(&b->s.arena, "pod=none-%d", i).p,
                               .group_by = "pod",
                               .webhook = "http://127.0.0.1:9/",
                               .wait = NS_PER_HOUR });
    }
    v = arena_array(&b->s.arena, const struct alert *, GROUP);
    for (size_t i = 0; i < GROUP; i++)
        v[i] =
            made_firing(&b->s.arena,
                        "alertname=HighRequestLatency,cluster=prod-1,instance=10.20.0."
                        "1:9100,job=kubernetes-pods,namespace=team-01,severity=warning",
                        "summary=service-001 answers slowly");
    b->n = made_notification(&b->s.arena, v, GROUP);
}

int main(int argc, char **argv)
{
    static struct bench b;
    size_t count = argc > 2 ? strtoul(argv[2], NULL, 10) : 1280, runs = 0, alerts = 0;
    const struct one_step *step = NULL;

    for (size_t i = 0; argc > 1 && i < sizeof steps_of / sizeof *steps_of; i++)
        if (str_is(str_of(steps_of[i].name), argv[1]))
            step = &steps_of[i];
    if (step == NULL)
        return 2;
    begin(&b);
    for (b.first = 0; b.first < count; b.first += BATCH) {
        prepare(&b);
        if (step->there)
            take(&b);
        if (step->softly)
            refresh(&b);
        step_run(step, &b);
        runs++;
        alerts += step->alerts;
    }
    printf("%zu\n", alerts);
    json_doc_free(&b.doc);
    buf_fini(&b.body);
    buf_fini(&b.payload);
    arena_fini(&b.a);
    story_end(&b.s);
    return runs > 0 ? 0 : 1;
}
