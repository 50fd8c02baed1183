/* slow_lane.h - calls that hash a password or sort a long list run here, two at a time,
 * so that an HTTP worker's other connections do not wait for that (DESIGN 6).
 */
#ifndef API_SLOW_LANE_H
#define API_SLOW_LANE_H

#include "base/err.h"
#include "net/server.h"

struct api;
struct slow_lane;

typedef void slow_serve(const struct api *api, struct http_call *call);

struct slow_lane *slow_lane_new(void);
/* Ends its threads; calls that still waited are served first. */
void slow_lane_free(struct slow_lane **lane);
/* False: too many wait already (503). */
bool slow_lane_take(struct slow_lane *lane, const struct api *api, struct http_call *call,
                    slow_serve *serve);

/* Does serving this call hash a password? */
bool call_is_slow(const struct http_call *call);
/* UNAVAILABLE: what such a call is told when there is no room; each dialect in its shape. */
struct err slow_lane_full(void);

#endif
