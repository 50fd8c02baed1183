/* oauth2.h - http_config.oauth2: the client credentials grant (RFC 6749 4.4), spoken as
 * Go's oauth2 package does: the client's name and secret in the Authorization header,
 * and in the form for a server that does not read them there. */
#ifndef CHANNEL_OAUTH2_H
#define CHANNEL_OAUTH2_H

#include "base/json.h"
#include "channel/token_cache.h"

/* The token that a request needs; false: http_config asks for none. All of it in `a`: it
 * outlives the settings. */
bool oauth2_want(struct json http_config, enum target_trust trust, struct arena *a,
                 struct token_want *out);
/* Its server's answer. */
void oauth2_read(const struct client_reply *reply, struct arena *a, struct token *out);

#endif
