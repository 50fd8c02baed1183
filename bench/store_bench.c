/* store_bench.c - what the journal and history take: flushes and inputs a second for
 * some numbers of waiting clients, rows of history a second and their CPU time, and
 * what a question costs.
 *
 *     make build/bench/store_bench && build/bench/store_bench [SECONDS] [FOLDER] [history]
 */
#include "base/time.h"
#include "store/store.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double seconds = 1;
static const char *parent = "/tmp";

static double cpu_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- a store in a folder of its own ----------------------------------------------- */

static void on_apply(void *ctx, struct input *first)
{
    (void)ctx;
    while (first != NULL) {
        struct input *next = (struct input *)(void *)first->node.next;
        struct ticket *t = first->ticket;

        input_free(first);
        if (t != NULL)
            t->done(t);
        first = next;
    }
}

static int64_t on_due(void *ctx, uint32_t *which)
{
    (void)ctx;
    *which = 1;
    return INT64_MAX;
}

static void must(ok result, const struct err *e)
{
    if (result != OK) {
        fprintf(stderr, "%s\n", e->text);
        exit(1);
    }
}

static struct store *make(char folder[256], int64_t flush_delay)
{
    const struct store_sink sink = { NULL, on_apply, on_due };
    struct store_config config;
    struct store *s;
    struct err e;

    snprintf(folder, 256, "%s/belfry-bench-XXXXXX", parent);
    if (mkdtemp(folder) == NULL)
        exit(1);
    store_config_init(&config);
    config.folder = str_of(folder);
    config.flush_delay = flush_delay;
    must(store_open(&config, &s, &e), &e);
    must(store_start(s, &sink, &e), &e);
    return s;
}

static void drop(struct store **s, const char *folder)
{
    struct dirent *entry;
    DIR *d;

    store_close(s);
    d = opendir(folder);
    while (d != NULL && (entry = readdir(d)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(d), entry->d_name, 0);
    if (d != NULL)
        closedir(d);
    rmdir(folder);
}

/* ---- the journal -------------------------------------------------------------------- */

/* A client: submits the next input when the one before was answered. */
struct client {
    struct ticket ticket; /* first */
    struct journal_port port;
    struct str payload;
    atomic_bool *stop;
    atomic_int *running;
    uint64_t answers;
};

static void client_next(struct ticket *t)
{
    struct client *c = (struct client *)t;
    struct input *in;

    c->answers++;
    if (atomic_load(c->stop)) {
        atomic_fetch_sub(c->running, 1);
        return;
    }
    in = input_new(INPUT_ALERTS, 1, c->payload);
    in->ticket = t;
    if (!c->port.submit(c->port.ctx, in))
        exit(1);
}

static void nap(double s)
{
    struct timespec t = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };

    nanosleep(&t, NULL);
}

static void journal_row(int clients, size_t bytes, int64_t delay)
{
    struct client *c = calloc((size_t)clients, sizeof *c);
    char *payload = calloc(1, bytes), folder[256];
    struct store *s = make(folder, delay);
    atomic_bool stop = false;
    atomic_int running = clients;
    struct store_stats st;
    double t0 = now(), cpu0 = cpu_now(), t;

    for (int i = 0; i < clients; i++) {
        c[i] = (struct client){ .port = store_journal(s),
                                .payload = { payload, bytes },
                                .stop = &stop,
                                .running = &running };
        c[i].ticket.done = client_next;
        client_next(&c[i].ticket);
    }
    nap(seconds);
    atomic_store(&stop, true);
    while (atomic_load(&running) > 0)
        nap(0.001);
    t = now() - t0;
    st = store_stats(s);
    printf("%5d clients %6zu B %4.1f ms delay: %8.0f flushes/s %9.0f inputs/s %7.1f MB/s "
           "%6.2f us CPU/input\n",
           clients, bytes, (double)delay / 1e6, (double)st.flushes / t,
           (double)st.records / t, (double)st.bytes / t / 1e6,
           (cpu_now() - cpu0) / (double)st.records * 1e6);
    fflush(stdout);
    drop(&s, folder);
    free(payload);
    free(c);
}

/* ---- start ----------------------------------------------------------------------------- */

static ok on_piece(void *ctx, uint32_t account, struct str piece, struct err *e)
{
    (void)ctx, (void)account, (void)piece, (void)e;
    return OK;
}

static ok on_snapshot_end(void *ctx, uint64_t seq, struct err *e)
{
    (void)ctx, (void)seq, (void)e;
    return OK;
}

static ok on_input(void *ctx, const struct input *in, struct err *e)
{
    (void)e;
    *(size_t *)ctx += in->payload.n;
    return OK;
}

static void replay(size_t inputs, size_t bytes)
{
    size_t read = 0;
    const struct store_reader reader = { &read, on_piece, on_snapshot_end, on_input };
    char *payload = calloc(1, bytes), folder[256];
    struct store *s = make(folder, 0);
    struct journal_port port = store_journal(s);
    struct store_config config;
    struct err e;
    double t0;
    int rules;

    for (size_t i = 0; i < inputs; i++) {
        struct input *in = input_new(INPUT_ALERTS, 1, (struct str){ payload, bytes });

        while (!port.submit(port.ctx, in))
            nap(0.0001);
    }
    store_close(&s);
    store_config_init(&config);
    config.folder = str_of(folder);
    t0 = now();
    must(store_open(&config, &s, &e), &e);
    must(store_replay(s, &reader, &rules, &e), &e);
    printf("replay: %zu inputs of %zu B in %.0f ms, %.0f MB/s\n", inputs, bytes,
           (now() - t0) * 1e3, (double)read / (now() - t0) / 1e6);
    drop(&s, folder);
    free(payload);
}

/* ---- history ------------------------------------------------------------------------- */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    return x ^ x >> 33;
}

struct names {
    char alert[40], to[40], group[40], key[40], words[200];
};

/* As a notification makes them: a decision, an attempt, an alert's change. */
static struct history_row some_row(uint64_t i, struct names *n)
{
    uint64_t note = i / 3;

    snprintf(n->alert, sizeof n->alert, "Alert%d", (int)(mix(note) % 500));
    snprintf(n->to, sizeof n->to, "person%d", (int)(mix(note + 9) % 2000));
    snprintf(n->group, sizeof n->group, "group%d", (int)(mix(note + 19) % 200));
    snprintf(n->words, sizeof n->words,
             "\x1f%016llx\x1f%016llx\x1f"
             "alertname=%s\x1fteam=%s\x1fhost=h%d\x1fseverity=critical\x1f",
             (unsigned long long)mix(note % 100000),
             (unsigned long long)mix(note % 100000 + 7), n->alert, n->group,
             (int)(mix(note + 29) % 20000));
    snprintf(n->key, sizeof n->key, "%016llx%016llx", (unsigned long long)mix(note + 77),
             (unsigned long long)mix(note + 78));
    return (struct history_row){
        .seq = note + 1,
        .n = (uint32_t)(i % 3),
        .account = 1,
        .kind = (enum row_kind)(1 + i % 3),
        .at = INT64_C(1790000000000000000) + (int64_t)i * 1000,
        .serial = note + 1,
        .fingerprint = mix(note % 100000),
        .alertname = str_of(n->alert),
        .word = i % 3 != 1              ? STR("told")
                : mix(note) % 1000 == 0 ? STR("refused")
                                        : STR("delivered"),
        .words = str_of(n->words),
        .reason = STR("first notification"),
        .route = STR("ops-route"),
        .contact_group = str_of(n->group),
        .to = str_of(n->to),
        .channel = STR("email"),
        .shown = STR("p***@example.com"),
        .key = str_of(n->key),
        .attempt = 1,
        .detail = STR("{\"status\":200,\"remote\":\"10.0.0.1:443\",\"said\":\"ok, thank "
                      "you very much indeed\",\"subject\":\"[FIRING:1] HighLatency\"}"),
    };
}

struct answer {
    struct history_job job; /* first */
    atomic_int done;
    size_t rows;
};

static void on_row(void *ctx, const struct history_row *row)
{
    (void)row;
    ((struct answer *)ctx)->rows++;
}

static void on_done(struct history_job *job, ok result)
{
    if (result != OK)
        exit(1);
    atomic_store(&((struct answer *)job)->done, 1);
}

static void ask(struct store *s, const char *what, struct history_query query)
{
    struct answer a = { .job = { .query = query, .row = on_row, .done = on_done } };
    double t0 = now();

    a.job.ctx = &a;
    if (!history_ask(s, &a.job))
        exit(1);
    while (!atomic_load(&a.done))
        sched_yield();
    printf("      %-34s %8.2f ms, %zu rows\n", what, (now() - t0) * 1e3, a.rows);
}

static void history(uint64_t rows)
{
    char folder[256];
    struct store *s = make(folder, 0);
    double t0 = now(), cpu0 = cpu_now(), making;
    struct names n;

    for (uint64_t i = 0; i < rows; i++)
        (void)some_row(i, &n);
    making = cpu_now() - cpu0;
    t0 = now();
    cpu0 = cpu_now();
    for (uint64_t i = 0; i < rows; i++) {
        struct history_row row = some_row(i, &n);

        history_row(s, &row);
        if (i % 3 == 2)
            history_mark(s, row.seq);
    }
    while (store_stats(s).history_waiting > 0)
        nap(0.001);
    printf("history: %llu rows, %.0f rows/s, %.2f us CPU a row\n",
           (unsigned long long)rows, (double)rows / (now() - t0),
           (cpu_now() - cpu0 - making) / (double)rows * 1e6);
    (void)some_row(rows / 2, &n);
    static const struct str common[] = { STR_INIT("severity=critical") };
    static const struct str rare[] = { STR_INIT("host=h4711"),
                                       STR_INIT("severity=critical") };
    static const struct str missing[] = { STR_INIT("host=nowhere") };
#define ASK(what, ...) \
    ask(s, what, (struct history_query){ .account = 1, .limit = 100, __VA_ARGS__ })
    ASK("newest 100", .newest_first = true);
    ASK("oldest 100 of an alert name", .alertname = STR("Alert7"));
    ASK("newest 100 to a person", .newest_first = true, .to = STR("person7"));
    ASK("one key", .key = str_of(n.key));
    ASK("a key that is not there", .key = STR("00000000000000000000000000000000"));
    ASK("one serial, newest first", .newest_first = true, .serial = rows / 6 + 1);
    ASK("oldest 100 of a fingerprint", .fingerprint = mix(77));
    ASK("of another alert's fingerprint", .fingerprint = mix(77 + 7));
    ASK("newest 100 with a common label", .newest_first = true, .labels = { common, 1 });
    ASK("oldest 100 with a rare label", .labels = { rare, 1 });
    ASK("newest 100 with a rare and a common", .newest_first = true,
        .labels = { rare, 2 });
    ASK("a label that is not there", .labels = { missing, 1 });
    ASK("oldest 100 that failed", .failed = true);
    ASK("a person that is not there", .to = STR("nobody"));
#undef ASK
    drop(&s, folder);
}

int main(int argc, char **argv)
{
    static const struct {
        int clients;
        size_t bytes;
        int64_t delay;
    } rows[] = {
        { 1, 200, 0 },   { 64, 200, 0 },   { 1024, 200, 0 },     { 16384, 200, 0 },
        { 1, 20000, 0 }, { 64, 20000, 0 }, { 64, 200, 1000000 }, { 1024, 20000, 1000000 },
    };

    if (argc > 1)
        seconds = atof(argv[1]);
    if (argc > 2)
        parent = argv[2];
    if (argc > 3) {
        history((uint64_t)(600000 * seconds));
        return 0;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        journal_row(rows[i].clients, rows[i].bytes, rows[i].delay);
    replay((size_t)(500000 * seconds), 200);
    replay((size_t)(10000 * seconds), 20000);
    history((uint64_t)(600000 * seconds));
    return 0;
}
