/* preview_past.c - alerts of the past for a preview: one by its id or fingerprint, or those
 * of a delivery, as the row of their decision has them (flow/row_alerts.c). */
#include "api/native/preview_private.h"

#include "base/time.h"

enum { ROWS_LOOKED_AT = 50 };

/* ---- alerts that nobody sends now ------------------------------------------------- */

struct alert *preview_alert(struct request *rq, struct pairs labels, struct pairs notes)
{
    struct alert *al = alert_alone(rq->a, labels, notes);

    al->serial = 1;
    al->starts_at = rq->now - 5 * NS_PER_MIN;
    al->ends_at = INT64_MAX;
    al->updated_at = rq->now;
    al->door = DOOR_NATIVE;
    return al;
}

ok preview_pairs(struct request *rq, struct json object, const char *field,
                 struct pairs *out, struct err *e)
{
    struct pair *v = arena_array(rq->a, struct pair, json_count(object) + 1);
    size_t n = 0;

    for (struct json_iter it = json_iter(object); json_next(&it);) {
        if (!json_is(it.value, JSON_STRING) || it.key.n == 0)
            return fail(e, FAULT_INVALID, field, "must be a map of names to texts");
        v[n++] = (struct pair){ it.key, json_str(it.value) };
    }
    pairs_sort(v, n);
    *out = (struct pairs){ v, n };
    return OK;
}

/* ---- what is asked ----------------------------------------------------------------- */

static ok hex_read(struct str hex, uint64_t *out)
{
    *out = 0;
    if (hex.n != 16)
        return FAILED;
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (digit < 0)
            return FAILED;
        *out = *out << 4 | (uint64_t)digit;
    }
    return OK;
}

static bool is_key(struct str s)
{
    uint64_t ignored;

    return s.n == NOTIFICATION_KEY_HEX && hex_read(str_head(s, 16), &ignored) == OK &&
           hex_read(str_from(s, 16), &ignored) == OK;
}

ok preview_past_ask(struct request *rq, struct preview_past *p, struct err *e)
{
    struct json body = native_of(rq)->body;
    struct str id = json_str(json_get(body, STR("alert")));

    p->key = json_str(json_get(body, STR("delivery")));
    if (p->key.n > 0 && !is_key(p->key))
        return fail(e, FAULT_INVALID, "delivery", "a delivery's key has 32 hex digits");
    if (p->key.n > 0 && id.n > 0)
        return fail(e, FAULT_INVALID, "delivery",
                    "an alert and a delivery cannot both be given");
    if (id.n > 0 && !alert_id_parse(id, &p->serial) &&
        hex_read(id, &p->fingerprint) == FAILED)
        return fail(e, FAULT_INVALID, "alert",
                    "must be an alert's id of 19 digits, or its fingerprint");
    /* What it shows of alerts that were stands in deliveries. */
    return preview_past_wanted(p) ? native_may_read(rq, "belfry:ListDeliveries", e) : OK;
}

bool preview_past_wanted(const struct preview_past *p)
{
    return p->serial != 0 || p->fingerprint != 0 || p->key.n > 0;
}

/* ---- what history has ---------------------------------------------------------------- */

static struct str text_of(struct json object, const char *key)
{
    return json_str(json_get(object, str_of(key)));
}

static int64_t time_of(struct json object, const char *key, int64_t none)
{
    int64_t ns;
    int32_t offset;

    return time_parse_rfc3339(text_of(object, key), &ns, &offset) == OK ? ns : none;
}

static struct pairs kept_pairs(struct request *rq, struct json object)
{
    struct pairs given = { 0 };
    struct pair *v;
    struct err e;

    if (preview_pairs(rq, object, "", &given, &e) == FAILED)
        return (struct pairs){ 0 };
    v = arena_array(rq->a, struct pair, given.n + 1);
    for (size_t i = 0; i < given.n; i++)
        v[i] = (struct pair){ arena_str(rq->a, given.v[i].name),
                              arena_str(rq->a, given.v[i].value) };
    return (struct pairs){ v, given.n };
}

static enum door door_of(struct str name)
{
    for (int i = 0; i < DOOR_COUNT; i++)
        if (str_is(name, door_names[i]))
            return (enum door)i;
    return DOOR_NATIVE;
}

/* Of one that had no room for its labels there is only the name. */
static const struct alert *alert_was(struct preview_past *p, struct json v)
{
    struct pairs labels = kept_pairs(p->rq, json_get(v, STR("labels")));
    struct pairs notes = kept_pairs(p->rq, json_get(v, STR("annotations")));
    struct str url = text_of(v, "generator_url");
    struct pair *name = arena_new(p->rq->a, struct pair);
    struct alert *al;

    *name =
        (struct pair){ STR("alertname"), arena_str(p->rq->a, text_of(v, "alertname")) };
    if (labels.n == 0 && name->value.n > 0)
        labels = (struct pairs){ name, 1 };
    al = preview_alert(p->rq, labels, notes);
    if (url.n > 0)
        alert_alone_generator(p->rq->a, al, url);
    al->starts_at = time_of(v, "starts_at", p->at);
    if (str_is(text_of(v, "status"), "resolved"))
        al->ends_at = time_of(v, "ends_at", p->at);
    al->door = (uint8_t)door_of(text_of(v, "door"));
    return al;
}

static bool is_wanted(const struct preview_past *p, struct json v)
{
    uint64_t serial = 0, fingerprint = 0;

    if (p->key.n > 0)
        return true;
    if (p->fingerprint != 0)
        return hex_read(text_of(v, "fingerprint"), &fingerprint) == OK &&
               fingerprint == p->fingerprint;
    return alert_id_parse(text_of(v, "id"), &serial) && serial == p->serial;
}

static void read_trace(struct preview_past *p, struct json trace)
{
    p->receiver = arena_str(p->rq->a, text_of(trace, "receiver"));
    p->lang = arena_str(p->rq->a, text_of(trace, "lang"));
    p->group_key = arena_str(p->rq->a, text_of(trace, "group_key"));
    p->group_labels = kept_pairs(p->rq, json_get(trace, STR("group_labels")));
}

/* On the history thread; the request waits, and its arena with it. The first that has
 * what is wanted counts. */
static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct preview_past *p = (struct preview_past *)(void *)ask;
    struct arena *a = p->rq->a;
    struct json_doc *doc;
    struct json root;
    struct err e;

    if (p->found || row->detail.n == 0)
        return;
    doc = json_doc_new();
    if (json_parse(doc, row->detail, &root, &e) == OK) {
        p->at = row->at;
        for (struct json_iter it = json_iter(json_get(root, STR("alerts")));
             json_next(&it);)
            if (p->alert_count < PREVIEW_ALERTS && is_wanted(p, it.value))
                p->alerts[p->alert_count++] = alert_was(p, it.value);
        p->found = p->alert_count > 0;
        p->to = arena_str(a, row->to);
        p->reason = arena_str(a, row->reason);
        p->route = arena_str(a, row->route);
        p->contact_group = arena_str(a, row->contact_group);
        p->action_rule = arena_str(a, row->action_rule);
        read_trace(p, json_get(root, STR("trace")));
    }
    json_doc_free(&doc);
}

static void found(struct http_call *call)
{
    struct request *rq = call->user;
    struct preview_past *p = native_of(rq)->own;
    struct err e;

    if (p->found) {
        p->then(rq);
        return;
    }
    if (p->busy)
        (void)fail(&e, FAULT_UNAVAILABLE, "", "the history cannot be read now");
    else if (p->key.n > 0)
        (void)fail(&e, FAULT_NOT_FOUND, "delivery",
                   "history has no delivery of this key");
    else
        (void)fail(&e, FAULT_NOT_FOUND, "alert",
                   "no alert that is known has this id, and history has none");
    native_fault(rq, &e);
}

static void rows_done(struct history_ask *ask, ok result)
{
    struct preview_past *p = (struct preview_past *)(void *)ask;

    p->busy = result == FAILED;
    http_later(p->rq->call, found);
}

void preview_past_find(struct request *rq, struct preview_past *p,
                       void (*then)(struct request *rq))
{
    const struct history_port *port = rq->api->history;
    struct err e;

    p->rq = rq;
    p->then = then;
    p->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION,
                                   .key = p->key,
                                   .fingerprint = p->fingerprint,
                                   .serial = p->serial,
                                   .newest_first = p->key.n == 0,
                                   .limit = ROWS_LOOKED_AT,
                                   .row = row_came,
                                   .done = rows_done };
    if (port->ask(port->ctx, &p->ask))
        return;
    (void)fail(&e, FAULT_UNAVAILABLE, "", "too many ask for history now");
    native_fault(rq, &e);
}

/* Whoever asks may want another. */
static bool is_said(const struct preview_past *p, const char *key)
{
    return text_of(native_of(p->rq)->body, key).n > 0;
}

void preview_past_tell(const struct preview_past *p, struct notification *n)
{
    if (!p->found)
        return;
    n->decided_at = p->at;
    if (!is_said(p, "receiver")) {
        n->to = p->to;
        n->receiver = p->receiver.n > 0 ? p->receiver : p->to;
    }
    if (p->lang.n > 0 && !is_said(p, "lang"))
        n->lang = p->lang;
    if (p->group_key.n > 0) {
        n->group_key = p->group_key;
        n->group_labels = p->group_labels;
    }
    n->route = p->route;
    n->contact_group = p->contact_group;
    n->action_rule = p->action_rule;
    for (int i = 0; i < REASON_COUNT; i++)
        if (str_is(p->reason, reason_word((enum reason)i)))
            n->reason = (enum reason)i;
}
