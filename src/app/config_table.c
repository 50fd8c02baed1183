/* config_table.c - every key of the file, once. */
#include "app/config.h"

#define END                                    \
    {                                          \
        NULL, SETTING_STR, 0, NULL, NULL, NULL \
    }
#define ROW(type, member, kind, initially, doc)                            \
    {                                                                      \
#member, kind, offsetof(struct type, member), initially, doc, NULL \
    }
#define SUB(type, member, kind, table, doc)                          \
    {                                                                \
#member, kind, offsetof(struct type, member), "", doc, table \
    }

static const struct setting webhook_rows[] = {
    ROW(config_webhook, url, SETTING_SECRET, NULL,
        "Where to POST; alone it may stand as plain text."),
    ROW(config_webhook, send_resolved, SETTING_BOOL, "true", "Tell it of ends, too."),
    ROW(config_webhook, max_alerts, SETTING_INT, "0",
        "At most so many alerts in one body; 0: all."),
    END,
};
static const struct setting_table webhook_table = { "webhook",
                                                    sizeof(struct config_webhook),
                                                    webhook_rows };

static const struct setting route_rows[] = {
    ROW(config_route, name, SETTING_STR, NULL,
        "Unique; the receiver's name in webhook bodies."),
    ROW(config_route, account, SETTING_STR, "",
        "Whose alerts; empty: the first account."),
    ROW(config_route, matchers, SETTING_STRS, "",
        "All must match, e.g. team=\"ops\"; none: every alert."),
    ROW(config_route, group_by, SETTING_STRS, "",
        "Labels that make one message; [...]: all."),
    ROW(config_route, group_wait, SETTING_DURATION, "30s",
        "Before the first message of a group."),
    ROW(config_route, group_interval, SETTING_DURATION, "5m",
        "Between messages about news in a group."),
    ROW(config_route, repeat_interval, SETTING_DURATION, "4h",
        "Until an unchanged group is told again."),
    ROW(config_route, contact_groups, SETTING_STRS, "", "Contact groups to tell."),
    ROW(config_route, action_rules, SETTING_STRS, "", "Alarm action rules to follow."),
    SUB(config_route, webhooks, SETTING_LIST, &webhook_table,
        "URLs to POST each group to."),
    ROW(config_route, disabled, SETTING_BOOL, "false",
        "Switched off: it matches nothing, and history says so."),
    ROW(config_route, escalation, SETTING_STR, "",
        "Whom else to tell when nobody acknowledges; empty: nobody."),
    END,
};
static const struct setting_table route_table = { "route", sizeof(struct config_route),
                                                  route_rows };

static const struct setting step_rows[] = {
    ROW(config_step, after, SETTING_DURATION, NULL,
        "Behind the step before, or the first message."),
    ROW(config_step, contact_groups, SETTING_STRS, "", "Contact groups to tell."),
    ROW(config_step, action_rules, SETTING_STRS, "", "Alarm action rules to follow."),
    ROW(config_step, repeats, SETTING_INT, "0", "How often more, before the next step."),
    ROW(config_step, every, SETTING_DURATION, "0s",
        "Between these; 0s: as long as after."),
    END,
};
static const struct setting_table step_table = { "step", sizeof(struct config_step),
                                                 step_rows };

static const struct setting escalation_rows[] = {
    ROW(config_escalation, name, SETTING_STR, NULL, "Unique; routes name it."),
    ROW(config_escalation, account, SETTING_STR, "",
        "Whose; empty: the first account's."),
    ROW(config_escalation, min_severity, SETTING_STR, "critical",
        "Alerts from there on climb: critical, error, warning or info."),
    SUB(config_escalation, steps, SETTING_LIST, &step_table,
        "One behind the other, until somebody acknowledges."),
    END,
};
static const struct setting_table escalation_table = { "escalation",
                                                       sizeof(struct config_escalation),
                                                       escalation_rows };

static const struct setting heartbeat_rows[] = {
    ROW(config_heartbeat, name, SETTING_STR, NULL, "Unique; it beats under this name."),
    ROW(config_heartbeat, account, SETTING_STR, "",
        "Whose alert it is; empty: the first account."),
    ROW(config_heartbeat, period, SETTING_DURATION, NULL, "A beat is due so often."),
    ROW(config_heartbeat, grace, SETTING_DURATION, "1m",
        "So much later it is missed, and an alert."),
    ROW(config_heartbeat, matchers, SETTING_STRS, "",
        "An alert that all of them match is a beat; none: only POST is."),
    ROW(config_heartbeat, labels, SETTING_STRS, "",
        "Of that alert, e.g. severity=\"critical\"."),
    ROW(config_heartbeat, annotations, SETTING_STRS, "", "Of that alert, the same way."),
    END,
};
static const struct setting_table heartbeat_table = { "heartbeat",
                                                      sizeof(struct config_heartbeat),
                                                      heartbeat_rows };

static const struct setting key_rows[] = {
    ROW(config_key, id, SETTING_STR, NULL, "Access key id; unique in the server."),
    ROW(config_key, secret, SETTING_SECRET, NULL, "Its secret."),
    ROW(config_key, security_token, SETTING_SECRET, "",
        "Makes it a temporary key: requests must carry this token."),
    END,
};
static const struct setting_table key_table = { "access key", sizeof(struct config_key),
                                                key_rows };

static const struct setting user_rows[] = {
    ROW(config_user, name, SETTING_STR, NULL, "Unique in the account."),
    ROW(config_user, id, SETTING_STR, "",
        "32 hex digits for IAM answers; empty: made from the name."),
    ROW(config_user, password, SETTING_SECRET, "",
        "For IAM tokens, basic authentication and the console; empty: none."),
    ROW(config_user, password_hash, SETTING_STR, "",
        "The same as a bcrypt or argon2id hash, instead of password."),
    ROW(config_user, bearer, SETTING_SECRET, "", "Key for the native API; empty: none."),
    SUB(config_user, access_keys, SETTING_LIST, &key_table, "Keys that sign requests."),
    ROW(config_user, policies, SETTING_STRS, "",
        "full-access, read-only, or RAM policy documents."),
    END,
};
static const struct setting_table user_table = { "user", sizeof(struct config_user),
                                                 user_rows };

static const struct setting domain_rows[] = {
    { "id", SETTING_STR,
      offsetof(struct config_account, domain.id) -
          offsetof(struct config_account, domain),
      "", "Huawei domain id.", NULL },
    { "name", SETTING_STR,
      offsetof(struct config_account, domain.name) -
          offsetof(struct config_account, domain),
      "", "Huawei domain (account) name; empty: the account's.", NULL },
    END,
};
static const struct setting_table domain_table = {
    "domain", sizeof(((struct config_account *)0)->domain), domain_rows
};

#define TIMING(member, doc)                                  \
    {                                                        \
#member, SETTING_BOOL,                               \
            offsetof(struct config_account, timing.member) - \
                offsetof(struct config_account, timing),     \
            "false", doc, NULL                               \
    }
static const struct setting timing_rows[] = {
    TIMING(reload_restarts_timers,
           "A changed file makes groups anew, as Alertmanager does."),
    TIMING(repeat_at_tick,
           "A repeat waits for the group's next interval, as Alertmanager's does."),
    TIMING(silenced_ends_untold,
           "An end under a silence is forgotten, as Alertmanager does."),
    END,
};
static const struct setting_table timing_table = {
    "timing", sizeof(((struct config_account *)0)->timing), timing_rows
};

static const struct setting account_rows[] = {
    ROW(config_account, name, SETTING_STR, NULL, "Unique."),
    ROW(config_account, uid, SETTING_STR, "", "Alibaba account uid."),
    ROW(config_account, project_id, SETTING_STR, "",
        "Huawei project: 1-64 of letters, digits, _ and -."),
    SUB(config_account, domain, SETTING_SECTION, &domain_table, "Huawei domain."),
    ROW(config_account, resolve_timeout, SETTING_DURATION, "5m",
        "Life of an alert that states no end."),
    ROW(config_account, silence_retention, SETTING_DURATION, "120h",
        "How long a silence is kept after its end."),
    SUB(config_account, timing, SETTING_SECTION, &timing_table,
        "When something is told, where Alertmanager and we differ."),
    SUB(config_account, users, SETTING_LIST, &user_table, "Who may call the APIs."),
    END,
};
static const struct setting_table account_table = { "account",
                                                    sizeof(struct config_account),
                                                    account_rows };

static const struct setting tls_rows[] = {
    { "cert_file", SETTING_STR,
      offsetof(struct config, tls.cert_file) - offsetof(struct config, tls), "",
      "PEM certificate chain; empty: plain HTTP.", NULL },
    { "key_file", SETTING_STR,
      offsetof(struct config, tls.key_file) - offsetof(struct config, tls), "",
      "PEM key.", NULL },
    END,
};
static const struct setting_table tls_table = { "tls", sizeof(((struct config *)0)->tls),
                                                tls_rows };

static const struct setting alertmanager_rows[] = {
    { "account", SETTING_STR,
      offsetof(struct config, alertmanager.account) -
          offsetof(struct config, alertmanager),
      "default", "Whose alerts an open Alertmanager API takes.", NULL },
    { "auth", SETTING_STR,
      offsetof(struct config, alertmanager.auth) - offsetof(struct config, alertmanager),
      "none", "none (only on a loopback listener) or required (bearer or basic).", NULL },
    { "config_file", SETTING_STR,
      offsetof(struct config, alertmanager.config_file) -
          offsetof(struct config, alertmanager),
      "", "An alertmanager.yml whose routes and receivers are that account's.", NULL },
    END,
};
static const struct setting_table alertmanager_table = {
    "alertmanager", sizeof(((struct config *)0)->alertmanager), alertmanager_rows
};

static const struct setting history_rows[] = {
    { "retention", SETTING_DURATION,
      offsetof(struct config, history.retention) - offsetof(struct config, history),
      "90d", "How long decisions, attempts and the audit are kept; 0s: for ever.", NULL },
    { "max_rows", SETTING_INT,
      offsetof(struct config, history.max_rows) - offsetof(struct config, history),
      "5000000", "How many of them at most, the newest; 0: any number.", NULL },
    END,
};
static const struct setting_table history_table = { "history",
                                                    sizeof(((struct config *)0)->history),
                                                    history_rows };

static const struct setting config_rows[] = {
    ROW(config, listen, SETTING_STR, "127.0.0.1:9093",
        "Address and port of all dialects."),
    ROW(config, external_url, SETTING_STR, "",
        "How people and clients reach this server; empty: http://LISTEN."),
    ROW(config, region, SETTING_STR, "cn-north-4",
        "In URNs, ARNs, and the project's name."),
    ROW(config, route_prefix, SETTING_STR, "", "Before every path, e.g. /belfry."),
    SUB(config, tls, SETTING_SECTION, &tls_table, "HTTPS."),
    ROW(config, trusted_proxies, SETTING_STRS, "",
        "CIDRs whose X-Forwarded-* headers are believed."),
    ROW(config, data_dir, SETTING_STR, "./belfry-data", "The one data folder."),
    ROW(config, log_level, SETTING_STR, "info", "debug, info, warn or error."),
    ROW(config, user, SETTING_STR, "",
        "Started by root, it becomes this user before it opens anything."),
    ROW(config, confine, SETTING_BOOL, "true",
        "Gives up what a server has no need of; false: for debuggers."),
    ROW(config, writable, SETTING_STRS, "",
        "Folders beside data_dir that a confined server may write to."),
    SUB(config, smtp, SETTING_SECTION, &email_setting_table, "Mail out."),
    SUB(config, channels, SETTING_SECTION, &channels_setting_table,
        "Credentials by channel kind."),
    ROW(config, clock_skew, SETTING_DURATION, "15m",
        "How far a signature's time may be off."),
    ROW(config, user_rate, SETTING_INT, "0",
        "Calls a second that one user may make by CloudMonitor's API; 0: any number."),
    ROW(config, memory_limit, SETTING_INT, "0",
        "MiB; at three quarters new alerts are answered 503. 0: the cgroup's limit."),
    ROW(config, deny_private_addresses, SETTING_BOOL, "true",
        "For targets typed through an API."),
    ROW(config, allow_addresses, SETTING_STRS, "", "CIDRs that are open all the same."),
    ROW(config, activate_at_once, SETTING_BOOL, "false",
        "Addresses count as confirmed (test rigs)."),
    SUB(config, history, SETTING_SECTION, &history_table,
        "What is remembered, and how long."),
    ROW(config, ping_url, SETTING_SECRET, "",
        "GET this each ping_interval while the server lives; empty: nobody waits."),
    ROW(config, ping_interval, SETTING_DURATION, "1m", "Between two pings; 1s at least."),
    SUB(config, alertmanager, SETTING_SECTION, &alertmanager_table,
        "The Alertmanager API."),
    SUB(config, routes, SETTING_LIST, &route_table,
        "Which alerts tell whom; all that match apply."),
    SUB(config, escalations, SETTING_LIST, &escalation_table,
        "Who is told when nobody acknowledges; routes name them."),
    SUB(config, heartbeats, SETTING_LIST, &heartbeat_table,
        "Who promises to beat; silence is an alert."),
    SUB(config, accounts, SETTING_LIST, &account_table, "The tenants."),
    END,
};
const struct setting_table config_table = { "config", sizeof(struct config),
                                            config_rows };
