#include "channel/oncall_settings.h"

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define ROW(type, member, kind, initially, doc) \
    { #member, SETTING_##kind, offsetof(struct type, member), initially, doc, NULL }
#define TABLE(name) \
    const struct setting_table name##_setting_table = { #name, sizeof(struct name##_settings), name##_rows }

/* ---- text messages ---------------------------------------------------------------- */

static const struct setting sms_http_rows[] = {
    ROW(sms_http_settings, method, STR, "POST", "POST, GET or PUT."),
    ROW(sms_http_settings, url, SECRET, "", "The gateway's URL. ${number} and so on are filled in, escaped: to, number, text, key, code, status, severity, name, count, where, since, lasting, reason."),
    ROW(sms_http_settings, headers, STRS, "", "More headers: \"Authorization: Bearer ...\"."),
    ROW(sms_http_settings, body, SECRET, "", "The body, filled in the same way; empty: none."),
    ROW(sms_http_settings, escape, STR, "json", "What the body is: json, form or xml."),
    ROW(sms_http_settings, status, STRS, "", "Statuses that may mean success; none: 200-299."),
    ROW(sms_http_settings, pointer, STR, "", "JSON pointer into the answer: /code."),
    ROW(sms_http_settings, value, STR, "", "What stands there when the gateway took the message: 0."),
    ROW(sms_http_settings, contains, STR, "", "Words that the answer holds when the gateway took the message."),
    ROW(sms_http_settings, id, STR, "", "JSON pointer to the gateway's name for the message."),
    END,
};
static TABLE(sms_http);

static const struct setting sms_aliyun_rows[] = {
    ROW(sms_aliyun_settings, url, STR, "https://dysmsapi.aliyuncs.com/", "Server of the SMS API."),
    ROW(sms_aliyun_settings, region, STR, "cn-hangzhou", "Its region."),
    ROW(sms_aliyun_settings, access_key_id, STR, "", "Key of a RAM user that may send."),
    ROW(sms_aliyun_settings, access_key_secret, SECRET, "", "Its secret."),
    ROW(sms_aliyun_settings, sign_name, STR, "", "The signature, as approved."),
    ROW(sms_aliyun_settings, template, STR, "", "Code of the template for alerts: SMS_..."),
    ROW(sms_aliyun_settings, confirm_template, STR, "", "Code of a template whose text holds our address with /l/${code} behind it; empty: nobody is asked by text message."),
    END,
};
static TABLE(sms_aliyun);

static const struct setting sms_huawei_rows[] = {
    ROW(sms_huawei_settings, url, STR, "", "The application's access address."),
    ROW(sms_huawei_settings, app_key, STR, "", "Key of the application."),
    ROW(sms_huawei_settings, app_secret, SECRET, "", "Its secret."),
    ROW(sms_huawei_settings, from, STR, "", "Channel number of the signature."),
    ROW(sms_huawei_settings, signature, STR, "", "The signature's name, where the channel is shared."),
    ROW(sms_huawei_settings, template, STR, "", "Id of the template for alerts."),
    ROW(sms_huawei_settings, confirm_template, STR, "", "Id of a template whose text holds our address with /l/ and one variable behind it; empty: nobody is asked by text message."),
    END,
};
static TABLE(sms_huawei);

static const struct setting sms_twilio_rows[] = {
    ROW(sms_twilio_settings, url, STR, "https://api.twilio.com", "Server of the API."),
    ROW(sms_twilio_settings, account_sid, STR, "", "AC..."),
    ROW(sms_twilio_settings, auth_token, SECRET, "", "Its token."),
    ROW(sms_twilio_settings, from, STR, "", "A number or name of yours."),
    ROW(sms_twilio_settings, messaging_service_sid, STR, "", "MG..., instead of from."),
    END,
};
static TABLE(sms_twilio);

#define INSIDE(type, member, doc) \
    { #member, SETTING_SECTION, offsetof(struct type##_settings, member), "", doc, &type##_##member##_setting_table }
#define PARAMS_DOC "Variables of the provider's template, in its order: name=field, of status, severity, name, count, where, since, lasting, reason. None: status, severity, name, count under their own names."
static const struct setting sms_rows[] = {
    ROW(sms_settings, provider, STR, "", "http, aliyun, huawei or twilio; empty: no text messages."),
    ROW(sms_settings, country, STR, "86", "Of numbers that name none."),
    ROW(sms_settings, parts, INT, "2", "A message is cut to so many parts, 1 to 10."),
    ROW(sms_settings, params, STRS, "", PARAMS_DOC),
    INSIDE(sms, http, "Any gateway that speaks HTTP."),
    INSIDE(sms, aliyun, "Alibaba Cloud SMS (dysmsapi)."),
    INSIDE(sms, huawei, "Huawei Cloud Message & SMS."),
    INSIDE(sms, twilio, "Twilio."),
    END,
};
TABLE(sms);

/* ---- calls ------------------------------------------------------------------------ */

static const struct setting voice_aliyun_rows[] = {
    ROW(voice_aliyun_settings, url, STR, "https://dyvmsapi.aliyuncs.com/", "Server of the voice API."),
    ROW(voice_aliyun_settings, region, STR, "cn-hangzhou", "Its region."),
    ROW(voice_aliyun_settings, access_key_id, STR, "", "Key of a RAM user that may call."),
    ROW(voice_aliyun_settings, access_key_secret, SECRET, "", "Its secret."),
    ROW(voice_aliyun_settings, show_number, STR, "", "Number that is shown; empty: the public ones."),
    ROW(voice_aliyun_settings, template, STR, "", "Code of the spoken template: TTS_..."),
    END,
};
static TABLE(voice_aliyun);

static const struct setting voice_twilio_rows[] = {
    ROW(voice_twilio_settings, url, STR, "https://api.twilio.com", "Server of the API."),
    ROW(voice_twilio_settings, account_sid, STR, "", "AC..."),
    ROW(voice_twilio_settings, auth_token, SECRET, "", "Its token."),
    ROW(voice_twilio_settings, from, STR, "", "A number of yours."),
    ROW(voice_twilio_settings, voice, STR, "", "Who speaks: Polly.Zhiyu, alice; empty: Twilio's own."),
    END,
};
static TABLE(voice_twilio);

static const struct setting voice_rows[] = {
    ROW(voice_settings, provider, STR, "", "aliyun or twilio; empty: no calls."),
    ROW(voice_settings, country, STR, "86", "Of numbers that name none."),
    ROW(voice_settings, times, INT, "2", "It is said so often in one call, 1 to 3."),
    ROW(voice_settings, params, STRS, "", PARAMS_DOC),
    INSIDE(voice, aliyun, "Alibaba Cloud voice messages (dyvmsapi)."),
    INSIDE(voice, twilio, "Twilio."),
    END,
};
TABLE(voice);

/* ---- on call ---------------------------------------------------------------------- */

static const struct setting pagerduty_rows[] = {
    ROW(pagerduty_settings, url, STR, "https://events.pagerduty.com/v2/enqueue", "Of the Events API, for contacts' routing keys; in Europe events.eu.pagerduty.com."),
    ROW(pagerduty_settings, service_url, STR, "https://events.pagerduty.com/generic/2010-04-15/create_event.json", "Of events with a service_key."),
    END,
};
TABLE(pagerduty);
static const struct setting opsgenie_rows[] = {
    ROW(opsgenie_settings, url, STR, "https://api.opsgenie.com/", "Server, for contacts' keys; in Europe api.eu.opsgenie.com."),
    END,
};
TABLE(opsgenie);
static const struct setting victorops_rows[] = {
    ROW(victorops_settings, url, STR, "https://alert.victorops.com/integrations/generic/20131114/alert/", "For contacts' keys."),
    ROW(victorops_settings, routing_key, STR, "default", "Which team."),
    END,
};
TABLE(victorops);
/* clang-format on */
