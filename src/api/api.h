/* api.h - what all dialects share: the ports they act through and the life of
 * one request.
 *
 * A dialect is an adapter: a table of operations, decode, encode, one table
 * from faults to its own statuses and codes, one authenticator. It reads books
 * and acts by request_change, request_alerts and request_read; nothing else.
 * It includes no other dialect.
 */
#ifndef API_API_H
#define API_API_H

#include "api/measure.h"
#include "auth/nonce.h"
#include "auth/tenant.h"
#include "base/signer.h"
#include "flow/flow.h"
#include "net/server.h"

/* History for the native API and the dialects' history operations: a port, the
 * store stands behind it (api may not know the store). */
struct history_port;

struct api_settings {
    struct str region, external_url;
    int64_t clock_skew; /* ns */
    int64_t user_rate;  /* CloudMonitor's calls a second of one user; 0: any number */
    bool activate_at_once;
    bool alertmanager_open; /* alertmanager.auth: none, on a loopback listener */
    struct str alertmanager_account;
    /* `belfry alertmanager` without users: the native API, too, is open, as far as
     * Alertmanager's is (native/visitor.c) */
    bool console_open;
    int64_t started;                   /* wall ns */
    const struct str *trusted_proxies; /* CIDR */
    size_t trusted_proxy_count;
    struct str route_prefix;    /* "" or "/x" */
    size_t get_concurrency;     /* Alertmanager's GETs at once; 0: 8 */
    struct str cluster_address; /* of this one; empty: no cluster was asked for */
    struct str cluster_name;    /* with an address: fresh at every start */
    bool classic_names; /* label names of Alertmanager's door: [a-zA-Z_][a-zA-Z0-9_]* */
    /* for an early, honest refusal; every connect judges again (net/client.h) */
    bool deny_private_addresses;
    const struct str *allow_addresses; /* CIDR */
    size_t allow_address_count;
};

/* What doors count and no flow does; each exact. */
struct api_counters {
    _Atomic uint64_t alerts_invalid; /* of Alertmanager's door, refused one by one */
    _Atomic uint64_t gets;           /* of Alertmanager's door, under way */
    _Atomic uint64_t gets_refused;   /* because too many were */
    /* of Alertmanager's door, a row for each of its operations */
    struct operation_counts operations[OPERATIONS_COUNTED];
};

struct json_shelf;

struct api {
    const struct api_settings *settings;
    struct api_counters *counters;
    struct tenants *tenants;
    const struct sealer *sealer;
    const struct signer *signer; /* its certificate is served; NULL: none is (tests) */
    struct epoch *epoch;
    struct nonces *nonces;
    struct throttle *throttle; /* NULL: nobody is throttled (tests) */
    struct password_gate *passwords;
    struct json_shelf
        *docs; /* for bodies that come by the thousand; NULL: none (tests) */
    struct streams *streams; /* pages that are told what moves; NULL: none (tests) */
    struct slow_lane *slow;  /* where passwords are hashed; NULL: on the worker (tests) */
    struct journal_port journal;
    struct flow_reader_port reader;
    const struct history_port *history;
    int64_t (*clock)(void);                             /* wall ns; tests replace it */
    bool (*ready)(const struct api *api);               /* GET /-/ready */
    ok (*reload)(const struct api *api, struct err *e); /* POST /-/reload; any thread */
    /* A copy of the data folder; *folder: where. FAULT_IN_USE: one is being made. Any
     * thread, which waits; NULL: there is no folder (tests). */
    ok (*backup)(const struct api *api, struct arena *a, struct str *folder,
                 struct err *e);
    void (*metrics)(const struct api *api, struct buf *out); /* what others count */
    /* Adds the Alertmanager file in force for an account, secrets masked; nothing where
     * it has none. Any thread; NULL: no account has one. */
    void (*config_text)(const struct api *api, struct str account, struct buf *out);
    /* Adds a JSON list, for GET /config. Any thread; NULL: there is none. */
    void (*config_shown)(const struct api *api, struct buf *out);
    /* The console's pages; call->path is below /console, the prefix cut off. NULL:
     * there is no console. */
    void (*pages)(struct str prefix, struct http_call *call);
    void *ctx;
};

/* One request under way. Begun on an HTTP worker; lives in call->arena. */
struct request {
    const struct api *api;
    struct http_call *call;
    struct arena *a; /* &call->arena */
    struct epoch_stay stay;
    struct identity who;
    const struct book *book; /* of who.tenant as the request began; NULL: nobody */
    int64_t now;             /* wall ns as it began */
    char id[37];             /* request_mint_id fills it; empty */
    const char *operation;   /* name, for audit and logs */
    struct str nonce;        /* to ride in the change: key id/nonce; empty */
    int64_t nonce_expires;
    void *state; /* the operation's own, from the arena */
    /* Called once, before the answer leaves; NULL: nobody counts. */
    void (*ended)(struct request *rq, int status, size_t body_bytes);
    /* request_change, request_alerts: how it went */
    struct ticket ticket;
    /* private */
    void (*then)(struct request *rq);
    void (*seen)(struct request *rq); /* of a look that waits for what was answered */
    void (*next)(struct request *rq); /* of an answer in pieces */
    void (*done)(struct request *rq);
    int status;
    size_t bytes; /* of its pieces */
    struct flow_read read;
    bool (*look)(struct request *rq, struct flow *f, int64_t until);
    bool settled; /* it has waited for that */
};

struct request *request_begin(const struct api *api, struct http_call *call);
/* An upper-case UUID, for a dialect that shows one: RequestId, trace id. Random bytes
 * cost more than reading a small request: the others go without. */
void request_mint_id(struct request *rq);
/* Binds the identity and pins its book. */
void request_identify(struct request *rq, const struct identity *who);

/* Durable changes. `then` runs on an HTTP worker afterwards, with rq->ticket
 * filled (FAULT_UNAVAILABLE when nothing could be taken) and rq->book the
 * generation after the change. The actor is filled from rq. */
void request_change(struct request *rq, const struct change *changes, size_t n,
                    void (*then)(struct request *rq));
/* A batch of alerts for an account (who.tenant). If they only move ends of what fires,
 * `then` runs at once, and their record is flushed within 100 ms. */
void request_alerts(struct request *rq, const struct alert_in *alerts, size_t n,
                    void (*then)(struct request *rq));
/* A beat of the heartbeat of that name: FAULT_NOT_FOUND. */
void request_beat(struct request *rq, struct str heartbeat,
                  void (*then)(struct request *rq));
/* Alerts are taken on, or given back: FAULT_NOT_FOUND when that is true of none;
 * ticket.failed: of how many. Who asked is filled in from rq. */
void request_ack(struct request *rq, struct ack *ack, void (*then)(struct request *rq));
/* Pushed points (INPUT_POINTS; the payload is given away): FAULT_LIMIT. */
void request_points(struct request *rq, struct buf *payload,
                    void (*then)(struct request *rq));
/* A test, or messages sent again (INPUT_TEST, INPUT_RESEND; the payload is given away):
 * ticket.decisions says what came of it, in rq->a. */
void request_errand(struct request *rq, enum input_kind kind, struct buf *payload,
                    void (*then)(struct request *rq));
/* A look at the flow's state as it is after everything that was answered: look runs on the flow thread in slices until it
 * returns true, then `then` on an HTTP worker. ticket.result FAILED: busy, 503. */
void request_read(struct request *rq,
                  bool (*look)(struct request *rq, struct flow *f, int64_t until),
                  void (*then)(struct request *rq));
/* A fresh uuid (version 4, lower case): what the flow may not mint itself. */
struct str request_uuid(struct request *rq);
/* What takes long (sorting a hundred thousand alerts): fn runs on the slow lane, so that
 * the worker's other connections do not wait for it; here, if there is no room. */
void request_slowly(struct request *rq, void (*fn)(struct request *rq));
/* The nonce of a read: journaled without waiting. */
void request_nonce(struct request *rq);

/* Ends the request. body: from the arena, or a buf whose memory is given away. */
void request_answer(struct request *rq, int status, struct str content_type,
                    struct str body, const struct http_header *headers, size_t n);
void request_answer_buf(struct request *rq, int status, struct str content_type,
                        struct buf *body, const struct http_header *headers, size_t n);

/* An answer too long for memory: its head now, then `next` runs on an HTTP worker
 * whenever the client has taken what there was. It may request_read, and owes one
 * request_piece. The request stands in an epoch only from `next` to its piece, so that a
 * client that reads slowly keeps nothing alive; rq->book is there after a request_read.
 * rq->ended gets the bytes of all pieces, or of those until it broke off; what else has
 * to be freed `done` frees, on a worker. */
void request_answer_begin(struct request *rq, int status, struct str content_type,
                          const struct http_header *headers, size_t n,
                          void (*next)(struct request *rq),
                          void (*done)(struct request *rq));
void request_piece(struct request *rq, struct buf *piece, enum http_more more);

/* May who asks do what concerns all accounts (see the configuration, read it again, copy the
 * folder)? Where there are several: users of the one whose Alertmanager API is served,
 * and of those whoever has the operation's permission (doc/adr/0019). */
bool request_is_servers(const struct request *rq);

/* The peer's address, or what a trusted proxy says it is. */
struct str request_remote(const struct request *rq);
/* Scheme and host the client used: for links and signatures (trusted proxies). */
struct str request_host(const struct request *rq);

/* ---- the table every dialect has --------------------------------------- */

struct operation {
    const char *name;       /* PutContactGroup, UpdateActionRule */
    const char *method;     /* "PUT"; NULL: any (Alibaba) */
    const char *path;       /* "/v2/{project_id}/alert/action-rules"; NULL: by action */
    const char *permission; /* cms:PutContactGroup; NULL: none needed */
    bool reads;             /* allowed to read-only users */
    void (*handle)(struct request *rq);
    const char *doc; /* one line, for doc/api */
};

/* Finds the row whose method and path pattern fit; path segments {x} are decoded
 * into vars (room for 8). *allowed gets the methods of rows whose path fits. */
struct path_vars {
    struct {
        struct str name, value;
    } v[8];
    size_t n;
};
const struct operation *operation_find(const struct operation *rows, size_t n,
                                       struct str method, struct str path,
                                       struct arena *a, struct path_vars *vars,
                                       struct buf *allowed);
struct str path_var(const struct path_vars *vars, const char *name);

/* The dialects' doors: each serves one whole call. */
void alibaba_serve(const struct api *api, struct http_call *call);
void huawei_serve(const struct api *api, struct http_call *call);
void alertmanager_serve(const struct api *api, struct http_call *call);
void native_serve(const struct api *api, struct http_call *call);
void links_serve(const struct api *api, struct http_call *call);

/* What they say when the slow lane is full (slow_lane_full). */
void huawei_busy(const struct api *api, struct http_call *call);
void alertmanager_busy(const struct api *api, struct http_call *call);
void native_busy(const struct api *api, struct http_call *call);

/* Which door? By DESIGN 11's table, after the route prefix. The server's handler
 * (ctx is struct api). */
void api_dispatch(void *ctx, struct http_call *call);

#endif
