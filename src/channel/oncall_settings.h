/* oncall_settings.h - sections of `channels` for those who carry text messages and calls,
 * and for the services that wake people. */
#ifndef CHANNEL_ONCALL_SETTINGS_H
#define CHANNEL_ONCALL_SETTINGS_H

#include "base/setting.h"
#include "base/str.h"

/* ---- text messages and calls: who carries them, and as whom we ask -------------- */

struct sms_http_settings { /* any gateway; ${name} in its texts: see gateway.h */
    struct str method, url;
    struct strs headers; /* "Name: value" */
    struct str body;
    struct str escape;  /* how values stand in the body: json, form, xml */
    struct strs status; /* that may mean success: 200-299, 201 */
    struct str pointer, value, contains; /* what the answer must say; empty: nothing */
    struct str id;                       /* JSON pointer to its name for the message */
};
struct sms_aliyun_settings {
    struct str url, region, access_key_id, access_key_secret;
    struct str sign_name, template, confirm_template;
};
struct sms_huawei_settings {
    struct str url; /* of the app: https://smsapi.cn-north-4.myhuaweicloud.com:443 */
    struct str app_key, app_secret;
    struct str from, signature, template, confirm_template;
};
struct sms_twilio_settings {
    struct str url, account_sid, auth_token, from, messaging_service_sid;
};
struct sms_settings {
    struct str provider; /* http, aliyun, huawei, twilio; empty: no text messages */
    struct str country;  /* of numbers that name none: 86 */
    int64_t parts;       /* a message is cut to so many */
    struct strs params;  /* the variables of the provider's template: name=field */
    struct sms_http_settings http;
    struct sms_aliyun_settings aliyun;
    struct sms_huawei_settings huawei;
    struct sms_twilio_settings twilio;
};

struct voice_aliyun_settings {
    struct str url, region, access_key_id, access_key_secret;
    struct str show_number, template;
};
struct voice_twilio_settings {
    struct str url, account_sid, auth_token, from, voice;
};
struct voice_settings {
    struct str provider; /* aliyun, twilio; empty: no calls */
    struct str country;
    int64_t times;      /* it is said so often in one call: 1 to 3 */
    struct strs params; /* as of sms */
    struct voice_aliyun_settings aliyun;
    struct voice_twilio_settings twilio;
};

/* ---- on call: where contacts' addresses lead (keys of a service) ------------------ */

struct pagerduty_settings {
    struct str url;         /* of the Events API v2 */
    struct str service_url; /* of events with a service_key, as Prometheus' integration */
};
struct opsgenie_settings {
    struct str url;
};
struct victorops_settings {
    struct str url, routing_key;
};

extern const struct setting_table sms_setting_table, voice_setting_table,
    pagerduty_setting_table, opsgenie_setting_table, victorops_setting_table;

#endif
