/* payload.c - the body that every receiver of Alertmanager's webhooks reads,
 * version "4", byte for byte as Go's encoder writes it. */
#include "channel/channel_private.h"

#include "base/json.h"
#include "base/time.h"

#include <stdio.h>

/* A receiver's name as Go's regexp.QuoteMeta makes it: historical, kept. */
static struct str quote_meta(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, 2 * s.n + 1), *p = to;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\0' && strchr("\\.+*?()|[]{}^$", s.p[i]) != NULL)
            *p++ = '\\';
        *p++ = s.p[i];
    }
    return (struct str){ to, (size_t)(p - to) };
}

static void put_time(struct json_out *o, const char *key, int64_t ns, int32_t offset)
{
    char quoted[48];
    struct buf b;

    buf_init(&b, sizeof quoted);
    time_put_go(&b, ns, offset);
    json_kv(o, key, buf_str(&b));
    buf_fini(&b);
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
        json_key_str(o, interned_name(al->pairs[i]));
        json_string(o, interned_value(al->pairs[i]));
    }
    json_object_end(o);
    json_key(o, "annotations");
    json_object(o);
    for (size_t i = 0; i < al->annotation_count; i++) {
        const struct interned *p = al->pairs[al->label_count + i];

        json_key_str(o, interned_name(p));
        json_string(o, interned_value(p));
    }
    json_object_end(o);
}

static void put_alert(struct json_out *o, const struct notification *n,
                      const struct alert *al)
{
    bool resolved = notification_resolved(n, al);
    char print[17];

    json_object(o);
    json_kv(o, "status", resolved ? STR("resolved") : STR("firing"));
    put_labels(o, al);
    put_time(o, "startsAt", al->starts_at, al->starts_zone);
    put_time(o, "endsAt", resolved ? al->ends_at : TIME_UNSET,
             resolved ? al->ends_zone : 0);
    json_kv(o, "generatorURL", alert_generator(al));
    (void)snprintf(print, sizeof print, "%016llx",
                   (unsigned long long)alert_fingerprint(al));
    json_kv(o, "fingerprint", str_of(print));
    json_object_end(o);
}

/* Pairs that all of the first `count` alerts have, from the first one's. */
static struct pairs common_of(const struct notification *n, size_t count, bool labels,
                              struct arena *a)
{
    const struct alert *first = count > 0 ? n->alerts[0] : NULL;
    size_t total = first == NULL ? 0
                   : labels      ? first->label_count
                                 : first->annotation_count;
    struct pair *v = arena_array(a, struct pair, total);
    size_t used = 0;

    for (size_t i = 0; i < total; i++) {
        struct pair p = labels ? alert_label(first, i) : alert_annotation(first, i);
        size_t k;

        for (k = 1; k < count; k++) {
            struct str other = labels ? alert_get(n->alerts[k], p.name)
                                      : alert_annotation_get(n->alerts[k], p.name);

            if (!str_eq(other, p.value))
                break;
        }
        if (k >= count)
            v[used++] = p;
    }
    return (struct pairs){ v, used };
}

static bool any_fires(const struct notification *n, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!notification_resolved(n, n->alerts[i]))
            return true;
    return false;
}

static void put_body(const struct notification *n, size_t count, struct arena *a,
                     struct buf *out)
{
    struct json_out o = json_out(out);

    o.html = true;
    json_object(&o);
    json_kv(&o, "receiver", quote_meta(n->receiver, a));
    json_kv(&o, "status", any_fires(n, count) ? STR("firing") : STR("resolved"));
    json_key(&o, "alerts");
    json_array(&o);
    for (size_t i = 0; i < count; i++)
        put_alert(&o, n, n->alerts[i]);
    json_array_end(&o);
    json_kv(&o, "notification_reason", str_of(reason_word(n->reason)));
    put_pairs(&o, "groupLabels", n->group_labels);
    put_pairs(&o, "commonLabels", common_of(n, count, true, a));
    put_pairs(&o, "commonAnnotations", common_of(n, count, false, a));
    put_pairs(&o, "routeLabels", n->route_labels);
    json_kv(&o, "externalURL", n->external_url);
    json_kv(&o, "version", STR("4"));
    json_kv(&o, "groupKey", n->group_key);
    json_kv_i64(&o, "truncatedAlerts", (int64_t)(n->alert_count - count));
    json_object_end(&o);
    buf_char(out, '\n');
}

ok payload_put(const struct notification *n, struct arena *a, struct buf *out,
               struct err *e)
{
    size_t count = n->alert_count;

    if (n->max_alerts > 0 && (uint64_t)n->max_alerts < count)
        count = (size_t)n->max_alerts;
    put_body(n, count, a, out);
    /* Too much for one message: fewer alerts, and the rest is counted in it. */
    while (out->overflowed && count > 0) {
        count /= 2;
        buf_clear(out);
        put_body(n, count, a, out);
    }
    return buf_ok(out, e);
}
