/* webhook.c - a notification as one HTTP POST: Alertmanager's body for routes
 * and contacts, SMN's envelope for the subscriptions of a topic, CloudMonitor's callback
 * for its rules. */
#include "channel/channel_private.h"
#include "channel/integration.h"
#include "channel/post.h"
#include "channel/webhook_sign.h"

#include "base/json.h"
#include "base/time.h"
#include "model/smn.h"
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
    if (job->n->form != FORM_BELFRY)
        return callback_put(job->n, job->a, body, e);
    return payload_put(job->n, job->a, body, e);
}

/* ---- sending ------------------------------------------------------------ */

static void webhook_judge(const struct channel_job *job, const struct client_reply *reply,
                          struct receipt *r)
{
    http_verdict(reply, job->a, r);
}

/* Where to, and what the receiver knows us by: secrets behind the # of its address, or
 * those of its entry. */
static ok fill_target(const struct channel_job *job, struct post *p,
                      struct webhook_keys *keys, struct err *e)
{
    struct str secrets;

    if (integration_fill(job, GO_TEXT, job->address, &p->url, e) == FAILED)
        return FAILED;
    secrets = webhook_secrets_take(&p->url);
    if (secrets.n == 0)
        secrets = integration_str(job, "signing_secret");
    return webhook_keys_parse(secrets, job->a, keys, e);
}

static void sign(const struct channel_job *job, const struct webhook_keys *keys,
                 int64_t now, struct post *p)
{
    int64_t seconds = now / NS_PER_S;

    if (keys->n == 0)
        return;
    post_header(p, "webhook-timestamp", arena_printf(job->a, "%lld", (long long)seconds));
    post_header(p, "webhook-signature",
                webhook_signature(keys, str_of(job->n->key), seconds, p->body, job->a));
}

/* Its subscriber's own headers, too: they stand behind the address. */
static void add_smn(const struct channel_job *job, struct post *p)
{
    const struct notification *n = job->n;
    struct smn_header own[SMN_HEADERS_MAX];
    size_t count = smn_headers_take(&p->url, own, job->a);

    for (size_t i = 0; i < count; i++)
        post_header(p, own[i].name.p, own[i].value);
    post_header(p, "X-SMN-MESSAGE-TYPE",
                n->kind == NOTIFY_LEFT     ? STR("UnsubscribeConfirmation")
                : notify_confirms(n->kind) ? STR("SubscriptionConfirmation")
                                           : STR("Notification"));
    post_header(p, "X-SMN-MESSAGE-ID",
                n->published != NULL ? n->published->message_id : str_of(n->key));
    post_header(p, "X-SMN-TOPIC-URN", n->topic_urn);
    post_header(p, "X-SMN-SUBSCRIPTION-URN", n->subscription_urn);
}

static void webhook_send(const struct channel_job *job, struct str body,
                         struct attempt *at)
{
    struct post p = { .content_type = callback_type(job->n), .body = body };
    struct webhook_keys keys;
    struct err e;

    if (fill_target(job, &p, &keys, &e) == FAILED) {
        struct receipt r = { .verdict = REFUSED, .meaning = str_of(e.text) };

        attempt_done(at, &r);
        return;
    }
    post_header(&p, "webhook-id", str_of(job->n->key));
    post_header(&p, "Idempotency-Key", str_of(job->n->key));
    sign(job, &keys, attempt_now(at), &p);
    if (is_subscription(job->n))
        add_smn(job, &p);
    post_send(job, &p, webhook_judge, at);
}

/* SMN's envelope has a text for people in it. */
static bool for_programs(const struct notification *n)
{
    return !is_subscription(n);
}

const struct channel_ops channel_webhook = {
    .kind = CHANNEL_WEBHOOK,
    .render = webhook_render,
    .send = webhook_send,
    .for_programs = for_programs,
};
