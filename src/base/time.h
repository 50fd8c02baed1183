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
/* The end of the times that a question may name: far enough from the end of what 64 bits
 * hold that days and waits can be counted on from there. */
#define TIME_2200 (INT64_C(7258118400) * NS_PER_S)

struct civil { /* proleptic Gregorian */
    int64_t year;
    int month, day, hour, minute, second; /* month and day from 1 */
    int64_t nanos;
    int weekday; /* 0 = Sunday */
    int yearday; /* from 1 */
};

/* local = UTC + offset. TIME_UNSET gives midnight of 1 January of year 1. */
struct civil civil_of(int64_t ns, int32_t offset_s);
/* Fields beyond their range carry over (31 April is 1 May). What int64
 * nanoseconds cannot hold (before 1677, after 2262) becomes the nearest time
 * that they can; TIME_UNSET is never the answer. */
int64_t civil_to_ns(const struct civil *c, int32_t offset_s);
/* The same in seconds, which hold every year from 1 to 9999. */
struct civil civil_of_s(int64_t s, int32_t offset_s);
int64_t civil_to_s(const struct civil *c, int32_t offset_s);
bool year_is_leap(int64_t year);
int month_days(int64_t year, int month); /* 28..31 */

/* RFC 3339 and Alertmanager's looser forms (contracts/alertmanager.md 2.1):
 * any fraction, cut to nanoseconds; without a zone it is UTC. *offset_s: the
 * client's zone, kept for echoing. Year 1 gives TIME_UNSET; what is outside
 * 1677..2262 becomes the nearest time inside. */
ok time_parse_rfc3339(struct str s, int64_t *ns, int32_t *offset_s);
/* 2026-11-21T19:37:56.489Z: `digits` decimals exactly (0..9). */
void time_put(struct buf *b, int64_t ns, int32_t offset_s, int digits);
/* Go's RFC3339Nano: trailing zeros trimmed; TIME_UNSET is year 1. */
void time_put_go(struct buf *b, int64_t ns, int32_t offset_s);
/* Exactly these: YYYYMMDDThhmmssZ (Huawei), YYYY-MM-DDThh:mm:ssZ (Alibaba). */
ok time_parse_iso_basic(struct str s, int64_t *ns);
ok time_parse_iso_z(struct str s, int64_t *ns);

/* Prometheus durations: 1h30m, 4900ms, 1d, 1w, 1y (365 d), 0; units in that
 * order, largest first, each once, whole numbers. */
ok duration_parse(struct str s, int64_t *ns);
/* As Prometheus prints them: 90 s is 1m30s, 14 d is 2w, 10 d is 10d, 0 is 0s.
 * Anything below a millisecond is left out. */
void duration_put(struct buf *b, int64_t ns);

/* to - from, or the longest that 64 bits hold: a client may date an alert to 1677. */
int64_t time_between(int64_t from, int64_t to);

int64_t clock_wall(void);   /* not for src/flow */
int64_t clock_steady(void); /* CLOCK_BOOTTIME; not for src/flow */

#endif
