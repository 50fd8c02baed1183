/* voice.c - a notification as a telephone call: a machine says, twice, what a person
 * woken by it has to know (contracts/channels.md 15). Whether it may call is asked by
 * text message, because nobody can press a link that is read aloud.
 */
#include "channel/aliyun.h"
#include "channel/answers.h"
#include "channel/integration.h"
#include "channel/sms.h"
#include "channel/twilio.h"

#include "base/encode.h"
#include "text/builtin.h"
#include "text/markup.h"

enum { TIMES_MOST = 3 };

static const struct voice_settings *settings_of(const struct channel_job *job)
{
    return &((const struct channels_settings *)(const void *)job->self)->voice;
}

/* ---- settings ------------------------------------------------------------------------- */

static ok voice_check(const struct voice_settings *s, struct err *e)
{
    const struct needed aliyun[] = {
        { "aliyun.url", s->aliyun.url },
        { "aliyun.access_key_id", s->aliyun.access_key_id },
        { "aliyun.access_key_secret", s->aliyun.access_key_secret },
        { "aliyun.template", s->aliyun.template },
    };
    const struct needed twilio[] = {
        { "twilio.url", s->twilio.url },
        { "twilio.account_sid", s->twilio.account_sid },
        { "twilio.auth_token", s->twilio.auth_token },
        { "twilio.from", s->twilio.from },
    };

    if (s->provider.n == 0)
        return OK;
    if (s->times < 1 || s->times > TIMES_MOST)
        return fail(e, FAULT_INVALID, "times", "must be 1 to %d", TIMES_MOST);
    if (params_check(s->params, e) == FAILED)
        return FAILED;
    if (str_is(s->provider, "aliyun"))
        return needed_check("Alibaba Cloud voice", aliyun, sizeof aliyun / sizeof *aliyun,
                            e);
    if (str_is(s->provider, "twilio"))
        return needed_check("Twilio", twilio, sizeof twilio / sizeof *twilio, e);
    return fail(e, FAULT_INVALID, "provider", "\"%.*s\" is neither aliyun nor twilio",
                STR_ARG(str_head(s->provider, 40)));
}

static ok check(const struct channel_self *self, struct err *e)
{
    return section_of(
        voice_check(&((const struct channels_settings *)(const void *)self)->voice, e),
        "voice", e);
}

/* ---- Alibaba: SingleCallByTts --------------------------------------------------------- */

static void put_aliyun(const struct channel_job *job, struct str number,
                       struct pairs params, struct buf *body)
{
    const struct voice_settings *s = settings_of(job);
    struct param v[7];
    struct str values;
    struct buf json;
    size_t n = 0;

    buf_init(&json, BUF_NO_LIMIT);
    params_put_json(&json, params);
    values = arena_str(job->a, buf_str(&json));
    buf_fini(&json);
    v[n++] = (struct param){ STR("Action"), STR("SingleCallByTts"), true };
    v[n++] = (struct param){ STR("CalledNumber"), number_of_china(number, job->a), true };
    if (s->aliyun.show_number.n > 0)
        v[n++] = (struct param){ STR("CalledShowNumber"), s->aliyun.show_number, true };
    v[n++] = (struct param){ STR("OutId"), str_head(str_of(job->n->key), 15), true };
    v[n++] = (struct param){ STR("PlayTimes"),
                             arena_printf(job->a, "%lld", (long long)s->times), true };
    v[n++] = (struct param){ STR("TtsCode"), s->aliyun.template, true };
    v[n++] = (struct param){ STR("TtsParam"), values, true };
    aliyun_put_query(body, v, n);
}

/* ---- Twilio: Calls -------------------------------------------------------------------- */

static void put_twilio(const struct channel_job *job, struct str number, struct str text,
                       struct buf *body)
{
    const struct voice_settings *s = settings_of(job);
    bool chinese = lang_of(job->n->lang) == LANG_ZH;
    struct buf say;

    buf_init(&say, BUF_NO_LIMIT);
    buf_printf(&say, "<Response><Say loop=\"%lld\" language=\"%s\"", (long long)s->times,
               chinese ? "zh-CN" : "en-US");
    if (s->twilio.voice.n > 0) {
        buf_z(&say, " voice=\"");
        put_html(&say, s->twilio.voice);
        buf_char(&say, '"');
    }
    buf_char(&say, '>');
    put_html(&say, text);
    buf_z(&say, "</Say></Response>");
    twilio_put_field(body, "To", number);
    twilio_put_field(body, "From", s->twilio.from);
    twilio_put_field(body, "Twiml", buf_str(&say));
    buf_fini(&say);
}

/* What is no call: the answer would be a link. */
static bool is_question(const struct notification *n)
{
    return !notify_alerts(n->kind) && n->kind != NOTIFY_PUBLISHED;
}

/* ---- both ----------------------------------------------------------------------------- */

static ok voice_render(const struct channel_job *job, struct buf *body,
                       struct str *subject, struct err *e)
{
    const struct voice_settings *s = job->self != NULL ? settings_of(job) : NULL;
    struct builtin_ask ask = { .form = FORM_VOICE, .plain = job->plain };
    struct builtin_parts parts;
    struct str number;

    if (is_question(job->n))
        return sms_render(job, body, subject, e);
    if (s == NULL || s->provider.n == 0)
        return fail(e, FAULT_UNSUPPORTED, "",
                    "Nobody makes our calls: name a provider in channels.voice of the "
                    "configuration.");
    builtin_write(job->n, &ask, job->a, &parts);
    number = number_e164(job->address, s->country, job->a);
    *subject = markup_line(job->a, parts.text, 250);
    if (str_is(s->provider, "aliyun"))
        put_aliyun(
            job, number,
            params_fill(s->params, drill_fields(job->n, parts.fields, job->a), job->a),
            body);
    else
        put_twilio(job, number, parts.text, body);
    return buf_ok(body, e);
}

static void voice_send(const struct channel_job *job, struct str body, struct attempt *at)
{
    const struct voice_settings *s = settings_of(job);

    if (is_question(job->n))
        sms_send(job, body, at);
    else if (str_is(s->provider, "aliyun"))
        aliyun_send(job,
                    &(struct aliyun_door){ s->aliyun.url, s->aliyun.region,
                                           s->aliyun.access_key_id,
                                           s->aliyun.access_key_secret },
                    body, at);
    else
        twilio_send(job,
                    &(struct twilio_door){ s->twilio.url, s->twilio.account_sid,
                                           s->twilio.auth_token },
                    "Calls.json", body, at);
}

const struct channel_ops channel_voice = {
    .kind = CHANNEL_VOICE,
    .settings = &channels_setting_table,
    .check = check,
    .render = voice_render,
    .send = voice_send,
};
