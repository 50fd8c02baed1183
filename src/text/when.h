/* when.h - times and spans for people, in the reader's zone. */
#ifndef TEXT_WHEN_H
#define TEXT_WHEN_H

#include "base/time.h"
#include "base/zone.h"
#include "text/words.h"

/* 2022-11-22 18:51:05 GMT+08:00; zone NULL is UTC (GMT+00:00). */
void when_put(struct buf *b, const struct zone *zone, int64_t ns);
struct str when_text(struct arena *a, const struct zone *zone, int64_t ns);

/* 18:51, or 11-22 18:51 if that is another day than now's. */
struct str when_short(struct arena *a, const struct zone *zone, int64_t ns, int64_t now);

/* From here to there, and how long that was: the day is said once if it is one. */
struct str stay_text(struct arena *a, enum lang l, const struct zone *zone, int64_t from,
                     int64_t to);

/* "40 s", "5 min 3 s", "2 h", "3 d 4 h"; below zero is 0. */
struct str span_text(struct arena *a, enum lang l, int64_t ns);

#endif
