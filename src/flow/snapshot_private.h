/* snapshot_private.h - the encoding of the state, written by snapshot.c and read
 * by snapshot_load*.c. A piece is a run of records: varint type, string. */
#ifndef FLOW_SNAPSHOT_PRIVATE_H
#define FLOW_SNAPSHOT_PRIVATE_H

#include "flow/flow_private.h"

enum record_type { /* in the data: never reused */
                   RECORD_HEAD = 1,
                   RECORD_OBJECT = 2,
                   RECORD_ALERT = 3,
                   RECORD_GROUP = 4,
                   RECORD_ITEM = 5,
                   RECORD_NONCE = 6,
                   RECORD_FREE = 7, /* free slots, in their order */
                   RECORD_GONE = 8, /* resolved alerts to be forgotten */
                   RECORD_HEARTBEATS = 16,
                   RECORD_IMPORTS = 17,
                   RECORD_ACKS = 18,
                   RECORD_WEEKLY = 19,
                   RECORD_PLACE = 24,
                   RECORD_BUCKETS = 25, /* of whole channels */
                   RECORD_METRICS = 32, /* the last number of a series */
                   RECORD_SERIES = 33,
                   RECORD_PART = 34, /* of a digest */
};

void alert_record(struct buf *b, const struct alert *al);
void group_record(struct buf *b, const struct group *g);
/* Templates that are those of the book are named, others written out. */
void place_record_out(struct buf *b, const struct place *p); /* and its timer */
void item_record(struct buf *b, const struct item *it, const struct book *book);
void part_record(struct buf *b, const struct part *p, uint64_t digest);

/* ---- reading (snapshot_load.c, snapshot_load_groups.c, snapshot_load_items.c) --- */

struct timer_at {
    struct timer *t;
    int64_t at;
    uint64_t order;
};

struct linking {
    VEC(struct timer_at) timers;
    struct map by_id; /* groups; keys are their ids' bytes */
    size_t part;      /* how many of f->load.parts have found their digests */
};

/* A timer is set when all are known, in the order in which they were. Is it set? */
bool load_timer(struct linking *l, struct reader *r, struct timer *t);
void load_told_set(struct reader *r, struct told_set *s);
struct pairs load_pairs(struct reader *r, size_t n, struct arena *a);
struct alert *load_version(struct flow *f, struct reader *r);
ok load_broken(struct err *e, const char *what); /* FAILED, with words */
ok load_group(struct flow *f, struct linking *l, struct str bytes, struct err *e);
ok load_place(struct flow *f, struct linking *l, struct str bytes, struct err *e);
ok load_item(struct flow *f, struct linking *l, struct str bytes, struct err *e);
void load_parts_sort(struct flow *f); /* before the items, by what numbers these */
ok load_parts_end(struct flow *f, const struct linking *l, struct err *e);

enum go_files_form { GO_FILES_NONE, GO_FILES_OF_BOOK, GO_FILES_OWN };

#endif
