/* measure.h - how long calls take and how long their answers are, as Prometheus'
 * histograms: counted where a call ends, read without locks. */
#ifndef API_MEASURE_H
#define API_MEASURE_H

#include "base/buf.h"

enum { OPERATIONS_COUNTED = 32, DURATION_BUCKETS = 10, SIZE_BUCKETS = 7 };

/* A bucket counts what is above the bound before it and not above its own; the last
 * one has no bound. */
struct operation_counts {
    _Atomic uint64_t took[DURATION_BUCKETS + 1], took_ns;
    _Atomic uint64_t sized[SIZE_BUCKETS + 1], bytes;
};

void measure_call(struct operation_counts *c, int64_t ns, size_t bytes);
/* The sample lines of one call; `labels` without braces. Nothing if none ended. */
void measure_put_durations(struct buf *b, const char *name, const char *labels,
                           const struct operation_counts *c);
void measure_put_sizes(struct buf *b, const char *name, const char *labels,
                       const struct operation_counts *c);

#endif
