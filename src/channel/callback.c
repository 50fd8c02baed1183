/* callback.c - what CloudMonitor sends to the URL of a rule, so that what was written for
 * it goes on reading: of a metric rule a form (contracts/alibaba.md 1.9, with the fields
 * that it carries today besides), of an event rule a JSON object (help page "callbacks for
 * system event-triggered alerts"). Either speaks of one alert: a metric rule's groups are
 * single resources, an event rule's are single events, or in its silence time the newest.
 * Where CloudMonitor would know more it writes "null", as it does itself; how it makes its
 * signature nobody knows: ours is the message's key. */
#include "channel/channel_private.h"

#include "base/encode.h"
#include "base/json.h"
#include "base/time.h"

#include <stdio.h>

/* Of the firing ones the newest, of ended ones alone the last that ended. */
static const struct alert *alert_of(const struct notification *n)
{
    const struct alert *best = NULL;

    for (size_t i = 0; i < n->alert_count; i++) {
        const struct alert *al = n->alerts[i];
        bool ended = notification_resolved(n, al);

        if (best == NULL || (notification_resolved(n, best) && !ended) ||
            (notification_resolved(n, best) == ended &&
             (ended ? al->ends_at > best->ends_at : al->starts_at > best->starts_at)))
            best = al;
    }
    return best;
}

static struct str or_null(struct str s)
{
    return s.n > 0 ? s : STR("null");
}

static struct str uid_of(const struct notification *n)
{
    return or_null(n->account_uid.n > 0 ? n->account_uid : n->account_name);
}

/* ---- metric rules: a form --------------------------------------------------------------- */

static void put_field(struct buf *b, const char *name, struct str value)
{
    if (b->n > 0)
        buf_char(b, '&');
    buf_printf(b, "%s=", name);
    put_percent(b, value);
}

/* $Average>=90: a statistic has its sign there. */
static struct str expression_of(const struct alert *al, struct arena *a)
{
    struct str s = alert_annotation_get(al, STR("expression"));
    size_t at;

    if (s.n == 0 || s.p[0] == '$' || s.p[0] == '@' || str_find(s, STR(":"), &at))
        return or_null(s);
    return arena_printf(a, "$%.*s", STR_ARG(s));
}

/* {userId=123, instanceId=i-abc} */
static struct str dimensions_of(const struct notification *n, const struct alert *al,
                                struct arena *a)
{
    struct str own = alert_annotation_get(al, STR("dimensions"));

    if (own.n <= 2)
        return arena_printf(a, "{userId=%.*s}", STR_ARG(uid_of(n)));
    return arena_printf(a, "{userId=%.*s, %.*s", STR_ARG(uid_of(n)),
                        STR_ARG(str_from(own, 1)));
}

static struct str instance_of(const struct alert *al)
{
    struct str name = alert_get(al, STR("instanceName"));

    return or_null(name.n > 0 ? name : alert_get(al, STR("resource")));
}

static void put_levels(const struct alert *al, bool ended, struct buf *b)
{
    struct str now = alert_get(al, STR("level"));
    struct str before = alert_annotation_get(al, STR("preTriggerLevel"));

    put_field(b, "triggerLevel", ended ? STR("OK") : or_null(now));
    put_field(b, "alertState", ended ? STR("OK") : STR("ALERT"));
    put_field(b, "preTriggerLevel", or_null(ended ? now : before));
}

static void put_metric(const struct notification *n, const struct alert *al,
                       struct arena *a, struct buf *b)
{
    struct str metric = or_null(alert_get(al, STR("metricName")));
    struct str space = or_null(alert_get(al, STR("namespace")));
    struct str group = alert_get(al, STR("groupId"));
    int64_t minutes = time_between(al->starts_at, n->decided_at) / NS_PER_MIN;

    put_field(b, "lastTime", arena_printf(a, "%lld分钟", (long long)minutes));
    put_field(b, "rawMetricName", metric);
    put_field(b, "expression", expression_of(al, a));
    put_field(b, "metricName", metric);
    put_field(b, "instanceName", instance_of(al));
    put_field(b, "signature", str_of(n->key));
    put_field(b, "transId", str_of(n->key));
    put_field(b, "groupId", group.n > 0 ? group : STR("0"));
    put_field(b, "regionName", STR("null"));
    put_field(b, "productGroupName", STR("null"));
    put_field(b, "metricProject", space);
    put_field(b, "userId", uid_of(n));
    put_field(b, "curValue", or_null(alert_annotation_get(al, STR("curValue"))));
    put_field(b, "unit", STR("null"));
    put_field(b, "alertName", alert_get(al, STR("alertname")));
    put_field(b, "regionId", STR("null"));
    put_field(b, "namespace", space);
    put_levels(al, notification_resolved(n, al), b);
    put_field(b, "ruleId", or_null(alert_get(al, STR("ruleId"))));
    put_field(b, "dimensions", dimensions_of(n, al, a));
    put_field(b, "timestamp",
              arena_printf(a, "%lld", (long long)(n->decided_at / NS_PER_MS)));
}

/* ---- event rules: JSON ------------------------------------------------------------------ */

/* An object where the event's content is one, else its text. */
static void put_content(struct json_out *o, struct str content)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct err ignored;

    json_key(o, "content");
    if (json_parse(doc, content, &root, &ignored) == OK && json_is(root, JSON_OBJECT))
        json_copy(o, root);
    else
        json_string(o, content);
    json_doc_free(&doc);
}

/* 20211013T162245.000+0800 */
static struct str event_time(const struct alert *al, struct arena *a)
{
    const int32_t china = 8 * 3600;
    struct civil c = civil_of(al->starts_at, china);

    return arena_printf(a, "%04d%02d%02dT%02d%02d%02d.%03d+0800", (int)c.year,
                        (int)c.month, (int)c.day, (int)c.hour, (int)c.minute,
                        (int)c.second, (int)(c.nanos / NS_PER_MS));
}

/* cloudmonitor/event/NAME, cloudmonitor/event.2/NAME */
static struct str rule_of(struct str route)
{
    struct str piece;

    for (int i = 0; i < 2; i++)
        if (!str_cut(&route, '/', &piece))
            return STR("");
    return route;
}

static void put_event(const struct notification *n, const struct alert *al,
                      struct arena *a, struct buf *b)
{
    static const char *const same[] = { "product",  "level",        "status", "groupId",
                                        "regionId", "instanceName", NULL };
    struct str resource = alert_get(al, STR("resourceId"));
    struct json_out o = json_out(b);

    json_object(&o);
    json_kv(&o, "ver", STR("1.0"));
    json_kv(&o, "id", alert_get(al, STR("eventId")));
    json_kv(&o, "traceId", str_of(n->key));
    json_kv(&o, "userId", uid_of(n));
    json_kv(&o, "name", alert_get(al, STR("alertname")));
    json_kv(&o, "ruleName", rule_of(n->route));
    for (size_t i = 0; same[i] != NULL; i++)
        json_kv(&o, same[i], alert_get(al, str_of(same[i])));
    json_kv(&o, "eventType", alert_get(al, STR("eventClass")));
    json_kv(&o, "resourceId", resource);
    json_kv(&o, "eventTime", event_time(al, a));
    put_content(&o, alert_get(al, STR("content")));
    json_object_end(&o);
}

/* ---- either -------------------------------------------------------------------------------- */

ok callback_put(const struct notification *n, struct arena *a, struct buf *out,
                struct err *e)
{
    const struct alert *al = alert_of(n);

    if (al == NULL)
        return fail(e, FAULT_INVALID, "", "there is no alert to tell of");
    if (n->form == FORM_EVENT_CALLBACK)
        put_event(n, al, a, out);
    else
        put_metric(n, al, a, out);
    return buf_ok(out, e);
}

struct str callback_type(const struct notification *n)
{
    return n->form == FORM_METRIC_CALLBACK
               ? STR("application/x-www-form-urlencoded; charset=UTF-8")
               : STR("application/json");
}
