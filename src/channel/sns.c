/* sns.c - Amazon's SNS: Publish, in the query form, signed by signature version 4 with the
 * entry's own keys. */
#include "channel/oncall.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"
#include "base/utf8.h"
#include "channel/channel_private.h"
#include "text/markup.h"

#include <stdlib.h>

enum {
    MESSAGE_BYTES = 256 * 1024,
    PHONE_BYTES = 1600,
    SUBJECT_BYTES = 100,
    PLAIN_BYTES = 1000,
    PARAMS_MOST = 128
};

/* ---- the form ---------------------------------------------------------------------------- */

struct form {
    struct param v[PARAMS_MOST];
    size_t n;
};

static void add(struct form *f, struct str name, struct str value)
{
    if (f->n < PARAMS_MOST)
        f->v[f->n++] = (struct param){ name, value, true };
}

static void add_attribute(struct form *f, size_t i, const struct pair *p, struct arena *a)
{
    struct str head = arena_printf(a, "MessageAttributes.entry.%zu.", i);

    add(f, arena_printf(a, "%.*sName", STR_ARG(head)), p->name);
    add(f, arena_printf(a, "%.*sValue.DataType", STR_ARG(head)), STR("String"));
    add(f, arena_printf(a, "%.*sValue.StringValue", STR_ARG(head)), p->value);
}

static void add_attributes(struct chat_texts *t, bool cut, struct form *f)
{
    struct json all = json_get(t->job->settings, STR("attributes"));
    struct arena *a = t->job->a;
    size_t i = 1;

    for (struct json_iter it = json_iter(all); json_next(&it) && i < 30; i++) {
        struct str name = chat_fill(t, it.key);

        add_attribute(f, i, &(struct pair){ name, chat_fill(t, json_str(it.value)) }, a);
    }
    if (cut)
        add_attribute(f, i, &(struct pair){ STR("truncated"), STR("true") }, a);
}

/* A FIFO topic orders by group and forgets what comes twice. */
static void add_target(struct chat_texts *t, struct form *f)
{
    struct str topic = chat_text(t, "topic_arn");
    struct str phone = chat_text(t, "phone_number");
    struct str target = chat_text(t, "target_arn");

    if (topic.n > 0)
        add(f, STR("TopicArn"), topic);
    if (str_ends(topic, STR(".fifo"))) {
        struct str group = oncall_group(t->job->n, t->job->a);

        add(f, STR("MessageDeduplicationId"), group);
        add(f, STR("MessageGroupId"), group);
    }
    if (phone.n > 0)
        add(f, STR("PhoneNumber"), phone);
    if (target.n > 0)
        add(f, STR("TargetArn"), target);
}

static int by_name(const void *p, const void *q)
{
    return str_cmp(((const struct param *)p)->name, ((const struct param *)q)->name);
}

static void put_form(struct form *f, struct buf *b)
{
    qsort(f->v, f->n, sizeof *f->v, by_name);
    for (size_t i = 0; i < f->n; i++) {
        buf_printf(b, "%s%.*s=", i > 0 ? "&" : "", STR_ARG(f->v[i].name));
        put_percent(b, f->v[i].value);
    }
}

static ok sns_render(const struct channel_job *job, struct buf *body, struct str *subject,
                     struct err *e)
{
    struct chat_texts t = { .job = job, .e = e };
    size_t most =
        integration_str(job, "phone_number").n > 0 ? PHONE_BYTES : MESSAGE_BYTES;
    struct form f = { .n = 0 };
    struct str message;

    if (oncall_check_kind(job->n, "SNS", e) == FAILED)
        return FAILED;
    most = job->plain ? PLAIN_BYTES : most;
    message = chat_text(&t, "message");
    *subject = oncall_marked(job->n, chat_text(&t, "subject"), job->a);
    *subject = utf8_cut(markup_line(job->a, *subject, SUBJECT_BYTES), SUBJECT_BYTES);
    add(&f, STR("Action"), STR("Publish"));
    add(&f, STR("Version"), STR("2010-03-31"));
    add(&f, STR("Message"), utf8_cut(message, most));
    if (subject->n > 0)
        add(&f, STR("Subject"), *subject);
    add_target(&t, &f);
    add_attributes(&t, message.n > most, &f);
    put_form(&f, body);
    return chat_ok(&t, body);
}

/* ---- signature version 4 ---------------------------------------------------------------- */

/* The key of one day, region and service. */
static struct digest key_of(const struct aws_ask *ask, struct str day, struct arena *a)
{
    struct digest d =
        hmac_sha256(arena_printf(a, "AWS4%.*s", STR_ARG(ask->secret_key)), day);

    d = hmac_sha256(digest_str(&d), ask->region);
    d = hmac_sha256(digest_str(&d), ask->service);
    return hmac_sha256(digest_str(&d), STR("aws4_request"));
}

struct str aws_authorization(const struct aws_ask *ask, struct arena *a)
{
    static const char signed_headers[] = "content-type;host;x-amz-date";
    struct str day = str_head(ask->stamp, 8);
    struct str scope = arena_printf(a, "%.*s/%.*s/%.*s/aws4_request", STR_ARG(day),
                                    STR_ARG(ask->region), STR_ARG(ask->service));
    struct str request = arena_printf(
        a, "POST\n%.*s\n\ncontent-type:%.*s\nhost:%.*s\nx-amz-date:%.*s\n\n%s\n%.*s",
        STR_ARG(ask->path), STR_ARG(ask->content_type), STR_ARG(ask->host),
        STR_ARG(ask->stamp), signed_headers, STR_ARG(digest_hex(a, sha256(ask->body))));
    struct str text =
        arena_printf(a, "AWS4-HMAC-SHA256\n%.*s\n%.*s\n%.*s", STR_ARG(ask->stamp),
                     STR_ARG(scope), STR_ARG(digest_hex(a, sha256(request))));
    struct digest key = key_of(ask, day, a), mac = hmac_sha256(digest_str(&key), text);

    return arena_printf(a,
                        "AWS4-HMAC-SHA256 Credential=%.*s/%.*s, SignedHeaders=%s, "
                        "Signature=%.*s",
                        STR_ARG(ask->access_key), STR_ARG(scope), signed_headers,
                        STR_ARG(digest_hex(a, mac)));
}

/* 20261121T100000Z */
static struct str stamp_of(int64_t now, struct arena *a)
{
    struct civil c = civil_of(now, 0);

    return arena_printf(a, "%04lld%02d%02dT%02d%02d%02dZ", (long long)c.year, c.month,
                        c.day, c.hour, c.minute, c.second);
}

/* Host and path of the URL; the path is / without one. */
static void split(struct str url, struct str *host, struct str *path)
{
    size_t at;

    if (str_find(url, STR("://"), &at))
        url = str_from(url, at + 3);
    *path = STR("/");
    *host = url;
    if (str_find(url, STR("/"), &at)) {
        *host = str_head(url, at);
        *path = str_from(url, at);
    }
}

static void sns_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    struct json sigv4 = json_get(job->settings, STR("sigv4"));
    struct aws_ask ask = {
        .access_key = chat_str(sigv4, "access_key"),
        .secret_key = chat_str(sigv4, "secret_key"),
        .region = chat_str(sigv4, "region"),
        .service = STR("sns"),
        .stamp = stamp_of(attempt_now(at), job->a),
        .content_type = STR("application/x-www-form-urlencoded; charset=utf-8"),
        .body = body,
    };
    struct post p = { .body = body, .content_type = ask.content_type, .stays = true };
    struct err e = { .text = "" };

    if (integration_text(job, GO_TEXT, "api_url", &p.url, &e) == FAILED) {
        attempt_done(at,
                     &(struct receipt){ .verdict = REFUSED, .meaning = str_of(e.text) });
        return;
    }
    if (p.url.n == 0)
        p.url =
            arena_printf(job->a, "https://sns.%.*s.amazonaws.com/", STR_ARG(ask.region));
    split(p.url, &ask.host, &ask.path);
    post_header(&p, "X-Amz-Date", ask.stamp);
    post_header(&p, "Authorization", aws_authorization(&ask, job->a));
    post_send(job, &p, sns_judge, at);
}

const struct channel_ops channel_sns = {
    .kind = CHANNEL_SNS,
    .render = sns_render,
    .send = sns_send,
};

/* ---- the answer ------------------------------------------------------------------------ */

#define KEYS_FIX "compare sigv4's access_key and secret_key with the user's."
static const struct answer codes[] = {
    { 0, "InvalidClientTokenId", REFUSED, 0, "There is no such access key: " KEYS_FIX },
    { 0, "SignatureDoesNotMatch", REFUSED, 0, "The signature does not match: " KEYS_FIX },
    { 0, "AuthorizationError", REFUSED, 0,
      "The key may not publish there: allow sns:Publish on the topic." },
    { 0, "NotFound", REFUSED, 0,
      "There is no such topic: compare topic_arn and region." },
    { 0, "InvalidParameter", REFUSED, 0,
      "SNS does not take a parameter: see its words, and compare topic_arn and the "
      "attributes." },
    { 0, "EndpointDisabled", REFUSED, 0, "The endpoint of target_arn is switched off." },
    { 0, "Throttling", DEFERRED, 0, "Too many messages for SNS. Tried again later." },
    { 0, "ThrottledException", DEFERRED, 0,
      "Too many messages for SNS. Tried again later." },
    { 0, "InternalError", DEFERRED, 0, "SNS is in trouble. Tried again later." },
};
static const struct answers answers = { "SNS", codes, sizeof codes / sizeof *codes };

/* What stands in the first <Code> of its XML. */
static struct str code_in(struct str body)
{
    size_t from, to;

    if (!str_find(body, STR("<Code>"), &from))
        return STR("");
    body = str_from(body, from + 6);
    return str_find(body, STR("</Code>"), &to) ? str_head(body, to) : STR("");
}

void sns_judge(const struct channel_job *job, const struct client_reply *reply,
               struct receipt *r)
{
    struct str code = code_in(reply->body);

    if (reply->status / 100 == 2) {
        r->verdict = ACCEPTED;
        return;
    }
    if (code.n == 0 || !answers_judge(&answers, 0, code, r))
        http_verdict(reply, job->a, r);
    if (reply->status == 413) {
        r->verdict = UNFIT;
        r->meaning = STR("The message is too large for SNS: the plain form is shorter.");
    }
    if (r->verdict == DEFERRED)
        r->retry_after = http_retry_after(reply);
}
