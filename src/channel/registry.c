#include "channel/registry.h"

#include "channel/channel_private.h"
#include "channel/chat.h"
#include "channel/oncall.h"

static const struct channel_ops *const channels[] = {
    /* clang-format off */
    &channel_email, &channel_webhook,
    &channel_dingtalk, &channel_feishu, &channel_wecom, &channel_wecom_app,
    &channel_slack, &channel_slack_app, &channel_telegram, &channel_teams,
    &channel_discord, &channel_webex, &channel_mattermost, &channel_rocketchat,
    &channel_matrix, &channel_ntfy, &channel_pushover,
    &channel_sms, &channel_voice, &channel_pagerduty, &channel_opsgenie, &channel_victorops,
    &channel_incidentio, &channel_sns, &channel_jira,
    /* clang-format on */
};

const struct channel_ops *channel_find(enum channel_kind kind)
{
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        if (channels[i]->kind == kind)
            return channels[i];
    return NULL;
}
