#include "channel/channels.h"

/* clang-format off */
#define END { NULL, SETTING_STR, 0, NULL, NULL, NULL }
#define ROW(type, member, kind, initially, doc) \
    { #member, SETTING_##kind, offsetof(struct type, member), initially, doc, NULL }
#define TABLE(name) \
    static const struct setting_table name##_table = { #name, sizeof(struct name##_settings), name##_rows }

static const struct setting telegram_rows[] = {
    ROW(telegram_settings, api_url, STR, "https://api.telegram.org", "Server of the bot API; a proxy of yours, where that one cannot be reached."),
    ROW(telegram_settings, bot_token, SECRET, "", "The bot's token, from @BotFather."),
    END,
};
TABLE(telegram);

#define SECTION(name, doc) \
    { #name, SETTING_SECTION, offsetof(struct channels_settings, name), "", doc, &name##_table }
static const struct setting sections[] = {
    SECTION(telegram, "Chats of Telegram."),
    END,
};
/* clang-format on */
const struct setting_table channels_setting_table = { "channels",
                                                      sizeof(struct channels_settings),
                                                      sections };

const struct channel_self *channels_self(const struct channels_settings *all,
                                         enum channel_kind kind)
{
    if (kind == CHANNEL_TELEGRAM)
        return (const void *)&all->telegram;
    return NULL;
}
