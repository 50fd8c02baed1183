/* notified_history.c - GET alarm-notified-histories: what became of the messages about an
 * alarm, from real receipts (contracts/huawei.md 2.8). A publish to a topic is what was
 * decided at one time for one action rule; each subscriber's message is a line of it. */
#include "api/huawei/huawei_private.h"

#include "api/history_port.h"
#include "base/map.h"
#include "base/time.h"
#include "base/vec.h"

#include <stdlib.h>

enum {
    ROWS_MAX = 1000,
    LOOKED_MAX = 20000 /* of history that is looked through for a forgotten alarm */
};

/* What is being asked of history. An alarm that the flow knows is found by what it is; of
 * one that it has forgotten a row that carried it has to say that first. */
enum phase { LOOK, DECISIONS, ATTEMPTS };

struct line { /* one subscriber's message */
    uint64_t seq;
    struct str sn, key, action_rule, topic, channel, content;
    bool plain_http;
    int64_t at;
    struct str verdict, said; /* of the newest attempt; empty: none yet */
    int64_t status;
};

struct listing {
    struct history_ask ask; /* first */
    struct request *rq;
    struct str sn;   /* empty: of all */
    struct map keys; /* struct line by key of the message */
    VEC(struct line *) lines;
    struct json_doc *doc;
    enum phase phase;
    size_t rows, looked_at;
    ok result;
};

static struct listing *listing_of(const struct request *rq)
{
    return huawei_of(rq)->own;
}

static void listing_fini(struct listing *l)
{
    vec_fini(&l->lines);
    map_fini(&l->keys);
    json_doc_free(&l->doc);
}

/* ---- rows, on the history thread ---------------------------------------- */

static struct str first_id(struct json alerts, struct str wanted)
{
    struct str first = STR("");

    for (struct json_iter it = json_iter(alerts); json_next(&it);) {
        struct str id = json_str(json_get(it.value, STR("id")));

        if (first.n == 0 || str_eq(id, wanted))
            first = id;
    }
    return first;
}

static void decided(struct listing *l, const struct history_row *row, struct json detail)
{
    struct arena *a = l->rq->a;
    struct str sn = first_id(json_get(detail, STR("alerts")), l->sn);
    struct line *line;

    if (!str_is(row->word, "told") || row->action_rule.n == 0 || row->topic.n == 0 ||
        row->key.n == 0 || map_find(&l->keys, row->key) != NULL ||
        (l->sn.n > 0 && !str_eq(sn, l->sn)))
        return;
    line = arena_new(a, struct line);
    *line = (struct line){ .seq = row->seq,
                           .at = row->at,
                           .sn = arena_str(a, sn),
                           .key = arena_str(a, row->key),
                           .action_rule = arena_str(a, row->action_rule),
                           .topic = arena_str(a, row->topic),
                           .channel = arena_str(a, row->channel),
                           .content = arena_str(a, row->alertname),
                           .plain_http = str_starts(row->shown, STR("http://")),
                           .verdict = STR(""),
                           .said = STR("") };
    map_put(&l->keys, line->key, line);
    vec_push(&l->lines, line);
}

static void tried(struct listing *l, const struct history_row *row, struct json detail)
{
    struct line *line = map_find(&l->keys, row->key);
    struct arena *a = l->rq->a;
    struct str content = json_str(json_get(detail, STR("content")));

    if (line == NULL || line->verdict.n > 0)
        return;
    line->verdict = arena_str(a, row->word);
    line->said = arena_str(a, json_str(json_get(detail, STR("said"))));
    line->status = json_int(json_get(detail, STR("status")));
    line->at = row->at;
    if (content.n == 0) /* of a try that failed, or of long ago */
        content = json_str(json_get(detail, STR("subject")));
    if (content.n > 0)
        line->content = arena_str(a, content);
}

/* Does this row carry the alarm? Then it says what it was. */
static void looked_at(struct listing *l, struct json detail)
{
    for (struct json_iter it = json_iter(json_get(detail, STR("alerts")));
         json_next(&it);) {
        struct str hex = json_str(json_get(it.value, STR("fingerprint")));

        if (str_eq(json_str(json_get(it.value, STR("id"))), l->sn) && hex.n == 16)
            l->ask.fingerprint = strtoull(arena_str(l->rq->a, hex).p, NULL, 16);
    }
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct listing *l = (struct listing *)(void *)ask;
    struct json detail;
    struct err ignored;

    l->rows++;
    ask->cursor_seq = row->seq;
    ask->cursor_n = row->n;
    if ((l->phase == LOOK && !str_has(row->detail, l->sn)) ||
        json_parse(l->doc, row->detail, &detail, &ignored) != OK)
        return;
    if (l->phase == LOOK)
        looked_at(l, detail);
    else if (l->phase == ATTEMPTS)
        tried(l, row, detail);
    else
        decided(l, row, detail);
}

/* ---- the answer ---------------------------------------------------------- */

static bool arrived(const struct line *line)
{
    return str_is(line->verdict, "delivered") || str_is(line->verdict, "accepted");
}

/* SMN's word for a subscription; http and https are one channel of ours. */
static struct str protocol_of(const struct line *line)
{
    enum channel_kind channel;

    if (line->plain_http)
        return STR("http");
    if (!channel_of_name(line->channel, &channel) ||
        channel_words[channel].smn[0] == '\0')
        return line->channel;
    return str_of(channel_words[channel].smn);
}

static void put_line(const struct line *line, struct json_out *o)
{
    json_object(o);
    json_kv(o, "smn_notified_content", line->content);
    json_kv_i64(o, "smn_subscription_status", 1); /* nobody else is told */
    json_kv(o, "smn_subscription_type", protocol_of(line));
    json_object_end(o);
}

/* SMN takes a message or does not: 200, or what the worst of its tries was answered. */
static void put_response(const struct line *first, const struct line *bad,
                         struct json_out *o)
{
    char code[24];
    struct json_out body;
    struct buf b, number = { .p = code, .room = sizeof code, .limit = sizeof code };

    buf_i64(&number, bad == NULL ? 200 : bad->status > 0 ? bad->status : 500);
    json_kv(o, "smn_response_code", buf_str(&number));
    buf_init(&b, BUF_NO_LIMIT);
    body = json_out(&b);
    json_object(&body);
    json_kv(&body, bad == NULL ? "message_id" : "message",
            bad == NULL ? first->key : bad->said);
    json_kv(&body, "request_id", first->key);
    json_object_end(&body);
    json_kv(o, "smn_response_body", buf_str(&b));
    buf_fini(&b);
}

static bool same_publish(const struct line *x, const struct line *y)
{
    return x->seq == y->seq && str_eq(x->action_rule, y->action_rule) &&
           str_eq(x->topic, y->topic) && str_eq(x->sn, y->sn);
}

static void put_publish(struct listing *l, size_t i, struct json_out *o)
{
    const struct line *first = l->lines.v[i], *bad = NULL;

    json_object(o);
    json_kv(o, "action_rule", first->action_rule);
    json_kv(o, "notifier_channel", STR("SMN"));
    json_key(o, "smn_channel");
    json_object(o);
    json_kv_i64(o, "sent_time", first->at / NS_PER_MS);
    json_kv(o, "smn_topic", first->topic);
    json_kv(o, "smn_request_id", first->key);
    json_key(o, "smn_notified_history");
    json_array(o);
    for (size_t k = i; k < l->lines.n; k++)
        if (l->lines.v[k] != NULL && same_publish(first, l->lines.v[k])) {
            struct line *line = l->lines.v[k];

            put_line(line, o);
            if (line->verdict.n > 0 && !arrived(line))
                bad = line;
            l->lines.v[k] = NULL;
        }
    json_array_end(o);
    put_response(first, bad, o);
    json_object_end(o);
    json_object_end(o);
}

static void put_alarm(struct listing *l, size_t i, struct json_out *o)
{
    struct str sn = l->lines.v[i]->sn;

    json_object(o);
    json_kv(o, "event_sn", sn);
    json_key(o, "notifications");
    json_array(o);
    for (; i < l->lines.n; i++)
        if (l->lines.v[i] != NULL && str_eq(l->lines.v[i]->sn, sn))
            put_publish(l, i, o);
    json_array_end(o);
    json_object_end(o);
}

static void answer(struct request *rq)
{
    struct listing *l = listing_of(rq);
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_object(&o);
    json_key(&o, "notified_histories");
    json_array(&o);
    for (size_t i = 0; i < l->lines.n; i++)
        if (l->lines.v[i] != NULL)
            put_alarm(l, i, &o);
    json_array_end(&o);
    json_object_end(&o);
    listing_fini(l);
    huawei_answer(rq, 200, &b);
}

/* ---- asking --------------------------------------------------------------- */

static void give_up(struct request *rq)
{
    static const struct aom_codes codes = { "AOM.0400", NULL, NULL, NULL, NULL, NULL };
    struct err e;

    listing_fini(listing_of(rq));
    (void)fail(&e, FAULT_UNAVAILABLE, "", "busy");
    aom_refuse_as(rq, &codes, &e);
}

static void ask_rows(struct request *rq, enum phase phase);

static void rows_came(struct http_call *call)
{
    struct request *rq = call->user;
    struct listing *l = listing_of(rq);

    if (l->result != OK)
        give_up(rq);
    else if (l->phase == LOOK && l->ask.fingerprint != 0)
        ask_rows(rq, DECISIONS);
    else if (l->phase == LOOK && l->rows == ROWS_MAX && l->looked_at < LOOKED_MAX)
        ask_rows(rq, LOOK);
    else if (l->phase == DECISIONS && l->lines.n > 0)
        ask_rows(rq, ATTEMPTS);
    else
        answer(rq);
}

static void rows_done(struct history_ask *ask, ok result)
{
    struct listing *l = (struct listing *)(void *)ask;

    l->result = result;
    http_later(l->rq->call, rows_came);
}

static void ask_rows(struct request *rq, enum phase phase)
{
    struct listing *l = listing_of(rq);
    const struct history_port *port = rq->api->history;

    l->looked_at += l->rows;
    l->rows = 0;
    l->phase = phase;
    l->ask.kinds = 1u << (phase == ATTEMPTS ? ROW_ATTEMPT : ROW_DECISION);
    l->ask.word = phase == ATTEMPTS ? STR("") : STR("told");
    if (phase != LOOK) { /* from the newest on */
        l->ask.cursor_seq = 0;
        l->ask.cursor_n = 0;
    }
    if (port == NULL || !port->ask(port->ctx, &l->ask))
        give_up(rq);
}

static bool find(struct request *rq, struct flow *f, int64_t until)
{
    struct listing *l = listing_of(rq);
    const struct alert *al;
    uint64_t serial;

    (void)until;
    if (!alert_id_parse(l->sn, &serial))
        return true;
    al = flow_alert_by_serial(f, serial);
    if (al != NULL)
        l->ask.fingerprint = alert_fingerprint(al);
    return true;
}

static void found(struct request *rq)
{
    const struct listing *l = listing_of(rq);

    if (rq->ticket.result != OK)
        give_up(rq);
    else
        ask_rows(rq, l->sn.n > 0 && l->ask.fingerprint == 0 ? LOOK : DECISIONS);
}

void aom_notified_histories(struct request *rq)
{
    const struct param *sn = params_find(huawei_of(rq)->query, STR("event_sn"));
    struct listing *l = arena_new(rq->a, struct listing);

    l->rq = rq;
    l->sn = sn != NULL ? sn->value : STR("");
    l->doc = json_doc_new();
    map_init(&l->keys, 0);
    l->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .newest_first = true,
                                   .limit = ROWS_MAX,
                                   .row = row_came,
                                   .done = rows_done };
    huawei_of(rq)->own = l;
    request_read(rq, find, found);
}
