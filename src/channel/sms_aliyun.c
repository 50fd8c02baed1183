/* sms_aliyun.c - text messages by Alibaba Cloud (contracts/channels.md 14.1): an approved
 * template, whose variables we give. */
#include "channel/aliyun.h"
#include "channel/sms.h"

#include "base/json.h"

static ok aliyun_check(const struct sms_settings *s, struct err *e)
{
    const struct needed needed[] = {
        { "aliyun.url", s->aliyun.url },
        { "aliyun.access_key_id", s->aliyun.access_key_id },
        { "aliyun.access_key_secret", s->aliyun.access_key_secret },
        { "aliyun.sign_name", s->aliyun.sign_name },
        { "aliyun.template", s->aliyun.template },
    };

    return needed_check("Alibaba Cloud SMS", needed, sizeof needed / sizeof *needed, e);
}

static struct str first_of(struct str own, struct str usual)
{
    return own.n > 0 ? own : usual;
}

static ok aliyun_render(const struct channel_job *job, const struct sms_message *m,
                        struct buf *body, struct err *e)
{
    const struct sms_aliyun_settings *s = &sms_settings_of(job)->aliyun;
    struct pair code = { STR("code"), m->code };
    bool asks = m->code.n > 0;
    struct buf json;
    struct str param;

    if (asks && s->confirm_template.n == 0)
        return fail(e, FAULT_UNSUPPORTED, "aliyun.confirm_template",
                    "Alibaba sends approved templates only, and "
                    "channels.sms.aliyun.confirm_template names none that asks the owner "
                    "of a number. Set it, or confirm the number as an administrator.");
    buf_init(&json, BUF_NO_LIMIT);
    params_put_json(&json, asks ? (struct pairs){ &code, 1 } : m->params);
    param = arena_str(job->a, buf_str(&json));
    buf_fini(&json);
    aliyun_put_query(
        body,
        (struct param[]){
            { STR("Action"), STR("SendSms"), true },
            { STR("OutId"), str_of(job->n->key), true },
            { STR("PhoneNumbers"), number_of_china(m->to, job->a), true },
            { STR("SignName"), first_of(m->sign_name, s->sign_name), true },
            { STR("TemplateCode"),
              asks ? s->confirm_template : first_of(m->template, s->template), true },
            { STR("TemplateParam"), param, true },
        },
        6);
    return OK;
}

static void aliyun_provider_send(const struct channel_job *job, struct str body,
                                 struct attempt *at)
{
    const struct sms_aliyun_settings *s = &sms_settings_of(job)->aliyun;

    aliyun_send(job,
                &(struct aliyun_door){ s->url, s->region, s->access_key_id,
                                       s->access_key_secret },
                body, at);
}

const struct sms_provider sms_aliyun = { "aliyun", aliyun_check, aliyun_render,
                                         aliyun_provider_send };
