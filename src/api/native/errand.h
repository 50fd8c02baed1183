/* errand.h - messages that somebody asks for: what history knows of one, and the answer
 * that says what came of asking. */
#ifndef API_NATIVE_ERRAND_H
#define API_NATIVE_ERRAND_H

#include "api/history_port.h"
#include "api/native/native_private.h"
#include "model/errand.h"

struct errand_actor errand_actor(const struct request *rq);

/* One message in history: asked for with its key, copied into the request's arena. */
struct old_message {
    struct history_ask ask; /* first */
    struct request *rq;
    void (*then)(struct request *rq, struct old_message *m); /* on a worker */
    void *own;
    ok result;   /* FAILED: history cannot be read now */
    bool found;  /* it was made, and is a message about alerts on a route */
    bool other;  /* it was made, but is a test or asks to confirm an address */
    bool resent; /* sent again already */
    struct resend_one one;
};
/* False: too many ask history now. */
bool old_message_ask(struct request *rq, struct str key, struct old_message *m);

/* 202 with one item for each of ticket.decisions; then `more` adds members; or the
 * ticket's fault. of: the old keys, one each; NULL. */
void errand_answer(struct request *rq, const struct resend_one *of,
                   void (*more)(struct request *rq, struct json_out *o));

#endif
