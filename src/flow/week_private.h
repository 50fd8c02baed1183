/* week_private.h - the figures of one week, for the weekly reports (weekly.c): counted as
 * things happen, no history is read.
 *
 * Of the names of alerts those that come most often are kept (space saving: a new name
 * takes the place, and the count, of the rarest). */
#ifndef FLOW_WEEK_PRIVATE_H
#define FLOW_WEEK_PRIVATE_H

#include "flow/clocks_private.h"
#include "model/report.h"

enum { NAMES_KEPT = 32 };

struct name_count {
    struct str name; /* owned */
    int64_t fired, lasted;
};

struct week {
    int64_t began;     /* wall */
    struct report sum; /* the figures; names and times are filled in by week_report */
    struct name_count names[NAMES_KEPT];
    size_t name_count;
};

/* Nothing is counted any more; began stays. */
void week_clear(struct week *w);
/* left: ns until the week is over; days count back from there, so that each is whole. */
void week_fired(struct week *w, const struct alert *al, int64_t left);
void week_ended(struct week *w, const struct alert *al);
void week_message(struct week *w, enum weekly_what what);
/* Until `to`, wall; of the arena. */
struct report week_report(const struct week *w, int64_t to, struct arena *a);
/* In a snapshot; without began. The reader's week is a fresh one. */
void week_put(struct buf *b, const struct week *w);
void week_get(struct reader *r, struct arena *a, struct week *w);

/* A copy of its own, and its end. */
struct str own_str(struct str s);
void own_str_free(struct str s);

#endif
