/* dingtalk.c - a group robot of DingTalk (contracts/channels.md 2).
 *
 * The address is the robot's URL as CloudMonitor's DingWebHook has it. A
 * `secret=` in it never leaves: it is taken out and signs.
 */
#include "channel/channel_private.h"
#include "channel/post.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/json.h"
#include "base/time.h"
#include "text/aom.h"
#include "text/builtin.h"

/* DingTalk's limit is 20,000 bytes of body; what it refused as too long is sent
 * again in a form far below every limit. */
enum { BODY_BYTES = 20000, PLAIN_BYTES = 3000 };

/* ---- the body ---------------------------------------------------------- */

struct words {
    struct str title, text;
};

static void find_words(const struct channel_job *job, size_t limit, struct words *out)
{
    const struct notification *n = job->n;
    struct builtin_ask ask = { .form = FORM_DINGTALK,
                               .plain = job->plain,
                               .most = limit };
    struct builtin_parts parts;
    struct aom_message message;

    if (n->action_rule.n > 0 && !job->plain) {
        aom_message(n, CHANNEL_DINGTALK, limit, job->a, &message);
        *out = (struct words){ message.subject, message.text };
        return;
    }
    builtin_write(n, &ask, job->a, &parts);
    *out = (struct words){ parts.title, parts.text };
}

static void put_body(const struct words *words, bool plain, struct buf *out)
{
    struct json_out o = json_out(out);
    const char *kind = plain ? "text" : "markdown";

    json_object(&o);
    json_kv(&o, "msgtype", str_of(kind));
    json_key(&o, kind);
    json_object(&o);
    if (!plain)
        json_kv(&o, "title", words->title);
    json_kv(&o, plain ? "content" : "text", words->text);
    json_object_end(&o);
    json_key(&o, "at");
    json_object(&o);
    json_key(&o, "atMobiles");
    json_array(&o);
    json_array_end(&o);
    json_key(&o, "atUserIds");
    json_array(&o);
    json_array_end(&o);
    json_kv_bool(&o, "isAtAll", false);
    json_object_end(&o);
    json_object_end(&o);
}

static ok dingtalk_render(const struct channel_job *job, struct buf *body,
                          struct str *subject, struct err *e)
{
    size_t limit = job->plain ? PLAIN_BYTES : BODY_BYTES;
    struct words words;

    if (!notify_alerts(job->n->kind))
        return fail(e, FAULT_UNSUPPORTED, "", "a DingTalk robot is not asked to confirm");
    /* JSON spells some characters with more bytes: how many is known after. */
    for (;;) {
        find_words(job, limit, &words);
        put_body(&words, job->plain, body);
        if (body->n <= BODY_BYTES || limit < 200)
            break;
        limit -= body->n - BODY_BYTES < limit / 2 ? body->n - BODY_BYTES : limit / 2;
        buf_clear(body);
    }
    *subject = words.title;
    return buf_ok(body, e);
}

/* ---- sending ----------------------------------------------------------- */

static struct str signature(struct str secret, int64_t now_ms, struct arena *a)
{
    struct str text = arena_printf(a, "%lld\n%.*s", (long long)now_ms, STR_ARG(secret));
    struct digest mac = hmac_sha256(secret, text);
    struct buf base64, b;

    buf_init(&base64, 64);
    buf_init(&b, 256);
    put_digest_base64(&base64, &mac);
    put_percent(&b, buf_str(&base64));
    text = arena_str(a, buf_str(&b));
    buf_fini(&base64);
    buf_fini(&b);
    return text;
}

static struct str decoded(struct str value, struct arena *a)
{
    struct str text = value;
    struct buf b;

    buf_init(&b, 4096);
    if (get_percent(value, false, &b) == OK)
        text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

struct str dingtalk_url(struct str url, int64_t now_ms, struct arena *a)
{
    struct str query = url, base, piece, secret = STR(""), to;
    struct buf b;
    char sep = '?';

    (void)str_cut(&query, '?', &base);
    buf_init(&b, BUF_NO_LIMIT);
    buf_add(&b, base);
    while (query.p != NULL && str_cut(&query, '&', &piece)) {
        if (str_starts(piece, STR("secret="))) {
            secret = decoded(str_from(piece, 7), a);
            continue;
        }
        /* Ours go in below; somebody's old ones would contradict them. */
        if (str_starts(piece, STR("timestamp=")) || str_starts(piece, STR("sign=")))
            continue;
        buf_char(&b, sep);
        buf_add(&b, piece);
        sep = '&';
    }
    if (secret.n > 0) {
        struct str sign = signature(secret, now_ms, a);

        buf_printf(&b, "%ctimestamp=%lld&sign=%.*s", sep, (long long)now_ms,
                   STR_ARG(sign));
    }
    to = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return to;
}

static void dingtalk_send(const struct channel_job *job, struct str body,
                          struct attempt *at)
{
    struct str url = dingtalk_url(job->address, attempt_now(at) / NS_PER_MS, job->a);

    post_send(job, &(struct post){ .url = url, .body = body }, dingtalk_judge, at);
}

const struct channel_ops channel_dingtalk = {
    .kind = CHANNEL_DINGTALK,
    .render = dingtalk_render,
    .send = dingtalk_send,
};
