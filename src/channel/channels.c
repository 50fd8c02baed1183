#include "channel/channels.h"

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define ROW(type, member, kind, initially, doc) \
    { #member, SETTING_##kind, offsetof(struct type, member), initially, doc, NULL }
#define TABLE(name) \
    const struct setting_table name##_setting_table = { #name, sizeof(struct name##_settings), name##_rows }

static const struct setting slack_app_rows[] = {
    ROW(slack_app_settings, api_url, STR, "https://slack.com/api/chat.postMessage", "Where messages go."),
    ROW(slack_app_settings, bot_token, SECRET, "", "The app's bot token, xoxb-..."),
    END,
};
TABLE(slack_app);

static const struct setting telegram_rows[] = {
    ROW(telegram_settings, api_url, STR, "https://api.telegram.org", "Server of the bot API; a proxy of yours, where that one cannot be reached."),
    ROW(telegram_settings, bot_token, SECRET, "", "The bot's token, from @BotFather."),
    END,
};
TABLE(telegram);

static const struct setting teams_rows[] = {
    ROW(teams_settings, bare_card, BOOL, "false", "Send the adaptive card alone: for flows that put it into a message themselves."),
    END,
};
TABLE(teams);

static const struct setting ntfy_rows[] = {
    ROW(ntfy_settings, server, STR, "https://ntfy.sh", "The server of topics that are named without one."),
    ROW(ntfy_settings, token, SECRET, "", "Its access token, tk_..., where topics are guarded."),
    END,
};
TABLE(ntfy);

static const struct setting pushover_rows[] = {
    ROW(pushover_settings, api_url, STR, "https://api.pushover.net/1/messages.json", "Where messages go."),
    ROW(pushover_settings, token, SECRET, "", "The application's token."),
    END,
};
TABLE(pushover);

static const struct setting matrix_rows[] = {
    ROW(matrix_settings, homeserver, STR, "", "URL of the account's homeserver."),
    ROW(matrix_settings, access_token, SECRET, "", "The account's token."),
    END,
};
TABLE(matrix);

static const struct setting webex_rows[] = {
    ROW(webex_settings, api_url, STR, "https://webexapis.com/v1/messages", "Where messages go."),
    ROW(webex_settings, token, SECRET, "", "The bot's access token."),
    END,
};
TABLE(webex);

static const struct setting rocketchat_rows[] = {
    ROW(rocketchat_settings, server, STR, "", "URL of the server."),
    ROW(rocketchat_settings, user_id, STR, "", "Id of the user who writes."),
    ROW(rocketchat_settings, token, SECRET, "", "A personal access token of that user's."),
    END,
};
TABLE(rocketchat);

static const struct setting wecom_app_rows[] = {
    ROW(wecom_app_settings, api_url, STR, "https://qyapi.weixin.qq.com/cgi-bin/", "WeCom's API; a proxy of yours, where its list of trusted addresses asks for one."),
    ROW(wecom_app_settings, corp_id, STR, "", "The company's id, from the admin console: My Company."),
    ROW(wecom_app_settings, secret, SECRET, "", "The application's secret."),
    ROW(wecom_app_settings, agent_id, STR, "", "The application's AgentId."),
    END,
};
TABLE(wecom_app);

#define SECTION(name, doc) \
    { #name, SETTING_SECTION, offsetof(struct channels_settings, name), "", doc, &name##_setting_table }
static const struct setting sections[] = {
    SECTION(slack_app, "Channels of Slack, by an app."),
    SECTION(telegram, "Chats of Telegram."),
    SECTION(teams, "Flows of Microsoft Teams."),
    SECTION(ntfy, "Topics of ntfy."),
    SECTION(pushover, "Users of Pushover."),
    SECTION(matrix, "Rooms of Matrix."),
    SECTION(webex, "Rooms of Webex."),
    SECTION(rocketchat, "Channels of Rocket.Chat."),
    SECTION(wecom_app, "Members of WeCom, told by an application."),
    SECTION(sms, "Text messages."),
    SECTION(voice, "Telephone calls."),
    SECTION(pagerduty, "PagerDuty."),
    SECTION(opsgenie, "Opsgenie."),
    SECTION(victorops, "VictorOps."),
    END,
};
/* clang-format on */
const struct setting_table channels_setting_table = { "channels",
                                                      sizeof(struct channels_settings),
                                                      sections };

const struct channel_self *channels_self(const struct channels_settings *all,
                                         enum channel_kind kind)
{
    static const struct {
        enum channel_kind kind;
        size_t offset;
    } rows[] = {
        { CHANNEL_SLACK_APP, offsetof(struct channels_settings, slack_app) },
        { CHANNEL_TELEGRAM, offsetof(struct channels_settings, telegram) },
        { CHANNEL_TEAMS, offsetof(struct channels_settings, teams) },
        { CHANNEL_NTFY, offsetof(struct channels_settings, ntfy) },
        { CHANNEL_PUSHOVER, offsetof(struct channels_settings, pushover) },
        { CHANNEL_MATRIX, offsetof(struct channels_settings, matrix) },
        { CHANNEL_WEBEX, offsetof(struct channels_settings, webex) },
        { CHANNEL_ROCKETCHAT, offsetof(struct channels_settings, rocketchat) },
        { CHANNEL_WECOM_APP, offsetof(struct channels_settings, wecom_app) },
        { CHANNEL_SMS, 0 },
        { CHANNEL_VOICE, 0 }, /* asks by text message whether it may call: needs both */
        { CHANNEL_PAGERDUTY, offsetof(struct channels_settings, pagerduty) },
        { CHANNEL_OPSGENIE, offsetof(struct channels_settings, opsgenie) },
        { CHANNEL_VICTOROPS, offsetof(struct channels_settings, victorops) },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].kind == kind)
            return (const void *)((const char *)all + rows[i].offset);
    return NULL;
}
