/* report.h - what a contact group's weekly report says: figures, no words. */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "base/arena.h"
#include "base/bytes.h"

enum {
    REPORT_DAYS = 7,
    REPORT_NAMES = 10,    /* at most, of the alerts that came most often */
    REPORT_NAME_MAX = 200 /* bytes of one */
};

struct report_name {
    struct str alertname;
    int64_t fired, lasted; /* how often; ns in all, of those that ended */
};

struct report {
    int64_t from, to;                /* wall ns; a week, less if counting began in it */
    int64_t fired, ended;            /* alerts of the group's routes */
    int64_t lasted;                  /* ns in all, of those that ended */
    int64_t told, delivered, failed; /* messages to the group */
    int64_t days[REPORT_DAYS];       /* fired in each 24 h; the last is the latest */
    const struct report_name *names; /* most often first */
    size_t name_count;
};

void report_encode(const struct report *r, struct buf *out);
/* Strings are borrowed, arrays the arena's; a damaged one makes the reader bad. */
void report_read(struct reader *in, struct arena *a, struct report *out);
/* Everything in the arena. */
const struct report *report_copy(const struct report *r, struct arena *a);

#endif
