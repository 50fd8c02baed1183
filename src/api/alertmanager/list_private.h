/* list_private.h - a list of alerts, plain or in groups, on its way out (list.c).
 *
 * First the flow thread says which versions there are (flow_query); this request's own
 * worker asks regular expressions of them and puts them in order, and keeps of each but
 * who it is. Then, piece by piece as the client reads, the flow thread says what is true
 * of the next few hundred (flow_view), and the worker writes them down. */
#ifndef API_ALERTMANAGER_LIST_PRIVATE_H
#define API_ALERTMANAGER_LIST_PRIVATE_H

#include "api/alert_filter.h"
#include "api/alertmanager/alertmanager_private.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"

enum {
    PIECE = 128, /* alerts; a hundred kilobytes, as a rule: its worker has others */
    SLICE = 128, /* looked at in one turn of the flow thread */
    MANY = 1000, /* alerts that one worker does not filter and sort */
};

struct place {              /* of the list: still true when versions are gone */
    uint64_t serial, group; /* 0: in none */
    uint64_t fingerprint;
};

struct listing {
    struct query q;
    struct map receivers;       /* names; of the query if only some are asked for */
    struct alert_filter filter; /* what the query leaves to the worker */
    bool groups;
    bool active, silenced, inhibited, muted; /* wanted */
    struct arena a;                          /* of what was found, then of each piece */
    struct place *places;
    size_t n, at;
    struct alert_view *views; /* of places from `at` on */
    size_t view_n;
    bool viewed; /* in the first look already */
    struct viewing viewing;
    struct json_out out;
    struct buf text, tail; /* tail: what ends the group that is being written */
    uint64_t open;         /* that group; 0: none */
};

/* ---- list_filter.c ------------------------------------------------------------- */

/* FAILED: e->text is what to say, with 400. */
ok listing_read(struct request *rq, struct listing *l, struct err *e);
void listing_fini(struct listing *l);

/* ---- list_order.c --------------------------------------------------------------- */

/* Hits to places, in order; with views, those too. */
void listing_arrange(struct listing *l, struct arena *a);

/* ---- list_put.c ------------------------------------------------------------------ */

/* One alert; nothing if what is true of it is not wanted. */
void listing_put(struct listing *l, const struct place *at,
                 const struct alert_view *view);
void listing_put_end(struct listing *l); /* of the group under way */

#endif
