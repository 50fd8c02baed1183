/* registry.h - the channels there are. */
#ifndef CHANNEL_REGISTRY_H
#define CHANNEL_REGISTRY_H

#include "flow/channel.h"

/* NULL: Belfry knows addresses of this kind but cannot deliver to them. */
const struct channel_ops *channel_find(enum channel_kind kind);

#endif
