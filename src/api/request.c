/* request.c - the life of one request: begun on a worker, perhaps waiting for the
 * journal or the flow, ended by exactly one answer. */
#include "api/api.h"

#include "api/slow_lane.h"
#include "base/crypto.h"
#include "net/client.h"

#include <stdlib.h>

struct request *request_begin(const struct api *api, struct http_call *call)
{
    struct request *rq = arena_new(&call->arena, struct request);

    rq->api = api;
    rq->call = call;
    rq->a = &call->arena;
    rq->now = api->clock();
    rq->operation = "";
    rq->stay = epoch_enter(api->epoch);
    call->user = rq;
    return rq;
}

void request_mint_id(struct request *rq)
{
    struct buf id;

    buf_init(&id, sizeof rq->id - 1);
    put_uuid(&id, true);
    memcpy(rq->id, id.p, id.n);
    buf_fini(&id);
}

void request_identify(struct request *rq, const struct identity *who)
{
    rq->who = *who;
    rq->book = who->tenant != NULL ? tenant_book(who->tenant) : NULL;
}

/* ---- waiting ------------------------------------------------------------------- */

static void go_on(struct http_call *call)
{
    struct request *rq = call->user;

    if (rq->who.tenant != NULL)
        rq->book = tenant_book(rq->who.tenant);
    rq->then(rq);
}

static void ticket_done(struct ticket *t)
{
    struct request *rq =
        (struct request *)(void *)((char *)t - offsetof(struct request, ticket));

    http_later(rq->call, go_on);
}

static void refuse_busy(struct request *rq)
{
    rq->ticket.result = fail(&rq->ticket.err, FAULT_UNAVAILABLE, "",
                             "the server is busy; try again in a second");
    rq->then(rq);
}

static void submit(struct request *rq, enum input_kind kind, struct buf *payload)
{
    struct input *in = input_new(kind, rq->who.tenant->account, buf_str(payload));

    buf_fini(payload);
    rq->ticket.done = ticket_done;
    in->ticket = &rq->ticket;
    if (rq->api->journal.submit(rq->api->journal.ctx, in))
        return;
    input_free(in);
    refuse_busy(rq);
}

void request_change(struct request *rq, const struct change *changes, size_t n,
                    void (*then)(struct request *rq))
{
    struct change_set set = { .actor = { .user = rq->who.user_name,
                                         .key_id = rq->who.key_id,
                                         .remote = request_remote(rq),
                                         .operation = str_of(rq->operation),
                                         .nonce = rq->nonce,
                                         .nonce_expires = rq->nonce_expires },
                              .v = changes,
                              .n = n };
    struct buf payload;

    rq->then = then;
    rq->nonce = STR("");
    buf_init(&payload, BUF_NO_LIMIT);
    change_set_encode(&set, &payload);
    submit(rq, INPUT_CHANGE, &payload);
}

/* Answered before it is on disk: sent again, and nothing but ends moved. */
static bool refresh(struct request *rq, const struct alert_in *alerts, size_t n)
{
    struct flow *f = rq->who.tenant->flow;
    struct input *in;
    struct buf payload;
    bool taken;

    buf_init(&payload, BUF_NO_LIMIT);
    taken = flow_is_refresh(f, alerts, n, rq->now, &payload);
    if (taken) {
        in = input_new(INPUT_REFRESH, rq->who.tenant->account, buf_str(&payload));
        in->soft = true;
        flow_refresh_sent(f, (int64_t)n);
        taken = rq->api->journal.submit(rq->api->journal.ctx, in);
        if (!taken) { /* it waits as others do, or is told to */
            flow_refresh_sent(f, -(int64_t)n);
            input_free(in);
        }
    }
    buf_fini(&payload);
    return taken;
}

/* What is there already is heard when the new ones of its batch are refused: else it would
 * end, and people were told so. */
static bool submit_alerts(struct request *rq, const struct alert_in *v, size_t n,
                          bool known, bool waits)
{
    struct input *in;
    struct buf payload;
    bool taken;

    buf_init(&payload, BUF_NO_LIMIT);
    (void)buf_reserve(&payload, rq->call->body.n); /* about that, as a rule */
    alerts_encode(v, n, &payload);
    in = input_new(INPUT_ALERTS, rq->who.tenant->account, buf_str(&payload));
    buf_fini(&payload);
    in->known = known;
    in->soft = !waits;
    if (waits) {
        rq->ticket.done = ticket_done;
        in->ticket = &rq->ticket;
    }
    taken = rq->api->journal.submit(rq->api->journal.ctx, in);
    if (!taken)
        input_free(in);
    return taken;
}

void request_alerts(struct request *rq, const struct alert_in *alerts, size_t n,
                    void (*then)(struct request *rq))
{
    struct alert_in *known;
    size_t k = 0;

    rq->then = then;
    if (refresh(rq, alerts, n)) {
        rq->ticket.result = OK;
        then(rq);
        return;
    }
    if (submit_alerts(rq, alerts, n, false, true))
        return;
    known = arena_array(rq->a, struct alert_in, n);
    for (size_t i = 0; i < n; i++)
        if (flow_knows(rq->who.tenant->flow, &alerts[i]))
            known[k++] = alerts[i];
    if (k == n && submit_alerts(rq, known, n, true, true))
        return;
    if (k > 0 && k < n)
        (void)submit_alerts(rq, known, k, true, false);
    refuse_busy(rq);
}

struct str request_uuid(struct request *rq)
{
    struct str id;
    struct buf b;

    buf_init(&b, sizeof rq->id);
    put_uuid(&b, false);
    id = arena_str(rq->a, buf_str(&b));
    buf_fini(&b);
    return id;
}

void request_beat(struct request *rq, struct str heartbeat,
                  void (*then)(struct request *rq))
{
    struct buf payload;

    rq->then = then;
    buf_init(&payload, BUF_NO_LIMIT);
    put_str(&payload, heartbeat);
    submit(rq, INPUT_BEAT, &payload);
}

void request_ack(struct request *rq, struct ack *ack, void (*then)(struct request *rq))
{
    struct buf payload;

    rq->then = then;
    ack->user = rq->who.user_name;
    ack->key_id = rq->who.key_id;
    ack->remote = request_remote(rq);
    ack->operation = str_of(rq->operation);
    buf_init(&payload, BUF_NO_LIMIT);
    ack_encode(ack, &payload);
    submit(rq, INPUT_ACK, &payload);
}

void request_points(struct request *rq, struct buf *payload,
                    void (*then)(struct request *rq))
{
    rq->then = then;
    submit(rq, INPUT_POINTS, payload);
}

void request_errand(struct request *rq, enum input_kind kind, struct buf *payload,
                    void (*then)(struct request *rq))
{
    rq->then = then;
    rq->ticket.a = rq->a;
    submit(rq, kind, payload);
}

void request_nonce(struct request *rq)
{
    struct buf payload;
    struct input *in;

    if (rq->nonce.n == 0)
        return;
    buf_init(&payload, BUF_NO_LIMIT);
    put_str(&payload, rq->nonce);
    put_i64(&payload, rq->nonce_expires);
    in = input_new(INPUT_NONCE, rq->who.tenant->account, buf_str(&payload));
    buf_fini(&payload);
    in->soft = true;
    rq->nonce = STR("");
    if (!rq->api->journal.submit(rq->api->journal.ctx, in))
        input_free(in); /* it is used up here all the same, until a restart */
}

/* ---- looking ------------------------------------------------------------------- */

static struct request *of_read(struct flow_read *read)
{
    return (struct request *)(void *)((char *)read - offsetof(struct request, read));
}

static bool read_slice(struct flow *f, struct flow_read *read, int64_t until)
{
    struct request *rq = of_read(read);

    return rq->look(rq, f, until);
}

static void read_done(struct flow_read *read)
{
    http_later(of_read(read)->call, go_on);
}

static void look_now(struct request *rq)
{
    rq->then = rq->seen;
    rq->ticket.result = OK;
    rq->read = (struct flow_read){ .account = rq->who.tenant->account,
                                   .fn = read_slice,
                                   .done = read_done };
    if (!rq->api->reader.submit(rq->api->reader.ctx, &rq->read))
        refuse_busy(rq);
}

/* Refreshes that were answered may wait for their flush: a tick behind them is not
 * applied before them. If the journal cannot be written, we show what we have. */
void request_read(struct request *rq,
                  bool (*look)(struct request *rq, struct flow *f, int64_t until),
                  void (*then)(struct request *rq))
{
    struct buf nothing;

    rq->look = look;
    rq->seen = then;
    if (rq->settled || flow_refreshing(rq->who.tenant->flow) <= 0) {
        look_now(rq);
        return;
    }
    rq->settled = true;
    rq->then = look_now;
    buf_init(&nothing, 0);
    submit(rq, INPUT_TICK, &nothing);
}

static void slowly(const struct api *api, struct http_call *call)
{
    struct request *rq = call->user;

    (void)api;
    rq->then(rq);
}

void request_slowly(struct request *rq, void (*fn)(struct request *rq))
{
    rq->then = fn;
    if (rq->api->slow == NULL ||
        !slow_lane_take(rq->api->slow, rq->api, rq->call, slowly))
        fn(rq);
}

/* ---- answering -------------------------------------------------------------------- */

static void answer(struct request *rq, const struct http_answer *an)
{
    const struct api *api = rq->api;
    struct epoch_stay stay = rq->stay;

    if (rq->ended != NULL)
        rq->ended(rq, an->status, an->body.n);
    http_answer(rq->call, an);
    epoch_leave(api->epoch, stay);
}

void request_answer(struct request *rq, int status, struct str content_type,
                    struct str body, const struct http_header *headers, size_t n)
{
    answer(rq, &(struct http_answer){ .status = status,
                                      .content_type = content_type,
                                      .body = body,
                                      .headers = headers,
                                      .header_count = n });
}

void request_answer_buf(struct request *rq, int status, struct str content_type,
                        struct buf *body, const struct http_header *headers, size_t n)
{
    size_t room;
    struct str bytes = buf_take(body, &room);

    answer(rq, &(struct http_answer){ .status = status,
                                      .content_type = content_type,
                                      .body = bytes,
                                      .free_body = room > 0,
                                      .headers = headers,
                                      .header_count = n });
}

/* ---- an answer in pieces ------------------------------------------------------------ */

static void piece_wanted(struct http_call *call)
{
    struct request *rq = call->user;

    rq->stay = epoch_enter(rq->api->epoch);
    rq->next(rq);
}

static void pieces_done(struct http_call *call)
{
    struct request *rq = call->user;

    if (rq->ended != NULL)
        rq->ended(rq, rq->status, rq->bytes);
    rq->done(rq);
}

void request_answer_begin(struct request *rq, int status, struct str content_type,
                          const struct http_header *headers, size_t n,
                          void (*next)(struct request *rq),
                          void (*done)(struct request *rq))
{
    struct epoch *epoch = rq->api->epoch;
    struct epoch_stay stay = rq->stay;

    rq->next = next;
    rq->done = done;
    rq->status = status;
    rq->book = NULL;
    http_answer_begin(rq->call,
                      &(struct http_answer){ .status = status,
                                             .content_type = content_type,
                                             .headers = headers,
                                             .header_count = n },
                      piece_wanted, pieces_done);
    epoch_leave(epoch, stay);
}

void request_piece(struct request *rq, struct buf *piece, enum http_more more)
{
    struct epoch *epoch = rq->api->epoch;
    struct epoch_stay stay = rq->stay;

    rq->bytes += piece->n;
    http_piece(rq->call, piece, more);
    epoch_leave(epoch, stay);
}

/* ---- who and where ------------------------------------------------------------------ */

static bool from_trusted_proxy(const struct request *rq)
{
    const struct api_settings *s = rq->api->settings;

    for (size_t i = 0; i < s->trusted_proxy_count; i++)
        if (address_in(rq->call->remote, s->trusted_proxies[i]))
            return true;
    return false;
}

/* The last line of that name: a proxy that adds a line of its own does so behind
 * what the client sent, and only the proxy is believed. */
static struct str proxy_says(const struct request *rq, const char *name)
{
    const struct http_call *c = rq->call;

    for (size_t i = c->header_count; i > 0; i--)
        if (str_eq_nocase(c->headers[i - 1].name, str_of(name)))
            return str_trim(c->headers[i - 1].value);
    return STR("");
}

static bool is_address(struct str text)
{
    return address_in(text, STR("0.0.0.0/0")) || address_in(text, STR("::/0"));
}

bool request_is_servers(const struct request *rq)
{
    return tenants_count(rq->api->tenants) == 1 ||
           str_eq(rq->who.tenant->name, rq->api->settings->alertmanager_account);
}

struct str request_remote(const struct request *rq)
{
    struct str list, last = STR(""), piece;

    if (!from_trusted_proxy(rq))
        return rq->call->remote;
    list = proxy_says(rq, "X-Forwarded-For");
    while (str_cut(&list, ',', &piece)) /* the last one: what our proxy saw */
        last = str_trim(piece);
    return is_address(last) ? last : rq->call->remote;
}

struct str request_host(const struct request *rq)
{
    struct str host = STR("");

    if (from_trusted_proxy(rq))
        host = proxy_says(rq, "X-Forwarded-Host");
    if (host.n == 0)
        (void)http_header(rq->call, "Host", &host);
    return host;
}
