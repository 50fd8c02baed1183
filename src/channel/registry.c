#include "channel/registry.h"

#include "channel/channel_private.h"

static const struct channel_ops *const channels[] = {
    &channel_email, &channel_webhook, &channel_dingtalk, &channel_feishu, &channel_wecom,
};

const struct channel_ops *channel_find(enum channel_kind kind)
{
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        if (channels[i]->kind == kind)
            return channels[i];
    return NULL;
}
