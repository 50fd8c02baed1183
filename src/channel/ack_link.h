/* ack_link.h - the link in a message that takes its alerts on. */
#ifndef CHANNEL_ACK_LINK_H
#define CHANNEL_ACK_LINK_H

#include "base/seal.h"
#include "model/notification.h"

/* external_url/l/token, made of what the notification pins and nothing else: the same on
 * every try. Empty: nothing of it fires, or there is no external_url. */
struct str ack_link_of(const struct sealer *sealer, const struct notification *n,
                       struct arena *a);
/* What of it lets its reader act: no receipt may show it. */
struct str ack_link_token(struct str link);

#endif
