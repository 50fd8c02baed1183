/* sms_huawei.c - text messages by Huawei Cloud Message & SMS (contracts/channels.md 14.2):
 * an approved template, whose variables we give in order. */
#include "channel/answers.h"
#include "channel/post.h"
#include "channel/sms.h"

#include "base/crypto.h"
#include "base/encode.h"
#include "base/time.h"

static ok huawei_check(const struct sms_settings *s, struct err *e)
{
    const struct needed needed[] = {
        { "huawei.url", s->huawei.url },
        { "huawei.app_key", s->huawei.app_key },
        { "huawei.app_secret", s->huawei.app_secret },
        { "huawei.from", s->huawei.from },
        { "huawei.template", s->huawei.template },
    };

    return needed_check("Huawei Cloud SMS", needed, sizeof needed / sizeof *needed, e);
}

/* ---- the request ---------------------------------------------------------------------- */

static void put_field(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "%s%s=", b->n > 0 ? "&" : "", name);
    put_percent(b, value);
}

/* ["a","b"]: in the template's order. */
static struct str values_of(struct pairs params, struct arena *a)
{
    struct str text;
    struct json_out o;
    struct buf b;

    buf_init(&b, BUF_NO_LIMIT);
    o = json_out(&b);
    json_array(&o);
    for (size_t i = 0; i < params.n; i++)
        json_string(&o, params.v[i].value);
    json_array_end(&o);
    text = arena_str(a, buf_str(&b));
    buf_fini(&b);
    return text;
}

static ok huawei_render(const struct channel_job *job, const struct sms_message *m,
                        struct buf *body, struct err *e)
{
    const struct sms_huawei_settings *s = &sms_settings_of(job)->huawei;
    struct str template = m->template.n > 0 ? m->template : s->template;
    struct str signature = m->sign_name.n > 0 ? m->sign_name : s->signature;
    struct pair code = { STR("code"), m->code };
    bool asks = m->code.n > 0;

    if (asks && s->confirm_template.n == 0)
        return fail(e, FAULT_UNSUPPORTED, "huawei.confirm_template",
                    "Huawei sends approved templates only, and "
                    "channels.sms.huawei.confirm_template names none that asks the owner "
                    "of a number. Set it, or confirm the number as an administrator.");
    put_field(body, "from", s->from);
    put_field(body, "to", m->to);
    put_field(body, "templateId", asks ? s->confirm_template : template);
    put_field(body, "templateParas",
              values_of(asks ? (struct pairs){ &code, 1 } : m->params, job->a));
    if (signature.n > 0)
        put_field(body, "signature", signature);
    return OK;
}

struct str sms_huawei_wsse(const struct huawei_password *p, struct arena *a)
{
    struct str text = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(p->nonce),
                                   STR_ARG(p->created), STR_ARG(p->secret));
    struct digest d = sha256(text);
    struct buf hex, base64;

    buf_init(&hex, 128);
    buf_init(&base64, 256);
    put_digest_hex(&hex, &d);
    put_base64(&base64, buf_str(&hex)); /* of the hex text, not of the bytes */
    text = arena_printf(a,
                        "UsernameToken Username=\"%.*s\",PasswordDigest=\"%.*s\","
                        "Nonce=\"%.*s\",Created=\"%.*s\"",
                        STR_ARG(p->key), STR_ARG(buf_str(&base64)), STR_ARG(p->nonce),
                        STR_ARG(p->created));
    buf_fini(&base64);
    buf_fini(&hex);
    return text;
}

static struct str url_of(struct str base, struct arena *a)
{
    while (str_ends(base, STR("/")))
        base.n--;
    return arena_printf(a, "%.*s/sms/batchSendSms/v1", STR_ARG(base));
}

static void huawei_send(const struct channel_job *job, struct str body,
                        struct attempt *at)
{
    const struct sms_huawei_settings *s = &sms_settings_of(job)->huawei;
    struct huawei_password password = { .key = s->app_key, .secret = s->app_secret };
    struct post p = { .url = url_of(s->url, job->a),
                      .content_type = STR("application/x-www-form-urlencoded"),
                      .body = body,
                      .by_operator = true,
                      .stays = true };
    struct buf nonce, created;

    buf_init(&nonce, 64);
    buf_init(&created, 32);
    put_random_hex(&nonce, 16);
    time_put(&created, attempt_now(at), 0, 0);
    password.nonce = buf_str(&nonce);
    password.created = buf_str(&created);
    post_header(&p, "Authorization",
                STR("WSSE realm=\"SDP\",profile=\"UsernameToken\",type=\"Appkey\""));
    post_header(&p, "X-WSSE", sms_huawei_wsse(&password, job->a));
    buf_fini(&created);
    buf_fini(&nonce);
    post_send(job, &p, sms_huawei_judge, at);
}

const struct sms_provider sms_huawei = { "huawei", huawei_check, huawei_render,
                                         huawei_send };

/* ---- the answer ----------------------------------------------------------------------- */

static const struct answer rows[] = {
    { 0, "000000", ACCEPTED, 0, "" },
    { 0, "E000000", REFUSED, 0,
      "Huawei cannot read the request (our fault), or it is in trouble." },
    { 0, "E000101", REFUSED, 0,
      "Huawei does not believe us: compare app_key and app_secret with the "
      "application's, "
      "and this machine's clock with the time." },
    { 0, "E000102", REFUSED, 0,
      "There is no such application: compare app_key with the console's." },
    { 0, "E000103", REFUSED, 0,
      "The application may not be used now: look at its state in the console." },
    { 0, "E000111", REFUSED, 0, "Huawei finds no user for app_key: ask its support." },
    { 0, "E000112", REFUSED, 0,
      "The account is frozen: pay its bill, or settle what Huawei found against it." },
    { 0, "E000503", REFUSED, 0,
      "Huawei does not like a parameter: compare from, template, signature and the "
      "contact's number with what it expects." },
    { 0, "E000510", REFUSED, 0,
      "Huawei did not take the message for this number: see its status." },
};
static const struct answers answers = { "Huawei", rows, sizeof rows / sizeof *rows };

/* The first number's status that is not success; the code's own without one. */
static struct str status_of(struct json root, struct str code)
{
    for (struct json_iter it = json_iter(json_get(root, STR("result")));
         json_next(&it);) {
        struct str status = json_str(json_get(it.value, STR("status")));

        if (status.n > 0 && !str_is(status, "000000"))
            return status;
    }
    return code;
}

static void judge_code(const struct channel_job *job, const struct client_reply *reply,
                       struct str code, struct receipt *r)
{
    if (answers_judge(&answers, 0, code, r))
        return;
    if (reply->status >= 500 || reply->status == 429)
        http_verdict(reply, job->a, r);
    else
        answers_unknown(arena_printf(job->a,
                                     "Huawei answered with %.*s, which we do not know.",
                                     STR_ARG(str_head(code, 40)))
                            .p,
                        job->number, job->a, r);
}

void sms_huawei_judge(const struct channel_job *job, const struct client_reply *reply,
                      struct receipt *r)
{
    struct json_doc *doc = json_doc_new();
    struct json root;
    struct str code;

    if (post_object(job, reply, &answers, doc, &root, r)) {
        code = json_str(json_get(root, STR("code")));
        if (code.n == 0 && reply->status / 100 != 2)
            http_verdict(reply, job->a, r);
        else if (code.n == 0)
            answers_unknown("Huawei's answer has no code.", job->number, job->a, r);
        else
            judge_code(job, reply,
                       str_is(code, "000000") || str_is(code, "E000510")
                           ? status_of(root, code)
                           : code,
                       r);
    }
    json_doc_free(&doc);
}
