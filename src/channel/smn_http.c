/* smn_http.c - what an http(s) subscriber of a topic gets: SMN's envelope, signed
 * (contracts/huawei.md 2.11). Its receivers put these lines together again, fetch the
 * certificate that it names (api/huawei/smn_certificate.c serves it) and check.
 */
#include "channel/channel_private.h"

#include "base/json.h"
#include "base/signer.h"
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

/* What is in it. Exactly one of subject and subscribe_url has a place in what is signed:
 * a subject only if it is not empty. */
struct envelope {
    struct str type, topic_urn, message_id, subject, message, timestamp;
    struct str subscribe_url, unsubscribe_url;
};

static void put_line(struct buf *b, const char *key, struct str value)
{
    buf_z(b, key);
    buf_char(b, '\n');
    buf_add(b, value);
    buf_char(b, '\n');
}

/* Keys in the order of the alphabet, each on a line, its value on the next. */
static struct str signature_of(const struct envelope *v, const struct channel_job *job)
{
    struct str signature;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    put_line(&b, "message", v->message);
    put_line(&b, "message_id", v->message_id);
    if (v->subscribe_url.n > 0)
        put_line(&b, "subscribe_url", v->subscribe_url);
    else if (v->subject.n > 0)
        put_line(&b, "subject", v->subject);
    put_line(&b, "timestamp", v->timestamp);
    put_line(&b, "topic_urn", v->topic_urn);
    put_line(&b, "type", v->type);
    signature = signer_sign(job->signer, job->a, buf_str(&b));
    buf_fini(&b);
    return signature;
}

static void put_signature(const struct envelope *v, const struct channel_job *job,
                          struct json_out *o)
{
    struct str name, url = telling_url(job->n, job->a, "/smn/SMN_");

    if (job->signer == NULL)
        return;
    name = signer_name(job->signer);
    json_kv(o, "signature", signature_of(v, job));
    json_kv(o, "signature_version", STR("v1"));
    json_kv(o, "signing_cert_url",
            arena_printf(job->a, "%.*s%.*s_%.*s.pem", STR_ARG(url),
                         STR_ARG(job->n->region), STR_ARG(name)));
}

static void put_envelope(const struct envelope *v, const struct channel_job *job,
                         struct json_out *o)
{
    json_object(o);
    put_signature(v, job, o);
    json_kv(o, "type", v->type);
    json_kv(o, "topic_urn", v->topic_urn);
    json_kv(o, "message_id", v->message_id);
    if (v->subject.n > 0)
        json_kv(o, "subject", v->subject);
    json_kv(o, "message", v->message);
    if (v->subscribe_url.n > 0)
        json_kv(o, "subscribe_url", v->subscribe_url);
    if (v->unsubscribe_url.n > 0)
        json_kv(o, "unsubscribe_url", v->unsubscribe_url);
    json_kv(o, "timestamp", v->timestamp);
    json_object_end(o);
}

/* ---- the three types ---------------------------------------------------------- */

static void ask(const struct channel_job *job, struct envelope *v)
{
    struct str link =
        telling_url(job->n, job->a, "/v2/notifications/subscriptions/subscribe?token=");

    v->type = STR("SubscriptionConfirmation");
    v->subscribe_url =
        arena_printf(job->a, "%.*s%.*s", STR_ARG(link), STR_ARG(job->code));
    v->message =
        arena_printf(job->a,
                     "You are invited to subscribe to topic: %.*s. To confirm "
                     "this subscription, please visit the subscribe_url included "
                     "in this message. The subscribe_url is valid only within "
                     "48 hours.",
                     STR_ARG(v->topic_urn));
}

/* How to come back: by the link that its messages had for leaving. */
static void say_left(const struct channel_job *job, struct envelope *v)
{
    v->type = STR("UnsubscribeConfirmation");
    v->subscribe_url = job->leave;
    v->message = arena_printf(job->a,
                              "You are unsubscribed from topic: %.*s. To subscribe to "
                              "this topic again, please visit the subscribe_url included "
                              "in this message.",
                              STR_ARG(v->topic_urn));
}

static void publish(const struct channel_job *job, struct envelope *v)
{
    v->type = STR("Notification");
    v->message_id = job->n->published->message_id;
    v->subject = job->n->published->subject;
    v->message = job->n->published->text;
    v->unsubscribe_url = job->leave;
}

static void tell(const struct channel_job *job, struct envelope *v)
{
    struct aom_message message;

    aom_message(job->n, CHANNEL_WEBHOOK, MESSAGE_BYTES, job->a, &message);
    v->type = STR("Notification");
    v->subject = message.subject;
    v->message = message.text;
    v->unsubscribe_url = job->leave;
}

ok smn_envelope_put(const struct channel_job *job, struct buf *out, struct str *subject,
                    struct err *e)
{
    struct json_out o = json_out(out);
    struct envelope v = { .topic_urn = job->n->topic_urn,
                          .message_id = str_of(job->n->key),
                          .timestamp = stamp(job->n->decided_at, job->a) };

    if (job->n->kind == NOTIFY_CONFIRM_SUBSCRIPTION)
        ask(job, &v);
    else if (job->n->kind == NOTIFY_LEFT)
        say_left(job, &v);
    else if (job->n->published != NULL)
        publish(job, &v);
    else
        tell(job, &v);
    put_envelope(&v, job, &o);
    *subject = v.subject.n > 0 ? v.subject : v.type;
    return buf_ok(out, e);
}
