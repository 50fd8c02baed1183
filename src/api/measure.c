#include "api/measure.h"

#include <stdatomic.h>

/* Alertmanager's bounds (contracts/alertmanager.md 10): its dashboards draw them. */
static const struct {
    int64_t ns;
    const char *le;
} durations[DURATION_BUCKETS] = {
    { 50000000, "0.05" },  { 100000000, "0.1" },  { 250000000, "0.25" },
    { 500000000, "0.5" },  { 750000000, "0.75" }, { 1000000000, "1" },
    { 2000000000, "2" },   { 5000000000, "5" },   { 20000000000, "20" },
    { 60000000000, "60" },
};
static const struct {
    size_t bytes;
    const char *le;
} sizes[SIZE_BUCKETS] = {
    { 100, "100" },         { 1000, "1000" },     { 10000, "10000" },
    { 100000, "100000" },   { 1000000, "1e+06" }, { 10000000, "1e+07" },
    { 100000000, "1e+08" },
};

static void add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void measure_call(struct operation_counts *c, int64_t ns, size_t bytes)
{
    size_t t = 0, s = 0;

    while (t < DURATION_BUCKETS && ns > durations[t].ns)
        t++;
    while (s < SIZE_BUCKETS && bytes > sizes[s].bytes)
        s++;
    add(&c->took[t], 1);
    add(&c->took_ns, ns > 0 ? (uint64_t)ns : 0);
    add(&c->sized[s], 1);
    add(&c->bytes, bytes);
}

/* Read once, so that the buckets and their count agree. */
static uint64_t read_all(const _Atomic uint64_t *v, size_t n, uint64_t *out)
{
    uint64_t all = 0;

    for (size_t i = 0; i < n; i++)
        all += out[i] = get(&v[i]);
    return all;
}

static void put_bucket(struct buf *b, const char *name, const char *labels,
                       const char *le, uint64_t n)
{
    buf_printf(b, "%s_bucket{%s,le=\"%s\"} %llu\n", name, labels, le,
               (unsigned long long)n);
}

void measure_put_durations(struct buf *b, const char *name, const char *labels,
                           const struct operation_counts *c)
{
    uint64_t n[DURATION_BUCKETS + 1], below = 0, ns = get(&c->took_ns);
    uint64_t all = read_all(c->took, DURATION_BUCKETS + 1, n);

    if (all == 0)
        return;
    for (size_t i = 0; i < DURATION_BUCKETS; i++)
        put_bucket(b, name, labels, durations[i].le, below += n[i]);
    put_bucket(b, name, labels, "+Inf", all);
    buf_printf(b, "%s_sum{%s} %llu.%09llu\n%s_count{%s} %llu\n", name, labels,
               (unsigned long long)(ns / 1000000000),
               (unsigned long long)(ns % 1000000000), name, labels,
               (unsigned long long)all);
}

void measure_put_sizes(struct buf *b, const char *name, const char *labels,
                       const struct operation_counts *c)
{
    uint64_t n[SIZE_BUCKETS + 1], below = 0;
    uint64_t all = read_all(c->sized, SIZE_BUCKETS + 1, n);

    if (all == 0)
        return;
    for (size_t i = 0; i < SIZE_BUCKETS; i++)
        put_bucket(b, name, labels, sizes[i].le, below += n[i]);
    put_bucket(b, name, labels, "+Inf", all);
    buf_printf(b, "%s_sum{%s} %llu\n%s_count{%s} %llu\n", name, labels,
               (unsigned long long)get(&c->bytes), name, labels, (unsigned long long)all);
}
