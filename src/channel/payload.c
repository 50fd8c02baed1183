/* payload.c - the body that every receiver of Alertmanager's webhooks reads,
 * version "4", byte for byte as Go's encoder writes it. */
#include "channel/channel_private.h"

#include "base/json.h"
#include "base/time.h"
#include "text/go_data.h"

static void put_time(struct json_out *o, const char *key, int64_t ns, int32_t offset)
{
    char text[48];
    struct buf b = { .p = text, .room = sizeof text, .limit = sizeof text };

    time_put_go(&b, ns, offset);
    json_kv(o, key, buf_str(&b));
}

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

static void put_labels(struct json_out *o, const struct alert *al)
{
    json_key(o, "labels");
    json_object(o);
    for (size_t i = 0; i < al->label_count; i++) {
        const struct interned *p = alert_pair(al, i);

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
    json_key(o, "annotations");
    json_object(o);
    for (size_t i = 0; i < al->annotation_count; i++) {
        const struct interned *p = alert_pair(al, al->label_count + i);

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
}

static void put_alert(struct json_out *o, const struct notification *n,
                      const struct alert *al)
{
    bool resolved = notification_resolved(n, al);
    char digits[16];
    struct buf print = { .p = digits, .room = sizeof digits, .limit = sizeof digits };

    json_object(o);
    json_kv(o, "status", resolved ? STR("resolved") : STR("firing"));
    put_labels(o, al);
    put_time(o, "startsAt", al->starts_at, al->starts_zone);
    put_time(o, "endsAt", resolved ? al->ends_at : TIME_UNSET,
             resolved ? al->ends_zone : 0);
    json_kv(o, "generatorURL", alert_generator(al));
    buf_hex64(&print, alert_fingerprint(al));
    json_kv(o, "fingerprint", buf_str(&print));
    json_object_end(o);
}

static void put_body(const struct notification *n, size_t count, const char *version,
                     struct arena *a, struct buf *out)
{
    struct json_out o = json_out(out);
    struct go_data d;

    go_data_init(&d, n, count, a);
    o.html = true;
    json_object(&o);
    json_kv(&o, "receiver", d.receiver);
    json_kv(&o, "status", d.status);
    json_key(&o, "alerts");
    json_array(&o);
    for (size_t i = 0; i < count; i++)
        put_alert(&o, n, n->alerts[i]);
    json_array_end(&o);
    json_kv(&o, "notification_reason", str_of(reason_word(n->reason)));
    put_pairs(&o, "groupLabels", n->group_labels);
    put_pairs(&o, "commonLabels", d.common_labels);
    put_pairs(&o, "commonAnnotations", d.common_annotations);
    put_pairs(&o, "routeLabels", n->route_labels);
    json_kv(&o, "externalURL", n->external_url);
    json_kv(&o, "version", str_of(version));
    json_kv(&o, "groupKey", n->group_key);
    json_kv_i64(&o, "truncatedAlerts", (int64_t)(n->alert_count - count));
    json_object_end(&o);
    buf_char(out, '\n');
}

ok payload_put_as(const struct notification *n, const char *version, struct arena *a,
                  struct buf *out, struct err *e)
{
    size_t count = n->alert_count;

    if (n->max_alerts > 0 && (uint64_t)n->max_alerts < count)
        count = (size_t)n->max_alerts;
    put_body(n, count, version, a, out);
    /* Too much for one message: fewer alerts, and the rest is counted in it. */
    while (out->overflowed && count > 0) {
        count /= 2;
        buf_clear(out);
        put_body(n, count, version, a, out);
    }
    return buf_ok(out, e);
}

ok payload_put(const struct notification *n, struct arena *a, struct buf *out,
               struct err *e)
{
    return payload_put_as(n, "4", a, out, e);
}
