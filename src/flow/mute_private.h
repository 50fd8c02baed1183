/* mute_private.h - silences and inhibitions as the flow finds them. */
#ifndef FLOW_MUTE_PRIVATE_H
#define FLOW_MUTE_PRIVATE_H

#include "flow/flow_private.h"

struct mutes {
    int nothing;
};

#endif
