#include "api/native/errand.h"

#include "base/time.h"

struct errand_actor errand_actor(const struct request *rq)
{
    return (struct errand_actor){ .user = rq->who.user_name,
                                  .key_id = rq->who.key_id,
                                  .remote = request_remote(rq),
                                  .operation = str_of(rq->operation) };
}

/* ---- a message of history, on the history thread ------------------------------ */

static struct pairs pairs_read(struct json object, struct arena *a)
{
    struct pair *v = arena_array(a, struct pair, json_count(object) + 1);
    size_t n = 0, kept = 0;

    for (struct json_iter it = json_iter(object); json_next(&it);)
        v[n++] = (struct pair){ arena_str(a, it.key), arena_str(a, json_str(it.value)) };
    pairs_sort(v, n);
    for (size_t i = 0; i < n; i++) /* as the record of a door would have them */
        if (v[i].name.n > 0 && (kept == 0 || !str_eq(v[kept - 1].name, v[i].name)))
            v[kept++] = v[i];
    return (struct pairs){ v, kept };
}

static int64_t time_read(struct json v)
{
    int64_t at;
    int32_t zone;

    if (json_str(v).n == 0 || time_parse_rfc3339(json_str(v), &at, &zone) == FAILED)
        return TIME_UNSET;
    return at;
}

static struct resend_alert alert_read(struct json v, struct arena *a)
{
    struct resend_alert al = { .in = { .door = DOOR_NATIVE, .clear_id = STR("") } };
    struct pairs labels = pairs_read(json_get(v, STR("labels")), a);
    struct pair *kept = arena_array(a, struct pair, labels.n + 1);

    (void)alert_id_parse(json_str(json_get(v, STR("id"))), &al.serial);
    for (int i = 0; i < DOOR_COUNT; i++)
        if (str_is(json_str(json_get(v, STR("door"))), door_names[i]))
            al.in.door = (enum door)i;
    for (size_t i = 0; i < labels.n; i++)
        if (labels.v[i].value.n > 0)
            kept[al.in.labels.n++] = labels.v[i];
    al.in.labels.v = kept;
    al.in.annotations = pairs_read(json_get(v, STR("annotations")), a);
    al.in.generator_url = arena_str(a, json_str(json_get(v, STR("generator_url"))));
    al.in.starts_at = time_read(json_get(v, STR("starts_at")));
    al.in.ends_at = time_read(json_get(v, STR("ends_at")));
    return al;
}

static void alerts_read(struct old_message *m, struct json list)
{
    struct arena *a = m->rq->a;
    struct resend_alert *v = arena_array(a, struct resend_alert, json_count(list) + 1);

    for (struct json_iter it = json_iter(list); json_next(&it);)
        if (m->one.alert_count < RESEND_ALERTS_MAX)
            v[m->one.alert_count++] = alert_read(it.value, a);
    m->one.alerts = v;
}

static void told_read(struct old_message *m, const struct history_row *row)
{
    struct json_doc *doc = json_doc_new();
    struct arena *a = m->rq->a;
    struct json detail;
    struct err e;

    m->other = row->route.n == 0;
    if (json_parse(doc, row->detail, &detail, &e) == OK)
        alerts_read(m, json_get(detail, STR("alerts")));
    m->found = !m->other;
    m->one.route = arena_str(a, row->route);
    m->one.contact_group = arena_str(a, row->contact_group);
    m->one.action_rule = arena_str(a, row->action_rule);
    m->one.to = arena_str(a, row->to);
    m->one.channel = arena_str(a, row->channel);
    m->one.shown = arena_str(a, row->shown);
    json_doc_free(&doc);
}

static void row_came(struct history_ask *ask, const struct history_row *row)
{
    struct old_message *m = (struct old_message *)(void *)ask;
    bool told = str_is(row->word, suppression_name(SUPPRESSED_NONE));

    if (!told)
        return;
    if (!str_eq(row->key, ask->key))
        m->resent = true;
    else if (!m->found)
        told_read(m, row);
}

static void came(struct http_call *call)
{
    struct request *rq = call->user;
    struct old_message *m = native_of(rq)->waits;

    m->then(rq, m);
}

static void rows_done(struct history_ask *ask, ok result)
{
    struct old_message *m = (struct old_message *)(void *)ask;

    m->result = result;
    http_later(m->rq->call, came);
}

bool old_message_ask(struct request *rq, struct str key, struct old_message *m)
{
    const struct history_port *port = rq->api->history;

    m->rq = rq;
    m->one = (struct resend_one){ .key = key };
    m->found = m->other = m->resent = false;
    m->ask = (struct history_ask){ .account = rq->who.tenant->account,
                                   .kinds = 1u << ROW_DECISION,
                                   .key = key,
                                   .limit = 100,
                                   .row = row_came,
                                   .done = rows_done };
    native_of(rq)->waits = m;
    return port->ask(port->ctx, &m->ask);
}

/* ---- the answer ------------------------------------------------------------------- */

static void put_item(struct json_out *o, const struct decision *d, struct str of)
{
    bool told = d->why == SUPPRESSED_NONE;

    json_object(o);
    json_kv_bool(o, "told", told);
    json_kv(o, "word", str_of(suppression_name(d->why)));
    json_kv(o, "reason",
            str_of(told ? reason_word(d->reason) : suppression_words(d->why)));
    if (suppression_fix(d->why)[0] != '\0')
        json_kv(o, "fix", str_of(suppression_fix(d->why)));
    if (of.n > 0)
        json_kv(o, "of", of);
    if (told)
        json_kv(o, "key", d->key);
    json_kv(o, "to", d->to);
    json_kv(o, "channel", d->channel >= 0 ? str_of(channel_names[d->channel]) : STR(""));
    json_kv(o, "address", d->shown);
    json_kv(o, "route", d->route);
    json_kv(o, "contact_group", d->contact_group);
    json_kv(o, "action_rule", d->action_rule);
    json_kv(o, "topic", d->topic);
    json_object_end(o);
}

void errand_answer(struct request *rq, const struct resend_one *of,
                   void (*more)(struct request *rq, struct json_out *o))
{
    const struct ticket *t = &rq->ticket;
    int64_t told = 0;
    struct json_out o;
    struct buf b;

    if (t->result == FAILED) {
        native_fault(rq, &t->err);
        return;
    }
    o = native_begin(&b);
    for (size_t i = 0; i < t->decision_count; i++)
        told += t->decisions[i].why == SUPPRESSED_NONE;
    json_kv_i64(&o, "sent", told);
    json_key(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < t->decision_count; i++)
        put_item(&o, &t->decisions[i], of != NULL ? of[i].key : STR(""));
    json_array_end(&o);
    if (more != NULL)
        more(rq, &o);
    native_end(rq, 202, &o);
}
