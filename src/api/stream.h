/* stream.h - pages that are told when something moved, as server-sent events.
 *
 * An event says what to ask again (alerts, deliveries, book), never what is there now:
 * a page that shows ten rows asks for ten rows. One thread looks at counters that are
 * kept anyway, a few times a second, for all who wait; it takes no lock of the flow
 * and holds no epoch while nothing happens.
 */
#ifndef API_STREAM_H
#define API_STREAM_H

#include "api/api.h"

struct streams;

struct streams *streams_new(void);
/* Everybody's stream ends now, and every later one at once: before the server waits
 * for its calls. */
void streams_stop(struct streams *s);
void streams_free(struct streams **s); /* after the server stopped */

/* Answers rq (identified) with the stream, or with false: there are too many. A stream
 * ends by itself before the server's total deadline; the browser comes back. */
bool stream_begin(struct streams *s, struct request *rq);

#endif
