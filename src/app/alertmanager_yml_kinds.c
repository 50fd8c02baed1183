/* alertmanager_yml_kinds.c - every kind of receiver and every key of it, once.
 *
 * A default of "" says that the key is absent unless somebody writes it. Keys that came
 * after Alertmanager 0.25 have no other, so that an older amtool reads what we write. */
#include "app/alertmanager_yml_private.h"

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define KEY(name, kind, initially, doc) { name, SETTING_##kind, 0, initially, doc, NULL }
#define SUB(name, kind, table, initially, doc) { name, SETTING_##kind, 0, initially, doc, table }
#define TABLE(kind) static const struct setting_table kind##_table = { #kind "_configs", 0, kind##_rows }
#define SEND_RESOLVED(initially) KEY("send_resolved", BOOL, initially, "Tell it of ends, too.")
#define HTTP SUB("http_config", SECTION, &yml_http_table, "", "How to speak HTTP; default: global's.")

/* ---- mail and webhook ------------------------------------------------------------ */

static const struct setting email_threading_rows[] = {
    KEY("enabled", BOOL, "false", "References and In-Reply-To name one root."),
    KEY("thread_by_date", STR, "", "daily: a new one each day; none: one for ever."),
    END,
};
static const struct setting_table email_threading_table = { "threading", 0,
                                                            email_threading_rows };

static const struct setting email_rows[] = {
    SEND_RESOLVED("false"),
    KEY("to", TEMPLATE, NULL, "Addresses, separated by commas."),
    KEY("from", TEMPLATE, "", "Sender; default: global's smtp_from."),
    KEY("hello", STR, "", "Name said to the mail server; default: global's."),
    KEY("smarthost", STR, "", "HOST:PORT of the mail server; default: global's."),
    KEY("auth_username", STR, "", "Login."),
    KEY("auth_password", SECRET, "", "For PLAIN and LOGIN."),
    KEY("auth_secret", SECRET, "", "For CRAM-MD5."),
    KEY("auth_identity", STR, "", "Identity of PLAIN."),
    KEY("headers", MAP, "", "More headers; Subject, To and From have defaults."),
    KEY("html", TEMPLATE, "{{ template \"email.default.html\" . }}", "The HTML part."),
    KEY("text", TEMPLATE, "", "The plain part."),
    KEY("require_tls", BOOL, "", "Refuse a server without STARTTLS; default: global's."),
    KEY("force_implicit_tls", BOOL, "", "TLS from the first byte, or never so; default: global's, else on port 465."),
    SUB("tls_config", SECTION, &yml_tls_table, "", "TLS to the mail server."),
    SUB("threading", SECTION, &email_threading_table, "", "Mails of one group become one thread."),
    END,
};
TABLE(email);

static const struct setting webhook_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("url", SECRET_URL, NULL, "Where to POST."),
    KEY("max_alerts", INT, "0", "At most so many alerts in one body; 0: all."),
    KEY("timeout", DURATION, "", "Of one attempt; 0: the channel's."),
    KEY("payload", ANY, "", "A body of its own."),
    KEY("signing_secret", SECRET, "", "Ours: whsec_..., several while it is changed; signs as Standard Webhooks."),
    END,
};
TABLE(webhook);

/* ---- chats ------------------------------------------------------------------------ */

static const struct setting slack_field_rows[] = {
    KEY("title", TEMPLATE, NULL, "Head of the field."),
    KEY("value", TEMPLATE, NULL, "Its text."),
    KEY("short", BOOL, "", "May stand beside another."),
    END,
};
static const struct setting_table slack_field_table = { "fields", 0, slack_field_rows };

static const struct setting slack_confirm_rows[] = {
    KEY("text", TEMPLATE, NULL, "The question."),
    KEY("title", TEMPLATE, "", "Its head."),
    KEY("ok_text", TEMPLATE, "", "The button that agrees."),
    KEY("dismiss_text", TEMPLATE, "", "The button that does not."),
    END,
};
static const struct setting_table slack_confirm_table = { "confirm", 0,
                                                          slack_confirm_rows };

static const struct setting slack_action_rows[] = {
    KEY("type", TEMPLATE, NULL, "button."),
    KEY("text", TEMPLATE, NULL, "On the button."),
    KEY("url", TEMPLATE, "", "Where it leads."),
    KEY("style", TEMPLATE, "", "primary or danger."),
    KEY("name", TEMPLATE, "", "Of a message action."),
    KEY("value", TEMPLATE, "", "Of a message action."),
    SUB("confirm", SECTION, &slack_confirm_table, "", "Ask before acting."),
    END,
};
static const struct setting_table slack_action_table = { "actions", 0,
                                                         slack_action_rows };

static const struct setting slack_rows[] = {
    SEND_RESOLVED("false"),
    HTTP,
    KEY("api_url", SECRET_URL, "", "Incoming webhook; default: global's slack_api_url."),
    KEY("app_token", SECRET, "", "Token of an app, instead of a webhook."),
    KEY("app_url", URL, "", "Where the app's messages go."),
    KEY("channel", TEMPLATE, "", "Channel or user."),
    KEY("username", TEMPLATE, "{{ template \"slack.default.username\" . }}", "Sender."),
    KEY("color", TEMPLATE, "{{ if eq .Status \"firing\" }}danger{{ else }}good{{ end }}", "Of the bar."),
    KEY("title", TEMPLATE, "{{ template \"slack.default.title\" . }}", "Head."),
    KEY("title_link", TEMPLATE, "{{ template \"slack.default.titlelink\" . }}", "Its link."),
    KEY("pretext", TEMPLATE, "{{ template \"slack.default.pretext\" . }}", "Before the message."),
    KEY("text", TEMPLATE, "{{ template \"slack.default.text\" . }}", "The message."),
    KEY("message_text", TEMPLATE, "", "Text outside the attachment."),
    SUB("fields", LIST, &slack_field_table, "", "Table of fields."),
    KEY("short_fields", BOOL, "false", "Fields stand beside each other."),
    KEY("footer", TEMPLATE, "{{ template \"slack.default.footer\" . }}", "Below the message."),
    KEY("fallback", TEMPLATE, "{{ template \"slack.default.fallback\" . }}", "For plain clients."),
    KEY("callback_id", TEMPLATE, "{{ template \"slack.default.callbackid\" . }}", "Of message actions."),
    KEY("icon_emoji", TEMPLATE, "{{ template \"slack.default.iconemoji\" . }}", "Sender's face."),
    KEY("icon_url", TEMPLATE, "{{ template \"slack.default.iconurl\" . }}", "Sender's face."),
    KEY("image_url", TEMPLATE, "", "A picture."),
    KEY("thumb_url", TEMPLATE, "", "A small picture."),
    KEY("link_names", BOOL, "false", "Make names links."),
    KEY("mrkdwn_in", STRS, "", "Which parts hold markup."),
    SUB("actions", LIST, &slack_action_table, "", "Buttons."),
    KEY("update_message", BOOL, "", "Without effect yet: each change is a message of its own."),
    KEY("edit_messages", BOOL, "", "The same, in other versions; without effect, too."),
    KEY("timeout", DURATION, "", "Of one attempt."),
    END,
};
TABLE(slack);

static const struct setting rocketchat_rows[] = {
    SEND_RESOLVED("false"),
    HTTP,
    KEY("api_url", URL, "", "The server; default: global's rocketchat_api_url."),
    KEY("token_id", SECRET, "", "User id of the token."),
    KEY("token", SECRET, "", "The token."),
    KEY("channel", TEMPLATE, "", "Channel or user."),
    KEY("color", TEMPLATE, "{{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}", "Of the bar."),
    KEY("title", TEMPLATE, "{{ template \"rocketchat.default.title\" . }}", "Head."),
    KEY("title_link", TEMPLATE, "{{ template \"rocketchat.default.titlelink\" . }}", "Its link."),
    KEY("text", TEMPLATE, "{{ template \"rocketchat.default.text\" . }}", "The message."),
    KEY("fields", ANY, "", "Table of fields."),
    KEY("short_fields", BOOL, "", "Fields stand beside each other."),
    KEY("emoji", TEMPLATE, "{{ template \"rocketchat.default.emoji\" . }}", "Sender's face."),
    KEY("icon_url", TEMPLATE, "{{ template \"rocketchat.default.iconurl\" . }}", "Sender's face."),
    KEY("image_url", TEMPLATE, "", "A picture."),
    KEY("thumb_url", TEMPLATE, "", "A small picture."),
    KEY("link_names", BOOL, "", "Make names links."),
    KEY("actions", ANY, "", "Buttons."),
    END,
};
TABLE(rocketchat);

static const struct setting mattermost_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, "", "Incoming webhook; default: global's mattermost_webhook_url."),
    KEY("channel", TEMPLATE, "", "Channel."),
    KEY("username", TEMPLATE, "{{ template \"mattermost.default.username\" . }}", "Sender."),
    KEY("text", TEMPLATE, "{{ template \"mattermost.default.text\" . }}", "The message."),
    KEY("icon_url", TEMPLATE, "", "Sender's face."),
    KEY("icon_emoji", TEMPLATE, "", "Sender's face."),
    KEY("attachments", ANY, "", "Attachments."),
    KEY("type", TEMPLATE, "", "Type of the post."),
    KEY("props", ANY, "", "Properties of the post."),
    KEY("priority", ANY, "", "Priority of the post."),
    END,
};
TABLE(mattermost);

static const struct setting telegram_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_url", URL, "", "Server of the bot API; default: global's."),
    KEY("bot_token", SECRET, "", "The bot's token."),
    KEY("chat_id", INT, "", "The chat."),
    KEY("chat_id_file", FILE, "", "A file that holds the chat's id."),
    KEY("message_thread_id", INT, "", "The chat's thread."),
    KEY("message", TEMPLATE, "{{ template \"telegram.default.message\" . }}", "The message."),
    KEY("disable_notifications", BOOL, "", "Without a sound."),
    KEY("parse_mode", STR, "HTML", "Markdown, MarkdownV2, HTML, or empty: plain."),
    END,
};
TABLE(telegram);

static const struct setting discord_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The channel's webhook."),
    KEY("content", TEMPLATE, "", "Text outside the embed."),
    KEY("title", TEMPLATE, "{{ template \"discord.default.title\" . }}", "Head."),
    KEY("message", TEMPLATE, "{{ template \"discord.default.message\" . }}", "The message."),
    KEY("username", TEMPLATE, "", "Sender."),
    KEY("avatar_url", TEMPLATE, "", "Sender's face."),
    END,
};
TABLE(discord);

static const struct setting webex_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_url", URL, "", "Of messages; default: global's webex_api_url."),
    KEY("message", TEMPLATE, "{{ template \"webex.default.message\" . }}", "The message."),
    KEY("room_id", TEMPLATE, NULL, "The room."),
    END,
};
TABLE(webex);

static const struct setting msteams_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The channel's webhook."),
    KEY("title", TEMPLATE, "{{ template \"msteams.default.title\" . }}", "Head."),
    KEY("summary", TEMPLATE, "{{ template \"msteams.default.summary\" . }}", "For lists."),
    KEY("text", TEMPLATE, "{{ template \"msteams.default.text\" . }}", "The message."),
    END,
};
TABLE(msteams);

static const struct setting msteamsv2_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The flow's URL."),
    KEY("title", TEMPLATE, "{{ template \"msteamsv2.default.title\" . }}", "Head."),
    KEY("text", TEMPLATE, "{{ template \"msteamsv2.default.text\" . }}", "The message."),
    END,
};
TABLE(msteamsv2);

/* ---- on call ---------------------------------------------------------------------- */

static const struct setting pagerduty_image_rows[] = {
    KEY("src", TEMPLATE, "", "Its URL."),
    KEY("alt", TEMPLATE, "", "Words instead of it."),
    KEY("href", TEMPLATE, "", "Where it leads."),
    END,
};
static const struct setting_table pagerduty_image_table = { "images", 0,
                                                            pagerduty_image_rows };
static const struct setting pagerduty_link_rows[] = {
    KEY("href", TEMPLATE, "", "Where it leads."),
    KEY("text", TEMPLATE, "", "Its words."),
    END,
};
static const struct setting_table pagerduty_link_table = { "links", 0,
                                                           pagerduty_link_rows };

static const struct setting pagerduty_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("service_key", SECRET, "", "Of a Prometheus integration."),
    KEY("routing_key", SECRET, "", "Of an Events API v2 integration."),
    KEY("url", URL, "", "Of the Events API; default: global's pagerduty_url."),
    KEY("client", TEMPLATE, "{{ template \"pagerduty.default.client\" . }}", "Who sends."),
    KEY("client_url", TEMPLATE, "{{ template \"pagerduty.default.clientURL\" . }}", "A link to it."),
    KEY("description", TEMPLATE, "{{ template \"pagerduty.default.description\" .}}", "The incident."),
    KEY("details", MAP, "", "More of it; firing, resolved and their numbers have defaults."),
    SUB("images", LIST, &pagerduty_image_table, "", "Pictures."),
    SUB("links", LIST, &pagerduty_link_table, "", "Links."),
    KEY("source", TEMPLATE, "", "Where it happens; default: client."),
    KEY("severity", TEMPLATE, "", "critical, error, warning or info."),
    KEY("class", TEMPLATE, "", "Kind of the event."),
    KEY("component", TEMPLATE, "", "What broke."),
    KEY("group", TEMPLATE, "", "A cluster of sources."),
    KEY("timeout", DURATION, "", "Of one attempt."),
    END,
};
TABLE(pagerduty);

static const struct setting opsgenie_responder_rows[] = {
    KEY("id", TEMPLATE, "", "One of id, name and username is needed."),
    KEY("name", TEMPLATE, "", "See id."),
    KEY("username", TEMPLATE, "", "See id."),
    KEY("type", TEMPLATE, "", "team, teams, user, escalation or schedule."),
    END,
};
static const struct setting_table opsgenie_responder_table = { "responders", 0,
                                                               opsgenie_responder_rows };

static const struct setting opsgenie_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_key", SECRET, "", "Default: global's opsgenie_api_key."),
    KEY("api_url", URL, "", "Default: global's opsgenie_api_url."),
    KEY("message", TEMPLATE, "{{ template \"opsgenie.default.message\" . }}", "The alert, at most 130 characters."),
    KEY("description", TEMPLATE, "{{ template \"opsgenie.default.description\" . }}", "At length."),
    KEY("source", TEMPLATE, "{{ template \"opsgenie.default.source\" . }}", "A link to the sender."),
    KEY("details", MAP, "", "More of it."),
    KEY("entity", TEMPLATE, "", "What it is about."),
    SUB("responders", LIST, &opsgenie_responder_table, "", "Who is asked."),
    KEY("actions", TEMPLATE, "", "Names of actions, separated by commas."),
    KEY("tags", TEMPLATE, "", "Tags, separated by commas."),
    KEY("note", TEMPLATE, "", "A note."),
    KEY("priority", TEMPLATE, "", "P1 to P5."),
    KEY("update_alerts", BOOL, "", "Change message and description of an open alert."),
    END,
};
TABLE(opsgenie);

static const struct setting victorops_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_key", SECRET, "", "Default: global's victorops_api_key."),
    KEY("api_url", URL, "", "Default: global's victorops_api_url."),
    KEY("routing_key", TEMPLATE, NULL, "Which team."),
    KEY("message_type", TEMPLATE, "CRITICAL", "CRITICAL, WARNING or INFO."),
    KEY("state_message", TEMPLATE, "{{ template \"victorops.default.state_message\" . }}", "At length."),
    KEY("entity_display_name", TEMPLATE, "{{ template \"victorops.default.entity_display_name\" . }}", "The alert."),
    KEY("monitoring_tool", TEMPLATE, "{{ template \"victorops.default.monitoring_tool\" . }}", "Who sends."),
    KEY("custom_fields", MAP, "", "More of it."),
    END,
};
TABLE(victorops);

static const struct setting pushover_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("user_key", SECRET, NULL, "Of the user or group."),
    KEY("token", SECRET, NULL, "Of the application."),
    KEY("title", TEMPLATE, "{{ template \"pushover.default.title\" . }}", "Head."),
    KEY("message", TEMPLATE, "{{ template \"pushover.default.message\" . }}", "The message."),
    KEY("url", TEMPLATE, "{{ template \"pushover.default.url\" . }}", "A link."),
    KEY("url_title", TEMPLATE, "", "Its words."),
    KEY("device", TEMPLATE, "", "One of the user's devices."),
    KEY("sound", TEMPLATE, "", "Its sound."),
    KEY("priority", TEMPLATE, "{{ if eq .Status \"firing\" }}2{{ else }}0{{ end }}", "-2 to 2."),
    KEY("retry", DURATION, "1m", "How often an unread emergency is shown."),
    KEY("expire", DURATION, "1h", "How long."),
    KEY("ttl", DURATION, "", "When the message goes away."),
    KEY("html", BOOL, "false", "The message is HTML."),
    KEY("monospace", BOOL, "", "The message is in a monospaced face."),
    END,
};
TABLE(pushover);

static const struct setting incidentio_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("url", SECRET_URL, NULL, "The alert source's URL."),
    KEY("alert_source_token", SECRET, "", "Its token."),
    KEY("max_alerts", INT, "", "At most so many alerts in one body; 0: all."),
    KEY("timeout", DURATION, "", "Of one attempt."),
    KEY("metadata", MAP, "", "More of it."),
    END,
};
TABLE(incidentio);

static const struct setting jira_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_url", URL, "", "Default: global's jira_api_url."),
    KEY("api_type", STR, "", "auto, cloud or datacenter."),
    KEY("project", TEMPLATE, NULL, "Key of the project."),
    KEY("summary", ANY, "{{ template \"jira.default.summary\" . }}", "Of the issue."),
    KEY("description", ANY, "{{ template \"jira.default.description\" . }}", "Of the issue."),
    KEY("labels", STRS, "", "Labels of the issue."),
    KEY("priority", TEMPLATE, "{{ template \"jira.default.priority\" . }}", "Of the issue."),
    KEY("issue_type", TEMPLATE, NULL, "Bug, Task ..."),
    KEY("reopen_transition", TEMPLATE, "", "Transition that opens it again."),
    KEY("resolve_transition", TEMPLATE, "", "Transition that resolves it."),
    KEY("wont_fix_resolution", TEMPLATE, "", "Resolution that keeps it closed."),
    KEY("reopen_duration", DURATION, "", "How long after its end it is opened again."),
    KEY("fields", ANY, "", "More fields."),
    KEY("custom_fields", ANY, "", "More fields."),
    END,
};
TABLE(jira);

/* ---- clouds ----------------------------------------------------------------------- */

static const struct setting wechat_rows[] = {
    SEND_RESOLVED("false"),
    HTTP,
    KEY("api_secret", SECRET, "", "Default: global's wechat_api_secret."),
    KEY("corp_id", STR, "", "Default: global's wechat_api_corp_id."),
    KEY("message", TEMPLATE, "{{ template \"wechat.default.message\" . }}", "The message."),
    KEY("api_url", URL, "", "Default: global's wechat_api_url."),
    KEY("to_user", TEMPLATE, "{{ template \"wechat.default.to_user\" . }}", "Users, separated by |."),
    KEY("to_party", TEMPLATE, "{{ template \"wechat.default.to_party\" . }}", "Departments."),
    KEY("to_tag", TEMPLATE, "{{ template \"wechat.default.to_tag\" . }}", "Tags."),
    KEY("agent_id", TEMPLATE, "{{ template \"wechat.default.agent_id\" . }}", "The app."),
    KEY("message_type", STR, "text", "text or markdown."),
    END,
};
TABLE(wechat);

static const struct setting sigv4_rows[] = {
    KEY("region", STR, "", "AWS region."),
    KEY("access_key", STR, "", "Key id."),
    KEY("secret_key", SECRET, "", "Its secret."),
    KEY("profile", STR, "", "Named profile."),
    KEY("role_arn", STR, "", "Role to assume."),
    KEY("external_id", STR, "", "For the role."),
    KEY("use_fips_sts_endpoint", BOOL, "", "FIPS endpoint of STS."),
    END,
};
static const struct setting_table sigv4_table = { "sigv4", 0, sigv4_rows };

static const struct setting sns_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("api_url", TEMPLATE, "", "Endpoint; default: the region's."),
    SUB("sigv4", SECTION, &sigv4_table, "{}", "Who signs."),
    KEY("topic_arn", TEMPLATE, "", "One of topic_arn, phone_number and target_arn is needed."),
    KEY("phone_number", TEMPLATE, "", "See topic_arn."),
    KEY("target_arn", TEMPLATE, "", "See topic_arn."),
    KEY("subject", TEMPLATE, "{{ template \"sns.default.subject\" . }}", "Of a mail."),
    KEY("message", TEMPLATE, "{{ template \"sns.default.message\" . }}", "The message."),
    KEY("attributes", MAP, "", "Message attributes."),
    END,
};
TABLE(sns);

/* ---- ours ------------------------------------------------------------------------- */

static const struct setting dingtalk_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The robot's URL."),
    KEY("secret", SECRET, "", "Signs, where the robot asks for it."),
    KEY("keywords", STRS, "", "Words the robot asks for; each message will have one of them."),
    KEY("message_type", STR, "markdown", "markdown, card or text."),
    KEY("title", TEMPLATE, "", "Head; empty: the built-in words."),
    KEY("message", TEMPLATE, "", "Markdown; empty: the built-in words."),
    KEY("at_mobiles", STRS, "", "Phone numbers to mention while something fires."),
    KEY("at_all", BOOL, "", "Mention everyone while something fires."),
    END,
};
TABLE(dingtalk);

static const struct setting feishu_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The robot's URL."),
    KEY("secret", SECRET, "", "Signs, where the robot asks for it."),
    KEY("keywords", STRS, "", "Words the robot asks for; each message will have one of them."),
    KEY("message_type", STR, "card", "card or text."),
    KEY("title", TEMPLATE, "", "Head; empty: the built-in words."),
    KEY("message", TEMPLATE, "", "Markdown; empty: the built-in words."),
    KEY("at_users", STRS, "", "Open ids to mention while something fires; all: everyone."),
    END,
};
TABLE(feishu);

static const struct setting wecom_rows[] = {
    SEND_RESOLVED("true"),
    HTTP,
    KEY("webhook_url", SECRET_URL, NULL, "The robot's URL."),
    KEY("keywords", STRS, "", "Words the robot asks for; each message will have one of them."),
    KEY("message_type", STR, "markdown", "markdown, markdown_v2, card or text."),
    KEY("message", TEMPLATE, "", "Markdown; empty: the built-in words."),
    KEY("mentioned_list", STRS, "", "User ids to mention while something fires; @all: everyone."),
    KEY("mentioned_mobile_list", STRS, "", "Phone numbers to mention while something fires."),
    END,
};
TABLE(wecom);

static const struct setting sms_rows[] = {
    SEND_RESOLVED("true"),
    KEY("to", TEMPLATE, NULL, "Phone numbers, separated by commas."),
    KEY("message", TEMPLATE, "", "The text; empty: the built-in words."),
    KEY("template", STR, "", "The provider's template; empty: the channel's."),
    KEY("sign_name", STR, "", "The provider's signature; empty: the channel's."),
    KEY("params", MAP, "", "Values of the provider's template."),
    END,
};
TABLE(sms);

/* name, table, channel, key of the address, ours, check */
const struct yml_kind yml_kinds[] = {
    { "discord", &discord_table, "discord", "webhook_url", false, NULL },
    { "email", &email_table, "email", "to", false, yml_check_email },
    { "incidentio", &incidentio_table, "incidentio", "url", false, yml_check_incidentio },
    { "pagerduty", &pagerduty_table, "pagerduty", "routing_key", false, yml_check_pagerduty },
    { "slack", &slack_table, "slack", "api_url", false, yml_check_slack },
    { "webhook", &webhook_table, "webhook", "url", false, yml_check_webhook },
    { "opsgenie", &opsgenie_table, "opsgenie", "api_key", false, yml_check_opsgenie },
    { "wechat", &wechat_table, "wecom_app", "corp_id", false, yml_check_wechat },
    { "pushover", &pushover_table, "pushover", "user_key", false, yml_check_pushover },
    { "victorops", &victorops_table, "victorops", "api_key", false, yml_check_victorops },
    { "sns", &sns_table, "sns", "topic_arn", false, yml_check_sns },
    { "telegram", &telegram_table, "telegram", "chat_id", false, yml_check_telegram },
    { "webex", &webex_table, "webex", "room_id", false, yml_check_webex },
    { "msteams", &msteams_table, "teams", "webhook_url", false, NULL },
    { "msteamsv2", &msteamsv2_table, "teams", "webhook_url", false, NULL },
    { "jira", &jira_table, "jira", "api_url", false, NULL },
    { "rocketchat", &rocketchat_table, "rocketchat", "api_url", false, NULL },
    { "mattermost", &mattermost_table, "mattermost", "webhook_url", false, NULL },
    { "dingtalk", &dingtalk_table, "dingtalk", "webhook_url", true, yml_check_dingtalk },
    { "feishu", &feishu_table, "feishu", "webhook_url", true, yml_check_feishu },
    { "wecom", &wecom_table, "wecom", "webhook_url", true, yml_check_wecom },
    { "sms", &sms_table, "sms", "to", true, NULL },
    { NULL, NULL, NULL, NULL, false, NULL },
};

const struct yml_inherited yml_inherited[] = {
    { "email", "smarthost", "smtp_smarthost", "no smarthost here and no smtp_smarthost in global" },
    { "email", "from", "smtp_from", "no from here and no smtp_from in global" },
    { "email", "hello", "smtp_hello", NULL },
    { "email", "auth_username", "smtp_auth_username", NULL },
    { "email", "auth_password", "smtp_auth_password", NULL },
    { "email", "auth_secret", "smtp_auth_secret", NULL },
    { "email", "auth_identity", "smtp_auth_identity", NULL },
    { "email", "require_tls", "smtp_require_tls", NULL },
    { "email", "tls_config", "smtp_tls_config", NULL },
    { "email", "force_implicit_tls", "smtp_force_implicit_tls", NULL },
    { "slack", "api_url", "slack_api_url", NULL },
    { "slack", "app_token", "slack_app_token", NULL },
    { "slack", "app_url", "slack_app_url", NULL },
    { "pagerduty", "url", "pagerduty_url", NULL },
    { "opsgenie", "api_url", "opsgenie_api_url", NULL },
    { "opsgenie", "api_key", "opsgenie_api_key", "no api_key here and no opsgenie_api_key in global" },
    { "wechat", "api_url", "wechat_api_url", NULL },
    { "wechat", "api_secret", "wechat_api_secret", "no api_secret here and no wechat_api_secret in global" },
    { "wechat", "corp_id", "wechat_api_corp_id", "no corp_id here and no wechat_api_corp_id in global" },
    { "victorops", "api_url", "victorops_api_url", NULL },
    { "victorops", "api_key", "victorops_api_key", "no api_key here and no victorops_api_key in global" },
    { "telegram", "api_url", "telegram_api_url", NULL },
    { "telegram", "bot_token", "telegram_bot_token", "no bot_token here and no telegram_bot_token in global" },
    { "webex", "api_url", "webex_api_url", NULL },
    { "jira", "api_url", "jira_api_url", "no api_url here and no jira_api_url in global" },
    { "rocketchat", "api_url", "rocketchat_api_url", NULL },
    { "rocketchat", "token_id", "rocketchat_token_id", "no token_id here and no rocketchat_token_id in global" },
    { "rocketchat", "token", "rocketchat_token", "no token here and no rocketchat_token in global" },
    { "mattermost", "webhook_url", "mattermost_webhook_url", "no webhook_url here and no mattermost_webhook_url in global" },
    { NULL, NULL, NULL, NULL },
};

/* ---- receivers -------------------------------------------------------------------- */

#define KIND(kind) SUB(#kind "_configs", LIST, &kind##_table, "", "Receivers of this kind.")
static const struct setting receiver_rows[] = {
    KEY("name", STR, NULL, "Unique."),
    KIND(discord), KIND(email), KIND(incidentio), KIND(pagerduty), KIND(slack),
    KIND(webhook), KIND(opsgenie), KIND(wechat), KIND(pushover), KIND(victorops),
    KIND(sns), KIND(telegram), KIND(webex), KIND(msteams), KIND(msteamsv2), KIND(jira),
    KIND(rocketchat), KIND(mattermost),
    KIND(dingtalk), KIND(feishu), KIND(wecom), KIND(sms),
    KEY("contact_groups", STRS, "", "Ours: contact groups to tell."),
    KEY("action_rules", STRS, "", "Ours: alarm action rules to follow."),
    KEY("topics", STRS, "", "Ours: topics whose subscriptions are told."),
    KEY("labels", MAP, "", "Said of the receiver in lists."),
    END,
};
const struct setting_table yml_receiver_table = { "receivers", 0, receiver_rows };
/* clang-format on */
