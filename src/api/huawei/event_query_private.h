/* event_query_private.h - which events are asked for, and what one is in AOM's words
 * (contracts/huawei.md 2.3). */
#ifndef API_HUAWEI_EVENT_QUERY_PRIVATE_H
#define API_HUAWEI_EVENT_QUERY_PRIVATE_H

#include "base/json.h"
#include "model/alert.h"

enum {
    EVENTS_PAGE_MAX = 1000,
    EVENT_STEPS_MAX = 10000,
    EVENT_RELATIONS_MAX = 100,
    EVENT_ORDERS_MAX = 10
};

struct event_relation {
    struct str key;
    struct strs values;
    enum { RELATION_AND, RELATION_OR, RELATION_NOT } how;
};

struct event_query {
    /* ms, from 0 to what ns can hold; an event is in it if it was there at any time of it */
    int64_t from, to;
    int64_t step; /* ms */
    struct str search;
    struct strs order_by;
    bool ascending;
    struct {
        const struct event_relation *v;
        size_t n;
    } relations;
};

/* A body; everything from the arena. now: ms. */
ok aom_event_query_decode(struct str text, int64_t now, struct arena *a,
                          struct event_query *out, struct err *e);

struct event {
    uint64_t serial;
    int64_t starts_at, ends_at, timeout, arrives_at; /* ms; ends_at 0: it goes on */
    struct pairs metadata, annotations;
};

/* The metadata of an alert of any door: the six that every event has, and its own
 * labels. */
struct pairs aom_event_metadata(struct pairs labels, struct arena *a);
bool aom_event_fits(const struct event *ev, const struct event_query *q);
/* As the query wants them, then newest first. */
void aom_events_sort(struct event *v, size_t n, const struct event_query *q);
void aom_event_put(const struct event *ev, struct json_out *o);

#endif
