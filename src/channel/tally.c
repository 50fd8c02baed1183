#include "channel/tally.h"

#include "base/time.h"

#include <stdatomic.h>

#define NAME(name) #name,
static const char *const integration_names[] = { INTEGRATIONS(NAME) };
static const char *const failure_names[] = { FAILURES(NAME) };
#undef NAME

/* Seconds; Alertmanager's bounds. */
static const int64_t bounds[LATENCY_BUCKETS] = { 1, 5, 10, 15, 20 };

/* ---- counting ---------------------------------------------------------------- */

static void add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

enum integration_kind tally_integration(const struct notification *n)
{
    struct str name = n->integration != NULL ? n->integration->kind
                                             : str_of(channel_names[n->address.channel]);

    for (int i = 0; i < INTEGRATION_COUNT; i++)
        if (str_is(name, integration_names[i]))
            return (enum integration_kind)i;
    return INTEGRATION_other;
}

enum failure tally_failure(const struct notification *n, const struct receipt *r)
{
    if (n->address.channel == CHANNEL_MAIL)
        return FAILURE_other; /* its three digits are none of HTTP's */
    if (r->status == 401 || r->status == 403)
        return FAILURE_authError;
    if (r->status == 429)
        return FAILURE_rateLimited;
    if (r->status >= 500)
        return FAILURE_serverError;
    if (r->status >= 400)
        return FAILURE_clientError;
    return r->verdict == UNKNOWN ? FAILURE_contextDeadlineExceeded : FAILURE_other;
}

void tally_add(struct tally *t, const struct notification *n, const struct receipt *r)
{
    enum integration_kind kind = tally_integration(n);
    int64_t ns = r->finished > r->started ? r->finished - r->started : 0;
    size_t bucket = 0;

    while (bucket < LATENCY_BUCKETS && ns > bounds[bucket] * NS_PER_S)
        bucket++;
    add(&t->of[kind].attempts, 1);
    add(&t->of[kind].took[bucket], 1);
    add(&t->of[kind].took_ns, (uint64_t)ns);
    if (r->verdict != DELIVERED && r->verdict != ACCEPTED)
        add(&t->of[kind].failed[tally_failure(n, r)], 1);
}

/* ---- as text ----------------------------------------------------------------- */

static unsigned long long get(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

static void put_head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_attempts(const struct tally *t, struct buf *b, const char *name,
                         const char *help)
{
    put_head(b, name, "counter", help);
    for (int i = 0; i < INTEGRATION_COUNT; i++)
        buf_printf(b, "%s{integration=\"%s\"} %llu\n", name, integration_names[i],
                   get(&t->of[i].attempts));
}

static unsigned long long failed_of(const struct tally *t, int integration)
{
    unsigned long long all = 0;

    for (int k = 0; k < FAILURE_COUNT; k++)
        all += get(&t->of[integration].failed[k]);
    return all;
}

static void put_failed(const struct tally *t, struct buf *b)
{
    put_head(b, "alertmanager_notifications_failed_total", "counter",
             "Attempts to notify that failed.");
    for (int i = 0; i < INTEGRATION_COUNT; i++)
        for (int k = 0; k < FAILURE_COUNT; k++)
            buf_printf(b,
                       "alertmanager_notifications_failed_total{integration=\"%s\","
                       "reason=\"%s\"} %llu\n",
                       integration_names[i], failure_names[k], get(&t->of[i].failed[k]));
    put_head(b, "alertmanager_notification_requests_failed_total", "counter",
             "Requests to notify that failed.");
    for (int i = 0; i < INTEGRATION_COUNT; i++)
        buf_printf(
            b,
            "alertmanager_notification_requests_failed_total{integration=\"%s\"} %llu\n",
            integration_names[i], failed_of(t, i));
}

#define LATENCY "alertmanager_notification_latency_seconds"

static void put_latency(const struct tally *t, struct buf *b)
{
    put_head(b, LATENCY, "histogram", "How long an attempt to notify took.");
    for (int i = 0; i < INTEGRATION_COUNT; i++) {
        const char *name = integration_names[i];
        unsigned long long ns = get(&t->of[i].took_ns), below = 0;

        for (int k = 0; k < LATENCY_BUCKETS; k++)
            buf_printf(b, LATENCY "_bucket{integration=\"%s\",le=\"%lld\"} %llu\n", name,
                       (long long)bounds[k], below += get(&t->of[i].took[k]));
        below += get(&t->of[i].took[LATENCY_BUCKETS]);
        buf_printf(b, LATENCY "_bucket{integration=\"%s\",le=\"+Inf\"} %llu\n", name,
                   below);
        buf_printf(b, LATENCY "_sum{integration=\"%s\"} %llu.%09llu\n", name,
                   ns / NS_PER_S, ns % NS_PER_S);
        buf_printf(b, LATENCY "_count{integration=\"%s\"} %llu\n", name, below);
    }
}

void tally_put(const struct tally *t, struct buf *out)
{
    put_attempts(t, out, "alertmanager_notifications_total", "Attempts to notify.");
    put_attempts(t, out, "alertmanager_notification_requests_total",
                 "Requests to notify.");
    put_failed(t, out);
    put_latency(t, out);
}
