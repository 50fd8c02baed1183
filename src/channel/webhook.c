/* webhook.c - a notification as one HTTP POST: Alertmanager's body for routes
 * and contacts, SMN's envelope for the subscriptions of a topic. */
#include "channel/channel_private.h"
#include "channel/integration.h"

#include "base/json.h"
#include "base/time.h"
#include "text/builtin.h"

static bool is_subscription(const struct notification *n)
{
    return n->kind == NOTIFY_CONFIRM_SUBSCRIPTION || n->subscription_urn.n > 0;
}

/* A contact's own address, asked whether it wants alerts. */
static ok put_question(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    struct str link = telling_url(job->n, job->a, "/l/");
    struct builtin_ask ask = { .kind = BUILTIN_CONFIRM, .form = FORM_MAIL };
    struct builtin_parts text;
    struct json_out o = json_out(body);

    link = arena_printf(job->a, "%.*s%.*s", STR_ARG(link), STR_ARG(job->code));
    ask.link = link;
    builtin_write(job->n, &ask, job->a, &text);
    json_object(&o);
    json_kv(&o, "type", STR("Confirmation"));
    json_kv(&o, "subject", text.title);
    json_kv(&o, "message", text.text);
    json_kv(&o, "confirm_url", link);
    json_object_end(&o);
    *subject = text.title;
    return buf_ok(body, e);
}

/* For our own history: the receiver is a program. */
static struct str subject_of(const struct notification *n, struct arena *a)
{
    struct str name = STR("");
    bool firing = n->firing_count > 0;

    if (n->alert_count > 0)
        name = markup_line(a, alert_get(n->alerts[0], STR("alertname")), TOLD_NAME);
    return arena_printf(a, "[%s:%zu] %.*s", firing ? "FIRING" : "RESOLVED",
                        firing ? n->firing_count : n->alert_count, STR_ARG(name));
}

/* A body of the receiver's own: JSON whose texts are filled in. */
static ok put_filled(const struct channel_job *job, struct json v, struct json_out *o,
                     struct err *e)
{
    bool object = json_is(v, JSON_OBJECT);
    struct str text;

    switch (json_kind(v)) {
    case JSON_STRING:
        if (integration_fill(job, GO_TEXT, json_str(v), &text, e) == FAILED)
            return FAILED;
        json_string(o, text);
        return OK;
    case JSON_INT:
        json_i64(o, json_int(v));
        return OK;
    case JSON_NUMBER:
        json_double(o, json_number(v));
        return OK;
    case JSON_BOOL:
        json_truth(o, json_bool(v));
        return OK;
    case JSON_NONE:
    case JSON_NULL:
        json_null(o);
        return OK;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    object ? json_object(o) : json_array(o);
    for (struct json_iter it = json_iter(v); json_next(&it);) {
        if (object)
            json_key_str(o, it.key);
        if (put_filled(job, it.value, o, e) == FAILED)
            return FAILED;
    }
    object ? json_object_end(o) : json_array_end(o);
    return OK;
}

/* One text is the whole body; anything else is JSON. */
static ok put_own(const struct channel_job *job, struct json payload, struct buf *body,
                  struct err *e)
{
    struct json_out o = json_out(body);
    struct str text;

    if (!json_is(payload, JSON_STRING))
        return put_filled(job, payload, &o, e) == OK ? buf_ok(body, e) : FAILED;
    if (integration_fill(job, GO_TEXT, json_str(payload), &text, e) == FAILED)
        return FAILED;
    buf_add(body, text);
    return buf_ok(body, e);
}

static ok webhook_render(const struct channel_job *job, struct buf *body,
                         struct str *subject, struct err *e)
{
    if (is_subscription(job->n))
        return smn_envelope_put(job, body, subject, e);
    if (job->n->kind == NOTIFY_CONFIRM_CONTACT)
        return put_question(job, body, subject, e);
    *subject = subject_of(job->n, job->a);
    if (integration_has(job) &&
        !json_is(json_get(job->settings, STR("payload")), JSON_NONE))
        return put_own(job, json_get(job->settings, STR("payload")), body, e);
    return payload_put(job->n, job->a, body, e);
}

static void webhook_answered(void *ctx, const struct client_reply *reply)
{
    struct attempt *at = ctx;
    struct receipt r = receipt_of(reply);

    http_verdict(reply, attempt_job(at)->a, &r);
    attempt_done(at, &r);
}

enum { OWN_HEADERS = 7 };

static void webhook_send(const struct channel_job *job, struct str body,
                         struct attempt *at)
{
    const struct notification *n = job->n;
    struct str key = str_of(n->key);
    struct str type =
        notify_alerts(n->kind) ? STR("Notification") : STR("SubscriptionConfirmation");
    struct client_header headers[OWN_HEADERS + WAY_HEADERS_MAX] = {
        { STR("Content-Type"), STR("application/json") },
        { STR("webhook-id"), key },
        { STR("Idempotency-Key"), key },
        { STR("X-SMN-MESSAGE-TYPE"), type },
        { STR("X-SMN-MESSAGE-ID"), key },
        { STR("X-SMN-TOPIC-URN"), n->topic_urn },
        { STR("X-SMN-SUBSCRIPTION-URN"), n->subscription_urn },
    };
    struct integration_way way;
    struct http_ask ask = {
        .method = STR("POST"),
        .url = job->address,
        .headers = headers,
        .header_count = is_subscription(n) ? OWN_HEADERS : 3,
        .body = body,
        .trust = trust_of(n),
        .timeout = n->integration != NULL ? n->integration->timeout : 0,
    };
    struct err e;

    integration_http(job, &way);
    ask.way = way.way;
    for (size_t i = 0; i < way.header_count; i++)
        headers[ask.header_count++] = way.headers[i];
    if (integration_has(job) &&
        integration_fill(job, GO_TEXT, job->address, &ask.url, &e) == FAILED) {
        struct receipt r = { .verdict = REFUSED, .meaning = str_of(e.text) };

        attempt_done(at, &r);
        return;
    }
    client_http(attempt_client(at), &ask, webhook_answered, at);
}

const struct channel_ops channel_webhook = {
    .kind = CHANNEL_WEBHOOK,
    .render = webhook_render,
    .send = webhook_send,
};
