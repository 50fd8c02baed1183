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
enum { CODE_TYPE = 601, CODE_REQUIRED = 602, CODE_TOO_FEW = 612 };

struct alertmanager {
    const struct operation *operation;
    struct path_vars vars;
    bool counted; /* one of the GETs that may be under way at once */
    struct params query;
    struct str message; /* what was wrong with some of the alerts; empty: nothing */
    size_t invalid;
    void *own; /* the handler's */
};

static inline struct alertmanager *alertmanager_of(const struct request *rq)
{
    return rq->state;
}

/* Every row of it is counted by its place (measure.h). */
extern const struct operation alertmanager_operations[];
extern const size_t alertmanager_operation_count;

/* ---- before the handler ------------------------------------------------------ */

/* cors.c: Access-Control-Request-Method makes an OPTIONS a preflight, answered here. */
bool cors_preflight(struct request *rq);
/* Access-Control-Allow-Origin, if this answer may be read by other origins' pages. */
size_t cors_headers(const struct request *rq, struct http_header *out);

/* limit.c: false when it has answered: too many GETs are under way. */
bool limit_enter(struct request *rq);
/* rq->ended: counts, and lets the next one in. */
void limit_leave(struct request *rq, int status, size_t body_bytes);
size_t limit_of(const struct api *api);

/* ---- what was asked (ask.c) --------------------------------------------------- */

ok query_take(struct request *rq, struct err *e);
/* The last one of that name; true for Go's words of it, false for any other; absent or
 * empty: `otherwise`. */
bool query_truth(const struct request *rq, const char *name, bool otherwise);
/* 400, and false, when a word of the filter is wrong. `name`: "filter". The matchers
 * are compared as text or as sets by whoever asked. */
ok query_matchers(const struct request *rq, const char *name, struct matchers *out,
                  struct err *e);

/* Names of receivers that the query's receiver_matchers mean; all without them
 * (receivers.c). */
ok receivers_named(struct request *rq, struct strs *out, struct err *e);

/* ---- answers (answer.c) ----------------------------------------------------- */

/* 200 with a JSON body, or an empty one. The buf is given away. */
void alertmanager_answer(struct request *rq, struct buf *json);
void alertmanager_answer_empty(struct request *rq);
/* 200 with JSON in pieces (request_answer_begin). */
void alertmanager_answer_begin(struct request *rq, void (*next)(struct request *rq),
                               void (*done)(struct request *rq));
/* With the headers of this API, no body, no type. */
void alertmanager_status(struct request *rq, int status);
void alertmanager_text(struct request *rq, int status, struct str text);
/* The same for what was refused. allow: of a 405; empty: none. */
void alertmanager_text_refuse(struct request *rq, int status, struct str text,
                              struct str allow);
void alertmanager_refuse_method(struct request *rq, struct str allowed);
/* {"code":code,"message":...}; codes of 600 and more go out as 422. */
void alertmanager_refuse(struct request *rq, int code, struct str message);
/* A handler's refusal: the words alone. */
void alertmanager_say(struct request *rq, int status, struct str words);
/* Of a fault: busy, not known, not allowed. */
void alertmanager_fault(struct request *rq, const struct err *e);

/* ---- operations ------------------------------------------------------------- */

void alerts_post(struct request *rq);    /* receive.c */
void alerts_get(struct request *rq);     /* list.c */
void groups_get(struct request *rq);     /* list.c */
void status_get(struct request *rq);     /* status.c */
void receivers_get(struct request *rq);  /* status.c */
void healthy_get(struct request *rq);    /* health.c */
void ready_get(struct request *rq);      /* health.c */
void reload_post(struct request *rq);    /* health.c */
void metrics_get(struct request *rq);    /* metrics.c */
void silences_get(struct request *rq);   /* silences.c */
void silence_get(struct request *rq);    /* silences.c */
void silences_post(struct request *rq);  /* silence_post.c */
void silence_delete(struct request *rq); /* silence_post.c */

/* ---- silences (silences.c, silence_body.c) ------------------------------------- */

void silence_put(struct json_out *o, const struct silence *s, int64_t now);
/* The id of the path; false when it was none and is answered. */
bool silence_id(struct request *rq, struct str *id);

/* The id is empty for a new one. FAILED: *code is 400 or CODE_*, e->text the message. */
ok silence_parse(struct json_doc *doc, struct str body, struct arena *a,
                 struct silence *out, int *code, struct err *e);

/* Field "matchers". */
ok silence_matchers_check(const struct matchers *list, bool classic, struct err *e);
/* [a-zA-Z_][a-zA-Z0-9_]* */
bool label_name_is_classic(struct str name);

/* Null, "" and year 1: TIME_UNSET, as amtool and others send "not stated". */
ok time_of_json(struct json v, int64_t *at, int32_t *zone);
/* Parses; what Go's reader takes and ours does not is repaired first. The words are
 * those of a `what` ("alerts", "silence") that cannot be parsed. */
ok body_parse(struct json_doc *doc, struct str body, struct arena *a, const char *what,
              struct json *root, struct err *e);

/* ---- a body of POST alerts (receive_body.c) ---------------------------------- */

struct received {
    bool classic_names;            /* given by the caller */
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
