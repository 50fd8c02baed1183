/* webhook.c - a notification as one HTTP POST: Alertmanager's body for routes
 * and contacts, SMN's envelope for the subscriptions of a topic. */
#include "channel/channel_private.h"

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

static ok webhook_render(const struct channel_job *job, struct buf *body,
                         struct str *subject, struct err *e)
{
    if (is_subscription(job->n))
        return smn_envelope_put(job, body, subject, e);
    if (job->n->kind == NOTIFY_CONFIRM_CONTACT)
        return put_question(job, body, subject, e);
    *subject = subject_of(job->n, job->a);
    return payload_put(job->n, job->a, body, e);
}

static void webhook_answered(void *ctx, const struct client_reply *reply)
{
    struct attempt *at = ctx;
    struct receipt r = receipt_of(reply);

    http_verdict(reply, attempt_job(at)->a, &r);
    attempt_done(at, &r);
}

static void webhook_send(const struct channel_job *job, struct str body,
                         struct attempt *at)
{
    const struct notification *n = job->n;
    struct str key = str_of(n->key);
    struct str type =
        n->kind == NOTIFY_ALERTS ? STR("Notification") : STR("SubscriptionConfirmation");
    struct client_header headers[] = {
        { STR("Content-Type"), STR("application/json") },
        { STR("webhook-id"), key },
        { STR("Idempotency-Key"), key },
        { STR("X-SMN-MESSAGE-TYPE"), type },
        { STR("X-SMN-MESSAGE-ID"), key },
        { STR("X-SMN-TOPIC-URN"), n->topic_urn },
        { STR("X-SMN-SUBSCRIPTION-URN"), n->subscription_urn },
    };
    struct http_ask ask = {
        .method = STR("POST"),
        .url = job->address,
        .headers = headers,
        .header_count = is_subscription(n) ? 7 : 3,
        .body = body,
        .trust = trust_of(n),
    };

    client_http(attempt_client(at), &ask, webhook_answered, at);
}

const struct channel_ops channel_webhook = {
    .kind = CHANNEL_WEBHOOK,
    .render = webhook_render,
    .send = webhook_send,
};
