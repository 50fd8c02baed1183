/* channel_kind.h - the ways out, as a table: name on our API, what its addresses
 * look like, whether the address is a secret, whether its owner must confirm it first, and the words
 * the dialects use. Later channels add a row (and a file in channel/). */
#ifndef MODEL_CHANNEL_KIND_H
#define MODEL_CHANNEL_KIND_H

#include "base/str.h"

/* What an address of the channel looks like (book/check_address.c judges it). */
enum address_shape {
    SHAPE_MAILBOX,
    SHAPE_PHONE,
    SHAPE_URL,
    SHAPE_NAME /* what the vendor calls it: a chat, a room, a key */
};

/* Numbers are in journals: rows are only added. The fifth column: is there a sender
 * (channel/registry.c) in this build? Else it is stored, and explained as absent. */
/* clang-format off */
/*        enum        name          shape    secret confirmed sends CloudMonitor    SMN */
#define CHANNEL_KINDS(K)                                                               \
    K(MAIL,       "email",      MAILBOX, false, true,  true,  "Mail",        "email")      \
    K(SMS,        "sms",        PHONE,   false, true,  true,  "SMS",         "sms")        \
    K(DINGTALK,   "dingtalk",   URL,     true,  false, true,  "DingWebHook", "dingding")   \
    K(ALIIM,      "aliim",      NAME,    false, false, false, "AliIM",       "")           \
    K(WEBHOOK,    "webhook",    URL,     true,  true,  true,  "",            "https")      \
    K(FEISHU,     "feishu",     URL,     true,  false, true,  "",            "feishu")     \
    K(WECOM,      "wecom",      URL,     true,  false, true,  "",            "wechat")     \
    K(WECOM_APP,  "wecom_app",  NAME,    false, false, true,  "",            "")           \
    K(SLACK,      "slack",      URL,     true,  false, true,  "",            "")           \
    K(SLACK_APP,  "slack_app",  NAME,    false, false, true,  "",            "")           \
    K(TELEGRAM,   "telegram",   NAME,    false, false, true,  "",            "")           \
    K(TEAMS,      "teams",      URL,     true,  false, true,  "",            "")           \
    K(DISCORD,    "discord",    URL,     true,  false, true,  "",            "")           \
    K(WEBEX,      "webex",      NAME,    false, false, true,  "",            "")           \
    K(MATTERMOST, "mattermost", URL,     true,  false, true,  "",            "")           \
    K(ROCKETCHAT, "rocketchat", NAME,    false, false, true,  "",            "")           \
    K(MATRIX,     "matrix",     NAME,    false, false, true,  "",            "")           \
    K(NTFY,       "ntfy",       NAME,    true,  false, true,  "",            "")           \
    K(PUSHOVER,   "pushover",   NAME,    true,  false, true,  "",            "")           \
    K(PAGERDUTY,  "pagerduty",  NAME,    true,  false, true,  "",            "")           \
    K(OPSGENIE,   "opsgenie",   NAME,    true,  false, true,  "",            "")           \
    K(VICTOROPS,  "victorops",  NAME,    true,  false, true,  "",            "")           \
    K(INCIDENTIO, "incidentio", NAME,    true,  false, true,  "",            "")           \
    K(JIRA,       "jira",       NAME,    false, false, true,  "",            "")           \
    K(SNS,        "sns",        NAME,    false, false, true,  "",            "")           \
    K(VOICE,      "voice",      PHONE,   false, true,  true,  "",            "callnotify")
/* clang-format on */

#define CHANNEL_ENUM(id, ...) CHANNEL_##id,
enum channel_kind { CHANNEL_KINDS(CHANNEL_ENUM) CHANNEL_COUNT };
#undef CHANNEL_ENUM

struct channel_word {
    const char *name; /* ours */
    enum address_shape shape;
    bool secret;              /* the address itself authorises: a URL with a token */
    bool confirmed;           /* starts PENDING until its owner confirms */
    bool sends;               /* Belfry delivers there */
    const char *cloudmonitor; /* "": not known there */
    const char *smn;          /* "": not known there; http is WEBHOOK too */
};
extern const struct channel_word channel_words[CHANNEL_COUNT];
extern const char *const channel_names[CHANNEL_COUNT + 1]; /* ends with NULL */

bool channel_of_name(struct str name, enum channel_kind *out);

#endif
