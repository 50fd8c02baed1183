/* builtin.h - our own texts: what a person reads who is told of alerts, asked to
 * confirm an address, or sent a test. In Chinese and English (words.h), for
 * firing, resolved and mixed groups, one alert and thousands, in the form of
 * every channel, never longer than the channel takes.
 *
 * Pure: no clock, no locale; the same notification gives the same bytes.
 *
 * A channel asks builtin_write for its form and puts the parts into its envelope:
 * credentials, ids and the names of vendors' fields are the channel's.
 */
#ifndef TEXT_BUILTIN_H
#define TEXT_BUILTIN_H

#include "text/look.h"
#include "text/telling.h"

enum builtin_kind {
    BUILTIN_ALERTS,
    BUILTIN_REPORT,  /* the week of a contact group */
    BUILTIN_CONFIRM, /* "is this your address?", for the two kinds of confirmation */
    BUILTIN_MESSAGE, /* what somebody published, word for word */
    BUILTIN_TEST     /* nobody has to act; with alerts, a drill with those */
};

/* clang-format off */
/* Limits are contracts/channels.md's, less what the channel's envelope needs. The
 * last column: bytes of json (or of html) at most; 0: the form has none.
 *    enum          name             markup       unit   most   json, html */
#define BUILTIN_FORMS(F)                                                      \
    F(MAIL,         "mail",          TEXT,        BYTES, 60000, 100000)       \
    F(DINGTALK,     "dingtalk",      DINGTALK,    JSON,  19000, 0)            \
    F(DINGTALK_TEXT,"dingtalk_text", TEXT,       JSON,  19000, 0)            \
    F(FEISHU_TEXT,  "feishu_text",   TEXT,        JSON,  19000, 0)            \
    F(FEISHU_POST,  "feishu_post",   TEXT,        JSON,  19000, 19500)        \
    F(FEISHU_CARD,  "feishu_card",   FEISHU,      JSON,  19000, 19500)        \
    F(WECOM,        "wecom",         WECOM,       BYTES, 4096,  0)            \
    F(WECOM_V2,     "wecom_v2",      WECOM,       BYTES, 4096,  0)            \
    F(WECOM_TEXT,   "wecom_text",    TEXT,        BYTES, 2048,  0)            \
    F(WECOM_APP,    "wecom_app",     WECOM,       BYTES, 2048,  0)            \
    F(SLACK,        "slack",         SLACK,       UTF16, 4000,  0)            \
    F(SLACK_BLOCKS, "slack_blocks",  SLACK,       UTF16, 10000, 39000)        \
    F(TELEGRAM,     "telegram",      TELEGRAM,    UTF16, 4096,  0)            \
    F(TELEGRAM_V2,  "telegram_v2",   TELEGRAM_V2, UTF16, 4096,  0)            \
    F(TEAMS,        "teams",         TEAMS,       JSON,  19000, 20000)        \
    F(DISCORD,      "discord",       DISCORD,     UTF16, 2000,  0)            \
    F(MATRIX,       "matrix",        TEXT,        JSON,  16000, 30000)        \
    F(NTFY,         "ntfy",          TEXT,        BYTES, 4096,  0)            \
    F(PUSHOVER,     "pushover",      TEXT,        CHARS, 1024,  0)            \
    F(CHAT,         "chat",          TEXT,        BYTES, 4096,  0)            \
    F(SMS,          "sms",           SMS,         CHARS, 306,   0)            \
    F(VOICE,        "voice",         TEXT,        CHARS, 160,   0)
/* clang-format on */
#define BUILTIN_FORM_ENUM(id, ...) FORM_##id,
enum builtin_form { BUILTIN_FORMS(BUILTIN_FORM_ENUM) FORM_COUNT };
#undef BUILTIN_FORM_ENUM

struct builtin_row {
    const char *name;
    enum markup markup;
    struct room room;
    size_t object; /* bytes of json or html */
};
extern const struct builtin_row builtin_forms[FORM_COUNT];
bool builtin_form_of_name(struct str name, enum builtin_form *out);

struct builtin_ask {
    enum builtin_kind kind; /* of a notification of alerts; others say it themselves */
    enum builtin_form form;
    bool plain;           /* names and times only, no links, no json: what moderators,
                              spam filters and every limit let through */
    size_t most;          /* a smaller limit of the text, in the form's unit, and of a
                            mail's html; 0: its own */
    struct str link;      /* CONFIRM: the page with the button */
    struct str ack;       /* acknowledges these alerts; empty: the notification's */
    struct strs keywords; /* a robot's: one of them will be in the text */
};

struct builtin_parts {
    struct str title; /* one line, at most 250 bytes: a mail's subject, what a phone
                         shows first, a card's header; not in any markup */
    enum markup markup;
    struct str
        text; /* in that markup; with a json, what a client shows that shows none */
    struct str html; /* mail: a whole page; matrix: formatted_body */
    /* feishu_post: the post object {"zh_cn":{...}}; feishu_card: the card object;
     * slack_blocks: the attachments array; teams: the adaptive card. */
    struct str json;
    const struct look *look;
    bool urgent; /* something critical fires */
    struct told_link
        links[2 * TOLD_LINKS]; /* also in text where the form has no place beside it
                                               (json forms, ntfy, pushover: one) */
    size_t link_count;
    /* sms and voice only: status, severity, name, count, where, since, lasting, reason,
     * for which template messages have places; no addresses in them. */
    struct pairs fields;
};

/* What it is: a test and a question are marked as such whatever their channel asks. */
enum builtin_kind builtin_kind_of(const struct notification *n,
                                  const struct builtin_ask *ask);
void builtin_write(const struct notification *n, const struct builtin_ask *ask,
                   struct arena *a, struct builtin_parts *out);

/* parts->json anew, from its title, text and links: for channels that put words of others
 * there. `out` is empty or begun. */
void builtin_put_json(const struct builtin_parts *parts, enum builtin_form form,
                      enum lang l, struct buf *out);

/* ---- pieces -------------------------------------------------------------- */

/* One line each, at most 250 bytes. */
struct str builtin_subject(const struct telling *t, struct arena *a); /* of a mail */
struct str builtin_title(const struct telling *t, struct arena *a);   /* on a phone */

/* Words of ours in the frame of our mails: a coloured head, one card. */
struct html_page {
    enum lang lang;
    struct str title;   /* one line, not escaped */
    struct str preview; /* what a mail program shows beside the subject */
    struct str head;    /* markup, in the coloured bar */
    const struct look *look;
};
void html_page_open(struct buf *b, const struct html_page *page);
void html_page_close(struct buf *b);
/* A link that is pressed; the first of several stands out. */
void html_button(struct buf *b, struct str words, struct str url, bool first);

#endif
