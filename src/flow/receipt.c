/* receipt.c - what do we remember? Rows of history, keyed (sequence, n), so that a
 * replay offers the same rows again. */
#include "base/json.h"
#include "base/utf8.h"
#include "flow/flow_private.h"

static void emit(struct flow *f, struct history_row *row)
{
    row->seq = f->in->seq;
    row->n = ++f->row_n;
    row->account = f->config.account;
    row->at = f->wall;
    if (row->words.p == NULL)
        row->words = STR("");
    f->config.out.row(f->config.out.ctx, row);
    f->memo.printed = NULL;
}

static void name_alert(struct flow *f, struct history_row *row, const struct alert *al)
{
    row->serial = al->serial;
    row->fingerprint = row_fingerprint(f, al);
    row->alertname = alert_get(al, STR("alertname"));
}

static struct str channel_text(int channel)
{
    return channel >= 0 && channel < CHANNEL_COUNT ? str_of(channel_names[channel])
                                                   : STR("");
}

/* The names of a target in a row. */
static void name_target(struct history_row *row, const struct target *t)
{
    row->contact_group = t->contact_group;
    row->to = t->to;
    if (t->address != NULL) {
        row->channel = channel_text(t->address->channel);
        row->shown = address_shown(t->address);
    }
    if (t->rule != NULL)
        row->action_rule = t->rule->name;
    if (t->topic != NULL)
        row->topic = t->topic->name;
}

/* Alerts and trace of a decision, as its detail and its words. */
static void fill(struct flow *f, struct history_row *row, const struct alert *const *v,
                 size_t n, struct str trace)
{
    struct json_out o = json_out(&f->text);
    size_t alerts;

    buf_clear(&f->text);
    json_object(&o);
    alerts = row_put_alerts(f, &o, v, n);
    if (trace.n > 0) {
        json_key(&o, "trace");
        json_raw(&o, trace);
    }
    row_end_detail(f, &o, row, alerts);
    row->words = row_words(f, v, n);
    if (n > 0)
        name_alert(f, row, v[0]);
}

/* group_key: the message's, where there is one. */
static struct str trace_with(struct flow *f, const struct making *m, struct pairs labels,
                             struct str group_key)
{
    struct tracing t = { .rule = m->rule,
                         .group_labels = labels,
                         .group_key = group_key,
                         .target = m->target,
                         .view = m->view };

    return trace_text(&t, &f->scratch);
}

static struct str trace_of(struct flow *f, const struct making *m)
{
    struct pairs labels = group_pairs(m->group, &f->scratch);

    return trace_with(f, m, labels, message_group_key(f, m->rule, labels, &f->scratch));
}

static const struct alert *group_first(const struct group *g)
{
    return g->member_count > 0 ? member_version(g->members[0]) : NULL;
}

void row_decision(struct flow *f, const struct making *m, enum suppression why)
{
    const struct alert *first = group_first(m->group);
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(why)),
                               .reason = str_of(suppression_words(why)),
                               .route = m->group->route };

    name_target(&row, m->target);
    fill(f, &row, m->view->said.v, m->view->said.n, trace_of(f, m));
    if (first != NULL)
        name_alert(f, &row, first);
    emit(f, &row);
}

/* What an address does not want to hear (now), of what would have been news to it. */
void row_hidden(struct flow *f, const struct making *m, const struct wish *w,
                const struct hidden *hidden)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(hidden->why)),
                               .route = m->group->route };
    struct str until = STR("");
    struct buf b;

    if (hidden->why == SUPPRESSED_QUIET_HOURS) {
        buf_init(&b, 64);
        buf_z(&b, " until ");
        time_put(&b, w->until, w->until_offset_s, 0);
        until = arena_str(&f->scratch, buf_str(&b));
        buf_fini(&b);
    }
    row.reason = arena_printf(&f->scratch, "%s%.*s", suppression_words(hidden->why),
                              STR_ARG(until));
    name_target(&row, m->target);
    fill(f, &row, hidden->v, hidden->n, trace_of(f, m));
    emit(f, &row);
}

/* The dialect's rule that did it, in its words. */
static void put_rule(struct json_out *o, struct str rule)
{
    struct buf b;

    if (rule.n == 0)
        return;
    buf_init(&b, BUF_NO_LIMIT);
    rule_words_put(&b, rule);
    json_kv(o, "by_rule", buf_str(&b));
    buf_fini(&b);
}

/* Alerts of a group that a flush kept back for one reason. */
void row_kept(struct flow *f, const struct making *m, const struct kept *v, size_t n)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(v[0].mute.why)),
                               .reason = str_of(suppression_words(v[0].mute.why)),
                               .route = m->group->route };
    const struct alert **alerts = arena_array(&f->scratch, const struct alert *, n);
    struct str trace = trace_of(f, m);
    struct json_out o = json_out(&f->text);
    size_t at;

    for (size_t i = 0; i < n; i++)
        alerts[i] = v[i].alert;
    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "by", v[0].mute.by);
    put_rule(&o, v[0].mute.rule);
    at = row_put_alerts(f, &o, alerts, n);
    json_key(&o, "trace");
    json_raw(&o, trace);
    row_end_detail(f, &o, &row, at);
    row.words = row_words(f, alerts, n);
    name_alert(f, &row, v[0].alert);
    emit(f, &row);
}

static void row_nobody(struct flow *f, enum suppression why, const struct alert *const *v,
                       size_t n)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word = str_of(suppression_name(why)),
                               .reason = str_of(suppression_words(why)) };

    fill(f, &row, v, n, STR(""));
    emit(f, &row);
}

void row_not_routed(struct flow *f, const struct alert *const *v, size_t n)
{
    row_nobody(f, SUPPRESSED_NOT_ROUTED, v, n);
}

void row_counted(struct flow *f, const struct alert *const *v, size_t n)
{
    row_nobody(f, SUPPRESSED_COUNTED, v, n);
}

/* A route that is switched off wanted these. */
void row_disabled(struct flow *f, const struct rule *rule, const struct alert *const *v,
                  size_t n)
{
    struct history_row row = { .kind = ROW_DECISION,
                               .word =
                                   str_of(suppression_name(SUPPRESSED_ROUTE_DISABLED)),
                               .reason =
                                   str_of(suppression_words(SUPPRESSED_ROUTE_DISABLED)),
                               .route = rule->route->name };
    struct tracing t = { .rule = rule, .group_key = STR("") };

    fill(f, &row, v, n, trace_text(&t, &f->scratch));
    emit(f, &row);
}

/* The last piece of its URN. */
static struct str topic_name(struct str urn)
{
    struct str piece = STR("");

    while (str_cut(&urn, ':', &piece))
        continue;
    return piece;
}

static struct history_row row_of(struct flow *f, const struct notification *n)
{
    struct history_row row = { .route = n->route,
                               .contact_group = n->contact_group,
                               .action_rule = n->action_rule,
                               .topic = topic_name(n->topic_urn),
                               .to = n->to,
                               .channel = channel_text(n->address.channel),
                               .shown = address_shown(&n->address),
                               .key = { n->key, NOTIFICATION_KEY_HEX } };

    if (n->alert_count > 0)
        name_alert(f, &row, n->alerts[0]);
    return row;
}

static struct history_row row_of_item(struct flow *f, const struct item *it)
{
    struct history_row row = row_of(f, &it->n);

    row.attempt = it->attempt;
    return row;
}

/* "escalated: step 2, nobody acknowledged for 10m" */
static struct str reason_of(struct flow *f, const struct notification *n)
{
    struct str text;
    struct buf b;

    if (n->reason != REASON_ESCALATED)
        return str_of(reason_word(n->reason));
    buf_init(&b, 128);
    buf_printf(&b, "escalated: step %lld, nobody acknowledged for ", (long long)n->step);
    duration_put(&b, n->waited);
    text = arena_str(&f->scratch, buf_str(&b));
    buf_fini(&b);
    return text;
}

/* A notification was made: all of why. */
void row_told(struct flow *f, const struct item *it, const struct making *m)
{
    struct history_row row = row_of_item(f, it);

    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(SUPPRESSED_NONE));
    row.reason = reason_of(f, &it->n);
    fill(f, &row, it->n.alerts, it->n.alert_count,
         trace_with(f, m, it->n.group_labels, it->n.group_key));
    emit(f, &row);
}

/* What else was decided of it: asked, or why it came to nothing. */
void row_item(struct flow *f, const struct item *it, enum suppression why)
{
    struct history_row row = row_of_item(f, it);

    fill(f, &row, it->n.alerts, it->n.alert_count, STR(""));
    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(why));
    row.reason = why == SUPPRESSED_NONE ? str_of(reason_word(it->n.reason))
                                        : str_of(suppression_words(why));
    if (it->n.kind == NOTIFY_DIGEST)
        row.reason = arena_printf(&f->scratch, "%.*s (%zu messages)", STR_ARG(row.reason),
                                  it->part_count);
    emit(f, &row);
}

static struct str errand_reason(struct flow *f, const struct row_errand *r)
{
    struct str by = utf8_cut(r->by, 128);

    if (r->again.n > 0)
        return arena_printf(&f->scratch, "resent by %.*s of %.*s", STR_ARG(by),
                            STR_ARG(r->again));
    if (r->published)
        return arena_printf(&f->scratch, "published by %.*s", STR_ARG(by));
    return arena_printf(&f->scratch, "test of %s %.*s asked by %.*s", r->what,
                        STR_ARG(utf8_cut(r->name, 256)), STR_ARG(by));
}

static struct str errand_trace(struct flow *f, const struct row_errand *r)
{
    const struct notification *n = r->item != NULL ? &r->item->n : NULL;
    struct tracing t = { .rule = r->rule,
                         .group_labels =
                             n != NULL ? n->group_labels : (struct pairs){ 0 },
                         .group_key = n != NULL ? n->group_key : STR(""),
                         .target = r->target };

    return trace_text(&t, &f->scratch);
}

/* Here stands who asked; of a message once more its old key, by which it is found. */
void row_errand(struct flow *f, const struct row_errand *r)
{
    struct history_row row = { .route = r->route };
    struct str trace = errand_trace(f, r), asked = errand_reason(f, r);
    const struct alert *const *v = r->item != NULL ? r->item->n.alerts : NULL;
    size_t n = r->item != NULL ? r->item->n.alert_count : 0;
    struct json_out o = json_out(&f->text);
    size_t alerts;

    if (r->item != NULL)
        row = row_of_item(f, r->item);
    else
        name_target(&row, r->target);
    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "asked", asked);
    json_kv_bool(&o, "drill", r->again.n == 0 && !r->published);
    if (r->again.n > 0)
        json_kv(&o, "resent_of", r->again);
    alerts = row_put_alerts(f, &o, v, n);
    json_key(&o, "trace");
    json_raw(&o, trace);
    row_end_detail(f, &o, &row, alerts);
    row.words = row_words(f, v, n);
    if (r->again.n > 0)
        row.words = row_words_and(f, r->again);
    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(r->why));
    row.reason = r->why == SUPPRESSED_NONE ? asked : str_of(suppression_words(r->why));
    emit(f, &row);
}

/* It is told by another message, whose key this row names. Its alerts stand in its own
 * decision, under the same key: in a storm most rows are these. */
void row_merged(struct flow *f, const struct notification *n, const char *into)
{
    struct history_row row = row_of(f, n);
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    json_kv(&o, "into", str_of(into));
    json_kv_i64(&o, "alert_count", (int64_t)n->alert_count);
    json_kv_i64(&o, "firing_count", (int64_t)n->firing_count);
    json_object_end(&o);
    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(SUPPRESSED_MERGED));
    row.reason = str_of(suppression_words(SUPPRESSED_MERGED));
    row.detail = buf_str(&f->text);
    row.words = row_words(f, n->alerts, n->alert_count);
    emit(f, &row);
}

/* What had been merged is taken out again, under the key it had of its own. */
void row_part(struct flow *f, const struct part *p, enum suppression why)
{
    struct notification was = p->item->n;
    struct history_row row;

    was.sequence = p->sequence;
    if (p->told != NULL)
        was.address_key = p->told->address_key;
    outbox_put_key(f, &was);
    was.alerts = p->alerts;
    was.alert_count = p->alert_count;
    row = row_of(f, &was);
    if (p->group != NULL)
        row.route = p->group->route;
    fill(f, &row, was.alerts, was.alert_count, STR(""));
    row.kind = ROW_DECISION;
    row.word = str_of(suppression_name(why));
    row.reason = str_of(suppression_words(why));
    emit(f, &row);
}

/* next: wall, when it is tried again; 0: never. What was said stands in the decision,
 * under the same key. */
void row_attempt(struct flow *f, const struct item *it, const struct outcome *out,
                 int64_t next)
{
    const struct receipt *r = &out->receipt;
    struct history_row row = row_of_item(f, it);
    struct json_out o = json_out(&f->text);

    buf_clear(&f->text);
    json_object(&o);
    row_put_time(&o, "started", r->started);
    row_put_time(&o, "connected", r->connected);
    row_put_time(&o, "finished", r->finished);
    json_kv(&o, "remote", r->remote);
    json_kv_i64(&o, "status", r->status);
    json_kv_i64(&o, "code", r->code);
    json_kv(&o, "said", r->said);
    json_kv(&o, "meaning", r->meaning);
    json_kv(&o, "subject", r->subject);
    if (r->content.n > 0)
        json_kv(&o, "content", r->content);
    json_kv_i64(&o, "bytes", r->bytes);
    json_kv_bool(&o, "plain", out->plain);
    row_put_time(&o, "next_try", next);
    json_kv_i64(&o, "alert_count", (int64_t)it->n.alert_count);
    json_kv_i64(&o, "firing_count", (int64_t)it->n.firing_count);
    json_object_end(&o);
    row.kind = ROW_ATTEMPT;
    row.word = str_of(verdict_word(r->verdict));
    row.reason = str_of(reason_word(it->n.reason));
    row.detail = buf_str(&f->text);
    row.words = row_words(f, it->n.alerts, it->n.alert_count);
    emit(f, &row);
}

/* {"by":..., "comment":..., "expires_at":...} */
static void put_ack(struct json_out *o, const struct ack *ack)
{
    json_kv(o, "by", ack->by);
    json_kv(o, "comment", ack->comment);
    row_put_time(o, "expires_at", ack->expires_at);
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
    name_alert(f, &row, al);
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
