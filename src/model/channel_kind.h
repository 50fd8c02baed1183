/* channel_kind.h - the ways out, as a table: name on our API, whether the
 * address is a secret, whether its owner must confirm it first, and the words
 * the dialects use. Later channels add a row (and a file in channel/). */
#ifndef MODEL_CHANNEL_KIND_H
#define MODEL_CHANNEL_KIND_H

#include "base/str.h"

/* clang-format off */
/*        enum       name        secret confirmed CloudMonitor    SMN */
#define CHANNEL_KINDS(K)                                             \
    K(MAIL,     "email",    false, true,  "Mail",        "email")    \
    K(SMS,      "sms",      false, true,  "SMS",         "sms")      \
    K(DINGTALK, "dingtalk", true,  false, "DingWebHook", "dingding") \
    K(ALIIM,    "aliim",    false, false, "AliIM",       "")         \
    K(WEBHOOK,  "webhook",  true,  true,  "",            "https")
/* clang-format on */

#define CHANNEL_ENUM(id, ...) CHANNEL_##id,
enum channel_kind { CHANNEL_KINDS(CHANNEL_ENUM) CHANNEL_COUNT };
#undef CHANNEL_ENUM

struct channel_word {
    const char *name;         /* ours */
    bool secret;              /* the address itself authorises: a URL with a token */
    bool confirmed;           /* starts PENDING until its owner confirms */
    const char *cloudmonitor; /* "": not known there */
    const char *smn;          /* "": not known there; http is WEBHOOK too */
};
extern const struct channel_word channel_words[CHANNEL_COUNT];
extern const char *const channel_names[CHANNEL_COUNT + 1]; /* ends with NULL */

bool channel_of_name(struct str name, enum channel_kind *out);

#endif
