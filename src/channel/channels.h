/* channels.h - what the operator gives the channels: config key `channels`, a section
 * for each that has credentials or a server of its own. To add one: its struct here, its
 * rows in channels.c, a line in channels_self.
 */
#ifndef CHANNEL_CHANNELS_H
#define CHANNEL_CHANNELS_H

#include "base/setting.h"
#include "channel/oncall_settings.h"
#include "flow/channel.h"

struct telegram_settings { /* CHANNEL_TELEGRAM; addresses: chats, -100123, @name, and
                              with a thread of one: -100123:7 */
    struct str api_url;    /* https://api.telegram.org */
    struct str bot_token;  /* empty: no contact can be told there */
};

struct slack_app_settings { /* CHANNEL_SLACK_APP; addresses: channels, C0123 or #name */
    struct str api_url, bot_token;
};

struct teams_settings { /* CHANNEL_TEAMS; addresses: URLs of flows */
    bool bare_card;     /* the flow takes the card alone, without an envelope */
};

struct ntfy_settings { /* CHANNEL_NTFY; addresses: topics, or URLs of topics */
    struct str server; /* https://ntfy.sh */
    struct str token;  /* for that server only */
};

struct pushover_settings { /* CHANNEL_PUSHOVER; addresses: keys of users, groups */
    struct str api_url, token;
};

struct matrix_settings { /* CHANNEL_MATRIX; addresses: ids of rooms, !abc:host */
    struct str homeserver, access_token;
};

struct webex_settings { /* CHANNEL_WEBEX; addresses: ids of rooms, or mail addresses */
    struct str api_url, token;
};

struct rocketchat_settings { /* CHANNEL_ROCKETCHAT; addresses: #channel, @person */
    struct str server, user_id, token;
};

struct wecom_app_settings { /* CHANNEL_WECOM_APP; its addresses are user ids */
    struct str api_url;     /* https://qyapi.weixin.qq.com/cgi-bin/ */
    struct str corp_id;     /* empty: no contact can be told there */
    struct str secret;      /* the application's */
    struct str agent_id;
};

struct channels_settings {
    struct slack_app_settings slack_app;
    struct telegram_settings telegram;
    struct teams_settings teams;
    struct ntfy_settings ntfy;
    struct pushover_settings pushover;
    struct matrix_settings matrix;
    struct webex_settings webex;
    struct rocketchat_settings rocketchat;
    struct wecom_app_settings wecom_app;
    struct sms_settings sms;
    struct voice_settings voice;
    struct pagerduty_settings pagerduty;
    struct opsgenie_settings opsgenie;
    struct victorops_settings victorops;
};
extern const struct setting_table channels_setting_table;
/* Of each section: channel_ops.settings of its channel. */
extern const struct setting_table slack_app_setting_table, telegram_setting_table,
    teams_setting_table, ntfy_setting_table, pushover_setting_table, matrix_setting_table,
    webex_setting_table, rocketchat_setting_table, wecom_app_setting_table;

/* What job->self is for a channel of this kind; NULL: it has no settings. */
const struct channel_self *channels_self(const struct channels_settings *all,
                                         enum channel_kind kind);

#endif
