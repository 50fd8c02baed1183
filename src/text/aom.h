/* aom.h - AOM message templates (contracts/huawei.md 2.5): what a subscription
 * reads when an action rule names its topic.
 *
 * A template is a text with ${variable} and $event.path in it, rendered once
 * for each alert of the notification; what is absent is NA. Values are not
 * looked at again, and are escaped for where they stand. Pure.
 */
#ifndef TEXT_AOM_H
#define TEXT_AOM_H

#include "model/channel_kind.h"
#include "text/telling.h"

/* How a value is written into the text of a template. */
enum aom_form {
    AOM_TEXT,
    AOM_HTML,
    AOM_MARKDOWN, /* DingTalk's */
    AOM_FEISHU,
    AOM_WECOM,
    AOM_SMS, /* and speech: no addresses, no square brackets */
    AOM_JSON,
    AOM_FORMS
};

/* The words for one channel. */
struct aom_template {
    enum lang lang;
    struct str topic, content;
    enum aom_form form;
    bool built_in; /* leaves out the lines that have nothing to say */
};

#define AOM_BUILT_IN_ZH "aom.built-in.template.zh"
#define AOM_BUILT_IN_EN "aom.built-in.template.en"

/* AOM's word for a channel: email, sms, wechat, dingding, webhook, voice, espace,
 * feishu or welink. The first is what a template calls ours; others are mail. */
struct str aom_sub_type(enum channel_kind channel);

/* Our own template of a language, for every channel. */
struct aom_template aom_built_in(enum lang lang, struct str sub_type);
/* What the rule's template says for the channel; the built-in one of its
 * language if it names that, says nothing for the channel or cannot be read. */
struct aom_template aom_choose(const struct notification *n, struct str sub_type,
                               struct arena *a);

/* One template text over one alert; no value begins behind `limit` bytes. */
void aom_put(const struct aom_template *tm, struct str text, const struct telling *t,
             const struct alert *al, size_t limit, struct arena *a, struct buf *out);

struct aom_message {
    struct str subject; /* one line, at most 512 bytes */
    struct str text;    /* text; DingTalk, Feishu, WeCom: markdown; webhook: perhaps
                           JSON, which is never cut but made of shorter values */
    struct str html;    /* mail only */
};

/* The whole message, at most `limit` bytes of text (and of html); an SMS is at most
 * 490 characters of them. */
void aom_message_as(const struct notification *n, struct str sub_type, size_t limit,
                    struct arena *a, struct aom_message *out);
/* The same by our own name of the channel. */
void aom_message(const struct notification *n, enum channel_kind channel, size_t limit,
                 struct arena *a, struct aom_message *out);

#endif
