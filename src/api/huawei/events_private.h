/* events_private.h - AOM's push/events as alerts (contracts/huawei.md 2.2). */
#ifndef API_HUAWEI_EVENTS_PRIVATE_H
#define API_HUAWEI_EVENTS_PRIVATE_H

#include "base/json.h"
#include "model/alert.h"

enum { EVENT_TAGS_MAX = 30, EVENT_VALUE_MAX = 2048 /* characters */ };
#define EVENT_TIMEOUT_MAX (15 * NS_PER_DAY) /* and what is meant when none is said */

struct events {
    const struct alert_in *v;
    size_t n;
};

/* A whole body; clear: ?action=clear. All of it or nothing: e->field names the
 * first thing that is wrong ("events[2].metadata.event_severity"). Everything from
 * the arena. */
ok aom_events_decode(struct str body, bool clear, struct arena *a, struct events *out,
                     struct err *e);

#endif
