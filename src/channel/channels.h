/* channels.h - what the operator gives the channels: config key `channels`, a section
 * for each that has credentials or a server of its own. To add one: its struct here, its
 * rows in channels.c, a line in channels_self.
 */
#ifndef CHANNEL_CHANNELS_H
#define CHANNEL_CHANNELS_H

#include "base/setting.h"
#include "flow/channel.h"

struct telegram_settings { /* CHANNEL_TELEGRAM; its addresses are chats: -100123, @name */
    struct str api_url;    /* https://api.telegram.org */
    struct str bot_token;  /* empty: no contact can be told there */
};

struct channels_settings {
    struct telegram_settings telegram;
};
extern const struct setting_table channels_setting_table;

/* What job->self is for a channel of this kind; NULL: it has no settings. */
const struct channel_self *channels_self(const struct channels_settings *all,
                                         enum channel_kind kind);

#endif
