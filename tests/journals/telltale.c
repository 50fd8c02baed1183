#include "journals/telltale.h"

#include "base/json.h"
#include "model/notification.h"

static const char *const kinds[INPUT_LAST + 1] = {
    "",      "account", "alerts", "refresh", "change", "tick", "outcome", "restart",
    "clock", "nonce",   "beat",   "import",  "resend", "test", "ack",     "points"
};

void telltale_init(struct telltale *t)
{
    *t = (struct telltale){ 0 };
    buf_init(&t->text, BUF_NO_LIMIT);
}

void telltale_fini(struct telltale *t)
{
    buf_fini(&t->text);
}

const char *telltale_kind(enum input_kind kind)
{
    return kinds[kind];
}

void telltale_input(struct telltale *t, const struct input *in)
{
    if (!t->mute)
        buf_printf(&t->text, "input %llu %s\n", (unsigned long long)in->seq,
                   telltale_kind(in->kind));
}

/* ---- what is sent ---------------------------------------------------------- */

static void put_pairs(struct json_out *o, const char *key, struct pairs p)
{
    json_key(o, key);
    json_object(o);
    for (size_t i = 0; i < p.n; i++) {
        json_key_str(o, p.v[i].name);
        json_string(o, p.v[i].value);
    }
    json_object_end(o);
}

static void put_alert(struct json_out *o, const struct alert *al, bool resolved)
{
    json_object(o);
    json_kv_i64(o, "serial", (int64_t)al->serial);
    json_kv_bool(o, "resolved", resolved);
    json_kv_i64(o, "starts", al->starts_at);
    json_kv_i64(o, "ends", al->ends_at);
    json_kv_i64(o, "updated", al->updated_at);
    json_kv_i64(o, "zones", (int64_t)al->starts_zone * 100000 + al->ends_zone);
    json_kv(o, "generator", alert_generator(al));
    for (size_t i = 0; i < al->label_count; i++) {
        json_key_str(o, alert_label(al, i).name);
        json_string(o, alert_label(al, i).value);
    }
    for (size_t i = 0; i < al->annotation_count; i++) {
        json_key_str(o, alert_annotation(al, i).name);
        json_string(o, alert_annotation(al, i).value);
    }
    json_object_end(o);
}

static void put_address(struct json_out *o, const struct notification *n)
{
    json_kv(o, "channel", str_of(channel_names[n->address.channel]));
    json_kv(o, "address", n->address_key);
    json_kv(o, "shown", address_shown(&n->address));
    json_kv(o, "sealed", n->address.secret.sealed);
    json_kv(o, "code", n->address.code.sealed);
    json_kv(o, "to", n->to);
    json_kv(o, "lang", n->lang);
    json_kv(o, "zone", n->zone);
    json_kv_i64(o, "tzif", (int64_t)n->zone_tzif.n);
}

static void put_road(struct json_out *o, const struct notification *n)
{
    json_kv(o, "external_url", n->external_url);
    json_kv(o, "region", n->region);
    json_kv(o, "account", n->account_name);
    json_kv(o, "route", n->route);
    json_kv(o, "group_key", n->group_key);
    put_pairs(o, "group_labels", n->group_labels);
    json_kv(o, "contact_group", n->contact_group);
    json_kv(o, "action_rule", n->action_rule);
    json_kv(o, "rule_user", n->rule_user);
    json_kv(o, "topic_urn", n->topic_urn);
    json_kv(o, "topic_display", n->topic_display);
    json_kv(o, "subscription_urn", n->subscription_urn);
    json_kv(o, "template", n->words.name);
    json_kv(o, "words", n->words.templates);
    json_kv_i64(o, "max_alerts", n->max_alerts);
}

static void put_receiver(struct json_out *o, const struct notification *n)
{
    json_kv(o, "receiver", n->receiver);
    put_pairs(o, "route_labels", n->route_labels);
    if (n->integration != NULL) {
        json_kv(o, "integration", n->integration->kind);
        json_kv_i64(o, "index", n->integration->index);
        json_kv(o, "settings", n->integration->settings.sealed);
    }
    if (n->go_files != NULL) {
        json_kv(o, "go_files", n->go_files->digest);
        for (size_t i = 0; i < n->go_files->files.n; i++)
            json_kv(o, "go_file", n->go_files->files.v[i].text);
    }
}

static void take_send(void *ctx, const struct notification *n, int attempt, bool plain)
{
    struct telltale *t = ctx;
    struct json_out o = json_out(&t->text);

    if (t->mute)
        return;
    buf_z(&t->text, "send ");
    json_object(&o);
    json_kv(&o, "key", str_of(n->key));
    json_kv_i64(&o, "attempt", attempt);
    json_kv_bool(&o, "plain", plain);
    json_kv_i64(&o, "sequence", (int64_t)n->sequence);
    json_kv_i64(&o, "kind", n->kind);
    json_kv(&o, "reason", str_of(reason_word(n->reason)));
    json_kv_i64(&o, "decided", n->decided_at);
    put_address(&o, n);
    put_road(&o, n);
    put_receiver(&o, n);
    json_kv_i64(&o, "firing", (int64_t)n->firing_count);
    json_key(&o, "alerts");
    json_array(&o);
    for (size_t i = 0; i < n->alert_count; i++)
        put_alert(&o, n->alerts[i], notification_resolved(n, n->alerts[i]));
    json_array_end(&o);
    json_object_end(&o);
    buf_char(&t->text, '\n');
}

/* ---- what is remembered ----------------------------------------------------- */

static void take_row(void *ctx, const struct history_row *row)
{
    struct telltale *t = ctx;
    struct json_out o = json_out(&t->text);

    if (t->mute)
        return;
    buf_z(&t->text, "row ");
    json_object(&o);
    json_kv_i64(&o, "seq", (int64_t)row->seq);
    json_kv_i64(&o, "n", row->n);
    json_kv_i64(&o, "kind", row->kind);
    json_kv_i64(&o, "at", row->at);
    json_kv_i64(&o, "serial", (int64_t)row->serial);
    json_kv_i64(&o, "fingerprint", (int64_t)row->fingerprint);
    json_kv(&o, "alertname", row->alertname);
    json_kv(&o, "word", row->word);
    json_kv(&o, "reason", row->reason);
    json_kv(&o, "route", row->route);
    json_kv(&o, "contact_group", row->contact_group);
    json_kv(&o, "action_rule", row->action_rule);
    json_kv(&o, "topic", row->topic);
    json_kv(&o, "to", row->to);
    json_kv(&o, "channel", row->channel);
    json_kv(&o, "shown", row->shown);
    json_kv(&o, "key", row->key);
    json_kv_i64(&o, "attempt", row->attempt);
    json_object_end(&o);
    buf_z(&t->text, "\n  detail ");
    buf_add(&t->text, row->detail);
    buf_char(&t->text, '\n');
}

/* The door's memory, not the outbox; the state's fingerprint covers the flow's own. */
static void take_nonce(void *ctx, struct str key, int64_t expires)
{
    (void)ctx;
    (void)key;
    (void)expires;
}

struct flow_out telltale_out(struct telltale *t)
{
    return (struct flow_out){ t, take_send, take_row, take_nonce };
}
