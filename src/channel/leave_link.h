/* leave_link.h - the link in a mail by which its reader leaves (RFC 2369, RFC 8058). */
#ifndef CHANNEL_LEAVE_LINK_H
#define CHANNEL_LEAVE_LINK_H

#include "base/seal.h"
#include "model/notification.h"

/* external_url/l/token, made of what the notification pins and nothing else: the same on
 * every try. Of an http(s) subscription SMN's own link, which a program follows; when it
 * left, the link back. Empty: it
 * is neither, or a question; it goes to nobody who could leave (an entry of a receiver),
 * or there is no external_url. */
struct str leave_link_of(const struct sealer *sealer, const struct notification *n,
                         struct arena *a);

#endif
