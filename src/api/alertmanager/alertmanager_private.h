/* alertmanager_private.h - the Alertmanager dialect (contracts/alertmanager.md 1, 2).
 *
 * Two shapes of errors: what breaks the schema is an object {"code","message"}, what
 * a handler refuses a bare JSON string. Paths below /-/ speak plain text. */
#ifndef API_ALERTMANAGER_PRIVATE_H
#define API_ALERTMANAGER_PRIVATE_H

#include "api/api.h"
#include "base/encode.h"
#include "base/json.h"

/* Of the schema checker that Alertmanager uses: 422 outside, these inside. */
enum { CODE_TYPE = 601, CODE_REQUIRED = 602 };

struct alertmanager {
    const struct operation *operation;
    struct params query;
    struct str message; /* what was wrong with some of the alerts; empty: nothing */
    size_t invalid;
    void *own; /* the handler's */
};

static inline struct alertmanager *alertmanager_of(const struct request *rq)
{
    return rq->state;
}

/* ---- answers (answer.c) ----------------------------------------------------- */

/* 200 with a JSON body, or an empty one. The buf is given away. */
void alertmanager_answer(struct request *rq, struct buf *json);
void alertmanager_answer_empty(struct request *rq);
void alertmanager_text(struct request *rq, int status, struct str text);
/* {"code":code,"message":...}; codes of 600 and more go out as 422. */
void alertmanager_refuse(struct request *rq, int code, struct str message);
/* A handler's refusal: the words alone. */
void alertmanager_say(struct request *rq, int status, struct str words);
/* Of a fault: busy, not known, not allowed. */
void alertmanager_fault(struct request *rq, const struct err *e);

/* ---- operations ------------------------------------------------------------- */

void alerts_post(struct request *rq);   /* receive.c */
void alerts_get(struct request *rq);    /* list.c */
void status_get(struct request *rq);    /* status.c */
void receivers_get(struct request *rq); /* status.c */
void healthy_get(struct request *rq);   /* health.c */
void ready_get(struct request *rq);     /* health.c */
void reload_post(struct request *rq);   /* health.c */
void metrics_get(struct request *rq);   /* metrics.c */

/* ---- a body of POST alerts (receive_body.c) ---------------------------------- */

struct received {
    const struct alert_in *alerts; /* the good ones; arena, and the doc's strings */
    size_t n;
    size_t invalid;
    struct str message; /* what is wrong with the others, a line each; arena */
};

/* FAILED: nothing may be stored; *code is 400 or CODE_*, e->text the message.
 * The strings of `out` live as long as the doc and the arena. */
ok received_parse(struct json_doc *doc, struct str body, struct arena *a,
                  struct received *out, int *code, struct err *e);

#endif
