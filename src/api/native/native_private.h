/* native_private.h - Belfry's own API, /api/belfry/v1 (DESIGN 11).
 *
 * Errors are {"fault","field","message"}; ETag and If-Match carry an object's
 * revision; lists take ?limit=&cursor=; times are RFC 3339. */
#ifndef API_NATIVE_PRIVATE_H
#define API_NATIVE_PRIVATE_H

#include "api/api.h"
#include "base/encode.h"
#include "base/json.h"

#define NATIVE_BASE "/api/belfry/v1"

struct native {
    const struct operation *operation;
    struct path_vars vars;
    struct params query;
    struct json_doc *doc; /* of the body; freed with the answer */
    struct json body;     /* an object; JSON_NONE: there was none */
    void *own;            /* the handler's */
    void *waits;          /* errand.c's: a question to history under way */
};

static inline struct native *native_of(const struct request *rq)
{
    return rq->state;
}

/* What the query of an operation may name: judged at the door, and documented. */
struct native_parameter {
    const char *name, *format, *doc; /* format: "", "integer", "date-time" */
};

/* Beside each row of the table (operations.c). */
struct native_detail {
    const struct native_parameter *query; /* ends with a NULL name; NULL: none */
    const char *const *body;              /* members, ends with NULL; NULL: no body */
    const char *answer;                   /* "200,201 object": openapi_types.c */
};
extern const struct operation native_operations[];
extern const struct native_detail native_details[];
extern const size_t native_operation_count;

/* ---- answers (answer.c) ---------------------------------------------------- */

/* Opens an object; `b` is given to native_end. */
struct json_out native_begin(struct buf *b);
void native_end(struct request *rq, int status, struct json_out *o);
/* With headers of its own, Cache-Control among them. */
void native_end_headers(struct request *rq, int status, struct json_out *o,
                        const struct http_header *headers, size_t n);
/* The same with ETag. */
void native_end_revision(struct request *rq, int status, struct json_out *o,
                         uint64_t revision);
void native_fault(struct request *rq, const struct err *e);
void native_refuse(struct request *rq, int status, const struct err *e,
                   const struct http_header *headers, size_t n);
void native_put_time(struct json_out *o, const char *key, int64_t ns);

/* ---- what else it takes (native.c) ------------------------------------------ */

/* Of an operation that shows what another one's permission guards. FAULT_DENIED. */
ok native_may_read(const struct request *rq, const char *action, struct err *e);

/* ---- what was asked (ask.c) ------------------------------------------------ */

struct str query_text(const struct request *rq, const char *name); /* empty: absent */
/* FAULT_INVALID, field = name, unless it is in [min, max]. */
ok query_number(const struct request *rq, const char *name, int64_t min, int64_t max,
                int64_t *out, struct err *e);
ok query_time(const struct request *rq, const char *name, int64_t *out, struct err *e);
/* ?limit=, 1 to 1,000, 100 if absent. */
ok query_limit(const struct request *rq, size_t *out, struct err *e);
/* Members that no row of `known` names are refused. */
ok body_known(struct json object, const char *const *known, struct err *e);
/* {"labels": {...}}, without empty ones, judged. */
ok body_labels(struct request *rq, struct json body, struct pairs *out, struct err *e);

/* The revision that If-Match names; 0: none, or any. */
ok if_match(const struct request *rq, uint64_t *revision, struct err *e);

/* ---- operations ------------------------------------------------------------ */

void openapi_get(struct request *rq);       /* openapi.c */
void native_status_get(struct request *rq); /* native_status.c */
void native_config_get(struct request *rq);
void native_backup_post(struct request *rq); /* native_config.c */
void session_get(struct request *rq);        /* session.c */
void session_post(struct request *rq);       /* session.c */
void session_delete(struct request *rq);     /* session.c */
void stream_get(struct request *rq);         /* events.c */
void objects_list(struct request *rq);       /* object_read.c */
void object_get(struct request *rq);         /* object_read.c */
void object_store(struct request *rq);       /* object_write.c */
void object_delete(struct request *rq);      /* object_write.c */
void object_difference(struct request *rq);  /* difference.c */
void silence_store(struct request *rq);      /* silence_write.c */
void silence_end(struct request *rq);        /* silence_write.c */
void contact_patch(struct request *rq);      /* contact_write.c */
/* Quiet hours that pass midnight become two spans. */
void contact_nights(struct request *rq, struct contact *c);
extern const char *const contact_patch_body[]; /* members, ends with NULL */
void address_confirm(struct request *rq);      /* confirm.c */
void address_resend(struct request *rq);       /* confirm.c */
void subscription_confirm(struct request *rq); /* confirm.c */
void subscription_store(struct request *rq);   /* subscription_write.c */
void subscription_delete(struct request *rq);  /* subscription_write.c */
extern const char *const subscription_body[];
void user_store(struct request *rq);  /* users.c */
void key_post(struct request *rq);    /* users.c */
void key_patch(struct request *rq);   /* users.c */
void key_delete(struct request *rq);  /* users.c */
void policy_test(struct request *rq); /* users.c */
extern const char *const user_body[], *const key_body[], *const policy_test_body[];
void explain_post(struct request *rq);       /* explain.c */
void preview_post(struct request *rq);       /* preview.c */
void native_alerts_post(struct request *rq); /* alerts.c */
void native_alerts_get(struct request *rq);  /* alert_list.c */
void alert_ack(struct request *rq);          /* ack.c */
void alert_unack(struct request *rq);        /* ack.c */
void alerts_ack(struct request *rq);         /* ack.c */
void deliveries_get(struct request *rq);     /* history.c */
void delivery_get(struct request *rq);       /* delivery.c */
void delivery_resend(struct request *rq);    /* resend.c */
void deliveries_resend(struct request *rq);  /* resend_all.c */
void drill_post(struct request *rq);         /* drill.c */
void audit_get(struct request *rq);          /* history.c */
void heartbeat_beat(struct request *rq);     /* beat.c */
void heartbeat_states(struct request *rq);   /* beat.c */

/* ---- the description (openapi_types.c) --------------------------------------- */

/* The schema of what an operation answers, by the words of its row: a name of a shape,
 * "object" (of its collection), "page" (of them), "any". */
void openapi_put_answer(struct json_out *o, const struct operation *op, struct str type);
/* Every shape and every kind of object, as members of components/schemas. */
void openapi_put_components(struct json_out *o);
/* The kinds that have a collection; false behind the last. */
bool collection_at(size_t i, enum object_kind *out);

/* ---- history (history_ask.c) ------------------------------------------------- */

struct history_ask;
enum { DELIVERY_ROWS = 1u << ROW_DECISION | 1u << ROW_ATTEMPT | 1u << ROW_ALERT };
/* What the query of a list asks for, within ask->kinds; its strings are rq's. */
ok history_ask_read(struct request *rq, struct history_ask *ask, struct err *e);
ok history_cursor_read(struct str text, struct history_ask *ask, struct err *e);
ok history_fingerprint_read(struct str text, struct history_ask *ask, struct err *e);
/* Labels of alerts: `team="ops",host="a"`; empty: any. */
ok history_filter_read(struct request *rq, struct str filter, struct history_ask *ask,
                       struct err *e);

/* An object with its meta, as GET shows it. */
void object_put(struct json_out *o, const struct object *object);
/* What the path of this request's operation is about. */
enum object_kind collection_kind(const struct operation *op);
/* Of an operation that takes a whole object: its schema; else NULL. */
const struct schema *native_body_schema(const struct operation *op);
/* The object in the body, secrets sealed; `before`: what stands there, or NULL. */
ok object_read(struct request *rq, const struct object *before, void *model,
               uint64_t *present, struct err *e);
/* The changes that the object in the body would be, as PUT makes them; nothing is done.
 * Zones that are named, then the object. */
enum { OBJECT_CHANGES_MAX = 65 };
ok object_changes_read(struct request *rq, struct change *changes, size_t *n,
                       struct err *e);
/* Answers with the object as the book has it now, or with the ticket's fault. */
void object_answer(struct request *rq, int status, const struct object *object);
/* What becomes of one change: 201 or 200 and the object, or 204; or the ticket's fault. */
void object_answer_put(struct request *rq);
void object_answer_gone(struct request *rq);
/* One change, under the revision of If-Match; `then` answers. */
ok object_change(struct request *rq, struct change *c, void (*then)(struct request *rq),
                 struct err *e);

#endif
