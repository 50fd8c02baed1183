/* smn_http.c - what an http(s) subscriber of a topic gets: SMN's envelope
 * (contracts/huawei.md 2.11). It carries no signature yet, and therefore no
 * signature_version and no signing_cert_url: a receiver that checks them says
 * so at once instead of trusting a field that means nothing.
 */
#include "channel/channel_private.h"

#include "base/json.h"
#include "base/time.h"
#include "text/aom.h"

/* SMN's own bounds: 512 bytes of subject, 256 KB of message. */
enum { MESSAGE_BYTES = 256 * 1024 };

static struct str stamp(int64_t ns, struct arena *a)
{
    struct str text;
    struct buf b;

    buf_init(&b, 64);
    time_put(&b, ns, 0, 0);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static void put_confirmation(const struct channel_job *job, struct json_out *o)
{
    const struct notification *n = job->n;
    struct str link =
        telling_url(n, job->a, "/v2/notifications/subscriptions/subscribe?token=");
    struct str message = arena_printf(job->a,
                                      "You are invited to subscribe to topic: %.*s. To "
                                      "confirm this subscription, please "
                                      "visit the subscribe_url included in this message. "
                                      "The subscribe_url is valid only "
                                      "within 48 hours.",
                                      STR_ARG(n->topic_urn));

    json_kv(o, "type", STR("SubscriptionConfirmation"));
    json_kv(o, "topic_urn", n->topic_urn);
    json_kv(o, "message_id", str_of(n->key));
    json_kv(o, "message", message);
    json_kv(o, "subscribe_url",
            arena_printf(job->a, "%.*s%.*s", STR_ARG(link), STR_ARG(job->code)));
}

static void put_notification(const struct channel_job *job, struct json_out *o,
                             struct str *subject)
{
    const struct notification *n = job->n;
    struct aom_message message;

    aom_message(n, CHANNEL_WEBHOOK, MESSAGE_BYTES, job->a, &message);
    json_kv(o, "type", STR("Notification"));
    json_kv(o, "topic_urn", n->topic_urn);
    json_kv(o, "message_id", str_of(n->key));
    json_kv(o, "subject", message.subject);
    json_kv(o, "message", message.text);
    *subject = message.subject;
}

ok smn_envelope_put(const struct channel_job *job, struct buf *out, struct str *subject,
                    struct err *e)
{
    struct json_out o = json_out(out);

    *subject = STR("SubscriptionConfirmation");
    json_object(&o);
    if (job->n->kind == NOTIFY_CONFIRM_SUBSCRIPTION)
        put_confirmation(job, &o);
    else
        put_notification(job, &o, subject);
    json_kv(&o, "timestamp", stamp(job->n->decided_at, job->a));
    json_object_end(&o);
    return buf_ok(out, e);
}
