/* oncall.h - text messages, calls, and the services that wake people: their ways out, and
 * the judges of their answers, which are pure and seen by tests
 * (contracts/channels.md 12 to 15). */
#ifndef CHANNEL_ONCALL_H
#define CHANNEL_ONCALL_H

#include "channel/chat.h"
#include "channel/post.h"

extern const struct channel_ops channel_sms, channel_voice, channel_pagerduty,
    channel_opsgenie, channel_victorops, channel_incidentio, channel_sns, channel_jira;

post_judge sms_http_judge, aliyun_judge, sms_huawei_judge, twilio_judge, pagerduty_judge,
    pagerduty_service_judge, opsgenie_judge, victorops_judge, incidentio_judge, sns_judge,
    jira_judge;

/* X-WSSE's value of Huawei's text messages. */
struct huawei_password {
    struct str key, secret, nonce, created;
};
struct str sms_huawei_wsse(const struct huawei_password *p, struct arena *a);

/* A POST to one of Amazon's services, as its signature version 4 sees it. */
struct aws_ask {
    struct str access_key, secret_key, region, service;
    struct str stamp; /* 20261121T100000Z */
    struct str host, path, content_type, body;
};
struct str aws_authorization(const struct aws_ask *ask, struct arena *a);

/* ---- what the services that wake people share ------------------------------------- */

/* What a group is called there, so that its end closes what its beginning opened:
 * Alertmanager's hex SHA-256 of the group key. */
struct str oncall_group(const struct notification *n, struct arena *a);
/* A drill says so. */
struct str oncall_marked(const struct notification *n, struct str text, struct arena *a);
/* They have nobody who could be asked. */
ok oncall_check_kind(const struct notification *n, const char *service, struct err *e);
/* Members of a map of the entry, filled in. */
void oncall_put_filled(struct chat_texts *t, struct json map, struct json_out *o);

#endif
