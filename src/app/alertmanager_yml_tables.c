/* alertmanager_yml_tables.c - every key of the file but the receivers', once. Order and
 * defaults are those of the file that Alertmanager itself writes out. */
#include "app/alertmanager_yml_private.h"

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define KEY(name, kind, initially, doc) { name, SETTING_##kind, 0, initially, doc, NULL }
#define SUB(name, kind, table, initially, doc) { name, SETTING_##kind, 0, initially, doc, table }

/* ---- http ------------------------------------------------------------------------- */

static const struct setting tls_rows[] = {
    KEY("ca", STR, "", "PEM certificates to trust."),
    KEY("cert", STR, "", "PEM certificate of the client."),
    KEY("key", SECRET, "", "Its PEM key."),
    KEY("ca_file", FILE, "", "PEM certificates to trust."),
    KEY("cert_file", FILE, "", "PEM certificate of the client."),
    KEY("server_name", STR, "", "Name the server has to have."),
    KEY("insecure_skip_verify", BOOL, "false", "Believe any certificate."),
    KEY("min_version", STR, "", "TLS10 to TLS13."),
    KEY("max_version", STR, "", "TLS10 to TLS13."),
    END,
};
const struct setting_table yml_tls_table = { "tls_config", 0, tls_rows };

static const struct setting basic_rows[] = {
    KEY("username", STR, "", "Name."),
    KEY("username_file", FILE, "", "A file that holds it."),
    KEY("password", SECRET, "", "Password."),
    END,
};
static const struct setting_table basic_table = { "basic_auth", 0, basic_rows };

static const struct setting authorization_rows[] = {
    KEY("type", STR, "Bearer", "First word of the Authorization header."),
    KEY("credentials", SECRET, "", "The rest of it."),
    END,
};
static const struct setting_table authorization_table = { "authorization", 0,
                                                          authorization_rows };

static const struct setting oauth2_rows[] = {
    KEY("client_id", STR, "", "Who asks for a token."),
    KEY("client_secret", SECRET, "", "Its secret."),
    KEY("scopes", STRS, "", "What for."),
    KEY("token_url", URL, "", "Whom to ask."),
    KEY("endpoint_params", MAP, "", "What else to say."),
    SUB("tls_config", SECTION, &yml_tls_table, "", "TLS to the token server."),
    KEY("proxy_url", SECRET_URL, "", "A proxy on the way."),
    KEY("no_proxy", STR, "", "Hosts reached without it."),
    KEY("proxy_from_environment", BOOL, "", "Not supported: Belfry reads no proxy from the environment."),
    KEY("proxy_connect_header", ANY, "", "Headers for the proxy."),
    END,
};
static const struct setting_table oauth2_table = { "oauth2", 0, oauth2_rows };

static const struct setting http_rows[] = {
    SUB("basic_auth", SECTION, &basic_table, "", "Name and password."),
    SUB("authorization", SECTION, &authorization_table, "", "The Authorization header."),
    SUB("oauth2", SECTION, &oauth2_table, "", "Tokens by OAuth 2."),
    KEY("bearer_token", SECRET, "", "Old form of authorization."),
    SUB("tls_config", SECTION, &yml_tls_table, "", "TLS."),
    KEY("follow_redirects", BOOL, "true", "Go where a redirect leads."),
    KEY("enable_http2", BOOL, "true", "HTTP/2 where the server has it."),
    KEY("proxy_url", SECRET_URL, "", "A proxy on the way."),
    KEY("no_proxy", STR, "", "Hosts reached without it."),
    KEY("proxy_from_environment", BOOL, "", "Not supported: Belfry reads no proxy from the environment."),
    KEY("proxy_connect_header", ANY, "", "Headers for the proxy."),
    KEY("http_headers", ANY, "", "More headers."),
    END,
};
const struct setting_table yml_http_table = { "http_config", 0, http_rows };

/* ---- global ----------------------------------------------------------------------- */

static const struct setting global_rows[] = {
    KEY("resolve_timeout", DURATION, "5m", "Life of an alert that states no end."),
    SUB("http_config", SECTION, &yml_http_table, "{}", "How receivers speak HTTP."),
    KEY("jira_api_url", URL, "", "Jira."),
    KEY("smtp_from", TEMPLATE, "", "Sender of mails."),
    KEY("smtp_hello", STR, "localhost", "Name said to the mail server."),
    KEY("smtp_smarthost", STR, "", "HOST:PORT of the mail server."),
    KEY("smtp_auth_username", STR, "", "Login there."),
    KEY("smtp_auth_password", SECRET, "", "For PLAIN and LOGIN."),
    KEY("smtp_auth_secret", SECRET, "", "For CRAM-MD5."),
    KEY("smtp_auth_identity", STR, "", "Identity of PLAIN."),
    KEY("smtp_require_tls", BOOL, "true", "Refuse a server without STARTTLS."),
    SUB("smtp_tls_config", SECTION, &yml_tls_table, "", "TLS to the mail server."),
    KEY("smtp_force_implicit_tls", BOOL, "", "TLS from the first byte, whatever the port."),
    KEY("slack_api_url", SECRET_URL, "", "Slack's incoming webhook."),
    KEY("slack_app_token", SECRET, "", "Token of a Slack app."),
    KEY("slack_app_url", URL, "", "Where the app's messages go."),
    KEY("pagerduty_url", URL, "https://events.pagerduty.com/v2/enqueue", "PagerDuty's Events API."),
    KEY("opsgenie_api_url", URL, "https://api.opsgenie.com/", "Opsgenie."),
    KEY("opsgenie_api_key", SECRET, "", "Opsgenie's key."),
    KEY("wechat_api_url", URL, "https://qyapi.weixin.qq.com/cgi-bin/", "WeCom's API."),
    KEY("wechat_api_secret", SECRET, "", "WeCom's secret."),
    KEY("wechat_api_corp_id", STR, "", "WeCom's company."),
    KEY("victorops_api_url", URL, "https://alert.victorops.com/integrations/generic/20131114/alert/", "VictorOps."),
    KEY("victorops_api_key", SECRET, "", "VictorOps' key."),
    KEY("telegram_api_url", URL, "https://api.telegram.org", "Telegram's bot API."),
    KEY("telegram_bot_token", SECRET, "", "The bot's token."),
    KEY("webex_api_url", URL, "https://webexapis.com/v1/messages", "Webex's messages."),
    KEY("rocketchat_api_url", URL, "", "Rocket.Chat; default: https://open.rocket.chat/."),
    KEY("rocketchat_token", SECRET, "", "Rocket.Chat's token."),
    KEY("rocketchat_token_id", SECRET, "", "User id of the token."),
    KEY("mattermost_webhook_url", SECRET_URL, "", "Mattermost's incoming webhook."),
    END,
};
static const struct setting_table global_table = { "global", 0, global_rows };

/* ---- route ------------------------------------------------------------------------ */

static const struct setting_table route_table;
static const struct setting route_rows[] = {
    KEY("receiver", STR, "", "Who is told; inherited."),
    KEY("group_by", STRS, "", "Labels that make one message; [...]: all; inherited."),
    KEY("match", MAP, "", "Labels and their values; old form of matchers."),
    KEY("match_re", MAP, "", "Labels and patterns of their values; old form."),
    KEY("matchers", STRS, "", "All must match, e.g. team=\"ops\"."),
    KEY("mute_time_intervals", STRS, "", "Nothing is told while one of them lasts."),
    KEY("active_time_intervals", STRS, "", "Something is told only while one of them lasts."),
    KEY("continue", BOOL, "false", "Try the siblings behind it, too."),
    SUB("routes", LIST, &route_table, "", "Below it; the first that matches decides."),
    KEY("group_wait", DURATION, "", "Before the first message of a group; 30s; inherited."),
    KEY("group_interval", DURATION, "", "Between messages about news; 5m; inherited."),
    KEY("repeat_interval", DURATION, "", "Until an unchanged group is told again; 4h; inherited."),
    KEY("labels", MAP, "", "Told along with the group's; merged with those above."),
    END,
};
static const struct setting_table route_table = { "route", 0, route_rows };

/* ---- inhibition ------------------------------------------------------------------- */

static const struct setting inhibit_rows[] = {
    KEY("name", STR, "", "For people."),
    KEY("source_match", MAP, "", "Labels of what inhibits; old form."),
    KEY("source_match_re", MAP, "", "Patterns of its labels; old form."),
    KEY("source_matchers", STRS, "", "What inhibits while it fires."),
    KEY("target_match", MAP, "", "Labels of what is inhibited; old form."),
    KEY("target_match_re", MAP, "", "Patterns of its labels; old form."),
    KEY("target_matchers", STRS, "", "What is not told meanwhile."),
    KEY("equal", STRS, "", "Labels whose values must be the same in both."),
    END,
};
static const struct setting_table inhibit_table = { "inhibit_rules", 0, inhibit_rows };

/* ---- time ------------------------------------------------------------------------- */

static const struct setting times_rows[] = {
    KEY("start_time", STR, NULL, "HH:MM."),
    KEY("end_time", STR, NULL, "HH:MM, behind start_time; 24:00 is the day's end."),
    END,
};
static const struct setting_table times_table = { "times", 0, times_rows };

static const struct setting item_rows[] = {
    SUB("times", LIST, &times_table, "", "Spans of the day."),
    KEY("weekdays", STRS, "", "monday, or monday:friday."),
    KEY("days_of_month", STRS, "", "1:5; -1 is the last day."),
    KEY("months", STRS, "", "1:3, or may:august."),
    KEY("years", STRS, "", "2026, or 2026:2028."),
    KEY("location", STR, "", "IANA time zone; default UTC."),
    END,
};
static const struct setting_table item_table = { "time_intervals", 0, item_rows };

static const struct setting interval_rows[] = {
    KEY("name", STR, NULL, "Unique."),
    SUB("time_intervals", LIST, &item_table, "", "Any of them."),
    END,
};
static const struct setting_table mute_table = { "mute_time_intervals", 0,
                                                 interval_rows };
static const struct setting_table interval_table = { "time_intervals", 0,
                                                     interval_rows };

/* ---- the file --------------------------------------------------------------------- */

static const struct setting file_rows[] = {
    SUB("global", SECTION, &global_table, "{}", "Defaults of all receivers."),
    SUB("route", SECTION, &route_table, "", "The root of the routes."),
    SUB("inhibit_rules", LIST, &inhibit_table, "", "What keeps others from being told."),
    SUB("receivers", LIST, &yml_receiver_table, "", "Who can be told."),
    KEY("templates", STRS, "", "Files with templates; * and ? may stand in them."),
    SUB("mute_time_intervals", LIST, &mute_table, "", "Old form of time_intervals."),
    SUB("time_intervals", LIST, &interval_table, "", "Named times."),
    KEY("tracing", ANY, "", "Read over: Belfry traces nothing."),
    END,
};
const struct setting_table yml_file_table = { "file", 0, file_rows };
/* clang-format on */
