/* time.h - times as text. A time is int64 nanoseconds since the epoch, UTC;
 * TIME_UNSET stands for Go's year 1 ("not set"). */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/buf.h"
#include "base/str.h"

#define TIME_UNSET INT64_MIN
#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_HOUR (60 * NS_PER_MIN)
#define NS_PER_DAY (24 * NS_PER_HOUR)

struct civil { /* proleptic Gregorian */
    int64_t year;
    int month, day, hour, minute, second; /* month and day from 1 */
    int64_t nanos;
    int weekday; /* 0 = Sunday */
    int yearday; /* from 1 */
};

struct civil civil_of(int64_t ns, int32_t offset_s); /* local = UTC + offset */
int64_t civil_to_ns(const struct civil *c, int32_t offset_s);

/* RFC 3339 and Alertmanager's looser forms (contracts/alertmanager.md 2.1).
 * *offset_s: the client's zone, kept for echoing. Year 1 gives TIME_UNSET. */
ok time_parse_rfc3339(struct str s, int64_t *ns, int32_t *offset_s);
/* 2026-11-21T19:37:56.489Z: `digits` decimals exactly (0..9). */
void time_put(struct buf *b, int64_t ns, int32_t offset_s, int digits);
/* Go's RFC3339Nano: trailing zeros trimmed; TIME_UNSET is year 1. */
void time_put_go(struct buf *b, int64_t ns, int32_t offset_s);
/* Alibaba's YYYY-MM-DDThh:mm:ssZ and Huawei's YYYYMMDDThhmmssZ. */
ok time_parse_iso_basic(struct str s, int64_t *ns);
ok time_parse_iso_z(struct str s, int64_t *ns);

/* Prometheus durations: 1h30m, 4900ms, 1d, 1w, 1y, 0. */
ok duration_parse(struct str s, int64_t *ns);
void duration_put(struct buf *b, int64_t ns);

int64_t clock_wall(void);   /* not for src/flow */
int64_t clock_steady(void); /* CLOCK_BOOTTIME; not for src/flow */

#endif
