/* preview_private.h - whose alerts a preview is about, when it is neither the sample nor
 * some that are written down. */
#ifndef API_NATIVE_PREVIEW_PRIVATE_H
#define API_NATIVE_PREVIEW_PRIVATE_H

#include "api/history_port.h"
#include "api/native/native_private.h"

enum { PREVIEW_ALERTS = 100 };

/* An alert that is only in history, or a delivery: what its decision's row keeps. */
struct preview_past {
    struct history_ask ask; /* first */
    struct request *rq;
    void (*then)(struct request *rq);
    uint64_t serial, fingerprint; /* of one alert; 0: not asked for by it */
    struct str key;               /* of a delivery; empty: none is asked for */
    /* What was found, all in the request's arena. */
    bool found, busy;
    int64_t at; /* when it was decided, wall ns */
    struct str detail, to, reason, route, contact_group, action_rule;
    struct str receiver, lang, group_key;
    struct pairs group_labels;
    const struct alert *alerts[PREVIEW_ALERTS];
    size_t alert_count;
};

/* Reads "alert" (an id, or a fingerprint) and "delivery" of the body. */
ok preview_past_ask(struct request *rq, struct preview_past *p, struct err *e);
bool preview_past_wanted(const struct preview_past *p);
/* Asks history for what the handler's own state begins with; goes on with `then` when it is found, else answers why not. */
void preview_past_find(struct request *rq, struct preview_past *p,
                       void (*then)(struct request *rq));
/* Makes the notification that of its time: when, why, to whom, of which group. */
void preview_past_tell(const struct preview_past *p, struct notification *n);

/* An alert of the native door that began five minutes ago and fires. */
struct alert *preview_alert(struct request *rq, struct pairs labels, struct pairs notes);
/* A map of texts, by name. */
ok preview_pairs(struct request *rq, struct json object, const char *field,
                 struct pairs *out, struct err *e);

#endif
