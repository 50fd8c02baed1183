/* receipt.c - what do we remember? Rows of history, keyed (sequence, n), so that a
 * replay offers the same rows again. */
#include "base/json.h"
#include "flow/flow_private.h"

#include <stdio.h>

enum { ALERTS_IN_ROW = 64 }; /* the rest is counted */

static void emit(struct flow *f, struct history_row *row)
{
    row->seq = f->in->seq;
    row->n = ++f->row_n;
    row->account = f->config.account;
    row->at = f->wall;
    f->config.out.row(f->config.out.ctx, row);
}

static void name_alert(struct history_row *row, const struct alert *al)
{
    row->serial = al->serial;
    row->fingerprint = alert_fingerprint(al);
    row->alertname = alert_get(al, STR("alertname"));
}

static void put_time(struct json_out *o, const char *key, int64_t ns)
{
    char text[48];
    struct buf b;

    if (ns == 0)
        return;
    buf_init(&b, sizeof text);
    time_put(&b, ns, 0, 3);
    json_kv(o, key, buf_str(&b));
    buf_fini(&b);
}

static void put_alert(struct json_out *o, const struct alert *al, bool resolved)
{
    char fp[17];

    snprintf(fp, sizeof fp, "%016llx", (unsigned long long)alert_fingerprint(al));
    json_object(o);
    json_kv(o, "fingerprint", str_of(fp));
    json_kv(o, "alertname", alert_get(al, STR("alertname")));
    json_kv(o, "status", resolved ? STR("resolved") : STR("firing"));
    json_kv(o, "door", str_of(door_names[al->door]));
    put_time(o, "starts_at", al->starts_at);
    json_object_end(o);
}

static void put_alerts(struct json_out *o, const struct notification *n)
{
    json_kv(o, "group_key", n->group_key);
    json_kv_i64(o, "alert_count", (int64_t)n->alert_count);
    json_kv_i64(o, "firing_count", (int64_t)n->firing_count);
    json_key(o, "alerts");
    json_array(o);
    for (size_t i = 0; i < n->alert_count && i < ALERTS_IN_ROW; i++)
        put_alert(o, n->alerts[i], notification_resolved(n, n->alerts[i]));
    json_array_end(o);
}

static struct str channel_text(int channel)
{
    return channel >= 0 && channel < CHANNEL_COUNT ? str_of(channel_names[channel])
                                                   : STR("");
}

static const struct alert *group_first(const struct group *g)
{
    if (g->member_count == 0)
        return NULL;
    return g->members[0]->parting != NULL ? g->members[0]->parting
                                          : g->members[0]->slot->alert;
}

void row_decision(struct flow *f, const struct group *g, const struct target *t,
                  enum suppression why)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(why)),
                               .reason = str_of(suppression_words(why)),
                               .route = g->route,
                               .contact_group = t->contact_group,
                               .to = t->to };

    if (group_first(g) != NULL)
        name_alert(&row, group_first(g));
    if (t->address != NULL) {
        row.channel = channel_text(t->address->channel);
        row.shown = address_shown(t->address);
    }
    if (t->rule != NULL)
        row.action_rule = t->rule->name;
    if (t->topic != NULL)
        row.topic = t->topic->name;
    emit(f, &row);
}

/* Alerts of a group that a flush kept back for one reason. */
void row_kept(struct flow *f, const struct group *g, const struct kept *v, size_t n)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(v[0].mute.why)),
                               .reason = str_of(suppression_words(v[0].mute.why)),
                               .route = g->route };
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "by", v[0].mute.by);
    json_kv_i64(&o, "alert_count", (int64_t)n);
    json_key(&o, "alerts");
    json_array(&o);
    for (size_t i = 0; i < n && i < ALERTS_IN_ROW; i++)
        put_alert(&o, v[i].alert, alert_resolved(v[i].alert, f->wall));
    json_array_end(&o);
    json_object_end(&o);
    row.detail = buf_str(&f->text);
    name_alert(&row, v[0].alert);
    emit(f, &row);
}

void row_not_routed(struct flow *f, const struct alert *first, size_t n)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(SUPPRESSED_NOT_ROUTED)),
                               .reason =
                                   str_of(suppression_words(SUPPRESSED_NOT_ROUTED)) };
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    json_kv_i64(&o, "alert_count", (int64_t)n);
    json_object_end(&o);
    row.detail = buf_str(&f->text);
    name_alert(&row, first);
    emit(f, &row);
}

static struct history_row row_of_item(const struct item *it)
{
    const struct notification *n = &it->n;
    struct history_row row = { .route = n->route,
                               .contact_group = n->contact_group,
                               .action_rule = n->action_rule,
                               .topic = n->topic_display,
                               .to = n->to,
                               .channel = channel_text(n->address.channel),
                               .shown = address_shown(&n->address),
                               .key = { n->key, NOTIFICATION_KEY_HEX },
                               .attempt = it->attempt };

    if (n->alert_count > 0)
        name_alert(&row, n->alerts[0]);
    return row;
}

/* A decision about one notification: told, or why it came to nothing. */
void row_item(struct flow *f, const struct item *it, enum suppression why)
{
    struct history_row row = row_of_item(it);
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    put_alerts(&o, &it->n);
    json_object_end(&o);
    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(why));
    row.reason = why == SUPPRESSED_NONE ? str_of(reason_word(it->n.reason))
                                        : str_of(suppression_words(why));
    row.detail = buf_str(&f->text);
    emit(f, &row);
}

void row_attempt(struct flow *f, const struct item *it, const struct outcome *out)
{
    const struct receipt *r = &out->receipt;
    struct history_row row = row_of_item(it);
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    put_time(&o, "started", r->started);
    put_time(&o, "connected", r->connected);
    put_time(&o, "finished", r->finished);
    json_kv(&o, "remote", r->remote);
    json_kv_i64(&o, "status", r->status);
    json_kv_i64(&o, "code", r->code);
    json_kv(&o, "said", r->said);
    json_kv(&o, "meaning", r->meaning);
    json_kv(&o, "subject", r->subject);
    json_kv_i64(&o, "bytes", r->bytes);
    json_kv_bool(&o, "plain", out->plain);
    put_alerts(&o, &it->n);
    json_object_end(&o);
    row.kind = ROW_ATTEMPT;
    row.word = str_of(verdict_word(r->verdict));
    row.reason = str_of(reason_word(it->n.reason));
    row.detail = buf_str(&f->text);
    emit(f, &row);
}

/* {"by":..., "comment":..., "expires_at":...} */
static void put_ack(struct json_out *o, const struct ack *ack)
{
    json_kv(o, "by", ack->by);
    json_kv(o, "comment", ack->comment);
    put_time(o, "expires_at", ack->expires_at);
    json_kv_bool(o, "link", ack->link);
}

/* Of an alert: somebody took it on, or it is nobody's again. */
void row_ack(struct flow *f, const struct alert *al, const struct ack *ack)
{
    struct history_row row = {
        .kind = ROW_ALERT,
        .word = ack->release ? STR("unacknowledged") : STR("acknowledged"),
        .reason = arena_printf(&f->scratch, "%sacknowledged by %.*s%s",
                               ack->release ? "no longer " : "", STR_ARG(ack->by),
                               ack->link ? " via link" : "")
    };
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    put_ack(&o, ack);
    json_object_end(&o);
    row.detail = buf_str(&f->text);
    name_alert(&row, al);
    emit(f, &row);
}

void row_ack_audit(struct flow *f, const struct ack *ack, size_t alerts)
{
    struct history_row row = { .kind = ROW_AUDIT,
                               .word = ack->release ? STR("delete") : STR("create"),
                               .reason = STR("acknowledgement"),
                               .to = ack->by };
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "user", ack->user);
    json_kv(&o, "key_id", ack->key_id);
    json_kv(&o, "remote", ack->remote);
    json_kv(&o, "operation", ack->operation);
    put_ack(&o, ack);
    json_kv_i64(&o, "alert_count", (int64_t)alerts);
    json_object_end(&o);
    row.detail = buf_str(&f->text);
    emit(f, &row);
}

static void put_object(struct json_out *o, const char *key, const struct object *obj)
{
    json_key(o, key);
    if (obj == NULL) {
        json_null(o);
        return;
    }
    schema_json(object_kinds[obj->kind].schema, obj->model, o);
}

void row_audit(struct flow *f, const struct actor *who, const struct change_effect *e)
{
    struct history_row row = { .kind = ROW_AUDIT,
                               .word = e->before == NULL  ? STR("create")
                                       : e->after == NULL ? STR("delete")
                                                          : STR("update"),
                               .reason = str_of(object_kinds[e->kind].name),
                               .to = e->key };
    struct json_out o = json_out(&f->text);

    if (e->kind == OBJECT_ZONE)
        return; /* rules of a zone, copied from the system: nobody's decision */
    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "user", who->user);
    json_kv(&o, "key_id", who->key_id);
    json_kv(&o, "remote", who->remote);
    json_kv(&o, "operation", who->operation);
    put_object(&o, "before", e->before);
    put_object(&o, "after", e->after);
    json_object_end(&o);
    row.detail = buf_str(&f->text);
    emit(f, &row);
}
