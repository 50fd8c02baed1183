/* oncall.h - text messages, calls, and the services that wake people: their ways out, and
 * the judges of their answers, which are pure and seen by tests
 * (contracts/channels.md 12 to 15). */
#ifndef CHANNEL_ONCALL_H
#define CHANNEL_ONCALL_H

#include "channel/post.h"

extern const struct channel_ops channel_sms, channel_voice;

post_judge sms_http_judge, aliyun_judge, sms_huawei_judge, twilio_judge;

/* X-WSSE's value of Huawei's text messages. */
struct huawei_password {
    struct str key, secret, nonce, created;
};
struct str sms_huawei_wsse(const struct huawei_password *p, struct arena *a);

#endif
