/* time_interval.h - does a named time interval hold at a moment? Pure; what a zone's
 * clock shows comes from its TZif rules (contracts/alertmanager.md 5). */
#ifndef MODEL_TIME_INTERVAL_H
#define MODEL_TIME_INTERVAL_H

#include "base/zone.h"
#include "model/objects.h"

/* The rules of a zone by its IANA name; NULL: not known (UTC is taken). */
typedef const struct zone *zone_find_fn(const void *ctx, struct str iana);

/* Any item; an interval without items never holds. */
bool time_interval_holds(const struct time_interval *t, zone_find_fn *find,
                         const void *ctx, int64_t wall);

/* The same for items that name no zone, in this one. */
bool time_items_hold(const struct time_item *v, size_t n, const struct zone *zone,
                     int64_t wall);
/* They hold at `wall`: the first minute at which they do not; looks eight days ahead. */
int64_t time_items_end(const struct time_item *v, size_t n, const struct zone *zone,
                       int64_t wall);

#endif
